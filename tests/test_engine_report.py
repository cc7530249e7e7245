"""The report: exactly the contract's keys, the verdict, and JSON that reads back as what it was."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkers.report import (
    FINDING_CODES,
    SCHEMA,
    AmountLine,
    Citation,
    DeadlineLine,
    FieldValue,
    Finding,
    Location,
    MaterialState,
    Paper,
    Report,
    ServiceChoice,
)

words = st.text(max_size=8)
hundredths = st.integers(0, 100).map(lambda n: n / 100)
tenths = st.integers(0, 9000).map(lambda n: n / 10)
citations = st.lists(st.builds(Citation, words, words, words), max_size=2).map(tuple)
locations = st.builds(
    Location,
    words,
    st.none() | st.integers(1, 9),
    st.none() | st.tuples(tenths, tenths, tenths, tenths),
    st.none() | words,
    st.none() | st.integers(1, 99),
)
findings = st.builds(
    Finding,
    st.sampled_from(sorted(FINDING_CODES)),
    words,
    st.sampled_from(["fail", "unknown"]),
    st.sampled_from(["error", "warning", "info"]),
    *[words] * 6,
    citations,
    st.lists(locations, max_size=2).map(tuple),
)
values = (
    st.none()
    | words
    | st.booleans()
    | st.integers()
    | st.lists(words, max_size=2)
    | st.dictionaries(words, words, max_size=2)
)
days = st.dates().map(str)
reports = st.builds(
    Report,
    st.builds(
        ServiceChoice, st.none() | words, words, words, st.sampled_from(["given", "recognised", "none"]), hundredths
    ),
    days,
    st.none() | days,
    st.lists(
        st.builds(Paper, words, words, words, st.integers(0, 9), words, st.none() | words, hundredths), max_size=2
    ),
    st.lists(st.builds(FieldValue, words, words, words, values, hundredths, st.none() | locations), max_size=2),
    st.lists(
        st.builds(
            MaterialState,
            words,
            words,
            st.sampled_from(["present", "missing", "not-required", "unknown"]),
            st.lists(words, max_size=2),
            words,
        ),
        max_size=2,
    ),
    st.lists(
        st.builds(
            AmountLine, words, words, st.none() | words, words, words, citations, st.lists(words, max_size=2).map(tuple)
        ),
        max_size=2,
    ),
    st.lists(
        st.builds(
            DeadlineLine,
            words,
            words,
            st.sampled_from(["applicant", "agency"]),
            st.none() | days,
            st.sampled_from(["met", "open", "passed", "unknown"]),
            citations,
            words,
        ),
        max_size=2,
    ),
    st.lists(findings, max_size=3),
)


@settings(deadline=None, max_examples=60)
@given(reports)
def test_a_report_reads_back_as_what_it_was(report: Report) -> None:
    assert Report.from_json(json.loads(json.dumps(report.to_json()))) == report


@settings(deadline=None, max_examples=30)
@given(reports)
def test_keys_are_those_of_the_contract(report: Report) -> None:
    data = report.to_json()
    assert " ".join(data) == "schema service on received verdict documents fields materials amounts deadlines findings"
    assert data["schema"] == SCHEMA == "docgen.report/1"
    assert set(data["service"]) == {"id", "name", "region", "how", "confidence"}
    assert all(
        set(d) == {"path", "sha256", "format", "pages", "reader", "material", "confidence"} for d in data["documents"]
    )
    assert all(set(f) == {"id", "label", "raw", "value", "confidence", "location"} for f in data["fields"])
    assert all(set(m) - {"note"} == {"id", "name", "status", "documents"} for m in data["materials"])
    assert all(set(a) - {"missing"} == {"id", "name", "value", "unit", "formula", "citations"} for a in data["amounts"])
    assert all(set(d) - {"note"} == {"id", "name", "who", "due", "state", "citations"} for d in data["deadlines"])
    keys = {"code", "rule", "status", "severity", "subject", "label", "message", "suggestion", "expected", "actual"}
    for finding in data["findings"]:
        assert set(finding) == keys | {"citations", "locations"}
        assert all(set(c) == {"doc_no", "title", "article"} for c in finding["citations"])
        assert all(set(loc) <= {"path", "page", "bbox", "cell", "paragraph"} for loc in finding["locations"])
        assert all(value is not None for loc in finding["locations"] for value in loc.values())


@settings(deadline=None, max_examples=60)
@given(st.lists(findings, max_size=4))
def test_verdict(items: list[Finding]) -> None:
    report = Report(ServiceChoice("x"), "2025-01-01", None, findings=items)
    if any(f.status == "fail" and f.severity == "error" for f in items):
        assert report.verdict == "fail"
    else:
        assert report.verdict == ("review" if any(f.status == "unknown" for f in items) else "pass")


def test_a_report_of_another_schema_is_refused() -> None:
    with pytest.raises(ValueError, match="schema"):
        Report.from_json({"schema": "docgen.report/2"})
    with pytest.raises(KeyError):
        Report.from_json({"schema": SCHEMA, "service": {"id": None}})
