"""The report for a person at a terminal: what is wrong, where it stands on the paper, what the law says, what to do.

Layout follows the compilers' habit: the quoted blank with a marker under it. Every line keeps within the given width.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from checkers.report import Citation, Finding, Report
from docgen.reports.columns import pad, text_width, window, wrap
from docgen.reports.wording import (
    DEADLINE_STATES,
    LEVELS,
    MATERIAL_STATES,
    NO_PLACE,
    VERDICTS,
    WHO,
    Quote,
    amount_text,
    cite_briefly,
    clean,
    count_sentence,
    full_place,
    level,
    material_names,
    ordered,
    place,
    quotes,
    service_name,
)

MIN_WIDTH = 40
_STYLES = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "unknown": "1;35",
    "good": "1;32",
    "dim": "2",
    "bold": "1",
}
# Wanted marks, and what stands for them where the terminal's character set lacks them (GBK has no ✓).
_MARKS = {"good": "✓√", "error": "✗×", "warning": "!！", "info": "i·", "unknown": "?？", "none": "-－", "bar": "│|"}
_MISSING_GLYPH = "〓"  # the printers' mark for a character that the fount lacks; GBK has it


@dataclass(frozen=True, slots=True)
class _Terminal:
    """How to write: ``ambiguous`` is the width this terminal gives to — “ ① and the like."""

    width: int
    color: bool
    encoding: str
    ambiguous: int
    cited: set[str] = field(default_factory=set)  # documents whose title has been given

    def mark(self, name: str) -> str:
        return next((m for m in _MARKS[name] if self.has(m)), "*")

    def has(self, text: str) -> bool:
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return True

    def text(self, text: str) -> str:
        """One printable line in the terminal's characters."""
        line = clean(text)
        if self.has(line):
            return line
        missing = _MISSING_GLYPH if self.has(_MISSING_GLYPH) else "?"
        return "".join(ch if self.has(ch) else missing for ch in line)

    def style(self, text: str, name: str) -> str:
        return f"\x1b[{_STYLES[name]}m{text}\x1b[0m" if self.color and text and name in _STYLES else text


def render(report: Report, *, color: bool = False, width: int = 80, encoding: str = "utf-8") -> str:
    """``width`` is in columns (at least 40); ``encoding`` is the terminal's, an unknown one counts as UTF-8."""
    try:
        "".encode(encoding)
    except LookupError:
        encoding = "utf-8"
    wide = encoding.lower().replace("-", "").startswith(("gb", "cp936", "big5"))
    t = _Terminal(max(width, MIN_WIDTH), color, encoding, 2 if wide else 1)
    sections = [_header(t, report), *_finding_sections(t, report)]
    sections += [_materials(t, report), _amounts(t, report), _deadlines(t, report)]
    sections.append(_closing(t, report))
    return "\n\n".join("\n".join(s) for s in sections if s) + "\n"


def _header(t: _Terminal, report: Report) -> list[str]:
    verdict = report.verdict
    mark = {"pass": "good", "fail": "error", "review": "unknown"}[verdict]
    word = f"{t.mark(mark)} {VERDICTS[verdict]}"
    lines = wrap(t.text(service_name(report)), t.width - text_width(word) - 2)
    gap = t.width - text_width(lines[0]) - text_width(word)
    first = t.style(lines[0], "bold") + " " * gap + t.style(word, mark)
    facts = [f"按 {report.on} 有效的政策审查", f"收件 {report.received}" if report.received else "收件日期未定"]
    facts.append(f"材料 {len(report.documents)} 份")
    if report.service.how == "recognised":
        facts.append(f"事项由内容识别（把握 {report.service.confidence:.0%}）")
    rest = [t.style(x, "bold") for x in lines[1:]]
    return [first, *rest, *(t.style(x, "dim") for x in wrap(t.text("，".join(facts) + "。"), t.width))]


def _finding_sections(t: _Terminal, report: Report) -> Iterator[list[str]]:
    """Failures by paper, then those without a place, then all that is unknown."""
    failed = [f for f in ordered(report.findings) if f.status == "fail"]
    names = material_names(report)
    paths = [d.path for d in report.files]
    elsewhere = dict.fromkeys(f.locations[0].path for f in failed if f.locations and f.locations[0].path not in paths)
    kinds = {d.path: d for d in report.files}
    for path in [*paths, *elsewhere]:
        found = [f for f in failed if f.locations and f.locations[0].path == path]
        paper = kinds.get(path)
        notes = [names.get(paper.material, "")] if paper and paper.material else []
        notes += [f"{paper.pages} 页"] if paper and paper.pages > 1 else []
        title = path + (f"（{'，'.join(n for n in notes if n)}）" if any(notes) else "")
        if found:
            yield _section(t, report, title, found, path)
    if placeless := [f for f in failed if not f.locations]:
        yield _section(t, report, NO_PLACE, placeless, None)
    if unknown := [f for f in ordered(report.findings) if f.status == "unknown"]:
        yield _questions(t, report, unknown)


def _questions(t: _Terminal, report: Report, unknown: list[Finding]) -> list[str]:
    """What a person must look up, put together by where he looks it up: one visit to a system answers all below it."""
    visits: dict[str, list[Finding]] = {}
    for finding in unknown:
        visits.setdefault(finding.suggestion, []).append(finding)
    out = _title(t, LEVELS["unknown"])
    for where, findings in visits.items():
        head = f"{t.mark('unknown')} "
        lines = wrap(t.text(where or "请核实"), t.width - 2)
        out += [t.style(head + lines[0], "unknown"), *(t.style(f"  {line}", "unknown") for line in lines[1:])]
        for finding in findings:
            out += _question(t, report, finding)
    return out


def _question(t: _Terminal, report: Report, finding: Finding) -> list[str]:
    """One open point: what it decides, the place on the paper if there is one, the law."""
    bullet = "- "
    places = [full_place(q.location) for q in quotes(report, finding) if q.text]
    said = f"（{'，'.join(places)}：{finding.actual}）" if places and finding.actual else ""
    lines = wrap(t.text(finding.message + said), t.width - 4)
    out = [f"  {bullet}{lines[0]}", *(f"    {line}" for line in lines[1:])]
    basis = "；".join(cite_briefly(finding.citations, t.cited))
    if basis:
        out += [t.style(line, "dim") for line in _entry(t, "依据：", basis, 4)]
    return out + _explained(t, finding.explanation, 4)


def _section(t: _Terminal, report: Report, title: str, findings: list[Finding], path: str | None) -> list[str]:
    out = _title(t, title)
    for i, finding in enumerate(findings):
        out += [""] if i else []
        out += _finding(t, report, finding, path)
    return out


def _title(t: _Terminal, title: str) -> list[str]:
    return [t.style(line, "bold") for line in wrap(t.text(title), t.width)]


def _finding(t: _Terminal, report: Report, finding: Finding, path: str | None) -> list[str]:
    name = level(finding)
    head = f"{t.mark(name)} {LEVELS[name]}"
    code = t.text(finding.code)
    used = text_width(f"{head} {code}  ")
    lines = wrap(t.text(finding.message), t.width - 2, t.width - used)
    out = [f"{t.style(head, name)} {t.style(code, 'dim')}  {lines[0]}".rstrip()]
    out += [f"  {line}" for line in lines[1:]]
    quoted = quotes(report, finding)
    shown: set[str] = set()
    for quote in quoted:
        where = place(quote.location)
        if quote.text or quote.label or where not in shown:  # further cells of a page without names are one place
            out += _quote(t, quote, path, name)
        shown.add(where)
    out += _citations(t, finding.citations, 2)
    if finding.expected:
        out += _entry(t, "应当：", finding.expected)
    if finding.actual and not any(clean(finding.actual) in q.text for q in quoted):
        out += _entry(t, "实为：", finding.actual)
    if finding.suggestion:
        out += _entry(t, "办法：", finding.suggestion)
    return out + _explained(t, finding.explanation, 2)


def _quote(t: _Terminal, quote: Quote, path: str | None, style: str) -> list[str]:
    """The blank and a marker under it; only the place where what stands there is not known."""
    where = place(quote.location) if quote.location.path == path else full_place(quote.location)
    label = f"{where} {quote.label}".strip()
    if not quote.text:
        return _entry(t, "位置：", label if quote.label else where) if where else []
    # At least a third of the line is the paper's own words; a label that is longer stands on lines of its own.
    lines = wrap(t.text(label), t.width - 4, max(t.width * 2 // 3 - 6, 10))
    before = [f"  {line}" for line in lines[:-1]]
    bar = t.mark("bar")
    prefix = f"  {lines[-1]} "
    if text_width(prefix) > t.width * 2 // 3:
        before, prefix = [*before, prefix.rstrip()], "  "
    room = t.width - text_width(prefix) - text_width(bar) - 1
    text, start, end = window(t.text(quote.text), quote.start, quote.end, room)
    blanks = " " * text_width(prefix, t.ambiguous)
    pointer = " " * text_width(text[:start], t.ambiguous) + "^" * max(1, text_width(text[start:end], t.ambiguous))
    dim_bar = t.style(bar, "dim")
    return [*before, f"{prefix}{dim_bar} {text}", f"{blanks}{dim_bar} {t.style(pointer, style)}"]


def _entry(t: _Terminal, label: str, text: str, indent: int = 2) -> list[str]:
    """``  依据：…`` with the following lines under the first word."""
    hang = " " * (indent + text_width(label))
    lines = wrap(t.text(text), t.width - len(hang))
    return [" " * indent + t.style(label, "dim") + lines[0], *(hang + line for line in lines[1:])]


def _citations(t: _Terminal, citations: tuple[Citation, ...], indent: int) -> list[str]:
    return [line for words in cite_briefly(citations, t.cited) for line in _entry(t, "依据：", words, indent)]


def _explained(t: _Terminal, explanation: tuple[str, ...], indent: int) -> list[str]:
    """How it came about, a sentence a line, under one heading; nothing where the check was not asked to explain."""
    out = [" " * indent + "经过："] if explanation else []
    hang = " " * (indent + 4)
    for sentence in explanation:
        first, *rest = wrap(t.text(sentence), t.width - len(hang))
        out += [" " * (indent + 2) + first, *(hang + line for line in rest)]
    return [t.style(line, "dim") for line in out]


def _materials(t: _Terminal, report: Report) -> list[str]:
    if not report.materials:
        return []
    marks = {"present": "good", "missing": "error", "unknown": "unknown", "not-required": "none"}
    out = _title(t, "材料清单")
    for m in report.materials:
        name = marks[m.status]
        head = pad(t.mark(name), 1 + t.ambiguous, t.ambiguous) + pad(MATERIAL_STATES[m.status], 8)
        detail = "，".join([*m.documents, *([m.note] if m.note else [])])
        lines = wrap(t.text(m.name + (f"（{detail}）" if detail else "")), t.width - text_width(head) - 1)
        hang = " " * text_width(head, t.ambiguous)
        out += [t.style(head, name) + lines[0], *(hang + line for line in lines[1:])]
    return out


def _amounts(t: _Terminal, report: Report) -> list[str]:
    if not report.amounts:
        return []
    out = _title(t, "金额与数额")
    for a in report.amounts:
        out += _entry(t, "", f"{a.name}：{amount_text(a)}")
        if a.formula:
            out += _entry(t, "算式：", a.formula, 4)
        out += _citations(t, a.citations, 4) + _explained(t, a.explanation, 4)
    return out


def _deadlines(t: _Terminal, report: Report) -> list[str]:
    if not report.deadlines:
        return []
    styles = {"met": "good", "open": "good", "passed": "error", "unknown": "unknown"}
    out = _title(t, "期限")
    for d in report.deadlines:
        state = DEADLINE_STATES[d.state]
        due = f"截止 {d.due}" if d.due else "截止日不能确定"
        lines = _entry(t, "", f"{d.name}（{WHO[d.who]}）：{due}，{state}")
        head, found, tail = lines[-1].rpartition(state)
        out += [*lines[:-1], head + t.style(found, styles[d.state]) + tail]
        if d.note:
            out += _entry(t, "说明：", d.note, 4)
        out += _citations(t, d.citations, 4) + _explained(t, d.explanation, 4)
    return out


def _closing(t: _Terminal, report: Report) -> list[str]:
    style = {"pass": "good", "fail": "error", "review": "unknown"}[report.verdict]
    return [t.style(line, style) for line in wrap(count_sentence(report), t.width)]
