"""Rosters as workbooks: what is written is read back, nothing is lost to a number format, a blank one is blank."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from docgen.errors import UsageError
from docgen.extracting import extract_form
from docgen.readers import read
from docgen.rendering.manifest import Manifest, Variable, catalogue, find_manifest
from docgen.rendering.roster_book import BLANK_ROWS, roster_book, rosters

WITH_ROSTER = {m.key: m for m in catalogue() if m.kind == "form" and rosters(m)}
HARDSHIP = "cq-hardship-unit-si-subsidy.roster"


def master(key: str) -> Manifest:
    found = find_manifest(key)
    assert found is not None
    return found


def sheet_of(data: bytes) -> Any:
    return load_workbook(io.BytesIO(data)).active


@pytest.mark.parametrize("key", WITH_ROSTER)
def test_what_a_workbook_says_is_read_back(key: str) -> None:
    manifest = WITH_ROSTER[key]
    data = {k: v for k, v in manifest.sample().items() if v is not None}
    seen = extract_form(read("名册.xlsx", roster_book(manifest, data)), manifest.policy)
    values = {f.id: f.value for f in seen.fields}
    texts = "".join(str(f.value) for f in seen.fields)
    for roster in rosters(manifest):
        numbers = [
            str(v) for row in data[roster.id] for c, v in row.items() if c in ("id_number", "phone", "name", "number")
        ]
        assert numbers == [n for n in numbers if n in texts]
        if seen.recognised and roster.id in values:
            assert len(values[roster.id]) == len(data[roster.id])


def test_rows_totals_and_the_unit_come_back_as_they_went_in() -> None:
    rows = [
        {
            "name": f"样例{'甲乙丙'[n % 3]}",
            "phone": "023-60000018",
            "id_number": "500105197203040027",
            "category": "4050人员",
            "category_number": f"00{n}26",
            "start": "2023年8月",
            "end": "2024-07",
            "months": 12,
            "amount": Decimal("10000.50"),
            "public_post": "否",
        }
        for n in range(30)
    ]
    data = {
        "roster": rows,
        "total_months": 360,
        "total_amount": Decimal("300015"),
        "roster_unit": "重庆样例物业有限公司",
    }
    seen = extract_form(read("名册.xlsx", roster_book(master(HARDSHIP), data)))
    values = {f.id: f.value for f in seen.fields}
    assert seen.service == "cq-hardship-unit-si-subsidy"
    assert (values["total_months"], values["total_amount"], values["roster_unit"]) == (
        360,
        "300015.00",
        "重庆样例物业有限公司",
    )
    assert [row["category_number"] for row in values["roster"]] == [f"00{n}26" for n in range(30)]
    assert values["roster"][0] == {
        "name": "样例甲",
        "phone": "023-60000018",
        "id_number": "500105197203040027",
        "category": "4050人员",
        "category_number": "00026",
        "start": "2023-08",
        "end": "2024-07",
        "months": 12,
        "amount": "10000.50",
        "public_post": False,
        "remark": None,
    }


@pytest.mark.parametrize("key", WITH_ROSTER)
def test_a_blank_workbook_is_blank(key: str) -> None:
    manifest = WITH_ROSTER[key]
    seen = extract_form(read("名册.xlsx", roster_book(manifest)), manifest.policy)
    assert [(f.id, f.value) for f in seen.fields if f.value] == []


def test_numbers_are_text_choices_are_lists_and_the_head_stays() -> None:
    sheet = sheet_of(roster_book(master(HARDSHIP)))
    head = next(r for r in range(1, 10) if sheet.cell(r, 1).value == "序号")
    labels = {sheet.cell(head, c).value: c for c in range(1, sheet.max_column + 1)}
    for label in ("身份证号码", "联系电话", "人员类别证件号码", "起始年月"):
        assert sheet.cell(head + 1, labels[label]).number_format == "@"
    assert sheet.cell(head + 1, labels["补贴金额"]).number_format == "#,##0.00"
    rules = {rule.type: rule for rule in sheet.data_validations.dataValidation}
    assert rules["list"].formula1 == '"是,否"'
    assert rules["textLength"].formula1 == "18"
    assert sheet.freeze_panes == f"C{head + 1}"
    assert sheet.print_title_rows == f"${head}:${head}"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    last = head + BLANK_ROWS + 1
    assert sheet.cell(last, 1).value == "合计"
    assert sheet.cell(last, labels["补贴金额"]).value == f"=SUM(J{head + 1}:J{last - 1})"


def test_a_value_is_never_a_formula() -> None:
    data = roster_book(master(HARDSHIP), {"roster": [{"name": "=1+1", "remark": "=cmd|'/c calc'!A1"}]})
    sheet = sheet_of(data)
    cells = [c for row in sheet.iter_rows() for c in row if isinstance(c.value, str) and c.value.startswith("=")]
    assert [c.data_type for c in cells] == ["s", "s"]


def test_the_same_rows_give_the_same_bytes() -> None:
    rows = {"roster": [{"name": "李晓明", "months": 3}]}
    assert roster_book(master(HARDSHIP), rows) == roster_book(master(HARDSHIP), rows)


def test_what_is_no_number_is_kept_as_it_was_written() -> None:
    sheet = sheet_of(
        roster_book(master(HARDSHIP), {"roster": [{"name": "李晓明", "amount": "待定", "months": "12个月"}]})
    )
    assert {"待定", 12} <= {c.value for row in sheet.iter_rows() for c in row}


def test_a_day_is_a_day_and_units_stand_in_the_head() -> None:
    columns = (Variable("name", "姓名"), Variable("on", "日期", "date"), Variable("money", "金额", "money", "元"))
    form = Manifest(
        "k",
        "k",
        "样例花名册",
        "样例花名册",
        "form",
        master(HARDSHIP).path,
        variables=(Variable("people", "人员", "roster", columns=columns),),
    )
    sheet = sheet_of(roster_book(form, {"people": [{"name": "李晓明", "on": date(2024, 8, 20), "money": 5}]}))
    assert [c.value for c in sheet[2]] == ["序号", "姓名", "日期", "金额（元）"]
    assert sheet["C3"].value.date() == date(2024, 8, 20)
    assert sheet["C3"].number_format == "yyyy-mm-dd"


@pytest.mark.parametrize(
    ("key", "data", "words"),
    [
        ("cq-grad-flexible-si-subsidy.application", None, "没有花名册"),
        ("cq-grad-center-setup.acceptance", None, "没有花名册"),
        (HARDSHIP, {"roster": [{"name": "李晓明"}, {"nmae": "李晓明"}]}, "第 2 行没有这些栏：nmae"),
        (HARDSHIP, {"roster": "李晓明"}, "行的列表"),
    ],
)
def test_what_cannot_be_a_workbook_says_why(key: str, data: dict[str, Any] | None, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        roster_book(master(key), data)
