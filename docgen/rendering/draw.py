"""Draws a declarative layout as a blank A4 .docx whose every blank is a tagged content control.

A blank holds what the empty form prints there, never a placeholder: Word, WPS and paper show the same. Content controls stand
inside paragraphs (never around rows or cells), because that is the one place every word processor keeps them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docgen.errors import UsageError
from docgen.rendering import package
from docgen.rendering.layout import Blank, CellBox, Grid, Layout, Paragraph, Piece, Tick, parse_layout
from docgen.rendering.parts import DOCUMENT_OPEN, support_parts

TICKED, UNTICKED = "☑", "☐"
_A4 = (210.0, 297.0)
_PARAGRAPH = '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/><w:snapToGrid w:val="0"/>'
_PICTURE_TYPES = frozenset({"signature", "seal", "pledge"})


def twips(mm: float) -> int:
    """Millimetres → twentieths of a point."""
    return round(mm * 1440 / 25.4)


def run_properties(font: str | None, size: float | None, bold: bool = False, underline: bool = False) -> str:
    out = ""
    if font:
        out += f'<w:rFonts w:hint="eastAsia" w:eastAsia={quoteattr(font)}/>'
    else:
        out += '<w:rFonts w:hint="eastAsia"/>'
    if bold:
        out += "<w:b/>"
    if size:
        out += f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>'
    if underline:
        out += '<w:u w:val="single"/>'
    return f"<w:rPr>{out}</w:rPr>"


def run(text: str, properties: str) -> str:
    """A run; ``\\n`` becomes a line break."""
    lines = [f'<w:t xml:space="preserve">{escape(line)}</w:t>' if line else "" for line in text.split("\n")]
    return f"<w:r>{properties}{'<w:br/>'.join(lines)}</w:r>"


class _Drawer:
    """Holds what a drawing needs while it runs: labels, kinds and the counter of control ids."""

    def __init__(self, layout: Layout, kinds: Mapping[str, str]) -> None:
        self.layout = layout
        self.kinds = kinds
        self.count = 0

    def control(self, piece: Blank, properties: str) -> str:
        self.count += 1
        label = self.layout.labels.get(piece.tag)
        if label is None:
            raise UsageError(f"版式里的空“{piece.tag}”没有在 variables 里登记。")
        # Rich text, never w:text: plain-text controls refuse pictures, and LibreOffice drops their type size.
        head = f'<w:alias w:val={quoteattr(label)}/><w:tag w:val={quoteattr(piece.tag)}/><w:id w:val="{self.count}"/>'
        return f"<w:sdt><w:sdtPr>{head}</w:sdtPr><w:sdtContent>{run(piece.printed, properties)}</w:sdtContent></w:sdt>"

    def tick(self, piece: Tick, properties: str, size: float | None) -> str:
        self.count += 1
        if piece.group not in self.layout.labels:
            raise UsageError(f"版式里的选项组“{piece.group}”没有在 variables 里登记。")
        half = f'<w:sz w:val="{round(size * 2)}"/>' if size else ""
        glyph = '<w:rFonts w:ascii="MS Gothic" w:eastAsia="MS Gothic" w:hAnsi="MS Gothic" w:hint="eastAsia"/>' + half
        return (
            f"<w:sdt><w:sdtPr><w:alias w:val={quoteattr(piece.option)}/><w:tag w:val={quoteattr(piece.group)}/>"
            f'<w:id w:val="{self.count}"/><w14:checkbox><w14:checked w14:val="0"/>'
            '<w14:checkedState w14:val="2611" w14:font="Segoe UI Symbol"/>'
            '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox></w:sdtPr>'
            f"<w:sdtContent><w:r><w:rPr>{glyph}</w:rPr><w:t>{UNTICKED}</w:t></w:r></w:sdtContent></w:sdt>"
            + run(piece.option, properties)
        )

    def pieces(self, items: tuple[Piece, ...], properties: str, size: float | None) -> Iterator[str]:
        for item in items:
            if isinstance(item, Tick):
                yield self.tick(item, properties, size)
            elif isinstance(item, Blank):
                yield self.control(item, properties)
            else:
                yield run(item, properties)

    def paragraph(self, p: Paragraph, size: float | None = None, in_cell: bool = False) -> str:
        points = p.size or size
        properties = run_properties(p.font, points, p.bold)
        spacing = f'<w:spacing w:before="{round(p.before * 20)}" w:after="{round(p.after * 20)}"/>'
        first = f'w:firstLineChars="{round(p.indent * 100)}" w:firstLine="{round(p.indent * (points or 12) * 20)}"'
        indent = f"<w:ind {first}/>" if p.indent else ""
        head = ("<w:pageBreakBefore/>" if p.break_before else "") + _PARAGRAPH
        # A firm line height keeps cells equally tall whichever font stands in for the Song and Fangsong faces.
        if in_cell and points:
            inked = any(isinstance(i, Blank) and self.kinds.get(i.tag) in _PICTURE_TYPES for i in p.pieces)
            rule = "atLeast" if inked else "exact"  # a firm line would cut a signature picture in half
            spacing = f'<w:spacing w:before="0" w:after="0" w:line="{round(points * 1.3 * 20)}" w:lineRule="{rule}"/>'
        body = "".join(self.pieces(p.pieces, properties, points))
        return f'<w:p><w:pPr>{head}{spacing}{indent}<w:jc w:val="{p.align}"/>{properties}</w:pPr>{body}</w:p>'

    def cell(self, box: CellBox, width: int, size: float, merge: str) -> str:
        span = f'<w:gridSpan w:val="{box.cols}"/>' if box.cols > 1 else ""
        head = f'<w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}<w:vAlign w:val="{box.valign}"/>'
        if merge == "<w:vMerge/>":
            return f"<w:tc><w:tcPr>{head}</w:tcPr><w:p/></w:tc>"
        body = "".join(self.paragraph(p, size, in_cell=True) for p in box.paragraphs)
        return f"<w:tc><w:tcPr>{head}</w:tcPr>{body}</w:tc>"

    def grid(self, grid: Grid) -> str:
        columns = [twips(c) for c in grid.columns]
        pending: dict[int, tuple[int, CellBox]] = {}  # first column → rows still to cover, the cell above
        rows = []
        for number, row in enumerate(grid.rows, start=1):
            boxes, at, out = list(row.cells), 0, []
            while at < len(columns):
                if at in pending:
                    left, box = pending.pop(at)
                    merge = "<w:vMerge/>"
                    if left > 1:
                        pending[at] = (left - 1, box)
                elif boxes:
                    box = boxes.pop(0)
                    merge = '<w:vMerge w:val="restart"/>' if box.rows > 1 else ""
                    if box.rows > 1:
                        pending[at] = (box.rows - 1, box)
                else:
                    raise UsageError(f"版式第 {number} 行的单元格不够：只排到第 {at} 列，应有 {len(columns)} 列。")
                out.append(self.cell(box, sum(columns[at : at + box.cols]), grid.size, merge))
                at += box.cols
            if boxes or at != len(columns):
                raise UsageError(f"版式第 {number} 行的单元格多出：应有 {len(columns)} 列。")
            height = f'<w:trHeight w:val="{twips(row.height)}" w:hRule="atLeast"/>'
            split = "" if row.split else "<w:cantSplit/>"
            head = f"<w:trPr>{split}{height}{'<w:tblHeader/>' if row.header else ''}</w:trPr>"
            rows.append(f"<w:tr>{head}{''.join(out)}</w:tr>")
        return _table_head(columns) + "".join(rows) + "</w:tbl>"


def _table_head(columns: list[int]) -> str:
    sides = "".join(
        f'<w:{s} w:val="single" w:sz="6" w:space="0" w:color="000000"/>'
        for s in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = '<w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/>'
    grid = "".join(f'<w:gridCol w:w="{c}"/>' for c in columns)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(columns)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{sides}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
    )


def _section(layout: Layout) -> str:
    width, height = (_A4[1], _A4[0]) if layout.landscape else _A4
    orient = ' w:orient="landscape"' if layout.landscape else ""
    top, right, bottom, left = (twips(m) for m in layout.margins)
    return (
        f'<w:sectPr><w:pgSz w:w="{twips(width)}" w:h="{twips(height)}"{orient}/>'
        f'<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}"'
        ' w:header="851" w:footer="992" w:gutter="0"/></w:sectPr>'
    )


def draw_table(grid: Grid) -> str:
    """The XML of a table whose cells hold literal text only. Raises UsageError when its rows do not fill its columns."""
    return _Drawer(Layout(()), {}).grid(grid)


def draw(manifest: Mapping[str, Any]) -> bytes:
    """The blank form of a manifest, as the bytes of a .docx. The same manifest gives the same bytes. Raises UsageError."""
    layout = parse_layout(manifest)
    kinds = {str(v["id"]): str(v.get("type", "text")) for v in manifest["variables"]}
    drawer = _Drawer(layout, kinds)
    body = "".join(drawer.grid(b) if isinstance(b, Grid) else drawer.paragraph(b) for b in layout.blocks)
    if isinstance(layout.blocks[-1], Grid):  # Word demands a paragraph after a table; 1 pt keeps it off the next page
        body += '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/></w:pPr></w:p>'
    document = f"{DOCUMENT_OPEN}<w:body>{body}{_section(layout)}</w:body></w:document>"
    parts = {**support_parts(str(manifest["name"])), "word/document.xml": document}
    return package.write({name: package.pack(name, text.encode()) for name, text in parts.items()})
