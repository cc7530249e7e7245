"""Material of the tests of bulk runs: a small master, invented rows, and runs in processes that can be killed.

``python bulk_runs.py FOLDER HOW [WORKERS] [BOOK]`` runs one; ``HOW`` says at what moment it kills itself.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from docgen.generating import work
from docgen.generating.filling import Master
from docgen.generating.numbers import Series
from docgen.generating.run import Given, Job, Numbering, generate
from docgen.rendering.manifest import Variable

COUNT = 300
PATTERN = "{row:04}-{name}"
SERIES = Series("样人社补〔2026〕{n}号")


@lru_cache(maxsize=1)
def master() -> Master:
    """Two paragraphs; the name and the number are wanted, the amount must be money."""
    docx: Any = import_module("docx")
    paper = docx.Document()
    paper.add_paragraph("{{ doc_no }}")
    paper.add_paragraph("{{ name }}：补贴{{ amount }}元。")
    out = io.BytesIO()
    paper.save(out)
    variables = (
        Variable("doc_no", "文号", optional=True),
        Variable("name", "姓名"),
        Variable("amount", "金额", "money", "元"),
    )
    members = zipfile.ZipFile(io.BytesIO(out.getvalue()))
    stable = b"".join(members.read(name) for name in ("word/document.xml", "word/styles.xml"))
    return Master("样例通知", out.getvalue(), hashlib.sha256(stable).hexdigest(), variables)


def rows(count: int = COUNT) -> list[Given]:
    return [Given(n, {"name": f"李样例{n:04}", "amount": str(1000 + n)}) for n in range(1, count + 1)]


def job(folder: Path, **more: Any) -> Job:
    return Job(**{"master": master(), "folder": folder, "pattern": PATTERN, **more})


def numbered(folder: Path, book: Path, **more: Any) -> Job:
    return job(folder, numbering=Numbering(SERIES, book), **more)


def papers(folder: Path) -> dict[str, bytes]:
    """The documents of a run by their path, and every other file it left that is no record of it."""
    records = ("manifest.jsonl", ".docgen-run")
    found = (p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(records))
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found}


def manifest(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]


def text(data: bytes) -> str:
    """Raises BadZipFile when the paper is not whole."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if archive.testzip():
            raise zipfile.BadZipFile("a part is damaged")
        return archive.read("word/document.xml").decode()


# ---------------------------------------------------------------- runs that are killed


@dataclass
class Mortal:
    """Kills its process, as ``kill -9`` does, when it is asked for the ``at``-th time."""

    at: int
    asked: int = 0

    def __call__(self, *_: object) -> None:
        self.asked += 1
        if self.asked == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


def started(folder: Path, how: str, workers: int = 1, book: Path | None = None) -> subprocess.Popen[bytes]:
    """A run in a process of its own."""
    here = Path(__file__)
    command = [sys.executable, str(here), str(folder), how, str(workers), str(book or "")]
    paths = os.pathsep.join([str(here.parent), str(here.parent.parent)])
    env = {**os.environ, "PYTHONPATH": paths}
    return subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)  # noqa: S603  our own file


def _portions(how: str) -> Any:
    return Mortal(1) if how == "after-a-portion" else lambda _: None


def _run(folder: Path, how: str, workers: int, book: str) -> None:
    if how == "before-renaming":
        rename = os.replace
        mortal = Mortal(120)

        def replace(old: str, new: str) -> None:
            mortal()
            rename(old, new)

        work.os.replace = replace  # type: ignore[attr-defined]
    if how == "half-written":
        write = os.write
        half = Mortal(150)

        def write_half(handle: int, data: Sequence[int]) -> int:
            half.asked += 1
            if half.asked == half.at:
                write(handle, bytes(data[: len(data) // 2]))
                os.kill(os.getpid(), signal.SIGKILL)
            return write(handle, bytes(data))

        work.os.write = write_half  # type: ignore[attr-defined]
    made = numbered(folder, Path(book), workers=workers) if book else job(folder, workers=workers)
    if how == "numbers-just-taken":
        generate(made, Ending(rows(), 2))
    generate(made, rows(), _portions(how))


@dataclass
class Ending:
    """Rows that can be gone through as often as asked, and kill the process at the beginning of the last time."""

    rows: list[Given]
    times: int

    def __iter__(self) -> Iterator[Given]:
        self.times -= 1
        if not self.times:
            os.kill(os.getpid(), signal.SIGKILL)
        return iter(self.rows)


if __name__ == "__main__":
    _run(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4])
