"""Mappings that outlive a run: a file the person wrote, and what was used the last time for the same template and headings."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from docgen.errors import UsageError, reason
from docgen.generating.mapping import Mapped

FOLDER = "mappings"


def read_mapping(path: Path) -> dict[str, str]:
    """``列: 变量`` of a YAML or JSON file; an empty value means that the column is not used. Raises UsageError."""
    import yaml

    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8-sig"))  # JSON is YAML too
    except OSError as error:
        raise UsageError(f"读不出对应关系 {path}：{reason(error)}") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise UsageError(f"对应关系 {path} 不是有效的 YAML 或 JSON（UTF-8）") from None
    if not isinstance(data, dict) or not all(isinstance(v, (str, type(None))) for v in data.values()):
        raise UsageError(f"对应关系 {path} 要一行一个“列: 变量”")
    return {str(heading).strip(): (name or "").strip() for heading, name in data.items()}


def saved_mapping(template: str, headings: Sequence[str], folder: Path) -> dict[str, str]:
    """What was used for this template and these headings, {} where nothing was saved or the file is damaged."""
    try:
        data: Any = json.loads(_file(template, headings, folder).read_text(encoding="utf-8"))
        columns = data["columns"]
        return {str(k): str(v) for k, v in columns.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def save_mapping(template: str, mapped: Mapped, barred: Sequence[str], folder: Path) -> Path | None:
    """Keeps what a name alone would not tell: columns the person or a likeness placed, and columns not to be used.

    None where there is nothing new to keep, or the folder cannot be written: the run does not depend on it."""
    columns = {
        heading: slot.path
        for n, (heading, slot) in enumerate(zip(mapped.headings, mapped.slots, strict=True))
        if slot and mapped.how.get(n) != "name"
    }
    columns.update(dict.fromkeys(barred, ""))
    target = _file(template, mapped.headings, folder)
    if not columns or columns == saved_mapping(template, mapped.headings, folder):
        return None
    text = json.dumps({"template": template, "columns": columns}, ensure_ascii=False, indent=1)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(f".{os.getpid()}.part")
        part.write_text(text, encoding="utf-8")
        part.replace(target)
    except OSError:
        return None
    return target


def _file(template: str, headings: Sequence[str], folder: Path) -> Path:
    name = hashlib.sha256(json.dumps([template, *headings]).encode()).hexdigest()[:24]
    return folder / FOLDER / f"{name}.json"


def barred(given: Mapping[str, str], saved: Mapping[str, str]) -> list[str]:
    """Headings that are not to be used, by the person's word of this run or the last."""
    return [h for h, name in {**saved, **given}.items() if not name]
