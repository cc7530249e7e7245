"""The documents a pack rests on, held against the citation registry. Only lint comes here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from checkers.packs import CATALOGUES, Library, library
from checkers.policy import Policy, Source, Supersession
from checkers.registry import STATE_NAMES, Document, Registry, State, number_key, registry, title_key


def check_sources(policy: Policy, known: Registry) -> Iterator[tuple[tuple[str, ...], str]]:
    """(key, what is wrong) of each source: not registered, number and title of two documents, or at its end too early."""
    documents: dict[str, Document] = {}
    for name, source in policy.sources.items():
        found, problem = resolve(source, known)
        if found is None:
            yield ("sources", name), problem
            continue
        documents[name] = found
        for when in ("issued", "effective", "expires"):
            written, registered = getattr(source, when), getattr(found, when)
            if written and registered and written != registered:
                yield ("sources", name, when), f"登记的是 {registered}"
        for number in source.also:
            if "号" in number and found not in known.find(number):
                yield ("sources", name, "also"), f"{number} 没有登记为 {found.doc_no or found.title} 的另一文号"
    ends = {name: end for name, found in documents.items() if (end := found.ended()) and end.since}
    for name, end in ends.items():
        gone = {other for other, its in ends.items() if its.since and end.since and its.since <= end.since}
        if end.since and _relied_on(policy, name, end.since, gone):
            yield ("sources", name), _overtaken(documents[name], end, policy)


def resolve(source: Source, known: Registry) -> tuple[Document | None, str]:
    """The registered document a pack's source is, or why there is none."""
    cited = source.doc_no or f"《{source.title}》"
    found = known.find(source.doc_no) if source.doc_no else known.find(title=source.title)
    if not found:
        return None, f"没有登记过的文件：{cited}（登记在 {CATALOGUES}/documents.yaml）"
    fitting = [d for d in found if known.belongs(d, source.title)]
    if not fitting:
        return None, f"文号和标题不是同一件：{cited} 是《{found[0].title}》"
    if len(fitting) > 1:
        numbers = "、".join(d.doc_no for d in fitting if d.doc_no)
        return None, f"有{len(fitting)}件文件叫《{source.title}》，请写明文号：{numbers}"
    return fitting[0], ""


def _overtaken(document: Document, end: State, policy: Policy) -> str:
    cited = document.doc_no or f"《{document.title}》"
    by = f"被 {end.by} " if end.by and end.state == "repealed" else ""
    what = f"依据的 {cited} 自 {end.since} 起{by}{STATE_NAMES[end.state]}"
    if end.since and end.since <= policy.in_force.since:
        return f"{what}，早于本政策施行"
    return f"{what}，本政策既没有写 until 也没有写 supersedes"


def _relied_on(policy: Policy, source: str, end: date, gone: set[str]) -> bool:
    """Whether the pack rests on a source after its end: something in it that has not ended cites no other that is left."""
    if policy.in_force.until and policy.in_force.until < end:
        return False
    return any(_rests(getattr(policy, f.name), source, end, gone) for f in fields(policy))


def _rests(node: Any, source: str, end: date, gone: set[str]) -> bool:
    if is_dataclass(node):
        until = getattr(node, "until", None)
        if isinstance(node, Supersession) or (until and until < end):
            return False
        at = getattr(node, "at", "")
        cited = {text.split(" ", 1)[0] for text in ([at] if isinstance(at, str) else at)}
        if source in cited and cited <= gone:
            return True
        return any(_rests(getattr(node, f.name), source, end, gone) for f in fields(node))
    if isinstance(node, dict):
        return any(_rests(item, source, end, gone) for item in node.values())
    return isinstance(node, list) and any(_rests(item, source, end, gone) for item in node)


def missing(packs: Library | None = None) -> list[tuple[str, Source]]:
    """(pack id, source) of every source that the registry lacks, each document once."""
    packs = packs or library()
    known = registry(packs)
    lacking: dict[str, tuple[str, Source]] = {}
    for policy_id in packs.entries():
        policy = packs.find(policy_id)
        for source in policy.sources.values() if policy else ():
            if resolve(source, known)[0] is None:
                lacking.setdefault(number_key(source.doc_no) + title_key(source.title), (policy_id, source))
    return list(lacking.values())
