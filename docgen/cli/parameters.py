"""What several commands take: days, where the result goes, the settings that apply."""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import click

from docgen.errors import UsageError, reason


class Day(click.ParamType[date]):
    """A date in any usual spelling: 2025-08-20, 2025.8.20, 2025年8月20日."""

    name = "日期"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        from checkers.values.dates import parse_date

        try:
            return parse_date(str(value))
        except ValueError as error:
            self.fail(f"{error}（写作 2025-08-20）", param, ctx)


DAY = Day()


class ServiceId(click.ParamType[str]):
    """The id of an encoded policy; completed on Tab."""

    name = "编号"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        from checkers.packs import library

        entries = library().entries().values()
        return [CompletionItem(e.id, help=e.name) for e in entries if e.id.startswith(incomplete)]


SERVICE = ServiceId()


def is_quiet(context: click.Context) -> bool:
    return bool((context.obj or {}).get("quiet"))


def wants_color(stream: Any = None) -> bool:
    """Colour on a terminal, none in a pipe, none where NO_COLOR says so."""
    out = stream or sys.stdout
    return bool(out.isatty()) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def terminal_width() -> int:
    import shutil

    return max(60, min(shutil.get_terminal_size((80, 24)).columns, 120))


def write_result(data: str | bytes, output: str | None, *, binary: bool = False, utf8: bool = True) -> None:
    """To the file ``output`` (whole or not at all), else to stdout; machine formats are always UTF-8 there."""
    payload = data.encode("utf-8") if isinstance(data, str) else data
    if output and output != "-":
        _write_file(Path(output), payload)
        return
    if binary and sys.stdout.isatty():
        raise UsageError("这种格式不能显示在终端上，请用 -o 文件名 保存")
    if isinstance(data, str) and not utf8:
        click.echo(data, nl=False, color=True)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(payload)
    sys.stdout.buffer.flush()


def _write_file(path: Path, payload: bytes) -> None:
    if path.is_dir():
        raise UsageError(f"写不了 {path}：这是文件夹，请给出文件名")
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        with os.fdopen(handle, "wb") as out:
            out.write(payload)
        if os.name == "posix":
            mask = os.umask(0)
            os.umask(mask)
            Path(temporary).chmod(0o666 & ~mask)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise UsageError(f"写不了 {path}：{reason(error)}") from None
