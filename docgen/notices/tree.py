"""Paragraphs → the tree of a text: 编 章 节 条 款 项 目, or 一、（一）1.（1）① nested as the document uses them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from docgen.notices.model import Block, Node, NodeKind
from docgen.notices.numbering import Marker, chinese_numeral, marker

AHEAD = 60
"""Paragraphs that are looked at to tell whether a numbering goes on."""
BEHIND = 20
"""Paragraphs that may stand between an item and the next of its numbering."""
WARNINGS = 10
"""Gaps in the numbering that are told one by one."""
CONTENTS = 300
"""Lines a table of contents inside a text may have."""

_RANKS = {
    "第一编": 0.0,
    "第一章": 1.0,
    "第一节": 2.0,
    "第一条": 3.0,
    "第一款": 3.9,
    "一、": 4.0,
    "第一项": 4.5,
    "（一）": 5.0,
    "第一目": 5.5,
    "1.": 6.0,
    "1.1": 6.3,
    "1.1.1": 6.6,
    "1.1.1.1": 6.8,
    "1.1.1.1.1": 6.9,
    "（1）": 7.0,
    "①": 8.0,
    "1)": 9.0,
}
ARTICLE, PARAGRAPH, REMARK = "第一条", "款", "解读"
_RANKS[PARAGRAPH] = 3.5
_RANKS[REMARK] = 3.6
_LEGAL = frozenset({"第一编", "第一章", "第一节", "第一条"})
_COUNTED = frozenset({"第一编", "第一章", "第一条", "一、", "（一）"})
"""Styles whose gaps are told: lists of 1. 2. 3. in forms begin anywhere."""

_REMARK = re.compile(r"【\s?(?:解读|释义|说明|条文释义|理解与适用)\s?】\s*")
_SENTENCE_WORDS = re.compile(
    r"应当|可以|不得|不再|不予|根据|按照|按原|[0-9]+(?:\.[0-9]+)?(?:万?元|个?工作日|个?月|[日天%％])|[日月年]起|施行|废止|[；：;:]"
    r"|为准|截止日|截止时间|每(?:个?月|个?季度?|年|人|户|次)|[只能享受办理]一次|(?:计算|分担|的)$"
)
_CLOSING = re.compile(
    r"(?:本|此)(?:通知|意见|办法|规定|方案|细则|通告|公告|决定|文件).{0,40}(?:施行|执行|实施|印发之日|有效期|解释)|自.{2,20}起(?:施行|执行|实施)|特此|以上(?:通知|意见|规定|请)|请(?:各地|各单位|认真|遵照|结合)"
)
_ENDS = re.compile(r"[。；;！？!?]")
LONGEST_TITLE = 60
"""Characters of a heading that stands alone."""
LONGEST_RUN_IN = 40
"""Characters of a heading that runs into its text, up to the first 。"""
LONGEST_LABEL = 20
"""Characters of a heading that ends with 。 or stands over the items of an article."""


@dataclass(slots=True)
class _Open:
    """A node that may still get children. ``last`` is the value of the last child of each style."""

    node: Node
    style: str
    last: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Builder:
    entries: list[tuple[Block, Marker | None]]
    articles: bool
    roots: list[Node] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    last_root: dict[str, int] = field(default_factory=dict)
    last_anywhere: dict[str, tuple[int, str]] = field(default_factory=dict)
    nested: set[tuple[str, str]] = field(default_factory=set)
    """Odd nestings (outer style, inner style) that the text has used."""
    warnings: list[str] = field(default_factory=list)


def build_tree(blocks: Sequence[Block], warnings: list[str]) -> list[Node]:
    """The text of ``blocks`` as nodes without ids and labels; what is odd in its numbering is added to ``warnings``."""
    entries = [(block, None if block.table else marker(block.text)) for block in blocks]
    entries = _unglued(_without_contents(entries))
    articles = _has_articles([m for _, m in entries if m])
    if not articles:
        entries = [(b, None if m and m.style == ARTICLE else m) for b, m in entries]
    work = _Builder(entries, articles)
    for at, (block, found) in enumerate(work.entries):
        if block.table is not None:
            _attach(work, Node("table", location=block.location, table=block.table))
        elif found is not None:
            _number(work, at, found, block)
        else:
            _paragraph(work, at, block)
    _settle(work.roots)
    warnings.extend(work.warnings[:WARNINGS])
    if len(work.warnings) > WARNINGS:
        warnings.append(f"还有{len(work.warnings) - WARNINGS}处编号不连续，没有一一列出。")
    return work.roots


def _has_articles(markers: Sequence[Marker]) -> bool:
    """Whether 第X条 is how this text counts, not something it speaks of: they run from 第一条, or one after the other."""
    values = [m.value for m in markers if m.style == ARTICLE]
    if not values:
        return False
    steps = sum(0 <= b - a <= 1 for a, b in itertools.pairwise(values))
    return (values[0] == 1 and (len(values) == 1 or 2 * steps >= len(values) - 1)) or (
        len(values) >= 4 and steps >= 0.7 * (len(values) - 1)
    )


def _without_contents(entries: list[tuple[Block, Marker | None]]) -> list[tuple[Block, Marker | None]]:
    """The entries without a 目录 whose lines come again as the headings of the text."""
    for at, (block, _) in enumerate(entries):
        if "".join(block.text.split()) not in ("目录", "目次"):
            continue
        first: Marker | None = None
        for then in range(at + 1, min(len(entries), at + CONTENTS)):
            line, found = entries[then]
            if line.table is not None or len(line.text) > 80 or line.text.endswith("。"):
                break
            if found is None:
                continue
            if first is None:
                first = found
            elif (found.style, found.value) == (first.style, first.value):
                return entries[:at] + entries[then:]
    return entries


def _unglued(entries: list[tuple[Block, Marker | None]]) -> list[tuple[Block, Marker | None]]:
    """The entries with one cut in two where the next number of its list is printed inside it (三十、…。三十一、…).

    Cut only where that number is missing: the next paragraph of this list has the number after it.
    """
    following: dict[str, int] = {}
    cut: list[tuple[Block, Marker | None]] = []
    for block, found in reversed(entries):
        if found is None or found.style not in _COUNTED or found.style in _LEGAL:
            if found is not None and found.style in _LEGAL:
                following.clear()
            cut.append((block, found))
            continue
        inside = _next_inside(block.text, found) if following.get(found.style) == found.value + 2 else None
        if inside is None:
            cut.append((block, found))
        else:
            for text in (block.text[inside:].strip(), block.text[:inside].strip()):
                part = replace(block, text=text)
                cut.append((part, marker(text)))
        following[found.style] = found.value
    return cut[::-1]


def _next_inside(text: str, found: Marker) -> int | None:
    """Where the number after ``found`` begins inside its own paragraph, behind the end of a sentence or a bracket."""
    count = chinese_numeral(found.value + 1)
    printed = f"{count}、" if found.style == "一、" else f"（{count}）"
    at = text.replace("(", "（").replace(")", "）").find(printed, 2)
    if at < 0 or text[at - 1] not in "。；;）)！？ ":
        return None
    after = marker(text[at:])
    return at if after is not None and after.style == found.style and after.value == found.value + 1 else None


# ---------------------------------------------------------------- numbered paragraphs


def _number(work: _Builder, at: int, found: Marker, block: Block) -> None:
    """Add a numbered paragraph where its style belongs."""
    _close_for(work, at, found)
    _watch(work, found)
    title, text = split_title(found.rest)
    if text and _labels(work, at, found):
        title, text = text.rstrip("。"), ""
    node = Node(_kind(work, found), found.number, title or None, text, location=block.location)
    if found.style == ARTICLE:
        node.title, node.text = None, ""
    _attach(work, node, found.style, found.value)
    work.stack.append(_Open(node, found.style))
    if found.style == ARTICLE and found.rest:
        following = work.entries[at + 1] if at + 1 < len(work.entries) else None
        if following is not None and title and not text and _heads(title, found, *following):
            node.title = title
        else:
            _open_paragraph(work, found.rest, block)


def _heads(title: str, found: Marker, block: Block, following: Marker | None) -> bool:
    """第六条 补贴期限 alone on its line, with its text or its first item below."""
    if block.table is not None or not _may_follow_heading(found, following):
        return False
    return len(title) <= (LONGEST_LABEL if following is None else LONGEST_RUN_IN)


def _may_follow_heading(found: Marker, following: Marker | None) -> bool:
    """Under the heading of an article stands its text, or its first item."""
    return following is None or (following.value == 1 and _RANKS[following.style] > _RANKS[found.style])


def _labels(work: _Builder, at: int, found: Marker) -> bool:
    """（一）贷款额度。 alone on its line is a heading when a text stands under it, not the last item of a list."""
    rest = found.rest
    if found.kind != "heading" or not rest.endswith("。") or len(rest) > LONGEST_LABEL or "，" in rest or "," in rest:
        return False
    if rest.count("。") > 1 or _SENTENCE_WORDS.search(rest[:-1]) or at + 1 >= len(work.entries):
        return False
    following, then = work.entries[at + 1]
    if following.table is not None or not _may_follow_heading(found, then):
        return False
    above = work.stack[-1].node.children if work.stack else work.roots
    before = next((n for n in reversed(above) if n.number), None)
    return found.value == 1 if before is None else bool(before.title)


def _close_for(work: _Builder, at: int, found: Marker) -> None:
    """Close the nodes that end before a paragraph with this number."""
    stack = work.stack
    if any(o.style == found.style for o in stack):
        while stack[-1].style != found.style:
            stack.pop()
        stack.pop()
        return
    rank = _RANKS[found.style]
    while stack and _RANKS[stack[-1].style] > rank and not _nests(work, at, stack[-1], found):
        stack.pop()


def _nests(work: _Builder, at: int, outer: _Open, found: Marker) -> bool:
    """An odd nesting (1. above （一）): the outer numbering goes on behind, and this one began at 1."""
    if found.value != 1 or outer.style in (PARAGRAPH, REMARK) or found.style in _LEGAL:
        return False
    above = work.stack[-2] if len(work.stack) > 1 else None
    last = (above.last if above else work.last_root).get(outer.style, 0)
    for _, later in work.entries[at + 1 : at + AHEAD]:
        if later is None:
            continue
        if later.style == outer.style:
            if later.value == last + 1:
                work.nested.add((outer.style, found.style))
            break
        if _RANKS[later.style] < _RANKS[found.style]:
            break
    return (outer.style, found.style) in work.nested


def _kind(work: _Builder, found: Marker) -> NodeKind:
    """``item`` and ``subitem`` inside an article, else what the number says."""
    if found.kind != "heading":
        return found.kind
    inside = [o for o in work.stack if o.style not in _LEGAL]
    if not any(o.style == ARTICLE for o in work.stack) or any(o.style == REMARK for o in inside):
        return "heading"
    return "subitem" if any(o.style != PARAGRAPH for o in inside) else "item"


def _watch(work: _Builder, found: Marker) -> None:
    """Tell a number that is missing or comes twice."""
    if found.style not in _COUNTED or any(o.style == REMARK for o in work.stack):
        return
    here = (work.stack[-1].last if work.stack else work.last_root).get(found.style, 0)
    before, number = work.last_anywhere.get(found.style, (0, ""))
    work.last_anywhere[found.style] = (found.value, found.number)
    if found.branch or found.value in (1, here + 1, before + 1) or (found.style == "（一）" and not here):
        return
    last = here or before
    if found.value > last + 1:
        missing = f"第{last + 1}" if found.value == last + 2 else f"第{last + 1}至{found.value - 1}"
        after = f"“{number}”之后是“{found.number}”" if number else f"编号从“{found.number}”开始"
        work.warnings.append(f"编号不连续：{after}，缺{missing}，可能缺页或漏识别。")
    elif found.value == last:
        work.warnings.append(f"编号重复：“{found.number}”出现了两次。")


# ---------------------------------------------------------------- paragraphs without a number


def _paragraph(work: _Builder, at: int, block: Block) -> None:
    if work.articles and (remark := _REMARK.match(block.text)):
        _remark(work, block, remark)
        return
    _leave_list(work, at, block)
    top = work.stack[-1] if work.stack else None
    if top is None:
        work.roots.append(Node("paragraph", text=block.text, location=block.location))
    elif top.style == ARTICLE:
        _open_paragraph(work, block.text, block)
    elif top.node.title and not top.node.text and not top.node.children and top.style not in _LEGAL:
        top.node.text = block.text
    else:
        _attach(work, Node("paragraph", text=block.text, location=block.location))


def _leave_list(work: _Builder, at: int, block: Block) -> None:
    """Close the items that a paragraph stands behind: those without a heading, unless their numbering goes on after it."""
    stack = work.stack
    following = next((m for _, m in work.entries[at + 1 : at + BEHIND] if m), None)
    lawful = any(o.style == ARTICLE for o in stack)
    while stack and not (following is not None and _next_of(work, following)):
        top = stack[-1]
        if top.style == REMARK or top.style in _LEGAL:
            break
        if lawful and not any(o.style == REMARK for o in stack):
            if _awaits_text(top.node):
                break
            stack.pop()
        elif top.node.title or not top.node.text.endswith(("。", "；", ";")):
            break
        else:
            stack.pop()
    last = following is None and at + 4 >= len(work.entries)
    if last and stack and not lawful and not _awaits_text(stack[-1].node) and _CLOSING.match(block.text):
        stack.clear()


def _awaits_text(node: Node) -> bool:
    """（二）申报条件 of an article, with nothing under it yet."""
    return bool(node.title) and len(node.title or "") <= LONGEST_LABEL and not node.text and not node.children


def _next_of(work: _Builder, following: Marker) -> bool:
    """Whether ``following`` is the next number after the innermost open node."""
    top = work.stack[-1]
    above = work.stack[-2].last if len(work.stack) > 1 else work.last_root
    return top.style == following.style not in _LEGAL and above.get(top.style, 0) + 1 == following.value


def _remark(work: _Builder, block: Block, found: re.Match[str]) -> None:
    """【解读】 of an annotated text: what follows up to the next article is no law."""
    while work.stack and work.stack[-1].style not in _LEGAL:
        work.stack.pop()
    node = Node("heading", title=found[0].strip(" 【】"), text=block.text[found.end() :], location=block.location)
    _attach(work, node)
    work.stack.append(_Open(node, REMARK))


def _open_paragraph(work: _Builder, text: str, block: Block) -> None:
    """A new 款 of the open article."""
    node = Node("paragraph", text=text, location=block.location)
    work.stack[-1].node.children.append(node)
    work.stack.append(_Open(node, PARAGRAPH))


def _attach(work: _Builder, node: Node, style: str = "", value: int = 0) -> None:
    children, last = (work.stack[-1].node.children, work.stack[-1].last) if work.stack else (work.roots, work.last_root)
    children.append(node)
    if style:
        last[style] = value


# ---------------------------------------------------------------- titles


def split_title(rest: str) -> tuple[str, str]:
    """What stands behind a number: (heading, text). One of them may be empty.

    ``补贴标准。按每人…`` gives both; a text without an end is a heading; a sentence is a text.
    """
    if not _ENDS.search(rest):
        if len(rest) <= LONGEST_TITLE and not rest.endswith(("：", ":", "，", ",", "、")):
            return rest, ""
        return "", rest
    at = rest.find("。")
    if 0 < at <= LONGEST_RUN_IN and rest[at + 1 :].strip() and not _SENTENCE_WORDS.search(rest[:at]):
        return rest[:at].strip(), rest[at + 1 :].strip()
    return "", rest


def _settle(roots: list[Node]) -> None:
    """An article of one 款 is its own text; a heading that heads nothing is a text (（1）身份证复印件)."""
    stack = list(roots)
    while stack:
        node = stack.pop()
        if node.kind == "article":
            paragraphs = [c for c in node.children if c.kind == "paragraph"]
            if len(paragraphs) == 1:
                only = paragraphs[0]
                node.text = only.text
                node.children = [c for child in node.children for c in (only.children if child is only else [child])]
        elif node.number and node.title and not node.text and not node.children and _is_item(node):
            node.text, node.title = node.title, None
        stack.extend(node.children)


def _is_item(node: Node) -> bool:
    """Not 一、, 第一章: those are headings though nothing stands under them."""
    number = node.number or ""
    if node.kind not in ("heading", "item", "subitem"):
        return False
    return number[:1].isdigit() or number[-1:] not in "、．.,，" or _SENTENCE_WORDS.search(node.title or "") is not None
