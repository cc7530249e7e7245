"""Facts that no paper shows: ``--facts FILE`` (JSON, YAML, CSV, XLSX) and ``--set NAME=VALUE``, keyed by id or Chinese label.

They come from the office, never from the packet. Every key must be a fact of the policy and every value of its type:
a slip is an error of the call (nothing is checked), not a fact left out.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from checkers.case import BENEFIT_COLUMNS
from checkers.facts import Fact, fact_of
from checkers.policy import Field, Policy
from checkers.values.types import parse_value
from checkers.vocabulary import BENEFITS
from docgen.errors import UsageError

MAX_BYTES = 20 * 1024 * 1024
"""Size of a facts file, in bytes."""


def load_facts(path: str) -> dict[str, Any]:
    """The file as a mapping key → value; a table of several rows with an ID column is kept as rows under their headings.

    Raises UsageError for a file that is not there, is too large, or is not what its ending says.
    """
    file = Path(path)
    try:
        if file.stat().st_size > MAX_BYTES:
            raise UsageError(f"事实文件 {path} 超过 {MAX_BYTES // 2**20} MiB")
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"读不出事实文件 {path}：{error.strerror}") from None
    kind = file.suffix.lower()
    try:
        if kind == ".json":
            loaded = json.loads(data.decode("utf-8-sig"))
        elif kind in (".yaml", ".yml"):
            loaded = _yaml(data.decode("utf-8-sig"), path)
        elif kind == ".csv":
            loaded = _table(list(csv.reader(io.StringIO(_decode(data)))), path)
        elif kind == ".xlsx":
            loaded = _table(_sheet(data), path)
        else:
            raise UsageError(f"事实文件要是 .json、.yaml、.csv 或 .xlsx：{path}")
    except UnicodeDecodeError:
        raise UsageError(f"事实文件 {path} 不是 UTF-8 编码") from None
    except json.JSONDecodeError as error:
        raise UsageError(f"事实文件 {path} 第 {error.lineno} 行不是有效的 JSON：{error.msg}") from None
    if not isinstance(loaded, dict):
        raise UsageError(f"事实文件 {path} 的最外层要是“名称: 值”")
    return {str(key): value for key, value in loaded.items()}


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _yaml(text: str, path: str) -> Any:
    from checkers.pack_source import read_yaml
    from checkers.packs import PackError

    try:
        return read_yaml(text, path)[0]
    except PackError as error:
        raise UsageError(f"事实文件 {error.slips[0]}") from None


def _sheet(data: bytes) -> list[list[str]]:
    import zipfile

    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    except (zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise UsageError("事实文件不是有效的 .xlsx 工作簿") from None


def _table(rows: list[list[str]], path: str) -> dict[str, Any]:
    """Two columns 名称,值; or a heading row and one row of values."""
    rows = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        raise UsageError(f"事实文件 {path} 是空的")
    if len(rows) == 2 and len(rows[0]) != 2:
        return {key: value for key, value in zip(rows[0], rows[1], strict=False) if key}
    if all(len([c for c in row if c]) <= 2 for row in rows):
        body = rows[1:] if rows[0][:2] in (["名称", "值"], ["事实", "值"], ["name", "value"]) else rows
        return {row[0]: row[1] if len(row) > 1 else "" for row in body}
    raise UsageError(f"事实文件 {path} 要么是两列（名称、值），要么是一行表头加一行值")


def parse_set(items: Iterable[str]) -> dict[str, str]:
    """``NAME=VALUE`` options. Raises UsageError for one without ``=``."""
    out: dict[str, str] = {}
    for item in items:
        name, sign, value = item.partition("=")
        if not sign or not name.strip():
            raise UsageError(f"--set 要写成 名称=值，得到的是 {item!r}")
        out[name.strip()] = value.strip()
    return out


def known_facts(given: Mapping[str, Any], policy: Policy) -> dict[str, Fact]:
    """Facts of the policy from what was given. Raises UsageError that lists every unknown key and every wrong value."""
    specs = fact_specs(policy)
    by_label = _labels(specs)
    out: dict[str, Fact] = {}
    slips: list[str] = []
    for key, value in given.items():
        name = key if key in specs else by_label.get(_fold(key), "")
        if not name:
            slips.append(f"“{key}”不是{policy.name}用到的事实{_nearest(key, specs)}")
            continue
        blank = isinstance(value, str) and not value.strip()
        fact = _renamed(fact_of(name, None if blank else value), specs[name])
        fact.label = specs[name].label
        slips.extend(_type_slips(fact, specs[name]))
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


def _labels(specs: Mapping[str, Field]) -> dict[str, str]:
    out: dict[str, str] = {}
    for name, spec in specs.items():
        for label in (spec.label, *spec.aliases):
            out.setdefault(_fold(label), name)
    return out


def _fold(text: str) -> str:
    from checkers.vocabulary import fold

    return fold(text)


def _nearest(key: str, specs: Mapping[str, Field]) -> str:
    from rapidfuzz import process

    words = {name: name for name in specs} | {spec.label: name for name, spec in specs.items()}
    best = process.extractOne(key, list(words), score_cutoff=60)
    return f"（是不是 {best[0]}？）" if best else ""


def _renamed(fact: Fact, spec: Field) -> Fact:
    """Columns of a roster given by their Chinese labels."""
    by_label = _labels(spec.columns)
    for row in fact.rows:
        for key in [k for k in row if k not in spec.columns]:
            name = by_label.get(_fold(key))
            if name:
                row[name] = row.pop(key)
    return fact


def _type_slips(fact: Fact, spec: Field) -> list[str]:
    if fact.state != "filled":
        return []
    if spec.type == "roster":
        if fact.raw != [] and not fact.rows:
            return [f"“{spec.label}”要是一组记录"]
        return [
            f"“{spec.label}”第{number}行：{slip}"
            for number, row in enumerate(fact.rows, start=1)
            for key, cell in row.items()
            for slip in (_type_slips(cell, spec.columns[key]) if key in spec.columns else [f"没有“{key}”这一列"])
        ]
    try:
        parse_value(spec.type, fact.raw, unit=spec.unit, options=spec.options)
    except ValueError as error:
        return [f"“{spec.label}”：{error}"]
    return []
