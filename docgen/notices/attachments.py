"""附件: the list that announces them, and the attachments themselves behind the document."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from docgen.notices.model import Attachment, Block
from docgen.notices.numbering import marker

LONGEST_TITLE = 60
"""Characters of one line of an attachment's title."""
TITLE_LINES = 4
MISSING = 3
"""Numbers by which one entry of the list may be ahead of the one before it: an entry left out is a fault, not its end."""
MOST = 200
"""Attachments one document may announce."""

_NUMBER = r"[0-9一二三四五六七八九十]{1,3}"
LIST = re.compile(r"附\s{0,4}件\s?[:：]\s*(.*)", re.DOTALL)
HEAD = re.compile(
    rf"[【\[（(]?\s?附\s{{0,4}}[件录]\s?({_NUMBER})?(?:\s?[-—－之]\s?[0-9]{{1,2}})?\s?[】\]）)]?\s?[:：.、]?"
)
_TITLED = re.compile(rf"附\s{{0,4}}件\s?({_NUMBER})(?:\s?[-—－][0-9]{{1,2}})?[\s:：.、]\s{{0,3}}([^。；]{{2,60}})")
_ENTRY = re.compile(r"(?<![0-9.])([0-9]{1,2})\s?[.．、﹒]\s?(?![0-9]\b)(?=[^\s0-9.]|[0-9]{4}\s?年?)")
_LEFT_OUT = re.compile(
    r"[（(]\s?(?:略|另发|此略|省略|不另附|网上查阅|另附|另行下发|不公开|依申请公开)[^）)]{0,12}[）)]"
)
_NO_TITLE = re.compile(r"[。；;！？]|[：:]$|^[（(](?:签|盖)|^\s?$|^填表|^单位[:：(（]|^\d{4}年\d{1,2}月")
_TITLE_ENDS = re.compile(
    r"(?:表|办法|规定|规程|细则|方案|清单|目录|名单|指南|书|函|计划|制度|要点|标准|流程图?|说明|意见|条例|模板|范本|大纲|公告|通知|须知|口径|规则|准则|要求|目标|安排|措施|事项|台账|情况|简介|介绍|任务)(?:[（(][^）)]{1,20}[）)])?$"
)
_OFFICE_END = re.compile(r"(?:局|厅|部|委员会|政府|办公室|办公厅|总工会|法院|检察院|银行|分行|国务院)$")
_GAP = re.compile("(?<=[\u3400-\u9fff）》]) (?=[\u3400-\u9fff（《])")
_IN_BRACKETS = re.compile(r"[（(].{1,20}[）)]")
_WHITE = re.compile(r"[\s\u3000《》“”\"'（）()〔〕\[\]\-—－:：、,，.．]+")


@dataclass(slots=True)
class Section:
    """An attachment and the paragraphs of its own text."""

    attachment: Attachment
    blocks: list[Block] = field(default_factory=list)


def key(text: str) -> str:
    """A title for comparing: without white space, marks and （略）."""
    return _WHITE.sub("", _LEFT_OUT.sub("", text))


def number_of(text: str | None) -> int | None:
    """``2``, ``二`` → 2."""
    found = marker(f"（{text}）") if text else None
    return found.value if found else None


# ---------------------------------------------------------------- the list 附件：


def announced(blocks: Sequence[Block], at: int) -> tuple[list[Attachment], int]:
    """The attachments that the list beginning at ``blocks[at]`` announces, and the index behind it; ([], at) if none does."""
    found = LIST.fullmatch(blocks[at].text) if blocks[at].table is None else None
    if found is None:
        return [], at
    texts = [found[1].strip()] if found[1].strip() else []
    then = at + 1
    while then < len(blocks) and then - at <= MOST and _belongs(blocks, then, texts):
        texts.append(blocks[then].text.strip())
        then += 1
    out: list[Attachment] = []
    for text in texts:
        _entries(text, out)
    for one in out:
        one.location = blocks[at].location
    return [one for one in out if one.title and not HEAD.fullmatch(one.title)], then


def _belongs(blocks: Sequence[Block], at: int, texts: Sequence[str]) -> bool:
    """Whether a paragraph is one more entry, or the rest of one."""
    block = blocks[at]
    text = block.text.strip()
    if block.table is not None or HEAD.fullmatch(text) or LIST.match(text) or len(text) > 2 * LONGEST_TITLE:
        return False
    first = marker(text)
    if first is not None:
        highest = max((int(m[1]) for t in texts for m in _ENTRY.finditer(t)), default=len(texts))
        return first.style == "1." and highest < first.value <= highest + MISSING and not text.endswith("。")
    if not texts or block.right:
        return not texts and not _OFFICE_END.search(text) and not _NO_TITLE.search(text)
    last = texts[-1]
    if (
        _NO_TITLE.search(text)
        or _OFFICE_END.search(text)
        or _LEFT_OUT.search(last)
        or text.startswith(("（此", "(此", "（联", "(联"))
    ):
        return False
    open_bracket = any(last.count(a) > last.count(b) for a, b in ("《》", "（）", "()", "“”"))
    return open_bracket or (not _TITLE_ENDS.search(last) and len(last) >= 8 and _TITLE_ENDS.search(text) is not None)


def _entries(text: str, out: list[Attachment]) -> None:
    """Add the entries of one paragraph of the list: ``1.甲 2.乙``, ``甲``, or the rest of the last entry."""
    marks = list(_ENTRY.finditer(text))
    if marks and marks[0].start() == 0:
        for mark, following in zip(marks, [*marks[1:], None], strict=True):
            title = text[mark.end() : following.start() if following else len(text)]
            out.append(Attachment(int(mark[1]), _title(title), omitted=_says_omitted(title)))
    elif out:
        out[-1].title = _title(out[-1].title + text)
        out[-1].omitted = out[-1].omitted or _says_omitted(text)
    elif not re.fullmatch(r"[（(]?(?:略|无)[）)]?", text):
        out.append(Attachment(None, _title(text), omitted=_says_omitted(text)))


def _says_omitted(text: str) -> bool:
    return _LEFT_OUT.search(text) is not None


def _title(text: str) -> str:
    return _LEFT_OUT.sub("", text).strip(" \u3000;；,，。")


# ---------------------------------------------------------------- the attachments themselves


def is_head(block: Block) -> bool:
    """``附件2`` alone, or with its title on the same line."""
    if block.table is not None or len(block.text) > 80 or not block.text.startswith(("附", "【", "[", "（", "(")):
        return False
    text = block.text.strip()
    return HEAD.fullmatch(text) is not None or _TITLED.fullmatch(text) is not None


def sections(blocks: Sequence[Block], list_of: Sequence[Attachment], names: Collection[str] = ()) -> list[Section]:
    """The attachments in ``blocks``, the first of which is a head. Those announced in ``list_of`` are the same objects.

    ``names``: keys of titles that begin a text of their own though they are no attachments (what the document promulgates).
    """
    out: list[Section] = []
    at = 0
    while at < len(blocks):
        if is_head(blocks[at]):
            number, title, then = _head(blocks, at, list_of)
            out.append(Section(known(number, title, list_of, blocks[at], head=True)))
            at = then
        elif out and (count := _unmarked(blocks, at, list_of, names)):
            title = joined_title([b.text for b in blocks[at : at + count]])
            out.append(Section(known(None, title, list_of, blocks[at])))
            at += count
        else:
            if out:
                out[-1].blocks.append(blocks[at])
            at += 1
    return out


def _unmarked(blocks: Sequence[Block], at: int, list_of: Sequence[Attachment], names: Collection[str]) -> int:
    """How many paragraphs from ``at`` on print the title of an announced attachment without the word 附件; 0 if none."""
    wanted = {key(a.title) for a in list_of if not a.attached and len(a.title) >= 5}
    text = ""
    for count, block in enumerate(blocks[at : at + 3] if wanted or names else (), 1):
        if block.table is not None or len(block.text) > 2 * LONGEST_TITLE:
            break
        text += block.text
        if key(text) in wanted or key(text) in names:
            return count
    return 0


def _head(blocks: Sequence[Block], at: int, list_of: Sequence[Attachment]) -> tuple[int | None, str, int]:
    """Number and title of the attachment whose head is ``blocks[at]``, and the index of its text."""
    text = blocks[at].text.strip()
    if found := _TITLED.fullmatch(text):
        return number_of(found[1]), _title(found[2]), at + 1
    plain = HEAD.fullmatch(text)
    number = number_of(plain[1]) if plain else None
    wanted = {key(a.title) for a in list_of if a.number in (number, None) or number is None}
    lines: list[str] = []
    best = 0
    for block in blocks[at + 1 : at + 1 + TITLE_LINES]:
        line = block.text.strip()
        if (
            block.table is not None
            or len(line) > LONGEST_TITLE
            or marker(line)
            or is_head(block)
            or _NO_TITLE.search(line)
        ):
            break
        if (
            lines
            and not _IN_BRACKETS.fullmatch(line)
            and _TITLE_ENDS.search("".join(lines))
            and key("".join(lines)) not in wanted
        ):
            break
        lines.append(line)
        if key("".join(lines)) in wanted:
            best = len(lines)
            break
    lines = lines[: best or len(lines)]
    return number, joined_title(lines), at + 1 + len(lines)


def joined_title(lines: Sequence[str]) -> str:
    """A title over several lines, without the spaces that only the layout put between its characters."""
    return _GAP.sub("", "".join(line.strip() for line in lines))


def known(
    number: int | None, title: str, list_of: Sequence[Attachment], block: Block, *, head: bool = False
) -> Attachment:
    """The announced attachment that this one is, else a new one. ``head``: the word 附件 stands above it, so that a title
    in other words may do."""
    for one in list_of:
        same = one.number == number if number is not None else key(one.title) == key(title)
        same = same or (head and number is None and (not title or (one.number is None and len(list_of) == 1)))
        if same and not one.attached:
            one.attached, one.location, one.printed = True, block.location, title or None
            if not one.title:
                one.title = title
            return one
    return Attachment(number, title, announced=False, attached=True, location=block.location, printed=title or None)
