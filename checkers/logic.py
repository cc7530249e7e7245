"""Three-valued operators that compiled expressions call: Kleene's and/or/not, comparison and arithmetic that spread Unknown."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation, Overflow
from functools import partial
from typing import Any

from checkers.facts import Unknown
from checkers.values.dates import DateRange, MonthRange, YearMonth
from checkers.values.workdays import CalendarUnknown
from checkers.vocabulary import CONTEXT_WORDS, WORDS

WORKDAY_CALENDAR = "workday_calendar"
"""Stands among the names of an Unknown for a year whose working days the State Council has not yet announced."""

Lazy = Callable[[], Any]


class OperandError(ValueError):
    """Values of kinds that cannot be compared or reckoned with each other: a slip in the pack or in a facts file."""


def _truth(value: Any) -> bool | Unknown:
    if isinstance(value, (bool, Unknown)):
        return value
    raise OperandError(f"这里要一个是/否的值，得到的是 {value!r}")


def k_and(left: Any, right: Lazy) -> bool | Unknown:
    first = _truth(left)
    if first is False:
        return False
    second = _truth(right())
    if second is False:
        return False
    if isinstance(first, Unknown):
        return first | second if isinstance(second, Unknown) else first
    return second


def k_or(left: Any, right: Lazy) -> bool | Unknown:
    first = _truth(left)
    if first is True:
        return True
    second = _truth(right())
    if second is True:
        return True
    if isinstance(first, Unknown):
        return first | second if isinstance(second, Unknown) else first
    return second


def k_not(value: Any) -> bool | Unknown:
    truth = _truth(value)
    return truth if isinstance(truth, Unknown) else not truth


def choose(test: Any, yes: Lazy, no: Lazy) -> Any:
    """``yes if test else no``; with an unknown test the answer is known only when both branches agree."""
    truth = _truth(test)
    if isinstance(truth, Unknown):
        first, second = yes(), no()
        if not isinstance(first, Unknown) and not isinstance(second, Unknown) and first == second:
            return first
        for other in (first, second):
            if isinstance(other, Unknown):
                truth = truth | other
        return truth
    return yes() if truth else no()


def unknown_among(values: list[Any] | tuple[Any, ...]) -> Unknown | None:
    found: Unknown | None = None
    for value in values:
        if type(value) is Unknown:
            found = value if found is None else found | value
    return found


def listed(values: list[Any]) -> Any:
    found = unknown_among(values)
    return values if found is None else found


def known(value: Any) -> bool:
    return not isinstance(value, Unknown)


_KINDS: dict[type, str] = {
    bool: "bool",
    int: "number",
    Decimal: "number",
    str: "text",
    date: "date",
    YearMonth: "month",
    MonthRange: "range",
    DateRange: "range",
    list: "list",
    tuple: "list",
}
"""Kinds of the classes met on every row; ``_kind`` knows their subclasses too."""


def _kind(value: Any) -> str:
    known = _KINDS.get(type(value))
    if known is not None:
        return known
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, Decimal)):
        return "number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, date):
        return "date"
    if isinstance(value, YearMonth):
        return "month"
    if isinstance(value, (MonthRange, DateRange)):
        return "range"
    if isinstance(value, (list, tuple)):
        return "list"
    return type(value).__name__


_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _among(item: Any, values: list[Any] | tuple[Any, ...]) -> bool:
    """Membership; a list of another kind is an error too: ``3 in ['3']`` would be a slip that never shows."""
    if values and all(_kind(value) != _kind(item) for value in values):
        raise OperandError(f"不能在 {values!r} 里找 {item!r}")
    return item in values


_ORDERED = frozenset({"number", "text", "date", "month"})


def compare(sign: str, left: Any, right: Any) -> bool | Unknown:
    """``left sign right``; values of different kinds are an error, never simply unequal."""
    unknown = unknown_among((left, right))
    if unknown is not None:
        return unknown
    if sign in ("in", "not in"):
        if isinstance(right, (MonthRange, DateRange)):
            inside = bool(left in right)
        elif isinstance(right, (list, tuple)):
            inside = _among(left, right)
        else:
            raise OperandError(f"in 的右边要是列表，得到的是 {right!r}")
        return inside if sign == "in" else not inside
    kind = _kind(left)
    if kind != _kind(right):
        raise OperandError(f"不能比较 {left!r} 和 {right!r}")
    if sign == "==":
        return bool(left == right)
    if sign == "!=":
        return bool(left != right)
    if kind not in _ORDERED:
        raise OperandError(f"{left!r} 和 {right!r} 不分大小先后")
    return _ORDER[sign](left, right)


def _number(value: Any) -> Decimal | int:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise OperandError(f"这里要一个数，得到的是 {value!r}")
    return value


def arith(sign: str, left: Any, right: Any) -> Any:
    """Numbers exactly; month - month in months, date - date in days, month ± whole number of months."""
    unknown = unknown_among((left, right))
    if unknown is not None:
        return unknown
    if sign == "-" and isinstance(left, date) and isinstance(right, date):
        return (left - right).days
    if isinstance(left, YearMonth) and sign in "+-":
        if sign == "-" and isinstance(right, YearMonth):
            return left - right
        if isinstance(right, int) and not isinstance(right, bool):
            return left + (right if sign == "+" else -right)
    if sign == "+" and isinstance(left, str) and isinstance(right, str):
        return _bounded_text(left + right)
    a, b = _number(left), _number(right)
    if sign in ("/", "//", "%") and b == 0:
        return Unknown([_NO_NUMBER])  # the zero stands on the paper: the pack is not at fault
    try:
        return _bounded(_ARITHMETIC[sign](a, b))
    except (InvalidOperation, Overflow):
        return Unknown([_NO_NUMBER])


LARGEST = 10**24
"""Numbers from here on are not reckoned with: no sum of money is so large, and exact decimals hold 28 digits."""
LONGEST_TEXT = 10_000
"""Characters of a text that expressions put together."""
_NO_NUMBER = "arith()"


def _bounded(value: Any) -> Any:
    """A number that only a slip or an ill-meant form can yield leaves the answer unknown."""
    return value if -LARGEST < value < LARGEST else Unknown([_NO_NUMBER])


def _bounded_text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise OperandError("文字过长")
    return text


def _whole(a: Decimal | int, b: Decimal | int) -> int:
    """Towards minus infinity for every kind of number (Decimal's own ``//`` cuts towards zero)."""
    return math.floor(Decimal(a) / Decimal(b)) if isinstance(a, Decimal) or isinstance(b, Decimal) else a // b


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda a, b: Decimal(a) / Decimal(b),
    "//": _whole,
    "%": lambda a, b: a - b * _whole(a, b),
}


def call(word: str, *args: Any) -> Any:
    """A word of the language over known values. A value the word cannot work on leaves the answer unknown."""
    return _call(word, WORDS[word], args)


def call_in(context: Any, word: str, *args: Any) -> Any:
    """A word that also looks into the case (dated parameters, registers)."""
    return _call(word, partial(CONTEXT_WORDS[word], context), args)


def _call(word: str, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    unknown = unknown_among(args)
    if unknown is not None:
        return unknown
    try:
        result = function(*args)
    except OperandError:
        raise
    except CalendarUnknown:
        return Unknown([WORKDAY_CALENDAR])
    except (TypeError, AttributeError) as error:
        raise OperandError(f"{word}() 用不了这些值：{'、'.join(map(repr, args))}（{error}）") from None
    except (ValueError, ArithmeticError):
        return Unknown([f"{word}()"])
    return _bounded(result) if type(result) in _NUMBERS else result


_NUMBERS = frozenset({int, Decimal})


OPERATORS: dict[str, Any] = {
    "k_and": k_and,
    "k_or": k_or,
    "k_not": k_not,
    "choose": choose,
    "compare": compare,
    "arith": arith,
    "listed": listed,
    "known": known,
    "call": call,
    "call_in": call_in,
    "dec": Decimal,
}
