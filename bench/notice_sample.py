"""``python -m bench.notice_sample``: deadlines, amounts and materials found in 200 labelled statements of invented notices.

The statements and the rules of labelling stand in ``notice_sample.yaml``. A deadline or amount is right when number, unit, bound and
article are; a material when its name stands in what was found (or the reverse), 《》, 原件 and 复印件 left aside. Alternatives (A或B) are
one finding that may answer several labels; 规定的其他材料 is no name. Whatever else is found is wrong, also in the 25 statements that
state nothing. Every third statement is held out: nobody looks at it while rules are tuned, its figures stand apart.

    python -m bench.notice_sample                 recall and precision per kind
    python -m bench.notice_sample --misses        and what was missed or wrongly found, held-out statements left out
    python -m bench.notice_sample --misses --held and of those too
    python -m bench.notice_sample --strict        exit status 1 when a target is missed
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from checkers.report import Location
from docgen.document import Cell, Table
from docgen.notices.amounts import find_amounts
from docgen.notices.deadlines import find_deadlines
from docgen.notices.materials import find_materials
from docgen.notices.model import Node

SAMPLE = Path(__file__).with_name("notice_sample.yaml")
KINDS = {"deadlines": "期限", "amounts": "金额", "materials": "材料"}
RECALL, PRECISION = 0.85, 0.90
HELD_OUT = 3
"""Each third statement is held out."""
_CATCH_ALL = re.compile(r"(?:规定|要求|需要|认为必要)的其他(?:相关|有关|证明)*(?:材料|资料)$")
"""The last entry of many lists names no paper: it is neither labelled nor wrong."""
_MARKED = re.compile(r"([一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|[0-9]+\.)?(.*)", re.DOTALL)
"""A printed number, which the structure keeps apart from the text, and the text."""


@dataclass(slots=True)
class Score:
    """``missed`` and ``wrong`` hold (article, what) of one kind."""

    expected: int = 0
    found: int = 0
    right: int = 0
    missed: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[tuple[str, str]] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.right / self.expected if self.expected else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    def add(self, other: Score) -> None:
        self.expected, self.found, self.right = (
            self.expected + other.expected,
            self.found + other.found,
            self.right + other.right,
        )
        self.missed += other.missed
        self.wrong += other.wrong


def statements() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = yaml.safe_load(SAMPLE.read_text(encoding="utf-8"))
    return entries


def nodes_of(entry: dict[str, Any]) -> list[Node]:
    """The paragraph, its list or its table as the structure would give them."""
    at = str(entry["at"])
    number, text = _MARKED.match(entry["text"]).groups()  # type: ignore[union-attr]
    titled = bool(entry.get("items")) and len(text) < 10 and not text.endswith("：")
    lead = Node("paragraph", number, id="p", label=at, location=Location("样例"))
    lead.kind = "heading" if number else "paragraph"
    lead.title, lead.text = (text, "") if titled else (None, text)
    for n, item in enumerate(entry.get("items", []), start=1):
        number = f"（{'一二三四五六七八九十'[n - 1]}）"
        lead.children.append(Node("item", number=number, text=item, id=f"p_{n}", label=f"{at}({n})"))
    if rows := entry.get("rows"):
        cells = [Cell(r, c, text=str(text)) for r, row in enumerate(rows) for c, text in enumerate(row)]
        table = Table(1, len(rows), max(map(len, rows)), cells)
        return [Node("table", id="t", label=at, table=table)]
    return list(lead.walk())


def stated(entry: dict[str, Any], kind: str) -> list[str]:
    """What the label says, one string a fact: ``5 workday within``, ``6000 元/人/年 exact``, a name."""
    return [re.sub(r"\s+", " ", str(one)) for one in entry.get(kind) or []]


def found_in(nodes: list[Node], kind: str) -> Iterator[tuple[str, str]]:
    """What the product finds, in the same words, with the article it gives."""
    if kind == "deadlines":
        for d in find_deadlines(nodes):
            yield (d.due if d.due else f"{d.count} {d.unit} {d.bound}"), d.article
    elif kind == "amounts":
        for a in find_amounts(nodes):
            yield " ".join(part for part in (a.value, a.unit, a.bound) if part), a.article
    else:
        for m in find_materials(nodes):
            yield m.name, m.article


def score(entry: dict[str, Any], kind: str) -> Score:
    at = str(entry["at"])
    wanted = stated(entry, kind)
    out = Score(expected=len(wanted))
    for what, article in found_in(nodes_of(entry), kind):
        hits = [w for w in wanted if _same(w, what, kind)] if article.startswith(at) else []
        if not hits and kind == "materials" and _CATCH_ALL.search(what):
            continue
        hits = hits if kind == "materials" and "或" in what else hits[:1]
        out.found += max(1, len(hits))
        out.right += len(hits)
        for hit in hits:
            wanted.remove(hit)
        if not hits:
            out.wrong.append((at, what))
    out.missed = [(at, w) for w in wanted]
    return out


def _same(wanted: str, found: str, kind: str) -> bool:
    if kind != "materials":
        return wanted == found
    a, b = (re.sub(r"[《》\s()（）“”]|(?:原件|复印件)$", "", t) for t in (wanted, found))
    return a in b or (b in a and len(b) * 2 > len(a))


def run(held: bool | None = None) -> dict[str, Score]:
    """The score of each kind; ``held``: only the held-out statements, only the others, or (None) all."""
    scores = {kind: Score() for kind in KINDS}
    for n, entry in enumerate(statements()):
        if held is not None and (n % HELD_OUT == HELD_OUT - 1) != held:
            continue
        for kind, total in scores.items():
            total.add(score(entry, kind))
    return scores


def overall(scores: dict[str, Score]) -> Score:
    total = Score()
    for one in scores.values():
        total.add(one)
    return total


def _line(name: str, one: Score) -> str:
    ok = one.recall >= RECALL and one.precision >= PRECISION
    counts = f"{one.right} of {one.expected} stated, {one.found} found"
    return f"{name}\trecall {one.recall:.1%}\tprecision {one.precision:.1%}\t{'ok' if ok else 'under'}\t{counts}"


def figures() -> list[str]:
    """The lines of this bench, for ``bench.notices``."""
    scores = run()
    lines = [_line(f"meaning, {KINDS[kind]}", one) for kind, one in scores.items()]
    return [*lines, _line("meaning, all", overall(scores)), _line("meaning, held out", overall(run(held=True)))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--held", action="store_true")
    parser.add_argument("--strict", action="store_true")
    options = parser.parse_args()
    print("\n".join(figures()))
    for kind, one in run(held=True).items():
        print(_line(f"held out, {KINDS[kind]}", one))
    if options.misses:
        for kind, one in run(held=None if options.held else False).items():
            for at, what in one.missed:
                print(f"missed\t{KINDS[kind]}\t{at}\t{what}")
            for at, what in one.wrong:
                print(f"wrong\t{KINDS[kind]}\t{at}\t{what}")
    total = overall(run())
    return int(options.strict and (total.recall < RECALL or total.precision < PRECISION))


if __name__ == "__main__":
    sys.exit(main())
