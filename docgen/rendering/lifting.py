"""What a tag does to the table, row, cell, paragraph or run around it, done once in the tree of the part.

``{%p …%}``, ``{%tr …%}``, ``{%tc …%}``, ``{%r …%}``: the paragraph, row, cell or run gives way to the bare statement.
``{{p x }}``, ``{{r x }}``: the value alone, without what else stood there; ``{#p … #}`` takes its paragraph away.
``{% colspan n %}``, ``{% cellbg colour %}``, ``{% vm %}``, ``{% hm %}``: properties of the cell.
``{%- …`` and ``… -%}``: the line or paragraph before or after joins.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from docgen.errors import UsageError
from docgen.rendering.tags import SPACE, Tag, Tags, W

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

GRID = "docgen:grid"
"""A comment in tables whose number of columns is only known when they are filled."""

_NAMES = {"p": "段", "tr": "表格的行", "tc": "表格的单元格", "r": "文字"}
_CELL_ORDER = ("tcW", "gridSpan", "hMerge", "vMerge", "tcBorders", "shd", "noWrap", "tcMar", "textDirection", "vAlign")
_LINES = {f"{W}br", f"{W}cr"}


def lift(paragraphs: list[Element], tags: Tags) -> None:
    """Carries out every tag that is more than text. Raises UsageError with the tag's place."""
    for paragraph in paragraphs:
        if paragraph.getparent() is not None:
            _comments(paragraph, tags)
    for paragraph in paragraphs:
        if paragraph.getparent() is not None:
            _join(paragraph, tags)
    for paragraph in paragraphs:
        if paragraph.getparent() is not None:
            _cells(paragraph, tags)
    for paragraph in paragraphs:
        if paragraph.getparent() is not None:
            _lifted(paragraph, tags)


def texts_of(paragraph: Element) -> list[Element]:
    """The text nodes of this paragraph, without those of text boxes in it."""
    return [t for t in paragraph.iter(f"{W}t") if next(t.iterancestors(f"{W}p"), None) is paragraph]


def _tags_of(paragraph: Element, tags: Tags) -> list[tuple[Element, str, Tag]]:
    return [(t, mark, tag) for t in texts_of(paragraph) for mark, tag in tags.within(t.text or "")]


def _cut(node: Element, mark: str) -> None:
    node.text = (node.text or "").replace(mark, "", 1)


def _around(paragraph: Element, tag: Tag) -> Element:
    if tag.lift == "p":
        return paragraph
    found = next(paragraph.iterancestors(f"{W}{tag.lift}"), None)
    if found is None:
        raise UsageError(f"{tag.label}：{{%{tag.lift} …%}} 要写在{_NAMES[tag.lift]}里。")
    return found


def _replace(target: Element, mark: str | None) -> None:
    """Puts the mark, as a comment, where the element was; None takes it away."""
    from lxml import etree

    parent = target.getparent()
    if parent is None:  # pragma: no cover - a paragraph always stands in something
        return
    if mark is None:
        parent.remove(target)
    else:
        parent.replace(target, etree.Comment(mark))


def _comments(paragraph: Element, tags: Tags) -> None:
    for node, mark, tag in _tags_of(paragraph, tags):
        if tag.kind != "comment":
            continue
        if tag.lift and tag.lift != "r":
            _replace(_around(paragraph, tag), None)
            return
        _cut(node, mark)


def _join(paragraph: Element, tags: Tags) -> None:
    """``{%-`` and ``-%}``, the way docxtpl means them: alone in a line, they take the line's ends away."""
    found = _tags_of(paragraph, tags)
    if found and found[0][2].before and found[0][2].kind == "block":
        _join_before(paragraph, found[0][0], found[0][1])
    for node, mark, tag in found:
        if tag.before:
            _trim(paragraph, node, mark, back=True)
        if tag.after:
            _trim(paragraph, node, mark, back=False)
    last = found[-1] if found else None
    if last and last[2].after and last[2].kind == "block" and _alone(paragraph, last[0], last[1], back=False):
        _swallow(paragraph, paragraph.getnext())


def _join_before(paragraph: Element, node: Element, mark: str) -> None:
    previous = paragraph.getprevious()
    if previous is not None and previous.tag == f"{W}p" and _alone(paragraph, node, mark, back=True):
        runs = [c for c in paragraph if c.tag != f"{W}pPr"]
        before = _tail_of(previous)
        for offset, child in enumerate(runs):
            paragraph.insert(offset, child)
        for child in reversed([c for c in previous if c.tag != f"{W}pPr"]):
            paragraph.insert(0, child)
        properties = paragraph.find(f"{W}pPr")
        if properties is not None:
            paragraph.remove(properties)
        ours = previous.find(f"{W}pPr")
        if ours is not None:
            paragraph.insert(0, ours)
        if before is not None:
            before.set(SPACE, "preserve")
        _replace(previous, None)


def _tail_of(paragraph: Element) -> Element | None:
    nodes = texts_of(paragraph)
    return nodes[-1] if nodes else None


def _swallow(paragraph: Element, following: Element | None) -> None:
    """The next paragraph's runs become this one's."""
    if following is None or following.tag != f"{W}p":
        return
    for child in list(following):
        if child.tag != f"{W}pPr":
            paragraph.append(child)
    _replace(following, None)


def _line(paragraph: Element, node: Element, back: bool) -> tuple[str, Element | None]:
    """The text of other runs from here to the line's end, and the break that ends it (None: the paragraph's end)."""
    order = [
        n
        for n in paragraph.iter(f"{W}t", f"{W}tab", f"{W}drawing", *_LINES)
        if next(n.iterancestors(f"{W}p"), None) is paragraph
    ]
    at = order.index(node)
    out = ""
    for other in reversed(order[:at]) if back else order[at + 1 :]:
        if other.tag in _LINES:
            return out, other
        piece = (other.text or "") if other.tag == f"{W}t" else "x" * (other.tag == f"{W}drawing")
        out = piece + out if back else out + piece
    return out, None


def _alone(paragraph: Element, node: Element, mark: str, back: bool) -> bool:
    """Whether nothing but white space stands between the tag and its line's end, which is the paragraph's."""
    before, _, after = (node.text or "").partition(mark)
    text, end = _line(paragraph, node, back)
    return end is None and not (text + (before if back else after)).strip()


def _trim(paragraph: Element, node: Element, mark: str, back: bool) -> None:
    before, _, after = (node.text or "").partition(mark)
    text, end = _line(paragraph, node, back)
    if end is not None and not (text + (before if back else after)).strip():
        end.getparent().remove(end)  # type: ignore[union-attr]  # a break stands in a run
    node.text = before.rstrip(" ") + mark + after if back else before + mark + after.lstrip(" ")


def _cells(paragraph: Element, tags: Tags) -> None:
    """``colspan``, ``cellbg``, ``vm`` and ``hm``."""
    for node, mark, tag in _tags_of(paragraph, tags):
        word, _, value = tag.code.partition(" ")
        if tag.kind != "block" or word not in ("colspan", "cellbg", "vm", "hm"):
            continue
        cell = next(paragraph.iterancestors(f"{W}tc"), None)
        if cell is None:
            raise UsageError(f"{tag.label}：{{% {word} %}} 要写在表格的单元格里。")
        _cut(node, mark)
        if word == "colspan":
            _property(cell, "gridSpan", val=tags.plain(value, tag.label))
            _grid(cell)
        elif word == "cellbg":
            colour = tags.plain(f"({value})|string|replace('#', '')", tag.label)
            _property(cell, "shd", val="clear", color="auto", fill=colour)
        elif word == "vm":
            _vertical(cell, tag, tags)
        else:
            _horizontal(cell, tag, tags)


def _property(cell: Element, name: str, **values: str) -> None:
    """Sets a property of a cell at the place that the schema gives it."""
    from lxml import etree

    head = cell.find(f"{W}tcPr")
    if head is None:
        head = etree.Element(f"{W}tcPr")
        cell.insert(0, head)
    for old in head.findall(f"{W}{name}"):
        head.remove(old)
    fresh = etree.Element(f"{W}{name}", {f"{W}{k}": v for k, v in values.items()})
    earlier = {f"{W}{n}" for n in ("cnfStyle", *_CELL_ORDER[: _CELL_ORDER.index(name)])}
    head.insert(sum(child.tag in earlier for child in head), fresh)


def _vertical(cell: Element, tag: Tag, tags: Tags) -> None:
    """The first turn of the loop begins a merged cell and fills it; the others continue it, empty."""
    from lxml import etree

    merge = tags.plain("'restart' if loop.first else 'continue'", tag.label)
    _property(cell, "vMerge", val=merge)
    cell.insert(1, etree.Comment(tags.statement("if loop.first", tag.label)))
    cell.append(etree.Comment(tags.statement("else", tag.label)))
    etree.SubElement(cell, f"{W}p")
    cell.append(etree.Comment(tags.statement("endif", tag.label)))


def _horizontal(cell: Element, tag: Tag, tags: Tags) -> None:
    """One cell as wide as all turns of the loop, written on the first."""
    from lxml import etree

    span, width = cell.find(f"{W}tcPr/{W}gridSpan"), cell.find(f"{W}tcPr/{W}tcW")
    own = span.get(f"{W}val", "1") if span is not None else "1"
    _property(cell, "gridSpan", val=tags.plain(f"{own} * loop.length", tag.label))
    if width is not None and width.get(f"{W}type") == "dxa" and width.get(f"{W}w", "").isdigit():
        width.set(f"{W}w", tags.plain(f"{width.get(f'{W}w')} * loop.length", tag.label))
    cell.addprevious(etree.Comment(tags.statement("if loop.first", tag.label)))
    cell.addnext(etree.Comment(tags.statement("endif", tag.label)))
    _grid(cell)


def _grid(cell: Element) -> None:
    from lxml import etree

    table = next(cell.iterancestors(f"{W}tbl"), None)
    if table is not None and not any(c.text == GRID for c in table.iterchildren(etree.Comment)):
        table.insert(0, etree.Comment(GRID))


def _lifted(paragraph: Element, tags: Tags) -> None:
    found = [(node, mark, tag) for node, mark, tag in _tags_of(paragraph, tags) if tag.lift]
    whole = [one for one in found if one[2].lift != "r"]
    if whole:
        _whole(paragraph, whole, tags)
        return
    for node, mark, tag in reversed(found):  # the left half keeps its node, so that the tags before stay in it
        _isolate(node, mark, tag)


def _whole(paragraph: Element, found: list[tuple[Element, str, Tag]], tags: Tags) -> None:
    """A paragraph, row or cell that gives way."""
    _, mark, tag = found[0]
    text = "".join(t.text or "" for t in texts_of(paragraph)).strip()
    if len(found) > 1 or (tag.lift == "p" and text != mark):
        raise UsageError(f"{tag.label}：{{%{tag.lift} …%}} 要独占一段，一段只写一个。")
    if tag.kind == "value":
        if tag.lift != "p":
            raise UsageError(f"{tag.label}：不支持 {{{{{tag.lift} …}}}}，请用 {{{{ … }}}} 或 {{{{p … }}}}。")
        tag.lift = ""
        return
    target = _around(paragraph, tag)
    others = [t for p in target.iter(f"{W}p") for t in _tags_of(p, tags) if t[2].lift == tag.lift and t[1] != mark]
    if tag.lift != "p" and others:
        raise UsageError(f"{tag.label}：{'一行' if tag.lift == 'tr' else '一个单元格'}只写一个 {{%{tag.lift} …%}}。")
    if tag.lift == "tc":
        _grid(target)
    if tag.lift == "p" and target.find(f"{W}pPr/{W}sectPr") is not None:
        raise UsageError(f"{tag.label}：这一段带着分节符，删去它会改变版面，请把 {{%p …%}} 写到另一段。")
    _replace(target, mark)


def _isolate(node: Element, mark: str, tag: Tag) -> None:
    """Splits the run around the tag. A statement stands bare between the halves; a value gets a run without properties."""
    from lxml import etree

    run = node.getparent()
    if run is None or run.tag != f"{W}r":  # pragma: no cover - text stands in runs
        return
    before, _, after = (node.text or "").partition(mark)
    right = copy.deepcopy(run)
    at = list(run).index(node)
    for child in list(run)[at + 1 :]:
        run.remove(child)
    for child in list(right)[:at]:
        if child.tag != f"{W}rPr":
            right.remove(child)
    node.text = before
    twin = right.find(f"{W}t")
    if twin is not None:
        twin.text = after
    tag.lift = ""
    if tag.kind == "value":
        middle: Element = etree.Element(f"{W}r")
        text = etree.SubElement(middle, f"{W}t")
        text.text = mark
        text.set(SPACE, "preserve")
    else:
        middle = etree.Comment(mark)
    run.addnext(right)
    run.addnext(middle)
    for half in (run, right):
        if not any(c.tag != f"{W}rPr" and (c.tag != f"{W}t" or c.text) for c in half):
            parent = half.getparent()
            if parent is not None:
                parent.remove(half)
