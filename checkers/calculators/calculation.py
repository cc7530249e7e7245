"""What a calculator takes and what it answers: the public ``docgen.calculation/1`` object of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from checkers.report import Citation

SCHEMA = "docgen.calculation/1"


@dataclass(frozen=True, slots=True)
class Parameter:
    """An input: ``type`` is a name of ``checkers.values.types``; ``options`` those of a choice."""

    name: str
    label: str
    type: str
    options: tuple[str, ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence of the reasoning, with the law it rests on."""

    text: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Calculation:
    """An answer with its reasoning. ``inputs`` are normalised; ``results`` hold whole numbers and strings only."""

    calculator: str
    on: date
    inputs: dict[str, str]
    results: dict[str, int | str]
    steps: tuple[Step, ...]

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every place in the law that a step cites, once, in the order of the steps."""
        return tuple(dict.fromkeys(c for step in self.steps for c in step.citations))

    def to_json(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "calculator": self.calculator,
            "on": self.on.isoformat(),
            "inputs": dict(self.inputs),
            "results": dict(self.results),
            "steps": [{"text": s.text, "citations": [c.to_json() for c in s.citations]} for s in self.steps],
            "citations": [c.to_json() for c in self.citations],
        }


class Calculator(Protocol):
    """The shape of a calculator's module."""

    PARAMETERS: tuple[Parameter, ...]

    def calculate(self, inputs: Mapping[str, str], on: date | None) -> Calculation: ...
