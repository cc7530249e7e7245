"""``docgen template``: fillable templates made of blank forms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.chinese import ChineseCommand, ChineseGroup
from docgen.errors import UsageError, reason

if TYPE_CHECKING:
    from docgen.rendering.from_blank import NewTemplate


@click.group(
    "template",
    cls=ChineseGroup,
    summaries={"new": "由空白表生成可填写的模板"},
    epilog="""\b
例：
  docgen template new --from 空白申请表.docx
  docgen template new --from 通知.docx --attachment 2 -o 模板""",
)
def command() -> None:
    """模板：可填写的表样和文书。"""


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
