"""A bulk run: rows in, whole papers and a manifest out; interrupted anywhere, it can be taken up again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from docgen.errors import UsageError
from docgen.generating.executors import Pool, pool
from docgen.generating.filling import Master, filler
from docgen.generating.names import Names, compile_pattern, pattern_names
from docgen.generating.numbers import NumberBook, Series
from docgen.generating.run_state import Folder, held
from docgen.generating.work import Line, Row, check_rows, fill_rows
from docgen.rendering.fill import written


@dataclass(frozen=True, slots=True)
class Given:
    """A row of data as it was read, by variable id. ``number`` counts from 1; ``error`` says why it could not be read."""

    number: int
    values: Mapping[str, Any]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Numbering:
    """Which variable takes the 文号, of which series, out of which book."""

    series: Series
    book: Path
    variable: str = "doc_no"


@dataclass(frozen=True, slots=True)
class Job:
    """``pattern``: the file name's; ``key``: the variable whose value names a row, once each."""

    master: Master
    folder: Path
    pattern: str
    key: str | None = None
    numbering: Numbering | None = None
    workers: int = 1
    cluster: str | None = None
    resume: bool = False
    extra_names: Sequence[str] = ()

    def settings(self) -> dict[str, str]:
        """What must stay the same when the run is taken up again."""
        number = f"{self.numbering.series.pattern}" if self.numbering else "（不编号）"
        return {"模板": self.master.name, "文件名式样": self.pattern, "键": self.key or "（行号）", "文号式样": number}


@dataclass(slots=True)
class Summary:
    """``failures`` are the first few lines that failed; ``count`` by written, kept, failed."""

    count: Counter[str] = field(default_factory=Counter)
    failures: list[Line] = field(default_factory=list)

    def add(self, line: Line) -> None:
        self.count["failed" if line.status == "failed" else "kept" if line.kept else "written"] += 1
        if line.status == "failed" and len(self.failures) < 20:
            self.failures.append(line)


Progress = Callable[[Sequence[Line]], None]


def generate(
    job: Job,
    rows: Iterable[Given],
    progress: Progress = lambda _: None,
    checked: Callable[[int], None] = lambda _: None,
) -> Summary:
    """Writes a paper for each row. ``rows`` can be gone through more than once when papers are numbered: ``checked`` hears
    how many rows were tried before any gets its number, ``progress`` the lines of the papers.

    Raises UsageError before anything is written for a fault of the call or the master, RunStopped when the disk gives up.
    """
    filler(job.master)  # a fault of the master is said before the folder is touched
    names = pattern_names([(v.id, v.label) for v in job.master.variables], ("row", "key", *job.extra_names))
    pattern = compile_pattern(job.pattern, names)
    summary = Summary()
    failing: Mapping[int, str] = {}
    first = partial(filler, job.master)
    with held(job.folder, job.settings(), job.resume) as folder, pool(job.workers, job.cluster, first) as workers:
        master = job.master.bare() if workers.primed else job.master
        prepare = partial(_prepared, job)
        if job.numbering:
            numbers, failing = _numbered(job, master, prepare(rows), folder, workers, checked)
            prepare = partial(_with_numbers, job, numbers, failing, job.numbering)
        portions = _portions(_named(prepare(rows), Names(pattern)), workers.portion)
        work = partial(fill_rows, master, str(job.folder.resolve()), compare=folder.began_before)
        folder.begin()
        with folder.manifest() as note:
            for lines in workers.map(work, portions):
                for line in lines:
                    note(line)
                    summary.add(line)
                if job.numbering and (lost := [x.key for x in lines if x.status == "failed" and x.row not in failing]):
                    NumberBook(job.numbering.book).give_back(job.numbering.series, folder.id, lost)
                progress(lines)
        folder.clear_parts()  # of a worker that died
    return summary


def _prepared(job: Job, rows: Iterable[Given]) -> Iterator[Row]:
    """Rows with their keys; a key that comes twice fails the second time."""
    seen: dict[str, int] = {}
    for row in rows:
        key, error = str(row.number), row.error
        if job.key is not None:
            said = written(row.values.get(job.key)).strip()
            if error is not None:  # it failed before it had a key; what is known of it still tells whose row it is
                key = said if said and said not in seen else key
            elif not said:
                error = "作键的一栏是空的"
            elif said in seen:
                error = f"键“{said}”与第 {seen[said]} 行重复"
                key = f"{said}#{row.number}"
            else:
                key = said
                seen[said] = row.number
        yield Row(row.number, key, "", row.values, error)


def _named(rows: Iterable[Row], names: Names) -> Iterator[Row]:
    for row in rows:
        path = names.path({**row.values, "row": row.number, "key": row.key})
        yield Row(row.number, row.key, path, row.values, row.error)


def _numbered(
    job: Job, master: Master, rows: Iterator[Row], folder: Folder, workers: Pool, checked: Callable[[int], None]
) -> tuple[dict[str, str], dict[int, str]]:
    """Key → 文号 of each row that can be filled, and row number → why of the others: only who is sure to be written gets one."""
    numbering = job.numbering
    if numbering is None:
        return {}, {}
    if job.master.variables and numbering.variable not in {v.id for v in job.master.variables}:
        raise UsageError(f"模板 {job.master.name} 没有“{numbering.variable}”这个变量，编不了文号。")
    sound: list[str] = []
    failing: dict[int, str] = {}
    trial = {numbering.variable: numbering.series.written(numbering.series.first)}
    tried = (replace(row, values={**row.values, **trial}) for row in rows)
    portions, kept = _tee_keys(_portions(tried, workers.portion))
    for errors in workers.map(partial(check_rows, master), portions):
        for (number, key), error in zip(kept.pop(0), errors, strict=True):
            if error is None:
                sound.append(key)
            else:
                failing[number] = error
        checked(len(errors))
    folder.begin()
    given = NumberBook(numbering.book).take(numbering.series, folder.id, sound)
    return {key: numbering.series.written(n) for key, n in zip(sound, given, strict=True)}, failing


def _tee_keys(portions: Iterable[list[Row]]) -> tuple[Iterator[list[Row]], list[list[tuple[int, str]]]]:
    kept: list[list[tuple[int, str]]] = []

    def through() -> Iterator[list[Row]]:
        for portion in portions:
            kept.append([(row.number, row.key) for row in portion])
            yield portion

    return through(), kept


def _with_numbers(
    job: Job, numbers: Mapping[str, str], failing: Mapping[int, str], numbering: Numbering, rows: Iterable[Given]
) -> Iterator[Row]:
    for row in _prepared(job, rows):
        if row.number in failing:
            yield replace(row, error=failing[row.number])
        elif row.key not in numbers:
            yield replace(row, error="数据在生成的过程中变了，这一行没有编到文号")
        else:
            yield replace(row, values={**row.values, numbering.variable: numbers[row.key]})


def _portions(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    rows = iter(rows)
    while portion := list(islice(rows, size)):
        yield portion
