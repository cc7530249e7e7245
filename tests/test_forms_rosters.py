"""Rosters: headers of several rows, wrapped numbers, 合计, blank rows, further pages, tables inside a form."""

from __future__ import annotations

from test_forms_paper import pages, paper, read, table

from checkers.facts import Fact
from checkers.policy import Field, Form

ROSTER = Form(
    title="人员花名册",
    fields={
        "roster": Field(
            "花名册",
            type="roster",
            columns={
                "name": Field("姓名"),
                "id_number": Field("身份证号码"),
                "start": Field("起始年月", under="补贴时段"),
                "end": Field("终止年月", under="补贴时段"),
                "months": Field("合计补贴月数"),
                "amount": Field("补贴金额"),
                "post": Field("是否全日制公益性岗位人员", type="yes_no", options=["是", "否"]),
            },
            totals={"total_months": Field("合计补贴月数"), "total_amount": Field("补贴金额")},
        )
    },
)

HEADER: list[list[object]] = [
    [("序号", 1, 2), ("姓名", 1, 2), ("身份证\n号码", 1, 2), ("补贴时段", 2), ("合计\n补贴\n月数", 1, 2), ("补贴\n金额", 1, 2),
     ("是否全日\n制公益性\n岗位人员", 1, 2), ("备注", 1, 2)],
    ["起始\n年月", "终止\n年月"],
]  # fmt: skip
CHEN: list[object] = ["1", "陈一诺", "5001052002\n03040026", "2023年8月", "2024年7月", "共12月", "10000", "☐是 ☑否", ""]
ZHOU: list[object] = ["2", "周安禾", "500105197203040026", "2024-01", "2024-06", "6", "5000", "是", ""]
EMPTY: list[object] = ["3", "", "", "", "", "共__月", "", "☐是 ☐否", ""]
TOTAL: list[object] = [("合  计", 5), "共18月", "15000", "—", ""]


def roster(fact: Fact) -> list[dict[str, object]]:
    return [{key: cell.raw for key, cell in row.items()} for row in fact.rows]


def test_two_row_header_rows_and_total() -> None:
    facts = read(paper(table(*HEADER, CHEN, EMPTY, ZHOU, [("……", 9)], TOTAL)), ROSTER).facts
    assert roster(facts["roster"]) == facts["roster"].raw
    assert facts["roster"].raw[0] == {
        "name": "陈一诺", "id_number": "500105200203040026", "start": "2023年8月", "end": "2024年7月",
        "months": "共12月", "amount": "10000", "post": "否",
    }  # fmt: skip
    assert [row["name"].raw for row in facts["roster"].rows] == ["陈一诺", "周安禾"]
    assert facts["roster"].rows[1]["id_number"].locations[0].cell == "C5"
    assert (facts["total_months"].raw, facts["total_amount"].raw) == ("共18月", "15000")
    assert facts["total_amount"].locations[0].cell == "G7"


def test_a_roster_without_rows_is_blank_and_without_table_absent() -> None:
    facts = read(paper(table(*HEADER, EMPTY, [("合计", 5), "共_月", "", "—", ""])), ROSTER).facts
    assert (facts["roster"].state, facts["roster"].rows) == ("blank", [])
    assert facts["total_months"].state == "blank"
    assert read(paper("无"), ROSTER).facts["roster"].state == "absent"
    assert read(paper("无"), ROSTER).facts["total_amount"].state == "absent"


def test_columns_in_another_order_with_others_between() -> None:
    document = paper(table(["身份证号码", "民族", "姓名", "补贴金额", "起始年月", "终止年月"],
                           ["500105200203040026", "汉", "陈一诺", "10000", "2023-08", "2024-07"]))  # fmt: skip
    row = read(document, ROSTER).facts["roster"].rows[0]
    assert (row["name"].raw, row["start"].raw, row["amount"].raw) == ("陈一诺", "2023-08", "10000")
    assert row["months"].state == "absent"


def test_continued_on_the_next_page_with_and_without_header() -> None:
    again = pages([table(*HEADER, CHEN)], [table(*HEADER, ZHOU, TOTAL)])
    bare = pages([table(*HEADER, CHEN)], [table(ZHOU, TOTAL)])
    for document in (again, bare):
        facts = read(document, ROSTER).facts
        assert [row["name"].raw for row in facts["roster"].rows] == ["陈一诺", "周安禾"]
        assert [place.page for place in facts["roster"].locations] == [1, 2]
        assert facts["roster"].rows[1]["name"].locations[0].page == 2
        assert facts["total_amount"].raw == "15000"


def test_a_header_repeated_inside_a_table_is_no_row() -> None:
    facts = read(paper(table(*HEADER, CHEN, *HEADER, ZHOU)), ROSTER).facts
    assert [row["name"].raw for row in facts["roster"].rows] == ["陈一诺", "周安禾"]


def test_a_roster_inside_a_form_ends_at_the_next_part() -> None:
    form = Form(
        fields={
            "unit": Field("单位名称"),
            "posts": Field(
                "见习招聘计划",
                type="roster",
                columns={"post": Field("岗位名称"), "n": Field("招聘人数", type="integer")},
            ),
            "profile": Field("单位简介"),
        },
        printed=["见习招聘计划"],
    )
    document = paper(table(
        ["单位名称", ("重庆样例科技有限公司", 3)],
        [("见习招聘计划", 4)],
        ["岗位名称", ("岗位职责", 2), "招聘人数"],
        ["测试员", ("测试", 2), "3"],
        ["", ("", 2), ""],
        ["单位简介", ("从事软件开发", 3)],
    ))  # fmt: skip
    facts = read(document, form).facts
    assert facts["posts"].raw == [{"post": "测试员", "n": "3"}]
    assert facts["profile"].raw == "从事软件开发"
    assert facts["unit"].raw == "重庆样例科技有限公司"


def test_the_same_label_in_a_group() -> None:
    form = Form(fields={"resume": Field("工作简历", type="roster", columns={
        "period": Field("起止时间(年月)"), "employer": Field("工作单位"),
        "special": Field("特殊工种岗位"), "special_period": Field("起止时间(年月)", under="其中"),
    }), "employer": Field("工作单位")})  # fmt: skip
    document = paper(table(
        ["工作单位", ("重庆样例物业有限公司", 3)],
        [("工作简历", 4)],
        [("起止时间（年月）", 1, 2), ("工作单位", 1, 2), ("其中", 2)],
        ["特殊工种岗位", "起止时间（年月）"],
        ["1992年7月至2003年5月", "样例机械厂", "井下", "1995年1月至1999年12月"],
    ))  # fmt: skip
    facts = read(document, form).facts
    assert facts["resume"].raw == [{
        "period": "1992年7月至2003年5月", "employer": "样例机械厂", "special": "井下", "special_period": "1995年1月至1999年12月",
    }]  # fmt: skip
    assert facts["employer"].raw == "重庆样例物业有限公司"


def test_a_group_without_own_columns_joins_its_halves() -> None:
    form = Form(
        fields={
            "r": Field(
                "花名册",
                type="roster",
                columns={"name": Field("姓名"), "period": Field("补贴时段", type="month_range")},
            )
        }
    )
    document = paper(table([("姓名", 1, 2), ("补贴时段", 2)], ["起", "止"], ["陈一诺", "2023年8月", "2024年7月"]))
    assert read(document, form).facts["r"].raw == [{"name": "陈一诺", "period": "2023年8月至2024年7月"}]


def test_a_cell_merged_over_rows_belongs_to_each() -> None:
    form = Form(fields={"r": Field("花名册", type="roster", columns={"unit": Field("单位"), "name": Field("姓名")})})
    document = paper(table(["单位", "姓名"], [("甲公司", 1, 2), "陈一诺"], ["周安禾"]))
    assert [row["unit"] for row in read(document, form).facts["r"].raw] == ["甲公司", "甲公司"]
