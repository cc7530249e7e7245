"""The policy officer's desk: a new pack that can be tested at once, what two versions differ in, search, export, mutation."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from checkers.lint import lint, todos
from checkers.mutation import changes, mutate
from checkers.pack_tests import run_file
from checkers.packs import BUILT_IN, Library, Loaded, library
from docgen.policy_desk import export_dmn, export_json, policy_differences, search, skeleton


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A folder with a new pack and its tests, as ``policy new`` writes them."""
    pack, test = skeleton("cq-sample-grant", "样例补贴", "重庆市", date(2025, 1, 2))
    (tmp_path / "cq-sample-grant.yaml").write_text(pack, encoding="utf-8")
    (tmp_path / "cq-sample-grant.test.yaml").write_text(test, encoding="utf-8")
    return tmp_path


def loaded_from(folder: Path, edit: tuple[str, str] = ("", "")) -> Loaded:
    path = folder / "cq-sample-grant.yaml"
    text = path.read_text(encoding="utf-8")
    assert edit[0] in text
    changed = folder / "changed" / "cq-sample-grant.yaml"
    changed.parent.mkdir(exist_ok=True)
    changed.write_text(text.replace(*edit) if edit[0] else text, encoding="utf-8")
    compiled = Library((folder,)).compile(changed)
    return Loaded(compiled.policy, compiled.code)


def test_a_new_pack_passes_its_own_tests_before_anything_is_decided(fresh: Path) -> None:
    packs = Library((fresh,))
    results = run_file(fresh / "cq-sample-grant.test.yaml", packs)
    assert len(results) == 3
    assert [r.differences for r in results] == [[], [], []]


def test_a_new_pack_has_nothing_but_todos_for_lint_to_say(fresh: Path) -> None:
    path = fresh / "cq-sample-grant.yaml"
    assert [str(slip) for slip in lint(path, Library((BUILT_IN, fresh)))] == []
    assert [slip.message for slip in todos(path)][:2] == ["TODO 文件标题", "TODO（n1 TODO）"]


def test_every_change_of_a_number_date_or_comparison_is_named(fresh: Path) -> None:
    keys = [c.key for c in changes(loaded_from(fresh))]
    assert "parameters.standard.2025-01-02" in keys
    assert "rules.insured-long-enough.require:1" in keys  # >= becomes >
    assert "rules.insured-long-enough.require:2" in keys  # 12 becomes 13
    assert len(keys) == len(set(keys))


def test_a_change_that_no_case_notices_survives_and_a_reason_is_kept(fresh: Path) -> None:
    path = fresh / "cq-sample-grant.test.yaml"
    before = {s.key: s.reason for s in mutate("cq-sample-grant", Library((fresh,)), path).survivors}
    assert before, "the skeleton has no case on the first day"
    first = next(iter(before))
    path.write_text(path.read_text(encoding="utf-8") + f'survivors: {{"{first}": 首日没有用例}}\n', encoding="utf-8")
    after = {s.key: s.reason for s in mutate("cq-sample-grant", Library((fresh,)), path).survivors}
    assert after[first] == "首日没有用例"
    assert set(after) == set(before)


def test_the_comparison_of_the_rule_is_killed_by_its_boundary_case(fresh: Path) -> None:
    result = mutate("cq-sample-grant", Library((fresh,)), fresh / "cq-sample-grant.test.yaml")
    assert not {s.key for s in result.survivors} & {
        "rules.insured-long-enough.require:1",
        "rules.insured-long-enough.require:2",
    }
    assert result.killed == result.changes - len(result.survivors)


def test_two_versions_differ_in_what_was_changed_and_in_nothing_else(fresh: Path) -> None:
    same = policy_differences(loaded_from(fresh), loaded_from(fresh))
    assert same == []
    changed = policy_differences(loaded_from(fresh), loaded_from(fresh, ("2025-01-02: 1000", "2025-01-02: 1200")))
    assert changed == ["~ 数值 standard（补贴标准）：2025年1月2日起 1000  →  2025年1月2日起 1200"]


def test_search_finds_a_policy_by_its_words_and_nothing_by_none() -> None:
    hits = search(library(), "创业担保贷款 期限")
    assert hits[0].policy.startswith("cq-startup-loan")
    assert search(library(), "  ") == []
    assert search(library(), '" ^ *') == []  # no operator of the index is reachable from outside


def test_export_holds_every_rule_with_its_article(fresh: Path) -> None:
    from lxml import etree

    loaded = loaded_from(fresh)
    data = json.loads(export_json(loaded))
    assert data["rules"][0]["id"] == "insured-long-enough"
    root = etree.fromstring(export_dmn(loaded).encode())
    names = [d.get("name") for d in root.iter("{*}decision")]
    assert names == [r.id for r in loaded.policy.rules]
    assert root.find(".//{*}literalExpression").get("label") == "n1 TODO"
