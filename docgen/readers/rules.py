"""What is drawn straight on a scan: ruling lines and tick boxes. They are found in the picture and taken out of it, so that
the text recognition reads neither a rule as 1 or 一 nor a box as 口."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from docgen.document import BBox
from docgen.readers.grid import Edge

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONG_RULE = 36.0
"""Points. Any straight dark line of this length is a rule: no stroke of a character is."""

SHORT_RULE = 11.0
"""Points. A shorter one is a rule where it runs from one long rule to another (the walls of a single row)."""

THICK = 4.5
"""Points. A rule is not thicker; what is, is a bar or a picture."""

SLOPE = 0.006
"""A rule may rise by this share of its length: what is left of the page's lean, or of a lens's curve."""

SOLID = 0.94
"""Dark share of a rule; an upright one that does not meet rules at both ends must be darker still."""

LONGEST_STROKE = 22.0
"""Points. An unbroken piece of this length is not the stroke of a character, titles aside."""

GAP = 1.6
"""Points. Dots and dashes of rules this close together are one line."""

BOX_MIN, BOX_MAX = 6.0, 16.0
"""Points. The side of a tick box."""

BOX_RATIO = 1.18
"""A tick box is not longer than this many times its other side; 日 and 目 are."""

FREE = 1.0
"""Points. Left of a box and below it so much is free."""

SIDE_SHARE = 0.88
"""Each side of a box is dark over this share of its length."""

EMPTY_SHARE, MARK_SHARE = 0.03, 0.09
"""Dark share of a box's inside up to which it is empty, and from which it holds a mark. Between the two the boxes around
decide: see ``_settle``."""

SIBLING = 0.15
"""Boxes of one form are alike in size within this share."""


@dataclass(slots=True)
class TickBox:
    """A square that stands for ☐ or ☑, in pixels. ``sure`` is False for one that might be a character (国, 田); ``alike``
    says that empty boxes of its size stand on the page."""

    bbox: BBox
    ticked: bool
    sure: bool = True
    alike: bool = True


@dataclass(slots=True)
class Rules:
    """Edges in pixels; ``mask`` has the pixels of the rules."""

    horizontal: list[Edge]
    vertical: list[Edge]
    mask: NDArray[Any] = field(repr=False)


def binarise(gray: NDArray[Any], dpi: float) -> NDArray[Any]:
    """255 where something is printed or written, 0 where paper is; ``gray`` has evened light."""
    window = max(5, int(dpi / 5) | 1)
    return cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, window, 18)


def find_rules(ink: NDArray[Any], dpi: float) -> Rules:
    """The ruling lines of an upright page."""
    point = dpi / 72
    across, labels = _lines(ink, point, LONG_RULE, SOLID)
    mask = labels > 0
    upright = np.ascontiguousarray(ink.T)
    found, labels = _lines(upright, point, SHORT_RULE, 0.0)
    down: list[Edge] = []
    for number, line in enumerate(found, 1):
        for x, top, bottom in _walls(upright, line, across, point):
            down.append((x, top, bottom))
            near = slice(max(0, int(x - THICK * point)), int(x + THICK * point) + 1)
            mask[int(top) : int(bottom) + 1, near] |= (labels[near, int(top) : int(bottom) + 1] == number).T
    return Rules(across, down, np.where(mask, np.uint8(255), np.uint8(0)))


def _walls(upright: NDArray[Any], line: Edge, across: list[Edge], point: float) -> list[Edge]:
    """The parts of an upright line that are rules: solid from one horizontal rule to the next, or long and solid.

    Strokes of characters that stand below each other line up too, but leave gaps and do not end on rules.
    """
    x, top, bottom = line
    reach = THICK * point
    stops = sorted(y for y, a, b in across if a - reach <= x <= b + reach and top - reach <= y <= bottom + reach)
    parts: list[Edge] = []
    for y0, y1 in pairwise(stops):
        if y1 - y0 < SHORT_RULE * point or _solid(upright, (x, y0 + 2, y1 - 2)) < SOLID:
            continue
        if parts and parts[-1][2] == y0:
            parts[-1] = (x, parts[-1][1], y1)
        else:
            parts.append((x, y0, y1))
    if not parts and bottom - top >= LONG_RULE * point and _solid(upright, line) >= 1.0 - (1.0 - SOLID) / 2:
        parts.append(line)
    return parts


def _solid(ink: NDArray[Any], edge: Edge) -> float:
    """Share of a horizontal line's length that is dark in the picture itself."""
    at, start, end = round(edge[0]), int(edge[1]), int(edge[2])
    slack = 2 + round(SLOPE * (end - start))
    return float((ink[max(0, at - slack) : at + slack + 1, start:end].max(axis=0) > 0).mean())


def _lines(ink: NDArray[Any], point: float, shortest: float, solid: float) -> tuple[list[Edge], NDArray[Any]]:
    """Horizontal lines of at least ``shortest`` points, dark over a share ``solid`` of their length.

    The pixels of the n-th are n (from 1) in the second array.
    """
    gap = max(3, round(GAP * point) | 1)
    # Noise leaves holes in a rule, but seldom above each other.
    closed = cv2.morphologyEx(cv2.dilate(ink, np.ones((3, 1), np.uint8)), cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    # Pieces of a line that leans by SLOPE or is rough at its edge are shorter than the line: they are joined again.
    piece = max(9, round(min(shortest * 0.8, LONGEST_STROKE) * point))
    found = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, piece), np.uint8))
    found = cv2.morphologyEx(found, cv2.MORPH_CLOSE, np.ones((3, gap), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(found, connectivity=8)
    thick = THICK * point + 2  # two pixels of which were added above
    edges: list[Edge] = []
    number = np.zeros(count, np.int32)
    for i in range(1, count):
        x, y, wide, high, area = (int(v) for v in stats[i])
        if wide < shortest * point or high > thick + SLOPE * wide or area > thick * wide:
            continue
        edge = (y + high / 2, float(x), float(x + wide))
        if _solid(ink, edge) < solid:
            continue
        edges.append(edge)
        number[i] = len(edges)
    return edges, number[labels]


def find_boxes(ink: NDArray[Any], dpi: float) -> list[TickBox]:
    """Tick boxes on a page without its rules."""
    point = dpi / 72
    low, high = BOX_MIN * point, BOX_MAX * point
    contours, _ = cv2.findContours(ink, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    boxes: list[tuple[BBox, float]] = []
    for contour in contours:
        x, y, wide, tall = cv2.boundingRect(contour)
        if not (low * 0.8 <= wide <= high * 1.4 and low * 0.8 <= tall <= high * 1.4):
            continue
        box = _square(ink, x, y, wide, tall, point)
        if box is not None and not any(_same(box, other) for other, _ in boxes):
            boxes.append((box, _inside(ink, box, point)))
    return _settle(boxes)


def _same(one: BBox, other: BBox) -> bool:
    return abs(one[0] + one[2] - other[0] - other[2]) < 8 and abs(one[1] + one[3] - other[1] - other[3]) < 8


def _square(ink: NDArray[Any], x: int, y: int, wide: int, tall: int, point: float) -> BBox | None:
    """The square outline inside a contour's box; the tick may reach out of it above and to the right."""
    part = ink[y : y + tall, x : x + wide] > 0
    # Two neighbouring rows together make a side: no scan keeps it within one.
    rows = _sides(part | np.roll(part, 1, axis=0), 1, SIDE_SHARE * min(wide, tall), point)
    if rows is None:
        return None
    top, bottom = rows
    columns = _sides((part | np.roll(part, 1, axis=1))[top:bottom], 0, SIDE_SHARE * (bottom - top), point)
    if columns is None:
        return None
    left, right = columns
    w, h = right - left, bottom - top
    if max(w, h) > BOX_RATIO * min(w, h) or not BOX_MIN * point <= min(w, h) <= BOX_MAX * point:
        return None
    strips = (part[top : top + 3], part[bottom - 3 : bottom])
    if any(strip[:, left:right].any(axis=0).mean() < SIDE_SHARE for strip in strips):
        return None
    box = (x + left, y + top, x + right, y + bottom)
    return None if _crowded(ink, box, point) else tuple(float(v) for v in box)  # type: ignore[return-value]


def _sides(dark: NDArray[Any], axis: int, least: float, point: float) -> tuple[int, int] | None:
    """First and last row (axis 1) or column (axis 0) with at least ``least`` dark pixels, end exclusive."""
    at = np.flatnonzero(dark.sum(axis=axis) >= least)
    return (int(at[0]), int(at[-1]) + 1) if len(at) and at[-1] - at[0] >= BOX_MIN * point * 0.7 else None


def _crowded(ink: NDArray[Any], box: tuple[int, int, int, int], point: float) -> bool:
    """Whether strokes stand close to the left of the square or below it: it is part of a character (明, 凭), or the
    uprights go on below (口). A tick reaches out on the other sides only."""
    x0, y0, x1, y1 = box
    gap = max(2, round(FREE * point))
    beside = ink[y0:y1, max(0, x0 - 1 - gap) : max(0, x0 - 1)]
    below = ink[y1 + 1 : y1 + 1 + gap, x0:x1]
    return any(part.size and float((part > 0).mean()) > 0.06 for part in (beside, below))


def _inside(ink: NDArray[Any], box: BBox, point: float) -> float:
    """Dark share of the inside of a box."""
    x0, y0, x1, y1 = (int(v) for v in box)
    inset = max(2, round(0.2 * min(x1 - x0, y1 - y0)), round(1.1 * point))
    part = ink[y0 + inset : y1 - inset, x0 + inset : x1 - inset]
    return float((part > 0).mean()) if part.size else 0.0


def _settle(found: list[tuple[BBox, float]]) -> list[TickBox]:
    """Empty squares are boxes; a square with strokes inside may be a character (国, 田), less so where empty ones of its
    size stand on the page."""
    empty = [box for box, dark in found if dark <= EMPTY_SHARE]
    out: list[TickBox] = []
    for box, dark in found:
        side = box[2] - box[0]
        alike = any(abs(side - (e[2] - e[0])) <= SIBLING * side for e in empty)
        if dark <= EMPTY_SHARE:
            out.append(TickBox(box, False))
        elif dark >= MARK_SHARE or alike:
            out.append(TickBox(box, dark > (EMPTY_SHARE + MARK_SHARE) / 2, sure=False, alike=alike))
    return out
