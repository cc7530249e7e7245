"""``python examples/generate/kill_and_resume.py [COUNT]``: a bulk run is killed in the middle, taken up again, and compared.

Makes COUNT invented applicants (default 10,000), starts ``docgen generate 补正告知书`` with 文号, kills it as ``kill -9`` does when about a
third of the papers are there, goes on with ``--resume``, makes an undisturbed run beside it, and looks whether all papers are
whole, numbered once, and the same byte for byte. Exit status 0 if so.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

SERIES = "样人社补〔2026〕{n}号"
BLANKS = ("身份证号码", "毕业时间", "银行账号", "申请补贴时间段")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=10_000, help="份数（默认 10000）")
    parser.add_argument("--workers", type=int, default=1, help="进程数（默认 1）")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="docgen-kill-") as temporary:
        place = Path(temporary)
        data = applicants(options.count, place / "名单.jsonl")
        killed, whole = place / "中断过的", place / "未中断的"
        there = kill_in_the_middle(command(data, killed, options.workers), killed, options.count // 3)
        print(f"已强行结束：写好 {there} 份", flush=True)
        subprocess.run([*command(data, killed, options.workers), "--resume"], check=True)  # noqa: S603  our own command
        subprocess.run(command(data, whole, options.workers), check=True)  # noqa: S603  as above
        faults = compared(killed, whole, options.count)
    print("\n".join(faults) or f"{options.count} 份都完整，文号各用一次，与未中断的一次逐字节相同")
    return 1 if faults else 0


def applicants(count: int, path: Path) -> Path:
    with path.open("w", encoding="utf-8") as out:
        for n in range(1, count + 1):
            items = [
                {"what": f"{blank}与附件不一致", "where": f"第1页“{blank}”栏", "todo": "按附件重新填写"}
                for blank in BLANKS
            ]
            row = {
                **{"office": "样例区人力资源和社会保障局", "addressee": f"李样例{n:05}", "you": "你", "items": items},
                **{"service": "高校毕业生灵活就业社会保险补贴", "contact": "王小禾", "phone": "023-60000018"},
                **{"received_on": "2026-08-20", "issued_on": "2026-08-21", "unmet": []},
            }
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


def command(data: Path, out: Path, workers: int) -> list[str]:
    """Each run has a number book of its own, so that both begin with 1."""
    numbers = ["--number", SERIES, "--number-book", str(out.with_suffix(".文号簿"))]
    names = ["--name", "{row:05}-{addressee}", "--workers", str(workers)]
    return [
        sys.executable,
        "-m",
        "docgen",
        "generate",
        "补正告知书",
        "--data",
        str(data),
        "--out",
        str(out),
        *numbers,
        *names,
    ]


def kill_in_the_middle(run: list[str], folder: Path, papers: int) -> int:
    """Kills the run once ``papers`` papers are there; how many there were then."""
    process = subprocess.Popen(run)  # noqa: S603  as above
    while process.poll() is None and len(list(folder.glob("*.docx"))) < papers:
        time.sleep(0.02)
    if process.poll() is not None:
        raise SystemExit(f"还没来得及中断就结束了（状态 {process.returncode}），请加大份数")
    process.kill()
    process.wait()
    return len(list(folder.glob("*.docx")))


def compared(killed: Path, whole: Path, count: int) -> list[str]:
    """What is wrong with the run that was killed, a sentence each."""
    ours, theirs = ({p.name: p.read_bytes() for p in folder.glob("*.docx")} for folder in (killed, whole))
    faults = [f"只有 {len(ours)} 份"] if len(ours) != count else []
    faults += [f"{name} 与未中断的一次不同" for name in sorted(theirs) if ours.get(name) != theirs[name]]
    numbers = [number(data) for data in ours.values()]
    if sorted(numbers) != list(range(1, count + 1)):
        faults.append("文号有空缺或者重复")
    if left := [p.name for p in killed.iterdir() if p.name.endswith(".docgen-part")]:
        faults.append(f"留下了没写完的 {left}")
    lines = [json.loads(line) for line in (killed / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    if [line["row"] for line in lines if line["status"] == "written"] != list(range(1, count + 1)):
        faults.append("清单不全")
    return faults


def number(data: bytes) -> int:
    """The 文号's number; 0 when the paper is not whole or says none."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if archive.testzip():
            return 0
        found = re.search(r"〔2026〕(\d+)号", archive.read("word/document.xml").decode())
    return int(found[1]) if found else 0


if __name__ == "__main__":
    sys.exit(main())
