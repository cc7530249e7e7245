"""What was drawn before is asked of a person, of an employer, and of a family together."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from checkers.engine import check
from checkers.facts import Facts
from checkers.pack_source import compile_pack
from checkers.packs import Loaded

PACK = """
id: cq-family-grant
name: 家庭补贴
region: 重庆市
kind: service
sources:
  n1: {doc_no: 渝样〔2024〕1号, title: 样例通知}
in_force: {since: 2024-01-01, at: n1 一}
facts:
  id_number: {label: 身份证号码, type: resident_id}
  spouse: {label: 配偶身份证号码, type: resident_id}
  unit: {label: 统一社会信用代码, type: uscc}
rules:
  - {id: own, require: "drawn('cq-x', id_number) == 0", message: 本人享受过, at: n1 二}
  - {id: family, require: "drawn('cq-x', [id_number, spouse]) == 0", message: 家庭享受过, at: n1 三}
  - {id: months, require: "drawn_months('cq-x', [id_number, spouse]) <= 6", message: 家庭合计超过6个月, at: n1 四}
  - {id: employer, require: "drawn('cq-x', unit) == 0", message: 单位享受过, at: n1 五}
"""

ME, SPOUSE, STRANGER = "500103199001010017", "500112199203040023", "500105198505050011"
UNIT = "91500103MA5U0A1B2W"


def valid(number: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], weights, strict=True))
    return number[:17] + "10X98765432"[total % 11]


def record(start: str, end: str, **who: str) -> dict[str, str]:
    return {"benefit": "cq-x", "start": start, "end": end, **who}


def failed(records: Any, **more: Any) -> dict[str, str]:
    compiled = compile_pack(PACK, "cq-family-grant.yaml")
    facts = {"id_number": valid(ME), "spouse": valid(SPOUSE), "unit": UNIT, "benefits_drawn": records, **more}
    known = {name: value for name, value in facts.items() if value is not ...}
    report = check(Facts.of(known), Loaded(compiled.policy, compiled.code), date(2024, 6, 1))
    return {f.rule.partition("/")[2]: f.status for f in report.findings}


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([], {}),
        ([record("2024-01", "2024-03", id_number=valid(STRANGER))], {}),
        ([record("2024-01", "2024-03", id_number=valid(ME))], {"own": "fail", "family": "fail"}),
        ([record("2024-01", "2024-03", id_number=valid(SPOUSE))], {"family": "fail"}),
        ([record("2023-01", "2023-06", id_number=valid(SPOUSE))], {"family": "fail"}),
        (
            [record("2023-01", "2023-04", id_number=valid(SPOUSE)), record("2023-05", "2023-07", id_number=valid(ME))],
            {"own": "fail", "family": "fail", "months": "fail"},
        ),
        ([record("2024-01", "2024-03", uscc=UNIT)], {"employer": "fail"}),
    ],
)
def test_records_count_for_those_they_belong_to(records: list[dict[str, str]], expected: dict[str, str]) -> None:
    assert failed(records) == expected


def test_an_unknown_spouse_leaves_the_family_open_and_nobody_else() -> None:
    assert failed([], spouse=...) == {"family": "unknown", "months": "unknown"}
