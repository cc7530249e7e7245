"""``python -m bench.check``: what ``docgen check`` costs, warm and cold, with few packs and with many, and in memory.

Everything is a ratio against a package that does comparable work, measured in the same run, so the figures hold on any
machine. Needs the ``dev`` extra (pdfplumber, typer); no network, no LibreOffice.
"""

from __future__ import annotations

import argparse
import compileall
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pdfplumber

from bench.measure import NOISE, Figure, interleave, process_seconds, ratio, seconds
from bench.packs import write_packs
from docgen.checking import Request, check_packet

ROOT = Path(__file__).resolve().parent.parent
PAPER = ROOT / "examples" / "cq-grad-flexible-si-subsidy.flawed.pdf"
PACK = ROOT / "checkers" / "policies" / "cq" / "cq-internship-base-filing.yaml"

CHECKED = (0, 1)
"""Exit statuses of a check that came to a result."""

WARM, VERSION, COLD, PACKS = 0.5, 1.5, 2.5, 1.2
"""Targets: warm check, docgen --version, cold check, and cold check with many packs (ratios)."""

HEAVY = (
    *(
        "jieba",
        "onnxruntime",
        "rapidocr",
        "numpy",
        "cv2",
        "PIL",
        "fastapi",
        "uno",
        "asyncio",
        "email",
        "http",
        "sqlite3",
    ),
    *("yaml", "pydantic", "jinja2", "openpyxl", "docx", "lxml", "pdfplumber", "typer"),
)
"""Top packages that a plain check of a PDF has no use for."""

_LOOK = """
import json, sys
try:
    from docgen.cli import main
    sys.stdout = open({devnull!r}, "w", encoding="utf-8")
    main(sys.argv[1:])
except SystemExit:
    pass
def peak():
    # ru_maxrss of a child begins with that of its parent on Linux; VmHWM is the process's own
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    except (OSError, StopIteration):
        pass
    try:
        import resource
    except ImportError:
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
print(json.dumps({{"peak": peak(), "modules": sorted(sys.modules)}}), file=sys.__stdout__)
"""
"""A child that checks and then says how much memory it took (MiB) and which modules it holds."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where processes run: a folder without docgen.toml, and an environment with an empty cache of its own."""

    folder: Path
    env: dict[str, str]


def main(arguments: list[str] | None = None) -> int:
    """Prints one line a figure; 1 with ``--strict`` when a target is missed by more than the noise."""
    parser = argparse.ArgumentParser(prog="python -m bench.check", description=__doc__)
    parser.add_argument("--runs", type=int, default=15, help="how often each pair is measured (default 15)")
    parser.add_argument("--packs", type=int, default=500, help="synthetic packs (default 500)")
    parser.add_argument("--paper", type=Path, default=PAPER, help="the PDF to check (default: a one-page example)")
    parser.add_argument("--strict", action="store_true", help=f"exit 1 if a target is missed by over {NOISE:.0%}")
    options = parser.parse_args(arguments)
    if options.runs < 1 or options.packs < 1:
        parser.error("--runs and --packs must be at least 1")
    if not options.paper.is_file():
        parser.error(f"no such paper: {options.paper}")
    paper = options.paper.resolve()
    print(f"{paper.name}, {options.runs} runs each, A B A B; ratio of medians (of minima), noise margin {NOISE:.0%}")
    over = False
    for figure in _figures(paper, options.runs, options.packs):
        print(figure.line(), flush=True)
        over |= figure.fails
    return 1 if over and options.strict else 0


def _figures(paper: Path, runs: int, packs: int) -> Iterator[Figure]:
    compile_packages()
    with tempfile.TemporaryDirectory(prefix="docgen-bench-") as temporary, place(Path(temporary)) as here:
        yield warm(paper, runs)
        yield from cold(paper, runs, here)
        yield with_packs(paper, runs, packs, here)
        yield from memory(paper, here)


def compile_packages() -> None:
    """Bytecode of our own packages, as pip leaves it in an installed one."""
    for name in ("checkers", "docgen"):
        spec = importlib.util.find_spec(name)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            compileall.compile_dir(folder, quiet=2)


@contextmanager
def place(folder: Path) -> Iterator[Place]:
    """A place of its own: neither the user's docgen.toml nor the user's cache takes part, in this process either."""
    home = folder / "home"
    home.mkdir()
    dropped = ("DOCGEN_CONFIG", "PYTHONDONTWRITEBYTECODE", "PYTHONPROFILEIMPORTTIME")
    env = {key: value for key, value in os.environ.items() if key not in dropped}
    env |= {"DOCGEN_CACHE": str(folder / "cache"), "XDG_CONFIG_HOME": str(home), "APPDATA": str(home)}
    before = os.environ.get("DOCGEN_CACHE")
    os.environ["DOCGEN_CACHE"] = env["DOCGEN_CACHE"]
    try:
        yield Place(home, env)
    finally:
        if before is None:
            del os.environ["DOCGEN_CACHE"]
        else:
            os.environ["DOCGEN_CACHE"] = before


# ---------------------------------------------------------------- the figures


def warm(paper: Path, runs: int) -> Figure:
    """The whole check against pdfplumber only reading the same pages, in one process."""

    def ours() -> None:
        outcome = check_packet(Request([str(paper)]))
        if outcome.unreadable or outcome.report.service.id is None:
            raise RuntimeError(f"{paper}: not recognised, so nothing was checked")

    def theirs() -> None:
        with pdfplumber.open(paper) as pdf:
            for page in pdf.pages:
                page.extract_tables()
                page.extract_words()

    for call in (ours, theirs, ours, theirs):
        call()
    a, b = interleave(lambda: seconds(ours), lambda: seconds(theirs), runs)
    return ratio("warm: check / pdfplumber extract_tables + extract_words", a, b, WARM)


def cold(paper: Path, runs: int, here: Place) -> Iterator[Figure]:
    """Whole processes, from start to end."""
    yield _against(
        "cold: docgen --version / import typer", [*docgen_command(), "--version"], "typer", runs, here, VERSION
    )
    command = [*docgen_command(), "check", str(paper)]
    yield _against("cold: docgen check / import pdfplumber", command, "pdfplumber", runs, here, COLD)


def with_packs(paper: Path, runs: int, count: int, here: Place) -> Figure:
    """The cold check with many more packs against the cold check without; the first of all, which builds the index, is not
    measured."""
    folder = here.folder / "packs"
    folder.mkdir()
    write_packs(PACK, folder, count)
    config = here.folder / "many.toml"
    config.write_text(f"[policies]\nfolders = [{json.dumps(str(folder))}]\n", encoding="utf-8")
    command = [*docgen_command(), "check", str(paper)]
    many = Place(here.folder, here.env | {"DOCGEN_CONFIG": str(config)})
    first = _process(command, many)
    _process(command, here)
    a, b = interleave(lambda: _process(command, many), lambda: _process(command, here), runs)
    figure = ratio(f"packs: cold check with {count} more packs / with none", a, b, PACKS)
    return Figure(
        figure.what, figure.median, figure.least, figure.target, f"{figure.note} (index built in {first:.1f} s)"
    )


def memory(paper: Path, here: Place) -> Iterator[Figure]:
    """Most memory the cold check holds, and heavy modules it should not have touched."""
    seen = [look(["check", str(paper)], here) for _ in range(3)]
    peaks = [peak for peak, _ in seen]
    yield Figure("memory: peak of the cold check", statistics.median(peaks), min(peaks), None, unit=" MiB")
    touched = heavy(seen[0][1])
    yield Figure(
        "imports: heavy modules in the cold check", len(touched), len(touched), 0.0, " ".join(touched) or "none"
    )


# ---------------------------------------------------------------- their parts


def _against(what: str, command: list[str], package: str, runs: int, here: Place, target: float) -> Figure:
    other = [sys.executable, "-c", f"import {package}"]
    for _ in range(2):  # the first writes bytecode and the cache of packs
        _process(command, here)
        _process(other, here)
    a, b = interleave(lambda: _process(command, here), lambda: _process(other, here), runs)
    return ratio(what, a, b, target)


def _process(command: list[str], where: Place) -> float:
    return process_seconds(command, where.env, where.folder, CHECKED if "check" in command else (0,))


def docgen_command() -> list[str]:
    """The installed command beside this Python, else the same by ``-c``."""
    script = shutil.which("docgen", path=str(Path(sys.executable).parent))
    return [script] if script else [sys.executable, "-c", "from docgen.cli import main; main()"]


def look(arguments: list[str], here: Place) -> tuple[float, list[str]]:
    """Peak memory (MiB, 0 where the system does not say) and loaded modules of a docgen process with these arguments."""
    code = _LOOK.format(devnull=os.devnull)
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=here.env, cwd=here.folder, capture_output=True, check=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    return float(found["peak"]), list(found["modules"])


def heavy(modules: list[str]) -> list[str]:
    """Those of ``HEAVY`` among the names of loaded modules."""
    names = {name.partition(".")[0] for name in modules}
    return [name for name in HEAVY if name in names]


if __name__ == "__main__":
    sys.exit(main())
