"""Facts and a policy in, a report out. Pure: no files, no clock, no network."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from checkers.case import Case
from checkers.facts import Fact, Facts, Unknown
from checkers.packs import Loaded
from checkers.report import FieldValue, Finding, Paper, Report, ServiceChoice
from checkers.rules.amounts import check_amounts
from checkers.rules.attestations import check_attestations
from checkers.rules.benefits import check_benefits
from checkers.rules.conditions import check_conditions
from checkers.rules.deadlines import check_deadlines
from checkers.rules.fields import check_fields
from checkers.rules.materials import check_materials
from checkers.rules.verdicts import Words, failed, undetermined, untold
from checkers.values.dates import YearMonth
from checkers.values.types import show, to_plain


def check(
    facts: Facts | Mapping[str, Any],
    policy: Loaded | str,
    on: date,
    *,
    received: date | None = None,
    papers: list[Paper] | None = None,
    choice: ServiceChoice | None = None,
    explain: bool = False,
) -> Report:
    """Hold the facts of one case against a policy.

    ``facts``: Facts, or a plain mapping fact id → value (None: blank). ``policy``: a loaded pack or its id.
    ``on`` is the day whose law is applied; ``received`` the day the packet came in (None: not known). With ``explain``
    findings, amounts and deadlines say how they came about (``explanation``); it costs nothing otherwise.
    Raises ``UnknownPolicy`` for an id no pack has, ``PackError`` for a pack with slips, ``ExpressionError`` or
    ``OperandError`` where a pack reckons with values of the wrong kind.
    """
    if isinstance(policy, str):
        from checkers.packs import library

        policy = library().load(policy)
    if not isinstance(facts, Facts):
        facts = Facts.of(facts)
    case = Case(facts, policy, on, received)
    case.explains = explain
    report = Report(
        service=choice or ServiceChoice(case.policy.id, case.policy.name, case.policy.region),
        on=on.isoformat(),
        received=received.isoformat() if received else None,
        documents=papers or [],
    )
    _run(case, report)
    report.fields = [field_value(case, name, fact) for form in facts.forms for name, fact in form.facts.items()]
    report.findings = ordered(report.findings)
    return report


def _run(case: Case, report: Report) -> None:
    """Every kind of requirement once; what a blank or a missing paper already says is not said again by a rule on it."""
    findings = report.findings
    findings.extend(_in_force(case))
    findings.extend(check_fields(case))
    findings.extend(check_attestations(case))
    for state, finding in check_materials(case):
        report.materials.append(state)
        if finding:
            findings.append(finding)
    findings.extend(_applies(case))
    findings.extend(check_conditions(case))
    for amount, found in check_amounts(case):
        if amount:
            report.amounts.append(amount)
        findings.extend(found)
    for deadline, found in check_deadlines(case):
        report.deadlines.append(deadline)
        findings.extend(found)
    findings.extend(check_benefits(case))
    findings.extend(untold(case))
    for name, result in case.policy.results.items():
        applies = case.holds(result.when)
        if applies is not False:
            value = applies if isinstance(applies, Unknown) else case.evaluate(result.value).value
            report.results[name] = None if isinstance(value, Unknown) else to_plain(value)


def _in_force(case: Case) -> list[Finding]:
    law = case.policy.in_force
    if law.since <= case.on and (law.until is None or case.on <= law.until):
        return []
    span = f"{show(law.since)}起" + (f"至{show(law.until)}" if law.until else "")
    words = Words(f"{show(case.on)}不在本政策的执行期内（{span}施行）", "请按当日有效的政策办理", span, show(case.on))
    return [failed(case, "in-force", "policy.not-in-force", ["on"], law.at, words)]


def _applies(case: Case) -> list[Finding]:
    if not case.policy.applies:
        return []
    outcome = case.evaluate(case.policy.applies)
    if outcome.value is True:
        return []
    if isinstance(outcome.value, Unknown):
        finding = undetermined(
            case,
            "applies",
            "service.unrecognised",
            outcome.value,
            case.policy.in_force.at,
            f"属于{case.policy.name}",
            names=outcome.read,
            of=(("适用于", case.policy.applies),),
        )
        return [finding] if finding else []
    words = Words(f"所填事项不属于“{case.policy.name}”", "请核对申请事项，或用 --service 指定对应的服务")
    at, of = case.policy.in_force.at, (("适用于", case.policy.applies),)
    return [failed(case, "applies", "service.unrecognised", outcome.read, at, words, of=of)]


def field_value(case: Case, name: str, fact: Fact) -> FieldValue:
    """A fact of a form as the report shows it: raw text and normalised value (None when blank or not of its type)."""
    spec = case.specs.get(name)
    raw = fact.raw if isinstance(fact.raw, str) else show(fact.raw) if not fact.rows else ""
    value: Any = None
    if fact.state == "filled" and spec is not None:
        typed = case.get(name) if spec.type == "roster" else case.typed(name)
        value = None if isinstance(typed, Unknown) else _plain_rows(typed) if spec.type == "roster" else to_plain(typed)
    location = fact.locations[0] if fact.locations else None
    return FieldValue(name, spec.label if spec else fact.label or name, raw, value, fact.confidence, location)


def _plain_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    months: dict[Any, str] = {}
    out: list[dict[str, Any]] = []
    for row in rows:
        plain: dict[str, Any] = {}
        for key, value in row.items():
            if isinstance(value, YearMonth):  # a handful of months stand in all rows of a long roster
                plain[key] = months.get(value) or months.setdefault(value, str(value))
            else:
                plain[key] = None if isinstance(value, Unknown) else to_plain(value)
        out.append(plain)
    return out


def ordered(findings: list[Finding]) -> list[Finding]:
    """Failures before what must be looked up, errors before warnings; otherwise in the order of the law."""
    status = {"fail": 0, "unknown": 1}
    severity = {"error": 0, "warning": 1, "info": 2}
    return sorted(findings, key=lambda f: (status[f.status], severity[f.severity]))
