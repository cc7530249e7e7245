"""Fills a blank form: values go into the content controls that carry their names.

A control's tag is the variable's id (``name``); in a roster it is ``roster.name``, with ``roster.#`` for the running number; a tick
box has its group's id as tag and its option as title. The same data gives the same bytes.
"""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.errors import UsageError
from docgen.rendering import package
from docgen.rendering.layout import NUMBER
from docgen.rendering.pictures import Picture

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_RELATIONS = "word/_rels/document.xml.rels"
_ISO = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
_TICK_TYPES = (bool, str, list, tuple, set, frozenset)


def written(value: object) -> str:
    """A value as a clerk writes it: 2024年8月20日, 2023年8月到2024年7月, 30000; other text as it is.

    Takes dates, months (anything with ``year`` and ``month``), ranges and pairs of either, numbers, and the ISO strings of the contract.
    """
    if isinstance(value, str):
        return _text_written(value) if value[4:5] == "-" else value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value == value.to_integral_value() else f"{value:f}"
    if hasattr(value, "start") and hasattr(value, "end"):  # the range types of checkers.values.dates
        value = (value.start, value.end)
    if isinstance(value, tuple) and len(value) == 2:
        return f"{written(value[0])}到{written(value[1])}"
    if hasattr(value, "year") and hasattr(value, "month"):
        day = f"{value.day}日" if isinstance(value, date) else ""
        return f"{value.year}年{value.month}月{day}"
    return _text_written(str(value))


def _text_written(text: str) -> str:
    halves = text.split("/")
    if len(halves) <= 2 and all(_ISO.fullmatch(h) for h in halves):
        return "到".join(_from_iso(h) for h in halves)
    return text


def _from_iso(text: str) -> str:
    year, month, day = _ISO.fullmatch(text).groups()  # type: ignore[union-attr]  # the caller matched it
    return f"{year}年{int(month)}月" + (f"{int(day)}日" if day else "")


def _tag(control: Element) -> str:
    found = control.find(f"{_W}sdtPr/{_W}tag")
    return "" if found is None else str(found.get(f"{_W}val", ""))


def _alias(control: Element) -> str:
    found = control.find(f"{_W}sdtPr/{_W}alias")
    return "" if found is None else str(found.get(f"{_W}val", ""))


def _is_tick(control: Element) -> bool:
    return control.find(f"{_W}sdtPr/{_W14}checkbox") is not None


def _controls(root: Element) -> Iterator[Element]:
    return (c for c in root.iter(f"{_W}sdt") if _tag(c))


def set_text(control: Element, text: str) -> None:
    """Puts text into a control in its own type face; a place printed as underscores gets an underlined value."""
    from lxml import etree

    content = control.find(f"{_W}sdtContent")
    first = None if content is None else content.find(f".//{_W}r")
    if content is None or first is None:
        raise UsageError(f"表单里的空“{_tag(control)}”已损坏，请换用原始空白表。")
    parent = first.getparent()
    assert parent is not None  # noqa: S101  it was found below ``content``
    printed = "".join(str(t) for t in first.itertext()).strip()
    ruled = bool(printed) and not printed.strip("_")
    for extra in parent.findall(f"{_W}r")[1:]:
        parent.remove(extra)
    properties = first.find(f"{_W}rPr")
    for child in list(first):
        if child is not properties:
            first.remove(child)
    if ruled:
        if properties is None:
            properties = etree.SubElement(first, f"{_W}rPr")
        if properties.find(f"{_W}u") is None:
            etree.SubElement(properties, f"{_W}u").set(f"{_W}val", "single")
    for n, line in enumerate(text.split("\n")):
        if n:
            etree.SubElement(first, f"{_W}br")
        node = etree.SubElement(first, f"{_W}t")
        node.text = line
        node.set(_SPACE, "preserve")


def _set_ticks(group: str, controls: Sequence[Element], value: object) -> None:
    options = [_alias(c) for c in controls]
    if not isinstance(value, _TICK_TYPES):
        raise UsageError(f"选项“{group}”要写选中的项目（列表或文字）。")
    if isinstance(value, bool) and sorted(options) == ["否", "是"]:
        value = "是" if value else "否"
    if isinstance(value, bool):
        if len(options) != 1 and value:
            raise UsageError(f"选项“{group}”有 {len(options)} 项，不能只写“是”：请写选中的项目。")
        chosen = set(options) if value else set()
    else:
        chosen = {value} if isinstance(value, str) else {str(v) for v in value}
    by_fold = {unicodedata.normalize("NFKC", o): o for o in options}  # （自治县） and (自治县) are one option
    wrong = sorted(c for c in chosen if unicodedata.normalize("NFKC", c) not in by_fold)
    if wrong:
        raise UsageError(f"选项“{group}”没有这些项目：{'、'.join(wrong)}。可选：{'、'.join(options)}。")
    chosen = {by_fold[unicodedata.normalize("NFKC", c)] for c in chosen}
    for control, option in zip(controls, options, strict=True):
        ticked = option in chosen
        state = control.find(f"{_W}sdtPr/{_W14}checkbox/{_W14}checked")
        if state is not None:
            state.set(f"{_W14}val", str(int(ticked)))
        glyph = control.find(f"{_W}sdtContent//{_W}t")
        if glyph is not None:
            glyph.text = "☑" if ticked else "☐"


class _Pictures:
    """The image parts that a filling adds."""

    def __init__(self, members: dict[str, package.Member]) -> None:
        self.members = members
        self.relations: list[str] = []

    def place(self, control: Element, picture: Picture) -> None:
        from lxml import etree

        number = len(self.relations) + 1
        relation, name = f"rIdP{number}", f"media/picture{number}.png"
        content = control.find(f"{_W}sdtContent")
        first = None if content is None else content.find(f".//{_W}r")
        if first is None or first.getparent() is None:
            raise UsageError(f"表单里的空“{_tag(control)}”已损坏，请换用原始空白表。")
        drawn = etree.fromstring(picture.run_xml(relation, 9000 + number))
        if picture.floating:  # the printed blank stays: the seal lies over it
            first.addprevious(drawn)
        else:
            first.getparent().replace(first, drawn)  # type: ignore[union-attr]  # checked above
        self.members[f"word/{name}"] = package.pack(f"word/{name}", picture.png_bytes)
        self.relations.append(f'<Relationship Id="{relation}" Type="{_IMAGE}" Target="{name}"/>')

    def finish(self) -> None:
        if not self.relations:
            return
        text = self.members[_RELATIONS].data().decode()
        text = text.replace("</Relationships>", "".join(self.relations) + "</Relationships>")
        self.members[_RELATIONS] = package.pack(_RELATIONS, text.encode())
        types = self.members["[Content_Types].xml"].data().decode()
        if 'Extension="png"' not in types:
            types = types.replace("</Types>", '<Default Extension="png" ContentType="image/png"/></Types>')
            self.members["[Content_Types].xml"] = package.pack("[Content_Types].xml", types.encode())


def _roster_rows(root: Element, group: str) -> list[Element]:
    rows = []
    for row in root.iter(f"{_W}tr"):
        if any(_tag(c).startswith(f"{group}.") for c in _controls(row)):
            rows.append(row)
    return rows


def _fill_roster(root: Element, group: str, data: object, pictures: _Pictures) -> None:
    if not isinstance(data, Sequence) or isinstance(data, str) or not all(isinstance(r, Mapping) for r in data):
        raise UsageError(f"花名册“{group}”要写成行的列表，每行是“栏目: 内容”。")
    printed = _roster_rows(root, group)
    columns = {_tag(c).partition(".")[2] for c in _controls(printed[0])}
    fresh = copy.deepcopy(printed[0])
    while len(printed) < len(data):
        row = copy.deepcopy(fresh)
        printed[-1].addnext(row)
        printed.append(row)
    for number, (row, values) in enumerate(zip(printed, data, strict=False), start=1):
        wrong = sorted(set(values) - columns)
        if wrong:
            raise UsageError(f"花名册“{group}”第 {number} 行没有这些栏：{'、'.join(wrong)}。")
        for control in _controls(row):
            column = _tag(control).partition(".")[2]
            value = number if column == NUMBER else values.get(column)
            if column == NUMBER and NUMBER in values:
                value = values[NUMBER]
            _put(control, value, pictures)


def _put(control: Element, value: object, pictures: _Pictures) -> None:
    if isinstance(value, Picture):
        pictures.place(control, value)
    elif value is not None and value != "":
        set_text(control, written(value))


def _renumber(root: Element) -> None:
    """Copied rows carry copied ids; Word wants each control's id once."""
    for number, control in enumerate(root.iter(f"{_W}sdt"), start=1):
        node = control.find(f"{_W}sdtPr/{_W}id")
        if node is not None:
            node.set(f"{_W}val", str(number))


def _unwrap(root: Element) -> None:
    """Replaces each control by what it holds."""
    for control in list(root.iter(f"{_W}sdt")):
        parent, content = control.getparent(), control.find(f"{_W}sdtContent")
        if parent is None or content is None:
            continue
        at = parent.index(control)
        parent[at : at + 1] = list(content)


def blanks(master: Path | bytes) -> list[str]:
    """The names a form takes, in printed order; a roster by its own name. A master of text has none. Raises UsageError."""
    data = master if isinstance(master, bytes) else master.read_bytes()
    root = package.parse(package.read(data)["word/document.xml"].data())
    return list(dict.fromkeys(_tag(c).partition(".")[0] for c in _controls(root)))


def fill_form(master: Path | bytes, data: Mapping[str, Any], *, flatten: bool = False) -> bytes:
    """The filled form. Values: text, numbers, dates, months, pairs of months; ticks as a list of options (or True for a lone box);
    a roster as a list of row mappings; a signature or seal as a ``Picture``. None and "" leave the place as printed.

    ``flatten`` takes the content controls away, so that nothing but plain text remains (what a printed or converted copy needs:
    LibreOffice turns controls into PDF form fields). Raises UsageError that names what the form does not have.
    """
    from lxml import etree

    members = package.read(master if isinstance(master, bytes) else master.read_bytes(), "表单")
    root = package.parse(members["word/document.xml"].data(), "表单")
    places: dict[str, list[Element]] = {}
    for control in _controls(root):
        places.setdefault(_tag(control).partition(".")[0], []).append(control)
    unknown = [key for key in data if key not in places]
    if unknown:
        raise UsageError(f"这张表没有这些空：{'、'.join(unknown)}。可以填：{'、'.join(places)}。")
    pictures = _Pictures(members)
    for name, controls in places.items():
        if name not in data or data[name] is None:
            continue
        if "." in _tag(controls[0]):
            _fill_roster(root, name, data[name], pictures)
        elif _is_tick(controls[0]):
            _set_ticks(name, controls, data[name])
        else:
            for control in controls:
                _put(control, data[name], pictures)
    _renumber(root)
    if flatten:
        _unwrap(root)
    pictures.finish()
    document = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    members["word/document.xml"] = package.pack("word/document.xml", document)
    return package.write(members)


def controls_of(master: bytes) -> list[tuple[str, str, bool]]:
    """Each control of a form in printed order: its tag, its title (of a tick box: the option), whether it is a tick box."""
    root = package.parse(package.read(master, "表单")["word/document.xml"].data(), "表单")
    return [(_tag(c), _alias(c), _is_tick(c)) for c in _controls(root)]
