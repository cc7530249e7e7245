"""Holding an official document to the law it cites, to itself, and to the form of official documents.

``check_content`` says what is wrong with what it says; ``lint_report`` puts that and the layout into one report.
"""

from __future__ import annotations

from docgen.linting.catalogue import RULES
from docgen.linting.content import check_content
from docgen.linting.report import lint_report

__all__ = ["RULES", "check_content", "lint_report"]
