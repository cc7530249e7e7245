"""The schema of a policy pack: the one place that says what a pack may contain.

A pack is one YAML file a policy officer can read aloud against the printed document. Its keys are the fields of the
dataclasses below, in this order. ``at`` is where a thing stands in the law: ``"<source key> <article>"`` or a list of
such. Expressions are strings in the rule language (``checkers/expressions.py``). A pack never contains Python.

The classes are plain data: ``checkers.packs`` validates YAML against them (pydantic's TypeAdapter), and rebuilds them from
the cache without pydantic.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

STRICT: dict[str, Any] = {"extra": "forbid"}
"""Unknown keys are errors: a typing slip must not become a rule that never runs."""

At = str | list[str]


@dataclass(slots=True)
class Source:
    """A document the pack rests on. ``also`` are further numbers the same document is printed under."""

    __pydantic_config__ = STRICT

    title: str
    doc_no: str = ""
    issuer: str = ""
    issued: date | None = None
    effective: date | None = None
    expires: date | None = None
    also: list[str] = field(default_factory=list)


@dataclass(slots=True)
class InForce:
    """Days on which the policy is law, both inclusive; ``until`` None while no end is printed."""

    __pydantic_config__ = STRICT

    since: date
    until: date | None = None
    at: At = ""


@dataclass(slots=True)
class Parameter:
    """A number of the law. ``values`` maps the first day it applies to the value; empty where the sources print none."""

    __pydantic_config__ = STRICT

    name: str
    at: At
    unit: str = ""
    values: dict[date, Decimal | str | list[str]] = field(default_factory=dict)
    note: str = ""


@dataclass(slots=True)
class Field:
    """A blank of a form.

    ``label`` is the label as printed (or, in a cell with several blanks, its own words); ``aliases`` other spellings.
    ``under`` names the row or column heading that tells two equal labels apart (手机 under 经办人).
    ``required`` is true, false, or an expression. ``role: signed_on`` makes an empty one ``date.missing``.
    ``unit`` is the unit printed beside the blank (万元). ``options`` are the printed tick options or words.
    ``columns`` and ``totals`` belong to ``type: roster``: a table of rows, and the blanks of its 合计 row.
    """

    __pydantic_config__ = STRICT

    label: str
    type: str = "text"
    aliases: list[str] = field(default_factory=list)
    under: str = ""
    required: bool | str = True
    options: list[str] = field(default_factory=list)
    unit: str = ""
    role: Literal["", "signed_on"] = ""
    columns: dict[str, Field] = field(default_factory=dict)
    totals: dict[str, Field] = field(default_factory=dict)
    at: At = ""
    note: str = ""


@dataclass(slots=True)
class Sentence:
    """A cell with several blanks: ``text`` is the printed sentence with field ids in braces (共{headcount}人,{amount}元)."""

    __pydantic_config__ = STRICT

    label: str
    text: str
    aliases: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Pledge:
    """Words the form obliges the applicant to copy, or a printed declaration he signs (``copied: false``)."""

    __pydantic_config__ = STRICT

    text: str
    by: Literal["applicant", "unit"] = "applicant"
    copied: bool = True
    at: At = ""


@dataclass(slots=True)
class Mark:
    """A place for a signature or a seal. ``label`` is the printed words beside it (申请人(签字)、盖章)."""

    __pydantic_config__ = STRICT

    label: str
    by: Literal["applicant", "unit", "spouse", "guarantor", "office"] = "applicant"
    aliases: list[str] = field(default_factory=list)
    under: str = ""
    required: bool | str = True
    at: At = ""


@dataclass(slots=True)
class Form:
    """A printed form. ``use`` takes the form of another pack (``<policy id>/<form id>``) instead of declaring it again.

    ``material`` is the id of the material that this form is. ``office_use`` are headings of blocks the office fills;
    ``printed`` further printed headings that help to recognise the form and are not read.
    """

    __pydantic_config__ = STRICT

    title: str = ""
    use: str = ""
    aliases: list[str] = field(default_factory=list)
    material: str = "application_form"
    at: At = ""
    fields: dict[str, Field] = field(default_factory=dict)
    sentences: list[Sentence] = field(default_factory=list)
    pledge: Pledge | None = None
    signatures: dict[str, Mark] = field(default_factory=dict)
    seals: dict[str, Mark] = field(default_factory=dict)
    office_use: list[str] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    note: str = ""


@dataclass(slots=True)
class FactSpec:
    """A fact that no form shows. ``ask`` says where a person looks it up (渝悦·就业 参保信息)."""

    __pydantic_config__ = STRICT

    label: str
    type: str = "text"
    aliases: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    unit: str = ""
    columns: dict[str, Field] = field(default_factory=dict)
    ask: str = ""
    at: At = ""
    note: str = ""


@dataclass(slots=True)
class Definition:
    """A named expression; ``label`` is how a report calls it."""

    __pydantic_config__ = STRICT

    value: str
    label: str = ""
    at: At = ""


@dataclass(slots=True)
class Material:
    """A paper of the packet.

    ``when``: needed under this condition (empty: always). ``waived``: need not be handed in under this condition.
    ``obtain: sharing``: the office looks it up itself, a missing one is to be verified, not rejected.
    ``form``: the id of this pack's form that is this material.
    """

    __pydantic_config__ = STRICT

    name: str
    at: At
    when: str = ""
    waived: str = ""
    obtain: Literal["paper", "sharing"] = "paper"
    form: str = ""
    aliases: list[str] = field(default_factory=list)
    instead: list[str] = field(default_factory=list)
    note: str = ""


@dataclass(slots=True)
class Rule:
    """A condition. It fails when ``when`` holds and ``require`` does not; ``for_each`` names a roster: once a row, as ``row``.

    ``soft`` is for 原则上, 一般, 鼓励: a warning. ``since``/``until`` (inclusive) date the rule itself; ``replaced_by`` cites
    the document that ended or changed it. ``{expression}`` in the texts is replaced by its value.
    """

    __pydantic_config__ = STRICT

    id: str
    require: str
    message: str
    at: At
    when: str = ""
    for_each: str = ""
    code: str = "eligibility.failed"
    soft: bool = False
    subject: str = ""
    expected: str = ""
    actual: str = ""
    suggestion: str = ""
    since: date | None = None
    until: date | None = None
    replaced_by: At = ""


@dataclass(slots=True)
class Amount:
    """A sum. ``claimed`` (a field id) must equal ``formula``; with ``cap`` it must not exceed it.

    With ``for_each`` the amount is a row's: ``claimed`` is then a column of that roster.
    """

    __pydantic_config__ = STRICT

    name: str
    unit: str
    at: At
    formula: str = ""
    cap: str = ""
    claimed: str = ""
    when: str = ""
    for_each: str = ""
    message: str = ""
    suggestion: str = ""
    note: str = ""


@dataclass(slots=True)
class Deadline:
    """A period. ``after`` is the start day (expression); ``within`` a period (``6 months``, ``half year``, ``5 workdays``,
    ``30 days``, ``1 year``, ``next year end``, ``quarter first month end``); or ``due`` gives the last day itself.

    ``done`` is the day the act was done (default: ``received`` for an applicant). ``not_before`` makes an earlier act
    ``deadline.early``. ``soft`` is for words without a number (及时).
    """

    __pydantic_config__ = STRICT

    name: str
    who: Literal["applicant", "agency"]
    at: At
    after: str = ""
    within: str = ""
    due: str = ""
    not_before: str = ""
    done: str = ""
    when: str = ""
    for_each: str = ""
    soft: bool = False
    subject: str = ""
    message: str = ""
    suggestion: str = ""
    note: str = ""


@dataclass(slots=True)
class Benefit:
    """What may not be drawn besides. ``against`` are benefit ids (policy ids) looked up in the fact ``benefits_drawn``.

    ``exclude: ever``: drawn once at any time excludes; ``same_time``: only for months of ``period``;
    ``months``: months drawn of all of them and of this claim (``period``) together at most ``at_most``.
    ``person`` is the ID number asked about (default: the field ``id_number``; ``row.id_number`` with ``for_each``).
    """

    __pydantic_config__ = STRICT

    id: str
    against: list[str]
    exclude: Literal["ever", "same_time", "months"]
    at: At
    message: str
    period: str = ""
    at_most: str = ""
    person: str = ""
    when: str = ""
    for_each: str = ""
    suggestion: str = ""


@dataclass(slots=True)
class Table:
    """A printed table that rules look up: ``columns`` are their ids with printed headings, ``rows`` lists of cells in that order.

    ``row_of('table', key, 'column')`` finds the row whose first cell is ``key``; ``band('table', x, 'column')`` the last row
    whose first cell is at most ``x`` (a table of steps, in ascending order).
    """

    __pydantic_config__ = STRICT

    name: str
    at: At
    columns: dict[str, str]
    rows: list[list[Decimal | str]]
    note: str = ""


@dataclass(slots=True)
class Result:
    """What a calculator answers: a value of any kind (``value`` is an expression), shown under ``name``."""

    __pydantic_config__ = STRICT

    name: str
    value: str
    at: At
    unit: str = ""
    when: str = ""
    note: str = ""


@dataclass(slots=True)
class Supersession:
    """Part of a document that a later one overrides: both are cited."""

    __pydantic_config__ = STRICT

    what: str
    at: At
    by: At
    since: date


@dataclass(slots=True)
class Policy:
    """One pack. ``applies``: of services that share a form, whether this one is meant; ``usual``: the one that is taken where
    the form leaves it open. ``kind``: service (something is applied for), form (a form that services share), calculator, catalogue …"""

    __pydantic_config__ = STRICT

    id: str
    name: str
    region: str
    kind: str
    sources: dict[str, Source]
    in_force: InForce
    applicant: str = ""
    accepted_by: str = ""
    applies: str = ""
    usual: bool = False
    parameters: dict[str, Parameter] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)
    facts: dict[str, FactSpec] = field(default_factory=dict)
    define: dict[str, str | Definition] = field(default_factory=dict)
    materials: dict[str, Material] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    results: dict[str, Result] = field(default_factory=dict)
    amounts: dict[str, Amount] = field(default_factory=dict)
    deadlines: dict[str, Deadline] = field(default_factory=dict)
    benefits: list[Benefit] = field(default_factory=list)
    supersedes: list[Supersession] = field(default_factory=list)
    calculators: list[str] = field(default_factory=list)
    issues: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


_PERIOD = re.compile(r"(\d+) (workday|day|month|year)s?")


def parse_period(text: str) -> tuple[int, str] | None:
    """``5 workdays`` → (5, 'workday'); the named periods give (0, name); None when it is neither."""
    named = {"half year", "next year end", "quarter first month end"}
    if text in named:
        return (0, text)
    match = _PERIOD.fullmatch(text)
    return (int(match[1]), match[2]) if match else None
