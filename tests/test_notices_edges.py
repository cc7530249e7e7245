"""What documents as they are printed do to a reader: short headings with a stop, numbers run together, lists in odd places."""

from __future__ import annotations

from datetime import date

import pytest

from docgen.linting.content import check_content
from docgen.notices.amounts import amounts_in
from docgen.notices.deadlines import deadlines_in, find_deadlines
from docgen.notices.flow import read_flow
from docgen.notices.model import Node, Notice
from docgen.notices.outline import outline
from docgen.notices.structure import notice_of
from docgen.readers.text import read_text

HEAD = "样例市人力资源和社会保障局关于做好补贴发放工作的通知\n\n样人社发〔2024〕1号\n\n各区县人力资源和社会保障局：\n\n"
TAIL = "\n\n样例市人力资源和社会保障局\n\n2024年7月2日\n"
LAW = "样例市就业补贴办法"


def read(text: str) -> Notice:
    return notice_of(read_flow(read_text(text.encode(), "样例.txt")).blocks, "样例.txt")


def notice(*paragraphs: str) -> Notice:
    return read(HEAD + "\n\n".join(paragraphs) + TAIL)


def law(*paragraphs: str) -> Notice:
    head = HEAD.replace("做好补贴发放工作", f"印发《{LAW}》") + "现将办法印发给你们，请遵照执行。"
    return read(head + TAIL + f"\n\n{LAW}\n\n" + "\n\n".join(paragraphs))


def labels(found: Notice) -> list[str]:
    return [n.label for n in found.nodes() if n.number]


def at(found: Notice, label: str) -> Node:
    return next(n for n in found.nodes() if n.label == label and n.number)


def test_a_short_heading_with_a_stop_heads_what_stands_under_it() -> None:
    found = notice(
        "一、贷款条件",
        "（一）个人贷款。",
        "个人申请贷款，应同时具备下列条件：",
        "1.属于重点群体；",
        "2.无不良记录。",
        "（二）企业贷款。",
        "1.属于小型企业；",
        "2.无拖欠工资。",
        "上述条件由区县审查。",
        "（三）贷款期限。",
        "期限不超过3年。",
        "二、工作要求",
        "抓好落实。",
    )
    assert labels(found) == [
        *("一", "一(一)", "一(一)1", "一(一)2", "一(二)", "一(二)1", "一(二)2", "一(三)", "二"),
    ]
    assert (at(found, "一(一)").title, at(found, "一(一)").text) == ("个人贷款", "个人申请贷款，应同时具备下列条件：")
    assert (at(found, "一(三)").title, at(found, "一(三)").text) == ("贷款期限", "期限不超过3年。")


def test_the_last_item_of_a_list_is_no_heading() -> None:
    found = notice(
        "一、对象", "（1）网络配送员；", "（2）网约车驾驶员。", "上述人员应当登记。", "二、要求", "抓好落实。"
    )
    assert (at(found, "一(2)").title, at(found, "一(2)").text) == (None, "网约车驾驶员。")
    assert [c.text for c in at(found, "一").children][-1] == "上述人员应当登记。"


@pytest.mark.parametrize(
    "sentence",
    ["补贴受理截止日期为次年3月31日", "补贴每季度集中办理一次", "补贴以新参保首月的时间为准", "同一人只能享受一次"],
)
def test_a_first_sentence_is_no_heading(sentence: str) -> None:
    found = notice("一、注意事项", f"1.{sentence}。受理时间以申请的时间为准。", "2.本补贴通过社保卡发放。")
    assert at(found, "一1").title is None
    assert at(found, "一1").text.startswith(sentence)


def test_a_sentence_without_a_stop_is_text() -> None:
    found = notice("一、对象", "毕业生。", "二、补贴标准为每人1000元", "三、要求", "抓好落实。")
    assert (at(found, "二").title, at(found, "二").text) == (None, "补贴标准为每人1000元")


def test_the_closing_sentence_stays_under_a_heading_that_has_nothing_else() -> None:
    found = notice("一、对象", "毕业生。", "二、其他", "本通知自印发之日起施行。")
    assert at(found, "二").text == "本通知自印发之日起施行。"
    assert found.effective == date(2024, 7, 2)


def test_a_number_printed_inside_the_paragraph_before_it_opens_its_own() -> None:
    found = notice(
        "一、甲（样府发〔2018〕1号）",
        "二、乙（样府发〔2018〕2号）三、丙（样府发〔2018〕3号）",
        "四、丁（样府发〔2018〕4号）",
    )
    assert labels(found) == ["一", "二", "三", "四"]
    assert found.warnings == []


def test_numbers_that_only_speak_of_each_other_are_not_cut() -> None:
    found = notice("一、甲类。", "二、执行第一条。三、乙类的标准见前文。", "三、丙类。")
    assert labels(found) == ["一", "二", "三"]


def test_the_heading_of_an_article_may_stand_over_its_items() -> None:
    found = law(
        "第一条 为规范补贴，制定本办法。", "第二条 补贴期限", "（一）一般不超过3年；", "（二）毕业生不超过2年。"
    )
    article = at(found, "第二条")
    assert (article.title, [c.label for c in article.children]) == ("补贴期限", ["第二条第一项", "第二条第二项"])


def test_the_heading_of_an_item_keeps_its_text() -> None:
    found = law(
        "第一条 支持范围和条件",
        "（一）支持范围",
        "创业项目。",
        "（二）申报条件",
        "须满足以下条件：",
        "1.在国外取得学位；",
        "2.无犯罪记录。",
    )
    assert [n for n in labels(found) if n.startswith("第一条第二项")] == [
        "第一条第二项",
        "第一条第二项第一目",
        "第一条第二项第二目",
    ]


def test_the_list_of_attachments_at_the_end_of_a_law_is_no_part_of_its_last_article() -> None:
    found = law(
        "第一条 甲。",
        "第二条 本办法自印发之日起施行。",
        "附件：1.申请表",
        "2.花名册",
        "附件1",
        "申请表",
        "附件2",
        "花名册",
    )
    assert "第二条第二款" not in [n.label for n in found.nodes()]
    assert [(a.number, a.title) for a in found.attachments if a.number] == [(1, "申请表"), (2, "花名册")]


def test_a_table_has_its_line() -> None:
    found = notice("一、标准", "档次\t金额\t备注\n一档\t100\t无\n二档\t200\t无", "二、要求", "抓好落实。")
    table = next(n for n in found.nodes() if n.table is not None)
    assert table.location is not None and table.location.paragraph == 9


def test_what_is_valid_until_a_day_expires_then() -> None:
    found = notice("一、对象", "毕业生。", "以上政策措施自公布之日起施行，有效期至2025年12月31日。")
    assert (found.effective, found.expires) == (date(2024, 7, 2), date(2025, 12, 31))


def test_laws_a_catalogue_names_with_the_day_they_were_issued() -> None:
    text = HEAD.replace("做好补贴发放工作的通知", "废止部分规章的决定") + "对2件规章予以废止。" + TAIL
    text += "\n\n附件\n\n废止的规章目录\n\n一、样例市用工登记办法（1995年7月19日样例市人民政府令第1号发布）\n\n"
    text += "二、样例市技师聘任规定（1987年6月6日批准 1987年6月20日样例市劳动局发布）\n"
    assert [(r.title, r.scope) for r in read(text).repeals] == [
        ("样例市用工登记办法", "all"),
        ("样例市技师聘任规定", "all"),
    ]


def test_a_repeal_broken_over_lines_behind_a_bracket() -> None:
    found = notice("一、对《样例市争议处理办法》（样人社令第13号）、\n《样例市复议办法》（样人社令第6号）\n予以废止。")
    assert [r.title for r in found.repeals] == ["样例市争议处理办法", "样例市复议办法"]


def test_a_blank_to_fill_in_is_no_addressee_of_a_copy() -> None:
    assert notice("抓好落实。", "抄送：____人民检察院").copies_to == []


def test_what_is_shown_for_some_days_is_the_showing() -> None:
    (found,) = deadlines_in("将补贴信息在门户网站公示7天，无异议后，将资金拨付至账户。")
    assert (found.count, found.unit, found.bound, found.action) == (7, "day", "at-least", "公示")


def test_a_definition_and_a_thing_past_are_no_deadlines() -> None:
    assert deadlines_in("毕业学年是指毕业前一年的9月1日至毕业证书发证之日。") == []
    assert deadlines_in("公司2022年8月8日之前发放贷款产生的不良业务由市财政承担。") == []


def test_money_for_each_person_that_is_brought_to_work() -> None:
    found = amounts_in("每带动就业1人（含经营者本人）给予2000元补贴，最高不超过8000元。")
    assert [(a.value, a.unit, a.bound) for a in found] == [("2000", "元/人", "exact"), ("8000", "元", "at-most")]


def test_the_term_of_an_interest_rate_is_no_amount() -> None:
    assert amounts_in("以合同签订日的1年期贷款市场报价利率为准发放贷款。") == []


def test_deadlines_in_a_table_have_its_line() -> None:
    found = notice(
        "一、流程", "事项\t办理时限\t单位\n受理\t5个工作日\t甲局\n审核\t10个工作日\t乙局", "二、要求", "抓好落实。"
    )
    assert {d.location.paragraph for d in find_deadlines(found.nodes()) if d.location} == {9}


def test_issuers_each_on_a_line_over_a_title_without_about() -> None:
    found = read(
        "样例市人力资源和社会保障局\n样例市教育委员会\n样例市财政局\n2025年样例市公开招募服务基层计划人员简章\n\n"
        "按照上级的统一部署，现就招募工作公布如下：\n\n一、名额\n\n招募10名。\n"
    )
    assert found.issuers == ["样例市人力资源和社会保障局", "样例市教育委员会", "样例市财政局"]
    assert found.title is not None and found.title.endswith("2025年样例市公开招募服务基层计划人员简章")
    assert found.body[0].text == "按照上级的统一部署，现就招募工作公布如下："


def test_a_period_as_printed_is_no_day_in_the_outline() -> None:
    shown = outline(notice("一、对象", "毕业生。", "本通知自2024年8月1日起施行，有效期5年。"))
    assert "有效期：5年" in shown and "有效期至" not in shown


def test_an_entry_left_out_does_not_end_the_list_of_attachments() -> None:
    found = notice("抓好落实。", "附件：1.申请表\n3.花名册\n4.承诺书")
    assert [(a.number, a.title) for a in found.attachments] == [(1, "申请表"), (3, "花名册"), (4, "承诺书")]


def test_a_day_of_signature_that_does_not_exist_is_the_fault_that_is_told() -> None:
    paper = read(HEAD + "一、对象\n\n毕业生。\n\n二、要求\n\n抓好落实。" + TAIL.replace("7月2日", "6月31日"))
    rules = [f.rule for f in check_content(paper, date(2024, 8, 1))]
    assert "notice/date-impossible" in rules and "notice/date-missing" not in rules


def test_white_space_of_a_broken_layout_is_cut() -> None:
    found = notice("一、对象", "毕业生" + " " * 50_000 + "应当登记。")
    assert len(at(found, "一").text) < 100
