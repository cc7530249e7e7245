"""``docgen.toml``: what an office sets once. Looked for in the working folder, then in the user's configuration folder.

    [office]
    name = "重庆市渝北区人力资源和社会保障局"
    region = "重庆市"
    contact = "张老师"
    phone = "023-67000000"
    address = "重庆市渝北区某路1号"

    [notice]
    correction_days = 5          # 工作日，补正期限；法规没有印出天数，由本单位确定

    [policies]
    folders = ["D:/政策包"]       # 本单位自己的政策包

    [notices]
    index = "D:/文件索引.sqlite"   # policy index 写到、policy search 查找的索引文件
    number_book = "D:/文号簿.sqlite"  # generate --number 的文号簿，同一单位的人共用一个

    [limits]
    pages = 200
    worker_seconds = 300          # 每份材料最长读取时间（秒）
    isolate = true                # 每份材料都由单独的进程读取（默认只有压缩包里的和较大的）

    [registers]                   # 只读地查询登记库；每一节是一项事实，:ids、:uscc 由本次申请的号码代入
    url = "sqlite:///参保.db"
    seconds = 10                  # 每次查询最长时间（秒）
    rows = 100000                 # 每次查询最多行数

    [registers.insured]
    sql = "SELECT id_number, first_insured, insured_months FROM insured WHERE id_number IN :ids"

    [registers.person]            # 申请人自己的各项事实，一行，列名是事实编号
    sql = "SELECT insured_months, still_insured FROM persons WHERE id_number IN :ids"

A file inside a packet that is being checked is never used: it comes from the applicant.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docgen.errors import UsageError, reason

FILE_NAME = "docgen.toml"
ISOLATE = "isolate"
"""The one key of ``[limits]`` that is no number: every paper is read by a worker process."""

_SECTIONS: dict[str, dict[str, type]] = {
    "office": {
        "name": str,
        "region": str,
        "contact": str,
        "phone": str,
        "address": str,
        "reviewing_authority": str,
        "court": str,
    },
    "notice": {"correction_days": int},
    "policies": {"folders": list},
    "notices": {"index": str, "number_book": str},
}


@dataclass(frozen=True, slots=True)
class Registers:
    """Databases of the office. ``queries``: fact id (or ``person``) → one SELECT. ``folder``: where docgen.toml lies."""

    url: str
    queries: dict[str, str]
    seconds: int = 10
    rows: int = 100_000
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the office; empty strings and None where nothing is set. ``source`` is the file they came from."""

    office: dict[str, str] = field(default_factory=dict)
    correction_days: int | None = None
    folders: tuple[str, ...] = ()
    limits: dict[str, int] = field(default_factory=dict)
    isolate: bool = False
    registers: Registers | None = None
    index: str = ""
    number_book: str = ""
    source: str = ""


def find_settings(checked: tuple[str, ...] = ()) -> Path | None:
    """The file that applies; one inside a checked folder is passed over."""
    named = os.environ.get("DOCGEN_CONFIG")
    if named:
        return Path(named)
    here = Path.cwd() / FILE_NAME
    inside = any(here.resolve().is_relative_to(Path(p).resolve()) for p in checked if p != "-")
    if here.is_file() and not inside:
        return here
    if sys.platform == "win32":
        base = os.environ.get("APPDATA", "")
    else:
        base = os.environ.get("XDG_CONFIG_HOME") or (str(Path.home() / ".config") if os.environ.get("HOME") else "")
    user = Path(base) / "docgen" / FILE_NAME if base else None
    return user if user is not None and user.is_file() else None


def load_settings(path: Path | None) -> Settings:
    """Raises UsageError for a file that cannot be read, an unknown key or a value of the wrong type."""
    if path is None:
        return Settings()
    import tomllib

    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"读不出配置文件 {path}：{reason(error)}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"配置文件 {path} 写法有误：{error}") from None
    _check(data, path)
    folders = tuple(str((path.parent / f).resolve()) for f in data.get("policies", {}).get("folders", ()))
    return Settings(
        office=dict(data.get("office", {})),
        correction_days=data.get("notice", {}).get("correction_days"),
        folders=folders,
        limits={k: v for k, v in data.get("limits", {}).items() if k != ISOLATE},
        isolate=data.get("limits", {}).get(ISOLATE, False),
        registers=_registers(data, path),
        index=_beside(path, data.get("notices", {}).get("index", "")),
        number_book=_beside(path, data.get("notices", {}).get("number_book", "")),
        source=str(path),
    )


def _beside(path: Path, name: str) -> str:
    """A file named in docgen.toml is looked for beside it."""
    return str((path.parent / name).resolve()) if name else ""


def _limit_names() -> set[str]:
    from dataclasses import fields

    from docgen.readers.limits import Limits

    return {f.name for f in fields(Limits)}


def _registers(data: dict[str, Any], path: Path) -> Registers | None:
    """``[registers]`` and its sections. Raises UsageError for an unknown key, a wrong type, or SQL that is not one SELECT."""
    section = data.get("registers")
    if section is None:
        return None
    from docgen.registers import sql_slip

    queries: dict[str, str] = {}
    for key, value in section.items() if isinstance(section, dict) else ():
        if isinstance(value, dict):
            if set(value) != {"sql"} or not isinstance(value["sql"], str):
                raise UsageError(f"配置文件 {path} 的 [registers.{key}] 要有且只有 sql 这个键，值是一条查询")
            if slip := sql_slip(value["sql"]):
                raise UsageError(f"配置文件 {path} 的 [registers.{key}] sql {slip}")
            queries[key] = value["sql"]
        elif key not in ("url", "seconds", "rows"):
            raise UsageError(f"配置文件 {path} 的 [registers] 中没有 {key} 这个键（请检查拼写）")
        elif key != "url" and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
            raise UsageError(f"配置文件 {path} 的 [registers] {key} 要是正整数")
    if not isinstance(section, dict) or not isinstance(section.get("url"), str) or not queries:
        raise UsageError(f"配置文件 {path} 的 [registers] 要有 url，并且至少有一节 [registers.事实编号]")
    limits = {key: section[key] for key in ("seconds", "rows") if key in section}
    return Registers(section["url"], queries, folder=str(path.resolve().parent), **limits)


def _check(data: dict[str, Any], path: Path) -> None:
    for section, values in data.items():
        if section == "limits":
            known: dict[str, type] = {**dict.fromkeys(_limit_names(), int), ISOLATE: bool}
        elif section == "registers":
            continue
        elif section in _SECTIONS:
            known = _SECTIONS[section]
        else:
            raise UsageError(f"配置文件 {path} 中没有 [{section}] 这一节")
        if not isinstance(values, dict):
            raise UsageError(f"配置文件 {path} 中的 {section} 要写成一节：[{section}]")
        for key, value in values.items():
            if key not in known:
                raise UsageError(f"配置文件 {path} 的 [{section}] 中没有 {key} 这个键（请检查拼写）")
            if not isinstance(value, known[key]) or isinstance(value, bool) != (known[key] is bool):
                raise UsageError(f"配置文件 {path} 的 [{section}] {key} 的值类型不对")
            if isinstance(value, list) and not all(isinstance(item, str) and item for item in value):
                raise UsageError(f"配置文件 {path} 的 [{section}] {key} 里要都是文字")
            if isinstance(value, int) and value < 1:
                raise UsageError(f"配置文件 {path} 的 [{section}] {key} 要是正整数")
