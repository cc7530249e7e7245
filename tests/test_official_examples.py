"""Each example that a document prints itself, listed by entry (tests/data/official_examples.yaml), comes out as printed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from checkers import pack_tests
from checkers.calculators import CALCULATORS, Calculation, calculate
from checkers.calculators.from_pack import calculate_pack
from checkers.engine import check
from checkers.packs import library
from checkers.registry import registry, state_on

EXAMPLES: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "data" / "official_examples.yaml").read_text(encoding="utf-8")
)


def _those_with(key: str) -> list[Any]:
    """One parameter an example, named by its entry and its number there."""
    return [
        pytest.param(entry, example, id=f"{entry}-{number}")
        for entry, examples in EXAMPLES.items()
        for number, example in enumerate(examples, start=1)
        if key in example
    ]


def _answer(entry: str, example: dict[str, Any]) -> Calculation:
    inputs = {name: str(value) for name, value in example["inputs"].items()}
    if entry in CALCULATORS:
        return calculate(entry, inputs, example.get("day"))
    return calculate_pack(library().load(entry), inputs, example.get("day"))


@pytest.mark.parametrize(("entry", "example"), _those_with("results"))
def test_a_printed_example_is_reckoned_as_printed(entry: str, example: dict[str, Any]) -> None:
    results = _answer(entry, example).results
    wanted = example["results"]
    assert {name: results.get(name) for name in wanted} == wanted


@pytest.mark.parametrize(("entry", "example"), [p for p in _those_with("results") if p.values[0] not in CALCULATORS])
def test_a_pack_finds_no_fault_with_a_printed_example(entry: str, example: dict[str, Any]) -> None:
    loaded = library().load(entry)
    report = check(example["inputs"], loaded, example.get("day") or loaded.policy.in_force.since)
    assert [f.message for f in report.findings if f.status == "fail" and f.code != "material.missing"] == []


@pytest.mark.parametrize(("entry", "example"), _those_with("document"))
def test_a_printed_list_says_what_became_of_a_document(entry: str, example: dict[str, Any]) -> None:
    title = example.get("titled", "")
    found = registry().find(example["document"], title)
    assert found, f"{entry}: {example['document']}"
    assert {state_on(d, example["day"]).state for d in found} == {example["state"]}


def test_every_entry_is_one_that_exists() -> None:
    lists = {path.stem for path in (Path(__file__).parent.parent / "checkers/policies/catalogues").glob("*.yaml")}
    known = set(CALCULATORS) | set(library().entries()) | lists
    assert set(EXAMPLES) <= known
    assert all(isinstance(e.get("day", date.min), date) for examples in EXAMPLES.values() for e in examples)


def _told_as_official() -> list[Any]:
    """Cases of packs whose sentence says that the document prints them, named by entry."""
    found = []
    for entry in library().entries().values():
        path = pack_tests.test_path(entry.path)
        if path.is_file():
            for number, case in enumerate(pack_tests.load_tests(path)[0]["cases"]):
                if str(case["name"]).startswith("官方算例"):
                    found.append(pytest.param(entry.id, number, id=f"{entry.id}-{number + 1}"))
    return found


@pytest.mark.parametrize(("entry", "number"), _told_as_official())
def test_official_cases_of_packs_come_out_as_printed(entry: str, number: int) -> None:
    result = pack_tests.run_file(pack_tests.test_path(library().entries()[entry].path), library())[number]
    assert result.differences == []
