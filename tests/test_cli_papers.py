"""Papers as they come: broken, locked, empty, not what they say, too long, too deep. Each is named in one sentence."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from docgen.cli import main
from docgen.places import templates_folder
from docgen.rendering.fill import fill_form

SERVICE = "cq-grad-flexible-si-subsidy"
ID = "500103200203154211"


def form(**values: Any) -> bytes:
    return fill_form(templates_folder() / "forms" / f"{SERVICE}.application.docx", values)


def word(*lines: str, rows: list[list[str]] | None = None, deep: int = 0) -> bytes:
    """A Word file of lines and a table; ``deep`` tables one in another."""
    from docx import Document

    document = Document()
    for line in lines:
        document.add_paragraph(line)
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                table.cell(r, c).text = text
    if deep:
        cell = document.add_table(1, 1).cell(0, 0)
        for level in range(deep):
            cell.text = f"第{level}层"
            cell = cell.add_table(1, 1).cell(0, 0)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf(pages: int, text: bool = True, encrypted: bool = False) -> bytes:
    """A PDF of plain pages, written by hand."""
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(pages))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number in range(pages):
        body = f"BT /F1 12 Tf 50 700 Td (Page {number + 1}) Tj ET" if text else "0 0 m"
        resources = "/Resources << /Font << /F1 3 0 R >> >>"
        content = f"/Contents {5 + 2 * number} 0 R"
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {resources} {content} >>")
        objects.append(f"<< /Length {len(body)} >>\nstream\n{body}\nendstream")
    locked = (
        " /Encrypt << /Filter /Standard /V 1 /R 2 /O (" + "a" * 32 + ") /U (" + "b" * 32 + ") /P -4 >> /ID [(x) (x)]"
    )
    out, places = b"%PDF-1.4\n", []
    for number, text_of in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{text_of}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    tail = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R{locked if encrypted else ''} >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + head.encode() + tail.encode()


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


class Run:
    """What came of ``docgen check ... --format json``."""

    def __init__(self, capfd: pytest.CaptureFixture[str], *args: str) -> None:
        with pytest.raises(SystemExit) as left:
            main(["check", *args, "--format", "json"])
        self.status = left.value.code
        self.out, self.err = capfd.readouterr()
        assert "Traceback" not in self.err
        assert "内部错误" not in self.err, self.err
        assert ID not in self.err
        self.report = json.loads(self.out)
        self.codes = [f["code"] for f in self.report["findings"] if f["status"] == "fail"]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DOCGEN_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


UNREADABLE: dict[str, tuple[str, bytes]] = {
    "empty": ("a.docx", b""),
    "cut pdf": ("a.pdf", cut(pdf(3))[:60]),
    "cut docx": ("a.docx", cut(word("甲"))),
    "locked pdf": ("a.pdf", pdf(1, encrypted=True)),
    "old Word": ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    "program": ("a.docx", b"\x7fELF" + b"\0" * 200),
    "noise": ("a.pdf", bytes(range(256)) * 8),
    "empty archive": ("a.docx", zipped()),
    "word without a body": ("a.docx", zipped(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w"})),
}


@pytest.mark.parametrize(("name", "data"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_named(desk: Path, capfd: pytest.CaptureFixture[str], name: str, data: bytes) -> None:
    (desk / name).write_bytes(data)
    run = Run(capfd, name)
    assert run.status == 3
    assert run.report["verdict"] == "fail"
    finding = run.report["findings"][0]
    assert finding["code"] == "document.unreadable"
    assert name in finding["message"]
    assert "\n" not in finding["message"]
    assert re.search("[一-鿿]", finding["message"])


def test_a_missing_file_and_a_good_one(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (desk / "form.docx").write_bytes(form(name="李明"))
    run = Run(capfd, "none.pdf", "form.docx")
    assert run.status == 3
    assert "none.pdf" in run.report["findings"][0]["message"]
    assert run.report["service"]["id"] == SERVICE
    assert next(f["value"] for f in run.report["fields"] if f["id"] == "name") == "李明"


READABLE: dict[str, tuple[str, bytes]] = {
    "no text": ("a.pdf", pdf(1, text=False)),
    "five hundred pages": ("a.pdf", pdf(500)),
    "tables fifty deep": ("a.docx", word("申请表", deep=50)),
    "unknown form": ("a.docx", word("某某事项申请表", rows=[["姓名", "李明"], ["事由", "不知"]])),
    "a label twice": ("a.docx", word("某表", rows=[["姓名", "李明"], ["姓名", "王丽"]])),
    "plain text": ("a.txt", "本人申请补贴。".encode()),
    "wrong ending": ("a.pdf", word("某表", rows=[["姓名", "李明"]])),
}


@pytest.mark.parametrize(("name", "data"), READABLE.values(), ids=READABLE.keys())
def test_what_is_no_form_of_ours_is_said_so(
    desk: Path, capfd: pytest.CaptureFixture[str], name: str, data: bytes
) -> None:
    (desk / name).write_bytes(data)
    run = Run(capfd, name)
    assert (run.status, "service.unrecognised" in run.codes) in ((1, True), (3, False))
    if run.status == 3:
        assert run.codes == ["document.unreadable"]
    assert run.report["service"]["id"] is None


def test_what_was_left_out_is_said_on_stderr(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (desk / "long.pdf").write_bytes(pdf(500))
    run = Run(capfd, "long.pdf")
    assert "long.pdf" in run.err + run.report["findings"][0]["message"]


def test_a_wrong_ending_is_read_by_content_and_said(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (desk / "form.pdf").write_bytes(form(name="李明"))
    run = Run(capfd, "form.pdf")
    assert run.report["documents"][0]["format"] == "docx"
    assert "form.pdf" in run.err


def test_the_service_given_but_no_form_of_it(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (desk / "a.docx").write_bytes(word("某某事项申请表", rows=[["事由", "不知"]]))
    run = Run(capfd, "a.docx", "--service", SERVICE)
    assert run.status == 1
    assert run.report["service"]["how"] == "given"
    assert "service.unrecognised" in run.codes
    assert SERVICE in run.report["findings"][0]["rule"]


def test_numbers_of_a_hostile_form_stop_nothing(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    values = {"name": "=1+1\x0b", "id_number": ID, "period": "9999年12月到9999年12月", "signed_on": "0001-01-01"}
    try:
        data = form(**values)
    except ValueError:
        data = form(**{**values, "name": "=1+1"})
    (desk / "a.docx").write_bytes(data)
    run = Run(capfd, "a.docx")
    assert run.status == 1
    assert "field.invalid" in run.codes


def test_a_lone_paper_is_open_and_a_folder_is_closed(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = desk / "packet"
    folder.mkdir()
    (folder / "form.docx").write_bytes(form(name="李明"))
    wanted = ["--set", "employment_type=网络配送员"]
    for args, status in ((["packet/form.docx"], "unknown"), (["packet"], "fail")):
        run = Run(capfd, *args, *wanted)
        found = {f["rule"].partition("/")[2]: f["status"] for f in run.report["findings"]}
        assert found["material-delivery-record"] == status


def test_a_material_is_known_by_its_name(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = desk / "packet"
    folder.mkdir()
    (folder / "form.docx").write_bytes(form(name="李明"))
    (folder / "1.docx").write_bytes(word("配送服务记录", "2024年8月：120单"))
    run = Run(capfd, "packet", "--set", "employment_type=网络配送员")
    state = {m["id"]: m["status"] for m in run.report["materials"]}
    assert state["delivery_record"] == "present"


@pytest.mark.parametrize(
    ("on", "received", "wanted"),
    [(None, None, "2025-08-19"), (None, "2025-09-01", "2025-09-01"), ("2024-07-01", "2025-09-01", "2024-07-01")],
)
def test_the_law_of_which_day(
    desk: Path, capfd: pytest.CaptureFixture[str], on: str | None, received: str | None, wanted: str
) -> None:
    (desk / "a.docx").write_bytes(form(signed_on="2025-08-19"))
    args = [*(["--on", on] if on else []), *(["--received", received] if received else [])]
    run = Run(capfd, "a.docx", *args)
    assert (run.report["on"], run.report["received"]) == (wanted, received)


def test_before_the_policy_was_law(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (desk / "a.docx").write_bytes(form(name="李明"))
    assert "policy.not-in-force" in Run(capfd, "a.docx", "--on", "2024-05-31").codes
    assert "policy.not-in-force" not in Run(capfd, "a.docx", "--on", "2024-06-01").codes
