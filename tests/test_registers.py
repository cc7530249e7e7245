"""Facts from tables of many people and from the office's databases: whose row counts, and what stays unknown."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import docgen
from checkers.engine import check
from checkers.facts import Fact, Facts
from checkers.packs import library
from docgen.checking import Request, check_packet
from docgen.errors import UsageError
from docgen.fact_tables import applicant_of, join_facts
from docgen.facts_file import load_given
from docgen.places import templates_folder
from docgen.registers import ask_registers, preamble, require_registers, sql_slip
from docgen.rendering.fill import blanks, fill_form
from docgen.settings import Registers, Settings, load_settings

LI, ZHOU, CHEN = "500103200203154210", "500112200107080027", "50010320010101003X"
FLEXIBLE, UNIT = "cq-grad-flexible-si-subsidy", "cq-grad-unit-si-subsidy"
ABSORPTION, ONE_OFF, EXPANSION = (
    "cq-one-off-absorption-subsidy",
    "cq-one-off-flexible-subsidy",
    "cq-job-expansion-subsidy",
)
RECEIVED = date(2025, 8, 20)
SERVICES = {e.name: e.id for e in library().entries().values() if e.name}


def write(path: Path, rows: Iterable[Sequence[Any]]) -> str:
    """A table by the ending of its name: .csv, .xlsx, or a list of records in .json, .yaml (which JSON is)."""
    rows = [list(row) for row in rows]
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)
    elif path.suffix == ".xlsx":
        from openpyxl import Workbook

        book = Workbook()
        for row in rows:
            book.worksheets[0].append(list(row))
        book.save(path)
    else:
        records = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
        path.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    return str(path)


def joined(policy: str, *files: str, **given: Any) -> tuple[dict[str, Fact], list[str]]:
    named, tables = load_given(files)
    return join_facts({**named, **given}, tables, library().load(policy).policy, SERVICES, [])


def plain(fact: Fact) -> list[dict[str, Any]]:
    return [{key: cell.raw for key, cell in row.items()} for row in fact.rows]


# ------------------------------------------------------------ tables that are a register fact


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".json", ".yaml"])
@pytest.mark.parametrize("headings", [["身份证号", "连续参保月数"], ["id_number", "insured_months"]])
def test_a_table_of_columns_of_a_register_becomes_that_fact(tmp_path: Path, ending: str, headings: list[str]) -> None:
    path = write(tmp_path / f"导出{ending}", [headings, [LI, "13"], [ZHOU, "5"]])
    known, said = joined(UNIT, path)
    assert plain(known["insured"]) == [
        {"id_number": LI, "insured_months": "13"},
        {"id_number": ZHOU, "insured_months": "5"},
    ]
    assert known["insured"].label == f"花名册人员登记和参保信息（导出{ending}）"
    assert said == []


def test_numbering_and_names_are_passed_over_and_an_empty_cell_is_a_blank(tmp_path: Path) -> None:
    rows = [["序号", "姓名", "身份证号码", "是否仍在参保", "连续参保月数"], ["1", "李晓明", LI, "是", ""]]
    known, _ = joined(UNIT, write(tmp_path / "a.csv", rows))
    cells = known["insured"].rows[0]
    assert set(cells) == {"id_number", "still_insured", "insured_months"}
    assert cells["insured_months"].state == "blank"


def test_several_tables_each_become_their_fact(tmp_path: Path) -> None:
    insured = write(tmp_path / "a.csv", [["身份证号码", "连续参保月数"], [LI, "13"]])
    drawn = write(
        tmp_path / "b.xlsx",
        [["补贴事项", "起始年月", "终止年月", "身份证号码"], ["一次性吸纳就业补贴", "2024-08", "2024-08", LI]],
    )
    known, _ = joined(UNIT, insured, drawn)
    assert plain(known["benefits_drawn"])[0]["benefit"] == ABSORPTION
    assert len(known["insured"].rows) == 1


def test_a_table_without_rows_says_that_nothing_was_drawn(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [["补贴事项", "起始年月", "终止年月", "身份证号码"]])
    known, _ = joined(UNIT, path)
    assert known["benefits_drawn"].raw == []


def test_the_name_of_the_file_decides(tmp_path: Path) -> None:
    path = write(tmp_path / "insured.csv", [["身份证号码", "连续参保月", "是否仍在参保"], [LI, "13", "是"]])
    with pytest.raises(UsageError, match="第1行：没有“连续参保月”这一列（是不是 连续参保月数？）"):
        joined(UNIT, path)


def test_wrong_values_are_named_with_their_rows_and_without_numbers_of_persons(tmp_path: Path) -> None:
    rows = [["身份证号码", "连续参保月数"], [LI, "13"], ["", ""], [ZHOU, "很久"], ["", "3"], [LI[:-1] + "1", "3"]]
    with pytest.raises(UsageError) as refused:
        joined(UNIT, write(tmp_path / "a.csv", rows))
    message = str(refused.value)
    assert "第4行：“连续参保月数”" in message
    assert "第5行：没有身份证号码" in message
    assert "第6行：“身份证号码”" in message
    assert "第2行" not in message
    assert LI[:-1] not in message
    assert ZHOU not in message


def test_two_tables_of_one_fact_are_refused(tmp_path: Path) -> None:
    rows = [["身份证号码", "连续参保月数"], [LI, "13"]]
    with pytest.raises(UsageError, match="两个表里都给了"):
        joined(UNIT, write(tmp_path / "a.csv", rows), write(tmp_path / "b.csv", rows))


def test_what_is_named_goes_before_a_table(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [["补贴事项", "起始年月", "终止年月"], ["x", "2024-08", "2024-09"]])
    known, _ = joined(FLEXIBLE, path, benefits_drawn="无")
    assert known["benefits_drawn"].raw == []


def test_a_person_with_two_rows_in_a_register_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [["身份证号码", "连续参保月数"], [CHEN, "13"], [CHEN.lower(), "2"]])
    _, said = joined(UNIT, path)
    assert len(said) == 1
    assert "只看第一行" in said[0]
    assert CHEN not in said[0]


def test_a_benefit_that_is_almost_ours_is_refused_with_its_row(tmp_path: Path) -> None:
    rows = [["补贴事项", "起始年月", "终止年月"], ["一次性吸纳就业补帖", "2024-08", "2024-09"]]
    with pytest.raises(UsageError, match="第2行没有“一次性吸纳就业补帖”"):
        joined(FLEXIBLE, write(tmp_path / "a.csv", rows))


# ------------------------------------------------------------ tables of applicants


PEOPLE = [["姓名", "身份证号码", "连续参保月数", "是否仍在参保"], ["李晓明", LI, "3", "是"], ["陈某", CHEN, "14", "否"]]


def test_the_applicants_own_row_gives_single_facts(tmp_path: Path) -> None:
    known, said = joined(FLEXIBLE, write(tmp_path / "a.csv", PEOPLE), id_number=CHEN.lower())
    assert (known["insured_months"].raw, known["still_insured"].raw) == ("14", "否")
    assert "name" not in known
    assert said == []


def test_without_a_row_the_facts_stay_unknown_and_it_is_told_masked(tmp_path: Path) -> None:
    known, said = joined(FLEXIBLE, write(tmp_path / "a.csv", PEOPLE), id_number=ZHOU)
    assert set(known) == {"id_number"}
    assert len(said) == 1
    assert "500112********0027" in said[0]


def test_without_a_number_on_the_paper_nobodys_row_is_taken(tmp_path: Path) -> None:
    known, said = joined(FLEXIBLE, write(tmp_path / "a.csv", PEOPLE))
    assert known == {}
    assert "没有读到申请人的身份证号码" in said[0]


def test_two_rows_of_the_applicant_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="有2行（第2行、第4行）") as refused:
        joined(FLEXIBLE, write(tmp_path / "a.csv", [*PEOPLE, PEOPLE[1]]), id_number=LI)
    assert LI not in str(refused.value)


def test_only_the_applicants_row_must_be_right(tmp_path: Path) -> None:
    rows = [*PEOPLE, ["周雨", ZHOU, "很久", "是"]]
    known, _ = joined(FLEXIBLE, write(tmp_path / "a.csv", rows), id_number=LI)
    assert known["insured_months"].raw == "3"
    with pytest.raises(UsageError, match="第4行：“连续参保月数”"):
        joined(FLEXIBLE, write(tmp_path / "a.csv", rows), id_number=ZHOU)


def test_an_unknown_column_of_a_table_of_applicants(tmp_path: Path) -> None:
    rows = [["身份证号码", "连续参保月", "是否仍在参保"], [LI, "3", "是"], [ZHOU, "4", "是"]]
    with pytest.raises(UsageError, match="第1行：没有“连续参保月”这一列"):
        joined(FLEXIBLE, write(tmp_path / "a.csv", rows), id_number=LI)


def test_a_number_written_wide_or_with_spaces_is_the_same_person(tmp_path: Path) -> None:
    wide = LI.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"})
    rows = [PEOPLE[0], ["李晓明", wide, "3", "是"], ["周雨", f"{ZHOU[:6]} {ZHOU[6:14]} {ZHOU[14:]}", "/", "是"]]
    path = write(tmp_path / "a.csv", rows)
    assert joined(FLEXIBLE, path, id_number=LI)[0]["insured_months"].raw == "3"
    assert joined(FLEXIBLE, path, id_number=ZHOU)[0]["insured_months"].state == "blank"


def test_a_unit_is_found_by_its_code(tmp_path: Path) -> None:
    code, other = "91500103MA5UABCD1X", "91500000202805720P"
    from stdnum.cn import uscc

    code = code[:-1] + uscc.calc_check_digit(code[:-1])
    rows = [["统一社会信用代码", "是否小微企业"], [code, "是"], [other, "否"]]
    known, _ = joined(UNIT, write(tmp_path / "a.csv", rows), uscc=code)
    assert known["is_small_micro"].raw == "是"


def test_names_and_values_are_read_as_before(tmp_path: Path) -> None:
    two = write(tmp_path / "a.csv", [["名称", "值"], ["连续参保月数", "3"]])
    line = write(
        tmp_path / "b.csv", [["是否仍在参保", "就业登记时间", "works_in_chongqing"], ["是", "2024-07-22", "是"]]
    )
    known, _ = joined(FLEXIBLE, two, line)
    assert (known["insured_months"].raw, known["employment_registered_on"].raw) == ("3", "2024-07-22")


def test_one_fact_in_two_files_is_refused(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text('{"insured_months": 3}', encoding="utf-8")
    with pytest.raises(UsageError, match="在两个事实文件里都给了"):
        load_given([str(tmp_path / "a.json"), str(tmp_path / "b.json")])


def form(tmp_path: Path, name: str, id_number: str) -> str:
    master = templates_folder() / "forms" / f"{FLEXIBLE}.application.docx"
    values = {"name": name, "id_number": id_number, "period": "2024-08/2025-07", "signed_on": "2025-08-19"}
    path = tmp_path / f"{name}.docx"
    path.write_bytes(fill_form(master, {k: v for k, v in values.items() if k in blanks(master)}))
    return str(path)


def test_one_table_serves_many_packets(tmp_path: Path) -> None:
    table = write(tmp_path / "a.csv", PEOPLE)
    found = {}
    for name, number in (("李晓明", LI), ("陈某某", CHEN)):
        report = docgen.check(form(tmp_path, name, number), received=RECEIVED, facts=table)
        found[name] = {f.rule.partition("/")[2] for f in report.findings if f.status == "fail"}
    assert "insured-a-year" in found["李晓明"]
    assert "insured-now" not in found["李晓明"]
    assert "insured-a-year" not in found["陈某某"]
    assert "insured-now" in found["陈某某"]


def test_on_the_command_line_the_option_may_be_given_several_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from docgen.cli import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    papers = [form(tmp_path, "李晓明", LI), form(tmp_path, "周雨", ZHOU)]
    people = write(tmp_path / "a.csv", PEOPLE)
    history = [["补贴事项", "起始年月", "终止年月", "身份证号码"], ["一次性灵活就业补贴", "2023-05", "2023-05", LI]]
    drawn = write(tmp_path / "b.xlsx", history)
    args = ["check", "--each", "--workers", "1", "--received", "2025-08-20", "--facts", people, "--facts", drawn]
    with pytest.raises(SystemExit):
        main([*args, *papers])
    out, err = capfd.readouterr()
    one, two = (
        {f["rule"].partition("/")[2]: f["status"] for f in json.loads(line)["findings"]} for line in out.splitlines()
    )
    assert (one["insured-a-year"], one["one-off-flexible-drawn"]) == ("fail", "fail")
    assert two["insured-a-year"] == "unknown"
    assert "one-off-flexible-drawn" not in two
    assert "500112********0027" in err
    assert LI not in err
    assert ZHOU not in err


# ------------------------------------------------------------ databases


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A database of insured people and benefits, beside a docgen.toml."""
    with sqlite3.connect(tmp_path / "参保 a%.db") as db:
        db.execute("CREATE TABLE insured (id_number TEXT, insured_months INTEGER, still_insured INTEGER, extra TEXT)")
        db.executemany(
            "INSERT INTO insured VALUES (?, ?, ?, '-')", [(LI, 3, 1), (CHEN.lower(), 14, 0), (ZHOU, 5, None)]
        )
        db.execute("CREATE TABLE drawn (id_number TEXT, benefit TEXT, start TEXT, stop TEXT)")
        db.execute("INSERT INTO drawn VALUES (?, '一次性吸纳就业补贴', '2024-08', '2024-08')", (ZHOU,))
    db.close()
    return tmp_path


INSURED = "SELECT id_number, insured_months, still_insured, extra FROM insured WHERE id_number IN :ids ORDER BY insured_months"
DRAWN = 'SELECT id_number, benefit, start, stop AS "end" FROM drawn WHERE id_number IN :ids'


def asked(base: Path, policy: str, queries: dict[str, str], **given: Any) -> tuple[dict[str, Fact], list[str]]:
    known = Facts.of(given).known
    registers = Registers("sqlite:///参保 a%.db", queries, folder=str(base), seconds=2, rows=50)
    said = ask_registers(registers, known, library().load(policy).policy, SERVICES, [])
    return known, said


def roster(*people: str) -> list[dict[str, str]]:
    return [{"id_number": number} for number in people]


def test_the_rows_of_a_query_become_the_fact(base: Path) -> None:
    known, said = asked(base, UNIT, {"insured": INSURED, "benefits_drawn": DRAWN}, roster=roster(LI, CHEN))
    assert plain(known["insured"]) == [
        {"id_number": LI, "insured_months": 3, "still_insured": True},
        {"id_number": CHEN.lower(), "insured_months": 14, "still_insured": False},
    ]
    assert known["insured"].label.endswith("（登记库 insured）")
    assert known["benefits_drawn"].raw == []
    assert said == []


def test_people_the_register_does_not_know_are_told_masked(base: Path) -> None:
    stranger = "500112200107080043"
    known, said = asked(base, UNIT, {"insured": INSURED}, roster=roster(LI, stranger))
    assert len(known["insured"].rows) == 1
    assert said == ["登记库 insured 里没有 500112********0043 的记录（1人），有关事实仍待核实"]


def test_null_says_nothing(base: Path) -> None:
    known, _ = asked(base, UNIT, {"insured": INSURED}, roster=roster(ZHOU))
    assert known["insured"].rows[0]["still_insured"].state == "absent"


def test_single_facts_of_the_applicant(base: Path) -> None:
    known, _ = asked(base, FLEXIBLE, {"person": INSURED}, id_number=LI)
    assert (known["insured_months"].raw, known["still_insured"].raw) == (3, True)


def test_a_name_of_a_benefit_is_its_policy(base: Path) -> None:
    known, _ = asked(base, UNIT, {"benefits_drawn": DRAWN}, roster=roster(ZHOU))
    assert plain(known["benefits_drawn"]) == [
        {"id_number": ZHOU, "benefit": ABSORPTION, "start": "2024-08", "end": "2024-08"}
    ]


def test_what_is_known_already_is_not_asked_for(base: Path) -> None:
    known, said = asked(base, UNIT, {"insured": "SELECT nothing FROM nowhere WHERE 1 IN :ids"}, insured=roster(LI))
    assert plain(known["insured"]) == roster(LI)
    assert said == []


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("SELECT id_number, gone FROM nowhere WHERE id_number IN :ids", "没有查成：no such table"),
        ("SELECT id_number, 1 AS insured_months FROM insured WHERE id_number IN :ids AND 1 = 0", "没有本次申请的人员"),
        (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
            "SELECT 'a' AS id_number, max(i) AS insured_months FROM n WHERE 'x' NOT IN :ids",
            "超过时间限制",
        ),
        (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 60) "
            "SELECT '500103200203154210' AS id_number, i AS insured_months FROM n WHERE 'x' NOT IN :ids",
            "超过50行",
        ),
        ("SELECT NULL AS id_number, 1 AS insured_months FROM insured WHERE id_number IN :ids", "没有身份证号码"),
        ("SELECT id_number, 1 AS insured_months FROM insured WHERE 'x' IN :uscc", "没有读到统一社会信用代码"),
    ],
)
def test_a_register_that_does_not_answer_leaves_the_fact_unknown(base: Path, sql: str, says: str) -> None:
    known, said = asked(base, UNIT, {"insured": sql}, roster=roster(LI))
    assert "insured" not in known
    assert len(said) == 1
    assert says in said[0]
    assert LI not in said[0]


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    registers = Registers("sqlite:///没有.db", {"insured": INSURED}, folder=str(tmp_path))
    known = Facts.of({"roster": roster(LI)}).known
    said = ask_registers(registers, known, library().load(UNIT).policy, SERVICES, [])
    assert "没有查成" in said[0]
    assert not (tmp_path / "没有.db").exists()


def test_a_value_of_the_wrong_type_is_unknown(base: Path) -> None:
    sql = "SELECT id_number, 'viele' AS insured_months, still_insured FROM insured WHERE id_number IN :ids"
    known, said = asked(base, UNIT, {"insured": sql}, roster=roster(LI))
    assert known["insured"].rows[0]["insured_months"].state == "absent"
    assert "第1行：“连续参保月数”" in said[0]


def test_a_benefit_of_we_know_not_whom_counts_for_nobody_and_nothing_is_said_to_be_known(base: Path) -> None:
    sql = "SELECT '12' AS id_number, benefit, start, stop AS \"end\" FROM drawn WHERE 'x' NOT IN :ids"
    known, said = asked(base, UNIT, {"benefits_drawn": sql}, roster=roster(LI))
    assert "benefits_drawn" not in known
    assert len(said) == 1


def test_two_rows_of_the_applicant_leave_him_unknown(base: Path) -> None:
    sql = "SELECT insured_months FROM insured WHERE 'x' NOT IN :ids"
    known, said = asked(base, FLEXIBLE, {"person": sql}, id_number=LI)
    assert "insured_months" not in known
    assert "有3行" in said[0]
    assert LI not in said[0]


def test_a_query_without_the_columns_of_its_fact_is_a_fault_of_the_configuration(base: Path) -> None:
    with pytest.raises(UsageError, match="没有给出 id_number"):
        asked(base, UNIT, {"insured": "SELECT insured_months FROM insured WHERE id_number IN :ids"}, roster=roster(LI))


def test_more_people_than_one_statement_may_name(base: Path) -> None:
    from stdnum.cn import ric

    bodies = [f"500103{1980 + n // 365:04d}0101{n % 365:03d}" for n in range(1, 1201)]
    people = [body + ric.calc_check_digit(body + "0") for body in bodies]
    known, _ = asked(base, UNIT, {"insured": INSURED}, roster=roster(*people, LI))
    assert [row["id_number"].raw for row in known["insured"].rows] == [LI]


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("SELECT 1 WHERE 1 IN :ids; DROP TABLE insured", "分号"),
        ("DELETE FROM insured WHERE id_number IN :ids", "只能是 SELECT"),
        ("WITH x AS (DELETE FROM insured RETURNING *) SELECT * FROM x WHERE id_number IN :ids", "DELETE"),
        ("SELECT * INTO copy FROM insured WHERE id_number IN :ids", "INTO"),
        ("SELECT * FROM insured WHERE id_number IN :ids FOR UPDATE", "UPDATE"),
        ("SELECT * FROM insured", "限定"),
        ("SELECT * FROM insured WHERE id_number = :name", ":name"),
        ("", "只能是 SELECT"),
    ],
)
def test_only_one_reading_question_about_the_case_is_accepted(sql: str, says: str) -> None:
    assert says in sql_slip(sql)


@pytest.mark.parametrize(
    "sql",
    [
        INSURED,
        DRAWN,
        "select 'a;b', \"update\", replace(x, '-', '')::text from t where u in :uscc -- insert\n",
        "WITH a AS (SELECT * FROM t WHERE id IN :ids) SELECT * FROM a",
    ],
)
def test_what_only_reads_is_accepted(sql: str) -> None:
    assert sql_slip(sql) == ""


def test_postgresql_reads_only_and_not_for_long() -> None:
    assert preamble("postgresql", 7) == ["SET TRANSACTION READ ONLY", "SET LOCAL statement_timeout = 7000"]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("这不是", "写法不对"),
        ("mysql://h/db", "只支持"),
        ("sqlite://", "数据库文件"),
        ("postgresql+pg8000://h/db", "pg8000|没有安装"),
    ],
)
def test_a_url_that_cannot_be_used(url: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        require_registers(Registers(url, {"insured": INSURED}))


def test_without_sqlalchemy_there_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sqlalchemy", None)
    with pytest.raises(UsageError, match=r"docgen\[db\]"):
        require_registers(Registers("sqlite:///a.db", {"insured": INSURED}))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[registers]\nurl = "sqlite:///a.db"\n', "至少有一节"),
        ('[registers.insured]\nsql = "SELECT 1 WHERE 1 IN :ids"\n', "url"),
        ('[registers]\nurl = "sqlite:///a.db"\nspeed = 1\n', "没有 speed"),
        ('[registers]\nurl = "sqlite:///a.db"\nseconds = 0\n', "正整数"),
        ('[registers]\nurl = "sqlite:///a.db"\n[registers.insured]\nsql = "DROP TABLE a"\n', "只能是 SELECT"),
        ('[registers]\nurl = "sqlite:///a.db"\n[registers.insured]\nsq = "x"\n', "sql 这个键"),
        ("registers = 3\n", "url"),
    ],
)
def test_a_configuration_with_a_slip(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "docgen.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=says):
        load_settings(tmp_path / "docgen.toml")


def test_a_register_answers_for_the_paper(base: Path) -> None:
    text = f'[registers]\nurl = "sqlite:///参保 a%.db"\n[registers.person]\nsql = "{INSURED}"\n'
    (base / "docgen.toml").write_text(text, encoding="utf-8")
    settings = load_settings(base / "docgen.toml")
    outcome = check_packet(Request([form(base, "李晓明", LI)], received=RECEIVED, settings=settings))
    failed = {f.rule.partition("/")[2] for f in outcome.report.findings if f.status == "fail"}
    assert "insured-a-year" in failed
    assert not [w for w in outcome.warnings if LI in w]


def test_a_register_declared_where_the_papers_lie_is_named(
    base: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from docgen.cli import main

    text = f'[registers]\nurl = "sqlite:///参保 a%.db"\n[registers.person]\nsql = "{INSURED}"\n'
    (base / "docgen.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(base)
    with pytest.raises(SystemExit):
        main(["check", form(base, "李晓明", LI), "--received", "2025-08-20", "--format", "json"])
    out, err = capfd.readouterr()
    assert "里指定的登记库" in err
    assert "insured-a-year" in out
    assert LI not in err


def test_no_register_is_asked_where_none_is_declared(tmp_path: Path) -> None:
    assert Settings().registers is None
    assert load_settings(None).registers is None


def test_the_numbers_of_a_case_are_those_of_its_papers_and_rosters() -> None:
    policy = library().load(UNIT).policy
    known = Facts.of({"roster": roster(LI, CHEN.lower(), "不是号码"), "insured": roster(ZHOU)}).known
    assert applicant_of(policy, known, []).ids == [LI, CHEN, ZHOU]


# ------------------------------------------------------------ double benefits and combined months of 17号


HISTORY = ["补贴事项", "起始年月", "终止年月", "身份证号码"]
PERIOD = {"start": "2024-08", "end": "2025-07"}
HARDSHIP = "cq-hardship-unit-si-subsidy"


def outcome_of(tmp_path: Path, service: str, history: list[list[str]], **given: Any) -> dict[str, set[str]]:
    """Rule → subjects that failed, of the rules about other benefits and their months, with a history in a file."""
    path = write(tmp_path / "benefits_drawn.csv", [HISTORY, *history])
    known, _ = joined(service, path, **given)
    loaded = library().load(service)
    about = {b.id for b in loaded.policy.benefits} | {
        r.id for r in loaded.policy.rules if "drawn" in r.require + r.when
    }
    out: dict[str, set[str]] = {}
    for finding in check(Facts(known=known), loaded, RECEIVED, received=RECEIVED).findings:
        rule = finding.rule.partition("/")[2]
        if rule in about and finding.status == "fail":
            out.setdefault(rule, set()).add(finding.subject.partition("]")[0].partition("[")[2])
    return out


def unit_roster(*people: str, **changes: str) -> list[dict[str, str]]:
    return [{"name": "某某", "id_number": number, **PERIOD, **changes} for number in people]


@pytest.mark.parametrize(
    ("drawn", "failed"),
    [
        ([], set()),
        ([ABSORPTION, "2023-01", "2023-01"], {"absorption-drawn"}),  # 三(二)
        ([EXPANSION, "2024-09", "2024-09"], set()),  # 八(四)4: both may be had
        ([HARDSHIP, "2025-01", "2025-03"], {"hardship-at-same-time", "months-together"}),  # 一(四)4
        ([HARDSHIP, "2023-01", "2023-03"], {"months-together"}),  # 一(四)4: together no more than the year
        ([FLEXIBLE, "2023-01", "2023-12"], set()),  # 一(四)4: counted apart
        ([UNIT, "2024-08", "2025-07"], {"same-months-again", "months-together"}),  # 一(二)1
    ],
)
def test_unit_subsidy(tmp_path: Path, drawn: list[str], failed: set[str]) -> None:
    history = [[*drawn, ZHOU]] if drawn else []
    found = outcome_of(tmp_path, UNIT, history, roster=unit_roster(LI, ZHOU))
    assert found == {rule: {"2"} for rule in failed}  # the other person of the roster has drawn nothing


def test_unit_subsidy_the_rest_of_a_year_begun_before(tmp_path: Path) -> None:
    """一(四)6: less than a year drawn month by month goes on to its end, and no longer."""
    history = [[UNIT, "2024-01", "2024-04", LI]]
    assert outcome_of(tmp_path, UNIT, history, roster=unit_roster(LI, start="2024-05", end="2024-12")) == {}
    longer = outcome_of(tmp_path, UNIT, history, roster=unit_roster(LI, start="2024-05", end="2025-01"))
    assert longer == {"months-together": {"1"}}
    short = outcome_of(tmp_path, UNIT, [], roster=unit_roster(LI, start="2024-05", end="2024-12"))
    assert short == {"period-of-a-year": {"1"}}


@pytest.mark.parametrize(
    ("drawn", "failed"),
    [
        ([ONE_OFF, "2023-05", "2023-05"], {"one-off-flexible-drawn"}),  # 五(二)
        ([FLEXIBLE, "2023-08", "2024-07"], set()),  # 一(二)2: the second of two years
        ([FLEXIBLE, "2022-08", "2024-07"], {"months-together"}),  # 一(二)2: no more than two years
        (["cq-hardship-flexible-si-subsidy", "2022-07", "2023-07"], {"months-together"}),  # 一(四)4: 13 + 12 months
        ([HARDSHIP, "2025-07", "2025-07"], {"hardship-at-same-time"}),  # 一(四)4
        ([UNIT, "2022-08", "2023-07"], set()),  # 一(四)4: counted apart
    ],
)
def test_flexible_subsidy(tmp_path: Path, drawn: list[str], failed: set[str]) -> None:
    given = {"id_number": LI, "period": "2024-08/2025-07"}
    assert set(outcome_of(tmp_path, FLEXIBLE, [[*drawn, LI]], **given)) == failed
    assert outcome_of(tmp_path, FLEXIBLE, [[*drawn, ZHOU]], **given) == {}


def test_flexible_subsidy_the_rest_of_two_years_begun_before(tmp_path: Path) -> None:
    """一(四)6: 18 months drawn, six are left."""
    history = [[FLEXIBLE, "2023-02", "2024-07", LI]]
    assert outcome_of(tmp_path, FLEXIBLE, history, id_number=LI, period="2024-08/2025-01") == {}
    assert set(outcome_of(tmp_path, FLEXIBLE, history, id_number=LI, period="2024-08/2025-02")) == {
        "months-together",
        "period-of-a-year",
    }


@pytest.mark.parametrize(
    ("drawn", "failed"),
    [
        ([ABSORPTION, "2023-05", "2023-05"], {"drawn-before"}),  # 三(二)
        ([EXPANSION, "2023-05", "2023-05"], {"expansion-drawn"}),  # 八(二)
        ([UNIT, "2024-08", "2025-01"], {"unit-subsidy-half-a-year"}),  # 三(四)4: six months
        ([HARDSHIP, "2024-08", "2024-12"], set()),  # 三(四)4: five months
        ([FLEXIBLE, "2022-08", "2023-07"], set()),
    ],
)
def test_absorption_subsidy(tmp_path: Path, drawn: list[str], failed: set[str]) -> None:
    people = write(tmp_path / "insured.csv", [["姓名", "身份证号码"], ["李晓明", LI], ["周雨", ZHOU]])
    known, tables = load_given([people])
    assert known == {}
    rows = [dict(zip(("name", "id_number"), cells, strict=True)) for _, cells in tables[0].rows]
    assert outcome_of(tmp_path, ABSORPTION, [[*drawn, ZHOU]], insured=rows) == {rule: {"2"} for rule in failed}


@pytest.mark.parametrize(
    ("months", "failed"),
    [("2023-12", set()), ("2024-01", {"flexible-subsidy-over-a-year"})],
)
def test_one_off_flexible_subsidy(tmp_path: Path, months: str, failed: set[str]) -> None:
    """五(四)5: a year of the flexible subsidy or less does not exclude; months of both flexible subsidies together."""
    history = [["高校毕业生灵活就业社会保险补贴", "2023-01", "2023-08", LI]]
    history.append(["cq-hardship-flexible-si-subsidy", "2023-09", months, LI])
    assert set(outcome_of(tmp_path, ONE_OFF, history, id_number=LI)) == failed
    again = outcome_of(tmp_path, ONE_OFF, [["一次性灵活就业补贴", "2023-01", "2023-01", LI]], id_number=LI)
    assert set(again) == {"drawn-before"}


@pytest.mark.parametrize(
    ("drawn", "failed"),
    [
        ([EXPANSION, "2024-08", "2024-08"], {"drawn-before"}),  # 八(二)
        ([ABSORPTION, "2024-08", "2024-08"], {"absorption-drawn"}),  # 八(二)
        ([UNIT, "2024-08", "2025-07"], set()),  # 八(四)4
    ],
)
def test_job_expansion_subsidy(tmp_path: Path, drawn: list[str], failed: set[str]) -> None:
    people = [{"name": "李晓明", "id_number": LI}, {"name": "周雨", "id_number": ZHOU}]
    assert outcome_of(tmp_path, EXPANSION, [[*drawn, LI]], insured=people) == {rule: {"1"} for rule in failed}


def test_without_a_history_other_benefits_are_not_settled(tmp_path: Path) -> None:
    loaded = library().load(UNIT)
    known, _ = joined(UNIT, roster=unit_roster(LI))
    open_rules = {
        f.rule.partition("/")[2]
        for f in check(Facts(known=known), loaded, RECEIVED, received=RECEIVED).findings
        if f.status == "unknown"
    }
    assert "absorption-drawn" in open_rules


@pytest.mark.parametrize(("raw", "right"), [(20, False), ("20", False), ("20万元", True), ("200000元", True)])
def test_money_that_a_form_counts_in_ten_thousands_says_its_unit(raw: object, right: bool) -> None:
    """Twenty may be twenty yuan or twenty times ten thousand: a facts file must not leave that open."""
    from checkers.facts import fact_of
    from checkers.policy import Field
    from docgen.facts_file import type_slips

    slips = type_slips(fact_of("guaranteed_loan", raw), Field("创业担保贷款", "money", unit="万元"))
    assert (slips == []) is right
    assert all("单位" in slip for slip in slips)
