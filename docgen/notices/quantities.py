"""Numbers with a unit in a Chinese text: sums of money with what they are for, shares, multiples, counts.

What a number is for (a benefit, a condition, a date) is not decided here but in ``amounts``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from checkers.values.numerals import chinese_integer, decimal_of

_HAN = "零〇一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟"
FIGURE = r"[0-9]{1,3}(?:[,，][0-9]{3})+(?:\.[0-9]{1,4})?|[0-9]{1,12}(?:\.[0-9]{1,6})?"
_NUMBER = rf"(?:(?:{FIGURE})\s*[万千百亿]{{0,2}}|[{_HAN}]{{1,12}}(?:点[{_HAN}]{{1,4}})?)"
_EDGE = rf"(?<![0-9{_HAN}.第])"
_RANGE = r"(?:至|到|-|－|—|–|~|～|、)"

_PER = (
    r"(?:[/／·•∙・]|每)\s*(?:[（(]?(?:人|月|年|次|户|天|日|课时|学时|小时|场|家|个|班|生|学年|学期|项|套|亩|例|名|岗|证|季度?|件|平方米|百公里|度|期|工种|时)"
    r"(?:\s*[·•∙・/／]\s*(?:人|月|年|次|户|天|日|课时|学时|小时|场|班|学年|期))*[）)]?)"
)
_LEAD_PER = re.compile(
    r"(?:每一?(?:名|位|个|家|户|人次|学时|课时|小时|人|月|年|天|日|次|生|场|班|项|件|例|学年|学期|证|期|季度|科)[^，,。；;：:每0-9]{0,14}){1,3}$"
)
_LEAD_UNIT = re.compile(
    r"每一?(?:(?P<a>人次|学时|课时|小时|学年|学期|季度|[名位人月年天日次生场班项件例证期户科])|个?(?P<b>人|月|家|班|项目|年度?|证书|岗位)|家)"
)
_EACH_ONE = re.compile(
    r"每[^，,。；;：:每0-9]{1,12}[1一]([名人户家])(?:[（(][^（）()]{1,40}[）)])?[，,]?(?:可|按|最高)?(?:给予|补贴|补助|奖励|发放|发给)[^，,。；;：:0-9]{0,10}$"
)
"""每带动就业1人（含经营者本人）给予2000元."""
_MONEY = re.compile(rf"{_EDGE}(?P<n>{_NUMBER})\s*(?:余)?元(?!旦|素|件|宵|器)(?:人民币)?(?P<per>(?:\s*{_PER}){{0,3}})")
_PERCENT = re.compile(
    rf"(?:{_EDGE}(?P<n>(?:{FIGURE}))\s*(?P<sign>[%％‰])|(?P<of>百|千|万)分之(?P<han>[{_HAN}]{{1,8}}(?:点[{_HAN}]{{1,4}})?|{FIGURE}))(?!以?的?不定)"
)
_FRACTION = re.compile(
    rf"{_EDGE}(?:(?P<down>[{_HAN}]{{1,3}})分之(?P<up>[{_HAN}]{{1,3}})|(?<![0-9/])(?P<a>[0-9]{{1,2}})[/／](?P<b>[0-9]{{1,2}})(?![0-9/／]))"
)
_LOW = re.compile(rf"{_EDGE}(?P<n>(?:{FIGURE}))\s*(?P<own>万?)\s*{_RANGE}\s*(?=(?:{FIGURE})\s*(?P<u>万?元|[%％]))")
"""The lower end of a range whose unit stands behind the upper end: 3000至5000元, 1.5万至2万元."""

_TIMES = re.compile(rf"{_EDGE}(?P<n>{_NUMBER})\s*(?P<unit>倍|个?百分点)")
_COUNTED = re.compile(
    rf"{_EDGE}(?P<n>(?:[0-9]{{1,5}}|[{_HAN}半]{{1,5}}))\s*(?P<unit>个月|人(?![次员口力才均民社大])|名(?![称单额])|次(?!月|年|日|性|季)|场(?!所|地|次)|个?(?:学时|课时)(?!费)|周年|年(?!度|级|龄|限|月|[0-9])|天"
    r"|分(?!之|别|级|类|钟|值|局|公|支|析|享|部|担|期|段|批|配|层|布|工|离|项|流|解|管|歧|数)|岁|个(?!月|工作|人|自然|体|案))"
)
_NAMES = {"个月": "月", "周年": "年", "名": "人", "课时": "课时", "学时": "学时", "百分点": "个百分点"}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit: where it stands, and ``counted`` when it is a plain count (3年, 2人), which may be anything."""

    begin: int
    end: int
    value: str
    unit: str
    counted: bool = False


def quantities(text: str, start: int, end: int) -> Iterator[Quantity]:
    """Every number with a unit in ``text[start:end]``, kind by kind; they may overlap (a range and its second number)."""
    for m in _MONEY.finditer(text, start, end):
        if (value := decimal_from(m.group("n"))) is not None:
            yield Quantity(
                m.start(),
                m.end(),
                plain(value),
                _money_unit(text[max(start, m.start() - 80) : m.start()], m.group("per")),
            )
    for m in _LOW.finditer(text, start, end):
        low = decimal_from(m.group("n"))
        if low is not None:
            size = 10**4 if "万" in m.group("own") + m.group("u") else 1
            unit = "%" if m.group("u") in "%％" else "元"
            yield Quantity(m.start(), m.end("n"), plain(low * size), unit)
    for m in _PERCENT.finditer(text, start, end):
        value = decimal_from(m.group("n") or m.group("han"))
        if value is not None:
            thousandth = m.group("sign") == "‰" or m.group("of") == "千"
            share = value / 100 if m.group("of") == "万" else value
            yield Quantity(m.start(), m.end(), plain(share), "‰" if thousandth else "%")
    for m in _FRACTION.finditer(text, start, end):
        up, down = _whole(m.group("up") or m.group("a")), _whole(m.group("down") or m.group("b"))
        if up and down and up < down and down not in (100, 1000):
            yield Quantity(m.start(), m.end(), f"{up}/{down}", "")
    for m in _TIMES.finditer(text, start, end):
        if (value := decimal_from(m.group("n"))) is not None:
            unit = m.group("unit")
            yield Quantity(m.start(), m.end(), plain(value), "倍" if unit == "倍" else "个百分点")
    for m in _COUNTED.finditer(text, start, end):
        if (count := _whole(m.group("n"))) is not None:
            unit = m.group("unit")
            if "年" in unit and count > 60:
                continue
            name = _NAMES.get(unit) or _NAMES.get(unit.removeprefix("个")) or unit
            yield Quantity(m.start(), m.end(), str(count), name, counted=True)


def decimal_from(number: str | None) -> Decimal | None:
    if not number:
        return None
    try:
        return decimal_of(re.sub(r"\s+", "", number).replace("，", ","))
    except ValueError:
        return None


def _whole(number: str | None) -> int | None:
    if not number or "半" in number:
        return 6 if number == "半" else None
    try:
        return int(number) if number.isdigit() else chinese_integer(number)
    except ValueError:
        return None


def plain(value: Decimal) -> str:
    """``6000``, ``0.5``: no exponent, no zeros behind."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


_ORDER = ("人", "人次", "户", "家", "名")


def _money_unit(before: str, per: str) -> str:
    """元 with what it is for: 元/人/月, from 每人每月…元 and 元/人·月 alike, persons first."""
    parts = [p for p in re.split(r"[\s/／·•∙・每（()）]+", per) if p]
    if lead := _LEAD_PER.search(before[-40:]):
        for m in _LEAD_UNIT.finditer(lead.group()):
            parts.append(m.group("a") or m.group("b") or "家")
    if not parts and (each := _EACH_ONE.search(before)):
        parts.append(each[1])
    same = {"名": "人", "位": "人", "生": "人", "年度": "年", "日": "天"}
    parts = list(dict.fromkeys(same.get(p, p) for p in parts))
    parts.sort(key=lambda p: p not in _ORDER)
    return "/".join(["元", *parts])
