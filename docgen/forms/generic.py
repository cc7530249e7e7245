"""A form no pack knows: labels by the look of them, what stands beside them, ticked options, tables with a header."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from checkers.report import Location
from docgen.document import Document
from docgen.forms.match import BOXES, fold, normalise_label
from docgen.forms.raw import as_written, is_blank
from docgen.forms.sheet import Grid, Region, Sheet, locate, make_sheet
from docgen.forms.ticks import EMPTY_GLYPHS, TICKED_GLYPHS

LONGEST_LABEL = 24
"""Longest label, in folded characters, of a form that is not known."""

HEADER_CELLS = 3
"""Least number of columns of a table with a header row."""

_PAIR = re.compile(
    r"(?P<label>[^\s:：,，。;；、][^:：,，。;；\n\t]{0,30}?)[ \u3000]*[:：]"
    r"(?P<value>[^\n]*?)(?=(?:[ \u3000]{2,}|\t)[^\s:：]{2,12}[:：]|\n|$)"
)
_OPTION = re.compile(rf"([{TICKED_GLYPHS}{EMPTY_GLYPHS}])\s*([^{TICKED_GLYPHS}{EMPTY_GLYPHS}\n]+)")
_NAME = re.compile(r"[^\W\d_]")


class Entry(NamedTuple):
    """One thing an unknown form says: ``raw`` is text, the ticked options (list), or rows (list of dict by column label)."""

    label: str
    raw: Any
    location: Location


def read_unknown(document: Document) -> list[Entry]:
    """Label and value pairs of a form that no pack knows, in reading order; blanks have raw ``""``."""
    sheet = make_sheet(document)
    out: list[Entry] = []
    done: set[Region] = set()
    for grid in sheet.grids:
        done.update(_roster_cells(sheet, grid, out))
    for region in sheet.regions:
        if region in done:
            continue
        if region.cell is None:
            out += _pairs(sheet, region)
        else:
            out += _cell(sheet, region, done)
    return out


def _looks_like_label(region: Region) -> bool:
    """Short words without a digit, a box or a value of their own behind a colon."""
    flat = region.flat
    if not flat or len(flat) > LONGEST_LABEL or not _NAME.search(flat) or any(c.isdigit() for c in flat):
        return False
    if any(c in BOXES for c in flat) or is_blank(region.text):
        return False
    return ":" not in flat[:-1]


def _cell(sheet: Sheet, region: Region, done: set[Region]) -> list[Entry]:
    grid = region.grid
    if grid is None or not region.text.strip():
        return []
    if not _looks_like_label(region):
        return _pairs(sheet, region)
    values = [r for r in grid.right(region) if r not in done]
    if not values or (len(values) == 1 and values[0].text.strip() and _is_heading(grid, values[0])):
        return []
    done.update(values)
    done.add(region)
    text = "\n".join(r.text for r in values)
    label = as_written(region.text).strip(" *：:")
    if any(c in BOXES for c in text):
        return [Entry(label, ticked_options(text), locate(sheet, values[0]))]
    written = " ".join(t for t in (as_written(r.text) for r in values) if not is_blank(t))
    return [Entry(label, written, locate(sheet, values[0]))]


def _is_heading(grid: Grid, region: Region) -> bool:
    """A neighbour that itself has a blank to its right is a label, not a value."""
    right = grid.right(region)
    return _looks_like_label(region) and len(right) == 1 and is_blank(right[0].text)


def ticked_options(text: str) -> list[str]:
    """The options behind ticked boxes."""
    return [
        as_written(option).strip(" 、,，;；)）(（")
        for box, option in _OPTION.findall(text)
        if box in TICKED_GLYPHS and option.strip()
    ]


def _pairs(sheet: Sheet, region: Region) -> list[Entry]:
    out: list[Entry] = []
    for found in _PAIR.finditer(region.text):
        label, value = as_written(found["label"]), as_written(found["value"])
        if len(fold(label)) > LONGEST_LABEL or not _NAME.search(label) or label[0].isdigit():
            continue
        where = locate(sheet, region, *found.span())
        if any(c in BOXES for c in value):
            out.append(Entry(label, ticked_options(value), where))
        else:
            out.append(Entry(label, "" if is_blank(value) else value, where))
    if not out and any(c in BOXES for c in region.text):
        ticked = ticked_options(region.text)
        if ticked:
            out.append(Entry("", ticked, locate(sheet, region)))
    return out


def _roster_cells(sheet: Sheet, grid: Grid, out: list[Entry]) -> set[Region]:
    """Reads a table whose first row is all labels and whose further rows have the same columns; its cells are done."""
    header = next((row for row in range(min(2, grid.table.rows)) if _is_header(grid, row)), None)
    if header is None or header + 1 >= grid.table.rows:
        return set()
    columns = grid.row(header)
    labels = [as_written(r.text) for r in columns]
    rows: list[dict[str, str]] = []
    for number in range(header + 1, grid.table.rows):
        cells = [grid.at(number, r.cell.col) if r.cell else None for r in columns]
        row = {name: as_written(c.text) if c else "" for name, c in zip(labels, cells, strict=True)}
        if any(v and not is_blank(v) for k, v in row.items() if normalise_label(k) != "序号"):
            rows.append(row)
    title = as_written(grid.row(0)[0].text) if header else ""
    out.append(Entry(title, rows, locate(sheet, columns[0])))
    return set(grid.regions)


def _is_header(grid: Grid, row: int) -> bool:
    """A row of short labels over a row with as many cells that are not labels."""
    cells = grid.row(row)
    if len(cells) < HEADER_CELLS or not all(_looks_like_label(r) for r in cells):
        return False
    below = grid.row(row + 1)
    if len(below) != len(cells):
        return False
    filled = [r for r in below if r.text.strip()]
    return not filled or any(any(c.isdigit() for c in r.flat) for r in filled) or len(filled) < len(below) // 2
