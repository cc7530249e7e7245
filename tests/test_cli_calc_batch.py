"""``docgen calc NAME --data TABLE``: a row in, a row out."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from checkers.calculators import parameters
from docgen.batch_calc import run_batch
from docgen.cli import main

AGE = "cn-statutory-retirement-age"
PERIOD = "cn-ui-benefit-period"
ROWS = [
    ["姓名", "出生年月", "职工类别"],
    ["李晓明", "1972-09", "男职工"],
    ["周雨", "1975年3月", "原法定退休年龄55周岁女职工"],
]


def call(capfd: pytest.CaptureFixture[str], *args: str) -> tuple[Any, str, str]:
    """Status, stdout and stderr of one call."""
    with pytest.raises(SystemExit) as left:
        main(["calc", *args])
    out, err = capfd.readouterr()
    return left.value.code, out, err


def write(path: Path, rows: list[list[Any]], encoding: str = "utf-8-sig") -> str:
    if path.suffix == ".csv":
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows(rows)
    else:
        from openpyxl import Workbook

        book = Workbook()
        for row in rows:
            book.worksheets[0].append(list(row))
        book.save(path)
    return str(path)


def read(path: Path) -> list[list[Any]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    from openpyxl import load_workbook

    return [
        ["" if c is None else c for c in row] for row in load_workbook(path).worksheets[0].iter_rows(values_only=True)
    ]


RESULTS = ["delay_months", "retirement_age", "retirement_month"]


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
def test_results_stand_behind_the_columns_of_the_table(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], ending: str, kind: str
) -> None:
    out = tmp_path / f"out{kind}"
    status, said, _ = call(capfd, AGE, "--data", write(tmp_path / f"in{ending}", ROWS), "-o", str(out))
    assert (status, said) == (0, "")
    head, first, second = read(out)
    assert head == [*ROWS[0], *RESULTS, "error"]
    assert [str(cell) for cell in first] == ["李晓明", "1972-09", "男职工", "24", "62岁", "2034-09", ""]
    assert second[:3] == ROWS[2]
    assert second[-1] == ""


def test_each_row_says_what_the_calculator_says_alone(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capfd, AGE, "--data", write(tmp_path / "a.csv", ROWS), "--format", "json")
    lines = [json.loads(line) for line in out.splitlines()]
    for line in lines:
        row = line["inputs"]
        _, alone, _ = call(capfd, AGE, "--born", row["出生年月"], "--category", row["职工类别"], "--format", "json")
        assert line["results"] == json.loads(alone)["results"]
        assert line["error"] is None


def test_a_row_that_fails_fails_alone_and_says_why(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    rows = [ROWS[0], ["甲", "很久以前", "男职工"], ["乙", "1972-09"], *ROWS[1:]]
    status, out, err = call(capfd, AGE, "--data", write(tmp_path / "a.csv", rows))
    table = list(csv.reader(io.StringIO(out.removeprefix("\ufeff"))))
    assert status == 1
    assert [bool(row[-1]) for row in table[1:]] == [True, True, False, False]
    assert "很久以前" in table[1][-1]
    assert "--category" in table[2][-1]
    assert table[1][3:6] == ["", "", ""]
    assert "其中2行没有算出" in err


def test_what_is_the_same_for_all_rows_may_stand_on_the_command_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "a.csv", [["born"], ["1972-09"], ["1973-09"]])
    status, out, err = call(capfd, AGE, "--data", path, "--category", "男职工")
    assert status == 0
    assert len(out.splitlines()) == 3
    assert "不是参数" not in err


def test_a_policy_pack_takes_a_table_by_its_chinese_names(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from checkers.calculators.from_pack import calculate_pack, parameters_of
    from checkers.packs import library

    loaded = library().load("cn-disability-allowance-amount")
    labels = [p.label for p in parameters_of(loaded)]
    path = write(tmp_path / "a.csv", [["编号", *labels], ["1", *[""] * len(labels)]])
    status, out, err = call(capfd, loaded.policy.id, "--data", path)
    row = list(csv.reader(io.StringIO(out.removeprefix("\ufeff"))))[1]
    alone = calculate_pack(loaded, {}, None)
    assert bool(alone.results) == (row[-1] == "")
    assert status == int(not alone.results)
    assert "没有用于计算：编号" in err


def test_a_result_that_is_still_open_is_empty_and_said(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "a.csv", [["paid_months", "again_unemployed"], ["30", "否"], ["30", ""]])
    status, out, _ = call(capfd, PERIOD, "--data", path, "--format", "json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert status == int(any(line["error"] for line in lines))
    assert all("尚不能" in (line["open"] or line["error"]) for line in lines)
    assert all("open" not in line["results"] for line in lines)


def test_a_table_in_the_code_of_chinese_windows(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(capfd, AGE, "--data", write(tmp_path / "a.csv", ROWS, "gb18030"))
    assert status == 0
    assert "李晓明" in out


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from openpyxl import load_workbook

    path = write(tmp_path / "a.csv", [["备注", "born", "category"], ["=1+1", "1972-09", "男职工"]])
    call(capfd, AGE, "--data", path, "-o", str(tmp_path / "b.xlsx"))
    cell = load_workbook(tmp_path / "b.xlsx").worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_a_column_of_the_name_of_a_result_is_kept_beside_it(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "a.csv", [["born", "category", "retirement_age"], ["1972-09", "男职工", "60"]])
    _, out, _ = call(capfd, AGE, "--data", path)
    head, row = list(csv.reader(io.StringIO(out.removeprefix("\ufeff"))))
    assert dict(zip(head, row, strict=True)) | {"retirement_age": "60", "result.retirement_age": "62岁"} == dict(
        zip(head, row, strict=True)
    )


@pytest.mark.parametrize(
    ("name", "data", "args", "says"),
    [
        ("none.csv", None, [], "none.csv"),
        ("a.csv", b"", [], "是空的"),
        ("a.csv", "出生日,类别\n1972-09,男职工\n".encode(), [], "没有这个计算器的参数.*born（出生年月）"),
        ("a.csv", "出生年月,born\n1972-09,1972-09\n".encode(), [], "出现了两次"),
        ("a.csv", b'born\n"' + b"x" * 200_000 + b'"', [], "不是有效的 CSV"),
        ("a.xlsx", b"PK\x03\x04 no", [], "不是有效的 .xlsx"),
        ("a.txt", b"born\n", [], "要是 .csv 或 .xlsx"),
        ("a.csv", b"born\n1972-09\n", ["-o", "out.doc"], "要是 .csv、.xlsx 或 .jsonl"),
        ("a.csv", b"born\n1972-09\n", ["-o", "a.csv"], "结果请写到别处"),
        ("a.csv", b"born\n1972-09\n", ["-o", "gone/out.csv"], "写不了"),
    ],
)
def test_a_table_that_cannot_be_used(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    name: str,
    data: bytes | None,
    args: list[str],
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    if data is not None:
        (tmp_path / name).write_bytes(data)
    before = sorted(p.name for p in tmp_path.iterdir())
    status, out, err = call(capfd, AGE, "--data", name, *args)
    assert (status, out) == (2, "")
    assert re.search(says, err)
    assert len(err.strip().splitlines()) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_an_unknown_calculator_is_refused_before_the_table_is_read(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    status, out, err = call(capfd, "cn-statutory-retirement-agee", "--data", str(tmp_path / "none.csv"))
    assert (status, out) == (2, "")
    assert AGE in err


def test_ten_thousand_rows_in_ten_thousand_rows_out(tmp_path: Path) -> None:
    from checkers.calculators import calculate

    rows = [["出生年月", "职工类别"], *([f"{1965 + n % 20}-{n % 12 + 1:02d}", "男职工"] for n in range(10_000))]
    seen: list[int] = []
    sink = io.BytesIO()
    path = write(tmp_path / "a.csv", rows)
    sums = run_batch(lambda row: calculate(AGE, row, None), parameters(AGE), path, sink, "jsonl", seen.append)
    lines = sink.getvalue().splitlines()
    assert (sums.rows, sums.failed, len(lines), seen[-1]) == (10_000, 0, 10_000, 10_000)
    assert json.loads(lines[9_999])["inputs"]["出生年月"] == rows[10_000][0]
