"""Several .docx files as one: the bodies in order, each a section of its own with its page size and footers.

For print files and for submissions of several papers. The files must share one style sheet, as all that are drawn from the same
house are: what looks the same stays the same, and no style has to be renamed. The same files give the same bytes.
"""

from __future__ import annotations

import copy
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docgen.errors import UsageError
from docgen.rendering import package

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_R = "{" + _OFFICE + "}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_DOCUMENT, _RELATIONS, _CONTENT = "word/document.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"

_SHARED = frozenset({"styles", "settings", "fontTable", "theme", "webSettings", "stylesWithEffects"})
"""Parts that one file has once: the first file's are kept."""
_ALONE = frozenset({"footnotes", "endnotes", "comments", "numbering"})
"""Parts whose entries the text counts through: two files' cannot stand side by side without renumbering the text."""
_PORTION = 50
"""Files whose text is in the tree at a time."""


@dataclass(slots=True)
class _Bundle:
    """The file that grows: its members, its relations as XML rows, and its content types."""

    members: dict[str, package.Member]
    relations: Element
    types: Element
    by_content: dict[tuple[str, bytes], str] = field(default_factory=dict)
    added: int = 0

    def add_part(self, source: dict[str, package.Member], name: str, types: dict[str, str], number: int) -> str:
        """A part of another file under a name of its own; a picture that is there already is not stored twice."""
        member = source.get(name)
        if member is None:
            raise UsageError(f"要合并的文件缺少部件 {name}，请用 Word 或 WPS 重新保存。")
        folder, file = posixpath.split(name)
        data, ending = member.data(), file.rpartition(".")[2].lower()
        rels = f"{folder}/_rels/{file}.rels"
        known = self.by_content.get((ending, data)) if rels not in source else None
        if known:
            return known
        fresh = f"{folder}/m{number}_{file}"
        self.members[fresh] = package.Member(fresh, member.method, member.crc, member.size, member.raw)
        self.by_content[(ending, data)] = fresh
        self._type(fresh, ending, types.get("/" + name), types.get("." + ending))
        if rels in source:
            self._relations_of(source, rels, folder, fresh, types, number)
        return fresh

    def _relations_of(
        self, source: dict[str, package.Member], rels: str, folder: str, fresh: str, types: dict[str, str], number: int
    ) -> None:
        """Carries over what a header or footer itself shows."""
        root = _parse(source[rels].data())
        for row in root:
            if row.get("TargetMode") != "External":
                inner = self.add_part(source, _target(folder, row.get("Target", "")), types, number)
                row.set("Target", posixpath.relpath(inner, folder))
        name = f"{folder}/_rels/{posixpath.basename(fresh)}.rels"
        self.members[name] = package.pack(name, _bytes(root))

    def _type(self, name: str, ending: str, override: str | None, default: str | None) -> None:
        from lxml import etree

        if override:
            etree.SubElement(self.types, f"{_TYPES}Override", PartName="/" + name, ContentType=override)
        elif default and not any(
            d.get("Extension", "").lower() == ending for d in self.types.iterfind(f"{_TYPES}Default")
        ):
            self.types.insert(0, etree.Element(f"{_TYPES}Default", Extension=ending, ContentType=default))

    def relate(self, kind: str, target: str, mode: str | None) -> str:
        """A new relation of the main document; returns its id."""
        from lxml import etree

        self.added += 1
        row = etree.SubElement(self.relations, f"{{{_PACKAGE}}}Relationship", Id=f"rIdM{self.added}", Type=kind)
        row.set("Target", target)
        if mode:
            row.set("TargetMode", mode)
        return f"rIdM{self.added}"


def merge(files: Iterable[bytes], what: str = "要合并的文件") -> bytes:
    """One .docx of all ``files``, each beginning on a new page. They are taken one by one, and little of them is kept in memory.

    Raises UsageError when there is none, one is no sound .docx, their style sheets differ, or a further one has notes,
    comments or automatic numbers.
    """
    files = iter(files)
    start = next(files, None)
    if start is None:
        raise UsageError("没有要合并的文件。")
    first = package.read(start, what)
    root = _parse(first[_DOCUMENT].data())
    bundle = _Bundle(first, _parse(first[_RELATIONS].data()), _parse(first[_CONTENT].data()))
    for name, member in first.items():
        if name.startswith("word/media/"):
            bundle.by_content[(name.rpartition(".")[2].lower(), member.data())] = name
    body, text = _body(root), _Text(root)
    for number, data in enumerate(files, start=2):
        other = package.read(data, what)
        _close_section(body)
        if not number % _PORTION:
            text.take()
        for element in _moved(bundle, other, number):
            body.append(element)
    first[_DOCUMENT] = text.end()
    first[_RELATIONS] = package.pack(_RELATIONS, _bytes(bundle.relations))
    first[_CONTENT] = package.pack(_CONTENT, _bytes(bundle.types))
    return package.write(first)


class _Text:
    """The main document that grows: what is settled is deflated, and leaves the tree."""

    def __init__(self, root: Element) -> None:
        from lxml import etree

        self._root, self._body, self._ids = root, _body(root), _Ids()
        children = list(self._body)
        mark = etree.Comment("here")
        self._body[:] = [mark]
        self._head, self._tail = _bytes(root).split(b"<!--here-->")
        self._body[:] = children
        self._deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
        self._crc = self._size = 0
        self._raw = [self._add(self._head)]

    def take(self) -> None:
        """Takes over all that is in the body now, and empties it."""
        self._ids.renew(self._root)
        self._raw.append(self._add(_bytes(self._root)[len(self._head) : -len(self._tail)]))
        self._body[:] = []

    def end(self) -> package.Member:
        self.take()
        self._raw.append(self._add(self._tail) + self._deflate.flush())
        return package.Member(_DOCUMENT, zipfile.ZIP_DEFLATED, self._crc, self._size, b"".join(self._raw))

    def _add(self, data: bytes) -> bytes:
        self._crc = zlib.crc32(data, self._crc)
        self._size += len(data)
        return self._deflate.compress(data)


def _moved(bundle: _Bundle, other: dict[str, package.Member], number: int) -> Iterator[Element]:
    """The body of a further file, its references pointing to parts carried over."""
    styles = "word/styles.xml"
    ours, theirs = bundle.members.get(styles), other.get(styles)
    if (ours.data() if ours else b"") != (theirs.data() if theirs else b""):
        raise UsageError(f"第 {number} 份文件的样式与第一份不同，不能合成一份：请分别打印。")
    types = _content_types(other)
    fresh: dict[str, str] = {}
    for row in _parse(other[_RELATIONS].data()) if _RELATIONS in other else ():
        kind = row.get("Type", "")
        short = kind.rpartition("/")[2]
        if short in _SHARED:
            continue
        if short in _ALONE:
            raise UsageError(f"第 {number} 份文件有脚注、批注或自动编号，不能合成一份：请分别打印。")
        target, mode = row.get("Target", ""), row.get("TargetMode")
        if mode != "External":
            target = posixpath.relpath(bundle.add_part(other, _target("word", target), types, number), "word")
        fresh[row.get("Id", "")] = bundle.relate(kind, target, mode)
    body = _body(_parse(other[_DOCUMENT].data()))
    for element in body.iter():
        for name, value in element.attrib.items():
            if str(name).startswith(_R) and str(value) in fresh:
                element.set(name, fresh[str(value)])
    yield from list(body)


def _content_types(members: dict[str, package.Member]) -> dict[str, str]:
    """``/word/footer1.xml`` or ``.png`` → content type."""
    out: dict[str, str] = {}
    for row in _parse(members[_CONTENT].data()):
        key = row.get("PartName") or "." + str(row.get("Extension", "")).lower()
        out[key] = str(row.get("ContentType", ""))
    return out


def _close_section(body: Element) -> None:
    """Moves the last section's properties into the last paragraph, so that a new section can follow."""
    from lxml import etree

    section = next(body.iterchildren(f"{_W}sectPr", reversed=True), None)
    if section is None:
        section = etree.Element(f"{_W}sectPr")
    else:
        body.remove(section)
    kind = section.find(f"{_W}type")
    if kind is not None:
        section.remove(kind)
    last = next(body.iterchildren(reversed=True), None)
    if last is None or last.tag != f"{_W}p" or last.find(f"{_W}pPr/{_W}sectPr") is not None:
        last = etree.SubElement(body, f"{_W}p")
    properties = last.find(f"{_W}pPr")
    if properties is None:
        properties = etree.Element(f"{_W}pPr")
        last.insert(0, properties)
    change = properties.find(f"{_W}pPrChange")  # the schema wants the section before it
    if change is not None:
        change.addprevious(copy.deepcopy(section))
    else:
        properties.append(copy.deepcopy(section))


@dataclass(slots=True)
class _Ids:
    """Ids that a document may have only once: content controls, drawings, bookmarks; given anew in the order of the text."""

    controls: int = 0
    drawings: int = 9000
    bookmarks: int = 0
    open_ids: dict[str, str] = field(default_factory=dict)

    def renew(self, root: Element) -> None:
        for node in root.iter(f"{_W}sdt"):
            self.controls += 1
            control = node.find(f"{_W}sdtPr/{_W}id")
            if control is not None:
                control.set(f"{_W}val", str(self.controls))
        for node in root.iter(f"{_WP}docPr"):
            self.drawings += 1
            node.set("id", str(self.drawings))
        for node in root.iter(f"{_W}bookmarkStart", f"{_W}bookmarkEnd"):
            self.bookmarks += 1
            old = node.get(f"{_W}id", "")
            if node.tag == f"{_W}bookmarkStart":
                self.open_ids[old] = str(self.bookmarks)
            node.set(f"{_W}id", self.open_ids.get(old, str(self.bookmarks)))


def _body(root: Element) -> Element:
    body = root.find(f"{_W}body")
    if body is None:
        raise UsageError("要合并的文件没有正文，请用 Word 或 WPS 重新保存。")
    return body


def _target(folder: str, target: str) -> str:
    """The member a relation points to: relative to its part's folder, or absolute."""
    return (
        target.lstrip("/") if target.startswith("/") else re.sub(r"^\./", "", posixpath.normpath(f"{folder}/{target}"))
    )


def _parse(data: bytes) -> Element:
    from lxml import etree

    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


def _bytes(root: Element) -> bytes:
    from lxml import etree

    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
