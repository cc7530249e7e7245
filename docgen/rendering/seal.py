"""SAMPLE seals and signatures, for examples and tests only: every one carries the word 样章 or 样签.

Nothing that is issued may use them. Pillow is a development dependency and is imported only here.
"""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any

_RED = (200, 20, 30, 215)
_INK = (25, 30, 70, 255)
_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/arphic-gkai00mp/gkai00mp.ttf",
    "C:/Windows/Fonts/simsun.ttc",
    "/System/Library/Fonts/PingFang.ttc",
)
_BRUSHES = ("/usr/share/fonts/truetype/arphic-gkai00mp/gkai00mp.ttf", "C:/Windows/Fonts/simkai.ttf", *_FONTS)


def chinese_font(size: int, faces: tuple[str, ...] = _FONTS) -> Any:
    """A Pillow font of ``size`` pixels that has Chinese letters, where one is installed."""
    from PIL import ImageFont

    for face in faces:
        if Path(face).exists():
            return ImageFont.truetype(face, size)
    return ImageFont.load_default(size)


def _png(image: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", optimize=False)
    return out.getvalue()


def seal_png(name: str, pixels: int = 420) -> bytes:
    """A SAMPLE round red seal, transparent around: ring, star, ``name`` along the arc, and 样章 below the star."""
    from PIL import Image, ImageDraw

    image = Image.new("RGBA", (pixels, pixels), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    centre, radius = pixels / 2, pixels / 2 - 6
    pen.ellipse((6, 6, pixels - 6, pixels - 6), outline=_RED, width=max(4, pixels // 45))
    points = []
    for n in range(10):
        reach = radius * (0.28 if n % 2 == 0 else 0.11)
        angle = math.radians(-90 + 36 * n)
        points.append((centre + reach * math.cos(angle), centre + reach * math.sin(angle)))
    pen.polygon(points, fill=_RED)
    size = int(min(radius * 0.26, radius * 3.6 / max(len(name), 1)))
    font, step = chinese_font(size), min(30.0, 260.0 / max(len(name), 1))
    for n, letter in enumerate(name):
        angle = -90 + (n - (len(name) - 1) / 2) * step
        tile = Image.new("RGBA", (size * 2, size * 2), (0, 0, 0, 0))
        ImageDraw.Draw(tile).text((size, size), letter, font=font, fill=_RED, anchor="mm")
        tile = tile.rotate(-(angle + 90), resample=Image.Resampling.BICUBIC)
        at = (
            centre + radius * 0.78 * math.cos(math.radians(angle)),
            centre + radius * 0.78 * math.sin(math.radians(angle)),
        )
        image.alpha_composite(tile, (max(0, int(at[0] - size)), max(0, int(at[1] - size))))
    pen = ImageDraw.Draw(image)
    pen.text((centre, centre + radius * 0.52), "样章", font=chinese_font(int(radius * 0.24)), fill=_RED, anchor="mm")
    return _png(image)


def ink_png(name: str, height: int = 150) -> bytes:
    """A SAMPLE hand-written-like signature: slanted brush letters on a transparent ground, with a small 样签."""
    from PIL import Image, ImageDraw

    font = chinese_font(int(height * 0.72), _BRUSHES)
    width = int(height * (0.7 * len(name) + 0.7))
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    for n, letter in enumerate(name):
        lift = (-1) ** n * height * 0.03
        pen.text((height * (0.5 + 0.68 * n), height / 2 + lift), letter, font=font, fill=_INK, anchor="mm")
    slant = (1, 0.18, -0.09 * height, 0, 1, 0)
    image = image.transform(image.size, Image.Transform.AFFINE, slant, resample=Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(image)
    pen.text(
        (width - height * 0.22, height * 0.85), "样签", font=chinese_font(int(height * 0.16)), fill=_INK, anchor="mm"
    )
    return _png(image)
