"""Notices: what the report says, once, with its basis; nothing invented; nothing that contradicts the report."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
import yaml
from docx import Document

from checkers.report import (
    Citation,
    DeadlineLine,
    FieldValue,
    Finding,
    Location,
    MaterialState,
    Paper,
    Report,
    ServiceChoice,
)
from docgen.errors import UsageError
from docgen.places import templates_folder
from docgen.rendering import package
from docgen.rendering.house import draw_notice
from docgen.rendering.notices import KINDS, build_context, issue
from docgen.rendering.template import Filled, Template, template

TODAY = date(2024, 8, 21)
OFFICE = {"name": "样例区人力资源和社会保障局", "contact": "王小禾", "phone": "023-60000018"}
RULE = Citation("样人社发〔2024〕1号", "样例通知", "一(一)2")


def finding(code: str, subject: str, label: str, message: str, **more: Any) -> Finding:
    values: dict[str, Any] = {
        "rule": f"p/{subject}",
        "status": "fail",
        "severity": "error",
        "citations": (RULE,),
        **more,
    }
    return Finding(code=code, subject=subject, label=label, message=message, **values)


def at_page(page: int) -> tuple[Location, ...]:
    return (Location("a.pdf", page),)


BAD_ID = finding(
    "field.invalid",
    "id_number",
    "身份证号码",
    "身份证号码校验码不符。",
    suggestion="按身份证重新填写。",
    locations=at_page(1),
)
NO_RECORD = finding("material.missing", "record", "配送服务记录", "缺少配送服务记录", suggestion="提供配送服务记录")
TOO_SHORT = finding("eligibility.failed", "insured_months", "连续参保月数", "连续参保9个月，不足1年")
UNSURE = finding("eligibility.failed", "registered", "就业登记", "就业登记待核实", status="unknown")
SOFT = finding("field.invalid", "bank_card", "银行卡号", "不是社会保障卡", severity="warning")


def report(*findings: Finding, fields: dict[str, str] | None = None) -> Report:
    given = {"name": "李晓明", "id_number": "500103200107150018"} if fields is None else fields
    return Report(
        ServiceChoice("p", "样例补贴", "样例市"),
        "2024-08-20",
        "2024-08-20",
        documents=[Paper("a.pdf", material="application_form")],
        fields=[FieldValue(k, k, v, v) for k, v in given.items()],
        materials=[
            MaterialState("application_form", "申请表", "present"),
            MaterialState("record", "配送服务记录", "missing"),
        ],
        deadlines=[DeadlineLine("r", "审核", "agency", "2024-08-27", "open", (RULE,))],
        findings=list(findings),
    )


def lines(filled: Filled) -> list[str]:
    return [p.text for p in Document(io.BytesIO(filled.data)).paragraphs]


def test_a_correction_notice_lists_each_failure_once_with_place_basis_and_what_to_do() -> None:
    filled = issue(report(BAD_ID, NO_RECORD, BAD_ID, UNSURE, SOFT), "补正告知书", OFFICE, TODAY)
    assert lines(filled) == [
        "样例区人力资源和社会保障局",
        "一次性补正材料告知书",
        "李晓明：",
        "你于2024年8月20日提交的《样例补贴申请》收悉。经审查，存在以下需要补正的事项：",
        "1.身份证号码校验码不符。位置：第1页“身份证号码”栏。依据：《样例通知》（样人社发〔2024〕1号）一(一)2。"
        "补正要求：按身份证重新填写。",
        "2.缺少配送服务记录。依据：样人社发〔2024〕1号一(一)2。补正要求：提供配送服务记录。",
        "请及时补正。",
        "联系人：王小禾。联系电话：023-60000018。",
        "样例区人力资源和社会保障局",
        "（印章）",
        "2024年8月21日",
    ]
    assert filled.warnings == ()


def test_rows_of_a_roster_with_the_same_fault_are_one_item() -> None:
    rows = [
        finding(
            "field.invalid",
            f"roster[{n}].id_number",
            "身份证号码",
            f"人员花名册第{n}行身份证号码位数不对",
            rule="p/roster-id",
        )
        for n in (5, 3)
    ]
    (item,) = build_context(report(*rows), "补正告知书", {**OFFICE, "today": TODAY})["items"]
    assert (item["what"], item["where"]) == ("身份证号码位数不对", "花名册第3、5行“身份证号码”栏")


def test_articles_of_one_document_are_cited_together_and_marks_have_a_place() -> None:
    twice = finding(
        "seal.missing",
        "seal",
        "盖章",
        "没有盖章",
        citations=(RULE, Citation(RULE.doc_no, RULE.title, "附件1"), Citation("", "样例条例", "第三条")),
        locations=at_page(1),
    )
    (item,) = build_context(report(twice), "补正告知书", {**OFFICE, "today": TODAY})["items"]
    assert item["where"] == "第1页“盖章”处"
    assert item["basis"] == "《样例通知》（样人社发〔2024〕1号）一(一)2、附件1；《样例条例》第三条"


def test_a_fact_of_the_offices_own_records_has_no_place_on_paper() -> None:
    known = finding("field.invalid", "months", "参保月数", "参保月数不对", locations=(Location("facts.yaml"),))
    beside = finding(
        "field.invalid", "months", "参保月数", "参保月数与补贴时段不符", locations=at_page(1), rule="p/other"
    )
    items = build_context(report(known, beside), "补正告知书", {**OFFICE, "today": TODAY})["items"]
    assert [i["where"] for i in items] == ["", ""]


def test_rows_with_different_words_keep_their_numbers() -> None:
    rows = [
        finding("field.invalid", f"roster[{n}].phone", "联系电话", f"第{n}行联系电话{text}", rule="p/roster-phone")
        for n, text in ((1, "少一位"), (2, "多一位"))
    ]
    (item,) = build_context(report(*rows), "补正告知书", {**OFFICE, "today": TODAY})["items"]
    assert item["what"] == "第1行联系电话少一位；第2行联系电话多一位"


def test_a_failed_condition_is_told_apart_from_what_papers_can_mend() -> None:
    filled = issue(report(TOO_SHORT, BAD_ID), "补正告知书", OFFICE, TODAY)
    text = lines(filled)
    assert text[4].startswith("1.身份证号码校验码不符。")
    assert text[5].startswith("另外，按现有材料，下列情形与规定的条件不符")
    assert text[6].startswith("2.连续参保9个月，不足1年。")
    assert "1 项与规定条件不符" in filled.warnings[0]


def test_a_unit_is_addressed_as_a_unit() -> None:
    text = lines(issue(report(BAD_ID, fields={"unit_name": "样例公司", "name": "王小禾"}), "补正告知书", OFFICE, TODAY))
    assert text[2] == "样例公司："
    assert text[3].startswith("你单位于2024年8月20日提交的")


def test_the_period_for_correction_is_the_offices_or_none() -> None:
    assert "请于2024年8月28日前（含当日）补正。" in lines(
        issue(report(BAD_ID), "补正告知书", {**OFFICE, "correction_days": 5}, TODAY)
    )
    assert "请于2024年9月1日前（含当日）补正。逾期按样例规定办理。" in lines(
        issue(
            report(BAD_ID),
            "补正告知书",
            {**OFFICE, "correct_by": date(2024, 9, 1), "consequence": "逾期按样例规定办理。"},
            TODAY,
        )
    )
    unknown = issue(report(BAD_ID), "补正告知书", {**OFFICE, "correction_days": 5}, date(2999, 1, 1))
    assert "请及时补正。" in lines(unknown)
    assert "2999年的节假日安排" in unknown.warnings[0]


def test_what_nobody_said_is_left_blank_with_a_warning() -> None:
    bare = Report(ServiceChoice(None), "2024-08-20", None, findings=[BAD_ID])
    filled = issue(bare, "补正告知书", {}, TODAY)
    text = lines(filled)
    assert text[0] == text[-3] == "____________"
    assert text[2] == "____________："
    assert text[3].startswith("你提交的《____________申请》收悉。")
    assert [w[:4] for w in filled.warnings] == ["没有读到", "没有设置", "没有识别"]


def test_an_acceptance_notice_lists_papers_and_the_time_limit() -> None:
    filled = issue(report(UNSURE, SOFT), "acceptance-notice", {**OFFICE, "doc_no": "样受〔2024〕7号"}, TODAY)
    text = lines(filled)
    assert text[2] == "样受〔2024〕7号"
    assert text[4].endswith("申请材料齐全、符合规定形式，现决定自2024年8月21日起受理。")
    assert text[5:8] == [
        "收到的材料：",
        "1.申请表。",
        "办理时限：审核，2024年8月27日前（《样例通知》（样人社发〔2024〕1号）一(一)2）。",
    ]
    assert "1 项待人工核实" in filled.warnings[0]


def test_a_rejection_gives_reasons_and_both_remedies() -> None:
    filled = issue(report(TOO_SHORT, BAD_ID), "不予受理通知书", OFFICE, TODAY)
    text = lines(filled)
    assert text[4].startswith("1.连续参保9个月，不足1年。依据：《样例通知》")
    assert text[5] == (
        "如不服本决定，可以自收到本通知之日起六十日内，依法向有管辖权的行政复议机关申请行政复议，"
        "也可以自收到本通知之日起六个月内，依法向有管辖权的人民法院提起行政诉讼。"
    )
    assert "不是不予受理的理由" in filled.warnings[0]
    named = lines(
        issue(
            report(TOO_SHORT),
            "不予受理通知书",
            {**OFFICE, "reviewing_authority": "样例区人民政府", "court": "样例区人民法院"},
            TODAY,
        )
    )
    assert "向样例区人民政府申请行政复议" in named[5]
    assert "向样例区人民法院提起行政诉讼" in named[5]


@pytest.mark.parametrize(
    ("findings", "kind", "words"),
    [
        ((BAD_ID,), "受理通知书", "有 1 项不符合规定，不能出具受理通知书"),
        ((), "补正告知书", "没有需要补正的事项"),
        ((UNSURE, SOFT), "补正告知书", "没有需要补正的事项"),
        ((TOO_SHORT,), "补正告知书", "应出具不予受理通知书"),
        ((UNSURE,), "不予受理通知书", "没有不符合规定的事项"),
    ],
)
def test_a_notice_that_contradicts_the_report_is_refused(findings: tuple[Finding, ...], kind: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        issue(report(*findings), kind, OFFICE, TODAY)
    assert issue(report(*findings), kind, OFFICE, TODAY, force=True).data


def test_only_the_three_answers_are_kinds() -> None:
    with pytest.raises(UsageError, match="没有名为“表扬信”"):
        issue(report(), "表扬信", OFFICE, TODAY)


@pytest.mark.parametrize("kind", KINDS)
def test_the_committed_master_is_what_its_manifest_draws_and_asks_what_it_declares(kind: str) -> None:
    folder = templates_folder() / "notices"
    manifest = yaml.safe_load((folder / f"{kind}.yaml").read_text(encoding="utf-8"))
    drawn, committed = package.read(draw_notice(manifest)), package.read((folder / f"{kind}.docx").read_bytes())
    assert {n: m.data() for n, m in drawn.items()} == {n: m.data() for n, m in committed.items()}
    assert template(kind).variables() == sorted(v["id"] for v in manifest["variables"])
    sample = {v["id"]: v["sample"] for v in manifest["variables"]}
    assert Template(draw_notice(manifest)).fill(sample).data == template(kind).fill(sample).data


def test_the_page_is_that_of_the_standard() -> None:
    xml = (
        package.read((templates_folder() / "notices" / "补正告知书.docx").read_bytes())["word/document.xml"]
        .data()
        .decode()
    )
    size = {k: int(v) for k, v in re.findall(r'w:(w|h|top|left|right|bottom)="(\d+)"', xml[xml.index("<w:sectPr>") :])}
    millimetres = {k: round(v * 25.4 / 1440) for k, v in size.items()}
    assert millimetres == {"w": 210, "h": 297, "top": 37, "left": 28, "right": 26, "bottom": 35}
    assert 'w:linePitch="579"' in xml
