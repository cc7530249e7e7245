"""A form no pack knows: labels by their words and their look, what stands beside them, ticked options, tables with a header."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from checkers.report import Location
from docgen.document import Document
from docgen.forms.match import BOXES, fold, normalise_label
from docgen.forms.raw import as_written, is_blank
from docgen.forms.sheet import Grid, Region, Sheet, locate, make_sheet
from docgen.forms.ticks import EMPTY_GLYPHS, TICKED_GLYPHS

LONGEST_LABEL = 24
"""Longest label, in folded characters, of a form that is not known."""

HEADER_CELLS = 3
"""Least number of columns of a table with a header row."""

_PAIR = re.compile(
    r"(?P<label>[^\s:：,，。;；、][^:：,，。;；\n\t]{0,30}?)[ \u3000]*[:：]"
    r"(?P<value>[^\n]*?)(?=(?:[ \u3000]{2,}|\t)[^\s:：]{2,12}[:：]|\n|$)"
)
_OPTION = re.compile(rf"([{TICKED_GLYPHS}{EMPTY_GLYPHS}])\s*([^{TICKED_GLYPHS}{EMPTY_GLYPHS}\n]+)")
_LETTER = re.compile(r"[^\W\d_]")
_LABEL_WORDS = re.compile(
    r"^(?:是否|有无)|(?:姓名|名称|名|号码|编号|证号|账号|卡号|号|代码|电话|手机|手机号|座机|传真|地址|住址|住所地?|邮编|邮箱|e-?mail|网址"
    r"|单位|部门|机构|银行|开户行|时间|日期|年月|年限|时段|期限|期间|性别|民族|籍贯|年龄|学历|学位|学校|院校|专业|职务|职称|岗位|工种|职级"
    r"|类型|类别|性质|方式|状况|情况|等级|级别|意见|备注|说明|人数|月数|次数|数量|金额|标准|合计|资本|面积|比例|简介|简历|原因|理由|事由|事项"
    r"|范围|内容|项目|要求|职责|条件|材料|关系|成员|法人|负责人|代表人|经办人|联系人|申请人|权利人|保证人|计划|声明|承诺|属性|区域|行业|信息"
    r"|政治面貌|身份|奖励|序号)$",
    re.IGNORECASE,
)


class Entry(NamedTuple):
    """One thing an unknown form says: ``raw`` is text, the ticked options (list), or rows (list of dict by column label)."""

    label: str
    raw: Any
    location: Location


def read_unknown(document: Document) -> list[Entry]:
    """Label and value pairs of a form that no pack knows, in reading order; blanks have raw ``""``."""
    sheet = make_sheet(document)
    out: list[Entry] = []
    done: set[int] = set()
    for region in sheet.regions:
        if region.cell is None:
            out += _pairs(sheet, region)
        elif region.grid is not None and id(region.grid) not in done:
            done.add(id(region.grid))
            out += _table(sheet, region.grid)
    return out


def _core(region: Region) -> str:
    """The words of a cell without what stands in brackets."""
    label = normalise_label(region.text)
    return re.sub(r"\(.*\)", "", label) or label


def _may_be_label(region: Region) -> bool:
    """Short words without a digit, a box or a value of their own behind a colon."""
    core = _core(region)
    if not core or len(core) > LONGEST_LABEL or not _LETTER.search(core) or any(c.isdigit() for c in core):
        return False
    return not any(c in BOXES for c in region.flat) and not is_blank(region.text) and ":" not in region.flat[:-1]


def _is_label(region: Region) -> bool:
    """A cell whose words are those of labels (…号码, …时间, 是否…)."""
    return _may_be_label(region) and _LABEL_WORDS.search(_core(region)) is not None


def _table(sheet: Sheet, grid: Grid) -> list[Entry]:
    out: list[Entry] = []
    seen: set[int] = set()
    heading = ""
    row = 0
    while row < grid.table.rows:
        cells = grid.row(row)
        bottom = _header_bottom(grid, row)
        if bottom is not None:
            row, entry = _roster(sheet, grid, row, bottom, heading)
            out.append(entry)
            heading = ""
            continue
        if len(cells) == 1 and _may_be_label(cells[0]):
            heading = as_written(cells[0].text)
        out += _row(sheet, [r for r in cells if r.order not in seen])
        seen.update(r.order for r in cells)
        row += 1
    return out


def _row(sheet: Sheet, cells: list[Region]) -> list[Entry]:
    """Labels and values of a row, left to right; a label before a label that has a value is the heading of a group."""
    out: list[Entry] = []
    at = 0
    while at < len(cells):
        cell = cells[at]
        value = cells[at + 1] if at + 1 < len(cells) else None
        after = cells[at + 2] if at + 2 < len(cells) else None
        if not _may_be_label(cell) or value is None:
            out += _pairs(sheet, cell)
            at += 1
        elif (
            _is_label(value)
            and (after is None or not _is_label(after) or len(cells) - at > 3)
            and not _paired(cells[at:])
        ):
            at += 1
        else:
            out.append(_entry(sheet, cell, value))
            at += 2
    return out


def _paired(cells: list[Region]) -> bool:
    """Whether cells read as label, value, label, value: the third is a label and the first one says so itself."""
    return _is_label(cells[0]) and (
        len(cells) == 2 or (len(cells) == 4 and _is_label(cells[2]) and not _is_label(cells[3]))
    )


def _entry(sheet: Sheet, cell: Region, value: Region) -> Entry:
    label = as_written(cell.text).strip(" *：:")
    where = locate(sheet, value)
    if any(c in BOXES for c in value.text):
        return Entry(label, ticked_options(value.text), where)
    written = as_written(value.text)
    return Entry(label, "" if is_blank(written) else written, where)


def ticked_options(text: str) -> list[str]:
    """The options behind ticked boxes."""
    return [
        as_written(option).strip(" 、,，;；")
        for box, option in _OPTION.findall(text)
        if box in TICKED_GLYPHS and option.strip()
    ]


def _pairs(sheet: Sheet, region: Region) -> list[Entry]:
    """``label：value`` pairs inside a text; options ticked there without a label have the label ""."""
    out: list[Entry] = []
    for found in _PAIR.finditer(region.text):
        label, value = as_written(found["label"]), as_written(found["value"])
        if len(fold(label)) > LONGEST_LABEL or not _LETTER.search(label) or label[0].isdigit() or label[0] in BOXES:
            continue
        where = locate(sheet, region, *found.span())
        if any(c in BOXES for c in value):
            out.append(Entry(label, ticked_options(value), where))
        else:
            out.append(Entry(label, "" if is_blank(value) else value, where))
    if not out and any(c in BOXES for c in region.text):
        ticked = ticked_options(region.text)
        if ticked:
            out.append(Entry("", ticked, locate(sheet, region)))
    return out


def _header_bottom(grid: Grid, row: int) -> int | None:
    """The last row of a header that begins at a row; None if the row is not the header of a table of rows.

    A header is a row of labels, most of them by their words, over a row of as many cells, most of which are not.
    """
    cells = grid.row(row)
    if len(cells) < HEADER_CELLS or not all(_may_be_label(r) for r in cells):
        return None
    if any(r.cell is None or r.cell.row != row for r in cells) or sum(map(_is_label, cells)) * 3 < len(cells) * 2:
        return None
    bottom = row + max(r.cell.rowspan for r in cells if r.cell) - 1
    columns, below = grid.row(bottom), grid.row(bottom + 1)
    if len(below) != len(columns) or sum(map(_is_label, below)) * 2 > len(below):
        return None
    same = all(a.cell and b.cell and a.cell.col == b.cell.col for a, b in zip(columns, below, strict=True))
    return bottom if same else None


def _roster(sheet: Sheet, grid: Grid, top: int, bottom: int, heading: str) -> tuple[int, Entry]:
    """The rows under a header, and the first row that is not one of them."""
    columns = grid.row(bottom)
    labels = _column_labels(grid, top, columns)
    starts = [r.cell.col for r in columns if r.cell]
    rows: list[dict[str, str]] = []
    row = bottom + 1
    while row < grid.table.rows:
        cells = grid.row(row)
        if [r.cell.col for r in cells if r.cell] != starts:
            break
        values = [as_written(r.text) for r in cells]
        numbered = [label for label in labels if normalise_label(label) == "序号"]
        line = {label: "" if is_blank(value) else value for label, value in zip(labels, values, strict=True)}
        if any(value for label, value in line.items() if label not in numbered):
            rows.append(line)
        row += 1
    return row, Entry(heading, rows, locate(sheet, grid.row(top)[0]))


def _column_labels(grid: Grid, top: int, columns: list[Region]) -> list[str]:
    """The labels of the columns; equal ones are told apart by the group above them, else by a number."""
    out: list[str] = []
    for region in columns:
        label = as_written(region.text)
        above = grid.at(top, region.cell.col) if region.cell else None
        if label in out and above is not None and above is not region:
            label = f"{as_written(above.text)}{label}"
        out.append(f"{label}{out.count(label) + 1}" if label in out else label)
    return out
