"""Laws and orders: 令 and its number, the text that promulgates, the line （…通过 …公布 …施行） under the title."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docgen.notices.doc_number import doc_numbers, whole_number
from docgen.notices.head_facts import DATE, Head, dates_in, day_of
from docgen.notices.model import Block
from docgen.notices.title_text import clean, title_key

LONGEST = 60
"""Blocks an order's own text may have, before its law begins."""

_PASSED = re.compile(r"^[（(].{0,40}?\d{4}\s{0,2}年.{0,600}?(?:通过|公布|发布|施行|修订|修正|批准|印发)")
_DATED = re.compile(r"^[（(]\s*([^（）()]{6,16})\s*[）)]$")
ORDER = re.compile(r"^.{2,60}(?:令|公\s*告)$")
_ENACTED = re.compile(r"^《?(.{2,120}?)》[^《》]{0,40}(?:已经?|经|于)")
BARE_NUMBER = re.compile(r"^(?:第\s*)?(?:\d{1,5}|[一二三四五六七八九十百零〇]{1,7})\s*号$")


def passed_line(blocks: Sequence[Block], at: int, head: Head, numbers: list[str]) -> int:
    """Blocks used by a line （…通过 …公布 …施行） or a date in brackets under the title; 0 where there is none."""
    text = clean(blocks[at].text)
    if not text.startswith(("（", "(")):
        return 0
    used = 1
    while used < 8 and at + used < len(blocks) and not _shut(text) and len(text) < 1200:
        text += clean(blocks[at + used].text)
        used += 1
    if m := _DATED.match(text):
        day = next(dates_in(m[1]), None)
        if day:
            head.issued = day
            return used
        return 0
    if not _PASSED.match(text):
        return 0
    numbers.extend(doc_numbers(text)[:1] if not numbers else [])
    _dates_of_promulgation(text, head)
    return used


def _shut(text: str) -> bool:
    opened = text.count("（") + text.count("(")
    return opened <= text.count("）") + text.count(")")


def _dates_of_promulgation(text: str, head: Head) -> None:
    """通过 → signed, 公布 or 发布 (the first) → issued, 自…起施行 → effective."""
    for m in DATE.finditer(text):
        day = day_of(*m.groups())
        behind = text[m.end() : m.end() + 80]
        event = re.search(r"通过|公布|发布|印发|起施行|修订|修正|批准", behind)
        if day is None or event is None:
            continue
        if event[0] == "通过" and head.signed is None:
            head.signed = day
        elif event[0] in ("公布", "发布", "印发") and head.issued is None:
            head.issued = day
        elif event[0] == "起施行":
            head.effective = day
    head.issued = head.issued or head.signed


def is_order(blocks: Sequence[Block], at: int) -> bool:
    return any(
        ORDER.match(clean(b.text)) or re.search(r"令\s*第?\s*[\d一二三四五六七八九十百]{1,7}\s*号$", clean(b.text))
        for b in blocks[at : at + 2]
    )


def reprinted(blocks: Sequence[Block], at: int, title: str, head: Head, numbers: list[str]) -> int:
    """Reads 令 · 第N号 · 《X》已…通过，现予公布 · name · date · X again; the index behind X, 0 where it is not printed again."""
    key = title_key(title)
    for n in range(at, min(len(blocks), at + LONGEST)):
        text = clean(blocks[n].text)
        if n > at and key and title_key(text) == key:
            order_text(blocks[at:n], head, numbers)
            return n + 1
        if re.match(r"第[一1]\s*[条章编]", text):
            break
    return 0


def promulgated_title(blocks: Sequence[Block], start: int, at: int) -> int:
    """Where the title stands that an order above it promulgates (《X》已经…通过 … X); 0 where nothing of the kind is said."""
    if not any(clean(b.text).endswith(("令", "公告")) or "令第" in clean(b.text) for b in blocks[start : at + 1]):
        return 0
    for n in range(at, min(len(blocks), at + 4)):
        if m := _ENACTED.match(clean(blocks[n].text)):
            key = title_key(m[1])
            for later in range(n + 1, min(len(blocks), n + LONGEST)):
                begins = title_key(blocks[later].text)
                if begins and (begins == key or (len(begins) > 5 and key.startswith(begins))):
                    return later
    return 0


def order_text(blocks: Sequence[Block], head: Head, numbers: list[str]) -> None:
    lines = [clean(b.text) for b in blocks]
    numbers.extend(doc_numbers("\n".join(lines[:4]))[:1])
    for n, line in enumerate(lines[:3]):
        if line.endswith(("令", "公告")) and len(line) > 2:
            head.issuers = [re.sub(r"(?:令|公\s*告)$", "", lines[n])]
    for line in lines:
        if DATE.fullmatch(line) and (day := next(dates_in(line), None)):
            head.issued = day


def following_number(blocks: Sequence[Block], at: int) -> str:
    """``第N号``, or a whole number, when the next block is nothing else, else ""."""
    text = clean(blocks[at + 1].text) if at + 1 < len(blocks) else ""
    return text if BARE_NUMBER.match(text) or whole_number(text) else ""
