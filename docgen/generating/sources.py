"""Where the rows of a bulk run come from: a workbook, CSV, JSON, JSON Lines, a query, a folder of check reports.

Every source is a ``Source``: headings, and rows that can be gone through any number of times. CSV and JSON Lines are read
as a stream, so that a hundred thousand rows take no more memory than one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docgen.errors import UsageError

HEAD_ROWS = 30
"""How far down a table its header row is looked for, below titles and remarks."""
COMMON_SHEETS = ("共用项", "公共", "公共项", "共用")
"""A sheet of this name holds pairs 项 | 值 that all rows share."""

_TOTAL = re.compile(r"(合|总|共|小)\s*计")
_REMARK = re.compile(r"(注|备注|说明|填表说明|填表人|制表人|审核人|填报单位|填报日期|制表日期)\s*[：:\d]")

IsHeading = Callable[[str], bool]
"""Whether a text is the name of a value the master wants."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row. ``number`` counts from 1 below the header row, empty rows counted; ``cells`` stand as the headings do.

    ``error``: the row itself could not be read.
    """

    number: int
    cells: tuple[Any, ...]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """``rows`` begins anew each time it is called. ``count`` rows, those that cannot be read included.

    ``first_row`` is what a person adds to a row's number to find it in the file (the header's row; 0 where rows have
    no other number). ``shared`` holds for all rows, by id or label. ``notes`` are Chinese sentences for the person.
    """

    name: str
    headings: tuple[str, ...]
    rows: Callable[[], Iterator[Record]] = field(compare=False)
    count: int = 0
    first_row: int = 0
    shared: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for besides the path: ``sheet`` of a workbook, ``query`` of a database."""

    sheet: str | None = None
    query: str | None = None


def open_source(path: str, is_heading: IsHeading, wish: Wish | None = None) -> Source:
    """The rows at ``path``: a file by its ending, a folder of reports, or the URL of a database with a query.

    Raises UsageError for what is not there, cannot be read, or has no row.
    """
    wish = wish or Wish()
    if "://" in path:
        from docgen.generating.sources_sql import query_source

        return query_source(path, wish.query)
    if wish.query is not None:
        raise UsageError('--query 要和数据库一起用，例如 --data sqlite:///台账.db --query "SELECT …"')
    file = Path(path)
    if not file.exists():
        raise UsageError(f"找不到数据文件 {path}")
    if file.is_dir():
        from docgen.generating.reports_in import reports_in_folder

        return reports_in_folder(file)
    kind = file.suffix.lower()
    if wish.sheet is not None and kind not in WORKBOOKS:
        raise UsageError(f"--sheet 只用于工作簿（.xlsx、.xls），{file.name} 不是")
    if kind in WORKBOOKS:
        from docgen.generating.sources_book import workbook_source

        return workbook_source(file, is_heading, wish.sheet)
    if kind in (".csv", ".tsv", ".txt"):
        from docgen.generating.sources_text import csv_source

        return csv_source(file, is_heading)
    if kind in (".json", ".jsonl", ".ndjson"):
        from docgen.generating.sources_json import json_lines_source, json_source

        return json_source(file) if kind == ".json" else json_lines_source(file)
    raise UsageError(
        f"数据文件要是 .xlsx、.xls、.csv、.tsv、.json、.jsonl，或者存放审查结果的文件夹，或者数据库：{path}"
    )


WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".et")


# ---------------------------------------------------------------- tables


def clean_heading(text: object) -> str:
    """A heading on one line, as it is shown and looked up."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", str(text or ""))).strip().lstrip("\ufeff")


def header_row(rows: Sequence[Sequence[str]], is_heading: IsHeading) -> int:
    """Which of the first rows is the header: the one with most names we know; where none has any, the first with
    two texts or more (of a single column: the first with one)."""
    known = [sum(1 for text in row if text and is_heading(clean_heading(text))) for row in rows[:HEAD_ROWS]]
    if known and (most := max(known)):
        return known.index(most)
    several = next((n for n, row in enumerate(rows) if sum(1 for text in row if str(text).strip()) > 1), None)
    if several is not None:
        return several
    return next((n for n, row in enumerate(rows) if any(str(text).strip() for text in row)), 0)


def is_data(cells: Sequence[Any]) -> bool:
    """False for an empty row, a sum (合计 …), and the words below a table (注：…, 填表人：…)."""
    filled = [str(c).strip() for c in cells if c is not None and str(c).strip()]
    if not filled:
        return False
    if _TOTAL.match(filled[0]):
        return False
    return not (len(cells) > 2 and len(filled) <= 2 and _REMARK.match(filled[0]))


def numbered(rows: Iterable[Sequence[Any]], width: int) -> Iterator[Record]:
    """Rows below the header as records as wide as it."""
    for number, row in enumerate(rows, start=1):
        if is_data(row):
            cells = tuple(row[:width])
            yield Record(number, cells + (None,) * (width - len(cells)))


def require_rows(count: int, name: str) -> None:
    if not count:
        raise UsageError(f"{name} 里没有一行数据")
