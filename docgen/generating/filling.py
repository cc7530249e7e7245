"""One way to fill any master: Jinja masters by their compiled template, forms by their content controls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from docgen.generating.values import converter
from docgen.rendering.manifest import Variable

Fill = Callable[[Mapping[str, Any]], bytes]


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


_fills: dict[str, Fill] = {}


def filler(master: Master) -> Fill:
    """Compiles once a process. The function takes a row by variable id and raises RowError or UsageError for it alone."""
    fill = _fills.get(master.digest)
    if fill is None:
        fill = _fills[master.digest] = _form(master) if master.is_form else _template(master)
    return fill


def _template(master: Master) -> Fill:
    from docgen.rendering.template import Template

    compiled = Template(master.data, master.name)
    convert = converter(master.variables)
    return lambda row: compiled.fill(convert(row)).data


def _form(master: Master) -> Fill:
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

    return fill


def load_master(name: str) -> Master:
    """By key, id, Chinese name, or path of a ``.docx``. Raises UsageError."""
    import hashlib

    from docgen.errors import UsageError, reason
    from docgen.rendering.fill import blanks
    from docgen.rendering.manifest import find_manifest
    from docgen.rendering.template import find_master

    path = find_master(name)
    manifest = find_manifest(str(path))
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"不能读取模板 {path}：{reason(error)}。") from error
    names = [] if manifest else blanks(data)
    variables = manifest.variables if manifest else tuple(Variable(name, name, optional=True) for name in names)
    is_form = manifest.kind == "form" if manifest else bool(names)
    digest = hashlib.sha256(data + repr(variables).encode()).hexdigest()
    return Master(manifest.name if manifest else path.name, data, digest, variables, is_form)
