"""A compilation split by content and by its table of contents, and where the two disagree."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bench.invented_notices import compilation
from checkers.report import Location
from docgen.notices.compilation import Summary, plan, split
from docgen.notices.contents import read_contents
from docgen.notices.flow import read_flow
from docgen.notices.model import Block, Notice
from docgen.notices.openings import find_openings, unglued
from docgen.readers import read

FIRST = (
    "样例市人力资源和社会保障局\n\n样例市财政局\n\n关于做好年度审核工作的\n\n通知\n\n样人社发〔2024〕1号\n\n各区县人力社保局、财政局：\n\n"
    "为做好审核工作，现就有关事项通知如下。\n\n一、审核对象\n\n所有参保单位。\n\n"
    "样例市人力资源和社会保障局\n\n样例市财政局\n\n2024年1月8日\n\n"
)
SECOND = (
    "样例市人民政府关于印发《样例市见习管理办法》的通知\n\n样府发〔2024〕9号\n\n"
    "各区县人民政府：\n\n现将《样例市见习管理办法》印发给你们。\n\n"
    "样例市人民政府\n\n2024年2月5日\n\n样例市见习管理办法\n\n第一章 总则\n\n"
    "第一条 为规范见习，制定本办法。\n\n第二条 本办法自印发之日起施行。\n\n"
)
LAW = (
    "样例市人民政府令\n\n第12号\n\n"
    "《样例市社会保障卡规定》已经2024年3月1日样例市人民政府第8次常务会议通过，现予公布，自2024年5月1日起施行。\n\n"
    "市长 李四\n\n2024年3月18日\n\n样例市社会保障卡规定\n\n第一条 为了便民，制定本规定。\n\n第二条 本规定自2024年5月1日起施行。\n\n"
)
UNNUMBERED = (
    "样例市委 样例市人民政府关于促进就业的意见\n\n（2024年9月15日）\n\n"
    "就业是最基本的民生。为促进就业，提出以下意见。\n\n一、总体要求\n\n稳就业。\n\n"
)
CONTENTS = (
    "样例市政策文件汇编\n\n目 录\n\n一、综合\n\n"
    "样例市人力资源和社会保障局 样例市财政局关于做好年度审核工作的通知\n\n样人社发〔2024〕1号……2\n\n"
    "样例市人民政府关于印发《样例市见习管理办法》的通知\n\n样府发〔2024〕9号……5\n\n二、法规\n"
    "\n样例市社会保障卡规定\n\n样例市人民政府令 第12号……9\n\n"
    "样例市委 样例市人民政府关于促进就业的意见（2024年9月15日）……12\n\n"
)


def notices_of(text: str) -> list[Notice]:
    return list(split(read("a.txt", text.encode("utf-8"))))


def summary_of(text: str) -> Summary:
    document = read("a.txt", text.encode("utf-8"))
    return plan(unglued(read_flow(document).blocks), read_contents(document))


def numbers(notices: list[Notice]) -> list[str | None]:
    return [n.doc_no for n in notices]


def test_split_by_content_alone() -> None:
    found = notices_of(FIRST + SECOND + LAW + UNNUMBERED)
    assert numbers(found) == ["样人社发〔2024〕1号", "样府发〔2024〕9号", "样例市人民政府令第12号", None]
    assert [n.issued for n in found] == [date(2024, 1, 8), date(2024, 2, 5), date(2024, 3, 18), date(2024, 9, 15)]
    assert found[0].issuers == ["样例市人力资源和社会保障局", "样例市财政局"]
    assert all("目录" not in w for n in found for w in n.warnings)


def test_what_a_notice_encloses_stays_with_it() -> None:
    found = notices_of(SECOND + FIRST)
    assert len(found) == 2
    texts = [node.text for node in found[0].nodes()]
    assert any("为规范见习" in t for t in texts)


def test_contents_and_text_agree() -> None:
    text = CONTENTS + "一、综合\n\n" + FIRST + SECOND + "二、法规\n\n" + LAW + UNNUMBERED
    summary = summary_of(text)
    assert (summary.missing, summary.unlisted, summary.differing, summary.repeated) == ([], [], [], [])
    found = notices_of(text)
    assert numbers(found) == ["样人社发〔2024〕1号", "样府发〔2024〕9号", "样例市人民政府令第12号", None]
    assert "二、法规" not in "".join(n.text for n in found[1].nodes())


def test_the_location_is_the_first_line() -> None:
    text = CONTENTS + FIRST
    line = next(n for n, t in enumerate(text.split("\n"), 1) if t == "样例市人力资源和社会保障局")
    found = notices_of(text)
    assert found[0].location == Location("a.txt", paragraph=line)


def test_listed_but_not_printed() -> None:
    text = CONTENTS + FIRST + SECOND + UNNUMBERED
    summary = summary_of(text)
    assert [e.title for e in summary.missing] == ["样例市社会保障卡规定"]
    assert any("目录列有、正文没有：样例市社会保障卡规定" in line for line in summary.lines())
    assert any("样例市社会保障卡规定" in w for w in notices_of(text)[0].warnings)


def test_printed_but_not_listed() -> None:
    extra = SECOND.replace("见习", "实习").replace("〔2024〕9号", "〔2024〕77号")
    found = notices_of(CONTENTS + FIRST + extra + SECOND + LAW + UNNUMBERED)
    assert len(found) == 5
    assert any("目录中没有列出" in w for w in found[1].warnings)


def test_title_and_number_that_differ_are_said() -> None:
    other = FIRST.replace("年度审核", "年度复核").replace("〔2024〕1号", "〔2024〕11号")
    found = notices_of(CONTENTS + other + SECOND + LAW + UNNUMBERED)
    assert found[0].doc_no == "样人社发〔2024〕11号"
    assert any("标题不一致" in w for w in found[0].warnings)
    assert any("文号不一致" in w for w in found[0].warnings)


def test_one_document_printed_twice() -> None:
    summary = summary_of(CONTENTS + FIRST + SECOND + SECOND + LAW + UNNUMBERED)
    assert len(summary.parts) == 5
    assert len(summary.repeated) == 1


def test_a_number_only_the_contents_print_is_marked() -> None:
    found = notices_of(CONTENTS + FIRST.replace("样人社发〔2024〕1号\n\n", "") + SECOND + LAW + UNNUMBERED)
    assert found[0].doc_no == "样人社发〔2024〕1号"
    assert any("取自目录" in w for w in found[0].warnings)


def test_a_table_of_contents_only() -> None:
    summary = summary_of(CONTENTS)
    assert len(summary.missing) == 4
    assert summary.parts == []
    assert any("只有目录" in w for w in summary.warnings)


def test_two_documents_glued_in_one_paragraph() -> None:
    glued = [
        Block(
            "第二条 本办法自印发之日起施行。样例市财政局关于调整标准的通知样财社〔2024〕8号各单位：现将标准调整如下。",
            1,
            Location("a.txt"),
        )
    ]
    assert [b.text for b in unglued(glued)] == [
        "第二条 本办法自印发之日起施行。",
        "样例市财政局关于调整标准的通知",
        "样财社〔2024〕8号",
        "各单位：",
        "现将标准调整如下。",
    ]


def test_a_citation_in_a_paragraph_glues_nothing() -> None:
    cited = [Block("按规定办理。关于调整标准的通知样财社〔2024〕8号同时废止，各单位不得再执行。", 1, Location("a.txt"))]
    assert unglued(cited) == cited


def test_two_documents_without_a_line_between() -> None:
    found = notices_of((FIRST + SECOND).replace("\n\n", "\n"))
    assert numbers(found) == ["样人社发〔2024〕1号", "样府发〔2024〕9号"]


def test_a_list_of_repealed_documents_opens_none() -> None:
    lists = (
        SECOND
        + "附件\n\n废止文件目录\n\n"
        + "".join(f"{n}. 样例市财政局关于调整第{n}项标准的通知（样财社〔2019〕{n}号）\n\n" for n in range(1, 9))
    )
    assert len(notices_of(lists)) == 1


def test_english_is_one_document_without_facts() -> None:
    found = notices_of("A notice about subsidies.\n\nSection 1. Employers apply within 30 days.\n")
    assert len(found) == 1
    assert (found[0].title, found[0].doc_no, found[0].issued) == (None, None, None)


def test_an_invented_compilation_is_found_whole() -> None:
    summary = summary_of(compilation(60_000))
    assert summary.contents is not None
    assert len(summary.contents.entries) == len(summary.parts) >= 8
    assert summary.lines() == []


def test_openings_look_a_bounded_way_back() -> None:
    blocks = [Block(f"样例市人力资源和社会保障局关于第{n}项的通知", n, Location("a.txt")) for n in range(1, 2000)]
    assert find_openings(blocks) == []


@given(
    st.lists(
        st.sampled_from([*FIRST.split("\n\n"), *SECOND.split("\n\n"), *LAW.split("\n\n"), "目录", "……3"]), max_size=25
    )
)
def test_shuffled_lines_are_split_without_an_error(lines: list[str]) -> None:
    blocks = [Block(text, n, Location("a.txt")) for n, text in enumerate(lines, 1)]
    summary = plan(blocks, None)
    assert summary.parts[-1].end <= len(blocks)
    assert all(a.end <= b.start for a, b in zip(summary.parts, summary.parts[1:], strict=False))
