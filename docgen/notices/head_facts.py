"""The facts a head states: addressees, dates, a web page's labelled facts; and the shape they are gathered in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from docgen.notices.doc_number import doc_numbers
from docgen.notices.model import Block
from docgen.notices.title_text import clean, organs

DATE = re.compile(
    r"((?:19|20)\d{2}|[二一][〇○ＯO零九0一二三四五六七八九]{3})\s{0,2}年\s{0,2}(\d{1,2}|[一二三四五六七八九十]{1,3})\s{0,2}月\s{0,2}"
    r"(\d{1,2}|[一二三四五六七八九十]{1,3})\s{0,2}日"
)
_ISO = re.compile(r"(?<!\d)((?:19|20)\d{2})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_DIGIT = {c: str(n) for n, c in enumerate("零一二三四五六七八九")} | dict.fromkeys("〇○ＯO", "0")
META = re.compile(
    r"^[\s【\[]*(索\s*引\s*号|发\s*文\s*字\s*号|文\s*号|发\s*文\s*机\s*关|发\s*文\s*单\s*位|发布机构|成\s*文\s*日\s*期|发\s*文\s*日\s*期|发布日期|发布时间|公开日期"
    r"|标\s*题|名\s*称|主题分类|主\s*题\s*词|体裁分类|公文种类|来\s*源|效力状态|有\s*效\s*性|信息分类|实施日期|失效日期|字\s*体)[\s】\]]*[:：]\s*(.*)$"
)
ADDRESSED = re.compile(r"^[^。；！？!?]{2,900}[:：]$")
_TO = re.compile(
    r"局|部|厅|委|办|署|院|府|行|会|司|校|县|区|市|省|州|位|构|企业|公司|集团|中心|社|团|站|所|处|室|支队|大队|同志|机关|军|人|者|中央"
)
_WHOLE = re.compile(
    r"(?:局|部|厅|委|办|署|院|政府|行|会|司|校|公司|企业|集团|中心|机关|单位|部门|党委|处|室|组|团|站|所|机构|社|大队|人员?|者)(?:[（(][^（）()]*[）)])?$"
)
"""What an addressee ends in; 各省、自治区 waits for its 人民政府."""
_NOT_TO = re.compile(
    r"如下|以下|下列|为了?(?!民)|根据|现将|现就|规定|要求|应当|附件|有关事项|通知|决定|^[一二三四五六七八九十]{1,3}、|^[（(]"
)


@dataclass(slots=True)
class Head:
    """``signed`` is a date of signing printed in the head, ``issued`` the date of promulgation; both None where the head is
    silent. ``signer`` is 签发人. ``end`` is the index of the first block of the body. ``effective`` is the 施行 date that a
    line of promulgation under the title states."""

    title: str | None = None
    doc_no: str | None = None
    also: list[str] = field(default_factory=list)
    issuers: list[str] = field(default_factory=list)
    genre: str | None = None
    issued: date | None = None
    signed: date | None = None
    effective: date | None = None
    signer: str | None = None
    addressees: list[str] = field(default_factory=list)
    end: int = 0
    warnings: list[str] = field(default_factory=list)


def labelled_fact(label: str, value: str, head: Head, numbers: list[str]) -> None:
    """One labelled fact of a web page. 发布日期 is when it was put on line, which is no date of the document."""
    label = "".join(label.split())
    if label in ("发文字号", "文号"):
        numbers.extend(doc_numbers(value))
    elif label in ("发文机关", "发文单位") and (names := organs(value)):
        head.issuers = names
    elif label in ("成文日期", "发文日期") and (day := next(dates_in(value), None)):
        head.issued = day


def labelled_facts(block: Block, head: Head, numbers: list[str]) -> bool:
    """A web page's table of facts (发文字号 | …); False where the table is another."""
    if block.table is None or block.table.rows > 12:
        return False
    cells = [" ".join(c.text.split()) for c in block.table.cells]
    hit = False
    for n, cell in enumerate(cells):
        text = (
            cell
            if re.search(r"[:：].", cell)
            else cell.rstrip(":： ") + "：" + (cells[n + 1] if n + 1 < len(cells) else "")
        )
        if m := META.match(text):
            labelled_fact(m[1], m[2], head, numbers)
            hit = True
    return hit


def addressed(blocks: Sequence[Block], at: int) -> tuple[list[str], int]:
    """The addressees that begin at ``at``, over up to four blocks, and how many blocks they take."""
    text = ""
    for used, block in enumerate(blocks[at : at + 4], 1):
        if block.table is not None:
            break
        text += clean(block.text)
        if ADDRESSED.match(text):
            return addressees_of(text), used
        goes_on = len(text) >= 24 or text.endswith(("，", "、", ",", "；"))
        if len(text) > 900 or re.search(r"[。；]", text[:-1]) or not goes_on:
            break
    return [], 0


def addressees_of(line: str) -> list[str]:
    """各区县（自治县）人社局，市级各部门： → the addressees, split at ，and 、 outside brackets; [] where it is no such line."""
    text = "".join(clean(line).split())
    if not ADDRESSED.match(text) or _NOT_TO.search(text) or not _TO.search(text):
        return []
    out: list[str] = []
    for group in _split(text[:-1], "，,；;"):
        waiting = ""
        for part in _split(group, "、"):
            waiting += ("、" if waiting else "") + part
            if _WHOLE.search(part):
                out.append(waiting)
                waiting = ""
        out.extend([waiting] if waiting else [])
    return out


def _split(text: str, marks: str) -> list[str]:
    """Cut at ``marks`` outside brackets; empty parts left out."""
    out, part, depth = [], "", 0
    for char in text:
        depth += (char in "（(《") - (char in "）)》")
        if char in marks and depth <= 0:
            out.append(part)
            part = ""
        else:
            part += char
    return [p for p in [*out, part] if p]


def dates_in(text: str) -> Iterator[date]:
    """Every full date of ``text`` that exists: 2024年7月2日, 二〇二四年七月二日, 2024-07-02, 2024/7/2."""
    found = [(m.start(), day_of(*m.groups())) for m in DATE.finditer(text)]
    found += [(m.start(), day_of(m[1], m[3], m[4])) for m in _ISO.finditer(text)]
    yield from (day for _, day in sorted(found, key=lambda f: f[0]) if day)


def day_of(year: str, month: str, day: str) -> date | None:
    try:
        return date(int("".join(_DIGIT.get(c, c) for c in year)), _number(month), _number(day))
    except ValueError:
        return None


def _number(text: str) -> int:
    """1 to 99 in either writing."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int("".join(_DIGIT[c] for c in text))
    return (int(_DIGIT[tens]) if tens else 1) * 10 + (int(_DIGIT[ones]) if ones else 0)
