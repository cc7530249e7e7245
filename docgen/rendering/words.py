"""The filters of our masters: how a value is written on official paper.

{{ total | capital }}      人民币壹万贰仟元整         {{ total | money }}    12,000.00
{{ id_number | masked }}   500103********0018        {{ agreed | tick }}    ☑ or ☐
{{ day | written }}        2024年8月20日              {{ names | listed }}   甲、乙、丙
{{ way | ticked('邮寄送达') }}   ☑ when way is that, or is a list that has it
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from docgen.rendering.fill import written

TICKED, UNTICKED = "☑", "☐"


def _decimal(value: object) -> Decimal:
    try:
        return Decimal(str(value).replace(",", ""))
    except InvalidOperation as error:
        raise ValueError(f"“{value}”不是金额") from error


def capital(value: object) -> str:
    """An amount of yuan in the words of 票据: 人民币壹万贰仟元整. Raises ValueError."""
    from checkers.values.money import to_capital

    words = to_capital(_decimal(value))
    return words if words.startswith("人民币") else f"人民币{words}"


def money(value: object) -> str:
    """``12,000.00``; an empty value stays empty."""
    return "" if value is None or value == "" else f"{_decimal(value):,.2f}"


def masked(value: object) -> str:
    """Identity numbers, cards and phones as they may be published."""
    from checkers.values.texts import mask

    return mask(written(value))


def tick(value: object) -> str:
    return TICKED if value else UNTICKED


def ticked(value: object, option: str) -> str:
    chosen = value if isinstance(value, (list, tuple, set, frozenset)) else (value,)
    return TICKED if option in chosen else UNTICKED


def listed(values: Iterable[object]) -> str:
    return "、".join(written(value) for value in values)


FILTERS: dict[str, Callable[..., Any]] = {
    "written": written,
    "capital": capital,
    "money": money,
    "masked": masked,
    "tick": tick,
    "ticked": ticked,
    "listed": listed,
}
