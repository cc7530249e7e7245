"""Names of spreadsheet cells: ``B3``, ``花名册!B3``, ``'2024 年'!B3`` — written by the readers, read by the marked copy."""

from __future__ import annotations

import re

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


def column_letters(col: int) -> str:
    """Spreadsheet letters of a column counted from 0: 0 → A, 26 → AA."""
    out = ""
    col += 1
    while col:
        col, rest = divmod(col - 1, 26)
        out = chr(ord("A") + rest) + out
    return out


def cell_name(row: int, col: int, sheet: str = "") -> str:
    """The name of the cell at ``row`` and ``col`` (from 0), with its sheet before it where one is given.

    A sheet's name of other than letters and digits stands in single quotes, quotes in it doubled, as Excel writes it.
    """
    reference = f"{column_letters(col)}{row + 1}"
    if not sheet:
        return reference
    plain = sheet.replace("_", "a").isalnum() and not sheet[0].isdigit()
    quoted = sheet if plain else "'" + sheet.replace("'", "''") + "'"
    return f"{quoted}!{reference}"


def split_cell(name: str) -> tuple[str, int, int] | None:
    """Sheet ("" for none), row and column (from 0) of a name that ``cell_name`` wrote; None for another text."""
    sheet, _, reference = name.rpartition("!")
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        return None
    if len(sheet) > 1 and sheet[0] == sheet[-1] == "'":
        sheet = sheet[1:-1].replace("''", "'")
    col = 0
    for letter in found[1]:
        col = col * 26 + ord(letter) - ord("A") + 1
    return sheet, int(found[2]) - 1, col - 1
