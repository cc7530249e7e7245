"""A .docx master with Jinja tags, compiled once and filled many times, from any number of threads or processes.

Tags as officers know them from docxtpl; docs/templates.md has the list. Values are escaped, a line break in a value is a line break
on paper, dates are written 2024年8月20日. Code in a master runs in Jinja's sandbox, with limits (sandbox.py).
"""

from __future__ import annotations

import os
import re
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.errors import UsageError, reason
from docgen.rendering import package
from docgen.rendering.source import PART, Source, read_part

if TYPE_CHECKING:
    from jinja2 import Template as JinjaTemplate
    from jinja2.runtime import Context
    from jinja2.sandbox import SandboxedEnvironment

_LEVEL, _LEVEL_OF_LONG, _LONG_BYTES = 6, 3, 65536
"""Long parts are rosters, rows of the same XML: level 3 makes them a twentieth larger in a third of the time."""
_UNFINISHED = ("</w:tcPr></w:tc>", "<w:tcPr/></w:tc>", "<w:tc></w:tc>", "</w:tbl></w:tc>")
_UNFINISHED_CELL = re.compile(r"(</w:tcPr>|<w:tcPr/>|<w:tc>|</w:tbl>)</w:tc>")
_EMPTY_TABLE = re.compile(r"<w:tbl>(?:(?!<w:tr[ >]|<w:tbl>).)*?</w:tblGrid></w:tbl>", re.DOTALL)
_DRAWING = re.compile(r'(<wp:docPr [^<>]*?\bid=")\d+(")')


def environment() -> SandboxedEnvironment:
    """The one Jinja environment of all masters."""
    from docgen.rendering.sandbox import environment as made

    return made()


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled document. ``warnings`` are Chinese sentences for the person who issues it."""

    data: bytes
    warnings: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        return self.data

    def save(self, path: str | Path) -> Path:
        """Writes the file whole or not at all: to a temporary name beside it, then renamed. Raises UsageError."""
        target = Path(path)
        try:
            handle, name = tempfile.mkstemp(prefix=".docgen-", suffix=".part", dir=target.parent)
            try:
                with os.fdopen(handle, "wb") as out:
                    out.write(self.data)
                Path(name).chmod(0o666 & ~_umask())
                Path(name).replace(target)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise UsageError(f"不能写入 {target}：{reason(error)}。") from error
        return target


@lru_cache(maxsize=1)
def _umask() -> int:
    """The process's mask, which can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


@dataclass(frozen=True, slots=True)
class _Part:
    """``draws``: it has pictures and loops, so that their ids must be told apart after a fill."""

    source: Source
    compiled: JinjaTemplate
    pieces: Callable[[Context], Iterator[str]]
    draws: bool
    tables: bool
    columns: bool


class Template:
    """A compiled master. Filling changes nothing in it, so threads may share it; pickled, it is its bytes."""

    def __init__(self, data: bytes, name: str = "模板") -> None:
        self.name = name
        self._data = data
        self._members = package.read(data, name)
        self._parts: dict[str, _Part] = {}
        for member in self._members.values():
            if PART.fullmatch(member.name) and (source := read_part(member.name, member.data(), name)):
                self._parts[member.name] = self._compile(source)
        still = (m for m in self._members.values() if m.name not in self._parts)
        self._globals = dict(environment().globals)
        self._frame = package.frame(sorted(still, key=lambda m: m.name != "[Content_Types].xml"))

    def __reduce__(self) -> tuple[type[Template], tuple[bytes, str]]:
        return Template, (self._data, self.name)

    def _compile(self, source: Source) -> _Part:
        from jinja2 import TemplateSyntaxError

        from docgen.rendering.jinja_words import in_chinese
        from docgen.rendering.lifting import GRID

        try:
            compiled = environment().from_string(source.text)
        except TemplateSyntaxError as error:
            place = source.place(error.lineno)
            name = f"{self.name} " if self.name[-1:].isascii() else self.name
            raise UsageError(f"{name}{place}：标签写错了（{in_chinese(error)}）。") from error
        draws = "<wp:docPr " in source.text and "\nfor " in source.text
        return _Part(
            source, compiled, compiled.root_render_func, draws, "<w:tc" in source.text, f"<!--{GRID}-->" in source.text
        )

    def tagged(self) -> list[Source]:
        """Each part that has tags: its Jinja source, with the places of its lines."""
        return [part.source for part in self._parts.values()]

    def variables(self) -> list[str]:
        """The names that the master asks for, sorted."""
        from jinja2 import meta

        names: set[str] = set()
        for part in self._parts.values():
            names |= meta.find_undeclared_variables(environment().parse(part.source.text))
        return sorted(names - set(environment().globals))

    def fill(self, context: Mapping[str, Any], warnings: tuple[str, ...] = ()) -> Filled:
        """The document with its values. Raises UsageError that names the place and the variable that is missing.

        ``context``: texts, numbers, dates, lists and mappings of them; also ``RichText``, ``RichParagraphs`` (rich.py),
        ``InlineImage`` (inline.py), ``Picture`` (pictures.py) and ``Subdocument`` (subdocument.py).
        """
        from docgen.rendering.sandbox import MAX_STEPS, desk

        desk.steps, desk.specials = MAX_STEPS, []
        texts = [(name, self._render(part, context)) for name, part in self._parts.items()]
        if desk.specials:
            return Filled(self._with_specials(texts, desk.specials), warnings)
        return Filled(self._frame.write([_packed(name, text) for name, text in texts]), warnings)

    def check(self, context: Mapping[str, Any]) -> None:
        """Whether it can be filled so, short of pictures and the like: raises UsageError as ``fill`` does, packs nothing."""
        from docgen.rendering.sandbox import MAX_STEPS, desk

        desk.steps, desk.specials = MAX_STEPS, []
        for part in self._parts.values():
            self._render(part, context)
        desk.specials.clear()

    def _with_specials(self, texts: list[tuple[str, str]], specials: list[Any]) -> bytes:
        from docgen.rendering.additions import Additions
        from docgen.rendering.insert import insert, tidy

        additions = Additions(self._members)
        try:
            for name, text in texts:
                whole = tidy(insert(text, name, specials, additions)) if "\x01" in text else text
                additions.members[name] = _packed(name, whole)
        except (ValueError, TypeError) as error:
            raise UsageError(f"{self.name}：图片、富文本或嵌入的文件填不进去（{error}）。") from error
        finally:
            specials.clear()
        return package.write(additions.finished())

    def _render(self, part: _Part, context: Mapping[str, Any]) -> str:
        try:
            names = {**self._globals, **context}
            text = "".join(part.pieces(part.compiled.new_context(names, shared=True)))
        except Exception as error:
            raise _told(error, part) from error
        return _sound(text, part)


def _packed(name: str, text: str) -> package.Member:
    data = text.encode()
    return package.pack(name, data, _LEVEL if len(data) < _LONG_BYTES else _LEVEL_OF_LONG)


def _told(error: Exception, part: _Part) -> Exception:
    """What went wrong in a master's code as a sentence with its place."""
    from jinja2 import UndefinedError
    from jinja2.exceptions import SecurityError

    from docgen.rendering.jinja_words import in_chinese

    if isinstance(error, UsageError):
        return error
    line = _line(error, part)
    place = part.source.place(line)
    if isinstance(error, UndefinedError):
        return UsageError(f"{place}：缺少 {part.source.full_name(line, error.message or '')}")
    if isinstance(error, SecurityError):
        why = "" if (error.message or "").isascii() else f"{error.message}，"
        return UsageError(f"{place}：{why}模板里有不允许的写法，请改用普通变量。")
    if isinstance(error, (RecursionError, MemoryError)):
        return UsageError(f"{place}：模板里有不允许的写法（算不完），请改用普通变量。")
    return UsageError(f"{place}：这一处填不出来（{in_chinese(error)}）。")


def _sound(text: str, part: _Part) -> str:
    """What a fill may leave that Word does not take: cells without a paragraph, tables without a row, ids twice."""
    if part.tables:
        if any(end in text for end in _UNFINISHED):
            text = _UNFINISHED_CELL.sub(r"\1<w:p/></w:tc>", text)
        if "</w:tblGrid></w:tbl>" in text:
            text = _EMPTY_TABLE.sub("<w:p/>", text)
    if part.columns:
        from docgen.rendering.columns import fit_columns

        text = fit_columns(text)
    if part.draws:
        numbers = iter(range(10001, 20001))
        text = _DRAWING.sub(lambda m: f"{m[1]}{next(numbers, 20000)}{m[2]}", text)
    return text


def _line(error: BaseException, part: _Part) -> int:
    """The line of the compiled master on which it failed; 0 when the trace does not say."""
    code = part.pieces.__code__.co_filename
    frames = traceback.extract_tb(error.__traceback__)
    line = next((f.lineno or 0 for f in reversed(frames) if f.filename == code), 0)
    return part.compiled.get_corresponding_lineno(line) if line else 0


_cache: dict[tuple[str, int, int], Template] = {}
_lock = threading.Lock()


def template(path_or_name: str | Path) -> Template:
    """The compiled master: a path of a .docx, or the id or Chinese name of one of our notices. Raises UsageError."""
    path = find_master(path_or_name)
    try:
        stat = path.stat()
        key = (str(path.resolve()), stat.st_mtime_ns, stat.st_size)
        with _lock:
            if key not in _cache:
                _cache[key] = Template(path.read_bytes(), path.name)
            return _cache[key]
    except OSError as error:
        raise UsageError(f"不能读取模板 {path}：{reason(error)}。") from error


def find_master(path_or_name: str | Path) -> Path:
    """The master's path, by path, key, id or Chinese name. Raises UsageError that says what there is."""
    from docgen.places import templates_folder

    wanted = str(path_or_name)
    if wanted.lower().endswith(".docx"):
        if Path(wanted).is_file():
            return Path(wanted)
        raise UsageError(f"找不到模板文件 {wanted}。")
    for kind in ("notices", "forms"):
        if (
            wanted
            and Path(wanted).name == wanted
            and (master := templates_folder() / kind / f"{wanted}.docx").is_file()
        ):
            return master
    from docgen.rendering.manifest import find_manifest

    found = find_manifest(wanted)
    if found is None:  # pragma: no cover - only a path of a .docx has no manifest
        raise UsageError(f"找不到模板文件 {wanted}。")
    return found.path
