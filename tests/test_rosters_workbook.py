"""Rosters as workbooks: columns in any order, long ones kept as texts, findings that name row and cell."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from checkers.case import Case
from checkers.facts import Fact, Facts, FormSeen, RowTexts, cell_of
from checkers.packs import Loaded, library
from checkers.report import Finding, Location, Report
from checkers.rules.verdicts import ROWS_TOLD
from docgen.checking import Request, check_packet
from docgen.forms import read_form, recognise
from docgen.readers import read, worksheet

POLICY = "cq-grad-unit-si-subsidy"
TITLE = "重庆市高校毕业生单位就业社会保险补贴人员花名册"
COLUMNS = [
    "姓名",
    "联系电话",
    "身份证号码",
    "毕业学校",
    "所学专业",
    "毕业时间",
    "学历",
    "毕业证号",
    "起始年月",
    "终止年月",
    "备注",
]

Row = list[Any]


def new_book() -> Any:
    """Typed loosely: the stubs do not know that a new workbook has a first sheet."""
    return Workbook()


def id_number(number: int) -> str:
    body = f"50010319990312{number:03d}"
    return body + "10X98765432"[sum(int(c) * (2 ** (17 - i) % 11) for i, c in enumerate(body)) % 11]


def person(number: int) -> Row:
    name = "李王张刘陈"[number % 5] + "晓明安禾清"[number // 5 % 5]
    phone, diploma = f"139{number:08d}", f"1061112024{number:06d}"
    return [
        name,
        phone,
        id_number(number % 1000),
        "重庆大学",
        "软件工程",
        "2024-06",
        "本科",
        diploma,
        "2024-07",
        "2025-06",
        "",
    ]


def workbook(rows: list[Row], header: list[str] | None = None, *, sheet: str = "花名册", title: str = TITLE) -> bytes:
    book = new_book()
    book.active.title = sheet
    for row in ([title], ["申请单位（盖章）：重庆嘉陵山川软件有限公司"], ["序号", *(header or COLUMNS)]):
        book.active.append(row)
    for number, row in enumerate(rows, 1):
        book.active.append([number, *row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def pack() -> Loaded:
    return library().load(POLICY)


@pytest.fixture
def short_bulk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A few rows are a long table."""
    for name, value in (("BULK_FROM", 12), ("HEAD", 6), ("TAIL", 3)):
        monkeypatch.setattr(worksheet, name, value)
    yield


def seen(data: bytes, pack: Loaded) -> FormSeen:
    document = read("花名册.xlsx", data)
    found = recognise(document, library().forms())
    assert [hit.form_key for hit in found] == [(POLICY, "roster")]
    return read_form(document, found[0].where, pack.policy.forms["roster"], "roster")


def typed(form: FormSeen, pack: Loaded) -> list[dict[str, Any]]:
    rows = Case(Facts(forms=[form]), pack, date(2024, 8, 1), None).rows("roster")
    assert isinstance(rows, list)
    return rows


def checked(data: bytes, folder: Path, **more: Any) -> Report:
    path = folder / "花名册.xlsx"
    path.write_bytes(data)
    return check_packet(Request([str(path)], received=date(2025, 7, 20), **more)).report


def of_rows(report: Report) -> list[Finding]:
    return [f for f in report.findings if f.status == "fail" and f.subject.startswith("roster[")]


# ---------------------------------------------------------------- reading


def test_columns_stand_in_any_order(pack: Loaded) -> None:
    order = list(range(len(COLUMNS)))
    random.Random(7).shuffle(order)  # noqa: S311
    data = workbook([[person(n)[at] for at in order] for n in range(1, 6)], [COLUMNS[at] for at in order])
    form = seen(data, pack)
    assert [row["id_number"].raw for row in form.facts["roster"].rows] == [id_number(n) for n in range(1, 6)]
    assert form.facts["roster_unit"].raw == "重庆嘉陵山川软件有限公司"


def test_labels_printed_a_little_differently_are_found(pack: Loaded) -> None:
    header = [
        {"身份证号码": "公民身份号码", "毕业学校": "毕业院校", "毕业证号": "毕业证书编号"}.get(c, c) for c in COLUMNS
    ]
    rows = seen(workbook([person(1)], header), pack).facts["roster"].rows
    assert rows[0]["id_number"].raw == id_number(1)
    assert rows[0]["diploma_number"].state == "filled"


def test_a_long_roster_reads_as_a_short_one_does(
    pack: Loaded, short_bulk: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [person(n) for n in range(1, 40)]
    rows[7] = ["", *rows[7][1:]]
    rows[9] = [None] * 11
    rows[11] = list(COLUMNS)
    rows[13] = ["/", *rows[13][1:9], "2025年6月", "备注 里有  空格"]
    rows[20] = ["小计", *[None] * 10]
    data = workbook(rows)
    long = seen(data, pack).facts["roster"]
    assert isinstance(long.rows, RowTexts)
    monkeypatch.setattr(worksheet, "BULK_FROM", 10_000)
    short = seen(data, pack).facts["roster"]
    assert not isinstance(short.rows, RowTexts)
    assert list(long.rows) == list(short.rows)
    assert long.rows[-1]["name"].locations == short.rows[-1]["name"].locations
    assert long.locations == short.locations


def test_a_sum_row_ends_a_long_roster(pack: Loaded, short_bulk: None) -> None:
    rows = [person(n) for n in range(1, 31)]
    book_rows = [*rows, ["合计", *[None] * 10], person(31), *([None] * 11 for _ in range(5)), person(32)]
    assert len(seen(workbook(book_rows), pack).facts["roster"].rows) == 30


def test_a_long_roster_goes_on_over_the_next_sheet(pack: Loaded, short_bulk: None) -> None:
    book = new_book()
    for number, name in enumerate(("一", "二")):
        sheet = book.active if number == 0 else book.create_sheet(name)
        sheet.title = name
        for row in ([TITLE], COLUMNS, *(person(n) for n in range(1 + 20 * number, 21 + 20 * number))):
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    rows = seen(out.getvalue(), pack).facts["roster"].rows
    assert len(rows) == 40
    assert [rows[i]["name"].locations[0].cell for i in (0, 19, 20, 39)] == ["一!A3", "一!A22", "二!A3", "二!A22"]


def test_typed_rows_of_a_long_roster_are_those_of_its_facts(pack: Loaded, short_bulk: None) -> None:
    rows = [person(n) for n in range(1, 40)]
    rows[17][2] = "500103199903120010"
    form = seen(workbook(rows), pack)
    plain = FormSeen("roster", {**form.facts, "roster": _as_list(form.facts["roster"])})
    one, two = typed(form, pack), typed(plain, pack)
    assert [{k: repr(v) for k, v in row.items()} for row in one] == [
        {k: repr(v) for k, v in row.items()} for row in two
    ]


def _as_list(fact: Fact) -> Fact:
    return Fact(fact.id, fact.raw, fact.state, fact.label, fact.locations, rows=list(fact.rows))


def test_a_row_of_texts_makes_its_facts_when_asked() -> None:
    def place(row: int, column: str) -> Location:
        return Location("a.xlsx", cell=f"{column}{row}")

    rows = RowTexts({"name": "姓名", "age": "年龄"}, {"name": 0}, [("甲",), ("",)], [4, 9], place)
    assert len(rows) == 2
    assert rows[0]["name"] == Fact("name", "甲", "filled", "姓名", (Location("a.xlsx", cell="name4"),))
    assert (rows[1]["name"].state, rows[1]["age"].state) == ("blank", "absent")
    assert [row["name"].raw for row in rows[0:2]] == ["甲", ""]
    assert cell_of(rows, 0, "nothing") is None
    assert (rows.filled(0, "name"), rows.filled(1, "name"), rows.filled(0, "age")) == (True, False, False)


# ---------------------------------------------------------------- checking


def _wrong_digit(row: Row) -> None:
    row[2] = row[2][:-1] + ("1" if row[2][-1] != "1" else "2")


def _no_name(row: Row) -> None:
    row[0] = None


def _wrong_phone(row: Row) -> None:
    row[1] = "12345"


def _wrong_education(row: Row) -> None:
    row[6] = "中专"


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize(
    ("flaw", "code", "column", "cell"),
    [
        (_wrong_digit, "field.invalid", "id_number", "D"),
        (_no_name, "field.missing", "name", "B"),
        (_wrong_phone, "field.invalid", "phone", "C"),
        (_wrong_education, "eligibility.failed", "education", "H"),
    ],
)
def test_a_flaw_of_one_row_is_one_finding_in_its_cell(
    flaw: Callable[[Row], None],
    code: str,
    column: str,
    cell: str,
    long: bool,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    if long:
        request.getfixturevalue("short_bulk")
    rows = [person(n) for n in range(1, 31)]
    flaw(rows[14])
    report = checked(workbook(rows), tmp_path)
    assert report.service.id == POLICY
    assert [(f.code, f.subject) for f in of_rows(report)] == [(code, f"roster[15].{column}")]
    assert [place.cell for place in of_rows(report)[0].locations] == [f"{cell}18"]


def test_the_hardship_roster_is_recognised_and_its_sheet_named(tmp_path: Path) -> None:
    title = "重庆市就业困难人员单位就业(全日制公益性岗位)社会保险补贴人员花名册"
    header = [
        "姓名",
        "联系电话",
        "身份证号码",
        "人员类别",
        "人员类别证件号码",
        "起始年月",
        "终止年月",
        "合计补贴月数",
        "补贴金额",
    ]
    book = new_book()
    book.active.title = "说明"
    book.active.append(["填写说明"])
    book.active.append(["每人一行"])
    sheet = book.create_sheet("2025 花名册")
    sheet.append([title])
    sheet.append([*header, "是否全日制公益性岗位人员", "备注"])
    sheet.append(
        ["李晓明", "13912345678", id_number(1)[:-1], "4050人员", "渝就失12345", "2025-01", "2025-06", 6, 6000, "否", ""]
    )
    out = io.BytesIO()
    book.save(out)
    report = checked(out.getvalue(), tmp_path)
    assert report.service.id == "cq-hardship-unit-si-subsidy"
    wrong = [f for f in of_rows(report) if f.code == "field.invalid"]
    assert [(f.subject, f.locations[0].cell) for f in wrong] == [("roster[1].id_number", "'2025 花名册'!C3")]


def test_a_fact_no_row_holds_is_asked_for_some_rows_and_then_once(tmp_path: Path) -> None:
    count = ROWS_TOLD + 10
    report = checked(workbook([person(n) for n in range(1, count + 1)]), tmp_path)
    told = [f for f in report.findings if f.rule == f"{POLICY}/newly-hired"]
    assert len(told) == ROWS_TOLD + 1
    assert {f.status for f in told} == {"unknown"}
    assert told[-1].message.startswith("另有10行同样需核实")
    assert report.verdict == "review"


def test_a_register_answers_each_row_of_a_roster(tmp_path: Path) -> None:
    rows = [person(n) for n in range(1, 31)]
    records = [{"身份证号码": id_number(n), "是否本单位新招用": n != 7} for n in range(1, 31)]
    report = checked(workbook(rows), tmp_path, given={"insured": records})
    hired = [f for f in report.findings if f.rule == f"{POLICY}/newly-hired"]
    assert [(f.status, f.locations[0].cell) for f in hired] == [("fail", "B10")]


def test_a_person_listed_twice_in_a_long_roster_is_found(tmp_path: Path, short_bulk: None) -> None:
    rows = [person(n) for n in range(1, 31)]
    rows[25][2] = rows[3][2]
    report = checked(workbook(rows), tmp_path)
    assert [f.rule for f in report.findings if f.status == "fail"] == [f"{POLICY}/person-listed-once"]
