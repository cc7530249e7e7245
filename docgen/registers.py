"""Facts from the office's databases, read-only: ``[registers]`` of docgen.toml.

Each section is one SELECT. Named by a register fact of the policy (``insured``, ``benefits_drawn``) its rows become that
fact; named ``person`` (or by a single fact) its one row gives the applicant's own facts by their ids. ``:ids`` and
``:uscc`` stand for the numbers of the case, so that a query can only ask about whom the packet is about. A register that
does not answer leaves the facts unknown and says so; it never stops a check.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checkers.facts import Fact, FormSeen
from checkers.policy import Field, Policy
from checkers.values.texts import mask
from checkers.vocabulary import BENEFITS
from docgen.errors import UsageError
from docgen.fact_tables import (
    KEY_NAMES,
    PERSON,
    UNIT,
    Applicant,
    applicant_of,
    cell_fact,
    normal_number,
    register_facts,
    roster_fact,
)
from docgen.facts_file import benefit_slips, fact_specs, type_slips

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine

    from docgen.settings import Registers

OWN_ROW = "person"
"""Name of the query that gives single facts of the applicant."""
CHUNK = 500
"""Numbers asked for at a time: databases limit how many values one statement may have."""
STEPS = 10_000
"""Virtual machine steps of SQLite between two looks at the clock."""
BACKENDS = ("sqlite", "postgresql")
PARAMETERS = {"ids": PERSON, "uscc": UNIT}

_WRITES = frozenset(
    {"INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "INTO", "CREATE", "ALTER", "DROP", "TRUNCATE", "GRANT", "REVOKE"}
    | {"ATTACH", "DETACH", "PRAGMA", "COPY", "CALL", "DO", "VACUUM", "SET", "EXECUTE", "LOCK"}
)
_REPLACE_CALL = re.compile(r"\bREPLACE\s*\(", re.IGNORECASE)


class _NoAnswerError(Exception):
    """A register gave no answer that can be used; the message says why."""


# ---------------------------------------------------------------- what may be asked


def sql_slip(sql: str) -> str:
    """Why a query is refused, "" where it is one SELECT about the people or the unit of the case."""
    if slip := select_slip(sql):
        return slip
    names = parameters_of(sql)
    if unknown := sorted(names - set(PARAMETERS)):
        return f"里没有 :{unknown[0]} 这个参数，可用的是 :ids、:uscc"
    return "" if names else "要用 IN :ids 或 IN :uscc 限定到本次申请的人员或单位"


def select_slip(sql: str) -> str:
    """Why a text is not one SELECT that only reads, "" where it is."""
    bare = _without_quoted(sql)
    if ";" in bare:
        return "只能写一条查询，不能有分号"
    words = [word.upper() for word in re.findall(r"[A-Za-z_]\w*", _REPLACE_CALL.sub("(", bare))]
    if not words or words[0] not in ("SELECT", "WITH"):
        return "只能是 SELECT 查询"
    if found := next((word for word in words if word in _WRITES), ""):
        return f"只能读取，不能有 {found}"
    return ""


def parameters_of(sql: str) -> set[str]:
    """The names after a colon (``:ids``)."""
    return set(re.findall(r"(?<![:\w]):([A-Za-z_]\w*)", _without_quoted(sql)))


def _without_quoted(sql: str) -> str:
    """The statement without texts, quoted names and comments, in which anything may stand."""
    return re.sub(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|--[^\n]*|/\*.*?\*/", " ", sql, flags=re.DOTALL)


def require_registers(registers: Registers) -> None:
    """Raises UsageError where the registers cannot be asked as declared: no SQLAlchemy, no driver, an unknown database."""
    _engine(registers).dispose()


# ---------------------------------------------------------------- asking


def ask_registers(
    registers: Registers,
    known: dict[str, Fact],
    policy: Policy,
    services: Mapping[str, str],
    forms: Sequence[FormSeen],
) -> list[str]:
    """Add to ``known`` what the registers say and nobody else has said; returns sentences on what stayed unknown.

    Registers of persons go before the benefits they have drawn: who they are may only stand in the former. Raises
    UsageError for a query that does not give the columns its fact needs."""
    specs = fact_specs(policy)
    rosters = [name for name in register_facts(policy, specs) if name in registers.queries and name not in known]
    singles = [n for n in registers.queries if n == OWN_ROW or (n in specs and specs[n].type != "roster")]
    warnings: list[str] = []
    engine = _engine(registers)
    try:
        for name in [*singles, *(n for n in rosters if n != BENEFITS), *(n for n in rosters if n == BENEFITS)]:
            about = applicant_of(policy, known, forms)
            try:
                if name in rosters:
                    known[name] = _roster(engine, registers, name, specs, about, warnings)
                    _named_benefits(known[name], name, policy, services)
                else:
                    for fact in _own_facts(engine, registers, name, specs, about, warnings):
                        known.setdefault(fact.id, fact)
            except _NoAnswerError as error:
                known.pop(name, None)
                warnings.append(f"登记库 {name} {error}，有关事实仍待核实")
    finally:
        engine.dispose()
    return warnings


def _named_benefits(fact: Fact, name: str, policy: Policy, services: Mapping[str, str]) -> None:
    if name == BENEFITS and (slips := benefit_slips(fact, policy, services)):
        raise _NoAnswerError(f"的记录不能用：{slips[0]}")


@dataclass(slots=True)
class _Answer:
    columns: list[str]
    rows: list[tuple[Any, ...]]


def _ask(engine: Engine, registers: Registers, name: str, ids: Sequence[str], usccs: Sequence[str]) -> _Answer:
    """All rows of one query, for the numbers in portions. Raises _NoAnswerError."""
    from sqlalchemy import bindparam, text
    from sqlalchemy.exc import SQLAlchemyError

    sql = registers.queries[name]
    used = parameters_of(sql)
    for parameter, numbers in (("ids", ids), ("uscc", usccs)):
        if parameter in used and not numbers:
            raise _NoAnswerError(f"没有查询：没有读到{KEY_NAMES[PARAMETERS[parameter]]}")
    statement = text(sql).bindparams(*(bindparam(p, expanding=True) for p in sorted(used)))
    answer = _Answer([], [])
    try:
        for portion in _portions(ids) if "ids" in used else [[]]:
            values = {"ids": portion, "uscc": list(usccs)}
            with engine.connect() as connection:
                for line in preamble(engine.dialect.name, registers.seconds):
                    connection.execute(text(line))
                result = connection.execution_options(stream_results=True).execute(
                    statement, {p: values[p] for p in used}
                )
                answer.columns = list(result.keys())
                rows = result.fetchmany(registers.rows + 1 - len(answer.rows))
                answer.rows.extend(tuple(row) for row in rows)
                connection.rollback()
            if len(answer.rows) > registers.rows:
                raise _NoAnswerError(f"的结果超过{registers.rows}行，没有采用")
    except SQLAlchemyError as error:
        raise _NoAnswerError(f"没有查成：{why_not(error)}") from None
    return answer


def why_not(error: Exception) -> str:
    cause = str(getattr(error, "orig", None) or error).strip().splitlines() or ["没有说明原因"]
    if cause[0] == "interrupted" or "statement timeout" in cause[0]:
        return "超过时间限制"
    return mask(cause[0])[:200]


def _portions(numbers: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(numbers), CHUNK):
        portion = list(numbers[start : start + CHUNK])
        yield portion + [number.lower() for number in portion if number.endswith("X")]  # both are in use


def preamble(backend: str, seconds: int) -> list[str]:
    """Statements before a query: it may read only, and not for long (SQLite is opened so: see ``_sqlite``)."""
    if backend == "postgresql":
        return ["SET TRANSACTION READ ONLY", f"SET LOCAL statement_timeout = {1000 * seconds}"]
    return []


# ---------------------------------------------------------------- databases


def _engine(registers: Registers) -> Engine:
    try:
        import sqlalchemy  # noqa: F401  its absence is said in the words of docgen.toml
    except ImportError:
        raise UsageError(
            "docgen.toml 里有 [registers]，但没有安装 SQLAlchemy，请运行 pip install 'docgen[db]'"
        ) from None
    return open_engine(registers.url, registers.folder, registers.seconds, "[registers] url")


def open_engine(address: str, folder: str, seconds: int, named: str) -> Engine:
    """A database that is only read: the file of an SQLite URL is looked for from ``folder``; a query may take ``seconds``.

    Raises UsageError in which the URL is called ``named``."""
    try:
        from sqlalchemy import create_engine, make_url
        from sqlalchemy.exc import ArgumentError, NoSuchModuleError
        from sqlalchemy.pool import NullPool
    except ImportError:
        raise UsageError("没有安装 SQLAlchemy，请运行 pip install 'docgen[db]'") from None
    try:
        url = make_url(address)
        backend = url.get_backend_name()
        if backend not in BACKENDS:
            raise UsageError(f"{named} 只支持 {'、'.join(BACKENDS)}，得到的是 {backend}")
        if backend == "sqlite":
            opener = _sqlite(url, folder, seconds, named)
            return create_engine("sqlite://", creator=opener, poolclass=NullPool, hide_parameters=True)
        wait = {"connect_timeout": seconds}
        return create_engine(url, connect_args=wait, poolclass=NullPool, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError):
        raise UsageError(f"{named} 的写法不对，应像 sqlite:///参保.db 或 postgresql+psycopg://主机/库名") from None
    except ImportError as error:
        raise UsageError(f"{named} 所用的数据库驱动 {error.name} 没有安装") from None


def _sqlite(url: URL, folder: str, seconds: int, named: str) -> Any:
    """Opens the file read-only, each time with a clock that interrupts the query; a file that is not there is not made."""
    if not url.database or url.database == ":memory:":
        raise UsageError(f"{named} 要写明数据库文件，例如 sqlite:///参保.db")
    path = (Path(folder) / url.database).resolve()

    def connect() -> Any:
        import sqlite3

        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=seconds)
        until = time.monotonic() + seconds
        connection.set_progress_handler(lambda: int(time.monotonic() > until), STEPS)
        connection.execute("PRAGMA query_only = ON")
        return connection

    return connect


# ---------------------------------------------------------------- from rows to facts


def _roster(
    engine: Engine,
    registers: Registers,
    name: str,
    specs: Mapping[str, Field],
    about: Applicant,
    warnings: list[str],
) -> Fact:
    """The rows of a register fact; columns the policy does not know are left out. A value of the wrong type is unknown."""
    spec = specs[name]
    answer = _ask(engine, registers, name, about.ids, about.usccs)
    columns = {i: column for i, column in enumerate(answer.columns) if column in spec.columns}
    wanted = [c for c in ("benefit", PERSON) if c in spec.columns and c not in columns.values()]
    if wanted:
        raise UsageError(f"[registers.{name}] sql 没有给出 {'、'.join(wanted)} 这一列")
    if not answer.rows and name != BENEFITS:
        raise _NoAnswerError("里没有本次申请的人员或单位")
    slips: list[str] = []
    rows = []
    for number, cells in enumerate(answer.rows, start=1):
        row = {column: _cell(column, cells[i], spec.columns) for i, column in columns.items()}
        if PERSON in row and row[PERSON].state != "filled":
            raise _NoAnswerError(f"第{number}行没有身份证号码，不知道是谁的")
        slips.extend(f"第{number}行：{slip}" for slip in _drop_slips(row, spec.columns))
        if name == BENEFITS and row[PERSON].state != "filled":
            raise _NoAnswerError(slips[-1])  # a record of we know not whom would count for everybody
        rows.append(row)
    _say(slips, name, warnings)
    if name != BENEFITS and PERSON in columns.values():
        _say_missing(about, rows, name, warnings)
    return roster_fact(name, spec, rows, f"登记库 {name}")


def _say_missing(about: Applicant, rows: Sequence[Mapping[str, Fact]], name: str, warnings: list[str]) -> None:
    found = {normal_number(PERSON, row[PERSON].raw) for row in rows if row[PERSON].state == "filled"}
    if missing := [number for number in about.ids if number not in found]:
        shown = "、".join(mask(number) for number in missing[:3]) + ("等" if len(missing) > 3 else "")
        warnings.append(f"登记库 {name} 里没有 {shown} 的记录（{len(missing)}人），有关事实仍待核实")


def _own_facts(
    engine: Engine,
    registers: Registers,
    name: str,
    specs: Mapping[str, Field],
    about: Applicant,
    warnings: list[str],
) -> list[Fact]:
    """Single facts of the applicant from one row; columns that are not facts of the policy are left out."""
    ids = [about.id_number] if about.id_number else []
    answer = _ask(engine, registers, name, ids, [about.uscc] if about.uscc else [])
    whom = mask(about.id_number or about.uscc)
    if not answer.rows:
        raise _NoAnswerError(f"里没有 {whom} 的记录")
    if len(answer.rows) > 1:
        raise _NoAnswerError(f"里 {whom} 有{len(answer.rows)}行，不知道用哪一行")
    row = {
        column: _cell(column, value, specs)
        for column, value in zip(answer.columns, answer.rows[0], strict=True)
        if column in specs and specs[column].type != "roster" and column not in KEY_NAMES
    }
    _say(list(_drop_slips(row, specs)), name, warnings)
    for fact in row.values():
        fact.label = f"{fact.label}（登记库 {name}）"
    return [fact for fact in row.values() if fact.state != "absent"]


def _cell(column: str, value: Any, specs: Mapping[str, Field]) -> Fact:
    """A value as the database has it: yes and no are 1 and 0 there. NULL says nothing about a fact, so it is absent."""
    if value is None:
        return Fact(column, "", "absent", specs[column].label)
    if specs[column].type == "yes_no" and not isinstance(value, str | bool) and value in (0, 1):
        value = bool(value)
    if isinstance(value, float):
        value = Decimal(str(value))
    return cell_fact(column, value, specs)


def _drop_slips(row: dict[str, Fact], specs: Mapping[str, Field]) -> Iterator[str]:
    """Why values are not of their type; such a value is unknown."""
    for column, cell in row.items():
        for slip in type_slips(cell, specs[column]):
            row[column] = Fact(column, "", "absent", cell.label)
            yield slip


def _say(slips: Sequence[str], name: str, warnings: list[str]) -> None:
    if slips:
        more = f"（共{len(slips)}处）" if len(slips) > 1 else ""
        warnings.append(f"登记库 {name} {slips[0]}{more}，这样的值没有采用")
