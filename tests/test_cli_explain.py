"""``docgen check --explain`` end to end: said in every format that has room for it, and kept in a saved report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docgen.cli import main

PAPER = str(Path(__file__).parent.parent / "examples" / "cq-grad-flexible-si-subsidy.flawed.pdf")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as stopped:
        main(["check", PAPER, "--received", "2025-08-20", *arguments])
    assert stopped.value.code == 1
    return capsys.readouterr().out


def test_explain_adds_to_the_json_and_nothing_without_it(capsys: pytest.CaptureFixture[str]) -> None:
    plain = json.loads(run(capsys, "--format", "json"))
    told = json.loads(run(capsys, "--format", "json", "--explain"))
    grant = told["amounts"][0]
    assert any("补贴标准：6000元" in line and "渝人社发〔2024〕17号" in line for line in grant["explanation"])
    for part in ("findings", "amounts", "deadlines"):
        for item in told[part]:
            item.pop("explanation", None)
    assert told == plain


def test_explain_on_a_terminal_and_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert "经过：" in run(capsys, "--explain")
    assert "经过：" not in run(capsys)
    line = json.loads(run(capsys, "--each", "--explain", "--workers", "1"))
    assert line["findings"][0]["explanation"]
