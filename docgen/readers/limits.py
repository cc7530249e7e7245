"""How much of an untrusted paper is read before it is refused: every number and every refusal sentence in one place.

A refusal is an ``UnreadableError``; the caller names the file, the sentence says which limit and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from docgen.errors import UnreadableError

MIB = 1024 * 1024
RATIO_FROM = 10 * MIB
"""Below this expanded size (bytes) the ratio of an archive is not looked at: a blank form compresses well honestly."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds of one input file, all inclusive.

    bytes           size of the file as it arrives (bytes)
    pages           pages of a paged file (pages); what lies beyond is left out with a warning, or refused, by the reader
    zip_members     members of an archive or an Office package (members)
    zip_ratio       expanded size : packed size of all members together (times), looked at only beyond ``RATIO_FROM``
    zip_bytes       expanded size of all members together (bytes)
    xml_bytes       expanded size of one XML part (bytes)
    xml_nodes       tags and attributes of one XML part (count of ``<`` and ``=``): bounds the memory of its tree
    xml_depth       nesting of elements (levels); libxml2 enforces this number itself, so it cannot be raised
    table_depth     tables in tables (levels, the outermost is 1); deeper ones are read as plain text with a warning
    table_columns   grid columns of one table (columns); a wider span is clamped with a warning
    paragraphs      paragraphs or text lines, those in tables included (paragraphs)
    cells           cells of all tables together (cells)
    sheet_rows      rows of one worksheet (rows), down to the last one with a value
    sheet_cells     area of one worksheet, from its first to its last value (cells)
    sheet_bytes     expanded size of one worksheet or of the texts of a workbook (bytes)
    characters      characters of all paragraphs together (characters)
    image_pixels    pixels of a picture that is decoded to look at its colours (pixels); larger ones are not decoded
    page_pixels     pixels of a photographed or scanned page (pixels); a larger JPEG is decoded smaller, others are refused
    ocr_pages       pages of one file that are read by OCR (pages); those beyond are left out with a warning
    archive_bytes   size of an archive or a mail as it arrives (bytes); its members are held to ``bytes`` one by one
    archive_depth   archives and mails inside one another (levels, the outermost is 1)
    worker_seconds  wall time a worker process may take over one paper (seconds)
    worker_mib      address space of a worker process (MiB); not enforced on Windows
    """

    bytes: int = 50 * MIB
    pages: int = 200
    zip_members: int = 2_000
    zip_ratio: int = 200
    zip_bytes: int = 300 * MIB
    xml_bytes: int = 64 * MIB
    xml_nodes: int = 3_000_000
    xml_depth: int = 256
    table_depth: int = 20
    table_columns: int = 500
    paragraphs: int = 100_000
    cells: int = 200_000
    sheet_rows: int = 200_000
    sheet_cells: int = 4_000_000
    sheet_bytes: int = 200 * MIB
    characters: int = 5_000_000
    image_pixels: int = 4_000_000
    page_pixels: int = 60_000_000
    ocr_pages: int = 20
    archive_bytes: int = 300 * MIB
    archive_depth: int = 3
    worker_seconds: int = 300
    worker_mib: int = 4_096


DEFAULT = Limits()


class Member(Protocol):
    """What ``check_zip`` looks at: ``zipfile.ZipInfo`` fits. Sizes in bytes, as the archive's directory states them."""

    @property
    def file_size(self) -> int: ...
    @property
    def compress_size(self) -> int: ...


def check_bytes(size: int, limits: Limits = DEFAULT) -> None:
    """Refuse a file of more than ``limits.bytes``."""
    if size > limits.bytes:
        raise UnreadableError(f"文件超过 {_mib(limits.bytes)} 的大小上限，请压缩图片或拆分后分别提交。")


def check_zip(members: Iterable[Member], limits: Limits = DEFAULT) -> None:
    """Refuse an archive by its directory, before anything is expanded.

    The stated sizes may be trusted as upper bounds: ``zipfile`` never expands a member beyond its stated size.
    """
    expanded = packed = 0
    for count, member in enumerate(members, 1):
        expanded += member.file_size
        packed += member.compress_size
        if count > limits.zip_members:
            raise UnreadableError(f"压缩包内的文件超过 {limits.zip_members} 个，请减少后重新打包。")
        if expanded > limits.zip_bytes:
            raise UnreadableError(f"文件解压后超过 {_mib(limits.zip_bytes)}，已停止读取，请拆分后分别提交。")
    if expanded > RATIO_FROM and expanded > limits.zip_ratio * max(packed, 1):
        raise UnreadableError(f"文件压缩比超过 {limits.zip_ratio} 倍，疑似恶意压缩文件，已停止读取。")


def check_archive(size: int, limits: Limits = DEFAULT) -> None:
    """Refuse an archive or a mail of more than ``limits.archive_bytes``."""
    if size > limits.archive_bytes:
        raise UnreadableError(f"压缩包或邮件超过 {_mib(limits.archive_bytes)} 的大小上限，请拆分后分别提交。")


def archive_depth_message(limits: Limits = DEFAULT) -> str:
    """The sentence for an archive nested deeper than ``limits.archive_depth``."""
    return f"压缩包套压缩包超过 {limits.archive_depth} 层，里层没有读取，请解压后重新打包。"


def worker_seconds_message(limits: Limits = DEFAULT) -> str:
    """The sentence for a paper that took a worker longer than ``limits.worker_seconds``."""
    return f"读取超过 {limits.worker_seconds} 秒仍未完成，已停止，请拆分或换一种格式后重新提交。"


def worker_mib_message(limits: Limits = DEFAULT) -> str:
    """The sentence for a paper that took a worker more than ``limits.worker_mib``."""
    return f"读取所需内存超过 {limits.worker_mib} MB，已停止，请拆分或压缩后重新提交。"


def check_part(size: int, limits: Limits = DEFAULT) -> None:
    """Refuse a part of a package of more than ``limits.xml_bytes``, by its stated size, before it is expanded."""
    if size > limits.xml_bytes:
        raise UnreadableError(f"文件的一个部件超过 {_mib(limits.xml_bytes)}，请拆分后分别提交。")


def check_xml(data: bytes, limits: Limits = DEFAULT) -> None:
    """Refuse an XML part whose tree would be too large for memory, and any part with a DTD (entity attacks)."""
    check_part(len(data), limits)
    if data.count(b"<") + data.count(b"=") > limits.xml_nodes:
        raise UnreadableError(f"文件结构过于庞大（标记超过 {limits.xml_nodes // 10_000} 万个），请拆分后分别提交。")
    if b"<!DOCTYPE" in data:
        raise UnreadableError("文件内部含有外部实体声明（DOCTYPE），正常的办公文档没有这种内容，已停止读取。")


def depth_message(limits: Limits = DEFAULT) -> str:
    """The sentence for XML nested deeper than ``limits.xml_depth``."""
    return f"文件内部结构嵌套超过 {limits.xml_depth} 层，无法读取，请用 Word 或 WPS 整理后重新保存。"


def check_paragraphs(count: int, limits: Limits = DEFAULT) -> None:
    """Refuse more than ``limits.paragraphs`` paragraphs or lines."""
    if count > limits.paragraphs:
        raise UnreadableError(f"文件的段落超过 {limits.paragraphs} 个，请拆分后分别提交。")


def check_cells(count: int, limits: Limits = DEFAULT) -> None:
    """Refuse more than ``limits.cells`` table cells."""
    if count > limits.cells:
        raise UnreadableError(f"文件的表格单元格超过 {limits.cells} 个，请拆分后分别提交。")


def check_sheet(sheet: str, rows: int, cols: int, limits: Limits = DEFAULT) -> None:
    """Refuse a worksheet whose values reach further than is read: a dense grid is made of it, so one far cell counts."""
    if rows > limits.sheet_rows:
        raise UnreadableError(f"工作表“{sheet}”的内容到第 {rows} 行，超过 {limits.sheet_rows} 行，请拆分后分别提交。")
    if cols > limits.table_columns:
        raise UnreadableError(
            f"工作表“{sheet}”的内容到第 {cols} 列，超过 {limits.table_columns} 列，请删去表外的内容后再提交。"
        )
    if rows * cols > limits.sheet_cells:
        raise UnreadableError(
            f"工作表“{sheet}”的范围有 {rows} 行、{cols} 列，超过 {limits.sheet_cells // 10_000} 万个单元格，"
            "请删去表外的内容或拆分后再提交。"
        )


def check_characters(count: int, limits: Limits = DEFAULT) -> None:
    """Refuse more than ``limits.characters`` characters of text."""
    if count > limits.characters:
        raise UnreadableError(f"文件的文字超过 {limits.characters // 10_000} 万字，请拆分后分别提交。")


def page_pixels_message(width: int, height: int, limits: Limits = DEFAULT) -> str:
    """The sentence for a picture of more than ``limits.page_pixels``."""
    most = limits.page_pixels // 10_000
    return f"图片有 {width}×{height} 像素，超过 {most} 万像素的上限，请用不高于 300 dpi 重新扫描或缩小后提交。"


def ocr_pages_warning(pages: int | None, limits: Limits = DEFAULT) -> str:
    """The sentence for more scanned pages than ``limits.ocr_pages``; ``pages`` is their number where it is known."""
    total = f"共有 {pages} 页图像，" if pages else "图像页数较多，"
    return f"文件{total}只识别了前 {limits.ocr_pages} 页，其余未读取，请拆分后分别提交。"


def table_depth_warning(limits: Limits = DEFAULT) -> str:
    """The sentence for tables nested deeper than ``limits.table_depth``."""
    return f"表格嵌套超过 {limits.table_depth} 层，更深的表格只读取了文字，没有读取格线。"


def table_columns_warning(limits: Limits = DEFAULT) -> str:
    """The sentence for a table wider than ``limits.table_columns``."""
    return f"表格超过 {limits.table_columns} 列，超出的列没有按列区分。"


def _mib(size: int) -> str:
    return f"{size // MIB} MB" if size >= MIB else f"{size} 字节"
