"""One way to fill any master: Jinja masters by their compiled template, forms by their content controls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from docgen.errors import UsageError, reason
from docgen.generating.values import RowError, converter
from docgen.rendering.manifest import Variable
from docgen.rendering.template import Filled

Fill = Callable[[Mapping[str, Any]], bytes]
Check = Callable[[Mapping[str, Any]], object]


@dataclass(frozen=True, slots=True)
class Master:
    """What a worker needs of a master; travels to other processes. ``digest`` tells two masters apart.

    ``is_form``: its blanks are content controls. ``variables`` is empty for a master without a manifest.
    """

    name: str
    data: bytes
    digest: str
    variables: tuple[Variable, ...] = ()
    is_form: bool = False

    def bare(self) -> Master:
        """Its name and digest only: enough for a process that has compiled it already."""
        return replace(self, data=b"", variables=())


_ready: dict[str, tuple[Fill, Check]] = {}


def filler(master: Master) -> Fill:
    """Compiles once a process. The function takes a row by variable id and raises RowError or UsageError for it alone."""
    return _prepared(master)[0]


def checker(master: Master) -> Check:
    """As ``filler``, for who only wants to know whether a row can be filled: cheaper, nothing is packed."""
    return _prepared(master)[1]


def _prepared(master: Master) -> tuple[Fill, Check]:
    ready = _ready.get(master.digest)
    if ready is None:
        ready = _ready[master.digest] = _form(master) if master.is_form else _template(master)
    return ready


def _template(master: Master) -> tuple[Fill, Check]:
    from docgen.rendering.template import Template

    compiled = Template(master.data, master.name)
    convert = converter(master.variables)
    return lambda row: compiled.fill(convert(row)).data, lambda row: compiled.check(convert(row))


def _form(master: Master) -> tuple[Fill, Check]:
    from checkers.values.types import to_plain
    from docgen.rendering.fill import fill_form

    # a form may be handed out half filled, and so may the rows of its rosters
    variables = [
        replace(v, optional=True, columns=tuple(replace(c, optional=True) for c in v.columns)) for v in master.variables
    ]
    known = {v.id for v in variables}
    convert = converter(variables)

    def fill(row: Mapping[str, Any]) -> bytes:
        values = convert({k: v for k, v in row.items() if k in known})
        return fill_form(master.data, {k: _plain(v) for k, v in values.items() if v not in (None, [])})

    def _plain(value: Any) -> Any:
        try:
            return to_plain(value)
        except TypeError:
            return value

    return fill, fill


@dataclass(frozen=True, slots=True)
class Paper:
    """A master to fill by hand: values by id or Chinese label, as text or typed; any number of threads may share it."""

    master: Master

    @property
    def name(self) -> str:
        return self.master.name

    def variables(self) -> list[str]:
        """The names it takes, in the order of its manifest; of a master without one, those its text asks for, sorted."""
        if self.master.variables:
            return [v.id for v in self.master.variables]
        from docgen.rendering.template import Template

        return Template(self.master.data, self.master.name).variables()

    def fill(self, values: Mapping[str, Any]) -> Filled:
        """The filled document. Raises UsageError that says all that is missing or does not fit."""
        labels = {v.label: v.id for v in self.master.variables}
        row = {labels.get(key, key): value for key, value in values.items()}
        known = {v.id for v in self.master.variables}
        if known and (wrong := sorted(set(row) - known)):
            raise UsageError(f"{self.name}没有这些项：{'、'.join(wrong)}。可以填：{'、'.join(self.variables())}。")
        try:
            return Filled(filler(self.master)(row))
        except RowError as error:
            raise UsageError("；".join(str(a) for a in error.args) + "。") from error


def load_master(name: str) -> Master:
    """By key, id, Chinese name, or path of a ``.docx``. Raises UsageError."""
    import hashlib

    from docgen.rendering.fill import blanks
    from docgen.rendering.manifest import find_manifest
    from docgen.rendering.template import find_master

    path = find_master(name)
    manifest = find_manifest(str(path))
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"不能读取模板 {path}：{reason(error)}。") from error
    names = blanks(data)  # what it is stands in the file: a manifest of the user's own may not say
    variables = manifest.variables if manifest else tuple(Variable(name, name, optional=True) for name in names)
    digest = hashlib.sha256(data + repr(variables).encode()).hexdigest()
    return Master(manifest.name if manifest else path.name, data, digest, variables, bool(names))
