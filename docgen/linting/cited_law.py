"""Citations of other documents, held against the registry: still law, rightly quoted, known at all.

A document that is being repealed, or is said to be repealed in the same sentence, is no fault; a law cited by its name
alone means its text of the day, so an amendment is none either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from checkers.registry import ENDED, Document, Registry, State, normal_number, number_key, state_on, title_key
from checkers.report import Citation, Finding, Location
from checkers.values.numerals import chinese_integer
from docgen.linting.catalogue import WORDS, Place, finding
from docgen.linting.draft import Draft, place_of
from docgen.notices.model import CitationFound

SPECIFIC = 8
"""Characters of a title from which the same title under another number is taken for the same document."""

_RULES_OF_STATE = {
    "repealed": "citation-repealed",
    "expired": "citation-expired",
    "not yet in force": "citation-not-in-force",
    "partly-repealed": "citation-partly-repealed",
    "amended": "citation-amended",
}
_OVER = re.compile(r"废止|失效|停止执行|停止施行|不再执行|停止使用|修改为|修订为|修正")
_SENTENCE_END = re.compile(r"[。；！？\n]")
_BEFORE = re.compile(r"原$|(?:修改|修订|废止)(?:后的|了)?$")
_DOCUMENT = re.compile(
    r"(?:法|条例|办法|规定|细则|规则|规程|决定|通知|意见|通告|公告|批复|复函|方案|规范)(?:[(（][^()（）]{1,20}[)）])?$"
)
_ARTICLE = re.compile(r"第([零〇一二三四五六七八九十百两\d]{1,7})条")


_AGENCY = re.compile(r"[^\d〔第]*")


@dataclass(slots=True)
class _Case:
    """A document as it is cited here, and every place that cites it so."""

    title: str
    number: str
    found: list[CitationFound]


def check_cited_law(draft: Draft, known: Registry) -> Iterator[Finding]:
    """One finding for a document and fault, with all the places that cite it."""
    if draft.amends:
        return
    places = {node.id: place_of(node, scope) for scope, node in draft.placed() if node.id}
    day = max(draft.on, draft.notice.effective or draft.on)
    for case in _cases(draft):
        first = case.found[0]
        place = places.get(first.node) or Place(first.node or "text", first.article or "正文", first.location)
        also = tuple(f.location for f in case.found[1:] if f.location)
        yield from _judge(case, known, day, place, also, draft)


def _cases(draft: Draft) -> list[_Case]:
    cases: dict[tuple[str, str], _Case] = {}
    own = number_key(draft.notice.doc_no or "")
    titles = [title_key(t) for t in (draft.notice.title or "", *(a.title for a in draft.notice.attachments))]
    gone = {number_key(r.doc_no) if r.doc_no else title_key(r.title or "") for r in draft.notice.repeals}
    texts = {node.id: node.text for _, node in draft.placed() if node.id}
    for cited in draft.notice.citations:
        if cited.target or not (cited.title or cited.doc_no):
            continue
        title, number = cited.title or "", normal_number(cited.doc_no or "")
        key = number_key(number), title_key(title)
        if (number and key[0] == own) or (not number and any(key[1] in t for t in titles)):
            continue
        if gone & {k for k in key if k} or _spoken_of_as_over(texts.get(cited.node, ""), cited.span):
            continue
        if not number and not _DOCUMENT.search(title):
            continue
        cases.setdefault(key, _Case(title, number, [])).found.append(cited)
    return list(cases.values())


def _spoken_of_as_over(text: str, span: tuple[int, int]) -> bool:
    """Whether its own sentence says that it is repealed, amended, or a former one."""
    start, end = span
    if _BEFORE.search(text[max(0, start - 8) : start]):
        return True
    stop = _SENTENCE_END.search(text, end)
    return bool(_OVER.search(text, end, stop.start() if stop else len(text)))


def _judge(
    case: _Case, known: Registry, day: date, place: Place, also: tuple[Location, ...], draft: Draft
) -> Iterator[Finding]:
    documents = _documents(case, known)
    if case.number and documents and case.title:
        fitting = [d for d in documents if known.belongs(d, case.title)]
        if not fitting:
            yield _misquoted(case, documents[0], known, place, also)
            return
        if all(_differs(case.title, d) for d in fitting):
            yield finding(
                "citation-title",
                place,
                also=also,
                number=case.number,
                other=fitting[0].title,
                title=case.title,
                expected=fitting[0].title,
                actual=case.title,
            )
        documents = fitting
    if not documents:
        renamed = known.find(title=case.title) if case.number and len(title_key(case.title)) >= SPECIFIC else []
        numbers = {d.doc_no for d in renamed if _agency(d.doc_no) == _agency(case.number) != ""}
        if len(numbers) != 1:
            yield finding("citation-unknown", place, also=also, cited=_cited(case), why=WORDS["unregistered"])
            return
        number = numbers.pop()
        yield finding(
            "citation-renumbered",
            place,
            also=also,
            title=case.title,
            known=number,
            number=case.number,
            expected=number,
            actual=case.number,
        )
        documents = [d for d in renamed if d.doc_no == number]
    yield from _state(case, documents, day, place, also, draft)
    yield from _articles(case, documents, place)


def _documents(case: _Case, known: Registry) -> list[Document]:
    """By its number; a number without its issuer (2023年第15号) goes with a title whose number ends so."""
    if not case.number:
        return known.find(title=case.title)
    found = known.find(case.number)
    if not found and case.title and not _agency(case.number):
        tail = number_key(case.number)
        found = [d for d in known.find(title=case.title) if number_key(d.doc_no).endswith(tail)]
    return found


def _agency(number: str) -> str:
    """机关代字: 样人社发 of 样人社发〔2024〕1号; "" where there is none. Ministries and offices below give one title two numbers."""
    return _AGENCY.match(number_key(number))[0]  # type: ignore[index]  # the pattern matches the empty string


def _state(
    case: _Case, documents: list[Document], day: date, place: Place, also: tuple[Location, ...], draft: Draft
) -> Iterator[Finding]:
    """Nothing where one of several documents of this title may be relied on."""
    states = [(d, state_on(d, day)) for d in documents]
    if any(s.state == "in force" for _, s in states):
        return
    if any(s.state == "unknown" for _, s in states):
        yield finding("citation-unknown", place, also=also, cited=_cited(case), why=WORDS["undated"])
        return
    document, state = next(((d, s) for d, s in states if s.state not in ENDED), states[0])
    if state.by and number_key(state.by) == number_key(draft.notice.doc_no or ""):
        return
    if state.state == "amended" and not document.doc_no:
        return
    yield finding(
        _RULES_OF_STATE[state.state],
        place,
        also=also,
        citations=_by(state),
        cited=_cited(case),
        since=WORDS["since"].format(day=WORDS["day"].format(state.since)) if state.since else "",
        by=WORDS["by"].format(by=_named(state)) if state.by else "",
    )


def _named(state: State) -> str:
    name = state.by if "号" in state.by or "《" in state.by else f"《{state.by}》"
    return name + state.at if not state.at or state.at.startswith(("第", "附件")) else f"{name}（{state.at}）"


def _by(state: State) -> tuple[Citation, ...]:
    """The document that ended it, as an authority of the finding."""
    if not state.by:
        return ()
    return (Citation(state.by, "", state.at),) if "号" in state.by else (Citation("", state.by, state.at),)


def _misquoted(case: _Case, document: Document, known: Registry, place: Place, also: tuple[Location, ...]) -> Finding:
    """Says which title the number has, and which number the title has where that is known."""
    others = sorted({d.doc_no for d in known.find(title=case.title) if d.doc_no})
    belongs = WORDS["belongs"].format(title=case.title, number="、".join(others)) if others else ""
    return finding(
        "citation-misquoted",
        place,
        also=also,
        title=case.title,
        number=case.number,
        other=document.title,
        known=belongs,
        expected="、".join(others) or document.title,
        actual=case.number,
    )


def _differs(title: str, document: Document) -> bool:
    """Whether the title is neither the document's, nor of what it promulgates, nor a part of one, nor the reverse."""
    key = title_key(title)
    keys = [title_key(t) for t in (document.title, *document.carries)]
    return not any(key in k or k in key or _core(key) in k for k in keys)


def _core(key: str) -> str:
    """A title without its issuers in front and without the word 通知 behind it."""
    return (key[key.find("关于") :] if "关于" in key else key).removesuffix("的通知")


def _cited(case: _Case) -> str:
    if not case.title:
        return case.number
    return f"《{case.title}》" + (f"（{case.number}）" if case.number else "")


def _articles(case: _Case, documents: list[Document], place: Place) -> Iterator[Finding]:
    """Articles beyond the last one, where the registry says how many the document has (``articles``)."""
    count = documents[0].articles if len(documents) == 1 else None
    if count is None:
        return
    for cited in case.found:
        match = _ARTICLE.match(cited.cited or "")
        if match and chinese_integer(match[1]) > count:
            yield finding(
                "law-article-missing",
                Place(place.subject, place.label, cited.location or place.location),
                cited=_cited(case),
                count=count,
                article=match[0],
                actual=match[0],
            )
