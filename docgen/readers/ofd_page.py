"""What stands on one OFD page (GB/T 33190-2016, 7.7 and 8-15): text, rules, tick boxes, pictures, seals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from docgen.document import BBox, Image, Line
from docgen.readers.chars import Glyph, union
from docgen.readers.drawing import INK_HEIGHT, MARK_MAX, MAX_OBJECTS, MAX_SEGMENTS, SEAL_RATIO, THIN, Drawing
from docgen.readers.ofd_package import child, children, local, text_of
from docgen.readers.ofd_shapes import (
    POINTS,
    UNIT,
    add_edges,
    bounds,
    box_of,
    is_red,
    matrix_of,
    rgb,
    seal_sized,
    subpaths,
)
from docgen.readers.ofd_text import read_text
from docgen.readers.pdf_text import MAX_CHARS
from docgen.readers.pdfium import Matrix, apply_box, then

MAX_DEPTH = 12
"""Page blocks and composite objects nested deeper than this are not followed."""

SLANT = 0.1
"""Text that rises by more than this share of its run (6 degrees) is a watermark, not a line of the page."""


Scan = tuple[BBox, str]
"""Where a picture is painted (points) and the number of its resource."""


@dataclass(slots=True)
class Resources:
    """What pages refer to by number: names of fonts, vector graphics used as one object, pictures of red print."""

    fonts: dict[str, str] = field(default_factory=dict)
    composites: dict[str, etree._Element] = field(default_factory=dict)
    is_red_print: Callable[[str], bool] = lambda _number: False


@dataclass(slots=True)
class Surface:
    """All that was found on one page so far, in points from its top left corner.

    ``faint`` are characters that are not painted (the layer of recognised text of a scan), ``loose`` lines that belong
    to no flow (watermarks), ``scan`` the largest picture.
    """

    resources: Resources
    glyphs: list[Glyph] = field(default_factory=list)
    faint: list[Glyph] = field(default_factory=list)
    loose: list[Line] = field(default_factory=list)
    drawing: Drawing = field(default_factory=Drawing)
    scan: Scan | None = None
    spaced: bool = False
    full: bool = False


def page_matrix(x: float, y: float) -> Matrix:
    """Millimetres of a page whose physical box begins at (x, y) → points from its top left corner."""
    return (POINTS, 0.0, 0.0, POINTS, -x * POINTS, -y * POINTS)


def read_content(root: etree._Element, matrix: Matrix, out: Surface) -> None:
    """The layers of a page or template page (root element Page)."""
    content = child(root, "Content")
    for layer in children(content, "Layer"):
        if layer.get("Visible") != "false":
            read_block(layer, matrix, out)


def read_block(block: etree._Element, matrix: Matrix, out: Surface, depth: int = 0) -> None:
    """The objects of a layer, a page block or an appearance, in the order of painting."""
    for element in block:
        if out.drawing.objects >= MAX_OBJECTS or len(out.glyphs) >= MAX_CHARS:
            out.full = True
            return
        name = local(element)
        out.drawing.objects += 1
        if element.get("Visible") == "false":
            continue
        if name == "TextObject":
            _text(element, matrix, out)
        elif name == "PathObject":
            _path(element, matrix, out)
        elif name == "ImageObject":
            _image(element, matrix, out)
        elif name in {"PageBlock", "Layer"} and depth < MAX_DEPTH:
            read_block(element, matrix, out, depth + 1)
        elif name == "CompositeObject" and depth < MAX_DEPTH:
            unit = out.resources.composites.get(element.get("ResourceID", ""))
            if unit is not None:
                read_block(unit, _placed(element, matrix), out, depth + 1)


def _placed(element: etree._Element, matrix: Matrix) -> Matrix:
    """The map from an object's own space to the page: its CTM, then the corner of its boundary."""
    box = box_of(element.get("Boundary"))
    x, y = (box[0], box[1]) if box else (0.0, 0.0)
    inner = matrix_of(element.get("CTM")) if element.get("CTM") else UNIT
    a, b, c, d, e, f = inner
    return then((a, b, c, d, e + x, f + y), matrix)


def boundary(element: etree._Element, matrix: Matrix) -> BBox | None:
    """The boundary of an object on the page, in points."""
    box = box_of(element.get("Boundary"))
    return None if box is None else apply_box(matrix, box[0], box[1], box[0] + box[2], box[1] + box[3])


def _text(element: etree._Element, matrix: Matrix, out: Surface) -> None:
    placed = _placed(element, matrix)
    font = out.resources.fonts.get(element.get("Font", ""), "")
    glyphs, out.spaced = read_text(element, placed, font, spaced=out.spaced)
    if not glyphs:
        return
    a, b = abs(placed[0]), abs(placed[1])
    if element.get("Alpha") == "0" or (element.get("Fill") == "false" and element.get("Stroke") != "true"):
        out.faint += glyphs
    elif min(a, b) > SLANT * max(a, b):
        out.loose.append(Line("".join(g.text for g in glyphs), union(g.bbox for g in glyphs)))
    else:
        out.glyphs += glyphs


def _path(element: etree._Element, matrix: Matrix, out: Surface) -> None:
    stroked, filled = element.get("Stroke") != "false", element.get("Fill") == "true"
    if not (stroked or filled) or element.get("Alpha") == "0":
        return
    colour = child(element, "StrokeColor" if stroked else "FillColor")
    paint = rgb(colour.get("Value")) if colour is not None else (0, 0, 0)
    if min(paint) > 245 or (colour is not None and colour.get("Alpha") == "0"):  # white: nothing to see
        return
    drawing = out.drawing
    room = MAX_SEGMENTS - drawing.segments
    paths, curved, count = subpaths(text_of(element, "AbbreviatedData"), _placed(element, matrix), room)
    drawing.segments += count
    out.full = out.full or drawing.segments >= MAX_SEGMENTS
    box = bounds(paths)
    if box is None:
        return
    if curved:  # the ends of two half circles lie on a line: only the boundary tells how far they reach
        box = boundary(element, matrix) or box
    x0, y0, x1, y1 = box
    if y1 - y0 <= THIN:
        drawing.horizontal.append(((y0 + y1) / 2, x0, x1))
    if x1 - x0 <= THIN:
        drawing.vertical.append(((x0 + x1) / 2, y0, y1))
    if y1 - y0 <= THIN or x1 - x0 <= THIN:
        return
    odd = curved if curved else add_edges(paths, drawing, stroked=stroked)
    if odd and max(x1 - x0, y1 - y0) <= MARK_MAX:
        drawing.marks.append(box)
    elif curved and stroked and seal_sized(box) and is_red(paint):
        drawing.images.append(Image(box, "seal"))


def _image(element: etree._Element, matrix: Matrix, out: Surface) -> None:
    drawing = out.drawing
    outer = boundary(element, matrix)
    box = apply_box(_placed(element, matrix), 0, 0, 1, 1) if element.get("CTM") else outer
    if box is not None and outer is not None:  # what reaches over the boundary is cut off
        cut = (max(box[0], outer[0]), max(box[1], outer[1]), min(box[2], outer[2]), min(box[3], outer[3]))
        box = cut if cut[0] < cut[2] and cut[1] < cut[3] else outer
    if box is None or element.get("Alpha") == "0":
        return
    x0, y0, x1, y1 = box
    wide, high = x1 - x0, y1 - y0
    if max(wide, high) <= THIN:
        return
    if high <= THIN:  # rules are sometimes painted as stretched pixels
        drawing.horizontal.append(((y0 + y1) / 2, x0, x1))
    elif wide <= THIN:
        drawing.vertical.append(((x0 + x1) / 2, y0, y1))
    else:
        if max(wide, high) <= MARK_MAX:
            drawing.marks.append(box)
        drawing.images.append(Image(box, _kind(element, box, out.resources)))
        if out.scan is None or wide * high > _area(out.scan[0]):
            out.scan = (box, element.get("ResourceID", ""))


def _area(box: BBox) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _kind(element: etree._Element, box: BBox, resources: Resources) -> str:
    """``seal`` for red print of a seal's size, else ``picture``."""
    return "seal" if seal_sized(box) and resources.is_red_print(element.get("ResourceID", "")) else "picture"


def read_annotation(annot: etree._Element, matrix: Matrix, out: Surface) -> None:
    """An annotation as it appears (15.2): a stamp is a seal, a watermark no part of the text, anything else is content.

    The words in a stamp are the seal's own and are left out, so that they do not mix with what it covers.
    """
    appearance = child(annot, "Appearance")
    if annot.get("Visible") == "false" or appearance is None:
        return
    placed = _placed(appearance, matrix)
    kind = annot.get("Type", "").lower()
    if kind == "stamp":
        box = boundary(appearance, matrix)
        if box is not None:
            out.drawing.images.append(Image(box, stamp_kind(box)))
        return
    if kind == "watermark":
        aside = Surface(out.resources)
        read_block(appearance, placed, aside)
        out.drawing.objects += aside.drawing.objects
        if aside.glyphs:
            words = "".join(g.text for g in aside.glyphs)
            out.loose.append(Line(words, union(g.bbox for g in aside.glyphs)))
        out.loose += aside.loose
        return
    read_block(appearance, placed, out)


def stamp_kind(box: BBox) -> str:
    """``ink`` for a stamp with the shape of a signature (much wider than high), else ``seal``; seam seals are narrow."""
    wide, high = box[2] - box[0], box[3] - box[1]
    return "ink" if high <= INK_HEIGHT and wide > max(SEAL_RATIO * high, MARK_MAX) else "seal"
