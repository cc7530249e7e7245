"""Numbering: gaps, repeats, order, and two ways of writing on one level."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

from checkers.report import Finding
from checkers.values.numerals import chinese_integer
from docgen.linting.catalogue import finding
from docgen.linting.draft import Draft, Scope, place_of
from docgen.notices.model import Node

_CHINESE = "零〇一二三四五六七八九十百两"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_STYLES = (
    ("第{}编", re.compile(rf"第([{_CHINESE}\d]{{1,7}})编")),
    ("第{}章", re.compile(rf"第([{_CHINESE}\d]{{1,7}})章")),
    ("第{}节", re.compile(rf"第([{_CHINESE}\d]{{1,7}})节")),
    ("第{}条", re.compile(rf"第([{_CHINESE}\d]{{1,7}})条")),
    ("{}、", re.compile(rf"([{_CHINESE}]{{1,5}})[、.．，,]?")),
    ("（{}）", re.compile(rf"[(（]([{_CHINESE}]{{1,5}})[)）][、.．]?")),
    ("{}.", re.compile(r"(\d{1,3})[.．、]?")),
    ("({})", re.compile(r"[(（](\d{1,3})[)）][、.．]?")),
    ("{})", re.compile(r"(\d{1,3})[)）]")),
)
MANY = 4
"""Missing numbers from which only the first and the last are named."""
LEFTOVER = 12
"""Characters of a heading that nothing follows."""
_WRITING = re.compile(r"(\d|[一二三四五六七八九十]+)")


@dataclass(frozen=True, slots=True)
class Step:
    """One number: its style (``第{}条``, ``（{}）``), its value, and its node."""

    style: str
    value: int
    node: Node

    @property
    def printed(self) -> str:
        return (self.node.number or "").strip()


def step_of(node: Node) -> Step | None:
    """The number of a node; None where it has none or an unknown kind of one."""
    number = (node.number or "").replace(" ", "").replace("\u3000", "")
    if len(number) == 1 and number in _CIRCLED:
        return Step("①", _CIRCLED.index(number) + 1, node)
    for style, pattern in _STYLES:
        if match := pattern.fullmatch(number):
            try:
                return Step(style, chinese_integer(match[1]) if not match[1].isdigit() else int(match[1]), node)
            except ValueError:
                return None
    return None


def check_numbering(draft: Draft) -> Iterator[Finding]:
    for scope in draft.scopes:
        for run in _runs(scope):
            yield from _check_run(run, scope)


def _runs(scope: Scope) -> Iterator[list[Step]]:
    """The sequences that count for themselves: articles through all chapters, all else among brothers of one style."""
    articles = [step for node in scope.articles if (step := step_of(node))]
    if articles:
        yield articles
    for brothers in (scope.tops, *(node.children for node in scope.nodes)):
        by_style: dict[str, list[Step]] = {}
        for node in brothers:
            if node.kind == "article":
                continue
            if step := step_of(node):
                by_style.setdefault(step.style, []).append(step)
        yield from by_style.values()


def _check_run(run: list[Step], scope: Scope) -> Iterator[Finding]:
    """A 1 begins a new count (a second list below one heading), unless it follows a 1 directly."""
    before: Step | None = None
    for step, behind in zip_longest(run, run[1:]):
        if before is not None and _is_slip(before, step, behind):
            yield finding("numbering-repeat", place_of(step.node, scope), actual=step.printed, number=step.printed)
            before = replace(step, value=before.value + 1)
            continue
        if before is not None:
            yield from _check_step(before, step, scope)
        before = step


def _is_slip(before: Step, step: Step, behind: Step | None) -> bool:
    """One wrong number that repeats its neighbour, not a gap as well: 一、二、二、四 and 一、二、四、四."""
    if behind is None or behind.value != before.value + 2:
        return False
    return step.value in (before.value, behind.value)


def _check_step(before: Step, step: Step, scope: Scope) -> Iterator[Finding]:
    place = place_of(step.node, scope)
    was, now = before.printed, step.printed
    if step.value == before.value + 1 or (step.value == 1 and before.value > 1):
        return
    if step.value == before.value:
        yield finding("numbering-repeat", place, actual=now, number=now)
    elif step.value < before.value:
        if not _is_leftover(step.node, scope):
            yield finding("numbering-order", place, actual=now, before=was, number=now)
    elif stray := _stray(before, step):
        expected = _like(before, stray.value)
        yield finding(
            "numbering-mixed",
            place_of(stray.node, scope),
            before=before.printed,
            number=stray.printed,
            expected=expected,
            actual=stray.printed,
        )
    else:
        values = range(before.value + 1, step.value)
        gap = [_like(before, value) for value in (values if len(values) < MANY else (values[0], values[-1]))]
        if all(_is_inside(number, before.node, step.node, scope) for number in gap):
            return
        bare = [number.strip("、.") for number in gap]
        missing = "、".join(bare) if len(values) < MANY else "至".join(bare)
        yield finding("numbering-gap", place, actual=now, before=was, number=now, missing=missing)


def _stray(before: Step, step: Step) -> Step | None:
    """The one missing number, written in another style: it was taken for a part of the number before it."""
    if step.value != before.value + 2:
        return None
    inside = [s for node in before.node.walk() if node is not before.node and (s := step_of(node))]
    if not inside:
        return None
    last = inside[-1]
    lone = [s for s in inside if s.style == last.style]
    return last if len(lone) == 1 and last.value == before.value + 1 else None


def _is_inside(number: str, first: Node, behind: Node, scope: Scope) -> bool:
    """Whether the number stands within a text between the two: its line break was lost when the paper was read."""
    between = scope.nodes[scope.order[id(first)] : scope.order[id(behind)]]
    return any(number in text for node in between for text in (node.text, node.title or ""))


def _is_leftover(node: Node, scope: Scope) -> bool:
    """A bare heading at the very end: the next part of the book that the document was cut from."""
    words = (node.title or "") + node.text
    return scope.nodes[-1] is node and len(words) < LEFTOVER and words[-1:].isalnum()


def _like(step: Step, value: int) -> str:
    """A value in the writing of a step: 三 after 二、 is ``三、``."""
    written = str(value) if _WRITING.search(step.printed) and any(c.isdigit() for c in step.printed) else chinese(value)
    if step.style == "①":
        return _CIRCLED[value - 1] if value <= len(_CIRCLED) else str(value)
    return step.style.format(written)


def chinese(value: int) -> str:
    """A whole number in Chinese numerals: 12 → 十二, 105 → 一百零五; from 1000 on in figures."""
    digits = "零一二三四五六七八九"
    if value >= 1000:
        return str(value)
    if value < 10:
        return digits[value]
    if value < 20:
        return "十" + (digits[value % 10] if value % 10 else "")
    if value < 100:
        return digits[value // 10] + "十" + (digits[value % 10] if value % 10 else "")
    rest = value % 100
    tail = (
        ""
        if not rest
        else ("零" + digits[rest] if rest < 10 else digits[rest // 10] + "十" + digits[rest % 10] * bool(rest % 10))
    )
    return digits[value // 100] + "百" + tail
