"""Photographs and scans: one small form is drawn and read once; what is damaged, huge or lying is named."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache

import pytest

pytest.importorskip("rapidocr")
pytest.importorskip("cv2")

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from docgen.document import Document, Page
from docgen.errors import UnreadableError
from docgen.readers import ocr, read
from docgen.readers.chars import Glyph
from docgen.readers.deskew import chain, keystone, lean, place_back, quarter, straighten
from docgen.readers.image import _size_in_points
from docgen.readers.limits import Limits
from docgen.readers.rules import binarise, find_boxes, find_rules

DPI = 150


def blank(width: int = 900, height: int = 700) -> Image.Image:
    return Image.new("RGB", (width, height), (255, 255, 255))


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


@cache
def form() -> Image.Image:
    """A table of two rows with latin text (fonts differ from machine to machine), and a line with tick boxes below it."""
    image = blank()
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(28)
    for y in (100, 180, 260):
        pen.line((80, y, 820, y), fill=0, width=3)
    for x in (80, 300, 820):
        pen.line((x, 100, x, 260), fill=0, width=3)
    pen.text((110, 122), "NAME", font=font, fill=0)
    pen.text((330, 122), "LI XIAOMING", font=font, fill=0)
    pen.text((110, 202), "NUMBER", font=font, fill=0)
    pen.text((330, 202), "50010320020314002X", font=font, fill=0)
    for n, (x, word) in enumerate(((110, "YES"), (330, "NO"), (550, "OTHER"))):
        pen.rectangle((x, 330, x + 24, 354), outline=0, width=2)
        if n == 1:
            pen.line((x + 5, 342, x + 11, 349), fill=0, width=3)
            pen.line((x + 11, 349, x + 20, 334), fill=0, width=3)
        pen.text((x + 34, 324), word, font=font, fill=0)
    return image


@cache
def read_form(angle: float = 0.0, turns: int = 0) -> Document:
    image = form().rotate(-angle, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255)).rotate(90 * turns, expand=True)
    return read("a.png", encoded(image, "PNG", dpi=(DPI, DPI)))


def cells(document: Document) -> dict[tuple[int, int], str]:
    return {(c.row, c.col): c.text.replace(" ", "") for _, t in document.tables() for c in t.cells}


CELLS = {(0, 0): "NAME", (0, 1): "LIXIAOMING", (1, 0): "NUMBER", (1, 1): "50010320020314002X"}


def test_picture_of_a_table_is_read_cell_by_cell() -> None:
    document = read_form()
    assert document.reader == "image-ocr"
    assert document.format == "png"
    assert cells(document) == CELLS
    assert document.legible


def test_points_follow_the_resolution_of_the_picture() -> None:
    page = read_form().pages[0]
    assert (page.width, page.height) == pytest.approx((900 / DPI * 72, 700 / DPI * 72), abs=0.5)
    box = page.tables[0].bbox
    assert box == pytest.approx([v / DPI * 72 for v in (80, 100, 820, 260)], abs=2.5)


def test_confidence_is_kept_for_words_and_cells() -> None:
    document = read_form()
    cell = document.pages[0].tables[0].cells[3]
    assert 0.5 < cell.confidence <= 1.0
    assert cell.confidence == min(w.confidence for line in cell.lines for w in line.words)


def test_tick_boxes_become_characters_before_their_options() -> None:
    text = "".join(line.text for line in read_form().pages[0].lines).replace(" ", "")
    assert "☐YES" in text
    assert "☑NO" in text
    assert "☐OTHER" in text


def test_leaning_page_is_straightened_and_its_boxes_lie_on_the_page_as_given() -> None:
    document = read_form(2.0)
    assert cells(document) == CELLS
    angle = np.deg2rad(2.0)
    cell = document.pages[0].tables[0].cells[3]
    # The middle of the cell, turned with the page about its middle.
    x, y = (300 + 820) / 2 - 450, (180 + 260) / 2 - 350
    middle = (x * np.cos(angle) - y * np.sin(angle) + 450, x * np.sin(angle) + y * np.cos(angle) + 350)
    assert cell.bbox is not None
    seen = ((cell.bbox[0] + cell.bbox[2]) / 2, (cell.bbox[1] + cell.bbox[3]) / 2)
    assert seen == pytest.approx([v / DPI * 72 for v in middle], abs=3)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_page_on_its_side_or_head_is_read(turns: int) -> None:
    document = read_form(0.0, turns)
    assert cells(document) == CELLS
    page = document.pages[0]
    assert (page.width < page.height) == (turns != 2)
    assert page.tables[0].bbox is not None
    x0, top, x1, bottom = page.tables[0].bbox
    assert 0 <= x0 < x1 <= page.width
    assert 0 <= top < bottom <= page.height


def test_scanned_pdf_is_read_by_ocr_and_a_page_with_text_is_not() -> None:
    document = read("a.pdf", encoded(form(), "PDF", resolution=DPI))
    assert document.reader == "pdf-ocr"
    assert cells(document) == CELLS


def test_without_the_extra_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    with pytest.raises(UnreadableError, match=r"pip install 'docgen\[ocr\]'"):
        read("a.png", encoded(blank(), "PNG"))
    with pytest.raises(UnreadableError, match=r"pip install 'docgen\[ocr\]'"):
        read("a.pdf", encoded(blank(), "PDF"))


@pytest.fixture
def no_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decoding only: recognition is slow and not what is tested."""
    monkeypatch.setattr(ocr, "recognise", lambda picture: [])


@pytest.mark.usefixtures("no_ocr")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF"])
@pytest.mark.parametrize("mode", ["RGB", "L", "1", "P"])
def test_common_formats_and_modes_are_decoded(kind: str, mode: str) -> None:
    mode = "L" if mode in ("1", "P") and kind in ("JPEG", "WEBP") else mode
    document = read("a", encoded(form().convert(mode), kind))
    assert document.pages[0].tables[0].cols == 2


@pytest.mark.usefixtures("no_ocr")
def test_heic_is_decoded() -> None:
    heif = pytest.importorskip("pi_heif")
    if not getattr(heif, "register_heif_opener", None):
        pytest.skip("no opener")
    with pytest.raises(UnreadableError, match="损坏"):
        read("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 64)


@pytest.mark.usefixtures("no_ocr")
def test_transparent_ground_is_paper() -> None:
    clear = Image.new("RGBA", (400, 300), (0, 0, 0, 0))
    assert read("a.png", encoded(clear, "PNG")).legible


@pytest.mark.usefixtures("no_ocr")
def test_sixteen_bit_grey_is_read() -> None:
    grey = Image.fromarray((np.asarray(form().convert("L")).astype(np.uint16)) * 257)
    assert read("a.png", encoded(grey, "PNG")).pages[0].tables[0].rows == 2


@pytest.mark.usefixtures("no_ocr")
def test_camera_orientation_is_honoured() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    sideways = form().rotate(90, expand=True)
    page = read("a.jpg", encoded(sideways, "JPEG", exif=exif)).pages[0]
    assert page.width > page.height
    assert page.tables[0].rows == 2


@pytest.mark.parametrize(
    ("size", "dpi", "points"),
    [
        ((1654, 2339), (200, 200), (595.4, 842.0)),
        ((3000, 4000), (72, 72), (595.28, 793.7)),
        ((4000, 3000), None, (841.89, 631.4)),
        ((1000, 1000), (1e9, 1e9), (595.28, 595.28)),
    ],
)
def test_size_of_the_page(size: tuple[int, int], dpi: tuple[float, float] | None, points: tuple[float, float]) -> None:
    image = Image.new("1", size)
    if dpi is not None:
        image.info["dpi"] = dpi
    assert _size_in_points(image) == pytest.approx(points, abs=0.2)


@pytest.mark.usefixtures("no_ocr")
def test_pages_of_a_tiff_and_its_limit() -> None:
    frame = blank(300, 200)
    data = encoded(frame, "TIFF", save_all=True, append_images=[frame] * 4)
    assert len(read("a.tif", data).pages) == 5
    document = read("a.tif", data, Limits(ocr_pages=3))
    assert len(document.pages) == 3
    assert any("前 3 页" in w for w in document.warnings)


@pytest.mark.usefixtures("no_ocr")
def test_hostile_tiff_of_3000_frames() -> None:
    frames = [Image.new("1", (16, 16), 1)] * 2_999
    data = encoded(Image.new("1", (16, 16), 1), "TIFF", save_all=True, append_images=frames)
    document = read("a.tif", data, Limits(ocr_pages=4))
    assert len(document.pages) == 4
    assert any("只识别了前 4 页" in w for w in document.warnings)


@pytest.mark.usefixtures("no_ocr")
def test_hostile_100_megapixel_jpeg_is_read_smaller() -> None:
    data = encoded(Image.new("L", (10_000, 10_000), 255), "JPEG", quality=20)
    document = read("a.jpg", data)
    assert any("10000×10000 像素，已缩小后读取" in w for w in document.warnings)


def test_hostile_100_megapixel_png_is_refused_by_its_header() -> None:
    with pytest.raises(UnreadableError, match="10000×10000 像素"):
        read("a.png", encoded(Image.new("1", (10_000, 10_000), 1), "PNG"))


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


@pytest.mark.parametrize("side", [20_000, 65_000, 2**31 - 1])
def test_hostile_png_with_a_huge_declared_size(side: int) -> None:
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    data = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )
    with pytest.raises(UnreadableError, match="像素"):
        read("a.png", data)


@pytest.mark.usefixtures("no_ocr")
def test_hostile_truncated_jpeg_is_read_as_far_as_it_goes() -> None:
    data = encoded(form(), "JPEG")
    document = read("a.jpg", data[: len(data) * 2 // 3])
    assert any("不完整" in w for w in document.warnings)
    assert document.pages[0].tables


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF"])
def test_hostile_picture_of_which_nothing_is_left(kind: str) -> None:
    with pytest.raises(UnreadableError, match=r"损坏|像素"):
        read("a", encoded(form(), kind)[:60])


@pytest.mark.usefixtures("no_ocr")
def test_hostile_picture_that_lies_about_its_type() -> None:
    document = read("申请表.docx", encoded(form(), "JPEG"))
    assert document.format == "jpeg"
    assert "内容实为" in document.warnings[0]


def test_hostile_pdf_of_3000_empty_pages() -> None:
    pdfium = pytest.importorskip("pypdfium2")
    document = pdfium.PdfDocument.new()
    for _ in range(3_000):
        document.new_page(595, 842)
    out = io.BytesIO()
    document.save(out)
    with pytest.raises(UnreadableError, match="没有文字层"):
        read("a.pdf", out.getvalue())


@pytest.mark.usefixtures("no_ocr")
def test_dark_page_is_not_legible() -> None:
    dark = Image.fromarray((np.asarray(form()) * 0.25).astype(np.uint8))
    document = read("a.png", encoded(dark, "PNG"))
    assert not document.legible
    assert any("过暗" in w for w in document.warnings)


def lined(angle: float) -> np.ndarray:
    image = form().convert("L").rotate(-angle, Image.Resampling.BICUBIC, fillcolor=255)
    return np.asarray(image)


@pytest.mark.parametrize("angle", [-6.3, -1.2, 0.0, 0.7, 4.0])
def test_lean_is_found(angle: float) -> None:
    assert lean(lined(angle)) == pytest.approx(angle, abs=0.11)


def test_lean_of_blank_paper_is_none() -> None:
    assert lean(np.full((400, 300), 255, np.uint8)) == 0.0


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_quarter_turns_and_back(turns: int) -> None:
    picture = np.zeros((40, 60), np.uint8)
    picture[10, 50] = 255
    turned, back = quarter(picture, turns)
    y, x = (int(v) for v in np.argwhere(turned == 255)[0])
    assert back @ (x + 0.5, y + 0.5, 1) == pytest.approx([50.5, 10.5, 1])


def test_straighten_and_back() -> None:
    picture = np.full((200, 300, 3), 255, np.uint8)
    cv2.circle(picture, (250, 40), 5, (0, 0, 0), -1)
    turned, back = straighten(picture, 5.0)
    y, x = np.argwhere(turned[:, :, 0] < 100).mean(axis=0)
    assert chain(np.eye(3), back) @ (x, y, 1) == pytest.approx([250, 40, 1], abs=1.0)


def test_boxes_never_leave_the_page() -> None:
    document = read_form()
    page = Page(1, 10, 10, images=list(document.pages[0].images))
    place_back(page, np.array([[1.0, 0, -500], [0, 1, -500], [0, 0, 1]]), 400, 300)
    assert (page.width, page.height) == (400, 300)


def test_rules_are_found_and_strokes_of_letters_are_not() -> None:
    rules = find_rules(binarise(lined(0.0), DPI), DPI)
    assert [round(y) for y, _, _ in sorted(rules.horizontal)] == pytest.approx([100, 180, 260], abs=3)
    assert [round(x) for x, _, _ in sorted(rules.vertical)] == pytest.approx([80, 300, 820], abs=3)


def test_boxes_are_found_and_letters_are_not() -> None:
    ink = binarise(lined(0.0), DPI)
    rules = find_rules(ink, DPI)
    boxes = find_boxes(np.where(rules.mask > 0, np.uint8(0), ink), DPI)
    assert [(round(b.bbox[0]), b.ticked) for b in sorted(boxes, key=lambda b: b.bbox[0]) if b.sure or b.ticked] == [
        (pytest.approx(110, abs=3), False),
        (pytest.approx(330, abs=3), True),
        (pytest.approx(550, abs=3), False),
    ]


def test_a_mouth_behind_a_word_is_a_character_and_elsewhere_a_box() -> None:
    from docgen.readers.repairs import mouths

    glyphs = [
        Glyph("户", 0, 0, 10, 10),
        Glyph("☐", 11, 0, 21, 10),
        Glyph("本", 60, 0, 70, 10),
        Glyph("人", 70, 0, 80, 10),
        Glyph("☐", 81, 0, 91, 10),
        Glyph("口", 100, 0, 110, 10, confidence=0.6),
    ]
    assert "".join(g.text for g in mouths(glyphs)) == "户口本人☐☐"


def test_page_photographed_at_a_slant_is_made_rectangular() -> None:
    page = np.full((1000, 800, 3), 255, np.uint8)
    for k in range(10):
        cv2.line(page, (100, 100 + 85 * k), (700, 100 + 85 * k), (0, 0, 0), 2)
        cv2.line(page, (100 + 66 * k, 100), (100 + 66 * k, 865), (0, 0, 0), 2)
    corners = np.array([(0, 0), (800, 0), (800, 1000), (0, 1000)], np.float32)
    slant = cv2.getPerspectiveTransform(corners, np.array([(30, 15), (760, 0), (800, 1000), (0, 990)], np.float32))
    photo = cv2.warpPerspective(page, slant, (800, 1000), borderValue=(255, 255, 255))
    found = keystone(photo, photo[:, :, 0])
    assert found is not None
    flat, back = found
    rules = find_rules(binarise(flat[:, :, 0], 100), 100)
    assert len(rules.vertical) >= 10
    # The map leads from the corner of the grid back to where the photograph shows it.
    x, y, w = slant @ (100, 100, 1)
    corner = min(rules.horizontal)[1], min(rules.horizontal)[0], 1.0
    u, v, t = back @ corner
    assert (u / t, v / t) == pytest.approx((x / w, y / w), abs=4)


def test_upright_page_is_left_alone() -> None:
    picture = np.ascontiguousarray(np.asarray(form()))
    assert keystone(picture, picture[:, :, 0]) is None
