"""A compilation (汇编) split into its documents: by what the text shows, by its table of contents, and where these disagree.

The table of contents says what must be there; the text says what is. Entries and openings are aligned by title, then by
number, then by likeness between neighbours that are sure; an entry that no opening answers is looked for in the text
between its neighbours. Each block is looked at a bounded number of times: time is linear in the text.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from checkers.report import Location
from docgen.document import Document
from docgen.notices.contents import Contents, Entry, read_contents
from docgen.notices.model import Block, Notice
from docgen.notices.openings import Opening, find_openings, unglued
from docgen.notices.title_text import clean, core_key, genre_of, join_pieces, title_key

ALIKE = 82.0
"""Likeness (rapidfuzz ratio, 0–100) from which two titles between sure neighbours are one."""
SAME_NUMBER = 55.0
"""Likeness that is enough where the number is the same."""
PROBE = 4
"""Characters of a title by which it is looked for in the text: its first, or its second so many."""
NEAR = 50
"""How many titles are compared with one."""
LINES = 16
FRONT = 500
"""Characters before the first document that are worth a word: more than a cover."""


@dataclass(slots=True)
class Part:
    """One document of the compilation: ``blocks[start:end]``, the entry of the contents that lists it, the opening seen."""

    start: int
    end: int
    opening: Opening | None = None
    entry: Entry | None = None
    warnings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Summary:
    """Where the contents and the text disagree; Chinese sentences for the reader in ``lines``.

    ``missing``: listed, not in the text. ``unlisted``: in the text, not listed. ``differing``: found with another title or
    number. ``repeated``: printed more than once. ``contents`` is None where the text has no table of contents.
    """

    contents: Contents | None = None
    parts: list[Part] = field(default_factory=list)
    missing: list[Entry] = field(default_factory=list)
    unlisted: list[Part] = field(default_factory=list)
    differing: list[Part] = field(default_factory=list)
    repeated: list[Part] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        out = list(self.warnings)
        out += [f"目录列有、正文没有：{e.title}{f'（{e.doc_no}）' if e.doc_no else ''}。" for e in self.missing]
        out += [f"正文有、目录没有：{_name(p)}。" for p in self.unlisted]
        out += [f"同一文件印了不止一次：{_name(p)}。" for p in self.repeated]
        out += [w for p in self.differing for w in p.warnings]
        return out


def split(document: Document) -> Iterator[Notice]:
    """The documents of a compilation in reading order, each a notice with the location of its first line.

    What its contents say otherwise stands in ``Notice.warnings``. A text in which no document begins is one notice.
    """
    from docgen.notices.flow import read_flow

    flow = read_flow(document)
    blocks = unglued(flow.blocks)
    summary = plan(blocks, read_contents(document))
    summary.warnings[:0] = [*document.warnings, *flow.warnings]
    yield from notices(blocks, summary, document)


def notices(blocks: Sequence[Block], summary: Summary, document: Document) -> Iterator[Notice]:
    """The notices of a plan; ``document`` gives path and checksum."""
    from docgen.notices.structure import notice_of

    for n, part in enumerate(summary.parts):
        notice = notice_of(blocks[part.start : part.end], document.path, document.sha256)
        if part.start < len(blocks):
            notice.location = _place(blocks[part.start])
        _complete(notice, part)
        notice.warnings.extend(part.warnings)
        if n == 0:
            notice.warnings.extend(summary.warnings)
            notice.warnings.extend(f"目录列有、正文没有：{entry.title}。" for entry in summary.missing)
        yield notice


def _place(block: Block) -> Location:
    """Where the block stands; in a text file, which has neither pages nor paragraphs, the line."""
    place = block.location
    if place.page is None and place.paragraph is None and place.cell is None and block.line > 0:
        return replace(place, paragraph=block.line)
    return place


def _complete(notice: Notice, part: Part) -> None:
    """What the head did not give and the compilation knows: the title seen, the number its contents print."""
    if notice.title is None and part.opening is not None:
        notice.title = part.opening.title
        notice.genre = notice.genre or genre_of(part.opening.title)
        notice.warnings = [w for w in notice.warnings if "标题" not in w]
    if notice.doc_no is None and part.opening is not None:
        notice.doc_no = part.opening.doc_no
    if notice.doc_no is None and part.entry is not None and part.entry.doc_no:
        notice.doc_no = part.entry.doc_no
        notice.warnings = [w for w in notice.warnings if "发文字号" not in w]
        notice.warnings.append(f"正文没有印发文字号，{part.entry.doc_no}取自目录。")


def plan(blocks: Sequence[Block], contents: Contents | None) -> Summary:
    """Where each document begins and ends, and where contents and text disagree."""
    first = _behind(blocks, contents)
    openings = find_openings(blocks, first)
    summary = Summary(contents)
    if contents is None:
        summary.parts = [Part(o.start, 0, o) for o in openings]
        if openings and sum(len(b.text) for b in blocks[: openings[0].start]) > FRONT:
            summary.warnings.append(f"第{blocks[openings[0].start].line}行以前的文字没有认出属于哪个文件，未列出。")
        if not openings:
            summary.parts = [Part(0, len(blocks), warnings=["没有找到文件的开头，全文按一个文件处理。"])]
    else:
        _align(blocks, first, openings, contents, summary)
        if not summary.parts:
            summary.warnings.append("只有目录，没有正文。")
    _ends(blocks, summary, contents)
    _repeats(summary)
    return summary


def _behind(blocks: Sequence[Block], contents: Contents | None) -> int:
    """Index of the first block behind the table of contents."""
    if contents is None:
        return 0
    first = 0
    for n, block in enumerate(blocks):
        if block.line > contents.last:
            break
        first = n + 1 if block.line else first
    return first


# ---------------------------------------------------------------- alignment


def _align(blocks: Sequence[Block], first: int, openings: list[Opening], contents: Contents, summary: Summary) -> None:
    """Fills ``summary`` with the parts that entries and openings agree on, and with what they do not."""
    entries = contents.entries
    pairs = _by_keys(entries, openings)
    _by_likeness(entries, openings, pairs)
    _in_text(blocks, first, entries, openings, pairs)
    of_opening = {id(o): n for n, o in pairs.items()}
    for opening in openings:
        n = of_opening.get(id(opening))
        if n is None and (not opening.sure or _enclosed(opening, summary.parts)):
            continue
        part = Part(opening.start, 0, opening, entries[n] if n is not None else None)
        summary.parts.append(part)
        if n is None:
            part.warnings.append(f"目录中没有列出：{_name(part)}。")
            summary.unlisted.append(part)
        elif differences := _differences(entries[n], opening):
            part.warnings.extend(differences)
            summary.differing.append(part)
        if n is not None:
            part.warnings.extend(entries[n].warnings)
    summary.missing = [e for n, e in enumerate(entries) if n not in pairs]


def _by_keys(entries: Sequence[Entry], openings: Sequence[Opening]) -> dict[int, Opening]:
    """Entry number → opening of the same title, or of the same number and a title that is not quite another."""
    from rapidfuzz import fuzz

    titles: dict[str, list[Opening]] = {}
    numbers: dict[str, list[Opening]] = {}
    for o in openings:
        titles.setdefault(o.key, []).append(o)
        if o.doc_no:
            numbers.setdefault(o.doc_no, []).append(o)
    pairs: dict[int, Opening] = {}
    listed = Counter(title_key(e.title) for e in entries)
    for n, entry in enumerate(entries):
        same = titles.get(title_key(entry.title), [])
        of_number = [o for o in same if o.doc_no == entry.doc_no]
        if same:
            chosen = (of_number or same)[0]
            if listed[chosen.key] == 1 or of_number:
                pairs[n] = chosen
                continue
        for o in numbers.get(entry.doc_no or "", []):
            if fuzz.ratio(title_key(entry.title), o.key) >= SAME_NUMBER:
                pairs[n] = o
                break
    pairs = _once(pairs)
    _by_core(entries, openings, pairs)
    return pairs


def _by_core(entries: Sequence[Entry], openings: Sequence[Opening], pairs: dict[int, Opening]) -> None:
    """Adds entries whose title has no other likeness than from 关于 on, where both sides have it once."""
    taken = {id(o) for o in pairs.values()}
    cores: dict[str, list[Opening]] = {}
    for o in openings:
        if id(o) not in taken:
            cores.setdefault(core_key(o.title), []).append(o)
    wanted: dict[str, list[int]] = {}
    for n, entry in enumerate(entries):
        if n not in pairs:
            wanted.setdefault(core_key(entry.title), []).append(n)
    for core, found in wanted.items():
        if len(found) == 1 == len(cores.get(core, [])) and len(core) >= 8:
            pairs[found[0]] = cores[core][0]


def _once(pairs: dict[int, Opening]) -> dict[int, Opening]:
    """Each opening for one entry only: the first that claims it."""
    taken: set[int] = set()
    out: dict[int, Opening] = {}
    for n, o in pairs.items():
        if id(o) not in taken:
            taken.add(id(o))
            out[n] = o
    return out


def _gaps(count: int, pairs: dict[int, Opening], first: int, end: int) -> Iterator[tuple[list[int], int, int]]:
    """Runs of entries without an opening, with the blocks between the sure neighbours of each run."""
    run: list[int] = []
    begin = first
    for n in range(count + 1):
        if n < count and n not in pairs:
            run.append(n)
            continue
        stop = pairs[n].start if n < count else end
        if run and begin < stop:
            yield run, begin, stop
        run, begin = [], (pairs[n].start + 1 if n < count else end)


def _by_likeness(entries: Sequence[Entry], openings: Sequence[Opening], pairs: dict[int, Opening]) -> None:
    """Adds entries whose title is nearly that of an opening between the same neighbours."""
    from rapidfuzz import fuzz

    taken = {id(o) for o in pairs.values()}
    starts = [o.start for o in openings]
    for run, begin, stop in list(_gaps(len(entries), pairs, 0, starts[-1] + 1 if starts else 0)):
        free = [o for o in openings[bisect_left(starts, begin) : bisect_left(starts, stop)] if id(o) not in taken]
        for place, n in enumerate(run):
            key = title_key(entries[n].title)
            best = max(free[max(0, place - NEAR) : place + NEAR], key=lambda o: fuzz.ratio(key, o.key), default=None)
            if best is not None and fuzz.ratio(key, best.key) >= ALIKE:
                pairs[n] = best
                taken.add(id(best))
                free = [o for o in free if o.start > best.start]


def _in_text(
    blocks: Sequence[Block], first: int, entries: Sequence[Entry], openings: list[Opening], pairs: dict[int, Opening]
) -> None:
    """Looks for the titles that no opening answers, in the text between their neighbours: one pass over each gap."""
    known = {o.start: o for o in openings}
    for run, begin, stop in list(_gaps(len(entries), pairs, first, len(blocks))):
        probes: dict[str, list[int]] = {}
        for n in run:
            key = title_key(entries[n].title)
            for probe in {key[:PROBE], key[PROBE : 2 * PROBE]}:
                probes.setdefault(probe, []).append(n)
        for at in range(begin, stop):
            text = title_key(blocks[at].text[:80]) if blocks[at].table is None else ""
            wanted = {
                n for probe in (text[:PROBE], text[PROBE : 2 * PROBE]) for n in probes.get(probe, ()) if n not in pairs
            }
            for n in sorted(wanted)[:NEAR]:
                if title := _printed_at(blocks, at, stop, entries[n]):
                    pairs[n] = known.setdefault(at, Opening(at, title, None, "contents"))
                    break
    openings[:] = [known[start] for start in sorted(known)]


def _printed_at(blocks: Sequence[Block], at: int, stop: int, entry: Entry) -> str:
    """The title printed from ``blocks[at]`` on when it is alike enough to the entry's; else ""."""
    from rapidfuzz import fuzz

    key = title_key(entry.title)
    best, title = 0.0, ""
    for end in range(at + 1, min(stop, at + LINES) + 1):
        if blocks[end - 1].table is not None:
            break
        lines = join_pieces([b.text for b in blocks[at:end]])[0]
        if title_key(lines).startswith(key):
            return entry.title
        if len(lines) > 2 * len(entry.title) + 20:
            break
        likeness = fuzz.ratio(title_key(lines), key)
        if likeness > best:
            best, title = likeness, lines
    return title if best >= ALIKE else ""


def _enclosed(opening: Opening, parts: Sequence[Part]) -> bool:
    """The document before names this one in its own title: 转发《…》的通知 and what it passes on."""
    if not parts or parts[-1].opening is None or parts[-1].entry is None:
        return False
    of = parts[-1].opening.key + title_key(parts[-1].entry.title)
    return len(opening.key) >= 6 and opening.key in of and opening.key != parts[-1].opening.key


def _differences(entry: Entry, opening: Opening) -> list[str]:
    out: list[str] = []
    if title_key(entry.title) != opening.key:
        out.append(f"目录与正文标题不一致：目录作“{entry.title}”，正文作“{opening.title}”。")
    if entry.doc_no and opening.doc_no and entry.doc_no not in (opening.doc_no,):
        out.append(f"目录与正文文号不一致：目录作{entry.doc_no}，正文作{opening.doc_no}。")
    return out


# ---------------------------------------------------------------- ends


def _ends(blocks: Sequence[Block], summary: Summary, contents: Contents | None) -> None:
    """Each part ends where the next begins, without the category printed between them."""
    headings = {title_key(c) for c in contents.categories} if contents else set()
    parts = summary.parts
    for n, part in enumerate(parts):
        end = parts[n + 1].start if n + 1 < len(parts) else len(blocks)
        while end > part.start + 1 and blocks[end - 1].table is None and _is_heading(blocks[end - 1].text, headings):
            end -= 1
        part.end = end


def _is_heading(text: str, headings: set[str]) -> bool:
    from docgen.notices.contents import without_ordinal

    key = title_key(without_ordinal(clean(text)))
    return not key or key in headings


def _repeats(summary: Summary) -> None:
    """Parts of one title and number printed before."""
    seen: dict[str, list[Part]] = {}
    for part in summary.parts:
        if part.opening is None:
            continue
        number = part.opening.doc_no
        before = seen.setdefault(part.opening.key, [])
        known = next((p for p in before if p.opening and (not number or p.opening.doc_no in (None, number))), None)
        if known:
            part.warnings.append(f"与前面的“{_name(known)}”标题、文号相同，重复刊印。")
            summary.repeated.append(part)
        elif len(before) < NEAR:
            before.append(part)


def _name(part: Part) -> str:
    if part.opening is None:
        return "（无标题）"
    number = f"（{part.opening.doc_no}）" if part.opening.doc_no else ""
    return f"{part.opening.title}{number}"
