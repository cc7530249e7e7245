"""Legal periods. The day of the event is not counted (民法典第二百零一条), a period of months or years ends on the
corresponding day, else on the last day of the month (第二百零二条), and where it ends on a rest day, on the first
working day after it (第二百零三条). A function that ends on a fixed calendar day does not move it.

What needs a calendar that is not published raises ``CalendarUnknown``; its ``day`` is then the day before the move:
the period certainly ends no earlier.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from checkers.values.dates import YearMonth
from checkers.values.workdays import CalendarUnknown, add_workdays, next_workday

__all__ = [
    "CalendarUnknown",
    "add_months",
    "add_years",
    "age_on",
    "deadline_days",
    "deadline_months",
    "deadline_workdays",
    "deadline_years",
    "full_months",
    "half_year_after",
    "next_month",
    "next_year_end",
    "quarter_first_month_end",
]


def add_months(day: date, n: int) -> date:
    """The corresponding day ``n`` months on (back for ``n`` < 0); no such day: the last of the month (民法典 202 条)."""
    month = YearMonth.from_date(day) + n
    return date(month.year, month.month, min(day.day, monthrange(month.year, month.month)[1]))


def add_years(day: date, n: int) -> date:
    """The corresponding day ``n`` years on; 29 February becomes the 28th in a common year (民法典 202 条)."""
    return add_months(day, 12 * n)


def deadline_days(event: date, n: int) -> date:
    """Last day of ``n`` calendar days after ``event``, moved off a rest day (民法典 201、203 条). Raises CalendarUnknown."""
    return _last_day(event + timedelta(n))


def deadline_workdays(event: date, n: int) -> date:
    """Last of ``n`` working days after ``event``. Raises CalendarUnknown."""
    return add_workdays(event, n)


def deadline_months(event: date, n: int) -> date:
    """Last day of ``n`` months after ``event``, moved off a rest day (民法典 202、203 条). Raises CalendarUnknown."""
    return _last_day(add_months(event, n))


def deadline_years(event: date, n: int) -> date:
    """Last day of ``n`` years after ``event``, moved off a rest day (民法典 202、203 条). Raises CalendarUnknown."""
    return deadline_months(event, 12 * n)


def half_year_after(event: date) -> date:
    """半年内: six months, as the term is read in practice; the papers do not say so in months. Raises CalendarUnknown."""
    return deadline_months(event, 6)


def _last_day(day: date) -> date:
    try:
        return next_workday(day)
    except CalendarUnknown:
        raise CalendarUnknown(day) from None


def next_year_end(event: date) -> date:
    """次年内: 31 December of the year after ``event``; a fixed day, not moved."""
    return date(event.year + 1, 12, 31)


def quarter_first_month_end(event: date) -> date:
    """每季度首月底前 (for what came in the quarter before): the last day of January, April, July or October that follows
    the quarter of ``event``; a fixed day, not moved."""
    first = YearMonth(event.year, (event.month - 1) // 3 * 3 + 1)
    return (first + 3).last_day()


def next_month(day: date) -> YearMonth:
    """次月."""
    return YearMonth.from_date(day) + 1


def full_months(start: date, end: date) -> int:
    """How many whole months have passed from ``start`` to ``end``, by corresponding days; negative before ``start``."""
    n = YearMonth.from_date(end) - YearMonth.from_date(start)
    return n if add_months(start, n) <= end else n - 1


def age_on(born: date, on: date) -> int:
    """周岁 in civil and social insurance law: the birthday itself counts as reached; one born on 29 February reaches it
    on the 28th of a common year. (Criminal law counts from the day after the birthday: not for this project.)

    Raises ValueError when ``on`` is before ``born``."""
    if on < born:
        raise ValueError(f"日期{on.isoformat()}早于出生日期{born.isoformat()}")
    return full_months(born, on) // 12
