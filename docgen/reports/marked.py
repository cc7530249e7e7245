"""The sender's own workbook, marked: the cells of the findings coloured and commented, the report's sheets behind.

The sender corrects the very cells and hands the file in again, so all else of it is kept: styles, widths, formulas, other
sheets. A workbook too large for that, an .xls and a .csv are written anew with their values.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from checkers.report import Finding, Report
from docgen.cells import split_cell
from docgen.reports.excel import _ILLEGAL, MAX_TEXT, Row, add_sheets
from docgen.reports.wording import LEVELS, cite, clean, level, ordered

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

FORMATS = ("xlsx", "xls", "csv")
"""Formats of papers that are marked."""

MOST_CELLS = 5000
"""Cells that are marked; the gravest findings come first."""

MOST_SAID = 6
"""Findings that one comment spells out."""

KEPT_ROWS, KEPT_BYTES = 20_000, 48 * 1024 * 1024
"""Rows, and bytes of expanded XML, up to which the sender's file is kept as it is: a larger one takes minutes to load."""

AUTHOR = "docgen"
_FILLS = {"error": "FF9C9C", "warning": "FFC766", "info": "BFE0FA", "unknown": "FFF59D"}
_LEGEND = "红：错误；橙：提醒；黄：待核实；蓝：说明。批注里写明问题、依据和办法"
_RISKY = frozenset("=+-@")
_LINE = 26  # characters of a comment's line, to guess its height
_WIDTH, _LINE_HEIGHT = 320, 16  # pixels

Place = tuple[str, int, int]
"""(sheet, "" for the only one; row, column from 0)."""


@dataclass(slots=True)
class Marks:
    """What is marked: the findings of each cell, the gravest first; and how many cells were left out."""

    cells: dict[Place, list[Finding]] = field(default_factory=dict)
    left_out: int = 0

    def notes(self) -> list[Row]:
        out: list[Row] = [(["标色", _LEGEND], "")]
        if self.left_out:
            text = f"只标出前 {MOST_CELLS} 个单元格，另有 {self.left_out} 个没有标出，见“审查结果”表"
            out.append((["未标出", text], "warning"))
        return out


def mark_paper(report: Report, papers: Mapping[str, bytes], settings: Mapping[str, str]) -> bytes | None:
    """The marked copy as .xlsx bytes; None where the packet is not one workbook, or its bytes are not given."""
    files = {paper.path: paper.format for paper in report.documents}
    if len(files) != 1:
        return None
    path, kind = next(iter(files.items()))
    data = papers.get(path)
    if kind not in FORMATS or not data:
        return None
    marks = marks_of(report, path)
    book = _kept(data, marks) if kind == "xlsx" else None
    if book is None:
        book = _rewritten(data, path, kind, marks)
    add_sheets(book, report, settings, marks.notes())
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def marks_of(report: Report, path: str) -> Marks:
    """The cells of ``path`` that findings point at.

    What waits for a fact of a register is not marked: it would colour every row, and the sender cannot mend it.
    """
    marks = Marks()
    left: set[Place] = set()
    own = {value.id for value in report.fields}
    for finding in ordered(report.findings):
        if finding.status == "unknown" and finding.subject.partition("[")[0] not in own:
            continue
        for location in finding.locations:
            place = split_cell(location.cell) if location.path == path and location.cell else None
            if place is None:
                continue
            if place not in marks.cells and len(marks.cells) >= MOST_CELLS:
                left.add(place)
            else:
                marks.cells.setdefault(place, []).append(finding)
    marks.left_out = len(left)
    return marks


def comment_text(findings: list[Finding], before: str = "") -> str:
    """What a cell's comment says; ``before`` is what the sender's own comment says."""
    parts = [before.strip()] if before.strip() else []
    for finding in findings[:MOST_SAID]:
        lines = [f"【{LEVELS[level(finding)]}】{clean(finding.message)}"]
        if finding.citations:
            lines.append("依据：" + "；".join(clean(cite(c, title=False)) for c in finding.citations))
        if finding.suggestion:
            lines.append(f"办法：{clean(finding.suggestion)}")
        parts.append("\n".join(lines))
    if len(findings) > MOST_SAID:
        parts.append(f"另有 {len(findings) - MOST_SAID} 个问题，见“审查结果”表。")
    return _ILLEGAL.sub("", "\n\n".join(parts))[:MAX_TEXT]


def _comment(findings: list[Finding], before: str = "") -> Comment:
    text = comment_text(findings, before)
    lines = sum(1 + len(line) // _LINE for line in text.split("\n"))
    return Comment(text, AUTHOR, height=min(20 + lines * _LINE_HEIGHT, 600), width=_WIDTH)


def _fill(findings: list[Finding]) -> PatternFill:
    return PatternFill("solid", fgColor=_FILLS[level(findings[0])])


# ---------------------------------------------------------------- the sender's file as it is


def _kept(data: bytes, marks: Marks) -> Workbook | None:
    """The sender's workbook with its cells marked; None where it is too large, or openpyxl cannot read it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sizes = [i.file_size for i in archive.infolist() if i.filename.lower().endswith(".xml")]
        if sum(sizes) > KEPT_BYTES:
            return None
        book = load_workbook(io.BytesIO(data), rich_text=True)
    except Exception:  # openpyxl raises whatever an odd file makes it stumble over: its values are kept then
        return None
    if any(sheet.max_row > KEPT_ROWS for sheet in book.worksheets):
        return None
    only = next((s for s in book.worksheets if s.sheet_state == "visible" and _holds_values(s)), None)
    for (name, row, col), findings in marks.cells.items():
        sheet = only if not name else book[name] if name in book.sheetnames else None
        if sheet is not None:
            _mark(sheet, row + 1, col + 1, findings)
    return book


def _holds_values(sheet: Worksheet) -> bool:
    return any(value is not None for row in sheet.iter_rows(values_only=True) for value in row)


def _mark(sheet: Worksheet, row: int, col: int, findings: list[Finding]) -> None:
    for merged in sheet.merged_cells.ranges:
        if merged.min_row <= row <= merged.max_row and merged.min_col <= col <= merged.max_col:
            row, col = merged.min_row, merged.min_col
            break
    cell: Any = sheet.cell(row, col)
    cell.fill = _fill(findings)
    cell.comment = _comment(findings, cell.comment.text if cell.comment else "")


# ---------------------------------------------------------------- a new file with the values


def _rewritten(data: bytes, path: str, kind: str, marks: Marks) -> Workbook:
    """A new workbook with the values of the sender's, its marked cells coloured; texts never become formulas."""
    book = Workbook(write_only=True)
    by_row: dict[tuple[str, int], dict[int, list[Finding]]] = {}
    for (name, row, col), findings in marks.cells.items():
        by_row.setdefault((name, row), {})[col] = findings
    first = True
    for name, rows in _values(data, path, kind):
        sheet: Any = book.create_sheet(name)
        filled = False
        for number, values in enumerate(rows):
            marked = by_row.get((name, number), {}) | (by_row.get(("", number), {}) if first else {})
            width = max(len(values), *(col + 1 for col in marked), 0)
            cells = [*values, *[None] * (width - len(values))]
            sheet.append([_value(sheet, value, marked.get(col)) for col, value in enumerate(cells)])
            filled = filled or any(value not in ("", None) for value in values)
        first = first and not filled
    return book


def _values(data: bytes, path: str, kind: str) -> Iterator[tuple[str, Iterator[list[Any]]]]:
    """(name, rows from the first one of the sheet) of each visible sheet."""
    if kind == "csv":
        from docgen.readers.csv_rows import read_rows

        yield "花名册", ([*row] for row in read_rows(data))
        return
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as source:
        for meta in source.sheets_metadata:
            if str(meta.visible).endswith(".Visible") and str(meta.typ).endswith(".WorkSheet"):
                sheet = source.get_sheet_by_name(meta.name)
                left = sheet.start[1] if sheet.start else 0
                yield meta.name, ([None] * left + row for row in sheet.iter_rows())


def _value(sheet: Any, value: Any, findings: list[Finding] | None) -> Any:
    if isinstance(value, str):
        if findings is None and value.isprintable() and value[:1] not in _RISKY:
            return value or None  # the short way, for a million cells
        cell = WriteOnlyCell(sheet, value=_ILLEGAL.sub("", value)[:MAX_TEXT])
        cell.data_type = "s"
        cell.quotePrefix = value[:1] in "=+-@\t\r" and bool(value)
    elif findings is None:
        return value
    else:
        cell = WriteOnlyCell(sheet, value=value)
    if findings is not None:
        cell.fill = _fill(findings)
        cell.comment = _comment(findings)
    return cell
