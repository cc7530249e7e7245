"""The words all report formats share: what a verdict, a state, a place and a citation are called in Chinese.

Nothing here decides anything; it orders findings and puts names to what the report already says.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from checkers.report import AmountLine, Citation, FieldValue, Finding, Location, Report

VERDICTS = {"pass": "通过", "fail": "不通过", "review": "需人工核实"}
LEVELS = {"error": "错误", "warning": "提醒", "info": "说明", "unknown": "待核实"}
"""In the order in which findings are shown; ``unknown`` is a status, whatever the severity of its rule."""

MATERIAL_STATES = {"present": "已交", "missing": "缺", "unknown": "待核实", "not-required": "不需要"}
DEADLINE_STATES = {"met": "按期", "open": "未到期", "passed": "已逾期", "unknown": "待核实"}
WHO = {"applicant": "申请人", "agency": "经办机构"}
NO_PLACE = "材料与条件"
BLANK = "（空白）"

CODES = {
    "field.missing": "必填项未填",
    "field.invalid": "填写不合规定",
    "choice.invalid": "选项勾选不当",
    "attestation.missing": "承诺未照抄",
    "signature.missing": "缺签名",
    "seal.missing": "缺印章",
    "date.missing": "缺日期",
    "material.missing": "缺材料",
    "material.illegible": "材料不清晰",
    "material.expired": "材料已过期",
    "material.unrecognised": "材料无法辨认",
    "eligibility.failed": "不符合条件",
    "amount.exceeds": "超过上限",
    "amount.mismatch": "数额不一致",
    "deadline.passed": "已逾期",
    "deadline.early": "未到时间",
    "consistency.mismatch": "前后不一致",
    "benefit.duplicate": "重复享受",
    "policy.not-in-force": "政策未施行或已失效",
    "citation.repealed": "引用已废止文件",
    "layout.invalid": "版式不合规范",
    "document.unreadable": "文件无法读取",
    "service.unrecognised": "事项无法识别",
}

_CELL = re.compile(r"(\w+)\[(\d+)\]\.(\w+)")
_ROW = re.compile(r"\[(\d+)\]")
_APPLICANT_FIELDS = ("applicant_name", "name", "unit_name")
# Characters that steer a terminal or the direction of text, and two that are none at all (XML forbids them); a field of
# a hostile paper may contain them.
_STEERING = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff")


@dataclass(frozen=True, slots=True)
class Quote:
    """What a paper says at a place: ``label`` and ``text`` of the blank; ``start``, ``end`` mark the part in question.

    An empty ``text`` means that the report does not say what stands there; a blank known to be empty reads ``BLANK``.
    """

    location: Location
    label: str
    text: str
    start: int
    end: int


def level(finding: Finding) -> str:
    """A key of ``LEVELS``."""
    return "unknown" if finding.status == "unknown" else finding.severity


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Failures first, errors before warnings before notes, then what is unknown; otherwise as the engine found them."""
    rank = list(LEVELS)
    return sorted(findings, key=lambda f: rank.index(level(f)))


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings of each level, also of those that do not occur."""
    out = dict.fromkeys(LEVELS, 0)
    for f in findings:
        out[level(f)] += 1
    return out


def clean(text: str) -> str:
    """One printable line: white space to single blanks, control and bidirectional characters dropped."""
    out = []
    for ch in text:
        if ch.isspace():
            out.append(" " if ch != "\u3000" else ch)
        elif ch not in _STEERING and unicodedata.category(ch) not in ("Cc", "Cs"):
            out.append(ch)
    return re.sub(" {2,}", " ", "".join(out)).strip()


def place(location: Location) -> str:
    """``第1页``, ``表2 B3``, ``第3段``; empty when only the paper itself is known."""
    if location.cell:
        cell = location.cell.replace("!", " ")
        return f"第{location.page}页 {cell}" if location.page and location.bbox else cell
    if location.paragraph:
        return f"第{location.paragraph}段"
    return f"第{location.page}页" if location.page else ""


def full_place(location: Location) -> str:
    """``a.pdf 第1页``: with the paper before it."""
    return f"{clean(location.path)} {place(location)}".strip()


def titled(title: str) -> str:
    """The title in 《》, unless it is already; empty for none."""
    return title if not title or (title[0] == "《" and title[-1] == "》") else f"《{title}》"


def cite(citation: Citation, *, title: bool = True) -> str:
    """``渝人社发〔2024〕17号 一(一)2 《…》``."""
    parts = [citation.doc_no, citation.article, titled(citation.title) if title else ""]
    return " ".join(p for p in parts if p)


def cite_briefly(citations: Iterable[Citation], cited: set[str]) -> list[str]:
    """Each with its title where its document is cited first, by number and article after that; ``cited`` remembers."""
    out = []
    for citation in citations:
        out.append(cite(citation, title=not citation.doc_no or citation.doc_no not in cited))
        cited.add(citation.doc_no)
    return out


def name_of(finding: Finding) -> str:
    """The blank or material in question, with its row on a roster: ``第3行 身份证号码``."""
    row = _ROW.search(finding.subject)
    label = finding.label or finding.subject
    if row and f"第{row[1]}行" not in label:
        return f"第{row[1]}行 {label}"
    return label


def value_text(value: Any) -> str:
    """A normalised field value for a person: a tick list joined by 、, a roster as the number of its rows."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        if any(isinstance(v, dict) for v in value):
            return f"{len(value)} 行"
        return "、".join(value_text(v) for v in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def field_at(report: Report, location: Location) -> FieldValue | None:
    """The field that was read at exactly this place."""
    return next((f for f in report.fields if f.location == location), None)


def quotes(report: Report, finding: Finding) -> list[Quote]:
    """What stands at each place of the finding: the blank's own words, else what the finding says was found there."""
    return [_quote(report, finding, location, index == 0) for index, location in enumerate(finding.locations)]


def _quote(report: Report, finding: Finding, location: Location, first: bool) -> Quote:
    field = None if finding.code in _MARK_CODES else _own_field(report, finding, location) or field_at(report, location)
    on_roster = _ROW.search(finding.subject) is not None
    actual = clean(finding.actual)
    if field is not None and not on_roster and isinstance(field.value, list) and field.value and not field.raw:
        return Quote(location, clean(field.label), "", 0, 0)  # a roster: no one word of it is meant
    cell = _row_cell(report, finding) if on_roster and first else ""
    if cell:
        return Quote(location, clean(name_of(finding)), cell, 0, len(cell))
    if field is None or (on_roster and first):  # the place of a row is not the place of the blank in it
        text = actual if first else ""
        empty = first and finding.status == "fail" and finding.code in ("field.missing", *_MARK_CODES)
    else:
        text = clean(field.raw)
        empty = True
    text = text or (BLANK if empty else "")
    start = max(text.find(actual), 0)
    end = start + len(actual) if actual and actual in text else len(text)
    label = field.label if field and not on_roster else name_of(finding)
    if on_roster and not first:
        label = ""  # another cell of the row: which one the report does not say
    return Quote(location, clean(label), text, start, end)


_MARK_CODES = ("signature.missing", "seal.missing", "attestation.missing")
"""What is missing beside a blank, not in it: the date in the same cell is not what the finding is about."""


def _row_cell(report: Report, finding: Finding) -> str:
    """What the cell of a roster says that the finding is about; empty where it is not of its type or not there."""
    found = _CELL.fullmatch(finding.subject)
    roster = next((f for f in report.fields if found and f.id == found[1]), None)
    if found is None or roster is None or not isinstance(roster.value, list):
        return ""
    row, at = roster.value, int(found[2]) - 1
    cell = row[at].get(found[3]) if at < len(row) and isinstance(row[at], dict) else None
    return clean(chinese_date(value_text(cell)))


def _own_field(report: Report, finding: Finding, location: Location) -> FieldValue | None:
    """The blank the finding is about, where several stand in one cell."""
    return next((f for f in report.fields if f.id == finding.subject and f.location == location), None)


def applicant(report: Report) -> str:
    """The name of the person or unit that applies, as the form has it; empty when no form shows it."""
    for wanted in _APPLICANT_FIELDS:
        for field in report.fields:
            if field.id == wanted and (field.value or field.raw):
                return clean(str(field.value or field.raw))
    return ""


def material_names(report: Report) -> dict[str, str]:
    """Material id → its Chinese name."""
    return {m.id: m.name for m in report.materials}


def amount_text(amount: AmountLine) -> str:
    """``6000.00 元``, or that it cannot be calculated yet and for want of what."""
    if amount.value is not None:
        return f"{amount.value} {amount.unit}".strip()
    return "尚不能计算" + (f"，缺：{'、'.join(amount.missing)}" if amount.missing else "")


def service_name(report: Report) -> str:
    """The service with its region before it, or that none was recognised."""
    name = report.service.name or report.service.id or "未识别出办理事项"
    region = report.service.region
    return name if not region or name.startswith(region) else f"{region} {name}"


def chinese_date(iso: str | None) -> str:
    """``2024-08-20`` → ``2024年8月20日``, ``2024-08`` → ``2024年8月``; anything else as it is."""
    match = re.fullmatch(r"(\d{4})-(\d{2})(?:-(\d{2}))?", iso or "")
    if not match:
        return iso or ""
    return f"{match[1]}年{int(match[2])}月" + (f"{int(match[3])}日" if match[3] else "")


def count_sentence(report: Report) -> str:
    """``共 3 个问题：错误 1、提醒 1、待核实 1。``"""
    if not report.findings:
        return "没有发现问题。"
    by_level = "、".join(f"{LEVELS[k]} {n}" for k, n in counts(report.findings).items() if n)
    return f"共 {len(report.findings)} 个问题：{by_level}。"
