"""Numbers that are said of a list, held against the list: 下列三项, 共十二条, 名单（51家）. Only where the tie is certain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from checkers.report import Finding
from checkers.values.numerals import chinese_integer
from docgen.linting.catalogue import WORDS, Place, finding
from docgen.linting.draft import Draft, Scope, clip, place_of
from docgen.linting.numbering import Step, step_of
from docgen.notices.model import Node, table_rows

_N = r"[一二两三四五六七八九十百零\d]{1,5}"
_ITEMS = re.compile(
    rf"(?:下列|以下|如下)(?P<n>{_N})\s?(?:个|大)?(?P<unit>项|类|种|条|个|款|方面|方式|点|情形|条件|材料)"
    rf"(?:[^。；;：:]{{0,24}})[：:。]$"
)
_TOTAL = re.compile(
    rf"(?:本(?:办法|规定|条例|细则|规则|规程|章程|制度)|全文)共(?:分?(?P<chapters>{_N})章[、，]?)?(?P<articles>{_N})条"
)
_ROWS = re.compile(r"(?P<n>\d{1,5})\s?(?P<unit>家|名|人|个|户|所|项|件|种|位)")
_ATTACHED = re.compile(r"[（(]?(?:名单|目录|清单|情况)?[详具]?(?:见|附)附件\s?(?P<number>\d{0,2})")
_LISTED = re.compile(r"名单|认定|确定|公布|公示|授予|评选|入选|获奖|列入|共")
_CHOICE = re.compile(
    r"选取|选择|任选|推荐|遴选|不少于|不超过|不低于|不多于|至少|至多|以上|以内|以下|每|各[^区县地有市省]|名额|左右|余"
)
"""Words of a number that is no count of the list: a part of it, a bound, a share."""
_SENTENCES = re.compile(r"[。；;]")
_SERIAL = ("序号", "编号", "序")
_MIN_ROWS = 2
_LONGEST_LIST = 300
"""Items behind a paragraph that are counted."""


def check_counts(draft: Draft) -> Iterator[Finding]:
    for scope in draft.scopes:
        brothers = [scope.tops, *(node.children for node in scope.nodes)]
        for row in brothers:
            for i, node in enumerate(row):
                behind = node.children or islice(row, i + 1, i + 1 + _LONGEST_LIST) if _may_count(node) else ()
                yield from _items(node, behind, scope)
        yield from _articles(scope)
    yield from _rosters(draft)


def _may_count(node: Node) -> bool:
    return node.text.rstrip().endswith(("：", ":"))


def _items(node: Node, behind: Iterable[Node], scope: Scope) -> Iterator[Finding]:
    """``下列三项…：`` at the end of a paragraph, and the numbered items that follow it directly."""
    text = node.text.rstrip()
    match = _ITEMS.search(text[-80:]) if text else None
    if match is None or not text.endswith(("：", ":")):
        return
    run = _run_from_one(behind)
    count = chinese_integer_or_none(match["n"])
    if count and len(run) >= _MIN_ROWS and len(run) != count:
        quoted = clip(match[0])
        yield finding(
            "count-items",
            place_of(node, scope),
            quoted=quoted,
            count=len(run),
            actual=quoted,
        )


def _run_from_one(nodes: Iterable[Node]) -> list[Step]:
    """The items 1, 2, 3 … at the beginning; empty where they do not begin with 1 or do not count on."""
    run: list[Step] = []
    for node in nodes:
        step = step_of(node)
        if step is None or (run and step.value == 1) or (run and step.style != run[0].style):
            break
        if step.value != len(run) + 1:
            return []
        run.append(step)
    return run


def chinese_integer_or_none(text: str) -> int | None:
    try:
        return int(text) if text.isdigit() else chinese_integer(text)
    except ValueError:
        return None


def _articles(scope: Scope) -> Iterator[Finding]:
    articles = len(scope.articles)
    chapters = sum(node.kind == "chapter" for node in scope.nodes)
    for node in scope.nodes if articles else ():
        for match in _TOTAL.finditer(node.text):
            for said, real, unit in ((match["articles"], articles, "条"), (match["chapters"], chapters, "章")):
                count = chinese_integer_or_none(said) if said else None
                if count and real and count != real:
                    yield finding(
                        "count-articles",
                        place_of(node, scope),
                        quoted=clip(match[0]),
                        count=real,
                        unit=unit,
                        actual=clip(match[0]),
                    )


# ---------------------------------------------------------------- rosters


def _rosters(draft: Draft) -> Iterator[Finding]:
    """A list's title that says how many, and a sentence of the body that names a number and the attachment."""
    lists = {s.attachment.number: s for s in draft.scopes[1:] if s.attachment}
    for scope in lists.values():
        title = scope.attachment.title if scope.attachment else ""
        said = _ROWS.findall(title)
        if len(said) == 1:
            yield from _against(title, said[0], scope, place_of(scope.tops[0], scope))
    only = next(iter(lists.values())) if len(lists) == 1 else None
    for node in draft.scopes[0].nodes:
        for sentence in _SENTENCES.split(node.text):
            ties, said = _ATTACHED.findall(sentence), _ROWS.findall(sentence)
            if len(ties) != 1 or len(said) != 1 or not _LISTED.search(sentence) or _CHOICE.search(sentence):
                continue
            number = int(ties[0]) if ties[0] else None
            target = lists.get(number) or (only if number in {None, 1} else None)
            if target is not None:
                yield from _against(sentence, said[0], target, place_of(node, draft.scopes[0]))


def _against(quoted: str, said: tuple[str, str], roster: Scope, place: Place) -> Iterator[Finding]:
    rows, (number, unit) = roster_rows(roster), said
    if rows is None or rows == int(number):
        return
    yield finding(
        "count-rows",
        place,
        also=[t.location for t in roster.nodes if t.table is not None and t.location],
        quoted=clip(quoted),
        where=roster.name or WORDS["here"],
        count=rows,
        unit=unit,
        actual=number + unit,
    )


def roster_rows(scope: Scope) -> int | None:
    """Rows of the one table of a part that number themselves 1, 2, 3 …; None where that is not what it is."""
    tables = [node.table for node in scope.nodes if node.table is not None]
    if len(tables) != 1:
        return None
    rows = table_rows(tables[0])
    head = next((i for i, row in enumerate(rows[:4]) if row and row[0].replace(" ", "") in _SERIAL), None)
    if head is None:
        return None
    serials = [row[0].strip() for row in rows[head + 1 :]]
    counted = [int(s) for s in serials if s.isdigit()]
    if len(counted) < _MIN_ROWS or counted != list(range(1, len(counted) + 1)):
        return None
    blank = [row for row in rows[head + 1 :] if not row[0].strip().isdigit() and any(c.strip() for c in row)]
    return None if blank else len(counted)
