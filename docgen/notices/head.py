"""The head of an official document: title, number, issuers, addressees, and where its body begins.

Only what the head states is given; a date that stands below the signature is read by ``docgen.notices.tail``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from docgen.notices.doc_number import doc_numbers, number_spans, whole_number, year_of
from docgen.notices.model import Block
from docgen.notices.title_text import (
    LAWS,
    are_organs,
    clean,
    ends_title,
    genre_of,
    is_title,
    issuers_of,
    join_pieces,
    opens_title,
    organs,
    piece_of_title,
    title_key,
)

__all__ = ["Head", "addressees_of", "dates_in", "doc_numbers", "is_title", "read_head", "year_of"]

LONGEST = 60
"""Blocks a head may have, the text of an order before its law included."""
PIECES = 16
"""Printed lines of a title: joint issuers stand each on a line."""

_DATE = re.compile(
    r"((?:19|20)\d{2}|[二一][〇○ＯO零九0一二三四五六七八九]{3})\s{0,2}年\s{0,2}(\d{1,2}|[一二三四五六七八九十]{1,3})\s{0,2}月\s{0,2}"
    r"(\d{1,2}|[一二三四五六七八九十]{1,3})\s{0,2}日"
)
_ISO = re.compile(r"(?<!\d)((?:19|20)\d{2})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_DIGIT = {c: str(n) for n, c in enumerate("零一二三四五六七八九")} | dict.fromkeys("〇○ＯO", "0")
_PASSED = re.compile(r"^[（(].{0,40}?\d{4}\s{0,2}年.{0,600}?(?:通过|公布|发布|施行|修订|修正|批准|印发)")
_DATED = re.compile(r"^[（(]\s*([^（）()]{6,16})\s*[）)]$")
_RED = re.compile(r"^(.{2,120}?)\s*文\s*件$")
_SIGNER = re.compile(r"签\s*发\s*人?\s*[:：]\s*([\u4e00-\u9fff·]{1,4}(?:[ \u3000]{1,2}[\u4e00-\u9fff·]{1,4}){0,6})")
_META = re.compile(
    r"^[\s【\[]*(索\s*引\s*号|发\s*文\s*字\s*号|文\s*号|发\s*文\s*机\s*关|发\s*文\s*单\s*位|发布机构|成\s*文\s*日\s*期|发\s*文\s*日\s*期|发布日期|发布时间|公开日期"
    r"|标\s*题|名\s*称|主题分类|主\s*题\s*词|体裁分类|公文种类|来\s*源|效力状态|有\s*效\s*性|信息分类|实施日期|失效日期|字\s*体)[\s】\]]*[:：]\s*(.*)$"
)
_FURNITURE = re.compile(
    r"^(?:\d{1,8}|[-—－·\s]*\d{1,4}[-—－·\s]*|(?:绝密|机密|秘密)[★*☆\s\d年月]*|特\s*急|加\s*急|平\s*急|特提|紧急|发布|关闭|打印|分享.{0,8}"
    r"|[（(](?:此件.{0,16}|试行|征求意见稿|代拟稿)[）)])$"
)
_ORDER = re.compile(r"^.{2,60}(?:令|公\s*告)$")
_ENACTED = re.compile(r"^《?(.{2,120}?)》[^《》]{0,40}(?:已经?|经|于)")
_BARE_NUMBER = re.compile(r"^(?:第\s*)?(?:\d{1,5}|[一二三四五六七八九十百零〇]{1,7})\s*号$")
_ADDRESSED = re.compile(r"^[^。；！？!?]{2,900}[:：]$")
_TO = re.compile(
    r"局|部|厅|委|办|署|院|府|行|会|司|校|县|区|市|省|州|位|构|企业|公司|集团|中心|社|团|站|所|处|室|支队|大队|同志|机关|军|人|者|中央"
)
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


def read_head(blocks: Sequence[Block], start: int = 0) -> Head:
    """Reads the head that begins at ``blocks[start]``; without any, ``end`` is ``start`` and every fact None."""
    head, numbers = Head(end=start), list[str]()
    at = _above(blocks, start, head, numbers)
    title_at = at
    pieces, at = _title(blocks, at)
    if numbers and (ordered := _of_order(blocks, start, title_at, bool(pieces))):
        pieces, at = _title(blocks, ordered)
        _order_text(blocks[start:ordered], head, numbers)
        title_at = ordered
    if not pieces:
        return _finished(head, numbers, start if not numbers and not head.issuers else at, "")
    if _is_order(blocks, at):
        again = _promulgated(blocks, at, " ".join(pieces), head, numbers)
        at = again if again else _below(blocks, at, head, numbers)
    else:
        at = _below(blocks, at, head, numbers)
    head.title, twice = join_pieces(pieces)
    if not numbers:
        numbers.extend(_number_in_title(head))
    for again_text in twice:
        head.warnings.append(f"标题换行处“{again_text}”重复，已按一次计。")
    if at == title_at + len(pieces) and not numbers and not is_title(head.title) and not head.addressees:
        return Head(end=start, warnings=["开头没有认出公文标题。"])
    return _finished(head, numbers, at, " ".join(clean(p) for p in pieces))


def _finished(head: Head, numbers: list[str], end: int, lines: str) -> Head:
    unique = list(dict.fromkeys(numbers))
    head.doc_no, head.also = (unique[0], unique[1:]) if unique else (None, [])
    head.end = end
    if lines:
        head.genre = genre_of(head.title or "")
        head.issuers = issuers_of(lines) or head.issuers
    if head.title is None:
        head.warnings.append("没有找到标题。")
    if head.doc_no is None and head.title is not None:
        head.warnings.append("没有找到发文字号。")
    return head


# ---------------------------------------------------------------- the parts of a head


def _above(blocks: Sequence[Block], at: int, head: Head, numbers: list[str]) -> int:
    """Reads what stands above the title: 份号, 密级, the red head, the number, 签发人, a web page's list of facts."""
    red: list[str] = []
    for n in range(at, min(len(blocks), at + LONGEST)):
        text = clean(blocks[n].text)
        at = n
        if blocks[n].table is not None:
            if _facts_of_table(blocks[n], head, numbers):
                continue
            break
        found = whole_number(_SIGNER.sub("", text))
        if signer := _SIGNER.search(text):
            head.signer = " ".join(signer[1].split())
        if found:
            numbers.extend(found)
        elif m := _META.match(text):
            _fact(m[1], m[2], head, numbers)
        elif not text or _FURNITURE.match(text) or signer:
            continue
        elif (m := _RED.match(text)) and (names := organs(" ".join([*red, m[1]])) or organs(m[1])):
            head.issuers, red = names, []
        elif _ORDER.match(text) and _next_number(blocks, n):
            found = doc_numbers(text + _next_number(blocks, n))
            numbers.extend(found)
            head.issuers = [re.sub(r"令$|公\s*告$", "", text)]
        elif _BARE_NUMBER.match(text) and numbers:
            continue
        elif are_organs(text) and _red_follows(blocks, n):
            red.append(text)
        else:
            return n
    return min(at + 1, len(blocks)) if blocks else at


def _title(blocks: Sequence[Block], at: int) -> tuple[list[str], int]:
    """The printed lines of the title from ``at`` on, and the index behind them; none where no title stands there."""
    pieces: list[str] = []
    heart = False
    for n in range(at, min(len(blocks), at + PIECES)):
        text = clean(blocks[n].text)
        if blocks[n].table is not None or not _goes_on(text, pieces, heart):
            break
        pieces.append(text)
        joined = join_pieces(pieces)[0]
        heart = heart or opens_title(joined)
        if ends_title(joined) and (heart or genre_of(joined) in LAWS) and not _more_follows(blocks, n + 1, joined):
            return pieces, n + 1
    if pieces and (heart or blocks[at].level or blocks[at].centred):
        joined = join_pieces(pieces)[0]
        while len(pieces) > 1 and not ends_title(joined):
            pieces.pop()
            joined = join_pieces(pieces)[0]
        if ends_title(joined) or blocks[at].level == 1 or blocks[at].centred:
            return pieces, at + len(pieces)
    return [], at


def _goes_on(text: str, pieces: list[str], heart: bool) -> bool:
    if not text or whole_number(text) or _BARE_NUMBER.match(text) or _DATE.fullmatch(text) or _ADDRESSED.match(text):
        return False
    if not piece_of_title(text):
        open_quote = "".join(pieces).count("《") > "".join(pieces).count("》")
        return open_quote and len(text) < 80 and "。" not in text
    return len(pieces) == 0 or len(text) <= 80 or heart


def _more_follows(blocks: Sequence[Block], at: int, joined: str) -> bool:
    """A further printed line belongs to the title though it could end here: 关于废止…条例 | 实施办法的决定."""
    if at >= len(blocks) or blocks[at].table is not None:
        return False
    text = clean(blocks[at].text)
    if opens_title(text):
        return not opens_title(joined) and ends_title(text)
    rest = re.match(
        r"^(?:的\s*)?(?:通知|通告|公告|意见|决定|批复|函|复函|办法|规定)$|^》|^[（(](?:试行|暂行|修订)[）)]$", text
    )
    return (bool(rest) and genre_of(joined) not in ("通知", "通告", "公告", "意见", "决定", "批复")) or bool(
        re.match(r"^[（(](?:试行|暂行|修订)[）)]$", text)
    )


def _below(blocks: Sequence[Block], at: int, head: Head, numbers: list[str]) -> int:
    """Reads what stands between the title and the body, in any order; the index of the first block of the body."""
    limit = min(len(blocks), at + LONGEST)
    while at < limit:
        text = clean(blocks[at].text)
        if blocks[at].table is not None:
            break
        found = whole_number(text)
        if found and not (head.addressees):
            numbers.extend(found)
        elif used := _passed(blocks, at, head, numbers):
            at += used - 1
        elif m := _META.match(text):
            _fact(m[1], m[2], head, numbers)
        elif _ORDER.match(text) and _next_number(blocks, at):
            numbers.extend(doc_numbers(text + _next_number(blocks, at)))
            at += 1
        elif signer := _SIGNER.match(text):
            head.signer = " ".join(signer[1].split())
        elif text and not _FURNITURE.match(text):
            to, used = _addressed(blocks, at)
            if not to:
                break
            head.addressees = to
            at += used
            break
        at += 1
    return at


def _passed(blocks: Sequence[Block], at: int, head: Head, numbers: list[str]) -> int:
    """Blocks used by a line （…通过 …公布 …施行） or a date in brackets under the title; 0 where there is none."""
    text = clean(blocks[at].text)
    if not text.startswith(("（", "(")):
        return 0
    used = 1
    while used < 8 and at + used < len(blocks) and not _shut(text) and len(text) < 1200:
        text += clean(blocks[at + used].text)
        used += 1
    if m := _DATED.match(text):
        day = next(dates_in(m[1]), None)
        if day:
            head.issued = day
            return used
        return 0
    if not _PASSED.match(text):
        return 0
    numbers.extend(doc_numbers(text)[:1] if not numbers else [])
    _dates_of_promulgation(text, head)
    return used


def _shut(text: str) -> bool:
    opened = text.count("（") + text.count("(")
    return opened <= text.count("）") + text.count(")")


def _dates_of_promulgation(text: str, head: Head) -> None:
    """通过 → signed, 公布 or 发布 (the first) → issued, 自…起施行 → effective."""
    for m in _DATE.finditer(text):
        day = _day(*m.groups())
        behind = text[m.end() : m.end() + 80]
        event = re.search(r"通过|公布|发布|印发|起施行|修订|修正|批准", behind)
        if day is None or event is None:
            continue
        if event[0] == "通过" and head.signed is None:
            head.signed = day
        elif event[0] in ("公布", "发布", "印发") and head.issued is None:
            head.issued = day
        elif event[0] == "起施行":
            head.effective = day
    head.issued = head.issued or head.signed


def _is_order(blocks: Sequence[Block], at: int) -> bool:
    return any(
        _ORDER.match(clean(b.text)) or re.search(r"令\s*第?\s*[\d一二三四五六七八九十百]{1,7}\s*号$", clean(b.text))
        for b in blocks[at : at + 2]
    )


def _promulgated(blocks: Sequence[Block], at: int, title: str, head: Head, numbers: list[str]) -> int:
    """Reads 令 · 第N号 · 《X》已…通过，现予公布 · name · date · X again; the index behind, 0 where X is not printed again."""
    key = title_key(title)
    for n in range(at, min(len(blocks), at + LONGEST)):
        text = clean(blocks[n].text)
        if n > at and key and title_key(text) == key:
            _order_text(blocks[at:n], head, numbers)
            return _below(blocks, n + 1, head, numbers)
        if re.match(r"第[一1]\s*[条章编]", text):
            break
    return 0


def _of_order(blocks: Sequence[Block], start: int, at: int, titled: bool) -> int:
    """Where the title stands that an order above it promulgates (《X》已经…通过 … X); 0 where nothing of the kind is said."""
    if not any(clean(b.text).endswith(("令", "公告")) or "令第" in clean(b.text) for b in blocks[start : at + 1]):
        return 0
    for n in range(at, min(len(blocks), at + 4)):
        if m := _ENACTED.match(clean(blocks[n].text)):
            key = title_key(m[1])
            for later in range(n + 1, min(len(blocks), n + LONGEST)):
                begins = title_key(blocks[later].text)
                if begins and (begins == key or (len(begins) > 5 and key.startswith(begins))):
                    return later
    return 0


def _order_text(blocks: Sequence[Block], head: Head, numbers: list[str]) -> None:
    lines = [clean(b.text) for b in blocks]
    numbers.extend(doc_numbers("\n".join(lines[:4]))[:1])
    for n, line in enumerate(lines[:3]):
        if line.endswith(("令", "公告")) and len(line) > 2:
            head.issuers = [re.sub(r"(?:令|公\s*告)$", "", lines[n])]
    for line in lines:
        if _DATE.fullmatch(line) and (day := next(dates_in(line), None)):
            head.issued = day


def _next_number(blocks: Sequence[Block], at: int) -> str:
    """``第N号`` when the next block is nothing else, else ""."""
    text = clean(blocks[at + 1].text) if at + 1 < len(blocks) else ""
    return text if _BARE_NUMBER.match(text) else ""


def _red_follows(blocks: Sequence[Block], at: int) -> bool:
    """Organs on lines of their own down to one that ends in 文件."""
    for block in blocks[at + 1 : at + PIECES]:
        text = clean(block.text)
        if _RED.match(text):
            return True
        if not are_organs(text):
            return False
    return False


def _facts_of_table(block: Block, head: Head, numbers: list[str]) -> bool:
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
        if m := _META.match(text):
            _fact(m[1], m[2], head, numbers)
            hit = True
    return hit


def _fact(label: str, value: str, head: Head, numbers: list[str]) -> None:
    """One labelled fact of a web page. 发布日期 is when it was put on line, which is no date of the document."""
    label = "".join(label.split())
    if label in ("发文字号", "文号"):
        numbers.extend(doc_numbers(value))
    elif label in ("发文机关", "发文单位") and (names := organs(value)):
        head.issuers = names
    elif label in ("成文日期", "发文日期") and (day := next(dates_in(value), None)):
        head.issued = day


def _number_in_title(head: Head) -> list[str]:
    """Takes a number that is printed in brackets behind the title out of it."""
    title = head.title or ""
    for start, end, number in number_spans(title):
        behind = title[end:].strip("）)］] ")
        if not behind and ends_title(title[:start].rstrip("（(［[ ")):
            head.title = title[:start].rstrip("（(［[ ")
            return [number]
    return []


# ---------------------------------------------------------------- addressees and dates


def _addressed(blocks: Sequence[Block], at: int) -> tuple[list[str], int]:
    """The addressees that begin at ``at``, over up to four blocks, and how many blocks they take."""
    text = ""
    for used, block in enumerate(blocks[at : at + 4], 1):
        if block.table is not None:
            break
        text += clean(block.text)
        if _ADDRESSED.match(text):
            return addressees_of(text), used
        if len(text) > 900 or re.search(r"[。；]", text) or len(text) < 24:
            break
    return [], 0


def addressees_of(line: str) -> list[str]:
    """各区县（自治县）人社局，市级各部门： → the addressees, split at ，and 、 outside brackets; [] where it is no such line."""
    text = "".join(clean(line).split())
    if not _ADDRESSED.match(text) or _NOT_TO.search(text) or not _TO.search(text):
        return []
    out, part, depth = [], "", 0
    for char in text[:-1]:
        depth += (char in "（(《") - (char in "）)》")
        if char in "，,、；;" and depth <= 0:
            out.append(part)
            part = ""
        else:
            part += char
    out.append(part)
    return [p for p in out if p]


def dates_in(text: str) -> Iterator[date]:
    """Every full date of ``text`` that exists: 2024年7月2日, 二〇二四年七月二日, 2024-07-02, 2024/7/2."""
    found = [(m.start(), _day(*m.groups())) for m in _DATE.finditer(text)]
    found += [(m.start(), _day(m[1], m[3], m[4])) for m in _ISO.finditer(text)]
    yield from (day for _, day in sorted(found, key=lambda f: f[0]) if day)


def _day(year: str, month: str, day: str) -> date | None:
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
