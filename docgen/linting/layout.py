"""The layout of a Word file held against GB/T 9704—2012 党政机关公文格式: one finding a rule, with every place.

``layout_rules`` says what each rule demands and by which clause. What cannot be told from the file (an unnamed font, a line
pitch left to the type) is told as such, never taken for right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from checkers.report import Finding
from docgen.linting.docx_facts import DocxFacts, Footer, Paragraph, Section, read_facts
from docgen.linting.layout_roles import Part, Role, parts_of
from docgen.linting.layout_rules import Fault, finding_of
from docgen.linting.layout_text import text_faults
from docgen.readers.docx_package import W

A4_MM = (210.0, 297.0)
PAGE_TOLERANCE_MM = 1.0
TOP_MM, LEFT_MM, TYPE_AREA_MM = 37.0, 28.0, (156.0, 225.0)
MARGIN_TOLERANCE_MM = 1.05
"""The standard's own ±1 mm, and what Word rounds."""
AREA_TOLERANCE_MM = 2.1
BODY_POINTS, TITLE_POINTS, SMALL_POINTS = 16.0, 22.0, 14.0
PITCH_POINTS = (28.0, 30.0)
ADVANCE_POINTS = (15.4, 16.2)
"""Of a character of 16 pt: 27 or 28 of them fill a line of 156 mm."""
INDENT_CHARS = (1.6, 2.5)
FLUSH_CHARS = 0.3
RIGHT_ENOUGH_CHARS = 8
"""Typed so far from the left, a signature stands on the right half whatever its alignment is called."""

FANGSONG = re.compile(r"仿宋|fang\s?song", re.IGNORECASE)
XIAOBIAOSONG = re.compile(r"小标宋|xiao\s?biao\s?song|FZXBS", re.IGNORECASE)
HEITI = re.compile(r"黑体|sim\s?hei|heiti", re.IGNORECASE)
KAITI = re.compile(r"楷|kai\s?ti|simkai", re.IGNORECASE)
SONGTI = re.compile(r"^(?:新?宋体|n?simsun|方正书宋.*|方正宋.*)$", re.IGNORECASE)
HEADING_FONTS: dict[Role, tuple[str, re.Pattern[str]]] = {
    "heading-1": ("黑体", HEITI),
    "heading-2": ("楷体", KAITI),
    "heading-3": ("仿宋", FANGSONG),
    "heading-4": ("仿宋", FANGSONG),
}
_RUN_IN = 24
"""A numbered sentence longer than this, or with a comma in it, is text, not a heading that runs into its paragraph."""
_STOPS = "。；：，！？;,"
_DASHED = re.compile(r"[—–―\-－]\s*\d*\s*[—–―\-－]")
_BODY: tuple[Role, ...] = ("text", "heading-1", "heading-2", "heading-3", "heading-4", "article")


def check_layout(data: bytes, path: str) -> list[Finding]:
    """The layout findings on the Word file ``data``; ``path`` is its name in their locations. Raises UnreadableError."""
    facts = read_facts(data)
    return [finding_of(fault, path) for fault in layout_faults(facts, parts_of(facts))]


def layout_faults(facts: DocxFacts, parts: Sequence[Part]) -> list[Fault]:
    return [fault for rule in _CHECKS for fault in rule(facts, parts)]


def outside(value: float, bounds: tuple[float, float]) -> bool:
    return not bounds[0] <= value <= bounds[1]


def portrait_sections(facts: DocxFacts) -> list[Section]:
    """The sections the measures of the type area apply to: a page turned for a wide table has its own (8)."""
    return [s for s in facts.sections if not s.landscape] or facts.sections


def wrong_size(section: Section) -> bool:
    sides = sorted((section.width, section.height))
    return any(abs(a - b) > PAGE_TOLERANCE_MM for a, b in zip(sides, A4_MM, strict=True))


def wrong_margins(section: Section) -> bool:
    wide = section.width - section.left - section.right
    high = section.height - section.top - section.bottom
    return (
        abs(section.top - TOP_MM) > MARGIN_TOLERANCE_MM
        or abs(section.left - LEFT_MM) > MARGIN_TOLERANCE_MM
        or abs(wide - TYPE_AREA_MM[0]) > AREA_TOLERANCE_MM
        or abs(high - TYPE_AREA_MM[1]) > AREA_TOLERANCE_MM
    )


def _page(facts: DocxFacts, parts: Sequence[Part]) -> Iterator[Fault]:
    wrong = [s for s in facts.sections if wrong_size(s)]
    if wrong:
        yield Fault("page-size", f"{wrong[0].width:.0f}毫米×{wrong[0].height:.0f}毫米", "210毫米×297毫米")
    for s in (s for s in portrait_sections(facts) if not s.landscape and not wrong_size(s) and wrong_margins(s)):
        wide, high = s.width - s.left - s.right, s.height - s.top - s.bottom
        actual = (
            f"上{s.top:.0f}、下{s.bottom:.0f}、左{s.left:.0f}、右{s.right:.0f}毫米，版心{wide:.0f}毫米×{high:.0f}毫米"
        )
        yield Fault("margins", actual, "上37、下35、左28、右26毫米，版心156毫米×225毫米")
        return


def body_parts(parts: Sequence[Part]) -> list[Part]:
    """Running text: a chapter's title in the middle of the line is not, nor what stands on the right."""
    return [p for p in parts if p.role in _BODY and p.paragraph.align not in ("center", "right", "end")]


def plain_text(parts: Sequence[Part]) -> list[Part]:
    """The running text without headings: numbered items that are sentences belong to it."""
    titles = {id(p) for p in headings(parts)}
    return [p for p in body_parts(parts) if id(p) not in titles]


def wrong_fonts(parts: Sequence[Part]) -> list[Part]:
    return [p for p in [*plain_text(parts), *_beside_the_text(parts)] if not _right_font(p) and _has_chinese(p.text)]


def wrong_sizes(parts: Sequence[Part]) -> list[Part]:
    texts = [*body_parts(parts), *_beside_the_text(parts)]
    return [p for p in texts if p.paragraph.size != BODY_POINTS]


def _right_font(part: Part) -> bool:
    """A numbered sentence may be in the face of its level: whether it is a heading, its words do not say."""
    font = part.paragraph.font
    return bool(FANGSONG.search(font) or (part.role in HEADING_FONTS and HEADING_FONTS[part.role][1].search(font)))


def _beside_the_text(parts: Sequence[Part]) -> list[Part]:
    return [p for p in parts if p.role in ("addressee", "attachments", "more", "signer", "date")]


def _body(facts: DocxFacts, parts: Sequence[Part]) -> Iterator[Fault]:
    if wrong := wrong_fonts(parts):
        yield _at("body-font", wrong, wrong[0].paragraph.font or "没有指定字体", "仿宋（仿宋_GB2312）")
    if wrong := wrong_sizes(parts):
        yield _at("body-size", wrong, f"{wrong[0].paragraph.size:g}磅", "3号（16磅）")


def _has_chinese(text: str) -> bool:
    return any("\u4e00" <= c <= "\u9fff" for c in text)


def _at(rule: str, wrong: Sequence[Part], actual: str, expected: str, message: str = "") -> Fault:
    return Fault(rule, actual, expected, tuple(p.paragraph.number or 0 for p in wrong), message)


def title_faults(p: Paragraph) -> list[str]:
    """What is wrong with a line of the title, in Chinese."""
    out = [] if XIAOBIAOSONG.search(p.font) else [f"字体为{p.font or '未指定'}"]
    if p.size != TITLE_POINTS:
        out.append(f"字号为{p.size:g}磅")
    if p.align != "center":
        out.append("没有居中")
    return out


def _title(facts: DocxFacts, parts: Sequence[Part]) -> Iterator[Fault]:
    wrong = [p for p in parts if p.role == "title" and title_faults(p.paragraph)]
    if wrong:
        yield _at("title", wrong, "、".join(title_faults(wrong[0].paragraph)), "2号（22磅）小标宋，居中")


def heading_length(part: Part) -> int:
    """How many characters of a numbered paragraph are its heading; 0 where it is text that only has a number."""
    text = part.text
    if text[-1] not in _STOPS and "。" not in text:
        return len(text)
    end = text.find("。")
    if not 0 < end <= _RUN_IN or any(c in text[:end] for c in "，；：,;:") or end == len(text) - 1:
        return 0
    return end + 1


def headings(parts: Sequence[Part]) -> list[Part]:
    """The numbered headings; in a document of articles （一） counts the 项 of an article, not its headings."""
    if any(p.role == "article" for p in parts):
        return []
    return [p for p in parts if p.role in HEADING_FONTS and p.paragraph.align != "center" and heading_length(p)]


def heading_font(part: Part) -> str:
    """The face of most of the heading's characters."""
    left = heading_length(part)
    counts: dict[str, int] = {}
    for run in part.paragraph.runs:
        taken = run.text.strip()[: max(left, 0)]
        left -= len(taken)
        counts[run.font] = counts.get(run.font, 0) + len(taken)
    return max(counts, key=lambda f: counts[f]) if any(counts.values()) else ""


def wrong_headings(parts: Sequence[Part]) -> list[Part]:
    return [p for p in headings(parts) if not HEADING_FONTS[p.role][1].search(heading_font(p))]


def _headings(facts: DocxFacts, parts: Sequence[Part]) -> Iterator[Fault]:
    wrong = wrong_headings(parts)
    if wrong:
        first = wrong[0]
        actual = f"“{first.text[: min(heading_length(first), 16)]}”用{heading_font(first) or '未指定的字体'}"
        yield _at("heading-font", wrong, actual, HEADING_FONTS[first.role][0])


def pitched(parts: Sequence[Part]) -> list[Part]:
    return [p for p in body_parts(parts) if p.paragraph.pitch is None or outside(p.paragraph.pitch, PITCH_POINTS)]


def spaced(facts: DocxFacts, parts: Sequence[Part]) -> list[Part]:
    """Text of 三号 whose characters are set so wide or narrow that a line cannot hold 27 or 28."""
    return [
        p for p in plain_text(parts) if p.paragraph.size == BODY_POINTS and outside(_advance(facts, p), ADVANCE_POINTS)
    ]


def _advance(facts: DocxFacts, part: Part) -> float:
    counts: dict[float, int] = {}
    for run in part.paragraph.runs:
        counts[run.spacing] = counts.get(run.spacing, 0) + len(run.text)
    grid = facts.sections[part.paragraph.section].grid_advance or 0.0
    return BODY_POINTS + grid + (max(counts, key=lambda s: counts[s]) if counts else 0.0)


def _lines(facts: DocxFacts, parts: Sequence[Part]) -> Iterator[Fault]:
    wrong = pitched(parts)
    if wrong:
        pitch = wrong[0].paragraph.pitch
        actual = "由字号决定（没有固定值，也没有行网格）" if pitch is None else f"{pitch:.1f}磅"
        yield _at("line-pitch", wrong, actual, "固定值28磅至30磅，或每页22行的行网格")
    loose = spaced(facts, parts)
    if loose:
        yield _at("characters", loose, f"每字占{_advance(facts, loose[0]):.1f}磅", "每字15.8磅左右，每行28字")


def unindented(parts: Sequence[Part]) -> list[Part]:
    return [p for p in body_parts(parts) if _wrong_indent(p.paragraph)]


def _wrong_indent(p: Paragraph) -> bool:
    return outside(p.left + p.first, INDENT_CHARS) or abs(p.left) > FLUSH_CHARS


def _indents(facts: DocxFacts, parts: Sequence[Part]) -> Iterator[Fault]:
    wrong = unindented(parts)
    if wrong:
        p = wrong[0].paragraph
        turned = f"，回行缩进{p.left:.1f}字" if abs(p.left) > FLUSH_CHARS else ""
        yield _at("indent", wrong, f"首行缩进{p.left + p.first:.1f}字{turned}", "首行缩进2字，回行顶格")


def _addressee(facts: DocxFacts, parts: Sequence[Part]) -> Iterator[Fault]:
    for part in parts:
        if part.role == "addressee":
            p = part.paragraph
            what = "没有顶格" if abs(p.left + p.first) > FLUSH_CHARS or p.align in ("center", "right", "end") else ""
            what = "、".join(x for x in (what, "冒号为半角" if part.text.endswith(":") else "") if x)
            if what:
                yield _at("addressee", [part], what, "顶格，全角冒号")


def misplaced_numbers(parts: Sequence[Part]) -> list[Part]:
    """A letter has its number on the right (10.1); an upward document shares the line with 签发人."""
    fine = ("center", "right", "end")
    return [p for p in parts if p.role == "number" and p.paragraph.align not in fine and "签发人" not in p.text]


def _number_place(facts: DocxFacts, parts: Sequence[Part]) -> Iterator[Fault]:
    wrong = misplaced_numbers(parts)
    if wrong:
        yield _at("doc-number-place", wrong, "没有居中", "居中")


def misplaced(parts: Sequence[Part]) -> list[Part]:
    return [p for p in parts if p.role in ("signer", "date") and not _on_the_right(p.paragraph)]


def _on_the_right(p: Paragraph) -> bool:
    typed = len(p.text) - len(p.text.rstrip("\u3000 "))
    if p.align in ("right", "end"):
        return p.right + typed >= 1.5
    return p.align != "center" and p.left + p.first >= RIGHT_ENOUGH_CHARS


def _signature(facts: DocxFacts, parts: Sequence[Part]) -> Iterator[Fault]:
    wrong = misplaced(parts)
    if wrong:
        p = wrong[0].paragraph
        actual = "右边没有空字" if p.align in ("right", "end") else "没有居右"
        yield _at("signature-place", wrong, f"“{wrong[0].text}”{actual}", "署名右空二字，成文日期右空四字")


def mark_faults(p: Paragraph) -> list[str]:
    out = [] if HEITI.search(p.font) else [f"字体为{p.font or '未指定'}"]
    if p.size != BODY_POINTS:
        out.append(f"字号为{p.size:g}磅")
    if abs(p.left + p.first) > FLUSH_CHARS or p.align in ("center", "right", "end"):
        out.append("没有顶格")
    return out


def starts_page(facts: DocxFacts, p: Paragraph) -> bool:
    """Whether a page begins at this paragraph: by its own property, or a break behind the last text before it."""
    if p.new_page or _breaks(p):
        return True
    for before in reversed(facts.paragraphs[: facts.paragraphs.index(p)]):
        if _breaks(before) or before.element.find(f"{W}pPr/{W}sectPr") is not None:
            return True
        if before.printed:
            return False
    return True


def _breaks(p: Paragraph) -> bool:
    return any(b.get(f"{W}type") == "page" for b in p.element.iter(f"{W}br"))


def wrong_marks(facts: DocxFacts, parts: Sequence[Part]) -> list[tuple[Part, list[str]]]:
    out = []
    for part in parts:
        if part.role == "attachment":
            wrong = mark_faults(part.paragraph)
            wrong += [] if starts_page(facts, part.paragraph) else ["没有另起一页"]
            out += [(part, wrong)] if wrong else []
    return out


def _attachment_mark(facts: DocxFacts, parts: Sequence[Part]) -> Iterator[Fault]:
    if wrong := wrong_marks(facts, parts):
        yield _at("attachment-mark", [p for p, _ in wrong], "、".join(wrong[0][1]), "3号黑体，顶格，另起一页")


def _imprint(facts: DocxFacts, parts: Sequence[Part]) -> Iterator[Fault]:
    wrong = [p for p in parts if p.role == "imprint" and wrong_imprint(p.paragraph)]
    if wrong:
        p = wrong[0].paragraph
        yield _at("imprint", wrong, f"{p.size:g}磅{p.font or '未指定字体'}", "4号（14磅）仿宋")


def wrong_imprint(p: Paragraph) -> bool:
    return p.size != SMALL_POINTS or not FANGSONG.search(p.font)


def footer_faults(facts: DocxFacts, section: Section) -> list[str]:
    """What is wrong with the page numbers of a section, in Chinese."""
    odd, even = section.footers.get("default"), section.footers.get("even")
    if odd is None or not odd.page_field:
        return ["没有页码"]
    out = footer_look(odd)
    if odd.outside:
        return out
    if facts.even_odd and even is not None and even.page_field:
        if odd.align not in ("right", "end") or even.align not in ("left", "start", "both"):
            out.append("单页码没有居右、双页码没有居左")
    else:
        out.append("单双页码没有分居两侧")
    return out


def footer_look(footer: Footer) -> list[str]:
    out = [] if _DASHED.search(footer.text) else ["数字两边没有一字线"]
    if not all(SONGTI.search(f) for f in footer.fonts):
        out.append(f"字体为{'、'.join(sorted(f or '未指定' for f in footer.fonts if not SONGTI.search(f)))}")
    if footer.sizes - {SMALL_POINTS}:
        out.append(f"字号为{min(footer.sizes - {SMALL_POINTS}):g}磅")
    return out


def _page_number(facts: DocxFacts, parts: Sequence[Part]) -> Iterator[Fault]:
    for section in facts.sections:
        if wrong := footer_faults(facts, section):
            yield Fault("page-number", "、".join(wrong), "4号宋体数字，两边各一条一字线，单页居右、双页居左")
            return


def _text(facts: DocxFacts, parts: Sequence[Part]) -> Iterator[Fault]:
    yield from text_faults(facts, parts)


_CHECKS: tuple[Callable[[DocxFacts, Sequence[Part]], Iterator[Fault]], ...] = (
    _page,
    _title,
    _number_place,
    _addressee,
    _body,
    _headings,
    _lines,
    _indents,
    _signature,
    _attachment_mark,
    _imprint,
    _page_number,
    _text,
)
