"""Characters, ruling lines and pictures of one page → its flow of lines and tables. Pure geometry, no PDF."""

from __future__ import annotations

from dataclasses import dataclass, field

from docgen.document import BBox, Cell, Image, Line, Page, Table
from docgen.readers.chars import Glyph, Run, lines_of, make_run, runs_of
from docgen.readers.grid import Edge, Grid, find_grids, without

FRAME_SHARE = 0.6
"""A single box that takes this share of the page is the page's border, not a table."""

OVERFLOW_GAP = 0.5
"""Points. Characters this close across a ruling line are one text that runs over it, not the texts of two cells."""

Place = tuple[int, int] | None
"""(grid, cell), or None outside all tables."""


@dataclass(slots=True)
class Sheet:
    """One page as read, in points from the top left; ``loose`` are lines that belong to no flow (watermarks)."""

    number: int
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    loose: list[Line] = field(default_factory=list)


def page_grids(horizontal: list[Edge], vertical: list[Edge], width: float, height: float) -> list[Grid]:
    """The tables of a page, without a border drawn around the whole page."""
    page = width * height
    grids = find_grids(horizontal, vertical)
    return without(grids, {i for i, g in enumerate(grids) if len(g.cells) == 1 and _area(g.bbox) >= FRAME_SHARE * page})


def _area(box: BBox) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def lay_out(sheet: Sheet, first_table: int = 1) -> Page:
    """The page with its tables numbered from ``first_table``; a picture is listed on the page and in its cell."""
    grids = sheet.grids
    order = sorted(range(len(grids)), key=lambda i: _area(grids[i].bbox))
    texts: dict[Place, list[Run]] = {}
    for run in runs_of(sheet.glyphs):
        for place, part in _parts(run, grids, order) if grids else ((None, run),):
            texts.setdefault(place, []).append(part)
    pictures: dict[Place, list[Image]] = {}
    for image in sheet.images:
        if image.bbox is not None:
            x0, y0, x1, y1 = image.bbox
            pictures.setdefault(_place((x0 + x1) / 2, (y0 + y1) / 2, grids, order), []).append(image)
    tables = _tables(grids, texts, pictures, first_table)
    flow: list[Line | Table] = [*lines_of(texts.get(None, [])), *tables]
    flow.sort(key=_top)
    return Page(sheet.number, sheet.width, sheet.height, [*flow, *sheet.loose], list(sheet.images))


def _top(block: Line | Table) -> tuple[float, float]:
    box = block.bbox or (0.0, 0.0, 0.0, 0.0)
    # A line counts by its middle, so that a title set tight above a table stays above it.
    return ((box[1] + box[3]) / 2 if isinstance(block, Line) else box[1], box[0])


def _place(x: float, y: float, grids: list[Grid], order: list[int]) -> Place:
    """The innermost cell around a point."""
    for i in order:
        x0, y0, x1, y1 = grids[i].bbox
        if x0 <= x < x1 and y0 <= y < y1 and (cell := grids[i].find(x, y)) >= 0:
            return (i, cell)
    return None


def _parts(run: Run, grids: list[Grid], order: list[int]) -> list[tuple[Place, Run]]:
    """A run with its cell; cut where it crosses a ruling line with a gap, since two cells were printed in one go."""
    first, last = run.glyphs[0], run.glyphs[-1]
    y = (run.top + run.bottom) / 2
    start = _place((first.x0 + first.x1) / 2, y, grids, order)
    if len(run.glyphs) == 1 or start == _place((last.x0 + last.x1) / 2, y, grids, order):
        return [(start, run)]
    parts: list[tuple[Place, list[Glyph]]] = [(start, [first])]
    for before, g in zip(run.glyphs, run.glyphs[1:], strict=False):
        place = _place((g.x0 + g.x1) / 2, y, grids, order)
        if place != parts[-1][0] and g.x0 - before.x1 > OVERFLOW_GAP:
            parts.append((place, []))
        parts[-1][1].append(g)
    return [(place, make_run(glyphs)) for place, glyphs in parts]


def _tables(
    grids: list[Grid], texts: dict[Place, list[Run]], pictures: dict[Place, list[Image]], first_table: int
) -> list[Table]:
    """Tables of the page in the order of the grids; nested ones go into their cell. All get a number."""
    made: list[Table] = []
    cells: dict[Place, Cell] = {}
    for i, grid in enumerate(grids):
        table = Table(first_table + i, len(grid.ys) - 1, len(grid.xs) - 1, bbox=grid.bbox)
        for j, c in enumerate(grid.cells):
            lines = lines_of(texts.get((i, j), []))
            text = "\n".join(line.text for line in lines)
            images = pictures.get((i, j), [])
            confidence = min((line.confidence for line in lines), default=1.0)
            cell = Cell(c.row, c.col, c.rowspan, c.colspan, text, c.bbox, lines, [], images, confidence)
            table.cells.append(cell)
            cells[(i, j)] = cell
        made.append(table)
    for i, grid in enumerate(grids):
        if grid.parent is not None:
            cells[grid.parent].tables.append(made[i])
    return [made[i] for i, grid in enumerate(grids) if grid.parent is None]
