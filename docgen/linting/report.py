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

LAYOUT = "layout.invalid"
_SEVERITIES = {"error": 0, "warning": 1, "info": 2}
_SAME = {
    "notice/docno-form": frozenset({"gbt9704/doc-number-brackets", "gbt9704/doc-number-form"}),
    "notice/date-form": frozenset({"gbt9704/date-form"}),
}
"""What the layout rules of a Word file say too, and can mend: said once."""


def lint_report(
    document: Document, notice: Notice, on: date, layout: Sequence[Finding] = (), registry: Registry | None = None
) -> Report:
    """Content findings and those of the layout, errors first, then in the order of the paper.

    ``on`` is the day whose law is asked; ``registry`` None is the built-in one. Raises PackError for a broken catalogue.
    """
    choice = ServiceChoice(SERVICE, SERVICE_NAME, how="given")
    report = Report(choice, on.isoformat(), None, documents=[paper_of(document, notice)])
    found = [*check_content(notice, on, registry, document), *layout]
    told = {finding.rule for finding in found}
    order = {node.id: i for i, node in enumerate(notice.nodes())}
    report.findings = sorted(
        (f for f in found if not told & _SAME.get(f.rule, frozenset())),
        key=lambda f: (f.status == "unknown", _SEVERITIES[f.severity], f.code == LAYOUT, order.get(f.subject, -1)),
    )
    return report


def paper_of(document: Document, notice: Notice) -> Paper:
    pages = len(document.pages) if document.paged else 1
    paper = Paper(document.path, document.sha256, document.format, pages, document.reader)
    paper.kind = notice.genre or ""
    return paper
