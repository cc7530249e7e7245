"""File names from data: safe everywhere, never the same twice."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.errors import UsageError
from docgen.generating.names import LONGEST_BYTES, Names, compile_pattern, pattern_names, safe_name

NAMES = pattern_names([("name", "姓名"), ("id_number", "身份证号码"), ("other", "姓名")])


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("张样例", "张样例"),
        ("样例/集团", "样例／集团"),
        ('a<b>:"c|d?*\\', "a＜b＞：＂c｜d？＊＼"),
        ("CON", "_CON"),
        ("com1.备份", "_com1.备份"),
        ("console", "console"),
        ("末尾有点. . ", "末尾有点"),
        ("..", "_"),
        ("两\n行\t字", "两行字"),
        ("两  个 空格", "两 个 空格"),
        ("\u202e反写", "反写"),
        ("", "_"),
    ],
)
def test_one_part_of_a_path(given_name: str, safe: str) -> None:
    assert safe_name(given_name) == safe


def test_a_long_name_is_cut_and_told_apart() -> None:
    one, two = safe_name("样" * 300 + "甲"), safe_name("样" * 300 + "乙")
    assert one != two
    assert max(len(one.encode()), len(two.encode())) <= LONGEST_BYTES


@given(st.text())
def test_any_name_is_safe(text: str) -> None:
    name = safe_name(text)
    assert 0 < len(name.encode()) <= LONGEST_BYTES
    assert not re.search(r'[\\/:*?"<>|\x00-\x1f]', name)
    assert name[-1] not in ". " and name not in (".", "..")
    assert safe_name(name) == name


def test_a_pattern_takes_ids_labels_and_padded_rows() -> None:
    pattern = compile_pattern("{id_number}/{row:05}-{身份证号码}", NAMES)
    assert pattern.path({"row": 7, "id_number": "5/1"}) == "5／1/00007-5／1"


def test_a_value_that_is_not_given_is_left_out() -> None:
    assert compile_pattern("{row}-{name}", NAMES).path({"row": 1, "name": None}) == "1-"


@pytest.mark.parametrize("text", ["", "  ", "{nobody}", "{姓名}", "{row", "row}", "../{row}", "a//{row}", "{row:x}"])
def test_a_wrong_pattern_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        compile_pattern(text, NAMES)


def test_two_rows_never_share_a_path() -> None:
    names = Names(compile_pattern("{name}", NAMES))
    given_names = ["Wang", "WANG", "wang-2", "wang", "李", "李"]
    paths = [names.path({"name": name}) for name in given_names]
    assert paths == ["Wang.docx", "WANG-2.docx", "wang-2-2.docx", "wang-3.docx", "李.docx", "李-2.docx"]


@given(st.lists(st.sampled_from(["a", "A", "a-2", "A-2", "a-2-2", "a-3", ""]), max_size=30))
def test_no_path_is_given_twice(values: list[str]) -> None:
    names = Names(compile_pattern("{name}", NAMES))
    paths = [names.path({"name": value}).casefold() for value in values]
    assert len(set(paths)) == len(paths)
