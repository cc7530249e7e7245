"""The zip around a Word file: parts parsed safely, relationships resolved.

lxml alone, no python-docx: importing lxml costs 25 ms, python-docx 90 ms, and the proxies of python-docx hide what forms
need most (merged cells, content controls, text boxes). Strict files (ISO 29500 Strict) are read through their
Transitional namespaces.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from dataclasses import dataclass

from lxml import etree

from docgen.errors import UnreadableError
from docgen.readers.limits import Limits, check_part, check_xml, check_zip, depth_message
from docgen.readers.sniff import ZIP_ERRORS

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

_DAMAGED = "Word 文档已损坏或未传输完整，请用 Word 或 WPS 打开后重新保存再提交。"

_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", R[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/drawingml/", b"http://schemas.openxmlformats.org/drawingml/2006/"),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
)


@dataclass(frozen=True, slots=True)
class Package:
    """An open Word file; ``members`` by normalised name."""

    archive: zipfile.ZipFile
    members: dict[str, zipfile.ZipInfo]
    limits: Limits


@dataclass(frozen=True, slots=True)
class Relation:
    """A link of a part: ``kind`` is the last word of its type (``header``, ``image`` …), ``target`` a member name."""

    kind: str
    target: str


def open_package(data: bytes, limits: Limits) -> Package:
    """Open ``data``; raises ``UnreadableError`` if it is damaged, encrypted or over a limit of an archive."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = archive.infolist()
    except ZIP_ERRORS as error:
        raise UnreadableError(_DAMAGED) from error
    check_zip(infos, limits)
    return Package(archive, {i.filename.replace("\\", "/").lstrip("/"): i for i in infos}, limits)


def read_member(package: Package, name: str) -> bytes | None:
    """The expanded bytes of a member, None if there is none. Raises ``UnreadableError`` if it is damaged or too large."""
    info = package.members.get(name)
    if info is None:
        return None
    if info.flag_bits & 1:
        raise UnreadableError("Word 文档的压缩包被加密，请取消密码后重新保存再提交。")
    check_part(info.file_size, package.limits)
    try:
        return package.archive.read(info)
    except ZIP_ERRORS as error:
        raise UnreadableError(_DAMAGED) from error


def part(package: Package, name: str) -> etree._Element | None:
    """The root element of an XML part, without comments and processing instructions; None if there is no such part."""
    data = read_member(package, name)
    if data is None:
        return None
    check_xml(data, package.limits)
    if b"purl.oclc.org" in data:
        for strict, transitional in _STRICT:
            data = data.replace(strict, transitional)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if "depth" in str(error).lower():
            raise UnreadableError(depth_message(package.limits)) from error
        raise UnreadableError(_DAMAGED) from error
    if root.getroottree().docinfo.internalDTD is not None:  # a DOCTYPE in UTF-16 slips past the look at the bytes
        check_xml(b"<!DOCTYPE", package.limits)
    return root


def relations(package: Package, name: str) -> dict[str, Relation]:
    """The internal relationships of part ``name`` (empty string: of the package) by id; links to the outside are left out."""
    folder, base = posixpath.split(name)
    root = part(package, posixpath.join(folder, "_rels", f"{base}.rels"))
    out: dict[str, Relation] = {}
    for rel in root if root is not None else ():
        if rel.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, rel.get("Target", ""))).lstrip("/")
            out[rel.get("Id", "")] = Relation(rel.get("Type", "").rsplit("/", 1)[-1], target)
    return out


def main_part(package: Package) -> tuple[str, etree._Element]:
    """Name and root of the document part. Raises ``UnreadableError`` if the file has none."""
    named = [r.target for r in relations(package, "").values() if r.kind == "officeDocument"]
    for name in (*named, "word/document.xml"):
        if (root := part(package, name)) is not None:
            return name, root
    raise UnreadableError("Word 文档缺少正文部分，可能已损坏，请用 Word 或 WPS 打开后重新保存再提交。")
