"""Every row of the official annexes, transcribed from the printed tables (tests/data), and what lies around them."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkers.calculators import CALCULATORS, calculate, parameters
from checkers.calculators.contribution import min_contribution_months, years_text
from checkers.calculators.retirement import CATEGORIES, statutory_retirement
from checkers.values.dates import YearMonth, parse_month

DATA = Path(__file__).parent / "data"
MEN, WOMEN_55, WOMEN_50 = CATEGORIES


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_transcription_is_whole() -> None:
    ages = rows("retirement_ages.csv")
    assert [sum(r["annex"] == a for r in ages) for a in ("附件1", "附件2", "附件3")] == [144, 144, 120]
    assert len(rows("contribution_years.csv")) == 15


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_official_row_of_the_retirement_tables(category: str) -> None:
    for row in (r for r in rows("retirement_ages.csv") if r["category"] == category):
        answer = statutory_retirement(parse_month(row["born"]), category)
        printed = (row["retirement_age"], row["retirement_month"], int(row["delay_months"]))
        assert (answer.age, str(answer.month), answer.delay_months) == printed, row["born"]


def test_every_official_row_of_the_contribution_table() -> None:
    for row in rows("contribution_years.csv"):
        assert years_text(min_contribution_months(int(row["year"]))) == row["minimum"]


@pytest.mark.parametrize(
    ("born", "category", "delay", "age", "month"),
    [
        ("1964-12", MEN, 0, "60岁", "2024-12"),
        ("1965-01", MEN, 1, "60岁1个月", "2025-02"),
        ("1976-12", MEN, 36, "63岁", "2039-12"),
        ("1977-01", MEN, 36, "63岁", "2040-01"),
        ("1980-06", MEN, 36, "63岁", "2043-06"),
        ("1969-12", WOMEN_55, 0, "55岁", "2024-12"),
        ("1970-01", WOMEN_55, 1, "55岁1个月", "2025-02"),
        ("1985-03", WOMEN_55, 36, "58岁", "2043-03"),
        ("1974-12", WOMEN_50, 0, "50岁", "2024-12"),
        ("1975-03", WOMEN_50, 2, "50岁2个月", "2025-05"),
        ("1984-12", WOMEN_50, 60, "55岁", "2039-12"),
        ("1985-01", WOMEN_50, 60, "55岁", "2040-01"),
        ("1990-07", WOMEN_50, 60, "55岁", "2045-07"),
    ],
)
def test_both_sides_of_the_tables_ends(born: str, category: str, delay: int, age: str, month: str) -> None:
    answer = statutory_retirement(parse_month(born), category)
    assert (answer.delay_months, answer.age, str(answer.month)) == (delay, age, month)


@given(st.integers(0, 1200), st.sampled_from(CATEGORIES))
def test_who_is_born_later_retires_later(offset: int, category: str) -> None:
    born = YearMonth(1940, 1) + offset
    now, then = statutory_retirement(born, category), statutory_retirement(born + 1, category)
    assert then.month > now.month
    assert 0 <= then.delay_months - now.delay_months <= 1


def test_the_contract_example() -> None:
    answer = calculate("cn-statutory-retirement-age", {"born": "1965-01", "category": "男职工"}).to_json()
    assert answer["schema"] == "docgen.calculation/1"
    assert answer["calculator"] == "cn-statutory-retirement-age"
    assert answer["on"] == "2025-01-01"
    assert answer["inputs"] == {"born": "1965-01", "category": "男职工"}
    assert answer["results"] == {"delay_months": 1, "retirement_age": "60岁1个月", "retirement_month": "2025-02"}
    assert [(c["title"][:4], c["article"]) for c in answer["citations"]] == [
        ("全国人民", "一"), ("国务院关", "第一条"), ("国务院关", "附件1"),
    ]  # fmt: skip
    assert all(s["text"] and s["citations"] for s in answer["steps"])
    assert json.loads(json.dumps(answer)) == answer


def test_a_full_date_and_a_loosely_written_category_are_taken() -> None:
    answer = calculate(
        "cn-statutory-retirement-age", {"born": "1975年3月8日", "category": "原法定退休年龄５０周岁女职工 "}
    )
    assert answer.inputs == {"born": "1975-03", "category": WOMEN_50}
    assert answer.results["retirement_month"] == "2025-05"


def test_before_the_tables_the_former_rule_is_cited() -> None:
    answer = calculate("cn-statutory-retirement-age", {"born": "1964-12", "category": MEN})
    assert answer.results == {"delay_months": 0, "retirement_age": "60岁", "retirement_month": "2024-12"}
    assert "2024年12月31日前已达到原法定退休年龄" in answer.steps[-1].text
    assert "国发〔1978〕104号" in [c.doc_no for c in answer.citations]


def test_beyond_the_tables_only_the_article_is_cited() -> None:
    answer = calculate("cn-statutory-retirement-age", {"born": "1980-06", "category": MEN})
    assert not [c for c in answer.citations if c.article.startswith("附件")]
    assert "已达上限" in answer.steps[1].text


def test_a_day_before_the_decision_is_noted() -> None:
    inputs = {"born": "1965-01", "category": MEN}
    before = calculate("cn-statutory-retirement-age", inputs, on=date(2024, 12, 31))
    since = calculate("cn-statutory-retirement-age", inputs, on=date(2025, 1, 1))
    assert "自2025年1月1日起施行" in before.steps[0].text
    assert before.results == since.results
    assert len(before.steps) == len(since.steps) + 1


@pytest.mark.parametrize(
    ("year", "months", "text"),
    [(2024, 180, "15年"), (2029, 180, "15年"), (2030, 186, "15年+6个月"), (2039, 240, "20年"), (2040, 240, "20年")],
)
def test_contribution_years_and_their_limits(year: int, months: int, text: str) -> None:
    answer = calculate("cn-min-contribution-years", {"year": str(year)})
    assert answer.results == {"months": months, "years": text}
    assert answer.citations


def test_contribution_years_cite_the_annex_only_where_it_is_printed() -> None:
    def cited(year: str) -> list[str]:
        return [c.article for c in calculate("cn-min-contribution-years", {"year": year}).citations]

    assert cited("2024年") == ["第十六条"]
    assert cited("2025") == ["第二条", "附件4"]
    assert cited("2039") == ["第二条", "附件4"]
    assert cited("2040") == ["第二条"]


@pytest.mark.parametrize(
    ("name", "inputs", "message"),
    [
        ("cn-tax", {}, "没有名为 cn-tax 的计算器"),
        ("cn-statutory-retirement-age", {"category": MEN}, "缺少参数 --born（出生年月）"),
        ("cn-statutory-retirement-age", {"born": "1965-13", "category": MEN}, "没有13月"),
        ("cn-statutory-retirement-age", {"born": "1965-01", "category": "男"}, "不在可选项之中"),
        ("cn-statutory-retirement-age", {"born": "1965-01", "category": MEN, "sex": "男"}, "没有参数 --sex"),
        ("cn-min-contribution-years", {"year": "2010"}, "没有收录2011年以前"),
        ("cn-min-contribution-years", {"year": "30"}, "四位年份"),
        ("cn-min-contribution-years", {"year": "明年"}, "不是数字"),
    ],
)
def test_what_the_caller_got_wrong(name: str, inputs: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        calculate(name, inputs)


def test_parameters_describe_the_inputs() -> None:
    assert [(p.name, p.type, p.required) for p in parameters("cn-statutory-retirement-age")] == [
        ("born", "month", True),
        ("category", "choice", True),
    ]
    assert parameters("cn-statutory-retirement-age")[1].options == CATEGORIES
    for name in CALCULATORS:
        assert parameters(name)
    with pytest.raises(ValueError, match="职工类别应为"):
        statutory_retirement(YearMonth(1965, 1), "干部")
