"""What is drawn on a PDF page besides text: ruling lines, little squares, strokes of a pen, pictures and seals.

Walks pdfium's page objects, form XObjects included. Callers hold ``pdfium.LOCK``.
All results are in points from the top left of the page as displayed.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from docgen.document import BBox, Image
from docgen.readers.chars import union
from docgen.readers.grid import Edge
from docgen.readers.limits import DEFAULT
from docgen.readers.pdfium import Matrix, OpenPage, address, apply, apply_box, then

THIN = 3.0
"""Points. A drawn shape no thicker than this is a ruling line."""

SQUARE_MIN, SQUARE_MAX = 5.5, 15.0
"""Points. The side of a drawn tick box."""

SQUARE_RATIO = 1.3
"""A tick box is not longer than this many times its other side."""

MARK_MAX = 36.0
"""Points. A drawn shape or picture up to this size may be a tick; a larger one is a drawing."""

SEAL_MIN, SEAL_MAX = 60.0, 180.0
"""Points. Seals measure about 38-50 mm (108-142 pt); oval and small ones are included."""

SEAL_RATIO = 1.6
"""A seal is not longer than this many times its other side."""

INK_HEIGHT = 90.0
"""Points. A signature is not higher than this."""

MAX_DEPTH = 6
"""Form XObjects nested deeper than this are not followed."""

MAX_OBJECTS = 50_000
"""Page objects looked at on one page."""

MAX_SEGMENTS = 100_000
"""Path segments read on one page."""

MAX_PIXELS = DEFAULT.image_pixels
"""A larger picture is not decoded to see what it shows."""

NO_SIZE = 0.01
"""Points. A text object narrower or lower than this has no extent for pdfium."""

SAMPLES = 2_500
"""Pixels looked at to tell a seal or ink from a picture."""


@dataclass(slots=True)
class Drawing:
    """Everything drawn on one page. ``marks`` are boxes of small free strokes and pictures that may be ticks;
    ``invisible`` and ``skewed`` hold the addresses of text objects in render mode 3 and of slanted ones (watermarks)."""

    horizontal: list[Edge] = field(default_factory=list)
    vertical: list[Edge] = field(default_factory=list)
    squares: list[BBox] = field(default_factory=list)
    marks: list[BBox] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    invisible: set[int] = field(default_factory=set)
    skewed: dict[int, tuple[Any, BBox]] = field(default_factory=dict)
    objects: int = 0
    segments: int = 0

    @property
    def over_limit(self) -> bool:
        return self.objects >= MAX_OBJECTS or self.segments >= MAX_SEGMENTS


@dataclass(slots=True)
class _Buffers:
    """ctypes storage made once a page: making it for each call costs more than the call."""

    matrix: Any
    box: Any = field(default_factory=lambda: [ctypes.c_float() for _ in range(4)])
    colour: Any = field(default_factory=lambda: [ctypes.c_uint() for _ in range(4)])
    fill: Any = field(default_factory=ctypes.c_int)
    stroke: Any = field(default_factory=ctypes.c_int)
    point: Any = field(default_factory=lambda: [ctypes.c_float() for _ in range(2)])


@dataclass(slots=True)
class _Pen:
    """What the walk needs at each object: the raw API, the document, the page, the storage and the result."""

    raw: Any
    document: Any
    page: Any
    out: Drawing
    buffers: _Buffers


def read_drawing(page: OpenPage) -> Drawing:
    """Walk all objects of an open page."""
    out = Drawing()
    pen = _Pen(page.raw, page.document, page.page, out, _Buffers(page.raw.FS_MATRIX()))
    get = page.raw.FPDFPage_GetObject
    for i in range(page.raw.FPDFPage_CountObjects(page.page)):
        if out.objects >= MAX_OBJECTS:
            break
        _object(pen, get(page.page, i), page.to_display, 0)
    return out


def annotation_image(page: OpenPage, annotation: Any, box: BBox) -> Image | None:
    """What the appearance of an annotation (stamp, signature) at ``box`` shows; None where it holds no picture.

    The appearance has a space of its own, which pdfium does not tell: what is drawn there is taken to fill the box.
    """
    raw, x0, top, x1, bottom = page.raw, *box
    pen = _Pen(raw, page.document, page.page, Drawing(), _Buffers(raw.FS_MATRIX()))
    objects = [
        raw.FPDFAnnot_GetObject(annotation, i) for i in range(min(raw.FPDFAnnot_GetObjectCount(annotation), 100))
    ]
    bounds = [b for b in (_bounds(pen, obj, (1, 0, 0, 1, 0, 0)) for obj in objects) if b is not None]
    if not bounds:
        return None
    left, low, right, high = union(bounds)
    if right - left < NO_SIZE or high - low < NO_SIZE:
        return None
    sx, sy = (x1 - x0) / (right - left), (bottom - top) / (high - low)
    for obj in objects:
        _object(pen, obj, (sx, 0, 0, -sy, x0 - left * sx, bottom + low * sy), 1)
    kinds = {image.kind for image in pen.out.images}
    return Image(box, min(kinds, key=("seal", "ink", "picture").index)) if kinds else None


def _object(pen: _Pen, obj: Any, matrix: Matrix, depth: int) -> None:
    raw, out = pen.raw, pen.out
    out.objects += 1
    kind = raw.FPDFPageObj_GetType(obj)
    if kind == raw.FPDF_PAGEOBJ_PATH:
        _path(pen, obj, matrix)
    elif kind == raw.FPDF_PAGEOBJ_TEXT:
        _text(pen, obj, matrix)
    elif kind == raw.FPDF_PAGEOBJ_IMAGE:
        _image(pen, obj, matrix)
    elif kind == raw.FPDF_PAGEOBJ_FORM and depth < MAX_DEPTH:
        inner = then(_matrix_of(raw, obj), matrix)
        for i in range(max(0, raw.FPDFFormObj_CountObjects(obj))):
            if out.objects >= MAX_OBJECTS:
                break
            _object(pen, raw.FPDFFormObj_GetObject(obj, i), inner, depth + 1)


def _matrix_of(raw: Any, obj: Any) -> Matrix:
    m = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(obj, m)
    return (m.a, m.b, m.c, m.d, m.e, m.f)


def _bounds(pen: _Pen, obj: Any, matrix: Matrix) -> BBox | None:
    left, bottom, right, top = pen.buffers.box
    if not pen.raw.FPDFPageObj_GetBounds(obj, left, bottom, right, top):
        return None
    return apply_box(matrix, left.value, bottom.value, right.value, top.value)


def _text(pen: _Pen, obj: Any, matrix: Matrix) -> None:
    """Text is read elsewhere; here only what keeps it from being plain text is noted."""
    raw = pen.raw
    if raw.FPDFTextObj_GetTextRenderMode(obj) == raw.FPDF_TEXTRENDERMODE_INVISIBLE:
        pen.out.invisible.add(address(obj))
    left, bottom, right, top = pen.buffers.box
    if not raw.FPDFPageObj_GetBounds(obj, left, bottom, right, top):
        return
    if right.value - left.value < NO_SIZE or top.value - bottom.value < NO_SIZE:
        _widen(raw, obj)
    m = pen.buffers.matrix
    raw.FPDFPageObj_GetMatrix(obj, m)
    if (m.b == 0 or m.a == 0) and matrix[1] * matrix[0] == 0:
        return
    a, b, *_ = then((m.a, m.b, m.c, m.d, 0, 0), matrix)
    if min(abs(a), abs(b)) > 0.1 * max(abs(a), abs(b)):  # more than 6 degrees off both axes
        box = apply_box(matrix, left.value, bottom.value, right.value, top.value)
        pen.out.skewed[address(obj)] = (obj, box)


def _widen(raw: Any, obj: Any) -> None:
    """Give a text object without extent the extent of a stroke.

    pdfium leaves text objects of no width out of the text page. A single character is one wherever its font is neither
    embedded nor installed (SimSun on a server), and then a tick or a 是 in a form would be lost without a trace.
    """
    raw.FPDFPageObj_SetStrokeWidth(obj, 1.0)
    raw.FPDFTextObj_SetTextRenderMode(obj, raw.FPDF_TEXTRENDERMODE_FILL_STROKE)
    raw.FPDFPageObj_Transform(obj, 1, 0, 0, 1, 0, 0)  # makes pdfium compute the extent anew


def _colour(pen: _Pen, obj: Any, *, stroked: bool) -> tuple[int, int, int, int]:
    r, g, b, a = pen.buffers.colour
    read = pen.raw.FPDFPageObj_GetStrokeColor if stroked else pen.raw.FPDFPageObj_GetFillColor
    if not read(obj, r, g, b, a):
        return (0, 0, 0, 255)
    return (r.value, g.value, b.value, a.value)


def _path(pen: _Pen, obj: Any, matrix: Matrix) -> None:
    raw, out = pen.raw, pen.out
    if not raw.FPDFPath_GetDrawMode(obj, pen.buffers.fill, pen.buffers.stroke):
        return
    stroked = bool(pen.buffers.stroke.value)
    if not stroked and not pen.buffers.fill.value:
        return
    box = _bounds(pen, obj, matrix)
    if box is None:
        return
    r, g, b, a = _colour(pen, obj, stroked=stroked)
    if a < 16 or min(r, g, b) > 245:  # white or transparent: nothing to see
        return
    x0, y0, x1, y1 = box
    wide, high = x1 - x0, y1 - y0
    # The box alone settles most rules: reading their segments would cost five calls each.
    if high <= THIN:
        out.horizontal.append(((y0 + y1) / 2, x0, x1))
    if wide <= THIN:
        out.vertical.append(((x0 + x1) / 2, y0, y1))
    if high <= THIN or wide <= THIN:
        return
    curved = _segments(pen, obj, then(_matrix_of(raw, obj), matrix), stroked=stroked)
    if curved and max(wide, high) <= MARK_MAX:
        out.marks.append(box)
    elif curved and stroked and _seal_sized(box) and _is_red(r, g, b):
        out.images.append(Image(box, "seal"))


def _subpaths(pen: _Pen, obj: Any, matrix: Matrix) -> tuple[list[list[tuple[float, float]]], bool]:
    """Points of each subpath, closed ones ending where they began; True when any segment is curved."""
    raw, (px, py) = pen.raw, pen.buffers.point
    count = raw.FPDFPath_CountSegments(obj)
    pen.out.segments += max(0, count)
    paths: list[list[tuple[float, float]]] = []
    curved = False
    if pen.out.segments > MAX_SEGMENTS:
        return paths, curved
    for i in range(count):
        segment = raw.FPDFPath_GetPathSegment(obj, i)
        raw.FPDFPathSegment_GetPoint(segment, px, py)
        point = apply(matrix, px.value, py.value)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO or not paths:
            paths.append([point])
        else:
            curved = curved or kind == raw.FPDF_SEGMENT_BEZIERTO
            paths[-1].append(point)
        if raw.FPDFPathSegment_GetClose(segment) and paths[-1][0] != paths[-1][-1]:
            paths[-1].append(paths[-1][0])
    return paths, curved


def _segments(pen: _Pen, obj: Any, matrix: Matrix, *, stroked: bool) -> bool:
    """Add the edges of a path's axis-parallel parts; True when other parts (curves, slants) were seen."""
    out = pen.out
    paths, odd = _subpaths(pen, obj, matrix)
    for points in paths:
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        box = (min(xs), min(ys), max(xs), max(ys))
        wide, high = box[2] - box[0], box[3] - box[1]
        slanted = any(abs(x1 - x0) > 1 and abs(y1 - y0) > 1 for (x0, y0), (x1, y1) in pairwise(points))
        odd = odd or slanted
        if high <= THIN:
            out.horizontal.append(((box[1] + box[3]) / 2, box[0], box[2]))
        elif wide <= THIN:
            out.vertical.append(((box[0] + box[2]) / 2, box[1], box[3]))
        elif stroked and len(points) == 5 and not slanted and is_square(box):
            out.squares.append(box)
        elif stroked:
            for (x0, y0), (x1, y1) in pairwise(points):
                if abs(y1 - y0) <= 1 < abs(x1 - x0):
                    out.horizontal.append(((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
                elif abs(x1 - x0) <= 1 < abs(y1 - y0):
                    out.vertical.append(((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
    return odd


def is_square(box: BBox) -> bool:
    """Whether a drawn rectangle has the size and shape of a tick box."""
    short, long = sorted((box[2] - box[0], box[3] - box[1]))
    return short >= SQUARE_MIN and long <= SQUARE_MAX and long <= SQUARE_RATIO * short


def _seal_sized(box: BBox) -> bool:
    wide, high = box[2] - box[0], box[3] - box[1]
    short, long = min(wide, high), max(wide, high)
    return short >= SEAL_MIN / SEAL_RATIO and SEAL_MIN <= long <= SEAL_MAX and long <= SEAL_RATIO * short


def _is_red(r: int, g: int, b: int) -> bool:
    return r >= 120 and r > 1.5 * g and r > 1.5 * b


def _image(pen: _Pen, obj: Any, matrix: Matrix) -> None:
    box = _bounds(pen, obj, matrix)
    if box is None:
        return
    wide, high = box[2] - box[0], box[3] - box[1]
    if max(wide, high) <= THIN:
        return
    if min(wide, high) <= THIN:  # rules are sometimes painted as stretched pixels
        (pen.out.horizontal if wide > high else pen.out.vertical).append(
            ((box[1] + box[3]) / 2, box[0], box[2]) if wide > high else ((box[0] + box[2]) / 2, box[1], box[3])
        )
        return
    if max(wide, high) <= MARK_MAX:
        pen.out.marks.append(box)
    kind = "picture"
    if _seal_sized(box) or (high <= INK_HEIGHT and wide > max(high, MARK_MAX)):
        kind = _kind_by_pixels(pen, obj, box)
    pen.out.images.append(Image(box, kind))


def _kind_by_pixels(pen: _Pen, obj: Any, box: BBox) -> str:
    """``seal``, ``ink`` or ``picture`` by a sample of the pixels as they are painted."""
    raw = pen.raw
    width, height = ctypes.c_uint(), ctypes.c_uint()
    if not raw.FPDFImageObj_GetImagePixelSize(obj, width, height) or width.value * height.value > MAX_PIXELS:
        return "picture"
    bitmap = raw.FPDFImageObj_GetRenderedBitmap(pen.document, pen.page, obj)
    if not bitmap:
        return "picture"
    try:
        red, dark, seen = _sample(raw, bitmap)
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
    if seen and _seal_sized(box) and red >= 0.02 * seen and red > 4 * dark:
        return "seal"
    wide, high = box[2] - box[0], box[3] - box[1]
    if seen and high <= INK_HEIGHT and wide > high and 0.003 * seen <= dark <= 0.35 * seen and red * 4 < dark:
        return "ink"
    return "picture"


def _sample(raw: Any, bitmap: Any) -> tuple[int, int, int]:
    """(red, dark, all) pixels of a sample; 0, 0, 0 where colours of another sort make up a photograph."""
    width, height = raw.FPDFBitmap_GetWidth(bitmap), raw.FPDFBitmap_GetHeight(bitmap)
    stride, depth = raw.FPDFBitmap_GetStride(bitmap), raw.FPDFBitmap_GetFormat(bitmap)
    size = {raw.FPDFBitmap_BGR: 3, raw.FPDFBitmap_BGRx: 4, raw.FPDFBitmap_BGRA: 4}.get(depth)
    if size is None or width * height == 0:
        return (0, 0, 0)
    data = ctypes.string_at(raw.FPDFBitmap_GetBuffer(bitmap), stride * height)
    step = max(1, int((width * height / SAMPLES) ** 0.5))
    red = dark = other = seen = 0
    for y in range(0, height, step):
        for at in range(y * stride, y * stride + width * size, step * size):
            b, g, r = data[at], data[at + 1], data[at + 2]
            seen += 1
            if (size == 4 and depth == raw.FPDFBitmap_BGRA and data[at + 3] < 64) or min(r, g, b) > 200:
                continue  # the paper shows through
            if _is_red(r, g, b):
                red += 1
            elif max(r, g) < 140:
                dark += 1
            else:
                other += 1
    return (0, 0, 0) if other > red + dark else (red, dark, seen)
