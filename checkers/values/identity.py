"""Numbers that identify people, organisations and accounts: format, check digit, and what exactly is wrong.

A number is never corrected silently; a message may say where to look. Messages never quote a whole number.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from operator import mul
from typing import Literal

from checkers.values.regions import province_of
from checkers.values.texts import compact, half_width, mask, quote

__all__ = [
    "IdentityError",
    "ResidentId",
    "check_bank_account",
    "check_bank_card",
    "check_email",
    "check_mobile",
    "check_phone",
    "check_postcode",
    "check_resident_id",
    "check_url",
    "check_uscc",
    "mask",
]

Kind = Literal["length", "characters", "old", "date", "check"]


class IdentityError(ValueError):
    """``kind`` is what is wrong; ``positions`` (from 1) are the places to look at, empty when nothing points at one."""

    def __init__(self, message: str, kind: Kind, positions: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.kind = kind
        self.positions = positions


@dataclass(frozen=True, slots=True)
class ResidentId:
    """公民身份号码 (GB 11643-1999): 18 characters, the last ``X`` in upper case. ``str`` is the number."""

    number: str
    born: date
    sex: Literal["男", "女"]
    region_code: str

    def __str__(self) -> str:
        return self.number

    @property
    def province(self) -> str | None:
        """Where the number was first issued; None for a code that is no province."""
        return province_of(self.region_code)


_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_ZEROS = sum(_ID_WEIGHTS) * ord("0")
_ID_CHECKS = "10X98765432"


def _digits(text: str) -> str:
    """Without white space, hyphens and printed underscores, letters upper case."""
    number = compact(text)
    if not number.isdecimal():
        number = number.upper() if number.isalnum() else re.sub(r"[-‐–—·]", "", number).upper()
    return number


def _id_check(body: str) -> str:
    """Last character for the first 17 (plain) digits: ISO 7064 MOD 11-2, reckoned on their character codes."""
    return _ID_CHECKS[(sum(map(mul, body[:17].encode(), _ID_WEIGHTS)) - _ID_ZEROS) % 11]


def _born(number: str) -> date | None:
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return born if 1900 <= born.year <= 2100 else None


def check_resident_id(text: str) -> ResidentId:
    """Read and verify an 18-digit number; a lower-case x is taken. A region code that was abolished is no error.

    Raises IdentityError: wrong length or characters, an old 15-digit number, a birth date that does not exist,
    a wrong check digit."""
    number = re.sub(r"[×Χх]$", "X", _digits(text)) if not text.isascii() else _digits(text)
    if len(number) == 15 and re.fullmatch(r"[0-9]{15}", number):
        raise IdentityError("是已停用的15位旧身份证号码，请填写18位公民身份号码", "old")
    if len(number) != 18:
        raise IdentityError(f"身份证号码应为18位，实际{len(number)}位", "length")
    sound = number.isascii() and number[:17].isdecimal() and (number[17] == "X" or number[17].isdecimal())
    if not sound:
        wrong = tuple(i + 1 for i, c in enumerate(number) if not (c in "0123456789" or (i == 17 and c == "X")))
        where = "、".join(map(str, wrong))
        raise IdentityError(f"身份证号码第{where}位不是数字", "characters", wrong)
    born = _born(number)
    if born is None:
        positions = _suspects(number, range(6, 14))
        raise IdentityError(
            f"身份证号码第7至14位的出生日期{_date_words(number)}不存在{_hint(positions)}", "date", positions
        )
    if _id_check(number) != number[17]:
        positions = _suspects(number, range(0) if province_of(number) else range(2))
        raise IdentityError(
            f"身份证号码校验不通过：按前17位，末位应为{_id_check(number)}，实际为{number[17]}，至少有一位写错{_hint(positions)}",
            "check",
            positions,
        )
    return ResidentId(number, born, "男" if int(number[16]) % 2 else "女", number[:6])


def _date_words(number: str) -> str:
    """What is wrong in positions 7-14, without showing the whole birth date."""
    year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    if not 1900 <= year <= 2100:
        return f"（{year:04d}年）"
    if not 1 <= month <= 12:
        return f"（{month:02d}月）"
    return f"（{month:02d}月{day:02d}日，该月只有{monthrange(year, month)[1]}天）"


def _suspects(number: str, structured: range) -> tuple[int, ...]:
    """Positions (from 1) whose exchange or change alone makes the number sound, when there is exactly one way.

    ``structured`` are the places (from 0) that are demonstrably wrong (an impossible date, no such province); a change
    of one digit elsewhere could nearly always mend the check digit, so it says nothing."""

    def sound(text: str) -> bool:
        return (
            "X" not in text[:17] and _born(text) is not None and _id_check(text) == text[17] and bool(province_of(text))
        )

    ways: list[tuple[int, ...]] = []
    for i in range(17):
        a, b = number[i], number[i + 1]
        if a != b and sound(number[:i] + b + a + number[i + 2 :]):
            ways.append((i + 1, i + 2))
    for i in structured:
        ways += [(i + 1,) for c in "0123456789" if c != number[i] and sound(number[:i] + c + number[i + 1 :])]
    return ways[0] if len(ways) == 1 else ()


def _hint(positions: tuple[int, ...]) -> str:
    if len(positions) == 2:
        return f"；若是相邻两位写颠倒，应在第{positions[0]}、{positions[1]}位"
    return f"；若只写错一位，应在第{positions[0]}位" if positions else ""


_USCC_CHARS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(3**i % 31 for i in range(17))


def check_uscc(text: str) -> str:
    """统一社会信用代码 (GB 32100-2015): 18 characters, upper case. Raises IdentityError."""
    code = _digits(text)
    if re.fullmatch(r"[0-9]{15}", code):
        raise IdentityError("是15位旧工商注册号，请填写18位统一社会信用代码", "old")
    if re.fullmatch(r"[0-9A-Z]{9}", code):
        raise IdentityError("是9位组织机构代码，请填写18位统一社会信用代码", "old")
    if len(code) != 18:
        raise IdentityError(f"统一社会信用代码应为18位，实际{len(code)}位", "length")
    for i, char in enumerate(code):
        if char not in _USCC_CHARS:
            like = {"I": "，可能是数字1", "O": "，可能是数字0", "Z": "，可能是数字2", "S": "，可能是数字5"}.get(
                char, ""
            )
            raise IdentityError(f"统一社会信用代码第{i + 1}位不能是“{char}”{like}", "characters", (i + 1,))
    if not re.fullmatch(r"[0-9]{6}", code[2:8]):
        raise IdentityError("统一社会信用代码第3至8位应为6位数字的登记机关区划码", "characters", tuple(range(3, 9)))
    total = sum(_USCC_CHARS.index(c) * w for c, w in zip(code, _USCC_WEIGHTS, strict=False))
    expected = _USCC_CHARS[-total % 31]
    if expected != code[17]:
        raise IdentityError(
            f"统一社会信用代码校验不通过：按前17位，末位应为{expected}，实际为{code[17]}，至少有一位写错", "check"
        )
    return code


def luhn(number: str) -> bool:
    """Whether a string of digits passes the Luhn check (GB/T 17552, ISO/IEC 7812-1)."""
    doubled = (int(c) * (1 + i % 2) for i, c in enumerate(reversed(number)))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def check_bank_card(text: str) -> str:
    """A person's card: 12 to 19 digits without spaces; from 16 digits up the Luhn digit must fit. Raises IdentityError."""
    number = _digits(text)
    if not re.fullmatch(r"[0-9]+", number):
        raise IdentityError("银行卡号只能是数字", "characters")
    if not 12 <= len(number) <= 19:
        raise IdentityError(f"银行卡号应为12至19位，实际{len(number)}位", "length")
    if len(number) >= 16 and not luhn(number):
        raise IdentityError("银行卡号校验不通过，至少有一位写错", "check")
    return number


def check_bank_account(text: str) -> str:
    """An organisation's account: 8 to 30 digits; spaces and hyphens are dropped. Has no check digit. Raises IdentityError."""
    number = _digits(text)
    if not re.fullmatch(r"[0-9]+", number):
        raise IdentityError("银行账号只能是数字", "characters")
    if not 8 <= len(number) <= 30:
        raise IdentityError(f"银行账号应为8至30位，实际{len(number)}位", "length")
    return number


_LANDLINE = r"(?i)\(?(0(?:10|2[0-9]|[3-9][0-9]{2}))\)?-?([2-9][0-9]{6,7})(?:(?:-|转|#|ext\.?)([0-9]{1,6}))?"
_SERVICE = r"(400|800)-?([0-9]{3})-?([0-9]{4})"


def _phone_text(text: str) -> str:
    return re.sub(r"[‐–—]", "-", re.sub(r"^(?:\+|00)86-?", "", compact(text)))


def check_mobile(text: str) -> str:
    """A mobile number: 11 digits, +86 dropped. Raises IdentityError."""
    number = _phone_text(text).replace("-", "")
    if len(number) == 11 and number.isascii() and number.isdecimal() and number[0] == "1" and number[1] in "3456789":
        return number
    if not re.fullmatch(r"[0-9]+", number):
        raise IdentityError("手机号码只能是数字", "characters")
    if len(number) != 11:
        raise IdentityError(f"手机号码应为11位，实际{len(number)}位", "length")
    if not re.match(r"1[3-9]", number):
        raise IdentityError("手机号码应以13至19开头", "characters", (1, 2))
    return number


def check_phone(text: str) -> str:
    """A mobile number, a landline with its area code (``023-63112345``, extension ``-801``), or a 400 number.

    Several numbers parted by 、；, or / are each checked and joined by 、. Raises IdentityError."""
    if len(text) == 11 and text.isascii() and text.isdecimal() and text[0] == "1" and text[1] in "3456789":
        return text
    parts = [p for p in re.split(r"[、;,/]", _phone_text(text)) if p]
    if len(parts) > 1:
        return "、".join(check_phone(p) for p in parts)
    number = parts[0] if parts else ""
    if re.fullmatch(r"1[0-9-]{9,14}", number):
        return check_mobile(number)
    if m := re.fullmatch(_SERVICE, number):
        return "".join(m.groups())
    if m := re.fullmatch(_LANDLINE, number):
        return "-".join(g for g in m.groups() if g)
    if re.fullmatch(r"[2-9][0-9]{6,7}", number):
        raise IdentityError("座机号码缺少区号，请写成023-63112345的样子", "length")
    raise IdentityError("联系电话应为11位手机号码，或带区号的座机号码", "length")


def check_postcode(text: str) -> str:
    """Six digits. Raises IdentityError."""
    number = compact(text)
    if not re.fullmatch(r"[0-9]{6}", number):
        raise IdentityError("邮政编码应为6位数字", "length")
    return number


def check_email(text: str) -> str:
    """Raises IdentityError for what cannot be an address."""
    address = compact(text) if "_" not in text else re.sub(r"\s+", "", half_width(text))
    if not re.fullmatch(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*\.)+[A-Za-z]{2,}", address) or ".." in address:
        raise IdentityError(f"{quote(text)}不是电子邮箱地址", "characters")
    return address


def check_url(text: str) -> str:
    """A web address with or without http(s)://. Raises IdentityError."""
    address = re.sub(r"\s+", "", half_width(text))
    if not re.fullmatch(r"(?:https?://)?(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?::[0-9]{1,5})?(?:[/?#]\S*)?", address):
        raise IdentityError(f"{quote(text)}不是网址", "characters")
    return address
