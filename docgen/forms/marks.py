"""Signatures, seals and the dates beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from checkers.facts import Fact, MarkSeen
from checkers.policy import Field, Form, Mark
from docgen.document import BBox, Image, Page
from docgen.forms.find import GLUED, Hit, Search, find_label, in_word, names_of, under_heading
from docgen.forms.match import normalise_label
from docgen.forms.raw import as_written, is_blank
from docgen.forms.sheet import Region, locate
from docgen.forms.values import next_label, places_of

REACH = 120.0
"""Farthest distance in points from a printed label to the picture of its signature or seal."""

LONGEST_NAME = 40
"""Longest text, in characters, that is taken for a typed signature or the name of a unit."""

SPLIT_GAP = 40
"""Most characters typed between the two halves of a label: 申请单位 ××公司 (盖章)."""

_N = r"[\d〇零一二三四五六七八九十×]{0,4}"
_YEAR = r"(?:[\d〇零一二三四五六七八九×]{1,4}[\s_＿]*)?年"
_S = r"[\s_＿]*"
DATE = re.compile(
    rf"{_YEAR}{_S}{_N}{_S}月{_S}{_N}{_S}日|\d{{4}}{_S}[-./]{_S}\d{{1,2}}{_S}[-./]{_S}\d{{1,2}}|\d{{4}}年\d{{1,2}}月(?!\d)"
)
"""A date as filled in, or the printed skeleton of one."""

_MARKED = re.compile("盖章|公章|签章|签字|签名")
"""A cell that asks for a mark of its own: a picture in it is nobody else's."""

_SAME_WORDS = (("签字", "签名"), ("签字", "签章"), ("签名", "签字"), ("盖章", "公章"), ("盖章", "签章"))


@dataclass(slots=True, eq=False)
class MarkHit:
    """A place for a mark: its label is characters ``start`` to ``end`` of the region's text."""

    key: str
    mark: Mark
    seal: bool
    region: Region
    start: int
    end: int
    typed: str = ""
    text_start: int = 0
    box: BBox | None = None
    pictures: tuple[str, ...] = ()


def find_marks(search: Search, form: Form) -> list[MarkHit]:
    """The places of the form's signatures and seals, longest labels first served, in the order of the form."""
    wanted = [(key, mark, False) for key, mark in form.signatures.items()]
    wanted += [(key, mark, True) for key, mark in form.seals.items()]
    order = [key for key, _, _ in wanted]
    claimed: list[tuple[Region, int, int]] = []
    out: list[MarkHit] = []
    for key, mark, seal in sorted(wanted, key=lambda w: (not w[1].under, -len(w[1].label))):
        hits = [h for h in _mark_hits(search, mark) if not any(_overlaps(h, c) for c in claimed)]
        hits = [h for h in hits if bool(h[0].office) == (mark.by == "office")] or (hits if mark.by == "office" else [])
        if mark.under and hits:
            hits = sorted(hits, key=lambda h: -under_mark(search, h, mark.under))
        if hits:
            region, start, end = hits[0]
            claimed.append(hits[0])
            out.append(MarkHit(key, mark, seal, region, start, end))
    for hit in out:
        _read_text(search, hit, out)
        end = hit.text_start + len(hit.typed) if hit.typed else hit.end
        hit.box = locate(search.sheet, hit.region, hit.start, max(end, hit.end)).bbox
    return sorted(out, key=lambda h: order.index(h.key))


def _overlaps(hit: tuple[Region, int, int], other: tuple[Region, int, int]) -> bool:
    return hit[0] is other[0] and hit[1] < other[2] and other[1] < hit[2]


def under_mark(search: Search, hit: tuple[Region, int, int], heading: str) -> int:
    return under_heading(search, Hit(*hit, False, 1.0), heading)


def _spellings(mark: Mark) -> list[str]:
    """The label as printed, without brackets, and with the words that mean the same."""
    out: list[str] = []
    for name in [mark.label, *mark.aliases]:
        label = normalise_label(name)
        out += [label, label.replace("(", "").replace(")", "")]
        out += [label.replace(a, b) for a, b in _SAME_WORDS if a in label]
    return list(dict.fromkeys(out))


def _mark_hits(search: Search, mark: Mark) -> list[tuple[Region, int, int]]:
    """Where the label of a mark is printed: the first spelling that is found, on its own, or directly behind a name."""
    for label in _spellings(mark):
        found = _printed(search, label)
        free = [hit for hit in found if _free(hit[0], hit[1], label)]
        hits = free or (found if len(label) >= GLUED else []) or _split_hits(search, label)
        if hits:
            return hits
    return []


def _printed(search: Search, label: str) -> list[tuple[Region, int, int]]:
    out: list[tuple[Region, int, int]] = []
    for region, at in search.sheet.occurrences(label):
        start, end = region.raw_range(at, at + len(label))
        if _ended(region, end, label) and not _inside_longer(region.flat, at, label, search.words.inline):
            out.append((region, start, end))
    return out


def _free(region: Region, start: int, label: str) -> bool:
    """A label does not begin inside a word (请抄录以下内容并盖章)."""
    return start == 0 or label.startswith("(") or not in_word(region.text[start - 1])


def _ended(region: Region, end: int, label: str) -> bool:
    """A label that does not itself speak of a signature (申请人) needs a colon, a rule or white space behind it."""
    if re.search(r"[签章印]", label) or end >= len(region.text):
        return True
    return region.text[end] in " \t\n\u3000_＿:：(（"


def _inside_longer(flat: str, at: int, label: str, longer: tuple[str, ...]) -> bool:
    for other in longer:
        if len(other) <= len(label):
            return False
        shift = other.find(label)
        if shift >= 0 and flat.startswith(other, at - shift) and at >= shift:
            return True
    return False


def _split_hits(search: Search, label: str) -> list[tuple[Region, int, int]]:
    """申请单位 ××公司 (盖章): the unit's name typed between the words of the label."""
    head, bracket, tail = label.partition("(")
    if len(head) < 2 or not tail:
        return []
    pattern = re.compile(re.escape(head) + rf":?.{{1,{SPLIT_GAP}}}?" + re.escape(bracket + tail))
    out: list[tuple[Region, int, int]] = []
    for region in search.sheet.regions:
        found = pattern.search(region.flat)
        if found is None or "\n" in region.text[slice(*region.raw_range(*found.span()))]:
            continue
        out.append((region, *region.raw_range(found.start(), found.start() + len(head))))
    return out


def _read_text(search: Search, hit: MarkHit, marks: list[MarkHit]) -> None:
    """What is typed behind the label: on its line, else on the next line of the cell, else in the cell to the right."""
    region = hit.region
    text = region.text
    stop = _stop(search, region, hit.end, marks)
    line_end = text.find("\n", hit.end)
    line_end = len(text) if line_end < 0 else line_end
    typed = text[hit.end : min(stop, line_end)]
    if _name(typed):
        hit.typed, hit.text_start = _name(typed), hit.end
        return
    if region.cell is None or region.grid is None:
        return
    if stop > line_end:
        for line in text[line_end:stop].splitlines():
            if _name(line):
                hit.typed, hit.text_start = _name(line), text.find(line, line_end)
                return
    if normalise_label(text) == normalise_label(text[hit.start : hit.end]):
        for other in region.grid.right(region):
            if not search.is_label(other):
                hit.region, hit.start, hit.end = other, 0, 0
                hit.typed = _name(other.text[: _stop(search, other, 0, marks)])
                return


def _stop(search: Search, region: Region, start: int, marks: list[MarkHit]) -> int:
    """Where the text of a mark ends at the latest: a date, another mark, or another label."""
    stops = [next_label(search, region, start)]
    found = DATE.search(region.text, start)
    if found is not None:
        stops.append(found.start())
    stops += [m.start for m in marks if m.region is region and m.start >= start and m.end > m.start]
    return min(stops)


def _name(text: str) -> str:
    """A typed name or unit; "" for rules, brackets, dates and other print."""
    name = as_written(text).strip(" :：()（）、,，。;；")
    name = re.sub(r"[（(](?:签字|签名|盖章|签章|公章|加盖公章)[)）]?$", "", name)
    name = re.sub(r"^(?:签字|签名|盖章|签章|公章|加盖公章|手印|签字盖章)[)）]?[:：]?", "", name).strip(" :：()（）")
    letters = sum(char.isalpha() for char in name)
    return name if letters >= 1 and len(name) <= LONGEST_NAME and not is_blank(name) else ""


def see_marks(search: Search, hits: list[MarkHit], form: Form) -> dict[str, MarkSeen]:
    """What was seen at each place for a signature or a seal; a place that is not on the paper is absent without a location."""
    _give_pictures(search, hits)
    seen: dict[str, MarkSeen] = {}
    for hit in hits:
        start = hit.text_start if hit.typed else hit.start
        place = locate(search.sheet, hit.region, start, max(hit.end, start + len(hit.typed)))
        seen[hit.key] = MarkSeen(_state(hit), hit.typed, (place,))
    for key in [*form.signatures, *form.seals]:
        seen.setdefault(key, MarkSeen("absent"))
    return seen


def _state(hit: MarkHit) -> Literal["present", "absent", "unknown"]:
    """A picture is a mark, unless the reader itself could not tell what it is; a typed name is a signature, but nobody can
    see a seal in a typed name."""
    seen = set(hit.pictures) - {"unclear"}
    if seen:
        return "unknown" if hit.seal and seen == {"ink"} else "present"
    if hit.pictures:
        return "present" if hit.typed and not hit.seal else "unknown"
    if hit.typed:
        return "unknown" if hit.seal else "present"
    return "absent"


def _give_pictures(search: Search, hits: list[MarkHit]) -> None:
    """Each picture to one mark. On pages its box tells which; in Word the cell or paragraph that it is anchored in."""
    for region in search.sheet.regions:
        if region.cell is not None and not search.sheet.document.paged:
            for image in region.cell.images:
                _give(image, [h for h in hits if h.region is region])
    for page, image in search.sheet.images:
        if image.bbox is not None:
            _give(image, _owners(search, hits, page, image.bbox))
        elif image.paragraph is not None:
            _give(image, [h for h in hits if _near_paragraph(h, image.paragraph)])


def _near_paragraph(hit: MarkHit, paragraph: int) -> bool:
    spans = [s for s in hit.region.spans if s.start <= hit.start <= s.end and s.paragraph is not None]
    return any(abs((s.paragraph or 0) - paragraph) <= 1 for s in spans)


def _owners(search: Search, hits: list[MarkHit], page: Page, box: BBox) -> list[MarkHit]:
    """The marks a picture may belong to: those of the cell its centre lies in, else those it touches or lies near to."""
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    here = [h for h in hits if h.region.page is page]
    home = next(
        (r for r in search.sheet.regions if r.page is page and r.cell and r.cell.bbox and _inside(middle, r.cell.bbox)),
        None,
    )
    near = [h for h in here if h.box is not None and _distance(h.box, box) <= REACH]
    if home is None:
        return _nearest_first(near, box)
    owners = [h for h in here if h.region is home]
    if owners or home.office or _MARKED.search(home.text):
        return _nearest_first(owners, box)
    touched = [h for h in here if h.region.cell and h.region.cell.bbox and _meet(h.region.cell.bbox, box)]
    return _nearest_first(touched or [h for h in near if h.region.cell is None], box)


def _nearest_first(hits: list[MarkHit], box: BBox) -> list[MarkHit]:
    return sorted(hits, key=lambda h: _distance(h.box, box) + _ahead(h.box, box) if h.box else REACH)


def _ahead(label: BBox, picture: BBox) -> float:
    """One signs behind the printed label: a label on the same line that begins only where the picture ends comes last."""
    same_line = label[1] < picture[3] and picture[1] < label[3]
    return REACH if same_line and label[0] >= (picture[0] + picture[2]) / 2 else 0.0


def _inside(point: tuple[float, float], box: BBox) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _meet(a: BBox, b: BBox) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _distance(a: BBox, b: BBox) -> float:
    across = max(a[0] - b[2], b[0] - a[2], 0.0)
    down = max(a[1] - b[3], b[1] - a[3], 0.0)
    return float((across**2 + down**2) ** 0.5)


def _give(image: Image, owners: list[MarkHit]) -> None:
    """A seal goes to the nearest place for a seal, ink to one for a signature; a plain picture to the first still empty."""
    if not owners:
        return
    of_seals = image.kind in ("seal", "unclear")  # what is unclear has the size of a seal
    fitting = [h for h in owners if h.seal == of_seals] if of_seals or image.kind == "ink" else []
    if not fitting:
        fitting = [h for h in owners if not h.pictures and not (h.typed and not h.seal)] or owners
    fitting[0].pictures += (image.kind,)


def read_signed_on(search: Search, key: str, spec: Field, hits: list[MarkHit], taken: set[tuple[int, int]]) -> Fact:
    """The date of a signature: behind its own label if one is printed, else beside the signature or under its heading."""
    for found in find_label(search, names_of(spec)):
        if found.region.office or found.region.taken or _of_another(search, spec, found):
            continue
        for place in places_of(search, found):
            date = DATE.search(place.text)
            start, end = (place.start + date.start(), place.start + date.end()) if date else (place.start, place.end)
            taken.add((place.region.order, start))
            return _dated(search, key, spec, place.region, start, end, found.confidence)
    for region, start in _date_areas(search, spec, hits):
        for date in _dates_from(region, start):
            if (region.order, date.start()) not in taken:
                taken.add((region.order, date.start()))
                return _dated(search, key, spec, region, *date.span(), region.confidence)
    return Fact(key, "", "absent", spec.label)


def _of_another(search: Search, spec: Field, found: Hit) -> bool:
    """Whether a printed 年 月 日 is the empty date of another block, this one's being filled in."""
    words = normalise_label(found.region.text[found.start : found.end])
    return words == "年月日" and bool(spec.under) and not under_heading(search, found, spec.under)


def _date_areas(search: Search, spec: Field, hits: list[MarkHit]) -> list[tuple[Region, int]]:
    """Where the date may stand, likeliest first: by the marks of its heading, in the heading's block, by any mark."""
    heading = normalise_label(spec.under)
    if not heading:
        return [area for hit in hits if hit.mark.by != "office" for area in _around(hit)]
    own = [h for h in hits if heading in map(normalise_label, [h.mark.under, h.mark.label, *h.mark.aliases])]
    areas = [area for hit in own for area in _around(hit)]
    for found in find_label(search, [spec.under]):
        areas += [(place.region, place.start) for place in places_of(search, found)]
    return areas


def _around(hit: MarkHit) -> list[tuple[Region, int]]:
    """Where the date of a mark may stand: behind it, before it in the same text, in the cell below or to the right."""
    out = [(hit.region, hit.end)]
    region = hit.region
    if region.cell is not None and region.grid is not None:
        out.append((region, 0))
        out += [
            (r, 0) for r in (*region.grid.right(region), region.grid.below(region)) if r is not None and not r.office
        ]
    return out


def _dates_from(region: Region, start: int) -> Iterable[re.Match[str]]:
    if region.cell is None:  # lines outside tables: the label's own line and the two after it
        end = start
        for _ in range(3):
            end = region.text.find("\n", end + 1)
            if end < 0:
                return DATE.finditer(region.text, start)
        return DATE.finditer(region.text, start, end)
    return DATE.finditer(region.text, start)


def _dated(search: Search, key: str, spec: Field, region: Region, start: int, end: int, confidence: float) -> Fact:
    raw = as_written(region.text[start:end])
    blank = is_blank(raw)
    place = locate(search.sheet, region, start, end)
    return Fact(
        key, "" if blank else raw, "blank" if blank else "filled", spec.label, (place,), confidence * region.confidence
    )
