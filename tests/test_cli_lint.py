"""``docgen lint``: exit status, formats, where the mended copy goes and that the original is never touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from docgen.cli import app, main
from docgen.rendering import package
from docgen.rendering.house import draw_notice
from docgen.reports import FORMATS

DOCUMENT = "word/document.xml"


def notice(**changes: str) -> bytes:
    paragraphs = [
        {"document-number": changes.get("number", "样人社发〔2024〕1号")},
        {"title": "样例市人力资源和社会保障局关于报送材料的通知"},
        {"addressee": "各区县人力资源和社会保障局："},
        {"text": changes.get("text", "请各区县于2024年7月31日前报送材料。")},
        {"signer": "样例市人力资源和社会保障局"},
        {"date": "2024年7月2日"},
    ]
    return draw_notice({"name": "样例", "paragraphs": paragraphs})


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    path = tmp_path / "通知.docx"
    path.write_bytes(notice())
    return path


@pytest.fixture
def flawed(tmp_path: Path) -> Path:
    path = tmp_path / "有误.docx"
    path.write_bytes(notice(number="样人社发[2024]1号", text="请各区县于2024年6月31日前报送材料。"))
    return path


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(app, ["lint", *map(str, args)], standalone_mode=False)


def rules(*args: str | Path) -> set[str]:
    return {f["rule"] for f in json.loads(run(*args, "--format", "json").stdout)["findings"]}


def status(*args: str | Path) -> int:
    with pytest.raises(SystemExit) as left:
        main(["lint", *map(str, args)])
    assert isinstance(left.value.code, int)
    return left.value.code


def test_a_sound_notice_passes(clean: Path) -> None:
    assert run(clean).return_value == 0
    assert "没有发现问题" in run(clean).stdout


def test_a_flawed_one_fails(flawed: Path) -> None:
    assert run(flawed).return_value == 1
    assert rules(flawed) == {"gbt9704/doc-number-brackets", "notice/date-impossible"}


def test_every_format_can_be_written(flawed: Path, tmp_path: Path) -> None:
    for format_ in FORMATS:
        out = tmp_path / f"结果.{format_}"
        assert run(flawed, "--format", format_, "-o", out).return_value == 1
        assert out.stat().st_size > 100


def test_the_law_is_explained_when_asked(flawed: Path) -> None:
    assert "7.2.5条" not in run(flawed).stdout
    assert "7.2.5条" in run(flawed, "--explain").stdout


def test_the_mended_copy_lies_beside_the_original(flawed: Path) -> None:
    before = flawed.read_bytes()
    assert run(flawed, "--fix").return_value == 1  # what was found, not what is left
    fixed = flawed.with_name("有误.修正.docx")
    assert rules(fixed) == {"notice/date-impossible"}
    assert flawed.read_bytes() == before
    assert sorted(p.name for p in flawed.parent.iterdir()) == sorted([flawed.name, fixed.name])


def test_the_mended_copy_goes_where_it_is_told(flawed: Path, tmp_path: Path) -> None:
    target = tmp_path / "送审.docx"
    result = run(flawed, "--fixed-to", target)
    assert target.exists() and not flawed.with_name("有误.修正.docx").exists()
    assert "六角括号" in result.stderr


def test_a_copy_of_a_sound_notice_is_the_same(clean: Path) -> None:
    assert "与原文件相同" in run(clean, "--fix").stderr
    assert clean.with_name("通知.修正.docx").read_bytes() == clean.read_bytes()


def test_the_original_is_never_overwritten(
    flawed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = flawed.read_bytes()
    link = flawed.with_name("链接.docx")
    link.symlink_to(flawed)
    monkeypatch.chdir(flawed.parent)
    for target in (flawed, link, Path("有误.docx"), flawed.parent / "x" / ".." / flawed.name):
        assert status(flawed, "--fixed-to", target) == 2
        assert "不能覆盖原文件" in capsys.readouterr().err
    assert status(flawed, "-o", flawed) == 2
    assert flawed.read_bytes() == before


def test_only_word_files_are_mended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "通知.txt"
    text.write_text("样例市人力资源和社会保障局关于报送材料的通知\n样人社发〔2024〕1号\n", encoding="utf-8")
    assert status(text, "--fix") == 2
    assert ".docx" in capsys.readouterr().err
    assert "gbt9704/not-checked" in rules(text)


def test_a_file_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "坏.docx"
    broken.write_bytes(notice()[:400])
    assert status(broken) == 3
    assert "坏.docx：" in capsys.readouterr().err
    assert status(tmp_path / "没有.docx") == 3
    assert status(tmp_path) == 3
    assert not broken.with_name("坏.修正.docx").exists()


def test_the_day_chooses_the_law(tmp_path: Path) -> None:
    cites = "根据《关于建立劳动力市场工资指导价位制度的通知》（劳社部发〔1999〕34号），请各区县报送材料。"
    path = tmp_path / "通知.docx"
    path.write_bytes(notice(text=cites))
    assert "notice/citation-repealed" in rules(path)
    assert "notice/citation-repealed" not in rules(path, "--on", "2020-01-01")


def test_help_is_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert status("--help") == 0
    said = capsys.readouterr().out
    assert "例：" in said and "退出码" in said and "--fixed-to" in said


def test_a_word_file_from_elsewhere_is_no_obstacle(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    document.add_heading("关于报送材料的通知", 0)
    document.add_paragraph("各区县：")
    document.add_paragraph("请报送材料。", style="List Bullet")
    document.add_table(2, 2).cell(0, 0).text = "样例"
    path = tmp_path / "外来.docx"
    document.save(str(path))
    assert {"gbt9704/page-size", "gbt9704/page-number", "gbt9704/title"} <= rules(path)
    run(path, "--fix")
    fixed = path.with_name("外来.修正.docx")
    assert not {r for r in rules(fixed) if r.startswith("gbt9704/")}
    assert package.read(fixed.read_bytes())[DOCUMENT].data()
    assert len(docx.Document(str(fixed)).tables) == 1
