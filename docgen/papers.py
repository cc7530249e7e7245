"""Which material of a policy a paper is: by its title, else by its file name; and the papers bound into one file.

A submission is often one file: the form, then a copy of the identity card, then the licence, each on a page of its own
under its name. Such a page is taken for the material whose name stands at its head.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from checkers.policy import Material, Policy
from checkers.vocabulary import fold
from docgen.document import Document, Line
from docgen.forms.sheet import Position

TITLE_LINES = 4
"""How many of a paper's first lines may be its title."""
SURE = 86.0
"""Similarity (0–100) from which a title or a file name is taken for a material's name."""
BOUND_SURE = 90.0
"""The same for the head of a page inside a file: a form's own words stand at the head of its further pages too."""
LONGEST_HEAD = 40
"""Characters, white space aside, of the longest line that may head a page as a material's name."""
LEAST_END = 6
"""Characters of the shortest end of a material's name that stands for it: 就业情况说明 of 雇主出具的申请补贴月度就业情况说明."""

_MARK = re.compile(r"(?:附件?|材料|资料)[一二三四五六七八九十\d]{1,3}[:.、]?")
_ITEM = re.compile(r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.、)]|\([一二三四五六七八九十\d]{1,3}\)")


@dataclass(frozen=True, slots=True)
class Bound:
    """A paper inside a file: which material, where its page begins, the page's number (from 1) and the likeness (0–1)."""

    material: str
    start: Position
    page: int
    confidence: float


def name_paper(document: Document, policy: Policy) -> tuple[str | None, float]:
    """(material id, confidence 0–1), or (None, 0.0)."""
    titles = [_bare(t) for t in _titles(document)]
    stem = _bare(re.sub(r"^[\d\s.、_-]+", "", PurePath(document.path).stem))
    best, score = None, 0.0
    for text, weight in [*((t, 1.0) for t in titles), (stem, 0.95)]:
        name, likeness = _nearest(text, policy, within=True)
        if likeness * weight > score:
            best, score = name, likeness * weight
    return (best, score / 100) if score >= SURE else (None, 0.0)


def bound_papers(document: Document, policy: Policy) -> list[Bound]:
    """Pages of the file that are headed by the name of a material without a form, in reading order.

    A form's own list of required papers does not count: it stands in a table, or its lines are items, or several materials'
    names follow one another.
    """
    out: list[Bound] = []
    for position, line, after in _heads(document):
        name, likeness = _material_at(line.text, policy)
        if name is None or policy.materials[name].form:
            continue
        if after is not None and _material_at(after.text, policy)[0] is not None:
            continue
        out.append(Bound(name, position, document.pages[position[0]].number, likeness / 100))
    return out


def _heads(document: Document) -> Iterator[tuple[Position, Line, Line | None]]:
    """Lines at the head of a page after the first, each with the line below it on the same page."""
    for number, page in enumerate(document.pages):
        for at, block in enumerate(page.blocks):
            if not isinstance(block, Line) or not (block.heads or (document.paged and number > 0 and at == 0)):
                continue
            head = at
            if _is_mark(block.text) and at + 1 < len(page.blocks) and isinstance(page.blocks[at + 1], Line):
                head = at + 1  # 材料二 on a line of its own
            line = page.blocks[head]
            below = page.blocks[head + 1] if head + 1 < len(page.blocks) else None
            if isinstance(line, Line):
                yield (number, at), line, below if isinstance(below, Line) and not below.heads else None


def _is_mark(text: str) -> bool:
    return _MARK.fullmatch(fold(text)) is not None


def _material_at(text: str, policy: Policy) -> tuple[str | None, float]:
    """The material whose name a heading is, or (None, 0.0)."""
    folded = fold(text)
    if len(folded) > LONGEST_HEAD or _ITEM.match(folded) or folded[-1:] in ("。", ".", ";", "；"):
        return None, 0.0
    name, likeness = _nearest(_bare(_MARK.sub("", folded, count=1)), policy, within=False)
    return (name, likeness) if likeness >= BOUND_SURE else (None, 0.0)


def _nearest(text: str, policy: Policy, *, within: bool) -> tuple[str | None, float]:
    """The material most like a text, and the likeness (0–100). ``within``: the name may stand in a longer text."""
    from rapidfuzz import fuzz

    best, score = None, 0.0
    if len(text) < 3:
        return best, score
    for name, material in policy.materials.items():
        for wanted in _names(material):
            likeness = max(fuzz.ratio(wanted, text), _part(wanted, text, within=within))
            if likeness > score:
                best, score = name, likeness
    return best, score


def _part(wanted: str, text: str, *, within: bool) -> float:
    """Likeness of a name that stands in a longer text, or of a heading that is the end of a name or a name's longer end."""
    if within and wanted in text and len(wanted) >= 4:
        return 97.0
    short, long = sorted((wanted, text), key=len)
    return 92.0 if len(short) >= LEAST_END and long.endswith(short) else 0.0


def _bare(text: str) -> str:
    """A name without brackets' contents (附件3), quotes and the words that say it is a copy."""
    text = re.sub(r"\([^()]*\)", "", fold(text))
    return re.sub(r"(复印件|原件|扫描件|正反面|正面照片|[<>\"'])", "", text)


def _names(material: Material) -> list[str]:
    return [n for n in (_bare(t) for t in (material.name, *material.aliases)) if len(n) >= 3]


def _titles(document: Document) -> list[str]:
    lines = [line.text for page in document.pages[:1] for line in page.lines if line.text.strip()]
    return lines[:TITLE_LINES]
