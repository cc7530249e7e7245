"""Where rows are filled does not show in the papers; a worker that dies costs time, not papers."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor, Future
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from bulk_runs import COUNT, job, manifest, numbered, papers, rows, started

from docgen.errors import UsageError
from docgen.generating import executors
from docgen.generating.executors import Pool, pool
from docgen.generating.run import generate
from docgen.generating.work import RunStopped


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What one process writes."""
    place = tmp_path_factory.mktemp("alone")
    generate(job(place), rows())
    return papers(place)


def square(numbers: list[int]) -> list[int]:
    return [n * n for n in numbers]


def die_once(flag: str) -> str:
    """Kills its process the first time any process gets here."""
    try:
        os.close(os.open(flag, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return "done"
    os._exit(3)


def die(_: int) -> None:
    os._exit(3)


def full(_: int) -> None:
    raise RunStopped("磁盘已满。")


def test_without_workers_all_runs_here() -> None:
    with pool() as here:
        assert list(here.map(lambda n: n + 1, iter([1, 2]))) == [2, 3]


def test_results_come_in_the_order_of_the_portions() -> None:
    with pool(2) as workers:
        assert list(workers.map(square, ([n] for n in range(40)))) == [[n * n] for n in range(40)]


def test_portions_are_asked_for_only_as_they_are_needed() -> None:
    asked = 0

    def portions() -> Iterator[list[int]]:
        nonlocal asked
        for n in range(100):
            asked += 1
            yield [n]

    with pool(2) as workers:
        next(workers.map(square, portions()))
        assert asked <= 2 * executors._AHEAD


@pytest.mark.parametrize("workers", [2, 3])
def test_papers_do_not_depend_on_the_workers(tmp_path: Path, alone: dict[str, bytes], workers: int) -> None:
    summary = generate(job(tmp_path / "out", workers=workers), rows())
    assert summary.count["written"] == COUNT
    assert papers(tmp_path / "out") == alone
    assert [line["row"] for line in manifest(tmp_path / "out")] == list(range(1, COUNT + 1))


def test_numbers_do_not_depend_on_the_workers(tmp_path: Path) -> None:
    for workers in (1, 2):
        generate(numbered(tmp_path / f"{workers}", tmp_path / f"book{workers}", workers=workers), rows())
    assert papers(tmp_path / "1") == papers(tmp_path / "2")


def test_what_a_worker_raises_ends_the_run() -> None:
    with pytest.raises(RunStopped, match="磁盘已满"), pool(2) as workers:
        list(workers.map(full, range(9)))


# ---------------------------------------------------------------- workers that die


def test_a_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    flags = [str(tmp_path / f"{n % 5}") for n in range(12)]
    flags[5:] = [str(tmp_path / "5")] * 7
    with pool(2) as workers:
        assert list(workers.map(die_once, flags[3:])) == ["done"] * 9


def test_workers_that_keep_dying_end_the_run_with_a_sentence() -> None:
    with pytest.raises(UsageError, match="请减少 --workers"), pool(2) as workers:
        list(workers.map(die, range(4)))


def test_a_worker_killed_in_the_middle_costs_no_paper(tmp_path: Path, alone: dict[str, bytes]) -> None:
    """Its half-written paper is cleared away too."""
    status = started(tmp_path / "out", "half-written", 2).wait(timeout=60)
    assert status == 0
    assert papers(tmp_path / "out") == alone


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc")
def test_workers_end_with_a_run_that_is_killed(tmp_path: Path) -> None:
    run = started(tmp_path / "out", "after-a-portion", 2)
    assert run.wait(timeout=60) == -signal.SIGKILL
    deadline = time.monotonic() + 30
    while (left := _processes(str(tmp_path))) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []


def _processes(argument: str) -> list[str]:
    """The processes of which an argument holds this text."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if argument in line:
            found.append(folder.name)
    return found


# ---------------------------------------------------------------- Dask


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two workers, each a process of one thread, that can write papers of these tests."""
    distributed: Any = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as local:
        yield local


def test_a_cluster_writes_the_same_papers(tmp_path: Path, alone: dict[str, bytes], cluster: Any) -> None:
    summary = generate(job(tmp_path / "out", cluster=cluster.scheduler_address), rows())
    assert summary.count["written"] == COUNT
    assert papers(tmp_path / "out") == alone


def test_a_cluster_that_loses_a_worker_ends_its_run(tmp_path: Path, alone: dict[str, bytes], cluster: Any) -> None:
    def lose(_: object) -> None:
        if killed:
            return
        client: Any = import_module("distributed").Client(cluster.scheduler_address)
        pids = client.run(os.getpid)
        client.close()
        killed.append(next(iter(pids.values())))
        os.kill(killed[0], signal.SIGKILL)

    killed: list[int] = []
    summary = generate(job(tmp_path / "out", cluster=cluster.scheduler_address), rows(), lose)
    assert killed
    assert summary.count["written"] == COUNT
    assert papers(tmp_path / "out") == alone


def test_a_cluster_that_does_not_answer_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(executors, "_CLUSTER_SECONDS", 0.3)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{nobody.getsockname()[1]}"
        with pytest.raises(UsageError, match=r"连不上集群 tcp://127\.0\.0\.1:.*没有应答"):
            generate(job(tmp_path / "out", cluster=address), rows(1))
    assert papers(tmp_path / "out") == {}
    generate(job(tmp_path / "out"), rows(1))  # nothing was begun: no --resume is asked for


def test_an_address_that_is_none_is_one_sentence() -> None:
    pytest.importorskip("distributed")
    with pytest.raises(UsageError, match="连不上集群"), pool(cluster="abc://nowhere"):
        raise AssertionError


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match="docgen\\[cluster\\]"), pool(cluster="tcp://127.0.0.1:8786"):
        raise AssertionError


def test_a_cluster_that_is_gone_for_good_is_one_sentence() -> None:
    class Gone(Executor):
        def submit(self, *_: Any, **__: Any) -> Future[Any]:
            future: Future[Any] = Future()
            future.set_exception(CancelledError())
            return future

    with pytest.raises(UsageError, match="集群没有做完"):
        list(Pool(Gone, lost=(CancelledError,)).map(square, [[1]]))
