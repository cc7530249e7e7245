"""A policy pack as a calculator: its look-up facts are the inputs, its results, amounts and deadlines the answer.

What cannot be reckoned for want of a fact is left out of the results; a step names what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from checkers.calculators.calculation import Calculation, Parameter, Step
from checkers.case import Case
from checkers.engine import check
from checkers.facts import Facts, Unknown
from checkers.packs import Loaded
from checkers.policy import Result
from checkers.report import Report
from checkers.rules.amounts import formula_text
from checkers.values.types import parse_value, show, to_plain


def parameters_of(loaded: Loaded) -> tuple[Parameter, ...]:
    """The facts a pack asks for, as inputs; none is required, what is missing leaves answers open."""
    return tuple(
        Parameter(name, fact.label, fact.type, tuple(fact.options), required=False)
        for name, fact in loaded.policy.facts.items()
        if fact.type != "roster"
    )


def calculate_pack(
    loaded: Loaded, inputs: Mapping[str, str], on: date | None, received: date | None = None
) -> Calculation:
    """Raises ValueError (one Chinese sentence) for an input the pack does not know or a value of the wrong type."""
    policy = loaded.policy
    day = on or policy.in_force.since
    by_label = {fact.label: name for name, fact in policy.facts.items()}
    values: dict[str, str] = {}
    for key, raw in inputs.items():
        name = key if key in policy.facts else by_label.get(key, "") or key.replace("-", "_")
        if name not in policy.facts:
            raise ValueError(f"计算器 {policy.id} 没有参数 --{key}")
        fact = policy.facts[name]
        try:
            parse_value(fact.type, raw, unit=fact.unit, options=fact.options)
        except ValueError as error:
            raise ValueError(f"--{key}（{fact.label}）：{error}") from None
        values[name] = raw
    facts = Facts.of(values)
    case = Case(facts, loaded, day, received)
    report = check(facts, loaded, day, received=received)
    normal = {name: str(to_plain(case.typed(name))) for name in values}
    results, steps = _answers(case, report)
    return Calculation(policy.id, day, normal, results, steps)


def _answers(case: Case, report: Report) -> tuple[dict[str, int | str], tuple[Step, ...]]:
    results: dict[str, int | str] = {}
    steps: list[Step] = []
    for finding in report.findings:
        if finding.status == "fail":
            steps.append(Step(finding.message, finding.citations))
    for name, result in case.policy.results.items():
        step = _result(case, name, result, results)
        if step:
            steps.append(step)
    for amount in report.amounts:
        if amount.value is None:
            steps.append(Step(f"{amount.name}：尚不能计算，缺{'、'.join(amount.missing)}", amount.citations))
            continue
        results[amount.id] = amount.value
        steps.append(Step(f"{amount.name}：{amount.formula} = {amount.value}{amount.unit}", amount.citations))
    for deadline in report.deadlines:
        if deadline.due is not None:
            results[deadline.id] = deadline.due
            steps.append(Step(f"{deadline.name}：截止{show(date.fromisoformat(deadline.due))}", deadline.citations))
    return results, tuple(steps)


def _result(case: Case, name: str, result: Result, results: dict[str, int | str]) -> Step | None:
    applies = case.holds(result.when)
    if applies is False:
        return None
    value = applies if isinstance(applies, Unknown) else case.evaluate(result.value).value
    cites = case.cite(result.at)
    if isinstance(value, Unknown):
        missing = "、".join(sorted(case.label(n) for n in value.names))
        return Step(f"{result.name}：尚不能确定，缺{missing}", cites)
    plain = to_plain(value)
    results[name] = (
        plain
        if isinstance(plain, int) and not isinstance(plain, bool)
        else show(plain)
        if isinstance(plain, list | bool)
        else str(plain)
    )
    formula = formula_text(case, result.value)
    return Step(f"{result.name}：{formula + ' = ' if formula else ''}{show(value)}{result.unit}", cites)
