"""The example notices: five formats that say the same, and a flawed one in which the planted faults are found, no others."""

from __future__ import annotations

import importlib.util
import json
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

from docgen.notices.reading import read_compilation, read_notice
from docgen.readers import read
from docgen.rendering import package

NOTICES = Path(__file__).resolve().parent.parent / "examples" / "notices"
FORMATS = ("docx", "pdf", "ofd", "html", "txt")
TITLE = "样例市人力资源和社会保障局关于做好2024年就业见习补贴工作的通知"


@cache
def make() -> ModuleType:
    spec = importlib.util.spec_from_file_location("notices_make", NOTICES / "make.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@cache
def drawn() -> dict[str, bytes]:
    files: dict[str, bytes] = make().committed()
    return files


@cache
def notice(format_: str) -> dict[str, Any]:
    """What is known of the example in one format, without its places on the paper."""
    found = read_notice(read(NOTICES / f"notice.{format_}")).to_json()
    without: dict[str, Any] = _without(found, {"location", "path"})
    return without


def _without(data: Any, keys: set[str]) -> Any:
    if isinstance(data, dict):
        return {k: _without(v, keys) for k, v in data.items() if k not in keys}
    return [_without(v, keys) for v in data] if isinstance(data, list) else data


def lint(path: Path, *options: str) -> dict[str, Any]:
    from docgen.cli import app

    call = ["--quiet", "lint", str(path), "--format", "json", *options]
    result = CliRunner().invoke(app, call, standalone_mode=False)
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def rules(report: dict[str, Any]) -> list[str]:
    return sorted(f["rule"] for f in report["findings"])


# ---------------------------------------------------------------- what they are made of


@pytest.mark.parametrize("name", ["notice.docx", "measures.docx", "repeals.docx", "flawed.docx"])
def test_the_word_files_are_what_the_sources_give(name: str) -> None:
    # Member by member: how tightly zlib packs differs from one build of it to another.
    ours, theirs = package.read(drawn()[name]), package.read((NOTICES / name).read_bytes())
    assert list(ours) == list(theirs)
    assert [part for part in ours if ours[part].data() != theirs[part].data()] == []


@pytest.mark.parametrize("name", ["notice.txt", "notice.html", "compilation.txt", "README.md"])
def test_the_texts_are_what_the_sources_give(name: str) -> None:
    assert drawn()[name].decode() == (NOTICES / name).read_text(encoding="utf-8")


def test_the_examples_are_small_and_complete() -> None:
    for name in (*drawn(), "notice.pdf", "notice.ofd"):
        assert 0 < (NOTICES / name).stat().st_size < 200_000


# ---------------------------------------------------------------- what is read


def test_the_notice_is_understood() -> None:
    found = notice("docx")
    assert (found["title"], found["doc_no"], found["issued"]) == (TITLE, "样人社发〔2024〕17号", "2024-07-02")
    assert (found["effective"], found["valid_for"]) == ("2024-08-01", "有效期3年")
    assert [(a["number"], a["attached"]) for a in found["attachments"]] == [(1, True), (2, True)]
    assert found["copies_to"] == ["样例市财政局", "样例市教育委员会"]
    assert {m["name"] for m in found["materials"]} >= {"就业见习协议", "发放基本生活费的银行凭证"}
    assert {(d["count"], d["unit"]) for d in found["deadlines"]} >= {(10, "workday"), (3, "month")}
    assert {a["value"] for a in found["amounts"]} >= {"1500", "1000", "50000"}


@pytest.mark.parametrize("format_", FORMATS[1:])
def test_five_formats_say_the_same(format_: str) -> None:
    word, other = notice("docx"), notice(format_)
    for key in word:
        if key == "attachments" and format_ == "txt":
            assert _unmerged(other[key]) == _unmerged(word[key])
        elif key != "sha256":
            assert other[key] == word[key], key


def _unmerged(attachments: list[dict[str, Any]]) -> Any:
    """A text has no merged cells: each text of a row once, and nothing said of the form they make."""
    rows = [[list(dict.fromkeys(filter(None, row))) for n in a["body"] for row in n["rows"]] for a in attachments]
    return rows, [(a["number"], a["title"], a["announced"], a["attached"]) for a in attachments]


def test_the_measures_are_read_in_articles() -> None:
    found = read_notice(read(NOTICES / "measures.docx"))
    articles = [n.number for n in found.nodes() if n.kind == "article"]
    assert articles[0] == "第一条" and articles[-1] == "第十一条" and len(articles) == 11


def test_the_compilation_has_five_documents() -> None:
    found = list(read_compilation(read(NOTICES / "compilation.txt")))
    assert [n.doc_no for n in found if n.doc_no] == [
        "样人社发〔2021〕3号",
        "样人社规〔2022〕2号",
        "样人社发〔2022〕40号",
        "样人社告〔2023〕1号",
        "样人社办〔2024〕9号",
    ]


# ---------------------------------------------------------------- what is found


def test_the_clean_notice_passes() -> None:
    report = lint(NOTICES / "notice.docx")
    assert (report["verdict"], report["findings"]) == ("pass", [])


@pytest.mark.parametrize("format_", FORMATS[1:])
def test_other_formats_pass_but_for_the_layout(format_: str) -> None:
    assert rules(lint(NOTICES / f"notice.{format_}")) == ["gbt9704/not-checked"]


def test_what_is_planted_is_found_and_nothing_else() -> None:
    planted = sorted(row["rule"] for row in make().source("flawed")["planted"])
    report = lint(NOTICES / "flawed.docx")
    assert rules(report) == planted
    assert len(planted) == len(set(planted))
    assert report["verdict"] == "fail"


def test_what_is_mechanical_is_mended_and_the_rest_stays(tmp_path: Path) -> None:
    fixed = tmp_path / "改.docx"
    lint(NOTICES / "flawed.docx", "--fix", "--fixed-to", str(fixed))
    left = sorted(row["rule"] for row in make().source("flawed")["planted"] if not row.get("mended"))
    assert rules(lint(fixed)) == left
