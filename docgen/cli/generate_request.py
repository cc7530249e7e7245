"""What was asked of ``docgen generate``, made ready: the master, the data, the mapping and the job, with every fault of the
call said before anything is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.errors import UsageError, reason
from docgen.generating.filling import Master, load_master
from docgen.generating.grouping import Documents, Plan, assembled
from docgen.generating.mapping import Mapped, find_slot, heading_test, map_columns
from docgen.generating.mapping_store import barred, read_mapping, save_mapping, saved_mapping
from docgen.generating.names import safe_name
from docgen.generating.numbers import Series
from docgen.generating.reports_in import FILE, answers, fields, holds_reports
from docgen.generating.run import Job, Numbering
from docgen.generating.run_state import STATE
from docgen.generating.sources import Source, Wish, open_source
from docgen.generating.wanted import GROUP, LISTS, UNKNOWN, Wanted, near_names, wanted

if TYPE_CHECKING:
    from docgen.rendering.manifest import Variable
    from docgen.settings import Settings

OUTPUT = "输出"
"""The folder below the working folder in which runs without ``--out`` write."""
NUMBER_BOOK = "numbers.sqlite"
_WHOM = ("addressee", "name", "applicant", "applicant_name", "unit_name", "unit", "person", "party")
"""Variables that name whom a paper is about, the likeliest first."""
_OFFICE = {"name": ("office", None), "reviewing_authority": ("review_organ", None), "court": ("court", None)}
_OFFICE_CONTACT = {"contact": ("contact", "联系人"), "phone": ("phone", "联系电话"), "address": ("address", "地址")}
"""Key of ``[office]`` → variable and the label it must have (None: any)."""
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

    @property
    def wants_pdf(self) -> bool:
        to_pdf = self.merge is not None and self.merge.suffix.lower() == ".pdf"
        return self.pdf or self.pdfa or self.watermark is not None or self.sign is not None or to_pdf


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
    identity: str = ""
    barred: Sequence[str] = ()


def prepare(request: Request) -> Ready:
    """Raises UsageError, before anything is written."""
    from docgen.settings import find_settings, load_settings

    master = load_master(request.template)
    want = wanted(master)
    settings = load_settings(find_settings())
    forced = set_values(request.sets, want)
    source = open_source(request.data, heading_test(want), Wish(request.sheet, request.query))
    source = _of_reports(source, request, master, want, settings, forced)
    notes = list(source.notes)
    common = _common(source.shared, want, notes)
    office = _office(settings, want)
    given = _given(request)
    saved = saved_mapping(_identity(request, master), source.headings, data_folder())
    theirs = frozenset(id_ for id_, _ in _OFFICE_CONTACT.values() if id_ in office)
    mapped = map_columns(source.headings, want, given, saved, theirs)
    notes += _kept_out(mapped, theirs, want)
    elsewhere = {
        **dict.fromkeys(office, "机关设置"),
        **dict.fromkeys(common, "共用项"),
        **dict.fromkeys(forced, "--set"),
    }
    elsewhere = {k: who for k, who in elsewhere.items() if who == "--set" or k not in mapped.variables()}
    numbering = _numbering(request, mapped, settings)
    if numbering:
        elsewhere[numbering.variable] = "--number"
    _require(want, mapped, elsewhere)
    key, along = _along(request, want, mapped)
    group = _place(request.group, mapped, "--group") if request.group else None
    documents = Documents(Plan(source, mapped, {**office, **common}, forced, group, along))
    folder = request.out or Path(OUTPUT) / safe_name(_stem(request, master))
    job = Job(
        master,
        folder,
        request.pattern or _pattern(want, mapped, documents, _stem(request, master)),
        key,
        numbering,
        request.workers,
        request.cluster,
        request.resume,
        (*along.values(), *(() if want.declared else want.by_id)),
    )
    if not request.dry_run:
        _spare(folder)
    keep = barred(given, saved)
    return Ready(master, want, source, mapped, documents, job, elsewhere, notes, _identity(request, master), keep)


def keep_mapping(ready: Ready) -> Path | None:
    """The mapping that was used, kept for the next run; None where names alone tell it."""
    return save_mapping(ready.identity, ready.mapped, ready.barred, data_folder())


def data_folder() -> Path:
    """The user's own, where docgen keeps what it must remember."""
    from docgen.notice_index import default_index

    return default_index().parent


def _identity(request: Request, master: Master) -> str:
    """By which a template is known from run to run: its name, or the path of an own one."""
    own = request.template.lower().endswith(".docx")
    return str(Path(request.template).resolve()) if own else master.name


def _spare(folder: Path) -> None:
    """Somebody's own documents are never written over: only a folder that a run has made is used again."""
    if (folder / STATE).exists() or not folder.is_dir():
        return
    if any(folder.rglob("*.docx")):
        raise UsageError(f"{folder} 里已有别的 .docx 文件，怕覆盖它们：请用 --out 换一个文件夹")


def _of_reports(
    source: Source,
    request: Request,
    master: Master,
    want: Wanted,
    settings: Settings,
    forced: Mapping[str, Any],
) -> Source:
    """Check reports as the values of a notice that answers them, or of any other master; other data as it is."""
    from docgen.rendering.notices import KINDS

    if not holds_reports(source):
        return source
    if master.name not in KINDS or request.template.lower().endswith(".docx"):
        return fields(source)
    from docgen.generating.values import convert

    if "issued_on" not in forced:
        raise UsageError("由审查结果生成通知书，要写明成文日期，例如 --set issued_on=2026-11-22")
    day = convert([want.by_id["issued_on"]], {"issued_on": forced["issued_on"]})["issued_on"]
    given: dict[str, Any] = {**settings.office}
    if settings.correction_days is not None:
        given["correction_days"] = settings.correction_days
    return answers(source, master.name, tuple(want.by_id), given, day)


def _given(request: Request) -> dict[str, str]:
    """Heading → variable, of ``--mapping`` and ``--map``; the latter goes before."""
    given = read_mapping(request.mapping_file) if request.mapping_file else {}
    for item in request.maps:
        heading, sign, name = item.rpartition("=")
        if not sign or not heading.strip():
            raise UsageError(f"--map 要写成 列=变量，得到的是“{item}”")
        given[heading.strip()] = name.strip()
    return given


# ---------------------------------------------------------------- values that no column gives


def set_values(sets: Sequence[str], want: Wanted) -> dict[str, Any]:
    """``--set`` by variable id. Raises UsageError for an unknown variable and a value of the wrong type."""
    from docgen.facts_file import parse_set
    from docgen.generating.values import RowError, convert

    parts = []
    for name, value in parse_set(sets).items():
        slot = find_slot(name, want)
        if slot is None:
            raise UsageError(f"--set 里的“{name}”不是模板的变量{near_names(name, want.slots)}")
        parts.append((slot, value))
    out = assembled(parts)
    for id_, value in out.items() if want.declared else ():
        try:
            convert([want.by_id[id_]], {id_: value})
        except RowError as error:
            raise UsageError(f"--set {id_}：{'；'.join(map(str, error.args))}") from None
    return out


def _common(shared: Mapping[str, Any], want: Wanted, notes: list[str]) -> dict[str, Any]:
    parts = []
    for name, value in shared.items():
        if slot := find_slot(name, want):
            parts.append((slot, value))
        else:
            notes.append(f"共用项“{name}”不是模板的变量，没有用上")
    return assembled(parts)


def _office(settings: Settings, want: Wanted) -> dict[str, str]:
    """What docgen.toml says of the office. 联系电话 and 地址 are the office's only beside its 联系人: on a form, a receipt or a
    commitment they are the applicant's."""
    if want.all_optional or not want.declared:
        return {}
    labels = {v.id: v.label for v in want.variables}
    keys = {**_OFFICE, **(_OFFICE_CONTACT if labels.get("contact") == "联系人" else {})}
    return {
        id_: settings.office[key]
        for key, (id_, label) in keys.items()
        if settings.office.get(key) and id_ in labels and (label is None or labels[id_] == label)
    }


def _kept_out(mapped: Mapped, theirs: frozenset[str], want: Wanted) -> Iterator[str]:
    """Columns that the office's own contact goes before: in a table of applicants they are the applicants'."""
    for heading in mapped.unused():
        slot = find_slot(heading, want)
        if slot and slot.path in theirs and heading != slot.path:
            yield f"“{heading}”一列没有用，{slot.label}以 docgen.toml 里本机关的为准；要用这一列请加 --map {heading}={slot.path}"


def _require(want: Wanted, mapped: Mapped, elsewhere: Mapping[str, str]) -> None:
    had = mapped.variables() | set(elsewhere)
    missing = [v for v in want.required() if v.id not in had]
    if not missing:
        return
    words = "、".join(map(_named, missing))
    first = next((v for v in missing if v.type not in (*LISTS, GROUP)), None)
    shared = f"；各份都相同的用 --set，例如 --set {first.id}={_example(first)}" if first else ""
    columns = "、".join(h for h in mapped.unused()[:8])
    unused = f"；数据里还没有用上的列：{columns}，可用 --map 列=变量 指明" if columns else ""
    raise UsageError(f"数据里没有这些必填项：{words}{shared}{unused}")


def _named(variable: Variable) -> str:
    columns = f"，一组行，列有 {'、'.join(c.label for c in variable.columns)}" if variable.columns else ""
    name = "" if variable.label == variable.id else variable.id
    inside = f"{name}{columns}".lstrip("，")
    return f"{variable.label}（{inside}）" if inside else variable.label


def _example(variable: Variable) -> str:
    from checkers.values.types import to_plain

    if variable.sample is None or variable.sample == UNKNOWN:
        return "值"
    try:
        text = str(to_plain(variable.sample))
    except TypeError:
        text = "…"
    return f"'{text}'" if re.search(r"\s", text) else text


# ---------------------------------------------------------------- names and numbers


def _numbering(request: Request, mapped: Mapped, settings: Settings) -> Numbering | None:
    if request.number is None:
        return None
    if "doc_no" in mapped.variables():
        raise UsageError("文号有一列数据，又给了 --number：请只留一处（--map 列= 表示不用那一列）")
    series = Series(request.number, request.number_from)
    book = request.number_book or (Path(settings.number_book) if settings.number_book else data_folder() / NUMBER_BOOK)
    try:
        book.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"不能使用文号簿 {book}：{reason(error)}") from None
    return Numbering(series, book)


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
    wish = request.key or (FILE if Path(request.data).is_dir() else None)  # a report is known by its file
    if wish is None:
        return None, along
    place = _place(wish, mapped, "--key")
    slot = mapped.slots[place]
    if slot and not slot.column:
        return slot.variable, along
    return along.setdefault(place, mapped.headings[place]), along


def _stem(request: Request, master: Master) -> str:
    return Path(request.template).stem if request.template.lower().endswith(".docx") else master.name


def _pattern(want: Wanted, mapped: Mapped, documents: Documents, stem: str) -> str:
    """One paper by the master's name; several by row and by whom they are about."""
    if documents.count == 1:
        return stem.replace("{", "（").replace("}", "）")
    given = mapped.variables()
    whom = next((name for name in _WHOM if name in want.by_id and name in given), None)
    return f"{{row:05}}-{{{whom}}}" if whom else "{row:05}"
