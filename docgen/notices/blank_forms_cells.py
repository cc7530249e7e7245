"""What a cell of a printed form is: words, empty, a number, a lone tick box; and what was found in a table."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from docgen.forms.generic import LONGEST_LABEL
from docgen.forms.match import BOXES
from docgen.forms.raw import is_blank
from docgen.forms.sheet import Region
from docgen.notices.blank_forms_inline import Inline, find_inline

_SPACED = re.compile(r"\s*[^\W\d_共计约](?:\s+[^\W\d_]){1,5}\s*[*＊★:：]?\s*")
"""A label set wide over its cell: 姓  名."""
_NUMBERING = re.compile(r"[\s\d一二三四五六七八九十.、．…·。()（）]*")


@dataclass(slots=True)
class CellBlank:
    """One blank of a table. ``label`` names it, ``under`` is the heading of its block ("" without one).

    ``inline`` is set when the cell holds more than the blank; ``start`` and ``end`` count in the cell's text.
    """

    row: int
    col: int
    start: int
    end: int
    label: str
    raw: str
    under: str = ""
    inline: Inline | None = None
    unit: str = ""
    star: bool = False


@dataclass(slots=True)
class RosterSeen:
    """A table of rows to be filled: ``columns`` are (label, grid column), ``rows`` the grid rows, ``numbers`` the column
    of printed numbers (None without one). ``printed`` columns are filled already; ``totals`` are blanks of its 合计 row."""

    label: str
    columns: list[tuple[str, int]]
    rows: list[int]
    numbers: int | None = None
    printed: list[str] = field(default_factory=list)
    totals: list[CellBlank] = field(default_factory=list)


@dataclass(slots=True)
class TableRead:
    """What a table asks for, in reading order. ``words`` are its other texts; ``data``: cells that hold data, not labels; ``labels``: all
    cells with printed words."""

    items: list[CellBlank | RosterSeen] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    data: int = 0
    labels: int = 0


def empty(region: Region) -> bool:
    return not region.flat or _blank(region.text)


@lru_cache(maxsize=4096)
def _blank(text: str) -> bool:
    return is_blank(text)


def is_words(region: Region) -> bool:
    """Printed words and nothing to fill: no box, no blank behind a colon."""
    return bool(region.flat) and _words(region.text)


@lru_cache(maxsize=4096)
def _words(text: str) -> bool:
    if is_blank(text) or any(c in BOXES for c in text):
        return False
    return _SPACED.fullmatch(text) is not None or not find_inline(text) or _bare_colon(text)


def _bare_colon(text: str) -> bool:
    """A cell that is only a label with its colon: the blank is the next cell."""
    stripped = text.strip()
    return stripped.endswith((":", "：")) and len(stripped) <= LONGEST_LABEL and len(re.findall("[:：]", stripped)) == 1


def lone_option(region: Region) -> str:
    """The words of a cell that is one tick box and its option, "" of any other."""
    if sum(region.text.count(box) for box in BOXES) != 1:
        return ""
    found = find_inline(region.text)
    return found[0].options[0][0] if len(found) == 1 and found[0].kind == "tick" else ""


def is_number(region: Region) -> bool:
    return _NUMBERING.fullmatch(region.text) is not None
