"""A service whose form the sources leave out: its papers are known by their titles, nothing is said of a missing form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from docx import Document

from docgen.cli import app

SERVICE = "cq-one-off-absorption-subsidy"


def paper(path: Path, title: str) -> None:
    document = Document()
    document.add_heading(title)
    document.add_paragraph("单位名称：重庆渝味源食品有限公司")
    document.save(str(path))


def check(folder: Path) -> dict[str, Any]:
    arguments = ["check", str(folder), "--service", SERVICE, "--received", "2025-08-20", "--format", "json"]
    result = CliRunner().invoke(app, arguments, standalone_mode=False)
    assert result.exception is None, result.exception
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def test_papers_of_a_service_without_a_printed_form(tmp_path: Path) -> None:
    paper(tmp_path / "申请表.docx", "重庆市一次性吸纳就业补贴（一次性扩岗补助）申请表")
    paper(tmp_path / "花名册.docx", "重庆市一次性吸纳就业补贴（一次性扩岗补助）人员花名册")
    report = check(tmp_path)
    states = {m["id"]: m["status"] for m in report["materials"]}
    assert (states["application_form"], states["roster"]) == ("present", "present")
    assert "service.unrecognised" not in {f["code"] for f in report["findings"]}


def test_none_of_its_papers(tmp_path: Path) -> None:
    paper(tmp_path / "会议通知.docx", "会议通知")
    assert "service.unrecognised" in {f["code"] for f in check(tmp_path)["findings"]}
