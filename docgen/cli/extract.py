"""``docgen extract``: read only — the blanks of a form, or the text of any paper."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.chinese import ChineseCommand
from docgen.cli.parameters import SERVICE, is_quiet, write_result
from docgen.errors import UsageError

if TYPE_CHECKING:
    from docgen.extracting import FormExtract


@click.command(
    "extract",
    cls=ChineseCommand,
    epilog="""\b
例：
  docgen extract 申请表.pdf --as form
  docgen extract 申请表.docx --as form --format json -o 栏目.json
  docgen extract 通知.docx --as text""",
)
@click.argument("path", metavar="文件")
@click.option("--as", "kind", type=click.Choice(["form", "text"]), default="form", help="读取什么", show_default=True)
@click.option("--service", type=SERVICE, help="按哪一项政策的表样读取（默认由表样识别）")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="结果格式", show_default=True
)
@click.option("-o", "--output", metavar="文件", help="结果写到文件")
@click.pass_context
def command(context: click.Context, path: str, kind: str, service: str | None, format_: str, output: str | None) -> int:
    """读出表单的栏目和勾选项，或全文；不审查。没有编入的表样也读，并注明未识别。"""
    from docgen.readers import read
    from docgen.readers.limits import Limits
    from docgen.settings import find_settings, load_settings

    settings = load_settings(find_settings((path,)))
    try:
        document = read(path, limits=Limits(**settings.limits))
    except UsageError:
        raise
    except Exception as error:
        _name_file(error, path)
        raise
    if not is_quiet(context):
        for warning in document.warnings:
            click.echo(f"docgen：注意：{path}：{warning}", err=True)
    if kind == "text":
        text = document.text() + "\n"
        data = {"schema": "docgen.text/1", "path": path, "sha256": document.sha256, "text": document.text()}
        write_result(_json(data) if format_ == "json" else text, output)
        return 0
    from docgen.extracting import extract_form

    extract = extract_form(document, service, settings)
    write_result(_json(extract.to_json()) if format_ == "json" else _as_text(extract), output, utf8=format_ == "json")
    return 0


def _name_file(error: Exception, path: str) -> None:
    """The readers' sentences do not repeat the file name."""
    if error.args:
        error.args = (f"{path}：{error.args[0]}", *error.args[1:])


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _as_text(extract: FormExtract) -> str:
    from docgen.reports.columns import pad, text_width

    lines = [extract.headline()]
    rows = [(f.label, f.raw if f.value is None else _shown(f.value)) for f in extract.fields]
    wide = min(max((text_width(label) for label, _ in rows), default=0), 36)
    for label, value in rows:
        lines.append(f"  {pad(label, wide)}  {value or '（空白）'}")
    return "\n".join(lines) + "\n"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        if value and isinstance(value[0], dict):
            return f"共 {len(value)} 行" + "".join(
                "\n      " + "  ".join(str(v or "") for v in row.values()) for row in value
            )
        return "、".join(str(v) for v in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)
