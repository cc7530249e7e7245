"""What stands in a blank, as on the paper: lines joined, printed rules dropped, single spaces kept."""

from __future__ import annotations

import re

from checkers.values.texts import is_blank

__all__ = ["as_written", "is_blank"]

_RULES = re.compile("[_＿﹍﹎‗]{2,}|(?<![0-9A-Za-z])[_＿﹍﹎‗]|[_＿﹍﹎‗](?![0-9A-Za-z])")
"""Printed rules; a single underscore between two letters or digits belongs to an address or a code."""


def as_written(text: str) -> str:
    """The text of a blank in one line.

    Broken lines are joined without a space (Chinese; numbers and codes wrapped in a narrow cell), with one between two
    lines of Latin words; white space inside a line becomes one space; printed underscores go.
    """
    out = ""
    for line in text.splitlines():
        part = " ".join(_RULES.sub(" ", line).split())
        if part:
            out += f" {part}" if out and _words(out) and _words(part) else part
    return out


def _words(text: str) -> bool:
    """Whether a line is Latin words, not a piece of a wrapped code."""
    return len(text) > 2 and text.isascii() and text.translate({32: None, 44: None, 46: None}).isalpha()
