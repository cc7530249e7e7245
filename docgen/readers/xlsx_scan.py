"""What a workbook's own XML says before calamine reads it: how far it reaches, and what calamine does not tell.

Calamine lays a dense grid from the first to the last value of a sheet, so a file of a kilobyte with a value in A1 and one
in XFD1048576 would ask for half a terabyte. The sheets are therefore looked at first, as bytes: parsing a million cells
as XML would take as long as reading them. The members' check sums are verified on the way, so that none is larger than
the archive says.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from xml.parsers import expat

from docgen.cells import split_cell
from docgen.errors import UnreadableError
from docgen.readers.limits import Limits, check_sheet, check_zip
from docgen.readers.sniff import ZIP_ERRORS

DAMAGED = "Excel 工作簿已损坏或未传输完整，请用 Excel 或 WPS 打开后重新保存再提交。"
ENCRYPTED = "Excel 工作簿加了打开密码，请取消密码后重新保存再提交。"
_BINARY = "这是二进制工作簿（.xlsb），目前不能读取，请用 Excel 或 WPS 另存为 .xlsx 再提交。"
_HEAVY = "工作簿里的文字展开后过多，已停止读取，请拆分后分别提交。"

MOST_TEXT = 256 * 1024 * 1024
"""Bytes of text of all cells of a sheet together, where the same long text is used by many cells."""

MOST_ERRORS = 1000
"""Error values of a sheet that are told apart by cell."""

_SURE_COLUMNS, _SURE_ROWS = 26, 200_000
_FAR = re.compile(rb' r="(?:[A-Za-z]{2}|[A-Za-z]?(?:[2-9][0-9]{5}|[0-9]{7}))')
"""A reference beyond ``_SURE_COLUMNS`` × ``_SURE_ROWS``; a row's own number has no letter."""

_FILLED = re.compile(rb'<(?:\w+:)?c\s[^<>]*?\br\s*=\s*["\']([A-Za-z]{1,4})([0-9]{1,8})["\'][^<>]*(?<!/)>')
_ERROR = re.compile(
    rb'<(?:\w+:)?c\s([^<>]*?\bt="e"[^<>]*)>(?:<(?:\w+:)?f[^<>]*/>|<(?:\w+:)?f[^<>]*>[^<]*</(?:\w+:)?f>)?<(?:\w+:)?v>([^<]{1,20})<'
)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3}[0-9]{1,7})"')
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s[^<>]*\bhidden="(?:1|true)"')
_HIDDEN_COLUMN = re.compile(rb'<(?:\w+:)?col\s[^<>]*\bhidden="(?:1|true)"')
_UNSAVED = re.compile(rb"</(?:\w+:)?f>(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>")
_TEXT_CELL = re.compile(rb't="s"[^<>]*>\s*<(?:\w+:)?v>([0-9]+)<')
_SHARED = re.compile(rb"<(?:\w+:)?si[\s>/]")

Place = tuple[int, int]
"""(row, column) of a worksheet, from 0."""


@dataclass(slots=True)
class SheetScan:
    """What calamine does not say of a sheet.

    ``months``, ``percents``: cells shown as a month, as a percentage. ``errors``: error values (``#N/A``) by cell;
    ``error_count`` of all of them. ``unsaved``: formulas whose result is not in the file.
    """

    months: set[Place] = field(default_factory=set)
    percents: set[Place] = field(default_factory=set)
    errors: dict[Place, str] = field(default_factory=dict)
    error_count: int = 0
    hidden_rows: int = 0
    hidden_columns: int = 0
    unsaved: int = 0


def scan(data: bytes, limits: Limits) -> dict[str, SheetScan]:
    """Sheet name → scan. Raises ``UnreadableError`` for a damaged, encrypted or hostile workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _scan(archive, limits)
    except ZIP_ERRORS as error:
        encrypted = isinstance(error, RuntimeError) and "encrypted" in str(error)
        raise UnreadableError(ENCRYPTED if encrypted else DAMAGED) from error
    except expat.ExpatError as error:
        raise UnreadableError(DAMAGED) from error


def _scan(archive: zipfile.ZipFile, limits: Limits) -> dict[str, SheetScan]:
    infos = archive.infolist()
    check_zip(infos, limits)
    members = {info.filename.replace("\\", "/").lstrip("/"): info for info in infos}
    if "xl/workbook.bin" in members:
        raise UnreadableError(_BINARY)
    small = {n: i for n, i in members.items() if n.endswith((".xml", ".rels")) and not n.startswith("xl/worksheets/")}
    parts = {name: _read(archive, info, limits) for name, info in small.items() if not name.startswith("xl/media/")}
    for name, part in parts.items():
        if b"<!DOCTYPE" in part and name != "xl/sharedStrings.xml":
            raise UnreadableError("文件内部含有外部实体声明（DOCTYPE），正常的办公文档没有这种内容，已停止读取。")
    styles = _styles(parts.get("xl/styles.xml", b""))
    lengths = [len(text) for text in _SHARED.split(parts.get("xl/sharedStrings.xml", b""))[1:]]
    out: dict[str, SheetScan] = {}
    for name, target in _sheets(parts).items():
        if target in members:
            xml = _read(archive, members[target], limits)
            _check_reach(name, xml, limits)
            _check_texts(xml, lengths)
            out[name] = _scan_sheet(xml, styles)
    return out


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits) -> bytes:
    if info.file_size > limits.sheet_bytes:
        raise UnreadableError(f"工作簿的一个部件超过 {limits.sheet_bytes // 2**20} MB，请拆分后分别提交。")
    return archive.read(info)


def _sheets(parts: dict[str, bytes]) -> dict[str, str]:
    """Sheet name → member name, by the workbook part and its relationships."""
    book = next((n for n in ("xl/workbook.xml", "xl/Workbook.xml") if n in parts), "")
    targets: dict[str, str] = {}
    for tag, values in _elements(parts.get("xl/_rels/workbook.xml.rels", b"")):
        if tag == "Relationship":
            path = posixpath.normpath(posixpath.join("/xl", values.get("Target", ""))).lstrip("/")
            targets[values.get("Id", "")] = path
    out: dict[str, str] = {}
    for tag, values in _elements(parts.get(book, b"")):
        if tag == "sheet":
            link = next((v for k, v in values.items() if k.rpartition(":")[2] == "id"), "")
            out[values.get("name", "")] = targets.get(link, "")
    return out


def _elements(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """(name without prefix, attributes) of every element; entities are not expanded beyond expat's own bounds."""
    out: list[tuple[str, dict[str, str]]] = []
    if not xml:
        return out
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, values: out.append((tag.rpartition(":")[2], values))
    parser.Parse(xml, True)
    return out


# ---------------------------------------------------------------- how far it reaches


def _check_reach(sheet: str, xml: bytes, limits: Limits) -> None:
    """Refuse a sheet that is too wide or too long. Exact only where the bytes leave a doubt: honest rosters do not."""
    start, end = max(xml.find(b"<sheetData"), 0), xml.rfind(b"</sheetData>")
    span = (start, end if end > start else len(xml))
    if xml.count(b'<c r="', *span) == xml.count(b"<c", *span) and b":c" not in xml and not _FAR.search(xml):
        return
    rows = cols = 0
    for letters, number in _FILLED.findall(xml):
        col = 0
        for letter in letters.upper():
            col = col * 26 + letter - 64
        cols, rows = max(cols, col), max(rows, int(number))
    loose = len(re.findall(rb"<(?:\w+:)?c[\s>]", xml)) - len(re.findall(rb"<(?:\w+:)?c\s[^<>]*?\br\s*=", xml))
    if loose:  # cells without a reference follow one another; rows too
        rows = max(rows, len(re.findall(rb"<(?:\w+:)?row[\s>]", xml)))
        cols = max(cols, max((len(re.findall(rb"<(?:\w+:)?c[\s>]", row)) for row in _rows(xml)), default=0))
    check_sheet(sheet, rows, cols, limits)


def _rows(xml: bytes) -> list[bytes]:
    return re.split(rb"<(?:\w+:)?row[\s>]", xml)[1:]


def _check_texts(xml: bytes, lengths: list[int]) -> None:
    """Refuse a sheet in which a million cells share one long text: calamine gives each cell a copy."""
    longest = max(lengths, default=0)
    if longest * xml.count(b't="s"') <= MOST_TEXT:
        return
    used = Counter(int(number) for number in _TEXT_CELL.findall(xml))
    if sum(lengths[number] * count for number, count in used.items() if number < len(lengths)) > MOST_TEXT:
        raise UnreadableError(_HEAVY)


# ---------------------------------------------------------------- what calamine does not tell


def _styles(xml: bytes) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """Numbers of the cell formats shown as a month without a day, and as a percentage."""
    formats: dict[str, str] = {"9": "0%", "10": "0.00%", "17": "mmm-yy", "55": "yyyy年m月", "57": "yyyy年m月"}
    months: set[bytes] = set()
    percents: set[bytes] = set()
    number, inside = 0, False
    for tag, values in _elements(xml):
        if tag == "numFmt":
            formats[values.get("numFmtId", "")] = values.get("formatCode", "")
        elif tag in ("cellXfs", "cellStyles", "cellStyleXfs", "dxfs"):
            inside = tag == "cellXfs"
        elif tag == "xf" and inside:
            code = re.sub(r"\"[^\"]*\"|\\.|\[[^\]]*\]", "", formats.get(values.get("numFmtId", ""), "")).lower()
            if "y" in code and "m" in code and "d" not in code and "h" not in code:
                months.add(b"%d" % number)
            elif "%" in code:
                percents.add(b"%d" % number)
            number += 1
    return frozenset(months), frozenset(percents)


def _scan_sheet(xml: bytes, styles: tuple[frozenset[bytes], frozenset[bytes]]) -> SheetScan:
    out = SheetScan(months=_styled(xml, styles[0]), percents=_styled(xml, styles[1]))
    if b't="e"' in xml:
        for attributes, text in _ERROR.findall(xml):
            out.error_count += 1
            place = _place(attributes)
            if place is not None and len(out.errors) < MOST_ERRORS:
                out.errors[place] = text.decode("utf-8", "replace")
    if b" hidden=" in xml:
        out.hidden_rows = len(_HIDDEN_ROW.findall(xml))
        out.hidden_columns = len(_HIDDEN_COLUMN.findall(xml))
    if b"</f>" in xml or b"</x:f>" in xml:
        out.unsaved = len(_UNSAVED.findall(xml))
    return out


def _styled(xml: bytes, numbers: frozenset[bytes]) -> set[Place]:
    """The cells of the formats ``numbers``."""
    if not numbers:
        return set()
    pattern = re.compile(rb'<(?:\w+:)?c\s([^<>]*?\bs="(?:' + b"|".join(sorted(numbers)) + rb')"[^<>]*)(?<!/)>')
    places = (_place(attributes) for attributes in pattern.findall(xml))
    return {place for place in places if place is not None}


def _place(attributes: bytes) -> Place | None:
    found = _REFERENCE.search(attributes)
    cell = split_cell(found[1].decode("ascii")) if found else None
    return cell[1:] if cell else None
