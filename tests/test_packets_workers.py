"""Workers: papers are read apart, a paper that kills one is named and the rest is checked; many packets keep their order."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from docgen.batches import check_each, check_in
from docgen.checking import Request
from docgen.errors import UnreadableError, UsageError
from docgen.packets import read_packet
from docgen.readers.limits import Limits
from docgen.settings import load_settings
from docgen.workers import Worker, WorkerDiedError

posix = pytest.mark.skipif(sys.platform == "win32", reason="stops a process by a signal")


def text(folder: Path, name: str, content: str = "姓名：林知夏\n") -> str:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return str(path)


def test_a_worker_reads_as_the_reader_does(tmp_path: Path) -> None:
    path = text(tmp_path, "a.txt")
    with Worker() as worker:
        assert worker.read(path, None).text() == "姓名：林知夏"
        assert worker.read("b.txt", "乙".encode()).path == "b.txt"
        with pytest.raises(UnreadableError, match="0 字节"):
            worker.read("c.txt", b"")
        assert worker.read("d.txt", "丁".encode()).text() == "丁"


def test_every_paper_in_a_worker_when_the_settings_say_so(tmp_path: Path) -> None:
    text(tmp_path, "a.txt")
    packet = read_packet([str(tmp_path)], isolate=True)
    assert packet.papers[0].document is not None


def test_isolate_is_a_switch_among_the_limits(tmp_path: Path) -> None:
    path = tmp_path / "docgen.toml"
    path.write_text("[limits]\nisolate = true\nworker_seconds = 9\n", encoding="utf-8")
    settings = load_settings(path)
    assert settings.isolate and settings.limits == {"worker_seconds": 9}
    path.write_text("[limits]\nisolate = 1\n", encoding="utf-8")
    with pytest.raises(UsageError, match="isolate"):
        load_settings(path)


@posix
def test_hostile_paper_that_kills_the_worker_is_named() -> None:
    with Worker() as worker:
        assert worker.read("a.txt", "甲".encode()).text() == "甲"
        process = worker._process
        assert process is not None
        process.kill()
        process.wait()
        with pytest.raises(UnreadableError, match="意外中止"):
            worker.read("b.txt", "乙".encode())
        assert worker.read("c.txt", "丙".encode()).text() == "丙"


@posix
def test_hostile_paper_that_takes_for_ever_is_named() -> None:
    with Worker(Limits(worker_seconds=1)) as worker:
        worker.ask(("read", "warm.txt", b"x", Limits()), lambda _: None)
        since = time.monotonic()
        with pytest.raises(WorkerDiedError, match="1 秒"):
            worker.ask(("check", _SLOW, False), lambda _: None)
        assert time.monotonic() - since < 30
        assert worker.read("c.txt", "丙".encode()).text() == "丙"


class _Slow:
    """A task that sleeps when it is unpickled: stands for a paper that never ends."""

    def __reduce__(self) -> tuple[object, tuple[float]]:
        return time.sleep, (60.0,)


_SLOW = _Slow()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="bounds the address space")
def test_hostile_paper_that_needs_too_much_memory_is_named() -> None:
    """A big text is refused where the address space is small, and the worker goes on."""
    with Worker(Limits(worker_mib=250, bytes=400_000_000, characters=400_000_000)) as worker:
        with pytest.raises(UnreadableError, match=r"内存|意外中止"):
            worker.read("big.txt", "啊\n".encode() * 40_000_000)
        assert worker.read("c.txt", "丙".encode()).text() == "丙"


def test_hostile_paper_of_a_packet_is_named_and_the_packet_checked_again_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies once over the second paper; the report names it and has the other two."""
    for name in ("1.txt", "2.txt", "3.txt"):
        text(tmp_path, name)
    ask, deaths = Worker.ask, [str(tmp_path / "2.txt")]

    def dying(self: Worker, task: tuple[Any, ...], paper: Callable[[str], None]) -> tuple[str, Any]:
        if deaths:
            paper(str(tmp_path / "1.txt"))
            paper(deaths.pop())
            raise WorkerDiedError("读取程序意外中止。")
        return ask(self, task, paper)

    monkeypatch.setattr(Worker, "ask", dying)
    with Worker() as worker:
        checked = check_in(worker, Request([str(tmp_path)], on=date(2025, 1, 2)))
    report = json.loads(checked.line)
    assert checked.unreadable and len(report["documents"]) == 3
    named = [f["locations"][0]["path"] for f in report["findings"] if f["code"] == "document.unreadable"]
    assert named == [str(tmp_path / "2.txt")]


def test_many_packets_keep_their_order(tmp_path: Path) -> None:
    requests = [Request([text(tmp_path, f"{n}.txt", f"第{n}份\n")], on=date(2025, 1, 2)) for n in range(7)]
    lines = [json.loads(c.line) for c in check_each(requests, 2)]
    assert [Path(line["documents"][0]["path"]).stem for line in lines] == [str(n) for n in range(7)]


def test_a_packet_that_cannot_be_checked_has_a_line_of_its_own(tmp_path: Path) -> None:
    empty = tmp_path / "空"
    empty.mkdir()
    found = list(check_each([Request([str(empty)], on=date(2025, 1, 2))], 1))
    assert found[0].unreadable
    assert json.loads(found[0].line)["findings"][0]["code"] == "document.unreadable"
