"""The periods of a policy: when each ends, whether the applicant kept his, and what is too early."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from checkers.case import Case
from checkers.facts import Unknown
from checkers.logic import WORKDAY_CALENDAR, OperandError
from checkers.policy import Deadline, parse_period
from checkers.report import DeadlineLine, Finding, Severity
from checkers.rules.verdicts import Words, failed, reasons, undetermined
from checkers.values import periods
from checkers.values.types import show
from checkers.values.workdays import CalendarUnknown, add_workdays


def check_deadlines(case: Case) -> Iterator[tuple[DeadlineLine, list[Finding]]]:
    """Each deadline of the pack that applies: its line for the report, and findings (for an applicant's only)."""
    for name, deadline in case.policy.deadlines.items():
        if deadline.for_each:
            yield from _rows(case, name, deadline)
            continue
        applies = case.holds(deadline.when)
        if applies is False:
            continue
        yield _one(case, name, deadline, applies, "")


def _rows(case: Case, name: str, deadline: Deadline) -> Iterator[tuple[DeadlineLine, list[Finding]]]:
    """One line for all rows: the earliest last day; the findings of each row."""
    rows = case.rows(deadline.for_each)
    if isinstance(rows, Unknown):
        line = DeadlineLine(name, deadline.name, deadline.who, None, "unknown", case.cite(deadline.at), deadline.note)
        period = _Period(rows, None, rows, [deadline.for_each])
        yield line, list(_findings(case, name, deadline, period, "")) if deadline.who == "applicant" else []
        return
    order = {"passed": 0, "unknown": 1, "open": 2, "met": 3}
    first: DeadlineLine | None = None
    findings: list[Finding] = []
    label = case.label(deadline.for_each)
    for number in case.each_row(deadline.for_each, rows):
        applies = case.holds(deadline.when)
        if applies is False:
            continue
        line, found = _one(case, name, deadline, applies, f"{label}第{number}行：")
        findings.extend(found)
        if first is None or (order[line.state], line.due or "9999") < (order[first.state], first.due or "9999"):
            first = line
    if first is not None:
        yield first, findings


@dataclass(slots=True)
class _Period:
    due: date | Unknown
    early: date | Unknown | None
    done: date | Unknown
    read: list[str]
    not_before_due: date | None = None
    """Where the calendar does not reach the last day: a day that is in time whatever the calendar will say."""


def period_end(start: date, within: str) -> date:
    """Last day of a period that an event on ``start`` opens. Raises CalendarUnknown beyond the known calendar."""
    parsed = parse_period(within)
    if parsed is None:
        raise ValueError(f"不认识的期限写法：{within}")
    count, unit = parsed
    if unit == "half year":
        return periods.half_year_after(start)
    if unit == "next year end":
        return periods.next_year_end(start)
    if unit == "quarter first month end":
        return periods.quarter_first_month_end(start)
    if unit == "workday":
        return add_workdays(start, count)
    if unit == "day":
        return periods.deadline_days(start, count)
    return periods.deadline_months(start, count if unit == "month" else 12 * count)


def _date(value: Any) -> date | Unknown:
    if isinstance(value, (date, Unknown)):
        return value
    raise OperandError(f"期限要的是日期，得到的是 {value!r}")


def _period(case: Case, deadline: Deadline) -> _Period:
    read: list[str] = []
    due: date | Unknown = Unknown()
    certain: date | None = None
    try:
        if deadline.due:
            outcome = case.evaluate(deadline.due)
            due, read = _date(outcome.value), outcome.read
        elif deadline.after:
            outcome = case.evaluate(deadline.after)
            start, read = _date(outcome.value), outcome.read
            if isinstance(start, Unknown):
                due = start
            elif deadline.within:
                due = period_end(start, deadline.within)
    except CalendarUnknown as error:
        due = Unknown([WORKDAY_CALENDAR])
        certain = error.day
    early: date | Unknown | None = None
    if deadline.not_before:
        early = _date(case.evaluate(deadline.not_before).value)
    if deadline.done:
        done = _date(case.evaluate(deadline.done).value)
    elif deadline.who == "applicant":
        done = case.received or Unknown(["received"])
    else:
        done = Unknown()
    return _Period(due, early, done, read, certain)


def _one(
    case: Case, name: str, deadline: Deadline, applies: bool | Unknown, prefix: str
) -> tuple[DeadlineLine, list[Finding]]:
    period = _period(case, deadline)
    if isinstance(applies, Unknown):
        period.due = applies
        period.early = applies if period.early is not None else None
        period.not_before_due = None
    state = _state(case, period)
    due = period.due.isoformat() if isinstance(period.due, date) else None
    told = _told(case, deadline)
    line = DeadlineLine(name, deadline.name, deadline.who, due, state, case.cite(deadline.at), deadline.note, told)
    if deadline.who == "agency":
        return line, []
    return line, list(_findings(case, name, deadline, period, prefix))


def _terms(deadline: Deadline) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """What the period rests on, and the fact that it is held against where no expression names it."""
    of = [("适用于", deadline.when), ("起算", deadline.after), ("截止", deadline.due)]
    of += [("最早", deadline.not_before), ("办理", deadline.done)]
    return tuple(of), ("received",) if deadline.who == "applicant" and not deadline.done else ()


def _told(case: Case, deadline: Deadline) -> tuple[str, ...]:
    """How the period came about, with its length; empty unless the check was asked to explain."""
    told = reasons(case, *_terms(deadline))
    if not told or not deadline.within:
        return told
    from checkers.explanation import period_words

    return (f"期限：{period_words(deadline.within)}", *told)


def _state(case: Case, period: _Period) -> Literal["met", "open", "passed", "unknown"]:
    if isinstance(period.due, Unknown):
        return "met" if _surely_in_time(period) else "unknown"
    if isinstance(period.done, date):
        return "met" if period.done <= period.due else "passed"
    return "open" if case.on <= period.due else "unknown"


def _surely_in_time(period: _Period) -> bool:
    return period.not_before_due is not None and isinstance(period.done, date) and period.done <= period.not_before_due


def _findings(case: Case, name: str, deadline: Deadline, period: _Period, prefix: str) -> Iterator[Finding]:
    rule = name.replace("_", "-")
    severity: Severity = "warning" if deadline.soft else "error"
    of_row = [n for n in period.read if n.startswith(f"{deadline.for_each}[")] if deadline.for_each else []
    subject = deadline.subject or next(iter(of_row), "received")  # a row's period is a finding on that row
    names = [subject, *(n for n in period.read if n != subject)]
    of = _terms(deadline)[0]
    has_end = bool(deadline.due or (deadline.after and deadline.within))
    if isinstance(period.early, date) and isinstance(period.done, date) and period.done < period.early:
        words = Words(
            f"{prefix}{deadline.name}：{show(period.done)}尚未到可以申报的时间",
            case.fill(deadline.suggestion) or f"请于{show(period.early)}起申报",
            f"{show(period.early)}起",
            show(period.done),
        )
        yield failed(case, rule, "deadline.early", names, deadline.at, words, severity=severity, of=of)
        return
    open_end = has_end and not _surely_in_time(period)
    unknown = [v for v in (period.due if open_end else None, period.early, period.done) if isinstance(v, Unknown)]
    if unknown:
        merged = unknown[0]
        for other in unknown[1:]:
            merged = merged | other
        finding = undetermined(
            case,
            rule,
            "deadline.passed",
            merged,
            deadline.at,
            f"{prefix}{deadline.name}超过期限",
            severity=severity,
            names=names,
            of=of,
        )
        if finding:
            yield finding
        return
    if has_end and isinstance(period.due, date) and isinstance(period.done, date) and period.done > period.due:
        words = Words(
            prefix + (case.fill(deadline.message) or f"{deadline.name}：{show(period.done)}已超过期限"),
            case.fill(deadline.suggestion) or "请核实是否有可以顺延的情形",
            f"不晚于{show(period.due)}",
            show(period.done),
        )
        yield failed(case, rule, "deadline.passed", names, deadline.at, words, severity=severity, of=of)
