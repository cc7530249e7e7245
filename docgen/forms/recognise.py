"""Which forms a document holds, and where each begins and ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Protocol, TypedDict

from checkers.packs import BETWEEN
from docgen.document import Cell, Document, Line, Table
from docgen.forms.match import FUZZY, FUZZY_LENGTH, bare_label, fold, normalise_label
from docgen.forms.sheet import Position, Segment

TITLE_LINES = 3
"""Most lines over which a title may be broken."""

TITLE_LENGTH = 80
"""Longest title in folded characters; longer text is not a title."""

TITLE_BEFORE = 2
"""Most lines above the first title (附件3) that belong to its form; what stands higher is another text."""

MOST_WORDS = 16
"""Lines with more words between white space are running text, not labels."""

TITLE_ALIKE = 0.8
"""Least likeness of a line to a title for a form to begin there."""

WEIGHT_TITLE, WEIGHT_LABELS = 0.4, 0.6
"""Shares of the confidence: labels matter more than the title."""

UNTITLED = 0.92
"""Factor on the share of labels where no title is printed."""

FOREIGN_TITLE = 0.75
"""Factor where a title is printed that is none of the known forms'."""

TITLE_ITEMS, LEAST_TITLE = 6, 6
"""A title stands among the first lines of a form, and is longer than this many characters."""

SURE = 0.9
"""With this confidence labels printed a little differently need not be looked for."""

UNTITLED_PAGES = 2
"""Pages on which the labels of a form without a title must stand."""

LEAST_LABELS = 3
"""Labels that must be found to recognise a form without its title; a form with fewer labels needs all of them."""

MIN_CONFIDENCE = 0.45
"""A form recognised with less is not reported."""

CLOSE = 0.08
"""Other forms within this distance of the best are named as alternatives."""

SHORTLIST = 12
"""Forms compared in full after the exact labels and titles were counted."""

FormKey = tuple[str, str]
"""(policy id, form id)"""


@dataclass(frozen=True, slots=True)
class FormSignature:
    """What recognises a form: its titles (with aliases) and the labels and headings printed on it."""

    policy: str
    form: str
    titles: tuple[str, ...]
    labels: tuple[str, ...]


class Signature(Protocol):
    """Anything hashable with a signature's four attributes, such as an entry of the pack index."""

    @property
    def policy(self) -> str: ...
    @property
    def form(self) -> str: ...
    @property
    def titles(self) -> tuple[str, ...]: ...
    @property
    def labels(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Recognised:
    """A form found: ``confidence`` 0..1, ``where`` the blocks it covers, ``alternatives`` others about as likely."""

    form_key: FormKey
    confidence: float
    where: Segment
    alternatives: tuple[tuple[FormKey, float], ...] = ()


class Prepared(TypedDict):
    """What is made of signatures, as plain JSON values that can be kept.

    ``labels`` are the normalised labels of each signature; ``all_labels`` is every label once and ``having``, in the same
    order, the numbers of the signatures that have it; ``by_title`` the same for titles. Lists of labels and of numbers are
    strings with ``BETWEEN`` between them, and blanks between numbers: JSON reads ten thousand lists in 5 ms, a string in none.
    """

    labels: list[str]
    all_labels: str
    having: str
    by_title: dict[str, list[int]]


@dataclass(slots=True)
class SignatureIndex:
    """Signatures prepared once for many documents: normalised labels and titles, and which form has which.

    ``sizes`` are the numbers of labels; the labels of one form are taken apart when it is looked at.
    """

    signatures: tuple[Signature, ...]
    by_label: dict[str, str]
    by_title: dict[str, list[int]]
    titles: list[str]
    endings: frozenset[str]
    joined: list[str]
    sizes: list[int]

    def having(self, label: str) -> list[int]:
        """Numbers of the signatures with a label."""
        return [int(number) for number in self.by_label.get(label, "").split()]

    def labels(self, number: int) -> frozenset[str]:
        return frozenset(self.joined[number].split(BETWEEN)) if self.joined[number] else frozenset()


@dataclass(slots=True)
class _Item:
    """A block of the document as recognition sees it."""

    position: Position
    table: bool
    title: str
    texts: frozenset[str]
    flat: str


@dataclass(slots=True)
class _Title:
    """A line (or several) that looks like titles: signature → likeness."""

    first: int
    likeness: dict[int, float]


def prepare(signatures: Sequence[Signature]) -> Prepared:
    """Normalise labels and titles: what takes long where there are many signatures."""
    of_each: list[str] = []
    by_label: dict[str, list[str]] = {}
    by_title: dict[str, list[int]] = {}
    for number, signature in enumerate(signatures):
        labels = dict.fromkeys(label for label in map(bare_label, signature.labels) if label)
        of_each.append(BETWEEN.join(labels))
        for label in labels:
            by_label.setdefault(label, []).append(str(number))
        for title in signature.titles:
            by_title.setdefault(fold(title), []).append(number)
    by_title.pop("", None)
    having = BETWEEN.join(" ".join(numbers) for numbers in by_label.values())
    return {"labels": of_each, "all_labels": BETWEEN.join(by_label), "having": having, "by_title": by_title}


def make_index(signatures: Sequence[Signature], prepared: Prepared | None = None) -> SignatureIndex:
    """Signatures ready for ``recognise``; do this once where there are many. ``prepared`` is what was kept of them."""
    ready = prepare(signatures) if prepared is None else prepared
    titles = list(ready["by_title"])
    return SignatureIndex(
        signatures=tuple(signatures),
        by_label=dict(zip(ready["all_labels"].split(BETWEEN), ready["having"].split(BETWEEN), strict=True)),
        by_title=ready["by_title"],
        titles=titles,
        endings=frozenset(title[-1] for title in titles),
        joined=ready["labels"],
        sizes=[joined.count(BETWEEN) + 1 if joined else 0 for joined in ready["labels"]],
    )


@lru_cache(maxsize=16)
def _index_of(signatures: tuple[Signature, ...]) -> SignatureIndex:
    return make_index(signatures)


def recognise(document: Document, candidates: SignatureIndex | Sequence[Signature]) -> list[Recognised]:
    """The forms in a document, in reading order; forms that follow one another are told apart by titles and labels."""
    index = candidates if isinstance(candidates, SignatureIndex) else _index_of(tuple(candidates))
    items = list(_items(document))
    if not items or not index.signatures:
        return []
    titles = _titles(items, index)
    out: list[Recognised] = []
    for first, last, likeness in _segments(items, titles, index):
        found = _score(items[first:last], likeness, index)
        if found:
            key, confidence, others = found
            end = items[last].position if last < len(items) else (len(document.pages), 0)
            out.append(Recognised(key, confidence, Segment(items[first].position, end), others))
    return out


def _items(document: Document) -> Iterator[_Item]:
    for number, page in enumerate(document.pages):
        for position, block in enumerate(page.blocks):
            if isinstance(block, Line):
                flat = fold(block.text)
                yield _Item((number, position), False, flat, frozenset(_pieces(block.text)), flat)
            else:
                cells = list(_cells(block))
                texts = {bare_label(c.text) for c in cells if c.text and len(c.text) <= TITLE_LENGTH}
                for cell in cells:
                    if ":" in cell.text or "：" in cell.text:
                        texts.update(_pieces(cell.text))
                bands = [c.text for c in block.cells if c.row == 0 and c.colspan >= block.cols > 1]
                flat = "\n".join(fold(c.text) for c in cells)
                yield _Item((number, position), True, fold(bands[0]) if bands else "", frozenset(texts - {""}), flat)


def _cells(table: Table) -> Iterator[Cell]:
    for cell in table.cells:
        yield cell
        for inner in cell.tables:
            yield from _cells(inner)


def _pieces(text: str) -> Iterator[str]:
    """Words before a colon, and lines and words between white space: what may be a label inside a text."""
    for line in text.splitlines():
        rest = line.replace("：", ":")
        for piece in rest.split(":"):
            yield bare_label(piece)
            words = piece.split()
            if 1 < len(words) <= MOST_WORDS:
                yield from map(bare_label, words)


_Join = tuple[float, int, dict[int, float]]
"""(likeness, lines, signature → likeness) of a title."""


def _titles(items: list[_Item], index: SignatureIndex) -> list[_Title]:
    """Lines that are titles, joined over up to three lines; the join that is most alike wins, an exact one always."""
    exact = {first: join for first in range(len(items)) if (join := _exact_join(items, first, index))}
    joins = [exact.get(first) or _best_join(items, first, index, exact) for first in range(len(items))]
    out: list[_Title] = []
    number = 0
    while number < len(items):
        best = joins[number]
        if best is None or any(later and later[0] > best[0] for later in joins[number + 1 : number + best[1]]):
            number += 1
            continue
        out.append(_Title(number, best[2]))
        number += best[1]
    return out


def _joined(items: list[_Item], first: int) -> Iterator[tuple[int, str]]:
    """(lines, text) of the texts that begin at an item and may be a title."""
    text = ""
    for length, item in enumerate(items[first : first + TITLE_LINES], 1):
        text += item.title
        if not item.title or (item.table and length > 1) or len(text) > TITLE_LENGTH:
            return
        yield length, text
        if item.table:
            return


def _exact_join(items: list[_Item], first: int, index: SignatureIndex) -> _Join | None:
    """The longest join that is a title."""
    best: _Join | None = None
    for length, text in _joined(items, first):
        if text in index.by_title:
            best = (1.0, length, dict.fromkeys(index.by_title[text], 1.0))
    return best


def _best_join(items: list[_Item], first: int, index: SignatureIndex, exact: dict[int, _Join]) -> _Join | None:
    best: _Join | None = None
    for length, text in _joined(items, first):
        if first + length - 1 in exact:
            break
        likeness = _alike(text, index)
        top = max(likeness.values(), default=0.0)
        if top >= TITLE_ALIKE and (best is None or top > best[0]):
            best = (top, length, likeness)
    return best


def _alike(text: str, index: SignatureIndex) -> dict[int, float]:
    """Signature → likeness of its title to a text. Blanks of the title filled in and words between cost little."""
    out: dict[int, float] = {}
    if len(text) < FUZZY_LENGTH or text[-1] not in index.endings or text[0] == "(":
        return out
    from rapidfuzz import fuzz, process

    for title, score, _ in process.extract(text, index.titles, scorer=fuzz.ratio, score_cutoff=60, limit=20):
        value = score / 100
        if len(text) > len(title) and _in_order(title, text):
            value = max(value, 0.97 - 0.01 * (len(text) - len(title)))
        if value >= TITLE_ALIKE:
            for number in index.by_title[title]:
                out[number] = max(out.get(number, 0.0), value)
    return out


def _in_order(title: str, text: str) -> bool:
    rest = iter(text)
    return all(char in rest for char in title)


def _segments(
    items: list[_Item], titles: list[_Title], index: SignatureIndex
) -> Iterator[tuple[int, int, dict[int, float]]]:
    """(first item, one past the last, likeness of titles) of every form: a title begins one, or a table of another form."""
    starts: list[tuple[int, dict[int, float]]] = [(t.first, t.likeness) for t in titles]
    starts = _without_running_heads(items, starts, index)
    if not starts or any(item.table for item in items[: starts[0][0]]):
        starts.insert(0, (0, {}))
    else:
        starts[0] = (max(0, starts[0][0] - TITLE_BEFORE), starts[0][1])
    for number, (first, likeness) in enumerate(starts):
        last = starts[number + 1][0] if number + 1 < len(starts) else len(items)
        cuts = [first, *_cuts(items, first, last, likeness, index), last]
        for place, (a, b) in enumerate(pairwise(cuts)):
            yield a, b, likeness if place == 0 else {}


def _without_running_heads(
    items: list[_Item], starts: list[tuple[int, dict[int, float]]], index: SignatureIndex
) -> list[tuple[int, dict[int, float]]]:
    """Drops a title that is printed again over the further pages of a roster, or over pages with other labels."""
    out: list[tuple[int, dict[int, float]]] = []
    for number, (first, likeness) in enumerate(starts):
        if out and _same(out[-1][1], likeness):
            before = _texts(items[out[-1][0] : first])
            last = starts[number + 1][0] if number + 1 < len(starts) else len(items)
            after = _texts(items[first:last])
            best = max(likeness, key=lambda n: likeness[n])
            labels = index.labels(best)
            fresh = len((before & after) & labels) * 2 < len(after & labels) or not after & labels
            if fresh or _is_list(items[first:last], labels):
                continue
        out.append((first, likeness))
    return out


def _same(one: dict[int, float], two: dict[int, float]) -> bool:
    if not one or not two:
        return False
    return max(one, key=lambda n: one[n]) == max(two, key=lambda n: two[n])


def _texts(items: list[_Item]) -> frozenset[str]:
    return frozenset().union(*(item.texts for item in items))


def _is_list(items: list[_Item], labels: frozenset[str]) -> bool:
    """Whether the labels of the part stand in the first rows of a table: a roster goes on page after page."""
    for item in items:
        if item.table:
            lines = item.flat.split("\n")
            found = [n for n, text in enumerate(lines) if bare_label(text) in labels]
            return len(found) > 2 and max(found) - min(found) < len(found) + 4
    return False


def _cuts(items: list[_Item], first: int, last: int, likeness: dict[int, float], index: SignatureIndex) -> list[int]:
    """Tables that another form explains much better than the one whose part they would be."""
    out: list[int] = []
    seen: dict[int, int] = {}
    for number in range(first, last):
        if not items[number].table:
            continue
        hits = _hits(items[number].texts, index)
        if not hits:
            continue
        if not seen and not out:
            seen = {n: c for n, c in hits.items() if n in likeness} or hits
            continue
        best = max(hits, key=lambda n: hits[n] + hits[n] / max(1, index.sizes[n]))
        current = max((c for n, c in hits.items() if n in seen), default=0)
        share = hits[best] / max(1, index.sizes[best])
        if hits[best] >= LEAST_LABELS and hits[best] > 2 * current and (share > 0.5):
            out.append(number)
            seen = hits
    return out


def _hits(texts: frozenset[str], index: SignatureIndex) -> dict[int, int]:
    out: dict[int, int] = {}
    for text in texts:
        for number in index.having(text):
            out[number] = out.get(number, 0) + 1
    return out


def _score(
    items: list[_Item], likeness: dict[int, float], index: SignatureIndex
) -> tuple[FormKey, float, tuple[tuple[FormKey, float], ...]] | None:
    """The best form for a part, its confidence, and the others about as likely.

    Without a title all labels must stand close together: in a long text every label turns up somewhere.
    """
    if not likeness:
        items = [item for item in items if item.position[0] < items[0].position[0] + UNTITLED_PAGES]
    texts = _texts(items)
    hits = _hits(texts, index)
    rough = sorted(
        {*hits, *likeness},
        key=lambda n: (-_confidence(likeness.get(n, 0.0), hits.get(n, 0), index.sizes[n]), n),
    )[:SHORTLIST]
    flat = "\n".join(item.flat for item in items)
    foreign = FOREIGN_TITLE if not likeness and _has_title(items, index) else 1.0

    def score(number: int, fuzzy: bool) -> tuple[float, int, int]:
        found = hits.get(number, 0) + _further(index.labels(number) - texts, texts, flat, fuzzy)
        return foreign * _confidence(likeness.get(number, 0.0), found, index.sizes[number]), found, number

    scored = sorted((score(n, False) for n in rough), key=lambda s: (-s[0], -s[1], s[2]))
    if scored and scored[0][0] < SURE:
        scored = sorted((score(n, True) for n in rough), key=lambda s: (-s[0], -s[1], s[2]))
    if not scored or scored[0][0] < MIN_CONFIDENCE:
        return None
    best = scored[0]
    others = tuple((_key(index.signatures[n]), round(s, 4)) for s, _, n in scored[1:] if s >= best[0] - CLOSE)
    return _key(index.signatures[best[2]]), round(best[0], 4), others


def _has_title(items: list[_Item], index: SignatureIndex) -> bool:
    """Whether a line above the first table looks like the title of a form (…表, …册)."""
    for item in items[:TITLE_ITEMS]:
        if item.table:
            return False
        if len(item.title) > LEAST_TITLE and item.title[-1] in index.endings and not set(item.title) & set(":,。;"):
            return True
    return False


def _key(signature: Signature) -> FormKey:
    return signature.policy, signature.form


def _confidence(title: float, found: int, labels: int) -> float:
    share = found / labels if labels else 0.0
    if title:
        return WEIGHT_TITLE * title + WEIGHT_LABELS * share if labels else title
    if found < min(LEAST_LABELS, labels) or not labels:
        return 0.0
    return UNTITLED * share * min(1.0, 0.7 + 0.1 * found)


def _further(missing: frozenset[str], texts: frozenset[str], flat: str, fuzzy: bool) -> int:
    """Labels found in running text and, with ``fuzzy``, printed a little differently."""
    rest = [label for label in missing if not (len(label) >= FUZZY_LENGTH and label in flat)]
    found = len(missing) - len(rest)
    long = [label for label in rest if len(label) >= FUZZY_LENGTH]
    if not long or not fuzzy:
        return found
    from rapidfuzz import fuzz, process

    short = [text for text in texts if FUZZY_LENGTH <= len(text) <= 40]
    for label in long:
        found += process.extractOne(label, short, scorer=fuzz.ratio, score_cutoff=FUZZY * 100) is not None
    return found


__all__ = [
    "FormKey",
    "FormSignature",
    "Recognised",
    "SignatureIndex",
    "make_index",
    "normalise_label",
    "prepare",
    "recognise",
]
