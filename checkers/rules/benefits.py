"""What may not be drawn besides: exclusions, and months that count together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from checkers import vocabulary
from checkers.case import Case
from checkers.facts import Unknown
from checkers.logic import known
from checkers.policy import Benefit
from checkers.report import Finding
from checkers.rules.verdicts import Words, failed, summed_up, undetermined
from checkers.values.types import show

RECORDS_TOLD = 20
"""Records of what was drawn before that an explanation quotes."""


def check_benefits(case: Case) -> Iterator[Finding]:
    for benefit in case.policy.benefits:
        if not benefit.for_each:
            yield from _benefit(case, benefit, "")
            continue
        rows = case.rows(benefit.for_each)
        if isinstance(rows, Unknown):
            finding = undetermined(
                case, benefit.id, _code(benefit), rows, benefit.at, case.fill(benefit.message), names=[benefit.for_each]
            )
            if finding:
                yield finding
            continue
        label = case.label(benefit.for_each)
        for number in case.each_row(benefit.for_each, rows):
            yield from _benefit(case, benefit, f"{label}第{number}行：")


def _benefit(case: Case, benefit: Benefit, prefix: str) -> Iterator[Finding]:
    applies = case.holds(benefit.when)
    if applies is False:
        return
    person = case.value(benefit.person) if benefit.person else _person(case, benefit)
    outcome = _conflict(case, benefit, person)
    if outcome is False:
        return
    if isinstance(applies, Unknown):
        outcome = applies | outcome if isinstance(outcome, Unknown) else applies
    if isinstance(outcome, Unknown) and benefit.for_each and summed_up(case, benefit.id, outcome):
        return
    names = [f"{benefit.for_each}[{case.row_number}].id_number"] if benefit.for_each else ["id_number"]
    code = _code(benefit)
    of = (("适用于", benefit.when), ("申请的时段", benefit.period), ("不超过", benefit.at_most))
    if isinstance(outcome, Unknown):
        finding = undetermined(
            case, benefit.id, code, outcome, benefit.at, lambda: prefix + case.fill(benefit.message), names=names, of=of
        )
        if finding:
            yield finding
        return
    words = Words(prefix + case.fill(benefit.message), case.fill(benefit.suggestion) or "请核对享受记录后更正申请")
    found = failed(case, benefit.id, code, names, benefit.at, words, of=of)
    yield replace(found, explanation=(*found.explanation, *_records(case))) if case.explains else found


def _records(case: Case) -> tuple[str, ...]:
    """The records of what was drawn before, as the office gave them."""
    rows = case.get(vocabulary.BENEFITS)
    if not isinstance(rows, list):
        return ()
    return tuple(
        f"{case.label(vocabulary.BENEFITS)}第{number}行：" + "，".join(show(v) for v in row.values() if known(v))
        for number, row in enumerate(rows[:RECORDS_TOLD], start=1)
    )


def _code(benefit: Benefit) -> str:
    return "amount.exceeds" if benefit.exclude == "months" else "benefit.duplicate"


def _person(case: Case, benefit: Benefit) -> Any:
    return case.column("id_number") if benefit.for_each else case.get("id_number")


def _conflict(case: Case, benefit: Benefit, person: Any) -> bool | Unknown:
    """Whether something excludes the claim."""
    if isinstance(person, Unknown):
        return person
    if benefit.exclude == "ever":
        times = vocabulary.drawn(case, benefit.against, person)
        return times if isinstance(times, Unknown) else times > 0
    period = case.value(benefit.period)
    if isinstance(period, Unknown):
        return period
    if benefit.exclude == "same_time":
        shared = vocabulary.drawn_in(case, benefit.against, person, period)
        return shared if isinstance(shared, Unknown) else shared > 0
    before = vocabulary.drawn_months(case, benefit.against, person)
    limit = case.value(benefit.at_most)
    for value in (before, limit):
        if isinstance(value, Unknown):
            return value
    return bool(before + period.months > limit)
