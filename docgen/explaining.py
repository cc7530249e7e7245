"""A policy in words: its requirements in the order of the document, and one rule with its authority and an example."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from checkers.expressions import ExpressionError
from checkers.packs import Library, Loaded
from checkers.policy import At, Deadline, Definition, Field, Form, Policy
from checkers.values.types import show

REQUIRED_WORDS = {True: "必填", False: "选填"}


@dataclass(frozen=True, slots=True)
class RuleText:
    """One requirement: ``id`` as findings name it, what it demands, how the pack writes it, where the law says it."""

    id: str
    section: str
    text: str
    written: str
    citations: tuple[str, ...]
    code: str = ""


def citations_of(loaded: Loaded, at: At, form_id: str = "") -> tuple[str, ...]:
    """``《title》（doc_no）article`` of each place in an ``at``."""
    owner = loaded.borrowed.get(form_id, loaded.policy)
    out = []
    for text in [at] if isinstance(at, str) else at:
        key, _, article = text.partition(" ")
        source = owner.sources.get(key) or loaded.policy.sources.get(key)
        if source is not None:
            number = f"（{source.doc_no}）" if source.doc_no else ""
            out.append(f"《{source.title}》{number}{article}".replace("《《", "《").replace("》》", "》"))
    return tuple(out)


def rules_of(loaded: Loaded, on: date | None = None) -> Iterator[RuleText]:
    """Every requirement of a policy, section by section; with ``on`` only the rules of that day."""
    policy = loaded.policy
    for form_id, form in policy.forms.items():
        yield from _form_rules(loaded, form_id, form)
    for name, material in policy.materials.items():
        when = f"（当 {material.when}）" if material.when else ""
        waived = f"，{material.waived} 时免交" if material.waived else ""
        how = "（数据共享核验）" if material.obtain == "sharing" else ""
        text = f"{material.name}{how}{waived}" + (f"：{material.note}" if material.note else "")
        yield RuleText(
            f"material-{name}".replace("_", "-"),
            "材料",
            text,
            when,
            citations_of(loaded, material.at),
            "material.missing",
        )
    for rule in policy.rules:
        if on and ((rule.since and on < rule.since) or (rule.until and on > rule.until)):
            continue
        guard = f"当 {rule.when} 时，" if rule.when else ""
        each = f"{_label(policy, rule.for_each)}每一行：" if rule.for_each else ""
        cites = citations_of(loaded, rule.at) + (citations_of(loaded, rule.replaced_by) if rule.replaced_by else ())
        span = _span(rule.since, rule.until)
        text = ("（一般要求，不符合时提醒）" if rule.soft else "") + span + f"不符合时：{rule.message}"
        yield RuleText(rule.id, "条件", text, f"{each}{guard}要求 {rule.require}", cites, rule.code)
    for name, amount in policy.amounts.items():
        parts = [
            p
            for p in (f"= {amount.formula}" if amount.formula else "", f"上限 {amount.cap}" if amount.cap else "")
            if p
        ]
        text = f"{amount.name}（{amount.unit}）" + (f"：{amount.note}" if amount.note else "")
        yield RuleText(
            name.replace("_", "-"), "金额", text, "，".join(parts), citations_of(loaded, amount.at), "amount.mismatch"
        )
    for name, deadline in policy.deadlines.items():
        text = f"{deadline.name}（{'申请人' if deadline.who == 'applicant' else '经办机构'}）" + (
            f"：{deadline.note}" if deadline.note else ""
        )
        yield RuleText(
            name.replace("_", "-"),
            "期限",
            text,
            _period(deadline),
            citations_of(loaded, deadline.at),
            "deadline.passed",
        )
    for benefit in policy.benefits:
        kind = {
            "ever": "享受过即不再享受",
            "same_time": "不能同时享受",
            "months": f"合并计算不超过 {benefit.at_most} 个月",
        }[benefit.exclude]
        written = f"{kind}：{'、'.join(benefit.against)}"
        yield RuleText(
            benefit.id, "互斥", benefit.message, written, citations_of(loaded, benefit.at), "benefit.duplicate"
        )


def _form_rules(loaded: Loaded, form_id: str, form: Form) -> Iterator[RuleText]:
    section = f"表单《{form.title}》"
    base = citations_of(loaded, form.at, form_id)
    for name, spec in form.fields.items():
        yield RuleText(
            name.replace("_", "-"),
            section,
            _field_text(spec),
            "",
            citations_of(loaded, spec.at, form_id) or base,
            "field.missing",
        )
    if form.pledge is not None:
        verb = "抄录" if form.pledge.copied else "声明"
        yield RuleText(
            f"{form_id}-pledge",
            section,
            f"{verb}：{form.pledge.text}",
            "",
            citations_of(loaded, form.pledge.at, form_id) or base,
            "attestation.missing",
        )
    for kind, marks in (("签名", form.signatures), ("盖章", form.seals)):
        for name, mark in marks.items():
            code = "signature.missing" if kind == "签名" else "seal.missing"
            yield RuleText(
                name.replace("_", "-"),
                section,
                f"{mark.label}（{kind}）",
                "",
                citations_of(loaded, mark.at, form_id) or base,
                code,
            )


def _field_text(spec: Field) -> str:
    need = REQUIRED_WORDS[spec.required] if isinstance(spec.required, bool) else f"当 {spec.required} 时必填"
    options = f"，选项：{'、'.join(spec.options)}" if spec.options else ""
    columns = f"，各列：{'、'.join(c.label for c in spec.columns.values())}" if spec.columns else ""
    return f"{spec.label}（{need}，{spec.type}{options}{columns}）"


def _label(policy: Policy, name: str) -> str:
    for form in policy.forms.values():
        if name in form.fields:
            return form.fields[name].label
    return policy.facts[name].label if name in policy.facts else name


def _span(since: date | None, until: date | None) -> str:
    if since is None and until is None:
        return ""
    return f"（{show(since) if since else ''}起{'至' + show(until) if until else ''}适用）"


def _period(deadline: Deadline) -> str:
    if deadline.due:
        return f"最后一日 {deadline.due}"
    early = f"不早于 {deadline.not_before}" if deadline.not_before else ""
    span = f"自 {deadline.after} 起 {deadline.within}" if deadline.after and deadline.within else ""
    return "，".join(p for p in (span, early) if p) or "没有印出天数"


def describe_policy(loaded: Loaded, on: date | None, *, color: bool = False) -> str:
    """The whole policy for reading aloud against the printed document."""
    policy = loaded.policy
    lines = [f"{policy.name}（{policy.id}，{policy.region}）"]
    for label, value in (("申请人", policy.applicant), ("受理机构", policy.accepted_by)):
        if value:
            lines.append(f"{label}：{value}")
    law = policy.in_force
    lines.append(f"执行：{show(law.since)}起" + (f"至{show(law.until)}" if law.until else ""))
    lines.append("依据：")
    for key, source in policy.sources.items():
        lines.append(
            f"  {key}  {source.doc_no}《{source.title}》" + (f" {show(source.issued)}印发" if source.issued else "")
        )
    lines.extend(_parameters(policy, on))
    section = ""
    for rule in rules_of(loaded, on):
        if rule.section != section:
            section = rule.section
            lines.append(_bold(section, color))
        lines.append(f"  {_dim(rule.id, color)}  {rule.text}")
        if rule.written:
            lines.append(f"      {rule.written}")
        lines.extend(f"      依据：{c}" for c in _short(rule.citations))
    if policy.facts:
        lines.append(_bold("需查询的事实", color))
        lines.extend(
            f"  {name}  {fact.label}" + (f"：{fact.ask}" if fact.ask else "") for name, fact in policy.facts.items()
        )
    if policy.define:
        lines.append(_bold("定义", color))
        for name, d in policy.define.items():
            value, label = (d.value, d.label) if isinstance(d, Definition) else (d, "")
            lines.append(f"  {name}{'（' + label + '）' if label else ''} = {value}")
    for supersession in policy.supersedes:
        by = "、".join(citations_of(loaded, supersession.by))
        lines.append(f"已被取代：{supersession.what}（{show(supersession.since)}起，见{by}）")
    lines.extend(f"说明：{note}" for note in policy.notes)
    return "\n".join(lines) + "\n"


def _short(citations: tuple[str, ...]) -> list[str]:
    """Number and article only: the titles stand at the head of the page. A document without a number keeps its title."""
    short = []
    for text in citations:
        _, mark, rest = text.partition("（")
        number, closed, article = rest.partition("）")
        short.append(f"{number} {article}".strip() if mark and closed and "〔" in number else text)
    return short


def _parameters(policy: Policy, on: date | None) -> Iterator[str]:
    if policy.parameters:
        yield "数值："
    for name, parameter in policy.parameters.items():
        values = sorted(parameter.values.items())
        if on:
            values = [v for v in values if v[0] <= on][-1:]
        shown = (
            "；".join(f"{show(day)}起 {show(value)}{parameter.unit}" for day, value in values)
            or "文件没有印出，须按当期公布的数核定"
        )
        yield f"  {name}  {parameter.name}：{shown}（{parameter.at if isinstance(parameter.at, str) else '、'.join(parameter.at)}）"


def _bold(text: str, color: bool) -> str:
    return f"\x1b[1m{text}\x1b[0m" if color else text


def _dim(text: str, color: bool) -> str:
    return f"\x1b[36m{text}\x1b[0m" if color else text


def example_of(packs: Library, policy: str, rule: str) -> str:
    """The sentence of a test case that this rule, and nothing else, fails; empty when there is none."""
    from checkers.pack_tests import run_file, test_path
    from checkers.slips import PackError

    path = test_path(packs.entries()[policy].path)
    if not path.is_file():
        return ""
    try:
        results = run_file(path, packs)
    except (PackError, ExpressionError):
        return ""
    for result in results:
        if result.fired == {rule: "fail"}:
            return result.name
    return next((r.name for r in results if rule in r.fired), "")
