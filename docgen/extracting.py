"""Reading without judging: what the form in a document says, recognised or not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from checkers.packs import Library, library
from checkers.report import FieldValue
from docgen.document import Document
from docgen.errors import UsageError
from docgen.settings import Settings

SCHEMA = "docgen.form/1"


@dataclass(slots=True)
class FormExtract:
    """The blanks of one document. ``recognised`` is False for a form no pack knows: ids are then the labels themselves."""

    path: str
    sha256: str
    recognised: bool
    service: str | None = None
    forms: list[str] = field(default_factory=list)
    title: str = ""
    confidence: float = 0.0
    fields: list[FieldValue] = field(default_factory=list)

    def headline(self) -> str:
        if self.recognised:
            return f"{self.title}（{self.service}，把握 {self.confidence:.0%}）"
        return "没有识别出是哪一种表，以下按版面读出："

    def to_json(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "path": self.path,
            "sha256": self.sha256,
            "recognised": self.recognised,
            "service": self.service,
            "forms": self.forms,
            "title": self.title or None,
            "confidence": round(self.confidence, 2),
            "fields": [f.to_json() for f in self.fields],
        }


def extract_form(document: Document, service: str | None = None, settings: Settings | None = None) -> FormExtract:
    """Raises UsageError for a service that no pack has."""
    from docgen.checking import SURE
    from docgen.forms import read_form, recognise

    packs = library((settings or Settings()).folders)
    entries = packs.entries()
    if service is not None and service not in entries:
        raise UsageError(f"没有编号为 {service} 的政策；docgen policy list 列出全部")
    wanted = {service, *(use.partition("/")[0] for use in entries[service].uses)} if service else set(entries)
    found = [
        r for r in recognise(document, packs.forms()) if r.form_key[0] in wanted and (service or r.confidence >= SURE)
    ]
    if not found:
        return _unknown(document)
    owner = max(found, key=lambda r: r.confidence).form_key[0]
    out = FormExtract(document.path, document.sha256, True, owner)
    out.confidence = max(r.confidence for r in found if r.form_key[0] == owner)
    for hit in found:
        if hit.form_key[0] != owner or hit.form_key[1] in out.forms:
            continue
        loaded = packs.load(owner)
        form = loaded.policy.forms[hit.form_key[1]]
        out.forms.append(hit.form_key[1])
        out.title = out.title or form.title
        seen = read_form(document, hit.where, form, hit.form_key[1])
        out.fields.extend(_values(packs, owner, seen))
    return out


def _values(packs: Library, owner: str, seen: Any) -> list[FieldValue]:
    from datetime import date

    from checkers.case import Case
    from checkers.engine import field_value
    from checkers.facts import Facts

    case = Case(Facts(forms=[seen]), packs.load(owner), date.min, None)
    return [field_value(case, name, fact) for name, fact in seen.facts.items()]


def _unknown(document: Document) -> FormExtract:
    from docgen.forms import read_unknown

    out = FormExtract(document.path, document.sha256, False)
    for label, raw, location in read_unknown(document):
        shown = (
            raw if isinstance(raw, str) else "、".join(str(v) for v in raw) if raw and isinstance(raw[0], str) else ""
        )
        out.fields.append(FieldValue(label, label, shown, raw or None, 0.5, location))
    return out
