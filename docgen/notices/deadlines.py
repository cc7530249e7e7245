"""Deadlines of an official document: by when, or for how long at least, somebody has to act.

A deadline is a time to act: 自收到申请之日起10个工作日内办结, 每月25日前, 公示不少于5个工作日, 提前30日. Not taken: conditions that
count years (缴费满1年, 离校2年内高校毕业生), limits of a benefit (补贴期限最长不超过3年: ``amounts``), bans (3年内不得申报),
validity (有效期5年: ``tail``), dates of documents and of things past. Precision goes before recall.

``提前N日`` and ``届满N日前`` are ``at-least`` (so many days before ``start``), as is a publication (公示5个工作日).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from checkers.values.numerals import chinese_integer
from docgen.notices.clauses import actor_before, covers, is_soft, sentences
from docgen.notices.deadline_days import ACTS, DIGIT, DUTY, PROCESS, days_in
from docgen.notices.model import DeadlineFound, Node, Unit, table_rows

_N = rf"(?:[0-9]{{1,4}}|[{DIGIT}半]{{1,5}})"
_DURATION = re.compile(
    rf"(?<![0-9{DIGIT}月第.])(?:(?P<low>{_N})(?:个?(?:工作日|月|日|年))?(?:至|到|-|—|~|～))?(?P<n>{_N})\s*(?:[（(][^（）()]{{1,6}}[)）])?"
    r"(?P<unit>个?工作日|个?自然日|个?日历[日天]|个月|日(?![元至到均])|天|个?小时|周年|年(?!度|级|龄|限)|周(?![岁年一二三四五六日])|个?季度)"
)
_UNITS: dict[str, tuple[Unit, int]] = {
    "工作日": ("workday", 1),
    "自然日": ("day", 1),
    "日历日": ("day", 1),
    "日历天": ("day", 1),
    "日": ("day", 1),
    "天": ("day", 1),
    "月": ("month", 1),
    "小时": ("hour", 1),
    "年": ("year", 1),
    "周年": ("year", 1),
    "周": ("day", 7),
    "季度": ("month", 3),
}

_PUBLICITY = r"公示|公告|公布|征求意见|公开征求"
_KEEPING = r"保存|保管|留存|保留|存档|存储"
_BENEFIT = (
    r"补贴|补助|享受|领取|待遇|津贴|贷款|贴息|见习|学徒|退休|合同|试用|缓缴|减免|停工留薪|返还|发放|发给|计发|培训|支持期|保险金|奖励|安置"
    r"|扣除|缴费年限|年限|聘期|服务期|任期|休假|产假|处分|暂停"
)

_WITHIN = re.compile(r"\s*(?:之内|以内|内)")
_BEFORE = re.compile(r"\s*(?:之前|以前|前)")
_DESCRIBES = re.compile(
    r"(?:的?(?:未就业|普通|高校|应届|初创|小微|登记|毕业|全日制|有过|曾|无|没有|发生|受到|被|累计|连续|因|已|首次|两次|多次|出现|获|具有|不得|不再|不予"
    r"|不能|禁止|限制|取消|只能|可享受|免征|减征|每|任何|均|原则上不再|仍(?!应)|均不|存在|违法|有效)|未[^，,。；;]{0,30}的|[^，,。；;应须]{0,16}(?:毕业生|人员|企业)(?:[，,。；;、]|$)|的(?!期限|时间|时限))"
)
_AHEAD = re.compile(
    r"(?:提前|提早|至少提前|应提前)(?:至少|不少于)?$|(?:日|之|满|始|开|行|期|[^，,。；;、目以之此日提先事年]{2})前(?:的)?(?:至少|不少于)?$"
)
_ENDS = re.compile(
    r"(?:届满|期满|到期|之日|召开|开始|举行|终止|解除|实施|施行|生效|开工|启动|合同期|期限|开展|变更|裁减人员)(?:的)?$"
)
_AT_LEAST = re.compile(r"(?:不少于|不得少于|不低于|不得低于|不短于|至少|最少|不得短于)$")
_AT_MOST = re.compile(
    r"(?:不超过|不得超过|不能超过|不多于|至多|最多|最长|不应超过|以|一般为|控制在|压缩至|压减至|压缩到|缩短至|缩短为|缩短到)$"
)
_TERM = re.compile(
    r"(?:时限|期限|时间|周期|期)(?:统一|均|一般|原则上)?(?:定|确定|调整|缩短|压缩)?(?:为|是|：|:|至|不变|仍为)?\s*$|(?:限|在|须在|限期|限于|应在|于)$"
)
_STARTED = re.compile(
    r"(?P<start>[^，,。；;：:、]{1,50}?(?:之日|次日|当日|之时|次月|当月|[日时月后]))起的?\s*[，,]?\s*$"
)
_START_AFTER = re.compile(
    r"(?:自|从|在|于|应当|应|须|，|,|^)(?P<start>[^，,。；;：:]{2,40}?)(?:之后|以后|后)(?:的|，|,|应当?|须)?\s*(?:在|于)?$"
)
_START_BARE = re.compile(
    r"(?:在|于|应|自)(?P<start>[^，,。；;：:在于应自]{0,14}?(?:发现|收到|接到|受理|上岗|作出|结束|终了|期满|届满|完成|离岗|办结|变更|成立|签订|公布|发布))(?:之)?$"
)
_LEAD_IN = re.compile(
    r"(?:应当|应|须|请|需|可以?|将|原则上|一般)?(?:自|从|在|于)(?![职然业愿主线编岗册校学读家])|应当|必须|[请须](?!求)"
)
_LATE = re.compile(r"(?:超过|逾|逾期|满|达到?|达|累计|连续|不足|未满|不满|距|每|第|前|近)$")

AROUND = 400
"""Characters before and behind a period that say what it is."""
_BRIEF = 24
"""Characters: a paragraph no longer than this (26个工作日。) is read under the heading before it (办理时限)."""

_SHOWN = re.compile(r"(公示|公告|公开征求意见)(?:期|期限|时间)?(?:为|不少于|不得少于)?$")
"""公示7天，无异议后…: what is done for so long is the showing."""
_QUOTED = re.compile(r"《[^《》]{0,120}》")
_LEADING = re.compile(r"^[\s，,：:的]+")


def find_deadlines(nodes: Iterable[Node]) -> list[DeadlineFound]:
    """Every deadline of the nodes, in reading order; of a table, those that stand in its cells."""
    found: list[DeadlineFound] = []
    heading = ""
    for node in nodes:
        for text, header in _texts(node):
            for deadline in deadlines_in(text, header or (node.title or heading if len(text) <= _BRIEF else "")):
                if node.table is not None:
                    deadline.span = (0, 0)
                deadline.node, deadline.article, deadline.location = node.id, node.label, node.location
                found.append(deadline)
        heading = (node.title or node.text)[:_BRIEF]
    return found


def _texts(node: Node) -> Iterator[tuple[str, str]]:
    """The node's text, or each cell of its table once with the words of its column's head."""
    if node.text:
        yield node.text, ""
    if node.table is None:
        return
    rows = table_rows(node.table)[:500]
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            covered = (c and row[c - 1] == cell) or (r and rows[r - 1][c] == cell)
            if cell and not covered:
                yield cell, rows[0][c] if r else ""


def deadlines_in(text: str, header: str = "") -> list[DeadlineFound]:
    """The deadlines of one paragraph; ``header`` is the head of its column (办理时限) when it is a cell."""
    if not any(c in text for c in "日月年天时周季"):
        return []
    quoted = [m.span() for m in _QUOTED.finditer(text)]
    found: list[DeadlineFound] = []
    for start, end in sentences(text):
        first = len(found)
        for one in (*_durations(text, start, end, header), *_fixed(text, start, end)):
            at = one.span[0]
            if covers(quoted, at) or any(o.span[0] < one.span[1] and at < o.span[1] for o in found[first:]):
                continue
            found.append(one)
    return sorted(found, key=lambda d: d.span)


def _durations(text: str, start: int, end: int, header: str) -> Iterator[DeadlineFound]:
    last = 0
    for m in _DURATION.finditer(text, start, end):
        measure = _measure(m)
        if measure is None:
            continue
        before, after = text[max(start, m.start() - AROUND) : m.start()].rstrip(), text[m.end() : m.end() + AROUND]
        after = after[: max(0, end - m.end())]
        bound = _bound(before, after, measure[1], header)
        if (
            bound is None
            and last
            and re.fullmatch(
                r"[^，,。；;]{0,12}[，,](?:一般|原则上|但)?最[长迟多](?:不|不得)超过", text[last : m.start()]
            )
        ):
            bound = "within"
        if bound is None:
            continue
        inside = _WITHIN.match(after) or _BEFORE.match(after)
        stop = m.end() + (inside.end() if inside else 0)
        one = _deadline(text, start, end, m.start(), stop, bound)
        one.count, one.unit = measure
        last = stop
        yield one


def _measure(m: re.Match[str]) -> tuple[int, Unit] | None:
    """Count and unit; half a year is 6 months, a week 7 days. None for what has no whole number (半个月)."""
    unit, size = _UNITS[m.group("unit").removeprefix("个")]
    number = m.group("n")
    if "半" in number:
        return (6, "month") if number == "半" and unit == "year" else (30, "month") if number == "两年半" else None
    try:
        count = int(number) if number.isdigit() else chinese_integer(number)
    except ValueError:
        return None
    return (count * size, unit) if 0 < count < 1000 and not (unit == "year" and count > 60) else None


def _bound(before: str, after: str, unit: Unit, header: str) -> Literal["within", "at-least"] | None:
    """What kind of limit a duration between these two parts of its sentence is; None when it is none."""
    if re.search(r"是指|系指|指的是", before):
        return None
    clause = (
        re.split(r"[，,：:](?=[^，,：:]*$)", before)[-1]
        if not before.endswith(("，", ",", "：", ":"))
        else before[-30:]
    )
    short = unit in ("workday", "hour", "day")
    if inside := _WITHIN.match(after):
        return _inside(before, after[inside.end() :], short)
    if re.search(rf"(?:{_PUBLICITY})[^，,。；;]{{0,24}}$", before[-30:]) and short:
        return "within" if _AT_MOST.search(before) else "at-least"
    if after.startswith(("前", "之前", "以前")):
        return "at-least" if _ENDS.search(before) else None
    if _AHEAD.search(before) and not (
        re.search(r"提前(?:至少|不少于)?$", before) and (unit == "year" or re.match(r"[^，。]{0,6}退休", after))
    ):
        return "at-least"
    if before.endswith("为期") and short:
        return "at-least" if re.match(rf"的[^，,。；;]{{0,8}}(?:{_PUBLICITY})", after) else None
    if _AT_LEAST.search(before):
        if re.match(rf"的[^，,。；;]{{0,8}}(?:{_PUBLICITY})", after):
            return "at-least"
        return "at-least" if re.search(rf"{_PUBLICITY}|提前|通知|{_KEEPING}|举证|答辩|异议", before[-36:]) else None
    if re.search(rf"(?:{_KEEPING})(?:期限|时间)?(?:为|满)?$", before):
        return "at-least"
    if _AT_MOST.search(before):
        owner = before[-40:]
        return (
            "within" if re.search(PROCESS + "|时限|期限", owner) and (short or not re.search(_BENEFIT, owner)) else None
        )
    if after.startswith(
        ("以上", "以下", "及以上", "的", "制", "工资", "的工资", "/", "未", "仍", "后", "之后", "满")
    ) or _LATE.search(before):
        return None
    if re.match(r"[1一]次", after):
        return None
    if _TERM.search(before) and re.search(PROCESS, clause) and not re.search(r"有效期|施行|执行期", clause):
        return "within" if short or not re.search(_BENEFIT, clause) else None
    if re.search(r"(?:之日|次日|当日)起(?:的)?(?:，)?\s*$", before) and short:
        return None if re.match(r"(?:即|视为|起)", after) else "within"
    if unit == "workday":
        named = re.search(r"时限|期限|时间|工作日", header) or re.search(PROCESS, clause + after[:12])
        return "within" if named and not re.search(r"每周|每月|见习|出勤|加班", clause) else None
    return "within" if short and re.search(r"时限|期限|办理时间", header) and not after.strip() else None


def _inside(before: str, after: str, short: bool) -> Literal["within"] | None:
    """``N…内`` is a deadline unless it describes somebody (离校2年内高校毕业生), counts the past or bans."""
    tail = before[-12:]
    if re.search(r"(?:近|最近|过去|此前|以往|连续|累计|任意|任一|每|上|有效期|超过|逾|考核期|首个)\s*$", tail):
        return None
    if _DESCRIBES.match(after) or re.search(r"是指|系指", before):
        return None
    if short:
        return "within"
    if re.search(
        r"(?:离校|毕业|退役|释放|登记注册|注册|失业|出站)后?\s*$|(?<!满)(?<!期)前\s*$|适用(?:时间|期限)?", tail
    ) or re.match(r"[^，,。；;]{0,40}享受", after):
        return None
    placed = re.search(
        r"起(?:的)?[，,]?\s*$|后的?[，,]?\s*$|[在于]\s*$|(?:应当?|须|限|次)\s*$|时(?:的)?$|在[^，,。；;]{1,20}$", before
    )
    return (
        "within"
        if (placed or DUTY.search(before[-20:])) and (ACTS.search(after[:40]) or ACTS.search(before[-40:]))
        else None
    )


def _fixed(text: str, start: int, end: int) -> Iterator[DeadlineFound]:
    for begin, stop, due in days_in(text, start, end):
        one = _deadline(text, start, end, begin, stop, "within")
        one.due = due
        yield one


def _deadline(
    text: str, start: int, end: int, begin: int, stop: int, bound: Literal["within", "at-least"]
) -> DeadlineFound:
    """The deadline at ``text[begin:stop]`` of the sentence ``start:end``; its text begins with its start event."""
    start, end = max(start, begin - AROUND), min(end, stop + AROUND)
    before, after = text[start:begin], text[stop:end]
    event, length = _event(before)
    head = before[: len(before) - length]
    soft = re.split(r"[，,：:]", before)[-1][-40:] if not length else re.split(r"[，,：:]", head)[-1] + before[-length:]
    return DeadlineFound(
        text=text[begin - length : stop].strip("，, "),
        span=(begin - length, stop),
        bound=bound,
        actor=actor_before(text, begin, (start, end)),
        action=shown[1]
        if (shown := _SHOWN.search(head)) and re.match(r"[，,。；;]|$", after)
        else _action(head, after),
        start=event,
        hard=not (is_soft(soft) or after.startswith("左右")),
    )


def _event(before: str) -> tuple[str | None, int]:
    """The event a period counts from, as printed, and how many characters directly before the period say so."""
    near = before[-70:]
    if m := re.search(
        r"(?:自|从)(?P<start>[^。；;自从]{1,50}?(?:之日|次日|当日|之时|次月|当月|[日时月后]))起的?\s*[，,]?\s*$", near
    ):
        return m.group("start"), len(near) - m.start()
    for pattern in (_START_AFTER, _START_BARE, _STARTED):
        if m := pattern.search(near):
            begin = m.start("start")
            for lead in _LEAD_IN.finditer(near, begin, m.end("start")):
                begin = lead.end()
            event = near[begin : m.end("start")].lstrip("，, ")
            if len(event) > 1:
                return event + ("后" if pattern is _START_AFTER else ""), len(near) - begin
    return None, 0


def _action(head: str, after: str) -> str | None:
    """What is to be done: the words behind the period up to the next stop; else those before it."""
    behind = re.split(r"[，,。；;\n]", _LEADING.sub("", after), maxsplit=1)[0].strip(" ）)")
    if len(behind) > 1:
        return behind[:60]
    own = re.split(r"[，,：:。；;]", head.rstrip("，,：: "))[-1].strip()
    own = re.sub(
        r"(?:时限|期限|时间|期)?(?:一般|原则上|应当|应|至少|不少于|不得少于|不超过|不得超过|最长|最多|为|在|于|是)*$",
        "",
        own,
    )
    return own.removeprefix("但").removeprefix("是")[-60:] or None
