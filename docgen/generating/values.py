"""From the texts of a row to the typed values of a master, with a sentence for each that does not fit."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from checkers.values.texts import is_blank
from checkers.values.types import TYPE_NAMES, parse_value
from docgen.rendering.manifest import Variable

_ONE_OF = frozenset({"choice", "yes_no", "sex"})
_LISTS = frozenset({"list", "roster"})
_AS_GIVEN = frozenset({"picture", "qrcode", "signature", "seal", "pledge", "richtext", "document"})
_ORDINAL = re.compile(r"^[（(]?\d{1,2}[)）.．、]\s*(?!\d)")
_SEPARATORS = re.compile(r"[\n；;]+")
_REMEMBERED = 1024
"""Texts of a variable whose value is kept: a run has the same dates and choices in row after row."""

Convert = Callable[[Mapping[str, Any]], dict[str, Any]]
_Take = Callable[[Any], Any]


class RowError(ValueError):
    """The row cannot be filled; each of ``args`` is a Chinese sentence without a full stop."""


def convert(variables: Sequence[Variable], row: Mapping[str, Any]) -> dict[str, Any]:
    """The context of one document, as ``converter`` makes it."""
    return converter(variables)(row)


def converter(variables: Sequence[Variable]) -> Convert:
    """What makes the context of one document from its row, prepared once for many rows.

    A row is by variable id; what no variable is called passes as it is. A variable that is optional and not given is None
    (an empty list for a list). Raises RowError with all that is wrong.
    """
    takers = [(v.id, v.label, _taker(v)) for v in variables]

    def convert_row(row: Mapping[str, Any]) -> dict[str, Any]:
        out = dict(row)
        slips: list[str] = []
        for name, label, take in takers:
            try:
                out[name] = take(row.get(name))
            except RowError as error:
                slips.extend(str(a) for a in error.args)
            except ValueError as error:
                slips.append(f"{label}：{error}")
        if slips:
            raise RowError(*slips)
        return out

    return convert_row


def _taker(variable: Variable) -> _Take:
    """What turns the raw value of this variable into the typed one."""
    if variable.type in _LISTS:
        return _rows(variable)
    read: _Take
    if variable.type == "text":
        read = _text
    elif variable.type in _AS_GIVEN or variable.type not in TYPE_NAMES:
        read = _as_given
    else:
        read = _parser(variable)

    def take(raw: Any) -> Any:
        if not is_blank(raw):
            return read(raw)
        if variable.optional:
            return None
        if variable.type == "tick":
            return False
        raise RowError(f"缺少 {variable.label}（{variable.id}）")

    return take


def _parser(variable: Variable) -> _Take:
    def parse(raw: Any) -> Any:
        if variable.type in _ONE_OF and isinstance(raw, (list, tuple)) and len(raw) == 1:
            raw = raw[0]  # what is ticked, as forms list it
        return parse_value(variable.type, raw, unit=variable.unit, options=variable.options)

    if variable.type == "ticks":  # its value is a list, which two documents must not share
        return parse
    again = lru_cache(_REMEMBERED)(parse)
    return lambda raw: again(raw) if isinstance(raw, str) else parse(raw)


def _as_given(raw: Any) -> Any:
    return raw


def _text(raw: Any) -> Any:
    """Free text keeps its line breaks; numbers and dates of a spreadsheet are written later, as a clerk writes them."""
    return raw.strip() if isinstance(raw, str) else raw


def _rows(variable: Variable) -> _Take:
    of_each = _converted(variable) if variable.columns else lambda items: [_text(item) for item in items]

    def take(raw: Any) -> list[Any]:
        items = _items(variable, raw)
        if not items and not variable.optional and variable.sample:
            raise RowError(f"缺少 {variable.label}（{variable.id}）")
        return of_each(items)

    return take


def _items(variable: Variable, raw: Any) -> list[Any]:
    if isinstance(raw, str):
        text = raw.strip()
        if text.startswith("["):
            try:
                raw = json.loads(text)
            except ValueError as error:
                raise RowError(f"{variable.label}：不是完好的 JSON 列表") from error
        elif variable.columns and text:
            return _of_text(variable, text)
        else:
            return [part for part in _SEPARATORS.split(text) if part.strip()]
    if raw is None:
        return []
    if not isinstance(raw, (list, tuple)):
        raise RowError(f"{variable.label}：应当是列表")
    return list(raw)


def _of_text(variable: Variable, text: str) -> list[dict[str, str]]:
    """A cell that lists several things, for a list of which only one column must be given: ``1.缺少签名；2.缺少证书``."""
    wanted = [c.id for c in variable.columns if not c.optional]
    if len(wanted) != 1:
        raise RowError(f"{variable.label}：应当是一组行，请写成 JSON 列表，或者一行一条数据并指定分组的列")
    parts = (_ORDINAL.sub("", part.strip(), count=1) for part in _SEPARATORS.split(text))
    return [{wanted[0]: part} for part in parts if part]


def _converted(variable: Variable) -> Callable[[Sequence[Any]], list[Any]]:
    names = {name: c.id for c in variable.columns for name in (c.label, *c.aliases, c.id)}
    convert_row = converter(variable.columns)

    def rows(items: Sequence[Any]) -> list[Any]:
        out: list[Any] = []
        slips: list[str] = []
        for number, item in enumerate(items, start=1):
            if not isinstance(item, Mapping):
                raise RowError(f"{variable.label}第 {number} 行：应当是“列: 值”")
            try:
                out.append(convert_row({names.get(str(key), str(key)): value for key, value in item.items()}))
            except RowError as error:
                slips.extend(f"{variable.label}第 {number} 行{a}" for a in error.args)
        if slips:
            raise RowError(*slips)
        return out

    return rows
