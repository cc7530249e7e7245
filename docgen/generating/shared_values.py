"""Values that no column gives: of ``--set``, of the data's shared part, of the office; and what is missing after all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from docgen.errors import UsageError
from docgen.generating.grouping import assembled
from docgen.generating.mapping import Mapped, find_slot
from docgen.generating.wanted import GROUP, LISTS, UNKNOWN, Wanted, near_names

if TYPE_CHECKING:
    from docgen.rendering.manifest import Variable
    from docgen.settings import Settings

_OFFICE = {"name": ("office", None), "reviewing_authority": ("review_organ", None), "court": ("court", None)}
OFFICE_CONTACT = {"contact": ("contact", "联系人"), "phone": ("phone", "联系电话"), "address": ("address", "地址")}
"""Key of ``[office]`` → variable and the label it must have (None: any)."""


def set_values(sets: Sequence[str], want: Wanted) -> dict[str, Any]:
    """``--set`` by variable id. Raises UsageError for an unknown variable and a value of the wrong type."""
    from docgen.generating.values import RowError, convert

    parts = []
    for item in sets:
        name, sign, value = (part.strip() for part in item.partition("="))
        if not sign or not name:
            raise UsageError(f"--set 要写成 名称=值，得到的是“{item}”")
        slot = find_slot(name, want)
        if slot is None:
            raise UsageError(f"--set 里的“{name}”不是模板的变量{near_names(name, want.slots)}")
        parts.append((slot, value))
    out = assembled(parts)
    for id_, value in out.items() if want.declared else ():
        try:
            convert([want.by_id[id_]], {id_: value})
        except RowError as error:
            raise UsageError(f"--set {id_}：{'；'.join(map(str, error.args))}") from None
    return out


def common_values(shared: Mapping[str, Any], want: Wanted, notes: list[str]) -> dict[str, Any]:
    parts = []
    for name, value in shared.items():
        if slot := find_slot(name, want):
            parts.append((slot, value))
        else:
            notes.append(f"共用项“{name}”不是模板的变量，没有用上")
    return assembled(parts)


def office_values(settings: Settings, want: Wanted) -> dict[str, str]:
    """What docgen.toml says of the office. 联系电话 and 地址 are the office's only beside its 联系人: on a form, a receipt or a
    commitment they are the applicant's."""
    if want.all_optional or not want.declared:
        return {}
    labels = {v.id: v.label for v in want.variables}
    keys = {**_OFFICE, **(OFFICE_CONTACT if labels.get("contact") == "联系人" else {})}
    return {
        id_: settings.office[key]
        for key, (id_, label) in keys.items()
        if settings.office.get(key) and id_ in labels and (label is None or labels[id_] == label)
    }


def kept_out(mapped: Mapped, theirs: frozenset[str], want: Wanted) -> Iterator[str]:
    """Columns that the office's own contact goes before: in a table of applicants they are the applicants'."""
    for heading in mapped.unused():
        slot = find_slot(heading, want)
        if slot and slot.path in theirs and heading != slot.path:
            yield f"“{heading}”一列没有用，{slot.label}以 docgen.toml 里本机关的为准；要用这一列请加 --map {heading}={slot.path}"


def require(want: Wanted, mapped: Mapped, elsewhere: Mapping[str, str]) -> None:
    had = mapped.variables() | set(elsewhere)
    missing = [v for v in want.required() if v.id not in had]
    if not missing:
        return
    words = "、".join(map(_named, missing))
    first = next((v for v in missing if v.type not in (*LISTS, GROUP)), None)
    shared = f"；各份都相同的用 --set，例如 --set {first.id}={_example(first)}" if first else ""
    columns = "、".join(h for h in mapped.unused()[:8])
    unused = f"；数据里还没有用上的列：{columns}，可用 --map 列=变量 指明" if columns else ""
    raise UsageError(f"数据里没有这些必填项：{words}{shared}{unused}")


def _named(variable: Variable) -> str:
    columns = f"，一组行，列有 {'、'.join(c.label for c in variable.columns)}" if variable.columns else ""
    name = "" if variable.label == variable.id else variable.id
    inside = f"{name}{columns}".lstrip("，")
    return f"{variable.label}（{inside}）" if inside else variable.label


def _example(variable: Variable) -> str:
    from checkers.values.types import to_plain

    if variable.sample is None or variable.sample == UNKNOWN:
        return "值"
    try:
        text = str(to_plain(variable.sample))
    except TypeError:
        text = "…"
    return f"'{text}'" if re.search(r"\s", text) else text
