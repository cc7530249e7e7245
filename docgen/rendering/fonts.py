"""Fonts that official papers name and a machine may not have: what stands in for each, and the sentence that says so."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache

from docgen.rendering import package

_SONG = (
    "宋体",
    "SimSun",
    "STSong",
    "华文宋体",
    "Source Han Serif SC",
    "思源宋体",
    "Noto Serif CJK SC",
    "Noto Serif SC",
)
_FANGSONG = (
    "仿宋",
    "FangSong",
    "STFangsong",
    "华文仿宋",
    "方正仿宋_GBK",
    "方正仿宋简体",
    "FandolFang R",
    "FandolFang",
    *_SONG,
)
_KAITI = (
    *("楷体", "KaiTi", "STKaiti", "华文楷体", "方正楷体_GBK", "方正楷体简体", "FandolKai"),
    *("AR PL UKai CN", "AR PL KaitiM GB", "LXGW WenKai", "霞鹜文楷", *_SONG),
)
_HEITI = (
    *("黑体", "SimHei", "STHeiti", "华文黑体", "方正黑体_GBK", "Source Han Sans SC", "思源黑体"),
    *("Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Zen Hei", "Microsoft YaHei"),
)
_TIMES = ("Liberation Serif", "Tinos", "Nimbus Roman", "TeX Gyre Termes", "Noto Serif CJK SC", "Source Han Serif SC")
"""Of the same widths first; last the Song faces, whose figures are closer than those of what would else be taken."""
_BY_WORD = (("仿宋", _FANGSONG), ("楷", _KAITI), ("黑", _HEITI), ("宋", _SONG), ("Times New Roman", _TIMES))
"""A font's kind is in its Chinese name; 方正小标宋 is a 宋."""
_NAMES = re.compile(rb'w:(?:eastAsia|ascii|hAnsi|cs)="([^"]*)"')
_SECONDS = 20
"""Time fontconfig may take; it reads every font once on a new machine."""


@cache
def installed() -> frozenset[str] | None:
    """The families fontconfig knows by all their names; None where there is no fontconfig (Windows, macOS)."""
    program = shutil.which("fc-list")
    if program is None:
        return None
    try:
        listed = subprocess.run(  # noqa: S603 - the system's own program, fixed arguments
            [program, "--format", "%{family}\n"], capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    families = re.split(r"[,\n]", listed.stdout.decode("utf-8", "replace").replace("\\", ""))
    return frozenset(name.strip() for name in families if name.strip())


def named_in(docx: bytes) -> set[str]:
    """The fonts that a sound .docx asks for, of those that official papers are set in. Raises UsageError."""
    found: set[str] = set()
    for name, member in package.read(docx).items():
        if name.startswith("word/") and name.endswith(".xml") and "fontTable" not in name:
            found.update(match.decode("utf-8", "replace") for match in _NAMES.findall(member.data()))
    return {name for name in found if not name.isascii() or name == "Times New Roman"}


def stand_ins(names: set[str], have: frozenset[str] | None) -> dict[str, str]:
    """For each of ``names`` that is not installed the one to draw with, "" where none is fit; in the order of the names."""
    if have is None:
        return {}
    absent = sorted(name for name in names if name not in have)
    return {name: next((other for other in _kind(name) if other in have), "") for name in absent}


def _kind(name: str) -> tuple[str, ...]:
    return next((kind for word, kind in _BY_WORD if word in name), _SONG)


def warning(fonts: Mapping[str, str]) -> str:
    """Says what :func:`stand_ins` found; "" when nothing is absent."""
    if not fonts:
        return ""
    listed = "、".join(f"{old}（{f'用 {new} 代替' if new else '没有合适的代替'}）" for old, new in fonts.items())
    return f"本机没有安装公文字体：{listed}；PDF 的字形和换行会与装了这些字体的电脑不同，正式印发前请先装上。"
