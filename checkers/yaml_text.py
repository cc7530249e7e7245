"""YAML as packs are written: the data, and for each key its line. Hostile or careless text is refused before it is built."""

from __future__ import annotations

import re
from typing import Any

import yaml

from checkers.slips import PackError, Slip

MAX_NODES = 100_000
"""Values of one file, those that aliases repeat counted each time; a longer one is no pack."""
MAX_DEPTH = 40
"""Levels of nesting. Beyond some thousands libyaml's composer overruns the C stack."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML 1.2: only true and false are booleans (``on:``, ``yes`` and ``no`` stay words), only decimal numbers are numbers
    (``023`` stays a dialling code, ``12:30`` a time), so that no value on paper is silently another one."""


_PLAIN = {
    "tag:yaml.org,2002:bool": (r"^(?:true|false)$", "tf"),
    "tag:yaml.org,2002:int": (r"^[-+]?(?:0|[1-9][0-9]{0,99})$", "-+0123456789"),
    "tag:yaml.org,2002:float": (r"^[-+]?(?:0|[1-9][0-9]{0,99})\.[0-9]{1,99}$", "-+0123456789"),
}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if tag not in _PLAIN]
    for first, pairs in _Loader.yaml_implicit_resolvers.items()
}
for _tag, (_pattern, _first) in _PLAIN.items():
    _Loader.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))

Lines = dict[tuple[Any, ...], int]


def read_yaml(text: str, path: str) -> tuple[Any, Lines]:
    """The data and, for each key path, its line. Raises PackError for bad YAML, duplicate keys and aliases out of hand."""
    lines: Lines = {(): 1}
    slips: list[Slip] = []
    try:
        _check_depth(text, path)
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is None:
            raise PackError([Slip(path, 1, "", "文件是空的")])
        _walk(node, (), lines, slips, path)
        if slips:
            raise PackError(slips)
        data = loader.construct_document(node)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error).split("\n", 1)[0]
        raise PackError([Slip(path, mark.line + 1 if mark else 1, "", f"不是有效的 YAML：{problem}")]) from None
    return data, lines


def _check_depth(text: str, path: str) -> None:
    """Before anything recursive looks at the text."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise PackError([Slip(path, line, "", f"嵌套超过 {MAX_DEPTH} 层")])
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _check_day(node: yaml.ScalarNode, key: tuple[Any, ...], slips: list[Slip], path: str) -> None:
    if node.tag == "tag:yaml.org,2002:timestamp":
        try:
            yaml.constructor.SafeConstructor().construct_yaml_timestamp(node)
        except ValueError:
            name = ".".join(map(str, key))
            slips.append(Slip(path, node.start_mark.line + 1, name, f"没有 {node.value} 这一天"))


def _walk(node: yaml.Node, key: tuple[Any, ...], lines: Lines, slips: list[Slip], path: str) -> None:
    """Notes the line of each key and what is wrong with it. Aliases are followed each time they stand."""
    if len(lines) + len(slips) > MAX_NODES or len(key) > MAX_DEPTH:
        raise PackError([Slip(path, node.start_mark.line + 1, "", "引用（& 和 *）展开后内容过多")])
    lines.setdefault(key, node.start_mark.line + 1)
    if isinstance(node, yaml.ScalarNode):
        _check_day(node, key, slips, path)
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for name, value in node.value:
            if not isinstance(name, yaml.ScalarNode):
                slips.append(Slip(path, name.start_mark.line + 1, ".".join(map(str, key)), "键要是一个词，不能是列表"))
                continue
            _check_day(name, key, slips, path)
            word = str(name.value)
            if word in seen and word != "<<":
                slips.append(Slip(path, name.start_mark.line + 1, word, "同一个键写了两次"))
            seen.add(word)
            lines[(*key, word)] = name.start_mark.line + 1
            _walk(value, (*key, word), lines, slips, path)
    elif isinstance(node, yaml.SequenceNode):
        for i, item in enumerate(node.value):
            _walk(item, (*key, i), lines, slips, path)


def line_of(lines: Lines, key: tuple[Any, ...]) -> int:
    """Line of a key path, or of its nearest ancestor."""
    while key and key not in lines:
        key = key[:-1]
    return lines.get(key, 1)
