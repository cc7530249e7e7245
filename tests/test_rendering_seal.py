"""Sample seals and signatures: they say that they are samples, and they are plain PNG."""

from __future__ import annotations

import io

from PIL import Image

from docgen.rendering.pictures import Picture
from docgen.rendering.seal import ink_png, seal_png


def test_a_sample_seal_is_a_red_ring_on_nothing() -> None:
    data = seal_png("重庆样例物流有限公司")
    assert data == seal_png("重庆样例物流有限公司")
    image = Image.open(io.BytesIO(data)).convert("RGBA")
    assert Picture(data, 38).pixels() == image.size
    assert image.getpixel((2, 2)) == (0, 0, 0, 0)
    red, green, blue, alpha = image.getpixel((image.width // 2, image.height // 2))  # type: ignore[misc]
    assert (red > 150, green < 80, blue < 80, alpha > 0) == (True, True, True, True)


def test_sample_ink_is_wider_for_a_longer_name() -> None:
    assert Picture(ink_png("欧阳晓明"), 20).pixels()[0] > Picture(ink_png("李明"), 20).pixels()[0]
