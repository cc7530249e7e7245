"""The papers an applicant has to hand in: lists behind 提交以下材料, run-in lists, columns 材料名称.

What is found is a paper, not every thing a sentence asks for: a list counts when its words announce papers, or when each
of its members is called one (证, 书, 表, 复印件 …). Alternatives (身份证或社会保障卡) stay one material.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from docgen.notices.clauses import condition_of
from docgen.notices.model import MaterialFound, Node, table_rows
from docgen.notices.paper_names import (
    CLOSING,
    LONGEST_NAME,
    OPENING,
    VAGUE_ALONE,
    balanced,
    is_paper,
    may_be,
    split_name,
    without_brackets,
)
from docgen.notices.references import number_value

_HAND_IN = r"提交|提供|报送|递交|携带|出示|上传|收取|收集|准备|填报|填写|交验|查验|缴验|留存|提报|递送|呈报|寄送"
_PAPERS = r"材料|资料|证件|要件|文件|证明材料|证明资料|单证"
_LEAD = re.compile(
    rf"(?:(?:{_HAND_IN}|持|凭)[^。；;：:]{{0,40}}?(?:{_PAPERS})"
    rf"|(?:申请|申报|报名|备案|申领|所需|办理|认定|申办|提交|报送)(?:的|所需|需提交的|应提交的)?(?:{_PAPERS})"
    rf"|(?:^|(?<=[。；;]))\s?(?:上述|以上|所称)?(?:{_PAPERS}|证明材料)(?=包括|如下|主要有))"
    r"(?!号|类型|真实|审核|齐全|不)[^。；;：:，,]{0,40}?[：:]"
)
_HEADED = re.compile(
    rf"^(?:(?:申请|申报|申领|报名|备案|办理|认定|提交|报送|应提交|需提交|需提供|所需|应提供|需要|申办|评审|报审)(?:的|所需)?)+"
    rf"(?:{_PAPERS})(?:清单|目录|要求|包括|如下|及要求)?[：:。]?$"
)
_NOT = re.compile(
    r"不再|无需|无须|不需|免于|不得|取消|不必|毋需|毋须|不予|免提交|免交|未提交|未提供|不能提供|拒绝|虚假|伪造|以上材料|上述材料|审核(?:以下|下列)"
    r"|不提供|不提交|隐匿|变造|骗取"
)
_HOLD = r"(?<![支保坚主维扶秉加])持(?![续有久之卡证])|凭(?!证)"
_RUN_IN = re.compile(
    r"(?:(?:应当?|必?须|需要?|并|还|另|同时|可以?|由本人|本人|如实)(?:由[^，。；]{1,20})?(?:向[^，。；]{2,24}?)?(?:再|一并|如实|及时|同时|另行)?"
    rf"(?P<verb>提交|提供|报送|递交|携带|出示|上传|交验|填报(?!名)|填写|{_HOLD})"
    r"|(?:^|(?<=[，,。；;：:]))\s?(?:[^，,。；;：:、]{1,12}(?=持|填))?"
    rf"(?P<plain>提交|填报(?!名)|填写|携带|出示|上传|递交|{_HOLD})"
    r"|向[^，,。；;：:、]{0,20}(?:部门|机构|局|厅|单位|中心|社区|政府|委员会|学校|基地|所|站)(?P<to>提交|提供|报送|递交))"
    r"(?:本人|单位|申请人|其)?的?(?=[^，。；;：:]{2,160})"
)
_GOES_ON = re.compile(r"申领(?!表)|申请(?![表书人报])|办理|领取(?!人)|到|向|前往|报名")
"""What a holder of a paper (持身份证, 凭社会保障卡) does with it at an office: the words behind the paper."""
_INLINE = re.compile(
    r"(?:[（(]\d{1,2}[)）]|[①-⑳]|(?<![\d.])\d{1,2}[.．、](?!\d)|[（(][一二三四五六七八九十]{1,2}[)）])\s?"
)
_ITEM_IF = re.compile(
    rf"^(?P<condition>(?:属于?|对于?|凡是?|如果?|若|因|委托|由|申请|已|有|仅|未|符合|以|为|单位|个人|首次|非|在)?[^，,：:。；;《]{{2,60}}?(?:的|时|者|人员|情形))"
    rf"[，,：:]?\s?(?:还|另|则|只)?(?:需|须|应当?|可|要)?(?:同时|一并|另行|再)?(?:{_HAND_IN})(?P<rest>.{{2,}})"
)
_ONLY = re.compile(
    r"[，,]\s?(?P<condition>(?:仅|只)[^，,。；;]{2,40}(?:提供|提交|需要)|(?:如|若)[^，,。；;]{1,30}(?:时|的)?(?:提供|提交)?)"
)
_HEAD_VERB = re.compile(
    rf"^(?:[^，,。；;：:《、]{{0,24}}?(?:需|须|应当?))?(?:并|还|另|需|须|应当?|可|要|同时|一并|申请人|本人|单位|企业)*"
    rf"(?:{_HAND_IN})(?:下列|以下|相关|本人|单位)?(?=.{{2,}})"
)
_PART = re.compile(
    r"[、；;](?:和|及|以及)?|(?<=[^、，,；;及和])(?:以及|和|及|与)(?!(?:其)?(?:复印件|影印件|原件|扫描件|副本|相关|有关))"
)
_STOP = re.compile(r"[。；;\n]")
LONGEST_LIST = 200
"""Characters of a list of papers inside a clause."""
_COLUMN = re.compile(
    r"^(?:材料名称|申请材料|所需材料|提交材料|申报材料|需提交材料|需提供材料|应提交材料|办理材料|申请材料名称|材料清单|所需资料|申报资料)$"
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
        lead = _lead_at(words)
        if lead is None and node.text and _HEADED.match((node.title or "").strip()):
            lead = 0
        if lead is not None:
            condition = _condition_before(words, lead)
            run_in = list(_list_behind(node, lead, condition)) if node.text else []
            items = [] if run_in else _items_behind(flat, at)
            for item in items:
                used.update(id(n) for n in item.walk())
                run_in += _of_item(item, condition)
            if run_in:
                out += [*_run_in(node, lead), *run_in]
                continue
        if node.text:
            out += _run_in(node)
    return out


def _lead_at(words: str) -> int | None:
    """Where the list begins that these words announce; None when they announce none."""
    if _HEADED.match(words.strip()):
        return len(words)
    if "料" not in words and "件" not in words and "证" not in words:
        return None
    for lead in _LEAD.finditer(words):
        begin = max((m.end() for m in _STOP.finditer(words, max(0, lead.start() - 200), lead.start())), default=0)
        if not _NOT.search(words, begin, lead.end()):
            return lead.end()
    return None


def _condition_before(words: str, end: int) -> str | None:
    begin = max((m.end() for m in _STOP.finditer(words, max(0, end - 300), max(0, end - 1))), default=0)
    return _case(words[begin:end]) if begin < end and _HEADED.match(words.strip()) is None else None


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
    if _NOT.search(without_brackets(text)) or any(_NOTHING.match(n.text.strip()) for n in node.children):
        return
    end = _first_stop(text)
    yield from _papers(node, 0, end, condition, announced=True)
    for begin, stop in _parts(text, end, len(text), _STOP):
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
    """``应当提供居民身份证、户口簿和申请表。`` without 以下材料: only where every member is called a paper."""
    text = node.text
    at = 0
    limit = len(text) if stop_at is None else stop_at
    while lead := _RUN_IN.search(text, at, limit):
        at = lead.end()
        stop = _clause_end(text, at)
        if stop - at >= LONGEST_LIST:
            continue
        if text[at - 1] in "持凭" or (lead.group("verb") or lead.group("plain")) in ("持", "凭"):
            further = _GOES_ON.search(text, at + 2, stop)
            stop = further.start() if further else stop
        begin = max((m.end() for m in _STOP.finditer(text, max(0, lead.start() - 120), lead.start())), default=0)
        if _NOT.search(text, begin, lead.end()):
            continue
        found = list(_papers(node, at, stop, _case(text[begin : lead.end()]), announced=False))
        if found:
            yield from found
            at = stop


def _clause_end(text: str, start: int) -> int:
    depth = 0
    for at in range(start, min(len(text), start + LONGEST_LIST)):
        if text[at] in OPENING:
            depth += 1
        elif text[at] in CLOSING:
            if depth == 0:
                return at
            depth -= 1
        elif text[at] in "，,。；;：:\n" and depth == 0:
            return at
    return min(len(text), start + LONGEST_LIST)


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


def _papers(node: Node, start: int, end: int, condition: str | None, *, announced: bool) -> Iterator[MaterialFound]:
    """The papers named in ``node.text[start:end]``; none where its words are a sentence and no list."""
    text = node.text
    found = _ITEM_IF.match(text[start:end])
    if found and balanced(found.group("condition")):
        condition = re.sub(r"^\d{1,2}[.．、]", "", found.group("condition"))
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
    for a, b in _cut(text, start, end, announced=announced):
        one = _material(node, a, b, condition)
        if one is not None and (is_paper(text[a:b], strict=not announced) or (announced and may_be(one.name))):
            yield one


_COLON = re.compile("[：:]")


def _cut(text: str, start: int, end: int, *, announced: bool) -> list[tuple[int, int]]:
    """``A、B和C`` as three where each is called a paper; one, where the last two are alternatives (A、B或C); none, where
    nobody announced papers and some part is not called one."""
    parts = _parts(text, start, end, _PART)
    sides = _parts(text, parts[-1][0], parts[-1][1], re.compile("或者?")) if parts else []
    alternatives = len(sides) > 1 and all(is_paper(text[a:b]) for a, b in sides)
    listed = any("《" in text[a:b] for a, b in parts[:-1])
    if len(parts) < 2 or (alternatives and not listed):
        return [(start, end)]
    joined = _joined(text, parts)
    if joined and (announced or any(is_paper(text[a:b], strict=True) for a, b in joined)):
        return joined
    return [(start, end)] if announced else []


def _joined(text: str, parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The parts, each that is no paper alone put together with the next (必要性和可行性论证报告); none when words are left."""
    out: list[tuple[int, int]] = []
    begin: int | None = None
    for a, b in parts:
        first = a if begin is None else begin
        if is_paper(text[a:b]) and (begin is None or is_paper(text[first:b])):
            out.append((first, b))
            begin = None
        else:
            begin = first
    return out if begin is None else []


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


def _of_cell(node: Node, cell: str) -> Iterator[MaterialFound]:
    stand_in = Node("table", None, None, cell, id=node.id, label=node.label, location=node.location)
    marks = list(_INLINE.finditer(cell))
    listed = bool(marks) and not cell[: marks[0].start()].strip()
    found = (
        list(_list_behind(stand_in, 0, None)) if listed else list(_papers(stand_in, 0, len(cell), None, announced=True))
    )
    for one in found:
        one.span = (0, 0)
        yield one
