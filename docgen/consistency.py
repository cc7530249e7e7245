"""Facts across papers: the same person, number or unit must be the same on every paper of the packet.

These findings need the papers themselves, so they are made here and not in ``checkers``. A certificate is held against the
blanks of the forms, and against the certificates before it where no form says the same. A misreading that looks alike
(0 and O, 未 and 末) is a warning where one of the papers was read by OCR, never an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from checkers.facts import Fact, FormSeen, cell_of
from checkers.policy import Field
from checkers.report import Finding, Location, Severity
from checkers.values.texts import mask
from docgen.certificates import Said
from docgen.forms.match import fold
from docgen.packets import PaperRead
from docgen.paper_condition import duplicates, expired, quality, sides
from docgen.paper_findings import Setting, finding, severity_of
from docgen.sorting import OTHER, Part

OF_A_PERSON = {
    "id_card_front": ("name", "id_number"),
    "social_security_card": ("name", "id_number"),
    "graduation_certificate": ("name", ""),
    "labour_contract": ("employee", "id_number"),
    "termination_proof": ("name", "id_number"),
}
"""Certificates that belong to a person: their fields with the person's name and number."""

COMPARED: dict[tuple[str, str], tuple[str, ...]] = {
    ("graduation_certificate", "school"): ("school", "graduation_school"),
    ("graduation_certificate", "graduated_on"): ("graduation_date", "graduated_on"),
    ("graduation_certificate", "number"): ("diploma_number",),
    ("business_licence", "uscc"): ("uscc",),
    ("business_licence", "unit_name"): ("unit_name", "filing_unit", "employer"),
    ("bank_card", "card_number"): ("bank_card", "bank_account"),
    ("labour_contract", "employer"): ("unit_name", "employer"),
    ("labour_contract", "uscc"): ("uscc",),
    ("termination_proof", "employer"): ("former_employer",),
}
"""(certificate, its field) → ids of the blanks of forms that say the same fact, the first that is filled is taken."""

SUFFIX_NAME, SUFFIX_ID = "name", "id_number"

SURE_NAME = 0.9
"""The same for a name beside a number that agrees: one character of a name is easily misread."""

_ALIKE_GROUPS = (
    "0oq〇○零",
    "1li|",
    "2z",
    "5s",
    "8b",
    "未末",
    "日曰",
    "己已巳",
    "人入",
    "土士",
    "干千于",
    "戊戌戍成",
    "治冶",
    "大太犬",
    "天夭",
    "王玉",
    "候侯",
    "辛幸",
    "栗粟",
    "薄簿",
    "微徽",
    "祟崇",
    "壁璧",
    "田由甲申",
    "刀力",
    "兔免",
    "析折",
    "晴睛",
    "暄喧",
    "洁沽",
    "萍苹",
    "桦烨",
    "淇琪",
    "雯斐",
)
_ALIKE = {ord(c): group[0] for group in _ALIKE_GROUPS for c in group}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the forms name. ``role`` is the form's own label (申请人姓名, 花名册第3行)."""

    role: str
    name: Fact | None
    number: Fact | None

    @property
    def places(self) -> tuple[Location, ...]:
        return tuple(loc for fact in (self.name, self.number) if fact for loc in fact.locations[:1])


def compare(value: str, other: str, *, ocr: bool) -> Severity | None:
    """None if two readings agree (width, white space and brackets aside), ``warning`` if one of them may be a misreading
    of the other, ``error`` if they differ. ``ocr``: one of the papers was read from a picture."""
    one, two = _bare(value), _bare(other)
    if one == two:
        return None
    return "warning" if ocr and one.translate(_ALIKE) == two.translate(_ALIKE) else "error"


def _bare(text: str) -> str:
    return "".join(c for c in fold(str(text)).casefold() if c.isalnum() or c in "〇○|")


# ---------------------------------------------------------------- all findings about the papers


def check_papers(parts: Sequence[Part], papers: Sequence[PaperRead], setting: Setting) -> list[Finding]:
    """Findings about the papers of a packet, in the order of the papers."""
    out: list[Finding] = []
    out += duplicates(papers, parts, setting)
    strangers: set[int] = set()
    people = list(persons(setting)) or list(_first_card(parts))
    for number, part in enumerate(parts):
        for kind, (name, id_number) in OF_A_PERSON.items():
            owners = _owners(part, people, parts, setting)
            stray = _person(part, kind, part.fields(kind), (name, id_number), owners, setting)
            if stray:
                out.append(stray)
                strangers.add(number)
    known = [part for number, part in enumerate(parts) if number not in strangers]
    out += _facts(known, setting)
    for part in parts:
        out += expired(part, setting)
    out += sides(parts, setting)
    for part in parts:
        out += quality(part, parts, setting)
    return out


# ---------------------------------------------------------------- persons


def persons(setting: Setting) -> Iterator[Person]:
    """Everybody the forms name with a name or a number: applicant, spouse, guarantor …, each row of a roster."""
    for form in setting.facts.forms:
        specs = setting.loaded.policy.forms[form.form].fields
        for prefix in dict.fromkeys(n[: -len(SUFFIX_ID)] for n in specs if n.endswith(SUFFIX_ID)):
            yield from _named(form, specs, prefix)
        if "name" in specs and "id_number" not in specs:
            yield from _named(form, specs, "")
        for other, spec in specs.items():  # 联系人, 经办人: a name without a number
            if (
                spec.type == "person_name"
                and not other.endswith(SUFFIX_NAME)
                and (name := _filled(form.facts.get(other)))
            ):
                yield Person(spec.label, name, None)
        for roster, spec in specs.items():
            if spec.type == "roster" and (fact := form.facts.get(roster)) is not None:
                for number in range(1, len(fact.rows) + 1):
                    name, id_number = (_filled(cell_of(fact.rows, number - 1, c)) for c in ("name", "id_number"))
                    if name or id_number:
                        yield Person(f"{spec.label}第{number}行", name, id_number)


def _first_card(parts: Sequence[Part]) -> Iterator[Person]:
    """Where no form was read, the first identity card says whose packet it is."""
    for part in parts:
        said = part.fields("id_card_front")
        if {"name", "id_number"} <= said.keys():
            name, number = (Fact(i, said[i].value, locations=(said[i].location,)) for i in ("name", "id_number"))
            yield Person("身份证上的", name, number)
            return


def _named(form: FormSeen, specs: dict[str, Field], prefix: str) -> Iterator[Person]:
    name, number = (_filled(form.facts.get(prefix + suffix)) for suffix in (SUFFIX_NAME, SUFFIX_ID))
    if name or number:
        spec = specs.get(prefix + SUFFIX_NAME) or specs[prefix + SUFFIX_ID]
        yield Person("申请人" if not prefix else spec.label, name, number)


def _owners(part: Part, people: list[Person], parts: Sequence[Part], setting: Setting) -> list[Person]:
    """Whose paper it may be. The legal representative is named by the licence, not by the forms."""
    heads = []
    for other in parts:
        said = other.fields("business_licence").get("legal_person")
        if said is not None:
            fact = Fact("legal_person", said.value, locations=(said.location,), confidence=said.confidence)
            heads.append(Person("法定代表人", fact, None))
    wanted = [m.name for name, m in setting.loaded.policy.materials.items() if name in part.materials]
    if any("法定代表人" in name for name in wanted):
        return heads
    return [*people, *heads] if people else []


def _filled(fact: Fact | None) -> Fact | None:
    return (
        fact if fact is not None and fact.state == "filled" and not fact.illegible and str(fact.raw).strip() else None
    )


def _person(
    part: Part, kind: str, said: dict[str, Said], ids: tuple[str, str], people: Sequence[Person], setting: Setting
) -> Finding | None:
    """Whether the paper belongs to somebody the forms name; if it does not, one finding and no more."""
    name, number = said.get(ids[0]), said.get(ids[1])
    if not people or (name is None and number is None) or part.kind == OTHER:
        return None
    by_number = [p for p in people if p.number and number and _same(p.number, number, setting) != "error"]
    by_name = [p for p in people if p.name and name and _same(p.name, name, setting) != "error"]
    both = [p for p in by_number if p in by_name]
    if both:
        return _alike(part, both[0], name, number, setting)
    if by_number and name is not None and by_number[0].name is not None:
        return _differs(part, name, by_number[0].name, "姓名", severity_of(name, SURE_NAME), setting)
    if by_name and number is not None and any(p.number for p in by_name):
        person = next(p for p in by_name if p.number)
        assert person.number is not None  # noqa: S101  chosen by it
        return _differs(part, number, person.number, "身份证号码", _held(number, person.number), setting)
    if by_number or by_name:
        return None
    if not any((name and p.name) or (number and p.number) for p in people):
        return None
    near = next((p for p in people if _near(p, name, number)), None)
    if near is not None and near.name is not None and name is not None:
        return _differs(part, name, near.name, "姓名", _severity_near(name), setting)
    return _stranger(part, kind, name, number, people, setting)


def _near(person: Person, name: Said | None, number: Said | None) -> bool:
    """Most likely the same person with a slip: one character of the name, and at most two of the number."""
    if person.name is None or name is None or _apart(str(person.name.raw), name.value) != 1:
        return False
    return person.number is None or number is None or _apart(str(person.number.raw), number.value) <= 2


def _apart(one: str, two: str) -> int:
    """Characters in which two readings of equal length of at least three differ; else more than any slip."""
    a, b = _bare(one), _bare(two)
    return sum(x != y for x, y in zip(a, b, strict=True)) if len(a) == len(b) > 2 else 99


def _severity_near(said: Said) -> Severity:
    return "warning" if said.ocr else "error"


def _same(fact: Fact, said: Said, setting: Setting) -> Severity | None:
    return compare(str(fact.raw), said.value, ocr=_guessed(fact, said, setting))


def _guessed(fact: Fact, said: Said, setting: Setting) -> bool:
    return said.ocr or any(loc.path in setting.scanned for loc in fact.locations)


def _held(said: Said, fact: Fact) -> Severity:
    """A number of a scan that breaks its own check digit beside one that does not was most likely misread."""
    from checkers.values.identity import check_bank_card, check_resident_id, check_uscc

    check = {"id_number": check_resident_id, "uscc": check_uscc, "card_number": check_bank_card}.get(said.id)
    if said.ocr and check is not None:
        try:
            check(str(fact.raw))
        except ValueError:
            return severity_of(said)
        try:
            check(said.value)
        except ValueError:
            return "warning"
    return severity_of(said)


def _alike(part: Part, person: Person, name: Said | None, number: Said | None, setting: Setting) -> Finding | None:
    """A warning where name or number only look alike."""
    for said, fact, label in ((number, person.number, "身份证号码"), (name, person.name, "姓名")):
        if said is not None and fact is not None and _same(fact, said, setting) == "warning":
            return _differs(part, said, fact, label, "warning", setting)
    return None


def _stranger(
    part: Part, kind: str, name: Said | None, number: Said | None, people: Sequence[Person], setting: Setting
) -> Finding:
    whose = (name.value if name else "") + (f"（{mask(number.value)}）" if number else "")
    first = next((p for p in people if p.number), people[0])
    wanted = str(first.name.raw).strip() if first.name else mask(str(first.number.raw)) if first.number else ""
    many = f"等{len(people)}人" if len(people) > 1 else ""
    said = next(s for s in (name, number) if s is not None)
    return finding(
        part,
        setting,
        "consistency.mismatch",
        "person",
        f"{part.name}是{whose}的，不是{first.role}{wanted}{many}的",
        suggestion=f"请核对是否放错了材料，改交{first.role}{wanted}的{part.name}",
        expected=wanted,
        actual=name.value if name else mask(said.value),
        locations=(said.location, *first.places[:1]),
        severity=severity_of(said),
    )


# ---------------------------------------------------------------- other facts


def _facts(parts: Sequence[Part], setting: Setting) -> Iterator[Finding]:
    """Each fact of a certificate against the form, else against the first certificate that says it."""
    first: dict[tuple[str, ...], tuple[Part, Said]] = {}
    for part in parts:
        for (kind, id_), blanks in COMPARED.items():
            said = part.fields(kind).get(id_)
            if said is None or _of_another(part, setting):
                continue
            blank = next((f for f in (_filled(setting.facts.get(b)) for b in blanks) if f is not None), None)
            if blank is not None:
                severity = _compare_blank(id_, blank, said, setting)
                if severity:
                    yield _differs(part, said, blank, said.name, severity, setting)
                continue
            earlier = first.setdefault(blanks, (part, said))
            if earlier[1] is not said:
                severity = compare(earlier[1].value, said.value, ocr=said.ocr or earlier[1].ocr)
                if severity:
                    yield _between(part, said, *earlier, severity=severity, setting=setting)


def _of_another(part: Part, setting: Setting) -> bool:
    """Papers that the policy wants of somebody else: the spouse's licence, the head office's."""
    names = [m.name for name, m in setting.loaded.policy.materials.items() if name in part.materials]
    return any("配偶" in n or "总公司" in n for n in names)


def _compare_blank(id_: str, blank: Fact, said: Said, setting: Setting) -> Severity | None:
    if id_ == "graduated_on":
        return _compare_days(str(blank.raw), said)
    found = _same(blank, said, setting)
    return _held(said, blank) if found == "error" else found


def _compare_days(raw: str, said: Said) -> Severity | None:
    """A month and a day in it agree; what is no date on either side is not compared."""
    from checkers.values.dates import YearMonth, parse_date_or_month

    try:
        one, two = parse_date_or_month(raw), parse_date_or_month(said.value)
    except ValueError:
        return None
    if isinstance(one, YearMonth) or isinstance(two, YearMonth):
        return None if (one.year, one.month) == (two.year, two.month) else severity_of(said)
    return None if one == two else severity_of(said)


def _between(part: Part, said: Said, other: Part, before: Said, *, severity: Severity, setting: Setting) -> Finding:
    return finding(
        part,
        setting,
        "consistency.mismatch",
        said.id,
        f"{part.name}的{said.name}“{mask(said.value)}”与{other.name}的“{mask(before.value)}”不一致",
        suggestion="请核对原件，更正写错的一处",
        expected=mask(before.value),
        actual=mask(said.value),
        locations=(said.location, before.location),
        severity=severity,
    )


def _differs(part: Part, said: Said, blank: Fact, label: str, severity: Severity, setting: Setting) -> Finding:
    on_form = str(blank.raw).strip()
    maybe = "（可能是识别误差，请核对原件）" if severity == "warning" else ""
    return finding(
        part,
        setting,
        "consistency.mismatch",
        blank.id or said.id,
        f"{part.name}的{label}“{mask(said.value)}”与表上填写的“{mask(on_form)}”不一致{maybe}",
        suggestion=f"请核对原件，更正表上的{label}，或改交正确的{part.name}",
        expected=mask(said.value),
        actual=mask(on_form),
        locations=(*blank.locations[:1], said.location),
        severity=severity,
    )
