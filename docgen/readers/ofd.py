"""OFD (GB/T 33190-2016, the fixed layout of Chinese offices) → Document: lxml over the zip, the PDF reader's geometry."""

from __future__ import annotations

from lxml import etree

from docgen.document import BBox, Document, Image, Page
from docgen.errors import UnreadableError
from docgen.readers import ocr
from docgen.readers.drawing import is_square
from docgen.readers.grid import without
from docgen.readers.image import scan_warnings
from docgen.readers.layout import Sheet, lay_out, page_grids
from docgen.readers.limits import DEFAULT, Limits, check_characters
from docgen.readers.ofd_body import Body, Place, add_resources, listed, read_bodies
from docgen.readers.ofd_package import (
    Package,
    child,
    children,
    open_package,
    page_part,
    read_member,
    shown,
    text_of,
)
from docgen.readers.ofd_page import Scan, Surface, boundary, page_matrix, read_annotation, read_content, stamp_kind
from docgen.readers.ofd_shapes import POINTS, box_of
from docgen.readers.pdf import FEW_CHARACTERS, covered
from docgen.readers.pdfium import Matrix
from docgen.readers.ticks import lone_squares, settle_ticks

MAX_FAULTS = 10
"""Sentences on single parts that a document carries; the rest are counted."""

MAX_ALL_OBJECTS = 500_000
"""Objects read of all pages together; the pages after that are left out with a warning."""

NO_PAGES = "OFD 文件中没有任何页面，请重新导出后提交。"
NO_TEXT = "OFD 文件没有可读取的文字（可能是扫描件、空白页或缺少页面部件），请提供由办公软件直接导出的文件。"
NEEDS_OCR = "OFD 文件没有文字层（可能是扫描件或空白页），" + ocr.MISSING
NO_LAYER = "没有文字层（可能是扫描件），未能读取，请人工核对。"
OCR_LAYER = "的文字来自扫描件自带的识别层，可能有误，请与图像核对。"
TOO_MUCH = "的内容过多，只读取了一部分，请人工核对。"


def read_ofd(data: bytes, path: str, limits: Limits = DEFAULT) -> Document:
    """Read an OFD file from memory; ``path`` only names it.

    The pages of all its documents come one after the other, at most ``limits.pages``. What is missing or damaged is
    named in a warning and the rest is read. Raises ``UnreadableError`` with one Chinese sentence when the file is
    damaged, encrypted, over a limit, has a DTD, or has no text at all.
    """
    package = open_package(data, limits)
    out = Document(path=path, format="ofd", reader="ofd")
    bodies = read_bodies(package, out.warnings)
    total = sum(len(body.pages) for body in bodies)
    if not total:
        raise UnreadableError(NO_PAGES)
    if len(bodies) > 1:
        out.warnings.append(f"文件内含 {len(bodies)} 个文档，已按顺序合并读取。")
    notes: dict[str, list[int]] = {}
    table, characters, scanned = 1, 0, 0
    for body, place in [(b, p) for b in bodies for p in b.pages][: limits.pages]:
        sheet, scan = _sheet(package, body, place, len(out.pages) + 1, notes)
        characters += len(sheet.glyphs)
        check_characters(characters, limits)
        page = _scanned(package, body, sheet, scan, table) if scan and scanned < limits.ocr_pages else None
        scanned += page is not None
        if scan and page is None:
            notes.setdefault(NO_LAYER, []).append(sheet.number)
        out.pages.append(page or lay_out(sheet, table))
        table += len(page.tables) if page else len(sheet.grids)
    if not scanned and not any(page.blocks for page in out.pages):
        raise UnreadableError(NO_TEXT if ocr.available() else NEEDS_OCR)
    if scanned:
        out.reader = "ofd-ocr"
        out.warnings += scan_warnings(out.pages)
    out.warnings += [f"第 {listed(map(str, numbers))} 页{sentence}" for sentence, numbers in notes.items()]
    if total > limits.pages:
        out.warnings.append(f"文件共 {total} 页，只读取了前 {limits.pages} 页，其余 {total - limits.pages} 页未读取。")
    faults = list(dict.fromkeys(package.faults))
    out.warnings += faults[:MAX_FAULTS]
    if len(faults) > MAX_FAULTS:
        out.warnings.append(f"另有 {len(faults) - MAX_FAULTS} 个部件缺失或损坏，请重新导出后提交。")
    return out


def _sheet(
    package: Package, body: Body, place: Place, number: int, notes: dict[str, list[int]]
) -> tuple[Sheet, Scan | None]:
    """One page as read, with its templates, annotations and seals; of a page that is only a picture, the picture."""
    spent = package.objects >= MAX_ALL_OBJECTS
    found = None if spent else page_part(package, place.location, body.name)
    root, cut = (found[1], found[2]) if found else (None, False)
    area = child(root, "Area") if root is not None else None
    x, y, wide, high = box_of(text_of(area, "PhysicalBox")) or body.box
    sheet = Sheet(number, wide * POINTS, high * POINTS)
    matrix = page_matrix(x, y)
    surface = Surface(body.resources, full=cut or spent)
    if found is not None and root is not None:
        for element in children(root, "PageRes"):
            add_resources(package, body, (element.text or "").strip(), found[0])
        under, over = _templates(package, body, root)
        for layer in (*under, (root, cut), *over):
            read_content(layer[0], matrix, surface)
            surface.full = surface.full or layer[1]
    for annot in body.annotations.get(place.number, ()):
        read_annotation(annot, matrix, surface)
    for stamp, sealed in body.stamps.get(place.number, ()):
        if (box := _stamp_box(stamp, matrix)) is not None:
            surface.drawing.images.append(Image(box, "seal" if sealed else stamp_kind(box)))
    package.objects += surface.drawing.objects
    return sheet, surface.scan if _settle(sheet, surface, notes) else None


def _scanned(package: Package, body: Body, sheet: Sheet, scan: Scan, first_table: int) -> Page | None:
    """A page that is a picture, read by OCR; None if it cannot be."""
    from docgen.readers.ofd_scan import read_picture

    box, number = scan
    name = body.pictures.get(number)
    data = read_member(package, name) if name else None
    page = read_picture(data, box, sheet.number, first_table, package.limits) if data else None
    if page is not None:
        page.width, page.height = sheet.width, sheet.height
        page.images += [image for image in sheet.images if image.bbox != box]
        page.blocks += sheet.loose
    return page


def _templates(package: Package, body: Body, root: etree._Element) -> tuple[list[tuple[etree._Element, bool]], ...]:
    """The template pages of a page (7.7) that lie under it, and those over it."""
    under: list[tuple[etree._Element, bool]] = []
    over: list[tuple[etree._Element, bool]] = []
    for element in dict.fromkeys(children(root, "Template")):
        number = element.get("TemplateID", "")
        template = body.templates.get(number)
        if template is None:
            package.faults.append(f"缺少编号为 {shown(number)} 的模板页，其内容未能读取。")
            continue
        if number not in body.drawn:
            found = page_part(package, template.location, body.name)
            body.drawn[number] = found[1:] if found else None
        drawn = body.drawn[number]
        if drawn is not None and len(under) + len(over) < 20:
            order = element.get("ZOrder") or template.number
            (over if order == "Foreground" else under).append(drawn)
    return under, over


def _stamp_box(stamp: etree._Element, matrix: Matrix) -> BBox | None:
    """The part of a signature's seal that shows: its boundary, or the clip in it (a seam seal over several pages)."""
    whole, clip = box_of(stamp.get("Boundary")), box_of(stamp.get("Clip"))
    if whole is None or clip is None:
        return boundary(stamp, matrix)
    x, y = whole[0] + clip[0], whole[1] + clip[1]
    scale, left, top = matrix[0], matrix[4], matrix[5]
    return (scale * x + left, scale * y + top, scale * (x + clip[2]) + left, scale * (y + clip[3]) + top)


def _settle(sheet: Sheet, surface: Surface, notes: dict[str, list[int]]) -> bool:
    """Fill the sheet: characters on the page, ticks onto their boxes, tables from the rules.

    True for a page that is a picture, with next to nothing written on it.
    """
    drawing = surface.drawing
    if surface.full:
        notes.setdefault(TOO_MUCH, []).append(sheet.number)
    scan = covered([i for i in drawing.images if i.kind != "seal"], sheet.width, sheet.height)
    if surface.faint and scan:
        notes.setdefault(OCR_LAYER, []).append(sheet.number)
        surface.glyphs += surface.faint
    sheet.images, sheet.loose = drawing.images, surface.loose
    squares, cells = lone_squares(drawing.squares, drawing.horizontal, drawing.vertical)
    horizontal = drawing.horizontal + [(y, c[0], c[2]) for c in cells for y in (c[1], c[3])]
    vertical = drawing.vertical + [(x, c[1], c[3]) for c in cells for x in (c[0], c[2])]
    grids = page_grids(horizontal, vertical, sheet.width, sheet.height)
    boxed = {i for i, g in enumerate(grids) if len(g.cells) == 1 and is_square(g.bbox)}
    squares += [grids[i].bbox for i in sorted(boxed)]
    sheet.grids = without(grids, boxed)
    glyphs = [
        g
        for g in surface.glyphs
        if 0 <= (g.x0 + g.x1) / 2 <= sheet.width and 0 <= (g.top + g.bottom) / 2 <= sheet.height
    ]
    sheet.glyphs = settle_ticks(glyphs, squares, drawing.marks, [])

    return scan and not surface.faint and len(sheet.glyphs) <= FEW_CHARACTERS
