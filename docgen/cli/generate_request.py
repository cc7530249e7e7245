"""What was asked of ``docgen generate``, made ready: the master, the data, the mapping and the job, with every fault of the
call said before anything is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.errors import UsageError, reason
from docgen.generating.filling import Master, load_master
from docgen.generating.grouping import Documents, Plan
from docgen.generating.mapping import Mapped, heading_test, map_columns
from docgen.generating.mapping_store import barred, read_mapping, save_mapping, saved_mapping
from docgen.generating.names import safe_name
from docgen.generating.numbers import Series
from docgen.generating.reports_in import FILE, answers, fields, holds_reports
from docgen.generating.run import Job, Numbering
from docgen.generating.run_state import STATE
from docgen.generating.shared_values import OFFICE_CONTACT, common_values, kept_out, office_values, require, set_values
from docgen.generating.sources import Source, Wish, open_source
from docgen.generating.wanted import Wanted, wanted

if TYPE_CHECKING:
    from docgen.settings import Settings

OUTPUT = "输出"
"""The folder below the working folder in which runs without ``--out`` write."""
NUMBER_BOOK = "numbers.sqlite"
_WHOM = ("addressee", "name", "applicant", "applicant_name", "unit_name", "unit", "person", "party")
_WHOM_IN_CHINESE = ("姓名", "申请人", "申请人姓名", "当事人", "单位名称", "企业名称", "单位")
"""Variables that name whom a paper is about, the likeliest first; masters of an office's own may name them in Chinese."""
_NOT_OF_REPORTS = frozenset({"office", "contact", "phone", "address", "review_organ", "court", "doc_no", "issued_on"})
"""What the office says of itself: the same in each notice that answers a report."""
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
    common = common_values(source.shared, want, notes)
    office = office_values(settings, want)
    given = _given(request)
    saved = saved_mapping(_identity(request, master), source.headings, data_folder())
    theirs = frozenset(id_ for id_, _ in OFFICE_CONTACT.values() if id_ in office)
    mapped = map_columns(source.headings, want, given, saved, theirs)
    notes += kept_out(mapped, theirs, want)
    elsewhere = {
        **dict.fromkeys(office, "机关设置"),
        **dict.fromkeys(common, "共用项"),
        **dict.fromkeys(forced, "--set"),
    }
    elsewhere = {k: who for k, who in elsewhere.items() if who == "--set" or k not in mapped.variables()}
    numbering = _numbering(request, want, mapped, settings)
    if numbering:
        elsewhere[numbering.variable] = "--number"
    require(want, mapped, elsewhere)
    key, along = _along(request, want, mapped)
    group = _place(request.group, mapped, "--group") if request.group else None
    empty = dict.fromkeys(want.tested & mapped.variables())
    documents = Documents(Plan(source, mapped, {**empty, **office, **common}, forced, group, along))
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
    return answers(source, master.name, tuple(name for name in want.by_id if name not in _NOT_OF_REPORTS), given, day)


def _given(request: Request) -> dict[str, str]:
    """Heading → variable, of ``--mapping`` and ``--map``; the latter goes before."""
    given = read_mapping(request.mapping_file) if request.mapping_file else {}
    for item in request.maps:
        heading, sign, name = item.rpartition("=")
        if not sign or not heading.strip():
            raise UsageError(f"--map 要写成 列=变量，得到的是“{item}”")
        given[heading.strip()] = name.strip()
    return given


# ---------------------------------------------------------------- names and numbers


def _numbering(request: Request, want: Wanted, mapped: Mapped, settings: Settings) -> Numbering | None:
    if request.number is None:
        return None
    variable = next((name for name in ("doc_no", "文号") if name in want.by_id), None)
    if variable is None:
        raise UsageError("模板没有文号（doc_no）这个变量，编了文号也没有地方写")
    if variable in mapped.variables():
        raise UsageError("文号有一列数据，又给了 --number：请只留一处（--map 列= 表示不用那一列）")
    series = Series(request.number, request.number_from)
    book = request.number_book or (Path(settings.number_book) if settings.number_book else data_folder() / NUMBER_BOOK)
    try:
        book.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"不能使用文号簿 {book}：{reason(error)}") from None
    return Numbering(series, book, variable)


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
    whom = next((name for name in (*_WHOM, *_WHOM_IN_CHINESE) if name in want.by_id and name in given), None)
    return f"{{row:05}}-{{{whom}}}" if whom else "{row:05}"
