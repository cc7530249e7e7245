"""A picture put at a blank: inline in the text, or floating over (or behind) it as a seal lies on paper."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from docgen.errors import UsageError

_EMU_PER_MM = 36000
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_PIC = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, ``width_mm`` wide on paper. ``floating`` lets it lie over the text (``behind``: under it).

    ``dx_mm`` and ``dy_mm`` move a floating picture from where the blank begins: right, and down from
    the top of its paragraph (LibreOffice turns offsets from a line upside down).
    """

    png_bytes: bytes
    width_mm: float
    floating: bool = False
    behind: bool = False
    dx_mm: float = 0.0
    dy_mm: float = 0.0

    def pixels(self) -> tuple[int, int]:
        """Width and height. Raises UsageError when the bytes are no PNG."""
        if self.png_bytes[:8] != b"\x89PNG\r\n\x1a\n" or len(self.png_bytes) < 24:
            raise UsageError("签名或印章图片不是 PNG 文件。")
        width, height = struct.unpack(">LL", self.png_bytes[16:24])
        return int(width), int(height)

    def run_xml(self, relation: str, number: int) -> str:
        """The run that shows it; ``relation`` is the id of its image part, ``number`` is unique in the document."""
        across, down = self.pixels()
        cx = round(self.width_mm * _EMU_PER_MM)
        cy = round(cx * down / across)
        graphic = (
            f'<a:graphic xmlns:a="{_A}"><a:graphicData uri="{_PIC}"><pic:pic xmlns:pic="{_PIC}"><pic:nvPicPr>'
            f'<pic:cNvPr id="{number}" name="picture{number}.png"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
            f'<a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>'
            f'<a:off x="0" y="0"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
            "</pic:spPr></pic:pic></a:graphicData></a:graphic>"
        )
        extent = f'<wp:extent cx="{cx}" cy="{cy}"/>'
        properties = f'<wp:docPr id="{number}" name="picture{number}"/><wp:cNvGraphicFramePr/>'
        if not self.floating:
            frame = f'<wp:inline distT="0" distB="0" distL="0" distR="0">{extent}{properties}{graphic}</wp:inline>'
        else:
            dx, dy = round(self.dx_mm * _EMU_PER_MM), round(self.dy_mm * _EMU_PER_MM)
            frame = (
                '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="251658240"'
                f' behindDoc="{int(self.behind)}" locked="0" layoutInCell="1" allowOverlap="1">'
                '<wp:simplePos x="0" y="0"/>'
                f'<wp:positionH relativeFrom="character"><wp:posOffset>{dx}</wp:posOffset></wp:positionH>'
                f'<wp:positionV relativeFrom="paragraph"><wp:posOffset>{dy}</wp:posOffset></wp:positionV>'
                f'{extent}<wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>{properties}{graphic}</wp:anchor>'
            )
        return f'<w:r xmlns:w="{_W}" xmlns:r="{_R}" xmlns:wp="{_WP}"><w:drawing>{frame}</w:drawing></w:r>'
