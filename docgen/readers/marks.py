"""Tick boxes as people type them, turned into the two marks of ``docgen.document``: ☑ and ☐.

Three sources: literal glyphs (□ ■ ☒ …), characters of the Wingdings fonts (stored as private-use code points, or as
plain letters in a run whose font is a Wingdings), and a tick typed next to a box (``□√``).
"""

from __future__ import annotations

import re

from docgen.document import TICKED, UNTICKED

TICKED_GLYPHS = "☑☒■◼⬛▣🗹🗷🗵✅"
UNTICKED_GLYPHS = "☐□◻▢⬜❏❐❑❒"
TICKS = "√✓✔"

# Low byte of the code point in each symbol font: Word writes U+F000 + byte, or the byte itself as a Latin letter.
# Wingdings: 6F/70/71/72/A8 boxes, 6E full box, 78/FD crossed box, FC tick, FE ticked box.
_WINGDINGS = dict.fromkeys((0x6E, 0x78, 0xFC, 0xFD, 0xFE), TICKED) | dict.fromkeys(
    (0x6F, 0x70, 0x71, 0x72, 0xA8), UNTICKED
)
# Wingdings 2: 2A/A3 boxes, 50 tick, 51/53/54 crossed boxes, 52 ticked box, A2 full box.
_WINGDINGS_2 = dict.fromkeys((0x50, 0x51, 0x52, 0x53, 0x54, 0xA2), TICKED) | dict.fromkeys((0x2A, 0xA3), UNTICKED)
_WEBDINGS = {0x61: TICKED, 0x63: UNTICKED, 0x67: TICKED}

SYMBOL_FONTS: dict[str, dict[int, str]] = {
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
    "webdings": _WEBDINGS,
}

# The private-use code points that mean a box in whichever Wingdings they came from: text whose font is not known (PDF,
# a paste into a text file). F052/F053/F0A3 are Wingdings 2, the others Wingdings.
PRIVATE_USE: dict[str, str] = {
    **dict.fromkeys("\uf0fe\uf052\uf053\uf0fc\uf0fd", TICKED),
    **dict.fromkeys("\uf0a8\uf06f\uf0a3\uf071", UNTICKED),
}

_GLYPHS = str.maketrans(
    {**dict.fromkeys(TICKED_GLYPHS, TICKED), **dict.fromkeys(UNTICKED_GLYPHS, UNTICKED), **PRIVATE_USE}
)
_MARKED = re.compile(f"[{TICKED_GLYPHS}{UNTICKED_GLYPHS}{''.join(PRIVATE_USE)}]")
# A tick directly after a box fills it. A tick directly before a box fills it only where no word stands before the tick:
# in ``□是√□否`` nobody can say whether 是 or 否 was meant, so it stays as written.
_TICK_AFTER = re.compile(f"{UNTICKED}[{TICKS}]")
_TICK_BEFORE = re.compile(rf"(?<![\w{TICKED}{UNTICKED}{TICKS}])[{TICKS}]{UNTICKED}")


def normalise_marks(text: str) -> str:
    """``text`` with every tick box written ☑ or ☐; a lone √ is kept, it may be the value of a cell."""
    if not _MARKED.search(text):
        return text
    text = _TICK_AFTER.sub(TICKED, text.translate(_GLYPHS))
    return _TICK_BEFORE.sub(TICKED, text)


def symbol(font: str, code: int) -> str:
    """The character ``code`` of a symbol font as text: a mark if it is a box, else what Unicode can say, else U+FFFD.

    ``font`` as Word names it (any case); ``code`` with or without the U+F000 offset.
    """
    table = SYMBOL_FONTS.get(font.strip().lower())
    private = 0xF000 <= code <= 0xF0FF
    if table is not None and (code <= 0xFF or private):
        return table.get(code & 0xFF, "\ufffd")
    if private:
        return PRIVATE_USE.get(chr(code), "•" if code == 0xF0B7 else "\ufffd")
    return chr(code) if 0x20 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"


def symbol_text(font: str, text: str) -> str:
    """A run typed in a symbol font: ``£`` in Wingdings 2 is printed as a box. Other fonts give ``text`` unchanged."""
    table = SYMBOL_FONTS.get(font.strip().lower())
    if table is None:
        return text
    return "".join(c if c.isspace() else _printed(table, c) for c in text)


def _printed(table: dict[int, str], char: str) -> str:
    code = ord(char)
    if code <= 0xFF or 0xF000 <= code <= 0xF0FF:
        return table.get(code & 0xFF, char)
    return char  # not in the font: Word falls back to another one and prints the character itself
