"""The printed masters, filled and read again: what was put in comes out."""

from __future__ import annotations

import yaml

from checkers.packs import library
from docgen.forms import make_index, read_form, recognise
from docgen.places import templates_folder
from docgen.readers import read
from docgen.rendering.fill import fill_form

FORMS = templates_folder() / "forms"
FLEXIBLE = "cq-grad-flexible-si-subsidy"


def _samples(stem: str) -> dict[str, object]:
    spec = yaml.safe_load((FORMS / f"{stem}.yaml").read_text("utf-8"))
    return {v["id"]: v["sample"] for v in spec["variables"] if v.get("sample") is not None}


def test_a_filled_application_says_what_was_put_in() -> None:
    samples = _samples(f"{FLEXIBLE}.application")
    document = read("form.docx", fill_form(FORMS / f"{FLEXIBLE}.application.docx", samples))
    form = library().load(FLEXIBLE).policy.forms["application"]
    found = recognise(document, make_index(library().forms()))
    assert [r.form_key for r in found] == [(FLEXIBLE, "application")]
    seen = read_form(document, found[0].where, form, "application")
    for key in ("name", "id_number", "school", "major", "phone", "residence", "bank", "bank_card"):
        assert seen.facts[key].raw == samples[key]
    assert seen.facts["signed_on"].raw == "2024年8月20日"
    assert seen.facts["remark"].state == "blank"
    assert seen.pledge == samples["pledge"]
    assert (seen.marks["signature"].state, seen.marks["signature"].text) == ("present", samples["signature"])


def test_a_blank_application_is_blank_everywhere() -> None:
    document = read("form.docx", (FORMS / f"{FLEXIBLE}.application.docx").read_bytes())
    form = library().load(FLEXIBLE).policy.forms["application"]
    seen = read_form(document, None, form, "application")
    assert {fact.state for fact in seen.facts.values()} == {"blank"}
    assert (seen.pledge, seen.marks["signature"].state) == ("", "absent")
