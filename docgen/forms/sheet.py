"""A form's part of a document laid out for reading: its tables as grids, its lines as runs, each text with its places."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from unicodedata import east_asian_width

from checkers.report import Location
from docgen.cells import cell_name
from docgen.document import BBox, Cell, Document, Image, Line, Page, Table, Word
from docgen.forms.match import bare_label, fold, fold_offsets, normalise_label

Position = tuple[int, int]
"""(index in ``document.pages``, index in ``page.blocks``), both from 0."""

UPRIGHT = 0.6
"""Width of a word of several characters, as a share of its height, below which it is printed downwards."""

WORKBOOKS = ("xlsx", "xls", "csv")
"""Formats whose cells are counted on the sheet's own grid."""

LABEL_LENGTH = 60
"""Longest text (folded characters) of a cell that may be a label."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A range of blocks: ``start`` inclusive, ``end`` exclusive."""

    start: Position
    end: Position

    def holds(self, position: Position) -> bool:
        return self.start <= position < self.end


def _part(word: Word, start: int, end: int) -> BBox:
    """The box of characters ``start`` to ``end`` of a word; without their edges, each is as wide as its kind."""
    start, end = max(start, 0), min(end, len(word.text))
    x0, top, x1, bottom = word.bbox
    if (start == 0 and end == len(word.text)) or x1 - x0 < UPRIGHT * (bottom - top):
        return word.bbox
    if len(word.edges) == len(word.text):
        return word.edges[start], top, word.edges[end] if end < len(word.text) else x1, bottom
    widths = [1.0 if east_asian_width(c) in "WFA" else 0.5 for c in word.text]
    scale = (x1 - x0) / sum(widths)
    return x0 + scale * sum(widths[:start]), top, x0 + scale * sum(widths[:end]), bottom


@dataclass(slots=True)
class Span:
    """A printed line inside a region: characters ``start`` to ``end`` of its text."""

    start: int
    end: int
    bbox: BBox | None = None
    paragraph: int | None = None
    line: Line | None = None

    def box(self, start: int, end: int) -> BBox | None:
        """The box of the words between two offsets of the region's text, else of the whole line."""
        if self.line is None or not self.line.words or (start <= self.start and end >= self.end):
            return self.bbox
        boxes: list[BBox] = []
        at = 0
        for word in self.line.words:
            found = self.line.text.find(word.text, at)
            if found < 0:
                return self.bbox
            at = found + len(word.text)
            if self.start + found < end and self.start + at > start:
                boxes.append(_part(word, start - self.start - found, end - self.start - found))
        return union(boxes) or self.bbox


@dataclass(slots=True, eq=False)
class Region:
    """A text that is read as one: a cell, or the lines between two tables of a page.

    ``flat`` is the folded text. ``office`` is the heading of the block the office fills, when the region belongs to one;
    ``taken`` marks the cells of a roster.
    """

    text: str
    spans: list[Span]
    page: Page
    order: int
    cell: Cell | None = None
    grid: Grid | None = None
    confidence: float = 1.0
    office: str = ""
    taken: bool = False
    flat: str = ""
    _offsets: list[int] | None = None

    @property
    def offsets(self) -> list[int]:
        """For each character of ``flat`` its offset in ``text``."""
        if self._offsets is None:
            self._offsets = fold_offsets(self.text)
        return self._offsets

    def raw_range(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in ``text`` of the folded characters ``start`` to ``end`` (exclusive)."""
        offsets = self.offsets
        first = offsets[start] if start < len(offsets) else len(self.text)
        last = offsets[end - 1] + 1 if 0 < end <= len(offsets) and end > start else first
        return first, last


@dataclass(slots=True, eq=False)
class Grid:
    """A table with its cells as regions, found by grid position."""

    table: Table
    page: Page
    regions: list[Region] = field(default_factory=list)
    places: dict[Position, Region] = field(default_factory=dict)

    def at(self, row: int, col: int) -> Region | None:
        return self.places.get((row, col))

    def right(self, region: Region) -> list[Region]:
        """The cells directly right of a cell, one for each of the rows it spans (each once)."""
        cell = region.cell
        assert cell is not None  # noqa: S101  # regions of a grid have a cell
        out: list[Region] = []
        for row in range(cell.row, cell.row + cell.rowspan):
            other = self.at(row, cell.col + cell.colspan)
            if other is not None and other not in out:
                out.append(other)
        return out

    def below(self, region: Region) -> Region | None:
        cell = region.cell
        assert cell is not None  # noqa: S101  # regions of a grid have a cell
        return self.at(cell.row + cell.rowspan, cell.col)

    def row(self, row: int) -> list[Region]:
        """The cells that cover a row, left to right."""
        out: list[Region] = []
        for col in range(self.table.cols):
            region = self.at(row, col)
            if region is not None and (not out or out[-1] is not region):
                out.append(region)
        return out

    def is_band(self, region: Region) -> bool:
        """Whether a cell spans the whole width of the table."""
        return region.cell is not None and region.cell.colspan >= self.table.cols


@dataclass(slots=True)
class Sheet:
    """What ``read_form`` looks at.

    ``flat`` is all text folded, ``starts`` where each region begins in it. ``labels`` and ``bare`` are the short cells by
    their text as a label, with and without a unit.
    """

    document: Document
    regions: list[Region] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    labels: dict[str, list[Region]] = field(default_factory=dict)
    bare: dict[str, list[Region]] = field(default_factory=dict)
    images: list[tuple[Page, Image]] = field(default_factory=list)
    many_tables: bool = False
    flat: str = ""
    starts: list[int] = field(default_factory=list)

    def occurrences(self, text: str) -> Iterator[tuple[Region, int]]:
        """Every place of a folded text: the region and the offset in its ``flat``, in reading order."""
        at = self.flat.find(text) if text else -1
        while at >= 0:
            number = bisect_right(self.starts, at) - 1
            yield self.regions[number], at - self.starts[number]
            at = self.flat.find(text, at + 1)


def whole(document: Document) -> Segment:
    return Segment((0, 0), (len(document.pages), 0))


def make_sheet(document: Document, segment: Segment | None = None) -> Sheet:
    """The blocks of ``segment`` (default: all) as regions and grids."""
    segment = segment or whole(document)
    sheet = Sheet(document, many_tables=sum(1 for _ in document.tables()) > 1)
    for number, page in enumerate(document.pages):
        if not segment.start[0] <= number <= segment.end[0]:
            continue
        run: list[Line] = []
        seen = False
        for index, block in enumerate(page.blocks):
            if not segment.holds((number, index)):
                continue
            seen = True
            if isinstance(block, Line):
                run.append(block)
                continue
            _add_lines(sheet, page, run)
            run = []
            _add_table(sheet, page, block)
        _add_lines(sheet, page, run)
        if seen:
            sheet.images.extend((page, image) for image in page.images)
    _join(sheet)
    for region in sheet.regions:
        if region.cell is not None and region.text and len(region.flat) <= LABEL_LENGTH:
            sheet.labels.setdefault(normalise_label(region.text), []).append(region)
            sheet.bare.setdefault(bare_label(region.text), []).append(region)
    return sheet


def _join(sheet: Sheet) -> None:
    """Folds every region and joins them with a character no paper has, so that one search finds a label everywhere."""
    at = 0
    for region in sheet.regions:
        region.flat = fold(region.text)
        sheet.starts.append(at)
        at += len(region.flat) + 1
    sheet.flat = "\0".join(region.flat for region in sheet.regions)


def _add_lines(sheet: Sheet, page: Page, lines: list[Line]) -> None:
    if not lines:
        return
    spans: list[Span] = []
    at = 0
    for line in lines:
        spans.append(Span(at, at + len(line.text), line.bbox, line.paragraph, line))
        at += len(line.text) + 1
    confidence = min(line.confidence for line in lines)
    text = "\n".join(line.text for line in lines)
    sheet.regions.append(Region(text, spans, page, len(sheet.regions), confidence=confidence))


def _add_table(sheet: Sheet, page: Page, table: Table) -> None:
    grid = Grid(table, page)
    sheet.grids.append(grid)
    nested: list[Table] = []
    for cell in table.cells:
        region = Region(cell.text, _cell_spans(cell), page, len(sheet.regions), cell, grid, cell.confidence)
        sheet.regions.append(region)
        grid.regions.append(region)
        for row in range(cell.row, cell.row + cell.rowspan):
            for col in range(cell.col, cell.col + cell.colspan):
                grid.places[(row, col)] = region
        nested.extend(cell.tables)
    for inner in nested:
        _add_table(sheet, page, inner)


def _cell_spans(cell: Cell) -> list[Span]:
    """The printed lines of a cell, found in its text one after the other."""
    spans: list[Span] = []
    at = 0
    for line in cell.lines:
        start = cell.text.find(line.text, at)
        if start < 0:
            return []
        at = start + len(line.text)
        spans.append(Span(start, at, line.bbox, line.paragraph, line))
    return spans


def union(boxes: list[BBox]) -> BBox | None:
    """The smallest box around all boxes; None for none."""
    if not boxes:
        return None
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def locate_cell(sheet: Sheet, table: Table, row: int, col: int) -> Location:
    """A grid position of a paper without boxes: ``B3``, ``表2!B3`` in Word, ``花名册!B3`` in a workbook of several sheets."""
    name = cell_name(table.first_row + row, table.first_col + col, table.sheet)
    if sheet.many_tables and sheet.document.format not in WORKBOOKS:
        name = f"表{table.number}!{name}"
    return Location(sheet.document.path, cell=name)


def locate(sheet: Sheet, region: Region, start: int = 0, end: int | None = None) -> Location:
    """Where characters ``start`` to ``end`` of a region stand: page and box on paged papers, else cell or paragraph."""
    document = sheet.document
    end = len(region.text) if end is None else end
    spans = [s for s in region.spans if s.start < end and s.end > start] or (
        [s for s in region.spans if s.start <= start <= s.end] if region.cell is None else []
    )
    if document.paged:
        box = union([box for s in spans if (box := s.box(start, end))]) or (region.cell.bbox if region.cell else None)
        return Location(document.path, page=region.page.number, bbox=box)
    if region.cell is not None and region.grid is not None:
        return locate_cell(sheet, region.grid.table, region.cell.row, region.cell.col)
    if (name := next((s.line.cell for s in spans if s.line is not None and s.line.cell), "")) != "":
        return Location(document.path, cell=name)
    return Location(document.path, paragraph=next((s.paragraph for s in spans if s.paragraph is not None), None))
