"""A tiny OFD writer for tests: text runs and ruling lines → the members of a package → the file."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from docgen.readers.chars import runs_of
from docgen.readers.drawing import read_drawing
from docgen.readers.pdf_text import ASCENT, read_glyphs, text_page
from docgen.readers.pdfium import LOCK, open_file, open_page

MM = 25.4 / 72
"""Millimetres in a point."""

NS = "http://www.ofdspec.org/2016"


@dataclass
class Text:
    """A run of characters: x and y of its base line's start, the font size and the steps between characters, in mm."""

    x: float
    y: float
    size: float
    text: str
    steps: list[float] | None = None


@dataclass
class Paper:
    """One page in millimetres; ``lines`` are (x0, y0, x1, y1), ``extra`` is XML put into the layer as it is."""

    texts: list[Text] = field(default_factory=list)
    lines: list[tuple[float, float, float, float]] = field(default_factory=list)
    width: float = 210.0
    height: float = 297.0
    extra: str = ""
    before: str = ""
    """XML put before the content: templates, an area."""


def write_ofd(papers: list[Paper]) -> bytes:
    """The file of one document."""
    return pack(members(papers))


def pack(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def members(papers: list[Paper], common: str = "", document: str = "", body: str = "") -> dict[str, str | bytes]:
    """The parts of a document; ``common``, ``document`` and ``body`` are XML put into CommonData, Document and DocBody."""
    pages = "".join(f'<ofd:Page ID="{i + 1}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i in range(len(papers)))
    parts: dict[str, str | bytes] = {
        "OFD.xml": f'<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="{NS}" Version="1.0" DocType="OFD">'
        "<ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID></ofd:DocInfo>"
        f"<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>{body}</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": wrap(
            "Document",
            "<ofd:CommonData><ofd:MaxUnitID>9</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
            f"</ofd:PhysicalBox></ofd:PageArea>{common}</ofd:CommonData><ofd:Pages>{pages}</ofd:Pages>{document}",
        ),
    }
    for i, paper in enumerate(papers):
        parts[f"Doc_0/Pages/Page_{i}/Content.xml"] = content(paper)
    return parts


def wrap(name: str, inner: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><ofd:{name} xmlns:ofd="{NS}">{inner}</ofd:{name}>'


def content(paper: Paper) -> str:
    area = f"<ofd:Area><ofd:PhysicalBox>0 0 {paper.width:.3f} {paper.height:.3f}</ofd:PhysicalBox></ofd:Area>"
    drawn = "".join(rule(*line) for line in paper.lines) + "".join(run(text) for text in paper.texts)
    layer = f'<ofd:Layer Type="Body">{drawn}{paper.extra}</ofd:Layer>'
    return wrap("Page", f"{paper.before}{area}<ofd:Content>{layer}</ofd:Content>")


def rule(x0: float, y0: float, x1: float, y1: float) -> str:
    box = f"{x0:.3f} {y0:.3f} {x1 - x0:.3f} {y1 - y0:.3f}"
    return (
        f'<ofd:PathObject Boundary="{box}" LineWidth="0.25"><ofd:StrokeColor Value="0 0 0"/>'
        f"<ofd:AbbreviatedData>M 0 0 L {x1 - x0:.3f} {y1 - y0:.3f}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def run(text: Text, attributes: str = "") -> str:
    """A text object whose boundary begins at the top left of its first character."""
    rise = ASCENT * text.size
    wide = sum(text.steps) + text.size if text.steps else len(text.text) * text.size
    box = f"{text.x:.3f} {text.y - rise:.3f} {wide:.3f} {text.size:.3f}"
    steps = f" DeltaX={quoteattr(deltas(text.steps))}" if text.steps else ""
    return (
        f'<ofd:TextObject Boundary="{box}" Font="1" Size="{text.size:.3f}"{attributes}><ofd:TextCode X="0" '
        f'Y="{rise:.3f}"{steps}>{escape(text.text)}</ofd:TextCode></ofd:TextObject>'
    )


def deltas(steps: list[float]) -> str:
    """Steps as DeltaX has them: three or more of the same are written ``g n d``."""
    words = [f"{step:.3f}" for step in steps]
    out: list[str] = []
    i = 0
    while i < len(words):
        same = 1
        while i + same < len(words) and words[i + same] == words[i]:
            same += 1
        out += ["g", str(same), words[i]] if same > 2 else words[i : i + same]
        i += same
    return " ".join(out)


def papers_of_pdf(data: bytes) -> list[Paper]:
    """The characters and rules of a PDF's pages as the PDF reader sees them; drawn tick boxes as rectangles."""
    out: list[Paper] = []
    with LOCK, open_file(data) as file:
        for index in range(file.raw.FPDF_GetPageCount(file.document)):
            with open_page(file, index) as page:
                assert page is not None
                drawing = read_drawing(page)
                paper = Paper(width=page.width * MM, height=page.height * MM)
                with text_page(page) as text:
                    glyphs = read_glyphs(page, text, set())
            paper.lines += [(a * MM, y * MM, b * MM, y * MM) for y, a, b in drawing.horizontal]
            paper.lines += [(x * MM, a * MM, x * MM, b * MM) for x, a, b in drawing.vertical]
            for x0, y0, x1, y1 in drawing.squares:
                paper.extra += square(x0 * MM, y0 * MM, (x1 - x0) * MM, (y1 - y0) * MM)
            for printed in runs_of(glyphs):
                # A Chinese character (or dash) is as wide as its font is large; a digit about six tenths of that.
                wide = [g.x1 - g.x0 for g in printed.glyphs if g.text >= "\u2014"]
                size = (max(wide) if wide else max(g.x1 - g.x0 for g in printed.glyphs) / 0.6) * MM
                first = printed.glyphs[0]
                starts = [g.x0 * MM for g in printed.glyphs]
                steps = [b - a for a, b in pairwise(starts)]
                if first.spaced:
                    steps.insert(0, 0.0)
                words = (" " if first.spaced else "") + printed.text
                paper.texts.append(
                    Text(starts[0], (first.top + first.bottom) / 2 * MM + (ASCENT - 0.5) * size, size, words, steps)
                )
            out.append(paper)
    return out


def square(x: float, y: float, wide: float, high: float) -> str:
    return (
        f'<ofd:PathObject Boundary="{x:.3f} {y:.3f} {wide:.3f} {high:.3f}" LineWidth="0.25"><ofd:AbbreviatedData>'
        f"M 0 0 L {wide:.3f} 0 L {wide:.3f} {high:.3f} L 0 {high:.3f} C</ofd:AbbreviatedData></ofd:PathObject>"
    )
