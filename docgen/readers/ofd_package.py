"""The zip around an OFD file (GB/T 33190-2016, 7.1): parts found whatever their names' case, parsed safely.

Writers disagree on paths: the standard has absolute ones (``/Doc_0/Document.xml``) and ones relative to the part that
names them; some write paths relative to the package without the leading slash, or with a back slash.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from itertools import islice

from lxml import etree

from docgen.errors import UnreadableError
from docgen.readers.limits import Limits, check_part, check_xml, check_zip
from docgen.readers.sniff import ZIP_ERRORS

MAX_TAGS = 300_000
"""Tags read of one page; a full A4 page of single characters and rules has some 20 000."""

_DAMAGED = "OFD 文件已损坏或未传输完整，请重新导出后提交。"


@dataclass(slots=True)
class Package:
    """An open OFD file. ``members`` by path in lower case; ``faults`` are sentences on parts that could not be read.

    ``expanded`` (bytes) and ``objects`` count what was read of all parts: many pages may name one large part.
    """

    archive: zipfile.ZipFile
    members: dict[str, zipfile.ZipInfo]
    limits: Limits
    faults: list[str] = field(default_factory=list)
    expanded: int = 0
    objects: int = 0


def open_package(data: bytes, limits: Limits) -> Package:
    """Open ``data``; raises ``UnreadableError`` if it is damaged, encrypted or over a limit of an archive.

    Members whose names lead out of the package are passed over and counted in ``faults``.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = archive.infolist()
    except ZIP_ERRORS as error:
        raise UnreadableError(_DAMAGED) from error
    check_zip(infos, limits)
    members: dict[str, zipfile.ZipInfo] = {}
    outside = 0
    for info in infos:
        parts = info.filename.replace("\\", "/").split("/")
        if ".." in parts:
            outside += 1
        else:
            members.setdefault("/".join(p for p in parts if p not in {"", "."}).lower(), info)
    if any(info.flag_bits & 1 for info in infos) or "encryptions.xml" in members:
        raise UnreadableError("OFD 文件已加密，请解除密码后重新导出再提交。")
    package = Package(archive, members, limits)
    if outside:
        package.faults.append(f"文件内有 {outside} 个成员的路径指向文件之外（含“..”），已忽略。")
    return package


def find(package: Package, location: str, beside: str = "") -> str | None:
    """The member that ``location`` names in the part ``beside``; None if there is none or it leads out of the package."""
    path = location.strip().replace("\\", "/")
    folder = posixpath.dirname(beside)
    folders = [""] if path.startswith("/") else [folder, ""]
    folders += [
        folder.partition("/")[0]
    ]  # the document's own folder, as some writers mean by a path from its resources
    for start in folders:
        name = posixpath.normpath(posixpath.join(start, path.lstrip("/"))).lower()
        if name in package.members:
            return name
    return None


def read_member(package: Package, name: str) -> bytes | None:
    """The expanded bytes of a member that ``find`` gave; None, and a fault, if it is damaged."""
    info = package.members[name]
    check_part(info.file_size, package.limits)
    package.expanded += info.file_size
    if package.expanded > package.limits.zip_bytes:
        raise UnreadableError("OFD 文件反复引用很大的部件，已停止读取，请重新导出后提交。")
    try:
        return package.archive.read(info)
    except ZIP_ERRORS:
        package.faults.append(f"部件 {shown(info.filename)} 已损坏，未能读取。")
        return None


def part(package: Package, location: str, beside: str = "") -> tuple[str, etree._Element] | None:
    """Name and root of the XML part at ``location`` as the part ``beside`` names it; None, and a fault, without it.

    Raises ``UnreadableError`` for a DTD or a part over the limits.
    """
    name = find(package, location, beside)
    if name is None:
        package.faults.append(f"缺少部件 {shown(location)}，其内容未能读取。")
        return None
    data = read_member(package, name)
    if data is None:
        return None
    check_xml(data, package.limits)
    root = _parse(data)
    if root is None:
        package.faults.append(f"部件 {shown(location)} 不是完整的 XML，未能读取。")
        return None
    return name, root


def page_part(package: Package, location: str, beside: str) -> tuple[str, etree._Element, bool] | None:
    """Like ``part`` for a page, of which at most ``MAX_TAGS`` tags are read; True if it has more."""
    name = find(package, location, beside)
    if name is None:
        package.faults.append(f"缺少部件 {shown(location)}，其内容未能读取。")
        return None
    data = read_member(package, name)
    if data is None:
        return None
    cut = None
    if data.count(b"<") > MAX_TAGS:
        cut = next(islice(re.finditer(b"<", data), MAX_TAGS, None)).start()
        data = data[:cut]
    check_xml(data, package.limits)
    root = _parse(data, whole=cut is None)
    if root is None:
        package.faults.append(f"部件 {shown(location)} 不是完整的 XML，未能读取。")
        return None
    return name, root, cut is not None


def _parse(data: bytes, *, whole: bool = True) -> etree._Element | None:
    """The root element of a part; of a part that was cut short (``whole`` false) what there is. Refuses any DTD."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=not whole,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is not None and root.getroottree().docinfo.internalDTD is not None:  # in UTF-16 the bytes do not show it
        check_xml(b"<!DOCTYPE")
    return root


def shown(location: str) -> str:
    """A path as a warning prints it."""
    return location.strip()[:80] or "（未写明路径）"


def local(element: etree._Element) -> str:
    """The name of an element without its namespace: writers use several, and any prefix."""
    return str(element.tag).rpartition("}")[2]


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child of this local name."""
    return next((c for c in element if local(c) == name), None)


def children(element: etree._Element | None, name: str) -> list[etree._Element]:
    """All children of this local name; none of None."""
    return [] if element is None else [c for c in element if local(c) == name]


def text_of(element: etree._Element | None, name: str) -> str:
    """The text of the first child of this local name, "" without one."""
    found = None if element is None else child(element, name)
    return "" if found is None else (found.text or "").strip()
