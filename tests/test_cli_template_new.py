"""``docgen template new``: a blank form of the user's own becomes a template; filled by it and read back, the values agree."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from docx import Document as Word
from docx.enum.text import WD_UNDERLINE

from docgen.cli import app
from docgen.errors import UsageError
from docgen.extracting import extract_form
from docgen.places import templates_folder
from docgen.readers import read
from docgen.rendering.fill import blanks, fill_form
from docgen.rendering.from_blank import segments, templates_from


def _table(word: Any, rows: Sequence[Sequence[str]]) -> Any:
    table = word.add_table(len(rows), len(rows[0]), style="Table Grid")
    for line, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(line.cells, texts, strict=True):
            cell.text = text
    return table


def notice() -> bytes:
    """An invented notice with a letter as attachment 1 and two forms behind it."""
    word = Word()
    for text in (
        "样例市人力资源和社会保障局关于开展补贴申报的通知",
        "各有关单位：",
        "现将有关事项通知如下。",
        "附件：1.填报说明",
        "2.样例市就业补贴申请表",
        "3.样例市就业补贴人员花名册",
    ):
        word.add_paragraph(text)
    for text in ("附件1", "填报说明", "请如实填报。"):
        word.add_paragraph(text)
    word.add_paragraph("附件2")
    word.add_paragraph("样例市就业补贴申请表")
    line = word.add_paragraph("填报单位：")
    line.add_run("            ").font.underline = WD_UNDERLINE.SINGLE
    rows = [
        ["姓名", "", "身份证号码", ""],
        ["联系电话", "", "申请金额", "       元"],
        ["人员类别", "□毕业生 □退役军人", "备注", ""],
    ]
    table = _table(word, rows)
    merged = table.add_row().cells
    merged[0].text = "单位意见"
    merged[1].merge(merged[3]).text = "\n\n（盖章）\n    年  月  日"
    word.add_paragraph("附件3")
    word.add_paragraph("样例市就业补贴人员花名册")
    _table(word, [["序号", "姓名", "身份证号码"], ["1", "", ""], ["2", "", ""]])
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def values(data: bytes, name: str = "填好.docx") -> dict[str, Any]:
    """What ``docgen extract`` reads of a paper that no pack knows, by label."""
    found = extract_form(read(name, data))
    return {f.label: f.value if isinstance(f.value, list) else f.raw for f in found.fields}


def test_a_form_in_an_attachment_becomes_a_template_that_reads_back() -> None:
    (one,) = templates_from("通知.docx", notice(), 2)
    variables = {v["label"]: v for v in one.manifest["variables"]}
    assert one.manifest["name"] == "样例市就业补贴申请表"
    assert one.manifest["attachment"] == "附件2"
    assert variables["身份证号码"] == {"id": "id_number", "label": "身份证号码", "type": "resident_id"}
    assert variables["申请金额"] == {"id": "claimed_amount", "label": "申请金额", "type": "money", "unit": "元"}
    group = variables["人员类别"]
    assert group["options"] == ["毕业生", "退役军人"]
    data = {
        "name": "周安禾",
        "id_number": "50010319650515003X",
        "phone": "13900000042",
        "claimed_amount": "6000",
        "remark": "无",
        variables["填报单位"]["id"]: "样例物流有限公司",
        group["id"]: ["退役军人"],
        variables["单位意见"]["id"]: "同意申报",
    }
    filled = fill_form(one.docx, data)
    seen = values(filled)
    assert seen["姓名"] == "周安禾"
    assert seen["身份证号码"] == "50010319650515003X"
    assert seen["联系电话"] == "13900000042"
    assert seen["填报单位"] == "样例物流有限公司"
    assert seen["人员类别"] == ["退役军人"] or seen["人员类别"] == "退役军人"
    text = read("填好.docx", filled).text()
    assert "6000" in text and "元" in text and "同意申报" in text


def test_only_the_attachment_is_kept_and_nothing_printed_is_lost() -> None:
    (one,) = templates_from("通知.docx", notice(), 2)
    text = read("表.docx", one.docx).text()
    assert "样例市就业补贴申请表" in text and "单位意见" in text and "（盖章）" in text
    assert "通知如下" not in text and "花名册" not in text


def test_a_roster_takes_more_rows_than_are_printed() -> None:
    (one,) = templates_from("通知.docx", notice(), 3)
    (roster,) = one.manifest["variables"]
    assert [c["id"] for c in roster["columns"]] == ["name", "id_number"]
    people = [{"name": name, "id_number": "50010319650515003X"} for name in ("周安禾", "王小禾", "钱小满")]
    filled = fill_form(one.docx, {roster["id"]: people})
    rows = read("花名册.docx", filled).pages[0].tables[0]
    assert [rows.at(n, 1).text for n in (1, 2, 3)] == ["周安禾", "王小禾", "钱小满"]  # type: ignore[union-attr]
    assert [rows.at(n, 0).text for n in (1, 2, 3)] == ["1", "2", "3"]  # type: ignore[union-attr]


@pytest.mark.parametrize("stem", ["cq-grad-unit-si-subsidy.application", "cq-internship-base-filing.application"])
def test_a_template_of_a_known_form_is_recognised_and_says_the_same(stem: str) -> None:
    """The master's own controls are forgotten; what is filled through the new ones is what its pack reads."""
    path = templates_folder() / "forms" / f"{stem}.docx"
    wanted = yaml.safe_load(path.with_suffix(".yaml").read_text(encoding="utf-8"))["variables"]
    (one,) = templates_from(path.name, path.read_bytes())
    ours = {v["id"]: v for v in one.manifest["variables"]}
    same = [v for v in wanted if ours.get(v["id"], {}).get("type") == v["type"] and isinstance(v.get("sample"), str)]
    assert len(same) >= 5
    found = extract_form(read("填好.docx", fill_form(one.docx, {v["id"]: v["sample"] for v in same})))
    assert found.recognised
    raw = {f.id: "".join(f.raw.split()) for f in found.fields if isinstance(f.raw, str)}
    texts = [
        v for v in same if v["type"] in ("person_name", "organisation", "uscc", "phone", "bank_account", "address")
    ]
    assert texts
    assert {v["id"]: raw.get(v["id"]) for v in texts} == {v["id"]: v["sample"] for v in texts}


def test_other_papers_are_drawn_anew(tmp_path: Path) -> None:
    page = "<h1>样例申请表</h1><table border=1><tr><td>姓名</td><td></td><td>联系电话</td><td></td></tr>"
    page += "<tr><td>居住地址</td><td colspan=3></td></tr><tr><td>是否首次</td><td colspan=3>□是 □否</td></tr></table>"
    (one,) = templates_from("表.html", f"<html><body>{page}</body></html>".encode())
    assert one.manifest["layout"]["blocks"][0]["title"] == "样例申请表"
    assert {"name", "phone", "address"} <= set(blanks(one.docx))
    tick = next(v["id"] for v in one.manifest["variables"] if v["type"] == "yes_no")
    filled = fill_form(one.docx, {"name": "周安禾", "phone": "13900000042", "address": "样例市样例路1号", tick: ["否"]})
    seen = values(filled)
    assert (seen["姓名"], seen["联系电话"], seen["居住地址"]) == ("周安禾", "13900000042", "样例市样例路1号")
    assert seen["是否首次"] in (["否"], "否")


def test_attachments_begin_at_their_marks() -> None:
    found = segments(["通知", "附件：1.甲", "附件1", "甲", None, "附 件 2：", None, "附件十二", None])
    assert [(s.number, s.start, s.end) for s in found] == [(None, 0, 2), (1, 2, 5), (2, 5, 7), (12, 7, 9)]


def test_a_file_without_a_form_says_so() -> None:
    with pytest.raises(UsageError, match="没有找到空白表"):
        templates_from("说明.txt", "请如实填报。\n".encode())
    with pytest.raises(UsageError, match="附件9"):
        templates_from("通知.docx", notice(), 9)


def test_the_command_writes_both_files_and_keeps_what_is_there(tmp_path: Path) -> None:
    source = tmp_path / "通知.docx"
    source.write_bytes(notice())
    runner = CliRunner()
    arguments = ["template", "new", "--from", str(source), "--attachment", "2", "-o", str(tmp_path / "模板")]
    result = runner.invoke(app, arguments, standalone_mode=False)
    assert result.exception is None
    docx = tmp_path / "模板" / "样例市就业补贴申请表.docx"
    manifest = yaml.safe_load(docx.with_suffix(".yaml").read_text(encoding="utf-8"))
    assert {v["id"] for v in manifest["variables"]} == set(blanks(docx))
    again = runner.invoke(app, arguments, standalone_mode=False)
    assert isinstance(again.exception, UsageError)
    assert runner.invoke(app, [*arguments, "--force"], standalone_mode=False).exception is None
    missing = runner.invoke(app, ["template", "new", "--from", str(tmp_path / "无.docx")], standalone_mode=False)
    assert isinstance(missing.exception, UsageError)
