"""A folder of notices made searchable: what is found, in what order, what is read again, and what no query can do."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.cli import app
from docgen.document import Document
from docgen.errors import UnreadableError, UsageError
from docgen.notice_index import (
    Place,
    default_index,
    expressions,
    files_below,
    index_files,
    marked,
    open_index,
    parse_query,
    search_index,
    snippet,
)
from docgen.notices.traditional import PAIRS, folded, simplified
from docgen.readers import read

ONE = """样例市人力资源和社会保障局
关于发放样例补贴有关事项的通知
样人社发〔2024〕1号

各区县人力社保局：

现就有关事项通知如下。

一、补贴标准

（一）灵活就业社会保险补贴标准为6000元/人/年。

（二）对首次创业的，给予一次性创业补贴8000元。

二、办理程序

经办机构应当自收到申请之日起5个工作日内完成审核，并公示不少于5个工作日。

样例市人力资源和社会保障局
2024年5月20日
"""
TWO = """样例市人力资源和社会保障局
关于灵活就业登记的通知
样人社发〔2023〕22号

各区县人力社保局：

现就有关事项通知如下。

一、登记地点

在常住地街道办理。

二、登记时间

全年均可办理。

样例市人力资源和社会保障局
2023年3月1日
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    below = tmp_path / "notices"
    (below / "old").mkdir(parents=True)
    (below / "one.txt").write_text(ONE, encoding="utf-8")
    (below / "old" / "two.txt").write_text(TWO, encoding="utf-8")
    return below


@pytest.fixture
def base(tmp_path: Path, folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_index(tmp_path / "index.sqlite", create=True)) as opened:
        index_files(opened, folder, files_below(folder), read)
        yield opened


def places(base: sqlite3.Connection, words: str, limit: int = 20) -> list[Place]:
    return search_index(base, parse_query(words), limit)


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["policy", *arguments], standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.return_value, result.stdout


# ---------------------------------------------------------------- what is found


def test_a_place_is_found_with_its_article_number_path_and_line(base: sqlite3.Connection, folder: Path) -> None:
    first = places(base, "首次创业")[0]
    assert (first.doc_no, first.article) == ("样人社发〔2024〕1号", "一(二)")
    assert first.path == str(folder / "one.txt")
    assert first.line == ONE.split("\n").index("（二）对首次创业的，给予一次性创业补贴8000元。") + 1


def test_a_title_that_fits_comes_before_a_text_that_does(base: sqlite3.Connection) -> None:
    assert places(base, "灵活就业")[0].doc_no == "样人社发〔2023〕22号"


def test_places_that_hold_all_words_come_first(base: sqlite3.Connection) -> None:
    found = places(base, "公示 审核")
    assert found[0].matched == 2
    assert "公示" in found[0].text and "审核" in found[0].text


def test_a_phrase_must_stand_together(base: sqlite3.Connection) -> None:
    assert [p.article for p in places(base, '"一次性创业补贴"')] == ["一(二)"]
    assert places(base, "“创业一次性”") == []
    assert [p.article for p in places(base, "「次性创业补」")] == ["一(二)"]  # also across words


@pytest.mark.parametrize(
    "words", ["样人社发〔2024〕1号", "样人社发[2024]1号", "样人社发（2024） 1 号", "样人社发〔２０２４〕１号"]
)
def test_a_number_is_found_whatever_its_brackets(base: sqlite3.Connection, words: str) -> None:
    found = places(base, words)
    assert {p.doc_no for p in found} == {"样人社发〔2024〕1号"}


@pytest.mark.parametrize("words", ["靈活就業", "灵活就业", "６０００元", "6000元"])
def test_script_and_width_make_no_difference(base: sqlite3.Connection, words: str) -> None:
    assert any("灵活就业" in p.text for p in places(base, words))


def test_one_notice_does_not_fill_the_page(base: sqlite3.Connection) -> None:
    found = places(base, "样例市 通知 补贴 办理")
    assert max(sum(p.path == path for p in found) for path in {p.path for p in found}) <= 3
    assert len({p.path for p in found}) == 2


def test_the_limit_is_kept_and_no_word_finds_nothing(base: sqlite3.Connection) -> None:
    assert len(places(base, "样例", 1)) == 1
    assert places(base, "  …… ") == []


HOSTILE = st.text(
    st.one_of(st.characters(), st.sampled_from(list("\"'*^:(){}-+[]%\x00 ANDORNT补贴就业〔〕"))), max_size=60
)


@given(HOSTILE)
@settings(max_examples=60)
def test_no_query_is_an_error_or_an_operator(words: str) -> None:
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.execute("CREATE VIRTUAL TABLE t USING fts5(title, doc_no, text, characters)")
        for expression in expressions(parse_query(words)):
            memory.execute("SELECT rowid FROM t WHERE t MATCH ?", (expression,)).fetchall()


def test_a_very_long_query_is_answered(base: sqlite3.Connection) -> None:
    assert places(base, " ".join(f"词{n}补贴" for n in range(3000)))


# ---------------------------------------------------------------- what is shown


@given(st.text(max_size=300), st.text(max_size=12))
def test_marks_lie_inside_the_snippet_in_order(text: str, words: str) -> None:
    part, marks = snippet(text, parse_query(words), 40)
    assert len(part) <= 42
    ends = [0, *(place for span in marks for place in span), len(part)]
    assert ends == sorted(ends)
    assert marked(part, marks, "", "") == part


def test_the_snippet_is_the_part_that_holds_the_words() -> None:
    text = "无关" * 200 + "给予創業補貼八千元" + "无关" * 200
    part, marks = snippet(text, parse_query("创业补贴"), 40)
    assert marked(part, marks, "【", "】").count("【創業補貼】") == 1
    assert part.startswith("…") and part.endswith("…")


@given(st.text(max_size=200))
def test_folding_keeps_every_place(text: str) -> None:
    assert len(folded(text)) == len(text)
    assert folded(folded(text)) == folded(text)


def test_traditional_pairs_are_pairs_and_each_character_stands_once() -> None:
    pairs = PAIRS.split()
    assert all(len(pair) == 2 and pair[0] != pair[1] for pair in pairs)
    assert len({pair[0] for pair in pairs}) == len(pairs)
    assert simplified("社會保險經辦條例") == "社会保险经办条例"


# ---------------------------------------------------------------- what is read again


def counting(read_: Callable[[str], Document], seen: list[str]) -> Callable[[str], Document]:
    def reader(path: str) -> Document:
        seen.append(Path(path).name)
        return read_(path)

    return reader


def test_a_second_run_reads_what_changed_and_forgets_what_is_gone(base: sqlite3.Connection, folder: Path) -> None:
    seen: list[str] = []
    again = index_files(base, folder, files_below(folder), counting(read, seen))
    assert (seen, again.unchanged, again.notices) == ([], 2, 2)
    (folder / "one.txt").write_text(ONE.replace("8000", "9000"), encoding="utf-8")
    (folder / "old" / "two.txt").unlink()
    result = index_files(base, folder, files_below(folder), counting(read, seen))
    assert (seen, result.read, result.removed) == (["one.txt"], 1, 1)
    assert places(base, '"9000元"') and not places(base, '"8000元"') and not places(base, "登记地点")


def test_another_folder_does_not_push_the_first_one_out(base: sqlite3.Connection, tmp_path: Path) -> None:
    other = tmp_path / "more"
    other.mkdir()
    (other / "three.txt").write_text(TWO.replace("常住地", "户籍地"), encoding="utf-8")
    index_files(base, other, files_below(other), read)
    assert places(base, '"户籍地"') and places(base, '"常住地"')


def test_what_cannot_be_read_is_named_and_the_others_go_on(tmp_path: Path, folder: Path) -> None:
    (folder / "a.pdf").write_bytes(b"%PDF-1.7 broken")
    (folder / "empty.txt").write_bytes(b"")
    with closing(open_index(tmp_path / "x.sqlite", create=True)) as base:
        result = index_files(base, folder, files_below(folder), read)
        assert {Path(name).name for name, _ in result.failed} == {"a.pdf", "empty.txt"}
        assert result.read == 2
        assert places(base, "首次创业")


def test_a_document_that_became_unreadable_is_not_found_any_more(base: sqlite3.Connection, folder: Path) -> None:
    (folder / "one.txt").write_bytes(b"")
    index_files(base, folder, files_below(folder), read)
    assert not places(base, '"首次创业"')


def test_a_run_that_is_stopped_keeps_what_it_had_read(tmp_path: Path, folder: Path) -> None:
    def stops(path: str) -> Document:
        if path.endswith("one.txt"):
            raise KeyboardInterrupt
        return read(path)

    path = tmp_path / "x.sqlite"
    files = [folder / "old" / "two.txt", folder / "one.txt"]
    with closing(open_index(path, create=True)) as base, pytest.raises(KeyboardInterrupt):
        index_files(base, folder, files, stops)
    with closing(open_index(path)) as base:
        assert places(base, "登记地点")
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_hidden_files_links_and_other_kinds_are_passed_over(folder: Path) -> None:
    (folder / ".hidden.txt").write_text(ONE, encoding="utf-8")
    (folder / "~$one.docx").write_text("x", encoding="utf-8")
    (folder / "program.exe").write_bytes(b"MZ")
    (folder / "link.txt").symlink_to(folder / "one.txt")
    assert [p.name for p in files_below(folder)] == ["one.txt", "two.txt"]


def test_words_of_a_notice_do_not_reach_the_terminal_as_commands(tmp_path: Path, folder: Path) -> None:
    (folder / "one.txt").write_text(ONE.replace("首次创业", "首次\x1b[31m创业"), encoding="utf-8")
    with closing(open_index(tmp_path / "x.sqlite", create=True)) as base:
        index_files(base, folder, files_below(folder), read)
        assert all("\x1b" not in p.text + p.title for p in places(base, "创业 补贴"))


# ---------------------------------------------------------------- the file


def test_a_file_that_is_no_index_of_ours_is_never_written_to(tmp_path: Path) -> None:
    foreign, text = tmp_path / "other.sqlite", tmp_path / "notes.txt"
    with closing(sqlite3.connect(foreign)) as other:
        other.execute("CREATE TABLE documents (x)")
        other.commit()
    text.write_text("不是数据库" * 300, encoding="utf-8")
    before = [foreign.read_bytes(), text.read_bytes()]
    for path in (foreign, text):
        for create in (True, False):
            with pytest.raises(UsageError, match="不是 docgen 的索引"):
                open_index(path, create=create)
    assert [foreign.read_bytes(), text.read_bytes()] == before


def test_a_damaged_index_is_said_to_be_damaged(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "x.sqlite"
    run("index", str(folder), "--to", str(path))
    data = bytearray(path.read_bytes())
    data[8192:] = b"\x7f" * (len(data) - 8192)
    path.write_bytes(data)
    with pytest.raises(UsageError, match="损坏"):
        run("search", "补贴", "--index", str(path))
    (folder / "one.txt").write_text(ONE.replace("8000", "9000"), encoding="utf-8")
    with pytest.raises(UsageError, match="损坏"):
        run("index", str(folder), "--to", str(path))


def test_an_index_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="docgen policy index"):
        open_index(tmp_path / "none.sqlite")


def test_an_index_of_an_older_format_is_made_anew(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "x.sqlite"
    with closing(open_index(path, create=True)) as base:
        index_files(base, folder, files_below(folder), read)
        base.execute("PRAGMA user_version = 0")
    with pytest.raises(UsageError, match="旧版本"):
        open_index(path)
    with closing(open_index(path, create=True)) as base:
        assert index_files(base, folder, files_below(folder), read).read == 2


def test_the_index_lies_in_the_users_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_index() == tmp_path / "docgen" / "notices.sqlite"


# ---------------------------------------------------------------- the commands


def test_index_and_search_from_the_command_line(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "docgen.toml"
    config.write_text('[notices]\nindex = "my.sqlite"\n', encoding="utf-8")
    monkeypatch.setenv("DOCGEN_CONFIG", str(config))
    assert run("index", str(folder)) == (0, "")
    assert (tmp_path / "my.sqlite").is_file()
    _, text = run("search", "首次创业", "一次性", "8000元")
    assert text.startswith("样人社发〔2024〕1号 一(二)  对首次创业的，给予一次性创业补贴8000元。")
    _, found = run("search", "样人社发〔2024〕1号", "--format", "json")
    hits = json.loads(found)
    assert {h["doc_no"] for h in hits if h["kind"] == "notice"} == {"样人社发〔2024〕1号"}
    assert all(
        {"title", "article", "path", "line", "snippet", "marks"} <= set(h) for h in hits if h["kind"] == "notice"
    )


def test_a_folder_with_an_unreadable_file_ends_with_status_three(tmp_path: Path, folder: Path) -> None:
    (folder / "empty.txt").write_bytes(b"")
    status, _ = run("index", str(folder), "--to", str(tmp_path / "x.sqlite"))
    assert status == 3


def test_search_without_an_index_still_searches_the_packs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    status, text = run("search", "创业担保贷款", "期限", "--limit", "3")
    assert status == 0
    assert text.count("\n") == 3
    with pytest.raises(UsageError):
        run("search", "期限", "--index", str(tmp_path / "none.sqlite"))


def test_an_empty_folder_is_said_to_be_empty(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="没有可以读的文件"):
        run("index", str(tmp_path / "empty"), "--to", str(tmp_path / "x.sqlite"))
    with pytest.raises(UnreadableError):
        read(str(tmp_path / "empty"))
