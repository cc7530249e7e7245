"""Read one form of a document: every blank, roster, tick, signature and the pledge → FormSeen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from checkers.facts import Fact, FormSeen, RowTexts
from checkers.policy import Field, Form, Sentence
from checkers.report import Location
from docgen.document import Document
from docgen.forms.blanks import Blank, blank_ids, find_sentence, match_sentence
from docgen.forms.find import (
    AMBIGUOUS,
    LOST_HEADING,
    Hit,
    Search,
    find_label,
    heading_hits,
    in_word,
    make_search,
    names_of,
    under_heading,
)
from docgen.forms.marks import find_marks, read_signed_on, see_marks
from docgen.forms.match import fold, normalise_label
from docgen.forms.pledge import read_pledge
from docgen.forms.raw import as_written, is_blank
from docgen.forms.rosters import read_roster
from docgen.forms.sheet import Region, Segment, Sheet, locate, make_sheet, whole
from docgen.forms.ticks import read_choice, read_list, read_tick, read_ticks
from docgen.forms.values import Place, confidence_of, places_of, value_text, whole_of, without_print

TICKED_TYPES = {"choice", "ticks", "yes_no", "sex"}
_OWN_OPTIONS = {"yes_no": ["是", "否"], "sex": ["男", "女"]}

FREE_TYPES = {"text", "address"}
"""Types whose cell may also print a place for a seal, a date or a hint."""

LEGIBLE = 0.5
"""A value read with less confidence is too weak to judge by."""

TITLE_REGIONS = 8
"""The title stands in one of the first texts of a form."""

LEAST_OPTIONS = 0.5
"""Least share of a group's options printed in a cell with boxes for it to be that group's, where its label is not found."""


@dataclass(slots=True)
class _Reading:
    """The state of one reading: labels already used by a field are not used by another one with the same label."""

    search: Search
    used: set[tuple[int, int]] = field(default_factory=set)
    dates: set[tuple[int, int]] = field(default_factory=set)

    @property
    def sheet(self) -> Sheet:
        return self.search.sheet


def read_form(document: Document, segment: Segment | None, form: Form, form_id: str) -> FormSeen:
    """What the part ``segment`` (None: all) of a document says, read as ``form``.

    Every field of the form gets a fact: filled, blank (the place is empty) or absent (the place is not there).
    """
    segment = segment or whole(document)
    sheet = make_sheet(document, segment)
    reading = _Reading(make_search(sheet, form))
    facts: dict[str, Fact] = {}
    for key, item in form.fields.items():
        if item.type == "roster":
            facts |= read_roster(reading.search, key, item)
    facts |= _read_title(reading, form)
    for sentence in form.sentences:
        facts |= _read_sentence(reading, sentence, form.fields)
    marks = find_marks(reading.search, form)
    rest = [(key, item) for key, item in form.fields.items() if key not in facts]
    for key, item in sorted(rest, key=lambda pair: not pair[1].under):
        if item.role == "signed_on":
            facts[key] = read_signed_on(reading.search, key, item, marks, reading.dates)
        else:
            facts[key] = _read_field(reading, key, item)
    _mark_illegible(facts)
    pledge, pledge_places = read_pledge(reading.search, form.pledge, marks) if form.pledge else (None, ())
    return FormSeen(
        form=form_id,
        facts={key: facts[key] for key in [*form.fields, *(k for k in facts if k not in form.fields)]},
        pledge=pledge,
        pledge_locations=pledge_places,
        marks=see_marks(reading.search, marks, form),
        place=_start(sheet),
        confidence=_share_found(facts),
    )


def _mark_illegible(facts: dict[str, Fact]) -> None:
    for fact in facts.values():
        for row in () if isinstance(fact.rows, RowTexts) else fact.rows:  # texts of a workbook are not guessed
            _mark_illegible(row)
        if fact.state == "filled" and not fact.rows and fact.confidence < LEGIBLE:
            fact.illegible = True


def _start(sheet: Sheet) -> Location | None:
    """Where the form begins."""
    document = sheet.document
    if not sheet.regions:
        return None
    if not document.paged:
        return Location(document.path)
    return Location(document.path, page=sheet.regions[0].page.number)


def _share_found(facts: dict[str, Fact]) -> float:
    found = [fact.confidence for fact in facts.values() if fact.state != "absent"]
    return sum(found) / len(facts) if facts else 0.0


def _read_field(reading: _Reading, key: str, item: Field) -> Fact:
    if item.type == "tick":
        return _read_tick(reading, key, item)
    found = _choose(reading, item)
    if item.options or item.type in TICKED_TYPES:
        return _read_options(reading, key, item, found)
    if found is None:
        return Fact(key, "", "absent", item.label)
    hit, places = found
    return _text_fact(reading, key, item, hit, places)


def _choose(reading: _Reading, item: Field) -> tuple[Hit, list[Place]] | None:
    """The label that is this field's, with the places of its value."""
    search = reading.search
    hits = [h for h in find_label(search, names_of(item)) if not h.region.taken]
    own = {normalise_label(name) for name in [*names_of(item), item.under]}
    free = [h for h in hits if not h.region.office or h.region.office in own]
    unread = [h for h in free if (h.region.order, h.start) not in reading.used]
    if not unread and item.under and not any(under_heading(search, h, item.under) for h in free):
        return None  # the only such label is another field's, and the heading of this one is not on the paper
    free = unread or free
    if not free:
        return None
    factor = 1.0
    if item.under:
        ranks = {id(h): under_heading(search, h, item.under) for h in free}
        best = max(ranks.values())
        if best:
            free = [h for h in free if ranks[id(h)] == best]
        elif len(free) <= _plain_namesakes(reading, item):
            return None  # those are the labels of fields that stand under no heading; this one's block is not there
        else:
            factor = LOST_HEADING if heading_hits(search, item.under) or len(free) > 1 else 1.0
    placed = [(h, places_of(search, h)) for h in free]
    fitting = [pair for pair in placed if pair[1]] or placed
    hit, places = fitting[0]
    rivals = [h for h, _ in fitting if h.confidence == hit.confidence]
    reading.used.add((hit.region.order, hit.start))
    if len(rivals) > 1 and not _shared_label(reading, item):
        factor *= AMBIGUOUS
    return Hit(hit.region, hit.start, hit.end, hit.whole, hit.confidence * factor), places


def _plain_namesakes(reading: _Reading, item: Field) -> int:
    """Fields of the form with this label that stand under no heading."""
    wanted = {normalise_label(name) for name in names_of(item)}
    others = [f for f in reading.search.words.form.fields.values() if not f.under]
    return sum(any(normalise_label(name) in wanted for name in names_of(f)) for f in others)


def _shared_label(reading: _Reading, item: Field) -> bool:
    """Whether several fields of the form carry this label: then each takes its turn, in order."""
    label = normalise_label(item.label)
    fields = reading.search.words.form.fields.values()
    return sum(normalise_label(other.label) == label for other in fields) > 1


def _text_fact(reading: _Reading, key: str, item: Field, hit: Hit, places: list[Place]) -> Fact:
    if item.type in FREE_TYPES:
        places = [without_print(place) for place in places]
    text = value_text(places)
    if text and item.unit and normalise_label(text) == normalise_label(item.unit):
        text = ""
    confidence = confidence_of(hit, places)
    if not places:
        return Fact(key, "", "blank", item.label, (locate(reading.sheet, hit.region, hit.start, hit.end),), confidence)
    where = tuple(_place(reading.sheet, p) for p in places if not text or not is_blank(as_written(p.text)))
    return Fact(
        key, text, "filled" if text else "blank", item.label, where or (_place(reading.sheet, places[0]),), confidence
    )


def _place(sheet: Sheet, place: Place) -> Location:
    text = place.text
    lead = len(text) - len(text.lstrip())
    return locate(sheet, place.region, place.start + lead, max(place.start + lead, place.start + len(text.rstrip())))


def _read_sentence(reading: _Reading, sentence: Sentence, fields: dict[str, Field]) -> dict[str, Fact]:
    """One fact for each blank of a sentence; a cell nobody can divide is illegible for all its blanks."""
    search = reading.search
    names = [sentence.label, *sentence.aliases]
    own = {normalise_label(name) for name in names}
    hits = [
        h for h in find_label(search, names) if not h.region.taken and (not h.region.office or h.region.office in own)
    ]
    first: Place | None = None
    for hit in hits:
        for place in places_of(search, hit) or ([] if hit.whole else [whole_of(hit.region)]):
            first = first or place
            blanks = match_sentence(place.region, sentence, fields, place.start)
            if blanks is not None:
                return _blank_facts(reading, blanks, fields, place.region)
    for region in search.sheet.regions:
        if first is None and not region.office and not region.taken:
            blanks = find_sentence(region, sentence, fields)
            if blanks is not None:
                return _blank_facts(reading, blanks, fields, region)
    ids = [name for name in blank_ids(sentence) if name in fields]
    if first is None:
        return {name: Fact(name, "", "absent", fields[name].label) for name in ids}
    raw, where = value_text([first]), (_place(reading.sheet, first),)
    if not raw:
        return {name: Fact(name, "", "blank", fields[name].label, where) for name in ids}
    return {name: Fact(name, raw, "filled", fields[name].label, where, 0.0, illegible=len(ids) > 1) for name in ids}


def _read_title(reading: _Reading, form: Form) -> dict[str, Fact]:
    """Blanks in the title (重庆市__区县(自治县)…申请表): each belongs to the field whose label follows it there."""
    parts = re.split(r"[_＿]{2,}", form.title)
    out: dict[str, Fact] = {}
    for before, after in pairwise(parts):
        key = next((k for k, item in form.fields.items() if fold(after).startswith(normalise_label(item.label))), None)
        if key is None:
            continue
        item = form.fields[key]
        pattern = re.compile(rf"{re.escape(fold(before)[-4:])}(.{{0,12}}?){re.escape(normalise_label(item.label))}")
        for region in reading.sheet.regions[:TITLE_REGIONS]:
            found = pattern.search(region.flat)
            if found is not None:
                blank = Blank(key, *region.raw_range(*found.span(1)), region.confidence)
                out |= _blank_facts(reading, [blank], form.fields, region)
                break
    return out


def _blank_facts(reading: _Reading, blanks: list[Blank], fields: dict[str, Field], region: Region) -> dict[str, Fact]:
    out: dict[str, Fact] = {}
    for blank in blanks:
        item = fields.get(blank.field)
        if item is None:
            continue
        raw = as_written(region.text[blank.start : blank.end])
        empty = is_blank(raw)
        where = (locate(reading.sheet, region, blank.start, max(blank.end, blank.start + 1)),)
        out[blank.field] = Fact(
            blank.field, "" if empty else raw, "blank" if empty else "filled", item.label, where, blank.confidence
        )
    return out


def _read_tick(reading: _Reading, key: str, item: Field) -> Fact:
    """A single box beside its words."""
    seen = [hit for name in [*names_of(item), *item.options] for hit in _boxed(reading.sheet, normalise_label(name))]
    if item.under and len(seen) > 1:
        seen.sort(key=lambda pair: -under_heading(reading.search, pair[0], item.under))
    if not seen:
        return Fact(key, "", "absent", item.label)
    hit, ticked = seen[0]
    where = (locate(reading.sheet, hit.region, hit.start, hit.end),)
    return Fact(key, ticked, "filled", item.label, where, hit.confidence)


def _boxed(sheet: Sheet, label: str) -> Iterator[tuple[Hit, bool]]:
    """Every place where the words stand beside a box of their own."""
    for region, at in sheet.occurrences(label):
        start, end = region.raw_range(at, at + len(label))
        free = start == 0 or not in_word(region.text[start - 1])
        ticked = read_tick(region.text, start, end) if free and not region.office else None
        if ticked is not None:
            yield Hit(region, start, end, False, region.confidence), ticked


def _read_options(reading: _Reading, key: str, item: Field, found: tuple[Hit, list[Place]] | None) -> Fact:
    options = item.options or _OWN_OPTIONS.get(item.type, [])
    places: list[Place] = []
    confidence = 1.0
    if found is not None:
        hit, direct = found
        places = _option_places(reading.search, hit, direct)
        confidence = confidence_of(hit, places)
    if not any(_has_group(place.text, options) for place in places):
        elsewhere = _group_elsewhere(reading, options)
        if elsewhere:
            places = elsewhere
    if not places:
        return Fact(key, "", "absent" if found is None else "blank", item.label, (), confidence)
    return _option_fact(reading, key, item, options, places, confidence)


def _has_group(text: str, options: list[str]) -> bool:
    ticks = read_ticks(text, options)
    return ticks.boxes and bool(ticks.seen)


def _option_places(search: Search, hit: Hit, direct: list[Place]) -> list[Place]:
    """All cells right of a label up to the next label, on every row it spans: a group of options may fill several."""
    region = hit.region
    if not hit.whole or region.grid is None or region.cell is None:
        return direct
    out: list[Place] = []
    for row in range(region.cell.row, region.cell.row + region.cell.rowspan):
        for other in region.grid.row(row):
            if other.cell is None or other.cell.col <= region.cell.col:
                continue
            if search.is_label(other):
                break
            if all(place.region is not other for place in out):
                out.append(whole_of(other))
    return out or direct


def _group_elsewhere(reading: _Reading, options: list[str]) -> list[Place]:
    """The cells or lines where a group of options is printed with boxes, when no label leads there."""
    best: tuple[int, Place] | None = None
    for region in reading.sheet.regions:
        if region.office or region.taken:
            continue
        ticks = read_ticks(region.text, options)
        if ticks.boxes and len(set(ticks.seen)) >= max(1, LEAST_OPTIONS * len(options)):
            count = len(set(ticks.seen))
            if len(options) > 1 and all(len(option) == 1 for option in options):
                continue  # 是/否 without a label says nothing
            if best is None or count > best[0]:
                best = (count, whole_of(region))
    return [best[1]] if best else []


def _option_fact(
    reading: _Reading, key: str, item: Field, options: list[str], places: list[Place], confidence: float
) -> Fact:
    boxed = [place for place in places if _has_group(place.text, options)]
    sheet = reading.sheet
    if boxed:
        ticked: list[str] = []
        where: list[Location] = []
        for place in boxed:
            ticks = read_ticks(place.text, options)
            ticked += [name for name in ticks.ticked if name not in ticked]
            where += [locate(sheet, place.region, place.start + a, place.start + b) for a, b in ticks.spans]
        raw: Any = ticked if item.type == "ticks" else "、".join(ticked)
        places_seen = tuple(dict.fromkeys(where)) or tuple(_place(sheet, place) for place in boxed)
        return Fact(key, raw, "filled" if ticked else "blank", item.label, places_seen, confidence)
    text = "\n".join(place.text for place in places)
    if item.type == "ticks":
        raw, state = read_list(text, options)
    else:
        raw, state = read_choice(text, options)
    return Fact(key, raw, state, item.label, (_place(sheet, places[0]),), confidence)
