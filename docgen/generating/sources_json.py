"""JSON: a list of objects, ``{"rows": […], shared…}``, or one object; JSON Lines as a stream, one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from docgen.errors import UsageError, reason
from docgen.generating.sources import Record, Source, clean_heading, require_rows
from docgen.generating.sources_text import text_encoding

ROWS = "rows"


def json_source(path: Path) -> Source:
    """Raises UsageError for a file that is no JSON, or whose rows are no objects."""
    loaded = _load(path)
    shared: dict[str, Any] = {}
    if isinstance(loaded, dict) and isinstance(loaded.get(ROWS), list):
        shared = {k: v for k, v in loaded.items() if k != ROWS}
        loaded = loaded[ROWS]
    rows = [loaded] if isinstance(loaded, dict) else loaded
    if not isinstance(rows, list):
        raise UsageError(f'数据文件 {path} 的最外层要是一组对象“[{{…}}, …]”，或者“{{"rows": […]}}”')
    require_rows(len(rows), f"数据文件 {path}")
    if wrong := next((n for n, row in enumerate(rows, start=1) if not isinstance(row, dict)), 0):
        raise UsageError(f"数据文件 {path} 的第 {wrong} 条不是对象“{{名称: 值}}”")
    return objects_source(path.name, rows, shared)


def objects_source(name: str, rows: Sequence[Mapping[str, Any]], shared: Mapping[str, Any] | None = None) -> Source:
    """Objects that are in memory already."""
    keys = tuple(dict.fromkeys(key for row in rows for key in row))

    def records() -> Iterator[Record]:
        for number, row in enumerate(rows, start=1):
            yield Record(number, tuple(row.get(key) for key in keys))

    return Source(name, tuple(clean_heading(k) for k in keys), records, len(rows), shared=shared or {})


def json_lines_source(path: Path) -> Source:
    """A line that is no object fails alone. Raises UsageError for a file without one good line."""
    encoding = text_encoding(path)
    keys: dict[str, None] = {}
    count = good = 0
    for _, row, error in _lines(path, encoding):
        count += 1
        if error is None:
            good += 1
            keys.update(dict.fromkeys(row))
    require_rows(count, f"数据文件 {path}")
    if not good:
        raise UsageError(f"数据文件 {path} 没有一行是 JSON 对象“{{名称: 值}}”")
    order = tuple(keys)

    def records() -> Iterator[Record]:
        for number, row, error in _lines(path, encoding):
            yield Record(number, tuple(row.get(key) for key in order), error)

    return Source(path.name, tuple(clean_heading(k) for k in order), records, count)


def _lines(path: Path, encoding: str) -> Iterator[tuple[int, dict[str, Any], str | None]]:
    """Line number, object, or why it is none; empty lines are passed over."""
    try:
        with path.open(encoding=encoding) as file:
            for number, line in enumerate(file, start=1):
                if not line.strip():
                    continue
                try:
                    row = parse(line)
                except (ValueError, RecursionError) as error:
                    yield number, {}, f"这一行不是完好的 JSON（{_why(error)}）"
                    continue
                if isinstance(row, dict):
                    yield number, row, None
                else:
                    yield number, {}, "这一行不是对象“{名称: 值}”"
    except OSError as error:
        raise UsageError(f"读不出数据文件 {path}：{reason(error)}") from None


def _load(path: Path) -> Any:
    try:
        return parse(path.read_text(encoding=text_encoding(path)))
    except OSError as error:
        raise UsageError(f"读不出数据文件 {path}：{reason(error)}") from None
    except json.JSONDecodeError as error:
        raise UsageError(f"数据文件 {path} 第 {error.lineno} 行不是完好的 JSON：{_why(error)}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"数据文件 {path} 不是完好的 JSON：{_why(error)}") from None


def parse(text: str) -> Any:
    """Decimals exact; a key that stands twice in an object is refused (ValueError)."""
    return json.loads(text, parse_float=Decimal, object_pairs_hook=_object)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        twice = next(key for n, (key, _) in enumerate(pairs) if key in {k for k, _ in pairs[:n]})
        raise ValueError(f"“{twice}”写了两次")
    return out


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"第 {error.colno} 个字附近写错了"
    return "嵌套过深" if isinstance(error, RecursionError) else str(error)[:80]
