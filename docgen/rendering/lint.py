"""What is wrong with a master or its manifest, for the one who writes them.

Every variable is declared, of a known type, used and fillable; samples are of their type; the paper stands on a basis; the
committed ``.docx`` is what the manifest draws. A paper is filled with its sample, with each optional value missing, and with
each option of each choice, so that no branch of it fails on a reviewer's desk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from docgen.errors import UsageError
from docgen.rendering.manifest import EVENTS, Manifest, Variable, load_manifest

LISTS = frozenset({"list", "roster"})
"""Types whose value is rows."""
GIVEN = frozenset({"picture", "qrcode", "signature", "seal", "pledge", "richtext", "document"})
"""Types of a master that no pack's field has."""
CHOSEN = frozenset({"choice", "ticks"})

_KEYS = {
    "notice": frozenset(
        {"id", "name", "title", "called", "basis", "events", "variables", "paragraphs", "page", "watermark"}
    ),
    "form": frozenset(
        {"id", "name", "title", "policy", "doc_no", "attachment", "basis", "events", "variables", "layout"}
    ),
}
_TAG = re.compile(r"\{\{|\{%|%\}|\}\}")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_STRAY = re.compile(r"[，、；：。][，、；。]|（）|《》|〔〕|“”|None")
"""What a missing value leaves behind when the text around it does not go with it."""

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: the file, the place in it, a Chinese sentence. ``line`` is of the manifest, 0 for the master itself."""

    path: Path
    line: int
    place: str
    message: str
    severity: Severity = "error"

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else str(self.path)
        note = "注意：" if self.severity == "warning" else ""
        return f"{where} {self.place}：{note}{self.message}".replace(" ：", "：", 1)

    def to_json(self) -> dict[str, Any]:
        return {
            "path": str(self.path),
            "line": self.line or None,
            "place": self.place,
            "message": self.message,
            "severity": self.severity,
        }


@dataclass(frozen=True, slots=True)
class _Desk:
    """What is being looked at: the manifest, its file, and the line of each key in it."""

    manifest: Manifest
    lines: Mapping[tuple[Any, ...], int]
    data: bytes

    @property
    def source(self) -> Path:
        return self.manifest.path.with_suffix(".yaml")

    def fault(self, key: tuple[Any, ...], message: str, severity: Severity = "error", place: str = "") -> Fault:
        """A fault at a key of the manifest; the nearest key that is written there gives the line."""
        near = key
        while near and near not in self.lines:
            near = near[:-1]
        return Fault(self.source, self.lines.get(near, 1), place or ".".join(map(str, key)), message, severity)

    def on_paper(self, message: str, place: str = "", severity: Severity = "error") -> Fault:
        return Fault(self.manifest.path, 0, place, message, severity)


def lint_master(path: Path) -> list[Fault]:
    """Everything wrong with the master at ``path`` (a ``.docx`` or its ``.yaml``). Raises UsageError: it is not there."""
    source, master = path.with_suffix(".yaml"), path.with_suffix(".docx")
    if not source.is_file():
        return _lint_alone(master)
    from checkers.slips import PackError
    from checkers.yaml_text import read_yaml

    try:
        _, lines = read_yaml(source.read_text(encoding="utf-8"), str(source))
        manifest = load_manifest(source)
    except PackError as error:
        return [Fault(source, s.line, s.key, s.message) for s in error.slips]
    except (UsageError, UnicodeDecodeError) as error:
        return [Fault(source, 1, "", str(error).rstrip("。"))]
    if not master.is_file():
        return [Fault(source, 1, "", f"没有同名的模板文件 {master.name}")]
    desk = _Desk(manifest, lines, master.read_bytes())
    return [*_manifest(desk), *_variables(desk), *_paper(desk)]


def lint_names(manifests: Iterable[Manifest]) -> list[Fault]:
    """Names that two masters share, so that nobody can ask for one of them by its name alone."""
    first: dict[str, Manifest] = {}
    faults = []
    for manifest in manifests:
        if manifest.kind != "notice":
            continue  # forms of several policies share names and are asked for by their keys
        for name in dict.fromkeys((manifest.key, manifest.id, manifest.name, manifest.title, *manifest.called)):
            other = first.setdefault(name, manifest)
            if other is not manifest:
                faults.append(Fault(manifest.path.with_suffix(".yaml"), 1, "", f"“{name}”与 {other.key} 相同"))
    return faults


def _lint_alone(master: Path) -> list[Fault]:
    """A master without a manifest: its tags must be sound; its variables are read from it."""
    from docgen.rendering.template import Template, find_master

    try:
        Template(find_master(str(master)).read_bytes(), master.name)
    except UsageError as error:
        if not master.is_file():
            raise
        return [Fault(master, 0, "", str(error).rstrip("。"))]
    return []


# ---------------------------------------------------------------- the manifest


def _manifest(desk: _Desk) -> Iterator[Fault]:
    manifest = desk.manifest
    drawn = {"paragraphs", "layout"} & set(manifest.data)
    for key in manifest.data:
        if drawn and key not in _KEYS[manifest.kind]:
            yield desk.fault((key,), "不认识这个键")
    if manifest.kind == "notice" and not manifest.basis:
        yield desk.fault(("basis",), "没有写依据")
    for number, basis in enumerate(manifest.basis):
        where: tuple[Any, ...] = ("basis", number) if "basis" in manifest.data else ("doc_no",)
        yield from _known_document(desk, where, basis.doc_no, basis.title)
    if manifest.kind == "notice" and not manifest.events:
        yield desk.fault(("events",), "没有写在什么时候出具")
    for number, event in enumerate(manifest.events):
        if event not in EVENTS:
            yield desk.fault(("events", number), f"没有“{event}”这种情形，可用的有：{'、'.join(EVENTS)}")
    if manifest.policy:
        yield from _policy(desk)


def _known_document(desk: _Desk, key: tuple[Any, ...], number: str, title: str) -> Iterator[Fault]:
    from checkers.registry import registry

    if not number and not title:
        yield desk.fault(key, "依据要有标题或文号")
        return
    found = registry().find(number, title)
    name = f"《{title}》" if title else number
    if not found:
        yield desk.fault(key, f"文件登记册里没有{name}", "warning")
    elif all(document.ended() for document in found):
        yield desk.fault(key, f"{name}已经废止或失效", "warning")


def _policy(desk: _Desk) -> Iterator[Fault]:
    from checkers.packs import library

    packs, manifest = library(), desk.manifest
    if manifest.policy not in packs.entries():
        yield desk.fault(("policy",), f"没有编号为 {manifest.policy} 的政策")
    elif manifest.id not in packs.load(manifest.policy).policy.forms:
        yield desk.fault(("id",), f"政策 {manifest.policy} 没有“{manifest.id}”这张表")


# ---------------------------------------------------------------- the variables


def _variables(desk: _Desk) -> Iterator[Fault]:
    yield from _declared(desk, desk.manifest.variables, ("variables",))
    slips = _sample_slips(desk.manifest)
    for number, variable in enumerate(desk.manifest.variables):
        for slip in slips.get(variable.id, ()):
            yield desk.fault(("variables", number), f"样例不合类型：{slip}", place=f"变量 {variable.id}")


def _declared(desk: _Desk, variables: Sequence[Variable], key: tuple[Any, ...]) -> Iterator[Fault]:
    from checkers.values.types import TYPE_NAMES

    seen: set[str] = set()
    for number, v in enumerate(variables):
        at, place = (*key, number), f"{'栏' if 'columns' in key else '变量'} {v.id}"
        if v.id in seen:
            yield desk.fault(at, "登记了两次", place=place)
        seen.add(v.id)
        if not _NAME.fullmatch(v.id):
            yield desk.fault(at, "编号要用小写英文字母、数字和下划线，字母开头", place=place)
        if v.type not in TYPE_NAMES | LISTS | GIVEN:
            yield desk.fault(at, f"没有“{v.type}”这种类型", place=place)
        if v.type in CHOSEN and not v.options:
            yield desk.fault(at, "要写可选的项目（options）", place=place)
        if v.type == "roster" and not v.columns:
            yield desk.fault(at, "花名册要写各栏（columns）", place=place)
        if v.columns and v.type not in LISTS:
            yield desk.fault(at, "只有 list 和 roster 才有各栏（columns）", place=place)
        yield from _declared(desk, v.columns, (*at, "columns"))


def _sample_slips(manifest: Manifest) -> dict[str, list[str]]:
    from docgen.generating.values import RowError, convert

    out: dict[str, list[str]] = {}
    for v in manifest.variables:
        taken = replace(v, optional=True) if manifest.kind == "form" else v
        sample = v.sample
        if manifest.kind == "form":  # a form may be handed out half filled, its rosters too
            taken = replace(taken, columns=tuple(replace(c, optional=True) for c in v.columns))
            sample = _as_text(v, sample)
        try:
            convert([taken], {v.id: sample})
        except RowError as error:
            out[v.id] = [str(a) for a in error.args]
        except KeyError:
            continue  # an unknown type is told already
        if isinstance(v.sample, list) and v.columns:
            known = {c.id for c in v.columns}
            extra = sorted({str(k) for row in v.sample if isinstance(row, Mapping) for k in row} - known)
            if extra:
                out.setdefault(v.id, []).append(f"样例里的这些栏没有登记：{'、'.join(extra)}")
    return out


def _as_text(variable: Variable, sample: Any) -> Any:
    """A form's sample as it stands on paper: one option in brackets is that option."""
    if variable.type in ("choice", "yes_no", "sex") and isinstance(sample, list) and len(sample) == 1:
        return sample[0]
    return sample


# ---------------------------------------------------------------- the paper


def _paper(desk: _Desk) -> Iterator[Fault]:
    from docgen.rendering.fill import blanks

    yield from _as_drawn(desk)
    try:
        names = blanks(desk.data)
    except UsageError as error:
        yield desk.on_paper(str(error).rstrip("。"))
        return
    yield from _controls(desk, names) if names else _tags(desk)


def _as_drawn(desk: _Desk) -> Iterator[Fault]:
    """The committed master against what its manifest draws, member by member."""
    from docgen.rendering import package
    from docgen.rendering.draw import draw
    from docgen.rendering.house import draw_notice

    data = desk.manifest.data
    make = draw_notice if "paragraphs" in data else draw if "layout" in data else None
    if make is None:
        return  # drawn by hand in a word processor
    try:
        drawn, committed = package.read(make(data)), package.read(desk.data, desk.manifest.path.name)
    except (UsageError, KeyError, TypeError, ValueError) as error:
        yield desk.fault(("paragraphs" if desk.manifest.kind == "notice" else "layout",), str(error).rstrip("。"))
        return
    if {n: m.data() for n, m in drawn.items()} != {n: m.data() for n, m in committed.items()}:
        yield desk.on_paper("与清单画出来的不一样，请由清单重新生成")


def _controls(desk: _Desk, names: Sequence[str]) -> Iterator[Fault]:
    """A form's blanks against its variables, then the form filled."""
    variables = desk.manifest.variables
    known = {v.id for v in variables}
    for name in names:
        if name not in known:
            yield desk.on_paper(f"空“{name}”没有在清单里登记")
    for number, v in enumerate(variables):
        if v.id not in names:
            yield desk.fault(("variables", number), "表上没有这个空", place=f"变量 {v.id}")
    yield from _control_parts(desk)
    from docgen.rendering.fill import fill_form

    sample = {v.id: v.sample for v in variables if v.sample is not None and v.id in names}
    for what, values in (("样例", sample), ("空白", {})):
        try:
            fill_form(desk.data, values)
        except UsageError as error:
            yield desk.on_paper(f"用{what}填不出来：{str(error).rstrip('。')}")


def _control_parts(desk: _Desk) -> Iterator[Fault]:
    """Columns of rosters and options of ticks against the manifest."""
    from docgen.rendering.fill import controls_of

    tags: dict[str, list[str]] = {}
    for tag, title, is_tick in controls_of(desk.data):
        tags.setdefault(tag, []).append(title if is_tick else "")
    for number, v in enumerate(desk.manifest.variables):
        place = f"变量 {v.id}"
        printed = {t.partition(".")[2] for t in tags if t.startswith(f"{v.id}.")} - {"#"}
        declared = {c.id for c in v.columns}
        if printed != declared:
            wrong = "、".join(sorted(printed ^ declared))
            yield desk.fault(("variables", number, "columns"), f"清单的栏与表上的不一致：{wrong}", place=place)
        options = [t for t in tags.get(v.id, ()) if t]
        if v.options and options and list(v.options) != options:
            yield desk.fault(("variables", number, "options"), f"表上印的是：{'、'.join(options)}", place=place)


def _tags(desk: _Desk) -> Iterator[Fault]:
    """A notice's tags against its variables, then the notice filled in every way."""
    from docgen.rendering.asked import ROW, asked_of
    from docgen.rendering.template import Template

    try:
        template = Template(desk.data, desk.manifest.path.name)
        asked = asked_of(template)
    except UsageError as error:
        yield desk.on_paper(str(error).rstrip("。"))
        return
    known = {v.id: v for v in desk.manifest.variables}
    told: set[str] = set()
    for one in asked:
        v, way = known.get(one.way[0]), one.way
        column = way[2] if len(way) > 2 and way[1] == ROW else ""
        missing = v is None or (column and v.type in LISTS and column not in {c.id for c in v.columns})
        if missing and str(one) not in told:
            told.add(str(one))
            yield desk.on_paper(f"{one} 没有在清单里登记", one.place)
    roots = {one.way[0] for one in asked}
    wholes = {one.way[0] for one in asked if one.whole and one.way[1:] in ((), (ROW,))}
    columns = {(one.way[0], one.way[2]) for one in asked if len(one.way) > 2 and one.way[1] == ROW}
    for number, v in enumerate(desk.manifest.variables):
        if v.id not in roots:
            yield desk.fault(("variables", number), "登记了，但模板里没有用到", place=f"变量 {v.id}")
            continue
        for at, c in enumerate(v.columns):
            if v.id not in wholes and (v.id, c.id) not in columns:
                key = ("variables", number, "columns", at)
                yield desk.fault(key, "登记了，但模板里没有用到", place=f"变量 {v.id} 的栏 {c.id}")
    yield from _fillings(desk, template)


def variants(variables: Sequence[Variable]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Ways to fill a paper, each with a name: the sample, each optional value missing, all missing, each option chosen."""
    sample = {v.id: v.sample for v in variables}
    yield "样例", sample
    optional = [v for v in variables if v.optional]
    for v in optional:
        yield f"不填{v.label}", {**sample, v.id: None}
    if len(optional) > 1:
        yield "可以不填的都不填", {**sample, **{v.id: None for v in optional}}
    for v in variables:
        if v.type in ("tick", "yes_no"):
            for said in (True, False):
                yield f"{v.label}为{'是' if said else '否'}", {**sample, v.id: said}
        for option in v.options:
            yield f"{v.label}为{option}", {**sample, v.id: [option] if v.type == "ticks" else option}
        gone = {c.id: None for c in v.columns if c.optional}
        if gone and isinstance(v.sample, list):
            yield f"{v.label}中可以不填的都不填", {**sample, v.id: [{**row, **gone} for row in v.sample]}


def _fillings(desk: _Desk, template: Any) -> Iterator[Fault]:
    from docgen.generating.values import RowError, convert

    variables = desk.manifest.variables
    told: set[str] = set()
    for what, row in variants(variables):
        try:
            lines = _lines(template.fill(convert(variables, row)).data)
        except RowError:
            if what == "样例":
                return  # the sample's own faults are told already
            continue
        except (UsageError, KeyError) as error:
            message = str(error).rstrip("。")
            if message not in told:
                told.add(message)
                yield desk.on_paper(f"用{what}填不出来：{message}")
            continue
        for line in lines:
            found = _TAG.search(line) or _STRAY.search(line)
            if found and found[0] not in told and found[0] not in _said(row):
                told.add(found[0])
                around = line[max(0, found.start() - 12) : found.end() + 6]
                severity: Severity = "error" if _TAG.match(found[0]) or found[0] == "None" else "warning"
                yield desk.on_paper(f"用{what}填出来有“{found[0]}”（…{around}…）", severity=severity)


def _said(value: Any) -> str:
    """All texts of the values given: what stands in them is not the master's fault."""
    if isinstance(value, Mapping):
        return "\n".join(map(_said, value.values()))
    if isinstance(value, (list, tuple)):
        return "\n".join(map(_said, value))
    return "" if value is None else str(value)


def _lines(data: bytes) -> list[str]:
    """The text of each paragraph of a filled paper, headers and footers too."""
    from lxml import etree

    from docgen.rendering import package

    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    out = []
    for member in package.read(data).values():
        if re.fullmatch(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml", member.name):
            root = etree.fromstring(member.data(), etree.XMLParser(resolve_entities=False, no_network=True))
            out += ["".join(t.text or "" for t in p.iter(f"{word}t")) for p in root.iter(f"{word}p")]
    return out
