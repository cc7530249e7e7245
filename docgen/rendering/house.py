"""Our notices' masters, laid out by GB/T 9704—2012 党政机关公文格式 from the ``paragraphs`` of their manifests.

A4; type area 156 mm × 225 mm (5.2.1), top 37 mm, left 28 mm; 22 lines of 28 characters (5.2.3); text 三号仿宋, title 二号小标宋;
page number 四号宋体 between dashes, odd pages right and even pages left, one character in (7.5).

    page: landscape                     default: portrait
    watermark: '{{ watermark }}'        grey words across each page
    paragraphs:
      - title: 送达回证                  style: text, the text with Jinja tags
      - table:
          columns: [30, 126]            widths in mm
          size: 12                      points; height: least height of a row in mm; before: room above in mm
          rows:
            - [案由, '{{ matter }}']
            - {header: true, cells: [序号, 姓名]}
            - {for: person in people, cells: ['{{ loop.index }}', {text: '{{ person.name }}', align: left}]}
            - {if: total, cells: [{text: 合计, cols: 2}]}

A cell is a text or ``{text, cols, rows, align, valign, size, font, bold, indent}``; a line break in its text is a paragraph.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from docgen.errors import UsageError
from docgen.rendering import package
from docgen.rendering.draw import draw_table, run, run_properties, twips
from docgen.rendering.layout import CellBox, Grid, Paragraph, Row
from docgen.rendering.parts import DOCUMENT_OPEN, support_parts

LINE_TWIPS = 579  # 225 mm / 22 lines
_TIGHTER_TWIPS = -5  # a quarter point off each 16 pt character brings 28 of them into 156 mm
_TEXT_POINTS = 16.0


@dataclass(frozen=True, slots=True)
class Style:
    """``first`` and ``right`` are indents in characters of the text size. ``color`` is hexadecimal; ``line`` is a red rule
    under the paragraph, Word's name of its kind; ``page`` begins a new page; ``wide`` reaches beyond the type area."""

    font: str | None = None
    size: float = _TEXT_POINTS
    align: str = "left"
    first: int = 0
    right: int = 0
    before: int = 0
    keep_next: bool = False
    color: str = ""
    line: str = ""
    page: bool = False
    wide: bool = False


STYLES = {
    "office": Style("方正小标宋简体", 22, "center"),
    "title": Style("方正小标宋简体", 22, "center"),
    # 7.3.1: two empty lines under the red rule of a head
    "subject": Style("方正小标宋简体", 22, "center", before=LINE_TWIPS * 2),
    "number": Style(align="center", before=LINE_TWIPS // 2),
    "addressee": Style(before=LINE_TWIPS),
    "heading": Style("黑体", first=2, keep_next=True),
    "subheading": Style("楷体_GB2312", first=2, keep_next=True),
    "text": Style(align="both", first=2),
    "closing": Style(align="both", first=2, keep_next=True),
    # the text of a paper that addresses nobody: one empty line under the number
    "lead": Style(align="both", first=2, before=LINE_TWIPS),
    "tag": Style(),
    # 7.3.5.2: the signature never stands alone on a page, so the closing text stays with it
    "signer": Style(align="right", right=2, before=LINE_TWIPS, keep_next=True),
    "seal": Style(align="right", right=4, keep_next=True),
    "date": Style(align="right", right=4),
    "note": Style(first=2, before=LINE_TWIPS // 2),
    # a number of 18 digits does not break: justified, the line before it would be torn apart
    "line": Style(first=2),
    # a line to sign on by hand, and its date: room for the pen at the right
    "sign": Style(first=12, before=LINE_TWIPS, keep_next=True),
    "sign-date": Style(first=12),
    "centre": Style(align="center"),
    "right": Style(align="right"),
    "plain": Style(),
    "small": Style(size=12),
    "small-right": Style(size=12, align="right"),
    "caption": Style("黑体", align="center", before=LINE_TWIPS // 2, keep_next=True),
    # 7.3.4: one empty line under the text, two characters in
    "attachments": Style(first=2, before=LINE_TWIPS, keep_next=True),
    "more": Style(first=5, keep_next=True),
    # 7.3.7: the attachment's mark is 三号黑体 at the head of a page of its own
    "attachment": Style("黑体", page=True),
    # 7.4: copies, 四号仿宋, one character in
    "copies": Style(size=14, first=1, before=LINE_TWIPS // 2),
    # 7.2.4 and 10.1: the issuing organ's mark is red
    # in a size that keeps the name of a bureau, 13 to 15 characters, on one line
    "mark": Style("方正小标宋简体", 32, "center", color="FF0000", wide=True),
    "letter-mark": Style("方正小标宋简体", 32, "center", color="FF0000", line="thickThinSmallGap", wide=True),
    "document-number": Style(align="center", before=LINE_TWIPS * 2, line="single"),
    "letter-number": Style(align="right"),
}
_RULE_WIDE_TWIPS = 397
"""How far the rules of a letter reach beyond the type area on each side: 170 mm against 156 mm (10.1)."""


def _paragraph(style: Style, text: str) -> str:
    pitch = max(LINE_TWIPS, round(style.size * 1.6 * 20))
    head = "<w:keepNext/>" if style.keep_next else ""
    head += "<w:pageBreakBefore/>" if style.page else ""
    if style.line:
        head += f'<w:pBdr><w:bottom w:val="{style.line}" w:sz="18" w:space="6" w:color="FF0000"/></w:pBdr>'
    head += f'<w:spacing w:before="{style.before}" w:after="0" w:line="{pitch}" w:lineRule="exact"/>'
    if style.first or style.right:
        points = _TEXT_POINTS * 20
        first = (
            f' w:firstLineChars="{style.first * 100}" w:firstLine="{round(style.first * points)}"'
            if style.first
            else ""
        )
        right = f' w:rightChars="{style.right * 100}" w:right="{round(style.right * points)}"' if style.right else ""
        head += f"<w:ind{right}{first}/>"
    elif style.wide:
        head += f'<w:ind w:left="-{_RULE_WIDE_TWIPS}" w:right="-{_RULE_WIDE_TWIPS}"/>'
    properties = run_properties(style.font, style.size)
    if style.size == _TEXT_POINTS:  # set on the runs: LibreOffice makes another grid of w:charSpace than Word
        properties = properties.replace("<w:sz ", f'<w:spacing w:val="{_TIGHTER_TWIPS}"/><w:sz ', 1)
    if style.color:
        properties = properties.replace("<w:sz ", f'<w:color w:val="{style.color}"/><w:sz ', 1)
    return f'<w:p><w:pPr>{head}<w:jc w:val="{style.align}"/>{properties}</w:pPr>{run(text, properties)}</w:p>'


def page_number_footer(align: str) -> str:
    """A footer part: the page number between dashes (7.5), ``right`` for odd pages, ``left`` for even ones."""
    properties = '<w:rPr><w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/><w:sz w:val="28"/><w:szCs w:val="28"/></w:rPr>'
    side = "right" if align == "right" else "left"
    field = "".join(
        f'<w:r>{properties}<w:fldChar w:fldCharType="{kind}"/></w:r>{code}'
        for kind, code in (
            ("begin", f'<w:r>{properties}<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'),
            ("separate", f"<w:r>{properties}<w:t>1</w:t></w:r>"),
            ("end", ""),
        )
    )
    indent = f'<w:ind w:{side}Chars="100" w:{side}="280"/><w:jc w:val="{align}"/>'
    body = f"<w:p><w:pPr>{indent}</w:pPr>{run('— ', properties)}{field}{run(' —', properties)}</w:p>"
    return DOCUMENT_OPEN.replace("<w:document", "<w:ftr") + body + "</w:ftr>"


def _cell(data: Any, size: float) -> CellBox:
    """Texts are literal: what looks like a form's ``{blank}`` is Jinja's here."""
    given: dict[str, Any] = dict(data) if isinstance(data, Mapping) else {"text": "" if data is None else str(data)}
    wrong = sorted(set(given) - {"text", "cols", "rows", "valign", "align", "size", "font", "bold", "indent"})
    if wrong:
        raise UsageError(f"版式里“单元格”不认识这些键：{'、'.join(wrong)}。")
    box = {key: given.pop(key) for key in ("cols", "rows", "valign") if key in given}
    lines = str(given.pop("text", "")).split("\n")
    style: dict[str, Any] = {"size": size, "align": "center", **given}
    return CellBox(tuple(Paragraph((line,), **style) for line in lines), **box)


def _rows(data: Sequence[Any], width: int, size: float, height: float) -> Iterator[Row]:
    for item in data:
        row: Mapping[str, Any] = item if isinstance(item, Mapping) else {"cells": item}
        wrong = sorted(set(row) - {"cells", "height", "header", "split", "for", "if"})
        if wrong:
            raise UsageError(f"版式里表格的行不认识这些键：{'、'.join(wrong)}。")
        tags = [(word, str(row[word])) for word in ("for", "if") if word in row]
        for word, what in tags:
            yield Row((CellBox((Paragraph((f"{{%tr {word} {what} %}}",)),), cols=width),))
        cells = tuple(_cell(cell, size) for cell in row["cells"])
        yield Row(cells, float(row.get("height", height)), bool(row.get("header")), bool(row.get("split")))
        for word, _ in reversed(tags):
            yield Row((CellBox((Paragraph((f"{{%tr end{word} %}}",)),), cols=width),))


def _table(data: Mapping[str, Any]) -> str:
    wrong = sorted(set(data) - {"columns", "rows", "size", "height", "before"})
    if wrong:
        raise UsageError(f"版式里“表格”不认识这些键：{'、'.join(wrong)}。")
    columns, size = tuple(float(c) for c in data["columns"]), float(data.get("size", 12))
    rows = tuple(_rows(data["rows"], len(columns), size, float(data.get("height", 9))))
    room = twips(float(data.get("before", 0)))
    # Word demands a paragraph after a table; its height is the line grid's least
    return (_gap(room, keep=True) if room else "") + draw_table(Grid(columns, rows, size)) + _gap(120)


def _gap(pitch: int, keep: bool = False) -> str:
    """An empty paragraph ``pitch`` twips high; off the line grid, which would make it a whole line.

    ``keep``: on the page of what follows, so that a table does not part from the text before it.
    """
    kept = "<w:keepNext/>" if keep else ""
    return f'<w:p><w:pPr>{kept}<w:snapToGrid w:val="0"/><w:spacing w:line="{pitch}" w:lineRule="exact"/></w:pPr></w:p>'


def _watermark(text: str) -> str:
    """A header with grey words across the page (VML: Word, WPS and LibreOffice all draw it behind the text)."""
    shape = (
        '<v:shape id="docgenWatermark" type="#_x0000_t136" style="position:absolute;margin-left:0;margin-top:0;width:440pt;height:80pt;'
        "rotation:315;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        'mso-position-vertical:center;mso-position-vertical-relative:margin" fillcolor="#c0c0c0" stroked="f">'
        f'<v:fill opacity=".5"/><v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt" string={quoteattr(text)}/></v:shape>'
    )
    kind = (
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">'
        '<v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>'
        '<v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/>'
        '<v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/><v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/>'
        '<v:f eqn="sum @6 0 @5"/></v:formulas><v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/>'
        "</v:shapetype>"
    )
    opening = DOCUMENT_OPEN.replace(
        "<w:document",
        '<w:hdr xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"',
    )
    return f"{opening}<w:p><w:r><w:pict>{kind}{shape}</w:pict></w:r></w:p></w:hdr>"


def _section(landscape: bool, watermark: bool) -> str:
    """Type area and page numbers; a landscape page is the portrait one turned, bound at the top (7.6)."""
    size = (297, 210) if landscape else (210, 297)
    top, right, bottom, left = (28, 37, 26, 35) if landscape else (37, 26, 35, 28)
    orient = ' w:orient="landscape"' if landscape else ""
    kinds = ("default", "even")
    head = "".join(f'<w:headerReference w:type="{k}" r:id="rIdH1"/>' for k in kinds) if watermark else ""
    foot = "".join(f'<w:footerReference w:type="{k}" r:id="rIdF{n}"/>' for n, k in enumerate(kinds, 1))
    return (
        f'<w:sectPr>{head}{foot}<w:pgSz w:w="{twips(size[0])}" w:h="{twips(size[1])}"{orient}/>'
        f'<w:pgMar w:top="{twips(top)}" w:right="{twips(right)}"'
        f' w:bottom="{twips(bottom)}" w:left="{twips(left)}" w:header="{twips(15)}" w:footer="{twips(23)}" w:gutter="0"/>'
        f'<w:docGrid w:type="lines" w:linePitch="{LINE_TWIPS}"/></w:sectPr>'
    )


def draw_notice(manifest: Mapping[str, Any]) -> bytes:
    """The master of a notice: ``paragraphs`` is a list of one-key mappings style → text, or ``table`` → rows. Raises UsageError."""
    body = []
    for item in manifest["paragraphs"]:
        ((style, content),) = item.items()
        if style == "table":
            body.append(_table(content))
            continue
        if style not in STYLES:
            raise UsageError(f"版式没有“{style}”这种段落。可用：table、{'、'.join(STYLES)}。")
        body.append(_paragraph(STYLES[style], str(content)))
    watermark = str(manifest.get("watermark") or "")
    section = _section(manifest.get("page") == "landscape", bool(watermark))
    document = f"{DOCUMENT_OPEN}<w:body>{''.join(body)}{section}</w:body></w:document>"
    footers = {"footer1": page_number_footer("right"), "footer2": page_number_footer("left")}
    headers = {"header1": _watermark(watermark)} if watermark else {}
    support = support_parts(str(manifest["name"]), footers, headers=headers, size=_TEXT_POINTS)
    parts = {**support, "word/document.xml": document}
    return package.write({name: package.pack(name, text.encode()) for name, text in parts.items()})
