"""The sections of a drafted pack, each from what was found in a notice. What is not decided becomes a TODO, never a guess."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from checkers.expressions import BUILT_IN_NAMES
from checkers.vocabulary import BENEFITS
from docgen.notices.drafting_text import clause, clean, entry, todo
from docgen.notices.model import AmountFound, DeadlineFound, Found, MaterialFound, Node, Statement

N1 = "n1"
"""The key of the notice itself among the sources."""


@dataclass(slots=True)
class Parts:
    """What has been drafted: YAML lines by section, the facts they read, and what a test must give."""

    lines: dict[str, list[str]] = field(default_factory=dict)
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    """Facts whose ``ask`` is left to decide, with the words of the TODO."""
    materials: dict[str, str] = field(default_factory=dict)
    """Material id → name, of those that are always wanted."""
    applicant_deadlines: dict[str, str] = field(default_factory=dict)
    """Deadline id → the fact it starts from."""
    dues: dict[str, date] = field(default_factory=dict)
    """Those of the applicant's that end on a printed day."""
    used: set[str] = field(default_factory=lambda: {*BUILT_IN_NAMES, BENEFITS})
    found: dict[str, int] = field(default_factory=dict)

    def add(self, section: str, line: str) -> None:
        self.lines.setdefault(section, []).append(line)

    def count(self, what: str) -> None:
        self.found[what] = self.found.get(what, 0) + 1

    def free(self, wanted: str) -> str:
        """A name nobody has yet: the wanted one, or with a number behind it."""
        name, number = wanted, 1
        while name in self.used:
            number += 1
            name = f"{wanted}_{number}"
        self.used.add(name)
        return name


def place(found: Found) -> str:
    return f"{N1} {clean(found.article)}".strip()


# ---------------------------------------------------------------- numbers

_LIMITS = {"at-most": "原文：不超过", "at-least": "原文：不低于"}


def draft_amounts(parts: Parts, amounts: Sequence[AmountFound], since: date | None) -> None:
    """A parameter a number. It is dated by the day the notice takes effect; where that is not printed it has no value."""
    seen: set[tuple[str, ...]] = set()
    for one in amounts:
        key = (one.value, one.unit, one.article, one.bound, one.what or "", one.text)
        if key in seen or _is_former(one):
            continue
        seen.add(key)
        value = _decimal(one.value)
        if value is None:
            parts.add("parameters", todo(place(one), f"数额“{clause(one.text)}”写成哪个参数"))
            continue
        parts.count("数额")
        name = parts.free(f"amount_{parts.found['数额']}")
        spec = {
            "name": clause(one.what or one.text, 30),
            "unit": one.unit,
            "at": place(one),
            "values": {since: value} if since else {},
            "note": _note(one),
        }
        undecided = (
            f"“{clause(one.text, 20)}”用在哪个算式或规则里" if since else f"印出的是 {value}，从哪一天起、用在哪里"
        )
        parts.add("parameters", entry(name, spec, undecided))


def _is_former(one: AmountFound) -> bool:
    """由现行460元调整为750元: the first number holds no longer."""
    words = "".join(one.text.split())
    before = r"由(?:现行|原来?|目前|此前|当前)?的?[^，,。；;：:由0-9]{0,10}"
    behind = r"(?:元|%|％|倍|个?月|年|天)?(?:[/／][人月年次]){0,2}(?:的?标准)?(?:提高|调整|增加|降低|下调|上调|延长|缩短)(?:为|到|至)"
    return re.search(rf"{before}{re.escape(one.value)}{behind}", words) is not None


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < Decimal(10) ** 15 else None


def _note(one: AmountFound) -> str:
    notes = [_LIMITS.get(one.bound, ""), f"条件：{clause(one.condition, 30)}" if one.condition else ""]
    return "；".join([*(n for n in notes if n), *([] if one.hard else ["原文语气不硬（原则上、一般）"])])


# ---------------------------------------------------------------- materials

_IDS = (
    (r"申请表|申报表|申领表|登记表|备案表", "application_form"),
    (r"花名册|人员名册|名单", "roster"),
    (r"身份证|身份证明|身份证件", "id_card"),
    (r"户口(?:簿|本)|户籍", "household_register"),
    (r"社会保障卡|社保卡", "social_security_card"),
    (r"毕业证|学历证", "diploma"),
    (r"营业执照", "business_licence"),
    (r"劳动合同", "labour_contract"),
    (r"委托书", "power_of_attorney"),
    (r"承诺书", "pledge"),
    (r"银行(?:卡|账户|账号)|开户", "bank_account"),
    (r"结婚证", "marriage_certificate"),
    (r"残疾(?:人)?证", "disability_certificate"),
    (r"退役|退伍", "discharge_certificate"),
    (r"工资(?:表|单|发放|支付)", "payroll"),
    (r"缴费(?:凭证|证明|记录)|参保证明", "contribution_record"),
    (r"发票|收据|票据", "invoice"),
    (r"照片", "photo"),
    (r"协议", "agreement"),
    (r"职业资格|技能等级证", "skill_certificate"),
)
_ID_PATTERNS = tuple((re.compile(pattern), name) for pattern, name in _IDS)
_UNLESS = re.compile(r"除|无需|不需|不再|免|以外|未|不")


class FormTitles(Protocol):
    """The forms of the draft, asked which of them a material is."""

    specs: dict[str, dict[str, Any]]

    def named(self, material: str) -> str: ...


def draft_materials(parts: Parts, materials: Sequence[MaterialFound], forms: FormTitles) -> None:
    """A material a paper. One that is wanted only sometimes asks a fact that a person answers, until its ``when`` is written."""
    named: set[str] = set()
    for one in materials:
        name = clause(one.name or one.text, 60)
        key = re.sub(r"\W", "", name)
        if not key or key in named:
            continue
        named.add(key)
        parts.count("材料")
        if one.condition and _UNLESS.search(one.condition):
            parts.add("materials", todo(place(one), f"材料“{clause(name)}”何时要：{clause(one.condition)}"))
            continue
        material = parts.free(_material_id(name, parts.found["材料"]))
        form = forms.named(name)
        if form:
            forms.specs[form]["material"] = material
        spec = {"name": name, "at": place(one), "form": form, "note": clean(one.copies or "")}
        if one.condition:
            fact = parts.free(f"{material}_wanted")
            label = f"是否属于“{clause(one.condition)}”"
            parts.facts[fact] = {"label": label, "type": "yes_no", "at": place(one)}
            parts.asked[fact] = "到哪里查，或改写成由表上栏目判断的 when"
            spec = {"name": name, "at": spec["at"], "when": fact, "form": form, "note": spec["note"]}
        else:
            parts.materials[material] = name
        parts.add("materials", entry(material, spec))


def _material_id(name: str, number: int) -> str:
    return next((word for pattern, word in _ID_PATTERNS if pattern.search(name)), f"material_{number}")


# ---------------------------------------------------------------- deadlines

_AGENCY = re.compile(
    r"(?:部门|机关|局|厅|委员会|政府|办事处|街道|(?:经办|受理|鉴定|公共.{0,12}|保险|就业)机构|(?:就业|社保|政务|保障|保险).{0,8}中心|窗口)$"
)
_LEADING = re.compile(r"^(?:并|应当|应|须|予以|进行)+")
_APPLICANT = re.compile(
    r"(?:申请人|申请单位|申报人|申报单位|用人单位|招用单位|见习单位|企业|劳动者|毕业生|本人|参保人员?|职工)$"
)
_STARTS = (
    (re.compile(r"(?:收到|接到)[^，。]{0,10}(?:申请|材料)|(?:提出|提交)申请|申请之日"), "received", ""),
    (re.compile(r"受理"), "accepted_on", "受理日期"),
    (re.compile(r"公示[^，。]{0,10}(?:结束|期满|届满|无异议)"), "publicity_ended_on", "公示期满日期"),
    (re.compile(r"公示"), "publicity_started_on", "公示开始日期"),
)


def draft_deadlines(parts: Parts, deadlines: Sequence[DeadlineFound]) -> None:
    """A deadline whose actor, start and length the schema can say; of the others a TODO with their words."""
    seen: set[tuple[Any, ...]] = set()
    for one in deadlines:
        key = (one.article, one.count, one.unit, one.due, one.start, one.actor)
        if key in seen:
            continue
        seen.add(key)
        parts.count("期限")
        who, why = _who(one.actor)
        spec, start = _length(parts, one) if who else (None, "")
        if who == "applicant" and start == "received":
            spec, why = None, "从提出申请起算，却由申请人办理：何时算办完（done）"
        if spec is None:
            parts.add("deadlines", todo(place(one), f"期限“{clause(one.text)}”：{why or '从哪一天起、多久'}"))
            continue
        name = parts.free(f"deadline_{parts.found['期限']}")
        head = {"name": clause(_LEADING.sub("", clean(one.action or "")) or one.text, 24), "who": who, "at": place(one)}
        parts.add("deadlines", entry(name, {**head, **spec, "soft": True} if not one.hard else {**head, **spec}))
        if who == "applicant":
            parts.applicant_deadlines[name] = start
            if one.due:
                parts.dues[name] = date.fromisoformat(one.due)


def _who(actor: str | None) -> tuple[str, str]:
    """("applicant" or "agency", "") where the notice says it, else ("", what is left to decide)."""
    actor = clean(actor or "")
    if _AGENCY.search(actor):
        return "agency", ""
    if _APPLICANT.search(actor):
        return "applicant", ""
    return "", f"由谁办理（{clause(actor, 16)}）" if actor else "由谁办理"


def _length(parts: Parts, one: DeadlineFound) -> tuple[dict[str, Any] | None, str]:
    """(``due``, or ``after`` and ``within``; the fact it starts from). None where the schema cannot say it."""
    if one.due:
        try:
            day = date.fromisoformat(one.due)
        except ValueError:  # 03-31 of each year, 每月25日
            return None, ""
        return {"due": f"make_date({day.year}, {day.month}, {day.day})"}, ""
    public = "公示" in f"{one.action or ''}{one.text}"
    if not one.count or one.unit in (None, "hour") or (one.bound == "at-least" and not public):
        return None, ""
    start = _start(parts, one, public)
    return (
        ({"after": start, "within": f"{one.count} {one.unit}{'s' if one.count > 1 else ''}"}, start)
        if start
        else (None, "")
    )


def _start(parts: Parts, one: DeadlineFound, public: bool) -> str:
    words = clean(one.start or "")
    for pattern, name, label in _STARTS:
        if pattern.search(words) or (
            not words and public and one.bound == "at-least" and name == "publicity_started_on"
        ):
            return _day_fact(parts, one, name, label) if label else name
    return _day_fact(parts, one, "started_on", f"起算日：{clause(words, 30)}") if words else ""


def _day_fact(parts: Parts, one: DeadlineFound, name: str, label: str) -> str:
    """The fact of that label, declared when it is first needed."""
    known = next((other for other, fact in parts.facts.items() if fact["label"] == label), "")
    if not known:
        known = parts.free(name)
        parts.facts[known] = {"label": label, "type": "date", "at": place(one)}
    return known


# ---------------------------------------------------------------- conditions


def draft_conditions(parts: Parts, statements: Iterable[Statement], nodes: Mapping[str, Node]) -> None:
    """A condition is not turned into an expression by a program: each is a TODO at its article.

    One that announces a list (应当符合下列条件：) is a TODO for each of its items.
    """
    for one in statements:
        soft = "" if one.hard else "（原文语气不硬）"
        node = nodes.get(one.node)
        items = [(c.label, c.title or c.text) for c in node.children] if node and clean(one.text)[-1:] in "：:" else []
        for label, text in items or [("", one.text)]:
            parts.count("条件")
            at = f"{N1} {clean(label)}" if label else place(one)
            parts.add("rules", todo(at, f"条件“{clause(text)}”写成规则{soft}"))
