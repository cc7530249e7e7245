"""What text recognition gets wrong in Chinese documents again and again: Japanese forms of characters, and an ``and`` for 和."""

from __future__ import annotations

import re

_JAPANESE = str.maketrans(
    "険権労働済検様帯拠継続総関専従転価営団図対伝仮効単収応択拡挙桜巻歩毎変売読譲覧観験",
    "险权劳动济检样带据继续总关专从转价营团图对传假效单收应择扩举樱卷步每变卖读让览观验",
)
_AND = re.compile(r"(?<=[\u4e00-\u9fff）》])\s*\band\b\s*(?=[\u4e00-\u9fff《（])", re.IGNORECASE)
SLIP = re.compile(
    "[険権労働済検様帯拠継続総関専従転価営団図対伝仮効単収応択拡挙桜巻歩毎変売読譲覧観験]|" + _AND.pattern,
    re.IGNORECASE,
)


def mended(text: str) -> str:
    """The text as it must have been printed. Changes nothing that Chinese itself writes."""
    return _AND.sub("和", text.translate(_JAPANESE))
