"""Blank forms: drawn from their manifests, printed as the source prints them, filled and read back."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import etree

from checkers.values.dates import MonthRange, YearMonth
from checkers.values.types import TYPE_NAMES, parse_value
from docgen.errors import UsageError
from docgen.places import templates_folder
from docgen.rendering.draw import draw
from docgen.rendering.fill import blanks, fill_form, written
from docgen.rendering.pictures import Picture

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
MANIFESTS = sorted((templates_folder() / "forms").glob("*.yaml"))
FORM_IDS = [p.stem for p in MANIFESTS]


def tiny_png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    head = struct.pack(">2L5B", 2, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 7)) + chunk(b"IEND", b"")


def manifest(stem: str) -> dict[str, Any]:
    data = yaml.safe_load((templates_folder() / "forms" / f"{stem}.yaml").read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    return data


def master(stem: str) -> Path:
    return templates_folder() / "forms" / f"{stem}.docx"


def document(data: bytes) -> Any:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return etree.fromstring(archive.read("word/document.xml"))


def text(node: Any) -> str:
    out = []
    for part in node.iter(f"{W}t", f"{W}br", f"{W}p"):
        out.append(part.text or "" if part.tag == f"{W}t" else "\n")
    return "".join(out)


def controls(root: Any, tag: str) -> list[Any]:
    return [s for s in root.iter(f"{W}sdt") if s.find(f"{W}sdtPr/{W}tag").get(f"{W}val") == tag]


def value(root: Any, tag: str) -> str:
    return text(controls(root, tag)[0].find(f"{W}sdtContent"))


def cell_after(root: Any, label: str) -> str:
    """The text of the cell right of the one that prints ``label``."""
    for row in root.iter(f"{W}tr"):
        cells = row.findall(f"{W}tc")
        for left, right in pairwise(cells):
            if re.sub(r"\s", "", text(left)) == label:
                return text(right).strip()
    raise AssertionError(label)


def sample(data: dict[str, Any]) -> dict[str, Any]:
    out = {}
    for variable in data["variables"]:
        if variable.get("sample") is None:
            continue
        inked = variable["type"] in ("signature", "application_seal")
        out[variable["id"]] = Picture(tiny_png(), 20, floating=True) if inked else variable["sample"]
    return out


@pytest.mark.parametrize("stem", FORM_IDS)
def test_the_committed_master_is_what_its_manifest_draws(stem: str) -> None:
    drawn = draw(manifest(stem))
    assert etree.tostring(document(drawn)) == etree.tostring(document(master(stem).read_bytes()))


@pytest.mark.parametrize("stem", FORM_IDS)
def test_every_variable_has_a_blank_and_every_blank_a_variable(stem: str) -> None:
    data = manifest(stem)
    assert sorted(blanks(master(stem))) == sorted(v["id"] for v in data["variables"])
    root = document(master(stem).read_bytes())
    for variable in data["variables"]:
        if variable["type"] == "roster":
            expected = {f"{variable['id']}.{c['id']}" for c in variable["columns"]}
            tags = {t.get(f"{W}val") for t in root.iter(f"{W}tag")}
            assert {t for t in tags if t.startswith(f"{variable['id']}.")} - {f"{variable['id']}.#"} == expected
        if "options" in variable:
            printed = [c.find(f"{W}sdtPr/{W}alias").get(f"{W}val") for c in controls(root, variable["id"])]
            assert printed == variable["options"]


@pytest.mark.parametrize("stem", FORM_IDS)
def test_every_type_is_known_and_every_sample_is_of_its_type(stem: str) -> None:
    for variable in manifest(stem)["variables"]:
        kind, given = variable["type"], variable.get("sample")
        assert kind in TYPE_NAMES | {"roster", "pledge", "signature", "seal"}
        assert ("options" in variable) == (kind in ("choice", "ticks", "yes_no"))
        if kind == "roster":
            kinds = {c["id"]: c["type"] for c in variable["columns"]}
            for row in given:
                for column, cell in row.items():
                    parse_value(kinds[column], written(cell))
        elif given is not None and kind in TYPE_NAMES - {"choice", "ticks", "tick", "yes_no"}:
            parse_value(kind, written(given), unit="元" if kind == "money" else "")


@pytest.mark.parametrize("stem", FORM_IDS)
def test_a_blank_form_shows_no_value_no_tick_and_no_placeholder(stem: str) -> None:
    root = document(master(stem).read_bytes())
    assert not list(root.iter(f"{W}showingPlcHdr"))
    assert "☑" not in text(root)
    for control in root.iter(f"{W}sdt"):
        shown = text(control.find(f"{W}sdtContent"))
        assert shown, "an empty control would show a word processor's own prompt"
        tag = control.find(f"{W}sdtPr/{W}tag").get(f"{W}val")
        if not tag.endswith(".#"):
            assert re.fullmatch(r"[\s_年月日到☐]*|20\d\d年 +月 +日", shown)  # a notice of one year prints its year


@pytest.mark.parametrize("stem", FORM_IDS)
def test_filling_with_the_sample_puts_every_value_in_its_control(stem: str) -> None:
    data = manifest(stem)
    values = sample(data)
    root = document(fill_form(master(stem), values))
    for name, given in values.items():
        if isinstance(given, Picture):
            assert controls(root, name)[0].find(f".//{W}drawing") is not None
        elif isinstance(given, bool) or (isinstance(given, list) and not isinstance(given[0], dict)):
            ticked = [c.find(f"{W}sdtPr/{W}alias").get(f"{W}val") for c in controls(root, name) if "☑" in text(c)]
            assert ticked == (given if isinstance(given, list) else [ticked[0]] if given else [])
        elif isinstance(given, list):
            for column, cell in given[0].items():
                assert value(root, f"{name}.{column}") == written(cell)
        else:
            assert value(root, name) == written(given)


def test_values_stand_right_of_their_labels() -> None:
    root = document(
        fill_form(
            master("cq-grad-flexible-si-subsidy.application"),
            {"name": "李晓明", "bank_card": "6222000000000000012", "period": "2023-08/2024-07"},
        )
    )
    assert cell_after(root, "姓名") == "李晓明"
    assert cell_after(root, "银行卡号") == "6222000000000000012"
    assert cell_after(root, "申请补贴时段") == "2023年8月到2024年7月"
    assert cell_after(root, "毕业证号") == ""


@pytest.mark.parametrize("flatten", [False, True])
@pytest.mark.parametrize("stem", FORM_IDS)
def test_our_reader_finds_every_value_of_the_sample_on_the_paper(stem: str, flatten: bool) -> None:
    from docgen.readers import read

    values = sample(manifest(stem))
    document = read("样表.docx", fill_form(master(stem), values, flatten=flatten))
    on_paper = re.sub(r"\s", "", document.text())
    cells = {re.sub(r"\s", "", c.text) for _, table in document.tables() for c in table.cells}
    for given in values.values():
        if isinstance(given, list) and isinstance(given[0], dict):
            for row in given:
                assert {written(v) for v in row.values()} - cells <= {f"{row.get('months')}"}
        elif isinstance(given, list):
            assert all(f"☑{option}" in on_paper for option in given)
        elif not isinstance(given, Picture | bool):
            assert written(given) in on_paper


def test_a_sentence_of_blanks_reads_as_a_clerk_writes_it() -> None:
    stem = "cq-grad-unit-si-subsidy.application"
    assert cell_after(document(master(stem).read_bytes()), "申请补贴人数及金额") == "共____人，__________元"
    root = document(fill_form(master(stem), {"headcount": 3, "claimed_amount": Decimal("30000.00")}))
    assert cell_after(root, "申请补贴人数及金额") == "共3人，30000元"
    hardship = fill_form(
        master("cq-hardship-unit-si-subsidy.application"),
        {"headcount": 3, "claimed_amount": 30000, "public_post_headcount": 1, "public_post_amount": "10000.50"},
    )
    assert cell_after(document(hardship), "申请补贴人数及金额") == "共3人30000元。其中，公益性岗位1人10000.50元。"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (date(2024, 8, 20), "2024年8月20日"),
        ("2024-08-20", "2024年8月20日"),
        ("2023-08", "2023年8月"),
        ((date(2024, 1, 1), date(2024, 12, 31)), "2024年1月1日到2024年12月31日"),
        (MonthRange(YearMonth(2023, 8), YearMonth(2024, 7)), "2023年8月到2024年7月"),
        (YearMonth(2023, 8), "2023年8月"),
        (Decimal("6000.00"), "6000"),
        (Decimal("6000.50"), "6000.50"),
        (Decimal("1E+4"), "10000"),
        (True, "是"),
        ("023-60000018", "023-60000018"),
        ("2023.8", "2023.8"),
        (None, ""),
    ],
)
def test_written(given: object, expected: str) -> None:
    assert written(given) == expected


def roster(count: int) -> dict[str, Any]:
    return {"roster": [{"name": f"样例{n}", "months": n} for n in range(1, count + 1)]}


@pytest.mark.parametrize("count", [0, 1, 4, 5, 30])
def test_a_roster_grows_and_numbers_itself(count: int) -> None:
    root = document(fill_form(master("cq-hardship-unit-si-subsidy.roster"), roster(count)))
    names = [text(c.find(f"{W}sdtContent")).strip() for c in controls(root, "roster.name")]
    numbers = [text(c.find(f"{W}sdtContent")) for c in controls(root, "roster.#")]
    assert names == [f"样例{n}" for n in range(1, count + 1)] + [""] * (max(4, count) - count)
    assert numbers == [str(n) for n in range(1, max(4, count) + 1)]
    assert cell_after(root, "合计") == ""
    ids = [i.get(f"{W}val") for i in root.iter(f"{W}id")]
    assert len(ids) == len(set(ids))


def test_the_dotted_row_is_kept_until_it_is_needed() -> None:
    stem = "cq-grad-unit-si-subsidy.roster"
    few = document(fill_form(master(stem), {"roster": [{"name": "样例"}] * 4}))
    many = document(fill_form(master(stem), {"roster": [{"name": "样例"}] * 6}))
    assert [text(c.find(f"{W}sdtContent")) for c in controls(few, "roster.#")] == ["1", "2", "3", "4", "....."]
    assert [text(c.find(f"{W}sdtContent")) for c in controls(many, "roster.#")] == list("123456")


def test_ticks_set_the_state_and_the_glyph() -> None:
    root = document(
        fill_form(
            master("cq-startup-loan-personal.application"),
            {
                "applicant_types": ["残疾人", "退役军人"],
                "marriage": "已婚",
                "counter_guarantee_exempt": True,
                "is_small_micro": False,
                "mortgage_region": ["区县(自治县)乡镇"],
            },
        )
    )
    states = {
        c.find(f"{W}sdtPr/{W}alias").get(f"{W}val"): c.find(f".//{W14}checked").get(f"{W14}val")
        for c in controls(root, "applicant_types")
    }
    assert [option for option, state in states.items() if state == "1"] == ["残疾人", "退役军人"]
    assert "☑已婚" in text(root)
    assert "☐是  ☑否" in text(root)
    assert "☑区县（自治县）乡镇" in text(root)
    assert "☑免除反担保" in text(root)


@pytest.mark.parametrize(
    ("stem", "data", "words"),
    [
        ("cq-grad-flexible-si-subsidy.application", {"nmae": "李晓明"}, "nmae"),
        ("cq-grad-unit-si-subsidy.roster", {"roster": [{}, {"nmae": "李晓明"}]}, "第 2 行没有这些栏：nmae"),
        ("cq-grad-unit-si-subsidy.roster", {"roster": "李晓明"}, "行的列表"),
        ("cq-startup-loan-personal.application", {"marriage": ["单身"]}, "单身.*可选：已婚、未婚、离异、丧偶"),
        ("cq-startup-loan-personal.application", {"marriage": True}, "4 项"),
        ("cq-startup-loan-personal.application", {"marriage": 7}, "选中的项目"),
        ("cq-grad-unit-si-subsidy.application", {"application_seal": Picture(b"GIF89a", 30)}, "不是 PNG"),
    ],
)
def test_what_the_form_does_not_have_is_refused_by_name(stem: str, data: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        fill_form(master(stem), data)


def test_a_broken_master_is_refused() -> None:
    with pytest.raises(UsageError, match="不是完好的"):
        fill_form(b"not a zip", {})


def test_a_seal_lies_over_the_printed_blank_and_a_signature_takes_its_place() -> None:
    stem = "cq-grad-unit-si-subsidy.application"
    filled = fill_form(master(stem), {"application_seal": Picture(tiny_png(), 38, floating=True, dy_mm=-10)})
    root = document(filled)
    (control,) = controls(root, "application_seal")
    assert text(control).strip() == "____________"
    assert control.find(".//{*}anchor") is not None
    with zipfile.ZipFile(io.BytesIO(filled)) as archive:
        assert archive.read("word/media/picture1.png") == tiny_png()
        assert 'Target="media/picture1.png"' in archive.read("word/_rels/document.xml.rels").decode()
    inline = document(fill_form(master(stem), {"application_seal": Picture(tiny_png(), 38)}))
    assert text(controls(inline, "application_seal")[0]) == ""
    assert controls(inline, "application_seal")[0].find(".//{*}inline") is not None


def test_the_same_data_gives_the_same_bytes_and_markup_in_values_stays_text() -> None:
    stem = "cq-grad-flexible-si-subsidy.application"
    data = {"name": "A & B <w:t>", "remark": "一\n二", "signature": Picture(tiny_png(), 20)}
    assert fill_form(master(stem), data) == fill_form(master(stem), dict(reversed(data.items())))
    root = document(fill_form(master(stem).read_bytes(), data))
    assert value(root, "name") == "A & B <w:t>"
    assert value(root, "remark") == "一\n二"


def test_flattening_leaves_the_text_and_no_controls() -> None:
    stem = "cq-hardship-unit-si-subsidy.roster"
    plain = document(fill_form(master(stem), roster(5), flatten=True))
    assert not list(plain.iter(f"{W}sdt"))
    assert text(plain) == text(document(fill_form(master(stem), roster(5))))


PRINTED = {
    "cq-grad-flexible-si-subsidy.application": (
        "附件3重庆市高校毕业生灵活就业社会保险补贴申请表姓名身份证号码毕业学校所学专业学历毕业时间毕业证号联系电话常住地址开户银行"
        "银行卡号申请补贴时段____年__月到____年__月请抄录以下内容并签名：本人承诺，提供的信息真实有效，如有不实，愿意承担一切责任。"
    ),
    "cq-grad-unit-si-subsidy.roster": "起始年月终止年月1234.....",
    "cq-hardship-unit-si-subsidy.application": "共____人________元。其中，公益性岗位____人________元。",
    "cq-hardship-unit-si-subsidy.roster": "1共_月2共_月3共_月4共_月合计共_月—申请单位（盖章）：",
    "cq-startup-loan-personal.application": "__年期（年月日——年月日）具体时间见贷款合同贷款次数",
    "cq-retire-form-enterprise.application": (
        "☐正常退休申请☐特殊工种提前退休申请☐因病或非因工致残完全丧失劳动能力提前退休申请"
        "☐接续企业职工养老保险不足5年的征地安置“4050”人员按月领取养老保险待遇申请（以上只能选择其中一种）"
    ),
    "cq-internship-base-filing.application": "备案类别☐企业☐机关事业单位☐社会团体☐社区☐其他组织法人（负责人）联系电话手机",
    "cq-internship-base-filing.mentors": "姓名性别民族出生年月学历职务专业技术职称参加工作时间表彰奖励",
    "cq-yuchuang-grant.review": "无违法违规经营记录，且上述内容均据实填写，如有不实后果自负。签名：_____________年月日区县初审情况",
    "cq-yuchuang-grant.ranking": "项目排名项目名称申请人姓名性别身份证号市场主体名称统一社会信用代码手机号初审得分备注",
    "cq-grad-center-setup.acceptance": "10有经费。有一定的经费投入，确保各项活动顺利开展。签字总得分",
    "cq-technical-school-major-filing.application": "重庆市人力资源和社会保障局制2024年月日目录第一部分专业设置申报表",
}


@pytest.mark.parametrize(("stem", "words"), PRINTED.items())
def test_the_blank_prints_what_the_source_prints(stem: str, words: str) -> None:
    assert words in re.sub(r"\s", "", text(document(master(stem).read_bytes())))


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["甲"], "不够"),
        (["甲", "乙", "丙"], "多出"),
        (["{nobody}", "乙"], "nobody"),
        (["{☐nobody|是}", "乙"], "nobody"),
    ],
)
def test_a_wrong_layout_is_refused(cells: list[str], words: str) -> None:
    table = {"columns": [20, 20], "rows": [cells]}
    with pytest.raises(UsageError, match=words):
        draw({"name": "样表", "variables": [], "layout": {"blocks": [{"table": table}]}})


def test_an_unknown_layout_key_is_named() -> None:
    with pytest.raises(UsageError, match="colour"):
        draw({"name": "样表", "variables": [], "layout": {"blocks": [{"text": "甲", "colour": "red"}]}})
