"""The report as the contract's JSON, ``docgen.report/1``."""

from __future__ import annotations

import json

from checkers.report import Report


def render(report: Report) -> str:
    """Indented by two, Chinese as it is."""
    return json.dumps(report.to_json(), ensure_ascii=False, indent=2) + "\n"
