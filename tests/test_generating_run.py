"""A bulk run: whole papers, an honest manifest, and whatever interrupts it, the same result in the end."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from bulk_runs import COUNT, SERIES, job, manifest, master, numbered, papers, rows, started, text

from docgen.errors import UsageError
from docgen.generating.numbers import NumberBook
from docgen.generating.run import Given, generate
from docgen.generating.work import PART, Line, RunStopped, write_whole

MOMENTS = ("after-a-portion", "before-renaming", "half-written")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The papers of a numbered run that nothing interrupts."""
    place = tmp_path_factory.mktemp("undisturbed")
    generate(numbered(place / "out", place / "book"), rows())
    return papers(place / "out")


# ---------------------------------------------------------------- a run that is left in peace


def test_a_paper_a_row_and_a_line_a_paper(tmp_path: Path) -> None:
    summary = generate(job(tmp_path / "out"), rows(250))
    assert summary.count == Counter(written=250)
    written = papers(tmp_path / "out")
    lines = manifest(tmp_path / "out")
    assert [line["path"] for line in lines] == [f"{n:04}-李样例{n:04}.docx" for n in range(1, 251)]
    assert sorted(written) == sorted(line["path"] for line in lines)
    for line in lines:
        assert line["sha256"] == hashlib.sha256(written[line["path"]]).hexdigest()
    assert "李样例0007：补贴1007元" in text(written["0007-李样例0007.docx"])


def test_the_lines_of_the_manifest_are_the_contracts(tmp_path: Path) -> None:
    generate(job(tmp_path), [*rows(1), Given(2, {"name": "王样例"})])
    first, second = manifest(tmp_path)
    assert list(first) == ["row", "key", "path", "sha256", "status", "error"]
    assert (first["row"], first["key"], first["status"], first["error"]) == (1, "1", "written", None)
    assert (second["status"], second["sha256"]) == ("failed", None)
    assert "缺少 金额" in second["error"]


def test_progress_hears_every_line(tmp_path: Path) -> None:
    heard: list[Line] = []
    generate(job(tmp_path), rows(120), heard.extend)
    assert [line.row for line in heard] == list(range(1, 121))


def test_a_pattern_makes_folders(tmp_path: Path) -> None:
    generate(job(tmp_path, pattern="补贴/{金额}/{姓名}"), rows(3))
    assert sorted(papers(tmp_path)) == [f"补贴/{1000 + n}/李样例{n:04}.docx" for n in (1, 2, 3)]


# ---------------------------------------------------------------- rows that fail


def test_a_row_fails_alone(tmp_path: Path) -> None:
    data = rows(5)
    data[1] = Given(2, {"name": "李样例0002", "amount": "许多"})
    data[3] = Given(4, {}, error="第 4 行读不了")
    summary = generate(job(tmp_path), data)
    assert summary.count == Counter(written=3, failed=2)
    assert [f.row for f in summary.failures] == [2, 4]
    assert "金额" in str(summary.failures[0].error)
    assert summary.failures[1].error == "第 4 行读不了"
    assert len(papers(tmp_path)) == 3


def test_a_key_names_one_row(tmp_path: Path) -> None:
    data = [Given(n, {"name": name, "amount": 1}) for n, name in enumerate(("甲", "乙", "甲", ""), start=1)]
    summary = generate(job(tmp_path, key="name"), data)
    assert summary.count == Counter(written=2, failed=2)
    assert [(f.row, f.error) for f in summary.failures] == [(3, "键“甲”与第 1 行重复"), (4, "作键的一栏是空的")]
    assert [line["key"] for line in manifest(tmp_path)][:2] == ["甲", "乙"]


def test_two_rows_of_one_name_have_two_papers(tmp_path: Path) -> None:
    data = [Given(n, {"name": "李样例", "amount": n}) for n in (1, 2, 3)]
    generate(job(tmp_path, pattern="{name}"), data)
    assert sorted(papers(tmp_path)) == ["李样例-2.docx", "李样例-3.docx", "李样例.docx"]


def test_a_hostile_name_stays_in_the_folder(tmp_path: Path) -> None:
    data = [Given(1, {"name": "../../etc/passwd", "amount": 1}), Given(2, {"name": "长" * 300, "amount": 1})]
    summary = generate(job(tmp_path / "out", pattern="{name}"), data)
    assert summary.count == Counter(written=2)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out"]
    assert len(papers(tmp_path / "out")) == 2


def test_a_faulty_master_is_said_before_anything_is_made(tmp_path: Path) -> None:
    from dataclasses import replace

    broken = replace(master(), data=b"no paper", digest="broken")
    with pytest.raises(UsageError, match=r"\.docx"):
        generate(job(tmp_path / "out", master=broken), rows(1))
    assert not (tmp_path / "out").exists()


# ---------------------------------------------------------------- numbers


def test_numbers_are_in_order_without_holes_where_rows_fail(tmp_path: Path) -> None:
    data = rows(6)
    data[0] = Given(1, {"name": "", "amount": 1})
    data[3] = Given(4, {"name": "李样例0004", "amount": "许多"})
    summary = generate(numbered(tmp_path / "out", tmp_path / "book"), data)
    assert summary.count == Counter(written=4, failed=2)
    assert _numbers(papers(tmp_path / "out")) == {"0002": 1, "0003": 2, "0005": 3, "0006": 4}


def test_the_number_of_a_paper_that_cannot_be_written_is_given_back(tmp_path: Path) -> None:
    (tmp_path / "out" / "0002-李样例0002.docx").mkdir(parents=True)  # in the way of the paper
    summary = generate(numbered(tmp_path / "out", tmp_path / "book"), rows(3))
    assert summary.count == Counter(written=2, failed=1)
    assert NumberBook(tmp_path / "book").take(SERIES, "another run", ["x", "y"]) == [2, 4]


def test_an_empty_key_gives_back_no_others_number(tmp_path: Path) -> None:
    names = ("甲", "乙", "", "3", "丁")  # the third row has no key, the fourth is called 3
    data = [Given(n, {"name": name, "amount": 1}) for n, name in enumerate(names, start=1)]
    generate(numbered(tmp_path / "out", tmp_path / "book", key="name"), data)
    assert NumberBook(tmp_path / "book").take(SERIES, "another run", ["x"]) == [5]


def test_runs_that_share_a_book_never_give_a_number_twice(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("一", "二", "三")]
    running = [started(folder, "in-peace", book=tmp_path / "book") for folder in folders]
    assert [process.wait(timeout=60) for process in running] == [0, 0, 0]
    given = [n for folder in folders for n in _numbers(papers(folder)).values()]
    assert sorted(given) == list(range(1, 3 * COUNT + 1))


def test_a_variable_the_master_does_not_have_takes_no_number(tmp_path: Path) -> None:
    from docgen.generating.run import Numbering

    with pytest.raises(UsageError, match="编不了文号"):
        generate(job(tmp_path / "out", numbering=Numbering(SERIES, tmp_path / "book", "nummer")), rows(1))
    generate(job(tmp_path / "out"), rows(1))  # nothing was begun: no --resume is asked for


def _numbers(found: dict[str, bytes]) -> dict[str, int]:
    return {
        path[:4]: int(text(data).split("样人社补〔2026〕")[1].split("号")[0]) for path, data in sorted(found.items())
    }


# ---------------------------------------------------------------- interrupted and taken up again


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_run_taken_up_again_equals_an_undisturbed_one(
    tmp_path: Path, undisturbed: dict[str, bytes], moment: str, workers: int
) -> None:
    out, book = tmp_path / "out", tmp_path / "book"
    status = started(out, moment, workers, book).wait(timeout=60)
    if workers == 1 or moment == "after-a-portion":  # else it is a worker that is killed, not the run
        assert status == -signal.SIGKILL
    for path, data in papers(out).items():
        if not path.endswith(PART):
            assert data == undisturbed[path]
    summary = generate(numbered(out, book, resume=True), rows())
    assert summary.count["written"] + summary.count["kept"] == COUNT
    assert papers(out) == undisturbed
    assert sorted(_numbers(papers(out)).values()) == list(range(1, COUNT + 1))
    assert len(manifest(out)) == COUNT


def test_numbers_taken_by_a_run_that_wrote_nothing_are_its_own(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    out, book = tmp_path / "out", tmp_path / "book"
    assert started(out, "numbers-just-taken", book=book).wait(timeout=60) == -signal.SIGKILL
    assert papers(out) == {}
    generate(numbered(out, book, resume=True), rows())
    assert papers(out) == undisturbed


def test_resume_writes_what_is_missing_or_differs_and_nothing_else(tmp_path: Path) -> None:
    generate(job(tmp_path), rows(10))
    whole = papers(tmp_path)
    damaged, missing, *rest = sorted(tmp_path.glob("*.docx"))
    damaged.write_bytes(damaged.read_bytes()[:-9])
    missing.unlink()
    (tmp_path / f"0005-x.docx.1{PART}").write_bytes(b"half")
    before = {path: path.stat().st_mtime_ns for path in rest}
    summary = generate(job(tmp_path, resume=True), rows(10))
    assert summary.count == Counter(written=2, kept=8)
    assert papers(tmp_path) == whole
    assert {path: path.stat().st_mtime_ns for path in rest} == before
    assert [line["status"] for line in manifest(tmp_path)] == ["written"] * 10


def test_resume_may_have_more_rows_than_before(tmp_path: Path) -> None:
    generate(numbered(tmp_path / "out", tmp_path / "book"), rows(3))
    summary = generate(numbered(tmp_path / "out", tmp_path / "book", resume=True), rows(5))
    assert summary.count == Counter(written=2, kept=3)
    assert list(_numbers(papers(tmp_path / "out")).values()) == [1, 2, 3, 4, 5]


def test_resume_in_a_new_folder_is_a_first_run(tmp_path: Path) -> None:
    assert generate(job(tmp_path / "out", resume=True), rows(2)).count == Counter(written=2)


# ---------------------------------------------------------------- a disk that gives up


def test_a_full_disk_stops_the_run_and_leaves_only_whole_papers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generate(job(tmp_path / "whole"), rows())
    room = 150

    def write(handle: int, data: Sequence[int]) -> int:
        nonlocal room
        room -= 1
        if room < 0:
            os.truncate(handle, 10)
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(handle, bytes(data))

    real = os.write
    with monkeypatch.context() as patch:
        patch.setattr("docgen.generating.work.os.write", write)
        with pytest.raises(RunStopped, match="磁盘已满；已写完的都是完整的，排除后加 --resume 接着做"):
            generate(job(tmp_path / "out"), rows())
    whole, left = papers(tmp_path / "whole"), papers(tmp_path / "out")
    assert len(left) == 150
    assert left.items() <= whole.items()
    assert generate(job(tmp_path / "out", resume=True), rows()).count == Counter(written=150, kept=150)
    assert papers(tmp_path / "out") == whole


def test_a_full_disk_may_strike_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "manifest.jsonl").mkdir()  # it cannot be put in its place
    with pytest.raises(RunStopped, match="manifest"):
        generate(job(tmp_path), rows(2))
    (tmp_path / "manifest.jsonl").rmdir()
    assert generate(job(tmp_path, resume=True), rows(2)).count == Counter(kept=2)


def test_a_paper_that_cannot_be_put_in_place_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.docx").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_whole(str(tmp_path / "a.docx"), b"paper")
    assert [p.name for p in tmp_path.iterdir()] == ["a.docx"]


def test_a_short_write_is_written_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write

    def three(handle: int, data: Any) -> int:
        return real(handle, bytes(data[:3]))

    monkeypatch.setattr("docgen.generating.work.os.write", three)
    write_whole(str(tmp_path / "new" / "a.docx"), b"ten  bytes")
    assert (tmp_path / "new" / "a.docx").read_bytes() == b"ten  bytes"
