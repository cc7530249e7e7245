"""From the texts of a row to typed values: each slip is said for its row, in Chinese."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from docgen.generating.values import RowError, convert, converter
from docgen.rendering.manifest import Variable

PEOPLE = Variable(
    "people", "人员", "list", columns=(Variable("name", "姓名", "person_name"), Variable("pay", "金额", "money", "元"))
)


def one(variable: Variable, raw: Any) -> Any:
    return convert([variable], {variable.id: raw})[variable.id]


@pytest.mark.parametrize(
    ("type_", "raw", "value"),
    [
        ("date", "2026年3月5日", date(2026, 3, 5)),
        ("date", datetime(2026, 3, 5, 0, 0), date(2026, 3, 5)),  # noqa: DTZ001  what a workbook holds
        ("money", "1,200", Decimal(1200)),
        ("money", 1200.5, Decimal("1200.5")),
        ("integer", "3人", 3),
        ("text", " 两行\n字 ", "两行\n字"),
        ("text", 7, 7),
        ("yes_no", "是", True),
        ("tick", "", False),
        ("list", "身份证；申请表\n照片", ["身份证", "申请表", "照片"]),
        ("list", ["甲"], ["甲"]),
        ("richtext", {"any": 1}, {"any": 1}),
    ],
)
def test_a_value_takes_its_type(type_: str, raw: Any, value: Any) -> None:
    unit = "人" if type_ == "integer" else "元" if type_ == "money" else ""
    assert one(Variable("x", "某项", type_, unit), raw) == value


@pytest.mark.parametrize(
    ("type_", "raw", "says"),
    [
        ("date", "2026年2月30日", "某项"),
        ("money", "一些", "某项"),
        ("resident_id", "500103199001010016", "某项"),
        ("text", "", "缺少 某项（x）"),
        ("text", None, "缺少 某项（x）"),
        ("list", 7, "应当是列表"),
        ("list", "[1,", "JSON"),
    ],
)
def test_what_does_not_fit_is_said_with_its_label(type_: str, raw: Any, says: str) -> None:
    with pytest.raises(RowError, match=says):
        one(Variable("x", "某项", type_), raw)


def test_an_optional_value_is_none_and_an_optional_list_empty() -> None:
    variables = [Variable("a", "甲", optional=True), Variable("b", "乙", "list", optional=True)]
    assert convert(variables, {}) == {"a": None, "b": []}


def test_what_no_variable_is_called_passes() -> None:
    assert convert([], {"自备": "值"}) == {"自备": "值"}


def test_all_slips_of_a_row_are_said_at_once() -> None:
    with pytest.raises(RowError) as error:
        convert([Variable("a", "甲"), Variable("b", "乙", "money")], {"b": "许多"})
    assert len(error.value.args) == 2


def test_rows_of_a_list_are_found_by_label_and_id() -> None:
    assert one(PEOPLE, [{"姓名": "张样例", "pay": "12"}]) == [{"name": "张样例", "pay": Decimal(12)}]
    assert one(PEOPLE, '[{"name": "张样例", "金额": 12}]') == [{"name": "张样例", "pay": Decimal(12)}]


def test_a_slip_in_a_list_names_the_row() -> None:
    with pytest.raises(RowError, match=r"人员第 2 行金额"):
        one(PEOPLE, [{"name": "张样例", "pay": 1}, {"name": "李样例", "pay": "许多"}])
    with pytest.raises(RowError, match=r"人员第 1 行"):
        one(PEOPLE, ["张样例"])
    with pytest.raises(RowError, match="一行一条数据"):
        one(PEOPLE, "张样例")


def test_rows_of_one_converter_share_nothing_that_can_change() -> None:
    take = converter([Variable("x", "某项", "ticks", options=("甲", "乙")), Variable("y", "日期", "date")])
    first, second = (take({"x": "甲", "y": "2026年3月5日"}) for _ in range(2))
    first["x"].append("乙")
    assert second == {"x": ["甲"], "y": date(2026, 3, 5)}


def test_a_slip_is_said_for_every_row_that_has_it() -> None:
    take = converter([Variable("y", "日期", "date")])
    for _ in range(2):
        with pytest.raises(RowError, match="日期"):
            take({"y": "2026年2月30日"})
