"""The papers of the packet: which are needed here, which are there, which the office looks up itself."""

from __future__ import annotations

from collections.abc import Iterator

from checkers.case import Case
from checkers.facts import Unknown
from checkers.policy import Material
from checkers.report import Finding, MaterialState
from checkers.rules.verdicts import Words, failed, undetermined

BY_SHARING = "由经办机构通过数据共享核验，不需提交"


def check_materials(case: Case) -> Iterator[tuple[MaterialState, Finding | None]]:
    """One line of the checklist a material of the pack, with the finding it gives rise to."""
    for name, material in case.policy.materials.items():
        yield _material(case, name, material)


def _documents(case: Case, name: str, material: Material) -> list[str]:
    paths = list(case.facts.materials.get(name, ()))
    if material.form in case.seen:
        place = case.seen[material.form].place
        if place is not None and place.path not in paths:
            paths.append(place.path)
    for other in material.instead:
        paths.extend(p for p in case.facts.materials.get(other, ()) if p not in paths)
    return paths


def _material(case: Case, name: str, material: Material) -> tuple[MaterialState, Finding | None]:
    paths = _documents(case, name, material)
    handed_in = name in case.facts.materials or material.form in case.seen or bool(paths)
    if handed_in:
        return MaterialState(name, material.name, "present", paths), None
    needed = case.holds(material.when)
    waived = case.holds(material.waived) if material.waived else False
    if needed is False:
        return MaterialState(name, material.name, "not-required", note=""), None
    if material.obtain == "sharing":
        return MaterialState(name, material.name, "not-required", note=BY_SHARING), None
    if waived is True:
        return MaterialState(name, material.name, "not-required", note="符合免提交的情形"), None
    if material.form:
        case.missing_forms.add(material.form)
        case.reported.update(n for n, owner in case.form_of.items() if owner == material.form)
    open_questions = [v for v in (needed, waived) if isinstance(v, Unknown)]
    if open_questions:
        return _open(case, name, material, open_questions)
    words = Words(
        f"缺少材料：{material.name}", f"请补交{material.name}" + (f"（{material.note}）" if material.note else "")
    )
    rule = f"material-{name}".replace("_", "-")
    of = (("需要", material.when), ("免交", material.waived))
    if case.facts.closed:
        finding = failed(case, rule, "material.missing", [name], material.at, words, label=material.name, of=of)
        return MaterialState(name, material.name, "missing"), finding
    return MaterialState(name, material.name, "missing"), _unseen(case, rule, name, material)


def _open(case: Case, name: str, material: Material, questions: list[Unknown]) -> tuple[MaterialState, Finding | None]:
    unknown = questions[0]
    for other in questions[1:]:
        unknown = unknown | other
    rule = f"material-{name}".replace("_", "-")
    of = (("需要", material.when), ("免交", material.waived))
    finding = undetermined(
        case, rule, "material.missing", unknown, material.at, f"需要提交{material.name}", label=material.name, of=of
    )
    return MaterialState(name, material.name, "unknown"), finding


def _unseen(case: Case, rule: str, name: str, material: Material) -> Finding:
    """A lone paper was handed in: whether the others exist cannot be told from it."""
    return Finding(
        code="material.missing",
        rule=f"{case.policy.id}/{rule}",
        status="unknown",
        severity="error",
        subject=name,
        label=material.name,
        message=f"本次只收到一份文件，没有见到{material.name}",
        suggestion=f"请核对是否另行提交了{material.name}；检查整套材料请给出文件夹或全部文件",
        citations=case.cite(material.at),
        locations=case.home(),
    )
