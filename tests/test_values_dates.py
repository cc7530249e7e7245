"""Dates, months and ranges in every usual spelling."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkers.values.dates import (
    DateRange,
    MonthRange,
    YearMonth,
    parse_date,
    parse_date_or_month,
    parse_date_range,
    parse_month,
    parse_month_range,
)
from checkers.values.types import show

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
MONTHS = st.builds(YearMonth, st.integers(1900, 2100), st.integers(1, 12))
CHINESE = "〇一二三四五六七八九"


def chinese_number(n: int) -> str:
    tens, ones = divmod(n, 10)
    return ("" if tens == 0 else "十" if tens == 1 else CHINESE[tens] + "十") + (CHINESE[ones] if ones else "")


@pytest.mark.parametrize(
    "text",
    [
        "二〇二三年六月三十日",
        "二○二三年六月三十日",
        "二零二三年六月三十日",
        "二O二三年六月三十日",
        "2023.6.30",
        "2023．6．30",
        "2023-06-30",
        "2023－06－30",
        "2023/6/30",
        "20230630",
        "2023年6月30日",
        "2023年06月30号",
        "２０２３年６月３０日",
        " 2023 年 6 月 30 日 ",
        "__2023__年_6_月_30_日",
        "2023 6 30",
        "2023-06-30 00:00:00",
        "2023-06-30T08:30:00",
        "2023年6月30日（星期五）",
    ],
)
def test_every_spelling_of_one_day(text: str) -> None:
    assert parse_date(text) == date(2023, 6, 30)


@pytest.mark.parametrize(
    "text", ["2023-06", "2023.06", "2023/6", "202306", "2023年6月", "二〇二三年六月", "2023年6月份", "2023年6月30日"]
)
def test_every_spelling_of_one_month(text: str) -> None:
    assert parse_month(text) == YearMonth(2023, 6)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("2023-02-30", "没有2023年2月30日，该月只有28天"),
        ("2023年2月29日", "该月只有28天"),
        ("2023-13-01", "没有13月"),
        ("2023年0月1日", "没有0月"),
        ("2023年6月0日", "没有2023年6月0日"),
        ("23年6月30日", "年份只有两位"),
        ("23.6.30", "年份只有两位"),
        ("230630", "年份只有两位"),
        ("二三年六月三十日", "年份只有两位"),
        ("2023年6月", "缺少日"),
        ("202306", "缺少日"),
        ("6月30日", "缺少年份"),
        ("2023年", "只有年份"),
        ("1823-01-01", "不在1900至2100年之间"),
        ("去年夏天", "不是日期"),
    ],
)
def test_what_is_no_day_says_why(text: str, part: str) -> None:
    with pytest.raises(ValueError, match=part):
        parse_date(text)


def test_a_leap_day_exists_in_leap_years_only() -> None:
    assert parse_date("2024年2月29日") == date(2024, 2, 29)
    with pytest.raises(ValueError, match="28天"):
        parse_date("2100-02-29")


def test_either_precision_is_kept() -> None:
    assert parse_date_or_month("2023年6月") == YearMonth(2023, 6)
    assert parse_date_or_month("2023年6月30日") == date(2023, 6, 30)


@given(DAYS)
def test_a_day_survives_every_way_to_write_it(day: date) -> None:
    chinese = "".join(CHINESE[int(c)] for c in str(day.year))
    spellings = [
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}.{day.month}.{day.day}",
        show(day),
        f"{chinese}年{chinese_number(day.month)}月{chinese_number(day.day)}日",
    ]
    assert {parse_date(s) for s in spellings} == {day}


@pytest.mark.parametrize(
    "text",
    [
        "2023年8月到2024年7月",
        "2023年8月至2024年7月",
        "2023年8月~2024年7月",
        "2023年8月～2024年7月",
        "2023年8月—2024年7月",
        "2023年8月——2024年7月",
        "2023年8月－－2024年7月",
        "2023年8月-2024年7月",
        "2023年8月–2024年7月",
        "2023.08-2024.07",
        "2023.8—2024.7",
        "2023-08-2024-07",
        "2023-08/2024-07",
        "2023/08-2024/07",
        "202308-202407",
        "2023年8月至次年7月",
        "2023年8月起至2024年7月止",
        "自2023年8月至2024年7月",
        "2023年8月至2024年7月（共12个月）",
        "2023年8月1日至2024年7月31日",
        "2023-08-01/2024-07-31",
        "二〇二三年八月至二〇二四年七月",
        "2023 年 8 月\n至 2024 年 7 月",
        "2023年__8_月 到 _2024_ 年 7 月",
    ],
)
def test_every_spelling_of_one_month_range(text: str) -> None:
    assert parse_month_range(text) == MonthRange(YearMonth(2023, 8), YearMonth(2024, 7))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023年8月—12月", "2023-08/2023-12"),
        ("2023.08-12", "2023-08/2023-12"),
        ("2023年1-12月", "2023-01/2023-12"),
        ("2023年8月", "2023-08/2023-08"),
        ("2024年第一季度", "2024-01/2024-03"),
        ("2024年4季度", "2024-10/2024-12"),
        ("2024年下半年", "2024-07/2024-12"),
        ("2024年度", "2024-01/2024-12"),
    ],
)
def test_a_month_range_within_one_year(text: str, expected: str) -> None:
    assert str(parse_month_range(text)) == expected


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("2024年7月至2023年8月", "早于"),
        ("2023年8月至今", "没有写明止期"),
        ("2023-08-12", "只有一个日期"),
        ("23年8月至24年7月", "年份只有两位"),
        ("8月至12月", "缺少年份"),
        ("2023年13月至2024年1月", "没有13月"),
        ("2023年8月15日至2024年7月14日", "不是整月"),
        ("2023年8月1日至2024年7月30日", "不是整月"),
        ("2023年8月至2024年7月31日", "写一致"),
        ("2023年8月至2024年7月（共11个月）", "写共11个月，按起止应为12个月"),
        ("2023年1月至3月、5月至6月", "不是起止年月"),
        ("2023", "不是起止年月"),
    ],
)
def test_what_is_no_month_range_says_why(text: str, part: str) -> None:
    with pytest.raises(ValueError, match=part):
        parse_month_range(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023年8月1日至2024年7月31日", "2023-08-01/2024-07-31"),
        ("2023.8.1-2024.7.31", "2023-08-01/2024-07-31"),
        ("2023.8.1-8.31", "2023-08-01/2023-08-31"),
        ("2023.8.1-8.31日", "2023-08-01/2023-08-31"),
        ("2023年8月1日-31日", "2023-08-01/2023-08-31"),
        ("2020-01-01~12-31", "2020-01-01/2020-12-31"),
        ("20230801-20240731", "2023-08-01/2024-07-31"),
        ("2023-08-01 00:00:00至2023-08-31 00:00:00", "2023-08-01/2023-08-31"),
        ("2023年8月1日至3日（共3天）", "2023-08-01/2023-08-03"),
    ],
)
def test_day_ranges(text: str, expected: str) -> None:
    assert str(parse_date_range(text)) == expected


@pytest.mark.parametrize(
    ("text", "part"), [("2023年8月至9月", "缺少日"), ("2023年8月1日", "只有一个日期"), ("2015.06.01-长期", "止期")]
)
def test_what_is_no_day_range_says_why(text: str, part: str) -> None:
    with pytest.raises(ValueError, match=part):
        parse_date_range(text)


@given(MONTHS, st.integers(-600, 600))
def test_adding_and_subtracting_months_are_inverse(month: YearMonth, n: int) -> None:
    assert (month + n) - month == n
    assert (month + n) + -n == month


@given(MONTHS, MONTHS)
def test_months_order_as_their_first_days(a: YearMonth, b: YearMonth) -> None:
    assert (a < b) == (a.first_day() < b.first_day()) == (b - a > 0)


@given(MONTHS, MONTHS)
def test_a_month_range_round_trips_and_counts_both_ends(a: YearMonth, b: YearMonth) -> None:
    value = MonthRange(min(a, b), max(a, b))
    assert parse_month_range(str(value)) == value == parse_month_range(show(value))
    assert value.months == (value.end - value.start) + 1


@given(DAYS, DAYS)
def test_a_day_range_round_trips(a: date, b: date) -> None:
    value = DateRange(min(a, b), max(a, b))
    assert parse_date_range(str(value)) == value == parse_date_range(show(value))


def test_a_range_knows_what_lies_within() -> None:
    year = MonthRange(YearMonth(2023, 8), YearMonth(2024, 7))
    assert next(iter(year)) == YearMonth(2023, 8)
    assert max(year) == YearMonth(2024, 7)
    assert len(list(year)) == year.months == 12
    assert YearMonth(2023, 8) in year
    assert YearMonth(2024, 8) not in year
    assert date(2024, 7, 31) in year
    assert date(2024, 8, 1) not in year
    assert MonthRange(YearMonth(2024, 1), YearMonth(2024, 7)) in year
    assert year.overlaps(MonthRange(YearMonth(2024, 7), YearMonth(2024, 9)))
    assert not year.overlaps(MonthRange(YearMonth(2024, 8), YearMonth(2024, 9)))


def test_a_month_has_its_first_and_last_day() -> None:
    assert YearMonth(2024, 2).first_day() == date(2024, 2, 1)
    assert YearMonth(2024, 2).last_day() == date(2024, 2, 29)
    assert YearMonth.from_date(date(2024, 12, 31)) + 1 == YearMonth(2025, 1)
    with pytest.raises(ValueError, match="13月"):
        YearMonth(2024, 13)
