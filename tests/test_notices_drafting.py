"""From a notice to the first draft of a pack: it loads, passes its own tests and lint, and what is not decided is a TODO."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from checkers.lint import lint, todo_lines, todos
from checkers.pack_tests import run_file
from checkers.packs import BUILT_IN, Library, library
from checkers.policy import Policy
from checkers.registry import Document, Registry, State, registry
from checkers.values.types import TYPE_NAMES, parse_value
from docgen.cli import app
from docgen.errors import UsageError
from docgen.notices.blank_forms import BlankForm, FormField, FormMark
from docgen.notices.drafting import Draft, draft_pack, pick, region_of
from docgen.notices.drafting_parts import Parts, draft_amounts
from docgen.notices.drafting_tests import sample
from docgen.notices.drafting_text import flow
from docgen.notices.model import (
    AmountFound,
    Attachment,
    CitationFound,
    DeadlineFound,
    MaterialFound,
    Node,
    Notice,
    Repeal,
    Statement,
)

TODAY = date(2026, 1, 5)
ID = "cq-sample-grant"


def heading(number: str, title: str, label: str, text: str = "", *children: Node) -> Node:
    return Node("heading", number, title, text, list(children), id=f"h_{label}", label=label)


def form(title: str = "样例补贴申请表") -> BlankForm:
    return BlankForm(
        title,
        [
            FormField("name", "姓名", "person_name"),
            FormField("id_number", "身份证号码", "resident_id"),
            FormField("kind", "人员类别", "choice", options=["样例甲", "样例乙"]),
            FormField("roster", "人员名单", "roster", columns=[FormField("name", "姓名", "person_name")]),
            FormField("signed_on", "日期", "date", role="signed_on"),
        ],
        [FormMark("signature", "申请人(签字)", "signature"), FormMark("seal", "单位盖章", "seal", "unit")],
        office_use=["经办机构意见"],
        pledge="本人承诺所提供的信息真实有效，如有不实愿意承担责任。",
    )


def notice() -> Notice:
    """An invented notice as it is read: two policies, one form."""
    one = heading("一、", "样例补贴", "一", "补贴标准为每人6000元。")
    two = heading("二、", "样例奖励", "二", "给予一次性奖励。")
    last = heading("三、", "附则", "三", "本通知自2024年6月1日起施行。")
    return Notice(
        title="样例市人力资源和社会保障局关于样例补贴有关事项的通知",
        doc_no="样人社发〔2024〕1号",
        issuers=["样例市人力资源和社会保障局"],
        issued=date(2024, 5, 20),
        effective=date(2024, 6, 1),
        body=[one, two, last],
        attachments=[Attachment(1, "样例补贴申请表", attached=True, form=form())],
        citations=[CitationFound("根据《样例规定》", "一", "h_一", title="样例规定", doc_no="样政发〔2020〕9号")],
        repeals=[Repeal("同时废止", "三", "h_三", title="样例旧办法", doc_no="样人社发〔2019〕3号")],
        amounts=[
            AmountFound("每人6000元", "一", "h_一", value="6000", unit="元/人", what="补贴标准"),
            AmountFound("不超过三分之二", "一", "h_一", value="2/3", unit="", bound="at-most"),
            AmountFound("2000元", "二", "h_二", value="2000", unit="元", what="奖励"),
        ],
        materials=[
            MaterialFound("《样例补贴申请表》", "一", "h_一", name="《样例补贴申请表》", copies="一式两份"),
            MaterialFound("身份证复印件", "一", "h_一", name="身份证复印件"),
            MaterialFound("授权委托书", "一", "h_一", name="授权委托书", condition="委托他人办理的"),
            MaterialFound("毕业证书", "一", "h_一", name="毕业证书", condition="除信息能共享外"),
        ],
        deadlines=[
            deadline("收到申请之日起5个工作日内", 5, "workday", actor="经办机构", action="审核", start="收到申请之日"),
            deadline("毕业之日起1年内", 1, "year", actor="申请人", action="提出申请", start="毕业之日"),
            deadline("公示不少于3个工作日", 3, "workday", "at-least", actor="样例区人力社保部门", action="公示"),
            deadline("30日内", 30, "day", actor="培训机构", action="备案", start="开班之日"),
            DeadlineFound("2025年3月31日前", "一", "h_一", due="2025-03-31", actor="用人单位", action="申报"),
        ],
        statements=[Statement("连续缴费满12个月的", "一", "h_一", kind="condition", subject="申请人")],
    )


def deadline(text: str, count: int, unit: str, bound: str = "within", **more: str) -> DeadlineFound:
    return DeadlineFound(text, "一", "h_一", count=count, unit=unit, bound=bound, **more)  # type: ignore[arg-type]


def known() -> Registry:
    return registry(library())


def written(draft: Draft, folder: Path) -> Path:
    """The draft's files as the command writes them; the pack."""
    path = folder / f"{ID}.yaml"
    path.write_text(draft.pack, encoding="utf-8")
    (folder / f"{ID}.test.yaml").write_text(draft.tests, encoding="utf-8")
    if draft.catalogue:
        (folder / "catalogues").mkdir(exist_ok=True)
        (folder / "catalogues" / f"{ID}.yaml").write_text(draft.catalogue, encoding="utf-8")
    return path


def loaded(draft: Draft, folder: Path) -> Policy:
    return Library((BUILT_IN, folder)).compile(written(draft, folder)).policy


# ---------------------------------------------------------------- the whole draft


def test_a_draft_passes_lint_and_its_own_tests_before_anything_is_decided(tmp_path: Path) -> None:
    path = written(draft_pack(notice(), ID, known(), TODAY), tmp_path)
    packs = Library((BUILT_IN, tmp_path))
    assert [str(slip) for slip in lint(path, packs)] == []
    results = run_file(tmp_path / f"{ID}.test.yaml", packs)
    assert [r.differences for r in results] == [[]] * len(results)
    assert len(results) == 3  # the complete case, and one for each deadline of the applicant


def test_lint_counts_exactly_the_todos_that_the_draft_printed(tmp_path: Path) -> None:
    draft = draft_pack(notice(), ID, known(), TODAY)
    assert [(s.line, s.message) for s in todos(written(draft, tmp_path))] == draft.todos
    assert all(words.startswith("TODO") for _, words in draft.todos)


def test_sources_are_the_notice_and_what_it_cites_each_with_an_entry_for_the_registry(tmp_path: Path) -> None:
    draft = draft_pack(notice(), ID, known(), TODAY)
    policy = loaded(draft, tmp_path)
    assert policy.sources["n1"].doc_no == "样人社发〔2024〕1号"
    assert policy.sources["n1"].effective == date(2024, 6, 1)
    assert (policy.sources["n2"].title, policy.sources["n2"].doc_no) == ("样例规定", "样政发〔2020〕9号")
    assert "没有核对原件" in draft.catalogue
    assert (policy.in_force.since, policy.in_force.at) == (date(2024, 6, 1), "n1 三")
    assert policy.region == "样例市"
    assert "样例旧办法" in draft.pack  # repealed: a TODO, not a source
    assert len(policy.sources) == 2


def test_a_number_is_dated_by_the_day_of_effect_and_cites_its_article(tmp_path: Path) -> None:
    policy = loaded(draft_pack(notice(), ID, known(), TODAY), tmp_path)
    first = policy.parameters["amount_1"]
    assert (first.values, first.unit, first.at) == ({date(2024, 6, 1): Decimal(6000)}, "元/人", "n1 一")
    assert [p.name for p in policy.parameters.values()] == ["补贴标准", "奖励"]  # 2/3 is no decimal: a TODO


def test_without_a_day_of_effect_no_number_gets_a_value(tmp_path: Path) -> None:
    undated = notice()
    undated.effective = None
    draft = draft_pack(undated, ID, known(), TODAY)
    policy = loaded(draft, tmp_path)
    assert all(p.values == {} for p in policy.parameters.values())
    assert policy.in_force.since == date(2024, 5, 20)
    assert any("施行日期没有印出" in words for _, words in draft.todos)
    assert lint(written(draft, tmp_path), Library((BUILT_IN, tmp_path))) == []


def test_a_material_wanted_only_sometimes_asks_and_one_excepted_is_left_to_decide(tmp_path: Path) -> None:
    draft = draft_pack(notice(), ID, known(), TODAY)
    policy = loaded(draft, tmp_path)
    assert set(policy.materials) == {"application_form", "id_card", "power_of_attorney"}
    assert policy.materials["application_form"].form == "application"
    assert policy.materials["power_of_attorney"].when == "power_of_attorney_wanted"
    assert "委托他人办理的" in policy.facts["power_of_attorney_wanted"].label
    assert any("毕业证书" in words for _, words in draft.todos)


def test_only_deadlines_with_a_known_actor_start_and_length_are_drafted(tmp_path: Path) -> None:
    draft = draft_pack(notice(), ID, known(), TODAY)
    made = {d.name: (d.who, d.after, d.within, d.due) for d in loaded(draft, tmp_path).deadlines.values()}
    assert made == {
        "审核": ("agency", "received", "5 workdays", ""),
        "提出申请": ("applicant", "started_on", "1 year", ""),
        "公示": ("agency", "publicity_started_on", "3 workdays", ""),
        "申报": ("applicant", "", "", "make_date(2025, 3, 31)"),
    }
    assert any("由谁办理（培训机构）" in words for _, words in draft.todos)


def test_a_form_comes_with_labels_types_marks_and_pledge(tmp_path: Path) -> None:
    section = loaded(draft_pack(notice(), ID, known(), TODAY), tmp_path).forms["application"]
    assert section.fields["id_number"].type == "resident_id"
    assert section.fields["roster"].columns["name"].label == "姓名"
    assert list(section.signatures) == ["signature"] and list(section.seals) == ["seal"]
    assert section.pledge is not None and not section.pledge.copied
    assert section.at == "n1 附件1"


def test_two_forms_never_share_a_name(tmp_path: Path) -> None:
    twice = notice()
    twice.attachments.append(Attachment(2, "样例奖励申报表", attached=True, form=form("样例奖励申报表")))
    draft = draft_pack(twice, ID, known(), TODAY)
    path = written(draft, tmp_path)
    packs = Library((BUILT_IN, tmp_path))
    assert lint(path, packs) == []
    assert [r.differences for r in run_file(tmp_path / f"{ID}.test.yaml", packs) if not r.passed] == []
    policy = loaded(draft, tmp_path)
    assert "name_2" in policy.forms["form_2"].fields
    assert any("样例奖励申报表" in words for _, words in draft.todos)  # nobody says which material it is


def test_conditions_stay_todos_that_quote_a_short_clause() -> None:
    long = notice()
    long.statements = [Statement("须" + "样例" * 200, "一", "h_一", kind="condition")]
    lines = [words for _, words in draft_pack(long, ID, known(), TODAY).todos if "写成规则" in words]
    assert len(lines) == 1
    assert len(lines[0]) < 80


def test_a_heading_that_promises_conditions_and_has_none_that_was_read_is_left_to_decide() -> None:
    promised = notice()
    promised.body[0].title = "补贴对象和条件"
    promised.statements = []
    assert "“补贴对象和条件”没有读成逐条的条件" in draft_pack(promised, ID, known(), TODAY).pack


def test_what_stands_in_an_unnumbered_paragraph_cites_the_article_above_it(tmp_path: Path) -> None:
    below = notice()
    below.body[0].children.append(Node("paragraph", text="另给500元。", id="p_9"))
    below.amounts.append(AmountFound("500元", "", "p_9", value="500", unit="元", what="样例"))
    policy = loaded(draft_pack(below, ID, known(), TODAY), tmp_path)
    assert policy.parameters["amount_3"].at == "n1 一"


def test_a_deadline_that_ends_before_the_law_begins_fails_in_every_case_of_the_test_file(tmp_path: Path) -> None:
    past = notice()
    past.deadlines[-1].due = "2024-05-01"
    written(draft_pack(past, ID, known(), TODAY), tmp_path)
    results = run_file(tmp_path / f"{ID}.test.yaml", Library((BUILT_IN, tmp_path)))
    assert [r.differences for r in results] == [[], [], []]


def test_a_condition_that_announces_a_list_is_a_todo_for_each_item() -> None:
    listed = notice()
    listed.body[0].children = [
        Node("item", "1.", None, "年满16周岁；", id="i_1", label="一1"),
        Node("item", "2.", None, "已办理失业登记。", id="i_2", label="一2"),
    ]
    listed.statements = [Statement("应当符合下列条件：", "一", "h_一", kind="condition")]
    lines = [words for _, words in draft_pack(listed, ID, known(), TODAY).todos if "写成规则" in words]
    assert lines == ["TODO n1 一1：条件“年满16周岁；”写成规则", "TODO n1 一2：条件“已办理失业登记。”写成规则"]


# ---------------------------------------------------------------- a part of the notice


def test_a_section_takes_only_what_stands_in_it() -> None:
    draft = draft_pack(notice(), ID, known(), TODAY, section="二")
    assert "2000" in draft.pack
    assert "6000" not in draft.pack
    assert "name: 样例奖励" in draft.pack


@pytest.mark.parametrize("words", ["一", "一、", "（一）", "样例补贴", "第一条"])
def test_a_section_is_found_by_number_label_or_words(words: str) -> None:
    assert pick(notice(), words).ids == {"h_一"}


def test_an_attachment_is_a_section_too() -> None:
    assert [a.number for a in pick(notice(), "附件1").attachments] == [1]


def test_a_section_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(UsageError, match="没有“七”这一部分，有：一、 样例补贴"):
        pick(notice(), "七")


@pytest.mark.parametrize(
    ("issuer", "region"),
    [
        ("重庆市样例区人力资源和社会保障局", "重庆市"),
        ("人力资源社会保障部", "全国"),
        ("样例县财政局", "样例县"),
        ("某公司", ""),
    ],
)
def test_the_region_is_that_of_the_issuer_or_left_open(issuer: str, region: str) -> None:
    assert region_of(Notice(issuers=[issuer])) == region


# ---------------------------------------------------------------- the registry has its say


def test_a_day_that_the_registry_has_otherwise_is_left_to_decide(tmp_path: Path) -> None:
    registered = Registry([Document(notice().title or "", "样人社发〔2024〕1号", effective=date(2024, 7, 1))])
    draft = draft_pack(notice(), ID, registered, TODAY)
    assert loaded(draft, tmp_path).sources["n1"].effective is None
    assert any("登记的是 2024-07-01" in words for _, words in draft.todos)


def test_a_cited_document_that_has_ended_is_pointed_out() -> None:
    gone = Document("样例规定", "样政发〔2020〕9号", status=[State("repealed", date(2023, 1, 1), "样政发〔2022〕8号")])
    draft = draft_pack(notice(), ID, Registry([gone]), TODAY)
    assert any("2023-01-01" in words for _, words in draft.todos)


# ---------------------------------------------------------------- poor and hostile notices


def test_an_empty_notice_still_gives_a_pack_that_loads(tmp_path: Path) -> None:
    draft = draft_pack(Notice(), ID, known(), TODAY)
    policy = loaded(draft, tmp_path)
    assert policy.in_force.since == TODAY
    assert any("文件标题没有读出" in words for _, words in draft.todos)
    assert lint(tmp_path / f"{ID}.yaml", Library((BUILT_IN, tmp_path))) == []
    assert run_file(tmp_path / f"{ID}.test.yaml", Library((BUILT_IN, tmp_path)))[0].differences == []


NASTY = st.text(
    st.one_of(st.characters(), st.sampled_from(list("\n\r\x85\u2028\u2029\t\x00#:{}[],&*!|>'\"%@`-?~TODO样例"))),
    max_size=40,
)


@given(NASTY)
def test_no_words_of_a_notice_become_syntax(words: str) -> None:
    from checkers.yaml_text import read_yaml

    nasty = Notice(
        title=words,
        doc_no=words,
        issuers=[words],
        effective=date(2024, 6, 1),
        body=[Node("heading", "一、", words, words, id="h", label="一")],
        amounts=[AmountFound(words, words, "h", value="5", unit=words, what=words, condition=words)],
        materials=[MaterialFound(words, words, "h", name=words, condition=words, copies=words)],
        deadlines=[DeadlineFound(words, words, "h", count=5, unit="day", actor="经办机构", action=words, start=words)],
        statements=[Statement(words, words, "h", kind="condition")],
        repeals=[Repeal(words, words, "h", title=words)],
        citations=[CitationFound(words, words, "h", title=words, doc_no=words)],
        attachments=[Attachment(1, words, form=BlankForm(words, [FormField("name", words, "text")], pledge=words))],
    )
    draft = draft_pack(nasty, ID, Registry([]), TODAY)
    data, _ = read_yaml(draft.pack, "pack.yaml")
    assert data["id"] == ID
    assert data["kind"] == "service"
    assert set(data) <= set(Policy.__dataclass_fields__)
    assert read_yaml(draft.tests, "test.yaml")[0]["policy"] == ID
    if draft.catalogue:
        assert read_yaml(draft.catalogue, "documents.yaml")[0]["documents"]


@given(st.text(max_size=30))
def test_text_written_as_yaml_is_read_as_the_same_text(words: str) -> None:
    from checkers.yaml_text import read_yaml
    from docgen.notices.drafting_text import clean

    data, _ = read_yaml(f"a: {flow({'b': words + '样'})}", "x")
    assert data["a"]["b"] == clean(words + "样")


@pytest.mark.parametrize("kind", sorted(TYPE_NAMES))
def test_the_samples_of_a_test_file_are_values_of_their_type(kind: str) -> None:
    spec = {"type": kind, "options": ["甲", "乙"]}
    value = sample(spec, TODAY)
    assert parse_value(kind, value, options=["甲", "乙"]) is not None


# ---------------------------------------------------------------- TODOs in lint


def test_a_todo_is_shown_with_its_line_and_article_and_other_words_are_not_taken_for_one() -> None:
    text = "# TODO 的说明\n# 标着 TODO 的\nat: n1 一\n  x: {name: 甲, at: n1 一(二)2}  # TODO 用在哪里\nTODOS: 1\n"
    assert todo_lines(text) == [(1, "TODO 的说明"), (4, "TODO 用在哪里（n1 一(二)2）")]


def test_the_built_in_packs_have_nothing_left_to_decide() -> None:
    assert [str(s) for f in sorted(BUILT_IN.rglob("*.yaml")) for s in todos(f)] == []


def test_lint_warns_of_todos_and_still_succeeds(tmp_path: Path) -> None:
    path = written(draft_pack(notice(), ID, known(), TODAY), tmp_path)
    result = CliRunner().invoke(app, ["policy", "lint", str(path)], standalone_mode=False)
    assert result.return_value == 0
    assert f"{path}：{len(todos(path))} 处 TODO 待定" in result.output


def test_what_is_wrong_beside_a_todo_is_still_an_error(tmp_path: Path) -> None:
    draft = draft_pack(notice(), ID, known(), TODAY)
    draft.pack = draft.pack.replace("kind: service", "kind: service\nkindd: x")
    slips = lint(written(draft, tmp_path), Library((BUILT_IN, tmp_path)))
    assert [s.key for s in slips] == ["kindd"]


# ---------------------------------------------------------------- the command


def test_new_refuses_a_section_without_a_file_and_an_id_that_is_none(tmp_path: Path) -> None:
    runner = CliRunner()
    for arguments in (["cq-x", "--section", "七"], ["../../etc/x"], ["CQ_X"]):
        result = runner.invoke(app, ["policy", "new", *arguments, "-o", str(tmp_path)], standalone_mode=False)
        assert isinstance(result.exception, UsageError)
    assert list(tmp_path.iterdir()) == []


def test_new_writes_over_nothing(tmp_path: Path) -> None:
    (tmp_path / "cq-x.test.yaml").write_text("mine", encoding="utf-8")
    result = CliRunner().invoke(app, ["policy", "new", "cq-x", "-o", str(tmp_path)], standalone_mode=False)
    assert isinstance(result.exception, UsageError)
    assert [p.name for p in tmp_path.iterdir()] == ["cq-x.test.yaml"]


def test_two_shares_of_one_article_are_two_numbers_and_a_former_value_is_none() -> None:
    parts = Parts()
    of_base = AmountFound("基数按平均工资的60%执行", "第七条", value="60", unit="%", what="缴费基数")
    of_sum = AmountFound("按计算金额的60%予以补贴", "第七条", value="60", unit="%", what="补贴")
    former = AmountFound("补助费由现行 460 元调整为 750 元", "第八条", value="460", unit="元/人/月", what="补助费")
    present = AmountFound("补助费由现行 460 元调整为 750 元", "第八条", value="750", unit="元/人/月", what="补助费")
    draft_amounts(parts, [of_base, of_sum, of_sum, former, present], date(2024, 1, 1))
    assert [re.findall(r": (\d+)}", line) for line in parts.lines["parameters"]] == [["60"], ["60"], ["750"]]


def test_the_region_of_a_party_committee_is_that_of_its_province() -> None:
    assert region_of(Notice(issuers=["中共湖南省委组织部"])) == "湖南省"
    assert region_of(Notice(issuers=["中共中央组织部"])) == "全国"
