"""Timing two things against each other on a machine that is busy with something else: interleaved, median and minimum."""

from __future__ import annotations

import gc
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

NOISE = 0.10
"""Share by which a figure may lie over its target before ``--strict`` fails: two processes of one program differ by that."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the result. ``median`` and ``least`` are what was measured (a ratio, a rate, or MiB), ``target`` the most
    it may be, or with ``at_least`` the least (None: only shown), ``note`` the absolute figures behind it."""

    what: str
    median: float
    least: float
    target: float | None
    note: str = ""
    unit: str = ""
    at_least: bool = False

    @property
    def over(self) -> bool:
        """On the wrong side of the target."""
        return self.target is not None and (self.median < self.target if self.at_least else self.median > self.target)

    @property
    def fails(self) -> bool:
        """Beyond the target by more than the noise."""
        if self.target is None:
            return False
        return self.median < self.target * (1 - NOISE) if self.at_least else self.median > self.target * (1 + NOISE)

    def line(self) -> str:
        target = "" if self.target is None else f"{'>=' if self.at_least else '<='} {self.target:.2f}"
        missed = "under" if self.at_least else "over"
        verdict = "" if self.target is None else missed if self.over else "ok"
        return (
            f"{self.what:<62} {self.median:6.2f}{self.unit} (min {self.least:5.2f}) {target:>8}  {verdict:<4}  {self.note}"
        ).rstrip()


def interleave(a: Callable[[], float], b: Callable[[], float], runs: int) -> tuple[list[float], list[float]]:
    """What ``a`` and ``b`` return, taken in turn A B A B, so that a slow spell of the machine meets both."""
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(runs):
        ours.append(a())
        theirs.append(b())
    return ours, theirs


def ratio(what: str, ours: Sequence[float], theirs: Sequence[float], target: float | None) -> Figure:
    """Median over median and minimum over minimum of two series in seconds."""
    middle, other = statistics.median(ours), statistics.median(theirs)
    note = f"{middle * 1000:.1f} ms / {other * 1000:.1f} ms"
    return Figure(what, middle / other, min(ours) / min(theirs), target, note)


def seconds(call: Callable[[], object]) -> float:
    """How long one call takes; the rubbish of the call before is not charged to it."""
    gc.collect()
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def process_seconds(command: Sequence[str], env: Mapping[str, str], folder: Path, fine: Sequence[int] = (0,)) -> float:
    """How long a process takes from start to end. Raises RuntimeError when its exit status is not one of ``fine``."""
    begin = time.perf_counter()
    done = subprocess.run(command, env=dict(env), cwd=folder, capture_output=True, check=False)
    took = time.perf_counter() - begin
    if done.returncode not in fine:
        said = done.stderr.decode("utf-8", "replace").strip()[-400:]
        raise RuntimeError(f"{' '.join(command)}: exit status {done.returncode}: {said}")
    return took
