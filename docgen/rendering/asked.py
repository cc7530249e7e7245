"""What a compiled master asks for: every value by its way from the variable, through loops.

``{% for item in items %}{{ item.what }}{% endfor %}`` asks for ``items`` and ``items[].what``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import nodes

    from docgen.rendering.template import Template

ROW = "[]"
"""In a way: any row of the list before it."""

Way = tuple[str, ...]
Scope = dict[str, Way | None]

_COUNTING = frozenset({"length", "count"})
_SAME_ROWS = frozenset(
    {"sort", "list", "reverse", "unique", "select", "reject", "selectattr", "rejectattr", "default", "d"}
)
_ONE_ROW = frozenset({"first", "last", "max", "min", "random"})
_BY_COLUMN = frozenset({"map", "sum", "sort", "join", "groupby", "selectattr", "rejectattr", "unique", "max", "min"})
_BUILT_IN = frozenset({"range", "dict", "lipsum", "cycler", "joiner", "namespace", "loop", "page_break"})


@dataclass(frozen=True, slots=True)
class Asked:
    """``whole``: the value itself is written or handed on, so that a list asked for so stands for all its columns."""

    way: Way
    place: str
    whole: bool

    def __str__(self) -> str:
        return ".".join(self.way).replace(f".{ROW}", "")


def asked_of(template: Template) -> list[Asked]:
    """Everything the master asks for, part after part, in the order of its text."""
    from docgen.rendering.template import environment

    out: list[Asked] = []
    for source in template.tagged():
        tracer = _Tracer(source.place)
        tracer.visit(environment().parse(source.text), {})
        out.extend(tracer.found)
    return [a for a in out if a.way[0] not in _BUILT_IN]


class _Tracer:
    def __init__(self, place: Any) -> None:
        self.place = place
        self.found: list[Asked] = []

    def note(self, way: Way | None, node: nodes.Node, whole: bool) -> None:
        if way:
            self.found.append(Asked(way, self.place(node.lineno), whole))

    def visit(self, node: nodes.Node, scope: Scope, whole: bool = True) -> None:
        from jinja2 import nodes

        match node:
            case nodes.For():
                self._loop(node, scope)
            case nodes.Assign():
                self.visit(node.node, scope)
                for name, way in _bound(node.target, _way(node.node, scope)):
                    scope[name] = way
            case nodes.If() | nodes.CondExpr():
                self.visit(node.test, scope, whole=False)
                self._all((c for c in node.iter_child_nodes() if c is not node.test), scope)
            case nodes.Test() | nodes.Not() | nodes.Compare():
                self._all(node.iter_child_nodes(), scope, whole=False)
            case nodes.Filter():
                self._filter(node, scope, whole)
            case nodes.Macro() | nodes.CallBlock():
                inner = {**scope, **{a.name: None for a in node.args if isinstance(a, nodes.Name)}}
                self._all(node.iter_child_nodes(), inner)
            case nodes.Name() if node.ctx == "load":
                self.note(_way(node, scope), node, whole)
            case nodes.Getattr() | nodes.Getitem():
                way = _way(node, scope)
                self.note(way, node, whole)
                self._all((c for c in node.iter_child_nodes() if way is None or c is not node.node), scope)
            case _:
                self._all(node.iter_child_nodes(), scope, whole)

    def _all(self, children: Iterable[nodes.Node], scope: Scope, whole: bool = True) -> None:
        for child in children:
            self.visit(child, scope, whole)

    def _loop(self, node: nodes.For, scope: Scope) -> None:
        self.visit(node.iter, scope, whole=False)
        way = _way(node.iter, scope)
        inner: Scope = {**scope, **dict(_bound(node.target, (*way, ROW) if way else None)), "loop": ("loop",)}
        if node.test is not None:
            self.visit(node.test, inner, whole=False)
        self._all(node.body, inner)
        self._all(node.else_, scope)

    def _filter(self, node: nodes.Filter, scope: Scope, whole: bool) -> None:
        from jinja2 import nodes

        way = None if node.node is None else _way(node.node, scope)
        columns = _columns(node) if node.name in _BY_COLUMN else []
        for column in columns:
            self.note((*way, ROW, *column.split(".")) if way else None, node, True)
        handed = whole and node.name not in _COUNTING and not columns
        for child in node.iter_child_nodes():
            self.visit(child, scope, whole=handed if child is node.node else not isinstance(child, nodes.Const))


def _columns(node: nodes.Filter) -> list[str]:
    """Columns that a filter picks by name: ``map(attribute='name')``, ``groupby('unit')``."""
    from jinja2 import nodes

    picked = [k.value.value for k in node.kwargs if k.key == "attribute" and isinstance(k.value, nodes.Const)]
    if node.name in ("groupby", "selectattr", "rejectattr") and node.args and isinstance(node.args[0], nodes.Const):
        picked.append(node.args[0].value)
    return [str(p) for p in picked]


def _bound(target: nodes.Node, way: Way | None) -> Iterator[tuple[str, Way | None]]:
    from jinja2 import nodes

    if isinstance(target, nodes.Name):
        yield target.name, way
    elif isinstance(target, nodes.Tuple):  # rows taken apart: nobody can say which column goes where
        for item in target.items:
            yield from _bound(item, None)


def _way(node: nodes.Node, scope: Mapping[str, Way | None]) -> Way | None:
    """The way to the value that the expression is; None when it is none of the variables' own."""
    from jinja2 import nodes

    match node:
        case nodes.Name():
            return scope.get(node.name, (node.name,))
        case nodes.Getattr():
            left = _way(node.node, scope)
            return (*left, node.attr) if left else None
        case nodes.Getitem():
            left = _way(node.node, scope)
            if left is None or isinstance(node.arg, nodes.Slice):
                return left
            if isinstance(node.arg, nodes.Const):
                return (*left, ROW if isinstance(node.arg.value, int) else str(node.arg.value))
            return (*left, ROW)
        case nodes.Filter() if node.node is not None and node.name in _SAME_ROWS:
            return _way(node.node, scope)
        case nodes.Filter() if node.node is not None and node.name in _ONE_ROW:
            left = _way(node.node, scope)
            return (*left, ROW) if left else None
        case nodes.Or():
            return _way(node.left, scope)
        case _:
            return None
