"""Images of the pages of a paper, for the screen: PDF pages rendered by pdfium and packed as PNG here.

The packing is zlib and forty bytes of header, so that the page needs no imaging library at run time.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

DPI = 110
MAX_PIXELS = 4_000_000  # a page larger than this is rendered smaller: a poster must not fill the memory
MAX_PICTURE = 6_000_000  # bytes of a photograph that is shown as it is
_STEP = 17
# Sixteen shades a channel are enough to read by and make the PNG of a scan several times smaller.
_SHADES = bytes(round(v / _STEP) * _STEP for v in range(256))
_PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class PageImage:
    """``width`` and ``height`` in points, 0 where unknown (a photograph); ``uri`` is a data: address."""

    number: int
    width: float
    height: float
    uri: str


def is_pdf(data: bytes) -> bool:
    return b"%PDF-" in data[:1024]


def page_count(data: bytes) -> int:
    """Pages of a PDF, 1 for a photograph, 0 for what cannot be shown."""
    if not is_pdf(data):
        return 1 if _picture_type(data) else 0
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(data) as pdf:
            return len(pdf)
    except pypdfium2.PdfiumError:
        return 0


def page_images(data: bytes, numbers: Collection[int]) -> list[PageImage]:
    """The pages with these numbers (from 1) that can be rendered, in their order."""
    if not is_pdf(data):
        kind = _picture_type(data)
        shown = kind and 1 in numbers
        return [PageImage(1, 0.0, 0.0, f"data:{kind};base64,{base64.b64encode(data).decode()}")] if shown else []
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(data) as pdf:
            pdf.init_forms()  # else the values of a fillable form stay invisible
            images = [_page_image(pdf, n) for n in sorted(numbers) if 1 <= n <= len(pdf)]
    except pypdfium2.PdfiumError:
        return []
    return [image for image in images if image]


def _page_image(pdf: Any, number: int) -> PageImage | None:
    """None for a page that is damaged: the others are still worth seeing."""
    import pypdfium2

    try:
        page = pdf[number - 1]
    except pypdfium2.PdfiumError:
        return None
    width, height = page.get_size()
    scale = min(DPI / 72, (MAX_PIXELS / max(width * height, 1)) ** 0.5)
    bitmap = page.render(scale=scale, rev_byteorder=True, may_draw_forms=True, prefer_bgrx=False)
    pixels = bytes(bitmap.buffer)
    rows, columns, stride, channels = bitmap.height, bitmap.width, bitmap.stride, bitmap.n_channels
    bitmap.close()
    page.close()
    uri = "data:image/png;base64," + base64.b64encode(png(pixels, columns, rows, stride, channels)).decode()
    return PageImage(number, width, height, uri)


def png(pixels: bytes, width: int, height: int, stride: int, channels: int) -> bytes:
    """8-bit PNG of ``height`` rows, each ``stride`` bytes apart; 1 channel is grey, 3 RGB, 4 RGBA. Shades are reduced."""
    color = {1: 0, 3: 2, 4: 6}[channels]
    shades = pixels.translate(_SHADES)
    lines = b"".join(b"\0" + shades[y * stride : y * stride + width * channels] for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, color, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def _picture_type(data: bytes) -> str:
    if len(data) > MAX_PICTURE:
        return ""
    return next((kind for magic, kind in _PICTURES.items() if data.startswith(magic)), "")
