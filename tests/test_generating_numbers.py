"""The number book: no number twice, no hole, the same number for the same row."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.errors import UsageError
from docgen.generating.numbers import NumberBook, Series

SERIES = Series("样人社补〔2026〕{n}号")


def test_numbers_go_on_where_the_last_run_stopped(tmp_path: Path) -> None:
    book = NumberBook(tmp_path / "book")
    assert book.take(SERIES, "one", ["甲", "乙"]) == [1, 2]
    assert NumberBook(tmp_path / "book").take(SERIES, "two", ["甲"]) == [3]


def test_a_row_keeps_its_number_over_a_restart(tmp_path: Path) -> None:
    book = NumberBook(tmp_path / "book")
    book.take(SERIES, "one", ["甲", "乙"])
    assert book.take(SERIES, "one", ["丙", "乙", "甲"]) == [3, 2, 1]


def test_a_number_given_back_is_the_next_to_be_given(tmp_path: Path) -> None:
    book = NumberBook(tmp_path / "book")
    book.take(SERIES, "one", ["甲", "乙", "丙"])
    book.give_back(SERIES, "one", ["乙"])
    assert book.take(SERIES, "two", ["丁", "戊"]) == [2, 4]


def test_each_series_counts_for_itself(tmp_path: Path) -> None:
    book = NumberBook(tmp_path / "book")
    other = Series("样人社停〔2026〕{n:03}号", first=7)
    assert book.take(SERIES, "one", ["甲"]) == [1]
    assert book.take(other, "one", ["甲"]) == [7]
    assert other.written(7) == "样人社停〔2026〕007号"


def test_runs_that_go_on_at_once_never_share_a_number(tmp_path: Path) -> None:
    path = tmp_path / "book"

    def run(name: str) -> list[int]:
        return [n for k in range(10) for n in NumberBook(path).take(SERIES, name, [f"{k}-{i}" for i in range(3)])]

    with ThreadPoolExecutor(4) as pool:
        given_out = [n for numbers in pool.map(run, "abcd") for n in numbers]
    assert sorted(given_out) == list(range(1, 121))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.sets(st.integers(0, 9)), st.sets(st.integers(0, 9))), max_size=6))
def test_after_any_history_the_next_row_fills_the_first_hole(
    tmp_path_factory: pytest.TempPathFactory, history: list[tuple[str, set[int], set[int]]]
) -> None:
    book = NumberBook(tmp_path_factory.mktemp("numbers") / "book")
    held: dict[tuple[str, str], int] = {}
    for run, taken, back in history:
        rows = [str(row) for row in sorted(taken)]
        held.update({(run, row): n for row, n in zip(rows, book.take(SERIES, run, rows), strict=True)})
        book.give_back(SERIES, run, [str(row) for row in back])
        for row in back:
            held.pop((run, str(row)), None)
    assert len(set(held.values())) == len(held)
    free = next(n for n in range(1, 100) if n not in held.values())
    assert book.take(SERIES, "last", ["x"]) == [free]


@pytest.mark.parametrize(("pattern", "first"), [("样人社补〔2026〕号", 1), ("{n}{n}号", 1), ("{n}号", 0)])
def test_a_series_needs_one_place_for_its_number(pattern: str, first: int) -> None:
    with pytest.raises(UsageError):
        Series(pattern, first)


def test_a_book_that_is_no_book_is_refused(tmp_path: Path) -> None:
    (tmp_path / "book").write_text("这不是文号簿" * 100, encoding="utf-8")
    with pytest.raises(UsageError, match="文号簿"):
        NumberBook(tmp_path / "book").take(SERIES, "one", ["甲"])


def test_the_book_does_not_hold_whose_number_it_is(tmp_path: Path) -> None:
    NumberBook(tmp_path / "book").take(SERIES, "one", ["500103199001010015"])
    assert b"500103199001010015" not in (tmp_path / "book").read_bytes()
