"""OFD (GB/T 33190-2016, the fixed layout of Chinese offices) → Document: lxml over the zip, the PDF reader's geometry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from lxml import etree

from docgen.document import BBox, Document, Image
from docgen.errors import UnreadableError
from docgen.readers.docx_pictures import MAX_BYTES, mostly_red
from docgen.readers.drawing import Drawing, is_square
from docgen.readers.grid import without
from docgen.readers.layout import Sheet, lay_out, page_grids
from docgen.readers.limits import DEFAULT, Limits, check_characters
from docgen.readers.ofd_package import (
    Package,
    child,
    children,
    find,
    open_package,
    page_part,
    part,
    read_member,
    shown,
    text_of,
)
from docgen.readers.ofd_page import Resources, Surface, boundary, page_matrix, read_annotation, read_content, stamp_kind
from docgen.readers.ofd_shapes import POINTS, box_of
from docgen.readers.ticks import lone_squares, settle_ticks

A4 = (0.0, 0.0, 210.0, 297.0)
"""Millimetres: the physical box of a page that states none."""

MAX_FAULTS = 10
"""Sentences on single parts that a document carries; the rest are counted."""

MAX_STAMPS = 2_000
"""Seals of signatures that are placed; a seam seal has one a page."""

MAX_ALL_OBJECTS = 500_000
"""Objects read of all pages together; the pages after that are left out with a warning."""

SCAN_SHARE = 0.5
"""A picture that covers this share of a page makes it a scan; unpainted text over it is the scan's own OCR layer."""

NO_PAGES = "OFD 文件中没有任何页面，请重新导出后提交。"
NO_TEXT = "OFD 文件没有可读取的文字（可能是扫描件、空白页或缺少页面部件），请提供由办公软件直接导出的文件。"
NO_LAYER = "没有文字层（可能是扫描件），未能读取，请人工核对。"
OCR_LAYER = "的文字来自扫描件自带的识别层，可能有误，请与图像核对。"
TOO_MUCH = "的内容过多，只读取了一部分，请人工核对。"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page is: its ID and its location as the document part ``beside`` gives it."""

    number: str
    location: str


@dataclass(slots=True)
class _Body:
    """One document of the file: what all its pages share."""

    name: str
    box: tuple[float, float, float, float]
    pages: list[_Place]
    resources: Resources
    pictures: dict[str, str] = field(default_factory=dict)
    loaded: set[str] = field(default_factory=set)
    """Resource parts that were read already: pages share them."""
    templates: dict[str, _Place] = field(default_factory=dict)
    annotations: dict[str, list[etree._Element]] = field(default_factory=dict)
    stamps: dict[str, list[tuple[etree._Element, bool]]] = field(default_factory=dict)
    drawn: dict[str, tuple[etree._Element, bool] | None] = field(default_factory=dict)
    """Template pages that were parsed, with whether they were cut short."""


def read_ofd(data: bytes, path: str, limits: Limits = DEFAULT) -> Document:
    """Read an OFD file from memory; ``path`` only names it.

    The pages of all its documents come one after the other, at most ``limits.pages``. What is missing or damaged is
    named in a warning and the rest is read. Raises ``UnreadableError`` with one Chinese sentence when the file is
    damaged, encrypted, over a limit, has a DTD, or has no text at all.
    """
    package = open_package(data, limits)
    out = Document(path=path, format="ofd", reader="ofd")
    bodies = _bodies(package, out)
    total = sum(len(body.pages) for body in bodies)
    if not total:
        raise UnreadableError(NO_PAGES)
    if len(bodies) > 1:
        out.warnings.append(f"文件内含 {len(bodies)} 个文档，已按顺序合并读取。")
    notes: dict[str, list[int]] = {}
    table, characters = 1, 0
    for body, place in [(b, p) for b in bodies for p in b.pages][: limits.pages]:
        sheet = _sheet(package, body, place, len(out.pages) + 1, notes)
        characters += len(sheet.glyphs)
        check_characters(characters, limits)
        out.pages.append(lay_out(sheet, table))
        table += len(sheet.grids)
    if not any(page.blocks for page in out.pages):
        raise UnreadableError(NO_TEXT)
    out.warnings += [f"第 {_list(map(str, numbers))} 页{sentence}" for sentence, numbers in notes.items()]
    if total > limits.pages:
        out.warnings.append(f"文件共 {total} 页，只读取了前 {limits.pages} 页，其余 {total - limits.pages} 页未读取。")
    faults = list(dict.fromkeys(package.faults))
    out.warnings += faults[:MAX_FAULTS]
    if len(faults) > MAX_FAULTS:
        out.warnings.append(f"另有 {len(faults) - MAX_FAULTS} 个部件缺失或损坏，请重新导出后提交。")
    return out


def _list(words: Iterable[str]) -> str:
    """3 / 3、4、5; long lists are cut after ten."""
    words = list(words)
    return "、".join(words[:10]) + (f" 等 {len(words)} " if len(words) > 10 else "")


def _bodies(package: Package, out: Document) -> list[_Body]:
    """The documents that OFD.xml names (7.4); without one, those that lie where writers put them."""
    main = part(package, "/OFD.xml")
    entries = []
    for entry in children(main[1] if main else None, "DocBody"):
        entries.append((text_of(entry, "DocRoot") or _location(child(entry, "DocRoot")), text_of(entry, "Signatures")))
    if not entries:
        names = sorted(n for n in package.members if n.count("/") <= 1 and n.rpartition("/")[2] == "document.xml")
        entries = [("/" + name, "") for name in names]
    bodies = []
    for location, signatures in entries[: package.limits.pages]:
        if (found := part(package, location)) is not None:
            body = _body(package, *found)
            if signatures:
                _add_stamps(package, body, signatures)
            _name_attachments(package, found, out)
            bodies.append(body)
    return bodies


def _location(element: etree._Element | None) -> str:
    """Where an element says its part is: an attribute by the standard, with some writers an element of that name."""
    return "" if element is None else element.get("BaseLoc") or text_of(element, "BaseLoc")


def _body(package: Package, name: str, root: etree._Element) -> _Body:
    """A document part (7.5) with its resources and annotations."""
    common = child(root, "CommonData")
    area = child(common, "PageArea") if common is not None else None
    places = child(root, "Pages")
    body = _Body(
        name=name,
        box=box_of(text_of(area, "PhysicalBox")) or A4,
        pages=[_Place(p.get("ID", ""), _location(p)) for p in children(places, "Page")],
        resources=Resources(),
    )
    for template in children(common, "TemplatePage"):
        body.templates[template.get("ID", "")] = _Place(template.get("ZOrder", ""), template.get("BaseLoc", ""))
    for kind in ("PublicRes", "DocumentRes"):
        for element in children(common, kind):
            _add_resources(package, body, (element.text or "").strip(), name)
    body.resources.is_red_print = cache(lambda number: _is_red_print(package, body, number))
    if location := text_of(root, "Annotations"):
        _add_annotations(package, body, location)
    return body


def _add_resources(package: Package, body: _Body, location: str, beside: str) -> None:
    """Fonts, pictures and composite objects of a resource part (7.9)."""
    known = find(package, location, beside)
    if known in body.loaded or (found := part(package, location, beside)) is None:
        return
    name, root = found
    body.loaded.add(name)
    folder = root.get("BaseLoc", "").strip().strip("/")
    for group in root:
        for item in group:
            number = item.get("ID", "")
            if item.get("FontName"):
                body.resources.fonts[number] = item.get("FontName", "")
            elif media := text_of(item, "MediaFile"):
                inside = f"{folder}/{media}" if folder else media
                target = find(package, inside, name) or find(package, media, name)
                if target:
                    body.pictures[number] = target
            elif (content := child(item, "Content")) is not None:
                body.resources.composites[number] = content


def _is_red_print(package: Package, body: _Body, number: str) -> bool:
    """Whether a picture is red print on clear ground; False for one too large to be a seal."""
    name = body.pictures.get(number)
    if name is None or package.members[name].file_size > MAX_BYTES:
        return False
    data = read_member(package, name)
    return data is not None and mostly_red(data, package.limits)


def _add_annotations(package: Package, body: _Body, location: str) -> None:
    """Annotations by the ID of their page (15)."""
    found = part(package, location, body.name)
    if found is None:
        return
    name, root = found
    for page in children(root, "Page")[: package.limits.pages]:
        inner = part(package, text_of(page, "FileLoc"), name)
        if inner is not None:
            body.annotations.setdefault(page.get("PageID", ""), []).extend(children(inner[1], "Annot"))


def _add_stamps(package: Package, body: _Body, location: str) -> None:
    """Where signatures (18.2) show their seal: StampAnnot elements by the ID of their page, True if by a seal."""
    found = part(package, location, body.name)
    if found is None:
        return
    name, root = found
    placed = 0
    for signature in children(root, "Signature")[: package.limits.pages]:
        inner = part(package, signature.get("BaseLoc", ""), name)
        info = child(inner[1], "SignedInfo") if inner else None
        for stamp in children(info, "StampAnnot"):
            placed += 1
            if placed <= MAX_STAMPS:
                sealed = signature.get("Type", "Seal") != "Sign"
                body.stamps.setdefault(stamp.get("PageRef", ""), []).append((stamp, sealed))


def _name_attachments(package: Package, document: tuple[str, etree._Element], out: Document) -> None:
    """Say which files are attached (16): they are papers of their own."""
    name, root = document
    location = text_of(root, "Attachments")
    found = part(package, location, name) if location else None
    if found is None:
        return
    names = []
    for item in children(found[1], "Attachment"):
        if item.get("Visible") != "false":
            names.append(shown(item.get("Name") or text_of(item, "FileLoc").rpartition("/")[2]))
    if names:
        out.warnings.append(f"文件带有 {len(names)} 个附件（{_list(names).rstrip()}），附件没有读取，请另行提交。")


def _sheet(package: Package, body: _Body, place: _Place, number: int, notes: dict[str, list[int]]) -> Sheet:
    """One page as read, with its templates, annotations and seals."""
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
            _add_resources(package, body, (element.text or "").strip(), found[0])
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
    _settle(sheet, surface, notes)
    return sheet


def _templates(package: Package, body: _Body, root: etree._Element) -> tuple[list[tuple[etree._Element, bool]], ...]:
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


def _stamp_box(stamp: etree._Element, matrix: tuple[float, float, float, float, float, float]) -> BBox | None:
    """The part of a signature's seal that shows: its boundary, or the clip in it (a seam seal over several pages)."""
    whole, clip = box_of(stamp.get("Boundary")), box_of(stamp.get("Clip"))
    if whole is None or clip is None:
        return boundary(stamp, matrix)
    x, y = whole[0] + clip[0], whole[1] + clip[1]
    scale, left, top = matrix[0], matrix[4], matrix[5]
    return (scale * x + left, scale * y + top, scale * (x + clip[2]) + left, scale * (y + clip[3]) + top)


def _settle(sheet: Sheet, surface: Surface, notes: dict[str, list[int]]) -> None:
    """Fill the sheet: characters on the page, ticks onto their boxes, tables from the rules."""
    drawing = surface.drawing
    if surface.full:
        notes.setdefault(TOO_MUCH, []).append(sheet.number)
    scan = _is_scan(drawing, sheet.width * sheet.height)
    if surface.faint and scan:
        notes.setdefault(OCR_LAYER, []).append(sheet.number)
        surface.glyphs += surface.faint
    elif scan and not surface.glyphs:
        notes.setdefault(NO_LAYER, []).append(sheet.number)
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


def _is_scan(drawing: Drawing, page: float) -> bool:
    """Whether pictures cover most of the page."""
    boxes = [image.bbox for image in drawing.images if image.bbox is not None]
    return sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in boxes) >= SCAN_SHARE * page
