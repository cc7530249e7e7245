"""LibreOffice as a program of its own: where it is, a profile in which no macro runs, and how it is ended with all it started."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

_PLACES = (
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
)

_ITEM = '<item oor:path="/org.openoffice.Office.Common/{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'
_OPEN = '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
_SAFE = (
    _ITEM.format("Security/Scripting", "DisableMacrosExecution", "true")
    + _ITEM.format("Security/Scripting", "MacroSecurityLevel", "3")
    + _ITEM.format("Security/Scripting", "BlockUntrustedRefererLinks", "true")
    + _ITEM.format("Security/Scripting", "DisableActiveContent", "true")
)
"""No macro runs and nothing is fetched, whatever a document asks for."""
_PAIR = (
    '<item oor:path="/org.openoffice.Office.Common/Font/Substitution/FontPairs"><node oor:name="_{}" oor:op="replace">'
    '<prop oor:name="ReplaceFont" oor:op="fuse"><value>{}</value></prop>'
    '<prop oor:name="SubstituteFont" oor:op="fuse"><value>{}</value></prop>'
    '<prop oor:name="Always" oor:op="fuse"><value>true</value></prop>'
    '<prop oor:name="OnScreenOnly" oor:op="fuse"><value>false</value></prop></node></item>'
)


def find_soffice() -> str | None:
    """LibreOffice's program: ``DOCGEN_SOFFICE``, then the search path, then the usual places; None without it."""
    named = os.environ.get("DOCGEN_SOFFICE")
    if named:
        return named if Path(named).is_file() else None
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


def settings(fonts: Mapping[str, str] | None = None) -> str:
    """The text of a profile's ``registrymodifications.xcu``. ``fonts``: the font to draw with in place of another."""
    pairs = "".join(_PAIR.format(n, escape(old), escape(new)) for n, (old, new) in enumerate((fonts or {}).items()))
    replacing = _ITEM.format("Font/Substitution", "Replacement", "true") + pairs if pairs else ""
    return f"{_OPEN}{_SAFE}{replacing}</oor:items>"


def make_profile(folder: Path, fonts: Mapping[str, str] | None = None) -> None:
    """Lays a fresh profile down at ``folder``, which must not exist. Raises OSError."""
    (folder / "user").mkdir(parents=True)
    (folder / "user" / "registrymodifications.xcu").write_text(settings(fonts), "utf-8")


def command(program: str, profile: Path) -> list[str]:
    """The call of LibreOffice without a window under ``profile``; what to do follows."""
    return [
        program,
        f"-env:UserInstallation={profile.as_uri()}",
        *("--headless", "--invisible", "--norestore", "--nolockcheck", "--nodefault", "--nologo"),
    ]


def start(command: list[str], folder: Path, **environment: str) -> subprocess.Popen[bytes]:
    """Runs a command in ``folder`` and in a process group of its own; its temporary files lie there. Raises OSError."""
    return subprocess.Popen(  # noqa: S603 - the program is the office's own, the arguments are fixed
        command,
        cwd=folder,
        env=os.environ | {"TMPDIR": str(folder), "TMP": str(folder), "TEMP": str(folder)} | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process with all it started; a launcher that has ended may have left its program behind."""
    if sys.platform == "win32":
        if process.poll() is None:
            tree = ["taskkill", "/T", "/F", "/PID", str(process.pid)]
            subprocess.run(tree, check=False, capture_output=True)  # noqa: S603 - fixed command of Windows
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(5)
