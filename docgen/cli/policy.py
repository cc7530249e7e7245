"""``docgen policy``: list, show, lint and test the packs."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.chinese import ChineseCommand, ChineseGroup
from docgen.cli.parameters import DAY, SERVICE, is_quiet, wants_color, write_result
from docgen.cli.policy_search import index, search
from docgen.errors import UsageError, reason

if TYPE_CHECKING:
    from checkers.mutation import MutationResult
    from checkers.packs import Library, Loaded, PackEntry

KINDS = {
    "service": "服务事项",
    "form": "共用表样",
    "calculator": "计算器",
    "catalogue": "目录",
    "procedure": "经办程序",
    "notice": "文书",
}


@click.group(
    "policy",
    cls=ChineseGroup,
    summaries={
        "list": "列出已编入的政策",
        "show": "按文件顺序列出一项政策的全部要求和依据",
        "lint": "检查政策包的写法",
        "test": "运行政策包的测试",
        "search": "在政策包和编入索引的文件里查找",
        "index": "把一个文件夹的通知、办法、汇编编入索引",
        "diff": "两个政策包的差别，以及对一份申请意味着什么",
        "new": "新建一个政策包，可以由一份文件起草",
        "export": "导出为 JSON 或 DMN",
    },
    epilog="""\b
例：
  docgen policy list --region 重庆市
  docgen policy show cq-grad-flexible-si-subsidy
  docgen policy new cq-my-subsidy --from 通知.docx --section 七 -o 我的政策包
  docgen policy lint 我的政策.yaml
  docgen policy test""",
)
def command() -> None:
    """政策包：把文件写成可以逐条核对的数据。"""


command.add_command(search)
command.add_command(index)


def _library() -> Library:
    from checkers.packs import library
    from docgen.settings import find_settings, load_settings

    return library(load_settings(find_settings()).folders)


def _entry(packs: Library, policy: str) -> PackEntry:
    entry = packs.entries().get(policy)
    if entry is None:
        import difflib

        near = difflib.get_close_matches(policy, list(packs.entries()), 1, 0.4)
        raise UsageError(f"没有编号为 {policy} 的政策" + (f"，是不是 {near[0]}？" if near else ""))
    return entry


@command.command("list", cls=ChineseCommand)
@click.option("--region", help="只列某一地区的")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="结果格式", show_default=True
)
def list_(region: str | None, format_: str) -> int:
    """列出已编入的政策。"""
    from docgen.reports.columns import pad, text_width

    entries = [e for e in _library().entries().values() if not region or region in e.region]
    entries.sort(key=lambda e: (e.region, e.id))
    if format_ == "json":
        rows = [
            {"id": e.id, "name": e.name, "region": e.region, "kind": e.kind, "since": e.since, "until": e.until or None}
            for e in entries
        ]
        write_result(json.dumps(rows, ensure_ascii=False, indent=2) + "\n", None)
        return 0
    wide = max((text_width(e.id) for e in entries), default=0)
    for entry in entries:
        if entry.error:
            click.echo(f"{pad(entry.id, wide)}  有误：{entry.error}")
            continue
        span = f"{entry.since}起" + (f"至{entry.until}" if entry.until else "")
        click.echo(
            f"{pad(entry.id, wide)}  {entry.region}  {KINDS.get(entry.kind, entry.kind)}  {entry.name}（{span}）"
        )
    click.echo(f"共 {len(entries)} 项", err=True)
    return 0


@command.command("show", cls=ChineseCommand)
@click.argument("policy", type=SERVICE, metavar="编号")
@click.option("--on", type=DAY, help="只列这一天适用的规则和数值")
def show(policy: str, on: date | None) -> int:
    """按文件顺序列出一项政策的全部要求，每条旁边是依据。"""
    from docgen.explaining import describe_policy

    packs = _library()
    _entry(packs, policy)
    write_result(describe_policy(packs.load(policy), on, color=wants_color()), None, utf8=False)
    return 0


@command.command("lint", cls=ChineseCommand)
@click.argument("paths", nargs=-1, metavar="[政策包文件或文件夹...]")
def lint(paths: tuple[str, ...]) -> int:
    """检查政策包：键名和次序、类型、依据、表达式、没人用到的事实、没有用例触发的规则，逐处给出文件、行号和键。

    标着 TODO 的地方另外列出并计数，不算错误。不给路径时检查全部已装的政策包。
    """
    from checkers.lint import lint as look
    from checkers.lint import todos

    packs = _library()
    files = _pack_files(paths) if paths else [Path(e.path) for e in packs.entries().values()]
    slips = [slip for file in files for slip in look(file, _with(packs, file))]
    for slip in slips:
        click.echo(str(slip))
    left = 0
    for file in files:
        if undecided := todos(file):
            left += len(undecided)
            click.echo(f"{file}：{len(undecided)} 处 TODO 待定")
            for slip in undecided:
                click.echo(f"  {slip.line} {slip.message}")
    said = f"{len(slips)} 处有误" if slips else "没有问题" if not left else "没有错误"
    click.echo(f"检查了 {len(files)} 个政策包，{said}" + (f"，{left} 处 TODO 待定" if left else ""), err=True)
    return 1 if slips else 0


def _with(packs: Library, file: Path) -> Library:
    """The packs in use, and those beside a file that is not among them yet."""
    from checkers.packs import Library as Packs

    known = {Path(e.path).resolve() for e in packs.entries().values()}
    return packs if file.resolve() in known else Packs((*packs.folders, file.resolve().parent))


def _pack_files(paths: Sequence[str]) -> list[Path]:
    from checkers.packs import CATALOGUES, TEST_SUFFIX

    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            files = (p for p in sorted(path.rglob("*.yaml")) if CATALOGUES not in p.relative_to(path).parts)
            found.extend(p for p in files if not p.name.endswith(TEST_SUFFIX))
        elif path.is_file():
            found.append(path)
        else:
            raise UsageError(f"找不到 {path}")
    return found


@command.command("test", cls=ChineseCommand)
@click.argument("policies", nargs=-1, type=SERVICE, metavar="[编号...]")
@click.option("--verbose", "-v", is_flag=True, help="通过的用例也列出")
@click.option("--mutate", is_flag=True, help="把政策包里的每个数、日期、比较逐一改动，每处改动都应当有用例不符")
@click.option(
    "--workers", type=click.IntRange(1, 64), metavar="进程数", help="--mutate 同时跑几个政策包（默认按处理器数）"
)
def test(policies: tuple[str, ...], verbose: bool, mutate: bool, workers: int | None) -> int:
    """运行政策包旁的测试：输入什么、应当得出什么，别的都不能有。"""
    if mutate:
        return _mutate(policies, workers)
    from checkers.pack_tests import run_file, test_path
    from checkers.slips import PackError

    packs = _library()
    entries = [_entry(packs, p) for p in policies] if policies else list(packs.entries().values())
    ran = failed = without = 0
    for entry in entries:
        path = test_path(entry.path)
        if not path.is_file():
            if entry.kind == "service":
                without += 1
                click.echo(f"{entry.id}：没有测试文件")
            continue
        try:
            results = run_file(path, packs)
        except PackError as error:
            failed += 1
            click.echo(str(error))
            continue
        bad = [r for r in results if not r.passed]
        ran += len(results)
        failed += len(bad)
        click.echo(f"{entry.id}：{len(results)} 个用例，" + (f"{len(bad)} 个不符" if bad else "全部相符"))
        for result in results if verbose else bad:
            click.echo(f"  {'√' if result.passed else '×'} {result.name}（{Path(result.path).name}:{result.line}）")
            for difference in result.differences:
                click.echo(f"      {difference}")
    click.echo(f"共 {ran} 个用例，{failed} 个不符" + (f"，{without} 项没有测试" if without else ""), err=True)
    return 1 if failed or without else 0


def _mutate(policies: tuple[str, ...], workers: int | None) -> int:
    """Changes survive only with a reason in the test file; the share killed is printed. Packs run side by side."""
    import os
    from concurrent.futures import ProcessPoolExecutor

    from checkers.pack_tests import test_path

    packs = _library()
    entries = [_entry(packs, p) for p in policies] if policies else list(packs.entries().values())
    wanted = [e.id for e in entries if test_path(e.path).is_file()]
    total = killed = unexplained = 0
    folders = tuple(str(f) for f in packs.folders[1:])
    with ProcessPoolExecutor(min(workers or os.cpu_count() or 1, max(len(wanted), 1))) as pool:
        for result in pool.map(_mutate_one, wanted, [folders] * len(wanted)):
            total += result.changes
            killed += result.killed
            click.echo(f"{result.policy}：{result.changes} 处改动，发现 {result.killed} 处")
            for survivor in result.survivors:
                unexplained += not survivor.reason
                reason = f"（{survivor.reason}）" if survivor.reason else ""
                click.echo(f"  未发现 {survivor.key}：{survivor.text}{reason}")
    share = f"{killed / total:.1%}" if total else "—"
    click.echo(f"共 {total} 处改动，发现 {killed} 处（{share}），{unexplained} 处没有发现也没有说明", err=True)
    return 1 if unexplained else 0


def _mutate_one(policy: str, folders: tuple[str, ...]) -> MutationResult:
    from checkers.mutation import mutate
    from checkers.pack_tests import test_path
    from checkers.packs import library

    packs = library(folders)
    return mutate(policy, packs, test_path(packs.entries()[policy].path))


@command.command("new", cls=ChineseCommand)
@click.argument("policy_id", metavar="编号")
@click.option("--from", "source", metavar="文件", help="由一份通知、办法起草：来源、数额、材料、期限、表样，各写明条款")
@click.option("--section", default="", metavar="部分", help="只取文件的一部分：七、第三章、附件2，或标题的文字")
@click.option("--name", help="事项名称")
@click.option("--region", help="适用地区（默认全国；由文件起草时按发文机关）")
@click.option("-o", "--out", default=".", type=click.Path(file_okay=False), help="写到哪个文件夹", show_default=True)
@click.pass_context
def new(
    context: click.Context,
    policy_id: str,
    source: str | None,
    section: str,
    name: str | None,
    region: str | None,
    out: str,
) -> int:
    """新建一个带注释的政策包和它的测试文件；已有的文件不会被覆盖。

    用 --from 由文件起草时，没有把握的都留作 TODO，不猜；policy lint 会逐处列出。
    """
    today = date.today()  # noqa: DTZ011  the office's own calendar day
    if not re.fullmatch(r"[a-z]{2}-[a-z0-9-]{1,80}", policy_id):
        raise UsageError(f"编号 {policy_id} 写法不对：写作 地区-事项，如 cq-grad-flexible-si-subsidy")
    if section and not source:
        raise UsageError("--section 只和 --from 一起用")
    folder = Path(out)
    pack, tests = folder / f"{policy_id}.yaml", folder / f"{policy_id}.test.yaml"
    if source is None:
        from docgen.policy_desk import skeleton

        texts = skeleton(policy_id, name or "TODO 事项名称", region or "全国", today)
        _write_new(dict(zip((pack, tests), texts, strict=True)))
        return 0
    from docgen.policy_desk import draft_from

    draft = draft_from(source, policy_id, _with(_library(), pack), today, name or "", region or "", section)
    files = {pack: draft.pack, tests: draft.tests}
    if draft.catalogue:
        files[folder / "catalogues" / f"{policy_id}.yaml"] = draft.catalogue
    _write_new(files)
    if not is_quiet(context):
        for line in draft.summary():
            click.echo(line, err=True)
    return 0


def _write_new(files: dict[Path, str]) -> None:
    """All of them or none: a file that is there already is never written over."""
    for path in files:
        if path.exists():
            raise UsageError(f"{path} 已经存在，没有改动")
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"建不了文件夹 {path.parent}：{reason(error)}") from None
        write_result(text, str(path))
        click.echo(str(path))


@command.command("diff", cls=ChineseCommand)
@click.argument("before", metavar="旧包")
@click.argument("after", metavar="新包")
@click.option("--case", "case", metavar="文件或文件夹", help="一份申请：看新旧两个版本的审查结果有何不同")
@click.option("--received", type=DAY, help="收件日期")
@click.option("--facts", metavar="文件", help="纸面上没有的事实")
def diff(before: str, after: str, case: str | None, received: date | None, facts: str | None) -> int:
    """两个政策包（编号或文件）的差别；给出一份申请时，再看它的结果有何不同。"""
    from docgen.policy_desk import policy_differences, report_differences

    one, two = _either(before), _either(after)
    for line in policy_differences(one, two):
        click.echo(line)
    if case:
        from docgen.checking import Request, check_with
        from docgen.facts_file import load_facts

        request = Request([case], None, None, received, load_facts(facts) if facts else {})
        click.echo(f"对 {case}：")
        for line in report_differences(check_with(request, one), check_with(request, two)) or ["没有不同"]:
            click.echo(f"  {line}")
    return 0


def _either(name: str) -> Loaded:
    """A pack by id, or a file."""
    from checkers.packs import Loaded as LoadedPack

    packs = _library()
    if Path(name).is_file():
        compiled = packs.compile(Path(name))
        return LoadedPack(compiled.policy, compiled.code)
    _entry(packs, name)
    return packs.load(name)


@command.command("export", cls=ChineseCommand)
@click.argument("policy", type=SERVICE, metavar="编号")
@click.option("--format", "format_", type=click.Choice(["json", "dmn"]), default="json", help="格式", show_default=True)
@click.option("-o", "--output", metavar="文件", help="写到文件")
def export(policy: str, format_: str, output: str | None) -> int:
    """导出一项政策：JSON，或业务规则通用的 DMN 1.3。"""
    from docgen.policy_desk import export_dmn, export_json

    packs = _library()
    _entry(packs, policy)
    loaded = packs.load(policy)
    write_result(export_dmn(loaded) if format_ == "dmn" else export_json(loaded), output)
    return 0
