"""The office: reads paper, asks ``checkers``, writes paper.

import docgen
report = docgen.check("packet/", received="2025-08-20", facts={"连续参保月数": 12})
report.verdict, report.to_json()
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, overload

if TYPE_CHECKING:
    from checkers.report import Report
    from docgen.document import Document
    from docgen.extracting import FormExtract
    from docgen.generating.filling import Paper
    from docgen.notices.model import Notice

__version__ = "0.1.0"

Day = date | str
Paths = str | PathLike[str] | Sequence[str | PathLike[str]]


def _day(value: Day | None) -> date | None:
    if value is None or isinstance(value, date):
        return value
    from checkers.values.dates import parse_date
    from docgen.errors import UsageError

    try:
        return parse_date(value)
    except ValueError as error:
        raise UsageError(str(error)) from None


def check(
    path: Paths,
    service: str | None = None,
    on: Day | None = None,
    received: Day | None = None,
    facts: Mapping[str, Any] | str | PathLike[str] | None = None,
) -> Report:
    """The report that ``docgen check`` prints.

    ``path``: a file, a folder, or several files as one packet. ``service``: a policy id (default: recognised from the
    forms). ``on``: the day whose law is applied; ``received``: the day the packet came in (dates or ``2025-08-20``).
    ``facts``: a mapping by fact id or Chinese label, or the path of a facts file (also a table of many people). A file
    that cannot be read is a finding of the report. Raises ``docgen.errors.UsageError`` for a wrong call.
    """
    from docgen.checking import Request, check_packet
    from docgen.facts_file import load_given
    from docgen.settings import find_settings, load_settings

    paths = [str(path)] if isinstance(path, str | PathLike) else [str(p) for p in path]
    named, tables = (
        load_given([str(facts)]) if facts is not None and not isinstance(facts, Mapping) else (facts or {}, ())
    )
    settings = load_settings(find_settings(tuple(paths)))
    return check_packet(Request(paths, service, _day(on), _day(received), named, settings, tables=tables)).report


@overload
def extract(path: str | PathLike[str], as_: Literal["form"] = "form", service: str | None = None) -> FormExtract: ...
@overload
def extract(path: str | PathLike[str], as_: Literal["notice"], service: str | None = None) -> Notice: ...
@overload
def extract(path: str | PathLike[str], as_: Literal["compilation"], service: str | None = None) -> list[Notice]: ...
@overload
def extract(path: str | PathLike[str], as_: Literal["text"], service: str | None = None) -> Document: ...
def extract(
    path: str | PathLike[str], as_: str = "form", service: str | None = None
) -> FormExtract | Notice | list[Notice] | Document:
    """What ``docgen extract`` prints: ``as_="form"`` the blanks, ``as_="notice"`` the official document,
    ``as_="compilation"`` a list of them, ``as_="text"`` the Document.

    Raises ``docgen.errors.UnreadableError`` for a paper that cannot be read, ``UsageError`` for a wrong call.
    """
    from docgen.errors import UsageError
    from docgen.readers import read

    if as_ not in ("form", "notice", "compilation", "text"):
        raise UsageError(f"没有“{as_}”这种读取方式，可用的有 form、notice、compilation、text")
    if as_ in ("notice", "compilation"):
        from docgen.notices.reading import limits_for, read_compilation, read_notice

        document = read(str(path), limits=limits_for({}))
        return read_notice(document) if as_ == "notice" else list(read_compilation(document))
    document = read(str(path))
    if as_ == "text":
        return document
    from docgen.extracting import extract_form

    return extract_form(document, service)


def template(name: str | PathLike[str]) -> Paper:
    """A master compiled once, fillable from many threads: by id, Chinese name (``补正告知书``), or path of a ``.docx``.

    ``template("受理通知书").fill({...}).save("n.docx")``: values by id or Chinese label, as text or typed; of a form, its
    blanks. Raises ``UsageError`` for a master that is not there or has a fault, and for values that do not fit.
    """
    from docgen.generating.filling import Paper, load_master

    return Paper(load_master(str(name)))
