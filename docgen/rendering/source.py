"""From the XML of a Word part to the Jinja source it stands for.

Jinja gets delimiters that no XML can hold, so that only our tags are tags. Each tag begins a line of its own (the line break is
inside its delimiters and leaves nothing on paper): a line number in an error of Jinja is a place in the master.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from docgen.errors import UsageError
from docgen.rendering import package
from docgen.rendering.lifting import lift
from docgen.rendering.tags import PLACEHOLDER, Tag, Tags, W, find_tags, heal, heal_attributes

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

BLOCK, VALUE, COMMENT = ("\x01", "\x02"), ("\x03", "\x04"), ("\x05", "\x06")
"""Jinja's delimiters: control characters, which XML refuses."""
PLAIN = "as_plain_text"
"""The filter of values in attributes."""

PART = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml|docProps/(core|app|custom)\.xml")
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_NOISE = (f"{W}proofErr", f"{W}lastRenderedPageBreak", f"{W}rPrChange", f"{W}pPrChange")
_KEEPS_SPACE = frozenset({f"{W}t", f"{W}instrText", f"{W}delText"})
_RUNNING = re.compile(r"\{http://schemas\.openxmlformats\.org/wordprocessingml/2006/main\}rsid.*")
_TOKEN = re.compile("<!--\ufdd0(\\d+)\ufdd1-->|\ufdd0(\\d+)\ufdd1|<(/?)([\\w:.-]+)[^<>]*?(/?)>")
_MARK = re.compile("<!--\ufdd0(\\d+)\ufdd1-->|\ufdd0(\\d+)\ufdd1")
_PAIRED = frozenset({"if", "for", "macro", "call", "with"})
_BETWEEN = {"elif": ("if",), "else": ("if", "for")}


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

        from docgen.rendering.sandbox import environment

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
    if b"{" not in data and b"}_}" not in data and b"%_}" not in data:
        return None
    root = package.parse(data.replace("\ufdd0".encode(), b"").replace("\ufdd1".encode(), b""), master)
    tags = Tags()
    literal = False
    if name.startswith("docProps/"):
        _properties(root, tags)
    else:
        literal = _tagged(root, name, tags, master)
    if not tags.all and not literal:
        return None
    return _source(root, tags, quiet=name.startswith("word/"))


def _tagged(root: Element, name: str, tags: Tags, master: str) -> bool:
    """Finds the tags of a part of the text and lifts them. True when escaped braces were written out."""
    if root.nsmap.get("w") != W[1:-1]:
        raise UsageError(f"{master}不是普通的 .docx（也许存成了“Strict Open XML”），请用 Word 或 WPS 另存为 .docx。")
    labels = dict(_labels(root, name))
    before = [t.text for t in root.iter(f"{W}t")]
    for paragraph, label in labels.items():
        heal(paragraph, label, tags)
    literal = before != [t.text for t in root.iter(f"{W}t")]
    heal_attributes(root, _part(name) + "图形或链接的属性" if _part(name) else "图形或链接的属性", tags)
    lift(list(labels), tags)
    return literal


_PROPERTIES = {"title": "标题", "subject": "主题", "creator": "作者", "description": "备注", "keywords": "关键词"}


def _properties(root: Element, tags: Tags) -> None:
    """Tags in the document's properties. What only looks like one stays as it is."""
    for node in root.iter():
        text = node.text or ""
        if not isinstance(node.tag, str) or ("{{" not in text and "{%" not in text):
            continue
        name = node.tag.rpartition("}")[2]
        label = f"文档属性“{_PROPERTIES.get(name, name)}”"
        for span in reversed(list(find_tags(text, label))):
            if span.tag is not None:
                span.tag.plain = True
            new = span.literal if span.tag is None else tags.add(span.tag)
            text = text[: span.start] + new + text[span.end :]
        node.text = text


def _part(name: str) -> str:
    return {"header": "页眉", "footer": "页脚", "footno": "脚注", "endnot": "尾注"}.get(name[5:11], "")


def _labels(root: Element, name: str) -> Iterator[tuple[Element, str]]:
    """Paragraphs in order with their places, counted from 1: outside tables by number, in tables by row, in text boxes apart."""
    part = _part(name)
    tables = {t: n for n, t in enumerate(root.iter(f"{W}tbl"), start=1)}
    rows = {r: n for t in tables for n, r in enumerate(t.iter(f"{W}tr"), start=1)}
    boxes: dict[Element, int] = {}
    number = 0
    inside: dict[Element, int] = {}
    for paragraph in root.iter(f"{W}p"):
        holder = next(paragraph.iterancestors(f"{W}tr", f"{W}txbxContent"), None)
        if holder is None:
            number += 1
            yield paragraph, f"{part}第 {number} 段"
        elif holder.tag == f"{W}tr":
            table = next(holder.iterancestors(f"{W}tbl"))
            yield paragraph, f"{part}表 {tables[table]} 第 {rows[holder]} 行"
        else:
            twin = next(holder.iterancestors(f"{_MC}Fallback"), None) is not None  # the old form of the box before
            boxes.setdefault(holder, len(set(boxes.values())) + (0 if twin and boxes else 1))
            inside[holder] = inside.get(holder, 0) + 1
            yield paragraph, f"{part}文本框 {boxes[holder]} 第 {inside[holder]} 段"


def _quieten(root: Element) -> None:
    """Drops what a filled document has no use for: marks of proofing and editing sessions, white space of pretty printers."""
    for node in list(root.iter()):
        if node.tag in _NOISE:
            parent = node.getparent()
            if parent is not None:
                parent.remove(node)
            continue
        if not isinstance(node.tag, str):
            continue
        for key in [k for k in node.attrib if _RUNNING.fullmatch(str(k))]:
            del node.attrib[key]
        if node.text and "\n" in node.text:
            node.text = node.text.replace("\n", " ") if node.tag in _KEEPS_SPACE else node.text.strip() or None
        if node.tail and not node.tail.strip():
            node.tail = None
    for run in list(root.iter(f"{W}r")):  # what split tags leave behind
        for text in run.findall(f"{W}t"):
            if not text.text:
                run.remove(text)
        parent = run.getparent()
        if parent is not None and all(child.tag == f"{W}rPr" for child in run):
            parent.remove(run)


def _source(root: Element, tags: Tags, quiet: bool) -> Source:
    from lxml import etree

    if quiet:
        _quieten(root)
    xml = etree.tostring(root, encoding="unicode")
    _check_nesting(xml, tags)
    starts: list[int] = []
    labels: list[str] = []
    out = ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>', "\n" if "\n" in xml else ""]
    line, at = 1 + len(out[1]), 0
    for mark in _MARK.finditer(xml):
        tag = tags.all[int(mark[1] or mark[2])]
        before = xml[at : mark.start()]
        line += before.count("\n") + 1
        starts.append(line)
        labels.append(tag.label)
        out += [before, _written(tag)]
        at = mark.end()
    out.append(xml[at:])
    return Source("".join(out), tuple(starts), tuple(labels))


def _written(tag: Tag) -> str:
    if tag.kind == "comment":
        return f"{COMMENT[0]}\n{COMMENT[1]}"
    if tag.kind == "block":
        return f"{BLOCK[0]}\n{tag.code}{BLOCK[1]}"
    return f"{VALUE[0]}\n" + (f"({tag.code})|{PLAIN}" if tag.plain else tag.code) + VALUE[1]


def _paths(xml: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each tag's number with the names of the elements around it; an attribute counts as one more."""
    stack: list[str] = []
    for token in _TOKEN.finditer(xml):
        if (number := token[1] or token[2]) is not None:
            yield int(number), tuple(stack)
        elif token[3]:
            stack.pop()
        else:
            for mark in PLACEHOLDER.finditer(token[0]):
                yield int(mark[1]), (*stack, f"@{token.start()}")
            if not token[5]:
                stack.append(token[4])


def _check_nesting(xml: str, tags: Tags) -> None:
    """Every statement ends, and at the depth of the XML where it begins: else what is left out would break the document."""
    open_: list[tuple[str, Tag, tuple[str, ...]]] = []
    for number, path in _paths(xml):
        tag = tags.all[number]
        if tag.kind != "block":
            continue
        word = re.split(r"[\s(]", tag.code, maxsplit=1)[0]
        if word in _PAIRED or (word == "set" and "=" not in tag.code):
            open_.append((word, tag, path))
            continue
        if word == "set":
            continue
        wanted = _BETWEEN.get(word, (word.removeprefix("end"),) if word.startswith("end") else ())
        if not wanted:
            raise UsageError(f"{tag.label}：标签写错了（不认识 {{% {word} %}}）。")
        if not open_ or open_[-1][0] not in wanted:
            last = f"，前面的 {open_[-1][1]}（{open_[-1][1].label}）还没有结束" if open_ else ""
            raise UsageError(f"{tag.label}：标签写错了（{tag} 没有配对的开头{last}）。")
        begun, first, depth = open_[-1]
        if path != depth:
            raise UsageError(
                f"{tag.label}：标签写错了（{first}（{first.label}）与 {tag} 不在同一层：整段、整行、整格的条件和循环"
                f"要写成 {{%p …%}}、{{%tr …%}}、{{%tc …%}}）。"
            )
        if word.startswith("end"):
            open_.pop()
    if open_:
        begun, first, _ = open_[-1]
        raise UsageError(f"{first.label}：标签写错了（{first} 没有对应的 {{% end{begun} %}}）。")
