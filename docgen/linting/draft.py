"""The document under the rules: its parts that number for themselves, and the places in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from checkers.report import Location
from docgen.cells import cell_name
from docgen.document import BBox, Table
from docgen.linting.catalogue import Place
from docgen.notices.model import Attachment, Node, Notice

SHORTEST = 4
"""Characters of a cell in which a date or an amount in two writings can stand."""
CLIP = 40
"""Characters of the paper that a message quotes."""


@dataclass(slots=True)
class Scope:
    """The body, or one attachment: articles and headings begin again in each."""

    name: str
    tops: list[Node]
    attachment: Attachment | None = None
    nodes: list[Node] = field(default_factory=list)
    articles: list[Node] = field(default_factory=list)
    order: dict[int, int] = field(default_factory=dict)
    """Where each node stands in ``nodes``, by ``id(node)``."""

    def __post_init__(self) -> None:
        self.nodes = [node for top in self.tops for node in top.walk()]
        self.articles = [node for node in self.nodes if node.kind == "article"]
        self.order = {id(node): i for i, node in enumerate(self.nodes)}


@dataclass(slots=True)
class Draft:
    """A document and the day whose law is asked. ``scopes[0]`` is the body."""

    notice: Notice
    on: date
    scopes: list[Scope]

    def placed(self) -> Iterator[tuple[Scope, Node]]:
        for scope in self.scopes:
            for node in scope.nodes:
                yield scope, node

    @property
    def amends(self) -> bool:
        """Whether it speaks of other documents' text and end: an amendment, a repeal, a list of what is valid."""
        title = self.notice.title or ""
        return any(word in title for word in ("废止", "失效", "修改", "修订", "修正", "清理", "继续有效"))


def draft_of(notice: Notice, on: date) -> Draft:
    scopes = [Scope("", notice.body)]
    scopes += [Scope(f"附件{a.number or ''}", a.body, a) for a in notice.attachments if a.body]
    return Draft(notice, on, scopes)


def place_of(node: Node, scope: Scope | None = None) -> Place:
    """The node as a place; its attachment is named before its label."""
    name = scope.name if scope else ""
    label = node.label if not name or node.label.startswith(name) else name + node.label
    return Place(node.id or "text", label or node.number or "正文", node.location)


def texts_of(node: Node, scope: Scope) -> Iterator[tuple[str, Place]]:
    """The text of a node and of the cells of its table, each with its place."""
    if node.text:
        yield node.text, place_of(node, scope)
    table = node.table
    for cell in table.cells if table is not None else ():
        if table is not None and len(cell.text) >= SHORTEST:
            yield cell.text, _at(node, table, cell.row, cell.col, cell.bbox, scope)


def cell_place(node: Node, table: Table, row: int, column: int, scope: Scope) -> Place:
    """Row and column count from 0; the cell is named as the reader named the table's own place."""
    cell = table.at(row, column)
    return _at(node, table, row, column, cell.bbox if cell else None, scope)


def _at(node: Node, table: Table, row: int, column: int, box: BBox | None, scope: Scope) -> Place:
    place = place_of(node, scope)
    where = place.location
    if where is None:
        return place
    return Place(
        place.subject, place.label, Location(where.path, where.page, box, named_cell(node, table, row, column))
    )


def named_cell(node: Node, table: Table, row: int, column: int) -> str:
    """``B3``, with the table's or the sheet's name before it where there are several."""
    sheet = table.sheet or (node.location.cell or "" if node.location else "").rpartition("!")[0]
    return cell_name(table.first_row + row, table.first_col + column, sheet)


def head_place(notice: Notice, subject: str, label: str) -> Place:
    return Place(subject, label, notice.location or (Location(notice.path) if notice.path else None))


def clip(text: str, limit: int = CLIP) -> str:
    """What a message quotes: one line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
