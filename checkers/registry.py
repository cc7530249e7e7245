"""The citation registry: which documents there are, by what numbers and titles they are cited, and what became of them.

It is read from ``policies/catalogues/*.yaml`` and from the ``catalogues`` folder of an office's own packs, kept in the cache
folder, and never loaded by a plain check. ``python -m checkers.registry --missing`` prints what packs cite and it lacks.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from checkers.packs import BUILT_IN, CATALOGUES, Library, library
from checkers.policy import STRICT
from checkers.slips import PackError, Slip

StateName = Literal["in force", "amended", "partly-repealed", "repealed", "expired", "not yet in force", "unknown"]

STATE_NAMES: dict[str, str] = {
    "in force": "有效",
    "amended": "已修改",
    "partly-repealed": "部分废止",
    "repealed": "已废止",
    "expired": "已失效",
    "not yet in force": "尚未施行",
    "unknown": "不明",
}
ENDED = frozenset({"repealed", "expired"})
CHANGED = frozenset({"amended", "partly-repealed"})
SIMILAR = 85
"""Likeness (0 to 100) from which two titles are one title printed twice (a line break, 的的, 问题的问题)."""
SHORT = 6
"""Characters below which a title is too common to be recognised inside a longer one (通知, 办法)."""


@dataclass(slots=True)
class State:
    """What a document is from a day on, and by which document (number, else title) and article. ``since`` None: at all times."""

    __pydantic_config__ = STRICT

    state: StateName
    since: date | None = None
    by: str = ""
    at: str = ""

    @property
    def valid(self) -> bool | None:
        """Whether it may be relied on; None when that is not known."""
        return None if self.state == "unknown" else self.state == "in force" or self.state in CHANGED


@dataclass(slots=True)
class Document:
    """A document as it is cited. Laws have no ``doc_no``: their title is the key.

    ``effective`` is inclusive, ``expires`` the last day; ``also`` are further numbers, ``carries`` the titles of what it
    promulgates. ``status`` is what the sources print of it; dates of its own are not repeated there. ``articles`` is the
    number of its last 条, where that is known for certain.
    """

    __pydantic_config__ = STRICT

    title: str
    doc_no: str = ""
    issuer: str = ""
    issued: date | None = None
    effective: date | None = None
    expires: date | None = None
    also: list[str] = field(default_factory=list)
    carries: list[str] = field(default_factory=list)
    status: list[State] = field(default_factory=list)
    note: str = ""
    articles: int | None = None

    def timeline(self) -> list[State]:
        """Its states in order of their days, those that follow from its own dates among them."""
        states = list(self.status)
        begins = self.effective or self.issued
        if begins:
            states.append(State("in force", begins))
        if self.expires:
            states.append(State("expired", self.expires + timedelta(days=1), self.doc_no or self.title))
        return sorted(states, key=lambda s: (s.since or date.min, s.state in ENDED))

    def ended(self) -> State | None:
        """How it came to its end; None while no end is printed."""
        return next((state for state in self.timeline() if state.state in ENDED), None)


@dataclass(slots=True)
class Row:
    """One line of a printed list. ``no`` is its printed number; ``note`` says where the print is broken."""

    __pydantic_config__ = STRICT

    no: int
    title: str
    doc_no: str = ""
    note: str = ""


@dataclass(slots=True)
class Listing:
    """A printed list of documents of one state. ``by`` is the listing document where it is not the catalogue's source."""

    __pydantic_config__ = STRICT

    what: str
    state: StateName
    since: date
    rows: list[Row]
    at: str = ""
    by: str = ""
    count: int | None = None
    note: str = ""


@dataclass(slots=True)
class Catalogue:
    """One file of the folder: documents themselves, or the lists that one document prints."""

    __pydantic_config__ = STRICT

    id: str
    name: str
    region: str = ""
    source: Document | None = None
    notes: list[str] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    lists: list[Listing] = field(default_factory=list)


# ---------------------------------------------------------------- spellings

_YEAR = re.compile(r"[\[(（【〔［〖<〈{]\s*(\d{2}|\d{4})\s*(?:年)?[\])）】〕］〗>〉}]")
_NUMBER = re.compile(r"第?0*(\d+)号?$")
_AFTER_NUMBER = re.compile(r"(?<=号)[(（][^()（）]*[)）]$")
_QUOTES = re.compile(r"[\s《》〈〉<>“”\"「」『』'‘’]")
_IN_BRACKETS = re.compile(r"[(（][^()（）]*号[^()（）]*[)）]$")
_ORDERS = {
    "中华人民共和国国务院令": "国务院令",
    "人力资源社会保障部令": "人社部令",
    "人力资源和社会保障部令": "人社部令",
    "劳动和社会保障部令": "劳动保障部令",
}
"""Orders are cited by the full name of the ministry and by its short one, in the same compilation."""
_PROMULGATED = re.compile(r"(?:重新)?印发(.{4,}?)(?:的通知)?$")


def normal_number(text: str) -> str:
    """``渝人社发[2024] 12 号`` → ``渝人社发〔2024〕12号``: whatever brackets and white space the paper has."""
    return _YEAR.sub(r"〔\1〕", re.sub(r"\s", "", text))


def number_key(text: str) -> str:
    """What two spellings of one number have in common (第035号, 35号; 原劳动和社会保障部令第8号, 劳动保障部令8号)."""
    key = _NUMBER.sub(r"\1号", normal_number(_AFTER_NUMBER.sub("", re.sub(r"\s", "", text)))).removeprefix("原")
    name, order, number = key.partition("令")
    return _ORDERS.get(name + order, name + order) + number


def title_key(text: str) -> str:
    """What two spellings of one title have in common: no white space, no book-title marks, ASCII brackets."""
    plain = _QUOTES.sub("", unicodedata.normalize("NFKC", _IN_BRACKETS.sub("", re.sub(r"\s", "", text))))
    return plain.removeprefix("中华人民共和国")


def _without_issuers(key: str) -> str:
    return key[key.find("关于") :] if "关于" in key else key


def _title_keys(document: Document) -> set[str]:
    """Every title it may be cited by: its own, without the issuers before 关于, and of what it promulgates."""
    keys: set[str] = set()
    for title in (document.title, *document.carries):
        key = title_key(title)
        keys |= {key, _without_issuers(key)}
        if match := _PROMULGATED.search(key):
            keys.add(match[1])
    return keys


# ---------------------------------------------------------------- the registry


class Registry:
    """All documents, found by number or title."""

    def __init__(self, documents: list[Document]) -> None:
        self.documents = documents
        self._numbers: dict[str, list[Document]] = {}
        self._titles: dict[str, list[Document]] = {}
        for document in documents:
            for number in {number_key(n) for n in (document.doc_no, *document.also) if n}:
                self._numbers.setdefault(number, []).append(document)
            for key in _title_keys(document):
                self._titles.setdefault(key, []).append(document)

    def find(self, doc_no: str = "", title: str = "") -> list[Document]:
        """Documents of this number (those whose title goes with ``title``, if given), or of this title. Empty: none known."""
        if doc_no:
            found = self._numbers.get(number_key(doc_no), [])
            return [d for d in found if not title or self.belongs(d, title)]
        key = title_key(title)
        return list(self._titles.get(key) or self._titles.get(_without_issuers(key)) or []) if key else []

    def belongs(self, document: Document, title: str) -> bool:
        """Whether a title is this document's: its own, a part of it, or nearly so and not exactly another's."""
        key, keys = title_key(title), _title_keys(document)
        if key in keys or _without_issuers(key) in keys:
            return True
        if key in self._titles or not key:
            return False
        if any(len(part) >= SHORT and part in whole for k in keys for part, whole in ((key, k), (k, key))):
            return True
        from rapidfuzz import fuzz

        return any(fuzz.ratio(key, k) >= SIMILAR for k in keys)


def state_on(document: Document, day: date) -> State:
    """What a document is on a day. A list that calls an amended document valid does not undo the amendment."""
    states = document.timeline()
    current: State | None = None
    for state in states:
        if state.since and state.since > day:
            break
        if not (state.state == "in force" and current and current.state in CHANGED):
            current = state
    if current:
        return current
    begins = document.effective or document.issued
    return State("not yet in force", begins) if begins and day < begins else State("unknown")


@lru_cache(maxsize=8)
def _load(folders: tuple[Path, ...], packs: Library) -> Registry:
    files = [p for folder in folders for p in sorted((folder / CATALOGUES).glob("*.yaml"))]
    made = packs.kept("registry", [*map(str, files), __file__], lambda: [_short(d) for d in read_catalogues(files)])
    return Registry([_document(row) for row in made])


def registry(packs: Library | None = None) -> Registry:
    """The registry of the built-in catalogues and of those beside the given packs. Raises PackError for a broken one."""
    packs = packs or library()
    return _load(tuple(dict.fromkeys((BUILT_IN, *packs.folders))), packs)


def find(doc_no: str = "", title: str = "") -> list[Document]:
    """``Registry.find`` of the built-in registry."""
    return registry().find(doc_no, title)


def _short(document: Document) -> dict[str, Any]:
    row = {key: value for key, value in asdict(document).items() if value}
    row["status"] = [{key: value for key, value in asdict(s).items() if value} for s in document.status]
    return row


def _document(row: dict[str, Any]) -> Document:
    return Document(**{**row, "status": [State(**state) for state in row["status"]]})


# ---------------------------------------------------------------- reading the catalogues


def read_catalogue(path: Path) -> Catalogue:
    """One file. Raises PackError with file, line and key."""
    from pydantic import TypeAdapter, ValidationError

    from checkers.yaml_text import line_of, read_yaml

    data, lines = read_yaml(path.read_text(encoding="utf-8"), str(path))
    try:
        catalogue = TypeAdapter(Catalogue).validate_python(data)
    except ValidationError as error:
        slips = [
            Slip(str(path), line_of(lines, e["loc"]), ".".join(map(str, e["loc"])), f"值不对：{e['msg']}")
            for e in error.errors(include_url=False)
        ]
        raise PackError(slips) from None
    for i, listing in enumerate(catalogue.lists):
        if listing.count is not None and listing.count != len(listing.rows):
            message = f"原文共 {listing.count} 件，这里有 {len(listing.rows)} 件"
            raise PackError([Slip(str(path), line_of(lines, ("lists", i, "count")), f"lists.{i}.count", message)])
    return catalogue


def read_catalogues(files: Iterable[Path]) -> list[Document]:
    """The documents of all files; what several lists say of one document comes together in it."""
    catalogues = [read_catalogue(path) for path in files]
    known: dict[str, Document] = {}
    for catalogue in catalogues:
        for document in catalogue.documents:
            _join(known, document)
    for catalogue in catalogues:
        if catalogue.source:
            _join(known, catalogue.source)
        source = catalogue.source.doc_no or catalogue.source.title if catalogue.source else ""
        for listing in catalogue.lists:
            state = State(listing.state, listing.since, listing.by or source, listing.at)
            for row in listing.rows:
                _join(known, Document(row.title, normal_number(row.doc_no), status=[state], note=row.note))
    return list({id(document): document for document in known.values()}.values())


def _join(known: dict[str, Document], new: Document) -> None:
    """Adds a document, or what is new about it to the one of the same number (of the same title, where it has none)."""
    numbers = [number_key(n) for n in (new.doc_no, *new.also) if n]
    title = f"《{title_key(new.title)}》"
    old = next((known[key] for key in numbers or [title] if key in known), new)
    if old is not new:
        for name in ("issuer", "issued", "effective", "expires", "note", "articles"):
            setattr(old, name, getattr(old, name) or getattr(new, name))
        old.status.extend(state for state in new.status if state not in old.status)
    known.update(dict.fromkeys(numbers, old))
    known.setdefault(title, old)


def main(arguments: list[str]) -> int:
    """Prints the missing documents as entries for ``documents.yaml``, to be completed by hand. 1 when there are any."""
    if arguments != ["--missing"]:
        print("用法：python -m checkers.registry --missing", file=sys.stderr)
        return 2
    from checkers.citations import missing

    lacking = missing()
    for policy_id, source in lacking:
        print(f"  - title: {source.title}  # {policy_id}")
        for name in ("doc_no", "issuer", "issued", "effective", "expires", "also"):
            if value := getattr(source, name):
                print(f"    {name}: {value}")
    print(f"{len(lacking)} 件没有登记", file=sys.stderr)
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
