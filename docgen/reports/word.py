"""The review opinion (审查意见) as a Word file for the case file, laid out by GB/T 9704—2012 党政机关公文格式.

A4, type area 156 mm by 225 mm, 22 lines a page; title 小标宋 二号, text 仿宋 三号, first-level headings 黑体 三号. Tables are set
in 小四 on their own line pitch, as five columns do not read in 三号.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt

from checkers.report import Report
from docgen.reports.wording import (
    DEADLINE_STATES,
    LEVELS,
    MATERIAL_STATES,
    WHO,
    amount_text,
    applicant,
    chinese_date,
    cite_briefly,
    clean,
    count_sentence,
    full_place,
    level,
    ordered,
    service_name,
)

TOP, LEFT = Mm(37), Mm(28)  # GB/T 9704 5.2.1: 天头 37 mm, 订口 28 mm
TEXT_WIDTH, TEXT_HEIGHT = Mm(156), Mm(225)
PAGE_WIDTH, PAGE_HEIGHT = Mm(210), Mm(297)
LINE = Pt(28)  # 22 lines in 225 mm leave 28.9 pt; offices set 固定值 28 磅
TABLE_LINE = Pt(18)
TITLE_SIZE, TEXT_SIZE, TABLE_SIZE, FOLIO_SIZE = Pt(22), Pt(16), Pt(12), Pt(14)
FOLIO_BELOW = Mm(7)  # 7.5: the page number stands 7 mm below the type area

TITLE_FONT, TEXT_FONT, HEAD_FONT, FOLIO_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体", "宋体"
_FALLBACKS = {TITLE_FONT: "方正小标宋_GBK,华文中宋,宋体", TEXT_FONT: "仿宋,FangSong,华文仿宋", HEAD_FONT: "SimHei"}
_NUMERALS = "一二三四五六七八"

_SENTENCES = {
    "pass": "经审查，所交材料符合规定，未发现应当补正的问题。",
    "fail": "经审查，所交材料有不符合规定的情形，详见问题清单。",
    "review": "经审查，未发现不符合规定的情形，但有事项不能由所交材料确定，应当人工核实后再作结论。",
}


def render(report: Report, *, settings: Mapping[str, str]) -> bytes:
    """The bytes of a .docx file. ``settings``: ``office`` stands above the date, ``reviewer`` on the signature line."""
    doc = Document()
    _lay_out(doc, report, settings)
    _paragraph(doc, "审查意见", font=TITLE_FONT, size=TITLE_SIZE, align=WD_ALIGN_PARAGRAPH.CENTER)
    _paragraph(doc, "")
    for line in _preamble(report):
        _paragraph(doc, line, indent=True)
    sections = [("审查结论", _conclusion), ("问题清单", _findings), ("材料清单", _materials)]
    sections += [("金额与数额", _amounts), ("期限", _deadlines)]
    present = [True, bool(report.findings), bool(report.materials), bool(report.amounts), bool(report.deadlines)]
    shown = [section for section, wanted in zip(sections, present, strict=True) if wanted]
    for numeral, (title, write) in zip(_NUMERALS, shown, strict=False):
        _paragraph(doc, f"{numeral}、{title}", font=HEAD_FONT, indent=True, keep=True)
        write(doc, report)
    _signatures(doc, settings)
    out = io.BytesIO()
    doc.save(out)
    return out.getvalue()


def _preamble(report: Report) -> list[str]:
    name = applicant(report)
    lines = [f"办理事项：{service_name(report)}"]
    lines += [f"申请人：{name}"] if name else []
    received = chinese_date(report.received) if report.received else "未定"
    lines += [f"收件日期：{received}", f"政策依据日：{chinese_date(report.on)}"]
    return lines


def _conclusion(doc: Any, report: Report) -> None:
    if report.verdict == "pass" and report.findings:
        text = "经审查，所交材料符合规定，另有下列事项提请注意。"
    else:
        text = _SENTENCES[report.verdict]
    _paragraph(doc, text + (count_sentence(report) if report.findings else ""), indent=True)


def _findings(doc: Any, report: Report) -> None:
    rows: list[list[str]] = []
    cited: set[str] = set()
    for number, f in enumerate(ordered(report.findings), 1):
        remedy = f.suggestion or (f"应当：{f.expected}" if f.expected else "请核实。" if f.status == "unknown" else "")
        law = "\n".join(cite_briefly(f.citations, cited))
        where = "\n".join(dict.fromkeys(full_place(x) for x in f.locations))
        rows.append([str(number), f"〔{LEVELS[level(f)]}〕{f.message}", law, where, remedy])
    _table(doc, ["序号", "问题", "依据", "所在位置", "处理办法"], [13, 46, 38, 31, 28], rows)


def _materials(doc: Any, report: Report) -> None:
    rows = [
        [str(i), m.name, MATERIAL_STATES[m.status], "\n".join([*m.documents, *([m.note] if m.note else [])])]
        for i, m in enumerate(report.materials, 1)
    ]
    _table(doc, ["序号", "材料名称", "状态", "文件及说明"], [13, 70, 20, 53], rows)


def _amounts(doc: Any, report: Report) -> None:
    cited = _cited_by_findings(report)
    rows = [[a.name, amount_text(a), a.formula, "\n".join(cite_briefly(a.citations, cited))] for a in report.amounts]
    _table(doc, ["项目", "数额", "算式", "依据"], [28, 34, 47, 47], rows)


def _deadlines(doc: Any, report: Report) -> None:
    rows = []
    cited = _cited_by_findings(report) | {c.doc_no for a in report.amounts for c in a.citations}
    for d in report.deadlines:
        law = "\n".join([*cite_briefly(d.citations, cited), *([d.note] if d.note else [])])
        rows.append([d.name, WHO[d.who], chinese_date(d.due) or "不能确定", DEADLINE_STATES[d.state], law])
    _table(doc, ["期限", "责任方", "截止日", "状态", "依据及说明"], [28, 24, 36, 20, 48], rows)


def _cited_by_findings(report: Report) -> set[str]:
    return {c.doc_no for f in report.findings for c in f.citations}


def _signatures(doc: Any, settings: Mapping[str, str]) -> None:
    _paragraph(doc, "")
    lines = [f"审查人：{settings.get('reviewer', '')}", "日　期：　　　年　　月　　日"]
    if settings.get("office"):
        lines.insert(0, settings["office"])
    for i, line in enumerate(lines):
        paragraph = _paragraph(doc, line, keep=i + 1 < len(lines))
        paragraph.paragraph_format.left_indent = Length(TEXT_SIZE * 12)


def _lay_out(doc: Any, report: Report, settings: Mapping[str, str]) -> None:
    section = doc.sections[0]
    section.page_width, section.page_height = PAGE_WIDTH, PAGE_HEIGHT
    section.top_margin, section.left_margin = TOP, LEFT
    section.right_margin = Length(PAGE_WIDTH - LEFT - TEXT_WIDTH)
    section.bottom_margin = Length(PAGE_HEIGHT - TOP - TEXT_HEIGHT)
    section.footer_distance = Length(section.bottom_margin - FOLIO_BELOW - FOLIO_SIZE)
    style = doc.styles["Normal"]
    style.font.size = TEXT_SIZE
    _set_fonts(style.element.get_or_add_rPr(), TEXT_FONT)
    _folios(doc, section)
    _declare_fallbacks(doc)
    properties = doc.core_properties
    properties.title = clean(f"审查意见：{service_name(report)}")[:255]  # the longest that the format takes
    properties.author = clean(settings.get("office", ""))[:255] or "docgen"
    properties.comments = ""
    properties.language = "zh-CN"
    # The day of the check, not the clock: the same report gives the same properties.
    properties.created = properties.modified = datetime.fromisoformat(report.on).replace(tzinfo=UTC)


def _folios(doc: Any, section: Any) -> None:
    """Page numbers as ``— 1 —`` on the outer side, one character in (7.5)."""
    doc.settings.odd_and_even_pages_header_footer = True
    for footer, align in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = align
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = FOLIO_SIZE
        for text, instruction in (("— ", ""), ("", "PAGE"), (" —", "")):
            run = paragraph.add_run(text)
            run.font.size = FOLIO_SIZE
            _set_fonts(run._element.get_or_add_rPr(), FOLIO_FONT)
            if instruction:
                field = OxmlElement("w:fldSimple")
                field.set(qn("w:instr"), instruction)
                run._element.addprevious(field)
                field.append(run._element)
                run.text = "1"


def _declare_fallbacks(doc: Any) -> None:
    """Name in the font table what Word may take where a desk lacks the founts of the standard."""
    part = doc.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/><w:family w:val="auto"/>'
        '<w:pitch w:val="variable"/></w:font>'
        for name, others in _FALLBACKS.items()
    )
    part._blob = part.blob.replace(b"</w:fonts>", entries.encode() + b"</w:fonts>")


def _paragraph(
    doc: Any,
    text: str,
    *,
    font: str = TEXT_FONT,
    size: Length = TEXT_SIZE,
    align: WD_ALIGN_PARAGRAPH | None = None,
    indent: bool = False,
    keep: bool = False,
) -> Any:
    """A paragraph on the line grid; ``indent`` by two characters, ``keep`` with the next."""
    paragraph = doc.add_paragraph()
    _set_line(paragraph, LINE)
    paragraph.alignment = align
    paragraph.paragraph_format.keep_with_next = keep
    if indent:
        paragraph.paragraph_format.first_line_indent = Length(size * 2)
    _run(paragraph, text, font, size)
    return paragraph


def _run(paragraph: Any, text: str, font: str, size: Length) -> None:
    run = paragraph.add_run(clean(text))
    run.font.size = size
    _set_fonts(run._element.get_or_add_rPr(), font)


def _set_line(paragraph: Any, line: Length) -> None:
    shape = paragraph.paragraph_format
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, line
    shape.space_before = shape.space_after = Pt(0)
    shape.widow_control = False  # the grid of 22 lines is kept


def _set_fonts(properties: Any, font: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), font)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)


def _table(doc: Any, header: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[str]]) -> None:
    """``widths`` in mm, together 156. The header row is repeated on each page and no row is torn."""
    table = doc.add_table(rows=0, cols=len(header), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for number, texts in enumerate([header, *rows]):
        row = table.add_row()
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if number == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for cell, text, width in zip(row.cells, texts, widths, strict=True):
            cell.width = Mm(width)
            _fill(cell, text, header=number == 0, narrow=width <= 20)


def _fill(cell: Any, text: str, *, header: bool, narrow: bool) -> None:
    for i, line in enumerate(text.split("\n")):
        paragraph = cell.add_paragraph() if i else cell.paragraphs[0]
        _set_line(paragraph, TABLE_LINE)
        if header or narrow:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(paragraph, line, HEAD_FONT if header else TEXT_FONT, TABLE_SIZE)
