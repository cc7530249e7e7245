"""The papers an official document asks for. All documents invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.document import Cell, Table
from docgen.notices.materials import find_materials
from docgen.notices.model import Node


def paragraph(text: str, *children: Node, number: str | None = None, title: str | None = None) -> Node:
    return Node("heading" if number else "paragraph", number, title, text, list(children), f"n{id(text)}", "一(二)")


def listed(lead: str, *items: str) -> list[Node]:
    children = [paragraph(text, number=f"{n}.") for n, text in enumerate(items, start=1)]
    return list(paragraph(lead, *children, number="（二）").walk())


def names(nodes: list[Node]) -> list[str]:
    return [m.name for m in find_materials(nodes)]


# ---------------------------------------------------------------- numbered lists


@pytest.mark.parametrize(
    "lead",
    [
        "申请人应当提交以下材料：",
        "用人单位需提供下列资料:",
        "申请补贴时应向经办机构提交如下证明材料：",
        "申请材料：",
        "所需材料如下：",
        "并分别收取以下材料：",
    ],
)
def test_a_list_behind_its_lead(lead: str) -> None:
    assert names(listed(lead, "居民身份证；", "样例补贴申请表。")) == ["居民身份证", "样例补贴申请表"]


def test_a_heading_is_a_lead() -> None:
    items = [paragraph("居民身份证", number="1."), paragraph("银行账户信息", number="2.")]
    top = paragraph("", *items, number="四、", title="申请材料")
    assert names(list(top.walk())) == ["居民身份证", "银行账户信息"]


def test_items_that_follow_as_siblings() -> None:
    nodes = [
        paragraph("申报时应提交下列材料："),
        paragraph("营业执照副本；", number="（一）"),
        paragraph("职工花名册。", number="（二）"),
        paragraph("审核。街道受理。", number="（一）"),
    ]
    assert names(nodes) == ["营业执照副本", "职工花名册"]


def test_kinds_of_cases_are_conditions() -> None:
    single = paragraph("个人申请的：", paragraph("居民身份证；", number="1."), number="（一）")
    firm = paragraph("企业申请的：", paragraph("营业执照。", number="1."), number="（二）")
    found = find_materials(list(paragraph("应提交以下材料：", single, firm, number="三、").walk()))
    assert [(m.name, m.condition) for m in found] == [("居民身份证", "个人申请的"), ("营业执照", "企业申请的")]


@pytest.mark.parametrize(
    "lead",
    [
        "不得要求申请人提交以下材料：",
        "不再提供下列材料：",
        "经办机构重点审核以下内容：",
        "附件：",
        "有下列情形之一的：",
        "证件号码：",
    ],
)
def test_what_is_no_list_of_papers(lead: str) -> None:
    assert names(listed(lead, "居民身份证；", "样例申请表。")) == []


# ---------------------------------------------------------------- one item


@pytest.mark.parametrize(
    ("item", "name", "copies", "condition"),
    [
        ("居民身份证原件及复印件；", "居民身份证", "原件及复印件", None),
        ("样例申请表（一式两份）；", "样例申请表", "一式两份", None),
        ("样例申请表，一式三份；", "样例申请表", None, None),
        ("身份证或社会保障卡；", "身份证或社会保障卡", None, None),
        ("身份证、户口簿或社会保障卡；", "身份证、户口簿或社会保障卡", None, None),
        ("《样例申请表》（附件2）；", "《样例申请表》", None, None),
        ("法定代表人身份证复印件（加盖公章）；", "法定代表人身份证", "复印件", None),
        ("特殊工种公示表（仅限特殊工种提供）；", "特殊工种公示表", None, "仅限特殊工种提供"),
        ("属高校毕业生的，还应提供毕业证书。", "毕业证书", None, "属高校毕业生的"),
        ("委托他人办理的，还需提供授权委托书。", "授权委托书", None, "委托他人办理的"),
        ("职工档案（已预审的可免提交）；", "职工档案", None, None),
        ("法律、法规规定的其他材料。", "法律、法规规定的其他材料", None, None),
        ("身份证明：居民身份证、军官证等；", "身份证明", None, None),
    ],
)
def test_one_item(item: str, name: str, copies: str | None, condition: str | None) -> None:
    (found,) = find_materials(listed("应当提交以下材料：", item))
    assert (found.name, found.copies, found.condition) == (name, copies, condition)


def test_several_papers_in_one_item() -> None:
    nodes = listed("应当提交以下材料：", "营业执照副本、法定代表人身份证和职工花名册；")
    assert names(nodes) == ["营业执照副本", "法定代表人身份证", "职工花名册"]


def test_a_case_behind_the_first_sentence_of_an_item() -> None:
    found = find_materials(listed("应当提交以下材料：", "本人身份证；属高校毕业生的，还需上传毕业证书。"))
    assert [(m.name, m.condition) for m in found] == [("本人身份证", None), ("毕业证书", "属高校毕业生的")]


def test_nothing_to_hand_in() -> None:
    assert names(listed("申请材料：", "无材料")) == []


# ---------------------------------------------------------------- run-in lists


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("应提交以下材料：居民身份证、户口簿和样例申请表。", ["居民身份证", "户口簿", "样例申请表"]),
        ("应提交以下材料：1.居民身份证；2.样例申请表。", ["居民身份证", "样例申请表"]),
        ("应提交以下材料：（1）居民身份证；（2）样例申请表。", ["居民身份证", "样例申请表"]),
        ("申请人应当提供居民身份证和劳动合同。", ["居民身份证", "劳动合同"]),
        (
            "家属可持死亡证明、领取人身份证明、与亡者的关系证明，按规定领取。",
            ["死亡证明", "领取人身份证明", "与亡者的关系证明"],
        ),
        ("并上传劳动合同或工作岗位证明。", ["劳动合同或工作岗位证明"]),
        ("失业人员可凭社会保障卡或身份证件申领样例补贴。", ["社会保障卡或身份证件"]),
        ("劳动者持本人有效身份证件，填写《样例登记表》（附件1）。", ["有效身份证件", "《样例登记表》"]),
        ("企业向市级主管部门提交样例审批表以及与征收机构签订的协议。", ["样例审批表", "与征收机构签订的协议"]),
        ("应提供医疗机构、康复机构的收费票据、费用清单。", ["医疗机构、康复机构的收费票据", "费用清单"]),
        ("提交申请报告、必要性和可行性论证报告。", ["申请报告", "必要性和可行性论证报告"]),
        ("应填写《样例申领表》，并出示下列证明材料：身份证。", ["《样例申领表》", "身份证"]),
    ],
)
def test_run_in(text: str, wanted: list[str]) -> None:
    assert names([paragraph(text)]) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "应当提供优质服务和便利条件。",
        "要持续开展减证便民行动。",
        "应当提交办公会议讨论决定。",
        "不得要求申请人提供居民身份证。",
        "提供虚假材料的，应当退回证书。",
        "应当如实提供情况。",
        "应提供以下凭证。",
        "支持企业与人才签订竞业限制协议。",
        "向劳动者提供政策清单和服务清单。",
        "持社会保障卡乘坐公共交通。",
        "人人持证、培训先行。",
    ],
)
def test_sentences_that_ask_for_no_paper(text: str) -> None:
    assert names([paragraph(text)]) == []


# ---------------------------------------------------------------- tables


def test_a_column_of_materials() -> None:
    rows = [["序号", "材料名称", "份数"], ["1", "居民身份证（复印件）", "1"], ["2", "样例申请表", "2"]]
    cells = [Cell(r, c, text=text) for r, row in enumerate(rows) for c, text in enumerate(row)]
    found = find_materials([Node("table", table=Table(1, 3, 3, cells), id="table_1", label="附件1")])
    assert [(m.name, m.copies, m.span, m.article) for m in found] == [
        ("居民身份证", "复印件", (0, 0), "附件1"),
        ("样例申请表", None, (0, 0), "附件1"),
    ]


# ---------------------------------------------------------------- property

MARKS = [*"、和或；。（）《》属， \n"]
PIECES = st.sampled_from(
    [
        *MARKS,
        "应提交以下材料：",
        "应当提供",
        "身份证",
        "复印件",
        "1.",
        "（2）",
        "申请表",
        "的，",
        "还应提供",
        "一式两份",
        "原件",
    ]
)


@given(st.lists(st.lists(PIECES, max_size=16).map("".join), max_size=4))
def test_spans_are_exact(texts: list[str]) -> None:
    nodes = [Node("item", f"{n}.", None, text, id=f"n{n}") for n, text in enumerate(texts)]
    by_id = {n.id: n for n in nodes}
    for found in find_materials(nodes):
        assert by_id[found.node].text[slice(*found.span)] == found.text
        assert found.name
