"""The law: value types, facts, the policy schema, the engine and the encoded policies. Facts in, report out.

Public names are loaded when they are first used, so that ``import checkers`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from checkers.engine import check as check
    from checkers.facts import Fact as Fact
    from checkers.facts import Facts as Facts
    from checkers.facts import Unknown as Unknown
    from checkers.packs import Library as Library
    from checkers.packs import library as load_policies
    from checkers.policy import Policy as Policy
    from checkers.report import Report as Report

_HOMES = {
    "check": ("checkers.engine", "check"),
    "Fact": ("checkers.facts", "Fact"),
    "Facts": ("checkers.facts", "Facts"),
    "Unknown": ("checkers.facts", "Unknown"),
    "Library": ("checkers.packs", "Library"),
    "load_policies": ("checkers.packs", "library"),
    "Policy": ("checkers.policy", "Policy"),
    "Report": ("checkers.report", "Report"),
}

__all__ = ["Fact", "Facts", "Library", "Policy", "Report", "Unknown", "check", "load_policies"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    import importlib

    module, attribute = _HOMES[name]
    return getattr(importlib.import_module(module), attribute)
