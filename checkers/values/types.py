"""The one table of the value types a pack's fields and facts may have: type name → parser.

``parse_value`` reads what stands in a blank; a value that is typed already (a fact from JSON) is taken as it is.
``to_plain`` writes it as the contract's JSON has it, ``show`` as a reviewer reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from checkers.values import dates, identity, money, numerals
from checkers.values.dates import DateRange, MonthRange, YearMonth
from checkers.values.identity import ResidentId
from checkers.values.numerals import LONGEST
from checkers.values.texts import compact, half_width, is_blank, plain_text, quote

__all__ = ["TYPE_NAMES", "is_blank", "parse_value", "same_option", "show", "ticked_options", "to_plain"]

_TICKED = "☑☒■●"
_BOXES = "☐□○▢"
_MARKS = _TICKED + _BOXES
_TICKS = _TICKED + "√✓✔"
_YES = frozenset({"是", "有", "对", "yes", "y", "true", *_TICKS})
_NO = frozenset({"否", "无", "没有", "不是", "未", "no", "n", "false", "×", "✗", "✕", *_BOXES})
_CHINESE = r"[\u3400-\u9fff\U00020000-\U0003ffff·]+"
_EMPTY = "没有填写"


def _text(raw: str) -> str:
    return plain_text(raw)


def _person_name(raw: str) -> str:
    name = re.sub(r"\s+", " ", half_width(re.sub(r"[•・．‧∙●]", "·", raw)).replace("_", " ")).strip()
    joined = name.replace(" ", "")
    if re.fullmatch(_CHINESE, joined):
        name = joined
    if not 2 <= len(name) <= 50:
        raise ValueError(f"姓名{quote(raw)}应为2至50个字")
    if re.search(r"[0-9]", name):
        raise ValueError(f"姓名{quote(raw)}不应有数字")
    if not all(c.isalpha() or c in "· -'’.," for c in name) or name[0] in "·-'." or name[-1] in "·-":
        raise ValueError(f"姓名{quote(raw)}含有不应出现的符号")
    return name


def _at_least_four(raw: str, what: str) -> str:
    text = plain_text(raw)
    if len(text) < 4:
        raise ValueError(f"{what}{quote(raw)}过短，请写全称")
    return text


def _organisation(raw: str) -> str:
    return _at_least_four(raw, "单位名称").replace("(", "（").replace(")", "）")


def _id_document(raw: str) -> object:
    """An identity number is checked as one; of another certificate only the shape is known."""
    number = re.sub(r"[-_\s]", "", half_width(raw)).upper()
    if re.fullmatch(r"[0-9]{17}[0-9X]", number) or re.fullmatch(r"[0-9]{15}", number):
        return identity.check_resident_id(number)
    if re.fullmatch(r"[0-9]{16,17}X?|[0-9]{19}", number):
        raise ValueError(f"身份证号码应为18位，实际{len(number)}位")
    if not re.fullmatch(r"[0-9A-Z()]{5,20}", number):
        raise ValueError("证件号码应为5至20位字母和数字")
    return number


def ticked_options(raw: str) -> list[str] | None:
    """The words beside a ticked box, in order (``☑甲 ☐乙`` or ``甲☑ 乙☐`` → ``[甲]``); None when the text has no box,
    or none that can be told to belong to the words before or after it."""
    text = re.sub(r"^[^:：]*[:：]\s*(?=[" + _MARKS + "])", "", raw.strip())
    if not text:
        return None
    if text[0] in _MARKS:
        pairs = re.findall(f"([{_MARKS}])([^{_MARKS}]*)", text)
    elif text[-1] in _MARKS:
        pairs = [(mark, words) for words, mark in re.findall(f"([^{_MARKS}]+)([{_MARKS}])", text)]
    else:
        return None
    return [re.sub(r"^[\s,，、;；]+|[\s,，、;；]+$", "", words) for mark, words in pairs if mark in _TICKED]


def same_option(text: str, option: str) -> bool:
    """Whether two texts are the same option: white space, width and closing punctuation do not count."""
    return _key(text) == _key(option)


def _key(text: str) -> str:
    return re.sub(r"[;,。.]+$", "", compact(text)).casefold()


def _choice(raw: str, options: Sequence[str]) -> str:
    ticked = ticked_options(raw)
    if ticked is not None and any(ticked):
        if len(ticked) > 1:
            raise ValueError(f"只能选一项，实际选了{len(ticked)}项：{'、'.join(ticked)}")
        raw = ticked[0]
    elif ticked is not None and not ticked:
        raise ValueError("没有选择任何一项")
    for option in options:
        if same_option(raw, option):
            return option
    if not options:
        return plain_text(raw)
    raise ValueError(f"{quote(raw)}不在可选项之中，应为{'、'.join(options)}之一")


def _ticks(raw: str, options: Sequence[str]) -> list[str]:
    ticked = ticked_options(raw)
    words = ticked if ticked is not None else re.split(r"[\n、,，;；]+", raw.strip())
    return [_choice(w, options) for w in words if not is_blank(w)]


def _yes_no(raw: str) -> bool:
    if re.sub(r"\s", "", raw).casefold() not in _YES | _NO:
        raw = _choice(raw, ("是", "否", "有", "无"))
    return re.sub(r"\s", "", raw).casefold() in _YES


def _sex(raw: str) -> str:
    return _choice(re.sub(r"性$", "", raw.strip()), ("男", "女"))


def _tick(raw: str) -> bool:
    mark = re.sub(r"\s", "", raw)
    if mark[:1] in _TICKS or mark.casefold() in _YES:
        return True
    if mark[:1] in _BOXES or mark.casefold() in _NO:
        return False
    raise ValueError(f"{quote(raw)}不是勾选")


_PARSERS: dict[str, Callable[[str, str, Sequence[str]], object]] = {
    "text": lambda raw, unit, options: _text(raw),
    "person_name": lambda raw, unit, options: _person_name(raw),
    "organisation": lambda raw, unit, options: _organisation(raw),
    "address": lambda raw, unit, options: _at_least_four(raw, "地址"),
    "date": lambda raw, unit, options: dates.parse_date(raw),
    "month": lambda raw, unit, options: dates.parse_month(raw),
    "date_or_month": lambda raw, unit, options: dates.parse_date_or_month(raw),
    "month_range": lambda raw, unit, options: dates.parse_month_range(raw),
    "date_range": lambda raw, unit, options: dates.parse_date_range(raw),
    "money": lambda raw, unit, options: money.parse_money(raw, unit or "元"),
    "integer": lambda raw, unit, options: numerals.parse_integer(raw, unit),
    "number": lambda raw, unit, options: numerals.parse_number(raw, unit),
    "resident_id": lambda raw, unit, options: identity.check_resident_id(raw),
    "id_document": lambda raw, unit, options: _id_document(raw),
    "uscc": lambda raw, unit, options: identity.check_uscc(raw),
    "bank_card": lambda raw, unit, options: identity.check_bank_card(raw),
    "bank_account": lambda raw, unit, options: identity.check_bank_account(raw),
    "mobile": lambda raw, unit, options: identity.check_mobile(raw),
    "phone": lambda raw, unit, options: identity.check_phone(raw),
    "postcode": lambda raw, unit, options: identity.check_postcode(raw),
    "email": lambda raw, unit, options: identity.check_email(raw),
    "url": lambda raw, unit, options: identity.check_url(raw),
    "sex": lambda raw, unit, options: _sex(raw),
    "yes_no": lambda raw, unit, options: _yes_no(raw),
    "choice": lambda raw, unit, options: _choice(raw, options),
    "ticks": lambda raw, unit, options: _ticks(raw, options),
    "tick": lambda raw, unit, options: _tick(raw),
}

TYPE_NAMES = frozenset(_PARSERS)
"""Every type a pack may name."""

_BOOL_TYPES = frozenset({"yes_no", "tick"})
_DIGIT_TYPES = frozenset(
    {"resident_id", "id_document", "uscc", "bank_card", "bank_account", "mobile", "phone", "postcode", "text", "choice"}
)


def parse_value(type: str, raw: object, *, unit: str = "", options: Sequence[str] = ()) -> object:
    """The value that ``raw`` means as ``type``, which is one of TYPE_NAMES (else KeyError).

    A string is read as written in a blank: ``unit`` is the blank's unit, ``options`` those of a choice or ticks.
    A number, date, list … is taken as it is: a number for ``money`` is yuan whatever ``unit`` says.
    Raises ValueError with one Chinese sentence, also for an empty blank."""
    parser = _PARSERS[type]
    if not isinstance(raw, str):
        return _typed(type, raw, options)
    if type == "tick" and not raw.strip():
        return False
    if is_blank(raw) and type not in ("tick", "ticks"):
        raise ValueError(_EMPTY)
    return parser(raw, unit, options)


def _typed(type: str, raw: object, options: Sequence[str]) -> object:
    """A value that is no string, checked to be of the type. Raises ValueError."""
    if raw is None:
        raise ValueError(_EMPTY)
    if isinstance(raw, bool):
        if type in _BOOL_TYPES:
            return raw
    elif isinstance(raw, (int, float, Decimal)):
        return _typed_number(type, raw)
    elif isinstance(raw, date):
        return _typed_date(type, raw.date() if isinstance(raw, datetime) else raw)
    elif isinstance(raw, (list, tuple)):
        if type == "ticks":
            return [parse_value("choice", item, options=options) for item in raw]
    elif (type, raw.__class__) in _OWN_CLASSES:
        return raw
    raise ValueError(f"{quote(str(raw))}的类型不对，应为{_LABELS.get(type, '文字')}")


_OWN_CLASSES: frozenset[tuple[str, Any]] = frozenset(
    {
        ("month", YearMonth),
        ("date_or_month", YearMonth),
        ("month_range", MonthRange),
        ("date_range", DateRange),
        ("resident_id", ResidentId),
        ("id_document", ResidentId),
    }
)

_LABELS = {
    "date": "日期",
    "month": "年月",
    "date_or_month": "日期或年月",
    "month_range": "起止年月",
    "date_range": "起止日期",
    "money": "金额",
    "integer": "整数",
    "number": "数字",
    "yes_no": "是或否",
    "tick": "是或否",
    "ticks": "选项列表",
}


def _typed_number(type: str, raw: int | float | Decimal) -> object:
    if isinstance(raw, float) and type in _DIGIT_TYPES and (not raw.is_integer() or abs(raw) >= 2**53):
        raise ValueError("号码被当作小数存放，已失去末几位，请改为文本")
    value = Decimal(str(raw))
    if not value.is_finite() or value.adjusted() >= LONGEST:
        raise ValueError(f"{quote(str(raw))}不是数字")
    if type == "number":
        return value
    if type == "money":
        return money.parse_money(format(value, "f"))
    if type == "integer":
        if value != value.to_integral_value():
            raise ValueError(f"{quote(str(raw))}不是整数")
        return int(value)
    if type in _DIGIT_TYPES or type in ("date", "month", "date_or_month"):
        return parse_value(type, format(value.to_integral_value() if isinstance(raw, float) else value, "f"))
    raise ValueError(f"{quote(str(raw))}的类型不对，应为{_LABELS.get(type, '文字')}")


def _typed_date(type: str, day: date) -> object:
    if type in ("date", "date_or_month"):
        return day
    if type == "month":
        return YearMonth.from_date(day)
    if type == "month_range":
        return MonthRange(YearMonth.from_date(day), YearMonth.from_date(day))
    raise ValueError(f"{quote(day.isoformat())}的类型不对，应为{_LABELS.get(type, '文字')}")


def to_plain(value: object, type: str = "") -> Any:
    """JSON-ready: dates ``YYYY-MM-DD``, months ``YYYY-MM``, ranges ``A/B``, a Decimal a plain string (two decimals where
    ``type`` is money), a resident id its number; whole numbers, bools and text as they are; lists and dicts element by
    element. Raises TypeError for what has no such form."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, Decimal):
        return f"{value:.2f}" if type == "money" else format(value, "f")
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (YearMonth, MonthRange, DateRange, ResidentId)):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [to_plain(v, type) for v in value]
    if isinstance(value, dict):
        return {str(k): to_plain(v) for k, v in value.items()}
    raise TypeError(f"no JSON form for {value.__class__.__name__}")


def show(value: object, unit: str = "") -> str:
    """As a Chinese reader wants it: ``2024年8月20日``, ``2024年8月至2025年7月``, ``120000元``, 是/否, lists joined by 、."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (int, Decimal)):
        number = format(value, "f")
        return (number.rstrip("0").rstrip(".") if "." in number else number) + unit
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, YearMonth):
        return f"{value.year}年{value.month}月"
    if isinstance(value, (MonthRange, DateRange)):
        return f"{show(value.start)}至{show(value.end)}"
    if isinstance(value, (list, tuple)):
        return "、".join(show(v, unit) for v in value)
    return str(value)
