"""A picture in the text: a photo, a scanned signature, a QR code."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

_EMU_PER_MM = 36000
_MM_PER_INCH = 25.4
_SCREEN_DPI = 96
_JPEG_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""The markers of a JPEG that carry its height and width."""
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_PIC = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_CONTROL = re.compile("[\x00-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class InlineImage:
    """A PNG or JPEG. One of ``width_mm`` and ``height_mm`` sets the other; without both it is shown at 96 dots an inch.

    ``description`` is what a screen reader reads. ``str()`` is the description.
    """

    data: bytes
    width_mm: float | None = None
    height_mm: float | None = None
    description: str = ""

    def __str__(self) -> str:
        return self.description

    def millimetres(self) -> tuple[float, float]:
        """Width and height on paper. Raises ValueError when the bytes are neither PNG nor JPEG, or the size is none."""
        _, across, down = picture_size(self.data)
        if self.width_mm is None and self.height_mm is None:
            return across * _MM_PER_INCH / _SCREEN_DPI, down * _MM_PER_INCH / _SCREEN_DPI
        width = self.width_mm if self.width_mm is not None else (self.height_mm or 0) * across / down
        height = self.height_mm if self.height_mm is not None else width * down / across
        if not (0 < width <= 1000 and 0 < height <= 1000):
            raise ValueError("图片的宽和高要大于 0，不超过 1000 毫米")
        return float(width), float(height)

    def run_xml(self, relation: str, number: int) -> str:
        """The run that shows it; ``relation`` is the id of its image part, ``number`` is unique in the document."""
        width, height = self.millimetres()
        cx, cy = round(width * _EMU_PER_MM), round(height * _EMU_PER_MM)
        words = f" descr={quoteattr(_CONTROL.sub(' ', self.description))}" if self.description else ""
        return (
            f'<w:r><w:drawing><wp:inline xmlns:wp="{_WP}" distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{cx}" cy="{cy}"/>'
            f'<wp:docPr id="{number}" name="图片 {number}"{words}/><wp:cNvGraphicFramePr/><a:graphic xmlns:a="{_A}">'
            f'<a:graphicData uri="{_PIC}"><pic:pic xmlns:pic="{_PIC}"><pic:nvPicPr><pic:cNvPr id="{number}" name="图片 {number}"/>'
            f'<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip xmlns:r="{_R}" r:embed="{relation}"/><a:stretch><a:fillRect/>'
            f'</a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>'
            "</w:drawing></w:r>"
        )


def picture_size(data: bytes) -> tuple[str, int, int]:
    """``png`` or ``jpeg``, width and height in pixels. Raises ValueError for anything else."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        across, down = struct.unpack(">LL", data[16:24])
        if across and down:
            return "png", across, down
    if data[:2] == b"\xff\xd8" and (found := _jpeg_size(data)):
        return "jpeg", *found
    raise ValueError("图片不是完好的 PNG 或 JPEG 文件")


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in (0xFF, 0x01) or 0xD0 <= marker <= 0xD8:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in _JPEG_SIZES:
            down, across = struct.unpack(">HH", data[at + 5 : at + 9])
            return (across, down) if across and down else None
        at += 2 + int(struct.unpack(">H", data[at + 2 : at + 4])[0])
    return None
