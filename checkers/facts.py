"""Facts: what the papers and the registers say, each with the place it was read from.

A fact that is not there is ``Unknown``, never False and never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

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
    rows: list[dict[str, Fact]] = field(default_factory=list)
    illegible: bool = False


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
