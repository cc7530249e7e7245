"""``python -m bench.fields``: how many fields are read exactly, from the same forms as Word, as PDF and as scans of two sorts.

The forms are ``examples/*.clean.*``; what was filled in stands in ``examples/source/*.yaml``. A field counts as right when its
normalised value is the one filled in; each cell of a roster counts as a field, and a blank must be read as blank.

    python -m bench.fields                        all forms in all renderings (needs the extras ocr and dev)
    python -m bench.fields --only retire scan150  forms and renderings by a part of their name
    python -m bench.fields --strict               exit status 1 when a target is missed
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import yaml
from PIL import Image, ImageChops

from docgen.extracting import extract_form
from docgen.readers import read

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"

TARGETS = {"docx": 0.995, "pdf": 0.995, "scan200": 0.97, "scan150": 0.93}
"""Least share of fields read exactly."""

LEAN, NOISE, SEAL_MM, SEAL_AT = 1.2, 8.0, 42.0, (0.56, 0.22)
"""The poor scan: degrees, standard deviation of its grey levels, size and place (share of the page) of the seal over it."""


@dataclass(slots=True)
class Score:
    """``wrong`` lists (form, field, filled in, read)."""

    fields: int = 0
    wrong: list[tuple[str, str, str, str]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def share(self) -> float:
        return 1 - len(self.wrong) / self.fields if self.fields else 0.0


def pages(pdf: Path, dpi: int) -> list[Image.Image]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document]


def scan200(service: str) -> bytes:
    """A clean scan: a TIFF of all pages at 200 dpi."""
    first, *rest = pages(EXAMPLES / f"{service}.clean.pdf", 200)
    out = io.BytesIO()
    first.save(out, "TIFF", save_all=True, append_images=rest, compression="tiff_lzw", dpi=(200, 200))
    return out.getvalue()


def scan150(service: str) -> bytes:
    """A poor scan: a PDF of JPEG pages at 150 dpi, leaning, noisy, with a seal over a part of the first page."""
    random = np.random.default_rng(20250818)
    out: list[Image.Image] = []
    for number, page in enumerate(pages(EXAMPLES / f"{service}.clean.pdf", 150)):
        turned = (_sealed(page, 150) if number == 0 else page).rotate(
            -LEAN, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255)
        )
        noisy = np.asarray(turned, dtype=np.float32) + random.normal(0, NOISE, (*turned.size[::-1], 1))
        out.append(Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)))
    data = io.BytesIO()
    out[0].save(data, "PDF", save_all=True, append_images=out[1:], resolution=150, quality=85)
    return data.getvalue()


def _sealed(page: Image.Image, dpi: int) -> Image.Image:
    """The page under a red seal, as ink lies on print: the two colours multiplied."""
    side = round(SEAL_MM / 25.4 * dpi)
    stamp = (
        Image.open(next(iter(sorted((EXAMPLES / "pictures").glob("seal-*.png"))))).convert("RGBA").resize((side, side))
    )
    ground = Image.new("RGB", page.size, (255, 255, 255))
    ground.paste(stamp, (round(SEAL_AT[0] * page.width), round(SEAL_AT[1] * page.height)), stamp)
    return ImageChops.multiply(page, ground)


RENDERINGS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "docx": ("a.docx", lambda service: (EXAMPLES / f"{service}.clean.docx").read_bytes()),
    "pdf": ("a.pdf", lambda service: (EXAMPLES / f"{service}.clean.pdf").read_bytes()),
    "scan200": ("a.tiff", scan200),
    "scan150": ("a.pdf", scan150),
}


def filled(source: dict[str, Any]) -> dict[str, Any]:
    """What was filled in, by field, over all forms of a submission."""
    out: dict[str, Any] = {}
    for part in source["parts"].values():
        for name, value in part.get("data", {}).items():
            out.setdefault(name, value)
    return out


def canonical(value: Any) -> str:
    """A value as one string, however it was written: dates in digits, no white space, one width of brackets."""
    if value in (None, False, [], ""):
        return ""
    if value is True:
        return "是"
    if isinstance(value, list):
        return "、".join(sorted(canonical(v) for v in value))
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", str(value)))
    if found := re.fullmatch(r"(\d{4})年(\d{1,2})月(?:(\d{1,2})日)?", text):
        return "-".join(p.zfill(2) for p in found.groups() if p)
    try:
        return f"{Decimal(text).normalize():f}" if len(text) < 15 else text
    except InvalidOperation:
        return text


def same(truth: Any, seen: Any) -> bool:
    """Whether a value read is the value filled in. A form that counts in 万元 is filled with 10 and read as 100000."""
    one, other = canonical(truth), canonical(seen)
    if one == other or (one == "否" and other == ""):
        return True
    return isinstance(truth, int) and not isinstance(truth, bool) and other == canonical(truth * 10_000)


def compare(truth: dict[str, Any], shape: dict[str, Any], seen: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """(field, filled in, read) of every field of ``shape``; rosters cell by cell."""
    for name, like in shape.items():
        if isinstance(like, list) and like and isinstance(like[0], dict):
            rows = seen.get(name) or []
            for n, row in enumerate(truth.get(name) or []):
                other = rows[n] if n < len(rows) and isinstance(rows[n], dict) else {}
                for column in like[0]:
                    yield (
                        f"{name}[{n + 1}].{column}",
                        row.get(column),
                        other.get(column, "（没有这一行）" if not other else None),
                    )
        else:
            yield name, truth.get(name), seen.get(name, "（没有这一栏）")


def measure(service: str, rendering: str, truth: dict[str, Any], score: Score) -> None:
    """Read one form in one rendering and add what came out."""
    name, make = RENDERINGS[rendering]
    shape = values(read("a.docx", (EXAMPLES / f"{service}.clean.docx").read_bytes()), service)
    data = make(service)
    start = time.perf_counter()
    seen = values(read(name, data), service)
    score.seconds += time.perf_counter() - start
    for label, want, got in compare(truth, shape, seen):
        score.fields += 1
        if not same(want, got):
            score.wrong.append((service, label, canonical(want), canonical(got)))


def values(document: Any, service: str) -> dict[str, Any]:
    return {f.id: f.value for f in extract_form(document, service).fields}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--only", nargs="*", default=[], help="parts of the names of forms and renderings")
    parser.add_argument("--strict", action="store_true")
    options = parser.parse_args()
    renderings = [r for r in RENDERINGS if not (set(options.only) & set(RENDERINGS)) or r in options.only]
    forms = [o for o in options.only if o not in RENDERINGS]
    failed = False
    scores = {rendering: Score() for rendering in renderings}
    for file in sorted((EXAMPLES / "source").glob("*.yaml")):
        source = yaml.safe_load(file.read_text(encoding="utf-8"))
        if forms and not any(part in source["service"] for part in forms):
            continue
        for rendering, score in scores.items():
            before = len(score.wrong)
            measure(source["service"], rendering, filled(source), score)
            for _, label, want, got in score.wrong[before:]:
                print(
                    f"  {rendering:<8} {source['service']}  {label}: {want or '（空）'} → {got or '（空）'}", flush=True
                )
    for rendering, score in scores.items():
        target = TARGETS[rendering]
        failed = failed or score.share < target
        state = "ok" if score.share >= target else "below"
        print(
            f"{rendering:<8} {score.share:7.2%} of {score.fields} fields (target {target:.1%})  {state:<5}  {score.seconds:.1f} s"
        )
    return 1 if failed and options.strict else 0


if __name__ == "__main__":
    sys.exit(main())
