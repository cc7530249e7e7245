"""One file, one notice, all that is known of it: ``docgen.extract(..., as_="notice")``."""

from __future__ import annotations

from pathlib import Path

import pytest

import docgen
from docgen.notices.outline import outline

ONE = """样例市人力资源和社会保障局文件
样人社发〔2024〕{n}号
样例市人力资源和社会保障局关于做好{what}补贴工作的通知
各区县人力资源和社会保障局：
现将有关事项通知如下。
一、补贴标准
按每人每月1000元给予补贴，最长不超过12个月。
二、申报材料
申请单位应当提交以下材料：
1.补贴申请表（附件1）；
2.身份证复印件。
三、办理时限
区县人力资源和社会保障局应当自受理之日起10个工作日内审核完毕。
本通知自2024年8月1日起施行，《样例通知》（样人社发〔2019〕8号）同时废止。
附件：1.补贴申请表
样例市人力资源和社会保障局
2024年7月2日
附件1
补贴申请表
姓名：____　身份证号码：____
"""


def paper(folder: Path, *texts: str) -> Path:
    path = folder / "通知.txt"
    path.write_text("".join(texts), encoding="utf-8")
    return path


def test_all_that_is_known_of_a_notice(tmp_path: Path) -> None:
    notice = docgen.extract(paper(tmp_path, ONE.format(n=3, what="见习")), as_="notice")
    told = notice.to_json()
    assert (told["schema"], told["doc_no"], told["issued"]) == ("docgen.notice/1", "样人社发〔2024〕3号", "2024-07-02")
    assert (told["effective"], told["expires"]) == ("2024-08-01", None)
    assert [(d["count"], d["unit"], d["article"]) for d in told["deadlines"]] == [(10, "workday", "三")]
    assert [(a["value"], a["unit"], a["bound"]) for a in told["amounts"]] == [
        ("1000", "元/人/月", "exact"),
        ("12", "月", "at-most"),
    ]
    assert [m["name"] for m in told["materials"]] == ["补贴申请表", "身份证"]
    assert [(r["doc_no"], r["scope"]) for r in told["repeals"]] == [("样人社发〔2019〕8号", "all")]
    assert [(a["number"], a["title"]) for a in told["attachments"]] == [(1, "补贴申请表")]
    assert told["warnings"] == []


def test_a_red_head_above_the_title_belongs_to_its_document(tmp_path: Path) -> None:
    two = paper(tmp_path, ONE.format(n=3, what="见习"), ONE.format(n=4, what="培训"))
    notices = docgen.extract(two, as_="compilation")
    assert [(n.doc_no, n.location and n.location.paragraph) for n in notices] == [
        ("样人社发〔2024〕3号", 1),
        ("样人社发〔2024〕4号", 21),
    ]


def test_two_documents_in_one_file_are_said_to_be_two(tmp_path: Path) -> None:
    two = paper(tmp_path, ONE.format(n=3, what="见习"), ONE.format(n=4, what="培训"))
    warnings = docgen.extract(two, as_="notice").warnings
    assert any("样人社发〔2024〕4号" in w and "compilation" in w for w in warnings)


@pytest.mark.parametrize(
    "text", ["Notice\n\nThis is an English document about pensions.\n1. Scope\n", "目录\n一、甲 …… 1\n"]
)
def test_what_is_no_notice_is_told_to_be_none(tmp_path: Path, text: str) -> None:
    notice = docgen.extract(paper(tmp_path, text), as_="notice")
    assert (notice.doc_no, notice.issued, notice.issuers) == (None, None, [])
    assert notice.warnings


def test_the_outline_shows_each_thing_once(tmp_path: Path) -> None:
    shown = outline(docgen.extract(paper(tmp_path, ONE.format(n=3, what="见习")), as_="notice"))
    for line in ("  文号：样人社发〔2024〕3号", "  施行日期：2024-08-01", "附件1 补贴申请表", "材料（2）"):
        assert shown.count(line) == 1
