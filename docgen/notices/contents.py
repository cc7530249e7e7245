"""The table of contents of a compilation (汇编): which documents it says there are.

Printed tables differ in everything: numbered or not, leaders or none, the page in brackets or glued to the number, an
entry over several lines, the number in brackets or on a line of its own. An entry ends at its page; where a page is
missing, it ends where its title and number are complete.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from docgen.document import Document, Line, Table
from docgen.notices.doc_number import number_spans
from docgen.notices.head import dates_in
from docgen.notices.title_text import (
    are_organs,
    clean,
    ends_title,
    genre_of,
    is_title,
    join_pieces,
    opens_title,
    title_key,
)

LEAST = 2
"""Entries that make a table; the chapters of a law under 目录 are none."""
LONGEST_ENTRY = 14
"""Printed lines of one entry."""

_LEADER = r"[.．。·•…⋯‥—\-_\s]"
_PAGE = re.compile(
    rf"(?:{_LEADER}{{0,40}}[.．·•…⋯‥]{{1,200}}{_LEADER}{{0,40}}[（(]?\s*(?P<led>\d{{1,4}})\s*[）)]?|[（(]\s*(?P<round>\d{{1,4}})\s*[）)]"
    rf"|\t\s*(?P<tab>\d{{1,4}})|(?<=[号）)》])\s*(?P<glued>\d{{1,4}})"
    rf"|\s(?P<apart>\d{{1,4}}))\s*$"
)
_BARE_PAGE = re.compile(r"(?<=[\u4e00-\u9fff])(?P<bare>\d{1,4})\s*$")
_BROKEN = re.compile(r"^[〔\[（(【]\s*(?:19|20)\d\d\s*[〕\]）)】][^\u4e00-\u9fff]*$")
_ONLY_PAGE = re.compile(rf"^{_LEADER}*[（(]?\s*(\d{{1,4}})\s*[）)]?{_LEADER}*$")
_TRAILING = re.compile(r"[.．·•…⋯‥]{2,}\s*$")
_RUNNING = re.compile(r"^\s*(?:\d{1,3}\s*[.．、]|[（(]\d{1,3}[）)])\s*(?=\S)")
_ORDINAL = re.compile(
    r"^(?:第?[一二三四五六七八九十]{1,4}\s*(?:[、.．]|部分|[编章辑篇])|[（(][一二三四五六七八九十]{1,3}[）)])\s*"
)
_DASH = re.compile(r"^[-–—]\s+")
_RULE = re.compile(r"^[\s\-–—_|=]*$")
_PROMULGATED = re.compile(r"[（(]\s*(?=[^（）()]{0,80}\d{4}\s{0,2}年\s{0,2}\d{1,2}\s{0,2}月).*[）)]\s*$", re.DOTALL)
_CUT_OFF = re.compile(r"\s*[（(]?[〔\[（(【][^\u4e00-\u9fff]*$")


@dataclass(slots=True)
class Entry:
    """One document the table lists. ``day`` is a date printed with it, ``line`` its first line, ``warnings`` what is broken."""

    title: str
    doc_no: str | None = None
    also: list[str] = field(default_factory=list)
    day: date | None = None
    page: int | None = None
    category: str | None = None
    line: int = 0
    lines: int = 1
    printed: str = ""
    warnings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Contents:
    """``first`` and ``last`` are the lines (as ``Block.line`` counts) the table takes, ``categories`` its headings in order."""

    entries: list[Entry] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    first: int = 0
    last: int = 0


@dataclass(slots=True)
class _Row:
    line: int
    text: str
    heading: bool = False


def read_contents(document: Document) -> Contents | None:
    """The table of contents of a compilation; None where there is none (a law's list of its chapters is none)."""
    rows = list(_rows(document))
    for at, row in enumerate(rows):
        if title_key(row.text) in ("目录", "目次", "总目录") and (found := _table(rows, at + 1)):
            found.first = row.line
            if not any(entry.page for entry in found.entries):  # a table without pages lacks none
                for entry in found.entries:
                    entry.warnings = [w for w in entry.warnings if not w.endswith("没有页码。")]
            return found
    return None


def _rows(document: Document) -> Iterator[_Row]:
    """The printed lines, tables row by row; a table's rows carry the number of the line before it."""
    number = 0
    for page in document.pages:
        for block in page.blocks:
            if isinstance(block, Line):
                number = block.paragraph or number + 1
                yield _Row(number, block.text, block.text.lstrip().startswith("#"))
            else:
                yield from (_Row(number, text) for text in _table_rows(block))


def _table_rows(table: Table) -> Iterator[str]:
    rows: dict[int, list[str]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(" ".join(cell.text.split()))
    for _, cells in sorted(rows.items()):
        yield "\t".join(c for c in cells if c)


def without_ordinal(text: str) -> str:
    """A heading without 一、 or （二） before it."""
    return _ORDINAL.sub("", text)


# ---------------------------------------------------------------- reading


@dataclass(slots=True)
class _State:
    """``pieces`` are the printed lines of the entry being read, its page not among them."""

    found: Contents
    pieces: list[str] = field(default_factory=list)
    line: int = 0
    last: int = 0
    category: str | None = None
    seen: set[str] = field(default_factory=set)
    sure: int = 0
    """Index of the row behind the last entry that ended at a page or number."""

    def close(self, page: int | None) -> None:
        if self.pieces and (entry := _entry(self.pieces)):
            entry.page, entry.category, entry.line, entry.lines = page, self.category, self.line, len(self.pieces)
            if page is None:
                entry.warnings.append(f"目录中“{entry.title}”没有页码。")
            self.found.entries.append(entry)
            self.seen.add(title_key(entry.title)[:24])
        self.pieces = []


def _table(rows: Sequence[_Row], start: int) -> Contents | None:
    state = _State(Contents())
    at, idle = start, 0
    while at < len(rows) and idle < LONGEST_ENTRY:
        row = rows[at]
        before = len(state.found.entries)
        if _RULE.match(row.text):
            at += 1
            continue
        if _is_text(row.text) or _begins_again(rows, at, state):
            break
        _take(row, state)
        at += 1
        idle = 0 if len(state.found.entries) > before else idle + 1
        if len(state.found.entries) > before:
            state.last = row.line
    if state.pieces and idle < LONGEST_ENTRY and _numbered_or_whole(state.pieces):
        state.close(None)
        state.last = rows[at - 1].line
    used = {entry.category for entry in state.found.entries[-1:]}
    while state.found.categories and state.found.categories[-1] not in used:
        state.found.categories.pop()  # behind the last entry: the documents have begun
    state.found.last = state.last
    return state.found if len(state.found.entries) >= LEAST else None


def _take(row: _Row, state: _State) -> None:
    """One printed line: a page, a heading, the beginning of an entry or more of it."""
    text = _DASH.sub("", row.text.strip())
    if m := _ONLY_PAGE.match(text):
        if state.pieces:
            state.close(int(m[1]))
        return
    running = _RUNNING.match(text)
    if state.pieces and (running or row.heading or _complete(state.pieces, text)):
        state.close(None)
    if not state.pieces:
        if not running and _is_category(text, row.heading):
            state.category = _ORDINAL.sub("", "".join(clean(text).split()))
            state.found.categories.append(state.category)
            return
        state.line = row.line
        text = _ORDINAL.sub("", text) if _ORDINAL.match(text) and _PAGE.search(text) else text
    text = text[running.end() :] if running else text
    page = _page_of(text, state.pieces)
    body = _TRAILING.sub("", text[: page.start()] if page else text)
    state.pieces.append(body.strip())
    if page:
        state.close(int(next(g for g in page.groups() if g)))
    elif _BROKEN.match(body):
        state.close(None)
    elif len(state.pieces) > LONGEST_ENTRY:
        state.pieces = []


def _page_of(text: str, pieces: Sequence[str]) -> re.Match[str] | None:
    """The page at the end of a line; without leaders only behind a whole title (…的通知312)."""
    if page := _PAGE.search(text):
        return page
    bare = _BARE_PAGE.search(text)
    return bare if bare and ends_title(join_pieces([*pieces, text[: bare.start()]])[0]) else None


def _is_text(text: str) -> bool:
    """A sentence: the table is over."""
    text = clean(text)
    return bool(re.search(r"[。；;][”』]?$", text)) and not _PAGE.search(text) and len(text) > 12


def _begins_again(rows: Sequence[_Row], at: int, state: _State) -> bool:
    """The first heading, or the title of the first entry, stands there a second time: the documents begin."""
    text = rows[at].text
    waiting = bool(state.pieces)
    whole = waiting and _complete(state.pieces, text)
    if len(state.found.entries) + whole < LEAST:
        return False
    key = title_key(_ORDINAL.sub("", clean(text)))
    if _PAGE.search(text) and not re.match(r"\s*#", text):
        return False
    if state.found.categories and key == title_key(state.found.categories[0]) and _no_page_near(rows, at):
        return True
    first = title_key(state.found.entries[0].title)
    return len(key) >= 5 and first.startswith(key) and whole == waiting and _no_page_near(rows, at)


def _no_page_near(rows: Sequence[_Row], at: int) -> bool:
    near = rows[at + 1 : at + 5]
    return sum(bool(_PAGE.search(r.text) or _ONLY_PAGE.match(r.text.strip())) for r in near) < 2


def _complete(pieces: Sequence[str], coming: str) -> bool:
    """The entry is whole though no page was printed, for what comes begins another."""
    joined = join_pieces(pieces)[0]
    spans = list(number_spans(joined))
    coming = coming.strip()
    if spans and spans[-1][1] >= len(joined) - 2:
        return not coming.startswith(("(", "（", ")", "）", "、"))
    opened = joined.count("（") + joined.count("(") > joined.count("）") + joined.count(")")
    if opened or not is_title(joined) or genre_of(joined) is None:
        return False
    if next((s for s in number_spans(coming) if s[0] <= 1), None) or coming.startswith(("(", "（", "〔", "[")):
        return False
    return opens_title(coming) or are_organs(coming) or bool(_ORDINAL.match(coming))


def _numbered_or_whole(pieces: Sequence[str]) -> bool:
    joined = join_pieces(pieces)[0]
    return is_title(joined) or any(True for _ in number_spans(joined))


def _is_category(text: str, heading: bool) -> bool:
    bare = _ORDINAL.sub("", clean(text))
    if len(bare) > 24 or _PAGE.search(text) or any(True for _ in number_spans(text)):
        return False
    if heading:
        return True
    if opens_title(bare) or are_organs(bare) or bare.startswith(("（", "(", "〔", "[")):
        return False
    return _ORDINAL.match(clean(text)) is not None or not (ends_title(bare) or re.search(r"[，,、；“”《》〈〉]", bare))


def _entry(pieces: Sequence[str]) -> Entry | None:
    """What the printed lines of one entry say; None where they hold no title (a chapter, a preface)."""
    printed, _ = join_pieces(pieces)
    title, day, inside = printed, None, ""
    if (m := _PROMULGATED.search(printed)) and ends_title(printed[: m.start()].rstrip()):
        title, inside = printed[: m.start()].rstrip(), m[0]
        day = next(dates_in(inside), None)
    numbers, cut = [], len(title)
    for start, end, number in number_spans(title):
        if end >= len(title) - 3 or not title[end:].strip("()（）、，, ") or start >= cut:
            cut = min(cut, start)
            numbers.append(number)
    if not numbers:
        numbers = [n for _, _, n in number_spans(inside)][:1]
    title = title[:cut].rstrip(" (（[〔、，,")
    warnings = []
    if (broken := _CUT_OFF.search(title)) and not ends_title(title):
        warnings.append(f"目录中的文号不完整：“{broken[0].strip()}”。")
        title = title[: broken.start()]
    if (
        not (is_title(title) or ends_title(title) or numbers or day)
        or len(title_key(title)) < 4
        or re.match(r"第[一二三四五六七八九十百\d]+[章节条]", title)
    ):
        return None
    head, also = (numbers[0], numbers[1:]) if numbers else (None, [])
    return Entry(title, head, also, day, printed=printed, warnings=warnings)
