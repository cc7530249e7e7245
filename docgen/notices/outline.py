"""A notice in a terminal: its head, the outline of its text, and what it demands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from docgen.notices.model import AmountFound, CitationFound, DeadlineFound, Found, MaterialFound, Node, Notice, Repeal

F = TypeVar("F", bound=Found)
_UNITS = {"workday": "个工作日", "day": "日", "month": "个月", "year": "年", "hour": "小时"}
_BOUNDS = {"exact": "", "at-most": "不超过", "at-least": "不少于"}
_WIDE = 40
"""Characters of a text that are shown in one line."""


def outline(notice: Notice) -> str:
    """Plain text for a reader; what the paper does not state is said to be missing."""
    return "\n".join([*_head(notice), *_tree(notice), *_meaning(notice), *_warnings(notice)]) + "\n"


def _head(notice: Notice) -> Iterator[str]:
    yield notice.title or "（没有读出标题）"
    numbers = "、".join(n for n in (notice.doc_no, *notice.also) if n)
    rows = [
        ("文号", numbers),
        ("发文机关", "、".join(notice.issuers)),
        ("文种", notice.genre),
        ("签署日期", notice.signed),
        ("成文日期", notice.issued),
        ("施行日期", notice.effective),
        ("有效期至", notice.expires),
        ("有效期", notice.valid_for.removeprefix("有效期") if notice.valid_for else None),
        ("主送", "、".join(notice.addressees)),
        ("抄送", "、".join(notice.copies_to)),
        ("联系", notice.contact),
        ("印发", " ".join(str(v) for v in (notice.printed_by, notice.printed_on) if v)),
    ]
    always = {"文号", "发文机关", "成文日期"}
    for label, value in rows:
        if value or label in always:
            yield f"  {label}：{value or '（文中没有）'}"


def _tree(notice: Notice) -> Iterator[str]:
    if notice.body:
        yield "正文"
        yield from _nodes(notice.body, 1)
    for attachment in notice.attachments:
        number = "" if attachment.number is None else str(attachment.number)
        state = "" if attachment.attached else "（文后没有）"
        kind = "（空白表）" if attachment.form is not None else ""
        yield f"附件{number} {attachment.title}{kind}{state}".rstrip()
        yield from _nodes(attachment.body, 1)


def _nodes(nodes: Sequence[Node], depth: int) -> Iterator[str]:
    """Numbered nodes only: an outline is read, the text is in the JSON."""
    stack = [(node, depth) for node in reversed(nodes)]
    while stack:
        node, at = stack.pop()
        shown = node.number is not None or node.title or node.kind == "table"
        if shown:
            words = node.title or ("（表格）" if node.kind == "table" else _short(node.text))
            yield f"{'  ' * at}{node.number or ''}{' ' if node.number and node.kind == 'article' else ''}{words}"
        stack.extend((child, at + bool(shown)) for child in reversed(node.children))


def _meaning(notice: Notice) -> Iterator[str]:
    yield from _list("引用", notice.citations, _citation)
    yield from _list("废止", notice.repeals, _citation)
    yield from _list("期限", notice.deadlines, _deadline)
    yield from _list("数额", notice.amounts, _amount)
    yield from _list("材料", notice.materials, _material)


def _list(heading: str, found: Sequence[F], words: Callable[[F], str]) -> Iterator[str]:
    if not found:
        return
    yield f"{heading}（{len(found)}）"
    seen: dict[str, list[str]] = {}
    for one in found:
        seen.setdefault(words(one), []).append(one.article)
    for text, places in seen.items():
        where = "、".join(dict.fromkeys(p for p in places if p))
        yield f"  {text}{f'  [{where}]' if where else ''}"


def _citation(found: CitationFound | Repeal) -> str:
    named = (f"《{found.title}》" if found.title else "") + (f"（{found.doc_no}）" if found.doc_no else "")
    return named + (found.cited or "") if named else _short(found.text)


def _deadline(found: DeadlineFound) -> str:
    long = "" if found.count is None else f"{found.count}{_UNITS.get(found.unit or '', '')}"
    amount = found.due or f"{'不少于' if found.bound == 'at-least' else ''}{long}"
    soft = "" if found.hard else "（非强制）"
    return f"{found.actor + '：' if found.actor else ''}{amount}{soft}，{_short(found.text)}"


def _amount(found: AmountFound) -> str:
    return f"{found.what + '：' if found.what else ''}{_BOUNDS[found.bound]}{found.value}{found.unit}"


def _material(found: MaterialFound) -> str:
    return found.name + (f"（{found.condition}）" if found.condition else "")


def _warnings(notice: Notice) -> Iterable[str]:
    return [f"注意：{warning}" for warning in notice.warnings]


def _short(text: str) -> str:
    return text if len(text) <= _WIDE else text[: _WIDE - 1] + "…"
