"""What a bulk run leaves in its folder besides papers: who is at work there, what the run is, and its manifest.

``.docgen-run`` is a SQLite file: SQLite gives the lock back when a process is killed, on every system alike.
"""

from __future__ import annotations

import json
import os
import sqlite3
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from docgen.errors import UsageError, reason
from docgen.generating.work import PART, Line

STATE = ".docgen-run"
MANIFEST = "manifest.jsonl"


class Folder:
    """A run's folder while the run holds it. ``id`` is the run's own, the same after a restart."""

    def __init__(self, path: Path, run_id: str, began_before: bool) -> None:
        self.path = path
        self.id = run_id
        self.began_before = began_before

    @contextmanager
    def manifest(self) -> Iterator[Any]:
        """A function that takes each Line; the manifest appears when all are in, the part before stays for a look."""
        part = self.path / f"{MANIFEST}{PART}"
        with part.open("w", encoding="utf-8", newline="\n") as out:
            yield lambda line: out.write(json.dumps(line.to_json(), ensure_ascii=False) + "\n")
        part.replace(self.path / MANIFEST)

    def clear_parts(self) -> None:
        """What a killed run left half written."""
        for folder, _, files in os.walk(self.path):
            for name in files:
                if name.endswith(PART):
                    Path(folder, name).unlink(missing_ok=True)


@contextmanager
def held(path: Path, settings: Mapping[str, str], resume: bool) -> Iterator[Folder]:
    """Takes the folder for this run, making it. ``settings`` are what must not change within a run (Chinese label → value).

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
        run_id = known.get("run") or uuid.uuid4().hex
        base.execute("DELETE FROM state")
        base.executemany("INSERT INTO state VALUES (?, ?)", [("run", run_id), *settings.items()])
        base.execute("COMMIT")
        base.execute("BEGIN EXCLUSIVE")
        folder = Folder(path, run_id, bool(known))
        folder.clear_parts()
        yield folder
    except sqlite3.Error as error:
        raise UsageError(f"不能使用 {path / STATE}：{error}。") from error
    finally:
        base.close()


def _open(base: sqlite3.Connection, path: Path) -> dict[str, str]:
    try:
        base.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise UsageError(f"另一个 docgen 正在往 {path} 里生成，请等它做完，或者换一个文件夹。") from error
        raise
    base.execute("CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value TEXT)")
    return dict(base.execute("SELECT key, value FROM state"))


def read_manifest(folder: Path) -> list[Line]:
    """The lines of a finished run, without what later steps have added to them. Raises UsageError."""
    ours = Line.__slots__
    try:
        with (folder / MANIFEST).open(encoding="utf-8") as lines:
            return [Line(**{k: v for k, v in json.loads(line).items() if k in ours}) for line in lines]
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise UsageError(f"读不了 {folder / MANIFEST}：{error}。") from error
