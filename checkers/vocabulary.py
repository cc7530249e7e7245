"""The words of the rule language (docs/rule-language.md): plain functions over known values.

``WORDS`` see only their arguments; ``CONTEXT_WORDS`` also see the case. ``NAME_WORDS`` take a name in quotes first, which
the pack compiler checks. A word raises ValueError for a value it cannot work on; the answer is then unknown.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, Protocol

from checkers.facts import Unknown
from checkers.values.dates import DateRange, MonthRange, YearMonth


class Context(Protocol):
    """What an expression may ask of a case."""

    def get(self, name: str) -> Any: ...
    def column(self, name: str) -> Any: ...
    def filled(self, name: str, of_row: bool) -> bool | Unknown: ...
    def blank(self, name: str, of_row: bool) -> bool | Unknown: ...
    def if_blank(self, name: str, of_row: bool, other: Callable[[], Any]) -> Any: ...
    def value_on(self, name: str, day: date) -> Any: ...
    def by_person(self, name: str) -> dict[Any, list[tuple[int, dict[str, Any]]]] | Unknown: ...
    def table(self, name: str) -> tuple[list[str], list[list[Any]]]: ...
    def at_row(self, roster: str, number: int, row: dict[str, Any]) -> AbstractContextManager[None]: ...


def _day(value: Any, *, last: bool = False) -> date:
    """A date; a month stands for its first (or last) day only where the word says so."""
    if isinstance(value, date):
        return value
    if isinstance(value, YearMonth):
        return value.last_day() if last else value.first_day()
    raise ValueError(f"这里要日期，得到的是 {value!r}")


def _integer(value: Any) -> int:
    if isinstance(value, bool) or value != int(value):
        raise ValueError(f"这里要整数，得到的是 {value!r}")
    return int(value)


def months(first: Any, last: Any = None) -> int:
    if last is None:
        if not isinstance(first, MonthRange):
            raise ValueError(f"这里要起止年月，得到的是 {first!r}")
        return first.months
    return MonthRange(month_of(first), month_of(last)).months


def start(value: MonthRange | DateRange) -> Any:
    return value.start


def end(value: MonthRange | DateRange) -> Any:
    return value.end


def month_of(value: Any) -> YearMonth:
    return value if isinstance(value, YearMonth) else YearMonth.from_date(_day(value))


def year(value: Any) -> int:
    return int(value.year)


def month_number(value: Any) -> int:
    return int(value.month)


def first_day(value: Any) -> date:
    return month_of(value).first_day()


def last_day(value: Any) -> date:
    return month_of(value).last_day()


def make_date(y: Any, m: Any, d: Any) -> date:
    return date(_integer(y), _integer(m), _integer(d))


def make_month(y: Any, m: Any) -> YearMonth:
    return YearMonth(_integer(y), _integer(m))


def make_range(first: Any, last: Any) -> MonthRange | DateRange:
    if isinstance(first, YearMonth) and isinstance(last, YearMonth):
        return MonthRange(first, last)
    return DateRange(_day(first), _day(last, last=True))


def add_days(day: Any, n: Any) -> date:
    return _day(day) + timedelta(days=_integer(n))


def add_months(value: Any, n: Any) -> Any:
    from checkers.values import periods

    if isinstance(value, YearMonth):
        return value + _integer(n)
    return periods.add_months(_day(value), _integer(n))


def add_years(value: Any, n: Any) -> Any:
    return add_months(value, 12 * _integer(n))


def add_workdays(day: Any, n: Any) -> date:
    from checkers.values import workdays

    return workdays.add_workdays(_day(day), _integer(n))


def days_between(first: Any, last: Any) -> int:
    return (_day(last) - _day(first)).days


def _period(name: str) -> Callable[..., date]:
    def word(day: Any, *args: Any) -> date:
        from checkers.values import periods

        result = getattr(periods, name)(_day(day), *(_integer(a) for a in args))
        assert isinstance(result, date)  # noqa: S101  a promise of periods.py, not a check of input
        return result

    return word


def born(number: str) -> date:
    from checkers.values.identity import check_resident_id

    return check_resident_id(str(number)).born


def sex(number: str) -> str:
    from checkers.values.identity import check_resident_id

    return str(check_resident_id(str(number)).sex)


def age_on(birth: Any, day: Any) -> int:
    from checkers.values import periods

    return periods.age_on(_day(birth), _day(day))


def overlaps(a: Any, b: Any) -> bool:
    """Whether two ranges of the same kind share a month (or a day)."""
    if type(a) is not type(b):
        raise ValueError("两个时段的单位不同")
    return bool(a.start <= b.end and b.start <= a.end)


def within(inner: Any, outer: Any) -> bool:
    if isinstance(inner, (YearMonth, date)):
        return bool(outer.start <= inner <= outer.end)
    if type(inner) is not type(outer):
        raise ValueError("两个时段的单位不同")
    return bool(outer.start <= inner.start and inner.end <= outer.end)


# Rosters: a list of rows, each a dict of column id → value (Unknown where the cell is blank or unreadable).


def count(roster: Any) -> int:
    return len(_rows(roster))


def _rows(roster: Any) -> list[dict[str, Any]]:
    if not isinstance(roster, list) or not all(isinstance(row, dict) for row in roster):
        raise ValueError("这里要花名册")
    return roster


def column(roster: Any, name: str) -> Any:
    values = [row.get(name, Unknown([name])) for row in _rows(roster)]
    found = _unknown(values)
    return values if found is None else found


def _unknown(values: list[Any]) -> Unknown | None:
    found: Unknown | None = None
    for value in values:
        if isinstance(value, Unknown):
            found = value if found is None else found | value
    return found


def _sum(values: Any) -> Any:
    return values if isinstance(values, Unknown) else sum((Decimal(v) for v in values), Decimal(0))


def total(roster: Any, name: str) -> Any:
    return _sum(column(roster, name))


def _matching(roster: Any, name: str, value: Any) -> list[dict[str, Any]] | Unknown:
    keys = column(roster, name)
    if isinstance(keys, Unknown):
        return keys
    return [row for row, key in zip(_rows(roster), keys, strict=True) if key == value]


def count_where(roster: Any, name: str, value: Any) -> Any:
    rows = _matching(roster, name, value)
    return rows if isinstance(rows, Unknown) else len(rows)


def total_where(roster: Any, name: str, by: str, value: Any) -> Any:
    rows = _matching(roster, by, value)
    return rows if isinstance(rows, Unknown) else total(rows, name)


def repeated(roster: Any, name: str) -> list[Any]:
    """Values of a column that stand in more than one row; rows where it is unknown are left aside."""
    seen: dict[Any, int] = {}
    for row in _rows(roster):
        value = row.get(name)
        if value is not None and not isinstance(value, Unknown):
            seen[value] = seen.get(value, 0) + 1
    return [value for value, times in seen.items() if times > 1]


def repeated_rows(roster: Any, name: str) -> list[int]:
    """Numbers (from 1) of the rows whose value of a column stands in another row too."""
    values = set(repeated(roster, name))
    return [number for number, row in enumerate(_rows(roster), start=1) if row.get(name) in values]


def length(value: Any) -> int:
    return len(value)


def minimum(*values: Any) -> Any:
    return min(*values)


def maximum(*values: Any) -> Any:
    return max(*values)


def rounded(value: Any, places: Any = 0) -> Decimal:
    """Commercial rounding (四舍五入)."""
    return Decimal(value).quantize(Decimal(1).scaleb(-_integer(places)), rounding=ROUND_HALF_UP)


def floor(value: Decimal | int) -> int:
    return math.floor(value)


def ceil(value: Decimal | int) -> int:
    return math.ceil(value)


def absolute(value: Any) -> Any:
    return abs(value)


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Text without white space, width and bracket style: how two spellings of one name are compared."""
    folded = unicodedata.normalize("NFKC", text)
    folded = folded.translate(str.maketrans("【〔［[】〕］]〈《〉》“”‘’", "(((())))<<>>\"\"''"))
    return re.sub(r"\s+", "", folded).casefold()


def contains(text: str, part: str) -> bool:
    return fold(part) in fold(text)


def starts_with(text: str, part: str) -> bool:
    return fold(text).startswith(fold(part))


def same_text(a: str, b: str) -> bool:
    return fold(a) == fold(b)


def letters_digits(text: str) -> str:
    """The Latin letters (as capitals) and digits of a number of a certificate; dots, dashes and spaces fall away."""
    return re.sub(r"[^A-Z0-9]", "", unicodedata.normalize("NFKC", text).upper())


def part(text: str, first: Any, last: Any) -> str:
    """Characters ``first`` to ``last`` of a text, counted from 1, both included; ValueError where it is shorter."""
    a, b = _integer(first), _integer(last)
    if not 1 <= a <= b <= len(text):
        raise ValueError(f"没有第{a}至{b}位：{text!r}")
    return text[a - 1 : b]


def from_capital(text: str) -> Decimal:
    from checkers.values import money

    return money.from_capital(text)


def statutory_retirement_month(birth: Any, category: str) -> YearMonth:
    from checkers.calculators.retirement import statutory_retirement

    return statutory_retirement(month_of(birth), category).month


def min_contribution_months(in_year: Any) -> int:
    from checkers.calculators.contribution import min_contribution_months as months_in

    return months_in(_integer(in_year))


WORDS: dict[str, Callable[..., Any]] = {
    "months": months,
    "start": start,
    "end": end,
    "month_of": month_of,
    "year": year,
    "month_number": month_number,
    "first_day": first_day,
    "last_day": last_day,
    "make_date": make_date,
    "make_month": make_month,
    "make_range": make_range,
    "add_days": add_days,
    "add_months": add_months,
    "add_years": add_years,
    "add_workdays": add_workdays,
    "days_between": days_between,
    "half_year_after": _period("half_year_after"),
    "next_year_end": _period("next_year_end"),
    "quarter_first_month_end": _period("quarter_first_month_end"),
    "deadline_days": _period("deadline_days"),
    "deadline_workdays": _period("deadline_workdays"),
    "deadline_months": _period("deadline_months"),
    "born": born,
    "sex": sex,
    "age_on": age_on,
    "overlaps": overlaps,
    "within": within,
    "count": count,
    "column": column,
    "total": total,
    "count_where": count_where,
    "total_where": total_where,
    "repeated": repeated,
    "repeated_rows": repeated_rows,
    "length": length,
    "min": minimum,
    "max": maximum,
    "round": rounded,
    "floor": floor,
    "ceil": ceil,
    "abs": absolute,
    "contains": contains,
    "starts_with": starts_with,
    "same_text": same_text,
    "letters_digits": letters_digits,
    "part": part,
    "from_capital": from_capital,
    "statutory_retirement_month": statutory_retirement_month,
    "min_contribution_months": min_contribution_months,
}


# Words that look into the case.

BENEFITS = "benefits_drawn"
"""Id of the fact that lists what was drawn before: rows of benefit (policy id), start, end (months), id_number."""


def value_on(context: Context, name: str, day: Any) -> Any:
    return context.value_on(name, _day(day))


def lookup(context: Context, name: str, person: str, wanted: str) -> Any:
    """Column ``wanted`` of the row of register fact ``name`` whose ``id_number`` is ``person``; unknown without the row."""
    rows = context.get(name)
    if isinstance(rows, Unknown):
        return rows
    if not isinstance(rows, list):
        raise ValueError("这里要花名册")
    people = context.by_person(name)
    found = [] if isinstance(people, Unknown) else people.get(person, [])
    return found[0][1].get(wanted, Unknown([name])) if found else Unknown([name])


def months_filled(context: Context, name: str, wanted: str) -> Any:
    """Months of column ``wanted`` (a range of months) in all rows of a roster where it is filled; blank cells are none."""
    if context.blank(name, False) is True:
        return 0
    rows = context.get(name)
    if isinstance(rows, Unknown):
        return rows
    total_months = 0
    for number, row in enumerate(rows, start=1):
        with context.at_row(name, number, row):
            if context.blank(wanted, True) is True:
                continue
            value = context.column(wanted)
        if isinstance(value, Unknown):
            return value
        total_months += months(value)
    return total_months


def _records(context: Context, benefits: Any, person: Any) -> list[dict[str, Any]] | Unknown:
    """Records of a person (ID number), of an employer (统一社会信用代码), or of several together: a family as a list."""
    if isinstance(person, list):
        together: list[dict[str, Any]] = []
        for one in dict.fromkeys(person):
            of_one = _records(context, benefits, one)
            if isinstance(of_one, Unknown):
                return of_one
            together.extend(row for row in of_one if not any(row is other for other in together))
        return together
    rows = context.get(BENEFITS)
    if isinstance(rows, Unknown):
        return rows
    wanted = [benefits] if isinstance(benefits, str) else list(benefits)
    people = context.by_person(BENEFITS)
    if isinstance(people, Unknown):
        return people
    found = []
    for _, row in sorted([*people.get(person, []), *people.get(None, [])], key=lambda pair: pair[0]):
        owner = row.get("id_number", person)
        if isinstance(owner, Unknown) and owner.names:
            unit = row.get("uscc")
            # a list without a column of persons or employers is this applicant's own
            owner = person if unit is None or isinstance(unit, Unknown) else unit
        if owner != person:
            continue
        benefit = row.get("benefit", Unknown([BENEFITS]))
        if isinstance(benefit, Unknown):
            return benefit  # a record of we know not what may be the very one that is looked for
        if benefit in wanted:
            found.append(row)
    return found


def drawn(context: Context, benefits: Any, person: str) -> Any:
    """How many records of these benefits the person has."""
    found = _records(context, benefits, person)
    return found if isinstance(found, Unknown) else len(found)


def drawn_months(context: Context, benefits: Any, person: str) -> Any:
    """Different months for which the person has drawn any of these benefits."""
    taken = _drawn_set(context, benefits, person)
    return taken if isinstance(taken, Unknown) else len(taken)


def drawn_in(context: Context, benefits: Any, person: str, period: Any) -> Any:
    """How many months of ``period`` the person has already drawn one of these benefits for."""
    taken = _drawn_set(context, benefits, person)
    if isinstance(taken, Unknown):
        return taken
    return sum(1 for month in taken if period.start <= month <= period.end)


def _drawn_set(context: Context, benefits: Any, person: str) -> set[YearMonth] | Unknown:
    found = _records(context, benefits, person)
    if isinstance(found, Unknown):
        return found
    taken: set[YearMonth] = set()
    for row in found:
        first, last = row.get("start", Unknown([BENEFITS])), row.get("end", Unknown([BENEFITS]))
        if not isinstance(first, YearMonth) or not isinstance(last, YearMonth):
            return Unknown([BENEFITS])
        month = first
        while month <= last:
            taken.add(month)
            month = month + 1
    return taken


def row_of(context: Context, name: str, key: Any, wanted: str) -> Any:
    """Cell ``wanted`` of the table's row whose first cell is ``key``; unknown when the table has no such row."""
    columns, rows = context.table(name)
    for row in rows:
        if row[0] == key or (isinstance(row[0], str) and isinstance(key, str) and same_text(row[0], key)):
            return row[columns.index(wanted)]
    return Unknown([name])


def band(context: Context, name: str, value: Any, wanted: str) -> Any:
    """Cell ``wanted`` of the last row whose first cell is at most ``value``; unknown below the first step."""
    columns, rows = context.table(name)
    found: Any = Unknown([name])
    for row in rows:
        if row[0] <= value:
            found = row[columns.index(wanted)]
    return found


def in_table(context: Context, name: str, key: Any) -> bool:
    """Whether the table has a row whose first cell is ``key``."""
    return not isinstance(row_of(context, name, key, context.table(name)[0][0]), Unknown)


CONTEXT_WORDS: dict[str, Callable[..., Any]] = {
    "row_of": row_of,
    "band": band,
    "in_table": in_table,
    "value_on": value_on,
    "lookup": lookup,
    "months_filled": months_filled,
    "drawn": drawn,
    "drawn_months": drawn_months,
    "drawn_in": drawn_in,
}

NAME_WORDS: dict[str, str] = {
    "value_on": "parameter",
    "lookup": "fact",
    "months_filled": "fact",
    "row_of": "table",
    "band": "table",
    "in_table": "table",
}
"""Words whose first argument is a quoted name: of a parameter, a fact or a table."""
