"""The conditions of a policy: each ``require`` must hold where its ``when`` does, once or for each row of a roster."""

from __future__ import annotations

from collections.abc import Iterator

from checkers import logic
from checkers.case import Case
from checkers.facts import Unknown
from checkers.policy import At, Rule
from checkers.report import Finding, Severity
from checkers.rules.verdicts import Words, failed, summed_up, undetermined


def check_conditions(case: Case) -> Iterator[Finding]:
    for rule in case.policy.rules:
        if (rule.since and case.on < rule.since) or (rule.until and case.on > rule.until):
            continue
        if not rule.for_each:
            yield from _rule(case, rule)
            continue
        rows = case.rows(rule.for_each)
        if isinstance(rows, Unknown):
            if _idle(case, rule):
                continue
            finding = _unknown(case, rule, rows, [rule.for_each])
            if finding:
                yield finding
            continue
        for _ in case.each_row(rule.for_each, rows):
            if not _surely_met(case, rule):
                yield from _rule(case, rule)


def _idle(case: Case, rule: Rule) -> bool:
    """Whether a rule about rows does not apply at all, whoever is in the roster: nothing to look up then."""
    return bool(rule.when) and "row" not in rule.when and case.value(rule.when) is False


def _surely_met(case: Case, rule: Rule) -> bool:
    """Whether this row has nothing to say, told without noting what was read; or waits for what is summed up already."""
    guard = case.value(rule.when) if rule.when else True
    if guard is False:
        return True
    value = case.value(rule.require)
    if value is True or not isinstance(value, Unknown):
        return value is True
    if isinstance(guard, Unknown):
        if case.settled(guard):
            return True
        value = guard | value
    return summed_up(case, rule.id, value)


def _cited(rule: Rule) -> At:
    """A rule that a later document changed cites both."""
    if not rule.replaced_by:
        return rule.at
    first = [rule.at] if isinstance(rule.at, str) else rule.at
    then = [rule.replaced_by] if isinstance(rule.replaced_by, str) else rule.replaced_by
    return [*first, *then]


def _severity(rule: Rule) -> Severity:
    return "warning" if rule.soft else "error"


def _rule(case: Case, rule: Rule) -> Iterator[Finding]:
    """Fails when ``when`` holds and ``require`` does not; the three values in between as an implication."""
    guard = case.evaluate(rule.when) if rule.when else None
    if guard is not None and (guard.value is False or (isinstance(guard.value, Unknown) and case.settled(guard.value))):
        return
    outcome = case.evaluate(rule.require)
    held = logic.k_or(logic.k_not(guard.value) if guard else False, lambda: outcome.value)
    if held is True:
        return
    names = _subjects(case, rule, outcome.read)
    if isinstance(held, Unknown):
        finding = _unknown(case, rule, held, names)
        if finding:
            yield finding
        return
    words = Words(
        _row_prefix(case, rule) + case.fill(rule.message),
        case.fill(rule.suggestion),
        case.fill(rule.expected),
        case.fill(rule.actual),
    )
    of = _terms(rule)
    yield failed(case, rule.id, rule.code, names, _cited(rule), words, severity=_severity(rule), of=of)


def _terms(rule: Rule) -> tuple[tuple[str, str], ...]:
    return (("适用于", rule.when), ("要求", rule.require))


def _subjects(case: Case, rule: Rule, read: list[str]) -> list[str]:
    """The fact the finding is about first: the declared subject, else the first that was read."""
    if not rule.subject:
        return read
    subject = rule.subject
    if rule.for_each and "[" not in subject and subject in case.specs[rule.for_each].columns:
        subject = f"{rule.for_each}[{case.row_number}].{subject}"
    return [subject, *(name for name in read if name != subject)]


def _row_prefix(case: Case, rule: Rule) -> str:
    return f"{case.label(rule.for_each)}第{case.row_number}行：" if rule.for_each and case.row_number else ""


def _unknown(case: Case, rule: Rule, unknown: Unknown, names: list[str]) -> Finding | None:
    def what() -> str:
        return _row_prefix(case, rule) + case.fill(rule.message)

    at, severity, of = _cited(rule), _severity(rule), _terms(rule)
    return undetermined(case, rule.id, rule.code, unknown, at, what, severity=severity, names=names, of=of)
