"""A .docx master with Jinja tags, compiled once and filled many times, from any number of threads.

Tags as officers know them from docxtpl: ``{{ value }}``, ``{% if %}`` inside a paragraph, ``{%p for … %}`` alone in a paragraph (the
paragraph disappears), ``{%tr for … %}`` in a table row (the row disappears). Values are escaped, a line break in a value is a
line break on paper, dates are written 2024年8月20日. Code in a master runs in Jinja's sandbox.
"""

from __future__ import annotations

import os
import re
import tempfile
import threading
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.errors import UsageError, reason
from docgen.rendering import package
from docgen.rendering.fill import written
from docgen.rendering.tags import Source, read_part
from docgen.rendering.words import FILTERS

if TYPE_CHECKING:
    from jinja2 import Template as JinjaTemplate
    from jinja2.sandbox import SandboxedEnvironment

_PART = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_BREAK = '</w:t><w:br/><w:t xml:space="preserve">'
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_RAW_FILTERS = ("safe", "xmlattr", "urlize", "tojson", "forceescape", "pprint")
"""Filters that put out markup of their own; a master has no use for them and a hostile one has."""


@lru_cache(maxsize=1)
def environment() -> SandboxedEnvironment:
    """The one Jinja environment of all masters."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from markupsafe import Markup, escape

    class Missing(StrictUndefined):
        """Its error carries the bare name, from which ``_sentence`` makes words."""

        @property
        def _undefined_message(self) -> str:
            return self._undefined_hint or str(self._undefined_name)

    def on_paper(value: Any) -> Any:
        if isinstance(value, Missing):
            return value
        text = value if isinstance(value, Markup) else escape(_NOT_XML.sub("", written(value)))
        return Markup(str(text).replace("\r\n", "\n").replace("\n", _BREAK))  # noqa: S704  escaped one line above

    made = ImmutableSandboxedEnvironment(
        undefined=Missing, autoescape=True, finalize=on_paper, keep_trailing_newline=True
    )
    made.filters.update(FILTERS)
    for name in _RAW_FILTERS:
        made.filters.pop(name, None)
    return made


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
    source: Source
    compiled: JinjaTemplate


class Template:
    """A compiled master. Filling changes nothing in it, so threads may share it."""

    def __init__(self, data: bytes, name: str = "模板") -> None:
        self.name = name
        self._members = package.read(data, name)
        self._parts: dict[str, _Part] = {}
        for member in self._members.values():
            if _PART.fullmatch(member.name) and (source := read_part(member.name, member.data(), name)):
                self._parts[member.name] = _Part(source, self._compile(source))

    def _compile(self, source: Source) -> JinjaTemplate:
        from jinja2 import TemplateSyntaxError

        try:
            return environment().from_string(source.text)
        except TemplateSyntaxError as error:
            raise UsageError(f"{self.name}{source.place(error.lineno)}：标签写错了（{error.message}）。") from error

    def sources(self) -> list[str]:
        """The Jinja text of each part, from which the names a master asks for can be told."""
        return [part.source.text for part in self._parts.values()]

    def tagged(self) -> list[Source]:
        """Each part that has tags: its Jinja source, with the places of its lines."""
        return [part.source for part in self._parts.values()]

    def variables(self) -> list[str]:
        """The names that the master asks for, sorted."""
        from jinja2 import meta

        names: set[str] = set()
        for part in self._parts.values():
            names |= meta.find_undeclared_variables(environment().parse(part.source.text))
        return sorted(names - {"range", "dict", "lipsum", "cycler", "joiner", "namespace"})

    def fill(self, context: Mapping[str, Any], warnings: tuple[str, ...] = ()) -> Filled:
        """The document with its values. Raises UsageError that names the paragraph and the variable that is missing."""
        members = dict(self._members)
        for name, part in self._parts.items():
            members[name] = package.pack(name, self._render(part, context).encode())
        return Filled(package.write(members), warnings)

    def _render(self, part: _Part, context: Mapping[str, Any]) -> str:
        from jinja2 import TemplateError, UndefinedError
        from jinja2.exceptions import SecurityError

        try:
            return part.compiled.render(context)
        except UndefinedError as error:
            line = _line(error)
            missing = part.source.full_name(line, error.message or "")
            raise UsageError(f"{part.source.place(line)}：缺少 {missing}") from error
        except SecurityError as error:
            raise UsageError(f"{part.source.place(_line(error))}：模板里有不允许的写法，请改用普通变量。") from error
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise UsageError(f"{part.source.place(_line(error))}：这一处填不出来（{error}）。") from error


def _line(error: BaseException) -> int:
    """The line of the compiled master on which it failed; 0 when the trace does not say."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((f.lineno or 0 for f in reversed(frames) if f.filename == "<template>"), 0)


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
