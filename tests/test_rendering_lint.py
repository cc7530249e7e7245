"""``docgen template lint``: the masters of the house are clean; each thing wrong is found, once, in its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from docx import Document as Word

from docgen.errors import UsageError
from docgen.rendering.draw import draw
from docgen.rendering.house import draw_notice
from docgen.rendering.lint import Fault, lint_master, lint_names, variants
from docgen.rendering.manifest import Variable, catalogue, load_manifest

KEYS = [m.key for m in catalogue()]


def notice() -> dict[str, Any]:
    """An invented notice without a fault."""
    return {
        "id": "sample-notice",
        "name": "样例通知书",
        "title": "样例通知书",
        "basis": [{"title": "中华人民共和国行政许可法", "article": "第三十二条"}],
        "events": ["acceptance"],
        "variables": [
            {"id": "office", "label": "发文机关", "type": "text", "sample": "样例区人力资源和社会保障局"},
            {"id": "phone", "label": "联系电话", "type": "phone", "optional": True, "sample": "023-60000018"},
            {"id": "way", "label": "方式", "type": "choice", "options": ["邮寄", "窗口"], "sample": "邮寄"},
            {
                "id": "items",
                "label": "材料",
                "type": "list",
                "columns": [
                    {"id": "what", "label": "名称", "type": "text"},
                    {"id": "due", "label": "期限", "type": "date", "optional": True},
                ],
                "sample": [{"what": "身份证", "due": "2024-08-20"}],
            },
        ],
        "paragraphs": [
            {"title": "样例通知书"},
            {"tag": "{%p for item in items %}"},
            {"text": "{{ item.what }}{% if item.due %}（{{ item.due }}前）{% endif %}"},
            {"tag": "{%p endfor %}"},
            {"text": "{% if way == '窗口' %}请到窗口领取。{% else %}邮寄送达。{% endif %}"},
            {"text": "{% if phone %}电话：{{ phone }}。{% endif %}"},
            {"signer": "{{ office }}"},
        ],
    }


def form() -> dict[str, Any]:
    return {
        "id": "form",
        "name": "样例申请表",
        "doc_no": "渝人社发〔2024〕17号",
        "variables": [
            {"id": "name", "label": "姓名", "type": "person_name", "sample": "李晓明"},
            {"id": "kind", "label": "类别", "type": "choice", "options": ["甲", "乙"], "sample": "甲"},
            {
                "id": "people",
                "label": "人员",
                "type": "roster",
                "columns": [{"id": "age", "label": "年龄", "type": "integer"}],
                "sample": [{"age": 30}],
            },
        ],
        "layout": {
            "blocks": [
                {"title": "样例申请表"},
                {"text": "姓名：{name|____} {☐kind|甲} {☐kind|乙}"},
                {
                    "table": {
                        "columns": [20, 40],
                        "rows": [["序号", "年龄"], {"repeat": "people", "printed": ["1"], "cells": ["{#}", "{age}"]}],
                    }
                },
            ]
        },
    }


def written(folder: Path, data: dict[str, Any], docx: bytes | None = None, name: str = "样例") -> Path:
    make = draw_notice if "paragraphs" in data else draw
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    (folder / f"{name}.docx").write_bytes(docx or make(data))
    return folder / f"{name}.docx"


def said(faults: list[Fault]) -> list[str]:
    return [f"{f.place}：{f.message}" for f in faults]


@pytest.mark.parametrize("key", KEYS)
def test_the_masters_of_the_house_have_no_fault(key: str) -> None:
    path = next(m.path for m in catalogue() if m.key == key)
    assert [str(f) for f in lint_master(path) if f.severity == "error"] == []


def test_no_two_notices_share_a_name() -> None:
    assert [str(f) for f in lint_names(catalogue())] == []


def test_a_sound_master_has_no_fault(tmp_path: Path) -> None:
    assert said(lint_master(written(tmp_path, notice()))) == []
    assert said(lint_master(written(tmp_path, form(), name="表"))) == []
    assert said(lint_master(tmp_path / "表.yaml")) == []


Change = Callable[[dict[str, Any]], object]


def _set(key: str, value: Any) -> Change:
    return lambda data: data.update({key: value})


def _variable(number: int, **values: Any) -> Change:
    return lambda data: data["variables"][number].update(values)


def _text(text: str) -> Change:
    return lambda data: data["paragraphs"].append({"text": text})


NOTICE_FAULTS: list[tuple[Change, str]] = [
    (_set("basis", []), "basis：没有写依据"),
    (_set("basis", [{"article": "第一条"}]), "basis.0：依据要有标题或文号"),
    (_set("basis", [{"title": "没有这样一部样例法"}]), "basis.0：文件登记册里没有《没有这样一部样例法》"),
    (_set("events", []), "events：没有写在什么时候出具"),
    (_set("events", ["party"]), "events.0：没有“party”这种情形，可用的有"),
    (_set("evnets", []), "evnets：不认识这个键"),
    (_variable(1, type="telephone"), "变量 phone：没有“telephone”这种类型"),
    (_variable(1, sample="12"), "变量 phone：样例不合类型"),
    (_variable(0, sample=None), "变量 office：样例不合类型：缺少 发文机关（office）"),
    (_variable(3, sample=[{"what": "身份证", "wat": 1}]), "变量 items：样例不合类型：样例里的这些栏没有登记：wat"),
    (lambda d: d["variables"].append(dict(d["variables"][0])), "变量 office：登记了两次"),
    (
        lambda d: d["variables"].append({"id": "fax", "label": "传真", "sample": "1"}),
        "变量 fax：登记了，但模板里没有用到",
    ),
    (
        lambda d: d["variables"][3]["columns"].append({"id": "note", "label": "备注", "optional": True}),
        "变量 items 的栏 note：登记了，但模板里没有用到",
    ),
    (lambda d: d["variables"].append({"id": "Fax", "label": "传真", "sample": "1"}), "变量 Fax：编号要用小写英文字母"),
    (_variable(1, columns=[{"id": "a", "label": "甲"}]), "变量 phone：只有 list 和 roster 才有各栏"),
    (_text("{% if way == '窗口' %}{{ window }}{% endif %}"), "第 8 段：window 没有在清单里登记"),
    (_text("{% for row in items %}{{ row.where }}{% endfor %}"), "第 8 段：items.where 没有在清单里登记"),
    (_text("{{ items[0].where }}"), "第 8 段：items.where 没有在清单里登记"),
    (_text("{{ items | map(attribute='where') | join('、') }}"), "第 8 段：items.where 没有在清单里登记"),
    (_text("{% if not phone %}{{ way.place }}{% endif %}"), "：用不填联系电话填不出来：第 8 段：缺少 way.place"),
    (_text("{% if way == '窗口' %}{{ way.place }}{% endif %}"), "：用方式为窗口填不出来：第 8 段：缺少 way.place"),
    (_text("电话：{{ phone }}，。"), "：用样例填出来有“，。”"),
    (_text("{{ phone | string }}"), "：用不填联系电话填出来有“None”"),
    (_text("{{ office"), "第 8 段：标签没有写完整"),
    (_text("{% if office %}"), "：标签写错了"),
]


@pytest.mark.parametrize(("change", "words"), NOTICE_FAULTS, ids=[words for _, words in NOTICE_FAULTS])
def test_each_fault_of_a_notice_is_told_once(tmp_path: Path, change: Change, words: str) -> None:
    data = notice()
    change(data)
    faults = said(lint_master(written(tmp_path, data)))
    assert sum(words in fault for fault in faults) == 1, faults
    assert len(faults) <= 2, faults


FORM_FAULTS: list[tuple[Change, str]] = [
    (_variable(1, options=["甲", "丙"]), "变量 kind：表上印的是：甲、乙"),
    (_variable(1, options=[]), "变量 kind：要写可选的项目"),
    (
        lambda d: d["variables"][2]["columns"].append({"id": "sex", "label": "性别", "type": "sex"}),
        "变量 people：清单的栏与表上的不一致：sex",
    ),
    (lambda d: d["variables"].append({"id": "fax", "label": "传真"}), "变量 fax：表上没有这个空"),
    (_variable(2, columns=[]), "变量 people：花名册要写各栏"),
    (_set("policy", "no-such-policy"), "policy：没有编号为 no-such-policy 的政策"),
    (_set("policy", "cq-grad-flexible-si-subsidy"), "id：政策 cq-grad-flexible-si-subsidy 没有“form”这张表"),
]


@pytest.mark.parametrize(("change", "words"), FORM_FAULTS, ids=[words for _, words in FORM_FAULTS])
def test_each_fault_of_a_form_is_told(tmp_path: Path, change: Change, words: str) -> None:
    data = form()
    docx = draw(data)
    change(data)
    assert any(words in fault for fault in said(lint_master(written(tmp_path, data, docx))))


def test_a_blank_without_a_variable_is_told(tmp_path: Path) -> None:
    data = form()
    docx = draw(data)
    del data["variables"][0]
    faults = said(lint_master(written(tmp_path, data, docx)))
    assert "：空“name”没有在清单里登记" in faults


def test_a_master_that_is_not_what_its_manifest_draws_is_told(tmp_path: Path) -> None:
    data = notice()
    docx = draw_notice(data)
    data["paragraphs"][0] = {"title": "样例告知书"}
    assert said(lint_master(written(tmp_path, data, docx))) == ["：与清单画出来的不一样，请由清单重新生成"]


def test_a_fault_names_the_file_and_the_line(tmp_path: Path) -> None:
    data = notice()
    data["variables"][1]["type"] = "telephone"
    (fault,) = (f for f in lint_master(written(tmp_path, data)) if "telephone" in f.message)
    lines = (tmp_path / "样例.yaml").read_text("utf-8").splitlines()
    assert lines[fault.line - 1] == "- id: phone"
    assert str(fault) == f"{tmp_path / '样例.yaml'}:{fault.line} 变量 phone：没有“telephone”这种类型"
    assert fault.to_json()["severity"] == "error"


def test_what_cannot_be_read_is_one_fault(tmp_path: Path) -> None:
    path = written(tmp_path, notice(), b"no zip")
    assert "不是完好的" in said(lint_master(path))[-1]
    path.unlink()
    assert said(lint_master(path)) == ["：没有同名的模板文件 样例.docx"]
    (tmp_path / "样例.yaml").write_text("id: [", encoding="utf-8")
    assert "不是有效的 YAML" in said(lint_master(path))[0]
    (tmp_path / "样例.yaml").write_text("id: a\nid: b\n", encoding="utf-8")
    assert len(lint_master(path)) == 1


def test_a_master_of_the_user_needs_no_manifest(tmp_path: Path) -> None:
    word = Word()
    word.add_paragraph("{{ anything }}")
    word.save(str(tmp_path / "自备.docx"))
    assert lint_master(tmp_path / "自备.docx") == []
    word.add_paragraph("{% if x %}")
    word.save(str(tmp_path / "自备.docx"))
    assert "标签写错了" in said(lint_master(tmp_path / "自备.docx"))[0]
    with pytest.raises(UsageError, match="找不到"):
        lint_master(tmp_path / "没有.docx")


def test_notices_of_one_name_are_told(tmp_path: Path) -> None:
    one, two = (load_manifest(written(tmp_path, notice(), name=n).with_suffix(".yaml")) for n in ("甲", "乙"))
    assert {f.message for f in lint_names([one, two])} == {"“sample-notice”与 甲 相同", "“样例通知书”与 甲 相同"}


def test_every_branch_is_tried() -> None:
    variables = (
        Variable("a", "甲", optional=True, sample="x"),
        Variable("b", "乙", "choice", options=("一", "二"), sample="一"),
        Variable("c", "丙", "tick", optional=True, sample=True),
        Variable("d", "丁", "list", columns=(Variable("e", "戊", optional=True),), sample=[{"e": 1}]),
    )
    names = [name for name, _ in variants(variables)]
    assert names == [
        "样例",
        "不填甲",
        "不填丙",
        "可以不填的都不填",
        "乙为一",
        "乙为二",
        "丙为是",
        "丙为否",
        "丁中可以不填的都不填",
    ]
