"""Facts files that are tables of many people or units, joined to one case by identity number or unified credit code.

A table whose headings are columns of a register fact of the policy (花名册人员登记和参保信息, 已享受补贴记录 …) becomes that
fact; a table with a column 身份证号码 or 统一社会信用代码 gives the applicant's own row as single facts; anything else is
names and values as before. Whose row is missing stays unknown: nothing is taken from somebody else's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from checkers.facts import Fact, Facts, FormSeen
from checkers.policy import Field, Policy
from checkers.values.texts import mask
from checkers.values.types import is_blank, parse_value
from checkers.vocabulary import BENEFITS, fold
from docgen.errors import UsageError
from docgen.facts_file import FactTable, benefit_slips, fact_specs, known_facts, labels_of, nearest, type_slips

PERSON, UNIT = "id_number", "uscc"
KEYS = {
    PERSON: ("id_number", "身份证号码", "身份证号", "公民身份号码", "公民身份证号码", "居民身份证号码"),
    UNIT: ("uscc", "统一社会信用代码", "社会信用代码"),
}
"""The columns by which rows are joined, and what they are called."""
KEY_NAMES = {PERSON: "身份证号码", UNIT: "统一社会信用代码"}
PASSED_OVER = frozenset({"序号", "编号", "姓名", "name", "备注", "remark"})
"""Columns for the eye of a person; they are read only where the fact has a column of that name."""
MOST_SLIPS = 10
"""Slips of one table that are listed; how many more there are is said."""

Mode = Literal["rows", "own row", "pairs"]


@dataclass(slots=True)
class Applicant:
    """Who the case is about, as the papers or the office say: normalised numbers, "" where not known. ``ids`` and
    ``usccs``: those and all others of the case, also of its rosters."""

    id_number: str = ""
    uscc: str = ""
    ids: list[str] = field(default_factory=list)
    usccs: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Use:
    """What a table is for this policy: ``columns`` maps the place of a cell to a column (or fact) id; ``key`` is the
    place of the number by which it is joined."""

    table: FactTable
    mode: Mode
    fact: str = ""
    columns: Mapping[int, str] = field(default_factory=dict)
    by: str = ""
    key: int = -1


def join_facts(
    given: Mapping[str, Any],
    tables: Sequence[FactTable],
    policy: Policy,
    services: Mapping[str, str],
    forms: Sequence[FormSeen],
) -> tuple[dict[str, Fact], list[str]]:
    """All facts that files and ``--set`` give about this case, and sentences on what stayed unknown.

    ``given`` (named facts) goes before tables. ``services`` maps the names of encoded policies to their ids. Raises
    UsageError for a table that fits nothing, for unknown columns and wrong values (with their rows), for two tables of
    one fact, and for an applicant with two rows."""
    specs = fact_specs(policy)
    uses = [_use_of(table, policy, specs) for table in tables]
    pairs: dict[str, Any] = {}
    for use in uses:
        if use.mode == "pairs":
            pairs.update(use.table.as_pairs())
    known = known_facts({**pairs, **given}, policy, services)
    named = set(known)
    warnings: list[str] = []
    for fact, use in _rosters(uses, specs, policy, services, warnings):
        _add(known, named, fact, use)
    applicant = applicant_of(policy, known, forms)
    for use in uses:
        if use.mode == "own row":
            for fact in _own_row(use, specs, applicant, warnings):
                _add(known, named, fact, use)
    return known, warnings


def _add(known: dict[str, Fact], named: set[str], fact: Fact, use: _Use) -> None:
    if fact.id in named:
        return
    if fact.id in known:
        raise UsageError(f"“{fact.label}”在两个表里都给了，请只留一处（{use.table.path}）")
    known[fact.id] = fact


# ---------------------------------------------------------------- what a table is for


def register_facts(policy: Policy, specs: Mapping[str, Field]) -> list[str]:
    """Ids of the facts that are rows of a register, 已享受补贴记录 among them; rosters of a form are paper."""
    return [*(name for name, fact in policy.facts.items() if fact.type == "roster" and name != BENEFITS), BENEFITS]


def _use_of(table: FactTable, policy: Policy, specs: Mapping[str, Field]) -> _Use:
    registers = register_facts(policy, specs)
    headings = {i: h for i, h in enumerate(table.headings) if h}
    found = {name: _columns(headings.values(), specs[name].columns) for name in registers}
    stem = fold(Path(table.path).stem)
    named = [
        name for name in registers if stem in (fold(name), fold(specs[name].label), *map(fold, specs[name].aliases))
    ]
    fitting = [n for n in registers if _fits(found[n], headings.values(), specs[n])]
    if not named and len(fitting) > 1:
        raise UsageError(
            f"事实文件 {table.path} 的表头与{'、'.join(specs[n].label for n in fitting)}都相符，"
            f"请把文件改名为 {' 或 '.join(fitting)}"
        )
    if chosen := named or fitting:
        return _rows_use(table, chosen[0], headings, specs)
    singles = {name: spec for name, spec in specs.items() if spec.type != "roster"}
    own = _columns(headings.values(), singles)
    by = next((kind for kind in (PERSON, UNIT) if any(key_column(h) == kind for h in headings.values())), "")
    if by and all(h in own or key_column(h) or _passed_over(h) for h in headings.values()):
        return _own_use(table, by, headings, own)
    if by and table.rows and not _may_be_pairs(table):
        best = max(registers, key=lambda name: len(found[name]))
        if len(found[best]) > max(len(own), 1):
            return _rows_use(table, best, headings, specs)
        raise _unknown_columns(table, [h for h in headings.values() if not (h in own or key_column(h))], singles)
    return _Use(table, "pairs")


def key_column(heading: str) -> str:
    """``id_number`` or ``uscc`` where a heading is one of their names, else ""."""
    folded = fold(heading)
    return next((kind for kind, names in KEYS.items() if folded in map(fold, names)), "")


def _may_be_pairs(table: FactTable) -> bool:
    narrow = all(len([c for c in cells if c != ""]) <= 2 for _, cells in table.rows)
    return table.sheet and (len(table.rows) == 1 or (narrow and len([h for h in table.headings if h]) <= 2))


def _passed_over(heading: str) -> bool:
    return fold(heading) in PASSED_OVER


def _columns(headings: Iterable[str], columns: Mapping[str, Field]) -> dict[str, str]:
    """Heading → id, for those that are an id, a label or an alias of one of ``columns`` only."""
    by_label = labels_of(columns)
    out: dict[str, str] = {}
    for heading in headings:
        key = key_column(heading)
        names = [heading] if heading in columns else by_label.get(fold(heading), [])
        if len(names) == 1:
            out[heading] = names[0]
        elif key in columns:
            out[heading] = key
    return out


def _fits(found: Mapping[str, str], headings: Iterable[str], spec: Field) -> bool:
    """All headings are columns of the fact, and the one that makes a row somebody's is among them."""
    wanted = "benefit" if "benefit" in spec.columns else PERSON if PERSON in spec.columns else ""
    all_known = all(h in found or _passed_over(h) for h in headings)
    return all_known and len(found) > 1 and (not wanted or wanted in found.values())


def _rows_use(table: FactTable, name: str, headings: Mapping[int, str], specs: Mapping[str, Field]) -> _Use:
    found = _columns(headings.values(), specs[name].columns)
    if unknown := [h for h in headings.values() if h not in found and not _passed_over(h)]:
        raise _unknown_columns(table, unknown, specs[name].columns)
    columns = {i: found[h] for i, h in headings.items() if h in found}
    _each_once(table, columns)
    key = next((i for i, column in columns.items() if column == PERSON), -1)
    return _Use(table, "rows", name, columns, PERSON if key >= 0 else "", key)


def _own_use(table: FactTable, by: str, headings: Mapping[int, str], own: Mapping[str, str]) -> _Use:
    key = next(i for i, h in headings.items() if key_column(h) == by)
    columns = {i: own[h] for i, h in headings.items() if h in own and not key_column(h) and not _passed_over(h)}
    _each_once(table, columns)
    return _Use(table, "own row", "", columns, by, key)


def _each_once(table: FactTable, columns: Mapping[int, str]) -> None:
    seen: dict[str, int] = {}
    for place, column in columns.items():
        if column in seen:
            raise UsageError(f"事实文件 {table.path} 的“{table.headings[place]}”这一列有两次")
        seen[column] = place


def _unknown_columns(table: FactTable, unknown: Sequence[str], columns: Mapping[str, Field]) -> UsageError:
    words = "；".join(f"没有“{h}”这一列{nearest(h, columns)}" for h in unknown if not _passed_over(h))
    return UsageError(f"事实文件 {table.path} 第1行：{words}" if table.sheet else f"事实文件 {table.path}：{words}")


# ---------------------------------------------------------------- rows of a register


def _rosters(
    uses: Sequence[_Use],
    specs: Mapping[str, Field],
    policy: Policy,
    services: Mapping[str, str],
    warnings: list[str],
) -> Iterator[tuple[Fact, _Use]]:
    for use in uses:
        if use.mode != "rows":
            continue
        spec = specs[use.fact]
        slips: list[str] = []
        rows: list[dict[str, Fact]] = []
        sound: set[tuple[str, Any]] = set()
        for number, cells in use.table.rows:
            row = {column: cell_fact(column, _at(cells, place), spec.columns) for place, column in use.columns.items()}
            slips.extend(f"第{number}行：{slip}" for slip in _row_slips(row, spec, sound))
            rows.append(row)
        fact = roster_fact(use.fact, spec, rows, use.table.name)
        if use.fact == BENEFITS:
            slips.extend(benefit_slips(fact, policy, services, [number for number, _ in use.table.rows]))
        _refuse(use.table, slips)
        if use.fact != BENEFITS and (twice := _twice(rows)):
            warnings.append(f"{use.table.path} 里有{len(twice)}人不止一行（{_some(twice)}），逐人查询时只看第一行")
        yield fact, use


def roster_fact(name: str, spec: Field, rows: list[dict[str, Fact]], source: str) -> Fact:
    """The fact that a table or a query gives; ``source`` says where it is from."""
    return Fact(name, list[Any](rows), label=f"{spec.label}（{source}）", rows=rows)


def cell_fact(column: str, raw: Any, columns: Mapping[str, Field]) -> Fact:
    """One cell; an empty one is a blank."""
    spec = columns[column]
    if is_blank(raw):
        return Fact(column, "", "blank", spec.label)
    return Fact(column, raw, label=spec.label)


def _at(cells: Sequence[Any], place: int) -> Any:
    return cells[place] if place < len(cells) else ""


def _row_slips(row: Mapping[str, Fact], spec: Field, sound: set[tuple[str, Any]]) -> Iterator[str]:
    """``sound``: texts of columns that were found to be of their type; most columns say the same in many rows."""
    for column, cell in row.items():
        if column == PERSON and cell.state != "filled":
            yield "没有身份证号码，不知道是谁的"
        key = (column, cell.raw) if isinstance(cell.raw, str) else None
        if key is None or key not in sound:
            slips = type_slips(cell, spec.columns[column])
            yield from slips
            if key is not None and not slips:
                sound.add(key)


def _refuse(table: FactTable, slips: Sequence[str]) -> None:
    if slips:
        more = f"；等共{len(slips)}处" if len(slips) > MOST_SLIPS else ""
        raise UsageError(f"事实文件 {table.path} 有误：" + "；".join(slips[:MOST_SLIPS]) + more)


def _twice(rows: Sequence[Mapping[str, Fact]]) -> list[str]:
    seen: dict[str, int] = {}
    for row in rows:
        number = _bare(row[PERSON].raw) if PERSON in row else ""
        if number:
            seen[number] = seen.get(number, 0) + 1
    return [number for number, times in seen.items() if times > 1]


def _some(numbers: Sequence[str]) -> str:
    return "、".join(mask(number) for number in numbers[:3]) + ("等" if len(numbers) > 3 else "")


# ---------------------------------------------------------------- the applicant's own row


def applicant_of(policy: Policy, known: Mapping[str, Fact], forms: Sequence[FormSeen]) -> Applicant:
    """Numbers of the case: the fields ``id_number`` and ``uscc`` (else the only field of that type) are the applicant's."""
    facts = Facts(forms=list(forms), known=dict(known))
    specs = fact_specs(policy)
    out = Applicant()
    for kind, type_ in ((PERSON, "resident_id"), (UNIT, "uscc")):
        fields = [name for name, spec in specs.items() if spec.type in (type_, "id_document") and kind == PERSON]
        fields = fields or [name for name, spec in specs.items() if spec.type == type_]
        own = kind if kind in specs else fields[0] if len(fields) == 1 else ""
        numbers = [normal_number(kind, fact.raw) for name in fields if (fact := _readable(facts.get(name)))]
        if own and (fact := _readable(facts.get(own))):
            setattr(out, kind, normal_number(kind, fact.raw))
        numbers += _in_rosters(facts, specs, type_, kind)
        setattr(out, "ids" if kind == PERSON else "usccs", list(dict.fromkeys(n for n in numbers if n)))
    return out


def _readable(fact: Fact | None) -> Fact | None:
    return fact if fact is not None and fact.state == "filled" and not fact.illegible else None


def _in_rosters(facts: Facts, specs: Mapping[str, Field], type_: str, kind: str) -> list[str]:
    out: list[str] = []
    for name, spec in specs.items():
        if spec.type != "roster" or name == BENEFITS or (fact := facts.get(name)) is None:
            continue
        columns = [column for column, item in spec.columns.items() if item.type == type_]
        for row in fact.rows if columns else ():
            cells = (_readable(row.get(column)) for column in columns)
            out.extend(normal_number(kind, cell.raw) for cell in cells if cell)
    return out


def normal_number(kind: str, raw: Any) -> str:
    """A number as it is compared and asked for; "" where it is not a sound one."""
    try:
        return str(parse_value("resident_id" if kind == PERSON else "uscc", raw))
    except ValueError:
        return ""


def _own_row(use: _Use, specs: Mapping[str, Field], applicant: Applicant, warnings: list[str]) -> list[Fact]:
    table = use.table
    wanted = applicant.id_number if use.by == PERSON else applicant.uscc
    if not wanted:
        warnings.append(f"没有读到申请人的{KEY_NAMES[use.by]}，{table.path} 没有用上")
        return []
    mine = [(n, cells) for n, cells in table.rows if _same(use.by, _at(cells, use.key), wanted)]
    if not mine:
        warnings.append(f"{table.path} 里没有{KEY_NAMES[use.by]} {mask(wanted)} 的一行，有关事实仍待核实")
        return []
    if len(mine) > 1:
        places = "、".join(f"第{number}行" for number, _ in mine[:5])
        raise UsageError(
            f"事实文件 {table.path} 里{KEY_NAMES[use.by]} {mask(wanted)} 有{len(mine)}行（{places}），不知道用哪一行"
        )
    number, cells = mine[0]
    facts = [cell_fact(name, _at(cells, place), specs) for place, name in use.columns.items()]
    _refuse(table, [f"第{number}行：{slip}" for fact in facts for slip in type_slips(fact, specs[fact.id])])
    for fact in facts:
        fact.label = f"{fact.label}（{table.name}）"
    return facts


def _same(kind: str, raw: Any, wanted: str) -> bool:
    text = _bare(raw)
    return text == wanted or (len(text) != len(wanted) and normal_number(kind, raw) == wanted)


def _bare(raw: Any) -> str:
    """A number as it is compared before it is read: without spaces and width, capital."""
    text = str(raw)
    return re.sub(r"[\s\-]", "", text if text.isascii() else unicodedata.normalize("NFKC", text)).upper()
