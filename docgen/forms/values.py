"""The blank that belongs to a label: right of it, below it, or behind it in the same text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from docgen.forms.find import GLUED, Hit, Search, in_word, stands_alone
from docgen.forms.raw import as_written, is_blank
from docgen.forms.sheet import Region

NEXT_LABEL = re.compile(r"(?:\t|[ \u3000]{2,})(?=[^\s:：]{2,12}[:：])")
"""White space in a line before words with a colon: another label, even one that the form's specification does not name."""

COLON = re.compile(r"^[\s:：]+")

_DAY = r"[\d〇一二三四五六七八九十_X×\s]*年[\d一二三四五六七八九十_X×\s]*月[\d一二三四五六七八九十_X×\s]*日"
_INKED = r"[(（](?:请?加盖|单位)?(?:公章|盖章|签章|印章|签名|签字)[)）][^\n,，。;；]{0,40}?"
CLOSING = re.compile(rf"\s*(?:{_INKED})?\s*(?:{_DAY})?\s*(?:{_INKED})?\s*")
"""A line of nothing but a place for a seal or signature and its date, as printed below an opinion."""

LONGEST_CLOSING = 120
"""Characters of such a line at most."""

_HINT = re.compile(r"[(（][^()（）]{0,30}详细地址[^()（）]{0,30}[)）]$|[(（]请(?:填写|注明|说明)[^()（）]{0,20}[)）]$")
"""What the form prints behind a blank: （省、市、县区、详细地址）, （请填写）."""


@dataclass(slots=True)
class Place:
    """Where a value stands (or would stand): characters ``start`` to ``end`` of a region."""

    region: Region
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.region.text[self.start : self.end]


def whole_of(region: Region) -> Place:
    return Place(region, 0, len(region.text))


def places_of(search: Search, hit: Hit) -> list[Place]:
    """The places of a label's value, [] when the label has none of its own (its neighbours are labels)."""
    if not hit.whole:
        return [_behind(search, hit)]
    region = hit.region
    if region.grid is None:
        return []
    right = [r for r in region.grid.right(region) if not search.is_label(r)]
    if right:
        return [whole_of(r) for r in right]
    below = _below(search, region)
    return [whole_of(below)] if below is not None else []


def _below(search: Search, region: Region) -> Region | None:
    """The cell below a column heading: its own row holds only labels, and nothing else claims the cell."""
    grid, cell = region.grid, region.cell
    if grid is None or cell is None:
        return None
    below = grid.below(region)
    if below is None or below.cell is None or search.is_label(below) or below.cell.col != cell.col:
        return None
    if below.cell.colspan > cell.colspan:
        return None
    left = grid.at(below.cell.row, below.cell.col - 1) if below.cell.col else None
    if (
        left is not None
        and search.is_label(left)
        and left.cell is not None
        and left.cell.row >= cell.row + cell.rowspan
    ):
        return None
    if not all(search.is_label(r) for r in grid.row(cell.row)):
        return None
    return below


def _behind(search: Search, hit: Hit) -> Place:
    """The text behind a label in its own cell or line, up to the next label."""
    region, text = hit.region, hit.region.text
    stop = next_label(search, region, hit.end)
    line_end = text.find("\n", hit.end)
    if line_end < 0:
        line_end = len(text)
    if region.cell is None or (not is_blank(text[hit.end : min(stop, line_end)]) and stop < len(text)):
        stop = min(stop, line_end)
    gap = NEXT_LABEL.search(text, hit.end, stop)
    if gap is not None:
        stop = gap.start()
    lead = COLON.match(text[hit.end : stop])
    return Place(region, hit.end + (lead.end() if lead else 0), stop)


def next_label(search: Search, region: Region, start: int) -> int:
    """Offset of the next known label at or after ``start``; the text's length if there is none.

    A colon follows a label; in lines outside tables one may also stand between white space. A long label may stand
    directly behind a name (周安禾申请时间：); a short one inside a word is not a label.
    """
    flat, offsets, text = region.flat, region.offsets, region.text
    best = len(text)
    if region.cell is not None and ":" not in flat:
        return best
    for label in search.words.inline:
        at = flat.find(label)
        while at >= 0 and offsets[at] < best:
            raw, end = offsets[at], at + len(label)
            if raw >= start and (
                _with_colon(region, raw, end, label, start)
                or (raw > start and region.cell is None and stands_alone(region, *region.raw_range(at, end)))
            ):
                best = raw
            at = flat.find(label, at + 1)
    return best


def _with_colon(region: Region, raw: int, end: int, label: str, start: int) -> bool:
    if not region.flat.startswith(":", end):
        return False
    return raw in (0, start) or len(label) >= GLUED or not in_word(region.text[raw - 1])


def value_text(places: list[Place]) -> str:
    """The text of a value as written; several places (a label over several rows) are joined by a space."""
    texts = [as_written(place.text) for place in places]
    return " ".join(text for text in texts if text and not is_blank(text))


def without_print(place: Place) -> Place:
    """A place of free text without what the form prints below or behind it: the seal and date of an opinion, a hint."""
    text = place.text
    keep = len(text.rstrip())
    while (line := text.rfind("\n", max(0, keep - LONGEST_CLOSING), keep)) >= 0 and CLOSING.fullmatch(
        text, line + 1, keep
    ):
        keep = len(text[:line].rstrip())
    if hint := _HINT.search(text, 0, keep):
        keep = hint.start()
    return Place(place.region, place.start, place.start + keep)


def confidence_of(hit: Hit, places: list[Place]) -> float:
    return hit.confidence * min((p.region.confidence for p in places), default=1.0)
