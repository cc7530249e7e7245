"""Amounts of official documents; the wording is that of notices, the offices are invented."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.document import Cell, Table
from docgen.notices.amounts import amounts_in, find_amounts
from docgen.notices.model import Node


def read(text: str) -> list[str]:
    return [" ".join(part for part in (a.value, a.unit, a.bound) if part) for a in amounts_in(text)]


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("按照6000元/人/年的标准给予补贴", ["6000 元/人/年 exact"]),
        ("补贴标准为1.2万元/人·年", ["12000 元/人/年 exact"]),
        ("每人每月增加28元", ["28 元/人/月 exact"]),
        ("给予企业每人每月五百元补贴", ["500 元/人/月 exact"]),
        ("最高不超过二十万元", ["200000 元 at-most"]),
        ("最高可给予每户5万元", ["50000 元/户 at-most"]),
        ("处二千元以上二万元以下的罚款", ["2000 元 at-least", "20000 元 at-most"]),
        ("处骗取金额2倍以上5倍以下的罚款", ["2 倍 at-least", "5 倍 at-most"]),
        ("奖励3000至5000元", ["3000 元 at-least", "5000 元 at-most"]),
        ("奖励1.5万至2万元", ["15000 元 at-least", "20000 元 at-most"]),
        ("给予每人每年30元、40元补贴", ["30 元/人/年 exact", "40 元/人/年 exact"]),
        ("每人每月由425元调整为690元", ["425 元/人/月 exact", "690 元/人/月 exact"]),
        ("按不超过企业上年度实际缴纳失业保险费的30%返还", ["30 % at-most"]),
        ("不得低于约定工资的百分之八十", ["80 % at-least"]),
        ("加收万分之五的滞纳金", ["0.05 % exact"]),
        ("按成交额的千分之三收取", ["3 ‰ exact"]),
        ("按应缴部分的三分之二计算", ["2/3 exact"]),
        ("按缴费的2/3计算", ["2/3 exact"]),
        ("利率下调0.25个百分点", ["0.25 个百分点 exact"]),
        ("月最低工资标准为2330元/月", ["2330 元/月 exact"]),
        ("裁员率不高于参保职工总数20%的", ["20 % at-most"]),
        ("补贴期限最长不超过36个月", ["36 月 at-most"]),
        ("补贴时间为1年", ["1 年 exact"]),
        ("一次性伤残补助金为27个月的本人工资", ["27 月 exact"]),
        ("3年内不得再次申报补贴", ["3 年 exact"]),
        ("每户补贴对象不超过2人", ["2 人 at-most"]),
        ("同一人只能享受一次", ["1 次 at-most"]),
        ("累计不少于3天或者20学时", ["20 学时 at-least"]),
        ("得分在60分以下的为不合格", ["60 分 at-most"]),
    ],
)
def test_value_unit_and_bound(text: str, amounts: list[str]) -> None:
    assert read(text) == amounts


@pytest.mark.parametrize(
    "text",
    [
        "登记失业离校2年内高校毕业生",
        "连续缴费满12个月",
        "公示期为5个工作日",
        "整改期限原则上不超过6个月",
        "去年累计发放补贴3.2亿元，同比增长5%",
        "《关于发放1000元补贴的通知》",
        "同意发放贷款____万元",
        "2024年6月20日",
        "例如：某人缴费1000元，补贴为500元",
        "第三条第二款",
        "样府发〔2024〕3号",
    ],
)
def test_numbers_that_are_no_amount(text: str) -> None:
    assert read(text) == []


def test_of_what_on_what_condition_and_how_firmly() -> None:
    [first, second] = amounts_in("对招用毕业生的企业，按照1万元/人的标准给予吸纳补贴，补贴期限一般不超过12个月。")
    assert (first.what, first.condition, first.hard) == ("吸纳补贴", "对招用毕业生的企业", True)
    assert (second.what, second.hard) == ("补贴期限一般", False) or second.what == "补贴期限"


def test_an_amount_alone_is_of_what_its_heading_says() -> None:
    nodes = [Node("heading", number="（二）", title="补贴标准"), Node("paragraph", text="5000元/人。", label="三(二)")]
    [found] = find_amounts(nodes)
    assert (found.value, found.unit, found.what, found.article) == ("5000", "元/人", "补贴标准", "三(二)")


def _table(rows: list[list[str]]) -> Table:
    cells = [Cell(r, c, text=text) for r, row in enumerate(rows) for c, text in enumerate(row)]
    return Table(1, len(rows), len(rows[0]), cells)


def test_bare_numbers_of_a_table_count_only_under_a_head_with_a_unit() -> None:
    rows = [["等级", "标准（万元/人）", "人数"], ["一等", "1.5", "12"], ["二等", "1", "30"]]
    found = find_amounts([Node("table", label="附件1", table=_table(rows))])
    assert [(a.value, a.unit, a.what) for a in found] == [
        ("15000", "元/人", "一等 标准（万元/人）"),
        ("10000", "元/人", "二等 标准（万元/人）"),
    ]


def test_the_unit_may_stand_at_the_head_of_the_row_or_over_the_table() -> None:
    row = [["类别", "A类", "B类"], ["课时费（元/课时）", "30", "25"]]
    assert [a.value for a in find_amounts([Node("table", table=_table(row))])] == ["30", "25"]
    over = [Node("paragraph", text="单位：元"), Node("table", table=_table([["等级", "标准"], ["一级", "900"]]))]
    assert [(a.value, a.unit) for a in find_amounts(over)] == [("900", "元")]


@given(st.integers(1, 10**9))
def test_any_sum_is_read_as_it_is_printed(yuan: int) -> None:
    assert [a.value for a in amounts_in(f"给予补贴{yuan}元。")] == [str(yuan)]
    assert [a.value for a in amounts_in(f"给予补贴{yuan:,}元。")] == [str(yuan)]


@given(st.text(alphabet="补贴按每人月年不超过5三十百万元%倍分之，。；（）以上下至、／/享受次", max_size=80))
def test_spans_stay_inside_the_text_and_apart(text: str) -> None:
    spans = [a.span for a in amounts_in(text)]
    assert all(0 <= a < b <= len(text) for a, b in spans)
    assert all(x[1] <= y[0] for x, y in pairwise(spans))
