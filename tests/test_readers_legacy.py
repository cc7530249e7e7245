"""Old office formats through LibreOffice: read where it is there, refused clearly where it is not or does not answer."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from pathlib import Path

import docx
import pytest

from docgen import libreoffice
from docgen.errors import UnreadableError
from docgen.readers import read
from docgen.readers.legacy import convert, find_soffice, read_legacy

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")
RTF = rb"{\rtf1\ansi\ansicpg936{\fonttbl\f0 SimSun;}\f0 \'d0\'d5\'c3\'fb\par\trowd\cellx2000\cellx4000\intbl A\cell B\cell\row}"

posix = pytest.mark.skipif(sys.platform == "win32", reason="stand-ins for LibreOffice are shell scripts")


@pytest.fixture
def soffice() -> str:
    """LibreOffice; in CI it must be there."""
    found = find_soffice()
    if found is None:
        assert os.environ.get("CI") != "true", "LibreOffice is missing in CI"
        pytest.skip("LibreOffice is not installed")
    return found


def stand_in(folder: Path, script: str) -> str:
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    program.chmod(0o755)
    return str(program)


def word() -> bytes:
    document = docx.Document()
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "姓名", "李晓明"
    document.add_paragraph("申请人（签字）：")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def left(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir() if entry.name.startswith("docgen-")]


def test_word_97_is_read_as_the_docx_it_came_from(soffice: str) -> None:
    old = convert(word(), ".docx", "doc", soffice=soffice)
    document = read("张三的表.wps", old)
    assert (document.path, document.format, document.reader) == ("张三的表.wps", "doc", "libreoffice+docx")
    assert document.paged is False
    assert [cell.text for cell in document.pages[0].tables[0].cells] == ["姓名", "李晓明"]
    assert document.pages[0].lines[-1].text == "申请人（签字）："


def test_rich_text_is_read(soffice: str) -> None:
    document = read_legacy(RTF, "a.rtf", soffice=soffice)
    assert (document.format, document.reader) == ("rtf", "libreoffice+docx")
    assert document.text() == "姓名\nA\tB"


def test_spreadsheets_of_openoffice_are_read_as_xlsx(soffice: str) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["姓名", "身份证号码"], ["李晓明", "500103200107150018"]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    document = read("名单.ods", convert(out.getvalue(), ".xlsx", "ods", soffice=soffice))
    assert (document.path, document.format, document.reader) == ("名单.ods", "ods", "libreoffice+xlsx")
    assert "500103200107150018" in document.text()


def test_hostile_word_97_in_name_only_is_refused_not_guessed(soffice: str) -> None:
    with pytest.raises(UnreadableError, match="转换失败"):
        read_legacy(OLE + "身份证".encode("utf-16-le") * 400, "a.doc", soffice=soffice)


def test_without_libreoffice_the_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCGEN_SOFFICE", str(tmp_path / "none"))
    with pytest.raises(UnreadableError, match=r"安装 LibreOffice|需要 LibreOffice.*另存为 \.docx") as caught:
        read("a.doc", OLE + bytes(100))
    assert str(caught.value).count("。") == 1


def test_a_program_that_cannot_be_started(tmp_path: Path) -> None:
    program = tmp_path / "soffice"
    program.write_text("", "utf-8")
    with pytest.raises(UnreadableError):
        read_legacy(RTF, "a.rtf", soffice=str(program))


@posix
def test_the_name_of_the_paper_never_reaches_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    seen = tmp_path / "seen"
    program = stand_in(tmp_path, f'echo "$@" > {seen}; echo "$HOME" >> {seen}; ls profile/user >> {seen}')
    with pytest.raises(UnreadableError, match="转换失败"):
        read_legacy(RTF, "--accept=socket; rm -rf.rtf", soffice=program)
    said = seen.read_text("utf-8")
    assert "input.rtf" in said
    assert "rm -rf" not in said
    assert "-env:UserInstallation=file://" in said
    assert str(tmp_path / "docgen-") in said.splitlines()[1]
    assert "registrymodifications.xcu" in said
    assert left(tmp_path) == []


def test_the_profile_lets_no_macro_run() -> None:
    for name in ("DisableMacrosExecution", "MacroSecurityLevel", "BlockUntrustedRefererLinks"):
        assert name in libreoffice.settings()


@posix
def test_hostile_conversion_that_hangs_is_ended_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    alive = tmp_path / "pid"
    program = stand_in(tmp_path, f"sleep 600 & echo $! > {alive}; wait")
    with pytest.raises(UnreadableError, match=r"超过 0\.5 秒"):
        read_legacy(RTF, "a.rtf", seconds=0.5, soffice=program)
    assert left(tmp_path) == []
    child = int(alive.read_text())
    assert _gone(child)


def _gone(pid: int) -> bool:
    """Whether a process has ended (a zombie that nobody has waited for yet has)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] in {"Z", "X"}
    except OSError:
        return True


@posix
def test_hostile_conversion_to_something_too_large_is_refused(tmp_path: Path) -> None:
    from docgen.readers.limits import Limits

    program = stand_in(tmp_path, "mkdir -p out; head -c 2000 /dev/zero > out/input.docx")
    with pytest.raises(UnreadableError, match="大小上限"):
        read_legacy(RTF, "a.rtf", Limits(bytes=1000), soffice=program)
    with pytest.raises(UnreadableError, match="损坏"):
        read_legacy(RTF, "a.rtf", soffice=program)
