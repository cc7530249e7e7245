"""A blank form in an attachment: labels, types, tick groups, rosters, places to sign; and what is not a form."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from checkers.values.types import TYPE_NAMES
from docgen.document import Cell, Line, Table
from docgen.forms.match import bare_label, similarity
from docgen.notices.blank_forms import BlankForm, FormField, attach_forms, read_blank_form
from docgen.notices.blank_forms_inline import find_inline
from docgen.notices.blank_forms_words import name_of, type_of
from docgen.notices.model import Attachment, Block, Node, Notice
from docgen.places import templates_folder
from docgen.readers import read


def table(rows: Sequence[Sequence[str]]) -> Table:
    """A table without merged cells."""
    cells = [Cell(r, c, text=text) for r, row in enumerate(rows) for c, text in enumerate(row)]
    return Table(1, len(rows), len(rows[0]), cells)


def form_of(*blocks: str | Table) -> BlankForm:
    found = read_blank_form([Line(b) if isinstance(b, str) else b for b in blocks])
    assert found is not None
    return found


def field(form: BlankForm, label: str) -> FormField:
    return next(f for f in form.fields if f.label == label)


def application() -> list[str | Table]:
    return [
        "附件2",
        "样例市就业补贴申请表",
        "填报单位（盖章）：                  填报日期：    年  月  日",
        table(
            [
                ["姓  名*", "", "性别", ""],
                ["身份证号码*", "", "联系电话", ""],
                ["申请金额（元）", "", "是否首次申请", "□是  □否"],
                ["人员类别", "□高校毕业生  □退役军人  □其他：______", "出生年月", "    年  月"],
                ["单位意见", "\n\n（盖章）\n年 月 日", "人社部门审核意见", "\n\n（盖章）\n年 月 日"],
            ]
        ),
        "填表说明：1.本表一式两份。",
        "2.带*的为必填项。",
    ]


def test_cells_beside_labels_become_fields_with_names_and_types() -> None:
    form = form_of(*application())
    assert form.title == "样例市就业补贴申请表"
    seen = {f.label: (f.id, f.type) for f in form.fields}
    assert seen["姓名"] == ("name", "person_name")
    assert seen["身份证号码"] == ("id_number", "resident_id")
    assert seen["联系电话"] == ("phone", "phone")
    assert seen["申请金额（元）"] == ("claimed_amount", "money")
    assert seen["出生年月"] == ("born", "month")
    assert seen["填报单位"] == ("unit_name", "organisation")
    assert field(form, "申请金额（元）").unit == "元"


def test_required_blanks_are_those_the_form_marks() -> None:
    form = form_of(*application())
    assert [f.label for f in form.fields if f.required] == ["姓名", "身份证号码"]
    unmarked = form_of("申请表", table([["姓名", ""], ["电话", ""], ["地址", ""]]))
    assert {f.required for f in unmarked.fields} == {None}


def test_tick_groups_have_their_options() -> None:
    form = form_of(*application())
    assert field(form, "是否首次申请").type == "yes_no"
    group = field(form, "人员类别")
    assert (group.type, group.options) == ("choice", ["高校毕业生", "退役军人", "其他"])


def test_opinion_blocks_have_room_a_seal_and_a_date() -> None:
    form = form_of(*application())
    assert field(form, "单位意见").id == "unit_opinion"
    assert field(form, "单位意见日期").role == "signed_on"
    seals = {(m.under, m.by) for m in form.marks if m.kind == "seal"}
    assert ("单位意见", "unit") in seals
    assert ("人社部门审核意见", "office") in seals
    assert form.office_use == ["人社部门审核意见"]
    assert form.notes == ["填表说明：1.本表一式两份。", "2.带*的为必填项。"]


def test_a_roster_has_columns_rows_and_totals() -> None:
    rows = [["序号", "姓名", "身份证号码", "补贴金额（元）"], ["1", "", "", ""], ["2", "", "", ""], ["……", "", "", ""]]
    form = form_of("人员花名册", table([*rows, ["合计", "", "", ""]]))
    (roster,) = form.fields
    assert roster.type == "roster"
    assert [(c.id, c.type) for c in roster.columns] == [
        ("name", "person_name"),
        ("id_number", "resident_id"),
        ("amount", "money"),
    ]
    assert (roster.numbers, roster.rows) == (0, [1, 2, 3])
    assert [(t.id, t.type) for t in roster.totals] == [("total_amount", "money")]


def test_equal_labels_are_told_apart_by_their_heading() -> None:
    cells = [
        Cell(0, 0, rowspan=2, text="法定代表人"),
        Cell(0, 1, text="手机"),
        Cell(0, 2),
        Cell(1, 1, text="电话"),
        Cell(1, 2),
    ]
    cells += [
        Cell(2, 0, rowspan=2, text="经办人"),
        Cell(2, 1, text="手机"),
        Cell(2, 2),
        Cell(3, 1, text="电话"),
        Cell(3, 2),
    ]
    form = form_of("登记表", Table(1, 4, 3, cells))
    assert [(f.under, f.label, f.id) for f in form.fields] == [
        ("法定代表人", "手机", "mobile"),
        ("法定代表人", "电话", "phone"),
        ("经办人", "手机", "agent_mobile"),
        ("经办人", "电话", "agent_phone"),
    ]


def test_a_crossed_table_names_each_cell_by_row_and_column() -> None:
    form = form_of("统计表", table([["", "人数", "金额"], ["甲类人员", "", ""], ["乙类人员", "", ""]]))
    labels = [c.label for f in form.fields for c in (f.columns or [f])]
    assert labels == ["甲类人员人数", "甲类人员金额", "乙类人员人数", "乙类人员金额"]


def test_blanks_in_lines_are_labelled_by_the_words_before_them() -> None:
    form = form_of(
        "委托书",
        "委托人：________  身份证号码：____________",
        "现委托____________（单位）办理，期限：____年__月__日",
        "委托人（签字）：________",
    )
    assert [(f.label, f.type) for f in form.fields][:2] == [("委托人", "person_name"), ("身份证号码", "resident_id")]
    assert "date" in {f.type for f in form.fields}
    assert [(m.kind, m.label) for m in form.marks] == [("signature", "委托人（签字）")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("姓名：____", [("text", "姓名")]),
        ("填表日期：    年  月  日", [("date", "填表日期")]),
        ("补贴时段：    年  月至    年  月", [("month_range", "补贴时段")]),
        ("申请人（签字）：", [("signature", "申请人（签字）")]),
        ("单位（盖章）", [("seal", "单位（盖章）")]),
        ("性质：□企业 □事业 规模：□大 □小", [("tick", "性质"), ("tick", "规模")]),
        ("是□ 否□", [("tick", "")]),
        ("请抄录以下内容并盖章：本单位承诺", []),
        ("2024年7月2日印发", []),
        ("一、总体要求", []),
    ],
)
def test_blanks_inside_a_text(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.kind, one.label) for one in find_inline(text)] == expected


@pytest.mark.parametrize(
    "blocks",
    [
        [
            "企业名单",
            table([["序号", "企业名称", "金额", "备注"], *([str(n), f"样例{n}公司", "6000", ""] for n in range(1, 9))]),
        ],
        [
            "任务分工表",
            table([["任务", "责任单位", "时限"], *([f"推进第{n}项工作", "样例局", "2024年底"] for n in range(6))]),
        ],
        [
            "补贴统计表",
            table([["区县", "人数", "金额"], ["样例区", "3", "6000"], ["样例县", "", ""], ["合计", "3", "6000"]]),
        ],
        ["一、申报条件", "（一）申请人应当年满16周岁；", "（二）其他条件。", "联系人：李晓明，联系电话：023-60000000"],
        [],
    ],
)
def test_a_list_or_a_text_is_not_a_form(blocks: list[str | Table]) -> None:
    assert read_blank_form([Line(b) if isinstance(b, str) else b for b in blocks]) is None


def test_blocks_and_nodes_read_like_lines() -> None:
    lines = application()
    nodes = [Node("table", table=b) if isinstance(b, Table) else Node("paragraph", text=b) for b in lines]
    expected = form_of(*lines).to_json()
    read_nodes = read_blank_form(nodes)
    assert read_nodes is not None and read_nodes.to_json() == expected
    from checkers.report import Location

    here = Location("a.docx")
    blocks = [Block("", 1, here, b) if isinstance(b, Table) else Block(b, 1, here) for b in lines]
    read_blocks = read_blank_form(blocks)
    assert read_blocks is not None and read_blocks.to_json() == expected


def test_attachments_of_a_notice_get_their_forms() -> None:
    body = [Node("table", table=b) if isinstance(b, Table) else Node("paragraph", text=b) for b in application()[1:]]
    listed = [Node("paragraph", text="申请人应当如实填报。")]
    notice = Notice(
        attachments=[Attachment(1, "说明", body=listed), Attachment(2, "申请表", body=body), Attachment(3, "缺")]
    )
    attach_forms(notice)
    one, two, three = notice.attachments
    assert one.form is None and three.form is None
    assert two.form.title == "申请表"
    assert two.to_json()["form"]["fields"][0]["id"] == "unit_name"


def test_the_section_is_what_a_pack_takes() -> None:
    from pydantic import TypeAdapter

    from checkers.policy import Form

    section = form_of(*application()).to_pack_section()
    form = TypeAdapter(Form).validate_python(section)
    assert form.fields["name"].label == "姓名"
    assert set(form.seals) == {"seal", "seal_2", "seal_3"}
    assert all(f.type in TYPE_NAMES | {"roster"} for f in form.fields.values())


@pytest.mark.parametrize(
    ("label", "name", "kind"),
    [
        ("身份证号码", "id_number", "resident_id"),
        ("经办人手机", "agent_mobile", "mobile"),
        ("注册资本（万元）", "registered_capital", "money"),
        ("新招用人数", "", "integer"),
        ("见习补贴总额", "", "money"),
        ("是否属于困难人员", "", "yes_no"),
        ("样例事项", "", "text"),
    ],
)
def test_names_and_types_of_labels(label: str, name: str, kind: str) -> None:
    assert (name_of(label), type_of(label)) == (name, kind)


def masters() -> list[Path]:
    return sorted((templates_folder() / "forms").glob("*.yaml"))


def _has(form: BlankForm, wanted: dict[str, Any]) -> bool:
    """Whether a variable of a manifest was found, under its label or (a mark, a date beside one) by what it is."""
    if wanted["type"] in ("signature", "seal"):
        return any(m.kind == wanted["type"] for m in form.marks) or any(_same(f.label, wanted) for f in form.fields)
    fields = [*form.fields, *(c for f in form.fields for c in [*f.columns, *f.totals])]
    if wanted["type"] == "roster":
        return any(f.type == "roster" for f in fields)
    return any(_same(f.label, wanted) or _same(f.under + f.label, wanted) for f in fields) or (
        wanted["type"] == "date" and any(f.role == "signed_on" for f in fields)
    )


def _same(label: str, wanted: dict[str, Any]) -> bool:
    one, two = bare_label(label), bare_label(wanted["label"])
    return similarity(one, two) >= 0.88 or (len(one) > 1 and one in two)


def test_every_master_is_a_blank_form_whose_labels_are_found() -> None:
    found = total = 0
    for path in masters():
        manifest = yaml.safe_load(path.read_text(encoding="utf-8"))
        form = read_blank_form(read(path.with_suffix(".docx")).pages[0].blocks)
        assert form is not None, path.stem
        for variable in manifest["variables"]:
            for wanted in [variable, *variable.get("columns", [])]:
                if wanted["type"] != "pledge":
                    found += _has(form, wanted)
                    total += 1
    assert found >= 0.95 * total, f"{found} of {total}"


texts = st.one_of(
    st.sampled_from(
        ["姓名", "姓名：", "", "    年  月  日", "□是 □否", "（盖章）", "1", "合计", "单位意见：\n\n（签字）", "____"]
    ),
    st.text("姓名：□☑（）_ 年月日签字盖章元人\n*", max_size=20),
)
grids = st.integers(1, 5).flatmap(lambda n: st.lists(st.lists(texts, min_size=n, max_size=n), min_size=1, max_size=5))


@settings(max_examples=150, deadline=None)
@given(st.lists(texts | grids, max_size=4))
def test_any_blocks_read_without_error_and_every_place_lies_in_its_text(blocks: list[str | list[list[str]]]) -> None:
    given_blocks = [table(b) if isinstance(b, list) else Line(b) for b in blocks]
    form = read_blank_form(given_blocks)
    if form is None:
        return
    ids = [f.id for f in form.fields] + [m.id for m in form.marks]
    assert len(ids) == len(set(ids))
    for one in [*form.fields, *form.marks]:
        assert one.place is not None
        block = given_blocks[one.place.block]
        if isinstance(block, Table):
            cell = block.at(one.place.row or 0, one.place.col or 0)
            assert cell is not None
            length = len(cell.text)
        else:
            length = len(block.text)
        assert 0 <= one.place.start <= one.place.end <= length
