"""Where documents begin in a text that holds several: a title, and below it a number, an order, addressees or 通过.

One pass over the blocks, each looking at a bounded number of blocks above it: time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from docgen.notices.doc_number import doc_numbers, number_spans, whole_number
from docgen.notices.head import addressees_of, dates_in
from docgen.notices.model import Block
from docgen.notices.title_text import (
    are_organs,
    clean,
    ends_title,
    genre_of,
    is_title,
    join_pieces,
    normalise_title,
    opens_title,
    piece_of_title,
    title_key,
)

PIECES = 16
"""Printed lines a title may have, joint issuers each on a line."""
SKIPPED = 5
"""Lines between a title and what proves it: 来源, 签发人, a number."""
SENT = frozenset({"通知", "通告", "公告", "意见", "决定", "决议", "批复", "函", "通报", "令", "命令", "公报"})
"""Genres that are sent out by themselves; an 办法 or 方案 without a number is mostly what a 通知 encloses."""

_ORDER = re.compile(r"^[^。；，《]{2,60}(?:令|公\s*告)$")
_BARE_NUMBER = re.compile(r"^(?:第\s*)?(?:\d{1,5}|[一二三四五六七八九十百零〇]{1,7})\s*号$")
_PASSED = re.compile(
    r"^[（(].{0,40}?\d{4}\s{0,2}年.{0,200}?(?:通过|公布|发布|施行|修订|修正|批准)|^[（(]\s*\d{4}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日\s*[）)]$"
)
_SKIP = re.compile(
    r"^(?:来\s*源\s*[:：]|发布(?:时间|日期)|索引号|成文日期|签\s*发|第\s*\d{1,4}\s*页|[-—]\s*\d{1,4}\s*[-—]$|[（(]此件|关闭$|打印$|\d{1,4}$)"
)
_RED = re.compile(r"^[\u4e00-\u9fff（）() ]{4,60}文\s*件$")
_SIGNER = re.compile(r"签\s*发\s*人?\s*[:：].{0,40}$")
_LINK = re.compile(r"^(?:相关链接|来源链接|附件下载|责任编辑|上一篇|下一篇|扫一扫|打印|关闭)")


@dataclass(slots=True)
class Opening:
    """A document begins at ``blocks[start]``; ``title`` as printed there (lines joined), ``doc_no`` what stands beside it.

    ``sure`` is False where only a heading that reads like a title says so. ``how`` is what proved it: number, order,
    addressees, passed, heading, contents.
    """

    start: int
    title: str
    doc_no: str | None
    how: str
    sure: bool = True

    @property
    def key(self) -> str:
        return title_key(self.title)


def find_openings(blocks: Sequence[Block], first: int = 0) -> list[Opening]:
    """Every place from ``first`` on where a document begins, in reading order."""
    out: list[Opening] = []
    floor = first
    for at in range(first, len(blocks)):
        block = blocks[at]
        if block.table is not None or at < floor:
            continue
        opening = _opening(blocks, at, floor, out[-1] if out else None)
        if opening is None:
            continue
        if out and opening.start <= out[-1].start:
            _confirm(out[-1], opening)
            continue
        if out and _same_head(blocks, out[-1], opening, at):
            continue
        out.append(opening)
        floor = max(floor, opening.start + 1, at) if opening.sure else max(floor, opening.start)
    return out


def unglued(blocks: Sequence[Block]) -> list[Block]:
    """``blocks`` with one cut in pieces where a document begins in the middle of a paragraph: …施行。关于…的通知样发〔2024〕2号….

    Cut only where title, number and addressees (or the paragraph's end) follow each other without a word between.
    """
    out: list[Block] = []
    for block in blocks:
        pieces = _glued(block.text) if block.table is None and 30 < len(block.text) < 4000 else []
        out.extend([replace(block, text=p) for p in pieces] if pieces else [block])
    return out


def _glued(text: str) -> list[str]:
    for start, end, _ in number_spans(text):
        cut = max(text.rfind(mark, 0, start) for mark in "。；！") + 1
        title, number, rest = text[cut:start].strip(), text[start:end], text[end:].strip()
        if not cut or not (is_title(title) and opens_title(title)):
            continue
        if not rest:
            return [text[:cut], title, number]
        colon = re.search("[：:]", rest)
        if colon and addressees_of(rest[: colon.end()]):
            return [text[:cut], title, number, *[p for p in (rest[: colon.end()], rest[colon.end() :].strip()) if p]]
    return []


def _confirm(known: Opening, again: Opening) -> None:
    """A second proof of the same opening: the number below a heading that was taken for a title."""
    if again.start == known.start and not known.sure:
        known.title, known.how, known.sure = again.title, again.how, again.sure
    if again.start == known.start:
        known.doc_no = known.doc_no or again.doc_no


def _opening(blocks: Sequence[Block], at: int, floor: int, last: Opening | None) -> Opening | None:
    text = clean(blocks[at].text)
    if not text or len(text) > 900:
        return None
    numbers = whole_number(text)
    if _is_order(blocks, at, text, numbers):
        return _by_order(blocks, at, floor)
    if numbers:
        return _titled(blocks, at, floor, "number", numbers[0])
    if text.endswith(("：", ":")) and addressees_of(text):
        return _titled(blocks, at, floor, "addressees", None, only=SENT)
    if _PASSED.match(text):
        return _titled(blocks, at, floor, "passed", next(iter(doc_numbers(text)), None))
    if blocks[at].level and is_title(text) and opens_title(text) and genre_of(normalise_title(text)) in SENT:
        start = _organs_above(blocks, at, floor)
        title = join_pieces([b.text for b in blocks[start : at + 1]])[0]
        if last is None or title_key(title) not in last.key:
            return Opening(start, title, None, "heading", sure=False)
    return None


def _is_order(blocks: Sequence[Block], at: int, text: str, numbers: Sequence[str]) -> bool:
    """令 and its number, on one line or two."""
    if len(text) > 120:
        return False
    if numbers and re.search(r"(?:令|公告\d{4}年)第", numbers[0]):
        return True
    following = clean(blocks[at + 1].text) if at + 1 < len(blocks) else ""
    return bool(_ORDER.match(text) and (_BARE_NUMBER.match(following) or whole_number(following)))


def _by_order(blocks: Sequence[Block], at: int, floor: int) -> Opening | None:
    """A document promulgated by an order: its title stands above the order, or below the order's text."""
    text = clean(blocks[at].text)
    number = next(iter(doc_numbers(text) or doc_numbers(text + "\n" + clean(blocks[at + 1].text))), None)
    above = _titled(blocks, at, floor, "order", number)
    if above:
        return above
    for n in range(at + 1, min(len(blocks), at + 5)):
        if m := re.match(r"《?(.{2,160}?)》[^《》]{0,60}(?:已经?|经|于|现)", clean(blocks[n].text)):
            return Opening(at, normalise_title(m[1]), number, "order")
    below = _lines_below(blocks, at + 1)
    return Opening(at, below, number, "order") if below else None


def _lines_below(blocks: Sequence[Block], at: int) -> str:
    """The title that begins within three lines at or below ``at``; "" where none does."""
    for begin in range(at, min(len(blocks), at + 3)):
        pieces: list[str] = []
        for block in blocks[begin : begin + PIECES]:
            text = clean(block.text)
            if block.table is not None or not piece_of_title(text):
                break
            pieces.append(text)
            if is_title(title := join_pieces(pieces)[0]):
                return title
    return ""


def _titled(
    blocks: Sequence[Block], at: int, floor: int, how: str, number: str | None, only: frozenset[str] | None = None
) -> Opening | None:
    """The opening whose title ends above ``blocks[at]``; None where no title stands there."""
    below = at
    for _ in range(SKIPPED):
        if below <= floor:
            return None
        text = clean(blocks[below - 1].text)
        if blocks[below - 1].table is not None:
            return None
        found = whole_number(text)
        joint = (
            how == "order" and below == at and are_organs(text)
        )  # 国家税务总局 … 教育部 | 退役军人事务部公告2024年第4号
        if joint and not (below - 1 > floor and ends_title(normalise_title(blocks[below - 2].text))):
            break
        if not (found or joint or _SKIP.match(text) or not text or _PASSED.match(text)):
            break
        number = number or (found[0] if found else None)
        below -= 1
    found_title = _title_above(blocks, below, floor)
    if found_title is None:
        return None
    start, title = found_title
    while start > floor and blocks[start - 1].table is None and title_key(blocks[start - 1].text) == title_key(title):
        start -= 1  # a web page prints it twice
    if only is not None and genre_of(title) not in only:
        return None
    if number is None and (red := _red_head_above(blocks, start, floor)):
        start, number = red
    return Opening(start, title, number, how)


def _red_head_above(blocks: Sequence[Block], start: int, floor: int) -> tuple[int, str] | None:
    """Index and number of a red head (XX文件 | 样人社发〔2024〕17号) that stands directly above the title at ``start``."""
    number = None
    for n in range(start - 1, max(floor, start - SKIPPED - 1) - 1, -1):
        text = clean(blocks[n].text)
        if blocks[n].table is not None:
            return None
        if number and _RED.match(text):
            return n, number
        found = whole_number(_SIGNER.sub("", text))
        if found and number is None:
            number = found[0]
        elif text and not _SKIP.match(text):
            return None
    return None


def _title_above(blocks: Sequence[Block], below: int, floor: int) -> tuple[int, str] | None:
    """First block and text of the title whose last line is ``blocks[below - 1]``."""
    pieces: list[str] = []
    for n in range(below - 1, max(floor, below - PIECES) - 1, -1):
        text = clean(blocks[n].text)
        if blocks[n].table is not None or not _part(text, pieces):
            return None
        pieces.insert(0, text)
        title = join_pieces(pieces)[0]
        if opens_title(title) and title.count("《") == title.count("》") and is_title(title):
            start = _organs_above(blocks, n, floor)
            return start, join_pieces([b.text for b in blocks[start:below]])[0]
        if is_title(title) and _stands_alone(blocks, n):
            return n, title
    return None


def _part(text: str, pieces: Sequence[str]) -> bool:
    """The line could be part of a title whose lower lines are ``pieces``."""
    if not pieces:
        return bool(text) and len(text) <= 240 and ends_title(normalise_title(text)) and not _LINK.match(text)
    quoted = "".join(pieces).count("》") > "".join(pieces).count("《")
    if not piece_of_title(text) and not (quoted and "。" not in text and len(text) < 80):
        return False
    return len(text) <= 90 and not next(dates_in(text), None) and not whole_number(text)


def _stands_alone(blocks: Sequence[Block], at: int) -> bool:
    """A law's title has nothing of its own above it: a heading, a table, a sentence's end, a signature or the beginning."""
    if at == 0 or blocks[at].level or blocks[at].centred:
        return True
    above = clean(blocks[at - 1].text)
    return blocks[at - 1].table is not None or not (
        piece_of_title(above) and opens_title(above) and not ends_title(above)
    )


def _organs_above(blocks: Sequence[Block], at: int, floor: int) -> int:
    """Index of the first of the lines above ``at`` that hold nothing but the joint issuers of its title."""
    start = at
    if opens_title(clean(blocks[at].text)) is False:
        return start
    while start > floor and at - start < PIECES:
        text = clean(blocks[start - 1].text)
        if blocks[start - 1].table is not None or not are_organs(text):
            break
        start -= 1
    return start


def _same_head(blocks: Sequence[Block], last: Opening, new: Opening, at: int) -> bool:
    """``new`` is found inside the head of ``last``: the law again under its order, a title printed twice on a web page."""
    if at - last.start > 60 or new.key != last.key:
        return False
    between = sum(len(clean(b.text)) for b in blocks[last.start : new.start])
    return between < (1200 if last.how == "order" else 40 + 2 * len(new.title))
