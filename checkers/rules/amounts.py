"""The sums of a policy: what it yields, what was claimed, and the cap over both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from checkers.case import Case, Outcome
from checkers.facts import Unknown
from checkers.logic import LARGEST
from checkers.policy import Amount
from checkers.report import AmountLine, Finding
from checkers.rules.verdicts import Words, failed, reasons, undetermined
from checkers.values.dates import MonthRange
from checkers.values.numerals import LONGEST
from checkers.values.types import show

CENT = Decimal("0.01")
"""分: money is shown, and a claim is held against it, to the cent (四舍五入)."""


def check_amounts(case: Case) -> Iterator[tuple[AmountLine | None, list[Finding]]]:
    """Each amount of the pack: its line for the report (None where it does not apply) and its findings."""
    for name, amount in case.policy.amounts.items():
        applies = case.holds(amount.when) if not amount.for_each else True
        if applies is False:
            continue
        if amount.for_each:
            yield _rows(case, name, amount)
        else:
            yield _single(case, name, amount, applies)


def _single(case: Case, name: str, amount: Amount, applies: bool | Unknown) -> tuple[AmountLine, list[Finding]]:
    outcome = case.evaluate(amount.formula) if amount.formula else Outcome(Unknown(), [])
    value = applies if isinstance(applies, Unknown) else outcome.value
    findings = list(_compare(case, name, amount, value, applies, ""))
    if not amount.formula and amount.cap:
        value = applies if isinstance(applies, Unknown) else case.evaluate(amount.cap).value
    return _line(case, name, amount, value), findings


def _line(case: Case, name: str, amount: Amount, value: Any) -> AmountLine:
    missing: tuple[str, ...] = ()
    shown: str | None = None
    if isinstance(value, Unknown):
        missing = tuple(sorted(case.label(n) for n in value.names))
    else:
        shown = plain_amount(value, amount.unit)
    return AmountLine(
        name,
        amount.name,
        shown,
        amount.unit,
        formula_text(case, amount.formula or amount.cap),
        case.cite(amount.at),
        missing,
        reasons(case, _terms(amount)),
    )


def _terms(amount: Amount) -> tuple[tuple[str, str], ...]:
    return (("适用于", amount.when), ("算式", amount.formula), ("上限", amount.cap))


def plain_amount(value: Any, unit: str) -> str:
    """Money with two decimals, other numbers as they are."""
    number = Decimal(value)
    with localcontext(prec=2 * LONGEST):
        if "元" in unit:
            return format(number.quantize(CENT, rounding=ROUND_HALF_UP), "f")
        return format(number.normalize(), "f")


def formula_text(case: Case, text: str) -> str:
    """The formula with each name as its label and value: ``补贴标准〔6000〕 × 人数〔3〕``.

    Empty where it is reckoned row by row or by cases: that is code, which the reader of a report is not asked to read.
    """
    if re.search(r"\brow\.|\bif\b", text):
        return ""
    text = re.sub(r"\((\w+) \| if_blank\(0\)\)", r"\1", text)  # a blank that counts as nothing

    def named(match: re.Match[str]) -> str:
        word = match[0]
        if word not in case.specs and word not in case.policy.parameters and word not in case.policy.define:
            return word
        value = case.get(word)
        if isinstance(value, list):
            return case.label(word)
        return f"{case.label(word)}〔{_shown(case, word, value)}〕"

    text = re.sub(r"\bmonths\((\w+)\)", lambda m: f"{case.label(m[1])}的月数〔{_shown_months(case, m[1])}〕", text)
    text = re.sub(r"(?<![\w.'])[A-Za-z_]\w*(?![\w'(])", named, text)
    return text.replace(" * ", " × ").replace(" / ", " ÷ ")


def _shown(case: Case, name: str, value: Any) -> str:
    if not isinstance(value, Unknown):
        return show(value)
    fact = case.facts.get(name)
    return "空" if fact is not None and fact.state == "blank" else "未知"


def _shown_months(case: Case, name: str) -> str:
    value = case.get(name)
    return str(value.months) if isinstance(value, MonthRange) else "未知"


def _compare(
    case: Case, name: str, amount: Amount, value: Any, applies: bool | Unknown, prefix: str
) -> Iterator[Finding]:
    """What was claimed against the cap, then against the formula; what hangs on an unknown is never passed over."""
    if not amount.claimed:
        return
    row = f"{amount.for_each}[{case.row_number}].{amount.claimed}" if amount.for_each else amount.claimed
    claimed = case.column(amount.claimed) if amount.for_each else case.get(amount.claimed)
    cap = case.evaluate(amount.cap).value if amount.cap else None
    rule = name.replace("_", "-")
    of = _terms(amount)
    waits = _waits(amount, claimed, applies, value, cap)
    if isinstance(claimed, Unknown) or isinstance(applies, Unknown):
        over = wrong = False
    else:
        over = cap is not None and not isinstance(cap, Unknown) and claimed > cap
        wrong = bool(amount.formula) and not isinstance(value, Unknown) and not _same_sum(claimed, value, amount.unit)
    if over or wrong:
        case.reported.add(row)
        words = _words(case, amount, cap if over else value, claimed, prefix, over=over)
        yield failed(case, rule, "amount.exceeds" if over else "amount.mismatch", [row], amount.at, words, of=of)
    elif waits is not None:
        code, unknown = waits
        finding = undetermined(case, rule, code, unknown, amount.at, f"{prefix}{amount.name}", names=[row], of=of)
        if finding:
            yield finding


def _waits(amount: Amount, claimed: Any, applies: Any, value: Any, cap: Any) -> tuple[str, Unknown] | None:
    """The first unknown that the comparison hangs on, and the code of the finding that says so."""
    usual = "amount.mismatch" if amount.formula else "amount.exceeds"
    for code, item in ((usual, claimed), (usual, applies), (usual, value if amount.formula else None)):
        if isinstance(item, Unknown):
            return code, item
    return ("amount.exceeds", cap) if isinstance(cap, Unknown) else None


def _same_sum(claimed: Any, value: Any, unit: str) -> bool:
    """Money agrees when it does to the cent: a formula with a division cannot be written down exactly."""
    if "元" in unit and abs(value) < LARGEST:
        return bool(claimed == Decimal(value).quantize(CENT, rounding=ROUND_HALF_UP) or claimed == value)
    return bool(claimed == value)


def _words(case: Case, amount: Amount, expected: Any, actual: Any, prefix: str, *, over: bool) -> Words:
    unit = amount.unit.partition("/")[0]
    want, got = f"{number_text(expected)}{unit}", f"{number_text(actual)}{unit}"
    if amount.message:
        message = prefix + case.fill(amount.message)
    elif over:
        message = f"{prefix}{amount.name}为{got}，超过{want}的上限"
    else:
        message = f"{prefix}{amount.name}填写{got}，按规定计算应为{want}"
    suggestion = case.fill(amount.suggestion) or ("请按上限更正" if over else "请核对人数、月数和标准后更正")
    return Words(message, suggestion, f"不超过{want}" if over else want, got)


def number_text(value: Any) -> str:
    return format(Decimal(value).normalize(), "f") if isinstance(value, (int, Decimal)) else show(value)


def _rows(case: Case, name: str, amount: Amount) -> tuple[AmountLine | None, list[Finding]]:
    rows = case.rows(amount.for_each)
    if isinstance(rows, Unknown):
        finding = None
        if amount.claimed:
            code, about = "amount.mismatch" if amount.formula else "amount.exceeds", [amount.for_each]
            finding = undetermined(case, name.replace("_", "-"), code, rows, amount.at, amount.name, names=about)
        return _line(case, name, amount, rows), [finding] if finding else []
    total: Any = Decimal(0)
    findings: list[Finding] = []
    label = case.label(amount.for_each)
    for number in case.each_row(amount.for_each, rows):
        applies = case.holds(amount.when)
        if applies is False:
            continue
        value = case.value(amount.formula) if amount.formula and applies is True else applies
        if not isinstance(value, (Unknown, bool)):
            total = total if isinstance(total, Unknown) else total + value
        elif isinstance(value, Unknown):
            total = total | value if isinstance(total, Unknown) else value
        findings.extend(_compare(case, name, amount, value, applies, f"{label}第{number}行："))
    line = _line(case, name, amount, total) if amount.formula else None
    if line is not None:
        line.name += "（各行合计）"
    return line, findings
