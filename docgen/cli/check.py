"""``docgen check``: papers in, findings out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.chinese import ChineseCommand
from docgen.cli.parameters import DAY, SERVICE, is_quiet, terminal_width, wants_color, write_result
from docgen.errors import UsageError
from docgen.reports import BINARY_FORMATS, FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docgen.checking import Outcome
    from docgen.settings import Settings

FAILED, UNREADABLE = 1, 3


@click.command(
    "check",
    cls=ChineseCommand,
    epilog="""\b
例：
  docgen check 申请表.pdf
  docgen check 材料文件夹 --received 2025-08-20
  docgen check 申请表.docx 花名册.docx --facts 参保.json -o 结果.txt
  docgen check 申请表.pdf --service cq-retire-normal --set 累计缴费月数=312
  docgen check 材料.zip
  docgen check 申请表.pdf --explain
  docgen check --each 今日收件 --workers 4 > 结果.jsonl
  docgen check --watch 收件箱

一个路径是文件夹、压缩包或邮件，或一次给出几个文件，都作为一份申请的整套材料；只有一份文件时，没有见到的其他材料记为待核实。
只有 --facts、--set 给出的事实才算数，材料里夹带的数据文件不算。

\b
退出码：0 没有不符合的问题；1 有；2 用法、配置或数据文件有误；3 有文件读不出来。""",
)
@click.argument("paths", nargs=-1, required=True, metavar="文件或文件夹...")
@click.option("--service", type=SERVICE, help="按哪一项政策审查（默认由表样识别）")
@click.option("--on", type=DAY, help="适用哪一天的法律（默认收件日，其次表上的日期，再次今天）")
@click.option("--received", type=DAY, help="收件日期")
@click.option(
    "--facts",
    multiple=True,
    metavar="文件",
    help="纸面上没有的事实：JSON、YAML、CSV 或 XLSX，可以是多人的表；可以多次使用",
)
@click.option("--set", "sets", multiple=True, metavar="名称=值", help="给出一项事实，可以多次使用")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", help="结果格式", show_default=True)
@click.option("-o", "--output", metavar="文件", help="结果写到文件")
@click.option(
    "--each",
    is_flag=True,
    help="逐份检查：给出一个文件夹，其中每一项是一份申请；给出几个路径，每个是一份；一行一个 JSON 结果",
)
@click.option("--workers", type=click.IntRange(1, 64), metavar="进程数", help="--each 同时检查几份（默认按处理器数）")
@click.option("--explain", is_flag=True, help="说明每个问题、金额和期限是怎样得出的：所用的事实、标准、算式和条文")
@click.option("--watch", is_flag=True, help="守着一个文件夹，放进一份检查一份，结果写到其中的“结果”文件夹")
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[str, ...],
    service: str | None,
    on: date | None,
    received: date | None,
    facts: tuple[str, ...],
    sets: tuple[str, ...],
    format_: str,
    output: str | None,
    each: bool,
    workers: int | None,
    explain: bool,
    watch: bool,
) -> int:
    """读取申请材料，按政策逐条审查，每个问题都给出依据和所在位置。"""
    from docgen.checking import Request, check_packet
    from docgen.facts_file import load_given, parse_set
    from docgen.settings import find_settings, load_settings

    _spare(paths, output)
    if workers is not None and not each:
        raise UsageError("--workers 只和 --each 一起用")
    if watch and (each or output or format_ != "text"):
        raise UsageError("--watch 不能和 --each、-o、--format 一起用：结果写在所守文件夹的“结果”里")
    if each and format_ not in ("text", "json"):
        raise UsageError(f"--each 一行一个 JSON 结果，不能和 --format {format_} 一起用")
    settings = load_settings(find_settings(paths))
    _name_settings(context, settings, paths)
    named, tables = load_given(facts)
    given: dict[str, Any] = {**named, **parse_set(sets)}
    request = Request(paths, service, on, received, given, settings, tables=tables, explain=explain)
    if each:
        from docgen.cli.check_each import run_each

        return run_each(context, request, output, workers)
    if watch:
        from docgen.cli.check_each import run_watch

        return run_watch(context, request)
    with _progress(context, paths) as tell:
        outcome = check_packet(request, tell)
    _warn(context, outcome)
    text = format_ == "text"
    to_screen = output is None or output == "-"
    write_result(
        _render(outcome, format_, paths, to_screen=to_screen), output, binary=format_ in BINARY_FORMATS, utf8=not text
    )
    return _status([outcome])


def _name_settings(context: click.Context, settings: Settings, paths: tuple[str, ...]) -> None:
    """Policies and registers of a docgen.toml that lies where the papers lie decide the result: who runs the check must
    see that."""
    from pathlib import Path

    named = [*(["政策包"] if settings.folders else []), *(["登记库"] if settings.registers is not None else [])]
    if not named or is_quiet(context):
        return
    folder = Path(settings.source).resolve().parent
    if any(Path(p).resolve().is_relative_to(folder) for p in paths if p != "-"):
        click.echo(f"docgen：注意：使用 {settings.source} 里指定的{'、'.join(named)}", err=True)


def _spare(paths: tuple[str, ...], output: str | None) -> None:
    """A slip of the hand must not write the result over a paper that is being checked."""
    from pathlib import Path

    if output and output != "-" and any(p != "-" and Path(p).resolve() == Path(output).resolve() for p in paths):
        raise UsageError(f"-o 的 {output} 就是要检查的文件，结果请写到别处")


def _render(outcome: Outcome, format_: str, paths: Sequence[str], *, to_screen: bool) -> str | bytes:
    from docgen.packets import paper_bytes
    from docgen.reports import render

    return render(
        outcome.report,
        format_,
        papers=paper_bytes(outcome.packet, paths) if format_ in ("html", "xlsx") else None,
        color=to_screen and wants_color(),
        width=terminal_width() if to_screen and sys.stdout.isatty() else 80,
        encoding=(sys.stdout.encoding or "utf-8") if to_screen else "utf-8",
    )


def _status(outcomes: list[Outcome]) -> int:
    if any(o.unreadable for o in outcomes):
        return UNREADABLE
    return FAILED if any(o.report.verdict == "fail" for o in outcomes) else 0


def _warn(context: click.Context, outcome: Outcome) -> None:
    if not is_quiet(context):
        for warning in outcome.warnings:
            click.echo(f"docgen：注意：{warning}", err=True)


@contextmanager
def _progress(context: click.Context, paths: tuple[str, ...] | Any) -> Iterator[Callable[[str], None]]:
    """Counts the papers on a terminal while they are read; silent in a pipe, with ``--quiet``, and for a lone file."""
    from docgen.packets import gather

    silent = is_quiet(context) or not sys.stderr.isatty()
    total = 0 if silent else len(gather(paths)[0])
    if total < 2:
        yield lambda _: None
        return
    with click.progressbar(length=total, label="读取材料", file=sys.stderr, item_show_func=_shown) as bar:
        yield lambda path: bar.update(1, path)


def _shown(path: str | None) -> str:
    return "" if path is None else path[-40:]
