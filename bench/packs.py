"""Many packs that do not exist, for measuring what a full library of policies costs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

SHARED = 3
"""Every third label stays as it is: 姓名 and 联系电话 stand on every form, so an index meets many packs under one label."""

_STEMS = "甲乙丙丁戊己庚辛壬癸"
_NUMBER, _WORD = "9999", "〇〇〇〇"


def write_packs(source: Path, folder: Path, count: int) -> list[Path]:
    """``count`` packs made of a real one, with ids, titles and labels of their own, in ``folder``."""
    template = _template(source)
    out: list[Path] = []
    for number in range(count):
        digits = f"{number:04d}"
        word = "".join(_STEMS[int(d)] for d in digits)
        path = folder / f"zz-synthetic-{digits}.yaml"
        path.write_text(template.replace(f"synthetic-{_NUMBER}", f"synthetic-{digits}").replace(_WORD, word), "utf-8")
        out.append(path)
    return out


def _template(source: Path) -> str:
    """The pack with place holders, written once: dumping YAML five hundred times would take longer than the bench."""
    pack: dict[str, Any] = yaml.safe_load(source.read_text(encoding="utf-8"))
    pack["id"] = f"zz-synthetic-{_NUMBER}"
    pack["name"] = f"第{_WORD}号事项"
    for form in pack["forms"].values():
        form["title"] = f"第{_WORD}号事项申请表"
        form.pop("aliases", None)
        _rename(form.get("fields", {}))
        for spec in form.get("fields", {}).values():
            _rename(spec.get("columns", {}))
    return str(yaml.safe_dump(pack, allow_unicode=True, sort_keys=False, width=10_000))


def _rename(fields: dict[str, Any]) -> None:
    for number, spec in enumerate(fields.values()):
        if number % SHARED:
            spec["label"] = f"{spec['label']}{_WORD}"
