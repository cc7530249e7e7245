"""What a check says: findings with the law beside them, and the report that carries them.

Everything here is plain data. ``Report.to_json`` is the public ``docgen.report/1`` object of the contract;
``Report.from_json`` is its inverse, so that a saved report can be answered by a notice later.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Literal, TypeVar

SCHEMA = "docgen.report/1"

Status = Literal["fail", "unknown"]
Severity = Literal["error", "warning", "info"]
Verdict = Literal["pass", "fail", "review"]
BBox = tuple[float, float, float, float]

FINDING_CODES = frozenset(
    {
        "field.missing",
        "field.invalid",
        "choice.invalid",
        "attestation.missing",
        "signature.missing",
        "seal.missing",
        "date.missing",
        "material.missing",
        "material.illegible",
        "material.expired",
        "material.unrecognised",
        "eligibility.failed",
        "amount.exceeds",
        "amount.mismatch",
        "deadline.passed",
        "deadline.early",
        "consistency.mismatch",
        "benefit.duplicate",
        "policy.not-in-force",
        "citation.repealed",
        "layout.invalid",
        "document.unreadable",
        "service.unrecognised",
    }
)


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in the law. ``article`` is written as the document counts: ``一(二)2``, ``第十二条``, ``附件3``."""

    doc_no: str
    title: str
    article: str = ""

    def to_json(self) -> dict[str, str]:
        return {"doc_no": self.doc_no, "title": self.title, "article": self.article}


@dataclass(frozen=True, slots=True)
class Location:
    """A place on a paper. ``bbox`` is (x0, top, x1, bottom) in points from the top left of ``page`` (from 1).

    ``cell`` is a spreadsheet-like reference (``B3``; ``表2!B3`` where a Word file has several tables);
    ``paragraph`` counts from 1 where Word text stands outside tables.
    """

    path: str
    page: int | None = None
    bbox: BBox | None = None
    cell: str | None = None
    paragraph: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Keys that do not apply are left out."""
        out: dict[str, Any] = {"path": self.path}
        if self.page is not None:
            out["page"] = self.page
        if self.bbox is not None:
            out["bbox"] = [round(v, 1) for v in self.bbox]
        if self.cell is not None:
            out["cell"] = self.cell
        if self.paragraph is not None:
            out["paragraph"] = self.paragraph
        return out

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Location:
        box = data.get("bbox")
        return cls(
            path=str(data["path"]),
            page=data.get("page"),
            bbox=(box[0], box[1], box[2], box[3]) if box else None,
            cell=data.get("cell"),
            paragraph=data.get("paragraph"),
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that failed, or that could not be determined. ``rule`` is ``<policy id>/<rule id>``."""

    code: str
    rule: str
    status: Status
    severity: Severity
    subject: str
    label: str
    message: str
    suggestion: str = ""
    expected: str = ""
    actual: str = ""
    citations: tuple[Citation, ...] = ()
    locations: tuple[Location, ...] = ()
    explanation: tuple[str, ...] = ()
    """How it came about, a sentence each; only of a check asked to explain, and left out of the JSON when empty."""

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "code": self.code,
            "rule": self.rule,
            "status": self.status,
            "severity": self.severity,
            "subject": self.subject,
            "label": self.label,
            "message": self.message,
            "suggestion": self.suggestion,
            "expected": self.expected,
            "actual": self.actual,
            "citations": [c.to_json() for c in self.citations],
            "locations": [loc.to_json() for loc in self.locations],
        }
        if self.explanation:
            out["explanation"] = list(self.explanation)
        return out

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Finding:
        plain = {k: data.get(k, "") for k in ("code", "rule", "status", "severity", "subject", "label", "message")}
        return cls(
            **plain,
            suggestion=data.get("suggestion", ""),
            expected=data.get("expected", ""),
            actual=data.get("actual", ""),
            citations=tuple(Citation(c["doc_no"], c["title"], c.get("article", "")) for c in data.get("citations", ())),
            locations=tuple(Location.from_json(loc) for loc in data.get("locations", ())),
            explanation=tuple(data.get("explanation", ())),
        )


@dataclass(slots=True)
class ServiceChoice:
    """Which policy was applied and how it was chosen."""

    id: str | None
    name: str = ""
    region: str = ""
    how: Literal["given", "recognised", "none"] = "given"
    confidence: float = 1.0

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "region": self.region,
            "how": self.how,
            "confidence": round(self.confidence, 2),
        }


@dataclass(slots=True)
class Paper:
    """One paper of the packet as it was read; ``material`` is the material id it was taken for.

    ``kind`` is what sort of paper it is (``id_card_front``, ``roster`` …) and ``reason`` why it was taken for that.
    Of several papers in one file, each is an entry with the page it begins on (``pages_from``, from 1; None in Word).
    """

    path: str
    sha256: str = ""
    format: str = ""
    pages: int = 0
    reader: str = ""
    material: str | None = None
    confidence: float = 0.0
    kind: str = ""
    reason: str = ""
    pages_from: int | None = None

    def to_json(self) -> dict[str, Any]:
        """``kind``, ``reason`` and ``pages_from`` are left out where they say nothing."""
        out: dict[str, Any] = {
            "path": self.path,
            "sha256": self.sha256,
            "format": self.format,
            "pages": self.pages,
            "reader": self.reader,
            "material": self.material,
            "confidence": round(self.confidence, 2),
        }
        if self.kind:
            out["kind"] = self.kind
        if self.reason:
            out["reason"] = self.reason
        if self.pages_from is not None:
            out["pages_from"] = self.pages_from
        return out


@dataclass(slots=True)
class FieldValue:
    """One blank of a form. ``value`` is normalised as the contract says (JSON-ready), None when blank or invalid."""

    id: str
    label: str
    raw: str
    value: Any
    confidence: float = 1.0
    location: Location | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "label": self.label,
            "raw": self.raw,
            "value": self.value,
            "confidence": round(self.confidence, 2),
            "location": self.location.to_json() if self.location else None,
        }


@dataclass(slots=True)
class MaterialState:
    """One line of the checklist of materials."""

    id: str
    name: str
    status: Literal["present", "missing", "not-required", "unknown"]
    documents: list[str] = field(default_factory=list)
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {"id": self.id, "name": self.name, "status": self.status, "documents": self.documents}
        if self.note:
            out["note"] = self.note
        return out


@dataclass(slots=True)
class AmountLine:
    """A sum the policy yields; ``value`` is a decimal string, None when a fact is missing (``missing`` names it)."""

    id: str
    name: str
    value: str | None
    unit: str
    formula: str = ""
    citations: tuple[Citation, ...] = ()
    missing: tuple[str, ...] = ()
    explanation: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "formula": self.formula,
            "citations": [c.to_json() for c in self.citations],
        }
        if self.missing:
            out["missing"] = list(self.missing)
        if self.explanation:
            out["explanation"] = list(self.explanation)
        return out


@dataclass(slots=True)
class DeadlineLine:
    """A period the policy sets; ``due`` is an ISO date, None when its start is not known."""

    id: str
    name: str
    who: Literal["applicant", "agency"]
    due: str | None
    state: Literal["met", "open", "passed", "unknown"]
    citations: tuple[Citation, ...] = ()
    note: str = ""
    explanation: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "who": self.who,
            "due": self.due,
            "state": self.state,
            "citations": [c.to_json() for c in self.citations],
        }
        if self.note:
            out["note"] = self.note
        if self.explanation:
            out["explanation"] = list(self.explanation)
        return out


@dataclass(slots=True)
class Report:
    """The answer to one packet. Dates are ISO strings, as in the JSON."""

    service: ServiceChoice
    on: str
    received: str | None
    documents: list[Paper] = field(default_factory=list)
    fields: list[FieldValue] = field(default_factory=list)
    materials: list[MaterialState] = field(default_factory=list)
    amounts: list[AmountLine] = field(default_factory=list)
    deadlines: list[DeadlineLine] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    results: dict[str, Any] = field(default_factory=dict, compare=False)
    """What the pack's ``results`` came to, JSON-ready (None: unknown); for calculators and tests, not part of the JSON."""

    @property
    def files(self) -> list[Paper]:
        """Each file once, by its first paper: several papers may lie in one file."""
        first: dict[str, Paper] = {}
        for paper in self.documents:
            first.setdefault(paper.path, paper)
        return list(first.values())

    @property
    def verdict(self) -> Verdict:
        """``fail`` if an error failed; else ``review`` if anything is unknown; else ``pass``."""
        if any(f.status == "fail" and f.severity == "error" for f in self.findings):
            return "fail"
        if any(f.status == "unknown" for f in self.findings):
            return "review"
        return "pass"

    def to_json(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "service": self.service.to_json(),
            "on": self.on,
            "received": self.received,
            "verdict": self.verdict,
            "documents": [d.to_json() for d in self.documents],
            "fields": [f.to_json() for f in self.fields],
            "materials": [m.to_json() for m in self.materials],
            "amounts": [a.to_json() for a in self.amounts],
            "deadlines": [d.to_json() for d in self.deadlines],
            "findings": [f.to_json() for f in self.findings],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Report:
        """Inverse of ``to_json``. Raises ValueError when ``schema`` is another, KeyError or TypeError on a broken body."""
        if data.get("schema") != SCHEMA:
            raise ValueError(f"schema {data.get('schema')!r}, expected {SCHEMA!r}")

        return cls(
            service=_known(ServiceChoice, data["service"]),
            on=data["on"],
            received=data["received"],
            documents=[_known(Paper, d) for d in data["documents"]],
            fields=[_known(FieldValue, f) for f in data["fields"]],
            materials=[_known(MaterialState, m) for m in data["materials"]],
            amounts=[_known(AmountLine, a) for a in data["amounts"]],
            deadlines=[_known(DeadlineLine, d) for d in data["deadlines"]],
            findings=[Finding.from_json(f) for f in data["findings"]],
        )


T = TypeVar("T")


def _known(kind: type[T], row: dict[str, Any]) -> T:
    """A record from its JSON; keys that a later version may add are passed over."""
    names = {f.name for f in fields(kind)}  # type: ignore[arg-type]  # every kind given is a dataclass
    known = {name: value for name, value in row.items() if name in names}
    if "citations" in known:
        known["citations"] = tuple(Citation(c["doc_no"], c["title"], c.get("article", "")) for c in known["citations"])
    for name in ("missing", "explanation"):
        if name in known:
            known[name] = tuple(known[name])
    if known.get("location"):
        known["location"] = Location.from_json(known["location"])
    return kind(**known)
