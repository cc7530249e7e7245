"""What a person sees of a run on stderr: the mapping before it, the bar during it, the sum after it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from docgen.cli.generate_request import Ready
    from docgen.generating.run import Summary
    from docgen.generating.work import Line

BAR_CELLS = 20
SHOWN_FAILURES = 10


class Screen:
    """``quiet``: only what went wrong is said."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet

    def say(self, text: str) -> None:
        from checkers.values.texts import mask

        click.echo(mask(text), err=True)

    def mapping(self, ready: Ready) -> None:
        if self.quiet:
            return
        for heading, slot in zip(ready.mapped.headings, ready.mapped.slots, strict=True):
            if slot:
                self.say(f"  {heading} → {slot.label}（{slot.path}）")

    def first(self, ready: Ready) -> None:
        """The values of the first document."""
        given = next(iter(ready.documents), None)
        if given is not None:
            for name, value in given.values.items():
                self.say(f"  {name} = {value}")

    @contextmanager
    def bar(self, total: int) -> Iterator[Bar]:
        bar = Bar(total, shown=not self.quiet)
        yield bar
        bar.end()

    def stopped(self, ready: Ready) -> None:
        self.say(f"docgen：已中断；写完的都是完整的。接着做请在原来的命令后面加 --resume（{ready.job.folder}）")

    def done(self, ready: Ready, summary: Summary, seconds: float) -> None:
        for line in summary.failures[:SHOWN_FAILURES]:
            self.say(f"docgen：第 {line.row} 行没有生成：{line.error}")
        count = summary.count
        if not self.quiet:
            self.say(
                f"docgen：写好 {count['written']} 份，失败 {count['failed']} 份，{seconds:.1f} 秒，在 {ready.job.folder}"
            )


class Bar:
    """A line that is redrawn on a terminal."""

    def __init__(self, total: int, shown: bool) -> None:
        self.total, self.shown = total, shown and sys.stderr.isatty()
        self.count = self.failed = 0
        self.since = time.monotonic()

    def step(self, lines: Sequence[Line]) -> None:
        self.count += len(lines)

    def end(self) -> None:
        pass
