"""How a Word file looks: its sections, paragraphs and footers with every property resolved as Word resolves it.

Lengths: page in millimetres, type in points, indents in characters of the paragraph's own type size.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from docgen.errors import UnreadableError
from docgen.linting.docx_styles import DEFAULT_POINTS, Look, Styles, linked, number
from docgen.readers.docx_numbers import Numbering, load_numbering
from docgen.readers.docx_package import Package, R, Relation, W, main_part, open_package, part, relations
from docgen.readers.docx_text import content, on
from docgen.readers.limits import DEFAULT, Limits

WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
TWIPS_PER_MM = 1440 / 25.4
FULL_SPACE = "\u3000"
_TEXT_TAGS = (f"{W}t", f"{W}tab", f"{W}br", f"{W}cr", f"{W}noBreakHyphen")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BOXES = (f"{W}txbxContent", f"{W}drawing", f"{W}pict", f"{W}object")


@dataclass(slots=True)
class Run:
    """A stretch of one look. ``font`` is the face of its Chinese characters, "" where the file names none."""

    text: str
    font: str
    size: float
    spacing: float
    element: etree._Element


@dataclass(slots=True)
class Footer:
    """What stands at the foot of a page; ``page_field`` when it prints the page number, ``outside`` when a frame or text box
    puts it at the outer edge by itself."""

    text: str
    page_field: bool
    align: str
    outside: bool
    fonts: frozenset[str]
    sizes: frozenset[float]
    member: str = ""


@dataclass(slots=True)
class Section:
    """Page and margins in mm (``left`` with the binding gutter), ``grid`` the pitch of its line grid in points or None.

    ``grid_advance``: what a character grid adds to each character, in points; None without one. ``footers`` by type.
    """

    width: float
    height: float
    top: float
    right: float
    bottom: float
    left: float
    grid: float | None
    grid_advance: float | None
    footers: dict[str, Footer]
    title_page: bool
    element: etree._Element

    @property
    def landscape(self) -> bool:
        return self.width > self.height


@dataclass(slots=True)
class Paragraph:
    """``number`` counts body paragraphs outside tables from 1 as the reader does, None inside a table.

    ``first`` and ``left``, ``right`` in characters: spaces typed at the head count for ``first``. ``pitch`` is the distance of
    lines in points, None where the type decides; ``label`` an automatic list number.
    """

    number: int | None
    text: str
    label: str
    align: str
    first: float
    left: float
    right: float
    pitch: float | None
    runs: list[Run]
    section: int
    new_page: bool
    element: etree._Element

    @property
    def printed(self) -> str:
        """The text as it is read on paper, its list number included, without spaces around."""
        return f"{self.label}{self.text}".strip().strip(FULL_SPACE).strip()

    @property
    def size(self) -> float:
        """The type size of most of its characters."""
        counts: dict[float, int] = {}
        for r in self.runs:
            counts[r.size] = counts.get(r.size, 0) + len(r.text.strip())
        return max(counts, key=lambda v: counts[v]) if counts else DEFAULT_POINTS

    @property
    def font(self) -> str:
        """The Chinese face of most of its Chinese characters; of a paragraph without any, of the first run."""
        counts: dict[str, int] = {}
        for r in self.runs:
            counts[r.font] = counts.get(r.font, 0) + sum("\u4e00" <= c <= "\u9fff" for c in r.text)
        return max(counts, key=lambda f: counts[f]) if counts else ""


@dataclass(slots=True)
class DocxFacts:
    """The whole file as it looks. ``even_odd``: even pages have footers of their own."""

    sections: list[Section]
    paragraphs: list[Paragraph]
    even_odd: bool
    root: etree._Element
    main: str


def read_facts(data: bytes, limits: Limits = DEFAULT) -> DocxFacts:
    """Facts about the Word file ``data``. Raises UnreadableError when it is damaged, encrypted or over a limit."""
    package = open_package(data, limits)
    main, root = main_part(package)
    body = root.find(f"{W}body")
    if body is None:
        raise UnreadableError("Word 文档缺少正文部分，可能已损坏，请用 Word 或 WPS 打开后重新保存再提交。")
    links = relations(package, main)
    styles = Styles(package, links)
    settings = linked(package, links, "settings")
    sections, ends = _sections(package, links, root, styles)
    walk = _Walk(styles, sections, ends, _numbering(package, links))
    walk.flow(body, inside=False)
    even_odd = settings is not None and on(settings.find(f"{W}evenAndOddHeaders"))
    return DocxFacts(sections, walk.paragraphs, even_odd, root, main)


def _numbering(package: Package, links: Mapping[str, Relation]) -> Numbering | None:
    lists = linked(package, links, "numbering")
    return None if lists is None else load_numbering(lists, linked(package, links, "styles"))


def _chars(indent: Mapping[str, str], name: str, size: float) -> float:
    """An indent in characters of ``size``: Word prefers the one given in characters, unless it is 0."""
    chars = number(indent.get(f"{name}Chars"), 0) / 100
    return chars or number(indent.get(name), 0) / 20 / size


@dataclass(slots=True)
class _Walk:
    styles: Styles
    sections: list[Section]
    ends: dict[etree._Element, int]
    numbering: Numbering | None
    paragraphs: list[Paragraph] = field(default_factory=list)
    count: int = 0
    section: int = 0

    def flow(self, container: etree._Element, *, inside: bool) -> None:
        for block in content(container):
            if block.tag == f"{W}p":
                self.count += not inside
                self.paragraphs.append(self.paragraph(block, None if inside else self.count))
                self.section = max(self.section, self.ends.get(block, self.section))
            elif block.tag == f"{W}tbl":
                for cell in block.iter(f"{W}tc"):
                    for inner in cell.iterchildren(f"{W}p"):
                        self.paragraphs.append(self.paragraph(inner, None))

    def paragraph(self, element: etree._Element, number: int | None) -> Paragraph:
        properties = element.find(f"{W}pPr")
        named = None if properties is None else properties.find(f"{W}pStyle")
        look = self.styles.of_paragraph("" if named is None else named.get(f"{W}val", ""))
        label = ""
        if properties is not None:
            self.styles.paragraph(look, properties)
            label = self.numbering.label(properties) if self.numbering is not None else ""
        runs = list(_runs(self.styles, element, look))
        text = "".join(r.text for r in runs)
        section = min(self.section, len(self.sections) - 1)
        size = next((r.size for r in runs if r.text.strip()), look.size)
        first = _chars(look.indent, "firstLine", size) - _chars(look.indent, "hanging", size)
        pitch = _pitch(look, self.sections[section])
        left, right = _chars(look.indent, "left", size), _chars(look.indent, "right", size)
        first += _typed(text)
        return Paragraph(
            number, text, label, look.align, first, left, right, pitch, runs, section, look.new_page, element
        )


def _typed(text: str) -> float:
    """Spaces typed at the head, in characters."""
    head = text[: len(text) - len(text.lstrip(f" \t\u00a0{FULL_SPACE}"))]
    return sum(1.0 if c == FULL_SPACE else 2.0 if c == "\t" else 0.5 for c in head)


def _pitch(look: Look, section: Section) -> float | None:
    """The distance of lines in points: given outright, or the line grid's, times the lines that are asked for."""
    line, rule = number(look.spacing.get("line"), 240), look.spacing.get("lineRule", "auto")
    if rule in ("exact", "atLeast"):
        return line / 20
    return section.grid * line / 240 if section.grid is not None and look.snap else None


def _runs(styles: Styles, paragraph: etree._Element, look: Look) -> Iterator[Run]:
    for run in paragraph.iter(f"{W}r"):
        if any(a.tag in _BOXES or a.tag == f"{W}del" for a in _ancestors(run, paragraph)):
            continue
        text = "".join(_letters(node) for node in run.iterchildren(*_TEXT_TAGS))
        if not text:
            continue
        own = styles.of_run(look, run.find(f"{W}rPr"))
        yield Run(text, own.font, own.size, own.advance, run)


def _ancestors(node: etree._Element, top: etree._Element) -> Iterator[etree._Element]:
    for ancestor in node.iterancestors():
        if ancestor is top:
            return
        yield ancestor


def _letters(node: etree._Element) -> str:
    name = etree.QName(node).localname
    return (node.text or "") if name == "t" else {"tab": "\t", "noBreakHyphen": "-"}.get(name, "\n")


def _sections(
    package: Package, links: Mapping[str, Relation], root: etree._Element, styles: Styles
) -> tuple[list[Section], dict[etree._Element, int]]:
    """The sections in order, and for each paragraph that ends one the number of the next."""
    out: list[Section] = []
    ends: dict[etree._Element, int] = {}
    footers: dict[str, Footer] = {}
    for element in root.iter(f"{W}sectPr"):
        owner = element.getparent()
        if owner is None or owner.tag not in (f"{W}pPr", f"{W}body"):
            continue
        footers = {**footers, **_footers(package, links, element, styles)}
        out.append(_section(element, footers))
        paragraph = owner.getparent()
        if owner.tag == f"{W}pPr" and paragraph is not None:
            ends[paragraph] = len(out)
    if not out:
        out.append(_section(etree.Element(f"{W}sectPr"), {}))
    return out, ends


def _section(element: etree._Element, footers: Mapping[str, Footer]) -> Section:
    size, margins = element.find(f"{W}pgSz"), element.find(f"{W}pgMar")
    grid = element.find(f"{W}docGrid")

    def mm(of: etree._Element | None, name: str, default: float) -> float:
        return abs(number(None if of is None else of.get(f"{W}{name}"), default)) / TWIPS_PER_MM

    kind = "" if grid is None else grid.get(f"{W}type", "")
    pitch = None
    advance = None
    if grid is not None and kind in ("lines", "linesAndChars", "snapToChars"):
        pitch = number(grid.get(f"{W}linePitch"), 0) / 20 or None
        advance = number(grid.get(f"{W}charSpace"), 0) / 4096 if kind != "lines" else None
    # Word's own defaults: Letter paper, an inch around
    return Section(
        width=mm(size, "w", 12240),
        height=mm(size, "h", 15840),
        top=mm(margins, "top", 1440),
        right=mm(margins, "right", 1440),
        bottom=mm(margins, "bottom", 1440),
        left=mm(margins, "left", 1440) + mm(margins, "gutter", 0),
        grid=pitch,
        grid_advance=advance,
        footers=dict(footers),
        title_page=on(element.find(f"{W}titlePg")),
        element=element,
    )


def _footers(
    package: Package, links: Mapping[str, Relation], section: etree._Element, styles: Styles
) -> dict[str, Footer]:
    out: dict[str, Footer] = {}
    for reference in section.iterchildren(f"{W}footerReference"):
        link = links.get(reference.get(f"{R}id", ""))
        root = part(package, link.target) if link is not None else None
        if root is not None and link is not None:
            out[reference.get(f"{W}type", "default")] = _footer(root, styles, link.target)
    return out


def _footer(root: etree._Element, styles: Styles, member: str) -> Footer:
    """The text of a footer with its text boxes; the alignment is that of the paragraph with the number."""
    text: list[str] = []
    fonts: set[str] = set()
    sizes: set[float] = set()
    align, field_found = "", False
    for paragraph in root.iter(f"{W}p"):
        if any(a.tag == _FALLBACK for a in paragraph.iterancestors()):
            continue  # the same text box once more, for old programs
        properties = paragraph.find(f"{W}pPr")
        named = None if properties is None else properties.find(f"{W}pStyle")
        look = styles.of_paragraph("" if named is None else named.get(f"{W}val", ""))
        styles.paragraph(look, properties)
        codes = [i.text or "" for i in paragraph.iter(f"{W}instrText")]
        codes += [f.get(f"{W}instr", "") for f in paragraph.iter(f"{W}fldSimple")]
        if any(code.split()[:1] == ["PAGE"] for code in codes):
            field_found, align = True, look.align or "left"
        for run in _runs(styles, paragraph, look):
            text.append(run.text)
            fonts.add(_digit_font(run))
            sizes.add(run.size)
    framed = [f.get(f"{W}xAlign") for f in root.iter(f"{W}framePr")] + [a.text for a in root.iter(f"{WP}align")]
    return Footer("".join(text), field_found, align, "outside" in framed, frozenset(fonts), frozenset(sizes), member)


def _digit_font(run: Run) -> str:
    """Page numbers are digits: their face is the western one where the run names it."""
    fonts = run.element.find(f"{W}rPr/{W}rFonts")
    named = "" if fonts is None else fonts.get(f"{W}ascii", "") or fonts.get(f"{W}hAnsi", "")
    return named or run.font
