"""Workbooks and CSV files read: values as the sheet shows them, places on the sheet's own grid, hostile files refused."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from docgen.cells import cell_name, column_letters, split_cell
from docgen.document import Document, Table
from docgen.errors import UnreadableError
from docgen.packets import read_packet
from docgen.readers import read
from docgen.readers.limits import Limits
from docgen.readers.worksheet import BULK_FROM, HEAD, TAIL

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def new_book() -> Any:
    """Typed loosely: the stubs do not know that a new workbook has a first sheet."""
    return Workbook()


def saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_of(*rows: list[Any]) -> bytes:
    book = new_book()
    for row in rows:
        book.active.append(row)
    return saved(book)


def hand_made(rows: str, head: str = "", shared: str = "", tag: str = "worksheet") -> bytes:
    """A workbook of one sheet ``S`` whose ``sheetData`` is ``rows``, as no office program would write it."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{OFFICE}/sharedStrings" '
        'Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<{tag} xmlns="{MAIN}">{head}<sheetData>{rows}</sheetData></{tag}>',
    }
    if shared:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{shared}</sst>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return out.getvalue()


def opened(data: bytes, name: str = "花名册.xlsx", limits: Limits | None = None) -> Document:
    return read(name, data, limits)


def table_of(document: Document) -> Table:
    return next(table for _, table in document.tables())


def texts(document: Document) -> list[str]:
    return [cell.text for cell in table_of(document).cells]


def refusal(data: bytes, name: str = "花名册.xlsx", limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableError) as caught:
        read(name, data, limits)
    return str(caught.value)


# ---------------------------------------------------------------- values


def test_values_are_written_as_the_sheet_shows_them() -> None:
    document = opened(
        sheet_of(
            ["文字", "整数", "小数", "是否", "日期", "时刻", "时间"],
            [
                " 甲\r\n乙 ",
                12.0,
                0.1 + 0.2,
                True,
                date(2024, 7, 1),
                datetime.fromisoformat("2024-07-01T08:30"),
                time(9, 5),
            ],
            [
                "丙",
                -3,
                1e-7,
                False,
                date(2024, 2, 29),
                datetime.fromisoformat("2024-07-01T08:30:05"),
                timedelta(hours=30),
            ],
        )
    )
    assert texts(document)[7:14] == ["甲\n乙", "12", "0.3", "是", "2024-07-01", "2024-07-01 08:30", "09:05"]
    assert texts(document)[14:] == ["丙", "-3", "0.0000001", "否", "2024-02-29", "2024-07-01 08:30:05", "30:00"]
    assert document.warnings == []


def test_a_date_shown_as_a_month_is_a_month() -> None:
    book = new_book()
    book.active.append(["起始年月", "终止年月", "毕业时间"])
    book.active.append([date(2024, 7, 1), date(2025, 6, 1), date(2024, 6, 20)])
    book.active["A2"].number_format = 'yyyy"年"m"月"'
    book.active["B2"].number_format = "yyyy-mm"
    book.active["C2"].number_format = "yyyy-mm-dd"
    assert texts(opened(saved(book)))[3:] == ["2024-07", "2025-06", "2024-06-20"]


def test_a_percentage_is_shown_as_one() -> None:
    book = new_book()
    book.active.append(["费率", "金额"])
    book.active.append([0.085, 1234.5])
    book.active["A2"].number_format = "0.0%"
    assert texts(opened(saved(book)))[2:] == ["8.5%", "1234.5"]


def test_a_long_number_kept_as_a_number_is_named_as_damaged() -> None:
    document = opened(sheet_of(["姓名", "身份证号码", "手机"], ["李晓明", 500103199903120013, 13912345678]))
    assert texts(document)[3:] == ["李晓明", "500103199903120000", "13912345678"]
    assert len(document.warnings) == 1
    assert "B2" in document.warnings[0] and "存成了数字" in document.warnings[0]


def test_a_year_with_one_decimal_may_be_october() -> None:
    document = opened(sheet_of(["起始年月", "终止年月"], [2024.1, 2024.12]))
    assert texts(document)[2:] == ["2024.1", "2024.12"]
    assert "A2" in document.warnings[0] and "10月" in document.warnings[0]


def test_error_values_and_formulas_without_results_are_told() -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="C1"><f>A1+1</f></c></row>'
        '<row r="2"><c r="A2"><v>2</v></c><c r="B2" t="e"><v>#N/A</v></c><c r="C2"><f>A1</f><v></v></c></row>'
    )
    document = opened(hand_made(rows))
    assert texts(document) == ["1", "#DIV/0!", "2", "#N/A"]
    assert any("B1、B2" in w and "#DIV/0!" in w for w in document.warnings)
    assert any("2 个公式没有保存计算结果" in w for w in document.warnings)


@given(st.integers(min_value=-(10**14), max_value=10**14))
def test_whole_numbers_below_fifteen_digits_come_back_exactly(number: int) -> None:
    row = f'<row r="1"><c r="A1"><v>{number}</v></c><c r="B1" t="inlineStr"><is><t>甲</t></is></c></row>'
    document = opened(hand_made(row + row.replace('"1"', '"2"').replace("A1", "A2").replace("B1", "B2")))
    assert texts(document)[0] == str(number)


# ---------------------------------------------------------------- places


@given(st.integers(0, 1_048_575), st.integers(0, 16_383), st.text(min_size=0, max_size=31))
def test_cell_names_come_back(row: int, col: int, sheet: str) -> None:
    assert split_cell(cell_name(row, col, sheet)) == (sheet, row, col)


def test_names_of_cells_and_sheets() -> None:
    assert [column_letters(n) for n in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert cell_name(2, 1, "花名册") == "花名册!B3"
    assert cell_name(2, 1, "O'Brien 2024") == "'O''Brien 2024'!B3"
    assert split_cell("第3段") is None


def test_title_lines_the_table_and_the_lines_below_it() -> None:
    book = new_book()
    sheet = book.active
    sheet["B2"] = "人员花名册"
    sheet.merge_cells("B2:D2")
    for col, text in zip("BCD", ["姓名", "学历", "备注"], strict=True):
        sheet[f"{col}4"] = text
    sheet["B5"], sheet["C5"] = "李晓明", "本科"
    sheet["B6"] = "合计"
    sheet["B8"] = "填表人：王五"
    document = opened(saved(book))
    table = table_of(document)
    assert [(line.text, line.cell) for line in document.pages[0].lines] == [
        ("人员花名册", "B2"),
        ("填表人：王五", "B8"),
    ]
    assert (table.rows, table.cols, table.first_row, table.first_col) == (3, 3, 3, 1)
    assert [c.text for c in table.cells] == ["姓名", "学历", "备注", "李晓明", "本科", "", "合计", "", ""]


def test_merged_cells_stand_once() -> None:
    book = new_book()
    for row in (["姓名", "补贴时段", None, "备注"], [None, "起始", "终止", None], ["甲", "2024-07", "2025-06", "无"]):
        book.active.append(row)
    for merged in ("A1:A2", "B1:C1", "D1:D2"):
        book.active.merge_cells(merged)
    table = table_of(opened(saved(book)))
    assert [(c.row, c.col, c.rowspan, c.colspan) for c in table.cells][:5] == [
        (0, 0, 2, 1),
        (0, 1, 1, 2),
        (0, 3, 2, 1),
        (1, 1, 1, 1),
        (1, 2, 1, 1),
    ]
    assert sum(c.rowspan * c.colspan for c in table.cells) == table.rows * table.cols


def test_every_visible_sheet_is_a_page_and_hidden_ones_are_named() -> None:
    book = new_book()
    book.active.title = "申请表"
    book.active.append(["单位名称", "甲公司"])
    book.active.append(["联系人", "李晓明"])
    book.create_sheet("空表")
    more = book.create_sheet("花名册")
    more.append(["姓名", "学历"])
    more.append(["李晓明", "本科"])
    more.row_dimensions[2].hidden = True
    secret = book.create_sheet("旧表")
    secret.append(["不该读的", "内容"])
    secret.sheet_state = "hidden"
    document = opened(saved(book))
    assert [(page.number, page.tables[0].sheet) for page in document.pages] == [(1, "申请表"), (2, "花名册")]
    assert "不该读的" not in document.text()
    assert any("旧表" in w and "没有读取" in w for w in document.warnings)
    assert any("花名册" in w and "1 行被隐藏" in w for w in document.warnings)


def test_an_old_workbook_reads_the_same() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("花名册")
    sheet.write_merge(0, 0, 0, 2, "人员花名册")
    lines: list[list[Any]] = [["姓名", "起始", "月数"], ["李晓明", date(2024, 7, 1), 12]]
    for row, values in enumerate(lines, 1):
        for col, value in enumerate(values):
            style = xlwt.easyxf(num_format_str="yyyy-mm-dd") if isinstance(value, date) else xlwt.Style.default_style
            sheet.write(row, col, value, style)
    out = io.BytesIO()
    book.save(out)
    document = opened(out.getvalue(), "花名册.xls")
    assert (document.format, document.pages[0].lines[0].text) == ("xls", "人员花名册")
    assert texts(document) == ["姓名", "起始", "月数", "李晓明", "2024-07-01", "12"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_csv_is_a_table(encoding: str, mark: str) -> None:
    lines = [
        "人员花名册",
        mark.join(["姓名", "身份证号码", "备注"]),
        mark.join(["李晓明", '="500103199903120013"', '"甲\n乙"']),
    ]
    document = opened("\n".join(lines).encode(encoding), "花名册.csv")
    assert (document.format, document.pages[0].lines[0].text, document.pages[0].lines[0].cell) == (
        "csv",
        "人员花名册",
        "A1",
    )
    assert texts(document) == ["姓名", "身份证号码", "备注", "李晓明", "500103199903120013", "甲\n乙"]


def test_a_long_table_keeps_its_middle_as_texts() -> None:
    rows = [[f"人{n}", n] for n in range(BULK_FROM + 20)]
    table = table_of(opened(sheet_of(["姓名", "序号"], *rows)))
    assert table.bulk is not None
    assert (table.bulk.start, table.bulk.end) == (HEAD, table.rows - TAIL)
    assert len(table.cells) == (HEAD + TAIL) * 2
    for row in (0, HEAD - 1, HEAD, HEAD + 7, table.rows - TAIL, table.rows - 1):
        cell = table.at(row, 1)
        assert cell is not None and cell.text == ("序号" if row == 0 else str(row - 1))


def test_merged_cells_in_the_middle_of_a_long_table_are_kept_or_spread() -> None:
    book = new_book()
    for number in range(BULK_FROM + 1):
        book.active.append([f"人{number}", "甲公司" if number == 200 else f"单位{number}"])
    book.active.merge_cells("B201:B203")
    whole = table_of(opened(saved(book)))
    assert whole.bulk is None
    spread = table_of(opened(saved(book), limits=Limits(cells=600)))
    assert spread.bulk is not None
    assert [spread.bulk.rows[n - HEAD][1] for n in (199, 200, 201, 202, 203)] == [
        "单位199",
        "甲公司",
        "甲公司",
        "甲公司",
        "单位203",
    ]


# ---------------------------------------------------------------- hostile


@pytest.mark.parametrize("declared", ["A1:XFD1048576", "A1", "XFD1048576:A1"])
def test_hostile_a_declared_dimension_is_not_trusted(declared: str) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row><row r="2"><c r="A2"><v>3</v></c></row>'
    assert texts(opened(hand_made(rows, f'<dimension ref="{declared}"/>'))) == ["1", "2", "3", ""]


@pytest.mark.parametrize(
    ("far", "words"),
    [
        ('<c r="XFD1"><v>1</v></c>', "16384 列"),
        ("<c r='xfd1'><v>1</v></c>", "16384 列"),
        ('<c t="n" r="XFD1"><v>1</v></c>', "16384 列"),
        ('<c r="A1048576"><v>1</v></c>', "1048576 行"),
        ('<x:c xmlns:x="' + MAIN + '" r="XFD1048576"><v>1</v></x:c>', "1048576 行"),
        ("<c><v>1</v></c>" * 600, "600 列"),
    ],
)
def test_hostile_a_million_columns_are_refused_before_a_grid_is_laid(far: str, words: str) -> None:
    assert words in refusal(hand_made(f'<row r="1"><c r="A1"><v>1</v></c></row><row r="2">{far}</row>'))


def test_hostile_a_large_area_of_few_cells_is_refused() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="SF1"><v>1</v></c></row><row r="100000"><c r="A100000"><v>1</v></c></row>'
    assert "万个单元格" in refusal(hand_made(rows))


def test_hostile_a_million_rows_of_nothing_are_no_rows() -> None:
    nothing = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(3, 1_048_577, 16))
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row><row r="2"><c r="A2"><v>3</v></c></row>'
    table = table_of(opened(hand_made(rows + nothing + '<row r="1048576"><c r="XFD1048576" s="0"/></row>')))
    assert (table.rows, table.cols) == (2, 2)


def test_hostile_one_long_text_in_a_million_cells_is_refused() -> None:
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 10_001))
    assert "展开后过多" in refusal(hand_made(cells, shared=f"<si><t>{'长' * 32_000}</t></si>"))


def test_hostile_a_zip_bomb_is_refused() -> None:
    data = hand_made('<row r="1"><c r="A1"><v>1</v></c></row>' + " " * 30_000_000)
    assert "疑似恶意压缩文件" in refusal(data)


def test_hostile_a_member_larger_than_the_archive_says_is_damaged() -> None:
    data = bytearray(hand_made('<row r="1"><c r="A1"><v>1</v></c></row>' * 100))
    at = data.rfind(b"xl/worksheets/sheet1.xml") - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    assert "已损坏" in refusal(bytes(data))


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_hostile_a_truncated_workbook_is_refused(share: float) -> None:
    data = sheet_of(["姓名", "学历"], *([f"人{n}", "本科"] for n in range(200)))
    assert "损坏" in refusal(data[: int(len(data) * share)])


def test_hostile_an_encrypted_workbook_says_so() -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 1000
    assert "打开密码" in refusal(data)


def test_hostile_entities_in_the_workbook_part_are_refused() -> None:
    data = hand_made('<row r="1"><c r="A1"><v>1</v></c></row>')
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            body = old.read(info)
            if info.filename == "xl/workbook.xml":
                body = body.replace(b"?><workbook", b'?><!DOCTYPE a [<!ENTITY b "c">]><workbook')
            new.writestr(info.filename, body)
    assert "DOCTYPE" in refusal(out.getvalue())


def test_hostile_limits_name_what_is_too_much() -> None:
    data = sheet_of(["姓名", "学历"], *([f"人{n}", "本科"] for n in range(50)))
    assert "超过 20 行" in refusal(data, limits=Limits(sheet_rows=20))
    assert "超过 1 列" in refusal(data, limits=Limits(table_columns=1))
    assert "部件超过" in refusal(data, limits=Limits(sheet_bytes=100))
    wide = "\n".join(["," * 499] + ["甲"] * 20)
    assert "单元格" in refusal(wide.encode(), "花名册.csv", Limits(sheet_cells=5_000))


def test_a_binary_workbook_and_an_empty_one_say_so() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.bin", b"\x83\x01")
    assert ".xlsb" in refusal(out.getvalue())
    assert "没有内容" in refusal(saved(new_book()))


def test_hostile_an_old_workbook_with_a_far_cell_does_not_end_the_check(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("花名册")
    for row in range(20):
        sheet.write(row, 0, 1234567.891 + row)
    out = io.BytesIO()
    book.save(out)
    data = bytearray(out.getvalue())
    at = bytes(data).find((0x0203).to_bytes(2, "little") + (14).to_bytes(2, "little"))
    assert at > 0  # a NUMBER record; its row and column follow
    data[at + 4 : at + 8] = b"\xff\xff\xff\xff"
    (tmp_path / "far.xls").write_bytes(bytes(data))
    (tmp_path / "good.txt").write_text("姓名：李晓明\n", encoding="utf-8")
    papers = {Path(p.path).name: p for p in read_packet([str(tmp_path)]).papers}
    assert papers["far.xls"].document is None and papers["far.xls"].error
    assert papers["good.txt"].document is not None
