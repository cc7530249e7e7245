"""Counts, sums, amounts and dates of official documents."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notice_builder import ON, articles, attachment, node, notice, paragraph, rules, table

from checkers.values.money import to_capital
from docgen.document import Document, Line, Page
from docgen.linting.content import check_content
from docgen.linting.dates import exists
from docgen.notices.model import DeadlineFound


def said(text: str, **changes: object) -> list[str]:
    return rules(notice(paragraph(text), **changes))


# ---------------------------------------------------------------- amounts


@pytest.mark.parametrize(
    "text",
    [
        "补贴人民币壹万贰仟元整（12,500元）。",
        "补贴12500元（大写：壹万贰仟元整）。",
        "补贴一万二千元（1.25万元）。",
        "应当在五（6）个工作日内办结。",
    ],
)
def test_two_writings_of_one_number_that_differ(text: str) -> None:
    assert said(text) == ["amount-capitals"]


@pytest.mark.parametrize(
    "text",
    [
        "补贴人民币壹万贰仟元整（12,000元）。",
        "补贴12000元（大写：人民币壹万贰仟元整）。",
        "补贴一万二千元（1.2万元）。",
        "应当在五（5）个工作日内办结。",
        "补贴一万二千元（每人3000元）。",
        "第五（6）个工作日内办结。",
        "按照第（五）项的规定（3）办理。",
    ],
)
def test_two_writings_that_agree_or_are_none(text: str) -> None:
    assert said(text) == []


@given(st.integers(1, 10**9))
def test_any_amount_agrees_with_its_own_capitals_and_with_no_other(yuan: int) -> None:
    capital = to_capital(Decimal(yuan))
    assert said(f"合同价款人民币{capital}（{yuan}元）。") == []
    assert said(f"合同价款人民币{capital}（{yuan + 1}元）。") == ["amount-capitals"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("总成绩按笔试占60%、面试占50%计算。", ["percent-sum"]),
        ("总成绩按笔试占60%、面试占40%计算。", []),
        ("笔试占60%。面试占50%。", []),
        ("补贴占60%，贷款占50%。", []),
        ("笔试占60%、面试占30%，加分不超过10%。", []),
    ],
)
def test_shares_of_a_mark(text: str, found: list[str]) -> None:
    assert said(text) == found


ROSTER = [["序号", "单位", "人数", "金额（元）"], ["1", "甲", "2", "600"], ["2", "乙", "3", "900"]]


def totals(people: str, money: str) -> list[str]:
    return rules(notice(table([*ROSTER, ["合计", "", people, money]])))


def test_a_total_row_is_the_sum_of_its_columns() -> None:
    assert totals("5", "1500") == []
    assert totals("6", "1500") == ["column-sum"]
    assert totals("5", "1,501") == ["column-sum"]
    assert totals("", "1500") == []


def test_a_total_that_cannot_be_told_is_not_judged() -> None:
    partly = [*ROSTER, ["小计", "", "5", "1500"], ["3", "丙", "1", "300"], ["合计", "", "7", "1800"]]
    assert rules(notice(table(partly))) == []
    words = [*ROSTER, ["3", "丙", "若干", "300"], ["合计", "", "9", "1800"]]
    assert rules(notice(table(words))) == []
    rates = [["序号", "单位", "就业率"], ["1", "甲", "90"], ["2", "乙", "80"], ["合计", "", "85"]]
    assert rules(notice(table(rates))) == []


def test_rounded_columns_may_differ_by_their_rounding() -> None:
    def sums(total: str) -> list[str]:
        return rules(notice(table([["项目", "金额（万元）"], ["甲", "1.25"], ["乙", "2.24"], ["合计", total]])))

    assert sums("3.50") == []
    assert sums("3.70") == ["column-sum"]


def test_rate_times_number_is_the_sum_of_a_row() -> None:
    def row(total: str, head: str = "补贴标准（元/人）") -> list[str]:
        return rules(
            notice(table([["单位", head, "人数", "金额（元）"], ["甲", "300", "2", "600"], ["乙", "300", "3", total]]))
        )

    assert row("900") == []
    assert row("1000") == ["row-product"]
    assert row("1000", "补贴标准") == []
    assert row("1000", "补贴标准（元/人·月）") == []


# ---------------------------------------------------------------- counts


def items(lead: str, count: int) -> list[str]:
    marks = ["（一）", "（二）", "（三）", "（四）", "（五）"]
    return rules(notice(paragraph(lead, *(node(mark, "样例。") for mark in marks[:count]))))


@pytest.mark.parametrize(
    ("lead", "count", "found"),
    [
        ("申请人应当符合下列三项条件：", 4, ["count-items"]),
        ("申请人应当提交以下3类材料：", 2, ["count-items"]),
        ("申请人应当符合下列三项条件：", 3, []),
        ("申请人应当符合下列条件：", 4, []),
        ("符合下列条件之一的三类人员：", 4, []),
        ("下列三项条件须经审核。具体包括：", 4, []),
    ],
)
def test_items_that_are_counted(lead: str, count: int, found: list[str]) -> None:
    assert items(lead, count) == found


def test_items_that_follow_as_brothers() -> None:
    following = [node(mark, "样例。") for mark in ("（一）", "（二）", "（三）")]
    assert rules(
        notice(
            paragraph(
                "有下列两种情形：",
            ),
            *following,
        )
    ) == ["count-items"]
    assert rules(notice(paragraph("有下列三种情形："), *following)) == []


def test_articles_that_are_counted() -> None:
    assert rules(notice(*articles(12, a12="本办法共十三条。"))) == ["count-articles"]
    assert rules(notice(*articles(12, a12="本办法共十二条。"))) == []
    assert rules(notice(*articles(12, a12="该办法共十三条。"))) == []


def roster(rows: int) -> list[list[str]]:
    return [["序号", "单位名称"], *([str(n), f"样例单位{n}"] for n in range(1, rows + 1))]


def test_rows_of_a_list_that_its_title_counts() -> None:
    def listed(rows: int) -> list[str]:
        made = attachment(1, "样例单位名单（51家）", table(roster(rows)))
        return rules(notice(paragraph("名单见附件1。"), attachments=[made]))

    assert listed(52) == ["count-rows"]
    assert listed(50) == ["count-rows"]
    assert listed(51) == []


def test_rows_of_a_list_that_the_body_counts() -> None:
    def counted(text: str) -> list[str]:
        return rules(notice(paragraph(text), attachments=[attachment(1, "样例单位名单", table(roster(3)))]))

    assert counted("认定4家单位（名单见附件1）。") == ["count-rows"]
    assert counted("认定3家单位（名单见附件1）。") == []
    assert counted("从20家单位中认定4家（名单见附件1）。") == []
    assert counted("认定4家单位。名单见附件1。") == []
    assert counted("各区应当在名单（见附件1）中选取2家。") == []


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize(
    "text",
    [
        "2024年2月30日前报送。",
        "2月30日前报送。",
        "2023年2月29日前报送。",
        "2024年13月前报送。",
        "13月1日前报送。",
        "二〇二四年四月三十一日前报送。",
    ],
)
def test_days_that_do_not_exist(text: str) -> None:
    assert said(text) == ["date-impossible"]


@pytest.mark.parametrize(
    "text",
    [
        "2024年2月29日前报送。",
        "2月29日前报送。",
        "2024年12月前报送。",
        "12月31日前报送。",
        "连续缴费满13个月。",
        "二〇二四年四月三十日前报送。",
    ],
)
def test_days_that_exist(text: str) -> None:
    assert said(text) == []


def test_cells_of_a_table_are_read_too() -> None:
    made = notice(table([["事项", "时间"], ["报名", "2024年2月30日"], ["奖金", "壹仟元整（1200元）"]]))
    found = check_content(made, ON)
    assert [(f.rule, f.locations[0].cell) for f in found] == [
        ("notice/amount-capitals", "B3"),
        ("notice/date-impossible", "B2"),
    ]


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_every_day_of_the_calendar_exists(day: date) -> None:
    assert exists(day.year, day.month, day.day)
    assert said(f"于{day.year}年{day.month}月{day.day}日召开。") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2024年7月2日（星期三）召开。", ["date-weekday"]),
        ("2024年7月2日（星期二）召开。", []),
        ("7月2日（周三）召开。", ["date-weekday"]),
        ("7月2日（周二）召开。", []),
        ("1月6日（星期一）召开。", []),
        ("7月2日起每周三召开。", []),
    ],
)
def test_weekdays(text: str, found: list[str]) -> None:
    assert said(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2024年7月20日至7月10日报名。", ["date-range"]),
        ("2024年7月20日至2024年6月10日报名。", ["date-range"]),
        ("7月20日—10日报名。", ["date-range"]),
        ("7月10日—20日报名。", []),
        ("11月1日至2月28日供暖。", []),
        ("2024年11月1日至2025年2月28日报名。", []),
        ("2024年7月20日至7月20日报名。", []),
    ],
)
def test_ranges(text: str, found: list[str]) -> None:
    assert said(text) == found


def test_a_document_effective_before_it_was_issued() -> None:
    assert said("照办。", effective=date(2024, 7, 1)) == ["effective-before-issued"]
    assert said("照办。", effective=date(2024, 7, 2)) == []


def test_the_clause_of_effect_is_pointed_at() -> None:
    made = notice(paragraph("照办。"), paragraph("本通知自2024年7月1日起施行。"), effective=date(2024, 7, 1))
    (found,) = check_content(made, ON)
    assert (found.rule, found.subject) == ("notice/effective-before-issued", "n1")


def test_the_period_of_validity() -> None:
    begin, end = date(2024, 8, 1), date(2029, 7, 31)
    assert said("照办。", effective=begin, expires=end, valid_for="有效期5年") == []
    assert said("照办。", effective=begin, expires=date(2029, 8, 1), valid_for="有效期五年") == []
    assert said("照办。", effective=begin, expires=date(2028, 7, 31), valid_for="有效期5年") == ["validity-mismatch"]
    assert said("照办。", effective=begin, expires=date(2024, 7, 31)) == ["expires-before-effective"]


def test_a_deadline_before_the_day_of_issue() -> None:
    def due(text: str, day: str, **changes: object) -> list[str]:
        made = notice(paragraph(text))
        at = text.index(day)
        found = DeadlineFound(f"{day}前", node="n0", span=(at, at + len(day) + 1), due="2024-07-01", action="报送材料")
        for name, value in changes.items():
            setattr(found, name, value)
        made.deadlines.append(found)
        return rules(made)

    day = "2024年7月1日"
    assert due(f"请于{day}前报送材料。", day) == ["deadline-before-issued"]
    assert due(f"请于{day}前报送材料。", day, due="2024-07-02") == []
    assert due(f"请于{day}前报送材料。", day, due="03-31") == []
    assert due(f"请于{day}前报送材料。", day, due="2022-07-01") == []
    assert due(f"请于{day}前报送材料。", day, hard=False) == []
    assert due(f"{day}前参保的人员，按原办法执行。", day) == []


# ---------------------------------------------------------------- number and date as printed


def printed(number: str, day: str, **changes: object) -> list[str]:
    lines = [Line(number, paragraph=1), Line("标题", paragraph=2), Line("正文。", paragraph=3), Line(day, paragraph=4)]
    paper = Document("样例通知.docx", "docx", "docx", pages=[Page(1, blocks=list(lines))])
    found = check_content(notice(**changes), ON, document=paper)
    return [f.rule.removeprefix("notice/") for f in found]


@pytest.mark.parametrize(
    "number",
    ["样人社发[2024]1号", "样人社发（2024）1号", "样人社发〔2024〕第1号", "样人社发〔2024〕01号", "样人社发〔24〕1号"],
)
def test_the_form_of_the_number(number: str) -> None:
    assert printed(number, "2024年7月2日") == ["docno-form"]


@pytest.mark.parametrize("day", ["二〇二四年七月二日", "2024年07月02日", "24年7月2日"])
def test_the_form_of_the_date(day: str) -> None:
    assert printed("样人社发〔2024〕1号", day) == ["date-form"]


def test_number_and_date_as_they_should_be() -> None:
    assert printed("样人社发〔2024〕1号", "2024年7月2日") == []


def test_the_standard_is_not_asked_of_documents_before_it() -> None:
    assert (
        printed("样人社发[2011]1号", "二〇一一年七月二日", doc_no="样人社发〔2011〕1号", issued=date(2011, 7, 2)) == []
    )


@pytest.mark.parametrize("printed", [("一、", "二、", "二、", "四、"), ("一、", "二、", "四、", "四、", "五、")])
def test_one_wrong_number_is_one_fault(printed: tuple[str, ...]) -> None:
    assert rules(notice(*(node(number, "抓好落实。") for number in printed))) == ["numbering-repeat"]
