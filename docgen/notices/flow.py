"""A Document of any reader → the logical paragraphs and tables of its text.

Page furniture is removed, lines that were only wrapped are joined (by geometry where there is one, else by how they end),
a sentence or a table broken by a page is made whole. Lines that stand for themselves (titles over several lines, headings,
signatures) stay apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from checkers.report import Location
from docgen.document import Document, Line, Page, Table
from docgen.notices.flow_furniture import furniture, is_page_number, running_titles
from docgen.notices.flow_joins import Printed, edges_of, measure, same_paragraph, set_widths
from docgen.notices.flow_tables import append_rows, as_lines, goes_on, own, repeated_header
from docgen.notices.flow_text import joined, tightened, unmarked, visible
from docgen.notices.model import Block

ENGLISH = 0.2
"""Share of Chinese characters among letters below which a text is not Chinese."""
ENOUGH = 8
"""Lines from which on a page shows by itself where its text begins and ends."""
WIDEST = 60
"""White space in a row that is kept; more is a layout gone wrong."""
_WIDE = re.compile(rf"[ \t\u3000]{{{WIDEST},}}")
SAMPLE = 20_000
"""Characters that are looked at to tell the language."""


@dataclass(slots=True)
class Flow:
    """``warnings`` are Chinese sentences: what was doubtful in reading the flow."""

    blocks: list[Block] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_flow(document: Document) -> Flow:
    """The paragraphs and tables of ``document`` in reading order. Linear in its size; never raises for odd content."""
    flow = Flow()
    items = list(_items(document))
    if document.reader == "text":
        running = running_titles([item.text for item in items if isinstance(item, Printed)])
        items = [item for item in items if not isinstance(item, Printed) or item.text not in running]
    set_widths([item for item in items if isinstance(item, Printed)])
    pending: list[Printed] = []
    last_table = 0
    for item in items:
        if isinstance(item, Printed):
            if pending and not same_paragraph(pending, item):
                _close(flow, pending, document.path)
            pending.append(item)
        else:
            _close(flow, pending, document.path)
            last_table = _add_table(flow, *item, document, last_table)
    _close(flow, pending, document.path)
    _say_language(flow)
    return flow


def _items(document: Document) -> Iterator[Printed | tuple[Table, Page]]:
    """Lines and tables without the furniture of the pages."""
    hidden = furniture(document.pages) if document.paged else set()
    edges: tuple[float, float] | None = None
    for page in document.pages:
        edges = edges_of(page) if edges is None or len(page.lines) >= ENOUGH else edges
        first, last = _running(page) if document.reader == "docx" else (0, len(page.blocks))
        for item in page.blocks[first:last]:
            if isinstance(item, Table):
                lines = as_lines(item)
                if lines is None:
                    yield item, page
                else:
                    where = page.number if document.paged else None
                    yield from (Printed(visible(line), 0, page=where) for line in lines)
            elif id(item) not in hidden and not is_page_number(item.text):
                line = _printed(item, page, document, edges)
                if line.text:
                    yield line


def _running(page: Page) -> tuple[int, int]:
    """The bounds of the body of a Word file: header and footer lines stand around it and have no paragraph number."""
    first, last = 0, len(page.blocks)
    if not any(isinstance(b, Line) and b.paragraph is not None for b in page.blocks):
        return first, last
    while first < last and isinstance(block := page.blocks[first], Line) and block.paragraph is None:
        first += 1
    while last > first and isinstance(block := page.blocks[last - 1], Line) and block.paragraph is None:
        last -= 1
    return first, last


def _printed(line: Line, page: Page, document: Document, edges: tuple[float, float]) -> Printed:
    """A line without the marks of its medium, and what its place says."""
    raw = _WIDE.sub(" " * WIDEST, visible(line.text))
    text, level = unmarked(raw)
    indent = len(raw) - len(raw.lstrip(" \u3000"))
    wide = raw[:indent].count("\u3000") * 2 + raw[:indent].count(" ")
    out = Printed(
        tightened(text),
        line.paragraph or 0,
        indent=wide,
        level=level,
        broken=raw.endswith("  ") and document.reader == "text",
        page=page.number if document.paged else None,
        box=line.bbox,
        whole=document.reader in ("docx", "html"),
        paragraph=line.paragraph if document.reader == "docx" else None,
    )
    if line.bbox is not None:
        measure(out, line.bbox, edges)
    return out


def _close(flow: Flow, pending: list[Printed], path: str) -> None:
    """Make one block of the lines gathered."""
    if not pending:
        return
    first = pending[0]
    text = first.text
    if len(pending) > 1:
        parts = [first.text]
        for line in pending[1:]:
            glue = joined(parts[-1][-1:], line.text[:1])
            parts.append((" " if len(glue) == 3 else "") + line.text)
        text = tightened("".join(parts))
    box = first.box
    if box is not None:
        same = [line.box for line in pending if line.page == first.page and line.box is not None]
        box = (min(b[0] for b in same), min(b[1] for b in same), max(b[2] for b in same), max(b[3] for b in same))
    alone = len(pending) == 1
    number = first.number or (flow.blocks[-1].line + 1 if flow.blocks else 1)
    flow.blocks.append(
        Block(
            text,
            number,
            Location(path, first.page, box, paragraph=first.paragraph or (number if first.page is None else None)),
            level=first.level,
            centred=first.centred and (alone or all(line.centred for line in pending)),
            right=first.right and alone,
            page=first.page,
        )
    )
    pending.clear()


def _add_table(flow: Flow, table: Table, page: Page, document: Document, last_page: int) -> int:
    """Add a table, or its rows to the table before when that one goes on here; returns the page it ends on."""
    before = flow.blocks[-1].table if flow.blocks else None
    if before is not None and before.bulk is None and table.bulk is None:
        skip = repeated_header(before, table)
        following = document.paged and page.number == last_page + 1
        if skip or (following and goes_on(before, table)):
            append_rows(before, table, skip)
            return page.number
    number = table.line or (flow.blocks[-1].line + 1 if flow.blocks else 1)
    where = page.number if document.paged else None
    place = Location(document.path, where, table.bbox, paragraph=None if document.paged else number)
    flow.blocks.append(Block("", number, place, table=own(table), page=where))
    return page.number


def _say_language(flow: Flow) -> None:
    """Warn of a text that is not Chinese, and of one without any text."""
    text = "".join(_sample(flow.blocks))
    if not text.strip():
        if not any(b.table for b in flow.blocks):
            flow.warnings.append("文件里没有文字，无法识别公文内容。")
        return
    letters = [c for c in text if c.isalpha()]
    chinese = sum("\u3400" <= c <= "\u9fff" for c in letters)
    if letters and chinese < ENGLISH * len(letters):
        flow.warnings.append("文件主要不是中文，公文的标题、文号和条款可能没有识别，请人工核对。")


def _sample(blocks: Iterable[Block]) -> Iterator[str]:
    total = 0
    for block in blocks:
        yield block.text[:SAMPLE]
        total += len(block.text)
        if total > SAMPLE:
            return
