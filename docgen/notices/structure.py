"""Paragraphs → the notice: head, text as a tree, attachments, signature, and what it says of its own force."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from docgen.notices import attachments as parts
from docgen.notices.closing import CATALOGUE, Closing, read_catalogue, read_closing
from docgen.notices.head import Head, doc_numbers, read_head
from docgen.notices.model import Attachment, Block, Node, Notice
from docgen.notices.numbering import marker
from docgen.notices.tail import Tail, contact_before, read_imprint, read_tail
from docgen.notices.tree import build_tree
from docgen.notices.tree_labels import assign

_PROMULGATES = re.compile(r"(?:印发|发布|公布|转发|批准|颁布|通过|下发|修订|制定)[^《]{0,12}《")
_NAMES = re.compile(r"《([^《》]{3,120}(?:[〈<《][^《》〉>]{2,80}[〉>》][^《》]{0,40})?)》")
_ORDERED = re.compile(r"《([^《》]{3,120})》(?:\s?[（(][^）)]{2,20}[）)])?\s?已(?:于|经|由)")
_LAW_TITLE = re.compile(
    r"[^。；：，]{4,60}(?:办法|规定|细则|条例|规则|规程|制度|章程|标准|准则|方案)(?:\s?[（(][^（）()]{2,12}[）)])?"
)
_CONTENTS_LINE = re.compile(r".{4,160}?(?:[.．…·]{2,}\s*[（(]?\s*[0-9]{1,4}\s*[）)]?|[)）〕号]\s?[0-9]{1,4})")


@dataclass(slots=True)
class _Whole:
    """The parts of a document, in blocks."""

    head: Head
    body: list[Block] = field(default_factory=list)
    tail: Tail = field(default_factory=lambda: Tail(0, 0))
    announced: list[Attachment] = field(default_factory=list)
    sections: list[parts.Section] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def notice_of(blocks: Sequence[Block], path: str = "", sha256: str = "") -> Notice:
    """The notice that ``blocks`` are, without its meaning (citations, deadlines …). Never raises for odd content.

    What it promulgates is an ``Attachment``: its articles are cited by themselves. Ids and labels of all nodes are set.
    """
    head = read_head(blocks, 0)
    imprint = read_imprint(blocks, head.end)
    kept = [b for n, b in enumerate(blocks) if n not in imprint.used] if imprint.used else list(blocks)
    whole = _split(kept, head)
    notice = Notice(
        path,
        sha256,
        title=head.title,
        doc_no=head.doc_no,
        also=list(head.also),
        issuers=list(head.issuers),
        genre=head.genre,
        signed=head.signed,
        addressees=list(head.addressees),
        copies_to=imprint.copies_to,
        printed_by=imprint.printed_by,
        printed_on=imprint.printed_on,
        location=blocks[0].location if blocks else None,
    )
    _facts(notice, whole)
    _trees(notice, whole)
    _force(notice, whole)
    notice.warnings = list(dict.fromkeys([*head.warnings, *whole.warnings, *notice.warnings, *_doubts(blocks)]))
    return notice


def _facts(notice: Notice, whole: _Whole) -> None:
    """Issuers and date: the signature says them in full, the title often not (等5个部门)."""
    signers = whole.tail.issuers
    if signers and (not notice.issuers or (len(signers) > len(notice.issuers) and "等" in (notice.title or ""))):
        notice.issuers = signers
    notice.issued = whole.tail.issued or whole.head.issued
    notice.contact = whole.tail.contact or contact_before(whole.body, len(whole.body), 0)
    notice.warnings.extend(whole.tail.warnings)
    if notice.issued is None and notice.title and not whole.tail.warnings:
        notice.warnings.append("没有找到成文日期。")


def _trees(notice: Notice, whole: _Whole) -> None:
    taken: dict[str, int] = {}
    notice.body = build_tree(whole.body, notice.warnings)
    assign(notice.body, taken=taken)
    listed = {id(one) for one in whole.announced}
    others = [s.attachment for s in whole.sections if id(s.attachment) not in listed]
    promulgated = [one for one in others if one.number is None]
    unlisted = [one for one in others if one.number is not None]
    notice.attachments = [*promulgated, *whole.announced, *unlisted]
    unnumbered = 0
    for section in whole.sections:
        one = section.attachment
        found: list[str] = []
        one.body = build_tree(section.blocks, found)
        name = f"附件{one.number}" if one.number is not None else "附件"
        notice.warnings.extend(f"{name}《{one.title}》：{warning}" for warning in found)
        unnumbered += one.number is None
        prefix = f"att_{one.number}" if one.number is not None else f"doc_{unnumbered}"
        lawful = one.number is None and (not one.announced or any(n.kind in ("article", "chapter") for n in one.body))
        assign(one.body, prefix, "" if lawful else name, taken)


def _force(notice: Notice, whole: _Whole) -> None:
    closing = Closing(effective=getattr(whole.head, "effective", None))
    read_closing(_flat(notice.body), notice.issued, closing)
    for attachment in notice.attachments:
        if attachment.number is None or _is_promulgated(attachment, notice):
            read_closing(_flat(attachment.body), notice.issued, closing)
        if CATALOGUE.search(attachment.title) and "继续有效" not in attachment.title:
            read_catalogue(_flat(attachment.body), closing)
    notice.effective, notice.expires, notice.valid_for = closing.effective, closing.expires, closing.valid_for
    notice.repeals = closing.repeals
    notice.warnings.extend(closing.warnings)


def _flat(roots: Sequence[Node]) -> list[Node]:
    return [node for root in roots for node in root.walk()]


def _is_promulgated(attachment: Attachment, notice: Notice) -> bool:
    wanted = parts.key(attachment.title)
    return bool(wanted) and wanted in parts.key(notice.title or "")


# ---------------------------------------------------------------- the parts


def _split(blocks: Sequence[Block], head: Head) -> _Whole:
    """Body, signature, attachments: each block goes to one of them."""
    whole = _Whole(head)
    start = head.end
    listed, attached = _lists(blocks, start, whole)
    named = _promulgated_at(blocks, start, attached, head)
    stop = min(attached, named)
    whole.tail = read_tail(blocks, start, stop)
    end = min(whole.tail.end, stop)
    whole.body = [b for n, b in enumerate(blocks[start:end], start) if n not in listed]
    between = [b for n, b in enumerate(blocks[whole.tail.rest : stop], whole.tail.rest) if n not in listed]
    _behind(whole, between)
    if named < attached:
        _documents(whole, [b for n, b in enumerate(blocks[named:attached], named) if n not in listed], head)
    whole.sections.extend(parts.sections(blocks[attached:], whole.announced, _promulgated_names(head)))
    _same_document(whole)
    whole.sections = [one for section in whole.sections for one in _restarts(section)]
    return whole


def _same_document(whole: _Whole) -> None:
    """An order prints the law it promulgates under the title it has itself: that law is the text."""
    own = parts.key(whole.head.title or "")
    if not own:
        order = next((m for b in whole.body[:6] if (m := _ORDERED.search(b.text))), None)
        own = parts.key(order[1]) if order else ""
    for section in whole.sections:
        one = section.attachment
        if own and one.number is None and not one.announced and parts.key(one.title) == own:
            whole.body.extend(section.blocks)
            whole.sections.remove(section)
            whole.head.title = whole.head.title or one.title
            return


def _restarts(section: parts.Section) -> list[parts.Section]:
    """Two texts in one section: 第一条 comes again under a line that may be a title."""
    out = [section]
    seen = False
    blocks = section.blocks
    start = 0
    for at, block in enumerate(blocks):
        found = None if block.table else marker(block.text[:20])
        if found is None or found.style != "第一条" or found.value != 1 or found.branch:
            continue
        title = _title_above(blocks, start, at) if seen else -1
        seen = True
        if title > start:
            one = Attachment(None, blocks[title].text, announced=False, attached=True, location=blocks[title].location)
            out[-1].blocks = blocks[start:title]
            out.append(parts.Section(one, blocks[title + 1 :]))
            start = title + 1
    return out


def _title_above(blocks: Sequence[Block], start: int, at: int) -> int:
    """The index of the nearest title above ``at``, within a few paragraphs; -1 if there is none."""
    for back in range(at - 1, max(start, at - 6), -1):
        text = blocks[back].text
        if blocks[back].table is None and not marker(text) and _LAW_TITLE.fullmatch(text.strip()):
            return back
    return -1


def _lists(blocks: Sequence[Block], start: int, whole: _Whole) -> tuple[set[int], int]:
    """The indices that the list 附件： takes, and where the first attachment begins."""
    listed: set[int] = set()
    at = start
    while at < len(blocks):
        if not whole.announced and not listed:
            found, then = parts.announced(blocks, at)
            if then > at and (found or then > at + 1 or blocks[at].text.rstrip().endswith(("）", ")"))):
                whole.announced = found
                listed.update(range(at, then))
                at = then
                continue
        if parts.is_head(blocks[at]) and at > start:
            return listed, at
        at += 1
    return listed, len(blocks)


def _promulgated_at(blocks: Sequence[Block], start: int, stop: int, head: Head) -> int:
    """Where the text begins that the title says is promulgated; ``stop`` where it does not follow."""
    wanted = _promulgated_names(head)
    mentioned: set[str] = set()
    for at in range(start, stop):
        text = blocks[at].text
        if at > start and wanted and _title_at(blocks, at, stop, wanted):
            return at
        if mentioned and parts.key(text) in mentioned and _law_begins(blocks, at + 1, stop):
            return at
        if "《" in text:
            mentioned.update(parts.key(name) for name in _NAMES.findall(text) if len(name) >= 6)
    return stop


def _law_begins(blocks: Sequence[Block], at: int, stop: int) -> bool:
    """Whether 第一条 or 第一章 stands among the next few paragraphs."""
    first = next((m for b in blocks[at : min(stop, at + 8)] if not b.table and (m := marker(b.text))), None)
    return first is not None and first.kind in ("article", "chapter", "part") and first.value == 1


def _promulgated_names(head: Head) -> set[str]:
    title = head.title or ""
    if not _PROMULGATES.search(title):
        plain = re.search(r"(?:印发|发布|公布)(.{4,80}?)的(?:通知|公告|通告|决定)$", "".join(title.split()))
        return {parts.key(plain[1])} if plain else set()
    return {parts.key(name) for name in _NAMES.findall(title)}


def _title_at(blocks: Sequence[Block], at: int, stop: int, wanted: set[str]) -> int:
    """How many blocks from ``at`` on print one of the titles ``wanted``; 0 if none does."""
    text = ""
    for count, block in enumerate(blocks[at : min(stop, at + 4)], 1):
        if block.table is not None or len(block.text) > 100 or block.text.endswith(("。", "；", "：")):
            return 0
        text += block.text
        if parts.key(text) in wanted:
            return count
    return 0


def _documents(whole: _Whole, blocks: Sequence[Block], head: Head) -> None:
    """Promulgated texts without the word 附件, one behind the other."""
    wanted = _promulgated_names(head)
    at = 0
    while at < len(blocks):
        if count := _title_at(blocks, at, len(blocks), wanted):
            title = parts.joined_title([b.text for b in blocks[at : at + count]])
            one = parts.known(None, title, whole.announced, blocks[at])
            one.announced = True
            whole.sections.append(parts.Section(one))
            wanted.discard(parts.key(title))
            at += count
        elif not whole.sections:
            one = parts.known(None, blocks[at].text, whole.announced, blocks[at])
            whole.sections.append(parts.Section(one))
            at += 1
        else:
            whole.sections[-1].blocks.append(blocks[at])
            at += 1


def _behind(whole: _Whole, blocks: Sequence[Block]) -> None:
    """What stands behind the signature without a head: a promulgated text, another document, or leftovers."""
    blocks = [b for b in blocks if b.table is not None or b.text.strip("（）() ")]
    if not blocks:
        return
    numbers = [n for b in blocks[:12] if len(b.text) <= 40 for n in doc_numbers(b.text)]
    if numbers and whole.head.doc_no not in numbers and len("".join(b.text for b in blocks)) > 60:
        whole.warnings.append(f"落款之后还有另一份文件（{numbers[0]}），似为几份文件连在一起，请拆分后分别提取。")
    lines = []
    for block in blocks[:4]:
        if (
            block.table is not None
            or len(block.text) > 60
            or marker(block.text)
            or block.text.endswith(("。", "；", "："))
        ):
            break
        lines.append(block.text)
    if len(blocks) == len(lines):
        whole.body.extend(blocks)
        return
    title = parts.joined_title(lines)
    one = parts.known(None, title, whole.announced, blocks[0]) if title else None
    one = one or Attachment(None, title, announced=False, attached=True, location=blocks[0].location)
    whole.sections.append(parts.Section(one, list(blocks[len(lines) :])))


def _doubts(blocks: Sequence[Block]) -> list[str]:
    """Warnings on the whole: nothing there, or a table of contents and nothing else."""
    lines = [b.text for b in blocks if b.text]
    if not lines:
        return [] if any(b.table for b in blocks) else ["文件里没有文字，无法识别公文内容。"]
    entries = sum(_CONTENTS_LINE.fullmatch(text) is not None for text in lines if len(text) < 200)
    if len(lines) >= 5 and entries >= 0.6 * len(lines):
        return ["文件似乎只有目录，没有正文。"]
    return []
