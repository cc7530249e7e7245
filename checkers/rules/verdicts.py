"""How a rule's truth value becomes a finding: one place for the shape and the standing words of findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from checkers.case import Case
from checkers.facts import Unknown
from checkers.policy import At
from checkers.report import Citation, Finding, Location, Severity
from checkers.vocabulary import BENEFITS

if TYPE_CHECKING:
    from checkers.explanation import Terms

ROWS_TOLD = 50
"""Rows of a roster of which a rule says one by one that it waits for a fact that is not of the row (a register)."""

FACT_BY_RECEIVED = "请提供收件日期（--received）"


@dataclass(slots=True)
class Words:
    """Texts of a finding, already filled."""

    message: str
    suggestion: str = ""
    expected: str = ""
    actual: str = ""


def failed(
    case: Case,
    rule: str,
    code: str,
    names: list[str],
    at: At,
    words: Words,
    *,
    severity: Severity = "error",
    locations: tuple[Location, ...] = (),
    form_id: str = "",
    label: str = "",
    of: Terms = (),
) -> Finding:
    """A finding that something failed. ``names`` are the facts it is about, the first is its subject; ``of`` are the
    expressions it rests on, for its explanation."""
    subject = names[0] if names else ""
    return Finding(
        code=code,
        rule=f"{case.policy.id}/{rule}",
        status="fail",
        severity=severity,
        subject=subject,
        label=label or (case.label(subject) if subject else ""),
        message=words.message,
        suggestion=words.suggestion,
        expected=words.expected,
        actual=words.actual,
        citations=case.cite(at, form_id) or _fallback_citation(case),
        locations=locations or case.locations(names) or case.home(names),
        explanation=reasons(case, of, names),
    )


def reasons(case: Case, of: Terms, names: Iterable[str] = ()) -> tuple[str, ...]:
    """``checkers.explanation.explain``, loaded only for a check that was asked to explain."""
    if not case.explains:
        return ()
    from checkers.explanation import explain

    return explain(case, of, names)


def _fallback_citation(case: Case) -> tuple[Citation, ...]:
    return case.cite(case.policy.in_force.at)


def undetermined(
    case: Case,
    rule: str,
    code: str,
    unknown: Unknown,
    at: At,
    what: str | Callable[[], str],
    *,
    severity: Severity = "error",
    names: list[str] | None = None,
    form_id: str = "",
    label: str = "",
    of: Terms = (),
) -> Finding | None:
    """A finding that something could not be determined, naming the facts a person must look up.

    None when all of those facts are already the subject of findings of their own, and for the rows of a long roster
    that ``untold`` sums up. ``what`` is called only where it is said.
    """
    if case.settled(unknown):
        return None
    wanted = sorted(unknown.names - case.reported) or sorted(unknown.names)
    of_all_rows = bool(case.row_number) and not any("[" in name for name in wanted)
    if of_all_rows:
        case.waiting[rule] = case.waiting.get(rule, 0) + 1
        if case.waiting[rule] > ROWS_TOLD:
            return None
    about = [*wanted, *(n for n in names or [] if n not in wanted)]
    subject = wanted[0] if wanted else (names[0] if names else "")
    listed = "、".join(dict.fromkeys(case.label(name) for name in wanted))
    said = what if isinstance(what, str) else what()
    finding = Finding(
        code=code,
        rule=f"{case.policy.id}/{rule}",
        status="unknown",
        severity=severity,
        subject=subject,
        label=label or (case.label(subject) if subject else ""),
        message=f"需核实{listed or '相关事实'}，才能判定是否“{said}”",
        suggestion=_where(case, wanted),
        citations=case.cite(at, form_id) or _fallback_citation(case),
        locations=case.locations(about) or case.home(about),
        explanation=reasons(case, of, about),
    )
    if of_all_rows and case.waiting[rule] == ROWS_TOLD:
        case.last_waiting[rule] = replace(
            finding, message=f"需核实{listed or '相关事实'}，才能逐行判定", locations=case.locations([case.row_of])
        )
    return finding


def summed_up(case: Case, rule: str, unknown: Unknown) -> bool:
    """Whether one more row that waits for facts no row holds only counts: enough rows of this rule were told."""
    if case.waiting.get(rule, 0) < ROWS_TOLD or any("[" in name for name in unknown.names) or case.settled(unknown):
        return False
    case.waiting[rule] += 1
    return True


def untold(case: Case) -> Iterator[Finding]:
    """One finding a rule for all further rows that wait for the same fact: nothing is passed because a list is long."""
    for rule, count in case.waiting.items():
        if count > ROWS_TOLD:
            last = case.last_waiting[rule]
            yield replace(last, message=f"另有{count - ROWS_TOLD}行同样{last.message}")


def _where(case: Case, names: list[str]) -> str:
    """Where a person looks the facts up."""
    hints: list[str] = []
    for name in names:
        register = name.partition("[")[0]
        fact = case.policy.facts.get(register)
        if name == "received":
            hints.append(FACT_BY_RECEIVED)
        elif fact is not None:
            hints.append(f"查询核实：{fact.ask}" if fact.ask else f"核实{fact.label}")
        elif register == BENEFITS:
            hints.append("查该人以前享受补贴的记录")
        elif name in case.policy.parameters:
            hints.append(f"政策依据没有印出“{case.label(name)}”的数值，请按当期公布的数核定")
        elif name in case.form_of or "[" in name:
            hints.append(f"对照原件核实{case.label(name)}")
    return "；".join(dict.fromkeys(hints))
