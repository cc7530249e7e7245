"""Facts across papers: the same person, number or unit must be the same on every paper of the packet.

These findings need the papers themselves, so they are made here and not in ``checkers``. A certificate is held against the
blanks of the forms, and against the certificates before it where no form says the same. A misreading that looks alike
(0 and O, 未 and 末) is a warning where one of the papers was read by OCR, never an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from checkers.facts import Fact, Facts, FormSeen, cell_of
from checkers.packs import Loaded
from checkers.policy import At, Field
from checkers.report import Citation, Finding, Location, Severity
from checkers.values.texts import mask
from docgen.certificates import Said, valid_until
from docgen.forms.match import fold
from docgen.packets import PaperRead
from docgen.sorting import ID_CARD, OTHER, Part, family, is_blank_page

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

LEAST_CONFIDENCE = 0.6
"""A value read with less is not held against anybody: it is to be looked at."""

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


@dataclass(frozen=True, slots=True)
class Setting:
    """What findings need besides the papers. ``on`` is the day the papers must be valid on."""

    facts: Facts
    loaded: Loaded
    on: date
    scanned: frozenset[str]


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
    out += _duplicates(papers, parts, setting)
    strangers: set[int] = set()
    people = list(persons(setting))
    for number, part in enumerate(parts):
        for kind, (name, id_number) in OF_A_PERSON.items():
            owners = _owners(part, people, parts, setting)
            finding = _person(part, kind, part.fields(kind), (name, id_number), owners, setting)
            if finding:
                out.append(finding)
                strangers.add(number)
    known = [part for number, part in enumerate(parts) if number not in strangers]
    out += _facts(known, setting)
    for part in parts:
        out += _expired(part, setting)
    out += _sides(parts, setting)
    for part in parts:
        out += _quality(part, parts, setting)
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
        return _differs(part, name, by_number[0].name, "姓名", _severity(name, SURE_NAME), setting)
    if by_name and number is not None and any(p.number for p in by_name):
        person = next(p for p in by_name if p.number)
        assert person.number is not None  # noqa: S101  chosen by it
        return _differs(part, number, person.number, "身份证号码", _held(number, person.number), setting)
    if by_number or by_name:
        return None
    if not any((name and p.name) or (number and p.number) for p in people):
        return None
    return _stranger(part, kind, name, number, people, setting)


def _same(fact: Fact, said: Said, setting: Setting) -> Severity | None:
    return compare(str(fact.raw), said.value, ocr=_guessed(fact, said, setting))


def _guessed(fact: Fact, said: Said, setting: Setting) -> bool:
    return said.ocr or any(loc.path in setting.scanned for loc in fact.locations)


def _severity(said: Said, sure: float = LEAST_CONFIDENCE) -> Severity:
    """What was read with little confidence is to be looked at, not held against anybody."""
    return "warning" if said.ocr and said.confidence < sure else "error"


def _held(said: Said, fact: Fact) -> Severity:
    """A number of a scan that breaks its own check digit beside one that does not was most likely misread."""
    from checkers.values.identity import check_bank_card, check_resident_id, check_uscc

    check = {"id_number": check_resident_id, "uscc": check_uscc, "card_number": check_bank_card}.get(said.id)
    if said.ocr and check is not None:
        try:
            check(str(fact.raw))
        except ValueError:
            return _severity(said)
        try:
            check(said.value)
        except ValueError:
            return "warning"
    return _severity(said)


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
    return _finding(
        part,
        setting,
        "consistency.mismatch",
        "person",
        f"{_called(part)}是{whose}的，不是{first.role}{wanted}{many}的",
        suggestion=f"请核对是否放错了材料，改交{first.role}{wanted}的{part.name}",
        expected=wanted,
        actual=name.value if name else mask(said.value),
        locations=(said.location, *first.places[:1]),
        severity=_severity(said),
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
        return None if (one.year, one.month) == (two.year, two.month) else _severity(said)
    return None if one == two else _severity(said)


def _between(part: Part, said: Said, other: Part, before: Said, *, severity: Severity, setting: Setting) -> Finding:
    return _finding(
        part,
        setting,
        "consistency.mismatch",
        said.id,
        f"{_called(part)}的{said.name}“{mask(said.value)}”与{_called(other)}的“{mask(before.value)}”不一致",
        suggestion="请核对原件，更正写错的一处",
        expected=mask(before.value),
        actual=mask(said.value),
        locations=(said.location, before.location),
        severity=severity,
    )


def _differs(part: Part, said: Said, blank: Fact, label: str, severity: Severity, setting: Setting) -> Finding:
    on_form = str(blank.raw).strip()
    maybe = "（可能是识别误差，请核对原件）" if severity == "warning" else ""
    return _finding(
        part,
        setting,
        "consistency.mismatch",
        blank.id or said.id,
        f"{_called(part)}的{label}“{mask(said.value)}”与表上填写的“{mask(on_form)}”不一致{maybe}",
        suggestion=f"请核对原件，更正表上的{label}，或改交正确的{part.name}",
        expected=mask(said.value),
        actual=mask(on_form),
        locations=(*blank.locations[:1], said.location),
        severity=severity,
    )


# ---------------------------------------------------------------- the papers themselves


def _expired(part: Part, setting: Setting) -> Iterator[Finding]:
    for kind in ("id_card_back", "business_licence"):
        said = part.fields(kind).get("valid")
        until = valid_until(said.value) if said else None
        if said is None or until is None or until >= setting.on:
            continue
        yield _finding(
            part,
            setting,
            "material.expired",
            "valid",
            f"{_called(part)}的有效期限到{_day(until)}为止，在{_day(setting.on)}已经过期",
            suggestion=f"请提交有效期内的{part.name}",
            expected=f"{_day(setting.on)}仍有效",
            actual=said.value,
            locations=(said.location,),
            severity=_severity(said),
        )


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _sides(parts: Sequence[Part], setting: Setting) -> Iterator[Finding]:
    """A material that wants both sides of an identity card, of which one side alone was seen."""
    from checkers.case import Case
    from checkers.facts import Unknown

    case = Case(setting.facts, setting.loaded, setting.on, None)
    for name, material in setting.loaded.policy.materials.items():
        cards = [p for p in parts if name in p.materials and family(p.kind) == ID_CARD]
        seen = {kind for p in cards for kind in p.said}
        if "正反面" not in material.name or len(seen) != 1 or any(not p.said or _pictured(p) for p in cards):
            continue
        waived = case.holds(material.waived) if material.waived else False
        if waived is True or case.holds(material.when) is False:
            continue
        missing = "国徽面" if "id_card_front" in seen else "人像面"
        yield _finding(
            cards[0],
            setting,
            "material.missing",
            name,
            f"{material.name}只见到一面，没有见到{missing}",
            suggestion=f"请补交居民身份证{missing}",
            locations=(Location(cards[0].view.path),),
            status_unknown=isinstance(waived, Unknown),
        )


def _pictured(part: Part) -> bool:
    """Whether there are pictures on the paper whose words were not read: the other side may be one of them."""
    return not part.view.reader.endswith("ocr") and any(
        page.images or any(c.images for t in page.tables for c in t.cells) for page in part.view.pages
    )


def _duplicates(papers: Sequence[PaperRead], parts: Sequence[Part], setting: Setting) -> Iterator[Finding]:
    """The same file twice, and the same certificate of the same person twice: worth knowing, no fault."""
    first: dict[str, PaperRead] = {}
    twice: set[str] = set()
    by_path = {p.view.path: p for p in parts}
    for paper in papers:
        if paper.document is None or not paper.document.sha256:
            continue
        earlier = first.setdefault(paper.document.sha256, paper)
        if earlier is not paper and (part := by_path.get(paper.path)) is not None:
            twice.add(paper.path)
            yield _repeated(part, earlier.path, "内容完全相同", setting)
    seen: dict[tuple[str, str], Part] = {}
    for part in parts:
        for kind, said in part.said.items():
            number = next((s.value for s in said if s.id in ("id_number", "uscc", "card_number", "number")), "")
            if not number or kind not in ("id_card_front", "social_security_card", "business_licence", "bank_card"):
                continue
            before = seen.setdefault((kind, _bare(number)), part)
            if before is not part and part.view.path not in twice:
                yield _repeated(part, before.view.path, f"是同一份{before.name}", setting)


def _repeated(part: Part, earlier: str, how: str, setting: Setting) -> Finding:
    return _finding(
        part,
        setting,
        "material.unrecognised",
        "duplicate",
        f"{_short(part.view.path, earlier)} 与 {_short(earlier, part.view.path)} {how}，重复提交",
        suggestion="重复的一份不必保留",
        locations=(Location(part.view.path), Location(earlier)),
        severity="info",
        rule="duplicate",
    )


def _short(path: str, other: str) -> str:
    """The file's name; the whole path where the other file has the same name."""
    name = PurePath(path).name
    return path if PurePath(other).name == name else name


def _quality(part: Part, parts: Sequence[Part], setting: Setting) -> Iterator[Finding]:
    """Pages nobody can read, blank pages, and papers that are none of what the policy or an office knows."""
    bad = [p for p in part.view.pages if p.illegible]
    for page in bad:
        yield _finding(
            part,
            setting,
            "material.illegible",
            "legible",
            f"{_called(part)}{_page(part, page.number)}{page.illegible}，看不清，需人工核对",
            suggestion="请重新拍摄或扫描后提交",
            locations=(Location(part.view.path, page.number if part.view.paged else None),),
            severity="warning",
            status_unknown=True,
        )
    blank = [p.number for p in part.view.pages if part.view.paged and is_blank_page(p)]
    if blank and len(blank) < len(part.view.pages):
        shown = "、".join(map(str, blank[:10])) + ("等" if len(blank) > 10 else "")
        yield _finding(
            part,
            setting,
            "material.unrecognised",
            "blank",
            f"{PurePath(part.view.path).name} 第{shown}页是空白页",
            suggestion="如有漏扫的内容请补交，否则不必处理",
            locations=(Location(part.view.path, blank[0]),),
            severity="info",
            rule="blank-page",
        )
    if part.kind == OTHER and not part.materials and not bad and len(parts) > 1:
        yield _unrecognised(part, setting)


def _unrecognised(part: Part, setting: Setting) -> Finding:
    name = PurePath(part.view.path).name
    where = name if part.whole else f"{name}{_page(part, part.view.pages[0].number)}"
    return _finding(
        part,
        setting,
        "material.unrecognised",
        "material",
        f"没有认出 {where} 是什么材料",
        suggestion="请核对是否属于本次申请，或在文件名中写明材料名称",
        locations=(Location(part.view.path, None if part.whole else part.view.pages[0].number),),
        severity="warning",
        rule="unrecognised",
    )


# ---------------------------------------------------------------- words


def _called(part: Part) -> str:
    """The material's name as the policy has it, else the kind's."""
    return part.name


def _page(part: Part, number: int) -> str:
    return f"第{number}页" if part.view.paged and (len(part.view.pages) > 1 or not part.whole) else ""


def _cite(part: Part, setting: Setting) -> tuple[Citation, ...]:
    """Where the policy asks for the material; for a paper it does not ask for, where the policy stands."""
    from checkers.case import Case

    case = Case(setting.facts, setting.loaded, setting.on, None)
    at: At = setting.loaded.policy.in_force.at
    for name in part.materials:
        if name in setting.loaded.policy.materials:
            at = setting.loaded.policy.materials[name].at
    return case.cite(at)


def _finding(
    part: Part,
    setting: Setting,
    code: str,
    subject: str,
    message: str,
    *,
    suggestion: str,
    locations: Iterable[Location],
    expected: str = "",
    actual: str = "",
    severity: Severity = "error",
    rule: str = "",
    status_unknown: bool = False,
) -> Finding:
    about = part.material or part.kind
    return Finding(
        code=code,
        rule=f"docgen/paper-{rule or code.partition('.')[2]}",
        status="unknown" if status_unknown else "fail",
        severity=severity,
        subject=about if subject in ("person", "valid", "legible", "material", "duplicate", "blank") else subject,
        label=part.name,
        message=message,
        suggestion=suggestion,
        expected=expected,
        actual=actual,
        citations=_cite(part, setting),
        locations=tuple(dict.fromkeys(locations)),
    )
