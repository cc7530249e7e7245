"""Citations of other documents, held against an invented registry."""

from __future__ import annotations

from datetime import date

import pytest
from notice_builder import KNOWN, ON, cite, notice, paragraph, rules

from checkers.registry import Document, Registry
from docgen.linting.content import check_content
from docgen.notices.model import Notice, Repeal

SUBSIDY = ("样例市就业补贴管理办法", "样人社发〔2020〕5号")
STARTUP = ("样例市创业扶持暂行办法", "样人社发〔2010〕8号")


def citing(title: str | None, number: str | None, before: str = "根据", behind: str = "规定，现通知如下。") -> Notice:
    named = (f"《{title}》" if title else "") + (f"（{number}）" if title and number else number or "")
    return cite(notice(paragraph(before + named + behind)), title, number)


def test_a_document_in_force_is_no_finding() -> None:
    assert rules(citing(*SUBSIDY)) == []
    assert rules(citing(SUBSIDY[0], None)) == []
    assert rules(citing(None, SUBSIDY[1])) == []


@pytest.mark.parametrize(
    ("title", "number", "rule", "last_day_before"),
    [
        (*STARTUP, "citation-repealed", date(2022, 12, 31)),
        ("样例市见习补贴实施细则", "样人社发〔2019〕2号", "citation-expired", date(2023, 12, 31)),
        ("样例市公益性岗位管理规定", "样人社发〔2016〕3号", "citation-partly-repealed", date(2022, 5, 31)),
        ("样例市职业培训机构管理规定", "样人社发〔2015〕7号", "citation-amended", date(2021, 5, 31)),
    ],
)
def test_the_state_of_the_day(title: str, number: str, rule: str, last_day_before: date) -> None:
    made = citing(title, number)
    assert rules(made) == [rule]
    assert rules(made, last_day_before) == []


def test_a_repealed_document_is_reported_with_the_one_that_repealed_it() -> None:
    (found,) = check_content(citing(*STARTUP), ON, KNOWN)
    assert (found.code, found.severity, found.status) == ("citation.repealed", "error", "fail")
    assert found.citations[0].doc_no == "样人社发〔2022〕30号"
    assert "样人社发〔2022〕30号" in found.message
    assert "2023年1月1日" in found.message
    assert found.locations


def test_a_document_of_tomorrow_is_not_yet_law_unless_the_notice_begins_later() -> None:
    made = citing("样例市技能提升行动方案", "样人社发〔2024〕60号")
    assert rules(made) == ["citation-not-in-force"]
    assert rules(made, date(2024, 10, 1)) == []
    made.effective = date(2024, 10, 1)
    assert rules(made) == []


def test_a_law_cited_by_name_means_its_text_of_the_day() -> None:
    assert rules(citing("样例省就业促进条例", None)) == []


@pytest.mark.parametrize("behind", ["同时废止。", "自行失效。", "不再执行。"])
def test_a_clause_that_ends_a_document_is_no_fault(behind: str) -> None:
    assert rules(citing(*STARTUP, before="", behind=behind)) == []
    assert rules(citing(*STARTUP, behind=f"办理。其他文件{behind}")) == ["citation-repealed"]


def test_what_the_notice_repeals_itself_is_no_fault() -> None:
    made = citing(*STARTUP)
    made.repeals.append(Repeal("", title=STARTUP[0], doc_no=STARTUP[1]))
    assert rules(made) == []
    other = citing(*STARTUP)
    other.repeals.append(Repeal("", title=SUBSIDY[0], doc_no=SUBSIDY[1]))
    assert rules(other) == ["citation-repealed"]


def test_the_document_that_repealed_it_may_speak_of_it() -> None:
    made = citing(*STARTUP)
    made.doc_no = "样人社发〔2022〕30号"
    assert rules(made) == []


def test_a_list_of_repealed_documents_is_no_fault() -> None:
    made = citing(*STARTUP)
    made.title = "样例市人力资源和社会保障局关于公布废止文件目录的通知"
    assert rules(made) == []


def test_title_and_number_of_two_documents() -> None:
    made = citing(SUBSIDY[0], STARTUP[1])
    (found,) = check_content(made, ON, KNOWN)
    assert found.rule == "notice/citation-misquoted"
    assert STARTUP[0] in found.message
    assert SUBSIDY[1] in found.message


def test_a_title_slightly_wrong() -> None:
    (found,) = check_content(citing("样例市就业补贴管理方法", SUBSIDY[1]), ON, KNOWN)
    assert found.rule == "notice/citation-title"
    assert found.expected == SUBSIDY[0]
    assert rules(citing(f"关于印发〈{SUBSIDY[0]}〉的通知", SUBSIDY[1])) == []


def test_a_title_known_under_another_number() -> None:
    (found,) = check_content(citing(SUBSIDY[0], "样人社发〔2020〕55号"), ON, KNOWN)
    assert (found.rule, found.expected) == ("notice/citation-renumbered", SUBSIDY[1])


def test_offices_above_and_below_give_one_title_two_numbers() -> None:
    assert rules(citing(SUBSIDY[0], "样省人社发〔2020〕55号")) == ["citation-unknown"]


def test_a_number_without_its_issuer_goes_with_the_title() -> None:
    known = Registry([Document("样例部关于样例税收政策的公告", "样例部公告2023年第15号", issued=date(2023, 8, 1))])
    assert check_content(citing("样例部关于样例税收政策的公告", "2023年第15号"), ON, known) == []
    (found,) = check_content(citing("样例部关于样例税收政策的公告", "2023年第16号"), ON, known)
    assert found.rule == "notice/citation-unknown"


def test_what_the_notice_promulgates_is_its_own() -> None:
    made = citing("样例市技能提升行动方案", None)
    made.title = "样例市人力资源和社会保障局关于印发《样例市技能提升行动方案》的通知"
    assert rules(made) == []


def test_a_document_nobody_knows_is_a_question_and_asked_once() -> None:
    made = citing("样例市无人登记的办法", "样人社发〔2021〕77号")
    cite(made, "样例市无人登记的办法", "样人社发〔2021〕77号")
    (found,) = check_content(made, ON, KNOWN)
    assert (found.rule, found.status, found.severity) == ("notice/citation-unknown", "unknown", "info")


def test_a_document_registered_without_any_date_is_a_question_too() -> None:
    known = Registry([Document("样例市无日期办法", "样人社发〔2021〕78号")])
    (found,) = check_content(citing("样例市无日期办法", "样人社发〔2021〕78号"), ON, known)
    assert (found.rule, found.status) == ("notice/citation-unknown", "unknown")


def test_a_certificate_in_marks_is_no_document() -> None:
    assert rules(citing("样例市就业创业证", None)) == []


def test_a_former_document_may_be_named() -> None:
    assert rules(citing(*STARTUP, before="原")) == []


def test_several_documents_of_one_title_are_no_fault_while_one_is_valid() -> None:
    known = Registry(
        [
            Document("样例市补贴办法", "样人社发〔2011〕1号", issued=date(2011, 1, 1), expires=date(2015, 1, 1)),
            Document("样例市补贴办法", "样人社发〔2016〕1号", issued=date(2016, 1, 1)),
        ]
    )
    assert check_content(citing("样例市补贴办法", None), ON, known) == []
    assert [f.rule for f in check_content(citing("样例市补贴办法", "样人社发〔2011〕1号"), ON, known)] == [
        "notice/citation-expired"
    ]


def test_the_notice_may_cite_itself() -> None:
    assert rules(citing("样例市某办法", "样人社发〔2024〕1号")) == []


@pytest.mark.parametrize(
    ("cited", "found"),
    [
        ("第二十一条", ["law-article-missing"]),
        ("第四十条第二款", ["law-article-missing"]),
        ("第二十条", []),
        (None, []),
    ],
)
def test_articles_beyond_the_last_one(cited: str | None, found: list[str]) -> None:
    assert rules(cite(notice(paragraph(f"根据《{SUBSIDY[0]}》{cited or ''}规定。")), SUBSIDY[0], None, cited)) == found
    unknown = "样例省就业促进条例"
    assert rules(cite(notice(paragraph(f"根据《{unknown}》{cited or ''}规定。")), unknown, None, cited)) == []
