"""Page headers, footers and page numbers: what is printed on every page and belongs to none of its sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from docgen.document import Line, Page
from docgen.notices.flow_joins import stops_short
from docgen.notices.numbering import marker

MARGIN = 0.12
"""Share of the page's height at its top and bottom in which headers and footers stand."""
EDGE = 3
"""Lines at the top and bottom of a page that are looked at."""
MOST = 0.6
"""Share of the pages, or of the left or the right ones, on which a running title stands."""
LONGEST = 60
"""Characters of a running title."""

OFTEN = 4
"""Times that a running title is printed, at least."""
RUNNING = 30
"""Characters of a running title in a text without pages."""
INTERRUPTS = 0.25
"""Share of its prints that stand in the middle of a sentence."""

_DASHES = "-‐-—−－一﹣_·•~～"
PAGE_NUMBER = re.compile(
    rf"\s*(?:[{_DASHES}]{{1,3}}\s*[0-9０-９]{{1,4}}\s*[{_DASHES}]{{0,3}}|[0-9０-９]{{1,4}}\s*[{_DASHES}]{{1,3}}"
    r"|第\s*[0-9０-９一二三四五六七八九十百]{1,4}\s*页(?:\s*[,，/、（(]?\s*共\s*[0-9０-９一二三四五六七八九十百]{1,4}\s*页\s*[)）]?)?"
    r"|[0-9]{1,4}\s*/\s*[0-9]{1,4}|(?i:page)\s*[0-9]{1,4}(?:\s*(?i:of)\s*[0-9]{1,4})?)\s*"
)
BARE_NUMBER = re.compile(r"\s*(?:[0-9０-９]{1,4}|[ivxIVX]{1,6})\s*")
_DIGITS = re.compile(r"[0-9０-９]+")


def is_page_number(text: str) -> bool:
    """``— 2 —``, ``第 3 页 共 9 页``, ``3/9``: certainly a page number, wherever it stands."""
    return len(text) < 40 and PAGE_NUMBER.fullmatch(text) is not None


def furniture(pages: Iterable[Page]) -> set[int]:
    """The ``id`` of every line that is a header, a footer or a page number of a paged document."""
    found: set[int] = set()
    edges: list[tuple[int, Line, str]] = []
    last = 0
    for page in pages:
        last = max(last, page.number)
        for line in _edges(page):
            if is_page_number(line.text) or (BARE_NUMBER.fullmatch(line.text) and _in_margin(line, page)):
                found.add(id(line))
            elif len(line.text) <= LONGEST and _in_margin(line, page):
                edges.append((page.number, line, _DIGITS.sub("#", "".join(line.text.split()))))
    sides = Counter((key, number % 2) for number, key in {(number, key) for number, _, key in edges})
    pages_of = (last // 2, last - last // 2)
    for number, line, key in edges:
        both, side = sides[key, 0] + sides[key, 1], sides[key, number % 2]
        if (both >= 3 and both >= MOST * last) or (side >= 3 and side >= MOST * pages_of[number % 2]):
            found.add(id(line))
    return found


def running_titles(texts: Sequence[str]) -> set[str]:
    """Lines of a text without pages that come again and again, and often in the middle of a sentence."""
    counts = Counter(text for text in texts if _may_run(text))
    often = {text for text, count in counts.items() if count >= OFTEN}
    if not often:
        return often
    breaks: Counter[str] = Counter()
    before = ""
    for text in texts:
        if text not in often:
            found = marker(text)
            before = found.rest if found else text
        elif stops_short(before):
            breaks[text] += 1
    return {text for text in often if breaks[text] >= 2 and breaks[text] >= INTERRUPTS * counts[text]}


def _may_run(text: str) -> bool:
    return 3 <= len(text) <= RUNNING and not text.endswith(("。", "：", "；", ":", ";")) and marker(text) is None


def _edges(page: Page) -> list[Line]:
    lines = page.lines
    if len(lines) <= 2 * EDGE:
        return lines
    return lines[:EDGE] + lines[-EDGE:]


def _in_margin(line: Line, page: Page) -> bool:
    """In the upper or lower margin of the page; a line without a place is taken at its word."""
    if line.bbox is None or page.height <= 0:
        return True
    return line.bbox[3] <= MARGIN * page.height or line.bbox[1] >= (1 - MARGIN) * page.height
