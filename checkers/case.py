"""One case before the law: the facts of a packet as typed values, and what the expressions of a pack may ask of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from checkers import expressions
from checkers.facts import Fact, Facts, FormSeen, RowTexts, Unknown, cell_of
from checkers.logic import WORKDAY_CALENDAR
from checkers.packs import Loaded
from checkers.policy import At, Definition, Field, Form, Policy
from checkers.report import Citation, Finding, Location
from checkers.values.types import parse_value, show
from checkers.vocabulary import BENEFITS

Row = dict[str, Any]

MOST_KNOWN = 10_000
"""Texts of a roster's column whose values are kept while its rows are read."""

BENEFIT_COLUMNS = {
    "benefit": Field("补贴事项"),
    "start": Field("起始年月", "month"),
    "end": Field("终止年月", "month"),
    "id_number": Field("身份证号码", "resident_id", required=False),
    "uscc": Field("统一社会信用代码", "uscc", required=False),
}

_BUILT_IN_LABELS = {
    "received": "收件日期",
    "on": "适用法律的日期",
    BENEFITS: "以前享受补贴的记录",
    WORKDAY_CALENDAR: "该年度的放假安排（国务院办公厅尚未公布）",
}


@dataclass(slots=True)
class Outcome:
    """What an expression came to, and the facts it read on the way (ids, in order, each once)."""

    value: Any
    read: list[str]


class Case:
    """Typed values on demand. Implements ``checkers.vocabulary.Context``; not for use from several threads at once."""

    def __init__(self, facts: Facts, loaded: Loaded, on: date, received: date | None) -> None:
        self.facts = facts
        self.policy: Policy = loaded.policy
        self.loaded = loaded
        self.on = on
        self.received = received
        self.row: Row | None = None
        self.row_number = 0
        self.row_of = ""
        self.explains = False
        self.problems: dict[str, str] = {}
        self.reported: set[str] = set()
        self.missing_forms: set[str] = set()
        self.waiting: dict[str, int] = {}
        self.last_waiting: dict[str, Finding] = {}
        self._people: dict[str, tuple[Any, dict[Any, list[tuple[int, Row]]]]] = {}
        self._cited: dict[tuple[tuple[str, ...], str], tuple[Citation, ...]] = {}
        self.seen: dict[str, FormSeen] = {}
        for form in facts.forms:
            self.seen.setdefault(form.form, form)
        self.specs: dict[str, Field] = {}
        self.form_of: dict[str, str] = {}
        self._collect_specs()
        self._values: dict[str, Outcome] = {}
        self._open: list[str] = []
        self._trail: list[str] | None = []
        self._functions: dict[str, Any] = {}

    def _collect_specs(self) -> None:
        for form_id, form in self.policy.forms.items():
            for name, spec in form.fields.items():
                self._declare(name, spec, form_id)
                for total_name, total in spec.totals.items():
                    self._declare(total_name, total, form_id)
        for name, fact in self.policy.facts.items():
            self.specs[name] = Field(
                fact.label,
                fact.type,
                aliases=fact.aliases,
                options=fact.options,
                unit=fact.unit,
                columns=fact.columns,
                at=fact.at,
            )
        self.specs.setdefault(BENEFITS, Field(_BUILT_IN_LABELS[BENEFITS], "roster", columns=BENEFIT_COLUMNS))

    def _declare(self, name: str, spec: Field, form_id: str) -> None:
        self.specs[name] = spec
        self.form_of[name] = form_id

    # ------------------------------------------------------------ values

    def get(self, name: str) -> Any:
        """Value of a name, or Unknown. Notes what was read."""
        if name == "row_number":
            return self.row_number
        outcome = self._values.get(name)
        if outcome is None:
            outcome = self._find(name)
            self._values[name] = outcome
        if self._trail is not None:
            self._trail.extend(outcome.read)
        return outcome.value

    def _find(self, name: str) -> Outcome:
        if name in self.policy.define:
            return self._defined(name)
        if name in self.policy.parameters:
            return Outcome(self.value_on(name, self.on), [])
        if name == "on":
            return Outcome(self.on, [])
        if name == "received":
            return Outcome(self.received or Unknown(["received"]), [])
        return Outcome(self.typed(name), [name])

    def _defined(self, name: str) -> Outcome:
        if name in self._open:
            return Outcome(Unknown([name]), [])
        definition = self.policy.define[name]
        text = definition.value if isinstance(definition, Definition) else definition
        self._open.append(name)
        before, row = self._trail, self.row
        self._trail, self.row = [], None
        try:
            value = self._function(text)(self)
            read = list(dict.fromkeys(self._trail or ()))
            return Outcome(_named(value, read), read)
        finally:
            self._open.pop()
            self._trail, self.row = before, row

    def value_on(self, name: str, day: date) -> Any:
        """The dated value of a parameter; where the sources print none at all, what the office supplies; else Unknown."""
        parameter = self.policy.parameters[name]
        if not parameter.values and name in self.facts.known:
            return self._parse(name, Field(parameter.name, "number"), self.facts.known[name])
        chosen: Any = None
        for since, value in sorted(parameter.values.items()):
            if since <= day:
                chosen = value
        return Unknown([name]) if chosen is None else chosen

    def table(self, name: str) -> tuple[list[str], list[list[Any]]]:
        """Column ids and rows of a printed table of the pack."""
        table = self.policy.tables[name]
        return list(table.columns), table.rows

    def typed(self, name: str) -> Any:
        """A fact as a typed value; Unknown when it is not filled or does not parse (then ``problems`` says why)."""
        fact = self.facts.get(name)
        if fact is None or fact.state != "filled" or fact.illegible:
            return Unknown([name])
        spec = self.specs.get(name)
        if spec is None:
            return fact.raw
        if spec.type == "roster":
            return self._roster(name, spec, fact)
        return self._parse(name, spec, fact)

    def _parse(self, name: str, spec: Field, fact: Fact) -> Any:
        try:
            return _read_value(spec, fact.raw)
        except ValueError as error:
            self.problems[name] = str(error)
            return Unknown([name])

    def _roster(self, name: str, spec: Field, fact: Fact) -> Any:
        if not fact.rows and isinstance(fact.raw, list) and fact.raw == []:
            return []
        if isinstance(fact.rows, RowTexts):
            return self._text_rows(name, spec, fact.rows)
        rows: list[Row] = []
        for number, cells in enumerate(fact.rows, start=1):
            row: Row = {}
            for column, column_spec in spec.columns.items():
                place = f"{name}[{number}].{column}"
                cell = cells.get(column)
                if cell is None or cell.state != "filled" or cell.illegible:
                    row[column] = Unknown([place])
                else:
                    row[column] = self._parse(place, column_spec, cell)
            rows.append(row)
        return rows

    def _text_rows(self, name: str, spec: Field, source: RowTexts) -> list[Row]:
        """The rows of a long roster; a text that stands in many rows (a month, a school) is read once."""
        columns: list[tuple[str, Field, int | None, dict[Any, Any]]] = []
        for column, item in spec.columns.items():
            columns.append((column, item, source.columns.get(column), {}))
        rows: list[Row] = []
        for number, texts in enumerate(source.texts, start=1):
            row: Row = {}
            for column, item, at, known in columns:
                raw = texts[at] if at is not None else ""
                plain = raw.__class__ is str
                if not raw:
                    row[column] = Unknown([f"{name}[{number}].{column}"])
                elif plain and raw in known:
                    row[column] = known[raw]
                else:
                    try:
                        row[column] = value = _read_value(item, raw)
                    except ValueError as error:
                        place = f"{name}[{number}].{column}"
                        self.problems[place] = str(error)
                        row[column] = Unknown([place])
                        continue
                    if plain and len(known) < MOST_KNOWN:
                        known[raw] = value
            rows.append(row)
        return rows

    def column(self, name: str) -> Any:
        if self.row is None:
            return Unknown([name])
        if self._trail is not None:
            self._trail.append(f"{self.row_of}[{self.row_number}].{name}")
        row = self.row
        return row[name] if name in row else Unknown([f"{self.row_of}[{self.row_number}].{name}"])

    def _fact(self, name: str, of_row: bool) -> Fact | None:
        if self._trail is not None:
            self._trail.append(self._place(name, of_row))
        if not of_row:
            return self.facts.get(name)
        roster = self.facts.get(self.row_of)
        if roster is None or not 1 <= self.row_number <= len(roster.rows):
            return None
        return cell_of(roster.rows, self.row_number - 1, name) or Fact(name, "", "blank")

    def _place(self, name: str, of_row: bool) -> str:
        return f"{self.row_of}[{self.row_number}].{name}" if of_row else name

    def filled(self, name: str, of_row: bool) -> bool | Unknown:
        fact = self._fact(name, of_row)
        if fact is None or fact.state == "absent":
            return Unknown([self._place(name, of_row)])
        return fact.state == "filled"

    def blank(self, name: str, of_row: bool) -> bool | Unknown:
        answer = self.filled(name, of_row)
        return answer if isinstance(answer, Unknown) else not answer

    def if_blank(self, name: str, of_row: bool, other: Callable[[], Any]) -> Any:
        fact = self._fact(name, of_row)
        if fact is not None and fact.state == "blank":
            return other()
        return self.column(name) if of_row else self.get(name)

    # ------------------------------------------------------------ expressions

    def _function(self, text: str) -> Any:
        found = self._functions.get(text)
        if found is None:
            found = self._functions[text] = expressions.function(self.loaded.code[text])
        return found

    def evaluate(self, text: str) -> Outcome:
        """An expression of the pack over this case (and the current row), with the facts it read."""
        before = self._trail
        self._trail = []
        try:
            value = self._function(text)(self)
            read = list(dict.fromkeys(self._trail))
            return Outcome(_named(value, read), read)
        finally:
            self._trail = before

    def value(self, text: str) -> Any:
        """The value alone: nothing is noted, so that the many rows with nothing to say cost little."""
        before = self._trail
        self._trail = None
        try:
            value = self._function(text)(self)
        finally:
            self._trail = before
        if isinstance(value, Unknown) and any(name.endswith("()") for name in value.names):
            return self.evaluate(text).value
        return value

    def holds(self, text: str) -> bool | Unknown:
        """A condition; an empty one always holds."""
        if not text:
            return True
        value = self.value(text)
        if isinstance(value, (bool, Unknown)):
            return value
        raise expressions.ExpressionError(f"条件的结果不是是/否：{text}")

    def fill(self, text: str) -> str:
        """A message with its ``{expression}`` parts replaced by their values."""
        out = ""
        for is_expression, part in expressions.split_text(text):
            if not is_expression:
                out += part
                continue
            value = self.evaluate(part).value
            out += "？" if isinstance(value, Unknown) else show(value)
        return out

    def each_row(self, roster: str, rows: list[Row]) -> Iterator[int]:
        """The rows one after another, each the current row while its number (from 1) is out."""
        before = (self.row_of, self.row_number, self.row)
        try:
            for number, row in enumerate(rows, start=1):
                self.row_of, self.row_number, self.row = roster, number, row
                yield number
        finally:
            self.row_of, self.row_number, self.row = before

    @contextmanager
    def at_row(self, roster: str, number: int, row: Row) -> Iterator[None]:
        before = (self.row_of, self.row_number, self.row)
        self.row_of, self.row_number, self.row = roster, number, row
        try:
            yield
        finally:
            self.row_of, self.row_number, self.row = before

    def by_person(self, name: str) -> dict[Any, list[tuple[int, Row]]] | Unknown:
        """The rows of a register with their numbers (from 0) by ``id_number``, or by ``uscc`` where that is an employer's;
        under None those with neither. Made once: a rule looks up every row of a roster."""
        rows = self.get(name)
        if isinstance(rows, Unknown):
            return rows
        known = self._people.get(name)
        if known is not None and known[0] is rows:
            return known[1]
        index: dict[Any, list[tuple[int, Row]]] = {}
        for number, row in enumerate(rows):
            person = row.get("id_number")
            if person is None or isinstance(person, Unknown):
                person = row.get("uscc")
            index.setdefault(None if isinstance(person, Unknown) else person, []).append((number, row))
        self._people[name] = (rows, index)
        return index

    def rows(self, roster: str) -> list[Row] | Unknown:
        value = self.get(roster)
        return value if isinstance(value, (list, Unknown)) else Unknown([roster])

    # ------------------------------------------------------------ words for findings

    def label(self, name: str) -> str:
        """What a reviewer calls a fact; a roster cell is ``花名册第3行“身份证号码”``."""
        if "[" in name:
            roster, _, rest = name.partition("[")
            number, _, column = rest.partition("].")
            spec = self.specs.get(roster)
            word = spec.columns[column].label if spec and column in spec.columns else column
            return f"{self.label(roster)}第{number}行“{word}”"
        if name in self.specs:
            return self.specs[name].label
        if name in self.policy.parameters:
            return self.policy.parameters[name].name
        if name in self.policy.define:
            definition = self.policy.define[name]
            return (definition.label if isinstance(definition, Definition) else "") or name
        if name in self.policy.tables:
            return self.policy.tables[name].name
        return _BUILT_IN_LABELS.get(name, name)

    def locations(self, names: list[str]) -> tuple[Location, ...]:
        """Places on the papers of the facts named, each once."""
        found: dict[Location, None] = {}
        for name in names:
            fact = self.fact_at(name)
            if fact is not None:
                for location in fact.locations:
                    found[location] = None
        return tuple(found)

    def fact_at(self, name: str) -> Fact | None:
        """The fact of a name, or the cell of a place in a roster (``roster[3].name``); None where it was not seen."""
        if "[" not in name:
            return self.facts.get(name)
        roster, _, rest = name.partition("[")
        number, _, column = rest.partition("].")
        fact = self.facts.get(roster)
        if fact is None or not number.isdigit() or int(number) > len(fact.rows):
            return None
        return cell_of(fact.rows, int(number) - 1, column)

    def home(self, names: Iterable[str] = ()) -> tuple[Location, ...]:
        """Where a finding without a place of its own points: the form of its facts, else the first form read."""
        for name in names:
            form = self.seen.get(self.form_of.get(name.partition("[")[0], ""))
            if form is not None and form.place is not None:
                return (form.place,)
        for form in self.facts.forms:
            if form.place is not None:
                return (form.place,)
        return (self.facts.place,) if self.facts.place is not None else ()

    def cite(self, at: At, form_id: str = "") -> tuple[Citation, ...]:
        """Citations of an ``at``; a form taken from another pack is cited from that pack's sources."""
        texts = (at,) if isinstance(at, str) else tuple(at)
        known = self._cited.get((texts, form_id))
        if known is None:
            known = self._cited[(texts, form_id)] = self._cite(texts, form_id)
        return known

    def _cite(self, texts: tuple[str, ...], form_id: str) -> tuple[Citation, ...]:
        owner = self.loaded.borrowed.get(form_id, self.policy)
        out: list[Citation] = []
        for text in texts:
            key, _, article = text.partition(" ")
            source = owner.sources.get(key) or self.policy.sources.get(key)
            if source is not None:
                out.append(Citation(source.doc_no, source.title, article))
        return tuple(dict.fromkeys(out))

    def form(self, form_id: str) -> Form:
        return self.policy.forms[form_id]

    def settled(self, unknown: Unknown) -> bool:
        """Whether every fact this waits for is already the subject of a finding of its own.

        One blank of a form that is missing as a whole is enough: what else the rule wants can wait for the form.
        """
        names = unknown.names
        if not self.reported:
            return False
        if self.missing_forms and any(self._of_missing_form(name.partition("[")[0]) for name in names):
            return True
        return bool(names) and all(name in self.reported or name.partition("[")[0] in self.reported for name in names)

    def _of_missing_form(self, name: str) -> bool:
        return name in self.reported and self.form_of.get(name, "") in self.missing_forms


def _read_value(spec: Field, raw: Any) -> Any:
    """What ``raw`` means in a blank of ``spec``. Raises ValueError."""
    value = parse_value(spec.type, raw, unit=spec.unit, options=spec.options)
    if spec.type == "number" and isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return value


def _named(value: Any, read: list[str]) -> Any:
    """A word that could not work on its value (``born()``) leaves the facts it was given as the open ones."""
    if not isinstance(value, Unknown) or not any(name.endswith("()") for name in value.names):
        return value
    return Unknown([*(name for name in value.names if not name.endswith("()")), *read])
