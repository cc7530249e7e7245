"""What a master wants of the data: its variables, and under which names a column of data may give them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from docgen.generating.filling import Master
from docgen.rendering.manifest import Variable

GROUP = "group"
"""The type of a value of an own master that is asked for by its parts (``applicant.name``)."""
LISTS = ("list", "roster")
UNKNOWN = "…"
"""The sample of a value nobody has described."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that one column can fill. ``path`` is how it is named: ``name``, ``people.name`` (the column of a list,
    or a part of a value), ``items.2.what`` (the column of the second row of a list). ``names``: what headings call it."""

    path: str
    label: str
    variable: str
    column: str = ""
    index: int = 0
    in_rows: bool = False
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """``declared``: the master has a manifest, so that types are known; ``all_optional``: a form may stay half filled."""

    variables: tuple[Variable, ...]
    slots: tuple[Slot, ...]
    declared: bool
    all_optional: bool = False
    by_id: Mapping[str, Variable] = field(default_factory=dict, compare=False)

    def required(self) -> tuple[Variable, ...]:
        """Without which no document can be written."""
        return () if self.all_optional else tuple(v for v in self.variables if is_required(v))


def is_required(variable: Variable) -> bool:
    """As ``docgen.generating.values.convert`` sees it: a tick is no when absent, a list without a sample may be empty."""
    if variable.optional or variable.type == "tick":
        return False
    return not (variable.type in LISTS and not variable.sample)


def wanted(master: Master) -> Wanted:
    """Raises UsageError for an own master with a fault."""
    variables = master.variables or tuple(own_variables(master))
    slots = tuple(slot for v in variables for slot in _slots(v))
    return Wanted(variables, slots, bool(master.variables), master.is_form, {v.id: v for v in variables})


def _slots(variable: Variable) -> Iterator[Slot]:
    if variable.type != GROUP:
        yield Slot(variable.id, variable.label, variable.id, names=(variable.id, variable.label, *variable.aliases))
    for c in variable.columns:
        path = f"{variable.id}.{c.id}"
        own = () if variable.type == GROUP else (c.id, c.label, *c.aliases)
        names = (path, *own, f"{variable.label}.{c.label}", f"{variable.label}{c.label}")
        yield Slot(path, c.label, variable.id, c.id, in_rows=variable.type in LISTS, names=names)


# ---------------------------------------------------------------- a master of the user's own


@dataclass(slots=True)
class _Use:
    parts: dict[str, None] = field(default_factory=dict)
    is_list: bool = False
    optional: bool = False


def own_variables(master: Master) -> list[Variable]:
    """The undeclared variables of a master without a manifest, found in its own tags: what a loop runs over is a list and
    its columns are what the loop takes of each row; what is asked for as ``a.b`` has parts; what ``default`` or
    ``is defined`` is said of is optional. Raises UsageError."""
    from jinja2 import meta

    from docgen.rendering.template import Template, environment

    uses: dict[str, _Use] = {}
    for text in Template(master.data, master.name).sources():
        tree = environment().parse(text)
        names = meta.find_undeclared_variables(tree)
        for name in sorted(names - set(environment().globals)):
            uses.setdefault(name, _Use())
        _look(tree, {}, uses)
    return [_variable(name, use) for name, use in uses.items()]


def _variable(name: str, use: _Use) -> Variable:
    columns = tuple(Variable(part, part) for part in use.parts)
    kind = "list" if use.is_list else GROUP if columns else "text"
    return Variable(name, name, kind, optional=use.optional, columns=columns, sample=UNKNOWN)


def _look(node: Any, loops: Mapping[str, str], uses: dict[str, _Use]) -> None:
    """Walks the tree of a master; ``loops``: the name a loop gives to each row → the list it runs over."""
    from jinja2 import nodes

    if isinstance(node, nodes.For):
        _look(node.iter, loops, uses)
        inner = dict(loops)
        source = _base(node.iter)
        if source in uses and isinstance(node.target, nodes.Name):
            uses[source].is_list = True
            inner[node.target.name] = source
        for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
            _look(child, inner, uses)
        return
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr):  # a method is no part of the data
        for child in (node.node.node, *node.args):
            _look(child, loops, uses)
        return
    if isinstance(node, (nodes.Getattr, nodes.Getitem)) and isinstance(node.node, nodes.Name):
        part = node.attr if isinstance(node, nodes.Getattr) else getattr(node.arg, "value", None)
        owner = loops.get(node.node.name, node.node.name)
        if isinstance(part, str) and owner in uses and not part.startswith("_"):
            uses[owner].parts[part] = None
    spares = isinstance(node, nodes.Filter) and node.name in ("default", "d")
    spares = spares or (isinstance(node, nodes.Test) and node.name in ("defined", "undefined"))
    if spares and isinstance(node.node, nodes.Name) and node.node.name in uses:
        uses[node.node.name].optional = True
    for child in node.iter_child_nodes():
        _look(child, loops, uses)


def _base(node: Any) -> str:
    """The variable a loop runs over, through filters (``people | sort``)."""
    from jinja2 import nodes

    while isinstance(node, nodes.Filter) and node.node is not None:
        node = node.node
    return node.name if isinstance(node, nodes.Name) else ""


def near_names(name: str, slots: Sequence[Slot]) -> str:
    """``，是不是 姓名？`` where something comes near, else ""."""
    from rapidfuzz import fuzz, process

    names = list(dict.fromkeys(n for s in slots for n in (s.label, s.path)))
    found = [n for n, _, _ in process.extract(name, names, scorer=fuzz.WRatio, limit=3, score_cutoff=60)]
    return f"，是不是 {'、'.join(found)}？" if found else f"，可用的有：{'、'.join(s.path for s in slots[:12])}"
