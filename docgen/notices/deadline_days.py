"""Days by which something has to be done: 2024年7月31日前, 每年3月底前, 每月25日前, 次年内, 受理截止…, 报名时间为…至….

A day that only sorts cases (2024年6月1日前参加工作的) or says since when something holds is none of them.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator

from checkers.values.numerals import chinese_integer

DIGIT = "零〇一二三四五六七八九十百两"
PROCESS = (
    r"办理|审核|整改|举证|答辩|申报|申请|申领|受理|复核|办结|承诺|反馈|答复|征求|异议|报名|通知|送达|报送|处理|调查|补正|宽限|初审|复审|评审"
    r"|认定|鉴定|审查|拨付|核查|审批|裁决|调解|延长|延期|协查|会审|检查|核定|核实|回复|复查|公示|公告|备案|变更|支付|处置|结案|检验|评估"
)
ACTS = re.compile(
    rf"{PROCESS}|提出|提交|完成|报告|报|作出|告知|出具|送|填写|缴|退回|补缴|足额|发|转|录入|上传|登录|更正|更新|公开|登记|建立|签订|交|核|补|结清|结算|清算|兑付|对账|汇总|划入|划拨|实现|缴费|结束|归档|启动|开展|打印"
)

_MONTH = rf"(?P<m>[0-9]{{1,2}}|[{DIGIT}]{{1,3}})\s*月份?"
_DAY = rf"(?:(?P<d>[0-9]{{1,2}}|[{DIGIT}]{{1,3}})\s*[日号]|(?P<end>底|末)|(?P<part>上旬|中旬|下旬|初))"
_CLOCK = r"(?:\s*(?:上午|下午|中午|晚上?)?\s*[0-9]{1,2}(?:[:：][0-9]{2}|[时点])?)?"
_DATE = rf"(?:(?P<y>20[0-9]{{2}})\s*年\s*|(?P<each>每年|次年|当年|翌年|同年|本年|次年度|下一?年度?)(?:的)?\s*)?{_MONTH}(?:{_DAY}{_CLOCK})?"
_FIXED = re.compile(
    rf"(?<![0-9{DIGIT}])(?P<due>{_DATE}|(?P<yy>20[0-9]{{2}})年(?:年?底|年末))\s*(?:[（(][^（）()]{{1,8}}[)）])?\s*(?P<tail>之前|以前|前|止|截止)"
)
_PERIODIC = re.compile(
    r"(?P<due>(?:每个?(?:季度?|月|年度?|半年|学期|学年)|次(?:月|年|季度?|日)|当(?:月|年|季度?|天|日)|下(?:一?个?月|一?个?季度?|一?年度?)|本(?:月|年度?|季度?)|翌年|年|月|季度?|季|学年|学期)"
    r"(?:的|后|终了后|结束后)?(?:首月|末月|次月|第[一二三]个?月|月)?(?:的)?"
    rf"(?:(?:[0-9]{{1,2}}|[{DIGIT}]{{1,3}})[日号]|月?底|月?末|[上中下]旬|初)?)(?:{_CLOCK})?\s*(?P<tail>之前|以前|前|之内|以内|内)(?!述|款|项|条)"
)
_SMALL = rf"(?:[0-9]{{1,2}}|[{DIGIT}]{{1,3}})"
_REGULAR = re.compile(
    rf"(?:于|在|应|应当|请|须|即|(?<![^。；;）)\s]))(?P<due>(?:每个?月|次月|每季度?(?:首月|末月|次月)|每年|次年|当年)(?:的)?(?:{_SMALL}月份?)?"
    rf"(?:至{_SMALL}月份?)?(?:{_SMALL}日)?(?:至{_SMALL}日)?)(?!之?前|以前|底|末|[上中下]旬|至|内|起|{_SMALL})"
)
_CLOSING = re.compile(
    rf"(?:受理|申报|申请|报名|缴费|提交|办理|申领|报送|登记)[^，,。；;]{{0,14}}?(?:截止|截至|止于|延长至|延至|放宽至|顺延至)(?:时间|日期|期限)?(?:为|到|至|是|：|:)?\s*(?P<due>{_DATE})"
)
_WINDOW = re.compile(
    rf"(?:报名|申报|申请|缴费|提交|受理|打印[^，。；]{{0,6}}|资格审查|登记|确认)(?:时间|期限|日期)(?:为|是|：|:|定于)?[^，,。；;]{{4,24}}?(?:至|到|-|—|—{{2}}|~|～)\s*(?P<due>{_DATE})"
)
_NUMBERED = r"\s*(?:第[一二三四五六七八九十百]{1,6}条|[（(]?[0-9一二三四五六七八九十]{1,3}[）)、.．])?\s*"
_SPAN = re.compile(
    rf"(?:请|应当?|须|可|拟|定)?[于在](?:20[0-9]{{2}}\s*年\s*)?[0-9]{{1,2}}月[0-9]{{1,2}}日{_CLOCK}\s*(?:至|到|-|—)\s*(?P<due>{_DATE})(?:期间|之间|，|,)"
)
_NO_LATER = re.compile(
    r"(?:不晚于|不迟于|最迟(?:不超过|不晚于|不得超过|在|于)?)[^，,。；;0-9]{0,16}?(?P<due>(?:次|当|同)(?:月|年|季度|日|天)(?:底|末|[0-9]{1,2}日)?)(?!前|内|底|末|之前|以前|[0-9])"
)
_PAST = re.compile(
    r"以前|被认定|参加工作|出生|退休|就业登记|已经?|尚未|尚|仍|死亡|入职|取得|设立|签订的|购买|发生的|毕业的|建成|参保的|领取|离校|开始|施行|实施|印发|办理的|达到|招用"
)
DUTY = re.compile(
    r"应|须|请|必须|需|要|力争|争取|确保|务必|将于|不得|完成|报送|上报|汇总|提交|缴|办结|反馈|公布|送达|可在|可于"
)
_YEAR = re.compile(r"(20[0-9]{2})\s*年")


def days_in(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Fixed and returning days: 2024年7月31日前, 每年3月底前, 每月25日前, 次年内, 受理截止…, 报名时间为…至….

    Yields where the day begins, where its words end (behind 前), and the day as ``DeadlineFound.due`` has it.
    """
    for pattern in (_FIXED, _CLOSING, _WINDOW, _SPAN, _NO_LATER, _PERIODIC, _REGULAR):
        for m in pattern.finditer(text, start, end):
            before, after = text[max(start, m.start() - 400) : m.start()], text[m.end() : min(end, m.end() + 400)]
            due = _due(m, before)
            if due is None or (pattern in (_FIXED, _PERIODIC, _REGULAR) and not _demanded(before, after, pattern, due)):
                continue
            yield m.start("due"), m.end(), due


def _demanded(before: str, after: str, pattern: re.Pattern[str], due: str) -> bool:
    """A day is a deadline when something has to be done by it, not when it sorts cases (6月1日前参加工作的)."""
    clause = re.split(r"[，,：:]", before)[-1]
    follow = re.split(r"[，,。；;]", after, maxsplit=1)[0]
    if re.search(r"(?:应当?|拟|须|要|请|将|需)[于在]$", clause) and follow:
        return True
    if re.search(r"[^目标]的$|(?:的|者)(?:人员|单位|企业|职工|劳动者|毕业生)$", follow) or _PAST.match(follow.lstrip()):
        return False
    if re.search(r"(?:产生|形成)的", follow):
        return False
    if re.search(r"[对将为]$", clause) and re.search(r"的|进行了", follow):
        return False
    if pattern is _PERIODIC and re.search(r"[上近前]$|[0-9一二三四五六七八九十]$", before):
        return False
    if pattern is _PERIODIC:
        return not re.match(r"[的后起]|以来|多次|累计", follow) and len(follow + clause) > 1
    if pattern is _REGULAR:
        return bool(re.search(r"[0-9一二三四五六七八九十]", due)) and bool(ACTS.search(after[:80]))
    if re.search(r"时间(?:为|在|：|:)?$", clause) or (not follow and re.fullmatch(_NUMBERED, clause)):
        return not re.match(r"[，,]?(?:按|继续|仍|已)", after)
    if DUTY.search(clause) or re.search(r"[于在]$", clause):
        return bool(ACTS.search(follow) or ACTS.search(after[:60]) or ACTS.search(clause))
    return bool(ACTS.search(follow)) or (not follow and bool(DUTY.search(after[:30])))


def _due(m: re.Match[str], before: str) -> str | None:
    """``2024-07-31``, ``03-31`` or as printed; None for a day that does not exist."""
    named = m.groupdict()
    printed = re.sub(r"\s+", "", m.group("due"))
    if named.get("yy"):
        return f"{named['yy']}-12-31"
    if not named.get("m"):
        return printed if len(printed) > 1 else None
    month = _small(named["m"])
    year = named.get("y")
    if year is None and named.get("each") is None and (y := re.search(r"(20[0-9]{2})\s*年\s*[（(]?$", before)):
        year = y.group(1)
    if year is None and named.get("each") is None and (y := _YEAR.search(m.group(0))):
        year = y.group(1)
    if not 1 <= month <= 12:
        return None
    if named.get("part") or not (named.get("d") or named.get("end")):
        return printed
    if named.get("each") not in (None, "每年") or (named.get("end") and month == 2 and not year):
        return printed
    last = monthrange(int(year) if year else 2024, month)[1]
    day = last if named.get("end") else _small(named["d"])
    if not 1 <= day <= last:
        return None
    return f"{year}-{month:02}-{day:02}" if year else f"{month:02}-{day:02}"


def _small(number: str) -> int:
    try:
        return int(number) if number.isdigit() else chinese_integer(number)
    except ValueError:
        return 0
