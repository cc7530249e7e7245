"""``docgen extract``: read only — the blanks of a form, an official document, or the text of any paper."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.chinese import ChineseCommand
from docgen.cli.parameters import SERVICE, is_quiet, write_result
from docgen.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    from docgen.document import Document
    from docgen.extracting import FormExtract
    from docgen.settings import Settings


@click.command(
    "extract",
    cls=ChineseCommand,
    epilog="""\b
例：
  docgen extract 申请表.pdf --as form
  docgen extract 申请表.docx --as form --format json -o 栏目.json
  docgen extract 通知.pdf --as notice                     公文的内容（JSON）
  docgen extract 通知.docx --as notice --format text      只看提纲
  docgen extract 通知.docx --as notice --format xml -o 通知.xml
  docgen extract 汇编.txt --as compilation -o 汇编.jsonl  每行一份文件
  docgen extract 通知.docx --as text""",
)
@click.argument("paths", metavar="文件...", nargs=-1, required=True)
@click.option(
    "--as",
    "kind",
    type=click.Choice(["form", "notice", "compilation", "text"]),
    default="form",
    help="当作什么来读：表单、公文、汇编、全文",
    show_default=True,
)
@click.option("--service", type=SERVICE, help="按哪一项政策的表样读取（默认由表样识别）")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "xml"]),
    help="结果格式  [默认：表单和全文为 text，公文和汇编为 json；xml 即 Akoma Ntoso 3.0，只用于公文]",
)
@click.option("-o", "--output", metavar="文件", help="结果写到文件")
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[str, ...],
    kind: str,
    service: str | None,
    format_: str | None,
    output: str | None,
) -> int:
    """读出表单的栏目、公文的结构或全文；不审查。没有编入的表样也读，并注明未识别。几个文件一起读时，JSON 每行一份。"""
    from docgen.settings import find_settings, load_settings

    format_ = format_ or ("json" if kind in ("notice", "compilation") else "text")
    if format_ == "xml" and kind != "notice":
        raise UsageError("--format xml 只用于 --as notice")
    if format_ == "xml" and len(paths) > 1:
        raise UsageError("--format xml 一次只读一个文件")
    settings = load_settings(find_settings(paths))
    status = 0
    results: list[str | bytes] = []
    for path in paths:
        try:
            document = _read(path, kind, settings, is_quiet(context))
        except UnreadableError as error:
            if len(paths) == 1:
                raise
            click.echo(f"docgen：{error}", err=True)
            status = 3
            continue
        lines = len(paths) > 1 or kind == "compilation"
        results.extend(_results(document, kind, service, settings, format_, lines))
    if format_ == "text" and len(paths) > 1:
        write_result("\n".join(str(r) for r in results), output, utf8=False)
    elif results:
        whole = b"".join(r if isinstance(r, bytes) else r.encode() for r in results)
        write_result(whole if format_ == "xml" else whole.decode(), output, utf8=format_ != "text" or kind == "text")
    return status


def _read(path: str, kind: str, settings: Settings, quiet: bool) -> Document:
    from docgen.readers import read
    from docgen.readers.limits import Limits

    limits = Limits(**settings.limits)
    if kind in ("notice", "compilation"):
        from docgen.notices.reading import limits_for

        limits = limits_for(settings.limits)
    try:
        document = read(path, limits=limits)
    except UsageError:
        raise
    except Exception as error:
        _name_file(error, path)
        raise
    if not quiet:
        for warning in document.warnings:
            click.echo(f"docgen：注意：{path}：{warning}", err=True)
    return document


def _results(
    document: Document, kind: str, service: str | None, settings: Settings, format_: str, lines: bool
) -> Iterator[str | bytes]:
    """What is printed of one file; ``lines``: each result is one line of JSON Lines."""
    if kind == "text":
        data = {"schema": "docgen.text/1", "path": document.path, "sha256": document.sha256, "text": document.text()}
        yield _json(data, lines) if format_ == "json" else document.text() + "\n"
        return
    if kind == "form":
        from docgen.extracting import extract_form

        extract = extract_form(document, service, settings)
        head = f"{document.path}\n" if lines and format_ == "text" else ""
        yield _json(extract.to_json(), lines) if format_ == "json" else head + _as_text(extract)
        return
    from docgen.notices.outline import outline
    from docgen.notices.reading import read_compilation, read_notice

    for notice in read_compilation(document) if kind == "compilation" else (read_notice(document),):
        if format_ == "xml":
            from docgen.notices.akoma import to_akoma

            yield to_akoma(notice)
        else:
            yield _json(notice.to_json(), lines) if format_ == "json" else outline(notice)


def _name_file(error: Exception, path: str) -> None:
    """The readers' sentences do not repeat the file name."""
    if error.args:
        error.args = (f"{path}：{error.args[0]}", *error.args[1:])


def _json(data: dict[str, Any], line: bool) -> str:
    return json.dumps(data, ensure_ascii=False, indent=None if line else 2) + "\n"


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
