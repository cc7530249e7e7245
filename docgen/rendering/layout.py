"""The declarative layout of a blank form, as the ``layout`` key of its manifest says it. Lengths are millimetres, sizes points.

    layout:
      page: portrait | landscape
      margins: [top, right, bottom, left]
      blocks:
        - {mark: 附件3}                       the attachment mark, flush left
        - {title: 重庆市……申请表}              a line break is a new line
        - {text: "申请单位（盖章）：{unit}", align: left, size: 12}
        - table:
            columns: [30, 48, 30, 48]         widths of the finest grid
            rows:
              - [姓名, "{name}", 身份证号码, "{id_number}"]
              - {height: 12, cells: [{text: 常住地址}, {text: "{residence}", cols: 3, align: left}]}
              - {repeat: roster, printed: ["1", "2", "…"], cells: ["{#}", "{name}"]}

Inline marks: ``{id}`` a blank, ``{id|____}`` a blank with what the empty form prints there, ``{☐group|option}`` a tick box and its
option, ``{#}`` the number of a roster row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from docgen.errors import UsageError

Align = Literal["left", "center", "right", "both"]
NUMBER = "#"
"""The tag, after the roster's own, of a roster row's running number."""

_MARK = re.compile(r"\{(☐?)([^{}|]+)(?:\|([^{}]*))?\}")


@dataclass(frozen=True, slots=True)
class Blank:
    """A place to fill. ``printed`` is what the empty form shows there: spaces, underscores, ``年  月  日``."""

    tag: str
    printed: str = " "


@dataclass(frozen=True, slots=True)
class Tick:
    """A tick box of ``group`` followed by its printed ``option``."""

    group: str
    option: str


Piece = str | Blank | Tick


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph. ``indent`` is the first-line indent in characters; None in ``size`` and ``font`` takes the surroundings'."""

    pieces: tuple[Piece, ...]
    align: Align = "left"
    size: float | None = None
    font: str | None = None
    bold: bool = False
    indent: float = 0
    before: float = 0
    after: float = 0
    break_before: bool = False


@dataclass(frozen=True, slots=True)
class CellBox:
    """A cell over ``cols`` × ``rows`` of the finest grid."""

    paragraphs: tuple[Paragraph, ...]
    cols: int = 1
    rows: int = 1
    valign: Literal["top", "center", "bottom"] = "center"


@dataclass(frozen=True, slots=True)
class Row:
    """``height`` is the least height in mm; ``header`` repeats on each page; ``split`` lets the row run over a page end."""

    cells: tuple[CellBox, ...]
    height: float = 0
    header: bool = False
    split: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    columns: tuple[float, ...]
    rows: tuple[Row, ...]
    size: float = 12


@dataclass(frozen=True, slots=True)
class Layout:
    blocks: tuple[Paragraph | Grid, ...]
    landscape: bool = False
    margins: tuple[float, float, float, float] = (37, 26, 35, 28)
    labels: Mapping[str, str] = field(default_factory=dict)


def pieces(text: str, group: str = "", number: str = "") -> tuple[Piece, ...]:
    """Text with inline marks, cut up. In a roster row ``group`` prefixes the tags and ``number`` is what ``{#}`` prints."""
    out: list[Piece] = []
    at = 0
    for mark in _MARK.finditer(text):
        if mark.start() > at:
            out.append(text[at : mark.start()])
        box, name, printed = mark.groups()
        if box:
            out.append(Tick(name, printed or ""))
        elif name == NUMBER:
            out.append(Blank(f"{group}.{NUMBER}", number))
        else:
            out.append(Blank(f"{group}.{name}" if group else name, printed if printed is not None else " "))
        at = mark.end()
    if at < len(text):
        out.append(text[at:])
    return tuple(out)


def _only(data: Mapping[str, Any], allowed: str, where: str) -> None:
    wrong = sorted(set(data) - set(allowed.split()))
    if wrong:
        raise UsageError(f"版式里“{where}”不认识这些键：{'、'.join(wrong)}。")


_PARAGRAPH_KEYS = "text align size font bold indent before after break_before"


def _paragraph(data: Mapping[str, Any] | str, base: Mapping[str, Any], group: str = "", number: str = "") -> Paragraph:
    row = {**base, "text": data} if isinstance(data, str) else {**base, **data}
    _only(row, _PARAGRAPH_KEYS, "段落")
    text = str(row.pop("text", ""))
    return Paragraph(pieces(text, group, number), **row)


def _cell(
    data: Mapping[str, Any] | str | None, group: str = "", number: str = "", row: Mapping[str, Any] | None = None
) -> CellBox:
    if not isinstance(data, Mapping):
        data = {"text": "" if data is None else str(data)}
    _only(data, "text lines cols rows valign align size font bold indent", "单元格")
    shared = {"size": row["size"]} if row and "size" in row else {}
    base = {**shared, **{k: data[k] for k in ("align", "size", "font", "bold", "indent") if k in data}}
    base.setdefault("align", "center")
    lines: Sequence[Any] = data["lines"] if "lines" in data else str(data.get("text", "")).split("\n")
    return CellBox(
        tuple(_paragraph(line, base, group, number) for line in lines),
        cols=data.get("cols", 1),
        rows=data.get("rows", 1),
        valign=data.get("valign", "center"),
    )


def _rows(data: Mapping[str, Any] | Sequence[Any]) -> list[Row]:
    row: Mapping[str, Any] = data if isinstance(data, Mapping) else {"cells": data}
    _only(row, "cells height header split repeat printed size", "行")
    height, group = float(row.get("height", 0)), str(row.get("repeat", ""))
    numbers = [str(n) for n in row["printed"]] if group else [""]
    head, split = bool(row.get("header")), bool(row.get("split"))
    return [Row(tuple(_cell(c, group, n, row) for c in row["cells"]), height, head, split) for n in numbers]


def _grid(data: Mapping[str, Any]) -> Grid:
    _only(data, "columns rows height size", "表格")
    rows = [r for item in data["rows"] for r in _rows(item)]
    least = float(data.get("height", 9))
    rows = [Row(r.cells, r.height or least, r.header, r.split) for r in rows]
    return Grid(tuple(float(c) for c in data["columns"]), tuple(rows), float(data.get("size", 12)))


def _block(data: Mapping[str, Any]) -> list[Paragraph | Grid]:
    if "table" in data:
        return [_grid(data["table"])]
    if "mark" in data:
        rest = {k: v for k, v in data.items() if k != "mark"}
        return [_paragraph({"text": data["mark"], "font": "黑体", "size": 16, **rest}, {})]
    if "title" in data:
        rest = {k: v for k, v in data.items() if k != "title"}
        base = {"font": "方正小标宋简体", "size": 20, "align": "center", "before": 6, "after": 10, **rest}
        return [_paragraph({"text": data["title"], **base}, {})]
    return [_paragraph(data, {})]


def parse_layout(manifest: Mapping[str, Any]) -> Layout:
    """The ``layout`` of a manifest; labels of its variables become the titles of the content controls. Raises UsageError."""
    try:
        data = manifest["layout"]
        _only(data, "page margins blocks", "layout")
        labels = {str(v["id"]): str(v["label"]) for v in manifest["variables"]}
        for v in manifest["variables"]:
            labels.update({f"{v['id']}.{c['id']}": str(c["label"]) for c in v.get("columns", ())})
            labels[f"{v['id']}.{NUMBER}"] = "序号"
        top, right, bottom, left = data.get("margins", (37, 26, 35, 28))
        blocks = tuple(b for item in data["blocks"] for b in _block(item))
        return Layout(blocks, data.get("page") == "landscape", (top, right, bottom, left), labels)
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"清单 {manifest.get('id', '')} 的版式写得不对：{error}。") from error
