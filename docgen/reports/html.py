"""The report as one self-contained page for the reviewer at the counter: the papers with marks on them, the findings beside.

The page loads nothing (its content security policy forbids it) and runs no script; marks and cards are joined by anchors.
Words from the papers reach it only through Jinja's autoescape.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import docgen
from checkers.report import FieldValue, Finding, Location, Paper, Report
from docgen.reports.pages import PageImage, page_count, page_images
from docgen.reports.wording import (
    BLANK,
    CODES,
    DEADLINE_STATES,
    LEVELS,
    MATERIAL_STATES,
    VERDICTS,
    WHO,
    amount_text,
    applicant,
    chinese_date,
    clean,
    count_sentence,
    counts,
    full_place,
    level,
    material_names,
    name_of,
    ordered,
    place,
    quotes,
    service_name,
    titled,
    value_text,
)

if TYPE_CHECKING:
    from jinja2 import Template

MAX_PAGES = 30
MARGIN = 2.0  # points by which a box stands off the words it frames
LOW_CONFIDENCE = 0.9


@dataclass(frozen=True, slots=True)
class Mark:
    """The number of a finding, as it stands on a page and on its card."""

    number: int
    level: str
    message: str


@dataclass(slots=True)
class Box:
    """A frame on a page; ``style`` places it in per cent of the page. Without marks it is a blank that was read."""

    id: str
    style: str
    title: str
    marks: list[Mark] = field(default_factory=list)

    @property
    def level(self) -> str:
        """Of the gravest finding; marks are in that order."""
        return self.marks[0].level if self.marks else "read"


@dataclass(slots=True)
class PageView:
    image: PageImage
    boxes: list[Box]
    marks: list[Mark]


@dataclass(slots=True)
class FieldRow:
    """A blank in a table: on the left where a paper has no image, on the right for all papers."""

    id: str
    label: str
    raw: str
    value: str
    place: str
    confidence: str
    low: bool
    marks: list[Mark]
    rows: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class PaperView:
    id: str
    path: str
    about: str
    pages: list[PageView]
    rows: list[FieldRow]
    marks: list[Mark]
    hidden: str


@dataclass(slots=True)
class Card:
    number: int
    level: str
    finding: Finding
    places: list[tuple[str, str]]
    actual: str

    @property
    def title(self) -> str:
        return name_of(self.finding)

    @property
    def kind(self) -> str:
        return CODES.get(self.finding.code, self.finding.code)


@dataclass(frozen=True, slots=True)
class _Desk:
    """All that lies on the reviewer's desk: the report, the papers, and what is drawn on them.

    ``ids`` are the anchors of places; ``counts`` and ``chosen`` are the pages of each paper that has images.
    """

    report: Report
    papers: Mapping[str, bytes]
    findings: list[Finding]
    marks: Mapping[Location, list[Mark]]
    ids: Mapping[Location, str]
    counts: Mapping[str, int]
    chosen: Mapping[str, list[int]]


def render(report: Report, *, papers: Mapping[str, bytes], settings: Mapping[str, str]) -> str:
    """``papers`` gives the bytes to draw the pages from; a paper that is not in it is shown as a table of its fields."""
    desk = _desk(report, papers)
    names = material_names(report)
    views = [
        _paper(desk, paper, f"d{i}", names.get(paper.material or "", "")) for i, paper in enumerate(report.files, 1)
    ]
    page = _template().render(
        report=report,
        views=views,
        cards=_cards(desk, views),
        fields=[_row(f, desk.marks.get(f.location, []) if f.location else [], "") for f in report.fields],
        counts=counts(report.findings),
        words={"levels": LEVELS, "materials": MATERIAL_STATES, "deadlines": DEADLINE_STATES, "who": WHO},
        verdict=VERDICTS[report.verdict],
        service=service_name(report),
        applicant=applicant(report),
        summary=count_sentence(report),
        office=settings.get("office", ""),
        version=docgen.__version__,
    )
    return page.encode("utf-8", "replace").decode()  # a path of undecodable bytes must not stop the page


@cache
def _template() -> Template:
    """Compiled once; the file has no extension Jinja knows, so escaping is switched on for all."""
    from jinja2 import Environment, StrictUndefined

    # Strict: a misspelt name must fail in the tests, not print nothing in an office.
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(titled=titled, chinese_date=chinese_date, amount=amount_text)
    return environment.from_string(Path(__file__).with_name("report.html.j2").read_text(encoding="utf-8"))


def _marks(findings: Sequence[Finding]) -> dict[Location, list[Mark]]:
    out: dict[Location, list[Mark]] = {}
    for number, finding in enumerate(findings, 1):
        for location in dict.fromkeys(finding.locations):
            out.setdefault(location, []).append(Mark(number, level(finding), clean(finding.message)))
    return out


def _ids(report: Report, findings: Sequence[Finding]) -> dict[Location, str]:
    places = [x for f in findings for x in f.locations] + [f.location for f in report.fields if f.location]
    return {location: f"p{i}" for i, location in enumerate(dict.fromkeys(places), 1)}


def _desk(report: Report, papers: Mapping[str, bytes]) -> _Desk:
    findings = ordered(report.findings)
    marks = _marks(findings)
    page_counts = {d.path: page_count(papers[d.path]) for d in report.documents if d.path in papers}
    return _Desk(
        report, papers, findings, marks, _ids(report, findings), page_counts, _choose_pages(page_counts, marks)
    )


def _cards(desk: _Desk, views: Sequence[PaperView]) -> list[Card]:
    """A place links to its box or row where there is one, else to its paper."""
    known = {x.id for v in views for p in v.pages for x in p.boxes} | {r.id for v in views for r in v.rows}
    documents = {v.path: v.id for v in views}
    cards = []
    for number, finding in enumerate(desk.findings, 1):
        links = []
        for location in finding.locations:
            anchor = desk.ids[location]
            links.append((full_place(location), anchor if anchor in known else documents.get(location.path, "")))
        found = quotes(desk.report, finding)
        actual = finding.actual or (found[0].text if found else "")
        cards.append(Card(number, level(finding), finding, links, actual))
    return cards


def _choose_pages(counted: Mapping[str, int], marks: Mapping[Location, list[Mark]]) -> dict[str, list[int]]:
    """At most ``MAX_PAGES`` pages of all papers together: those with findings first, then from the front."""
    everything = [(path, n) for path, pages in counted.items() for n in range(1, pages + 1)]
    marked = {(location.path, location.page) for location in marks}
    first = sorted(everything, key=lambda page: page not in marked)[:MAX_PAGES]
    return {path: sorted(n for p, n in first if p == path) for path in counted}


def _paper(desk: _Desk, paper: Paper, id: str, material: str) -> PaperView:
    here = {location: found for location, found in desk.marks.items() if location.path == paper.path}
    fields = [f for f in desk.report.fields if f.location and f.location.path == paper.path]
    chosen = desk.chosen.get(paper.path, [])
    images = page_images(desk.papers[paper.path], chosen) if chosen else []
    pages = [_page(image, here, fields, desk.ids) for image in images]
    rows = [] if pages else _rows(desk, fields, here)
    shown = {x.id for p in pages for x in p.boxes} | {r.id for r in rows}
    on_pages = {image.number for image in images}
    loose = [m for x, found in here.items() if desk.ids[x] not in shown and x.page not in on_pages for m in found]
    hidden = sorted(set(range(1, desk.counts.get(paper.path, 0) + 1)) - on_pages)
    about = [material] + ([f"{paper.pages} 页"] if paper.pages > 1 else [])
    return PaperView(id, paper.path, "，".join(a for a in about if a), pages, rows, loose, _ranges(hidden))


def _page(
    image: PageImage, here: Mapping[Location, list[Mark]], fields: Sequence[FieldValue], ids: Mapping[Location, str]
) -> PageView:
    boxes: dict[Location, Box] = {}
    loose: list[Mark] = []
    for f in fields:
        if f.location and f.location.page == image.number and (style := _style(f.location, image)):
            text = f"{f.label}：{value_text(f.value) or f.raw or BLANK}"
            boxes[f.location] = Box(ids[f.location], style, clean(text))
    for location, found in here.items():
        if location.page != image.number:
            continue
        if not (style := _style(location, image)):
            loose += found
            continue
        box = boxes.setdefault(location, Box(ids[location], style, ""))
        box.marks = found
        box.title = "\n".join(f"{m.number}. {m.message}" for m in found)
    # Large boxes first: a small one within a large one must stay clickable.
    return PageView(image, sorted(boxes.values(), key=lambda b: bool(b.marks)), loose)


def _style(location: Location, image: PageImage) -> str:
    """Where the box stands in per cent of the page; empty where no box can be drawn."""
    if location.bbox is None or not image.width or not image.height:
        return ""
    x0, top, x1, bottom = location.bbox
    left, right = (min(max(v / image.width * 100, 0), 100) for v in (x0 - MARGIN, x1 + MARGIN))
    upper, lower = (min(max(v / image.height * 100, 0), 100) for v in (top - MARGIN, bottom + MARGIN))
    return f"left:{left:.2f}%;top:{upper:.2f}%;width:{right - left:.2f}%;height:{lower - upper:.2f}%"


def _rows(desk: _Desk, fields: Sequence[FieldValue], here: Mapping[Location, list[Mark]]) -> list[FieldRow]:
    """The fields of a paper without an image, then the places of findings where no field was read."""
    rows = [_row(f, here.get(f.location, []), desk.ids[f.location]) for f in fields if f.location]
    taken = {f.location for f in fields}
    for finding in desk.findings:
        for quote in quotes(desk.report, finding):
            at = quote.location
            if at in here and at not in taken and place(at):
                taken.add(at)
                rows.append(FieldRow(desk.ids[at], quote.label, quote.text, "", place(at), "", False, here[at]))
    return rows


def _row(value: FieldValue, marks: list[Mark], id: str) -> FieldRow:
    table = value.value if isinstance(value.value, list) else []
    rows = [{str(k): value_text(v) for k, v in row.items()} for row in table if isinstance(row, dict)]
    where = place(value.location) if value.location else ""
    return FieldRow(
        id,
        value.label,
        value.raw,
        value_text(value.value),
        where,
        f"{value.confidence:.0%}",
        value.confidence < LOW_CONFIDENCE,
        marks,
        rows,
    )


def _ranges(numbers: Sequence[int]) -> str:
    """``[3, 4, 5, 9]`` → ``第 3–5、9 页``; empty for none."""
    runs: list[list[int]] = []
    for n in numbers:
        if runs and n == runs[-1][1] + 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    words = [str(a) if a == b else f"{a}–{b}" for a, b in runs]
    return f"第 {'、'.join(words)} 页" if words else ""
