"""``docgen check --each`` and ``--watch``: many packets, in worker processes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from docgen.cli.parameters import is_quiet
from docgen.errors import UsageError, reason

if TYPE_CHECKING:
    from docgen.batches import Checked
    from docgen.checking import Request

POLL_SECONDS = 2.0
"""Between two looks at a drop folder; a packet is taken when two looks see it unchanged."""

BAR_CELLS = 24

_VERDICTS = {"pass": "通过", "fail": "有不符合的问题", "review": "需人工核实"}


def run_each(context: click.Context, request: Request, output: str | None, workers: int | None) -> int:
    """One line of JSON a packet, in order, each written when it is whole; the exit status of the contract."""
    from docgen.batches import check_each
    from docgen.checking import require_service
    from docgen.readers.limits import Limits

    require_service(request)
    paths = packets_of(request.paths)
    requests = [replace(request, paths=[path]) for path in paths]
    limits = Limits(**request.settings.limits)
    failed = unreadable = False
    running = check_each(requests, min(workers or os.cpu_count() or 1, max(len(paths), 1)), limits)
    try:
        with _sink(output) as sink, _bar(context, len(paths)) as bar:
            for checked in running:
                sink.write(checked.line.encode("utf-8"))
                sink.flush()
                bar.step()
                _warn(context, checked)
                failed = failed or checked.verdict == "fail"
                unreadable = unreadable or checked.unreadable
    finally:
        running.close()  # type: ignore[attr-defined]  # a generator; closing it ends the worker processes
    return 3 if unreadable else int(failed)


def packets_of(paths: Sequence[str]) -> list[str]:
    """One folder: each thing in it is a packet. Several paths: each is one. Raises UsageError for an empty folder."""
    from docgen.watching import packets_in

    if len(paths) == 1 and paths[0] != "-" and Path(paths[0]).is_dir():
        found = [str(entry) for entry in packets_in(Path(paths[0]))]
        if not found:
            raise UsageError(f"文件夹 {paths[0]} 里没有可以检查的申请")
        return found
    return list(paths)


@contextmanager
def _sink(output: str | None) -> Iterator[IO[bytes]]:
    """Where the lines go. A line is one write, so that an interrupted run leaves whole lines only."""
    if not output or output == "-":
        sys.stdout.flush()
        yield sys.stdout.buffer
        return
    try:
        with Path(output).open("wb") as file:
            yield file
    except OSError as error:
        raise UsageError(f"写不了 {output}：{reason(error)}") from None


def _warn(context: click.Context, checked: Checked) -> None:
    if not is_quiet(context) and not sys.stderr.isatty():
        for warning in checked.warnings:
            click.echo(f"docgen：注意：{warning}", err=True)


# ---------------------------------------------------------------- progress


class _Progress:
    """``已检查 12/100 份  3.4 份/秒  还需 00:26`` on a terminal, nothing elsewhere."""

    def __init__(self, total: int, shown: bool) -> None:
        self.total, self.shown = total, shown
        self.count, self.since = 0, time.monotonic()

    def step(self) -> None:
        self.count += 1
        if self.shown:
            sys.stderr.write("\r" + progress_line(self.count, self.total, time.monotonic() - self.since))
            sys.stderr.flush()


def progress_line(count: int, total: int, seconds: float) -> str:
    """The bar after ``count`` of ``total`` packets (count > 0) in ``seconds``."""
    rate = count / max(seconds, 1e-6)
    left = int((total - count) / rate + 0.5)
    done = BAR_CELLS * count // max(total, 1)
    clock = (
        f"{left // 3600}:{left // 60 % 60:02d}:{left % 60:02d}" if left >= 3600 else f"{left // 60:02d}:{left % 60:02d}"
    )
    return f"[{'#' * done}{'-' * (BAR_CELLS - done)}] 已检查 {count}/{total} 份  {rate:.1f} 份/秒  还需 {clock} "


@contextmanager
def _bar(context: click.Context, total: int) -> Iterator[_Progress]:
    shown = total > 1 and not is_quiet(context) and sys.stderr.isatty()
    yield _Progress(total, shown)
    if shown:
        sys.stderr.write("\n")


# ---------------------------------------------------------------- watch


def run_watch(context: click.Context, request: Request) -> int:
    """Until Ctrl-C, which leaves every report that was begun either whole or not there."""
    from docgen.batches import check_in
    from docgen.checking import require_service
    from docgen.readers.limits import Limits
    from docgen.watching import RESULTS, open_folder, watch
    from docgen.workers import Worker

    require_service(request)
    if len(request.paths) != 1:
        raise UsageError("--watch 一次只守一个文件夹")
    drop = open_folder(str(request.paths[0]))
    last: list[Checked] = []
    with Worker(Limits(**request.settings.limits)) as worker:

        def check(packet: Path) -> dict[str, str]:
            last[:] = [check_in(worker, replace(request, paths=[str(packet)]), html=True)]
            return {"json": last[0].line, **({"html": last[0].html} if last[0].html else {})}

        def said(packet: Path) -> None:
            word = "有文件读不出来" if last[0].unreadable else _VERDICTS[last[0].verdict]
            click.echo(f"{packet.name}：{word}（{RESULTS}/{packet.name}.report.html）")

        if not is_quiet(context):
            click.echo(f"docgen：正在守候 {drop.folder}，按 Ctrl-C 结束", err=True)
        watch(drop, check, lambda: time.sleep(POLL_SECONDS), said)
    return 0
