"""CSV and TSV as a stream: UTF-8 or GB18030, with or without a mark, titles above the header passed over."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from docgen.errors import UsageError, reason
from docgen.generating.sources import (
    HEAD_ROWS,
    IsHeading,
    Record,
    Source,
    clean_heading,
    header_row,
    numbered,
    require_rows,
)
from docgen.readers.csv_rows import SAMPLE, SEPARATORS

CHUNK = 1 << 20
"""Bytes that are decoded at a time to find the encoding."""
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def csv_source(path: Path, is_heading: IsHeading) -> Source:
    """Raises UsageError for a file that cannot be read, is empty, or is no text."""
    encoding = text_encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(SAMPLE)
    separator = "\t" if path.suffix.lower() == ".tsv" else max(SEPARATORS, key=sample.count)
    with closing(_rows(path, encoding, separator)) as rows:
        head = list(islice(rows, HEAD_ROWS))
    if not any(any(row) for row in head):
        raise UsageError(f"数据文件 {path} 是空的")
    at = header_row(head, is_heading)
    headings = tuple(clean_heading(text) for text in head[at])

    def records() -> Iterator[Record]:
        yield from numbered(islice(_rows(path, encoding, separator), at + 1, None), len(headings))

    count = sum(1 for _ in records())
    require_rows(count, f"数据文件 {path}")
    return Source(path.name, headings, records, count, first_row=at + 1)


def text_encoding(path: Path) -> str:
    """By its mark, else UTF-8 if all of it is, else GB18030. Raises UsageError for what is neither."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
        for mark, name in _MARKS:
            if start.startswith(mark):
                _decode_all(path, name)
                return name
        for name in ("utf-8", "gb18030"):
            try:
                _decode_all(path, name)
            except UnicodeDecodeError:
                continue
            return name
    except OSError as error:
        raise UsageError(f"读不出数据文件 {path}：{reason(error)}") from None
    except UnicodeDecodeError:
        pass
    raise UsageError(f"数据文件 {path} 既不是 UTF-8 也不是 GB18030 编码的文字，请另存为 UTF-8 的 .csv 或 .xlsx")


def _decode_all(path: Path, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if b"\0" in chunk and not encoding.startswith("utf-16"):
                raise UnicodeDecodeError(encoding, b"\0", 0, 1, "binary")
            decoder.decode(chunk)
        decoder.decode(b"", final=True)


def _rows(path: Path, encoding: str, separator: str) -> Generator[list[str]]:
    try:
        with path.open(encoding=encoding, newline="") as file:
            for row in csv.reader(file, delimiter=separator):
                yield [_value(cell) for cell in row]
    except csv.Error as error:
        raise UsageError(f"数据文件 {path} 的引号不成对，或者有一格过长，请用 Excel 或 WPS 另存为 .xlsx") from error
    except OSError as error:
        raise UsageError(f"读不出数据文件 {path}：{reason(error)}") from None


def _value(cell: str) -> str:
    """``="00123"`` and ``'00123`` (how exports keep zeros) give the text itself."""
    text = cell.strip()
    if text[:2] == '="' and text[-1:] == '"' and len(text) > 2:
        return text[2:-1]
    return text[1:] if text[:1] == "'" and text[1:].isdigit() else text
