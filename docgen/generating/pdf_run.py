"""PDFs of a bulk run: each written .docx of the run gets one beside it, by LibreOffice in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from docgen.generating.work import Line

if TYPE_CHECKING:
    from docgen.rendering.signing import Signer


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
    raise NotImplementedError
