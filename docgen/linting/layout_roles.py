"""Which paragraph of a Word file is what part of an official document, as far as its layout depends on that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from docgen.linting.docx_facts import DocxFacts, Paragraph

Role = Literal[
    "blank", "mark", "number", "title", "addressee", "text", "heading-1", "heading-2", "heading-3", "heading-4",
    "article", "attachments", "more", "signer", "seal", "date", "remark", "attachment", "inside", "imprint", "head",
]  # fmt: skip
"""``mark``: the issuing organ's mark at the head; ``head``: other lines of the head; ``attachments`` and ``more``: the list
of attachments and its further lines; ``attachment``: the mark 附件1 of one; ``inside``: all text of attachments."""

OPENING, CLOSING = "[〔\\[（(【［〖]", "[〕\\]）)】］〗]"
_ORGAN_CODE = r"[\u4e00-\u9fff（）()]{2,24}"
DOC_NUMBER = re.compile(rf"{_ORGAN_CODE}\s*{OPENING}\s*\d{{4}}\s*{CLOSING}\s*第?\s*\d{{1,5}}\s*号")
_CHINESE_DIGITS = "〇○Ｏ零一二三四五六七八九"
CHINESE_DATE = re.compile(
    rf"([{_CHINESE_DIGITS}OＯ0]{{4}})\s*年\s*([元正一二三四五六七八九十]{{1,3}})\s*月\s*([一二三四五六七八九十廿卅]{{1,3}})\s*日"
)
ARABIC_DATE = re.compile(r"([0-9０-９]{2,4})\s*年\s*([0-9０-９]{1,2})\s*月\s*([0-9０-９]{1,2})\s*日")
_DOTTED_DATE = re.compile(r"(\d{4})[-./．](\d{1,2})[-./．](\d{1,2})")
DATE_ALONE = re.compile(rf"(?:{CHINESE_DATE.pattern}|{ARABIC_DATE.pattern}|{_DOTTED_DATE.pattern})")
_GENRE = re.compile(
    r"(?:决议|决定|命令|公报|公告|通告|意见|通知|通报|报告|请示|批复|议案|函|纪要|办法|规定|细则|方案|规程|告知书|通知书|决定书|令)"
    r"(?:[（(][^）)]{1,12}[）)])?$"
)
_MARK = re.compile(r"(?:文件|[局厅部委会院府]|办公室|中心)$")
_GRADE = re.compile(r"\d{6}|(?:绝密|机密|秘密).{0,8}|特急|加急|特提|平急|签发人[：:].*")
_NUMERAL = "[一二三四五六七八九十百零]"
_HEADINGS: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("heading-1", re.compile(rf"{_NUMERAL}{{1,4}}、")),
    ("heading-2", re.compile(rf"[（(]{_NUMERAL}{{1,4}}[）)]")),
    ("heading-3", re.compile(r"\d{1,2}[.．](?!\d)")),
    ("heading-4", re.compile(r"[（(]\d{1,2}[）)]")),
)
_ARTICLE = re.compile(rf"第{_NUMERAL}{{1,6}}[编章节条]")
_ATTACHMENTS = re.compile(r"附\s*件\s*\d{0,2}\s*[：:]\s*\S")
_ATTACHMENT = re.compile(r"附\s*件\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})?\s*[：:]?")
_MORE = re.compile(r"(?:附件)?\s*\d{1,2}\s*[.．、：:]\s*\S")
_IMPRINT = re.compile(r"抄\s*送\s*[：:]|主\s*送\s*[：:]|.{0,40}\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*印发")
_SEAL = re.compile(r"[（(](?:印章|公章|盖章|加盖公章)[）)]")
_STOPS = "。；：，！？、;:,!?"
_HEAD_LINES = 14
"""Further down than this nothing is the head of a document."""
_TITLE_LENGTH = 80
_LINE_LENGTH = 60
_CENTRED = ("center", "distribute")
_ORGANS = re.compile(r"^各.{1,200}[局委厅部府院校会门位业所站心][：:]$|[局委厅府院部][：:]$")


@dataclass(slots=True)
class Part:
    """A body paragraph and what it is."""

    role: Role
    paragraph: Paragraph

    @property
    def text(self) -> str:
        return self.paragraph.printed


def parts_of(facts: DocxFacts) -> list[Part]:
    """The body paragraphs outside tables with their roles, blank ones too, in order."""
    flow = [p for p in facts.paragraphs if p.number is not None]
    roles: list[Role] = ["blank" if not p.printed else "text" for p in flow]
    start = _head(flow, roles)
    end = _closing(flow, roles, start)
    _attachment_list(flow, roles, start, end)
    for i in range(start, end):
        if roles[i] == "text":
            roles[i] = _body_role(flow[i].printed)
    return [Part(role, p) for role, p in zip(roles, flow, strict=True)]


def _written(flow: list[Paragraph], start: int, end: int) -> Iterator[int]:
    return (i for i in range(start, end) if flow[i].printed)


def _head(flow: list[Paragraph], roles: list[Role]) -> int:
    """Set the roles of the head; the index behind it."""
    titled = False
    end = 0
    for i in list(_written(flow, 0, len(flow)))[:_HEAD_LINES]:
        text = flow[i].printed
        if DOC_NUMBER.match(text) and (DOC_NUMBER.fullmatch(text) or "签发人" in text):
            roles[i] = "number"
        elif _GRADE.fullmatch(text):
            roles[i] = "head"
        elif _is_addressee(text, titled):
            roles[i] = "addressee"
            return i + 1
        elif _stands_as_title(flow[i], text, titled):
            mark = (
                not titled and _MARK.search(text) is not None and not _GENRE.search(text) and flow[i].align in _CENTRED
            )
            roles[i] = "mark" if mark and _title_follows(flow, i) else "title"
            titled = titled or roles[i] == "title"
        elif (titled and flow[i].align in _CENTRED and text[0] in "（(") or (not titled and _is_line(text)):
            roles[i] = "head"  # （2024年7月2日市政府常务会议通过）; before the title whatever is no sentence
        else:
            return end
        end = i + 1
    return end


_ANNOUNCES = re.compile(r"(?:如下|下列[^，。]{0,12}|以下[^，。]{0,12}|收到)[：:]$|[《》。]|根据|为了")
"""A sentence that opens a list or the text, not somebody addressed."""


def _is_addressee(text: str, titled: bool) -> bool:
    """Without a title (it may stand in a text box or table) only what names organs or units."""
    if text[-1] not in "：:" or len(text) >= 300 or _numbered(text) or _ANNOUNCES.search(text):
        return False
    return titled or _ORGANS.search(text) is not None


def _is_line(text: str) -> bool:
    return (
        len(text) <= _LINE_LENGTH and text[-1] not in _STOPS and not _numbered(text) and not _ATTACHMENT.fullmatch(text)
    )


def _stands_as_title(p: Paragraph, text: str, titled: bool) -> bool:
    if len(text) > _TITLE_LENGTH or text[-1] in _STOPS or _numbered(text) or _ATTACHMENT.fullmatch(text):
        return False
    if titled:
        return p.align in _CENTRED and text[0] not in "（(" and not DATE_ALONE.fullmatch(text)
    return p.align in _CENTRED or _GENRE.search(text) is not None


def _title_follows(flow: list[Paragraph], i: int) -> bool:
    """Whether a title is still to come behind a line that may be the mark of the issuing organ, or its first line."""
    nearest = [flow[n].printed for n in _written(flow, i + 1, len(flow))][:6]
    return flow[i].printed.endswith("文件") or any(DOC_NUMBER.fullmatch(t) or _genre_alone(t) for t in nearest[:3])


def _genre_alone(text: str) -> bool:
    """A title that stands without the organ before it (受理通知书): the line above is the organ's mark."""
    return _GENRE.search(text) is not None and not text.startswith("关于") and len(text) <= 16


def _numbered(text: str) -> bool:
    return _ARTICLE.match(text) is not None or any(pattern.match(text) for _, pattern in _HEADINGS)


def _body_role(text: str) -> Role:
    if _ARTICLE.match(text):
        return "article"
    return next((role for role, pattern in _HEADINGS if pattern.match(text)), "text")


def _closing(flow: list[Paragraph], roles: list[Role], start: int) -> int:
    """Set the roles of signature, date and all behind; the index at which the body ends."""
    mark = next((i for i in _written(flow, start, len(flow)) if _ATTACHMENT.fullmatch(flow[i].printed)), len(flow))
    imprint = next((i for i in _written(flow, start, len(flow)) if _IMPRINT.match(flow[i].printed)), len(flow))
    last = min(mark, imprint)
    # a date right below the title is no signature: something must have been said before it
    said = next((i for i in _written(flow, start, last) if not DATE_ALONE.fullmatch(flow[i].printed)), last)
    dates = [i for i in _written(flow, said, last) if DATE_ALONE.fullmatch(flow[i].printed)]
    end = dates[0] if dates else last
    if dates:
        roles[end] = "date"
        end = _signers(flow, roles, start, end)
    behind = (dates[0] + 1) if dates else end
    for i in _written(flow, behind, len(flow)):
        text = flow[i].printed
        if _ATTACHMENT.fullmatch(text):
            roles[i] = "attachment"
        elif _IMPRINT.match(text):
            roles[i] = "imprint"
        elif dates and i < last and text[0] in "（(" and text[-1] in "）)":
            roles[i] = "remark"
        else:
            roles[i] = "inside"
    return end


def _signers(flow: list[Paragraph], roles: list[Role], start: int, date_at: int) -> int:
    """Set the roles of the organs and the place of the seal above the date; the index of the first."""
    first = date_at
    for i in range(date_at - 1, start - 1, -1):
        text = flow[i].printed
        if not text:
            continue
        if _SEAL.fullmatch(text):
            roles[i] = "seal"
        elif len(text) <= 40 and text[-1] not in _STOPS and not _numbered(text) and not _MORE.match(text):
            if _ATTACHMENTS.match(text):
                break
            roles[i] = "signer"
        else:
            break
        first = i
    return first


def _attachment_list(flow: list[Paragraph], roles: list[Role], start: int, end: int) -> None:
    """The 附件： note is the last such paragraph before the signature, with the numbered lines behind it."""
    at = next((i for i in range(end - 1, start - 1, -1) if _ATTACHMENTS.match(flow[i].printed)), None)
    if at is None or any(flow[i].printed and not _MORE.match(flow[i].printed) for i in range(at + 1, end)):
        return
    roles[at] = "attachments"
    for i in _written(flow, at + 1, end):
        roles[i] = "more"
