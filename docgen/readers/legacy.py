"""Old office formats (.doc, .wps, .rtf, .odt, Word XML, .ods, .et) → Document, by way of LibreOffice where it is installed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from docgen.document import Document
from docgen.errors import UnreadableError
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

_PLACES = (
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
)

_ITEM = '<item oor:path="/org.openoffice.Office.Common/{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'
_SETTINGS = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    + _ITEM.format("Security/Scripting", "DisableMacrosExecution", "true")
    + _ITEM.format("Security/Scripting", "MacroSecurityLevel", "3")
    + _ITEM.format("Security/Scripting", "BlockUntrustedRefererLinks", "true")
    + _ITEM.format("Security/Scripting", "DisableActiveContent", "true")
    + "</oor:items>"
)
"""A profile in which no macro runs and nothing is fetched, whatever a document asks for."""

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


def find_soffice() -> str | None:
    """LibreOffice's program: ``DOCGEN_SOFFICE``, then the search path, then the usual places; None without it."""
    named = os.environ.get("DOCGEN_SOFFICE")
    if named:
        return named if Path(named).is_file() else None
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


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
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, "utf-8")
        source.write_bytes(data)
        command = [
            program,
            f"-env:UserInstallation={profile.as_uri()}",
            *("--headless", "--invisible", "--norestore", "--nolockcheck", "--nodefault", "--nologo"),
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
    environment = os.environ | {"HOME": str(home), "TMPDIR": str(home), "TMP": str(home), "TEMP": str(home)}
    try:
        process = subprocess.Popen(  # noqa: S603 - the program is the office's own, the arguments are fixed
            command,
            cwd=home,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise UnreadableError(NOT_STARTED) from error
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        raise UnreadableError(
            f"旧版文档转换超过 {seconds:g} 秒，已停止，请用 Word 或 WPS 另存为 .docx 再提交。"
        ) from None
    finally:  # also when interrupted; a launcher that has ended may have left its program behind
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process with all it started."""
    if sys.platform == "win32":
        if process.poll() is None:
            tree = ["taskkill", "/T", "/F", "/PID", str(process.pid)]
            subprocess.run(tree, check=False, capture_output=True)  # noqa: S603 - fixed command of Windows
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(5)
