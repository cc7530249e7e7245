"""From a check report to the notice that answers it: 补正告知书, 受理通知书, 不予受理通知书.

Only what the report says and the office's settings say is written; what neither says is left out or left blank, with a warning
for the person who issues it. What the office itself must verify is never demanded of the applicant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from checkers.report import Citation, Finding, Report
from docgen.errors import UsageError
from docgen.rendering.template import Filled, find_master, template

CORRECTION, ACCEPTANCE, REJECTION = "补正告知书", "受理通知书", "不予受理通知书"
KINDS = (CORRECTION, ACCEPTANCE, REJECTION)

_BLANK = "____________"
_UNITS = ("unit_name", "filing_unit", "roster_unit")
_PERSONS = ("name", "applicant_name")
_MARKS = frozenset({"attestation.missing", "signature.missing", "seal.missing", "date.missing"})
"""About a mark somebody makes, not a blank somebody fills."""
_ROW = re.compile(r"^([A-Za-z_]\w*)\[(\d+)\]")
_ROW_WORDS = re.compile(r"^[^，。；：“]*?第\s*\d+\s*行[的：:，]?\s*")
"""How a message says which row it is about, with the roster's name before it."""
_NOT_CURABLE = frozenset(
    {"eligibility.failed", "deadline.passed", "deadline.early", "benefit.duplicate", "policy.not-in-force"}
)
"""No paper handed in later mends these by itself; they are told all the same, apart from what must be corrected."""


def kind_of(name: str) -> str:
    """The Chinese name of a notice from its name or id. Raises UsageError."""
    stem = find_master(name).stem if not name.endswith(".docx") else name
    if stem in KINDS:
        return stem
    raise UsageError(f"“{name}”不是答复审查结果的文书。可用：{'、'.join(KINDS)}。")


def issue(report: Report, kind: str, settings: Mapping[str, Any], today: date, *, force: bool = False) -> Filled:
    """The filled notice. ``today`` is the day it is dated. Raises UsageError when it would contradict the report, unless ``force``."""
    kind = kind_of(kind)
    if not force:
        refuse_contradiction(report, kind)
    context = build_context(report, kind, {**settings, "today": today})
    warnings = tuple(context.pop("warnings"))
    return template(kind).fill(context, warnings)


def build_context(report: Report, kind: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a notice, and ``warnings`` (Chinese sentences). Keys of ``settings``, all optional but ``today`` (a date):

    ``name`` (or ``office``: the office's name), ``contact``, ``phone``, ``address``, ``reviewing_authority``, ``court``, ``doc_no``,
    ``correct_by`` (a date) or ``correction_days`` (working days after ``today``), ``consequence`` (a sentence the policy prints).
    """
    kind = kind_of(kind)
    warnings: list[str] = []
    today = settings["today"]
    addressee, is_unit = _addressee(report)
    if not addressee:
        warnings.append("没有读到申请人姓名或单位名称，抬头留空，请手工填写。")
    office = _text(settings, "name") or _text(settings, "office")
    if not office:
        warnings.append("没有设置发文机关名称，落款留空，请手工填写（docgen.toml 的 [office] name）。")
    if not report.service.name:
        warnings.append("没有识别出办理事项，事项名称留空，请手工填写。")
    context: dict[str, Any] = {
        "office": office or _BLANK,
        "doc_no": _text(settings, "doc_no"),
        "addressee": addressee or _BLANK,
        "you": "你单位" if is_unit else "你",
        "received_on": _day(report.received),
        "service": report.service.name or _BLANK,
        "contact": _text(settings, "contact"),
        "phone": _text(settings, "phone"),
        "address": _text(settings, "address"),
        "issued_on": today,
    }
    more = {CORRECTION: _correction, ACCEPTANCE: _acceptance, REJECTION: _rejection}[kind]
    context.update(more(report, settings, warnings))
    context["warnings"] = warnings
    return context


def _correction(report: Report, settings: Mapping[str, Any], warnings: list[str]) -> dict[str, Any]:
    failed = _errors(report)
    unmet = [f for f in failed if f.code in _NOT_CURABLE]
    if unmet:
        warnings.append(
            f"有 {len(_groups(unmet))} 项与规定条件不符，不是补交材料能够解决的，已另段列出，请核对后再发。"
        )
    cited: set[str] = set()
    return {
        "items": _items(report, [f for f in failed if f.code not in _NOT_CURABLE], cited),
        "unmet": _items(report, unmet, cited),
        "correct_by": _correct_by(settings, warnings),
        "consequence": _text(settings, "consequence"),
    }


def _correct_by(settings: Mapping[str, Any], warnings: list[str]) -> date | None:
    """The last day for the correction; None where nobody has set one: the law our sources print gives no number."""
    if settings.get("correct_by") or settings.get("correction_days") is None:
        given = settings.get("correct_by")
        return given if isinstance(given, date) else None
    from checkers.values.workdays import CalendarUnknown, add_workdays

    try:
        return add_workdays(settings["today"], int(settings["correction_days"]))
    except CalendarUnknown as error:
        warnings.append(f"{error}，补正期限留空，写作“请及时补正”。")
        return None


def _acceptance(report: Report, settings: Mapping[str, Any], warnings: list[str]) -> dict[str, Any]:
    unsure = _groups([f for f in report.findings if f.status == "unknown"])
    if unsure:
        warnings.append(f"还有 {len(unsure)} 项待人工核实，请核实后再发受理通知书。")
    cited: set[str] = set()
    limits = [
        {"name": line.name, "due": _day(line.due), "basis": _basis(line.citations, cited)}
        for line in report.deadlines
        if line.who == "agency" and line.due and line.state == "open"
    ]
    materials = list(dict.fromkeys(m.name for m in report.materials if m.status == "present"))
    return {"accepted_on": settings["today"], "materials": materials, "limits": limits}


def _rejection(report: Report, settings: Mapping[str, Any], warnings: list[str]) -> dict[str, Any]:
    failed = _errors(report)
    reasons = [f for f in failed if f.code in _NOT_CURABLE]
    curable = len(_groups(failed)) - len(_groups(reasons))
    if curable and reasons:
        warnings.append(f"另有 {curable} 项可以补正的问题，不是不予受理的理由，没有列入。")
    elif curable:
        warnings.append("所列问题都可以补正，应当先一次性告知补正，请核对是否确应不予受理。")
    return {
        "items": _items(report, reasons or failed, set()),
        "review_organ": _text(settings, "reviewing_authority"),
        "court": _text(settings, "court"),
    }


def refuse_contradiction(report: Report, kind: str) -> None:
    """Raises UsageError for a notice that would say other than the report."""
    failed = _errors(report)
    count = len(_groups(failed))
    if kind == ACCEPTANCE and failed:
        raise UsageError(f"审查结果有 {count} 项不符合规定，不能出具受理通知书；确需出具请加 --force。")
    if kind == CORRECTION and not any(f.code not in _NOT_CURABLE for f in failed):
        rest = "，只有不符合条件的情形，应出具不予受理通知书" if failed else ""
        raise UsageError(f"审查结果没有需要补正的事项{rest}；确需出具补正告知书请加 --force。")
    if kind == REJECTION and not failed:
        raise UsageError("审查结果没有不符合规定的事项，不能出具不予受理通知书；确需出具请加 --force。")


def _errors(report: Report) -> list[Finding]:
    return [f for f in report.findings if f.status == "fail" and f.severity == "error"]


def _groups(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings of one rule about one thing together, in the order in which they first appear."""
    out: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        row = _ROW.match(finding.subject)
        about = _ROW.sub(r"\1", finding.subject) if row else finding.subject
        out.setdefault((finding.rule, finding.code, about), []).append(finding)
    return list(out.values())


def _items(report: Report, findings: Iterable[Finding], cited: set[str]) -> list[dict[str, str]]:
    return [_item(report, group, cited) for group in _groups(findings)]


def _item(report: Report, group: Sequence[Finding], cited: set[str]) -> dict[str, str]:
    rows = [int(m[2]) for f in group if (m := _ROW.match(f.subject))]
    messages = [_ROW_WORDS.sub("", f.message) if rows else f.message for f in group]
    if rows and len(set(messages)) > 1:  # each row has its own words: say which is whose
        messages = [f"第{row}行{m}" for row, m in zip(rows, messages, strict=True)]
    return {
        "what": _joined(messages),
        "where": _where(report, group, rows),
        "basis": _basis([c for f in group for c in f.citations], cited),
        "todo": _joined(f.suggestion for f in group),
    }


def _joined(sentences: Iterable[str]) -> str:
    """Different sentences, without their full stops, joined by ；."""
    kept = dict.fromkeys(s.strip().rstrip("。；;") for s in sentences)
    return "；".join(s for s in kept if s)


def _where(report: Report, group: Sequence[Finding], rows: Sequence[int]) -> str:
    """``申请表第1页“身份证号码”栏``; a material that is not there has no place."""
    first = group[0]
    path = first.locations[0].path if first.locations else ""
    paper = next((d for d in report.documents if d.path == path), None)
    read = {f.id for f in report.fields}
    printed = first.subject in read or first.code in _MARKS or first.code.startswith("material.")
    if not rows and not (paper and printed):  # a fact from the office's own records stands on no paper of the applicant
        return ""
    names = {m.id: m.name for m in report.materials}
    place = names.get(paper.material or "", "") if paper and len(report.documents) > 1 else ""
    if rows:
        place += f"花名册第{'、'.join(str(r) for r in sorted(set(rows)))}行"
    elif first.locations[0].page:
        place += f"第{first.locations[0].page}页"
    label = _ROW_WORDS.sub("", first.label).strip().strip("“”")
    if not label or first.code == "material.illegible":
        return place
    return f"{place}“{label}”{'处' if first.code in _MARKS else '栏'}"


def _basis(citations: Iterable[Citation], cited: set[str]) -> str:
    """``《…》（渝人社发〔2024〕17号）一(一)2、附件3``; by number alone where ``cited`` has the title already."""
    articles: dict[tuple[str, str], list[str]] = {}
    for c in dict.fromkeys(citations):
        articles.setdefault((c.doc_no, c.title), []).append(c.article)
    out = []
    for (number, title), places in articles.items():
        name = title if not title or title.startswith("《") else f"《{title}》"
        if number and number in cited:
            name = ""
        cited.add(number)
        out.append(f"{name}{f'（{number}）' if name and number else number}{'、'.join(p for p in places if p)}")
    return "；".join(o for o in out if o)


def _addressee(report: Report) -> tuple[str, bool]:
    """The applicant's name as the form has it, and whether it is a unit; no title is guessed from a name."""
    for ids, is_unit in ((_UNITS, True), (_PERSONS, False)):
        for wanted in ids:
            for field in report.fields:
                if field.id == wanted and (text := str(field.value or field.raw or "").strip()):
                    return text, is_unit
    return "", False


def _text(settings: Mapping[str, Any], key: str) -> str:
    return str(settings.get(key) or "").strip()


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None
