"""The layout of a Word file against GB/T 9704: each rule has a case that breaks it and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from checkers.report import Finding
from docgen.errors import UnreadableError
from docgen.generating.values import convert
from docgen.linting.docx_facts import read_facts
from docgen.linting.layout import check_layout
from docgen.linting.layout_roles import parts_of
from docgen.linting.layout_rules import PREFIX, RULES, not_a_word_file
from docgen.linting.layout_text import edits_of
from docgen.rendering import package
from docgen.rendering.house import draw_notice
from docgen.rendering.manifest import load_manifest
from docgen.rendering.template import template

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "notices"
DOCUMENT, STYLES, SETTINGS = "word/document.xml", "word/styles.xml", "word/settings.xml"

PARAGRAPHS: list[dict[str, str]] = [
    {"mark": "样例市文件"},
    {"document-number": "样人社发〔2024〕1号"},
    {"title": "样例市人力资源和社会保障局关于报送材料的通知"},
    {"addressee": "各区县人力资源和社会保障局："},
    {"text": "根据《样例办法》（样人社规〔2023〕2号），现就有关事项通知如下。"},
    {"heading": "一、报送内容"},
    {"subheading": "（一）工作总结"},
    {"text": "各区县应当报送全年工作总结。"},
    {"text": "1.总结不超过3000字；"},
    {"text": "（1）附有统计表。"},
    {"attachments": "附件：1.统计表"},
    {"more": "2.名单"},
    {"signer": "样例市人力资源和社会保障局"},
    {"date": "2024年7月2日"},
    {"note": "（此件公开发布）"},
    {"attachment": "附件1"},
    {"caption": "统计表"},
    {"copies": "抄送：样例市财政局。"},
]


def drawn(*changes: tuple[str, str], part: str = DOCUMENT, paragraphs: list[dict[str, str]] | None = None) -> bytes:
    """The notice above with text of one part replaced; what is replaced must be there."""
    members = package.read(draw_notice({"name": "样例", "paragraphs": paragraphs or PARAGRAPHS}))
    text = members[part].data().decode()
    for was, now in changes:
        assert was in text, was
        text = text.replace(was, now)
    members[part] = package.pack(part, text.encode())
    return package.write(members)


def within(words: str, was: str, now: str) -> bytes:
    """The notice with ``was`` replaced in the paragraph that begins with ``words``."""
    text = package.read(drawn())[DOCUMENT].data().decode()
    at = text.index(f">{words}")
    start, end = text.rindex("<w:p>", 0, at), text.index("</w:p>", at)
    paragraph = text[start:end]
    assert was in paragraph, was
    return drawn((paragraph, paragraph.replace(was, now)))


def broken(data: bytes) -> list[str]:
    return [f.rule.removeprefix(PREFIX) for f in check_layout(data, "a.docx")]


def one(data: bytes) -> Finding:
    (finding,) = check_layout(data, "a.docx")
    return finding


def test_our_own_layout_passes() -> None:
    assert broken(drawn()) == []


def official(path: Path) -> bool:
    """A form, a table and a paper that persons sign are no official documents."""
    manifest = yaml.safe_load(path.read_text(encoding="utf-8"))
    styles = {style for item in manifest["paragraphs"] for style in item}
    return manifest.get("page") != "landscape" and not styles & {"table", "sign", "line"}


@pytest.mark.parametrize("name", sorted(p.stem for p in TEMPLATES.glob("*.yaml") if official(p)))
def test_our_notices_pass_when_filled(name: str) -> None:
    manifest = load_manifest(TEMPLATES / f"{name}.yaml")
    values = convert(manifest.variables, manifest.sample())
    assert broken(template(manifest.path).fill(values).data) == []


MARGIN = 'w:left="1587" w:header'
FOOTERS = '<w:footerReference w:type="default" r:id="rIdF1"/><w:footerReference w:type="even" r:id="rIdF2"/>'
CASES: dict[str, Callable[[], bytes]] = {
    "page-size": lambda: drawn(('w:w="11906" w:h="16838"', 'w:w="12240" w:h="15840"')),
    "margins": lambda: drawn((MARGIN, 'w:left="1134" w:header')),
    "title": lambda: within("样例市人力资源和社会保障局关于", "方正小标宋简体", "黑体"),
    "doc-number-place": lambda: within("样人社发", '<w:jc w:val="center"/>', '<w:jc w:val="left"/>'),
    "addressee": lambda: within("各区县人力", "<w:jc", '<w:ind w:firstLineChars="200" w:firstLine="640"/><w:jc'),
    "body-font": lambda: within(
        "各区县应当", '<w:rFonts w:hint="eastAsia"/>', '<w:rFonts w:hint="eastAsia" w:eastAsia="宋体"/>'
    ),
    "body-size": lambda: within("各区县应当", 'w:sz w:val="32"', 'w:sz w:val="28"'),
    "heading-font": lambda: within("一、报送", "黑体", "宋体"),
    "line-pitch": lambda: within("各区县应当", 'w:line="579"', 'w:line="360"'),
    "characters": lambda: within("各区县应当", 'w:spacing w:val="-5"', 'w:spacing w:val="40"'),
    "indent": lambda: within(
        "各区县应当", 'w:firstLineChars="200" w:firstLine="640"', 'w:firstLineChars="0" w:firstLine="0"'
    ),
    "signature-place": lambda: within("2024年7月2日", '<w:jc w:val="right"/>', '<w:jc w:val="left"/>'),
    "attachment-mark": lambda: within("附件1", "黑体", "宋体"),
    "imprint": lambda: within("抄送", 'w:sz w:val="28"', 'w:sz w:val="32"'),
    "copies": lambda: drawn(("样例市财政局。", "样例市财政局")),
    "page-number": lambda: drawn((FOOTERS, "")),
    "doc-number-brackets": lambda: drawn(("样人社发〔2024〕1号", "样人社发[2024]1号")),
    "doc-number-form": lambda: drawn(("样人社发〔2024〕1号", "样人社发〔2024〕第01号")),
    "date-form": lambda: drawn(("2024年7月2日", "二〇二四年七月二日")),
    "attachment-note": lambda: drawn(("附件：1.统计表", "附件：1.统计表。")),
    "punctuation": lambda: drawn(("各区县应当报送", "各区县,应当报送")),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_broken_rule_is_told_and_no_other(rule: str) -> None:
    finding = one(CASES[rule]())
    assert finding.rule == PREFIX + rule
    assert finding.code == "layout.invalid"
    assert finding.severity == RULES[rule].severity
    assert finding.actual and finding.expected and finding.citations[0].title
    assert RULES[rule].clause in finding.explanation[0] and RULES[rule].says in finding.explanation[0]


def test_the_place_is_the_paragraph() -> None:
    assert [x.paragraph for x in one(CASES["indent"]()).locations] == [8]
    assert one(CASES["margins"]()).locations[0].paragraph is None


def test_one_finding_for_all_places() -> None:
    finding = one(drawn(("样人社发〔2024〕1号", "样人社发【2024】1号"), ("样人社规〔2023〕2号", "样人社规(2023)2号")))
    assert [x.paragraph for x in finding.locations] == [2, 5]
    assert "共2处" in finding.message


def test_fonts_come_through_styles_and_the_theme() -> None:
    assert "body-font" in broken(drawn(("仿宋_GB2312", "宋体"), part=STYLES))
    style = '<w:style w:type="paragraph" w:styleId="b"><w:name w:val="正文一"/><w:basedOn w:val="c"/></w:style>'
    base = '<w:style w:type="paragraph" w:styleId="c"><w:name w:val="正文二"/><w:rPr><w:rFonts w:eastAsia="宋体"/></w:rPr></w:style>'
    members = package.read(within("各区县应当", "<w:pPr>", '<w:pPr><w:pStyle w:val="b"/>'))
    sheet = members[STYLES].data().decode().replace("</w:styles>", f"{style}{base}</w:styles>")
    members[STYLES] = package.pack(STYLES, sheet.encode())
    assert one(package.write(members)).actual == "宋体"


def test_styles_based_on_each_other_end() -> None:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{a}"><w:name w:val="{a}"/><w:basedOn w:val="{b}"/></w:style>'
        for a, b in (("x", "y"), ("y", "x"))
    )
    members = package.read(within("各区县应当", "<w:pPr>", '<w:pPr><w:pStyle w:val="x"/>'))
    sheet = members[STYLES].data().decode().replace("</w:styles>", f"{styles}</w:styles>")
    members[STYLES] = package.pack(STYLES, sheet.encode())
    assert broken(package.write(members)) == []


@pytest.mark.parametrize("face", ["仿宋", "FangSong", "仿宋_GB2312", "方正仿宋_GBK", "华文仿宋"])
def test_any_fangsong_will_do(face: str) -> None:
    hint = '<w:rFonts w:hint="eastAsia"/>'
    assert broken(within("各区县应当", hint, f'<w:rFonts w:hint="eastAsia" w:eastAsia="{face}"/>')) == []


def test_a_line_grid_gives_the_pitch_too() -> None:
    exact = 'w:line="579" w:lineRule="exact"'
    assert broken(within("各区县应当", exact, 'w:line="240" w:lineRule="auto"')) == []
    assert broken(within("各区县应当", exact, 'w:line="360" w:lineRule="auto"')) == ["line-pitch"]
    off = within("各区县应当", f'<w:spacing w:before="0" w:after="0" {exact}/>', '<w:snapToGrid w:val="0"/>')
    assert "由字号决定" in one(off).actual


def test_typed_spaces_are_an_indent() -> None:
    bare = [{"plain": "　　各区县应当报送全年工作总结。"} if "各区县应当" in str(p) else p for p in PARAGRAPHS]
    assert broken(drawn(paragraphs=bare)) == []


def test_a_head_without_a_title_or_with_a_stretched_mark() -> None:
    """A title may stand in a text box; the mark of the organ is often stretched over the line."""
    assert broken(drawn(paragraphs=PARAGRAPHS[3:])) == []
    assert broken(drawn(paragraphs=[{"plain": "内部资料"}, *PARAGRAPHS[2:]])) == []
    assert broken(within("样例市文件", '<w:jc w:val="center"/>', '<w:jc w:val="distribute"/>')) == []


def test_numbered_sentences_are_text() -> None:
    hint, song = '<w:rFonts w:hint="eastAsia"/>', '<w:rFonts w:hint="eastAsia" w:eastAsia="{}"/>'
    assert broken(within("1.总结不超过", hint, song.format("宋体"))) == ["body-font"]
    sentence = [*PARAGRAPHS[:5], {"heading": "一、各区县应当高度重视，按时报送。"}, *PARAGRAPHS[7:]]
    assert broken(drawn(paragraphs=sentence)) == []


def test_a_date_below_the_title_is_no_signature() -> None:
    dated = [PARAGRAPHS[2], {"centre": "2024年7月2日"}, *PARAGRAPHS[4:13]]
    roles = [p.role for p in parts_of(read_facts(drawn(paragraphs=dated)))]
    assert roles[:3] == ["title", "text", "text"] and "inside" not in roles


def test_headings_are_told_from_numbered_text() -> None:
    text = [*PARAGRAPHS[:7], {"text": "（二）各区县应当按月报送，逾期不予受理；"}, *PARAGRAPHS[7:]]
    assert broken(drawn(paragraphs=text)) == []
    run_in = [*PARAGRAPHS[:7], {"text": "（二）补贴标准。按照规定执行。"}, *PARAGRAPHS[7:]]
    assert broken(drawn(paragraphs=run_in)) == ["heading-font"]
    articles = [*PARAGRAPHS[:5], {"text": "第一条　本办法适用于本市。"}, {"text": "（一）补贴标准。按照规定执行。"}]
    assert broken(drawn(paragraphs=articles)) == []


def test_an_attachment_begins_a_page() -> None:
    page = "<w:pageBreakBefore/>"
    assert one(drawn((page, ""))).actual == "没有另起一页"
    broken_before = '<w:p><w:r><w:br w:type="page"/></w:r></w:p><w:p><w:pPr>'
    assert broken(drawn((f"<w:p><w:pPr>{page}", broken_before))) == []


def test_the_look_of_the_page_number() -> None:
    members = package.read(drawn())
    footer = members["word/footer1.xml"].data().decode()
    members["word/footer1.xml"] = package.pack("word/footer1.xml", footer.replace("—", "").encode())
    assert "一字线" in one(package.write(members)).actual
    assert "两侧" in one(drawn(("<w:evenAndOddHeaders/>", ""), part=SETTINGS)).actual


def test_a_number_put_at_the_outer_edge_needs_no_even_footer() -> None:
    """Word's frame and WPS's text box place the number outside by themselves."""
    members = package.read(drawn((FOOTERS, FOOTERS.split("/>", maxsplit=1)[0] + "/>")))
    footer = members["word/footer1.xml"].data().decode()
    framed = footer.replace("<w:pPr>", '<w:pPr><w:framePr w:wrap="around" w:vAnchor="text" w:xAlign="outside"/>', 1)
    members["word/footer1.xml"] = package.pack("word/footer1.xml", framed.encode())
    assert broken(package.write(members)) == []


def test_a_turned_page_has_its_own_margins() -> None:
    turned = '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/><w:pgMar w:top="1000" w:left="1000"'
    section = f'<w:p><w:pPr><w:sectPr>{FOOTERS}{turned} w:right="1000" w:bottom="1000"/></w:sectPr></w:pPr></w:p>'
    assert broken(drawn(("<w:sectPr><w:footer", f"{section}<w:sectPr><w:footer"))) == []


def test_the_parts_of_a_notice() -> None:
    roles = [p.role for p in parts_of(read_facts(drawn()))]
    assert roles == [
        "mark", "number", "title", "addressee", "text", "heading-1", "heading-2", "text", "heading-3", "heading-4",
        "attachments", "more", "signer", "date", "remark", "attachment", "inside", "imprint",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "role", "rules"),
    [
        ("（2024年7月2日市政府常务会议通过）", "text", []),
        ("劳社部发(1999)34号、人社部发［2020］1号", "text", ["doc-number-brackets"] * 2),
        ("（2024）京01民终1号判决", "text", []),
        ("人社部令第53号", "number", []),
        ("2024年07月02日", "date", ["date-form"]),
        ("２０２４年７月２日", "date", ["date-form"]),
        ("24年7月2日", "date", ["date-form"]),
        ("2024.7.2", "date", ["date-form"]),
        ("一九九九年十二月三十一日", "date", ["date-form"]),
        ("2024年07月02日前报送", "text", []),
        ("附件:1、统计表;", "attachments", ["attachment-note"] * 3),
        ("比例为1:2,共3,000元", "text", []),
        ("样例(试行)", "text", ["punctuation"] * 2),
        ("详见http://a.b/c?d,e", "text", []),
    ],
)
def test_slips_of_writing(text: str, role: str, rules: list[str]) -> None:
    assert [e.rule for e in edits_of(text, role)] == rules  # type: ignore[arg-type]


def test_dates_are_mended_only_where_they_are_sure() -> None:
    (chinese,) = edits_of("二〇二四年十一月二十一日", "date")
    assert chinese.new == "2024年11月21日"
    (short,) = edits_of("24年7月2日", "date")
    assert short.new is None


def test_what_is_no_word_file_is_refused_or_said() -> None:
    with pytest.raises(UnreadableError):
        check_layout(b"PK\3\4 not a zip", "a.docx")
    assert not_a_word_file("a.pdf").severity == "info"
