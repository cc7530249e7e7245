"""What was asked of ``docgen generate``, made ready: the master, the data, the mapping and the job, with every fault of the
call said before anything is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.errors import UsageError
from docgen.generating.filling import Master, load_master
from docgen.generating.grouping import Documents, Plan
from docgen.generating.mapping import Mapped, find_slot, heading_test, map_columns
from docgen.generating.numbers import Series
from docgen.generating.run import Job, Numbering
from docgen.generating.sources import Source, Wish, open_source
from docgen.generating.wanted import Wanted, near_names, wanted

if TYPE_CHECKING:
    from docgen.rendering.manifest import Variable
    from docgen.settings import Settings

OUTPUT = "输出"
"""The folder below the working folder in which runs without ``--out`` write."""
NUMBER_BOOK = "numbers.sqlite"
_WHOM = ("addressee", "name", "applicant", "applicant_name", "unit_name", "unit", "person", "party")
"""Variables that name whom a paper is about, the likeliest first."""
_OFFICE = {
    "name": ("office",),
    "reviewing_authority": ("review_organ", "reviewing_authority"),
    "court": ("court",),
}
_OFFICE_ALSO = {"contact": ("contact",), "phone": ("phone",), "address": ("address",)}
"""Given only where the paper may do without: elsewhere they may be the applicant's own."""
_FIELD = re.compile(r"\{([^{}:]+)(?::0?\d+)?\}")


@dataclass(frozen=True, slots=True)
class Request:
    """The options of the command by their names."""

    template: str
    data: str
    query: str | None = None
    sheet: str | None = None
    out: Path | None = None
    maps: Sequence[str] = ()
    mapping_file: Path | None = None
    sets: Sequence[str] = ()
    group: str | None = None
    pattern: str | None = None
    key: str | None = None
    number: str | None = None
    number_from: int = 1
    number_book: Path | None = None
    pdf: bool = False
    pdfa: bool = False
    watermark: str | None = None
    sign: Path | None = None
    merge: Path | None = None
    zip_to: Path | None = None
    workers: int = 1
    cluster: str | None = None
    resume: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Ready:
    """``elsewhere``: variable id → who gives it besides the columns (机关设置, 共用项, --set, 文号)."""

    master: Master
    wanted: Wanted
    source: Source
    mapped: Mapped
    documents: Documents
    job: Job
    elsewhere: Mapping[str, str]
    notes: Sequence[str] = ()
    shared: Mapping[str, Any] = field(default_factory=dict)


def prepare(request: Request) -> Ready:
    """Raises UsageError, before anything is written."""
    from docgen.settings import find_settings, load_settings

    master = load_master(request.template)
    want = wanted(master)
    settings = load_settings(find_settings())
    forced = set_values(request.sets, want)
    source = open_source(request.data, heading_test(want), Wish(request.sheet, request.query))
    notes = list(source.notes)
    common = _common(source.shared, want, notes)
    office = _office(settings, want)
    mapped = map_columns(source.headings, want, _given(request))
    elsewhere = {
        **dict.fromkeys(office, "机关设置"),
        **dict.fromkeys(common, "共用项"),
        **dict.fromkeys(forced, "--set"),
    }
    numbering = _numbering(request, want, mapped, settings)
    if numbering:
        elsewhere[numbering.variable] = "文号"
    _require(want, mapped, elsewhere)
    key, along = _along(request, want, mapped)
    group = _place(request.group, mapped, "--group") if request.group else None
    plan = Plan(source, mapped, {**office, **common}, forced, group, along)
    documents = Documents(plan)
    job = Job(
        master,
        request.out or Path(OUTPUT) / _stem(request, master),
        request.pattern or _pattern(want, mapped, master, documents, _stem(request, master)),
        key,
        numbering,
        request.workers,
        request.cluster,
        request.resume,
        tuple(along.values()),
    )
    return Ready(master, want, source, mapped, documents, job, elsewhere, notes, {**office, **common, **forced})


def _given(request: Request) -> dict[str, str]:
    """Heading → variable, of ``--mapping`` and ``--map``; the latter goes before."""
    given: dict[str, str] = {}
    for item in request.maps:
        heading, sign, name = item.partition("=")
        if not sign or not heading.strip():
            raise UsageError(f"--map 要写成 列=变量，得到的是“{item}”")
        given[heading.strip()] = name.strip()
    return given


# ---------------------------------------------------------------- values that no column gives


def set_values(sets: Sequence[str], want: Wanted) -> dict[str, Any]:
    """``--set`` by variable id. Raises UsageError for an unknown variable, one given twice, and a value of the wrong type."""
    from docgen.facts_file import parse_set
    from docgen.generating.values import RowError, convert

    out: dict[str, Any] = {}
    for name, value in parse_set(sets).items():
        slot = find_slot(name, want)
        if slot is None or slot.in_rows or slot.index:
            raise UsageError(f"--set 里的“{name}”不是模板的变量{near_names(name, want.slots)}")
        if slot.column:
            out.setdefault(slot.variable, {})[slot.column] = value
            continue
        out[slot.variable] = value
        if not want.declared:
            continue
        try:
            convert([want.by_id[slot.variable]], {slot.variable: value})
        except RowError as error:
            raise UsageError(f"--set {name}：{'；'.join(map(str, error.args))}") from None
    return out


def _common(shared: Mapping[str, Any], want: Wanted, notes: list[str]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, value in shared.items():
        slot = find_slot(name, want)
        if slot is None or slot.in_rows:
            notes.append(f"共用项“{name}”不是模板的变量，没有用上")
        elif slot.column:
            out.setdefault(slot.variable, {})[slot.column] = value
        else:
            out[slot.variable] = value
    return out


def _office(settings: Settings, want: Wanted) -> dict[str, str]:
    """What docgen.toml says of the office; a form's 联系电话 and 地址 are the applicant's and never the office's."""
    if want.all_optional or not want.declared:
        return {}
    out: dict[str, str] = {}
    for key, ids in {**_OFFICE, **_OFFICE_ALSO}.items():
        value = settings.office.get(key, "")
        for id_ in ids:
            variable = want.by_id.get(id_)
            if value and variable and (key in _OFFICE or variable.optional):
                out[id_] = value
    return out


def _require(want: Wanted, mapped: Mapped, elsewhere: Mapping[str, str]) -> None:
    had = mapped.variables() | set(elsewhere)
    missing = [v for v in want.required() if v.id not in had]
    if not missing:
        return
    words = "、".join(f"{v.label}（{v.id}）" if v.label != v.id else v.id for v in missing)
    first = next((v for v in missing if v.type not in ("list", "roster")), None)
    shared = f"；各份都相同的用 --set，例如 --set {first.id}={_example(first)}" if first else ""
    columns = "、".join(h for h in mapped.unused()[:8])
    unused = f"；数据里还没有用上的列：{columns}，可用 --map 列=变量 指明" if columns else ""
    raise UsageError(f"数据里没有这些必填项：{words}{shared}{unused}")


def _example(variable: Variable) -> str:
    from checkers.values.types import to_plain

    try:
        text = str(to_plain(variable.sample))
    except TypeError:
        text = "…"
    return f"'{text}'" if re.search(r"\s", text) else text


# ---------------------------------------------------------------- names and numbers


def _numbering(request: Request, want: Wanted, mapped: Mapped, settings: Settings) -> Numbering | None:
    if request.number is None:
        return None
    if "doc_no" in mapped.variables():
        raise UsageError("文号有一列数据，又给了 --number：请只留一处（--map 列= 表示不用那一列）")
    book = request.number_book or _default_book()
    return Numbering(Series(request.number, request.number_from), book)


def _default_book() -> Path:
    from docgen.notice_index import default_index

    folder = default_index().parent
    folder.mkdir(parents=True, exist_ok=True)
    return folder / NUMBER_BOOK


def _place(name: str, mapped: Mapped, option: str) -> int:
    place = mapped.place(name)
    if place is None:
        raise UsageError(f"{option} 里的“{name}”不是数据的列，数据里有：{'、'.join(h for h in mapped.headings if h)}")
    return place


def _along(request: Request, want: Wanted, mapped: Mapped) -> tuple[str | None, dict[int, str]]:
    """The key's name in a row, and the columns that go along for the key and the file name though no variable wants them."""
    along: dict[int, str] = {}
    known = {"row", "key", *want.by_id, *(v.label for v in want.variables)}
    for name in _FIELD.findall(request.pattern or ""):
        if name.strip() not in known and (place := mapped.place(name.strip())) is not None:
            along[place] = name.strip()
    if request.key is None:
        return None, along
    place = _place(request.key, mapped, "--key")
    slot = mapped.slots[place]
    if slot and not slot.column:
        return slot.variable, along
    return along.setdefault(place, mapped.headings[place]), along


def _stem(request: Request, master: Master) -> str:
    return Path(request.template).stem if request.template.lower().endswith(".docx") else master.name


def _pattern(want: Wanted, mapped: Mapped, master: Master, documents: Documents, stem: str) -> str:
    """One paper by the master's name; several by row and by whom they are about."""
    if documents.count == 1:
        return stem.replace("{", "（").replace("}", "）")
    given = mapped.variables()
    whom = next((name for name in _WHOM if name in want.by_id and name in given), None)
    return f"{{row:05}}-{{{whom}}}" if whom else "{row:05}"
