"""Puts the values that are more than text where their marks stand in a rendered part.

A mark stands in the text of a run. Around it the run, and for whole paragraphs the paragraph, is closed and opened again with the
same properties; halves without content are left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

from docgen.rendering.additions import OFFICE, Additions
from docgen.rendering.inline import InlineImage, picture_size
from docgen.rendering.pictures import Picture
from docgen.rendering.rich import PageBreak, Passage, RichParagraphs, RichText
from docgen.rendering.subdocument import Subdocument, body_xml

Special = RichText | RichParagraphs | Passage | PageBreak | InlineImage | Picture | Subdocument

MARK = re.compile("\x01(\\d+)\x02")
_TOKEN = re.compile(r"<(/?)([\w:.-]+)[^<>]*?(/?)>")
_PARAGRAPH = re.compile(r"<w:p[ >]")
_RUN_PROPERTIES = re.compile(r"<w:r(?: [^<>]*)?>(<w:rPr>.*?</w:rPr>)?", re.DOTALL)
_PARAGRAPH_PROPERTIES = re.compile(r"<w:p(?: [^<>]*)?>(<w:pPr>.*?</w:pPr>)?", re.DOTALL)
_INK = re.compile(r"<w:t(?: [^<>]*)?>[^<]|<w:(?:drawing|pict|object|br|tab|sym|fldChar|sectPr|footnoteReference)\b")
_TEXT = '<w:t xml:space="preserve">'
_XMLNS_W = ' xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a mark stands. ``inner``: the elements between paragraph and run; only without any can the paragraph be split."""

    start: int
    paragraph: str
    run: str
    inner: tuple[str, ...]

    @property
    def resume(self) -> str:
        """A new run like the one that was closed."""
        return f"<w:r>{self.run}{_TEXT}"


def insert(xml: str, part: str, specials: Sequence[Special], additions: Additions) -> str:
    """The part with its values in place of their marks. ``part`` is its name in the file. Raises ValueError, UsageError.

    Text before the paragraph of a mark is put away at once, so that many marks in a long part take linear time.
    """
    done: list[str] = []
    rest, at = "", 0
    for mark in MARK.finditer(xml):
        rest += xml[at : mark.start()]
        at = mark.end()
        place = _place(rest)
        if place is None:  # the paragraph began before a text box in it
            rest = "".join(done) + rest
            done.clear()
            place = _place(rest)
        if place is None:
            raise ValueError("这里只能写文字")
        done.append(rest[: place.start])
        rest = _put(rest[place.start :], place, part, specials[int(mark[1])], additions)
    return "".join(done) + rest + xml[at:]


def _place(before: str) -> _Place | None:
    """The paragraph and run that are open at the end of the text."""
    for found in reversed(list(_PARAGRAPH.finditer(before))):
        stack: list[tuple[str, int]] = []
        for token in _TOKEN.finditer(before, found.start()):
            if token[1]:
                if not stack:
                    break
                stack.pop()
            elif not token[3]:
                stack.append((token[2], token.start()))
        names = [name for name, _ in stack]
        if names[:1] == ["w:p"] and names[-2:] == ["w:r", "w:t"]:
            head = _PARAGRAPH_PROPERTIES.match(before, found.start())
            run = _RUN_PROPERTIES.match(before, stack[-2][1])
            return _Place(found.start(), (head and head[1]) or "", (run and run[1]) or "", tuple(names[1:-2]))
    return None


def _put(before: str, place: _Place, part: str, value: Special, additions: Additions) -> str:
    """The open paragraph with the value behind it, a run open again."""
    if isinstance(value, PageBreak):
        return f'{before}</w:t><w:br w:type="page"/>{_TEXT}'
    if "<w:sectPr" in place.paragraph and not isinstance(value, (RichText, InlineImage, Picture)):
        raise ValueError("这一段带着分节符，不能再分段，请把标签写到另一段")
    if isinstance(value, Passage):
        return before + _passage(value.text, place)
    if isinstance(value, RichText):
        split = "" if place.inner else f"</w:p><w:p>{place.paragraph}"
        return f"{before}</w:t></w:r>{_rich(value, place.run, part, additions, split)}{place.resume}"
    if isinstance(value, (InlineImage, Picture)):
        data = value.data if isinstance(value, InlineImage) else value.png_bytes
        relation = additions.picture(part, data, picture_size(data)[0])
        # a line of firm height would cut the picture off
        loose = place.paragraph.replace('w:lineRule="exact"', 'w:lineRule="atLeast"')
        before = before.replace(place.paragraph, loose, 1) if loose != place.paragraph else before
        run = value.run_xml(relation, additions.drawing_number()).replace(_XMLNS_W, "", 1)
        return f"{before}</w:t></w:r>{run}{place.resume}"
    if place.inner:
        raise ValueError("整段的内容不能写在链接或控件里，请让标签独占一段")
    if isinstance(value, RichParagraphs):
        blocks = "".join(
            f"<w:p>{_style(style)}{_rich(text, '', part, additions)}</w:p>" for text, style in value.paragraphs
        )
    else:
        blocks = body_xml(value, part, additions)
    return _blocks(before, blocks, place)


def _style(style: str) -> str:
    return f'<w:pPr><w:pStyle w:val="{escape(style, {chr(34): "&quot;"})}"/></w:pPr>' if style else ""


_NEW_PAGE = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def _rich(value: RichText, base: str, part: str, additions: Additions, split: str = "") -> str:
    """Its runs. ``split`` ends the paragraph and begins one like it, for ``\\a`` and ``\\f``; "" where that cannot be."""
    out = []
    pieces = [
        replace(piece, text=text) if split else piece
        for piece in value.pieces
        for text in (re.split(r"([\a\f])", piece.text) if split else [piece.text])
    ]
    for piece in pieces:
        if split and piece.text in ("\a", "\f"):
            out.append(split if piece.text == "\a" else split.replace("</w:p>", f"</w:p>{_NEW_PAGE}", 1))
            continue
        run = piece.run_xml(base)
        if piece.url:
            relation = additions.link(part, piece.url)
            run = f'<w:hyperlink xmlns:r="{OFFICE}" r:id="{relation}" w:history="1">{run}</w:hyperlink>'
        out.append(run)
    return "".join(out)


_NEXT = "\x0e"
"""Behind whole paragraphs: the half paragraph that follows is left out when nothing is in it."""


def _blocks(before: str, blocks: str, place: _Place) -> str:
    head = before + "</w:t></w:r></w:p>" if _INK.search(before) else ""
    return f"{head}{blocks}{_NEXT if not blocks.endswith('</w:tbl>') and blocks else ''}<w:p>{place.paragraph}{place.resume}"


_EMPTY_AFTER = re.compile(
    _NEXT + r"<w:p>(?:<w:pPr>(?:(?!</w:pPr>).)*</w:pPr>)?(?:<w:r>(?:<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?"
    r"(?:<w:t(?: [^<>]*)?(?:/>|></w:t>))?</w:r>)*</w:p>",
    re.DOTALL,
)


def tidy(xml: str) -> str:
    """Takes away the empty halves that whole paragraphs left behind."""
    return _EMPTY_AFTER.sub("", xml).replace(_NEXT, "") if _NEXT in xml else xml


def _passage(text: str, place: _Place) -> str:
    """Text with ``\\a`` and ``\\f``: new paragraphs like this one, or lines where the paragraph cannot be split."""
    out = []
    for piece in re.split(r"([\n\t\a\f])", text):
        if piece == "\n" or (piece == "\a" and place.inner):
            out.append(f"</w:t><w:br/>{_TEXT}")
        elif piece == "\t":
            out.append(f"</w:t><w:tab/>{_TEXT}")
        elif piece == "\f" and place.inner:
            out.append(f'</w:t><w:br w:type="page"/>{_TEXT}')
        elif piece in ("\a", "\f"):
            page = _NEW_PAGE if piece == "\f" else ""
            out.append(f"</w:t></w:r></w:p>{page}<w:p>{place.paragraph}{place.resume}")
        else:
            out.append(escape(piece))
    return "".join(out)
