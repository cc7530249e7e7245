"""``python -m bench.notices [TEXT...]``: official documents: seconds, growth and memory of splitting and understanding, and what is found.

Without a text a compilation of about 3 MB is invented, the same each time (``bench.invented_notices``), so that the figures can be
had anywhere. Of each text with a table of contents: how many of the documents it lists are found, and with the same title,
number and date; where title or number differ, the two prints are shown, for then the print says two things. ``--law TITLE
--articles N`` looks for every print of a law in the texts and compares them article by article.
"""

from __future__ import annotations

import argparse
import difflib
import gc
import re
import resource
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.invented_notices import compilation
from bench.measure import Figure
from bench.notice_sample import figures as meaning_figures
from checkers.values.numerals import chinese_integer
from docgen.document import Document
from docgen.notices.compilation import Summary, notices, plan
from docgen.notices.contents import Entry, read_contents
from docgen.notices.doc_number import year_of
from docgen.notices.flow import read_flow
from docgen.notices.model import Node, Notice
from docgen.notices.openings import unglued
from docgen.notices.reading import read_compilation
from docgen.notices.title_text import core_key, title_key
from docgen.readers import read

SECONDS, MEMORY, GROWTH, FOUND = 20.0, 500.0, 2.3, 0.97
"""Targets: seconds for all texts in one process, MiB at its peak, time for twice the size, share of the contents' entries."""
ALIKE = 0.85
"""Likeness from which two titles may be two prints of one."""
SIZE = 3_000_000
"""Bytes of the invented compilation."""

_REMARK = re.compile(r"^[【\[]?(?:解读|释义|条文解读|条文释义|理解与适用)")
_SOURCE = re.compile(r"(?:来源|相关链接|来源链接|责任编辑)\s*[:：]")


def main(arguments: list[str] | None = None) -> int:
    """Prints the figures; 1 with ``--strict`` when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.notices", description=__doc__)
    parser.add_argument("texts", nargs="*", type=Path, help="compilations; none: an invented one")
    parser.add_argument("--law", default="", help="title of a law that the texts print, once or more often")
    parser.add_argument("--articles", type=int, default=0, help="how many articles it has")
    parser.add_argument("--differing", action="store_true", help="show each difference between contents and text")
    parser.add_argument("--strict", action="store_true", help="exit 1 if a target is missed")
    parser.add_argument("--only-read", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.only_read:
        _only_read(options.texts)
        return 0
    with tempfile.TemporaryDirectory(prefix="docgen-bench-") as folder:
        texts = options.texts or [_invented(Path(folder), SIZE, "invented.txt")]
        over = False
        for figure in [*_cost(texts), growth(Path(folder), texts)]:
            print(figure.line(), flush=True)
            over |= figure.fails
        for text in texts:
            over |= _contents(text, options.differing)
        if options.law:
            over |= _law(texts, options.law, options.articles)
    _meaning()
    return int(over and options.strict)


# ---------------------------------------------------------------- cost


def _invented(folder: Path, size: int, name: str) -> Path:
    path = folder / name
    path.write_text(compilation(size), encoding="utf-8")
    return path


def _only_read(texts: Sequence[Path]) -> None:
    """In a process of its own: reads, splits and understands the texts; prints seconds, MiB and documents."""
    begin, count = time.perf_counter(), 0
    for text in texts:
        for _ in read_compilation(read(text)):
            count += 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(time.perf_counter() - begin, peak, count)


def _cost(texts: Sequence[Path]) -> Iterator[Figure]:
    command = [sys.executable, "-m", "bench.notices", "--only-read", *[str(t.resolve()) for t in texts]]
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    took, peak, count = done.stdout.split()
    size = sum(t.stat().st_size for t in texts) / 1e6
    note = f"{len(texts)} texts, {size:.1f} MB, {count} documents, one process"
    yield Figure("read, split, structure, understand: seconds", float(took), float(took), SECONDS, note)
    yield Figure("peak memory of that process: MiB", float(peak), float(peak), MEMORY)


def growth(folder: Path, texts: Sequence[Path]) -> Figure:
    """All texts one after the other in a file, once and twice; the shorter of two runs of each."""
    joined = "\n\n".join(t.read_text(encoding="utf-8") for t in texts)
    once, twice = folder / "once.txt", folder / "twice.txt"
    once.write_text(joined, encoding="utf-8")
    twice.write_text(joined + "\n\n" + joined, encoding="utf-8")
    small = [_seconds(once) for _ in range(2)]
    large = [_seconds(twice) for _ in range(2)]
    note = f"{min(large):.1f} s / {min(small):.1f} s"
    return Figure("twice the text / the text", min(large) / min(small), min(large) / min(small), GROWTH, note)


def _seconds(path: Path) -> float:
    gc.collect()
    begin = time.process_time()
    for _ in read_compilation(read(path)):
        pass
    return time.process_time() - begin


# ---------------------------------------------------------------- the table of contents


@dataclass(slots=True)
class Split:
    """A text as it was split: the plan and its notices, one for each part of the plan."""

    document: Document
    summary: Summary
    notices: list[Notice]


def split_of(path: Path) -> Split:
    document = read(path)
    blocks = unglued(read_flow(document).blocks)
    summary = plan(blocks, read_contents(document))
    return Split(document, summary, list(notices(blocks, summary, document)))


def _contents(path: Path, differing: bool) -> bool:
    """Prints how the documents of one text agree with its contents; True when under the target."""
    done = split_of(path)
    if done.summary.contents is None:
        print(f"{path.name}: no table of contents; {len(done.notices)} documents by content")
        return False
    entries = done.summary.contents.entries
    of = {id(p.entry): n for p, n in zip(done.summary.parts, done.notices, strict=True) if p.entry is not None}
    found = [(e, of[id(e)]) for e in entries if id(e) in of]
    numbered = [(e, n) for e, n in found if e.doc_no]
    dated = [(e, n) for e, n in found if e.day or year_of(e.doc_no or "")]
    print(f"{path.name}: {len(entries)} entries in the contents, {len(done.notices)} documents in the text")
    shares = [
        ("found in the text", len(found), len(entries)),
        ("title equal from 关于 on (whole title of a law)", sum(_core_equal(e, n) for e, n in found), len(entries)),
        (
            "title equal with all its issuers",
            sum(title_key(e.title) == title_key(n.title or "") for e, n in found),
            len(entries),
        ),
        ("number equal", sum(e.doc_no == n.doc_no for e, n in numbered), sum(bool(e.doc_no) for e in entries)),
        (
            "number equal and printed in the text itself",
            sum(_printed(e, n) for e, n in numbered),
            sum(bool(e.doc_no) for e in entries),
        ),
        (
            "date: equal, or in the number's year or the next",
            sum(_date_fits(e, n) for e, n in dated),
            _datable(entries),
        ),
        ("title (from 关于 on), number and date, what the entry has", sum(_all(e, n) for e, n in found), len(entries)),
    ]
    for what, have, all_ in shares:
        share = have / all_ if all_ else 1.0
        print(f"    {what:<58} {have:4d} of {all_:4d}  {share:6.1%}  {'ok' if share >= FOUND else 'under'}")
    slips = [(e, n) for e, n in found if not _all(e, n)]
    proven = sum(_is_print(done, e, n) for e, n in slips)
    have = len(found) - len(slips) + proven
    share = have / len(entries)
    print(
        f"    {'the same, or both as printed where the two prints differ':<58} {have:4d} of {len(entries):4d}  {share:6.1%}"
    )
    for e, n in found if differing else slips:
        if line := _difference(e, n):
            print(f"        {line}")
    for line in done.summary.lines():
        if line.startswith(("目录列有", "正文有", "同一")):
            print(f"        {line}")
    return share < FOUND


def _datable(entries: Sequence[Entry]) -> int:
    return sum(bool(e.day or year_of(e.doc_no or "")) for e in entries)


def _core_equal(entry: Entry, notice: Notice) -> bool:
    return core_key(entry.title) == core_key(notice.title or "")


def _printed(entry: Entry, notice: Notice) -> bool:
    return entry.doc_no == notice.doc_no and not any("取自目录" in w for w in notice.warnings)


def _date_fits(entry: Entry, notice: Notice) -> bool:
    """The contents' own date, else the year of the number: a document may be signed early in the year after."""
    if entry.day:
        return entry.day in (notice.issued, notice.signed)
    year = year_of(entry.doc_no or "")
    return year is None or (notice.issued is not None and notice.issued.year in (year, year + 1))


def _all(entry: Entry, notice: Notice) -> bool:
    same_number = not entry.doc_no or entry.doc_no == notice.doc_no
    return _core_equal(entry, notice) and same_number and _date_fits(entry, notice)


def _is_print(done: Split, entry: Entry, notice: Notice) -> bool:
    """The difference is the paper's: the titles are alike, each stands letter for letter in the text, number and date agree."""
    likeness = difflib.SequenceMatcher(
        None, core_key(entry.title), core_key(notice.title or ""), autojunk=False
    ).ratio()
    if likeness < ALIKE:
        return False
    whole = title_key(done.document.text())
    as_printed = title_key(entry.title) in whole and title_key(notice.title or "") in whole
    return as_printed and (not entry.doc_no or entry.doc_no == notice.doc_no) and _date_fits(entry, notice)


def _difference(entry: Entry, notice: Notice) -> str:
    out = []
    ours, theirs = title_key(notice.title or ""), title_key(entry.title)
    if ours != theirs:
        out.append(f"title {_changes(theirs, ours)}")
    if entry.doc_no and entry.doc_no != notice.doc_no:
        out.append(f"number {entry.doc_no} → {notice.doc_no}")
    if not _date_fits(entry, notice):
        out.append(f"date {entry.day or year_of(entry.doc_no or '')} → {notice.issued}")
    return f"line {entry.line}: {'; '.join(out)}  ({entry.title[:24]}…)" if out else ""


def _changes(a: str, b: str) -> str:
    """The characters that differ: contents → text."""
    steps = difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    return ", ".join(f"“{a[i:j]}”→“{b[k:m]}”" for tag, i, j, k, m in steps if tag != "equal")


# ---------------------------------------------------------------- one law, printed several times


def _law(texts: Sequence[Path], title: str, articles: int) -> bool:
    """Prints the prints of a law found, their articles, and where two prints differ."""
    prints: list[tuple[str, dict[int, str]]] = []
    for path in texts:
        for notice in split_of(path).notices:
            if title_key(title) in title_key(notice.title or "") and (found := articles_of(notice)):
                prints.append((f"{path.name}:{notice.location.paragraph if notice.location else '?'}", found))
    print(f"《{title}》: {len(prints)} prints")
    wrong = not prints
    for name, found in prints:
        gaps = [n for n in range(1, articles + 1) if n not in found] if articles else []
        wrong |= bool(articles) and len(found) != articles
        print(
            f"    {name}: {len(found)} articles{f' of {articles}' if articles else ''}{f', without {gaps}' if gaps else ''}"
        )
    for n, (name, found) in enumerate(prints):
        for other, theirs in prints[n + 1 :]:
            common = sorted(found.keys() & theirs.keys())
            same = [a for a in common if _plain(found[a]) == _plain(theirs[a])]
            print(f"    {name} / {other}: {len(same)} of {len(common)} articles equal")
            for a in common:
                if a not in same:
                    print(f"        第{a}条 {_changes(_plain(found[a]), _plain(theirs[a]))[:300]}")
    return wrong


def articles_of(notice: Notice) -> dict[int, str]:
    """Article number → its text, remarks (【解读】) and the web page's last lines left out."""
    out: dict[int, str] = {}
    for node in notice.nodes():
        if node.kind == "article" and (
            m := re.fullmatch(r"第([一二三四五六七八九十百零\d]+)条", "".join((node.number or "").split()))
        ):
            number = int(m[1]) if m[1].isdecimal() else chinese_integer(m[1])
            out.setdefault(number, _article(node))
    return out


def _article(node: Node) -> str:
    texts: list[str] = []
    for part in node.walk():
        if _REMARK.match(part.text) or _REMARK.match(part.title or "") or _SOURCE.match(part.text):
            break
        if part.kind in ("part", "chapter", "section", "table"):
            break
        texts.append(
            (part.number or "" if part is not node and part.kind != "article" else "") + (part.title or "") + part.text
        )
    return "".join(texts)


def _plain(text: str) -> str:
    """Without white space, punctuation in one form."""
    return "".join(unicodedata.normalize("NFKC", text).split())


# ---------------------------------------------------------------- meaning


def _meaning() -> None:
    for line in meaning_figures():
        print(line)


if __name__ == "__main__":
    sys.exit(main())
