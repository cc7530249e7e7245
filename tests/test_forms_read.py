"""Blanks, sentences and ticks of a form, read from papers built by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_forms_paper import pages, paper, read, read_fields, table

from checkers.policy import Field, Form, Sentence
from docgen.forms.ticks import read_choice, read_list, read_ticks


def test_value_right_of_a_spaced_label() -> None:
    facts = read_fields(paper(table(["姓  名", "李 晓明", "身份证\n号码", "5001032001\n07150018"])),
                        name=Field("姓名"), id_number=Field("身份证号码"))  # fmt: skip
    assert (facts["name"].raw, facts["name"].state, facts["name"].confidence) == ("李 晓明", "filled", 1.0)
    assert facts["id_number"].raw == "500103200107150018"
    assert facts["id_number"].locations[0].cell == "D1"


def test_a_neighbouring_label_is_never_a_value() -> None:
    facts = read_fields(
        paper(table(["姓名", "身份证号码", "500103200107150018"])), name=Field("姓名"), id_number=Field("身份证号码")
    )
    assert (facts["name"].state, facts["name"].raw) == ("blank", "")
    assert facts["id_number"].state == "filled"


def test_value_below_a_heading_of_a_row_of_labels() -> None:
    facts = read_fields(paper(table(["姓名", "学历"], ["李晓明", "本科"])), name=Field("姓名"), education=Field("学历"))
    assert (facts["name"].raw, facts["education"].raw) == ("李晓明", "本科")


def test_value_in_the_same_cell_or_line() -> None:
    document = paper(
        "单位名称：重庆样例物流有限公司    联系人：王小禾",
        "填报时间：",
        table([("常住地址：重庆市渝中区\n临江路1号", 2)]),
    )
    facts = read_fields(
        document,
        unit=Field("单位名称"),
        contact=Field("联系人"),
        filled_on=Field("填报时间"),
        residence=Field("常住地址"),
    )
    assert facts["unit"].raw == "重庆样例物流有限公司"
    assert facts["contact"].raw == "王小禾"
    assert facts["filled_on"].state == "blank"
    assert facts["residence"].raw == "重庆市渝中区临江路1号"
    assert facts["unit"].locations[0].paragraph == 1


def test_labels_apart_by_white_space_where_the_ruling_was_lost() -> None:
    document = paper("姓 名 李晓明 身份证号码 500103200107150018", "学历\t本科\t联系电话\t")
    facts = read_fields(
        document, name=Field("姓名"), id_number=Field("身份证号码"), education=Field("学历"), phone=Field("联系电话")
    )
    assert [facts[k].raw for k in ("name", "id_number", "education", "phone")] == [
        "李晓明",
        "500103200107150018",
        "本科",
        "",
    ]
    assert facts["phone"].state == "blank"


@pytest.mark.parametrize("printed", ["", "  年  月  日", "____年__月到____年__月", "万元", "/", "共__月"])
def test_what_the_form_prints_is_a_blank(printed: str) -> None:
    assert read_fields(paper(table(["期限", printed])), period=Field("期限"))["period"].state == "blank"


def test_a_unit_beside_the_number_stays() -> None:
    assert (
        read_fields(paper(table(["贷款总金额", "12万元"])), total=Field("贷款总金额", unit="万元"))["total"].raw
        == "12万元"
    )


def test_a_label_that_is_not_there_is_absent() -> None:
    fact = read_fields(paper(table(["姓名", "李晓明"])), phone=Field("联系电话"))["phone"]
    assert (fact.state, fact.locations) == ("absent", ())


def test_under_tells_equal_labels_apart() -> None:
    document = paper(table(
        [("法人\n（负责人）", 1, 2), ("联系电话", 1, 2), "手机", "13900000059"], ["座机", "023-60000018"],
        [("经办人", 1, 2), ("联系电话", 1, 2), "手机", "13900000067"], ["座机", ""],
    ))  # fmt: skip
    facts = read_fields(
        document,
        head=Field("手机", under="法人(负责人)"),
        agent=Field("手机", under="经办人"),
        agent_landline=Field("座机", under="经办人"),
    )
    assert (facts["head"].raw, facts["agent"].raw) == ("13900000059", "13900000067")
    assert facts["agent_landline"].state == "blank"


def test_under_takes_the_nearest_band() -> None:
    document = paper(table([("申请人信息", 2)], ["姓名", "李晓明"], [("配偶信息", 2)], ["姓名", "王小禾"]))
    facts = read_fields(document, name=Field("姓名", under="申请人信息"), spouse=Field("姓名", under="配偶信息"))
    assert (facts["name"].raw, facts["spouse"].raw) == ("李晓明", "王小禾")


def test_under_a_numbered_heading_between_tables() -> None:
    document = paper("一、申请人信息", table(["姓名", "李晓明"]), "二、配偶信息", table(["姓名", "王小禾"], number=2))
    facts = read_fields(document, name=Field("姓名", under="申请人信息"), spouse=Field("姓名", under="配偶信息"))
    assert (facts["name"].raw, facts["spouse"].raw) == ("李晓明", "王小禾")


def test_a_guess_too_weak_is_illegible() -> None:
    document = paper(table(["姓名", "李晓明"], ["学历", "本科"]))
    document.pages[0].tables[0].cells[1].confidence = 0.3
    facts = read_fields(document, name=Field("姓名"), education=Field("学历"))
    assert (facts["name"].illegible, facts["education"].illegible) == (True, False)
    assert facts["name"].confidence == pytest.approx(0.3)


def test_same_label_twice_is_less_certain_and_taken_in_order() -> None:
    document = paper(table(["姓名", "李晓明"], ["姓名", "王小禾"]))
    one = read_fields(document, name=Field("姓名"))["name"]
    assert one.raw == "李晓明"
    assert one.confidence < 0.9
    both = read_fields(document, name=Field("姓名"), other=Field("姓名"))
    assert [both["name"].raw, both["other"].raw] == ["李晓明", "王小禾"]
    assert both["name"].confidence == 1.0


def test_a_longer_label_is_not_a_shorter_one() -> None:
    document = paper("配偶手机号码：13900000083", table(["手机号码", "13900000075"]))
    facts = read_fields(document, phone=Field("手机号码"), spouse=Field("配偶手机号码"))
    assert (facts["phone"].raw, facts["spouse"].raw) == ("13900000075", "13900000083")


def test_a_label_over_several_rows_joins_its_cells() -> None:
    document = paper(table([("联系方式", 1, 2), "13900000075"], ["023-60000018"]))
    assert read_fields(document, contact=Field("联系方式"))["contact"].raw == "13900000075 023-60000018"


def test_a_label_printed_a_little_differently_is_found_with_less_confidence() -> None:
    fact = read_fields(paper(table(["本人毕业证书号码", "1399912"])), number=Field("本人毕业证书编号码"))["number"]
    assert fact.raw == "1399912"
    assert 0.88 <= fact.confidence < 1.0


def test_the_block_of_the_office_is_not_the_applicants() -> None:
    form = Form(fields={"remark": Field("备注"), "amount": Field("金额")}, office_use=["审核意见"])
    facts = read(paper(table(["审核意见", "金额：100"], ["备注", "无"])), form).facts
    assert facts["amount"].state == "absent"
    assert facts["remark"].raw == "无"


def test_on_a_page_the_value_has_its_box() -> None:
    fact = read_fields(pages([table(["姓名", "李晓明"], paged=True)]), name=Field("姓名"))["name"]
    assert (fact.locations[0].page, fact.locations[0].bbox) == (1, (100.0, 100.0, 200.0, 120.0))


HEADCOUNT = Form(
    fields={
        "headcount": Field("申请补贴人数", type="integer", unit="人"),
        "amount": Field("申请补贴金额", type="money", unit="元"),
    },
    sentences=[Sentence("申请补贴人数及金额", "共{headcount}人,{amount}元")],
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("共__3__人，__30000__元", ("3", "30000")),
        ("共 3 人 30000 元", ("3", "30000")),
        ("共３人，３００００元", ("３", "３００００")),
        ("3人,30,000元", ("3", "30,000")),
        ("合计3人，补贴30000元整", ("3", "30000")),
        ("共3人，__元", ("3", "")),
        ("共__人,__元", ("", "")),
    ],
)
def test_blanks_of_a_sentence(written: str, expected: tuple[str, str]) -> None:
    facts = read(paper(table(["申请补贴人数\n及金额", written])), HEADCOUNT).facts
    assert (facts["headcount"].raw, facts["amount"].raw) == expected
    assert [facts[k].state for k in ("headcount", "amount")] == ["filled" if v else "blank" for v in expected]
    assert facts["headcount"].locations[0].cell == "B1"


def test_a_cell_nobody_can_divide_is_illegible() -> None:
    facts = read(paper(table(["申请补贴人数及金额", "见附件"])), HEADCOUNT).facts
    assert facts["headcount"].illegible or facts["headcount"].confidence < 0.9


def test_printed_words_between_blanks_and_dates() -> None:
    form = Form(
        fields={"years": Field("贷款期限"), "start": Field("起", type="date"), "end": Field("止", type="date")},
        sentences=[Sentence("贷款期限", "{years}年期({start}——{end})")],
    )
    for written in ("2年期（2024年9月1日——2026年8月31日）\n具体时间见贷款合同", "2 年期(2024年9月1日至2026年8月31日)"):
        facts = read(paper(table(["贷款\n期限", written])), form).facts
        assert [facts[k].raw for k in ("years", "start", "end")] == ["2", "2024年9月1日", "2026年8月31日"]
    facts = read(paper(table(["贷款期限", "2年期（2024-09-01——2026-08-31）"])), form).facts
    assert [facts["start"].raw, facts["end"].raw] == ["2024-09-01", "2026-08-31"]
    facts = read(paper(table(["贷款期限", "__年期（  年  月  日——  年  月  日）"])), form).facts
    assert {facts[k].state for k in ("years", "start", "end")} == {"blank"}


def test_a_sentence_without_its_label_is_found_by_its_words() -> None:
    form = Form(fields={"bank": Field("申请银行"), "amount": Field("申请金额")},
                sentences=[Sentence("融资申请", "申请人向{bank}银行申请贷款{amount}万元")])  # fmt: skip
    facts = read(paper("一、申请人向山城银行申请贷款10万元，同时自愿申请担保。"), form).facts
    assert (facts["bank"].raw, facts["amount"].raw) == ("山城", "10")


def test_the_blank_of_a_title() -> None:
    form = Form(title="重庆市__区县(自治县)创业担保贷款申请表", fields={"district": Field("区县(自治县)")})
    assert read(paper("重庆市渝中区县（自治县）创业担保贷款申请表"), form).facts["district"].raw == "渝中"
    assert read(paper("重庆市__区县（自治县）创业担保贷款申请表"), form).facts["district"].state == "blank"


YES_NO = ["是", "否"]


@pytest.mark.parametrize(
    ("text", "options", "ticked"),
    [
        ("☑是 ☐否", YES_NO, ["是"]),
        ("☐是 ☑否", YES_NO, ["否"]),
        ("是☑ 否☐", YES_NO, ["是"]),
        ("是□ 否■", YES_NO, ["否"]),
        ("□√是 □否", YES_NO, ["是"]),
        ("（√）是（ ）否", YES_NO, ["是"]),
        ("是（ ） 否（√）", YES_NO, ["否"]),
        ("√是 □否", YES_NO, ["是"]),
        ("是√ 否", YES_NO, ["是"]),
        ("是 否√", YES_NO, ["否"]),
        ("□是 □否", YES_NO, []),
        ("☑科级以下 ☐科级 ☐处级", ["处级", "科级", "科级以下"], ["科级以下"]),
        ("☐科级 ☑科级以下", ["科级", "科级以下"], ["科级以下"]),
        (
            "☑脱贫人口（含防止返贫监测对象）\n☐残疾人",
            ["残疾人", "脱贫人口(含防止返贫监测对象)"],
            ["脱贫人口(含防止返贫监测对象)"],
        ),
        ("☑已婚 ☑离异", ["已婚", "未婚", "离异"], ["已婚", "离异"]),
    ],
)
def test_ticks_in_every_style(text: str, options: list[str], ticked: list[str]) -> None:
    assert read_ticks(text, options).ticked == ticked


def test_a_choice_written_out_is_its_text() -> None:
    assert read_choice("高校毕业生", ["高校毕业生", "残疾人"]) == ("高校毕业生", "filled")
    assert read_choice("男", ["男", "女"]) == ("男", "filled")
    assert read_choice("是 / 否", YES_NO) == ("", "blank")
    assert read_list("高校毕业生、残疾人", ["高校毕业生", "残疾人"]) == (["高校毕业生", "残疾人"], "filled")


def test_choice_fields_of_a_form() -> None:
    document = paper(table(
        ["婚姻状况", "☑已婚 ☐未婚\n☐离异 ☐丧偶", "性别", "男"],
        [("申请人\n类型", 1, 2), ("☐残疾人 ☑高校毕业生", 3)], [("☑网络商户", 3)],
        ["☑免除反担保", ("☐10万元及以下 ☐二次创业者", 3)],
        ["单位类型", ("□机关 □事业", 3)],
    ))  # fmt: skip
    facts = read_fields(
        document,
        marriage=Field("婚姻状况", type="choice", options=["已婚", "未婚", "离异", "丧偶"]),
        sex=Field("性别", type="sex"),
        kinds=Field("申请人类型", type="ticks", options=["残疾人", "高校毕业生", "网络商户"]),
        exempt=Field("免除反担保", type="tick"),
        why=Field("免除反担保情形", type="ticks", options=["10万元及以下", "二次创业者"]),
        unit=Field("单位类型", type="choice", options=["机关", "事业"]),
    )
    assert (facts["marriage"].raw, facts["sex"].raw) == ("已婚", "男")
    assert facts["kinds"].raw == ["高校毕业生", "网络商户"]
    assert facts["exempt"].raw is True
    assert (facts["why"].raw, facts["why"].state) == ([], "blank")
    assert (facts["unit"].raw, facts["unit"].state) == ("", "blank")


def test_two_ticks_of_a_choice_are_both_told() -> None:
    fact = read_fields(paper(table(["婚姻", "☑已婚 ☑未婚"])), m=Field("婚姻", type="choice", options=["已婚", "未婚"]))[
        "m"
    ]
    assert fact.raw == "已婚、未婚"


LABELS = ["姓名", "身份证号码", "毕业学校", "联系电话", "手机号码", "配偶手机号码", "员工人数", "备注"]
VALUES = ["李晓明", "500103200107150018", "山城学院", "2023年6月", "3人", "无", "A-12", ""]


@given(
    st.lists(st.sampled_from(LABELS), min_size=3, max_size=8, unique=True).flatmap(
        lambda labels: st.tuples(
            st.just(labels), st.lists(st.sampled_from(VALUES), min_size=len(labels), max_size=len(labels))
        )
    ),
    st.sampled_from(["rows", "columns", "lines", "pairs"]),
    st.sampled_from(["", " ", "\n"]),
)
def test_what_is_filled_in_is_what_is_read(data: tuple[list[str], list[str]], layout: str, gap: str) -> None:
    labels, values = data
    spaced = [gap.join(label) for label in labels]
    if layout == "rows":
        document = paper(table(*([label, value] for label, value in zip(spaced, values, strict=True))))
    elif layout == "columns":
        document = paper(table(list(spaced), list(values)))
    elif layout == "lines":
        document = paper(*(f"{label}：{value}" for label, value in zip(labels, values, strict=True)))
    else:
        document = paper("    ".join(f"{label}：{value}" for label, value in zip(labels, values, strict=True)))
    facts = read_fields(document, **{f"f{n}": Field(label) for n, label in enumerate(labels)})
    assert [facts[f"f{n}"].raw for n in range(len(labels))] == values
    assert [facts[f"f{n}"].state for n in range(len(labels))] == ["filled" if value else "blank" for value in values]


@pytest.mark.parametrize("heading", ["", "基本信息"])
def test_a_label_of_another_block_is_not_read_twice_where_the_block_is_missing(heading: str) -> None:
    """The guarantor's part of the form was left out: the applicant's own number is not the guarantor's."""
    facts = read_fields(
        paper(table(["姓名", "林知夏", "身份证号码", "500112199001010017"])),
        id_number=Field("身份证号码", under=heading),
        guarantor_id_number=Field("身份证号码", under="连带保证反担保人"),
    )
    assert facts["id_number"].raw == "500112199001010017"
    assert facts["guarantor_id_number"].state == "absent"
