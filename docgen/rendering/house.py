"""Our notices' masters, laid out by GB/T 9704—2012 党政机关公文格式 from the ``paragraphs`` of their manifests.

A4; type area 156 mm × 225 mm (5.2.1), top 37 mm, left 28 mm; 22 lines of 28 characters (5.2.3); text 三号仿宋, title 二号小标宋;
page number 四号宋体 between dashes, odd pages right and even pages left, one character in (7.5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docgen.errors import UsageError
from docgen.rendering import package
from docgen.rendering.draw import run, run_properties, twips
from docgen.rendering.parts import DOCUMENT_OPEN, support_parts

LINE_TWIPS = 579  # 225 mm / 22 lines
_TIGHTER_TWIPS = -5  # a quarter point off each 16 pt character brings 28 of them into 156 mm
_TEXT_POINTS = 16.0


@dataclass(frozen=True, slots=True)
class Style:
    """``first`` and ``right`` are indents in characters of the text size."""

    font: str | None = None
    size: float = _TEXT_POINTS
    align: str = "left"
    first: int = 0
    right: int = 0
    before: int = 0
    keep_next: bool = False


STYLES = {
    "office": Style("方正小标宋简体", 22, "center"),
    "title": Style("方正小标宋简体", 22, "center"),
    "number": Style(align="center", before=LINE_TWIPS // 2),
    "addressee": Style(before=LINE_TWIPS),
    "heading": Style("黑体", first=2, keep_next=True),
    "subheading": Style("楷体_GB2312", first=2, keep_next=True),
    "text": Style(align="both", first=2),
    "closing": Style(align="both", first=2, keep_next=True),
    "tag": Style(),
    # 7.3.5.2: the signature never stands alone on a page, so the closing text stays with it
    "signer": Style(align="right", right=2, before=LINE_TWIPS, keep_next=True),
    "seal": Style(align="right", right=4, keep_next=True),
    "date": Style(align="right", right=4),
    "note": Style(first=2, before=LINE_TWIPS // 2),
}


def _paragraph(style: Style, text: str) -> str:
    pitch = max(LINE_TWIPS, round(style.size * 1.6 * 20))
    head = "<w:keepNext/>" if style.keep_next else ""
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
    properties = run_properties(style.font, style.size)
    if style.size == _TEXT_POINTS:  # set on the runs: LibreOffice makes another grid of w:charSpace than Word
        properties = properties.replace("<w:sz ", f'<w:spacing w:val="{_TIGHTER_TWIPS}"/><w:sz ', 1)
    return f'<w:p><w:pPr>{head}<w:jc w:val="{style.align}"/>{properties}</w:pPr>{run(text, properties)}</w:p>'


def _footer(align: str) -> str:
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


def draw_notice(manifest: Mapping[str, Any]) -> bytes:
    """The master of a notice: ``paragraphs`` is a list of one-key mappings style → text, the text with Jinja tags."""
    body = []
    for item in manifest["paragraphs"]:
        ((style, text),) = item.items()
        if style not in STYLES:
            raise UsageError(f"版式没有“{style}”这种段落。可用：{'、'.join(STYLES)}。")
        body.append(_paragraph(STYLES[style], str(text)))
    section = (
        '<w:sectPr><w:footerReference w:type="default" r:id="rIdF1"/><w:footerReference w:type="even" r:id="rIdF2"/>'
        f'<w:pgSz w:w="{twips(210)}" w:h="{twips(297)}"/><w:pgMar w:top="{twips(37)}" w:right="{twips(26)}"'
        f' w:bottom="{twips(35)}" w:left="{twips(28)}" w:header="{twips(15)}" w:footer="{twips(23)}" w:gutter="0"/>'
        f'<w:docGrid w:type="lines" w:linePitch="{LINE_TWIPS}"/></w:sectPr>'
    )
    document = f"{DOCUMENT_OPEN}<w:body>{''.join(body)}{section}</w:body></w:document>"
    footers = {"footer1": _footer("right"), "footer2": _footer("left")}
    parts = {**support_parts(str(manifest["name"]), footers, size=_TEXT_POINTS), "word/document.xml": document}
    return package.write({name: package.pack(name, text.encode()) for name, text in parts.items()})
