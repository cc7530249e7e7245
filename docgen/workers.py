"""Worker processes: untrusted paper is parsed, and whole packets are checked, under wall time and address space limits.

A worker is ``python -m docgen.workers`` with pickled frames over its pipes. A process of our own, not ``multiprocessing``:
that would run the caller's script again where it has no ``__main__`` guard. What comes back is unpickled with documents
and plain values only, since the worker has read hostile input.

Which papers go to a worker: members of archives and mails, files over ``packets.ISOLATE_FROM``, everything under
``--each`` and ``--watch``, and everything with ``[limits] isolate = true``. A lone small file is read where it is: starting
a worker costs 0.2 s, as much as the whole check.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

from docgen.errors import DocgenError, UnreadableError
from docgen.readers.limits import DEFAULT, MIB, Limits, worker_mib_message, worker_seconds_message

if TYPE_CHECKING:
    from docgen.checking import Outcome, Request
    from docgen.document import Document

START_SECONDS = 60
"""Wall time for a worker to come up (seconds)."""

AHEAD = 4
"""Packets per worker that may be done before an earlier one is: bounds what waits to be written in order."""

UNLIMITED_MEMORY = "本机系统不能限制读取程序的内存，只限制了时间。"

_DIED = "读取程序在这份文件上意外中止，文件可能已损坏或有害，请换一份重新提交。"

_inside = False


def inside() -> bool:
    """Whether this process is itself a worker: workers do not start workers."""
    return _inside


class WorkerDiedError(Exception):
    """The worker is gone; the message is the Chinese sentence that says why. ``paper`` is what it was reading."""

    def __init__(self, message: str, paper: str = "") -> None:
        super().__init__(message)
        self.paper = paper


@dataclass(slots=True)
class Checked:
    """What a worker says of one packet: the report as one line of JSON, its HTML if asked for, and what to tell besides."""

    path: str
    line: str
    html: str = ""
    verdict: str = "review"
    unreadable: bool = False
    warnings: list[str] = field(default_factory=list)


# ---------------------------------------------------------------- the parent's side


class Worker:
    """One worker process, started when first asked and again after it died. For use from one thread."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or DEFAULT
        self.notes: list[str] = []
        self._closed = False
        self._process: subprocess.Popen[bytes] | None = None
        self._frames: queue.Queue[Any] = queue.Queue()

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, path: str, data: bytes | None) -> Document:
        """As ``docgen.readers.read``; raises UnreadableError also where the worker died or ran over its time."""
        try:
            kind, value = self._ask(("read", path, data, self.limits), lambda _: None)
        except WorkerDiedError as died:
            raise UnreadableError(str(died)) from None
        if kind != "document":
            raise UnreadableError(str(value))
        document: Document = value
        return document

    def check(self, request: Request, *, html: bool = False) -> Checked:
        """One packet checked; a paper the worker dies over is named in the report and the others are checked."""
        for _ in range(len(request.refused), len(request.refused) + MOST_DEATHS):
            papers: list[str] = []
            try:
                kind, value = self._ask(("check", request, html), papers.append)
            except WorkerDiedError as died:
                if not papers or self._closed:
                    return _not_checked(request, str(died))
                request = replace(request, refused={**request.refused, papers[-1]: str(died)})
                continue
            return Checked(**value) if kind == "checked" else _not_checked(request, str(value))
        return _not_checked(request, "多份文件使读取程序中止，没有再试。")

    def close(self) -> None:
        """End the process at once and start none again; safe to call from another thread."""
        self._closed = True
        self.stop()

    def stop(self) -> None:
        """End the process at once; the next task starts another."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    _close(stream)

    def _ask(self, task: tuple[Any, ...], paper: Callable[[str], None]) -> tuple[str, Any]:
        process = self._process or self._start()
        assert process.stdin is not None  # noqa: S101  it was opened as a pipe
        with suppress(OSError):  # it died: the frames say so
            _write_frame(process.stdin, task)
        while True:
            kind, value = self._next(self.limits.worker_seconds, worker_seconds_message(self.limits))
            if kind != "paper":
                return kind, value
            paper(value)

    def _start(self) -> subprocess.Popen[bytes]:
        if self._closed:
            raise WorkerDiedError("已停止读取。")
        self._frames = queue.Queue()
        process = subprocess.Popen(  # noqa: S603  our own interpreter, no shell, a number as its only argument
            [sys.executable, "-m", "docgen.workers", str(self.limits.worker_mib)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "PYTHONIOENCODING": "utf-8"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._process = process
        threading.Thread(target=_pump, args=(process.stdout, self._frames), daemon=True).start()
        _, limited = self._next(START_SECONDS, "读取程序没有启动。")
        self.notes = [] if limited else [UNLIMITED_MEMORY]
        return process

    def _next(self, seconds: float, late: str) -> tuple[str, Any]:
        try:
            frame = self._frames.get(timeout=seconds)
        except queue.Empty:
            self.stop()
            raise WorkerDiedError(late) from None
        if frame is None:
            self.stop()
            raise WorkerDiedError(_DIED)
        return frame[0], frame[1]


MOST_DEATHS = 5
"""Papers of one packet that may kill a worker before the packet is given up."""


def _close(stream: IO[bytes]) -> None:
    with suppress(OSError):  # what was still to be written to a dead process
        stream.close()


def _pump(stream: IO[bytes], frames: queue.Queue[Any]) -> None:
    """Frames of the worker into the queue, None at its end."""
    try:
        while (frame := _read_frame(stream, _Plain)) is not None:
            frames.put(frame)
    except (OSError, ValueError, EOFError, pickle.UnpicklingError, AttributeError, IndexError):
        pass  # a broken frame is an end like any other
    frames.put(None)


class _Plain(pickle.Unpickler):
    """Documents and plain values: nothing that could run."""

    def find_class(self, module: str, name: str) -> Any:
        from docgen import document

        part = vars(document).get(name)
        if module == document.__name__ and isinstance(part, type) and part.__module__ == module:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name}")


def _write_frame(stream: IO[bytes], value: Any) -> None:
    payload = pickle.dumps(value, protocol=5)
    stream.write(len(payload).to_bytes(8, "little") + payload)
    stream.flush()


def _read_frame(stream: IO[bytes], unpickler: type[pickle.Unpickler]) -> Any:
    head = stream.read(8)
    if len(head) < 8:
        return None
    return unpickler(io.BytesIO(stream.read(int.from_bytes(head, "little")))).load()


# ---------------------------------------------------------------- many packets


def check_each(requests: Sequence[Request], workers: int, limits: Limits | None = None) -> Iterator[Checked]:
    """The packets one by one in their order, ``workers`` of them at a time. Closing the iterator ends the processes."""
    from concurrent.futures import Future, ThreadPoolExecutor

    own = threading.local()
    crew: list[Worker] = []

    def one(request: Request) -> Checked:
        if not hasattr(own, "worker"):
            own.worker = Worker(limits)
            crew.append(own.worker)
        return own.worker.check(request)  # type: ignore[no-any-return]  # threading.local is untyped

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


def _not_checked(request: Request, why: str) -> Checked:
    from docgen.checking import not_checked

    path = str(request.paths[0]) if request.paths else ""
    return Checked(path, _line(not_checked(request, why).to_json()), verdict="fail", unreadable=True)


def _line(report: dict[str, Any]) -> str:
    return json.dumps(report, ensure_ascii=False) + "\n"


# ---------------------------------------------------------------- the worker's side


def serve(mib: int) -> None:
    """Answer frames on standard input until it ends. Standard output is the pipe back: what else prints goes nowhere."""
    global _inside  # noqa: PLW0603  what the process is does not change again
    _inside = True
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's; it ends its workers itself
    incoming, outgoing = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _write_frame(outgoing, ("ready", _limit_memory(mib * MIB)))
    while (task := _read_frame(incoming, pickle.Unpickler)) is not None:
        _write_frame(outgoing, _answer(task, outgoing))


def _limit_memory(size: int) -> bool:
    """Whether the system lets a process bound its own address space (Linux and most of POSIX; not Windows, not macOS)."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    except (ImportError, OSError, ValueError):
        return False
    return True


def _answer(task: tuple[Any, ...], outgoing: IO[bytes]) -> tuple[str, Any]:
    try:
        if task[0] == "read":
            from docgen.readers import read

            _, path, data, limits = task
            try:
                return "document", read(path, data, limits)
            except MemoryError:
                return "unreadable", worker_mib_message(limits)
            except RecursionError:
                return "unreadable", "文件内部嵌套过深，无法读取，请用办公软件整理后重新保存。"
        _, request, html = task
        return "checked", _check(request, html, lambda path: _write_frame(outgoing, ("paper", path)))
    except DocgenError as error:
        return "unreadable", str(error)


def _check(request: Request, html: bool, tell: Callable[[str], None]) -> dict[str, Any]:
    from docgen.checking import check_packet

    outcome = check_packet(request, tell)
    return {
        "path": str(request.paths[0]),
        "line": _line(outcome.report.to_json()),
        "html": _html(outcome, request) if html else "",
        "verdict": outcome.report.verdict,
        "unreadable": outcome.unreadable,
        "warnings": outcome.warnings,
    }


def _html(outcome: Outcome, request: Request) -> str:
    from docgen.packets import paper_bytes
    from docgen.reports import render

    text = render(outcome.report, "html", papers=paper_bytes(outcome.packet, request.paths))
    return text if isinstance(text, str) else text.decode("utf-8")


if __name__ == "__main__":
    # under its own name, so that "inside" is set in the module the rest of docgen imports
    from docgen.workers import serve as run

    run(int(sys.argv[1]))
