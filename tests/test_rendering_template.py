"""The template engine: tags healed and lifted, values escaped, errors with a place, and the sandbox shut."""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from docgen.errors import UsageError
from docgen.rendering import package
from docgen.rendering.template import Filled, Template, find_master, template

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def master(*paragraphs: str | list[str], rows: list[list[str]] | None = None) -> bytes:
    """A Word file; a paragraph given as a list is that many runs."""
    document = Document()
    for given_text in paragraphs:
        paragraph = document.add_paragraph()
        for piece in [given_text] if isinstance(given_text, str) else given_text:
            paragraph.add_run(piece).bold = len(piece) % 2 == 0
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                table.cell(r, c).text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def lines(filled: Filled) -> list[str]:
    return [p.text for p in Document(io.BytesIO(filled.to_bytes())).paragraphs]


def test_a_tag_split_over_runs_is_one_tag() -> None:
    made = Template(master(["申请人：{", "{ na", "me }", "}，收悉"]))
    assert lines(made.fill({"name": "李晓明"})) == ["申请人：李晓明，收悉"]


def test_quotes_that_word_corrected_are_quotes() -> None:
    assert lines(Template(master("{{ organ or “有管辖权的机关” }}")).fill({"organ": ""})) == ["有管辖权的机关"]


def test_conditions_and_loops_of_paragraphs_leave_no_paragraph_behind() -> None:
    data = master(
        "{%p if items %}", "共{{ items|length }}项", "{%p endif %}", "{%p for i in items %}", "{{ i }}", "{%p endfor %}"
    )
    made = Template(data)
    assert lines(made.fill({"items": ["甲", "乙"]})) == ["共2项", "甲", "乙"]
    assert lines(made.fill({"items": []})) == []


def test_a_condition_may_span_runs_of_one_paragraph() -> None:
    made = Template(master(["你{% if unit %}", "单位", "{% endif %}好"]))
    assert lines(made.fill({"unit": True})) == ["你单位好"]
    assert lines(made.fill({"unit": False})) == ["你好"]


def test_rows_repeat() -> None:
    rows = [["姓名", "金额"], ["{%tr for r in rows %}", ""], ["{{ r.name }}", "{{ r.amount }}"], ["{%tr endfor %}", ""]]
    filled = Template(master(rows=rows)).fill(
        {"rows": [{"name": "甲", "amount": Decimal("10.00")}, {"name": "乙", "amount": 2}]}
    )
    (table,) = Document(io.BytesIO(filled.data)).tables
    assert [[c.text for c in row.cells] for row in table.rows] == [["姓名", "金额"], ["甲", "10"], ["乙", "2"]]


def test_dates_line_breaks_and_markup_in_values() -> None:
    made = Template(master("{{ day }}", "{{ text }}", "{{ rows|join('、') }}"))
    filled = made.fill({"day": date(2024, 8, 20), "text": "A & <w:b/> \"'\n第二行\x0b", "rows": ["<甲>", "乙"]})
    assert lines(filled) == ["2024年8月20日", "A & <w:b/> \"'\n第二行", "<甲>、乙"]


def test_comparisons_in_a_tag_survive_xml() -> None:
    assert lines(Template(master("{% if n < 3 and n > 1 %}二{% endif %}")).fill({"n": 2})) == ["二"]


@pytest.mark.parametrize(
    ("paragraph", "context", "sentence"),
    [
        ("{{ applicant.name }}", {"applicant": {}}, "第 2 段：缺少 applicant.name"),
        ("{{ applicant['name'] }}", {"applicant": {}}, "第 2 段：缺少 applicant.name"),
        ("{{ applicant.name.first }}", {}, "第 2 段：缺少 applicant"),
        ("{% if paid %}x{% endif %}", {}, "第 2 段：缺少 paid"),
        ("{{ a }}{{ b|upper }}", {"a": 1}, "第 2 段：缺少 b"),
        ("{{ 1 // n }}", {"n": 0}, "第 2 段：这一处填不出来"),
    ],
)
def test_what_is_missing_is_named_with_its_place(paragraph: str, context: dict[str, object], sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        Template(master("头", paragraph, "尾")).fill(context)
    assert str(caught.value).startswith(sentence)


def test_the_place_counts_paragraphs_of_the_master_also_after_lifted_ones() -> None:
    made = Template(master("{%p for i in items %}", "{{ i }}", "{%p endfor %}", "尾{{ last }}"))
    with pytest.raises(UsageError, match=r"^第 4 段：缺少 last$"):
        made.fill({"items": ["甲\n乙"] * 5})


def test_a_place_in_a_table_is_its_row() -> None:
    with pytest.raises(UsageError, match=r"^表 1 第 2 行：缺少 amount$"):
        Template(master("头", rows=[["金额"], ["{{ amount }}"]])).fill({})


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ x.__init__.__globals__ }}",
        "{{ items.append(1) }}",
        "{{ range(1000000000)|list }}",
        "{{ '{0.__class__}'.format(x) }}",
    ],
)
def test_the_sandbox_is_shut(attack: str) -> None:
    with pytest.raises(UsageError):
        Template(master(attack)).fill({"x": object(), "items": []})


def test_a_master_cannot_put_out_raw_markup() -> None:
    with pytest.raises(UsageError, match="标签写错了"):
        Template(master("{{ x|safe }}"))


@pytest.mark.parametrize(
    ("paragraph", "words"),
    [
        ("{% if x %}", "标签写错了"),
        ("{{ name", "没有写完整"),
        ("甲{%p if x %}", "独占一段"),
        ("{%tr for x in y %}", "写在表格的行里"),
        ("{%tc for x in y %}", "写在表格的单元格里"),
    ],
)
def test_a_wrong_tag_is_refused_when_the_master_is_read(paragraph: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        Template(master(paragraph))


def test_variables_are_what_the_master_asks_for() -> None:
    made = Template(master("{{ name }}{% for r in rows %}{{ r.x }}{{ loop.index }}{% endfor %}", "{{ range(2) }}"))
    assert made.variables() == ["name", "rows"]


def test_only_the_changed_part_is_written_anew_and_twice_is_the_same() -> None:
    data = master("{{ name }}")
    before, first = package.read(data), Template(data).fill({"name": "甲"})
    assert first.data == Template(data).fill({"name": "甲"}).data
    after = package.read(first.data)
    assert set(after) == set(before)
    assert [n for n in before if before[n].raw != after[n].raw] == ["word/document.xml"]
    with zipfile.ZipFile(io.BytesIO(first.data)) as archive:
        assert archive.testzip() is None
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_headers_and_footers_are_filled_too() -> None:
    document = Document()
    document.sections[0].header.paragraphs[0].text = "{{ office }}"
    out = io.BytesIO()
    document.save(out)
    made = Template(out.getvalue())
    filled = Document(io.BytesIO(made.fill({"office": "样例局"}).data))
    assert filled.sections[0].header.paragraphs[0].text == "样例局"
    with pytest.raises(UsageError, match=r"^页眉第 1 段：缺少 office$"):
        made.fill({})


def test_threads_share_a_template() -> None:
    made = Template(master("{%p for i in range(n) %}", "{{ name }}", "{%p endfor %}"))

    def work(n: int) -> list[str]:
        return lines(made.fill({"n": n, "name": f"样例{n}"}))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(12))) == [[f"样例{n}"] * n for n in range(12)]


@given(st.text())
def test_any_text_gives_sound_xml(text: str) -> None:
    data = TEXT_MASTER.fill({"text": text}).data
    root = etree.fromstring(package.read(data)["word/document.xml"].data())
    kept = "".join(c for c in text.replace("\r\n", "\n") if c >= " ")
    shown = "".join(t.text or "" for t in root.iter(f"{{{W}}}t"))
    assert shown.replace("\n", "").replace("\r", "") == "".join(
        c for c in kept if c not in "\ufffe\uffff\ufdd0\ufdd1\ufdd2\ufdd3"
    )


TEXT_MASTER = Template(master("{{ text }}"))


def test_save_replaces_whole_and_leaves_nothing_beside(tmp_path: Path) -> None:
    target = tmp_path / "告知书.docx"
    target.write_bytes(b"old")
    filled = Filled(b"new")
    assert filled.save(target) == target
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]
    with pytest.raises(UsageError, match="不能写入"):
        filled.save(tmp_path / "没有这个文件夹" / "a.docx")


def test_masters_are_found_by_path_name_and_id(tmp_path: Path) -> None:
    assert find_master("补正告知书") == find_master("correction-notice")
    own = tmp_path / "自备.docx"
    own.write_bytes(master("{{ name }}"))
    assert lines(template(own).fill({"name": "甲"})) == ["甲"]
    assert template(str(own)) is template(own)
    with pytest.raises(UsageError, match="docgen template list"):
        template("拘留通知书")
    with pytest.raises(UsageError, match="找不到模板文件"):
        template(tmp_path / "无.docx")


def test_a_file_that_is_no_word_document_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="不是完好的"):
        Template(b"PK\x03\x04 broken")
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(UsageError, match="不是 Word 文档"):
        Template(empty.getvalue())
