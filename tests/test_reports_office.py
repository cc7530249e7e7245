"""The review opinion in Word and the workbook, read back."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from test_reports_wording import empty, sample

from checkers.report import AmountLine, FieldValue, Report
from docgen.reports import render


def workbook(report: Report) -> Any:
    out = render(report, "xlsx")
    assert isinstance(out, bytes)
    return openpyxl.load_workbook(io.BytesIO(out))


def opinion(report: Report, **settings: str) -> Any:
    out = render(report, "docx", settings=settings)
    assert isinstance(out, bytes)
    return docx.Document(io.BytesIO(out))


def rows(sheet: Any) -> list[list[Any]]:
    return [[c.value for c in row] for row in sheet.iter_rows()]


def test_the_workbook_has_a_sheet_for_each_part() -> None:
    assert workbook(sample()).sheetnames == ["审查结果", "字段", "材料", "金额", "期限", "概况"]


def test_findings_are_one_a_row_in_order() -> None:
    header, first, *others = rows(workbook(sample())["审查结果"])
    assert header == ["序号", "状态", "级别", "代码", "规则", "对象", "说明", "应为", "实为", "依据", "位置", "办法"]
    assert first[:4] == [1, "不符", "错误", "field.invalid"]
    assert first[8] == "500103200001010019"
    assert first[10] == "材料/1 申请表.pdf 第1页"
    assert len(others) == 7
    assert others[-1][1] == "待核实"


def test_headers_are_frozen_and_filtered() -> None:
    for sheet in workbook(sample()).worksheets:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert all(8 <= d.width <= 28 for d in sheet.column_dimensions.values())


def test_rows_are_coloured_by_severity() -> None:
    sheet = workbook(sample())["审查结果"]
    assert sheet["A2"].fill.fgColor.rgb == "00FDE3E1"
    assert sheet["A9"].fill.fgColor.rgb == "00EFE6F8"


def test_long_numbers_stay_text_and_sums_are_numbers() -> None:
    book = workbook(sample())
    number = next(c for row in book["字段"].iter_rows() for c in row if c.value == "500103200001010019")
    assert (number.data_type, number.number_format) == ("s", "@")
    amount = book["金额"]["C2"]
    assert (amount.value, amount.data_type, amount.number_format) == (6000, "n", "#,##0.00")
    assert book["金额"]["C3"].value is None


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t="])
def test_what_a_paper_says_never_runs_as_a_formula(start: str) -> None:
    report = sample()
    report.fields = [FieldValue("name", "姓名", f"{start}HYPERLINK(1)", None)]
    cell = next(c for row in workbook(report)["字段"].iter_rows() for c in row if "HYPERLINK" in str(c.value))
    assert cell.data_type == "s"
    assert cell.value == f"{start}HYPERLINK(1)"
    assert cell.quotePrefix


def test_control_characters_and_giant_texts_are_cut() -> None:
    report = sample()
    report.fields = [FieldValue("a", "甲\x00\x1b", "长" * 40000, None)]
    cells = rows(workbook(report)["字段"])[1]
    assert cells[2] == "甲"
    assert len(cells[3]) == 32767


def test_an_amount_that_is_no_number_stays_as_it_is() -> None:
    report = sample()
    report.amounts = [AmountLine("a", "甲", "NaN", "元"), AmountLine("b", "乙", "60岁1个月", "")]
    assert [r[2] for r in rows(workbook(report)["金额"])[1:]] == ["NaN", "60岁1个月"]


def test_an_empty_report_still_has_headers() -> None:
    book = workbook(empty())
    assert rows(book["审查结果"]) == [
        ["序号", "状态", "级别", "代码", "规则", "对象", "说明", "应为", "实为", "依据", "位置", "办法"]
    ]
    assert ["结论", "通过"] in rows(book["概况"])


def test_the_opinion_is_laid_out_by_the_standard() -> None:
    section = opinion(sample()).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert (round(section.top_margin.mm), round(section.left_margin.mm)) == (37, 28)
    assert abs(section.page_width - section.left_margin - section.right_margin - Mm(156)) < Mm(0.5)
    assert abs(section.page_height - section.top_margin - section.bottom_margin - Mm(225)) < Mm(0.5)


def test_title_and_text_have_the_founts_of_the_standard() -> None:
    document = opinion(sample())
    title, text = document.paragraphs[0], document.paragraphs[2]
    assert title.text == "审查意见"
    for paragraph, font, size in ((title, "方正小标宋简体", 22), (text, "仿宋_GB2312", 16)):
        run = paragraph.runs[0]
        assert run._element.rPr.rFonts.get(qn("w:eastAsia")) == font
        assert run.font.size == Pt(size)
        assert paragraph.paragraph_format.line_spacing == Pt(28)


def test_the_opinion_says_who_what_when_and_how() -> None:
    text = "\n".join(p.text for p in opinion(sample(), office="某区人社局", reviewer="张审查").paragraphs)
    for words in (
        "办理事项：重庆市 高校毕业生灵活就业社会保险补贴",
        "申请人：李晓明",
        "收件日期：2024年8月20日",
        "所交材料有不符合规定的情形",
        "二、问题清单",
        "五、期限",
        "某区人社局",
        "审查人：张审查",
        "日　期：",
    ):
        assert words in text


def test_findings_are_a_numbered_table_with_a_repeated_header() -> None:
    table = opinion(sample()).tables[0]
    assert [c.text for c in table.rows[0].cells] == ["序号", "问题", "依据", "所在位置", "处理办法"]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert [row.cells[0].text for row in table.rows[1:]] == [str(i) for i in range(1, 9)]
    assert table.rows[1].cells[1].text.startswith("〔错误〕身份证号码的校验码不对")
    assert "材料/1 申请表.pdf 第1页" in table.rows[1].cells[3].text


def test_materials_amounts_and_deadlines_have_their_tables() -> None:
    _, materials, amounts, deadlines = opinion(sample()).tables
    assert materials.rows[3].cells[2].text == "缺"
    assert amounts.rows[1].cells[1].text == "6000.00 元"
    assert deadlines.rows[1].cells[2].text == "2025年2月15日"


def test_an_opinion_without_findings_has_no_table() -> None:
    document = opinion(empty())
    text = "\n".join(p.text for p in document.paragraphs)
    assert document.tables == []
    assert "未发现应当补正的问题" in text
    assert "问题清单" not in text
    assert "收件日期：未定" in text


def test_what_only_needs_a_look_is_not_called_a_failure() -> None:
    report = sample()
    report.findings = [f for f in report.findings if f.status == "unknown"]
    text = "\n".join(p.text for p in opinion(report).paragraphs)
    assert "应当人工核实后再作结论" in text
    assert "不符合规定的情形，详见" not in text


def test_control_characters_do_not_break_the_opinion() -> None:
    report = sample()
    report.findings = [replace(f, message="坏\x00字\x0b符\ud800") for f in report.findings]
    assert opinion(report).tables[0].rows[1].cells[1].text == "〔错误〕坏字 符"


def test_a_service_with_a_hostile_or_endless_name_stops_neither() -> None:
    report = sample()
    report.service.name = "补\x00贴\uffff" * 300
    assert "补贴" in opinion(report).core_properties.title
    assert "补贴" in workbook(report).properties.title


def test_fallback_founts_are_named() -> None:
    package = opinion(sample()).part.package
    table = next(p for p in package.iter_parts() if p.partname.endswith("fontTable.xml"))
    assert "仿宋,FangSong" in table.blob.decode()
