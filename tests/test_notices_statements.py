"""Definitions, duties, conditions and sanctions of an official document. All documents invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.document import Table
from docgen.notices.model import Node, Statement
from docgen.notices.statements import find_statements


def said(text: str) -> list[Statement]:
    return find_statements([Node("paragraph", None, None, text, id="para_1", label="第三条")])


def kinds(text: str) -> list[tuple[str, str | None]]:
    return [(s.kind, s.subject) for s in said(text)]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("本办法所称样例补贴，是指对样例人员给予的补助。", "样例补贴"),
        ("本条例所称样例卡，包括实体样例卡和电子样例卡。", "样例卡"),
        ("本办法所称样例基地（以下简称基地），是指经认定的单位。", "样例基地"),
        ("本实施办法所称的样例公示，是指向社会公开的行为。", "样例公示"),
        ("前款所称样例年限，是指累计缴费的年限。", "样例年限"),
        ("样例人员是指失业一年以上的人员；", "样例人员"),
    ],
)
def test_definitions(text: str, term: str) -> None:
    assert kinds(text) == [("definition", term)]


@pytest.mark.parametrize("text", ["其中是指什么另行规定。", "坚持问题导向，指导各地开展工作。", "指定专人办理。"])
def test_what_defines_nothing(text: str) -> None:
    assert "definition" not in [kind for kind, _ in kinds(text)]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("社会保险经办机构应当自收到申请之日起10个工作日内办结。", "社会保险经办机构"),
        ("用人单位不得以任何理由克扣工资。", "用人单位"),
        ("市人力资源和社会保障部门负责组织实施。", "市人力资源和社会保障部门"),
        ("各级人力资源社会保障部门、财政部门要加强监督。", "各级人力资源社会保障部门、财政部门"),
        ("公示期满后，经办机构应将补贴拨付至本人账户。", "经办机构"),
        ("审核工作由街道经办机构负责。", "街道经办机构"),
    ],
)
def test_duties(text: str, who: str) -> None:
    assert kinds(text) == [("duty", who)]


@pytest.mark.parametrize(
    "text",
    [
        "应当自收到申请之日起10个工作日内办结。",
        "申请人可以委托他人办理。",
        "鼓励企业吸纳就业。",
        "符合要求的单位名单另行公布。",
        "经办机构应届毕业生招聘名额另定。",
    ],
)
def test_nobody_named_or_nothing_demanded(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("申请人应当同时具备下列条件：", "申请人"),
        ("用人单位有下列情形之一的，不予补贴：", "用人单位"),
        ("申请补贴应符合以下条件：", None),
    ],
)
def test_conditions(text: str, who: str | None) -> None:
    assert [(s.kind, s.subject) for s in said(text) if s.kind == "condition"] == [("condition", who)]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("以欺诈手段骗取补贴的，由主管部门责令退回，处骗取金额2倍以上5倍以下的罚款。", None),
        ("构成犯罪的，依法追究刑事责任。", None),
        ("用人单位以欺骗手段取得资金的，追回补贴资金。", "用人单位"),
        ("弄虚作假的，取消申报资格，三年内不得申请。", None),
        ("情节严重的，吊销经营许可证。", None),
        ("申报人员提供虚假材料的，五年内不予受理其申请。", "申报人员"),
    ],
)
def test_sanctions(text: str, who: str | None) -> None:
    assert kinds(text) == [("sanction", who)]


@pytest.mark.parametrize(
    "text", ["依照规定作出处理。", "违法行为轻微的，不予处罚。", "待核实后退回资金管理中心的记录另存。"]
)
def test_what_is_no_sanction(text: str) -> None:
    assert "sanction" not in [kind for kind, _ in kinds(text)]


def test_soft_words_are_kept_as_such() -> None:
    assert [s.hard for s in said("经办机构原则上应在5日内办结。")] in ([], [False])
    assert [s.hard for s in said("原则上，经办机构应在5日内办结。")] == [False]
    assert [s.hard for s in said("经办机构应在5日内办结，鼓励即时办结。")] == [True]


def test_each_sentence_has_its_place() -> None:
    text = "第一句话。经办机构应当公示。 用人单位不得拒绝。"
    found = said(text)
    assert [text[slice(*s.span)] for s in found] == ["经办机构应当公示。", "用人单位不得拒绝。"]
    assert {(s.node, s.article) for s in found} == {("para_1", "第三条")}


def test_tables_are_left_alone() -> None:
    assert find_statements([Node("table", text="经办机构应当公示。", table=Table(1, 1, 1))]) == []


PIECES = [
    *"，。；：的（）、 \n",
    "经办机构",
    "应当",
    "本办法所称",
    "是指",
    "符合下列条件",
    "罚款",
    "处",
    "追究刑事责任",
    "不得",
    "甲",
    "由",
    "负责",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_spans_are_exact(text: str) -> None:
    for found in said(text):
        assert text[slice(*found.span)] == found.text != ""
        assert found.subject is None or found.subject in text
