"""Many packets: a drop folder that forgets nothing, and one line of JSON a packet that is whole or not there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from docgen.cli import app
from docgen.cli.check_each import packets_of, progress_line
from docgen.errors import UsageError
from docgen.watching import finish, open_folder, packets_in, poll

INTERRUPTIBLE = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
    " from docgen.cli import main; main(sys.argv[1:])"
)
"""The command with Ctrl-C as a terminal has it: what a shell runs in the background starts deaf to it."""
TEXT = "就业情况说明\n"


def drop(folder: Path, name: str, content: str = TEXT) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def taken(found: list[tuple[Path, str]]) -> list[str]:
    return [path.name for path, _ in found]


def test_a_packet_is_taken_when_two_polls_see_it_unchanged(tmp_path: Path) -> None:
    box = open_folder(str(tmp_path))
    drop(tmp_path, "甲.txt")
    assert poll(box) == []
    drop(tmp_path, "甲.txt", TEXT * 2)
    assert poll(box) == []
    assert taken(poll(box)) == ["甲.txt"]
    assert poll(box) == []


def test_folders_files_and_archives_are_packets_results_and_halves_are_not(tmp_path: Path) -> None:
    box = open_folder(str(tmp_path))
    for name in ("甲/申请表.txt", "乙.zip", "丙.txt.part", "~$丁.docx", ".隐.txt", "结果/旧.report.json"):
        drop(tmp_path, name)
    drop(tmp_path, "戊/大.pdf.crdownload")
    poll(box)
    assert sorted(taken(poll(box))) == ["乙.zip", "甲"]
    assert [p.name for p in packets_in(tmp_path)] == ["乙.zip", "戊", "甲"]


def test_started_again_it_repeats_nothing_and_sees_a_change(tmp_path: Path) -> None:
    box = open_folder(str(tmp_path))
    drop(tmp_path, "甲.txt")
    poll(box)
    for packet, digest in poll(box):
        written = finish(box, packet, digest, {"json": "{}\n", "html": "<p>"})
        assert [p.name for p in written] == ["甲.txt.report.json", "甲.txt.report.html"]
    with box.memory.open("ab") as file:
        file.write(b'{"name": "\xe4\xb9')  # the power failed while a line was written
    again = open_folder(str(tmp_path))
    assert poll(again) == [] and poll(again) == []
    drop(tmp_path, "甲.txt", "另一份\n")
    poll(again)
    assert taken(poll(again)) == ["甲.txt"]


def test_no_folder_no_watch(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="文件夹"):
        open_folder(str(tmp_path / "没有"))


def test_one_folder_is_many_packets_several_paths_are_one_each(tmp_path: Path) -> None:
    drop(tmp_path, "甲/申请表.txt")
    drop(tmp_path, "乙.txt")
    assert [Path(p).name for p in packets_of([str(tmp_path)])] == ["乙.txt", "甲"]
    assert packets_of([str(tmp_path), "x.pdf"]) == [str(tmp_path), "x.pdf"]
    with pytest.raises(UsageError, match="没有可以检查"):
        packets_of([str(_empty(tmp_path))])


def _empty(folder: Path) -> Path:
    (folder / "空").mkdir()
    return folder / "空"


def test_each_writes_one_line_a_packet_in_order(tmp_path: Path) -> None:
    for name in ("1.txt", "2/说明.txt", "3.txt"):
        drop(tmp_path, name, f"第{name[0]}份说明\n")
    out = tmp_path.parent / f"{tmp_path.name}.jsonl"
    result = CliRunner().invoke(
        app, ["check", "--each", str(tmp_path), "--workers", "2", "-o", str(out)], standalone_mode=False
    )
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [Path(line["documents"][0]["path"]).relative_to(tmp_path).parts[0] for line in lines] == [
        "1.txt",
        "2",
        "3.txt",
    ]
    assert result.return_value == 1


def test_the_progress_line_has_count_rate_and_time_left() -> None:
    assert progress_line(25, 100, 10.0) == "[######------------------] 已检查 25/100 份  2.5 份/秒  还需 00:30 "
    assert "还需 2:46:40" in progress_line(1, 10_001, 1.0)


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_leaves_whole_lines_only(tmp_path: Path) -> None:
    box = tmp_path / "收件"
    for number in range(400):
        drop(box, f"{number:03d}.txt", f"第{number}份说明\n" * 20)
    out = tmp_path / "out.jsonl"
    command = [sys.executable, "-c", INTERRUPTIBLE, "check", "--each", str(box), "--workers", "1", "-o", str(out)]
    process = subprocess.Popen(  # noqa: S603  our own interpreter
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ)
    )
    while process.poll() is None and (not out.exists() or out.stat().st_size == 0):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    text = out.read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert all(json.loads(line)["schema"] == "docgen.report/1" for line in text.splitlines())
    assert process.returncode == 130, said.decode()
    assert 0 < len(text.splitlines()) < 400
