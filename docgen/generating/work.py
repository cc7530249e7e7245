"""What one worker does with a portion of the rows: fill, write whole, say how it went."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from docgen.errors import DocgenError, reason
from docgen.generating.filling import Fill, Master, checker, filler
from docgen.generating.values import RowError

T = TypeVar("T")

_ENDS_THE_RUN = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.EMFILE})
"""What goes wrong for every further row too."""
PART = ".docgen-part"
"""The suffix of a file that is not whole yet."""


@dataclass(frozen=True, slots=True)
class Row:
    """One document to write. ``number`` counts from 1 as the data does; ``path`` is below the run's folder, with ``/``.

    ``error``: it is known already that it cannot be filled.
    """

    number: int
    key: str
    path: str
    values: Mapping[str, Any]
    error: str | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Rows go to workers by the ten thousand: a data class's own way takes several times as long."""
        return Row, (self.number, self.key, self.path, self.values, self.error)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of ``manifest.jsonl``. ``kept``: the file was there already and is the same, nothing was written."""

    row: int
    key: str
    path: str
    sha256: str | None
    status: Literal["written", "failed"]
    error: str | None = None
    kept: bool = False

    def __reduce__(self) -> tuple[Any, ...]:
        return Line, (self.row, self.key, self.path, self.sha256, self.status, self.error, self.kept)

    def to_json(self) -> dict[str, Any]:
        return {
            "row": self.row,
            "key": self.key,
            "path": self.path,
            "sha256": self.sha256,
            "status": self.status,
            "error": self.error,
        }


class RunStopped(DocgenError):  # noqa: N818  not a fault of the program: the disk or the folder is at fault
    """No further row can be written; its sentence says why and how to go on."""


def stopped(target: str, error: OSError) -> RunStopped:
    return RunStopped(f"写不了 {target}：{reason(error)}；已写完的都是完整的，排除后加 --resume 接着做。")


def fill_rows(master: Master, folder: str, rows: Sequence[Row], compare: bool) -> list[Line]:
    """Writes the documents of ``rows`` under ``folder``. ``compare``: a file that is there and the same is left alone.

    Raises RunStopped when the folder cannot be written to. UsageError when the master itself has a fault.
    """
    fill = filler(master)
    return [_one(fill, folder, row, compare) for row in rows]


def check_rows(master: Master, rows: Sequence[Row]) -> list[str | None]:
    """Tries without writing; for each row None, or why it cannot be filled."""
    check = checker(master)
    return [row.error or _tried(check, row)[1] for row in rows]


def _tried(fill: Callable[[Mapping[str, Any]], T], row: Row) -> tuple[T | None, str | None]:
    """What comes out, or why nothing does."""
    try:
        return fill(row.values), None
    except RowError as error:
        return None, "；".join(str(a) for a in error.args)
    except DocgenError as error:
        return None, str(error).rstrip("。")


def _one(fill: Fill, folder: str, row: Row, compare: bool) -> Line:
    if row.error is not None:
        return Line(row.number, row.key, row.path, None, "failed", row.error)
    data, why = _tried(fill, row)
    if data is None:
        return Line(row.number, row.key, row.path, None, "failed", why)
    target = f"{folder}/{row.path}"
    digest = hashlib.sha256(data).hexdigest()
    if compare and _is_there(target, data):
        return Line(row.number, row.key, row.path, digest, "written", kept=True)
    try:
        write_whole(target, data)
    except OSError as error:
        if error.errno in _ENDS_THE_RUN:
            raise stopped(target, error) from None
        return Line(row.number, row.key, row.path, None, "failed", f"写不了文件：{reason(error)}")
    return Line(row.number, row.key, row.path, digest, "written")


def _is_there(target: str, data: bytes) -> bool:
    try:
        if os.stat(target).st_size != len(data):  # noqa: PTH116  a Path a row costs as much as the look
            return False
        return Path(target).read_bytes() == data
    except OSError:
        return False


def write_whole(target: str, data: bytes) -> None:
    """To a temporary name beside it, then renamed: under its own name a file is never half there. Raises OSError."""
    part = f"{target}.{os.getpid()}{PART}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(part, flags, 0o666)
    except FileNotFoundError:
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(part, flags, 0o666)
    try:
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(handle, view) :]
        finally:
            os.close(handle)
        os.replace(part, target)  # noqa: PTH105  as above
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
