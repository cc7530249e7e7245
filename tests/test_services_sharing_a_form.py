"""Four retirement services share one printed form: the ticked box tells which, and none ticked is no service that has ended."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import docgen
from docgen.places import templates_folder
from docgen.rendering.fill import fill_form

MASTER = templates_folder() / "forms" / "cq-retire-form-enterprise.application.docx"
BOXES = {
    "cq-retire-normal": "正常退休申请",
    "cq-retire-special-work": "特殊工种提前退休申请",
    "cq-retire-illness": "因病或非因工致残完全丧失劳动能力提前退休申请",
    "cq-retire-land-4050": "接续企业职工养老保险不足5年的征地安置“4050”人员按月领取养老保险待遇申请",
}


def service_of(folder: Path, day: str, **values: Any) -> str:
    paper = folder / "申请表.docx"
    paper.write_bytes(fill_form(MASTER, {"name": "周安禾", "sex": "男", "id_number": "50010319650515003X", **values}))
    report = docgen.check(paper, on=date.fromisoformat(day))
    return str(report.service.id)


@pytest.mark.parametrize("service", BOXES)
def test_the_ticked_box_tells_the_service(tmp_path: Path, service: str) -> None:
    assert service_of(tmp_path, "2025-07-10", retire_type=[BOXES[service]]) == service


def test_no_box_ticked_is_the_usual_one(tmp_path: Path) -> None:
    assert service_of(tmp_path, "2025-07-10") == "cq-retire-normal"
