"""Tables whose number of columns comes from the data: the grid and the widths of cells are fitted to what was written.

The table keeps its width. The row with most cells says how wide each column is in proportion.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docgen.rendering.lifting import GRID

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_URI = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W = f"{{{_URI}}}"
_EDGE = re.compile(r"<w:tbl>|<w:tbl |</w:tbl>")
_MARK = f"<!--{GRID}-->"
_OPENING = re.compile(r"<[\w:]+(?: [^<>]*)?>")
_DECLARED = re.compile(r' xmlns:\w+="[^"]*"')


def fit_columns(xml: str) -> str:
    """The part with each marked table's grid made true, the innermost first."""
    root = next(m[0] for m in _OPENING.finditer(xml) if "xmlns:w=" in m[0])
    declared = "".join(_DECLARED.findall(root))
    while (at := xml.rfind(_MARK)) >= 0:
        start, end = xml.rfind("<w:tbl", 0, at), _end(xml, at)
        xml = xml[:start] + _fitted(xml[start:at] + xml[at + len(_MARK) : end], declared) + xml[end:]
    return xml


def _end(xml: str, at: int) -> int:
    depth = 1
    for edge in _EDGE.finditer(xml, at):
        depth += 1 if edge[0][1] != "/" else -1
        if depth == 0:
            return edge.end()
    return len(xml)  # pragma: no cover - a table ends


def _fitted(table: str, declared: str) -> str:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=False)
    # marks of values that are still to be put in are control characters, which XML does not take
    holder = etree.fromstring(f"<x{declared}>{table.translate(_HIDE)}</x>", parser)
    _fit(holder[0])
    text = etree.tostring(holder, encoding="unicode")
    return text[text.index(">") + 1 : -len("</x>")].translate(_SHOW)


_HIDE = str.maketrans({"\x01": "\ufdd2", "\x02": "\ufdd3"})
_SHOW = str.maketrans({"\ufdd2": "\x01", "\ufdd3": "\x02"})


def _fit(table: Element) -> None:
    grid = table.find(f"{_W}tblGrid")
    if grid is None:
        return
    columns = grid.findall(f"{_W}gridCol")
    rows = [_cells(row) for row in table.iterfind(f"{_W}tr")]
    widest = max(rows, key=lambda cells: sum(_span(c) for c in cells), default=[])
    count = sum(_span(c) for c in widest)
    if count in (0, len(columns)):
        return
    total = sum(_number(c.get(f"{_W}w")) for c in columns)
    shares = [width / _span(cell) for cell in widest for width in [_width(cell) or 1.0] for _ in range(_span(cell))]
    if any(_width(cell) is None for cell in widest):
        shares = [1.0] * count
    widths = _whole(shares, total)
    from lxml import etree

    for old in columns:
        grid.remove(old)
    for number, width in enumerate(widths):
        grid.insert(number, etree.Element(f"{_W}gridCol", {f"{_W}w": str(width)}))
    for cells in rows:
        at = 0
        for cell in cells:
            span = _span(cell)
            head = cell.find(f"{_W}tcPr/{_W}tcW")
            if head is not None and head.get(f"{_W}type", "dxa") == "dxa":
                head.set(f"{_W}w", str(sum(widths[at : at + span])))
            at += span


def _cells(row: Element) -> list[Element]:
    return row.findall(f"{_W}tc")


def _span(cell: Element) -> int:
    span = cell.find(f"{_W}tcPr/{_W}gridSpan")
    return max(1, int(_number(span.get(f"{_W}val")))) if span is not None else 1


def _width(cell: Element) -> float | None:
    head = cell.find(f"{_W}tcPr/{_W}tcW")
    if head is None or head.get(f"{_W}type", "dxa") != "dxa":
        return None
    return _number(head.get(f"{_W}w")) or None


def _number(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0


def _whole(shares: list[float], total: float) -> list[int]:
    """Whole numbers in proportion to ``shares`` that add up to ``total``."""
    all_, done, before = sum(shares), 0.0, 0
    out = []
    for share in shares:
        done += share
        edge = round(total * done / all_)
        out.append(edge - before)
        before = edge
    return out
