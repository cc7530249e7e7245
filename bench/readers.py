"""``python -m bench.readers``: every reader's figure in one run — a scanned page, a roster, an OFD page.

The OCR figure needs the extra ``ocr``; without it that part says so and the others are printed all the same.
"""

from __future__ import annotations

import importlib.util
import sys


def main() -> int:
    from bench import ofd, roster

    status = 0
    print("— 扫描页 (bench.ocr)")
    if importlib.util.find_spec("rapidocr") is None:
        print("没有安装 OCR 组件（pip install 'docgen[ocr]'），略过")
    else:
        from bench import ocr

        status |= ocr.main()
    print("— 花名册 (bench.roster)")
    status |= roster.main()
    print("— OFD (bench.ofd)")
    status |= ofd.main([])
    return status


if __name__ == "__main__":
    sys.exit(main())
