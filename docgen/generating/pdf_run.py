"""PDFs of a bulk run: each written .docx of the run gets one beside it, by LibreOffice in batches.

``.docgen-pdf`` in the run's folder is a SQLite file: it remembers of which .docx each PDF is, and is held by one run at a time.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from docgen.errors import UsageError, reason
from docgen.generating.run_state import MANIFEST
from docgen.generating.work import PART, Line, RunStopped, write_whole

if TYPE_CHECKING:
    from docgen.rendering.pdf import Office
    from docgen.rendering.signing import Signer

BATCH = 25
"""Papers a call of LibreOffice: it takes about 1 s to start and 0.2 s a paper."""
STATE = ".docgen-pdf"


@dataclass(frozen=True, slots=True)
class PdfLine:
    """How one paper's PDF went. ``pdf`` is below the run's folder, with ``/``; ``kept``: it was there already, of the same .docx."""

    row: int
    key: str
    path: str
    pdf: str | None
    sha256: str | None
    status: Literal["written", "failed"]
    error: str | None = None
    kept: bool = False


@dataclass(frozen=True, slots=True)
class _Done:
    """A line and the SHA-256 of the .docx it was made of."""

    line: PdfLine
    source: str | None


def make_pdfs(
    folder: Path,
    lines: Iterable[Line],
    *,
    workers: int = 1,
    pdfa: bool = False,
    watermark: str | None = None,
    seconds: float = 60.0,
    sign: Signer | None = None,
    progress: Callable[[Sequence[PdfLine]], None] = lambda _: None,
    warn: Callable[[str], None] = lambda _: None,
    resume: bool = False,
) -> list[PdfLine]:
    """Converts the written papers among ``lines`` (a run's manifest); the PDF has the paper's name with ``.pdf``.

    ``seconds``: for one paper. ``progress`` gets the lines of each batch as it is done, ``warn`` a Chinese sentence (fonts that are
    not installed), both in the calling thread. ``resume`` keeps a PDF that is recorded for the same .docx and the same options.
    The manifest's lines get ``pdf`` and ``pdf_sha256``. PDFs carry the time they were made: two runs' differ in their bytes.

    Raises UsageError without LibreOffice or when it converts nothing at all, RunStopped when the disk gives up.
    """
    from docgen.rendering import fonts
    from docgen.rendering.pdf import Office

    papers = (line for line in lines if line.status == "written")
    first = next(papers, None)
    if first is None:
        return []
    absent = _absent_fonts(folder / first.path)
    if absent:
        warn(fonts.warning(absent))
    stop = threading.Event()
    drawn = {old: new for old, new in absent.items() if new}
    options = json.dumps([pdfa, watermark or "", sign.mark() if sign else ""])
    out: list[PdfLine] = []
    with _record(folder) as record:
        make = lambda: Office(pdfa=pdfa, watermark=watermark, seconds=seconds, fonts=drawn, stop=stop)  # noqa: E731
        known = record.known(options) if resume else {}
        work = _Worker(folder, known, make, sign)
        with closing(_spread(work, _batches(first, papers), workers, stop)) as results:
            for done in results:
                record.add(options, done)
                batch = [d.line for d in done]
                out += batch
                progress(batch)
        _into_manifest(folder, {line.row: line for line in out})
    return out


def pdf_path(path: str) -> str:
    """Where the PDF of the paper at ``path`` is."""
    return path.removesuffix(".docx") + ".pdf"


def current_pdf(folder: Path, line: Line, sources: Mapping[str, str]) -> Path | None:
    """The PDF of a paper, unless there is none or it is known to be of an earlier state of the paper (:func:`sources`)."""
    path, made_of = folder / pdf_path(line.path), sources.get(line.path)
    if not path.is_file() or (made_of is not None and made_of != _sha256(folder / line.path)):
        return None
    return path


def sources(folder: Path) -> dict[str, str]:
    """Path of a paper → the SHA-256 of the .docx that its PDF was made of; empty where no PDFs were made."""
    try:
        with closing(sqlite3.connect(f"{(folder / STATE).absolute().as_uri()}?mode=ro", uri=True, timeout=0.5)) as base:
            return dict(base.execute("SELECT path, source FROM pdf"))
    except sqlite3.Error:
        return {}


def _batches(first: Line, papers: Iterator[Line]) -> Iterator[list[Line]]:
    batch = [first, *islice(papers, BATCH - 1)]
    while batch:
        yield batch
        batch = list(islice(papers, BATCH))


def _absent_fonts(path: Path) -> dict[str, str]:
    """Fonts that the papers ask for and the machine lacks, with their stand-ins; the papers of a run are of one master."""
    from docgen.rendering import fonts

    try:
        return fonts.stand_ins(fonts.named_in(path.read_bytes()), fonts.installed())
    except (OSError, UsageError):  # it will fail by itself, and say why
        return {}


class _Worker:
    """Does batches, each thread with a LibreOffice of its own."""

    def __init__(
        self, folder: Path, known: dict[str, tuple[str, str]], make: Callable[[], Office], sign: Signer | None
    ) -> None:
        self._folder, self._known, self._make, self._sign = folder, known, make, sign
        self._own = threading.local()
        self._offices: list[Office] = []

    def close(self) -> None:
        for office in self._offices:
            office.close()

    def _office(self) -> Office:
        if not hasattr(self._own, "office"):
            self._own.office = self._make()
            self._offices.append(self._own.office)
        office: Office = self._own.office
        return office

    def __call__(self, batch: Sequence[Line]) -> list[_Done]:
        done: dict[int, _Done] = {}
        waiting: dict[int, bytes] = {}
        for n, line in enumerate(batch):
            try:
                data = (self._folder / line.path).read_bytes()
            except OSError as error:
                done[n] = _failed(line, f"读不了这份文书：{reason(error)}")
                continue
            done[n] = self._kept(line, hashlib.sha256(data).hexdigest())
            if not done[n].line.kept:
                waiting[n] = data
        if waiting:
            for (n, data), pdf in zip(waiting.items(), self._office().convert(list(waiting.values())), strict=True):
                source = hashlib.sha256(data).hexdigest()
                done[n] = self._write(batch[n], source, pdf.data) if not pdf.error else self._gone(batch[n], pdf.error)
        return [done[n] for n in range(len(batch))]

    def _kept(self, line: Line, source: str) -> _Done:
        """The PDF that is there already, if it was made of this .docx and is still what was written."""
        made_of, digest = self._known.get(line.path, ("", ""))
        target = pdf_path(line.path)
        kept = made_of == source and _sha256(self._folder / target) == digest
        return _Done(PdfLine(line.row, line.key, line.path, target, digest, "written", kept=kept), source)

    def _write(self, line: Line, source: str, data: bytes) -> _Done:
        target = pdf_path(line.path)
        if self._sign is not None:
            data = self._sign.sign(data)
        try:
            write_whole(str(self._folder / target), data)
        except OSError as error:
            raise RunStopped(
                f"写不了 {self._folder / target}：{reason(error)}；已写完的都是完整的，排除后加 --resume 接着做"
            ) from None
        return _Done(
            PdfLine(line.row, line.key, line.path, target, hashlib.sha256(data).hexdigest(), "written"), source
        )

    def _gone(self, line: Line, why: str) -> _Done:
        """A PDF of an earlier state of the paper must not be taken for this one's."""
        (self._folder / pdf_path(line.path)).unlink(missing_ok=True)
        return _failed(line, why)


def _failed(line: Line, why: str) -> _Done:
    return _Done(PdfLine(line.row, line.key, line.path, None, None, "failed", why), None)


def _sha256(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def _spread(
    work: _Worker, batches: Iterator[list[Line]], workers: int, stop: threading.Event
) -> Generator[list[_Done], None, None]:
    """The results in the batches' order; when anything goes wrong, every LibreOffice is ended first."""
    with ThreadPoolExecutor(max(1, workers)) as threads:
        under_way: deque[Future[list[_Done]]] = deque()
        try:
            for batch in batches:
                under_way.append(threads.submit(work, batch))
                if len(under_way) > max(1, workers):
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            stop.set()
            threads.shutdown(cancel_futures=True)
            work.close()


class _Record:
    """Which PDF was made of which .docx, with which options."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base

    def known(self, options: str) -> dict[str, tuple[str, str]]:
        """Path → (the .docx's SHA-256, the PDF's)."""
        rows = self._base.execute("SELECT path, source, sha256 FROM pdf WHERE options = ?", (options,))
        return {path: (source, sha256) for path, source, sha256 in rows}

    def add(self, options: str, done: Sequence[_Done]) -> None:
        for d in done:
            if d.line.status == "failed":
                self._base.execute("DELETE FROM pdf WHERE path = ?", (d.line.path,))
            elif not d.line.kept:
                row = (d.line.path, d.source, options, d.line.sha256)
                self._base.execute("INSERT OR REPLACE INTO pdf VALUES (?, ?, ?, ?)", row)
        self._base.commit()


@contextmanager
def _record(folder: Path) -> Iterator[_Record]:
    """Takes the record for this process. Raises UsageError while another has it, RunStopped when it cannot be written."""
    try:
        with closing(sqlite3.connect(folder / STATE, timeout=0.5)) as base:
            base.execute("PRAGMA locking_mode = EXCLUSIVE")
            base.execute("BEGIN EXCLUSIVE")
            base.execute(
                "CREATE TABLE IF NOT EXISTS pdf (path TEXT PRIMARY KEY, source TEXT, options TEXT, sha256 TEXT)"
            )
            base.commit()
            for part in folder.rglob(f"*.pdf.*{PART}"):  # what a killed run left half written
                part.unlink(missing_ok=True)
            yield _Record(base)
    except sqlite3.Error as error:
        if "locked" in str(error):
            raise UsageError(f"另一个 docgen 正在 {folder} 里生成 PDF，请等它做完。") from error
        raise RunStopped(f"写不了 {folder / STATE}：{error}；排除后加 --resume 接着做") from error


def _into_manifest(folder: Path, lines: dict[int, PdfLine]) -> None:
    """Adds ``pdf``, ``pdf_sha256`` and, where it failed, ``pdf_error`` to the manifest's lines, if there is a manifest."""
    path, part = folder / MANIFEST, folder / f"{MANIFEST}{PART}"
    if not path.is_file():
        return
    try:
        with path.open(encoding="utf-8") as old, part.open("w", encoding="utf-8", newline="\n") as new:
            for text in old:
                entry: dict[str, Any] = json.loads(text)
                line = lines.get(entry["row"])
                if line is not None:
                    entry.pop("pdf_error", None)
                    entry |= {"pdf": line.pdf, "pdf_sha256": line.sha256}
                    entry |= {"pdf_error": line.error} if line.error else {}
                new.write(json.dumps(entry, ensure_ascii=False) + "\n")
        part.replace(path)
    except (ValueError, KeyError, TypeError) as error:
        part.unlink(missing_ok=True)
        raise UsageError(f"{path} 已损坏，写不进 PDF 的记录：{error}。") from error
    except OSError as error:
        raise RunStopped(f"写不了 {path}：{reason(error)}；排除后加 --resume 接着做") from None
