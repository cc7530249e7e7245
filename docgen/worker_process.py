"""The worker's side: ``python -m docgen.worker_process`` reads papers or checks packets it is sent, and answers in frames."""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Callable
from typing import IO, Any

from docgen.batches import line_of
from docgen.checking import Outcome, Request, check_packet
from docgen.errors import DocgenError
from docgen.packets import paper_bytes
from docgen.readers import read
from docgen.readers.limits import MIB, worker_mib_message
from docgen.reports import render
from docgen.workers import enter, read_frame, write_frame


def serve(mib: int) -> None:
    """Answer frames on standard input until it ends. Standard output is the pipe back: what else prints goes nowhere."""
    enter()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's; it ends its workers itself
    incoming, outgoing = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    write_frame(outgoing, ("ready", _limit_memory(mib * MIB)))
    while (task := read_frame(incoming, pickle.Unpickler)) is not None:
        write_frame(outgoing, _answer(task, outgoing))


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
            _, path, data, limits = task
            try:
                return "document", read(path, data, limits)
            except MemoryError:
                return "unreadable", worker_mib_message(limits)
            except RecursionError:
                return "unreadable", "文件内部嵌套过深，无法读取，请用办公软件整理后重新保存。"
        _, request, html = task
        return "checked", _check(request, html, lambda path: write_frame(outgoing, ("paper", path)))
    except DocgenError as error:
        return "unreadable", str(error)


def _check(request: Request, html: bool, tell: Callable[[str], None]) -> dict[str, Any]:
    outcome = check_packet(request, tell)
    return {
        "path": str(request.paths[0]),
        "line": line_of(outcome.report.to_json()),
        "html": _html(outcome, request) if html else "",
        "verdict": outcome.report.verdict,
        "unreadable": outcome.unreadable,
        "warnings": outcome.warnings,
    }


def _html(outcome: Outcome, request: Request) -> str:
    text = render(outcome.report, "html", papers=paper_bytes(outcome.packet, request.paths))
    return text if isinstance(text, str) else text.decode("utf-8")


if __name__ == "__main__":
    serve(int(sys.argv[1]))
