"""Amounts of money in yuan, in figures and in capitals (支付结算办法附一《正确填写票据和结算凭证的基本规定》)."""

from __future__ import annotations

import re
from decimal import Decimal

from checkers.values.numerals import LONGEST, NUMERALS, chinese_integer, decimal_of, parse_integer, parse_number
from checkers.values.texts import compact, quote

__all__ = ["from_capital", "parse_integer", "parse_money", "parse_number", "to_capital"]

_CENT = Decimal("0.01")
_LIMIT = Decimal(10) ** 12
_READABLE = Decimal(10) ** 16
_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_SCALES = {"元": 1, "千元": 1000, "万元": 10**4, "百万元": 10**6, "亿元": 10**8}

_PREFIX = r"(?i)^(?:共计|合计|共|计)?(?:人民币|RMB|CNY|[¥￥])*[:：]?[¥￥]?"
_PER = r"/(?:人|月|年|户|学时|[·/])+$"
_FIGURES = r"(-?[0-9][0-9.,亿万千百]*)(?:元|圆|块)?(整|正)?"
_FIGURES_CENTS = r"([0-9][0-9,]*)元(?:([0-9])角)?(?:([0-9])分)?"
_CAPITAL = rf"(?:([{NUMERALS}]+)[元圆圓])?零?(?:([{NUMERALS}])角)?零?(?:([{NUMERALS}])分)?[整正]?"
_TWICE = r"(?:小写:?)?(?P<figures>[^大写人(:]*[0-9][^大写人(:]*?)[,;(]*(?:大写|人民币)+[)]?:?(?P<capital>[^)]+)[)]?"
_TWICE_BACK = (
    r"(?:人民币)?[(]?大写[)]?:?(?P<capital>[^(小写:¥￥,;]+)[,;(]*(?:小写)?[)]?:?(?P<figures>[^)]*[0-9][^)]*)[)]?"
)


def parse_money(text: str, unit: str = "元") -> Decimal:
    """An amount in yuan with two decimals: ``1万元``, ``10,000元``, ``￥30000.00``, ``叁万元整``, ``3元5角``.

    ``unit`` (``元``, ``万元`` …, also ``元/人/年``) applies to a bare number only: a text that says its own unit wins.
    A text that says the amount twice (``30000元（大写：叁万元整）``) must agree with itself. Raises ValueError."""
    if len(text) > LONGEST:
        raise ValueError(f"{quote(text)}不是金额")
    cleaned = compact(text)
    for twice in (_TWICE, _TWICE_BACK):
        if m := re.fullmatch(twice, cleaned):
            figures = parse_money(m.group("figures"), unit)
            if figures != from_capital(m.group("capital")):
                raise ValueError(f"{quote(text)}大写与小写不一致")
            return figures
    body = re.sub(_PER, "", re.sub(_PREFIX, "", re.sub(r"^(?:人民币)?[(]?(?:大写|小写)[)]?:?", "", cleaned)))
    value = _amount(body, unit, text)
    if abs(value) >= _READABLE:
        raise ValueError(f"{quote(text)}数额过大，请核对金额")
    if value != value.quantize(_CENT):
        raise ValueError(f"{quote(text)}不足一分，请核对金额")
    return value.quantize(_CENT)


def _amount(body: str, unit: str, text: str) -> Decimal:
    if m := re.fullmatch(_FIGURES_CENTS, body):
        return decimal_of(m.group(1)) + Decimal(m.group(2) or 0) / 10 + Decimal(m.group(3) or 0) / 100
    if m := re.fullmatch(_FIGURES, body):
        value = decimal_of(m.group(1))
        own = body != m.group(1) or not re.fullmatch(r"-?[0-9.,]+", body)
        return value if own else value * scale_of(unit)
    if body and body[0] in NUMERALS:
        return from_capital(body) if body[-1] in "元圆圓角分整正" else Decimal(chinese_integer(body))
    raise ValueError(f"{quote(text)}不是金额")


def scale_of(unit: str) -> int:
    """How many yuan a bare number of this unit means; ``''`` is 元. Raises ValueError for a unit that is no money."""
    name = unit.partition("/")[0] or "元"
    if name not in _SCALES:
        raise ValueError(f"{quote(unit)}不是金额单位")
    return _SCALES[name]


def to_capital(amount: Decimal) -> str:
    """``120000`` → ``壹拾贰万元整``. Zeros by 附一第三条; 整 after 元 and after 角, none after 分; 10 is 壹拾.

    Raises ValueError for a negative amount, for a part of a 分 and from 10000亿 up."""
    if amount < 0 or amount >= _LIMIT:
        raise ValueError("大写金额只能表示 0 元至 9999 亿余元")
    if amount != amount.quantize(_CENT):
        raise ValueError("金额不足一分，不能写成大写")
    yuan, cents = divmod(int(amount * 100), 100)
    jiao, fen = divmod(cents, 10)
    out = f"{_capital_integer(yuan)}元" if yuan else ""
    if not cents:
        return (out or "零元") + "整"
    if jiao:
        return f"{out}{_CAPITALS[jiao]}角" + (f"{_CAPITALS[fen]}分" if fen else "整")
    return f"{out}{'零' if out else ''}{_CAPITALS[fen]}分"


def _capital_integer(value: int) -> str:
    out, gap = "", False
    for place in range(11, -1, -1):
        digit = value // 10**place % 10
        if digit:
            out += ("零" if gap and out else "") + _CAPITALS[digit] + _PLACES[place % 4]
            gap = False
        else:
            gap = True
        if place in (8, 4) and value // 10**place % 10**4:
            out += "亿" if place == 8 else "万"
    return out


def from_capital(text: str) -> Decimal:
    """``壹拾贰万元整`` → ``120000.00``; accepts 圆/元, 整/正, optional 零, 拾 without 壹, ordinary numerals. Raises ValueError."""
    if len(text) > LONGEST:
        raise ValueError(f"{quote(text)}不是大写金额")
    cleaned = re.sub(r"^(?:人民币)?[(]?(?:大写)?[)]?:?", "", compact(text))
    formal = re.search("[壹贰叁肆伍陆柒捌玖拾佰仟]", cleaned)
    m = re.fullmatch(_CAPITAL, cleaned) or (re.fullmatch(_CAPITAL, cleaned + "元") if formal else None)  # 大写：贰拾万
    if not m or not any(m.groups()):
        raise ValueError(f"{quote(text)}不是大写金额")
    yuan = chinese_integer(m.group(1)) if m.group(1) else 0
    jiao, fen = (chinese_integer(g) if g else 0 for g in m.groups()[1:])
    if jiao > 9 or fen > 9:
        raise ValueError(f"{quote(text)}不是大写金额")
    return (Decimal(yuan) + Decimal(jiao) / 10 + Decimal(fen) / 100).quantize(_CENT)
