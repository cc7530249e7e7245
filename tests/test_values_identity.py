"""Numbers of people, organisations and accounts: oracle python-stdnum, and exactly what is said to be wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum import luhn as stdnum_luhn
from stdnum.cn import ric, uscc

from checkers.values import identity
from checkers.values.identity import (
    IdentityError,
    check_bank_account,
    check_bank_card,
    check_email,
    check_mobile,
    check_phone,
    check_postcode,
    check_resident_id,
    check_url,
    check_uscc,
    mask,
)
from checkers.values.regions import PROVINCES, province_of

GOOD = "500103199901010016"
USCC = "91350100M000100Y43"


def with_check(body: str) -> str:
    return body + str(ric.calc_check_digit(f"{body}0"))


BODIES = st.builds(
    lambda region, born, order: f"{region}{born:%Y%m%d}{order:03d}",
    st.sampled_from(["500103", "510202", "110101", "620102", "430102"]),
    st.dates(date(1930, 1, 1), date(2024, 12, 31)),
    st.integers(1, 999),
)


def test_a_sound_number_tells_birth_sex_and_region() -> None:
    person = check_resident_id(GOOD)
    assert (str(person), person.born, person.sex, person.region_code) == (GOOD, date(1999, 1, 1), "男", "500103")
    assert person.province == "重庆市"
    assert check_resident_id(with_check("50010319990101002")).sex == "女"


@pytest.mark.parametrize(
    "text",
    [
        "500103 19990101 0016",
        "５００１０３１９９９０１０１００１６",
        "500103-19990101-0016",
        "_500103199901010016_",
        "500103199901\n010016",
    ],
)
def test_a_number_is_read_as_forms_carry_it(text: str) -> None:
    assert check_resident_id(text).number == GOOD


@pytest.mark.parametrize("last", ["X", "x", "Ｘ", "×"])
def test_the_check_letter_is_upper_case(last: str) -> None:
    body = next(b for n in range(999) if with_check(b := f"50010319990101{n:03d}")[-1] == "X")
    assert check_resident_id(body + last).number == body + "X"


@given(BODIES)
def test_agrees_with_the_oracle(body: str) -> None:
    number = with_check(body)
    assert check_resident_id(number).number == number
    assert check_resident_id(number).born == date(int(body[6:10]), int(body[10:12]), int(body[12:14]))


@given(BODIES, st.integers(0, 17), st.sampled_from("0123456789"))
def test_every_change_of_one_digit_is_seen(body: str, at: int, digit: str) -> None:
    number = with_check(body)
    assume(number[at] != digit)
    with pytest.raises(IdentityError):
        check_resident_id(number[:at] + digit + number[at + 1 :])


@given(BODIES, st.integers(0, 16))
def test_a_hinted_exchange_would_really_mend_the_number(body: str, at: int) -> None:
    number = with_check(body)
    assume(number[at] != number[at + 1])
    with pytest.raises(IdentityError) as e:
        check_resident_id(number[:at] + number[at + 1] + number[at] + number[at + 2 :])
    if len(e.value.positions) == 2:
        broken = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        i = e.value.positions[0] - 1
        assert check_resident_id(broken[:i] + broken[i + 1] + broken[i] + broken[i + 2 :])


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        (GOOD[:-1], "length", "身份证号码应为18位，实际17位"),
        (GOOD + "1", "length", "身份证号码应为18位，实际19位"),
        ("500103990101001", "old", "15位旧身份证号码"),
        ("5001031999O1010016", "characters", "第11位不是数字"),
        ("50010319990101001A", "characters", "第18位不是数字"),
        (with_check("50010319991301001"), "date", "第7至14位的出生日期（13月）不存在"),
        (with_check("50010319990230001"), "date", "第7至14位的出生日期（02月30日，该月只有28天）不存在"),
        (with_check("50010318990101001"), "date", "第7至14位的出生日期（1899年）不存在"),
        (GOOD[:-1] + "7", "check", "末位应为6，实际为7"),
    ],
)
def test_says_what_is_wrong(text: str, kind: str, message: str) -> None:
    with pytest.raises(IdentityError, match=message) as e:
        check_resident_id(text)
    assert e.value.kind == kind
    assert text not in str(e.value)


def test_hints_at_the_one_exchange_that_would_mend_it() -> None:
    number = with_check("50010319630715988")
    swapped = number[:14] + number[15] + number[14] + number[16:]
    with pytest.raises(IdentityError, match="若是相邻两位写颠倒，应在第15、16位") as e:
        check_resident_id(swapped)
    assert e.value.positions == (15, 16)


def test_hints_at_the_digit_of_an_impossible_date() -> None:
    number = with_check("50010319880715123")
    broken = number[:10] + "8" + number[11:]  # month 87
    with pytest.raises(IdentityError, match="（87月）不存在；若只写错一位，应在第11位"):
        check_resident_id(broken)


def test_does_not_hint_where_several_ways_would_mend_it() -> None:
    with pytest.raises(IdentityError) as e:
        check_resident_id("510202197001010011")
    assert e.value.positions == ()


def test_an_abolished_region_code_is_no_error() -> None:
    person = check_resident_id(with_check("51020219700101001"))
    assert person.province == "四川省"
    assert check_resident_id(with_check("99010119900101001")).province is None


def test_provinces() -> None:
    assert province_of("500000") == "重庆市"
    assert province_of("00") is None
    assert len(PROVINCES) == 35


def test_a_sound_credit_code() -> None:
    assert check_uscc(USCC) == USCC == uscc.validate(USCC)
    assert check_uscc(" 91350100 m000100y43 ") == USCC


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=9, max_size=9), st.integers(100000, 659999))
def test_credit_codes_agree_with_the_oracle(organisation: str, region: int) -> None:
    body = f"91{region}{organisation}"
    code = body + uscc.calc_check_digit(body)
    assert check_uscc(code) == code


@given(st.integers(0, 17), st.sampled_from("0123456789"))
def test_a_wrong_credit_code_is_seen(at: int, digit: str) -> None:
    assume(USCC[at] != digit)
    with pytest.raises(IdentityError):
        check_uscc(USCC[:at] + digit + USCC[at + 1 :])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("500103000012345", "15位旧工商注册号"),
        ("M000100Y4", "9位组织机构代码"),
        (USCC[:-1], "应为18位，实际17位"),
        ("91350100M00O100Y43", "第12位不能是“O”，可能是数字0"),
        ("9135A100M000100Y43", "第3至8位应为6位数字"),
        (USCC[:-1] + "4", "末位应为3，实际为4"),
    ],
)
def test_says_what_is_wrong_with_a_credit_code(text: str, message: str) -> None:
    with pytest.raises(IdentityError, match=message):
        check_uscc(text)


@given(st.text("0123456789", min_size=15, max_size=18))
def test_cards_agree_with_the_oracle(body: str) -> None:
    number = body + stdnum_luhn.calc_check_digit(body)
    assert check_bank_card(number) == number
    with pytest.raises(IdentityError, match="校验不通过"):
        check_bank_card(body + str((int(number[-1]) + 1) % 10))


@pytest.mark.parametrize(
    ("check", "text", "value"),
    [
        (check_bank_card, "4111 1111 1111 1111", "4111111111111111"),
        (check_bank_card, "123456789012", "123456789012"),
        (check_bank_account, "3100-0241 0920-0123", "3100024109200123"),
        (check_bank_account, "12345678", "12345678"),
        (check_mobile, "+86 138 0013 8000", "13800138000"),
        (check_mobile, "138-0013-8000", "13800138000"),
        (check_phone, "13800138000", "13800138000"),
        (check_phone, "023-63112345", "023-63112345"),
        (check_phone, "02363112345", "023-63112345"),
        (check_phone, "(023)63112345", "023-63112345"),
        (check_phone, "0731－84900000", "0731-84900000"),
        (check_phone, "023-63112345转801", "023-63112345-801"),
        (check_phone, "400-123-4567", "4001234567"),
        (check_phone, "13800138000/023-63112345", "13800138000、023-63112345"),
        (check_postcode, "４００ ０００", "400000"),
        (check_email, " zhang_san@example.com ", "zhang_san@example.com"),
        (check_url, "https://rlsbj.example.cn/a?b=1", "https://rlsbj.example.cn/a?b=1"),
        (check_url, "www.example.cn", "www.example.cn"),
    ],
)
def test_numbers_are_normalised(check: Callable[[str], str], text: str, value: str) -> None:
    assert check(text) == value


@pytest.mark.parametrize(
    ("check", "text", "message"),
    [
        (check_bank_card, "12345678901", "12至19位，实际11位"),
        (check_bank_card, "12345678901234567890", "实际20位"),
        (check_bank_card, "6222A", "只能是数字"),
        (check_bank_account, "1234567", "8至30位，实际7位"),
        (check_bank_account, "1" * 31, "实际31位"),
        (check_bank_account, "账号12345678", "只能是数字"),
        (check_mobile, "1380013800", "11位，实际10位"),
        (check_mobile, "12800138000", "13至19开头"),
        (check_mobile, "1380013800O", "只能是数字"),
        (check_phone, "63112345", "缺少区号"),
        (check_phone, "12333", "联系电话应为"),
        (check_postcode, "40000", "6位数字"),
        (check_email, "a@b", "不是电子邮箱"),
        (check_url, "见附件", "不是网址"),
    ],
)
def test_says_what_is_wrong_with_other_numbers(check: Callable[[str], str], text: str, message: str) -> None:
    with pytest.raises(IdentityError, match=message):
        check(text)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("身份证500103199901010018。", "身份证500103********0018。"),
        ("50010319990101001x", "500103********001x"),
        ("旧号500103990101001", "旧号500103*****1001"),
        ("500103 19990101 0018", "500103********0018"),
        ("电话：13812345678", "电话：138****5678"),
        ("138-1234-5678", "138****5678"),
        ("023-63112345", "023-****2345"),
        ("卡6222021234567890123", "卡***************0123"),
        ("6222 0212 3456 7890 123", "***************0123"),
        ("5 0 0 1 0 3 1 9 9 9 0 1 0 1 0 0 1 8", "**************0018"),
        ("５００１０３１９９９０１０１００１８", "５００１０３********００１８"),
    ],
)
def test_masks_what_must_not_reach_a_log(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text", ["2023-06-30 2024-07-31", "20230630", "120000.00元", "渝人社发〔2024〕17号", USCC, "第123456条"]
)
def test_leaves_the_rest_alone(text: str) -> None:
    assert mask(text) == text


@given(BODIES)
def test_no_message_shows_a_whole_number(body: str) -> None:
    number = with_check(body)
    assert body[6:14] not in mask(f"号码{number}有误")


def test_luhn_by_hand() -> None:
    assert identity.luhn("4111111111111111")
    assert not identity.luhn("4111111111111112")
