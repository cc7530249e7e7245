"""Paper in: ``read`` turns any supported file into a ``Document``, whatever its name says, or says why it cannot."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path, PurePath

from docgen.document import Document
from docgen.errors import UnreadableError
from docgen.readers.limits import DEFAULT, Limits, check_bytes
from docgen.readers.sniff import is_owner_file, mismatch, sniff

__all__ = ["Limits", "read"]

STDIN = "-"


def read(path: str | Path, data: bytes | None = None, limits: Limits | None = None) -> Document:
    """The paper at ``path``, or in ``data`` if given (``path`` is then only its name); ``-`` is standard input.

    The reader is chosen by content. Raises ``UnreadableError`` with one Chinese sentence that does not repeat the file
    name: the caller knows it and puts it before the sentence or into the location of the finding.
    """
    limits = limits or DEFAULT
    name = str(path)
    if data is None:
        data = _load(name, limits)
    elif is_owner_file(PurePath(name).name):
        raise _owner_file()
    check_bytes(len(data), limits)
    if not data:
        raise UnreadableError("文件是空的（0 字节），请重新导出或重新上传。")
    kind = sniff(data)
    if kind.code == "docx":
        from docgen.readers.docx import read_docx

        document = read_docx(data, name, limits)
    elif kind.code == "pdf":
        from docgen.readers.pdf import read_pdf

        document = read_pdf(data, name, limits)
    elif kind.code in ("xlsx", "xls"):
        from docgen.readers.xlsx import read_xlsx

        document = read_xlsx(data, name, limits)
    elif kind.code == "txt" and PurePath(name).suffix.lower() in (".csv", ".tsv"):
        from docgen.readers.csv_rows import read_csv

        document = read_csv(data, name, limits)
    elif kind.code == "txt":
        from docgen.readers.text import read_text

        document = read_text(data, name, limits)
    elif kind.code == "ofd":
        from docgen.readers.ofd import read_ofd

        document = read_ofd(data, name, limits)
    elif kind.code in {"html", "mht"}:
        from docgen.readers.html import read_html

        document = read_html(data, name, limits)
    elif kind.code in {"doc", "rtf", "odt", "wordml"}:
        from docgen.readers.legacy import read_legacy

        document = read_legacy(data, name, limits)
    elif kind.code in ("jpeg", "png", "tiff", "webp", "bmp", "gif", "heic"):
        from docgen.readers.image import read_image

        document = read_image(data, name, limits, kind.code)
    else:
        raise UnreadableError(f"这是{kind.name}，目前不能读取，{kind.advice}。")
    document.sha256 = hashlib.sha256(data).hexdigest()
    if name != STDIN and (warning := mismatch(PurePath(name).suffix, kind)):
        document.warnings.insert(0, warning)
    return document


def _load(name: str, limits: Limits) -> bytes:
    """The bytes of a regular file; every way it can fail is one sentence."""
    if name == STDIN:
        return sys.stdin.buffer.read(limits.bytes + 1)
    path = Path(name)
    if is_owner_file(path.name):
        raise _owner_file()
    try:
        if path.is_dir():
            raise UnreadableError("这是文件夹，不是文件，请指定其中的文件。")
        if path.exists() and not path.is_file():
            raise UnreadableError("这不是普通文件（可能是设备或管道），无法读取。")
        with path.open("rb") as file:
            return file.read(limits.bytes + 1)
    except FileNotFoundError:
        raise UnreadableError("文件不存在，请检查路径和文件名。") from None
    except PermissionError:
        raise UnreadableError("文件正被其他程序（如 Word、WPS）占用或没有读取权限，请关闭后重试。") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise UnreadableError("文件读取失败，请检查磁盘、网络盘或文件名是否正常。") from error


def _owner_file() -> UnreadableError:
    return UnreadableError("这是 Word 或 WPS 打开文档时留下的临时文件，不是文档本身，请提交同名的正式文件。")
