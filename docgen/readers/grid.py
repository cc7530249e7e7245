"""Ruling lines → tables of cells. Pure geometry: the lines may come from a PDF's paths or from a scan.

An edge is (at, start, end): a horizontal one lies at y = ``at`` from x = ``start`` to ``end``, a vertical one at x = ``at``.
All numbers are points from the top left of the page.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from docgen.document import BBox

Edge = tuple[float, float, float]

SNAP = 3.0
"""Points. Parallel lines nearer than this are one line (double rules, rules drawn cell by cell)."""

JOIN = 4.0
"""Points. A gap up to this within one line is closed (dashes, borders drawn in pieces)."""

TOUCH = 3.0
"""Points. A line that ends this close to another meets it."""

MIN_EDGE = 5.0
"""Points. Shorter lines, after joining, are not rules (dots, serifs, corner squares)."""

MIN_CELL = 4.0
"""Points. A strip between two rules narrower than this is no row and no column."""

MAX_EDGES = 1_000
"""Lines kept in each direction of a page, the longest first: bounds the work on a hostile page."""

MAX_GRIDS = 200
"""Tables kept on one page, the largest first."""

MAX_SQUARES = 60_000
"""Unit squares of one table; a grid of more is not a table that a person fills."""


@dataclass(slots=True)
class GridCell:
    """A cell on the finest grid; spans are at least 1."""

    row: int
    col: int
    rowspan: int
    colspan: int
    bbox: BBox


@dataclass(slots=True)
class Grid:
    """One table: ``xs`` and ``ys`` are its rules from left to right and top to bottom; ``owner[row][col]`` indexes
    ``cells``, -1 where the outline leaves a corner open. ``parent`` is (grid, cell) when it lies in a cell of another."""

    xs: list[float]
    ys: list[float]
    cells: list[GridCell]
    owner: list[list[int]]
    parent: tuple[int, int] | None = None

    @property
    def bbox(self) -> BBox:
        return (self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    def find(self, x: float, y: float) -> int:
        """Index of the cell around a point; -1 outside."""
        col = bisect_right(self.xs, x) - 1
        row = bisect_right(self.ys, y) - 1
        if 0 <= col < len(self.xs) - 1 and 0 <= row < len(self.ys) - 1:
            return self.owner[row][col]
        return -1


@dataclass(slots=True)
class _Walls:
    """Where rules stand between unit squares: ``left[row][col]`` is the wall left of a square, ``top`` the one above."""

    rows: int
    cols: int
    left: list[list[bool]] = field(default_factory=list)
    top: list[list[bool]] = field(default_factory=list)


def snap(values: list[float], weights: list[float], tolerance: float = SNAP) -> list[float]:
    """Each value replaced by the weighted mean of its cluster; a cluster is never wider than ``tolerance``."""
    order = sorted(range(len(values)), key=values.__getitem__)
    out = [0.0] * len(values)
    i = 0
    while i < len(order):
        j = i
        while j < len(order) and values[order[j]] - values[order[i]] <= tolerance:
            j += 1
        members = order[i:j]
        weight = sum(weights[m] for m in members)
        mean = round(sum(values[m] * weights[m] for m in members) / weight, 3) if weight else values[members[0]]
        for m in members:
            out[m] = mean
        i = j
    return out


def tidy(edges: list[Edge]) -> list[Edge]:
    """Snap parallel edges together, close small gaps, drop what stays too short; sorted by position, then start."""
    if len(edges) > MAX_EDGES:
        edges = sorted(edges, key=lambda e: e[1] - e[2])[:MAX_EDGES]
    places = snap([e[0] for e in edges], [e[2] - e[1] + 0.01 for e in edges])
    moved = sorted((at, e[1], e[2]) for at, e in zip(places, edges, strict=True))
    joined: list[Edge] = []
    for at, start, end in moved:
        if joined and joined[-1][0] == at and start <= joined[-1][2] + JOIN:
            joined[-1] = (at, joined[-1][1], max(joined[-1][2], end))
        else:
            joined.append((at, start, end))
    return [e for e in joined if e[2] - e[1] >= MIN_EDGE]


def _components(horizontal: list[Edge], vertical: list[Edge]) -> list[tuple[list[Edge], list[Edge]]]:
    """Edges grouped by touching; groups that lack one of the directions are left out."""
    parent = list(range(len(horizontal) + len(vertical)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    places = [v[0] for v in vertical]
    base = len(horizontal)
    for i, (y, x0, x1) in enumerate(horizontal):
        for j in range(bisect_left(places, x0 - TOUCH), bisect_right(places, x1 + TOUCH)):
            if vertical[j][1] - TOUCH <= y <= vertical[j][2] + TOUCH:
                parent[root(base + j)] = root(i)
    groups: dict[int, tuple[list[Edge], list[Edge]]] = {}
    for i, edge in enumerate(horizontal):
        groups.setdefault(root(i), ([], []))[0].append(edge)
    for j, edge in enumerate(vertical):
        groups.setdefault(root(base + j), ([], []))[1].append(edge)
    return [group for group in groups.values() if group[0] and group[1]]


def _places(edges: list[Edge], across: list[Edge]) -> list[float]:
    """Positions of the rules in one direction, widened by the ends of those across: a table may be open at its sides."""
    places = sorted({e[0] for e in edges})
    first, last = min(e[1] for e in across), max(e[2] for e in across)
    if first < places[0] - 2 * TOUCH:
        places.insert(0, first)
    if last > places[-1] + 2 * TOUCH:
        places.append(last)
    return places


def _covered(edges: list[Edge], lines: list[float], cuts: list[float]) -> list[list[bool]]:
    """For each line, which of its stretches between two cuts an edge covers."""
    index = {at: i for i, at in enumerate(lines)}
    out = [[False] * (len(cuts) - 1) for _ in lines]
    for at, start, end in edges:
        row = out[index[at]]
        for k in range(max(0, bisect_left(cuts, start - TOUCH) - 1), len(cuts) - 1):
            if cuts[k] > end:
                break
            slack = min(TOUCH, 0.4 * (cuts[k + 1] - cuts[k]))
            if start <= cuts[k] + slack and end >= cuts[k + 1] - slack:
                row[k] = True
    return out


def _walls(horizontal: list[Edge], vertical: list[Edge], xs: list[float], ys: list[float]) -> _Walls:
    columns = _covered(vertical, xs, ys) if vertical else []
    left = [[columns[col][row] for col in range(len(xs))] for row in range(len(ys) - 1)]
    return _Walls(len(ys) - 1, len(xs) - 1, left, _covered(horizontal, ys, xs))


def _regions(walls: _Walls) -> list[list[int]]:
    """Unit squares flooded through missing walls: the number of its region for each square."""
    region = [[-1] * walls.cols for _ in range(walls.rows)]
    number = 0
    for row in range(walls.rows):
        for col in range(walls.cols):
            if region[row][col] >= 0:
                continue
            region[row][col] = number
            todo = [(row, col)]
            while todo:
                r, c = todo.pop()
                for nr, nc, wall in (
                    (r, c - 1, walls.left[r][c]),
                    (r, c + 1, walls.left[r][c + 1]),
                    (r - 1, c, walls.top[r][c]),
                    (r + 1, c, walls.top[r + 1][c]),
                ):
                    if not wall and 0 <= nr < walls.rows and 0 <= nc < walls.cols and region[nr][nc] < 0:
                        region[nr][nc] = number
                        todo.append((nr, nc))
            number += 1
    return region


def _rectangles(region: list[list[int]]) -> list[tuple[int, int, int, int]]:
    """Regions as (row, col, rowspan, colspan); a region that is no rectangle is cut into rectangles from its top left."""
    rows, cols = len(region), len(region[0])
    seen = [[False] * cols for _ in range(rows)]
    out = []
    for row in range(rows):
        for col in range(cols):
            if seen[row][col]:
                continue
            number = region[row][col]
            right = col
            while right < cols and region[row][right] == number and not seen[row][right]:
                right += 1
            below = row + 1
            while below < rows and all(region[below][c] == number and not seen[below][c] for c in range(col, right)):
                below += 1
            for r in range(row, below):
                seen[r][col:right] = [True] * (right - col)
            out.append((row, col, below - row, right - col))
    return out


def _enclosed(box: tuple[int, int, int, int], walls: _Walls, *, alone: bool) -> bool:
    """Whether a rectangle is a cell: closed above and below where it meets the outline (a table may be open at its
    sides, an outline with steps leaves corners that are no cells); a lone box must be closed on all sides."""
    row, col, high, wide = box
    span = range(col, col + wide)
    if row == 0 and not all(walls.top[0][c] for c in span):
        return False
    if row + high == walls.rows and not all(walls.top[walls.rows][c] for c in span):
        return False
    sides = [walls.left[r][c] for r in range(row, row + high) for c in (col, col + wide)]
    return all(sides) if alone else any(sides) or wide == walls.cols


def _compact(boxes: list[tuple[int, int, int, int]], xs: list[float], ys: list[float]) -> Grid:
    """The grid with only those rules that bound a cell, so that a stray tick on a line makes no column."""
    rows = sorted({b[0] for b in boxes} | {b[0] + b[2] for b in boxes})
    cols = sorted({b[1] for b in boxes} | {b[1] + b[3] for b in boxes})
    row_of, col_of = {r: i for i, r in enumerate(rows)}, {c: i for i, c in enumerate(cols)}
    owner = [[-1] * (len(cols) - 1) for _ in range(len(rows) - 1)]
    cells: list[GridCell] = []
    for row, col, high, wide in boxes:
        r0, r1, c0, c1 = row_of[row], row_of[row + high], col_of[col], col_of[col + wide]
        for r in range(r0, r1):
            owner[r][c0:c1] = [len(cells)] * (c1 - c0)
        cells.append(GridCell(r0, c0, r1 - r0, c1 - c0, (xs[col], ys[row], xs[col + wide], ys[row + high])))
    return Grid([xs[c] for c in cols], [ys[r] for r in rows], cells, owner)


def _grid(horizontal: list[Edge], vertical: list[Edge]) -> Grid | None:
    xs, ys = _places(vertical, horizontal), _places(horizontal, vertical)
    if not 1 <= (len(xs) - 1) * (len(ys) - 1) <= MAX_SQUARES:
        return None
    walls = _walls(horizontal, vertical, xs, ys)
    boxes = _rectangles(_regions(walls))
    boxes = [b for b in boxes if _enclosed(b, walls, alone=len(boxes) == 1)]
    boxes = [b for b in boxes if xs[b[1] + b[3]] - xs[b[1]] >= MIN_CELL and ys[b[0] + b[2]] - ys[b[0]] >= MIN_CELL]
    return _compact(boxes, xs, ys) if boxes else None


def _area(box: BBox) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _nest(grids: list[Grid]) -> list[Grid]:
    """Grids with ``parent`` set; a single box around other tables is an ornament and is dropped."""
    around: dict[int, list[int]] = {}
    for i, inner in enumerate(grids):
        x0, y0, x1, y1 = inner.bbox
        for j, outer in enumerate(grids):
            a0, b0, a1, b1 = outer.bbox
            if i != j and a0 - TOUCH <= x0 and b0 - TOUCH <= y0 and x1 <= a1 + TOUCH and y1 <= b1 + TOUCH:
                around.setdefault(i, []).append(j)
    frames = {j for outers in around.values() for j in outers if len(grids[j].cells) == 1}
    for i in range(len(grids)):
        x0, y0, x1, y1 = grids[i].bbox
        for j in sorted(around.get(i, ()), key=lambda j: _area(grids[j].bbox)):
            cell = grids[j].find((x0 + x1) / 2, (y0 + y1) / 2)
            # The areas must differ, so that two grids around each other within the tolerance have no cycle.
            if j not in frames and cell >= 0 and _area(grids[j].bbox) > _area(grids[i].bbox):
                grids[i].parent = (j, cell)
                break
    return without(grids, frames)


def without(grids: list[Grid], dropped: set[int]) -> list[Grid]:
    """The grids but those at the indices ``dropped``; ``parent`` follows the new numbering, None where it was dropped."""
    kept = [i for i in range(len(grids)) if i not in dropped]
    place = {old: new for new, old in enumerate(kept)}
    for i in kept:
        parent = grids[i].parent
        grids[i].parent = (place[parent[0]], parent[1]) if parent is not None and parent[0] in place else None
    return [grids[i] for i in kept]


def find_grids(horizontal: list[Edge], vertical: list[Edge]) -> list[Grid]:
    """All tables that the rules of a page draw, from top to bottom, then left to right."""
    groups = _components(tidy(horizontal), tidy(vertical))
    grids = [g for g in (_grid(h, v) for h, v in groups) if g is not None]
    if len(grids) > MAX_GRIDS:
        grids = sorted(grids, key=lambda g: _area(g.bbox), reverse=True)[:MAX_GRIDS]
    grids.sort(key=lambda g: (g.ys[0], g.xs[0]))
    return _nest(grids)
