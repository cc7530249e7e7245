"""``docgen lint --fix``: what is mechanical is mended in a copy; no word is changed.

Only what a finding names is touched, by properties set directly on the paragraphs and runs concerned; styles stay as they
are. Every other member of the file keeps its bytes. Mending twice is mending once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from checkers.report import Finding
from docgen.linting import layout
from docgen.linting.docx_facts import DocxFacts, Paragraph, Section, read_facts
from docgen.linting.fixes_footer import mend_page_numbers, serialise
from docgen.linting.fixes_xml import (
    child,
    letters,
    properties,
    replace,
    set_advance,
    set_align,
    set_font,
    set_indent,
    set_pitch,
    set_size,
    set_values,
    split_run,
)
from docgen.linting.layout_roles import Part, parts_of
from docgen.linting.layout_rules import PREFIX, RULES
from docgen.linting.layout_text import edits_of
from docgen.readers.docx_package import W
from docgen.rendering import package
from docgen.rendering.draw import twips
from docgen.rendering.house import LINE_TWIPS

FONTS = {"仿宋": "仿宋_GB2312", "楷体": "楷体_GB2312", "黑体": "黑体", "小标宋": "方正小标宋简体"}
_ADVANCE = 15.79
"""Points a character: 28 of them fill 156 mm."""
_DOCUMENT = "word/document.xml"
_ROUNDS = 4
"""Mending one thing may bring out another (an indent counted in a type size that is no more); it settles at once."""
_BLANK = " \t\u00a0\u3000"


def fix(data: bytes, findings: Iterable[Finding]) -> tuple[bytes, list[str]]:
    """The mended copy of the Word file ``data`` and what was done, a Chinese phrase a rule; ``data`` itself when nothing was.

    Of ``findings`` the layout findings with a mechanical remedy are taken, the others passed over. Raises UnreadableError or
    UsageError when it is no sound Word file.
    """
    wanted = {f.rule.removeprefix(PREFIX) for f in findings if f.rule.startswith(PREFIX)}
    if not wanted or _is_strict(data):
        return data, []
    before = _broken(data)
    counts: dict[str, int] = {}
    for _ in range(_ROUNDS):
        mended, done = _round(data, wanted)
        for rule, count in done.items():
            counts[rule] = max(counts.get(rule, 0), count)
        if mended == data:
            break
        data = mended
        wanted |= _broken(data) - before
    return data, [_told(rule, counts[rule]) for rule in RULES if counts.get(rule)]


def _told(rule: str, count: int) -> str:
    return RULES[rule].mends + (f"（{count}处）" if count > 1 else "")


def _broken(data: bytes) -> set[str]:
    facts = read_facts(data)
    return {fault.rule for fault in layout.layout_faults(facts, parts_of(facts))}


def _is_strict(data: bytes) -> bool:
    """A file in the Strict dialect is read through other namespaces than it is written in: it is left alone."""
    return b"purl.oclc.org/ooxml" in package.read(data, "文件")[_DOCUMENT].data()


def _round(data: bytes, wanted: Collection[str]) -> tuple[bytes, dict[str, int]]:
    facts = read_facts(data)
    if facts.main != _DOCUMENT:
        return data, {}
    parts = parts_of(facts)
    members = package.read(data, "文件")
    done: dict[str, int] = {}
    for rule, mend in _MENDS.items():
        if rule in wanted:
            done[rule] = mend(facts, parts)
    if "page-number" in wanted:
        done["page-number"] = mend_page_numbers(facts, members)
    for rule, count in _mend_text(facts, parts, wanted).items():
        done[rule] = done.get(rule, 0) + count
    if not any(done.values()):
        return data, {}
    members[_DOCUMENT] = package.pack(_DOCUMENT, serialise(facts.root))
    return package.write(members), done


# ---------------------------------------------------------------- the page


def _mend_size(facts: DocxFacts, parts: Sequence[Part]) -> int:
    wrong = [s for s in facts.sections if layout.wrong_size(s)]
    for section in wrong:
        wide, high = (297, 210) if section.landscape else (210, 297)
        set_values(child(section.element, "pgSz"), {"w": twips(wide), "h": twips(high)})
    return len(wrong)


def _mend_margins(facts: DocxFacts, parts: Sequence[Part]) -> int:
    wrong = [s for s in facts.sections if not s.landscape and not layout.wrong_size(s) and layout.wrong_margins(s)]
    for section in wrong:
        _set_margins(section)
    return len(wrong)


def _set_margins(section: Section) -> None:
    margins = child(section.element, "pgMar")
    sides = {"top": 37, "right": 26, "bottom": 35, "left": 28, "gutter": 0}
    set_values(margins, {side: twips(mm) for side, mm in sides.items()})
    for side, mm in (("header", 15), ("footer", 23)):
        if margins.get(f"{W}{side}") is None:
            margins.set(f"{W}{side}", str(twips(mm)))


# ---------------------------------------------------------------- type


def _set_fonts(paragraph: Paragraph, face: str, wrong: str) -> None:
    """The stretches in the wrong face; one in another (a run-in heading, a stressed word) keeps its own."""
    for run in paragraph.runs:
        if run.font == wrong:
            set_font(run.element, face)


def _set_sizes(paragraph: Paragraph, points: float, wrong: float) -> None:
    for run in paragraph.runs:
        if run.size == wrong:
            set_size(run.element, points)


def _mend_body_font(facts: DocxFacts, parts: Sequence[Part]) -> int:
    wrong = layout.wrong_fonts(parts)
    for part in wrong:
        _set_fonts(part.paragraph, FONTS["仿宋"], part.paragraph.font)
    return len(wrong)


def _mend_body_size(facts: DocxFacts, parts: Sequence[Part]) -> int:
    wrong = layout.wrong_sizes(parts)
    for part in wrong:
        _set_sizes(part.paragraph, layout.BODY_POINTS, part.paragraph.size)
    return len(wrong)


def _mend_title(facts: DocxFacts, parts: Sequence[Part]) -> int:
    wrong = [p.paragraph for p in parts if p.role == "title" and layout.title_faults(p.paragraph)]
    for paragraph in wrong:
        for run in paragraph.runs:
            set_font(run.element, FONTS["小标宋"])
            set_size(run.element, layout.TITLE_POINTS)
        _set_place(paragraph, "center", layout.TITLE_POINTS)
    return len(wrong)


def _mend_headings(facts: DocxFacts, parts: Sequence[Part]) -> int:
    count = 0
    for part in layout.wrong_headings(parts):
        count += _set_heading(part, FONTS[layout.HEADING_FONTS[part.role][0]])
    return count


def _set_heading(part: Part, face: str) -> bool:
    """Set the face of the heading only: the run it ends in is cut behind it."""
    text = "".join(letters(run.element) for run in part.paragraph.runs)
    left = len(text) - len(text.lstrip(_BLANK)) + layout.heading_length(part) - len(part.paragraph.label)
    for run in part.paragraph.runs:
        own = letters(run.element)
        if left <= 0:
            break
        if len(own) > left and own[left:].strip() and split_run(run.element, left) is None:
            return False
        set_font(run.element, face)
        left -= len(own)
    return True


def _mend_attachment_mark(facts: DocxFacts, parts: Sequence[Part]) -> int:
    wrong = [part.paragraph for part, _ in layout.wrong_marks(facts, parts)]
    for paragraph in wrong:
        for run in paragraph.runs:
            set_font(run.element, FONTS["黑体"])
            set_size(run.element, layout.BODY_POINTS)
        _set_place(paragraph, "left", layout.BODY_POINTS)
        if not layout.starts_page(facts, paragraph):
            child(properties(paragraph.element, "pPr"), "pageBreakBefore").attrib.clear()
    return len(wrong)


def _mend_imprint(facts: DocxFacts, parts: Sequence[Part]) -> int:
    wrong = [p.paragraph for p in parts if p.role == "imprint" and layout.wrong_imprint(p.paragraph)]
    for paragraph in wrong:
        for run in paragraph.runs:
            set_font(run.element, FONTS["仿宋"])
            set_size(run.element, layout.SMALL_POINTS)
    return len(wrong)


# ---------------------------------------------------------------- lines and places


def _mend_pitch(facts: DocxFacts, parts: Sequence[Part]) -> int:
    drawn = (f"{W}drawing", f"{W}pict", f"{W}object")  # a firm pitch would cut a picture off
    wrong = [p.paragraph for p in layout.pitched(parts) if next(p.paragraph.element.iter(*drawn), None) is None]
    for paragraph in wrong:
        set_pitch(paragraph.element, LINE_TWIPS)
    return len(wrong)


def _mend_characters(facts: DocxFacts, parts: Sequence[Part]) -> int:
    wrong = layout.spaced(facts, parts)
    for part in wrong:
        grid = facts.sections[part.paragraph.section].grid_advance or 0.0
        for run in part.paragraph.runs:
            set_advance(run.element, round((_ADVANCE - layout.BODY_POINTS - grid) * 20))
    return len(wrong)


def _mend_indents(facts: DocxFacts, parts: Sequence[Part]) -> int:
    wrong = [p.paragraph for p in layout.unindented(parts)]
    for paragraph in wrong:
        set_indent(paragraph.element, paragraph.size, first=2, keep_right=True)
        _strip(paragraph, tail=False)
    return len(wrong)


def _set_place(paragraph: Paragraph, align: str, size: float, right: int = 0) -> None:
    set_align(paragraph.element, align)
    set_indent(paragraph.element, size, right=right)
    _strip(paragraph, tail=True)


def _strip(paragraph: Paragraph, *, tail: bool) -> None:
    """Take away spaces typed at the head, and behind the text where they would push it about; the tail goes first, so that
    the places of the head still hold."""
    text = paragraph.text
    end = len(text.rstrip(_BLANK))
    if tail and 0 < end < len(text):
        replace(paragraph, end, len(text), "")
    if head := len(text) - len(text.lstrip(_BLANK)):
        replace(paragraph, 0, head, "")


def _mend_addressee(facts: DocxFacts, parts: Sequence[Part]) -> int:
    wrong = [
        p.paragraph
        for p in parts
        if p.role == "addressee"
        and (
            abs(p.paragraph.left + p.paragraph.first) > layout.FLUSH_CHARS
            or p.paragraph.align in ("center", "right", "end")
        )
    ]
    for paragraph in wrong:
        _set_place(paragraph, "left", layout.BODY_POINTS)
    return len(wrong)


def _mend_number_place(facts: DocxFacts, parts: Sequence[Part]) -> int:
    wrong = layout.misplaced_numbers(parts)
    for part in wrong:
        _set_place(part.paragraph, "center", layout.BODY_POINTS)
    return len(wrong)


def _mend_signature(facts: DocxFacts, parts: Sequence[Part]) -> int:
    wrong = layout.misplaced(parts)
    for part in wrong:
        _set_place(part.paragraph, "right", layout.BODY_POINTS, right=2 if part.role == "signer" else 4)
    return len(wrong)


# ---------------------------------------------------------------- numbers, dates and punctuation


def _mend_text(facts: DocxFacts, parts: Sequence[Part], wanted: Collection[str]) -> dict[str, int]:
    """The edits the lint tells, from the last to the first, so that the places of those before still hold. The text is
    read again: spaces at its head may have gone."""
    roles = {id(part.paragraph): part.role for part in parts}
    done: dict[str, int] = {}
    for paragraph in facts.paragraphs:
        text = "".join(letters(run.element) for run in paragraph.runs)
        for edit in reversed(edits_of(text, roles.get(id(paragraph)))):
            if edit.rule in wanted and edit.new is not None and replace(paragraph, edit.start, edit.end, edit.new):
                done[edit.rule] = done.get(edit.rule, 0) + 1
    return done


_MENDS: dict[str, Callable[[DocxFacts, Sequence[Part]], int]] = {
    "page-size": _mend_size,
    "margins": _mend_margins,
    "title": _mend_title,
    "doc-number-place": _mend_number_place,
    "addressee": _mend_addressee,
    "body-font": _mend_body_font,
    "body-size": _mend_body_size,
    "line-pitch": _mend_pitch,
    "characters": _mend_characters,
    "indent": _mend_indents,
    "signature-place": _mend_signature,
    "attachment-mark": _mend_attachment_mark,
    "imprint": _mend_imprint,
    "heading-font": _mend_headings,  # last: it cuts runs
}
