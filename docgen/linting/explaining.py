"""One rule on official documents in words, as ``docgen rule notice/<name>`` or ``gbt9704/<name>`` prints it."""

from __future__ import annotations

from checkers.report import Citation
from docgen.linting import layout_rules
from docgen.linting.catalogue import PREFIX, RULES

_SEVERITIES = {"error": "错误", "warning": "提醒", "info": "提示"}


def rule_ids() -> list[str]:
    """Every rule on official documents, those on content first."""
    return [PREFIX + name for name in RULES] + [layout_rules.PREFIX + name for name in layout_rules.RULES]


def explain_rule(rule_id: str) -> str | None:
    """The rule as lines of text; None where there is no such rule."""
    if rule_id.startswith(layout_rules.PREFIX):
        return _layout(rule_id.removeprefix(layout_rules.PREFIX))
    rule = RULES.get(rule_id.removeprefix(PREFIX))
    if rule is None:
        return None
    level = "待核实" if rule.status == "unknown" else _SEVERITIES[rule.severity]
    lines = [f"{PREFIX}{rule.id}（{rule.code}，{level}）", f"  {rule.title}：{rule.explanation}"]
    lines += [f"  依据：{_cited(c)}" for c in rule.authority]
    lines += [f"  错：{rule.wrong}"] if rule.wrong else []
    lines += [f"  对：{rule.right}"] if rule.right else []
    return "\n".join(lines)


def _layout(name: str) -> str | None:
    rule = layout_rules.RULES.get(name)
    if rule is None:
        return None
    lines = [
        f"{layout_rules.PREFIX}{name}（layout.invalid，{_SEVERITIES[rule.severity]}）",
        f"  {rule.label}：{rule.says}",
    ]
    lines.append(f"  依据：{_cited(Citation(rule.standard, rule.title, rule.clause))}")
    lines += [f"  --fix：{rule.mends}"] if rule.mends else []
    return "\n".join(lines)


def _cited(citation: Citation) -> str:
    return f"《{citation.title}》（{citation.doc_no}）{citation.article}"
