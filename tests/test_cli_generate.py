"""``docgen generate``: what is written, what is said before and after, and every fault of the call before anything is written."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner, Result

from docgen.cli import app, main
from docgen.cli.generate_screen import Bar, bar_line
from docgen.errors import DocgenError, UsageError
from docgen.generating.pdf_run import PdfLine
from docgen.generating.work import Line
from docgen.reports.columns import text_width

INTERRUPTIBLE = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
    " from docgen.cli import main; main(sys.argv[1:])"
)
"""The command with Ctrl-C as a terminal has it: what a shell runs in the background starts deaf to it."""
OFFICE = "样例区公共就业服务中心"
CSV = "申请人,称谓,事项名称,问题1\n周安禾,你,样例补贴,缺少签名\n陈一诺,你,样例补贴,缺少证书\n"
SET = ("--set", "issued_on=2026-11-22", "--set", f"office={OFFICE}")


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("DOCGEN_CONFIG", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)


def run(*args: str | Path) -> Result:
    quiet = ["--quiet"] if "--quiet" in args else []
    rest = [str(a) for a in args if a != "--quiet"]
    return CliRunner().invoke(app, [*quiet, "generate", *rest], standalone_mode=False)


def ok(*args: str | Path) -> str:
    result = run(*args)
    if result.exception:
        raise result.exception
    assert result.return_value == 0, result.stderr
    return result.stderr


def refused(*args: str | Path) -> str:
    result = run(*args)
    assert isinstance(result.exception, DocgenError), result.stderr
    assert result.exception.status == 2
    return str(result.exception)


def data(name: str = "名单.csv", text: str = CSV, encoding: str = "utf-8") -> Path:
    Path(name).write_text(text, encoding=encoding)
    return Path(name)


def lines(folder: str = "out") -> list[dict[str, object]]:
    return [json.loads(x) for x in Path(folder, "manifest.jsonl").read_text(encoding="utf-8").splitlines()]


def text(path: Path | str) -> str:
    with zipfile.ZipFile(path) as package:
        return re.sub("<[^>]+>", "", package.read("word/document.xml").decode())


def own(name: str, *paragraphs: str) -> Path:
    paper = docx.Document()
    for paragraph in paragraphs:
        paper.add_paragraph(paragraph)
    paper.save(name)
    return Path(name)


# ---------------------------------------------------------------- a run


def test_a_row_a_paper_and_a_manifest() -> None:
    said = ok("补正告知书", "--data", data(), "--out", "out", *SET)
    assert [(x["row"], x["key"], x["path"], x["status"]) for x in lines()] == [
        (1, "1", "00001-周安禾.docx", "written"),
        (2, "2", "00002-陈一诺.docx", "written"),
    ]
    assert "缺少证书" in text("out/00002-陈一诺.docx")
    assert "2026年11月22日" in text("out/00002-陈一诺.docx")
    assert "申请人   → 申请人（addressee）" in said
    assert "已写 2 份" in said


def test_gb18030_with_a_mark_and_json_lines_give_the_same(tmp_path: Path) -> None:
    ok("补正告知书", "--data", data(encoding="gb18030"), "--out", "a", *SET)
    ok("补正告知书", "--data", data(encoding="utf-8-sig"), "--out", "b", *SET)
    row = {"称谓": "你", "事项名称": "样例补贴"}
    rows = [
        {"申请人": "周安禾", **row, "需要补正的事项": [{"问题": "缺少签名"}]},
        {"申请人": "陈一诺", **row, "items": [{"what": "缺少证书"}]},
    ]
    path = data("名单.jsonl", "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows))
    with pytest.raises(UsageError, match="两列都像是"):
        ok("补正告知书", "--data", path, "--out", "c", *SET)
    path.write_text(path.read_text(encoding="utf-8").replace("items", "需要补正的事项"), encoding="utf-8")
    ok("补正告知书", "--data", path, "--out", "c", *SET)
    assert lines("a") == lines("b") == lines("c")


def test_the_examples(root: Path) -> None:
    examples = root / "examples" / "generate"
    ok("拟享受补贴公示", "--data", examples / "公示名单.xlsx", "--out", "a", "--set", "issued_on=2026-11-22")
    paper = text("a/拟享受补贴公示.docx")
    assert "下列40人" in paper and "周安禾" in paper and "合计" in paper
    ok("补正告知书", "--data", examples / "补正名单.csv", "--out", "b", "--key", "申请编号", *SET)
    ok("补正告知书", "--data", examples / "补正名单.jsonl", "--out", "c", "--key", "申请编号", *SET)
    assert lines("b") == lines("c")
    assert lines("b")[0]["key"] == "SL2026000001"


def test_a_query() -> None:
    with sqlite3.connect("t.db") as base:
        base.execute("CREATE TABLE p (addressee TEXT, you TEXT, service TEXT, 问题 TEXT)")
        base.execute("INSERT INTO p VALUES ('周安禾', '你', '样例补贴', '缺少签名')")
    base.close()
    ok("补正告知书", "--data", "sqlite:///t.db", "--query", "SELECT * FROM p", "--out", "out", *SET)
    assert lines()[0]["path"] == "补正告知书.docx", "a single paper is called by its name"


def test_two_runs_go_on_where_they_were_and_number_once() -> None:
    call = (
        "补正告知书",
        "--data",
        data(),
        "--out",
        "out",
        *SET,
        "--number",
        "样人社补〔2026〕{n}号",
        "--number-from",
        "7",
    )
    ok(*call, "--number-book", "簿.db")
    Path("out/00001-周安禾.docx").unlink()
    said = ok(*call, "--number-book", "簿.db", "--resume", "--workers", "2")
    assert "已写 1 份，原样保留 1 份" in said
    assert [
        "样人社补〔2026〕7号" in text("out/00001-周安禾.docx"),
        "样人社补〔2026〕8号" in text("out/00002-陈一诺.docx"),
    ] == [True] * 2
    assert "接着做请加 --resume" in refused(*call, "--number-book", "簿.db")


def test_office_settings_fill_what_no_column_gives() -> None:
    data("docgen.toml", f'[office]\nname = "{OFFICE}"\nphone = "023-60000018"\ncourt = "样例区人民法院"\n')
    path = data(text="申请人,称谓,事项名称,理由,联系电话\n周安禾,你,样例补贴,参保不足,13900000018\n")
    said = ok("不予受理通知书", "--data", path, "--out", "out", "--set", "成文日期=2026-11-22")
    paper = text("out/不予受理通知书.docx")
    assert OFFICE in paper and "样例区人民法院" in paper
    assert "023-60000018" in paper and "13900000018" not in paper, "the applicants' telephone is not the office's"
    assert "--map 联系电话=phone" in said.replace("\n        ", "")


def test_sub_folders_keys_and_columns_in_names() -> None:
    path = data(
        text="编号,街道,申请人,称谓,事项名称,问题\nA1,样例/街道,周安禾,你,样例补贴,甲\nA2,二街,陈一诺,你,样例补贴,乙\n"
    )
    ok("补正告知书", "--data", path, "--out", "out", *SET, "--name", "{街道}/{编号}-{申请人}", "--key", "编号")
    assert [(x["key"], x["path"]) for x in lines()] == [
        ("A1", "样例／街道/A1-周安禾.docx"),
        ("A2", "二街/A2-陈一诺.docx"),
    ]


def test_groups() -> None:
    path = data(text="申请人,称谓,事项名称,问题\n周安禾,你,样例补贴,甲\n陈一诺,你,样例补贴,乙\n周安禾,你,样例补贴,丙\n")
    ok("补正告知书", "--data", path, "--out", "out", *SET, "--group", "申请人")
    assert len(lines()) == 2
    assert "1.甲。2.丙。" in text("out/00001-周安禾.docx")


# ---------------------------------------------------------------- mapping


def test_a_dry_run_shows_and_writes_nothing() -> None:
    result = run("补正告知书", "--data", data(), "--out", "out", *SET, "--dry-run")
    assert result.return_value == 0
    assert "成文日期（issued_on）：2026年11月22日" in result.stdout
    assert "what=缺少签名" in result.stdout
    assert not Path("out").exists() and not Path("home").exists()
    assert max(map(text_width, result.output.splitlines())) < 80


def test_what_was_used_is_kept_and_said() -> None:
    path = data(text=CSV.replace("申请人", "来办事的人"))
    assert "申请人（addressee）" in refused("补正告知书", "--data", path, "--out", "a", *SET)
    said = ok("补正告知书", "--data", path, "--out", "a", *SET, "--map", "来办事的人=申请人")
    assert "[指定]" in said and "已记下" in said
    assert "[上次所用]" in ok("补正告知书", "--data", path, "--out", "b", *SET)
    data("对应.yaml", "来办事的人:\n")
    assert "申请人（addressee）" in refused("补正告知书", "--data", path, "--out", "c", *SET, "--mapping", "对应.yaml")


# ---------------------------------------------------------------- a master of the user's own


def test_an_own_master() -> None:
    master = own(
        "通知.docx",
        "{{ 申请人 }}：{{ who.name }}",
        "{%p for p in people %}",
        "{{ p.name }}{{ p.pay }}",
        "{%p endfor %}",
    )
    path = data(text="申请人,who.name,people.name,people.pay\n周安禾,甲,乙,1\n周安禾,甲,丙,2\n")
    ok(master, "--data", path)
    assert text("输出/通知/通知.docx").startswith("周安禾：甲乙1丙2")
    assert "people（一组行，列有 name、pay）" in refused(master, "--data", data(text="申请人\n甲\n"), "--out", "x")


def test_an_empty_cell_of_an_own_master_answers_an_if_and_whom_it_is_about_names_the_file() -> None:
    master = own("通知.docx", "{{ 姓名 }}{% if 备注 %}（{{ 备注 }}）{% endif %}：{{ 单位 }}")
    path = data(text="姓名,备注,单位\n甲,,子\n乙,有,丑\n丙,有,\n")
    assert run(master, "--data", path, "--out", "out").return_value == 1
    assert text("out/00001-甲.docx") == "甲：子"
    assert text("out/00002-乙.docx") == "乙（有）：丑"
    assert [line["status"] for line in lines()] == ["written", "written", "failed"]
    assert "单位" in str(lines()[2]["error"])
    assert "备注" in refused(master, "--data", data(text="姓名,单位\n甲,子\n"), "--out", "x")


def test_a_print_file_does_not_replace_the_master() -> None:
    master = own("通知.docx", "{{ name }}")
    before = master.read_bytes()
    assert "会被覆盖" in refused(master, "--data", data(text="name\n甲\n"), "--out", "out", "--merge", "./通知.docx")
    assert master.read_bytes() == before
    assert not Path("out").exists()


def test_an_own_master_is_numbered_where_it_says_so() -> None:
    numbered, bare = own("甲.docx", "{{ 申请人 }}{{ 文号 }}"), own("乙.docx", "{{ 申请人 }}")
    ok(numbered, "--data", data(), "--out", "out", "--number", "{n:03}号", "--name", "{row}")
    assert text("out/2.docx").startswith("陈一诺002号")
    assert "没有文号" in refused(bare, "--data", data(), "--out", "b", "--number", "{n}号")


@pytest.mark.parametrize("tag", ["{% if x %}", "{{ x", "{% endfor %}"])
def test_an_own_master_with_a_fault(tag: str) -> None:
    assert "第 1 段" in refused(own("坏.docx", tag), "--data", data(), "--out", "out")
    assert not Path("out").exists()


def test_an_attack_on_the_sandbox_writes_nothing() -> None:
    master = own("坏.docx", "{{ 申请人.__class__.__mro__[1].__subclasses__() }}")
    result = run(master, "--data", data(), "--out", "out")
    assert result.return_value == 1 or isinstance(result.exception, DocgenError)
    assert not list(Path().glob("out/*.docx"))


# ---------------------------------------------------------------- rows that fail alone


def test_rows_that_do_not_convert_fail_alone_and_numbers_are_masked() -> None:
    rows = "周安禾,您,样例补贴,甲,\n陈一诺,你,样例补贴,乙,2026-13-01\n110101199003070011,你,样例补贴,丙,\n,你,样例补贴,丁,\n"
    path = data(text="申请人,称谓,事项名称,问题1,收到日期\n" + rows)
    result = run("补正告知书", "--data", path, "--out", "out", *SET)
    assert result.return_value == 1
    assert [x["status"] for x in lines()] == ["failed", "failed", "written", "failed"]
    assert "没有13月" in str(lines()[1]["error"])
    assert "第 2 行（表中第 3 行）没有生成" in result.stderr
    assert "失败 3 份" in result.stderr


def test_a_key_that_comes_twice() -> None:
    path = data(text="编号,申请人,称谓,事项名称,问题1\n1,周安禾,你,样例补贴,甲\n1,陈一诺,你,样例补贴,乙\n")
    result = run("补正告知书", "--data", path, "--out", "out", *SET, "--key", "编号", "--quiet")
    assert result.return_value == 1
    assert lines()[1]["error"] == "键“1”与第 1 行重复"
    assert "已写" not in result.stderr and "没有生成" in result.stderr


def test_names_that_no_file_system_takes() -> None:
    path = data(text=f"申请人,称谓,事项名称,问题1\n../a/b,你,样例补贴,甲\n{'长' * 300},你,样例补贴,乙\n")
    ok("补正告知书", "--data", path, "--out", "out", *SET)
    assert sorted(p.name for p in Path("out").glob("*.docx")) == sorted(str(x["path"]) for x in lines())
    assert all(len(str(x["path"]).encode()) < 200 for x in lines())


# ---------------------------------------------------------------- faults of the call


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (SET[2:], "成文日期（issued_on）；各份都相同的用 --set，例如 --set issued_on="),
        ((*SET, "--set", "nobody=1"), "“nobody”不是模板的变量"),
        ((*SET, "--set", "office"), "名称=值"),
        (("--set", "issued_on=2026-13-01"), "没有13月"),
        ((*SET, "--map", "没有=name"), "“没有”不是数据的列"),
        ((*SET, "--map", "申请人=nobody"), "没有“nobody”这个变量"),
        ((*SET, "--map", "申请人"), "列=变量"),
        ((*SET, "--group", "没有"), "--group 里的“没有”"),
        ((*SET, "--key", "没有"), "--key 里的“没有”"),
        ((*SET, "--name", "{没有}"), "没有“没有”这一项"),
        ((*SET, "--name", "../{row}"), "不允许的文件夹名"),
        ((*SET, "--number", "样人社补〔2026〕号"), "有且只有一个 {n}"),
        (
            (*SET, "--number", "{n}号", "--map", "事项名称=doc_no", "--set", "service=a"),
            "文号有一列数据，又给了 --number",
        ),
        ((*SET, "--cluster", "tcp://127.0.0.1:1"), "集群|Dask"),
        ((*SET, "--sheet", "1"), "--sheet 只用于工作簿"),
        ((*SET, "--sign", "none.p12"), "签名"),
        ((*SET, "--merge", "全部.txt"), "以 .docx 或 .pdf 结尾"),
        ((*SET, "--zip", "全部.docx"), "以 .zip 结尾"),
    ],
)
def test_a_call_that_is_refused_writes_nothing(
    args: tuple[str, ...], word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docgen.generating.executors._CLUSTER_SECONDS", 1)
    assert re.search(
        word if "|" in word else re.escape(word), refused("补正告知书", "--data", data(), "--out", "out", *args)
    )
    assert not list(Path().glob("out/**/*.docx"))


@pytest.mark.parametrize("make", [lambda: data(text=""), lambda: data(text="申请人,称谓\n"), lambda: Path("没有.csv")])
def test_data_that_is_not_there(make: Callable[[], Path]) -> None:
    assert refused("补正告知书", "--data", make(), "--out", "out", *SET)


def test_two_equal_headings() -> None:
    path = data(text=CSV.replace("称谓", "申请人"))
    assert "“申请人”这一列有两次" in refused("补正告知书", "--data", path, "--out", "out", *SET)


def test_folders_that_cannot_be_used() -> None:
    data("file", "x")
    assert "已有同名的文件" in refused("补正告知书", "--data", data(), "--out", "file", *SET)
    Path("mine").mkdir()
    own("mine/a.docx", "x")
    assert "怕覆盖" in refused("补正告知书", "--data", data(), "--out", "mine", *SET)
    Path("busy").mkdir()
    base = sqlite3.connect("busy/.docgen-run", isolation_level=None)
    base.execute("BEGIN EXCLUSIVE")
    assert "另一个 docgen 正在" in refused("补正告知书", "--data", data(), "--out", "busy", *SET)
    base.close()


def test_unknown_templates_and_wrong_options_are_said_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert "是不是 补正告知书" in refused("补正告知", "--data", data())
    for args, word in ((["补正告知书"], "缺少 "), (["补正告知书", "--data", "x", "--workers", "0"], "1 到 256")):
        with pytest.raises(SystemExit) as stopped:
            main(["generate", *args])
        assert stopped.value.code == 2
        assert word in capsys.readouterr().err


# ---------------------------------------------------------------- reports


def report(name: str, findings: list[dict[str, object]]) -> None:
    field = {"id": "name", "label": "姓名", "raw": "周安禾", "value": "周安禾", "confidence": 1.0, "location": None}
    body = {
        "schema": "docgen.report/1",
        "service": {"id": "x", "name": "样例补贴", "region": "", "how": "given", "confidence": 1.0},
        **{"on": "2026-11-02", "received": "2026-11-02", "verdict": "fail" if findings else "pass"},
        **{"documents": [], "fields": [field], "materials": [], "amounts": [], "deadlines": [], "findings": findings},
    }
    Path("结果").mkdir(exist_ok=True)
    Path("结果", name).write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")


FAULT: dict[str, object] = {
    **{"code": "signature.missing", "rule": "x/signed", "status": "fail", "severity": "error", "subject": "signature"},
    **{
        "label": "签名",
        "message": "没有签名",
        "suggestion": "",
        "expected": "",
        "actual": "",
        "citations": [],
        "locations": [],
    },
}


def test_check_reports_are_answered_and_the_clock_is_not_asked() -> None:
    report("甲.json", [FAULT])
    report("乙.json", [])
    Path("结果/丙.json").write_text("{}", encoding="utf-8")
    assert "--set issued_on=" in refused("补正告知书", "--data", "结果", "--out", "out")
    result = run("补正告知书", "--data", "结果", "--out", "out", *SET)
    found = {x["key"]: (x["status"], x["error"]) for x in lines()}
    assert result.return_value == 1
    assert found == {
        "甲": ("written", None),
        "乙": ("failed", "审查结果没有需要补正的事项"),
        "丙": ("failed", "丙.json 不是 docgen check --format json 的结果"),
    }
    ok("受理通知书", "--data", "结果/乙.json", "--out", "b", *SET)
    assert "样例补贴" in text("b/受理通知书.docx")


def test_notices_that_answer_reports_are_numbered_and_need_an_office() -> None:
    report("甲.json", [FAULT])
    assert "发文机关（office）" in refused("补正告知书", "--data", "结果", "--out", "out", *SET[:2])
    ok("补正告知书", "--data", "结果", "--out", "out", *SET, "--number", "样人社补〔2026〕{n}号")
    assert "样人社补〔2026〕1号" in text("out/补正告知书.docx")


def test_a_form_is_filled_with_what_the_papers_said() -> None:
    report("甲.json", [])
    ok("cq-grad-flexible-si-subsidy.application", "--data", "结果", "--out", "out")
    assert "周安禾" in text(next(Path("out").glob("*.docx")))


# ---------------------------------------------------------------- the screen


def test_the_bar_fits_eighty_columns() -> None:
    for count, total, failed, seconds in ((1, 1_000_000, 0, 0.001), (999_999, 1_000_000, 999_999, 9e5), (0, 0, 0, 0.0)):
        assert text_width(bar_line("已转 PDF", count, total, failed, seconds)) < 80
    assert (
        bar_line("已生成", 2500, 10000, 1, 1.0) == "[###---------] 已生成 2500/10000 份  2500 份/秒  还需 00:03  失败 1"
    )


def test_in_a_pipe_a_long_run_says_each_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    bar = Bar(1000, "已生成", shown=True, width=80)
    for _ in range(100):
        bar.checked(10)
    assert len(capsys.readouterr().err.splitlines()) == 10
    Bar(100, "已生成", shown=True, width=80).checked(100)
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent by a signal of POSIX")
def test_ctrl_c_leaves_whole_papers_and_says_how_to_go_on() -> None:
    rows = "".join(f"周安禾,你,样例补贴,缺{n}\n" for n in range(20_000))
    data(text="申请人,称谓,事项名称,问题1\n" + rows)
    call = ["-c", INTERRUPTIBLE, "generate", "补正告知书", "--data", "名单.csv", "--out", "out", *SET]
    with subprocess.Popen([sys.executable, *call], stderr=subprocess.PIPE, start_new_session=True) as process:  # noqa: S603
        while process.poll() is None and not list(Path().glob("out/*.docx")):
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
    assert process.returncode == 130
    assert "--resume" in said.decode()
    assert all(zipfile.is_zipfile(p) for p in Path("out").glob("*.docx"))


# ---------------------------------------------------------------- what follows the papers


def test_pdfs_a_print_file_and_a_zip_are_made_of_the_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []

    def make_pdfs(folder: Path, written: list[Line], **options: object) -> list[PdfLine]:
        asked.append((folder, len(written), options["watermark"], options["pdfa"]))
        return [PdfLine(x.row, x.key, x.path, None, None, "failed", "超时") for x in written[:1]]

    monkeypatch.setattr("docgen.generating.pdf_run.make_pdfs", make_pdfs)
    monkeypatch.setattr("docgen.generating.bundle.merge_all", lambda folder, written, target: len(written))
    monkeypatch.setattr("docgen.generating.bundle.zip_all", lambda folder, written, target: 5)
    call = (
        "补正告知书",
        "--data",
        data(),
        "--out",
        "out",
        *SET,
        "--watermark",
        "样稿",
        "--merge",
        "全部.docx",
        "--zip",
        "全部.zip",
    )
    result = run(*call)
    assert result.return_value == 1, "a paper without its PDF"
    assert asked == [(Path("out"), 2, "样稿", False)]
    assert "00001-周安禾.docx 没有转成 PDF：超时" in result.stderr
    assert "已合成 全部.docx，共 2 份" in result.stderr and "已打包 全部.zip，共 5 个文件" in result.stderr
