"""Tests of the tests: each number, date and comparison of a pack is changed in turn, and some case must come out otherwise.

A change that no case notices is a survivor. The test file may explain one under ``survivors`` (key of the change → reason):
a change that cannot alter any outcome. Everything is done in memory on a copy of the pack.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from checkers.expressions import ExpressionError, compile_expression
from checkers.logic import OperandError
from checkers.pack_check import CONDITIONS
from checkers.pack_tests import failing, load_tests, run_case
from checkers.packs import Library, Loaded
from checkers.policy import Definition

_NUMBER = re.compile(r"(?<![\w.'])\d+(?:\.\d+)?(?![\w.'])")
_COMPARISON = re.compile(r">=|<=|==|!=|(?<![<>=!-])[<>](?!=)")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")

_OTHER_SIGN = {">=": ">", "<=": "<", ">": ">=", "<": "<=", "==": "!=", "!=": "=="}


@dataclass(frozen=True, slots=True)
class Change:
    """One change: ``key`` names it stably (``rules.insured-a-year.require:1``), ``text`` says it in words."""

    key: str
    text: str
    apply: Callable[[Loaded], None]


@dataclass(frozen=True, slots=True)
class Survivor:
    """A change that every case passed; ``reason`` is what the test file says of it, empty when it says nothing."""

    key: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class MutationResult:
    policy: str
    changes: int
    survivors: tuple[Survivor, ...]

    @property
    def killed(self) -> int:
        return self.changes - len(self.survivors)


def mutate(policy_id: str, library: Library, path: Path) -> MutationResult:
    """Run every change of a pack against its test file."""
    data, _ = load_tests(path)
    loaded = library.load(policy_id)
    reasons = {str(k): str(v) for k, v in (data.get("survivors") or {}).items()}
    cases = list(data["cases"])
    survivors: list[Survivor] = []
    count = 0
    for change in changes(loaded):
        count += 1
        mutant = _copy(loaded)
        change.apply(mutant)
        cases.sort(key=lambda case: not _concerns(case, change.key))
        killer = _killer(mutant, data["given"], cases)
        if killer is None:
            survivors.append(Survivor(change.key, change.text, reasons.get(change.key, "")))
    return MutationResult(policy_id, count, tuple(survivors))


def _copy(loaded: Loaded) -> Loaded:
    other = Loaded(deepcopy(loaded.policy), dict(loaded.code))
    other.borrowed = loaded.borrowed
    return other


def _concerns(case: dict[str, Any], key: str) -> bool:
    """Whether a case speaks of the thing that was changed: tried first."""
    parts = key.replace("_", "-").split(".")
    return any(rule in parts for rule in (case.get("expect") or {}))


def _killer(mutant: Loaded, given: dict[str, Any], cases: list[dict[str, Any]]) -> str | None:
    for case in cases:
        try:
            if failing(mutant, case, run_case(mutant, given, case)):
                return str(case.get("name", ""))
        except (ExpressionError, OperandError, KeyError):
            return str(case.get("name", ""))
    return None


# ---------------------------------------------------------------- the changes


def changes(loaded: Loaded) -> Iterator[Change]:
    """Every change of one pack, in the order of the pack."""
    policy = loaded.policy
    yield from _dates("in_force", lambda m: m.policy.in_force, policy.in_force, ("since", "until"))
    for name, parameter in policy.parameters.items():
        for day, value in parameter.values.items():
            yield _parameter_day(name, day)
            if isinstance(value, Decimal):
                yield _parameter_value(name, day, value)
    for name, table in policy.tables.items():
        for i, row in enumerate(table.rows):
            for j, cell in enumerate(row):
                if isinstance(cell, Decimal):
                    yield _table_cell(name, i, j, cell)
    for key, text, put in _expressions(loaded):
        yield from _text_changes(key, text, put)
    for i, rule in enumerate(policy.rules):
        yield from _dates(f"rules.{rule.id}", _rule_at(i), rule, ("since", "until"))
    for name, deadline in policy.deadlines.items():
        number = re.match(r"\d+", deadline.within)
        if number:
            yield _within(name, deadline.within, int(number[0]))


def _dates(key: str, find: Callable[[Loaded], Any], item: Any, names: tuple[str, ...]) -> Iterator[Change]:
    for name in names:
        day = getattr(item, name)
        if day is not None:
            for step in (1, -1):
                moved = day + timedelta(days=step)
                yield Change(f"{key}.{name}:{step:+d}", f"{day} → {moved}", _attribute_put(find, name, moved))


def _attribute_put(find: Callable[[Loaded], Any], name: str, value: Any) -> Callable[[Loaded], None]:
    return lambda mutant: setattr(find(mutant), name, value)


def _rule_at(i: int) -> Callable[[Loaded], Any]:
    return lambda mutant: mutant.policy.rules[i]


def _parameter_day(name: str, day: date) -> Change:
    def put(mutant: Loaded) -> None:
        values = mutant.policy.parameters[name].values
        values[day + timedelta(days=1)] = values.pop(day)

    return Change(f"parameters.{name}.{day}:day", f"{day}起 → {day + timedelta(days=1)}起", put)


def _parameter_value(name: str, day: date, value: Decimal) -> Change:
    def put(mutant: Loaded) -> None:
        mutant.policy.parameters[name].values[day] = value + 1

    return Change(f"parameters.{name}.{day}", f"{value} → {value + 1}", put)


def _table_cell(name: str, i: int, j: int, cell: Decimal) -> Change:
    def put(mutant: Loaded) -> None:
        mutant.policy.tables[name].rows[i][j] = cell + 1

    return Change(f"tables.{name}.{i + 1}.{j + 1}", f"第{i + 1}行第{j + 1}格 {cell} → {cell + 1}", put)


def _within(name: str, within: str, count: int) -> Change:
    other = within.replace(str(count), str(count + 1), 1)

    def put(mutant: Loaded) -> None:
        mutant.policy.deadlines[name].within = other

    return Change(f"deadlines.{name}.within", f"{within} → {other}", put)


Put = Callable[[Loaded, str], None]


def _expressions(loaded: Loaded) -> Iterator[tuple[str, str, Put]]:
    """(key, expression, how to put another in its place) of every expression of the pack's own."""
    policy = loaded.policy
    if policy.applies:
        yield "applies", policy.applies, lambda m, text: setattr(m.policy, "applies", text)
    for form_id, form in policy.forms.items():
        if form_id in loaded.borrowed:
            continue
        for name, spec in form.fields.items():
            if isinstance(spec.required, str):
                yield f"forms.{form_id}.{name}.required", spec.required, _field_put(form_id, name)
    for name, definition in policy.define.items():
        yield (
            f"define.{name}",
            definition.value if isinstance(definition, Definition) else definition,
            _define_put(name),
        )
    for name, material in policy.materials.items():
        for attribute in ("when", "waived"):
            if getattr(material, attribute):
                yield (
                    f"materials.{name}.{attribute}",
                    getattr(material, attribute),
                    _item_put("materials", name, attribute),
                )
    for i, rule in enumerate(policy.rules):
        yield from _of_item(f"rules.{rule.id}", rule, "rules", i)
    for name, amount in policy.amounts.items():
        yield from _of_item(f"amounts.{name}", amount, "amounts", name)
    for name, deadline in policy.deadlines.items():
        yield from _of_item(f"deadlines.{name}", deadline, "deadlines", name)
    for name, result in policy.results.items():
        for attribute in ("value", "when"):
            if getattr(result, attribute):
                yield f"results.{name}.{attribute}", getattr(result, attribute), _item_put("results", name, attribute)
    for i, benefit in enumerate(policy.benefits):
        yield from _of_item(f"benefits.{benefit.id}", benefit, "benefits", i)


def _of_item(key: str, item: Any, section: str, where: int | str) -> Iterator[tuple[str, str, Put]]:
    for attribute in CONDITIONS:
        text = getattr(item, attribute, "")
        if text:
            yield f"{key}.{attribute}", text, _item_put(section, where, attribute)


def _item_put(section: str, where: int | str, attribute: str) -> Put:
    return lambda m, text: setattr(getattr(m.policy, section)[where], attribute, text)


def _field_put(form_id: str, name: str) -> Put:
    return lambda m, text: setattr(m.policy.forms[form_id].fields[name], "required", text)


def _define_put(name: str) -> Put:
    def put(mutant: Loaded, text: str) -> None:
        mutant.policy.define[name] = text

    return put


def _text_changes(key: str, text: str, put: Put) -> Iterator[Change]:
    """Each number one higher, each comparison the neighbouring one; words in quotes are left alone."""
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    edits: list[tuple[int, int, str]] = []
    for match in _NUMBER.finditer(text):
        edits.append((*match.span(), str(Decimal(match[0]) + 1)))
    for match in _COMPARISON.finditer(text):
        edits.append((*match.span(), _OTHER_SIGN[match[0]]))
    edits = [e for e in edits if not any(a <= e[0] < b for a, b in quoted)]
    for n, (start, end, other) in enumerate(sorted(edits), start=1):
        changed = text[:start] + other + text[end:]
        yield Change(f"{key}:{n}", f"{text[start:end]} → {other}，成为 {changed}", _recompiled(put, changed))


def _recompiled(put: Put, text: str) -> Callable[[Loaded], None]:
    def apply(mutant: Loaded) -> None:
        mutant.code[text] = compile_expression(text).python
        put(mutant, text)

    return apply
