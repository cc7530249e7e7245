"""Legal periods on both sides of each boundary; working days by the State Council's notices."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkers.values.dates import YearMonth
from checkers.values.periods import (
    CalendarUnknown,
    add_months,
    add_years,
    age_on,
    deadline_days,
    deadline_months,
    deadline_workdays,
    deadline_years,
    full_months,
    half_year_after,
    next_month,
    next_year_end,
    quarter_first_month_end,
)
from checkers.values.workdays import add_workdays, is_workday, known_years, next_workday, workdays_between

KNOWN = st.dates(date(2010, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2024, 8, 20), 6, date(2025, 2, 20)),
        (date(2024, 8, 31), 6, date(2025, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 1, 30), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 1, date(2024, 3, 29)),
        (date(2024, 12, 31), 1, date(2025, 1, 31)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
    ],
)
def test_a_period_of_months_ends_on_the_corresponding_day_else_the_last(day: date, n: int, expected: date) -> None:
    assert add_months(day, n) == expected


def test_a_year_from_a_leap_day_ends_on_the_28th() -> None:
    assert add_years(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("event", "n", "expected"),
    [
        (date(2024, 8, 20), 10, date(2024, 8, 30)),  # a Friday
        (date(2024, 8, 21), 10, date(2024, 9, 2)),  # ends on Saturday 31 August, moves to Monday
        (date(2024, 9, 20), 11, date(2024, 10, 8)),  # ends on 1 October: the holiday lasts until the 7th
        (date(2024, 9, 4), 10, date(2024, 9, 14)),  # a Saturday that is worked (调休)
    ],
)
def test_a_period_of_days_starts_the_day_after_and_leaves_rest_days(event: date, n: int, expected: date) -> None:
    assert deadline_days(event, n) == expected


@pytest.mark.parametrize(
    ("event", "n", "expected"),
    [
        (date(2024, 8, 20), 5, date(2024, 8, 27)),
        (date(2024, 9, 30), 1, date(2024, 10, 8)),
        (date(2024, 9, 13), 1, date(2024, 9, 14)),
        (date(2024, 9, 14), 1, date(2024, 9, 18)),
        (date(2024, 10, 11), 1, date(2024, 10, 12)),
    ],
)
def test_a_period_of_working_days(event: date, n: int, expected: date) -> None:
    assert deadline_workdays(event, n) == expected


def test_a_period_of_months_or_years_leaves_rest_days() -> None:
    assert deadline_months(date(2024, 8, 14), 6) == date(2025, 2, 14)
    assert deadline_months(date(2024, 8, 15), 6) == date(2025, 2, 17)
    assert half_year_after(date(2024, 8, 15)) == date(2025, 2, 17)
    assert deadline_years(date(2023, 10, 1), 1) == date(2024, 10, 8)


def test_a_deadline_beyond_the_calendar_is_unknown_and_names_the_day() -> None:
    last = known_years()[1]
    with pytest.raises(CalendarUnknown, match=f"没有{last + 1}年的节假日安排") as e:
        deadline_months(date(last, 9, 1), 6)
    assert e.value.day == date(last + 1, 3, 1)
    with pytest.raises(CalendarUnknown):
        deadline_workdays(date(last, 12, 31), 1)


def test_fixed_days_do_not_move() -> None:
    assert next_year_end(date(2024, 1, 1)) == date(2025, 12, 31)
    assert next_year_end(date(2024, 12, 31)) == date(2025, 12, 31)
    assert next_month(date(2024, 11, 30)) == YearMonth(2024, 12)
    assert next_month(date(2024, 12, 1)) == YearMonth(2025, 1)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (date(2024, 1, 1), date(2024, 4, 30)),
        (date(2024, 3, 31), date(2024, 4, 30)),
        (date(2024, 4, 1), date(2024, 7, 31)),
        (date(2024, 9, 30), date(2024, 10, 31)),
        (date(2024, 10, 1), date(2025, 1, 31)),
        (date(2024, 12, 31), date(2025, 1, 31)),
    ],
)
def test_the_first_month_of_the_next_quarter(event: date, expected: date) -> None:
    assert quarter_first_month_end(event) == expected


def test_an_age_is_reached_on_the_birthday() -> None:
    assert age_on(date(1999, 1, 2), date(2015, 1, 1)) == 15
    assert age_on(date(1999, 1, 2), date(2015, 1, 2)) == 16
    assert age_on(date(2000, 2, 29), date(2018, 2, 27)) == 17
    assert age_on(date(2000, 2, 29), date(2018, 2, 28)) == 18
    assert age_on(date(2000, 2, 29), date(2020, 2, 28)) == 19
    with pytest.raises(ValueError, match="早于出生日期"):
        age_on(date(2000, 1, 1), date(1999, 12, 31))


def test_full_months_on_both_sides_of_the_day() -> None:
    assert full_months(date(2024, 8, 20), date(2025, 2, 19)) == 5
    assert full_months(date(2024, 8, 20), date(2025, 2, 20)) == 6
    assert full_months(date(2024, 8, 31), date(2025, 2, 28)) == 6
    assert full_months(date(2024, 8, 20), date(2024, 8, 19)) == -1


@given(KNOWN, st.integers(0, 60))
def test_full_months_is_the_inverse_of_add_months(day: date, n: int) -> None:
    end = add_months(day, n)
    assert full_months(day, end) == n
    assert full_months(day, end - timedelta(1)) < n or end.day < day.day


def test_known_working_days() -> None:
    assert is_workday(date(2024, 2, 4))  # a Sunday before the Spring Festival
    assert not is_workday(date(2024, 2, 12))  # a Monday within it
    assert is_workday(date(2024, 8, 20))
    assert not is_workday(date(2024, 8, 24))
    assert next_workday(date(2024, 8, 20)) == date(2024, 8, 20)
    assert next_workday(date(2024, 8, 24)) == date(2024, 8, 26)


def test_outside_the_calendar_there_is_no_guess() -> None:
    first, last = known_years()
    for day in (date(first - 1, 12, 31), date(last + 1, 1, 4)):
        with pytest.raises(CalendarUnknown):
            is_workday(day)
    assert is_workday(date(first, 12, 31)) in (True, False)
    assert is_workday(date(last, 12, 31)) in (True, False)


@given(KNOWN, st.integers(-15, 15))
def test_counting_is_the_inverse_of_adding(day: date, n: int) -> None:
    end = add_workdays(day, n)
    assert n == 0 or is_workday(end)
    if n >= 0:
        assert workdays_between(day, end) == n


@given(KNOWN, st.integers(0, 40))
def test_counting_is_the_sum_of_the_days(a: date, n: int) -> None:
    b = a + timedelta(n)
    days = [a + timedelta(n) for n in range(1, (b - a).days + 1)]
    assert workdays_between(a, b) == sum(map(is_workday, days))


def test_add_workdays_back() -> None:
    assert add_workdays(date(2024, 8, 26), -1) == date(2024, 8, 23)
    assert add_workdays(date(2024, 8, 24), 0) == date(2024, 8, 24)
    assert workdays_between(date(2024, 8, 26), date(2024, 8, 23)) == -1
