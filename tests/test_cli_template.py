"""``docgen template list``, ``show`` and ``lint`` as they are typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from docx import Document as Word
from openpyxl import load_workbook

from docgen.cli import app
from docgen.errors import UsageError
from docgen.readers import read
from docgen.rendering.manifest import EVENTS, catalogue
from docgen.rendering.showing import TYPES, described, listed, manifest_json
from docgen.reports.columns import text_width

NOTICE, FORM, ROSTER = "补正告知书", "cq-grad-flexible-si-subsidy.application", "cq-grad-unit-si-subsidy.roster"


def run(*words: str) -> Any:
    return CliRunner().invoke(app, ["template", *words], standalone_mode=False)


def own(folder: Path, *texts: str) -> Path:
    word = Word()
    for text in texts:
        word.add_paragraph(text)
    word.save(str(folder / "自备.docx"))
    return folder / "自备.docx"


# ---------------------------------------------------------------- list


def test_list_names_every_master() -> None:
    out = run("list")
    assert out.return_value == 0
    assert all(m.name in out.stdout.replace("\n  ", "") and m.id in out.stdout for m in catalogue())
    assert out.stderr == f"共 {len(catalogue())} 个\n"


def test_list_by_kind_and_event() -> None:
    rows = json.loads(run("list", "--kind", "notice", "--event", "补正", "--format", "json").stdout)
    assert NOTICE in [row["name"] for row in rows]
    assert all(row["kind"] == "notice" and "correction" in row["events"] for row in rows)
    assert rows == json.loads(run("list", "--event", "correction", "--format", "json").stdout)
    forms = json.loads(run("list", "--kind", "form", "--format", "json").stdout)
    assert FORM in [row["key"] for row in forms]


def test_an_unknown_event_lists_those_there_are() -> None:
    out = run("list", "--event", "乔迁")
    assert isinstance(out.exception, UsageError)
    assert all(event in str(out.exception) for event in EVENTS)


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    texts = [listed(catalogue(), width), *(described(m, width) for m in catalogue())]
    wide = [line for text in texts for line in text.splitlines() if text_width(line) > width]
    assert wide == []


# ---------------------------------------------------------------- show


def test_show_says_what_a_notice_wants() -> None:
    out = run("show", "不予受理通知书").stdout
    for words in (
        "不予受理通知书",
        "依据：",
        "何时出具：不予受理",
        "*事项名称（service）",
        "文号（doc_no）",
        "单选：你 / 你单位",
        "例：李晓明",
    ):
        assert words in out
    assert "*文号" not in out


def test_show_as_json_is_enough_to_ask_for_the_values() -> None:
    row = json.loads(run("show", FORM, "--format", "json").stdout)
    fields = {v["id"]: v for v in row["variables"]}
    assert row["policy"] == "cq-grad-flexible-si-subsidy"
    assert fields["period"]["type"] == "month_range"
    assert all(set(m) >= {"id", "label", "type", "required"} for m in row["variables"])


def test_every_master_has_its_json_and_every_type_its_name() -> None:
    kinds = {t.type for m in catalogue() for v in m.variables for t in (v, *v.columns)}
    assert kinds <= set(TYPES)
    assert all(json.dumps(manifest_json(m)) for m in catalogue())


def test_show_writes_the_sample(tmp_path: Path) -> None:
    assert run("show", NOTICE, "-o", str(tmp_path / "样例.docx")).return_value == 0
    text = read(str(tmp_path / "样例.docx")).text()
    assert "{{" not in text
    assert next(m for m in catalogue() if m.name == NOTICE).sample()["office"] in text


def test_show_writes_a_form_blank_and_filled(tmp_path: Path) -> None:
    run("show", FORM, "-o", str(tmp_path / "样例.docx"))
    run("show", FORM, "--blank", "-o", str(tmp_path / "空白.docx"))
    filled, blank = (read(str(tmp_path / f"{n}.docx")).text() for n in ("样例", "空白"))
    assert "李晓明" in filled
    assert "李晓明" not in blank


def test_show_writes_a_roster_as_a_workbook(tmp_path: Path) -> None:
    run("show", ROSTER, "-o", str(tmp_path / "名册.xlsx"))
    cells = [c.value for row in load_workbook(tmp_path / "名册.xlsx").active.iter_rows() for c in row]
    assert {"身份证号码", "500105200203040021", "陈一诺"} <= set(cells)


def test_show_of_a_file_of_the_user_lists_what_it_asks_for(tmp_path: Path) -> None:
    path = own(tmp_path, "{{ applicant.name }}", "{% for i in items %}{{ i.what }}{% endfor %}")
    out = run("show", str(path)).stdout
    assert out.splitlines()[-3:] == ["  applicant.name", "  items", "  items.what"]
    assert json.loads(run("show", str(path), "--format", "json").stdout)["asks"] == [
        "applicant.name",
        "items",
        "items.what",
    ]
    path.with_suffix(".yaml").write_text(
        "id: own\nname: 自备\nvariables: [{id: items, label: 材料, type: list}]\n", encoding="utf-8"
    )
    out = run("show", str(path)).stdout
    assert "材料（items）" in out
    assert out.splitlines()[-2:] == ["没有登记的变量：", "  applicant.name"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["没有这个"], "没有名为“没有这个”的模板"),
        ([NOTICE, "--blank", "-o", "x.docx"], "--blank 只用于表格"),
        ([NOTICE, "--blank"], "要和 -o 文件名 一起用"),
        ([NOTICE, "-o", "x.xlsx"], "没有花名册"),
        ([NOTICE, "-o", "x.txt"], "要以 .docx、.pdf、.xlsx 之一结尾"),
        (["没有.docx"], "找不到模板文件 没有.docx"),
    ],
)
def test_what_cannot_be_shown_says_why(
    words: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    out = run("show", *words)
    assert isinstance(out.exception, UsageError)
    assert sentence in str(out.exception)
    assert list(tmp_path.iterdir()) == []


def test_show_does_not_write_over_the_master(tmp_path: Path) -> None:
    path = own(tmp_path, "{{ name }}")
    out = run("show", str(path), "-o", str(path))
    assert "就是模板自己" in str(out.exception)


# ---------------------------------------------------------------- lint


def test_lint_of_a_sound_master_is_quiet() -> None:
    out = run("lint", NOTICE)
    assert (out.return_value, out.stdout) == (0, "")
    assert out.stderr == "检查了 1 个模板，没有错误\n"


def test_lint_of_a_folder_tells_what_is_wrong_and_fails(tmp_path: Path) -> None:
    own(tmp_path, "{% if x %}")
    out = run("lint", str(tmp_path))
    assert out.return_value == 1
    assert "标签写错了" in out.stdout
    (fault,) = json.loads(run("lint", str(tmp_path), "--format", "json").stdout)
    assert fault["severity"] == "error"
    assert "1 处有误" in out.stderr


def test_lint_of_nothing_says_so(tmp_path: Path) -> None:
    assert "没有模板" in str(run("lint", str(tmp_path)).exception)
    assert "找不到" in str(run("lint", str(tmp_path / "没有.docx")).exception)
