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


# ---------------------------------------------------------------- what else asks for papers


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("申请样例补贴时应附营业执照副本、审计报告。", ["营业执照副本", "审计报告"]),
        ("应如实填写《样例申报表》，并附计划书和验资报告。", ["《样例申报表》", "计划书", "验资报告"]),
        (
            "法人变更的，应当自变更之日起30日内向登记机关提交变更申请书、变更证明文件。",
            ["变更申请书", "变更证明文件"],
        ),
        ("应通过系统上传学历证书、单位公示情况说明等材料。", ["学历证书", "单位公示情况说明"]),
        ("雇工须提交雇主出具的就业情况说明。", ["雇主出具的就业情况说明"]),
        ("报名材料清单：样例登记表（附件1）、免冠照片2张。", ["样例登记表", "免冠照片"]),
        ("需提交的材料有：专家推荐信两封、体检报告。", ["专家推荐信", "体检报告"]),
        ("连同《样例拨付表》送财政部门确认。", ["《样例拨付表》"]),
        ("区县应于月底前将《样例汇总表》和花名册报送市样例局。", ["《样例汇总表》", "花名册"]),
        ("申请函并附样例审核情况汇总表报送财政部门。", ["样例审核情况汇总表"]),
        ("由学校出具在读证明。", ["在读证明"]),
        ("未就业毕业生应当提交毕业证书。", ["毕业证书"]),
        ("申请时应当提交经负责人批准的通知书。", ["经负责人批准的通知书"]),
        ("备案时提供《样例备案表》、居住佐证材料。", ["《样例备案表》", "居住佐证材料"]),
        ("商贩提供进货凭证。", ["进货凭证"]),
        ("参加考试人员凭准考证和有效身份证件在指定的时间参加考试。", ["准考证", "有效身份证件"]),
        ("应填写《样例项目组织开展情况统计表》（附件1）。", ["《样例项目组织开展情况统计表》"]),
        ("请报送下周拟开展活动信息汇总表（附件4）。", ["下周拟开展活动信息汇总表"]),
        ("获资助人需报送创业实施情况、公司财务报表。", ["公司财务报表"]),
        ("应提供营业执照（加盖公章），以及单位出具的授权委托书。", ["营业执照", "单位出具的授权委托书"]),
        ("申请人提交场所使用证明即可登记。", ["场所使用证明"]),
        ("应当提交对样例政策进行会审的申请书。", ["对样例政策进行会审的申请书"]),
    ],
)
def test_other_ways_to_ask(text: str, wanted: list[str]) -> None:
    assert names([paragraph(text)]) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "应当自受理之日起五日内将裁决文书副本送达申请人。",
        "由经办机构出具参保证明。",
        "为申请人提供申请表和证明样本。",
        "免费向毕业生提供求职登记表。",
        "可不提供劳动合同、失业登记证明。",
        "不向考生出示试卷、答题卡和评分表。",
        "申请人提交的申请表和身份证由档案室保管。",
        "可以凭社会保障卡享受公共图书馆入馆借阅。",
        "有附加条件的证书无效。",
        "应按规定提供相关材料。",
        "申请人应当按要求提供佐证材料。",
        "将符合条件的申请资料送财政部门确认。",
        "应提交会议讨论意见。",
        "持卡人可以持社会保障卡，乘坐公共汽车。",
        "将资料送财政部门，未提供证书的不予受理。",
    ],
)
def test_near_misses(text: str) -> None:
    assert names([paragraph(text)]) == []


def test_a_lead_without_the_word_material() -> None:
    assert names(listed("特殊工种退休应提供：", "岗位工作记录；", "工资发放凭证。")) == ["岗位工作记录", "工资发放凭证"]
    assert names(listed("就业服务机构应提供：", "政策咨询；", "职业指导；", "岗位推荐。")) == []


def test_each_kind_of_applicant_is_a_condition() -> None:
    found = find_materials(
        listed("下列人员需提供以下凭证：", "网约车驾驶员提供从业资格证。", "商贩提供凭证。", "申请人需提供身份证。")
    )
    assert [(m.name, m.condition) for m in found] == [
        ("从业资格证", "网约车驾驶员"),
        ("凭证", "商贩"),
        ("身份证", None),
    ]


def test_a_row_labelled_material() -> None:
    rows = [["办理条件", "在本市参保"], ["申请材料", "1.居民身份证；2.样例申请表。"], ["办理时限", "5个工作日"]]
    cells = [Cell(r, c, text=text) for r, row in enumerate(rows) for c, text in enumerate(row)]
    found = find_materials([Node("table", table=Table(1, 3, 2, cells), id="table_1", label="附件1")])
    assert [m.name for m in found] == ["居民身份证", "样例申请表"]


def test_a_long_paragraph_is_read() -> None:
    text = "提交、提供（将《" * 3000 + "应当提供居民身份证。"
    assert isinstance(find_materials([paragraph(text)]), list)
