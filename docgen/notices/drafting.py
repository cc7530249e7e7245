"""From a notice to the first draft of a policy pack: what was found, each with its article; what was not decided, as TODO.

The draft loads, passes its own tests and ``policy lint`` but for the TODOs, which lint counts. Nothing is guessed: a number
stands in a parameter, dated by the day the notice takes effect; a condition stays a TODO that quotes a short clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from checkers.lint import todo_lines
from checkers.registry import Registry
from checkers.values.regions import PROVINCES
from docgen.errors import UsageError
from docgen.notices.drafting_forms import draft_forms, write_forms
from docgen.notices.drafting_parts import (
    N1,
    Parts,
    draft_amounts,
    draft_conditions,
    draft_deadlines,
    draft_materials,
)
from docgen.notices.drafting_sources import draft_sources, first_day
from docgen.notices.drafting_tests import draft_tests
from docgen.notices.drafting_text import TODO, clause, clean, entry, flow, todo
from docgen.notices.model import Attachment, Found, Node, Notice

SECTIONS = ("sources", "parameters", "forms", "facts", "materials", "rules", "deadlines", "notes")


@dataclass(slots=True)
class Draft:
    """``pack`` and ``tests`` are the two files; ``catalogue`` the entries for the citation registry, "" for none.

    ``found`` counts by kind what was drafted; ``todos`` are (line of the pack, its words).
    """

    pack: str
    tests: str
    catalogue: str
    found: dict[str, int] = field(default_factory=dict)
    todos: list[tuple[int, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def summary(self) -> list[str]:
        """What a person is told: what was doubtful about the notice, what was found, what is left to decide."""
        found = "、".join(f"{what} {count}" for what, count in self.found.items())
        lines = [f"注意：{warning}" for warning in self.warnings]
        lines.append(f"找到：{found}" if found else "没有找到可以写进政策包的内容")
        lines.append(f"{len(self.todos)} 处 TODO 待定" + ("：" if self.todos else ""))
        return [*lines, *(f"  第{line}行 {words}" for line, words in self.todos)]


@dataclass(slots=True)
class Part:
    """The part of a notice a draft is made of: ``ids`` of its nodes, its attachments; ``title`` as printed."""

    ids: set[str]
    attachments: list[Attachment]
    title: str = ""


def draft_pack(
    notice: Notice, policy_id: str, known: Registry, today: date, *, name: str = "", region: str = "", section: str = ""
) -> Draft:
    """The draft of one policy. ``section`` (七, 第三章, 附件2, or a heading's words) restricts it to a part of the notice.

    ``known`` is the citation registry in use. Raises UsageError for a section the notice does not have.
    """
    part = pick(notice, section) if section else Part({n.id for n in notice.nodes()}, notice.attachments)
    since, undecided = first_day(notice, today)
    parts = Parts()
    labels = _labels(notice)
    cited = [c for c in notice.citations if not section or c.node in part.ids or _preamble(notice, c.node)]
    entries = draft_sources(parts, notice, cited, _placed(notice.repeals, labels), known)
    forms = draft_forms(parts, part.attachments)
    draft_amounts(parts, _placed(notice.amounts, labels, part.ids), notice.effective)
    draft_materials(parts, _placed(notice.materials, labels, part.ids), forms)
    draft_deadlines(parts, _placed(notice.deadlines, labels, part.ids))
    conditions = _placed([s for s in notice.statements if s.kind == "condition"], labels, part.ids)
    draft_conditions(parts, conditions, {n.id: n for n in notice.nodes()})
    for node in _unread_conditions(notice, part.ids, {c.node for c in conditions}):
        parts.add("rules", todo(f"{N1} {labels.get(node.id, '')}", f"“{clause(node.title or '')}”没有读成逐条的条件"))
    write_forms(parts, forms)
    for fact, spec in parts.facts.items():
        parts.add("facts", entry(fact, spec, f"ask：{parts.asked[fact]}" if fact in parts.asked else ""))
    head = _head(notice, policy_id, name or part.title, region or region_of(notice))
    pack = "\n".join([*head, *_body(parts, _in_force(notice, since, undecided))]) + "\n"
    tests = draft_tests(policy_id, parts, forms.specs, since)
    return Draft(pack, tests, _catalogue(policy_id, entries), parts.found, todo_lines(pack), notice.warnings)


Kind = TypeVar("Kind", bound=Found)


def _placed(found: Iterable[Kind], labels: dict[str, str], ids: set[str] | None = None) -> list[Kind]:
    """Those that stand in the given nodes, each with the nearest article above it where its own node has none."""
    chosen = [one for one in found if ids is None or one.node in ids]
    return [one if one.article else replace(one, article=labels.get(one.node, "")) for one in chosen]


def _labels(notice: Notice) -> dict[str, str]:
    """Node id → its label, or that of the node above it, or of the bare heading (五、其他) it stands below."""
    labels: dict[str, str] = {}

    def visit(nodes: list[Node], above: str) -> None:
        for before, node in zip([None, *nodes], nodes, strict=False):
            bare = before is not None and before.title and not before.text and not before.children
            labels[node.id] = node.label or (labels[before.id] if bare and before else above)
            visit(node.children, labels[node.id])

    visit(notice.body, "")
    for attachment in notice.attachments:
        visit(attachment.body, f"附件{attachment.number or ''}")
    return labels


_CONDITIONS = re.compile(r"条件|对象|范围|资格")


def _unread_conditions(notice: Notice, ids: set[str], read: set[str]) -> Iterator[Node]:
    """Headings that promise conditions (补贴对象和条件) below which none was found."""
    for node in notice.nodes():
        if node.id in ids and node.title and _CONDITIONS.search(node.title) and not {n.id for n in node.walk()} & read:
            yield node


def _preamble(notice: Notice, node: str) -> bool:
    """The words before the first heading cite what the whole notice rests on."""
    for top in notice.body:
        if top.number:
            return False
        if top.id == node:
            return True
    return False


# ---------------------------------------------------------------- the part asked for

_EDGES = re.compile(r"^[\s（(第]+|[\s、.．）)：:章节条编]+$")


def pick(notice: Notice, section: str) -> Part:
    """The heading, article or attachment a section names. Raises UsageError with those there are."""
    wanted = clean(section)
    attachment = re.fullmatch(r"附件\s*(\d{0,3})", wanted)
    if attachment:
        number = int(attachment[1]) if attachment[1] else None
        fitting = [a for a in notice.attachments if number is None or a.number == number]
        if fitting:
            ids = {n.id for a in fitting for top in a.body for n in top.walk()}
            return Part(ids, fitting, clean(fitting[0].title))
    for level in _levels(notice.body):
        for node in level:
            if wanted in (node.label, clean(node.title or "")) or _bare(node.number) == _bare(wanted):
                return Part({n.id for n in node.walk()}, _named(notice, node), clean(node.title or ""))
    there = [clean(f"{n.number or ''} {n.title or ''}") for n in notice.body if n.number]
    there += [f"附件{a.number or ''}" for a in notice.attachments]
    raise UsageError(f"文件里没有“{clause(section)}”这一部分" + (f"，有：{'；'.join(there[:20])}" if there else ""))


def _levels(nodes: list[Node]) -> Iterator[list[Node]]:
    """Nodes from the outermost level inwards: 一、 is a heading of the notice before it is one inside an attachment."""
    while nodes:
        yield nodes
        nodes = [child for node in nodes for child in node.children]


def _bare(number: str | None) -> str:
    return _EDGES.sub("", number or "\0")


_ATTACHMENT = re.compile(r"附件\s*(\d{1,3})")


def _named(notice: Notice, node: Node) -> list[Attachment]:
    """The attachments that a part of the text names (见附件3)."""
    numbers = {int(m) for n in node.walk() for m in _ATTACHMENT.findall(n.text)}
    return [a for a in notice.attachments if a.number in numbers]


# ---------------------------------------------------------------- the text of the pack

_CENTRAL = re.compile(
    r"国务院|中共中央|全国|(?:人力资源社会保障|人力资源和社会保障|财政|教育|民政|农业农村|公安)部|国家|总局"
)
_REGION = re.compile(r"[\u4e00-\u9fff]{2,12}?(?:省|市|自治区|自治州|县)")


def region_of(notice: Notice) -> str:
    """The region of the office that issued it; "" where its name does not say."""
    for name in notice.issuers:
        issuer = name if name.startswith("中共中央") else name.removeprefix("中共")
        if _CENTRAL.match(issuer):
            return "全国"
        province = next((p for p in PROVINCES.values() if issuer.startswith(p)), "")
        match = _REGION.match(issuer)
        if province or match:
            return province or (match[0] if match else "")
    return ""


def _head(notice: Notice, policy_id: str, name: str, region: str) -> list[str]:
    title = f"《{clause(notice.title, 60)}》" if notice.title else "一份没有读出标题的文件"
    return [
        f"# 由{title}起草；标有 {TODO} 的由人决定，决定一处删去一处。",
        f"# 写好后：docgen policy lint 本文件；docgen policy test {policy_id}",
        f"id: {policy_id}",
        f"name: {flow(name or TODO + ' 事项名称')}",
        f"region: {flow(region or TODO + ' 适用地区')}",
        "kind: service            # service 服务事项 | calculator 计算器 | form 共用表样 | procedure 经办程序",
    ]


def _in_force(notice: Notice, since: date, undecided: str) -> str:
    labels = _labels(notice) if notice.effective else {}
    at = next((f"{N1} {labels[n.id]}" for n in notice.nodes() if n.id in labels and _TAKES_EFFECT.search(n.text)), N1)
    spec = {"since": since, "until": notice.expires, "at": at.strip()}
    if notice.valid_for and not notice.expires:
        undecided = "；".join(filter(None, [undecided, f"有效期“{clause(notice.valid_for, 20)}”到哪一天"]))
    return f"in_force: {flow(spec)}" + (f"  # {TODO} {clean(undecided)}" if undecided else "")


_TAKES_EFFECT = re.compile(r"[自从][^。；]{1,40}起[^。；]{0,8}(?:施行|执行|实施|生效)")
_TITLES = {
    "parameters": "# 文件里的数：首日 → 值",
    "facts": "# 纸面上没有、要到系统里查的事实：ask 写明到哪里查",
}


def _body(parts: Parts, in_force: str) -> list[str]:
    lines: list[str] = []
    for section in SECTIONS:
        body = parts.lines.get(section, [])
        real = any(not line.lstrip().startswith("#") for line in body)
        if section == "notes":
            lines += ["", *(line.strip() for line in body)] if body else []
            continue
        if section == "sources":
            lines += ["sources:", *body, in_force, f"applicant: {TODO} 谁来申请", f"accepted_by: {TODO} 哪个机构受理"]
        elif body:
            lines += ["", *([_TITLES[section]] if section in _TITLES else [])]
            lines += [f"{section}:" if real else f"# {section}：", *body]
    return lines


def _catalogue(policy_id: str, entries: list[str]) -> str:
    if not entries:
        return ""
    head = [
        "# 政策包引用、登记里还没有的文件",
        f"id: {policy_id}-documents",
        f"name: {policy_id} 引用的文件",
        "documents:",
    ]
    return "\n".join([*head, *entries]) + "\n"
