"""The bench's own arithmetic and material; how fast anything is is not tested here."""

import sys
from pathlib import Path

import pytest

from bench import generate as generating
from bench.check import PACK, PAPER, Place, docgen_command, heavy, look, main, place
from bench.measure import NOISE, Figure, interleave, process_seconds, ratio, seconds
from bench.packs import write_packs
from bench.policies import COLUMNS, facts_of, judge
from bench.roster import HEADER, POLICY
from checkers.packs import Library, library
from docgen.generating.filling import load_master
from docgen.rendering.template import Template


def test_two_calls_take_turns() -> None:
    heard: list[str] = []

    def call(name: str, value: float) -> float:
        heard.append(name)
        return value

    assert interleave(lambda: call("a", 1.0), lambda: call("b", 2.0), 3) == ([1.0] * 3, [2.0] * 3)
    assert heard == ["a", "b"] * 3


def test_a_ratio_is_of_medians_and_of_minima() -> None:
    figure = ratio("what", [0.1, 0.2, 0.9], [0.2, 0.4, 0.5], 0.6)
    assert (figure.median, figure.least) == (0.5, 0.5)
    assert not figure.over
    assert "200.0 ms / 400.0 ms" in figure.line()
    assert "<= 0.60  ok" in figure.line()


def test_over_the_target_fails_only_beyond_the_noise() -> None:
    near, far = Figure("near", 1 + NOISE / 2, 1.0, 1.0), Figure("far", 1 + NOISE * 2, 1.0, 1.0)
    assert (near.over, near.fails) == (True, False)
    assert (far.over, far.fails) == (True, True)
    assert "over" in far.line()
    assert not Figure("shown", 5.0, 5.0, None).over


def test_a_rate_is_to_be_reached() -> None:
    low, near, high = (Figure("rate", value, value, 100.0, at_least=True) for value in (80.0, 95.0, 120.0))
    assert [(f.over, f.fails) for f in (low, near, high)] == [(True, True), (True, False), (False, False)]
    assert ">= 100.00" in low.line()
    assert "under" in low.line()


def test_a_unit_of_invented_people_has_every_row_judged() -> None:
    assert judge(facts_of(30), library().load(POLICY)) >= 0
    assert len(HEADER) == len(COLUMNS)


def test_seconds_are_those_of_the_call() -> None:
    called: list[int] = []
    assert seconds(lambda: called.append(1)) >= 0
    assert called == [1]


def test_a_process_that_fails_is_no_measurement(tmp_path: Path) -> None:
    assert process_seconds([sys.executable, "-c", "pass"], {}, tmp_path) > 0
    with pytest.raises(RuntimeError, match="exit status 2: kaputt"):
        process_seconds(
            [sys.executable, "-c", "import sys; print('kaputt', file=sys.stderr); sys.exit(2)"], {}, tmp_path
        )


def test_synthetic_packs_are_packs_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCGEN_CACHE", "off")
    files = write_packs(PACK, tmp_path, 2)
    assert [f.name for f in files] == ["zz-synthetic-0000.yaml", "zz-synthetic-0001.yaml"]
    one, two = (Library((tmp_path,)).entries()[f.stem] for f in files)
    assert not one.error
    assert one.forms[0].titles != two.forms[0].titles
    shared = set(one.forms[0].labels) & set(two.forms[0].labels)
    assert shared
    assert len(shared) < len(one.forms[0].labels)


def test_a_process_has_neither_the_users_settings_nor_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCGEN_CONFIG", "mine.toml")
    monkeypatch.setenv("DOCGEN_CACHE", "mine")
    with place(tmp_path) as here:
        assert "DOCGEN_CONFIG" not in here.env
        assert here.env["DOCGEN_CACHE"] == str(tmp_path / "cache")
        assert list(here.folder.iterdir()) == []


def test_what_a_process_loaded_is_seen(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        peak, modules = look(["--version"], Place(here.folder, here.env))
    assert peak >= 0
    assert "docgen.cli" in modules
    assert heavy(modules) == []
    assert heavy(["yaml.reader", "yamlish", "docgen.docx"]) == ["yaml"]


def test_the_check_of_a_pdf_loads_nothing_heavy(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        look(["check", str(PAPER)], here)  # packs are compiled, with all that takes
        assert heavy(look(["check", str(PAPER)], here)[1]) == []


def test_the_command_is_there() -> None:
    assert docgen_command()


def test_wrong_calls_are_refused() -> None:
    for arguments in (["--runs", "0"], ["--paper", "no-such.pdf"]):
        with pytest.raises(SystemExit) as stop:
            main(arguments)
        assert stop.value.code == 2


def test_docgen_and_docxtpl_fill_the_same_notice() -> None:
    pytest.importorskip("docxtpl")
    for master in (generating.word_master(), load_master(generating.MASTER)):
        generating.same_text(master)


def test_notices_that_do_not_say_the_same_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("docxtpl")
    monkeypatch.setattr(generating, "_words", lambda data: [data.hex()[:200], str(id(data))])
    with pytest.raises(RuntimeError, match="not the same notice"):
        generating.same_text(generating.word_master())


def test_the_limit_deflates_what_changes_and_writes_the_whole(tmp_path: Path) -> None:
    work = generating._limit_work(generating.word_master(), 2)
    assert [len(changed) for changed, _ in work] == [1, 1]
    assert "李样例00002" in work[1][0][0].decode()
    for changed, whole in work:
        generating._deflate_and_write(tmp_path, changed, whole)
    assert sorted(p.read_bytes() for p in tmp_path.iterdir()) == sorted(whole for _, whole in work)


def test_a_run_of_the_bench_in_a_process_of_its_own() -> None:
    run = generating._child(3)
    assert run["seconds"] > 0
    assert run["peak"] > 1


def test_docgen_and_docxtpl_fill_the_same_table() -> None:
    pytest.importorskip("docxtpl")
    master = generating.table_master()
    generating._same_table(Template(master, "名单"), master, generating.people(3))


def test_a_bench_of_nothing_is_refused() -> None:
    for arguments in (["--runs", "0"], ["--notices", "0"], ["--rows", "1"], ["--only", "tea"]):
        with pytest.raises(SystemExit) as stop:
            generating.main(arguments)
        assert stop.value.code == 2
