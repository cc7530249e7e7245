"""The rule language: three values in either order, words as documented, and nothing beyond the white list."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkers.expressions import (
    BUILT_IN_NAMES,
    MAX_DEPTH,
    MAX_LENGTH,
    ExpressionError,
    compile_expression,
    function,
    split_text,
)
from checkers.facts import Unknown
from checkers.logic import WORKDAY_CALENDAR, OperandError, choose, compare, k_and, k_not, k_or
from checkers.values.dates import MonthRange, YearMonth
from checkers.vocabulary import CONTEXT_WORDS, NAME_WORDS, WORDS


class Desk:
    """A case of plain values: what is not given is unknown; ``None`` is a blank."""

    def __init__(self, **values: Any) -> None:
        self.values = values
        self.row = values.pop("row", {})

    def get(self, name: str) -> Any:
        value = self.values.get(name)
        return Unknown([name]) if value is None else value

    def column(self, name: str) -> Any:
        value = self.row.get(name)
        return Unknown([f"row.{name}"]) if value is None else value

    def filled(self, name: str, of_row: bool) -> bool | Unknown:
        values = self.row if of_row else self.values
        return values[name] is not None if name in values else Unknown([name])

    def blank(self, name: str, of_row: bool) -> bool | Unknown:
        answer = self.filled(name, of_row)
        return answer if isinstance(answer, Unknown) else not answer

    def if_blank(self, name: str, of_row: bool, other: Callable[[], Any]) -> Any:
        if self.blank(name, of_row) is True:
            return other()
        return self.column(name) if of_row else self.get(name)

    def value_on(self, name: str, day: date) -> Any:
        return Decimal(500) if day >= date(2024, 6, 1) else Unknown([name])


def value(text: str, **values: Any) -> Any:
    return function(compile_expression(text).python)(Desk(**values))


def names(answer: Any) -> set[str]:
    assert isinstance(answer, Unknown)
    return set(answer.names)


# ------------------------------------------------------------ three values

TRUTHS = ["true", "false", "a", "b"]
"""``a`` and ``b`` are unknown."""


def kleene(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text)


@pytest.mark.parametrize("left", TRUTHS)
@pytest.mark.parametrize("right", TRUTHS)
def test_and_or_have_kleenes_tables(left: str, right: str) -> None:
    x, y = kleene(left), kleene(right)
    both = False if x is False or y is False else None if x is None or y is None else True
    either = True if x is True or y is True else None if x is None or y is None else False
    for text, wanted in ((f"{left} and {right}", both), (f"{left} or {right}", either)):
        answer = value(text)
        assert (None if isinstance(answer, Unknown) else answer) is wanted
        if wanted is None:
            assert names(answer) == {n for n in (left, right) if kleene(n) is None}


def test_not_keeps_unknown() -> None:
    assert value("not true") is False
    assert value("not false") is True
    assert names(value("not a")) == {"a"}


truths = st.one_of(st.booleans(), st.sampled_from([Unknown(["p"]), Unknown(["q"])]))


def seen(answer: Any) -> Any:
    return "?" if isinstance(answer, Unknown) else answer


@given(truths, truths)
def test_order_does_not_matter(a: Any, b: Any) -> None:
    assert seen(k_and(a, lambda: b)) == seen(k_and(b, lambda: a))
    assert seen(k_or(a, lambda: b)) == seen(k_or(b, lambda: a))


@given(truths, truths, truths)
def test_laws_of_the_lattice(a: Any, b: Any, c: Any) -> None:
    assert seen(k_not(k_and(a, lambda: b))) == seen(k_or(k_not(a), lambda: k_not(b)))
    assert seen(k_and(a, lambda: k_and(b, lambda: c))) == seen(k_and(k_and(a, lambda: b), lambda: c))
    assert seen(k_or(a, lambda: k_and(b, lambda: c))) == seen(k_and(k_or(a, lambda: b), lambda: k_or(a, lambda: c)))


@given(truths, truths)
def test_learning_a_fact_never_overturns_an_answer(a: Any, b: Any) -> None:
    """What is settled while something is unknown stays so, whatever the unknown turns out to be."""
    for operator in (k_and, k_or):
        answer = operator(a, lambda: b)
        if isinstance(answer, Unknown):
            continue
        for x in [a] if isinstance(a, bool) else [True, False]:
            for y in [b] if isinstance(b, bool) else [True, False]:
                known = y
                assert operator(x, lambda: known) is answer  # noqa: B023  called at once


@pytest.mark.parametrize(
    "text",
    [
        "a == 1",
        "1 < a",
        "a in [1, 2]",
        "1 in [a, 2]",
        "a + 1",
        "1 - a",
        "-a",
        "a * 0",
        "a // 2",
        "months(a)",
        "max(1, a)",
        "[a, 1]",
        "contains(a, 'x')",
        "1 < 2 < a",
        "1 if a else 2",
        "value_on('p', a)",
        "a | if_blank(1)",
    ],
)
def test_unknown_spreads_and_keeps_its_name(text: str) -> None:
    assert names(value(text)) == {"a"}


def test_all_unknown_names_are_collected() -> None:
    assert names(value("a + b * c > 3")) == {"a", "b", "c"}
    assert names(value("a and b or c")) == {"a", "b", "c"}


def test_a_choice_that_does_not_matter_is_known() -> None:
    assert value("5 if a else 5") == 5
    assert names(value("b if a else 5")) == {"a", "b"}
    assert choose(Unknown(["a"]), lambda: True, lambda: True) is True
    assert value("1 if true else x") == 1


def test_an_unknown_has_no_truth_of_its_own() -> None:
    with pytest.raises(TypeError):
        bool(Unknown(["a"]))


# ------------------------------------------------------------ values


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("7 // 2", 3),
        ("-7 // 2", -4),
        ("-7.0 // 2", -4),
        ("-7 % 3", 2),
        ("-7.0 % 3", 2),
        ("0.1 + 0.2 == 0.3", True),
        ("10 / 4", Decimal("2.5")),
        ("1 < 2 < 3", True),
        ("1 < 3 < 2", False),
        ("'甲' in ['甲', '乙']", True),
        ("'丙' not in ['甲', '乙']", True),
        ("'甲' + '乙'", "甲乙"),
        ("make_date(2024, 3, 1) - make_date(2024, 2, 1)", 29),
        ("make_month(2025, 1) - make_month(2024, 11)", 2),
        ("make_month(2024, 11) + 3 == make_month(2025, 2)", True),
        ("make_month(2024, 7) in make_range(make_month(2024, 6), make_month(2024, 8))", True),
        ("months(make_range(make_month(2024, 8), make_month(2025, 7)))", 12),
        ("row.months == 3", True),
        ("x is filled", True),
        ("y is blank", True),
        ("y is filled", False),
        ("y | if_blank(0)", 0),
        ("x | if_blank(0)", 6),
        ("row.gone is blank", True),
        ("a is known", False),
        ("(a and false) is known", True),
        ("x is not blank", True),
        ("value_on('p', make_date(2024, 6, 1))", 500),
        ("round(2.5, 0)", 3),
        ("true", True),
    ],
)
def test_value(text: str, wanted: Any) -> None:
    assert value(text, x=6, y=None, row={"months": 3, "gone": None}) == wanted


def test_a_place_not_seen_is_neither_filled_nor_blank() -> None:
    for text in ("a is filled", "a is blank", "a | if_blank(0)"):
        assert names(value(text)) == {"a"}


def test_names_columns_and_parameters_are_collected() -> None:
    compiled = compile_expression("a + row.b > value_on('p', on) and c is filled and lookup('r', row.id_number, 'd')")
    assert compiled.names == {"a", "on", "c", "r"}
    assert compiled.columns == {"b", "id_number"}
    assert compiled.parameters == {"p"}


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9).filter(bool))
def test_whole_division_and_remainder_agree_for_every_kind_of_number(a: int, b: int) -> None:
    for x in (a, Decimal(a)):
        assert value("x // y", x=x, y=b) == a // b
        assert value("x % y", x=x, y=b) == a % b


@given(st.decimals(-(10**6), 10**6, places=2), st.decimals(-(10**6), 10**6, places=2))
def test_money_is_reckoned_exactly(a: Decimal, b: Decimal) -> None:
    assert value("x + y - y == x", x=a, y=b) is True


# ------------------------------------------------------------ values of the wrong kind, values out of hand


@pytest.mark.parametrize(
    "text",
    [
        "1 == '1'",
        "make_month(2024, 1) < make_date(2024, 1, 1)",
        "3 in ['3']",
        "'甲' in '甲乙'",
        "true < false",
        "[1] < [2]",
        "'a' * 3",
        "1 and true",
        "not 1",
        "1 + make_date(2024, 1, 1)",
        "length(3)",
        "year(3)",
        "min(1)",
        "start(1)",
        "overlaps(1, 2)",
        "floor('a')",
        "contains(1, 2)",
        "true + 1",
        "1 if 1 else 2",
    ],
)
def test_kinds_that_do_not_go_together_are_an_error_in_chinese(text: str) -> None:
    with pytest.raises(OperandError) as error:
        value(text)
    assert re.search("[一-鿿]", str(error.value))


@pytest.mark.parametrize(
    "text",
    [
        "1 / 0",
        "1 // 0",
        "1 % 0",
        "0.5 % 0",
        "make_date(2024, 2, 30)",
        "make_date(99999999999999999999, 1, 1)",
        "add_days(make_date(2024, 1, 1), 99999999999)",
        "born('123')",
        "months(make_month(2024, 2), make_month(2024, 1))",
        "round(1, 99999999)",
        "from_capital('不是数')",
        "1 + 10000000000000000000000000 * 10000000",
    ],
)
def test_a_value_that_cannot_be_worked_on_leaves_the_answer_unknown(text: str) -> None:
    assert isinstance(value(text), Unknown)


def test_beyond_the_published_calendar_nothing_is_guessed() -> None:
    assert names(value("add_workdays(make_date(2090, 1, 1), 5)")) == {WORKDAY_CALENDAR}


def test_numbers_and_texts_do_not_grow_without_bound() -> None:
    big: Any = Decimal(10) ** 20
    for _ in range(60):
        big = value("x * x", x=big)
        if isinstance(big, Unknown):
            break
    assert isinstance(big, Unknown)
    text = "长" * 9000
    with pytest.raises(OperandError):
        value("x + x", x=text)


def test_ranges_have_no_order() -> None:
    span = MonthRange(YearMonth(2024, 1), YearMonth(2024, 2))
    with pytest.raises(OperandError):
        compare("<", span, span)
    assert compare("==", span, span) is True


# ------------------------------------------------------------ the sandbox

REFUSED = [
    *(
        "x.__class__",
        "x.y",
        "row.__class__",
        "row._id",
        "row",
        "self",
        "self.x",
        "loop.index",
        "row.a.b",
        "x['a']",
        "x[0]",
    ),
    *("x[1:2]", "[i for i in x]", "lambda: 1", "{'a': 1}", "x()", "x.append(1)", "range(3)", "open('a')", "eval('1')"),
    *("__import__('os')", "cycler()", "joiner()", "namespace(a=1)", "dict(a=1)", "caller()", "super()", "row.a()"),
    *("'{0.__class__}'.format(1)", "'%s' % 1 | safe", "x | upper", "x | attr('a')", "x | map('int')", "x | if_blank"),
    *(
        "x | if_blank(1, 2)",
        "1 | if_blank(0)",
        "x is defined",
        "x is odd",
        "x is sameas(1)",
        "1 is filled",
        "none",
        "None",
    ),
    *(
        "2 ** 3",
        "'a' * 10 ** 9",
        "10 ** 10 ** 10",
        "'a' ~ 'b'",
        "1 if true",
        "months(*x)",
        "months(**x)",
        "months(a=x)",
    ),
    *(
        "",
        "   ",
        "1) }}{{ (2",
        "1 }}{% set a = 1 %}{{ 1",
        "{% for i in x %}{% endfor %}",
        "1 +",
        "x = 1",
        "1 2",
        "(",
        "'a",
    ),
    *("x <  = 3", "x && y", "!x", "{# a #} 1", "1e400", "\x00", "'\ud800'", "1; 2", "a\n}}\n{{ b", "value_on(p, on)"),
    *(
        "months()",
        "months(1, 2, 3)",
        "age_on(x)",
        "value_on('p')",
        "lookup('r')",
        "if_blank(x, 0)",
        "import os",
        "x := 1",
    ),
]


@pytest.mark.parametrize("text", REFUSED)
def test_refused_with_a_chinese_reason(text: str) -> None:
    with pytest.raises(ExpressionError) as error:
        compile_expression(text)
    assert re.search("[一-鿿]", str(error.value))
    assert isinstance(error.value, ValueError)


@pytest.mark.parametrize(
    "text",
    [
        "1 + " * MAX_LENGTH + "1",
        "(" * 900 + "1" + ")" * 900,
        "not " * 400 + "true",
        "-" * 1500 + "1",
        "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1),
        "1<" * 900 + "1",
        "a and " * 300 + "a",
        "x if a else " * 100 + "y",
        "months(" * 200 + "x" + ")" * 200,
    ],
    ids=["long", "brackets", "nots", "signs", "lists", "chain", "ands", "choices", "calls"],
)
def test_huge_and_deep_expressions_are_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        compile_expression(text)


@pytest.mark.parametrize("text", ["not " * (MAX_DEPTH - 1) + "true", "1 < 2 < 3 < 4 < 5", "[" * 39 + "]" * 39])
def test_what_is_let_through_also_runs(text: str) -> None:
    assert value(text) is not None


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_an_expression_error(text: str) -> None:
    try:
        compiled = compile_expression(text)
    except ExpressionError:
        return
    compile(compiled.python, "<rule>", "eval")
    assert "__" not in re.sub(r"'[^']*'|\"[^\"]*\"", "", compiled.python)


WORD = st.sampled_from(
    ["a", "row.b", "1", "'x'", "true", "(", ")", "[", "]", ",", "+", "and", "or", "not", "if", "else"]
)
MORE = st.sampled_from(
    ["in", "<", "==", "|", "if_blank", "is", "filled", "months", "__class__", ".", "**", "{{", "}}", "{%"]
)


@settings(deadline=None)
@given(st.lists(WORD | MORE, max_size=14).map(" ".join))
def test_no_sentence_of_the_language_escapes(text: str) -> None:
    try:
        answer = value(text, a=True, row={"b": 1})
    except (ExpressionError, OperandError):
        return
    assert isinstance(answer, (bool, int, str, Decimal, list, Unknown))


def test_generated_code_sees_no_builtins() -> None:
    with pytest.raises(NameError):
        function("open('x')")(Desk())
    with pytest.raises(NameError):
        function("__import__('os')")(Desk())


# ------------------------------------------------------------ texts


def test_split_text() -> None:
    assert split_text("共{n}人，{{原样}}") == [(False, "共"), (True, "n"), (False, "人，{原样}")]
    assert split_text("") == []
    with pytest.raises(ExpressionError, match="没有闭合"):
        split_text("共{n人")


@given(st.text(alphabet=st.characters(exclude_characters="{}"), max_size=30))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert "".join(part for _, part in split_text(text)) == text


# ------------------------------------------------------------ documentation and code say the same


def documented(root: Path) -> set[str]:
    text = (root / "docs" / "rule-language.md").read_text(encoding="utf-8")
    table = text[text.index("| word | result |") :]
    return set(re.findall(r"(?<![\w.])([a-z_]+)\(", "".join(re.findall(r"`[^`]*`", table))))


def test_every_documented_word_exists(root: Path) -> None:
    assert documented(root) - set(WORDS) - set(CONTEXT_WORDS) - {"if_blank"} == set()


def test_every_word_is_documented(root: Path) -> None:
    assert (set(WORDS) | set(CONTEXT_WORDS)) - documented(root) == set()


def test_tests_filters_and_names_are_documented(root: Path) -> None:
    text = (root / "docs" / "rule-language.md").read_text(encoding="utf-8")
    assert all(f"is {word}" in text for word in ("filled", "blank", "known"))
    assert "if_blank" in text
    assert all(f"`{name}`" in text or f"`{name}." in text for name in BUILT_IN_NAMES)
    assert set(NAME_WORDS) <= set(CONTEXT_WORDS)


def test_examples_of_the_documentation_compile(root: Path) -> None:
    text = (root / "docs" / "rule-language.md").read_text(encoding="utf-8")
    examples = [line.strip() for line in text.splitlines() if line.startswith("    ")]
    assert len(examples) >= 5
    for example in examples:
        compile_expression(example)
