"""Seals, signatures and photographs on a scan, by colour and shape; and the page without the red of its seals.

Red over black print hides nothing from the red channel, where the seal is as bright as paper: text under a seal is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from docgen.document import BBox

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMALLEST, LARGEST = 18.0, 62.0
"""Millimetres. Official seals measure 38-50 mm, oval ones 30 x 45; a smudged or leaning one a little more or less."""

LONGER = 1.75
"""A seal is not longer than this many times its other side."""

ROUND_LOW, ROUND_HIGH = 0.80, 1.16
"""Area of the hull : area of the ellipse in the same box. 1 for round and oval shapes, 1.27 for squares."""

FILL_LOW, FILL_HIGH = 0.05, 0.62
"""Red share of the hull: less is scattered specks, more is a coloured ground (a portrait on red)."""

FAINT = 70.0
"""Mean saturation (0-255) of its red below which a seal is too pale to be sure."""

COLOUR = 28
"""Saturation (0-255) from which a pixel has a colour at all; JPEG smears that of thin strokes."""

INK_HIGH, INK_WIDE = (9.0, 80.0), (14.0, 260.0)
"""Points. Height and width of handwriting, from a hasty surname to three characters."""

INK_AREA = 9.0
"""Square points of ink of the smallest signature: less is a speck or what is left of a rule."""

INK_FILL = 0.5
"""Handwriting leaves at least this share of its box free."""

PAPER = 185
"""Grey level (0-255) below which something covers the paper."""

PICTURE = 50.0
"""Points. The shorter side of the smallest photograph (a passport photo measures 71 x 99)."""

SURROUNDINGS = 0.6
"""What spans this share of the picture is the table top around the paper."""

CONFIDENT = 0.6
"""Text recognised with less confidence may be handwriting, and does not hide it."""

MM = 72 / 25.4
"""Points a millimetre."""


@dataclass(slots=True)
class Mark:
    """Something put on the paper, in pixels: ``kind`` is seal, ink, picture, or unclear (something is there)."""

    bbox: BBox
    kind: str


def red_of(picture: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """(mask of the red pixels, saturation) of a BGR picture."""
    hsv = cv2.cvtColor(picture, cv2.COLOR_BGR2HSV)
    hue, saturation, value = hsv[:, :, 0], hsv[:, :, 1], hsv[:, :, 2]
    red = ((hue <= 10) | (hue >= 165)) & (saturation >= COLOUR) & (value >= 60)
    return red.astype(np.uint8) * 255, saturation


def find_seals(picture: NDArray[Any], dpi: float) -> list[Mark]:
    """Red seals of a BGR page. Every other red shape of a seal's size is ``unclear``."""
    red, saturation = red_of(picture)
    if cv2.countNonZero(red) < (2 * dpi / 25.4) ** 2:
        return []
    millimetre = dpi / 25.4
    # Ring, star and characters become one shape; specks of JPEG go first.
    solid = cv2.morphologyEx(red, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    gap = max(3, round(2.6 * millimetre))
    solid = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (gap, gap)))
    contours, _ = cv2.findContours(solid, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    marks: list[Mark] = []
    for contour in contours:
        x, y, wide, high = cv2.boundingRect(contour)
        if not (SMALLEST * millimetre <= min(wide, high) and max(wide, high) <= LARGEST * millimetre):
            continue
        if max(wide, high) > LONGER * min(wide, high):
            continue
        hull = cv2.convexHull(contour)
        inside = np.zeros((high, wide), np.uint8)
        cv2.fillConvexPoly(inside, hull - np.array([x, y]), 255)
        here = (red[y : y + high, x : x + wide] > 0) & (inside > 0)
        area = cv2.contourArea(hull)
        fill = float(here.sum()) / max(area, 1.0)
        if not FILL_LOW <= fill <= FILL_HIGH:
            continue
        roundness = area / (np.pi / 4 * wide * high)
        strength = float(saturation[y : y + high, x : x + wide][here].mean())
        sure = ROUND_LOW <= roundness <= ROUND_HIGH and strength >= FAINT
        marks.append(Mark((x, y, x + wide, y + high), "seal" if sure else "unclear"))
    return marks


def without_red(picture: NDArray[Any], gray: NDArray[Any], marks: list[Mark]) -> NDArray[Any]:
    """``gray`` where, within the marks' boxes, red is as white as paper and print under it stays dark."""
    out = gray.copy()
    for mark in marks:
        pad = (mark.bbox[2] - mark.bbox[0]) // 12  # the pale rim belongs to the seal
        x0, y0 = max(0, int(mark.bbox[0] - pad)), max(0, int(mark.bbox[1] - pad))
        x1, y1 = int(mark.bbox[2] + pad), int(mark.bbox[3] + pad)
        part = picture[y0:y1, x0:x1]
        red, _ = red_of(part)
        channel = part[:, :, 2]
        if not red.any():
            continue
        # How bright the seal is in its own colour: that becomes white. Its dark pixels have print below.
        level = max(90.0, float(np.percentile(channel[red > 0], 60)) * 0.92)
        out[y0:y1, x0:x1] = np.clip(channel * (255.0 / level), 0, 255).astype(np.uint8)
    return out


def has_colour(picture: NDArray[Any]) -> bool:
    """False for a black and white copy, on which a seal is only a grey ring."""
    small = cv2.resize(picture, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    spread = small.max(axis=2).astype(np.int16) - small.min(axis=2)
    return int((spread > 24).sum()) > 20


def find_ink(
    ink: NDArray[Any],
    gray: NDArray[Any],
    texts: list[tuple[BBox, float]],
    marks: list[Mark],
    dpi: float,
    *,
    colour: bool,
) -> list[Mark]:
    """Handwriting and pictures: what is left of ``ink`` (without rules and boxes) where no text was recognised.

    ``gray`` is the page as it was taken, ``texts`` are boxes of recognised text with their confidence. On a page without
    ``colour`` a ring of a seal's size is ``unclear``: nobody can tell a copied seal from a drawing.
    """
    point = dpi / 72
    left = ink.copy()
    for (x0, y0, x1, y1), confidence in texts:
        if confidence >= CONFIDENT:
            pad = 0.12 * (y1 - y0)
            left[max(0, int(y0 - pad)) : int(y1 + pad) + 1, max(0, int(x0 - pad)) : int(x1 + pad) + 1] = 0
    for mark in marks:
        x0, y0, x1, y1 = (int(v) for v in mark.bbox)
        left[y0:y1, x0:x1] = 0
    left = _without_specks(left, point)
    gap = max(3, round(7 * point))
    groups = cv2.dilate(left, np.ones((max(3, gap // 2), gap), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(groups, connectivity=8)
    out: list[Mark] = []
    for i in range(1, min(count, 2000)):
        gx, gy, gw, gh = (int(v) for v in stats[i][:4])
        part = left[gy : gy + gh, gx : gx + gw] * (labels[gy : gy + gh, gx : gx + gw] == i)
        x, y, wide, high = cv2.boundingRect(part)
        if not wide or not high or wide * high > SURROUNDINGS * ink.size:
            continue
        box = (gx + x, gy + y, gx + x + wide, gy + y + high)
        covered = float((gray[box[1] : box[3], box[0] : box[2]] < PAPER).mean())
        kind = _kind(part[y : y + high, x : x + wide], covered, point, colour)
        if kind:
            out.append(Mark(box, kind))
    return [mark for mark in out if not any(_lies_in(mark.bbox, other.bbox) for other in out if other is not mark)]


def _lies_in(inner: BBox, outer: BBox) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def _without_specks(ink: NDArray[Any], point: float) -> NDArray[Any]:
    """Without dots of noise, and without what taking out the rules left of them."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    if count <= 1:
        return ink
    tall = np.maximum(stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_WIDTH]) >= 3 * point
    thin = np.minimum(stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_WIDTH]) <= 1.3 * point
    keep = tall & ~thin
    keep[0] = False
    return np.where(keep[labels], ink, np.uint8(0))


def _kind(part: NDArray[Any], covered: float, point: float, colour: bool) -> str:
    """What a group of strokes is, of whose box the share ``covered`` is darker than paper; "" for nothing to speak of."""
    high, wide = part.shape[0] / point, part.shape[1] / point
    dark = float((part > 0).sum()) / point**2
    if min(high, wide) >= PICTURE and covered > FILL_HIGH:
        return "picture"
    seal_sized = min(high, wide) >= SMALLEST * MM and max(high, wide) <= LARGEST * MM
    if not colour and seal_sized and max(high, wide) <= LONGER * min(high, wide):
        return "unclear"
    if INK_HIGH[0] <= high <= INK_HIGH[1] and INK_WIDE[0] <= wide <= INK_WIDE[1] and dark >= INK_AREA:
        return "ink" if covered <= INK_FILL else ""
    return ""
