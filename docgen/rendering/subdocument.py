"""A whole .docx inside another: its paragraphs and tables, with the styles, lists and pictures that they use.

A style that the master has by the same name is the master's (the paper is one paper); others come along. Lists count from where
they begin. Headers, footers, sections and comments stay behind; notes cannot come along and are refused.
"""

from __future__ import annotations

import copy
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.errors import UsageError, reason
from docgen.rendering import package
from docgen.rendering.additions import OFFICE, Additions

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_URI = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W = f"{{{_URI}}}"
_R = f"{{{OFFICE}}}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_STYLES, _NUMBERING = "word/styles.xml", "word/numbering.xml"
_NOTES = (f"{_W}footnoteReference", f"{_W}endnoteReference")
_LEFT = (
    *(f"{_W}{n}" for n in ("sectPr", "commentRangeStart", "commentRangeEnd", "commentReference", "proofErr")),
    f"{_W}lastRenderedPageBreak",
)
_USES = tuple(f"{_W}{n}" for n in ("pStyle", "rStyle", "tblStyle"))
_POINTS_TO = tuple(f"{_W}{n}" for n in ("basedOn", "link", "next"))
_SCHEMA_DEEP = 20


@dataclass(frozen=True, slots=True)
class Subdocument:
    """The bytes of a .docx (from a file, or made with python-docx and saved). ``str()`` is empty: it is no text."""

    data: bytes

    @classmethod
    def from_file(cls, path: str | PathLike[str]) -> Subdocument:
        """Raises UsageError."""
        try:
            return cls(Path(path).read_bytes())
        except OSError as error:
            raise UsageError(f"不能读取要嵌入的文件 {path}：{reason(error)}。") from error

    def __str__(self) -> str:
        return ""


def body_xml(document: Subdocument, part: str, additions: Additions) -> str:
    """Its blocks as XML for ``part`` of the file that is being filled. Raises UsageError."""
    from lxml import etree

    members = package.read(document.data, "要嵌入的文件")
    body = _parse(members["word/document.xml"].data()).find(f"{_W}body")
    if body is None:
        raise UsageError("要嵌入的文件没有正文，请用 Word 或 WPS 重新保存。")
    if next(body.iter(*_NOTES), None) is not None:
        raise UsageError("要嵌入的文件里有脚注或尾注，不能嵌入，请把注写进正文。")
    for node in list(body.iter(*_LEFT)):
        parent = node.getparent()
        if parent is not None:
            parent.remove(node)
    if _NUMBERING in members:
        _lists(body, _parse(members[_NUMBERING].data()), additions)
    if _STYLES in members:
        _styles(body, _parse(members[_STYLES].data()), members, additions)
    _relations(body, members, part, additions)
    for drawing in body.iter(f"{_WP}docPr"):
        drawing.set("id", str(additions.drawing_number()))
    for node in body.iter():
        for name in [n for n in node.attrib if str(n) in (f"{_W14}paraId", f"{_W14}textId")]:
            del node.attrib[name]
    etree.cleanup_namespaces(body)
    return "".join(etree.tostring(child, encoding="unicode", with_tail=False) for child in body)


def _parse(data: bytes) -> Element:
    from lxml import etree

    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


def _name(style: Element) -> tuple[str, str]:
    name = style.find(f"{_W}name")
    return style.get(f"{_W}type", "paragraph"), (name.get(f"{_W}val", "") if name is not None else "").lower()


def _styles(body: Element, theirs: Element, members: dict[str, package.Member], additions: Additions) -> None:
    """Maps the styles that the body uses to the master's, and brings those that it does not have."""
    if _STYLES not in additions.members:
        return
    known = {s.get(f"{_W}styleId", ""): s for s in theirs.iterfind(f"{_W}style")}
    ours = additions.tree(_STYLES)
    by_name = {_name(s): s.get(f"{_W}styleId", "") for s in ours.iterfind(f"{_W}style")}
    taken = set(by_name.values())
    fresh: dict[str, str] = {}
    brought: list[Element] = []

    def bring(old: str, deep: int = 0) -> str:
        style = known.get(old)
        if style is None or deep > _SCHEMA_DEEP:
            return old
        if old not in fresh:
            fresh[old] = by_name.get(_name(style), "")
            if not fresh[old]:
                fresh[old] = _free(old, taken)
                moved = copy.deepcopy(style)
                moved.set(f"{_W}styleId", fresh[old])
                moved.attrib.pop(f"{_W}default", "")
                by_name[_name(style)] = fresh[old]
                brought.append(moved)
                for pointer in moved.iterfind("*"):
                    if pointer.tag in _POINTS_TO:
                        pointer.set(f"{_W}val", bring(pointer.get(f"{_W}val", ""), deep + 1))
        return fresh[old]

    for use in body.iter(*_USES):
        use.set(f"{_W}val", bring(use.get(f"{_W}val", "")))
    if _NUMBERING in members and brought:
        for style in brought:
            _lists(style, _parse(members[_NUMBERING].data()), additions)
    ours.extend(brought)


def _free(name: str, taken: set[str]) -> str:
    out, number = name, 0
    while out in taken:
        number += 1
        out = f"{name}-{number}"
    taken.add(out)
    return out


def _lists(content: Element, theirs: Element, additions: Additions) -> None:
    """Brings the lists that the content uses, under numbers of their own."""
    used = {n.get(f"{_W}val", "") for n in content.iter(f"{_W}numId")} - {"0"}
    nums = {n.get(f"{_W}numId", ""): n for n in theirs.iterfind(f"{_W}num")}
    kinds = {a.get(f"{_W}abstractNumId", ""): a for a in theirs.iterfind(f"{_W}abstractNum")}
    wanted = sorted(used & set(nums), key=lambda n: (len(n), n))
    if not wanted:
        return
    if _NUMBERING not in additions.members:
        additions.relate("word/document.xml", f"{OFFICE}/numbering", "numbering.xml")
        additions.override_type(_NUMBERING, f"{_WORD}.numbering+xml")
    ours = additions.tree(_NUMBERING, f'<w:numbering xmlns:w="{_URI}"/>')
    fresh: dict[str, str] = {}
    for old in wanted:
        num = copy.deepcopy(nums[old])
        pointer = num.find(f"{_W}abstractNumId")
        kind = kinds.get(pointer.get(f"{_W}val", "")) if pointer is not None else None
        if pointer is None or kind is None:
            continue
        kind = copy.deepcopy(kind)
        for mark in [c for c in kind if c.tag in (f"{_W}nsid", f"{_W}tmpl")]:  # by these Word would join equal lists
            kind.remove(mark)
        number = _next(ours, "abstractNum", "abstractNumId")
        kind.set(f"{_W}abstractNumId", number)
        pointer.set(f"{_W}val", number)
        fresh[old] = _next(ours, "num", "numId")
        num.set(f"{_W}numId", fresh[old])
        ours.insert(len(ours.findall(f"{_W}abstractNum")) + len(ours.findall(f"{_W}numPicBullet")), kind)
        last = ours.findall(f"{_W}num")
        ours.insert(ours.index(last[-1]) + 1 if last else len(ours), num)
    for use in content.iter(f"{_W}numId"):
        use.set(f"{_W}val", fresh.get(use.get(f"{_W}val", ""), use.get(f"{_W}val", "")))


def _next(root: Element, name: str, key: str) -> str:
    numbers = [int(n.get(f"{_W}{key}", "0")) for n in root.iterfind(f"{_W}{name}")]
    return str(max(numbers, default=0) + 1)


def _relations(body: Element, members: dict[str, package.Member], part: str, additions: Additions) -> None:
    """Pictures, links, charts and what else the body points to."""
    rows = {row.get("Id", ""): row for row in _rows(members, "word/document.xml")}
    moved: dict[str, str] = {}
    for node in body.iter():
        for name, value in node.attrib.items():
            if not str(name).startswith(_R) or str(value) not in rows:
                continue
            if str(value) not in moved:
                moved[str(value)] = _moved(rows[str(value)], "word", members, part, additions, {})
            node.set(name, moved[str(value)])


def _rows(members: dict[str, package.Member], part: str) -> Iterator[Element]:
    name = f"{posixpath.dirname(part)}/_rels/{posixpath.basename(part)}.rels"
    if name in members:
        yield from _parse(members[name].data())


def _moved(
    row: Element, folder: str, members: dict[str, package.Member], part: str, additions: Additions, seen: dict[str, str]
) -> str:
    """The relation of ``part`` to what the row points to, which is carried over."""
    kind, target = row.get("Type", ""), row.get("Target", "")
    if row.get("TargetMode") == "External":
        return additions.relate(part, kind, target, external=True)
    name = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
    new = _carry(name, members, additions, seen)
    return additions.relate(part, kind, posixpath.relpath(new, posixpath.dirname(part)))


def _carry(name: str, members: dict[str, package.Member], additions: Additions, seen: dict[str, str]) -> str:
    if name in seen:
        return seen[name]
    member = members.get(name)
    if member is None:
        raise UsageError(f"要嵌入的文件缺少部件 {name}，请用 Word 或 WPS 重新保存。")
    data, ending = member.data(), posixpath.basename(name).rpartition(".")[2]
    known = additions.known(data) if name.startswith("word/media/") else None
    if known:
        return known
    stem, _, _ = posixpath.basename(name).rpartition(".")
    new = seen[name] = additions.fresh(f"{posixpath.dirname(name)}/{stem.replace('{', '')}-{{}}.{ending}")
    additions.members[new] = package.Member(new, member.method, member.crc, member.size, member.raw)
    if name.startswith("word/media/"):
        additions.remember(data, new)
    for row in _parse(members["[Content_Types].xml"].data()):
        if row.get("PartName") == f"/{name}":
            additions.override_type(new, row.get("ContentType", ""))
        elif row.tag == f"{_TYPES}Default" and row.get("Extension", "").lower() == ending.lower():
            additions.default_type(ending.lower(), row.get("ContentType", ""))
    nested = list(_rows(members, name))
    if nested:
        rels = f"{posixpath.dirname(new)}/_rels/{posixpath.basename(new)}.rels"
        root = nested[0].getparent()
        for row in nested:
            if row.get("TargetMode") != "External":
                target = row.get("Target", "")
                inner = (
                    target.lstrip("/")
                    if target.startswith("/")
                    else posixpath.normpath(f"{posixpath.dirname(name)}/{target}")
                )
                row.set("Target", posixpath.relpath(_carry(inner, members, additions, seen), posixpath.dirname(new)))
        if root is not None:
            additions.put_tree(rels, root)
    return new
