"""The tree of a notice, its labels and ids, its attachments; and what is told of a damaged one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from checkers.report import Location
from docgen.notices.flow import read_flow
from docgen.notices.model import Block, Node, Notice
from docgen.notices.structure import notice_of
from docgen.readers.text import read_text

HEAD = (
    "样例市人力资源和社会保障局关于做好补贴发放工作的通知\n\n样人社发〔2024〕1号\n\n各区县人力资源和社会保障局：\n\n"
    "为做好补贴发放工作，现通知如下：\n\n"
)
TAIL = "\n\n样例市人力资源和社会保障局\n\n2024年7月2日\n"


def read(text: str) -> Notice:
    return notice_of(read_flow(read_text(text.encode(), "样例.txt")).blocks, "样例.txt")


def by_label(notice: Notice) -> dict[str, Node]:
    return {n.label: n for n in notice.nodes() if n.label}


def law(body: str) -> Notice:
    title = "样例市就业补贴办法"
    head = HEAD.replace("做好补贴发放工作的通知", f"印发《{title}》的通知").replace(
        "为做好", "现将办法印发给你们，为做好"
    )
    return read(f"{head}{TAIL}\n\n{title}\n\n{body}")


def test_headings_nest_as_they_are_numbered() -> None:
    body = "一、补贴对象和标准\n\n（一）补贴对象。毕业年度高校毕业生。\n\n（二）补贴标准\n\n"
    body += (
        "1.按照下列标准发放。\n\n（1）每人500元；\n\n①现金；\n\n2.不得重复申领。\n\n二、工作要求\n\n各区县要及时发放。"
    )
    notice = read(HEAD + body + TAIL)
    found = by_label(notice)
    assert list(found) == ["一", "一(一)", "一(二)", "一(二)1", "一(二)1(1)", "一(二)1(1)①", "一(二)2", "二"]
    assert (found["一(一)"].title, found["一(一)"].text) == ("补贴对象", "毕业年度高校毕业生。")
    assert (found["二"].title, found["二"].text) == ("工作要求", "各区县要及时发放。")
    assert found["一(二)1(1)"].id == "hd_1__hd_2__hd_1__hd_1"
    assert found["一(二)1(1)"].text == "每人500元；"
    assert notice.warnings == []


def test_a_document_may_skip_a_level_or_begin_with_brackets() -> None:
    assert list(
        by_label(read(HEAD + "一、对象\n\n1.甲类人员。\n\n2.乙类人员。\n\n二、标准\n\n1.每人一次。" + TAIL))
    ) == ["一", "一1", "一2", "二", "二1"]
    assert list(by_label(read(HEAD + "（一）甲类人员。\n\n1.本市户籍；\n\n2.其他。\n\n（二）乙类人员。" + TAIL))) == [
        "(一)",
        "(一)1",
        "(一)2",
        "(二)",
    ]


def test_brackets_under_digits_where_the_document_nests_so() -> None:
    found = by_label(
        read(HEAD + "1.补贴对象\n\n（一）甲类人员；\n\n（二）乙类人员。\n\n2.补贴标准\n\n（一）每人一次。" + TAIL)
    )
    assert list(found) == ["1", "1(一)", "1(二)", "2", "2(一)"]


def test_paragraphs_of_an_article_are_counted_only_where_there_are_several() -> None:
    notice = law(
        "第一章 总则\n\n第一条 为了规范补贴，制定本办法。\n\n第二条 有下列情形之一的，不予补贴：\n\n"
        "（一）材料虚假的；\n\n1.伪造的；\n\n（二）重复申领的。\n\n"
        "第三条 补贴按月发放。\n\n前款规定的补贴包括：\n\n"
        "（一）岗位补贴；\n\n（二）社保补贴。\n\n市局负责解释。\n\n第三条之一 施行日期另行公布。"
    )
    found = {n.label: n for n in notice.attachments[0].body[0].walk()}
    assert found["第一条"].text == "为了规范补贴，制定本办法。"
    assert found["第二条第一项"].kind == "item"
    assert found["第二条第一项第一目"].kind == "subitem"
    assert found["第三条第二款第二项"].text == "社保补贴。"
    assert found["第三条第三款"].text == "市局负责解释。"
    assert found["第三条之一"].id == "doc_1__art_3-1"
    assert found["第三条第二款第二项"].id == "doc_1__art_3__para_2__point_2"


def test_what_is_promulgated_is_an_attachment_cited_by_itself() -> None:
    notice = law("第一条 为了规范补贴，制定本办法。\n\n第二条 本办法自2024年8月1日起施行。")
    one = notice.attachments[0]
    assert (one.number, one.title, one.attached) == (None, "样例市就业补贴办法", True)
    assert [n.label for n in one.body] == ["第一条", "第二条"]
    assert "第一条" not in [n.label for n in notice.body]


def test_two_promulgated_texts_are_two_attachments() -> None:
    title = "样例市人力资源和社会保障局关于印发《样例市甲类补贴办法》《样例市乙类补贴办法》的通知"
    text = HEAD.replace(HEAD.split("\n", 1)[0], title) + TAIL
    text += "\n样例市甲类补贴办法\n\n第一条 甲。\n\n第二条 甲二。\n\n样例市乙类补贴办法\n\n第一条 乙。\n"
    assert [(a.title, len(a.body)) for a in read(text).attachments] == [
        ("样例市甲类补贴办法", 2),
        ("样例市乙类补贴办法", 1),
    ]


def test_a_law_under_its_own_title_is_the_text() -> None:
    notice = read(
        "样例省就业促进条例\n\n（2024年3月1日样例省人民代表大会常务委员会第一次会议通过）\n\n目录\n\n"
        "第一章 总则\n第二章 附则\n\n第一章 总则\n\n第一条 为了促进就业，制定本条例。\n\n"
        "第二章 附则\n\n第二条 本条例自2024年5月1日起施行。\n"
    )
    assert [n.label for n in notice.body] == ["第一章", "第二章"]
    assert [n.title for n in notice.body] == ["总则", "附则"]
    assert [n.label for n in notice.nodes() if n.kind == "article"] == ["第一条", "第二条"]


def test_attachments_are_labelled_by_their_number() -> None:
    text = (
        HEAD
        + "一、对象\n\n本市居民。\n\n附件：1.申请表\n\n2.办理流程"
        + TAIL
        + "\n附件1\n\n申请表\n\n姓名：\n\n附件2\n\n办理流程\n\n一、申请\n\n二、审核\n"
    )
    notice = read(text)
    assert [(a.number, a.title, a.announced, a.attached) for a in notice.attachments] == [
        (1, "申请表", True, True),
        (2, "办理流程", True, True),
    ]
    assert [n.label for n in notice.attachments[1].body] == ["附件2 一", "附件2 二"]
    assert notice.attachments[1].body[0].id == "att_2__hd_1"


def test_remarks_of_an_annotated_law_are_not_its_paragraphs() -> None:
    notice = law(
        "第一条 为了规范补贴，制定本办法。\n\n【解读】本条规定了目的。\n\n补贴是一项政策。\n\n（一）甲。\n\n第二条 本办法自发布之日起施行。"
    )
    first = notice.attachments[0].body[0]
    assert first.text == "为了规范补贴，制定本办法。"
    assert [c.title for c in first.children] == ["解读"]
    assert notice.attachments[0].body[1].label == "第二条"


def test_a_missing_page_is_told_with_its_place() -> None:
    warnings = law("第一条 甲。\n\n第二条 乙。\n\n第六条 丙。\n\n第七条 丁。").warnings
    assert warnings == ["附件《样例市就业补贴办法》：编号不连续：“第二条”之后是“第六条”，缺第3至5，可能缺页或漏识别。"]


def test_a_number_printed_twice_is_told_and_keeps_its_own_id() -> None:
    notice = read(HEAD + "一、甲事项\n\n二、乙事项\n\n二、丙事项\n\n三、丁事项" + TAIL)
    assert "编号重复：“二、”出现了两次。" in notice.warnings
    assert [n.id for n in notice.body if n.number] == ["hd_1", "hd_2", "hd_2-bis", "hd_3"]


def test_two_documents_glued_together_are_told() -> None:
    second = HEAD.replace("1号", "2号").replace("补贴发放", "就业登记") + "一、尽快办理登记手续。" + TAIL
    notice = read(HEAD + "一、及时发放。" + TAIL + "\n" + second)
    assert notice.doc_no == "样人社发〔2024〕1号"
    assert any("另一份文件（样人社发〔2024〕2号）" in w for w in notice.warnings)


def test_no_number_a_table_of_contents_and_nothing_at_all() -> None:
    assert read(HEAD.replace("样人社发〔2024〕1号\n\n", "") + "一、及时发放。" + TAIL).doc_no is None
    entries = "".join(f"关于做好第{n}项工作的通知 ……………… {n * 3}\n" for n in range(1, 9))
    assert "文件似乎只有目录，没有正文。" in read(entries).warnings
    empty = notice_of([])
    assert empty.title is None
    assert empty.body == []
    assert "文件里没有文字，无法识别公文内容。" in empty.warnings


def test_slips_of_ocr_in_numbers_do_not_break_the_tree() -> None:
    found = by_label(
        read(HEAD + "一、对象\n\n(一）甲类人员。\n\n〔二）乙类人员。\n\n三)丙类人员。\n\n二．标准\n\n每人一次。" + TAIL)
    )
    assert list(found) == ["一", "一(一)", "一(二)", "一(三)", "二"]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "一、甲",
                "（一）乙。",
                "1.丙；",
                "（1）丁",
                "①戊",
                "第一条 己。",
                "第二章 庚",
                "正文。",
                "附件1",
                "2024年7月2日",
                "样例市财政局",
            ]
        ),
        max_size=30,
    )
)
def test_any_order_of_paragraphs_gives_unique_ids_and_loses_no_text(parts: list[str]) -> None:
    blocks = [Block(text, n, Location("a")) for n, text in enumerate(parts, 1)]
    notice = notice_of(blocks)
    ids = [n.id for n in notice.nodes()]
    assert len(ids) == len(set(ids))
    assert all(ids)


def test_an_attachment_that_the_list_forgot_is_kept() -> None:
    text = (
        "样例市人社局关于做好补贴工作的通知\n各区县人社局：\n现通知如下。\n附件：1.申请表\n样例市人社局\n2024年7月2日\n"
    )
    notice = read(text + "附件1\n申请表\n姓名：____\n附件2\n名单\n张样例。\n")
    assert [(a.number, a.title, a.announced, a.attached) for a in notice.attachments] == [
        (1, "申请表", True, True),
        (2, "名单", False, True),
    ]
