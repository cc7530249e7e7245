"""The number book: 文号 given out once each, in order, over restarts and over runs that go on at the same time.

A SQLite file. A number belongs to one row of one run: asking again for the same row gives the same number. A number whose
row could not be filled is given back and is the next to be given out, so that the series has no hole. The book outlives the
papers, and the key of a row may be somebody's identity number: it holds digests of them, salted by the run.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from docgen.errors import UsageError, reason

_WAIT_SECONDS = 60.0
_PLACE = re.compile(r"\{n(?::(0?\d+))?\}")


@dataclass(frozen=True, slots=True)
class Series:
    """``样人社补〔2026〕{n}号``; ``first`` is the number the series begins with when the book does not know it yet."""

    pattern: str
    first: int = 1

    def __post_init__(self) -> None:
        if len(_PLACE.findall(self.pattern)) != 1 or self.first < 1:
            raise UsageError(
                f"文号的式样“{self.pattern}”里要有且只有一个 {{n}}，起号从 1 起，例如 样人社补〔2026〕{{n}}号。"
            )

    def written(self, n: int) -> str:
        return _PLACE.sub(lambda m: str(n).zfill(int(m[1])) if m[1] else str(n), self.pattern)


class NumberBook:
    """Open with the path of its file, which is made when it is not there. Raises UsageError when it cannot be used."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._open() as base:
            base.execute(
                "CREATE TABLE IF NOT EXISTS given (series TEXT, n INTEGER, run TEXT, row TEXT,"
                " PRIMARY KEY (series, n), UNIQUE (series, run, row))"
            )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            base = sqlite3.connect(self.path, timeout=_WAIT_SECONDS, isolation_level=None)
        except sqlite3.Error as error:
            raise UsageError(f"不能使用文号簿 {self.path}：{error}。") from error
        try:
            base.execute("BEGIN IMMEDIATE")  # one run at a time reads and writes; the others wait
            yield base
            base.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            why = reason(error) if isinstance(error, OSError) else str(error)
            raise UsageError(f"不能使用文号簿 {self.path}：{why}。") from error
        finally:
            base.close()

    def take(self, series: Series, run: str, rows: Sequence[str]) -> list[int]:
        """A number for each of these rows, in their order; rows of this run that have one keep it."""
        with self._open() as base:
            key = series.pattern
            had = dict(base.execute("SELECT row, n FROM given WHERE series = ? AND run = ?", (key, run)))
            marks = [_mark(run, row) for row in rows]
            wanted = [mark for mark in marks if mark not in had]
            for mark, n in zip(wanted, self._free(base, series, len(wanted)), strict=True):
                base.execute("INSERT INTO given VALUES (?, ?, ?, ?)", (key, n, run, mark))
                had[mark] = n
            return [had[mark] for mark in marks]

    @staticmethod
    def _free(base: sqlite3.Connection, series: Series, count: int) -> Iterable[int]:
        """The ``count`` smallest numbers that nobody has."""
        out: list[int] = []
        n = series.first
        taken = base.execute(
            "SELECT n FROM given WHERE series = ? AND n >= ? ORDER BY n", (series.pattern, series.first)
        )
        for (used,) in taken:
            while n < used and len(out) < count:
                out.append(n)
                n += 1
            n = used + 1
            if len(out) == count:
                break
        out.extend(range(n, n + count - len(out)))
        return out

    def give_back(self, series: Series, run: str, rows: Iterable[str]) -> None:
        """The numbers of rows that could not be filled may be given out again."""
        with self._open() as base:
            base.executemany(
                "DELETE FROM given WHERE series = ? AND run = ? AND row = ?",
                ((series.pattern, run, _mark(run, row)) for row in rows),
            )


def _mark(run: str, row: str) -> str:
    return hashlib.sha256(f"{run} {row}".encode()).hexdigest()
