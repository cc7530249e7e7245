"""The test file of a drafted pack: one complete application, and what breaks each deadline that the draft decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from docgen.notices.drafting_parts import Parts
from docgen.notices.drafting_text import flow

ID_NUMBER = "500103199001010010"
"""Of an invented person (GB 11643)."""

_SAMPLES: dict[str, Any] = {
    "text": "样例",
    "person_name": "张样例",
    "organisation": "样例市样例有限公司",
    "address": "样例市样例区样例路1号",
    "money": 1000,
    "integer": 1,
    "number": 1,
    "resident_id": ID_NUMBER,
    "id_document": ID_NUMBER,
    "uscc": "91500103MA5U00001G",
    "bank_card": "6217000000000000004",
    "bank_account": "6217000000000000004",
    "mobile": "13800000000",
    "phone": "13800000000",
    "postcode": "400000",
    "email": "sample@example.com",
    "url": "https://example.com",
    "sex": "男",
    "yes_no": True,
    "tick": True,
}


def sample(spec: Mapping[str, Any], on: date) -> Any:
    """A value that a blank of this type and these options takes."""
    kind = str(spec.get("type") or "text")
    month = f"{on:%Y-%m}"
    if kind == "roster":
        return [{name: sample(column, on) for name, column in (spec.get("columns") or {}).items()}]
    if kind in ("choice", "ticks"):
        options = list(spec.get("options") or ["样例"])
        return options[0] if kind == "choice" else options[:1]
    days = {
        "date": on,
        "date_or_month": on,
        "month": month,
        "month_range": f"{month}/{month}",
        "date_range": f"{on}/{on}",
    }
    return days[kind] if kind in days else _SAMPLES.get(kind, "样例")


def draft_tests(policy_id: str, parts: Parts, forms: Mapping[str, Mapping[str, Any]], on: date) -> str:
    """``<id>.test.yaml`` of the draft."""
    facts: dict[str, Any] = {name: sample(spec, on) for name, spec in parts.facts.items() if spec["type"] != "yes_no"}
    facts |= {name: False for name, spec in parts.facts.items() if spec["type"] == "yes_no"}
    marks: dict[str, str] = {}
    pledges: dict[str, str] = {}
    for form_id, form in forms.items():
        for name, spec in form.get("fields", {}).items():
            facts[name] = sample(spec, on)
        marks |= dict.fromkeys([*form.get("signatures", {}), *form.get("seals", {})], "present")
        if form.get("pledge"):
            pledges[form_id] = form["pledge"]["text"]
    lines = [
        "# 一句话、一组输入、应当得出什么；别的都不能有。每写成一条规则，补上触发它的用例",
        f"policy: {policy_id}",
        "given:                     # 一份样样齐全的申请",
        f"  on: {on}",
        f"  received: {on}",
        "  facts:",
        *(f"    {name}: {flow(value)}" for name, value in facts.items()),
        *([f"  marks: {flow(marks)}"] if marks else []),
        *([f"  pledges: {flow(pledges)}"] if pledges else []),
        f"  materials: {flow(list(parts.materials))}",
        "  closed: true",
        "cases:",
        "  - name: 样样齐全的，没有任何问题",
        f"    expect: {flow({_rule(name): 'fail' for name, due in parts.dues.items() if due < on})}",
    ]
    if not facts:
        lines[lines.index("  facts:")] = "  facts: {}"
    for name, start in parts.applicant_deadlines.items():
        late = {start: date(on.year - 10, 1, 2)} if start else {}
        lines += ["  - name: 过了期限才申请的，逾期", f"    with: {flow(late)}"]
        lines += [] if start else [f"    received: {date(on.year + 30, 1, 2)}"]
        late_too = parts.applicant_deadlines if not start else [n for n, due in parts.dues.items() if due < on]
        failing = {_rule(other): "fail" for other in late_too}
        lines += [f"    expect: {flow(failing | {_rule(name): 'fail'})}"]
    return "\n".join(lines) + "\n"


def _rule(name: str) -> str:
    """How a report calls a deadline."""
    return name.replace("_", "-")
