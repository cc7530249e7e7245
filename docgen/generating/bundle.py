"""All papers of a run in one: a print file, or a zip with the manifest."""

from __future__ import annotations

import ctypes
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import IO, Any

from docgen.errors import UsageError, reason
from docgen.generating.pdf_run import current_pdf, pdf_path, sources
from docgen.generating.run_state import MANIFEST
from docgen.generating.work import PART, Line

_PORTION = 200
"""PDFs that are in memory at a time; the file so far is then added to, on disk."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first day a zip can name: the hour of packing is no part of the file."""
_UNMERGED = "合并 PDF 失败：请改为合成 .docx 打印文件，或者分批打印。"


def check_targets(merge: Path | None, archive: Path | None, inputs: Iterable[str]) -> None:
    """Before anything is written: names end as they must, and neither file would replace the master or the data.

    Raises UsageError.
    """
    if merge is not None and merge.suffix.lower() not in (".docx", ".pdf"):
        raise UsageError(f"打印文件的名字要以 .docx 或 .pdf 结尾，“{merge.name}”不是。")
    if archive is not None and archive.suffix.lower() != ".zip":
        raise UsageError(f"打包文件的名字要以 .zip 结尾，“{archive.name}”不是。")
    taken = {Path(name).resolve() for name in inputs}
    for target in (merge, archive):
        if target is not None and target.resolve() in taken:
            raise UsageError(f"{target} 是模板或数据自己，会被覆盖，请换一个名字。")
        if target is not None and target.is_dir():
            raise UsageError(f"{target} 是文件夹，请写文件名。")


def merge_all(folder: Path, lines: Iterable[Line], target: Path) -> int:
    """One print file of the written papers in row order: ``target`` ends in ``.docx`` or ``.pdf`` (of the PDFs made before).

    Each begins on a new page. Returns how many papers are in it. Raises UsageError; ``target`` is whole or not there.
    """
    papers = sorted((line for line in lines if line.status == "written"), key=lambda line: line.row)
    if not papers:
        raise UsageError("没有写成的文书，合不成打印文件。")
    kind = target.suffix.lower()
    if kind == ".docx":
        from docgen.rendering.merge import merge

        with _whole(target) as part:
            part.write_bytes(merge(_read(folder / line.path) for line in papers))
    elif kind == ".pdf":
        with _whole(target) as part:
            _merge_pdfs(_pdfs(folder, papers), part)
    else:
        raise UsageError(f"打印文件的名字要以 .docx 或 .pdf 结尾，“{target.name}”不是。")
    return len(papers)


def zip_all(folder: Path, lines: Iterable[Line], target: Path) -> int:
    """The written papers, their PDFs where there are some, and the manifest, in one zip; the same files give the same bytes.

    Returns how many files are in it. Raises UsageError; ``target`` is whole or not there.
    """
    count, made_of = 0, sources(folder)
    with _whole(target) as part, zipfile.ZipFile(part, "w") as archive:
        for line in sorted((line for line in lines if line.status == "written"), key=lambda line: line.row):
            _put(archive, folder, line.path)
            count += 1
            if current_pdf(folder, line, made_of):
                _put(archive, folder, pdf_path(line.path))
                count += 1
        if (folder / MANIFEST).is_file():
            _put(archive, folder, MANIFEST)
            count += 1
    return count


def _pdfs(folder: Path, papers: list[Line]) -> list[Path]:
    made_of = sources(folder)
    found = [(line, current_pdf(folder, line, made_of)) for line in papers]
    absent = [line.path for line, path in found if path is None]
    if absent:
        raise UsageError(
            f"有 {len(absent)} 份文书没有 PDF 或 PDF 已过时（如 {absent[0]}），合不成打印文件：请先生成 PDF。"
        )
    return [path for _, path in found if path is not None]


@contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """Where to write what is to become ``target``: it gets its name when all went well. Raises UsageError."""
    part = target.with_name(f"{target.name}.{os.getpid()}{PART}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(target)
    except OSError as error:
        raise UsageError(f"写不了 {target}：{reason(error)}。") from error
    finally:
        part.unlink(missing_ok=True)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"读不了 {path}：{reason(error)}。") from error


def _put(archive: zipfile.ZipFile, folder: Path, name: str) -> None:
    """One file in portions. A paper is compressed already; the manifest is not."""
    info = zipfile.ZipInfo(name, _EPOCH)
    info.external_attr = 0o644 << 16
    info.create_system = 3  # the same on Windows, so that the bytes are
    info.compress_type = zipfile.ZIP_DEFLATED if name == MANIFEST else zipfile.ZIP_STORED
    try:
        source = (folder / name).open("rb")
    except OSError as error:
        raise UsageError(f"读不了 {folder / name}：{reason(error)}。") from error
    with source:
        info.file_size = os.fstat(source.fileno()).st_size
        with archive.open(info, "w") as out:
            shutil.copyfileobj(source, out)


def _merge_pdfs(files: list[Path], part: Path) -> None:
    """Pages of all ``files`` into ``part``. Each portion is appended to the file on disk, so that memory stays flat."""
    from docgen.readers.pdfium import LOCK

    pdfium: Any = import_module("pypdfium2.raw")
    before = part.with_name(f"{part.name}-before{PART}")
    waiting = iter(files)
    try:
        with LOCK:
            while portion := list(islice(waiting, _PORTION)):
                begun = part.is_file()
                if begun:
                    part.replace(before)
                _append(pdfium, before if begun else None, portion, part)
    finally:
        before.unlink(missing_ok=True)


def _append(pdfium: Any, before: Path | None, files: list[Path], out: Path) -> None:
    """Writes to ``out`` the PDF ``before`` with the pages of ``files`` after its own."""
    known = str(before).encode()
    merged = pdfium.FPDF_CreateNewDocument() if before is None else pdfium.FPDF_LoadDocument(known, None)
    if not merged:
        raise UsageError(_UNMERGED)
    try:
        for path in files:
            data = _read(path)
            source = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
            try:
                at = pdfium.FPDF_GetPageCount(merged)
                if not source or not pdfium.FPDF_ImportPagesByIndex(merged, source, None, 0, at):
                    raise UsageError(f"{path} 不是完好的 PDF，合不成打印文件：请重新生成 PDF。")
            finally:
                if source:
                    pdfium.FPDF_CloseDocument(source)
        with out.open("wb") as file:
            _save(pdfium, merged, file, pdfium.FPDF_NO_INCREMENTAL if before is None else pdfium.FPDF_INCREMENTAL)
    finally:
        pdfium.FPDF_CloseDocument(merged)


def _save(pdfium: Any, document: Any, file: IO[bytes], flags: int) -> None:
    """Writes a document out as it comes. Raises OSError."""
    failed: list[OSError] = []

    def write(_: Any, data: Any, size: int) -> int:
        try:
            file.write(ctypes.string_at(data, size))
        except OSError as error:
            failed.append(error)
            return 0
        return 1

    sink = pdfium.FPDF_FILEWRITE(version=1)
    sink.WriteBlock = type(sink.WriteBlock)(write)
    saved = pdfium.FPDF_SaveAsCopy(document, sink, flags)
    if failed:
        raise failed[0]
    if not saved:
        raise UsageError(_UNMERGED)
