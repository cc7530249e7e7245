"""The style sheet of a Word file worked out: what a paragraph or run looks like once every layer is laid over the other.

Order, later ones win: document defaults, the paragraph style's chain of ``basedOn``, the character style's chain, direct
properties. Theme fonts are looked up in the theme.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from docgen.readers.docx_package import Package, Relation, W, part
from docgen.readers.docx_text import on

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
DEFAULT_POINTS = 10.0
"""The type size of a Word file that names none."""


def linked(package: Package, links: Mapping[str, Relation], kind: str) -> etree._Element | None:
    return next((part(package, r.target) for r in links.values() if r.kind == kind), None)


@dataclass(slots=True)
class Look:
    """Properties merged so far; attribute by attribute where Word merges them so."""

    indent: dict[str, str] = field(default_factory=dict)
    spacing: dict[str, str] = field(default_factory=dict)
    align: str = ""
    snap: bool = True
    new_page: bool = False
    font: str = ""
    size: float = DEFAULT_POINTS
    advance: float = 0.0

    def copy(self) -> Look:
        return Look(
            dict(self.indent),
            dict(self.spacing),
            self.align,
            self.snap,
            self.new_page,
            self.font,
            self.size,
            self.advance,
        )


class Styles:
    """The style sheet: looks of styles by id, worked out once each."""

    def __init__(self, package: Package, links: Mapping[str, Relation]) -> None:
        root = linked(package, links, "styles")
        self.theme = _theme_fonts(linked(package, links, "theme"))
        self.by_id: dict[str, etree._Element] = {}
        self.default = ""
        self.base = Look()
        self.known: dict[str, Look] = {}
        if root is None:
            return
        for kind in ("rPr", "pPr"):
            found = root.find(f"{W}docDefaults/{W}{kind}Default/{W}{kind}")
            (self.run if kind == "rPr" else self.paragraph)(self.base, found)
        for style in root.iter(f"{W}style"):
            name = style.get(f"{W}styleId", "")
            self.by_id[name] = style
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true", "on"):
                self.default = name

    def chain(self, name: str) -> list[etree._Element]:
        """The style and those it is based on, the root first; a circle ends where it closes."""
        out: list[etree._Element] = []
        seen: set[str] = set()
        while name in self.by_id and name not in seen:
            seen.add(name)
            style = self.by_id[name]
            out.append(style)
            based = style.find(f"{W}basedOn")
            name = "" if based is None else based.get(f"{W}val", "")
        return out[::-1]

    def of_paragraph(self, name: str) -> Look:
        name = name if name in self.by_id else self.default
        if name not in self.known:
            look = self.base.copy()
            for style in self.chain(name):
                self.paragraph(look, style.find(f"{W}pPr"))
                self.run(look, style.find(f"{W}rPr"))
            self.known[name] = look
        return self.known[name].copy()

    def paragraph(self, look: Look, properties: etree._Element | None) -> None:
        for child in properties if properties is not None else ():
            if child.tag == f"{W}ind":
                _indent(look.indent, child)
            elif child.tag == f"{W}spacing":
                look.spacing.update(attributes(child))
            elif child.tag == f"{W}jc":
                look.align = child.get(f"{W}val", "")
            elif child.tag == f"{W}snapToGrid":
                look.snap = on(child)
            elif child.tag == f"{W}pageBreakBefore":
                look.new_page = on(child)

    def run(self, look: Look, properties: etree._Element | None) -> None:
        for child in properties if properties is not None else ():
            if child.tag == f"{W}rFonts":
                themed = self.theme.get(child.get(f"{W}eastAsiaTheme", ""), "")
                look.font = themed or child.get(f"{W}eastAsia", "") or look.font
            elif child.tag == f"{W}sz":
                look.size = number(child.get(f"{W}val"), look.size * 2) / 2
            elif child.tag == f"{W}spacing":
                look.advance = number(child.get(f"{W}val"), 0) / 20

    def of_run(self, look: Look, properties: etree._Element | None) -> Look:
        """The look of a run in a paragraph of ``look``."""
        if properties is None:
            return look
        own = look.copy()
        named = properties.find(f"{W}rStyle")
        for style in self.chain(named.get(f"{W}val", "")) if named is not None else ():
            self.run(own, style.find(f"{W}rPr"))
        self.run(own, properties)
        return own


def _indent(indent: dict[str, str], element: etree._Element) -> None:
    """Merge ``w:ind``: a first-line indent given here replaces the hanging one given below, and the other way round."""
    own = {
        {"start": "left", "startChars": "leftChars", "end": "right"}.get(k, k): v
        for k, v in attributes(element).items()
    }
    if "firstLine" in own or "firstLineChars" in own:
        for old in ("hanging", "hangingChars"):
            indent.pop(old, None)
    if "hanging" in own or "hangingChars" in own:
        for old in ("firstLine", "firstLineChars"):
            indent.pop(old, None)
    indent.update(own)


def attributes(element: etree._Element) -> dict[str, str]:
    return {etree.QName(key).localname: str(value) for key, value in element.attrib.items()}


def number(text: str | None, default: float) -> float:
    try:
        return float(text or "")
    except ValueError:
        return default


def _theme_fonts(theme: etree._Element | None) -> dict[str, str]:
    """``minorEastAsia`` and ``majorEastAsia`` → the face: the theme's own, else the one it names for simplified Chinese."""
    out: dict[str, str] = {}
    for kind in ("minor", "major") if theme is not None else ():
        fonts = next(theme.iter(f"{A}{kind}Font"), None)  # type: ignore[union-attr]  # not None in this branch
        if fonts is None:
            continue
        own = fonts.find(f"{A}ea")
        face = own.get("typeface", "") if own is not None else ""
        named = (f.get("typeface", "") for f in fonts.iter(f"{A}font") if f.get("script") == "Hans")
        out[f"{kind}EastAsia"] = face or next(named, "")
    return out
