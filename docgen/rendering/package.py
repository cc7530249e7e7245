"""A .docx as an ordered set of zip members, written the same way every time.

``zipfile`` cannot copy a member without inflating it, and stamps the hour of writing. Here an unchanged member is copied as
its compressed bytes, and every member carries the zip epoch: the same input gives the same bytes.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.errors import UsageError

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAX_PART_BYTES = 64 * 1024 * 1024
"""No part of a Word file that people write comes near this; a larger one is an attack or a mistake."""

_EPOCH_DATE = 0x21  # 1980-01-01, the first day a zip can name
_UTF8_NAME = 0x800
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")


@dataclass(frozen=True, slots=True)
class Member:
    """One stored file: ``raw`` is as it lies in the archive (``method`` 0 stored, 8 deflated); ``size`` is inflated."""

    name: str
    method: int
    crc: int
    size: int
    raw: bytes

    def data(self) -> bytes:
        """Raises UsageError when it is damaged, or is more than the archive says: a small file may unfold without end."""
        if self.method == zipfile.ZIP_STORED:
            return self.raw
        try:
            data = zlib.decompressobj(-15).decompress(self.raw, self.size + 1)
        except zlib.error as error:
            raise UsageError(f"文件里的 {self.name} 已损坏，请用 Word 或 WPS 重新保存。") from error
        if len(data) != self.size:
            raise UsageError(f"文件里的 {self.name} 与目录所记的大小不符，请用 Word 或 WPS 重新保存。")
        return data


def pack(name: str, data: bytes, level: int = 6) -> Member:
    """Deflate ``data`` into a member."""
    return Member(name, zipfile.ZIP_DEFLATED, zlib.crc32(data), len(data), zlib.compress(data, level, -15))


def store(name: str, data: bytes) -> Member:
    """``data`` as it is, for what is compressed already."""
    return Member(name, zipfile.ZIP_STORED, zlib.crc32(data), len(data), data)


def read(data: bytes, what: str = "模板") -> dict[str, Member]:
    """Members by name, in the archive's order. Raises UsageError (naming ``what``) when it is not a sound .docx."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {m.name: m for m in _members(archive, data)}
    except (zipfile.BadZipFile, struct.error, NotImplementedError) as error:
        raise UsageError(f"{what}不是完好的 .docx 文件，请用 Word 或 WPS 重新保存。") from error
    if "word/document.xml" not in members:
        raise UsageError(f"{what}不是 Word 文档（缺少 word/document.xml）。")
    return members


def parse(data: bytes, what: str = "模板") -> Element:
    """The root of a part's XML, which names no entities and fetches nothing. Raises UsageError (naming ``what``)."""
    from lxml import etree

    if b"<!DOCTYPE" in data:  # Word writes none: entities in it would read files or grow without end
        raise UsageError(f"{what}里有文档类型声明（DTD），不是 Word 或 WPS 写的，不能用。")
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise UsageError(f"{what}已损坏，请用 Word 或 WPS 重新保存。") from error


def _members(archive: zipfile.ZipFile, data: bytes) -> Iterator[Member]:
    for info in archive.infolist():
        if info.is_dir():
            continue
        if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile(info.filename)
        if info.file_size > MAX_PART_BYTES:
            raise zipfile.BadZipFile(info.filename)
        name_length, extra_length = struct.unpack_from("<HH", data, info.header_offset + 26)
        start = info.header_offset + 30 + name_length + extra_length
        raw = data[start : start + info.compress_size]
        yield Member(info.filename, info.compress_type, info.CRC, info.file_size, raw)


def write(members: Mapping[str, Member]) -> bytes:
    """The archive's bytes. ``[Content_Types].xml`` comes first, as the Open Packaging Conventions advise."""
    order = sorted(members.values(), key=lambda m: m.name != "[Content_Types].xml")
    return frame(order).write(())


@dataclass(frozen=True, slots=True)
class Frame:
    """An archive begun: the members that are the same in every copy, as bytes, and their rows of the index."""

    body: bytes
    index: bytes
    count: int

    def write(self, members: Iterable[Member]) -> bytes:
        """The archive's bytes, ``members`` behind those of the frame."""
        pieces, rows, at, count = [self.body], [self.index], len(self.body), self.count
        for m in members:
            name = m.name.encode()
            sizes = (m.crc, len(m.raw), m.size)
            local = _LOCAL.pack(b"PK\3\4", 20, _UTF8_NAME, m.method, 0, _EPOCH_DATE, *sizes, len(name), 0)
            pieces += (local, name, m.raw)
            rows.append(_row(m, name, at))
            at += len(local) + len(name) + len(m.raw)
            count += 1
        index = b"".join(rows)
        pieces += (index, _END.pack(b"PK\5\6", 0, 0, count, count, len(index), at, 0))
        return b"".join(pieces)


def _row(m: Member, name: bytes, at: int) -> bytes:
    sizes = (m.crc, len(m.raw), m.size)
    return (
        _CENTRAL.pack(b"PK\1\2", 20, 20, _UTF8_NAME, m.method, 0, _EPOCH_DATE, *sizes, len(name), 0, 0, 0, 0, 0, at)
        + name
    )


def frame(members: Iterable[Member]) -> Frame:
    """A frame of ``members``, in their order."""
    body, index, count = bytearray(), bytearray(), 0
    for m in members:
        name = m.name.encode()
        index += _row(m, name, len(body))
        body += _LOCAL.pack(
            b"PK\3\4", 20, _UTF8_NAME, m.method, 0, _EPOCH_DATE, m.crc, len(m.raw), m.size, len(name), 0
        )
        body += name + m.raw
        count += 1
    return Frame(bytes(body), bytes(index), count)
