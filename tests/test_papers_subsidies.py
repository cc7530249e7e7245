"""Papers of subsidies and of procedure: each fills, drops what it may, and says what its law says."""

from __future__ import annotations

import io
import re
from functools import lru_cache
from itertools import product
from typing import Any

import pytest
from docx import Document

from checkers.values.types import TYPE_NAMES
from docgen.generating.values import convert
from docgen.places import templates_folder
from docgen.rendering import package
from docgen.rendering.house import draw_notice
from docgen.rendering.manifest import EVENTS, Manifest, find_manifest, load_manifest
from docgen.rendering.template import Template

ANSWERS = tuple(
    f"政府信息公开答复书（{kind}）" for kind in ("予以公开", "部分公开", "不予公开", "无法提供", "其他处理")
)
PAPERS = (
    "拟享受补贴公示",
    "拟享受补贴公示（单位）",
    "补贴名单",
    "资金申请函",
    "审核情况汇总表",
    "批复",
    "备案回执",
    "验收表",
    "评估表",
    "重大行政执法决定法制审核意见书",
    "案卷移交清单",
    "行政执法结果摘要公示",
    "处分决定书",
    "复核决定",
    *ANSWERS,
    "调解协议书",
    "公开招聘公告",
    "拟聘公示",
    "考核结果通知",
    "规范性文件清理公告",
    "办理结果告知书",
    "拟认定名单公示",
    "名单公布通知",
)
LISTS = ("repealed", "expired", "amended", "valid")


@lru_cache
def paper(key: str) -> tuple[Manifest, Template]:
    path = templates_folder() / "notices" / f"{key}.yaml"
    return load_manifest(path), Template(path.with_suffix(".docx").read_bytes(), key)


def filled(key: str, **values: Any) -> bytes:
    """The paper with its sample, but for ``values``."""
    manifest, master = paper(key)
    return master.fill(convert(manifest.variables, {**manifest.sample(), **values})).data


def bare(key: str) -> bytes:
    """The paper without anything that is optional."""
    return filled(key, **{v.id: None for v in paper(key)[0].variables if v.optional})


def paragraphs(data: bytes) -> list[str]:
    """The texts of the body, outside tables."""
    return [p.text for p in Document(io.BytesIO(data)).paragraphs]


def words(data: bytes) -> str:
    """All text, in tables too, a line a paragraph."""
    document = Document(io.BytesIO(data))
    return "\n".join("".join(t.text or "" for t in p.iter(_W + "t")) for p in document.element.body.iter(_W + "p"))


_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def rows(data: bytes, table: int = 0) -> list[list[str]]:
    return [[c.text for c in row.cells] for row in Document(io.BytesIO(data)).tables[table].rows]


@pytest.mark.parametrize("key", PAPERS)
def test_the_committed_master_is_what_its_manifest_draws_and_asks_what_it_declares(key: str) -> None:
    manifest, master = paper(key)
    drawn, committed = package.read(draw_notice(manifest.data)), package.read(manifest.path.read_bytes())
    assert {n: m.data() for n, m in drawn.items()} == {n: m.data() for n, m in committed.items()}
    assert master.variables() == sorted(v.id for v in manifest.variables)


@pytest.mark.parametrize("key", PAPERS)
def test_a_manifest_names_its_law_its_events_and_its_values_in_chinese(key: str) -> None:
    manifest, _ = paper(key)
    assert manifest.basis
    assert all(b.title for b in manifest.basis)
    assert manifest.events
    assert set(manifest.events) <= set(EVENTS)
    every = [w for v in manifest.variables for w in (v, *v.columns)]
    assert all(re.search(r"[\u4e00-\u9fff]", v.label) for v in every)
    assert {v.type for v in every} <= {*TYPE_NAMES, "list"}
    assert find_manifest(key) == find_manifest(manifest.id) == manifest


def test_one_id_is_one_type_over_all_papers() -> None:
    types: dict[str, set[str]] = {}
    for key in PAPERS:
        for variable in paper(key)[0].variables:
            types.setdefault(variable.id, set()).add(variable.type)
    assert {i: t for i, t in types.items() if len(t) > 1} == {}


@pytest.mark.parametrize("key", PAPERS)
def test_a_paper_fills_with_its_sample_and_carries_its_title(key: str) -> None:
    data = filled(key)
    assert data == filled(key)
    for member in package.read(data).values():
        assert b"{{" not in member.data()
        assert b"{%" not in member.data()
    text = "".join(words(data).split())
    assert paper(key)[0].title in text
    assert "None" not in text


@pytest.mark.parametrize("key", PAPERS)
def test_what_is_left_out_leaves_no_stray_marks_and_no_empty_lines(key: str) -> None:
    data = bare(key)
    text = words(data)
    assert not re.search(
        r"（[，；：、。]*）|《》|[，；：、。（][，；、。）]|None|^[，；、。：）]|[，、（]$", text, re.MULTILINE
    )
    body = list(Document(io.BytesIO(data)).element.body)
    for n, element in enumerate(body):
        if element.tag == _W + "p" and not "".join(t.text or "" for t in element.iter(_W + "t")):
            near = body[max(n - 1, 0) : n + 2]
            assert any(e.tag == _W + "tbl" for e in near), f"{key}：第 {n} 段是空的"


@pytest.mark.parametrize("key", PAPERS)
def test_tables_are_as_wide_as_the_type_area(key: str) -> None:
    data = paper(key)[0].data
    wide = 225 if data.get("page") == "landscape" else 156
    assert {sum(p["table"]["columns"]) for p in data["paragraphs"] if "table" in p} <= {wide}


def test_both_kinds_of_publicity_are_found_by_their_names() -> None:
    persons, units = find_manifest("拟享受补贴公示"), find_manifest("拟享受补贴公示（单位）")
    assert persons
    assert units
    assert (persons.id, units.id) == ("subsidy-publicity-persons", "subsidy-publicity-units")


def test_sixty_people_are_published_masked_under_a_head_that_repeats() -> None:
    people = [
        {"name": "李晓明", "id_number": "500103200107150017", "standard": "6000元/人/年", "amount": "6000"}
        for _ in range(60)
    ]
    data = filled("拟享受补贴公示", people=people)
    table = rows(data)
    assert len(table) == 62
    assert table[1][:5] == ["1", "李晓明", "500103********0017", "6000元/人/年", "6,000.00"]
    assert table[-1][4] == "360,000.00"
    assert "500103200107150017" not in words(data)
    first = Document(io.BytesIO(data)).tables[0].rows[0]._tr
    assert first.trPr is not None
    assert first.trPr.find(_W + "tblHeader") is not None
    assert "拟给予下列60人" in words(data)


def test_the_totals_of_units_are_their_sum() -> None:
    assert rows(filled("拟享受补贴公示（单位）"))[-1] == ["合计", "合计", "合计", "15", "", "150,000.00"]
    assert rows(filled("审核情况汇总表"))[-1][2:7] == ["18", "17", "1", "23,400.00", "22,100.00"]


def test_the_roster_lies_across_and_wears_a_watermark() -> None:
    parts = package.read(filled("补贴名单"))
    assert "补贴名单　仅供审核拨付" in parts["word/header1.xml"].data().decode()
    assert 'w:orient="landscape"' in parts["word/document.xml"].data().decode()


def test_the_request_writes_its_amount_twice() -> None:
    assert "补贴金额共59,800.00元（人民币伍万玖仟捌佰元整）" in words(filled("资金申请函"))


def test_attachments_are_numbered_when_there_are_several() -> None:
    assert "附件：补贴审核情况汇总表" in paragraphs(filled("资金申请函", attachments=["补贴审核情况汇总表"]))
    text = paragraphs(filled("资金申请函", attachments=["补贴审核情况汇总表", "公示材料"]))
    assert text[text.index("附件：1.补贴审核情况汇总表") + 1] == "　　　2.公示材料"


def test_a_discipline_tells_both_ways_and_a_dismissal_ends_the_post() -> None:
    demerit, dismissal = words(filled("处分决定书")), words(filled("处分决定书", kind="开除", term_months=None))
    for text in (demerit, dismissal):
        assert "三十日内向样例区教育委员会申请复核" in text
        assert "自接到复核决定之日起三十日内向样例区人力资源和社会保障局提出申诉" in text
        assert "自作出之日起生效" in text
    assert "给予郑文博记过处分，处分期12个月。" in demerit
    assert "处分期" not in dismissal
    assert "终止郑文博与样例区第三中学的人事关系" in dismissal


@pytest.mark.parametrize("result", ["维持", "变更", "撤销"])
def test_a_review_ends_in_one_of_three_ways(result: str) -> None:
    text = words(filled("复核决定", result=result, changed_to="改为警告处分"))
    assert f"决定{result}《处分决定书》（样教处〔2024〕2号）。改为警告处分。" in text
    assert "自接到本决定之日起三十日内" in text


def test_who_gets_no_information_goes_to_review_first() -> None:
    for key in ("政府信息公开答复书（不予公开）", "政府信息公开答复书（部分公开）"):
        text = words(filled(key))
        assert "六十日内，先向样例区人民政府申请行政复议；对行政复议决定不服的，可以依法向样例区人民法院" in text
        assert "六个月" not in text
    granted = words(filled("政府信息公开答复书（予以公开）"))
    assert "也可以自收到本答复之日起六个月内，依法向样例区人民法院提起行政诉讼" in granted


def test_an_answer_keeps_its_remedy_when_nobody_can_be_called() -> None:
    for key in ANSWERS:
        decided = {"result": "不予重复处理"} if "其他处理" in key else {}
        alone = words(filled(key, **decided, contact=None, phone=None, address=None))
        assert alone.count("如不服本答复") == words(filled(key, **decided)).count("如不服本答复") == 1


def test_information_of_another_organ_is_told_with_its_holder() -> None:
    key = "政府信息公开答复书（无法提供）"
    assert "负责公开该信息的机关：样例区医疗保障局，联系方式：023-60000020" in words(filled(key))
    absent = words(filled(key, result="信息不存在"))
    assert "你申请的政府信息不存在" in absent
    assert "样例区医疗保障局" not in absent
    assert "先向样例区人民政府申请行政复议" in words(filled(key, remedy="先申请行政复议"))


def test_only_an_unclear_application_is_given_a_day_to_mend() -> None:
    key = "政府信息公开答复书（其他处理）"
    assert "请你更改、补充申请。请写明文件名称、文号或者形成时间。请于2024年9月20日前" in words(filled(key))
    again = words(filled(key, result="不予重复处理", amendments=None))
    assert "不予重复处理。" in again
    assert "2024年9月20日" not in again


@pytest.mark.parametrize(
    ("kind", "again"),
    [("同意", False), ("建议补充补齐", True), ("变更意见", True), ("纠正意见", True), ("移送意见", False)],
)
def test_a_legal_review_is_sent_in_again_when_something_is_to_be_mended(kind: str, again: bool) -> None:
    assert ("重新送审" in words(filled("重大行政执法决定法制审核意见书", kind=kind))) is again


@pytest.mark.parametrize(("result", "told"), [("优秀", False), ("合格", False), ("基本合格", True), ("不合格", True)])
def test_a_poor_appraisal_tells_how_to_object(result: str, told: bool) -> None:
    assert ("申请复核、提出申诉" in words(filled("考核结果通知", result=result))) is told


@pytest.mark.parametrize("chosen", [c for c in product((False, True), repeat=4) if any(c)])
def test_the_lists_of_a_clearance_are_numbered_without_a_gap(chosen: tuple[bool, ...]) -> None:
    left_out: dict[str, list[Any]] = {key: [] for key, there in zip(LISTS, chosen, strict=True) if not there}
    data = filled("规范性文件清理公告", **left_out)
    text, many = paragraphs(data), sum(chosen) > 1
    marks = [line for line in text if re.fullmatch(r"附件\d?", line)]
    assert marks == ([f"附件{n}" for n in range(1, sum(chosen) + 1)] if many else ["附件"])
    told = [line for line in text if "（见附件" in line]
    assert [line[-1] for line in told] == ["；"] * (sum(chosen) - 1) + ["。"]
    assert len(Document(io.BytesIO(data)).tables) == sum(chosen)
    named = [line for line in text if line.startswith("附件：") or re.match(r"\d\..*目录$", line)]
    assert [re.findall(r"\d", line) for line in named] == ([[str(n + 1)] for n in range(sum(chosen))] if many else [[]])


def test_an_enforcement_summary_prints_every_item_the_measure_lists() -> None:
    head = ["".join(cell.split()) for cell in rows(filled("行政执法结果摘要公示"))[0]]
    assert head[1:] == [
        "决定书文号",
        "行政相对人名称",
        "事项名称",
        "主要事实",
        "执法依据",
        "决定或者检查结果",
        "执法机关",
        "决定日期",
    ]


def test_a_handover_counts_its_papers() -> None:
    total = next(row for row in rows(filled("案卷移交清单")) if row[0] == "合计")
    assert total[1:6] == ["4项", "4项", "4项", "9", "36"]
