"""Values that are more than text: rich text, paragraphs, page breaks, and text that makes paragraphs of its own.

    RichText("逾期未补正的，").add("视为撤回申请", bold=True, color="FF0000").add("。")
    RichText("详见", size=12).add("办事指南", url="https://www.example.gov.cn/")
    RichParagraphs().add("一、总则", style="heading 1").add(RichText("正文"))

Sizes are points. In ``{{ x }}`` a piece keeps what the master's run has and it does not set itself; in ``{{r x }}`` it starts bare.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from docgen.rendering.fill import written

_COLOUR = re.compile(r"#?([0-9A-Fa-f]{6})|auto")
_LINES = frozenset({"single", "double", "thick", "dotted", "dash", "dotDash", "dotDotDash", "wave", "words"})
_ORDER = {
    name: number
    for number, name in enumerate(
        re.findall(
            r"\w+",
            "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish"
            " webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang",
        )
    )
}
"""The order that the schema gives to run properties."""
_PROPERTY = re.compile(r"<w:(\w+)(?:[^<>]*/>|[^<>]*>.*?</w:\1>)", re.DOTALL)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufdd0-\ufdd3\ufffe\uffff\ud800-\udfff]")
_SPACE = ' xml:space="preserve"'


@dataclass(frozen=True, slots=True)
class Piece:
    """``size`` in points, ``color`` and ``shade`` six hexadecimal digits, ``underline`` True or Word's name of a line,
    ``style`` the id of a character style, ``url`` makes it a link."""

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool | str = False
    strike: bool = False
    color: str = ""
    shade: str = ""
    size: float = 0
    font: str = ""
    style: str = ""
    superscript: bool = False
    subscript: bool = False
    url: str = ""

    def run_xml(self, base: str) -> str:
        """The runs of this piece; ``base`` is the ``<w:rPr>`` that it starts from, or "". Raises ValueError."""
        properties = merged(base, self._own())
        text = _NOT_XML.sub("", self.text).replace("\r\n", "\n").replace("\r", "\n").replace("\a", "\n")
        out = []
        for part in re.split(r"([\n\t\f])", text):
            if part in _BREAKS:
                out.append(_BREAKS[part])
            elif part:
                out.append(f"<w:t{_SPACE}>{escape(part)}</w:t>")
        return f"<w:r>{properties}{''.join(out)}</w:r>"

    def _own(self) -> dict[str, str]:
        own: dict[str, str] = {}
        if self.style:
            own["rStyle"] = f"<w:rStyle w:val={quoteattr(self.style)}/>"
        if self.font:
            face = quoteattr(self.font.rpartition(":")[2])  # docxtpl's region before the name is all regions here
            own["rFonts"] = f"<w:rFonts w:ascii={face} w:hAnsi={face} w:eastAsia={face} w:cs={face}/>"
        for name, wanted in (("b", self.bold), ("i", self.italic), ("strike", self.strike)):
            if wanted:
                own[name] = f"<w:{name}/>"
        if self.color:
            own["color"] = f'<w:color w:val="{_colour(self.color)}"/>'
        if self.size:
            for name in ("sz", "szCs"):
                own[name] = f'<w:{name} w:val="{round(self.size * 2)}"/>'
        if self.underline:
            line = self.underline if self.underline in _LINES else "single"
            own["u"] = f'<w:u w:val="{line}"/>'
        if self.shade:
            own["shd"] = f'<w:shd w:val="clear" w:color="auto" w:fill="{_colour(self.shade)}"/>'
        if self.superscript or self.subscript:
            own["vertAlign"] = f'<w:vertAlign w:val="{"superscript" if self.superscript else "subscript"}"/>'
        return own


_BREAKS = {"\n": "<w:br/>", "\t": "<w:tab/>", "\f": '<w:br w:type="page"/>'}


def _colour(text: str) -> str:
    found = _COLOUR.fullmatch(text)
    if found is None:
        raise ValueError(f"颜色“{text}”要写成六位十六进制，如 FF0000")
    return (found[1] or "auto").upper() if found[1] else "auto"


def merged(base: str, own: dict[str, str]) -> str:
    """Run properties in the order of the schema: those of ``base``, ``own`` in their place."""
    inner = base.removeprefix("<w:rPr>").removesuffix("</w:rPr>") if base.startswith("<w:rPr>") else ""
    all_ = {m[1]: m[0] for m in _PROPERTY.finditer(inner)} | own
    body = "".join(all_[name] for name in sorted(all_, key=lambda n: _ORDER.get(n, len(_ORDER))))
    return f"<w:rPr>{body}</w:rPr>" if body else ""


class RichText:
    """Text in pieces of different looks, inside a paragraph. ``str()`` is the bare text."""

    __slots__ = ("pieces",)

    def __init__(self, text: object = "", **looks: object) -> None:
        self.pieces: list[Piece] = []
        if text != "" and text is not None:
            self.add(text, **looks)

    def add(self, text: object, **looks: object) -> RichText:
        """A further piece (or another RichText's pieces); ``looks`` are the fields of Piece. Raises TypeError for others."""
        if isinstance(text, RichText):
            self.pieces.extend(text.pieces)
        else:
            self.pieces.append(Piece(written(text), **looks))  # type: ignore[arg-type]  # the dataclass names what is wrong
        return self

    def __str__(self) -> str:
        return "".join(p.text for p in self.pieces)


@dataclass(slots=True)
class RichParagraphs:
    """Whole paragraphs: each a text and the id of a paragraph style, "" for the document's default."""

    paragraphs: list[tuple[RichText, str]] = field(default_factory=list)

    def add(self, text: RichText | str, style: str = "") -> RichParagraphs:
        self.paragraphs.append((text if isinstance(text, RichText) else RichText(text), style))
        return self

    def __str__(self) -> str:
        return "\n".join(str(text) for text, _ in self.paragraphs)


@dataclass(frozen=True, slots=True)
class Passage:
    """Text in which ``\\a`` begins a new paragraph and ``\\f`` a new page, in the looks of where it stands."""

    text: str


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page."""

    def __str__(self) -> str:
        return ""


PAGE_BREAK = PageBreak()
