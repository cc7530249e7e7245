"""The number a paragraph begins with: 第八条之一, 一、, （一）, 1., （1）, ①, in the spellings of offices, typists and OCR.

A number is only one when what follows can be the beginning of a text: ``第八条规定的情形``, ``1.5万元``, ``2024年`` and
``一、二级`` are none, nor is 一是.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from checkers.values.numerals import chinese_integer

MarkerKind = Literal["part", "chapter", "section", "article", "paragraph", "item", "subitem", "heading"]

LONGEST_TITLE = 60
"""Characters: what stands behind 第一章 is a title, not a sentence."""

_CN = "一二三四五六七八九十百零〇○"
_NUMBER = rf"[{_CN}0-9](?:[ \u3000]?[{_CN}0-9]){{0,7}}"
_LEGAL = re.compile(
    rf"第[ \u3000]?(?P<number>{_NUMBER})[ \u3000]?(?P<unit>编|篇|部分|分编|章|节|条|款|项|目)"
    rf"(?:之(?P<branch>[{_CN}]{{1,3}}|[0-9]{{1,2}})(?![{_CN}0-9]))?(?P<gap>[ \t\u3000]*)"
)
_CHINESE = re.compile(
    r"(?P<number>[一二三四五六七八九十百零〇○](?:[ \u3000]?[一二三四五六七八九十百零〇○]){0,4})[ \u3000]?(?P<mark>[、．.﹑､,，])\s*"
)
_BRACKETED = re.compile(
    rf"[（(〔［\[【]\s{{0,2}}(?P<number>[{_CN}](?:[ \u3000]?[{_CN}]){{0,4}}|[0-9]{{1,3}})\s{{0,2}}[）)〕］\]】]\s*[、.．]?\s*"
)
_CLOSED = re.compile(rf"(?P<number>[{_CN}]{{1,4}}|[0-9]{{1,3}})\s?[)）]\s*")
_ARABIC = re.compile(r"(?P<number>[0-9]{1,3})[ \u3000]?(?P<mark>[.．、﹒])\s*")
_DECIMAL = re.compile(r"(?P<number>[0-9]{1,2}(?:\.[0-9]{1,2}){1,4})\.?[ \t\u3000]+(?=[^\s0-9])")

_FULL = str.maketrans("０１２３４５６７８９", "0123456789")
_UNITS: dict[str, MarkerKind] = {
    "编": "part",
    "分编": "part",
    "篇": "part",
    "部分": "part",
    "章": "chapter",
    "节": "section",
    "条": "article",
    "款": "paragraph",
    "项": "item",
    "目": "subitem",
}

_CITED = re.compile(
    r"第[一二三四五六七八九十百零〇○0-9]|规定|所列|所称|所述|的|和|或|及|以及|与|至|到|、|，|,|。|；|;|）|\)|》|中|前|后|之|修改为|改为|作为|增加|删去|删除|第"
)
"""What follows when an article is spoken of, not begun."""
_CITED_APART = re.compile(r"第[一二三四五六七八九十]+[款项条]|规定的|所列|和第|或者第|或第|至第|、第|的规定|修改为")
_SERIES = re.compile(r"([一二三四五六七八九十]{1,3})(?:、|级|类|等|年|季度|次(?!性)|档|期|至|审|楼|号|线|产业)")
_BRACKETS_GO_ON = re.compile(r"[、,，和或及至—-]?\s*(?:第)?[（(][一二三四五六七八九十0-9]{1,3}[)）]|[项款目]")
_MEASURED = re.compile(
    r"(?:万|亿|元|%|％|‰|倍|米|平方|公里|吨|千克|公斤|小时|年|个月|月|日|天|个|分|版|号|m|k|g|人|家|—|-|~|～|/)"
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}\s?(?:年|届|[—–-])")

_ENCLOSED = (
    (0x2460, 0x2473, 1, "①"),
    (0x3251, 0x325F, 21, "①"),
    (0x32B1, 0x32BF, 36, "①"),
    (0x2776, 0x277F, 1, "①"),
    (0x2780, 0x2789, 1, "①"),
    (0x278A, 0x2793, 1, "①"),
    (0x3220, 0x3229, 1, "（一）"),
    (0x2474, 0x2487, 1, "（1）"),
    (0x2488, 0x249B, 1, "1."),
)
_SINGLE = re.compile("[\u2474-\u249b\u3220-\u3229]")
_STARTS = frozenset(
    "第（(〔［[【0123456789０１２３４５６７８９"
    + _CN
    + "".join(chr(code) for first, last, _, _ in _ENCLOSED for code in range(first, last + 1))
)


@dataclass(frozen=True, slots=True)
class Marker:
    """``style`` is the way it counts (``第一条``, ``一、``, ``（一）``, ``1.``, ``（1）``, ``①``, ``1)``, ``1.1`` …).

    ``number`` is as printed without the white space in it, ``value`` what it counts (of ``1.2.3`` the last), ``branch``
    the N of 第八条之N (0 where there is none), ``rest`` the text behind.
    """

    kind: MarkerKind
    style: str
    number: str
    value: int
    rest: str
    branch: int = 0

    @property
    def short(self) -> str:
        """The number as it is cited: ``一``, ``(二)``, ``1``, ``(1)``, ``①``, ``第八条之一``."""
        if self.kind != "heading" or self.style in ("①", "1.1", "1.1.1", "1.1.1.1"):
            return self.number
        inner = self.number.strip("（(〔［[【）)〕］]】、．.﹑､,，﹒ ")
        if _SINGLE.match(self.number):
            inner = chinese_numeral(self.value) if self.style == "（一）" else str(self.value)
        return f"({inner})" if self.style in ("（一）", "（1）") else f"{inner})" if self.style == "1)" else inner


def marker(text: str) -> Marker | None:
    """The number at the head of ``text``, None where there is none. White space before it is passed over."""
    text = text.lstrip()
    if not text or text[0] not in _STARTS:
        return None
    head = text[:24].translate(_FULL) + text[24:]
    return _legal(head) or _enclosed(head) or _heading(head)


def _value(number: str) -> int | None:
    digits = "".join(number.split()).replace("○", "〇")
    if digits.isdecimal() and digits.isascii():
        return int(digits)
    try:
        return chinese_integer(digits)
    except ValueError:
        return None


def _legal(text: str) -> Marker | None:
    """第X编/章/节/条/款/项/目."""
    found = _LEGAL.match(text)
    value = _value(found["number"]) if found else None
    if not found or not value:
        return None
    kind, rest, gap = _UNITS[found["unit"]], text[found.end() :], found["gap"]
    if (_CITED_APART if gap else _CITED).match(rest):
        return None
    if kind == "article" and rest[:1] in "：:" and len(rest) > 1:
        rest = rest[1:].lstrip()
    titled = kind in ("part", "chapter", "section")
    if titled and rest and (len(rest) > LONGEST_TITLE or rest[-1] in "。；，"):
        return None
    if kind in ("paragraph", "item", "subitem") and rest and not gap:
        return None
    branch = (_value(found["branch"]) or 0) if found["branch"] else 0
    number = "".join(found[0].split())
    style = {"part": "第一编", "chapter": "第一章", "section": "第一节", "article": "第一条"}.get(
        kind, "第一" + found["unit"]
    )
    return Marker(kind, style, number, value, rest.strip(), branch)


def _enclosed(text: str) -> Marker | None:
    """①, ⑴, ⒈, ㈠: one character each."""
    code = ord(text[0])
    if code < 0x2460:
        return None
    for first, last, offset, style in _ENCLOSED:
        if first <= code <= last:
            return Marker("heading", style, text[0], code - first + offset, text[1:].lstrip(" \t\u3000、.．"))
    return None


def _heading(text: str) -> Marker | None:
    """一、（一）1.（1）1) and 1.1."""
    if found := _BRACKETED.match(text):
        style = "（1）" if found["number"].isascii() else "（一）"
        if (
            text[0] in "〔［[【"
            and style == "（1）"
            and found.end() < len(text)
            and text[found.end()] in "0123456789号"
        ):
            return None
        return None if _BRACKETS_GO_ON.match(text, found.end()) else _made(found, style, text)
    if found := _CHINESE.match(text):
        rest = text[found.end() :]
        loose = found["mark"] in ",，" and (len(rest) > 30 or "，" in rest or "," in rest)
        return None if loose or _is_series(found, rest) else _made(found, "一、", text)
    if found := _DECIMAL.match(text):
        if _MEASURED.match(text, found.end()):
            return None
        parts = found["number"].split(".")
        return Marker(
            "heading", ".".join("1" * len(parts)), found["number"], int(parts[-1]), text[found.end() :].strip()
        )
    if found := _ARABIC.match(text):
        rest = text[found.end() :]
        if rest[:1].isdigit() and not (_YEAR.match(rest) or found[0][-1:].isspace()):
            return None
        if rest[:1].isdigit() and found["mark"] == "、" and not _YEAR.match(rest):
            return None
        return _made(found, "1.", text)
    if found := _CLOSED.match(text):
        return _made(found, "1)" if found["number"].isascii() else "（一）", text)
    return None


def _is_series(found: re.Match[str], rest: str) -> bool:
    """``二、三级医院``: two numbers in a row of one thing, not the second heading."""
    then = _SERIES.match(rest)
    return then is not None and _value(then[1]) == (_value(found["number"]) or 0) + 1


def _made(found: re.Match[str], style: str, text: str) -> Marker | None:
    value = _value(found["number"])
    if value is None or value > 300:
        return None
    return Marker("heading", style, "".join(found[0].split()), value, text[found.end() :].strip())


def chinese_numeral(value: int) -> str:
    """``value`` (1–999) as a notice counts: 十二, 二十一, 一百零三; other numbers in digits."""
    if not 0 < value < 1000:
        return str(value)
    digits = "零一二三四五六七八九"
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    out = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        out += ("" if tens == 1 and not hundreds else digits[tens]) + "十"
    elif hundreds and ones:
        out += "零"
    return out + (digits[ones] if ones else "")
