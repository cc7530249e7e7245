"""The short way of ``is_blank`` says what the patterns say."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkers.values import texts
from checkers.values.texts import half_width, is_blank

PRINTED = (
    "_＿/／ —-年月日时分元人共计合自起至到止(（)）:：,，、¥￥%％万亿名个位周岁份次户家星期大小写整号\u200b\u3000\n"
)


def by_the_patterns(text: str) -> bool:
    if text == "个人":
        return False
    rest = re.sub(texts._EMPTY_MARKS, "", half_width(text))
    return not rest or re.fullmatch(texts._SKELETONS, rest) is not None


@given(
    st.text(
        alphabet=st.one_of(st.sampled_from(PRINTED), st.sampled_from("李1a《第０Ａ无"), st.characters()), max_size=12
    )
)
def test_the_short_way_changes_nothing(text: str) -> None:
    assert is_blank(text) == by_the_patterns(text)


@given(st.text(alphabet=PRINTED, max_size=8))
def test_what_a_form_prints_itself_is_judged_by_the_patterns(text: str) -> None:
    assert is_blank(text) == by_the_patterns(text)


@pytest.mark.parametrize("text", ["李晓明", "《通知》", "023-60000018", "第1页", "无", "a b"])
def test_words_are_no_blank(text: str) -> None:
    assert not is_blank(text)


def test_an_answer_made_of_two_units_is_no_blank() -> None:
    assert not is_blank("个人")
    assert is_blank("共__个__人")
