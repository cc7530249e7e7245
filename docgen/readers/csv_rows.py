"""CSV files in: UTF-8 or GB18030, parted by commas, tabs or semicolons, read as a worksheet."""

from __future__ import annotations

import csv
import io

from docgen.document import Document
from docgen.errors import UnreadableError
from docgen.readers.limits import DEFAULT, Limits, check_sheet
from docgen.readers.sniff import decode
from docgen.readers.worksheet import Rows, document_of, make_page, trim

SUFFIXES = (".csv", ".tsv")
SEPARATORS = ",\t;，"
SAMPLE = 4096
"""Characters that are looked at to find the separator."""


def read_csv(data: bytes, path: str, limits: Limits = DEFAULT) -> Document:
    """The file as one sheet without a name. Raises ``UnreadableError`` as ``read_rows``, and for a file without any value."""
    rows = trim(Rows(read_rows(data, limits)))
    if not rows.texts:
        raise UnreadableError("文件里没有文字，请确认提交的是填好的文件。")
    return document_of(path, "csv", [make_page(1, 1, rows, limits)])


def read_rows(data: bytes, limits: Limits = DEFAULT) -> list[tuple[str, ...]]:
    """All rows, equally wide; ``="00123"`` and ``'00123`` (how exports keep zeros) give the text itself.

    Raises ``UnreadableError`` if no encoding fits, and over a limit.
    """
    text = decode(data)
    if text is None:
        raise UnreadableError("无法识别文字编码，请用 Excel 或 WPS 另存为 .xlsx 再提交。")
    separator = _separator(text[:SAMPLE])
    texts: list[tuple[str, ...]] = []
    width = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            texts.append(tuple([_value(cell) for cell in row]))
            width = max(width, len(row))
            if len(texts) > limits.sheet_rows or width > limits.table_columns:
                break
    except csv.Error as error:
        raise UnreadableError("CSV 文件的引号不成对或单元格过长，请用 Excel 或 WPS 另存为 .xlsx 再提交。") from error
    check_sheet("CSV", len(texts), width, limits)
    return [row + ("",) * (width - len(row)) for row in texts]


def _separator(text: str) -> str:
    """The separator that stands most often in the text; a comma where none does."""
    return max(SEPARATORS, key=text.count)


def _value(cell: str) -> str:
    text = cell.strip()
    if text.startswith('="') and text.endswith('"'):
        return text[2:-1]
    return text[1:] if text[:1] == "'" and text[1:].isdigit() else text
