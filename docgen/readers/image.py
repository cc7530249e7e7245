"""JPEG, PNG, TIFF, WebP, BMP, GIF, HEIC → Document: each frame is a page, read by OCR.

The size a picture declares is looked at before anything is decoded. Nothing a damaged picture makes a decoder raise reaches
the caller: what can be decoded is read with a warning, the rest is refused in one sentence.
"""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from docgen.document import Document, Page
from docgen.errors import UnreadableError
from docgen.readers import ocr
from docgen.readers.limits import DEFAULT, Limits, ocr_pages_warning, page_pixels_message

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image as Picture

A4 = (595.28, 841.89)
"""Points. A picture that does not say how large it is was taken of a sheet of A4."""

PAGE_MIN, PAGE_MAX = 140.0, 1700.0
"""Points. A resolution that makes the longest side of a page shorter or longer is not believed (cameras write 72)."""

FORMATS = {
    "jpeg": ("JPEG", "MPO"),
    "png": ("PNG",),
    "tiff": ("TIFF",),
    "webp": ("WEBP",),
    "bmp": ("BMP", "DIB"),
    "gif": ("GIF",),
    "heic": ("HEIF", "AVIF"),
}
"""The decoders let near a file of each format: the others are not asked."""

NEEDS_OCR = "这是图片，" + ocr.MISSING
NEEDS_HEIF = "这是 HEIC 图片，读取需要安装组件：pip install pi-heif；也可以在手机上改存为 JPEG 后再提交。"
DAMAGED = "图片已损坏，无法打开，请重新拍摄或重新扫描后提交。"
CUT_SHORT = "图片文件不完整，只读出了一部分，请核对原件，必要时重新提交。"
NO_TEXT = "图片上没有识别出文字，请人工核对。"

DRAFT = 2400
"""Pixels. JPEG can be decoded at a half, quarter or eighth: the smallest that is still this large is enough."""

_LOCK = threading.Lock()  # Pillow's leniency is one switch for the process


def read_image(data: bytes, path: str, limits: Limits = DEFAULT, kind: str = "jpeg") -> Document:
    """Read a picture from memory; ``path`` only names it, ``kind`` is the sniffed format.

    Raises ``UnreadableError`` when the OCR extra is missing, the picture is damaged or larger than ``limits.page_pixels``.
    At most ``limits.ocr_pages`` frames of a TIFF are read; of an animation only the first frame.
    """
    if not ocr.available():
        raise UnreadableError(NEEDS_OCR)
    from docgen.readers.scan import read_scan

    out = Document(path=path, format=kind, reader="image-ocr")
    table = 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's words on large pictures and odd tags are not for clerks
        picture = _open(data, kind)
        for number, frame in enumerate(_frames(picture, kind, limits, out.warnings), 1):
            width, height = _size_in_points(frame)
            _check_size(frame, kind, limits, out.warnings)
            upright = _decode(frame, data, kind, out.warnings)
            if (upright.width > upright.height) != (width > height):  # the camera was held upright
                width, height = height, width
            page = read_scan(_pixels(upright), number, width, height, table)
            out.pages.append(page)
            table += len(page.tables)
    out.warnings += scan_warnings(out.pages)
    return out


def scan_warnings(pages: list[Page]) -> list[str]:
    """What a reviewer must know of pages read by OCR."""
    out: list[str] = []
    reasons: dict[str, list[int]] = {}
    for page in pages:
        if page.illegible:
            reasons.setdefault(page.illegible, []).append(page.number)
    for reason, numbers in reasons.items():
        shown = "、".join(str(n) for n in numbers[:10])
        out.append(f"第 {shown} 页{reason}，识别结果不可靠，请人工核对或重新扫描。")
    if pages and not any(page.blocks for page in pages):
        out.append(NO_TEXT)
    return out


def _open(data: bytes, kind: str) -> Picture:
    from PIL import Image

    if kind == "heic" and find_spec("pi_heif") is not None:
        import_module("pi_heif").register_heif_opener()
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS[kind])
    except Image.DecompressionBombError as error:
        # The size it declares is in Pillow's own sentence only; the header is not worth parsing again.
        raise UnreadableError(
            f"图片的像素超过 {2 * (Image.MAX_IMAGE_PIXELS or 0) // 10_000} 万，已停止读取，请缩小后提交。"
        ) from error
    except Exception as error:  # whatever a broken picture makes a decoder raise
        missing = kind == "heic" and find_spec("pi_heif") is None
        raise UnreadableError(NEEDS_HEIF if missing else DAMAGED) from error


def _frames(picture: Picture, kind: str, limits: Limits, notes: list[str]) -> Iterator[Picture]:
    """The pages of a TIFF, the first frame of anything else."""
    yield picture
    if kind != "tiff":
        return
    most = min(limits.pages, limits.ocr_pages)
    for index in range(1, most + 1):
        try:
            picture.seek(index)
        except EOFError:
            return
        except Exception:  # a damaged directory ends the file
            notes.append(CUT_SHORT)
            return
        if index == most:
            notes.append(ocr_pages_warning(None, limits))
            return
        yield picture


def _check_size(frame: Picture, kind: str, limits: Limits, notes: list[str]) -> None:
    """Refuse a frame by the size its header declares; a JPEG is decoded at half or quarter size instead."""
    wide, high = frame.size
    if wide < 16 or high < 16:
        raise UnreadableError(f"图片只有 {wide}×{high} 像素，没有可以读取的内容。")
    if kind == "jpeg":
        frame.draft(None, (DRAFT, DRAFT))  # at least this large where the file is
    if frame.width * frame.height > limits.page_pixels:
        raise UnreadableError(page_pixels_message(wide, high, limits))
    if wide * high > limits.page_pixels:
        notes.append(f"图片有 {wide}×{high} 像素，已缩小后读取。")


def _size_in_points(frame: Picture) -> tuple[float, float]:
    """Width and height of the page: by the picture's resolution if that makes a page of it, else A4 across."""
    wide, high = frame.size
    dpi: Any = frame.info.get("dpi")
    try:
        across, down = float(dpi[0]), float(dpi[1])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        across = down = 0.0
    if across > 1 and down > 1 and 0.5 < across / down < 2:
        width, height = wide / across * 72, high / down * 72
        if PAGE_MIN <= max(width, height) <= PAGE_MAX:
            return width, height
    width = A4[0] if high >= wide else A4[1]
    return width, width * high / wide


def _decode(frame: Picture, data: bytes, kind: str, notes: list[str]) -> Picture:
    """The decoded frame, upright as its EXIF says; a file cut short as far as it goes."""
    from PIL import Image, ImageFile, ImageOps

    try:
        frame.load()
    except Exception:
        index = frame.tell()
        with _LOCK:
            ImageFile.LOAD_TRUNCATED_IMAGES = True
            try:
                frame = Image.open(io.BytesIO(data), formats=FORMATS[kind])
                frame.seek(index)
                frame.load()
                if not any(high - low > 8 for low, high in _extrema(frame)):
                    raise UnreadableError(DAMAGED)
            except UnreadableError:
                raise
            except Exception as error:
                raise UnreadableError(DAMAGED) from error
            finally:
                ImageFile.LOAD_TRUNCATED_IMAGES = False
        if CUT_SHORT not in notes:
            notes.append(CUT_SHORT)
    try:
        return ImageOps.exif_transpose(frame) or frame
    except Exception:  # tags that make no sense
        return frame


def _extrema(frame: Picture) -> list[tuple[float, float]]:
    found: Any = frame.convert("RGB").getextrema()
    return list(found)


def _pixels(frame: Picture) -> NDArray[Any]:
    """BGR on white; large pictures are made smaller first, before they are copied."""
    import numpy as np
    from PIL import Image

    if frame.mode.startswith("I;16"):
        frame = Image.fromarray((np.asarray(frame) >> 8).astype(np.uint8))
    if frame.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in frame.info:
        clear = frame.convert("RGBA")
        frame = Image.new("RGB", frame.size, (255, 255, 255))
        frame.paste(clear, mask=clear.getchannel("A"))
    most = ocr.LONG_SIDE * 2
    if max(frame.size) > most:
        frame = frame.convert("RGB") if frame.mode not in ("L", "RGB") else frame
        frame = frame.reduce(max(2, round(max(frame.size) / most)))
    return np.ascontiguousarray(np.asarray(frame.convert("RGB"))[:, :, ::-1])
