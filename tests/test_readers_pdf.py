"""docgen.readers.pdf on PDFs that the tests write themselves: Identity-H text with a ToUnicode map, rules, fields."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from docgen.document import Document, Table
from docgen.errors import UnreadableError
from docgen.readers.limits import Limits
from docgen.readers.pdf import read_pdf

HEIGHT = 842.0
A4 = "0 0 595 842"
TO_UNICODE = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def "
    b"1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0000> <FFFF> <0000> endbfrange "
    b"endcmap end end"
)
FONT = [
    b"<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/Identity-H/DescendantFonts[4 0 R]/ToUnicode 5 0 R>>",
    b"<</Type/Font/Subtype/CIDFontType2/BaseFont/SimSun/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
    b"/FontDescriptor 6 0 R/DW 1000/W[0 255 500]>>",
    b"<</Length %d>>stream\n" % len(TO_UNICODE) + TO_UNICODE + b"\nendstream",
    b"<</Type/FontDescriptor/FontName/SimSun/Flags 4/FontBBox[0 -140 1000 860]/ItalicAngle 0/Ascent 860/Descent -140"
    b"/CapHeight 700/StemV 80>>",
]


def stream(content: bytes, entries: str = "") -> bytes:
    return f"<</Length {len(content)}{entries}>>stream\n".encode() + content + b"\nendstream"


def assemble(objects: Sequence[bytes], trailer: str = "") -> bytes:
    """A PDF file of numbered objects, the first of which is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    out += f"trailer<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def pdf(
    *pages: str, box: str = A4, page: str = "", catalogue: str = "", more: Sequence[bytes] = (), resources: str = ""
) -> bytes:
    """A file with one content stream a page; objects of ``more`` are numbered from 7, pages follow them."""
    first = 7 + len(more)
    kids = " ".join(f"{first + 2 * i} 0 R" for i in range(len(pages)))
    body: list[bytes] = []
    for i, content in enumerate(pages):
        body.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]{page}/Resources<</Font<</F 3 0 R>>{resources}>>"
            f"/Contents {first + 2 * i + 1} 0 R>>".encode()
        )
        body.append(stream(content.encode()))
    catalog = f"<</Type/Catalog/Pages 2 0 R{catalogue}>>".encode()
    tree = f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode()
    return assemble([catalog, tree, *FONT, *more, *body])


def show(x: float, top: float, text: str, size: float = 10, mode: str = "") -> str:
    """Text whose box begins at (x, top), both from the top left of an A4 page."""
    code = text.encode("utf-16-be").hex()
    return f"BT {mode} /F {size} Tf 1 0 0 1 {x} {HEIGHT - top - 0.86 * size} Tm <{code}> Tj ET\n"


def rule(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"{x0} {HEIGHT - y0} m {x1} {HEIGHT - y1} l S\n"


def frame(x0: float, top: float, x1: float, bottom: float, paint: str = "S") -> str:
    return f"{x0} {HEIGHT - bottom} {x1 - x0} {bottom - top} re {paint}\n"


def lattice(xs: Sequence[float], ys: Sequence[float]) -> str:
    return "".join(rule(xs[0], y, xs[-1], y) for y in ys) + "".join(rule(x, ys[0], x, ys[-1]) for x in xs)


def read(data: bytes, limits: Limits | None = None) -> Document:
    return read_pdf(data, "表.pdf", limits) if limits else read_pdf(data, "表.pdf")


def only_table(document: Document) -> Table:
    (table,) = (table for _, table in document.tables())
    return table


def texts(table: Table) -> list[list[str]]:
    rows: dict[int, list[str]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell.text)
    return [rows[row] for row in sorted(rows)]


SIMPLE = (
    show(200, 40, "补贴申请表", 16)
    + lattice([50, 150, 300], [100, 130, 160])
    + show(55, 108, "姓名")
    + show(155, 108, "李晓明")
    + show(55, 138, "银行卡号")
    + show(155, 138, "6222020000000000000")
    + show(50, 170, "填表说明：如实填写")
)


def test_lines_and_table_come_in_reading_order() -> None:
    document = read(pdf(SIMPLE))
    assert (document.format, document.reader, document.paged) == ("pdf", "pdf-text", True)
    title, table, note = document.pages[0].blocks
    assert [line.text for line in document.pages[0].lines] == ["补贴申请表", "填表说明：如实填写"]
    assert isinstance(table, Table)
    assert texts(table) == [["姓名", "李晓明"], ["银行卡号", "6222020000000000000"]]
    assert title.bbox is not None and note.bbox is not None and title.bbox[1] < table.bbox[1] < note.bbox[1]  # type: ignore[index]


def test_boxes_are_points_from_the_top_left() -> None:
    document = read(pdf(SIMPLE))
    cell = only_table(document).at(0, 1)
    assert cell is not None
    assert cell.bbox == pytest.approx((150, 100, 300, 130), abs=1)
    assert cell.lines[0].bbox == pytest.approx((155, 108, 185, 118), abs=2)
    assert [word.text for word in cell.lines[0].words] == ["李晓明"]


def test_words_part_at_spaces_and_wide_gaps_but_not_at_separate_strings() -> None:
    content = show(50, 50, "姓 名") + show(100, 50, "张") + show(110, 50, "三") + show(200, 50, "电话")
    (line,) = read(pdf(content)).pages[0].lines
    assert line.text == "姓 名 张三 电话"
    assert [word.text for word in line.words] == ["姓", "名", "张三", "电话"]


def test_text_printed_twice_for_boldness_is_read_once() -> None:
    content = show(50, 50, "姓名 电话") + show(50.3, 50, "姓名 电话") + show(50, 80, "2020") + show(70, 80, "2020")
    assert [line.text for line in read(pdf(content)).pages[0].lines] == ["姓名 电话", "20202020"]


def test_rules_drawn_as_thin_rectangles_give_the_same_table() -> None:
    thin = "".join(frame(50, y, 300, y + 0.5, "f") for y in (100, 130, 160))
    thin += "".join(frame(x, 100, x + 0.5, 160.5, "f") for x in (50, 150, 300))
    assert texts(only_table(read(pdf(thin + show(155, 108, "甲") + show(155, 138, "乙"))))) == [["", "甲"], ["", "乙"]]


def test_white_rules_are_no_rules() -> None:
    assert not list(read(pdf("1 1 1 RG " + lattice([50, 150, 300], [100, 130]) + show(55, 108, "甲"))).tables())


def test_rules_inside_a_form_xobject_are_placed_by_its_matrix() -> None:
    inner = lattice([0, 100, 250], [HEIGHT - 60, HEIGHT - 30, HEIGHT])
    form = stream(inner.encode(), "/Type/XObject/Subtype/Form/BBox[-10 -10 600 850]/Matrix[1 0 0 1 20 5]")
    content = "q 1 0 0 1 30 697 cm /X Do Q\n" + show(155, 88, "甲")
    table = only_table(read(pdf(content, more=[form], resources="/XObject<</X 7 0 R>>")))
    assert table.bbox == pytest.approx((50, 80, 300, 140), abs=1)
    assert table.at(0, 1) is not None and table.at(0, 1).text == "甲"  # type: ignore[union-attr]


def test_merged_cells_two_header_rows() -> None:
    content = (
        "".join(rule(50, y, 350, y) for y in (100, 140, 160))
        + rule(150, 120, 350, 120)
        + "".join(rule(x, 100, x, 160) for x in (50, 150, 350))
        + rule(250, 120, 250, 160)
        + show(60, 115, "姓名")
        + show(220, 105, "补贴时段")
        + show(160, 125, "起始年月")
        + show(260, 125, "终止年月")
        + show(60, 145, "王五")
    )
    table = only_table(read(pdf(content)))
    spans = [(c.row, c.col, c.rowspan, c.colspan, c.text) for c in table.cells]
    assert spans == [
        (0, 0, 2, 1, "姓名"),
        (0, 1, 1, 2, "补贴时段"),
        (1, 1, 1, 1, "起始年月"),
        (1, 2, 1, 1, "终止年月"),
        (2, 0, 1, 1, "王五"),
        (2, 1, 1, 1, ""),
        (2, 2, 1, 1, ""),
    ]


def test_tables_are_numbered_over_pages_and_not_joined() -> None:
    document = read(pdf(SIMPLE, SIMPLE))
    assert [(page.number, table.number) for page, table in document.tables()] == [(1, 1), (2, 2)]


def test_text_printed_in_one_go_is_cut_at_the_ruling_line() -> None:
    content = lattice([50, 150, 250], [100, 130]) + "".join(show(142 + 12 * i, 108, c) for i, c in enumerate("甲乙"))
    assert texts(only_table(read(pdf(content)))) == [["甲", "乙"]]


def test_text_that_runs_over_a_ruling_line_is_not_cut() -> None:
    content = lattice([50, 100, 250], [100, 130]) + show(55, 108, "重庆市渝中区")
    assert texts(only_table(read(pdf(content)))) == [["重庆市渝中区", ""]]


def test_a_frame_around_the_page_is_no_table() -> None:
    assert texts(only_table(read(pdf(frame(20, 20, 575, 822) + SIMPLE)))) == [
        ["姓名", "李晓明"],
        ["银行卡号", "6222020000000000000"],
    ]


def test_a_table_in_a_cell_is_nested() -> None:
    content = lattice([50, 300, 500], [100, 200]) + lattice([320, 400, 480], [120, 150]) + show(325, 130, "内")
    table = only_table(read(pdf(content)))
    outer = table.at(0, 1)
    assert outer is not None and outer.text == ""
    assert texts(outer.tables[0]) == [["内", ""]]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_reads_as_displayed(turn: int) -> None:
    wide, high = (842, 595) if turn == 180 else (595, 842)
    # Displayed size is 842 x 595; the content is drawn so that it stands upright after the turn.
    matrix = {90: "0 1 -1 0 595 0", 180: "-1 0 0 -1 842 595", 270: "0 -1 1 0 0 842"}[turn]
    shift = HEIGHT - 595
    content = f"q {matrix} cm 1 0 0 1 0 {-shift} cm {SIMPLE} Q"
    document = read(pdf(content, box=f"0 0 {wide} {high}", page=f"/Rotate {turn}"))
    page = document.pages[0]
    assert (page.width, page.height) == (842, 595)
    assert [line.text for line in page.lines] == ["补贴申请表", "填表说明：如实填写"]
    table = only_table(document)
    assert texts(table) == [["姓名", "李晓明"], ["银行卡号", "6222020000000000000"]]
    assert table.bbox == pytest.approx((50, 100, 300, 160), abs=1)
    assert page.lines[0].bbox == pytest.approx((200, 40, 280, 56), abs=3)


def test_the_crop_box_moves_the_origin_and_hides_what_lies_outside() -> None:
    document = read(pdf(SIMPLE, page="/CropBox[40 100 400 752]"))
    page = document.pages[0]
    assert (page.width, page.height) == (360, 652)
    assert "补贴申请表" not in document.text()
    assert only_table(document).bbox == pytest.approx((10, 10, 260, 70), abs=1)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("□是 ☑否", "☐是 ☑否"),
        ("■是 ☒否", "☑是 ☑否"),
        ("□√是 □否", "☑是 ☐否"),
        ("√□是 □否", "☑是 ☐否"),
        ("□男√□女", "☐男√☐女"),
        ("√ 已婚", "√ 已婚"),
        ("\uf0fe是 \uf0a8否", "☑是 ☐否"),
        ("\uf052是 \uf0a3否", "☑是 ☐否"),
        ("○男 ●女", "☐男 ☑女"),
        ("二○二四年", "二○二四年"),
        ("●注意事项", "●注意事项"),
    ],
)
def test_tick_boxes_are_normalised(printed: str, expected: str) -> None:
    (line,) = read(pdf(show(50, 50, printed))).pages[0].lines
    assert line.text == expected


@pytest.mark.parametrize("mark", ["√", "×", "✓", "V"])
def test_a_mark_printed_over_a_box_ticks_it(mark: str) -> None:
    content = show(50, 50, "□是 □否") + show(76, 50, mark)
    (line,) = read(pdf(content)).pages[0].lines
    assert line.text == "☐是 ☑否"


def test_a_stroke_drawn_over_a_box_ticks_it() -> None:
    content = show(50, 50, "□是 □否") + rule(77, 55, 79, 59) + rule(79, 59, 84, 50)
    (line,) = read(pdf(content)).pages[0].lines
    assert line.text == "☐是 ☑否"


def test_drawn_squares_before_words_are_tick_boxes() -> None:
    content = (
        frame(50, 51, 59, 60)
        + show(61, 50, "是")
        + frame(90, 51, 99, 60)
        + rule(91, 52, 98, 59)
        + rule(91, 59, 98, 52)
        + show(101, 50, "否")
        + frame(150, 51, 159, 60)
        + show(151, 51, "3", 8)
        + show(162, 50, "次")
    )
    (line,) = read(pdf(content)).pages[0].lines
    assert line.text == "☐是 ☑否 3 次"


def test_squares_that_share_sides_are_cells() -> None:
    digits = "".join(
        frame(100 + 12 * i, 50, 112 + 12 * i, 62) + show(103 + 12 * i, 51, c, 9) for i, c in enumerate("4050")
    )
    assert texts(only_table(read(pdf(digits)))) == [["4", "0", "5", "0"]]
    assert texts(only_table(read(pdf(frame(50, 50, 62, 62) + frame(62, 50, 200, 62) + show(70, 51, "甲"))))) == [
        ["", "甲"]
    ]


WIDGET = "<</Type/Annot/Subtype/Widget/F 4/P 8 0 R"


def fillable(*fields: str, content: str = SIMPLE, flags: str = "") -> bytes:
    """SIMPLE with form fields; a field is the rest of a widget's dictionary."""
    kids = " ".join(f"{7 + i} 0 R" for i in range(len(fields)))
    return pdf(
        content,
        page=f"/Annots[{kids}]",
        catalogue=f"/AcroForm<</Fields[{kids}]/DR<</Font<</F 3 0 R>>>>/DA(/F 10 Tf)>>{flags}",
        more=[(WIDGET + field + ">>").encode() for field in fields],
    )


def utf16(text: str) -> str:
    return "<" + ("\ufeff" + text).encode("utf-16-be").hex() + ">"


def test_field_values_stand_at_their_place() -> None:
    content = lattice([50, 150, 300], [100, 130, 160]) + show(55, 108, "姓名") + show(55, 138, "学历")
    data = fillable(
        f"/FT/Tx/T(a)/V{utf16('李 晓明')}/Rect[152 714 298 740]",
        f"/FT/Ch/Ff 131072/T(b)/Opt[{utf16('本科')}]/V{utf16('本科')}/Rect[152 684 298 710]",
        content=content,
    )
    assert texts(only_table(read(data))) == [["姓名", "李 晓明"], ["学历", "本科"]]


def test_a_field_value_that_is_printed_too_is_not_doubled() -> None:
    data = fillable(f"/FT/Tx/T(a)/V{utf16('李晓明')}/Rect[152 714 298 740]")
    assert read(data).text().count("李晓明") == 1


def test_check_boxes_and_radio_buttons_show_their_state() -> None:
    looks = "/AP<</N<</On 3 0 R/Off 3 0 R>>>>"
    data = fillable(
        f"/FT/Btn/T(a)/V/On/AS/On{looks}/Rect[50 782 60 792]",
        f"/FT/Btn/T(b)/V/Off/AS/Off{looks}/Rect[80 782 90 792]",
        f"/FT/Btn/Ff 32768/T(c)/V/On/AS/On{looks}/Rect[110 782 120 792]",
        content=show(62, 50, "是") + show(80, 50, "□否") + frame(110, 50, 120, 60) + show(122, 50, "其他"),
    )
    (line,) = read(data).pages[0].lines
    assert line.text == "☑是 ☐否 ☑其他"


def test_hidden_fields_are_left_out() -> None:
    data = fillable(f"/FT/Tx/T(a)/V{utf16('暗')}/Rect[400 714 498 740]").replace(b"/F 4/P", b"/F 2/P")
    assert "暗" not in read(data).text()


def test_free_text_notes_are_read_and_ink_over_a_box_ticks_it() -> None:
    note = f"<</Type/Annot/Subtype/FreeText/F 4/Contents{utf16('已核')}/Rect[200 700 300 720]/DA(/F 10 Tf)>>"
    ink = "<</Type/Annot/Subtype/Ink/F 4/InkList[[51 783 59 791]]/Rect[50 782 60 792]>>"
    data = pdf(show(50, 50, "□是"), page="/Annots[7 0 R 8 0 R]", more=[note.encode(), ink.encode()])
    assert [line.text for line in read(data).pages[0].lines] == ["☑是", "已核"]


def picture(pixels: bytes, side: int) -> bytes:
    packed = zlib.compress(pixels)
    entries = (
        f"/Type/XObject/Subtype/Image/Width {side}/Height {side}/ColorSpace/DeviceRGB/BitsPerComponent 8"
        "/Filter/FlateDecode"
    )
    return stream(packed, entries)


def ring(side: int, colour: bytes) -> bytes:
    """A ring on white."""
    half = side / 2
    radius = [((x - half) ** 2 + (y - half) ** 2) ** 0.5 / half for y in range(side) for x in range(side)]
    return b"".join(colour if 0.8 < r < 0.95 else b"\xff\xff\xff" for r in radius)


def with_picture(pixels: bytes, side: int, place: str) -> Document:
    return read(pdf(SIMPLE + f"q {place} cm /I Do Q", more=[picture(pixels, side)], resources="/XObject<</I 7 0 R>>"))


def test_a_red_ring_is_a_seal_and_keeps_the_text_under_it() -> None:
    document = with_picture(ring(60, b"\xd0\x10\x10"), 60, "110 0 0 110 160 690")
    assert [(i.kind, i.bbox) for i in document.pages[0].images] == [("seal", pytest.approx((160, 42, 270, 152), abs=1))]
    assert [i.kind for i in only_table(document).at(0, 1).images] == []  # type: ignore[union-attr]
    assert "李晓明" in document.text()


def test_dark_strokes_are_ink_in_their_cell_and_a_photograph_is_a_picture() -> None:
    ink = with_picture(ring(60, b"\x10\x10\x20"), 60, "80 0 0 25 180 714")
    assert [i.kind for i in only_table(ink).at(0, 1).images] == ["ink"]  # type: ignore[union-attr]
    photo = bytes((x * 3 + y * 5 + c * 60) % 190 for y in range(60) for x in range(60) for c in range(3))
    assert [i.kind for i in with_picture(photo, 60, "80 0 0 25 180 714").pages[0].images] == ["picture"]


def test_a_seal_cut_out_by_a_mask_and_one_in_a_stamp_are_seals() -> None:
    mask = zlib.compress(bytes(p[0] and 255 for p in zip(ring(60, b"\x00\x00\x00")[::3], strict=True)))
    grey = "/Type/XObject/Subtype/Image/Width 60/Height 60/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode"
    inverted = grey + "/Decode[1 0]"
    red = picture(b"\xd0\x10\x10" * 3600, 60).replace(b"/Filter", b"/SMask 7 0 R/Filter", 1)
    look = stream(
        b"q 110 0 0 110 0 0 cm /I Do Q",
        "/Type/XObject/Subtype/Form/BBox[0 0 110 110]/Resources<</XObject<</I 8 0 R>>>>",
    )
    stamp = b"<</Type/Annot/Subtype/Stamp/F 4/Rect[300 100 410 210]/AP<</N 9 0 R>>>>"
    document = read(
        pdf(
            SIMPLE + "q 110 0 0 110 160 690 cm /I Do Q",
            page="/Annots[10 0 R]",
            more=[stream(mask, inverted), red, look, stamp],
            resources="/XObject<</I 8 0 R>>",
        )
    )
    assert [(i.kind, i.bbox) for i in document.pages[0].images] == [
        ("seal", pytest.approx((160, 42, 270, 152), abs=1)),
        ("seal", pytest.approx((300, 632, 410, 742), abs=1)),
    ]


def test_a_drawn_red_circle_is_a_seal() -> None:
    x, y, r, k = 250, 700, 55, 30.4
    circle = (
        f"1 0 0 RG 3 w {x - r} {y} m {x - r} {y + k} {x - k} {y + r} {x} {y + r} c "
        f"{x + k} {y + r} {x + r} {y + k} {x + r} {y} c {x + r} {y - k} {x + k} {y - r} {x} {y - r} c "
        f"{x - k} {y - r} {x - r} {y - k} {x - r} {y} c S\n"
    )
    document = read(pdf(circle + "0 0 0 RG 1 w " + SIMPLE))
    assert [i.kind for i in document.pages[0].images] == ["seal"]


def test_invisible_text_is_dropped_unless_a_scan_lies_under_it() -> None:
    content = show(50, 50, "看得见") + show(50, 80, "看不见", mode="3 Tr")
    assert read(pdf(content)).text() == "看得见"
    scan = pdf(
        "q 595 0 0 842 0 0 cm /I Do Q " + show(50, 80, "识别层", mode="3 Tr"),
        more=[picture(b"\xf0" * 300, 10)],
        resources="/XObject<</I 7 0 R>>",
    )
    document = read(scan)
    assert document.text() == "识别层"
    assert any("识别层" in warning for warning in document.warnings)


def test_a_watermark_is_kept_apart_from_the_table() -> None:
    mark = "BT /F 40 Tf 0.7 0.7 -0.7 0.7 120 640 Tm <" + "仅供办理补贴".encode("utf-16-be").hex() + "> Tj ET\n"
    document = read(pdf(SIMPLE + mark))
    assert texts(only_table(document)) == [["姓名", "李晓明"], ["银行卡号", "6222020000000000000"]]
    assert document.pages[0].lines[-1].text == "仅供办理补贴"


def test_radicals_become_plain_characters() -> None:
    assert read(pdf(show(50, 50, "⼈⺠⽇"))).text() == "人民日"


def test_pages_without_text_are_named() -> None:
    document = read(pdf(SIMPLE, frame(50, 50, 300, 300)))
    assert len(document.pages) == 2
    assert document.warnings == ["第 2 页没有文字层（可能是扫描件），未能读取，请人工核对。"]


def test_pages_over_the_limit_are_counted() -> None:
    document = read(pdf(*[show(50, 50, "页")] * 5), Limits(pages=3))
    assert len(document.pages) == 3
    assert document.warnings == ["文件共 5 页，只读取了前 3 页，其余 2 页未读取。"]


def test_too_many_characters_on_a_page_are_cut_with_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docgen.readers.pdf_text.MAX_CHARS", 20)
    monkeypatch.setattr("docgen.readers.pdf.MAX_CHARS", 20)
    document = read(pdf(show(50, 50, "甲" * 30)))
    assert document.text() == "甲" * 20
    assert any("文字超过" in warning for warning in document.warnings)


def test_too_many_objects_on_a_page_are_cut_with_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docgen.readers.drawing.MAX_OBJECTS", 3)
    assert any("图形过多" in warning for warning in read(pdf(SIMPLE)).warnings)


def rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def encrypted(user: bytes, owner: bytes) -> bytes:
    """A one-page file under the standard security handler, revision 2 (RC4, 40 bits)."""
    pad = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
    owner_entry = rc4(md5((owner + pad)[:32])[:5], (user + pad)[:32])
    key = md5((user + pad)[:32] + owner_entry + (0xFFFFFFFC).to_bytes(4, "little") + b"0123456789abcdef")[:5]
    user_entry = rc4(key, pad)

    def sealed(number: int, content: bytes) -> bytes:
        return stream(rc4(md5(key + number.to_bytes(3, "little") + b"\0\0")[:10], content))

    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[7 0 R]/Count 1>>",
        FONT[0],
        FONT[1].replace(b"(Adobe)", b"<41>").replace(b"(Identity)", b"<42>"),
        sealed(5, TO_UNICODE),
        FONT[3],
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>/Contents 8 0 R>>",
        sealed(8, show(50, 50, "只读").encode()),
        f"<</Filter/Standard/V 1/R 2/O<{owner_entry.hex()}>/U<{user_entry.hex()}>/P -4>>".encode(),
    ]
    file_id = b"0123456789abcdef".hex()
    return assemble(objects, f"/Encrypt 9 0 R/ID[<{file_id}><{file_id}>]")


def test_a_file_that_needs_a_password_is_refused() -> None:
    with pytest.raises(UnreadableError, match="已加密，需要密码"):
        read(encrypted(b"secret", b"owner"))


def test_a_file_with_an_owner_password_only_is_read() -> None:
    assert read(encrypted(b"", b"owner")).text() == "只读"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "0 字节"),
        (b"hello", "已损坏"),
        (b"%PDF-1.7\n%%EOF", "已损坏"),
        (pdf(SIMPLE)[:300], "已损坏"),
        (pdf(), "没有任何页面|已损坏"),
        (pdf(*[""] * 300), "没有文字层"),
        (pdf(lattice([50, 150, 300], [100, 130])), "没有文字层"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableError, match=words) as caught:
        read(data)
    assert str(caught.value).count("。") == 1


def test_any_cut_of_a_file_is_read_with_a_warning_or_refused() -> None:
    whole = pdf(SIMPLE, SIMPLE)
    for size in range(0, len(whole) - 40, 97):
        try:
            document = read(whole[:size])
        except UnreadableError:
            continue
        assert any("末尾不完整" in warning for warning in document.warnings)


def test_many_threads_may_read_at_once() -> None:
    data = pdf(SIMPLE)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: read(data).text(), range(16)))
    assert set(results) == {read(data).text()}
