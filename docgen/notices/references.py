"""Where the words 本条, 前款, 本办法第八条第二款, 上述第（一）项, 附件2 point inside one document.

The places of a notice are looked up by kind and printed number, never by their ids, so that any numbering can be cited:
第八条 of a document with articles, 第三条 or 第三部分 of one that counts 一、二、三、.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from checkers.values.numerals import chinese_integer
from docgen.notices.model import Node, Notice

N = r"(?:\d{1,3}|[一二三四五六七八九十百零〇两]{1,7}|[①-⑳])"
STEP_WORDS = r"(?:编|章|节|条|款|项|目|部分|点)"
STEP = rf"第?\s?[（(]?{N}[)）]?{STEP_WORDS}(?:之[一二三四五六七八九十]{{1,2}})?"
"""One step of a path: 第八条, 第(二)项, （三）项, 第二部分; a step without 第 is only read behind another."""
_SHARED = rf"第\s?[（(]?{N}[)）]?(?:[、和][（(]?{N}[)）]?){{1,8}}(?:条|款|项|目|部分)"
PATH = rf"(?:第\s?[（(]?{N}[)）]?{STEP_WORDS}(?:之[一二三四五六七八九十]{{1,2}})?(?:\s?{STEP}){{0,4}}(?:\s?{_SHARED})?|{_SHARED})"
"""第八条第二款第(三)项, also with a last step of several numbers under one 项: 第二、三项."""
GENRES = (
    r"法典|法|条例|办法|规定|细则|规程|规则|通知|意见|方案|决定|制度|指引|公告|规范|标准|通告|章程|协议|目录|措施"
    r"|实施意见|实施办法|实施细则"
)

_STEP = re.compile(rf"第?\s?[（(]?(?P<n>{N})[)）]?(?P<word>{STEP_WORDS})(?P<more>之[一二三四五六七八九十]{{1,2}})?")
_ATTACHMENT = re.compile(r"附件\s?(?P<n>\d{1,3}|[一二三四五六七八九十]{1,3})?(?P<part>[-—－]\d{1,2})?")
_BACK = re.compile(r"^(?P<word>前|上)(?P<many>[一二两三四五六七八九十]{0,2})(?P<unit>款|条|项)")
_HERE = re.compile(r"^(?:本|该)(?P<unit>编|章|节|条|款|项|目)")
_OWN = re.compile(rf"^本(?:{GENRES})")
_SEPARATOR = re.compile(r"\s?(?P<sign>至|到|[-—－~～]|、|，|,|和|及|以及|或者?|与)\s?")
_NUMERALS = re.compile(N)
_SHARED_RE = re.compile(rf"第\s?(?P<all>[（(]?{N}[)）]?(?:[、和][（(]?{N}[)）]?){{1,8}})(?P<word>条|款|项|目|部分)")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"

KINDS: dict[str, tuple[str, ...]] = {
    "编": ("part",),
    "章": ("chapter",),
    "节": ("section",),
    "条": ("article",),
    "款": ("paragraph",),
    "项": ("item",),
    "目": ("subitem",),
}
_WIDE = 200
"""More nodes than this in one range are a slip of the pen."""


def number_value(number: str | None) -> int | None:
    """``第八条`` 8, ``（十二）`` 12, ``3.`` 3, ``③`` 3; None for anything else."""
    found = _NUMERALS.search(number or "")
    if found is None:
        return None
    word = found.group()
    if word in _CIRCLED:
        return _CIRCLED.index(word) + 1
    if word.isdigit():
        return int(word)
    try:
        return chinese_integer(word.replace("两", "二"))
    except ValueError:
        return None


@dataclass(slots=True)
class Scope:
    """The body, or one attachment: a text with its own numbering."""

    tops: list[Node]
    by_kind: dict[tuple[str, int, str], Node] = field(default_factory=dict)
    has_articles: bool = False


@dataclass(slots=True)
class Places:
    """The nodes of one notice by id, with their parents and the text they belong to. Built once, in linear time."""

    notice: Notice
    scopes: list[Scope] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    parents: dict[str, Node] = field(default_factory=dict)
    scope_of: dict[str, Scope] = field(default_factory=dict)


def places_of(notice: Notice) -> Places:
    """An index for many calls of ``resolve`` on the same notice."""
    places = Places(notice)
    for tops in [notice.body, *(a.body for a in notice.attachments)]:
        scope = Scope(tops)
        places.scopes.append(scope)
        stack: list[tuple[Node, Node | None]] = [(top, None) for top in reversed(tops)]
        while stack:
            node, parent = stack.pop()
            places.nodes[node.id] = node
            places.scope_of[node.id] = scope
            if parent is not None:
                places.parents[node.id] = parent
            if node.kind in ("part", "chapter", "article"):
                value = number_value(node.number)
                if value is not None:
                    scope.by_kind.setdefault((node.kind, value, _suffix(node.number)), node)
                scope.has_articles = scope.has_articles or node.kind == "article"
            stack.extend((child, node) for child in reversed(node.children))
    return places


def _suffix(number: str | None) -> str:
    """``之一`` of 第八条之一."""
    return number[number.index("之") :] if number and "之" in number else ""


# ---------------------------------------------------------------- words → nodes


def resolve(notice: Notice, from_node: Node | str, words: str, places: Places | None = None) -> list[str]:
    """Ids of the nodes that ``words`` (本条, 前两款, 本办法第八条第二款, 第三条至第五条, 上述第（一）项, 附件2) mean when
    they stand in ``from_node``; empty when the document has no such place. Pass ``places`` when asking often.
    """
    places = places or places_of(notice)
    ident = from_node if isinstance(from_node, str) else from_node.id
    here = places.nodes.get(ident)
    attachment = _ATTACHMENT.match(words.strip())
    if attachment:
        return _attachment(notice, attachment)
    if here is None:
        return []
    text = _SHARED_RE.sub(_spelled_out, _OWN.sub("", re.sub(r"^(?:上述|前述|以上)", "", words.strip())))
    if back := _BACK.match(text):
        base, text = _before(places, here, back), text[back.end() :].strip()
    elif this := _HERE.match(text):
        base, text = _around(places, here, this.group("unit")), text[this.end() :].strip()
    else:
        return [n.id for n in _paths(places, here, text, None)]
    return [n.id for n in (_paths(places, here, text, base[-1]) if base and text else base)]


def _spelled_out(shared: re.Match[str]) -> str:
    """``第二、三项`` → ``第二项、第三项``."""
    return "、".join(f"第{number}{shared.group('word')}" for number in re.split("[、和]", shared.group("all")))


def _attachment(notice: Notice, found: re.Match[str]) -> list[str]:
    """The first node of the attachment; empty when it is not attached (or has no text)."""
    if found.group("n") is None:
        chosen = notice.attachments if len(notice.attachments) == 1 else []
    else:
        chosen = [a for a in notice.attachments if a.number == number_value(found.group("n"))]
    return [a.body[0].id for a in chosen[:1] if a.body]


def _before(places: Places, here: Node, back: re.Match[str]) -> list[Node]:
    """前款, 前两款, 前条: the siblings before, nearest last; empty when there are not so many."""
    many = number_value(back.group("many")) or 1
    unit = back.group("unit")
    at = _container(places, here, unit)
    if at is None:
        return []
    if unit == "条":
        value = number_value(at.number)
        if value is None:
            return []
        scope = places.scope_of[here.id]
        nodes = [_article(scope, value - k, "") for k in range(many, 0, -1)]
        found = [n for n in nodes if n is not None]
    else:
        line = _paragraphs(places, at) if unit == "款" else _siblings(places, at)
        index = next((i for i, n in enumerate(line) if n is at), 0)
        found = line[max(0, index - many) : index]
    return found if len(found) == many else []


def _around(places: Places, here: Node, unit: str) -> list[Node]:
    """本条, 本款, 本章: the place itself or what it stands in."""
    at = _container(places, here, unit)
    return [at] if at is not None else []


def _container(places: Places, here: Node, unit: str) -> Node | None:
    wanted = KINDS[unit]
    node: Node | None = here
    seen: list[Node] = []
    while node is not None:
        seen.append(node)
        if node.kind in wanted:
            return node
        node = places.parents.get(node.id)
    if unit == "款":
        return next((n for n in seen if n.kind in ("article", "heading")), None)
    if unit == "条":
        headings = [n for n in seen if n.kind == "heading"]
        return headings[-1] if headings else None
    if unit in "项目" and here.kind in ("item", "subitem", "heading"):
        return here
    return None


def _siblings(places: Places, node: Node) -> list[Node]:
    parent = places.parents.get(node.id)
    line = parent.children if parent is not None else places.scope_of[node.id].tops
    return [n for n in line if n.kind == node.kind]


def _paragraphs(places: Places, node: Node) -> list[Node]:
    """The 款 of the article that ``node`` is in: its own text first when it has some, then its paragraphs."""
    article = node if node.kind in ("article", "heading") else places.parents.get(node.id)
    if article is None:
        return [n for n in places.scope_of[node.id].tops if n.kind == "paragraph"]
    own = [article] if article.text.strip() and not _counts_itself(article) else []
    return [*own, *(n for n in article.children if n.kind == "paragraph")]


def _counts_itself(article: Node) -> bool:
    """True where the tree counts the first paragraph child as 第一款 although the article has words of its own."""
    first = next((n for n in article.children if n.kind == "paragraph"), None)
    return first is not None and first.label.endswith("第一款")


def _article(scope: Scope, value: int, suffix: str) -> Node | None:
    if scope.has_articles:
        return scope.by_kind.get(("article", value, suffix))
    return next((n for n in _headings(scope.tops) if number_value(n.number) == value), None)


def _headings(tops: list[Node]) -> list[Node]:
    """The outermost numbered nodes: 一、二、三、 of a text without articles."""
    return [n for n in tops if n.number is not None and n.kind != "table"]


def _paths(places: Places, here: Node, text: str, base: Node | None) -> list[Node]:
    """``第八条第二款、第三款``, ``第三条至第五条``, ``第（一）（二）项``: every node named, or none when one is missing."""
    out: list[Node] = []
    previous: list[tuple[str, int, str]] = []
    joined = ""
    for steps, sign in _listed(text):
        path = _completed(previous, steps)
        node = _walk(places, here, path, base)
        if node is None:
            return []
        if joined in ("至", "到", "-", "—", "－", "~", "～") and out:
            out.extend(_between(places, out[-1], node))
        out.append(node)
        previous, joined = path, sign
    return out


def _listed(text: str) -> Iterator[tuple[list[tuple[str, int, str]], str]]:
    """Paths (word, value, 之一) of a list, each with the sign behind it."""
    at = 0
    while at < len(text):
        steps: list[tuple[str, int, str]] = []
        while found := _STEP.match(text, at):
            value = number_value(found.group("n"))
            if value is None:
                return
            steps.append((found.group("word"), value, found.group("more") or ""))
            at = found.end()
        sign = _SEPARATOR.match(text, at)
        if steps:
            yield steps, sign.group("sign") if sign else ""
        if not sign:
            return
        at = sign.end()


_RANK = {w: n for n, w in enumerate(("编", "章", "节", "部分", "条", "款", "项", "目", "点"))}


def _completed(previous: list[tuple[str, int, str]], steps: list[tuple[str, int, str]]) -> list[tuple[str, int, str]]:
    """``第八条第二款、第三款``: the second path begins where the first had its 款."""
    if not previous or not steps:
        return steps
    rank = _RANK[steps[0][0]]
    return [*(s for s in previous if _RANK[s[0]] < rank), *steps]


def _walk(places: Places, here: Node, path: list[tuple[str, int, str]], base: Node | None) -> Node | None:
    at = base
    for word, value, suffix in path:
        at = _first(places, here, word, value, suffix) if at is None else _below(places, at, word, value)
        if at is None:
            return None
    return at


def _first(places: Places, here: Node, word: str, value: int, suffix: str) -> Node | None:
    """A path's first step: in the text ``here`` belongs to; a chapter or article elsewhere when only one text has it."""
    scope = places.scope_of[here.id]
    if word in ("编", "章", "条", "部分"):
        kinds = {"编": "part", "章": "chapter"}

        def find(one: Scope) -> Node | None:
            if word in kinds:
                return one.by_kind.get((kinds[word], value, ""))
            return _article(one, value, suffix) if word == "条" or not one.has_articles else None

        own = find(scope)
        if own is not None or scope.has_articles:
            return own
        others = [n for n in (find(s) for s in places.scopes if s is not scope and s.has_articles) if n is not None]
        return others[0] if len(others) == 1 else None
    node: Node | None = here
    while node is not None:
        found = _below(places, node, word, value)
        if found is not None:
            return found
        same = [n for n in _siblings(places, node) if n is not here and number_value(n.number) == value and n.number]
        if same and node.kind in ("item", "subitem", "heading"):
            return same[0]
        node = places.parents.get(node.id)
    return None


def _below(places: Places, at: Node, word: str, value: int) -> Node | None:
    """The 款, 项 or 目 number ``value`` of a place; a 项 may stand in any 款 of its article."""
    if word == "款":
        line = _paragraphs(places, at) if at.kind == "article" else [n for n in at.children if n.kind == "paragraph"]
        if at.kind == "article" and line:
            return line[value - 1] if 0 < value <= len(line) else None
    if word == "款" and at.kind == "article" and not at.children:
        return at if value == 1 else None
    numbered = [n for n in at.children if n.number is not None]
    if word != "款" and not numbered:
        numbered = [n for child in at.children if child.number is None for n in child.children if n.number is not None]
    return next((n for n in numbered if number_value(n.number) == value), None)


def _between(places: Places, first: Node, last: Node) -> list[Node]:
    """The nodes strictly between two of the same kind, in reading order: articles across chapters, else siblings."""
    a, b = number_value(first.number), number_value(last.number)
    if first.kind == "article" and last.kind == "article" and a is not None and b is not None:
        scope = places.scope_of[first.id]
        if b - a > _WIDE:
            return []
        return [n for n in (_article(scope, k, "") for k in range(a + 1, b)) if n is not None]
    line = _paragraphs(places, last) if last.kind == "paragraph" else _siblings(places, last)
    spots = [i for i, n in enumerate(line) if n is first or n is last]
    return line[spots[0] + 1 : spots[1]] if len(spots) == 2 else []
