"""The papers an applicant has to hand in: lists behind 提交以下材料, run-in lists, columns 材料名称.

What is found is a paper, not every thing a sentence asks for: a list counts when its words announce papers, or when each
of its members is called one (证, 书, 表, 复印件 …). Alternatives (身份证或社会保障卡) stay one material.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from docgen.notices.clauses import condition_of
from docgen.notices.model import MaterialFound, Node, table_rows
from docgen.notices.paper_demands import HAND_IN, HEADED, NO_LIST, STOP, demands, lead_at
from docgen.notices.paper_names import (
    CLOSING,
    LONGEST_NAME,
    OPENING,
    VAGUE,
    VAGUE_ALONE,
    balanced,
    is_paper,
    may_be,
    may_be_handed_in,
    split_name,
    without_brackets,
)
from docgen.notices.references import number_value

_INLINE = re.compile(
    r"(?:[（(]\d{1,2}[)）]|[①-⑳]|(?<![\d.])\d{1,2}[.．、](?!\d)|[（(][一二三四五六七八九十]{1,2}[)）])\s?"
)
_ITEM_IF = re.compile(
    r"^(?P<condition>(?:属于?|对于?|凡是?|如果?|若|因|委托|由|申请|已|有|仅|未|符合|以|为|单位|个人|首次|非|在)?"
    r"(?:[^，,：:。；;《]{2,60}?(?:的|时|者|人员|情形)[，,：:]?\s?(?:还|另|则|只)?(?:需|须|应当?|可|要)?"
    r"|[^，,：:。；;《]{1,24}?(?:员|贩|雇工|户|毕业生|职工|家属|企业|单位)(?:需|须|应当?)?|[^，,：:。；;《]{2,24}?(?:需|须|应当?)))"
    rf"(?:同时|一并|另行|再)?(?:{HAND_IN})(?P<rest>.{{2,}})"
)
_CASE_OF = re.compile(r"[，,：:\s]*(?:还|另|则|只)?(?:需|须|应当?|可|要)?$")
_ANYBODY = re.compile(r"^(?:申请人|申请者|申报人|申请单位|申报单位|用人单位|本人|个人|单位|企业|报考人员|报名人员)?$")
_ONLY = re.compile(
    r"[，,]\s?(?P<condition>(?:仅|只)[^，,。；;]{2,40}(?:提供|提交|需要)|(?:如|若)[^，,。；;]{1,30}(?:时|的)?(?:提供|提交)?)"
)
_HEAD_VERB = re.compile(
    rf"^(?:[^，,。；;：:《、]{{0,24}}?(?:需|须|应当?))?(?:并|还|另|需|须|应当?|可|要|同时|一并|申请人|本人|单位|企业)*"
    rf"(?:{HAND_IN})(?:下列|以下|相关|本人|单位)?(?=.{{2,}})"
)
_PART = re.compile(
    r"[、；;](?:和|及|以及)?|[，,]\s?(?:和|及|以及)|并附(?:上|具)?|(?<=[^、，,；;及和])(?:以及|和|及|与)(?!(?:其)?(?:复印件|影印件|原件|扫描件|副本|相关|有关))"
)
_COLUMN = re.compile(
    r"^[^，,。；;：:]{0,14}(?:申请|所需|提交|申报|提供|办理|证明|备查|佐证|报名|要件|收取|审核|的|^)(?:材料|资料)(?:名称|清单|目录)?$"
    r"|^(?:材料名称|材料清单)$"
)


def find_materials(nodes: Iterable[Node]) -> list[MaterialFound]:
    """Every paper asked for, in reading order; ``name`` without numbering, copies and notes, ``text`` as printed.

    Of a heading and of a table the span is (0, 0): their words are no part of the node's ``text``.
    """
    flat = list(nodes)
    out: list[MaterialFound] = []
    used: set[int] = set()
    for at, node in enumerate(flat):
        if id(node) in used:
            continue
        if node.table is not None:
            out += _of_table(node)
            continue
        words = node.text or node.title or ""
        found = lead_at(words)
        if found is None and node.text and HEADED.match((node.title or "").strip()):
            found = 0, True
        if found is not None:
            lead, of_papers = found
            condition = _condition_before(words, lead)
            run_in = list(_list_behind(node, lead, condition)) if node.text else []
            items = [] if run_in else _items_behind(flat, at)
            if not of_papers and not _mostly_papers(items):
                items = []
            for item in items:
                used.update(id(n) for n in item.walk())
                run_in += _of_item(item, condition)
            if run_in:
                out += [*_run_in(node, lead), *run_in]
                continue
        if node.text:
            out += _run_in(node)
    return out


def _mostly_papers(items: Sequence[Node]) -> bool:
    """True where at least two of three items name a paper: the lead itself did not say that they do."""
    named = sum(1 for n in items if is_paper((n.text or n.title or "")[: _first_stop(n.text or n.title or "")]))
    return named * 3 >= len(items) * 2


def _condition_before(words: str, end: int) -> str | None:
    begin = max((m.end() for m in STOP.finditer(words, max(0, end - 300), max(0, end - 1))), default=0)
    return _case(words[begin:end]) if begin < end and HEADED.match(words.strip()) is None else None


def _case(sentence: str) -> str | None:
    """The case in which the papers are wanted: 委托他人办理的; not 符合条件的, 按照规定, which say nothing of its own."""
    found = condition_of(sentence)
    return None if found is None or not balanced(found) or re.match("符合|按|根据|依据|在完成", found) else found


# ---------------------------------------------------------------- numbered lists


def _items_behind(flat: Sequence[Node], at: int) -> list[Node]:
    """The numbered nodes of the list a lead announces: its children, or the siblings 1, 2, 3 … that follow it."""
    children = [n for n in flat[at].children if n.table is None]
    numbered = [n for n in children if n.number is not None]
    if numbered:
        return numbered
    if (
        children
        and flat[at].number is not None
        and len(children) > 1
        and all(len(n.text) <= LONGEST_NAME for n in children)
    ):
        return children
    following = (flat[n] for n in range(at + 1, len(flat)))
    return _numbered_on(following) or _unnumbered_on(flat, at)


def _numbered_on(following: Iterator[Node]) -> list[Node]:
    items: list[Node] = []
    inside: set[int] = set()
    for node in following:
        if id(node) in inside:
            continue
        style = re.sub(r"[\d一二三四五六七八九十①-⑳]+", "n", node.number or "")
        if (
            node.number is None
            or number_value(node.number) != len(items) + 1
            or (items and style != style_of(items[0]))
        ):
            break
        items.append(node)
        inside.update(id(n) for n in node.walk())
    return items


def style_of(node: Node) -> str:
    """``（n）`` of （三）: the shape of a number."""
    return re.sub(r"[\d一二三四五六七八九十①-⑳]+", "n", node.number or "")


def _unnumbered_on(flat: Sequence[Node], at: int) -> list[Node]:
    """Paragraphs behind a lead that end in ；, and the one that closes them with 。"""
    items: list[Node] = []
    for node in flat[at + 1 : at + 30]:
        text = node.text.rstrip()
        if (
            node.number is not None
            or node.children
            or len(text) > LONGEST_NAME + 20
            or not text.endswith(("；", ";", "。"))
        ):
            break
        items.append(node)
        if text.endswith("。"):
            return items if len(items) > 1 else []
    return items


def _of_item(node: Node, condition: str | None) -> Iterator[MaterialFound]:
    """One numbered item: a paper, several papers, or a heading (单位申请的：) with papers below it."""
    text = node.text
    numbered = [n for n in node.children if n.number is not None]
    named = (text or node.title or "").strip().rstrip("：:")
    if numbered and (not text or text.rstrip().endswith(("：", ":", "的")) or not is_paper(named, strict=True)):
        inner = named if len(named) <= LONGEST_NAME and named else condition
        for child in numbered:
            yield from _of_item(child, inner)
        return
    if _NOTHING.match((text or node.title or "").strip()):
        return
    if node.title and (not text or is_paper(node.title, strict=True)):
        heading = Node(node.kind, node.number, None, node.title, id=node.id, label=node.label, location=node.location)
        for one in _papers(heading, 0, len(node.title), condition, announced=True):
            one.span = (0, 0)
            yield one
        return
    if NO_LIST.search(without_brackets(text)) or any(_NOTHING.match(n.text.strip()) for n in node.children):
        return
    end = _first_stop(text)
    yield from _papers(node, 0, end, condition, announced=True)
    for begin, stop in _parts(text, end, len(text), STOP):
        if _ITEM_IF.match(text[begin:stop].strip()):
            yield from _papers(node, begin, stop, condition, announced=False)


_NOTHING = re.compile(r"(?:无|不需要?|无需)(?:提供|提交|其他|申请)?(?:材料|资料)?[。.]?$")


def _first_stop(text: str) -> int:
    """Where the first sentence of an item ends: the rest explains."""
    depth = 0
    for at, char in enumerate(text):
        if char in OPENING:
            depth += 1
        elif char in CLOSING:
            depth = max(0, depth - 1)
        elif char in "。；;\n" and depth == 0:
            return at
    return len(text)


# ---------------------------------------------------------------- run-in lists


def _list_behind(node: Node, start: int, condition: str | None) -> Iterator[MaterialFound]:
    """``提交以下材料：1.…；2.…`` or ``…材料：A、B和C。`` in one paragraph."""
    text = node.text
    if start >= len(text) or not text[start:].strip():
        return
    marks = [
        m
        for m in _INLINE.finditer(text, start)
        if not text[start : m.start()].strip() or text[m.start() - 1] in "；;。，,、\n \t"
    ]
    if marks and not text[start : marks[0].start()].strip():
        ends = [*(m.start() for m in marks[1:]), len(text)]
        for mark, end in zip(marks, ends, strict=True):
            stop = mark.end() + _first_stop(text[mark.end() : end])
            yield from _papers(node, mark.end(), stop, condition, announced=True)
        return
    stop = text.find("。", start)
    stop = len(text) if stop < 0 else stop
    for begin, end in _parts(text, start, stop, re.compile("[；;]")):
        yield from _papers(node, begin, end, condition, announced=True)


def _run_in(node: Node, stop_at: int | None = None) -> Iterator[MaterialFound]:
    """``应当提供居民身份证、户口簿和申请表。`` without 以下材料: only where its members are called papers."""
    text, done = node.text, 0
    for demand in demands(text, stop_at):
        if demand.start < done:
            continue
        case = _case(text[demand.sentence : demand.verb_end])
        found = list(_papers(node, demand.start, demand.stop, case, announced=False, firm=demand.firm))
        if demand.verb == "出具":
            found = [one for one in found if re.search("证明(?:书|材料)?$", one.name)]
        elif demand.verb in ("将", "把"):
            found = [one for one in found if not one.name.endswith(("材料", "资料"))]
        if found:
            yield from found
            done = demand.stop


# ---------------------------------------------------------------- one stretch of text → papers


def _parts(text: str, start: int, end: int, sign: re.Pattern[str]) -> list[tuple[int, int]]:
    """``text[start:end]`` cut at ``sign`` outside brackets and 《》."""
    masked = list(text[start:end])
    depth = 0
    for at, char in enumerate(masked):
        if char in OPENING:
            depth += 1
        if depth:
            masked[at] = "·"
        if char in CLOSING:
            depth = max(0, depth - 1)
    cuts, begin = [], start
    for mark in sign.finditer("".join(masked)):
        cuts.append((begin, start + mark.start()))
        begin = start + mark.end()
    cuts.append((begin, end))
    return [(a, b) for a, b in cuts if text[a:b].strip(" 。；;，,、")]


def _papers(
    node: Node, start: int, end: int, condition: str | None, *, announced: bool, firm: bool = False
) -> Iterator[MaterialFound]:
    """The papers named in ``node.text[start:end]``; none where its words are a sentence and no list."""
    text = node.text
    found = _ITEM_IF.match(text[start:end])
    if found and balanced(found.group("condition")):
        who = _CASE_OF.sub("", re.sub(r"^\d{1,2}[.．、]", "", found.group("condition")))
        condition = condition if _ANYBODY.match(who) else who
        start += found.start("rest")
    elif verb := _HEAD_VERB.match(text[start:end]):
        start += verb.end()
    if only := _ONLY.search(text[start:end]):
        condition = only.group("condition")
    if announced and (headed := _parts(text, start, end, _COLON)) and len(headed) > 1:
        (begin, stop), (following, _) = headed[0], headed[1]
        if is_paper(text[begin:stop]):
            end = stop
        else:
            condition, start = text[begin:stop].strip(), following
    first = _parts(text, start, end, re.compile("[，,：:]"))
    if not first:
        return
    start, end = first[0][0], first[0][1] if announced else first[-1][1]
    cut = _cut(text, start, end, announced=announced, firm=firm)
    strict = not announced and not any(is_paper(text[a:b], strict=True) for a, b in cut)
    for a, b in cut:
        one = _material(node, a, b, condition)
        if one is None:
            continue
        named = is_paper(text[a:b], strict=strict) and (announced or VAGUE.search(one.name) is None)
        if named or (announced and may_be(one.name)) or (firm and may_be_handed_in(one.name)):
            yield one


_COLON = re.compile("[：:]")


def _cut(text: str, start: int, end: int, *, announced: bool, firm: bool = False) -> list[tuple[int, int]]:
    """``A、B和C`` as three where each is called a paper; one, where the last two are alternatives (A、B或C); none, where
    nobody announced papers and some part is not called one."""
    parts = _parts(text, start, end, _PART)
    sides = _parts(text, parts[-1][0], parts[-1][1], re.compile("或者?")) if parts else []
    alternatives = len(sides) > 1 and all(is_paper(text[a:b]) for a, b in sides)
    listed = any("《" in text[a:b] for a, b in parts[:-1])
    if len(parts) < 2 or (alternatives and not listed):
        return [(start, end)]
    if firm and not announced:
        parts = [(a, b) for a, b in parts if not _FACT.search(text[a:b].rstrip("等"))] or parts
        if len(parts) == 1:
            return parts
    joined = _joined(text, parts, some=firm)
    if joined and (announced or any(is_paper(text[a:b]) for a, b in joined)):
        return joined
    return [(start, end)] if announced else []


_FACT = re.compile(r"(?:情况|信息|地址|方式|人数|数据|线索|素材|预告|电话|号码|姓名|时间|金额|意见建议)$")
"""What is told beside papers, and is none: 实施情况、财务报表和联系方式."""


def _joined(text: str, parts: list[tuple[int, int]], *, some: bool = False) -> list[tuple[int, int]]:
    """The parts, each that is no paper alone put together with the next (必要性和可行性论证报告).

    None when words are left behind the last paper, unless ``some`` of the list are enough.
    """
    out: list[tuple[int, int]] = []
    begin: int | None = None
    for a, b in parts:
        first = a if begin is None else begin
        if is_paper(text[a:b]) and (begin is None or is_paper(text[first:b])):
            out.append((first, b))
            begin = None
        else:
            begin = first
    return out if begin is None or some else []


def _material(node: Node, start: int, end: int, condition: str | None) -> MaterialFound | None:
    text = node.text
    while start < end and text[start] in " 　，,、；;：:":
        start += 1
    while end > start and text[end - 1] in " 　，,、；;。：:":
        end -= 1
    words = text[start:end]
    name, copies, own = split_name(words)
    if not name or words.endswith("的") or VAGUE_ALONE.match(name):
        return None
    one = MaterialFound(words, node.label, node.id, (start, end), node.location)
    one.name, one.copies, one.condition = name, copies, own or condition
    return one


# ---------------------------------------------------------------- tables


def _of_table(node: Node) -> Iterator[MaterialFound]:
    """A column headed 材料名称 (or a row of that label): each cell below it, its own list cut into papers."""
    rows = table_rows(node.table) if node.table is not None else []
    by_row = [row for row in rows if len(row) > 1 and _labels_its_row(row)]
    if by_row:
        for row in by_row:
            for cell in dict.fromkeys(row[1:]):
                yield from _of_cell(node, cell.strip())
        return
    for top, row in enumerate(rows[:3]):
        columns = [c for c, cell in enumerate(row) if _COLUMN.match(re.sub(r"\s+", "", cell))]
        if not columns:
            continue
        seen: set[str] = set()
        for below in rows[top + 1 :]:
            cell = below[columns[0]].strip()
            if cell and cell not in seen and cell != row[columns[0]]:
                seen.add(cell)
                yield from _of_cell(node, cell)
        return


def _labels_its_row(row: Sequence[str]) -> bool:
    """``申请材料 | 1.身份证；2.申请表``: the label stands before its list, not above it."""
    if not _COLUMN.match(re.sub(r"\s+", "", row[0])) or len(set(row)) != 2:
        return False
    return len(row[-1]) > 16 or re.search("[、；;。\n]", row[-1]) is not None or is_paper(row[-1])


_CELL_STOP = re.compile("[；;。，,]")


def _of_cell(node: Node, cell: str) -> Iterator[MaterialFound]:
    stand_in = Node("table", None, None, cell, id=node.id, label=node.label, location=node.location)
    marks = list(_INLINE.finditer(cell))
    listed = bool(marks) and not cell[: marks[0].start()].strip()
    if listed:
        found = list(_list_behind(stand_in, 0, None))
    else:
        parts = _parts(cell, 0, len(cell), _CELL_STOP)
        found = [one for a, b in parts for one in _papers(stand_in, a, b, None, announced=True)]
    for one in found:
        if VAGUE.search(one.name) is None:
            one.span = (0, 0)
            yield one
