"""The main job: a packet in, a report out.

Reads the papers, recognises which form of which policy they are, takes the facts off them, adds the facts the office
gives, and asks ``checkers`` — the only place where the two floors meet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checkers.engine import check as hold
from checkers.engine import ordered
from checkers.expressions import ExpressionError
from checkers.facts import Facts, FormSeen
from checkers.logic import OperandError
from checkers.packs import FormEntry, Library, Loaded, UnknownPolicy, library
from checkers.report import Finding, Location, Paper, Report, ServiceChoice
from checkers.slips import PackError
from docgen.errors import UsageError
from docgen.packets import Packet, PaperRead, read_packet
from docgen.settings import Settings

if TYPE_CHECKING:
    from checkers.facts import Fact
    from docgen.document import Document
    from docgen.facts_file import FactTable
    from docgen.forms import Recognised, SignatureIndex
    from docgen.forms.sheet import Segment
    from docgen.sorting import Part

SURE = 0.55
"""Confidence from which a document counts as a form of a policy."""


@dataclass(slots=True)
class Request:
    """What to check and how; dates None where the caller does not say. ``refused``: papers not to be opened, and why.

    ``tables``: facts files of many people or units, of which each packet takes what it is about.
    """

    paths: Sequence[str]
    service: str | None = None
    on: date | None = None
    received: date | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    today: date | None = None
    refused: Mapping[str, str] = field(default_factory=dict)
    explain: bool = False
    tables: Sequence[FactTable] = ()


@dataclass(slots=True)
class Outcome:
    """The report, whether some input could not be read, and what a person should be told besides (Chinese sentences)."""

    report: Report
    unreadable: bool
    warnings: list[str]
    packet: Packet


def check_packet(request: Request, tell: Callable[[str], None] = lambda _: None) -> Outcome:
    """Raises UsageError for a bad call, an unknown service or facts that are not of the policy."""
    from docgen.readers.limits import Limits

    packs = library(request.settings.folders)
    limits = Limits(**request.settings.limits) if request.settings.limits else None
    require_service(request)
    packet = read_packet(request.paths, limits, tell, refused=request.refused, isolate=request.settings.isolate)
    recognised = _recognise(packet, packs, request.service)
    choice = _choose(recognised, packs, request)
    fits = choice.id is not None
    report = (
        _check_service(request, packet, packs, recognised, choice) if fits else _nothing_fits(request, packet, choice)
    )
    report.findings[:0] = [_unreadable(paper) for paper in packet.papers if paper.document is None]
    warnings = [f"这个政策包有误，没有采用：{entry.error}" for entry in packs.entries().values() if entry.error]
    warnings += packet.notes + [f"{p.path}：{w}" for p in packet.papers if p.document for w in p.document.warnings]
    return Outcome(report, any(p.document is None for p in packet.papers), warnings, packet)


def require_service(request: Request) -> None:
    """Raises UsageError where the call names a service that no pack has, or no register can be asked as it is declared."""
    if request.settings.registers is not None:
        from docgen.registers import require_registers

        require_registers(request.settings.registers)
    packs = library(request.settings.folders)
    if request.service is not None and request.service not in packs.entries():
        raise UsageError(
            f"没有编号为 {request.service} 的政策{_like(request.service, packs)}；docgen policy list 列出全部"
        )
    if request.service is not None and packs.entries()[request.service].kind == "form":
        users = [e.id for e in packs.entries().values() if any(u.startswith(f"{request.service}/") for u in e.uses)]
        raise UsageError(f"{request.service} 是几项服务共用的表样，请指定服务：{'、'.join(users)}")


def _like(service: str, packs: Library) -> str:
    from rapidfuzz import process

    best = process.extractOne(service, list(packs.entries()), score_cutoff=60)
    return f"（是不是 {best[0]}？）" if best else ""


# ---------------------------------------------------------------- which service


@dataclass(slots=True)
class _Hit:
    """A form recognised on a paper."""

    paper: PaperRead
    document: Document
    found: Recognised

    @property
    def policy(self) -> str:
        return self.found.form_key[0]

    @property
    def form(self) -> str:
        return self.found.form_key[1]

    @property
    def confidence(self) -> float:
        return self.found.confidence

    @property
    def where(self) -> Segment:
        return self.found.where


def _recognise(packet: Packet, packs: Library, service: str | None) -> list[_Hit]:
    from docgen.forms import recognise

    candidates = _all_forms(packs) if service is None else _candidates(packs, service)
    hits: list[_Hit] = []
    for paper in packet.papers:
        if paper.document is not None:
            hits.extend(_Hit(paper, paper.document, found) for found in recognise(paper.document, candidates))
    return hits


@lru_cache(maxsize=8)
def _all_forms(packs: Library) -> SignatureIndex:
    """The forms of all packs, prepared once for a library and kept from one process to the next."""
    from docgen.forms import make_index, match
    from docgen.forms.recognise import prepare

    forms = packs.forms()
    makers = [match.__file__, prepare.__code__.co_filename]
    return make_index(forms, packs.kept("signatures", makers, lambda: prepare(forms)))


def _candidates(packs: Library, service: str) -> list[FormEntry]:
    entry = packs.entries()[service]
    wanted = set(entry.uses)
    return [f for f in packs.forms() if f.policy == service or f"{f.policy}/{f.form}" in wanted]


def _services_of(hit: _Hit, packs: Library) -> list[str]:
    """Policies the recognised form belongs to: its own, or those that use it."""
    own = packs.entries()[hit.policy]
    if own.kind != "form":
        return [own.id]
    key = f"{hit.policy}/{hit.form}"
    return [entry.id for entry in packs.entries().values() if key in entry.uses]


def _choose(hits: list[_Hit], packs: Library, request: Request) -> ServiceChoice:
    if request.service is not None:
        entry = packs.entries()[request.service]
        return ServiceChoice(entry.id, entry.name, entry.region, "given", 1.0)
    scores: dict[str, float] = {}
    best: dict[str, float] = {}
    for hit in hits:
        if hit.found.confidence < SURE:
            continue
        for service in _services_of(hit, packs):
            scores[service] = scores.get(service, 0.0) + hit.found.confidence
            best[service] = max(best.get(service, 0.0), hit.found.confidence)
    if not scores:
        return ServiceChoice(None, how="none", confidence=0.0)
    ranked = sorted(scores, key=lambda s: (-scores[s], s))
    top = [s for s in ranked if scores[s] == scores[ranked[0]]]
    chosen = top[0] if len(top) == 1 else _that_applies(top, hits, packs, request)
    entry = packs.entries()[chosen]
    return ServiceChoice(entry.id, entry.name, entry.region, "recognised", best[chosen])


def _that_applies(services: list[str], hits: list[_Hit], packs: Library, request: Request) -> str:
    """Of services that share a form, the one whose ``applies`` the form answers with yes.

    Where the form leaves it open (no box is ticked): of those it does not deny one in force that day, the usual one first.
    """
    from checkers.case import Case

    open_choices: list[tuple[bool, bool, str]] = []
    for service in services:
        loaded = _load(packs, service)
        facts = Facts(forms=_read_forms(loaded, hits))
        day = _law_day(request, loaded, facts)
        answer = Case(facts, loaded, day, request.received).holds(loaded.policy.applies)
        if answer is True:
            return service
        if answer is not False:
            law = loaded.policy.in_force
            ended = day < law.since or (law.until is not None and day > law.until)
            open_choices.append((ended, not loaded.policy.usual, service))
    return min(open_choices)[2] if open_choices else services[0]


# ---------------------------------------------------------------- one service


def _load(packs: Library, service: str) -> Loaded:
    try:
        return packs.load(service)
    except UnknownPolicy:
        raise UsageError(f"没有编号为 {service} 的政策") from None
    except PackError as error:
        raise UsageError(f"政策包有误，无法使用：{error}") from None


def _read_forms(loaded: Loaded, hits: list[_Hit]) -> list[FormSeen]:
    """Every form of the policy that the packet holds, the surest copy of each."""
    from docgen.forms import read_form

    out: list[FormSeen] = []
    for form_id, form in loaded.policy.forms.items():
        owner = loaded.borrowed.get(form_id)
        keys = {(loaded.policy.id, form_id)} | ({(owner.id, name) for name in owner.forms} if owner else set())
        copies = [h for h in hits if (h.policy, h.form) in keys and h.found.confidence > 0]
        if copies:
            hit = max(copies, key=lambda h: h.found.confidence)
            out.append(read_form(hit.document, _own_part(hit, loaded), form, form_id))
    return out


def _own_part(hit: _Hit, loaded: Loaded) -> Segment:
    """The form's part of its file: it ends where another paper bound behind it begins (a copy of a card has names too)."""
    from docgen.forms.sheet import Segment
    from docgen.sorting import breaks

    where = hit.found.where
    ends = [start for start in breaks(hit.document, loaded.policy) if where.start < start < where.end]
    return Segment(where.start, min([*ends, where.end]))


def _law_day(request: Request, loaded: Loaded, facts: Facts) -> date:
    """``--on``, else ``--received``, else the form's own date, else today."""
    if request.on or request.received:
        return request.on or request.received or date.min
    from checkers.values.types import parse_value

    for form in loaded.policy.forms.values():
        for name, spec in form.fields.items():
            fact = facts.get(name) if spec.role == "signed_on" else None
            if fact is not None and fact.state == "filled":
                try:
                    value = parse_value("date", fact.raw)
                except ValueError:
                    continue
                if isinstance(value, date):
                    return value
    return request.today or date.today()  # noqa: DTZ011  the office's own calendar day


def check_with(request: Request, loaded: Loaded) -> Report:
    """The report of one packet under a pack at hand, installed or not: how two versions of a policy are compared."""
    from checkers.packs import labels_of
    from docgen.forms import FormSignature, recognise

    packs = library(request.settings.folders)
    packet = read_packet(request.paths)
    policy = loaded.policy
    forms = [
        FormSignature(loaded.borrowed.get(name, policy).id, name, (form.title, *form.aliases), labels_of(form))
        for name, form in policy.forms.items()
    ]
    hits = [_Hit(p, p.document, found) for p in packet.papers if p.document for found in recognise(p.document, forms)]
    return _check_service(request, packet, packs, hits, ServiceChoice(policy.id, policy.name, policy.region), loaded)


def _check_service(
    request: Request,
    packet: Packet,
    packs: Library,
    hits: list[_Hit],
    choice: ServiceChoice,
    loaded: Loaded | None = None,
) -> Report:
    from docgen.consistency import check_papers
    from docgen.paper_findings import Setting
    from docgen.sorting import sort_papers

    loaded = loaded or _load(packs, choice.id or "")
    forms = _read_forms(loaded, hits)
    parts = sort_papers(packet.papers, loaded, hits)
    materials: dict[str, list[str]] = {}
    for part in parts:
        for name in part.materials:
            if part.view.path not in materials.setdefault(name, []):
                materials[name].append(part.view.path)
    facts = Facts(
        forms=forms,
        known=_known(request, loaded, packs, forms, packet.notes),
        materials=materials,
        closed=packet.closed,
        place=next((Location(p.path) for p in packet.papers if p.document), None),
    )
    day = _law_day(request, loaded, facts)
    try:
        papers, explain = _documents(packet, parts), request.explain
        report = hold(facts, loaded, day, received=request.received, papers=papers, choice=choice, explain=explain)
    except (ExpressionError, OperandError) as error:
        raise UsageError(f"政策包 {loaded.policy.id} 的规则无法计算：{error}") from None
    scanned = frozenset(p.path for p in packet.papers if p.document and p.document.reader.endswith("ocr"))
    found = check_papers(parts, packet.papers, Setting(facts, loaded, request.received or day, scanned))
    report.findings = ordered([*report.findings, *found])
    if not forms and (loaded.policy.forms or not materials):  # a service may have no form of its own in print
        report.findings.insert(0, _no_form(loaded, packet))
    return report


def _known(
    request: Request, loaded: Loaded, packs: Library, forms: list[FormSeen], notes: list[str]
) -> dict[str, Fact]:
    """What the office says: named facts before tables, tables before registers."""
    services = {e.name: e.id for e in packs.entries().values() if e.name}
    registers = request.settings.registers
    if not request.tables and registers is None:
        from docgen.facts_file import known_facts

        return known_facts(request.given, loaded.policy, services)
    from docgen.fact_tables import join_facts

    known, said = join_facts(request.given, request.tables, loaded.policy, services, forms)
    notes.extend(said)
    if registers is not None:
        from docgen.registers import ask_registers

        notes.extend(ask_registers(registers, known, loaded.policy, services, forms))
    return known


def _documents(packet: Packet, parts: Sequence[Part]) -> list[Paper]:
    """The papers of the report: every paper in every file, in order; a file that was not read is a line too."""
    from docgen.sorting import entry

    out: list[Paper] = []
    for paper in packet.papers:
        out.extend([entry(p) for p in parts if p.paper is paper] or [_paper(paper)])
    return out


def _paper(paper: PaperRead) -> Paper:
    document = paper.document
    if document is None:
        return Paper(paper.path)
    pages = len(document.pages) if document.paged else 1
    return Paper(paper.path, document.sha256, document.format, pages, document.reader)


# ---------------------------------------------------------------- findings about the papers themselves


def _unreadable(paper: PaperRead) -> Finding:
    return Finding(
        code="document.unreadable",
        rule="docgen/document-unreadable",
        status="fail",
        severity="error",
        subject="document",
        label=Path(paper.path).name,
        message=f"{paper.path} 没有读出来：{paper.error}",
        suggestion="请换一份可以打开的文件后重新检查",
        locations=(Location(paper.path),),
    )


def not_checked(request: Request, why: str) -> Report:
    """The report on a packet that was not checked at all (an empty folder, a worker that died)."""
    day = request.on or request.received or request.today or date.today()  # noqa: DTZ011  the office's own calendar day
    report = Report(ServiceChoice(None, how="none", confidence=0.0), day.isoformat(), None)
    report.received = request.received.isoformat() if request.received else None
    report.findings.append(_unreadable(PaperRead(str(request.paths[0]), error=why)))
    return report


def _no_form(loaded: Loaded, packet: Packet) -> Finding:
    wanted = "、".join(f"《{form.title}》" for form in loaded.policy.forms.values() if form.title)
    return Finding(
        code="service.unrecognised",
        rule=f"{loaded.policy.id}/form",
        status="fail",
        severity="error",
        subject="form",
        label="申请表",
        message=f"这些文件里没有认出{loaded.policy.name}的申请表",
        suggestion=f"请提交{wanted}" if wanted else "请核对所指定的服务",
        locations=tuple(Location(p.path) for p in packet.papers if p.document)[:5],
    )


def _nothing_fits(request: Request, packet: Packet, choice: ServiceChoice) -> Report:
    day = request.on or request.received or request.today or date.today()  # noqa: DTZ011  the office's own calendar day
    report = Report(choice, day.isoformat(), request.received.isoformat() if request.received else None)
    report.documents = [_paper(p) for p in packet.papers]
    read = [p for p in packet.papers if p.document]
    if read:
        report.findings.append(
            Finding(
                code="service.unrecognised",
                rule="docgen/service-unrecognised",
                status="fail",
                severity="error",
                subject="service",
                label="申请事项",
                message="没有一项已编入的政策与这些文件相符",
                suggestion="请用 --service 指定服务（docgen policy list 列出全部），或用 docgen extract --as form 只读取栏目",
                locations=tuple(Location(p.path) for p in read)[:5],
            )
        )
    return report
