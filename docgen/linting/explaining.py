"""One rule on official documents in words, as ``docgen rule notice/<name>`` prints it."""

from __future__ import annotations

from checkers.report import Citation
from docgen.linting.catalogue import PREFIX, RULES

_SEVERITIES = {"error": "错误", "warning": "提醒", "info": "提示"}


def explain_rule(rule_id: str) -> str | None:
    """The rule ``notice/<name>`` (or ``<name>``) as lines of text; None where there is no such rule."""
    rule = RULES.get(rule_id.removeprefix(PREFIX))
    if rule is None:
        return None
    level = "待核实" if rule.status == "unknown" else _SEVERITIES[rule.severity]
    lines = [f"{PREFIX}{rule.id}（{rule.code}，{level}）", f"  {rule.title}：{rule.explanation}"]
    lines += [f"  依据：{_cited(c)}" for c in rule.authority]
    lines += [f"  错：{rule.wrong}"] if rule.wrong else []
    lines += [f"  对：{rule.right}"] if rule.right else []
    return "\n".join(lines)


def _cited(citation: Citation) -> str:
    return f"《{citation.title}》（{citation.doc_no}）{citation.article}"
