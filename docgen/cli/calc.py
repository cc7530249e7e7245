"""``docgen calc``: a policy's calculator by itself."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date
from typing import TYPE_CHECKING

import click

from docgen.cli.chinese import ChineseCommand
from docgen.cli.parameters import DAY, is_quiet, write_result
from docgen.errors import UsageError

if TYPE_CHECKING:
    from checkers.calculators import Calculation, Parameter
    from checkers.packs import Library, Loaded

EACH_ROWS = 100
"""Rows between two lines of progress."""


@click.command(
    "calc",
    cls=ChineseCommand,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": True},
    epilog="""\b
例：
  docgen calc
  docgen calc cn-statutory-retirement-age --born 1972-09 --category 男职工
  docgen calc cn-min-contribution-years --year 2034 --format json
  docgen calc cn-statutory-retirement-age --data 名单.xlsx -o 结果.xlsx

--data 逐行计算一张表（.csv、.xlsx）：列名是参数名或其中文名称，其余的列照抄，结果列加在后面；算不出的一行在 error 列说明原因，退出码为 1。
不带名称时列出全部计算器和各自的参数。""",
)
@click.argument("name", required=False, metavar="[名称]")
@click.option("--on", type=DAY, help="适用哪一天的法律")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="结果格式", show_default=True
)
@click.option("--data", metavar="文件", help="逐行计算一张 .csv 或 .xlsx 表")
@click.option("-o", "--output", metavar="文件", help="结果写到文件；--data 时为 .csv、.xlsx 或 .jsonl")
@click.argument("inputs", nargs=-1, type=click.UNPROCESSED, metavar="[--参数 值 ...]")
@click.pass_context
def command(
    context: click.Context,
    name: str | None,
    on: date | None,
    format_: str,
    data: str | None,
    output: str | None,
    inputs: tuple[str, ...],
) -> int:
    """计算退休年龄、最低缴费年限等，列出步骤和依据。"""
    from checkers.calculators import CALCULATORS, calculate

    if name is None or name.startswith("-"):
        click.echo(_catalogue(), nl=False)
        return 0
    given = _pairs(inputs)
    if data is not None:
        return _batch(context, name, given, on, data, output, "jsonl" if format_ == "json" else "")
    try:
        result = calculate(name, given, on) if name in CALCULATORS else _from_pack(name, given, on)
    except ValueError as error:
        raise UsageError(str(error)) from None
    if format_ == "json":
        write_result(json.dumps(result.to_json(), ensure_ascii=False, indent=2) + "\n", output)
    else:
        write_result(_as_text(result), output, utf8=False)
    return 0


def _batch(
    context: click.Context, name: str, given: dict[str, str], on: date | None, data: str, output: str | None, kind: str
) -> int:
    """``--data``: parameters of the command line are those of every row that does not say otherwise."""
    from docgen.batch_calc import kind_of, run_batch, whole_file

    calculate, parameters = _calculator(name, on)
    kind = kind_of(output, data) if output and output != "-" else kind or "csv"
    with ExitStack() as stack:
        to_file = output and output != "-"
        sink = stack.enter_context(whole_file(str(output))) if to_file else sys.stdout.buffer
        sys.stdout.flush()
        step = stack.enter_context(_counting(context))
        sums = run_batch(lambda row: calculate({**given, **row}), parameters, data, sink, kind, step)
        sink.flush()
    if not is_quiet(context):
        if sums.unused:
            click.echo(f"docgen：注意：这些列不是参数，没有用于计算：{'、'.join(sums.unused)}", err=True)
        click.echo(f"docgen：算了{sums.rows}行，其中{sums.failed}行没有算出（见 error 列）", err=True)
    return int(sums.failed > 0)


def _calculator(name: str, on: date | None) -> tuple[Callable[[Mapping[str, str]], Calculation], tuple[Parameter, ...]]:
    """The calculator and its parameters, found once for all rows. Raises UsageError for an unknown name."""
    from checkers.calculators import CALCULATORS, calculate, parameters

    if name in CALCULATORS:
        return (lambda row: calculate(name, row, on)), parameters(name)
    from checkers.calculators.from_pack import calculate_pack, parameters_of

    try:
        loaded = _pack(name)
    except ValueError as error:
        raise UsageError(str(error)) from None
    return (lambda row: calculate_pack(loaded, row, on)), parameters_of(loaded)


@contextmanager
def _counting(context: click.Context) -> Iterator[Callable[[int], None]]:
    """How many rows are done, on a terminal only: the length of a table is not known before its end."""
    shown = not is_quiet(context) and sys.stderr.isatty()

    def step(count: int) -> None:
        if shown and count % EACH_ROWS == 0:
            sys.stderr.write(f"\r已计算 {count} 行")
            sys.stderr.flush()

    yield step
    if shown:
        sys.stderr.write("\r\033[K")


def _packs() -> Library:
    from checkers.packs import library
    from docgen.settings import find_settings, load_settings

    return library(load_settings(find_settings()).folders)


def _from_pack(name: str, given: dict[str, str], on: date | None) -> Calculation:
    """A policy pack that has something to reckon."""
    from checkers.calculators.from_pack import calculate_pack

    return calculate_pack(_pack(name), given, on)


def _pack(name: str) -> Loaded:
    """Raises ValueError for a name that neither a calculator nor a pack has."""
    packs = _packs()
    if name not in packs.entries():
        import difflib

        from checkers.calculators import CALCULATORS

        near = difflib.get_close_matches(name, [*CALCULATORS, *packs.entries()], 1, 0.4)
        raise ValueError(f"没有名为 {name} 的计算器" + (f"，是不是 {near[0]}？" if near else "；docgen calc 列出全部"))
    return packs.load(name)


def _pairs(inputs: tuple[str, ...]) -> dict[str, str]:
    """``--name value`` and ``--name=value``."""
    out: dict[str, str] = {}
    words = list(inputs)
    while words:
        word = words.pop(0)
        if not word.startswith("--"):
            raise UsageError(f"参数要写成 --名称 值，得到的是 {word!r}")
        key, sign, value = word[2:].partition("=")
        if not sign:
            if not words:
                raise UsageError(f"{word} 后面要有一个值")
            value = words.pop(0)
        out[key] = value
    return out


def _catalogue() -> str:
    from checkers.calculators import CALCULATORS, parameters

    lines = []
    for name in CALCULATORS:
        lines.append(name)
        for p in parameters(name):
            options = f"：{'、'.join(p.options)}" if p.options else ""
            lines.append(f"  --{p.name}  {p.label}{options}" + ("" if p.required else "（可不填）"))
    lines.extend(_pack_calculators())
    return "\n".join(lines) + "\n"


def _pack_calculators() -> list[str]:
    """Packs that are calculators by kind; a service's amounts can be reckoned too, by its id."""
    from checkers.calculators.from_pack import parameters_of

    packs = _packs()
    lines: list[str] = []
    for entry in packs.entries().values():
        if entry.kind == "calculator" and not entry.error:
            lines.append(f"{entry.id}  {entry.name}")
            for p in parameters_of(packs.load(entry.id)):
                options = f"：{'、'.join(p.options)}" if p.options else ""
                lines.append(f"  --{p.name}  {p.label}{options}")
    return lines


def _as_text(result: Calculation) -> str:
    lines = [result.calculator, *(f"  {key}: {value}" for key, value in result.results.items()), "步骤："]
    for i, step in enumerate(result.steps, start=1):
        lines.append(f"  {i}. {step.text}")
        lines.extend(
            f"     依据：{' '.join(x for x in (f'《{c.title}》', c.doc_no, c.article) if x)}" for c in step.citations
        )
    return "\n".join(lines) + "\n"
