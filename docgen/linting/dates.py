"""Days that do not exist, weekdays of another day, ranges that run backwards, and the dates of the document itself."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from checkers.report import Finding
from checkers.values.numerals import chinese_integer
from docgen.linting.catalogue import WORDS, Place, finding
from docgen.linting.draft import Draft, clip, head_place, place_of, texts_of
from docgen.notices.model import Node

_D = r"[〇零○一二三四五六七八九十\d]"
_DAY = re.compile(
    rf"(?:(?P<year>(?:19|20)\d\d|[一二]{_D}{{3}})\s?年\s?)?(?<![{_D[1:-1]}.])(?P<month>{_D}{{1,3}})\s?月\s?(?P<day>{_D}{{1,3}})\s?[日号]"
)
_MONTH = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)\s?年\s?(?P<month>\d{1,2})\s?月(?!\s?\d)")
_WEEKDAY = re.compile(r"\s?[（(]?(?:星期|周)(?P<weekday>[一二三四五六日天])(?![至到—－\-、年期])[）)]?")
_TO = re.compile(
    r"\s?(?:[（(](?:星期|周)[一二三四五六日天][）)])?\s?(?:起?至|到|—{1,2}|－|-|～|~|–)\s?"
    r"(?:(?P<year>(?:19|20)\d\d)\s?年\s?)?(?:(?P<month>\d{1,2})\s?月\s?)?(?P<day>\d{1,2})\s?日"
)
_SLIP = timedelta(days=366)
"""How long before the day of issue a deadline may lie and still be a slip of the pen, not a day of the past."""
_ASKS = re.compile(r"[请应须]|务必|要求|确保|必须|限于?$")
_HANDED = re.compile(r"[，,]?(?:将|把|报|提交|完成|送|上报|填报|反馈|办结)")
_THAT = re.compile(r"^[^，。；]{0,16}的(?!通知|报告|材料|要求|规定)")
_APPLIES = re.compile(r"施行|执行|实施|生效|有效")
_WEEK = "一二三四五六日"
_NEAR = timedelta(days=90)
"""How far before the day of issue a day without a year may lie and still be of that year."""
_PERIOD = re.compile(r"(?P<n>[一二三四五六七八九十\d]{1,3})年")


def check_dates(draft: Draft) -> Iterator[Finding]:
    for scope, node in draft.placed():
        for text, place in texts_of(node, scope):
            if "月" in text:
                yield from _in_text(draft, text, place)
    yield from _of_the_document(draft)
    yield from _deadlines(draft)


def _in_text(draft: Draft, text: str, place: Place) -> Iterator[Finding]:
    year: int | None = None
    for match in _DAY.finditer(text):
        values = _values(match)
        if values is None:
            continue
        own, month, day = values
        if not exists(own, month, day):
            yield finding("date-impossible", place, quoted=match[0], actual=match[0])
            continue
        year = own or year
        yield from _weekday(draft, text, match, (own or year, month, day), place)
        yield from _range(text, match, values, place)
    for match in _MONTH.finditer(text):
        if not 1 <= int(match["month"]) <= 12:
            yield finding("date-impossible", place, quoted=match[0], actual=match[0])


def _values(match: re.Match[str]) -> tuple[int | None, int, int] | None:
    """Year (None where not printed), month and day; None for what is no date."""
    try:
        year = _number(match["year"]) if match["year"] else None
        return year, _number(match["month"]), _number(match["day"])
    except ValueError:
        return None


def _number(text: str) -> int:
    return int(text) if text.isdigit() else chinese_integer(text.replace("○", "〇"))


def exists(year: int | None, month: int, day: int) -> bool:
    """Whether the day is in the calendar; without a year also 29 February."""
    if not 1 <= month <= 12 or (year is not None and not 1 <= year <= 9999):
        return False
    return 1 <= day <= monthrange(year or 2000, month)[1]


def _weekday(
    draft: Draft, text: str, match: re.Match[str], values: tuple[int | None, int, int], place: Place
) -> Iterator[Finding]:
    said = _WEEKDAY.match(text, match.end())
    if said is None:
        return
    year, month, day = values
    issued = draft.notice.issued
    if year is None and issued is not None:
        year = issued.year
        if exists(year, month, day) and date(year, month, day) < issued - _NEAR:
            year += 1
    if year is None or not exists(year, month, day):
        return
    real = date(year, month, day)
    right = _WEEK[real.weekday()]
    if right != said["weekday"].replace("天", "日"):
        quoted = text[match.start() : said.end()]
        yield finding(
            "date-weekday", place, day=_day(real), right=right, quoted=quoted, expected=f"星期{right}", actual=quoted
        )


def _range(text: str, match: re.Match[str], values: tuple[int | None, int, int], place: Place) -> Iterator[Finding]:
    """The end may leave out its year and month; a winter (11月1日至2月28日) runs into the next year and is no fault."""
    to = _TO.match(text, match.end())
    if to is None:
        return
    year, month, day = values
    end_year = int(to["year"]) if to["year"] else year
    end_month = int(to["month"]) if to["month"] else month
    if (year is None) != (end_year is None) or (to["year"] is None and end_month != month):
        return
    if (end_year or 0, end_month, int(to["day"])) < (year or 0, month, day):
        quoted = text[match.start() : to.end()]
        yield finding("date-range", place, quoted=quoted, actual=quoted)


# ---------------------------------------------------------------- the document's own dates


def _of_the_document(draft: Draft) -> Iterator[Finding]:
    notice = draft.notice
    effective, expires, issued = notice.effective, notice.expires, notice.issued or notice.signed
    if effective is None:
        return
    place = _clause(draft, effective)
    if issued and effective < issued:
        yield finding(
            "effective-before-issued", place, effective=_day(effective), issued=_day(issued), actual=_day(effective)
        )
    if expires and expires < effective:
        yield finding(
            "expires-before-effective", place, effective=_day(effective), expires=_day(expires), actual=_day(expires)
        )
    elif expires and notice.valid_for and not _agrees(notice.valid_for, effective, expires):
        yield finding(
            "validity-mismatch",
            place,
            valid_for=notice.valid_for,
            effective=_day(effective),
            expires=_day(expires),
            actual=notice.valid_for,
        )


def _clause(draft: Draft, effective: date) -> Place:
    """The sentence that says from when on the document applies; its head where the day is printed in another way."""
    day = _day(effective)
    for scope, node in draft.placed():
        if day in node.text and _APPLIES.search(node.text):
            return place_of(node, scope)
    return head_place(draft.notice, "effective", WORDS["effective"])


def _agrees(valid_for: str, effective: date, expires: date) -> bool:
    """Whole years, give or take a day: 至 may name the last day or the one after it."""
    match = _PERIOD.search(valid_for)
    if match is None:
        return True
    try:
        years = _number(match["n"])
    except ValueError:
        return True
    end = date(
        effective.year + years,
        effective.month,
        min(effective.day, monthrange(effective.year + years, effective.month)[1]),
    )
    return abs((end - expires).days) <= 1


def _deadlines(draft: Draft) -> Iterator[Finding]:
    """A full date by which something must be done, before the paper was issued."""
    issued = draft.notice.issued
    if issued is None or draft.amends:
        return
    nodes = {node.id: (scope, node) for scope, node in draft.placed() if node.id}
    for found in draft.notice.deadlines:
        try:
            due = date.fromisoformat(found.due or "")
        except ValueError:
            continue
        scope, node = nodes.get(found.node, (None, None))
        if found.hard and found.bound == "within" and issued - _SLIP <= due < issued and _demands(node, found.span):
            place = place_of(node, scope) if node else Place(found.node or "text", found.article, found.location)
            quoted = clip(found.text)
            yield finding("deadline-before-issued", place, quoted=quoted, issued=_day(issued), actual=quoted)


def _demands(node: Node | None, span: tuple[int, int]) -> bool:
    """Whether the words around ask for something by that day: 2023年12月31日前参保的 tells who, not by when."""
    if node is None:
        return False
    before, behind = node.text[max(0, span[0] - 12) : span[0]], node.text[span[1] : span[1] + 20]
    return _THAT.search(behind) is None and bool(_ASKS.search(before) or _HANDED.match(behind))


def _day(day: date) -> str:
    return WORDS["day"].format(day)
