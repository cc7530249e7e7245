"""PDFs of a bulk run, with a stand-in for LibreOffice: what is written, kept, made again, and left after a kill."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from docgen.errors import UsageError
from docgen.generating import pdf_run
from docgen.generating.bundle import merge_all, zip_all
from docgen.generating.pdf_run import BATCH, PdfLine, make_pdfs
from docgen.generating.run_state import read_manifest
from docgen.generating.work import Line, RunStopped

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="stand-ins for LibreOffice are shell scripts")

SCRIPT = """#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in
    --outdir) out="$2"; shift ;;
    *.docx)
      said="$(grep -ao 'paper-[0-9a-z]*' "$1")"
      if grep -q HANG "$1"; then echo $$ >"$0.part"; mv "$0.part" "$0.hangs"; exec sleep 600; fi
      if ! grep -q NOTHING "$1"; then
        echo "$said" >>"$0.calls"
        printf '%%PDF-1.6 %s\\n%%%%EOF\\n' "$said" >"$out/$(basename "$1" .docx).pdf"
      fi ;;
  esac
  shift
done
"""


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the stand-in notes what it converted."""
    program = tmp_path / "soffice"
    program.write_text(SCRIPT, "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("DOCGEN_SOFFICE", str(program))
    return tmp_path / "soffice.calls"


def write(folder: Path, row: int, text: str) -> Line:
    """A paper of the run, its text uncompressed, as the stand-in reads it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document>{text}</w:document>")
    path = folder / "一科" / f"{row:03} 李晓明.docx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(out.getvalue())
    digest = hashlib.sha256(out.getvalue()).hexdigest()
    return Line(row, str(row), f"一科/{path.name}", digest, "written")


def run_of(folder: Path, *texts: str) -> list[Line]:
    lines = [write(folder, n, text) for n, text in enumerate(texts, 1)]
    lines.append(Line(len(texts) + 1, "x", "一科/无.docx", None, "failed", "缺少姓名"))
    note(folder, lines)
    return lines


def note(folder: Path, lines: list[Line]) -> None:
    text = "".join(json.dumps(line.to_json(), ensure_ascii=False) + "\n" for line in lines)
    (folder / "manifest.jsonl").write_text(text, "utf-8")


def said(folder: Path, line: PdfLine) -> str:
    return (folder / (line.pdf or "")).read_text().split()[1]


def manifest(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines()]


def test_every_written_paper_gets_its_pdf_and_the_manifest_says_so(tmp_path: Path, calls: Path) -> None:
    folder = tmp_path / "out"
    lines = run_of(folder, "paper-1", "NOTHING", "paper-3")
    seen: list[PdfLine] = []
    made = make_pdfs(folder, lines, progress=seen.extend)
    assert [(line.row, line.pdf, line.status) for line in made] == [
        (1, "一科/001 李晓明.pdf", "written"),
        (2, None, "failed"),
        (3, "一科/003 李晓明.pdf", "written"),
    ]
    assert seen == made
    assert [said(folder, made[0]), said(folder, made[2])] == ["paper-1", "paper-3"]
    assert made[0].sha256 == hashlib.sha256((folder / "一科/001 李晓明.pdf").read_bytes()).hexdigest()
    entries = manifest(folder)
    assert [entry.get("pdf_sha256") for entry in entries] == [made[0].sha256, None, made[2].sha256, None]
    assert entries[1]["pdf_error"] == "LibreOffice 没有转换出 PDF"
    assert "pdf" not in entries[3]
    assert read_manifest(folder) == lines
    assert not [path for path in folder.rglob("*") if "part" in path.name]


def test_resuming_makes_only_what_changed(tmp_path: Path, calls: Path) -> None:
    folder = tmp_path / "out"
    lines = run_of(folder, "paper-1", "paper-2", "paper-3", "paper-4")
    make_pdfs(folder, lines)
    calls.unlink()
    lines[1] = write(folder, 2, "paper-2b")
    (folder / "一科/003 李晓明.pdf").write_bytes(b"%PDF-1.6 altered")
    (folder / "一科/004 李晓明.pdf").unlink()
    note(folder, lines)
    made = make_pdfs(folder, lines, resume=True)
    assert calls.read_text().split() == ["paper-2b", "paper-3", "paper-4"]
    assert [line.kept for line in made] == [True, False, False, False]
    assert [said(folder, line) for line in made] == ["paper-1", "paper-2b", "paper-3", "paper-4"]
    assert [bool(entry.get("pdf_sha256")) for entry in manifest(folder)] == [True, True, True, True, False]
    calls.unlink()
    make_pdfs(folder, lines, resume=True, watermark="公示专用")
    assert len(calls.read_text().split()) == 4, "with other options all are made again"


def test_a_paper_that_no_longer_converts_keeps_no_old_pdf(tmp_path: Path, calls: Path) -> None:
    folder = tmp_path / "out"
    lines = run_of(folder, "paper-1", "paper-2")
    make_pdfs(folder, lines)
    lines[1] = write(folder, 2, "NOTHING")
    assert [line.status for line in make_pdfs(folder, lines, resume=True)] == ["written", "failed"]
    assert not (folder / "一科/002 李晓明.pdf").exists()


def test_bundles_take_no_pdf_of_an_earlier_state_of_its_paper(tmp_path: Path, calls: Path) -> None:
    folder = tmp_path / "out"
    lines = run_of(folder, "paper-1", "paper-2")
    make_pdfs(folder, lines)
    lines[1] = write(folder, 2, "paper-2b")
    assert zip_all(folder, lines, tmp_path / "a.zip") == 4
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert "一科/001 李晓明.pdf" in archive.namelist()
        assert "一科/002 李晓明.pdf" not in archive.namelist()
    with pytest.raises(UsageError, match="1 份文书没有 PDF 或 PDF 已过时（如 一科/002"):
        merge_all(folder, lines, tmp_path / "a.pdf")


def test_several_workers_keep_the_order(tmp_path: Path, calls: Path) -> None:
    folder = tmp_path / "out"
    lines = run_of(folder, *(f"paper-{n}" for n in range(1, 2 * BATCH + 4)))
    made = make_pdfs(folder, lines, workers=3)
    assert [said(folder, line) for line in made] == [f"paper-{n}" for n in range(1, 2 * BATCH + 4)]


def test_a_paper_that_is_gone_fails_alone(tmp_path: Path, calls: Path) -> None:
    folder = tmp_path / "out"
    lines = run_of(folder, "paper-1", "paper-2")
    (folder / lines[0].path).unlink()
    made = make_pdfs(folder, lines)
    assert [line.error for line in made] == ["读不了这份文书：没有这个文件或文件夹", None]
    assert make_pdfs(folder, []) == []


def test_signed_pdfs_are_signed_before_they_get_their_name(tmp_path: Path, calls: Path) -> None:
    class Clerk:
        def mark(self) -> str:
            return "clerk"

        def sign(self, data: bytes) -> bytes:
            return data + b"signed"

    folder = tmp_path / "out"
    clerk: Any = Clerk()
    (line,) = make_pdfs(folder, run_of(folder, "paper-1"), sign=clerk)
    assert (folder / (line.pdf or "")).read_bytes().endswith(b"%%EOF\nsigned")


def test_a_full_disk_stops_the_run_and_nothing_is_half_written(
    tmp_path: Path, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    lines = run_of(folder, "paper-1")

    def full(target: str, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pdf_run, "write_whole", full)
    with pytest.raises(RunStopped, match=r"磁盘已满.*--resume"):
        make_pdfs(folder, lines)
    monkeypatch.undo()
    assert not list(folder.rglob("*.pdf"))


def test_two_runs_do_not_work_in_one_folder(tmp_path: Path, calls: Path) -> None:
    folder = tmp_path / "out"
    lines = run_of(folder, "paper-1")
    other = sqlite3.connect(folder / pdf_run.STATE)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(UsageError, match="另一个 docgen"):
        make_pdfs(folder, lines)
    other.close()
    (folder / pdf_run.STATE).write_bytes(b"no database, and long enough to be seen as none" * 9)
    with pytest.raises(RunStopped, match=r"\.docgen-pdf"):
        make_pdfs(folder, lines)


def test_a_run_that_was_killed_is_completed_by_the_second(tmp_path: Path, calls: Path) -> None:
    folder = tmp_path / "out"
    texts = [f"paper-{n}" for n in range(1, BATCH + 4)]
    lines = run_of(folder, *texts[:BATCH], "HANG", *texts[BATCH + 1 :])
    code = (
        "import sys; from pathlib import Path; from docgen.generating.run_state import read_manifest\n"
        "from docgen.generating.pdf_run import make_pdfs\n"
        "folder = Path(sys.argv[1]); make_pdfs(folder, read_manifest(folder))"
    )
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    child = subprocess.Popen([sys.executable, "-c", code, str(folder)], env=environment)  # noqa: S603  our own
    hangs = tmp_path / "soffice.hangs"
    while not hangs.exists():
        assert child.poll() is None, "it ended before it came to the paper that hangs"
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    os.kill(int(hangs.read_text()), signal.SIGKILL)  # nobody is left to end it
    whole = sorted(path.name for path in folder.rglob("*.pdf"))
    assert len(whole) == BATCH
    (folder / "一科" / "001 李晓明.pdf.77.docgen-part").write_bytes(b"%PDF-half")
    calls.unlink()
    lines[BATCH] = write(folder, BATCH + 1, texts[BATCH])
    made = make_pdfs(folder, lines, resume=True)
    assert [said(folder, line) for line in made] == texts
    assert [line.kept for line in made] == [True] * BATCH + [False] * 3
    assert calls.read_text().split() == texts[BATCH:]
    assert not list(folder.rglob("*docgen-part*"))
