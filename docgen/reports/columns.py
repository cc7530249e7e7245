"""Text in columns of a terminal: a Chinese character takes two, and no line begins with a closing mark (避头尾).

Some characters (— … “ ” ① │) are one or two columns wide as the terminal pleases. Lines are broken as if they took two, so
that nothing overflows; columns are aligned by the width that terminals of the given encoding use.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

NO_START = frozenset("。，、；：？！）〕】》」』”’…—％%℃,.;:?!)]}〉›»·～")
NO_END = frozenset("（〔【《「『“‘([{〈￥¥$#")
_UNITS = re.compile(r" +|[!-~]+|.", re.DOTALL)


@cache
def char_width(ch: str, ambiguous: int = 2) -> int:
    """Columns of one character: 0 for combining marks, 2 for wide ones, ``ambiguous`` where Unicode leaves it open."""
    if unicodedata.category(ch) in ("Mn", "Me", "Cf"):
        return 0
    kind = unicodedata.east_asian_width(ch)
    return 2 if kind in "WF" else ambiguous if kind == "A" else 1


def text_width(text: str, ambiguous: int = 2) -> int:
    """Columns of a line."""
    if text.isascii():
        return len(text)
    return sum(map(char_width, text)) if ambiguous == 2 else sum(char_width(ch, ambiguous) for ch in text)


def pad(text: str, width: int, ambiguous: int = 2) -> str:
    """``text`` with blanks after it up to ``width`` columns."""
    return text + " " * max(0, width - text_width(text, ambiguous))


def wrap(text: str, width: int, first: int | None = None) -> list[str]:
    """Break ``text`` into lines of at most ``width`` columns, the first of at most ``first``.

    Latin words and numbers stay whole where a line can hold them. Always returns at least one line.
    """
    lines: list[str] = []
    room = width if first is None else first
    line = ""
    for unit in _glued(text):
        if text_width(line + unit.rstrip(" ")) <= room:
            line += unit
            continue
        if line.strip() or (not lines and room < width):
            lines.append(line.rstrip(" "))
            room, line = width, ""
        line = unit.lstrip(" ")
        while text_width(line.rstrip(" ")) > room:
            head = fit(line, room)
            lines.append(head)
            line, room = line[len(head) :], width
    if line.strip() or not lines:
        lines.append(line.rstrip(" "))
    return lines


def fit(text: str, width: int) -> str:
    """The longest beginning of ``text`` within ``width`` columns, at least one character."""
    used = 0
    for i, ch in enumerate(text):
        used += char_width(ch)
        if used > width and i:
            return text[:i]
    return text


def window(text: str, start: int, end: int, width: int) -> tuple[str, int, int]:
    """A part of ``text`` within ``width`` columns (at least 8) that shows ``start:end``; cut ends are marked by ``…``.

    Returns the part and where the marked characters now are in it.
    """
    if text_width(text) <= width:
        return text, start, end
    left = start
    while (
        left > 0 and text_width(text[left - 1 : end]) <= width - 4 and text_width(text[left - 1 : start]) <= width // 3
    ):
        left -= 1
    head = "…" if left else ""
    body = fit(text[left:], width - 2 - text_width(head))
    tail = "…" if left + len(body) < len(text) else ""
    shift = left - len(head)
    return head + body + tail, start - shift, min(end - shift, len(head) + len(body))


def _glued(text: str) -> list[str]:
    """Units that a line break may stand between: closing marks go with what precedes, opening ones with what follows."""
    units: list[str] = []
    for unit in _UNITS.findall(text):
        glue = bool(units) and (
            unit[0] in NO_START or unit.isspace() or char_width(unit[0]) == 0 or units[-1][-1] in NO_END
        )
        if glue:
            units[-1] += unit
        else:
            units.append(unit)
    return units
