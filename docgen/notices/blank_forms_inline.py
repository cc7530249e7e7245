"""Blanks inside a text: ``姓名：____``, ``共__人``, ``年 月 日``, ``（盖章）``, ``□是 □否``; each with its place and its own words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from docgen.forms.match import BOXES
from docgen.notices.blank_forms_words import UNITS

DATE_LEAD = 4
"""Most white space before a printed 年 月 日 that belongs to the date: room for the year."""

Kind = Literal["text", "date", "month", "month_range", "date_range", "tick", "signature", "seal"]

_S = "[ \t\u3000\u00a0_＿﹍]"
_Y = rf"(?:(?:20|19)?[0-9]{{0,2}}){_S}{{0,40}}年"
_DAY = rf"{_Y}{_S}{{0,40}}月{_S}{{0,40}}日"
_MONTH = rf"{_Y}{_S}{{0,40}}月(?!{_S}{{0,40}}[0-9日])"
_TO = rf"{_S}{{0,12}}(?:[至到—–\-－~～]{{1,2}}){_S}{{0,40}}"
_UNIT = "|".join([*map(re.escape, UNITS), "年", "月", "日", "号", "级", "类", "期", "届"])
_BOX = f"[{BOXES}]"
_SIGN = r"(?:签字或盖章|签字盖章|签名盖章|签字并盖章|签名并盖章|签字（盖章）|签字|签名|签章|盖章|加盖公章|单位公章|公章|印章|手印)"
_PLACES = r"银行|区/县|区县|区（县）|县（区）"
_BLANK = re.compile(
    rf"(?P<date_range>{_DAY}{_TO}{_DAY})|(?P<month_range>{_MONTH}{_TO}{_MONTH})"
    rf"|(?P<date>{_DAY})|(?P<month>(?<=[ \t\u3000_＿:：]){_MONTH}|^{_MONTH})"
    rf"|(?P<rule>[_＿﹍]{{2,}}(?:{_S}*[_＿﹍]+)?)"
    rf"|(?P<brackets>(?<=[（(])[ \t\u3000\u00a0]{{2,}}(?=[）)]))"
    r"|(?P<colon>(?<=[:：])[ \t\u3000\u00a0]*$)"
    rf"|(?P<gap>(?<=[:：])[ \t\u3000\u00a0]{{2,}}(?![{BOXES}]))"
    rf"|(?P<unit>(?<=[^\s，。；:：]){_S.replace('_＿﹍', '')}{{2,}}(?=(?:{_UNIT})(?![\u4e00-\u9fff])|{_PLACES}))",
)
_MARK = re.compile(
    rf"(?:^|(?<=[\s。；;，,：:_＿]))(?P<label>[^\s。；;，,：:_＿{BOXES}]{{0,20}}?[（(]?{_SIGN}[）)]?(?:处)?(?:[（(][^（）()]{{2,12}}[）)])?)"
    r"(?P<tail>[ \t\u3000]*[:：]?[ \t\u3000_＿]*)"
)
_DATED = re.compile(_DAY)
_TICK = re.compile(rf"({_BOX})[ \t\u3000]*([^{BOXES}\n]*)")
_TICK_BEHIND = re.compile(rf"([^\s{BOXES}]{{1,16}})[ \t\u3000]*({_BOX})")
_NEXT_GROUP = re.compile(r"(?:^|[ \t\u3000；;，,])([^\s:：；;，,]{2,16})[:：]\s*$")
_PLACE_BEHIND = re.compile(rf"[ \t\u3000]*((?:{_PLACES})(?:/自治县|（自治县）|\(自治县\))?)")
_CUT = re.compile(r"[。；;！!？?\n\t]|[ \u3000]{2,}")
_LEAD = re.compile(r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]\s*)+")


STARS = ("*", "＊", "★")
LONGEST_BARE = 14
"""Longest label with nothing but a colon behind it; longer words before a colon lead to a list or a text."""

_LEADS_ON = re.compile(
    "下列|以下|如下|包括|应当|^附件?$|通知$|规定$|要求$|条件$|程序$|步骤$|原则$|职责$|情形$|内容$|分别|主要|各[单部]位|^各|^第.{1,4}条|[为是即有]$|《|》"
)
_HINT = re.compile(rf"[_＿﹍]{{2}}|[ \t\u3000\u00a0]{{2}}|[:：][ \t\u3000]*$|{_BOX}|[签章]|手印|年[ \t\u3000_＿]*月")
_SIGNED = re.compile("[签章]|手印")
_FILLERS = frozenset({"共", "计", "合计", "共计", "总计", "约", "为", "其中", "人民币", "现有", "是", "在"})
UNIT_NAMES = "单位|机构|企业|公司|学校|基地"
UNIT_WORDS = {"人": "人数", "名": "人数", "元": "金额", "万元": "金额", "个月": "月数", "月": "月数"}
"""What a blank counts, by the unit printed behind it."""


@dataclass(slots=True)
class Inline:
    """One blank of a text: characters ``start`` to ``end``; ``label`` are its own words, "" when another cell labels it.

    ``options``: (option, offset of its box) of a tick group, in printed order. ``unit`` is printed right behind it.
    ``star``: its words carry the mark of a blank that must be filled in.
    """

    kind: Kind
    start: int
    end: int
    label: str = ""
    unit: str = ""
    options: tuple[tuple[str, int], ...] = ()
    star: bool = False


def clean(label: str) -> str:
    """A printed label without numbering, colon, boxes, required mark and the white space of its layout."""
    text = _LEAD.sub("", label.strip())
    text = re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", text)
    text = text.strip(" \t\u3000:：*＊★、,，;；_＿" + BOXES).strip()
    opened = max(text.rfind("（"), text.rfind("("))
    if opened >= 0 and not re.search("[）)]", text[opened:]):
        text = text[opened + 1 :]  # 万元（大写：____ is labelled 大写
    if text[:1] in "）)" and not re.search("[（(]", text):
        text = text[1:]
    return text.strip()


def mark_kind(label: str) -> Literal["signature", "seal"] | None:
    """Whether words are those beside a place to sign or to seal; 签章 is a person's signature, or a unit's seal."""
    if len(label) > 24:
        return None
    if re.search(r"签[字名](?:[）)处]|$|或|盖|并|（)|手印[）)]?$", label):
        return "signature"
    if re.search(r"签章[）)]?(?:处)?$", label):
        return "seal" if re.search("单位|机构|企业|公司|学校|基地|甲方", label) else "signature"
    return "seal" if re.search(r"(?:盖章|公章|印章)[）)]?(?:处)?$", label) else None


def starred(label: str) -> bool:
    """Whether the label carries the mark of a blank that must be filled in."""
    words = label.strip(" \t\u3000:：_＿")
    return words[:1] in STARS or words[-1:] in STARS if words else False


def find_inline(text: str) -> list[Inline]:
    """The blanks of a text, in printed order; offsets count in ``text``, lines are read one by one."""
    out: list[Inline] = []
    at = 0
    for line in text.split("\n"):
        out += [_shifted(one, at) for one in _line(line)]
        at += len(line) + 1
    return _merge_groups(out, text)


def _shifted(one: Inline, by: int) -> Inline:
    options = tuple((option, place + by) for option, place in one.options)
    return Inline(one.kind, one.start + by, one.end + by, one.label, one.unit, options, one.star)


def _line(line: str) -> list[Inline]:
    if not _HINT.search(line):
        return []
    marks = _marks(line) if _SIGNED.search(line) else []
    taken = [(m.start, m.end) for m in marks]
    blanks: list[Inline] = []
    ticks = _ticks(line)
    boxed = [(place, place + 1) for group in ticks for _, place in group.options]
    before = 0
    for found in _BLANK.finditer(line):
        start, end = _trimmed(found)
        if any(a <= start < b or (a < end <= b and end > start) for a, b in taken):
            before = end
            continue
        kind = found.lastgroup or "rule"
        dated: Kind = kind if kind in ("date", "month", "month_range", "date_range") else "text"  # type: ignore[assignment]
        ends = [before, *(b for _, b in [*taken, *boxed] if b <= start)]
        mark = next((m for m in marks if m.start == m.end == start), None)
        if mark is not None and not (mark.kind == "seal" and re.search(UNIT_NAMES, mark.label)):
            continue
        label = mark.label if mark else _label(line[max(ends) : start])
        if (place := _PLACE_BEHIND.match(line[end:])) is not None and kind in ("rule", "gap", "unit"):
            label = clean(place[1])
        if kind == "colon" and (
            not 1 < len(label) <= LONGEST_BARE or _LEADS_ON.search(label) or before == 0 < _commas(line)
        ):
            continue
        unit = _unit(line[end:])
        if label in _FILLERS or label in UNITS:
            last = blanks[-1] if blanks and not re.search("[。；;]", line[blanks[-1].end : start]) else None
            label = f"{last.label}{UNIT_WORDS.get(unit, '')}" if last is not None and last.label else ""
        blanks.append(Inline(dated, start, end, label, unit, star=starred(line[max(ends) : start])))
        before = end
    return sorted([*marks, *blanks, *ticks], key=lambda one: one.start)


def _trimmed(found: re.Match[str]) -> tuple[int, int]:
    """Where the blank itself stands: dates keep the white space before them, a rule loses what is around it."""
    start, end = found.span()
    if found.lastgroup in ("date", "month", "month_range", "date_range"):
        start = _date_start(found)
    elif found.lastgroup == "gap":
        end = _spared(found.string, start, end)
    return start, end


def _date_start(found: re.Match[str]) -> int:
    """Where a printed date begins: with its rule, else with a little white space for the year; one signs further left."""
    text = found.string
    first = at = found.start() + len(found.group()) - len(found.group().lstrip(" \t\u3000\u00a0_＿﹍"))
    while at > found.start() and text[at - 1] in "_＿﹍":
        at -= 1
    return at if at < first else max(found.start(), first - DATE_LEAD)


def _commas(line: str) -> int:
    return len(re.findall("[，。；,;]", line))


def _spared(line: str, start: int, end: int) -> int:
    """Where a blank of white space ends so that what is written there does not touch the next words of the line."""
    spare = 2 if end - start > 4 and line[start:end].isspace() and line[end:].strip() else 0
    return end - spare


def _label(before: str) -> str:
    """The words that label a blank: the last clause before it."""
    text = before.rstrip()
    pieces = [p for p in _CUT.split(text) if p.strip()]
    if not pieces:
        return ""
    last = pieces[-1]
    if not last.rstrip().endswith((":", "：")):
        last = re.split("[，,：:]", last)[-1]
    last = clean(last)
    if last and len(re.sub(r"\W", "", last)) == 0:
        return ""
    return last if len(last) <= 30 else last[-16:]


def _unit(after: str) -> str:
    found = re.match(
        rf"[ \t\u3000]*[（(]?({_UNIT})(?![\u4e00-\u9fff])|[ \t\u3000]*({'|'.join(map(re.escape, UNITS))})", after
    )
    return (found[1] or found[2]) if found else ""


def _marks(line: str) -> list[Inline]:
    """Places for a signature or a seal: the words end there, or nothing but white space, a rule or a colon follows."""
    out: list[Inline] = []
    undated = _DATED.sub(
        lambda m: m.group()[: (at := _date_start(m) - m.start())] + "。" * (m.end() - m.start() - at), line
    )
    for found in _MARK.finditer(undated):
        label, tail = found["label"], found["tail"]
        rest = line[found.end() :]
        ended = not rest.strip() or bool(tail.strip(" \t\u3000")) or len(tail) >= 2 or rest[:1] in "。（("
        if tail.rstrip(" \t\u3000_＿").endswith((":", "：")) and rest.strip() and not _opens(tail, rest):
            continue  # 请抄录以下内容并盖章：本单位承诺……
        if not ended or len(clean(label)) < 2:
            continue
        colon = re.match(r"[ \t\u3000]*[:：]?", tail)
        opened = colon is not None and colon.group().endswith((":", "："))
        start = found.start("tail") + (colon.end() if colon and opened else 0)
        named = opened and mark_kind(label) == "seal" and re.search(UNIT_NAMES, label)  # its name is written there
        end = start if named and "_" not in tail and "＿" not in tail else found.end()
        end = _spared(line, start, end)
        out.append(Inline(mark_kind(label) or "signature", start, max(start, end), clean(label)))
    return out


def _opens(tail: str, rest: str) -> bool:
    """Whether there is room to sign before the next words of the line."""
    return len(re.sub("[:：]", "", tail)) >= 2 or re.match(rf"{_S}*(?:年|{_DAY})", rest) is not None


def _ticks(line: str) -> list[Inline]:
    """The tick groups of a line; words with a colon between two boxes begin another one."""
    boxes = [m.start() for m in re.finditer(_BOX, line)]
    if not boxes:
        return []
    if _behind(line, boxes):
        return _ticks_behind(line)
    head = line[: boxes[0]]
    out: list[Inline] = []
    label = _label(head) if head.strip() else ""
    options: list[tuple[str, int]] = []
    for found in _TICK.finditer(line):
        option = found[2]
        following = _NEXT_GROUP.search(option) if found.end() < len(line) else None
        if following is not None:
            option = option[: following.start()]
        option = _option(option)
        if option:
            options.append((option, found.start()))
        if following is not None:
            out += _group(label, options)
            label, options = clean(following[1]), []
    return out + _group(label, options)


def _group(label: str, options: list[tuple[str, int]]) -> list[Inline]:
    if not options:
        return []
    return [Inline("tick", options[0][1], options[-1][1] + 1, label, "", tuple(options))]


def _option(text: str) -> str:
    """The words of an option, without the blank that may follow them (其他：____)."""
    text = re.split(r"[:：]|[_＿﹍]{2,}|[ \t\u3000]{2,}(?=\S)", text.strip())[0]
    opened = max(text.rfind("（"), text.rfind("("))
    if opened > 0 and not re.search("[）)]", text[opened:]):
        text = text[:opened]
    return text.strip(" \t\u3000、,，;；/")


def _behind(line: str, boxes: list[int]) -> bool:
    """Whether the boxes stand behind their options (是□ 否□)."""
    if line[boxes[0] + 1 :].strip(" \t\u3000)）") == "" and len(boxes) == 1:
        return bool(line[: boxes[0]].strip())
    head = re.split("[:：]", line[: boxes[0]])[-1].strip()
    return bool(head) and line[boxes[-1] + 1 :].strip(" \t\u3000)）。；;，,") == ""


def _ticks_behind(line: str) -> list[Inline]:
    label = ""
    head = re.match(r"\s*([^:：]{2,20})[:：]", line)
    if head is not None:
        label = clean(head[1])
    start = head.end() if head else 0
    options = [(_option(m[1]), m.start(2)) for m in _TICK_BEHIND.finditer(line, start) if _option(m[1])]
    return _group(label, options)


def _merge_groups(found: list[Inline], text: str) -> list[Inline]:
    """Boxes on lines of their own below each other are one group."""
    out: list[Inline] = []
    for one in found:
        last = next((o for o in reversed(out) if o.kind == "tick"), None) if one.kind == "tick" else None
        if one.kind == "tick" and last is not None and not one.label:
            between = text[last.options[-1][1] : one.start]
            if "\n" in between and between.count("\n") <= 1:
                last.options += one.options
                last.end = max(last.end, one.end)
                continue
        out.append(one)
    return out
