"""The one shape every reader returns: a Document of pages, each a flow of lines and tables.

Coordinates are points (1/72 inch) from the top left of the page. A reader without a page geometry (Word, text) leaves
``bbox`` None and gives ``cell`` references and paragraph numbers instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

BBox = tuple[float, float, float, float]

TICKED = "☑"
UNTICKED = "☐"
"""Readers write every tick box they understand (content controls, Wingdings, drawn marks) as one of these two."""


@dataclass(slots=True)
class Word:
    """A run of text without white space between; ``confidence`` is 1.0 unless it was guessed (OCR).

    ``edges``: the left edge of each character, in points; empty where the reader does not know them.
    """

    text: str
    bbox: BBox
    confidence: float = 1.0
    edges: tuple[float, ...] = ()


@dataclass(slots=True)
class Line:
    """A line of a PDF page or a paragraph of a Word file, outside tables.

    ``heads``: a page break or a new section stands directly before it (Word; a PDF has pages of its own). ``cell`` is the
    name of the cell the text stands in (a workbook's title above its table).
    """

    text: str
    bbox: BBox | None = None
    words: list[Word] = field(default_factory=list)
    paragraph: int | None = None
    confidence: float = 1.0
    heads: bool = False
    cell: str = ""


@dataclass(slots=True)
class Cell:
    """A cell of a table; ``row`` and ``col`` count from 0 on the finest grid, spans are at least 1.

    ``text`` keeps line breaks as ``\\n``. ``tables`` are tables nested in the cell (Word). ``lines`` are the printed lines
    with their boxes (PDF); empty where the reader has no geometry.
    """

    row: int
    col: int
    rowspan: int = 1
    colspan: int = 1
    text: str = ""
    bbox: BBox | None = None
    lines: list[Line] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    confidence: float = 1.0


@dataclass(slots=True)
class Bulk:
    """The middle rows of a long table, kept as texts only: a ``Cell`` for each of a million would not fit in memory.

    ``rows[i][c]`` is what stands at grid position (``start + i``, ``c``), without white space around; none is merged.
    """

    start: int
    rows: list[tuple[str, ...]]

    @property
    def end(self) -> int:
        """The first grid row behind."""
        return self.start + len(self.rows)


@dataclass(slots=True)
class Table:
    """Cells in reading order (row, col), merged cells once at their top left corner. ``number`` counts from 1 in the file.

    Of a worksheet ``sheet`` is the name where the workbook has several, ``first_row`` and ``first_col`` (from 0) are the
    place of grid position (0, 0) on it. ``bulk``: rows that are not among ``cells``; only rosters look into them.
    ``line`` is the number of its first line in a text file, from 1.
    """

    number: int
    rows: int
    cols: int
    cells: list[Cell] = field(default_factory=list)
    bbox: BBox | None = None
    sheet: str = ""
    first_row: int = 0
    first_col: int = 0
    bulk: Bulk | None = None
    line: int | None = None

    def at(self, row: int, col: int) -> Cell | None:
        """The cell that covers grid position (row, col), also when it is merged; None outside the table."""
        if self.bulk is not None and self.bulk.start <= row < self.bulk.end:
            return Cell(row, col, text=self.bulk.rows[row - self.bulk.start][col]) if 0 <= col < self.cols else None
        for c in self.cells:
            if c.row <= row < c.row + c.rowspan and c.col <= col < c.col + c.colspan:
                return c
        return None


@dataclass(slots=True)
class Image:
    """A picture or drawing; ``kind`` is what it was taken for: picture, seal, ink, or unclear (something of the size of a
    seal or signature that nobody can tell: a pale ring, a grey copy)."""

    bbox: BBox | None = None
    kind: str = "picture"
    paragraph: int | None = None


@dataclass(slots=True)
class Page:
    """One page; ``blocks`` is the flow of lines and tables from top to bottom. Word and text files have one page, number 1.

    ``confidence`` is the mean over the characters of a scan; ``illegible`` says in Chinese why nobody should rely on what
    was read (too dark, blurred), "" where it is legible.
    """

    number: int
    width: float = 0.0
    height: float = 0.0
    blocks: list[Line | Table] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    confidence: float = 1.0
    illegible: str = ""

    @property
    def lines(self) -> list[Line]:
        return [b for b in self.blocks if isinstance(b, Line)]

    @property
    def tables(self) -> list[Table]:
        return [b for b in self.blocks if isinstance(b, Table)]


@dataclass(slots=True)
class Document:
    """A paper as it was read. ``reader`` is the contract's word (``pdf-text``, ``docx``, ``text`` …).

    ``paged`` is False where page numbers mean nothing (Word, text). ``warnings`` are Chinese sentences for the reviewer:
    what was left out and why (over a limit, a page that could not be read).
    """

    path: str
    format: str
    reader: str
    sha256: str = ""
    pages: list[Page] = field(default_factory=list)
    paged: bool = True
    warnings: list[str] = field(default_factory=list)

    @property
    def legible(self) -> bool:
        """False when a page of a scan cannot be relied on; ``Page.illegible`` says why."""
        return not any(page.illegible for page in self.pages)

    def tables(self) -> Iterator[tuple[Page, Table]]:
        for page in self.pages:
            for table in page.tables:
                yield page, table

    def text(self) -> str:
        """All text in reading order: lines, and tables as tab-separated rows."""
        out: list[str] = []
        for page in self.pages:
            for block in page.blocks:
                if isinstance(block, Line):
                    out.append(block.text)
                else:
                    rows: dict[int, list[str]] = {}
                    if block.bulk is not None:
                        rows.update((block.bulk.start + i, [*texts]) for i, texts in enumerate(block.bulk.rows))
                    for cell in block.cells:
                        rows.setdefault(cell.row, []).append(cell.text.replace("\n", " ").strip())
                    out.extend("\t".join(cells) for _, cells in sorted(rows.items()))
        return "\n".join(out)
