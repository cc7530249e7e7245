"""What stands behind the text of a document: signature and date, notes in brackets, whom to ask, 抄送 and 印发."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from checkers.values.dates import parse_date
from docgen.document import Table
from docgen.notices.model import Block
from docgen.notices.numbering import marker

SIGNERS = 40
"""Lines above the date that may be names of issuers."""
LONGEST = 60
"""Characters of a line with issuers."""

DATE = re.compile(
    r"(?:[12][0-9]{3}|[二一][〇零○OＯ0一二三四五六七八九]{3})\s{0,3}年\s{0,3}(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})\s{0,3}月\s{0,3}"
    r"(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})\s{0,3}日"
)
_DATED = re.compile(
    rf"(?P<before>.{{0,60}}?)[（(]?(?P<date>{DATE.pattern})[）)]?\s?(?:[（(](?:印|公?章|盖章|印章)[）)])?"
)
_OFFICE = re.compile(
    r"(?:局|厅|部|委员会|委|政府|办公室|办公厅|办|总工会|工会|法院|检察院|银行|分行|支行|中心|国务院|中央|署|总署|院|会|领导小组|联席会议|集团|公司|司|处"
    r"|大学|学院|联合会|协会|残联|妇联|全国工商联|团市委|书记处|军委.{0,8}|部队|主席.{0,12}|省长.{0,8}|市长.{0,8}|部长.{0,8}|总理.{0,8})$"
)
_NO_SIGNER = re.compile(r"[。；;：:！？!?]|^附|^特此")
_NOTE = re.compile(r"[（(]\s?(?:此件|此文|本文件|信息公开|公开).{0,30}[）)]|[（(]此页无正文[）)]")
_CONTACT = re.compile(
    r"[（(]?\s?(?:联\s?系\s?(?:人|单位|电话|方式|处室)|咨询电话|联系地址|经办人|电\s?话|传\s?真|邮\s?箱|邮\s?编)"
    r"\s?(?:及电话)?\s?[:：].{0,200}"
)
_COPIES = re.compile(r"(?:抄\s{0,3}送|抄\s{0,3}报|主题词\s?[:：].{0,60}抄送)\s?[:：]\s?(.+)", re.DOTALL)
_PRINTED = re.compile(rf"(?P<by>[^。；]{{0,40}}?)\s{{0,8}}(?P<date>{DATE.pattern})\s{{0,3}}印\s?发")


@dataclass(slots=True)
class Tail:
    """``end``: index behind the last paragraph of the text itself; ``rest``: index behind the signature and its notes."""

    end: int
    rest: int
    issuers: list[str] = field(default_factory=list)
    issued: date | None = None
    contact: str | None = None
    warnings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Imprint:
    """版记: whom a copy goes to, who printed it and when; ``used`` are the indices of its paragraphs."""

    copies_to: list[str] = field(default_factory=list)
    printed_by: str | None = None
    printed_on: date | None = None
    used: set[int] = field(default_factory=set)


def day_of(text: str) -> date | None:
    """The day that a printed date names, None where there is no such day (2月30日)."""
    try:
        return parse_date("".join(text.split()).replace("○", "〇").replace("O", "〇").replace("Ｏ", "〇"))
    except ValueError:
        return None


def read_tail(blocks: Sequence[Block], start: int, stop: int) -> Tail:
    """The signature in ``blocks[start:stop]``: the first date that stands alone under names of issuers, or at the end.

    Without one ``end`` and ``rest`` are ``stop``.
    """
    for at in range(start, stop):
        found = _date_line(blocks[at])
        if found is None:
            continue
        issuers, first = _signers(blocks, start, at, found["before"].strip())
        if not issuers and not _closes(blocks, at + 1, stop):
            continue
        tail = Tail(first, at + 1, issuers, day_of(found["date"]))
        if tail.issued is None:
            tail.warnings.append(f"落款日期“{found['date']}”不存在，成文日期未取。")
        _notes(tail, blocks, stop)
        return tail
    issuers, first = _signers(blocks, start, stop, "")
    bare = Tail(first if issuers else stop, stop, issuers)
    if issuers:
        bare.warnings.append("落款没有日期，成文日期未取。")
    return bare


def _date_line(block: Block) -> re.Match[str] | None:
    """A line that is a date, or issuers and a date."""
    if block.table is not None or len(block.text) > 100 or not block.text.rstrip("）) 　").endswith(("日", "章", "印")):
        return None
    found = _DATED.fullmatch(block.text.strip())
    if found is None or (found["before"] and not _is_signer(found["before"].strip())):
        return None
    return found


def _is_signer(text: str) -> bool:
    return (
        2 <= len(text) <= LONGEST
        and not _NO_SIGNER.search(text)
        and _OFFICE.search(text) is not None
        and marker(text) is None
    )


def _signers(blocks: Sequence[Block], start: int, at: int, own: str) -> tuple[list[str], int]:
    """The names of issuers in ``own`` and on the lines above ``at``, and where they begin."""
    rows = [own] if own else []
    first = at
    while first > start and at - first < SIGNERS:
        block = blocks[first - 1]
        text = block.text.strip()
        if block.table is not None or block.level in (1, 2) or (text and not _is_signer(text)):
            break
        if text:
            rows.insert(0, text)
        first -= 1
    names = [name for row in rows for name in names_in(row)]
    return names, first


def names_in(row: str) -> list[str]:
    """``甲局 乙局`` → both; a name that was set with spaces in it (财 政 部) is one."""
    parts = row.split()
    if any(len(part) == 1 for part in parts) or not all(_OFFICE.search(part) for part in parts):
        return ["".join(parts)] if len(parts) < 4 else [" ".join(parts)]
    return parts


def _closes(blocks: Sequence[Block], at: int, stop: int) -> bool:
    """Whether nothing but notes stands between ``at`` and ``stop``."""
    return all(
        block.table is None and (_NOTE.match(block.text) or _CONTACT.match(block.text) or _COPIES.match(block.text))
        for block in blocks[at : min(stop, at + 12)]
    )


def _notes(tail: Tail, blocks: Sequence[Block], stop: int) -> None:
    """Take the notes in brackets and the contacts that follow the date."""
    contacts: list[str] = []
    while tail.rest < stop and blocks[tail.rest].table is None:
        text = blocks[tail.rest].text.strip()
        if _CONTACT.match(text):
            contacts.append(text.strip("（）() "))
        elif not _NOTE.fullmatch(text):
            break
        tail.rest += 1
    tail.contact = "；".join(contacts) or None


def contact_before(blocks: Sequence[Block], end: int, start: int) -> str | None:
    """联系人 above the signature: the last lines of the text that say whom to ask."""
    rows: list[str] = []
    for block in reversed(blocks[max(start, end - 6) : end]):
        text = block.text.strip()
        if block.table is None and _CONTACT.fullmatch(text):
            rows.insert(0, text.strip("（）()"))
        elif rows:
            break
    return "；".join(rows) or None


def read_imprint(blocks: Sequence[Block], start: int) -> Imprint:
    """版记 anywhere behind ``start``: 抄送：… and the line …年…月…日印发."""
    out = Imprint()
    for at in range(start, len(blocks)):
        block = blocks[at]
        if block.table is not None:
            if block.table.rows <= 4 and at >= len(blocks) - 3 and _table_imprint(block.table, out):
                out.used.add(at)
        elif (
            block.text.startswith(("抄", "主题词"))
            and "__" not in block.text
            and (found := _COPIES.fullmatch(block.text.strip()))
        ):
            _copies(found[1], out)
            out.used.add(at)
        elif "印" in block.text[-4:] and len(block.text) < 80 and (found := _PRINTED.fullmatch(block.text.strip())):
            _printed(found, out)
            out.used.add(at)
    return out


def _copies(text: str, out: Imprint) -> None:
    out.copies_to.extend(part.strip() for part in re.split(r"[，,；;。]|(?<=[）)])、", text) if part.strip())


def _printed(found: re.Match[str], out: Imprint) -> None:
    out.printed_by = "".join(found["by"].split()) or None
    out.printed_on = day_of(found["date"])


def _table_imprint(table: Table, out: Imprint) -> bool:
    """A 版记 that is set as a table."""
    hit = False
    text = [" ".join(cell.text.split()) for cell in table.cells]
    for cell in text:
        if found := _COPIES.fullmatch(cell):
            _copies(found[1], out)
            hit = True
    if found := _PRINTED.fullmatch(" ".join(t for t in text if not _COPIES.fullmatch(t)).strip()):
        _printed(found, out)
        hit = True
    return hit
