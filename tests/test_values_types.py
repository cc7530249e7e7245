"""The table of types: what a blank means, what is blank, and how values are written for programs and for people."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkers.values.dates import DateRange, MonthRange, YearMonth
from checkers.values.identity import ResidentId, check_resident_id
from checkers.values.texts import half_width, plain_text, quote
from checkers.values.types import TYPE_NAMES, is_blank, parse_value, same_option, show, ticked_options, to_plain

GOOD = "500103199901010016"
KINDS = ("网络配送员", "个体工商户雇工", "商贩", "网约车（驾驶员）")


@pytest.mark.parametrize(
    ("type_", "raw", "plain"),
    [
        ("text", " 重庆市\n渝中区  ＡＢＣ１２３ ", "重庆市渝中区 ABC123"),
        ("text", "见（附件），共３页", "见（附件），共3页"),
        ("person_name", "李 晓明", "李晓明"),
        ("person_name", "李\n晓明", "李晓明"),
        ("person_name", "阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("person_name", "Mary  Ann O'Neil", "Mary Ann O'Neil"),
        ("organisation", "重庆某某(集团)\n有限公司", "重庆某某（集团）有限公司"),
        ("address", "重庆市渝中区____路１号", "重庆市渝中区路1号"),
        ("date", "2024年8月20日", "2024-08-20"),
        ("month", "2024年8月", "2024-08"),
        ("month", "2023年6月30日", "2023-06"),
        ("date_or_month", "2023年6月", "2023-06"),
        ("date_or_month", "2023年6月30日", "2023-06-30"),
        ("month_range", "2023年8月到2024年7月", "2023-08/2024-07"),
        ("date_range", "2023.8.1-2023.8.31", "2023-08-01/2023-08-31"),
        ("money", "12万元", "120000.00"),
        ("integer", "3人", 3),
        ("number", "12.50", "12.50"),
        ("resident_id", "500103 19990101 0016", GOOD),
        ("id_document", GOOD, GOOD),
        ("id_document", "e1234 5678", "E12345678"),
        ("uscc", "91350100m000100y43", "91350100M000100Y43"),
        ("bank_card", "4111 1111\n1111 1111", "4111111111111111"),
        ("bank_account", "3100-0241-0920", "310002410920"),
        ("mobile", "138 0013 8000", "13800138000"),
        ("phone", "(023)63112345", "023-63112345"),
        ("postcode", "400000", "400000"),
        ("email", "a_b@example.com", "a_b@example.com"),
        ("url", "www.example.cn", "www.example.cn"),
        ("sex", "女", "女"),
        ("sex", "男性", "男"),
        ("sex", "☐男 ☑女", "女"),
        ("yes_no", "是", True),
        ("yes_no", "无", False),
        ("yes_no", "☐是 ☑否", False),
        ("tick", "☑", True),
        ("tick", "√", True),
        ("tick", "☐", False),
        ("tick", "", False),
        ("ticks", "☑甲 ☐乙 ☑丙", ["甲", "丙"]),
        ("ticks", "甲、乙", ["甲", "乙"]),
        ("ticks", "☐甲 ☐乙", []),
    ],
)
def test_a_blank_is_read_as_its_type(type_: str, raw: str, plain: object) -> None:
    assert to_plain(parse_value(type_, raw)) == plain


@pytest.mark.parametrize(
    ("type_", "raw", "message"),
    [
        ("text", "____", "没有填写"),
        ("date", "   年   月   日", "没有填写"),
        ("person_name", "李", "2至50个字"),
        ("person_name", "李1", "不应有数字"),
        ("person_name", "李@明", "不应出现的符号"),
        ("organisation", "某公司", "过短"),
        ("address", "重庆", "过短"),
        ("money", "若干", "不是金额"),
        ("resident_id", GOOD[:-1], "18位，实际17位"),
        ("id_document", GOOD[:-1], "18位，实际17位"),
        ("id_document", GOOD[:-1] + "7", "末位应为6"),
        ("id_document", "军字第1号", "5至20位"),
        ("sex", "未知", "不在可选项之中"),
        ("sex", "☑男 ☑女", "只能选一项，实际选了2项"),
        ("yes_no", "☐是 ☐否", "没有选择任何一项"),
        ("yes_no", "也许", "不在可选项之中"),
        ("tick", "也许", "不是勾选"),
    ],
)
def test_what_a_type_refuses_says_why(type_: str, raw: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_value(type_, raw)


@pytest.mark.parametrize(
    ("raw", "option"),
    [
        ("网络 配送员", "网络配送员"),
        ("网约车(驾驶员)", "网约车（驾驶员）"),
        ("☐商贩 ☑ 网络配送员", "网络配送员"),
        ("类型：☑商贩 ☐网络配送员", "商贩"),
        ("商贩☑ 网络配送员☐", "商贩"),
        ("商贩；", "商贩"),
    ],
)
def test_a_choice_is_its_option(raw: str, option: str) -> None:
    assert parse_value("choice", raw, options=KINDS) == option


@pytest.mark.parametrize("raw", ["配送员", "☐商贩 ☐网络配送员", "☑商贩 ☑网络配送员", "商贩 √ 网络配送员", "☑"])
def test_a_choice_is_never_guessed(raw: str) -> None:
    with pytest.raises(ValueError, match=r"不在可选项之中|没有选择|只能选一项"):
        parse_value("choice", raw, options=KINDS)


def test_ticks_are_options_too() -> None:
    assert parse_value("ticks", "☑商贩 ☑网络 配送员", options=KINDS) == ["商贩", "网络配送员"]
    assert parse_value("ticks", ["商贩"], options=KINDS) == ["商贩"]
    with pytest.raises(ValueError, match="不在可选项之中"):
        parse_value("ticks", "☑别的", options=KINDS)
    assert same_option("商 贩。", "商贩")
    assert ticked_options("没有框") is None


def test_the_unit_of_the_blank() -> None:
    assert parse_value("money", "12", unit="万元") == 120000
    assert parse_value("integer", "1年", unit="月") == 12
    assert parse_value("number", "5%", unit="%") == 5


@pytest.mark.parametrize(
    ("type_", "raw", "value"),
    [
        ("integer", 12, 12),
        ("integer", 12.0, 12),
        ("number", Decimal("1.5"), Decimal("1.5")),
        ("number", 1.5, Decimal("1.5")),
        ("money", 6000, Decimal("6000.00")),
        ("money", 6000.5, Decimal("6000.50")),
        ("yes_no", True, True),
        ("tick", False, False),
        ("date", date(2024, 8, 20), date(2024, 8, 20)),
        ("date", datetime(2024, 8, 20, 9, 30), date(2024, 8, 20)),  # noqa: DTZ001 - as a spreadsheet gives it
        ("date", 20240820, date(2024, 8, 20)),
        ("month", date(2024, 8, 20), YearMonth(2024, 8)),
        ("month", YearMonth(2024, 8), YearMonth(2024, 8)),
        ("month", 202408, YearMonth(2024, 8)),
        ("date_or_month", YearMonth(2024, 8), YearMonth(2024, 8)),
        (
            "month_range",
            MonthRange(YearMonth(2024, 1), YearMonth(2024, 2)),
            MonthRange(YearMonth(2024, 1), YearMonth(2024, 2)),
        ),
        ("resident_id", int(GOOD), check_resident_id(GOOD)),
        ("mobile", 13800138000, "13800138000"),
        ("mobile", 13800138000.0, "13800138000"),
        ("text", 12, "12"),
    ],
)
def test_a_typed_value_is_taken_as_it_is(type_: str, raw: object, value: object) -> None:
    assert parse_value(type_, raw, unit="万元" if type_ == "money" else "") == value


@pytest.mark.parametrize(
    ("type_", "raw", "message"),
    [
        ("integer", True, "应为整数"),
        ("integer", 1.5, "不是整数"),
        ("number", float("nan"), "不是数字"),
        ("money", None, "没有填写"),
        ("yes_no", 1, "应为是或否"),
        ("date", [1], "应为日期"),
        ("integer", date(2024, 1, 1), "应为整数"),
        ("resident_id", 5.00103199901010016e17, "改为文本"),
        ("month_range", YearMonth(2024, 1), "应为起止年月"),
    ],
)
def test_a_value_of_another_type_is_refused(type_: str, raw: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_value(type_, raw)


def test_an_unknown_type_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(KeyError):
        parse_value("colour", "红")
    assert {"text", "money", "month_range", "id_document"} <= TYPE_NAMES


@pytest.mark.parametrize(
    "raw",
    ["", "　 ", "____", "—", "——", "/", "-", "年 月 日", "　　年　　月　　日", "年__月到__年__月", "自  年 月至  年 月",
     "共__人,__元", "共__个月", "￥____", "元", "大写：____ 小写：____", "人民币（大写）", "年 月 日 — 年 月 日", None,
     []],
)  # fmt: skip
def test_what_is_left_empty(raw: object) -> None:
    assert is_blank(raw)


@pytest.mark.parametrize(
    "raw", ["无", "0", "否", "李", "2024年 月 日", "共3人", "共__人,3000元", "☐", 0, False, "N/A", "签名："]
)
def test_what_is_an_answer(raw: object) -> None:
    assert not is_blank(raw)


@pytest.mark.parametrize(
    ("value", "plain", "shown"),
    [
        (date(2024, 8, 20), "2024-08-20", "2024年8月20日"),
        (YearMonth(2024, 8), "2024-08", "2024年8月"),
        (MonthRange(YearMonth(2023, 8), YearMonth(2024, 7)), "2023-08/2024-07", "2023年8月至2024年7月"),
        (DateRange(date(2024, 1, 1), date(2024, 1, 2)), "2024-01-01/2024-01-02", "2024年1月1日至2024年1月2日"),
        (Decimal("120000.00"), "120000.00", "120000"),
        (Decimal("1E+3"), "1000", "1000"),
        (Decimal("0.50"), "0.50", "0.5"),
        (12, 12, "12"),
        (True, True, "是"),
        (False, False, "否"),
        (["甲", "乙"], ["甲", "乙"], "甲、乙"),
        ([{"a": Decimal("1.0")}], [{"a": "1.0"}], "{'a': Decimal('1.0')}"),
        ("无", "无", "无"),
        (None, None, ""),
        (check_resident_id(GOOD), GOOD, GOOD),
    ],
)
def test_values_are_written_for_programs_and_for_people(value: object, plain: object, shown: str) -> None:
    assert to_plain(value) == plain
    assert json.dumps(to_plain(value)) == json.dumps(plain)
    if not (isinstance(value, list) and isinstance(value[0], dict)):
        assert show(value) == shown


def test_money_has_two_decimals_and_no_trailing_zeros_for_people() -> None:
    assert to_plain(Decimal(6000) / 12 * 12, "money") == "6000.00"
    assert show(parse_value("money", "12万元"), "元") == "120000元"
    assert show(Decimal("1.50"), "元") == "1.5元"
    with pytest.raises(TypeError):
        to_plain(object())


@pytest.mark.parametrize("type_", sorted(TYPE_NAMES - {"yes_no", "tick", "ticks", "choice"}))
def test_what_is_written_is_read_again(type_: str) -> None:
    sample = {
        "person_name": "李晓明",
        "organisation": "重庆某某有限公司",
        "address": "重庆市渝中区某路1号",
        "text": "某文",
        "date": "2024-08-20",
        "month": "2024-08",
        "date_or_month": "2024-08",
        "month_range": "2023-08/2024-07",
        "date_range": "2023-08-01/2024-07-31",
        "money": "120000.00",
        "integer": 12,
        "number": "12.5",
        "resident_id": GOOD,
        "id_document": GOOD,
        "uscc": "91350100M000100Y43",
        "bank_card": "4111111111111111",
        "bank_account": "12345678",
        "mobile": "13800138000",
        "phone": "023-63112345-801",
        "postcode": "400000",
        "email": "a@example.com",
        "url": "www.example.cn",
        "sex": "男",
    }[type_]
    assert to_plain(parse_value(type_, sample)) == sample


def test_texts() -> None:
    assert half_width("ＡＢ１２（　）￥") == "AB12( )¥"
    assert plain_text("500103\n19990101") == "50010319990101"
    assert plain_text("apple\npie") == "apple pie"
    assert quote(f"{GOOD}号") == "“500103********0016号”"
    assert len(quote("长" * 100)) == 42
    assert isinstance(parse_value("id_document", GOOD), ResidentId)


def test_the_values_are_light_to_import() -> None:
    code = "import sys, checkers.values.types, checkers.values.periods; print([m for m in sys.modules if m in HEAVY])"
    heavy = {"stdnum", "chinese_calendar", "pydantic", "yaml", "jinja2", "cn2an"}
    out = subprocess.run([sys.executable, "-c", f"HEAVY={heavy!r}\n{code}"], capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter
    assert out.stdout.strip() == "[]"


MIXTURE = "〇一二十百万亿年月日至到-/.,:共元整大写角分0123456789Xx ()_☑☐甲乙%@a。\n"


@given(
    st.sampled_from(sorted(TYPE_NAMES)),
    st.text(MIXTURE, max_size=40),
)
def test_whatever_stands_in_a_blank_is_a_value_or_a_chinese_sentence(type_: str, raw: str) -> None:
    try:
        value = parse_value(type_, raw)
    except ValueError as e:
        assert re.search("[\u4e00-\u9fff]", str(e))
    else:
        assert json.dumps(to_plain(value)) is not None


@pytest.mark.parametrize("type_", sorted(TYPE_NAMES - {"text", "address", "organisation", "choice", "ticks"}))
@pytest.mark.parametrize("raw", ["9" * 5000, "万" * 5000, "1年" * 3000, "￥1" * 3000])
def test_a_flood_of_characters_is_refused(type_: str, raw: str) -> None:
    with pytest.raises(ValueError, match=r"[\u4e00-\u9fff]"):
        parse_value(type_, raw, unit="元" if type_ == "money" else "")
