"""``python -m bench.policies``: what the law costs: a long roster through every rule, and a cold check with all packs.

The roster's rows, the register of insured months and the benefits drawn are in memory, so that only ``checkers`` is
measured. One case is judged by one process; two workers are what ``docgen check --each`` runs, two packets at a time.
Rates depend on the machine, ratios do not. Needs the ``dev`` extra; no network, no LibreOffice.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from bench.check import PAPER, Place, compile_packages, place
from bench.measure import NOISE, Figure, interleave, process_seconds, ratio, seconds
from bench.roster import HEADER, POLICY, make_roster, person
from checkers.engine import check
from checkers.facts import Fact, Facts, FormSeen, RowTexts
from checkers.packs import BUILT_IN, Loaded, library
from checkers.report import Location
from checkers.values.dates import YearMonth
from docgen.batches import check_each
from docgen.checking import Request

ROWS, LARGER = 10_000, 10
RATE, GROWTH, GAIN, PACKS = 3_000, 11.0, 1.7, 1.3
"""Targets: rows a second on one core; ten times the rows; two workers against one; all packs against six."""

SIX = (
    *("cq-grad-flexible-si-subsidy", "cq-grad-unit-si-subsidy", "cq-hardship-unit-si-subsidy"),
    *("cq-internship-base-filing", "cq-retire-normal", "cq-startup-loan-personal"),
)
"""The services of the first installation."""
THEIR_FORMS = ("cq-retire-form-enterprise",)
"""Packs that one of the six takes its form from."""

DAY = date(2025, 7, 20)
COLUMNS = ["", "name", "phone", "id_number", "school", "major", "graduation_date", "education", "diploma_number"]
COLUMNS += ["start", "end", "remark"]
"""Column ids under ``bench.roster.HEADER``; the running number is not read."""

_COLD = "import sys, pathlib, checkers.packs as p; p.BUILT_IN = pathlib.Path({folder!r}); from docgen.cli import main; main()"
"""``docgen`` with the packs of one folder only: both sides of the comparison begin so."""


def main(arguments: list[str] | None = None) -> int:
    """Prints one line a figure; 1 with ``--strict`` when a target is missed by more than the noise."""
    parser = argparse.ArgumentParser(prog="python -m bench.policies", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="how often each figure is measured (default 5)")
    parser.add_argument("--rows", type=int, default=ROWS, help=f"rows of the roster (default {ROWS})")
    parser.add_argument("--strict", action="store_true", help=f"exit 1 if a target is missed by over {NOISE:.0%}")
    options = parser.parse_args(arguments)
    if options.runs < 1 or options.rows < 1:
        parser.error("--runs and --rows must be at least 1")
    over = False
    for figure in _figures(options.rows, options.runs):
        print(figure.line(), flush=True)
        over |= figure.fails
    return 1 if over and options.strict else 0


def _figures(rows: int, runs: int) -> Iterator[Figure]:
    yield from rosters(rows, runs)
    compile_packages()
    with tempfile.TemporaryDirectory(prefix="docgen-bench-") as temporary, place(Path(temporary)) as here:
        yield with_all_packs(3 * runs, here)
        yield two_workers(rows, runs, here)


# ---------------------------------------------------------------- the figures


def rosters(rows: int, runs: int) -> Iterator[Figure]:
    """Rows a second, and ten times the rows against the rows: processor seconds of this process."""
    loaded = library().load(POLICY)
    small, large = facts_of(rows), facts_of(rows * LARGER)
    judge(small, loaded)
    a, b = interleave(lambda: judge(large, loaded), lambda: judge(small, loaded), runs)
    yield Figure(
        f"rules: rows a second, {len(HEADER)} columns, {rows} rows, one core",
        rows / sorted(b)[len(b) // 2],
        rows / max(b),
        RATE,
        at_least=True,
    )
    yield ratio(f"rules: {rows * LARGER} rows / {rows} rows", a, b, GROWTH)


def two_workers(rows: int, runs: int, here: Place) -> Figure:
    """Two packets, each a roster as a workbook of its own, one after the other and at the same time."""
    packets: list[Request] = []
    for name in ("甲", "乙"):
        folder = here.folder / name
        folder.mkdir()
        shutil.copyfile(make_roster(rows, Path(tempfile.gettempdir())), folder / "花名册.xlsx")
        packets.append(Request([str(folder)], service=POLICY, received=DAY))

    def run(workers: int) -> float:
        return seconds(lambda: [checked.path for checked in check_each(packets, workers)])

    run(2)
    one, two = interleave(lambda: run(1), lambda: run(2), runs)
    figure = ratio("workers: two packets by one worker / by two", one, two, GAIN)
    note = f"{figure.note}; two processes that only count: {free_cores():.2f}"
    return Figure(figure.what, figure.median, figure.least, GAIN, note, at_least=True)


def with_all_packs(runs: int, here: Place) -> Figure:
    """A cold check of a one-page form with every pack against the same with six; the index of each is built before."""
    six = here.folder / "six"
    for path in BUILT_IN.glob("*/*.yaml"):
        if path.stem in (*SIX, *THEIR_FORMS):
            (six / path.parent.name).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, six / path.parent.name / path.name)
    everything, few = (
        [sys.executable, "-c", _COLD.format(folder=str(folder)), "check", str(PAPER)] for folder in (BUILT_IN, six)
    )

    def cold(command: list[str]) -> float:
        return process_seconds(command, here.env, here.folder, fine=(0, 1))

    cold(everything), cold(few)
    a, b = interleave(lambda: cold(everything), lambda: cold(few), runs)
    return ratio(f"packs: cold check with all {len(library().entries())} / with {len(SIX)}", a, b, PACKS)


# ---------------------------------------------------------------- their parts


def free_cores() -> float:
    """What two processes gain over one on this machine now: the most that two workers could."""
    command = [sys.executable, "-c", "for _ in range(30_000_000): pass"]

    def count(processes: int) -> float:
        begin = time.perf_counter()
        running = [subprocess.Popen(command) for _ in range(processes)]
        for process in running:
            process.wait()
        return time.perf_counter() - begin

    return 2 * count(1) / count(2)


def judge(facts: Facts, loaded: Loaded) -> float:
    """Processor seconds of one check. Raises RuntimeError where a row was not judged for want of a fact."""
    begin = time.process_time()
    report = check(facts, loaded, DAY, received=DAY)
    took = time.process_time() - begin
    waiting = [f.message for f in report.findings if "roster[" in f.subject and f.status == "unknown"]
    if waiting:
        raise RuntimeError(f"not judged: {waiting[0]}")
    return took


def facts_of(rows: int) -> Facts:
    """A unit's case with ``rows`` people, all of whom the register knows."""
    dice = random.Random(20250720)  # noqa: S311  invented people, the same each time
    people = [tuple(str(cell or "") for cell in person(number, dice)) for number in range(1, rows + 1)]
    columns = {name: at for at, name in enumerate(COLUMNS) if name}
    spec = library().load(POLICY).policy.forms["roster"].fields["roster"]
    labels = {name: column.label for name, column in spec.columns.items()}
    facts = Facts.of({**_UNIT, "headcount": rows, "claimed_amount": rows * 10_000})
    texts = RowTexts(labels, columns, people, range(rows), lambda row, column: Location("花名册.xlsx", cell=f"A{row}"))
    seen = FormSeen("roster", place=Location("花名册.xlsx"))
    at = columns["id_number"]
    facts.known |= Facts.of({"insured": [_insured(texts_of[at]) for texts_of in people]}).known
    seen.facts["roster"] = Fact("roster", "", rows=texts)
    facts.forms = [seen]
    facts.closed = True
    return facts


_UNIT: dict[str, Any] = {
    **{"unit_name": "重庆嘉陵山川软件有限公司", "roster_unit": "重庆嘉陵山川软件有限公司", "is_small_micro": True},
    **{"registered_district": "渝中区", "applied_district": "渝中区", "dispatch": False, "benefits_drawn": []},
}


def _insured(id_number: str) -> dict[str, Any]:
    """What the register says of one: insured from the month after leaving school, all conditions met."""
    return {
        **{"id_number": id_number, "newly_hired": True, "graduate_kind": "普通高等学校毕业生"},
        **{"registered_unemployed": True, "employment_registered_on": date(2024, 7, 10)},
        **{"first_insured": YearMonth(2024, 7), "insured_months": 12, "still_insured": True},
    }


if __name__ == "__main__":
    sys.exit(main())
