"""``docgen policy index`` and ``docgen policy search``: what stands in the packs and in a folder of official documents."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.chinese import ChineseCommand
from docgen.cli.parameters import is_quiet, terminal_width, wants_color, write_result
from docgen.errors import UsageError

if TYPE_CHECKING:
    from checkers.packs import Library
    from docgen.notice_index import Place, Query
    from docgen.policy_desk import Hit
    from docgen.settings import Settings

UNREADABLE = 3
ON, OFF = "\x1b[1;33m", "\x1b[0m"

_WHERE = "索引文件（默认 docgen.toml 的 [notices] index，没有写的在用户数据文件夹：Linux 为 ~/.local/share/docgen/notices.sqlite）"


def _settings() -> Settings:
    from docgen.settings import find_settings, load_settings

    return load_settings(find_settings())


def _index_path(given: str | None, settings: Settings) -> Path:
    from docgen.notice_index import default_index

    return Path(given or settings.index or default_index())


# ---------------------------------------------------------------- index


@click.command(
    "index",
    cls=ChineseCommand,
    epilog="""\b
例：
  docgen policy index 文件汇编
  docgen policy index 文件汇编 --to 本科室.sqlite
  docgen policy search 灵活就业 补贴期限

再次运行只读有变动的文件，已删去的文件从索引里去掉；可以随时按 Ctrl-C 中断，读完的都留着。

\b
退出码：0 全部读完；2 用法有误；3 有文件读不出来。""",
)
@click.argument("folder", metavar="文件夹", type=click.Path(exists=True, file_okay=False))
@click.option("--to", "to", metavar="文件", help=_WHERE)
@click.pass_context
def index(context: click.Context, folder: str, to: str | None) -> int:
    """把一个文件夹里的通知、办法、汇编编入索引，供 policy search 查找；汇编按文件拆开。"""
    from docgen.notice_index import files_below, index_files, open_index
    from docgen.notices.reading import limits_for
    from docgen.workers import Worker

    settings = _settings()
    path = _index_path(to, settings)
    files = files_below(Path(folder))
    if not files:
        raise UsageError(f"{folder} 里没有可以读的文件")
    with (
        closing(open_index(path, create=True)) as base,
        Worker(limits_for(settings.limits)) as worker,
        _progress(context, len(files)) as tell,
    ):
        try:
            result = index_files(base, Path(folder), files, lambda name: worker.read(name, None), tell)
        except sqlite3.DatabaseError as error:  # damaged, locked by another run, disk full
            raise UsageError(f"写不了索引 {path}（{error}）：已损坏的请删去后重新运行，正在使用的请稍后再试") from None
    for name, why in result.failed:
        click.echo(f"docgen：{name}：{why}", err=True)
    if not is_quiet(context):
        parts = [f"读了 {result.read} 个文件", f"{result.unchanged} 个没有变动"]
        parts += [f"{result.removed} 个已不在，从索引去掉"] if result.removed else []
        parts += [f"{len(result.failed)} 个读不出来"] if result.failed else []
        click.echo(f"{'，'.join(parts)}；共 {result.notices} 件文件，索引在 {path}", err=True)
    return UNREADABLE if result.failed else 0


@contextmanager
def _progress(context: click.Context, total: int) -> Iterator[Callable[[str], None]]:
    """A bar on a terminal; silent in a pipe and with ``--quiet``."""
    if is_quiet(context) or not sys.stderr.isatty() or total < 2:
        yield lambda _: None
        return
    with click.progressbar(length=total, label="编入索引", file=sys.stderr, item_show_func=_shown) as bar:
        yield lambda path: bar.update(1, path)


def _shown(path: str | None) -> str:
    return "" if path is None else path[-40:]


# ---------------------------------------------------------------- search


@dataclass(frozen=True, slots=True)
class _Found:
    """A hit of either kind: ``where`` is how it is cited; ``rank`` its place among its kind; ``data`` its JSON."""

    where: str
    text: str
    citation: str
    matched: int
    rank: int
    data: dict[str, Any]


@click.command(
    "search",
    cls=ChineseCommand,
    epilog="""\b
例：
  docgen policy search 灵活就业 补贴期限
  docgen policy search '"公示期不少于5个工作日"'      引号里的词句要连在一起
  docgen policy search 样人社发〔2024〕1号
  docgen policy search 创业担保贷款 --format json

政策包总在查找之列；通知、办法等文件先用 docgen policy index 编入索引。""",
)
@click.argument("words", nargs=-1, required=True, metavar="词...")
@click.option("--limit", type=click.IntRange(1, 200), default=20, help="最多列几条", show_default=True)
@click.option("--index", "index_file", metavar="文件", help=_WHERE)
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="结果格式", show_default=True
)
@click.pass_context
def search(context: click.Context, words: tuple[str, ...], limit: int, index_file: str | None, format_: str) -> int:
    """在政策包和已编入索引的文件里查找，按相关程度排列；繁体、全角与简体、半角同样对待。"""
    from checkers.packs import library
    from docgen.notice_index import parse_query

    settings = _settings()
    text = " ".join(words)
    query = parse_query(text)
    hits = [*_in_packs(library(settings.folders), text, query, limit)]
    path = _index_path(index_file, settings)
    if index_file or path.exists():
        hits += _in_notices(path, query, limit)
    hits = sorted(hits, key=lambda h: (-h.matched, h.rank))[:limit]
    if format_ == "json":
        write_result(json.dumps([h.data for h in hits], ensure_ascii=False, indent=2) + "\n", None)
    else:
        for hit in hits:
            click.echo(_line(hit, query))
    if not is_quiet(context):
        click.echo(f"{len(hits)} 条" if hits else "没有找到", err=True)
    return 0


def _in_packs(packs: Library, text: str, query: Query, limit: int) -> Iterator[_Found]:
    from docgen.notice_index import held
    from docgen.policy_desk import search as find

    for rank, hit in enumerate(find(packs, text, limit)):
        where = f"{hit.policy}/{hit.rule}" if hit.rule else hit.policy
        matched = held(query, f"{hit.name} {hit.text} {hit.citation}")
        yield _Found(where, hit.text, hit.citation, matched, rank, _pack_json(hit))


def _pack_json(hit: Hit) -> dict[str, Any]:
    return {
        "kind": "policy",
        "policy": hit.policy,
        "rule": hit.rule or None,
        "title": hit.name,
        "text": hit.text,
        "citation": hit.citation or None,
    }


def _in_notices(path: Path, query: Query, limit: int) -> Iterator[_Found]:
    from docgen.notice_index import with_index

    for rank, place in enumerate(with_index(path, query, limit)):
        named = place.doc_no or (f"《{place.title}》" if place.title else Path(place.path).name)
        where = f"{named} {place.article}".strip()
        at = f"{place.path}:{place.line}" if place.line else place.path
        at += f" 第{place.page}页" if place.page and not place.line else ""
        yield _Found(where, place.text, at, place.matched, rank, _place_json(place, query))


def _place_json(place: Place, query: Query) -> dict[str, Any]:
    from docgen.notice_index import snippet

    part, marks = snippet(place.text, query)
    return {
        "kind": "notice",
        "title": place.title or None,
        "doc_no": place.doc_no or None,
        "article": place.article or None,
        "path": place.path,
        "line": place.line,
        "page": place.page,
        "snippet": part,
        "marks": [list(span) for span in marks],
    }


def _line(hit: _Found, query: Query) -> str:
    """One hit. The words found are coloured on a terminal, in 【】 where it may not be coloured; a pipe gets the bare text."""
    from docgen.notice_index import marked, snippet

    part, marks = snippet(hit.text, query, 2 * terminal_width() // 3)
    if wants_color():
        part = marked(part, marks, ON, OFF)
    elif sys.stdout.isatty():
        part = marked(part, marks, "【", "】")
    return f"{hit.where}  {part}" + (f"  〔{hit.citation}〕" if hit.citation else "")
