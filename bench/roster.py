"""``python -m bench.roster``: a roster of 100,000 rows as a workbook, read into typed rows and checked, in time and memory.

Each job runs in a process of its own, whose processor seconds and peak memory count; calamine alone reading the same
workbook into lists is measured beside it. The workbook is made once and kept in the temporary folder. Needs the ``dev``
extra; no network, no LibreOffice.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from openpyxl import Workbook

ROOT = Path(__file__).resolve().parent.parent
ROWS = 100_000
CHECKED_ROWS = 10_000
"""Rows that go through all checks: the cost of a row does not grow with their number."""

RATE, MEMORY = 20_000, 400
"""Targets: rows a second read into typed rows; MiB of the whole process."""

POLICY = "cq-grad-unit-si-subsidy"
HEADER = [
    "序号",
    "姓名",
    "联系电话",
    "身份证号码",
    "毕业学校",
    "所学专业",
    "毕业时间",
    "学历",
    "毕业证号",
    "起始年月",
    "终止年月",
    "备注",
]
_FAMILY, _GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "安禾明远清川嘉宁子墨雨辰思齐若溪"
_SCHOOLS = ["重庆大学", "西南大学", "重庆邮电大学", "重庆交通大学", "重庆工商大学"]

_CALAMINE = """
from python_calamine import CalamineWorkbook
rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
count = len(rows) - 3
"""

_TYPED = """
from datetime import date
from checkers.case import Case
from checkers.facts import Facts
from checkers.packs import library
from docgen.forms import read_form, recognise
from docgen.readers import read
packs = library()
loaded = packs.load(policy)
begin = time.process_time()
document = read(path)
found = recognise(document, packs.forms())[0]
seen = read_form(document, found.where, loaded.policy.forms["roster"], "roster")
rows = Case(Facts(forms=[seen]), loaded, date(2024, 8, 1), None).get("roster")
count = len(rows)
"""

_READ = _TYPED.replace('rows = Case(Facts(forms=[seen]), loaded, date(2024, 8, 1), None).get("roster")\n', "").replace(
    "count = len(rows)", 'count = len(seen.facts["roster"].rows)'
)
"""Up to the rows under their headings, each cell with its place; what the cells mean is the check's first step."""

_CHECK = """
from datetime import date
from docgen.checking import Request, check_packet
outcome = check_packet(Request([path], received=date(2025, 7, 20)))
count = len(next(f for f in outcome.report.fields if f.id == "roster").value)
"""

_FRAME = """
import json, resource, sys, time
path, policy = sys.argv[1:3]
begin = time.process_time()
{work}
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
print(json.dumps({{"rows": count, "seconds": time.process_time() - begin, "mib": peak}}))
"""


def make_roster(rows: int, folder: Path) -> Path:
    """A workbook of ``rows`` invented people; made anew only where it is not there."""
    path = folder / f"docgen-bench-roster-{rows}.xlsx"
    if path.exists():
        return path
    dice = random.Random(20240820)  # noqa: S311  invented people, the same each time
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("花名册")
    sheet.append(["重庆市高校毕业生单位就业社会保险补贴人员花名册"])
    sheet.append(["申请单位（盖章）：重庆嘉陵山川软件有限公司"])
    sheet.append(HEADER)
    for number in range(1, rows + 1):
        sheet.append(person(number, dice))
    unfinished = path.with_suffix(".part")
    book.save(unfinished)
    unfinished.replace(path)
    return path


def person(number: int, dice: random.Random) -> list[object]:
    """One row under ``HEADER`` of an invented graduate."""
    name = dice.choice(_FAMILY) + dice.choice(_GIVEN) + dice.choice(_GIVEN)
    phone = f"139{dice.randrange(10**8):08d}"
    diploma = f"10611120240{number:07d}"
    row: list[object] = [number, name, phone, _id_number(dice), dice.choice(_SCHOOLS), "软件工程", "2024-06", "本科"]
    return [*row, diploma, "2024-07", "2025-06", None]


def _id_number(dice: random.Random) -> str:
    """A number with a sound check digit (ISO 7064 MOD 11-2)."""
    born = f"{dice.randrange(1996, 2004)}{dice.randrange(1, 13):02d}{dice.randrange(1, 29):02d}"
    body = f"500103{born}{dice.randrange(1, 1000):03d}"
    return body + "10X98765432"[sum(int(c) * (2 ** (17 - i) % 11) for i, c in enumerate(body)) % 11]


def run(work: str, path: Path) -> dict[str, float]:
    """Rows, processor seconds and peak MiB of one piece of work in a process of its own."""
    command = [sys.executable, "-c", _FRAME.format(work=work), str(path), POLICY]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    out: dict[str, float] = json.loads(done.stdout)
    return out


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--checked", type=int, default=CHECKED_ROWS, help="rows that go through all checks")
    parser.add_argument("--strict", action="store_true", help="exit status 1 when a target is missed")
    args = parser.parse_args()
    folder = Path(tempfile.gettempdir())
    large, small = make_roster(args.rows, folder), make_roster(args.checked, folder)
    read, typed, alone, checked = run(_READ, large), run(_TYPED, large), run(_CALAMINE, large), run(_CHECK, small)
    rate = read["rows"] / read["seconds"]
    print(f"read, rows found         {rate:9.0f} rows/s   >= {RATE}   {'ok' if rate >= RATE else 'under'}")
    print(f"  and every cell typed   {typed['rows'] / typed['seconds']:9.0f} rows/s")
    print(f"  calamine alone         {alone['rows'] / alone['seconds']:9.0f} rows/s   in the same minute")
    print(f"  its share              {alone['seconds'] / typed['seconds']:9.0%}")
    print(f"peak memory, {args.rows} rows {typed['mib']:6.0f} MiB      <= {MEMORY}     {_verdict(typed['mib'])}")
    print(f"through all checks       {checked['rows'] / checked['seconds']:9.0f} rows/s   {checked['mib']:.0f} MiB")
    missed = rate < RATE or typed["mib"] > MEMORY
    return 1 if args.strict and missed else 0


def _verdict(mib: float) -> str:
    return "ok" if mib <= MEMORY else "over"


if __name__ == "__main__":
    raise SystemExit(main())
