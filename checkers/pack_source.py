"""A pack as its author writes it: YAML text → validated Policy and compiled expressions, every slip with file, line and key.

Only compiling, linting and testing packs come here (YAML, pydantic and Jinja are imported); a plain check reads the cache.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checkers.pack_check import Finder, PackCheck
from checkers.policy import Policy
from checkers.slips import PackError, Slip
from checkers.yaml_text import Lines, line_of, read_yaml

if TYPE_CHECKING:
    from pydantic import TypeAdapter


@dataclass(slots=True)
class CompiledPack:
    """A valid policy and the generated Python of each of its expressions, by their text."""

    policy: Policy
    code: dict[str, str]


@cache
def _adapter() -> TypeAdapter[Policy]:
    """Built once: the schema of a whole pack takes longer to build than a pack to read."""
    from pydantic import TypeAdapter

    return TypeAdapter(Policy)


def parse_policy(text: str, path: str) -> tuple[Policy, Lines]:
    """YAML → Policy, all schema errors at once. Expressions are not looked at yet."""
    from pydantic import ValidationError

    data, lines = read_yaml(text, path)
    try:
        return _adapter().validate_python(data), lines
    except ValidationError as error:
        items = [(_real_key(data, item["loc"]), item) for item in error.errors(include_url=False)]
    keys = [key for key, _ in items]
    slips: dict[tuple[Any, ...], Slip] = {}
    for key, item in items:
        if key in slips or any(len(other) > len(key) and other[: len(key)] == key for other in keys):
            continue  # of the ways a value may be written, the one that was meant says best what is wrong
        shown = ".".join(str(k) for k in key)
        slips[key] = Slip(path, line_of(lines, key), shown, _schema_message(item))
    raise PackError(list(slips.values()))


def _real_key(data: Any, loc: tuple[Any, ...]) -> tuple[Any, ...]:
    """The path in the file: pydantic also names the branch of a union it tried (``str``, ``Definition``)."""
    key: list[Any] = []
    for i, step in enumerate(loc):
        part = str(step) if not isinstance(step, int) else step
        inside = part in data if isinstance(data, dict) else isinstance(data, list) and isinstance(step, int)
        dated = isinstance(data, dict) and any(str(k) == part for k in data)
        if inside or dated:
            data = data[step] if inside else next(v for k, v in data.items() if str(k) == part)
            key.append(part)
        elif i == len(loc) - 1 and isinstance(data, dict):
            key.append(part)  # a key that is missing
    return tuple(key)


def _unique(slips: list[Slip]) -> list[Slip]:
    return list(dict.fromkeys(slips))


def _schema_message(item: Any) -> str:
    kind = item["type"]
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        return "没有这个键（请检查拼写）"
    if kind in ("missing", "missing_argument"):
        return "缺少这个必写的键"
    if kind == "literal_error":
        return f"只能是 {item['ctx']['expected']}"
    return _WRONG_TYPE.get(kind) or f"值不对：{item['msg']}"


_WRONG_TYPE = {
    "dict_type": "要写成“键: 值”",
    "dataclass_type": "要写成“键: 值”",
    "list_type": "要写成一列",
    "string_type": "要是文字（数字请加引号）",
    "bool_type": "要是 true 或 false",
    "bool_parsing": "要是 true 或 false",
    "date_type": "要是日期，如 2024-06-01",
    "date_parsing": "要是日期，如 2024-06-01",
    "date_from_datetime_parsing": "要是日期，如 2024-06-01",
    "decimal_type": "要是数字",
    "decimal_parsing": "要是数字",
}


def compile_pack(text: str, path: str, find: Finder = lambda _: None) -> CompiledPack:
    """A whole pack. Raises PackError with every slip found."""
    policy, lines = parse_policy(text, path)
    check = PackCheck(policy, lines, path, find)
    check.run()
    if check.slips:
        raise PackError(sorted(_unique(check.slips), key=lambda s: s.line))
    return CompiledPack(policy, check.code)


def read_pack(path: Path, find: Finder = lambda _: None) -> CompiledPack:
    """``compile_pack`` of a file. Raises PackError also when the file cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise PackError([Slip(str(path), 1, "", "不是 UTF-8 编码的文本文件")]) from None
    except OSError as error:
        raise PackError([Slip(str(path), 1, "", f"读不出来：{error.strerror}")]) from None
    return compile_pack(text, str(path), find)
