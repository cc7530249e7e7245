"""OFD pages against the PDF of the same content through pdfplumber: ``python -m bench.ofd [PDF …]``.

Each PDF (by default the project's examples) is written anew as OFD, character by character and rule by rule; then our
reader reads the OFD, and pdfplumber takes words and tables from the PDF. The best of some rounds counts.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pdfplumber

from docgen.readers.ofd import read_ofd

ROOT = Path(__file__).parent.parent
ROUNDS = 3

sys.path.insert(0, str(ROOT / "tests"))

from ofd_writer import papers_of_pdf, write_ofd  # noqa: E402 - lies in tests/, which is no package


def best(work: Callable[[], object]) -> float:
    """Seconds of the fastest round."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def plumb(data: bytes) -> int:
    """Words and tables of all pages by pdfplumber; the number of words."""
    words = 0
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            words += len(page.extract_words())
            page.extract_tables()
    return words


def main(names: list[str]) -> int:
    files = [Path(n) for n in names] or sorted((ROOT / "examples").glob("*.clean.pdf"))
    pages, ours, theirs = 0, 0.0, 0.0
    for file in files:
        pdf = file.read_bytes()
        ofd = write_ofd(papers_of_pdf(pdf))
        count = len(read_ofd(ofd, "a.ofd").pages)
        one, other = best(partial(read_ofd, ofd, "a.ofd")), best(partial(plumb, pdf))
        print(
            f"{file.stem:45} {count:3} 页  OFD {one / count * 1000:6.1f} ms/页  pdfplumber {other / count * 1000:6.1f} ms/页"
        )
        pages, ours, theirs = pages + count, ours + one, theirs + other
    if not pages:
        print("没有可比较的 PDF。", file=sys.stderr)
        return 2
    print(f"合计 {pages} 页：OFD {ours / pages * 1000:.1f} ms/页，pdfplumber {theirs / pages * 1000:.1f} ms/页，")
    print(f"快 {theirs / ours:.1f} 倍（目标：大于 1）")
    return 0 if ours < theirs else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
