"""The head of an official document: titles in pieces, numbers in all spellings, issuers, dates, addressees."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkers.report import Location
from docgen.notices.doc_number import doc_numbers, whole_number, year_of
from docgen.notices.head import addressees_of, dates_in, is_title, read_head
from docgen.notices.model import Block
from docgen.notices.title_text import genre_of, join_pieces, normalise_title, organs

BUREAU = "样例市人力资源和社会保障局"


def blocks(*lines: str) -> list[Block]:
    return [Block(text, n, Location("a.txt")) for n, text in enumerate(lines, 1)]


def test_a_plain_notice() -> None:
    head = read_head(
        blocks(
            f"{BUREAU}",
            "关于印发《样例市就业见习管理办法》的通知",
            "样人社发〔2024〕1号",
            "各区县（自治县）人力资源社会保障局，市级有关部门：",
            "现将办法印发给你们。",
        )
    )
    assert head.title == f"{BUREAU}关于印发《样例市就业见习管理办法》的通知"
    assert (head.doc_no, head.genre, head.issuers) == ("样人社发〔2024〕1号", "通知", [BUREAU])
    assert head.addressees == ["各区县（自治县）人力资源社会保障局", "市级有关部门"]
    assert head.end == 4
    assert head.warnings == []


def test_a_red_head_with_number_and_signer_above_the_title() -> None:
    head = read_head(
        blocks(
            "000012",
            "特急",
            "样例市人力资源和社会保障局",
            "样例市财政局文件",
            "样人社发[2024] 12号 签发人：张 三",
            "关于做好一次性求职补贴",
            "发放工作的通知",
            "各区县人力社保局、财政局：",
            "正文。",
        )
    )
    assert head.issuers == [BUREAU, "样例市财政局"]
    assert (head.doc_no, head.signer) == ("样人社发〔2024〕12号", "张 三")
    assert head.title == "关于做好一次性求职补贴发放工作的通知"
    assert head.addressees == ["各区县人力社保局", "财政局"]
    assert head.end == 8


def test_joint_issuers_each_on_a_line_one_spaced_out() -> None:
    head = read_head(
        blocks(BUREAU, "财 政 部", "样例市总工会", "关于开展慰问活动的", "通知", "样人社〔2024〕3号", "为开展慰问。")
    )
    assert head.issuers == [BUREAU, "财政部", "样例市总工会"]
    assert head.title == f"{BUREAU}财政部样例市总工会关于开展慰问活动的通知"


def test_markdown_marks_and_half_a_title_twice() -> None:
    head = read_head(
        blocks("# 样例市人民政府关于印发《应对灾情 灾情影响若干措施》的通知", "样府发〔2024〕9号", "各区县人民政府：")
    )
    assert head.title == "样例市人民政府关于印发《应对灾情影响若干措施》的通知"
    assert any("灾情" in w for w in head.warnings)


def test_the_title_printed_twice_counts_once() -> None:
    title = "样例市人力资源和社会保障局关于做好年度审核的通知"
    head = read_head(blocks(title, title, "样人社发〔2024〕5号", "各单位：", "正文。"))
    assert (head.title, head.doc_no, head.end) == (title, "样人社发〔2024〕5号", 4)


def test_an_order_above_its_law() -> None:
    head = read_head(
        blocks(
            "样例市人民政府令",
            "第12号",
            "《样例市社会保障卡管理办法》已经2024年3月1日样例市人民政府第8次常务会议通过，现予公布，自2024年5月1日起施行。",
            "市长 李四",
            "2024年3月18日",
            "样例市社会保障卡管理办法",
            "第一章 总则",
        )
    )
    assert head.title == "样例市社会保障卡管理办法"
    assert (head.doc_no, head.genre, head.issued) == ("样例市人民政府令第12号", "办法", date(2024, 3, 18))
    assert head.end == 6


def test_a_congress_publishes_by_a_number_of_its_own() -> None:
    head = read_head(
        blocks(
            "样例市人民代表大会常务委员会公告",
            "样例市人大常委会〔六届〕第52号",
            "《样例市一卡通条例》已于2024年9月26日经样例市第六届人民代表大会常务委员会第十一次会议通过，现予公布。",
            "样例市人民代表大会常务委员会",
            "2024年9月26日",
            "样例市一卡通条例",
            "第一条 为了便民，制定本条例。",
        )
    )
    assert (head.title, head.doc_no) == ("样例市一卡通条例", "样例市人大常委会〔六届〕第52号")
    assert head.issuers == ["样例市人民代表大会常务委员会"]


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (("公 告", "样例税务局公告2024年第4号", "为了便民。"), "公告"),
        (("样例市人力资源和社会保障局", "公    告", "根据规定。"), "样例市人力资源和社会保障局公告"),
        (("样例市2024年春风行动实施方案", "为做好工作，制定本方案。"), "样例市2024年春风行动实施方案"),
    ],
)
def test_titles_without_about(lines: tuple[str, ...], title: str) -> None:
    assert read_head(blocks(*lines)).title == title


def test_slips_of_text_recognition_in_the_head_are_read_and_said() -> None:
    head = read_head(
        blocks("样例市人力资源和社会保険局关于做好失业保険 and 工伤保険工作的通知", "样人社发〔2024〕5号", "各单位：")
    )
    assert head.title == "样例市人力资源和社会保险局关于做好失业保险和工伤保险工作的通知"
    assert any("“険”、“and”" in w for w in head.warnings)


def test_traditional_characters_are_read_and_said() -> None:
    head = read_head(blocks("樣例市人力資源和社會保障局關於做好就業工作的通知", "樣人社發〔2024〕1號", "各單位："))
    assert (head.title, head.doc_no) == ("样例市人力资源和社会保障局关于做好就业工作的通知", "样人社发〔2024〕1号")
    assert any("繁体" in w for w in head.warnings)


def test_addressees_over_several_lines() -> None:
    head = read_head(
        blocks("关于开展检查的通知", "各区县（自治县）人力社保局，", "市级各部门，", "有关单位：", "正文。")
    )
    assert head.addressees == ["各区县（自治县）人力社保局", "市级各部门", "有关单位"]


def test_an_order_below_the_title_and_the_law_again() -> None:
    head = read_head(
        blocks(
            "样例保护法",
            "样例共和国主席令",
            "第六十五号",
            "《样例保护法》已由会议通过，现予公布。",
            "2020年12月26日",
            "样例保护法",
            "第一条 x",
        )
    )
    assert (head.title, head.doc_no, head.issued) == ("样例保护法", "样例共和国主席令第六十五号", date(2020, 12, 26))
    assert head.end == 6


def test_the_line_of_promulgation() -> None:
    head = read_head(
        blocks(
            "样例市参加社会保险办法",
            "（2011年9月6日样例市人民政府令第16号公布 根据2024年12月23日《样例市人民政府关于修改部分规章的决定》修订）",
            "第一条 为了规范参保，制定本办法。",
        )
    )
    assert (head.doc_no, head.issued, head.end) == ("样例市人民政府令第16号", date(2011, 9, 6), 2)


def test_passed_promulgated_and_in_force() -> None:
    head = read_head(
        blocks(
            "样例市纠纷化解条例",
            "（2024年3月28日样例市人大常委会通过 2024年4月2日公布 自2024年5月1日起施行）",
            "第一章 总则",
        )
    )
    assert (head.signed, head.issued, head.effective) == (date(2024, 3, 28), date(2024, 4, 2), date(2024, 5, 1))


def test_a_web_page_states_its_facts() -> None:
    head = read_head(
        blocks(
            "发文字号：样人社发〔2024〕7号",
            "成文日期：2024-07-02",
            "发布日期：2024-07-09",
            "样例市人力资源和社会保障局关于开展检查的公告",
            "全市用人单位须知。",
        )
    )
    assert (head.doc_no, head.issued, head.genre) == ("样人社发〔2024〕7号", date(2024, 7, 2), "公告")


def test_two_numbers_for_one_document() -> None:
    head = read_head(blocks("关于联合开展检查的通知", "样人社发〔2024〕1号 样财社〔2024〕8号", "各单位：", "正文。"))
    assert (head.doc_no, head.also) == ("样人社发〔2024〕1号", ["样财社〔2024〕8号"])


def test_number_in_brackets_behind_the_title() -> None:
    head = read_head(blocks("样例市财政局关于调整标准的通知（样财社〔2024〕8号）", "各单位：", "正文。"))
    assert (head.title, head.doc_no) == ("样例市财政局关于调整标准的通知", "样财社〔2024〕8号")


@pytest.mark.parametrize(
    "lines",
    [("This notice is about subsidies.", "It has no number."), ("一、总体要求", "要求如下。"), ()],
)
def test_no_head_is_no_guess(lines: tuple[str, ...]) -> None:
    head = read_head(blocks(*lines))
    assert (head.title, head.doc_no, head.issuers, head.end) == (None, None, [], 0)


def test_without_a_number_a_warning_says_so() -> None:
    head = read_head(blocks("样例市人力资源和社会保障局关于开展检查的通知", "各单位：", "正文。"))
    assert head.doc_no is None
    assert head.warnings == ["没有找到发文字号。"]


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("样人社发〔2024〕1号", "样人社发〔2024〕1号"),
        ("样人社发[2024]1号", "样人社发〔2024〕1号"),
        ("样人社发（2024）1号", "样人社发〔2024〕1号"),
        ("样人社发【2024】 1 号", "样人社发〔2024〕1号"),
        ("样人社发 ﹝2024] 第 012 号", "样人社发〔2024〕12号"),
        ("样人社发2024〕3号", "样人社发〔2024〕3号"),
        ("样人社明电〔2020〕1号", "样人社明电〔2020〕1号"),
        ("样人社函〔2020〕24号", "样人社函〔2020〕24号"),
        ("样人社規〔2020〕24號", "样人社规〔2020〕24号"),
        ("样例市人民政府令\n第七七二号", "样例市人民政府令第七七二号"),
        ("样例共和国样例院令 第772号", "样例共和国样例院令第772号"),
        ("样例税务局公告2024年第4号", "样例税务局公告2024年第4号"),
        ("样例人大常委会〔六届〕第52号", "样例人大常委会〔六届〕第52号"),
    ],
)
def test_numbers_in_every_spelling(printed: str, number: str) -> None:
    assert doc_numbers(printed) == [number]
    assert whole_number(f"（{printed}）") == [number]


def test_numbers_in_a_sentence_take_no_word_of_it() -> None:
    said = "根据样人社发〔2019〕3号和样财社〔2020〕4号，《办法》（样府令第5号）继续执行；关于建立制度的通知样劳发〔2004〕30号废止。"
    assert doc_numbers(said) == ["样人社发〔2019〕3号", "样财社〔2020〕4号", "样府令第5号", "样劳发〔2004〕30号"]
    assert whole_number(said) == []


@pytest.mark.parametrize("text", ["2024年第3号", "第12号", "服务热线12333号", "〔2024〕5号", ""])
def test_no_number_without_an_office(text: str) -> None:
    assert doc_numbers(text) == []


def test_the_year_of_a_number() -> None:
    assert year_of("样人社发〔2024〕1号") == 2024
    assert year_of("样例市人民政府令第12号") is None


@given(st.text(max_size=80))
def test_numbers_and_dates_never_raise(text: str) -> None:
    assert all("号" in number for number in doc_numbers(text))
    assert all(1900 <= day.year < 2200 for day in dates_in(text))


@given(
    st.lists(st.text(alphabet="关于印发《》的通知办法样例市人社局（）〔2024〕1号：，。 \n#*", max_size=40), max_size=12)
)
def test_a_head_of_rubble_is_read_without_an_error(lines: list[str]) -> None:
    given_blocks = blocks(*lines)
    head = read_head(given_blocks)
    assert 0 <= head.end <= len(given_blocks)


@pytest.mark.parametrize(
    ("title", "genre"),
    [
        ("关于印发《样例办法》的通知", "通知"),
        ("样例市工伤保险实施细则（试行）", "细则"),
        ("样例市人民政府关于废止部分文件的决定", "决定"),
        ("关于电子合同有关问题的函", "函"),
        ("样例保护法", "法"),
        ("样例", None),
    ],
)
def test_the_genre_is_the_last_genre_word(title: str, genre: str | None) -> None:
    assert genre_of(title) == genre


def test_titles_are_joined_without_spaces_quotes_kept() -> None:
    assert normalise_title("**样例市 关于 做好“三支 一扶” 工作的通知**") == "样例市关于做好“三支一扶”工作的通知"
    assert join_pieces(["关于开展 2024 年", "检查的通知"]) == ("关于开展2024年检查的通知", [])


def test_what_is_a_title() -> None:
    assert is_title("样例市人力资源和社会保障局关于做好工作的通知")
    assert is_title("样例市社会保障卡条例")
    assert not is_title("一、关于做好工作的通知")
    assert not is_title("根据样例市关于做好工作的通知")
    assert not is_title("请认真执行关于工作的通知。")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("样例市人力资源和社会保障局等5个部门", ["样例市人力资源和社会保障局"]),
        ("财 政 部 办 公 厅", ["财政部办公厅"]),
        ("样例市住房和城乡 建设委员会", ["样例市住房和城乡建设委员会"]),
        ("人力资源社会保障部财政部", ["人力资源社会保障部", "财政部"]),
        ("中共中央国务院", ["中共中央", "国务院"]),
        ("国家税务总局 样例市税务局", ["国家税务总局样例市税务局"]),
        ("就业创业", []),
    ],
)
def test_organs(text: str, names: list[str]) -> None:
    assert organs(text) == names


def test_addressees() -> None:
    assert addressees_of("各省、自治区、直辖市及样例兵团人力资源社会保障厅（局）、财政厅（局），部属各单位：") == [
        "各省、自治区、直辖市及样例兵团人力资源社会保障厅（局）",
        "财政厅（局）",
        "部属各单位",
    ]
    assert addressees_of("现就有关事项通知如下：") == []
    assert addressees_of("各单位应当提交下列材料：") == []


def test_dates_in_both_writings() -> None:
    text = "2024年7月2日、二〇二四年十二月三十一日、2024-02-30、2024/3/5"
    assert list(dates_in(text)) == [date(2024, 7, 2), date(2024, 12, 31), date(2024, 3, 5)]
