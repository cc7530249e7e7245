"""Sentences with blanks (共{headcount}人,{amount}元) read from a cell or line, however it was filled or retyped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from checkers.policy import Field, Sentence
from docgen.forms.match import fold
from docgen.forms.sheet import Region

RETYPED = 0.8
"""Confidence where only the words next to the blanks were found, not the whole printed sentence."""

LONGEST = 60
"""Most characters (white space not counted) that a blank inside a sentence may hold."""

_ID = re.compile(r"\{(\w+)\}")
_LOOSE_MARKS = ",.;:、。!?()<>·/\"'“”‘’—–―─~-"
_RANGE_WORDS = "至到"
_MARK = f"[{re.escape(_LOOSE_MARKS)}]"
_NUMBER = r"[\d〇零一二三四五六七八九十]*"
_DATE = rf"\d{{4}}[-./年]\d{{1,2}}[-./月]\d{{1,2}}日?|\d{{4}}[-./年]\d{{1,2}}月?|{_NUMBER}年{_NUMBER}月(?:{_NUMBER}日)?"
_DATED = {"date", "month", "date_or_month"}
_COUNTED = {"integer", "number", "money"}
_COUNT = rf"\D{{0,12}}?(\d[\d,.]*|{_NUMBER})"
"""A number with other words before it: 合计3."""


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank as found: characters ``start`` to ``end`` of the region's text (empty when nothing is filled in)."""

    field: str
    start: int
    end: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class _Patterns:
    """``strict``: every printed word, anywhere; ``headless``: without the first words, at the start; ``loose``: units only."""

    ids: tuple[str, ...]
    strict: re.Pattern[str]
    headless: re.Pattern[str]
    loose: re.Pattern[str]


@lru_cache(maxsize=1024)
def _patterns(text: str, dated: frozenset[str], counted: frozenset[str]) -> _Patterns:
    parts = _ID.split(text)
    words, ids = [fold(part) for part in parts[::2]], tuple(parts[1::2])
    free = f".{{0,{LONGEST}}}?"
    groups = [f"({_DATE}|{free})" if name in dated else f"({free})" for name in ids]
    literals = [_literal(word) for word in words]
    last = f"(?:{literals[-1] if _content(words[-1]) else re.escape(words[-1])}|$)" if words[-1] else "$"
    if not words[-1] and ids[-1] in dated:
        groups[-1], last = f"({_DATE}|.{{0,{LONGEST}}}$)", ""
    counts = [_COUNT if name in counted else group for name, group in zip(ids, groups, strict=True)]
    middle, counted_middle = (_chain(kind, [*literals[1:-1], last]) for kind in (groups, counts))
    loose = _tail(words[0])
    for group, word in zip(counts, words[1:], strict=True):
        head = _content(word)[:2]
        loose += group + (f"{_MARK}*(?:{re.escape(head)}|$)" if head else f"(?:{_mark_only(word)}|$)")
        if len(_content(word)) > 2:
            loose += _tail(word)
    headless = f"(?:{literals[0]})?{counted_middle}"
    return _Patterns(ids, re.compile(literals[0] + middle), re.compile(headless), re.compile(loose))


def _chain(groups: list[str], literals: list[str]) -> str:
    return "".join(group + literal for group, literal in zip(groups, literals, strict=True))


def _content(word: str) -> str:
    return "".join(re.split(_MARK, word))


def _literal(word: str) -> str:
    """Printed words with any punctuation between them."""
    pieces = [piece for piece in re.split(f"{_MARK}+", word) if piece]
    if not pieces or all(piece in _RANGE_WORDS for piece in pieces):
        return _mark_only(word)
    body = f"{_MARK}*".join(re.escape(piece) for piece in pieces)
    return f"{_MARK}*{body}{_MARK}*"


def _mark_only(word: str) -> str:
    """Punctuation alone between two blanks: a dash may be 至, a comma any stop."""
    if not word:
        return ""
    if any(char in "—–―─~-" + _RANGE_WORDS for char in word):
        return f"[—–―─~{_RANGE_WORDS}-]+"
    return f"{_MARK}+"


def _tail(word: str) -> str:
    """The way to the next blank when the printed words are not all there."""
    tail = _content(word)[-2:]
    return f"(?:.{{0,{len(word) + 20}}}?{re.escape(tail)}{_MARK}*)?" if tail else ""


def match_sentence(region: Region, sentence: Sentence, fields: dict[str, Field], start: int = 0) -> list[Blank] | None:
    """The blanks of a sentence in a region's text from ``start`` on (where it ought to stand); None if nothing fits."""
    if not blank_ids(sentence):
        return None
    patterns = _of(sentence, fields)
    at = sum(1 for offset in region.offsets if offset < start)
    found = patterns.strict.search(region.flat, at) or patterns.headless.match(region.flat, at)
    confidence = 1.0
    if found is None or not found.group():
        found, confidence = patterns.loose.match(region.flat, at), RETYPED
    if found is None or not found.group():
        return None
    return [_blank(region, name, *found.span(n), confidence) for n, name in enumerate(patterns.ids, 1)]


def find_sentence(region: Region, sentence: Sentence, fields: dict[str, Field]) -> list[Blank] | None:
    """The blanks of a sentence printed word for word anywhere in a region's text."""
    if not blank_ids(sentence):
        return None
    patterns = _of(sentence, fields)
    found = patterns.strict.search(region.flat)
    return [_blank(region, name, *found.span(n), 1.0) for n, name in enumerate(patterns.ids, 1)] if found else None


def blank_ids(sentence: Sentence) -> list[str]:
    """The field ids of a sentence in printed order."""
    return _ID.findall(sentence.text)


def _of(sentence: Sentence, fields: dict[str, Field]) -> _Patterns:
    dated = frozenset(name for name, item in fields.items() if item.type in _DATED)
    counted = frozenset(name for name, item in fields.items() if item.type in _COUNTED)
    return _patterns(sentence.text, dated, counted)


def _blank(region: Region, name: str, start: int, end: int, confidence: float) -> Blank:
    first, last = region.raw_range(start, end)
    return Blank(name, first, last if end > start else first, confidence * region.confidence)
