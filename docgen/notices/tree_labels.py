"""How the places of a text are cited (第八条第二款第三项, 一(二)1, 附件3 二) and their ids (``art_8__para_2__point_3``)."""

from __future__ import annotations

from collections.abc import Sequence

from docgen.notices.model import Node
from docgen.notices.numbering import Marker, chinese_numeral, marker

_NAMES = {
    "part": "part",
    "chapter": "chp",
    "section": "sec",
    "article": "art",
    "paragraph": "para",
    "item": "point",
    "subitem": "indent",
    "heading": "hd",
    "table": "table",
}
_UNITS = {"part": "编", "chapter": "章", "section": "节", "article": "条"}
_SUFFIXES = {"paragraph": "款", "item": "项", "subitem": "目"}


def assign(roots: Sequence[Node], prefix: str = "", named: str = "", taken: dict[str, int] | None = None) -> None:
    """Set ``id`` and ``label`` of every node. ``prefix`` begins each id (``att_1``), ``named`` each label (``附件1``).

    ``taken``: how often each id was given in the document already; it is kept up.
    """
    taken = {} if taken is None else taken
    stack: list[tuple[Node, str, str, str, int]] = []
    _push(stack, roots, prefix, named, "")
    while stack:
        node, above, cited, style, place = stack.pop()
        found = marker(f"{node.number} 甲") if node.number else None
        node.id = _unique(_id(node, found, above, prefix, place), taken)
        node.label = _label(node, found, cited, style, named, place)
        own = found.style if found else style
        _push(stack, node.children, node.id, node.label, own if node.kind != "paragraph" else style, node)


def _push(
    stack: list[tuple[Node, str, str, str, int]],
    children: Sequence[Node],
    above: str,
    cited: str,
    style: str,
    parent: Node | None = None,
) -> None:
    """Put children on the stack, first on top, each with its place among the unnumbered ones of its kind."""
    counts: dict[str, int] = {}
    rows = []
    for child in children:
        if child.number is None:
            counts[child.kind] = counts.get(child.kind, 0) + 1
        rows.append((child, above, cited, style, counts.get(child.kind, 0)))
    if parent is not None and parent.kind == "article":
        several = counts.get("paragraph", 0) > 1
        rows = [(child, at, label, "条" if several else own, place) for child, at, label, own, place in rows]
    stack.extend(reversed(rows))


def _id(node: Node, found: Marker | None, above: str, prefix: str, place: int) -> str:
    number = str(place) if found is None else str(found.value) + (f"-{found.branch}" if found.branch else "")
    own = f"{_NAMES[node.kind]}_{number}"
    base = prefix if node.kind == "article" else above
    return f"{base}__{own}" if base else own


def _unique(wanted: str, taken: dict[str, int]) -> str:
    """``wanted``, with ``-bis``, ``-bis2`` … behind it where a number was printed twice."""
    count = taken.get(wanted, 0)
    taken[wanted] = count + 1
    return wanted if not count else f"{wanted}-bis{'' if count == 1 else count}"


def _label(node: Node, found: Marker | None, cited: str, style: str, named: str, place: int) -> str:
    if node.kind == "paragraph" and found is None:
        return f"{cited}第{chinese_numeral(place)}款" if style == "条" else cited
    if found is None:
        return cited + (node.title or "" if node.kind == "heading" else "")
    if unit := _UNITS.get(node.kind):
        own = f"第{chinese_numeral(found.value)}{unit}"
        own += f"之{chinese_numeral(found.branch)}" if found.branch else ""
        return _behind(named if node.kind == "article" else cited, own, named)
    if suffix := _SUFFIXES.get(node.kind):
        return f"{cited}第{chinese_numeral(found.value)}{suffix}"
    own = found.short
    if found.style.startswith("1.1") and style.startswith("1") and (at := cited.rfind(own.rpartition(".")[0])) >= 0:
        return cited[:at] + own
    return _behind(cited, own, named)


def _behind(cited: str, own: str, named: str) -> str:
    """A blank stands between 附件3 and the number in it, and nothing else."""
    return f"{cited} {own}" if cited and cited == named else cited + own
