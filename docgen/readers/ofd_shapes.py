"""Numbers, boxes, colours and paths as OFD writes them (GB/T 33190-2016, 7.3, 8.3, 9): pure functions over strings."""

from __future__ import annotations

import re
from itertools import pairwise

from docgen.document import BBox
from docgen.readers.drawing import MAX_SEGMENTS, SEAL_MAX, SEAL_MIN, SEAL_RATIO, THIN, Drawing, is_square
from docgen.readers.pdfium import Matrix, apply

POINTS = 72 / 25.4
"""Points in a millimetre, the unit of OFD."""

FAR = 1e6
"""Millimetres. No page reaches so far: larger numbers are errors or attacks."""

UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

Point = tuple[float, float]

_TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_ENDS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
"""Numbers that follow each operator of AbbreviatedData; the last two are where the pen then is."""


def numbers(text: str | None) -> list[float]:
    """The numbers of an attribute; empty where any of them is none or out of all bounds."""
    if not text:
        return []
    try:
        values = [float(word) for word in (text.replace(",", " ") if "," in text else text).split()]
    except ValueError:
        return []
    return values if all(-FAR < v < FAR for v in values) else []  # not a number fails both comparisons


def number(text: str | None, otherwise: float = 0.0) -> float:
    """The number of an attribute, ``otherwise`` where there is none."""
    values = numbers(text)
    return values[0] if len(values) == 1 else otherwise


def box_of(text: str | None) -> tuple[float, float, float, float] | None:
    """x, y, width, height in millimetres of a box (ST_Box); None without a width and a height."""
    values = numbers(text)
    return (values[0], values[1], values[2], values[3]) if len(values) == 4 and min(values[2:]) >= 0 else None


def matrix_of(text: str | None) -> Matrix:
    """The six numbers of a CTM, the unit matrix where there is none."""
    v = numbers(text)
    return (v[0], v[1], v[2], v[3], v[4], v[5]) if len(v) == 6 else UNIT


def rgb(value: str | None) -> tuple[int, int, int]:
    """Red, green and blue of a colour (0-255): 1 number is grey, 3 are RGB, 4 CMYK; black where it is none."""
    try:
        v = [int(word[1:], 16) if word.startswith("#") else int(float(word)) for word in (value or "").split()[:4]]
    except (ValueError, OverflowError):
        return (0, 0, 0)
    if len(v) == 4:
        c, m, y, k = v
        return (255 - min(255, c + k), 255 - min(255, m + k), 255 - min(255, y + k))
    return (v[0], v[1], v[2]) if len(v) == 3 else (v[0], v[0], v[0]) if len(v) == 1 else (0, 0, 0)


def subpaths(data: str, matrix: Matrix, limit: int = MAX_SEGMENTS) -> tuple[list[list[Point]], bool, int]:
    """Points of each subpath after ``matrix``, whether any segment is curved, and how many segments were read.

    A curve counts by its end alone. Closed subpaths end where they began. What follows an error is left out.
    """
    paths: list[list[Point]] = []
    curved, count = False, 0
    operator = ""
    values: list[float] = []
    for found in _TOKEN.finditer(data):
        token = found[0]
        if token[0].isalpha():
            operator, values = token, []
            if operator not in _ENDS or count >= limit:
                break
        else:
            values.append(float(token))
        if operator not in _ENDS or len(values) < _ENDS[operator]:
            continue
        count += 1
        if operator == "C":
            if paths and paths[-1][0] != paths[-1][-1]:
                paths[-1].append(paths[-1][0])
            continue
        if not (-FAR < values[-2] < FAR and -FAR < values[-1] < FAR):
            break
        point = apply(matrix, values[-2], values[-1])
        if operator in "SM" or not paths:
            paths.append([point])
        else:
            curved = curved or operator in "QBA"
            paths[-1].append(point)
        values = []
    return paths, curved, count


def bounds(paths: list[list[Point]]) -> BBox | None:
    """The box around all points."""
    points = [p for path in paths for p in path]
    if not points:
        return None
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return (min(xs), min(ys), max(xs), max(ys))


def add_edges(paths: list[list[Point]], out: Drawing, *, stroked: bool) -> bool:
    """Add the ruling lines and little squares that straight subpaths draw; True if any part is slanted."""
    odd = False
    for points in paths:
        box = bounds([points])
        if box is None:
            continue
        x0, y0, x1, y1 = box
        slanted = any(abs(bx - ax) > 1 and abs(by - ay) > 1 for (ax, ay), (bx, by) in pairwise(points))
        odd = odd or slanted
        if y1 - y0 <= THIN:
            out.horizontal.append(((y0 + y1) / 2, x0, x1))
        elif x1 - x0 <= THIN:
            out.vertical.append(((x0 + x1) / 2, y0, y1))
        elif stroked and len(points) == 5 and not slanted and is_square(box):
            out.squares.append(box)
        elif stroked:
            for (ax, ay), (bx, by) in pairwise(points):
                if abs(by - ay) <= 1 < abs(bx - ax):
                    out.horizontal.append(((ay + by) / 2, min(ax, bx), max(ax, bx)))
                elif abs(bx - ax) <= 1 < abs(by - ay):
                    out.vertical.append(((ax + bx) / 2, min(ay, by), max(ay, by)))
    return odd


def seal_sized(box: BBox) -> bool:
    """Whether a box has the size and shape of a seal."""
    short, long = sorted((box[2] - box[0], box[3] - box[1]))
    return short >= SEAL_MIN / SEAL_RATIO and SEAL_MIN <= long <= SEAL_MAX and long <= SEAL_RATIO * short


def is_red(colour: tuple[int, int, int]) -> bool:
    """Whether a colour is the red of a seal."""
    r, g, b = colour
    return r >= 120 and r > 1.5 * g and r > 1.5 * b
