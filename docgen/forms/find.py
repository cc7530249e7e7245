"""Find a printed label: as a cell of its own, at the head of a cell or line, or before a colon; and tell equal ones apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from checkers.policy import Field, Form
from docgen.forms.match import (
    BOXES,
    FUZZY,
    FUZZY_LENGTH,
    bare_label,
    normalise_label,
    similarity,
)
from docgen.forms.sheet import Region, Sheet

INLINE = 0.98
"""Confidence of a label printed in the same cell or line as its value."""

AMBIGUOUS = 0.7
"""Factor on the confidence where the same label stands several times and nothing tells which is meant."""

LOST_HEADING = 0.8
"""Factor where the heading a label should stand under is not on the paper."""

GLUED = 4
"""Least length of a label that may stand directly behind a word (周安禾申请时间：)."""

_NUMBERING = re.compile(r"(?:(?<=\n)|^)[ \t\u3000]*[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]\s*$")
_JOINTS = set(" \t\n\u3000,，.．。;；、:：()（）[]【】〔〕*＊/|—-_＿" + BOXES)


@dataclass(slots=True)
class Words:
    """The printed words of a form, normalised once: which texts are labels and never values."""

    form: Form
    known: frozenset[str]
    inline: tuple[str, ...]
    office: tuple[str, ...]


@dataclass(slots=True, eq=False)
class Hit:
    """A label found: characters ``start`` to ``end`` of the region's text (colon included); ``whole``: the cell is the label."""

    region: Region
    start: int
    end: int
    whole: bool
    confidence: float


@dataclass(slots=True)
class Search:
    """A sheet and the form's words, with the cells taken for labels."""

    sheet: Sheet
    words: Words
    label_cells: set[Region] = field(default_factory=set)
    headings: dict[str, list[Hit]] = field(default_factory=dict)

    def is_label(self, region: Region) -> bool:
        return region in self.label_cells


_WORDS: dict[int, Words] = {}
_WORDS_KEPT = 512


def words_of(form: Form) -> Words:
    """The form's words; kept per form object, since a pack is loaded once and read against many papers."""
    known = _WORDS.get(id(form))
    if known is not None and known.form is form:
        return known
    if len(_WORDS) >= _WORDS_KEPT:
        _WORDS.clear()
    words = _make_words(form)
    _WORDS[id(form)] = words
    return words


def names_of(item: Field) -> list[str]:
    return [item.label, *item.aliases]


def _make_words(form: Form) -> Words:
    texts: list[str] = []
    for item in _fields(form.fields.values()):
        texts += names_of(item)
        texts.append(item.under)
    for sentence in form.sentences:
        texts += [sentence.label, *sentence.aliases]
    for mark in [*form.signatures.values(), *form.seals.values()]:
        texts += [mark.label, *mark.aliases, mark.under]
    texts += form.printed + form.office_use
    options = {normalise_label(option) for item in _fields(form.fields.values()) for option in item.options}
    known = {label for text in texts if text for label in (normalise_label(text), bare_label(text)) if label}
    office = tuple(label for label in map(normalise_label, form.office_use) if label)
    inline = tuple(sorted((k for k in known if len(k) > 1), key=len, reverse=True))
    return Words(form, frozenset(known - (options - set(office))), inline, office)


def _fields(items: Iterable[Field]) -> Iterator[Field]:
    for item in items:
        yield item
        yield from _fields(item.columns.values())
        yield from _fields(item.totals.values())


def make_search(sheet: Sheet, form: Form) -> Search:
    """Marks the cells that are labels of the form, and the blocks the office fills."""
    search = Search(sheet, words_of(form))
    known = search.words.known
    missing = {bare_label(text) for text in _wanted(form)}
    for label, regions in sheet.labels.items():
        if label in known or bare_label(label) in known:
            search.label_cells.update(regions)
            missing.discard(bare_label(label))
    _mark_similar(search, missing)
    _mark_office(search)
    return search


def _wanted(form: Form) -> Iterator[str]:
    for item in form.fields.values():
        yield item.label
    for sentence in form.sentences:
        yield sentence.label


def _mark_similar(search: Search, missing: set[str]) -> None:
    """Cells whose text is nearly a label that stands nowhere exactly."""
    long = [label for label in missing if len(label) >= FUZZY_LENGTH]
    if not long:
        return
    for text, regions in search.sheet.labels.items():
        if len(text) < FUZZY_LENGTH or regions[0] in search.label_cells or any(c.isdigit() for c in text):
            continue
        if any(similarity(text, label) >= FUZZY for label in long):
            search.label_cells.update(regions)


def _mark_office(search: Search) -> None:
    """Gives the cells right of an office heading (or below it, if it spans the table) the heading's name."""
    for heading in search.words.office:
        for hit in find_label(search, [heading]):
            region = hit.region
            region.office = heading
            if region.grid is None or region.cell is None:
                continue
            if region.grid.is_band(region):
                below = [r for r in region.grid.regions if r.cell and r.cell.row > region.cell.row]
            else:
                rows = range(region.cell.row, region.cell.row + region.cell.rowspan)
                below = [
                    r
                    for r in region.grid.regions
                    if r.cell and r.cell.row in rows and r.cell.col > region.cell.col and not _heads_row(r, search)
                ]
            for other in below:
                other.office = other.office or heading


def _heads_row(region: Region, search: Search) -> bool:
    return region in search.label_cells and normalise_label(region.text) in search.words.office


def find_label(search: Search, names: list[str]) -> list[Hit]:
    """Every place where one of the labels is printed, best first, then in reading order; office blocks included."""
    hits: dict[tuple[int, int], Hit] = {}
    labels = [label for label in map(normalise_label, names) if label]
    for label in labels:
        for hit in _whole_hits(search, label) + _inline_hits(search.sheet, label, search.words.inline):
            hits.setdefault((hit.region.order, hit.start), hit)
    if not hits:
        glued = [h for label in labels if len(label) >= GLUED for h in _inline_hits(search.sheet, label, (), True)]
        for hit in [*_similar_hits(search, names), *glued]:
            hits.setdefault((hit.region.order, hit.start), hit)
    return sorted(hits.values(), key=lambda h: (-h.confidence, h.region.order, h.start))


def _whole_hits(search: Search, label: str) -> list[Hit]:
    out = [_whole(region, 1.0) for region in search.sheet.labels.get(label, ())]
    if out:
        return out
    return [_whole(region, similarity(label, region.text)) for region in search.sheet.bare.get(bare_label(label), ())]


def _whole(region: Region, confidence: float) -> Hit:
    return Hit(region, 0, len(region.text), True, confidence * region.confidence)


def _similar_hits(search: Search, names: list[str]) -> list[Hit]:
    labels = [label for label in map(normalise_label, names) if len(label) >= FUZZY_LENGTH]
    out: list[Hit] = []
    for text, regions in search.sheet.labels.items():
        if regions[0] not in search.label_cells or text in search.words.known:
            continue
        best = max((similarity(label, text) for label in labels), default=0.0)
        if best >= FUZZY:
            out += [_whole(region, best) for region in regions]
    return out


def _inline_hits(sheet: Sheet, label: str, inline: tuple[str, ...], glued: bool = False) -> list[Hit]:
    """``label：`` inside a text, or the label at the head of a line with white space or a rule behind it.

    ``glued``: also directly behind a word.
    """
    out: list[Hit] = []
    longer = _longer(label, inline)
    for region, at in sheet.occurrences(label):
        hit = _inline_at(region, label, at, glued)
        if hit is not None and not any(_covers(region.flat, other, label, at) for other in longer):
            out.append(hit)
    return out


@lru_cache(maxsize=8192)
def _longer(label: str, inline: tuple[str, ...]) -> tuple[str, ...]:
    """The labels of a form that contain another one."""
    return tuple(other for other in inline if len(other) > len(label) and label in other)


def _covers(flat: str, longer: str, label: str, at: int) -> bool:
    """Whether the label found is only a part of a longer label of the form printed there."""
    start = flat.find(longer, max(0, at - len(longer) + len(label)), at + len(longer))
    return 0 <= start <= at and at + len(label) <= start + len(longer)


def in_word(char: str) -> bool:
    """Whether a character is a letter of a Chinese word."""
    return char.isalpha() and not char.isascii()


def _inline_at(region: Region, label: str, at: int, glued: bool) -> Hit | None:
    text, end = region.text, at + len(label)
    start_raw, end_raw = region.raw_range(at, end)
    if start_raw > 0 and text[start_raw - 1] not in _JOINTS and not glued:
        return None
    if end >= len(region.flat) and region.cell is not None and at == 0:
        return None
    if end < len(region.flat) and region.flat[end] == ":":
        return Hit(region, start_raw, region.raw_range(end, end + 1)[1], False, INLINE * region.confidence)
    while end_raw < len(text) and text[end_raw] in "*＊":  # the mark of a blank that must be filled
        end_raw += 1
    if stands_alone(region, start_raw, end_raw):
        return Hit(region, start_raw, end_raw, False, INLINE * region.confidence * 0.95)
    return None


def stands_alone(region: Region, start: int, end: int) -> bool:
    """Whether words without a colon are a label: at the head of a line, or apart from their neighbours in a line
    outside tables (a form whose ruling was lost); white space or a printed rule follows."""
    text = region.text
    if end < len(text) and text[end] not in " \t\n\u3000_＿":
        return False
    before = _NUMBERING.sub("", text[:start].rstrip("*＊" + BOXES))
    if not before.strip() or before.rstrip(" \t\u3000").endswith("\n"):
        return True
    return region.cell is None and before[-1].isspace()


def under_heading(search: Search, hit: Hit, heading: str) -> int:
    """How well a label stands under a heading: 0 not at all, 1 after it in the text, 2 in its band, 3 in its row or column."""
    return max((_stands_under(search, hit, other) for other in heading_hits(search, heading)), default=0)


def heading_hits(search: Search, heading: str) -> list[Hit]:
    """Every place where a heading is printed."""
    label = normalise_label(heading)
    if label not in search.headings:
        search.headings[label] = [*_whole_hits(search, label), *_inline_hits(search.sheet, label, ())]
    return search.headings[label]


def _stands_under(search: Search, hit: Hit, heading: Hit) -> int:
    one, two = hit.region, heading.region
    if one is two:
        return 3 if heading.start < hit.start else 0
    if one.grid is not None and one.grid is two.grid and one.cell and two.cell:
        a, b = one.cell, two.cell
        if b.row <= a.row < b.row + b.rowspan and b.col < a.col:
            return 3
        if b.row < a.row and b.col <= a.col < b.col + b.colspan:
            if not one.grid.is_band(two):
                return 3
            bands = (r.cell.row for r in search.label_cells if r.grid is one.grid and r.cell and one.grid.is_band(r))
            return 0 if any(b.row < row < a.row for row in bands) else 2
        return 0
    return 1 if two.order < one.order and two.order >= one.order - 1 else 0
