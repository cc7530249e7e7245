"""The shape of findings about papers: what each needs to know, and the words and citations they share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from checkers.facts import Facts
from checkers.packs import Loaded
from checkers.policy import At
from checkers.report import Citation, Finding, Location, Severity
from docgen.certificates import Said
from docgen.sorting import Part

LEAST_CONFIDENCE = 0.6
"""A value read with less is not held against anybody: it is to be looked at."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What findings need besides the papers. ``on`` is the day the papers must be valid on."""

    facts: Facts
    loaded: Loaded
    on: date
    scanned: frozenset[str]


def severity_of(said: Said, sure: float = LEAST_CONFIDENCE) -> Severity:
    """What was read with little confidence is to be looked at, not held against anybody."""
    return "warning" if said.ocr and said.confidence < sure else "error"


def page_words(part: Part, number: int) -> str:
    """``第2页`` where the paper has several pages or is part of a file, else nothing."""
    return f"第{number}页" if part.view.paged and (len(part.view.pages) > 1 or not part.whole) else ""


def _cite(part: Part, setting: Setting) -> tuple[Citation, ...]:
    """Where the policy asks for the material; for a paper it does not ask for, where the policy stands."""
    from checkers.case import Case

    case = Case(setting.facts, setting.loaded, setting.on, None)
    at: At = setting.loaded.policy.in_force.at
    for name in part.materials:
        if name in setting.loaded.policy.materials:
            at = setting.loaded.policy.materials[name].at
    return case.cite(at)


def finding(
    part: Part,
    setting: Setting,
    code: str,
    subject: str,
    message: str,
    *,
    suggestion: str,
    locations: Iterable[Location],
    expected: str = "",
    actual: str = "",
    severity: Severity = "error",
    rule: str = "",
    status_unknown: bool = False,
) -> Finding:
    """``status_unknown``: a person must look. ``rule``: name of the rule where the code alone does not tell it."""
    about = part.material or part.kind
    return Finding(
        code=code,
        rule=f"docgen/paper-{rule or code.partition('.')[2]}",
        status="unknown" if status_unknown else "fail",
        severity=severity,
        subject=about if subject in ("person", "valid", "legible", "material", "duplicate", "blank") else subject,
        label=part.name,
        message=message,
        suggestion=suggestion,
        expected=expected,
        actual=actual,
        citations=_cite(part, setting),
        locations=tuple(dict.fromkeys(locations)),
    )
