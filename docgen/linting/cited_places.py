"""Places of the document itself that it speaks of: its articles, its attachments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checkers.report import Finding
from checkers.values.numerals import chinese_integer
from docgen.linting.catalogue import Place, finding
from docgen.linting.draft import Draft, clip, place_of
from docgen.linting.numbering import chinese, step_of
from docgen.notices.model import Attachment

_N = r"[零〇一二三四五六七八九十百两\d]{1,7}"
_OWN = re.compile(
    rf"本(?:实施)?(?:办法|规定|条例|细则|规则|规程|法|章程|制度|标准|方案|决定|通知|意见|规范|指引)"
    rf"(?P<list>第{_N}条(?!之)(?:(?:第{_N}[款项])*(?:[、，和或及至到]|以及|或者){{1,2}}第{_N}条(?!之)){{0,12}})"
)
_ARTICLE = re.compile(rf"第({_N})条")
_PLACE = re.compile(rf"本(?:[一-龥]{{1,4}}第(?P<article>{_N})条|条)(?:第{_N}款(?:第{_N}项)?|第{_N}项)(?:第{_N}目)?")
_ATTACHMENT = re.compile(
    r"(?<![的》）)号“\"、])(?:[详具参]?见|[（(]|按照|填写|填报)(?:本通知)?附件\s?(?P<list>\d{1,2}(?:\s?(?:[、，和及]|至|-|—|～|~)\s?(?:附件)?\d{1,2}(?!\d)){0,8})"
)
_UNNUMBERED = re.compile(r"(?<![的》）)号“\"、])[详具参]?见附件(?!\s?[\d一二三四五六七八九十])")
_FILE = re.compile(r"\.(?:docx?|xlsx?|pdf|wps|et|ofd|zip|rar|jpg|png)$", re.IGNORECASE)
"""A title that is the name of a file: it is offered beside the text."""
_BEHIND = re.compile(r"(?:[（(〔][^（）()〔〕]{1,20}[）)〕]\s?)+$")
LONGEST_TITLE = 120
"""Characters of a paragraph that may be the title of an attachment."""
_DIGITS = re.compile(r"\d{1,2}")


def check_own_articles(draft: Draft) -> Iterator[Finding]:
    """本办法第四十条 where the part it stands in has twenty. A part without articles is not asked."""
    if draft.amends:
        return
    for scope in draft.scopes:
        values = [step.value for node in scope.articles if (step := step_of(node))]
        if len(values) < 2:
            continue
        first, last = min(values), max(values)
        for node in scope.nodes:
            for match in _OWN.finditer(node.text):
                wanted = [_value(n) for n in _ARTICLE.findall(match["list"])]
                if any(not first <= value <= last for value in wanted if value):
                    quoted = clip(match[0])
                    yield finding(
                        "article-missing",
                        place_of(node, scope),
                        quoted=quoted,
                        first=chinese(first),
                        last=chinese(last),
                        actual=quoted,
                    )


def check_own_places(draft: Draft) -> Iterator[Finding]:
    """本办法第八条第三款, 本条第四项 where the article has fewer: what the reading of citations could not find."""
    if draft.amends:
        return
    places = {node.id: (scope, node) for scope, node in draft.placed() if node.id}
    articles = {id(scope): {step.value for one in scope.articles if (step := step_of(one))} for scope in draft.scopes}
    for cited in draft.notice.citations:
        match = _PLACE.fullmatch(cited.text.strip())
        if cited.title or cited.doc_no or cited.target or match is None or cited.node not in places:
            continue
        scope, node = places[cited.node]
        values = articles[id(scope)]
        if len(values) > 1 and (match["article"] is None or _value(match["article"]) in values):
            quoted = clip(match[0])
            yield finding("place-missing", place_of(node, scope), quoted=quoted, actual=quoted)


def _value(text: str) -> int:
    """0 for what is no number."""
    try:
        return int(text) if text.isdigit() else chinese_integer(text)
    except ValueError:
        return 0


# ---------------------------------------------------------------- attachments


def check_attachments(draft: Draft) -> Iterator[Finding]:
    """Announced and not there, there and not announced, out of order, cited and unknown."""
    notice = draft.notice
    announced = [a for a in notice.attachments if a.announced]
    attached = [a for a in notice.attachments if a.attached]
    yield from _announced(draft, announced)
    yield from _titles(attached)
    for one in attached:
        if not one.announced and one.number is not None and one.title and announced:
            yield finding("attachment-unannounced", _place(one), number=one.number, title=one.title)
    numbers = [a.number for a in announced if a.number is not None]
    if numbers and numbers != list(range(1, len(numbers) + 1)):
        written = "、".join(map(str, numbers))
        yield finding("attachment-order", _place(announced[0]), numbers=written, actual=written)
    yield from _cited_attachments(draft)


def _announced(draft: Draft, announced: list[Attachment]) -> Iterator[Finding]:
    """One file may hold all attachments, or none of them: only then may they lie in files of their own."""
    lacking = [a for a in announced if not a.attached and not a.omitted]
    nodes = draft.notice.nodes() if lacking else ()
    shown = {_key(text) for node in nodes for text in (node.title or "", node.text) if len(text) < LONGEST_TITLE}
    lacking = [a for a in lacking if _key(a.title) not in shown]
    apart = [a for a in lacking if _FILE.search(a.title)]
    if lacking and len(lacking) == len(announced):
        apart = lacking
    if apart:
        yield finding("attachment-elsewhere", _place(apart[0]), titles=clip("、".join(a.title for a in apart), 120))
    for one in lacking:
        if one not in apart:
            yield finding("attachment-missing", _place(one), number=_number(one), title=one.title.strip("《》"))


def _titles(attached: list[Attachment]) -> Iterator[Finding]:
    """The title over an attachment and the one in the list; a shorter form of either is let pass."""
    for one in attached:
        if not one.announced or not one.printed or _FILE.search(one.title):
            continue
        announced, printed = _key(one.title), _key(one.printed)
        if announced in printed or printed in announced:
            continue
        yield finding(
            "attachment-title",
            _place(one),
            number=_number(one),
            announced=one.title.strip("《》"),
            attached=one.printed.strip("《》"),
            expected=one.title,
            actual=one.printed,
        )


def _key(title: str) -> str:
    """What two prints of one title have in common: letters, digits and characters, without a bracket behind."""
    return "".join(c for c in _BEHIND.sub("", title) if c.isalnum())


def _cited_attachments(draft: Draft) -> Iterator[Finding]:
    """Only what the body cites: an attachment may have attachments of its own."""
    known = {a.number for a in draft.notice.attachments if a.number is not None}
    if not known and draft.notice.attachments:
        known = {1}
    if not draft.notice.attachments:
        for node in draft.scopes[0].nodes:
            if match := _UNNUMBERED.search(node.text):
                place = place_of(node, draft.scopes[0])
                yield finding("attachment-cited", place, quoted=match[0], number="", actual=match[0])
                break
    told: set[int] = set()
    for node in draft.scopes[0].nodes:
        for match in _ATTACHMENT.finditer(node.text):
            for number in map(int, _DIGITS.findall(match["list"])):
                if number and number not in known and number not in told:
                    told.add(number)
                    quoted = match[0].lstrip("（(")
                    yield finding(
                        "attachment-cited", place_of(node, draft.scopes[0]), quoted=quoted, number=number, actual=quoted
                    )


def _number(one: Attachment) -> str:
    return "" if one.number is None else str(one.number)


def _place(one: Attachment) -> Place:
    return Place(f"attachment[{_number(one) or 1}]", f"附件{_number(one)}", one.location)
