"""The citation registry: the printed lists are whole, documents are found in every spelling, and end when the law says."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from checkers.citations import check_sources, missing, resolve
from checkers.lint import lint
from checkers.packs import BUILT_IN, CATALOGUES, TEST_SUFFIX, Library, library
from checkers.policy import InForce, Policy, Source
from checkers.registry import (
    Catalogue,
    Document,
    Registry,
    State,
    find,
    normal_number,
    number_key,
    read_catalogue,
    registry,
    state_on,
    title_key,
)
from checkers.slips import PackError
from docgen.cli.policy import _pack_files

FILES = sorted((BUILT_IN / CATALOGUES).glob("*.yaml"))


@cache
def catalogue(name: str) -> Catalogue:
    return read_catalogue(BUILT_IN / CATALOGUES / f"{name}.yaml")


def only(doc_no: str = "", title: str = "") -> Document:
    found = find(doc_no, title)
    assert len(found) == 1
    return found[0]


def state(doc_no: str, day: str) -> tuple[str, str]:
    at = state_on(only(doc_no), date.fromisoformat(day))
    return at.state, at.by


# ---------------------------------------------------------------- the printed lists


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("hn-valid-normative-docs-245", [("in force", 245)]),
        ("hn-repealed-normative-docs-2", [("repealed", 2)]),
        ("cq-normative-docs-batch12", [("repealed", 44), ("in force", 487)]),
        ("cq-normative-docs-batch13", [("repealed", 10), ("in force", 490), ("unknown", 1)]),
        ("cq-repealed-by-2024-docs", [("repealed", 2), ("repealed", 3)]),
        ("cn-state-council-777-amend-repeal", [("amended", 8), ("repealed", 13)]),
        ("cn-mohrss-repeal-2024-32", [("repealed", 17)]),
        ("cn-mohrss-invalid-2024-93", [("expired", 3)]),
        ("cn-mohrss-order-53", [("amended", 1), ("repealed", 2)]),
        ("cq-government-repeal-95", [("repealed", 95)]),
    ],
)
def test_each_list_has_as_many_rows_as_its_document_says(name: str, counts: list[tuple[str, int]]) -> None:
    assert [(listing.state, len(listing.rows)) for listing in catalogue(name).lists] == counts
    assert all(listing.count == len(listing.rows) for listing in catalogue(name).lists)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_rows_are_numbered_once_and_in_order_and_written_one_way(path: Path) -> None:
    listed = catalogue(path.stem)
    assert listed.id == path.stem
    for listing in listed.lists:
        numbers = [row.no for row in listing.rows]
        assert numbers == sorted(set(numbers))
        doc_nos = [row.doc_no for row in listing.rows if row.doc_no]
        assert len({number_key(n) for n in doc_nos}) == len(doc_nos)
        assert [normal_number(n) for n in doc_nos if "公告" not in n] == [n for n in doc_nos if "公告" not in n]
        assert all(row.title.strip() == row.title and len(row.title) > 3 for row in listing.rows)


def test_the_thirteenth_list_lacks_the_one_line_the_print_lost() -> None:
    repealed, valid, lost = catalogue("cq-normative-docs-batch13").lists
    assert set(range(1, 492)) - {row.no for row in valid.rows} == {38} == {row.no for row in lost.rows}
    assert not {r.doc_no for r in repealed.rows} & {r.doc_no for r in valid.rows}


def test_the_two_clean_ups_of_chongqing_add_up() -> None:
    """487 valid, less 10 and 2 repealed since, with 16 new ones, are the 491 that the document counts (one line lost)."""
    before = {row.doc_no for row in catalogue("cq-normative-docs-batch12").lists[1].rows}
    repealed, valid, lost = ({row.doc_no for row in x.rows} for x in catalogue("cq-normative-docs-batch13").lists)
    clause = {row.doc_no for row in catalogue("cq-repealed-by-2024-docs").lists[0].rows}
    assert before - repealed - clause == (valid | lost) & before
    assert len(valid - before) == 16
    assert len(valid | lost) == 491


def test_what_the_print_broke_is_mended_and_said() -> None:
    valid = {row.no: row for row in catalogue("cq-normative-docs-batch13").lists[1].rows}
    assert (valid[86].doc_no, bool(valid[86].note)) == ("渝人发〔2004〕45号", True)
    assert (valid[322].doc_no, bool(valid[322].note)) == ("渝劳社发〔2008〕25号", True)
    hunan = catalogue("hn-valid-normative-docs-245").lists[0].rows
    assert [row.no for row in hunan if row.note] == [18, 22, 24, 123, 133, 174, 175, 181, 187, 239]
    old = [int(n) for row in hunan if len(n := row.doc_no.partition("〔")[2].partition("〕")[0]) == 4]
    assert (min(old), max(old)) == (1983, 2016)


def test_one_title_under_five_numbers_is_five_documents() -> None:
    found = find(title="关于给企业建国前参加革命工作退休老工人增发生活补贴的通知")
    assert len({d.doc_no for d in found}) == len(found) == 5


def test_a_number_stands_for_one_document_whatever_list_prints_it() -> None:
    for path in FILES:
        for listing in catalogue(path.stem).lists:
            for row in listing.rows:
                (document,) = find(row.doc_no, row.title) if row.doc_no else find(title=row.title)
                assert fuzz.partial_ratio(title_key(document.title), title_key(row.title)) > 80


def test_no_number_is_registered_twice() -> None:
    keys = Counter(number_key(n) for d in registry().documents for n in (d.doc_no, *d.also) if n)
    assert [key for key, times in keys.items() if times > 1] == []


def test_what_changes_a_document_is_itself_dated() -> None:
    assert [d.title for d in registry().documents for s in d.status if s.since is None or not s.by] == []


# ---------------------------------------------------------------- finding


@pytest.mark.parametrize(
    "written",
    [
        "渝人社发〔2024〕12号",
        "渝人社发[2024]12号",
        "渝人社发(2024)12号",
        "渝人社发（2024）12号",
        "渝人社发【2024】12号",
        "渝人社发〔2024] 12 号",
        " 渝人社发 〔 2024 〕\n12号",
        "渝人社发［2024］第12号",
        "渝人社发〔2024〕012号",
    ],
)
def test_a_number_is_found_in_every_spelling(written: str) -> None:
    assert only(written).doc_no == "渝人社发〔2024〕12号"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("(78) 湘劳字第 035 号", "工龄计算"),
        ("〔86〕湘劳人险便字第339号", "铁路系统"),
        ("湘劳人调（1987）72号", "顶指标"),
        ("劳动保障部令8号", "失业保险金申领发放办法"),
        ("劳动保障部令第8号(2018、2019、2024三次修订)", "失业保险金申领发放办法"),
        ("原劳动和社会保障部令第8号", "失业保险金申领发放办法"),
        ("人力资源社会保障部令第53号", "修改和废止部分规章"),
        ("人社部令第6号", "行政复议办法"),
        ("中华人民共和国国务院令第777号", "修改和废止部分行政法规"),
        ("人社部发〔2021〕85号", "失业保险关系跨省转移接续"),
        ("渝人社办〔2024〕99号", "技工院校专业设置备案"),
    ],
)
def test_old_and_second_numbers_are_found(written: str, title: str) -> None:
    assert title in only(written).title


@given(
    st.deferred(lambda: st.sampled_from([d.doc_no for d in registry().documents if "〔" in d.doc_no])),
    st.sampled_from(["[]", "()", "（）", "【】", "〔〕", "［］", "〔]"]),
    st.lists(st.integers(0, 20), max_size=4),
)
def test_brackets_and_white_space_never_matter(doc_no: str, brackets: str, gaps: list[int]) -> None:
    written = doc_no.replace("〔", brackets[0]).replace("〕", brackets[1])
    for gap in gaps:
        written = f"{written[:gap]} {written[gap:]}"
    assert [d.doc_no for d in find(written)] == [doc_no]
    assert normal_number(written) == doc_no


@pytest.mark.parametrize(
    ("title", "doc_no"),
    [
        ("重庆市青年就业见习实施办法", "渝人社发〔2024〕12号"),
        ("《重庆市青年就业见习实施办法》", "渝人社发〔2024〕12号"),
        ("重庆市青年就业见习实施办法（渝人社发〔2024〕12号印发）", "渝人社发〔2024〕12号"),
        ("关于印发《重庆市青年就业见习实施办法》\n的通知", "渝人社发〔2024〕12号"),
        ("实施弹性退休制度暂行办法", "人社部发〔2024〕94号"),
        ("工伤保险跨省异地就医直接结算经办规程", "人社部发〔2024〕11号"),
        ("社会保险经办条例", "国务院令第765号"),
        ("中华人民共和国社会保险经办条例", "国务院令第765号"),
        ("社会保险法", ""),
        ("人社部关于废止部分文件的通知", "人社部发〔2024〕32号"),
    ],
)
def test_a_title_is_found_whole_or_by_what_it_promulgates(title: str, doc_no: str) -> None:
    assert only(title=title).doc_no == doc_no


def test_number_and_title_together_must_be_one_document() -> None:
    assert find("渝人社发〔2024〕12号", "重庆市青年就业见习实施办法")
    assert find("渝人社发〔2024〕12号", "重庆市工伤保险基金结算管理办法") == []
    # 16号 and 17号 of 2023 differ in two characters: likeness alone must not join them
    assert find("渝人社发〔2023〕17号", "关于印发《重庆市工程技术轻纺专业职称申报条件》的通知") == []


def test_nothing_is_found_of_what_is_not_there() -> None:
    assert find("渝人社发〔2099〕1号") == find(title="没有这样一份文件") == find() == find(title="通知") == []


# ---------------------------------------------------------------- states over time


@pytest.mark.parametrize(
    ("doc_no", "day", "expected"),
    [
        ("渝人社发〔2019〕130号", "2024-02-28", ("unknown", "")),
        ("渝人社发〔2019〕130号", "2024-11-18", ("in force", "渝人社发〔2024〕6号")),
        ("渝人社发〔2019〕130号", "2024-11-19", ("repealed", "渝人社发〔2024〕21号")),
        ("渝人社发〔2014〕108号", "2024-11-19", ("repealed", "渝人社发〔2024〕21号")),
        ("渝人社发〔2014〕63号", "2024-11-19", ("repealed", "渝人社发〔2024〕21号")),
        ("渝人社发〔2013〕130号", "2030-01-01", ("repealed", "渝人社发〔2024〕21号")),
        ("渝人社发〔2024〕13号", "2024-12-01", ("in force", "渝人社发〔2024〕21号")),
        ("渝人社发〔2021〕52号", "2024-12-31", ("in force", "渝人社发〔2024〕21号")),
        ("渝人社发〔2018〕229号", "2024-03-01", ("repealed", "渝人社发〔2024〕6号")),
        ("渝人社发〔2016〕230号", "2024-04-29", ("in force", "渝人社发〔2024〕6号")),
        ("渝人社发〔2016〕230号", "2024-04-30", ("repealed", "渝人社发〔2024〕12号")),
        ("渝人社发〔2018〕96号", "2025-01-01", ("repealed", "渝人社发〔2024〕12号")),
        ("渝人社发〔2020〕53号", "2024-11-18", ("in force", "渝人社发〔2024〕6号")),
        ("渝人社发〔2020〕53号", "2024-11-19", ("unknown", "渝人社发〔2024〕21号")),
        ("渝人社发〔2012〕293号", "2024-02-29", ("repealed", "渝人社发〔2024〕7号")),
        ("湘人社函〔2016〕417号", "2020-10-26", ("unknown", "")),
        ("湘人社函〔2016〕417号", "2020-10-27", ("repealed", "湘人社规〔2020〕18号")),
        ("湘人社发〔2013〕40号", "2021-01-01", ("in force", "湘人社规〔2020〕18号")),
        ("劳动保障部令第8号", "2000-12-31", ("not yet in force", "")),
        ("劳动保障部令第8号", "2001-01-01", ("in force", "")),
        ("劳动保障部令第8号", "2024-06-14", ("amended", "人社部令第53号")),
        ("劳社部发〔2004〕22号", "2024-02-23", ("repealed", "人社部发〔2024〕32号")),
        ("人社部发〔2018〕59号", "2024-11-05", ("expired", "人社部函〔2024〕93号")),
        ("渝府发〔2015〕52号", "2024-12-07", ("repealed", "渝府发〔2024〕23号")),
        ("湘人社规〔2020〕14号", "2025-08-31", ("in force", "")),
        ("湘人社规〔2020〕14号", "2025-09-01", ("expired", "湘人社规〔2020〕14号")),
    ],
)
def test_a_document_is_what_the_lists_say_on_either_side_of_a_day(
    doc_no: str, day: str, expected: tuple[str, str]
) -> None:
    assert state(doc_no, day) == expected


def test_regulations_without_a_number_end_too() -> None:
    document = only(title="劳动保险条例")
    assert state_on(document, date(2024, 4, 30)).state == "unknown"
    assert state_on(document, date(2024, 5, 1)) == State("repealed", date(2024, 5, 1), "国务院令第777号", "附件2")


def test_a_list_that_calls_an_amended_document_valid_leaves_it_amended() -> None:
    document = Document(
        "某办法",
        status=[State("amended", date(2020, 1, 1), "甲"), State("in force", date(2021, 1, 1), "乙")],
        expires=date(2022, 12, 31),
    )
    assert [state_on(document, date(year, 6, 1)).state for year in (2019, 2020, 2021, 2023)] == [
        "unknown",
        "amended",
        "amended",
        "expired",
    ]
    assert [State(s).valid for s in ("in force", "amended", "partly-repealed", "repealed", "expired", "unknown")] == [
        True,
        True,
        True,
        False,
        False,
        None,
    ]


# ---------------------------------------------------------------- packs

PACKS = sorted(
    p.stem for p in BUILT_IN.rglob("*.yaml") if CATALOGUES not in p.parts and not p.name.endswith(TEST_SUFFIX)
)


@pytest.mark.parametrize("policy_id", PACKS)
def test_every_source_of_a_pack_is_registered(policy_id: str) -> None:
    policy = library().find(policy_id)
    if policy is not None:  # a pack that cannot be read is another test's business
        assert [message for _, message in check_sources(policy, registry())] == []


def test_catalogues_are_no_packs(tmp_path: Path) -> None:
    assert not [e.path for e in library().entries().values() if CATALOGUES in Path(e.path).parts]
    (tmp_path / CATALOGUES).mkdir()
    (tmp_path / CATALOGUES / "own.yaml").write_text("id: own\nname: 本局文件\n", "utf-8")
    assert Library((tmp_path,)).entries() == {}


def test_lint_of_a_folder_passes_the_catalogues_by(tmp_path: Path) -> None:
    (tmp_path / CATALOGUES).mkdir()
    (tmp_path / CATALOGUES / "own.yaml").write_text("id: own\nname: 本局文件\n", "utf-8")
    assert _pack_files([str(tmp_path)]) == []


PACK = """\
id: zz-example
name: 示例补贴
region: 某市
kind: form
sources:
  n1: {title: "%s", doc_no: "%s"}
in_force: {since: 2024-06-01, at: n1 十}
"""


def linted(folder: Path, title: str, doc_no: str) -> list[tuple[str, int, str]]:
    path = folder / "zz-example.yaml"
    path.write_text(PACK % (title, doc_no), "utf-8")
    return [(slip.key, slip.line, slip.message) for slip in lint(path, Library((BUILT_IN, folder)))]


def test_lint_refuses_a_document_nobody_registered(tmp_path: Path) -> None:
    (slip,) = linted(tmp_path, "示例通知", "某人社发〔2024〕1号")
    assert slip[:2] == ("sources.n1", 6)
    assert slip[2].startswith("没有登记过的文件：某人社发〔2024〕1号")


def test_lint_refuses_a_number_with_the_title_of_another(tmp_path: Path) -> None:
    (slip,) = linted(tmp_path, "重庆市工伤保险基金结算管理办法", "渝人社发〔2024〕12号")
    assert slip[2].startswith("文号和标题不是同一件：渝人社发〔2024〕12号 是《")


def test_lint_tolerates_a_title_printed_another_way(tmp_path: Path) -> None:
    assert (
        linted(
            tmp_path,
            "重庆市人力资源和社会保障局 关于调整优化部分就业创业扶持政策经办程序的的通知",
            "渝人社发[2024]17号",
        )
        == []
    )


def test_lint_tells_of_a_document_that_was_dead_before(tmp_path: Path) -> None:
    (slip,) = linted(tmp_path, "关于印发重庆市高校毕业生就业见习实施办法的通知", "渝人社发〔2016〕230号")
    assert "自 2024-04-30 起被 渝人社发〔2024〕12号 已废止，早于本政策施行" in slip[2]


def test_an_office_registers_documents_of_its_own(tmp_path: Path) -> None:
    (tmp_path / CATALOGUES).mkdir()
    own = tmp_path / CATALOGUES / "own.yaml"
    own.write_text("id: own\nname: 本局\ndocuments:\n  - {title: 示例通知, doc_no: 某人社发〔2024〕1号}\n", "utf-8")
    assert linted(tmp_path, "示例通知", "某人社发〔2024〕1号") == []


def test_a_broken_catalogue_is_told_with_file_line_and_key(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("id: own\nname: 本局\ndocuments:\n  - {title: 示例, issued: 昨天}\n", "utf-8")
    with pytest.raises(PackError) as error:
        read_catalogue(path)
    assert (error.value.slips[0].line, error.value.slips[0].key) == (4, "documents.0.issued")
    path.write_text(
        "id: own\nname: 本局\nlists:\n  - what: 目录\n    state: repealed\n    since: 2024-01-01\n    count: 2\n"
        "    rows:\n      - {no: 1, title: 示例}\n",
        "utf-8",
    )
    with pytest.raises(PackError, match="原文共 2 件，这里有 1 件"):
        read_catalogue(path)


OLD = Document("旧办法", "某〔2010〕1号", status=[State("repealed", date(2024, 7, 1), "某〔2024〕2号")])
NEW = Document("新办法", "某〔2024〕2号", issued=date(2024, 7, 1))
KNOWN = Registry([OLD, NEW])
RESTING = Policy(
    id="zz-resting",
    name="示例",
    region="某市",
    kind="service",
    sources={"old": Source("旧办法", "某〔2010〕1号"), "new": Source("新办法", "某〔2024〕2号")},
    in_force=InForce(date(2020, 1, 1), at="old 一"),
)


def test_a_pack_that_outlives_its_document_is_told() -> None:
    ((key, message),) = check_sources(RESTING, KNOWN)
    assert key == ("sources", "old")
    assert message.endswith("本政策既没有写 until 也没有写 supersedes")


@pytest.mark.parametrize(
    "law",
    [
        InForce(date(2020, 1, 1), date(2024, 6, 30), "old 一"),
        InForce(date(2020, 1, 1), at=["old 一", "new 一"]),
        InForce(date(2020, 1, 1), at="new 一"),
    ],
    ids=["ends with it", "another stands beside it", "does not rest on it"],
)
def test_a_pack_that_does_not_outlive_it_is_not(law: InForce) -> None:
    assert list(check_sources(replace(RESTING, in_force=law), KNOWN)) == []


def test_dates_of_a_source_are_those_registered() -> None:
    wrong = replace(RESTING, in_force=InForce(date(2024, 7, 1), at="new 一"))
    wrong.sources = {"new": Source("新办法", "某〔2024〕2号", issued=date(2024, 7, 2))}
    assert list(check_sources(wrong, KNOWN)) == [(("sources", "new", "issued"), "登记的是 2024-07-01")]


def test_a_second_number_must_be_registered_too() -> None:
    wrong = replace(RESTING, in_force=InForce(date(2024, 7, 1), at="new 一"))
    wrong.sources = {"new": Source("新办法", "某〔2024〕2号", also=["某〔2024〕3号"])}
    assert [key for key, _ in check_sources(wrong, KNOWN)] == [("sources", "new", "also")]
    assert resolve(Source("新办法"), KNOWN)[0] is NEW


def test_a_title_of_several_documents_needs_its_number() -> None:
    both = Registry([Document("某办法", "某〔2020〕1号"), Document("某办法", "某〔2024〕1号")])
    found, problem = resolve(Source("某办法"), both)
    assert (found, problem) == (None, "有2件文件叫《某办法》，请写明文号：某〔2020〕1号、某〔2024〕1号")
    assert resolve(Source("某办法", "某[2024]1号"), both)[0] is both.documents[1]


def test_missing_lists_each_document_once(tmp_path: Path) -> None:
    for name in ("zz-a", "zz-b"):
        text = (PACK % ("示例通知", "某人社发〔2024〕1号")).replace("zz-example", name)
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    assert [(pack, source.title) for pack, source in missing(Library((tmp_path,)))] == [("zz-a", "示例通知")]


# ---------------------------------------------------------------- the cache


def test_the_registry_is_parsed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCGEN_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "packs"
    folder.mkdir()
    fresh = registry(Library((folder,)))
    assert json.loads(next((tmp_path / "cache").glob("registry-*.json")).read_text("utf-8"))["data"]
    monkeypatch.setattr("checkers.registry.read_catalogues", lambda files: pytest.fail("read again"))
    again = registry(Library((folder,)))
    assert again.documents == fresh.documents
    assert again is not fresh


def test_a_plain_check_does_not_load_it() -> None:
    code = "import sys, checkers, docgen.checking, checkers.engine; print('checkers.registry' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603  our own
    assert ran.stdout.strip() == "False"
