"""A notice as Akoma Ntoso 3.0 (OASIS LegalDocML), the XML in which parliaments and archives exchange official documents.

A document with articles is an ``act``, any other a ``doc`` named by its genre. 编章节条款项目 become part, chapter, section,
article, paragraph, point and indent; headings 一、（一） are ``hcontainer`` of that name. An element's ``eId`` is the id of its
node. Nothing is added that the notice does not say: see ``UNKNOWN_DATE`` for the one thing the schema demands regardless.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote

from docgen.notices.model import Attachment, CitationFound, Node, Notice

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from docgen.document import Table

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"

UNKNOWN_DATE = "0001-01-01"
"""The schema demands a calendar day in each FRBRdate. Where the paper states none it is this one, with the name ``unknown``."""

_ELEMENTS = {
    "part": "part",
    "chapter": "chapter",
    "section": "section",
    "article": "article",
    "paragraph": "paragraph",
    "item": "point",
    "subitem": "indent",
}
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SOURCE = "#docgen"


def to_akoma(notice: Notice) -> bytes:
    """The notice as a UTF-8 XML document that is valid against the Akoma Ntoso 3.0 schema, whatever the notice holds."""
    from lxml import etree

    writer = _Writer(notice)
    root = etree.Element(f"{{{NAMESPACE}}}akomaNtoso", nsmap={None: NAMESPACE})  # type: ignore[dict-item]
    writer.document(root, notice)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _legal(text: str) -> str:
    """The text without the characters XML forbids."""
    return _ILLEGAL.sub("", text)


def _uri(text: str) -> str:
    return quote(_legal(text), safe="")


def work_uri(doc_no: str | None, title: str | None, kind: str = "doc") -> str:
    """The address of a document: /akn/cn/doc/2024/<文号>, the year being the one in its 文号; ``nd`` and its title without."""
    year = re.search(r"〔(\d{4})〕", doc_no or "")
    return f"/akn/cn/{kind}/{year[1] if year else 'nd'}/{_uri(doc_no or title or 'nn')}"


class _Writer:
    """What the writing of one notice needs throughout: the ids already given, and the citations of each node."""

    def __init__(self, notice: Notice) -> None:
        self.ids = {"docgen"}
        self.names: dict[str, str] = {}
        self.written: set[str] = set()
        self.cited: dict[str, list[CitationFound]] = {}
        for found in notice.citations:
            self.cited.setdefault(found.node, []).append(found)

    def id(self, wanted: str) -> str:
        """``wanted`` as an eId: without white space, and with a number when it is taken."""
        base = re.sub(r"\s+", "_", _legal(wanted)) or "node"
        name, number = base, 1
        while name in self.ids:
            number += 1
            name = f"{base}_{number}"
        self.ids.add(name)
        return name

    def document(self, parent: Element, notice: Notice) -> None:
        """The document element with all its parts."""
        kind = _kind(notice.body)
        uri = work_uri(notice.doc_no, notice.title, kind)
        doc = _add(parent, kind, name=_name(notice.genre))
        bodies = [notice.body, *(part.body for part in notice.attachments)]
        for node in (n for body in bodies for top in body for n in _walk(top)):
            if node.id and node.id not in self.names:  # known before the first reference to one is written
                self.names[node.id] = self.id(node.id)
        self.meta(doc, uri, notice)
        _preface(doc, notice)
        self.body(doc, kind, notice.body)
        _conclusions(doc, notice)
        if notice.attachments:
            self.attachments(doc, notice, uri)

    def meta(self, doc: Element, uri: str, notice: Notice, part: Attachment | None = None) -> None:
        """``part``: the meta of an attachment, which shares the day and the issuers of the whole."""
        meta = _add(doc, "meta")
        frbr = _add(meta, "identification", source=_SOURCE)
        authors = [self.id(f"issuer_{n}") for n, _ in enumerate(notice.issuers, 1)] or [self.id("issuer_unknown")]
        day = notice.issued or notice.signed
        component = "main" if part is None else uri.rpartition("/")[2]
        base = uri if part is None else uri.rpartition("/!")[0]
        component = component.removeprefix("!")
        for level, tail in (("Work", ""), ("Expression", "/zho@"), ("Manifestation", "/zho@.xml")):
            node = _add(frbr, f"FRBR{level}")
            _add(node, "FRBRthis", value=f"{base}{tail}/!{component}")
            _add(node, "FRBRuri", value=f"{base}{tail}")
            if level == "Work":
                for other in () if part is not None else notice.also:
                    _add(node, "FRBRalias", name="文号", value=_legal(other))
            _add(node, "FRBRdate", date=_day(day), name="成文日期" if day else "unknown")
            for author in authors:
                _add(node, "FRBRauthor", href=f"#{author}")
            if level == "Work":
                _add(node, "FRBRcountry", value="cn")
                if part is None and notice.doc_no:
                    _add(node, "FRBRnumber", value=_legal(notice.doc_no))
                title = notice.title if part is None else part.title
                if title:
                    _add(node, "FRBRname", value=_legal(title))
            elif level == "Expression":
                _add(node, "FRBRlanguage", language="zho")
        if part is None:
            self.lifecycle(meta, notice)
        self.references(meta, notice, authors, whole=part is None)

    def lifecycle(self, meta: Element, notice: Notice) -> None:
        """The days from which the text says it is in force, and on which it lapses."""
        events = [("generation", notice.effective), ("repeal", notice.expires)]
        if any(day for _, day in events):
            life = _add(meta, "lifecycle", source=_SOURCE)
            for kind, day in events:
                if day:
                    _add(life, "eventRef", eId=self.id(f"event_{kind}"), date=_day(day), source=_SOURCE, type=kind)

    def references(self, meta: Element, notice: Notice, authors: Sequence[str], whole: bool) -> None:
        out = _add(meta, "references", source=_SOURCE)
        if whole:
            _add(out, "TLCOrganization", eId="docgen", href="/ontology/organization/docgen", showAs="docgen")
        for author, name in zip(authors, notice.issuers or ["发文机关不明"], strict=True):
            _add(
                out, "TLCOrganization", eId=author, href=f"/ontology/organization/cn/{_uri(name)}", showAs=_legal(name)
            )

    def body(self, doc: Element, kind: str, nodes: Sequence[Node]) -> None:
        body = _add(doc, "body" if kind == "act" else "mainBody")
        self.nodes(body, nodes)
        if len(body) == 0:
            _add(body, "p")

    def nodes(self, parent: Element, nodes: Iterable[Node]) -> None:
        """The nodes and all below them, without recursion: a hostile text may be nested as deep as it likes."""
        stack: list[tuple[Element, Iterator[Node]]] = [(parent, iter(nodes))]
        while stack:
            above, rest = stack[-1]
            node = next(rest, None)
            if node is None:
                stack.pop()
                continue
            made = self.node(above, node)
            if node.children:
                stack.append((made, iter(node.children)))

    def node(self, parent: Element, node: Node) -> Element:
        """One node without its children."""
        first = node.id in self.names and node.id not in self.written
        self.written.add(node.id)
        name = self.names[node.id] if first else self.id(node.id)
        if node.kind in _ELEMENTS:
            out = _add(parent, _ELEMENTS[node.kind], eId=name)
        else:
            out = _add(parent, "hcontainer", eId=name, name=node.kind)
        if node.number:
            _text(_add(out, "num"), node.number)
        if node.title:
            _text(_add(out, "heading"), node.title)
        if node.text or node.table is not None or not node.children:
            self.content(_add(out, "intro" if node.children else "content"), node, name)
        return out

    def content(self, out: Element, node: Node, name: str) -> None:
        if node.text or node.table is None:
            self.paragraph(_add(out, "p"), node, name)
        if node.table is not None and (rows := _cells(node.table)):
            table = _add(out, "table", eId=self.id(f"{name}__table"))
            for row in rows:
                line = _add(table, "tr")
                for text, down, across in row:
                    spans = {k: str(v) for k, v in (("rowspan", down), ("colspan", across)) if v > 1}
                    _text(_add(_add(line, "td", **spans), "p"), text)

    def paragraph(self, out: Element, node: Node, name: str) -> None:
        """The text of a node, with a ``ref`` for each citation in it."""
        at = 0
        last: Element | None = None
        for found in sorted(self.cited.get(node.id, ()), key=lambda f: f.span) if node.id else ():
            start, end = found.span
            href = self.href(found)
            if not at <= start < end <= len(node.text) or href is None:
                continue
            _text(out, node.text[at:start], last)
            last = _add(out, "ref", eId=self.id(f"{name}__ref_1"), href=href)
            _text(last, node.text[start:end])
            at = end
        _text(out, node.text[at:], last)

    def href(self, found: CitationFound) -> str | None:
        if found.target in self.names:
            return f"#{_uri(self.names[found.target])}"
        if found.doc_no or found.title:
            return work_uri(found.doc_no, found.title)
        return None

    def attachments(self, doc: Element, notice: Notice, uri: str) -> None:
        """The attachments, each a document of its own; one that is only announced is a reference to it."""
        out = _add(doc, "attachments")
        for number, part in enumerate(notice.attachments, 1):
            name = self.id(f"att_{number}")
            one = _add(out, "attachment", eId=name)
            if part.number is not None:
                _text(_add(one, "num"), f"附件{part.number}")
            if part.title:
                _text(_add(one, "heading"), part.title)
            where = f"{uri}/!{name}"
            if not part.attached and not part.body:
                _add(one, "documentRef", eId=self.id(f"{name}__doc"), href=where, showAs=_legal(part.title) or name)
                continue
            kind = _kind(part.body)
            inner = _add(one, kind, name="attachment")
            self.meta(inner, where, notice, part)
            self.body(inner, kind, part.body)


def _add(parent: Element, tag: str, **attributes: str) -> Element:
    from lxml import etree

    return etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)


def _text(out: Element, text: str, after: Element | None = None) -> None:
    """Puts text into an element, behind its child ``after`` if one is given."""
    if after is None:
        out.text = _legal(text)
    else:
        after.tail = _legal(text)


def _day(day: date | None) -> str:
    return day.isoformat() if day else UNKNOWN_DATE


def _name(genre: str | None) -> str:
    return _legal(genre or "") or "document"


def _kind(nodes: Sequence[Node]) -> str:
    """``act`` for a body that has articles; its schema takes nothing but numbered or named units, which all our nodes are."""
    return "act" if any(n.kind == "article" for top in nodes for n in _walk(top)) else "doc"


def _walk(top: Node) -> Iterator[Node]:
    stack = [top]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.children))


def _preface(doc: Element, notice: Notice) -> None:
    """Issuers, 文号, title and addressees, as far as the paper has them."""
    rows = [("docProponent", "、".join(notice.issuers)), ("docNumber", notice.doc_no), ("docTitle", notice.title)]
    rows = [(tag, text) for tag, text in rows if text]
    if not rows and not notice.addressees:
        return
    preface = _add(doc, "preface")
    for tag, text in rows:
        _text(_add(_add(preface, "p"), tag), text or "")
    if notice.addressees:
        line = _add(_add(preface, "container", name="addressees"), "p")
        _text(line, "、".join(notice.addressees))


def _conclusions(doc: Element, notice: Notice) -> None:
    """The date of the document, who else gets it, and who printed it."""
    day = notice.issued or notice.signed
    copies = f"抄送：{'、'.join(notice.copies_to)}" if notice.copies_to else ""
    if not (day or copies or notice.printed_by or notice.printed_on):
        return
    out = _add(doc, "conclusions")
    if day:
        _text(_add(_add(out, "p"), "docDate", date=_day(day)), f"{day.year}年{day.month}月{day.day}日")
    if copies:
        _text(_add(out, "p"), copies)
    if notice.printed_by or notice.printed_on:
        line = _add(out, "p")
        _text(line, f"{notice.printed_by or ''} ".lstrip())
        if (on := notice.printed_on) is not None:
            _text(_add(line, "date", date=_day(on)), f"{on.year}年{on.month}月{on.day}日印发")


def _cells(table: Table) -> list[list[tuple[str, int, int]]]:
    """The rows of a table that have a cell, each cell as (text, rowspan, colspan)."""
    rows: list[list[tuple[str, int, int]]] = [[] for _ in range(table.rows)]
    for cell in sorted(table.cells, key=lambda c: (c.row, c.col)):
        if 0 <= cell.row < table.rows:
            rows[cell.row].append((cell.text, cell.rowspan, cell.colspan))
    if table.bulk is not None:
        for number, texts in enumerate(table.bulk.rows, start=table.bulk.start):
            if number < table.rows:
                rows[number] = [(text, 1, 1) for text in texts]
    return [row for row in rows if row]
