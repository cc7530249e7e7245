"""What is known of an official document: its head, its text as a tree, and what the text says. JSON: ``docgen.notice/1``.

What the paper does not state is None, never a guess; ``warnings`` say in Chinese what is missing or doubtful and why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from checkers.report import Location
from docgen.document import Table

SCHEMA = "docgen.notice/1"

_BREAK = re.compile(r"(?<=[^\x00-\xff])[ \t]*\n\s*|[ \t]*\n\s*(?=[^\x00-\xff])")

NodeKind = Literal["part", "chapter", "section", "article", "paragraph", "item", "subitem", "heading", "table"]
"""编 章 节 条 款 项 目; ``heading``: 一、（一）1. of a document without articles, at any depth; ``table``: a table of the text."""

Bound = Literal["exact", "at-most", "at-least"]
Unit = Literal["workday", "day", "month", "year", "hour"]


@dataclass(slots=True)
class Block:
    """One logical paragraph, wraps joined and page furniture removed, or one table (``text`` is then "").

    ``line`` counts from 1: the line of a text file, else the running number of the printed line or Word paragraph.
    ``level`` is 1–6 where the source marks a heading (Markdown #, HTML h1, Word outline), 0 where it says nothing.
    ``centred``, ``right`` are what the layout shows; False where the reader has no geometry. ``page`` counts from 1.
    """

    text: str
    line: int
    location: Location
    table: Table | None = None
    level: int = 0
    centred: bool = False
    right: bool = False
    page: int | None = None


@dataclass(slots=True)
class Node:
    """A place in the text. ``number`` as printed (第一条, （一）, 1.), None where it has none; a 款 counts as ``第N款`` only in
    ``label``. ``text`` is its own text without the number and without its children.

    ``id`` is unique in the document (``art_8__para_2``, Akoma Ntoso's eId); ``label`` is how the law is cited:
    ``第八条第二款``, ``一(二)1``, ``附件3``.
    """

    kind: NodeKind
    number: str | None = None
    title: str | None = None
    text: str = ""
    children: list[Node] = field(default_factory=list)
    id: str = ""
    label: str = ""
    location: Location | None = None
    table: Table | None = None

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "kind": self.kind,
            "number": self.number,
            "title": self.title,
            "text": self.text,
            "id": self.id,
            "label": self.label,
            "children": [c.to_json() for c in self.children],
        }
        if self.table is not None:
            out["rows"] = table_rows(self.table)
        if self.location is not None:
            out["location"] = self.location.to_json()
        return out


def table_rows(table: Table) -> list[list[str]]:
    """The table as a full grid of texts, merged cells filled into every place they cover."""
    rows = [[""] * table.cols for _ in range(table.rows)]
    for cell in table.cells:
        text = _one_line(cell.text)
        for row in range(cell.row, min(cell.row + cell.rowspan, table.rows)):
            for col in range(cell.col, min(cell.col + cell.colspan, table.cols)):
                rows[row][col] = text
    if table.bulk is not None:
        for n, texts in enumerate(table.bulk.rows, start=table.bulk.start):
            rows[n] = list(texts)
    return rows


def _one_line(text: str) -> str:
    """A cell's lines as one; a break beside a Chinese character was only the column's width."""
    return " ".join(_BREAK.sub("", text).split())


@dataclass(slots=True)
class Found:
    """Where something was said: ``node`` is the node's id, ``span`` the half-open range of characters in its ``text``."""

    text: str
    article: str = ""
    node: str = ""
    span: tuple[int, int] = (0, 0)
    location: Location | None = None

    def place(self) -> dict[str, Any]:
        out: dict[str, Any] = {"text": self.text, "article": self.article, "node": self.node, "span": list(self.span)}
        if self.location is not None:
            out["location"] = self.location.to_json()
        return out


@dataclass(slots=True)
class CitationFound(Found):
    """``doc_no`` and ``title`` as they stand together on the paper, normalised; ``alias`` is the 以下简称 it is given.

    ``cited`` is the article cited of it (``第八条第二款``); ``target`` the id of the node when it points into this document
    (本条, 前款, 本办法第八条).
    """

    title: str | None = None
    doc_no: str | None = None
    alias: str | None = None
    cited: str | None = None
    target: str | None = None

    def to_json(self) -> dict[str, Any]:
        named = {"title": self.title, "doc_no": self.doc_no, "alias": self.alias}
        return {**named, "cited": self.cited, "target": self.target, **self.place()}


@dataclass(slots=True)
class Repeal(Found):
    """``scope``: all of the document, or part of it (``cited`` says which article)."""

    title: str | None = None
    doc_no: str | None = None
    scope: Literal["all", "part"] = "all"
    cited: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "doc_no": self.doc_no,
            "scope": self.scope,
            "cited": self.cited,
            **self.place(),
        }


@dataclass(slots=True)
class DeadlineFound(Found):
    """``count`` ``unit`` from ``start`` on; or a fixed day ``due``: ``2024-07-31``, ``03-31`` (each year), or as printed (每月25日).

    ``bound``: ``within`` (内, 不超过) or ``at-least`` (不少于, 公示5个工作日). ``hard`` is False for 原则上, 一般, 争取.
    """

    count: int | None = None
    unit: Unit | None = None
    bound: Literal["within", "at-least"] = "within"
    actor: str | None = None
    action: str | None = None
    start: str | None = None
    due: str | None = None
    hard: bool = True

    def to_json(self) -> dict[str, Any]:
        out = {"count": self.count, "unit": self.unit, "bound": self.bound, "due": self.due}
        return {
            **out,
            "actor": self.actor,
            "action": self.action,
            "start": self.start,
            "hard": self.hard,
            **self.place(),
        }


@dataclass(slots=True)
class AmountFound(Found):
    """``value`` is a decimal string in ``unit`` (``6000`` 元/人/年, ``80`` %), 万 multiplied out. ``condition`` is its clause."""

    value: str = ""
    unit: str = ""
    bound: Bound = "exact"
    what: str | None = None
    condition: str | None = None
    hard: bool = True

    def to_json(self) -> dict[str, Any]:
        out = {"value": self.value, "unit": self.unit, "bound": self.bound}
        return {**out, "what": self.what, "condition": self.condition, "hard": self.hard, **self.place()}


@dataclass(slots=True)
class MaterialFound(Found):
    """One paper that is to be handed in. ``copies`` as printed (一式三份); ``condition`` when it is wanted only then."""

    name: str = ""
    condition: str | None = None
    copies: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "condition": self.condition, "copies": self.copies, **self.place()}


@dataclass(slots=True)
class Statement(Found):
    """A definition (``subject`` is the term), a duty (``subject`` is who), a condition or a sanction (``subject``: who is hit)."""

    kind: Literal["definition", "duty", "condition", "sanction"] = "duty"
    subject: str | None = None
    hard: bool = True

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "subject": self.subject, "hard": self.hard, **self.place()}


@dataclass(slots=True)
class Attachment:
    """``announced``: it stands in the list 附件： of the document. ``body`` is its own text, empty when it is not attached.

    ``form`` is set when it is a blank form (``docgen.notices.blank_forms``). ``omitted``: the list itself says （略）.
    ``printed`` is the title over the attachment's own text, None where there is none.
    """

    number: int | None
    title: str
    announced: bool = True
    attached: bool = False
    body: list[Node] = field(default_factory=list)
    location: Location | None = None
    form: Any = None
    omitted: bool = False
    printed: str | None = None

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "number": self.number,
            "title": self.title,
            "announced": self.announced,
            "attached": self.attached,
            "body": [n.to_json() for n in self.body],
        }
        out["form"] = self.form.to_json() if self.form is not None else None
        out["omitted"] = self.omitted
        if self.location is not None:
            out["location"] = self.location.to_json()
        return out


@dataclass(slots=True)
class Notice:
    """``doc_no`` is written with 〔〕 and without spaces. ``also`` are further numbers printed for the same document.

    ``effective`` and ``expires`` are what the text itself says (``expires`` the last day it is in force); ``valid_for`` is a
    period as printed (有效期5年). ``copies_to`` is 抄送, ``printed_by`` and ``printed_on`` the 印发 line.
    """

    path: str = ""
    sha256: str = ""
    title: str | None = None
    doc_no: str | None = None
    also: list[str] = field(default_factory=list)
    issuers: list[str] = field(default_factory=list)
    genre: str | None = None
    signed: date | None = None
    issued: date | None = None
    effective: date | None = None
    expires: date | None = None
    valid_for: str | None = None
    addressees: list[str] = field(default_factory=list)
    copies_to: list[str] = field(default_factory=list)
    printed_by: str | None = None
    printed_on: date | None = None
    contact: str | None = None
    body: list[Node] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    citations: list[CitationFound] = field(default_factory=list)
    repeals: list[Repeal] = field(default_factory=list)
    deadlines: list[DeadlineFound] = field(default_factory=list)
    amounts: list[AmountFound] = field(default_factory=list)
    materials: list[MaterialFound] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    location: Location | None = None

    def nodes(self) -> Iterator[Node]:
        """Every node of the body and of the attachments, in reading order."""
        for top in self.body:
            yield from top.walk()
        for attachment in self.attachments:
            for top in attachment.body:
                yield from top.walk()

    def to_json(self) -> dict[str, Any]:
        """The contract's ``docgen.notice/1``; dates as ``2024-07-02``."""
        out: dict[str, Any] = {
            "schema": SCHEMA,
            "path": self.path,
            "title": self.title,
            "doc_no": self.doc_no,
            "also": self.also,
            "issuers": self.issuers,
            "genre": self.genre,
        }
        for key in ("signed", "issued", "effective", "expires"):
            day: date | None = getattr(self, key)
            out[key] = day.isoformat() if day else None
        out |= {
            "valid_for": self.valid_for,
            "addressees": self.addressees,
            "copies_to": self.copies_to,
            "printed_by": self.printed_by,
            "printed_on": self.printed_on.isoformat() if self.printed_on else None,
            "contact": self.contact,
            "body": [n.to_json() for n in self.body],
            "attachments": [a.to_json() for a in self.attachments],
        }
        for key in ("citations", "repeals", "deadlines", "amounts", "materials", "statements"):
            out[key] = [found.to_json() for found in getattr(self, key)]
        out["warnings"] = self.warnings
        if self.location is not None:
            out["location"] = self.location.to_json()
        return out
