"""Each kind of requirement by a tiny pack: what fails, what is left open, and what must not be said twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from checkers.engine import check
from checkers.facts import Fact, Facts, FormSeen, MarkSeen, fact_of
from checkers.pack_source import compile_pack
from checkers.packs import Loaded
from checkers.report import Location, Report

HEAD = """\
id: zz-tiny
name: 示例
region: 某市
kind: service
sources: {n1: {title: 示例通知, doc_no: 某人社发〔2024〕1号}}
in_force: {since: 2024-01-01, at: n1 十}
"""
DAY = date(2025, 3, 3)
PLACE = Location("form.docx", 1)
ID = "110101199003074477"


def pack(body: str) -> Loaded:
    compiled = compile_pack(HEAD + body, "zz-tiny.yaml")
    return Loaded(compiled.policy, compiled.code)


def form(fields: str, more: str = "") -> Loaded:
    rows = "".join(f"      {line}\n" for line in fields.strip().splitlines())
    return pack(f"forms:\n  application:\n    title: 示例申请表\n    at: n1 附件1\n    fields:\n{rows}{more}")


def paper(values: dict[str, Any], **seen: Any) -> Facts:
    facts = {name: fact_of(name, value) for name, value in values.items()}
    for fact in facts.values():
        fact.locations = (PLACE,)
    return Facts(forms=[FormSeen("application", facts, place=PLACE, **seen)], place=PLACE)


def found(report: Report) -> list[tuple[str, str, str]]:
    for finding in report.findings:
        assert finding.citations
        assert finding.message
    return [(f.rule.removeprefix("zz-tiny/"), f.code, f.status) for f in report.findings]


# ------------------------------------------------------------ blanks of a form

NAME = form(
    "name: {label: 姓名, type: person_name}\nspouse: {label: 配偶, required: married}\nmarried: {label: 已婚, type: yes_no}"
)


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({"name": "李明", "married": "否", "spouse": None}, []),
        ({"name": "李明", "married": "是", "spouse": None}, [("spouse", "field.missing", "fail")]),
        ({"name": "李明", "married": "是", "spouse": "王丽"}, []),
        ({"name": None, "married": "否"}, [("name", "field.missing", "fail")]),
        ({"married": "否"}, [("name", "field.missing", "fail")]),
        ({"name": "1", "married": "否"}, [("name", "field.invalid", "fail")]),
        # whether the spouse must be named hangs on a blank that is itself reported
        ({"name": "李明", "married": None, "spouse": None}, [("married", "choice.invalid", "fail")]),
        ({"name": "李明", "married": "也许", "spouse": None}, [("married", "choice.invalid", "fail")]),
    ],
)
def test_blanks(values: dict[str, Any], wanted: list[tuple[str, str, str]]) -> None:
    assert found(check(paper(values), NAME, DAY)) == wanted


def test_blank_and_not_found_are_told_apart() -> None:
    empty = check(paper({"name": None, "married": "否"}), NAME, DAY).findings[0]
    gone = check(paper({"name": Fact("name", "", "absent"), "married": "否"}), NAME, DAY).findings[0]
    assert "没有填写" in empty.message
    assert "没有找到" in gone.message


def test_an_unclear_blank_is_left_to_a_person() -> None:
    loaded = form("name: {label: 姓名, type: person_name}")
    assert found(check(paper({"name": Fact("name", "李明", illegible=True)}), loaded, DAY)) == [
        ("name", "field.invalid", "unknown")
    ]


def test_a_date_of_signing_has_a_code_of_its_own() -> None:
    loaded = form("signed_on: {label: 日期, type: date, role: signed_on}")
    assert found(check(paper({"signed_on": None}), loaded, DAY)) == [("signed-on", "date.missing", "fail")]


def test_a_form_that_was_not_read_says_nothing_about_its_blanks() -> None:
    assert found(check(Facts(), NAME, DAY)) == []


# ------------------------------------------------------------ rosters

ROSTER = form(
    """roster:
  label: 花名册
  type: roster
  columns:
    person: {label: 姓名, type: person_name}
    id_number: {label: 身份证号码, type: resident_id}
    grade: {label: 等级, required: row.person == '李明'}""",
    """rules:
  - {id: no-li, for_each: roster, require: row.person != '李四', message: "不应有{row.person}", subject: person, at: n1 三}
""",
)
ROW = {"person": "王丽", "id_number": ID, "grade": None}


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([ROW], []),
        ([ROW, {**ROW, "id_number": ID[:-1] + "8"}], [("roster", "field.invalid", "fail", "roster[2].id_number")]),
        ([{**ROW, "person": None}], [("roster", "field.missing", "fail", "roster[1].person")]),
        ([{**ROW, "person": "李明"}], [("roster", "field.missing", "fail", "roster[1].grade")]),
        ([ROW, {**ROW, "person": "李四"}], [("no-li", "eligibility.failed", "fail", "roster[2].person")]),
        ([{**ROW, "person": Fact("person", "李明", illegible=True)}],
         [("roster", "field.invalid", "unknown", "roster[1].person"), ("roster", "field.missing", "unknown", "roster[1].person"),
          ("no-li", "eligibility.failed", "unknown", "roster[1].person")]),
    ],
)  # fmt: skip
def test_roster_rows(rows: list[dict[str, Any]], wanted: list[tuple[str, str, str, str]]) -> None:
    report = check(paper({"roster": rows}), ROSTER, DAY)
    assert [(f.rule.removeprefix("zz-tiny/"), f.code, f.status, f.subject) for f in report.findings] == wanted


def test_an_empty_roster_is_a_blank_and_its_rules_are_not_asked() -> None:
    assert found(check(paper({"roster": None}), ROSTER, DAY)) == [("roster", "field.missing", "fail")]


def test_a_row_is_named_in_the_message() -> None:
    report = check(paper({"roster": [ROW, {**ROW, "person": "李四"}]}), ROSTER, DAY)
    assert report.findings[0].message == "花名册第2行：不应有李四"


# ------------------------------------------------------------ pledge, signatures, seals

SIGNED = form(
    "name: {label: 姓名}",
    """    pledge: {text: 本人承诺，提供的信息真实有效。}
    signatures: {signature: {label: 申请人(签字)}, office: {label: 经办人, by: office}}
    seals: {seal: {label: 盖章, by: unit, required: name == '单位'}}
""",
)
PLEDGE = "本人承诺，提供的信息真实有效。"


def signed(
    pledge: str | None = PLEDGE, signature: str = "present", seal: str = "present", name: str = "李明"
) -> Report:
    marks = {"signature": MarkSeen(signature), "seal": MarkSeen(seal)}  # type: ignore[arg-type]
    return check(paper({"name": name}, pledge=pledge, marks=marks), SIGNED, DAY)


def test_what_is_signed_passes() -> None:
    assert found(signed()) == []
    assert found(signed(pledge="本人承诺,提供的 信息真实有效")) == []  # width, white space and punctuation do not count


@pytest.mark.parametrize(
    ("pledge", "says"),
    [
        ("本人承诺，提供的信息属实有效。", "第10字应为“真”"),
        ("本人承诺，提供的信息真实", "第12字起漏抄“有效”"),
        ("本人承诺，提供的信息真实有效。特此说明", "多写了“特此说明”"),
        ("", "没有抄录"),
    ],
)
def test_a_pledge_is_held_word_for_word(pledge: str, says: str) -> None:
    finding = signed(pledge=pledge).findings[0]
    assert (finding.code, finding.status, finding.expected) == ("attestation.missing", "fail", PLEDGE)
    assert says in finding.message


def test_a_pledge_that_was_not_found_is_unknown() -> None:
    assert found(signed(pledge=None)) == [("application-pledge", "attestation.missing", "unknown")]


@pytest.mark.parametrize(("state", "status"), [("absent", "fail"), ("unknown", "unknown")])
def test_signatures(state: str, status: str) -> None:
    assert found(signed(signature=state)) == [("signature", "signature.missing", status)]


def test_a_seal_that_is_needed_only_sometimes() -> None:
    assert found(signed(seal="absent")) == []
    assert found(signed(seal="absent", name="单位")) == [("seal", "seal.missing", "fail")]


def test_a_mark_nobody_looked_for_is_unknown() -> None:
    assert found(check(paper({"name": "李明"}, pledge=PLEDGE), SIGNED, DAY)) == [
        ("signature", "signature.missing", "unknown")
    ]


# ------------------------------------------------------------ materials

MATERIALS = pack("""facts:
  hired: {label: 是否受雇, type: yes_no, ask: 登记信息}
  shown: {label: 是否已查到, type: yes_no}
materials:
  id_card: {name: 身份证, at: n1 三, instead: [passport]}
  passport: {name: 护照, when: 'false', at: n1 三}
  contract: {name: 劳动合同, when: hired, waived: shown, at: n1 三}
  record: {name: 参保记录, obtain: sharing, at: n1 三}
""")


def materials(handed_in: list[str], closed: bool = True, **known: Any) -> Report:
    facts = Facts.of(known)
    facts.materials = {m: [f"{m}.pdf"] for m in handed_in}
    facts.closed = closed
    return check(facts, MATERIALS, DAY)


@pytest.mark.parametrize(
    ("handed_in", "known", "states", "wanted"),
    [
        (["id_card"], {"hired": False}, {"id_card": "present", "contract": "not-required"}, []),
        (["passport"], {"hired": False}, {"id_card": "present"}, []),
        ([], {"hired": False}, {"id_card": "missing"}, [("material-id-card", "material.missing", "fail")]),
        (
            ["id_card"],
            {"hired": True, "shown": False},
            {"contract": "missing"},
            [("material-contract", "material.missing", "fail")],
        ),
        (["id_card"], {"hired": True, "shown": True}, {"contract": "not-required"}, []),
        (["id_card"], {}, {"contract": "unknown"}, [("material-contract", "material.missing", "unknown")]),
        (["id_card"], {"hired": True}, {"contract": "unknown"}, [("material-contract", "material.missing", "unknown")]),
        (["id_card", "contract"], {}, {"contract": "present", "record": "not-required"}, []),
    ],
)
def test_materials(
    handed_in: list[str], known: dict[str, Any], states: dict[str, str], wanted: list[tuple[str, str, str]]
) -> None:
    report = materials(handed_in, **known)
    assert found(report) == wanted
    assert {m.id: m.status for m in report.materials} | states == {m.id: m.status for m in report.materials}


def test_a_lone_paper_does_not_prove_that_the_others_are_missing() -> None:
    report = materials([], closed=False, hired=False)
    assert found(report) == [("material-id-card", "material.missing", "unknown")]
    assert report.verdict == "review"


# ------------------------------------------------------------ conditions

RULES = pack("""facts:
  age: {label: 年龄, type: integer, ask: 身份信息}
  kind: {label: 类别}
rules:
  - {id: grown, require: age >= 18, message: "年龄{age}岁", suggestion: 核对, expected: 18岁以上, actual: "{age}岁", at: n1 一}
  - {id: young, when: kind == '青年', require: age <= 35, message: 超过35岁, at: n1 一, soft: true}
""")


@pytest.mark.parametrize(
    ("known", "wanted", "verdict"),
    [
        ({"age": 18, "kind": "青年"}, [], "pass"),
        ({"age": 17, "kind": "青年"}, [("grown", "fail", "error")], "fail"),
        ({"age": 36, "kind": "青年"}, [("young", "fail", "warning")], "pass"),
        ({"age": 36, "kind": "中年"}, [], "pass"),
        ({"age": 30}, [], "pass"),  # whatever the kind is, nobody of thirty is too old
        ({"age": 36}, [("young", "unknown", "warning")], "review"),
        ({"kind": "中年"}, [("grown", "unknown", "error")], "review"),
        ({"age": "十", "kind": "中年"}, [("grown", "fail", "error")], "fail"),
        ({"age": "很大", "kind": "青年"}, [("age", "fail", "error")], "fail"),  # said once, at the value itself
    ],
)
def test_conditions(known: dict[str, Any], wanted: list[tuple[str, str, str]], verdict: str) -> None:
    report = check(known, RULES, DAY)
    assert [(f.rule.removeprefix("zz-tiny/"), f.status, f.severity) for f in report.findings] == wanted
    assert report.verdict == verdict


def test_texts_of_a_finding_are_filled_in() -> None:
    finding = check({"age": 17, "kind": "x"}, RULES, DAY).findings[0]
    assert (finding.message, finding.suggestion, finding.expected, finding.actual) == (
        "年龄17岁",
        "核对",
        "18岁以上",
        "17岁",
    )
    assert finding.subject == "age"
    assert finding.citations[0].to_json() == {"doc_no": "某人社发〔2024〕1号", "title": "示例通知", "article": "一"}


def test_what_is_open_names_the_fact_and_where_to_look() -> None:
    finding = check({"kind": "x"}, RULES, DAY).findings[0]
    assert "年龄" in finding.message
    assert "身份信息" in finding.suggestion


# ------------------------------------------------------------ amounts

AMOUNTS = """facts:
  persons: {label: 人数, type: integer}
  claimed: {label: 申请金额, type: money}
  applies: {label: 是否适用, type: yes_no}
parameters:
  standard: {name: 标准, unit: 元, at: n1 二, values: {2024-01-01: 1000}}
  open: {name: 未印上限, unit: 元, at: n1 二}
amounts:
"""
EXACT = pack(
    AMOUNTS
    + "  grant: {name: 补贴, unit: 元, formula: standard * persons, cap: '3000', claimed: claimed, when: applies, at: n1 二}\n"
)
THIRD = pack(AMOUNTS + "  grant: {name: 补贴, unit: 元, formula: standard / 3, claimed: claimed, at: n1 二}\n")
OPEN = pack(
    AMOUNTS + "  grant: {name: 补贴, unit: 元, formula: standard * persons, cap: open, claimed: claimed, at: n1 二}\n"
)
CAP = pack(AMOUNTS + "  grant: {name: 补贴, unit: 元, cap: standard * 2, claimed: claimed, at: n1 二}\n")


@pytest.mark.parametrize(
    ("loaded", "known", "wanted", "value"),
    [
        (EXACT, {"persons": 2, "claimed": 2000, "applies": True}, [], "2000.00"),
        (EXACT, {"persons": 3, "claimed": 3000, "applies": True}, [], "3000.00"),
        (EXACT, {"persons": 2, "claimed": "1999.99", "applies": True}, [("amount.mismatch", "fail")], "2000.00"),
        (EXACT, {"persons": 4, "claimed": "3000.01", "applies": True}, [("amount.exceeds", "fail")], "4000.00"),
        (EXACT, {"persons": 2, "claimed": 9000, "applies": False}, [], None),
        (EXACT, {"persons": 2, "claimed": 9000}, [("amount.mismatch", "unknown")], None),
        (EXACT, {"claimed": 2000, "applies": True}, [("amount.mismatch", "unknown")], None),
        (EXACT, {"claimed": 3001, "applies": True}, [("amount.exceeds", "fail")], None),
        (EXACT, {"persons": 2, "applies": True}, [("amount.mismatch", "unknown")], "2000.00"),
        (EXACT, {"persons": "9" * 60, "claimed": 1, "applies": True}, [("amount.mismatch", "unknown")], None),
        (EXACT, {"persons": 2, "claimed": "9" * 60, "applies": True}, [("field.invalid", "fail")], "2000.00"),
        (THIRD, {"claimed": "333.33"}, [], "333.33"),
        (THIRD, {"claimed": "333.34"}, [("amount.mismatch", "fail")], "333.33"),
        (OPEN, {"persons": 2, "claimed": 2000}, [("amount.exceeds", "unknown")], "2000.00"),
        (OPEN, {"persons": 2, "claimed": 2000, "open": 2000}, [], "2000.00"),
        (OPEN, {"persons": 2, "claimed": 2000, "open": 1999}, [("amount.exceeds", "fail")], "2000.00"),
        (CAP, {"claimed": 2000}, [], "2000.00"),
        (CAP, {"claimed": "2000.01"}, [("amount.exceeds", "fail")], "2000.00"),
    ],
)
def test_amounts(loaded: Loaded, known: dict[str, Any], wanted: list[tuple[str, str]], value: str | None) -> None:
    report = check(known, loaded, DAY)
    assert [(f.code, f.status) for f in report.findings] == wanted
    if known.get("applies") is not False:
        assert report.amounts[0].value == value
    else:
        assert report.amounts == []


ROWS = form(
    """roster:
  label: 花名册
  type: roster
  required: false
  columns: {months: {label: 月数, type: integer}, sum: {label: 金额, type: money}}""",
    """amounts:
  each: {name: 每人补贴, unit: 元, for_each: roster, formula: row.months * 500, claimed: sum, at: n1 二}
deadlines:
  apply: {name: 申报, who: applicant, for_each: roster, due: "make_date(2025, row.months, 1)", at: n1 四}
benefits:
  - {id: once, against: [zz-other], exclude: ever, for_each: roster, person: "'x'", at: n1 五, message: 重复}
""",
)


def test_sums_of_rows() -> None:
    facts = paper({"roster": [{"months": 12, "sum": 6000}, {"months": 6, "sum": 3001}]})
    facts.known["benefits_drawn"] = fact_of("benefits_drawn", [])
    report = check(facts, ROWS, DAY, received=date(2025, 1, 1))
    assert [(f.code, f.subject) for f in report.findings] == [("amount.mismatch", "roster[2].sum")]
    assert report.amounts[0].value == "9000.00"


def test_a_roster_nobody_saw_leaves_everything_about_its_rows_open() -> None:
    report = check(paper({}), ROWS, DAY, received=DAY)
    assert [f.status for f in report.findings] == ["unknown"] * 3
    assert {f.rule.removeprefix("zz-tiny/") for f in report.findings} == {"each", "apply", "once"}


# ------------------------------------------------------------ deadlines

DEADLINES = pack("""facts:
  event: {label: 事由日, type: date}
  applies: {label: 是否适用, type: yes_no}
deadlines:
  apply: {name: 申报, who: applicant, after: event, within: 1 month, not_before: event, when: applies, at: n1 四}
  decide: {name: 办结, who: agency, after: received, within: 5 workdays, at: n1 四}
""")


@pytest.mark.parametrize(
    ("event", "received", "applies", "wanted", "state"),
    [
        ("2025-03-03", "2025-04-03", True, [], "met"),
        ("2025-03-03", "2025-04-04", True, [("deadline.passed", "fail")], "passed"),
        ("2025-03-03", "2025-03-02", True, [("deadline.early", "fail")], "met"),
        ("2025-03-03", "2025-03-03", True, [], "met"),
        ("2025-03-03", None, True, [("deadline.passed", "unknown")], "open"),
        (None, "2025-03-03", True, [("deadline.passed", "unknown")], "unknown"),
        ("2025-03-03", "2025-03-02", None, [("deadline.passed", "unknown")], "unknown"),
        ("2025-03-03", "2025-09-09", None, [("deadline.passed", "unknown")], "unknown"),
        ("2025-03-03", "2025-09-09", False, [], ""),
    ],
)
def test_deadlines(
    event: str | None, received: str | None, applies: bool | None, wanted: list[tuple[str, str]], state: str
) -> None:
    known = {k: v for k, v in (("event", event), ("applies", applies)) if v is not None}
    report = check(known, DEADLINES, DAY, received=date.fromisoformat(received) if received else None)
    assert [(f.code, f.status) for f in report.findings] == wanted
    assert {d.id: d.state for d in report.deadlines}.get("apply", "") == state


def test_the_offices_own_period_is_a_line_and_no_finding() -> None:
    report = check({"applies": False}, DEADLINES, DAY, received=date(2025, 4, 30))
    assert report.findings == []
    assert [(d.id, d.due) for d in report.deadlines] == [("decide", "2025-05-12")]  # 劳动节放假


def test_beyond_the_published_calendar_no_day_is_guessed() -> None:
    report = check({"applies": False}, DEADLINES, date(2088, 1, 1), received=date(2088, 1, 1))
    assert (report.deadlines[0].due, report.deadlines[0].state) == (None, "unknown")


# ------------------------------------------------------------ benefits

BENEFITS = pack("""facts:
  id_number: {label: 身份证号码, type: resident_id}
  period: {label: 申请时段, type: month_range}
benefits:
  - {id: ever, against: [zz-once], exclude: ever, message: 只能享受一次, at: n1 五}
  - {id: same, against: [zz-same], exclude: same_time, period: period, message: 不能同时享受, at: n1 五}
  - {id: months, against: [zz-months, zz-also], exclude: months, period: period, at_most: '24', message: 合计超过24个月, at: n1 五}
""")


def drawn(benefit: str | None, start: str, end: str, person: str | None = ID) -> dict[str, Any]:
    return {"benefit": benefit, "start": start, "end": end, "id_number": person}


@pytest.mark.parametrize(
    ("records", "wanted"),
    [
        ([], []),
        ([drawn("zz-once", "2010-01", "2010-01")], [("ever", "fail")]),
        ([drawn("zz-once", "2010-01", "2010-01", "110101198001010053")], []),  # somebody else
        ([drawn("zz-same", "2023-01", "2023-12")], []),
        ([drawn("zz-same", "2023-01", "2024-01")], [("same", "fail")]),
        ([drawn("zz-same", "2024-12", "2025-03")], [("same", "fail")]),
        ([drawn("zz-same", "2025-01", "2025-03")], []),
        ([drawn("zz-months", "2023-01", "2023-12")], []),  # 12 + 12 is exactly the limit
        ([drawn("zz-months", "2022-12", "2023-12")], [("months", "fail")]),
        ([drawn("zz-months", "2023-01", "2023-12"), drawn("zz-also", "2023-06", "2023-12")], []),  # a month counts once
        ([drawn("zz-months", "2023-01", "2023-12"), drawn("zz-also", "2022-12", "2022-12")], [("months", "fail")]),
        ([drawn("zz-unheard-of", "2024-01", "2024-12")], []),
        ([drawn(None, "2024-01", "2024-12")], [("ever", "unknown"), ("same", "unknown"), ("months", "unknown")]),
        (
            [{"benefit": "zz-once", "start": "2010-01", "end": "2010-01"}],
            [("ever", "fail")],
        ),  # the applicant's own list
    ],
)
def test_benefits(records: list[dict[str, Any]], wanted: list[tuple[str, str]]) -> None:
    known = {"id_number": ID, "period": "2024年1月到2024年12月", "benefits_drawn": records}
    report = check(known, BENEFITS, DAY)
    assert [(f.rule.removeprefix("zz-tiny/"), f.status) for f in report.findings] == wanted


def test_records_nobody_looked_up_do_not_mean_none() -> None:
    report = check({"id_number": ID, "period": "2024年1月到2024年12月"}, BENEFITS, DAY)
    assert [f.status for f in report.findings] == ["unknown"] * 3
    assert report.verdict == "review"


# ------------------------------------------------------------ the whole


def test_failures_come_first_then_what_is_open() -> None:
    report = check({"kind": "青年"}, RULES, date(2023, 1, 1))
    order = [(f.status, f.severity) for f in report.findings]
    assert order == [("fail", "error"), ("unknown", "error"), ("unknown", "warning")]


def test_wrong_service_and_service_not_known() -> None:
    loaded = pack("facts: {kind: {label: 类别}}\napplies: kind == '甲'\n")
    assert found(check({"kind": "甲"}, loaded, DAY)) == []
    assert found(check({"kind": "乙"}, loaded, DAY)) == [("applies", "service.unrecognised", "fail")]
    assert found(check({}, loaded, DAY)) == [("applies", "service.unrecognised", "unknown")]


def test_no_facts_at_all_never_pass() -> None:
    for loaded in (RULES, EXACT, DEADLINES, BENEFITS, MATERIALS):
        assert check({}, loaded, DAY).verdict != "pass"
