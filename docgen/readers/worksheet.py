"""Rows of texts → a page: the title lines above a worksheet's table, the table, the lines below it.

Shared by workbooks and CSV files. A worksheet has no geometry: places are cells, counted on the sheet's own grid.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from docgen.cells import cell_name
from docgen.document import Bulk, Cell, Document, Line, Page, Table
from docgen.readers.limits import Limits, check_cells
from docgen.readers.marks import normalise_marks

BULK_FROM = 500
"""Rows from which a table keeps its middle as texts only."""

HEAD, TAIL = 100, 50
"""Rows at the head and at the end of a long table that are whole cells: headers, sums and what stands below them."""

LONG = 12
"""A lone text below a table of at least so many characters is a remark, not a row."""

_TOTALS = ("合计", "总计", "共计", "小计")
_REMARKS = ("注", "说明", "备注", "填表说明")

Merge = tuple[tuple[int, int], tuple[int, int]]
"""First and last (row, column) of merged cells, inclusive, from 0."""


@dataclass(slots=True)
class Rows:
    """What a worksheet holds: ``texts`` row by row, all of ``width`` columns; the first stands at ``top``, ``left``."""

    texts: list[tuple[str, ...]]
    top: int = 0
    left: int = 0
    merges: list[Merge] = field(default_factory=list)
    sheet: str = ""

    @property
    def width(self) -> int:
        return len(self.texts[0]) if self.texts else 0


def trim(rows: Rows) -> Rows:
    """Without the empty rows and columns around; merges are kept as they are, on the sheet's grid."""
    texts = rows.texts
    first = next((i for i, row in enumerate(texts) if any(row)), len(texts))
    last = next((i for i in range(len(texts) - 1, -1, -1) if any(texts[i])), -1) + 1
    if first >= last:
        return Rows([], rows.top, rows.left, [], rows.sheet)
    if first or last < len(texts):
        texts = texts[first:last]
    columns = [c for c in range(rows.width) if any(row[c] for row in texts)]
    start, end = columns[0], columns[-1] + 1
    if start or end < rows.width:
        texts = [row[start:end] for row in texts]
    return Rows(texts, rows.top + first, rows.left + start, rows.merges, rows.sheet)


def make_page(number: int, table_number: int, rows: Rows, limits: Limits) -> Page:
    """The page of one worksheet. ``rows`` are trimmed; an empty sheet gives a page without blocks."""
    page = Page(number)
    texts = rows.texts
    start = 0
    while start < len(texts) and _lone(texts[start]):
        start += 1
    end = len(texts)
    while end > start + 1 and _is_remark(texts[end - 1]):
        end -= 1
    if end - start < 2 and rows.width < 2:
        start = end = len(texts)
    page.blocks.extend(_lines(rows, range(start)))
    if start < end:
        page.blocks.append(_table(table_number, rows, start, end, limits))
    page.blocks.extend(_lines(rows, range(end, len(texts))))
    return page


def document_of(path: str, kind: str, pages: list[Page], warnings: Iterable[str] = ()) -> Document:
    return Document(path=path, format=kind, reader=kind, pages=pages, paged=False, warnings=[*warnings])


def _lone(row: Sequence[str]) -> bool:
    """Whether a row holds one text, or none."""
    return sum(1 for text in row if text) < 2


def _is_remark(row: Sequence[str]) -> bool:
    """Whether a row below a table is no row of it: empty, or words with a colon (填表人：…), or one long text."""
    texts = [text for text in row if text]
    if any(text.startswith(_TOTALS) for text in texts):
        return False
    if len(texts) == 1 and (len(texts[0]) >= LONG or texts[0].startswith(_REMARKS)) and not texts[0].isascii():
        return True
    return all("：" in text or ":" in text for text in texts)


def _lines(rows: Rows, numbers: Iterable[int]) -> Iterable[Line]:
    for number in numbers:
        for col, text in enumerate(rows.texts[number]):
            if text:
                place = cell_name(rows.top + number, rows.left + col, rows.sheet)
                yield Line(normalise_marks(text).replace("\n", " "), cell=place)


def _table(number: int, rows: Rows, start: int, end: int, limits: Limits) -> Table:
    """Rows ``start`` to ``end`` (exclusive) as a table; a long one keeps its middle as ``Bulk``."""
    table = Table(number, end - start, rows.width, sheet=rows.sheet, first_row=rows.top + start, first_col=rows.left)
    spans = _spans(rows, start, end)
    if table.rows >= BULK_FROM:
        middle = range(HEAD, table.rows - TAIL)
        crossing = [span for span in spans if span[0] < middle.stop and span[0] + span[2] > middle.start]
        if not crossing or table.rows * table.cols > limits.cells:
            texts = rows.texts[start + middle.start : start + middle.stop]
            table.bulk = Bulk(middle.start, _spread(texts, middle.start, crossing) if crossing else texts)
            spans = [span for span in spans if span not in set(crossing)]
    check_cells((table.rows - (len(table.bulk.rows) if table.bulk else 0)) * table.cols, limits)
    covered: dict[tuple[int, int], tuple[int, int]] = {}
    for row, col, high, wide in spans:
        covered.update(((r, c), (0, 0)) for r in range(row, row + high) for c in range(col, col + wide))
        covered[(row, col)] = (high, wide)
    for row in range(table.rows):
        if table.bulk is not None and table.bulk.start <= row < table.bulk.end:
            continue
        for col, text in enumerate(rows.texts[start + row]):
            high, wide = covered.get((row, col), (1, 1))
            if high:
                table.cells.append(Cell(row, col, high, wide, normalise_marks(text) if text else ""))
    return table


def _spans(rows: Rows, start: int, end: int) -> list[tuple[int, int, int, int]]:
    """Merged cells as (row, column, rows, columns) on the table's own grid, cut at its edges; none overlaps another."""
    out: list[tuple[int, int, int, int]] = []
    taken: set[tuple[int, int]] = set()
    for (row_0, col_0), (row_1, col_1) in rows.merges:
        top, bottom = max(row_0 - rows.top, start), min(row_1 - rows.top + 1, end)
        left, right = max(col_0 - rows.left, 0), min(col_1 - rows.left + 1, rows.width)
        if bottom <= top or right <= left or (bottom - top) * (right - left) < 2:
            continue
        places = {(row, col) for row in range(top, bottom) for col in range(left, right)}
        if taken.isdisjoint(places):
            taken |= places
            out.append((top - start, left, bottom - top, right - left))
    return out


def _spread(texts: list[tuple[str, ...]], start: int, spans: list[tuple[int, int, int, int]]) -> list[tuple[str, ...]]:
    """``texts`` (from grid row ``start``) with the text of cells merged over several rows in each of them."""
    out = list(texts)
    for row, col, high, _ in spans:
        if row < start:
            continue
        text = texts[row - start][col]
        for below in range(row + 1 - start, min(row + high - start, len(out))):
            out[below] = (*out[below][:col], text, *out[below][col + 1 :])
    return out
