"""Masters written for docxtpl give the same text here: each feature in a master made by python-docx, filled by both."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from docx import Document
from docx.document import Document as WordFile
from docxtpl import DocxTemplate, Listing
from docxtpl import InlineImage as TheirImage
from docxtpl import RichText as TheirRich
from docxtpl import RichTextParagraph as TheirParagraphs
from lxml import etree

from docgen.rendering import package
from docgen.rendering.inline import InlineImage
from docgen.rendering.qr import qrcode
from docgen.rendering.rich import RichParagraphs, RichText
from docgen.rendering.template import Template

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ROWS = [{"name": "甲", "sums": [1, 2, 3]}, {"name": "乙", "sums": [4, 5, 6]}]


def saved(document: WordFile) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def paragraphs(*texts: str | list[str]) -> bytes:
    """A paragraph given as a list is that many runs, every second one bold."""
    document = Document()
    for text in texts:
        paragraph = document.add_paragraph()
        for number, piece in enumerate([text] if isinstance(text, str) else text):
            paragraph.add_run(piece).bold = number % 2 == 1
    return saved(document)


def table(*rows: list[str]) -> bytes:
    document = Document()
    made = document.add_table(len(rows), len(rows[0]))
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            made.cell(r, c).text = text
    return saved(document)


def in_cell(*texts: str) -> bytes:
    document = Document()
    cell = document.add_table(1, 2).cell(0, 0)
    cell.text = texts[0]
    for text in texts[1:]:
        cell.add_paragraph(text)
    return saved(document)


def seen(data: bytes, part: str = "word/document.xml") -> list[str]:
    """The texts of a part's paragraphs, without those in cells that continue a merged one: nobody sees them."""
    root = etree.fromstring(package.read(data)[part].data())
    signs = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}drawing": "▣"}
    out = []
    for paragraph in root.iter(f"{W}p"):
        cell = next(paragraph.iterancestors(f"{W}tc"), None)
        merge = cell.find(f"{W}tcPr/{W}vMerge") if cell is not None else None
        if merge is None or merge.get(f"{W}val") == "restart":
            nodes = (n for n in paragraph.iter(f"{W}t", *signs) if n.getparent().tag != f"{W}tabs")
            out.append("".join(signs.get(str(n.tag)) or n.text or "" for n in nodes))
    return [text for text in out if text.strip()]


def theirs(data: bytes, context: dict[str, Any]) -> bytes:
    template = DocxTemplate(io.BytesIO(data))
    template.render(context)
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        paragraphs("你好，{{ name }}。", ["{", "{ na", "me }", "}收悉"], "{{ name|upper }}"),
        paragraphs("{%p if yes %}", "是", "{%p else %}", "否", "{%p endif %}", "{%p if not yes %}", "不见", "{%p endif %}"),
        paragraphs("{%p for r in rows %}", "{{ loop.index }}. {{ r.name }}", "{%p endfor %}", "完"),
        paragraphs("{% for r in rows %}{{ r.name }}；{% endfor %}", "{% set a = 2 %}{{ a * 3 }}"),
        paragraphs("{% for r in rows %}", "{{ r.name }}", "{% endfor %}"),
        paragraphs(["甲{%r if yes %}", "乙", "{%r endif %}丙"], ["头", "{%r if not yes %}无{%r endif %}", "尾"]),
        paragraphs("{_{ 原样 }_}", "{_% 原样 %_}"),
        paragraphs("{#p 说明 #}", "正{# 批注 #}文", "尾"),
        paragraphs("我家在", "{%- if yes -%}", "城里", "{%- else -%}", "乡下", "{%- endif -%}", "，我喜欢。", "第二段"),
        paragraphs("{{ “引号” }}", "{% if n < 3 and n > 1 %}二{% endif %}"),
        paragraphs("{% macro m(x) %}〔{{ x }}〕{% endmacro %}{{ m(name) }}", "{{ '%s号'|format(n) }}"),
        table(["姓名", "一"], ["{%tr for r in rows %}", ""], ["{{ r.name }}", "{{ r.sums[0] }}"], ["{%tr endfor %}", ""]),
        table(*[["{%tc for x in rows[" + n + "].sums %}", "{{ x }}", "{%tc endfor %}"] for n in "01"]),
        table(["{% colspan 2 %}合计", ""], ["a", "b"]),
        table(["{% cellbg colour %}红", "b"]),
        table(["{%tr for r in rows %}", ""], ["{% vm %}{{ name }}", "{{ r.name }}"], ["{%tr endfor %}", ""]),
        table(["{%tc for x in rows %}", "{% hm %}表头", "{%tc endfor %}"], ["{%tc for x in rows %}", "{{ x.name }}", "{%tc endfor %}"]),
        table(["{#tr 行说明 #}", ""], ["留", "{#tc 格说明 #}"]),
        in_cell("{%p for r in rows %}", "{{ r.name }}", "{%p endfor %}", "尾"),
    ],
)  # fmt: skip
def test_the_same_master_gives_the_same_text(data: bytes) -> None:
    context = {"name": "样例", "yes": True, "n": 2, "rows": ROWS, "colour": "FF0000"}
    assert seen(Template(data).fill(context).data) == seen(theirs(data, context))


@pytest.mark.parametrize("text", ["一\n二\t三", "一\a二\a三", "一\f二", "普通"])
def test_control_characters_in_values(text: str) -> None:
    data = paragraphs("头{{ text }}尾")
    assert seen(Template(data).fill({"text": text}).data) == seen(theirs(data, {"text": text}))
    assert seen(Template(data).fill({"text": text}).data) == seen(theirs(data, {"text": Listing(text)}))


def rich(kind: Callable[..., Any], half_points: int) -> Any:
    made = kind("红字", color="#FF0000", bold=True)
    made.add("与<大>字\n次行", size=16 * half_points, underline=True, italic=True)
    made.add("\a新段", font="黑体")
    return made


def test_rich_text_in_a_run() -> None:
    data = paragraphs(["前", "{{r x }}", "后"])
    own = seen(Template(data).fill({"x": rich(RichText, 1)}).data)
    assert own == seen(theirs(data, {"x": rich(TheirRich, 2)}))


def test_rich_paragraphs() -> None:
    data = paragraphs("前", "{{p x }}", "后")
    context = {"x": RichParagraphs().add("一", "Heading1").add(RichText("二", bold=True))}
    other = TheirParagraphs("一", parastyle="Heading1")
    other.add(TheirRich("二", bold=True))
    assert seen(Template(data).fill(context).data) == seen(theirs(data, {"x": other}))


def test_pictures() -> None:
    data, picture = paragraphs("前{{ x }}后"), qrcode("https://example.com/").data
    template = DocxTemplate(io.BytesIO(data))
    template.render({"x": TheirImage(template, io.BytesIO(picture))})
    out = io.BytesIO()
    template.save(out)
    assert seen(Template(data).fill({"x": InlineImage(picture)}).data) == seen(out.getvalue()) == ["前▣后"]


def test_headers_footers_and_properties() -> None:
    document = Document()
    document.sections[0].header.paragraphs[0].text = "{{ name }}页眉"
    document.sections[0].footer.paragraphs[0].text = "{% if yes %}页脚{% endif %}"
    document.core_properties.title = "{{ name }}通知书"
    data, context = saved(document), {"name": "样例 & 局", "yes": True}
    own = Template(data).fill(context).data
    other = DocxTemplate(io.BytesIO(data))
    other.render(context, autoescape=True)
    buffer = io.BytesIO()
    other.save(buffer)
    for part in ("word/header1.xml", "word/footer1.xml"):
        assert seen(own, part) == seen(buffer.getvalue(), part)
    assert Document(io.BytesIO(own)).core_properties.title == "样例 & 局通知书"
    assert Document(buffer).core_properties.title == "样例 &amp; 局通知书"  # escaped twice there


def test_where_we_differ_on_purpose() -> None:
    data = paragraphs("{{ none }}|{{ yes }}|{{ day }}|{{ text }}")
    context = {"none": None, "yes": True, "day": "2024-08-20", "text": "<b>"}
    assert seen(Template(data).fill(context).data) == ["|是|2024年8月20日|<b>"]
    assert seen(theirs(data, {**context, "text": "b"})) == ["None|True|2024-08-20|b"]
