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
_RANGE_WORDS = "至到"
_MARK = r"\W"
_NUMBER = r"[\d〇零一二三四五六七八九十]*"
_DATE = rf"\d{{4}}[-./年]\d{{1,2}}[-./月]\d{{1,2}}日?|\d{{4}}[-./年]\d{{1,2}}月?|{_NUMBER}年{_NUMBER}月(?:{_NUMBER}日)?"
_FREE = f".{{0,{LONGEST}}}?"
_DATED = {"date", "month", "date_or_month"}
_COUNTED = {"integer", "number", "money"}
_PAIRS = (("《", "》"), ("（", "）"), ("(", ")"), ("〔", "〕"), ("“", "”"), ("「", "」"), ("【", "】"))
_COUNT = rf"\D{{0,12}}?(\d[\d,.]*|{_NUMBER})"
"""A number with other words before it: 合计3."""


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank as found: characters ``start`` to ``end`` of the region's text (empty when nothing is filled in)."""

    field: str
    start: int
    end: int
    confidence: float = 1.0


Kinds = tuple[str, ...]
"""The type of each blank of a sentence, in printed order."""


@lru_cache(maxsize=1024)
def _strict(text: str, kinds: Kinds) -> re.Pattern[str]:
    """Every printed word, anywhere in a text."""
    literals, groups = _parts(text, kinds)
    return re.compile(literals[0] + _chain(groups, literals[1:]))


@lru_cache(maxsize=1024)
def _headless(text: str, kinds: Kinds) -> re.Pattern[str]:
    """The first printed words may be missing: for the place where the sentence ought to stand."""
    literals, groups = _parts(text, kinds)
    counts = [_COUNT if kind in _COUNTED else group for kind, group in zip(kinds, groups, strict=True)]
    return re.compile(f"(?:{literals[0]})?" + _chain(counts, literals[1:]))


@lru_cache(maxsize=1024)
def _loose(text: str, kinds: Kinds) -> re.Pattern[str]:
    """Only the words right behind the blanks (人, 元) need be there."""
    words = [fold(part) for part in _ID.split(text)[::2]]
    pattern = _tail(words[0])
    for kind, word in zip(kinds, words[1:], strict=True):
        head = _content(word)[:2]
        pattern += _COUNT if kind in _COUNTED else f"({_DATE}|{_FREE})" if kind in _DATED else f"({_FREE})"
        pattern += f"{_MARK}*(?:{re.escape(head)}|$)" if head else f"(?:{_mark_only(word)}|$)"
        if len(_content(word)) > 2:
            pattern += _tail(word)
    return re.compile(pattern)


def _parts(text: str, kinds: Kinds) -> tuple[list[str], list[str]]:
    """The patterns of the printed words and of the blanks between them."""
    words = [fold(part) for part in _ID.split(text)[::2]]
    groups = [f"({_DATE}|{_FREE})" if kind in _DATED else f"({_FREE})" for kind in kinds]
    literals = [_literal(word) for word in words]
    if words[-1]:
        literals[-1] = f"(?:{literals[-1] if _content(words[-1]) else re.escape(words[-1])}|$)"
    elif kinds[-1] in _DATED:
        groups[-1] = f"({_DATE}|.{{0,{LONGEST}}}$)"
    else:
        literals[-1] = "$"
    return literals, groups


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
    kinds = _kinds(sentence, fields)
    if not kinds:
        return None
    at = sum(1 for offset in region.offsets if offset < start)
    found = _strict(sentence.text, kinds).search(region.flat, at)
    found = found or _headless(sentence.text, kinds).match(region.flat, at)
    confidence = 1.0
    if found is None or not found.group():
        found, confidence = _loose(sentence.text, kinds).match(region.flat, at), RETYPED
    if found is None or not found.group():
        return None
    return _blanks(region, sentence, found, confidence)


def find_sentence(region: Region, sentence: Sentence, fields: dict[str, Field]) -> list[Blank] | None:
    """The blanks of a sentence printed word for word anywhere in a region's text."""
    kinds = _kinds(sentence, fields)
    found = _strict(sentence.text, kinds).search(region.flat) if kinds else None
    return _blanks(region, sentence, found, 1.0) if found else None


def blank_ids(sentence: Sentence) -> list[str]:
    """The field ids of a sentence in printed order."""
    return _ID.findall(sentence.text)


def _kinds(sentence: Sentence, fields: dict[str, Field]) -> Kinds:
    return tuple(fields[name].type if name in fields else "text" for name in blank_ids(sentence))


def _blanks(region: Region, sentence: Sentence, found: re.Match[str], confidence: float) -> list[Blank]:
    return [_blank(region, name, *found.span(n), confidence) for n, name in enumerate(blank_ids(sentence), 1)]


def _blank(region: Region, name: str, start: int, end: int, confidence: float) -> Blank:
    first, last = region.raw_range(start, end)
    if end > start:
        first, last = _bracketed(region.text, first, last)
    return Blank(name, first, last if end > start else first, confidence * region.confidence)


def _bracketed(text: str, start: int, end: int) -> tuple[int, int]:
    """The range with the brackets and quotes at its edges that belong to it: printed punctuation around a blank is any,
    so that it may have taken them for its own."""
    inside = text[start:end]
    for opening, closing in _PAIRS:
        if inside.count(closing) > inside.count(opening) and text[:start].endswith(opening):
            return _bracketed(text, start - 1, end)
        if inside.count(opening) > inside.count(closing) and text.startswith(closing, end):
            return _bracketed(text, start, end + 1)
    return start, end
