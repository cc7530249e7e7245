"""Word files as the offices make them: merged forms, tick boxes of every kind, text boxes, revisions, list numbers."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.document import Document, Table
from docgen.readers import read
from docgen.readers.docx_numbers import chinese_number, format_number
from docgen.readers.limits import Limits
from docgen.readers.marks import normalise_marks, symbol, symbol_text

NS = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "v": "urn:schemas-microsoft-com:vml",
        "o": "urn:schemas-microsoft-com:office:office",
    }.items()
)


def with_body(xml: str) -> Document:
    """The reading of a file whose body is ``xml``."""
    word = docx.Document()
    body = word.element.body
    for child in parse_xml(f"<w:body {NS}>{xml}</w:body>"):
        body.insert(len(body) - 1, child)
    return saved(word)


def saved(word: Any) -> Document:
    out = io.BytesIO()
    word.save(out)
    return read("表.docx", out.getvalue())


def p(inner: str) -> str:
    return f"<w:p>{inner}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def tc(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(r(text))}</w:tc>"


def tbl(*rows: str) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def lines(document: Document) -> list[str]:
    return [line.text for line in document.pages[0].lines]


def grid(table: Table) -> list[tuple[int, int, int, int, str]]:
    return [(c.row, c.col, c.rowspan, c.colspan, c.text) for c in table.cells]


def test_document_says_what_it_is() -> None:
    document = with_body(p(r("申请表")))
    assert (document.format, document.reader, document.paged, document.path) == ("docx", "docx", False, "表.docx")
    assert len(document.sha256) == 64
    assert document.warnings == []


def test_paragraph_numbers_count_empty_paragraphs_and_skip_tables() -> None:
    document = with_body(p(r("一")) + p("") + tbl(tc("格")) + p(r("二")))
    assert [(line.text, line.paragraph) for line in document.pages[0].lines] == [("一", 1), ("二", 3)]
    assert isinstance(document.pages[0].blocks[1], Table)


def test_application_form_with_merged_cells() -> None:
    """渝人社发〔2024〕17号 附件3: label and value pairs, one wide value, one cell over the full width."""
    word = docx.Document()
    word.add_paragraph("重庆市高校毕业生灵活就业社会保险补贴申请表")
    table = word.add_table(rows=4, cols=4)
    for (row, col), text in {
        (0, 0): "姓 名",
        (0, 1): "李晓明",
        (0, 2): "身份证号码",
        (1, 0): "常住地址",
        (1, 1): "重庆市渝中区某路1号",
        (3, 0): "备注",
    }.items():
        table.cell(row, col).text = text
    table.cell(1, 1).merge(table.cell(1, 3))
    table.cell(2, 0).merge(table.cell(2, 3)).text = "请抄录以下内容并签名:本人承诺,提供的信息真实有效。\n申请人(签字):"
    table.cell(3, 1).merge(table.cell(3, 3))
    form = saved(word).pages[0].tables[0]
    assert (form.rows, form.cols, form.number) == (4, 4, 1)
    address = form.at(1, 3)
    assert address is not None
    assert (address.col, address.colspan, address.text) == (1, 3, "重庆市渝中区某路1号")
    pledge = form.at(2, 2)
    assert pledge is not None
    assert (pledge.colspan, pledge.text.split("\n")[1]) == (4, "申请人(签字):")
    assert len(form.cells) == 4 + 2 + 1 + 2


def test_grid_before_and_legacy_horizontal_merge() -> None:
    table = (
        with_body(
            "<w:tbl><w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr>" + tc("甲") + tc("乙") + "</w:tr>"
            "<w:tr>" + tc("丙", '<w:hMerge w:val="restart"/>') + tc("", "<w:hMerge/>") + tc("丁") + "</w:tr></w:tbl>"
        )
        .pages[0]
        .tables[0]
    )
    assert grid(table) == [(0, 1, 1, 1, "甲"), (0, 2, 1, 1, "乙"), (1, 0, 1, 2, "丙"), (1, 2, 1, 1, "丁")]


def test_vertical_merge_that_continues_nothing_is_a_cell_of_its_own() -> None:
    table = with_body(tbl(tc("甲", "<w:vMerge/>"), tc("乙"), tc("", "<w:vMerge/>"))).pages[0].tables[0]
    assert grid(table) == [(0, 0, 1, 1, "甲"), (1, 0, 1, 1, "乙"), (2, 0, 1, 1, "")]


def test_columns_at_which_nothing_begins_are_dropped() -> None:
    wide = '<w:gridSpan w:val="3"/>'
    table = with_body(tbl(tc("甲", wide) + tc("乙"), tc("丙", wide) + tc("丁"))).pages[0].tables[0]
    assert table.cols == 2
    assert grid(table)[1] == (0, 1, 1, 1, "乙")


@st.composite
def grids(draw: st.DrawFn) -> tuple[int, int, list[tuple[int, int, int, int]]]:
    """A table cut into rectangles, top left corners in reading order."""
    rows, cols = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    free = {(i, j) for i in range(rows) for j in range(cols)}
    spans = []
    for i in range(rows):
        for j in range(cols):
            if (i, j) not in free:
                continue
            wide = draw(st.integers(1, next((w for w in range(1, cols - j) if (i, j + w) not in free), cols - j)))
            high = draw(st.integers(1, rows - i))
            spans.append((i, j, high, wide))
            free -= {(i + y, j + x) for y in range(high) for x in range(wide)}
    return rows, cols, spans


@settings(max_examples=25, deadline=None)
@given(grids())
def test_any_merged_grid_reads_back(case: tuple[int, int, list[tuple[int, int, int, int]]]) -> None:
    rows, cols, spans = case
    word = docx.Document()
    written = word.add_table(rows=rows, cols=cols)
    for i, j, high, wide in spans:
        written.cell(i, j).merge(written.cell(i + high - 1, j + wide - 1)).text = f"{i},{j}"
    table = saved(word).pages[0].tables[0]
    edges = sorted({0} | {j for _, j, _, _ in spans} | {j + wide for _, j, _, wide in spans})
    expected = [
        (i, edges.index(j), high, edges.index(j + wide) - edges.index(j), f"{i},{j}") for i, j, high, wide in spans
    ]
    assert grid(table) == expected
    assert (table.rows, table.cols) == (rows, len(edges) - 1)


def test_nested_table_is_a_table_and_part_of_the_text() -> None:
    inner = tbl(tc("手机") + tc("座机"))
    document = with_body(tbl(f"<w:tc>{p(r('联系电话'))}{inner}{p('')}</w:tc>") + tbl(tc("后表")))
    outer, after = document.pages[0].tables
    cell = outer.cells[0]
    assert cell.text == "联系电话\n手机\t座机"
    assert [t.number for t in (outer, after, cell.tables[0])] == [1, 2, 3]


def test_tables_fifty_deep_are_read_to_the_limit_with_a_warning() -> None:
    xml = p(r("最里层"))
    for _ in range(50):
        xml = f"<w:tbl><w:tr><w:tc>{xml}{p('')}</w:tc></w:tr></w:tbl>"
    document = with_body(xml)
    depth, tables = 0, document.pages[0].tables
    while tables:
        depth, tables = depth + 1, tables[0].cells[0].tables
    assert depth == Limits().table_depth
    assert "最里层" in document.pages[0].tables[0].cells[0].text
    assert document.warnings == ["表格嵌套超过 20 层，更深的表格只读取了文字，没有读取格线。"]


def checkbox(state: str, inner: str, tag: str = "w14:checkbox") -> str:
    return f'<w:sdt><w:sdtPr><{tag}><w14:checked w14:val="{state}"/></{tag}></w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>'


def test_check_box_controls_around_run_paragraph_and_cell() -> None:
    document = with_body(
        p(checkbox("1", r("R")) + r("已婚 ") + checkbox("0", r("£")) + r("未婚"))
        + checkbox("1", p(r("x")))
        + f"<w:tbl><w:tr>{checkbox('0', tc('☒'))}{tc('离异')}</w:tr></w:tbl>"
    )
    assert lines(document) == ["☑已婚 ☐未婚", "☑"]
    assert grid(document.pages[0].tables[0]) == [(0, 0, 1, 1, "☐"), (0, 1, 1, 1, "离异")]


def test_controls_around_rows_and_dropdown_values_and_placeholders() -> None:
    chosen = "<w:sdt><w:sdtPr><w:dropDownList/></w:sdtPr><w:sdtContent>" + r("网络配送员") + "</w:sdtContent></w:sdt>"
    empty = (
        "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>" + r("单击输入文字。") + "</w:sdtContent></w:sdt>"
    )
    row = f"<w:tr>{tc('类型')}<w:tc>{p(chosen)}</w:tc></w:tr>"
    document = with_body(
        f"<w:tbl><w:sdt><w:sdtContent>{row}</w:sdtContent></w:sdt><w:tr>{tc('姓名')}<w:tc>{p(empty)}</w:tc></w:tr></w:tbl>"
    )
    assert [c.text for c in document.pages[0].tables[0].cells] == ["类型", "网络配送员", "姓名", ""]


def field_char(kind: str, data: str = "") -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}">{data}</w:fldChar></w:r>'


def test_legacy_form_fields() -> None:
    code = "<w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r>"
    ticked = field_char("begin", "<w:ffData><w:checkBox><w:default w:val='0'/><w:checked/></w:checkBox></w:ffData>")
    unticked = field_char("begin", "<w:ffData><w:checkBox><w:default w:val='0'/></w:checkBox></w:ffData>")
    text = field_char("begin", "<w:ffData><w:textInput/></w:ffData>") + field_char("separate") + r("张三")
    document = with_body(
        p(ticked + code + field_char("end") + r("是 ") + unticked + code + field_char("end") + r("否"))
        + p(r("姓名:") + text + field_char("end"))
    )
    assert lines(document) == ["☑是 ☐否", "姓名:张三"]


def test_symbols_and_symbol_fonts() -> None:
    sym = '<w:r><w:sym w:font="{}" w:char="{}"/></w:r>'
    wingdings_2 = '<w:rFonts w:ascii="Wingdings 2" w:hAnsi="Wingdings 2"/>'
    document = with_body(
        p(sym.format("Wingdings", "F0FE") + r("是") + sym.format("Wingdings", "F0A8") + r("否"))
        + p(sym.format("Wingdings 2", "0052") + r("是") + r("£", wingdings_2) + r("否"))
    )
    assert lines(document) == ["☑是☐否", "☑是☐否"]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("□是 ■否", "☐是 ☑否"),
        ("☒是 ❑否", "☑是 ☐否"),
        ("□√是 □否", "☑是 ☐否"),
        ("√□是 □否", "☑是 ☐否"),
        ("□是√□否", "☐是√☐否"),
        ("√", "√"),
        ("\uf052是\uf0a3否", "☑是☐否"),
        ("无标记", "无标记"),
    ],
)
def test_marks(written: str, read_as: str) -> None:
    assert normalise_marks(written) == read_as
    assert normalise_marks(read_as) == read_as


def test_symbol_outside_the_tables_is_not_lost() -> None:
    assert symbol("Wingdings", 0xF028) == "\ufffd"
    assert symbol("Symbol", 0xF0B7) == "•"
    assert symbol("宋体", 0x25A1) == "□"
    assert symbol_text("Wingdings 2", "是£") == "是☐"


def test_revisions_hidden_text_wrappers_and_breaks() -> None:
    document = with_body(
        p(
            "<w:ins>" + r("新增") + "</w:ins><w:del><w:r><w:delText>删除</w:delText></w:r></w:del>"
            "<w:moveFrom>" + r("移走") + "</w:moveFrom>" + r("隐藏", "<w:vanish/>") + r("显示", '<w:vanish w:val="0"/>')
        )
        + p(
            "<w:smartTag><w:hyperlink>"
            + r("链接")
            + "</w:hyperlink></w:smartTag><w:fldSimple>"
            + r("域")
            + "</w:fldSimple>"
        )
        + p("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:noBreakHyphen/><w:t>丁</w:t></w:r>")
        + p("<w:r><w:ruby><w:rt>" + r("li") + "</w:rt><w:rubyBase>" + r("李") + "</w:rubyBase></w:ruby></w:r>")
        + p(r("日期:") + r("      ", '<w:u w:val="single"/>') + r("止"))
    )
    assert lines(document) == ["新增显示", "链接域", "甲\t乙\n丙-丁", "李", "日期:      止"]
    assert document.warnings == ["文件含有未接受的修订，已按接受全部修订后的内容读取。"]


def test_deleted_paragraph_mark_joins_and_deleted_row_is_gone() -> None:
    document = with_body(
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>"
        + r("前半")
        + "</w:p>"
        + p(r("后半"))
        + f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr>{tc('删')}</w:tr><w:tr>{tc('留')}</w:tr></w:tbl>"
    )
    assert lines(document) == ["前半后半"]
    assert grid(document.pages[0].tables[0]) == [(0, 0, 1, 1, "留")]


TEXT_BOX = (
    '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic><a:graphicData><wps:wsp>'
    "<wps:txbx><w:txbxContent>{0}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>"
    "</mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>{0}</w:txbxContent></v:textbox></v:shape>"
    "</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)


def test_text_box_is_read_once_after_its_paragraph() -> None:
    document = with_body(p(r("正文") + TEXT_BOX.format(p(r("框内")) + tbl(tc("框中表")))) + p(r("下一段")))
    assert [(line.text, line.paragraph) for line in document.pages[0].lines] == [
        ("正文", 1),
        ("框内", 1),
        ("下一段", 2),
    ]
    assert document.pages[0].tables[0].cells[0].text == "框中表"


def test_vml_text_box_in_a_cell() -> None:
    box = f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{p(r('框内'))}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    document = with_body(tbl(f"<w:tc>{p(r('格') + box)}</w:tc>"))
    assert document.pages[0].tables[0].cells[0].text == "格\n框内"


def test_headers_first_footers_last_page_numbers_dropped() -> None:
    word = docx.Document()
    word.add_paragraph("正文")
    section = word.sections[0]
    section.header.paragraphs[0].text = "某市人社局"
    section.first_page_header.paragraphs[0].text = "不印的首页页眉"
    section.different_first_page_header_footer = False
    section.footer.paragraphs[0].text = "经办人:王五"
    section.footer.add_paragraph("— 1 —")
    section.footer.add_paragraph("第 1 页 共 2 页")
    document = saved(word)
    assert [(line.text, line.paragraph) for line in document.pages[0].lines] == [
        ("某市人社局", None),
        ("正文", 1),
        ("经办人:王五", None),
    ]


def picture(name: str, side: str = "100") -> str:
    return (
        f'<w:r><w:drawing><wp:anchor><wp:extent cx="{side}" cy="100"/><wp:docPr id="1" name="{name}"/>'
        '<a:graphic><a:graphicData><a:blip r:embed="rId99"/></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>'
    )


def test_pictures_belong_to_their_paragraph_or_cell() -> None:
    document = with_body(
        p(r("甲")) + p(picture("公章")) + tbl(f"<w:tc>{p(picture('签名'))}</w:tc><w:tc>{p(picture('图片 1'))}</w:tc>")
    )
    assert [(i.kind, i.paragraph) for i in document.pages[0].images] == [("seal", 2)]
    assert [[i.kind for i in c.images] for c in document.pages[0].tables[0].cells] == [["ink"], ["picture"]]


def test_handwriting_and_vml_picture() -> None:
    document = with_body(
        p('<w:r><w14:contentPart r:id="rId98"/></w:r>')
        + p('<w:r><w:pict><v:shape alt="电子印章"><v:imagedata r:id="rId99"/></v:shape></w:pict></w:r>')
    )
    assert [(i.kind, i.paragraph) for i in document.pages[0].images] == [("ink", 1), ("seal", 2)]


def test_red_ring_is_a_seal_by_its_colour() -> None:
    from PIL import Image, ImageDraw

    def embedded(colour: str) -> str:
        image = Image.new("RGB", (120, 120), "white")
        ImageDraw.Draw(image).ellipse((8, 8, 112, 112), outline=colour, width=8)
        png = io.BytesIO()
        image.save(png, "PNG")
        png.seek(0)
        word = docx.Document()
        word.add_picture(png)
        return saved(word).pages[0].images[0].kind

    assert embedded("red") == "seal"
    assert embedded("black") == "picture"


def test_list_numbers_are_read() -> None:
    word = docx.Document()
    numbering = word.part.numbering_part.element
    levels = (
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>'
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {NS} w:abstractNumId="90">{levels}</w:abstractNum>'))
    for number, extra in ((90, ""), (91, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>')):
        numbering.append(parse_xml(f'<w:num {NS} w:numId="{number}"><w:abstractNumId w:val="90"/>{extra}</w:num>'))
    for text, number, level in (
        ("总则", 90, 0),
        ("甲", 90, 1),
        ("乙", 90, 1),
        ("附则", 90, 0),
        ("丙", 90, 1),
        ("另起", 91, 0),
    ):
        properties = word.add_paragraph(text)._p.get_or_add_pPr()
        properties.append(parse_xml(f'<w:numPr {NS}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'))
    assert lines(saved(word)) == ["一、总则", "1. 甲", "2. 乙", "二、附则", "1. 丙", "一、另起"]


def test_list_number_from_a_paragraph_style() -> None:
    word = docx.Document()
    word.add_paragraph("甲", style="List Number")
    word.add_paragraph("乙", style="List Number")
    word.add_paragraph("丙", style="List Bullet")
    assert lines(saved(word)) == ["1. 甲", "2. 乙", "丙"]


def test_box_as_bullet_is_a_tick_box() -> None:
    word = docx.Document()
    numbering = word.part.numbering_part.element
    fonts = '<w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr>'
    level = f'<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="\uf0a8"/>{fonts}</w:lvl>'
    numbering.insert(0, parse_xml(f'<w:abstractNum {NS} w:abstractNumId="90">{level}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {NS} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    properties = word.add_paragraph("低保家庭人员")._p.get_or_add_pPr()
    properties.append(parse_xml(f'<w:numPr {NS}><w:numId w:val="90"/></w:numPr>'))
    assert lines(saved(word)) == ["☐低保家庭人员"]


@pytest.mark.parametrize(
    ("value", "style", "text"),
    [
        (3, "decimal", "3"),
        (3, "decimalZero", "03"),
        (3, "decimalEnclosedCircle", "③"),
        (3, "ideographTraditional", "丙"),
        (27, "lowerLetter", "aa"),
        (4, "upperRoman", "IV"),
        (21, "chineseCountingThousand", "二十一"),
        (7, "unknownFormat", "7"),
    ],
)
def test_number_formats(value: int, style: str, text: str) -> None:
    assert format_number(value, style) == text


@settings(deadline=None)  # importing cn2an is slow
@given(st.integers(1, 9999))
def test_chinese_numbers_agree_with_cn2an(value: int) -> None:
    import cn2an  # type: ignore[import-untyped]

    assert cn2an.cn2an(chinese_number(value).replace("〇", "零"), "smart") == value


def test_strict_namespaces() -> None:
    out = io.BytesIO()
    word = docx.Document()
    word.add_paragraph("严格格式")
    word.save(out)
    strict = io.BytesIO()
    with zipfile.ZipFile(out) as source, zipfile.ZipFile(strict, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "word/document.xml":
                data = data.replace(
                    b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                    b"http://purl.oclc.org/ooxml/wordprocessingml/main",
                )
            target.writestr(name, data)
    assert lines(read("严格.docx", strict.getvalue())) == ["严格格式"]
