"""Printed tables of a pack: every row has as many cells as there are columns, or the pack says which has not."""

from __future__ import annotations

import pytest

from checkers.pack_source import compile_pack
from checkers.slips import PackError

PACK = """
id: cq-steps
name: 期限表
region: 重庆市
kind: calculator
sources:
  n1: {{doc_no: 渝样〔2024〕1号, title: 样例通知}}
in_force: {{since: 2024-01-01, at: n1 一}}
tables:
  steps: {{name: 期限表, at: n1 二, columns: {{years: 满几年, months: 月数}}, rows: {rows}}}
facts:
  years: {{label: 缴费年限, type: integer}}
results:
  months: {{name: 最长期限, value: "band('steps', years, 'months')", at: n1 二}}
"""


def test_rows_of_the_right_length_are_taken() -> None:
    assert len(compile_pack(PACK.format(rows="[[1, 12], [5, 18]]"), "p.yaml").policy.tables["steps"].rows) == 2


@pytest.mark.parametrize("rows", ["[[1, 12], [5]]", "[[1, 12], [5, 18, 24]]"])
def test_a_row_too_short_or_too_long_is_named(rows: str) -> None:
    with pytest.raises(PackError) as caught:
        compile_pack(PACK.format(rows=rows), "p.yaml")
    (slip,) = caught.value.slips
    assert (slip.key, slip.line > 1) == ("tables.steps.rows.1", True)
    assert "表头有2列" in slip.message
