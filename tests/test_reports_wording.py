"""The words and the order that all report formats share; ``sample`` is the report that their tests are made of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from checkers.report import (
    FINDING_CODES,
    AmountLine,
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
from docgen.reports import BINARY_FORMATS, FORMATS, render
from docgen.reports.wording import CODES, cite, clean, level, name_of, ordered, place, quotes, titled, value_text

NOTICE = "关于落实高校毕业生就业创业扶持政策有关经办事项的通知"
N17 = Citation("渝人社发〔2024〕17号", NOTICE, "一(一)2")
POLICY = "cq-grad-flexible-si-subsidy"
FORM = "材料/1 申请表.pdf"
ID_BOX = Location(FORM, page=1, bbox=(150.0, 152.0, 330.0, 172.0))
NAME_BOX = Location(FORM, page=1, bbox=(150.0, 122.0, 330.0, 142.0))
PERIOD_BOX = Location(FORM, page=2, bbox=(150.0, 96.0, 330.0, 116.0))
CELL = Location("承诺书.docx", cell="表2!B3")
PARAGRAPH = Location("承诺书.docx", paragraph=7)


def sample() -> Report:
    """One report with everything in it: failures of each severity, unknowns, boxes, cells, paragraphs, a roster row."""
    return Report(
        service=ServiceChoice(POLICY, "高校毕业生灵活就业社会保险补贴", "重庆市", "recognised", 0.98),
        on="2024-08-20",
        received="2024-08-20",
        documents=[
            Paper(FORM, "a" * 64, "pdf", 2, "pdf-text", "application_form", 0.97),
            Paper("承诺书.docx", "b" * 64, "docx", 1, "docx", "pledge", 0.9),
            Paper("损坏.pdf", "c" * 64, "pdf", 0, "", None, 0.0),
        ],
        fields=_fields(),
        materials=[
            MaterialState("application_form", "申请表", "present", [FORM]),
            MaterialState("pledge", "个人承诺书", "present", ["承诺书.docx"]),
            MaterialState("delivery_record", "近三个月的配送服务记录或平台出具的从业证明", "missing"),
            MaterialState("bank_card", "本人社会保障卡金融账户", "unknown", [], "只交了一份文件，不知是否另有"),
            MaterialState("business_license", "个体工商户营业执照", "not-required"),
        ],
        amounts=[
            AmountLine("grant", "补贴金额", "6000.00", "元", "6000 元/人/年 × 12 个月 ÷ 12", (N17,)),
            AmountLine("months", "可补贴月数", None, "月", "36 − 已享受月数", (N17,), ("已享受月数",)),
        ],
        deadlines=[
            DeadlineLine("apply", "申请期限", "applicant", "2025-02-15", "met", (N17,)),
            DeadlineLine("review", "审核期限", "agency", "2024-08-27", "open", (N17,), "自受理之日起 5 个工作日"),
            DeadlineLine("pay", "拨付期限", "agency", None, "unknown"),
        ],
        findings=_findings(),
    )


def _fields() -> list[FieldValue]:
    return [
        FieldValue("name", "姓名", "李 晓明", "李晓明", 0.99, NAME_BOX),
        FieldValue("id_number", "身份证号码", "500103200001010019", None, 0.99, ID_BOX),
        FieldValue("period", "申请补贴时段", "2023年7月至2024年8月", "2023-07/2024-08", 0.93, PERIOD_BOX),
        FieldValue("phone", "联系电话", "13800138000", "13800138000", 1.0, CELL),
        FieldValue("kinds", "就业形式", "☑网约车驾驶员 ☑商贩", ["网约车驾驶员", "商贩"], 1.0, None),
        FieldValue("roster", "花名册", "", [{"name": "王小兰", "id_number": "500103199912120023"}], 1.0, None),
    ]


def _findings() -> list[Finding]:
    def rule(name: str) -> str:
        return f"{POLICY}/{name}"

    return [
        Finding(
            *("eligibility.failed", rule("insured-a-year"), "unknown", "error", "insured_months", "连续参保月数"),
            "不知道连续参保月数，不能判断是否以个人身份连续缴纳职工养老保险满 1 年。",
            suggestion="在社会保险系统查询后，用 --set 连续参保月数=… 给出。",
            citations=(N17,),
        ),
        Finding(
            *("field.invalid", rule("phone"), "fail", "info", "phone", "联系电话", "联系电话在系统中登记为另一号码。"),
            actual="13800138000",
            locations=(CELL,),
        ),
        Finding(
            *("field.invalid", rule("id-number"), "fail", "error", "id_number", "身份证号码"),
            "身份证号码的校验码不对：最后一位应当是 8，可能有一位抄错，请与居民身份证原件逐位核对，不要由他人代填。",
            suggestion="请申请人按居民身份证重新填写，并在改动处签名或按指印。",
            expected="18 位，末位为校验码（GB 11643—1999）",
            actual="500103200001010019",
            citations=(N17, Citation("GB 11643—1999", "公民身份号码", "5.1")),
            locations=(ID_BOX,),
        ),
        Finding(
            *("material.missing", rule("delivery-record"), "fail", "error", "delivery_record", "配送服务记录"),
            "缺少“近三个月的配送服务记录或平台出具的从业证明”。",
            suggestion="请补交。",
            citations=(N17,),
        ),
        Finding(
            *("consistency.mismatch", rule("period"), "fail", "warning", "period", "申请补贴时段"),
            "申请补贴时段与承诺书所写的不一致。",
            expected="两处一致",
            actual="2023年7月",
            locations=(PERIOD_BOX, PARAGRAPH),
        ),
        Finding(
            *("field.missing", rule("roster-id"), "fail", "error", "roster[3].id_number", "身份证号码"),
            "花名册第 3 行没有填写身份证号码。",
            locations=(Location("承诺书.docx", cell="表3!C4"),),
        ),
        Finding(
            *("document.unreadable", "docgen/readable", "fail", "error", "损坏.pdf", "损坏.pdf"),
            "损坏.pdf 不能读取：文件不完整。",
            locations=(Location("损坏.pdf"),),
        ),
        Finding(
            *("signature.missing", rule("signature"), "unknown", "error", "signature", "申请人签名"),
            "签名处有笔迹，但认不出是不是签名。",
            locations=(Location(FORM, page=2, bbox=(300.0, 600.0, 420.0, 640.0)),),
        ),
    ]


def empty() -> Report:
    """A report without a single finding."""
    return Report(ServiceChoice(POLICY, "社会保险补贴", "重庆市"), "2024-08-20", None)


def test_every_code_of_the_contract_has_a_chinese_name() -> None:
    assert set(CODES) == FINDING_CODES


def test_failures_come_before_what_is_unknown_and_errors_before_warnings() -> None:
    levels = [level(f) for f in ordered(sample().findings)]
    assert levels == ["error"] * 4 + ["warning", "info"] + ["unknown"] * 2


@pytest.mark.parametrize(
    ("location", "words"),
    [
        (ID_BOX, "第1页"),
        (CELL, "表2 B3"),
        (Location("a.docx", page=1, cell="B3"), "B3"),
        (PARAGRAPH, "第7段"),
        (Location("a.pdf"), ""),
    ],
)
def test_a_place_is_named_by_what_is_known_of_it(location: Location, words: str) -> None:
    assert place(location) == words


def test_a_citation_names_document_article_and_title() -> None:
    assert cite(N17) == f"渝人社发〔2024〕17号 一(一)2 《{NOTICE}》"
    assert cite(Citation("", "《中华人民共和国社会保险法》")) == "《中华人民共和国社会保险法》"


def test_a_title_is_put_into_title_marks_once() -> None:
    assert titled("关于印发《办法》") == "《关于印发《办法》》"
    assert (titled("《办法》"), titled("")) == ("《办法》", "")


def test_a_quote_marks_what_the_finding_is_about_within_the_blank() -> None:
    finding = next(f for f in sample().findings if f.code == "consistency.mismatch")
    first, second = quotes(sample(), finding)
    assert (first.label, first.text[first.start : first.end]) == ("申请补贴时段", "2023年7月")
    assert second.text == ""


def test_a_roster_finding_names_its_row() -> None:
    finding = next(f for f in sample().findings if f.subject.startswith("roster"))
    assert name_of(finding) == "第3行 身份证号码"


def test_what_steers_a_terminal_is_dropped() -> None:
    assert clean("a\x1b[31mb\u202ec\r\nd\x00") == "a[31mbc d"


def test_values_are_written_for_people() -> None:
    assert value_text(["网约车驾驶员", "商贩"]) == "网约车驾驶员、商贩"
    assert value_text([{"a": 1}, {"a": 2}]) == "2 行"
    assert (value_text(None), value_text(True)) == ("", "是")


def test_every_format_renders_every_report() -> None:
    for report in (sample(), empty(), Report(ServiceChoice(None, how="none"), "2024-08-20", None)):
        for format in FORMATS:
            out = render(report, format)
            assert isinstance(out, bytes if format in BINARY_FORMATS else str)
            assert len(out) > 40


def test_a_path_of_undecodable_bytes_stops_no_format() -> None:
    """On Linux a file named in GBK reaches Python with surrogates in its name."""
    name = "材料.pdf".encode("gbk").decode("utf-8", "surrogateescape")
    report = sample()
    report.documents[0].path = name
    report.findings = [replace(f, locations=(Location(name, page=1),)) for f in report.findings]
    for format in FORMATS:
        out = render(report, format)
        assert (out.encode() if isinstance(out, str) else out)[:1]


def test_an_unknown_format_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="没有“pdf”这种报告格式"):
        render(empty(), "pdf")


def test_formats_do_not_load_one_another() -> None:
    """Cold start: JSON must not pay for Word, Excel or Jinja."""
    import subprocess
    import sys

    code = "import sys, docgen.reports as r; from checkers.report import *;"
    code += "r.render(Report(ServiceChoice(None), '2024-01-01', None), 'text');"
    code += "print([m for m in ('docx', 'openpyxl', 'jinja2', 'lxml', 'pypdfium2') if m in sys.modules])"
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)  # noqa: S603 - our own code
    assert done.stdout.strip() == "[]"
