"""Jinja tags in the paragraphs of a Word part: found over split runs, gathered into the run where they begin.

In the tree a tag is one placeholder, ``\\ufdd0number\\ufdd1``: Unicode keeps these code points free of any meaning, and XML may
carry them. What is no tag stays text whatever it looks like, because Jinja is given delimiters that no XML can hold (source.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Literal, NamedTuple

from docgen.errors import UsageError

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
PLACEHOLDER = re.compile("\ufdd0(\\d+)\ufdd1")

Kind = Literal["block", "value", "comment"]

_OPEN = re.compile(r"\{([{%#])|\{_\{|\}_\}|\{_%|%_\}")
_CLOSE = {"{": "}}", "%": "%}", "#": "#}"}
_KIND: dict[str, Kind] = {"{": "value", "%": "block", "#": "comment"}
_LITERAL = {"{_{": "{{", "}_}": "}}", "{_%": "{%", "%_}": "%}"}
_LIFT = re.compile(r"(tr|tc|p|r)\s+(?=\S)")
_END_RAW = re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}")
_TYPED = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "\u00a0": " ", "\n": " ", "\t": " "})
"""Word's autocorrection turns quotes in a tag into Chinese ones; Jinja wants the plain."""


@dataclass(slots=True)
class Tag:
    """``code`` is without braces. ``lift``: what disappears with it, p, tr, tc, r or "". ``label`` is its place in Chinese.

    ``before`` and ``after``: written ``{%-`` and ``-%}``, it joins the line before or after. ``plain``: it stands in an
    attribute or a field's instruction, where a value can be text only.
    """

    kind: Kind
    code: str
    label: str
    lift: str = ""
    before: bool = False
    after: bool = False
    plain: bool = False

    def __str__(self) -> str:
        sign = {"block": "%", "value": "{", "comment": "#"}[self.kind]
        return f"{{{sign}{self.lift} {self.code} {sign.replace('{', '}')}}}"


class Tags:
    """The tags of one part, by the number of their placeholder."""

    def __init__(self) -> None:
        self.all: list[Tag] = []

    def add(self, tag: Tag) -> str:
        self.all.append(tag)
        return f"\ufdd0{len(self.all) - 1}\ufdd1"

    def statement(self, code: str, label: str) -> str:
        return self.add(Tag("block", code, label))

    def plain(self, code: str, label: str) -> str:
        return self.add(Tag("value", code, label, plain=True))

    def within(self, text: str) -> Iterator[tuple[str, Tag]]:
        """Placeholders in ``text`` with their tags."""
        for found in PLACEHOLDER.finditer(text):
            yield found[0], self.all[int(found[1])]


class Span(NamedTuple):
    """Where something stands in a paragraph's text; either a tag or ``literal`` text that takes its place."""

    start: int
    end: int
    tag: Tag | None
    literal: str = ""


def find_tags(text: str, label: str) -> Iterator[Span]:
    """Tags, raw passages and escaped braces, in order. Raises UsageError for one that does not end in this text."""
    plain, at = text.translate(_TYPED), 0
    while found := _OPEN.search(plain, at):
        start, sign = found.start(), found[1]
        if sign is None:
            at = found.end()
            yield Span(start, at, None, _LITERAL[found[0]])
            continue
        at = _end(plain, found.end(), sign)
        if at < 0:
            raise UsageError(f"{label}：标签没有写完整，“{{{{”要有“}}}}”，“{{%”要有“%}}”，且在同一段内。")
        tag = _tag(sign, plain[start + 2 : at - 2], label)
        if tag.kind == "block" and tag.code == "raw":
            close = _END_RAW.search(plain, at)
            if close is None:
                raise UsageError(f"{label}：标签没有写完整，{{% raw %}} 要在同一段内有 {{% endraw %}}。")
            yield Span(start, close.end(), None, text[at : close.start()])
            at = close.end()
            continue
        yield Span(start, at, tag)


def _end(text: str, at: int, sign: str) -> int:
    """Behind the closing braces; a brace in a string or of a mapping does not close. -1 when there are none."""
    close, quote, depth, n = _CLOSE[sign], "", 0, at
    while sign != "#" and n < len(text):
        letter = text[n]
        if quote:
            n += letter == "\\"
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif depth <= 0 and text.startswith(close, n):
            return n + 2
        else:
            depth += (letter == "{") - (letter == "}")
        n += 1
    found = text.find(close, at)
    return found + 2 if found >= 0 else -1


def _tag(sign: str, inside: str, label: str) -> Tag:
    before, after = inside.startswith("-"), inside.endswith("-") and len(inside) > 1
    code = inside[1:] if inside[:1] in ("-", "+") else inside
    code = code[:-1] if code[-1:] in ("-", "+") else code
    lift = _LIFT.match(code)
    if lift:
        code = code[lift.end() :]
    kind = _KIND[sign]
    return Tag(kind, code.strip(), label, lift[1] if lift else "", before, after)


_TEXT, _INSTRUCTION = f"{W}t", f"{W}instrText"
_BLANKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}noBreakHyphen": "-"}


def heal(paragraph: Element, label: str, tags: Tags) -> None:
    """Puts a placeholder for each tag into the run where it begins, in the text and in the instructions of fields."""
    own = [n for n in paragraph.iter(_TEXT, _INSTRUCTION, *_BLANKS) if _paragraph_of(n) is paragraph]
    _heal([n for n in own if n.tag != _INSTRUCTION], label, tags, plain=False)
    _heal([n for n in own if n.tag == _INSTRUCTION], label, tags, plain=True)


def _paragraph_of(node: Element) -> Element | None:
    parent = node.getparent()
    if parent is None or parent.tag == f"{W}tabs":  # a tab stop, not a tab
        return None
    return next(node.iterancestors(f"{W}p"), None)


def _heal(nodes: list[Element], label: str, tags: Tags, plain: bool) -> None:
    texts = [_BLANKS.get(str(n.tag)) or n.text or "" for n in nodes]
    whole = "".join(texts)
    spans = list(find_tags(whole, label)) if "{" in whole or "}_}" in whole or "%_}" in whole else []
    if not spans:
        return
    starts = [0, *accumulate(len(text) for text in texts)]
    for span in reversed(spans):  # from behind, so that the offsets before stay true
        if span.tag is not None:
            span.tag.plain = plain
        new = span.literal if span.tag is None else tags.add(span.tag)
        for n in range(len(nodes) - 1, -1, -1):
            low, high = max(span.start, starts[n]), min(span.end, starts[n] + len(texts[n]))
            if low >= high:
                continue
            if str(nodes[n].tag) in _BLANKS:
                nodes[n].getparent().remove(nodes[n])  # type: ignore[union-attr]  # it stands in a run
                continue
            old, first = nodes[n].text or "", starts[n]
            nodes[n].text = old[: low - first] + (new if low == span.start else "") + old[high - first :]
            nodes[n].set(SPACE, "preserve")


def heal_attributes(root: Element, label: str, tags: Tags) -> None:
    """Tags in attributes: the words of a watermark, the description of a picture, the tip of a link."""
    for node in root.iter():
        for name, value in node.attrib.items():
            text = str(value)
            if "{{" not in text and "{%" not in text:
                continue
            try:
                spans = list(find_tags(text, label))
            except UsageError:  # braces of some other meaning
                continue
            for span in reversed(spans):
                if span.tag is not None:
                    span.tag.plain = True
                new = span.literal if span.tag is None else tags.add(span.tag)
                text = text[: span.start] + new + text[span.end :]
            node.set(name, text)
