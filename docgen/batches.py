"""Packets by the hundred: each checked in a worker process, in order, the one that kills its worker named and passed over."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from docgen.checking import Request, not_checked
from docgen.readers.limits import Limits
from docgen.workers import Worker, WorkerDiedError

AHEAD = 4
"""Packets per worker that may be done before an earlier one is: bounds what waits to be written in order."""

MOST_DEATHS = 5
"""Papers of one packet that may kill a worker before the packet is given up."""


@dataclass(slots=True)
class Checked:
    """What a worker says of one packet: the report as one line of JSON, its HTML if asked for, and what to tell besides."""

    path: str
    line: str
    html: str = ""
    verdict: str = "review"
    unreadable: bool = False
    warnings: list[str] = field(default_factory=list)


def check_in(worker: Worker, request: Request, *, html: bool = False) -> Checked:
    """One packet checked; a paper the worker dies over is named in the report and the others are checked."""
    for _ in range(len(request.refused), len(request.refused) + MOST_DEATHS):
        papers: list[str] = []
        try:
            kind, value = worker.ask(("check", request, html), papers.append)
        except WorkerDiedError as died:
            if not papers or worker.closed:
                return _given_up(request, str(died))
            request = replace(request, refused={**request.refused, papers[-1]: str(died)})
            continue
        return Checked(**value) if kind == "checked" else _given_up(request, str(value))
    return _given_up(request, "多份文件使读取程序中止，没有再试。")


def check_each(requests: Sequence[Request], workers: int, limits: Limits | None = None) -> Iterator[Checked]:
    """The packets one by one in their order, ``workers`` of them at a time. Closing the iterator ends the processes."""
    from concurrent.futures import Future, ThreadPoolExecutor

    own = threading.local()
    crew: list[Worker] = []

    def one(request: Request) -> Checked:
        if not hasattr(own, "worker"):
            own.worker = Worker(limits)
            crew.append(own.worker)
        return check_in(own.worker, request)

    pool = ThreadPoolExecutor(workers, thread_name_prefix="packet")
    waiting: deque[Future[Checked]] = deque()
    rest = iter(requests)
    try:
        while True:
            while len(waiting) < workers * AHEAD and (request := next(rest, None)) is not None:
                waiting.append(pool.submit(one, request))
            if not waiting:
                return
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in list(crew):
            worker.close()


def _given_up(request: Request, why: str) -> Checked:
    path = str(request.paths[0]) if request.paths else ""
    return Checked(path, line_of(not_checked(request, why).to_json()), verdict="fail", unreadable=True)


def line_of(report: dict[str, Any]) -> str:
    """A report as one line of JSON."""
    return json.dumps(report, ensure_ascii=False) + "\n"
