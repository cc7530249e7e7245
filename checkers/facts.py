"""Facts: what the papers and the registers say, each with the place it was read from.

A fact that is not there is ``Unknown``, never False and never zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, overload

from checkers.report import Location

State = Literal["filled", "blank", "absent"]


class Unknown:
    """The third truth value; ``names`` are the ids of the facts that would settle it."""

    __slots__ = ("names",)

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = frozenset(names)

    def __or__(self, other: Unknown) -> Unknown:
        return Unknown(self.names | other.names)

    def __bool__(self) -> bool:
        raise TypeError("an Unknown has no truth value: use the three-valued operators")

    def __repr__(self) -> str:
        return f"Unknown({', '.join(sorted(self.names))})"


@dataclass(slots=True)
class Fact:
    """One fact as read. ``raw`` is the text of the paper (or an already typed value from a register or a test).

    ``state``: filled; blank (the place was seen and is empty); absent (the place was not found).
    ``rows`` are the rows of a roster, each column id → Fact. ``illegible`` marks a guess too weak to judge by.
    """

    id: str
    raw: Any = ""
    state: State = "filled"
    label: str = ""
    locations: tuple[Location, ...] = ()
    confidence: float = 1.0
    rows: Sequence[dict[str, Fact]] = field(default_factory=list)
    illegible: bool = False


@dataclass(slots=True)
class RowTexts(Sequence[dict[str, Fact]]):
    """The rows of a long roster as what they say; a row's facts are made when it is asked for.

    A hundred thousand rows of a dozen facts with their places would take half a gigabyte. ``labels`` are all columns of
    the roster, ``columns`` where each stands in a row of ``texts`` (one that is not on the paper is missing); an empty
    text is a blank. ``places`` are the rows on the paper, as ``locate`` understands them: (row, column id) → location.
    """

    labels: dict[str, str]
    columns: dict[str, int]
    texts: list[tuple[Any, ...]]
    places: Sequence[int]
    locate: Callable[[int, str], Location]
    confidence: float = 1.0

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, index: int) -> dict[str, Fact]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Fact]]: ...
    def __getitem__(self, index: int | slice) -> dict[str, Fact] | list[dict[str, Fact]]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self.texts)))]
        return {column: self.cell(index, column) for column in self.labels}

    def filled(self, index: int, column: str) -> bool:
        at = self.columns.get(column)
        return at is not None and bool(self.texts[index][at])

    def cell(self, index: int, column: str) -> Fact:
        """One cell, of a column among ``labels``."""
        at = self.columns.get(column)
        if at is None:
            return Fact(column, "", "absent", self.labels[column])
        raw = self.texts[index][at]
        state: State = "filled" if raw else "blank"
        place = self.locate(self.places[index], column)
        return Fact(column, raw, state, self.labels[column], (place,), self.confidence)


def cell_of(rows: Sequence[dict[str, Fact]], index: int, column: str) -> Fact | None:
    """One cell of a roster by its row (from 0), without the rest of the row; None for a column the row does not have."""
    if isinstance(rows, RowTexts):
        return rows.cell(index, column) if column in rows.labels else None
    return rows[index].get(column)


@dataclass(slots=True)
class MarkSeen:
    """What was seen at a place for a signature or a seal; ``text`` is what is printed or typed there."""

    state: Literal["present", "absent", "unknown"]
    text: str = ""
    locations: tuple[Location, ...] = ()


@dataclass(slots=True)
class FormSeen:
    """One form of the packet as read: which one, where, and what it says.

    ``pledge`` is the text found in the transcription area (None: the area was not found). ``marks`` maps the ids of the
    pack's signatures and seals to what was seen. ``place`` is where findings without a place of their own point.
    """

    form: str
    facts: dict[str, Fact] = field(default_factory=dict)
    pledge: str | None = None
    pledge_locations: tuple[Location, ...] = ()
    marks: dict[str, MarkSeen] = field(default_factory=dict)
    place: Location | None = None
    confidence: float = 1.0


@dataclass(slots=True)
class Facts:
    """All that is known of one case.

    ``forms``: forms read. ``known``: facts from elsewhere (``--facts``, ``--set``, a test), by fact id.
    ``materials``: material id → paths of the papers. ``closed``: the packet is complete as it stands (a folder, an archive,
    several files), so that a paper that is not in it is missing, not merely unseen. ``place``: where findings point when no
    form was read.
    """

    forms: list[FormSeen] = field(default_factory=list)
    known: dict[str, Fact] = field(default_factory=dict)
    materials: dict[str, list[str]] = field(default_factory=dict)
    closed: bool = False
    place: Location | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Facts:
        """Facts from plain values: ``None`` means blank; a list of mappings is a roster."""
        known: dict[str, Fact] = {}
        for key, value in values.items():
            known[key] = fact_of(key, value)
        return cls(known=known)

    def all(self) -> Iterator[tuple[str, Fact]]:
        """Every fact once; what a person or a register supplied goes before what a form says."""
        yield from self.known.items()
        for form in self.forms:
            for key, fact in form.facts.items():
                if key not in self.known:
                    yield key, fact

    def get(self, key: str) -> Fact | None:
        if key in self.known:
            return self.known[key]
        for form in self.forms:
            if key in form.facts:
                return form.facts[key]
        return None


def fact_of(key: str, value: Any) -> Fact:
    """A fact from a plain value: None is blank, a list of mappings is a roster."""
    if isinstance(value, Fact):
        return value
    if value is None:
        return Fact(key, "", "blank")
    if isinstance(value, list) and value and all(isinstance(row, Mapping) for row in value):
        return Fact(key, value, rows=[{str(k): fact_of(str(k), v) for k, v in row.items()} for row in value])
    return Fact(key, value)
