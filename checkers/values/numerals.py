"""Numbers as forms carry them: Arabic, Chinese (十二), capital (壹拾贰), mixed (1.2万), with a measure word behind."""

from __future__ import annotations

import re
from decimal import Decimal

from checkers.values.texts import compact, quote

_DIGITS = {
    c: v
    for v, cs in enumerate(
        ("〇零○", "一壹弌", "二贰貳两兩", "三叁參叄", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
    )
    for c in cs
}
_PLACES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
NUMERALS = "".join(_DIGITS) + "".join(_PLACES) + "万萬亿億廿卅"
"""Every character of a Chinese integer."""

LONGEST = 100
"""Characters: no number or date of a form is longer; untrusted text beyond it is not even matched."""

_SYNONYMS = (
    frozenset({"人", "名", "位", "个", "个人"}),
    frozenset({"月", "个月"}),
    frozenset({"天", "日"}),
    frozenset({"岁", "周岁"}),
    frozenset({"年", "周年"}),
    frozenset({"户", "家", "个"}),
    frozenset({"次", "人次"}),
    frozenset({"份", "件", "套"}),
    frozenset({"学时", "课时"}),
    frozenset({"平方米", "㎡", "m²", "m2"}),
)
_MEASURES = frozenset().union(
    *_SYNONYMS, {"元", "分", "倍", "台", "项", "页", "张", "小时", "个工作日", "工作日", "期", "班", "级", "%", "‰"}
)
_SPLIT = rf"([+-]?[0-9.,点{NUMERALS}]+)(.*)"
_MIXED = "".join(rf"(?:([0-9]+(?:\.[0-9]+)?){u})?" for u in "亿万千百") + r"([0-9]+(?:\.[0-9]+)?)?"
_ARABIC = r"(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?"
_YEARS_MONTHS = r"([0-9]+)年(?:零?([0-9]+)个?月)?"


def chinese_integer(text: str) -> int:
    """``十二``, ``二〇二三`` (digit by digit), ``壹拾贰万`` and the like, up to 9999万亿.

    Raises ValueError for what is no number or may be read in two ways (``一百五`` is 105 or 150)."""
    text = text.replace("廿", "二十").replace("卅", "三十").replace("萬", "万").replace("億", "亿")
    if not text:
        raise ValueError("没有数字")
    if len(text) > LONGEST:
        raise ValueError(f"{quote(text)}不是数字")
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    return _big(text, text)


def _big(text: str, whole: str) -> int:
    """Split at 亿, then at 万."""
    for name, size in (("亿", 10**8), ("万", 10**4)):
        head, mark, tail = text.rpartition(name)
        if not mark:
            continue
        low = _big(tail, whole) if tail else 0
        if tail in _DIGITS and tail not in "〇零○":
            raise ValueError(f"{quote(whole)}写法不明确，可作两种理解")
        high = _big(head, whole)
        if not high or high >= size or low >= size:
            raise ValueError(f"{quote(whole)}不是正确的中文数字")
        return high * size + low
    return _section(text, whole)


def _section(text: str, whole: str) -> int:
    """A number below 10000. Places must fall; a last digit that stands right after 百 or 千 is ambiguous."""
    total, place, digit, zero = 0, 10**4, None, False
    for char in text:
        if char in _PLACES:
            size = _PLACES[char]
            if size >= place or (digit is None and (zero or size != 10)):
                raise ValueError(f"{quote(whole)}不是正确的中文数字")
            total, place, digit, zero = total + size * (1 if digit is None else digit), size, None, False
        elif char not in _DIGITS or digit:
            raise ValueError(f"{quote(whole)}不是正确的中文数字")
        elif _DIGITS[char] == 0:
            zero = True
        else:
            digit = _DIGITS[char]
    if zero and digit is None:
        raise ValueError(f"{quote(whole)}不是正确的中文数字")
    if digit and 100 <= place < 10**4 and not zero:
        raise ValueError(f"{quote(whole)}写法不明确，可作两种理解")
    return total + (digit or 0)


def decimal_of(text: str) -> Decimal:
    """A number without a measure word: ``12``, ``10,000.50``, ``1.2万``, ``3千``, ``三点五``, ``-4``. Raises ValueError."""
    if text[:1] in ("+", "-"):
        value = decimal_of(text[1:])
        return -value if text[0] == "-" else value
    if re.fullmatch(_ARABIC, text):
        return Decimal(text.replace(",", ""))
    if "," in text and not re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?[亿万千百]", text):
        raise ValueError(f"{quote(text)}的千分位逗号位置不对")
    text = text.replace(",", "").replace("萬", "万").replace("億", "亿")
    mixed = re.fullmatch(_MIXED, text)
    if mixed and text:
        last = mixed.group(5)
        if last and len(last) == 1:
            raise ValueError(f"{quote(text)}写法不明确，可作两种理解")
        sizes = (10**8, 10**4, 1000, 100, 1)
        return sum((Decimal(g) * s for g, s in zip(mixed.groups(), sizes, strict=True) if g), Decimal(0))
    if "点" in text:
        whole, _, part = text.partition("点")
        if not part or any(c not in _DIGITS for c in part):
            raise ValueError(f"{quote(text)}不是数字")
        return Decimal(f"{chinese_integer(whole)}.{''.join(str(_DIGITS[c]) for c in part)}")
    if text and all(c in NUMERALS for c in text):
        return Decimal(chinese_integer(text))
    raise ValueError(f"{quote(text)}不是数字")


def parse_number(text: str, unit: str = "") -> Decimal:
    """A number with or without a measure word behind (``3人``, ``12.5``, ``共三个月``).

    ``unit`` is the unit of the blank: another one in the text is an error, but whole years are turned into 月.
    ``%`` behind the number is kept as per cent where ``unit`` is ``%``; without a unit 5% is 0.05.
    Raises ValueError with a Chinese sentence."""
    if len(text) > LONGEST:
        raise ValueError(f"{quote(text)}不是数字")
    cleaned = re.sub(r"^(?:共计|合计|共|计|约)", "", compact(text))
    if unit in ("月", "个月") and (m := re.fullmatch(_YEARS_MONTHS, cleaned)):
        return Decimal(int(m.group(1)) * 12 + int(m.group(2) or 0))
    split = re.fullmatch(_SPLIT, cleaned)
    if not split:
        raise ValueError(f"{quote(text)}不是数字")
    number, said = split.group(1), split.group(2)
    if said and said not in _MEASURES and said != unit:
        raise ValueError(f"{quote(text)}不是数字")
    value = decimal_of(number)
    if said in ("%", "‰") and not unit:
        return value / (100 if said == "%" else 1000)
    if said and unit and not _same_unit(said, unit):
        raise ValueError(f"{quote(text)}的单位应为{unit}")
    return value


def _same_unit(said: str, unit: str) -> bool:
    return said == unit or any(said in group and unit in group for group in _SYNONYMS)


def parse_integer(text: str, unit: str = "") -> int:
    """A whole number, as ``parse_number`` reads it. Raises ValueError also for a fraction."""
    value = parse_number(text, unit)
    if value != value.to_integral_value():
        raise ValueError(f"{quote(text)}不是整数")
    return int(value)
