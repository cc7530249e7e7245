"""OFD in: text and tables where they stand, whatever the writer's habits; what is missing is named, the rest is read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ofd_writer import Paper, Text, content, deltas, members, pack, papers_of_pdf, rule, run, wrap, write_ofd

from docgen.document import Document
from docgen.errors import UnreadableError
from docgen.extracting import extract_form
from docgen.readers import read
from docgen.readers.limits import Limits
from docgen.readers.ofd_text import _deltas

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.clean.pdf"))
PAGE = "Doc_0/Pages/Page_0/Content.xml"


def line(text: str, y: float = 20.0, x: float = 20.0) -> Text:
    return Text(x, y, 4.0, text, [4.0] * (len(text) - 1))


def grid(rows: list[list[str]], top: float = 40.0, left: float = 20.0, wide: float = 40.0, high: float = 10.0) -> Paper:
    """A page with a ruled table, one text a cell."""
    paper = Paper()
    right, bottom = left + wide * len(rows[0]), top + high * len(rows)
    paper.lines += [(left, top + high * i, right, top + high * i) for i in range(len(rows) + 1)]
    paper.lines += [(left + wide * i, top, left + wide * i, bottom) for i in range(len(rows[0]) + 1)]
    for r, row in enumerate(rows):
        paper.texts += [line(text, top + high * r + 7, left + wide * c + 1) for c, text in enumerate(row) if text]
    return paper


def of(parts: dict[str, str | bytes], limits: Limits | None = None) -> Document:
    return read("a.ofd", pack(parts), limits)


def refusal(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableError) as caught:
        read("a.ofd", data, limits)
    assert str(caught.value).endswith("。")
    return str(caught.value)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.name)
def test_a_form_says_the_same_in_ofd_as_in_pdf(path: Path) -> None:
    pdf = path.read_bytes()
    one, other = read("a.pdf", pdf), read("a.ofd", write_ofd(papers_of_pdf(pdf)))
    assert "".join(other.text().split()) == "".join(one.text().split())
    fields = [(f.id, f.raw, f.value) for f in extract_form(one).fields]
    assert len(fields) > 5
    assert [(f.id, f.raw, f.value) for f in extract_form(other).fields] == fields


def test_lines_and_cells_lie_where_they_are_printed() -> None:
    paper = grid([["姓名", "李晓明"], ["学历", "本科"]])
    paper.texts.insert(0, line("补贴申请表"))
    document = of(members([paper]))
    assert (document.format, document.reader, document.paged, len(document.sha256)) == ("ofd", "ofd", True, 64)
    page = document.pages[0]
    assert (round(page.width), round(page.height)) == (595, 842)
    assert page.lines[0].text == "补贴申请表"
    assert page.lines[0].bbox is not None
    assert page.lines[0].bbox[0] == pytest.approx(20 / 25.4 * 72)
    table = page.tables[0]
    assert [[table.cells[2 * r + c].text for c in (0, 1)] for r in (0, 1)] == [["姓名", "李晓明"], ["学历", "本科"]]
    assert table.bbox == pytest.approx([v / 25.4 * 72 for v in (20, 40, 100, 60)], abs=0.1)


def test_offsets_with_repeats_and_spaces() -> None:
    paper = Paper([Text(20, 20, 4, "姓名 李晓明", [4, 4, 4, 4, 4]), line("A4", 40)])
    assert [b.text for b in of(members([paper])).pages[0].lines] == ["姓名 李晓明", "A4"]
    assert deltas([4, 4, 4, 2]) == "g 3 4.000 2.000"


@given(st.lists(st.integers(0, 9), max_size=30))
def test_repeats_are_written_out_as_they_were(steps: list[int]) -> None:
    assert _deltas(deltas([float(s) for s in steps]), len(steps)) == steps


def test_short_and_missing_offsets_are_made_up_for() -> None:
    one = '<ofd:TextObject Boundary="20 20 90 9" Size="4"><ofd:TextCode X="0" Y="4" {}>身份证号码500103</ofd:TextCode></ofd:TextObject>'
    for attribute in ("", 'DeltaX="4"', 'DeltaX="g 5 4 g 99999999999 2"', 'DeltaX="g 5"', 'DeltaX="x"'):
        assert of(members([Paper(extra=one.format(attribute))])).text() == "身份证号码500103", attribute


def test_glyph_transforms_keep_the_text() -> None:
    extra = (
        '<ofd:TextObject Boundary="20 20 90 9" Size="4"><ofd:CGTransform CodePosition="1" CodeCount="2" GlyphCount="1">'
        '<ofd:Glyphs>77</ofd:Glyphs></ofd:CGTransform><ofd:TextCode X="0" Y="4" DeltaX="2 3">office</ofd:TextCode>'
        "</ofd:TextObject>"
    )
    assert of(members([Paper(extra=extra)])).text() == "office"


def test_vertical_and_scaled_and_turned_text() -> None:
    down = '<ofd:TextObject Boundary="20 20 5 20" Size="4"><ofd:TextCode X="0" Y="4" DeltaY="5">是否</ofd:TextCode></ofd:TextObject>'
    scaled = (
        '<ofd:TextObject Boundary="50 20 40 9" Size="2" CTM="2 0 0 2 0 0">'
        '<ofd:TextCode X="0" Y="2" DeltaX="2 2">重庆市</ofd:TextCode></ofd:TextObject>'
    )
    turned = (
        '<ofd:TextObject Boundary="50 90 90 90" Size="9" CTM="0.7 0.7 -0.7 0.7 0 0">'
        '<ofd:TextCode X="0" Y="9" DeltaX="9 9">仅供测</ofd:TextCode></ofd:TextObject>'
    )
    document = of(members([Paper(extra=down + scaled + turned)]))
    assert [b.text for b in document.pages[0].lines] == ["是 重庆市", "否", "仅供测"]


def test_nested_blocks_and_any_prefix_and_the_older_namespace() -> None:
    paper = Paper(extra=f"<ofd:PageBlock><ofd:PageBlock>{run(line('审核意见'))}</ofd:PageBlock></ofd:PageBlock>")
    parts = {
        name: str(text).replace("ofd:", "x:").replace("xmlns:ofd", "xmlns:x").replace("/2016", "")
        for name, text in members([paper]).items()
    }
    assert of(parts).text() == "审核意见"


def test_paths_absolute_or_with_back_slashes_and_names_of_any_case() -> None:
    parts = members([Paper([line("第一页")])])
    parts["Doc_0/Document.xml"] = str(parts["Doc_0/Document.xml"]).replace("Pages/Page_0", "/Doc_0\\Pages\\Page_0")
    parts = {{"OFD.xml": "ofd.XML", PAGE: PAGE.lower()}.get(name, name): data for name, data in parts.items()}
    document = of(parts)
    assert (document.text(), document.warnings) == ("第一页", [])


def test_locations_written_as_elements() -> None:
    parts = members([Paper([line("第一页")])])
    root = "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
    nested = "<ofd:DocRoot><ofd:BaseLoc>Doc_0/Document.xml</ofd:BaseLoc></ofd:DocRoot>"
    parts["OFD.xml"] = str(parts["OFD.xml"]).replace(root, nested)
    place = ' BaseLoc="Pages/Page_0/Content.xml"/>'
    written = "><ofd:BaseLoc>Doc_0/Pages/Page_0/Content.xml</ofd:BaseLoc></ofd:Page>"
    parts["Doc_0/Document.xml"] = str(parts["Doc_0/Document.xml"]).replace(place, written)
    assert (of(parts).text(), of(parts).warnings) == ("第一页", [])


def test_template_pages_lie_under_and_over() -> None:
    paper = Paper([line("李晓明", 46, 62)], before='<ofd:Template TemplateID="9" ZOrder="Background"/>')
    parts = members([paper], common='<ofd:TemplatePage ID="9" BaseLoc="Tpls/Tpl_0/Content.xml"/>')
    parts["Doc_0/Tpls/Tpl_0/Content.xml"] = content(grid([["姓名", ""]]))
    table = of(parts).pages[0].tables[0]
    assert [cell.text for cell in table.cells] == ["姓名", "李晓明"]


def test_several_documents_are_read_one_after_the_other() -> None:
    one, other = members([Paper([line("甲")])]), members([Paper([line("乙")])])
    body = "<ofd:DocBody><ofd:DocRoot>Doc_1/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    parts = one | {n.replace("Doc_0", "Doc_1"): d for n, d in other.items() if n != "OFD.xml"}
    parts["OFD.xml"] = str(one["OFD.xml"]).replace("</ofd:OFD>", body)
    document = of(parts)
    assert [p.blocks[0].text for p in document.pages if p.lines] == ["甲", "乙"]  # type: ignore[union-attr]
    assert any("2 个文档" in warning for warning in document.warnings)


def test_a_page_of_its_own_size_and_origin() -> None:
    paper = Paper([line("表", 120, 110)])
    parts = members([paper])
    parts[PAGE] = str(parts[PAGE]).replace("0 0 210.000 297.000", "100 100 50 50")
    page = of(parts).pages[0]
    assert page.width == pytest.approx(50 / 25.4 * 72)
    assert page.lines[0].bbox is not None
    assert page.lines[0].bbox[0] == pytest.approx(10 / 25.4 * 72)


def test_signature_seal_stands_on_the_page_it_names() -> None:
    parts = members(
        [Paper([line("甲")]), Paper([line("盖章处")])],
        body="<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>",
    )
    parts["Doc_0/Signs/Signatures.xml"] = wrap(
        "Signatures", '<ofd:Signature ID="1" Type="Seal" BaseLoc="Sign_0/Signature.xml"/>'
    )
    stamp = '<ofd:StampAnnot ID="1" PageRef="2" Boundary="20 10 40 40"/><ofd:StampAnnot ID="2" PageRef="1" Boundary="190 100 40 40" '
    stamp += 'Clip="0 0 8 40"/>'
    parts["Doc_0/Signs/Sign_0/Signature.xml"] = wrap("Signature", f"<ofd:SignedInfo>{stamp}</ofd:SignedInfo>")
    first, second = of(parts).pages
    assert [i.kind for i in (*first.images, *second.images)] == ["seal", "seal"]
    assert second.images[0].bbox == pytest.approx([v / 25.4 * 72 for v in (20, 10, 60, 50)])
    assert first.images[0].bbox == pytest.approx([v / 25.4 * 72 for v in (190, 100, 198, 140)])
    assert second.lines[0].text == "盖章处"


def test_stamp_annotations_are_seals_and_typed_ones_are_text() -> None:
    annots = (
        '<ofd:Annot ID="1" Type="Stamp"><ofd:Appearance Boundary="100 100 42 42"><ofd:TextObject Boundary="0 0 9 9" Size="4">'
        '<ofd:TextCode X="0" Y="4">公章里的字</ofd:TextCode></ofd:TextObject></ofd:Appearance></ofd:Annot>'
        f'<ofd:Annot ID="2" Type="Path"><ofd:Appearance Boundary="60 40 50 9">{run(line("李晓明", 6, 2))}</ofd:Appearance></ofd:Annot>'
        f'<ofd:Annot ID="3" Type="Watermark"><ofd:Appearance Boundary="0 0 99 99">{run(line("内部", 46, 22))}</ofd:Appearance></ofd:Annot>'
        f'<ofd:Annot ID="4" Visible="false"><ofd:Appearance Boundary="0 0 99 99">{run(line("藏", 46, 22))}</ofd:Appearance></ofd:Annot>'
    )
    parts = members([grid([["姓名", ""]])], document="<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>")
    parts["Doc_0/Annots/Annotations.xml"] = wrap(
        "Annotations", '<ofd:Page PageID="1"><ofd:FileLoc>Page_0/Annotation.xml</ofd:FileLoc></ofd:Page>'
    )
    parts["Doc_0/Annots/Page_0/Annotation.xml"] = wrap("PageAnnot", annots)
    page = of(parts).pages[0]
    assert [cell.text for cell in page.tables[0].cells] == ["姓名", "李晓明"]
    assert [image.kind for image in page.images] == ["seal"]
    assert [block.text for block in page.lines] == ["内部"]


def test_a_red_picture_is_a_seal_and_a_drawn_circle_too() -> None:
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (200, 200), "white")
    ImageDraw.Draw(picture).ellipse((10, 10, 190, 190), outline=(220, 20, 20), width=12)
    png = io.BytesIO()
    picture.save(png, "PNG")
    extra = '<ofd:ImageObject ResourceID="7" Boundary="20 100 42 42" CTM="42 0 0 42 0 0"/>' + (
        '<ofd:PathObject Boundary="100 100 42 42"><ofd:StrokeColor Value="230 0 0"/><ofd:AbbreviatedData>'
        "M 0 21 A 21 21 0 1 1 42 21 A 21 21 0 1 1 0 21 C</ofd:AbbreviatedData></ofd:PathObject>"
        '<ofd:ImageObject ResourceID="8" Boundary="20 200 42 42"/>'
    )
    parts = members([Paper([line("字")], extra=extra)], common="<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>")
    parts["Doc_0/DocumentRes.xml"] = wrap(
        "Res",
        '<ofd:MultiMedias><ofd:MultiMedia ID="7" Type="Image">'
        "<ofd:MediaFile>s.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>",
    ).replace("<ofd:Res ", '<ofd:Res BaseLoc="Res" ')
    parts["Doc_0/Res/s.png"] = png.getvalue()
    assert [image.kind for image in of(parts).pages[0].images] == ["seal", "seal", "picture"]


def test_tick_boxes_drawn_or_set_in_a_symbol_font() -> None:
    box = (
        '<ofd:PathObject Boundary="20 17 3 3"><ofd:AbbreviatedData>M 0 0 L 3 0 L 3 3 L 0 3 C</ofd:AbbreviatedData></ofd:PathObject>'
        '<ofd:PathObject Boundary="20.5 17.5 2 2"><ofd:AbbreviatedData>M 0 1 L 1 2 L 2 0</ofd:AbbreviatedData></ofd:PathObject>'
        '<ofd:TextObject Boundary="60 16 9 9" Font="3" Size="4"><ofd:TextCode X="0" Y="3.5">R</ofd:TextCode></ofd:TextObject>'
    )
    parts = members(
        [Paper([line("是", 20, 24), line("否", 20, 64.5)], extra=box)],
        common="<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>",
    )
    parts["Doc_0/PublicRes.xml"] = wrap("Res", '<ofd:Fonts><ofd:Font ID="3" FontName="Wingdings 2"/></ofd:Fonts>')
    assert of(parts).text().replace(" ", "") == "☑是☑否"


def test_attachments_are_named() -> None:
    parts = members([Paper([line("字")])], document="<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>")
    parts["Doc_0/Attachs/Attachments.xml"] = wrap(
        "Attachments", '<ofd:Attachment ID="1" Name="花名册.xlsx"><ofd:FileLoc>1.xlsx</ofd:FileLoc></ofd:Attachment>'
    )
    assert any("1 个附件（花名册.xlsx）" in warning for warning in of(parts).warnings)


def test_layer_of_recognised_text_over_a_scan() -> None:
    hidden = run(line("身份证"), ' Alpha="0"')
    scan = '<ofd:ImageObject ResourceID="7" Boundary="0 0 210 297"/>'
    document = of(members([Paper(extra=scan + hidden)]))
    assert document.text() == "身份证"
    assert any("识别层" in warning for warning in document.warnings)
    assert "没有可读取的文字" in refusal(pack(members([Paper(extra=scan)])))
    assert of(members([Paper([line("明")], extra=hidden)])).text() == "明"


def picture_of(pdf: bytes) -> bytes:
    """The first page of a PDF as a JPEG of 150 dpi, as a scanner sends it."""
    import pypdfium2

    out = io.BytesIO()
    pypdfium2.PdfDocument(pdf)[0].render(scale=150 / 72).to_pil().convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


def test_a_scanned_page_is_read_by_ocr_where_it_is_painted() -> None:
    pytest.importorskip("rapidocr")
    path = EXAMPLES[0]
    seal = '<ofd:Annot ID="1" Type="Stamp"><ofd:Appearance Boundary="150 200 42 42"/></ofd:Annot>'
    extra = '<ofd:ImageObject ResourceID="7" Boundary="5 5 200 287"/>' + run(line("第1页", 294, 100))
    parts = members(
        [Paper(extra=extra)],
        common="<ofd:DocumentRes>R.xml</ofd:DocumentRes>",
        document="<ofd:Annotations>A.xml</ofd:Annotations>",
    )
    media = '<ofd:MultiMedia ID="7" Type="Image"><ofd:MediaFile>scan.jpg</ofd:MediaFile></ofd:MultiMedia>'
    parts["Doc_0/R.xml"] = wrap("Res", f"<ofd:MultiMedias>{media}</ofd:MultiMedias>")
    parts["Doc_0/scan.jpg"] = picture_of(path.read_bytes())
    parts["Doc_0/A.xml"] = wrap("Annotations", '<ofd:Page PageID="1"><ofd:FileLoc>A1.xml</ofd:FileLoc></ofd:Page>')
    parts["Doc_0/A1.xml"] = wrap("PageAnnot", seal)
    document = of(parts)
    page = document.pages[0]
    printed = read("a.pdf", path.read_bytes()).pages[0]
    assert (document.reader, round(page.width), page.number) == ("ofd-ocr", 595, 1)
    assert (page.tables[0].rows, page.tables[0].cols) == (printed.tables[0].rows, printed.tables[0].cols)
    assert page.tables[0].bbox is not None
    assert printed.tables[0].bbox is not None
    left = printed.tables[0].bbox[0] / printed.width * 200 + 5
    assert page.tables[0].bbox[0] == pytest.approx(left / 25.4 * 72, abs=4)
    assert "seal" in [image.kind for image in page.images]


def test_hostile_ofd_with_missing_parts_is_read_in_part() -> None:
    parts = members(
        [Paper([line("甲")]), Paper([line("乙")]), Paper([line("丙")])], common="<ofd:PublicRes>P.xml</ofd:PublicRes>"
    )
    del parts["Doc_0/Pages/Page_1/Content.xml"]
    parts["Doc_0/Pages/Page_2/Content.xml"] = str(parts["Doc_0/Pages/Page_2/Content.xml"])[:200]
    document = of(parts)
    assert [len(page.blocks) for page in document.pages] == [1, 0, 0]
    assert any("缺少部件 Pages/Page_1/Content.xml" in warning for warning in document.warnings)
    assert any("Page_2/Content.xml 不是完整的 XML" in warning for warning in document.warnings)
    assert any("缺少部件 P.xml" in warning for warning in document.warnings)


def test_hostile_ofd_without_its_entry_is_found_and_without_pages_refused() -> None:
    parts = members([Paper([line("甲")])])
    del parts["OFD.xml"]
    assert of(parts).text() == "甲"
    assert "没有任何页面" in refusal(pack({"OFD.xml": "<OFD/>"}))
    del parts[PAGE]
    assert "没有可读取的文字" in refusal(pack(parts))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_hostile_ofd_xml_with_external_entities_is_refused(encoding: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("秘密", "utf-8")
    parts = members([Paper([line("&x;")])])
    attack = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    parts[PAGE] = f'<?xml version="1.0"?>{attack}{str(parts[PAGE]).partition("?>")[2]}'.replace(
        "&amp;x;", "&x;"
    ).encode(encoding)
    assert "DOCTYPE" in refusal(pack(parts))


def test_hostile_ofd_names_and_paths_that_lead_outside(tmp_path: Path) -> None:
    parts = members([Paper([line("甲")])])
    parts["../../evil.xml"] = "<a/>"
    parts["Doc_0/Document.xml"] = str(parts["Doc_0/Document.xml"]).replace(
        "</ofd:Pages>", '<ofd:Page ID="2" BaseLoc="../../../../etc/passwd"/></ofd:Pages>'
    )
    document = of(parts)
    assert document.pages[0].lines[0].text == "甲"
    assert any("1 个成员的路径指向文件之外" in warning for warning in document.warnings)
    assert any("缺少部件 ../../../../etc/passwd" in warning for warning in document.warnings)
    assert list(tmp_path.iterdir()) == []


def test_hostile_ofd_page_with_a_million_objects_is_bounded() -> None:
    parts = members([Paper([line("甲")]), Paper([line("乙")])])
    million = '<ofd:PathObject Boundary="0 0 1 1"/>' * 1_000_000
    parts[PAGE] = str(parts[PAGE]).replace("</ofd:Layer>", million + "</ofd:Layer>")
    document = of(parts, Limits(zip_ratio=10**6))
    assert document.text() == "甲\n乙"
    assert any("第 1 页的内容过多" in warning for warning in document.warnings)


@pytest.mark.parametrize(
    ("attribute", "text"),
    [("g 2147483647 1", "字" * 3), ("1e999 nan", "字字字"), ("g -5 1 g", "字字字")],
)
def test_hostile_ofd_numbers_do_no_harm(attribute: str, text: str) -> None:
    extra = f'<ofd:TextObject Boundary="20 20 90 9" Size="4"><ofd:TextCode X="0" Y="4" DeltaX="{attribute}">'
    extra += f"{text}</ofd:TextCode></ofd:TextObject>"
    odd = (
        '<ofd:PathObject Boundary="1e999 0 nan 1"><ofd:AbbreviatedData>M 0 0 L 1e400 5 L 7</ofd:AbbreviatedData></ofd:PathObject>'
        '<ofd:TextObject Boundary="1 1" Size="-4" CTM="0 0 0 0 0 0"><ofd:TextCode>无</ofd:TextCode></ofd:TextObject>'
        '<ofd:ImageObject Boundary="0 0 -1 5"/>'
    )
    assert "字" in of(members([Paper(extra=extra + odd)])).text()


def test_hostile_ofd_composite_that_holds_itself() -> None:
    loop = '<ofd:CompositeObject ResourceID="5" Boundary="0 0 9 9"/>' * 3
    parts = members([Paper([line("甲")], extra=loop)], common="<ofd:DocumentRes>R.xml</ofd:DocumentRes>")
    parts["Doc_0/R.xml"] = wrap(
        "Res",
        f'<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="5"><ofd:Content>{loop}</ofd:Content>'
        "</ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>",
    )
    assert "甲" in of(parts).text()


def test_hostile_ofd_limits_of_pages_zip_and_password() -> None:
    parts = members([Paper([line("甲")])] * 5)
    document = of(parts, Limits(pages=2))
    assert len(document.pages) == 2
    assert any("共 5 页，只读取了前 2 页" in warning for warning in document.warnings)
    assert "超过 3 个" in refusal(pack(parts), Limits(zip_members=3))
    assert "已加密" in refusal(pack(parts | {"Encryptions.xml": "<a/>"}))
    assert "压缩比" in refusal(pack(parts | {"Doc_0/x.bin": b"0" * 30_000_000}))


def test_hostile_ofd_damaged_member_is_named() -> None:
    parts = members([Paper([line("甲")]), Paper([line("乙")])])
    data = bytearray(pack(parts))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo("Doc_0/Pages/Page_1/Content.xml")
    data[info.header_offset + 30 + len(info.filename) + 20] ^= 0xFF
    document = read("a.ofd", bytes(data))
    assert document.pages[0].lines[0].text == "甲"
    assert any("Page_1" in warning and "已损坏" in warning for warning in document.warnings)


def test_rules_need_not_be_black_but_must_be_seen() -> None:
    paper = grid([["姓名", "李晓明"]])
    white = "".join(rule(*at).replace("0 0 0", "255 255 255") for at in paper.lines)
    assert of(members([Paper(paper.texts, extra=white)])).pages[0].tables == []
    grey = white.replace("255 255 255", "120 120 120")
    assert len(of(members([Paper(paper.texts, extra=grey)])).pages[0].tables) == 1
