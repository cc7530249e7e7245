"""``docgen lint``: what an official document cites and says, and how a Word file of it is laid out."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.chinese import ChineseCommand
from docgen.cli.parameters import DAY, is_quiet, terminal_width, wants_color, write_result
from docgen.errors import DocgenError, UsageError, reason
from docgen.reports import BINARY_FORMATS, FORMATS

if TYPE_CHECKING:
    from checkers.report import Finding, Report
    from docgen.document import Document

FAILED = 1
FIXED_SUFFIX = ".修正.docx"


@click.command(
    "lint",
    cls=ChineseCommand,
    epilog="""\b
例：
  docgen lint 通知.docx
  docgen lint 通知.pdf --on 2024-07-02 --format json -o 结果.json
  docgen lint 通知.docx --fix                       另存 通知.修正.docx
  docgen lint 通知.docx --fix --fixed-to 送审稿.docx
  docgen lint 通知.docx --format html -o 核查.html

引用的文件是否有效、文号与标题是否相符、条款和附件是否存在、序号、数量、大小写和日期，各种格式都查；
版式（GB/T 9704—2012）只查 .docx。--fix 只改版式、括号、日期写法和标点，不改文字，也不动原文件。

\b
退出码：0 没有不符合的问题；1 有；2 用法、配置或数据文件有误；3 文件读不出来。""",
)
@click.argument("path", metavar="文件")
@click.option("--on", type=DAY, help="按哪一天有效的文件核对引用（默认成文日期，没有则今天）")
@click.option("--fix", "fixes", is_flag=True, help=f"把能改的改在副本里，存为 <文件名>{FIXED_SUFFIX}")
@click.option("--fixed-to", metavar="文件", help="副本存到这个文件（与 --fix 相同）")
@click.option("--explain", is_flag=True, help="说明每个问题所依据的规定")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", help="结果格式", show_default=True)
@click.option("-o", "--output", metavar="文件", help="结果写到文件")
@click.pass_context
def command(
    context: click.Context,
    path: str,
    on: date | None,
    fixes: bool,
    fixed_to: str | None,
    explain: bool,
    format_: str,
    output: str | None,
) -> int:
    """核查一份公文：引用是否有效、前后是否一致、版式是否合乎 GB/T 9704。"""
    from docgen.settings import find_settings, load_settings

    _spare(path, output)
    data = _load(path)
    document = _read(path, data, load_settings(find_settings((path,))).limits)
    target = _target(path, document, fixed_to) if fixes or fixed_to else None
    layout = _layout(document, data)
    report = _report(document, layout, on)
    if not explain:
        report.findings = [replace(f, explanation=()) for f in report.findings]
    _warn(context, document)
    if target is not None:
        _write_fixed(context, data, layout, target)
    to_screen = output is None or output == "-"
    rendered = _render(report, format_, path, data, to_screen=to_screen)
    write_result(rendered, output, binary=format_ in BINARY_FORMATS, utf8=format_ != "text")
    return FAILED if report.verdict == "fail" else 0


def _spare(path: str, output: str | None) -> None:
    """A slip of the hand must not write the result over the document."""
    if output and output != "-" and path != "-" and Path(path).resolve() == Path(output).resolve():
        raise UsageError(f"-o 的 {output} 就是要核查的文件，结果请写到别处")


def _load(path: str) -> bytes | None:
    """The bytes of the file; None where the reader has a sentence of its own for what is wrong with it."""
    from docgen.readers.limits import DEFAULT

    if path == "-":
        return sys.stdin.buffer.read(DEFAULT.bytes + 1)
    try:
        return Path(path).read_bytes() if Path(path).is_file() else None
    except (OSError, ValueError):
        return None


def _read(path: str, data: bytes | None, limits: dict[str, int]) -> Document:
    from docgen.notices.reading import limits_for
    from docgen.readers import read

    try:
        return read(path, data, limits=limits_for(limits))
    except UsageError:
        raise
    except DocgenError as error:  # the readers' sentences do not repeat the file name
        raise type(error)(f"{path}：{error}") from error


def _layout(document: Document, data: bytes | None) -> list[Finding]:
    """The layout findings of a Word file; of any other format one note that there are none."""
    if document.format == "docx" and data is not None:
        from docgen.linting.layout import check_layout

        return check_layout(data, document.path)
    from docgen.linting.layout_rules import not_a_word_file

    return [not_a_word_file(document.path)]


def _report(document: Document, layout: list[Finding], on: date | None) -> Report:
    from docgen.linting.report import lint_report
    from docgen.notices.reading import read_notice

    notice = read_notice(document)
    return lint_report(document, notice, on or notice.issued or date.today(), layout)  # noqa: DTZ011  the office's day


def _target(path: str, document: Document, fixed_to: str | None) -> Path:
    """Where the mended copy goes. Raises UsageError: not a Word file, or it would overwrite the original."""
    if document.format != "docx":
        raise UsageError("--fix 只能改 .docx 文件")
    if path == "-" and not fixed_to:
        raise UsageError("从标准输入读取时，请用 --fixed-to 指定副本存到哪里")
    target = Path(fixed_to) if fixed_to else Path(path).with_name(Path(path).stem + FIXED_SUFFIX)
    if path != "-":
        try:
            same = target.exists() and target.samefile(path)
        except OSError as error:
            raise UsageError(f"写不了 {target}：{reason(error)}") from None
        if same or target.resolve() == Path(path).resolve():
            raise UsageError(f"副本不能覆盖原文件 {path}，请用 --fixed-to 另给一个文件名")
    return target


def _write_fixed(context: click.Context, data: bytes | None, layout: list[Finding], target: Path) -> None:
    from docgen.linting.fixes import fix

    fixed, done = fix(data or b"", layout)
    write_result(fixed, str(target), binary=True)
    if not is_quiet(context):
        told = "；".join(done) if done else "没有可以自动修改的问题，副本与原文件相同"
        click.echo(f"docgen：已存为 {target}：{told}", err=True)


def _render(report: Report, format_: str, path: str, data: bytes | None, *, to_screen: bool) -> str | bytes:
    from docgen.reports import render

    return render(
        report,
        format_,
        papers={path: data} if data is not None and format_ in ("html", "xlsx") else None,
        color=to_screen and wants_color(),
        width=terminal_width() if to_screen and sys.stdout.isatty() else 80,
        encoding=(sys.stdout.encoding or "utf-8") if to_screen else "utf-8",
    )


def _warn(context: click.Context, document: Document) -> None:
    if not is_quiet(context):
        for warning in document.warnings:
            click.echo(f"docgen：注意：{document.path}：{warning}", err=True)
