"""What a bulk run leaves in its folder besides papers: who is at work there, what the run is, and its manifest.

``.docgen-run`` is a SQLite file: SQLite gives the lock back when a process is killed, on every system alike.
"""

from __future__ import annotations

import json
import os
import sqlite3
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from docgen.errors import UsageError, reason
from docgen.generating.work import PART, Line, stopped

STATE = ".docgen-run"
MANIFEST = "manifest.jsonl"

_as_json = json.JSONEncoder(ensure_ascii=False).encode
"""``json.dumps`` with an option makes an encoder for each line."""


class Folder:
    """A run's folder while the run holds it. ``id`` is the run's own, the same after a restart."""

    def __init__(
        self, path: Path, base: sqlite3.Connection, known: Mapping[str, str], settings: Mapping[str, str]
    ) -> None:
        self.path = path
        self.id = known.get("run") or uuid.uuid4().hex
        self.began_before = bool(known)
        self._base = base
        self._settings = settings

    def begin(self) -> None:
        """Says that from now on there is something to take up again: to be called before a number is taken or a paper written."""
        self._base.execute("DELETE FROM state")
        self._base.executemany("INSERT INTO state VALUES (?, ?)", [("run", self.id), *self._settings.items()])
        self._base.execute("COMMIT")
        _lock(self._base, self.path)

    @contextmanager
    def manifest(self) -> Iterator[Any]:
        """A function that takes each Line; the manifest appears when all are in, the part before stays for a look."""
        part = self.path / f"{MANIFEST}{PART}"
        with _stopping(part):
            out = part.open("w", encoding="utf-8", newline="\n")

        def note(line: Line) -> None:
            with _stopping(part):
                out.write(_as_json(line.to_json()) + "\n")

        try:
            yield note
        except BaseException:
            with suppress(OSError):  # the disk that stopped the run has no room for the rest of the manifest either
                out.close()
            raise
        with _stopping(part):
            out.close()
            part.replace(self.path / MANIFEST)

    def clear_parts(self) -> None:
        """What a killed run or worker left half written."""
        for folder, _, files in os.walk(self.path):
            for name in files:
                if name.endswith(PART):
                    Path(folder, name).unlink(missing_ok=True)


@contextmanager
def _stopping(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise stopped(str(path), error) from None


@contextmanager
def held(path: Path, settings: Mapping[str, str], resume: bool) -> Iterator[Folder]:
    """Takes the folder for this run, making it; what the run is stays unwritten until ``begin``.

    ``settings`` are what must not change within a run (Chinese label → value).

    Raises UsageError when another process is at work there, when a run was there before and ``resume`` is not asked for,
    or when the earlier run had other settings.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        base = sqlite3.connect(path / STATE, timeout=0.5, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        why = reason(error) if isinstance(error, OSError) else str(error)
        raise UsageError(f"不能使用文件夹 {path}：{why}。") from error
    try:
        known = _open(base, path)
        if known and not resume:
            raise UsageError(f"{path} 里已有一次生成的结果：接着做请加 --resume，重新做请换一个文件夹。")
        for label, value in settings.items():
            if known and known.get(label, value) != value:
                raise UsageError(
                    f"{path} 里那一次的{label}是“{known[label]}”，这一次是“{value}”；请改成一样的，或者换一个文件夹。"
                )
        folder = Folder(path, base, known, settings)
        folder.clear_parts()
        yield folder
    except sqlite3.Error as error:
        raise UsageError(f"不能使用 {path / STATE}：{error}。") from error
    finally:
        base.close()


def _open(base: sqlite3.Connection, path: Path) -> dict[str, str]:
    _lock(base, path)
    base.execute("CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value TEXT)")
    return dict(base.execute("SELECT key, value FROM state"))


def _lock(base: sqlite3.Connection, path: Path) -> None:
    try:
        base.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise UsageError(f"另一个 docgen 正在往 {path} 里生成，请等它做完，或者换一个文件夹。") from error
        raise


def read_manifest(folder: Path) -> list[Line]:
    """The lines of a finished run, without what later steps have added to them. Raises UsageError."""
    ours = Line.__slots__
    try:
        with (folder / MANIFEST).open(encoding="utf-8") as lines:
            return [Line(**{k: v for k, v in json.loads(line).items() if k in ours}) for line in lines]
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise UsageError(f"读不了 {folder / MANIFEST}：{error}。") from error
