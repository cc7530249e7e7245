"""The example submissions: what is planted is found, at its place, and nothing else; Word and PDF say the same."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

from checkers.report import Finding, Location, Report
from docgen.checking import Request, check_packet
from docgen.facts_file import load_facts
from docgen.rendering import package

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
RECEIVED = date(2025, 8, 20)
FORMATS = ("docx", "pdf")

# service → rule → (status, subject), in no particular order
FLAWED: dict[str, dict[str, tuple[str, str]]] = {
    "cq-grad-flexible-si-subsidy": {
        "id-number": ("fail", "id_number"),
        "school": ("fail", "school"),
        "phone": ("fail", "phone"),
        "signed-on": ("fail", "signed_on"),
        "application-pledge": ("fail", "pledge"),
        "signature": ("fail", "signature"),
        "education-level": ("fail", "education"),
        "insured-in-period": ("fail", "period"),
        "material-employer-statement": ("unknown", "employer_statement"),
    },
    "cq-grad-unit-si-subsidy": {
        "uscc": ("fail", "uscc"),
        "application-pledge": ("fail", "pledge"),
        "application-seal": ("fail", "application_seal"),
        "same-unit": ("fail", "roster_unit"),
        "headcount-agrees": ("fail", "headcount"),
        "person-listed-once": ("fail", "roster"),
        "period-of-a-year": ("fail", "roster[1].end"),
        "total": ("fail", "claimed_amount"),
        "apply": ("fail", "roster[3].end"),
    },
    "cq-hardship-unit-si-subsidy": {
        "bank-account": ("fail", "bank_account"),
        "roster": ("fail", "roster[1].id_number"),
        "headcount-agrees": ("fail", "headcount"),
        "public-post-headcount-agrees": ("fail", "public_post_headcount"),
        "total-months-agree": ("fail", "total_months"),
        "total-amount-agrees": ("fail", "total_amount"),
        "claimed-amount-agrees": ("fail", "claimed_amount"),
        "months-counted-right": ("fail", "roster[3].months"),
        "category-listed": ("fail", "roster[2].category"),
        "roster-seal": ("unknown", "roster_seal"),
    },
    "cq-startup-loan-personal": {
        "marriage": ("fail", "marriage"),
        "spouse-id-number": ("fail", "spouse_id_number"),
        "business-address": ("fail", "business_address"),
        "signature": ("fail", "signature"),
        "requested-agrees": ("fail", "requested_amount"),
        "street-capital": ("fail", "street_amount_capital"),
        "personal-cap": ("fail", "guaranteed_loan"),
        "exempt-cap": ("fail", "guaranteed_loan"),
        "total": ("fail", "total_loan"),
        "term-cap": ("fail", "term_years"),
    },
    "cq-retire-normal": {
        "address": ("fail", "address"),
        "retire-type": ("fail", "retire_type"),
        "applied-on": ("fail", "applied_on"),
        "unit-seal": ("fail", "unit_seal"),
        "sex-agrees": ("fail", "sex"),
        "extra-benefits-before-1996": ("fail", "extra_benefits"),
        "previewed-archive-not-ticked": ("fail", "deemed_pension"),
        "material-id-card": ("unknown", "id_card"),
        "material-extra-benefit-proof": ("unknown", "extra_benefit_proof"),
    },
    "cq-internship-base-filing": {
        "filled-on": ("fail", "filled_on"),
        "registered-capital": ("fail", "registered_capital"),
        "uscc": ("fail", "uscc"),
        "agent-signature": ("fail", "agent_signature"),
        "posts-within-insured": ("fail", "posts"),
        "filing-unit-agrees": ("fail", "filing_unit"),
        "mentors-once": ("fail", "mentors"),
        "mentors-seal": ("unknown", "mentors_seal"),
        "material-management-plan": ("unknown", "management_plan"),
    },
}

PRESENT = {
    "cq-grad-flexible-si-subsidy": {"application_form", "employer_statement"},
    "cq-grad-unit-si-subsidy": {"application_form", "roster"},
    "cq-hardship-unit-si-subsidy": {"application_form", "roster"},
    "cq-startup-loan-personal": {"application_form"},
    "cq-retire-normal": {"application_form", "id_card", "social_security_card"},
    "cq-internship-base-filing": {
        "application_form",
        "mentors_form",
        "business_licence",
        "head_id_card",
        "management_plan",
    },
}
"""What is bound into each clean submission."""


@cache
def report(service: str, kind: str, format_: str, facts: bool = True) -> Report:
    given = load_facts(str(EXAMPLES / f"{service}.facts.yaml")) if facts else {}
    path = str(EXAMPLES / f"{service}.{kind}.{format_}")
    outcome = check_packet(Request([path], received=RECEIVED, given=given))
    assert not outcome.warnings
    return outcome.report


def told(finding: Finding) -> tuple[str, ...]:
    """What a finding says, but for its place on the paper."""
    cites = " ".join(c.article for c in finding.citations)
    parts = (finding.rule, finding.code, finding.status, finding.severity, finding.subject, finding.message)
    return (*parts, finding.suggestion, finding.expected, finding.actual, cites)


@cache
def _make() -> ModuleType:
    spec = importlib.util.spec_from_file_location("examples_make", EXAMPLES / "make.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@cache
def _sources() -> dict[str, dict[str, Any]]:
    return {source["service"]: source for source in _make().sources()}


# ---------------------------------------------------------------- what is found


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("service", FLAWED)
def test_what_is_planted_is_found_and_nothing_else(service: str, format_: str) -> None:
    found = report(service, "flawed", format_)
    rules = [(f.rule.removeprefix(f"{service}/"), (f.status, f.subject)) for f in found.findings]
    assert sorted(rules) == sorted(FLAWED[service].items())
    assert (found.service.id, found.service.how, found.verdict) == (service, "recognised", "fail")


@pytest.mark.parametrize("kind", ["clean", "flawed"])
@pytest.mark.parametrize("service", FLAWED)
def test_word_and_pdf_say_the_same(service: str, kind: str) -> None:
    word, pdf = (report(service, kind, f) for f in FORMATS)
    assert {f.id: f.value for f in word.fields} == {f.id: f.value for f in pdf.fields}
    assert [told(f) for f in word.findings] == [told(f) for f in pdf.findings]
    assert [(m.id, m.status) for m in word.materials] == [(m.id, m.status) for m in pdf.materials]
    assert [(a.id, a.value) for a in word.amounts] == [(a.id, a.value) for a in pdf.amounts]


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("service", FLAWED)
def test_a_clean_submission_passes_with_the_facts_of_the_office(service: str, format_: str) -> None:
    found = report(service, "clean", format_)
    assert [told(f) for f in found.findings] == []
    assert found.verdict == "pass"
    assert {m.id for m in found.materials if m.status == "present"} == PRESENT[service]


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("service", FLAWED)
def test_without_those_facts_it_is_left_to_a_person(service: str, format_: str) -> None:
    found = report(service, "clean", format_, facts=False)
    assert [told(f) for f in found.findings if f.status == "fail"] == []
    assert found.verdict == "review"
    assert all(f.suggestion and f.citations for f in found.findings)


def test_the_command_line_says_it_too() -> None:
    from docgen.cli import app

    service = "cq-retire-normal"
    name = str(EXAMPLES / f"{service}.flawed.pdf")
    facts = ["--facts", str(EXAMPLES / f"{service}.facts.yaml"), "--received", "2025-08-20"]
    result = CliRunner().invoke(app, ["check", name, *facts, "--format", "json"], standalone_mode=False)
    said = json.loads(result.stdout)
    assert {f["rule"].removeprefix(f"{service}/") for f in said["findings"]} == set(FLAWED[service])
    assert said["verdict"] == "fail"


def _retirement_parts(**changes: Any) -> tuple[bytes, bytes, bytes]:
    """The form of the retirement example, its copy of an identity card with words on it, and its card picture."""
    parts = _sources()["cq-retire-normal"]["parts"]
    form = _make().form_part(parts["application"]["form"], {**parts["application"]["data"], **changes}, True)
    lines = ["姓名：周安禾", "居住地址：重庆市江北区建新样例路1号3-1", "联系人电话：13900000042"]
    card = _make().page_part({**parts["id_card"]["page"], "lines": lines})
    return form, card, _make().page_part(parts["social_security_card"]["page"])


def _rules(paths: list[Path], service: str) -> dict[str, str]:
    given = load_facts(str(EXAMPLES / f"{service}.facts.yaml"))
    found = check_packet(Request([str(p) for p in paths], received=RECEIVED, given=given)).report
    return {f.rule.removeprefix(f"{service}/"): f.status for f in found.findings}


def test_the_words_on_a_copy_fill_no_blank_of_the_form_before_it(tmp_path: Path) -> None:
    from docgen.rendering.merge import merge

    bound = tmp_path / "a.docx"
    bound.write_bytes(merge(_retirement_parts(address=None)))
    assert _rules([bound], "cq-retire-normal") == {"address": "fail"}


def test_handed_in_as_files_of_their_own_what_is_missing_fails(tmp_path: Path) -> None:
    form, card, social = _retirement_parts()
    names = [tmp_path / "申请表.docx", tmp_path / "1.docx", tmp_path / "2.docx"]
    for name, data in zip(names, (form, card, social), strict=True):
        name.write_bytes(data)
    assert _rules(names, "cq-retire-normal") == {}
    assert _rules([names[0], names[2]], "cq-retire-normal") == {"material-id-card": "fail"}


# ---------------------------------------------------------------- where it is found


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("service", FLAWED)
def test_every_finding_has_its_law_and_its_place(service: str, format_: str) -> None:
    for finding in report(service, "flawed", format_).findings:
        assert finding.citations and all(c.title and c.article for c in finding.citations), finding.rule
        assert finding.locations and all(x.path.endswith(f"flawed.{format_}") for x in finding.locations), finding.rule
        if finding.status == "fail":
            for place in finding.locations:
                assert place.page and place.bbox if format_ == "pdf" else place.cell or place.paragraph, finding.rule


def _text_at(pdf: Any, place: Location) -> str:
    """The letters whose middle lies in the box."""
    assert place.page and place.bbox
    page = pdf[place.page - 1]
    x0, top, x1, bottom = place.bbox
    text, height, out = page.get_textpage(), page.get_height(), ""
    for i in range(text.count_chars()):
        left, low, right, high = text.get_charbox(i)
        x, y = (left + right) / 2, height - (low + high) / 2
        if x0 - 1 <= x <= x1 + 1 and top - 1 <= y <= bottom + 1:
            out += text.get_text_range(i, 1)
    return _bare(out)


def _bare(text: str) -> str:
    import unicodedata

    return re.sub(r"[\s_]", "", unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize("kind", ["clean", "flawed"])
@pytest.mark.parametrize("service", FLAWED)
def test_the_boxes_lie_on_the_words(service: str, kind: str) -> None:
    import pypdfium2

    pdf = pypdfium2.PdfDocument(EXAMPLES / f"{service}.{kind}.pdf")
    checked = 0
    for field in report(service, kind, "pdf").fields:
        if not field.raw or field.value in (True, False):
            continue  # a lone tick box: its box is that of the box and its words
        assert field.location is not None, field.id
        there, written = _text_at(pdf, field.location), _bare(field.raw)
        if "、" in written and there != written:  # of several ticked options the first
            assert there.lstrip("☑") == written.split("、")[0], (field.id, written, there)
        elif "☑" in there:  # the box and its words
            assert there.lstrip("☑") == written, (field.id, written, there)
        else:
            assert there in (written, f"{written}万元"), (field.id, written, there)
        checked += 1
    assert checked >= 8


@pytest.mark.parametrize("service", FLAWED)
def test_the_cell_in_word_is_the_cell_in_the_pdf(service: str) -> None:
    places = {f.id: f.location for f in report(service, "flawed", "docx").fields}
    for field in report(service, "flawed", "pdf").fields:
        place = places[field.id]
        if field.location is not None and field.location.cell is not None and place is not None:
            assert place.cell is not None, field.id


# ---------------------------------------------------------------- what they are made of


@pytest.mark.parametrize("kind", ["clean", "flawed"])
@pytest.mark.parametrize("service", FLAWED)
def test_the_word_files_are_what_the_masters_and_sources_give(service: str, kind: str) -> None:
    made = _make().submission(_sources()[service], kind)
    assert made == _make().submission(_sources()[service], kind)
    kept = (EXAMPLES / f"{service}.{kind}.docx").read_bytes()
    # Member by member: how tightly zlib packs differs from one build of it to another.
    ours, theirs = package.read(made), package.read(kept)
    assert list(ours) == list(theirs)
    assert [name for name in ours if ours[name].data() != theirs[name].data()] == []


@pytest.mark.parametrize("service", FLAWED)
def test_the_table_of_planted_faults_is_what_is_found(service: str) -> None:
    planted = {row["rule"]: row.get("status", "fail") for row in _sources()[service]["planted"]}
    assert planted == {rule: status for rule, (status, _) in FLAWED[service].items()}


def test_the_readme_is_made_from_the_sources() -> None:
    assert (EXAMPLES / "README.md").read_text(encoding="utf-8") == _make().readme(list(_sources().values()))


def test_the_examples_are_small_and_complete() -> None:
    for service in FLAWED:
        for kind in ("clean", "flawed"):
            for format_ in FORMATS:
                assert 0 < (EXAMPLES / f"{service}.{kind}.{format_}").stat().st_size < 200_000
