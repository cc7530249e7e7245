"""One house, three floors, one stair: who may import whom, and what a committed file must not mention."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CHECKERS = sorted((ROOT / "checkers").rglob("*.py"))
DOCGEN = sorted((ROOT / "docgen").rglob("*.py"))
SOURCES = [*CHECKERS, *DOCGEN]

PAPER_LIBRARIES = {
    "pypdfium2",
    "pdfplumber",
    "lxml",
    "docx",
    "openpyxl",
    "PIL",
    "cv2",
    "rapidocr",
    "zipfile",
    "sqlite3",
}
"""Libraries of files, formats and databases: the law knows none of them."""
NETWORK = {"socket", "ssl", "http", "urllib", "requests", "httpx", "aiohttp", "ftplib", "smtplib", "telnetlib"}
OPENERS = {
    "open",
    "read_text",
    "read_bytes",
    "write_text",
    "write_bytes",
    "scandir",
    "listdir",
    "glob",
    "rglob",
    "iterdir",
}
MAY_OPEN = {"packs.py", "pack_source.py", "pack_tests.py", "registry.py", "lint.py"}
"""The modules of ``checkers`` that load its own packs and catalogues."""
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "misc", "shared"}
TEXT = {".py", ".md", ".toml", ".yaml", ".yml", ".txt", ".cfg", ".ini", ".j2", ".json", ".csv", ".sh"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> Iterator[str]:
    """Full names of what a module imports, also by ``importlib.import_module`` and by name in a table of strings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = name(path).removesuffix(".py").removesuffix("/__init__").split("/")
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + (path.name == "__init__.py")] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and re.fullmatch(r"(?:docgen|checkers)(?:\.\w+)+", str(node.value)):
            yield str(node.value)


def room(module: str) -> str:
    return module.partition(".")[0]


def test_the_finder_of_imports_finds_them() -> None:
    assert "checkers.case" in set(imported(ROOT / "checkers" / "engine.py"))
    assert "docgen.cli.check" in set(imported(ROOT / "docgen" / "cli" / "__init__.py"))  # named in a string


@pytest.mark.parametrize("path", CHECKERS, ids=name)
def test_the_law_knows_no_office_no_paper_and_no_network(path: Path) -> None:
    rooms = {room(module) for module in imported(path)}
    assert "docgen" not in rooms
    assert not rooms & (PAPER_LIBRARIES | NETWORK)


@pytest.mark.parametrize("path", [p for p in CHECKERS if p.name not in MAY_OPEN], ids=name)
def test_the_law_opens_no_files_but_its_packs(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    called = {
        f.attr if isinstance(f, ast.Attribute) else f.id for f in calls if isinstance(f, (ast.Attribute, ast.Name))
    }
    assert not called & OPENERS


@pytest.mark.parametrize("path", DOCGEN, ids=name)
def test_the_office_opens_no_connection(path: Path) -> None:
    # urllib.parse only takes addresses apart
    found = {m for m in imported(path) if room(m) in NETWORK and not m.startswith("urllib.parse")}
    assert not found - {"urllib"}


@pytest.mark.parametrize("path", [p for p in DOCGEN if "reports" in p.parts], ids=name)
def test_reports_do_not_read_paper(path: Path) -> None:
    # the sender's own table is marked cell by cell, so its rows are walked once more
    own = "docgen.readers.csv_rows" if path.name == "marked.py" else " "
    wrong = {m for m in imported(path) if m.startswith(("docgen.readers", "docgen.forms", "docgen.cli"))}
    assert not {m for m in wrong if not m.startswith(own)}


@pytest.mark.parametrize("path", [p for p in DOCGEN if "readers" in p.parts], ids=name)
def test_readers_do_not_judge(path: Path) -> None:
    assert not {m for m in imported(path) if m.startswith(("checkers", "docgen.forms", "docgen.reports", "docgen.cli"))}


@pytest.mark.parametrize("path", [p for p in DOCGEN if "cli" not in p.parts], ids=name)
def test_only_the_command_line_knows_the_command_line(path: Path) -> None:
    if path.name != "__main__.py":
        assert not {m for m in imported(path) if m.startswith("docgen.cli") or room(m) == "click"}


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_rooms_are_named_for_what_they_hold(path: Path) -> None:
    parts = {part.removesuffix(".py").lower() for part in path.relative_to(ROOT).parts}
    assert not parts & EMPTY_NAMES


def committed() -> list[Path]:
    """Text files of the tree that a person wrote."""
    places = [ROOT / p for p in ("checkers", "docgen", "templates", "tests", "docs", "examples", "bench", ".ci")]
    found = [p for place in places if place.is_dir() for p in place.rglob("*")]
    found += [p for p in ROOT.iterdir() if p.is_file()]
    return sorted(p for p in found if p.is_file() and p.suffix in TEXT and "__pycache__" not in p.parts)


SOURCE_FOLDER = re.compile(r"(?<![\w-])" + "shared" + r"/")
"""The folder beside the project where the source documents lie: nothing may depend on it."""
MACHINE_PATH = re.compile("(?<![\\w.-])/(?:" + "work|home|root|Users|mnt|tmp/brief" + ")/[\\w.-]")
"""A path that exists on one machine only."""


@pytest.mark.parametrize("path", committed(), ids=name)
def test_the_project_stands_alone(path: Path) -> None:
    text = path.read_text(encoding="utf-8", errors="replace")
    for number, line in enumerate(text.splitlines(), start=1):
        assert not SOURCE_FOLDER.search(line), f"{name(path)}:{number} mentions a folder outside the project"
        assert not MACHINE_PATH.search(line), f"{name(path)}:{number} holds a path of one machine"


def test_importing_the_packages_loads_nothing_heavy(root: Path) -> None:
    import subprocess
    import sys

    heavy = [
        "pydantic",
        "yaml",
        "jinja2",
        "docx",
        "lxml",
        "openpyxl",
        "pypdfium2",
        "rapidfuzz",
        "chinese_calendar",
        "click",
    ]
    code = f"import sys, docgen, checkers; print([m for m in {heavy!r} if m in sys.modules])"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)  # noqa: S603  our own words
    assert done.stdout.strip() == "[]"
