"""Closed rules that a pack names but YAML cannot say well: one module a calculator, found by name, imported when used.

Each module has ``PARAMETERS`` and ``calculate(inputs, on) -> Calculation``, and offers its arithmetic as plain
functions that rules call. Errors of the caller are ValueError with one Chinese sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from importlib import import_module
from typing import cast

from checkers.calculators.calculation import Calculation, Calculator, Parameter, Step

__all__ = ["CALCULATORS", "Calculation", "Parameter", "Step", "calculate", "parameters"]

CALCULATORS: dict[str, str] = {
    "cn-statutory-retirement-age": "checkers.calculators.retirement",
    "cn-min-contribution-years": "checkers.calculators.contribution",
}
"""Name → module."""


def parameters(name: str) -> tuple[Parameter, ...]:
    """The inputs of a calculator, for options and help. Raises ValueError for an unknown name."""
    return _load(name).PARAMETERS


def calculate(name: str, inputs: Mapping[str, str], on: date | None = None) -> Calculation:
    """Run a calculator. ``on`` is the day whose law is applied; None is the day from which its law is in force.

    Raises ValueError for an unknown name or input, a missing input, and what an input's type refuses."""
    module = _load(name)
    known = {p.name: p for p in module.PARAMETERS}
    if unknown := sorted(set(inputs) - set(known)):
        options = "、".join(f"--{p}" for p in known)
        raise ValueError(f"计算器 {name} 没有参数 --{unknown[0]}，可用的是 {options}")
    for p in known.values():
        if p.required and not str(inputs.get(p.name, "")).strip():
            raise ValueError(f"计算器 {name} 缺少参数 --{p.name}（{p.label}）")
    return module.calculate(inputs, on)


def _load(name: str) -> Calculator:
    if name not in CALCULATORS:
        raise ValueError(f"没有名为 {name} 的计算器，可用的是 {'、'.join(CALCULATORS)}")
    return cast(Calculator, import_module(CALCULATORS[name]))
