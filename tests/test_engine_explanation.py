"""How a finding, an amount and a deadline came about: said only when asked for, in the words of the pack."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkers.case import Case
from checkers.engine import check
from checkers.explanation import explain, in_words, period_words
from checkers.expressions import compile_expression
from checkers.facts import Fact, Facts, FormSeen
from checkers.pack_source import compile_pack
from checkers.packs import Loaded
from checkers.report import Location, Report
from docgen.reports.html import render as html
from docgen.reports.text import render as text

DAY = date(2024, 8, 1)
TEXTS = [
    *("insured is filled and not (insured < 3)", "'甲' if insured == 1 else '乙'", "row.paid > 0"),
]
PACK = """\
id: zz-explained
name: 说明
region: 某市
kind: service
sources: {n1: {title: 关于示例的通知, doc_no: 某人社发〔2024〕1号}}
in_force: {since: 2024-01-01, at: n1 一}
parameters:
  least: {name: 最低月数, unit: 月, at: n1 二, values: {2024-01-01: 12, 2025-01-01: 15}}
  standard: {name: 月标准, unit: 元, at: n1 三, values: {2024-06-01: 500}}
forms:
  form:
    title: 示例申请表
    at: n1 附件
    fields:
      period: {label: 申请时段, type: month_range}
      roster: {label: 花名册, type: roster, columns: {paid: {label: 缴费月数, type: integer}}}
facts:
  insured: {label: 参保月数, type: integer, unit: 月}
  applied_on: {label: 申请日期, type: date}
define:
  long_enough: {label: 参保够长, value: insured >= least, at: n1 二}
rules:
  - {id: long, require: long_enough, message: 不够长, at: n1 二}
  - {id: each, require: row.paid >= least, for_each: roster, message: 这一行不够, at: n1 二}
amounts:
  grant: {name: 补贴, unit: 元, formula: standard * months(period), at: n1 三}
deadlines:
  reply: {name: 答复, who: agency, after: applied_on, within: 5 workdays, at: n1 四}
"""


def loaded() -> Loaded:
    pack = compile_pack(PACK, "zz-explained.yaml")
    return Loaded(pack.policy, pack.code | {text: compile_expression(text).python for text in TEXTS})


def facts() -> Facts:
    place = Location("表.pdf", 2, cell="B3")
    rows = [{"paid": Fact("paid", n, locations=(Location("册.xlsx", cell=f"C{i}"),))} for i, n in enumerate((20, 3), 2)]
    seen = FormSeen("form", place=Location("表.pdf", 1))
    seen.facts["period"] = Fact("period", "2024年1月至2024年6月", locations=(place,))
    seen.facts["roster"] = Fact("roster", "", rows=rows)
    return Facts(
        forms=[seen], known={"insured": Fact("insured", 10), "applied_on": Fact("applied_on", date(2024, 7, 3))}
    )


def report(*, explained: bool) -> Report:
    return check(facts(), loaded(), DAY, received=DAY, explain=explained)


def test_nothing_is_explained_unless_asked() -> None:
    plain = report(explained=False)
    for part in (plain.findings, plain.amounts, plain.deadlines):
        assert not any(x.explanation for x in part)
    assert "explanation" not in str(plain.to_json())


def test_asking_changes_nothing_else() -> None:
    told = report(explained=True).to_json()
    for part in ("findings", "amounts", "deadlines"):
        for item in told[part]:
            item.pop("explanation", None)
    assert told == report(explained=False).to_json()


def test_a_finding_names_rule_definition_parameter_and_fact() -> None:
    long = next(f for f in report(explained=True).findings if f.rule.endswith("/long"))
    assert long.explanation == (
        "要求：参保够长〔否〕",
        "参保够长：参保月数〔10月〕 ≥ 最低月数〔12〕 ＝ 否（某人社发〔2024〕1号 二）",
        "最低月数：12月，2024年1月1日起（某人社发〔2024〕1号 二）",
        "参保月数：10月",
    )


def test_a_row_is_explained_by_its_own_cells() -> None:
    found = [f for f in report(explained=True).findings if f.rule.endswith("/each")]
    assert len(found) == 1
    assert found[0].explanation[0] == "要求：缴费月数〔3〕 ≥ 最低月数〔12〕"
    assert "花名册第2行“缴费月数”：3（册.xlsx C3）" in found[0].explanation


def test_an_amount_gives_the_formula_the_standard_of_the_day_and_the_place() -> None:
    grant = report(explained=True).amounts[0]
    assert grant.value == "3000.00"
    assert grant.explanation == (
        "算式：月标准〔500〕 × 月数(申请时段〔2024年1月至2024年6月〕)",
        "月标准：500元，2024年6月1日起（某人社发〔2024〕1号 三）",
        "申请时段：2024年1月至2024年6月（表.pdf 第2页 B3）",
    )


def test_a_deadline_gives_its_length_and_where_it_begins() -> None:
    told = report(explained=True).deadlines[0].explanation
    assert told == ("期限：5个工作日", "起算：申请日期〔2024年7月3日〕", "申请日期：2024年7月3日")


def test_the_explanation_survives_the_json() -> None:
    told = report(explained=True)
    back = Report.from_json(told.to_json())
    for part in ("findings", "amounts", "deadlines"):
        assert [x.explanation for x in getattr(back, part)] == [x.explanation for x in getattr(told, part)]


def test_text_and_page_show_it() -> None:
    told = report(explained=True)
    assert "经过：" in text(told) and "要求：参保够长〔否〕" in text(told)
    assert "经过：" not in text(report(explained=False))
    page = html(told, papers={}, settings={})
    assert page.count('<details class="how">') == len(told.findings) + len(told.amounts) + len(told.deadlines)
    assert '<details class="how">' not in html(report(explained=False), papers={}, settings={})


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("insured is filled and not (insured < 3)", "参保月数〔10月〕 已填写 且 非(参保月数〔10月〕 < 3)"),
        ("'甲' if insured == 1 else '乙'", "“甲”，若 参保月数〔10月〕 ＝ 1；否则 “乙”"),
        ("row.paid > 0", "各行的“缴费月数” > 0"),
    ],
)
def test_expressions_are_put_into_words(expression: str, words: str) -> None:
    assert in_words(Case(facts(), loaded(), DAY, None), expression) == words


def test_only_what_counted_is_told() -> None:
    case = Case(Facts.of({"insured": 2}), loaded(), DAY, None)
    case.explains = True
    lines = explain(case, (("要求", "insured is filled and not (insured < 3)"), ("空", "")))
    assert [line.partition("：")[0] for line in lines] == ["要求", "参保月数"]


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        (Fact("insured", "", "blank"), "空"),
        (Fact("insured", "", "absent"), "未知"),
        (Fact("insured", "十来个"), "“十来个”，不能认作有效的值"),
    ],
)
def test_a_value_that_is_not_there_is_never_made_up(fact: Fact, said: str) -> None:
    case = Case(Facts(known={"insured": fact}), loaded(), DAY, None)
    case.explains = True
    assert explain(case, (), ["insured"]) == (f"参保月数：{said}",)


@given(st.integers(1, 99), st.sampled_from([("day", "日"), ("workday", "个工作日"), ("month", "个月"), ("year", "年")]))
def test_periods_in_words(count: int, unit: tuple[str, str]) -> None:
    plural = unit[0] if count == 1 else f"{unit[0]}s"
    assert period_words(f"{count} {plural}") == f"{count}{unit[1]}"
    assert period_words("half year") == "半年"
