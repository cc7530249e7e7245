"""``docgen.template``: one way to fill a notice, a form and a master of the user's own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import docgen
from docgen.errors import UsageError
from docgen.readers import read

ACCEPTANCE = {
    "发文机关": "样例区人力资源和社会保障局",
    "addressee": "张样例",
    "you": "你",
    "service": "创业担保贷款",
    "accepted_on": "2026-08-21",
    "materials": "申请表；身份证复印件",
    "limits": [],
    "issued_on": "2026年8月21日",
}


def text(data: bytes) -> str:
    return read("文书.docx", data=data).text()


def test_a_notice_takes_texts_by_id_and_by_label(tmp_path: Path) -> None:
    saved = docgen.template("受理通知书").fill(ACCEPTANCE).save(tmp_path / "受理.docx")
    shown = text(saved.read_bytes())
    assert "张样例：" in shown and "2.身份证复印件。" in shown and "2026年8月21日" in shown


def test_all_that_is_missing_is_said_at_once() -> None:
    with pytest.raises(UsageError, match=r"缺少 申请人（addressee）；.*缺少 事项名称（service）"):
        docgen.template("受理通知书").fill({k: v for k, v in ACCEPTANCE.items() if k not in ("addressee", "service")})


def test_a_name_the_paper_does_not_have_is_refused() -> None:
    with pytest.raises(UsageError, match="没有这些项：nobody"):
        docgen.template("受理通知书").fill({**ACCEPTANCE, "nobody": 1})


def test_a_form_is_filled_by_its_blanks() -> None:
    form = docgen.template("cq-grad-flexible-si-subsidy.application")
    assert "name" in form.variables()
    assert "张样例" in text(form.fill({"name": "张样例"}).to_bytes())


def test_a_range_may_be_text() -> None:
    paper = docgen.template("续发通知书")
    sample = {v.id: v.sample for v in paper.master.variables}
    assert "{{" not in text(paper.fill(sample).to_bytes())


def test_threads_share_a_paper() -> None:
    paper = docgen.template("受理通知书")
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda n: paper.fill({**ACCEPTANCE, "addressee": f"张样{n}"}).data, range(20)))
    assert [f"张样{n}：" in text(data) for n, data in enumerate(made)] == [True] * 20


def test_the_users_own_master(tmp_path: Path) -> None:
    from docx import Document

    own = Document()
    own.add_paragraph("{{ 姓名 }}您好")
    own.save(str(tmp_path / "自备.docx"))
    paper = docgen.template(tmp_path / "自备.docx")
    assert paper.variables() == ["姓名"]
    assert text(paper.fill({"姓名": "张样例"}).data) == "张样例您好"


def test_a_master_of_the_users_own_with_a_manifest_is_no_form(tmp_path: Path) -> None:
    from docx import Document

    own = Document()
    own.add_paragraph("{{ name }}于{{ day }}到岗")
    own.save(str(tmp_path / "自备.docx"))
    manifest = (
        "id: own\nname: 到岗通知\nvariables:\n  - {id: name, label: 姓名}\n  - {id: day, label: 日期, type: date}\n"
    )
    (tmp_path / "自备.yaml").write_text(manifest, encoding="utf-8")
    paper = docgen.template(tmp_path / "自备.docx")
    assert text(paper.fill({"姓名": "张样例", "日期": "2026-03-05"}).data) == "张样例于2026年3月5日到岗"
