"""What a picture in a Word file is taken for: a seal, handwriting, or just a picture.

Names first (Word keeps the alternative text and WPS the file name); then colour: a roughly square picture that is mostly
red on white is a seal. Colours are looked at only where Pillow is installed, and only in small pictures.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

from docgen.readers.docx_package import Package, read_member
from docgen.readers.limits import Limits

SQUARE = 1.25
"""Width : height, or the inverse, up to which a picture is roughly square."""
MAX_BYTES = 4 * 1024 * 1024
"""Larger pictures (bytes, as stored) are photographs, not seals, and are not decoded."""
SAMPLE = 64
"""Side of the thumbnail that is counted (pixels)."""

_SEAL = re.compile(r"章|seal|stamp", re.IGNORECASE)
_INK = re.compile(r"签|signature|\bink\b", re.IGNORECASE)
_SHAPE_SIZE = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*([\d.]+)", re.IGNORECASE)


@dataclass(slots=True)
class Drawing:
    """A drawing as it was found: its names joined, its size in any one unit (0 where unknown), and what it shows."""

    names: str = ""
    width: float = 0.0
    height: float = 0.0
    picture: str | None = None
    ink: bool = False

    @property
    def square(self) -> bool:
        return 0 < max(self.width, self.height) <= SQUARE * min(self.width, self.height)


def shape_size(style: str) -> tuple[float, float]:
    """Width and height of a VML shape from its CSS ``style``; 0 where not stated."""
    sizes = {m[1].lower(): float(m[2]) for m in _SHAPE_SIZE.finditer(style) if m[2].count(".") < 2 and m[2] != "."}
    return sizes.get("width", 0.0), sizes.get("height", 0.0)


def kind_of(drawing: Drawing, package: Package, target: str | None) -> str:
    """``seal``, ``ink`` or ``picture``; ``target`` is the member that holds the picture."""
    if _SEAL.search(drawing.names):
        return "seal"
    if drawing.ink or _INK.search(drawing.names):
        return "ink"
    info = package.members.get(target) if target else None
    if drawing.square and target and info is not None and info.file_size <= MAX_BYTES:
        data = read_member(package, target)
        if data and mostly_red(data, package.limits):
            return "seal"
    return "picture"


def mostly_red(data: bytes, limits: Limits) -> bool:
    """True for a PNG, JPEG, BMP or GIF that is red print on white or clear ground; False if it cannot be looked at."""
    try:
        from PIL import Image as Pillow
    except ImportError:
        return False
    try:
        with Pillow.open(io.BytesIO(data), formats=("PNG", "JPEG", "BMP", "GIF")) as picture:
            if picture.width * picture.height > limits.image_pixels:
                return False
            small = picture.convert("RGBA").resize((SAMPLE, SAMPLE))
    except Exception:  # whatever a broken picture makes a decoder raise, it is no seal we can recognise
        return False
    raw = small.tobytes()
    printed = red = 0
    for i in range(0, len(raw), 4):
        r, g, b, alpha = raw[i : i + 4]
        if alpha > 64 and min(r, g, b) < 200:
            printed += 1
            red += r > 120 and r - max(g, b) > 50
    # A portrait on red ground is red too, but leaves no ground free.
    return 0.02 * SAMPLE**2 < printed < 0.75 * SAMPLE**2 and red >= 0.6 * printed
