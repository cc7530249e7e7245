"""``python -m bench.generate``: what a paper costs: one notice, ten thousand of them, and a long table in one paper.

The notice is 补正告知书 with four items for an invented person. Its words stand in a master as Word saves it, with Word's usual
styles, theme and settings; docxtpl fills the very same file with the same values, and that both papers say the same is looked
at first. The limit is what no program can leave out: deflating the parts that change at the same level, writing the file under
a temporary name, renaming it. Rates depend on the machine, ratios do not. Needs the extras ``dev`` and ``cluster``; no network,
no LibreOffice.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import logging
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.measure import NOISE, Figure, interleave, ratio
from bench.policies import free_cores
from docgen.generating.filling import Master, filler, load_master
from docgen.generating.run import Given, Job, generate
from docgen.rendering.template import Template
from docgen.rendering.words import FILTERS

ROOT = Path(__file__).resolve().parent.parent
MASTER, PATTERN = "补正告知书", "{row:05}-{addressee}"
NOTICES, FEWER, THEIRS = 10_000, 5, 200
"""Notices of a run; a run of a fifth of them beside it; how many docxtpl fills for one measurement."""
TABLE, SHORTER = 5_000, 10

PEER, LIMIT, MEMORY, FLAT, GAIN, CLUSTER, LINEAR, TABLE_PEER = 80.0, 4.0, 150.0, 1.1, 1.7, 1.25, 11.0, 10.0
"""Targets: docxtpl's time over ours; ours over the limit's; MiB at the peak; the peak of all over that of a fifth; one worker's
time over two workers'; Dask's over the pool's; ten times the table's rows; docxtpl's time for the table over ours."""

_ROOM = 2 * 1024**3
"""Bytes that a run and its peer need at most."""
_LEVEL = 6
"""At which docgen deflates; the limit must do as much."""


def main(arguments: list[str] | None = None) -> int:
    """Prints one line a figure; 1 with ``--strict`` when a target is missed by more than the noise."""
    parser = argparse.ArgumentParser(prog="python -m bench.generate", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="how often each figure is measured (default 3)")
    parser.add_argument("--notices", type=int, default=NOTICES, help=f"notices of a run (default {NOTICES})")
    parser.add_argument("--rows", type=int, default=TABLE, help=f"rows of the long table (default {TABLE})")
    parser.add_argument("--only", choices=sorted(_PARTS), action="append", help="only these figures; may be repeated")
    parser.add_argument("--strict", action="store_true", help=f"exit 1 if a target is missed by over {NOISE:.0%}")
    parser.add_argument("--child", nargs=3, metavar=("NOTICES", "WORKERS", "CLUSTER"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        print(json.dumps(_run_here(int(options.child[0]), int(options.child[1]), options.child[2] or None)))
        return 0
    if options.runs < 1 or options.notices < 1 or options.rows < SHORTER:
        parser.error(f"--runs and --notices must be at least 1, --rows {SHORTER}")
    over = False
    for name, part in _PARTS.items():
        if options.only is None or name in options.only:
            for figure in part(options):
                print(figure.line(), flush=True)
                over |= figure.fails
    return 1 if over and options.strict else 0


# ---------------------------------------------------------------- one notice


def notice(options: Any) -> Iterator[Figure]:
    """Processor seconds a notice in this process: docgen's whole bulk run, docxtpl, and the limit."""
    word, house = word_master(), load_master(MASTER)
    for master in (word, house):
        same_text(master)
    yield _against_docxtpl("notice: docxtpl / docgen, one process, processor time", word, options, PEER)
    yield _against_docxtpl("notice: the same with our own lean master", house, options, None)
    count, few = _counts(options)
    work = _limit_work(word, few)
    a, b = interleave(lambda: _ours(word, count), lambda: _limit(work), 2 * options.runs)
    beside = ratio("notice: docgen / the limit (deflate, write, rename)", a, b, LIMIT)
    yield Figure(beside.what, beside.median, beside.least, LIMIT, _fine(a, b))


def _against_docxtpl(what: str, master: Master, options: Any, target: float | None) -> Figure:
    count, few = _counts(options)
    _ours(master, few), _theirs(master, 1)
    a, b = interleave(lambda: _theirs(master, few), lambda: _ours(master, count), options.runs)
    against = ratio(what, a, b, target)
    return Figure(what, against.median, against.least, target, _fine(a, b), at_least=True)


def _counts(options: Any) -> tuple[int, int]:
    """Notices of one measurement: ours, and those of docxtpl and the limit."""
    return max(1, options.notices // FEWER), min(THEIRS, options.notices)


def _ours(master: Master, count: int) -> float:
    with _folder() as folder:
        return _per(lambda: _generate(master, folder / "out", count), count)


def _theirs(master: Master, count: int) -> float:
    with _folder() as folder:
        path = folder / "master.docx"
        path.write_bytes(master.data)
        return _per(lambda: _by_docxtpl(path, count), count)


def _limit(work: list[tuple[list[bytes], bytes]]) -> float:
    def all_of_them() -> None:
        for changed, whole in work:
            _deflate_and_write(folder, changed, whole)

    with _folder() as folder:
        return _per(all_of_them, len(work))


def word_master() -> Master:
    """The paragraphs of our notice in a document of python-docx, which begins from one that Word saved."""
    docx: Any = import_module("docx")
    ours, paper = load_master(MASTER), docx.Document()
    for paragraph in docx.Document(io.BytesIO(ours.data)).paragraphs:
        paper.add_paragraph(paragraph.text)
    out = io.BytesIO()
    paper.save(out)
    return Master(f"{MASTER}（Word）", out.getvalue(), f"word {ours.digest}", ours.variables)


def rows(count: int) -> Iterator[Given]:
    """Invented applicants; each paper is a little different, as papers are."""
    for number in range(1, count + 1):
        yield Given(number, row(number))


def row(number: int) -> dict[str, Any]:
    items = [
        {
            "what": f"{blank}填写的内容与第{number}号申请的附件不一致",
            "where": f"第{page}页“{blank}”栏",
            "basis": "《关于做好高校毕业生社会保险补贴工作的样例通知》（样人社发〔2024〕1号）第一条第（二）项",
            "todo": "按附件重新填写并由申请人签名",
        }
        for page, blank in enumerate(("身份证号码", "毕业时间", "银行账号", "申请补贴时间段"), start=1)
    ]
    return {
        **{"office": "样例区人力资源和社会保障局", "addressee": f"李样例{number:05}", "you": "你"},
        **{"doc_no": f"样人社补〔2026〕{number}号", "received_on": "2026年8月20日", "items": items, "unmet": []},
        **{"service": "高校毕业生灵活就业社会保险补贴", "correct_by": "2026年9月5日", "consequence": None},
        **{"contact": "王小禾", "phone": "023-60000018", "address": None, "issued_on": "2026年8月21日"},
    }


def same_text(master: Master) -> None:
    """Raises RuntimeError when docxtpl's notice does not say what ours says: then there is nothing to compare."""
    ours = filler(master)(row(1))
    with _folder() as folder:
        path = folder / "master.docx"
        path.write_bytes(master.data)
        _by_docxtpl(path, 1)
        theirs = (folder / "1.docx").read_bytes()
    if (mine := _words(ours)) != (other := _words(theirs)):
        raise RuntimeError(f"not the same notice:\n{mine}\n{other}")


def _words(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = archive.read("word/document.xml").decode()
    paragraphs = ("".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", p)) for p in text.split("</w:p>"))
    return [p for p in paragraphs if p]


def _generate(master: Master, folder: Path, count: int, workers: int = 1, cluster: str | None = None) -> None:
    summary = generate(Job(master, folder, PATTERN, workers=workers, cluster=cluster), rows(count))
    if summary.count["written"] != count:
        raise RuntimeError(f"{summary.count}: {summary.failures[:1]}")


def _by_docxtpl(path: Path, count: int) -> None:
    """As its manual has it: the master is opened, filled and saved for each paper, here beside the master."""
    docxtpl: Any = import_module("docxtpl")
    words = _our_filters()
    for number in range(1, count + 1):
        paper = docxtpl.DocxTemplate(path)
        paper.render(row(number), words)
        paper.save(path.with_name(f"{number}.docx"))


def _our_filters() -> Any:
    """Jinja with the words our masters use, as docxtpl's manual has it: made once."""
    jinja2: Any = import_module("jinja2")
    made = jinja2.Environment()
    made.filters.update(FILTERS)
    return made


def _limit_work(master: Master, count: int) -> list[tuple[list[bytes], bytes]]:
    """For each notice the parts that change, inflated, and the whole file."""
    before = _parts_of(master.data)
    fill = filler(master)
    out: list[tuple[list[bytes], bytes]] = []
    for number in range(1, count + 1):
        data = fill(row(number))
        out.append(([part for name, part in _parts_of(data).items() if before.get(name) != part], data))
    return out


def _parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _deflate_and_write(folder: Path, changed: list[bytes], whole: bytes) -> None:
    for part in changed:
        deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
        deflate.compress(part)
        deflate.flush()
    name = f"{folder}/{zlib.crc32(whole)}.docx"
    handle = os.open(name + ".part", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    os.write(handle, whole)
    os.close(handle)
    os.replace(name + ".part", name)  # noqa: PTH105  the limit has no Path


# ---------------------------------------------------------------- ten thousand


def memory(options: Any) -> Iterator[Figure]:
    """The peak of a process that writes them all, and beside it of one that writes a fifth."""
    whole, fifth = _child(options.notices), _child(max(1, options.notices // FEWER))
    rate = f"{options.notices / whole['seconds']:.0f} notices a second"
    peak = whole["peak"]
    yield Figure(f"run: peak memory of {options.notices} notices: MiB", peak, peak, MEMORY, rate)
    share = peak / fifth["peak"]
    note = f"{peak:.1f} MiB / {fifth['peak']:.1f} MiB"
    yield Figure(f"run: peak of {options.notices} / of a fifth", share, share, FLAT, note)


def workers(options: Any) -> Iterator[Figure]:
    """Seconds of the whole run, pool included, by one worker and by two."""

    def run(count: int) -> float:
        return _child(options.notices, count)["seconds"]

    one, two = interleave(lambda: run(1), lambda: run(2), options.runs)
    figure = ratio(f"run: {options.notices} notices by one worker / by two", one, two, GAIN)
    note = f"{figure.note}; two processes that only count, the ceiling: {free_cores():.2f}"
    yield Figure(figure.what, figure.median, figure.least, GAIN, note, at_least=True)


def cluster(options: Any) -> Iterator[Figure]:
    """The same by two Dask workers that are up already, against the pool of two processes."""
    distributed: Any = import_module("distributed")
    with (
        _folder() as folder,
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            local_directory=str(folder),
            silence_logs=logging.ERROR,
        ) as local,
    ):
        address = local.scheduler_address
        _child(min(options.notices, 200), 2, address)
        dask, pool = interleave(
            lambda: _child(options.notices, 2, address)["seconds"],
            lambda: _child(options.notices, 2)["seconds"],
            options.runs,
        )
    yield ratio(f"run: {options.notices} notices by Dask, two workers / by the pool of two", dask, pool, CLUSTER)


def _child(count: int, workers: int = 1, cluster: str | None = None) -> dict[str, float]:
    """A run in a process of its own, whose memory nothing else has touched."""
    command = [sys.executable, "-m", "bench.generate", "--child", str(count), str(workers), cluster or ""]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-600:])
    result: dict[str, float] = json.loads(done.stdout)
    return result


def _run_here(count: int, workers: int, cluster: str | None) -> dict[str, float]:
    """What the run imports is imported before the clock begins, Dask's client too."""
    master = word_master()
    if cluster:
        import_module("distributed")
    with _folder() as folder:
        begin = time.perf_counter()
        _generate(master, folder / "out", count, workers, cluster)
        return {"seconds": time.perf_counter() - begin, "peak": _peak()}


def _peak() -> float:
    """MiB. Linux carries ``ru_maxrss`` over from the process that started this one, so its own figure is read."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    resource: Any = import_module("resource")
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)


# ---------------------------------------------------------------- a long table


def table(options: Any) -> Iterator[Figure]:
    """One document with a row a person: processor seconds, ten times the rows, and docxtpl with the same master."""
    master, few = table_master(), options.rows // SHORTER
    compiled = Template(master, "名单")
    long, short = people(options.rows), people(few)
    _same_table(compiled, master, people(2))
    a, b = interleave(
        lambda: _per(lambda: compiled.fill(long), 1),
        lambda: _per(lambda: [compiled.fill(short) for _ in range(SHORTER)], SHORTER),
        3 * options.runs,
    )
    yield ratio(f"table: {options.rows} rows / {few} rows", a, b, LINEAR)
    theirs = [_per(lambda: _table_by_docxtpl(master, long), 1) for _ in range(min(2, options.runs))]
    against = ratio(f"table: docxtpl / docgen, {options.rows} rows", theirs, a, TABLE_PEER)
    yield Figure(against.what, against.median, against.least, TABLE_PEER, against.note, at_least=True)


COLUMNS = ("number", "name", "id_number", "school", "months", "amount")


def table_master() -> bytes:
    """A heading and a table whose one row is repeated, drawn with python-docx."""
    docx: Any = import_module("docx")
    paper = docx.Document()
    paper.add_paragraph("{{ title }}")
    grid = paper.add_table(rows=4, cols=len(COLUMNS))
    for cell, label in zip(grid.rows[0].cells, ("序号", "姓名", "身份证号", "学校", "月数", "金额"), strict=True):
        cell.text = label
    grid.rows[1].cells[0].text = "{%tr for p in people %}"
    for cell, name in zip(grid.rows[2].cells, COLUMNS, strict=True):
        cell.text = "{{ p." + name + " }}"
    grid.rows[3].cells[0].text = "{%tr endfor %}"
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def people(count: int) -> dict[str, Any]:
    names = [f"李样例{n:05}" for n in range(1, count + 1)]
    return {
        "title": "拟享受补贴人员名单",
        "people": [
            dict(
                zip(
                    COLUMNS, (n, name, f"500103********{n % 10_000:04}", "样例职业技术学院", 12, "4800.00"), strict=True
                )
            )
            for n, name in enumerate(names, start=1)
        ],
    }


def _same_table(compiled: Template, master: bytes, context: Mapping[str, Any]) -> None:
    if (ours := _words(compiled.fill(context).data)) != (theirs := _words(_table_by_docxtpl(master, context))):
        raise RuntimeError(f"not the same table:\n{ours}\n{theirs}")


def _table_by_docxtpl(master: bytes, context: Mapping[str, Any]) -> bytes:
    docxtpl: Any = import_module("docxtpl")
    paper = docxtpl.DocxTemplate(io.BytesIO(master))
    paper.render(context)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


# ---------------------------------------------------------------- their parts


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """In memory where there is room: a disk takes from 0.1 to 2 ms to make a file, by what was deleted just before."""
    with tempfile.TemporaryDirectory(prefix="docgen-bench-", dir=_in_memory()) as folder:
        yield Path(folder)


def _in_memory() -> str | None:
    memory = Path("/dev/shm")  # noqa: S108  Linux's file system in memory; a folder of our own is made in it
    fine = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM
    return str(memory) if fine else None


def _per(call: Callable[[], object], count: int) -> float:
    """Processor seconds of this process, of one of ``count``."""
    begin = time.process_time()
    call()
    return (time.process_time() - begin) / count


def _fine(ours: list[float], theirs: list[float]) -> str:
    return f"{statistics.median(ours) * 1000:.2f} ms / {statistics.median(theirs) * 1000:.3f} ms"


_PARTS: dict[str, Callable[[Any], Iterator[Figure]]] = {
    "notice": notice,
    "memory": memory,
    "workers": workers,
    "cluster": cluster,
    "table": table,
}

if __name__ == "__main__":
    sys.exit(main())
