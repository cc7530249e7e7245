"""One calculator over a table: a row in, a row out, whatever the number of rows.

What a row comes to is kept in a temporary file until the last one is done, because only then all result columns are known;
memory does not grow with the table.
"""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from docgen.errors import UsageError, reason

if TYPE_CHECKING:
    from checkers.calculators import Calculation, Parameter

ERROR = "error"
"""The column that says why a row has no result."""
OPEN = "open"
"""The column that says which results of a row are still open, and for want of what; only where some row has such."""
STILL_OPEN = "：尚不能"
"""How a step of a pack's calculator says that a result is open (checkers/calculators/from_pack.py)."""
KINDS = ("csv", "xlsx", "jsonl")
CHUNK_BYTES = 1 << 20

Calculate = Callable[[Mapping[str, str]], "Calculation"]


@dataclass(slots=True)
class BatchSums:
    """What came of a run: rows, rows that failed, and columns of the table that the calculator does not know."""

    rows: int = 0
    failed: int = 0
    unused: list[str] = field(default_factory=list)


def kind_of(output: str | None, data: str) -> str:
    """The format of the result: by the ending of the file it goes to; on stdout CSV. Raises UsageError for another."""
    if not output or output == "-":
        return "csv"
    kind = Path(output).suffix.lower().lstrip(".")
    if kind not in KINDS:
        raise UsageError(f"-o 的文件要是 .csv、.xlsx 或 .jsonl：{output}")
    if Path(output).resolve() == Path(data).resolve():
        raise UsageError(f"-o 的 {output} 就是 --data 的文件，结果请写到别处")
    return kind


def run_batch(
    calculate: Calculate,
    parameters: tuple[Parameter, ...],
    data: str,
    sink: IO[bytes],
    kind: str,
    step: Callable[[int], None] = lambda _: None,
) -> BatchSums:
    """Write to ``sink`` (``kind``: csv, xlsx or jsonl) the rows of ``data`` with their results and an ``error`` column.

    Columns of the input are parameters by name or Chinese label; others are kept and reported. ``step`` is told after each
    row how many are done. A row that fails is empty but for its ``error``. Raises UsageError for a file that cannot be read,
    a table without a parameter, and a heading that is there twice."""
    sums = BatchSums()
    rows = _rows(data)
    headings = next(rows, None)
    if headings is None:
        raise UsageError(f"{data} 是空的")
    names = _parameters_of(headings, parameters, data)
    sums.unused = [h for i, h in enumerate(headings) if h and i not in names]
    results: dict[str, None] = {}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as kept:
        for cells in rows:
            found, error = _one(calculate, {name: cells[i] for i, name in names.items() if i < len(cells) and cells[i]})
            results.update(dict.fromkeys(found))
            sums.rows += 1
            sums.failed += bool(error)
            kept.write(json.dumps([cells, found, error], ensure_ascii=False) + "\n")
            step(sums.rows)
        kept.seek(0)
        columns = sorted(results, key=lambda name: name == OPEN)  # in the order they came up, what is open last
        _WRITERS[kind](sink, headings, columns, (json.loads(line) for line in kept))
    return sums


def _one(calculate: Calculate, inputs: Mapping[str, str]) -> tuple[dict[str, int | str], str]:
    """Results of one row and why there are none."""
    try:
        answer = calculate(inputs)
    except ValueError as error:
        return {}, " ".join(str(error).split())
    if answer.results:
        waiting = "；".join(step.text for step in answer.steps if STILL_OPEN in step.text)
        return {**answer.results, **({OPEN: waiting} if waiting else {})}, ""
    return {}, "；".join(step.text for step in answer.steps) or "没有得出结果"


def _parameters_of(headings: list[str], parameters: tuple[Parameter, ...], data: str) -> dict[int, str]:
    """Place of a column → parameter."""
    from checkers.vocabulary import fold

    by_word = {fold(p.label): p.name for p in parameters} | {fold(p.name): p.name for p in parameters}
    by_word |= {fold(p.name.replace("_", "-")): p.name for p in parameters}
    out = {i: by_word[fold(h)] for i, h in enumerate(headings) if fold(h) in by_word}
    words = "、".join(f"{p.name}（{p.label}）" for p in parameters)
    if not out:
        raise UsageError(f"{data} 的表头里没有这个计算器的参数，可用的是 {words}")
    if len(set(out.values())) < len(out) or len(set(filter(None, headings))) < len([h for h in headings if h]):
        raise UsageError(f"{data} 的表头里有一列出现了两次")
    return out


# ---------------------------------------------------------------- reading


def _rows(data: str) -> Iterator[list[str]]:
    """The headings, then every row that is not empty, as texts."""
    kind = Path(data).suffix.lower()
    if kind not in (".csv", ".xlsx"):
        raise UsageError(f"--data 的文件要是 .csv 或 .xlsx：{data}")
    try:
        for row in _csv_rows(data) if kind == ".csv" else _xlsx_rows(data):
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield cells
    except OSError as error:
        raise UsageError(f"读不出 {data}：{reason(error)}") from None


def _csv_rows(data: str) -> Iterator[list[str]]:
    with Path(data).open(encoding=_encoding(data), newline="") as file:
        try:
            yield from csv.reader(file)
        except csv.Error:
            raise UsageError(f"{data} 不是有效的 CSV 表") from None
        except UnicodeDecodeError:
            raise UsageError(f"{data} 既不是 UTF-8 也不是 GB18030 编码") from None


def _encoding(data: str) -> str:
    """UTF-8 if the whole file is, else what Excel in Chinese Windows writes."""
    import codecs

    decoder = codecs.getincrementaldecoder("utf-8")()
    with Path(data).open("rb") as file:
        try:
            while chunk := file.read(CHUNK_BYTES):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8-sig"


def _xlsx_rows(data: str) -> Iterator[list[str]]:
    import zipfile
    from xml.etree.ElementTree import ParseError

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    from docgen.facts_file import cell_text

    with Path(data).open("rb") as file:
        try:
            book = load_workbook(file, read_only=True, data_only=True)
            for row in book.worksheets[0].iter_rows(values_only=True):
                yield [cell_text(cell) for cell in row]
        except (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, IndexError, TypeError):
            raise UsageError(f"{data} 不是有效的 .xlsx 工作簿") from None


# ---------------------------------------------------------------- writing


def _merged(headings: list[str], results: list[str], rows: Iterator[Any]) -> Iterator[list[int | str]]:
    """The header, then rows of equal length: the input's cells, the results, the error."""
    taken = set(headings)
    yield [*headings, *(f"result.{r}" if r in taken else r for r in results), ERROR]
    for cells, found, error in rows:
        padded = [cells[i] if i < len(cells) else "" for i in range(len(headings))]
        yield [*padded, *(found.get(r, "") for r in results), error]


def _write_csv(sink: IO[bytes], headings: list[str], results: list[str], rows: Iterator[Any]) -> None:
    text = io.TextIOWrapper(sink, encoding="utf-8-sig", newline="", write_through=True)
    csv.writer(text).writerows(_merged(headings, results, rows))
    text.flush()
    text.detach()


def _write_xlsx(sink: IO[bytes], headings: list[str], results: list[str], rows: Iterator[Any]) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("结果")

    def cell(value: int | str) -> Any:
        if isinstance(value, int):
            return value
        made = WriteOnlyCell(sheet, value="")
        made.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        made.data_type = "s"  # a text that begins with = is a text, never a formula
        return made

    for row in _merged(headings, results, rows):
        sheet.append([cell(value) for value in row])
    book.save(sink)


def _write_jsonl(sink: IO[bytes], headings: list[str], results: list[str], rows: Iterator[Any]) -> None:
    """``{"inputs": …, "results": …, "open": null, "error": null}`` a line."""
    for cells, found, error in rows:
        inputs = dict(zip(headings, cells, strict=False))
        waiting = found.pop(OPEN, None)
        line = {"inputs": inputs, "results": found, "open": waiting, "error": error or None}
        sink.write((json.dumps(line, ensure_ascii=False) + "\n").encode("utf-8"))


_WRITERS = {"csv": _write_csv, "xlsx": _write_xlsx, "jsonl": _write_jsonl}


@contextmanager
def whole_file(output: str) -> Iterator[IO[bytes]]:
    """A file that appears under its name only when it is whole. Raises UsageError where it cannot be written."""
    target = Path(output)
    if target.is_dir():
        raise UsageError(f"写不了 {output}：这是文件夹，请给出文件名")
    part = ""
    try:
        handle, part = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
        with os.fdopen(handle, "w+b") as file:
            yield file
        if os.name == "posix":
            mask = os.umask(0)
            os.umask(mask)
            Path(part).chmod(0o666 & ~mask)
        Path(part).replace(target)
    except OSError as error:
        raise UsageError(f"写不了 {output}：{reason(error)}") from None
    finally:
        if part:
            Path(part).unlink(missing_ok=True)
