"""A draft's YAML, line by line: what stood in a notice never becomes syntax, and what is left to decide is a TODO."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

TODO = "TODO"
CLAUSE = 40
"""Characters of the notice that a TODO quotes at most."""

_PLAIN = re.compile(r"[\u4e00-\u9fffA-Za-z《（〔][\u4e00-\u9fffA-Za-z0-9《》〔〕（）()、，。；·“”/_ -]*")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def clean(text: str) -> str:
    """One line of printable characters: a line break of any kind would end a comment."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def clause(text: str, most: int = CLAUSE) -> str:
    """A short quotation."""
    text = clean(text)
    return text if len(text) <= most else text[: most - 1] + "…"


def flow(value: Any) -> str:
    """A value as YAML on one line; text is quoted wherever it could be read as anything but text."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(k)}: {flow(v)}" for k, v in value.items() if v not in (None, "", [], {})) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(v) for v in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Decimal)):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    if isinstance(value, date):
        return value.isoformat()
    text = clean(str(value))
    plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if plain else json.dumps(text, ensure_ascii=False)


def entry(key: str, value: Mapping[str, Any], todo: str = "") -> str:
    """``  key: {…}`` and, behind it, what is left to decide."""
    return f"  {flow(key)}: {flow(value)}" + (f"  # {TODO} {clean(todo)}" if todo else "")


def todo(at: str, text: str) -> str:
    """A line that says what is left to decide, with its place in the law."""
    return f"  # {TODO} {clean(at)}：{clean(text)}"
