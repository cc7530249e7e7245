"""The picture of one page → Page: straightened, ruled, ticked, recognised, laid out, and put back where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from docgen.document import TICKED, UNTICKED, BBox, Image, Page
from docgen.readers import ocr
from docgen.readers.chars import Glyph
from docgen.readers.deskew import chain, even_light, keystone, lean, place_back, quarter, straighten
from docgen.readers.grid import Grid, without
from docgen.readers.layout import Sheet, lay_out, page_grids
from docgen.readers.repairs import dashes, mouths
from docgen.readers.rules import TickBox, binarise, find_boxes, find_rules
from docgen.readers.seals import Mark, find_ink, find_seals, has_colour, without_red
from docgen.readers.ticks import LABEL_GAP, settle_ticks

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDEWAYS = 0.5
"""A page lies on its side when more than this share of what was found on it is higher than wide."""

DOUBTFUL = 0.85
"""A page read with less mean confidence may stand on its head: that is then looked at."""

SURE_CHARACTER, SOME_CHARACTER = 0.8, 0.4
"""A character recognised with this confidence is not a ticked box; the lower one where the page has no boxes like it."""

POOR = 0.80
"""Mean confidence of its characters below which a page is called illegible."""

DARK = 90
"""Grey level (0-255) of the paper below which a page is too dark."""

BLURRED = 60.0
"""Variance of the Laplacian of a page with text at working size, below which it is out of focus."""

OUT_OF_FOCUS = 3.0
"""The same, below which it is illegible whatever the recognition thinks of it: it no longer sees half of the text."""

FEW = 5
"""Pages with fewer characters are photographs or blank: their confidence says nothing."""


@dataclass(slots=True)
class _Upright:
    """An upright picture and what was found on it, in its pixels."""

    picture: NDArray[Any]
    clean: NDArray[Any]
    ink: NDArray[Any]
    dpi: float
    horizontal: list[tuple[float, float, float]]
    vertical: list[tuple[float, float, float]]
    boxes: list[TickBox]
    marks: list[Mark]
    lines: list[ocr.TextLine]


def read_scan(picture: NDArray[Any], number: int, width: float, height: float, first_table: int = 1) -> Page:
    """Read the picture (BGR, rows x columns x 3) of a page of ``width`` by ``height`` points; tables count from ``first_table``.

    Boxes are points of the page as given, even if it leans or lies on its side.
    """
    scale = min(1.0, ocr.LONG_SIDE / max(picture.shape[:2]))
    if scale < 1:
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    dpi = picture.shape[1] / width * 72
    back = np.diag([72 / dpi, height / picture.shape[0], 1.0])
    angle = lean(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY))
    if angle:
        picture, turned = straighten(picture, angle)
        back = chain(turned, back)
    if flat := keystone(picture, cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)):
        picture, back = flat[0], chain(flat[1], back)
    seen = _look(picture, dpi)
    turns = _quarter_turns(seen)
    if turns:
        seen, turned = _turned(seen, turns)
        back = chain(turned, back)
    if turns and _confidence(seen.lines) < DOUBTFUL:  # the guess which side is up was wrong, or the page is poor
        other, turned = _turned(seen, 2)
        if _weight(other) > _weight(seen):
            seen, back = other, chain(turned, back)
    for line in seen.lines:
        if line.tall:
            ocr.read_column(seen.clean, line)
    page = _lay_out(seen, number, first_table)
    place_back(page, chain(np.diag([dpi / 72, dpi / 72, 1.0]), back), width, height)
    page.confidence = _confidence(seen.lines)
    page.illegible = _illegible(seen, page.confidence)
    return page


def _look(picture: NDArray[Any], dpi: float) -> _Upright:
    """All that is found on a picture as it lies."""
    marks = find_seals(picture, dpi)
    gray = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    if marks:
        gray = without_red(picture, gray, marks)
    gray = even_light(gray)
    ink = binarise(gray, dpi)
    rules = find_rules(ink, dpi)
    wider = cv2.dilate(rules.mask, np.ones((3, 3), np.uint8))
    clean = np.where(wider > 0, np.uint8(255), gray)
    ink = np.where(wider > 0, np.uint8(0), ink)
    boxes = find_boxes(ink, dpi)
    for box in boxes:
        if box.sure:
            pad = 2
            x0, y0, x1, y1 = (int(v) for v in box.bbox)
            clean[max(0, y0 - pad) : y1 + pad, max(0, x0 - pad) : x1 + pad] = 255
            ink[max(0, y0 - pad) : y1 + pad, max(0, x0 - pad) : x1 + pad] = 0
    clean = cv2.cvtColor(clean, cv2.COLOR_GRAY2BGR)
    lines = ocr.recognise(clean)
    return _Upright(picture, clean, ink, dpi, rules.horizontal, rules.vertical, boxes, marks, lines)


def _turned(seen: _Upright, turns: int) -> tuple[_Upright, NDArray[Any]]:
    picture, back = quarter(seen.picture, turns)
    return _look(picture, seen.dpi), back


def _quarter_turns(seen: _Upright) -> int:
    """Quarter turns counter-clockwise that the page still needs; looked at closely only when the page calls for it."""
    tall = sum(line.bbox[3] - line.bbox[1] for line in seen.lines if line.tall)
    wide = sum(line.bbox[2] - line.bbox[0] for line in seen.lines if not line.tall)
    if tall > SIDEWAYS * (tall + wide):
        turned, _ = quarter(seen.clean, 1)
        right = seen.clean.shape[1]
        lines = [
            ocr.TextLine([], line.score, (line.bbox[1], right - line.bbox[2], line.bbox[3], right - line.bbox[0]))
            for line in seen.lines
            if line.tall
        ]
        return 3 if ocr.upside_down(turned, lines) else 1
    if _confidence(seen.lines) < DOUBTFUL and ocr.upside_down(seen.clean, seen.lines):
        return 2
    return 0


def _weight(seen: _Upright) -> float:
    """How much was read, and how surely."""
    return sum(g.confidence - 0.5 for line in seen.lines for g in line.glyphs)


def _confidence(lines: list[ocr.TextLine]) -> float:
    """Mean confidence of the characters; 1.0 where there are none."""
    glyphs = [g.confidence for line in lines for g in line.glyphs]
    return sum(glyphs) / len(glyphs) if glyphs else 1.0


def _lay_out(seen: _Upright, number: int, first_table: int) -> Page:
    unit = 72 / seen.dpi
    high, wide = seen.picture.shape[:2]
    sheet = Sheet(number, wide * unit, high * unit)
    horizontal = [(y * unit, a * unit, b * unit) for y, a, b in seen.horizontal]
    vertical = [(x * unit, a * unit, b * unit) for x, a, b in seen.vertical]
    grids = page_grids(horizontal, vertical, sheet.width, sheet.height)
    # A single small box is a frame around a stamp or what a rule left, not a table.
    sheet.grids = without(grids, {i for i, g in enumerate(grids) if len(g.cells) == 1 and _small(g)})
    boxes = _boxes(seen)
    glyphs: list[Glyph] = []
    for line in seen.lines:
        line.glyphs = dashes(line.glyphs, seen.ink)
        glyphs += _split(line.glyphs, boxes, seen.lines, sheet.grids, unit)
    glyphs += boxes
    for g in glyphs:
        g.x0, g.top, g.x1, g.bottom = g.x0 * unit, g.top * unit, g.x1 * unit, g.bottom * unit
    sheet.glyphs = settle_ticks(mouths(glyphs), [], [], [])
    texts = [(line.bbox, line.score) for line in seen.lines if line.glyphs]
    gray = cv2.cvtColor(seen.picture, cv2.COLOR_BGR2GRAY)
    written = find_ink(seen.ink, gray, texts, seen.marks, seen.dpi, colour=has_colour(seen.picture))
    for mark in seen.marks + written:
        x0, y0, x1, y1 = mark.bbox
        sheet.images.append(Image((x0 * unit, y0 * unit, x1 * unit, y1 * unit), mark.kind))
    return lay_out(sheet, first_table)


def _small(grid: Grid) -> bool:
    x0, y0, x1, y1 = grid.bbox
    return x1 - x0 < 40 or y1 - y0 < 14


def _boxes(seen: _Upright) -> list[Glyph]:
    """The tick boxes as characters. One that may be a character gives way to it, or takes its place."""
    out: list[Glyph] = []
    for box in seen.boxes:
        x0, top, x1, bottom = box.bbox
        if not _beside_text(seen, box.bbox):
            continue
        if not box.sure:
            under = [(line, g) for line in seen.lines for g in line.glyphs if _middle_in(g, box.bbox)]
            least = SURE_CHARACTER if box.alike else SOME_CHARACTER
            if any(g.confidence >= least and g.text.isalnum() and g.text not in "口囗" for _, g in under):
                continue
            for line, g in under:
                line.glyphs.remove(g)
        out.append(Glyph(TICKED if box.ticked else UNTICKED, x0, top, x1, bottom, spaced=True))
    return out


def _beside_text(seen: _Upright, box: BBox) -> bool:
    """Whether words stand right behind a box, or right before it: a square by itself is none to tick."""
    x0, top, x1, bottom = box
    reach, level = LABEL_GAP * (x1 - x0), (top + bottom) / 2
    for line in seen.lines:
        for g in line.glyphs:
            x = (g.x0 + g.x1) / 2  # the edges of a recognised character are rough
            if g.top < level < g.bottom and ((x > x1 and g.x0 <= x1 + reach) or (x < x0 and g.x1 >= x0 - reach)):
                return True
    return False


def _middle_in(g: Glyph, box: BBox) -> bool:
    return box[0] <= (g.x0 + g.x1) / 2 <= box[2] and box[1] <= (g.top + g.bottom) / 2 <= box[3]


def _split(
    glyphs: list[Glyph], boxes: list[Glyph], lines: list[ocr.TextLine], grids: list[Grid], unit: float
) -> list[Glyph]:
    """The characters of a line, a new run begun at each ruling line and each tick box between two of them."""
    last: tuple[int, ...] | None = None
    before: Glyph | None = None
    for g in glyphs:
        x, y = (g.x0 + g.x1) / 2 * unit, (g.top + g.bottom) / 2 * unit
        place = tuple(grid.find(x, y) for grid in grids)
        if (
            before is None
            or place != last
            or any(
                (before.x0 + before.x1) / 2 < (b.x0 + b.x1) / 2 < (g.x0 + g.x1) / 2
                and b.top < (g.top + g.bottom) / 2 < b.bottom
                for b in boxes
            )
        ):
            g.spaced = True
        last, before = place, g
    return glyphs


def _illegible(seen: _Upright, confidence: float) -> str:
    """Why the page cannot be relied on; "" when it can."""
    gray = cv2.cvtColor(seen.picture, cv2.COLOR_BGR2GRAY)
    if float(np.percentile(gray, 90)) < DARK:
        return "画面过暗"
    if sum(len(line.glyphs) for line in seen.lines) < FEW:
        return ""
    sharp = float(cv2.Laplacian(gray, cv2.CV_64F).var())
    if sharp < OUT_OF_FOCUS:
        return "画面模糊"
    if confidence < POOR:
        return "画面模糊" if sharp < BLURRED else "文字不清晰"
    return ""
