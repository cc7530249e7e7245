"""Invented official documents for the tests of the content rules: clean but for what a test puts in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from checkers.registry import Document as Known
from checkers.registry import Registry, State
from checkers.report import Location
from docgen.document import Cell, Table
from docgen.linting.content import check_content
from docgen.notices.model import Attachment, CitationFound, Node, Notice

ON = date(2024, 8, 1)
PATH = "样例通知.docx"


def node(number: str | None, text: str, *children: Node, kind: str = "heading") -> Node:
    """A numbered paragraph with what stands below it."""
    return Node(kind, number, text=text, children=list(children), location=Location(PATH))  # type: ignore[arg-type]


def paragraph(text: str, *children: Node) -> Node:
    return node(None, text, *children, kind="paragraph")


def articles(count: int, **texts: str) -> list[Node]:
    """第一条 to the count-th, with texts for some of them (``a3="…"``)."""
    from docgen.linting.numbering import chinese

    return [node(f"第{chinese(n)}条", texts.get(f"a{n}", "样例条文。"), kind="article") for n in range(1, count + 1)]


def table(rows: Sequence[Sequence[str]], label: str = "表") -> Node:
    cells = [Cell(r, c, text=text) for r, row in enumerate(rows) for c, text in enumerate(row)]
    grid = Table(1, len(rows), len(rows[0]), cells)
    return Node("table", table=grid, label=label, location=Location(PATH, cell="A1"))


def attachment(number: int | None, title: str, *body: Node, announced: bool = True) -> Attachment:
    return Attachment(number, title, announced=announced, attached=bool(body), body=list(body))


def notice(*body: Node, **changes: object) -> Notice:
    """A whole and correct document with this body; ``changes`` set any of its facts. Nodes get ids and labels."""
    made = Notice(
        path=PATH,
        title="样例市人力资源和社会保障局关于做好样例工作的通知",
        doc_no="样人社发〔2024〕1号",
        issuers=["样例市人力资源和社会保障局"],
        genre="通知",
        issued=date(2024, 7, 2),
        addressees=["各区人力资源和社会保障局"],
        body=list(body) or [paragraph("请认真贯彻执行。")],
        location=Location(PATH),
    )
    for name, value in changes.items():
        assert hasattr(made, name), name
        setattr(made, name, value)
    for i, one in enumerate(made.nodes()):
        one.id = one.id or f"n{i}"
        one.label = one.label or one.number or "正文"
    return made


def cite(made: Notice, title: str | None = None, doc_no: str | None = None, cited: str | None = None) -> Notice:
    """The notice with a citation, wherever its title or number stands in the text (the whole first node elsewhere)."""
    words = f"《{title}》" if title else doc_no or ""
    for one in made.nodes():
        at = one.text.find(words)
        if at >= 0:
            span = (at, at + len(words) + (len(doc_no) + 2 if title and doc_no else 0))
            found = CitationFound(words, one.label, one.id, span, one.location, title, doc_no, cited=cited)
            made.citations.append(found)
            return made
    raise AssertionError(f"{words} does not stand in the text")


KNOWN = Registry(
    [
        Known("样例市就业补贴管理办法", "样人社发〔2020〕5号", issued=date(2020, 5, 1), articles=20),
        Known(
            "样例市创业扶持暂行办法",
            "样人社发〔2010〕8号",
            issued=date(2010, 3, 1),
            status=[State("repealed", date(2023, 1, 1), "样人社发〔2022〕30号", "第二条")],
        ),
        Known("样例市见习补贴实施细则", "样人社发〔2019〕2号", issued=date(2019, 1, 1), expires=date(2023, 12, 31)),
        Known("样例市技能提升行动方案", "样人社发〔2024〕60号", issued=date(2024, 7, 1), effective=date(2024, 10, 1)),
        Known(
            "样例市职业培训机构管理规定",
            "样人社发〔2015〕7号",
            issued=date(2015, 1, 1),
            status=[State("amended", date(2021, 6, 1), "样人社发〔2021〕9号")],
        ),
        Known(
            "样例市公益性岗位管理规定",
            "样人社发〔2016〕3号",
            issued=date(2016, 1, 1),
            status=[State("partly-repealed", date(2022, 6, 1), "样人社发〔2022〕11号")],
        ),
        Known("样例省就业促进条例", issued=date(2018, 1, 1), status=[State("amended", date(2022, 1, 1), "样例省决定")]),
    ]
)


def rules(made: Notice, on: date = ON) -> list[str]:
    """The rules that found something, without ``notice/``, one entry a finding."""
    return [f.rule.removeprefix("notice/") for f in check_content(made, on, KNOWN)]
