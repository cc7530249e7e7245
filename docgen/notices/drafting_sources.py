"""The sources of a drafted pack: the notice itself and the documents it rests on, and their entries for the citation registry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from checkers.citations import resolve
from checkers.policy import Source
from checkers.registry import Document, Registry, number_key, title_key
from docgen.notices.drafting_parts import N1, Parts, place
from docgen.notices.drafting_text import clean, entry, flow, todo
from docgen.notices.model import CitationFound, Notice, Repeal

_DAYS = ("issued", "effective", "expires")


def draft_sources(
    parts: Parts, notice: Notice, cited: Sequence[CitationFound], repeals: Sequence[Repeal], known: Registry
) -> list[str]:
    """Adds the sources, and a TODO for each document that is repealed.

    Returns the entries (YAML lines) of those sources that the registry lacks.
    """
    own = Source(
        title=clean(notice.title or ""),
        doc_no=clean(notice.doc_no or ""),
        issuer=" ".join(clean(i) for i in notice.issuers),
        issued=notice.issued or notice.signed,
        effective=notice.effective,
        expires=notice.expires,
        also=[clean(n) for n in notice.also],
    )
    entries = _add(parts, N1, own, known)
    passed = {_key(own.doc_no, own.title)} | {_key(r.doc_no, r.title) for r in repeals}
    for one in cited:
        key = _key(one.doc_no, one.title)
        if one.target or key in passed or not (one.doc_no or one.title):
            continue
        source = Source(clean(one.title or ""), clean(one.doc_no or ""))
        registered = known.find(source.doc_no, "") or known.find(title=source.title)
        if not registered and not one.doc_no:
            continue  # 《样例申请表》 is no document; a law that nobody registered has to be added by hand
        passed.add(key)
        if not source.title and len(registered) == 1:
            source.title = registered[0].title
        entries += _add(parts, f"n{len(parts.lines['sources']) + 1}", source, known)
    _repeals(parts, repeals)
    return entries


def _key(doc_no: str | None, title: str | None) -> str:
    return number_key(doc_no) if doc_no else title_key(title or "")


def _add(parts: Parts, name: str, source: Source, known: Registry) -> list[str]:
    """The line of one source, and its entry where the registry lacks it. What the registry says otherwise is a TODO."""
    found, problem = resolve(source, known) if source.title else (None, "")
    undecided: list[str] = [] if source.title else ["文件标题没有读出"]
    entries: list[str] = []
    if found is not None:
        undecided += _disagreements(source, found)
    elif source.title and not _registered(source, known):
        entries = [f"  - {flow(_spec(source, name))}"]
    elif problem:
        undecided.append(problem)
    if not source.doc_no and name == N1 and not (found and not found.doc_no):
        undecided.append("文号没有读出")
    parts.count("来源")
    parts.add("sources", entry(name, {"title": "TODO 文件标题", **_spec(source)}, "；".join(undecided)))
    return entries


def _registered(source: Source, known: Registry) -> list[Document]:
    return known.find(source.doc_no) if source.doc_no else known.find(title=source.title)


def _disagreements(source: Source, found: Document) -> list[str]:
    """Days that the registry has otherwise are taken out; a document that came to its end is pointed out."""
    out: list[str] = []
    for when, word in zip(_DAYS, ("成文日期", "施行日期", "失效日期"), strict=True):
        written, registered = getattr(source, when), getattr(found, when)
        if written and registered and written != registered:
            out.append(f"{word}读作 {written}，登记的是 {registered}")
            setattr(source, when, None)
    source.also = [n for n in source.also if "号" not in n or n in found.also]
    end = found.ended()
    if end is not None and end.since:
        out.append(f"登记为自 {end.since} 起不再有效，还依据它吗")
    return out


def _spec(source: Source, name: str = "") -> dict[str, Any]:
    """What is known of it; ``name``: as an entry of the registry, where what is only cited says so."""
    spec: dict[str, Any] = {"title": source.title, "doc_no": source.doc_no, "issuer": source.issuer}
    spec |= {when: getattr(source, when) for when in _DAYS} | {"also": source.also}
    if name and name != N1:
        spec["note"] = "标题和文号照引用它的文件，没有核对原件"
    return {key: value for key, value in spec.items() if value}


def _repeals(parts: Parts, repeals: Iterable[Repeal]) -> None:
    for one in repeals:
        named = clean(f"《{one.title}》" if one.title else one.doc_no or one.text)
        number = f"（{clean(one.doc_no)}）" if one.doc_no and one.title else ""
        part = f"的{clean(one.cited)}" if one.cited else "的一部分" if one.scope == "part" else ""
        parts.count("废止")
        parts.add("notes", todo(place(one), f"废止{named}{number}{part}：写 supersedes，旧政策包写 until"))


def first_day(notice: Notice, today: date) -> tuple[date, str]:
    """The day the pack is law from, and what is left to decide where the notice does not print it."""
    if notice.effective:
        return notice.effective, ""
    other = notice.issued or notice.signed
    if other:
        return other, "施行日期没有印出，暂写成文日期"
    return today, "施行日期和成文日期都没有读出，暂写起草当天"
