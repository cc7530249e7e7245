"""What masters there are and what each of them wants, for people and as JSON; a master rendered with its sample."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from docgen.errors import UsageError, reason
from docgen.rendering.manifest import EVENTS, Basis, Kind, Manifest, Variable, catalogue, find_manifest
from docgen.reports.columns import fit, pad, text_width, wrap

KINDS: dict[Kind, str] = {"notice": "文书", "form": "表格"}
TYPES = {
    "text": "文字",
    "person_name": "姓名",
    "organisation": "单位名称",
    "address": "地址",
    "date": "日期",
    "month": "年月",
    "date_or_month": "日期或年月",
    "month_range": "起止年月",
    "date_range": "起止日期",
    "money": "金额",
    "integer": "整数",
    "number": "数字",
    "resident_id": "身份证号码",
    "id_document": "证件号码",
    "uscc": "统一社会信用代码",
    "bank_card": "银行卡号",
    "bank_account": "银行账号",
    "mobile": "手机号码",
    "phone": "电话",
    "postcode": "邮政编码",
    "email": "电子邮箱",
    "url": "网址",
    "sex": "性别",
    "yes_no": "是或否",
    "choice": "单选",
    "ticks": "多选",
    "tick": "勾选",
    "list": "列表",
    "roster": "花名册",
    "picture": "图片",
    "qrcode": "二维码",
    "signature": "签名",
    "seal": "印章",
    "pledge": "抄录的承诺",
    "richtext": "带格式的文字",
    "document": "嵌入的文档",
}
"""What an officer calls a type."""

LABEL_WIDTH = 36
"""Most columns for ``label（id）`` before its type; a longer one takes the room it needs."""
SAMPLE_LINES = 2
KIND_WIDTH = 14
"""Least columns for a type behind the name."""
EVENT_WIDTH = 14
"""Least columns for the occasions behind a name and its id."""


def chosen(kind: Kind | None = None, event: str | None = None) -> list[Manifest]:
    """The masters of a kind, those that an event calls for (by id or Chinese name). Raises UsageError: no such event."""
    wanted = _event(event) if event else None
    return [m for m in catalogue() if kind in (None, m.kind) and (wanted is None or wanted in m.events)]


def _event(name: str) -> str:
    for event, label in EVENTS.items():
        if name in (event, label):
            return event
    told = "、".join(f"{event}（{label}）" for event, label in EVENTS.items())
    raise UsageError(f"没有“{name}”这种情形，可用的有：{told}。")


def listed(manifests: Sequence[Manifest], width: int = 80) -> str:
    """Name, what to call it by, on what occasion: a line for a notice; a form's key stands below its long name."""
    out: list[str] = []
    notices, forms = ([m for m in manifests if m.kind == kind] for kind in KINDS)
    if notices:
        out.append(f"{KINDS['notice']}（{len(notices)}）")
        name, call = (max(map(text_width, texts)) for texts in zip(*((m.name, m.id) for m in notices), strict=True))
        for m in notices:
            when = "、".join(EVENTS.get(e, e) for e in m.events)
            head = f"  {pad(m.name, name)}  {pad(m.id, call)}  "
            if text_width(head) + EVENT_WIDTH > width:  # a narrow screen
                out += [*(f"  {line}" for line in wrap(m.name, width - 2))]
                head = f"      {pad(m.id, call)}  "
            lines = wrap(when, width - text_width(head))
            out += [(head + lines[0]).rstrip(), *(" " * text_width(head) + line for line in lines[1:])]
    if forms:
        out.append(f"{KINDS['form']}（{len(forms)}）")
        for m in forms:
            out += [*(f"  {line}" for line in wrap(m.name, width - 2)), f"      {m.key}"]
    return "\n".join(out) + "\n" if out else ""


def manifest_json(manifest: Manifest) -> dict[str, Any]:
    """Everything that a program needs to ask for values and fill the master."""
    return {
        "key": manifest.key,
        "id": manifest.id,
        "name": manifest.name,
        "title": manifest.title,
        "called": list(manifest.called),
        "kind": manifest.kind,
        "policy": manifest.policy or None,
        "basis": [_basis_json(b) for b in manifest.basis],
        "events": list(manifest.events),
        "variables": [_variable_json(v) for v in manifest.variables],
    }


def _basis_json(basis: Basis) -> dict[str, str]:
    row = {"title": basis.title, "doc_no": basis.doc_no, "article": basis.article, "note": basis.note}
    return {key: value for key, value in row.items() if value}


def _variable_json(v: Variable) -> dict[str, Any]:
    row: dict[str, Any] = {"id": v.id, "label": v.label, "type": v.type, "required": not v.optional}
    more = {"unit": v.unit, "options": list(v.options), "aliases": list(v.aliases)}
    row |= {key: value for key, value in more.items() if value}
    if v.columns:
        row["columns"] = [_variable_json(c) for c in v.columns]
    if v.sample is not None:
        row["sample"] = _plain(v.sample)
    return row


def _plain(value: Any) -> Any:
    from checkers.values.types import to_plain

    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value if isinstance(value, float) else to_plain(value)


# ---------------------------------------------------------------- for people


def described(manifest: Manifest, width: int = 80) -> str:
    """The manifest for people: name, basis, events, and each variable with its type and sample."""
    out = [*wrap(manifest.name, width), ""]
    out += _named("种类", [KINDS[manifest.kind]], width)
    out += _named("编号", [manifest.key if manifest.kind == "form" else manifest.id], width)
    if manifest.called:
        out += _named("又名", ["、".join(manifest.called)], width)
    if manifest.policy:
        out += _named("政策", [manifest.policy], width)
    out += _named("依据", [_cited(b) for b in manifest.basis] or ["没有写明"], width)
    if manifest.events:
        out += _named("何时出具", ["、".join(EVENTS.get(e, e) for e in manifest.events)], width)
    what = "变量" if manifest.kind == "notice" else "栏目"
    out += ["", f"{what}（{len(manifest.variables)}，标 * 的必填）" if manifest.kind == "notice" else what]
    out += _variables(manifest.variables, width, 2, stars=manifest.kind == "notice")
    return "\n".join(out) + "\n"


def _named(name: str, values: Iterable[str], width: int) -> list[str]:
    out = []
    for number, value in enumerate(values):
        head = pad(f"{name}：" if not number else "", 10)
        lines = wrap(value, width - 10)
        out += [head + lines[0], *(" " * 10 + line for line in lines[1:])]
    return out


def _cited(basis: Basis) -> str:
    title = f"《{basis.title}》" if basis.title else ""
    number = f"（{basis.doc_no}）" if title and basis.doc_no else basis.doc_no
    return f"{title}{number}{basis.article}" + (f"，{basis.note}" if basis.note else "")


def _variables(variables: Sequence[Variable], width: int, indent: int, *, stars: bool) -> Iterator[str]:
    names = [f"{'' if v.optional or not stars else '*'}{v.label}（{v.id}）" for v in variables]
    room = min(LABEL_WIDTH, max(map(text_width, names), default=0)) + 2
    for name, v in zip(names, variables, strict=True):
        head = " " * indent + (pad(name, room) if text_width(name) < room else f"{name}  ")
        kind = _kind(v)
        if text_width(head) + min(KIND_WIDTH, text_width(kind)) > width:  # a long name has its lines to itself
            yield from (" " * indent + line for line in wrap(name, width - indent))
            head = " " * (indent + room)
        lines = wrap(kind, width - indent - room, width - text_width(head))
        yield head + lines[0]
        for line in lines[1:]:
            yield " " * (indent + room) + line
        if v.columns:
            yield from _variables(v.columns, width, indent + 4, stars=stars)
        yield from _sample(v, width, indent + 4)


def _kind(v: Variable) -> str:
    kind = TYPES.get(v.type, v.type) + (f"，单位{v.unit}" if v.unit else "")
    return kind + (f"：{' / '.join(v.options)}" if v.options else "")


def _sample(v: Variable, width: int, indent: int) -> Iterator[str]:
    from docgen.rendering.fill import written

    if v.sample is None or v.sample == []:
        return
    if isinstance(v.sample, list) and all(isinstance(row, Mapping) for row in v.sample):
        labels = {c.id: c.label for c in v.columns}
        rows = [
            "，".join(f"{labels.get(k, k)} {written(x)}" for k, x in row.items() if x is not None) for row in v.sample
        ]
        text = "；".join(rows)
    elif isinstance(v.sample, list):
        text = "、".join(written(x) for x in v.sample)
    else:
        text = written(v.sample).replace("\n", " ")
    lines = wrap(f"例：{text}", width - indent)
    if len(lines) > SAMPLE_LINES:
        lines = [*lines[: SAMPLE_LINES - 1], fit(lines[SAMPLE_LINES - 1], width - indent - 2) + "…"]
    for line in lines:
        yield " " * indent + line


def described_file(path: Path, width: int = 80) -> str:
    """What a user's own ``.docx`` asks for; with a manifest beside it, also what is not declared there. Raises UsageError."""
    manifest = find_manifest(str(path))
    names = asked_by(path)
    known = {v.id for v in manifest.variables} if manifest else set()
    loose = [n for n in names if n.partition(".")[0].removesuffix("[]") not in known]
    out = [described(manifest, width).rstrip("\n")] if manifest else [path.name]
    if loose:
        out += ["", "没有登记的变量：" if manifest else "模板里的变量（没有清单，类型不限）："]
        out += [f"  {name}" for name in loose]
    elif not manifest:
        out += ["", "模板里没有变量。"]
    return "\n".join(out) + "\n"


def asked_by(path: Path) -> list[str]:
    """The names that a ``.docx`` asks for, by its tags (``items``, ``items.what``) or its content controls."""
    from docgen.rendering.asked import asked_of
    from docgen.rendering.fill import blanks, controls_of
    from docgen.rendering.template import Template, find_master

    data = _read(find_master(str(path)))
    if blanks(data):
        return list(dict.fromkeys(tag for tag, _, _ in controls_of(data) if not tag.endswith(".#")))
    return list(dict.fromkeys(str(a) for a in asked_of(Template(data, path.name))))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"不能读取模板 {path}：{reason(error)}。") from error


# ---------------------------------------------------------------- rendered


def rendered(name: str, suffix: str = ".docx", *, blank: bool = False) -> bytes:
    """A master with its sample (``blank``: a form as it is handed out), as ``.docx``, ``.pdf`` or, a roster, ``.xlsx``.

    Raises UsageError: no such master, no sample to fill it with, no roster in it, LibreOffice missing.
    """
    manifest = find_manifest(name)
    if manifest is None:
        raise UsageError(f"{name} 旁边没有清单（.yaml），不知道样例；可用 docgen generate 以数据填写。")
    if suffix == ".xlsx":
        from docgen.rendering.roster_book import roster_book

        return roster_book(manifest, None if blank else _given(manifest.sample()))
    data = filled_sample(manifest, blank=blank, flatten=suffix == ".pdf")
    if suffix == ".pdf":
        return pdf_of([data])[0]
    return data


def pdf_of(papers: Sequence[bytes], fonts: Mapping[str, str] | None = None) -> list[bytes]:
    """Papers (.docx) as PDF, in one run of LibreOffice; ``fonts``: what to draw with in place of a font that is missing.

    Raises UsageError: LibreOffice is missing, or a paper cannot be converted.
    """
    from docgen.rendering.pdf import Office

    with Office(fonts=fonts) as office:
        made = office.convert(papers)
    for one in made:
        if one.error is not None:
            raise UsageError(f"转换 PDF 没有成功：{one.error}。")
    return [one.data for one in made]


def _given(sample: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in sample.items() if value is not None}


def filled_sample(manifest: Manifest, *, blank: bool = False, flatten: bool = False) -> bytes:
    """A master with its sample, or (forms only) ``blank``; ``flatten`` as for ``fill_form``. Raises UsageError.

    A seal is stamped, not typed: its place stays empty.
    """
    from docgen.rendering.fill import blanks, fill_form

    data = _read(manifest.path)
    if blanks(data):
        seals = {v.id for v in manifest.variables if v.type == "seal"}
        given = {} if blank else {k: v for k, v in _given(manifest.sample()).items() if k not in seals}
        return fill_form(data, given, flatten=flatten)
    if blank:
        raise UsageError(f"--blank 只用于表格；“{manifest.name}”是文书，没有空白的样子。")
    from docgen.generating.values import RowError, convert
    from docgen.rendering.template import Template

    try:
        return Template(data, manifest.path.name).fill(convert(manifest.variables, manifest.sample())).data
    except RowError as error:
        raise UsageError(f"“{manifest.name}”的样例不完整：{'；'.join(map(str, error.args))}。") from error
