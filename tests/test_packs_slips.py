"""A pack with a slip: one clear Chinese sentence with file, line and key, at once, and nothing hangs or crashes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkers.pack_source import compile_pack, read_pack
from checkers.slips import PackError, Slip
from checkers.yaml_text import MAX_DEPTH, read_yaml

PACK = """\
id: zz-example
name: 示例补贴
region: 某市
kind: service
sources:
  n1: {title: 示例通知, doc_no: 某人社发〔2024〕1号}
in_force: {since: 2024-06-01, at: n1 十}
parameters:
  standard: {name: 补贴标准, unit: 元/人/年, at: n1 二, values: {2024-06-01: 6000}}
forms:
  application:
    title: 示例申请表
    at: n1 附件1
    fields:
      name: {label: 姓名, type: person_name}
      id_number: {label: 身份证号码, type: resident_id}
      period: {label: 申请时段, type: month_range}
      amount: {label: 申请金额, type: money}
      roster:
        label: 人员
        type: roster
        columns:
          person: {label: 姓名, type: person_name}
          months: {label: 月数, type: integer}
facts:
  insured_months: {label: 参保月数, type: integer}
define:
  enough: {value: insured_months >= 12, label: 参保满一年}
  twice: insured_months * 2
materials:
  application_form: {name: 示例申请表, form: application, at: n1 三}
  contract: {name: 劳动合同, when: enough, at: n1 三}
rules:
  - id: insured
    require: insured_months >= 12
    message: 参保{insured_months}个月，不足1年
    at: n1 一
  - id: row-months
    for_each: roster
    require: row.months <= 12
    message: "{row.person}超过12个月"
    at: n1 一
amounts:
  grant: {name: 补贴, unit: 元, formula: standard, claimed: amount, at: n1 二}
deadlines:
  apply: {name: 申报, who: applicant, after: last_day(end(period)), within: 6 months, at: n1 四}
benefits:
  - {id: once, against: [zz-other], exclude: same_time, period: period, message: 重复享受, at: n1 五}
"""


def change(old: str, new: str) -> str:
    assert PACK.count(old) == 1, old
    return PACK.replace(old, new)


def slips(text: str) -> list[Slip]:
    with pytest.raises(PackError) as error:
        compile_pack(text, "pack.yaml")
    return error.value.slips


def line(text: str, part: str) -> int:
    return next(i for i, row in enumerate(text.splitlines(), start=1) if part in row)


def test_the_example_is_clean() -> None:
    compiled = compile_pack(PACK, "pack.yaml")
    assert compiled.policy.id == "zz-example"
    assert "insured_months >= 12" in compiled.code


CASES: list[tuple[str, str, str, str, str, str]] = [
    # what, old, new, key, a piece of the line it is on, a piece of the sentence
    ("unknown key", "region: 某市", "region: 某市\nregoin: 某市", "regoin", "regoin:", "没有这个键"),
    (
        "unknown key inside",
        "label: 姓名, type: person_name}\n      id",
        "lable: 姓名, type: person_name}\n      id",
        "lable",
        "lable",
        "没有这个键",
    ),
    (
        "unknown key of a definition",
        "label: 参保满一年",
        "lable: 参保满一年",
        "define.enough.lable",
        "enough:",
        "没有这个键",
    ),
    ("wrong literal", "who: applicant,", "who: aplicant,", "deadlines.apply.who", "who: aplicant", "只能是"),
    (
        "missing at",
        "[zz-other], exclude: same_time, period: period, message: 重复享受, at: n1 五}",
        "[zz-other], exclude: same_time, period: period, message: 重复享受}",
        "benefits.0.at",
        "id: once",
        "缺少",
    ),
    (
        "empty at",
        "- id: insured\n    require: insured_months >= 12\n    message: 参保{insured_months}个月，不足1年\n    at: n1 一",
        "- id: insured\n    require: insured_months >= 12\n    message: 参保{insured_months}个月，不足1年\n    at: ''",
        "rules.0.at",
        "at: ''",
        "缺少依据",
    ),
    ("unknown source", "at: n1 附件1", "at: n2 附件1", "forms.application.at", "n2 附件1", "sources"),
    (
        "unknown name",
        "require: insured_months >= 12",
        "require: insurd_months >= 12",
        "rules.0.require",
        "insurd_months",
        "没有声明过的名字：insurd_months",
    ),
    (
        "unknown name in a text",
        "参保{insured_months}个月",
        "参保{insured_month}个月",
        "rules.0.message",
        "insured_month}",
        "没有声明过的名字",
    ),
    ("unknown column", "row.months <= 12", "row.month <= 12", "rules.1.require", "row.month ", "没有这一列：month"),
    (
        "column without for_each",
        "require: insured_months >= 12",
        "require: row.months >= 12",
        "rules.0.require",
        "require: row",
        "for_each",
    ),
    ("not a roster", "for_each: roster", "for_each: rooster", "rules.1", "", "不是花名册"),
    ("duplicate key", "name: 示例补贴", "name: 示例补贴\nname: 又一个", "name", "又一个", "写了两次"),
    ("duplicate rule id", "id: row-months", "id: insured", "rules.1", "", "重复"),
    ("rule named as a field", "id: row-months", "id: period", "rules.1", "id: period", "重复"),
    ("fact named as a field", "insured_months: {label", "period: {label", "facts.period", "", "重复"),
    (
        "name of the language",
        "twice: insured_months * 2",
        "received: insured_months * 2",
        "define.received",
        "received:",
        "重复",
    ),
    ("cycle", "twice: insured_months * 2", "twice: thrice * 2\n  thrice: twice + 1", "define", "", "绕成了圈"),
    ("cycle of one", "twice: insured_months * 2", "twice: twice * 2", "define.twice", "twice:", "绕成了圈"),
    (
        "missing form",
        "    title: 示例申请表\n    at: n1 附件1",
        "    use: zz-none/application\n    at: n1 附件1",
        "forms.application.use",
        "use:",
        "找不到表单",
    ),
    (
        "no title",
        "    title: 示例申请表\n    at: n1 附件1",
        "    at: n1 附件1",
        "forms.application",
        "application:",
        "缺少 title",
    ),
    ("bad period", "within: 6 months", "within: six months", "deadlines.apply.within", "six", "不认识的期限"),
    ("Chinese period", "within: 6 months", "within: 6个月", "deadlines.apply.within", "6个月", "不认识的期限"),
    (
        "Python",
        "require: insured_months >= 12",
        "require: insured_months.__class__",
        "rules.0.require",
        "__class__",
        "不允许取属性",
    ),
    ("call", "require: insured_months >= 12", "require: open('x')", "rules.0.require", "open", "没有这个词"),
    (
        "comprehension",
        "require: insured_months >= 12",
        "require: '[x for x in roster]'",
        "rules.0.require",
        "for x",
        "写法有误",
    ),
    (
        "too few values",
        "require: insured_months >= 12",
        "require: age_on(received) >= 12",
        "rules.0.require",
        "age_on",
        "值个数不对",
    ),
    (
        "unknown parameter",
        "require: insured_months >= 12",
        "require: value_on('standart', on) >= 12",
        "rules.0.require",
        "standart",
        "没有这个参数",
    ),
    ("brace", "参保{insured_months}个月", "参保{insured_months个月", "rules.0.message", "insured_months个", "没有闭合"),
    ("empty braces", "参保{insured_months}个月", "参保{}个月", "rules.0.message", "{}", "空"),
    ("unknown type", "type: money", "type: mony", "forms.application.fields.amount", "mony", "没有这个类型"),
    ("choice without options", "type: money", "type: choice", "forms.application.fields.amount", "choice", "options"),
    (
        "unknown code",
        "    require: row.months <= 12",
        "    code: eligibility.fail\n    require: row.months <= 12",
        "rules.1.code",
        "code:",
        "没有这个结果代码",
    ),
    (
        "unknown form",
        "form: application",
        "form: aplication",
        "materials.application_form.form",
        "aplication",
        "没有这张表",
    ),
    ("unknown claim", "claimed: amount", "claimed: amuont", "amounts.grant.claimed", "amuont", "没有这一栏"),
    ("neither formula nor cap", "formula: standard, claimed: amount, ", "", "amounts.grant", "grant:", "formula"),
    ("within without after", "after: last_day(end(period)), ", "", "deadlines.apply.within", "", "after"),
    ("both ends", "within: 6 months", "within: 6 months, due: received", "deadlines.apply.due", "", "只写一种"),
    ("no period", "period: period, ", "", "benefits.0", "", "period"),
    ("no limit", "exclude: same_time", "exclude: months", "benefits.0", "", "at_most"),
    (
        "unknown alternative",
        "when: enough,",
        "when: enough, instead: [contrakt],",
        "materials.contract.instead",
        "",
        "没有这份材料",
    ),
    ("no such day", "since: 2024-06-01,", "since: 2024-02-30,", "in_force.since", "02-30", "没有 2024-02-30 这一天"),
    ("text for a day", "since: 2024-06-01,", "since: 六月,", "in_force.since", "六月", "要是日期"),
    (
        "a list for a mapping",
        "facts:\n  insured_months: {label: 参保月数, type: integer}",
        "facts: [insured_months]",
        "facts",
        "facts:",
        "键: 值",
    ),
    ("a number for a text", "name: 示例补贴", "name: 12", "name", "name: 12", "要是文字"),
    (
        "a word for true",
        "    for_each: roster\n",
        "    for_each: roster\n    soft: 也许\n",
        "rules.1.soft",
        "soft:",
        "true 或 false",
    ),
    ("id with capitals", "id: zz-example", "id: ZZ_Example", "id", "id: ZZ", "编号写作"),
    (
        "sentence",
        "    title: 示例申请表\n",
        "    title: 示例申请表\n    sentences:\n      - label: 说明\n        text: 共{nobody}人\n",
        "forms.application.sentences.0",
        "",
        "不是本表栏目",
    ),
]


@pytest.mark.parametrize(("old", "new", "key", "where", "says"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_slip(old: str, new: str, key: str, where: str, says: str) -> None:
    text = change(old, new)
    found = slips(text)
    hits = [s for s in found if says in s.message]
    assert len(hits) == 1, [str(s) for s in found]
    slip = hits[0]
    assert slip.path == "pack.yaml"
    assert key in slip.key
    if where:
        assert slip.line == line(text, where)
    assert str(slip).startswith(f"pack.yaml:{slip.line}")
    assert "\n" not in str(slip)
    assert re.search("[一-鿿]", slip.message)


def test_every_slip_is_named_at_once_in_order_of_lines() -> None:
    text = (
        change("at: n1 附件1", "at: n2 附件1")
        .replace("within: 6 months", "within: 6个月")
        .replace("row.months <=", "row.month <=")
    )
    found = slips(text)
    assert [s.key for s in found] == ["forms.application.at", "rules.1.require", "deadlines.apply.within"]
    assert [s.line for s in found] == sorted(s.line for s in found)


# ------------------------------------------------------------ not a pack at all

BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 10)}]\n" for i in range(12)
)

NOT_PACKS: dict[str, str] = {
    "empty": "",
    "comments only": "# 只有注释\n",
    "a list": "- 1\n- 2\n",
    "a word": "你好",
    "open bracket": "id: [zz",
    "tab": "id:\n\t- x",
    "two documents": "id: a\n---\nid: b\n",
    "python tag": "id: !!python/object/apply:os.system ['true']",
    "list as key": "? [a, b]\n: 1\n",
    "control character": "id: \x07",
    "bomb": BOMB,
    "bomb of maps": BOMB.replace("[", "{").replace("]", "}").replace("x,", "").replace("{x}", "{k: x}"),
    "alias to itself": "id: &a [*a]",
    "deep": "id: " + "[" * 100_000,
    "deep and closed": "id: " + "[" * 500 + "]" * 500,
    "deep by indent": "".join(" " * i + f"k{i}:\n" for i in range(MAX_DEPTH + 5)),
    "unknown alias": "id: *nobody",
    "merge of a text": "<<: abc",
}


@pytest.mark.parametrize("text", NOT_PACKS.values(), ids=NOT_PACKS.keys())
def test_what_is_no_pack_is_refused_in_one_sentence(text: str) -> None:
    found = slips(text)
    assert found
    assert found[0].line >= 1
    assert "\n" not in str(found[0])
    assert re.search("[一-鿿]", str(found[0]))


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\x00", "编号：某".encode("gb18030"), b"\xff\xfe\x00", b""])
def test_files_that_are_no_text(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "zz-x.yaml"
    path.write_bytes(data)
    with pytest.raises(PackError) as error:
        read_pack(path)
    assert str(error.value).startswith(str(path))
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="读不出来"):
        read_pack(tmp_path / "zz-none.yaml")


def test_windows_files_are_read() -> None:
    text = "\ufeff" + PACK.replace("\n", "\r\n")
    assert compile_pack(text, "pack.yaml").policy == compile_pack(PACK, "pack.yaml").policy


@pytest.mark.parametrize(
    ("written", "wanted"),
    [("012", "012"), ("02367000000", "02367000000"), ("12:30", "12:30"), ("0x1F", "0x1F"), ("1_000", "1_000"), ("yes", "yes"),
     ("on", "on"), ("off", "off"), (".inf", ".inf"), ("true", True), ("-5", -5), ("0", 0), ("1.50", 1.5), ("~", None), ("1e5", "1e5")],
)  # fmt: skip
def test_plain_values_are_what_they_look_like(written: str, wanted: object) -> None:
    data, _ = read_yaml(f"value: {written}", "p.yaml")
    assert data == {"value": wanted}
    assert type(data["value"]) is type(wanted)


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_data_or_a_slip(text: str) -> None:
    try:
        read_yaml(text, "p.yaml")
    except PackError as error:
        assert error.slips


@settings(deadline=None, max_examples=60)
@given(st.integers(0, len(PACK) - 1), st.sampled_from(["", " ", ":", "{", "]", "'", "\t", "&a ", "*", "\n", "-", "0"]))
def test_one_wrong_character_is_a_pack_or_a_slip(place: int, character: str) -> None:
    try:
        compile_pack(PACK[:place] + character + PACK[place + 1 :], "p.yaml")
    except PackError as error:
        assert all(s.line >= 1 and re.search("[一-鿿]", s.message) for s in error.slips)


# ------------------------------------------------------------ forms of other packs

FORM = """\
id: zz-form
name: 示例表
region: 某市
kind: form
sources: {n1: {title: 示例通知}}
in_force: {since: 2024-01-01, at: n1}
forms:
  application: {title: 示例表, at: n1, fields: {name: {label: 姓名}}}
"""
USER = """\
id: zz-user
name: 用表的
region: 某市
kind: service
sources: {n2: {title: 又一通知}}
in_force: {since: 2024-01-01, at: n2}
forms:
  application: {use: zz-form/application}
rules:
  - {id: named, require: name is filled, message: 没有姓名, at: n2 一}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    def write(**packs: str) -> Path:
        for name, text in packs.items():
            (tmp_path / f"{name.replace('_', '-')}.yaml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_a_used_form_brings_its_fields_and_its_sources(folder: Callable[..., Path]) -> None:
    from checkers.packs import Library

    loaded = Library((folder(zz_form=FORM, zz_user=USER),)).load("zz-user")
    assert "name" in loaded.policy.forms["application"].fields
    assert loaded.borrowed["application"].id == "zz-form"


def test_a_form_that_went_away_is_a_slip_also_from_the_cache(folder: Callable[..., Path]) -> None:
    from checkers.packs import Library

    place = folder(zz_form=FORM, zz_user=USER)
    Library((place,)).load("zz-user")
    folder(zz_form=FORM.replace("application:", "other:"))
    with pytest.raises(PackError, match="找不到表单"):
        Library((place,)).load("zz-user")


@pytest.mark.parametrize("target", ["zz-user/application", "zz-middle/application"])
def test_forms_borrowed_of_borrowers_are_refused(folder: Callable[..., Path], target: str) -> None:
    from checkers.packs import Library

    middle = USER.replace("zz-user", "zz-middle").replace("zz-form/application", "zz-user/application")
    place = folder(zz_middle=middle, zz_user=USER.replace("zz-form/application", target))
    with pytest.raises(PackError):
        Library((place,)).load("zz-user")


def test_two_packs_of_one_id_in_one_folder(folder: Callable[..., Path]) -> None:
    from checkers.packs import Library

    library = Library((folder(zz_form=FORM, zz_form_copy=FORM),))
    assert "重复" in library.entries()["zz-form"].error
    with pytest.raises(PackError, match="重复"):
        library.load("zz-form")
