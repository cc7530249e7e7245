"""Which column of the data gives which variable: by id, label or alias, then by likeness; the person's own word goes first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from docgen.errors import UsageError
from docgen.generating.wanted import Slot, Wanted, near_names

LIKE = 85
"""The least likeness (0 to 100) at which a heading is taken for a name."""
CLEARLY = 5
"""By how much the likeliest name must be likelier than that of any other variable."""

How = Literal["name", "like", "given", "saved"]

_UNIT = re.compile(
    r"[(\[](单位[:：]?)?(万元|亿元|元|元/月|元/人|元/人/年|元/年|个月|月|年|天|日|工作日|人|人次|份|户|家|周岁|岁|%|大写|小写"
    r"|必填|选填|可选|可不填|非必填|年月日|年/月/日|yyyy-mm-dd|yyyy-mm|yyyymmdd|18位|如有|有则填|文本)[)\]]$",
    re.IGNORECASE,
)
_KEPT_WORDS = ("大写", "小写")
_NUMBERED = re.compile(r"^(.*?)[_\-\s]?\(?([1-9]|[1-9]\d)\)?$")


@dataclass(frozen=True, slots=True)
class Mapped:
    """``slots`` stands as the headings do; None where a column is not used. ``how`` each was found, by heading place."""

    headings: tuple[str, ...]
    slots: tuple[Slot | None, ...]
    how: Mapping[int, How] = field(default_factory=dict)

    def variables(self) -> set[str]:
        """Ids of the variables that some column gives, wholly or in part."""
        return {s.variable for s in self.slots if s}

    def unused(self) -> list[str]:
        return [h for h, s in zip(self.headings, self.slots, strict=True) if h and s is None]

    def place(self, name: str) -> int | None:
        """Where the column stands that is called ``name`` or gives the variable of that id or label."""
        if name in self.headings:
            return self.headings.index(name)
        folded = fold(name)
        for n, (heading, slot) in enumerate(zip(self.headings, self.slots, strict=True)):
            if fold(heading) == folded or (slot and folded in map(fold, slot.names)):
                return n
        return None


def fold(text: str) -> str:
    """Without white space, width, capitals and punctuation; brackets are kept, their style is not."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = text.translate(str.maketrans("【〔［{｛】〕］}｝", "((((()))))"))
    return re.sub(r"[^\w().一-鿿]|_", "", text)


def bare(text: str) -> str:
    """``fold`` without a unit or an instruction in brackets at the end: 补贴金额（元） is 补贴金额, *姓名 is 姓名."""
    text = fold(text)
    found = _UNIT.search(text)
    if found and found[2] not in _KEPT_WORDS:
        text = text[: found.start()]
    return text


def heading_test(wanted: Wanted) -> Callable[[str], bool]:
    """Whether a text names a variable exactly; by this the header row of a table is told."""
    names = {key for slot in wanted.slots for name in slot.names for key in (fold(name), bare(name)) if key}

    def test(text: str) -> bool:
        key = bare(text)
        numbered = _NUMBERED.match(key)
        return key in names or bool(numbered and numbered[1] in names)

    return test


# ---------------------------------------------------------------- choosing


def map_columns(
    headings: Sequence[str],
    wanted: Wanted,
    given: Mapping[str, str] | None = None,
    saved: Mapping[str, str] | None = None,
    taken: frozenset[str] = frozenset(),
) -> Mapped:
    """``given`` (of the person) and ``saved`` (of the last run): heading → variable, "" for a column not to be used.
    ``taken``: variables that no column gives unless the person says so.

    Raises UsageError for a name that is no column or no variable, and for two columns that give the same variable.
    """
    slots: list[Slot | None] = [None] * len(headings)
    how: dict[int, How] = {}
    barred: set[int] = set()
    for heading, name in (given or {}).items():
        for n in _places(heading, headings):
            _set(n, name, slots, how, barred, wanted, "given")
    for heading, name in (saved or {}).items():
        for n in (n for n, h in enumerate(headings) if h == heading and n not in how and n not in barred):
            if not name or find_slot(name, wanted):
                _set(n, name, slots, how, barred, wanted, "saved")
    free = [n for n, h in enumerate(headings) if h and n not in how and n not in barred]
    open_slots = [s for s in wanted.slots if s.path not in taken]
    _by_name(headings, free, open_slots, slots, how)
    _by_likeness(headings, [n for n in free if slots[n] is None], open_slots, slots, how)
    return Mapped(tuple(headings), tuple(slots), how)


def _places(heading: str, headings: Sequence[str]) -> list[int]:
    places = [n for n, h in enumerate(headings) if h == heading] or [
        n for n, h in enumerate(headings) if h and fold(h) == fold(heading)
    ]
    if not places:
        raise UsageError(f"--map 里的“{heading}”不是数据的列，数据里有：{'、'.join(h for h in headings if h)}")
    if len(places) > 1:
        raise UsageError(f"数据里叫“{heading}”的有 {len(places)} 列，请先改成不同的名称")
    return places


def _set(
    n: int,
    name: str,
    slots: list[Slot | None],
    how: dict[int, How],
    barred: set[int],
    wanted: Wanted,
    by: How,
) -> None:
    if not name:
        barred.add(n)
        return
    slot = find_slot(name, wanted)
    if slot is None:
        raise UsageError(f"模板里没有“{name}”这个变量{near_names(name, wanted.slots)}")
    slots[n], how[n] = slot, by


def find_slot(name: str, wanted: Wanted) -> Slot | None:
    """By path, label or alias, whole or folded; a scalar goes before the column of a list. None for no name of ours."""
    exact = [s for s in wanted.slots if name == s.path] or _called(fold(name), wanted.slots, fold)
    if not exact:
        return _numbered(fold(name), wanted.slots)
    return _foremost(exact)


def _called(key: str, slots: Sequence[Slot], form: Callable[[str], str]) -> list[Slot]:
    return [s for s in slots if key and key in map(form, s.names)]


def _foremost(slots: Sequence[Slot]) -> Slot:
    return next((s for s in slots if not s.in_rows), slots[0])


def _numbered(key: str, slots: Sequence[Slot]) -> Slot | None:
    """问题2 → the second row of the list that has a column 问题."""
    parts = key.split(".")
    if len(parts) == 3 and parts[1].isdigit():
        key = f"{parts[0]}.{parts[2]}{parts[1]}"
    match = _NUMBERED.match(key)
    if match is None:
        return None
    rows = [s for s in slots if s.in_rows]
    found = _called(match[1], rows, fold) or _called(match[1], rows, bare)
    if not found:
        return None
    first, index = found[0], int(match[2])
    path = f"{first.variable}.{index}.{first.column}"
    return Slot(path, f"{first.label}{index}", first.variable, first.column, index)


def _left(wishes: Sequence[Slot], slots: Sequence[Slot | None]) -> list[Slot]:
    """What no column gives yet; once flat rows feed a list, no other list."""
    taken = {s.path for s in slots if s}
    feeds = {s.variable for s in slots if s and s.in_rows}
    return [s for s in wishes if s.path not in taken and (not s.in_rows or not feeds or s.variable in feeds)]


def _by_name(
    headings: Sequence[str], free: Sequence[int], wishes: Sequence[Slot], slots: list[Slot | None], how: dict[int, How]
) -> None:
    """The whole name first, then the folded one, then without its unit: a column takes what no better one has."""
    for form in (str, fold, bare):
        found: dict[int, Slot] = {}
        left = _left(wishes, slots)
        for n in free:
            if slots[n] is None and (fits := _called(form(headings[n]), left, form)):
                found[n] = _foremost(fits)
        _one_list(found)
        _each_once(found, headings)
        for n, slot in found.items():
            slots[n], how[n] = slot, "name"
    taken = {s.path for s in slots if s}
    for n in free:
        counted = _numbered(bare(headings[n]), wishes) if slots[n] is None else None
        if counted and counted.path not in taken:
            slots[n], how[n] = counted, "name"
            taken.add(counted.path)


def _one_list(found: dict[int, Slot]) -> None:
    """Flat rows feed one list: of lists with like columns the one that most headings fit, else the first."""
    lists = [s.variable for s in found.values() if s.in_rows]
    if len(set(lists)) < 2:
        return
    best = max(dict.fromkeys(lists), key=lists.count)
    for n in [n for n, s in found.items() if s.in_rows and s.variable != best]:
        del found[n]


def _each_once(found: Mapping[int, Slot], headings: Sequence[str]) -> None:
    seen: dict[str, int] = {}
    for n, slot in found.items():
        if slot.path in seen:
            first, second = headings[seen[slot.path]], headings[n]
            if first == second:
                raise UsageError(f"数据里“{first}”这一列有两次，不知道用哪一列；请改名或删去一列")
            raise UsageError(
                f"“{first}”和“{second}”两列都像是 {slot.label}（{slot.path}），"
                f"请用 --map 指明，例如 --map '{first}={slot.path}' --map '{second}='"
            )
        seen[slot.path] = n


def _by_likeness(
    headings: Sequence[str], free: Sequence[int], wishes: Sequence[Slot], slots: list[Slot | None], how: dict[int, How]
) -> None:
    from rapidfuzz import fuzz

    left = _left(wishes, slots)
    likely: dict[str, list[tuple[float, int, Slot]]] = {}
    for n in free:
        key = bare(headings[n])
        scored = sorted(
            ((max(fuzz.ratio(key, bare(name)) for name in s.names), s.path, s) for s in left), key=lambda t: -t[0]
        )
        if not key or not scored or scored[0][0] < LIKE:
            continue
        if len(scored) > 1 and scored[1][0] > scored[0][0] - CLEARLY:
            continue
        likely.setdefault(scored[0][1], []).append((scored[0][0], n, scored[0][2]))
    for candidates in likely.values():
        if len(candidates) == 1:  # two columns that look like one name: neither is taken for it
            _, n, slot = candidates[0]
            slots[n], how[n] = slot, "like"
