"""The blanks of a form: required ones filled, each value of its type, either/or groups ticked once, rosters row by row."""

from __future__ import annotations

from collections.abc import Iterator

from checkers.case import Case
from checkers.facts import Fact, RowTexts, Unknown, cell_of
from checkers.policy import At, Field
from checkers.report import Finding
from checkers.rules.verdicts import Words, failed, undetermined
from checkers.values.types import show
from checkers.vocabulary import fold

TICK_GROUPS = frozenset(["choice", "ticks", "yes_no"])


def check_fields(case: Case) -> Iterator[Finding]:
    """Findings on every form of the packet, in the order of its printed blanks."""
    places = [
        (form_id, name, spec)
        for form_id in case.seen
        if form_id in case.policy.forms
        for name, spec in case.policy.forms[form_id].fields.items()
    ]
    said: dict[tuple[str, str], list[Finding]] = {}
    # those that are always required first: whether another one is may hang on a blank further down
    for form_id, name, spec in sorted(places, key=lambda place: isinstance(place[2].required, str)):
        said[form_id, name] = list(_place(case, form_id, name, spec))
    for form_id, name, _ in places:
        yield from said[form_id, name]
    for name in case.facts.known:
        if name not in case.form_of or case.form_of[name] not in case.seen:
            yield from _known(case, name)


def _place(case: Case, form_id: str, name: str, spec: Field) -> Iterator[Finding]:
    at = spec.at or case.policy.forms[form_id].at
    if spec.type != "roster":
        yield from _field(case, form_id, name, spec, at)
        return
    yield from _roster(case, form_id, name, spec, at)
    for total, total_spec in spec.totals.items():
        yield from _field(case, form_id, total, total_spec, total_spec.at or at)


def _known(case: Case, name: str) -> Iterator[Finding]:
    """A fact given from outside whose value breaks its type."""
    case.get(name)
    places = [p for p in case.problems if p == name or p.startswith(f"{name}[")]
    for place in places:
        case.reported.add(place)
        yield failed(
            case,
            _rule_id(name),
            "field.invalid",
            [place],
            case.policy.in_force.at,
            Words(f"{case.label(place)}：{case.problems[place]}", "请核对所给的事实数据"),
        )


def _rule_id(name: str) -> str:
    return name.replace("_", "-")


def _missing_code(spec: Field, *, in_roster: bool = False) -> str:
    if spec.role == "signed_on":
        return "date.missing"
    if spec.type in TICK_GROUPS and not in_roster:
        return "choice.invalid"
    return "field.missing"


def _field(case: Case, form_id: str, name: str, spec: Field, at: At) -> Iterator[Finding]:
    fact = case.facts.get(name)
    if fact is None or fact.state != "filled":
        yield from _empty(case, form_id, name, spec, fact, at)
        return
    if fact.illegible:
        finding = undetermined(
            case, _rule_id(name), "field.invalid", Unknown([name]), at, f"{spec.label}清晰可辨", form_id=form_id
        )
        if finding:
            yield finding
        return
    case.get(name)
    if name in case.problems:
        case.reported.add(name)
        yield _invalid(case, form_id, name, spec, fact, at)


def _invalid(case: Case, form_id: str, name: str, spec: Field, fact: Fact, at: At) -> Finding:
    code = "choice.invalid" if spec.type in TICK_GROUPS or spec.type == "tick" else "field.invalid"
    raw = fact.raw if isinstance(fact.raw, str) else show(fact.raw)
    expected = f"{'、'.join(spec.options)} 中选一项" if spec.type == "choice" else ""
    label, problem = case.label(name), case.problems[name]
    message = problem if problem.startswith(label) else f"{label}：{problem}"
    advice = "请核对后更正"
    chosen = _several(spec, raw)
    if chosen:
        message, advice = f"“{label}”只能选一项，勾了{len(chosen)}项：{'、'.join(chosen)}", "请只勾选一项"
    return failed(
        case,
        _rule_id(name.partition("[")[0]),
        code,
        [name],
        at,
        Words(message, advice, expected, raw),
        form_id=form_id,
    )


def _several(spec: Field, raw: str) -> list[str]:
    """The options of a choice that were ticked, where there are more than one."""
    options = {fold(o) for o in spec.options or ("是", "否", "男", "女")}
    chosen = [part for part in raw.split("、") if fold(part) in options]
    return chosen if spec.type in ("choice", "yes_no", "sex") and len(chosen) > 1 else []


def _empty(case: Case, form_id: str, name: str, spec: Field, fact: Fact | None, at: At) -> Iterator[Finding]:
    required: bool | Unknown = spec.required if isinstance(spec.required, bool) else case.holds(spec.required)
    if required is False:
        return
    code = _missing_code(spec)
    if isinstance(required, Unknown):
        finding = undetermined(
            case,
            _rule_id(name),
            code,
            required,
            at,
            f"{spec.label}必须填写",
            names=[name],
            form_id=form_id,
            of=_required(spec),
        )
        if finding:
            yield finding
        return
    case.reported.add(name)
    words, of = _missing_words(spec, fact, code), _required(spec)
    yield failed(case, _rule_id(name), code, [name], at, words, form_id=form_id, of=of)


def _required(spec: Field) -> tuple[tuple[str, str], ...]:
    """The condition under which a blank must be filled, where there is one."""
    return () if isinstance(spec.required, bool) else (("必填", spec.required),)


def _missing_words(spec: Field, fact: Fact | None, code: str) -> Words:
    if fact is None or fact.state == "absent":
        return Words(f"表上没有找到“{spec.label}”一栏", "请使用完整的规定表样")
    if code == "choice.invalid":
        return Words(f"“{spec.label}”没有勾选", "请在所列选项中勾选", "、".join(spec.options))
    if code == "date.missing":
        return Words(f"没有填写{spec.label}", "请补填年月日")
    return Words(f"“{spec.label}”没有填写", "请补填")


def _roster(case: Case, form_id: str, name: str, spec: Field, at: At) -> Iterator[Finding]:
    fact = case.facts.get(name)
    if fact is None or fact.state != "filled" or not fact.rows:
        yield from _empty(case, form_id, name, spec, fact, at)
        return
    case.get(name)
    long = fact.rows if isinstance(fact.rows, RowTexts) else None
    for number in range(1, len(fact.rows) + 1):
        for column, column_spec in spec.columns.items():
            place = f"{name}[{number}].{column}"
            quiet = long is not None and (long.filled(number - 1, column) or column_spec.required is False)
            if quiet and place not in case.problems:
                continue  # nothing to say, so the fact and its place need not be made
            cell = cell_of(fact.rows, number - 1, column)
            yield from _cell(case, form_id, place, column_spec, cell, number, name, at)


def _cell(
    case: Case, form_id: str, place: str, spec: Field, cell: Fact | None, number: int, roster: str, at: At
) -> Iterator[Finding]:
    if cell is not None and cell.state == "filled":
        if cell.illegible:
            what = f"{case.label(place)}清晰可辨"
            finding = undetermined(case, _rule_id(roster), "field.invalid", Unknown([place]), at, what, form_id=form_id)
            if finding:
                yield finding
        elif place in case.problems:
            case.reported.add(place)
            yield _invalid(case, form_id, place, spec, cell, at)
        return
    required: bool | Unknown
    if isinstance(spec.required, bool):
        required = spec.required
    else:
        rows = case.rows(roster)
        with case.at_row(roster, number, rows[number - 1] if isinstance(rows, list) else {}):
            required = case.holds(spec.required)
    if required is False:
        return
    if isinstance(required, Unknown):
        what = f"{case.label(place)}必须填写"
        code = _missing_code(spec, in_roster=True)
        finding = undetermined(case, _rule_id(roster), code, required, at, what, names=[place], form_id=form_id)
        if finding:
            yield finding
        return
    case.reported.add(place)
    words = Words(f"{case.label(place)}没有填写", "请补填")
    first = case.facts.get(roster)
    nearby = next((c.locations for c in (first.rows[number - 1].values() if first else ()) if c.locations), ())
    locations = cell.locations if cell is not None and cell.locations else nearby
    yield failed(
        case,
        _rule_id(roster),
        _missing_code(spec, in_roster=True),
        [place],
        at,
        words,
        locations=locations,
        form_id=form_id,
    )
