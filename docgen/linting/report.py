"""The report on one official document, in the shape that every report format prints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from checkers.registry import Registry
from checkers.report import Finding, Paper, Report, ServiceChoice
from docgen.document import Document
from docgen.linting.content import check_content
from docgen.notices.model import Notice

SERVICE = "notice"
SERVICE_NAME = "公文核查"
"""The pseudo-service that stands where ``docgen check`` names a policy."""

_ORDER = {"error": 0, "warning": 1, "info": 2}


def lint_report(
    document: Document, notice: Notice, on: date, layout: Sequence[Finding] = (), registry: Registry | None = None
) -> Report:
    """Content findings and those of the layout, errors first, then in the order of the paper.

    ``on`` is the day whose law is asked; ``registry`` None is the built-in one. Raises PackError for a broken catalogue.
    """
    choice = ServiceChoice(SERVICE, SERVICE_NAME, how="given")
    report = Report(choice, on.isoformat(), None, documents=[paper_of(document, notice)])
    found = [*check_content(notice, on, registry, document), *layout]
    report.findings = sorted(found, key=lambda f: (f.status == "unknown", _ORDER[f.severity], _where(f)))
    return report


def _where(finding: Finding) -> tuple[int, float, int]:
    """Page, height on it, paragraph; 0 for what has no place or stands in a table of Word."""
    place = finding.locations[0] if finding.locations else None
    return (place.page or 0, place.bbox[1] if place.bbox else 0.0, place.paragraph or 0) if place else (0, 0.0, 0)


def paper_of(document: Document, notice: Notice) -> Paper:
    pages = len(document.pages) if document.paged else 1
    paper = Paper(document.path, document.sha256, document.format, pages, document.reader)
    paper.kind = notice.genre or ""
    return paper
