"""``python -m bench.readers``: every reader's figure in one run — a scanned page, a roster, an OFD page.

Each part runs in a process of its own, so that the memory of one is not counted with another's. The OCR figure needs
the extra ``ocr``; without it that part says so and the others are printed all the same.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys

PARTS = {"bench.ocr": "扫描页", "bench.roster": "花名册", "bench.ofd": "OFD"}


def main() -> int:
    status = 0
    for module, title in PARTS.items():
        print(f"— {title} ({module})", flush=True)
        if module == "bench.ocr" and importlib.util.find_spec("rapidocr") is None:
            print("没有安装 OCR 组件（pip install 'docgen[ocr]'），略过")
            continue
        status |= subprocess.run([sys.executable, "-m", module], check=False).returncode
    return status


if __name__ == "__main__":
    sys.exit(main())
