"""The example packets: a check finds exactly what each packet's README says."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from docgen.checking import Request, check_packet
from docgen.facts_file import load_facts
from docgen.readers import ocr

ROOT = Path(__file__).resolve().parent.parent
PACKETS = sorted(p.parent for p in (ROOT / "examples" / "packets").glob("*/README.md"))
LEVELS = {"错误": "error", "提醒": "warning", "提示": "info", "待核实": "unknown"}
RECEIVED = date(2025, 8, 20)


def promised(readme: str) -> set[tuple[str, str, str]]:
    """(code, subject, level) of the rows of the table."""
    rows = re.findall(r"^\| [^|]+ \| `([^`]+)` \| `([^`]+)` \| (\S+) \|$", readme, re.MULTILINE)
    return {(code, subject, LEVELS[level]) for code, subject, level in rows}


def found(folder: Path, facts: str) -> list[tuple[str, str, str]]:
    report = check_packet(Request([str(folder)], received=RECEIVED, given=load_facts(str(ROOT / facts)))).report
    return [(f.code, f.subject, "unknown" if f.status == "unknown" else f.severity) for f in report.findings]


def test_there_are_six() -> None:
    assert len(PACKETS) == 6


@pytest.mark.parametrize("folder", PACKETS, ids=lambda p: p.name)
def test_a_packet_has_the_faults_its_readme_says_and_no_others(folder: Path) -> None:
    if any(folder.glob("*.jpg")) and not ocr.available():
        pytest.skip("the extra ocr is not installed")
    readme = (folder / "README.md").read_text(encoding="utf-8")
    facts = re.search(r"--facts (\S+)", readme)
    assert facts is not None and f"docgen check examples/packets/{folder.name} " in readme
    said = promised(readme)
    told = found(folder, facts[1])
    assert said and sorted(told) == sorted(said)
