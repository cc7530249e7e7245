"""The number of a document (发文字号) in every spelling papers have, written one way: ``样人社发〔2024〕1号``, ``国务院令第1号``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.notices.traditional import simplified

_OPEN = "〔﹝［\\[（(【〖{「<〈"
_SHUT = "〕﹞］\\]）)】〗}」>〉"
_GAP = r"[ \t\u3000\u00a0]{0,4}"
_HAN = r"\u4e00-\u9fff〇○"
_YEAR = r"(?:19|20)\d" + _GAP + r"\d"
_BRACKETED = (
    rf"(?:[{_OPEN}]{_GAP}(?P<year>{_YEAR}|[一二三四五六七八九十]{{1,3}}届){_GAP}年?{_GAP}[{_SHUT}]?"
    rf"|(?P<bare>{_YEAR}){_GAP}[{_SHUT}])"
)
_COUNT = r"\d(?:[ \u3000]?\d){0,5}|[一二三四五六七八九十百零〇○]{1,7}"
_NAME = rf"(?P<name>[{_HAN}](?:{_GAP}[{_HAN}]){{1,17}})"
_NUMBERED = re.compile(rf"{_NAME}{_GAP}{_BRACKETED}{_GAP}第?{_GAP}(?P<count>{_COUNT}){_GAP}号")
_LONG_NAME = rf"[{_HAN}](?:[ \u3000\n]{{0,3}}[{_HAN}]){{0,60}}?"
_ORDER = re.compile(
    rf"(?P<name>{_LONG_NAME}令){_GAP}\n?{_GAP}"
    rf"(?:第{_GAP}(?P<count>{_COUNT})|(?P<bare>\d{{1,5}})){_GAP}号"
)
_ANNOUNCED = re.compile(
    rf"(?P<name>(?:{_LONG_NAME})?(?:公告|通告)){_GAP}(?P<year>{_YEAR}){_GAP}年?"
    rf"{_GAP}第{_GAP}(?P<count>{_COUNT}){_GAP}号"
)
_SPACE = re.compile(r"\s+")
_BEFORE = re.compile(
    r".*(?:通知|意见|决定|办法|规定|公告|通告|方案|细则|条例|函件|标准(?!委|化)|计划|规划(?!资|自|发|局)|制度|实施|施行|执行|根据|依据|按照|依照|参照"
    r"|以及|原文件|文件|文号|字号|下发的?|印发的?|发布的?|公布的?|修订的?|修改的?|废止的?|即|详见|见|由|和|与|及|在|将|以|对|为)"
)
"""Words of a sentence that stand before a number without a bracket between: they are no part of it."""
_OF_ORDER = re.compile(
    r".*(?:通过|修订|修正|修改|批准|根据|依据|按照|依照|以及|(?:^|\d)日|年|月|(?<!共)(?<!资源)(?<!劳动)(?<!文化)(?<!住房)(?<!工业)(?<!林业)和(?!国)|与|由"
    r"|以|现将|签署|决定|办法|规定|条例|通知|意见|细则|(?<=.)法)(?=.{2,}令$)"
)


def doc_numbers(text: str) -> list[str]:
    """Every document number in ``text``, normalised, in reading order and each once."""
    return list(dict.fromkeys(number for _, _, number in number_spans(text)))


def number_spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and normalised form of every number, in reading order, none overlapping another."""
    if "号" not in text and "號" not in text:
        return
    text = simplified(text)
    found = [(m.start(), m.end(), m) for pattern in (_NUMBERED, _ORDER, _ANNOUNCED) for m in pattern.finditer(text)]
    end = -1
    for start, stop, m in sorted(found, key=lambda f: (f[0], -f[1])):
        name, number = _written(m)
        if start < end or not number:
            continue
        end = stop
        yield start + _skip(m["name"], len(name)), stop, number


def whole_number(text: str) -> list[str]:
    """The numbers of a line that holds nothing else but them (and 签发人); empty where it says more."""
    text = text.strip().strip("*#").strip()
    if len(text) > 120:
        return []
    rest, numbers, end = [], [], 0
    for start, stop, number in number_spans(text):
        rest.append(text[end:start])
        numbers.append(number)
        end = stop
    left = "".join([*rest, text[end:]])
    return numbers if numbers and not left.strip(" \u3000()（）[]［］、，,；;*\t") else []


def year_of(number: str) -> int | None:
    """The year a number carries; None for an order."""
    m = re.search(r"〔(\d{4})〕|(\d{4})年第", number)
    return int(m[1] or m[2]) if m else None


def _written(m: re.Match[str]) -> tuple[str, str]:
    """The name as it counts and the whole number; an empty number where nothing is left of the name."""
    name = _SPACE.sub("", m["name"])
    count = _SPACE.sub("", m["count"] or m["bare"])
    if m.re is _NUMBERED:
        name = _shortened(_BEFORE, name)
        count = count.lstrip("0") or "0"
        year = _SPACE.sub("", m["year"] or m["bare"])
        if year.endswith("届"):
            return name, f"{name}〔{year}〕第{_count(m)}号"
        return name, f"{name}〔{year}〕{_count(m)}号" if name else ""
    if m.re is _ORDER:
        name = _shortened(_OF_ORDER, name)
        return name, f"{name}第{count}号" if len(name) > 1 else ""
    name = _shortened(_BEFORE, name[:-2]) + name[-2:]
    return name, f"{name}{_SPACE.sub('', m['year'])}年第{count}号"


def _count(m: re.Match[str]) -> str:
    return _SPACE.sub("", m["count"]).lstrip("0") or "0"


def _shortened(words: re.Pattern[str], name: str) -> str:
    """``name`` without what a sentence puts before it; 函 and 办 stay, they belong to numbers."""
    m = words.match(name)
    return name[m.end() :] if m and len(name) - m.end() >= 2 else name


def _skip(printed: str, kept: int) -> int:
    """How many printed characters stand before the last ``kept`` that are no space."""
    at = len(printed)
    while kept and at:
        at -= 1
        kept -= not printed[at].isspace()
    return at
