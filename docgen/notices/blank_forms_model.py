"""What a blank form asks for: its fields, its places to sign, its notes; as JSON and as the section of a pack."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

MarkKind = Literal["signature", "seal"]


@dataclass(slots=True)
class Place:
    """Where a blank stands: ``block`` counts the given blocks from 0; of a table ``row`` and ``col`` (from 0) too, else None.

    ``start`` and ``end`` count characters of the line, or of the cell's text.
    """

    block: int
    start: int
    end: int
    row: int | None = None
    col: int | None = None


@dataclass(slots=True)
class FormField:
    """A blank. ``options`` of a tick group, with ``boxes`` the place of each; ``columns`` and ``totals`` of a roster, whose
    ``rows`` are its empty rows on the grid and ``numbers`` the column of running numbers. ``required`` is None where the
    form does not mark any blank as required."""

    id: str
    label: str
    type: str = "text"
    under: str = ""
    unit: str = ""
    required: bool | None = None
    options: list[str] = field(default_factory=list)
    columns: list[FormField] = field(default_factory=list)
    totals: list[FormField] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    role: Literal["", "signed_on"] = ""
    place: Place | None = None
    boxes: list[Place] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    numbers: int | None = None

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {"id": self.id, "label": self.label, "type": self.type}
        for key in ("under", "unit", "options", "printed", "role"):
            if getattr(self, key):
                out[key] = getattr(self, key)
        if self.required is not None:
            out["required"] = self.required
        for key in ("columns", "totals"):
            if inner := getattr(self, key):
                out[key] = [one.to_json() for one in inner]
        return out

    def to_pack(self) -> dict[str, Any]:
        """The shape of ``checkers.policy.Field``."""
        out: dict[str, Any] = {"label": self.label, "type": self.type}
        for key in ("under", "unit", "options", "role"):
            if getattr(self, key):
                out[key] = getattr(self, key)
        if self.required is False:
            out["required"] = False
        for key in ("columns", "totals"):
            if inner := getattr(self, key):
                out[key] = {one.id: one.to_pack() for one in inner}
        return out


@dataclass(slots=True)
class FormMark:
    """A place for a signature or a seal; ``by`` is who gives it, as far as the words beside it say."""

    id: str
    label: str
    kind: MarkKind
    by: str = "applicant"
    under: str = ""
    place: Place | None = None

    def to_json(self) -> dict[str, Any]:
        out = {"id": self.id, "label": self.label, "kind": self.kind, "by": self.by}
        return out | ({"under": self.under} if self.under else {})

    def to_pack(self) -> dict[str, Any]:
        """The shape of ``checkers.policy.Mark``."""
        return {"label": self.label, "by": self.by} | ({"under": self.under} if self.under else {})


@dataclass(slots=True)
class BlankForm:
    """``office_use`` are headings of blocks that the office fills; ``pledge`` a printed declaration, "" without one."""

    title: str = ""
    fields: list[FormField] = field(default_factory=list)
    marks: list[FormMark] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    office_use: list[str] = field(default_factory=list)
    pledge: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "title": self.title or None,
            "fields": [f.to_json() for f in self.fields],
            "marks": [m.to_json() for m in self.marks],
            "office_use": self.office_use,
            "pledge": self.pledge or None,
            "notes": self.notes,
        }

    def to_pack_section(self) -> dict[str, Any]:
        """One form of a pack (``forms: {application: …}``), in plain values and in printed order; ids are snake case."""
        out: dict[str, Any] = {"title": self.title} if self.title else {}
        out["fields"] = {f.id: f.to_pack() for f in self.fields}
        if self.pledge:
            out["pledge"] = {"text": self.pledge, "copied": False}
        for kind, key in (("signature", "signatures"), ("seal", "seals")):
            if marks := {m.id: m.to_pack() for m in self.marks if m.kind == kind}:
                out[key] = marks
        if self.office_use:
            out["office_use"] = self.office_use
        return out
