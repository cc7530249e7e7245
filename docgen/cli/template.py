"""``docgen template``: what masters there are, what each wants, whether they are sound; new ones made of blank forms."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.chinese import ChineseCommand, ChineseGroup
from docgen.cli.parameters import is_quiet, terminal_width, write_result
from docgen.errors import UsageError, reason

if TYPE_CHECKING:
    from docgen.rendering.from_blank import NewTemplate
    from docgen.rendering.manifest import Kind

FAULTY = 1
SHOWN_AS = (".docx", ".pdf", ".xlsx")
FORMAT = click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="结果格式", show_default=True
)


@click.group(
    "template",
    cls=ChineseGroup,
    summaries={
        "list": "列出全部文书和表格",
        "show": "一个模板要哪些值，或以样例填好的样子",
        "lint": "检查模板和清单",
        "new": "由空白表生成可填写的模板",
    },
    epilog="""\b
例：
  docgen template list --event 受理
  docgen template show 补正告知书
  docgen template show 拟享受补贴公示 -o 样例.pdf
  docgen template show cq-grad-unit-si-subsidy.roster --blank -o 花名册.xlsx
  docgen template lint 我的模板.docx
  docgen template new --from 空白申请表.docx
  docgen template new --from 通知.docx --attachment 2 -o 模板""",
)
def command() -> None:
    """模板：可填写的表样和文书。"""


def _width() -> int:
    return terminal_width() if sys.stdout.isatty() else 80


@command.command("list", cls=ChineseCommand)
@click.option("--kind", type=click.Choice(["notice", "form"]), help="只列文书（notice）或表格（form）")
@click.option("--event", metavar="情形", help="只列某种情形出具的，如 受理、公示")
@FORMAT
@click.pass_context
def list_(context: click.Context, kind: Kind | None, event: str | None, format_: str) -> int:
    """列出全部文书和表格：名称、何时出具、用什么编号来叫。"""
    from docgen.rendering.showing import chosen, listed, manifest_json

    found = chosen(kind, event)
    if format_ == "json":
        rows = [manifest_json(m) for m in found]
        write_result(json.dumps(rows, ensure_ascii=False, indent=2) + "\n", None)
        return 0
    write_result(listed(found, _width()), None, utf8=False)
    if not is_quiet(context):
        click.echo(f"共 {len(found)} 个", err=True)
    return 0


@command.command(
    "show",
    cls=ChineseCommand,
    epilog="""\b
模板写名称、编号，或自备 .docx 的路径。-o 按扩展名写出：.docx、.pdf（要有 LibreOffice）、.xlsx（有花名册的表）。""",
)
@click.argument("name", metavar="模板")
@click.option("-o", "--output", metavar="文件", help="以样例填好，写到文件（.docx、.pdf、.xlsx）")
@click.option("--blank", is_flag=True, help="表格不填样例，写空白的")
@FORMAT
def show(name: str, output: str | None, blank: bool, format_: str) -> int:
    """一个模板要哪些值：名称、依据、何时出具、每个变量的类型和样例；-o 写出以样例填好的文件。"""
    from docgen.rendering.showing import rendered

    if output is None:
        if blank:
            raise UsageError("--blank 要和 -o 文件名 一起用")
        _describe(name, format_)
        return 0
    suffix = Path(output).suffix.lower()
    if suffix not in SHOWN_AS:
        raise UsageError(f"-o 的文件名要以 {'、'.join(SHOWN_AS)} 之一结尾")
    if name.lower().endswith(".docx") and Path(name).resolve() == Path(output).resolve():
        raise UsageError(f"-o 的 {output} 就是模板自己，请写到别处")
    write_result(rendered(name, suffix, blank=blank), output, binary=True)
    return 0


def _describe(name: str, format_: str) -> None:
    from docgen.rendering.manifest import find_manifest
    from docgen.rendering.showing import asked_by, described, described_file, manifest_json

    own = name.lower().endswith(".docx")
    manifest = find_manifest(name)
    if format_ == "json":
        row = manifest_json(manifest) if manifest else {"name": Path(name).name}
        row |= {"asks": asked_by(Path(name))} if own else {}
        write_result(json.dumps(row, ensure_ascii=False, indent=2) + "\n", None)
    elif own or manifest is None:
        write_result(described_file(Path(name), _width()), None, utf8=False)
    else:
        write_result(described(manifest, _width()), None, utf8=False)


@command.command("lint", cls=ChineseCommand)
@click.argument("names", nargs=-1, metavar="[模板、文件或文件夹...]")
@FORMAT
@click.pass_context
def lint(context: click.Context, names: tuple[str, ...], format_: str) -> int:
    """检查模板：变量都登记了、类型对、用到了、填得出；样例合类型；有依据；.docx 与清单画出来的一样。

    不给名称时检查全部。退出码：0 没有错误（可以有“注意”）；1 有。
    """
    from docgen.rendering.lint import lint_master, lint_names
    from docgen.rendering.manifest import catalogue

    masters = [m for name in names for m in _masters(name)] if names else [m.path for m in catalogue()]
    faults = [fault for path in masters for fault in lint_master(path)]
    if not names:
        faults += lint_names(catalogue())
    if format_ == "json":
        write_result(json.dumps([f.to_json() for f in faults], ensure_ascii=False, indent=2) + "\n", None)
    else:
        for fault in faults:
            click.echo(str(fault))
    errors = sum(f.severity == "error" for f in faults)
    if not is_quiet(context):
        notes = f"，{len(faults) - errors} 处请注意" if len(faults) > errors else ""
        click.echo(f"检查了 {len(masters)} 个模板，" + (f"{errors} 处有误" if errors else "没有错误") + notes, err=True)
    return FAULTY if errors else 0


def _masters(name: str) -> list[Path]:
    """The masters a word on the command line means. Raises UsageError."""
    from docgen.rendering.manifest import find_manifest

    path = Path(name)
    if path.is_dir():
        found = sorted({p.with_suffix(".docx") for kind in ("*.docx", "*.yaml") for p in path.rglob(kind)})
        if not found:
            raise UsageError(f"{name} 里没有模板（.docx 或 .yaml）")
        return [p for p in found if not p.name.startswith(("~$", "."))]
    if path.suffix.lower() in (".docx", ".yaml"):
        if not path.is_file():
            raise UsageError(f"找不到 {name}")
        return [path]
    manifest = find_manifest(name)
    return [manifest.path] if manifest else []


@command.command("new", cls=ChineseCommand)
@click.option("--from", "source", required=True, type=click.Path(path_type=Path), help="空白表，或附有空白表的通知")
@click.option("--attachment", type=click.IntRange(1, 999), help="只要第几个附件", metavar="N")
@click.option("--out", "-o", "folder", type=click.Path(path_type=Path), default=Path(), help="存放模板的文件夹")
@click.option("--force", is_flag=True, help="覆盖同名的模板")
def new(source: Path, attachment: int | None, folder: Path, force: bool) -> int:
    """由空白表生成模板：一个 .docx（空格处是内容控件）和一个 .yaml（各空的名称和类型）。

    Word 的空白表保留原来的版式；其他格式按读出的内容重新画表。
    """
    from docgen.rendering.from_blank import templates_from

    try:
        data = source.read_bytes()
    except OSError as error:
        raise UsageError(f"不能读取 {source}：{reason(error)}") from error
    made = templates_from(str(source), data, attachment)
    taken: set[str] = set()
    for one in made:
        stem = one.stem
        if stem in taken:
            stem = f"{stem}-附件{one.attachment}" if one.attachment else f"{stem}-{len(taken) + 1}"
        taken.add(stem)
        _write(one, folder / f"{stem}.docx", force)
    return 0


def _write(one: NewTemplate, path: Path, force: bool) -> None:
    import yaml

    manifest = path.with_suffix(".yaml")
    exists = next((p for p in (path, manifest) if p.exists()), None)
    if exists is not None and not force:
        raise UsageError(f"{exists} 已经存在：换一个文件夹（-o），或加 --force 覆盖")
    text = yaml.safe_dump(one.manifest, allow_unicode=True, sort_keys=False, width=120)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one.docx)
        manifest.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"不能写入 {path.parent}：{reason(error)}") from error
    blanks = len(one.form.fields) + len(one.form.marks)
    unnamed = sum(v["id"].startswith("field_") for v in one.manifest["variables"])
    click.echo(f"{path}（{blanks} 个空）")
    click.echo(str(manifest))
    if unnamed:
        click.echo(
            f"docgen：{path.stem} 有 {unnamed} 个空没有现成的英文名，暂名 field_…，请在两个文件里一并改好", err=True
        )
