"""Small changes in WordprocessingML: a property set at the place the schema has for it, characters replaced across runs."""

from __future__ import annotations

import copy
from collections.abc import Mapping

from lxml import etree

from docgen.linting.docx_facts import Paragraph
from docgen.readers.docx_package import W

_PPR = (
    "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs suppressAutoHyphens"
    " kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind"
    " contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle"
    " rPr sectPr pPrChange"
)
_RPR = (
    "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish webHidden"
    " color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish"
    " oMath rPrChange"
)
_SECTPR = (
    "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType cols formProt"
    " vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings sectPrChange"
)
ORDERS = {f"{W}pPr": _PPR.split(), f"{W}rPr": _RPR.split(), f"{W}sectPr": _SECTPR.split()}
"""The children of a property element in the order of the schema (ISO/IEC 29500-1, 17.3 and 17.6): Word refuses another."""
_LETTERS = frozenset({f"{W}tab", f"{W}br", f"{W}cr", f"{W}noBreakHyphen"})
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def child(parent: etree._Element, name: str) -> etree._Element:
    """The property ``name`` of a pPr, rPr or sectPr, made at its place in the schema's order if it is not there."""
    found = parent.find(f"{W}{name}")
    if found is not None:
        return found
    order = ORDERS[parent.tag]
    rank = order.index(name)
    made = etree.Element(f"{W}{name}")
    before = [c for c in parent if etree.QName(c).localname in order[:rank]]
    parent.insert(parent.index(before[-1]) + 1 if before else 0, made)
    return made


def properties(element: etree._Element, name: str) -> etree._Element:
    """The pPr of a paragraph or the rPr of a run: always its first child."""
    found = element.find(f"{W}{name}")
    if found is None:
        found = etree.Element(f"{W}{name}")
        element.insert(0, found)
    return found


def set_values(element: etree._Element, values: Mapping[str, str | int]) -> None:
    for name, value in values.items():
        element.set(f"{W}{name}", str(value))


def set_align(paragraph: etree._Element, align: str) -> None:
    child(properties(paragraph, "pPr"), "jc").set(f"{W}val", align)


def set_indent(
    paragraph: etree._Element, size: float, *, first: int = 0, right: int = 0, keep_right: bool = False
) -> None:
    """Whole indents in characters of ``size`` points; left always 0."""
    element = child(properties(paragraph, "pPr"), "ind")
    kept = {
        k: v
        for k, v in element.attrib.items()
        if keep_right and etree.QName(k).localname in ("right", "rightChars", "end")
    }
    element.attrib.clear()
    element.attrib.update(kept)
    set_values(
        element, {"leftChars": 0, "left": 0, "firstLineChars": first * 100, "firstLine": round(first * size * 20)}
    )
    if not keep_right:
        set_values(element, {"rightChars": right * 100, "right": round(right * size * 20)})


def set_pitch(paragraph: etree._Element, twips: int) -> None:
    set_values(child(properties(paragraph, "pPr"), "spacing"), {"line": twips, "lineRule": "exact"})


def set_font(run: etree._Element, face: str) -> None:
    fonts = child(properties(run, "rPr"), "rFonts")
    fonts.attrib.pop(f"{W}eastAsiaTheme", "")
    fonts.set(f"{W}eastAsia", face)


def set_size(run: etree._Element, points: float) -> None:
    own = properties(run, "rPr")
    for name in ("sz", "szCs"):
        child(own, name).set(f"{W}val", str(round(points * 2)))


def set_advance(run: etree._Element, twips: int) -> None:
    child(properties(run, "rPr"), "spacing").set(f"{W}val", str(twips))


def replace(paragraph: Paragraph, start: int, end: int, new: str) -> bool:
    """Characters ``start`` to ``end`` of the paragraph's text become ``new``, in the look of the first of them.

    False, and nothing changed, where a tab or a line break stands among them.
    """
    spots: list[tuple[etree._Element, int]] = []
    at = 0
    for run in paragraph.runs:
        for node in run.element:
            if node.tag == f"{W}t":
                text = node.text or ""
                spots.extend((node, i - at) for i in range(max(start, at), min(end, at + len(text))))
                at += len(text)
            elif node.tag in _LETTERS:
                at += 1
    if len(spots) != end - start or not spots:
        return False
    first, offset = spots[0]
    for node in dict.fromkeys(node for node, _ in spots):
        gone = {i for n, i in spots if n is node}
        node.text = "".join(c for i, c in enumerate(node.text or "") if i not in gone)
    text = first.text or ""
    first.text = text[:offset] + new + text[offset:]
    for node in dict.fromkeys(node for node, _ in spots):
        node.set(_SPACE, "preserve")
    return True


def letters(run: etree._Element) -> str:
    """The text of a run as it stands now: a tab or line break is one character."""
    return "".join((n.text or "") if n.tag == f"{W}t" else "\n" for n in run if n.tag == f"{W}t" or n.tag in _LETTERS)


def split_run(run: etree._Element, at: int) -> etree._Element | None:
    """Cut a run of plain text before character ``at``; the new run behind it, None where it holds more than one text."""
    texts = [c for c in run if c.tag != f"{W}rPr"]
    if len(texts) != 1 or texts[0].tag != f"{W}t":
        return None
    behind = copy.deepcopy(run)
    tail = next(c for c in behind if c.tag == f"{W}t")
    text = texts[0].text or ""
    texts[0].text, tail.text = text[:at], text[at:]
    for node in (texts[0], tail):
        node.set(_SPACE, "preserve")
    run.addnext(behind)
    return behind
