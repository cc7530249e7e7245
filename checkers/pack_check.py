"""What the schema of a pack cannot say: names, sources, expressions, texts, ids that collide, definitions that go in circles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from checkers import policy as schema
from checkers.expressions import BUILT_IN_NAMES, ExpressionError, compile_expression, split_text
from checkers.policy import Field, Form, Policy, parse_period
from checkers.report import FINDING_CODES
from checkers.slips import Slip
from checkers.vocabulary import BENEFITS
from checkers.yaml_text import Lines, line_of

Finder = Callable[[str], Policy | None]
"""How a pack finds another one it names with ``use`` (None: there is no such pack)."""


def _forms(policy: Policy, find: Finder) -> dict[str, Form]:
    out: dict[str, Form] = {}
    for form_id, form in policy.forms.items():
        used = form
        if form.use:
            owner, _, name = form.use.partition("/")
            other = find(owner)
            if other is not None and name in other.forms:
                used = other.forms[name]
        out[form_id] = used
    return out


def written_expressions(p: Policy, forms: dict[str, Form]) -> Iterator[tuple[tuple[Any, ...], str, str]]:
    """(key, expression, roster of its rows or '') of everything that is an expression as a whole."""
    yield ("applies",), p.applies, ""
    for form_id, form in forms.items():
        base = ("forms", form_id)
        for name, spec in form.fields.items():
            key = (*base, "fields", name)
            if isinstance(spec.required, str):
                yield (*key, "required"), spec.required, ""
            for column_id, column in spec.columns.items():
                if isinstance(column.required, str):
                    yield (*key, "columns", column_id, "required"), column.required, name
        for name, mark in [*form.signatures.items(), *form.seals.items()]:
            if isinstance(mark.required, str):
                yield (*base, "signatures", name, "required"), mark.required, ""
    for name, definition in p.define.items():
        yield ("define", name), definition if isinstance(definition, str) else definition.value, ""
    for name, material in p.materials.items():
        yield ("materials", name, "when"), material.when, ""
        yield ("materials", name, "waived"), material.waived, ""
    for name, result in p.results.items():
        yield ("results", name, "value"), result.value, ""
        yield ("results", name, "when"), result.when, ""
    for key, item in requirements_of(p):
        for attribute in CONDITIONS:
            yield (*key, attribute), getattr(item, attribute, "") or "", item.for_each


def requirements_of(p: Policy) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """(key, rule or amount or deadline or benefit) of everything that has conditions of its own."""
    for i, rule in enumerate(p.rules):
        yield ("rules", i), rule
    for name, amount in p.amounts.items():
        yield ("amounts", name), amount
    for name, deadline in p.deadlines.items():
        yield ("deadlines", name), deadline
    for i, benefit in enumerate(p.benefits):
        yield ("benefits", i), benefit


class PackCheck:
    """Everything the schema alone cannot say: names, sources, expressions, texts, ids that collide, cycles."""

    def __init__(self, policy: Policy, lines: Lines, path: str, find: Finder) -> None:
        self.policy = policy
        self.lines = lines
        self.path = path
        self.find = find
        self.slips: list[Slip] = []
        self.code: dict[str, str] = {}
        self.reads: dict[str, frozenset[str]] = {}
        self.forms = _forms(policy, find)
        self.rosters = self._rosters()
        self.names = self._names()

    def slip(self, key: tuple[Any, ...], message: str) -> None:
        self.slips.append(Slip(self.path, line_of(self.lines, key), ".".join(str(k) for k in key), message))

    def _rosters(self) -> dict[str, set[str]]:
        out: dict[str, set[str]] = {BENEFITS: {"benefit", "start", "end", "id_number", "uscc"}}
        for form in self.forms.values():
            for name, spec in form.fields.items():
                if spec.type == "roster":
                    out[name] = set(spec.columns)
        for name, fact in self.policy.facts.items():
            if fact.type == "roster":
                out[name] = set(fact.columns)
        return out

    def _names(self) -> set[str]:
        names = set(BUILT_IN_NAMES) | {BENEFITS}
        for form in self.forms.values():
            for name, spec in form.fields.items():
                names.add(name)
                names.update(spec.totals)
        return names | set(self.policy.facts) | set(self.policy.parameters) | set(self.policy.define)

    def run(self) -> None:
        p = self.policy
        self._check_uses()
        self._check_ids()
        self._check_types()
        self._check_at(p, ())
        for key, text, roster in written_expressions(self.policy, self.forms):
            self._compile(key, text, roster)
        for key, text, roster in self._texts():
            try:
                parts = split_text(text)
            except ExpressionError as error:
                self.slip(key, str(error))
                continue
            for is_expression, part in parts:
                if is_expression and not part.strip():
                    self.slip(key, "花括号里是空的")
                elif is_expression:
                    self._compile(key, part, roster)
        self._check_sentences()
        self._check_tables()
        self._check_whole()
        self._check_cycles()

    def _check_uses(self) -> None:
        for form_id, form in self.policy.forms.items():
            if form.use:
                owner, _, name = form.use.partition("/")
                other = self.find(owner)
                if other is None or name not in other.forms:
                    self.slip(("forms", form_id, "use"), f"找不到表单 {form.use}")
                elif other.forms[name].use:
                    self.slip(("forms", form_id, "use"), f"{form.use} 本身也是借用的，请直接写 {other.forms[name].use}")
            elif not form.title:
                self.slip(("forms", form_id), "缺少 title（或 use）")

    def _check_ids(self) -> None:
        if not re.fullmatch(r"[a-z]{2}-[a-z0-9-]+", self.policy.id):
            self.slip(("id",), "编号写作 地区-事项，如 cq-grad-flexible-si-subsidy")
        seen: dict[str, str] = {}
        for kind, key, rule_id in self._rule_ids():
            if rule_id in seen:
                self.slip(key, f"规则编号 {rule_id} 与{seen[rule_id]}重复")
            seen[rule_id] = kind
        owners: dict[str, str] = {}
        for kind, names in (
            ("栏目", [n for form in self.forms.values() for n in form.fields]),
            ("事实", self.policy.facts),
            ("参数", self.policy.parameters),
            ("定义", self.policy.define),
            ("表", self.policy.tables),
        ):
            for name in names:
                if name in owners or name in BUILT_IN_NAMES:
                    self.slip((_SECTION.get(kind, "forms"), name), f"名字 {name} 与{owners.get(name, '内置名')}重复")
                owners[name] = kind

    def _rule_ids(self) -> Iterator[tuple[str, tuple[Any, ...], str]]:
        for form_id, form in self.forms.items():
            for name in form.fields:
                yield "栏目", ("forms", form_id, "fields", name), name.replace("_", "-")
            for name in [*form.signatures, *form.seals]:
                yield "签章", ("forms", form_id, "signatures", name), name.replace("_", "-")
        for i, rule in enumerate(self.policy.rules):
            yield "规则", ("rules", i), rule.id
        for name in self.policy.amounts:
            yield "金额", ("amounts", name), name.replace("_", "-")
        for name in self.policy.deadlines:
            yield "期限", ("deadlines", name), name.replace("_", "-")
        for i, benefit in enumerate(self.policy.benefits):
            yield "互斥", ("benefits", i), benefit.id

    def _check_types(self) -> None:
        from checkers.values.types import TYPE_NAMES

        def check(key: tuple[Any, ...], spec: Field | schema.FactSpec) -> None:
            if spec.type not in TYPE_NAMES and spec.type != "roster":
                self.slip(key, f"没有这个类型：{spec.type}")
            if spec.type in ("choice", "ticks") and not spec.options:
                self.slip(key, f"{spec.type} 要列出 options")
            if spec.type == "roster" and not spec.columns:
                self.slip(key, "roster 要列出 columns")
            for name, column in spec.columns.items():
                check((*key, "columns", name), column)
            if isinstance(spec, Field):
                for name, column in spec.totals.items():
                    check((*key, "totals", name), column)

        for form_id, form in self.policy.forms.items():
            for name, spec in form.fields.items():
                check(("forms", form_id, "fields", name), spec)
        for name, fact in self.policy.facts.items():
            check(("facts", name), fact)
        for i, rule in enumerate(self.policy.rules):
            if rule.code not in FINDING_CODES:
                self.slip(("rules", i, "code"), f"没有这个结果代码：{rule.code}")
        for name, deadline in self.policy.deadlines.items():
            if deadline.within and not parse_period(deadline.within):
                self.slip(("deadlines", name, "within"), f"不认识的期限写法：{deadline.within}")
        for name, material in self.policy.materials.items():
            if material.form and material.form not in self.policy.forms:
                self.slip(("materials", name, "form"), f"没有这张表：{material.form}")

    def _check_at(self, node: Any, key: tuple[Any, ...]) -> None:
        """Every ``at``-like value names a declared source first."""
        if is_dataclass(node):
            for f in fields(node):
                value = getattr(node, f.name)
                if f.name in ("at", "by", "replaced_by") and not (
                    f.name == "by" and isinstance(node, (schema.Pledge, schema.Mark))
                ):
                    for text in [value] if isinstance(value, str) else value:
                        if text and text.split(" ", 1)[0] not in self.policy.sources:
                            self.slip((*key, f.name), f"依据 {text!r} 开头要是 sources 里的一个编号")
                        if (
                            not text
                            and f.name == "at"
                            and isinstance(
                                node, (schema.Rule, schema.Material, schema.Amount, schema.Deadline, schema.Benefit)
                            )
                        ):
                            self.slip((*key, f.name), "缺少依据")
                else:
                    self._check_at(value, (*key, f.name))
        elif isinstance(node, dict):
            for name, value in node.items():
                self._check_at(value, (*key, str(name)))
        elif isinstance(node, list):
            for i, value in enumerate(node):
                self._check_at(value, (*key, i))

    def _texts(self) -> Iterator[tuple[tuple[Any, ...], str, str]]:
        for key, item in requirements_of(self.policy):
            for attribute in ("message", "suggestion", "expected", "actual"):
                yield (*key, attribute), getattr(item, attribute, "") or "", item.for_each

    def _compile(self, key: tuple[Any, ...], text: str, roster: str) -> None:
        if not text:
            return
        try:
            compiled = compile_expression(text)
        except ExpressionError as error:
            self.slip(key, str(error))
            return
        for name in sorted(compiled.names - self.names):
            self.slip(key, f"没有声明过的名字：{name}")
        if "row" in compiled.names:
            self.slip(key, "row 只能写成 row.列名")
        if compiled.columns and not roster:
            self.slip(key, "row.列名 只能用在写了 for_each 的地方")
        elif roster in self.rosters:
            for column in sorted(compiled.columns - self.rosters[roster]):
                self.slip(key, f"花名册 {roster} 没有这一列：{column}")
        for name in sorted(compiled.parameters - set(self.policy.parameters) - set(self.policy.tables)):
            self.slip(key, f"没有这个参数或表：{name}")
        self.code[text] = compiled.python
        if key[0] == "define":
            self.reads[str(key[1])] = compiled.names

    def _check_tables(self) -> None:
        for name, table in self.policy.tables.items():
            for i, row in enumerate(table.rows):
                if len(row) != len(table.columns):
                    self.slip(("tables", name, "rows", i), f"这一行有{len(row)}格，表头有{len(table.columns)}列")

    def _check_sentences(self) -> None:
        for form_id, form in self.policy.forms.items():
            for i, sentence in enumerate(form.sentences):
                for name in re.findall(r"\{(\w+)\}", sentence.text):
                    if name not in form.fields:
                        self.slip(("forms", form_id, "sentences", i), f"句中的 {name} 不是本表栏目")

    def _check_whole(self) -> None:
        """Requirements that name what is not there, or that lack a part without which they can never be decided."""
        p = self.policy
        for key, item in requirements_of(self.policy):
            if item.for_each and item.for_each not in self.rosters:
                self.slip((*key, "for_each"), f"for_each 不是花名册：{item.for_each}")
        for name, material in p.materials.items():
            for other in material.instead:
                if other not in p.materials:
                    self.slip(("materials", name, "instead"), f"没有这份材料：{other}")
        for name, amount in p.amounts.items():
            places = self.rosters.get(amount.for_each, set()) if amount.for_each else self.names
            if amount.claimed and amount.claimed not in places:
                self.slip(("amounts", name, "claimed"), f"没有这一栏：{amount.claimed}")
            if not amount.formula and not amount.cap:
                self.slip(("amounts", name), "formula 和 cap 至少写一个")
        for name, deadline in p.deadlines.items():
            if deadline.due and (deadline.after or deadline.within):
                self.slip(("deadlines", name, "due"), "due 和 after、within 只写一种")
            if deadline.within and not deadline.after:
                self.slip(("deadlines", name, "within"), "写了 within 就要写 after：从哪一天起算")
            elif not (deadline.due or deadline.after or deadline.not_before):
                self.slip(("deadlines", name), "due、after、not_before 至少写一个")
        for i, benefit in enumerate(p.benefits):
            if benefit.exclude in ("same_time", "months") and not benefit.period:
                self.slip(("benefits", i), f"exclude: {benefit.exclude} 要写 period：哪一个时段")
            if benefit.exclude == "months" and not benefit.at_most:
                self.slip(("benefits", i), "exclude: months 要写 at_most：合计最多几个月")
            if not benefit.for_each and not benefit.person and "id_number" not in self.names:
                self.slip(("benefits", i), "没有 id_number 这一栏，要写 person：查谁的记录")

    def _check_cycles(self) -> None:
        state: dict[str, int] = {}

        def visit(name: str, trail: tuple[str, ...]) -> None:
            if state.get(name) == 2 or name not in self.reads:
                return
            if name in trail:
                self.slip(("define", name), f"定义绕成了圈：{' → '.join([*trail, name])}")
                state[name] = 2
                return
            for other in sorted(self.reads[name]):
                visit(other, (*trail, name))
            state[name] = 2

        for name in self.reads:
            visit(name, ())


CONDITIONS = ("when", "require", "formula", "cap", "after", "due", "not_before", "done", "period", "at_most", "person")

_SECTION = {"事实": "facts", "参数": "parameters", "定义": "define", "表": "tables"}
