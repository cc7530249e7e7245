"""Blank forms of a notice's attachments as the ``forms:`` of a drafted pack, tied to the materials that name them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from docgen.notices.drafting_parts import N1, Parts
from docgen.notices.drafting_text import clause, clean, flow, todo
from docgen.notices.model import Attachment

FEWEST = 4
"""Characters from which a material's name inside a form's title, or the reverse, is the same paper."""


@dataclass(slots=True)
class Forms:
    """``specs``: form id → its section of the pack, names made unique over all forms."""

    specs: dict[str, dict[str, Any]] = field(default_factory=dict)

    def named(self, material: str) -> str:
        """The form that a material is, by its title; "" where none or several fit, or it is taken."""
        wanted = _core(material)
        fitting = [
            form_id
            for form_id, spec in self.specs.items()
            if "material" not in spec and _same(_core(spec["title"]), wanted)
        ]
        return fitting[0] if len(fitting) == 1 else ""


def _core(title: str) -> str:
    return re.sub(r"附件\d*|[\W_]", "", title)


def _same(title: str, material: str) -> bool:
    if title == material:
        return bool(title)
    short, long = sorted((title, material), key=len)
    return short in long and (len(short) >= FEWEST or (len(short) > 2 and long.endswith(short)))


def draft_forms(parts: Parts, attachments: Sequence[Attachment]) -> Forms:
    """The forms; their lines are written by ``write_forms`` when the materials are known."""
    forms = Forms()
    for attachment in attachments:
        if attachment.form is None:
            continue
        parts.count("表样")
        form_id = parts.free("application" if not forms.specs else f"form_{parts.found['表样']}")
        spec = attachment.form.to_pack_section()
        spec["title"] = clean(str(spec.get("title") or attachment.title)) or "TODO 表名"
        spec["at"] = f"{N1} 附件{attachment.number or ''}"
        for key in ("fields", "signatures", "seals"):
            spec[key] = {parts.free(name): _settled(parts, one) for name, one in spec.get(key, {}).items()}
        forms.specs[form_id] = spec
    return forms


def _settled(parts: Parts, spec: dict[str, Any]) -> dict[str, Any]:
    """A blank the schema takes: a tick group without options is text, totals have names of their own."""
    out = dict(spec)
    if (out.get("type") in ("choice", "ticks") and not out.get("options")) or (
        out.get("type") == "roster" and not out.get("columns")
    ):
        out["type"] = "text"
    if "columns" in out:
        out["columns"] = {name: _settled(parts, column) for name, column in out["columns"].items()}
    if "totals" in out:
        out["totals"] = {parts.free(name): _settled(parts, total) for name, total in out["totals"].items()}
    return out


def write_forms(parts: Parts, forms: Forms) -> None:
    """The lines of all forms. One that no material names is asked about; which blanks may stay empty always is."""
    for form_id, spec in forms.specs.items():
        if "material" not in spec:
            spec["material"] = form_id
            parts.add("materials", todo(spec["at"], f"表“{clause(spec['title'])}”是哪一份材料，由谁填"))
        parts.add("forms", f"  {form_id}:  # TODO {spec['at']}：哪些栏可以不填（required: false），哪些由机关填写")
        for key in ("title", "material", "at"):
            parts.add("forms", f"    {key}: {flow(spec[key])}")
        for key in ("fields", "pledge", "signatures", "seals", "office_use"):
            value = spec.get(key)
            if not value:
                continue
            if key in ("pledge", "office_use"):
                parts.add("forms", f"    {key}: {flow(value)}")
                continue
            parts.add("forms", f"    {key}:")
            for name, one in value.items():
                parts.add("forms", f"      {name}: {flow(one)}")
