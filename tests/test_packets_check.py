"""``docgen check`` on packets as they come: one bad paper is named and the rest is checked; limits come from docgen.toml."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from docgen.checking import Request, check_packet
from docgen.cli import app
from docgen.places import templates_folder
from docgen.rendering.fill import fill_form

SERVICE = "cq-grad-flexible-si-subsidy"
DATA = {"name": "周雨桐", "id_number": "50010320020314002X", "school": "渝州师范学院", "phone": "13900000018"}


def form() -> bytes:
    return fill_form(templates_folder() / "forms" / f"{SERVICE}.application.docx", DATA)


def zip_of(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def check(*arguments: str) -> tuple[int, dict[str, Any]]:
    result = CliRunner().invoke(app, ["check", *arguments, "--format", "json"], standalone_mode=False)
    assert result.exception is None, result.exception
    return int(result.return_value), json.loads(result.stdout)


def test_hostile_members_are_named_and_the_form_beside_them_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "材料.zip"
    bad = {
        "炸弹.zip": zip_of({"0": b"\0" * 50_000_000}),
        "坏.docx": form()[:3000],
        "../逃.pdf": b"%PDF-1.4 nothing",
        "假.pdf": form(),
    }
    path.write_bytes(zip_of({"申请表.docx": form(), **bad}))
    status, report = check(str(path))
    assert status == 3
    assert report["service"]["id"] == SERVICE
    named = {Path(f["locations"][0]["path"]).name for f in report["findings"] if f["code"] == "document.unreadable"}
    assert named == {"炸弹.zip", "坏.docx", "逃.pdf"}
    assert {Path(d["path"]).name: d["material"] for d in report["documents"]}["申请表.docx"] == "application_form"
    assert next(f for f in report["fields"] if f["id"] == "name")["value"] == "周雨桐"
    assert [p.name for p in tmp_path.iterdir()] == ["材料.zip"]


def test_an_archive_is_closed_and_a_lone_form_is_not(tmp_path: Path) -> None:
    (tmp_path / "申请表.docx").write_bytes(form())
    (tmp_path / "材料.zip").write_bytes(zip_of({"申请表.docx": form()}))
    facts = ["--set", "灵活就业类型=个体工商户雇工"]
    lone = check(str(tmp_path / "申请表.docx"), *facts)[1]
    packed = check(str(tmp_path / "材料.zip"), *facts)[1]
    assert {f["status"] for f in lone["findings"] if f["code"] == "material.missing"} == {"unknown"}
    assert {f["status"] for f in packed["findings"] if f["code"] == "material.missing"} == {"fail"}


def test_a_mail_is_a_packet_and_its_text_is_no_material(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@x.cn", "b@x.cn", "申请材料"
    mail.set_content("您好，申请表见附件。")
    mail.add_attachment(form(), maintype="application", subtype="octet-stream", filename="申请表.docx")
    (tmp_path / "信.eml").write_bytes(bytes(mail))
    report = check(str(tmp_path / "信.eml"))[1]
    assert [(d["kind"], d["material"]) for d in report["documents"]] == [
        ("mail", None),
        ("application_form", "application_form"),
    ]
    assert not any(f["code"] == "material.unrecognised" for f in report["findings"])


def test_a_refused_paper_is_named_and_the_rest_is_checked(tmp_path: Path) -> None:
    for name in ("1.docx", "2.docx"):
        (tmp_path / name).write_bytes(form())
    refused = {str(tmp_path / "2.docx"): "读取程序在这份文件上意外中止。"}
    outcome = check_packet(Request([str(tmp_path)], on=date(2025, 8, 20), refused=refused))
    assert outcome.unreadable and outcome.report.service.id == SERVICE
    assert [d.material for d in outcome.report.documents] == ["application_form", None]


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ("zip_members = 1", "1 个"),
        ("zip_bytes = 1000", "解压后"),
        ("archive_bytes = 1000", "大小上限"),
        ("archive_depth = 1", "套压缩包超过 1 层"),
        ("bytes = 1000", "大小上限"),
    ],
)
def test_every_limit_of_archives_is_set_in_docgen_toml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limits: str, said: str
) -> None:
    (tmp_path / "docgen.toml").write_text(f"[limits]\n{limits}\n", encoding="utf-8")
    monkeypatch.setenv("DOCGEN_CONFIG", str(tmp_path / "docgen.toml"))
    path = tmp_path / "材料.zip"
    path.write_bytes(zip_of({"申请表.docx": form(), "内.zip": zip_of({"申请表.docx": form()})}))
    status, report = check(str(path), "--service", SERVICE)
    assert status == 3
    assert any(said in f["message"] for f in report["findings"] if f["code"] == "document.unreadable")
