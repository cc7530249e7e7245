"""The text of an open PDF page: characters with boxes, and what was filled into form fields and annotations.

Callers hold ``pdfium.LOCK``. Boxes are in points from the top left of the page as displayed.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from docgen.document import BBox, Image
from docgen.readers.chars import Glyph, plain_char
from docgen.readers.drawing import INK_HEIGHT, MARK_MAX, annotation_image
from docgen.readers.marks import SYMBOL_FONTS
from docgen.readers.pdfium import Matrix, OpenPage, address, apply, apply_box

MAX_CHARS = 200_000
"""Characters read on one page."""

MAX_ANNOTATIONS = 5_000
"""Annotations and form fields read on one page."""

MAX_VALUE = 20_000
"""Characters read of one form field."""

FIELD_EM = 12.0
"""Points. The size in which a field's value is laid into its box; smaller where the box is."""

ASCENT, DESCENT = 0.88, 0.12
"""Shares of the font size above and below the base line, where pdfium gives no loose box (turned text)."""

_SPACES = frozenset((0x20, 0xA0, 0x3000, 0x09, 0x0A, 0x0D, *range(0x2000, 0x200C), 0x202F, 0x205F))
_WIDE = 0x2000  # Latin, Greek, Cyrillic … end here: scripts that part words by spaces
_SYMBOL_BYTES = frozenset(code for table in SYMBOL_FONTS.values() for code in table)


@dataclass(slots=True)
class Annotations:
    """``values`` are texts with their box, ``ticks`` check boxes and radio buttons with their state, ``strokes`` small
    pen marks, ``images`` stamps, seals of signatures and signatures in ink."""

    values: list[tuple[BBox, str]] = field(default_factory=list)
    ticks: list[tuple[BBox, bool]] = field(default_factory=list)
    strokes: list[BBox] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)


@contextmanager
def text_page(page: OpenPage) -> Iterator[Any]:
    """pdfium's text handle of a page; None where it cannot be had."""
    handle = page.raw.FPDFText_LoadPage(page.page)
    try:
        yield handle or None
    finally:
        if handle:
            page.raw.FPDFText_ClosePage(handle)


def read_glyphs(page: OpenPage, text: Any, skip: set[int]) -> list[Glyph]:
    """The characters of a text page in the order of printing; those of the text objects at ``skip`` are left out."""
    raw, to_display = page.raw, page.to_display
    out: list[Glyph] = []
    unicode_of, loose_box = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox
    rect = raw.FS_RECTF()
    ref = ctypes.byref(rect)
    a, b, c, d, e, f = to_display
    upright = b == 0 and c == 0 and a == 1 and d == -1
    generated = raw.FPDFText_IsGenerated
    spaced = gap = narrow = False
    high = 0
    for i in range(min(raw.FPDFText_CountChars(text), MAX_CHARS)):
        code = unicode_of(text, i)
        if code in _SPACES:
            # A space that pdfium inferred from a gap counts between Latin letters only: between Chinese and digits
            # Word itself leaves a quarter of an em, which nobody typed.
            if generated(text, i):
                gap = True
            else:
                spaced = True
            continue
        if 0xD800 <= code < 0xDC00:  # a pair of surrogates comes as two characters
            high = code
            continue
        if 0xDC00 <= code < 0xE000 and high:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
        high = 0
        char = plain_char(code)
        if not char or (skip and address(raw.FPDFText_GetTextObject(text, i)) in skip):
            continue
        if code in _SYMBOL_BYTES:
            char = _symbol(raw, text, i, code) or char
        spaced = spaced or (gap and narrow and code < _WIDE)
        narrow, gap = code < _WIDE, False
        loose_box(text, i, ref)
        x0, top, x1, bottom = rect.left, rect.top, rect.right, rect.bottom
        if x0 == x1 or top == bottom:
            box = _turned_box(raw, text, i, char, to_display)
            if box is None:
                continue
            out.append(Glyph(char, *box, spaced))
        elif upright and x0 < x1 and bottom < top:
            out.append(Glyph(char, x0 + e, f - top, x1 + e, f - bottom, spaced))
        else:
            out.append(Glyph(char, *apply_box(to_display, x0, top, x1, bottom), spaced))
        spaced = False
    return out


def _symbol(raw: Any, text: Any, index: int, code: int) -> str | None:
    """The mark that a plain letter of a symbol font prints; None in other fonts."""
    buffer = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    if not raw.FPDFText_GetFontInfo(text, index, buffer, len(buffer), flags):
        return None
    name = buffer.value.decode("utf-8", "replace").rpartition("+")[2].lower()
    font = name.partition("-")[0].partition(",")[0].replace("wingdings2", "wingdings 2")
    return SYMBOL_FONTS.get(font, {}).get(code)


def _turned_box(raw: Any, text: Any, index: int, char: str, to_display: Matrix) -> BBox | None:
    """The box of a character whose text is turned against the page (usual on pages with /Rotate)."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    x, y = ctypes.c_double(), ctypes.c_double()
    m = raw.FS_MATRIX()
    if not (
        raw.FPDFText_GetCharBox(text, index, left, right, bottom, top)
        and raw.FPDFText_GetCharOrigin(text, index, x, y)
        and raw.FPDFText_GetMatrix(text, index, m)
    ):
        return None
    tight = apply_box(to_display, left.value, bottom.value, right.value, top.value)
    ox, oy = apply(to_display, x.value, y.value)
    em = raw.FPDFText_GetFontSize(text, index) * (m.c**2 + m.d**2) ** 0.5
    along = (m.a * to_display[0] + m.b * to_display[2], m.a * to_display[1] + m.b * to_display[3])
    if em <= 0 or abs(along[0]) < abs(along[1]):
        return tight if tight[2] > tight[0] and tight[3] > tight[1] else None
    wide = em if unicodedata.east_asian_width(char[0]) in "WF" else 0.0
    if along[0] > 0:
        return (min(ox, tight[0]), oy - ASCENT * em, max(ox + wide, tight[2]), oy + DESCENT * em)
    return (min(ox - wide, tight[0]), oy - DESCENT * em, max(ox, tight[2]), oy + ASCENT * em)


def object_text(raw: Any, text: Any, obj: Any) -> str:
    """The text of one text object."""
    size = min(raw.FPDFTextObj_GetText(obj, text, None, 0), 2 * MAX_VALUE)
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    raw.FPDFTextObj_GetText(obj, text, buffer, size)
    return _decode(buffer, size)


def _decode(buffer: Any, size: int) -> str:
    """UTF-16 text of ``size`` bytes with its closing zero."""
    return bytes(buffer)[: max(0, size)].decode("utf-16-le", "replace").split("\0")[0]


def read_annotations(page: OpenPage) -> Annotations:
    """Form fields, free text, stamps and ink of a page."""
    raw, out = page.raw, Annotations()
    for i in range(min(raw.FPDFPage_GetAnnotCount(page.page), MAX_ANNOTATIONS)):
        annotation = raw.FPDFPage_GetAnnot(page.page, i)
        if not annotation:
            continue
        try:
            rect = raw.FS_RECTF()
            unseen = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW
            if not raw.FPDFAnnot_GetFlags(annotation) & unseen and raw.FPDFAnnot_GetRect(annotation, rect):
                box = apply_box(page.to_display, rect.left, rect.bottom, rect.right, rect.top)
                _annotation(page, annotation, box, out)
        finally:
            raw.FPDFPage_CloseAnnot(annotation)
    return out


def _annotation(page: OpenPage, annotation: Any, box: BBox, out: Annotations) -> None:
    raw = page.raw
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    if kind == raw.FPDF_ANNOT_WIDGET and page.form is not None:
        _widget(page, annotation, box, out)
    elif kind == raw.FPDF_ANNOT_FREETEXT:
        value = _string(lambda buffer, size: raw.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, size))
        if value.strip():
            out.values.append((box, value))
    elif kind == raw.FPDF_ANNOT_STAMP:
        out.images.append(annotation_image(page, annotation, box) or Image(box))
    elif kind == raw.FPDF_ANNOT_INK:
        if max(box[2] - box[0], box[3] - box[1]) <= MARK_MAX:
            out.strokes.append(box)
        else:
            out.images.append(Image(box, "ink" if box[3] - box[1] <= INK_HEIGHT else "picture"))


def _widget(page: OpenPage, annotation: Any, box: BBox, out: Annotations) -> None:
    raw, form = page.raw, page.form
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
        # The appearance state is what is displayed; FPDFAnnot_IsChecked wants a window with the page in it.
        state = _string(lambda buffer, size: raw.FPDFAnnot_GetStringValue(annotation, b"AS", buffer, size))
        if not state and kind == raw.FPDF_FORMFIELD_CHECKBOX:
            state = _string(lambda buffer, size: raw.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, size))
        out.ticks.append((box, state not in {"", "Off"}))
    elif kind in (raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX):
        value = _string(lambda buffer, size: raw.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, size))
        if value.strip():
            out.values.append((box, value))
    elif kind == raw.FPDF_FORMFIELD_SIGNATURE:
        shown = annotation_image(page, annotation, box)
        out.images += [shown] if shown else []


def _string(read: Any) -> str:
    """A string that pdfium writes to a buffer of which it first tells the size in bytes."""
    size = min(read(None, 0), 2 * MAX_VALUE)
    if size < 2:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    read(buffer, size)
    return _decode(buffer, size)


def lay_value(box: BBox, value: str) -> list[Glyph]:
    """The value of a field as glyphs inside the field's box: one row a line of the value, shrunk where it is too long."""
    rows = [row for row in value.replace("\r\n", "\n").replace("\r", "\n").split("\n") if row.strip()]
    x0, top, x1, bottom = box
    if not rows or x1 <= x0 or bottom <= top:
        return []
    em = min(FIELD_EM, (bottom - top) / len(rows))
    y = top if len(rows) > 1 else (top + bottom - em) / 2
    out: list[Glyph] = []
    for row in rows:
        widths = [em if unicodedata.east_asian_width(c) in "WFA" else em / 2 for c in row]
        scale = min(1.0, (x1 - x0) / sum(widths))
        x = x0
        spaced = True
        for char, wide in zip(row, widths, strict=True):
            if char.isspace():
                spaced = True
            elif plain := plain_char(ord(char)):
                out.append(Glyph(plain, x, y, x + wide * scale, y + em, spaced))
                spaced = False
            x += wide * scale
        y += em
    return out
