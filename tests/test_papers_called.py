"""Every paper a policy issues has a master, under the name that the policy gives it, or is known to be no paper of ours."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from docx import Document

import checkers
from docgen.errors import UsageError
from docgen.generating.values import convert
from docgen.rendering.manifest import catalogue, find_manifest, load_manifest
from docgen.rendering.showing import described, manifest_json
from docgen.rendering.template import Template

POLICIES = Path(checkers.__file__).parent / "policies"
NO_MASTER = {
    "a card or a number": {"社会保障号码", "社会保障卡"},
    "calc writes it": {"减免税额计算说明", "贴息计算说明"},
    "a system of the state or the province makes it, its form is not printed": {
        "全国工伤保险跨省异地就医费用清算表",
        "应付费用清算表",
        "支付明细表",
        "基金审核扣款明细表",
        "应收费用清算表",
        "付款通知书",
        "收款通知书",
        "联系函",
        "信息表",
        "失业保险关系转移接续联系函",
        "失业保险金领取单证",
        "企业吸纳重点群体就业认定证明",
    },
    "a bundle, a register, statistics or an inner note whose columns no source prints": {
        "年度行政执法总体情况数据",
        "案卷归档目录",
        "调整对象和调整金额名册",
        "催办通知",
        "送财政部门确认的资料包",
        "年度考核优秀名额核定表",
        "2020年调整退休人员基本养老金核对表",
        "2020年调整退休人员基本养老金情况汇总表",
        "社区（村）调查记录",
        "街道（乡镇）确认",
    },
}


def issued() -> dict[str, list[str]]:
    """Names of papers, each with the packs that issue them."""
    found: dict[str, list[str]] = {}
    for path in sorted(POLICIES.rglob("*.yaml")):
        data = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  a safe one
        for name in data.get("issues") or () if isinstance(data, dict) else ():
            found.setdefault(str(name), []).append(path.stem)
    return found


def test_a_paper_that_a_policy_issues_has_a_master() -> None:
    without = set()
    for name in issued():
        try:
            find_manifest(name)
        except UsageError:
            without.add(name)
    assert without == set().union(*NO_MASTER.values())


def test_what_masters_are_called_is_said_by_a_policy_or_by_everyone() -> None:
    told = {n for m in catalogue() for n in m.called}
    assert told - set(issued()) == set()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("一次性补正告知书", "补正告知书"),
        ("公示", "拟享受补贴公示"),
        ("责令整改通知书", "责令改正通知书"),
        ("信息不存在告知书", "政府信息公开答复书（无法提供）"),
        ("停止发放失业保险金通知书", "停发通知书"),
    ],
)
def test_a_paper_is_found_by_the_name_its_policy_has(name: str, key: str) -> None:
    found = find_manifest(name)
    assert found is not None
    assert found.key == key


def test_other_names_are_shown() -> None:
    manifest = find_manifest("补正告知书")
    assert manifest is not None
    assert "又名：    一次性补正告知书" in described(manifest)
    assert manifest_json(manifest)["called"] == ["一次性补正告知书"]


def text(key: str, **values: Any) -> str:
    manifest = find_manifest(key)
    assert manifest is not None
    manifest = load_manifest(manifest.path.with_suffix(".yaml"))
    data = Template(manifest.path.read_bytes()).fill(convert(manifest.variables, {**manifest.sample(), **values})).data
    return "\n".join(p.text for p in Document(io.BytesIO(data)).paragraphs)


def test_a_sentence_that_has_its_stop_gets_no_second() -> None:
    items = [
        {
            "what": "身份证号码有误。",
            "where": "第1页。",
            "basis": "《样例通知》一（一）。",
            "todo": "按身份证重新填写。",
        }
    ]
    for key in ("补正告知书", "不予受理通知书"):
        out = text(key, items=[{k: v for k, v in items[0].items() if key == "补正告知书" or k != "todo"}])
        assert "1.身份证号码有误。位置：第1页。依据：《样例通知》一（一）。" in out
        assert "。。" not in out
    assert "逾期未补正的，视为放弃申请。" in text("补正告知书", consequence="逾期未补正的，视为放弃申请")


def test_a_request_to_amend_tells_what_silence_means_and_is_no_decision_to_appeal() -> None:
    out = text("政府信息公开答复书（其他处理）", remedy=None)
    assert "无正当理由逾期不补正的，视为放弃申请" in out
    assert "行政复议" not in out
    again = text("政府信息公开答复书（其他处理）", result="不予重复处理", amendments=None)
    assert "行政复议" in again
    assert "视为放弃" not in again


def test_a_result_tells_its_reasons_and_remedies_when_it_has_them() -> None:
    granted = text("办理结果告知书")
    assert "审核通过。" in granted
    assert "领取期限：6个月。" in granted
    assert "原因如下" not in granted
    assert "行政复议" not in granted
    refused = text(
        "办理结果告知书",
        outcome="审核不通过",
        details=[],
        reasons=[{"what": "缴费不满1年", "basis": "《失业保险条例》第十四条"}],
        remedy="行政复议或者行政诉讼",
    )
    assert "原因如下：\n缴费不满1年。依据：《失业保险条例》第十四条。" in refused
    assert "六十日内" in refused
