"""Pledges, signatures, seals and their dates."""

from __future__ import annotations

import pytest
from test_forms_paper import paper, read, table

from checkers.facts import FormSeen
from checkers.policy import Field, Form, Mark, Pledge
from docgen.document import Cell, Image, Table, Word

WORDS = "本人承诺，提供的信息真实有效，如有不实，愿意承担一切责任。"
ASKED = f"请抄录以下内容并签名：{WORDS}"
PERSON = Form(
    fields={"name": Field("姓名"), "signed_on": Field("日期", type="date", role="signed_on")},
    pledge=Pledge(WORDS),
    signatures={"signature": Mark("申请人(签字)")},
    office_use=["街道(乡镇)公共就业创业服务机构意见"],
)
UNIT = Form(
    fields={"signed_on": Field("日期", type="date", role="signed_on")},
    pledge=Pledge("本单位承诺，提供的信息真实有效。", by="unit"),
    seals={"seal": Mark("盖章", by="unit")},
)


def signed(text: str, office: str = "盖章：      年   月   日") -> FormSeen:
    return read(paper(table(["姓名", "李晓明"], [(text, 2)], ["街道（乡镇）公共就业创业服务机构意见", office])), PERSON)


def test_transcribed_signed_and_dated() -> None:
    seen = signed(f"{ASKED}\n \n{WORDS}\n申请人（签字）：李晓明 2024年8月20日")
    assert seen.pledge == WORDS
    assert (seen.marks["signature"].state, seen.marks["signature"].text) == ("present", "李晓明")
    assert (seen.facts["signed_on"].raw, seen.facts["signed_on"].state) == ("2024年8月20日", "filled")
    assert seen.pledge_locations[0].cell == "A2"


def test_an_empty_area_is_an_empty_pledge() -> None:
    seen = signed(f"{ASKED}\n____________\n____________\n申请人（签字）：          年   月   日")
    assert seen.pledge == ""
    assert seen.marks["signature"].state == "absent"
    assert seen.facts["signed_on"].state == "blank"


def test_a_wrong_word_is_returned_as_written() -> None:
    wrong = WORDS.replace("一切", "全部")
    assert signed(f"{ASKED}\n{wrong}\n申请人（签字）：李晓明").pledge == wrong


def test_the_printed_copy_broken_over_lines_is_not_a_transcription() -> None:
    asked = "请抄录以下内容并签名：本人承诺，提供的信\n息真实有效，如有不实，愿意承担一切责任。"
    assert signed(f"{asked}\n申请人（签字）：").pledge == ""
    assert signed(
        f"{asked}\n本人承诺，提供的信息真实有效，\n如有不实，愿意承担一切责任\n申请人（签字）："
    ).pledge == WORDS.rstrip("。")


def test_no_area_no_pledge() -> None:
    assert read(paper(table(["姓名", "李晓明"])), PERSON).pledge is None


def test_transcription_in_the_cell_below() -> None:
    document = paper(table([(ASKED, 2)], [(f"{WORDS}\n申请人（签字）：李晓明", 2)]))
    assert read(document, PERSON).pledge == WORDS


def test_a_printed_declaration_is_returned_as_found() -> None:
    form = Form(pledge=Pledge("本单位保证所申报材料真实有效,否则愿意承担由此引起的一切法律责任和后果。", copied=False))
    text = "本单位保证所申报材料真实有效，否则愿意承担由此\n引起的一切法律责任和后果。"
    assert read(paper(table(["单位声明", f"{text}\n经办人："])), form).pledge == text.replace("\n", "")
    assert read(paper(table(["单位声明", ""])), form).pledge is None


def test_the_offices_seal_and_date_are_not_the_applicants() -> None:
    form = Form(fields=PERSON.fields, seals={"seal": Mark("盖章", by="unit")}, office_use=PERSON.office_use)
    seen = read(paper(table(["街道(乡镇)公共就业创业服务机构意见", "盖章：某街道办 2024年9月1日"])), form)
    assert seen.marks["seal"].state == "absent"
    assert seen.facts["signed_on"].state == "absent"


def test_the_offices_own_marks_are_read_in_its_block() -> None:
    form = Form(
        fields={"date": Field("初查日期", role="signed_on", under="初查意见")},
        signatures={
            "a": Mark("经办人(签字)", by="office", under="初查意见"),
            "b": Mark("经办人(签字)", by="office", under="复核意见"),
        },
        office_use=["初查意见", "复核意见"],
    )
    seen = read(
        paper(
            table(["初查意见", "经办人（签字）：孙知行\n2024年9月2日（盖章）"], ["复核意见", "经办人（签字）：____"])
        ),
        form,
    )
    assert (seen.marks["a"].text, seen.marks["a"].state, seen.marks["b"].state) == ("孙知行", "present", "absent")
    assert seen.facts["date"].raw == "2024年9月2日"


@pytest.mark.parametrize(
    ("text", "state", "typed"),
    [
        ("盖章：____", "absent", ""),
        ("盖章：重庆样例物流有限公司\n2024年8月20日", "unknown", "重庆样例物流有限公司"),
        ("盖章：\n重庆样例物流有限公司\n2024年8月20日", "unknown", "重庆样例物流有限公司"),
        ("请抄录以下内容并盖章：本单位承诺，提供的信息真实有效。\n2024年8月20日（盖章）", "absent", ""),
    ],
)
def test_a_typed_name_is_no_seal(text: str, state: str, typed: str) -> None:
    mark = read(paper(table([text])), UNIT).marks["seal"]
    assert (mark.state, mark.text) == (state, typed)


def test_a_unit_typed_between_the_words_of_the_label() -> None:
    form = Form(seals={"seal": Mark("申请单位(盖章)", by="unit")})
    seen = read(paper("申请单位：重庆样例物流有限公司（盖章）"), form)
    assert (seen.marks["seal"].state, seen.marks["seal"].text) == ("unknown", "重庆样例物流有限公司")


def test_a_picture_in_the_cell_of_a_word_file_is_a_seal() -> None:
    cell = Cell(0, 0, text="盖章：\n2024年8月20日", images=[Image(kind="picture")])
    assert read(paper(Table(1, 1, 1, [cell])), UNIT).marks["seal"].state == "present"
    line = paper("申请单位（盖章）：", images=[Image(kind="picture", paragraph=1)])
    assert read(line, Form(seals={"s": Mark("申请单位(盖章)")})).marks["s"].state == "present"


def test_a_seal_on_a_page_lies_over_the_cell_or_near_the_line() -> None:
    over = paper(table(["盖章："], paged=True), paged=True, images=[Image((20, 90, 90, 130), "seal")])
    assert read(over, UNIT).marks["seal"].state == "present"
    form = Form(seals={"s": Mark("申请单位(盖章)")})
    near = paper("申请单位（盖章）：", paged=True, images=[Image((310, 0, 400, 90), "seal")])
    far = paper("申请单位（盖章）：", paged=True, images=[Image((310, 600, 400, 690), "seal")])
    assert read(near, form).marks["s"].state == "present"
    assert read(far, form).marks["s"].state == "absent"


def test_ink_signs_and_a_seal_seals_in_the_same_cell() -> None:
    form = Form(signatures={"hand": Mark("法人(负责人)(签章)")}, seals={"seal": Mark("申请单位(盖章)")})
    text = "法人（负责人）（签章）：\n申请单位（盖章）："
    ink = paper(table([text], paged=True), paged=True, images=[Image((10, 100, 60, 118), "ink")])
    seal = paper(table([text], paged=True), paged=True, images=[Image((10, 100, 60, 118), "seal")])
    assert {key: mark.state for key, mark in read(ink, form).marks.items()} == {"hand": "present", "seal": "absent"}
    assert {key: mark.state for key, mark in read(seal, form).marks.items()} == {"hand": "absent", "seal": "present"}


def test_a_signature_cell_to_the_right_of_its_label() -> None:
    form = Form(signatures={"s": Mark("申请人签名")})
    assert read(paper(table(["申请人签名", "李晓明"])), form).marks["s"].text == "李晓明"
    assert read(paper(table(["申请人签名", ""])), form).marks["s"].state == "absent"


def test_a_date_with_its_own_label_behind_a_name() -> None:
    form = Form(fields={"on": Field("申请时间", role="signed_on")}, signatures={"s": Mark("申请人", under="退休申请")})
    seen = read(paper(table(["退休申请", "本人声明如实。\n申请人：周安禾申请时间：2024年8月20日"])), form)
    assert seen.marks["s"].text == "周安禾"
    assert seen.facts["on"].raw == "2024年8月20日"


def test_one_signature_of_two_in_a_cell_is_one() -> None:
    form = Form(signatures={"head": Mark("法人(签章)"), "agent": Mark("经办人(签章)")})
    one = paper(
        table(["法人（签章）：\n经办人（签章）："], paged=True), paged=True, images=[Image((10, 100, 60, 118), "ink")]
    )
    one.pages[0].tables[0].cells[0].images = one.pages[0].images
    assert sorted(mark.state for mark in read(one, form).marks.values()) == ["absent", "present"]


def test_a_seal_on_a_line_may_hang_over_the_table_below() -> None:
    form = Form(seals={"s": Mark("申请单位(盖章)")})
    line = "申请单位（盖章）：重庆样例物流有限公司"
    document = paper(line, table(["姓名", "学历", "", ""], ["陈一诺", "", "", ""], top=40, paged=True), paged=True)
    document.pages[0].images = [Image((290, 0, 380, 90), "seal")]
    assert read(document, form).marks["s"].state == "present"


def test_a_pledge_written_by_hand_is_not_called_empty() -> None:
    text = f"{ASKED}\n\n申请人（签字）："
    word = paper(table([text]))
    word.pages[0].tables[0].cells[0].images = [Image(kind="picture"), Image(kind="picture")]
    assert read(word, PERSON).pledge is None
    signed_only = paper(table([text]))
    signed_only.pages[0].tables[0].cells[0].images = [Image(kind="picture")]
    assert read(signed_only, PERSON).pledge == ""


def test_one_signs_behind_the_label_not_before_the_next_one() -> None:
    form = Form(signatures={"head": Mark("法人(签章)"), "agent": Mark("经办人(签章)")})
    text = "法人（签章）：            经办人（签章）："
    document = paper(table([(text, 4)], paged=True), paged=True, images=[Image((120, 100, 190, 118), "ink")])
    line = document.pages[0].tables[0].cells[0].lines[0]
    line.words = [Word("法人（签章）：", (0, 100, 80, 118)), Word("经办人（签章）：", (200, 100, 300, 118))]
    assert {key: mark.state for key, mark in read(document, form).marks.items()} == {
        "head": "present",
        "agent": "absent",
    }
