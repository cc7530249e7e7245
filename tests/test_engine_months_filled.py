"""months_filled: the months of those rows of a form's table where the range is filled."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from checkers.case import Case
from checkers.facts import Facts, Unknown
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
  resume:
    label: 工作简历
    type: roster
    columns:
      post: {label: 岗位, type: text}
      period: {label: 起止, type: month_range}
define:
  total: {value: "months_filled('resume', 'period')"}
"""


def total(facts: dict[str, Any]) -> Any:
    compiled = compile_pack(PACK, "zz-tiny.yaml")
    return Case(Facts.of(facts), Loaded(compiled.policy, compiled.code), date(2025, 3, 3), None).get("total")


def test_blank_rows_count_for_nothing() -> None:
    rows = [
        {"post": "锻工", "period": "2001年1月至2001年12月"},
        {"post": "会计", "period": None},
        {"post": "锻工", "period": "2003年3月至2003年3月"},
    ]
    assert total({"resume": rows}) == 13


def test_a_table_seen_empty_has_none() -> None:
    assert total({"resume": None}) == 0


@pytest.mark.parametrize("period", ["看不清", "2001年13月至2002年1月"])
def test_a_row_that_cannot_be_read_leaves_the_sum_open(period: str) -> None:
    answer = total({"resume": [{"post": "锻工", "period": period}]})
    assert isinstance(answer, Unknown)
    assert answer.names == {"resume[1].period"}


def test_no_table_at_all_leaves_the_sum_open() -> None:
    assert isinstance(total({}), Unknown)
