"""What the text recognition gets wrong in a way that can be told from the page: each repair with its reason.

Look-alikes inside values (0 and O in a number) are not repaired: a guess would be taken for what the applicant wrote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from docgen.document import UNTICKED
from docgen.readers.chars import Glyph

if TYPE_CHECKING:
    from numpy.typing import NDArray

ENDED_BY_MOUTH = frozenset("户人出进入港窗路关门胃虎缺创借接切裂")
"""Behind one of these 口 is a character (户口, 人口, 出口), not a tick box."""

CLOSE_UP = 0.35
"""A character follows another within this share of its own width; a box stands a little apart."""

DOUBTFUL_MOUTH = 0.93
"""口 read with less confidence, on a page with tick boxes, is one of them."""

DASH_GAP = 0.6
"""A gap between two characters of a line that is wider than this share of its height may hold a dash."""

DASH_LONG, DASH_THICK = 0.55, 0.22
"""A dash is at least this long (share of the gap) and at most this thick (share of the line's height)."""


def mouths(glyphs: list[Glyph]) -> list[Glyph]:
    """口 and ☐ look alike: behind a word that 口 ends, close up, it is the character; read with little confidence on a page
    with tick boxes, it is one of them."""
    letters = [g for g in glyphs if g.text in ENDED_BY_MOUTH]
    boxed = any(g.text in "☐☑□" for g in glyphs)
    for g in glyphs:
        if g.text not in "口囗☐□":
            continue
        y, near = (g.top + g.bottom) / 2, CLOSE_UP * (g.x1 - g.x0)
        before = next((b for b in letters if b.top < y < b.bottom and abs(g.x0 - b.x1) <= near), None)
        if before is not None and not _names_a_person(glyphs, before):
            g.text, g.spaced = "口", False
            # It continues the word, whatever was read in its place.
            before.text, g.text = before.text + g.text, ""
            before.x1 = max(before.x1, g.x1)
        elif boxed and g.text in "口囗" and g.confidence < DOUBTFUL_MOUTH:
            g.text = UNTICKED
    return [g for g in glyphs if g.text]


def _names_a_person(glyphs: list[Glyph], last: Glyph) -> bool:
    """Whether 人 ends 本人, 申请人 …, behind which a box may well stand."""
    if last.text != "人":
        return False
    at = next(i for i, g in enumerate(glyphs) if g is last)
    return at > 0 and glyphs[at - 1].text in "本请系法责办他伴属养"


def dashes(glyphs: list[Glyph], ink: NDArray[Any]) -> list[Glyph]:
    """A line with the dashes that were not read: the recognition drops a long one between two dates, and then the dates run
    into each other. ``ink`` is the page without its rules, in whose pixels the glyphs lie."""
    out: list[Glyph] = []
    for g in glyphs:
        before = out[-1] if out else None
        if before is not None and g.x0 - before.x1 > DASH_GAP * (g.bottom - g.top) and _is_dash(ink, before, g):
            confidence = min(before.confidence, g.confidence)
            out.append(Glyph("—", before.x1, g.top, g.x0, g.bottom, confidence=confidence))
        out.append(g)
    return out


def _is_dash(ink: NDArray[Any], before: Glyph, after: Glyph) -> bool:
    """Whether all that is written between two characters is one level stroke at half their height."""
    high = after.bottom - after.top
    part = ink[int(after.top) : int(after.bottom) + 1, int(before.x1) : int(after.x0) + 1] > 0
    rows = np.flatnonzero(part.mean(axis=1) >= DASH_LONG) if part.size else np.array([])
    if not len(rows) or rows[-1] - rows[0] + 1 > max(3.0, DASH_THICK * high):
        return False
    middle = (rows[0] + rows[-1]) / 2
    others = part.copy()
    others[max(0, rows[0] - 2) : rows[-1] + 3] = False
    # The neighbours' own strokes may reach into the gap at its ends.
    return bool(0.25 * high < middle < 0.75 * high and others[:, 2:-2].mean() < 0.04)
