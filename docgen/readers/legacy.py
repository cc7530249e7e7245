"""Old office formats (.doc, .wps, .rtf, .odt, Word XML, .ods, .et) → Document, by way of LibreOffice where it is installed."""

from __future__ import annotations

import subprocess
import tempfile
import threading
from pathlib import Path

from docgen import libreoffice
from docgen.document import Document
from docgen.errors import UnreadableError
from docgen.libreoffice import find_soffice
from docgen.readers.limits import DEFAULT, Limits, check_bytes
from docgen.readers.sniff import sniff

SECONDS = 90.0
"""Time a conversion may take; a cold start of LibreOffice takes up to 15 s on an old office machine."""

LOCK = threading.Lock()
"""One conversion at a time: each takes some 300 MiB."""

SUFFIXES = {"doc": ".doc", "rtf": ".rtf", "odt": ".odt", "wordml": ".xml", "ods": ".ods", "xls": ".xls"}
"""Formats that are read here, with the neutral name's suffix that LibreOffice goes by."""

FILTERS = {".doc": "MS Word 97", ".rtf": "Rich Text Format"}
"""Filters that must be named: LibreOffice otherwise reads a damaged file as plain text, and its bytes as Chinese."""

MISSING = (
    "读取旧版格式（.doc、.wps、.rtf 等）需要 LibreOffice，本机没有安装，请安装它，或用 Word、WPS 另存为 .docx 再提交。"
)
FAILED = "旧版文档转换失败，可能已损坏或加了打开密码，请用 Word 或 WPS 打开后另存为 .docx 再提交。"
NOT_STARTED = "LibreOffice 无法启动，请检查安装，或用 Word、WPS 另存为 .docx 再提交。"


def read_legacy(
    data: bytes, path: str, limits: Limits = DEFAULT, *, seconds: float = SECONDS, soffice: str | None = None
) -> Document:
    """Read an old office file from memory; ``path`` only names it. ``soffice`` is the program, by default as found.

    Locations are those of the Word (or Excel) file it is converted to. Raises ``UnreadableError`` without LibreOffice,
    when the conversion fails or takes more than ``seconds``, and as the reader of the result does.
    """
    code = sniff(data).code
    if code == "odt" and b"opendocument.spreadsheet" in data[:200]:
        code = "ods"
    suffix, target = SUFFIXES.get(code, ".doc"), "xlsx" if code in {"ods", "xls"} else "docx"
    converted = convert(data, suffix, target, limits, seconds=seconds, soffice=soffice)
    if target == "docx":
        from docgen.readers.docx import read_docx

        document = read_docx(converted, path, limits)
    else:
        from docgen.readers import read

        document = read(f"input.{target}", converted, limits)
        document.path = path
    document.format, document.reader = code, f"libreoffice+{document.reader}"
    return document


def convert(
    data: bytes,
    suffix: str,
    target: str,
    limits: Limits = DEFAULT,
    *,
    seconds: float = SECONDS,
    soffice: str | None = None,
) -> bytes:
    """``data`` (a file of the type ``suffix``, as ``.doc``) as LibreOffice writes it as ``target`` (``docx``, ``pdf`` …).

    Runs under a profile of its own in a temporary folder that is removed afterwards. Raises ``UnreadableError`` without
    LibreOffice, when it fails, when the result is over ``limits.bytes``, and after ``seconds``: all its processes have
    then been ended.
    """
    program = soffice or find_soffice()
    if program is None:
        raise UnreadableError(MISSING)
    with LOCK, tempfile.TemporaryDirectory(prefix="docgen-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        source, profile, out = home / f"input{suffix}", home / "profile", home / "out"
        libreoffice.make_profile(profile)
        source.write_bytes(data)
        command = [
            *libreoffice.command(program, profile),
            *((f"--infilter={FILTERS[suffix]}",) if suffix in FILTERS else ()),
            *("--convert-to", target, "--outdir", str(out), str(source)),
        ]
        _run(command, home, seconds)
        made = out / f"input.{target}"
        if not made.is_file() or not made.stat().st_size:
            raise UnreadableError(FAILED)
        check_bytes(made.stat().st_size, limits)
        return made.read_bytes()


def _run(command: list[str], home: Path, seconds: float) -> None:
    """Run a command in its own process group with ``home`` as home; end the whole group after ``seconds``."""
    try:
        process = libreoffice.start(command, home, HOME=str(home))
    except OSError as error:
        raise UnreadableError(NOT_STARTED) from error
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        raise UnreadableError(
            f"旧版文档转换超过 {seconds:g} 秒，已停止，请用 Word 或 WPS 另存为 .docx 再提交。"
        ) from None
    finally:  # also when interrupted
        libreoffice.end(process)
