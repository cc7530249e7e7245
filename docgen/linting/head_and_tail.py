"""The parts that every official document of its genre has, and the form they are written in.

The form of number and date follows GB/T 9704—2012 and is asked of documents issued since it applies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from checkers.registry import normal_number, number_key
from checkers.report import Finding, Location
from docgen.document import Document
from docgen.linting.catalogue import WORDS, Place, finding
from docgen.linting.draft import Draft, clip, head_place, place_of
from docgen.notices.head import PAPER
from docgen.notices.model import Notice

SINCE = date(2012, 7, 1)
"""The first day of GB/T 9704—2012 and of 党政机关公文处理工作条例."""

GENRES = (
    "决议",
    "决定",
    "命令",
    "令",
    "公报",
    "公告",
    "通告",
    "意见",
    "通知",
    "通报",
    "报告",
    "请示",
    "批复",
    "议案",
    "函",
    "纪要",
)
"""The fifteen of 党政机关公文处理工作条例 第八条, 命令 also as 令."""
_STATUTES = (
    "法",
    "条例",
    "规定",
    "办法",
    "细则",
    "规则",
    "规程",
    "规范",
    "标准",
    "方案",
    "规划",
    "计划",
    "章程",
    "制度",
    "目录",
    "解读",
    "指引",
    "指南",
)
"""What is promulgated, promised or explained by a document, and may stand alone in a file: it is no 公文 by itself."""
_ADDRESSED = frozenset({"请示", "报告", "批复", "函", "通知"})
_NUMBERED = frozenset({"决定", "意见", "通知", "通报", "报告", "请示", "批复", "函"})
_HIGHEST = re.compile(r"^(?:中共中央|中国共产党|国务院|全国人民代表大会|第.{1,4}届全国)")
"""Their documents are published without a number."""
_TRIAL = re.compile(r"(?:\s?[（(〔][^（）()〔〕]{1,20}[)）〕])+$")
_NUMBER = re.compile(
    r"(?P<open>[\[(（【〖［{<〈〔])\s?(?P<year>\d{2,4})\s?年?\s?[\])）】〗］}>〉〕]\s?(?P<ordinal>第?)\s?(?P<count>\d{1,5})\s?号"
)
_NESTED = re.compile(r"《[^《》]{0,80}《[^《》]{1,80}》[^《》]{0,40}》")
_DATE_LINE = re.compile(
    r"\s*(?P<date>(?P<year>\d{2,4}|[〇零○一二三四五六七八九]{2,4})\s?年\s?(?P<month>\d{1,2}|[一二三四五六七八九十]{1,3})\s?月\s?"
    r"(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})\s?日)\s*"
)
_HEAD_LINES = 60
_WRONG_DAY = re.compile(r"落款日期“(.{4,30}?)”不存在")


def check_parts(draft: Draft) -> Iterator[Finding]:
    """Title, number, addressees, signature and date. A statute without a covering notice is asked for none of them."""
    notice = draft.notice
    if not notice.title:
        yield finding("title-missing", head_place(notice, "title", WORDS["title"]))
        return
    kind = genre(notice)
    if kind == "" and notice.doc_no and not PAPER.search(notice.title) and not _modern_exception(notice):
        yield finding(
            "title-form", head_place(notice, "title", WORDS["title"]), title=notice.title, actual=notice.title
        )
    if kind in _NUMBERED and not notice.doc_no and not _HIGHEST.search(notice.title):
        yield finding("docno-missing", head_place(notice, "doc_no", WORDS["number"]))
    if kind in _ADDRESSED and not notice.addressees:
        yield finding("addressee-missing", head_place(notice, "addressees", WORDS["addressees"]), genre=kind)
    if kind and not notice.issuers:
        yield finding("signature-missing", head_place(notice, "issuers", WORDS["signature"]))
    wrong = next((m for w in notice.warnings if (m := _WRONG_DAY.match(w))), None)
    if wrong:
        yield finding("date-impossible", head_place(notice, "issued", WORDS["date"]), quoted=wrong[1], actual=wrong[1])
    elif kind and not (notice.issued or notice.signed):
        yield finding("date-missing", head_place(notice, "issued", WORDS["date"]))


def genre(notice: Notice) -> str | None:
    """The statutory genre its title ends with; None for a statute or the like, "" for neither."""
    title = _TRIAL.sub("", notice.title or "").rstrip("》〉 ")
    for name in GENRES:
        if title.endswith(name):
            return name
    return None if title.endswith(_STATUTES) else ""


def _modern_exception(notice: Notice) -> bool:
    return notice.issued is not None and notice.issued < SINCE


def check_titles(draft: Draft) -> Iterator[Finding]:
    """Book-title marks inside book-title marks; one finding for the document, with every place."""
    places: list[Location] = []
    first: tuple[str, str] | None = None
    for scope, node in draft.placed():
        if match := _NESTED.search(node.text):
            place = place_of(node, scope)
            first = first or (clip(match[0]), place.label)
            places += [place.location] if place.location else []
    if match := _NESTED.search(draft.notice.title or ""):
        first = first or (clip(match[0]), WORDS["title"])
    if first:
        place = head_place(draft.notice, "title", first[1])
        place = Place(place.subject, place.label, places[0]) if places else place
        yield finding("title-brackets", place, also=places, quoted=first[0], actual=first[0])


# ---------------------------------------------------------------- as printed


def check_printed(draft: Draft, document: Document) -> Iterator[Finding]:
    """The number and the date as they stand on the paper: the notice keeps them normalised."""
    notice = draft.notice
    if notice.issued is not None and notice.issued < SINCE:
        return
    lines = [line for page in document.pages for line in page.lines]
    own = number_key(notice.doc_no or "")
    for line in lines[:_HEAD_LINES]:
        match = _NUMBER.search(line.text)
        if match and own and own.endswith(number_key(_normal(match))):
            yield from _number_form(match, document.path, line.paragraph, notice)
            break
    for line in reversed(lines):
        stamp = _DATE_LINE.fullmatch(line.text)
        if stamp:
            yield from _date_form(stamp, document.path, line.paragraph, notice)
            break


def number_faults(match: re.Match[str]) -> str:
    """The first thing that is not as GB/T 9704—2012 7.2.5 writes it, as a key of ``WORDS``; "" where all is right."""
    if match["open"] != "〔":
        return "no brackets"
    if len(match["year"]) != 4:
        return "short year"
    if match["ordinal"]:
        return "ordinal"
    return "leading zero" if match["count"].startswith("0") else ""


def _normal(match: re.Match[str]) -> str:
    year = match["year"] if len(match["year"]) == 4 else "20" + match["year"][-2:]
    return f"〔{year}〕{int(match['count'])}号"


def _number_form(match: re.Match[str], path: str, paragraph: int | None, notice: Notice) -> Iterator[Finding]:
    if fault := number_faults(match):
        place = Place("doc_no", WORDS["number"], Location(path, paragraph=paragraph))
        wanted = normal_number(notice.doc_no or "")
        yield finding("docno-form", place, quoted=match[0], fault=WORDS[fault], expected=wanted, actual=match[0])


def _date_form(match: re.Match[str], path: str, paragraph: int | None, notice: Notice) -> Iterator[Finding]:
    numerals = (match["year"], match["month"], match["day"])
    if not all(n.isdigit() for n in numerals):
        fault = "numerals"
    elif len(match["year"]) != 4:
        fault = "short year"
    elif any(n.startswith("0") for n in numerals):
        fault = "leading zero"
    else:
        return
    place = Place("issued", WORDS["date"], Location(path, paragraph=paragraph))
    day = notice.issued or notice.signed
    expected = WORDS["day"].format(day) if day else WORDS["day example"]
    yield finding("date-form", place, quoted=match["date"], fault=WORDS[fault], expected=expected, actual=match["date"])
