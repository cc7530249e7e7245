"""Papers of intake and decision: each fills with its sample, reads well without what is optional, and names the remedies
where it burdens somebody."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.table import Table
from docx.text.paragraph import Paragraph

import checkers
from docgen.errors import UsageError
from docgen.generating.values import RowError, convert
from docgen.places import templates_folder
from docgen.rendering.house import draw_notice
from docgen.rendering.manifest import EVENTS, Manifest, catalogue, load_manifest
from docgen.rendering.template import Template
from docgen.rendering.words import cited, ended

BURDENS = (
    "不予受理通知书",
    "不予批准决定书",
    "停发通知书",
    "责令改正通知书",
    "责令退回决定书",
    "撤销决定书",
    "取消资格决定书",
    "退休审批决定书",
    "待遇核定表",
)
PAPERS = (
    *BURDENS,
    "收件凭证",
    "受理通知书",
    "补正告知书",
    "告知承诺书",
    "代为承诺委托书",
    "延期告知书",
    "审批表",
    "准予补贴决定书",
    "创业担保贷款资格确认书",
    "备案通知书",
    "续发通知书",
    "恢复发放通知书",
    "还款协议",
    "送达回证",
)
SIGNED_BY_HAND = ("告知承诺书", "代为承诺委托书", "审批表", "待遇核定表", "还款协议", "送达回证")

_STRAY = re.compile(r"[，、；：。（《“][，、；。）》”]|[，、]$|^[，、；。：）]|None|\{\{|\{%|undefined")


@cache
def manifest(name: str) -> Manifest:
    return load_manifest(templates_folder() / "notices" / f"{name}.yaml")


@cache
def template(name: str) -> Template:
    return Template(manifest(name).path.read_bytes(), name)


def fill(name: str, **changed: Any) -> Any:
    paper = manifest(name)
    row = convert(paper.variables, {**paper.sample(), **changed})
    return Document(io.BytesIO(template(name).fill(row).data))


def texts(document: Any) -> Iterator[str]:
    """Every line, in order; those of a table cell by cell, a cell that spans several once."""
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            yield block.text
        else:
            cells = {id(c._tc): c for row in block.rows for c in row.cells}
            yield from (p.text for c in cells.values() for p in c.paragraphs)


def words(document: Any) -> str:
    return "\n".join(texts(document))


def optional(name: str) -> list[str]:
    return [v.id for v in manifest(name).variables if v.optional]


def slips(document: Any) -> list[str]:
    """Lines with stray punctuation or tags, and empty paragraphs that hold no table apart from the text."""
    found = [t for t in texts(document) if _STRAY.search(t.strip())]
    blocks = list(document.iter_inner_content())
    for before, block, after in zip([None, *blocks], blocks, [*blocks[1:], None], strict=False):
        if isinstance(block, Paragraph) and not block.text and not isinstance(before, Table):
            found += [] if isinstance(after, Table) else ["（空行）"]
    return found


@pytest.mark.parametrize("name", PAPERS)
def test_the_master_is_what_its_manifest_draws(name: str) -> None:
    assert manifest(name).path.read_bytes() == draw_notice(manifest(name).data)


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_fills_with_its_sample_under_its_title(name: str) -> None:
    document = fill(name)
    assert manifest(name).title in list(texts(document))
    assert slips(document) == []


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_reads_well_without_everything_optional(name: str) -> None:
    document = fill(name, **dict.fromkeys(optional(name)))
    assert manifest(name).title in list(texts(document))
    assert slips(document) == []


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_reads_well_with_and_without_each_optional_value(name: str) -> None:
    bare = dict.fromkeys(optional(name))
    sample = manifest(name).sample()
    for key in bare:
        assert slips(fill(name, **{key: None})) == [], key
        assert slips(fill(name, **{**bare, key: sample[key]})) == [], key


@pytest.mark.parametrize("name", PAPERS)
def test_a_value_that_is_not_optional_is_asked_for(name: str) -> None:
    paper = manifest(name)
    for variable in paper.variables:
        if variable.type != "list" and not variable.optional:
            with pytest.raises(RowError, match=variable.label):
                convert(paper.variables, {**paper.sample(), variable.id: None})


@pytest.mark.parametrize("name", PAPERS)
def test_every_value_of_the_sample_reaches_the_paper(name: str) -> None:
    paper = manifest(name)
    text = words(fill(name))
    plain = [v for v in paper.variables if v.type in {"text", "person_name"} and v.sample]
    missing = [v.id for v in plain if str(v.sample).rstrip("。") not in text]
    assert missing == []


def test_a_manifest_says_what_happens_and_on_what_authority() -> None:
    for paper in map(manifest, PAPERS):
        assert paper.events, paper.key
        assert paper.basis, paper.key
    for paper in catalogue():
        assert set(paper.events) <= set(EVENTS), paper.key


@cache
def _encoded() -> str:
    """All that the packs and catalogues say."""
    files: list[Path] = sorted((Path(checkers.__file__).parent / "policies").rglob("*.yaml"))
    return "\n".join(f.read_text("utf-8") for f in files)


@pytest.mark.parametrize("name", PAPERS)
def test_a_document_number_given_as_authority_is_one_the_packs_know(name: str) -> None:
    sample = manifest(name).sample().get("basis") or []
    numbers = {b.doc_no for b in manifest(name).basis} | {row["doc_no"] for row in sample}
    assert [n for n in numbers if n and n not in _encoded()] == []


@pytest.mark.parametrize("name", BURDENS)
def test_a_paper_that_burdens_somebody_names_both_remedies_and_their_periods(name: str) -> None:
    text = words(fill(name, review_organ="样例区人民政府", court="样例区人民法院"))
    assert re.search("六十日内，依法向样例区人民政府申请行政复议", text)
    assert re.search("六个月内，依法向样例区人民法院提起行政诉讼", text)
    assert {"中华人民共和国行政复议法", "中华人民共和国行政诉讼法"} <= {b.title for b in manifest(name).basis}


def test_a_subsidy_granted_in_part_names_the_remedies_and_a_whole_one_does_not() -> None:
    assert "行政复议" not in words(fill("准予补贴决定书"))
    assert "行政复议" in words(fill("准予补贴决定书", reduced="2023年8月没有缴费，该月不予补贴"))


@pytest.mark.parametrize("name", [p for p in PAPERS if p not in SIGNED_BY_HAND])
def test_a_paper_of_the_office_ends_in_signer_seal_and_date(name: str) -> None:
    document = fill(name)
    signer, seal, day = [p.text for p in document.paragraphs][-3:]
    assert (signer, seal) == (manifest(name).sample()["office"], "（印章）")
    assert re.fullmatch(r"\d{4}年\d{1,2}月\d{1,2}日", day)


def test_one_name_is_one_type_over_all_papers() -> None:
    types: dict[str, set[str]] = {}
    for name in PAPERS:
        for variable in manifest(name).variables:
            types.setdefault(variable.id, set()).add(variable.type)
    assert {k: v for k, v in types.items() if len(v) > 1} == {}


def test_a_suspension_says_why_on_what_basis_and_since_when() -> None:
    lines = list(texts(fill("停发通知书")))
    assert lines[4:6] == [
        "经核实，你于2024年10月8日重新就业，样例商贸有限公司已为你办理参保。",
        "根据《失业保险条例》第十五条第（一）项、《社会保险经办条例》（国务院令第765号）第二十五条的规定，"
        "自2024年10月起停止向你发放失业保险金。停发情形发生后多发的1,800.00元（人民币壹仟捌佰元整），另行依法处理。",
    ]


def test_a_disqualification_may_say_since_when_the_qualification_was_held() -> None:
    text = words(fill("取消资格决定书", obtained_on="2024-05-20"))
    assert "你单位于2024年5月20日取得青年就业见习基地资格。经查，" in text


def test_a_sentence_that_has_its_full_stop_gets_no_second_one() -> None:
    text = words(fill("停发通知书", facts="你已经重新就业。", resumption="再次失业的，可以重新申请。"))
    assert "经核实，你已经重新就业。\n" in text
    assert "可以重新申请。\n" in text
    assert "。。" not in text


def test_the_order_is_to_correct_or_to_mend() -> None:
    text = words(fill("责令改正通知书", order="整改", correct_by="2024-10-18"))
    assert "责令整改通知书" in text
    assert "现责令你单位于2024年10月18日前（含当日）整改，要求如下：" in text
    with pytest.raises(RowError, match="责令的内容"):
        fill("责令改正通知书", order="停业")


def test_a_repayment_agreement_lists_each_instalment_and_the_total() -> None:
    parts = [{"due": f"2025-{month:02}-28", "amount": "100"} for month in range(1, 13)]
    document = fill("还款协议", instalments=parts, amount="1200")
    rows = [[c.text for c in row.cells] for row in document.tables[0].rows]
    assert len(rows) == 14
    assert rows[12] == ["12", "2025年12月28日", "100.00", ""]
    assert rows[13][2] == "1,200.00"
    assert "二、乙方分12期退回" in words(document)


def test_proof_of_service_ticks_the_one_way() -> None:
    text = words(fill("送达回证", way="邮寄送达"))
    assert "☑邮寄送达" in text
    assert text.count("☑") == 1
    assert "☑" not in words(fill("送达回证", way=None))


def test_a_unit_gets_a_table_of_its_people() -> None:
    people = [
        {"name": "李晓明", "period": "2024年1月至6月", "amount": "3600"},
        {"name": "何松月", "period": None, "amount": "600.5"},
    ]
    document = fill("准予补贴决定书", you="你单位", lines=people, amount="4200.5")
    rows = [[c.text for c in row.cells] for row in document.tables[0].rows]
    assert rows[1:3] == [["1", "李晓明", "2024年1月至6月", "3,600.00"], ["2", "何松月", "", "600.50"]]
    assert rows[3][-1] == "4,200.50"


def test_authorities_are_cited_as_a_decision_does() -> None:
    rows = [
        {"title": "样例通知", "doc_no": "样人社发〔2024〕1号", "article": "一（一）"},
        {"title": "《样例条例》", "doc_no": None, "article": "第三条"},
        {"title": None, "doc_no": "样人社发〔2024〕2号", "article": None},
        "样例会议纪要",
    ]
    assert (
        cited(rows)
        == "《样例通知》（样人社发〔2024〕1号）一（一）、《样例条例》第三条、样人社发〔2024〕2号、样例会议纪要"
    )
    assert cited("《样例条例》第三条") == "《样例条例》第三条"
    assert cited([]) == ""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("属实", "属实。"), ("属实。", "属实。"), ("属实；", "属实。"), ("", ""), (None, ""), ("如下：", "如下：")],
)
def test_a_sentence_ends_once(text: str | None, sentence: str) -> None:
    assert ended(text) == sentence


def test_an_unknown_style_is_named() -> None:
    broken: Mapping[str, Any] = {"name": "样例", "paragraphs": [{"verse": "样例"}]}
    with pytest.raises(UsageError, match="verse"):
        draw_notice(broken)
