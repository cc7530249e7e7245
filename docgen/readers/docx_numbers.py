"""Automatic list numbers of Word: 一、 1. （1） are not in the text of a paragraph but computed from numbering.xml."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from docgen.document import TICKED, UNTICKED
from docgen.readers.docx_package import W
from docgen.readers.marks import normalise_marks, symbol_text

LEVELS = 9
_CHINESE = {
    "chineseCounting",
    "chineseCountingThousand",
    "japaneseCounting",
    "taiwaneseCounting",
    "taiwaneseCountingThousand",
    "ideographDigital",
    "japaneseDigitalTenThousand",
}
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_ROMAN_SMALL = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered: ``template`` has ``%1`` … for the counters, ``font`` matters for bullets."""

    style: str = "decimal"
    template: str = ""
    start: int = 1
    suffix: str = "tab"
    font: str = ""


@dataclass(slots=True)
class Numbering:
    """The lists of a file and where each stands. ``label`` must be asked in document order."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    abstract_of: dict[str, str] = field(default_factory=dict)
    starts: dict[str, dict[int, int]] = field(default_factory=dict)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    counters: dict[str, list[int | None]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def label(self, properties: etree._Element) -> str:
        """The printed number of the paragraph with these ``w:pPr``, with its separator; empty if it has none."""
        found = self._list_of(properties)
        if found is None:
            return ""
        number, depth = found
        abstract = self.abstract_of.get(number)
        if abstract is None or (level := self.levels[number].get(depth)) is None:
            return ""
        if level.style == "bullet":  # a box as bullet is a tick box to the eye; other bullets say nothing
            mark = normalise_marks(symbol_text(level.font, level.template))
            return mark if mark in (TICKED, UNTICKED) else ""
        values = self._advance(number, abstract, depth)
        text = re.sub(r"%([1-9])", lambda m: self._formatted(number, int(m[1]) - 1, values), level.template)
        return text if not text or level.suffix == "nothing" or not text[-1].isascii() else text + " "

    def _list_of(self, properties: etree._Element) -> tuple[str, int] | None:
        """List number and level: the paragraph's own, else its style's."""
        direct = properties.find(f"{W}numPr")
        style = properties.find(f"{W}pStyle")
        inherited = self.styles.get(style.get(f"{W}val", "")) if style is not None else None
        if direct is None:
            return inherited
        number, depth = direct.find(f"{W}numId"), direct.find(f"{W}ilvl")
        if number is None and inherited is None:
            return None
        name = number.get(f"{W}val", "") if number is not None else inherited[0] if inherited else ""
        return name, min(_integer(depth, 0), LEVELS - 1)

    def _advance(self, number: str, abstract: str, depth: int) -> list[int | None]:
        values = self.counters.setdefault(abstract, [None] * LEVELS)
        if number not in self.seen:
            self.seen.add(number)
            for level in self.starts.get(number, ()):
                values[level] = None
        current = values[depth]
        values[depth] = self._start(number, depth) if current is None else current + 1
        values[depth + 1 :] = [None] * (LEVELS - depth - 1)
        for above in range(depth):
            if values[above] is None:
                values[above] = self._start(number, above)
        return values

    def _start(self, number: str, depth: int) -> int:
        level = self.levels[number].get(depth)
        return self.starts.get(number, {}).get(depth, level.start if level else 1)

    def _formatted(self, number: str, depth: int, values: list[int | None]) -> str:
        value = values[depth]
        level = self.levels[number].get(depth)
        return "" if value is None else format_number(value, level.style if level else "decimal")


def load_numbering(numbering: etree._Element, styles: etree._Element | None) -> Numbering:
    """The lists of ``numbering.xml`` and which paragraph style uses which."""
    out = Numbering()
    abstracts = {
        a.get(f"{W}abstractNumId", ""): {_depth(level): _level(level) for level in a.iterfind(f"{W}lvl")}
        for a in numbering.iterfind(f"{W}abstractNum")
    }
    for num in numbering.iterfind(f"{W}num"):
        name, target = num.get(f"{W}numId", ""), num.find(f"{W}abstractNumId")
        abstract = target.get(f"{W}val", "") if target is not None else ""
        out.abstract_of[name] = abstract
        out.levels[name] = dict(abstracts.get(abstract, {}))
        for override in num.iterfind(f"{W}lvlOverride"):
            depth = _depth(override)
            if (start := override.find(f"{W}startOverride")) is not None:
                out.starts.setdefault(name, {})[depth] = _integer(start, 1)
            if (level := override.find(f"{W}lvl")) is not None:
                out.levels[name][depth] = _level(level)
    if styles is not None:
        out.styles = _style_lists(styles)
    return out


def format_number(value: int, style: str) -> str:
    """``value`` (from 1) in a numbering format of ST_NumberFormat; formats we do not know are written in digits."""
    if style == "none":
        return ""
    if style in _CHINESE:
        return chinese_number(value)
    if style == "decimalZero":
        return f"{value:02d}"
    if style in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 1 <= value <= 20:
        return chr(0x2460 + value - 1)
    if style == "decimalEnclosedParen" and 1 <= value <= 20:
        return chr(0x2474 + value - 1)
    if style == "decimalEnclosedFullstop" and 1 <= value <= 20:
        return chr(0x2488 + value - 1)
    if style == "ideographTraditional" and 1 <= value <= 10:
        return _STEMS[value - 1]
    if style == "ideographZodiac" and 1 <= value <= 12:
        return _BRANCHES[value - 1]
    if style in ("lowerLetter", "upperLetter") and value >= 1:
        letter = chr(ord("a") + (value - 1) % 26) * min((value - 1) // 26 + 1, 30)
        return letter if style == "lowerLetter" else letter.upper()
    if style in ("lowerRoman", "upperRoman") and 1 <= value < 4000:
        roman = _roman(value)
        return roman if style == "lowerRoman" else roman.upper()
    return str(value)


def chinese_number(value: int) -> str:
    """1 → 一, 10 → 十, 21 → 二十一, 105 → 一百〇五; digits from 10000 on, where no list goes."""
    if not 0 < value < 10_000:
        return str(value)
    text = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            text += "一二三四五六七八九"[digit - 1] + name
        elif text and not text.endswith("〇") and value % unit:
            text += "〇"
    return text[1:] if text.startswith("一十") else text


def _roman(value: int) -> str:
    out = ""
    for size, letters in _ROMAN + _ROMAN_SMALL:
        out += letters * (value // size)
        value %= size
    return out


def _level(element: etree._Element) -> Level:
    fonts = element.find(f"{W}rPr/{W}rFonts")
    return Level(
        style=_value(element, "numFmt", "decimal"),
        template=_value(element, "lvlText", ""),
        start=_integer(element.find(f"{W}start"), 1),
        suffix=_value(element, "suff", "tab"),
        font=(fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi") or "") if fonts is not None else "",
    )


def _style_lists(styles: etree._Element) -> dict[str, tuple[str, int]]:
    """Paragraph style id → (list number, level), inherited along ``basedOn``."""
    own: dict[str, tuple[str, int]] = {}
    parent: dict[str, str] = {}
    for style in styles.iterfind(f"{W}style"):
        name = style.get(f"{W}styleId", "")
        parent[name] = _value(style, "basedOn", "")
        numbers = style.find(f"{W}pPr/{W}numPr")
        if numbers is not None and (number := _value(numbers, "numId", "")):
            own[name] = (number, min(_integer(numbers.find(f"{W}ilvl"), 0), LEVELS - 1))
    out: dict[str, tuple[str, int]] = {}
    for name in parent:
        at, steps = name, 0
        while at and at not in own and steps < 20:  # 20: a circle of basedOn must end
            at, steps = parent.get(at, ""), steps + 1
        if at in own:
            out[name] = own[at]
    return out


def _value(element: etree._Element, child: str, default: str) -> str:
    found = element.find(f"{W}{child}")
    return found.get(f"{W}val", default) if found is not None else default


def _integer(element: etree._Element | None, default: int) -> int:
    """``w:val`` as a number of a list level or counter, clamped to what can be meant."""
    text = element.get(f"{W}val", "") if element is not None else ""
    return min(int(text), 1_000_000) if text.isascii() and text.isdigit() and len(text) < 10 else default


def _depth(element: etree._Element) -> int:
    text = element.get(f"{W}ilvl", "")
    return int(text) if len(text) == 1 and text.isascii() and text.isdigit() and int(text) < LEVELS else 0
