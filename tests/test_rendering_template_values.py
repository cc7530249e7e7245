"""Values that are more than text, in a master: pictures, QR codes, rich text, page breaks, whole documents."""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
import zlib
from typing import Any

import pytest
from docx import Document
from docx.enum.text import WD_LINE_SPACING
from docx.shared import Mm
from lxml import etree

from docgen.errors import UsageError
from docgen.rendering import package
from docgen.rendering.inline import InlineImage, picture_size
from docgen.rendering.pictures import Picture
from docgen.rendering.qr import qrcode
from docgen.rendering.rich import RichParagraphs, RichText
from docgen.rendering.subdocument import Subdocument
from docgen.rendering.template import Template

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def master(*texts: str, bold: bool = False) -> bytes:
    document = Document()
    for text in texts:
        document.add_paragraph().add_run(text).bold = bold or None
    return saved(document)


def fill(data: bytes, **context: Any) -> Any:
    """The filled document, read again by python-docx, its zip checked."""
    made = Template(data).fill(context).data
    assert made == Template(data).fill(context).data
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == len(set(names))
    return Document(io.BytesIO(made))


def lines(document: Any) -> list[str]:
    return [p.text for p in document.paragraphs]


def png(width: int = 2, height: int = 1) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))

    rows = b"".join(b"\0" + b"\x7f" * width for _ in range(height))
    head = struct.pack(">LLBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b080003000501011100ffd9")


def test_a_picture_stands_in_the_text_and_keeps_its_run() -> None:
    made = fill(master("前{{ photo }}后", bold=True), photo=InlineImage(png(), width_mm=20, description="证件照"))
    (shape,) = made.inline_shapes
    assert (shape.width, shape.height) == (Mm(20), Mm(10))
    assert lines(made) == ["前后"]
    assert [r.bold for r in made.paragraphs[0].runs if r.text] == [True, True]
    assert shape._inline.docPr.get("descr") == "证件照"


def test_a_line_of_firm_height_gives_way_to_a_picture() -> None:
    document = Document()
    spacing = document.add_paragraph("{{ x }}").paragraph_format
    spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.EXACTLY, Mm(10)
    document.add_paragraph("{{ x }}").paragraph_format.line_spacing = Mm(10)
    made = fill(saved(document), x=InlineImage(png()))
    assert [p.paragraph_format.line_spacing_rule for p in made.paragraphs] == [WD_LINE_SPACING.AT_LEAST] * 2
    plain = fill(saved(document), x="字").paragraphs
    assert [p.paragraph_format.line_spacing_rule for p in plain] == [WD_LINE_SPACING.EXACTLY] * 2


def test_the_same_picture_is_stored_once_and_each_kind_has_its_type() -> None:
    data = master("{% for p in photos %}{{ p }}{% endfor %}")
    made = fill(data, photos=[InlineImage(png(), 5), InlineImage(png(), 9), InlineImage(JPEG, height_mm=6)])
    assert [(s.width, s.height) for s in made.inline_shapes][2] == (Mm(10), Mm(6))
    assert len({s._inline.docPr.get("id") for s in made.inline_shapes}) == 3
    parts = {str(p.partname): p.content_type for p in made.part.package.iter_parts() if "media" in str(p.partname)}
    assert parts == {"/word/media/docgen1.png": "image/png", "/word/media/docgen1.jpeg": "image/jpeg"}


def test_a_floating_seal_may_be_given_too() -> None:
    made = fill(master("{{ seal }}"), seal=Picture(png(), 40, floating=True, behind=True))
    assert (
        len(list(made.element.iter("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}anchor")))
        == 1
    )


def test_pictures_in_headers_are_related_to_the_header() -> None:
    document = Document()
    document.sections[0].header.paragraphs[0].text = "{{ mark }}"
    made = fill(saved(document), mark=InlineImage(png()))
    rels = made.sections[0].header.part.rels.values()
    assert [r.target_ref for r in rels if "image" in r.reltype] == ["media/docgen1.png"]


@pytest.mark.parametrize(("data", "found"), [(png(3, 4), ("png", 3, 4)), (JPEG, ("jpeg", 5, 3))])
def test_the_size_of_a_picture(data: bytes, found: tuple[str, int, int]) -> None:
    assert picture_size(data) == found


@pytest.mark.parametrize("image", [InlineImage(b"GIF89a"), InlineImage(png(), width_mm=0), InlineImage(JPEG[:12])])
def test_what_is_no_picture_is_refused(image: InlineImage) -> None:
    with pytest.raises(UsageError, match="填不进去"):
        Template(master("{{ x }}")).fill({"x": image})


def test_a_qr_code_is_a_square_of_the_width_asked_for() -> None:
    made = fill(master("{{ url | qrcode(25) }}"), url="https://www.example.gov.cn/办事?n=1")
    (shape,) = made.inline_shapes
    assert shape.width == shape.height == Mm(25)
    assert qrcode("一").data == qrcode("一").data != qrcode("二").data
    for wrong, words in (("", "没有内容"), ("长" * 2000, "太长")):
        with pytest.raises(UsageError, match=words):
            Template(master("{{ url | qrcode }}")).fill({"url": wrong})


def test_rich_text_takes_the_looks_of_its_place_unless_it_has_its_own() -> None:
    rich = RichText("逾期", color="#ff0000", size=16, underline="double").add("未补正", font="黑体").add(" <b>&")
    runs = [r for r in fill(master("前{{ x }}", bold=True), x=rich).paragraphs[0].runs if r.text]
    assert [r.text for r in runs] == ["前", "逾期", "未补正", " <b>&"]
    assert all(r.bold for r in runs)
    assert str(runs[1].font.color.rgb) == "FF0000"
    assert runs[1].font.size.pt == 16
    assert runs[2].font.name == "黑体"
    bare = [r for r in fill(master("{{r x }}", bold=True), x=rich).paragraphs[0].runs if r.text]
    assert [r.bold for r in bare] == [None] * 3


def test_a_link_is_a_relation_to_its_address() -> None:
    made = fill(master("见{{ x }}。"), x=RichText("指南", url="https://example.com/?a=1&b=2"))
    (link,) = made.paragraphs[0].hyperlinks
    assert (link.text, link.address) == ("指南", "https://example.com/?a=1&b=2")


def test_a_wrong_colour_is_a_sentence() -> None:
    with pytest.raises(UsageError, match="六位十六进制"):
        Template(master("{{ x }}")).fill({"x": RichText("字", color='"/><w:b/>')})


def test_paragraphs_split_the_one_they_stand_in() -> None:
    blocks = RichParagraphs().add("一", "Heading1").add("二")
    made = fill(master("前{{ x }}后", "{{ x }}"), x=blocks)
    assert lines(made) == ["前", "一", "二", "后", "一", "二"]
    assert made.paragraphs[1].style.name == "Heading 1"


def test_a_page_break_and_text_with_paragraphs_of_its_own() -> None:
    made = fill(master("甲{{ page_break }}乙"), x=1)
    assert [b.get(f"{W}type") for b in made.element.iter(f"{W}br")] == ["page"]
    made = fill(master("{{ x }}", bold=True), x="一\a二\t<\f三")
    assert [t for t in lines(made) if t.strip()] == ["一", "二\t<", "三"]
    assert all(r.bold for p in made.paragraphs for r in p.runs if r.text.strip())


def letter(text: str = "附件正文") -> Any:
    document = Document()
    document.add_heading("附件标题", 1)
    document.add_paragraph("第一", style="List Number")
    document.add_paragraph(text)
    document.add_picture(io.BytesIO(png()), width=Mm(10))
    table = document.add_table(1, 1, style="Table Grid")
    table.cell(0, 0).text = "格"
    return document


def test_a_document_brings_its_blocks_pictures_and_lists() -> None:
    sub = Subdocument(saved(letter()))
    made = fill(master("头", "{{p sub }}", "尾"), sub=sub)
    assert [t for t in lines(made) if t] == ["头", "附件标题", "第一", "附件正文", "尾"]
    assert len(made.tables) == 1
    assert len(made.inline_shapes) == 1
    assert made.inline_shapes[0]._inline.graphic.graphicData.pic.blipFill.blip.embed in made.part.rels


def test_the_masters_style_wins_and_missing_styles_come_along() -> None:
    document = letter()
    own = document.styles.add_style("样例专用", 1)
    own.base_style = document.styles["Heading 2"]
    own.font.bold = True
    document.paragraphs[2].style = own
    made = fill(master("{{ sub }}"), sub=Subdocument(saved(document)))
    used = next(p for p in made.paragraphs if p.text == "附件正文").style
    assert (used.name, used.base_style.name, used.font.bold) == ("样例专用", "Heading 2", True)
    assert [s.name for s in made.styles].count("Heading 2") == 1


def test_two_documents_count_their_lists_apart() -> None:
    sub = Subdocument(saved(numbered()))
    made = fill(master("{%p for s in subs %}", "{{ s }}", "{%p endfor %}"), subs=[sub, sub])
    ids = [n.get(f"{W}val") for n in made.element.iter(f"{W}numId")]
    assert len(ids) == 2
    assert len(set(ids)) == 2


def numbered() -> Any:
    document = Document()
    paragraph = document.add_paragraph("项")
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_numId().val = 1
    properties.get_or_add_ilvl().val = 0
    return document


def test_a_cell_that_ends_in_a_table_keeps_its_last_paragraph() -> None:
    document = Document()
    document.add_table(1, 1).cell(0, 0).text = "{{ sub }}"
    made = fill(saved(document), sub=Subdocument(saved(letter())))
    assert etree.QName(made.tables[0].cell(0, 0)._tc[-1]).localname == "p"


def test_a_document_with_tags_is_not_a_master() -> None:
    assert "{{ word }}" in lines(fill(master("{{ sub }}"), sub=Subdocument(saved(letter("{{ word }}"))), word="x"))


def test_what_cannot_be_put_in_is_a_sentence() -> None:
    made = Template(master("{{ sub }}"))
    for wrong in (Subdocument(b"no zip"), Subdocument(b"")):
        with pytest.raises(UsageError, match="要嵌入的文件"):
            made.fill({"sub": wrong})
    with pytest.raises(UsageError, match="不能读取要嵌入的文件"):
        Subdocument.from_file("没有这个文件.docx")


def test_thousands_of_codes_in_one_table() -> None:
    document = Document()
    table = document.add_table(3, 1)
    for row, text in enumerate(("{%tr for n in numbers %}", "{{ n | qrcode(8) }}", "{%tr endfor %}")):
        table.cell(row, 0).text = text
    made = fill(saved(document), numbers=[f"{n % 3}" for n in range(300)])
    assert len(made.inline_shapes) == 300
    assert len([p for p in made.part.package.iter_parts() if "media" in str(p.partname)]) == 3


def test_a_master_travels_between_processes_as_its_bytes() -> None:
    made = Template(master("{{ x }}"), "样例.docx")
    again = pickle.loads(pickle.dumps(made))  # noqa: S301  our own bytes
    assert again.name == "样例.docx"
    assert again.fill({"x": "甲"}).data == made.fill({"x": "甲"}).data


def test_unchanged_members_are_copied_as_they_lie_in_the_archive() -> None:
    data = master("{{ x }}")
    before, after = package.read(data), package.read(Template(data).fill({"x": InlineImage(png())}).data)
    changed = {n for n in after if n not in before or before[n].raw != after[n].raw}
    assert changed == {
        "word/document.xml", "word/_rels/document.xml.rels", "[Content_Types].xml", "word/media/docgen1.png"
    } - ({"[Content_Types].xml"} if b'"png"' in before["[Content_Types].xml"].data() else set())  # fmt: skip
