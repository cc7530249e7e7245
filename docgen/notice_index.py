"""A folder of official documents, searchable: every node of every notice in SQLite FTS5, words cut by jieba.

The index is one file. It knows the sha256 of what it read, so a second run reads what changed; each document is written in
one transaction, so a run that is stopped leaves a sound index without the document it was at.
"""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.errors import UnreadableError, UsageError, reason
from docgen.notices.traditional import folded

if TYPE_CHECKING:
    from docgen.document import Document
    from docgen.notices.model import Node, Notice

APPLICATION_ID = 0x64676E69
"""Marks the file as an index of ours (``dgni``): no other database is ever written to."""
FORMAT = 1
"""Goes up when the tables change; an index of another format is made anew."""
FILE_NAME = "notices.sqlite"

LONGEST = 20_000
"""Characters of one node that are indexed; a longer one (a table of a thousand rows) is cut into several rows."""
WEIGHTS = (4.0, 4.0, 1.0, 1.0)
"""Of title, number, text and characters, for bm25: a title that fits weighs more than a text."""
PER_NOTICE = 3
"""Places of one notice that are shown, lest one long notice fill the page."""
MOST_WORDS = 64
"""Words of a question that are looked for."""

_SCHEMA = """
CREATE TABLE documents (id INTEGER PRIMARY KEY, path TEXT UNIQUE NOT NULL, sha256 TEXT NOT NULL, notices INTEGER NOT NULL);
CREATE TABLE places (id INTEGER PRIMARY KEY, document INTEGER NOT NULL, notice INTEGER NOT NULL, title TEXT, doc_no TEXT,
  article TEXT, text TEXT NOT NULL, path TEXT NOT NULL, line INTEGER, page INTEGER);
CREATE INDEX places_of_document ON places (document);
CREATE VIRTUAL TABLE words USING fts5(title, doc_no, text, characters, tokenize="unicode61");
"""
_READABLE = frozenset(
    {".txt", ".md", ".docx", ".doc", ".wps", ".rtf", ".odt", ".pdf", ".ofd", ".html", ".htm", ".mht", ".mhtml", ".xlsx"}
    | {".xls", ".et", ".csv", ".jpg", ".jpeg", ".png", ".tif", ".tiff"}
)
"""Endings of files that are read; others are passed over without a word, hidden ones too."""


# ---------------------------------------------------------------- words


def cut(text: str) -> list[str]:
    """The words of a text as they are indexed: folded, those inside longer ones too (社会保险 → 社会, 保险, 社会保险)."""
    return [word for word in _cutter().cut_for_search(folded(text)) if _WORDY.search(word)]


@lru_cache(maxsize=1)
def _cutter() -> Any:
    """jieba, its own cache in our cache folder: in the common temporary folder anybody could leave it a file to load."""
    import jieba

    from checkers.packs import cache_folder

    jieba.setLogLevel(60)
    folder = cache_folder()
    with suppress(OSError):
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    jieba.dt.tmp_dir = str(folder or "没有缓存文件夹")
    return jieba.dt


_WORDY = re.compile(r"\w")
_CHARACTERS = re.compile(r"[a-z0-9]+|[^\W_]")


def characters(text: str) -> list[str]:
    """Each Chinese character by itself, runs of letters and digits whole: what a phrase is looked up in."""
    return _CHARACTERS.findall(folded(text))


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: ``words`` as typed, ``phrases`` as they stood in quotes (or a document's number)."""

    words: tuple[str, ...]
    phrases: tuple[str, ...]

    @property
    def terms(self) -> tuple[str, ...]:
        return (*self.phrases, *self.words)


_QUOTED = re.compile(r'["“”«]([^"“”«»]{1,200})["“”»]|「([^「」]{1,200})」')
_NUMBER = re.compile(r"\w{1,12}[〔\[(（【]\s?\d{4}\s?[〕\])）】]\s?(?:第\s?)?\d{1,5}\s?号?")


def parse_query(text: str) -> Query:
    """Quotes hold phrases; a document's number is one too, whatever its brackets. No sign is an operator."""
    phrases = [a or b for a, b in _QUOTED.findall(text)]
    rest = _QUOTED.sub(" ", text)
    phrases += [match.strip() for match in _NUMBER.findall(rest)]
    words = [w for w in _NUMBER.sub(" ", rest).split() if _WORDY.search(w)]
    phrases = [p for p in phrases if characters(p)]
    return Query(tuple(dict.fromkeys(words))[:MOST_WORDS], tuple(dict.fromkeys(phrases))[:MOST_WORDS])


def expressions(query: Query) -> list[str]:
    """FTS5 expressions from strict to loose: all words of all terms; some word of each term; some word of some term."""
    phrases = [f'characters : "{" ".join(characters(p)[:200])}"' for p in query.phrases]
    words = [[c.replace('"', "") for c in dict.fromkeys(cut(word))][:MOST_WORDS] for word in query.words]
    made: list[str] = []
    for inside, between in (("AND", "AND"), ("OR", "AND"), ("OR", "OR")):
        terms = [_IN_WORDS + "(" + f" {inside} ".join(f'"{c}"' for c in cuts) + ")" for cuts in words if cuts]
        made.append(f" {between} ".join(f"({term})" for term in (*phrases, *terms)))
    return [expression for expression in dict.fromkeys(made) if expression]


_IN_WORDS = "{title doc_no text} : "


def ranked(base: sqlite3.Connection, select: str, query: Query, most: int) -> Iterator[tuple[Any, ...]]:
    """Rows of ``select`` (first column: an id; placeholders: expression, four weights, limit), the strictest matches first, each once."""
    seen: set[int] = set()
    for expression in expressions(query):
        for row in base.execute(select, (expression, *WEIGHTS, most)):
            if row[0] not in seen:
                seen.add(row[0])
                yield row


# ---------------------------------------------------------------- the file


def default_index() -> Path:
    """Where the index lies unless docgen.toml or ``--to`` says otherwise: the user's data folder."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home())
    else:
        base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "docgen" / FILE_NAME


def open_index(path: Path, *, create: bool = False) -> sqlite3.Connection:
    """The index file; ``create`` makes it, or makes it anew when it is of an older format.

    Raises UsageError for a file that is no index of ours, is damaged, or cannot be written.
    """
    try:
        if create:
            path.parent.mkdir(parents=True, exist_ok=True)
        elif not path.is_file():
            raise UsageError(f"还没有索引 {path}，请先运行 docgen policy index 文件夹")
        base = sqlite3.connect(path if create else f"{path.absolute().as_uri()}?mode=ro", uri=not create)
    except OSError as error:
        raise UsageError(f"打不开索引 {path}：{reason(error)}") from None
    except sqlite3.Error as error:
        raise UsageError(f"打不开索引 {path}：{error}") from None
    try:
        _check(base, path, create=create)
    except sqlite3.DatabaseError as error:
        base.close()
        raise UsageError(f"{path} 不是 docgen 的索引，或已损坏：{error}") from None
    except UsageError:
        base.close()
        raise
    return base


def _check(base: sqlite3.Connection, path: Path, *, create: bool) -> None:
    ours = base.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    empty = not base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if not ours and not (create and empty):
        raise UsageError(f"{path} 不是 docgen 的索引，没有改动")
    current = base.execute("PRAGMA user_version").fetchone()[0] == FORMAT
    if ours and current:
        return
    if not create:
        raise UsageError(f"索引 {path} 是旧版本的，请重新运行 docgen policy index 文件夹")
    for table in ("documents", "places", "words"):
        base.execute(f"DROP TABLE IF EXISTS {table}")
    base.executescript(
        f"BEGIN; {_SCHEMA} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT}; COMMIT;"
    )


# ---------------------------------------------------------------- indexing


@dataclass(slots=True)
class Indexed:
    """What a run did: numbers of files, and those that could not be read with the reason."""

    read: int = 0
    unchanged: int = 0
    removed: int = 0
    notices: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)


def files_below(folder: Path) -> list[Path]:
    """Every file below a folder that may be a document, in order; hidden ones, links and other kinds are passed over."""
    found: list[Path] = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            path = Path(place) / name
            if not name.startswith((".", "~$")) and path.suffix.lower() in _READABLE and not path.is_symlink():
                found.append(path)
    return found


def index_files(
    base: sqlite3.Connection,
    folder: Path,
    files: Iterable[Path],
    read: Callable[[str], Document],
    tell: Callable[[str], None] = lambda _: None,
) -> Indexed:
    """Brings the index to what stands in ``files``, all files below ``folder``; ``tell`` hears each path when it is done.

    ``read`` is ``docgen.readers.read`` or a worker's: it raises UnreadableError, which is noted, and the others go on.
    """
    result = Indexed()
    seen: set[str] = set()
    for path in files:
        name = str(path.absolute())
        seen.add(name)
        try:
            _index_one(base, path, name, read, result)
        except (UnreadableError, OSError) as error:
            _forget(base, name)
            result.failed.append((str(path), reason(error) if isinstance(error, OSError) else str(error)))
        tell(str(path))
    _forget_gone(base, folder, seen, result)
    return result


def _index_one(
    base: sqlite3.Connection, path: Path, name: str, read: Callable[[str], Document], result: Indexed
) -> None:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    row = base.execute("SELECT sha256, notices FROM documents WHERE path = ?", (name,)).fetchone()
    if row is not None and row[0] == sha256:
        result.unchanged += 1
        result.notices += row[1]
        return
    document = read(str(path))
    try:
        notices = _notices(document)
    except RecursionError:
        raise UnreadableError("层次过深，无法识别结构。") from None
    with base:
        _delete(base, name)
        cursor = base.execute(
            "INSERT INTO documents (path, sha256, notices) VALUES (?, ?, ?)", (name, sha256, len(notices))
        )
        for number, notice in enumerate(notices):
            _insert(base, int(cursor.lastrowid or 0), number, notice, name)
    result.read += 1
    result.notices += len(notices)


def _notices(document: Document) -> list[Notice]:
    """The notice of a file, or those of a compilation."""
    from docgen.notices.compilation import split
    from docgen.notices.flow import read_flow
    from docgen.notices.structure import notice_of

    several = list(split(document))
    if len(several) > 1:
        return several
    return [notice_of(read_flow(document).blocks, document.path, document.sha256)]  # what stands above its title too


def _insert(base: sqlite3.Connection, document: int, number: int, notice: Notice, path: str) -> None:
    title, doc_no = _clean(notice.title or ""), _clean(notice.doc_no or "")
    title_words, number_words = " ".join(cut(title)), " ".join(cut(doc_no))
    head = f"{title} {' '.join([doc_no, *notice.also])}"
    rows = [("", head, notice.location), *_texts(notice)]
    for article, text, location in rows:
        line = getattr(location, "paragraph", None)
        cursor = base.execute(
            "INSERT INTO places (document, notice, title, doc_no, article, text, path, line, page) VALUES (?,?,?,?,?,?,?,?,?)",
            (document, number, title, doc_no, article, text, path, line, getattr(location, "page", None)),
        )
        base.execute(
            "INSERT INTO words (rowid, title, doc_no, text, characters) VALUES (?, ?, ?, ?, ?)",
            (cursor.lastrowid, title_words, number_words, " ".join(cut(text)), " ".join(characters(text))),
        )


def _texts(notice: Notice) -> Iterator[tuple[str, str, Any]]:
    """(article, text, location) of every node that says something."""
    for node in notice.nodes():
        text = _node_text(node)
        for start in range(0, len(text), LONGEST):
            yield node.label, text[start : start + LONGEST], node.location


def _node_text(node: Node) -> str:
    from docgen.notices.model import table_rows

    parts = [node.title or "", node.text]
    if node.table is not None:
        parts += [" ".join(dict.fromkeys(row)) for row in table_rows(node.table)]
    return _clean(" ".join(part for part in parts if part))


def _clean(text: str) -> str:
    """One line without what a terminal would obey; a lone surrogate cannot be stored."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _delete(base: sqlite3.Connection, name: str) -> None:
    row = base.execute("SELECT id FROM documents WHERE path = ?", (name,)).fetchone()
    if row is not None:
        base.execute("DELETE FROM words WHERE rowid IN (SELECT id FROM places WHERE document = ?)", row)
        base.execute("DELETE FROM places WHERE document = ?", row)
        base.execute("DELETE FROM documents WHERE id = ?", row)


def _forget(base: sqlite3.Connection, name: str) -> None:
    with base:
        _delete(base, name)


def _forget_gone(base: sqlite3.Connection, folder: Path, seen: set[str], result: Indexed) -> None:
    """Documents that stood below the folder and do not any more."""
    root = folder.absolute()
    for (name,) in base.execute("SELECT path FROM documents").fetchall():
        if name not in seen and Path(name).is_relative_to(root):
            _forget(base, name)
            result.removed += 1


# ---------------------------------------------------------------- searching


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a notice that fits; ``matched`` is how many of the terms it holds, ``line`` the line or paragraph."""

    title: str
    doc_no: str
    article: str
    text: str
    path: str
    line: int | None
    page: int | None
    matched: int


def search_index(base: sqlite3.Connection, query: Query, limit: int = 20) -> list[Place]:
    """Places that hold all the terms, best first, then those that hold some. Never fails for what was typed."""
    out: list[Place] = []
    shown: dict[tuple[int, int], int] = {}
    for row in ranked(base, _SEARCH, query, limit * 20):
        _, document, notice, title, doc_no, article, text, path, line, page = row
        key = (document, notice)
        if len(out) >= limit:
            break
        if shown.get(key, 0) < PER_NOTICE:
            shown[key] = shown.get(key, 0) + 1
            matched = held(query, f"{title} {doc_no} {text}")
            out.append(Place(title, doc_no, article, text, path, line, page, matched))
    return out


_SEARCH = """
SELECT places.id, document, notice, places.title, places.doc_no, article, places.text, path, line, page
FROM words JOIN places ON places.id = words.rowid WHERE words MATCH ?
ORDER BY bm25(words, ?, ?, ?, ?), places.id LIMIT ?
"""


def held(query: Query, text: str) -> int:
    """How many of the terms a text holds, letter for letter but for width, script and signs."""
    plain = "".join(characters(text))
    return sum("".join(characters(term)) in plain for term in query.terms)


SNIPPET = 80
"""Characters of a text that are shown around what was found."""


def snippet(text: str, query: Query, wide: int = SNIPPET) -> tuple[str, list[tuple[int, int]]]:
    """The part of a text that holds most of the words, and where in that part they stand (half-open, merged)."""
    marks = _marks(text, query)
    start = _window(marks, wide, len(text))
    end = min(len(text), start + wide)
    before, after = "…" if start else "", "…" if end < len(text) else ""
    shift = len(before) - start
    inside = [(max(a, start) + shift, min(b, end) + shift) for a, b in marks if b > start and a < end]
    return before + text[start:end] + after, inside


def _marks(text: str, query: Query) -> list[tuple[int, int]]:
    plain = folded(text)
    wanted = [folded(term).strip() for term in query.terms]
    wanted += [c for word in query.words for c in cut(word) if len(c) > 1]
    spans: list[tuple[int, int]] = []
    for word in dict.fromkeys(w for w in wanted if w):
        at = plain.find(word)
        while at >= 0 and len(spans) < 10_000:
            spans.append((at, at + len(word)))
            at = plain.find(word, at + len(word))
    merged: list[tuple[int, int]] = []
    for a, b in sorted(spans):
        if merged and a <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        else:
            merged.append((a, b))
    return merged


def _window(marks: Sequence[tuple[int, int]], wide: int, length: int) -> int:
    """Where the part begins that holds the most marked characters."""
    if length <= wide or not marks:
        return 0
    best, start = 0, 0
    first = covered = 0
    for a, b in marks:
        covered += b - a
        while b - marks[first][0] > wide and marks[first][0] < a:
            covered -= marks[first][1] - marks[first][0]
            first += 1
        if covered > best:
            best, start = covered, marks[first][0]
    return max(0, min(start - wide // 5, length - wide))


def marked(text: str, marks: Sequence[tuple[int, int]], before: str, after: str) -> str:
    """The text with ``before`` and ``after`` around each mark."""
    out, at = [], 0
    for a, b in marks:
        out += [text[at:a], before, text[a:b], after]
        at = b
    return "".join([*out, text[at:]])


def with_index(path: Path, query: Query, limit: int) -> list[Place]:
    """``search_index`` of a file. Raises UsageError for a file that is no index or is damaged."""
    with closing(open_index(path)) as base:
        try:
            return search_index(base, query, limit)
        except sqlite3.DatabaseError as error:
            raise UsageError(f"索引 {path} 已损坏（{error}），请删去后重新运行 docgen policy index") from None
