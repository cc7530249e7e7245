"""``docgen generate``: one master and a table of data give one paper a row, or a hundred thousand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from docgen.cli.chinese import ChineseCommand
from docgen.cli.parameters import is_quiet


class Workers(click.ParamType[int]):
    """A number of processes, or ``auto``: as many as this process may use."""

    name = "N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        import os

        if value == "auto":
            affinity = getattr(os, "sched_getaffinity", None)
            return len(affinity(0)) if affinity else os.cpu_count() or 1
        try:
            number = int(value)
        except (TypeError, ValueError):
            number = 0
        if not 1 <= number <= 256:
            self.fail("要写 1 到 256 的整数，或者 auto", param, ctx)
        return number


@click.command(
    "generate",
    cls=ChineseCommand,
    epilog="""\b
例：
  docgen generate 补正告知书 --data 名单.csv --set issued_on=2026-11-22
  docgen generate 拟享受补贴公示 --data 公示名单.xlsx --out 公示 --pdf
  docgen generate 我的模板.docx --data 名单.xlsx --map 申请人=name --dry-run
  docgen generate 受理通知书 --data 审查结果/ --set issued_on=2026-11-22 \\
    --number '样人社受〔2026〕{n}号'

先用 --dry-run 看各列对应到哪个变量；中断后加 --resume 接着做。详见 docs/generate.md。""",
)
@click.argument("template", metavar="模板")
@click.option(
    "--data",
    required=True,
    metavar="数据",
    help=".xlsx、.xls、.csv、.tsv、.json、.jsonl，审查结果的文件夹，或数据库 URL",
)
@click.option("--query", metavar="SQL", help="数据库里的一条 SELECT")
@click.option("--sheet", metavar="工作表", help="用哪一张工作表（名称或第几张）")
@click.option("--out", "-o", type=click.Path(path_type=Path), metavar="文件夹", help="写到哪里（默认 输出/模板名）")
@click.option(
    "--map", "maps", multiple=True, metavar="列=变量", help="指明一列对应哪个变量，可多次使用；“列=”表示不用这一列"
)
@click.option(
    "--mapping", "mapping_file", type=click.Path(path_type=Path), metavar="文件", help="写有对应关系的 .yaml 或 .json"
)
@click.option("--set", "sets", multiple=True, metavar="变量=值", help="各份都相同的值，可多次使用")
@click.option("--group", metavar="列", help="这一列相同的行合为一份")
@click.option("--name", "pattern", metavar="式样", help="文件名，例如 '{row:05}-{addressee}'；/ 分子文件夹")
@click.option("--key", metavar="列", help="每份各不相同的一列，作为清单里的键")
@click.option("--number", "number", metavar="式样", help="文号，例如 '样人社补〔2026〕{n}号'")
@click.option("--number-from", type=click.IntRange(1), default=1, metavar="N", help="文号从几号起（默认 1）")
@click.option("--number-book", type=click.Path(path_type=Path), metavar="文件", help="文号簿（默认在用户数据文件夹）")
@click.option("--pdf", is_flag=True, help="同时转为 PDF")
@click.option("--pdfa", is_flag=True, help="PDF 存为归档格式 PDF/A-2b")
@click.option("--watermark", metavar="文字", help="PDF 上的水印")
@click.option("--sign", type=click.Path(path_type=Path), metavar="P12", help="用这个证书给 PDF 签名")
@click.option("--merge", type=click.Path(path_type=Path), metavar="文件", help="另合成一份供打印的文件")
@click.option("--zip", "zip_to", type=click.Path(path_type=Path), metavar="文件", help="全部另存为一个 .zip")
@click.option("--workers", type=Workers(), default=1, metavar="N", help="用几个进程（默认 1；auto 按处理器数）")
@click.option("--cluster", metavar="URL", help="Dask 集群，例如 tcp://主机:8786")
@click.option("--resume", is_flag=True, help="接着上次做：只写缺的和不同的")
@click.option("--dry-run", is_flag=True, help="只看对应关系和第一份的值，什么都不写")
@click.pass_context
def command(context: click.Context, /, **options: Any) -> int:
    """用一个模板和一批数据生成文书，一行一份。

    模板是编号、中文名，或自备的 .docx 的路径。各列按名称对应到模板的变量，先列出来再生成。
    """
    from docgen.cli.generate_request import Request, prepare
    from docgen.cli.generate_screen import Screen

    request = Request(**options)
    screen = Screen(quiet=is_quiet(context))
    ready = prepare(request)
    screen.mapping(ready)
    if request.dry_run:
        screen.first(ready)
        return 0
    from docgen.cli.generate_run import run

    return run(request, ready, screen)
