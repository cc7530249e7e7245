"""The report at a terminal: width, alignment, colours, character sets."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_reports_wording import empty, sample

from checkers.report import Report, ServiceChoice
from docgen.reports import render
from docgen.reports.columns import NO_END, NO_START, fit, text_width, window, wrap

ANSI = re.compile(r"\x1b\[[\d;]*m")


def text(report: Report, **options: object) -> str:
    out = render(report, "text", **options)  # type: ignore[arg-type]
    assert isinstance(out, str)
    return out


def columns(line: str, ambiguous: int) -> int:
    """Written anew here, so that the tests do not trust the code they test."""
    wide = {"W": 2, "F": 2, "A": ambiguous}
    return sum(0 if unicodedata.combining(c) else wide.get(unicodedata.east_asian_width(c), 1) for c in line)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_no_line_is_wider_than_the_terminal(width: int, encoding: str) -> None:
    for line in text(sample(), width=width, encoding=encoding).splitlines():
        assert columns(line, 2) <= width, line


@pytest.mark.parametrize(("encoding", "ambiguous"), [("utf-8", 1), ("gbk", 2)])
def test_the_marker_stands_under_the_words_in_question(encoding: str, ambiguous: int) -> None:
    report = sample()
    field = replace(report.fields[2], label="“申请”①时段", raw="自—2023年7月至2024年8月")
    report.fields[2] = field
    lines = text(report, encoding=encoding).splitlines()
    at = next(i for i, line in enumerate(lines) if "自—2023" in line)
    quoted, pointer = lines[at], lines[at + 1]
    assert columns(quoted[: quoted.index("2023年7月")], ambiguous) == columns(pointer[: pointer.index("^")], ambiguous)
    assert pointer.count("^") == columns("2023年7月", ambiguous)


def test_the_verdict_stands_at_the_right_edge_of_the_first_line() -> None:
    first = text(sample()).splitlines()[0]
    assert first.startswith("重庆市 高校毕业生灵活就业社会保险补贴")
    assert first.endswith("✗ 不通过")
    assert columns(first, 1) == 80


def test_findings_stand_under_their_paper_and_unknown_ones_last() -> None:
    out = text(sample())
    order = ["材料/1 申请表.pdf（申请表，2 页）", "field.invalid", "consistency.mismatch", "承诺书.docx（个人承诺书）"]
    order += ["field.missing", "损坏.pdf\n", "document.unreadable", "材料与条件", "material.missing", "\n待核实\n"]
    order += [f.suggestion[:8] for f in sample().findings if f.status == "unknown" and f.suggestion]
    order += ["材料清单", "金额与数额", "期限", "共 8 个问题"]
    places = [out.index(words) for words in order]
    assert places == sorted(places)


def test_what_one_system_answers_stands_together() -> None:
    """Open points are put together by where they are looked up, each with what it decides and its law."""
    report = sample()
    first, second = [f for f in report.findings if f.status == "unknown"][:2]
    where = "查询核实：某系统"
    report.findings = [replace(first, suggestion=where), replace(second, suggestion=where)]
    out = text(report)
    assert out.count(where) == 1
    assert out.index(where) < out.index(first.message[:10]) < out.index(second.message[:10])


def test_a_finding_says_law_expectation_and_remedy() -> None:
    out = text(sample())
    assert "依据：渝人社发〔2024〕17号 一(一)2 《" in out
    assert "应当：18 位，末位为校验码" in out
    assert "办法：请申请人按居民身份证重新填写" in out
    assert out.endswith("共 8 个问题：错误 4、提醒 1、说明 1、待核实 2。\n")


def test_what_stands_at_a_place_is_not_called_blank_unless_it_is_known_to_be() -> None:
    out = text(sample())
    assert "表3 C4 第3行 身份证号码 │ （空白）" in out
    assert "位置：承诺书.docx 第7段" in out
    assert out.count("（空白）") == 1


def test_checklist_amounts_and_deadlines_follow() -> None:
    out = text(sample())
    assert "✗ 缺      近三个月的配送服务记录" in out
    assert "- 不需要  个体工商户营业执照" in out
    assert "补贴金额：6000.00 元" in out
    assert "可补贴月数：尚不能计算，缺：已享受月数" in out
    assert "审核期限（经办机构）：截止 2024-08-27，未到期" in out


def test_a_report_without_findings_says_so() -> None:
    out = text(empty())
    assert "✓ 通过" in out
    assert out.endswith("没有发现问题。\n")


def test_colour_changes_nothing_but_colour() -> None:
    plain, coloured = text(sample()), text(sample(), color=True)
    assert "\x1b" not in plain
    assert "\x1b[1;31m✗ 错误\x1b[0m" in coloured
    assert ANSI.sub("", coloured) == plain


def test_a_gbk_console_gets_only_characters_it_has() -> None:
    report = sample()
    report.fields[1] = replace(report.fields[1], raw="𬭩5001✓")
    out = text(report, encoding="gbk")
    assert out.encode("gbk").decode("gbk") == out
    assert "× 不通过" in out
    assert "√ 已交" in out
    assert "〓5001〓" in out


def test_an_unknown_encoding_counts_as_utf8() -> None:
    assert text(sample(), encoding="no-such-set") == text(sample())


def test_a_paper_cannot_steer_the_terminal() -> None:
    report = sample()
    report.fields[1] = replace(report.fields[1], raw="500\x1b]0;evil\x07\x1b[2J\u202e1")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", text(report))


def test_a_service_that_was_not_recognised_is_named_so() -> None:
    assert text(Report(ServiceChoice(None, how="none"), "2024-08-20", None)).startswith("未识别出办理事项")


CHINESE = st.text("人社保险补贴申请，。；：（）《》“”—…1234567890 abc-/①%", max_size=200)


@given(CHINESE, st.integers(20, 90), st.integers(4, 20))
def test_wrapping_keeps_every_character_and_the_width(words: str, width: int, first: int) -> None:
    lines = wrap(words, width, first)
    assert all(text_width(line) <= (width if i else first) for i, line in enumerate(lines))
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")


@given(
    st.lists(st.sampled_from(["申请人，", "不符合（一）", "“规定”。", "请补正；", "第12条 "]), min_size=1),
    st.integers(24, 80),
)
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(parts: list[str], width: int) -> None:
    lines = wrap("".join(parts), width)
    assert not [line for line in lines if line[0] in NO_START]
    assert not [line for line in lines[:-1] if line[-1] in NO_END]


def test_a_number_is_not_broken_across_lines() -> None:
    assert wrap("身份证号码500103200001010018有误", 20) == ["身份证号码", "500103200001010018有", "误"]


@given(st.text("人社abc—", min_size=1, max_size=300), st.data())
def test_a_window_shows_the_marked_part_within_the_width(words: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, min(len(words), start + 3)))
    part, left, right = window(words, start, end, 20)
    assert text_width(part) <= 20
    assert part[left:right] == words[start:end]


def test_fit_takes_at_least_one_character() -> None:
    assert (fit("人社", 1), fit("人社", 3), fit("", 5)) == ("人", "人", "")
