"""Working days by the State Council's yearly notice on holidays, 调休 included."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

_DAY = timedelta(1)


class CalendarUnknown(ValueError):  # noqa: N818 - not an error of the caller: the notice is not out, so nobody can know
    """The calendar of that year is not published here; ``day`` is the day that could not be settled.

    A weekday guess would be wrong around holidays, so there is none."""

    def __init__(self, day: date) -> None:
        super().__init__(f"没有{day.year}年的节假日安排，无法确定{day.isoformat()}是否为工作日")
        self.day = day


@lru_cache(maxsize=1)
def known_years() -> tuple[int, int]:
    """First and last year whose working days are known."""
    from chinese_calendar import constants

    return min(constants.holidays).year, max(constants.holidays).year


def is_workday(day: date) -> bool:
    """Raises CalendarUnknown outside ``known_years``."""
    first, last = known_years()
    if not first <= day.year <= last:
        raise CalendarUnknown(day)
    return _printed(day)


@lru_cache(maxsize=4096)
def _printed(day: date) -> bool:
    """What the notice says of a day; the package looks through all its years at every question."""
    import chinese_calendar

    return bool(chinese_calendar.is_workday(day))


def next_workday(day: date) -> date:
    """``day`` itself if it is a working day, else the first one after it. Raises CalendarUnknown."""
    while not is_workday(day):
        day += _DAY
    return day


def add_workdays(day: date, n: int) -> date:
    """The ``n``-th working day after ``day``, which is not counted itself (民法典第二百零一条); before it for ``n`` < 0.

    ``n`` = 0 is ``day`` itself. Raises CalendarUnknown."""
    step = _DAY if n > 0 else -_DAY
    left = abs(n)
    while left:
        day += step
        left -= is_workday(day)
    return day


def workdays_between(start: date, end: date) -> int:
    """How many working days lie after ``start`` up to and including ``end``: the inverse of ``add_workdays``.

    Negative when ``end`` is before ``start``. Raises CalendarUnknown."""
    if end < start:
        return -workdays_between(end - _DAY, start - _DAY)
    return sum(is_workday(start + timedelta(n)) for n in range(1, (end - start).days + 1))
