"""The marked copy of a sender's workbook: the very cells coloured and commented, all else as it was."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import xlwt
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from checkers.report import Citation, Finding, Location, Paper, Report, ServiceChoice
from docgen.cli import main
from docgen.reports import marked, render
from docgen.reports.marked import MOST_SAID, comment_text, marks_of

PATH = "花名册.xlsx"
SHEETS = ["审查结果", "字段", "材料", "金额", "期限", "概况"]
RED, AMBER, YELLOW = "00FF9C9C", "00FFC766", "00FFF59D"


def new_book() -> Any:
    """Typed loosely: the stubs do not know that a new workbook has a first sheet."""
    return Workbook()


def finding(
    cell: str, *, message: str = "身份证号码校验不通过", severity: Any = "error", status: Any = "fail", path: str = PATH
) -> Finding:
    return Finding(
        code="field.invalid",
        rule="p/roster",
        status=status,
        severity=severity,
        subject="roster[1].id_number",
        label="身份证号码",
        message=message,
        suggestion="请核对后更正",
        citations=(Citation("渝人社发〔2024〕17号", "通知", "附件2"),),
        locations=(Location(path, cell=cell),),
    )


def report_of(*findings: Finding, format: str = "xlsx", path: str = PATH) -> Report:
    from checkers.report import FieldValue

    report = Report(ServiceChoice("p", "补贴"), "2025-07-01", None, [Paper(path, format=format)], findings=[*findings])
    report.fields = [FieldValue("roster", "人员花名册", "", [])]
    return report


def sender() -> Any:
    book = new_book()
    sheet = book.active
    sheet.title = "花名册"
    sheet.append(["姓名", "身份证号码", "金额"])
    sheet.append(["李晓明", "500103199903120010", 100])
    sheet.append(["周安禾", '=HYPERLINK("http://x")', "=SUM(C2:C2)"])
    sheet["B3"].data_type = "s"
    sheet["A1"].font = Font(bold=True, size=16)
    sheet["A2"].comment = Comment("已核对", "张三")
    sheet.column_dimensions["B"].width = 33
    sheet.merge_cells("A5:C6")
    sheet["A5"] = "说明"
    book.create_sheet("别的")["A1"].fill = PatternFill("solid", fgColor="00FF00")
    return book


def bytes_of(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def copy_of(report: Report, data: bytes, path: str = PATH) -> Any:
    out = render(report, "xlsx", papers={path: data})
    assert isinstance(out, bytes)
    return load_workbook(io.BytesIO(out))


def test_the_very_cells_are_coloured_and_say_why() -> None:
    book = copy_of(
        report_of(
            finding("花名册!B2"),
            finding("花名册!A3", severity="warning"),
            finding("花名册!C2", status="unknown"),
        ),
        bytes_of(sender()),
    )
    sheet = book["花名册"]
    assert [sheet[c].fill.fgColor.rgb for c in ("B2", "A3", "C2")] == [RED, AMBER, YELLOW]
    said = sheet["B2"].comment.text
    assert "【错误】身份证号码校验不通过" in said and "渝人社发〔2024〕17号 附件2" in said and "请核对后更正" in said
    assert [c.coordinate for row in sheet for c in row if c.fill.fill_type] == ["B2", "C2", "A3"]


def test_all_else_of_the_senders_file_is_kept() -> None:
    book = copy_of(report_of(finding("花名册!B2")), bytes_of(sender()))
    sheet = book["花名册"]
    assert book.sheetnames == ["花名册", "别的", *SHEETS]
    assert (sheet["A1"].font.sz, sheet.column_dimensions["B"].width, sheet["C3"].value) == (16, 33, "=SUM(C2:C2)")
    assert (sheet["A2"].comment.text, sheet["C2"].value) == ("已核对", 100)
    assert [str(r) for r in sheet.merged_cells.ranges] == ["A5:C6"]
    assert book["别的"]["A1"].fill.fgColor.rgb == "0000FF00"


def test_findings_of_one_cell_share_a_comment_below_the_senders_own() -> None:
    report = report_of(finding("A2", severity="warning", message="其二"), finding("A2", message="其一"))
    said = copy_of(report, bytes_of(sender()))["花名册"]["A2"].comment.text
    assert said.index("已核对") < said.index("其一") < said.index("其二")
    many = [finding("A2", message=f"问题{n}") for n in range(MOST_SAID + 3)]
    assert "另有 3 个问题" in comment_text(many)


def test_a_merged_cell_is_marked_at_its_corner() -> None:
    assert copy_of(report_of(finding("花名册!B6")), bytes_of(sender()))["花名册"]["A5"].fill.fgColor.rgb == RED


def test_a_cell_without_a_sheet_is_on_the_first_one_with_values() -> None:
    book = new_book()
    book.active.title = "空"
    book.create_sheet("满")["B2"] = "甲"
    marked_book = copy_of(report_of(finding("B2")), bytes_of(book))
    assert marked_book["满"]["B2"].fill.fgColor.rgb == RED
    assert marked_book["空"]["B2"].fill.fill_type is None


def test_what_waits_for_a_register_is_not_marked() -> None:
    waiting = Finding(
        "eligibility.failed",
        "p/a",
        "unknown",
        "error",
        "insured",
        "参保",
        "需核实",
        locations=(Location(PATH, cell="A2"),),
    )
    assert marks_of(report_of(waiting), PATH).cells == {}


def test_a_cap_on_marked_cells_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marked, "MOST_CELLS", 2)
    findings = [finding(f"A{n}", severity="warning") for n in range(1, 4)] + [finding("A9")]
    book = copy_of(report_of(*findings), bytes_of(sender()))
    assert [c.coordinate for row in book["花名册"] for c in row if c.fill.fill_type] == ["A1", "A9"]
    assert any("另有 2 个没有标出" in str(row[1].value) for row in book["概况"])


def test_an_old_workbook_is_written_anew_with_its_values() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("花名册")
    for col, value in enumerate(["李晓明", "=1+1", 12.5], 1):
        sheet.write(2, col, value)
    new = copy_of(report_of(finding("C3"), format="xls", path="a.xls").__class__(
        ServiceChoice("p", "补贴"), "2025-07-01", None, [Paper("a.xls", format="xls")],
        findings=[finding("C3", path="a.xls")]), bytes_of(book), "a.xls")  # fmt: skip
    cells = new["花名册"]
    assert [cells[c].value for c in ("B3", "C3", "D3")] == ["李晓明", "=1+1", 12.5]
    assert (cells["C3"].data_type, cells["C3"].fill.fgColor.rgb) == ("s", RED)


def test_a_csv_is_written_anew() -> None:
    report = report_of(finding("B2", path="a.csv"), format="csv", path="a.csv")
    sheet = copy_of(report, "姓名,号码\n李晓明,@x\n".encode("gb18030"), "a.csv").worksheets[0]
    assert [[c.value for c in row] for row in sheet.iter_rows(max_row=2, max_col=2)] == [
        ["姓名", "号码"],
        ["李晓明", "@x"],
    ]
    assert (sheet["B2"].fill.fgColor.rgb, sheet["B2"].quotePrefix) == (RED, True)


def test_a_workbook_too_large_to_keep_is_written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marked, "KEPT_ROWS", 2)
    book = copy_of(report_of(finding("花名册!B2"), finding("花名册!D9")), bytes_of(sender()))
    assert book["花名册"]["B2"].fill.fgColor.rgb == RED
    assert book["花名册"]["A2"].value == "李晓明"
    assert book.sheetnames == ["花名册", "别的", *SHEETS]


def test_hostile_texts_do_not_run_as_formulas() -> None:
    message = "=cmd|' /C calc'!A0\x07"
    book = copy_of(report_of(finding("花名册!B2", message=message)), bytes_of(sender()))
    kinds = {c.data_type for name in SHEETS for row in book[name] for c in row}
    assert "f" not in kinds
    assert book["花名册"]["B3"].data_type == "s"
    assert "\x07" not in book["花名册"]["B2"].comment.text


@pytest.mark.parametrize("name", ["O'Brien", "a!b", "表 1", "=1+1", "审查结果", "'引号'"])
def test_hostile_sheet_names_are_found(name: str) -> None:
    from docgen.cells import cell_name

    book = new_book()
    book.active.title = name
    book.active["B2"] = "甲"
    marked_book = copy_of(report_of(finding(cell_name(1, 1, name))), bytes_of(book))
    assert marked_book.worksheets[0]["B2"].fill.fgColor.rgb == RED
    assert len(marked_book.sheetnames) == 7


def test_several_papers_and_other_papers_get_the_plain_report() -> None:
    two = report_of(finding("B2"))
    two.documents.append(Paper("b.pdf", format="pdf"))
    for report, papers in (
        (two, {PATH: bytes_of(sender())}),
        (report_of(finding("B2"), format="pdf"), {PATH: b"%PDF-"}),
        (report_of(), {}),
    ):
        out = render(report, "xlsx", papers=papers)
        assert isinstance(out, bytes)
        assert load_workbook(io.BytesIO(out)).sheetnames == SHEETS


def test_the_command_marks_a_roster(tmp_path: Path) -> None:
    book = new_book()
    book.active.title = "花名册"
    book.active.append(["重庆市高校毕业生单位就业社会保险补贴人员花名册"])
    book.active.append(
        [
            "姓名",
            "联系电话",
            "身份证号码",
            "毕业学校",
            "所学专业",
            "毕业时间",
            "学历",
            "毕业证号",
            "起始年月",
            "终止年月",
        ]
    )
    book.active.append(
        [
            "李晓明",
            "13912345678",
            "500103199903120010",
            "重庆大学",
            "软件",
            "2024-06",
            "中专",
            "106111202400001",
            "2024-07",
            "2025-06",
        ]
    )
    paper, out = tmp_path / "花名册.xlsx", tmp_path / "marked.xlsx"
    book.save(paper)
    with pytest.raises(SystemExit) as ended:
        main(["check", str(paper), "--received", "2025-07-20", "--format", "xlsx", "-o", str(out)])
    assert ended.value.code == 1
    sheet = load_workbook(out)["花名册"]
    assert [c.coordinate for row in sheet for c in row if c.fill.fill_type and c.fill.fgColor.rgb == RED] == [
        "C3",
        "G3",
    ]
