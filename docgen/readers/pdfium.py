"""The handles of pdfium: open, closed in any case, and one at a time, since pdfium is not thread-safe."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from docgen.document import BBox
from docgen.errors import UnreadableError

LOCK = threading.Lock()
"""Held by whoever calls pdfium: one file is read at a time in a process."""

ENCRYPTED = "文件已加密，需要密码才能打开，请提供未加密的文件。"
DAMAGED = "文件已损坏或不是 PDF 文件，无法打开，请重新导出或重新扫描后提交。"

Matrix = tuple[float, float, float, float, float, float]
"""(a, b, c, d, e, f) as PDF has it: x' = a x + c y + e, y' = b x + d y + f."""


@dataclass(slots=True)
class OpenFile:
    """``raw`` is the module of pdfium's functions; ``form`` is None where the file has no fillable fields."""

    raw: Any
    document: Any
    form: Any


@dataclass(slots=True)
class OpenPage:
    """An open page. ``to_display`` maps page space to points from the top left of the page as displayed, whose size is
    ``width`` by ``height``: /CropBox and /Rotate are taken into account."""

    raw: Any
    document: Any
    form: Any
    page: Any
    to_display: Matrix
    width: float
    height: float


@cache
def _library() -> Any:
    """The functions of pdfium, initialised once.

    The bindings are loaded without the package ``pypdfium2`` around them, whose import takes as long again. Should
    somebody load that too, nothing breaks: pdfium ignores a second initialisation.
    """
    raw: Any = import_module("pypdfium2_raw.bindings")
    raw.FPDF_InitLibraryWithConfig(raw.FPDF_LIBRARY_CONFIG(version=2))
    return raw


@contextmanager
def open_file(data: bytes) -> Iterator[OpenFile]:
    """Open a PDF held in memory; raises ``UnreadableError`` where it needs a password or is damaged."""
    raw = _library()
    document = raw.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        code = raw.FPDF_GetLastError()
        raise UnreadableError(ENCRYPTED if code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY) else DAMAGED)
    form = None
    # The struct must outlive the form environment, which keeps a pointer to it. No script is ever run.
    info = raw.FPDF_FORMFILLINFO(version=2)
    try:
        if raw.FPDF_GetFormType(document) != raw.FORMTYPE_NONE:
            form = raw.FPDFDOC_InitFormFillEnvironment(document, info) or None
        yield OpenFile(raw, document, form)
    finally:
        if form is not None:
            raw.FPDFDOC_ExitFormFillEnvironment(form)
        raw.FPDF_CloseDocument(document)


@contextmanager
def open_page(file: OpenFile, index: int) -> Iterator[OpenPage | None]:
    """Open page ``index`` (from 0); None where it is damaged."""
    page = file.raw.FPDF_LoadPage(file.document, index)
    if not page:
        yield None
        return
    try:
        matrix, width, height = _display(file.raw, page)
        yield OpenPage(file.raw, file.document, file.form, page, matrix, width, height)
    finally:
        file.raw.FPDF_ClosePage(page)


def _display(raw: Any, page: Any) -> tuple[Matrix, float, float]:
    box = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page, box)
    left, bottom, right, top = box.left, box.bottom, box.right, box.top
    wide, high = right - left, top - bottom
    turns = raw.FPDFPage_GetRotation(page) % 4  # quarters, clockwise
    matrices: list[Matrix] = [
        (1, 0, 0, -1, -left, top),
        (0, 1, 1, 0, -bottom, -left),
        (-1, 0, 0, 1, right, -bottom),
        (0, -1, -1, 0, top, right),
    ]
    return matrices[turns], *((high, wide) if turns % 2 else (wide, high))


MOST_DPI = 300
"""A small page (a card) is not rendered any finer than this."""


def render(page: OpenPage, long_side: int) -> Any:
    """The page as displayed, annotations included, on white: a BGR array whose longest side has ``long_side`` pixels."""
    import numpy as np

    raw = page.raw
    scale = min(long_side / max(page.width, page.height, 1.0), MOST_DPI / 72)
    wide, high = max(1, round(page.width * scale)), max(1, round(page.height * scale))
    pixels = np.full((high, wide, 4), 255, np.uint8)
    bitmap = raw.FPDFBitmap_CreateEx(wide, high, raw.FPDFBitmap_BGRx, pixels.ctypes.data, wide * 4)
    try:
        raw.FPDF_RenderPageBitmap(bitmap, page.page, 0, 0, wide, high, 0, raw.FPDF_ANNOT)
        if page.form is not None:
            raw.FPDF_FFLDraw(page.form, bitmap, page.page, 0, 0, wide, high, 0, raw.FPDF_ANNOT)
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
    return np.ascontiguousarray(pixels[:, :, :3])


def then(first: Matrix, second: Matrix) -> Matrix:
    """The map that applies ``first``, then ``second``."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def apply(m: Matrix, x: float, y: float) -> tuple[float, float]:
    return (m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5])


def apply_box(m: Matrix, x0: float, y0: float, x1: float, y1: float) -> BBox:
    """The box around a box given by two opposite corners."""
    corners = [apply(m, x, y) for x, y in ((x0, y0), (x1, y0), (x0, y1), (x1, y1))]
    xs, ys = [c[0] for c in corners], [c[1] for c in corners]
    return (min(xs), min(ys), max(xs), max(ys))


def address(pointer: Any) -> int:
    """The address that a pdfium handle stands for."""
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0
