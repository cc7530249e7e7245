"""The head of an official document: title, number, issuers, addressees, and where its body begins.

Only what the head states is given; a date that stands below the signature is read by ``docgen.notices.tail``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from docgen.notices.doc_number import doc_numbers, number_spans, whole_number, year_of
from docgen.notices.head_facts import (
    ADDRESSED,
    DATE,
    META,
    Head,
    addressed,
    addressees_of,
    dates_in,
    labelled_fact,
    labelled_facts,
)
from docgen.notices.model import Block
from docgen.notices.ocr_slips import SLIP, mended
from docgen.notices.promulgation import (
    BARE_NUMBER,
    LONGEST,
    ORDER,
    following_number,
    is_order,
    order_text,
    passed_line,
    promulgated_title,
    reprinted,
)
from docgen.notices.title_text import (
    are_organs,
    clean,
    ends_title,
    genre_of,
    is_bare,
    is_title,
    issuers_of,
    join_pieces,
    normalise_title,
    opens_title,
    organs,
    piece_of_title,
    title_key,
)
from docgen.notices.traditional import simplified

__all__ = ["Head", "addressees_of", "dates_in", "doc_numbers", "is_title", "read_head", "year_of"]

_TRADITIONAL = re.compile(r"[關於發號辦會實險業員規條]")
PIECES = 16
"""Printed lines of a title: joint issuers stand each on a line."""

_RED = re.compile(r"^(.{2,120}?)\s*文\s*件$")
PAPER = re.compile(
    r"(?:(?:通知|告知|决定|答复|承诺|委托|协议|确认|意见|鉴定|说明|责任|责成|建议|催告|公开|调解|裁决|检查|处理)书|凭证|回证|回执|公示|公告|通告"
    r"|批复|复函|申请函|决定|通知|协议|(?:审批|核定|汇总|验收|评估|登记|备案)表|名单)(?:[（(][^（）()]{2,20}[）)])?$"
)
_SIGNER = re.compile(r"签\s*发\s*人?\s*[:：]\s*([\u4e00-\u9fff·]{1,4}(?:[ \u3000]{1,2}[\u4e00-\u9fff·]{1,4}){0,6})")
_FURNITURE = re.compile(
    r"^(?:\d{1,8}|[-—－·\s]*\d{1,4}[-—－·\s]*|(?:绝密|机密|秘密)[★*☆\s\d年月]*|特\s*急|加\s*急|平\s*急|特提|紧急|发布|关闭|打印|分享.{0,8}"
    r"|[（(](?:此件.{0,16}|试行|征求意见稿|代拟稿)[）)])$"
)


def read_head(blocks: Sequence[Block], start: int = 0) -> Head:
    """Reads the head that begins at ``blocks[start]``; without any, ``end`` is ``start`` and every fact None."""
    first = [b.text for b in blocks[start : start + PIECES]]
    traditional = any(map(_TRADITIONAL.search, first))
    slips = list(dict.fromkeys(slip for text in first for slip in SLIP.findall(text)))
    if not traditional and not slips:
        return _read(blocks, start)
    near = blocks[: start + 3 * LONGEST]
    head = _read([replace(b, text=mended(simplified(b.text) if traditional else b.text)) for b in near], start)
    if traditional:
        head.warnings.append("文头是繁体字，标题和文号已转为简体字。")
    if slips:
        words = "、".join(f"“{slip.strip()}”" for slip in slips)
        head.warnings.append(f"文头里的{words}像是文字识别的错误，标题和机关名称已按通常的写法读出，请对照原件。")
    return head


def _read(blocks: Sequence[Block], start: int) -> Head:
    head, numbers = Head(end=start), list[str]()
    at = _above(blocks, start, head, numbers)
    title_at = at
    pieces, at = _title(blocks, at)
    if numbers and (ordered := promulgated_title(blocks, start, title_at)):
        pieces, at = _title(blocks, ordered)
        order_text(blocks[start:ordered], head, numbers)
        title_at = ordered
    if not pieces:
        pieces, at = _paper(blocks, at, head)
    if not pieces:
        return _finished(head, numbers, start if not numbers and not head.issuers else at, "")
    if len(pieces) > 1 and all(map(are_organs, pieces[:-1])):
        head.issuers = [name for piece in pieces[:-1] for name in organs(piece)] or head.issuers
    head.title, twice = join_pieces(pieces)
    at = _printed_again(blocks, at, head.title)
    if is_order(blocks, at):
        at = reprinted(blocks, at, head.title, head, numbers) or at
    at = _below(blocks, at, head, numbers)
    if not numbers:
        numbers.extend(_number_in_title(head))
    for again_text in twice:
        head.warnings.append(f"标题换行处“{again_text}”重复，已按一次计。")
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
            if labelled_facts(blocks[n], head, numbers):
                continue
            break
        found = whole_number(_SIGNER.sub("", text))
        if signer := _SIGNER.search(text):
            head.signer = " ".join(signer[1].split())
        if found:
            numbers.extend(found)
        elif m := META.match(text):
            labelled_fact(m[1], m[2], head, numbers)
        elif not text or _FURNITURE.match(text) or signer:
            continue
        elif (m := _RED.match(text)) and (names := organs(" ".join([*red, m[1]])) or organs(m[1])):
            head.issuers, red = names, []
        elif ORDER.match(text) and following_number(blocks, n):
            found = doc_numbers(text + following_number(blocks, n))
            numbers.extend(found)
            head.issuers = [re.sub(r"令$|公\s*告$", "", text)]
        elif BARE_NUMBER.match(text) and numbers:
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
        if is_bare(" ".join(["".join(t.split()) for t in pieces])):
            return pieces, n + 1
        if ends_title(joined) and (heart or is_title(joined)) and not _more_follows(blocks, n + 1, joined):
            return pieces, n + 1
    if pieces and (heart or blocks[at].level or blocks[at].centred):
        joined = join_pieces(pieces)[0]
        while len(pieces) > 1 and not ends_title(joined):
            pieces.pop()
            joined = join_pieces(pieces)[0]
        if ends_title(joined) or blocks[at].level == 1 or blocks[at].centred:
            return pieces, at + len(pieces)
    under = at
    while (
        under < min(len(blocks), at + PIECES) and blocks[under].table is None and are_organs(clean(blocks[under].text))
    ):
        under += 1
    first = clean(blocks[under].text) if under < len(blocks) else ""
    if 6 <= len(first) <= 60 and piece_of_title(first) and ends_title(normalise_title(first)) and "本" not in first:
        above = [clean(b.text) for b in blocks[at:under]]
        return [*above, first], under + 1  # 样例市春风行动实施方案: no 关于, but nothing else stands there
    return [], at


def _paper(blocks: Sequence[Block], at: int, head: Head) -> tuple[list[str], int]:
    """The bare title of a decision or form letter (责令改正通知书), over which the organ and what it is about may stand."""
    lines: list[str] = []
    for n in range(at, min(len(blocks), at + 4)):
        text = clean(blocks[n].text)
        if blocks[n].table is not None or not text or len(text) > 40 or re.search("[。：:；，,]", text):
            return [], at
        lines.append(text)
        if PAPER.search(text):
            organs_above = lines[:-1] and are_organs(lines[0])
            if organs_above:
                head.issuers = organs(lines.pop(0)) or head.issuers
            return lines, n + 1
    return [], at


def _goes_on(text: str, pieces: list[str], heart: bool) -> bool:
    if not text or whole_number(text) or BARE_NUMBER.match(text) or DATE.fullmatch(text) or ADDRESSED.match(text):
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
        elif used := passed_line(blocks, at, head, numbers):
            at += used - 1
        elif m := META.match(text):
            labelled_fact(m[1], m[2], head, numbers)
        elif ORDER.match(text) and following_number(blocks, at):
            numbers.extend(doc_numbers(text + following_number(blocks, at)))
            at += 1
        elif signer := _SIGNER.match(text):
            head.signer = " ".join(signer[1].split())
        elif text and not _FURNITURE.match(text):
            to, used = addressed(blocks, at)
            if not to:
                break
            head.addressees = to
            at += used
            break
        at += 1
    return at


def _printed_again(blocks: Sequence[Block], at: int, title: str) -> int:
    """The index behind a second print of the title, or of its lower half, directly under it."""
    key = title_key(title)
    for end in range(at + 1, min(len(blocks), at + 4) + 1):
        if blocks[end - 1].table is not None:
            break
        again = title_key("".join(b.text for b in blocks[at:end]))
        if len(again) >= 8 and (again == key or (key.endswith(again) and end == at + 1)):
            return end
    return at


def _red_follows(blocks: Sequence[Block], at: int) -> bool:
    """Organs on lines of their own down to one that ends in 文件."""
    for block in blocks[at + 1 : at + PIECES]:
        text = clean(block.text)
        if _RED.match(text):
            return True
        if not are_organs(text):
            return False
    return False


def _number_in_title(head: Head) -> list[str]:
    """Takes a number that is printed in brackets behind the title out of it."""
    title = head.title or ""
    for start, end, number in number_spans(title):
        behind = title[end:].strip("）)］] ")
        if not behind and ends_title(title[:start].rstrip("（(［[ ")):
            head.title = title[:start].rstrip("（(［[ ")
            return [number]
    return []
