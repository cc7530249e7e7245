"""One SELECT of a database (extra ``db``), read-only: SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from docgen.errors import UsageError
from docgen.generating.sources import Record, Source, clean_heading, require_rows
from docgen.registers import open_engine, parameters_of, preamble, select_slip, why_not

SECONDS = 300
"""How long a query may take."""
MOST_ROWS = 1_000_000
_FILE = "sqlite:///"


def query_source(url: str, query: str | None) -> Source:
    """The rows are fetched once: a second look must see the same, whatever happens in the database meanwhile.

    Raises UsageError for a query that is no single SELECT, a database that does not answer, and no row."""
    from sqlalchemy import text
    from sqlalchemy.exc import SQLAlchemyError

    if query is None:
        raise UsageError("数据在数据库里时要用 --query 写一条 SELECT")
    if slip := select_slip(query):
        raise UsageError(f"--query {slip}")
    if names := parameters_of(query):
        raise UsageError(f"--query 里的 :{min(names)} 没有值，请直接写出条件")
    if url.startswith(_FILE) and not Path(url.removeprefix(_FILE).partition("?")[0]).is_file():
        raise UsageError(f"找不到数据库文件 {url.removeprefix(_FILE)}")
    engine = open_engine(url, str(Path.cwd()), SECONDS, "--data")
    try:
        with engine.connect() as connection:
            for line in preamble(engine.dialect.name, SECONDS):
                connection.execute(text(line))
            result = connection.execution_options(stream_results=True).execute(text(query))
            headings = tuple(clean_heading(key) for key in result.keys())  # noqa: SIM118  not a mapping
            rows = [tuple(map(_value, row)) for row in result.fetchmany(MOST_ROWS + 1)]
            connection.rollback()
    except SQLAlchemyError as error:
        raise UsageError(f"--query 没有查成：{why_not(error)}") from None
    finally:
        engine.dispose()
    if len(rows) > MOST_ROWS:
        raise UsageError(f"--query 的结果超过 {MOST_ROWS} 行，请分批查询")
    require_rows(len(rows), "--query 的结果")

    def records() -> Iterator[Record]:
        return (Record(number, row) for number, row in enumerate(rows, start=1))

    return Source("查询结果", headings, records, len(rows))


def _value(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, float) else value
