"""Deadlines of official documents; the wording is that of notices, the offices are invented."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkers.report import Location
from docgen.document import Cell, Table
from docgen.notices.deadlines import deadlines_in, find_deadlines
from docgen.notices.model import Node


@pytest.mark.parametrize(
    ("text", "count", "unit", "bound"),
    [
        ("经办机构应当自收到申请之日起10个工作日内办结", 10, "workday", "within"),
        ("用人单位应当自用工之日起三十日内申报", 30, "day", "within"),
        ("情况紧急的，2小时内报告", 2, "hour", "within"),
        ("应在满足补贴条件后的半年内申报", 6, "month", "within"),
        ("当事人应当在一年内提出申请", 1, "year", "within"),
        ("名单在网站公示，公示期为5个工作日", 5, "workday", "at-least"),
        ("向社会公示不少于7日", 7, "day", "at-least"),
        ("进行为期5个工作日的公示", 5, "workday", "at-least"),
        ("应当提前三十日书面通知", 30, "day", "at-least"),
        ("应当在届满30日前提出申请", 30, "day", "at-least"),
        ("期满前三十日内提出申请", 30, "day", "within"),
        ("于约谈日前5个工作日送达", 5, "workday", "at-least"),
        ("整改期限不得超过三个月", 3, "month", "within"),
        ("档案保存期限不少于10年", 10, "year", "at-least"),
        ("3至5个工作日内答复", 5, "workday", "within"),
    ],
)
def test_a_period_within_which_or_for_which_something_is_done(text: str, count: int, unit: str, bound: str) -> None:
    assert [(d.count, d.unit, d.bound) for d in deadlines_in(text)] == [(count, unit, bound)]


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("请于2024年7月31日前报送", "2024-07-31"),
        ("应在2025年12月底前完成", "2025-12-31"),
        ("每年3月底前，各校上传名单", "03-31"),
        ("应于每年1月31日前公开数据", "01-31"),
        ("应于每年2月底前完成清算", "每年2月底"),
        ("每月25日前报送", "每月25日"),
        ("每季度首月底前将补贴划入账户", "每季度首月底"),
        ("应在次年内完成整改", "次年"),
        ("次年2月28日前与经办机构结算", "次年2月28日"),
        ("受理截止时间为2026年6月30日", "2026-06-30"),
        ("报名时间为2025年3月10日至3月14日", "2025-03-14"),
        ("应不晚于退休时间当月提出申请", "当月"),
        ("2025年底前完成", "2025-12-31"),
    ],
)
def test_a_day_by_which_something_is_done(text: str, due: str) -> None:
    assert [(d.due, d.count) for d in deadlines_in(text)] == [(due, None)]


@pytest.mark.parametrize(
    "text",
    [
        "登记失业离校2年内高校毕业生",
        "连续缴纳1年以上社会保险费",
        "累计缴费满15年的",
        "补贴期限最长不超过3年",
        "3年内不得再次申报",
        "近三年内受到处罚的单位",
        "本办法有效期5年",
        "自2024年7月1日起施行",
        "2024年6月1日前被认定为符合条件的毕业生，按原规定执行",
        "2015年1月1日以前参加工作的人员",
        "《关于5日内办结的通知》已经印发",
        "2024年6月20日",
        "每周5个工作日对外服务",
        "请于2024年2月30日前报送",
        "元旦放假1天",
        "合格证明在全国范围5年内有效",
        "在申请贷款前1年内新招用的人数达到规定比例",
        "对2023年12月31日前制发的文件进行了清理",
        "离校两年内是指毕业证书发证之日起的两年内",
    ],
)
def test_numbers_that_are_no_deadline(text: str) -> None:
    assert deadlines_in(text) == []


def test_who_what_since_when_and_how_firmly() -> None:
    [first, second] = deadlines_in(
        "经办机构应当自收到申请之日起5个工作日内办结；街道原则上应在收到材料后3日内反馈结果。"
    )
    assert (first.actor, first.start, first.action, first.hard) == ("经办机构", "收到申请之日", "办结", True)
    assert first.text == "自收到申请之日起5个工作日内"
    assert (second.start, second.action, second.hard) == ("收到材料后", "反馈结果", False)


def test_where_it_stands() -> None:
    text = "审核通过后，应在5个工作日内公示。"
    node = Node("paragraph", text=text, id="art_3__para_1", label="第三条第一款", location=Location("样例.txt"))
    [found] = find_deadlines([node])
    assert (found.node, found.article, found.location) == ("art_3__para_1", "第三条第一款", node.location)
    assert text[found.span[0] : found.span[1]].endswith("5个工作日内")


def test_a_short_paragraph_is_read_under_its_heading() -> None:
    nodes = [Node("heading", number="八、", title="办理时限"), Node("paragraph", text="26个工作日。")]
    assert [(d.count, d.unit) for d in find_deadlines(nodes)] == [(26, "workday")]
    own = Node("heading", number="八、", title="办理时限", text="共26个工作日。")
    assert [(d.count, d.unit) for d in find_deadlines([own])] == [(26, "workday")]


def test_a_table_gives_what_stands_in_its_cells_once() -> None:
    rows = [["事项", "办理时限"], ["失业登记", "5个工作日"], ["稳岗返还", "30日"]]
    cells = [Cell(r, c, text=text) for r, row in enumerate(rows) for c, text in enumerate(row)]
    node = Node("table", label="附件1", table=Table(1, 3, 2, cells))
    assert [(d.count, d.unit, d.article) for d in find_deadlines([node])] == [
        (5, "workday", "附件1"),
        (30, "day", "附件1"),
    ]


@given(st.integers(1, 365), st.sampled_from(["日", "个工作日", "天"]))
def test_any_number_of_days_is_read_as_it_is_printed(count: int, unit: str) -> None:
    [found] = deadlines_in(f"经办机构应当自收到申请之日起{count}{unit}内办结。")
    assert found.count == count


@given(st.text(alphabet="应当在自5三十年月日前内起，。；（《》每次底个工作公示不超过离校", max_size=80))
def test_spans_stay_inside_the_text_and_apart(text: str) -> None:
    spans = [d.span for d in deadlines_in(text)]
    assert all(0 <= a < b <= len(text) for a, b in spans)
    assert all(x[1] <= y[0] for x, y in pairwise(spans))
