"""The report on one official document, in the shape that every report format prints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from checkers.report import Finding, Paper, Report, ServiceChoice
from docgen.document import Document
from docgen.linting.content import check_content
from docgen.notices.model import Notice

SERVICE = "notice"
SERVICE_NAME = "公文核查"
"""The pseudo-service that stands where ``docgen check`` names a policy."""

_ORDER = {"error": 0, "warning": 1, "info": 2}


def lint_report(document: Document, notice: Notice, on: date, layout: Sequence[Finding] = ()) -> Report:
    """Content findings and those of the layout, errors first. ``on`` is the day whose law is asked."""
    choice = ServiceChoice(SERVICE, SERVICE_NAME, how="given")
    report = Report(choice, on.isoformat(), None, documents=[paper_of(document, notice)])
    found = [*check_content(notice, on, document=document), *layout]
    report.findings = sorted(found, key=lambda f: (f.status == "unknown", _ORDER[f.severity]))
    return report


def paper_of(document: Document, notice: Notice) -> Paper:
    pages = len(document.pages) if document.paged else 1
    paper = Paper(document.path, document.sha256, document.format, pages, document.reader)
    paper.kind = notice.genre or ""
    return paper
