"""Options with quotes in their words (征地安置“4050”人员) are found whatever quotes the paper has."""

from __future__ import annotations

import pytest

from docgen.forms.match import fold_unquoted
from docgen.forms.ticks import read_ticks

OPTIONS = ["正常退休申请", "征地安置“4050”人员申请"]


@pytest.mark.parametrize("printed", ["征地安置“4050”人员申请", '征地安置"4050"人员申请', "征地安置4050人员申请"])
def test_a_quoted_option_is_ticked(printed: str) -> None:
    text = f"☐正常退休申请\n☑{printed}\n（以上只能选择其中一种）"
    ticks = read_ticks(text, OPTIONS)
    assert ticks.seen == OPTIONS
    assert ticks.ticked == [OPTIONS[1]]
    (span,) = ticks.spans
    assert text[slice(*span)] == printed


def test_offsets_lead_back_to_the_text() -> None:
    text = "甲 “乙”_丙"
    flat, offsets = fold_unquoted(text)
    assert flat == "甲乙丙"
    assert [text[i] for i in offsets] == list(flat)
