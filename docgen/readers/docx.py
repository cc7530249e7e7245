"""Word files in: paragraphs, tables with their merged cells, and pictures, as a reader of the printed file meets them.

lxml directly over the parts (see ``docx_package`` for why not python-docx). Paragraphs are read by ``docx_text``, list
numbers by ``docx_numbers``, seals and handwriting are told apart by ``docx_pictures``; here is the flow and the grid.

Header lines come first and footer lines last, without paragraph numbers. The text of a text box follows the paragraph it
is anchored in. Footnotes, comments and hidden styles are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from docgen.document import Cell, Document, Image, Line, Page, Table
from docgen.errors import UnreadableError
from docgen.readers.docx_numbers import Numbering, load_numbering
from docgen.readers.docx_package import Package, R, Relation, W, main_part, open_package, part, read_member, relations
from docgen.readers.docx_pictures import Drawing, kind_of
from docgen.readers.docx_text import PPR, TEXT, P, content, on, read_paragraph, settle_controls
from docgen.readers.limits import (
    DEFAULT,
    Limits,
    check_cells,
    check_characters,
    check_paragraphs,
    table_columns_warning,
    table_depth_warning,
)

TBL, TR, TC, SECTION = f"{W}tbl", f"{W}tr", f"{W}tc", f"{W}sectPr"
BREAK = f"{W}br"
TC_PROPERTIES, SPAN, VERTICAL, HORIZONTAL = f"{W}tcPr", f"{W}gridSpan", f"{W}vMerge", f"{W}hMerge"

_REVISIONS = tuple(f"{W}{name}" for name in ("ins", "del", "moveFrom", "moveTo"))
_PAGE_NUMBER = re.compile(r"[-—–·/,，\s\d第共页]*")
"""A header or footer line that is only a page number says nothing of the paper."""

BODY, BOX, INSIDE = "body", "box", "inside"
"""Where a flow stands: in the body, in a text box anchored in the body, or in a cell, header or footer."""


@dataclass(slots=True)
class _Reading:
    """The file being read: where its parts are, what has been counted, what the reviewer must be told."""

    package: Package
    limits: Limits
    links: dict[str, Relation]
    turns: Iterator[bool] = field(default_factory=lambda: iter(()))
    numbering: Numbering | None = None
    body_paragraphs: int = 0
    paragraphs: int = 0
    characters: int = 0
    cells: int = 0
    warnings: list[str] = field(default_factory=list)

    def warn(self, sentence: str) -> None:
        if sentence not in self.warnings:
            self.warnings.append(sentence)


@dataclass(slots=True)
class _Flow:
    """Lines (empty ones too) and tables in order, and the pictures anchored in them."""

    items: list[Line | Table] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    """Indices in ``items`` before which a page ends."""


def read_docx(data: bytes, path: str, limits: Limits = DEFAULT) -> Document:
    """The Word file ``data`` as one page without geometry. Raises ``UnreadableError``: damaged, encrypted, over a limit.

    ``Line.paragraph`` counts body paragraphs outside tables from 1, empty ones included (they carry no line). Tables are
    numbered from 1 in document order, nested ones after all others. What is left out is told in ``warnings``.
    """
    package = open_package(data, limits)
    main, root = main_part(package)
    body = root.find(f"{W}body")
    if body is None:
        raise UnreadableError("Word 文档缺少正文部分，可能已损坏，请用 Word 或 WPS 打开后重新保存再提交。")
    reading = _Reading(package, limits, relations(package, main), turns=_section_turns(body))
    reading.numbering = _numbering(reading, root)
    if next(root.iter(*_REVISIONS), None) is not None:
        reading.warn("文件含有未接受的修订，已按接受全部修订后的内容读取。")
    if next(root.iter(f"{W}altChunk"), None) is not None:
        reading.warn("文件嵌入了另一份文件的内容（altChunk），该部分没有读取，请用 Word 打开后重新保存。")
    settle_controls(root)
    headers, footers = _running_parts(reading, root)
    page = Page(number=1)
    _add_running(reading, page, headers)
    flow = _read_flow(reading, body, BODY, 0)
    _mark_heads(flow)
    page.blocks.extend(b for b in flow.items if isinstance(b, Table) or b.text.strip())
    page.images.extend(flow.images)
    _add_running(reading, page, footers)
    _number_tables(page)
    if not page.blocks and not page.images:
        raise UnreadableError("Word 文档里没有文字、表格和图片，请确认提交的是填好的文件。")
    return Document(path, "docx", "docx", pages=[page], paged=False, warnings=reading.warnings)


def _numbering(reading: _Reading, root: etree._Element) -> Numbering | None:
    """The lists of the file, None where no paragraph can be in one: parsing two more parts doubles the time of a form."""
    links = {r.kind: r.target for r in reading.links.values() if r.kind in ("numbering", "styles")}
    styles = None
    if next(root.iter(f"{W}pStyle"), None) is not None and b"numPr" in (
        read_member(reading.package, links.get("styles", "")) or b""
    ):
        styles = part(reading.package, links["styles"])
    if styles is None and next(root.iter(f"{W}numPr"), None) is None:
        return None
    lists = part(reading.package, links.get("numbering", ""))
    return load_numbering(lists, styles) if lists is not None else None


def _read_flow(reading: _Reading, container: etree._Element, place: str, depth: int) -> _Flow:
    """Paragraphs and tables of a body, cell, text box, header or footer; ``depth`` counts the tables around it."""
    flow = _Flow()
    carried = ""
    for block in content(container):
        if block.tag == P:
            carried = _add_paragraph(reading, flow, block, place, depth, carried=carried)
        elif block.tag == TBL:
            if depth < reading.limits.table_depth:
                flow.items.append(_read_table(reading, block, depth + 1))
            else:
                reading.warn(table_depth_warning(reading.limits))
                flow.items.extend(Line(text=text) for text in _plain(reading, block))
    if carried:
        flow.items.append(Line(text=carried))
    return flow


def _add_paragraph(
    reading: _Reading, flow: _Flow, element: etree._Element, place: str, depth: int, *, carried: str
) -> str:
    """Add one paragraph with its text boxes and pictures; returns the text that the next paragraph continues."""
    _count(reading)
    if place == BODY:
        reading.body_paragraphs += 1
    number = None if place == INSIDE else reading.body_paragraphs
    found = read_paragraph(element)
    text = carried + _label(reading, element) + found.text
    ends = _page_ends(element, reading.turns) if place == BODY else (False, False)
    if ends[0]:
        flow.breaks.append(len(flow.items))
    reading.characters += len(text)
    check_characters(reading.characters, reading.limits)
    flow.images.extend(_image(reading, drawing, number) for drawing in found.drawings)
    if found.joined and not found.boxes:
        return text
    flow.items.append(Line(text=text, paragraph=number))
    for box in found.boxes:
        inner = _read_flow(reading, box, BOX if place == BODY else place, depth)
        flow.items.extend(inner.items)
        flow.images.extend(inner.images)
    if ends[1]:
        flow.breaks.append(len(flow.items))
    return ""


def _section_turns(body: etree._Element) -> Iterator[bool]:
    """For each section that ends in a paragraph: whether the next one begins a page (its own ``w:type`` says so)."""
    sections = [
        s for s in body.iter(SECTION) if (parent := s.getparent()) is not None and parent.tag in (PPR, body.tag)
    ]
    for section in sections[1:]:
        kind = section.find(f"{W}type")
        yield kind is None or kind.get(f"{W}val") != "continuous"


def _page_ends(paragraph: etree._Element, turns: Iterator[bool]) -> tuple[bool, bool]:
    """Whether a page ends before the text of a paragraph, and whether one ends behind it."""
    properties = paragraph.find(PPR)
    before = after = False
    if properties is not None:
        before = on(properties.find(f"{W}pageBreakBefore"))
        after = properties.find(SECTION) is not None and next(turns, True)
    written = False
    for node in paragraph.iter(TEXT, BREAK):
        if node.tag == TEXT:
            written = written or bool((node.text or "").strip())
        elif node.get(f"{W}type") == "page":
            before, after = before or not written, after or written
    return before, after


def _mark_heads(flow: _Flow) -> None:
    """Mark the first text after each page break, unless a table comes before it."""
    for start in flow.breaks:
        for item in flow.items[start:]:
            if isinstance(item, Table):
                break
            if item.text.strip():
                item.heads = True
                break


def _label(reading: _Reading, paragraph: etree._Element) -> str:
    if reading.numbering is None or (properties := paragraph.find(PPR)) is None:
        return ""
    return reading.numbering.label(properties)


def _image(reading: _Reading, drawing: Drawing, paragraph: int | None) -> Image:
    link = reading.links.get(drawing.picture or "")
    return Image(kind=kind_of(drawing, reading.package, link.target if link else None), paragraph=paragraph)


def _plain(reading: _Reading, table: etree._Element) -> Iterator[str]:
    """The text of all paragraphs of a table and of the tables in it, without recursion."""
    for paragraph in table.iter(P):
        _count(reading)
        text = read_paragraph(paragraph).text
        reading.characters += len(text)
        check_characters(reading.characters, reading.limits)
        if text.strip():
            yield text


def _count(reading: _Reading) -> None:
    reading.paragraphs += 1
    check_paragraphs(reading.paragraphs, reading.limits)


@dataclass(slots=True)
class _Slot:
    """A ``w:tc`` as it stands in its row: grid column, width in columns, and its part in a vertical merge."""

    element: etree._Element
    col: int
    span: int
    merges: bool
    continues: bool


def _read_table(reading: _Reading, element: etree._Element, depth: int) -> Table:
    """A table on its finest grid: gridSpan, gridBefore, vMerge and the older hMerge honoured, deleted rows left out."""
    table = Table(number=0, rows=0, cols=0)
    above: dict[int, Cell] = {}
    for row in content(element):
        if row.tag != TR or row.find(f"{W}trPr/{W}del") is not None:
            continue
        here: dict[int, Cell] = {}
        for slot in _slots(reading, row):
            cell = above.get(slot.col) if slot.continues else None
            if cell is not None and cell.colspan == slot.span:
                cell.rowspan += 1  # what a continuing cell holds is not printed
            else:
                cell = _read_cell(reading, slot, table.rows, depth)
                table.cells.append(cell)
            if slot.merges:  # a cell that continues what was never merged prints as its own, and may be continued
                here[slot.col] = cell
        above = here
        table.rows += 1
    _close_ranks(table)
    return table


def _slots(reading: _Reading, row: etree._Element) -> list[_Slot]:
    widest = reading.limits.table_columns
    slots: list[_Slot] = []
    col = _integer(row.find(f"{W}trPr/{W}gridBefore"), 0)
    for cell in content(row):
        if cell.tag != TC:
            continue
        properties = cell.find(TC_PROPERTIES)
        span, vertical, horizontal = 1, None, None
        for setting in properties if properties is not None else ():
            if setting.tag == SPAN:
                span = max(_integer(setting, 1), 1)
            elif setting.tag == VERTICAL:
                vertical = setting
            elif setting.tag == HORIZONTAL:
                horizontal = setting
        if col + span > widest:
            reading.warn(table_columns_warning(reading.limits))
            col = min(col, widest - 1)
            span = widest - col
        if _continues(horizontal) and slots:
            slots[-1].span = col + span - slots[-1].col
        else:
            slots.append(_Slot(cell, col, span, vertical is not None, _continues(vertical)))
        col += span
    return slots


def _continues(merge: etree._Element | None) -> bool:
    """``w:vMerge`` and ``w:hMerge`` without a value continue the merge (ISO 29500-1, 17.4.84)."""
    return merge is not None and merge.get(f"{W}val", "continue") == "continue"


def _read_cell(reading: _Reading, slot: _Slot, row: int, depth: int) -> Cell:
    reading.cells += 1
    check_cells(reading.cells, reading.limits)
    flow = _read_flow(reading, slot.element, INSIDE, depth)
    text = "\n".join(item.text if isinstance(item, Line) else _table_text(item) for item in flow.items)
    tables = [item for item in flow.items if isinstance(item, Table)]
    return Cell(row, slot.col, 1, slot.span, text.strip("\n"), tables=tables, images=flow.images)


def _table_text(table: Table) -> str:
    """A nested table as lines of its parent's text: a row a line, cells separated by tabs."""
    rows: dict[int, list[str]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell.text.replace("\n", " "))
    return "\n".join("\t".join(cells) for cells in rows.values())


def _close_ranks(table: Table) -> None:
    """Drop grid columns at which no cell begins or ends: Word keeps them after edits, nobody sees them."""
    edges = sorted({0} | {c.col for c in table.cells} | {c.col + c.colspan for c in table.cells})
    index = {edge: i for i, edge in enumerate(edges)}
    for cell in table.cells:
        left, right = index[cell.col], index[cell.col + cell.colspan]
        cell.col, cell.colspan = left, right - left
    table.cols = len(edges) - 1


def _number_tables(page: Page) -> None:
    outer = page.tables
    number = len(outer)
    for i, table in enumerate(outer, 1):
        table.number = i
    stack = [t for table in reversed(outer) for cell in reversed(table.cells) for t in reversed(cell.tables)]
    while stack:
        table = stack.pop()
        number += 1
        table.number = number
        stack.extend(t for cell in reversed(table.cells) for t in reversed(cell.tables))


def _running_parts(reading: _Reading, root: etree._Element) -> tuple[list[str], list[str]]:
    """Names of the header and footer parts that are printed, each once, in document order."""
    headers: dict[str, None] = {}
    footers: dict[str, None] = {}
    for section in root.iter(SECTION):
        first = on(section.find(f"{W}titlePg"))
        for reference in section.iterfind(f"{W}*"):
            found = {f"{W}headerReference": headers, f"{W}footerReference": footers}.get(reference.tag)
            link = reading.links.get(reference.get(f"{R}id", ""))
            kind = reference.get(f"{W}type", "default")
            if found is None or link is None or (kind == "first" and not first):
                continue
            if kind != "even" or _even_pages(reading):
                found[link.target] = None
    return list(headers), list(footers)


def _even_pages(reading: _Reading) -> bool:
    """Whether the file prints other headers on even pages; if not, even headers are leftovers nobody sees."""
    target = next((r.target for r in reading.links.values() if r.kind == "settings"), "")
    root = part(reading.package, target)
    return root is not None and on(root.find(f"{W}evenAndOddHeaders"))


def _add_running(reading: _Reading, page: Page, names: list[str]) -> None:
    """Add the lines (tables as lines) and pictures of headers or footers to ``page``; a line said twice is added once."""
    body_links = reading.links
    seen: set[str] = set()
    for name in names:
        if (root := part(reading.package, name)) is None:
            continue
        settle_controls(root)
        reading.links = relations(reading.package, name)
        flow = _read_flow(reading, root, INSIDE, 0)
        page.images.extend(flow.images)
        for item in flow.items:
            for text in (item.text if isinstance(item, Line) else _table_text(item)).split("\n"):
                if text not in seen and not _PAGE_NUMBER.fullmatch(text):
                    seen.add(text)
                    page.blocks.append(Line(text=text))
    reading.links = body_links


def _integer(element: etree._Element | None, default: int) -> int:
    text = element.get(f"{W}val", "") if element is not None else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default
