"""The report as a workbook, for those who count and sort: a sheet each for findings, fields, materials, amounts, deadlines.

All cells are text except sums of money and the like: a long number must not turn into 5.00103E+17, and what a paper says
must never run as a formula.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from checkers.report import Report
from docgen.reports.columns import text_width, wrap
from docgen.reports.wording import (
    DEADLINE_STATES,
    LEVELS,
    MATERIAL_STATES,
    VERDICTS,
    WHO,
    applicant,
    cite,
    clean,
    count_sentence,
    full_place,
    level,
    name_of,
    ordered,
    service_name,
    value_text,
)

MAX_TEXT = 32767  # characters a cell may hold
SHOWN_ROWS = 100
"""Rows of a roster that the sheet of fields quotes."""
MIN_COLUMN, MAX_COLUMN = 8, 28  # display columns
LINE_HEIGHT = 15.0  # points, for 10 pt type
MAX_HEIGHT = 400.0  # points; Excel's own limit is 409
_FILLS = {"error": "FDE3E1", "warning": "FFF1CF", "info": "E3F0FB", "unknown": "EFE6F8", "good": "E2F3E6"}
# Not allowed in XML 1.0, or no character at all (a path of undecodable bytes).
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FONT = "微软雅黑"
_STATUSES = {"fail": "不符", "unknown": "待核实"}

Row = tuple[list[Any], str]
"""The cells of a row and the level that colours it (a key of ``_FILLS``, or empty)."""


def render(report: Report, *, settings: Mapping[str, str], papers: Mapping[str, bytes] | None = None) -> bytes:
    """The bytes of an .xlsx file; ``settings["office"]`` is named in the overview.

    Where the packet is one workbook whose bytes are among ``papers``, the report stands in a marked copy of it.
    """
    if papers:
        from docgen.reports.marked import mark_paper

        marked = mark_paper(report, papers, settings)
        if marked is not None:
            return marked
    book = Workbook(write_only=True)
    book.properties.title = clean(f"{service_name(report)} 审查结果")
    book.properties.creator = clean(settings.get("office", "")) or "docgen"
    add_sheets(book, report, settings)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def add_sheets(book: Workbook, report: Report, settings: Mapping[str, str], notes: Sequence[Row] = ()) -> None:
    """The sheets of the report behind those that ``book`` has; ``notes`` are further lines of the overview."""
    _sheet(book, "审查结果", "序号 状态 级别 代码 规则 对象 说明 应为 实为 依据 位置 办法", _findings(report))
    _sheet(book, "字段", "文件 标识 名称 原文 取值 可信度 位置", _fields(report))
    _sheet(book, "材料", "标识 名称 状态 文件 说明", _materials(report))
    _sheet(book, "金额", "标识 名称 数额 单位 算式 依据 缺少的事实", _amounts(report))
    _sheet(book, "期限", "标识 名称 责任方 截止日 状态 依据 说明", _deadlines(report))
    _sheet(book, "概况", "项目 内容", [*_overview(report, settings), *notes])


def _findings(report: Report) -> list[Row]:
    rows: list[Row] = []
    for number, f in enumerate(ordered(report.findings), 1):
        cells = [
            number,
            _STATUSES[f.status],
            LEVELS[f.severity],
            f.code,
            f.rule,
            name_of(f),
            f.message,
            f.expected,
            f.actual,
        ]
        cells += ["\n".join(cite(c) for c in f.citations), "\n".join(full_place(x) for x in f.locations), f.suggestion]
        rows.append((cells, level(f)))
    return rows


def _fields(report: Report) -> list[Row]:
    rows: list[Row] = []
    worst: dict[Any, str] = {}
    for finding in reversed(ordered(report.findings)):  # the gravest finding of a place colours it
        worst.update(dict.fromkeys(finding.locations, level(finding)))
    for f in report.fields:
        where = full_place(f.location) if f.location else ""
        nested = isinstance(f.value, list) and any(isinstance(v, dict) for v in f.value)
        value = _rows_text(f.value) if nested else value_text(f.value)
        cells = [f.location.path if f.location else "", f.id, f.label, f.raw, value, f"{f.confidence:.0%}", where]
        rows.append((cells, worst.get(f.location, "")))
    return rows


def _rows_text(rows: list[Any]) -> str:
    """A roster as JSON; of a long one the first rows, for a cell holds no more."""
    text = json.dumps(rows[:SHOWN_ROWS], ensure_ascii=False)
    return text if len(rows) <= SHOWN_ROWS else f"{text[:-1]}, …]（共 {len(rows)} 行，只列前 {SHOWN_ROWS} 行）"


def _materials(report: Report) -> list[Row]:
    levels = {"present": "good", "missing": "error", "unknown": "unknown", "not-required": ""}
    return [
        ([m.id, m.name, MATERIAL_STATES[m.status], "\n".join(m.documents), m.note], levels[m.status])
        for m in report.materials
    ]


def _amounts(report: Report) -> list[Row]:
    return [
        (
            [
                a.id,
                a.name,
                _number(a.value),
                a.unit,
                a.formula,
                "\n".join(map(cite, a.citations)),
                "、".join(a.missing),
            ],
            "unknown" if a.value is None else "",
        )
        for a in report.amounts
    ]


def _deadlines(report: Report) -> list[Row]:
    levels = {"met": "good", "open": "", "passed": "error", "unknown": "unknown"}
    return [
        (
            [
                d.id,
                d.name,
                WHO[d.who],
                d.due or "",
                DEADLINE_STATES[d.state],
                "\n".join(map(cite, d.citations)),
                d.note,
            ],
            levels[d.state],
        )
        for d in report.deadlines
    ]


def _overview(report: Report, settings: Mapping[str, str]) -> list[Row]:
    levels = {"pass": "good", "fail": "error", "review": "unknown"}
    rows: list[Row] = [
        (["事项", service_name(report)], ""),
        (["申请人", applicant(report)], ""),
        (["结论", VERDICTS[report.verdict]], levels[report.verdict]),
        (["问题", count_sentence(report)], ""),
        (["政策依据日", report.on], ""),
        (["收件日期", report.received or ""], ""),
        (["审查机构", settings.get("office", "")], ""),
    ]
    return [row for row in rows if row[0][1]]


def _number(value: str | None) -> Decimal | str:
    try:
        number = Decimal(value or "")
    except InvalidOperation:
        return value or ""
    return number if number.is_finite() and len(number.as_tuple().digits) <= 15 else str(value)


def _sheet(book: Workbook, title: str, header: str, rows: Sequence[Row]) -> None:
    names = header.split()
    widths: list[int] = []
    sheet: Any = book.create_sheet(title)  # the stubs do not know that a write-only sheet has these attributes
    for i, name in enumerate(names):
        longest = max([text_width(name) + 4, *(_longest_line(cells[i]) + 2 for cells, _ in rows)])
        widths.append(min(max(longest, MIN_COLUMN), MAX_COLUMN))
        sheet.column_dimensions[get_column_letter(i + 1)].width = widths[i]
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(names))}{len(rows) + 1}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.append([_cell(sheet, name, "", header=True) for name in names])
    for number, (cells, fill) in enumerate(rows, 2):
        sheet.row_dimensions[number].height = _height(cells, widths)
        sheet.append([_cell(sheet, value, fill) for value in cells])


def _height(cells: Sequence[Any], widths: Sequence[int]) -> float:
    """Points for the cell with the most lines; not every program fits the height of a wrapped row by itself."""
    lines = [sum(len(wrap(x, w - 2)) for x in str(v).split("\n")) for v, w in zip(cells, widths, strict=True)]
    return min(max([1, *lines]) * LINE_HEIGHT + 3, MAX_HEIGHT)


def _longest_line(value: Any) -> int:
    return max((text_width(line) for line in str(value).split("\n")), default=0)


def _cell(sheet: Any, value: Any, fill: str, *, header: bool = False) -> Any:
    if isinstance(value, str):
        # openpyxl takes a leading = for a formula; the type and the quote prefix say that it is text, also after an edit.
        cell = WriteOnlyCell(sheet, value=_ILLEGAL.sub("", value)[:MAX_TEXT])
        cell.data_type = "s"
        cell.number_format = "@"
        cell.quotePrefix = value[:1] in "=+-@\t\r" and bool(value)
    else:
        cell = WriteOnlyCell(sheet, value=value)
        cell.number_format = "0" if isinstance(value, int) else _decimal_format(value)
    cell.font = Font(name=_FONT, size=10, bold=header, color="FFFFFF" if header else "1F2933")
    cell.alignment = Alignment(vertical="center" if header else "top", wrap_text=True)
    cell.border = _BORDER
    color = "1F4E79" if header else _FILLS.get(fill)
    if color:
        cell.fill = PatternFill("solid", fgColor=color)
    return cell


def _decimal_format(value: Decimal) -> str:
    exponent = value.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return "#,##0" + ("." + "0" * places if places else "")


_EDGE = Side(style="thin", color="D0D7DE")
_BORDER = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
