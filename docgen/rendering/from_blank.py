"""A blank form someone else printed, as a template of ours: a ``.docx`` whose blanks are content controls, and its manifest.

Of a Word file the layout stays as it is and only the blanks are wrapped; of any other paper (PDF, OFD, HTML, scan) the form is
drawn anew from what was read, so that its look is near to the original's but not the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.document import Document, Line, Table
from docgen.errors import UsageError
from docgen.notices.blank_forms import BlankForm, FormField, read_blank_form

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from docgen.rendering.blank_docx import Paragraph, Part

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_S = "[ \t\u3000]*"
_ATTACHMENT = re.compile(
    rf"^{_S}附{_S}件{_S}([0-9０-９]{{1,3}}|[一二三四五六七八九十]{{1,3}})?(?:[-—－]?[0-9]{{0,2}}){_S}[:：]?{_S}$"
)
_DIGITS = "一二三四五六七八九十"
TEXT_WIDTH = 174.0
"""Width in mm of a form that is drawn anew: A4 less 18 mm on either side."""


@dataclass(slots=True)
class NewTemplate:
    """``attachment`` is its number in the source, None for a file without attachments. ``manifest`` is the YAML's content."""

    form: BlankForm
    docx: bytes
    manifest: dict[str, Any]
    attachment: int | None = None

    @property
    def stem(self) -> str:
        """A file name: the title without what no file system takes."""
        name = re.sub(r'[\\/:*?"<>|\s]+', "", self.form.title) or "空白表"
        return name[:60]


@dataclass(slots=True)
class _Segment:
    """Blocks ``start`` to ``end`` (exclusive) that are one attachment, or the whole file."""

    number: int | None
    start: int
    end: int


def templates_from(path: str, data: bytes, attachment: int | None = None) -> list[NewTemplate]:
    """A template for each blank form in a file, or for the one that is attachment ``attachment`` (counted as printed).

    Raises UsageError when there is none, UnreadableError when the file cannot be read.
    """
    from docgen.readers import read
    from docgen.readers.sniff import sniff

    word = sniff(data).code == "docx"
    made = _from_word(data, path, attachment) if word else _from_paper(read(path, data), attachment)
    if not made:
        what = f"附件{attachment}" if attachment is not None else "这份文件"
        raise UsageError(f"{what}里没有找到空白表：要有成行的“标签＋空格”、方框选项或空白的表格行。")
    _tell_apart(made)
    return made


def _tell_apart(made: Sequence[NewTemplate]) -> None:
    """Two forms of one file never have the same id."""
    for number, one in enumerate(made, 1):
        one.manifest["id"] = "application" if len(made) == 1 else f"form_{one.attachment or number}"


def segments(texts: Sequence[str | None]) -> list[_Segment]:
    """Where the attachments begin (a line that is only 附件2), and what stands before the first; ``None`` is a table."""
    starts = [(n, _number(found[1])) for n, text in enumerate(texts) if text and (found := _ATTACHMENT.match(text))]
    if not starts:
        return [_Segment(None, 0, len(texts))]
    out = [_Segment(None, 0, starts[0][0])] if starts[0][0] else []
    ends = [n for n, _ in starts[1:]] + [len(texts)]
    for (start, number), end in zip(starts, ends, strict=True):
        out.append(_Segment(number if number is not None else 1 if len(starts) == 1 else None, start, end))
    return out


def _number(printed: str | None) -> int | None:
    if not printed:
        return None
    if printed.isdigit():
        return int(printed)
    tens, _, ones = printed.rpartition("十")
    if "十" not in printed:
        return _DIGITS.index(printed[0]) + 1
    return (10 * (_DIGITS.index(tens) + 1) if tens else 10) + (_DIGITS.index(ones) + 1 if ones else 0)


def manifest_of(form: BlankForm, attachment: int | None) -> dict[str, Any]:
    """The manifest of a form, without a layout: its variables in printed order, a mark for each signature and seal."""
    out: dict[str, Any] = {"id": "application", "name": form.title or "空白表"}
    if attachment is not None:
        out["attachment"] = f"附件{attachment}"
    rows: list[dict[str, Any]] = []
    for one in form.fields:
        rows.append(_variable(one))
        rows += [_variable(total) for total in one.totals]
    rows += [{"id": m.id, "label": m.label, "type": m.kind} for m in form.marks]
    out["variables"] = rows
    return out


def _variable(one: FormField) -> dict[str, Any]:
    out: dict[str, Any] = {"id": one.id, "label": one.under + one.label, "type": one.type}
    if one.unit:
        out["unit"] = one.unit
    if one.boxes:
        out["options"] = one.printed or one.options
    if one.required is False:
        out["optional"] = True
    if one.columns:
        out["columns"] = [{"id": c.id, "label": c.label, "type": c.type} for c in one.columns]
    return out


@dataclass(slots=True)
class Spot:
    """A place to be wrapped: block, cell (None for a line) and characters; ``option`` of a tick box."""

    tag: str
    label: str
    block: int
    cell: tuple[int, int] | None
    start: int
    end: int
    option: str = ""


def spots(form: BlankForm, blocks: Sequence[Line | Table]) -> Iterator[Spot]:
    """Every place of a form to be wrapped."""
    for one in form.fields:
        if one.type == "roster":
            yield from _roster_spots(one, blocks)
            for total in one.totals:
                yield from _spots_of(total)
        else:
            yield from _spots_of(one)
    for mark in form.marks:
        if (p := mark.place) is not None:
            yield Spot(mark.id, mark.label, p.block, _cell(p.row, p.col), p.start, p.end)


def _cell(row: int | None, col: int | None) -> tuple[int, int] | None:
    return None if row is None or col is None else (row, col)


def _spots_of(one: FormField) -> Iterator[Spot]:
    if one.boxes:
        for option, box in zip(one.printed or one.options or [one.label], one.boxes, strict=True):
            yield Spot(one.id, one.label, box.block, _cell(box.row, box.col), box.start, box.end, option)
    elif (p := one.place) is not None:
        yield Spot(one.id, one.under + one.label, p.block, _cell(p.row, p.col), p.start, p.end)


def _roster_spots(roster: FormField, blocks: Sequence[Line | Table]) -> Iterator[Spot]:
    """The cells of each empty row, and the printed number at its head."""
    assert roster.place is not None  # noqa: S101  # a roster is always of a table
    block = roster.place.block
    table = blocks[block]
    if not isinstance(table, Table):
        return
    for row in roster.rows:
        columns = [(c.id, c.label, c.place.col) for c in roster.columns if c.place is not None]
        if roster.numbers is not None:
            columns.insert(0, ("#", "序号", roster.numbers))
        for name, label, col in columns:
            cell = table.at(row, col or 0)
            if cell is not None and cell.row == row:
                yield Spot(f"{roster.id}.{name}", label, block, (cell.row, cell.col), 0, len(cell.text))


# a Word file: the layout stays


def _from_word(data: bytes, path: str, attachment: int | None) -> list[NewTemplate]:
    from docgen.rendering import package
    from docgen.rendering.blank_docx import read_parts

    members = package.read(data, Path(path).name)
    parts = read_parts(_body(members))
    texts = [p.block.text if isinstance(p.block, Line) else None for p in parts]
    out: list[NewTemplate] = []
    for segment in segments(texts):
        if attachment is not None and segment.number != attachment:
            continue
        fresh = read_parts(body := _body(members))[segment.start : segment.end]
        form = read_blank_form([p.block for p in fresh])
        if form is None:
            continue
        made = _wrap(form, fresh)
        _keep(body, fresh)
        manifest = _only_made(manifest_of(form, segment.number), made)
        out.append(NewTemplate(form, _packed(members, body), manifest, segment.number))
    return out


def _body(members: Any) -> Element:
    """The body of the document, without the content controls it may have had; each call gives a tree of its own."""
    from lxml import etree

    from docgen.readers.docx_text import settle_controls

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(members["word/document.xml"].data(), parser)
    except etree.XMLSyntaxError as error:
        raise UsageError("Word 文件已损坏，请用 Word 或 WPS 打开后重新保存。") from error
    body = root.find(f"{_W}body")
    if body is None:
        raise UsageError("Word 文档缺少正文部分，请用 Word 或 WPS 打开后重新保存。")
    settle_controls(root)
    for control in list(root.iter(f"{_W}sdt")):
        parent, content = control.getparent(), control.find(f"{_W}sdtContent")
        if parent is not None:
            at = parent.index(control)
            parent[at : at + 1] = [] if content is None else list(content)
    return body


def _only_made(manifest: dict[str, Any], tags: set[str]) -> dict[str, Any]:
    """The manifest without what found no place of its own in the file."""
    names = {tag.partition(".")[0] for tag in tags}
    manifest["variables"] = [v for v in manifest["variables"] if v["id"] in names]
    for v in manifest["variables"]:
        if "columns" in v:
            v["columns"] = [c for c in v["columns"] if f"{v['id']}.{c['id']}" in tags]
    return manifest


def _wrap(form: BlankForm, parts: Sequence[Part]) -> set[str]:
    """Puts the controls into the file; their tags."""
    from docgen.rendering.blank_docx import Control, locate, put_controls

    by_paragraph: dict[Any, tuple[Paragraph, list[Control]]] = {}
    for spot in spots(form, [p.block for p in parts]):
        part = parts[spot.block]
        inside = part.paragraphs if spot.cell is None else part.cells.get(spot.cell, [])
        found = locate(inside, spot.start, spot.end)
        if found is None:
            continue
        paragraph, start, end = found
        control = Control(spot.tag, spot.label, start, end, spot.option)
        by_paragraph.setdefault(paragraph.element, (paragraph, []))[1].append(control)
    tags: list[str] = []
    for paragraph, controls in by_paragraph.values():
        tags += put_controls(paragraph, controls, len(tags) + 1)
    return set(tags)


def _keep(body: Element, parts: Sequence[Part]) -> None:
    """Leaves only these parts in the body, with the page setup of the section they stand in."""
    import copy

    kept = {p.element for p in parts}
    section = None
    for later in parts[-1].element.itersiblings():
        section = later if later.tag == f"{_W}sectPr" else later.find(f"{_W}pPr/{_W}sectPr")
        if section is not None:
            break
    own = parts[-1].element.find(f"{_W}pPr/{_W}sectPr")
    if own is not None:
        section = own
        own.getparent().remove(own)  # type: ignore[union-attr]  # it was found below its parent
    section = None if section is None else copy.deepcopy(section)
    for child in list(body):
        if child not in kept:
            body.remove(child)
    if section is not None:
        body.append(section)


def _packed(members: Any, body: Element) -> bytes:
    from lxml import etree

    from docgen.rendering import package

    root = body.getroottree().getroot()
    xml = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return package.write({**members, "word/document.xml": package.pack("word/document.xml", xml)})


# any other paper: drawn anew


def _from_paper(document: Document, attachment: int | None) -> list[NewTemplate]:
    from docgen.rendering.draw import draw
    from docgen.rendering.fill import blanks

    blocks = [b for page in document.pages for b in page.blocks]
    out: list[NewTemplate] = []
    for segment in segments([b.text if isinstance(b, Line) else None for b in blocks]):
        if attachment is not None and segment.number != attachment:
            continue
        own = blocks[segment.start : segment.end]
        form = read_blank_form(own)
        if form is None:
            continue
        manifest = manifest_of(form, segment.number)
        manifest["layout"] = _layout(form, own)
        docx = draw(manifest)
        drawn = set(blanks(docx))
        manifest["variables"] = [v for v in manifest["variables"] if v["id"] in drawn]
        out.append(NewTemplate(form, docx, manifest, segment.number))
    return out


def _layout(form: BlankForm, blocks: Sequence[Line | Table]) -> dict[str, Any]:
    """The blocks in the words of ``docgen.rendering.layout``; a place is written ``{id|what is printed there}``."""
    marked: dict[tuple[int, tuple[int, int] | None], list[Spot]] = {}
    for spot in spots(form, blocks):
        marked.setdefault((spot.block, spot.cell), []).append(spot)
    out: list[dict[str, Any]] = []
    title = re.sub(r"\s+", "", form.title)
    titled = ""
    for number, block in enumerate(blocks):
        if isinstance(block, Table):
            out.append({"table": _table(block, number, marked)})
            continue
        plain = re.sub(r"\s+", "", block.text)
        here = marked.get((number, None), [])
        if _ATTACHMENT.match(block.text):
            out.append({"mark": plain})
        elif plain and title.startswith(titled + plain) and titled != title and not here:
            titled += plain
            out.append({"title": plain, "before": 0, "after": 4})
        elif plain or here:
            out.append({"text": _inked(block.text, here), "size": 12})
    return {"page": "portrait", "margins": [20, 18, 18, 18], "blocks": out or [{"title": title}]}


def _inked(text: str, places: Sequence[Spot]) -> str:
    """Text with the marks of its blanks; printed braces and bars are written wide, as marks use the narrow ones."""
    out = ""
    at = 0
    for spot in sorted(places, key=lambda s: (s.start, s.end)):
        if spot.start < at:
            continue
        out += _wide(text[at : spot.start])
        at = spot.end
        if spot.option:
            rest = text[spot.end :]
            lead = len(rest) - len(rest.lstrip())
            out += f"{{☐{spot.tag}|{_wide(spot.option)}}}"
            at += lead + len(spot.option) if rest[lead:].startswith(spot.option) else 0
        else:
            out += f"{{{spot.tag}|{_wide(text[spot.start : spot.end]) or ' '}}}"
    return out + _wide(text[at:])


def _wide(text: str) -> str:
    return text.translate({ord("{"): "｛", ord("}"): "｝", ord("|"): "｜"})


def _table(table: Table, number: int, marked: dict[tuple[int, tuple[int, int] | None], list[Spot]]) -> dict[str, Any]:
    rows: list[list[dict[str, Any]]] = [[] for _ in range(table.rows)]
    for row, line in enumerate(rows):
        col = 0
        while col < table.cols:
            cell = table.at(row, col)
            if cell is None:
                line.append({"text": ""})
                col += 1
                continue
            if cell.row == row:
                here = marked.get((number, (cell.row, cell.col)), [])
                text = _inked(cell.text, here)
                box: dict[str, Any] = {"text": text, "cols": cell.colspan, "rows": cell.rowspan}
                if len(cell.text) > 24 or "\n" in cell.text.strip():
                    box["align"] = "left"
                line.append(box)
            col = cell.col + cell.colspan
    cells = [{k: v for k, v in box.items() if v != 1 or k == "text"} for line in rows for box in line]
    it = iter(cells)
    return {
        "columns": _widths(table),
        "size": 10.5,
        "height": 9,
        "rows": [{"cells": [next(it) for _ in r]} for r in rows],
    }


def _widths(table: Table) -> list[float]:
    """Column widths in mm, in the proportions of the paper where it has geometry, else all alike."""
    edges: dict[int, float] = {}
    for cell in table.cells:
        if cell.bbox is not None:
            edges.setdefault(cell.col, cell.bbox[0])
            edges.setdefault(cell.col + cell.colspan, cell.bbox[2])
    if len(edges) != table.cols + 1:
        return [round(TEXT_WIDTH / table.cols, 1)] * table.cols
    widths = [max(edges[n + 1] - edges[n], 8.0) for n in range(table.cols)]
    return [round(w * TEXT_WIDTH / sum(widths), 1) for w in widths]
