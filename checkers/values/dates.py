"""Dates, months and periods as Chinese papers write them.

Every parser returns a value object or raises ValueError with one Chinese sentence. Years are written with four digits
between 1900 and 2100: a two-digit year is refused, for it can be read in two ways.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from checkers.values.numerals import LONGEST, chinese_integer
from checkers.values.texts import compact, half_width, quote


@dataclass(frozen=True, order=True, slots=True)
class YearMonth:
    """A calendar month; ``str`` is ``YYYY-MM``."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12:
            raise ValueError(f"没有{self.month}月，月份应为1至12")

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    def __add__(self, months: int) -> YearMonth:
        if not isinstance(months, int):
            return NotImplemented
        return YearMonth._at(self._index() + months)

    def __sub__(self, other: YearMonth) -> int:
        """How many months this one is after ``other``."""
        if not isinstance(other, YearMonth):
            return NotImplemented
        return self._index() - other._index()

    def _index(self) -> int:
        return self.year * 12 + self.month - 1

    @staticmethod
    def _at(index: int) -> YearMonth:
        return YearMonth(index // 12, index % 12 + 1)

    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    def last_day(self) -> date:
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    @classmethod
    def from_date(cls, day: date) -> YearMonth:
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> YearMonth:
        return parse_month(text)


@dataclass(frozen=True, order=True, slots=True)
class MonthRange:
    """From ``start`` to ``end``, both inclusive; ``str`` is ``A/B``. Raises ValueError when it ends before it starts."""

    start: YearMonth
    end: YearMonth

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"止月{self.end}早于起月{self.start}")

    def __str__(self) -> str:
        return f"{self.start}/{self.end}"

    def __iter__(self) -> Iterator[YearMonth]:
        return (self.start + n for n in range(self.months))

    def __contains__(self, item: object) -> bool:
        """Whether a month, a day or a whole range lies within."""
        if isinstance(item, date):
            item = YearMonth.from_date(item)
        if isinstance(item, YearMonth):
            return self.start <= item <= self.end
        return isinstance(item, MonthRange) and self.start <= item.start and item.end <= self.end

    @property
    def months(self) -> int:
        """How many months, both ends counted."""
        return self.end - self.start + 1

    def overlaps(self, other: MonthRange) -> bool:
        return self.start <= other.end and other.start <= self.end


@dataclass(frozen=True, order=True, slots=True)
class DateRange:
    """From ``start`` to ``end``, both inclusive; ``str`` is ``A/B``. Raises ValueError when it ends before it starts."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"止期{self.end}早于起期{self.start}")

    def __str__(self) -> str:
        return f"{self.start.isoformat()}/{self.end.isoformat()}"

    def __iter__(self) -> Iterator[date]:
        return (self.start + timedelta(n) for n in range(self.days))

    def __contains__(self, item: object) -> bool:
        if isinstance(item, date):
            return self.start <= item <= self.end
        return isinstance(item, DateRange) and self.start <= item.start and item.end <= self.end

    @property
    def days(self) -> int:
        """How many days, both ends counted."""
        return (self.end - self.start).days + 1

    def overlaps(self, other: DateRange) -> bool:
        return self.start <= other.end and other.start <= self.end


_ZEROS = "〇零○◯OoΟО"
_CN = f"{_ZEROS}一二两三四五六七八九十廿卅"
_N = rf"(?:[0-9]{{1,2}}|[{_CN}]{{1,4}})"
_YEAR = rf"(?P<y>(?:[0-9]|[{_ZEROS}一二三四五六七八九]){{4}})"
_TIME = r"(?:(?<=[0-9])T|\s+)[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?Z?$"
_TRAIL = r"[,(]?(?:星期|周|礼拜)[一二三四五六日天][)]?$"
_SPACED = r"([0-9]{4})\s+([0-9]{1,2})\s+([0-9]{1,2})"

_CALENDAR = rf"{_YEAR}年(?P<m>{_N})(?:月份?(?:(?P<d>{_N})(?:日|号)?)?)?"
_MARKED = r"(?P<y>[0-9]{4})(?P<s>[-./])(?P<m>[0-9]{1,2})(?:(?P=s)(?P<d>[0-9]{1,2}))?[./]?"
_SOLID = r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})?"
_MONTH_DAY = rf"(?P<m>{_N})(?:月份?|[-./])(?:(?P<d>{_N})(?:日|号)?)?"
_SHORT_YEAR = rf"['’]?(?P<y>[0-9]{{2}}|[{_CN}]{{2}})(?:年|[-./]){_N}(?:(?:月|[-./])(?:{_N}(?:日|号)?)?)?"
_WHOLE_YEAR = rf"{_YEAR}(?:年度?)?"


def _clean(text: str) -> str:
    """Compact, without a time of day or a weekday behind; look-alike dashes and dots made one."""
    if len(text) > LONGEST:
        raise ValueError(f"{quote(text)}太长，不是日期")
    text = half_width(text).strip()
    if m := re.fullmatch(_SPACED, text):
        text = "-".join(m.groups())
    text = re.sub(_TRAIL, "", compact(re.sub(_TIME, "", text)))
    return text.translate({ord(c): "." for c in "。·•、"} | {ord(c): "-" for c in "‐‑−"})


def _number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    return chinese_integer(re.sub(f"[{_ZEROS}]", "零", text))


def _year(text: str) -> int:
    return int("".join(c if c.isdecimal() else str(_number(c)) for c in text))


def _read(text: str) -> tuple[int, int, int | None] | None:
    """(year, month, day or None) as written, unchecked; None when the text has no such shape."""
    m = re.fullmatch(_CALENDAR, text) or re.fullmatch(_MARKED, text) or re.fullmatch(_SOLID, text)
    if not m:
        return None
    return _year(m["y"]), _number(m["m"]), _number(m["d"]) if m["d"] else None


def _existing(year: int, month: int, day: int | None) -> None:
    """Raises ValueError naming what does not exist."""
    if not 1900 <= year <= 2100:
        raise ValueError(f"年份{year}不在1900至2100年之间，请核对")
    if not 1 <= month <= 12:
        raise ValueError(f"没有{month}月，月份应为1至12")
    if day is not None and not 1 <= day <= monthrange(year, month)[1]:
        raise ValueError(f"没有{year}年{month}月{day}日，该月只有{monthrange(year, month)[1]}天")


def _checked(text: str, wanted: str) -> tuple[int, int, int | None]:
    cleaned = _clean(text)
    read = None if _solid_short_year(cleaned) else _read(cleaned)
    if read is None:
        if re.fullmatch(_SHORT_YEAR, cleaned) or _solid_short_year(cleaned):
            raise ValueError(f"{quote(text)}的年份只有两位，请写四位年份")
        if re.match(r"[0-9]{1,2}月", cleaned):
            raise ValueError(f"{quote(text)}缺少年份")
        if re.fullmatch(_WHOLE_YEAR, cleaned):
            raise ValueError(f"{quote(text)}只有年份，缺少月份")
        raise ValueError(
            f"{quote(text)}不是{wanted}，请按{'2024年8月20日' if wanted == '日期' else '2024年8月'}的样子填写"
        )
    _existing(*read)
    return read


def _solid_short_year(text: str) -> bool:
    """``230630``: six digits that are no YYYYMM but could be YYMMDD."""
    if not re.fullmatch(r"[0-9]{6}", text):
        return False
    return not 1900 <= int(text[:4]) <= 2100 and 1 <= int(text[2:4]) <= 12 and 1 <= int(text[4:]) <= 31


def parse_date(text: str) -> date:
    """A day: ``二〇二三年六月三十日``, ``2023.6.30``, ``20230630``, ``2023-06-30 00:00:00`` … Raises ValueError."""
    year, month, day = _checked(text, "日期")
    if day is None:
        raise ValueError(f"{quote(text)}缺少日，请写明年、月、日")
    return date(year, month, day)


def parse_month(text: str) -> YearMonth:
    """A month: ``2023年6月``, ``2023-06``, ``202306`` …; a full date is read as its month. Raises ValueError."""
    year, month, _ = _checked(text, "年月")
    return YearMonth(year, month)


def parse_date_or_month(text: str) -> date | YearMonth:
    """A day or a month, whichever precision the text has. Raises ValueError."""
    year, month, day = _checked(text, "年月")
    return YearMonth(year, month) if day is None else date(year, month, day)


_STRONG = r"起?(?:到|至|~|—+|–+|―+|─+|--+|-?>|→)"
_OPEN_END = r"至今|目前|现在|长期|今$"
_COUNT = r"[,;]?[(]?[,;]?共?(?:计)?(?P<n>[0-9]{1,3}|[一二两三四五六七八九十]{1,3})(?P<u>个月|月|天|日)[)]?$"
_PARTS = {"上半年": (1, 6), "下半年": (7, 12), "全年": (1, 12), "度": (1, 12), "年度": (1, 12)}
_PART_OF_YEAR = rf"{_YEAR}(?:年(?:第?(?P<q>[1-4一二三四])季度|(?P<p>上半年|下半年|全年|度)))"

_Point = tuple[int, int, int | None]


def _split(text: str) -> tuple[_Point, _Point] | None:
    """Both ends of a cleaned range; None when it has not exactly one reading. The end takes the year (and month) that
    it leaves out from the start; 次年 is the year after it."""
    if re.fullmatch(r"[^/]*[0-9]/[0-9]{4}-[^/]*", text):
        left, _, right = text.partition("/")
        return _pair(left, right)
    strong = re.split(_STRONG, text)
    if len(strong) == 2:
        return _pair(*strong)
    if len(strong) > 2 or _read(text):
        return None
    at = [i for i, c in enumerate(text) if c == "-"]
    pairs = [pair for i in at if (pair := _pair(text[:i], text[i + 1 :]))]
    return pairs[0] if len(pairs) == 1 else None


def _pair(left: str, right: str) -> tuple[_Point, _Point] | None:
    start = _read(left)
    if start is None:
        return None
    year, month, day = start
    later = re.match(r"(?:次年|第二年|翌年|(?:当年|同年|本年))", right)
    if later:
        year += later.group() not in ("当年", "同年", "本年")
        right = right[later.end() :]
    end = None if later else _read(right)
    if end is None and (m := re.fullmatch(_MONTH_DAY, right)) and (m["d"] is None) == (day is None):
        end = (year, _number(m["m"]), _number(m["d"]) if m["d"] else None)
    elif end is None and not later and (m := re.fullmatch(rf"({_N})(月|日|号)?", right)):
        if day is None and m[2] in ("月", None):
            end = (year, _number(m[1]), None)
        elif day is not None and m[2] != "月":
            end = (year, month, _number(m[1]))
    return (start, end) if end else None


def _range(text: str, wanted: str) -> tuple[_Point, _Point, tuple[int, str] | None]:
    """Both ends, checked to exist and of one precision, and the count that stands behind (``共12个月``)."""
    cleaned = _clean(re.sub(r"\s+(?:to|TO)\s+", "至", _without_times(text)))
    count = None
    if (m := re.search(_COUNT, cleaned)) and (m.group()[0] in ",;(共"):
        count, cleaned = (_number(m["n"]), m["u"]), cleaned[: m.start()]
    cleaned = re.sub(r"^(?:自|从|由)|(?:止|期间|为止)$", "", cleaned)
    pair = _split(cleaned)
    if pair is None:
        if re.search(_OPEN_END, cleaned):
            raise ValueError(f"{quote(text)}没有写明止期，请写具体年月")
        if _read(cleaned) and not _solid_short_year(cleaned):
            raise ValueError(f"{quote(text)}只有一个日期，缺少起期或止期")
        if any(re.fullmatch(_SHORT_YEAR, p) for p in re.split(_STRONG, cleaned)):
            raise ValueError(f"{quote(text)}的年份只有两位，请写四位年份")
        if re.match(r"[0-9]{1,2}月", cleaned):
            raise ValueError(f"{quote(text)}缺少年份")
        raise ValueError(f"{quote(text)}不是{wanted}，请按2023年8月至2024年7月的样子写明起止")
    for point in pair:
        _existing(*point)
    if (pair[0][2] is None) != (pair[1][2] is None):
        raise ValueError(f"{quote(text)}的起止一个写到日、一个只写到月，请写一致")
    return *pair, count


def _without_times(text: str) -> str:
    """Times of day dropped from both ends of a range."""
    return re.sub(r"(?<=[0-9])(?:T|\s+)[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?![0-9:])", "", half_width(text))


def parse_month_range(text: str) -> MonthRange:
    """``2023年8月到2024年7月``, ``2023.08-2024.07``, ``2023年8月至次年7月``, ``2023年8—12月``, ``2023-08/2024-07``,
    ``2024年第一季度``, ``2024年上半年``, ``2024年度``; one month alone is a range of one month. A range of days must
    cover whole months. A count behind (``共12个月``) must be right. Raises ValueError."""
    cleaned = _clean(text)
    if m := re.fullmatch(_PART_OF_YEAR, cleaned):
        year = _year(m["y"])
        first, last = _PARTS[m["p"]] if m["p"] else (3 * _number(m["q"]) - 2, 3 * _number(m["q"]))
        _existing(year, 1, None)
        return MonthRange(YearMonth(year, first), YearMonth(year, last))
    single = None if _solid_short_year(cleaned) else _read(cleaned)
    if single and single[2] is None:
        _existing(*single)
        return MonthRange(YearMonth(*single[:2]), YearMonth(*single[:2]))
    start, end, count = _range(text, "起止年月")
    if start[2] is not None and (start[2] != 1 or end[2] != monthrange(*end[:2])[1]):
        raise ValueError(f"{quote(text)}的起止不是整月，请写起止年月")
    value = MonthRange(YearMonth(*start[:2]), YearMonth(*end[:2]))
    if count and count[1] in ("个月", "月") and count[0] != value.months:
        raise ValueError(f"{quote(text)}写共{count[0]}个月，按起止应为{value.months}个月")
    return value


def parse_date_range(text: str) -> DateRange:
    """``2023年8月1日至2024年7月31日``, ``2023.8.1-8.31``, ``2023-08-01/2023-08-31`` … Both days inclusive. Raises ValueError."""
    start, end, count = _range(text, "起止日期")
    if start[2] is None or end[2] is None:
        raise ValueError(f"{quote(text)}缺少日，请写明起止的年、月、日")
    value = DateRange(date(start[0], start[1], start[2]), date(end[0], end[1], end[2]))
    if count and count[1] in ("天", "日") and count[0] != value.days:
        raise ValueError(f"{quote(text)}写共{count[0]}天，按起止应为{value.days}天")
    return value
