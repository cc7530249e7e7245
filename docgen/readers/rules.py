"""What is drawn straight on a scan: ruling lines and tick boxes. They are found in the picture and taken out of it, so that
the text recognition reads neither a rule as 1 or 一 nor a box as 口."""

from __future__ import annotations

from dataclasses import dataclass, field
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

GAP = 1.6
"""Points. Dots and dashes of rules this close together are one line."""

BOX_MIN, BOX_MAX = 6.0, 16.0
"""Points. The side of a tick box."""

BOX_RATIO = 1.18
"""A tick box is not longer than this many times its other side; 日 and 目 are."""

SIDE_SHARE = 0.85
"""Each side of a box is dark over this share of its length."""

EMPTY_SHARE, MARK_SHARE = 0.03, 0.09
"""Dark share of a box's inside up to which it is empty, and from which it holds a mark. Between the two the boxes around
decide: see ``_settle``."""

SIBLING = 0.15
"""Boxes of one form are alike in size within this share."""


@dataclass(slots=True)
class TickBox:
    """A square that stands for ☐ or ☑, in pixels. ``sure`` is False for one that might be a character (国, 田)."""

    bbox: BBox
    ticked: bool
    sure: bool = True


@dataclass(slots=True)
class Rules:
    """Edges in pixels; ``mask`` has the pixels of the rules."""

    horizontal: list[Edge]
    vertical: list[Edge]
    mask: NDArray[Any] = field(repr=False)


def binarise(gray: NDArray[Any], dpi: float) -> NDArray[Any]:
    """255 where something is printed or written, 0 where paper is; ``gray`` has evened light."""
    window = int(dpi / 5) | 1
    return cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, window, 18)


def find_rules(ink: NDArray[Any], dpi: float) -> Rules:
    """The ruling lines of an upright page."""
    point = dpi / 72
    across, labels = _lines(ink, point, LONG_RULE)
    mask = labels > 0
    walls, labels = _lines(np.ascontiguousarray(ink.T), point, SHORT_RULE)
    reach = THICK * point
    kept = np.zeros(len(walls) + 1, bool)
    for i, (x, top, bottom) in enumerate(walls, 1):
        kept[i] = bottom - top >= LONG_RULE * point or all(
            any(abs(y - end) <= reach and a - reach <= x <= b + reach for y, a, b in across) for end in (top, bottom)
        )
    mask |= kept[labels].T
    down = [wall for i, wall in enumerate(walls, 1) if kept[i]]
    return Rules(across, down, np.where(mask, np.uint8(255), np.uint8(0)))


def _lines(ink: NDArray[Any], point: float, shortest: float) -> tuple[list[Edge], NDArray[Any]]:
    """Horizontal lines of at least ``shortest`` points; the pixels of the n-th are n (from 1) in the second array."""
    gap = max(3, round(GAP * point) | 1)
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
    # Pieces of a line that leans by SLOPE or is rough at its edge are shorter than the line: they are joined again.
    piece = max(9, round(min(shortest, 18.0) * point * 0.8))
    found = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, piece), np.uint8))
    found = cv2.morphologyEx(found, cv2.MORPH_CLOSE, np.ones((3, gap), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(found, connectivity=8)
    edges: list[Edge] = []
    number = np.zeros(count, np.int32)
    for i in range(1, count):
        x, y, wide, high, area = (int(v) for v in stats[i])
        if wide < shortest * point or high > THICK * point + SLOPE * wide or area > THICK * point * wide:
            continue
        edges.append((y + high / 2, float(x), float(x + wide)))
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
    slack = max(1, round(0.7 * point))

    def sides(profile: NDArray[Any], least: float) -> tuple[int, int] | None:
        at = np.flatnonzero(profile >= least)
        return (int(at[0]), int(at[-1]) + 1) if len(at) and at[-1] - at[0] >= BOX_MIN * point * 0.7 else None

    side = min(wide, tall)
    rows = sides(part.sum(axis=1), 0.62 * side)
    if rows is None:
        return None
    columns = sides(part[rows[0] : rows[1]].sum(axis=0), SIDE_SHARE * (rows[1] - rows[0]) * 0.95)
    if columns is None:
        return None
    top, bottom, left, right = rows[0], rows[1], columns[0], columns[1]
    w, h = right - left, bottom - top
    if max(w, h) > BOX_RATIO * min(w, h) or not BOX_MIN * point * 0.8 <= min(w, h) <= BOX_MAX * point:
        return None
    square = part[top:bottom, left:right]
    edges = (square[:slack].any(0), square[-slack:].any(0), square[:, :slack].any(1), square[:, -slack:].any(1))
    if any(edge.mean() < SIDE_SHARE for edge in edges) or _has_legs(part, top, bottom, left, right, slack):
        return None
    return (float(x + left), float(y + top), float(x + right), float(y + bottom))


def _has_legs(part: NDArray[Any], top: int, bottom: int, left: int, right: int, slack: int) -> bool:
    """Whether both uprights go on below the bottom stroke, as those of 口 do."""
    below = part[bottom : bottom + slack + 1, left:right]
    if not below.size:
        return False
    third = max(1, (right - left) // 3)
    return bool(below[:, :third].any() and below[:, -third:].any() and not below[:, third:-third].any())


def _inside(ink: NDArray[Any], box: BBox, point: float) -> float:
    """Dark share of the inside of a box."""
    x0, y0, x1, y1 = (int(v) for v in box)
    inset = max(2, round(0.2 * min(x1 - x0, y1 - y0)), round(1.1 * point))
    part = ink[y0 + inset : y1 - inset, x0 + inset : x1 - inset]
    return float((part > 0).mean()) if part.size else 0.0


def _settle(found: list[tuple[BBox, float]]) -> list[TickBox]:
    """Empty squares are boxes; a square with strokes inside is a ticked box where empty ones of its size stand on the page,
    and otherwise may be a character."""
    empty = [box for box, dark in found if dark <= EMPTY_SHARE]
    out: list[TickBox] = []
    for box, dark in found:
        side = box[2] - box[0]
        alike = any(abs(side - (e[2] - e[0])) <= SIBLING * side for e in empty)
        if dark <= EMPTY_SHARE:
            out.append(TickBox(box, False))
        elif dark >= MARK_SHARE:
            out.append(TickBox(box, True, sure=alike))
        elif alike:
            out.append(TickBox(box, dark > (EMPTY_SHARE + MARK_SHARE) / 2))
    return out
