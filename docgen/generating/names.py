"""File names from data, safe on Windows, Linux, WPS and in a zip, and never the same twice."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from docgen.errors import UsageError
from docgen.rendering.fill import written

LONGEST_BYTES = 150
"""Of one part of a path, in UTF-8. File systems take 255; a copy on a server, a temporary name and a suffix need room too."""

_FORBIDDEN = str.maketrans(dict(zip('\\/:*?"<>|', "＼／：＊？＂＜＞｜", strict=True)))
_INVISIBLE = re.compile("[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
_SAFE = re.compile("[0-9\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff_-]{0,39}")
"""Most names as they are; begins with no letter, so it is no device's, and is never over ``LONGEST_BYTES``."""
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?=\.|$)")
_FIELD = re.compile(r"\{([^{}:]+)(?::(0?\d+))?\}")


def safe_name(text: str, longest: int = LONGEST_BYTES) -> str:
    """``text`` as one part of a path: forbidden signs become their full-width twins, device names get a ``_``, ends are
    trimmed; a name that is too long is cut and told apart by a digest. Never empty."""
    if longest == LONGEST_BYTES and _SAFE.fullmatch(text):
        return text
    name = _INVISIBLE.sub("", unicodedata.normalize("NFC", text)).translate(_FORBIDDEN)
    name = " ".join(name.split()).strip(". ")
    name = _RESERVED.sub(r"_\1", name)
    if len(name.encode()) > longest:
        mark = "~" + hashlib.sha256(name.encode()).hexdigest()[:8]
        name = name.encode()[: longest - len(mark)].decode(errors="ignore").rstrip(". ") + mark
    return name or "_"


@dataclass(frozen=True, slots=True)
class Pattern:
    """``{id}``, ``{中文标签}``, ``{row:05}`` and plain text; ``/`` in the pattern (not in the data) makes a sub-folder."""

    text: str
    parts: tuple[tuple[tuple[str, int | None] | str, ...], ...]

    def path(self, values: Mapping[str, object]) -> str:
        """Without a suffix; parts joined by ``/``. A name that the row has no value for is left out."""
        return "/".join(safe_name("".join(_filled(piece, values) for piece in part)) for part in self.parts)


def _filled(piece: tuple[str, int | None] | str, values: Mapping[str, object]) -> str:
    if isinstance(piece, str):
        return piece
    name, width = piece
    value = values.get(name)
    if value.__class__ is int:
        text = str(value)
    elif value.__class__ is str and not value[:1].isdigit():  # only a date begins with a digit
        text = value
    else:
        text = written(value)
    return text.zfill(width) if width is not None else text


def compile_pattern(text: str, names: Mapping[str, str]) -> Pattern:
    """``names``: what may stand in braces → the key it stands for. Raises UsageError that lists them."""
    if not text.strip("/ "):
        raise UsageError("文件名的式样是空的，请写作例如 {row:05}-{addressee}。")
    parts: list[tuple[tuple[str, int | None] | str, ...]] = []
    for part in text.replace("\\", "/").split("/"):
        if part.strip() in ("", ".", ".."):
            raise UsageError(f"文件名的式样“{text}”里有空的或不允许的文件夹名。")
        pieces: list[tuple[str, int | None] | str] = []
        at = 0
        for mark in _FIELD.finditer(part):
            name = mark[1].strip()
            if name not in names:
                raise UsageError(f"文件名的式样里没有“{name}”这一项，可用的有：{'、'.join(names)}。")
            pieces += [part[at : mark.start()], (names[name], int(mark[2]) if mark[2] else None)]
            at = mark.end()
        rest = part[at:]
        if "{" in rest or "}" in rest:
            raise UsageError(f"文件名的式样“{text}”里的大括号不成对。")
        parts.append((*(p for p in pieces if p), rest) if rest else tuple(p for p in pieces if p))
    return Pattern(text, tuple(parts))


@dataclass(slots=True)
class Names:
    """Hands out each path once; Windows does not tell capitals from small letters, so neither does this."""

    pattern: Pattern
    suffix: str = ".docx"
    _given: dict[str, int] = field(default_factory=dict)

    def path(self, values: Mapping[str, object]) -> str:
        """The path of this row's document; a second row of the same name gets ``-2``."""
        stem = self.pattern.path(values)
        key = stem.casefold()
        count = self._given.get(key, 0) + 1
        self._given[key] = count
        while count > 1:
            other = f"{stem}-{count}"
            if other.casefold() not in self._given:
                self._given[other.casefold()] = 1
                self._given[key] = count
                return other + self.suffix
            count += 1
        return stem + self.suffix


def pattern_names(variables: Iterable[tuple[str, str]], also: Iterable[str] = ("row", "key")) -> dict[str, str]:
    """What may stand in a pattern's braces, from (id, label) pairs; a label two variables share stands for none."""
    out: dict[str, str] = {name: name for name in also}
    labels: dict[str, str | None] = {}
    for id_, label in variables:
        out[id_] = id_
        labels[label] = id_ if label not in labels else None
    out.update({label: id_ for label, id_ in labels.items() if id_ and label not in out})
    return out
