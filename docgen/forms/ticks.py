"""Which printed options are ticked: boxes before or after them, ticks typed beside them, or the option written out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from docgen.forms.match import fold, fold_unquoted, normalise_label
from docgen.forms.raw import as_written, is_blank

TICKED_GLYPHS = "☑☒■◼▣●◉✓✔√✅⊠🗹"
EMPTY_GLYPHS = "☐□▢◻⬜❏❑❒○◯"

_BOX = re.compile(rf"[(\[]?[{TICKED_GLYPHS}{EMPTY_GLYPHS}]+[)\]]?|\(\)")
_TICK = re.compile(f"[{TICKED_GLYPHS}]")

TickState = Literal["filled", "blank", "absent"]


@dataclass(slots=True)
class Ticks:
    """What a text says about a group of options.

    ``seen``: options printed there; ``ticked``: those chosen, in printed order. ``boxes``: whether any box or tick stands
    there. ``spans``: characters (start, end) of each ticked option in the text.
    """

    seen: list[str] = field(default_factory=list)
    ticked: list[str] = field(default_factory=list)
    boxes: bool = False
    spans: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class _Token:
    start: int
    end: int
    option: int = -1
    box: bool = False
    ticked: bool = False


@lru_cache(maxsize=1024)
def _options(options: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, int]]:
    """One pattern for all options, longest first, and folded option → its index."""
    names: dict[str, int] = {}
    for index, option in enumerate(options):
        names.setdefault(normalise_label(option), index)
    names.pop("", None)
    alternatives = sorted(names, key=len, reverse=True)
    pattern = "|".join(map(re.escape, alternatives)) or r"(?!)"
    return re.compile(f"(?P<box>{_BOX.pattern})|(?P<option>{pattern})"), names


def read_ticks(text: str, options: list[str]) -> Ticks:
    """The ticked options of a text."""
    flat, offsets = fold_unquoted(text)
    pattern, names = _options(tuple(options))
    tokens = [_token(found, names) for found in pattern.finditer(flat)]
    tokens = [t for t in tokens if t.box or _apart(flat, t)]
    result = Ticks(boxes=any(t.box for t in tokens))
    if not result.boxes:
        result.seen = [options[t.option] for t in tokens]
        return result
    boxes_after = _boxes_after(text, offsets, tokens)
    for index, token in enumerate(tokens):
        if token.option < 0:
            continue
        before = tokens[index - 1] if index and _touch(tokens[index - 1], token) else None
        after = tokens[index + 1] if index + 1 < len(tokens) and _touch(token, tokens[index + 1]) else None
        box = (after if boxes_after else before) or None
        name = options[token.option]
        result.seen.append(name)
        if box is not None and box.box and box.ticked and name not in result.ticked:
            result.ticked.append(name)
            result.spans.append((offsets[token.start], offsets[token.end - 1] + 1))
    return result


def _token(found: re.Match[str], names: dict[str, int]) -> _Token:
    if found.group("box") is not None:
        return _Token(found.start(), found.end(), box=True, ticked=_TICK.search(found.group()) is not None)
    return _Token(found.start(), found.end(), option=names[found.group()])


def _apart(flat: str, token: _Token) -> bool:
    """A one-character option (是, 男) inside a word is not the option."""
    if token.end - token.start > 1:
        return True
    before = flat[token.start - 1] if token.start else " "
    after = flat[token.end] if token.end < len(flat) else " "
    return not (before.isalpha() and after.isalpha())


def _touch(one: _Token, two: _Token) -> bool:
    return one.end == two.start


def _boxes_after(text: str, offsets: list[int], tokens: list[_Token]) -> bool:
    """Whether the boxes stand behind their options (是☑ 否☐): each box votes for the option it is closer to."""
    votes = 0
    for index, token in enumerate(tokens):
        if not token.box:
            continue
        before = tokens[index - 1] if index and tokens[index - 1].option >= 0 else None
        after = tokens[index + 1] if index + 1 < len(tokens) and tokens[index + 1].option >= 0 else None
        gap_before = offsets[token.start] - offsets[before.end - 1] - 1 if before and _touch(before, token) else None
        gap_after = offsets[after.start] - offsets[token.end - 1] - 1 if after and _touch(token, after) else None
        if gap_before is None or gap_after is None:
            votes += (gap_before is not None) - (gap_after is not None)
        else:
            votes += (gap_before < gap_after) - (gap_after < gap_before)
    return votes > 0


def read_choice(text: str, options: list[str]) -> tuple[str, TickState]:
    """A choice as text: the ticked options joined by 、, or what is written where no box is printed.

    More than one ticked option is returned as such: the check reports it.
    """
    ticks = read_ticks(text, options)
    if ticks.boxes and ticks.seen:
        return "、".join(ticks.ticked), "filled" if ticks.ticked else "blank"
    written = as_written(text)
    if is_blank(written) or _only_printed(text, ticks.seen, options):
        return "", "blank"
    return written, "filled"


def read_list(text: str, options: list[str]) -> tuple[list[str], TickState]:
    """A list of ticked options; where no box is printed, the options written out."""
    ticks = read_ticks(text, options)
    if ticks.boxes:
        return ticks.ticked, "filled" if ticks.ticked else "blank"
    written = as_written(text)
    if is_blank(written) or ("、" not in text and _only_printed(text, ticks.seen, options)):
        return [], "blank"
    return ticks.seen or [part for part in re.split("[、,，;；/ ]+", written) if part], "filled"


def _only_printed(text: str, seen: list[str], options: list[str]) -> bool:
    """Whether a text without boxes is just the printed list of all options."""
    if len(options) < 2 or len(set(seen)) < len(options):
        return False
    return len(re.sub(r"\W", "", fold(text))) <= sum(len(re.sub(r"\W", "", fold(o))) for o in options)


def read_tick(text: str, start: int, end: int) -> bool | None:
    """A single box beside the words ``start`` to ``end`` of a text: ticked or not; None if there is no box there.

    A box before the words counts first; one behind them only on the same line and if no other words follow it.
    """
    before = re.search(rf"[{TICKED_GLYPHS}{EMPTY_GLYPHS}][{TICKED_GLYPHS}{EMPTY_GLYPHS}()（）\[\]\s]*$", text[:start])
    behind = re.match(
        rf"[ \t\u3000:：(（\[]*([{TICKED_GLYPHS}{EMPTY_GLYPHS}]+)[)）\]]?\s*(?:$|\n|[,，、;；])", text[end:]
    )
    found = before.group() if before else behind.group(1) if behind else ""
    return _TICK.search(found) is not None if found else None
