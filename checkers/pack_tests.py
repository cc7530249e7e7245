"""Runs ``<id>.test.yaml``: sentences, inputs, expected findings, and nothing else.

A test file has ``policy``, ``given`` (a complete case that passes everything) and ``cases``. A case changes the given one
(``with``: facts merged over, null = blank; ``remove``: facts nobody knows; ``marks``, ``pledges``, ``materials``,
``without_materials``, ``closed``, ``on``, ``received``) and names what must come out: ``expect`` (rule → fail|unknown, the
whole list), and if given ``codes``, ``amounts``, ``deadlines`` (id → day, or null), ``states``, ``results`` (id → value), ``verdict``.
``survivors`` explains changes of the pack that no case can notice (see ``checkers.mutation``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from checkers.engine import check
from checkers.facts import Fact, Facts, FormSeen, MarkSeen, fact_of
from checkers.packs import TEST_SUFFIX, Library, Loaded
from checkers.report import Location, Report
from checkers.slips import PackError, Slip
from checkers.yaml_text import Lines, line_of, read_yaml

_GIVEN_KEYS = {"on", "received", "facts", "marks", "pledges", "materials", "closed"}
_CASE_KEYS = {
    *("name", "at", "with", "remove", "expect", "codes", "amounts", "deadlines", "states", "verdict", "results"),
    *("on", "received", "marks", "pledges", "materials", "without_materials", "closed", "note"),
}


@dataclass(slots=True)
class CaseResult:
    """One case run. ``differences`` are Chinese sentences; empty when it came out as expected."""

    policy: str
    name: str
    path: str
    line: int
    differences: list[str] = field(default_factory=list)
    fired: dict[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return not self.differences


def test_path(pack: str | Path) -> Path:
    """The test file that belongs to a pack file."""
    path = Path(pack)
    return path.with_name(path.name.removesuffix(".yaml") + TEST_SUFFIX)


def run_file(path: Path, library: Library) -> list[CaseResult]:
    """All cases of one test file. Raises PackError for a file that is not one."""
    data, lines = load_tests(path)
    loaded = library.load(data["policy"])
    results = []
    for i, case in enumerate(data["cases"]):
        result = CaseResult(data["policy"], str(case.get("name", "")), str(path), line_of(lines, ("cases", i)))
        report = run_case(loaded, data["given"], case)
        result.fired = {f"{f.rule.partition('/')[2]}": f.status for f in report.findings}
        result.differences = list(failing(loaded, case, report))
        results.append(result)
    return results


def load_tests(path: Path) -> tuple[dict[str, Any], Lines]:
    """The test file and the lines of its keys. Raises PackError for a file that is not one."""
    data, lines = read_yaml(path.read_text(encoding="utf-8"), str(path))
    _check_shape(data, lines, str(path))
    return data, lines


def _check_shape(data: Any, lines: Any, path: str) -> None:
    slips: list[Slip] = []
    if not isinstance(data, dict) or not {"policy", "given", "cases"} <= set(data):
        raise PackError([Slip(path, 1, "", "测试文件要有 policy、given、cases 三个键")])
    for key in set(data) - {"policy", "given", "cases", "survivors"}:
        slips.append(Slip(path, line_of(lines, (key,)), str(key), "没有这个键（请检查拼写）"))
    for key in set(data["given"]) - _GIVEN_KEYS:
        slips.append(Slip(path, line_of(lines, ("given", key)), f"given.{key}", "没有这个键（请检查拼写）"))
    for i, case in enumerate(data["cases"]):
        for key in set(case) - _CASE_KEYS:
            slips.append(Slip(path, line_of(lines, ("cases", i, key)), f"cases.{i}.{key}", "没有这个键（请检查拼写）"))
        if "expect" not in case:
            slips.append(Slip(path, line_of(lines, ("cases", i)), f"cases.{i}", "缺少 expect"))
    if slips:
        raise PackError(slips)


def run_case(loaded: Loaded, given: dict[str, Any], case: dict[str, Any]) -> Report:
    """The report of one case."""
    values = {**given.get("facts", {}), **(case.get("with") or {})}
    removed = set(case.get("remove") or ())
    marks = {**(given.get("marks") or {}), **(case.get("marks") or {})}
    pledges = {**(given.get("pledges") or {}), **(case.get("pledges") or {})}
    handed_in = list(case.get("materials", given.get("materials") or ()))
    handed_in = [m for m in handed_in if m not in set(case.get("without_materials") or ())]
    facts = Facts(
        materials={m: [f"{m}.pdf"] for m in handed_in},
        closed=bool(case.get("closed", given.get("closed", True))),
        place=Location("packet"),
    )
    of_forms: set[str] = set()
    for form_id, form in loaded.policy.forms.items():
        names = [*form.fields, *(t for f in form.fields.values() for t in f.totals)]
        of_forms.update(names)
        material = next((m for m, spec in loaded.policy.materials.items() if spec.form == form_id), form.material)
        if material not in handed_in:
            continue
        place = Location(f"{material}.pdf", 1)
        seen = FormSeen(form_id, place=place, pledge=pledges.get(form_id, ""), pledge_locations=(place,))
        for name in names:
            seen.facts[name] = _placed(name, values.get(name), name in removed, place)
        for name in [*form.signatures, *form.seals]:
            seen.marks[name] = MarkSeen(marks.get(name, "absent"), locations=(place,))
        facts.forms.append(seen)
    for name, value in values.items():
        if name not in of_forms and name not in removed:
            facts.known[name] = fact_of(name, value)
    on = _day(case.get("on", given.get("on")))
    received = case.get("received", given.get("received"))
    return check(facts, loaded, on, received=_day(received) if received else None)


def _placed(name: str, value: Any, removed: bool, place: Location) -> Fact:
    if removed:
        return Fact(name, "", "absent")
    fact = fact_of(name, value)
    fact.locations = (place,)
    for row in fact.rows:
        for cell in row.values():
            cell.locations = (place,)
    return fact


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def failing(loaded: Loaded, case: dict[str, Any], report: Report) -> list[str]:
    """How a report differs from what the case expects, in Chinese sentences."""
    out: list[str] = []
    found: dict[str, str] = {}
    for finding in report.findings:
        rule = finding.rule.partition("/")[2]
        found[rule] = "fail" if "fail" in (found.get(rule), finding.status) else finding.status
        if not finding.citations:
            out.append(f"{rule} 的结果没有依据")
        if not finding.locations:
            out.append(f"{rule} 的结果没有指到纸上的位置")
    wanted = {str(k): str(v) for k, v in (case.get("expect") or {}).items()}
    for rule in sorted(set(wanted) | set(found)):
        if wanted.get(rule) != found.get(rule):
            out.append(f"{rule}：应为 {wanted.get(rule, '无')}，实为 {found.get(rule, '无')}{_said(report, rule)}")
    codes = {f.rule.partition("/")[2]: f.code for f in report.findings}
    for rule, code in (case.get("codes") or {}).items():
        if codes.get(rule) != code:
            out.append(f"{rule} 的代码：应为 {code}，实为 {codes.get(rule, '无')}")
    amounts = {a.id: a.value for a in report.amounts}
    for name, value in (case.get("amounts") or {}).items():
        if amounts.get(name) != (None if value is None else str(value)):
            out.append(f"金额 {name}：应为 {value}，实为 {amounts.get(name)}")
    for name, value in (case.get("results") or {}).items():
        got = report.results.get(name)
        if (None if got is None else str(got)) != (None if value is None else str(value)):
            out.append(f"结果 {name}：应为 {value}，实为 {got}")
    out.extend(_deadline_differences(case, report))
    if "verdict" in case and case["verdict"] != report.verdict:
        out.append(f"结论：应为 {case['verdict']}，实为 {report.verdict}")
    return out


def _deadline_differences(case: dict[str, Any], report: Report) -> list[str]:
    out = []
    due = {d.id: d.due for d in report.deadlines}
    state = {d.id: d.state for d in report.deadlines}
    for name, day in (case.get("deadlines") or {}).items():
        if due.get(name) != (None if day is None else str(day)):
            out.append(f"期限 {name}：应为 {day}，实为 {due.get(name)}")
    for name, wanted in (case.get("states") or {}).items():
        if state.get(name) != wanted:
            out.append(f"期限 {name} 的状态：应为 {wanted}，实为 {state.get(name)}")
    return out


def _said(report: Report, rule: str) -> str:
    messages = [f.message for f in report.findings if f.rule.partition("/")[2] == rule]
    return f"（{messages[0]}）" if messages else ""
