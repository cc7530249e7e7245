"""The condition of the papers of a packet: expired, half handed in, handed in twice, illegible, blank, not recognised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import PurePath

from checkers.report import Finding, Location
from docgen.certificates import valid_until
from docgen.forms.match import fold
from docgen.packets import PaperRead
from docgen.paper_findings import Setting, finding, page_words, severity_of
from docgen.sorting import ID_CARD, OTHER, Part, family, is_blank_page


def expired(part: Part, setting: Setting) -> Iterator[Finding]:
    for kind in ("id_card_back", "business_licence"):
        said = part.fields(kind).get("valid")
        until = valid_until(said.value) if said else None
        if said is None or until is None or until >= setting.on:
            continue
        yield finding(
            part,
            setting,
            "material.expired",
            "valid",
            f"{part.name}的有效期限到{_day(until)}为止，在{_day(setting.on)}已经过期",
            suggestion=f"请提交有效期内的{part.name}",
            expected=f"{_day(setting.on)}仍有效",
            actual=said.value,
            locations=(said.location,),
            severity=severity_of(said),
        )


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def sides(parts: Sequence[Part], setting: Setting) -> Iterator[Finding]:
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
        yield finding(
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


def duplicates(papers: Sequence[PaperRead], parts: Sequence[Part], setting: Setting) -> Iterator[Finding]:
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
            before = seen.setdefault((kind, fold(number).casefold()), part)
            if before is not part and part.view.path not in twice:
                yield _repeated(part, before.view.path, f"是同一份{before.name}", setting)


def _repeated(part: Part, earlier: str, how: str, setting: Setting) -> Finding:
    return finding(
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


def quality(part: Part, parts: Sequence[Part], setting: Setting) -> Iterator[Finding]:
    """Pages nobody can read, blank pages, and papers that are none of what the policy or an office knows."""
    bad = [p for p in part.view.pages if p.illegible]
    for page in bad:
        yield finding(
            part,
            setting,
            "material.illegible",
            "legible",
            f"{part.name}{page_words(part, page.number)}{page.illegible}，看不清，需人工核对",
            suggestion="请重新拍摄或扫描后提交",
            locations=(Location(part.view.path, page.number if part.view.paged else None),),
            severity="warning",
            status_unknown=True,
        )
    if not bad and part.materials and part.view.reader.endswith("ocr") and not part.view.text().strip():
        yield finding(
            part,
            setting,
            "material.illegible",
            "legible",
            f"{PurePath(part.view.path).name}（{part.name}）上没有读出文字，需人工核对",
            suggestion="请核对原件，看不清的重新拍摄或扫描后提交",
            locations=(Location(part.view.path),),
            severity="warning",
            status_unknown=True,
        )
    blank = [p.number for p in part.view.pages if part.view.paged and is_blank_page(p)]
    if blank and len(blank) < len(part.view.pages):
        shown = "、".join(map(str, blank[:10])) + ("等" if len(blank) > 10 else "")
        yield finding(
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
    where = name if part.whole else f"{name}{page_words(part, part.view.pages[0].number)}"
    return finding(
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
