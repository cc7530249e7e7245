"""What a person sees of a run on stderr: the mapping before it, the bar during it, the sum after it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.parameters import terminal_width
from docgen.reports.columns import fit, pad, text_width, wrap

if TYPE_CHECKING:
    from docgen.cli.generate_request import Ready
    from docgen.generating.run import Summary
    from docgen.generating.work import Line

BAR_CELLS = 12
SHOWN_FAILURES = 10
MOST_COLUMNS = 30
"""Rows of the mapping that are shown; of a form with a hundred blanks the rest is counted."""
MOST_NAMES = 15
"""Names that are listed in a sentence."""
LONGEST = 24
"""Columns a heading may take in the table."""
REDRAW_SECONDS = 0.1
_HOW = {"name": "", "like": "名称相近", "given": "指定", "saved": "上次所用"}


class Screen:
    """``quiet``: only what went wrong is said."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet
        self.width = terminal_width()

    def say(self, text: str, indent: str = "  ") -> None:
        """A sentence on as many lines as it takes; numbers that tell persons apart are masked."""
        from checkers.values.texts import mask

        lines = wrap(mask(text), self.width - 1 - len(indent))
        click.echo("\n".join([lines[0], *(indent + line for line in lines[1:])]), err=True)

    def note(self, text: str) -> None:
        if not self.quiet:
            self.say(f"docgen：{text}", "        ")

    # ------------------------------------------------------------ before

    def mapping(self, ready: Ready) -> None:
        """Column → variable, then what is not used and what nobody gives."""
        if self.quiet:
            return
        rows = ready.documents.count
        self.note(
            f"{ready.master.name}：{ready.source.name} 的 {ready.source.count} 行，生成 {rows} 份，写到 {ready.job.folder}"
        )
        self._table(list(_rows(ready)))
        for title, names in (*_elsewhere(ready), *_leftovers(ready)):
            more = f" 等 {len(names)} 项" if len(names) > MOST_NAMES else ""
            self.say(f"  {title}：{'、'.join(names[:MOST_NAMES])}{more}", "    ")
        for text in ready.notes:
            self.note(f"注意：{text}")

    def _table(self, rows: Sequence[tuple[str, str, str]]) -> None:
        shown = rows if len(rows) <= MOST_COLUMNS else rows[: MOST_COLUMNS - 1]
        left = min(max((text_width(r[0]) for r in shown), default=0), LONGEST)
        for heading, target, how in shown:
            line = f"  {pad(_cut(heading, left), left)} → {target}{f'  [{how}]' if how else ''}"
            click.echo(_cut(line, self.width - 1), err=True)
        if len(rows) > len(shown):
            click.echo(f"  …… 还有 {len(rows) - len(shown)} 列", err=True)

    def first(self, ready: Ready) -> None:
        """The values of the first document, as they are converted, on stdout."""
        given = next(iter(ready.documents), None)
        if given is None:
            return
        click.echo("第一份的值：" if given.error is None else f"第一份不能生成：{given.error}")
        for name, value, error in _shown_values(ready, given.values):
            variable = ready.wanted.by_id.get(name)
            label = f"{variable.label}（{name}）" if variable and variable.label != name else name
            self._value(label, value if error is None else f"不对：{error}")

    def _value(self, label: str, value: str) -> None:
        from checkers.values.texts import mask

        lines = [part for text in mask(value).split("\n") for part in wrap(text, self.width - 5)]
        first = f"  {label}："
        if len(lines) == 1 and text_width(first + lines[0]) < self.width:
            click.echo(first + lines[0])
            return
        click.echo(first)
        for line in lines:
            click.echo(f"    {line}")

    # ------------------------------------------------------------ during

    @contextmanager
    def bar(self, total: int, what: str = "已生成") -> Iterator[Bar]:
        bar = Bar(total, what, shown=not self.quiet, width=self.width)
        try:
            yield bar
        finally:
            bar.end()

    def stopped(self, ready: Ready) -> None:
        self.say(
            f"docgen：已中断。{ready.job.folder} 里写完的都是完整的；接着做，请在原来的命令后面加 --resume。",
            "        ",
        )

    # ------------------------------------------------------------ after

    def done(self, ready: Ready, summary: Summary, seconds: float) -> None:
        """Failures are said even when all else is not."""
        count = summary.count
        for line in summary.failures[:SHOWN_FAILURES]:
            self.say(f"docgen：{_place(ready, line)}没有生成：{line.error}", "        ")
        if (more := count["failed"] - min(len(summary.failures), SHOWN_FAILURES)) > 0:
            self.say(f"docgen：另有 {more} 份没有生成，见 {ready.job.folder}/manifest.jsonl", "        ")
        kept = f"，原样保留 {count['kept']} 份" if count["kept"] else ""
        failed = f"，失败 {count['failed']} 份" if count["failed"] else ""
        self.note(f"已写 {count['written']} 份{kept}{failed}，用时 {_seconds(seconds)}，在 {ready.job.folder}")


def _rows(ready: Ready) -> Iterator[tuple[str, str, str]]:
    for n, (heading, slot) in enumerate(zip(ready.mapped.headings, ready.mapped.slots, strict=True)):
        if slot and heading != slot.path:
            label = f"{slot.label}（{slot.path}）" if slot.label != slot.path else slot.path
            yield heading, label, _HOW[ready.mapped.how.get(n, "name")]


def _elsewhere(ready: Ready) -> Iterator[tuple[str, list[str]]]:
    by: dict[str, list[str]] = {}
    pairs = zip(ready.mapped.headings, ready.mapped.slots, strict=True)
    if same := [s.label for heading, s in pairs if s and heading == s.path and s.variable not in ready.elsewhere]:
        yield "按变量的编号给出", same
    for name, who in ready.elsewhere.items():
        variable = ready.wanted.by_id.get(name)
        by.setdefault(who, []).append(variable.label if variable else name)
    for who, labels in by.items():
        yield f"由{who}给出" if not who.isascii() else f"由 {who} 给出", labels


def _leftovers(ready: Ready) -> Iterator[tuple[str, list[str]]]:
    elsewhere_used = {ready.mapped.headings[n] for n in ready.documents.used_otherwise}
    if unused := [heading for heading in ready.mapped.unused() if heading not in elsewhere_used]:
        yield "没有用上的列", unused
    had = ready.mapped.variables() | set(ready.elsewhere)
    if without := [v.label for v in ready.wanted.variables if v.id not in had]:
        yield "没有数据的变量（可以不填）", without


def _shown_values(ready: Ready, values: Mapping[str, Any]) -> Iterator[tuple[str, str, str | None]]:
    """Name, value as it will be written, or why it cannot be."""
    from docgen.generating.values import RowError, convert

    names = [*ready.wanted.by_id, *(name for name in values if name not in ready.wanted.by_id)]
    for name in names:
        value = values.get(name)
        if ready.wanted.declared and name in ready.wanted.by_id:
            if value is None and (ready.wanted.all_optional or name not in values):
                continue
            try:
                value = convert([ready.wanted.by_id[name]], {name: value})[name]
            except RowError as error:
                yield name, "", "；".join(map(str, error.args))
                continue
        if value is not None:
            yield name, _written(value), None


def _written(value: Any) -> str:
    from docgen.rendering.fill import written

    if isinstance(value, Mapping):
        return "，".join(f"{k}={written(v)}" for k, v in value.items() if v is not None)
    if isinstance(value, list):
        rows = [_written(v) for v in value[:3]] + ([f"…… 共 {len(value)} 行"] if len(value) > 3 else [])
        return "\n".join(rows)
    return written(value)


def _place(ready: Ready, line: Line) -> str:
    if ready.job.key is not None:
        return f"第 {line.row} 行（{line.key}）"
    if ready.documents.gathers:
        return f"第 {line.row} 份"
    if ready.source.first_row:
        return f"第 {line.row} 行（表中第 {line.row + ready.source.first_row} 行）"
    return f"第 {line.row} 行"


def _cut(text: str, width: int) -> str:
    return text if text_width(text) <= width else fit(text, width - 2) + "…"


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} 秒" if seconds < 60 else f"{int(seconds) // 60} 分 {int(seconds) % 60} 秒"


# ---------------------------------------------------------------- the bar


class Bar:
    """On a terminal one line that is redrawn; in a pipe a line for each tenth of a long run."""

    def __init__(self, total: int, what: str, shown: bool, width: int) -> None:
        self.total, self.what, self.width = total, what, width
        self.redrawn = shown and total > 1 and sys.stderr.isatty()
        self.listed = shown and not self.redrawn and total >= 1000
        self.count = self.failed = 0
        self.since = self._last = time.monotonic()
        self._drawn = 0.0
        self._tenth = 0

    def step(self, lines: Sequence[Any]) -> None:
        """``lines`` have a ``status``."""
        self.count += len(lines)
        self.failed += sum(1 for line in lines if line.status == "failed")
        self._show()

    def checked(self, count: int) -> None:
        self.count += count
        self._show()

    def restart(self, what: str) -> None:
        """The same rows once more, from when the first round ended."""
        self.end()
        self.what, self.count, self._tenth, self.since = what, 0, 0, self._last

    def _show(self) -> None:
        now = self._last = time.monotonic()
        tenth = 10 * self.count // max(self.total, 1)
        if self.redrawn and (now - self._drawn >= REDRAW_SECONDS or self.count >= self.total):
            self._drawn = now
            sys.stderr.write("\r" + pad(self._line(now), self.width - 1))
            sys.stderr.flush()
        elif self.listed and tenth > self._tenth:
            self._tenth = tenth
            click.echo(f"docgen：{self._line(now)}", err=True)

    def _line(self, now: float) -> str:
        return bar_line(self.what, self.count, self.total, self.failed, now - self.since)

    def end(self) -> None:
        if self.redrawn and self._drawn:
            sys.stderr.write("\n")
            sys.stderr.flush()
            self._drawn = 0.0


def bar_line(what: str, count: int, total: int, failed: int, seconds: float) -> str:
    """``[###---------] 已生成 2500/10000 份  4100 份/秒  还需 00:02  失败 1``; within 79 columns."""
    rate = count / max(seconds, 1e-6)
    left = int((total - count) / rate + 0.5) if count else 0
    clock = (
        f"{left // 60:02d}:{left % 60:02d}" if left < 3600 else f"{left // 3600}:{left // 60 % 60:02d}:{left % 60:02d}"
    )
    done = BAR_CELLS * count // max(total, 1)
    speed = f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}"
    lost = f"  失败 {failed}" if failed else ""
    bar = "#" * done + "-" * (BAR_CELLS - done)
    return f"[{bar}] {what} {count}/{total} 份  {speed} 份/秒  还需 {clock}{lost}"
