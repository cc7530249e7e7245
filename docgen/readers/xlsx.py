"""Workbooks in (.xlsx, .xlsm, .xls): every visible sheet a page, its title lines and its table, by python-calamine.

Numbers are written as the sheet shows them where that matters: whole numbers without ``.0``, dates in ISO form, a cell
shown as a month as a month. What a spreadsheet has damaged (an identity number kept as a number, ``#N/A``) is kept as
text, and a warning names the cells.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any

from docgen.cells import cell_name
from docgen.document import Document, Page
from docgen.errors import UnreadableError
from docgen.readers.limits import DEFAULT, Limits, check_sheet
from docgen.readers.worksheet import Merge, Rows, document_of, make_page, trim
from docgen.readers.xlsx_scan import DAMAGED, ENCRYPTED, Place, SheetScan, scan

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

EXACT = 10**15
"""Whole numbers from here on have lost digits: a spreadsheet keeps 15."""

SHARED_TEXT, MOST_SHARED = 10, 50_000
"""Texts of at most so many characters are kept once, until so many are known: a roster repeats schools and months."""

NAMED = 5
"""Cells a warning names."""

MERGES = 50_000
"""Merged ranges of one sheet that are looked at."""


@dataclass(slots=True)
class _Sheet:
    """The reading of one worksheet: its name in places, what the scan said, and what was noticed cell by cell."""

    name: str
    place_name: str
    notes: SheetScan
    shared: dict[str, str]
    lost: list[Place] = field(default_factory=list)
    tenths: list[Place] = field(default_factory=list)
    broken: list[Place] = field(default_factory=list)


def read_xlsx(data: bytes, path: str, limits: Limits = DEFAULT) -> Document:
    """The workbook ``data``. Hidden sheets are left out with a warning; hidden rows are read, with a warning.

    Raises ``UnreadableError`` for a damaged or encrypted workbook, one over a limit, and one without any value.
    """
    warnings: list[str] = []
    pages: list[Page] = []
    for _, rows in read_sheets(data, warnings, limits):
        tables = sum(len(page.tables) for page in pages)
        pages.append(make_page(len(pages) + 1, tables + 1, rows, limits))
    if not pages:
        raise UnreadableError("工作簿里没有内容，请确认提交的是填好的文件。")
    return document_of(path, _kind(data), pages, warnings)


def read_sheets(data: bytes, warnings: list[str], limits: Limits = DEFAULT) -> Iterator[tuple[str, Rows]]:
    """Name and values of each sheet that is seen and not empty; ``warnings`` is added to. Raises as ``read_xlsx``."""
    scans = scan(data, limits) if _kind(data) == "xlsx" else {}
    shared: dict[str, str] = {}
    with _open(data) as book:
        names = _visible(book, warnings)
        several = sum(1 for name in names if _has_values(book, name)) > 1 if len(names) > 1 else False
        for name in names:
            sheet = _Sheet(name, name if several else "", scans.get(name, SheetScan()), shared)
            rows = _read_sheet(book, sheet, limits)
            if rows.texts:
                yield name, rows
            warnings.extend(_warnings(sheet))


def _kind(data: bytes) -> str:
    return "xlsx" if data.startswith(b"PK") else "xls"


@contextmanager
def _told() -> Iterator[None]:
    """What calamine raises, as a sentence. A panic of its Rust code on a damaged file is no ``Exception`` in Python."""
    from python_calamine import CalamineError, PasswordError

    try:
        yield
    except PasswordError as error:
        raise UnreadableError(ENCRYPTED) from error
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableError(DAMAGED) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableError(DAMAGED) from error


def _open(data: bytes) -> CalamineWorkbook:
    from python_calamine import CalamineWorkbook

    with _told():
        return CalamineWorkbook.from_filelike(io.BytesIO(data))


def _sheet_of(book: CalamineWorkbook, name: str) -> CalamineSheet:
    with _told():
        return book.get_sheet_by_name(name)


def _visible(book: CalamineWorkbook, warnings: list[str]) -> list[str]:
    """Names of the worksheets a reader sees, in order; the hidden ones are named in a warning."""
    sheets = [(meta.name, str(meta.visible).endswith(".Visible"), str(meta.typ)) for meta in book.sheets_metadata]
    hidden = [name for name, visible, _ in sheets if not visible]
    if hidden:
        warnings.append(f"工作簿有隐藏的工作表（{'、'.join(hidden[:NAMED])}），没有读取。")
    return [name for name, visible, kind in sheets if visible and kind.endswith(".WorkSheet")]


def _has_values(book: CalamineWorkbook, name: str) -> bool:
    return _sheet_of(book, name).start is not None


def _read_sheet(book: CalamineWorkbook, sheet: _Sheet, limits: Limits) -> Rows:
    source = _sheet_of(book, sheet.name)
    if source.start is None or source.end is None:
        return Rows([])
    top, left = source.start
    check_sheet(sheet.name, source.end[0] + 1, source.end[1] + 1, limits)
    texts: list[tuple[str, ...]] = []
    for number, values in enumerate(source.iter_rows()):
        if number >= top:
            texts.append(_texts(sheet, values, number, left))
    for (row, col), text in sheet.notes.errors.items():
        if 0 <= row - top < len(texts) and 0 <= col - left < len(texts[0]):
            line = texts[row - top]
            texts[row - top] = (*line[: col - left], text, *line[col - left + 1 :])
    merges: list[Merge] = (source.merged_cell_ranges or [])[:MERGES]
    return trim(Rows(texts, top, left, merges, sheet.place_name))


def _texts(sheet: _Sheet, values: list[Any], row: int, left: int) -> tuple[str, ...]:
    """One row as texts. Called for every row of a large roster: texts, by far the most, take the short way."""
    out: list[str] = []
    shared = sheet.shared
    for value in values:
        if value.__class__ is str:
            text = shared.get(value)
            if text is None:
                text = value.strip()
                if "\r" in text:
                    text = text.replace("\r\n", "\n").replace("\r", "\n")
                if len(value) <= SHARED_TEXT and len(shared) < MOST_SHARED:
                    shared[value] = text
            out.append(text)
        else:
            out.append(_WRITERS[value.__class__](sheet, value, (row, left + len(out))))
    return tuple(out)


# ---------------------------------------------------------------- values as text


def _number(sheet: _Sheet, value: float, place: Place) -> str:
    if not isfinite(value):
        sheet.broken.append(place)
        return "#NUM!"
    if place in sheet.notes.percents:
        return f"{_plain(value * 100)}%"
    if value.is_integer():
        if abs(value) >= EXACT:
            sheet.lost.append(place)
            return format(Decimal(repr(value)), "f").partition(".")[0]
        return str(int(value))
    text = _plain(value)
    if len(text) == 6 and text.endswith(".1") and text.startswith(("19", "20")):
        sheet.tenths.append(place)
    return text


def _plain(value: float) -> str:
    """A number with the 15 digits a spreadsheet shows, without an exponent."""
    return format(Decimal(format(value, ".15g")), "f")


def _day(sheet: _Sheet, value: date, place: Place) -> str:
    return f"{value.year:04d}-{value.month:02d}" if place in sheet.notes.months else value.isoformat()


def _moment(sheet: _Sheet, value: datetime, place: Place) -> str:
    if value.time() == time():
        return _day(sheet, value.date(), place)
    return value.strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00")


def _span(sheet: _Sheet, value: timedelta, place: Place) -> str:
    minutes, seconds = divmod(int(value.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")


_WRITERS: dict[type, Callable[[_Sheet, Any, Place], str]] = {
    float: _number,
    int: lambda sheet, value, place: str(value),
    bool: lambda sheet, value, place: "是" if value else "否",
    date: _day,
    datetime: _moment,
    time: lambda sheet, value, place: value.strftime("%H:%M:%S").removesuffix(":00"),
    timedelta: _span,
}


# ---------------------------------------------------------------- what a person should be told


def _warnings(sheet: _Sheet) -> list[str]:
    notes = sheet.notes
    broken = [*notes.errors, *sheet.broken]
    out: list[str] = []
    if sheet.lost:
        out.append(
            f"{_cells(sheet, sheet.lost)} 的长号码被存成了数字，第15位以后的数字已经丢失（末几位是0），"
            "请把单元格设为文本后重新填写。"
        )
    if broken:
        count = max(notes.error_count, len(notes.errors)) + len(sheet.broken)
        out.append(f"{_cells(sheet, broken, count)} 是公式错误值（如 {_first(sheet, broken)}），请更正后再提交。")
    if sheet.tenths:
        out.append(
            f"{_cells(sheet, sheet.tenths)} 是带一位小数的年份数字，按1月读取；如果是10月，请把单元格设为文本后重新填写。"
        )
    where = f"工作表“{sheet.name}”"
    if notes.unsaved:
        out.append(
            f"{where}有 {notes.unsaved} 个公式没有保存计算结果，按空白读取，请用 Excel 或 WPS 打开后重新保存再提交。"
        )
    if notes.hidden_rows:
        out.append(f"{where}有 {notes.hidden_rows} 行被隐藏，已一并读取。")
    if notes.hidden_columns:
        out.append(f"{where}有列被隐藏，已一并读取。")
    return out


def _cells(sheet: _Sheet, places: list[Place], count: int = 0) -> str:
    names = "、".join(cell_name(row, col, sheet.place_name) for row, col in places[:NAMED])
    count = max(count, len(places))
    return f"{names} 等 {count} 个单元格" if count > NAMED else f"单元格 {names}"


def _first(sheet: _Sheet, places: list[Place]) -> str:
    return sheet.notes.errors.get(places[0], "#NUM!")
