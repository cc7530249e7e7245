"""Papers built by hand for the tests of docgen.forms, and the tests of how they are laid out and compared."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from checkers.facts import Fact, FormSeen
from checkers.policy import Field, Form
from docgen.cells import column_letters
from docgen.document import Cell, Document, Image, Line, Page, Table, Word
from docgen.forms import normalise_label, read_form, same_label, similarity
from docgen.forms.match import UNIT_ONLY, fold, fold_offsets
from docgen.forms.raw import as_written
from docgen.forms.sheet import locate, make_sheet

WIDTH, HEIGHT = 100.0, 20.0
"""Size in points of a grid cell on a built paged paper."""


def table(*rows: list[object], number: int = 1, top: float = 100.0, paged: bool = False) -> Table:
    """A table from rows of texts; ``(text, colspan)`` or ``(text, colspan, rowspan)`` merges; ``None`` is covered."""
    cells: list[Cell] = []
    taken: set[tuple[int, int]] = set()
    for r, row in enumerate(rows):
        c = 0
        for item in row:
            while (r, c) in taken:
                c += 1
            if item is None:
                continue
            text, cols, height = (item, 1, 1) if isinstance(item, str) else (*item, 1)[:3]  # type: ignore[misc]
            taken |= {(r + y, c + x) for y in range(height) for x in range(cols)}
            box = (c * WIDTH, top + r * HEIGHT, (c + cols) * WIDTH, top + (r + height) * HEIGHT) if paged else None
            lines = [Line(t, box) for t in text.split("\n")] if paged and text else []
            cells.append(Cell(r, c, height, cols, text, box, lines))
            c += cols
    width = max((cell.col + cell.colspan for cell in cells), default=0)
    return Table(number, len(rows), width, cells, (0, top, width * WIDTH, top + len(rows) * HEIGHT) if paged else None)


def paper(*blocks: Table | str, paged: bool = False, images: list[Image] | None = None) -> Document:
    """One page of lines and tables."""
    return pages(list(blocks), paged=paged, images=images)


def pages(*contents: list[Table | str], paged: bool = True, images: list[Image] | None = None) -> Document:
    """Pages of lines and tables; lines are 20 points high from the top."""
    out: list[Page] = []
    paragraph = 0
    for number, blocks in enumerate(contents, 1):
        page = Page(number, 595, 842, images=list(images or []) if number == 1 else [])
        for index, block in enumerate(blocks):
            if isinstance(block, str):
                paragraph += 1
                box = (50.0, 20.0 * index, 300.0, 20.0 * index + 15) if paged else None
                page.blocks.append(Line(block, box, paragraph=None if paged else paragraph))
            else:
                page.blocks.append(block)
        out.append(page)
    return Document(
        "a.pdf" if paged else "a.docx",
        "pdf" if paged else "docx",
        "pdf-text" if paged else "docx",
        pages=out,
        paged=paged,
    )


def read(document: Document, form: Form) -> FormSeen:
    return read_form(document, None, form, "application")


def read_fields(document: Document, **fields: Field) -> dict[str, Fact]:
    return read(document, Form(title="申请表", fields=fields)).facts


def test_label_ignores_spaces_width_breaks_marks_and_brackets() -> None:
    assert normalise_label("姓 名") == "姓名"
    assert normalise_label("*姓　名：") == "姓名"
    assert normalise_label("申请补贴人数\n及金额") == "申请补贴人数及金额"
    assert normalise_label("☐免除\n反担保") == "免除反担保"
    assert normalise_label("法人〔负责人〕") == normalise_label("法人（负责人）") == "法人(负责人)"
    assert normalise_label("银行卡号____") == "银行卡号"


def test_unit_in_brackets_is_optional() -> None:
    assert similarity("注册资本", "注册资本\n（万元）") == UNIT_ONLY
    assert similarity("注册资本", "注册资本(实缴)") < UNIT_ONLY


def test_short_labels_must_be_equal_long_ones_nearly() -> None:
    assert not same_label("姓名", "性名")
    assert not same_label("起始年月", "终止年月")
    assert same_label("街道(乡镇)公共就业创业服务机构意见", "街道（乡镇）公共就业服务机构意见")
    assert not same_label("手机号码", "配偶手机号码")


@given(st.text(alphabet="姓名 \n_：（）Ａ1", max_size=20))
def test_folding_keeps_an_offset_for_every_character(text: str) -> None:
    flat, offsets = fold(text), fold_offsets(text)
    assert len(flat) == len(offsets)
    assert [fold(text[at]) for at in offsets] == list(flat)


def test_wrapped_numbers_join_without_space_words_with_one() -> None:
    assert as_written("5001032001\n07150018") == "500103200107150018"
    assert as_written("重庆市渝中区\n临江路1号") == "重庆市渝中区临江路1号"
    assert as_written("Example Trading\nLimited") == "Example Trading Limited"
    assert as_written(" 李  晓明 ") == "李 晓明"
    assert as_written("__3__人 a_b@example.com") == "3 人 a_b@example.com"


def test_places_are_cells_in_word_and_boxes_on_pages() -> None:
    word = make_sheet(paper(table(["姓名", "李晓明"])))
    assert locate(word, word.regions[1]).cell == "B1"
    two = make_sheet(paper(table(["甲"]), table(["乙"], number=2)))
    assert locate(two, two.regions[1]).cell == "表2!A1"
    pdf = make_sheet(paper(table(["姓名", "李晓明"], paged=True), paged=True))
    place = locate(pdf, pdf.regions[1])
    assert (place.page, place.bbox, place.cell) == (1, (100.0, 100.0, 200.0, 120.0), None)
    assert [column_letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_a_part_of_a_printed_word_has_its_share_of_the_box() -> None:
    document = paper("金额：100元", paged=True)
    line = document.pages[0].lines[0]
    line.words = [Word(line.text, (0.0, 0.0, 110.0, 15.0))]
    sheet = make_sheet(document)
    assert locate(sheet, sheet.regions[0], 3, 6).bbox == (60.0, 0.0, 90.0, 15.0)
