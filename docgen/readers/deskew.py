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
    """The picture turned back by ``angle`` on white, large enough to lose nothing, and the 2 x 3 map from its pixels to the
    pixels of the picture given."""
    high, wide = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), angle, 1.0)
    cos, sin = abs(turn[0, 0]), abs(turn[0, 1])
    new_wide, new_high = round(high * sin + wide * cos), round(high * cos + wide * sin)
    turn[0, 2] += (new_wide - wide) / 2
    turn[1, 2] += (new_high - high) / 2
    white = (255,) * (picture.shape[2] if picture.ndim == 3 else 1)
    turned = cv2.warpAffine(picture, turn, (new_wide, new_high), flags=cv2.INTER_CUBIC, borderValue=white)
    return turned, cv2.invertAffineTransform(turn)


def quarter(picture: NDArray[Any], turns: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """The picture turned counter-clockwise by quarters, and the map from its pixels to those of the picture given."""
    high, wide = picture.shape[:2]
    back = {
        0: [[1, 0, 0], [0, 1, 0]],
        1: [[0, -1, wide], [1, 0, 0]],
        2: [[-1, 0, wide], [0, -1, high]],
        3: [[0, 1, 0], [-1, 0, high]],
    }[turns % 4]
    return np.ascontiguousarray(np.rot90(picture, turns % 4)), np.array(back, dtype=float)


def chain(first: NDArray[Any], second: NDArray[Any]) -> NDArray[Any]:
    """The map that applies ``first``, then ``second``."""
    full = np.vstack([second, [0, 0, 1]]) @ np.vstack([first, [0, 0, 1]])
    return np.asarray(full[:2])


def place_back(page: Page, back: NDArray[Any], width: float, height: float) -> None:
    """Give every box of ``page`` in the coordinates of the page as given, of ``width`` by ``height`` points."""

    def move(box: BBox | None) -> BBox | None:
        if box is None:
            return None
        corners = np.array([(box[x], box[y], 1.0) for x in (0, 2) for y in (1, 3)]) @ back.T
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
