"""The numbers at the head of a paragraph."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.notices.numbering import chinese_numeral, marker


@pytest.mark.parametrize(
    ("text", "kind", "style", "number", "value", "rest"),
    [
        ("第一编 总则", "part", "第一编", "第一编", 1, "总则"),
        ("第 二 章 补贴", "chapter", "第一章", "第二章", 2, "补贴"),
        ("第三节 程序", "section", "第一节", "第三节", 3, "程序"),
        ("第九条国家建立制度。", "article", "第一条", "第九条", 9, "国家建立制度。"),
        ("第１２条 申请", "article", "第一条", "第12条", 12, "申请"),
        ("第一百零三条 附则", "article", "第一条", "第一百零三条", 103, "附则"),
        ("一、总体要求", "heading", "一、", "一、", 1, "总体要求"),
        ("三．工作要求", "heading", "一、", "三．", 3, "工作要求"),
        ("四、一次性创业补贴", "heading", "一、", "四、", 4, "一次性创业补贴"),
        ("(二)补贴标准。按月发放。", "heading", "（一）", "(二)", 2, "补贴标准。按月发放。"),
        ("（二十 一）其他", "heading", "（一）", "（二十一）", 21, "其他"),
        ("三）半边括号", "heading", "（一）", "三）", 3, "半边括号"),
        ("1．材料", "heading", "1.", "1．", 1, "材料"),
        ("1.2024年度预算", "heading", "1.", "1.", 1, "2024年度预算"),
        ("12、审核", "heading", "1.", "12、", 12, "审核"),
        ("（1）身份证", "heading", "（1）", "（1）", 1, "身份证"),
        ("⑵户口簿", "heading", "（1）", "⑵", 2, "户口簿"),
        ("③学历证书", "heading", "①", "③", 3, "学历证书"),
        ("2)公示", "heading", "1)", "2)", 2, "公示"),
        ("1.2 适用范围", "heading", "1.1", "1.2", 2, "适用范围"),
    ],
)
def test_numbers(text: str, kind: str, style: str, number: str, value: int, rest: str) -> None:
    found = marker(text)
    assert found is not None
    assert (found.kind, found.style, found.number, found.value, found.rest) == (kind, style, number, value, rest)


def test_an_inserted_article_has_a_branch() -> None:
    found = marker("第八条之二 经办机构应当公示。")
    assert found is not None
    assert (found.value, found.branch, found.short) == (8, 2, "第八条之二")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024年7月2日印发",
        "1.5万元以内",
        "1.1版软件",
        "0930-6213703",
        "第三条规定的情形",
        "第三条第二款所列",
        "第二章的规定",
        "一是加强领导",
        "二、三级医院",
        "（一）、（二）项材料",
        "〔2024〕17号",
        "（2024年9月13日通过）",
        "2024.7.1起",
        "1、2号楼",
        "1.5 万元",
    ],
)
def test_what_is_no_number(text: str) -> None:
    assert marker(text) is None


@pytest.mark.parametrize(
    ("text", "short"), [("一、甲", "一"), ("(二)乙", "(二)"), ("3.丙", "3"), ("⑷丁", "(4)"), ("①戊", "①")]
)
def test_as_it_is_cited(text: str, short: str) -> None:
    found = marker(text)
    assert found is not None
    assert found.short == short


@given(st.integers(1, 999))
def test_numerals_are_read_as_they_are_written(value: int) -> None:
    found = marker(f"第{chinese_numeral(value)}条 内容")
    assert found is not None
    assert found.value == value


@given(st.text(max_size=60))
def test_any_text_may_come(text: str) -> None:
    found = marker(text)
    assert found is None or found.value >= 0
