"""Tables of contents as compilations print them."""

from __future__ import annotations

from datetime import date

import pytest

from docgen.notices.contents import Contents, read_contents
from docgen.readers import read

TITLES = (
    "样例市人力资源和社会保障局关于做好年度审核的通知",
    "样例市人力资源和社会保障局 样例市财政局关于印发《样例市见习管理办法（试行）》的通知",
    "样例市社会保障卡条例",
)
BODY = (
    "\n\n一、综合\n\n样例市人力资源和社会保障局关于做好年度审核的通知\n\n样人社发〔2024〕1号\n\n各单位：\n\n"
    "为做好审核，现通知如下。\n"
)


def contents_of(text: str) -> Contents | None:
    return read_contents(read("a.txt", text.encode("utf-8")))


def listed(text: str) -> list[tuple[str, str | None, int | None]]:
    found = contents_of(text + BODY)
    assert found is not None
    return [(e.title, e.doc_no, e.page) for e in found.entries]


WANTED = [
    ("样例市人力资源和社会保障局关于做好年度审核的通知", "样人社发〔2024〕1号", 2),
    ("样例市人力资源和社会保障局样例市财政局关于印发《样例市见习管理办法（试行）》的通知", "样人社发〔2024〕12号", 15),
    ("样例市社会保障卡条例", "样例市人民政府令第8号", 120),
]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            f"目 录\n\n一、综合\n\n{TITLES[0]}\n\n样人社发〔2024〕1号 ……………2\n\n{TITLES[1]}\n\n样人社发〔2024〕12号15\n\n"
            f"{TITLES[2]}\n\n样例市人民政府令 第8号 ……120",
            id="number on the next line, page by leaders or glued",
        ),
        pytest.param(
            f"# 目 录\n\n## 综合\n\n1. {TITLES[0]}(样人社发[2024]1号)  \n..... ( 2 )\n2. {TITLES[1]}(样人社发〔2024〕12号) ..... (15)\n"
            f"3. {TITLES[2]}(样例市人民政府令第8号) …… (120)",
            id="numbered, number in brackets, page in brackets",
        ),
        pytest.param(
            f"目录\n一、综合\n{TITLES[0][:20]}\n{TITLES[0][20:]}样人社发〔2024〕1号 2\n"
            f"{TITLES[1][:25]}\n{TITLES[1][25:40]}\n{TITLES[1][40:]}\n"
            f"样人社发〔2024〕12号\n15\n{TITLES[2]}（样例市人民政府令第8号）……120",
            id="entries over several lines",
        ),
        pytest.param(
            f"目录\n一、综合\n{TITLES[0]} 样人社发〔2024〕1号\t2\n"
            f"{TITLES[1]} 样人社发〔2024〕12号\t15\n{TITLES[2]} 样例市人民政府令第8号\t120",
            id="pages behind tabs",
        ),
    ],
)
def test_one_table_printed_in_four_ways(text: str) -> None:
    assert listed(text) == WANTED


def test_categories_are_headings_not_entries() -> None:
    found = contents_of(
        f"目录\n一、综合类\n{TITLES[0]}……2\n政务服务\n{TITLES[2]}……9\n二、社会保险\n样例市财政局关于调整标准的通知12\n"
        + BODY
    )
    assert found is not None
    assert found.categories == ["综合类", "政务服务", "社会保险"]
    assert [e.category for e in found.entries] == ["综合类", "政务服务", "社会保险"]


def test_dates_in_brackets_are_the_entries_dates() -> None:
    found = contents_of(
        "目录\n样例市化解纠纷条例\n（2024年3月28日样例市第六届人民代表大会常务委员会第七次会议通过）……3\n"
        "样例市委关于深化改革的意见 (2024年9月15日)	12\n样例市工资标准公告 （2024年版）……20\n" + BODY
    )
    assert found is not None
    assert [(e.title, e.day) for e in found.entries[:2]] == [
        ("样例市化解纠纷条例", date(2024, 3, 28)),
        ("样例市委关于深化改革的意见", date(2024, 9, 15)),
    ]


def test_a_year_in_the_title_stays_in_it() -> None:
    found = contents_of(
        f"目录\n样例市财政局关于公布培训目录(2024年)的通知\n\n样财办〔2024〕78号12\n{TITLES[2]}……30\n" + BODY
    )
    assert found is not None
    assert found.entries[0].title == "样例市财政局关于公布培训目录(2024年)的通知"
    assert found.entries[0].doc_no == "样财办〔2024〕78号"


def test_an_entry_without_a_page_ends_where_the_next_begins() -> None:
    found = contents_of(
        f"目录\n{TITLES[0]}\n\n样例市财政局关于调整标准的通知\n样财社〔2024〕3号 ……18\n{TITLES[2]}……30\n" + BODY
    )
    assert found is not None
    assert [e.page for e in found.entries] == [None, 18, 30]
    assert any("没有页码" in w for w in found.entries[0].warnings)


def test_a_number_that_is_cut_off_is_said_not_guessed() -> None:
    found = contents_of(
        f"目录\n{TITLES[0]}\n\n〔2024〕——168122\n\n二、就业\n{TITLES[2]}……130\n样例市财政局关于调整标准的通知140\n"
        + BODY
    )
    assert found is not None
    assert found.entries[0].title == TITLES[0]
    assert found.entries[0].doc_no is None
    assert any("不完整" in w for w in found.entries[0].warnings)


def test_the_table_ends_where_the_documents_begin() -> None:
    text = f"目录\n一、综合\n{TITLES[0]}\n样人社发〔2024〕1号……2\n{TITLES[2]}……9\n" + BODY
    found = contents_of(text)
    assert found is not None
    assert len(found.entries) == 2
    assert (found.first, found.last) == (1, 5)


def test_a_laws_chapters_are_no_table_of_contents() -> None:
    text = "样例保护法\n目录\n第一章 总则\n第二章 规划\n第三章 法律责任\n第四章 附则\n第一章 总则\n第一条 为了保护样例，制定本法。\n"
    assert contents_of(text) is None


def test_no_table_no_contents() -> None:
    assert contents_of("Table of contents\nChapter one 3\n") is None
    assert contents_of(BODY) is None


def test_a_table_without_pages_ends_where_its_first_title_comes_again() -> None:
    titles = [f"样例市人力资源和社会保障局关于做好{what}补贴工作的通知" for what in "甲乙"]
    table = [f"{title}（样人社发〔2024〕{n}号）" for n, title in enumerate(titles, 3)]
    contents = contents_of(
        "\n".join(["目 录", *table, titles[0], "样人社发〔2024〕3号", "各区县人力资源和社会保障局："])
    )
    assert contents is not None
    assert [entry.title for entry in contents.entries] == titles
    assert [entry.warnings for entry in contents.entries] == [[], []]
