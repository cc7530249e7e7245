"""From rows to documents: one a row, or, where columns feed a list of the master, one for all rows that belong together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from checkers.values.texts import is_blank
from docgen.errors import UsageError
from docgen.generating.mapping import Mapped
from docgen.generating.run import Given
from docgen.generating.sources import Record, Source
from docgen.generating.wanted import Slot
from docgen.rendering.fill import written


@dataclass(frozen=True, slots=True)
class Plan:
    """How rows become documents. ``defaults`` yield to what a row says, ``forced`` goes before it (both by variable id).

    ``group``: place of the column whose equal values make a document; ``along``: places of columns that no variable wants
    but the file name or the key does, and the names they go by.
    """

    source: Source
    mapped: Mapped
    defaults: Mapping[str, Any] = field(default_factory=dict)
    forced: Mapping[str, Any] = field(default_factory=dict)
    group: int | None = None
    along: Mapping[int, str] = field(default_factory=dict)

    @property
    def gathers(self) -> bool:
        """Whether several rows make one document."""
        return self.group is not None or any(s and s.in_rows for s in self.mapped.slots)


class Documents:
    """``Given`` rows for the run; can be gone through again. Rows that are gathered are gathered once."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._gathered = list(_gathered(plan)) if plan.gathers else None

    def __iter__(self) -> Iterator[Given]:
        return iter(self._gathered) if self._gathered is not None else _one_each(self._plan)

    @property
    def gathers(self) -> bool:
        return self._gathered is not None

    @property
    def used_otherwise(self) -> set[int]:
        """Places of columns that give no variable but the key, a part of the file name, or the group."""
        return {*self._plan.along, *(() if self._plan.group is None else (self._plan.group,))}

    @property
    def count(self) -> int:
        return self._plan.source.count if self._gathered is None else len(self._gathered)


def _one_each(plan: Plan) -> Iterator[Given]:
    for record in plan.source.rows():
        if record.error is not None:
            known = dict(enumerate(record.cells))
            yield Given(record.number, {name: known.get(n) for n, name in plan.along.items()}, record.error)
        else:
            yield Given(record.number, _whole(plan, _values(plan, record)[0]))


def _whole(plan: Plan, values: Mapping[str, Any]) -> dict[str, Any]:
    return {**plan.defaults, **values, **plan.forced}


def _values(plan: Plan, record: Record) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """What a row gives to the document, and to a row of each list; empty cells give nothing."""
    values: dict[str, Any] = {plan.along[n]: record.cells[n] for n in plan.along}
    rows: dict[str, dict[str, Any]] = {}
    parts: list[tuple[Slot, Any]] = []
    for slot, cell in zip(plan.mapped.slots, record.cells, strict=True):
        if slot is None or cell is None or cell == "":
            continue
        if slot.in_rows:
            rows.setdefault(slot.variable, {})[slot.column] = cell
        elif slot.column:
            parts.append((slot, cell))
        else:
            values[slot.variable] = cell
    return {**values, **assembled(parts)} if parts else values, rows


def assembled(parts: Iterable[tuple[Slot, Any]]) -> dict[str, Any]:
    """Values of single slots by variable: parts of a value together, columns of a list as its rows (without a number: its first)."""
    values: dict[str, Any] = {}
    lists: dict[str, dict[int, dict[str, Any]]] = {}
    for slot, value in parts:
        if slot.in_rows or slot.index:
            lists.setdefault(slot.variable, {}).setdefault(slot.index or 1, {})[slot.column] = value
        elif slot.column:
            values.setdefault(slot.variable, {})[slot.column] = value
        else:
            values[slot.variable] = value
    for variable, by_index in lists.items():
        values[variable] = [row for _, row in sorted(by_index.items()) if not all(map(is_blank, row.values()))]
    return values


@dataclass(slots=True)
class _Group:
    number: int
    first: int
    values: dict[str, Any]
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    error: str | None = None


def _gathered(plan: Plan) -> Iterator[Given]:
    """Raises UsageError for a row that cannot be read: nobody knows to which document it belongs."""
    groups: dict[Any, _Group] = {}
    for record in plan.source.rows():
        if record.error is not None:
            raise UsageError(f"{plan.source.name} 第 {record.number + plan.source.first_row} 行：{record.error}")
        values, rows = _values(plan, record)
        key = _key(plan, record, values)
        group = groups.get(key)
        if group is None:
            group = groups[key] = _Group(len(groups) + 1, record.number, values)
        else:
            _agree(plan, group, values, record.number)
        for variable, row in rows.items():
            group.rows.setdefault(variable, []).append(row)
    for group in groups.values():
        yield Given(group.number, _whole(plan, {**group.values, **group.rows}), group.error)


def _key(plan: Plan, record: Record, values: Mapping[str, Any]) -> Any:
    if plan.group is not None:
        return written(record.cells[plan.group]).strip()
    goes_along = set(plan.along.values())
    return tuple((name, repr(value)) for name, value in sorted(values.items()) if name not in goes_along)


def _agree(plan: Plan, group: _Group, values: Mapping[str, Any], number: int) -> None:
    """Rows of one group say the same of the document, or nothing; else the document fails and says where."""
    goes_along = set(plan.along.values())
    for name, value in values.items():
        if name in goes_along:
            continue
        if is_blank(group.values.get(name)):
            group.values[name] = value
        elif not is_blank(value) and group.values[name] != value and group.error is None:
            first, second = (n + plan.source.first_row for n in (group.first, number))
            group.error = f"同一份里“{name}”说法不一：数据第 {first} 行与第 {second} 行不同"
