"""From the texts of a row to the typed values of a master, with a sentence for each that does not fit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from checkers.values.texts import is_blank
from checkers.values.types import TYPE_NAMES, parse_value
from docgen.rendering.manifest import Variable

_LISTS = frozenset({"list", "roster"})
_AS_GIVEN = frozenset({"picture", "qrcode", "signature", "seal", "pledge", "richtext", "document"})
_SEPARATORS = re.compile(r"[\n；;]+")


class RowError(ValueError):
    """The row cannot be filled; each of ``args`` is a Chinese sentence without a full stop."""


def convert(variables: Sequence[Variable], row: Mapping[str, Any]) -> dict[str, Any]:
    """The context of one document. ``row`` is by variable id; what no variable is called passes as it is.

    A variable that is optional and not given is None (an empty list for a list). Raises RowError with all that is wrong.
    """
    out = dict(row)
    slips: list[str] = []
    for variable in variables:
        try:
            out[variable.id] = _value(variable, row.get(variable.id))
        except RowError as error:
            slips.extend(str(a) for a in error.args)
        except ValueError as error:
            slips.append(f"{variable.label}：{error}")
    if slips:
        raise RowError(*slips)
    return out


def _value(variable: Variable, raw: Any) -> Any:
    if variable.type in _LISTS:
        return _rows(variable, raw)
    if is_blank(raw):
        if variable.optional:
            return None
        if variable.type == "tick":
            return False
        raise RowError(f"缺少 {variable.label}（{variable.id}）")
    if variable.type in _AS_GIVEN or variable.type not in TYPE_NAMES:
        return raw
    if variable.type == "text":
        return _text(raw)
    return parse_value(variable.type, raw, unit=variable.unit, options=variable.options)


def _text(raw: Any) -> Any:
    """Free text keeps its line breaks; numbers and dates of a spreadsheet are written later, as a clerk writes them."""
    return raw.strip() if isinstance(raw, str) else raw


def _rows(variable: Variable, raw: Any) -> list[Any]:
    items = _items(variable, raw)
    if not items and not variable.optional and variable.sample:
        raise RowError(f"缺少 {variable.label}（{variable.id}）")
    if not variable.columns:
        return [_text(item) for item in items]
    return list(_converted(variable, items))


def _items(variable: Variable, raw: Any) -> list[Any]:
    if isinstance(raw, str):
        text = raw.strip()
        if text.startswith("["):
            try:
                raw = json.loads(text)
            except ValueError as error:
                raise RowError(f"{variable.label}：不是完好的 JSON 列表") from error
        elif variable.columns and text:
            raise RowError(f"{variable.label}：应当是一组行，请写成 JSON 列表，或者一行一条数据并指定分组的列")
        else:
            return [part for part in _SEPARATORS.split(text) if part.strip()]
    if raw is None:
        return []
    if not isinstance(raw, (list, tuple)):
        raise RowError(f"{variable.label}：应当是列表")
    return list(raw)


def _converted(variable: Variable, items: Sequence[Any]) -> Iterator[dict[str, Any]]:
    slips: list[str] = []
    names = {name: c.id for c in variable.columns for name in (c.label, *c.aliases, c.id)}
    for number, item in enumerate(items, start=1):
        if not isinstance(item, Mapping):
            raise RowError(f"{variable.label}第 {number} 行：应当是“列: 值”")
        own = {names.get(str(key), str(key)): value for key, value in item.items()}
        try:
            yield convert(variable.columns, own)
        except RowError as error:
            slips.extend(f"{variable.label}第 {number} 行{a}" for a in error.args)
    if slips:
        raise RowError(*slips)
