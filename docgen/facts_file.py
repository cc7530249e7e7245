"""Facts that no paper shows: ``--facts FILE`` (JSON, YAML, CSV, XLSX) and ``--set NAME=VALUE``, keyed by id or Chinese label.

They come from the office, never from the packet. Every key must be a fact of the policy and every value of its type:
a slip is an error of the call (nothing is checked), not a fact left out. A file may also be a table of many people or
units (``FactTable``); what it says of a case is for docgen/fact_tables.py to find out.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from checkers.case import BENEFIT_COLUMNS
from checkers.facts import Fact, fact_of
from checkers.policy import Field, Policy
from checkers.values.types import parse_value
from checkers.vocabulary import BENEFITS
from docgen.errors import UsageError, reason

NONE_AT_ALL = frozenset({"无", "没有", "[]"})
"""What says of a list of records, where only a word can be written, that there are none."""

MAX_BYTES = 20 * 1024 * 1024
"""Size of a facts file, in bytes."""


@dataclass(frozen=True, slots=True)
class FactTable:
    """A facts file that is rows. ``rows``: the number of a row as the file counts it (the headings of a sheet are row 1)
    and its cells. ``sheet``: from CSV or XLSX, where two columns or two rows may just as well be names and values."""

    path: str
    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Any, ...]], ...]
    sheet: bool = True

    @property
    def name(self) -> str:
        return Path(self.path).name

    def as_pairs(self) -> dict[str, Any]:
        """Two columns 名称 and 值, or a row of headings and one row of values. Raises UsageError for any other shape."""
        if not self.sheet:
            raise UsageError(f"事实文件 {self.path} 的最外层要是“名称: 值”")
        return _pairs([list(self.headings), *([str(cell) for cell in cells] for _, cells in self.rows)], self.path)


def load_facts(path: str) -> dict[str, Any]:
    """The file as a mapping key → value. A table has two columns 名称 and 值, or a row of headings and one row of values.

    Raises UsageError for a file that is not there, is too large, or is not what its ending says.
    """
    loaded = read_facts(path)
    return loaded.as_pairs() if isinstance(loaded, FactTable) else loaded


def load_given(paths: Sequence[str]) -> tuple[dict[str, Any], tuple[FactTable, ...]]:
    """Several facts files: what names its facts, and the tables. Raises UsageError as ``read_facts``, and for a key
    that stands in two files."""
    given: dict[str, Any] = {}
    tables: list[FactTable] = []
    for path in paths:
        loaded = read_facts(path)
        if isinstance(loaded, FactTable):
            tables.append(loaded)
            continue
        if twice := sorted(set(loaded) & set(given)):
            raise UsageError(f"“{twice[0]}”在两个事实文件里都给了，请只留一处（{path}）")
        given.update(loaded)
    return given, tuple(tables)


def read_facts(path: str) -> dict[str, Any] | FactTable:
    """One facts file: key → value, or a table. Raises UsageError for a file that is not there, is too large, is empty,
    or is not what its ending says."""
    file = Path(path)
    try:
        if file.stat().st_size > MAX_BYTES:
            raise UsageError(f"事实文件 {path} 超过 {MAX_BYTES // 2**20} MiB")
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"读不出事实文件 {path}：{reason(error)}") from None
    kind = file.suffix.lower()
    try:
        if kind == ".json":
            loaded = json.loads(data.decode("utf-8-sig"))
        elif kind in (".yaml", ".yml"):
            loaded = _yaml(data.decode("utf-8-sig"), path)
        elif kind == ".csv":
            return _table(list(csv.reader(io.StringIO(_decode(data), newline=""))), path)
        elif kind == ".xlsx":
            return _table(_sheet(data, path), path)
        else:
            raise UsageError(f"事实文件要是 .json、.yaml、.csv 或 .xlsx：{path}")
    except UnicodeDecodeError:
        raise UsageError(f"事实文件 {path} 不是 UTF-8 编码") from None
    except json.JSONDecodeError as error:
        raise UsageError(f"事实文件 {path} 第 {error.lineno} 行不是有效的 JSON：{error.msg}") from None
    except csv.Error:
        raise UsageError(f"事实文件 {path} 不是有效的 CSV 表") from None
    except (RecursionError, ValueError):
        raise UsageError(f"事实文件 {path} 有嵌套过深或过长的值") from None
    if isinstance(loaded, list) and loaded and all(isinstance(row, dict) for row in loaded):
        return _records(loaded, path)
    if not isinstance(loaded, dict):
        raise UsageError(f"事实文件 {path} 的最外层要是“名称: 值”")
    return {str(key): value for key, value in loaded.items()}


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _yaml(text: str, path: str) -> Any:
    from checkers.slips import PackError
    from checkers.yaml_text import read_yaml

    try:
        return read_yaml(text, path)[0]
    except PackError as error:
        raise UsageError(f"事实文件 {error.slips[0]}") from None


def _sheet(data: bytes, path: str) -> list[list[str]]:
    import zipfile
    from xml.etree.ElementTree import ParseError

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        return [[cell_text(cell) for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    except (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, IndexError, TypeError, OSError):
        raise UsageError(f"事实文件 {path} 不是有效的 .xlsx 工作簿") from None


def cell_text(value: Any) -> str:
    """A cell as it is shown: Excel keeps a whole number as 12.0 and a day as a moment at midnight."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value)


def _table(rows: list[list[str]], path: str) -> FactTable:
    """Rows of a sheet under the first one that is not empty; rows keep the numbers a person sees."""
    numbered = [
        (number, tuple(cell.strip() for cell in row))
        for number, row in enumerate(rows, start=1)
        if any(cell.strip() for cell in row)
    ]
    if not numbered:
        raise UsageError(f"事实文件 {path} 是空的")
    return FactTable(path, numbered[0][1], tuple(numbered[1:]))


def _records(rows: list[dict[Any, Any]], path: str) -> FactTable:
    """A list of mappings (JSON, YAML); a key that a record does not have is an empty cell."""
    headings = tuple(dict.fromkeys(str(key) for row in rows for key in row))
    texts = [{str(key): value for key, value in row.items()} for row in rows]
    cells = [tuple("" if row.get(h) is None else row[h] for h in headings) for row in texts]
    return FactTable(path, headings, tuple(enumerate(cells, start=1)), sheet=False)


def _pairs(rows: list[list[str]], path: str) -> dict[str, Any]:
    """Two columns 名称,值; or a heading row and one row of values."""
    if len(rows) == 2 and len(rows[0]) != 2:
        return {key: value for key, value in zip(rows[0], rows[1], strict=False) if key}
    if all(len([c for c in row if c]) <= 2 for row in rows):
        body = rows[1:] if rows[0][:2] in (["名称", "值"], ["事实", "值"], ["name", "value"]) else rows
        return {row[0]: row[1] if len(row) > 1 else "" for row in body}
    raise UsageError(f"事实文件 {path} 要么是两列（名称、值），要么是一行表头加一行值，要么是有身份证号码一列的多行表")


def parse_set(items: Iterable[str]) -> dict[str, str]:
    """``NAME=VALUE`` options. Raises UsageError for one without ``=``."""
    out: dict[str, str] = {}
    for item in items:
        name, sign, value = item.partition("=")
        if not sign or not name.strip():
            raise UsageError(f"--set 要写成 名称=值，得到的是 {item!r}")
        out[name.strip()] = value.strip()
    return out


def known_facts(given: Mapping[str, Any], policy: Policy, services: Mapping[str, str] | None = None) -> dict[str, Fact]:
    """Facts of the policy from what was given. ``services`` maps the names of encoded policies to their ids.

    Raises UsageError that lists every unknown key and every wrong value."""
    specs = fact_specs(policy)
    by_label = labels_of(specs)
    out: dict[str, Fact] = {}
    slips: list[str] = []
    for key, value in given.items():
        names = [key] if key in specs else by_label.get(_fold(key), [])
        if not names:
            slips.append(f"“{key}”不是{policy.name}用到的事实{nearest(key, specs)}")
            continue
        if len(names) > 1:
            slips.append(f"叫“{key}”的不止一处，请写编号：{'、'.join(names)}")
            continue
        name = names[0]
        if name in out:
            slips.append(f"“{key}”给了两次")
            continue
        if specs[name].type == "roster" and isinstance(value, str) and value.strip() in NONE_AT_ALL:
            given_value: Any = []
        else:
            given_value = None if isinstance(value, str) and not value.strip() else value
        fact = _renamed(fact_of(name, given_value), specs[name])
        fact.label = specs[name].label
        slips.extend(type_slips(fact, specs[name]))
        if name == BENEFITS:
            slips.extend(benefit_slips(fact, policy, services or {}))
        out[name] = fact
    if slips:
        raise UsageError("事实有误：" + "；".join(slips))
    return out


def fact_specs(policy: Policy) -> dict[str, Field]:
    """What a facts file may say about a policy: its look-up facts, the blanks of its forms, and numbers the law leaves open."""
    specs: dict[str, Field] = {}
    for form in policy.forms.values():
        for name, spec in form.fields.items():
            specs[name] = spec
            specs.update(spec.totals)
    for name, fact in policy.facts.items():
        specs[name] = Field(
            fact.label, fact.type, aliases=fact.aliases, options=fact.options, unit=fact.unit, columns=fact.columns
        )
    for name, number in policy.parameters.items():
        if not number.values:
            specs[name] = Field(number.name, "number")
    specs.setdefault(
        BENEFITS, Field("已享受补贴记录", "roster", aliases=["以前享受补贴的记录"], columns=BENEFIT_COLUMNS)
    )
    return specs


def labels_of(specs: Mapping[str, Field]) -> dict[str, list[str]]:
    """Folded label → the ids it may mean: 手机 stands on one form for several people. A label goes before an alias."""
    out: dict[str, list[str]] = {}
    for name, spec in specs.items():
        out.setdefault(_fold(spec.label), []).append(name)
    labels = set(out)
    for name, spec in specs.items():
        for alias in {_fold(a) for a in spec.aliases} - labels:
            out.setdefault(alias, []).append(name)
    return out


def _fold(text: str) -> str:
    from checkers.vocabulary import fold

    return fold(text)


def nearest(key: str, specs: Mapping[str, Field]) -> str:
    from rapidfuzz import process

    words = {name: name for name in specs} | {spec.label: name for name, spec in specs.items()}
    best = process.extractOne(key, list(words), score_cutoff=60)
    return f"（是不是 {best[0]}？）" if best else ""


def _renamed(fact: Fact, spec: Field) -> Fact:
    """Columns of a roster given by their Chinese labels."""
    by_label = labels_of(spec.columns)
    for row in fact.rows:
        for key in [k for k in row if k not in spec.columns]:
            names = by_label.get(_fold(key), [])
            if len(names) == 1 and names[0] not in row:
                row[names[0]] = row.pop(key)
    return fact


def benefit_slips(
    fact: Fact, policy: Policy, services: Mapping[str, str], numbers: Sequence[int] | None = None
) -> list[str]:
    """Benefits drawn before may be named in Chinese. A name that is almost one of ours must not pass for another benefit.

    ``numbers``: what the rows are called, where it is not 1, 2, 3 …
    """
    from rapidfuzz import fuzz, process

    ids = {*services.values(), *(other for benefit in policy.benefits for other in benefit.against)}
    names = {_fold(name): policy_id for name, policy_id in services.items()}
    nearest_of: dict[str, str] = {}
    slips: list[str] = []
    for number, row in zip(numbers or range(1, len(fact.rows) + 1), fact.rows, strict=True):
        cell = row.get("benefit")
        if cell is None or cell.state != "filled" or not isinstance(cell.raw, str) or cell.raw in ids:
            continue
        said = cell.raw
        if named := names.get(_fold(said)):
            cell.raw = named
            continue
        if said not in nearest_of:
            near = process.extractOne(said, [*ids, *services], scorer=fuzz.ratio, score_cutoff=85)
            nearest_of[said] = near[0] if near else ""
        if nearest_of[said]:
            slips.append(f"以前享受补贴的记录第{number}行没有“{said}”这项补贴（是不是 {nearest_of[said]}？）")
    return slips


def _without_unit(raw: Any, spec: Field) -> bool:
    """Whether a bare number stands for money that the form counts in 万元: 20 may be twenty yuan or twenty times ten thousand."""
    if spec.type != "money" or spec.unit in ("", "元"):
        return False
    if isinstance(raw, str):
        return raw.strip().replace(",", "").replace(".", "", 1).isdigit()
    return isinstance(raw, (int, float, Decimal)) and not isinstance(raw, bool)


def type_slips(fact: Fact, spec: Field) -> list[str]:
    if fact.state != "filled":
        return []
    if spec.type == "roster":
        if fact.raw != [] and not fact.rows:
            return [f"“{spec.label}”要是一组记录"]
        return [
            f"“{spec.label}”第{number}行：{slip}"
            for number, row in enumerate(fact.rows, start=1)
            for key, cell in row.items()
            for slip in (type_slips(cell, spec.columns[key]) if key in spec.columns else [f"没有“{key}”这一列"])
        ]
    if _without_unit(fact.raw, spec):
        return [f"“{spec.label}”要写明单位，如 {fact.raw}{spec.unit}"]
    try:
        parse_value(spec.type, fact.raw, unit=spec.unit, options=spec.options)
    except ValueError as error:
        return [f"“{spec.label}”：{error}"]
    return []
