"""The policy officer's desk: a skeleton to begin with, what two versions differ in, a search over all packs, an export."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

from checkers.packs import Library, Loaded, PackEntry, encode_plain
from checkers.policy import Definition
from checkers.report import Report
from checkers.values.types import show
from docgen.errors import UnreadableError, UsageError
from docgen.explaining import rules_of

if TYPE_CHECKING:
    from docgen.notices.drafting import Draft

SKELETON = """\
# 新的政策包：{name}
# 每个数、每个日期、每个条件都写明依据（at: 来源编号 条款）。写好后：docgen policy lint 本文件；docgen policy test {id}
id: {id}
name: {name}
region: {region}
kind: service            # service 服务事项 | calculator 计算器 | form 共用表样 | procedure 经办程序 | catalogue 目录
sources:
  n1: {{title: TODO 文件标题, doc_no: TODO〔2024〕1号, issued: {today}, effective: {today}}}
in_force: {{since: {today}, at: n1 TODO}}
applicant: TODO 谁来申请
accepted_by: TODO 哪个机构受理

# 文件里的数：首日 → 值；文件没有印出的，values 留空，审查时列为待核实。TODO 1000 只是占位，换成文件印出的数
parameters:
  standard: {{name: 补贴标准, unit: 元/人, at: n1 TODO, values: {{{today}: 1000}}}}

# 申请表：栏目按表上印的写
forms:
  application:
    title: TODO 申请表标题
    at: n1 附件1
    fields:
      name: {{label: 姓名, type: person_name}}
      id_number: {{label: 身份证号码, type: resident_id}}
      signed_on: {{label: 日期, type: date, role: signed_on}}
    signatures:
      signature: {{label: 申请人(签字)}}

# 纸面上没有、要到系统里查的事实：ask 写明到哪里查
facts:
  insured_months: {{label: 连续参保月数, type: integer, unit: 月, ask: TODO 查询途径}}

materials:
  application_form: {{name: TODO 申请表标题, form: application, at: n1 TODO}}

rules:
  - id: insured-long-enough
    require: insured_months >= 12
    message: 连续参保{{insured_months}}个月，不足12个月
    at: n1 TODO

amounts:
  grant: {{name: 补贴金额, unit: 元, formula: standard, at: n1 TODO}}

issues: [补正告知书, 受理通知书, 不予受理通知书]
"""

TEST_SKELETON = """\
# 一句话、一组输入、应当得出什么；别的都不能有
policy: {id}
given:                     # 一份样样齐全、全部符合的申请
  on: {today}
  received: {today}
  facts: {{name: 张样例, id_number: "{number}", signed_on: {today}, insured_months: 12}}
  marks: {{signature: present}}
  materials: [application_form]
  closed: true
cases:
  - name: 样样齐全、全部符合的，没有任何问题
    expect: {{}}
    amounts: {{grant: "1000.00"}}
    verdict: pass
  - name: 连续参保只有11个月的，不符合条件
    at: n1 TODO
    with: {{insured_months: 11}}
    expect: {{insured-long-enough: fail}}
  - name: 参保月数没有查到的，待核实
    remove: [insured_months]
    expect: {{insured-long-enough: unknown}}
"""

SAMPLE_NUMBER = "500103199001010015"


def skeleton(policy_id: str, name: str, region: str, today: date) -> tuple[str, str]:
    """(pack, test file) to begin a new policy with; what must be decided is marked TODO."""
    words = {
        "id": policy_id,
        "name": name,
        "region": region,
        "today": today.isoformat(),
        "number": _valid(SAMPLE_NUMBER),
    }
    return SKELETON.format(**words), TEST_SKELETON.format(**words)


def _valid(number: str) -> str:
    """The number with its right check digit (GB 11643)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], weights, strict=True))
    return number[:17] + "10X98765432"[total % 11]


def draft_from(
    path: str, policy_id: str, packs: Library, today: date, name: str = "", region: str = "", section: str = ""
) -> Draft:
    """The first draft of a policy from the notice in a file (``docgen.notices.drafting``).

    Raises UnreadableError for a file that cannot be read, UsageError for a section it does not have.
    """
    from checkers.registry import registry
    from checkers.slips import PackError
    from docgen.notices.drafting import draft_pack
    from docgen.notices.reading import limits_for, read_notice
    from docgen.readers import read
    from docgen.settings import find_settings, load_settings

    try:
        document = read(path, limits=limits_for(load_settings(find_settings((path,))).limits))
    except UnreadableError as error:
        raise UnreadableError(f"{path}：{error}") from None
    try:
        known = registry(packs)
    except PackError as error:
        raise UsageError(f"文件登记有误：{error.slips[0]}") from None
    return draft_pack(read_notice(document), policy_id, known, today, name=name, region=region, section=section)


# ---------------------------------------------------------------- what two versions differ in


def policy_differences(before: Loaded, after: Loaded) -> list[str]:
    """What a person must know of the change: numbers, rules, materials added, dropped, changed."""
    out: list[str] = []
    for name, one, two in _pairs(before.policy.parameters, after.policy.parameters):
        label = (two or one).name
        out.extend(_said(f"数值 {name}（{label}）", one and _values(one.values), two and _values(two.values)))
    old = {r.id: f"{r.text} {r.written}".strip() for r in rules_of(before)}
    new = {r.id: f"{r.text} {r.written}".strip() for r in rules_of(after)}
    for name, one, two in _pairs(old, new):
        out.extend(_said(f"要求 {name}", one, two))
    for name, one, two in _pairs(_definitions(before), _definitions(after)):
        out.extend(_said(f"定义 {name}", one, two))
    spans = [
        f"{show(p.in_force.since)}起" + (f"至{show(p.in_force.until)}" if p.in_force.until else "")
        for p in (before.policy, after.policy)
    ]
    out.extend(_said("执行期", *spans))
    return out


def _definitions(loaded: Loaded) -> dict[str, str]:
    return {k: d.value if isinstance(d, Definition) else d for k, d in loaded.policy.define.items()}


def _pairs(one: dict[str, Any], two: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for name in dict.fromkeys([*one, *two]):
        yield name, one.get(name), two.get(name)


def _values(values: dict[date, Any]) -> str:
    return "；".join(f"{show(day)}起 {show(value)}" for day, value in sorted(values.items())) or "没有印出"


def _said(what: str, one: str | None, two: str | None) -> list[str]:
    if one == two:
        return []
    if one is None:
        return [f"+ {what}：{two}"]
    if two is None:
        return [f"- {what}：{one}"]
    return [f"~ {what}：{one}  →  {two}"]


def report_differences(before: Report, after: Report) -> list[str]:
    """What the change means for one case."""
    out: list[str] = []
    old = {(f.rule.partition("/")[2], f.subject): f"{f.status} {f.message}" for f in before.findings}
    new = {(f.rule.partition("/")[2], f.subject): f"{f.status} {f.message}" for f in after.findings}
    for key in dict.fromkeys([*old, *new]):
        out.extend(_said(f"结果 {key[0]}", old.get(key), new.get(key)))
    for name, one, two in _pairs({a.id: a.value for a in before.amounts}, {a.id: a.value for a in after.amounts}):
        out.extend(_said(f"金额 {name}", one, two))
    for name, one, two in _pairs({d.id: d.due for d in before.deadlines}, {d.id: d.due for d in after.deadlines}):
        out.extend(_said(f"期限 {name}", one, two))
    out.extend(_said("结论", before.verdict, after.verdict))
    return out


# ---------------------------------------------------------------- search


@dataclass(frozen=True, slots=True)
class Hit:
    """A requirement that fits the words looked for."""

    policy: str
    name: str
    rule: str
    text: str
    citation: str


def search(packs: Library, words: str, limit: int = 20) -> list[Hit]:
    """Requirements, materials and names that hold the words, best first; ``words`` may hold phrases in quotes."""
    from docgen import notice_index
    from docgen.notice_index import parse_query, ranked

    query = parse_query(words)
    if not query.terms:
        return []
    rows = packs.kept("search", (__file__, notice_index.__file__), lambda: [list(row) for row in _rows(packs)])
    base = sqlite3.connect(":memory:")
    try:
        shown = ", ".join(f"{column} UNINDEXED" for column in ("policy", "name", "rule", "shown", "citation"))
        base.execute(f"CREATE VIRTUAL TABLE hits USING fts5(title, doc_no, text, characters, {shown})")
        base.executemany("INSERT INTO hits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        select = """SELECT rowid, policy, name, rule, shown, citation FROM hits WHERE hits MATCH ?
            ORDER BY bm25(hits, ?, ?, ?, ?), rowid LIMIT ?"""
        return [Hit(*row[1:]) for row in islice(ranked(base, select, query, limit), limit)]
    finally:
        base.close()


def _rows(packs: Library) -> Iterator[tuple[str, ...]]:
    from docgen.notice_index import characters, cut

    def row(entry: PackEntry, rule: str, text: str, citation: str) -> tuple[str, ...]:
        shown = text or entry.name
        inside = " ".join(characters(f"{entry.name} {text}"))
        return (name, " ".join(cut(citation)), " ".join(cut(text)), inside, entry.id, entry.name, rule, shown, citation)

    for entry in packs.entries().values():
        if entry.error:
            continue
        name = " ".join(cut(entry.name))
        yield row(entry, "", "", "")
        for rule in rules_of(packs.load(entry.id)):
            yield row(entry, rule.id, rule.text, rule.citations[0] if rule.citations else "")


# ---------------------------------------------------------------- export


def export_json(loaded: Loaded) -> str:
    """The policy as plain JSON: dataclass fields as keys, ``$`` names the kind."""
    return json.dumps(encode_plain(loaded.policy), ensure_ascii=False, indent=2) + "\n"


DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
LANGUAGE = "urn:docgen:rule-language"


def export_dmn(loaded: Loaded) -> str:
    """DMN 1.3: each look-up fact and blank is input data, each rule a decision with its expression and its article."""
    from lxml import etree

    policy = loaded.policy
    root = etree.Element(
        f"{{{DMN}}}definitions",
        {
            "id": _xml_id(policy.id),
            "name": policy.name,
            "namespace": f"urn:docgen:{policy.id}",
            "expressionLanguage": LANGUAGE,
        },
        nsmap={None: DMN},  # type: ignore[dict-item]  # lxml's own word for the default namespace
    )
    names = [(n, f.label) for form in policy.forms.values() for n, f in form.fields.items()]
    names += [(n, f.label) for n, f in policy.facts.items()]
    for name, label in dict(names).items():
        data = etree.SubElement(root, f"{{{DMN}}}inputData", {"id": f"input_{_xml_id(name)}", "name": label})
        etree.SubElement(data, f"{{{DMN}}}variable", {"name": name})
    for rule in policy.rules:
        decision = etree.SubElement(root, f"{{{DMN}}}decision", {"id": f"rule_{_xml_id(rule.id)}", "name": rule.id})
        note = etree.SubElement(decision, f"{{{DMN}}}description")
        note.text = rule.message
        etree.SubElement(decision, f"{{{DMN}}}variable", {"name": rule.id, "typeRef": "boolean"})
        at = rule.at if isinstance(rule.at, str) else "、".join(rule.at)
        source = etree.SubElement(
            decision, f"{{{DMN}}}literalExpression", {"label": at, "expressionLanguage": LANGUAGE}
        )
        text = etree.SubElement(source, f"{{{DMN}}}text")
        text.text = f"not ({rule.when}) or ({rule.require})" if rule.when else rule.require
    out: bytes = etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8")
    return out.decode("utf-8")


def _xml_id(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_." else "_" for c in name)
