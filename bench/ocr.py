"""``python -m bench.ocr``: reading a scanned page against RapidOCR alone on the same picture.

Ours is all that ``docgen`` does with the page: straightening, ruling lines, tick boxes, seals, recognition, tables. RapidOCR's
is one call on the picture as it came, with its own settings; the two are taken in turn.

    python -m bench.ocr                     three runs of one page
    python -m bench.ocr --runs 7 --strict   exit status 1 when the target is missed by more than the noise (10 %)
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import numpy as np
import pypdfium2
from rapidocr import RapidOCR

from bench.measure import interleave, ratio
from docgen.readers.scan import read_scan

ROOT = Path(__file__).resolve().parent.parent
PAPER = ROOT / "examples" / "cq-grad-flexible-si-subsidy.clean.pdf"
TARGET = 1.15


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--paper", type=Path, default=PAPER, help="a PDF; its first page is rendered at 200 dpi")
    parser.add_argument("--strict", action="store_true")
    options = parser.parse_args()
    with pypdfium2.PdfDocument(options.paper) as document:
        page = document[0]
        width, height = page.get_size()
        picture = np.ascontiguousarray(np.asarray(page.render(scale=200 / 72).to_pil().convert("RGB"))[:, :, ::-1])
    threads = min(2, os.cpu_count() or 1)
    engine = RapidOCR(params={"Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": threads})

    def ours() -> float:
        start = time.process_time()
        read_scan(picture, 1, width, height)
        return time.process_time() - start

    def theirs() -> float:
        start = time.process_time()
        engine(picture)
        return time.process_time() - start

    ours()
    theirs()
    figure = ratio(
        "a scanned page: docgen / rapidocr (processor time)", *interleave(ours, theirs, options.runs), TARGET
    )
    print(figure.line())
    return 1 if options.strict and figure.fails else 0


if __name__ == "__main__":
    sys.exit(main())
