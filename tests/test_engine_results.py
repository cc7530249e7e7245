"""Results of a pack: one whose condition is open is open itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from checkers.calculators.from_pack import calculate_pack
from checkers.engine import check
from checkers.facts import Facts
from checkers.pack_source import compile_pack
from checkers.packs import Loaded

PACK = """\
id: zz-tiny
name: 示例
region: 某市
kind: calculator
sources: {n1: {title: 示例通知}}
in_force: {since: 2024-01-01, at: n1 十}
facts:
  person: {label: 人员, type: text}
  months: {label: 月数, type: integer}
results:
  left: {name: 剩余月数, value: 12 - months, when: person == '甲类', at: n1 一}
"""


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"person": "甲类", "months": 5}, {"left": 7}),
        ({"person": "乙类", "months": 5}, {}),
        ({"months": 5}, {"left": None}),
        ({"person": "甲类"}, {"left": None}),
    ],
)
def test_results_apply_as_far_as_is_known(facts: dict[str, Any], expected: dict[str, Any]) -> None:
    compiled = compile_pack(PACK, "zz-tiny.yaml")
    report = check(Facts.of(facts), Loaded(compiled.policy, compiled.code), date(2025, 3, 3))
    assert report.results == expected


def test_a_step_without_a_formula_says_only_the_answer() -> None:
    compiled = compile_pack(PACK.replace("12 - months", "\"'满' if months >= 12 else '不满'\""), "zz-tiny.yaml")
    answer = calculate_pack(Loaded(compiled.policy, compiled.code), {"person": "甲类", "months": "5"}, None)
    assert [step.text for step in answer.steps] == ["剩余月数：不满"]
