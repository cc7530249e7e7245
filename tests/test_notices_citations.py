"""Citations of an official document: titles, numbers, short names, articles, and places of its own. All names invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.document import Cell, Table
from docgen.notices.citations import find_citations, title_spans
from docgen.notices.model import Attachment, CitationFound, Node, Notice
from docgen.notices.references import number_value, resolve


def notice(*texts: str) -> Notice:
    body = [Node("paragraph", text=text, id=f"para_{n}", label="") for n, text in enumerate(texts, start=1)]
    return Notice(title="样例市人力资源和社会保障局关于样例的通知", doc_no="样人社发〔2024〕1号", body=body)


def cited(*texts: str) -> list[tuple[str | None, str | None, str | None]]:
    return [(c.title, c.doc_no, c.cited) for c in find_citations(notice(*texts))]


def node(kind: str, number: str | None, text: str, ident: str, *children: Node) -> Node:
    return Node(kind, number, None, text, list(children), ident, ident)  # type: ignore[arg-type]


def rules() -> Notice:
    """Eight articles: the second with two 款, the first of which has two 项; an attachment with one paragraph."""
    second = node(
        "article",
        "第二条",
        "",
        "art_2",
        node(
            "paragraph",
            None,
            "有下列情形之一的，可以申请：",
            "art_2__para_1",
            node("item", "（一）", "失业的；", "art_2__para_1__point_1"),
            node("item", "（二）", "患病的。", "art_2__para_1__point_2"),
        ),
        node("paragraph", None, "符合前款第二项规定的，优先办理。", "art_2__para_2"),
    )
    rest = [node("article", f"第{n}条", "甲乙丙丁。", f"art_{at}") for at, n in enumerate("三四五六七八", start=3)]
    body = [node("article", "第一条", "甲。", "art_1"), second, *rest]
    table = Attachment(2, "申请表", attached=True, body=[node("paragraph", None, "样表", "att_2__para_1")])
    return Notice(body=body, attachments=[Attachment(1, "清单"), table])


# ---------------------------------------------------------------- titles and numbers


@pytest.mark.parametrize(
    ("text", "title", "doc_no"),
    [
        ("根据《样例市就业办法》（样人社发〔2024〕1号）规定", "样例市就业办法", "样人社发〔2024〕1号"),
        ("根据《样例市就业办法》(样人社发[2024] 1 号)规定", "样例市就业办法", "样人社发〔2024〕1号"),
        ("根据《样例市就业办法》样人社发【2024】第1号规定", "样例市就业办法", "样人社发〔2024〕第1号"),
        ("按照《工伤样例条例》（国务院令 第 999 号）执行", "工伤样例条例", "国务院令第999号"),
        ("国务院令第999号《工伤样例条例》已经施行", "工伤样例条例", "国务院令第999号"),
        ("按照样人社发〔2023〕7号《关于样例的通知》办理", "关于样例的通知", "样人社发〔2023〕7号"),
        ("按照《关于样例的公告》（2023年第15号）办理", "关于样例的公告", "2023年第15号"),
        ("按照《关于修改〈样例条例〉的决定》办理", "关于修改〈样例条例〉的决定", None),
        ("按照《关于印发《样例办法》的通知》（样府发〔2020〕3号）", "关于印发《样例办法》的通知", "样府发〔2020〕3号"),
        ("按照关于印发《样例办法》的通知（样府发〔2020〕3号）", "关于印发《样例办法》的通知", "样府发〔2020〕3号"),
        ("根据《中华人民共和国样例法》和有关规定", "中华人民共和国样例法", None),
        ("按照样人社发〔2020〕30号文件要求", None, "样人社发〔2020〕30号"),
        ("执行人力资源和社会保障部令第8号的规定", None, "人力资源和社会保障部令第8号"),
    ],
)
def test_spellings(text: str, title: str | None, doc_no: str | None) -> None:
    assert cited(text) == [(title, doc_no, None)]


def test_titles_share_one_list_of_numbers() -> None:
    text = "按照《关于甲的通知》《关于乙的意见》（样人社发〔2020〕1号、9号）执行"
    assert cited(text) == [
        ("关于甲的通知", "样人社发〔2020〕1号", None),
        ("关于乙的意见", "样人社发〔2020〕9号", None),
    ]


def test_one_number_behind_two_titles_belongs_to_the_last() -> None:
    text = "按照《样例法》、《关于乙的意见》（样人社发〔2020〕9号）执行"
    assert cited(text) == [("样例法", None, None), ("关于乙的意见", "样人社发〔2020〕9号", None)]


@pytest.mark.parametrize(
    "text", ["填写《失业人员登记表》", "持《就业创业证》办理", "见《样例日报》", "2024年第1次会议", "拨打12333号"]
)
def test_forms_and_certificates_are_no_citations(text: str) -> None:
    assert cited(text) == []


def test_a_form_is_none_by_its_short_name_either() -> None:
    assert cited("填写《样例申请表》（以下简称《申请表》）。", "《申请表》一式两份。") == []


def test_a_mark_never_closed_hides_nothing() -> None:
    text = "《甲乙，" + "丙" * 300 + "《样例办法》"
    assert [text[a:b] for a, b in title_spans(text)] == ["《样例办法》"]


# ---------------------------------------------------------------- short names


@pytest.mark.parametrize(
    ("given", "later", "alias"),
    [
        ("《样例市就业条例》（以下简称《条例》）", "按照《条例》第八条规定", "条例"),
        ("《关于样例的通知》（样人社发〔2020〕30号，以下简称30号文件）", "落实30号文件精神", "30号文件"),
        ("《关于样例的方案》（样人社发〔2020〕30号，以下简称“实施方案”）", "按照实施方案办理", "实施方案"),
        ("《样例经办规程》（见附件，以下简称经办规程）", "按照经办规程办理", "经办规程"),
    ],
)
def test_short_names_carry_the_full_title(given: str, later: str, alias: str) -> None:
    first, *_, last = [c for c in find_citations(notice(f"根据{given}，制定本办法。", later)) if c.title]
    assert first.alias == last.alias == alias
    assert (last.title, last.doc_no) == (first.title, first.doc_no)
    assert last.node == "para_2"


def test_two_short_names_for_two_titles() -> None:
    text = "根据《样例条例》《样例办法》（以下分别简称《条例》《办法》），制定本细则。"
    found = find_citations(notice(text, "《办法》第三条"))
    assert [(c.title, c.alias) for c in found] == [("样例条例", "条例"), ("样例办法", "办法"), ("样例办法", "办法")]


def test_a_short_name_nobody_gave_has_no_title() -> None:
    (found,) = find_citations(notice("按照《条例》办理"))
    assert (found.title, found.alias) == (None, "条例")


def test_a_short_name_inside_a_longer_name_is_not_it() -> None:
    found = find_citations(notice("《样例档案法》（以下简称档案法）", "违反档案法律的", "违反档案法的"))
    assert [c.node for c in found] == ["para_1", "para_3"]


# ---------------------------------------------------------------- articles of other documents


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        ("依照《样例法》第八条第二款规定", ["第八条第二款"]),
        ("依照《样例法》第十二条至第十五条规定", ["第十二条至第十五条"]),
        ("依照《样例法》第三条、第五条规定", ["第三条", "第五条"]),
        ("依照《样例法》第三条第一款、第三款规定", ["第三条第一款", "第三条第三款"]),
        ("依照《样例法》第三条第（二）项规定", ["第三条第（二）项"]),
        ("依照《样例法》第三十二条第二、三项规定", ["第三十二条第二、三项"]),
        ("依照刑法第二百六十六条的规定", ["第二百六十六条"]),
        ("依照《样例法》规定", [None]),
    ],
)
def test_cited_articles(text: str, articles: list[str | None]) -> None:
    assert [article for _, _, article in cited(text)] == articles


def test_well_known_laws_need_no_marks() -> None:
    assert cited("根据社会保险法有关规定，制定本办法。") == [("社会保险法", None, None)]
    assert cited("违反社会保险法律、法规的") == []


# ---------------------------------------------------------------- places of this document


@pytest.mark.parametrize(
    ("start", "words", "targets"),
    [
        ("art_3", "本条", ["art_3"]),
        ("art_2__para_2", "前款", ["art_2__para_1"]),
        ("art_2__para_2", "前款第二项", ["art_2__para_1__point_2"]),
        ("art_2__para_2", "本条第一款第（一）项", ["art_2__para_1__point_1"]),
        ("art_4", "前两条", ["art_2", "art_3"]),
        ("art_4", "本办法第二条第二款", ["art_2__para_2"]),
        ("art_4", "本办法第二条第（二）项", ["art_2__para_1__point_2"]),
        ("art_4", "第五条至第七条", ["art_5", "art_6", "art_7"]),
        ("art_4", "本办法第五条、第八条", ["art_5", "art_8"]),
        ("art_4", "本办法第二条第一款第一、二项", ["art_2__para_1__point_1", "art_2__para_1__point_2"]),
        ("art_2__para_2", "上述第（一）项", ["art_2__para_1__point_1"]),
        ("art_4", "附件2", ["att_2__para_1"]),
        ("art_4", "附件1", []),
        ("art_4", "本办法第九条", []),
        ("art_1", "前款", []),
        ("art_4", "本条例第八条", ["art_8"]),
        ("art_4", "乱写一气", []),
    ],
)
def test_places(start: str, words: str, targets: list[str]) -> None:
    if words.startswith("上述"):
        start = "art_2__para_1__point_2"
    assert resolve(rules(), start, words) == targets


def test_places_of_a_text_without_articles() -> None:
    second = node("heading", "（二）", "乙。", "hd_1__hd_2")
    third = node("heading", "（三）", "丙。", "hd_1__hd_3")
    first = node(
        "heading", "一、", "总的要求。", "hd_1", node("heading", "（一）", "甲。", "hd_1__hd_1"), second, third
    )
    paper = Notice(body=[first, node("heading", "二、", "按照本通知第一部分第（二）、（三）项执行。", "hd_2")])
    assert [c.target for c in find_citations(paper)] == ["hd_1__hd_2", "hd_1__hd_3"]
    assert resolve(paper, "hd_2", "本通知第一条第(二)项") == ["hd_1__hd_2"]


def test_a_range_gives_one_citation_a_node() -> None:
    paper = rules()
    paper.body[7].text = "违反本办法第三条至第五条规定的，责令改正。"
    found = find_citations(paper)[-3:]
    assert [c.target for c in found] == ["art_3", "art_4", "art_5"]
    assert {c.text for c in found} == {"本办法第三条至第五条"}


def test_what_cannot_be_resolved_keeps_its_words() -> None:
    paper = rules()
    paper.body[7].text = "违反本办法第九十九条规定的，责令改正。"
    found = find_citations(paper)[-1]
    assert (found.text, found.cited, found.target) == ("本办法第九十九条", "本办法第九十九条", None)


def test_words_that_only_look_like_references() -> None:
    assert cited("本条例自公布之日起施行。", "当前一项重要任务", "提前两项工作", "签订合同第三条") == []


def test_headings_cite_too() -> None:
    paper = Notice(body=[Node("heading", "一、", "样例市关于甲的意见（样府发〔2013〕76号）", id="hd_1", label="一")])
    (found,) = find_citations(paper)
    assert (found.doc_no, found.span, found.article) == ("样府发〔2013〕76号", (0, 0), "一")


def test_rows_of_a_table_cite_too() -> None:
    cells = [Cell(0, 0, text="1"), Cell(0, 1, text="《样例办法》"), Cell(0, 2, text="样人社发[2020]8号")]
    (found,) = find_citations(Notice(body=[Node("table", id="table_1", label="附件1", table=Table(1, 1, 3, cells))]))
    assert (found.title, found.doc_no, found.span) == ("样例办法", "样人社发〔2020〕8号", (0, 0))


@pytest.mark.parametrize(
    ("number", "value"),
    [("第八条", 8), ("（十二）", 12), ("3.", 3), ("③", 3), ("第一百零二条", 102), ("甲", None), (None, None)],
)
def test_number_value(number: str | None, value: int | None) -> None:
    assert number_value(number) == value


# ---------------------------------------------------------------- property

WORDS = "《,》,《样例办法》,（样人社发〔2024〕1号）,样人社发,〔2024〕,号,第三条,第二款,、,和,至,前款,本办法,（以下简称《办法》）,《办法》"
PIECES = st.sampled_from(
    [*WORDS.split(","), "附件2", "根据", "，", "。", "（", "）", "“", "”", "国务院令第7号", "第", "项", " ", "\n"]
)


@given(st.lists(st.lists(PIECES, max_size=14).map("".join), max_size=4))
def test_spans_are_exact_and_targets_exist(texts: list[str]) -> None:
    paper = notice(*texts)
    nodes = {n.id: n for n in paper.nodes()}
    for found in find_citations(paper):
        assert isinstance(found, CitationFound)
        assert nodes[found.node].text[slice(*found.span)] == found.text != ""
        assert found.target is None or found.target in nodes
        assert found.doc_no is None or (" " not in found.doc_no and "[" not in found.doc_no)
