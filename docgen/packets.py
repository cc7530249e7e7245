"""A packet: the papers of one submission, each read, each with the reason when it could not be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from docgen.document import Document
from docgen.errors import UnreadableError, UsageError
from docgen.readers import Limits, read

STDIN = "-"

IGNORED_NAMES = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
"""What Windows and macOS leave in folders."""

MAX_PAPERS = 2000
"""Files of one packet; a larger folder is most likely not one submission."""


@dataclass(slots=True)
class PaperRead:
    """One file of the packet: the document, or the Chinese sentence that says why there is none."""

    path: str
    document: Document | None = None
    error: str = ""


@dataclass(slots=True)
class Packet:
    """``closed``: the packet is complete as it stands, so a paper that is not in it is missing."""

    papers: list[PaperRead]
    closed: bool


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


def _inside(folder: Path) -> list[str]:
    found: list[str] = []
    for item in sorted(folder.rglob("*")):
        hidden = any(part.startswith((".", "~$")) for part in item.relative_to(folder).parts)
        if item.is_file() and not hidden and item.name.lower() not in IGNORED_NAMES:
            found.append(str(item))
    return found


def read_packet(
    paths: Sequence[str], limits: Limits | None = None, tell: Callable[[str], None] = lambda _: None
) -> Packet:
    """Every paper read; one that cannot be does not stop the others. ``tell`` hears the path about to be read."""
    files, closed = gather(paths)
    papers: list[PaperRead] = []
    for path in files:
        tell(path)
        try:
            papers.append(PaperRead(path, read(path, limits=limits)))
        except UnreadableError as error:
            papers.append(PaperRead(path, error=str(error)))
    return Packet(papers, closed)
