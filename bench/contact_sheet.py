"""Every paper on contact sheets: notices with their sample, forms blank and filled, page by page.

    python -m bench.contact_sheet --out /tmp/sheets [--kind notice|form] [NAME ...]

Needs LibreOffice and Pillow. Look at each page: text cut off, tables that break, a signature alone on a page.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw

from docgen.errors import DocgenError
from docgen.rendering.manifest import Manifest, catalogue
from docgen.rendering.seal import chinese_font
from docgen.rendering.showing import filled_sample, pdf_of

COLUMNS, ROWS = 4, 2
PAGE_WIDTH = 560
"""Pixels: body text of 16 points can just be read."""
GAP, CAPTION = 14, 26
FONTS = {"Times New Roman": "Noto Serif CJK SC"}
"""As narrow as the font that offices have; what stands in for it here by default is a third wider and breaks numbers."""
BATCH = 20
"""Papers in one run of LibreOffice."""


def papers(masters: Sequence[Manifest]) -> Iterator[tuple[str, bytes]]:
    """Caption and .docx of each paper."""
    for master in masters:
        if master.kind == "form":
            yield f"{master.key}（空白）", filled_sample(master, blank=True, flatten=True)
        yield f"{master.key}（样例）" if master.kind == "form" else master.name, filled_sample(master, flatten=True)


def pages(pdf: bytes) -> Iterator[Any]:
    """The pages as Pillow images."""
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        yield page.render(scale=PAGE_WIDTH / page.get_width()).to_pil().convert("RGB")


def sheets(items: Sequence[tuple[str, Any]]) -> Iterator[Any]:
    """Captions and pages, ``COLUMNS`` × ``ROWS`` a sheet."""
    font = chinese_font(16)
    tall = round(PAGE_WIDTH * 2**0.5)
    for start in range(0, len(items), COLUMNS * ROWS):
        part = items[start : start + COLUMNS * ROWS]
        rows = -(-len(part) // COLUMNS)
        size = (COLUMNS * (PAGE_WIDTH + GAP) + GAP, rows * (tall + CAPTION + GAP) + GAP)
        sheet = Image.new("RGB", size, (120, 120, 120))
        pen = ImageDraw.Draw(sheet)
        for at, (caption, page) in enumerate(part):
            x = GAP + at % COLUMNS * (PAGE_WIDTH + GAP)
            y = GAP + at // COLUMNS * (tall + CAPTION + GAP)
            pen.text((x, y), caption, font=font, fill=(255, 255, 255))
            sheet.paste(page, (x, y + CAPTION))
        yield sheet


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="contact sheets of every paper")
    parser.add_argument("names", nargs="*", help="keys or names; default: all")
    parser.add_argument("--kind", choices=["notice", "form"])
    parser.add_argument("--out", type=Path, default=Path("contact-sheets"))
    given = parser.parse_args(arguments)
    masters = [m for m in catalogue() if given.kind in (None, m.kind)]
    masters = [m for m in masters if not given.names or m.key in given.names or m.name in given.names]
    items: list[tuple[str, Any]] = []
    try:
        wanted = list(papers(masters))
        for start in range(0, len(wanted), BATCH):
            part = wanted[start : start + BATCH]
            for (caption, _), pdf in zip(part, pdf_of([data for _, data in part], FONTS), strict=True):
                images = list(pages(pdf))
                many = len(images) > 1
                items += [(f"{caption}{f' {n}/{len(images)}' if many else ''}", i) for n, i in enumerate(images, 1)]
    except DocgenError as error:
        print(error, file=sys.stderr)
        return 2
    given.out.mkdir(parents=True, exist_ok=True)
    for number, sheet in enumerate(sheets(items), start=1):
        path = given.out / f"{given.kind or 'papers'}-{number:02d}.png"
        sheet.save(path)
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
