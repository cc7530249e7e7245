"""``docgen rule``: what a rule demands, on what authority, with an example."""

from __future__ import annotations

import click

from docgen.cli.chinese import ChineseCommand
from docgen.errors import UsageError


@click.command(
    "rule",
    cls=ChineseCommand,
    epilog="""\b
例：
  docgen rule cq-grad-flexible-si-subsidy/insured-a-year
  docgen rule cq-startup-loan-personal/id-number
  docgen rule notice/citation-repealed    公文核查（docgen lint）的规则

编号就是审查结果里每个问题的 rule。""",
)
@click.argument("rule_id", metavar="政策编号/规则编号")
def command(rule_id: str) -> int:
    """解释一条规则：要求什么、依据何在、举一个例子。"""
    from checkers.packs import library
    from docgen.explaining import example_of, rules_of
    from docgen.settings import find_settings, load_settings

    policy, sign, rule = rule_id.partition("/")
    if policy in ("notice", "gbt9704"):
        click.echo(_document_rule(rule_id))
        return 0
    packs = library(load_settings(find_settings()).folders)
    if not sign or policy not in packs.entries():
        raise UsageError(f"没有 {rule_id} 这条规则：要写成 政策编号/规则编号，docgen policy list 列出政策")
    found = {r.id: r for r in rules_of(packs.load(policy))}
    text = found.get(rule)
    if text is None:
        import difflib

        near = difflib.get_close_matches(rule, list(found), 1, 0.4)
        hint = f"，是不是 {policy}/{near[0]}？" if near else f"；docgen policy show {policy} 列出全部"
        raise UsageError(f"{policy} 没有 {rule} 这条规则{hint}")
    lines = [f"{rule_id}（{text.code}）", f"  {text.section}：{text.text}"]
    if text.written:
        lines.append(f"  写法：{text.written}")
    lines.extend(f"  依据：{c}" for c in text.citations)
    example = example_of(packs, policy, rule)
    if example:
        lines.append(f"  例：{example}")
    click.echo("\n".join(lines))
    return 0


def _document_rule(rule_id: str) -> str:
    """A rule of ``docgen lint``. Raises UsageError."""
    from docgen.linting.explaining import explain_rule, rule_ids

    text = explain_rule(rule_id)
    if text is None:
        import difflib

        near = difflib.get_close_matches(rule_id, rule_ids(), 1, 0.4)
        raise UsageError(f"没有 {rule_id} 这条规则" + (f"，是不是 {near[0]}？" if near else ""))
    return text
