"""Every encoded policy: clean, its cases come out as written, and each requirement is seen to fail at least once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from checkers import pack_tests
from checkers.packs import BUILT_IN, CATALOGUES, Library
from checkers.policy import Policy
from checkers.report import FINDING_CODES
from checkers.yaml_text import read_yaml

LIBRARY = Library((BUILT_IN,))
PACKS = sorted(p for p in BUILT_IN.rglob("*.yaml") if not p.name.endswith(".test.yaml") and p.parent.name != CATALOGUES)
TESTS = sorted(BUILT_IN.rglob("*.test.yaml"))

NOT_TRIGGERED: dict[str, str] = {
    # "<policy id>/<rule id>": why no packet of papers can make it fail
}


def stem(path: Path) -> str:
    return path.name.removesuffix(".yaml")


@cache
def results(path: Path) -> list[pack_tests.CaseResult]:
    return pack_tests.run_file(path, LIBRARY)


def sentences() -> Iterator[object]:
    """Each case under its own sentence; a test file that is no test file fails as one."""
    for path in TESTS:
        data, _ = read_yaml(path.read_text(encoding="utf-8"), str(path))
        for i, case in enumerate(data["cases"]):
            yield pytest.param(path, i, id=f"{stem(path).removesuffix('.test')}：{case['name']}")


@pytest.mark.parametrize("path", PACKS, ids=stem)
def test_pack_is_clean(path: Path) -> None:
    policy = LIBRARY.compile(path).policy
    assert stem(path) == policy.id
    assert LIBRARY.entries()[policy.id].error == ""


@pytest.mark.parametrize("path", PACKS, ids=stem)
def test_pack_is_the_same_from_the_cache(path: Path) -> None:
    first = Library((BUILT_IN,)).load(stem(path))
    again = Library((BUILT_IN,)).load(stem(path))
    assert again.policy == first.policy
    assert again.code == first.code


@pytest.mark.parametrize("path", PACKS, ids=stem)
def test_services_have_cases(path: Path) -> None:
    if LIBRARY.load(stem(path)).policy.kind == "service":
        assert pack_tests.test_path(path).is_file()


@pytest.mark.parametrize("path", TESTS, ids=stem)
def test_sentences_are_told_apart(path: Path) -> None:
    names = [r.name for r in results(path)]
    assert len(set(names)) == len(names)
    assert all(len(n) >= 4 for n in names)


@pytest.mark.parametrize(("path", "number"), list(sentences()))
def test_case(path: Path, number: int) -> None:
    result = results(path)[number]
    assert result.passed, f"{result.path}:{result.line}\n" + "\n".join(result.differences)


def requirements(policy: Policy) -> Iterator[str]:
    """Ids of everything the pack can find fault with, as ``run_file`` names it; a borrowed form is its own pack's to test
    where that has cases of its own."""
    borrowed = LIBRARY.load(policy.id).borrowed
    for form_id, form in policy.forms.items():
        if form_id in borrowed and pack_tests.test_path(LIBRARY.entries()[borrowed[form_id].id].path).is_file():
            continue
        for name, spec in form.fields.items():
            if spec.required is not False:
                yield name.replace("_", "-")
        if form.pledge is not None and form.pledge.copied:
            yield f"{form_id}-pledge"
        for name, mark in [*form.signatures.items(), *form.seals.items()]:
            if mark.by != "office" and mark.required is not False:
                yield name.replace("_", "-")
    for name, material in policy.materials.items():
        if material.obtain == "paper":
            yield f"material-{name}".replace("_", "-")
    yield from (rule.id for rule in policy.rules)
    yield from (name.replace("_", "-") for name, amount in policy.amounts.items() if amount.claimed)
    yield from (name.replace("_", "-") for name, deadline in policy.deadlines.items() if deadline.who == "applicant")
    yield from (benefit.id for benefit in policy.benefits)


@pytest.mark.parametrize("path", TESTS, ids=stem)
def test_each_requirement_is_seen_to_fail(path: Path) -> None:
    policy = LIBRARY.load(stem(path).removesuffix(".test")).policy
    failed = {rule for result in results(path) for rule, status in result.fired.items() if status == "fail"}
    excused = {key.partition("/")[2] for key in NOT_TRIGGERED if key.startswith(f"{policy.id}/")}
    assert [rule for rule in requirements(policy) if rule not in failed | excused] == []


def test_no_excuse_outlives_its_reason() -> None:
    for key in NOT_TRIGGERED:
        policy_id, _, rule = key.partition("/")
        policy = LIBRARY.load(policy_id).policy
        assert rule in set(requirements(policy))
        fired = {r for result in results(pack_tests.test_path(LIBRARY.entries()[policy_id].path)) for r in result.fired}
        assert rule not in fired


def answers_left_open(path: Path) -> bool:
    """A calculator finds no fault: its cases show an answer that stays open instead. What a printed list holds is never open."""
    if LIBRARY.load(stem(path).removesuffix(".test")).policy.kind == "catalogue":
        return True
    if any(requirements(LIBRARY.load(stem(path).removesuffix(".test")).policy)):
        return False
    cases = read_yaml(path.read_text(encoding="utf-8"), str(path))[0]["cases"]
    answers = [case.get(kind) or {} for case in cases for kind in ("results", "amounts", "deadlines")]
    return any(value is None for answer in answers for value in answer.values())


@pytest.mark.parametrize("path", TESTS, ids=stem)
def test_something_passes_and_something_is_left_open(path: Path) -> None:
    statuses = [set(result.fired.values()) for result in results(path)]
    assert any("fail" not in found for found in statuses)
    assert any("unknown" in found for found in statuses) or answers_left_open(path)


@pytest.mark.parametrize("path", PACKS, ids=stem)
def test_codes_and_sources(path: Path) -> None:
    policy = LIBRARY.load(stem(path)).policy
    assert {rule.code for rule in policy.rules} <= FINDING_CODES
    assert policy.in_force.at, "a finding without a place of its own cites the policy's"
    for key, source in policy.sources.items():
        assert source.title, key
        assert "[" not in source.doc_no
        assert " " not in source.doc_no
    for name, parameter in policy.parameters.items():
        assert parameter.at, name
        first = min(parameter.values, default=None)
        assert first is None or first <= max(policy.in_force.since, first)
