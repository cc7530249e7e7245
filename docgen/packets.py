"""A packet: the papers of one submission, each read, each with the reason when it could not be.

A packet is a folder, an archive, a mail, or a list of files; archives and mails inside it are opened in their place.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.document import Document
from docgen.errors import UnreadableError, UsageError
from docgen.readers import Limits, read
from docgen.readers.limits import DEFAULT, MIB

if TYPE_CHECKING:
    from docgen.archives import Member
    from docgen.workers import Worker

STDIN = "-"

IGNORED_NAMES = frozenset({"thumbs.db", "desktop.ini", ".ds_store", "readme.md"})
"""What Windows and macOS leave in folders, and notes about the folder itself, which are no paper of an applicant."""

MAX_PAPERS = 2000
"""Files of one packet; a larger folder is most likely not one submission."""

ISOLATE_FROM = 8 * MIB
"""A plain file of this size (bytes) is read by a worker process; a smaller one here, because a process costs 0.2 s."""

ARCHIVE_HEAD = 4096
"""First bytes of a file (bytes) looked at to tell an archive or a mail from a paper."""


@dataclass(slots=True)
class PaperRead:
    """One file of the packet: the document, or the Chinese sentence that says why there is none.

    ``body``: the text of a mail, which belongs to the packet but is no material of it.
    """

    path: str
    document: Document | None = None
    error: str = ""
    body: bool = False


@dataclass(slots=True)
class Packet:
    """``closed``: the packet is complete as it stands, so a paper that is not in it is missing.

    ``notes``: Chinese sentences about the reading itself (a limit that this machine cannot enforce).
    """

    papers: list[PaperRead]
    closed: bool
    notes: list[str] = field(default_factory=list)


def gather(paths: Sequence[str]) -> tuple[list[str], bool]:
    """The files of one packet and whether it is closed: a folder or several files are; a lone file is not.

    Raises UsageError for an empty folder, too many files, or no path at all.
    """
    if not paths:
        raise UsageError("请给出要检查的文件或文件夹")
    files: list[str] = []
    closed = len(paths) > 1
    for path in paths:
        if path == STDIN:
            files.append(path)
            continue
        place = Path(path)
        if place.is_dir():
            closed = True
            inside = _inside(place)
            if not inside:
                raise UsageError(f"文件夹 {path} 里没有可以检查的文件")
            files.extend(inside)
        else:
            files.append(path)  # one that is not there is an input that could not be read: the others are checked
    if len(files) > MAX_PAPERS:
        raise UsageError(
            f"一次最多检查 {MAX_PAPERS} 个文件，这里有 {len(files)} 个；请按每份申请分文件夹，用 --each 逐份检查"
        )
    return files, closed


def is_ignored(name: str) -> bool:
    """Hidden files, and what operating systems and office programs leave beside papers."""
    return name.startswith((".", "~$")) or name.lower() in IGNORED_NAMES


def _inside(folder: Path) -> list[str]:
    found: list[str] = []
    for item in sorted(folder.rglob("*")):
        if item.is_file() and not any(is_ignored(part) for part in item.relative_to(folder).parts):
            found.append(str(item))
    return found


def read_packet(
    paths: Sequence[str],
    limits: Limits | None = None,
    tell: Callable[[str], None] = lambda _: None,
    *,
    refused: Mapping[str, str] | None = None,
    isolate: bool = False,
) -> Packet:
    """Every paper read; one that cannot be does not stop the others. ``tell`` hears the path about to be read.

    ``refused``: path → why it is not read (a worker died over it). ``isolate``: read every paper in a worker process,
    not only large ones and those out of archives.
    """
    limits = limits or DEFAULT
    files, closed = gather(paths)
    packet = Packet([], closed)
    with ExitStack() as stack:
        desk = _Desk(limits, isolate, stack)
        for file in files:
            for member in unpack(file, limits):
                if member.path != file:
                    packet.closed = True
                if len(packet.papers) >= MAX_PAPERS:
                    packet.papers.append(PaperRead(file, error=f"一份申请的文件超过 {MAX_PAPERS} 个，其余没有读取。"))
                    return packet
                tell(member.path)
                packet.papers.append(_paper(member, desk, (refused or {}).get(member.path, "")))
        packet.notes = desk.notes()
    return packet


def unpack(path: str, limits: Limits = DEFAULT) -> Iterator[Member]:
    """The papers of one file: itself, or the members of an archive or a mail. A plain file is not loaded (data None)."""
    from docgen.archives import Member, is_archive, members

    if path == STDIN:
        data = sys.stdin.buffer.read(limits.archive_bytes + 1)
        yield from members(path, data, limits) if is_archive(data[:ARCHIVE_HEAD], data) else [Member(path, data)]
        return
    try:
        with open(path, "rb") as file:  # noqa: PTH123  a path as the caller wrote it, also one Path cannot hold
            head = file.read(ARCHIVE_HEAD)
            kind = is_archive(head)
            data = head + file.read(max(0, limits.archive_bytes + 1 - len(head))) if kind else b""
    except (OSError, ValueError):
        kind, data = "", b""  # the reader says what is wrong with it
    if kind and (is_archive(head, data) or len(data) > limits.archive_bytes):  # cut short it cannot be told: refused
        yield from members(path, data, limits)
    else:
        yield Member(path)


def paper_bytes(packet: Packet, paths: Sequence[str], limits: Limits | None = None) -> dict[str, bytes]:
    """The papers themselves, for page images: files are opened and archives unpacked again rather than kept."""
    wanted = {p.path for p in packet.papers if p.document}
    out: dict[str, bytes] = {}
    for file in gather(paths)[0]:
        if file == STDIN:
            continue
        for member in unpack(file, limits or DEFAULT):
            if member.path in wanted and not member.error:
                out[member.path] = Path(file).read_bytes() if member.data is None else member.data
    return out


class _Desk:
    """Where papers are read: here, or in a worker process that is started when first needed."""

    def __init__(self, limits: Limits, isolate: bool, stack: ExitStack) -> None:
        self.limits, self.isolate, self.stack = limits, isolate, stack
        self.worker: Worker | None = None

    def read(self, member: Member) -> Document:
        if not self._apart(member):
            return read(member.path, member.data, self.limits)
        from docgen import workers

        if workers.inside():
            return read(member.path, member.data, self.limits)
        if self.worker is None:
            self.worker = self.stack.enter_context(workers.Worker(self.limits))
        return self.worker.read(member.path, member.data)

    def _apart(self, member: Member) -> bool:
        if member.path == STDIN:
            return False
        if self.isolate or member.data is not None:
            return True
        try:
            return Path(member.path).stat().st_size >= ISOLATE_FROM or _is_old_workbook(Path(member.path))
        except (OSError, ValueError):
            return False

    def notes(self) -> list[str]:
        return self.worker.notes if self.worker is not None else []


def _is_old_workbook(path: Path) -> bool:
    """A damaged .xls may state cells anywhere, and calamine ends the process when the grid to them does not fit."""
    from docgen.readers.sniff import sniff

    with path.open("rb") as file:
        head = file.read(8)
        return head == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" and sniff(head + file.read()).code == "xls"


def _paper(member: Member, desk: _Desk, refused: str) -> PaperRead:
    error = member.error or refused
    if error:
        return PaperRead(member.path, error=error)
    try:
        document = desk.read(member)
    except UnreadableError as unreadable:
        return PaperRead(member.path, error=str(unreadable))
    except RecursionError:
        return PaperRead(member.path, error="文件内部嵌套过深，无法读取，请用办公软件整理后重新保存。")
    if member.warning:
        document.warnings.insert(0, member.warning)
    return PaperRead(member.path, document, body=member.body)
