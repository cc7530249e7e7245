"""From the XML of a Word part to the Jinja source it stands for: split runs healed, row and paragraph tags lifted out.

Each paragraph starts a line of its own in the source, so that a line number in an error of Jinja is a place on paper.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from docgen.errors import UsageError

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_LIFTED = re.compile(r"\{%(p|tr)\s+(.*?)\s*%\}", re.DOTALL)
_UNKNOWN = re.compile(r"\{%(tc|r)\s|\{\{r\s")
_TYPED = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "\u00a0": " "})
"""Word's autocorrection turns quotes in a tag into Chinese ones; Jinja wants the plain."""


@dataclass(frozen=True)
class Source:
    """Jinja source of one part. ``starts`` are the lines (from 1) where ``labels`` begin."""

    text: str
    starts: tuple[int, ...]
    labels: tuple[str, ...]

    def place(self, line: int) -> str:
        """``第 2 段``, ``表 1 第 3 行``; 某处 where the line is not known."""
        at = bisect_right(self.starts, line) - 1
        return self.labels[at] if at >= 0 else "某处"

    @cached_property
    def _chains(self) -> dict[int, list[str]]:
        from jinja2 import nodes

        from docgen.rendering.template import environment

        out: dict[int, list[str]] = {}
        tree = environment().parse(self.text)
        for node in tree.find_all((nodes.Getattr, nodes.Getitem, nodes.Name)):
            if chain := _chain(node):
                out.setdefault(node.lineno, []).append(chain)
        return out

    def full_name(self, line: int, name: str) -> str:
        """``applicant.name`` for the ``name`` that was missing on this line."""
        found = [c for c in self._chains.get(line, ()) if c == name or c.endswith(f".{name}")]
        return max(found, key=len) if found else name


def _chain(node: object) -> str:
    from jinja2 import nodes

    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr) and (left := _chain(node.node)):
        return f"{left}.{node.attr}"
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and (left := _chain(node.node)):
        return f"{left}.{node.arg.value}"
    return ""


def read_part(name: str, data: bytes, master: str) -> Source | None:
    """The source of a part; None when it has no tags and need not be touched. Raises UsageError."""
    if b"{" not in data:
        return None
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UsageError(f"{master}已损坏，请用 Word 或 WPS 重新保存。") from error
    labels = dict(_labels(root, name))
    tagged = False
    for paragraph, label in labels.items():
        tagged = _heal(paragraph, label) or tagged
    if not tagged:
        return None
    statements: list[str] = []
    for paragraph in list(labels):
        _lift(paragraph, labels, statements)
    return _source(root, labels, statements)


def _labels(root: Element, name: str) -> Iterator[tuple[Element, str]]:
    """Paragraphs in order with their places: counted from 1 outside tables; in tables, table and row."""
    part = {"hea": "页眉", "foo": "页脚", "end": "尾注"}.get(name[5:8], "")
    part = "脚注" if name.startswith("word/footnotes") else part
    tables = {t: n for n, t in enumerate(root.iter(f"{_W}tbl"), start=1)}
    number = 0
    for paragraph in root.iter(f"{_W}p"):
        row = next(paragraph.iterancestors(f"{_W}tr"), None)
        table = None if row is None else next(row.iterancestors(f"{_W}tbl"), None)
        if row is not None and table is not None:
            yield paragraph, f"{part}表 {tables[table]} 第 {list(table.iter(f'{_W}tr')).index(row) + 1} 行"
        else:
            number += 1
            yield paragraph, f"{part}第 {number} 段"


def _texts(paragraph: Element) -> list[Element]:
    """The text nodes of this paragraph, without those of text boxes in it."""
    return [t for t in paragraph.iter(f"{_W}t") if next(t.iterancestors(f"{_W}p"), None) is paragraph]


def _heal(paragraph: Element, label: str) -> bool:
    """Gathers each tag into the run where it begins. True when there is any."""
    nodes = _texts(paragraph)
    owner = [n for n, node in enumerate(nodes) for _ in node.text or ""]
    text = "".join(node.text or "" for node in nodes)
    tags = list(_TAG.finditer(text))
    rest = _TAG.sub("", text)
    if "{{" in rest or "{%" in rest:
        raise UsageError(f"{label}：标签没有写完整，“{{{{”要有“}}}}”，“{{%”要有“%}}”，且在同一段内。")
    if _UNKNOWN.search(text):
        raise UsageError(f"{label}：只支持 {{%p …%}} 和 {{%tr …%}}，不支持 {{%tc、{{%r、{{{{r。")
    if not tags:
        return False
    letters = list(text)
    for tag in tags:
        plain = tag[0].translate(_TYPED)
        owner[tag.start() : tag.end()] = [owner[tag.start()]] * len(plain)
        letters[tag.start() : tag.end()] = plain
    pieces = [""] * len(nodes)
    for letter, n in zip(letters, owner, strict=True):
        pieces[n] += letter
    for node, piece in zip(nodes, pieces, strict=True):
        node.text = piece
        node.set(_SPACE, "preserve")
    return True


def _lift(paragraph: Element, labels: dict[Element, str], statements: list[str]) -> None:
    """Replaces a paragraph or row that carries a lifting tag by a comment that stands for the bare statement."""
    from lxml import etree

    text = "".join(t.text or "" for t in _texts(paragraph)).strip()
    found = list(_LIFTED.finditer(text))
    if not found:
        return
    kind, statement = found[0].groups()
    if len(found) > 1 or (kind == "p" and found[0][0] != text):
        raise UsageError(f"{labels[paragraph]}：{{%{kind} …%}} 要独占一段，一段只写一个。")
    label = labels[paragraph]
    target = paragraph if kind == "p" else next(paragraph.iterancestors(f"{_W}tr"), None)
    if target is None:
        raise UsageError(f"{label}：{{%tr …%}} 要写在表格的行里。")
    parent = target.getparent()
    if parent is None:  # its row was already lifted by another cell's tag
        raise UsageError(f"{label}：一行只写一个 {{%tr …%}}。")
    comment = etree.Comment(f"docgen:{len(statements)}")
    statements.append("{% " + statement + " %}")
    comment.tail = target.tail
    parent.replace(target, comment)
    for gone in [target, *target.iter(f"{_W}p")]:
        labels.pop(gone, None)
    labels[comment] = label


def _source(root: Element, labels: dict[Element, str], statements: list[str]) -> Source:
    from lxml import etree

    order = [labels[e] for e in root.iter() if e in labels]
    prefix = next(p for p, uri in root.nsmap.items() if f"{{{uri}}}" == _W)
    name = f"{prefix}:p" if prefix else "p"
    xml = etree.tostring(root, encoding="unicode")
    starts: list[int] = []
    out: list[str] = ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>']
    at, line = 0, 1
    for mark in re.finditer(rf"<{name}(?=[ />])|<!--docgen:(\d+)-->", xml):
        before = xml[at : mark.start()]
        line += before.count("\n") + 1
        starts.append(line)
        piece = mark[0] if mark[1] is None else statements[int(mark[1])]
        line += piece.count("\n")
        out += [before, "\n", piece]
        at = mark.end()
    out.append(xml[at:])
    text = _TAG.sub(_unescaped, "".join(out))
    return Source(text, tuple(starts), tuple(order))


def _unescaped(tag: re.Match[str]) -> str:
    """A tag as it was typed: in XML text its ``<`` and ``&`` were written as entities."""
    return tag[0].replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
