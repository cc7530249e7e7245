"""The tree of a web page → lines and tables in reading order; what is there to move about the site is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from docgen.document import TICKED, UNTICKED, Cell, Line, Table
from docgen.readers.limits import (
    Limits,
    check_cells,
    check_characters,
    check_paragraphs,
    table_columns_warning,
    table_depth_warning,
)
from docgen.readers.marks import normalise_marks


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BLOCKS = _names(
    "address article aside blockquote body caption center dd details dir div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul"
)
_DROPPED = _names(
    "applet aside audio base button canvas datalist dialog embed footer frame frameset head iframe link map meta nav "
    "noframes noscript object optgroup option rp rt script style svg template title video"
)
_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "complementary", "menu", "menubar"})
_SITE_WORDS = _names(
    "nav navbar navigation navi menu menubar submenu breadcrumb breadcrumbs crumb crumbs footer sidebar copyright pagination "
    "pager searchbox dangqianweizhi"
)
_LINKED_WORDS = _names("header foot topbar share sharing toolbar links friendlink toplink login qrcode weizhi")
"""Words of class and id that mark what belongs to the site, not to the paper; the second set only where links stand."""

_HOLDS_TEXT = _names("html body main article table tbody tr td th p h1 h2 h3 ol li")
"""Elements that are never left out by the name of their class: a row may well be called header."""

_WORD = re.compile(r"[A-Za-z][a-z]*")
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_WIDE = "\u2e80-\u9fff\uff00-\uffef"
_SOFT = re.compile(rf"(?<=[{_WIDE}])[ \t]*[\r\n][ \t\r\n\f]*(?=[{_WIDE}])")
"""A line end of the source between two Chinese characters is not seen as a space."""

_SITE_LINE = re.compile(r"ICP\s*[备证]\s*\d|公网安备|网站标识码|版权所有")
SITE_LINES = 15
"""Lines at the end of a page among which those of the site's owner (备案号) are left out."""

MAX_SPAN = 1_000
"""Rows a cell may reach over, as browsers allow some 65 000 and no table needs them."""

MAX_CHECKS = 100
"""Blocks named like the site's own that proved to hold the paper; after so many no name of a class is trusted."""


@dataclass(slots=True)
class _Flow:
    """Blocks of the page or of one cell; ``buffer`` is the line that is being put together."""

    items: list[Line | Table] = field(default_factory=list)
    buffer: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Rows:
    """A table under way: ``taken`` says for each column the row up to which (exclusive) a cell above covers it."""

    element: etree._Element
    cells: list[Cell] = field(default_factory=list)
    flows: list[_Flow] = field(default_factory=list)
    taken: dict[int, int] = field(default_factory=dict)
    row: int = -1
    col: int = 0


@dataclass(slots=True)
class _Walk:
    """The state of one walk over a page."""

    limits: Limits
    warnings: list[str]
    flows: list[_Flow] = field(default_factory=lambda: [_Flow()])
    tables: list[_Rows] = field(default_factory=list)
    open_cells: list[tuple[etree._Element, _Rows]] = field(default_factory=list)
    lists: list[tuple[etree._Element, int]] = field(default_factory=list)
    pre: int = 0
    lines: int = 0
    cells: int = 0
    characters: int = 0
    total: int = 0
    checks: int = 0


def read_flow(root: etree._Element, limits: Limits, warnings: list[str]) -> list[Line | Table]:
    """Lines and tables of a page. Lines outside tables carry their number from 1 as ``paragraph``.

    ``warnings`` receives what was left out. Raises ``UnreadableError`` over a limit.
    """
    walk = _Walk(limits, warnings)
    walk.total = sum(_lengths(root))
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        name = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if not name or _is_dropped(walk, element, name):
                walker.skip_subtree()
            else:
                _start(walk, element, name)
                _add(walk, element.text)
        else:
            _end(walk, element, name)
            if element is not root:
                _add(walk, element.tail)
    _flush(walk)
    return _numbered(_without_site_lines(walk.flows[0].items))


def _is_dropped(walk: _Walk, element: etree._Element, name: str) -> bool:
    """Whether an element is no part of the paper: code, what is hidden, menus, headers and footers of the site."""
    if name in _DROPPED:
        return True
    if not element.attrib and name != "header":
        return False
    if "hidden" in element.attrib or _HIDDEN.search(element.get("style", "")):
        return True
    if name in _HOLDS_TEXT or walk.checks >= MAX_CHECKS:
        return False
    words = {w.lower() for w in _WORD.findall(f"{element.get('class', '')} {element.get('id', '')}"[:500])}
    if name == "header" and next(element.iterancestors("article", "main"), None) is None:
        words.add(name)
    named = element.get("role", "").lower() in _ROLES or not _SITE_WORDS.isdisjoint(words)
    if not named and _LINKED_WORDS.isdisjoint(words):
        return False
    dropped = (
        (named or next(element.iter("a"), None) is not None)
        and next(element.iter("h1", "article", "main"), None) is None
        # A wrapper around the whole page may be called anything; only a small part of the text is ever left out.
        and not _longer(element, walk.total // 2)
    )
    walk.checks += not dropped
    return dropped


def _longer(element: etree._Element, length: int) -> bool:
    """Whether an element has more characters of text than ``length``."""
    size = 0
    for part in _lengths(element):
        size += part
        if size > length:
            return True
    return False


def _lengths(root: etree._Element) -> Iterator[int]:
    """The lengths of the texts in an element, without code and the blanks around them."""
    for element in root.iter():
        if element.tag not in {"script", "style"}:
            yield len((element.text or "").strip())
        if element is not root:
            yield len((element.tail or "").strip())


def _start(walk: _Walk, element: etree._Element, name: str) -> None:
    if name in _BLOCKS or name == "br":
        _flush(walk)
    if name == "table":
        if len(walk.tables) < walk.limits.table_depth:
            walk.tables.append(_Rows(element))
        elif (deep := table_depth_warning(walk.limits)) not in walk.warnings:
            walk.warnings.append(deep)
    elif name == "tr":
        if walk.tables and not _inside_cell(walk):
            walk.tables[-1].row += 1
            walk.tables[-1].col = 0
    elif name in {"td", "th"}:
        if walk.tables and not _inside_cell(walk):
            _open_cell(walk, element)
    elif name in {"ol", "ul"}:
        first = element.get("start", "1").strip()
        begin = int(first) if re.fullmatch(r"\d{1,6}", first) else 1
        walk.lists.append((element, begin if name == "ol" else -1))
    elif name == "li":
        _add(walk, _item_label(walk))
    elif name == "pre":
        walk.pre += 1
    elif name in {"input", "select"}:
        _add(walk, _input(element, name))


def _end(walk: _Walk, element: etree._Element, name: str) -> None:
    if name in _BLOCKS and name not in _DROPPED:
        _flush(walk)
    if walk.open_cells and walk.open_cells[-1][0] is element:
        walk.open_cells.pop()
        walk.flows.pop()
    elif walk.tables and walk.tables[-1].element is element:
        _close_table(walk)
    elif walk.lists and walk.lists[-1][0] is element:
        walk.lists.pop()
    elif name == "pre":
        walk.pre = max(0, walk.pre - 1)


def _inside_cell(walk: _Walk) -> bool:
    """Whether the innermost open cell belongs to the innermost table: a further row or cell is then a stray one."""
    return bool(walk.open_cells) and walk.open_cells[-1][1] is walk.tables[-1]


def _item_label(walk: _Walk) -> str:
    """``2. `` for an item of a numbered list, as the browser prints it."""
    if not walk.lists or walk.lists[-1][1] < 0:
        return ""
    element, number = walk.lists.pop()
    walk.lists.append((element, number + 1))
    style = element.get("type", "1")
    if style in {"a", "A"} and number <= 26:
        return f"{chr(ord(style) + number - 1)}. "
    return f"{number}. "


def _input(element: etree._Element, name: str) -> str:
    """What a field of a saved form shows: its tick, its text or the option chosen."""
    if name == "select":
        chosen = [o for o in element.iter("option") if "selected" in o.attrib]
        return " ".join("".join(map(str, o.itertext())).strip() for o in chosen[:20])
    kind = element.get("type", "text").lower()
    if kind in {"checkbox", "radio"}:
        return TICKED if "checked" in element.attrib else UNTICKED
    return (
        element.get("value", "")
        if kind in {"text", "number", "date", "tel", "email", "month", "datetime-local"}
        else ""
    )


def _add(walk: _Walk, text: str | None) -> None:
    if not text:
        return
    if walk.pre:
        first, *rest = text.split("\n")
        walk.flows[-1].buffer.append(first)
        for line in rest:
            _flush(walk)
            walk.flows[-1].buffer.append(line)
    else:
        walk.flows[-1].buffer.append(text)


def _flush(walk: _Walk) -> None:
    """End the line under way."""
    flow = walk.flows[-1]
    if not flow.buffer:
        return
    raw = "".join(flow.buffer)
    flow.buffer.clear()
    text = _SPACE.sub(" ", _SOFT.sub("", raw)).replace("\xa0", " ").replace("\u200b", "").strip()
    if not text:
        return
    walk.lines += 1
    walk.characters += len(text)
    check_paragraphs(walk.lines, walk.limits)
    check_characters(walk.characters, walk.limits)
    flow.items.append(Line(normalise_marks(text)))


def _open_cell(walk: _Walk, element: etree._Element) -> None:
    """Place a cell in its row and send what follows into it."""
    table = walk.tables[-1]
    table.row = max(table.row, 0)
    while table.taken.get(table.col, 0) > table.row:
        table.col += 1
    wide, high = _span(element.get("colspan")), _span(element.get("rowspan"))
    room = walk.limits.table_columns - table.col
    if wide > room:
        wide = room
        if (wider := table_columns_warning(walk.limits)) not in walk.warnings:
            walk.warnings.append(wider)
    if room > 0 or not table.cells:
        walk.cells += 1
        check_cells(walk.cells, walk.limits)
        table.cells.append(Cell(table.row, table.col, high, max(1, wide)))
        table.flows.append(_Flow())
        if high > 1:
            table.taken |= dict.fromkeys(range(table.col, table.col + wide), table.row + high)
        table.col += max(1, wide)
    # Where there is no room the text goes on in the last cell.
    walk.open_cells.append((element, table))
    walk.flows.append(table.flows[-1])


def _span(value: str | None) -> int:
    """A rowspan or colspan; 1 for what is none."""
    value = (value or "").strip()
    return min(max(int(value), 1), MAX_SPAN) if re.fullmatch(r"\d{1,9}", value) else 1


def _close_table(walk: _Walk) -> None:
    """Put the table that ends into the flow around it; one of a single cell is a frame, an empty one a spacer."""
    made = walk.tables.pop()
    out = walk.flows[-1].items
    if len(made.cells) == 1:
        out.extend(made.flows[0].items)
        return
    if not any(flow.items for flow in made.flows):
        return
    rows = max(cell.row for cell in made.cells) + 1
    cols = 0
    for cell, flow in zip(made.cells, made.flows, strict=True):
        cell.rowspan = min(cell.rowspan, rows - cell.row)
        cell.text = "\n".join(item.text for item in flow.items if isinstance(item, Line))
        cell.tables = [item for item in flow.items if isinstance(item, Table)]
        cols = max(cols, cell.col + cell.colspan)
    out.append(Table(0, rows, cols, made.cells))


def _without_site_lines(items: list[Line | Table]) -> list[Line | Table]:
    """Without the lines at the end of the page that say who owns the site."""
    start = len(items) - SITE_LINES
    return [b for i, b in enumerate(items) if i < start or not (isinstance(b, Line) and _SITE_LINE.search(b.text))]


def _numbered(items: list[Line | Table]) -> list[Line | Table]:
    """The flow with its lines and its tables, nested ones too, numbered from 1 in reading order."""
    for number, line in enumerate((b for b in items if isinstance(b, Line)), 1):
        line.paragraph = number
    for number, table in enumerate((t for b in items if isinstance(b, Table) for t in _all_tables(b)), 1):
        table.number = number
    return items


def _all_tables(table: Table) -> Iterator[Table]:
    yield table
    for cell in table.cells:
        for inner in cell.tables:
            yield from _all_tables(inner)
