"""Archives and mails as packets: their members as bytes in memory, one after another, never a file outside.

Names inside an archive are labels only: ``packet.zip/申请表.docx``. One bad member is named and the others go on; a limit
that is passed names the archive and keeps what was read before it.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING

from docgen.errors import UnreadableError
from docgen.readers.limits import (
    DEFAULT,
    RATIO_FROM,
    Limits,
    archive_depth_message,
    check_archive,
    check_bytes,
    check_zip,
)
from docgen.readers.sniff import ZIP_ERRORS, sniff

if TYPE_CHECKING:
    import tarfile
    from email.message import EmailMessage
    from gzip import GzipFile

HEAD = 4096
"""First bytes of a file (bytes) that tell an archive or a mail from a paper."""

TAR_BLOCK = 512
LABEL_LENGTH = 120
"""Longest part of a name that is shown (characters)."""

_ENCRYPTED = "设有密码，无法读取，请去掉密码后重新打包提交。"
_NO_FILES = "压缩包或邮件里没有可以检查的文件，请确认打包是否完整。"
_SPECIAL = "这是压缩包里的链接或设备，不是文件，没有读取；请打包文件本身。"
_DAMAGED = "压缩包里的这个文件已损坏，请重新打包提交。"
_METHOD = "压缩包用了不支持的压缩方式，请用普通 ZIP 格式重新打包提交。"
_ESCAPE = "压缩包里的文件名带有上级目录或绝对路径，只作名称显示，没有写到任何位置。"

_SYSTEM = re.compile(r"(^|/)(__MACOSX|\.|~\$)|(^|/)(thumbs\.db|desktop\.ini)$", re.IGNORECASE)
"""What macOS, Windows and office programs leave in archives: no papers. (``..`` is cut off before.)"""

_UNICODE_PATH = 0x7075
"""Info-ZIP's extra field with the name in UTF-8 (APPNOTE 4.6.9)."""


@dataclass(slots=True)
class Member:
    """One file as it arrives: its bytes, or the Chinese sentence that says why there are none.

    ``data`` is None for a file of the file system that was not opened yet. ``body``: the text of a mail itself.
    """

    path: str
    data: bytes | None = None
    error: str = ""
    warning: str = ""
    body: bool = False


@dataclass(slots=True)
class _Budget:
    """What all levels of one archive together may still take."""

    limits: Limits
    members: int = 0
    expanded: int = 0
    names: set[str] = field(default_factory=set)

    def count(self) -> None:
        self.members += 1
        if self.members > self.limits.zip_members:
            raise UnreadableError(f"压缩包内的文件超过 {self.limits.zip_members} 个，请减少后重新打包。")

    def take(self, size: int) -> None:
        self.expanded += size
        if self.expanded > self.limits.zip_bytes:
            mib = self.limits.zip_bytes // (1024 * 1024)
            raise UnreadableError(f"文件解压后超过 {mib} MB，已停止读取，请拆分后分别提交。")

    def label(self, archive: str, name: str) -> str:
        """A path no other member has."""
        path, number = f"{archive}/{name}", 1
        while path in self.names:
            number += 1
            pure = PurePosixPath(name)
            path = f"{archive}/{pure.with_name(f'{pure.stem}({number}){pure.suffix}')}"
        self.names.add(path)
        return path


def is_archive(head: bytes, data: bytes | None = None) -> str:
    """``zip``, ``tar``, ``gz``, ``eml``, or "" for a paper. ``head`` are the first ``HEAD`` bytes, ``data`` all of them.

    Without ``data`` a file that begins like a zip is "zip?": a Word file is one too.
    """
    if head.startswith(b"PK"):
        if data is None:
            return "zip?"
        code = sniff(data).code
        return "zip" if code in ("zip", "zip-encrypted") else ""
    if head.startswith(b"\x1f\x8b\x08"):
        return "gz"
    if _is_tar(head):
        return "tar"
    if head[:1].isalpha() and b":" in head:
        whole = head[: head.rfind(b"\n") + 1] or head
        return "eml" if sniff(whole).code == "eml" else ""
    return ""


def _is_tar(head: bytes) -> bool:
    """By the checksum of the first header, so that archives older than POSIX are known too."""
    if len(head) < TAR_BLOCK or not any(head[:100]):
        return False
    try:
        stated = int(head[148:156].split(b"\0")[0].strip() or b"x", 8)
    except ValueError:
        return False
    return stated == sum(head[:148]) + sum(head[156:TAR_BLOCK]) + 8 * 32


def members(path: str, data: bytes, limits: Limits = DEFAULT) -> Iterator[Member]:
    """The papers in an archive or mail, nested ones opened in their turn. Never raises for what the archive holds."""
    try:
        check_archive(len(data), limits)
    except UnreadableError as error:
        yield Member(path, error=str(error))
        return
    budget = _Budget(limits)
    yield from _level(path, data, budget, 1)


def _level(path: str, data: bytes, budget: _Budget, depth: int) -> Iterator[Member]:
    kind = is_archive(data[:HEAD], data)
    if depth > budget.limits.archive_depth:
        yield Member(path, error=archive_depth_message(budget.limits))
        return
    found = False
    try:
        for member in _OPENERS[kind](path, data, budget):
            found = True
            if member.error or member.data is None or not is_archive(member.data[:HEAD], member.data):
                yield member
            else:
                yield from _level(member.path, member.data, budget, depth + 1)
        if not found:
            yield Member(path, error=_NO_FILES)
    except UnreadableError as error:
        yield Member(path, error=str(error))
    except (*ZIP_ERRORS, RecursionError, MemoryError):
        yield Member(path, error="压缩包已损坏或不完整，请重新打包提交。")


# ---------------------------------------------------------------- names


def clean_name(name: str) -> tuple[str, bool]:
    """A member's name as a label (relative, no ``..``, no drive, no control characters) and whether it pointed outside."""
    text = name.replace("\\", "/")
    outside = text.startswith("/") or bool(re.match(r"[A-Za-z]:", text)) or ".." in text.split("/")
    text = re.sub(r"^[A-Za-z]:", "", text)
    parts = [re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "_", p) for p in text.split("/")]
    kept = [_short(p) for p in parts if p not in ("", ".", "..")]
    return "/".join(kept) or "未命名", outside


def _short(part: str) -> str:
    """A long name keeps its beginning and its suffix."""
    if len(part) <= LABEL_LENGTH:
        return part
    suffix = PurePosixPath(part).suffix
    suffix = suffix if len(suffix) <= 8 else ""
    return part[: LABEL_LENGTH - len(suffix)] + suffix


def decode_name(raw: bytes) -> str:
    """A name without a stated encoding: UTF-8, else GB18030 (Windows zip programs in China), else as far as it goes."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def _zip_name(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & 0x800:
        return info.filename
    extra = info.extra
    while len(extra) >= 4:
        tag, size = int.from_bytes(extra[:2], "little"), int.from_bytes(extra[2:4], "little")
        if tag == _UNICODE_PATH and 5 < size <= len(extra) - 4:
            try:
                return extra[9 : 4 + size].decode("utf-8")
            except UnicodeDecodeError:
                break
        extra = extra[4 + size :]
    try:
        return decode_name(info.orig_filename.encode("cp437"))
    except UnicodeEncodeError:
        return info.filename


def _named(path: str, name: str, budget: _Budget) -> tuple[str, str]:
    """(label, warning) of a member."""
    label, outside = clean_name(name)
    return budget.label(path, label), _ESCAPE if outside else ""


# ---------------------------------------------------------------- zip


def _zip(path: str, data: bytes, budget: _Budget) -> Iterator[Member]:
    limits = budget.limits
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = [(info, _zip_name(info)) for info in archive.infolist() if not info.is_dir()]
        check_zip([info for info, _ in infos], limits)
        infos = [(info, name) for info, name in infos if not _SYSTEM.search(clean_name(name)[0])]
        if infos and all(info.flag_bits & 1 for info, _ in infos):
            raise UnreadableError(f"压缩包{_ENCRYPTED}")
        for info, name in sorted(infos, key=lambda item: item[1]):
            budget.count()
            label, warning = _named(path, name, budget)
            if info.flag_bits & 1:
                yield Member(label, error=f"压缩包里的这个文件{_ENCRYPTED}")
                continue
            budget.take(info.file_size)
            yield _zip_member(archive, info, label, warning, limits)


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, label: str, warning: str, limits: Limits) -> Member:
    try:
        _check_member(info.file_size, info.filename, limits)
        return Member(label, archive.read(info), warning=warning)
    except UnreadableError as error:
        return Member(label, error=str(error))
    except NotImplementedError:
        return Member(label, error=_METHOD)
    except ZIP_ERRORS:
        return Member(label, error=_DAMAGED)


def _check_member(size: int, name: str, limits: Limits) -> None:
    """An archive inside an archive may be as large as an archive, a paper as large as a paper."""
    if name.lower().endswith((".zip", ".tar", ".gz", ".tgz", ".eml")):
        check_archive(size, limits)
    else:
        check_bytes(size, limits)


# ---------------------------------------------------------------- tar


class _Bounded(io.RawIOBase):
    """A stream of expanded bytes that refuses to yield more than the limits allow, whatever is asked of it."""

    def __init__(self, stream: IO[bytes] | GzipFile, packed: int, limits: Limits) -> None:
        super().__init__()
        self.stream, self.packed, self.limits, self.given = stream, packed, limits, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        left = self.limits.zip_bytes - self.given
        out = self.stream.read(min(size, left + 1) if size >= 0 else left + 1)
        self.given += len(out)
        if self.given > self.limits.zip_bytes:
            mib = self.limits.zip_bytes // (1024 * 1024)
            raise UnreadableError(f"文件解压后超过 {mib} MB，已停止读取，请拆分后分别提交。")
        if self.given > RATIO_FROM and self.given > self.limits.zip_ratio * max(self.packed, 1):
            raise UnreadableError(f"文件压缩比超过 {self.limits.zip_ratio} 倍，疑似恶意压缩文件，已停止读取。")
        return out


def _gz(path: str, data: bytes, budget: _Budget) -> Iterator[Member]:
    """A ``.tar.gz``, or one packed file."""
    import gzip

    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as first:
            head = first.read(TAR_BLOCK)
    except (EOFError, OSError, zlib.error):
        raise UnreadableError("压缩包已损坏或不完整，请重新打包提交。") from None
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as unpacked:
        stream = _Bounded(unpacked, len(data), budget.limits)
        if _is_tar(head):
            yield from _tar_stream(path, stream, budget)
            return
        budget.count()
        name = PurePosixPath(path).name
        label, warning = _named(path, name[:-3] if name.lower().endswith(".gz") else name, budget)
        content = stream.read()
        budget.take(len(content))
        yield Member(label, content, warning=warning)


def _tar(path: str, data: bytes, budget: _Budget) -> Iterator[Member]:
    yield from _tar_stream(path, _Bounded(io.BytesIO(data), len(data), budget.limits), budget)


def _tar_stream(path: str, stream: _Bounded, budget: _Budget) -> Iterator[Member]:
    """Members in the order of the archive: a stream is never wound back, so a member is read when it comes."""
    import tarfile

    try:
        with tarfile.open(fileobj=stream, mode="r|", encoding="utf-8", errors="surrogateescape") as archive:
            for info in archive:
                name = decode_name(info.name.encode("utf-8", "surrogateescape"))
                if info.isdir() or _SYSTEM.search(clean_name(name)[0]):
                    continue
                budget.count()
                label, warning = _named(path, name, budget)
                yield _tar_member(archive, info, label, warning, budget)
    except tarfile.TarError:
        raise UnreadableError("压缩包已损坏或不完整，请重新打包提交。") from None


def _tar_member(archive: tarfile.TarFile, info: tarfile.TarInfo, label: str, warning: str, budget: _Budget) -> Member:
    if not info.isreg() or info.issparse():
        return Member(label, error=_SPECIAL)
    try:
        _check_member(info.size, label, budget.limits)
    except UnreadableError as error:
        return Member(label, error=str(error))
    budget.take(info.size)
    file = archive.extractfile(info)
    return Member(label, file.read() if file else b"", warning=warning)


# ---------------------------------------------------------------- mail


def _eml(path: str, data: bytes, budget: _Budget) -> Iterator[Member]:
    """The text of a mail as a paper (``正文.txt``) and its attachments; a mail in a mail is opened in its turn."""
    from email import message_from_bytes, policy

    mail: EmailMessage = message_from_bytes(data, policy=policy.default)
    body = _body(mail)
    if body.strip():
        budget.count()
        yield Member(budget.label(path, "正文.txt"), body.encode("utf-8"), body=True)
    for number, part in enumerate(_attachments(mail), 1):
        budget.count()
        content = _content(part)
        label, warning = _named(path, _file_name(part) or f"附件{number}{_suffix(part)}", budget)
        budget.take(len(content))
        try:
            _check_member(len(content), label, budget.limits)
        except UnreadableError as error:
            yield Member(label, error=str(error))
            continue
        if content:
            yield Member(label, content, warning=warning)
        else:
            yield Member(label, error="邮件附件是空的或没有收完整，请重新发送。")


def _body(mail: EmailMessage) -> str:
    part = mail.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    raw = _content(part)  # type: ignore[arg-type]  # a body is a message too
    from docgen.readers.sniff import decode

    declared = part.get_content_charset() or ""
    try:
        text = raw.decode({"gb2312": "gb18030", "gbk": "gb18030"}.get(declared.lower(), declared or "utf-8"))
    except (UnicodeDecodeError, LookupError):
        text = decode(raw) or ""
    return _plain(text) if part.get_content_type() == "text/html" else text


def _plain(markup: str) -> str:
    """The words of an HTML body, a line a block."""
    import html

    text = re.sub(r"(?is)<(script|style|head)\b.*?</\1\s*>", "", markup)
    text = re.sub(r"(?i)<(?:br|/p|/div|/tr|/li|/h\d)\b[^<>]*>", "\n", text)
    text = html.unescape(re.sub(r"<[^<>]*>", "", text))
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _attachments(mail: EmailMessage) -> Iterator[EmailMessage]:
    """Every leaf that is not the body: attached files, pictures within the text, mails passed on as a whole."""
    body = mail.get_body(preferencelist=("plain", "html"))
    open_parts: list[EmailMessage] = [mail]
    while open_parts:
        part = open_parts.pop()
        if part.get_content_type() == "message/rfc822":
            yield part
        elif part.is_multipart():
            open_parts.extend(reversed(list(part.iter_parts())))  # type: ignore[arg-type]
        elif part is not body and (part.get_filename() or part.get_content_maintype() != "text"):
            yield part


def _content(part: EmailMessage) -> bytes:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        return bytes(inner[0]) if isinstance(inner, list) and inner else b""  # type: ignore[arg-type]
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _file_name(part: EmailMessage) -> str:
    """The attachment's name; old mailers write its bytes in GBK without saying so."""
    name = part.get_filename() or ""
    try:
        raw = name.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        return name
    return decode_name(raw)


def _suffix(part: EmailMessage) -> str:
    import mimetypes

    if part.get_content_type() == "message/rfc822":
        return ".eml"
    return mimetypes.guess_extension(part.get_content_type()) or ""


_OPENERS = {"zip": _zip, "tar": _tar, "gz": _gz, "eml": _eml}
