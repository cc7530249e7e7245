"""What a printed line says without the marks of its medium: Markdown, LaTeX remnants, soft hyphens, spaced-out words."""

from __future__ import annotations

import re

from docgen.document import TICKED, UNTICKED
from docgen.notices.numbering import marker

CJK = "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3400-\u9fff\uf900-\ufaff\uff01-\uff0f\uff1a-\uff20\u3001-\u3003\u3008-\u301f"

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffc]")
_HEADING = re.compile(r"[ \t\u3000]{0,8}(#{1,6})[ \t\u3000]+(?=\S)")
_BULLET = re.compile(r"[ \t]{0,8}(?:[-*+•●▪■◆] {1,4}|>[ ]?)(?=[^\s\-*])")
_EMPHASIS = re.compile(r"\*\*|__(?=[^\s_])(?<![_\w]__)|(?<=[^\s_])__(?![_\w])")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!~|<>])")
_FORMULA = re.compile(r"\$\$?([^$\n]{1,80})\$?\$")
_COMMAND = re.compile(r"\\([a-zA-Z]+)\s?")
_BRACES = re.compile(r"[{}]|[\^_](?=\{)")
_COMMANDS = {
    "square": UNTICKED,
    "Box": UNTICKED,
    "checkmark": TICKED,
    "boxtimes": "☒",
    "boxed": "",
    "times": "×",
    "div": "÷",
    "geq": "≥",
    "ge": "≥",
    "geqslant": "≥",
    "leq": "≤",
    "le": "≤",
    "leqslant": "≤",
    "pm": "±",
    "cdot": "·",
    "circ": "°",
    "sim": "～",
    "rightarrow": "→",
    "to": "→",
    "ldots": "…",
    "cdots": "…",
    "triangle": "△",
    "bigcirc": "○",
    "star": "★",
    "frac": "/",
}
_SPACED_OUT = re.compile(
    rf"(?<![{CJK}A-Za-z0-9_＿])([\u4e00-\u9fff])((?:[ \u3000]{{1,6}}[\u4e00-\u9fff])+)(?![{CJK}A-Za-z0-9_＿])"
)
_BLANKS = re.compile(r"[年月日时分省市县区（(]")
_NOISE = re.compile(rf"(?<=[{CJK}”’]) (?=[{CJK}0-9“‘])|(?<=[0-9%]) (?=[{CJK}])")
_DATE_SPACES = re.compile(r"(?<=[0-9年月]) {1,2}(?=[年月日0-9])")
_HEAD_GAP = re.compile(r"第[^ 第]{1,12}?[编章节条款项](?:之[一二三四五六七八九十]{1,2})? ")
_SENTENCE = re.compile(r"[，。；,;]")
_WHITE = re.compile(r"[\t\u00a0\u2000-\u200a\u202f\u205f]")


def visible(text: str) -> str:
    """``text`` without invisible characters; every odd space is a plain one, tabs included."""
    if text.isascii():
        return _WHITE.sub(" ", text) if "\t" in text else text
    return _WHITE.sub(" ", _INVISIBLE.sub("", text))


def unmarked(text: str) -> tuple[str, int]:
    """``text`` without the marks of Markdown and LaTeX, and the level of its heading (0: it is none).

    A bullet goes with its mark: extractors of PDF write one where a page begins in the middle of a sentence.
    """
    level = 0
    if found := _HEADING.match(text):
        level = len(found[1])
        text = text[found.end() :]
    elif found := _BULLET.match(text):
        text = text[found.end() :]
    if "\\" in text or "$" in text:
        text = _ESCAPE.sub(r"\1", _FORMULA.sub(_formula, text))
    if "**" in text or "__" in text:
        text = _EMPHASIS.sub("", text)
    return text, level


def _formula(found: re.Match[str]) -> str:
    return _BRACES.sub("", _COMMAND.sub(lambda m: _COMMANDS.get(m[1], ""), found[1])).strip()


def tightened(text: str) -> str:
    """``text`` without the spaces that only the layout put between Chinese characters.

    A space between two names (发文机关 and 发文机关) is kept, and so are the blanks of a form (``年  月  日``).
    """
    text = text.strip(" \u3000")
    if " " not in text and "\u3000" not in text:
        return text
    text = _SPACED_OUT.sub(_closed_up, text)
    if _SENTENCE.search(text):
        head = _HEAD_GAP.match(text)
        start = head.end() if head and marker(text) else 0
        text = text[:start] + _NOISE.sub("", text[start:])
    elif len(text) < 40:
        text = _DATE_SPACES.sub("", text) if any(c.isdigit() for c in text) else text
    return text


def _closed_up(found: re.Match[str]) -> str:
    return found[0] if _BLANKS.search(found[0]) else "".join(found[0].split())


def joined(left: str, right: str) -> str:
    """Two printed lines as one text: a space between Latin words, none between Chinese characters."""
    if (
        left[-1:].isascii()
        and left[-1:].isalnum()
        and right[:1].isascii()
        and right[:1].isalpha()
        and left[-1:].isalpha()
    ):
        return f"{left} {right}"
    if left[-1:].isalpha() and left[-1:].isascii() and right[:1].isascii() and right[:1].isalnum():
        return f"{left} {right}"
    return left + right
