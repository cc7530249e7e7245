"""Worker processes, the side of those who ask: untrusted paper is parsed under wall time and address space limits.

A worker is ``python -m docgen.worker_process`` with pickled frames over its pipes. A process of our own, not ``multiprocessing``:
that would run the caller's script again where it has no ``__main__`` guard. What comes back is unpickled with documents
and plain values only, since the worker has read hostile input.

Which papers go to a worker: members of archives and mails, files over ``packets.ISOLATE_FROM``, everything under
``--each`` and ``--watch``, and everything with ``[limits] isolate = true``. A lone small file is read where it is: starting
a worker costs 0.2 s, as much as the whole check.
"""

from __future__ import annotations

import io
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

from docgen.errors import UnreadableError
from docgen.readers.limits import DEFAULT, Limits, worker_seconds_message

if TYPE_CHECKING:
    from docgen.document import Document

START_SECONDS = 60
"""Wall time for a worker to come up (seconds)."""

UNLIMITED_MEMORY = "本机系统不能限制读取程序的内存，只限制了时间。"

_DIED = "读取程序在这份文件上意外中止，文件可能已损坏或有害，请换一份重新提交。"

_inside = False


def inside() -> bool:
    """Whether this process is itself a worker: workers do not start workers."""
    return _inside


def enter() -> None:
    """This process is a worker from now on."""
    global _inside  # noqa: PLW0603  what the process is does not change again
    _inside = True


class WorkerDiedError(Exception):
    """The worker is gone; the message is the Chinese sentence that says why. ``paper`` is what it was reading."""

    def __init__(self, message: str, paper: str = "") -> None:
        super().__init__(message)
        self.paper = paper


class Worker:
    """One worker process, started when first asked and again after it died. For use from one thread."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or DEFAULT
        self.notes: list[str] = []
        self.closed = False
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
            kind, value = self.ask(("read", path, data, self.limits), lambda _: None)
        except WorkerDiedError as died:
            raise UnreadableError(str(died)) from None
        if kind != "document":
            raise UnreadableError(str(value))
        document: Document = value
        return document

    def close(self) -> None:
        """End the process at once and start none again; safe to call from another thread."""
        self.closed = True
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

    def ask(self, task: tuple[Any, ...], paper: Callable[[str], None]) -> tuple[str, Any]:
        """The worker's answer (kind, value); ``paper`` hears which paper it is at. Raises WorkerDiedError."""
        process = self._process or self._start()
        assert process.stdin is not None  # noqa: S101  it was opened as a pipe
        with suppress(OSError):  # it died: the frames say so
            write_frame(process.stdin, task)
        while True:
            kind, value = self._next(self.limits.worker_seconds, worker_seconds_message(self.limits))
            if kind != "paper":
                return kind, value
            paper(value)

    def _start(self) -> subprocess.Popen[bytes]:
        if self.closed:
            raise WorkerDiedError("已停止读取。")
        self._frames = queue.Queue()
        process = subprocess.Popen(  # noqa: S603  our own interpreter, no shell, a number as its only argument
            [sys.executable, "-m", "docgen.worker_process", str(self.limits.worker_mib)],
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


def _close(stream: IO[bytes]) -> None:
    with suppress(OSError):  # what was still to be written to a dead process
        stream.close()


def _pump(stream: IO[bytes], frames: queue.Queue[Any]) -> None:
    """Frames of the worker into the queue, None at its end."""
    try:
        while (frame := read_frame(stream, _Plain)) is not None:
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


def write_frame(stream: IO[bytes], value: Any) -> None:
    payload = pickle.dumps(value, protocol=5)
    stream.write(len(payload).to_bytes(8, "little") + payload)
    stream.flush()


def read_frame(stream: IO[bytes], unpickler: type[pickle.Unpickler]) -> Any:
    head = stream.read(8)
    if len(head) < 8:
        return None
    return unpickler(io.BytesIO(stream.read(int.from_bytes(head, "little")))).load()
