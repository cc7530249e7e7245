""".docx → PDF by LibreOffice: many files a call, and a file that brings it down fails alone.

LibreOffice stamps the time and a random id into each PDF: the same .docx does not give the same bytes twice.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from docgen import libreoffice
from docgen.errors import DocgenError, UsageError, reason
from docgen.rendering import package

SECONDS = 60.0
"""Time for one paper; a cold start of LibreOffice, up to 15 s on an old office machine, is within the first one's."""
_POLL = 0.05
"""Seconds between two looks at how far LibreOffice is."""
_HOPELESS = 3
"""So many papers that fail one after the other before any has succeeded: LibreOffice itself is at fault."""
_LEAST_FREE = 16 * 1024 * 1024
"""Bytes: with less than this free, LibreOffice's failure is the disk's."""
_PREFIX = "docgen-pdf-"
_OLD = 24 * 3600
"""Seconds after which a temporary folder that nobody has written to was left by a process that was killed."""
_FULL_WIDTH_POINTS = 520
"""Room for the watermark along the diagonal of an A4 page, whichever way it lies."""
LONGEST_WATERMARK = 40
"""Characters: more cannot be read across a page."""

MISSING = (
    "生成 PDF 需要 LibreOffice，本机没有安装：Debian、Ubuntu、统信、麒麟执行 sudo apt install libreoffice-writer，"
    "Windows 从 zh-cn.libreoffice.org 下载安装；装在别处的，用环境变量 DOCGEN_SOFFICE 指明 soffice 的位置。"
)
_PLAIN, _NOTHING, _CRASHED = "不是完好的 .docx 文件", "LibreOffice 没有转换出 PDF", "LibreOffice 转换它时意外退出"
_LOCKED = "加了打开密码，或者是旧版 .doc，转换不了"
_OLE = b"\xd0\xcf\x11\xe0"

_How = Literal["done", "crashed", "late"]


@dataclass(frozen=True, slots=True)
class Pdf:
    """What became of one document: the PDF, or why there is none."""

    data: bytes
    error: str | None = None


class Stopped(DocgenError):  # noqa: N818  not a fault: the caller asked for it
    """The conversion was told to stop."""


def export_options(pdfa: bool = False, watermark: str | None = None) -> str:
    """The argument of ``--convert-to``. Plain ASCII, so that no locale spoils it. Raises UsageError for a watermark too long."""
    # Content controls would stay fillable: a paper that was issued is not to be filled in. 2 is PDF/A-2b.
    given: dict[str, Any] = {"ExportFormFields": False} | ({"SelectPdfVersion": 2} if pdfa else {})
    words = " ".join((watermark or "").split())
    if len(words) > LONGEST_WATERMARK:
        raise UsageError(f"水印有 {len(words)} 个字，太长了：最多 {LONGEST_WATERMARK} 个字。")
    if words:
        width = sum(0.55 if character.isascii() else 1 for character in words)
        given |= {
            "Watermark": words,
            "WatermarkColor": 0xC0C0C0,
            "WatermarkFontHeight": max(12, min(80, int(_FULL_WIDTH_POINTS / width))),
            "WatermarkRotateAngle": 450,  # tenths of a degree
            "WatermarkFontName": "黑体",
        }
    kinds = {bool: "boolean", int: "long", str: "string"}
    typed = {name: {"type": kinds[type(value)], "value": _plain(value)} for name, value in given.items()}
    return f"pdf:writer_pdf_Export:{json.dumps(typed)}"


def _plain(value: bool | int | str) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def check_ready(watermark: str | None = None) -> None:
    """Before papers are written that are to become PDFs. Raises UsageError without LibreOffice or for a watermark too long."""
    if libreoffice.find_soffice() is None:
        raise UsageError(MISSING)
    export_options(watermark=watermark)


class Office:
    """LibreOffice with a profile of its own; several may work side by side. Close it, or use it in a ``with``.

    ``seconds``: for one document. ``fonts``: the font to draw with in place of another. ``stop``: set it and ``convert`` raises
    Stopped. Raises UsageError without LibreOffice.
    """

    def __init__(
        self,
        *,
        pdfa: bool = False,
        watermark: str | None = None,
        seconds: float = SECONDS,
        fonts: Mapping[str, str] | None = None,
        soffice: str | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        program = soffice or libreoffice.find_soffice()
        if program is None:
            raise UsageError(MISSING)
        self._program, self._seconds, self._fonts = program, seconds, dict(fonts or {})
        self._options = export_options(pdfa, watermark)
        self._stop = stop or threading.Event()
        self._home = Path(tempfile.mkdtemp(prefix=_PREFIX))
        _clear_old(self._home.parent)
        self._works, self._failed = False, 0

    def __enter__(self) -> Office:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        shutil.rmtree(self._home, ignore_errors=True)

    def convert(self, documents: Sequence[bytes]) -> list[Pdf]:
        """The PDFs of ``documents`` (.docx files), in their order; one that cannot be converted says why, the others are not harmed.

        Raises UsageError when LibreOffice cannot be started, converts nothing at all, or has no room to write; Stopped.
        """
        results = {n: Pdf(b"", why) for n, data in enumerate(documents) if (why := _fault(data))}
        waiting = [n for n in range(len(documents)) if n not in results]
        while waiting:
            made, how = self._run({n: documents[n] for n in waiting})
            results |= made
            left = [n for n in waiting if n not in made]
            # It takes them in order: what it died or hung on is the first without a PDF. Whoever is left of a whole call failed it.
            suspects, waiting = (left, []) if how == "done" else (left[:1], left[1:])
            alone = len(made) + len(left) == 1
            results |= {n: self._alone(documents[n], how if alone else None) for n in suspects}
        return [results[n] for n in range(len(documents))]

    def _alone(self, data: bytes, how: _How | None) -> Pdf:
        """Another try for one document by itself; ``how``: it has just had that, and this is how it went."""
        if how is None:
            made, how = self._run({0: data})
            if made:
                return made[0]
        if shutil.disk_usage(self._home).free < _LEAST_FREE:
            raise UsageError(f"临时文件夹 {self._home.parent} 所在的磁盘已满，转换不了 PDF，请腾出空间后再做一次。")
        self._failed += 1
        if self._failed >= _HOPELESS and not self._works:
            raise UsageError(f"LibreOffice（{self._program}）接连 {self._failed} 份都转换不成，请检查它的安装。")
        late = f"LibreOffice 超过 {self._seconds:g} 秒没有转换完"
        return Pdf(b"", {"done": _NOTHING, "crashed": _CRASHED, "late": late}[how])

    def _run(self, documents: Mapping[int, bytes]) -> tuple[dict[int, Pdf], _How]:
        """One call of LibreOffice: the PDFs that are whole, and how it ended."""
        profile, work, out = self._home / "profile", self._home / "in", self._home / "out"
        try:
            for folder in (work, out):
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
            if not profile.exists():
                libreoffice.make_profile(profile, self._fonts)
            for n, data in documents.items():
                (work / f"{n:06}.docx").write_bytes(data)
            files = [str(work / f"{n:06}.docx") for n in documents]
            how = self._wait([*self._call(profile), "--outdir", str(out), *files], out)
            pdfs = {n: (out / f"{n:06}.pdf") for n in documents}
            made = {n: Pdf(data) for n, path in pdfs.items() if path.is_file() and _whole(data := path.read_bytes())}
        except OSError as error:
            raise UsageError(f"不能使用临时文件夹 {self._home}：{reason(error)}。") from error
        if how != "done":
            shutil.rmtree(
                profile, ignore_errors=True
            )  # what a killed program left there may keep the next from starting
        self._works = self._works or bool(made)
        return made, how

    def _call(self, profile: Path) -> list[str]:
        # The filter is named: a damaged file is otherwise taken for plain text and printed as such
        named = [*libreoffice.command(self._program, profile), "--infilter=MS Word 2007 XML"]
        return [*named, "--convert-to", self._options]

    def _wait(self, command: list[str], out: Path) -> _How:
        """Runs a call to its end; each new file in ``out`` gives the next document its time."""
        try:
            process = libreoffice.start(command, self._home)
        except OSError as error:
            raise UsageError(f"LibreOffice（{self._program}）无法启动：{reason(error)}，请检查它的安装。") from error
        seen, until = 0, time.monotonic() + self._seconds
        try:
            while True:
                try:
                    return "crashed" if process.wait(_POLL) else "done"
                except subprocess.TimeoutExpired:
                    pass
                if self._stop.is_set():
                    raise Stopped("已停止转换 PDF。")
                count = sum(1 for _ in out.iterdir())
                if count > seen:
                    seen, until = count, time.monotonic() + self._seconds
                elif time.monotonic() > until:
                    return "late"
        finally:  # also when interrupted
            libreoffice.end(process)


def _clear_old(folder: Path) -> None:
    for path in folder.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _OLD:
                shutil.rmtree(path, ignore_errors=True)


def _fault(data: bytes) -> str | None:
    """Why a document is not worth a try."""
    if data[:4] == _OLE:
        return _LOCKED
    try:
        package.read(data, "它")
    except UsageError:
        return _PLAIN
    return None


def _whole(data: bytes) -> bool:
    return data.startswith(b"%PDF-") and b"%%EOF" in data[-64:]
