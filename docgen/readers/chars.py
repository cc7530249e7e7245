"""Printed characters → words → lines: pure geometry over characters with boxes, whoever read them (PDF, later OCR).

Boxes are (x0, top, x1, bottom) in points from the top left of the page as displayed. The boxes of characters are loose
(the advance width by the height of the font), so that neighbours of one run touch and lines have one height.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from docgen.document import BBox, Line, Word

BREAK_GAP = 0.5
"""A gap wider than this share of the line's height parts two words, even if no space was printed."""

JOIN_GAP = 0.25
"""Runs drawn separately but closer than this share of the line's height are one word, unless a space was printed."""

SAME_LINE = 0.5
"""Two boxes are on one line when they share at least this part of the lower one's height."""

BACK_STEP = 0.3
"""A character that starts this share of a line's height left of its predecessor's end begins a new run (overprint)."""

DOUBLE_OFFSET = 0.2
"""The same text drawn twice within this share of its height is poor man's bold: kept once."""

_RADICALS = {
    "⺁": "厂", "⺎": "兀", "⺒": "巳", "⺓": "幺", "⺟": "母", "⺠": "民", "⺩": "王", "⺬": "示", "⺼": "月", "⻁": "虎",
    "⻄": "西", "⻅": "见", "⻆": "角", "⻉": "贝", "⻋": "车", "⻑": "长", "⻓": "长", "⻔": "门", "⻘": "青", "⻙": "韦",
    "⻚": "页", "⻛": "风", "⻜": "飞", "⻝": "食", "⻢": "马", "⻣": "骨", "⻤": "鬼", "⻥": "鱼", "⻦": "鸟", "⻧": "卤",
    "⻨": "麦", "⻩": "黄", "⻬": "齐", "⻮": "齿", "⻰": "龙", "⻳": "龟",
}  # fmt: skip
"""CJK radicals that Unicode gives no decomposition; PDF fonts map plain characters to them."""


@dataclass(slots=True)
class Glyph:
    """One printed character; ``spaced`` says that a printed space stood before it; ``confidence`` is below 1 only by OCR."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    spaced: bool = False
    confidence: float = 1.0

    @property
    def bbox(self) -> BBox:
        return (self.x0, self.top, self.x1, self.bottom)


@dataclass(slots=True)
class Run:
    """Characters printed one after the other on one line, without a space or a wide gap between."""

    glyphs: list[Glyph]
    x0: float
    top: float
    x1: float
    bottom: float
    spaced: bool = False
    confidence: float = 1.0

    @property
    def text(self) -> str:
        return "".join(g.text for g in self.glyphs)

    @property
    def bbox(self) -> BBox:
        return (self.x0, self.top, self.x1, self.bottom)


@dataclass(slots=True)
class _Row:
    top: float
    bottom: float
    runs: list[Run] = field(default_factory=list)


@lru_cache(maxsize=8192)
def plain_char(code: int) -> str:
    """The character of a code point as a person reads it; "" for what is not printed.

    Kangxi radicals, CJK radicals and compatibility ideographs, to which many PDF fonts map plain characters,
    become the plain character; everything else stays as printed (full width stays full width).
    """
    if code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or code & 0xFFFE == 0xFFFE or code > 0x10FFFF:
        return ""
    char = chr(code)
    if 0x2E80 <= code < 0x2FE0 or 0xF900 <= code < 0xFB00:
        return _RADICALS.get(char) or unicodedata.normalize("NFKC", char)
    return "" if unicodedata.category(char) == "Cf" else char


def union(boxes: Iterable[BBox]) -> BBox:
    """The smallest box around all boxes, of which there is at least one."""
    boxes = list(boxes)
    if len(boxes) == 1:
        return boxes[0]
    x0s, tops, x1s, bottoms = zip(*boxes, strict=True)
    return (min(x0s), min(tops), max(x1s), max(bottoms))


def make_run(glyphs: list[Glyph]) -> Run:
    """A run of the glyphs given, of which there is at least one."""
    return Run(
        glyphs,
        min(g.x0 for g in glyphs),
        min(g.top for g in glyphs),
        max(g.x1 for g in glyphs),
        max(g.bottom for g in glyphs),
        glyphs[0].spaced,
        min(g.confidence for g in glyphs),
    )


def runs_of(glyphs: list[Glyph]) -> list[Run]:
    """Glyphs in the order of printing → runs, split at spaces, wide gaps, steps back and new lines."""
    runs: list[Run] = []
    current: list[Glyph] = []
    last: Glyph | None = None
    for g in glyphs:
        if last is not None and (g.spaced or _apart(last, g)):
            runs.append(make_run(current))
            current = []
        current.append(g)
        last = g
    if current:
        runs.append(make_run(current))
    return runs


def _apart(last: Glyph, g: Glyph) -> bool:
    """Whether ``g`` stands on another line than ``last``, or away from it."""
    gap = g.x0 - last.x1
    if g.top == last.top and g.bottom == last.bottom:  # the usual case, without the cost of min and max
        height = g.bottom - g.top
    else:
        height = min(last.bottom - last.top, g.bottom - g.top)
        if min(last.bottom, g.bottom) - max(last.top, g.top) < SAME_LINE * height:
            return True
    return gap > BREAK_GAP * height or gap < -BACK_STEP * height


def _doubled(one: Run, other: Run) -> bool:
    near = DOUBLE_OFFSET * (one.bottom - one.top)
    return abs(one.x0 - other.x0) < near and abs(one.top - other.top) < near and one.text == other.text


def _line(runs: list[Run]) -> Line:
    """Runs of one line → Line; runs that touch become one word."""
    runs.sort(key=lambda r: r.x0)
    words: list[list[Run]] = []
    for run in runs:
        last = words[-1][-1] if words else None
        if last is not None and _doubled(last, run):
            continue
        if (
            last is not None
            and not run.spaced
            and run.x0 - last.x1 < JOIN_GAP * min(run.bottom - run.top, last.bottom - last.top)
        ):
            words[-1].append(run)
        else:
            words.append([run])
    made = [
        Word(
            "".join(r.text for r in group),
            union(r.bbox for r in group),
            min(r.confidence for r in group),
            _edges(group),
        )
        for group in words
    ]
    confidence = min(w.confidence for w in made)
    return Line(" ".join(w.text for w in made), union(w.bbox for w in made), made, confidence=confidence)


def _edges(group: list[Run]) -> tuple[float, ...]:
    """The left edge of each character; a glyph that stands for several (a ligature) is cut into equal parts."""
    out: list[float] = []
    for run in group:
        for g in run.glyphs:
            if len(g.text) == 1:
                out.append(g.x0)
            else:
                out.extend(g.x0 + (g.x1 - g.x0) * i / len(g.text) for i in range(len(g.text)))
    return tuple(out)


def lines_of(runs: list[Run]) -> list[Line]:
    """Runs in any order → lines from top to bottom, words from left to right, joined by one space where they are apart."""
    rows: list[_Row] = []
    for run in sorted(runs, key=lambda r: r.top + r.bottom):
        # Only the last rows can still share height with a run that comes later in this order.
        for row in rows[:-4:-1]:
            shared = min(row.bottom, run.bottom) - max(row.top, run.top)
            if shared >= SAME_LINE * min(row.bottom - row.top, run.bottom - run.top):
                row.runs.append(run)
                if run.bottom - run.top < 2 * (row.bottom - row.top):
                    row.top, row.bottom = min(row.top, run.top), max(row.bottom, run.bottom)
                break
        else:
            rows.append(_Row(run.top, run.bottom, [run]))
    rows.sort(key=lambda row: row.top)
    return [_line(row.runs) for row in rows]
