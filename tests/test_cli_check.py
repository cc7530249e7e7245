"""``docgen check`` as a person and as a script use it: exit statuses, streams, formats, and every refusal in one sentence."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import docgen
from checkers.report import Report
from docgen.cli import main
from docgen.errors import UsageError
from docgen.places import templates_folder
from docgen.rendering.fill import fill_form

SERVICE = "cq-grad-flexible-si-subsidy"
ID = "500103200203154210"
GOOD = {
    "name": "李晓明", "id_number": ID, "school": "重庆工程技术大学", "major": "物流管理", "education": "本科",
    "graduation_date": "2024-06", "diploma_number": "106171202405001234", "phone": "13883210456",
    "residence": "重庆市渝中区大溪沟街道人民路12号", "bank": "重庆农村商业银行大溪沟支行", "bank_card": "6227001234567890121",
    "period": "2024-08/2025-07", "signed_on": "2025-08-19", "signature": "李晓明",
    "application_pledge": "本人承诺，提供的信息真实有效，如有不实，愿意承担一切责任。",
    "pledge": "本人承诺，提供的信息真实有效，如有不实，愿意承担一切责任。",
}  # fmt: skip
FACTS = {
    "高校毕业生身份": "普通高等学校毕业生", "registered_unemployed": True, "employment_type": "网络配送员", "works_in_chongqing": "是",
    "连续参保月数": 12, "still_insured": True, "first_insured": "2024-08", "employed_throughout": True,
    "employment_registered_on": "2024-07-22", "record_registered_on": "2024-07-25", "registered_at": "就业地",
    "registered_street": "大溪沟街道", "applied_street": "大溪沟街道", "benefits_drawn": [],
}  # fmt: skip


def paper(**changes: Any) -> bytes:
    from docgen.rendering.fill import blanks

    master = templates_folder() / "forms" / f"{SERVICE}.application.docx"
    known = set(blanks(master))
    return fill_form(master, {k: v for k, v in {**GOOD, **changes}.items() if k in known})


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a good form, one without a name, and a file of facts."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DOCGEN_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "good.docx").write_bytes(paper())
    (tmp_path / "bad.docx").write_bytes(paper(name=""))
    (tmp_path / "facts.json").write_text(json.dumps(FACTS, ensure_ascii=False), encoding="utf-8")
    return tmp_path


class Run:
    """What came of one call."""

    def __init__(self, capfd: pytest.CaptureFixture[str], *args: str) -> None:
        with pytest.raises(SystemExit) as left:
            main(list(args))
        self.status = left.value.code
        self.out, self.err = capfd.readouterr()

    def refused(self, *says: str, status: int = 2) -> None:
        """One clear Chinese sentence on stderr, nothing on stdout, no traceback, no number of a person."""
        assert (self.status, self.out) == (status, "")
        assert self.err.startswith("docgen：")
        assert len(self.err.strip().splitlines()) == 1, self.err
        assert re.search("[一-鿿]", self.err)
        assert "Traceback" not in self.err
        assert "内部错误" not in self.err
        assert ID not in self.err
        for word in says:
            assert word in self.err


def rules(text: str) -> dict[str, str]:
    return {f["rule"].partition("/")[2]: f["status"] for f in json.loads(text)["findings"]}


# ------------------------------------------------------------ exit statuses and streams


def test_what_could_not_be_determined_is_no_failure(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run = Run(capfd, "check", "good.docx", "--received", "2025-08-20", "--facts", "facts.json", "--format", "json")
    report = json.loads(run.out)
    assert run.status == 0
    assert report["service"]["id"] == SERVICE
    assert report["verdict"] in ("pass", "review")
    assert all(f["status"] == "unknown" for f in report["findings"])
    assert run.err == ""


def test_a_failure_is_status_one(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run = Run(capfd, "check", "bad.docx", "--format", "json")
    assert run.status == 1
    assert rules(run.out)["name"] == "fail"


def test_an_input_that_cannot_be_read_is_status_three_and_the_others_are_checked(
    desk: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = desk / "packet"
    folder.mkdir()
    (folder / "form.docx").write_bytes(paper(name=""))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nbroken")
    run = Run(capfd, "check", "packet", "--format", "json")
    assert run.status == 3
    unreadable = [f for f in json.loads(run.out)["findings"] if f["code"] == "document.unreadable"]
    assert [Path(f["locations"][0]["path"]).name for f in unreadable] == ["broken.pdf"]
    assert rules(run.out)["name"] == "fail"
    assert rules(run.out)["material-delivery-record"] != "pass"


@pytest.mark.parametrize("format_", ["text", "json", "sarif", "html", "docx", "xlsx"])
def test_each_format_goes_to_a_file_whole(desk: Path, capfd: pytest.CaptureFixture[str], format_: str) -> None:
    run = Run(capfd, "check", "bad.docx", "--format", format_, "-o", f"out.{format_}")
    assert (run.status, run.out) == (1, "")
    data = (desk / f"out.{format_}").read_bytes()
    if format_ in ("docx", "xlsx"):
        assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
    else:
        assert "姓名" in data.decode("utf-8")
        assert b"\x1b[" not in data
    assert {p.suffix for p in desk.iterdir() if p.is_file()} == {".docx", ".json", f".{format_}"}  # no part left behind


def test_no_colour_where_nobody_looks(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert "\x1b[" not in Run(capfd, "check", "bad.docx").out


def test_each_path_by_itself(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run = Run(capfd, "check", "good.docx", "bad.docx", "none.docx", "--each", "--facts", "facts.json")
    lines = [json.loads(line) for line in run.out.splitlines()]
    assert run.status == 3
    assert [Path(r["findings"][0]["locations"][0]["path"]).name for r in lines[1:]] == ["bad.docx", "none.docx"]
    assert [r["verdict"] for r in lines][1:] == ["fail", "fail"]


def test_python_says_what_the_command_says(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    args = ["check", "bad.docx", "--received", "2025-08-20", "--facts", "facts.json", "--format", "json"]
    run = Run(capfd, *args)
    for facts in ("facts.json", FACTS):
        report = docgen.check("bad.docx", received=date(2025, 8, 20), facts=facts)
        assert isinstance(report, Report)
        assert report.to_json() == json.loads(run.out)
    assert docgen.check(["bad.docx"], received="2025-08-20", facts=FACTS).to_json() != {}


def test_python_reads_what_the_command_reads(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run = Run(capfd, "extract", "good.docx", "--as", "form", "--format", "json")
    extract: Any = docgen.extract("good.docx", as_="form")
    assert extract.to_json() == json.loads(run.out)
    assert extract.service == SERVICE


def test_python_raises_what_the_command_says(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match="不是日期"):
        docgen.check("good.docx", on="某天")
    with pytest.raises(UsageError, match="是不是"):
        docgen.check("good.docx", service="cq-grad-flexible-si-subsidi")


def test_standard_input_and_a_pipe(desk: Path) -> None:
    command = [sys.executable, "-m", "docgen", "check", "-", "--format", "json"]
    done = subprocess.run(command, input=paper(name=""), capture_output=True, cwd=desk, check=False)  # noqa: S603  our own words
    assert done.returncode == 1
    assert json.loads(done.stdout)["documents"][0]["path"] == "-"
    assert done.stderr == b""


# ------------------------------------------------------------ wrong calls


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["chek", "good.docx"], ["chek", "是不是 check"]),
        (["check"], ["缺少"]),
        (["check", "good.docx", "--formt", "json"], ["--formt", "是不是 --format"]),
        (["check", "good.docx", "--format", "xml"], ["--format", "text、json"]),
        (["check", "good.docx", "--received", "某天"], ["--received", "2025-08-20"]),
        (["check", "good.docx", "--received", "2025-02-30"], ["--received"]),
        (["check", "good.docx", "--on"], ["--on"]),
        (["check", "good.docx", "--service", "cq-grad-flexible-si-subsidi"], [f"是不是 {SERVICE}"]),
        (["check", "good.docx", "--service", SERVICE, "--set", "连续参保月数"], ["名称=值"]),
        (["check", "good.docx", "--set", "连续参保月=12"], ["是不是 连续参保月数"]),
        (["check", "good.docx", "--set", "连续参保月数=十二个整"], ["连续参保月数"]),
        (["check", "good.docx", "--set", f"连续参保月数={ID}x"], ["连续参保月数"]),
        (["check", "good.docx", "--facts", "none.json"], ["none.json", "没有这个文件"]),
        (["check", "good.docx", "-o", "no/such/folder/x.json"], ["没有这个文件或文件夹"]),
        (["check", "good.docx", "-o", "."], ["文件夹"]),
        (["check", "good.docx", "-o", "good.docx"], ["就是要检查的文件"]),
        (["check", "good.docx", "--each", "--format", "html"], ["--each"]),
        (["check", "empty"], ["没有可以检查的文件"]),
        (["extract"], ["文件"]),
        (["extract", "good.docx", "--as", "poem"], ["form、notice、compilation、text"]),
        (["extract", "good.docx", "--format", "xml"], ["--as notice"]),
        (["calc", "nothing"], ["没有名为 nothing"]),
        (["rule", "nothing"], ["nothing"]),
    ],
)  # fmt: skip
def test_a_wrong_call_is_one_chinese_sentence(
    desk: Path, capfd: pytest.CaptureFixture[str], args: list[str], says: list[str]
) -> None:
    (desk / "empty").mkdir()
    Run(capfd, *args).refused(*says)
    assert (desk / "good.docx").read_bytes() == paper()


def test_debug_shows_the_traceback(desk: Path) -> None:
    with pytest.raises(UsageError):
        main(["check", "good.docx", "--facts", "none.json", "--debug"])


def test_quiet_may_stand_anywhere(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert Run(capfd, "check", "bad.docx", "--quiet").status == 1
    assert Run(capfd, "-q", "check", "bad.docx").status == 1


# ------------------------------------------------------------ facts


def table(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def workbook(rows: list[list[Any]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("f.json", '{"连续参保月数": 3}'.encode()),
        ("f.json", '{"insured_months": "3个月"}'.encode("utf-8-sig")),
        ("f.yaml", "连续参保月数: 3\n".encode()),
        ("f.csv", table([["名称", "值"], ["连续参保月数", "3"]])),
        ("f.csv", table([["连续参保月数", "是否仍在参保", "就业登记时间"], ["3", "是", "2024-07-22"]])),
        ("f.csv", "连续参保月数,3\n".encode("gb18030")),
        ("f.xlsx", workbook([["名称", "值"], ["连续参保月数", 3.0]])),
    ],
)
def test_facts_files(desk: Path, capfd: pytest.CaptureFixture[str], name: str, data: bytes) -> None:
    (desk / name).write_bytes(data)
    run = Run(capfd, "check", "good.docx", "--facts", name, "--format", "json")
    assert rules(run.out)["insured-a-year"] == "fail"


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("f.json", b'{"a": ', "不是有效的 JSON"),
        ("f.json", b"[1, 2]", "最外层"),
        ("f.json", b'{"a": ' + b"[" * 100_000, "嵌套过深"),
        ("f.json", b"\xff\xfe", "UTF-8"),
        ("f.json", '{"连续参保月": 3}'.encode(), "是不是 连续参保月数"),
        ("f.json", '{"连续参保月数": "很久"}'.encode(), "连续参保月数"),
        ("f.json", '{"连续参保月数": 1, "insured_months": 2}'.encode(), "给了两次"),
        ("f.json", '{"benefits_drawn": "一次"}'.encode(), "一组记录"),
        ("f.json", '{"benefits_drawn": [{"benefit": "高校毕业生灵活就业社会保险补帖"}]}'.encode(), "是不是"),
        ("f.yaml", b"a: 1\na: 2\n", "写了两次"),
        ("f.yaml", b"a: [", "YAML"),
        ("f.yaml", b"a: " + b"[" * 100_000, "嵌套"),
        ("f.csv", b"", "空的"),
        ("f.csv", table([["a", "b", "c"], ["1", "2", "3"], ["4", "5", "6"]]), "两列"),
        ("f.csv", b'"' + b"x" * 200_000 + b'"', "CSV"),
        ("f.xlsx", b"PK\x03\x04 no", "xlsx"),
        ("f.xlsx", b"", "xlsx"),
        ("f.txt", b"a", "要是 .json"),
    ],
)
def test_a_facts_file_with_a_slip(
    desk: Path, capfd: pytest.CaptureFixture[str], name: str, data: bytes, says: str
) -> None:
    (desk / name).write_bytes(data)
    Run(capfd, "check", "good.docx", "--facts", name).refused(says)


def test_no_records_can_be_said_in_a_word(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run = Run(capfd, "check", "good.docx", "--set", "benefits_drawn=无", "--format", "json")
    assert "one-off-flexible-drawn" not in rules(run.out)


def test_a_benefit_may_be_named_in_chinese(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    row = {"补贴事项": "高校毕业生灵活就业社会保险补贴", "起始年月": "2024年8月", "终止年月": "2024年9月"}
    (desk / "f.json").write_text(json.dumps({"benefits_drawn": [row]}, ensure_ascii=False), encoding="utf-8")
    run = Run(capfd, "check", "good.docx", "--facts", "f.json", "--format", "json")
    assert rules(run.out)["same-months-again"] == "fail"


def test_facts_inside_the_packet_do_not_count(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = desk / "packet"
    folder.mkdir()
    (folder / "form.docx").write_bytes(paper())
    (folder / "facts.json").write_text(json.dumps(FACTS, ensure_ascii=False), encoding="utf-8")
    (folder / "docgen.toml").write_text("[bogus]\n", encoding="utf-8")
    run = Run(capfd, "check", "packet", "--format", "json")
    assert rules(run.out)["insured-a-year"] == "unknown"


# ------------------------------------------------------------ docgen.toml


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[offce]\nname = 'x'\n", "[offce]"),
        ("[office]\nnam = 'x'\n", "nam"),
        ("[office]\nname = 5\n", "类型"),
        ("[notice]\ncorrection_days = '5'\n", "类型"),
        ("[notice]\ncorrection_days = 0\n", "正整数"),
        ("[policies]\nfolders = [5]\n", "文字"),
        ("[limits]\npges = 5\n", "pges"),
        ("office = 5\n", "office"),
        ("[office\n", "写法有误"),
    ],
)
def test_settings_with_a_slip(desk: Path, capfd: pytest.CaptureFixture[str], text: str, says: str) -> None:
    (desk / "docgen.toml").write_text(text, encoding="utf-8")
    Run(capfd, "check", "good.docx").refused("docgen.toml", says)


def test_settings_inside_what_is_checked_are_passed_over(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (desk / "docgen.toml").write_text("[bogus]\n", encoding="utf-8")
    assert Run(capfd, "check", ".", "--format", "json").status in (1, 3)
    assert Run(capfd, "check", "good.docx", "docgen.toml", "--format", "json").status in (0, 1, 3)


def test_an_offices_own_pack_with_a_slip_is_named_and_stops_nothing(
    desk: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (desk / "own").mkdir()
    (desk / "own" / "zz-own.yaml").write_text("id: zz-own\nname: [\n", encoding="utf-8")
    (desk / "docgen.toml").write_text("[policies]\nfolders = ['own']\n", encoding="utf-8")
    run = Run(capfd, "check", "bad.docx", "--format", "json")
    assert run.status == 1
    assert "zz-own.yaml:" in run.err
    assert json.loads(run.out)["service"]["id"] == SERVICE
