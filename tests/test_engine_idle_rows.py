"""A rule about the rows of a roster that does not apply at all asks for no roster."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from checkers.engine import check
from checkers.facts import Facts
from checkers.pack_source import compile_pack
from checkers.packs import Loaded

PACK = """\
id: zz-tiny
name: 示例
region: 某市
kind: service
sources: {n1: {title: 示例通知}}
in_force: {since: 2024-01-01, at: n1 十}
facts:
  yearly: {label: 年度申报, type: yes_no}
  people: {label: 人员, type: roster, columns: {ok: {label: 是否符合, type: yes_no}}}
rules:
  - {id: each-fits, for_each: people, when: yearly, require: row.ok, message: 不符合, at: n1 一}
"""


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"yearly": False}, []),
        ({"yearly": True}, ["unknown"]),
        ({}, ["unknown"]),
        ({"yearly": True, "people": [{"ok": False}]}, ["fail"]),
        ({"yearly": False, "people": [{"ok": False}]}, []),
    ],
)
def test_a_rule_that_does_not_apply_needs_no_roster(facts: dict[str, Any], expected: list[str]) -> None:
    compiled = compile_pack(PACK, "zz-tiny.yaml")
    report = check(Facts.of(facts), Loaded(compiled.policy, compiled.code), date(2025, 3, 3))
    assert [f.status for f in report.findings] == expected
