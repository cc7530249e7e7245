"""How numbers, dates, attachment names and punctuation are written: each slip as the edit that mends it.

The lint tells the edits, ``fixes`` makes them: what is told and what is mended cannot differ. No edit touches a word; an edit
with ``new`` None is a slip that only a person can mend.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docgen.linting.docx_facts import DocxFacts, Paragraph
from docgen.linting.layout_roles import ARABIC_DATE, CHINESE_DATE, CLOSING, OPENING, Part, Role
from docgen.linting.layout_rules import Fault


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters ``start`` to ``end`` (half open) of a paragraph's text become ``new``; ``shown`` is what stands there."""

    rule: str
    start: int
    end: int
    new: str | None
    shown: str


_CHINESE = "\u4e00-\u9fff"
_YEAR_OF_NUMBER = re.compile(
    rf"(?<=[{_CHINESE}）)])\s?({OPENING})\s?((?:19|20)\d{{2}})\s?({CLOSING})\s?(?=第?\s?\d{{1,5}}\s?号)"
)
_SERIAL = re.compile(rf"({CLOSING})(\s?第?\s?0*)(?=[1-9]\d{{0,4}}\s?号)")
_DOTTED = re.compile(r"((?:19|20)\d{2})[-./．](\d{1,2})[-./．](\d{1,2})")
_HALF_STOP = re.compile(rf"(?<=[{_CHINESE}》”’）])([,;:?!])(?=[{_CHINESE}《“‘（]|\s*$)")
_HALF_PAIR = re.compile(rf"\(([^()（）\n]{{0,80}}[{_CHINESE}][^()（）\n]{{0,80}})\)")
_FULL = str.maketrans(",;:?!()", "，；：？！（）")
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | dict.fromkeys("〇○ＯO0", 0) | {"元": 1, "正": 1}
_NOTE_COLON = re.compile(r"\s*附\s*件\s*\d{0,2}\s*(:)")
_NOTE_ORDER = re.compile(r"(?:^\s*|附\s*件\s*[：:]\s*)\d{1,2}\s*([、．:：])\s*(?=\S)")
_NOTE_END = re.compile(r"([。；;，,、.]{1,4})\s*$")
_COPIES = re.compile(rf"\s*抄\s?送\s?[：:].{{1,500}}?([{_CHINESE}）])\s*$")


def edits_of(text: str, role: Role | None) -> list[Edit]:
    """The slips in the text of a paragraph, in order and not overlapping; ``role`` None in a table."""
    found = [*_brackets(text)]
    if role == "number":
        found += _serial(text)
    if role in ("date", "imprint"):
        found += _dates(text)
    if role == "imprint" and (last := _COPIES.match(text)):
        found.append(_edit("copies", last, f"{last[1]}。", text.strip()))
    if role in ("attachments", "more"):
        found += _note(text)
    if role == "addressee" and (colon := re.search(r"(:)\s*$", text)):
        found.append(_edit("addressee", colon, "："))
    found += _punctuation(text)
    out: list[Edit] = []
    for edit in sorted(found, key=lambda e: e.start):
        if not out or edit.start >= out[-1].end:
            out.append(edit)
    return out


def text_faults(facts: DocxFacts, parts: Sequence[Part]) -> Iterator[Fault]:
    """One fault a rule over the whole document; the colon of the addressee is told by its own rule."""
    roles = {id(part.paragraph): part.role for part in parts}
    seen: dict[str, list[tuple[Paragraph, Edit]]] = {}
    for paragraph in facts.paragraphs:
        for edit in edits_of(paragraph.text, roles.get(id(paragraph))):
            seen.setdefault(edit.rule, []).append((paragraph, edit))
    for rule, hits in seen.items():
        if rule == "addressee":
            continue
        first = hits[0][1]
        places = tuple(dict.fromkeys(p.number for p, _ in hits if p.number is not None))
        by_hand = all(edit.new is None for _, edit in hits)
        yield Fault(rule, f"“{first.shown}”", _expected(first), places, by_hand=by_hand)


def _expected(edit: Edit) -> str:
    return f"“{edit.new}”" if edit.new and len(edit.shown) > 1 else ""


def _edit(rule: str, match: re.Match[str], new: str | None, shown: str = "") -> Edit:
    return Edit(rule, match.start(1), match.end(1), new, shown or match[0].strip())


def _brackets(text: str) -> Iterator[Edit]:
    for m in _YEAR_OF_NUMBER.finditer(text):
        if m[0] != f"〔{m[2]}〕":
            yield Edit("doc-number-brackets", m.start(), m.end(), f"〔{m[2]}〕", m[0])


def _serial(text: str) -> Iterator[Edit]:
    for m in _SERIAL.finditer(text):
        if m[2].strip():
            yield Edit("doc-number-form", m.start(2), m.end(2), "", text.strip())


def _dates(text: str) -> Iterator[Edit]:
    for m in CHINESE_DATE.finditer(text):
        year = "".join(str(_DIGITS[c]) for c in m[1])
        month, day = _count(m[2]), _count(m[3])
        yield Edit("date-form", m.start(), m.end(), f"{year}年{month}月{day}日" if month and day else None, m[0])
    for m in ARABIC_DATE.finditer(text):
        if len(m[1]) != 4:
            yield Edit("date-form", m.start(), m.end(), None, m[0])
        elif any(len(g) != len(str(int(g))) for g in (m[2], m[3])) or (not m[0].isascii() and _wide(m[0])):
            yield Edit("date-form", m.start(), m.end(), f"{int(m[1])}年{int(m[2])}月{int(m[3])}日", m[0])
    for m in _DOTTED.finditer(text):
        yield Edit("date-form", m.start(), m.end(), f"{m[1]}年{int(m[2])}月{int(m[3])}日", m[0])


def _wide(text: str) -> bool:
    return any("０" <= c <= "９" for c in text)


def _count(numeral: str) -> int:
    """十 → 10, 二十一 → 21, 廿一 → 21, 元 → 1; 0 where it is none."""
    numeral = numeral.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = numeral.rpartition("十")
    if len(tens) > 1 or len(ones) > 1 or any(c not in _DIGITS for c in tens + ones):
        return 0
    return (_DIGITS[tens] if tens else 1 if ten else 0) * 10 + (_DIGITS[ones] if ones else 0)


def _note(text: str) -> Iterator[Edit]:
    if m := _NOTE_COLON.match(text):
        yield _edit("attachment-note", m, "：")
    if m := _NOTE_ORDER.search(text):
        yield _edit("attachment-note", m, ".")
    if m := _NOTE_END.search(text):
        yield _edit("attachment-note", m, "", text.strip())


def _punctuation(text: str) -> Iterator[Edit]:
    for m in _HALF_STOP.finditer(text):
        yield Edit(
            "punctuation", m.start(1), m.end(1), m[1].translate(_FULL), text[max(0, m.start() - 6) : m.end() + 6]
        )
    for m in _HALF_PAIR.finditer(text):
        for at, new in ((m.start(), "（"), (m.end() - 1, "）")):
            yield Edit("punctuation", at, at + 1, new, m[0])
