"""A check report on paper and on screen: one module a format, each loaded only when it is asked for.

The formats are those of the contract: ``text`` for a person at a terminal, ``json`` and ``sarif`` for programs,
``html`` for the counter reviewer's screen, ``docx`` (审查意见) for the file, ``xlsx`` for those who count.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from checkers.report import Report
from docgen.errors import UsageError

FORMATS: tuple[str, ...] = ("text", "json", "sarif", "html", "docx", "xlsx")
BINARY_FORMATS: frozenset[str] = frozenset({"docx", "xlsx"})
"""Formats whose ``render`` returns bytes; all others return text without a byte order mark, ending in a newline."""

_MODULES = {"docx": "word", "xlsx": "excel"}


def render(
    report: Report,
    format: str,
    *,
    papers: Mapping[str, bytes] | None = None,
    color: bool = False,
    width: int = 80,
    encoding: str = "utf-8",
    settings: Mapping[str, str] | None = None,
) -> str | bytes:
    """Write ``report`` in one of ``FORMATS``; a format takes from the options what it has use for.

    ``papers`` maps the paths of ``report.documents`` to the bytes of the papers (html: images of the pages; xlsx: the
    workbook whose cells are marked).
    ``color`` (ANSI), ``width`` (columns, at least 40) and ``encoding`` (of the terminal: only characters it has are
    written) are for text. ``settings`` are the office's own words: ``office`` (name of the office), ``reviewer``.

    Raises UsageError for an unknown format.
    """
    if format not in FORMATS:
        raise UsageError(f"没有“{format}”这种报告格式，可用的有：{'、'.join(FORMATS)}。")
    options: dict[str, object] = {}
    if format == "text":
        options = {"color": color, "width": width, "encoding": encoding}
    elif format == "html":
        options = {"papers": papers or {}, "settings": settings or {}}
    elif format in BINARY_FORMATS:
        options = {"settings": settings or {}}
        if format == "xlsx":
            options["papers"] = papers or {}
    module = import_module(f"docgen.reports.{_MODULES.get(format, format)}")
    out: str | bytes = module.render(report, **options)
    return out
