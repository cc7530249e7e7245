"""Document numbers in running text: where they begin, and the lists of numbers and short names in brackets behind a title."""

from __future__ import annotations

import re

from checkers.registry import normal_number

_O, _C = r"〔\[［【（(〈{", r"〕\]］】）)〉}"
_YEAR_NUMBER = rf"[{_O}]\s?(?:19|20)\d\d\s?年?\s?[{_C}]\s?第?\s?\d{{1,5}}\s?号"
_PARTY = r"[一-鿿]{1,14}"
_ORDER = (
    r"(?:中华人民共和国|[一-鿿]{1,12}(?:部|委|局|会|院|署|政府|办公厅|行|总局|办)\s?(?:[、 ]\s?)?){1,5}"
    r"(?:令|公告)\s?(?:[（(\[〔]?(?:19|20)\d\d[）)\]〕]?年?)?\s?第?\s?[\d一二三四五六七八九十百〇零]{1,6}\s?号"
    r"|[一-鿿]{1,12}令\s?第\s?\d{1,4}\s?号"
    r"|国务院第\s?\d{1,4}\s?号令|(?:中华人民共和国)?主席令\s?第?\s?[\d一二三四五六七八九十百〇零]{1,6}\s?号"
)
_BARE_NUMBER = r"(?:19|20)\d\d年第?\s?\d{1,4}\s?号|第?\s?\d{1,4}\s?号(?:令|公告)?|令第\s?\d{1,4}\s?号"
_FULL = rf"(?:{_PARTY}\s?{_YEAR_NUMBER}|{_ORDER})"
_ANY = rf"(?:{_FULL}|{_YEAR_NUMBER}|{_BARE_NUMBER})"

_FULL_RE = re.compile(_FULL)
NUMBER_IN_TEXT = re.compile(rf"(?:{_PARTY}\s?)?{_YEAR_NUMBER}|{_ORDER}")
_FIRST_IN_BRACKET = re.compile(rf"\s?[（(〔\[【]\s?(?:原)?\s?(?P<no>{_ANY})")
_NEXT_NUMBER = re.compile(rf"\s?[、，,和及;；]\s?(?P<no>{_ANY})")
_DIRECT = re.compile(rf"[\s,，]?(?P<no>{_PARTY}\s?{_YEAR_NUMBER})")
_SHORT = re.compile(
    r"[^（）()。；;]{0,60}?以下(?:分别|统一?|合并|均|并)?(?:简|统|合)称(?:为|之)?[:：]?\s?"
    r"(?P<names>[《“\"'‘][^）)。；;]{1,80}|[^，,。；;）)〕《“\"]{1,24})"
)
_BRACKET = re.compile(r"\s?[（(〔]")
_QUOTED_NAME = re.compile(r"《(?P<title>[^》]{1,60})》|[“\"‘'](?P<quoted>[^”\"’']{1,60})[”\"’']")
_LEADING = re.compile(
    r".*(?:根据|通知|意见|办法|决定|规定|方案|细则|公告|复函|规程|按照|依照|依据|遵照|贯彻|落实|执行|印发|转发|废止|参照|详见|见|继续|以及|日|年|月|条例|和(?!国|社会保障|信息|改革|旅游|体育|城乡|卫生|医疗|质量)|与|及|对|由|在|即|的|以|为|将|按|把|了|照|于|如|凡)"
)


def behind_title(text: str, end: int) -> tuple[list[str], list[str], int]:
    """Numbers and short names in the brackets behind a title, and where they end."""
    numbers: list[str] = []
    short: list[str] = []
    if direct := _DIRECT.match(text, end):
        return [normal_number(direct.group("no"))], [], direct.end()
    for _ in range(3):
        opened = _BRACKET.match(text, end)
        if opened is None:
            break
        at = opened.end()
        first = _FIRST_IN_BRACKET.match(text, end) if not numbers else None
        if first is not None:
            numbers.append(_completed_number(first.group("no"), None))
            at = first.end()
            while following := _NEXT_NUMBER.match(text, at):
                numbers.append(_completed_number(following.group("no"), numbers[-1]))
                at = following.end()
        named = _SHORT.match(text, at)
        if named is not None:
            short = _names(named.group("names"))
            at = named.end()
        if first is None and named is None:
            break
        close = re.compile(r"[^（）()〔〕。；;]{0,40}?\s?[）)〕\]】]").match(text, at)
        if close is None:
            return numbers, short, at
        end = close.end()
    return numbers, short, end


def _names(words: str) -> list[str]:
    """``《条例》和《办法》`` → both; a name without marks as it stands."""
    quoted = [m.group("title") or m.group("quoted") for m in _QUOTED_NAME.finditer(words)]
    return quoted or [words.strip(" “”\"'‘’《》")]


def _completed_number(number: str, before: str | None) -> str:
    """``49号`` behind ``人社部发〔2020〕30号`` is ``人社部发〔2020〕49号``; ``〔2021〕3号`` takes the agency only."""
    plain = normal_number(number)
    if before is None or "〔" not in before or _FULL_RE.fullmatch(number):
        return plain
    agency, _, rest = before.partition("〔")
    if plain.startswith("〔"):
        return agency + plain
    return f"{agency}〔{rest.partition('〕')[0]}〕{plain.removeprefix('第')}"


def number_before(text: str, start: int) -> tuple[str, int] | None:
    """国务院令第586号《工伤保险条例》: the number directly before a title, with where it begins."""
    window = max(0, start - 40)
    if not re.search(r"号(?:文件?)?\s?$", text[window:start]):
        return None
    found = None
    for one in NUMBER_IN_TEXT.finditer(text, window, start):
        found = one
    if found is None or not re.fullmatch(r"(?:文件?)?[ 　]?", text[found.end() : start]):
        return None
    begin = number_start(text, found.start(), found.end())
    return (normal_number(text[begin : found.end()]), begin) if begin is not None else None


def number_start(text: str, start: int, end: int) -> int | None:
    """Where the number begins behind 根据, 按照 and other words that run into its agency; None when nothing is left."""
    bracket = re.compile(rf"[{_O}]").search(text, start, end)
    stop = bracket.start() if bracket else text.find("令", start, end)
    lead = _LEADING.match(text, start, stop if stop > start else end)
    begin = lead.end() if lead else start
    while begin < end and text[begin].isspace():
        begin += 1
    return begin if begin < (stop if stop > start else end) else None
