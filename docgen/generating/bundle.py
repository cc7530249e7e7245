"""All papers of a run in one: a print file, or a zip with the manifest."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from docgen.generating.work import Line


def merge_all(folder: Path, lines: Iterable[Line], target: Path) -> int:
    """One print file of the written papers in row order: ``target`` ends in ``.docx`` or ``.pdf`` (of the PDFs made before).

    Returns how many papers are in it. Raises UsageError; ``target`` is whole or not there.
    """
    raise NotImplementedError


def zip_all(folder: Path, lines: Iterable[Line], target: Path) -> int:
    """The written papers, their PDFs where there are some, and the manifest, in one zip; the same files give the same bytes.

    Returns how many files are in it. Raises UsageError; ``target`` is whole or not there.
    """
    raise NotImplementedError
