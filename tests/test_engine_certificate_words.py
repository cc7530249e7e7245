"""Words about the numbers of certificates: what of a number counts, and a stretch of it."""

from __future__ import annotations

import pytest

from checkers.facts import Unknown
from checkers.logic import call
from checkers.vocabulary import letters_digits, part


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("G01234—56", "G0123456"), ("ab-1.2 3", "AB123"), ("Ｇ０１", "G01"), ("—", ""), ("护照", "")],
)
def test_letters_and_digits_are_kept(text: str, wanted: str) -> None:
    assert letters_digits(text) == wanted


@pytest.mark.parametrize(("first", "last", "wanted"), [(1, 3, "DNK"), (4, 5, "32"), (5, 5, "2")])
def test_a_part_counts_from_one(first: int, last: int, wanted: str) -> None:
    assert part("DNK32", first, last) == wanted


@pytest.mark.parametrize(("first", "last"), [(4, 15), (0, 2), (3, 2)])
def test_a_part_that_is_not_there_is_unknown(first: int, last: int) -> None:
    assert isinstance(call("part", "DNK32", first, last), Unknown)
