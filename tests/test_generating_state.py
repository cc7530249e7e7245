"""What a run leaves in its folder: one run at a time, the same settings, and nothing begun by a call that was wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bulk_runs import job, manifest, papers, rows

from docgen.errors import UsageError
from docgen.generating.run import generate
from docgen.generating.run_state import MANIFEST, STATE, held, read_manifest
from docgen.generating.work import PART, Line, RunStopped

SETTINGS = {"模板": "样例通知"}


def test_a_used_folder_is_refused_without_resume(tmp_path: Path) -> None:
    generate(job(tmp_path), rows(2))
    before = papers(tmp_path)
    with pytest.raises(UsageError, match="接着做请加 --resume"):
        generate(job(tmp_path), rows(5))
    assert papers(tmp_path) == before


@pytest.mark.parametrize(("change", "says"), [({"pattern": "{name}"}, "文件名式样"), ({"key": "name"}, "键")])
def test_other_settings_are_refused(tmp_path: Path, change: dict[str, Any], says: str) -> None:
    generate(job(tmp_path), rows(2))
    with pytest.raises(UsageError, match=says):
        generate(job(tmp_path, resume=True, **change), rows(2))
    assert len(papers(tmp_path)) == 2


def test_a_second_run_in_the_folder_is_refused(tmp_path: Path) -> None:
    def meanwhile(_: object) -> None:
        with pytest.raises(UsageError, match="另一个 docgen 正在"):
            generate(job(tmp_path, resume=True), rows(1))
        refused.append(True)

    refused: list[bool] = []
    assert generate(job(tmp_path), rows(3), meanwhile).count["written"] == 3
    assert refused
    assert len(papers(tmp_path)) == 3


def test_a_run_that_ended_gives_its_folder_back(tmp_path: Path) -> None:
    with held(tmp_path, SETTINGS, resume=False) as folder:
        folder.begin()
        first = folder.id
    with held(tmp_path, SETTINGS, resume=True) as folder:
        assert (folder.id, folder.began_before) == (first, True)


def test_a_run_that_stopped_gives_its_folder_back(tmp_path: Path) -> None:
    def full(_: object) -> None:
        raise RunStopped("磁盘已满")

    with pytest.raises(RunStopped):
        generate(job(tmp_path), rows(3), full)
    assert generate(job(tmp_path, resume=True), rows(3)).count["kept"] == 3


def test_what_was_never_begun_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), held(tmp_path, SETTINGS, resume=False):
        1 / 0  # noqa: B018
    with held(tmp_path, {"模板": "另一个"}, resume=False) as folder:
        assert not folder.began_before


def test_what_a_killed_run_left_half_written_goes(tmp_path: Path) -> None:
    (tmp_path / "甲区").mkdir()
    (tmp_path / "甲区" / f"0001.docx.77{PART}").write_bytes(b"half")
    (tmp_path / "甲区" / "0002.docx").write_bytes(b"whole")
    with held(tmp_path, SETTINGS, resume=False):
        assert sorted(papers(tmp_path)) == ["甲区/0002.docx"]


def test_the_manifest_appears_when_all_lines_are_in(tmp_path: Path) -> None:
    line = Line(1, "1", "a.docx", "00", "written")
    with held(tmp_path, SETTINGS, resume=False) as folder:
        with folder.manifest() as note:
            note(line)
            assert not (tmp_path / MANIFEST).exists()
        assert read_manifest(tmp_path) == [line]


def test_an_interrupted_manifest_does_not_replace_the_one_before(tmp_path: Path) -> None:
    generate(job(tmp_path), rows(2))

    def stop(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(job(tmp_path, resume=True), rows(4), stop)
    assert len(manifest(tmp_path)) == 2
    generate(job(tmp_path, resume=True), rows(4))
    assert len(manifest(tmp_path)) == 4


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("no folder")
    with pytest.raises(UsageError, match="不能使用文件夹"):
        generate(job(tmp_path / "out"), rows(1))


def test_a_record_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / STATE).write_bytes(b"no database at all, but longer than a header of SQLite is" * 9)
    with pytest.raises(UsageError, match=STATE):
        generate(job(tmp_path), rows(1))


@pytest.mark.parametrize("content", [None, "{", '{"row": 1}\n'])
def test_a_manifest_that_is_none_is_said(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / MANIFEST).write_text(content)
    with pytest.raises(UsageError, match=MANIFEST):
        read_manifest(tmp_path)
