"""Sentences, subjects, conditions and soft words of an official text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.notices.clauses import LONG, actor_before, clauses, condition_of, is_soft, sentence_at, sentences


def test_sentences_end_at_stops_but_not_inside_brackets() -> None:
    text = "一次办结（特殊情况除外；见附件。）。申请人补正；逾期不补的，视为放弃"
    assert [text[a:b] for a, b in sentences(text)] == [
        "一次办结（特殊情况除外；见附件。）。",
        "申请人补正；",
        "逾期不补的，视为放弃",
    ]


def test_a_text_without_stops_is_cut_into_pieces_of_bounded_length() -> None:
    for text in ("（经办机构应当办结" * 2000, "（经办机构，应当办结。" * 2000):
        spans = list(sentences(text))
        assert max(b - a for a, b in spans) <= 2 * LONG + 1
        assert "".join(text[a:b] for a, b in spans) == text


def test_clauses_end_at_commas_and_colons() -> None:
    text = "公示：经办机构（含街道，下同）公示名单，公示期5个工作日。"
    assert [text[a:b] for a, b in clauses(text, 0, len(text))] == [
        "公示：",
        "经办机构（含街道，下同）公示名单，",
        "公示期5个工作日。",
    ]


@given(st.text(alphabet="应当在5日内，。；（）\n甲乙", max_size=60))
def test_sentences_are_in_order_and_lose_nothing_but_white_space(text: str) -> None:
    spans = list(sentences(text))
    assert all(a < b for a, b in spans)
    assert all(x[1] <= y[0] for x, y in pairwise(spans))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())


def test_the_sentence_that_covers_a_place() -> None:
    text = "先受理。后办结。"
    assert sentence_at(text, 5) == (4, 8)
    assert sentence_at("", 3) == (0, 0)


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("社会保险经办机构应当自收到申请之日起#内办结", "社会保险经办机构"),
        ("区县(自治县)财政部门#前将补贴划入账户", "区县(自治县)财政部门"),
        ("审核通过的，由市人力社保局在#内公布", "市人力社保局"),
        ("用人单位应当申报，申请人可以在#内申请复核", "申请人"),
        ("经办银行收到贴息资金后，应于#内拨付", "经办银行"),
        ("自收到申请之日起#内办结", None),
        ("参保地经办机构应按规定在#内办理", "参保地经办机构"),
        ("参保人员死亡后，应在#内申领", None),
        ("力争#前完成", None),
        ("市局已受理。应当在#内办结", None),
    ],
)
def test_who_is_to_act_is_the_last_subject_of_the_sentence(text: str, actor: str | None) -> None:
    assert actor_before(text.replace("#", "5日"), text.index("#")) == actor


@pytest.mark.parametrize(
    ("clause", "condition"),
    [
        ("对不符合条件的，告知申请人", "对不符合条件的"),
        ("符合下列情形时，可以延长", "符合下列情形时"),
        ("对招用毕业生的小微企业，给予补贴", "对招用毕业生的小微企业"),
        ("经办机构应当办结", None),
        ("按照标准给予补贴，期限1年", None),
    ],
)
def test_the_condition_a_sentence_opens_with(clause: str, condition: str | None) -> None:
    assert condition_of(clause) == condition


@pytest.mark.parametrize("text", ["原则上不超过", "一般应在", "力争6月底前", "争取年内", "3个月左右", "建议在3日内"])
def test_words_that_leave_room_are_soft(text: str) -> None:
    assert is_soft(text)


@pytest.mark.parametrize(
    "text", ["应当在", "一般公共预算", "必须于", "一般工商业", "争取资金", "提出处理建议", "建议书"]
)
def test_other_words_are_not(text: str) -> None:
    assert not is_soft(text)
