"""The filters of our masters: how a value is written on official paper.

{{ total | capital }}      人民币壹万贰仟元整         {{ total | money }}    12,000.00
{{ id_number | masked }}   500103********0018        {{ agreed | tick }}    ☑ or ☐
{{ day | written }}        2024年8月20日              {{ names | listed }}   甲、乙、丙
{{ way | ticked('邮寄送达') }}   ☑ when way is that, or is a list that has it
{{ basis | cited }}        《样例通知》（样人社发〔2024〕1号）一（一）、《样例条例》第三条
{{ facts | ended }}        a sentence with one full stop, whether the text has it already or not
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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


def cited(basis: Iterable[object] | str) -> str:
    """Rows of ``title``, ``doc_no``, ``article`` as a decision cites them; a text among them stands as it is."""
    if isinstance(basis, str):
        return basis
    return "、".join(_citation(row) if isinstance(row, Mapping) else written(row) for row in basis)


def _citation(row: Mapping[str, object]) -> str:
    title, number, article = (written(row.get(key)).strip() for key in ("title", "doc_no", "article"))
    if title and not title.startswith(("《", "〈")):
        title = f"《{title}》"
    return f"{title}{f'（{number}）' if title and number else number}{article}"


def ended(value: object) -> str:
    """With a full stop, unless it ends a sentence already; an empty value stays empty."""
    text = written(value).strip()
    return text if not text or text[-1] in "。！？：" else text.rstrip("；;，,、") + "。"


FILTERS: dict[str, Callable[..., Any]] = {
    "written": written,
    "capital": capital,
    "money": money,
    "masked": masked,
    "tick": tick,
    "ticked": ticked,
    "listed": listed,
    "cited": cited,
    "ended": ended,
}
