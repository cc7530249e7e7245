"""Tables of a notice: one that goes on over pages is one table, and a list that was set with tabs is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from docgen.document import Cell, Table
from docgen.notices.numbering import marker

HEADER_ROWS = 4
"""Rows at the head of a table that may be printed again on the next page."""
ALIGNED = 6.0
"""Points by which the sides of a table may differ from page to page."""


def first_rows(table: Table) -> list[tuple[tuple[int, str], ...]]:
    """The texts of the first rows as (column, text) pairs, white space left out."""
    rows: list[list[tuple[int, str]]] = [[] for _ in range(min(table.rows, HEADER_ROWS))]
    for cell in table.cells:
        if cell.row < len(rows):
            rows[cell.row].append((cell.col, "".join(cell.text.split())))
    return [tuple(row) for row in rows]


def repeated_header(first: Table, following: Table) -> int:
    """How many rows at the head of ``following`` repeat the head of ``first``; 0 where they are two tables.

    A row that has no text, or only numbers, is no header.
    """
    count = 0
    for above, below in zip(first_rows(first), first_rows(following), strict=False):
        words = [text for _, text in above if text]
        if above != below or not words or all(not any(c.isalpha() for c in text) for text in words):
            break
        count += 1
    return count if count < following.rows or following.rows == 1 else 0


def goes_on(first: Table, following: Table) -> bool:
    """Whether ``following``, at the top of the next page, stands exactly under ``first`` and has its columns."""
    if first.cols != following.cols or first.bbox is None or following.bbox is None:
        return False
    sides = abs(first.bbox[0] - following.bbox[0]), abs(first.bbox[2] - following.bbox[2])
    return max(sides) <= ALIGNED


def append_rows(table: Table, following: Table, skip: int) -> None:
    """Add the rows of ``following`` but its first ``skip`` to ``table``; the cells of ``following`` stay as they are."""
    shift = table.rows - skip
    table.cells.extend(replace(cell, row=cell.row + shift) for cell in following.cells if cell.row >= skip)
    table.rows += following.rows - skip
    table.cols = max(table.cols, following.cols)


def own(table: Table) -> Table:
    """A copy that may grow without changing the document."""
    return replace(table, cells=list(table.cells))


def as_lines(table: Table) -> list[str] | None:
    """The rows as lines where the table is a list set with tabs (第一章⇥总则), else None."""
    if table.bulk is not None or table.bbox is not None or table.cols > 3 or not table.cells:
        return None
    rows: list[list[Cell]] = [[] for _ in range(table.rows)]
    for cell in table.cells:
        rows[cell.row].append(cell)
    lines = [" ".join(text for cell in row if (text := cell.text.strip())) for row in rows]
    return lines if all(_is_entry(row, line) for row, line in zip(rows, lines, strict=True)) else None


def _is_entry(row: Sequence[Cell], line: str) -> bool:
    found = marker(line)
    return found is not None and bool(row) and (not found.rest or row[0].text.strip() == line.split(" ", maxsplit=1)[0])
