"""Logical paragraphs from the documents of every reader."""

from __future__ import annotations

from docgen.document import Cell, Document, Line, Page, Table
from docgen.notices.flow import Flow, read_flow
from docgen.readers.text import read_text

SENTENCE = "区县人力资源社会保障部门应当自收到申请之日起十个工作日内完成审核，符合条件的予以公示"


def flow_of(text: str) -> Flow:
    return read_flow(read_text(text.encode(), "样例.txt"))


def texts(text: str) -> list[str]:
    return [b.text for b in flow_of(text).blocks]


def pdf(pages: list[list[tuple[float, float, str]]], width: float = 595.0, height: float = 842.0) -> Document:
    """Lines as (x0, top, text) at 16 points a character, half for ASCII."""
    out = []
    for number, rows in enumerate(pages, 1):
        lines: list[Line | Table] = []
        for x, y, text in rows:
            long = sum(8.0 if c.isascii() else 16.0 for c in text)
            lines.append(Line(text, (x, y, x + long, y + 16)))
        out.append(Page(number, width, height, lines))
    return Document("样例.pdf", "pdf", "pdf-text", pages=out)


def table(number: int, rows: list[list[str]]) -> Table:
    cells = [Cell(r, c, text=t) for r, row in enumerate(rows) for c, t in enumerate(row)]
    return Table(number, len(rows), len(rows[0]), cells)


def test_a_sentence_broken_by_a_page_is_whole_again() -> None:
    text = f"# 样例通知\n\n第一条 {SENTENCE}，公示期不少于\n\n— 2 —\n\n5个工作日。\n\n第二条 本办法由市局解释。\n"
    assert texts(text) == ["样例通知", f"第一条 {SENTENCE}，公示期不少于5个工作日。", "第二条 本办法由市局解释。"]


def test_lines_wrapped_with_blank_lines_between_are_joined() -> None:
    lines = [
        "（一）严格备案管理。工伤职工异地就医前，应当向参保地经办",
        "机构进行备案并经审核同意。备案有效期由参保地统一规定，可以",
        "合理设置变更或者取消备案的时限要求，原则上不超过六个月，并",
        "告知本人。",
        "（二）明确结算范围。异地就医发生的费用纳入直接结算范围，由",
        "经办机构支付。",
    ]
    assert texts("\n\n".join(lines)) == ["".join(lines[:4]), "".join(lines[4:])]


def test_markdown_and_latex_marks_are_no_text() -> None:
    text = "## 第一章 总 则\n\n**第一条** 为了规范办理，制定本办法。\n\n- （一）申请人填写表格，并\n- 签字；\n\n$\\square$ 同意 $\\geq$ 3\n"
    blocks = flow_of(text).blocks
    assert [b.text for b in blocks] == [
        "第一章 总则",
        "第一条 为了规范办理，制定本办法。",
        "（一）申请人填写表格，并签字；",
        "☐ 同意 ≥ 3",
    ]
    assert [b.level for b in blocks] == [2, 0, 0, 0]


def test_titles_issuers_and_dates_stay_on_their_lines() -> None:
    head = "样例市人力资源和社会保障局\n样例市财政局\n关于做好补贴发放工作的\n通知\n\n各区县人社局：\n\n"
    text = head + "特此通知。\n\n样例市人力资源和社会保障局\n样例市财政局\n2024年7月2日\n"
    assert len(texts(text)) == 9
    assert texts(text)[-3:] == ["样例市人力资源和社会保障局", "样例市财政局", "2024年7月2日"]


def test_spaces_between_names_are_kept_and_those_of_the_layout_are_not() -> None:
    assert texts("财 政 部  \n") == ["财政部"]
    assert texts("样例市人社局 样例市财政局\n") == ["样例市人社局 样例市财政局"]
    assert texts("申请人应当在 3 个工作日内补正，逾期 视为放弃。\n") == ["申请人应当在3个工作日内补正，逾期视为放弃。"]
    assert texts("失业时间：   年   月   日\n") == ["失业时间：   年   月   日"]


def test_a_repeated_heading_is_no_running_title() -> None:
    text = "".join(f"{n}、补贴、项目\n\n(一)补贴对象\n\n符合条件的人员。\n\n" for n in "一二三四五六")
    assert sum(t == "(一)补贴对象" for t in texts(text)) == 6


def test_a_running_title_in_the_middle_of_sentences_goes() -> None:
    text = "".join(f"{SENTENCE}，并在\n\n样例政策资讯 总第{1}期\n\n七日内办结。\n\n" for _ in range(5))
    assert texts(text) == [f"{SENTENCE}，并在七日内办结。"] * 5


def test_the_tables_of_a_text_are_joined_under_one_header() -> None:
    page = Page(
        1, blocks=[table(1, [["序号", "单位"], ["1", "甲"]]), table(2, [["序号", "单位"], ["2", "乙"], ["3", "丙"]])]
    )
    blocks = read_flow(Document("a", "docx", "docx", pages=[page], paged=False)).blocks
    assert len(blocks) == 1
    assert blocks[0].table is not None
    assert blocks[0].table.rows == 4
    assert [c.text for c in blocks[0].table.cells] == ["序号", "单位", "1", "甲", "2", "乙", "3", "丙"]
    assert page.tables[0].rows == 2, "the document itself is not changed"


def test_tables_with_other_headers_stay_apart() -> None:
    page = Page(1, blocks=[table(1, [["序号", "单位"], ["1", "甲"]]), table(2, [["编号", "姓名"], ["2", "乙"]])])
    assert len(read_flow(Document("a", "docx", "docx", pages=[page], paged=False)).blocks) == 2


def test_a_page_by_its_geometry() -> None:
    full = "为贯彻落实促进就业的决策部署，进一步规范补贴申领工作，我"
    pages: list[list[tuple[float, float, str]]] = []
    for number in (1, 2, 3):
        pages.append(
            [
                (200.0, 40.0, "样例政策汇编"),
                (112.0, 120.0, full[:-2]),
                (80.0, 148.0, full[:-1] + "局"),
                (80.0, 176.0, "制定了本办法。"),
                (112.0, 204.0, "请遵照执行。"),
                (280.0, 800.0, f"— {number} —"),
            ]
        )
    blocks = read_flow(pdf(pages)).blocks
    assert [b.text for b in blocks] == [full[:-2] + full[:-1] + "局制定了本办法。", "请遵照执行。"] * 3
    assert [b.page for b in blocks] == [1, 1, 2, 2, 3, 3]
    assert all(b.location.bbox is not None for b in blocks)


def test_header_and_footer_of_a_word_file_are_left_out() -> None:
    lines: list[Line | Table] = [
        Line("内部资料"),
        Line("样例通知", paragraph=1),
        Line("正文。", paragraph=2),
        Line("第 1 页 共 2 页"),
    ]
    blocks = read_flow(Document("a", "docx", "docx", pages=[Page(1, blocks=lines)], paged=False)).blocks
    assert [b.text for b in blocks] == ["样例通知", "正文。"]


def test_a_list_set_with_tabs_is_no_table() -> None:
    blocks = flow_of("目录\n第一章\t总则\n第二章\t申请\n第三章\t附则\n").blocks
    assert [b.text for b in blocks] == ["目录", "第一章 总则", "第二章 申请", "第三章 附则"]


def test_an_english_text_and_an_empty_one_are_told() -> None:
    assert (
        "不是中文"
        in flow_of("Notice on subsidies for flexible employment.\nArticle 1 Everyone may apply.\n").warnings[0]
    )
    assert read_flow(Document("a", "txt", "text")).warnings == ["文件里没有文字，无法识别公文内容。"]


def test_a_chapter_is_not_joined_with_its_first_article() -> None:
    text = "第二章 处分的种类和适用\n\n第四条 处分的种类为：\n\n（一）警告；\n"
    assert texts(text) == ["第二章 处分的种类和适用", "第四条 处分的种类为：", "（一）警告；"]


def test_an_article_cited_at_the_beginning_of_a_line_is_none() -> None:
    assert texts("申请人不服的，可以依照本办法\n\n第八条 的规定申请复核。\n") == [
        "申请人不服的，可以依照本办法第八条的规定申请复核。"
    ]
