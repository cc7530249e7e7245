"""What the applicant answers for: the pledge copied word for word, signatures and seals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from checkers.case import Case
from checkers.facts import FormSeen, MarkSeen
from checkers.policy import Form, Mark, Pledge
from checkers.report import Finding, Location
from checkers.rules.verdicts import Words, failed

_BARE_VERBS = frozenset({"盖章", "签章", "签名", "签字"})
"""Labels that say only what to do: the finding then names the form."""


def check_attestations(case: Case) -> Iterator[Finding]:
    for form_id, seen in case.seen.items():
        form = case.policy.forms.get(form_id)
        if form is None:
            continue
        if form.pledge is not None:
            yield from _pledge(case, form_id, form, form.pledge, seen)
        for name, mark in form.signatures.items():
            yield from _mark(case, form_id, form, name, mark, seen, "signature")
        for name, mark in form.seals.items():
            yield from _mark(case, form_id, form, name, mark, seen, "seal")


def words_of(text: str) -> str:
    """The words of a sentence: width, white space, blanks and punctuation put aside."""
    text = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\W_]+", "", text)


def first_difference(expected: str, actual: str) -> str:
    """Where two sentences part, shown with a few characters around: 「提供的信息真〔实〕」."""
    a, b = words_of(expected), words_of(actual)
    for i, (x, y) in enumerate(zip(a, b, strict=False)):
        if x != y:
            return f"第{i + 1}字应为“{x}”，抄成了“{y}”"
    if len(b) < len(a):
        return f"第{len(b) + 1}字起漏抄“{a[len(b) : len(b) + 8]}”"
    return f"多写了“{b[len(a) : len(a) + 8]}”"


def _pledge(case: Case, form_id: str, form: Form, pledge: Pledge, seen: FormSeen) -> Iterator[Finding]:
    rule = f"{form_id}-pledge"
    at = pledge.at or form.at
    places = seen.pledge_locations or ((seen.place,) if seen.place else ())
    label = "承诺"
    if seen.pledge is None:
        yield Finding(
            code="attestation.missing",
            rule=f"{case.policy.id}/{rule}",
            status="unknown",
            severity="error",
            subject="pledge",
            label=label,
            message="没有找到承诺栏，尚不能判定承诺是否完整",
            suggestion="请对照原件核实承诺栏",
            expected=pledge.text,
            citations=case.cite(at, form_id),
            locations=places,
        )
        return
    if words_of(seen.pledge) == words_of(pledge.text):
        return
    verb = "抄录" if pledge.copied else "填写"
    if not words_of(seen.pledge):
        words = Words(f"没有{verb}承诺内容", f"请完整{verb}：{pledge.text}", pledge.text, "")
    else:
        difference = first_difference(pledge.text, seen.pledge)
        words = Words(f"承诺内容与规定不一致：{difference}", f"请逐字{verb}：{pledge.text}", pledge.text, seen.pledge)
    yield failed(
        case, rule, "attestation.missing", ["pledge"], at, words, locations=places, form_id=form_id, label=label
    )


def _mark(case: Case, form_id: str, form: Form, name: str, mark: Mark, seen: FormSeen, kind: str) -> Iterator[Finding]:
    if mark.by == "office":
        return
    required = mark.required if isinstance(mark.required, bool) else case.holds(mark.required)
    if required is False:
        return
    found = seen.marks.get(name, MarkSeen("unknown"))
    if found.state == "present":
        return
    rule, code, at = name.replace("_", "-"), f"{kind}.missing", mark.at or form.at
    places: tuple[Location, ...] = found.locations or ((seen.place,) if seen.place else ())
    verb = "签名" if kind == "signature" else "盖章"
    if found.state == "absent" and required is True:
        case.reported.add(name)
        where = f"《{form.title}》" if words_of(mark.label) in _BARE_VERBS else f"“{mark.label}”处"
        words = Words(f"{where}没有{verb}", f"请在{where}{verb}")
        yield failed(case, rule, code, [name], at, words, locations=places, form_id=form_id, label=mark.label)
        return
    seen_text = f"：只见到文字“{found.text}”" if found.text else ""
    yield Finding(
        code=code,
        rule=f"{case.policy.id}/{rule}",
        status="unknown",
        severity="error",
        subject=name,
        label=mark.label,
        message=f"尚不能判定“{mark.label}”处是否已{verb}{seen_text}",
        suggestion=f"请对照原件核实{verb}",
        actual=found.text,
        citations=case.cite(at, form_id),
        locations=places,
    )
