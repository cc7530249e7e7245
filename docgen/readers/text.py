"""Plain text in: lines with their numbers, and tables where a form was pasted as text (tab-separated or Markdown)."""

from __future__ import annotations

import html
import re

from docgen.document import TICKED, UNTICKED, Cell, Document, Line, Page, Table
from docgen.errors import UnreadableError
from docgen.readers.limits import DEFAULT, Limits, check_cells, check_characters, check_paragraphs
from docgen.readers.marks import normalise_marks
from docgen.readers.sniff import decode

# Remnants of HTML as text extractors leave them in table cells. Only these names: <重庆市> is text.
_CHECKBOX = re.compile(r"<input\b[^<>]*\btype=[\"']?checkbox[^<>]*>", re.IGNORECASE)
_BREAK = re.compile(r"\s*(?:<br\s*/?>|</(?:p|li|div)>(?:\s*<(?:p|li|div)(?:\s[^<>]*)?>)?)\s*", re.IGNORECASE)
_TAG = re.compile(r"</?(?:p|br|ol|ul|li|div|span|b|i|u|strong|em|sub|sup|font|center)(?:\s[^<>]*)?/?>", re.IGNORECASE)

_RULE = re.compile(r"(?:\|\s*:?-+:?\s*)+\|")

Numbered = tuple[int, str]


def read_text(data: bytes, path: str, limits: Limits = DEFAULT) -> Document:
    """The text file ``data`` as one page. ``Line.paragraph`` is the line's number in the file, from 1.

    Consecutive lines with the same number of tabs (two or more; one tab if every line has a label before it) become a
    table, empty cells kept; so do Markdown tables. Raises ``UnreadableError`` if no encoding fits or over a limit.
    """
    text = decode(data)
    if text is None:
        raise UnreadableError("无法识别文字编码，请用记事本或 WPS 另存为 UTF-8 编码的文本文件再提交。")
    check_characters(len(text), limits)
    lines = text.splitlines()
    check_paragraphs(len(lines), limits)
    page = Page(number=1)
    cells = tables = 0
    for group, columns in _groups(lines):
        if columns:
            tables += 1
            table = _table(tables, group, columns)
            cells += len(table.cells)
            check_cells(cells, limits)
            page.blocks.append(table)
        else:
            page.blocks.extend(
                Line(text=part, paragraph=number)
                for number, raw in group
                for part in _clean(raw).split("\n")
                if part.strip()
            )
    if not page.blocks:
        raise UnreadableError("文件里没有文字，请确认提交的是填好的文件。")
    return Document(path=path, format="txt", reader="text", pages=[page], paged=False)


def _groups(lines: list[str]) -> list[tuple[list[Numbered], int]]:
    """Runs of lines that belong together with their number of columns; 0 columns means plain lines."""
    out: list[tuple[list[Numbered], int]] = []
    for number, line in enumerate(lines, 1):
        columns = _columns(line)
        if out and out[-1][1] == columns:
            out[-1][0].append((number, line))
        else:
            out.append(([(number, line)], columns))
    return [(group, columns if _is_table(group, columns) else 0) for group, columns in out]


def _columns(line: str) -> int:
    """Columns ``line`` would have in a table, 0 for prose; Markdown rows count negative so that kinds do not mix."""
    stripped = line.strip()
    if len(stripped) > 1 and stripped[0] == "|" == stripped[-1]:
        return -len(_markdown_cells(stripped))
    tabs = line.count("\t")
    return tabs + 1 if tabs else 0


def _is_table(group: list[Numbered], columns: int) -> bool:
    """Two lines make a table; a single tab may be an indent, so then each line needs a label before it."""
    if len(group) < 2:
        return False
    if columns == 2:
        return all(line.split("\t")[0].strip() for _, line in group)
    return columns > 2 or columns < -1


def _table(number: int, group: list[Numbered], columns: int) -> Table:
    rows = [line.split("\t") if columns > 0 else _markdown_cells(line.strip()) for _, line in group]
    if columns < 0 and _RULE.fullmatch(group[1][1].strip()):
        del rows[1]  # only there: further down a row of dashes is what somebody filled in
    cells = [Cell(row=r, col=c, text=_clean(text).strip()) for r, row in enumerate(rows) for c, text in enumerate(row)]
    return Table(number=number, rows=len(rows), cols=abs(columns), cells=cells, line=group[0][0])


def _markdown_cells(line: str) -> list[str]:
    """The cells of ``| a | b |``; an escaped bar stays in its cell."""
    return [cell.replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line[1:-1])]


def _clean(text: str) -> str:
    """``text`` without HTML remnants: paragraphs as line breaks, check boxes as marks, entities as characters."""
    if "<" in text:
        text = _CHECKBOX.sub(lambda m: TICKED if "checked" in m[0].lower() else UNTICKED, text)
        text = _TAG.sub("", _BREAK.sub("\n", text)).strip("\n")
    if "&" in text:
        text = html.unescape(text)
    return normalise_marks(text)
