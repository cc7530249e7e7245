"""The commands the two READMEs show are run as they stand there."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from docgen.cli import main

FILES = ("README.md", "README.zh-CN.md")
ROOT = Path(__file__).parent.parent


def commands() -> list[str]:
    """Every ``.venv/bin/docgen …`` line of a shell block, once."""
    found: dict[str, None] = {}
    for name in FILES:
        for block in re.findall(r"```sh\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), flags=re.S):
            for line in block.splitlines():
                if line.startswith(".venv/bin/docgen "):
                    found[line.removeprefix(".venv/bin/docgen ")] = None
    return list(found)


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_readme_runs(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        main(shlex.split(command))
    assert left.value.code == (1 if "flawed." in command else 0)


def test_both_readmes_show_the_same_commands() -> None:
    def shown(name: str) -> list[str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if line.startswith(".venv/bin/docgen ")]
        return [re.sub(r"-o \S+", "-o FILE", line) for line in lines]

    assert shown(FILES[0]) == shown(FILES[1]) != []
