"""A page of an OFD file that is one picture (scanned paper sent on as OFD) → lines and tables by OCR."""

from __future__ import annotations

from docgen.document import BBox, Line, Page, Table
from docgen.errors import UnreadableError
from docgen.readers.image import read_image
from docgen.readers.limits import Limits
from docgen.readers.pdfium import Matrix, apply_box
from docgen.readers.sniff import sniff

DECODED = frozenset({"jpeg", "png", "tiff", "webp", "bmp", "gif"})
"""Formats of pictures that can be decoded; OFD also allows JBIG2, for which no kept library has a decoder."""


def read_picture(data: bytes, box: BBox, number: int, first_table: int, limits: Limits) -> Page | None:
    """The picture painted at ``box`` (points) as page ``number``, its boxes in points of the page.

    None for a picture that cannot be decoded or read. Width and height of the page are left to the caller.
    """
    kind = sniff(data).code
    if kind not in DECODED:
        return None
    try:
        pages = read_image(data, "", limits, kind).pages
    except UnreadableError:
        return None
    if not pages or min(pages[0].width, pages[0].height) <= 0:
        return None
    page = pages[0]
    to_page = ((box[2] - box[0]) / page.width, 0.0, 0.0, (box[3] - box[1]) / page.height, box[0], box[1])
    for block in page.blocks:
        _move(block, to_page)
    for image in page.images:  # those in a cell are the same ones
        image.bbox = _moved(image.bbox, to_page)
    for shift, table in enumerate(page.tables):
        table.number = first_table + shift
    page.number = number
    return page


def _move(block: Line | Table, to_page: Matrix) -> None:
    """Move a line or a table with all that is in it."""
    block.bbox = _moved(block.bbox, to_page)
    if isinstance(block, Line):
        for word in block.words:
            word.bbox = apply_box(to_page, *word.bbox)
        return
    for cell in block.cells:
        cell.bbox = _moved(cell.bbox, to_page)
        for line in cell.lines:
            _move(line, to_page)
        for table in cell.tables:
            _move(table, to_page)


def _moved(box: BBox | None, to_page: Matrix) -> BBox | None:
    return None if box is None else apply_box(to_page, *box)
