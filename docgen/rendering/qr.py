"""QR codes as pictures: ``{{ url | qrcode(20) }}`` is 20 mm wide, its white rim included."""

from __future__ import annotations

import io

from docgen.rendering.inline import InlineImage

_PIXELS_PER_MODULE = 8
_RIM_MODULES = 4
"""The quiet zone that GB/T 18284-2000 and ISO/IEC 18004 ask for on every side."""


def qrcode(value: object, width_mm: float = 20, level: str = "M") -> InlineImage:
    """The code of a text (a link, a number), with error correction ``level`` L, M, Q or H.

    The same text gives the same picture. Raises ValueError when there is no text, or more than a code can hold.
    """
    from segno import make_qr
    from segno.encoder import DataOverflowError

    from docgen.rendering.fill import written

    text = written(value)
    if not text:
        raise ValueError("二维码没有内容")
    # bytes of UTF-8 always: readers in use here do not agree on the Japanese mode that a QR code may choose for Chinese
    mode = None if text.isascii() else "byte"
    try:
        code = make_qr(text, error=level, mode=mode, encoding=None if text.isascii() else "utf-8", boost_error=False)
    except DataOverflowError as error:
        raise ValueError(f"二维码的内容太长（{len(text)} 个字符）") from error
    out = io.BytesIO()
    code.save(out, kind="png", scale=_PIXELS_PER_MODULE, border=_RIM_MODULES)
    return InlineImage(out.getvalue(), width_mm=width_mm, description=f"二维码：{text}"[:200])
