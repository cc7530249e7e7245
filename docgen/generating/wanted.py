"""What a master wants of the data: its variables, and under which names a column of data may give them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docgen.generating.filling import Master
from docgen.rendering.manifest import Variable

if TYPE_CHECKING:
    from docgen.rendering.template import Template

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
    """``declared``: the master has a manifest, so that types are known; ``all_optional``: a form may stay half filled;
    ``tested``: what an own master asks ``if`` of, so that an empty cell is an answer."""

    variables: tuple[Variable, ...]
    slots: tuple[Slot, ...]
    declared: bool
    all_optional: bool = False
    tested: frozenset[str] = frozenset()
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
    tested = frozenset() if master.variables else _tested(master) & {v.id for v in variables if not v.optional}
    return Wanted(variables, slots, bool(master.variables), master.is_form, tested, {v.id: v for v in variables})


def _slots(variable: Variable) -> Iterator[Slot]:
    if variable.type != GROUP:
        yield Slot(variable.id, variable.label, variable.id, names=(variable.id, variable.label, *variable.aliases))
    for c in variable.columns:
        path = f"{variable.id}.{c.id}"
        own = () if variable.type == GROUP else (c.id, c.label, *c.aliases)
        names = (path, *own, f"{variable.label}.{c.label}", f"{variable.label}{c.label}")
        yield Slot(path, c.label, variable.id, c.id, in_rows=variable.type in LISTS, names=names)


# ---------------------------------------------------------------- a master of the user's own


def own_variables(master: Master) -> list[Variable]:
    """The undeclared variables of a master without a manifest, found in its own tags: what a loop runs over is a list and
    its columns are what the loop takes of each row; what is asked for as ``a.b`` has parts; what ``default`` or
    ``is defined`` is said of is optional. Raises UsageError."""
    from docgen.rendering.asked import ROW, asked_of
    from docgen.rendering.template import Template

    template = Template(master.data, master.name)
    parts: dict[str, dict[str, None]] = {name: {} for name in template.variables()}
    lists: set[str] = set()
    for name, *rest in (asked.way for asked in asked_of(template)):
        if name not in parts:
            continue
        if rest[:1] == [ROW]:
            lists.add(name)
            rest = rest[1:]  # noqa: PLW2901  the column of the row
        if rest and rest[0] != ROW and not rest[0].startswith("_"):
            parts[name][rest[0]] = None
    spared, methods = _said_of(template)
    return [
        _variable(name, [c for c in columns if c not in methods], name in lists, name in spared)
        for name, columns in parts.items()
    ]


def _variable(name: str, columns: Sequence[str], is_list: bool, optional: bool) -> Variable:
    kind = "list" if is_list else GROUP if columns else "text"
    parts = tuple(Variable(column, column) for column in columns)
    return Variable(name, name, kind, optional=optional, columns=parts, sample=UNKNOWN)


def _said_of(template: Template) -> tuple[set[str], set[str]]:
    """Variables of which ``default`` or ``is defined`` is said, and names that are called: methods, no part of the data."""
    from jinja2 import nodes

    from docgen.rendering.template import environment

    spared: set[str] = set()
    methods: set[str] = set()
    for source in template.tagged():
        tree = environment().parse(source.text)
        for node in tree.find_all((nodes.Filter, nodes.Test)):
            if isinstance(node.node, nodes.Name) and node.name in ("default", "d", "defined", "undefined"):
                spared.add(node.node.name)
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Getattr):
                methods.add(call.node.attr)
    return spared, methods


def _tested(master: Master) -> frozenset[str]:
    """Variables that stand alone in a condition, or before ``or``: ``{% if note %}``, ``{{ note or '无' }}``."""
    from jinja2 import nodes

    from docgen.rendering.template import Template, environment

    found: set[str] = set()
    for source in Template(master.data, master.name).tagged():
        tree = environment().parse(source.text)
        asked: list[nodes.Node] = [n.test for n in tree.find_all(nodes.If)]
        asked += [n.test for n in tree.find_all(nodes.CondExpr)]
        asked += [n.left for n in tree.find_all(nodes.Or)]
        while asked:
            node = asked.pop()
            if isinstance(node, nodes.Name):
                found.add(node.name)
            elif isinstance(node, nodes.Not):
                asked.append(node.node)
            elif isinstance(node, (nodes.And, nodes.Or)):
                asked += [node.left, node.right]
    return frozenset(found)


def near_names(name: str, slots: Sequence[Slot]) -> str:
    """``，是不是 姓名？`` where something comes near, else ""."""
    from rapidfuzz import fuzz, process

    names = list(dict.fromkeys(n for s in slots for n in (s.label, s.path)))
    found = [n for n, _, _ in process.extract(name, names, scorer=fuzz.WRatio, limit=3, score_cutoff=60)]
    return f"，是不是 {'、'.join(found)}？" if found else f"，可用的有：{'、'.join(s.path for s in slots[:12])}"
