"""SARIF: held against the demands of the standard on what docgen writes (``data/sarif-2.1.0-subset.json``)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # its stubs are not among the dev tools
import pytest
from test_reports_wording import FORM, empty, sample

from checkers.report import Report, ServiceChoice
from docgen.reports import render
from docgen.reports.sarif import uri

SUBSET = json.loads((Path(__file__).parent / "data" / "sarif-2.1.0-subset.json").read_text(encoding="utf-8"))


def run(report: Report) -> dict[str, Any]:
    log = json.loads(render(report, "sarif"))
    jsonschema.validate(log, SUBSET)
    only: dict[str, Any] = log["runs"][0]
    return only


@pytest.mark.parametrize("report", [sample(), empty(), Report(ServiceChoice(None, how="none"), "2024-08-20", None)])
def test_the_log_keeps_to_the_standard(report: Report) -> None:
    assert run(report)["tool"]["driver"]["name"] == "docgen"


def test_every_result_points_to_its_rule() -> None:
    rules = run(sample())["tool"]["driver"]["rules"]
    for result in run(sample())["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert len({r["id"] for r in rules}) == len(rules)


def test_severity_becomes_level_and_unknown_becomes_review() -> None:
    results = run(sample())["results"]
    shown = {r["ruleId"].split("/")[1]: (r["kind"], r["level"]) for r in results}
    assert shown["id-number"] == ("fail", "error")
    assert shown["period"] == ("fail", "warning")
    assert shown["phone"] == ("fail", "note")
    assert shown["insured-a-year"] == ("review", "none")


def test_a_place_is_paper_words_and_coordinates() -> None:
    result = next(r for r in run(sample())["results"] if r["ruleId"].endswith("/id-number"))
    (place,) = result["locations"]
    assert place["physicalLocation"]["artifactLocation"] == {
        "uri": "%E6%9D%90%E6%96%99/1%20%E7%94%B3%E8%AF%B7%E8%A1%A8.pdf",
        "index": 0,
    }
    assert place["logicalLocations"][0]["fullyQualifiedName"] == "第1页 身份证号码"
    assert place["properties"] == {"page": 1, "bbox": [150.0, 152.0, 330.0, 172.0]}


def test_the_second_place_of_a_mismatch_is_related() -> None:
    result = next(r for r in run(sample())["results"] if r["ruleId"].endswith("/period"))
    assert len(result["locations"]) == 1
    assert result["relatedLocations"][0]["properties"] == {"paragraph": 7}


def test_papers_carry_their_hashes() -> None:
    artifacts = run(sample())["artifacts"]
    assert [a["hashes"]["sha-256"][0] for a in artifacts] == ["a", "b", "c"]
    assert artifacts[0]["location"]["uri"] == uri(FORM)


def test_a_paper_that_could_not_be_read_makes_the_run_unsuccessful() -> None:
    assert run(sample())["invocations"] == [{"executionSuccessful": False}]
    assert run(empty())["invocations"] == [{"executionSuccessful": True}]


def test_rules_carry_their_authority() -> None:
    rule = next(r for r in run(sample())["tool"]["driver"]["rules"] if r["id"].endswith("/id-number"))
    assert rule["shortDescription"]["text"] == "身份证号码：填写不合规定"
    assert [c["doc_no"] for c in rule["properties"]["citations"]] == ["渝人社发〔2024〕17号", "GB 11643—1999"]


def test_a_fingerprint_outlives_the_wording() -> None:
    before, after = sample(), sample()
    after.findings = [type(f)(**{**{s: getattr(f, s) for s in f.__slots__}, "message": "改写"}) for f in after.findings]
    prints = [[r["partialFingerprints"] for r in run(x)["results"]] for x in (before, after)]
    assert prints[0] == prints[1]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a b.pdf", "a%20b.pdf"),
        ("packet\\表.pdf", "packet/%E8%A1%A8.pdf"),
        ("12:30 扫描.pdf", "12%3A30%20%E6%89%AB%E6%8F%8F.pdf"),
        ("/srv/a#1.pdf", "file:///srv/a%231.pdf"),
        ("C:\\件\\a.pdf", "file:///C:/%E4%BB%B6/a.pdf"),
    ],
)
def test_a_path_becomes_a_uri_reference(path: str, expected: str) -> None:
    assert uri(path) == expected


def test_the_json_format_is_the_report_itself() -> None:
    out = render(sample(), "json")
    assert isinstance(out, str)
    assert Report.from_json(json.loads(out)) == sample()
    assert "身份证号码" in out
