"""The report as the contract's JSON, ``docgen.report/1``."""

from __future__ import annotations

import json
import re
from typing import Any

from checkers.report import Report

_SURROGATES = re.compile("[\ud800-\udfff]")


def render(report: Report) -> str:
    """Indented by two, Chinese as it is."""
    return dump(report.to_json())


def dump(data: Any) -> str:
    """JSON that can always be written as UTF-8: a path of undecodable bytes keeps them as ``\\udcXX`` escapes."""
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    return _SURROGATES.sub(lambda m: f"\\u{ord(m[0]):04x}", text)
