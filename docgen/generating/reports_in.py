"""Check reports as data: each ``docgen.report/1`` answers with one notice, or fills a form with what the papers said.

They come as a folder of ``.json`` files, or as the JSON Lines of ``docgen check --each``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.errors import DocgenError, UsageError
from docgen.generating.sources import Record, Source

if TYPE_CHECKING:
    from checkers.report import Report

FILE = "文件"
"""The heading under which the name of a report's file is known."""
_MARKS = ("schema", "verdict", "findings")
_REPORT = "审查结果"
_BLANK = "____"
_MOST_NOTES = 5


def reports_in_folder(folder: Path) -> Source:
    """One row a file, in the order of their names. Raises UsageError where there is none."""
    files = sorted(p for p in folder.iterdir() if p.suffix.lower() == ".json" and not p.name.startswith("."))
    if not files:
        raise UsageError(f"文件夹 {folder} 里没有审查结果（docgen check --format json 的 .json 文件）")

    def records() -> Iterator[Record]:
        for number, path in enumerate(files, start=1):
            yield _file_record(number, path)

    if all(record.error for record in records()):
        raise UsageError(f"文件夹 {folder} 里的 .json 文件都不是 docgen check --format json 的结果")
    return Source(folder.name, (FILE, _REPORT), records, len(files))


def _file_record(number: int, path: Path) -> Record:
    from docgen.generating.sources_json import parse

    try:
        data = parse(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return Record(number, (path.stem, None), f"{path.name} 读不出来，或者不是完好的 JSON")
    if not isinstance(data, dict) or any(mark not in data for mark in _MARKS):
        return Record(number, (path.stem, None), f"{path.name} 不是 docgen check --format json 的结果")
    return Record(number, (path.stem, data))


def holds_reports(source: Source) -> bool:
    return source.headings == (FILE, _REPORT) or set(_MARKS) <= set(source.headings)


def _file_heading(source: Source) -> str:
    """Reports that came as lines have no file of their own."""
    return FILE if source.headings == (FILE, _REPORT) else ""


def _reports(source: Source) -> Iterator[tuple[Record, str, Report | None]]:
    """Each row with its file's name and its report, None for one that cannot be read."""
    from checkers.report import Report

    for record in source.rows():
        name, data = "", None
        if source.headings == (FILE, _REPORT):
            name, data = record.cells
        elif record.error is None:
            data = dict(zip(source.headings, record.cells, strict=True))
        try:
            yield record, name, None if data is None else Report.from_json(data)
        except (ValueError, KeyError, TypeError, IndexError, AttributeError):
            yield Record(record.number, (), "不是完好的审查结果（docgen.report/1）"), name, None


def answers(source: Source, kind: str, headings: tuple[str, ...], settings: Mapping[str, Any], today: date) -> Source:
    """The values of the notice ``kind`` for each report; one that the notice would contradict fails alone.

    ``settings`` as ``docgen.rendering.notices.build_context`` takes them, ``today`` is the day the notice is dated."""
    from docgen.rendering.notices import build_context, refuse_contradiction

    notes: Counter[str] = Counter()

    def records(tell: Callable[[list[str]], None] = lambda _: None) -> Iterator[Record]:
        for record, name, report in _reports(source):
            if report is None:
                yield Record(record.number, (name, *(None for _ in headings)), record.error)
                continue
            try:
                refuse_contradiction(report, kind)
                context = build_context(report, kind, {**settings, "today": today})
            except DocgenError as error:
                why = str(error).partition("；确需")[0].rstrip("。")
                yield Record(record.number, (name, *(None for _ in headings)), why)
                continue
            tell(context["warnings"])
            yield Record(record.number, (name, *(_given(context.get(h)) for h in headings)))

    count = sum(1 for _ in records(notes.update))
    return Source(source.name, (_file_heading(source), *headings), records, count, notes=_said(notes))


def _given(value: Any) -> Any:
    """A blank to be filled by hand is no value: in a bulk run nobody looks at each paper."""
    return None if isinstance(value, str) and value.startswith(_BLANK) else value


def _said(notes: Mapping[str, int]) -> tuple[str, ...]:
    kept = [text for text in notes if "请手工填写" not in text]
    out = [f"{notes[text]} 份：{text}" for text in kept[:_MOST_NOTES]]
    return (*out, f"另有 {len(kept) - _MOST_NOTES} 种提示") if len(kept) > _MOST_NOTES else tuple(out)


def fields(source: Source) -> Source:
    """What the papers said, by field id, for any other master."""
    headings: dict[str, None] = {}
    count = 0
    for _, _, report in _reports(source):
        count += 1
        headings.update(dict.fromkeys(f.id for f in report.fields) if report else {})
    order = tuple(headings)

    def records() -> Iterator[Record]:
        for record, name, report in _reports(source):
            said = {} if report is None else {f.id: f.value for f in report.fields}
            yield Record(record.number, (name, *(said.get(h) for h in order)), record.error)

    return Source(source.name, (_file_heading(source), *order), records, count)
