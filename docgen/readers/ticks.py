"""Tick boxes on a printed page: glyphs, drawn squares, fillable boxes and what was put over them → ☑ or ☐.

The geometry here complements :mod:`docgen.readers.marks`, which knows the characters.
"""

from __future__ import annotations

import unicodedata

from docgen.document import TICKED, UNTICKED, BBox
from docgen.readers.chars import Glyph
from docgen.readers.grid import Edge
from docgen.readers.marks import PRIVATE_USE, TICKED_GLYPHS, TICKS, UNTICKED_GLYPHS

TOUCH_GAP = 1.0
"""Points. A √ this close beside a box fills it; farther away it is a word of its own."""

LABEL_GAP = 1.5
"""A drawn square is a tick box when text begins within this many of its widths to the right."""

SMEAR = 0.3
"""A stroke fills a box when it covers at least this share of the box, or its middle lies inside."""

MAX_GLYPHS = 10_000
"""Characters of a page on which boxes and marks are compared; a fuller page (A4 holds some 2 500) is no form."""

MAX_BOXES = 500
"""Boxes, marks and strokes of each sort that are compared on one page."""

CROSSES = "×✗✘✕xXvV∨╳"
"""Characters that fill a box only when they lie over it."""

_CIRCLES, _DISCS = "○◯", "●◉⊙"
_NUMERALS = frozenset("〇零一二三四五六七八九十百○年0123456789")
_MARKS = {**dict.fromkeys(TICKED_GLYPHS, TICKED), **dict.fromkeys(UNTICKED_GLYPHS, UNTICKED), **PRIVATE_USE}


def settle_ticks(
    glyphs: list[Glyph], squares: list[BBox], strokes: list[BBox], fields: list[tuple[BBox, bool]]
) -> list[Glyph]:
    """The glyphs with every tick box as one ☑ or ☐.

    ``squares`` are drawn rectangles of a tick box's size, ``strokes`` drawn marks, ``fields`` check boxes and radio
    buttons of a fillable PDF with their state. A lone √ without a box stays as it is, and so do ● and ○ that are
    bullets or the zero of a year. Changes the glyphs in place and returns a new list.
    """
    boxes: list[Glyph] = []
    pens: list[Glyph] = []
    for g in glyphs:
        if g.text in _MARKS:
            g.text = _MARKS[g.text]
            boxes.append(g)
        elif g.text in TICKS or g.text in CROSSES:
            pens.append(g)
    _circles(glyphs)
    if len(glyphs) > MAX_GLYPHS:
        return glyphs
    boxes, pens, fields = boxes[:MAX_BOXES], pens[:MAX_BOXES], fields[:MAX_BOXES]
    squares, strokes = squares[:MAX_BOXES], strokes[:MAX_BOXES]
    added = _drawn(glyphs, boxes, pens, squares) if squares else []
    boxes += added
    added += _fill_fields(boxes, fields)
    if not boxes:
        return glyphs
    for stroke in strokes:
        _strike(boxes, stroke)
    used = _overprinted(boxes, pens)
    used |= _beside(glyphs, [b for b in boxes if b.text == UNTICKED], [p for p in pens if id(p) not in used])
    return [g for g in glyphs + added if id(g) not in used]


def lone_squares(squares: list[BBox], horizontal: list[Edge], vertical: list[Edge]) -> tuple[list[BBox], list[BBox]]:
    """Squares that stand alone, and those whose sides lie on other rules: cells of a table drawn box by box."""
    alone: list[BBox] = []
    cells: list[BBox] = []
    squares, cells = squares[:MAX_BOXES], squares[MAX_BOXES:]
    across = horizontal + [(y, s[0], s[2]) for s in squares for y in (s[1], s[3])]
    down = vertical + [(x, s[1], s[3]) for s in squares for x in (s[0], s[2])]
    for x0, top, x1, bottom in squares:
        # Each square's own two sides are among the rules, hence more than two.
        rows = sum(1 for y, a, b in across if min(abs(y - top), abs(y - bottom)) <= 1 and a < x1 + 1 and b > x0 - 1)
        columns = sum(1 for x, a, b in down if min(abs(x - x0), abs(x - x1)) <= 1 and a < bottom + 1 and b > top - 1)
        (cells if rows > 2 or columns > 2 else alone).append((x0, top, x1, bottom))
    return alone, cells


def _circles(glyphs: list[Glyph]) -> None:
    """○ before an option's words is a radio button; ● is its ticked twin only where such ○ stand on the page."""
    options = []
    for i, g in enumerate(glyphs):
        if g.text in _CIRCLES or g.text in _DISCS:
            before = glyphs[i - 1].text if i and not g.spaced else ""
            after = glyphs[i + 1].text if i + 1 < len(glyphs) else ""
            if before not in _NUMERALS and after and after not in _NUMERALS and unicodedata.category(after[0]) == "Lo":
                options.append(g)
    if any(g.text in _CIRCLES for g in options):
        for g in options:
            g.text = UNTICKED if g.text in _CIRCLES else TICKED


def _inside(x: float, y: float, box: BBox) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _middle(g: Glyph) -> tuple[float, float]:
    return ((g.x0 + g.x1) / 2, (g.top + g.bottom) / 2)


def _shared(one: BBox, other: BBox) -> float:
    """Area that two boxes share, square points."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide * high if wide > 0 and high > 0 else 0.0


def _drawn(glyphs: list[Glyph], boxes: list[Glyph], pens: list[Glyph], squares: list[BBox]) -> list[Glyph]:
    """Drawn squares that are tick boxes: nothing but a pen mark inside, no box character there, words to the right."""
    made: list[Glyph] = []
    marks = {id(g) for g in pens}
    for x0, top, x1, bottom in squares:
        square = (x0, top, x1, bottom)
        if any(_shared(b.bbox, square) > 0.25 * (x1 - x0) * (bottom - top) for b in boxes + made):
            continue
        if any(id(g) not in marks and _inside(*_middle(g), square) for g in glyphs):
            continue
        reach = x1 + LABEL_GAP * (x1 - x0)
        if any(x1 - 1 <= g.x0 <= reach and g.top < (top + bottom) / 2 < g.bottom for g in glyphs):
            made.append(Glyph(UNTICKED, x0, top, x1, bottom, spaced=True))
    return made


def _fill_fields(boxes: list[Glyph], fields: list[tuple[BBox, bool]]) -> list[Glyph]:
    """Set the state of fillable boxes, on the printed box where there is one; returns the boxes that had to be made."""
    made: list[Glyph] = []
    for rect, ticked in fields:
        under = [
            b
            for b in boxes
            if _inside(*_middle(b), rect) or _inside((rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2, b.bbox)
        ]
        for box in under[:1] or [Glyph(UNTICKED, *rect, spaced=True)]:
            box.text = TICKED if ticked else UNTICKED
            if not under:
                made.append(box)
    boxes += made
    return made


def _strike(boxes: list[Glyph], stroke: BBox) -> None:
    """Tick the box that a drawn stroke covers most."""
    best = max(boxes, key=lambda b: _shared(b.bbox, stroke))
    area = (best.x1 - best.x0) * (best.bottom - best.top)
    x, y = (stroke[0] + stroke[2]) / 2, (stroke[1] + stroke[3]) / 2
    if _shared(best.bbox, stroke) >= SMEAR * area or _inside(x, y, best.bbox):
        best.text = TICKED


def _overprinted(boxes: list[Glyph], pens: list[Glyph]) -> set[int]:
    """Tick boxes that a mark or a ticked box is printed over; returns the ids of the marks used up."""
    used: set[int] = set()
    for box in boxes:
        if id(box) in used:
            continue
        for mark in pens + [b for b in boxes if b.text == TICKED and b is not box]:
            if id(mark) not in used and _inside(*_middle(mark), box.bbox):
                box.text = TICKED
                used.add(id(mark))
    return used


def _beside(glyphs: list[Glyph], boxes: list[Glyph], pens: list[Glyph]) -> set[int]:
    """Tick boxes with a √ directly after them, or directly before where no word stands before the √; ids of the √."""
    used: set[int] = set()
    for pen in pens:
        if pen.text not in TICKS:
            continue
        y = (pen.top + pen.bottom) / 2
        level = [b for b in boxes if b.top < y < b.bottom and b.text == UNTICKED]
        left = [b for b in level if abs(pen.x0 - b.x1) <= TOUCH_GAP]
        right = [b for b in level if abs(b.x0 - pen.x1) <= TOUCH_GAP and not b.spaced]
        if not left and (
            pen.spaced
            or not any(abs(pen.x0 - g.x1) <= TOUCH_GAP and g.top < y < g.bottom for g in glyphs if g is not pen)
        ):
            left = right
        if left and (left[0].x0 > pen.x0 or not pen.spaced):
            left[0].text = TICKED
            # The box takes the place of the √ too, so that the words behind it still stand next to it.
            left[0].x0, left[0].x1 = min(left[0].x0, pen.x0), max(left[0].x1, pen.x1)
            used.add(id(pen))
    return used
