"""Data in: what each kind of file gives, where its header is found, and what is said of one that cannot be read."""

from __future__ import annotations

import json
import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from docgen.errors import UsageError
from docgen.generating.sources import Wish, header_row, is_data, open_source

KNOWN = {"姓名", "金额", "备注", "name"}


def is_heading(text: str) -> bool:
    return text in KNOWN


def rows(path: Path, **wish: str) -> list[tuple[int, tuple[object, ...]]]:
    return [(r.number, r.cells) for r in open_source(str(path), is_heading, Wish(**wish)).rows()]


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


# ---------------------------------------------------------------- CSV


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_each_encoding(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path / "名单.csv", "姓名,金额\n周安禾,5000\n𠮷野一诺,6000\n", encoding)
    source = open_source(str(path), is_heading)
    assert source.headings == ("姓名", "金额")
    assert [r.cells for r in source.rows()] == [("周安禾", "5000"), ("𠮷野一诺", "6000")]
    assert [r.number for r in source.rows()] == [1, 2], "the rows can be gone through again"


def test_titles_sums_and_remarks_around_a_table_are_no_rows(tmp_path: Path) -> None:
    text = "2026年名单,,\n序号,姓名,金额\n1,周安禾,5000\n,,\n2,陈一诺,6000\n合计,,11000\n填表人：王小禾,,\n"
    source = open_source(str(write(tmp_path / "a.csv", text)), is_heading)
    assert source.headings == ("序号", "姓名", "金额")
    assert [(r.number, r.cells[1]) for r in source.rows()] == [(1, "周安禾"), (3, "陈一诺")]
    assert (source.count, source.first_row) == (2, 2)


def test_csv_keeps_zeros_that_exports_protect(tmp_path: Path) -> None:
    assert rows(write(tmp_path / "a.csv", '姓名,金额\n="00123",\'00456\n')) == [(1, ("00123", "00456"))]


def test_tsv_and_semicolons(tmp_path: Path) -> None:
    assert rows(write(tmp_path / "a.tsv", "姓名\t金额\n周安禾\t5,000\n")) == [(1, ("周安禾", "5,000"))]
    assert rows(write(tmp_path / "b.csv", "姓名;金额\n周安禾;5000\n")) == [(1, ("周安禾", "5000"))]


def test_a_short_row_is_filled_up_and_a_long_one_cut(tmp_path: Path) -> None:
    assert rows(write(tmp_path / "a.csv", "姓名,金额\n周安禾\n陈一诺,1,2\n")) == [
        (1, ("周安禾", None)),
        (2, ("陈一诺", "1")),
    ]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "是空的"),
        (b"\n\n", "是空的"),
        ("姓名,金额\n".encode(), "没有一行数据"),
        (b"\xff\xfe\xfd\x00\x01", "编码"),
        (b"name\0,x\n", "编码"),
        ('姓名,金额\n"周安禾,5000\n'.encode() + b"x" * 140_000, "引号不成对"),
    ],
)
def test_csv_that_cannot_be_used(tmp_path: Path, data: bytes, word: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    with pytest.raises(UsageError, match=word):
        open_source(str(path), is_heading)


@given(st.lists(st.lists(st.text("周安禾 ,\"'\n;", max_size=4), min_size=2, max_size=2), min_size=1, max_size=6))
def test_the_header_is_always_one_of_the_rows(table: list[list[str]]) -> None:
    assert 0 <= header_row(table, is_heading) < len(table)


def test_what_is_no_data() -> None:
    assert not is_data(("", None, " "))
    assert not is_data(("合 计", "", "3"))
    assert not is_data(("注：以上", "", ""))
    assert is_data(("", "注册资本", "3"))
    assert is_data(("备注", "周安禾")), "of a table of two columns nobody can tell"


# ---------------------------------------------------------------- workbooks


def workbook(path: Path, sheets: dict[str, list[list[object]]], merges: tuple[str, ...] = ()) -> Path:
    book = Workbook()
    for n, (name, lines) in enumerate(sheets.items()):
        sheet = book.active if n == 0 else book.create_sheet()
        assert sheet is not None
        sheet.title = name
        for line in lines:
            sheet.append(line)
        for merge in merges if n == 0 else ():
            sheet.merge_cells(merge)
    book.save(path)
    return path


def test_a_workbook_with_a_title_a_sum_and_shared_values(tmp_path: Path) -> None:
    lines: list[list[object]] = [["名单"], ["姓名", "金额"], ["周安禾", 5000], ["合计", 5000]]
    path = workbook(
        tmp_path / "a.xlsx", {"名单": lines, "共用项": [["项", "值"], ["发文机关", "样例局"], ["空", None]]}
    )
    source = open_source(str(path), is_heading)
    assert [r.cells for r in source.rows()] == [("周安禾", "5000")]
    assert source.shared == {"发文机关": "样例局"}
    assert source.first_row == 2


def test_the_sheet_that_knows_most_names_is_used_and_said(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx", {"说明": [["甲", "乙"], ["x", "y"]], "名单": [["姓名", "金额"], ["周安禾", 1]]}
    )
    source = open_source(str(path), is_heading)
    assert source.headings == ("姓名", "金额")
    assert "名单" in source.notes[0] and "说明" in source.notes[0]
    assert rows(path, sheet="1") == [(1, ("x", "y"))]
    with pytest.raises(UsageError, match="没有“别的”这张工作表，有：说明、名单"):
        open_source(str(path), is_heading, Wish(sheet="别的"))


def test_a_cell_merged_over_rows_holds_for_each_and_a_header_may_have_two_rows(tmp_path: Path) -> None:
    lines: list[list[object]] = [
        ["单位", "人员", None],
        [None, "姓名", "金额"],
        ["样例公司", "周安禾", 1],
        [None, "陈一诺", 2],
    ]
    path = workbook(tmp_path / "a.xlsx", {"名单": lines}, ("A1:A2", "B1:C1", "A3:A4"))
    source = open_source(str(path), is_heading)
    assert source.headings[1:] == ("姓名", "金额")
    assert [r.cells[0] for r in source.rows()] == ["样例公司", "样例公司"]


def test_a_damaged_workbook_is_an_error_of_the_call(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\3\4no")
    with pytest.raises(UsageError, match="读不出数据文件") as caught:
        open_source(str(path), is_heading)
    assert caught.value.status == 2


# ---------------------------------------------------------------- JSON


def test_json_as_a_list_as_rows_with_shared_values_and_as_one_object(tmp_path: Path) -> None:
    a = write(tmp_path / "a.json", '[{"姓名": "周安禾", "金额": 1.10}, {"姓名": "陈一诺", "备注": null}]')
    assert rows(a) == [(1, ("周安禾", Decimal("1.10"), None)), (2, ("陈一诺", None, None))]
    b = write(tmp_path / "b.json", '{"rows": [{"姓名": "周安禾"}], "发文机关": "样例局"}')
    assert open_source(str(b), is_heading).shared == {"发文机关": "样例局"}
    c = write(tmp_path / "c.json", '{"姓名": "周安禾", "people": [{"a": 1}]}')
    assert rows(c) == [(1, ("周安禾", [{"a": 1}]))]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[1]", "第 1 条不是对象"),
        ("[]", "没有一行数据"),
        ("3", "最外层"),
        ('[{"a": 1},\n{"a" 1}]', "第 2 行不是完好的 JSON"),
        ('[{"a": 1, "a": 2}]', "“a”写了两次"),
        ("[" * 100_000, "JSON"),
    ],
)
def test_json_that_cannot_be_used(tmp_path: Path, text: str, word: str) -> None:
    with pytest.raises(UsageError, match=word):
        open_source(str(write(tmp_path / "a.json", text)), is_heading)


def test_a_bad_line_of_json_lines_fails_alone(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", '{"姓名": "周安禾"}\n\n{"姓名":\n[1]\n{"姓名": "陈一诺", "金额": 2}\n')
    source = open_source(str(path), is_heading)
    assert source.headings == ("姓名", "金额"), "keys of all lines"
    found = list(source.rows())
    assert [r.number for r in found] == [1, 3, 4, 5]
    assert [bool(r.error) for r in found] == [False, True, True, False]
    with pytest.raises(UsageError, match="没有一行是 JSON 对象"):
        open_source(str(write(tmp_path / "b.jsonl", "a\nb\n")), is_heading)


# ---------------------------------------------------------------- databases


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "t.db"
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE p (姓名 TEXT, 金额 REAL)")
        base.executemany("INSERT INTO p VALUES (?, ?)", [("周安禾", 1.5), ("陈一诺", 2.0)])
    base.close()
    return path


def test_a_query(database: Path) -> None:
    source = open_source(f"sqlite:///{database}", is_heading, Wish(query="SELECT * FROM p ORDER BY 金额"))
    assert source.headings == ("姓名", "金额")
    assert [r.cells for r in source.rows()] == [("周安禾", Decimal("1.5")), ("陈一诺", Decimal("2.0"))]


@pytest.mark.parametrize(
    ("query", "word"),
    [
        (None, "--query"),
        ("DELETE FROM p", "只能是 SELECT"),
        ("WITH x AS (SELECT 1) INSERT INTO p SELECT 1, 2", "只能读取"),
        ("SELECT 1; SELECT 2", "分号"),
        ("SELECT * FROM p WHERE 姓名 = :who", ":who"),
        ("SELECT * FROM q", "没有查成"),
        ("SELECT * FROM p WHERE 金额 > 9", "没有一行数据"),
    ],
)
def test_a_query_that_is_refused(database: Path, query: str | None, word: str) -> None:
    with pytest.raises(UsageError, match=word):
        open_source(f"sqlite:///{database}", is_heading, Wish(query=query))


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "no.db"
    with pytest.raises(UsageError, match="找不到数据库文件"):
        open_source(f"sqlite:///{path}", is_heading, Wish(query="SELECT 1"))
    assert not path.exists()
    with pytest.raises(UsageError, match="--data 只支持"):
        open_source("mysql://u:secret@h/x", is_heading, Wish(query="SELECT 1"))


# ---------------------------------------------------------------- folders and the rest


def test_a_folder_without_reports(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="没有审查结果"):
        open_source(str(tmp_path), is_heading)
    write(tmp_path / "a.json", json.dumps({"a": 1}))
    with pytest.raises(UsageError, match="都不是"):
        open_source(str(tmp_path), is_heading)


@pytest.mark.parametrize(
    ("name", "wish", "word"),
    [
        ("none.csv", Wish(), "找不到数据文件"),
        ("a.pdf", Wish(), "数据文件要是"),
        ("a.csv", Wish(sheet="名单"), "--sheet 只用于工作簿"),
        ("a.csv", Wish(query="SELECT 1"), "--query 要和数据库一起用"),
    ],
)
def test_calls_that_do_not_fit(tmp_path: Path, name: str, wish: Wish, word: str) -> None:
    for made in ("a.pdf", "a.csv"):
        write(tmp_path / made, "姓名\n周安禾\n")
    with pytest.raises(UsageError, match=word):
        open_source(str(tmp_path / name), is_heading, wish)


def test_an_old_workbook(tmp_path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("名单")
    for r, line in enumerate([["名单", ""], ["姓名", "金额"], ["周安禾", 5000]]):
        for c, value in enumerate(line):
            sheet.write(r, c, value)
    book.save(str(tmp_path / "a.xls"))
    assert rows(tmp_path / "a.xls") == [(1, ("周安禾", "5000"))]
