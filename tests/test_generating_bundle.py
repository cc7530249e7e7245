"""One print file and one zip of a run: in row order, whole or not there, the same bytes each time."""

from __future__ import annotations

import errno
import json
import zipfile
from pathlib import Path

import docx
import pypdfium2
import pytest

from docgen.errors import UsageError
from docgen.generating import bundle
from docgen.generating.bundle import merge_all, zip_all
from docgen.generating.work import Line
from docgen.rendering import merge as merging
from docgen.rendering.house import draw_notice


def word(text: str) -> bytes:
    return draw_notice({"name": "回执", "paragraphs": [{"title": "回执"}, {"text": text}]})


def run_of(folder: Path, count: int, pdfs: bool = True) -> list[Line]:
    """Papers whose PDFs tell themselves apart by the width of their page: 100 points and the row."""
    folder.mkdir(parents=True)
    lines = []
    for row in range(1, count + 1):
        path = f"{row:03} 李晓明.docx"
        (folder / path).write_bytes(word(f"第 {row} 份"))
        if pdfs:
            pdf = pypdfium2.PdfDocument.new()
            pdf.new_page(100 + row, 200)
            pdf.save(folder / path.replace(".docx", ".pdf"))
        lines.append(Line(row, str(row), path, None, "written"))
    lines.append(Line(count + 1, "x", "无.docx", None, "failed", "缺少姓名"))
    (folder / "manifest.jsonl").write_text(json.dumps({"row": 1}) * 500, "utf-8")
    (folder / ".docgen-pdf").write_bytes(b"state")
    return lines


def test_a_print_file_of_pdfs_has_them_in_row_order_in_portions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "_PORTION", 2)
    lines = run_of(tmp_path / "out", 7)
    target = tmp_path / "打印" / "全部.pdf"
    assert merge_all(tmp_path / "out", reversed(lines), target) == 7
    pages = [round(page.get_width()) for page in pypdfium2.PdfDocument(target)]
    assert pages == [101, 102, 103, 104, 105, 106, 107]
    assert [path.name for path in target.parent.iterdir()] == ["全部.pdf"]


def test_a_print_file_of_word_is_the_same_whatever_the_portions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = run_of(tmp_path / "out", 7, pdfs=False)
    assert merge_all(tmp_path / "out", lines, tmp_path / "a.docx") == 7
    monkeypatch.setattr(merging, "_PORTION", 2)
    merge_all(tmp_path / "out", lines, tmp_path / "b.docx")
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
    written = [p.text for p in docx.Document(str(tmp_path / "a.docx")).paragraphs if p.text.startswith("第")]
    assert written == [f"第 {row} 份" for row in range(1, 8)]


def test_a_zip_holds_papers_pdfs_and_manifest_and_nothing_of_the_run_itself(tmp_path: Path) -> None:
    lines = run_of(tmp_path / "out", 2)
    assert zip_all(tmp_path / "out", reversed(lines), tmp_path / "a.zip") == 5
    zip_all(tmp_path / "out", lines, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        names = ["001 李晓明.docx", "001 李晓明.pdf", "002 李晓明.docx", "002 李晓明.pdf", "manifest.jsonl"]
        assert archive.namelist() == names
        assert archive.testzip() is None
        assert archive.read("002 李晓明.docx") == (tmp_path / "out" / "002 李晓明.docx").read_bytes()
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.getinfo("001 李晓明.pdf").flag_bits & 0x800, "names are marked as UTF-8"


def test_a_zip_over_the_old_limit_is_written_as_zip64(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 1000)
    lines = run_of(tmp_path / "out", 2)
    zip_all(tmp_path / "out", lines, tmp_path / "a.zip")
    monkeypatch.undo()
    data = (tmp_path / "a.zip").read_bytes()
    assert b"PK\x06\x06" in data, "the record of the end that counts in 64 bits"
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None


@pytest.mark.parametrize("name", ["全部.docx", "全部.pdf", "全部.zip"])
def test_what_is_missing_leaves_nothing_under_the_final_name(tmp_path: Path, name: str) -> None:
    lines = run_of(tmp_path / "out", 3)
    for suffix in (".docx", ".pdf"):
        (tmp_path / "out" / f"002 李晓明{suffix}").unlink()
    with pytest.raises(UsageError, match="002 李晓明"):
        (zip_all if name.endswith(".zip") else merge_all)(tmp_path / "out", lines, tmp_path / "to" / name)
    assert list((tmp_path / "to").iterdir()) == []


def test_hostile_files_and_calls_are_refused_clearly(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    lines = run_of(folder, 2)
    (folder / "002 李晓明.pdf").write_bytes(b"%PDF-half")
    with pytest.raises(UsageError, match=r"002 李晓明\.pdf 不是完好的 PDF"):
        merge_all(folder, lines, tmp_path / "a.pdf")
    (folder / "002 李晓明.docx").write_bytes(b"half")
    with pytest.raises(UsageError, match=r"不是完好的 \.docx"):
        merge_all(folder, lines, tmp_path / "a.docx")
    with pytest.raises(UsageError, match=r"以 \.docx 或 \.pdf 结尾"):
        merge_all(folder, lines, tmp_path / "a.txt")
    with pytest.raises(UsageError, match="没有写成的文书"):
        merge_all(folder, lines[2:], tmp_path / "a.pdf")
    assert not list(tmp_path.glob("a.*"))


def test_a_full_disk_is_said_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = run_of(tmp_path / "out", 2)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(bundle.shutil, "copyfileobj", full)
    monkeypatch.setattr(bundle.ctypes, "string_at", full)
    for target, call in ((tmp_path / "a.zip", zip_all), (tmp_path / "a.pdf", merge_all)):
        with pytest.raises(UsageError, match="磁盘已满"):
            call(tmp_path / "out", lines, target)
    assert not list(tmp_path.glob("a.*"))
