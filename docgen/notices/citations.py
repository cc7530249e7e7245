"""What a document cites: 《title》（文号） with the articles cited of it, short names given and used, places of its own.

A range of articles of another document stays one citation (``cited`` 第十二条至第十五条); a range inside this document gives
one citation a node. A form or certificate in 《》 is no citation. What cannot be resolved keeps its words and no target.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field

from checkers.registry import normal_number
from docgen.notices.citation_numbers import NUMBER_IN_TEXT, behind_title, number_before, number_start
from docgen.notices.model import CitationFound, Node, Notice
from docgen.notices.references import GENRES, PATH, STEP, Places, places_of, resolve

_LONGEST = 220
"""Characters of the longest title; an opening mark without its closing one swallows no more than this."""

_ARTICLES = re.compile(rf"\s?[（(]?(?P<path>{PATH}(?:\s?[至到]\s?{PATH})?)")
_MORE_ARTICLES = re.compile(rf"\s?(?:、|，|,|和|及|以及|或者?)\s?(?P<path>(?:{PATH}|{STEP})(?:\s?[至到]\s?{PATH})?)")

ALIASES = 200
"""Short names that are also looked for without 《》; a document gives itself a dozen."""

_DOCUMENT_WORDS = (
    r"法典|法|条例|办法|规定|通知|意见|决定|细则|规则|规程|公告|批复|复函|函|答复|方案|规划|计划|纲要|标准|规范|通告|措施"
    r"|制度|指引|指南|解释|解答|目录|公约|宪法|章程|准则|通则|政策|条款|备忘录|要点|报告|清单|通报|命令|令|纪要|协定|政策解读|大典|基准|请示|标准条件|总则"
)
_IS_DOCUMENT = re.compile(
    rf"(?:{_DOCUMENT_WORDS})(?:\s?[（(〔\[][^（）()]{{1,24}}[)）〕\]])*(?:[一二三四五六七八九十]|的补充|\d{{4}}年?版?)?$"
)
_NO_DOCUMENT = re.compile(
    r"(?:法律资讯|读本|年鉴|日报|教程|教材|(?:调查|审计|体检|鉴定|申请|评估|检测|研究|终结|述职)报告|(?:许可|录用|缴费|入学|催缴)通知|移交清单|联系函)$"
)
_ALIAS_GENRE = re.compile(r"^(?:条例|办法|通知|意见|规定|方案|决定|细则|规程|规则|公告|标准|目录|计划|规划|法)$")

_LAWS = (
    "刑法|宪法|民法典|社会保险法|劳动法|劳动合同法|劳动争议调解仲裁法|就业促进法|行政处罚法|行政许可法|行政复议法|行政强制法|行政诉讼法"
    "|民事诉讼法|刑事诉讼法|公务员法|治安管理处罚法|税收征收管理法|国家赔偿法|职业教育法|军人保险法|退役军人保障法|工会法|民法通则|公司法"
    "|安全生产法|职业病防治法|预算法|会计法|审计法|保守国家秘密法|个人信息保护法|数据安全法|网络安全法|电子签名法|残疾人保障法|企业破产法"
    "|监察法|公职人员政务处分法|社会保险费征缴暂行条例|工伤保险条例|失业保险条例|劳动保障监察条例|劳动合同法实施条例|行政复议法实施条例"
    "|政府信息公开条例|社会保险经办条例|保障农民工工资支付条例|人力资源市场暂行条例|女职工劳动保护特别规定"
)
_BARE_LAW = re.compile(
    rf"(?:(?<=根据)|(?<=依照)|(?<=按照)|(?<=依据)|(?<=违反)|(?<=适用)|(?<=符合))(?:中华人民共和国)?(?:{_LAWS})(?![律规制定院人]|[一-鿿]{{0,6}}》)"
    rf"|(?<!《)(?:中华人民共和国)?(?:{_LAWS})(?=第[一二三四五六七八九十百\d]{{1,5}}条)"
)
_INSIDE = re.compile(
    rf"本(?:{GENRES})\s?(?:{PATH})"
    rf"|(?:本条(?!例|件|文|款)|本款(?!项)|本项(?=规定|所|第|之)|本章|本节)(?:\s?{PATH})?"
    rf"|(?<![以从提目之空日生超当])(?:前[一二两三四五六七八九十]{{0,2}}(?:款|条|项)|上(?:款|条))(?!目|件|例)(?:\s?{PATH})?"
    rf"|(?:上述|前述){PATH}|附件\s?(?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})(?:[-—－]\d{{1,2}})?|(?<=[见按附])附件(?![一-鿿])"
    rf"|{PATH}"
)
_LIST_ON = re.compile(rf"\s?(?P<sign>至|到|、|和|及|以及|或者?|与)\s?(?P<path>{PATH}|{STEP})")
_BARE_BEFORE = re.compile(r"(?:违反|依照|按照|根据|依据|符合|有|除|适用|参照|执行|具备|属于|与|和|、|，|因|以)$")
_BARE_BEHIND = re.compile(r"\s?(?:的?规定|所列|所称|所述|所规定|规定的|情形|的情形|之规定|要求|条件|行为|中的|之一)")


@dataclass(slots=True)
class _Named:
    """A document as it was cited once."""

    title: str | None
    doc_no: str | None


@dataclass(slots=True)
class _Reading:
    """One notice being read: what has been named, and the short names in use."""

    notice: Notice
    places: Places
    aliases: dict[str, _Named] = field(default_factory=dict)
    bare: re.Pattern[str] | None = None
    out: list[CitationFound] = field(default_factory=list)


def find_citations(notice: Notice) -> list[CitationFound]:
    """Every citation in reading order. ``text`` is ``node.text[span[0]:span[1]]``; of a heading or a table the span is (0, 0).

    A later short name (《条例》) carries the title and number it stands for; ``target`` is set only for places in this document.
    """
    reading = _Reading(notice, places_of(notice))
    for node in notice.nodes():
        for words in _outside_text(node):
            reading.out += _of_words(reading, node, words)
        if not node.text:
            continue
        taken: list[tuple[int, int]] = []
        found = [*_titles(reading, node, taken)]
        found += _numbers(reading, node, taken)
        found += _laws(node, taken)
        found += _bare_aliases(reading, node, taken)
        found += _inside(reading, node, taken)
        found.sort(key=lambda c: c.span)
        reading.out += found
    return reading.out


def _outside_text(node: Node) -> Iterator[str]:
    """Words of a node that are not its ``text``: its heading, the rows of its table."""
    if node.title:
        yield node.title
    if node.table is not None:
        rows: dict[int, list[str]] = {}
        for cell in node.table.cells:
            rows.setdefault(cell.row, []).append(cell.text)
        yield from ("\t".join(cells) for _, cells in sorted(rows.items()))


def _of_words(reading: _Reading, node: Node, text: str) -> list[CitationFound]:
    """What a heading or a row cites (一、《title》（文号）); its span is (0, 0): the words are no part of the node's text."""
    words = Node(node.kind, node.number, None, text, id=node.id, label=node.label, location=node.location)
    taken: list[tuple[int, int]] = []
    found = [*_titles(reading, words, taken)]
    found += _numbers(reading, words, taken)
    found.sort(key=lambda c: c.span)
    for one in found:
        one.span = (0, 0)
    return found


def _found(node: Node, span: tuple[int, int]) -> CitationFound:
    return CitationFound(node.text[span[0] : span[1]], node.label, node.id, span, node.location)


# ---------------------------------------------------------------- 《title》（文号）


def title_spans(text: str) -> list[tuple[int, int]]:
    """Half-open spans of the outermost 《…》; a 《 that is never closed does not hide what stands behind it."""
    stack: list[int] = []
    spans: list[tuple[int, int]] = []
    for mark in re.finditer("[《》]", text):
        if mark.group() == "《":
            stack.append(mark.start())
        elif stack:
            start = stack.pop()
            if mark.end() - start <= _LONGEST:
                while spans and spans[-1][0] > start:
                    spans.pop()
                spans.append((start, mark.end()))
    return spans


def _titles(reading: _Reading, node: Node, taken: list[tuple[int, int]]) -> Iterator[CitationFound]:
    text = node.text
    if "《" not in text:
        return
    spans = title_spans(text)
    at = 0
    while at < len(spans):
        stop = at + 1
        while stop < len(spans) and re.fullmatch(r"\s?[、和及与]?\s?", text[spans[stop - 1][1] : spans[stop][0]]):
            stop += 1
        if not _overlaps(taken, spans[at]):
            yield from _group(reading, node, spans[at:stop], taken)
        at = stop


def _group(
    reading: _Reading, node: Node, group: list[tuple[int, int]], taken: list[tuple[int, int]]
) -> Iterator[CitationFound]:
    """Titles side by side, which may share one list of numbers and of short names behind the last."""
    text = node.text
    numbers, short, end = behind_title(text, group[-1][1])
    citations = []
    for at, (start, stop) in enumerate(group):
        one = _found(node, (start, stop))
        one.title = re.sub(r"\s+", "", text[start + 1 : stop - 1])
        from_end = len(group) - at
        if len(numbers) == len(group) or (from_end == 1 and numbers):
            one.doc_no = numbers[-from_end] if len(numbers) == len(group) else numbers[0]
        if len(short) == len(group) or (from_end == 1 and len(short) == 1):
            one.alias = short[-from_end] if len(short) == len(group) else short[0]
        citations.append(one)
    before = number_before(text, group[0][0])
    if before is not None and citations[0].doc_no is None:
        citations[0].doc_no, start = before
        citations[0].span = (start, citations[0].span[1])
    if len(group) == 1 and not numbers and (outer := _OF_A_NOTICE.match(text, group[0][1])):
        numbers, short, end = _announced(citations[0], text, outer, (numbers, short, end))
    last = citations[-1]
    last.span = (last.span[0], end)
    extra = numbers[1:] if len(group) == 1 else []
    for at, one in enumerate(citations):
        kept = _settled(reading, one)
        if one is last and kept:
            yield from _with_articles(node, one, taken)
            yield from (_another(node, one, number) for number in extra)
        elif kept:
            _take(taken, one.span)
            one.text = text[one.span[0] : one.span[1]]
            yield one
        else:
            _take(taken, group[at])


_OF_A_NOTICE = re.compile(r"\s?(?:等[^，。；（(]{0,16})?的(?:通知|函|公告|决定|批复|意见|通告)(?=\s?[（(])")
_ABOUT = re.compile(r"关于(?:印发|转发|公布|发布|修改|修订|废止|贯彻|实施|执行|做好)[^，。；：]{0,12}$")


def _announced(
    one: CitationFound, text: str, outer: re.Match[str], plain: tuple[list[str], list[str], int]
) -> tuple[list[str], list[str], int]:
    """关于印发《title》的通知（文号）: the number is the notice's, so the notice is what is cited."""
    about = _ABOUT.search(text, max(0, one.span[0] - 20), one.span[0])
    numbers, short, end = behind_title(text, outer.end())
    if about is None or not numbers:
        return plain
    one.title = _spaceless(text[about.start() : outer.end()])
    one.span, one.doc_no = (about.start(), end), numbers[0]
    one.alias = short[0] if short else None
    return numbers, short, end


def _another(node: Node, one: CitationFound, number: str) -> CitationFound:
    """A second number in the bracket behind one title: a document of its own, known by number only."""
    other = _found(node, one.span)
    other.doc_no = number
    return other


def _settled(reading: _Reading, one: CitationFound) -> bool:
    """Resolves a short name, notes a new one; False where the title is no document (a form, a certificate)."""
    title = one.title or ""
    known = reading.aliases.get(title)
    if known is not None and one.doc_no is None:
        one.alias, one.title, one.doc_no = title, known.title, known.doc_no
        return True
    if _ALIAS_GENRE.match(title) and one.doc_no is None:
        one.alias, one.title = title, None
        return True
    if one.doc_no is None and (not _IS_DOCUMENT.search(title) or _NO_DOCUMENT.search(title)):
        return False
    if one.alias:
        new = one.alias not in reading.aliases
        reading.aliases[one.alias] = _Named(one.title, one.doc_no)
        bare = sorted((a for a in reading.aliases if len(a) >= 3), key=len, reverse=True) if new else []
        if bare and len(reading.aliases) <= ALIASES:
            reading.bare = re.compile(f"(?:{'|'.join(map(re.escape, bare))})(?![律规制])")
    return True


def _with_articles(node: Node, one: CitationFound, taken: list[tuple[int, int]]) -> Iterator[CitationFound]:
    """The citation with the first article cited of it, and one more for each further article of the list."""
    text, (start, end) = node.text, one.span
    first = _ARTICLES.match(text, end)
    if first is None:
        _take(taken, (start, end))
        one.text = text[start:end]
        yield one
        return
    one.cited = _spaceless(first.group("path"))
    one.span = (start, first.end())
    one.text = text[start : first.end()]
    yield one
    at, before = first.end(), one.cited
    while more := _MORE_ARTICLES.match(text, at):
        if re.match(r"本|前", more.group("path")):
            break
        other = _found(node, more.span("path"))
        other.title, other.doc_no, other.alias = one.title, one.doc_no, one.alias
        other.cited = before = _continued(before, _spaceless(more.group("path")))
        yield other
        at = more.end()
    _take(taken, (start, at))


_ORDER_OF_STEPS = ("条", "款", "项", "目")


def _continued(before: str, path: str) -> str:
    """``第八条第二款`` then ``第三款`` → ``第八条第三款``."""
    unit = next((i for i, u in enumerate(_ORDER_OF_STEPS) if re.match(rf"第?[（(]?[^款条项目]{{1,7}}{u}", path)), 0)
    if unit == 0:
        return path
    head = before.partition("至")[0]
    cut = re.match(rf".*?{_ORDER_OF_STEPS[unit - 1]}", head) or re.match(r".*?条", head)
    return (cut.group() if cut else "") + (path if path.startswith("第") else "第" + path)


def _spaceless(words: str) -> str:
    return re.sub(r"\s+", "", words)


# ---------------------------------------------------------------- numbers and laws without 《》


def _numbers(reading: _Reading, node: Node, taken: list[tuple[int, int]]) -> Iterator[CitationFound]:
    """人社部发〔2020〕30号 standing alone."""
    if "号" not in node.text:
        return
    for number in NUMBER_IN_TEXT.finditer(node.text):
        start = number_start(node.text, *number.span())
        if start is None or _overlaps(taken, (start, number.end())):
            continue
        one = _found(node, (start, number.end()))
        one.doc_no = normal_number(one.text)
        if one.doc_no.startswith("〔"):
            continue
        yield from _with_articles(node, one, taken)


def _laws(node: Node, taken: list[tuple[int, int]]) -> Iterator[CitationFound]:
    """刑法第二百六十六条, 根据社会保险法: well-known laws named without 《》."""
    if "法" not in node.text and "条例" not in node.text:
        return
    for law in _BARE_LAW.finditer(node.text):
        if _overlaps(taken, law.span()):
            continue
        one = _found(node, law.span())
        one.title = law.group()
        yield from _with_articles(node, one, taken)


def _bare_aliases(reading: _Reading, node: Node, taken: list[tuple[int, int]]) -> Iterator[CitationFound]:
    """A short name used without 《》 (30号文件, 实施方案 when it was given so)."""
    if reading.bare is None:
        return
    for word in reading.bare.finditer(node.text):
        before = node.text[word.start() - 1 : word.start()]
        if _overlaps(taken, word.span()) or ("一" <= before <= "鿿" and before not in _MAY_PRECEDE):
            continue
        one = _found(node, word.span())
        known = reading.aliases[word.group()]
        one.alias, one.title, one.doc_no = word.group(), known.title, known.doc_no
        yield from _with_articles(node, one, taken)


_MAY_PRECEDE = "照据合行循反从守与和及对按实由在"
"""Characters that end the word before a short name (按照, 根据, 执行); behind any other it is part of a longer name."""


def _take(taken: list[tuple[int, int]], span: tuple[int, int]) -> None:
    insort(taken, span)


def _overlaps(taken: list[tuple[int, int]], span: tuple[int, int]) -> bool:
    """Whether ``span`` touches one of the spans, which are sorted and apart from each other."""
    at = bisect_left(taken, span)
    return (at > 0 and taken[at - 1][1] > span[0]) or (at < len(taken) and taken[at][0] < span[1])


# ---------------------------------------------------------------- places of this document


def _inside(reading: _Reading, node: Node, taken: list[tuple[int, int]]) -> Iterator[CitationFound]:
    """本条, 前款, 本办法第八条, 上述第（一）项, 附件2; one citation a node where a range or list names several."""
    text = node.text
    if not any(c in text for c in ("条", "款", "项", "附件", "部分", "章")):
        return
    articles = reading.places.scope_of[node.id].has_articles
    at = 0
    while place := _INSIDE.search(text, at):
        start, at = place.span()
        own = not place.group().startswith("第")
        while more := _LIST_ON.match(text, at):
            at = more.end()
        if _overlaps(taken, (start, at)) or not (own or _bare_place(text, start, at, articles)):
            continue
        if _in_quotes(text, start) or text.strip() == place.group():
            continue
        _take(taken, (start, at))
        targets = resolve(reading.notice, node, text[start:at], reading.places)
        named: list[str | None] = [*targets] or [None]
        for target in named:
            one = _found(node, (start, at))
            one.target = target
            one.cited = _spaceless(one.text)
            yield one


def _in_quotes(text: str, at: int) -> bool:
    """Words that are quoted speak of the document they are quoted from."""
    window = max(0, at - 400)
    return text.rfind("“", window, at) > text.rfind("”", window, at)


def _bare_place(text: str, start: int, end: int, articles: bool) -> bool:
    """第八条 without 本办法 before it: of this document only where it is spoken of as a rule (违反第八条规定)."""
    if not articles:
        return False
    before, behind = text[max(0, start - 4) : start], text[end : end + 6]
    if re.search(r"[》法例〉”\"）)]$", before):
        return False
    return _BARE_BEFORE.search(before) is not None and _BARE_BEHIND.match(behind) is not None
