"""A drop folder: every complete packet that appears in it is checked once, its report is written beside it.

Nothing but the file system is kept: ``结果/.docgen-watch.jsonl`` remembers name and content of what was checked, a line a
packet, written after its reports. Stopped at any moment and started again, it goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from docgen.errors import UsageError, reason
from docgen.packets import is_ignored

RESULTS = "结果"
MEMORY = ".docgen-watch.jsonl"
PARTIAL = (".part", ".crdownload", ".tmp", ".download", ".partial")
"""What browsers and copying programs call a file that is not whole yet."""

Shape = tuple[tuple[str, int, int], ...]
"""(name inside the packet, size in bytes, time of change in ns) of every file."""


@dataclass(slots=True)
class DropFolder:
    """``seen``: the shape of every entry at the last poll; ``done``: name → digest of what was checked."""

    folder: Path
    seen: dict[str, Shape] = field(default_factory=dict)
    settled: dict[str, Shape] = field(default_factory=dict)
    done: dict[str, str] = field(default_factory=dict)

    @property
    def results(self) -> Path:
        return self.folder / RESULTS

    @property
    def memory(self) -> Path:
        return self.results / MEMORY


def open_folder(folder: str) -> DropFolder:
    """Raises UsageError if there is no such folder or its results folder cannot be made."""
    drop = DropFolder(Path(folder))
    if not drop.folder.is_dir():
        raise UsageError(f"--watch 要给出一个已有的文件夹，{folder} 不是")
    try:
        drop.results.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"不能在 {folder} 里建立“{RESULTS}”文件夹：{reason(error)}") from None
    drop.done = dict(_remembered(drop.memory))
    return drop


def poll(drop: DropFolder) -> list[tuple[Path, str]]:
    """Packets that are complete and new since the last poll, with their digests: unchanged over two polls."""
    now = {entry.name: _shape(entry) for entry in packets_in(drop.folder)}
    out: list[tuple[Path, str]] = []
    for name, shape in now.items():
        if not shape or drop.seen.get(name) != shape or drop.settled.get(name) == shape:
            continue
        digest = _digest(drop.folder / name, shape)
        if digest is None or _shape(drop.folder / name) != shape:
            continue  # it is being written or was taken away: the next polls tell
        drop.settled[name] = shape
        if drop.done.get(name) != digest:
            out.append((drop.folder / name, digest))
    drop.seen = now
    drop.settled = {name: shape for name, shape in drop.settled.items() if name in now}
    return out


def packets_in(folder: Path) -> list[Path]:
    """Each file, archive or sub-folder of a folder is a packet; hidden and half-copied files and results are not."""
    out = []
    for entry in sorted(folder.iterdir()):
        partial = entry.suffix.lower() in PARTIAL
        if not is_ignored(entry.name) and entry.name != RESULTS and not partial and (entry.is_file() or entry.is_dir()):
            out.append(entry)
    return out


def finish(drop: DropFolder, packet: Path, digest: str, reports: dict[str, str]) -> list[Path]:
    """Write the reports (suffix → text) whole or not at all, then remember the packet."""
    written = []
    for suffix, text in reports.items():
        target = drop.results / f"{packet.name}.report.{suffix}"
        part = target.with_name(f".{target.name}.part")
        part.write_text(text, encoding="utf-8")
        part.replace(target)
        written.append(target)
    line = json.dumps({"name": packet.name, "sha256": digest}, ensure_ascii=False) + "\n"
    with drop.memory.open("ab") as file:
        file.write(line.encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())
    drop.done[packet.name] = digest
    return written


def watch(
    drop: DropFolder, check: Callable[[Path], dict[str, str]], pause: Callable[[], None], said: Callable[[Path], None]
) -> None:
    """Poll for ever; ``check`` gives the reports of a packet, ``pause`` waits between polls and ends it by raising."""
    while True:
        for packet, digest in poll(drop):
            finish(drop, packet, digest, check(packet))
            said(packet)
        pause()


def _remembered(memory: Path) -> Iterator[tuple[str, str]]:
    """What was checked before; a line that was cut short by a power failure is passed over."""
    if not memory.is_file():
        return
    for line in memory.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            entry = json.loads(line)
            yield str(entry["name"]), str(entry["sha256"])
        except (ValueError, KeyError, TypeError):
            continue


def _files(entry: Path) -> list[Path]:
    if entry.is_file():
        return [entry]
    return [f for f in sorted(entry.rglob("*")) if f.is_file() and not any(map(is_ignored, f.relative_to(entry).parts))]


def _shape(entry: Path) -> Shape:
    """Empty for what is gone, and for a folder with a file that is still being copied into it."""
    out = []
    try:
        for file in _files(entry):
            if file.suffix.lower() in PARTIAL:
                return ()
            stat = file.stat()
            out.append((file.relative_to(entry).as_posix(), stat.st_size, stat.st_mtime_ns))
    except OSError:
        return ()
    return tuple(out)


def _digest(entry: Path, shape: Shape) -> str | None:
    """SHA-256 over names and contents; None if a file cannot be read now (still locked by the copying program)."""
    whole = hashlib.sha256()
    try:
        for name, size, _ in shape:
            whole.update(f"{name}\0{size}\0".encode("utf-8", "surrogateescape"))
            with (entry / name if name != "." else entry).open("rb") as file:
                while block := file.read(1 << 20):
                    whole.update(block)
    except OSError:
        return None
    return whole.hexdigest()
