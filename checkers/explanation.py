"""How a finding, an amount or a deadline came about, in sentences: what was asked, over which definitions, numbers and facts.

Collected only where a check is asked to explain (``Case.explains``): each expression is gone through once more with a
reader that notes every name it asks for, so that only what counted is told, not the branches that were passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from checkers import expressions
from checkers.case import Case
from checkers.facts import Unknown
from checkers.policy import At, Definition, parse_period
from checkers.report import Location
from checkers.values.types import show
from checkers.vocabulary import CONTEXT_WORDS, WORDS

Terms = tuple[tuple[str, str], ...]
"""What a decision rests on: (what the expression is to it, such as 要求 or 起算; the expression, empty for none)."""

MOST_FACTS = 20
"""Facts told one by one; a word over a whole roster reads thousands."""

_WORDS = {
    **{"months": "月数", "start": "起", "end": "止", "month_of": "所在月份", "year": "年份", "month_number": "月"},
    **{"first_day": "首日", "last_day": "末日", "make_date": "日期", "make_month": "年月", "make_range": "起止"},
    **{"add_days": "加天数", "add_months": "加月数", "add_years": "加年数", "add_workdays": "加工作日"},
    **{"days_between": "相隔天数", "half_year_after": "半年期满日", "next_year_end": "次年末", "born": "出生日期"},
    **{"quarter_first_month_end": "下季度首月末", "deadline_days": "日期限届满", "deadline_months": "月期限届满"},
    **{
        "deadline_workdays": "工作日期限届满",
        "sex": "性别",
        "age_on": "年龄",
        "overlaps": "时段重叠",
        "within": "包含于",
    },
    **{"count": "行数", "column": "列", "total": "合计", "count_where": "符合的行数", "total_where": "符合的合计"},
    **{"repeated": "重复的值", "repeated_rows": "重复的行", "length": "长度", "min": "较小者", "max": "较大者"},
    **{"round": "四舍五入", "floor": "舍去零数", "ceil": "进一", "abs": "绝对值", "contains": "包含文字"},
    **{"starts_with": "开头是", "same_text": "文字相同", "letters_digits": "字母数字", "part": "截取"},
    **{
        "from_capital": "大写金额",
        "statutory_retirement_month": "法定退休年月",
        "min_contribution_months": "最低缴费月数",
    },
    **{"row_of": "查表", "band": "按档查表", "in_table": "表中有", "value_on": "当日标准", "lookup": "查登记"},
    **{
        "months_filled": "已填月数",
        "drawn": "已享受次数",
        "drawn_months": "已享受月数",
        "drawn_in": "时段内已享受月数",
    },
}
_SIGNS = {
    **{">=": "≥", "<=": "≤", "!=": "≠", "==": "＝", "*": "×", "/": "÷", "//": "整除", "%": "余"},
    **{"and": "且", "or": "或", "not": "非", "not in": "不属于", "in": "属于", "if": "，若", "else": "；否则"},
    **{"true": "是", "false": "否", "is filled": "已填写", "is blank": "空着", "is known": "已知"},
    **{"is not filled": "没有填写", "is not blank": "不空", "is not known": "未知", ",": "，", "[": "〔", "]": "〕"},
}
_TOKEN = re.compile(
    r"""\s*( '[^']*' | "[^"]*" | \d+(?:\.\d+)? | is\s+(?:not\s+)?(?:filled|blank|known)\b | not\s+in\b
    | \|\s*if_blank | row\.\w+ | [A-Za-z_]\w* | [<>=!]=|// | \S )""",
    re.VERBOSE,
)
_PERIODS = {
    **{"day": "日", "workday": "个工作日", "month": "个月", "year": "年"},
    **{"half year": "半年", "next year end": "至次年末", "quarter first month end": "至下季度首月末"},
}


@dataclass(slots=True)
class _Reader:
    """A context for expressions that asks the case, and notes what was asked for (each once, in order)."""

    case: Case
    names: dict[str, None] = field(default_factory=dict)
    cells: dict[str, None] = field(default_factory=dict)
    dated: dict[tuple[str, date], None] = field(default_factory=dict)
    tables: dict[str, None] = field(default_factory=dict)

    def get(self, name: str) -> Any:
        self.names[name] = None
        return self.case.get(name)

    def column(self, name: str) -> Any:
        self.cells[self._cell(name)] = None
        return self.case.column(name)

    def _cell(self, name: str) -> str:
        return f"{self.case.row_of}[{self.case.row_number}].{name}" if self.case.row is not None else ""

    def _note(self, name: str, of_row: bool) -> None:
        if of_row:
            self.cells[self._cell(name)] = None
        else:
            self.names[name] = None

    def filled(self, name: str, of_row: bool) -> bool | Unknown:
        self._note(name, of_row)
        return self.case.filled(name, of_row)

    def blank(self, name: str, of_row: bool) -> bool | Unknown:
        self._note(name, of_row)
        return self.case.blank(name, of_row)

    def if_blank(self, name: str, of_row: bool, other: Callable[[], Any]) -> Any:
        self._note(name, of_row)
        return self.case.if_blank(name, of_row, other)

    def value_on(self, name: str, day: date) -> Any:
        self.dated[(name, day)] = None
        return self.case.value_on(name, day)

    def by_person(self, name: str) -> Any:
        self.names[name] = None
        return self.case.by_person(name)

    def table(self, name: str) -> tuple[list[str], list[list[Any]]]:
        self.tables[name] = None
        return self.case.table(name)

    def at_row(self, roster: str, number: int, row: dict[str, Any]) -> AbstractContextManager[None]:
        return self.case.at_row(roster, number, row)


def explain(case: Case, terms: Terms, names: Iterable[str] = ()) -> tuple[str, ...]:
    """The sentences for what a decision rests on, over the case and its current row; ``names`` are facts it is about.

    In the order: each expression in words, the definitions in it (those within them too), parameters with their day and
    article, printed tables, facts with their places. Empty unless the check was asked to explain.
    """
    if not case.explains:
        return ()
    lines: list[str] = []
    reader = _Reader(case)
    for head, text in terms:
        if text:
            lines.append(f"{head}：{in_words(case, text)}")
            _read(reader, text)
    lines += _definitions(reader)
    lines += _parameters(reader)
    lines += [f"按《{case.policy.tables[t].name}》{_basis(case, case.policy.tables[t].at)}" for t in reader.tables]
    lines += _facts(reader, names)
    return tuple(lines)


def period_words(within: str) -> str:
    """``6 months`` → 6个月, ``2 workdays`` → 2个工作日; what is not a period is given back."""
    parsed = parse_period(within)
    if parsed is None:
        return within
    count, unit = parsed
    return _PERIODS[unit] if " " in unit else f"{count}{_PERIODS[unit]}"


def _read(reader: _Reader, text: str) -> None:
    expressions.function(reader.case.loaded.code[text])(reader)


def _definitions(reader: _Reader) -> Iterator[str]:
    """Definitions are of the whole case: no row is current while they are read."""
    case = reader.case
    done: set[str] = set()
    while waiting := [n for n in reader.names if n in case.policy.define and n not in done]:
        name = waiting[0]
        done.add(name)
        item = case.policy.define[name]
        text, at = (item.value, item.at) if isinstance(item, Definition) else (item, "")
        with case.at_row("", 0, {}) if case.row is not None else nullcontext():
            yield f"{case.label(name)}：{in_words(case, text)} ＝ {_value(case, name)}{_basis(case, at)}"
            _read(reader, text)


def _parameters(reader: _Reader) -> Iterator[str]:
    case = reader.case
    dated = [(n, case.on) for n in reader.names if n in case.policy.parameters]
    for name, day in dict.fromkeys([*dated, *reader.dated]):
        parameter = case.policy.parameters[name]
        value = case.value_on(name, day)
        since = max((d for d in parameter.values if d <= day), default=None)
        known = "依据没有印出数值" if isinstance(value, Unknown) else show(value, parameter.unit)
        begins = f"，{show(since)}起" if since else ""
        yield f"{parameter.name}：{known}{begins}{_basis(case, parameter.at)}"


def _facts(reader: _Reader, names: Iterable[str]) -> list[str]:
    case = reader.case
    own = (n for n in reader.names if n not in case.policy.define and n not in case.policy.parameters)
    about = dict.fromkeys(n for n in [*names, *own, *reader.cells] if n and n not in case.policy.materials)
    told = [n for n in about if "[" in n or n in case.specs or n in ("on", "received")]
    lines = [f"{case.label(n)}：{_value(case, n)}{_places(case, n)}" for n in told[:MOST_FACTS]]
    return [*lines, f"另有{len(told) - MOST_FACTS}项"] if len(told) > MOST_FACTS else lines


def _value(case: Case, name: str) -> str:
    """A value as a reader wants it; of what has none, whether the place is empty, cannot be read or was not seen."""
    if "[" in name:
        roster, _, rest = name.partition("[")
        number, _, column = rest.partition("].")
        rows = case.get(roster)
        at = int(number) if number.isdigit() else 0
        value = rows[at - 1].get(column, Unknown()) if isinstance(rows, list) and 0 < at <= len(rows) else Unknown()
    else:
        value = case.get(name)
    if isinstance(value, list):
        return f"{len(value)}行" if value and isinstance(value[0], dict) else show(value) or "没有"
    if not isinstance(value, Unknown):
        return show(value, case.specs[name].unit if name in case.specs else "")
    fact = case.fact_at(name)
    if fact is not None and fact.state == "blank":
        return "空"
    if fact is not None and fact.state == "filled":
        return f"“{show(fact.raw)}”，不能认作有效的值"
    return "未知"


def _places(case: Case, name: str) -> str:
    """Where the fact stands; at most three places."""
    shown = [_place(p) for p in case.locations([name])[:3]]
    return f"（{'，'.join(shown)}）" if shown else ""


def _place(location: Location) -> str:
    where = [f"第{location.page}页" if location.page else "", (location.cell or "").replace("!", " ")]
    where.append(f"第{location.paragraph}段" if location.paragraph and not location.cell else "")
    return " ".join(w for w in (location.path, *where) if w)


def _basis(case: Case, at: At) -> str:
    if not at:
        return ""
    cited = (f"{c.doc_no or f'《{c.title}》'} {c.article}".strip() for c in case.cite(at))
    return f"（{'；'.join(dict.fromkeys(cited))}）"


def in_words(case: Case, text: str) -> str:
    """An expression of a pack with names as labels and values, signs and words in Chinese: ``连续参保月数〔10〕 ≥ 12``."""
    tokens = [t[1] for t in _TOKEN.finditer(text)]
    out: list[str] = []
    for number, token in enumerate(tokens):
        calls = number + 1 < len(tokens) and tokens[number + 1] == "("
        out.append(_word(case, token, calls=calls, quoted_name=_names_first(tokens, number)))
    return _tidy(" ".join(" ".join(word.split()) for word in out))


def _names_first(tokens: list[str], number: int) -> bool:
    """Whether a quoted text names a parameter, a fact or a table: the first thing after a word that looks it up."""
    return number > 1 and tokens[number - 1] == "(" and tokens[number - 2] in CONTEXT_WORDS


def _word(case: Case, token: str, *, calls: bool, quoted_name: bool) -> str:
    if token[0] in "'\"":
        return case.label(token[1:-1]) if quoted_name else f"“{_column_label(case, token[1:-1])}”"
    plain = " ".join(token.split())
    if plain.lower() in _SIGNS:
        return _SIGNS[plain.lower()]
    if plain.startswith("|"):
        return "，空着时算"
    if plain.startswith("row."):
        return _row_word(case, plain[4:])
    if calls and plain in (WORDS.keys() | CONTEXT_WORDS.keys()):
        return _WORDS.get(plain, plain)
    if not plain[0].isalpha():
        return plain
    return f"{case.label(plain)}〔{_value(case, plain)}〕" if plain != "row_number" else f"行号〔{case.row_number}〕"


def _column_label(case: Case, text: str) -> str:
    """The label where a quoted text is a column of a printed table or a roster; else the text."""
    for table in case.policy.tables.values():
        if text in table.columns:
            return table.columns[text]
    return next((s.columns[text].label for s in case.specs.values() if text in s.columns), text)


def _row_word(case: Case, column: str) -> str:
    if case.row is None:
        labels = (s.columns[column].label for s in case.specs.values() if column in s.columns)
        return f"各行的“{next(labels, column)}”"
    place = f"{case.row_of}[{case.row_number}].{column}"
    spec = case.specs[case.row_of].columns.get(column)
    return f"{spec.label if spec else column}〔{_value(case, place)}〕"


def _tidy(text: str) -> str:
    """Brackets stand close to what they hold, as in the language of the law."""
    text = re.sub(r"(?<=[(（〔]) | (?=[)）〕，；])", "", text)
    return re.sub(r"(?<=[\w”]) \(", "(", text).replace("， ", "，").replace("； ", "；")
