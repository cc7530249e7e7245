"""``--fix``: what is mechanical is mended in a copy, no word changes, and doing it twice is doing it once."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from docgen.linting.docx_facts import read_facts
from docgen.linting.fixes import fix
from docgen.linting.fixes_xml import ORDERS
from docgen.linting.layout import check_layout
from docgen.linting.layout_rules import PREFIX
from docgen.readers import read
from docgen.rendering import package
from docgen.rendering.house import draw_notice

DOCUMENT = "word/document.xml"
PARAGRAPHS = [
    {"document-number": "样人社发〔2024〕1号"},
    {"title": "样例市人力资源和社会保障局关于报送材料的通知"},
    {"addressee": "各区县人力资源和社会保障局："},
    {"text": "根据《样例办法》（样人社规〔2023〕2号），现就有关事项通知如下。"},
    {"heading": "一、报送内容"},
    {"subheading": "（一）工作总结"},
    {"text": "各区县应当报送全年工作总结，并附统计表。"},
    {"attachments": "附件：1.统计表"},
    {"more": "2.名单"},
    {"signer": "样例市人力资源和社会保障局"},
    {"date": "2024年7月2日"},
    {"attachment": "附件1"},
    {"copies": "抄送：样例市财政局。"},
]
FOOTERS = '<w:footerReference w:type="default" r:id="rIdF1"/><w:footerReference w:type="even" r:id="rIdF2"/>'
DAMAGE = (
    ('w:w="11906" w:h="16838"', 'w:w="12240" w:h="15840"'),
    ('w:left="1587" w:header', 'w:left="1134" w:header'),
    ("方正小标宋简体", "黑体"),
    ('w:sz w:val="32"/><w:szCs w:val="32"', 'w:sz w:val="21"/><w:szCs w:val="21"'),
    ('<w:rFonts w:hint="eastAsia"/>', '<w:rFonts w:hint="eastAsia" w:eastAsia="宋体"/>'),
    ("楷体_GB2312", "宋体"),
    ('w:line="579" w:lineRule="exact"', 'w:line="360" w:lineRule="auto"'),
    ('w:firstLineChars="200" w:firstLine="640"', 'w:firstLine="420"'),
    ('<w:jc w:val="right"/>', '<w:jc w:val="left"/>'),
    ('<w:jc w:val="center"/>', '<w:jc w:val="left"/>'),
    (FOOTERS, ""),
    ("〔", "["),
    ("〕", "】"),
    ("2024年7月2日", "二〇二四年七月二日"),
    ("附件：1.统计表", "附件:1、统计表。"),
    ("2.名单", "2.名单；"),
    ("各区县应当报送", "　各区县应当报送"),
    ("保障局：", "保障局:"),
    ("总结，并", "总结,并"),
    ("<w:pageBreakBefore/>", ""),
    ("样例市财政局。", "样例市财政局"),
)


def drawn(*changes: tuple[str, str]) -> bytes:
    members = package.read(draw_notice({"name": "样例", "paragraphs": PARAGRAPHS}))
    text = members[DOCUMENT].data().decode()
    for was, now in changes:
        text = text.replace(was, now)
    members[DOCUMENT] = package.pack(DOCUMENT, text.encode())
    return package.write(members)


def rules(data: bytes) -> set[str]:
    return {f.rule.removeprefix(PREFIX) for f in check_layout(data, "a.docx")}


def words(data: bytes) -> str:
    """The Chinese words of the paper, without signs, digits and dates."""
    lines = [p.printed for p in read_facts(data).paragraphs]
    return "".join(c for line in lines if "年" not in line for c in line if "\u4e00" <= c <= "\u9fff")


def mended(data: bytes) -> bytes:
    return fix(data, check_layout(data, "a.docx"))[0]


@pytest.mark.parametrize("damage", DAMAGE, ids=[was[:24] for was, _ in DAMAGE])
def test_each_fault_is_mended(damage: tuple[str, str]) -> None:
    data = drawn(damage)
    assert rules(data)
    fixed, done = fix(data, check_layout(data, "a.docx"))
    assert rules(fixed) == set()
    assert done
    assert words(fixed) == words(data)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sets(st.sampled_from(DAMAGE)))
def test_mending_twice_is_mending_once(damage: set[tuple[str, str]]) -> None:
    data = drawn(*sorted(damage))
    findings = check_layout(data, "a.docx")
    once, _ = fix(data, findings)
    assert fix(once, findings) == (once, [])
    assert mended(once) == once
    assert rules(once) == set()
    assert words(once) == words(data)


def test_nothing_to_mend_changes_no_byte() -> None:
    data = drawn()
    assert fix(data, check_layout(data, "a.docx")) == (data, [])
    assert fix(drawn(DAMAGE[0]), []) == (drawn(DAMAGE[0]), [])


def test_only_what_a_finding_names_is_mended() -> None:
    data = drawn(DAMAGE[1], ("〔2024〕", "[2024]"))
    brackets = [f for f in check_layout(data, "a.docx") if f.rule == f"{PREFIX}doc-number-brackets"]
    assert rules(fix(data, brackets)[0]) == {"margins"}


def test_all_other_members_keep_their_bytes() -> None:
    data = drawn(DAMAGE[1], ("〔2024〕", "[2024]"))
    before, after = package.read(data), package.read(mended(data))
    assert list(before) == list(after)
    assert [name for name in before if before[name] != after[name]] == [DOCUMENT]


def test_properties_stand_in_the_order_of_the_schema() -> None:
    data = drawn(*DAMAGE)
    members = package.read(data)
    bare = re.sub(rb"<w:pPr>.*?</w:pPr>", b"", members[DOCUMENT].data())  # everything has to be made anew
    members[DOCUMENT] = package.pack(DOCUMENT, bare)
    checked = 0
    for source in (data, package.write(members)):
        for element in read_facts(mended(source)).root.iter(*ORDERS):
            ranks = [ORDERS[element.tag].index(etree.QName(c).localname) for c in element]
            assert ranks == sorted(ranks)
            checked += 1
    assert checked > 40


def test_page_numbers_come_as_parts_of_the_file() -> None:
    fixed = package.read(mended(drawn((FOOTERS, ""))))
    assert {"word/footerPageNumberOdd.xml", "word/footerPageNumberEven.xml"} <= set(fixed)
    assert b"footerPageNumberOdd" in fixed["word/_rels/document.xml.rels"].data()
    assert b"footerPageNumberEven" in fixed["[Content_Types].xml"].data()
    assert b"evenAndOddHeaders" in fixed["word/settings.xml"].data()


def test_a_footer_with_words_is_left_to_a_person() -> None:
    members = package.read(drawn())
    footer = members["word/footer1.xml"].data().decode().replace("— ", "样例文件 第")
    members["word/footer1.xml"] = package.pack("word/footer1.xml", footer.encode())
    data = package.write(members)
    assert rules(data) == {"page-number"}
    assert mended(data) == data


def test_a_run_in_heading_is_cut_from_its_text() -> None:
    data = drawn(("各区县应当报送全年工作总结，并附统计表。", "（二）报送时间。各区县应当每月报送。"))
    paragraph = next(p for p in read_facts(mended(data)).paragraphs if "报送时间" in p.text)
    assert [(r.text, r.font) for r in paragraph.runs] == [
        ("（二）报送时间。", "楷体_GB2312"),
        ("各区县应当每月报送。", "仿宋_GB2312"),
    ]


def test_a_slip_across_runs_is_mended_in_the_look_of_its_first() -> None:
    data = drawn(("样人社发〔2024〕1号", '样人社发[20</w:t></w:r><w:r><w:t xml:space="preserve">24]1号'))
    text = read(path="a.docx", data=mended(data)).text()
    assert "样人社发〔2024〕1号" in text


def test_a_date_that_is_not_sure_stays() -> None:
    data = drawn(("2024年7月2日", "24年7月2日"))
    assert "--fix" not in check_layout(data, "a.docx")[0].suggestion
    fixed, done = fix(data, check_layout(data, "a.docx"))
    assert (fixed, done) == (data, [])


def test_a_file_of_the_strict_dialect_is_left_alone() -> None:
    members = package.read(drawn(DAMAGE[1]))
    strict = (
        members[DOCUMENT]
        .data()
        .replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        )
    )
    members[DOCUMENT] = package.pack(DOCUMENT, strict)
    data = package.write(members)
    assert "margins" in rules(data)
    assert mended(data) == data
