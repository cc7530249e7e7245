"""Amounts of an official document: sums of money, rates and shares, and limits in months, persons, times and hours.

What counts: 6000元/人/年, 每人每月1000元, 20万元, 80%, 百分之六十, 1.5倍, 三分之二, 0.5个百分点, 最长不超过36个月 (of a benefit),
每户不超过2人, 只享受一次, 不少于90学时, 扣10分. A number that only sorts cases (注册资本50万元以上的企业) is an amount too: it decides.
Not taken: what happened (累计发放3.2亿元, 同比增长5%), examples, numbers inside titles, conditions in years (缴费满1年), deadlines.

``value`` is a decimal string in ``unit`` with 万 and 亿 multiplied out; a share without a finite decimal is written ``2/3``.
A range is two amounts, ``at-least`` and ``at-most``. Time units are 年 月 天, as printed: 3年 is not turned into 36 months.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from docgen.notices.clauses import clauses, condition_of, covers, is_soft, sentences
from docgen.notices.deadlines import deadlines_in
from docgen.notices.model import AmountFound, Bound, Node, table_rows
from docgen.notices.quantities import FIGURE, Quantity, decimal_from, plain, quantities

_GAP = r"[^，,。；;：:、0-9（(由从]{0,14}"
_WIDE = r"[^，,。；;：:、0-9（(由从]{0,40}"
"""What may stand between a word of limit and its number: 不超过企业上年度实际缴纳失业保险费的30%."""

_SET = r"(?:标准|额度|统一)?(?:为|是|按|达|定为|确定为|调整为|提高[到至])?$"
_NO = r"(?<!不)(?<!不得)(?<!不能)(?<!不应)"
_MOST = re.compile(
    rf"(?:不|不得|不能|不应|不可)(?:超过|高于|多于|超出|大于){_WIDE}$|(?:{_NO}(?:低于|小于|少于)|至多|最长|最大|封顶线?|限额|控制在|≤|<|＜){_GAP}$"
    rf"|最高(?:可|提)[^，,。；;0-9（(]{{0,30}}$|(?:最高|最多)(?!人民法院|人民检察院|档|工资|学历|缴费){_GAP}$|上限{_SET}"
    r"|(?:只能|只|仅|(?<![期时年上下额权局有无界])限|限于|仅限|仅可|只可)[^，,。；;：:、0-9（(]{0,6}$|(?:不足|未满|不满|未达到?)$"
)
_LEAST = re.compile(
    rf"(?:不|不得|不应|不能|不可)(?:低于|少于|小于|短于){_WIDE}$|(?:至少|最少|{_NO}(?:高于|大于|超过|超出)|(?<!未)达到?(?!的)|≥|>|＞){_GAP}$"
    rf"|最低(?!工资|生活|缴费|档|标准|保){_GAP}$|下限{_SET}|(?<![不未])满$"
)
_EITHER = re.compile(r"(不得?(?:少于|低于|超过|高于|多于))[0-9一二三四五六七八九十百]{1,5}[^，,。；;0-9]{1,4}或者?$")
"""不少于5天或者40学时: the limit holds for both."""

_ABOVE = re.compile(r"\s*(?:[（(]含[)）])?(?:及|（含）|\(含\))?(?:其)?(?:以上|之上|起(?!草|诉|算|付|来)|及以上)")
_BELOW = re.compile(r"\s*(?:[（(]含[)）])?(?:及|（含）|\(含\))?(?:其)?(?:以下|以内|之内|内|封顶|为限|及以下|为上限)")

_BAN = re.compile(r"\s*(?:之内|以内|内)[^，,。；;]{0,6}(?:不得|不再|不予受理|禁止|取消)")
_JOINED = re.compile(r"(?:、|和|及|至|到|-|—|(?:分别)?(?:提高|调整|增加|降低|降|减|增发)[^，。0-9]{0,4}[为到至])")
"""What may stand between two sums of one list, so that 每人每月 before the first holds for the second."""

_BENEFIT = (
    r"补贴|补助|享受|领取|待遇|津贴|贷款|贴息|学徒|缓缴|减免|停工留薪|返还|发放|发给|计发|支付|保险金|奖励|安置|岗位|延长|延迟|提前|合同期限|试用期"
    r"|培训|见习|护理|生活费|抚恤|供养|聘期|支持期|资助|工资|处分|期限|记过|警告|降级|撤职|记大过|暂停|不得|禁止|顺延|扣减|扣除|服务|免征|减征|延期"
)
_PAST = re.compile(
    r"同比|环比|累计(?:发放|支出|拨付|支付|收入|为[^，。]{0,20}(?:发放|减轻|减负))|共(?:发放|计发放|支出|拨付|筹集|收缴|为)|已(?:发放|支出|拨付|支付|累计)|发放了|支付了|增长了?|比上年|较上年|去年|今年以来|截至目前|截止目前"
    r"|历史|据统计"
)
_EXAMPLE = re.compile(
    r"^[（(]?(?:例如|比如|举例|如[：:]|假如|假设|示例)|例如[：:，,]?|(?:^|[（(。；])例[一二三0-9]?[：:]"
)
_QUOTED = re.compile(r"《[^《》]{0,120}》|_{2,}")
_HEADED = re.compile(
    r"[（(]\s*(?:单位\s*[：:]\s*)?(?P<unit>(?:万元|元|％|%|‰|人民币元|课时|学时|倍|个月)(?:\s*[/／·•每]\s*[（(]?[人月年次户天日课学时小场班生亩例·•/／]{1,6}[）)]?)*)\s*[）)]|单位\s*[：:]\s*(?P<bare>万元|元|％|%)(?P<per>(?:[/／·•][人月年次户天日课时]{1,3})*)"
)
_PURE = re.compile(rf"^(?:{FIGURE})$")
AROUND = 400
"""Characters before and behind a number that say what it is."""
_ROWS = 300
"""Rows of a table that are looked at: a rate table is short, a roster is no rate table."""


def find_amounts(nodes: Iterable[Node]) -> list[AmountFound]:
    """Every amount of the nodes, in reading order; of a table, the cells whose unit they or their head say."""
    found: list[AmountFound] = []
    heading: str | None = None
    caption = ""
    for node in nodes:
        heading = (node.title or heading) if node.kind != "table" else heading
        ours = amounts_in(node.text) if node.text else []
        if node.table is not None:
            ours += _table_amounts(table_rows(node.table)[:_ROWS], caption)
        for one in ours:
            one.what = one.what or heading
            one.node, one.article, one.location = node.id, node.label, node.location
        found += ours
        caption = node.text
    return found


def amounts_in(text: str) -> list[AmountFound]:
    """The amounts of one paragraph, in order."""
    if not re.search(r"[元%％‰倍点之/／月人次年天时名分岁场个]", text):
        return []
    quoted = [m.span() for m in _QUOTED.finditer(text)]
    found: list[AmountFound] = []
    for start, end in sentences(text):
        if _EXAMPLE.search(text[start:end]):
            continue
        raws = sorted(quantities(text, start, end), key=lambda r: (r.begin, -r.end))
        times = (
            [d.span for d in deadlines_in(text[start:end])] if any(r.unit in ("月", "年", "天") for r in raws) else []
        )
        parts = list(clauses(text, start, end)) if raws else []
        condition = condition_of(text[start:end]) if raws else None
        at = 0
        last: AmountFound | None = None
        for raw in raws:
            taken = last is not None and raw.begin < last.span[1]
            if taken or covers(quoted, raw.begin) or (raw.counted and covers(times, raw.begin - start)):
                continue
            while at + 1 < len(parts) and parts[at][1] <= raw.begin:
                at += 1
            if (one := _amount(text, start, end, raw, last, parts[at])) is not None:
                one.condition = condition
                found.append(one)
                last = one
    return found


def _amount(
    text: str, start: int, end: int, raw: Quantity, last: AmountFound | None, within: tuple[int, int]
) -> AmountFound | None:
    """The amount at ``raw`` in the sentence ``start:end``, in its clause ``within``; ``last`` is the one before it, which a
    list leans on. No more than ``AROUND`` characters on each side are looked at.
    """
    start, end = max(start, raw.begin - AROUND), min(end, raw.end + AROUND)
    before, after = text[start : raw.begin].rstrip(), text[raw.end : end]
    begin, stop = (max(within[0], start), min(within[1], end)) if within[0] <= raw.begin < within[1] else (start, end)
    clause = text[begin:stop]
    if _PAST.search(text[begin : raw.begin]) and not re.search(
        r"[应须可按]|不超过|不低于|增长率", text[begin : raw.begin]
    ):
        return None
    bound, marked = _bound(before, after)
    if raw.unit == "年" and re.match(r"期(?:[^，,。；;限间满]|$)", after):
        return None
    if raw.counted and not _limits(before, after, clause, raw.unit, marked):
        return None
    if raw.counted and _BAN.match(after):
        bound = "exact"
    unit, own = raw.unit, text[begin : raw.begin]
    between = text[last.span[1] : raw.begin] if last is not None and begin <= last.span[1] <= raw.begin else None
    if between is not None:
        own = re.sub(r"^(?:以上|以下|至|到|-|—|、|和|及|或者?)", "", between)
        if last is not None and unit == "元" and last.unit.startswith("元/") and _JOINED.fullmatch(between):
            unit = last.unit
    what = _what(own, text[raw.end : stop])
    if between is not None and last is not None and len(own.strip()) < 3:
        what = last.what
    return AmountFound(
        text=clause.strip("，,。；; ：:"),
        span=(raw.begin, raw.end),
        value=raw.value,
        unit=unit,
        bound=bound,
        what=what or _what(text[start:begin], ""),
        hard=not (is_soft(text[begin : raw.begin]) or after.startswith("左右")),
    )


def _bound(before: str, after: str) -> tuple[Bound, bool]:
    """The bound, and whether words at the number say so."""
    near = re.split(r"[，,。；;：:、（(]", before)[-1][-48:]
    if re.match(
        r"\s*(?:以上|起)?\s*(?:至|到|-|－|—|–|~|～|、)?\s*[0-9一二三四五六七八九十百.]{1,6}\s*(?:%|万?元|倍|个月|年)?以下",
        after,
    ) and _ABOVE.match(after):
        return "at-least", True
    if re.match(r"\s*万?\s*(?:至|到|-|－|—|–|~|～)\s*[0-9]", after):
        return "at-least", True
    if re.search(
        r"[0-9一二三四五六七八九十](?:%|％|万?元(?:/[人月年次]){0,2}|倍|万)?\s*(?:至|到|-|－|—|–|~|～)\s*$", near
    ):
        return "at-most", True
    if _ABOVE.match(after):
        return "at-least", True
    if _BELOW.match(after):
        return "at-most", True
    if m := _EITHER.search(before[-30:]):
        near = m.group(1)
    last = max((m.start() for m in _MOST.finditer(near)), default=-1)
    least = max((m.start() for m in _LEAST.finditer(near)), default=-1)
    if last >= 0 or least >= 0:
        return ("at-most" if last > least else "at-least"), True
    return "exact", False


def _limits(before: str, after: str, clause: str, unit: str, marked: bool) -> bool:
    """Whether a count of months, persons, times, hours or points is a limit or a measure, not a condition or a deadline."""
    near = before[-24:]
    if unit in ("学时", "课时"):
        return not re.search(r"元$|相当于$|分钟为$|折算为?$", near)
    if unit == "分":
        return (
            marked
            or bool(re.search(r"[（(]$", near) and re.match(r"[)）]", after))
            or re.search(r"(?:加|减|扣|得|计|记|满分|总分|满分为|总分为|为|分值|共|各)\s*$", near) is not None
        )
    strict = (
        re.search(
            r"最低为|最高为|不超过|不得超过|不能超过|最多|至多|最长|不少于|不得少于|不低于|至少|上限|只能|只可|只享受|仅享受|仅限|限享受|控制在",
            near,
        )
        is not None
    )
    if unit in ("人", "次", "场"):
        if not strict:
            if (
                unit == "人"
                and marked
                and re.search(r"(?:应当?|须|配备|安排)[^，。；]{0,10}$", near)
                and not re.match(r"(?:及)?以上的", after)
            ):
                return True
            return bool(re.search(r"(?:享受|申请|领取|办理|给予)\s*$", near)) and unit == "次"
        return re.search(r"[第每]$", near) is None and not re.search(r"近|累计(?:发生|受到|有)", near)
    if unit in ("月", "年", "天"):
        return _lasting(near, after, clause, strict)
    return False


def _lasting(near: str, after: str, clause: str, strict: bool) -> bool:
    """A length of time is an amount when it limits or measures a benefit, a leave, a penalty; else it is a deadline or a condition."""
    if re.match(
        r"\s*(?:的?(?:本人|统筹地区|上年|工资|基本|月平均|平均)|的[^，,。；;、]{0,8}(?:补贴|补助|津贴|金|待遇|工资|生活费))",
        after,
    ):
        return True
    if re.match(r"\s*(?:之内|以内|内)", after):
        if _BAN.match(after):
            return True
        return strict and re.search(_BENEFIT, clause) is not None
    if re.search(
        r"(?:缴费|参保|满|连续|不足|未满|距|工作|从事|就业|失业|登记|离校|毕业|近|前|第|每|间隔|提前|成立|注册|存活|有效期)(?:满|达到?|年限|时间)?(?:满|不足|累计)?$",
        near,
    ):
        return re.search(r"提前[^，。]{0,8}(?:最长|不超过)", near) is not None
    if re.search(r"间隔|有效期|试行|实施期|执行期|公示|通知|审核|办理|办结|送达", near):
        return False
    if (
        re.match(
            r"\s*(?:以上|及以上|以下|的(?!基本|本人|统筹|月|上年|失业|工资|补|生活|标准|社会|一次|试用|见习|停工)|制|内|前|后|未)",
            after,
        )
        and not strict
    ):
        return re.search(r"拘留|徒刑|暂停|罚|禁止|处分", near + after[:8]) is not None
    if strict:
        return re.search(_BENEFIT, clause + near) is not None
    return (
        re.search(
            r"(?:期限|时间|期|时长|周期|处分)(?:一般|原则上|统一|最长)?(?:为|是|：|:|确定为|定为)\s*$|(?:发给|发放|支付|给予|计发|领取|享受|延长|顺延|标准为|金为|按|补足|增发|加发|记过|警告|降级|撤职|开除|延续|申领|再延长|降低岗位等级|记大过|降低等级|月数为|增加|减少|加发)[，,]?(?:最长)?\s*$",
            near,
        )
        is not None
        and re.search(_BENEFIT, clause + near) is not None
    )


def _what(before: str, after: str) -> str | None:
    """What the amount is of: the words before it without 按照, 标准为 and bound words; else the words behind."""
    own = re.sub(r"^\s*(?:[（(]?[0-9一二三四五六七八九十]+[）).、]|其中)?", "", before)
    own = re.sub(r"(?:每(?:人|月|年|名|户|个|次|科|天|课时|学时)[^，。每]{0,4}){1,3}$", "", own)
    for _ in range(3):
        own = re.sub(
            r"(?:不超过|不得超过|不低于|不得低于|不少于|不得少于|最高|最低|最长|最多|至少|至多|上限|一般|原则上|按照?|给予|标准|为|是|可|的|以|达到|提高|增加|调整|到|至|由|[：:（(，,、\s])$",
            "",
            own,
        )
    if len(own.strip()) > 1:
        return own.strip(" ，,、×（()）“”")[-40:] or None
    behind = re.split(r"[，,。；;]", after.lstrip("的"), maxsplit=1)[0].strip()
    behind = re.sub(
        r"^(?:以上|以下|内|万?至)?[0-9一二三四五六七八九十百千万.%元倍]*(?:以上|以下)?(?:的)?(?:标准)?(?:给予)?",
        "",
        behind,
    )
    return behind[:40] if len(behind) > 1 else None


def _table_amounts(rows: list[list[str]], caption: str) -> list[AmountFound]:
    """Cells with a unit of their own, and bare numbers under (or behind) a head that states the unit."""
    found: list[AmountFound] = []
    if not rows:
        return found
    overall = _unit_of(caption) if re.search(r"单位\s*[：:]", caption[-30:]) else None
    heads = [_unit_of(cell) for cell in rows[0]]
    for r, row in enumerate(rows):
        own = _unit_of(row[0]) if row else None
        for c, cell in enumerate(row):
            if (
                not cell
                or (c and row[c - 1] == cell and not _PURE.match(cell))
                or (r and rows[r - 1][c] == cell and not _PURE.match(cell))
            ):
                continue
            label = next((t for t in row if t and not _PURE.match(t)), "")
            head = rows[0][c] if r else ""
            if _PURE.match(cell.replace(" ", "")):
                unit = (heads[c] if r else None) or (own if c else None) or (overall if c and r else None)
                if unit and (value := decimal_from(cell)) is not None:
                    size, name = unit
                    what = f"{label} {head}".strip()
                    found.append(
                        AmountFound(text=f"{what} {cell}", value=plain(value * size), unit=name, what=what or None)
                    )
            else:
                for one in amounts_in(cell):
                    one.span = (0, 0)
                    one.what = one.what or f"{label} {head}".strip() or None
                    found.append(one)
    return found


def _unit_of(head: str) -> tuple[int, str] | None:
    """The unit a head states in brackets (标准（元/人/月）) and how many of it a number means: 万元 is 10000 元."""
    m = _HEADED.search(head)
    if m is None:
        return None
    printed = m.group("unit") or (m.group("bare") + (m.group("per") or ""))
    parts = [p for p in re.split(r"[\s/／·•每（()）]+", printed) if p]
    base = {"％": "%", "人民币元": "元", "万元": "元", "个月": "月"}.get(parts[0], parts[0])
    return (10**4 if parts[0] == "万元" else 1), "/".join([base, *parts[1:]])
