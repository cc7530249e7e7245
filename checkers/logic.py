"""Three-valued operators that compiled expressions call: Kleene's and/or/not, comparison and arithmetic that spread Unknown."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date
from decimal import Decimal, DivisionByZero, InvalidOperation
from typing import Any

from checkers.facts import Unknown
from checkers.values.dates import DateRange, MonthRange, YearMonth
from checkers.vocabulary import CONTEXT_WORDS, WORDS

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
        if isinstance(value, Unknown):
            found = value if found is None else found | value
    return found


def listed(values: list[Any]) -> Any:
    found = unknown_among(values)
    return values if found is None else found


def known(value: Any) -> bool:
    return not isinstance(value, Unknown)


def _kind(value: Any) -> str:
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


def compare(sign: str, left: Any, right: Any) -> bool | Unknown:
    """``left sign right``; values of different kinds are an error, never simply unequal."""
    unknown = unknown_among((left, right))
    if unknown is not None:
        return unknown
    if sign in ("in", "not in"):
        if isinstance(right, (MonthRange, DateRange)):
            inside = bool(left in right)
        elif isinstance(right, (list, tuple)):
            inside = left in right
        else:
            raise OperandError(f"in 的右边要是列表，得到的是 {right!r}")
        return inside if sign == "in" else not inside
    if _kind(left) != _kind(right):
        raise OperandError(f"不能比较 {left!r} 和 {right!r}")
    if sign == "==":
        return bool(left == right)
    if sign == "!=":
        return bool(left != right)
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
        return left + right
    a, b = _number(left), _number(right)
    try:
        return _ARITHMETIC[sign](a, b)
    except (ZeroDivisionError, DivisionByZero, InvalidOperation):
        raise OperandError("除数为零") from None


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda a, b: Decimal(a) / Decimal(b),
    "//": operator.floordiv,
    "%": operator.mod,
}


def call(word: str, *args: Any) -> Any:
    """A word of the language over known values. A value the word cannot work on leaves the answer unknown."""
    unknown = unknown_among(args)
    if unknown is not None:
        return unknown
    try:
        return WORDS[word](*args)
    except TypeError as error:
        raise OperandError(f"{word}()：{error}") from None
    except OperandError:
        raise
    except ValueError:
        return Unknown([f"{word}()"])


def call_in(context: Any, word: str, *args: Any) -> Any:
    """A word that also looks into the case (dated parameters, registers)."""
    unknown = unknown_among(args)
    if unknown is not None:
        return unknown
    return CONTEXT_WORDS[word](context, *args)


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
