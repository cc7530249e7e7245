"""How a scan lies: evened light, the small angle it leans by, quarter turns; and the way back to the page as given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from docgen.document import BBox, Image, Line, Page, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_ANGLE = 10.0
"""Degrees. Paper on a scanner or under a phone leans by less; a page that leans more is left as it is."""

MIN_ANGLE = 0.1
"""Degrees. Less than this (3 px over a page) harms neither rules nor lines, and turning would cost sharpness."""

KEYSTONE_SIDE = 1200
"""Pixels of the longest side on which converging lines are looked for."""

CONVERGES, TOO_SLANTED = 0.009, 0.25
"""Difference of slope between the two edges of a page from which it was photographed at a slant, and up to which that is
believed."""

FEWEST = 6
"""Fewer lines (a rule is often found as its two edges) do not tell how they converge."""

LONGEST = 0.3
"""Share of the picture over which the longest of them runs at least: the slope of short lines is too rough."""

BORDER = 0.05
"""Share of the picture on each side in which lines are not looked at."""

COARSE_SIDE, FINE_SIDE = 500, 1200
"""Pixels of the longest side on which the angle is looked for, first in steps of 0.5, then of 0.1 degrees."""


def even_light(gray: NDArray[Any]) -> NDArray[Any]:
    """Grey levels with shadows and yellowed paper taken out: paper becomes white, what is printed keeps its contrast."""
    small = cv2.resize(gray, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((7, 7), np.uint8)), 9)
    if int(paper.min()) >= 245:  # a clean scan
        return gray
    ground = cv2.resize(paper, (gray.shape[1], gray.shape[0]), interpolation=cv2.INTER_LINEAR)
    return cv2.divide(gray, np.maximum(ground, 40), scale=255.0)


def lean(gray: NDArray[Any]) -> float:
    """Degrees by which the page leans, positive where lines fall to the right; 0.0 where it cannot be told.

    The angle at which rows and columns of ink are most unequal is the one at which lines and rules lie straight. That holds
    for a page on its side too.
    """
    best = 0.0
    for side, reach, step in ((COARSE_SIDE, MAX_ANGLE, 0.5), (FINE_SIDE, 0.5, 0.1)):
        scale = min(1.0, side / max(gray.shape))
        small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        ink = cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 15)
        if not ink.any():
            return 0.0
        angles = [best + k * step for k in range(-round(reach / step), round(reach / step) + 1)]
        scores = [_unevenness(ink, angle) for angle in angles]
        best = angles[int(np.argmax(scores))]
    return best if MIN_ANGLE <= abs(best) < MAX_ANGLE else 0.0


def _unevenness(ink: NDArray[Any], angle: float) -> float:
    high, wide = ink.shape
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), angle, 1.0)
    turned = cv2.warpAffine(ink, turn, (wide, high), flags=cv2.INTER_NEAREST)
    rows = turned.sum(axis=1, dtype=np.float64)
    columns = turned.sum(axis=0, dtype=np.float64)
    return float((np.diff(rows) ** 2).sum() + (np.diff(columns) ** 2).sum())


def straighten(picture: NDArray[Any], angle: float) -> tuple[NDArray[Any], NDArray[Any]]:
    """The picture turned back by ``angle`` on white, large enough to lose nothing, and the map (3 x 3, homogeneous) from its
    pixels to those of the picture given."""
    high, wide = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), angle, 1.0)
    cos, sin = abs(turn[0, 0]), abs(turn[0, 1])
    new_wide, new_high = round(high * sin + wide * cos), round(high * cos + wide * sin)
    turn[0, 2] += (new_wide - wide) / 2
    turn[1, 2] += (new_high - high) / 2
    white = (255,) * (picture.shape[2] if picture.ndim == 3 else 1)
    turned = cv2.warpAffine(picture, turn, (new_wide, new_high), flags=cv2.INTER_CUBIC, borderValue=white)
    return turned, np.vstack([cv2.invertAffineTransform(turn), [0, 0, 1]])


def quarter(picture: NDArray[Any], turns: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """The picture turned counter-clockwise by quarters, and the map from its pixels to those of the picture given."""
    high, wide = picture.shape[:2]
    back = {
        0: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        1: [[0, -1, wide], [1, 0, 0], [0, 0, 1]],
        2: [[-1, 0, wide], [0, -1, high], [0, 0, 1]],
        3: [[0, 1, 0], [-1, 0, high], [0, 0, 1]],
    }[turns % 4]
    return np.ascontiguousarray(np.rot90(picture, turns % 4)), np.array(back, dtype=float)


def keystone(picture: NDArray[Any], gray: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]] | None:
    """A page photographed at a slant made rectangular again, by the way its ruling lines converge, and the map back; None
    where they do not, or where there are too few to tell. ``gray`` is the picture in grey, roughly upright."""
    high, wide = gray.shape
    scale = min(1.0, KEYSTONE_SIDE / max(high, wide))
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 15)
    shortest = 0.1 * max(ink.shape)
    found = cv2.HoughLinesP(ink, 1, np.pi / 900, 60, minLineLength=shortest, maxLineGap=3)
    if found is None:
        return None
    lines = np.asarray(found, dtype=float).reshape(-1, 4) / scale
    down = _converging(lines[:, [1, 0, 3, 2]], wide, high)
    across = _converging(lines, high, wide)
    if down is None and across is None:
        return None
    a, b = down or (0.0, 0.0)
    c, d = across or (0.0, 0.0)
    if max(abs(b) * wide, abs(d) * high) < CONVERGES or max(abs(b) * wide, abs(d) * high) > TOO_SLANTED:
        return None
    corners = [
        _crossing(x, slope_x, wide, y, slope_y, high)
        for x, slope_x, y, slope_y in (
            (0, a, 0, c),
            (wide, a + b * wide, 0, c),
            (wide, a + b * wide, high, c + d * high),
            (0, a, high, c + d * high),
        )
    ]
    square = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    there = cv2.getPerspectiveTransform(np.array(corners, np.float32), square)
    # What lay outside the four lines is kept too.
    outline = cv2.perspectiveTransform(square.reshape(1, 4, 2), there)[0]
    low, far = outline.min(axis=0), outline.max(axis=0)
    new_wide, new_high = (int(v) for v in np.ceil(far - low))
    if new_wide * new_high > 2 * wide * high:
        return None
    there = np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1]]) @ there
    flat = cv2.warpPerspective(
        picture, there, (new_wide, new_high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return flat, np.linalg.inv(there)


def _converging(lines: NDArray[Any], extent: int, along: int) -> tuple[float, float] | None:
    """(slope at 0, change of slope a pixel) of the nearly level among ``lines`` (x0, y0, x1, y1), as it grows with their y;
    None where they are too few, too short or too close together. The picture measures ``along`` by ``extent`` pixels."""
    run, rise = lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]
    middle = (lines[:, 1] + lines[:, 3]) / 2
    # At the border of the picture the edges of paper and table top have slopes of their own.
    level = (np.abs(rise) < 0.12 * np.abs(run)) & (middle > BORDER * extent) & (middle < (1 - BORDER) * extent)
    if int(level.sum()) < FEWEST:
        return None
    slopes, at, weights = rise[level] / run[level], middle[level], np.abs(run[level])
    for tolerance in (0.03, 0.015, 0.006):  # strokes of characters are thrown out one round after the other
        if len(at) < FEWEST or at.max() - at.min() < 0.4 * extent:
            return None
        change, first = np.polyfit(at, slopes, 1, w=weights)
        off = np.abs(slopes - (first + change * at))
        near = off <= tolerance
        slopes, at, weights = slopes[near], at[near], weights[near]
    if len(at) < FEWEST or weights.max() < LONGEST * along:
        return None
    return float(first), float(change)


def _crossing(x: float, slope_x: float, wide: int, y: float, slope_y: float, high: int) -> tuple[float, float]:
    """Where the upright line through (x, middle) meets the level one through (middle, y)."""
    # px = x + slope_x (py - high / 2), py = y + slope_y (px - wide / 2)
    px = (x + slope_x * (y - slope_y * wide / 2 - high / 2)) / (1 - slope_x * slope_y)
    return px, y + slope_y * (px - wide / 2)


def chain(first: NDArray[Any], second: NDArray[Any]) -> NDArray[Any]:
    """The map that applies ``first``, then ``second``."""
    return np.asarray(second @ first)


def place_back(page: Page, back: NDArray[Any], width: float, height: float) -> None:
    """Give every box of ``page`` in the coordinates of the page as given, of ``width`` by ``height`` points."""

    def move(box: BBox | None) -> BBox | None:
        if box is None:
            return None
        corners = np.array([(box[x], box[y], 1.0) for x in (0, 2) for y in (1, 3)]) @ back.T
        corners = corners[:, :2] / corners[:, 2:]
        (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
        return (max(0.0, float(x0)), max(0.0, float(y0)), min(width, float(x1)), min(height, float(y1)))

    def line(item: Line) -> None:
        item.bbox = move(item.bbox)
        for word in item.words:
            word.bbox = move(word.bbox) or word.bbox
            word.edges = ()  # they lie on a slant now

    def images(items: list[Image]) -> None:
        for image in items:
            if id(image) not in moved:  # a picture is listed on the page and in its cell
                moved.add(id(image))
                image.bbox = move(image.bbox)

    def table(item: Table) -> None:
        item.bbox = move(item.bbox)
        for cell in item.cells:
            cell.bbox = move(cell.bbox)
            for inner in cell.lines:
                line(inner)
            images(cell.images)
            for nested in cell.tables:
                table(nested)

    moved: set[int] = set()
    images(page.images)
    for block in page.blocks:
        if isinstance(block, Line):
            line(block)
        else:
            table(block)
    page.width, page.height = width, height
