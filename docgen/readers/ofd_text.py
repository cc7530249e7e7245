"""A text object of an OFD page → printed characters (GB/T 33190-2016, 11).

OFD places each character by its base line and says nothing of its width: what its neighbour leaves free and what such
characters usually measure must do.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from lxml import etree

from docgen.readers.chars import Glyph, plain_char
from docgen.readers.marks import symbol_text
from docgen.readers.ofd_package import children, local
from docgen.readers.ofd_shapes import number, numbers
from docgen.readers.pdf_text import ASCENT, DESCENT
from docgen.readers.pdfium import Matrix, apply_box, then

MAX_CODES = 200_000
"""Characters read of one text object."""

TIGHTEST = 0.2
"""A character is at least this share of the font size wide; a smaller step to the next one is overprint."""

_TURNS: dict[int, Matrix] = {
    90: (0.0, 1.0, -1.0, 0.0, 0.0, 0.0),
    180: (-1.0, 0.0, 0.0, -1.0, 0.0, 0.0),
    270: (0.0, -1.0, 1.0, 0.0, 0.0, 0.0),
}
_WAYS = {90: (0.0, 1.0), 180: (-1.0, 0.0), 270: (0.0, -1.0)}

Step = tuple[float, float]


def read_text(element: etree._Element, matrix: Matrix, font: str, *, spaced: bool = False) -> tuple[list[Glyph], bool]:
    """The characters of a TextObject, in points after ``matrix``, and whether printed white space ends it.

    ``font`` is the font's name (a Wingdings letter is a tick box); ``spaced``: white space was printed before.
    """
    size = number(element.get("Size"), 0.0)
    if size <= 0:
        return [], spaced
    stretch = number(element.get("HScale"), 1.0)
    way, turn = _angle(element.get("ReadDirection")), _angle(element.get("CharDirection"))
    groups = [g for g in children(element, "CGTransform") if g.get("CodeCount", "1") != g.get("GlyphCount", "1")]
    out: list[Glyph] = []
    x = y = 0.0
    at = 0
    for code in element:
        if local(code) != "TextCode":
            continue
        x, y = number(code.get("X"), x), number(code.get("Y"), y)
        text = (code.text or "").strip("\r\n\t")[: MAX_CODES - at]
        steps = _steps(code, text, size * stretch, way)
        if groups:
            steps = _by_glyphs(steps, groups, at)
        at += len(text)
        spaced = _print(
            out, symbol_text(font, text) if font else text, (x, y), steps, (size, stretch), matrix, turn, spaced
        )
    return out, spaced


def _angle(value: str | None) -> int:
    return int(number(value)) % 360


@lru_cache(maxsize=8192)
def _share(char: str) -> float:
    """The usual width of a character as a share of the font size."""
    if char < "\x7f":
        return 0.28 if char in " .,:;'|!ijl" else 0.8 if char in "MWmw@%" else 0.5
    return 1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.5


def _deltas(text: str | None, count: int) -> list[float]:
    """The offsets of DeltaX or DeltaY with their repeats (``g n d``) written out, at most ``count``; the last one lasts.

    None at all where any of them is no number: characters set on top of each other would be lost.
    """
    words = text.split() if text else []
    if len(numbers(" ".join(w for w in words if w != "g"))) < len(words) - words.count("g"):
        return []
    out: list[float] = []
    i = 0
    while i < len(words) and len(out) < count:
        if words[i] == "g":
            if i + 2 >= len(words):
                break
            times = int(number(words[i + 1]))
            out += [number(words[i + 2])] * min(max(times, 0), count - len(out))
            i += 3
        else:
            out.append(number(words[i]))
            i += 1
    return out + [out[-1]] * (count - len(out)) if out else out


def _steps(code: etree._Element, text: str, em: float, way: int) -> list[Step]:
    """How far each character but the last lies from the next one, in millimetres.

    Without offsets characters follow each other by their usual width, as viewers show it that know the font.
    """
    count = len(text) - 1
    if count < 1:
        return []
    xs, ys = _deltas(code.get("DeltaX"), count), _deltas(code.get("DeltaY"), count)
    if xs and ys:
        return list(zip(xs, ys, strict=True))
    if any(xs):
        return [(x, 0.0) for x in xs]
    if any(ys):
        return [(0.0, y) for y in ys]
    if way == 90:
        return [(0.0, em)] * count
    right, down = _WAYS.get(way, (1.0, 0.0))
    return [(_share(c) * em * right, _share(c) * em * down) for c in text[:-1]]


def _by_glyphs(steps: list[Step], groups: list[etree._Element], first: int) -> list[Step]:
    """Steps counted in glyphs → in characters: of several characters that print as one glyph only the last steps on.

    ``first`` is the place of the first character in the text object; CodePosition counts from there.
    """
    out = list(steps)
    for group in groups:
        start = int(number(group.get("CodePosition"))) - first
        codes, glyphs = int(number(group.get("CodeCount"), 1)), int(number(group.get("GlyphCount"), 1))
        if 0 <= start < len(out) and 1 <= glyphs < codes <= len(out) + 1:
            still = codes - glyphs
            out[start:start] = [(0.0, 0.0)] * still
            del out[len(steps) :]
    return out


def _print(
    out: list[Glyph],
    text: str,
    start: Step,
    steps: list[Step],
    scale: tuple[float, float],
    matrix: Matrix,
    turn: int,
    spaced: bool,
) -> bool:
    """Add the glyphs of one TextCode to ``out``; whether white space ends it."""
    x, y = start
    size, stretch = scale
    em, up, down = size * stretch, ASCENT * size, DESCENT * size
    a, b, c, d, e, f = matrix
    upright = b == 0 and c == 0 and a > 0 and d > 0 and not turn
    last = len(steps)
    for i, char in enumerate(text):
        step, fall = steps[i] if i < last else (0.0, 0.0)
        plain = "" if char.isspace() else plain_char(ord(char))
        if plain:
            wide = step if fall == 0 and TIGHTEST * em <= step <= em else _share(char) * em
            if upright:
                glyph = Glyph(plain, a * x + e, d * (y - up) + f, a * (x + wide) + e, d * (y + down) + f, spaced)
            elif turn in _TURNS:
                placed = then(then(_TURNS[turn], (1.0, 0.0, 0.0, 1.0, x, y)), matrix)
                glyph = Glyph(plain, *apply_box(placed, 0, -up, wide, down), spaced)
            else:
                glyph = Glyph(plain, *apply_box(matrix, x, y - up, x + wide, y + down), spaced)
            out.append(glyph)
            spaced = False
        elif char.isspace():
            spaced = True
        x, y = x + step, y + fall
    return spaced
