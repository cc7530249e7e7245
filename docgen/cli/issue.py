"""``docgen issue``: the notice that answers one check report."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.chinese import ChineseCommand
from docgen.cli.parameters import DAY, is_quiet, write_result
from docgen.errors import UsageError, reason

if TYPE_CHECKING:
    from checkers.report import Report


@click.command(
    "issue",
    cls=ChineseCommand,
    epilog="""\b
例：
  docgen check 申请表.pdf --format json -o 结果.json
  docgen issue 结果.json --as 补正告知书 -o 补正告知书.docx
  docgen issue 结果.json --as 受理通知书 --set doc_no=渝北人社受〔2025〕12号

机关名称、联系人、电话、地址在 docgen.toml 的 [office] 里设一次即可；补正期限在 [notice] correction_days。""",
)
@click.argument("report", metavar="结果.json")
@click.option("--as", "notice", required=True, metavar="文书", help="补正告知书、受理通知书或不予受理通知书")
@click.option("-o", "--output", metavar="文件", help="保存为哪个文件（默认：文书名.docx）")
@click.option("--date", "dated", type=DAY, help="落款日期（默认今天）")
@click.option("--set", "sets", multiple=True, metavar="名称=值", help="机关设置或文书变量，可以多次使用")
@click.option("--force", is_flag=True, help="文书与审查结论不一致时也出具")
@click.pass_context
def command(
    context: click.Context,
    report: str,
    notice: str,
    output: str | None,
    dated: date | None,
    sets: tuple[str, ...],
    force: bool,
) -> int:
    """按一份审查结果（docgen check --format json）出具通知书。"""
    from docgen.facts_file import parse_set
    from docgen.rendering.notices import issue
    from docgen.settings import find_settings, load_settings

    settings = load_settings(find_settings())
    given: dict[str, Any] = dict(settings.office)
    if settings.correction_days is not None:
        given["correction_days"] = settings.correction_days
    given.update(_typed(parse_set(sets)))
    today = dated or date.today()  # noqa: DTZ011  the office's own calendar day
    filled = issue(read_report(report), notice, given, today, force=force)
    target = output or f"{notice}.docx"
    write_result(filled.to_bytes(), target, binary=True)
    if not is_quiet(context):
        for warning in filled.warnings:
            click.echo(f"docgen：注意：{warning}", err=True)
        if target != "-":
            click.echo(f"docgen：已写好 {target}", err=True)
    return 0


def _typed(sets: dict[str, str]) -> dict[str, Any]:
    """``correction_days`` is a number, ``correct_by`` a date; the others are words."""
    out: dict[str, Any] = dict(sets)
    try:
        if "correction_days" in out:
            out["correction_days"] = int(out["correction_days"])
        if "correct_by" in out:
            from checkers.values.dates import parse_date

            out["correct_by"] = parse_date(out["correct_by"])
    except ValueError as error:
        raise UsageError(f"--set 的值不对：{error}") from None
    return out


def read_report(path: str) -> Report:
    """A saved report. Raises UsageError for a file that is not one."""
    from checkers.report import Report as SavedReport

    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"读不出 {path}：{reason(error)}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} 不是 docgen check --format json 的结果") from None
    try:
        return SavedReport.from_json(json.loads(text))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise UsageError(f"{path} 不是 docgen check --format json 的结果（docgen.report/1）") from None
