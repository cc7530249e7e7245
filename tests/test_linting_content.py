"""Numbering, articles, attachments and the parts of official documents; the catalogue and the report."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notice_builder import ON, articles, attachment, node, notice, paragraph, rules

from checkers.report import FINDING_CODES, Finding
from docgen.document import Document, Line, Page
from docgen.linting import RULES, lint_report
from docgen.linting.content import check_content
from docgen.linting.explaining import explain_rule, rule_ids
from docgen.linting.numbering import chinese
from docgen.notices.model import CitationFound, Node
from docgen.reports import render


def heads(*numbers: str) -> list[Node]:
    return [node(number, "样例。") for number in numbers]


def test_a_clean_notice_has_no_finding() -> None:
    assert rules(notice()) == []


# ---------------------------------------------------------------- numbering


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        (("一、", "二、", "四、"), ["numbering-gap"]),
        (("1.", "3."), ["numbering-gap"]),
        (("（一）", "（二）", "（二）", "（三）"), ["numbering-repeat"]),
        (("一、", "三、", "二、"), ["numbering-gap", "numbering-order"]),
        (("①", "③"), ["numbering-gap"]),
        (("一、", "二、", "三、"), []),
        (("1.", "2.", "1.", "2."), []),
        (("九、", "十、", "十一、", "十二、"), []),
        (("19.", "20.", "21."), []),
        (("（1）", "（2）"), []),
        (("①", "②"), []),
    ],
)
def test_numbers_of_one_level(numbers: tuple[str, ...], found: list[str]) -> None:
    assert rules(notice(*heads(*numbers))) == found
    assert rules(notice(node("一、", "样例。", *heads(*numbers)))) == found


def test_a_gap_of_many_numbers_names_its_ends() -> None:
    body = [node("第一条", "样例。", kind="article"), node("第9000000条", "样例。", kind="article")]
    (found,) = check_content(notice(*body), ON)
    assert found.rule == "notice/numbering-gap"
    assert found.message.endswith("缺第二条至第8999999条")


def test_a_number_that_stands_within_the_text_before_is_not_missing() -> None:
    assert rules(notice(node("一、", "对象二、主体某机关三、方法如下"), *heads("四、"))) == []
    assert rules(notice(node("一、", "对象三、方法如下"), *heads("四、"))) == ["numbering-gap"]
    chapter = node("第二章", "种类第二条样例条文：", kind="chapter")
    first, _, third = articles(3)
    assert rules(notice(first, chapter, third)) == []


def test_a_bare_heading_at_the_end_is_of_another_document() -> None:
    assert rules(notice(*heads("一、", "二、", "三、"), node("二、", "劳动就业"))) == []
    assert rules(notice(*heads("一、", "二、", "三、"), node("二、", "样例市劳动就业工作应当抓好。"))) == [
        "numbering-order"
    ]


def test_articles_count_on_through_the_chapters() -> None:
    first, second, third, fourth = articles(4)

    def chapters(*inside: list[Node]) -> list[str]:
        return rules(notice(*(node(f"第{chinese(n)}章", "", *a, kind="chapter") for n, a in enumerate(inside, 1))))

    assert chapters([first, second], [third, fourth]) == []
    assert chapters([first, second], [fourth]) == ["numbering-gap"]
    assert chapters([first, second], [articles(2)[1], third]) == ["numbering-repeat"]


def test_an_inserted_article_is_no_repeat() -> None:
    first, second = articles(2)
    assert rules(notice(first, node("第一条之一", "样例。", kind="article"), second)) == []


def test_one_number_written_in_another_way() -> None:
    stray = node("一、", "样例。", *heads("2."))
    assert rules(notice(stray, *heads("三、"))) == ["numbering-mixed"]
    inside = node("一、", "样例。", *heads("1.", "2."))
    assert rules(notice(inside, *heads("三、"))) == ["numbering-gap"]
    assert rules(notice(inside, *heads("二、"))) == []


# ---------------------------------------------------------------- places of the document itself


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("违反本办法第四十条的，责令改正。", ["article-missing"]),
        ("违反本办法第十九条、第二十一条的，责令改正。", ["article-missing"]),
        ("违反本办法第二十条的，责令改正。", []),
        ("违反《样例省就业促进条例》第四十条的，责令改正。", []),
        ("违反该办法第四十条的，责令改正。", []),
    ],
)
def test_articles_of_the_document(text: str, found: list[str]) -> None:
    assert rules(notice(*articles(20, a5=text))) == found


@pytest.mark.parametrize(
    ("text", "target", "found"),
    [
        ("本办法第三条第二款", None, ["place-missing"]),
        ("本条第四项", None, ["place-missing"]),
        ("本办法第三条第一款", "n2", []),
        ("前款", None, []),
        ("本办法第三条第二、三款", None, []),
        ("本办法第四十条第二款", None, ["article-missing"]),
    ],
)
def test_paragraphs_and_items_of_the_document(text: str, target: str | None, found: list[str]) -> None:
    made = notice(*articles(20, a5=f"按照{text}的规定办理。"))
    made.citations.append(CitationFound(text, node="n4", span=(2, 2 + len(text)), cited=text, target=target))
    assert rules(made) == found


def test_a_document_without_articles_is_not_asked_for_them() -> None:
    assert rules(notice(paragraph("违反本办法第四十条的，责令改正。"))) == []


def test_articles_of_an_attachment_are_its_own() -> None:
    def attached(number: str) -> list[str]:
        body = articles(3, a2=f"按照本办法第{number}条办理。")
        return rules(notice(attachments=[attachment(1, "样例办法", *body)]))

    assert attached("三") == []
    assert attached("四") == ["article-missing"]


TEXT = paragraph("样例附件。")


def test_attachments_that_are_announced_and_not_there() -> None:
    one, two = attachment(1, "样例表", TEXT), attachment(2, "样例名单")
    assert rules(notice(attachments=[one, two])) == ["attachment-missing"]
    assert rules(notice(attachments=[one, attachment(2, "样例名单", TEXT)])) == []


def test_attachments_that_the_list_leaves_out_or_the_text_shows() -> None:
    one, two = attachment(1, "样例表", TEXT), attachment(2, "样例名单")
    two.omitted = True
    assert rules(notice(attachments=[one, two])) == []
    shown = attachment(1, "样例表", TEXT, paragraph("样例名单"))
    assert rules(notice(attachments=[shown, attachment(2, "样例名单")])) == []
    assert rules(notice(attachments=[one, attachment(2, "样例名单.xlsx")])) == ["attachment-elsewhere"]


def test_the_title_over_an_attachment_is_that_of_the_list() -> None:
    def titled(printed: str | None) -> list[str]:
        one = attachment(1, "样例市就业补贴申请表（样表）", TEXT)
        one.printed = printed
        return rules(notice(attachments=[one]))

    assert titled("样例市创业补贴申请表") == ["attachment-title"]
    assert titled("样例市就业补贴申请表") == []
    assert titled("就业补贴申请表") == []
    assert titled(None) == []


def test_attachments_that_may_lie_in_files_of_their_own() -> None:
    assert rules(notice(attachments=[attachment(1, "样例表"), attachment(2, "样例名单")])) == ["attachment-elsewhere"]


def test_attachments_that_are_there_and_not_announced() -> None:
    one = attachment(1, "样例表", TEXT)
    assert rules(notice(attachments=[one, attachment(2, "样例名单", TEXT, announced=False)])) == [
        "attachment-unannounced"
    ]
    assert rules(notice(attachments=[attachment(None, "样例办法", TEXT, announced=False)])) == []


def test_attachments_out_of_order() -> None:
    assert rules(notice(attachments=[attachment(1, "甲", TEXT), attachment(3, "乙", TEXT)])) == ["attachment-order"]
    assert rules(notice(attachments=[attachment(1, "甲", TEXT), attachment(2, "乙", TEXT)])) == []
    assert rules(notice(attachments=[attachment(None, "甲", TEXT)])) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("填写申请表（见附件3）。", ["attachment-cited"]),
        ("填写申请表（附件1、附件3）。", ["attachment-cited"]),
        ("填写申请表（附件2）。", []),
        ("填写申请表（附件1、2）。", []),
        ("填写《样例办法》附件3的申请表。", []),
    ],
)
def test_attachments_that_are_cited(text: str, found: list[str]) -> None:
    two = [attachment(1, "样例表", TEXT), attachment(2, "样例名单", TEXT)]
    assert rules(notice(paragraph(text), attachments=two)) == found


def test_an_attachment_is_cited_where_there_is_none() -> None:
    assert rules(notice(paragraph("名单见附件。"))) == ["attachment-cited"]
    assert rules(notice(paragraph("名单见附件1。"))) == ["attachment-cited"]
    assert rules(notice(paragraph("名单见附件。"), attachments=[attachment(None, "样例名单", TEXT)])) == []
    assert rules(notice(paragraph("名单见《样例办法》附件。"))) == []


# ---------------------------------------------------------------- parts


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"title": None}, ["title-missing"]),
        ({"title": "样例市人力资源和社会保障局关于做好样例工作的安排"}, ["title-form"]),
        ({"title": "样例市人力资源和社会保障局关于做好样例工作的通知（试行）"}, []),
        ({"title": "样例市样例工作管理办法", "doc_no": None, "addressees": [], "issuers": [], "issued": None}, []),
        ({"doc_no": None}, ["docno-missing"]),
        ({"doc_no": None, "title": "中共中央 国务院关于样例工作的意见"}, []),
        ({"addressees": []}, ["addressee-missing"]),
        ({"addressees": [], "title": "样例市人力资源和社会保障局关于样例工作的公告"}, []),
        ({"issuers": []}, ["signature-missing"]),
        ({"issued": None}, ["date-missing"]),
        ({"issued": None, "signed": date(2024, 7, 2)}, []),
        ({"title": "样例局关于转发《样例厅关于印发《样例办法》的通知》的通知"}, ["title-brackets"]),
        ({"title": "样例局关于转发《样例厅关于印发〈样例办法〉的通知》的通知"}, []),
    ],
)
def test_parts_of_the_document(changes: dict[str, object], found: list[str]) -> None:
    assert rules(notice(**changes)) == found


# ---------------------------------------------------------------- whatever stands in the text

WORDS = "第一二三十百九条款项章节、（）()12390年月日至—星期%元整壹贰占笔试《》〈〉附件见下列共项家：。号〔〕[]本办法"
NUMBERS = st.one_of(st.none(), st.text(WORDS, min_size=1, max_size=6))


@given(st.lists(st.tuples(NUMBERS, st.text(WORDS, max_size=60)), max_size=6))
def test_no_text_is_too_odd(lines: list[tuple[str | None, str]]) -> None:
    kinds = ("article", "heading", "paragraph")
    body = [node(number, text, kind=kinds[i % 3]) for i, (number, text) in enumerate(lines)]
    made = notice(*body, attachments=[attachment(1, "样例单位名单（3家）", *body)])
    assert all(f.rule.startswith("notice/") and f.message for f in check_content(made, ON))


# ---------------------------------------------------------------- the catalogue and the report


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda r: r.id)
def test_every_rule_can_be_explained(rule: object) -> None:
    from docgen.linting.catalogue import Rule

    assert isinstance(rule, Rule)
    assert rule.code in FINDING_CODES
    assert rule.title
    assert rule.explanation.endswith("。")
    assert rule.authority
    assert rule.suggestion
    assert (rule.status == "unknown") == (rule.severity == "info" and rule.status != "fail")


def test_every_finding_has_its_authority_and_its_place() -> None:
    (found,) = check_content(notice(*heads("一、", "三、")), ON)
    assert found.citations[-1].title == "党政机关公文处理工作条例"
    assert found.locations[0].path == "样例通知.docx"
    assert found.label == "三、"
    assert "缺二" in found.message


def paper() -> Document:
    return Document("样例通知.docx", "docx", "docx", pages=[Page(1, blocks=[Line("样人社发〔2024〕1号", paragraph=1)])])


def test_the_report_is_one_of_ours() -> None:
    layout = [Finding("field.invalid", "layout/margins", "fail", "warning", "page", "版面", "天头应当为37mm")]
    report = lint_report(paper(), notice(*heads("一、", "三、"), addressees=[]), ON, layout)
    assert report.service.name == "公文核查"
    assert report.verdict == "fail"
    assert [f.severity for f in report.findings] == ["error", "warning", "warning"]
    assert [d.path for d in report.documents] == ["样例通知.docx"]
    for name in ("text", "json", "sarif", "html"):
        assert "缺二" in str(render(report, name))


def test_what_content_and_layout_both_say_is_said_once() -> None:
    wrong = Document("样例通知.docx", "docx", "docx", pages=[Page(1, blocks=[Line("样人社发[2024]1号", paragraph=1)])])
    brackets = Finding(
        "layout.invalid", "gbt9704/doc-number-brackets", "fail", "error", "layout", "文号括号", "用六角括号"
    )
    assert [f.rule for f in lint_report(wrong, notice(), ON, []).findings] == ["notice/docno-form"]
    assert [f.rule for f in lint_report(wrong, notice(), ON, [brackets]).findings] == ["gbt9704/doc-number-brackets"]


def test_findings_stand_in_the_order_of_the_paper() -> None:
    made = notice(paragraph("2月30日报名。"), *heads("一、", "三、"), paragraph("2月31日报名。"))
    found = lint_report(paper(), made, ON, []).findings
    assert [f.rule.partition("/")[2] for f in found] == ["date-impossible", "numbering-gap", "date-impossible"]


def test_a_clean_document_passes() -> None:
    assert lint_report(paper(), notice(), ON, []).verdict == "pass"


def test_a_rule_in_words() -> None:
    text = explain_rule("notice/numbering-gap") or ""
    assert text.startswith("notice/numbering-gap（field.invalid，错误）")
    assert "《党政机关公文处理工作条例》（中办发〔2012〕14号）第二十条第四项" in text
    assert explain_rule("notice/no-such-rule") is None
    assert "GB/T 9704—2012" in (explain_rule("gbt9704/margins") or "")
    assert all(explain_rule(name) for name in rule_ids())
