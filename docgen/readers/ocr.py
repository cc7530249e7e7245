"""The OCR engine: one RapidOCR a process, made when first needed, silent and offline.

Its models travel inside the wheel (PP-OCR detection and recognition), so nothing is ever downloaded. All coordinates are
pixels of the picture given.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from docgen.document import BBox
from docgen.readers.chars import Glyph

if TYPE_CHECKING:
    from numpy.typing import NDArray

MISSING = "读取需要安装 OCR 组件：pip install 'docgen[ocr]'。"
"""What to do where the extra is not installed; the caller says before it what was to be read."""

LONG_SIDE = 2000
"""Pixels. RapidOCR itself scales a picture to this longest side; a page is scaled once, by us, with the page's other work."""

THREADS = 2
"""More threads do not make a page faster and starve the other workers."""

DROP = 0.3
"""A line recognised with less confidence is noise, not text."""

LOOSE = 0.1
"""The detector widens a line by this share of its height above and below; taken off again, so that lines do not overlap."""

TALL = 1.5
"""A line so many times higher than wide is a column of characters; RapidOCR would turn it on its side."""

_LOCK = threading.Lock()  # RapidOCR keeps the options of a call in the object


def available() -> bool:
    """Whether the extra ``ocr`` is installed."""
    return all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "cv2", "PIL"))


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    threads = min(THREADS, os.cpu_count() or 1)
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.text_score": 0.0,  # lines are dropped here, see DROP: RapidOCR would mix up their characters
            "Global.max_side_len": LONG_SIDE,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


@dataclass(slots=True)
class TextLine:
    """One line found: its characters, how sure the engine is of them all, and whether it stands upright (a column of
    characters, or a line of a page on its side: then its characters are not to be trusted)."""

    glyphs: list[Glyph]
    score: float
    bbox: BBox
    tall: bool = False


def recognise(picture: NDArray[Any]) -> list[TextLine]:
    """The text lines of a BGR picture, in no particular order, each as characters with boxes and confidences."""
    with _LOCK:
        # RapidOCR keeps what a call before set: every option is said each time.
        result = _engine()(
            picture, use_det=True, use_cls=False, use_rec=True, return_word_box=True, return_single_char_box=True
        )
    if result is None or getattr(result, "boxes", None) is None or result.txts is None:
        return []
    words = result.word_results or ()
    lines: list[TextLine] = []
    for i, (quad, text, score) in enumerate(zip(result.boxes, result.txts, result.scores, strict=True)):
        chars = words[i] if len(words) == len(result.txts) else ()
        line = _line(quad, text, float(score), chars)
        if line.tall or (score >= DROP and line.glyphs):
            lines.append(line)
    return _once(lines)


def _once(lines: list[TextLine]) -> list[TextLine]:
    """The lines without what was found twice: boxes of the detector may lie in one another, or share a character where one
    line ends and the next begins."""
    kept: list[TextLine] = []
    for line in sorted(lines, key=lambda line: -len(line.glyphs)):
        x0, top, x1, bottom = line.bbox
        near = [k for k in kept if k.bbox[0] < x1 and x0 < k.bbox[2] and k.bbox[1] < bottom and top < k.bbox[3]]
        if near and line.glyphs:
            line.glyphs = [g for g in line.glyphs if not any(_covers(other, g) for k in near for other in k.glyphs)]
            for other in near:
                _share(line, other)
            if not line.glyphs:
                continue
        kept.append(line)
    return kept


def _covers(one: Glyph, other: Glyph) -> bool:
    """Whether the middle of ``other`` lies in ``one``."""
    x, y = (other.x0 + other.x1) / 2, (other.top + other.bottom) / 2
    return one.x0 <= x <= one.x1 and one.top <= y <= one.bottom


def _share(one: TextLine, other: TextLine) -> None:
    """Take a character away that ends one line and begins the other at nearly the same place: from the less sure line."""
    for first, second in ((one, other), (other, one)):
        if not first.glyphs or not second.glyphs:
            continue
        a, b = first.glyphs[-1], second.glyphs[0]
        apart = abs(a.x0 + a.x1 - b.x0 - b.x1) / 2
        if a.text == b.text and apart < (a.x1 - a.x0 + b.x1 - b.x0) / 2 and a.top < (b.top + b.bottom) / 2 < a.bottom:
            if a.confidence < b.confidence:
                first.glyphs.pop()
            else:
                second.glyphs.pop(0)


def read_column(picture: NDArray[Any], line: TextLine) -> None:
    """Recognise a line of characters that stand one below the other, by setting them side by side."""
    import cv2
    import numpy as np

    x0, top, x1, bottom = (max(0, round(v)) for v in line.bbox)
    part = picture[top:bottom, x0:x1]
    line.glyphs = []
    if min(part.shape[:2]) < 4:
        return
    gray = cv2.cvtColor(part, cv2.COLOR_BGR2GRAY)
    dark = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)[1]
    spans = _rows(dark.max(axis=1) > 0, 0.72 * (x1 - x0))
    tiles = []
    for start, end in spans:
        tile = part[start:end]
        pad = max(2, round(0.12 * (x1 - x0)))
        tiles.append(cv2.copyMakeBorder(tile, 0, 0, pad, pad, cv2.BORDER_CONSTANT, value=(255, 255, 255)))
    if not tiles:
        return
    high = max(t.shape[0] for t in tiles) + 6
    row = [
        cv2.copyMakeBorder(
            t, (high - t.shape[0]) // 2, high - t.shape[0] - (high - t.shape[0]) // 2, 0, 0, cv2.BORDER_CONSTANT,
            value=(255, 255, 255),
        )
        for t in tiles
    ]  # fmt: skip
    with _LOCK:
        result = _engine()(np.hstack(row), use_det=False, use_cls=False, use_rec=True, return_word_box=False)
    text = "".join(result.txts[0].split()) if result.txts else ""
    line.score = float(result.scores[0]) if result.scores else 0.0
    if line.score < DROP or not text:
        return
    step = (bottom - top) / len(text)
    line.glyphs = [
        Glyph(char, x0, top + k * step, x1, top + (k + 1) * step, confidence=line.score) for k, char in enumerate(text)
    ]


def _rows(dark: NDArray[Any], least: float) -> list[tuple[int, int]]:
    """Runs of rows with ink, (start, end); pieces of one character (二, 三) are put together up to ``least`` pixels."""
    spans: list[tuple[int, int]] = []
    start = -1
    for y, is_dark in enumerate([*dark, False]):
        if is_dark and start < 0:
            start = y
        elif not is_dark and start >= 0:
            if (
                spans
                and y - spans[-1][0] <= least * 1.45
                and (spans[-1][1] - spans[-1][0] < least or y - start < least / 2)
            ):
                spans[-1] = (spans[-1][0], y)
            else:
                spans.append((start, y))
            start = -1
    return spans


def upside_down(picture: NDArray[Any], lines: list[TextLine]) -> bool:
    """Whether the longest of the lines are seen to stand on their heads (by RapidOCR's own classifier)."""
    votes = 0
    longest = sorted((line for line in lines if not line.tall), key=lambda line: line.bbox[2] - line.bbox[0])[-7:]
    for line in longest:
        x0, top, x1, bottom = (max(0, round(v)) for v in line.bbox)
        crop = picture[top:bottom, x0:x1]
        if not crop.size:
            continue
        with _LOCK:
            result = _engine()(crop, use_det=False, use_cls=True, use_rec=False)
        label, score = result.cls_res[0]
        votes += (1 if label == "180" else -1) * (score > 0.7)
    return votes > 0


def _line(quad: Any, text: str, score: float, chars: Any) -> TextLine:
    """One line as found; where the engine gave no boxes of characters, it is shared out by their widths."""
    xs, ys = [float(p[0]) for p in quad], [float(p[1]) for p in quad]
    # The mean of the upper and lower corners: the box around a line that still leans a little would be too high.
    top, bottom = sum(sorted(ys)[:2]) / 2, sum(sorted(ys)[2:]) / 2
    left, right = min(xs), max(xs)
    if right - left < (max(ys) - min(ys)) / TALL:
        return TextLine([], score, (left, min(ys), right, max(ys)), tall=True)
    pad = LOOSE * (bottom - top)
    top, bottom = top + pad, bottom - pad
    line = TextLine([], score, (left, top, right, bottom))
    if not chars or not all(len(c) == 3 and c[2] is not None for c in chars):
        shares = [1.0 if ord(c) > 0x2E80 else 0.55 for c in text]
        at, unit = left, (right - left) / sum(shares)
        for char, share in zip(text, shares, strict=True):
            if not char.isspace():
                line.glyphs.append(Glyph(char, at, top, at + share * unit, bottom, confidence=score))
            at += share * unit
        return line
    for word, confidence, box in chars:
        x0, x1 = min(float(p[0]) for p in box), max(float(p[0]) for p in box)
        step = (x1 - x0) / max(1, len(word))
        for k, char in enumerate(word):
            if not char.isspace():
                # Whether a bracket is a wide or a narrow one is a toss-up that says nothing about the text.
                # That of a single right character is often low too: the line has a say.
                sure = (float(confidence) + score) / 2 if char.isalnum() else max(float(confidence), score)
                line.glyphs.append(Glyph(char, x0 + k * step, top, x0 + (k + 1) * step, bottom, confidence=sure))
    return line
