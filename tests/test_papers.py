"""Papers bound into one file: a page headed by a material's name is that material; a form's own list is not."""

from __future__ import annotations

import io

import pytest

from checkers.packs import library
from checkers.policy import Policy
from docgen.document import Cell, Document, Line, Page, Table
from docgen.papers import bound_papers, name_paper
from docgen.readers.docx import read_docx


def policy(name: str = "cq-internship-base-filing") -> Policy:
    return library().load(name).policy


def pdf(*pages: list[str | Table]) -> Document:
    blocks = [[Line(b) if isinstance(b, str) else b for b in page] for page in pages]
    return Document("a.pdf", "pdf", "pdf-text", pages=[Page(n, blocks=list(b)) for n, b in enumerate(blocks, 1)])


def found(document: Document, name: str = "cq-internship-base-filing") -> list[tuple[str, int]]:
    return [(b.material, b.page) for b in bound_papers(document, policy(name))]


FORM = ["附件4", "重庆市青年就业见习基地备案表", "填报时间：2025年8月12日"]


@pytest.mark.parametrize(
    ("heading", "material"),
    [
        ("营业执照", "business_licence"),
        ("企业营业执照（复印件）", "business_licence"),
        ("材料二：营业执照复印件", "business_licence"),
        ("法定代表人身份证复印件", "head_id_card"),
        ("总公司法定代表人身份证", "head_office_id_card"),
        ("青年就业见习管理方案", "management_plan"),
        ("总公司授权分公司申请备案见习基地的授权委托书", "authorisation"),
    ],
)
def test_a_page_headed_by_a_material_is_that_material(heading: str, material: str) -> None:
    assert found(pdf([*FORM], [heading, "（样图）"])) == [(material, 2)]


def test_the_end_of_a_long_name_is_enough() -> None:
    assert found(pdf(["表"], ["申请补贴月度就业情况说明"]), "cq-grad-flexible-si-subsidy") == [
        ("employer_statement", 2)
    ]


def test_a_number_on_a_line_of_its_own_may_stand_above() -> None:
    assert found(pdf([*FORM], ["材料三", "青年就业见习管理方案", "一、基本情况"])) == [("management_plan", 2)]


@pytest.mark.parametrize(
    "page",
    [
        ["2.营业执照复印件"],
        ["（二）营业执照复印件"],
        ["营业执照复印件；", "其他"],
        ["营业执照复印件", "法定代表人身份证复印件", "青年就业见习管理方案"],
        ["请提供营业执照复印件并加盖单位鲜章"],
        ["没有营业执照的见习单位另行说明"],
        ["其他事项", "营业执照"],
        [Table(1, 1, 1, [Cell(0, 0, text="营业执照复印件")]), "营业执照"],
        ["重庆市青年就业见习基地备案表"],
    ],
)
def test_what_only_mentions_a_material_is_none(page: list[str | Table]) -> None:
    assert found(pdf([*FORM], page)) == []


def test_the_first_page_is_named_as_a_whole_paper() -> None:
    document = pdf(["营业执照"], ["法定代表人身份证复印件"])
    assert name_paper(document, policy())[0] == "business_licence"
    assert found(document) == [("head_id_card", 2)]


def test_in_word_a_page_break_or_a_section_makes_a_head() -> None:
    import docx
    from docx.enum.section import WD_SECTION
    from docx.enum.text import WD_BREAK

    document = docx.Document()
    document.add_paragraph("备案表")
    document.add_paragraph("营业执照")  # no break before it
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    document.add_paragraph("")
    document.add_paragraph("营业执照复印件")
    document.add_paragraph("（样图）")
    document.add_section(WD_SECTION.CONTINUOUS)
    document.add_paragraph("青年就业见习管理方案")  # on the same page
    document.add_section(WD_SECTION.NEW_PAGE)
    document.add_paragraph("法定代表人身份证复印件")
    last = document.add_paragraph("授权委托书")
    last.paragraph_format.page_break_before = True
    data = io.BytesIO()
    document.save(data)
    read = read_docx(data.getvalue(), "a.docx")
    assert [m for m, _ in found(read)] == ["business_licence", "head_id_card", "authorisation"]
    assert [line.text for line in read.pages[0].lines if line.heads] == [
        "营业执照复印件",
        "法定代表人身份证复印件",
        "授权委托书",
    ]
