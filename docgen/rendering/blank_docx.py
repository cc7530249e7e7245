"""A blank form in Word as text with places, and content controls put into those places without touching its layout.

The text is the reader's in ``docgen.readers.docx``, with one difference: white space that is underlined reads as a rule
(``姓名：____``), because that is how Word users draw one. Each character remembers the node it came from.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docgen.document import Cell, Line, Table

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_BOX_SYMBOLS = frozenset({"F06F", "F0A8", "F071", "F0A3", "F072", "006F", "00A8"})
_RULE = "_"

Char = tuple["Element", int]
"""The node a character stands in, and its index there (-1: the node itself is the character)."""


@dataclass(slots=True)
class Paragraph:
    """``chars[i]`` is where ``text[i]`` came from."""

    element: Element
    text: str = ""
    chars: list[Char] = field(default_factory=list)


@dataclass(slots=True)
class Part:
    """A child of the body: a paragraph, or a table with the paragraphs of each cell by (row, col)."""

    element: Element
    block: Line | Table
    paragraphs: list[Paragraph] = field(default_factory=list)
    cells: dict[tuple[int, int], list[Paragraph]] = field(default_factory=dict)
    heads: bool = False


def read_parts(body: Element) -> list[Part]:
    """The paragraphs and tables of a body, empty paragraphs included, in order."""
    from docgen.readers.docx_text import content

    out: list[Part] = []
    number = 0
    for child in content(body):
        if child.tag == f"{_W}p":
            paragraph = _paragraph(child)
            out.append(Part(child, Line(paragraph.text), [paragraph], heads=_breaks(child)))
        elif child.tag == f"{_W}tbl":
            number += 1
            out.append(_table(child, number))
    return out


def _breaks(paragraph: Element) -> bool:
    return paragraph.find(f"{_W}pPr/{_W}pageBreakBefore") is not None


def _paragraph(element: Element) -> Paragraph:
    out = Paragraph(element)
    for run in element.iter(f"{_W}r"):
        if (
            next(run.iterancestors(f"{_W}p"), None) is not element
            or next(run.iterancestors(f"{_W}del"), None) is not None
        ):
            continue
        properties = run.find(f"{_W}rPr")
        if properties is not None and properties.find(f"{_W}vanish") is not None:
            continue
        line = None if properties is None else properties.find(f"{_W}u")
        ruled = line is not None and line.get(f"{_W}val") != "none"
        for text, char in _characters(run):
            out.text += _RULE if ruled and text in " \u3000\u00a0\t" else text
            out.chars.append(char)
    return out


def _characters(run: Element) -> Iterator[tuple[str, Char]]:
    for node in run:
        if node.tag == f"{_W}t":
            for index, char in enumerate(node.text or ""):
                yield char, (node, index)
        elif node.tag in (f"{_W}tab", f"{_W}ptab"):
            yield "\t", (node, -1)
        elif node.tag in (f"{_W}br", f"{_W}cr") and node.get(f"{_W}type") != "page":
            yield "\n", (node, -1)
        elif node.tag == f"{_W}sym" and str(node.get(f"{_W}char", "")).upper() in _BOX_SYMBOLS:
            yield "☐", (node, -1)


def _table(element: Element, number: int) -> Part:
    from docgen.readers.docx_text import content

    table = Table(number, 0, 0)
    part = Part(element, table)
    above: dict[int, Cell] = {}
    row = -1
    for tr in (c for c in content(element) if c.tag == f"{_W}tr"):
        row += 1
        col = _value(tr, f"{_W}trPr/{_W}gridBefore", 0)
        for tc in (c for c in content(tr) if c.tag == f"{_W}tc"):
            span = _value(tc, f"{_W}tcPr/{_W}gridSpan", 1)
            merge = tc.find(f"{_W}tcPr/{_W}vMerge")
            if merge is not None and merge.get(f"{_W}val") != "restart" and col in above:
                above[col].rowspan = row - above[col].row + 1
            else:
                paragraphs = [_paragraph(p) for p in content(tc) if p.tag == f"{_W}p"]
                cell = Cell(row, col, 1, span, "\n".join(p.text for p in paragraphs))
                table.cells.append(cell)
                part.cells[row, col] = paragraphs
                above[col] = cell
            col += span
        table.cols = max(table.cols, col)
    table.rows = row + 1
    return part


def _value(element: Element, path: str, default: int) -> int:
    found = element.find(path)
    text = "" if found is None else str(found.get(f"{_W}val", ""))
    return int(text) if text.isdigit() and 0 < int(text) < 1000 else default


@dataclass(slots=True)
class Control:
    """What is to be put into a place: characters ``start`` to ``end`` of a paragraph's text. ``option``: a tick box."""

    tag: str
    label: str
    start: int
    end: int
    option: str = ""


def locate(paragraphs: Sequence[Paragraph], start: int, end: int) -> tuple[Paragraph, int, int] | None:
    """The paragraph that holds offset ``start`` of the joined text of a cell, and the range within it."""
    at = 0
    for paragraph in paragraphs:
        length = len(paragraph.text)
        if start <= at + length:
            return paragraph, start - at, min(max(end, start) - at, length)
        at += length + 1
    return None


def put_controls(paragraph: Paragraph, controls: Sequence[Control], first: int) -> list[str]:
    """Wraps the places of one paragraph into content controls, numbered from ``first`` on; the tags of those made.

    From right to left, so that the places still to come keep their nodes. A place that overlaps the one before is left out.
    """
    limit = len(paragraph.text)
    made: list[str] = []
    for control in sorted(controls, key=lambda c: (c.start, c.end), reverse=True):
        if control.start > limit or control.end > limit:
            continue
        runs = _cut_out(paragraph, control.start, control.end)
        limit = control.start
        sdt = _sdt(control, first + len(made))
        made.append(control.tag)
        inside = sdt.find(f"{_W}sdtContent")
        assert inside is not None  # noqa: S101  # it was made so
        if control.option:
            _fill_tick(inside, runs)
            runs[0].addprevious(sdt)
            for run in runs:
                _remove(run)
            continue
        runs[0].addprevious(sdt)
        for run in runs:
            inside.append(run)
    return made


def _remove(node: Element) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def _cut_out(paragraph: Paragraph, start: int, end: int) -> list[Element]:
    """The runs that hold exactly these characters; a run of one space made for an empty place."""
    if end <= start:
        return [_new_run(paragraph, start)]
    if end < len(paragraph.chars):
        _split(paragraph.chars[end])
    first = _split(paragraph.chars[start])
    last = _run_of(paragraph.chars[end - 1][0])
    runs = [first]
    while runs[-1] is not last:
        following = runs[-1].getnext()
        if following is None:
            break
        runs.append(following)
    return runs if runs[-1] is last and all(r.tag == f"{_W}r" for r in runs) else [first]


def _run_of(node: Element) -> Element:
    parent = node.getparent()
    assert parent is not None  # noqa: S101  # a text node stands in a run
    return parent


def _split(char: Char) -> Element:
    """Makes a run begin at a character; that run."""
    node, index = char
    run = _run_of(node)
    if index <= 0 and all(n.tag == f"{_W}rPr" for n in list(run)[: run.index(node)]):
        return run
    fresh = copy.deepcopy(run)
    for child in list(fresh):
        if child.tag != f"{_W}rPr":
            fresh.remove(child)
    following = list(run)[run.index(node) :]
    if index > 0:
        text = node.text or ""
        rest = copy.deepcopy(node)
        node.text, rest.text = text[:index], text[index:]
        for one in (node, rest):
            one.set(_SPACE, "preserve")
        fresh.append(rest)
        following = following[1:]
    for child in following:
        fresh.append(child)
    run.addnext(fresh)
    return fresh


def _new_run(paragraph: Paragraph, at: int) -> Element:
    """A run of one space before the character ``at`` (or at the end), in the type of its neighbour."""
    from lxml import etree

    run = etree.Element(f"{_W}r")
    style = paragraph.element.find(f"{_W}pPr/{_W}rPr")
    if paragraph.chars:
        near = _run_of(paragraph.chars[min(at, len(paragraph.chars)) - 1 if at else 0][0])
        style = near.find(f"{_W}rPr")
    if style is not None:
        run.append(copy.deepcopy(style))
        run[0].tag = f"{_W}rPr"
    text = etree.SubElement(run, f"{_W}t")
    text.text = " "
    text.set(_SPACE, "preserve")
    if at < len(paragraph.chars):
        _split(paragraph.chars[at]).addprevious(run)
    elif paragraph.chars:
        _run_of(paragraph.chars[-1][0]).addnext(run)
    else:
        paragraph.element.append(run)
    return run


def _sdt(control: Control, number: int) -> Element:
    from lxml import etree

    sdt = etree.Element(f"{_W}sdt")
    head = etree.SubElement(sdt, f"{_W}sdtPr")
    etree.SubElement(head, f"{_W}alias").set(f"{_W}val", control.option or control.label)
    etree.SubElement(head, f"{_W}tag").set(f"{_W}val", control.tag)
    etree.SubElement(head, f"{_W}id").set(f"{_W}val", str(number))
    if control.option:
        box = etree.SubElement(head, f"{_W14}checkbox", nsmap={"w14": _W14[1:-1]})
        etree.SubElement(box, f"{_W14}checked").set(f"{_W14}val", "0")
        for name, code, font in (("checkedState", "2611", "Segoe UI Symbol"), ("uncheckedState", "2610", "MS Gothic")):
            state = etree.SubElement(box, f"{_W14}{name}")
            state.set(f"{_W14}val", code)
            state.set(f"{_W14}font", font)
    etree.SubElement(sdt, f"{_W}sdtContent")
    return sdt


def _fill_tick(inside: Element, runs: Sequence[Element]) -> None:
    """The box glyph that Word draws for an unticked control, as large as the printed one."""
    from lxml import etree

    run = etree.SubElement(inside, f"{_W}r")
    style = runs[0].find(f"{_W}rPr")
    properties = copy.deepcopy(style) if style is not None else etree.Element(f"{_W}rPr")
    for fonts in properties.findall(f"{_W}rFonts"):
        properties.remove(fonts)
    fonts = etree.Element(f"{_W}rFonts")
    for kind in ("ascii", "eastAsia", "hAnsi"):
        fonts.set(f"{_W}{kind}", "MS Gothic")
    fonts.set(f"{_W}hint", "eastAsia")
    properties.insert(0, fonts)
    run.append(properties)
    etree.SubElement(run, f"{_W}t").text = "☐"
