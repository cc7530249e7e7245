"""Tables of rows (人员花名册, 工作简历): header of one to three rows, columns in any order, 合计 row, further pages."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from checkers.facts import Fact, RowTexts
from checkers.policy import Field
from checkers.report import Location
from docgen.forms.find import Search, names_of
from docgen.forms.match import FUZZY, bare_label, normalise_label, similarity
from docgen.forms.raw import as_written, is_blank
from docgen.forms.sheet import Grid, Region, Sheet, locate, locate_cell, union
from docgen.forms.ticks import read_choice, read_list

HEADER_ROWS = 3
"""Most rows a header may have."""

LEAST_COLUMNS = 0.5
"""Least share of the specified columns that must be found for a table to be the roster."""

_TOTAL = {"合计", "总计", "共计", "总合计", "总分"}
_TOTAL_STARTS = {text[0] for text in _TOTAL}
_SKIPPED = {"小计", "本页小计"}
_NUMBERING = {"序号", "行次", "编号"}
_DOTS = "….·。、"


@dataclass(slots=True)
class Header:
    """Where a roster's header stands: rows ``top`` to ``bottom`` (inclusive), column id → grid columns [from, to)."""

    grid: Grid
    top: int
    bottom: int
    columns: dict[str, tuple[int, int]]
    confidence: float
    stop: int
    left: int = 0


@dataclass(slots=True)
class _Body:
    """What the rows of one table gave: facts, or of a long table texts in the order of the columns found; and its rows."""

    rows: list[dict[str, Fact]] = field(default_factory=list)
    texts: list[tuple[Any, ...]] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    total_row: int | None = None
    ended: bool = False


def read_roster(search: Search, name: str, spec: Field) -> dict[str, Fact]:
    """The roster's fact under its own id, and one fact for each of its totals."""
    header = _find_header(search, spec)
    absent = {key: Fact(key, "", "absent", item.label) for key, item in spec.totals.items()}
    if header is None:
        return {name: Fact(name, [], "absent", spec.label)} | absent
    sheet = search.sheet
    parts: list[tuple[Header, _Body]] = []
    totals = absent
    places: list[Location] = []
    current: Header | None = header
    while current is not None:
        body = _read_body(search, current, spec)
        places.append(_place(sheet, current))
        parts.append((current, body))
        _take(current, body)
        if body.total_row is not None:
            totals = _read_totals(sheet, current, spec, body.total_row)
        current = None if body.ended else _continuation(search, current, spec)
    rows: Sequence[dict[str, Fact]] = [row for _, body in parts for row in body.rows]
    raw = [{key: fact.raw for key, fact in row.items()} for row in rows]
    if any(part.grid.table.bulk for part, _ in parts):
        rows, raw = _long_rows(sheet, spec, parts), []
    fact = Fact(name, raw, "filled" if rows else "blank", spec.label, tuple(places), header.confidence, rows)
    return {name: fact} | totals


_TABLE_BITS = 24
"""A row of a long roster on the paper is (number of the table << _TABLE_BITS) + row of its grid."""


def _long_rows(sheet: Sheet, spec: Field, parts: list[tuple[Header, _Body]]) -> RowTexts:
    """The rows of all tables as texts, with the columns that any of the tables has."""
    columns = {key: at for at, key in enumerate(k for k in spec.columns if any(k in h.columns for h, _ in parts))}
    texts: list[tuple[Any, ...]] = []
    places: list[int] = []
    for number, (header, body) in enumerate(parts):
        places.extend((number << _TABLE_BITS) + row for row in body.places)
        if not body.rows and all(key in header.columns for key in columns):
            texts.extend(body.texts)
            continue
        own = [key for key in spec.columns if key in header.columns]
        for facts in body.rows:
            texts.append(tuple(facts[k].raw if k in facts and facts[k].state == "filled" else "" for k in columns))
        for row in body.texts:
            found = dict(zip(own, row, strict=True))
            texts.append(tuple(found.get(key, "") for key in columns))

    def place(row: int, column: str) -> Location:
        number, line = divmod(row, 1 << _TABLE_BITS)
        header = parts[number][0]
        return locate_cell(sheet, header.grid.table, line, header.columns.get(column, (header.left, 0))[0])

    labels = {key: item.label for key, item in spec.columns.items()}
    return RowTexts(labels, columns, texts, array("Q", places), place)


def _place(sheet: Sheet, header: Header) -> Location:
    """The roster's rows as one box; on papers without boxes its first header cell."""
    region = header.grid.at(max(header.top, 0), header.left) or header.grid.regions[0]
    place = locate(sheet, region)
    if not sheet.document.paged:
        return place
    rows = range(header.top, header.stop)
    boxes = [r.cell.bbox for r in header.grid.regions if r.cell and r.cell.bbox and r.cell.row in rows]
    return Location(place.path, page=place.page, bbox=union(boxes) or place.bbox)


def _find_header(search: Search, spec: Field) -> Header | None:
    """The best header in the sheet; one that stands right under (or right of) the roster's own heading goes first."""
    headings = {normalise_label(text) for text in [*names_of(spec), spec.under] if text}
    best: tuple[float, Header] | None = None
    for grid in search.sheet.grids:
        for header in _headers(search, grid, spec):
            score = len(header.columns) + header.confidence
            if _under_heading(header, headings):
                score += len(spec.columns)
            if best is None or score > best[0]:
                best = (score, header)
    return best[1] if best else None


def _under_heading(header: Header, headings: set[str]) -> bool:
    cells = [header.grid.at(header.top - 1, header.left), header.grid.at(header.top, header.left - 1)]
    return any(cell is not None and normalise_label(cell.text) in headings for cell in cells)


def _headers(search: Search, grid: Grid, spec: Field, top: int = 0) -> list[Header]:
    """Every header of the roster in a table, from row ``top`` on."""
    wanted = {bare_label(text) for item in spec.columns.values() for text in names_of(item)}
    hits: Counter[int] = Counter()
    for region in grid.regions:
        if region.cell is not None and region.cell.row >= top and not region.taken and region.text:
            hits[region.cell.row] += bare_label(region.text) in wanted
    rows = [row for row, count in hits.items() if count]
    out: list[Header] = []
    for row in rows:
        if any(h.top <= row <= h.bottom for h in out):
            continue
        header = _header_at(search, grid, spec, row)
        if header is None and row > top:
            header = _header_at(search, grid, spec, row - 1)
        if header is not None:
            out.append(header)
    return out


def _header_at(search: Search, grid: Grid, spec: Field, top: int) -> Header | None:
    bottom = top
    for region in grid.row(top):
        if region.cell is not None and region.cell.row == top:
            bottom = max(bottom, top + min(region.cell.rowspan, HEADER_ROWS) - 1)
    one = _map_columns(grid, spec, top, bottom)
    for extra in range(bottom + 1, min(top + HEADER_ROWS, grid.table.rows)):
        more = _map_columns(grid, spec, top, extra)
        if len(more) > len(one):
            one, bottom = more, extra
    if len(one) < max(min(2, len(spec.columns)), LEAST_COLUMNS * len(spec.columns)):
        return None
    confidence = min(score for _, _, score in one.values())
    columns = {key: (start, end) for key, (start, end, _) in one.items()}
    left = min(start for start, _ in columns.values())
    return Header(grid, top, bottom, columns, confidence, _stop(grid, top, left), left)


def _stop(grid: Grid, top: int, left: int) -> int:
    """The first row that is not the roster's: where a row heading left of the header ends, else the table's end."""
    beside = grid.at(top, left - 1) if left else None
    if beside is not None and beside.cell is not None and beside.cell.row + beside.cell.rowspan < grid.table.rows:
        tall = beside.cell.rowspan
        if tall > 1 and normalise_label(beside.text) not in _NUMBERING and beside.cell.row + tall > top + 2:
            return beside.cell.row + tall
    return grid.table.rows


def _map_columns(grid: Grid, spec: Field, top: int, bottom: int) -> dict[str, tuple[int, int, float]]:
    """Column id → (first grid column, end, similarity); a grid column goes to the label that fits it best."""
    stacks: dict[tuple[int, int], list[str]] = {}
    for col in range(grid.table.cols):
        stack: list[Region] = []
        for row in range(top, bottom + 1):
            region = grid.at(row, col)
            if region is not None and (not stack or stack[-1] is not region):
                stack.append(region)
        for depth in range(1, len(stack) + 1):
            cell = stack[depth - 1].cell
            if cell is not None and stack[depth - 1].text.strip():
                stacks.setdefault((cell.col, cell.col + cell.colspan), []).extend(
                    text for text in (stack[depth - 1].text, "".join(r.text for r in stack[:depth]))
                )
    above = {(r.cell.col, r.cell.col + r.cell.colspan, bare_label(r.text)) for r in grid.regions
             if r.cell is not None and top <= r.cell.row <= bottom and r.text}  # fmt: skip
    scored: list[tuple[float, int, str, tuple[int, int]]] = []
    for order, (key, item) in enumerate(spec.columns.items()):
        names = [*names_of(item), *([item.under + item.label] if item.under else [])]
        for place, score in _alike(names, stacks):
            grouped = item.under and any(a <= place[0] < b and label == bare_label(item.under) for a, b, label in above)
            scored.append((score + 0.5 if grouped else score, -order, key, place))
    out: dict[str, tuple[int, int, float]] = {}
    used: set[tuple[int, int]] = set()
    for score, _, key, place in sorted(scored, key=lambda s: (-s[0], -s[1], s[3])):
        if key not in out and place not in used:
            out[key] = (*place, min(score, 1.0))
            used.add(place)
    return out


def _alike(names: list[str], stacks: dict[tuple[int, int], list[str]]) -> list[tuple[tuple[int, int], float]]:
    """The places whose header is one of the names, with the likeness; nearly so only where none is exactly."""
    labels = {bare_label(name) for name in names}
    exact = [place for place, texts in stacks.items() if any(bare_label(text) in labels for text in texts)]
    if exact:
        return [
            (place, max(similarity(name, text) for name in names for text in stacks[place] if _same(name, text)))
            for place in exact
        ]
    scores = (
        (place, max(similarity(name, text) for name in names for text in texts)) for place, texts in stacks.items()
    )
    return [(place, score) for place, score in scores if score >= FUZZY]


def _same(one: str, two: str) -> bool:
    return bare_label(one) == bare_label(two)


def _read_body(search: Search, header: Header, spec: Field) -> _Body:
    body = _Body()
    grid = header.grid
    bulk = grid.table.bulk
    own = [key for key in spec.columns if key in header.columns]
    reader = _BulkReader(search, header, spec) if bulk is not None else None
    for row in range(header.bottom + 1, header.stop):
        if bulk is not None and bulk.start <= row < bulk.end:
            assert reader is not None  # noqa: S101  # made above for every table with such rows
            texts = bulk.rows[row - bulk.start]
            kind = reader.kind(texts)
        else:
            texts = ()
            cells = [r for r in grid.row(row) if (r.cell is not None and r.cell.col >= header.left) or header.left <= 1]
            kind = _row_kind(search, header, cells, row)
        if kind == "end":
            header.stop, body.ended = row, True
            break
        if kind == "total":
            body.total_row, body.ended, header.stop = row, True, row + 1
            break
        if kind != "row":
            continue
        if reader is None:
            facts = _read_row(search.sheet, header, spec, row)
            if facts is not None:
                body.rows.append(facts)
                body.places.append(row)
            continue
        if texts:
            values = reader.values(texts)
        else:
            found = _read_row(search.sheet, header, spec, row)
            values = tuple(found[k].raw if found[k].state == "filled" else "" for k in own) if found else None
        if values is not None:
            body.texts.append(values)
            body.places.append(row)
    return body


class _BulkReader:
    """Reads the rows of a long table that are kept as texts, as ``_row_kind`` and ``_read_row`` read cells."""

    def __init__(self, search: Search, header: Header, spec: Field) -> None:
        self.known = search.words.known
        self.from_col = header.left if header.left > 1 else 0
        labels = [r.text for top in range(header.top, header.bottom + 1) for r in header.grid.row(top) if r.text]
        self.header = frozenset(labels) | frozenset(map(normalise_label, labels))
        items = [(header.columns[key], item) for key, item in spec.columns.items() if key in header.columns]
        self.columns = [(*span, item if item.options or item.type == "ticks" else None) for span, item in items]
        self.counted = [n for n, (_, item) in enumerate(items) if normalise_label(item.label) not in _NUMBERING]

    def kind(self, texts: tuple[str, ...]) -> str:
        cells = texts[self.from_col :]
        first = next((text for text in cells if text), "")
        if first.isdecimal() and cells[1:2] and cells[1][:1] not in _TOTAL_STARTS and self.header.isdisjoint(cells):
            return "row"
        bare = [normalise_label(text) for text in cells]
        first = normalise_label(first)
        if first in _TOTAL or any(t in _TOTAL for t in bare[:2]) or (first.startswith("合计") and len(first) < 20):
            return "total"
        if first in _SKIPPED or (first and not first.strip(_DOTS)):
            return "skip"
        if sum(t in self.header for t in bare if t) > 1:
            return "skip"
        return "end" if bare and bare[0] and (bare[0] in self.known or bare_label(bare[0]) in self.known) else "row"

    def values(self, texts: tuple[str, ...]) -> tuple[Any, ...] | None:
        """The row in the order of the columns found; None for a blank one."""
        out: list[Any] = []
        for start, end, item in self.columns:
            text = texts[start] if end - start == 1 else "至".join(t for t in map(_written, texts[start:end]) if t)
            if not text.isalnum() or not text.isascii():
                text = _written(text) if text else ""
            out.append(_chosen(text, item) if item is not None else text)
        return tuple(out) if any(out[at] for at in self.counted) else None


def _chosen(text: str, item: Field) -> Any:
    if item.type == "ticks":
        return read_list(text, item.options)[0]
    chosen, state = read_choice(text, item.options)
    return chosen if state == "filled" else ""


@lru_cache(maxsize=65536)
def _written(text: str) -> str:
    """What stands in a blank, "" for an empty one."""
    written = as_written(text)
    return "" if is_blank(written) else written


def _row_kind(search: Search, header: Header, cells: list[Region], row: int) -> str:
    """``row``, ``total``, ``skip`` (subtotal, dots, repeated header) or ``end`` (another part of the form begins)."""
    texts = [normalise_label(r.text) for r in cells]
    first = next((t for t in texts if t), "")
    if first in _TOTAL or any(t in _TOTAL for t in texts[:2]) or (first.startswith("合计") and len(first) < 20):
        return "total"
    if first in _SKIPPED or (first and not first.strip(_DOTS)):
        return "skip"
    starting = [r for r in cells if r.cell is not None and r.cell.row == row]
    if len(cells) == 1 and first and header.grid.is_band(cells[0]):
        return "end"
    repeated = {normalise_label(r.text) for top in range(header.top, header.bottom + 1) for r in header.grid.row(top)}
    if sum(t in repeated for t in texts if t) > 1:
        return "skip"
    return "end" if starting and search.is_label(starting[0]) else "row"


def _read_row(sheet: Sheet, header: Header, spec: Field, row: int) -> dict[str, Fact] | None:
    """The row's facts; None for a blank one (only its number, or printed skeletons)."""
    facts: dict[str, Fact] = {}
    filled = False
    for key, item in spec.columns.items():
        span = header.columns.get(key)
        if span is None:
            facts[key] = Fact(key, "", "absent", item.label)
            continue
        cells = _cells(header.grid, row, span)
        facts[key] = _cell_fact(sheet, key, item, cells)
        own = any(r.cell is not None and r.cell.row == row for r in cells)
        filled = filled or (own and facts[key].state == "filled" and normalise_label(item.label) not in _NUMBERING)
    return facts if filled else None


def _cells(grid: Grid, row: int, span: tuple[int, int]) -> list[Region]:
    out: list[Region] = []
    for col in range(*span):
        region = grid.at(row, col)
        if region is not None and region not in out:
            out.append(region)
    return out


def _cell_fact(sheet: Sheet, key: str, item: Field, cells: list[Region]) -> Fact:
    if not cells:
        return Fact(key, "", "absent", item.label)
    places = tuple(locate(sheet, region) for region in cells[:1])
    confidence = min(region.confidence for region in cells)
    text = "至".join(t for t in (as_written(r.text) for r in cells) if not is_blank(t))
    if item.type == "ticks":
        chosen, state = read_list(text, item.options)
        return Fact(key, chosen, state, item.label, places, confidence)
    if item.options:
        text, state = read_choice(text, item.options)
        return Fact(key, text, state, item.label, places, confidence)
    return Fact(key, text, "filled" if text else "blank", item.label, places, confidence)


def _take(header: Header, body: _Body) -> None:
    """Cells of the roster are nobody else's."""
    for region in header.grid.regions:
        if region.cell is not None and header.top <= region.cell.row < header.stop and region.cell.col >= header.left:
            region.taken = True


def _continuation(search: Search, header: Header, spec: Field) -> Header | None:
    """The next table, when it goes on with the same rows: the header again, or as many columns and no label."""
    grids = search.sheet.grids
    index = grids.index(header.grid) + 1
    if header.stop < header.grid.table.rows or index >= len(grids):
        return None
    grid = grids[index]
    again = _headers(search, grid, spec)
    if again and again[0].top <= 1:
        return again[0]
    if grid.table.cols != header.grid.table.cols or any(search.is_label(r) for r in grid.regions):
        return None
    return Header(grid, 0, -1, header.columns, header.confidence, grid.table.rows, header.left)


def _read_totals(sheet: Sheet, header: Header, spec: Field, row: int) -> dict[str, Fact]:
    """The 合计 row: each total stands in the column that carries its label."""
    out: dict[str, Fact] = {}
    for key, item in spec.totals.items():
        span = _total_column(header, spec, item)
        cells = [r for r in _cells(header.grid, row, span) if normalise_label(r.text) not in _TOTAL] if span else []
        out[key] = _cell_fact(sheet, key, item, cells)
    return out


def _total_column(header: Header, spec: Field, item: Field) -> tuple[int, int] | None:
    labels = {bare_label(text) for text in names_of(item)} | {
        bare_label(t).removeprefix("合计") for t in names_of(item)
    }
    for key, column in spec.columns.items():
        names = {bare_label(text) for text in names_of(column)} | {
            bare_label(t).removeprefix("合计") for t in names_of(column)
        }
        if key in header.columns and labels & names - {""}:
            return header.columns[key]
    for region in header.grid.regions:
        cell = region.cell
        if cell is not None and header.top <= cell.row <= header.bottom and bare_label(region.text) in labels:
            return cell.col, cell.col + cell.colspan
    return None
