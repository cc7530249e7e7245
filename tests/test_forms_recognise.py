"""Which forms a document holds; and what is read of a form that no pack knows."""

from __future__ import annotations

from test_forms_paper import pages, paper, table

from docgen.forms import FormSignature, make_index, read_form, read_unknown, recognise

PERSON_LABELS = ("姓名", "身份证号码", "毕业学校", "所学专业", "学历", "联系电话")
UNIT_LABELS = (
    "单位名称",
    "统一社会信用代码",
    "联系人",
    "联系电话",
    "开户银行",
    "银行账号",
    "申请补贴人数及金额",
    "盖章",
)
ROSTER_LABELS = ("序号", "姓名", "身份证号码", "起始年月", "终止年月")
FLEXIBLE = FormSignature("cq-flexible", "application", ("重庆市高校毕业生灵活就业社会保险补贴申请表",), PERSON_LABELS)
GRAD = FormSignature("cq-grad", "application", ("重庆市高校毕业生单位就业社会保险补贴申请表",), UNIT_LABELS)
HARD = FormSignature("cq-hard", "application", ("重庆市就业困难人员单位就业社会保险补贴申请表",), UNIT_LABELS)
GRAD_ROSTER = FormSignature("cq-grad", "roster", ("重庆市高校毕业生单位就业社会保险补贴人员花名册",), ROSTER_LABELS)
LOAN = FormSignature(
    "cq-loan",
    "application",
    ("重庆市__区县(自治县)创业担保贷款申请表(个人项目)",),
    ("申请人姓名", "配偶姓名", "经营地址", "贷款总金额"),
)
ALL = make_index([FLEXIBLE, GRAD, HARD, GRAD_ROSTER, LOAN])

PERSON = table(["姓 名", "李晓明", "身份证\n号码", ""], ["毕业学校", "", "所学专业", ""], ["学历", "", "联系电话", ""])
UNIT = table(
    ["单位名称", "", "统一社会信用代码", ""], ["联系人", "王小禾", "联系电话", ""], ["开户银行", "", "银行账号", ""],
    ["申请补贴人数\n及金额", ("共3人，30000元", 3)], [("盖章：", 4)],
)  # fmt: skip
ROSTER = table(
    [("序号", 1, 2), ("姓名", 1, 2), ("身份证号码", 1, 2), ("补贴时段", 2)], ["起始年月", "终止年月"],
    ["1", "陈一诺", "500105200203040026", "2023-08", "2024-07"],
)  # fmt: skip


def found(document: object) -> list[tuple[str, str]]:
    return [r.form_key for r in recognise(document, ALL)]  # type: ignore[arg-type]


def test_title_over_two_lines_and_labels() -> None:
    result = recognise(paper("附件3", "重庆市高校毕业生灵活就业社会保险补贴", "申请表", PERSON), ALL)
    assert [r.form_key for r in result] == [("cq-flexible", "application")]
    assert result[0].confidence > 0.95
    assert result[0].where.start == (0, 0)


def test_equal_labels_are_told_apart_by_the_title() -> None:
    for signature in (GRAD, HARD):
        result = recognise(paper(signature.titles[0], UNIT), ALL)
        assert result[0].form_key == (signature.policy, "application")


def test_without_a_title_the_labels_decide_and_the_other_is_named() -> None:
    result = recognise(paper(UNIT), ALL)
    assert result[0].form_key == ("cq-grad", "application")
    assert result[0].alternatives[0][0] == ("cq-hard", "application")
    assert found(paper(PERSON)) == [("cq-flexible", "application")]


def test_a_title_with_its_blank_filled_or_a_year_in_between() -> None:
    loan = table(["申请人姓名", "", "配偶姓名", ""], ["经营地址", "", "贷款总金额", "10万元"])
    assert found(paper("重庆市渝北区县（自治县）创业担保贷款", "申请表（个人项目）", loan)) == [
        ("cq-loan", "application")
    ]
    assert found(paper("重庆市2024年度高校毕业生灵活就业社会保险补贴申请表", PERSON)) == [
        ("cq-flexible", "application")
    ]


def test_two_forms_one_after_the_other() -> None:
    document = paper(GRAD.titles[0], UNIT, "附件2", GRAD_ROSTER.titles[0], "申请单位（盖章）：", ROSTER)
    result = recognise(document, ALL)
    assert [r.form_key for r in result] == [("cq-grad", "application"), ("cq-grad", "roster")]
    assert result[0].where.end == result[1].where.start
    assert result[1].where.holds((0, 5))


def test_a_roster_without_title_on_page_two() -> None:
    result = recognise(pages([GRAD.titles[0], UNIT], [ROSTER]), ALL)
    assert [r.form_key for r in result] == [("cq-grad", "application"), ("cq-grad", "roster")]
    assert result[1].where.start == (1, 0)


def test_a_roster_title_repeated_on_each_page_is_one_roster() -> None:
    assert found(pages([GRAD_ROSTER.titles[0], ROSTER], [GRAD_ROSTER.titles[0], ROSTER])) == [("cq-grad", "roster")]


def test_a_notice_before_the_form_is_not_part_of_it() -> None:
    document = paper("关于申报的通知", "各单位：", "联系人：孙知行", "附件3", FLEXIBLE.titles[0], PERSON)
    result = recognise(document, ALL)
    assert result[0].form_key == ("cq-flexible", "application")
    assert not result[0].where.holds((0, 1))


def test_two_applications_of_the_same_form_are_two() -> None:
    title = FLEXIBLE.titles[0]
    assert found(pages([title, PERSON], [title, PERSON])) == [("cq-flexible", "application")] * 2


def test_the_labels_of_a_form_under_a_foreign_title_are_less_certain() -> None:
    own = recognise(paper(UNIT), ALL)[0].confidence
    other = recognise(paper("某市企业稳岗返还申请表", UNIT), ALL)[0].confidence
    assert other < 0.8 < own


def test_labels_scattered_over_a_long_text_are_no_form() -> None:
    assert found(pages(*[[f"{label}：如下。", "各单位应当认真办理。"] for label in UNIT_LABELS])) == []


def test_something_else_is_not_recognised() -> None:
    assert found(paper("关于开展活动的通知", "各区县人力社保局：", "请按要求办理。")) == []
    assert found(paper()) == []


def test_a_segment_is_read_by_itself() -> None:
    from checkers.policy import Field, Form

    document = paper(GRAD.titles[0], UNIT, GRAD_ROSTER.titles[0], ROSTER)
    first, second = recognise(document, ALL)
    form = Form(fields={"contact": Field("联系人")})
    assert read_form(document, first.where, form, "application").facts["contact"].state == "filled"
    assert read_form(document, second.where, form, "roster").facts["contact"].state == "absent"


def test_an_unknown_form_is_read_by_its_looks() -> None:
    document = paper(
        "某市临时救助申请表",
        "申请日期：2024年8月1日    编号：",
        table(["申请人", "李晓明", "住址", "临江路1号"], ["救助类型", ("☑急难型 ☐支出型", 3)], ["备注", ("", 3)]),
        table(["姓名", "关系", "年龄"], ["王小禾", "配偶", "34"], ["", "", ""], number=2),
    )
    entries = {entry.label: entry.raw for entry in read_unknown(document)}
    assert entries["申请日期"] == "2024年8月1日"
    assert entries["编号"] == ""
    assert (entries["申请人"], entries["住址"], entries["备注"]) == ("李晓明", "临江路1号", "")
    assert entries["救助类型"] == ["急难型"]
    assert entries[""] == [{"姓名": "王小禾", "关系": "配偶", "年龄": "34"}]
    where = {entry.label: entry.location for entry in read_unknown(document)}
    assert where["申请人"].cell == "表1!B1"


def test_an_unknown_form_with_groups_a_list_inside_and_notes_in_brackets() -> None:
    document = paper(
        table(
            [("基本\n信息", 1, 2), "申请人姓名", "吴景行", "身份证号码", "500103199005060031"],
            ["工作单位", "某某单位", "联系电话", ""],
            ["增发类别（仅限1996年前参加工作的人员）", ("☑独生子女（一孩） ☐其他", 4)],
            [("工作简历", 5)],
            ["起止时间", ("工作单位", 2), "岗位名称", "备注"],
            ["1992年7月至2003年5月", ("样例机械厂", 2), "钳工", ""],
            ["单位简介", ("从事机械加工", 4)],
        )
    )
    entries = {entry.label: entry.raw for entry in read_unknown(document)}
    assert (entries["申请人姓名"], entries["身份证号码"]) == ("吴景行", "500103199005060031")
    assert (entries["工作单位"], entries["联系电话"], entries["单位简介"]) == ("某某单位", "", "从事机械加工")
    assert entries["增发类别（仅限1996年前参加工作的人员）"] == ["独生子女（一孩）"]
    assert entries["工作简历"] == [
        {"起止时间": "1992年7月至2003年5月", "工作单位": "样例机械厂", "岗位名称": "钳工", "备注": ""}
    ]
