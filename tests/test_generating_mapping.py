"""Which column gives which variable, how rows become documents, and what is kept for the next run."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.errors import UsageError
from docgen.generating.filling import Master
from docgen.generating.grouping import Documents, Plan
from docgen.generating.mapping import Mapped, bare, find_slot, fold, heading_test, map_columns
from docgen.generating.mapping_store import barred, read_mapping, save_mapping, saved_mapping
from docgen.generating.run import Given
from docgen.generating.sources import Record, Source
from docgen.generating.values import RowError, convert
from docgen.generating.wanted import Wanted, wanted
from docgen.rendering.manifest import Variable

ITEM = (Variable("what", "问题"), Variable("basis", "依据", optional=True))
WANT = wanted(
    Master(
        "样例",
        b"",
        "x",
        (
            Variable("name", "姓名", "person_name", aliases=("申请人",)),
            Variable("residence", "户籍所在地详细地址", optional=True),
            Variable("amount", "补贴金额", "money", "元"),
            Variable("small", "金额（小写）", optional=True),
            Variable("large", "金额（大写）", optional=True),
            Variable("items", "事项", "list", columns=ITEM, sample=[{}]),
            Variable("unmet", "不符情形", "list", columns=ITEM),
        ),
    )
)


def paths(*headings: str, **more: Any) -> list[str | None]:
    return [s.path if s else None for s in map_columns(headings, WANT, **more).slots]


def test_by_id_label_alias_and_spelling() -> None:
    assert paths("name", "补贴金额") == ["name", "amount"]
    assert paths("申请人", "补贴金额（元）") == ["name", "amount"]
    assert paths("* 姓 名", "补贴金额(单位：元)") == ["name", "amount"]
    assert paths("ＮＡＭＥ", "补贴金额【必填】") == ["name", "amount"]


def test_words_in_brackets_that_mean_something_are_kept() -> None:
    assert paths("金额(大写)", "金额 （小写）") == ["large", "small"]


def test_a_heading_that_comes_clearly_near_is_taken_and_marked() -> None:
    mapped = map_columns(("姓名", "户籍所在地的详细地址", "奖金"), WANT)
    assert [s and s.path for s in mapped.slots] == ["name", "residence", None]
    assert mapped.how == {0: "name", 1: "like"}
    assert mapped.unused() == ["奖金"]


def test_two_headings_that_come_as_near_are_both_left_alone() -> None:
    assert paths("户籍所在地详细住址", "户籍所在地详细地点") == [None, None]


def test_the_persons_word_goes_before_names_and_the_last_run() -> None:
    assert paths("姓名", "经办人", given={"经办人": "name"}) == [None, "name"]
    assert paths("姓名", "经办人", saved={"经办人": "name"}) == [None, "name"]
    assert paths("姓名", "经办人", given={"经办人": ""}, saved={"经办人": "name"}) == ["name", None]
    assert paths("姓名", saved={"姓名": "没有这个变量"}) == ["name"], "a template may have changed since"


@pytest.mark.parametrize(
    ("headings", "given_", "word"),
    [
        (("姓名", "姓名"), {}, "“姓名”这一列有两次"),
        (("姓名", "申请人"), {"没有": "name"}, "“没有”不是数据的列，数据里有：姓名、申请人"),
        (("姓名",), {"姓名": "nam"}, "没有“nam”这个变量，是不是 name"),
        (("备注", "备注"), {"备注": "name"}, "叫“备注”的有 2 列"),
        (("姓 名", "姓　名"), {}, "两列都像是 姓名"),
    ],
)
def test_what_cannot_be_told(headings: tuple[str, ...], given_: dict[str, str], word: str) -> None:
    with pytest.raises(UsageError, match=word):
        map_columns(headings, WANT, given_)


def test_two_equal_headings_that_nobody_wants_harm_nobody() -> None:
    assert paths("姓名", "备注", "备注") == ["name", None, None]


def test_flat_columns_feed_one_list_only() -> None:
    assert paths("问题", "依据") == ["items.what", "items.basis"]
    assert paths("不符情形.问题", "依据") == ["unmet.what", "unmet.basis"]


def test_numbered_columns_are_rows_of_a_list() -> None:
    assert paths("问题1", "依据1", "问题(2)", "依据_2") == [
        "items.1.what",
        "items.1.basis",
        "items.2.what",
        "items.2.basis",
    ]
    assert find_slot("items.2.what", WANT) == find_slot("问题2", WANT)


def test_variables_that_are_taken_are_no_columns_unless_asked_for() -> None:
    assert paths("姓名", taken=frozenset({"name"})) == [None]
    assert paths("姓名", taken=frozenset({"name"}), given={"姓名": "name"}) == ["name"]


@given(st.text(max_size=12))
def test_folding_is_stable_and_any_heading_is_survived(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(bare(text)) == bare(text)
    assert heading_test(WANT)(text) in (True, False)
    assert len(map_columns((text,), WANT).slots) == 1


# ---------------------------------------------------------------- rows to documents


def table(headings: tuple[str, ...], *lines: Sequence[Any], **plan: Any) -> list[Given]:
    def rows() -> Iterator[Record]:
        return (Record(n, tuple(line)) for n, line in enumerate(lines, start=1))

    source = Source("名单", headings, rows, len(lines))
    documents = Documents(Plan(source, map_columns(headings, WANT), **plan))
    assert list(documents) == list(documents)
    assert documents.count == len(list(documents))
    return list(documents)


def test_one_document_a_row_with_shared_values_around_it() -> None:
    found = table(
        ("姓名", "补贴金额"),
        ("周安禾", ""),
        ("陈一诺", 3),
        defaults={"amount": 1, "name": "甲乙"},
        forced={"small": "x"},
    )
    assert [g.values for g in found] == [
        {"amount": 1, "name": "周安禾", "small": "x"},
        {"amount": 3, "name": "陈一诺", "small": "x"},
    ]


def test_numbered_columns_leave_out_empty_rows() -> None:
    found = table(("姓名", "问题1", "依据1", "问题2", "依据2"), ("周安禾", "甲", "乙", "", None))
    assert found[0].values["items"] == [{"what": "甲", "basis": "乙"}]


def test_rows_that_feed_a_list_are_gathered_by_what_else_they_say() -> None:
    found = table(("姓名", "问题"), ("周安禾", "甲"), ("陈一诺", "乙"), ("周安禾", "丙"))
    assert [(g.number, g.values["name"], g.values["items"]) for g in found] == [
        (1, "周安禾", [{"what": "甲"}, {"what": "丙"}]),
        (2, "陈一诺", [{"what": "乙"}]),
    ]


def test_a_roster_without_other_columns_is_one_document() -> None:
    found = table(("问题",), ("甲",), ("乙",))
    assert [g.values for g in found] == [{"items": [{"what": "甲"}, {"what": "乙"}]}]


def test_a_group_whose_rows_disagree_fails_and_says_where() -> None:
    found = table(("编号", "姓名", "问题"), (1, "周安禾", "甲"), (2, "陈一诺", "乙"), (1, "陈一诺", "丙"), group=0)
    assert [g.error for g in found] == ["同一份里“name”说法不一：数据第 1 行与第 3 行不同", None]


def test_columns_go_along_for_key_and_file_name() -> None:
    found = table(("姓名", "街道"), ("周安禾", "样例街道"), along={1: "街道"})
    assert found[0].values["街道"] == "样例街道"


# ---------------------------------------------------------------- a master of the user's own


def own_master(*texts: str) -> Wanted:
    paper = docx.Document()
    for text in texts:
        paper.add_paragraph(text)
    out = io.BytesIO()
    paper.save(out)
    return wanted(Master("自备.docx", out.getvalue(), repr(texts)))


def test_the_variables_of_an_own_master_are_told_by_its_tags() -> None:
    want = own_master(
        "{{ 申请人 }} {{ who.name }} {{ note | default('无') }} {{ title.strip() }}",
        "{%p for p in people %}",
        "{{ p.name }} {{ p['amount'] }} {{ loop.index }}",
        "{%p endfor %}",
    )
    found = {v.id: (v.type, [c.id for c in v.columns], v.optional) for v in want.variables}
    assert found == {
        "申请人": ("text", [], False),
        "who": ("group", ["name"], False),
        "note": ("text", [], True),
        "title": ("text", [], False),
        "people": ("list", ["name", "amount"], False),
    }
    assert {v.id for v in want.required()} == {"申请人", "who", "title", "people"}
    mapped = map_columns(("申请人", "who.name", "people.amount"), want)
    assert [s and s.path for s in mapped.slots] == ["申请人", "who.name", "people.amount"]


def test_an_own_master_that_asks_whether_a_value_is_there_takes_an_empty_cell_for_no() -> None:
    want = own_master(
        "{% if note %}{{ note }}{% endif %}{% if a and not b == c %}{% endif %}{{ unit or '无' }}",
        "{{ d if e else '' }}{{ name }}{{ f | default('无') }}{% if f %}{% endif %}",
    )
    assert want.tested == {"note", "a", "unit", "e"}
    assert {"note", "unit"} <= {v.id for v in want.required()}, "a column that is not there at all is told"


# ---------------------------------------------------------------- kept mappings


def test_what_names_do_not_tell_is_kept_for_the_same_headings(tmp_path: Path) -> None:
    headings = ("姓名", "经办", "多余")
    mapped = map_columns(headings, WANT, {"经办": "small", "多余": ""})
    path = save_mapping("样例", mapped, barred({"多余": ""}, {}), tmp_path)
    assert path is not None and path.is_file()
    assert saved_mapping("样例", headings, tmp_path) == {"经办": "small", "多余": ""}
    assert saved_mapping("样例", headings[:2], tmp_path) == {}
    assert saved_mapping("别的", headings, tmp_path) == {}
    path.write_text("{", encoding="utf-8")
    assert saved_mapping("样例", headings, tmp_path) == {}, "a damaged file is as none"


def test_nothing_is_kept_where_names_tell_all_or_the_folder_cannot_be_written(tmp_path: Path) -> None:
    assert save_mapping("样例", map_columns(("姓名",), WANT), [], tmp_path) is None
    (tmp_path / "file").touch()
    assert save_mapping("样例", map_columns(("经办",), WANT, {"经办": "name"}), [], tmp_path / "file") is None


@pytest.mark.parametrize(
    ("text", "found"), [("经办: name\n多余:\n", {"经办": "name", "多余": ""}), ('{"甲": "b"}', {"甲": "b"})]
)
def test_a_mapping_file(tmp_path: Path, text: str, found: dict[str, str]) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(text, encoding="utf-8")
    assert read_mapping(path) == found


@pytest.mark.parametrize("text", ["- a\n- b", "甲: [1]", "甲: {", "甲: 1"])
def test_a_mapping_file_that_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="对应关系"):
        read_mapping(path)
    with pytest.raises(UsageError, match="没有这个文件"):
        read_mapping(tmp_path / "none.yaml")


def test_a_column_is_found_by_heading_or_variable() -> None:
    mapped: Mapped = map_columns(("编 号", "姓名"), WANT)
    assert [mapped.place(n) for n in ("编 号", "编号", "name", "申请人", "没有")] == [0, 0, 1, 1, None]


def test_what_is_ticked_may_be_a_list_of_one() -> None:
    variable = Variable("kind", "类别", "choice", options=("企业", "其他"))
    assert convert([variable], {"kind": ["企业"]}) == {"kind": "企业"}
    with pytest.raises(RowError, match="类别"):
        convert([variable], {"kind": ["企业", "其他"]})


def test_a_cell_may_list_the_rows_of_a_list_that_needs_one_column_only() -> None:
    items = Variable("items", "事项", "list", columns=ITEM)
    found = convert([items], {"items": "1.缺少签名；2、缺少证书\n3.5元没有发票"})["items"]
    assert [row["what"] for row in found] == ["缺少签名", "缺少证书", "3.5元没有发票"]
    assert convert([items], {"items": ""}) == {"items": []}
