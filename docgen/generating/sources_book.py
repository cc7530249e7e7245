"""Workbooks: the sheet whose headings the master knows, and a sheet 共用项 of pairs that all rows share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from docgen.errors import UnreadableError, UsageError, reason
from docgen.generating.sources import (
    COMMON_SHEETS,
    HEAD_ROWS,
    IsHeading,
    Record,
    Source,
    clean_heading,
    header_row,
    numbered,
    require_rows,
)
from docgen.readers.worksheet import Rows

_PAIR_HEADINGS = frozenset({"项", "项目", "名称", "变量", "值", "内容"})


def workbook_source(path: Path, is_heading: IsHeading, wish: str | None = None) -> Source:
    """``wish`` is the name of a sheet or its number (from 1). Raises UsageError."""
    from docgen.readers.xlsx import read_sheets

    notes: list[str] = []
    try:
        sheets = list(read_sheets(path.read_bytes(), notes))
    except OSError as error:
        raise UsageError(f"读不出数据文件 {path}：{reason(error)}") from None
    except UnreadableError as error:
        raise UsageError(f"读不出数据文件 {path}：{error}") from None
    shared: dict[str, Any] = {}
    for name, rows in sheets:
        if name.strip() in COMMON_SHEETS:
            shared.update(_pairs(rows))
    tables = [(name, rows) for name, rows in sheets if name.strip() not in COMMON_SHEETS]
    if not tables:
        raise UsageError(f"数据文件 {path} 里没有一行数据")
    name, rows = _wished(tables, wish, path) if wish else _best(tables, is_heading, notes)
    place = f"工作表“{name}”" if len(tables) > 1 else path.name
    return _table(rows, is_heading, place, shared, notes)


def _wished(tables: Sequence[tuple[str, Rows]], wish: str, path: Path) -> tuple[str, Rows]:
    for name, rows in tables:
        if name.strip() == wish.strip():
            return name, rows
    if wish.isdigit() and 1 <= int(wish) <= len(tables):
        return tables[int(wish) - 1]
    raise UsageError(f"{path.name} 里没有“{wish}”这张工作表，有：{'、'.join(name for name, _ in tables)}")


def _best(tables: Sequence[tuple[str, Rows]], is_heading: IsHeading, notes: list[str]) -> tuple[str, Rows]:
    """The first of the sheets that know most names."""
    if len(tables) == 1:
        return tables[0]
    known = [max(_known(row, is_heading) for row in rows.texts[:HEAD_ROWS]) for _, rows in tables]
    at = known.index(max(known))
    others = "、".join(f"“{name}”" for n, (name, _) in enumerate(tables) if n != at)
    notes.append(f"用的是工作表“{tables[at][0]}”；{others}没有用，要用请加 --sheet")
    return tables[at]


def _known(row: Sequence[str], is_heading: IsHeading) -> int:
    return sum(1 for text in row if text and is_heading(clean_heading(text)))


def _pairs(rows: Rows) -> Iterator[tuple[str, str]]:
    for row in rows.texts:
        name, value = clean_heading(row[0]), row[1].strip() if len(row) > 1 else ""
        if name and not {name, value} <= _PAIR_HEADINGS and value:
            yield name, value


def _table(rows: Rows, is_heading: IsHeading, place: str, shared: dict[str, Any], notes: Sequence[str]) -> Source:
    at = header_row(rows.texts, is_heading)
    below = _below(rows, at, is_heading)
    headings = _headings(rows, at, below)
    texts = _spread(rows, below)

    def records() -> Iterator[Record]:
        return numbered(islice(texts, below, None), len(headings))

    count = sum(1 for _ in records())
    require_rows(count, place)
    return Source(place, headings, records, count, rows.top + below, shared, tuple(notes))


def _below(rows: Rows, at: int, is_heading: IsHeading) -> int:
    """The first row of data: behind the header, which may be merged over several rows."""
    last = max((end[0] for start, end in rows.merges if start[0] == rows.top + at and start[1] == end[1]), default=0)
    return max(at, min(last - rows.top, len(rows.texts) - 1)) + 1


def _headings(rows: Rows, at: int, below: int) -> tuple[str, ...]:
    """Of a header over several rows the lowest text of each column."""
    columns = (
        next((t for r in range(below - 1, at - 1, -1) if (t := rows.texts[r][c])), "") for c in range(rows.width)
    )
    return tuple(clean_heading(text) for text in columns)


def _spread(rows: Rows, below: int) -> list[tuple[str, ...]]:
    """Cells merged over several rows say the same in each of them."""
    texts = rows.texts
    for (top, left), (bottom, right) in rows.merges:
        first, last = top - rows.top, min(bottom - rows.top, len(texts) - 1)
        column = left - rows.left
        if first < below or last == first or right != left or not 0 <= column < rows.width:
            continue
        for r in range(first + 1, last + 1):
            texts[r] = (*texts[r][:column], texts[first][column], *texts[r][column + 1 :])
    return texts
