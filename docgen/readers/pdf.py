"""PDF with a text layer → Document: characters and ruling lines by pdfium, tables by geometry, form fields included."""

from __future__ import annotations

from typing import Any

from docgen.document import BBox, Document, Image, Line, Page
from docgen.errors import UnreadableError
from docgen.readers import ocr
from docgen.readers.chars import Glyph
from docgen.readers.drawing import Drawing, is_square, read_drawing
from docgen.readers.grid import without
from docgen.readers.image import scan_warnings
from docgen.readers.layout import Sheet, lay_out, page_grids
from docgen.readers.limits import DEFAULT, Limits, check_characters
from docgen.readers.pdf_text import (
    MAX_CHARS,
    Annotations,
    lay_value,
    object_text,
    read_annotations,
    read_glyphs,
    text_page,
)
from docgen.readers.pdfium import LOCK, OpenFile, OpenPage, open_file, open_page, render
from docgen.readers.ticks import MAX_GLYPHS, lone_squares, settle_ticks

SCAN_SHARE = 0.5
"""A picture that covers this share of a page makes it a scan; invisible text over it is the scan's own OCR layer."""

FEW_CHARACTERS = 30
"""A scan may bear so many printed characters (a page number, a stamp of the scanner) and still be one."""

TAIL = 2048
"""Bytes at the end of the file in which its end mark is looked for."""

UNMAPPED_SHARE = 0.2
"""A page is reported when this share of its characters cannot be told from the file (fonts without an encoding)."""

EMPTY = "文件没有内容（0 字节），请重新提交。"
NO_PAGES = "文件中没有任何页面，请重新导出后提交。"
NO_TEXT = "文件没有文字层（可能是扫描件或空白页），目前不能读取，请提供由 Word 或 WPS 直接导出的 PDF。"

NEEDS_OCR = "文件没有文字层（可能是扫描件或空白页），" + ocr.MISSING

# What is said of pages: each sentence goes behind 第 n 页.
NO_LAYER = "没有文字层（可能是扫描件），未能读取，请人工核对。"
BROKEN_PAGE = "已损坏，未能读取，请人工核对。"
OCR_LAYER = "的文字来自扫描件自带的识别层，可能有误，请与图像核对。"
TOO_MUCH_DRAWN = "的图形过多，只读取了一部分，请人工核对。"
TOO_MUCH_TEXT = f"的文字超过 {MAX_CHARS // 10_000} 万字，超出部分未读取。"
UNMAPPED = "的部分文字没有编码信息，读出的内容可能有误，请人工核对。"
CUT_SHORT = "文件末尾不完整，可能缺少页面，请核对原件。"


def read_pdf(data: bytes, path: str, limits: Limits = DEFAULT) -> Document:
    """Read a PDF from memory; ``path`` only names it.

    At most ``limits.pages`` pages are read, the rest is named in a warning. Raises ``UnreadableError`` with one Chinese
    sentence that does not repeat the file name, when the file needs a password, is damaged, or has no text at all.
    """
    if not data:
        raise UnreadableError(EMPTY)
    with LOCK:
        document = _read(data, path, limits)
    if b"%%EOF" not in data[-TAIL:]:
        document.warnings.append(CUT_SHORT)
    return document


def _read(data: bytes, path: str, limits: Limits) -> Document:
    out = Document(path=path, format="pdf", reader="pdf-text")
    readable = False
    with open_file(data) as file:
        total = file.raw.FPDF_GetPageCount(file.document)
        if total < 1:
            raise UnreadableError(NO_PAGES)
        table, characters, scanned = 1, 0, 0
        notes: dict[str, list[int]] = {}
        for index in range(min(total, limits.pages)):
            sheet, drawn = _sheet(file, index, notes)
            characters += len(sheet.glyphs)
            check_characters(characters, limits)
            layered = index + 1 in notes.get(OCR_LAYER, ())
            if drawn and not layered and scanned < limits.ocr_pages and _needs_ocr(sheet) and ocr.available():
                out.pages.append(_scanned(file, index, table))
                table += len(out.pages[-1].tables)
                scanned += 1
                continue
            out.pages.append(lay_out(sheet, table))
            table += len(sheet.grids)
            if sheet.glyphs or sheet.loose:
                readable = True
            elif drawn:
                notes.setdefault(NO_LAYER, []).append(index + 1)
    if not readable and not scanned:
        raise UnreadableError(NO_TEXT if ocr.available() else NEEDS_OCR)
    if scanned:
        out.reader = "pdf-ocr"
        out.warnings += scan_warnings(out.pages)
    out.warnings += [_pages(numbers) + sentence for sentence, numbers in notes.items()]
    if total > limits.pages:
        out.warnings.append(f"文件共 {total} 页，只读取了前 {limits.pages} 页，其余 {total - limits.pages} 页未读取。")
    return out


def _needs_ocr(sheet: Sheet) -> bool:
    """Whether pictures cover the page and next to nothing is written on it (a scanner's page number, say)."""
    images = [image for image in sheet.images if image.kind != "seal"]
    return bool(images) and len(sheet.glyphs) <= FEW_CHARACTERS and covered(images, sheet.width, sheet.height)


def _scanned(file: OpenFile, index: int, first_table: int) -> Page:
    """A page that is a picture, read by OCR."""
    from docgen.readers.scan import read_scan

    with open_page(file, index) as page:
        assert page is not None  # noqa: S101  # it was open before
        return read_scan(render(page, ocr.LONG_SIDE), index + 1, page.width, page.height, first_table)


def _pages(numbers: list[int]) -> str:
    """第 3 页 / 第 3、4、5 页; long lists are cut after ten."""
    shown = "、".join(str(n) for n in numbers[:10])
    return f"第 {shown} 页" + (f"等 {len(numbers)} 页" if len(numbers) > 10 else "")


def _sheet(file: OpenFile, index: int, notes: dict[str, list[int]]) -> tuple[Sheet, bool]:
    """One page as read, and whether anything is drawn on it at all."""
    number = index + 1
    with open_page(file, index) as page:
        if page is None:
            notes.setdefault(BROKEN_PAGE, []).append(number)
            return Sheet(number, 0.0, 0.0), False
        drawing = read_drawing(page)
        sheet = Sheet(number, page.width, page.height, images=drawing.images)
        if drawing.over_limit:
            notes.setdefault(TOO_MUCH_DRAWN, []).append(number)
        with text_page(page) as text:
            if text is not None:
                _read_text(page, text, drawing, sheet, notes)
        _settle(sheet, drawing, read_annotations(page))
    return sheet, drawing.objects > 0


def _read_text(page: OpenPage, text: Any, drawing: Drawing, sheet: Sheet, notes: dict[str, list[int]]) -> None:
    """Fill ``sheet.glyphs`` and ``sheet.loose``; say what of the text is doubtful."""
    skip = set(drawing.skewed)
    if drawing.invisible:
        if _is_scan(drawing, page.width, page.height):
            notes.setdefault(OCR_LAYER, []).append(sheet.number)
        else:
            skip |= drawing.invisible
    if page.raw.FPDFText_CountChars(text) > MAX_CHARS:
        notes.setdefault(TOO_MUCH_TEXT, []).append(sheet.number)
    sheet.glyphs = _on_page(read_glyphs(page, text, skip), page.width, page.height)
    for at, (obj, box) in drawing.skewed.items():
        if at not in drawing.invisible and (words := object_text(page.raw, text, obj).strip()):
            sheet.loose.append(Line(words, box))
    unmapped = sum(1 for g in sheet.glyphs if "\ue000" <= g.text <= "\uf8ff" or g.text == "\ufffd")
    if unmapped > UNMAPPED_SHARE * len(sheet.glyphs):
        notes.setdefault(UNMAPPED, []).append(sheet.number)


def _settle(sheet: Sheet, drawing: Drawing, annotations: Annotations) -> None:
    """Bring together what was printed, drawn and filled in: fields into the flow, ticks onto their boxes, then tables."""
    for box, value in annotations.values:
        if len(sheet.glyphs) < MAX_GLYPHS and not _printed_in(sheet.glyphs, box, value):
            sheet.glyphs += lay_value(box, value)
    sheet.images += annotations.images
    squares, cells = lone_squares(drawing.squares, drawing.horizontal, drawing.vertical)
    horizontal = drawing.horizontal + [(y, c[0], c[2]) for c in cells for y in (c[1], c[3])]
    vertical = drawing.vertical + [(x, c[1], c[3]) for c in cells for x in (c[0], c[2])]
    grids = page_grids(horizontal, vertical, sheet.width, sheet.height)
    boxed = {i for i, g in enumerate(grids) if len(g.cells) == 1 and is_square(g.bbox)}
    drawn = [grids[i].bbox for i in sorted(boxed)]
    sheet.grids = without(grids, boxed)
    sheet.glyphs = settle_ticks(sheet.glyphs, squares + drawn, drawing.marks + annotations.strokes, annotations.ticks)


def _printed_in(glyphs: list[Glyph], box: BBox, value: str) -> bool:
    """Whether the page's own text already shows the value inside the box (fields that were flattened and kept)."""
    x0, top, x1, bottom = box
    inside = "".join(
        g.text for g in glyphs if x0 <= (g.x0 + g.x1) / 2 <= x1 and top <= (g.top + g.bottom) / 2 <= bottom
    )
    return "".join(value.split()) in inside


def _on_page(glyphs: list[Glyph], wide: float, high: float) -> list[Glyph]:
    """Without text printed off the page."""
    return [g for g in glyphs if 0 <= (g.x0 + g.x1) / 2 <= wide and 0 <= (g.top + g.bottom) / 2 <= high]


def _is_scan(drawing: Drawing, wide: float, high: float) -> bool:
    return covered(drawing.images, wide, high)


def covered(images: list[Image], wide: float, high: float) -> bool:
    """Whether pictures (scanners write some pages in strips) cover most of the page."""
    boxes = [image.bbox for image in images if image.bbox is not None]
    return sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in boxes) >= SCAN_SHARE * wide * high
