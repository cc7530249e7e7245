"""Signature, attachments announced, imprint, and what a document says of its own force."""

from __future__ import annotations

from datetime import date

import pytest

from docgen.notices.flow import read_flow
from docgen.notices.model import Notice
from docgen.notices.structure import notice_of
from docgen.notices.tail import day_of
from docgen.readers.text import read_text

HEAD = "样例市人力资源和社会保障局 样例市财政局关于做好补贴发放工作的通知\n\n样人社发〔2024〕1号\n\n各区县人社局：\n\n"


def read(body: str, tail: str = "样例市人力资源和社会保障局 样例市财政局\n2024年7月2日\n") -> Notice:
    text = f"{HEAD}{body}\n\n{tail}"
    return notice_of(read_flow(read_text(text.encode(), "样例.txt")).blocks, "样例.txt")


@pytest.mark.parametrize(
    ("tail", "day"),
    [
        ("样例市人力资源和社会保障局\n2024年7月2日\n", date(2024, 7, 2)),
        ("样例市人力资源和社会保障局\n样例市财政局\n二〇二四年七月二日\n", date(2024, 7, 2)),
        ("样例市财政局 2024 年 7 月 2 日\n", date(2024, 7, 2)),
        ("样例市人力资源和社会保障局\n（2024年12月31日）\n", date(2024, 12, 31)),
    ],
)
def test_the_date_of_the_signature(tail: str, day: date) -> None:
    notice = read("请及时发放。", tail)
    assert notice.issued == day
    assert [n.text for n in notice.body] == ["请及时发放。"]


def test_a_date_in_the_text_is_no_signature() -> None:
    notice = read("一、活动时间\n\n2024年5月1日\n\n二、活动地点\n\n样例市。")
    assert notice.issued == date(2024, 7, 2)


def test_a_date_that_does_not_exist_is_told_and_not_taken() -> None:
    notice = read("请及时发放。", "样例市财政局\n2024年2月30日\n")
    assert notice.issued is None
    assert any("2024年2月30日" in w and "不存在" in w for w in notice.warnings)
    assert day_of("2023年2月29日") is None


def test_an_undated_signature_is_told() -> None:
    notice = read("请及时发放。", "样例市财政局\n")
    assert notice.issued is None
    assert "落款没有日期，成文日期未取。" in notice.warnings


def test_notes_contacts_and_imprint() -> None:
    notice = read(
        "请及时发放。",
        "样例市财政局\n2024年7月2日\n\n（此件公开发布）\n\n（联系人：李某某，电话：000-0000000）\n\n"
        "抄送：市审计局，市税务局。\n\n样例市财政局办公室 2024年7月3日印发\n",
    )
    assert notice.contact == "联系人：李某某，电话：000-0000000"
    assert notice.copies_to == ["市审计局", "市税务局"]
    assert (notice.printed_by, notice.printed_on) == ("样例市财政局办公室", date(2024, 7, 3))
    assert [n.text for n in notice.body] == ["请及时发放。"]
    assert notice.attachments == []


@pytest.mark.parametrize(
    ("lines", "titles"),
    [
        ("附件：补贴申请表", [(None, "补贴申请表")]),
        ("附件：1.补贴申请表\n\n2.人员花名册", [(1, "补贴申请表"), (2, "人员花名册")]),
        ("附件:1.补贴申请表 2.人员花名册(略)", [(1, "补贴申请表"), (2, "人员花名册")]),
        ("附件：\n\n1. 补贴申请表\n2. 人员花名册", [(1, "补贴申请表"), (2, "人员花名册")]),
        ("附 件：（略）", []),
    ],
)
def test_the_list_of_attachments(lines: str, titles: list[tuple[int | None, str]]) -> None:
    notice = read(f"请及时发放。\n\n{lines}")
    assert [(a.number, a.title) for a in notice.attachments] == titles
    assert not any(a.attached for a in notice.attachments)
    assert [n.text for n in notice.body] == ["请及时发放。"]


def test_an_attachment_without_the_word_is_known_by_its_title() -> None:
    tail = "样例市财政局\n2024年7月2日\n\n附件1\n\n补贴申请表\n\n姓名：\n\n人员花名册\n\n单位：\n"
    notice = read("请及时发放。\n\n附件：1.补贴申请表\n\n2.人员花名册", tail)
    assert [(a.number, a.attached, [n.text for n in a.body]) for a in notice.attachments] == [
        (1, True, ["姓名："]),
        (2, True, ["单位："]),
    ]


@pytest.mark.parametrize(
    ("clause", "effective"),
    [
        ("本通知自2024年8月1日起施行。", date(2024, 8, 1)),
        ("本通知从2024年8月1日起正式执行。", date(2024, 8, 1)),
        ("本通知自印发之日起施行。", date(2024, 7, 2)),
        ("本通知自公布之日起30日后施行。", date(2024, 8, 1)),
        ("根据《样例市旧办法》（自2020年1月1日起施行）的要求办理。", None),
        ("上年度标准自2023年1月1日起调整。", None),
    ],
)
def test_from_when(clause: str, effective: date | None) -> None:
    assert read(f"一、{clause}").effective == effective


def test_until_when() -> None:
    assert read("本通知有效期至2025年12月31日。").expires == date(2025, 12, 31)
    ranged = read("本通知自2024年6月1日起执行，实施期限至2025年12月31日。")
    assert (ranged.effective, ranged.expires) == (date(2024, 6, 1), date(2025, 12, 31))
    five = read("本通知自印发之日起施行，有效期5年。")
    assert (five.valid_for, five.expires) == ("有效期5年", None)
    assert read("材料的有效期按规定执行。").valid_for is None


def test_what_is_repealed() -> None:
    notice = read(
        "本通知自2024年8月1日起施行，《样例市旧补贴办法》（样人社发〔2019〕3号）、《样例市旧岗位办法》（样人社发〔2018〕5号）同时废止。"
    )
    assert [(r.title, r.doc_no, r.scope) for r in notice.repeals] == [
        ("样例市旧补贴办法", "样人社发〔2019〕3号", "all"),
        ("样例市旧岗位办法", "样人社发〔2018〕5号", "all"),
    ]
    first = notice.repeals[0]
    node = next(n for n in notice.nodes() if n.id == first.node)
    assert node.text[slice(*first.span)] == first.text


def test_a_part_of_a_document_is_repealed() -> None:
    notice = read("《样例市旧补贴办法》（样人社发〔2019〕3号）第五条同时废止。")
    assert [(r.scope, r.cited) for r in notice.repeals] == [("part", "第五条")]


@pytest.mark.parametrize(
    "clause",
    [
        "以往规定与本通知不一致的，以本通知为准。",
        "《样例市旧补贴办法》尚未废止。",
        "此前有关规定同时废止。",
        "根据《关于废止部分文件的通知》（样人社发〔2020〕1号）要求，及时清理。",
    ],
)
def test_what_is_no_repeal(clause: str) -> None:
    assert read(clause).repeals == []


def test_a_catalogue_of_repealed_documents() -> None:
    body = "现决定废止2件文件，目录见附件。\n\n附件：废止的文件目录"
    tail = "样例市财政局\n2024年7月2日\n\n附件\n\n废止的文件目录\n\n"
    tail += "1.关于旧补贴的通知（样人社发〔2001〕1号）\n\n2.关于旧岗位的通知（样人社发〔2002〕2号）\n"
    assert [(r.title, r.doc_no) for r in read(body, tail).repeals] == [
        ("关于旧补贴的通知", "样人社发〔2001〕1号"),
        ("关于旧岗位的通知", "样人社发〔2002〕2号"),
    ]
