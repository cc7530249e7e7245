"""Printed words compared as a reader compares them: white space, width, brackets' style and line breaks do not count."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

FUZZY_LENGTH = 4
"""Labels shorter than this many characters must agree exactly: one character is too much of them."""

FUZZY = 0.88
"""Least share of common characters (rapidfuzz ratio) for two longer labels to be the same one printed differently."""

UNIT_ONLY = 0.97
"""Similarity of two labels that differ by a unit in brackets at the end: 注册资本 and 注册资本(万元)."""

BOXES = "☐☑☒□■▢◻◼○●◯✓✔√❏❑⬜▣"
"""Glyphs printed as tick boxes or ticks."""

_BRACKETS = str.maketrans("〔〕【】[]{}〈〉《》「」", "()()()()()()()")
_UNITS = re.compile(
    r"\((?:单位[:：]?)?(?:人民币)?(?:万元|亿元|元/月|元/年|元|人次|人|名|个月|月|年|岁|周岁|天|日|%|㎡|m2|平方米|平米|年月|年/月|年月日|大写|小写)\)$"
)
_EDGES = " *＊:：,，、;；.。·" + BOXES
_QUOTES = str.maketrans("", "", "“”‘’\"'")


class _Folding(dict[int, str]):
    """Character → its folded form: half width, round brackets, Kangxi radicals as plain characters; "" for white space and rules."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if char.isspace() or char in "_＿﹍﹎‗﹏" or unicodedata.category(char) == "Cf":
            out = ""
        else:
            wide = unicodedata.normalize("NFKC", char)
            out = (wide if len(wide) == 1 else char).translate(_BRACKETS)
        self[code] = out
        return out


_FOLDING = _Folding()


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """The text as compared: half width, round brackets, without white space and printed underscores."""
    return text.translate(_FOLDING)


def fold_offsets(text: str) -> list[int]:
    """For each character of ``fold(text)``, the offset of that character in ``text``."""
    return [i for i, char in enumerate(text) if _FOLDING[ord(char)]]


def fold_unquoted(text: str) -> tuple[str, list[int]]:
    """``fold(text)`` without quotes, as a normalised label has none, and the offset in ``text`` of each character."""
    flat, offsets = fold(text), fold_offsets(text)
    bare = flat.translate(_QUOTES)
    if len(bare) == len(flat):
        return flat, offsets
    return bare, [offset for char, offset in zip(flat, offsets, strict=True) if char.translate(_QUOTES)]


@lru_cache(maxsize=65536)
def normalise_label(text: str) -> str:
    """A label as compared: folded, without required marks, tick glyphs, colons and stops at its ends, without quotes."""
    return fold(text).translate(_QUOTES).strip(_EDGES)


@lru_cache(maxsize=65536)
def bare_label(text: str) -> str:
    """The normalised label without a unit in brackets at its end: 注册资本(万元) → 注册资本."""
    label = normalise_label(text)
    return _UNITS.sub("", label) or label


@lru_cache(maxsize=65536)
def similarity(a: str, b: str) -> float:
    """0..1: 1.0 the same label; ``UNIT_ONLY`` but for the unit; else the fuzzy ratio;
    0.0 for short labels that differ and for labels that cannot be alike."""
    one, two = normalise_label(a), normalise_label(b)
    if one == two:
        return 1.0 if one else 0.0
    if bare_label(a) == bare_label(b):
        return UNIT_ONLY
    if min(len(one), len(two)) < FUZZY_LENGTH:
        return 0.0
    common = sum(min(one.count(char), two.count(char)) for char in set(one))
    if 2 * common / (len(one) + len(two)) < FUZZY:  # the ratio can be no more than this
        return 0.0
    from rapidfuzz import fuzz

    return float(fuzz.ratio(one, two)) / 100


def same_label(a: str, b: str) -> bool:
    """Whether two printed labels are the same one, allowing for a character or two in long ones."""
    return similarity(a, b) >= FUZZY
