"""The words an applicant must copy by hand, told from the printed words that ask for them."""

from __future__ import annotations

from checkers.policy import Pledge
from checkers.report import Location
from docgen.forms.find import Search
from docgen.forms.marks import DATE, MarkHit
from docgen.forms.raw import as_written
from docgen.forms.sheet import Region, locate

COPY = "抄录"
"""The word of every printed instruction to copy."""

LEAD = 30
"""Most letters between the instruction and the printed sentence to be copied (以下内容并签名)."""

PRINTED = 80.0
"""Least likeness (0..100) of printed words to the pledge to be taken for its printed copy."""

WRITTEN = 50.0
"""Least likeness of lines outside a table to the pledge to be taken for a transcription."""


def read_pledge(search: Search, pledge: Pledge, marks: list[MarkHit]) -> tuple[str | None, tuple[Location, ...]]:
    """The transcription, or the printed declaration; and where.

    "" if the area is empty; None if there is no such area, or if a picture stands in it that nobody can read.
    """
    if not pledge.copied:
        return _declared(search, pledge.text)
    regions = [r for r in search.sheet.regions if COPY in r.flat and not r.taken]
    if len(regions) > 1:
        regions.sort(key=lambda r: (bool(r.office), _likeness(_letters(pledge.text), r.flat) < PRINTED))
    if not regions:
        return _declared(search, pledge.text)
    region = regions[0]
    start = _after_printed(region, pledge.text)
    stop = _stop(region, start, marks)
    text = _written(region.text[start:stop])
    if region.cell is None and text and _likeness(_letters(pledge.text), text) < WRITTEN:
        text = ""
    where = (locate(search.sheet, region, start, stop),)
    if not text and _hand_written(search, region, marks):
        return None, where
    if text or region.grid is None:
        return text, where
    for other in (*region.grid.right(region), region.grid.below(region)):
        if other is None or other.office or search.is_label(other):
            continue
        stop = _stop(other, 0, marks)
        text = _written(other.text[:stop])
        if text and _likeness(_letters(pledge.text), text) >= WRITTEN:
            return text, (locate(search.sheet, other, 0, stop),)
    return "", (locate(search.sheet, region),)


def _written(text: str) -> str:
    """What was written, without the end of the print before it."""
    return as_written(text.lstrip(" \t\n\u3000。.;；,，:：_＿\"”'’)）"))


def _hand_written(search: Search, region: Region, marks: list[MarkHit]) -> bool:
    """Whether a picture (ink, a scan) stands in the area above its signature, or more pictures than marks do."""
    own = [m for m in marks if m.region is region]
    if not search.sheet.document.paged:
        pictures = [i for i in region.cell.images if i.kind != "seal"] if region.cell is not None else []
        return len(pictures) > len(own)
    area = locate(search.sheet, region).bbox
    if region.cell is not None and region.cell.bbox is not None:
        area = region.cell.bbox
    if area is None:
        return False
    floor = min((m.box[1] for m in own if m.box is not None), default=area[3])
    for page, image in search.sheet.images:
        if page is region.page and image.bbox is not None and image.kind != "seal":
            across, down = (image.bbox[0] + image.bbox[2]) / 2, (image.bbox[1] + image.bbox[3]) / 2
            if area[0] <= across <= area[2] and area[1] <= down < floor:
                return True
    return False


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def _letters_at(region: Region, start: int = 0) -> tuple[str, list[int]]:
    """The letters and digits of a region from a raw offset on, with their raw offsets."""
    pairs = [(char, at) for char, at in zip(region.flat, region.offsets, strict=True) if char.isalnum() and at >= start]
    return "".join(char for char, _ in pairs), [at for _, at in pairs]


def _likeness(wanted: str, text: str) -> float:
    letters = _letters(text)
    if wanted in letters:
        return 100.0
    from rapidfuzz import fuzz

    return float(fuzz.partial_ratio(wanted, letters))


def _after_printed(region: Region, text: str) -> int:
    """Offset behind the printed sentence that the instruction quotes."""
    offset = region.offsets[region.flat.find(COPY) + len(COPY) - 1] + 1
    letters, places = _letters_at(region, offset)
    wanted = _letters(text)
    at = letters.find(wanted)
    if 0 <= at <= LEAD:
        return places[at + len(wanted) - 1] + 1
    from rapidfuzz import fuzz

    found = fuzz.partial_ratio_alignment(wanted, letters[: LEAD + len(wanted)], score_cutoff=PRINTED)
    if found is not None and found.dest_end:
        return places[found.dest_end - 1] + 1
    colon = region.text.find("：", offset) + 1 or region.text.find(":", offset) + 1
    return colon or offset


def _stop(region: Region, start: int, marks: list[MarkHit]) -> int:
    """Where the transcription ends at the latest: the next signature, seal or date."""
    stops = [m.start for m in marks if m.region is region and m.start >= start and m.end > m.start]
    date = DATE.search(region.text, start)
    if date is not None:
        stops.append(date.start())
    return min(stops, default=len(region.text))


def _declared(search: Search, text: str) -> tuple[str | None, tuple[Location, ...]]:
    """A printed declaration as it stands on the paper; None where nothing like it is printed."""
    wanted = _letters(text)
    best: tuple[float, Region, int, int] | None = None
    regions = [(r, *_letters_at(r)) for r in search.sheet.regions if len(r.flat) >= len(wanted) // 2]
    for region, letters, places in regions:
        at = letters.find(wanted)
        if at >= 0:
            best = (100.0, region, places[at], places[at + len(wanted) - 1] + 1)
            break
    if best is None:
        from rapidfuzz import fuzz

        for region, letters, places in regions:
            found = fuzz.partial_ratio_alignment(wanted, letters, score_cutoff=PRINTED)
            if found is not None and found.dest_end and (best is None or found.score > best[0]):
                best = (found.score, region, places[found.dest_start], places[found.dest_end - 1] + 1)
    if best is None:
        return None, ()
    _, region, start, end = best
    if end < len(region.text) and region.text[end] in "。.！!":
        end += 1
    return as_written(region.text[start:end]), (locate(search.sheet, region, start, end),)
