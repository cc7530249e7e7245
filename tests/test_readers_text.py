"""Text files: encodings, line numbers, and forms pasted as tab-separated or Markdown tables."""

from __future__ import annotations

import pytest

from docgen.document import Table
from docgen.errors import UnreadableError
from docgen.readers import read
from docgen.readers.limits import Limits

FORM = (
    "附件3\n"
    "\n"
    "姓 名\t李晓明\t身份证号码\t\n"
    "常住地址\t重庆市\t\t\n"
    '<p>请抄录以下内容并签名:</p> <p>本人承诺。</p> <p style="text-align: center;">申请人(签字):</p>\t\t\t\n'
    "\n"
    "注:带*号为必填信息。\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_encodings(encoding: str) -> None:
    document = read("表.txt", FORM.encode(encoding))
    assert (document.format, document.reader, document.paged) == ("txt", "text", False)
    assert document.pages[0].lines[0].text == "附件3"
    assert document.warnings == []


def test_rare_hanzi_of_gb18030() -> None:
    assert read("名.txt", "姓名：李㛃\n".encode("gb18030")).text() == "姓名：李㛃"


def test_lines_carry_their_number_and_the_form_is_a_table() -> None:
    page = read("表.txt", FORM.encode()).pages[0]
    assert [(line.text, line.paragraph) for line in page.lines] == [("附件3", 1), ("注:带*号为必填信息。", 7)]
    table = page.blocks[1]
    assert isinstance(table, Table)
    assert (table.number, table.rows, table.cols, len(table.cells)) == (1, 3, 4, 12)
    pledge = table.at(2, 0)
    assert pledge is not None
    assert pledge.text == "请抄录以下内容并签名:\n本人承诺。\n申请人(签字):"
    assert [c.text for c in table.cells[:4]] == ["姓 名", "李晓明", "身份证号码", ""]


def test_html_remnants_become_marks_and_other_brackets_stay() -> None:
    text = '<input type="checkbox"/> 是 <input type="checkbox" checked="checked"/> 否 <重庆市> A&amp;B'
    assert read("表.txt", text.encode()).text() == "☐ 是 ☑ 否 <重庆市> A&B"


def test_two_columns_need_a_label_on_each_line() -> None:
    assert read("a.txt", "姓名\t张三\n性别\t男\n".encode()).pages[0].tables[0].cols == 2
    assert read("a.txt", "\t第一段\n\t第二段\n".encode()).pages[0].tables == []
    assert read("a.txt", "经办人:\t\t负责人:\n".encode()).pages[0].tables == []


def test_markdown_table_without_its_rule() -> None:
    page = read("a.md", "# 表\n| 姓名 | 备注 |\n| --- | :-: |\n| 张三 | a\\|b |\n".encode()).pages[0]
    assert [(c.row, c.col, c.text) for c in page.tables[0].cells] == [
        (0, 0, "姓名"),
        (0, 1, "备注"),
        (1, 0, "张三"),
        (1, 1, "a|b"),
    ]
    assert page.tables[0].rows == 2


def test_tables_with_different_columns_are_numbered() -> None:
    page = read("a.txt", "甲\t1\t2\n乙\t3\t4\n子\t5\t6\t7\n丑\t8\t9\t0\n".encode()).pages[0]
    assert [(t.number, t.cols) for t in page.tables] == [(1, 3), (2, 4)]


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(paragraphs=2), "段落超过 2 个"),
        (Limits(cells=3), "单元格超过 3 个"),
        (Limits(characters=10), "文字超过"),
    ],
)
def test_limits(limits: Limits, words: str) -> None:
    with pytest.raises(UnreadableError, match=words):
        read("a.txt", "甲\t乙\t丙\n甲\t乙\t丙\n甲\t乙\t丙\n".encode(), limits)


def test_blank_text_is_refused() -> None:
    with pytest.raises(UnreadableError, match="没有文字"):
        read("a.txt", b" \n\n")
