"""Find, load and index packs. A check opens only the pack it needs: an index says which one that is.

Packs are YAML files below ``checkers/policies`` and any further folders given. What is derived from them (the validated
policy, the generated code of its expressions, the index) is kept in a cache folder under a name made of the files' state,
so that a plain check imports neither YAML, pydantic nor Jinja. The cache only saves time: without one everything is
compiled in memory.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checkers import policy as schema
from checkers.policy import Policy
from checkers.slips import PackError, Slip

if TYPE_CHECKING:
    from checkers.pack_source import CompiledPack

CACHE_FORMAT = 7
"""Raise it whenever the schema, the generator or the words change what a cached pack means."""

BUILT_IN = Path(__file__).parent / "policies"
TEST_SUFFIX = ".test.yaml"
CATALOGUES = "catalogues"
"""A folder of this name holds the citation registry (``checkers.registry``), no packs."""

BETWEEN = "\u241f"
"""Stands between the strings of a list that is kept as one: JSON reads that much faster than a list."""


@dataclass(frozen=True, slots=True)
class FormEntry:
    """What the index knows of a form: enough to recognise it on paper.

    ``printed`` are its labels in one string, apart by ``BETWEEN``: of hundreds of packs one or two are ever looked at.
    """

    policy: str
    form: str
    titles: tuple[str, ...]
    printed: str

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(self.printed.split(BETWEEN)) if self.printed else ()


@dataclass(frozen=True, slots=True)
class PackEntry:
    """One line of the index. Dates are ISO strings; ``uses`` are forms of other packs (``<policy id>/<form id>``);
    ``error`` is set when the pack cannot be used."""

    id: str
    path: str
    name: str = ""
    region: str = ""
    kind: str = ""
    since: str = ""
    until: str = ""
    forms: tuple[FormEntry, ...] = ()
    uses: tuple[str, ...] = ()
    error: str = ""


class UnknownPolicy(KeyError):  # noqa: N818  a KeyError by nature
    """No pack has this id."""


# ---------------------------------------------------------------- plain JSON <-> dataclasses

_CLASSES = {c.__name__: c for c in vars(schema).values() if isinstance(c, type) and is_dataclass(c)}


def encode_plain(value: Any) -> Any:
    """Plain JSON of a policy: dataclasses become objects whose ``$`` names the class; defaults are left out."""
    if is_dataclass(value) and not isinstance(value, type):
        out: dict[str, Any] = {"$": type(value).__name__}
        for f in fields(value):
            item = getattr(value, f.name)
            must = f.default is MISSING and f.default_factory is MISSING
            if must or item or item is False:  # empty strings, lists and None are the defaults
                out[f.name] = encode_plain(item)
        return out
    if isinstance(value, dict):
        return {(k.isoformat() if isinstance(k, date) else k): encode_plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [encode_plain(item) for item in value]
    if isinstance(value, Decimal):
        return {"$": "Decimal", "value": str(value)}
    if isinstance(value, date):
        return {"$": "date", "value": value.isoformat()}
    return value


def _decode(item: dict[str, Any]) -> Any:
    name = item.pop("$", None)
    if name is None:
        return item
    if name == "Decimal":
        return Decimal(item["value"])
    if name == "date":
        return date.fromisoformat(item["value"])
    if name == "Parameter" and "values" in item:
        item["values"] = {date.fromisoformat(day): value for day, value in item["values"].items()}
    return _CLASSES[name](**item)


# ---------------------------------------------------------------- the cache


def cache_folder() -> Path | None:
    """Where derived data is kept: ``DOCGEN_CACHE`` (``off`` for none), else the user's cache folder."""
    named = os.environ.get("DOCGEN_CACHE")
    if named:
        return None if named == "off" else Path(named)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return Path(base) / "docgen" / "cache" if base else None
    base = os.environ.get("XDG_CACHE_HOME") or (str(Path.home() / ".cache") if os.environ.get("HOME") else "")
    return Path(base) / "docgen" if base else None


def _read_cache(name: str) -> Any:
    folder = cache_folder()
    if folder is None:
        return None
    try:
        return json.loads((folder / name).read_bytes(), object_hook=_decode)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None  # damaged, or of another version: it is made anew


def _write_cache(name: str, data: Any) -> None:
    """Whole or not at all; a folder that cannot be written is no error."""
    folder = cache_folder()
    if folder is None:
        return
    temporary = ""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=folder, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(encode_plain(data), out, ensure_ascii=False, separators=(",", ":"))
        Path(temporary).replace(folder / name)
    except OSError:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


# ---------------------------------------------------------------- the library of packs


class Library:
    """All packs below some folders; later folders win where two packs have one id (an office's own over ours).

    Nothing is read before it is asked for.
    """

    def __init__(self, folders: tuple[Path, ...] = (BUILT_IN,)) -> None:
        self.folders = folders
        self._loaded: dict[str, Loaded] = {}
        self._entries: dict[str, PackEntry] | None = None
        self._stamp = ""

    def files(self) -> list[tuple[str, int, int]]:
        """(path, modification time in ns, bytes) of every pack file."""
        found: list[tuple[str, int, int]] = []
        for folder in self.folders:
            _scan(str(folder), found)
        return sorted(found)

    def entries(self) -> dict[str, PackEntry]:
        """The index, by pack id; rebuilt when a file changed."""
        if self._entries is None:
            files = self.files()
            self._stamp = _stamp(files)
            name = self._cache_name("index")
            self._entries = _cached_entries(_read_cache(name), self._stamp)
            if self._entries is None:
                self._entries = self._index(files)
                _write_cache(name, {"stamp": self._stamp, "packs": [_row(e) for e in self._entries.values()]})
        return self._entries

    def kept(self, name: str, makers: Sequence[str], make: Callable[[], Any]) -> Any:
        """What ``make`` makes of the index (plain JSON values), kept until a pack or the code that makes it changes:
        ``makers`` are that code's files."""
        self.entries()
        try:
            states = [Path(maker).stat() for maker in makers]
        except OSError:
            return make()
        stamp = " ".join([self._stamp, *(f"{s.st_mtime_ns} {s.st_size}" for s in states)])
        cached = _read_cache(self._cache_name(name))
        if isinstance(cached, dict) and cached.get("stamp") == stamp:
            return cached["data"]
        data = make()
        _write_cache(self._cache_name(name), {"stamp": stamp, "data": data})
        return data

    def _cache_name(self, kind: str) -> str:
        """One file of each kind for each set of folders."""
        return (
            f"{kind}-{CACHE_FORMAT}-{hashlib.sha256('|'.join(map(str, self.folders)).encode()).hexdigest()[:16]}.json"
        )

    def _index(self, files: list[tuple[str, int, int]]) -> dict[str, PackEntry]:
        entries: dict[str, PackEntry] = {}
        ranked = sorted(files, key=lambda f: (self._folder_of(f[0]), f[0]))
        for path, entry in zip((f[0] for f in ranked), self._summaries(ranked), strict=True):
            other = entries.get(entry.id)
            if other is not None and not entry.error and self._folder_of(other.path) == self._folder_of(path):
                message = f"编号 {entry.id} 与 {other.path} 重复"
                entry = PackEntry(entry.id, path, error=str(Slip(path, 1, "id", message)))  # noqa: PLW2901  both are wrong
            entries[entry.id] = entry
        return entries

    def _summaries(self, files: list[tuple[str, int, int]]) -> list[PackEntry]:
        """The summary of every file; of those that have not changed since the last index, the one made then."""
        name = self._cache_name("summaries")
        cached = _read_cache(name)
        before: dict[str, Any] = cached if isinstance(cached, dict) else {}
        out: list[PackEntry] = []
        for path, changed, size in files:
            out.append(_unchanged(before.get(path), changed, size) or _summary(Path(path)))
        rows = {f[0]: [f[1], f[2], _row(e)] for f, e in zip(files, out, strict=True) if not e.error}
        _write_cache(name, rows)
        return out

    def _folder_of(self, path: str) -> int:
        """Which of the folders a file is below; the innermost where one lies in another."""
        below = [(len(f.parts), i) for i, f in enumerate(self.folders) if Path(path).is_relative_to(f)]
        return max(below)[1] if below else 0

    def load(self, policy_id: str) -> Loaded:
        """Raises UnknownPolicy, or ``PackError`` for a pack with slips."""
        if policy_id not in self._loaded:
            entry = self.entries().get(policy_id)
            if entry is None:
                raise UnknownPolicy(policy_id)
            if entry.error:
                self.compile(Path(entry.path))  # says all that is wrong with it; if nothing is, its id is the trouble
                raise PackError([Slip(entry.path, 1, "id", f"编号 {entry.id} 与另一个政策包重复")])
            self._loaded[policy_id] = self._open(Path(entry.path))
        return self._loaded[policy_id]

    def _open(self, path: Path) -> Loaded:
        text = path.read_bytes()
        name = f"pack-{CACHE_FORMAT}-{hashlib.sha256(str(path).encode() + text).hexdigest()[:32]}.json"
        cached = _read_cache(name)
        if isinstance(cached, dict) and isinstance(cached.get("policy"), Policy):
            loaded = Loaded(cached["policy"], dict(cached["code"]))
        else:
            compiled = self.compile(path)
            _write_cache(name, {"policy": compiled.policy, "code": compiled.code})
            loaded = Loaded(compiled.policy, dict(compiled.code))
        for form_id, form in loaded.policy.forms.items():
            if form.use:
                owner, _, used = form.use.partition("/")
                other = self._lender(owner, used, path)
                taken = other.policy.forms[used]
                loaded.policy.forms[form_id] = taken
                loaded.borrowed[form_id] = other.policy
                loaded.code.update({k: v for k, v in other.code.items() if k not in loaded.code})
        return loaded

    def _lender(self, owner: str, form: str, path: Path) -> Loaded:
        """The pack whose form is used here; it may have changed since this one was compiled."""
        try:
            other = self.load(owner)
        except UnknownPolicy:
            other = None
        if other is None or form not in other.policy.forms or other.policy.forms[form].use:
            raise PackError([Slip(str(path), 1, "forms", f"找不到表单 {owner}/{form}")])
        return other

    def compile(self, path: Path) -> CompiledPack:
        """Straight from the source, without the cache."""
        from checkers.pack_source import read_pack

        return read_pack(path, self.find)

    def find(self, policy_id: str) -> Policy | None:
        from checkers.pack_source import parse_policy

        entry = self.entries().get(policy_id)
        if entry is None:
            return None
        try:
            return parse_policy(Path(entry.path).read_text(encoding="utf-8"), entry.path)[0]
        except (OSError, PackError):
            return None

    def forms(self, on: date | None = None) -> list[FormEntry]:
        """Every form that a paper may be, of packs in force on a day (all when None)."""
        day = on.isoformat() if on else ""
        out: list[FormEntry] = []
        for entry in self.entries().values():
            if not day or ((not entry.since or entry.since <= day) and (not entry.until or day <= entry.until)):
                out.extend(entry.forms)
        return out


@dataclass(slots=True)
class Loaded:
    """A pack ready to run: the policy, the Python of its expressions, and the owners of forms taken from other packs."""

    policy: Policy
    code: dict[str, str]
    borrowed: dict[str, Policy]

    def __init__(self, policy: Policy, code: dict[str, str]) -> None:
        self.policy = policy
        self.code = code
        self.borrowed = {}


def _scan(folder: str, found: list[tuple[str, int, int]]) -> None:
    try:
        with os.scandir(folder) as items:
            for item in items:
                if item.is_dir(follow_symlinks=False):
                    if item.name != CATALOGUES:
                        _scan(item.path, found)
                elif (
                    item.name.endswith(".yaml")
                    and not item.name.endswith(TEST_SUFFIX)
                    and not item.name.startswith(".")
                ):
                    state = item.stat()
                    found.append((item.path, state.st_mtime_ns, state.st_size))
    except OSError:
        return


def _stamp(files: list[tuple[str, int, int]]) -> str:
    return hashlib.sha256(repr((CACHE_FORMAT, files)).encode()).hexdigest()


def _summary(path: Path) -> PackEntry:
    from checkers.pack_source import parse_policy

    try:
        policy, _ = parse_policy(path.read_text(encoding="utf-8"), str(path))
    except PackError as error:
        return PackEntry(path.name.removesuffix(".yaml"), str(path), error=str(error.slips[0]))
    except (OSError, UnicodeDecodeError) as error:
        return PackEntry(path.name.removesuffix(".yaml"), str(path), error=f"{path}：读不出来：{error}")
    forms = tuple(
        FormEntry(policy.id, form_id, (form.title, *form.aliases), BETWEEN.join(labels_of(form)))
        for form_id, form in policy.forms.items()
        if not form.use
    )
    return PackEntry(
        policy.id,
        str(path),
        policy.name,
        policy.region,
        policy.kind,
        policy.in_force.since.isoformat(),
        policy.in_force.until.isoformat() if policy.in_force.until else "",
        forms,
        tuple(form.use for form in policy.forms.values() if form.use),
    )


def labels_of(form: schema.Form) -> tuple[str, ...]:
    """Every printed label of a form, once, in order."""
    labels: list[str] = []
    in_sentences = {name for s in form.sentences for name in _blanks(s.text)}
    for name, spec in form.fields.items():
        if name not in in_sentences and spec.role != "signed_on":
            labels.append(spec.label)
        labels.extend(column.label for column in spec.columns.values())
    labels.extend(s.label for s in form.sentences)
    labels.extend(mark.label for mark in [*form.signatures.values(), *form.seals.values()])
    labels.extend(form.office_use)
    labels.extend(form.printed)
    return tuple(dict.fromkeys(labels))


def _blanks(text: str) -> list[str]:
    return [part.split("}")[0] for part in text.split("{")[1:]]


def _cached_entries(cached: Any, stamp: str) -> dict[str, PackEntry] | None:
    """The index that was kept, or None when it is of other files or damaged."""
    if not isinstance(cached, dict) or cached.get("stamp") != stamp:
        return None
    try:
        return {row[0]: _entry(row) for row in cached["packs"]}
    except (TypeError, ValueError, KeyError, IndexError):
        return None


def _unchanged(kept: Any, changed: int, size: int) -> PackEntry | None:
    """The summary that was kept of a file, or None when the file is another now or what was kept is damaged."""
    try:
        return _entry(kept[2]) if kept[:2] == [changed, size] else None
    except (TypeError, ValueError, KeyError, IndexError):
        return None


def _row(e: PackEntry) -> list[Any]:
    forms = [[f.form, list(f.titles), f.printed] for f in e.forms]
    return [e.id, e.path, e.name, e.region, e.kind, e.since, e.until, forms, list(e.uses), e.error]


def _entry(row: list[Any]) -> PackEntry:
    forms = tuple(FormEntry(row[0], form, tuple(titles), printed) for form, titles, printed in row[7])
    return PackEntry(row[0], row[1], row[2], row[3], row[4], row[5], row[6], forms, tuple(row[8]), row[9])


@lru_cache(maxsize=8)
def library(folders: tuple[str, ...] = ()) -> Library:
    """The built-in packs and those of further folders."""
    return Library((BUILT_IN, *(Path(f) for f in folders)))
