"""Sentences and clauses of a Chinese official text: where they end, who acts in them, on what condition, how firmly.

All functions work on one paragraph and are linear in its length. Nothing here knows what a deadline or an amount is.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence

_OPENING, _CLOSING = "（(【〔[“「《", "）)】〕]”」》"
_FULL_STOPS = "。！？!?；;\n"
_COMMAS = "，,：:"

_SOFT = re.compile(
    r"原则上|一般(?!工商|贸易|公共|预算|性|程序|失信|职工|劳动|工伤|疾病|违法|情形|情节|人员|问题)|力争|争取(?!资金|支持)"
    r"|尽量|尽可能|左右|有条件的|鼓励|可结合实际|可根据实际|可视情|可适当|视情况?|酌情|大致|预计"
    r"|(?<!提出|处理|处罚|整改|政策|工作|意见|问题|司法|检察|监察|投诉|约谈|督办)(?<!合理化|意见[和、或])(?<![、小])建议(?![书的权稿函案等体和、，。；])"
)

_ACTOR_WORDS = (
    r"部门|机构|单位|政府|委员会|委|办公室|中心|局|厅|(?<![两本])部(?!分)|学院|法院|检察院|高校|院校|各校|所(?!在|需|有|属|列|述|涉|得)|站|银行|公司|企业|雇主|基地|学校|医院|合作社|社区|平台|系统"
    r"|当事人|申请人|申请者|申报人|考生|职工|劳动者|人员|毕业生|学生|学员|个人|本人|专家|家属|亲属|遗属|参保人|双方|各地|省|市|县|区|州"
    r"|负责人|代理人|仲裁庭|仲裁员|监督员|协管员|退役军人|经纪人|承办人|小组|专班|转入地|转出地|参保地|就医地|转移地|主体|承担者|劳动组织"
)
_ACTS = (
    r"应|须|必须|需|要|可|将|自|在|于|每|按|收到|接到|受理|对|依法|负责|不得|均|原则上|一般|力争|及时|根据|依据|从|提前|当|通过|填|提交|提出"
    r"|审核|审查|进行|组织|作出|办理|出具|向|经(?!办|济)|与|为|逐|凭|持|到|报|未|逾期|以|申请|申报|发现|完成|核|确认|并|给予|予以|拨|支付|发|公示"
    r"|\d|[一二三四五六七八九十]{1,3}[个日]|，|,|$"
)
_PREFIX = (
    r"(?:并|经(?!办|济|营|开)|再|然后|同时|其中|此外|但|\d{1,2}[.．、]|[（(][一二三四五六七八九十\d]+[)）]"
    r"|[一二三四五六七八九十]+、|第[一二三四五六七八九十百]{1,6}条)?\s*"
)
_SUBJECT = re.compile(
    rf"{_PREFIX}由?(?P<actor>(?!自|在|对|于|从|经(?!办|济)|按|符合|未|逾期|每(?!个|位|名)|向|如|若|将|可|最迟"
    rf"|通过|允许|次年|当[年月日季时天]|力争|确保|要|应|须|请|以(?!上)|因|与|为|让|使|把|凭|持|用于|根据|依据|鼓励|支持)(?:[^，,。；;：:！？\n0-9在]|(?<=[所存现])在){{0,24}}?"
    rf"(?:{_ACTOR_WORDS})(?:[（(][^（）()]{{1,20}}[）)])?)(?={_ACTS})"
)
_BY = re.compile(
    rf"由(?P<actor>(?:[^，,。；;：:！？\n0-9在]|(?<=[所存现])在){{0,24}}?(?:{_ACTOR_WORDS})(?:[（(][^（）()]{{1,20}}[）)])?)(?={_ACTS})"
)

_RECEIVES = re.compile(r"应|在|于|自|每|收到|接到|受理")
"""经办银行收到资金后，… names who acts; 参保人员死亡后，… does not."""

_CONDITION = re.compile(
    r"^(?P<condition>(?:对于?|凡是?|如果?|若|当|因|经|符合|属于?|其中|未|逾期|有|除|在)?[^，,。；;]{2,80}?(?:的|时|情形下|情况下|前提下|后|以外|之外|的情况))[，,]"
)
_CASE = re.compile(r"^(?P<condition>(?:对于?|凡|符合|属)[^，,。；;：:]{2,60}?)[，,：:]")


LONG = 1500
"""Characters: no sentence is longer; a bracket that is never closed must not swallow the text."""


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Half-open spans of sentences, ending behind 。！？； or a line break; none of these splits inside brackets.

    What is longer than ``LONG`` is cut all the same, so that a text without stops costs no more than another.
    """
    start, depth = 0, 0
    for at, char in enumerate(text):
        if char in _OPENING:
            depth += 1
        elif char in _CLOSING:
            depth = max(0, depth - 1)
        length = at - start
        ends = char in _FULL_STOPS and (depth == 0 or char == "\n" or length > LONG)
        if ends or (length > LONG and char in _COMMAS) or length >= 2 * LONG:
            if text[start : at + 1].strip():
                yield start, at + 1
            start, depth = at + 1, 0
    if text[start:].strip():
        yield start, len(text)


def clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Half-open spans of the clauses of ``text[start:end]``: parts between commas and colons outside brackets."""
    begin, depth = start, 0
    for at in range(start, end):
        char = text[at]
        if char in _OPENING:
            depth += 1
        elif char in _CLOSING:
            depth = max(0, depth - 1)
        elif char in _COMMAS and depth == 0:
            if at > begin:
                yield begin, at + 1
            begin = at + 1
    if begin < end:
        yield begin, end


def covers(spans: Sequence[tuple[int, int]], at: int) -> bool:
    """Whether one of the spans, which are sorted and apart from each other, covers position ``at``."""
    n = bisect_right(spans, (at, sys.maxsize))
    return n > 0 and at < spans[n - 1][1]


def sentence_at(text: str, pos: int) -> tuple[int, int]:
    """The span of the sentence that covers ``pos``; the whole text when none does."""
    for start, end in sentences(text):
        if start <= pos < end:
            return start, end
    return 0, len(text)


def is_soft(text: str) -> bool:
    """True where the words leave room: 原则上, 一般, 力争, 争取, 左右, 有条件的, 酌情 …"""
    return _SOFT.search(text) is not None


def actor_before(text: str, pos: int, within: tuple[int, int] | None = None) -> str | None:
    """Who is to act at ``pos``: the last subject named before it in the same sentence, as printed; None when nobody is.

    A subject opens a clause (用人单位应当…) or stands behind 由 (由经办机构…). ``within`` is the sentence, where it is known.
    """
    start, end = within or sentence_at(text, pos)
    found: str | None = None
    for begin, stop in clauses(text, start, end):
        if begin >= pos:
            break
        clause = text[begin:stop]
        subject = _SUBJECT.match(clause.lstrip())
        if subject and condition_of(clause) and not _RECEIVES.match(clause.lstrip(), subject.end()):
            subject = None
        if subject and text.find(subject.group("actor"), begin) < pos:
            found = subject.group("actor").strip()
        for by in _BY.finditer(clause):
            if begin + by.start() < pos:
                found = by.group("actor").strip()
    return found


def condition_of(clause: str) -> str | None:
    """The condition a sentence opens with (``对…的，``, ``符合…的，``, ``…时，``) without its comma; None when it has none."""
    stripped = clause.lstrip()
    for pattern in (_CONDITION, _CASE):
        if m := pattern.match(stripped):
            return m.group("condition")
    return None
