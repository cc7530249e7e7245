"""Where tags may stand, what they take away, how their places are named, and what a hostile master cannot do."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import escape

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from docgen.errors import UsageError
from docgen.rendering import package
from docgen.rendering.house import draw_notice
from docgen.rendering.template import Template

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
)


def body(xml: str, **more: str) -> bytes:
    """A master with this body and further parts."""
    document = Document()
    out = io.BytesIO()
    document.save(out)
    members = package.read(out.getvalue())
    parts = {"word/document.xml": f"<w:document {_NS}><w:body>{xml}<w:sectPr/></w:body></w:document>", **more}
    for name, text in parts.items():
        members[name] = package.pack(name, text.encode())
    return package.write(members)


def p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def xml_of(data: bytes, part: str = "word/document.xml", **context: Any) -> str:
    filled = package.read(Template(data).fill(context).data)[part].data()
    etree.fromstring(filled)
    return filled.decode()


def texts(xml: str) -> list[str]:
    return [t.text or "" for t in etree.fromstring(xml.encode()).iter(f"{W}t")]


def box(text: str) -> str:
    inner = f"<w:txbxContent>{p(text)}</w:txbxContent>"
    return (
        f"<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'>{inner}</mc:Choice><mc:Fallback><w:pict>"
        f"<v:textbox>{inner}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )


def test_text_boxes_are_filled_in_both_of_their_forms_and_named() -> None:
    data = body(p("头") + box("{{ name }}") + p("{{ tail }}"))
    assert texts(xml_of(data, name="甲", tail="乙")) == ["头", "甲", "甲", "乙"]
    with pytest.raises(UsageError, match=r"^文本框 1 第 1 段：缺少 name$"):
        Template(data).fill({"tail": 1})
    with pytest.raises(UsageError, match=r"^第 3 段：缺少 tail$"):
        Template(data).fill({"name": 1})


def test_tags_in_attributes_are_filled_and_escaped() -> None:
    data = draw_notice({"name": "样例", "paragraphs": [{"text": "正文"}], "watermark": "{{ watermark }}"})
    filled = xml_of(data, "word/header1.xml", watermark='"内部"<&>\n使用')
    (path,) = [
        n for n in etree.fromstring(filled.encode()).iter("{urn:schemas-microsoft-com:vml}textpath") if n.get("string")
    ]
    assert path.get("string") == '"内部"<&> 使用'
    with pytest.raises(UsageError, match=r"^页眉图形或链接的属性：缺少 watermark$"):
        Template(data).fill({})


def test_tags_in_the_instruction_of_a_field() -> None:
    data = body(
        '<w:p><w:r><w:instrText>HYPERLINK "{{ u</w:instrText></w:r><w:r><w:instrText>rl }}"</w:instrText></w:r></w:p>'
    )
    assert "https://example.com/?a&amp;b" in xml_of(data, url="https://example.com/?a&b")


def test_properties_are_filled_and_named() -> None:
    core = (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{{ name }}&lt;{% if a &gt; 1 %}甲{% endif %}</dc:title></cp:coreProperties>'
    )
    data = body(p("x"), **{"docProps/core.xml": core})
    assert "<dc:title>样例&amp;&lt;甲</dc:title>" in xml_of(data, "docProps/core.xml", name="样例&", a=2)
    with pytest.raises(UsageError, match=r"^文档属性“标题”：缺少 name$"):
        Template(data).fill({"a": 1})


def test_comments_of_reviewers_are_left_alone() -> None:
    data = body(p("{{ x }}"), **{"word/comments.xml": f"<w:comments {_NS}>{p('{{ unknown }}')}</w:comments>"})
    assert "{{ unknown }}" in xml_of(data, "word/comments.xml", x=1)


def test_marks_of_proofing_and_bookmarks_do_not_part_a_tag() -> None:
    split = (
        '<w:p w:rsidR="00AA"><w:r w:rsidR="00BB"><w:t>{{ na</w:t></w:r><w:proofErr w:type="spellStart"/>'
        '<w:bookmarkStart w:id="1" w:name="a"/>'
        '<w:r><w:rPr><w:b/></w:rPr><w:t>me</w:t><w:br/><w:t>}</w:t></w:r><w:bookmarkEnd w:id="1"/><w:r><w:t>}，</w:t></w:r></w:p>'
    )
    made = xml_of(body(split), name="甲")
    assert "".join(texts(made)) == "甲，"
    assert "<w:br/>" not in made
    assert "rsid" not in made
    assert "proofErr" not in made


@pytest.mark.parametrize(
    "text",
    ["{{ {'a': {'b': 1}}.a.b }}", "{{ '}}' and 1 }}", "{{ “}}” and 1 }}", "{{- 1 -}}", "{%+ if 1 %}1{% endif %}"],
)
def test_braces_and_quotes_inside_a_tag(text: str) -> None:
    assert texts(xml_of(body(p(text.replace("<", "&lt;"))))) == ["1"]


def test_raw_passages_and_braces_that_are_no_tags_stay_text() -> None:
    data = body(p("{% raw %}{{ x }}{% endraw %}") + p("{ x } }} %} { {") + p("{{ x }}"))
    assert texts(xml_of(data, x="{{ y }}")) == ["{{ x }}", "{ x } }} %} { {", "{{ y }}"]


def row(*cells: str) -> str:
    head = '<w:tcPr><w:tcW w:w="1000" w:type="dxa"/></w:tcPr>'
    return "<w:tr>" + "".join(f"<w:tc>{head}{c}</w:tc>" for c in cells) + "</w:tr>"


def table(*rows: str, columns: int = 2) -> str:
    grid = '<w:gridCol w:w="1000"/>' * columns
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def test_columns_from_the_data_keep_the_width_of_the_table() -> None:
    loop = row(p("月份"), p("{%tc for m in months %}"), p("{{ m }}"), p("{%tc endfor %}"))
    made = etree.fromstring(xml_of(body(table(loop)), months=["一月", "二月", "三月"]).encode())
    widths = [int(c.get(f"{W}w")) for c in made.iter(f"{W}gridCol")]
    assert (len(widths), sum(widths)) == (4, 2000)
    assert [int(c.get(f"{W}w")) for c in made.iter(f"{W}tcW")] == widths


def test_properties_of_cells_stand_where_the_schema_wants_them() -> None:
    cell = p("{% cellbg colour %}{% colspan n %}{% vm %}甲")
    made = xml_of(
        body(table(row(p("{%tr for x in xs %}"), p("")), row(cell, p("乙")), row(p("{%tr endfor %}"), p("")))),
        colour="#FF0000", n=1, xs=[1, 2],
    )  # fmt: skip
    heads = [[etree.QName(c).localname for c in h] for h in etree.fromstring(made.encode()).iter(f"{W}tcPr")]
    assert heads[0] == ["tcW", "gridSpan", "vMerge", "shd"]
    assert made.count('w:val="restart"') == made.count('w:val="continue"') == 1
    assert 'w:fill="FF0000"' in made


def test_what_a_fill_empties_stays_a_document_that_word_takes() -> None:
    cell = "".join(p(t) for t in ("{%p if yes %}", "甲", "{%p endif %}"))
    assert "</w:tcPr><w:p/></w:tc>" in xml_of(body(table(row(cell, p("乙")))), yes=False)
    rows = row(p("{%tr for x in xs %}"), p("")), row(p("{{ x }}"), p("")), row(p("{%tr endfor %}"), p(""))
    assert "<w:tbl>" not in xml_of(body(table(*rows)), xs=[])


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        (p("头") + p("{% if x %}"), "^第 2 段：标签写错了（{% if x %} 没有对应的 {% endif %}"),
        (p("{% endif %}"), "^第 1 段：标签写错了（{% endif %} 没有配对的开头"),
        (p("{% for x in y %}") + p("{% if x %}{% endfor %}"), "前面的 {% if x %}（第 2 段）还没有结束"),
        (p("{% iff x %}"), "不认识 {% iff %}"),
        (p("{% include 'x' %}"), "不认识 {% include %}"),
        (p("{% if x %}") + table(row(p("{% endif %}"), p(""))), "^表 1 第 1 行.*不在同一层"),
        (p("{%p if x %}") + p("甲{% endif %}"), "不在同一层"),
        (p("{# 没有完"), "没有写完整"),
        (p("{% raw %}x"), "endraw"),
        (p("{{tr x }}"), "不支持 {{tr"),
        (p("{% vm %}"), "写在表格的单元格里"),
        (p("{%r if x %}") + p("{{ a b }}{%r endif %}"), "^模板第 2 段：标签写错了"),
        ("<w:p><w:pPr><w:sectPr/></w:pPr><w:r><w:t>{%p if x %}</w:t></w:r></w:p>", "分节符"),
        (table(row(p("{%tr if x %}"), p("{%tr endif %}"))), "一行只写一个"),
    ],
)  # fmt: skip
def test_a_wrong_master_is_refused_with_its_place(xml: str, words: str) -> None:
    with pytest.raises(UsageError, match=words.replace("{", r"\{").replace("}", r"\}")):
        Template(body(xml))


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ ''|attr('__class__') }}",
        "{{ ([1]|map(attribute='__class__')|list)[0] }}",
        "{{ '{0.__class__}'.format(1) }}",
        "{{ '{0.__class__}'.format_map({'0': 1}) }}",
        "{{ '{x.__init__.__globals__}'.format(x=cycler) }}",
        "{{ 'x' * 10**9 }}",
        "{{ [1] * 10**9 }}",
        "{{ 9 ** (9 ** 9) }}",
        "{{ '%099999999d' % 1 }}",
        "{{ '%099999999d'|format(1) }}",
        "{{ '{:99999999}'.format(1) }}",
        "{{ '{:{}}'.format(1, 99999999) }}",
        "{{ 'x'.ljust(10**9) }}",
        "{{ 'x'|center(10**9) }}",
        "{{ [1]|batch(10**9, 'x')|list }}",
        "{{ range(10**9)|list }}",
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% macro m(n) %}{{ m(n) }}{{ m(n) }}{% endmacro %}{{ m(1) }}",
        "{% for x in [[1]] recursive %}{{ loop([[1]]) }}{{ loop([[1]]) }}{% endfor %}",
        "{% set n = namespace(x='xxxxxxxx') %}{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
        "{% set n = namespace(x='xxxxxxxx') %}{% for i in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}",
        "{% set n = namespace(x='xxxxxxxx') %}{% for i in range(60) %}{% set n.x = n.x|replace('x', 'xx') %}{% endfor %}",
        "{% set n = namespace(x='xxxxxxxx') %}{% for i in range(60) %}{% set n.x = [n.x, n.x]|join %}{% endfor %}",
        "{% for x in xs %}{% set y = xs.append(1) %}{% endfor %}",
    ],
)
def test_a_hostile_master_is_stopped_with_a_sentence(attack: str) -> None:
    with pytest.raises(UsageError, match=r"^第 1 段："):
        Template(body(p(attack))).fill({"xs": [1]})


def test_honest_masters_are_not_stopped() -> None:
    data = body(
        p("{{ '{:,.2f}'.format(n) }}|{{ '%05d'|format(7) }}|{{ 'x' * 3 }}|{{ 2 ** 10 }}|{{ 'ab'.replace('a', 'c') }}")
    )
    assert texts(xml_of(data, n=1234.5)) == ["1,234.50|00007|xxx|1024|cb"]
    loop = body(p("{%p for x in xs %}") + p("{{ x }}") + p("{%p endfor %}"))
    assert len(texts(xml_of(loop, xs=range(20_000)))) == 20_000


def test_autoescape_cannot_be_talked_out_of_it() -> None:
    for trick in (
        "{{ x|e }}",
        "{{ x|string }}",
        "{% set y %}{{ x }}{% endset %}{{ y }}",
        "{{ x ~ x|e|replace('q', '') }}",
    ):
        assert "<w:b/>" not in xml_of(body(p(trick)), x="<w:b/>")
    with pytest.raises(UsageError, match="不认识"):
        Template(body(p("{% autoescape false %}{{ x }}{% endautoescape %}")))


@pytest.mark.parametrize(
    "tag", ["{{ x|e|upper }}", "{% macro m() %}{{ x }}{% endmacro %}{{ m()|truncate(3, true, '') }}"]
)
def test_markup_that_a_filter_spoils_is_refused(tag: str) -> None:
    with pytest.raises(UsageError, match="请先处理文字"):
        Template(body(p(tag))).fill({"x": "a&b及其他文字"})


def test_pictures_repeated_by_a_loop_have_ids_of_their_own() -> None:
    drawing = '<w:p><w:r><w:drawing><wp:inline><wp:docPr id="7" name="a"/></wp:inline></w:drawing></w:r></w:p>'
    made = xml_of(body(p("{%p for x in xs %}") + drawing + p("{%p endfor %}")), xs=[1, 2, 3])
    ids = [n.get("id") for n in etree.fromstring(made.encode()).iter() if etree.QName(n).localname == "docPr"]
    assert len(set(ids)) == 3


WHOLE = "甲{{ name }}乙{% if n > 1 %}{{ '}}' }}{% else %}无{% endif %}{_{ x }_}{# 注 #}丙"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, len(WHOLE)), max_size=12))
def test_however_a_text_is_split_into_runs_it_is_filled_the_same(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(WHOLE)]
    runs = "".join(
        f"<w:r><w:rPr><w:b/></w:rPr><w:t>{escape(WHOLE[a:b])}</w:t></w:r><w:proofErr w:type='gramStart'/>"
        for a, b in pairwise(edges)
    )
    assert "".join(texts(xml_of(body(f"<w:p>{runs}</w:p>"), name="样例", n=2))) == "甲样例乙}}{{ x }}丙"


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "{{",
                "}}",
                "{%",
                "%}",
                " x ",
                "if x",
                "endif",
                "for y in x",
                "endfor",
                "p ",
                "r ",
                "-",
                "{#",
                "#}",
                "'",
                "甲",
                "{_{",
            ]
        ),
        max_size=14,
    )
)
def test_any_master_is_refused_with_a_sentence_or_gives_sound_xml(pieces: list[str]) -> None:
    data = body(p("".join(pieces)) + p("尾"))
    try:
        made = xml_of(data, x=["1"], y=1)
    except UsageError as error:
        assert str(error)
    else:
        assert texts(made)[-1] == "尾"
