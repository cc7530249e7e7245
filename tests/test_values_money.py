"""Money and numerals: spellings, capitals, and what may be read in two ways."""

from __future__ import annotations

from decimal import Decimal

import cn2an  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkers.values.money import from_capital, parse_integer, parse_money, parse_number, to_capital
from checkers.values.numerals import chinese_integer

AMOUNTS = st.integers(0, 10**14 - 1).map(lambda cents: Decimal(cents) / 100)


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("1万元", "10000.00"),
        ("12.5万", "125000.00"),
        ("12万元", "120000.00"),
        ("10,000元", "10000.00"),
        ("10，000元", "10000.00"),
        ("￥30000.00", "30000.00"),
        ("¥ 30,000.00", "30000.00"),
        ("３００００元", "30000.00"),
        ("人民币叁万元整", "30000.00"),
        ("（大写）叁万元整", "30000.00"),
        ("人民币（大写）：叁万元整", "30000.00"),
        ("三千元", "3000.00"),
        ("十二万", "120000.00"),
        ("3万5千", "35000.00"),
        ("1亿2000万", "120000000.00"),
        ("3元5角2分", "3.52"),
        ("共计6000元", "6000.00"),
        ("500元/月", "500.00"),
        ("6000元/人/年", "6000.00"),
        ("_30000_元", "30000.00"),
        ("-500", "-500.00"),
        ("30000元（大写：叁万元整）", "30000.00"),
        ("￥30000.00（人民币叁万元整）", "30000.00"),
        ("大写：叁万元整 小写：30000元", "30000.00"),
        ("人民币（大写）叁万元整（小写）￥30000.00", "30000.00"),
    ],
)
def test_every_spelling_of_an_amount(text: str, yuan: str) -> None:
    assert str(parse_money(text)) == yuan


@pytest.mark.parametrize(
    ("text", "yuan"),
    [("12", 120000), ("12.5", 125000), ("12万元", 120000), ("120000元", 120000), ("十二万元整", 120000)],
)
def test_the_unit_of_the_blank_counts_only_for_a_bare_number(text: str, yuan: int) -> None:
    assert parse_money(text, "万元") == yuan


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("10,00元", "逗号"),
        ("1万5", "两种理解"),
        ("一百五", "两种理解"),
        ("壹万伍元整", "两种理解"),
        ("0.333元", "不足一分"),
        ("面议", "不是金额"),
        ("", "不是金额"),
        ("3人", "不是金额"),
        ("30000元（大写：叁仟元整）", "大写与小写不一致"),
    ],
)
def test_what_is_no_amount_says_why(text: str, part: str) -> None:
    with pytest.raises(ValueError, match=part):
        parse_money(text)


def test_a_unit_that_is_no_money_is_refused() -> None:
    with pytest.raises(ValueError, match="不是金额单位"):
        parse_money("12", "人")


@pytest.mark.parametrize(
    ("yuan", "capital"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("10", "壹拾元整"),
        ("15", "壹拾伍元整"),
        ("105", "壹佰零伍元整"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("107000.53", "壹拾万零柒仟元伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("120000", "壹拾贰万元整"),
        ("100000001", "壹亿零壹元整"),
        ("999999999999.99", "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_capitals_by_the_rules_for_bills(yuan: str, capital: str) -> None:
    assert to_capital(Decimal(yuan)) == capital
    assert from_capital(capital) == Decimal(yuan)


@pytest.mark.parametrize("capital", ["壹仟陆佰捌拾元零叁角贰分", "壹仟陆佰捌拾圆叁角贰分", "一千六百八十元三角二分"])
def test_other_permitted_capitals_are_read(capital: str) -> None:
    assert from_capital(capital) == Decimal("1680.32")


@pytest.mark.parametrize("text", ["元整", "三十", "", "壹拾元壹拾角", "叁万元整整"])
def test_what_is_no_capital(text: str) -> None:
    with pytest.raises(ValueError, match="不是大写金额"):
        from_capital(text)


@pytest.mark.parametrize("yuan", ["-1", "1000000000000", "0.001"])
def test_what_has_no_capital(yuan: str) -> None:
    with pytest.raises(ValueError, match="大写"):
        to_capital(Decimal(yuan))


@given(AMOUNTS)
def test_capitals_round_trip(amount: Decimal) -> None:
    assert from_capital(to_capital(amount)) == amount == parse_money(to_capital(amount))


@given(st.integers(0, 10**12 - 1))
def test_capitals_agree_with_another_program(yuan: int) -> None:
    theirs = cn2an.an2cn(yuan, "rmb")
    assert from_capital(theirs) == yuan
    # 附一第三条: after 万 or 亿 the 零 for a zero in its own place may be left out; we write it, cn2an does not
    assert to_capital(Decimal(yuan)).replace("零", "") == theirs.replace("零", "")


@given(st.integers(0, 10**15))
def test_chinese_integers_agree_with_another_program(n: int) -> None:
    assert chinese_integer(cn2an.an2cn(n, "low")) == n == chinese_integer(cn2an.an2cn(n, "up"))


@given(AMOUNTS)
def test_figures_round_trip(amount: Decimal) -> None:
    assert parse_money(f"{amount:,.2f}元") == amount == parse_money(f"￥{amount:.2f}")


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("十二", "", 12),
        ("3人", "", 3),
        ("3人", "人", 3),
        ("3名", "人", 3),
        ("共三个月", "月", 3),
        ("1年", "月", 12),
        ("1年3个月", "月", 15),
        ("１２", "月", 12),
        ("1,200", "", 1200),
        ("二十五周岁", "岁", 25),
        ("廿五", "", 25),
        ("两", "", 2),
        ("12.0", "", 12),
        ("1.2万", "", 12000),
    ],
)
def test_whole_numbers(text: str, unit: str, value: int) -> None:
    assert parse_integer(text, unit) == value


@pytest.mark.parametrize(
    ("text", "unit", "part"),
    [
        ("3.5", "", "不是整数"),
        ("3年", "人", "单位应为人"),
        ("6个月", "年", "单位应为年"),
        ("若干", "", "不是数字"),
        ("3千克", "", "不是数字"),
    ],
)
def test_what_is_no_whole_number(text: str, unit: str, part: str) -> None:
    with pytest.raises(ValueError, match=part):
        parse_integer(text, unit)


def test_numbers_and_per_cent() -> None:
    assert parse_number("5%") == Decimal("0.05")
    assert parse_number("5%", "%") == 5
    assert parse_number("三点一四") == Decimal("3.14")
    assert parse_number("12.50") == Decimal("12.5")
    with pytest.raises(ValueError, match="不是数字"):
        parse_number("三点")


@pytest.mark.parametrize("text", ["十百", "一一十", "零十", "万五千", "一亿亿", "一万二千万", "百", "一千零"])
def test_broken_numerals(text: str) -> None:
    with pytest.raises(ValueError, match="不是正确的中文数字"):
        chinese_integer(text)
