"""The Jinja environment of all masters: strict about what is missing, shut against what a hostile master may try.

Attributes of Python's own are refused by Jinja's sandbox. Beyond that a fill has a budget: repetitions of loops, calls, and the
length of what is computed are bounded, because a master may come from outside and must not hold up an office's machine.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from docgen.rendering.fill import written
from docgen.rendering.insert import Special
from docgen.rendering.qr import qrcode
from docgen.rendering.rich import PAGE_BREAK, Passage
from docgen.rendering.source import BLOCK, COMMENT, PLAIN, VALUE
from docgen.rendering.words import FILTERS

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

BREAK = '</w:t><w:br/><w:t xml:space="preserve">'
TAB = '</w:t><w:tab/><w:t xml:space="preserve">'
MAX_STEPS = 2_000_000
"""Turns of loops and calls in one fill; a roster of 100,000 rows stays far below."""
MAX_LENGTH = 1_000_000
"""Characters, rows or bits that one operation in a master may make."""
_ODD = re.compile("[&<>\"'\x00-\x1f\ufdd0-\ufdd3\ufffe\uffff\ud800-\udfff]|^\\d{4}-\\d\\d")
_NOT_XML = re.compile("[\x00-\x06\x08\x0b\x0e-\x1f\ufdd0-\ufdd3\ufffe\uffff\ud800-\udfff]")
_XML_TAG = re.compile(r"</?[a-z]\w*:\w+(?: [^<>]*)?/?>")
_LOOSE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+);)")
_NOT_PLAIN = re.compile("[\x00-\x1f\ufdd0-\ufdd3\ufffe\uffff\ud800-\udfff]")
_GONE = ("safe", "xmlattr", "urlize", "tojson", "forceescape", "pprint", "random", "striptags")
"""Filters that put out markup of their own or something else each time; a master has no use for them."""


class Desk(threading.local):
    """What one fill has on its desk: the steps it may still take, and the values that are more than text."""

    def __init__(self) -> None:
        self.steps = 0
        self.specials: list[Special] = []

    def charge(self, steps: int) -> None:
        from jinja2.exceptions import SecurityError

        self.steps -= steps
        if self.steps < 0:
            raise SecurityError("循环或调用的次数太多")

    def put(self, value: Special) -> str:
        self.specials.append(value)
        return f"\x01{len(self.specials) - 1}\x02"


desk = Desk()


def on_paper(value: Any) -> str:
    """A value as XML text. Raises what Jinja raises for a missing one."""
    kind = value.__class__
    if kind is str:
        return value if _ODD.search(value) is None else _escaped(value)
    if kind is int:
        return str(value)
    if kind is date or kind is Decimal:
        return written(value)
    return _other(value)


def _other(value: Any) -> str:
    from jinja2 import Undefined
    from markupsafe import Markup

    if isinstance(value, Undefined):
        return str(value)
    if isinstance(value, Markup):  # a macro's or |e's: markup is markup already, line breaks are not
        return _checked(str(value)).replace("\r\n", "\n").replace("\n", BREAK)
    if isinstance(value, Special):
        return desk.put(value)
    return _escaped(written(value))


def _checked(markup: str) -> str:
    """Markup that a filter like ``upper`` or ``truncate`` has spoilt would spoil the file. Raises ValueError."""
    bare = _XML_TAG.sub("", markup)
    if "<" in bare or ">" in bare or _LOOSE.search(bare):
        raise ValueError("请先处理文字，再用 |e 或宏")
    return markup


def _escaped(text: str) -> str:
    text = _NOT_XML.sub("", written(text).replace("\r\n", "\n").replace("\r", "\n"))
    if "\a" in text or "\f" in text:
        return desk.put(Passage(text))
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if "\n" in text or "\t" in text:
        text = text.replace("\n", BREAK).replace("\t", TAB)
    return text


def _plain(value: Any) -> Any:
    """The filter of values in attributes, fields and document properties: text on one line."""
    from jinja2 import Undefined
    from markupsafe import Markup, escape

    if isinstance(value, Undefined):
        str(value)
    if isinstance(value, Special):
        raise ValueError("这里只能写文字")
    text = value.unescape() if isinstance(value, Markup) else written(value)
    return escape(_NOT_PLAIN.sub(" ", text))


def counted(value: Any) -> Any:
    """What a loop runs over, charged before it begins."""
    try:
        desk.charge(len(value))
    except TypeError:
        return _charged(value)
    return value


def _charged(values: Iterable[Any]) -> Iterable[Any]:
    for value in values:
        desk.charge(1)
        yield value


@lru_cache(maxsize=1)
def environment() -> SandboxedEnvironment:
    """The one Jinja environment of all masters."""
    from docgen.rendering.sandbox_env import Environment

    made = Environment(
        block_start_string=BLOCK[0],
        block_end_string=BLOCK[1],
        variable_start_string=VALUE[0],
        variable_end_string=VALUE[1],
        comment_start_string=COMMENT[0],
        comment_end_string=COMMENT[1],
        finalize=on_paper,
        autoescape=True,
        keep_trailing_newline=True,
    )
    for name in _GONE:
        made.filters.pop(name, None)
    made.filters.update(FILTERS)
    made.filters.update({PLAIN: _plain, "counted": counted, "qrcode": qrcode})
    made.globals.pop("lipsum", None)
    made.globals["page_break"] = PAGE_BREAK
    return made
