"""One paragraph of a Word file as its reader sees it on paper: text with marks, text boxes and pictures set apart.

Kept: insertions, links, smart tags, field results, symbols. Dropped: deletions, hidden text, field instructions, phonetic
guides (ruby), footnote marks. Of ``mc:AlternateContent`` one branch is read, never both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from docgen.document import TICKED, UNTICKED
from docgen.readers.docx_package import R, W
from docgen.readers.docx_pictures import Drawing, shape_size
from docgen.readers.marks import normalise_marks, symbol, symbol_text

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
PIC = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
V = "{urn:schemas-microsoft-com:vml}"
O = "{urn:schemas-microsoft-com:office:office}"  # noqa: E741 - the prefix every Word file uses

P, RUN, TEXT, RPR, SDT, SDT_CONTENT = f"{W}p", f"{W}r", f"{W}t", f"{W}rPr", f"{W}sdt", f"{W}sdtContent"
PPR, FONTS, ASCII, HANSI, VANISH, DELETED = (
    f"{W}{name}" for name in ("pPr", "rFonts", "ascii", "hAnsi", "vanish", "del")
)
SYMBOL, FIELD_CHAR, RUBY, TXBX = f"{W}sym", f"{W}fldChar", f"{W}ruby", f"{W}txbxContent"
ALTERNATE = f"{MC}AlternateContent"

_TRANSPARENT = frozenset(
    f"{W}{name}"
    for name in ["sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "hyperlink", "fldSimple", "dir", "bdo"]
)
_FIXED = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}
_FORMULAS = frozenset({f"{M}oMath", f"{M}oMathPara"})
_GRAPHICS = frozenset({f"{W}drawing", f"{W}pict", f"{W}object"})

# Namespaces whose drawings we can look into; a Choice that requires another (charts, 3D) loses to its Fallback.
_UNDERSTOOD = (
    "http://schemas.microsoft.com/office/word/",
    "http://schemas.openxmlformats.org/",
    "http://schemas.microsoft.com/office/drawing/2010/",
    "urn:schemas-microsoft-com:",
)


@dataclass(slots=True)
class Paragraph:
    """``text`` with marks normalised; ``boxes`` are the contents of text boxes anchored here, ``drawings`` its pictures.

    ``joined`` is True where the paragraph mark itself is deleted: the next paragraph continues this one.
    """

    text: str = ""
    boxes: list[etree._Element] = field(default_factory=list)
    drawings: list[Drawing] = field(default_factory=list)
    joined: bool = False


@dataclass(slots=True)
class _Ink:
    """What has been written so far; ``fields`` is the stack of complex fields, True while in the instruction."""

    out: list[str] = field(default_factory=list)
    fields: list[bool] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    drawings: list[Drawing] = field(default_factory=list)


def on(element: etree._Element | None) -> bool:
    """A Word switch: present means on, unless its value says off."""
    return element is not None and element.get(f"{W}val", "1") not in ("0", "false", "off")


def content(element: etree._Element) -> Iterator[etree._Element]:
    """The children of ``element`` as if no wrapper stood between: content controls, insertions, links, alternatives."""
    stack = [iter(element)]
    while stack:
        for child in stack[-1]:
            tag = child.tag
            if tag in _TRANSPARENT:
                stack.append(iter(child))
                break
            if tag == ALTERNATE:
                stack.append(iter(_alternative(child)))
                break
            yield child
        else:
            stack.pop()


def settle_controls(root: etree._Element) -> None:
    """Write the state of each content control into its text: a check box as ☑ or ☐, a placeholder as nothing.

    Changes the tree, so that one rule serves controls around a run, a paragraph, a cell and a row alike.
    """
    for control in list(root.iter(SDT)):
        properties, inside = control.find(f"{W}sdtPr"), control.find(SDT_CONTENT)
        if properties is None or inside is None:
            continue
        box = properties.find(f"{W14}checkbox")
        if box is not None:
            state = box.find(f"{W14}checked")
            ticked = state is not None and state.get(f"{W14}val", "1") in ("1", "true", "on")
            _write(inside, TICKED if ticked else UNTICKED)
        elif on(properties.find(f"{W}showingPlcHdr")):
            _write(inside, "")


def read_paragraph(paragraph: etree._Element) -> Paragraph:
    """The paragraph without its automatic list number."""
    ink = _Ink()
    joined = False
    for child in content(paragraph):
        tag = child.tag
        if tag == RUN:
            _run(child, ink)
        elif tag == PPR:
            joined = any(mark.tag == DELETED for own in child if own.tag == RPR for mark in own)
        elif tag in _FORMULAS:
            ink.out.extend(t.text or "" for t in child.iter(f"{M}t"))
        elif tag.endswith("}contentPart"):
            ink.drawings.append(Drawing(ink=True))
    return Paragraph(normalise_marks("".join(ink.out)), ink.boxes, ink.drawings, joined)


def _run(run: etree._Element, ink: _Ink) -> None:
    font = ""
    for child in content(run):
        tag = child.tag
        if tag == TEXT:
            if True not in ink.fields:
                text = (child.text or "").replace("\n", " ")
                ink.out.append(symbol_text(font, text) if font else text)
        elif tag == RPR:
            for setting in child:  # not find(): this loop runs for every run of a form
                if setting.tag == FONTS:
                    name = setting.get(ASCII) or setting.get(HANSI) or ""
                    font = name if "dings" in name.lower() else ""
                elif setting.tag == VANISH and on(setting):
                    return
        elif tag in _FIXED:
            if True not in ink.fields:
                ink.out.append(_FIXED[tag])
        elif tag == SYMBOL:
            ink.out.append(_symbol(child))
        elif tag == FIELD_CHAR:
            _field(child, ink)
        elif tag in _GRAPHICS:
            _graphic(child, ink)
        elif tag == RUBY:
            for base in child.iterfind(f"{W}rubyBase"):
                for inner in content(base):
                    if inner.tag == RUN:
                        _run(inner, ink)
        elif tag.endswith("}contentPart"):
            ink.drawings.append(Drawing(ink=True))


def _symbol(element: etree._Element) -> str:
    try:
        code = int(element.get(f"{W}char", ""), 16)
    except ValueError:
        return ""
    return symbol(element.get(f"{W}font", ""), code)


def _field(char: etree._Element, ink: _Ink) -> None:
    """A mark of a complex field. Legacy form fields keep their state in the first mark, not in the text."""
    kind = char.get(f"{W}fldCharType")
    if kind == "separate":
        if ink.fields:
            ink.fields[-1] = False
    elif kind == "end":
        if ink.fields:
            ink.fields.pop()
    elif kind == "begin":
        hidden = True in ink.fields
        ink.fields.append(True)
        form = char.find(f"{W}ffData")
        if form is None or hidden:
            return
        box, choice = form.find(f"{W}checkBox"), form.find(f"{W}ddList")
        if box is not None:
            state = box.find(f"{W}checked")
            ink.out.append(TICKED if on(box.find(f"{W}default") if state is None else state) else UNTICKED)
        elif choice is not None:
            entries = [e.get(f"{W}val", "") for e in choice.iterfind(f"{W}listEntry")]
            chosen = choice.find(f"{W}result")
            index = chosen if chosen is not None else choice.find(f"{W}default")
            at = index.get(f"{W}val", "0") if index is not None else "0"
            if at.isdecimal() and int(at) < len(entries):
                ink.out.append(entries[int(at)])


def _graphic(element: etree._Element, ink: _Ink) -> None:
    """Text boxes and pictures of a drawing, in order; what stands inside a text box is left to the text box."""
    drawing = Drawing()
    pictures: list[str] = []
    stack = [element]
    while stack:
        node = stack.pop()
        tag = node.tag
        if tag == TXBX:
            ink.boxes.append(node)
            continue
        if tag == ALTERNATE:
            stack.extend(reversed(_alternative(node)))
            continue
        if tag in (f"{WP}docPr", f"{PIC}cNvPr"):
            drawing.names += " ".join(node.get(key, "") for key in ("name", "descr", "title")) + " "
        elif tag == f"{WP}extent":
            drawing.width, drawing.height = (_size(node.get(key, "")) for key in ("cx", "cy"))
        elif tag == f"{A}blip":
            pictures.append(node.get(f"{R}embed") or node.get(f"{R}link") or "")
        elif tag == f"{V}shape":
            drawing.width, drawing.height = shape_size(node.get("style", ""))
            drawing.names += f"{node.get('alt', '')} {node.get('id', '')} "
        elif tag == f"{V}imagedata":
            drawing.names += node.get(f"{O}title", "") + " "
            pictures.append(node.get(f"{R}id") or "")
        elif tag.endswith(("}contentPart", "}ink")):
            drawing.ink = True
        stack.extend(reversed(node))
    if drawing.ink and not pictures:
        pictures.append("")
    for picture in pictures:
        ink.drawings.append(Drawing(drawing.names, drawing.width, drawing.height, picture, drawing.ink))


def _alternative(element: etree._Element) -> etree._Element:
    """The branch of ``mc:AlternateContent`` to read: the first Choice we understand, else the Fallback, else any."""
    choices = element.findall(f"{MC}Choice")
    for choice in choices:
        spaces = [choice.nsmap.get(prefix) or "" for prefix in choice.get("Requires", "").split()]
        if all(space.startswith(_UNDERSTOOD) for space in spaces):
            return choice
    fallback = element.find(f"{MC}Fallback")
    if fallback is not None:
        return fallback
    return choices[0] if choices else element


def _write(inside: etree._Element, text: str) -> None:
    """Replace all that a content control holds by ``text``, in its first run; paragraphs and cells stay."""
    runs = list(inside.iter(RUN))
    for run in runs:
        for child in list(run):
            if child.tag != RPR:
                run.remove(child)
    if not text:
        return
    if runs:
        target = runs[0]
    else:
        paragraph = next(inside.iter(P), None)
        target = etree.SubElement(inside if paragraph is None else paragraph, RUN)
    etree.SubElement(target, TEXT).text = text


def _size(text: str) -> float:
    return float(text) if text.isdecimal() and len(text) < 12 else 0.0
