"""The rosters (花名册) of a form as a workbook, blank or filled: what it says ``docgen check`` and ``extract`` read back.

Numbers of cards, phones and papers are text, so that no zero is lost and no digit rounded; choices are lists to pick from;
an A4 page is as wide as the table, and its head stands on every page.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from docgen.errors import UsageError
from docgen.rendering.fill import written
from docgen.rendering.manifest import Manifest, Variable

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

BLANK_ROWS = 20
"""Rows of a blank roster, and the least of a filled one."""
HEAD_LINES = 6
"""Most values beside the roster for a form to be a roster with a head; more make it an application with an annex."""

_INK = frozenset({"signature", "seal", "pledge", "picture"})
_TOTAL = re.compile(r"[（(](?:合计|总计)[）)]$")
_NUMBERS = frozenset({"integer", "number", "money"})
_FORMATS = {"integer": "0", "number": "General", "money": "#,##0.00", "date": "yyyy-mm-dd"}
_TEXT = "@"
_PICKED = {"yes_no": ("是", "否"), "sex": ("男", "女"), "tick": ("☑", "☐")}
_WIDTHS = {
    "resident_id": 21,
    "id_document": 21,
    "uscc": 21,
    "bank_card": 23,
    "bank_account": 23,
    "mobile": 14,
    "phone": 15,
    "person_name": 11,
    "date": 13,
    "month": 12,
    "date_or_month": 13,
    "month_range": 24,
    "date_range": 28,
    "organisation": 26,
    "address": 30,
}
"""Least width of a column by what it holds, in characters of half width."""
_NARROWEST, _WIDEST = 8, 40
_NUMBER_WIDTH = 6
_FONT, _TITLE_FONT = "宋体", "方正小标宋简体"
_STILL = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where things stand on a sheet: rows from 1; column 1 is the running number."""

    columns: tuple[Variable, ...]
    head: int
    last: int

    @property
    def wide(self) -> int:
        return len(self.columns) + 1


def rosters(manifest: Manifest) -> list[Variable]:
    """The rosters of a form that can be a workbook; not one whose rows are printed on the form (its columns are)."""
    return [v for v in manifest.variables if v.type == "roster" and len(v.columns) > 1]


def roster_book(manifest: Manifest, data: Mapping[str, Any] | None = None) -> bytes:
    """The workbook: a sheet for each roster. ``data`` is by variable id as ``fill_form`` takes it; None leaves it blank.

    The same data gives the same bytes. Raises UsageError for a form without a roster, and for columns it does not have.
    """
    from openpyxl import Workbook

    wanted = rosters(manifest)
    if not wanted:
        raise UsageError(f"“{manifest.name}”没有花名册，不能写成 .xlsx。")
    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    scalars = [v for v in manifest.variables if v.type not in _INK | {"roster", "list"}]
    is_roster = len(wanted) == 1 and len(scalars) <= HEAD_LINES
    for variable in wanted:
        sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", variable.label)[:31])
        title = manifest.title if len(wanted) == 1 else f"{manifest.title}\n{variable.label}"
        _sheet(sheet, title, variable, manifest if is_roster else replace(manifest, variables=()), data)
    out = io.BytesIO()
    book.save(out)
    return _still(out.getvalue())


def _sheet(sheet: Worksheet, title: str, roster: Variable, manifest: Manifest, data: Mapping[str, Any] | None) -> None:
    rows = _rows(roster, (data or {}).get(roster.id))
    scalars = [v for v in manifest.variables if v.type not in _INK | {"roster", "list"}]
    totals = {c.id: v for v in scalars if (c := _totalled(roster, v)) is not None}
    lines = [_head_line(manifest, v, data) for v in scalars if v not in totals.values()]
    count = max(BLANK_ROWS, len(rows))
    head = len(lines) + 2
    frame = _Frame(roster.columns, head, head + count)
    _line(sheet, 1, title, frame.wide, _TITLE_FONT, 18, "center")
    for number, text in enumerate(lines, start=2):
        _line(sheet, number, text, frame.wide, _FONT, 11, "left")
    _header(sheet, frame)
    for number in range(count):
        _row(sheet, frame, number + 1, rows[number] if number < len(rows) else {})
    if totals:
        _sum_row(sheet, frame, totals, data)
    _choices(sheet, frame)
    _page(sheet, frame, title)


def _rows(roster: Variable, given: Any) -> list[Mapping[str, Any]]:
    if given is None:
        return []
    if not isinstance(given, Sequence) or isinstance(given, str) or not all(isinstance(r, Mapping) for r in given):
        raise UsageError(f"花名册“{roster.label}”要写成行的列表，每行是“栏目: 内容”。")
    known = {c.id for c in roster.columns}
    for number, row in enumerate(given, start=1):
        if wrong := sorted(set(map(str, row)) - known):
            raise UsageError(f"花名册“{roster.label}”第 {number} 行没有这些栏：{'、'.join(wrong)}。")
    return list(given)


def _totalled(roster: Variable, scalar: Variable) -> Variable | None:
    """The column that a value like 补贴金额（合计） sums."""
    if not _TOTAL.search(scalar.label):
        return None
    label = _TOTAL.sub("", scalar.label)
    return next((c for c in roster.columns if c.label == label), None)


def _head_line(manifest: Manifest, scalar: Variable, data: Mapping[str, Any] | None) -> str:
    """``申请单位（盖章）：…``: the value behind its label, which is the seal's where a seal goes on the same line."""
    inked = (v.label for v in manifest.variables if v.type in _INK)
    label = next((name for name in inked if name.startswith(scalar.label)), scalar.label)
    return f"{label}：{written((data or {}).get(scalar.id))}"


def _line(sheet: Worksheet, row: int, text: str, wide: int, font: str, size: int, align: str) -> None:
    from openpyxl.styles import Alignment, Font

    cell = sheet.cell(row, 1, text)
    cell.font = Font(name=font, size=size)
    cell.alignment = Alignment(horizontal=align, vertical="center", wrap_text=True)
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=wide)
    sheet.row_dimensions[row].height = size * 1.9 * (text.count("\n") + 1)


def _boxed(cell: Any, *, bold: bool = False, align: str = "center") -> None:
    from openpyxl.styles import Alignment, Border, Font, Side

    side = Side(style="thin")
    cell.border = Border(left=side, right=side, top=side, bottom=side)
    cell.font = Font(name=_FONT, size=10.5, bold=bold)
    cell.alignment = Alignment(horizontal=align, vertical="center", wrap_text=True)


def _header(sheet: Worksheet, frame: _Frame) -> None:
    from openpyxl.utils import get_column_letter

    from docgen.reports.columns import text_width

    labels = ["序号", *(c.label + (f"（{c.unit}）" if c.unit else "") for c in frame.columns)]
    widths = [
        _NUMBER_WIDTH,
        *(_width(c, text_width(label)) for c, label in zip(frame.columns, labels[1:], strict=True)),
    ]
    lines = 1
    for at, (label, width) in enumerate(zip(labels, widths, strict=True), start=1):
        _boxed(sheet.cell(frame.head, at, label), bold=True)
        sheet.column_dimensions[get_column_letter(at)].width = width
        lines = max(lines, math.ceil(text_width(label) / (width - 1)))
    sheet.row_dimensions[frame.head].height = 18 * lines + 6
    sheet.freeze_panes = sheet.cell(frame.head + 1, 3 if len(frame.columns) > 2 else 1).coordinate


def _width(column: Variable, label: int) -> float:
    """By the label (over two lines when long) and what the column holds."""
    longest = label if label <= 12 else -(-label // 2) + 2
    return min(_WIDEST, max(_NARROWEST, longest + 2, _WIDTHS.get(column.type, 0)))


def _row(sheet: Worksheet, frame: _Frame, number: int, row: Mapping[str, Any]) -> None:
    at = frame.head + number
    _boxed(sheet.cell(at, 1, number))
    for place, column in enumerate(frame.columns, start=2):
        cell = sheet.cell(at, place)
        value = _typed(column, row.get(column.id))
        cell.value = value
        if isinstance(value, str) and value.startswith("="):
            cell.data_type = "s"  # a value from a packet is never a formula
        numeric = column.type in _FORMATS and not isinstance(value, str)
        cell.number_format = _FORMATS[column.type] if numeric else _TEXT
        _boxed(cell)
    sheet.row_dimensions[at].height = 22


def _typed(column: Variable, value: Any) -> Any:
    """A number or a day as the workbook keeps it; all else as a clerk writes it."""
    if value is None or value == "":
        return None
    if column.type in _NUMBERS and not isinstance(value, bool):
        from checkers.values.types import parse_value

        try:
            number = parse_value(column.type, value, unit=column.unit)
        except ValueError:
            return written(value)  # it says something else there, and the reviewer must see what
        return int(number) if isinstance(number, Decimal) and number == number.to_integral_value() else number
    if column.type == "date" and isinstance(value, date):
        return value
    if column.type == "tick":
        return "☑" if value else "☐"
    if isinstance(value, (list, tuple)) and not (isinstance(value, tuple) and len(value) == 2):
        return "、".join(written(v) for v in value)
    return written(value)


def _sum_row(sheet: Worksheet, frame: _Frame, totals: Mapping[str, Variable], data: Mapping[str, Any] | None) -> None:
    """合计: the given totals; on a blank roster a formula, so that the unit need not add up."""
    from openpyxl.utils import get_column_letter

    at = frame.last + 1
    _boxed(sheet.cell(at, 1, "合计"), bold=True)
    for place, column in enumerate(frame.columns, start=2):
        cell = sheet.cell(at, place)
        _boxed(cell, bold=True)
        if column.id in totals:
            letter = get_column_letter(place)
            formula = f"=SUM({letter}{frame.head + 1}:{letter}{frame.last})"
            cell.value = formula if data is None else _typed(column, data.get(totals[column.id].id))
            cell.number_format = _FORMATS.get(column.type, "General")
    sheet.row_dimensions[at].height = 22


def _choices(sheet: Worksheet, frame: _Frame) -> None:
    """Lists to pick from; numbers and identity numbers that cannot be are asked about, not refused."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for place, column in enumerate(frame.columns, start=2):
        options = column.options or _PICKED.get(column.type, ())
        listed = ",".join(options)
        if options and len(listed) <= 250 and not any("," in o for o in options):  # what a list in a cell may hold
            rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
            rule.error = f"请从这些里选：{'、'.join(options)}"[:220]
        elif column.type == "resident_id":
            rule = DataValidation(type="textLength", operator="equal", formula1="18", allow_blank=True)
            rule.error = "身份证号码应为18位"
        elif column.type in _NUMBERS:
            whole = column.type == "integer"
            rule = DataValidation(
                type="whole" if whole else "decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True
            )
            rule.error = f"{column.label}应为数字"
        else:
            continue
        rule.errorStyle = "warning"
        rule.errorTitle = column.label[:30]
        letter = get_column_letter(place)
        rule.add(f"{letter}{frame.head + 1}:{letter}{frame.last}")
        sheet.add_data_validation(rule)


def _page(sheet: Worksheet, frame: _Frame, title: str) -> None:
    from openpyxl.worksheet.properties import PageSetupProperties

    from docgen.reports.columns import text_width

    wide = sum(d.width for d in sheet.column_dimensions.values())
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.orientation = "landscape" if wide > 90 or text_width(title) > 60 else "portrait"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.print_title_rows = f"{frame.head}:{frame.head}"
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.5
    margins.top = margins.bottom = 0.7
    if sheet.oddFooter is not None:
        sheet.oddFooter.center.text = "第 &P 页，共 &N 页"


def _still(data: bytes) -> bytes:
    """The workbook without the hour of its writing: the same rows give the same bytes."""

    def members() -> Iterator[tuple[str, bytes]]:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                body = archive.read(name)
                yield (
                    name,
                    _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z\2", body) if name == "docProps/core.xml" else body,
                )

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in members():
            info = zipfile.ZipInfo(name, _STILL)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, body)
    return out.getvalue()
