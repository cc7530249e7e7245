"""The index of packs and what is kept beside it: made again exactly when something changed."""

import os
from pathlib import Path

import pytest

from bench.check import PACK
from bench.packs import write_packs
from checkers import packs
from checkers.packs import Library


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two packs and an empty cache."""
    monkeypatch.setenv("DOCGEN_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "packs"
    folder.mkdir()
    write_packs(PACK, folder, 2)
    return folder


def _read_by(library: Library, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files whose source is read when the library is opened."""
    read: list[str] = []
    summary = packs._summary

    def counted(path: Path) -> packs.PackEntry:
        read.append(path.name)
        return summary(path)

    with monkeypatch.context() as patch:
        patch.setattr(packs, "_summary", counted)
        library.entries()
    return read


def test_only_a_changed_pack_is_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = sorted(p.name for p in folder.iterdir())
    assert _read_by(Library((folder,)), monkeypatch) == [first, second]
    assert _read_by(Library((folder,)), monkeypatch) == []
    changed = folder / second
    changed.write_text(changed.read_text("utf-8").replace("号事项申请表", "号事项登记表"), "utf-8")
    assert _read_by(Library((folder,)), monkeypatch) == [second]
    assert Library((folder,)).entries()[changed.stem].forms[0].titles[0].endswith("登记表")


def test_the_index_is_the_same_from_the_cache(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = Library((folder,)).entries()
    kept = Library((folder,)).entries()
    monkeypatch.setenv("DOCGEN_CACHE", "off")
    assert fresh == kept == Library((folder,)).entries()
    assert all(len(form.labels) > 5 for entry in kept.values() for form in entry.forms)


def test_a_removed_pack_leaves_the_index(folder: Path) -> None:
    assert len(Library((folder,)).entries()) == 2
    next(folder.iterdir()).unlink()
    assert len(Library((folder,)).entries()) == 1


def test_a_damaged_cache_is_made_again(folder: Path, tmp_path: Path) -> None:
    entries = Library((folder,)).entries()
    for content in ('{"stamp"', "[]", "{}", '{"packs": 3}'):
        for file in (tmp_path / "cache").iterdir():
            file.write_text(content, "utf-8")
        assert Library((folder,)).entries() == entries
    for file in (tmp_path / "cache").glob("summaries-*"):
        file.write_text(str({str(p): [1] for p in folder.iterdir()}).replace("'", '"'), "utf-8")
    for file in (tmp_path / "cache").glob("index-*"):
        file.unlink()
    assert Library((folder,)).entries() == entries


def test_what_is_kept_is_made_again_when_packs_or_maker_change(folder: Path, tmp_path: Path) -> None:
    maker = tmp_path / "maker.py"
    maker.write_text("1", "utf-8")
    made: list[int] = []

    def make() -> list[int]:
        made.append(1)
        return [len(made)]

    def kept() -> list[int]:
        return list(Library((folder,)).kept("counted", [str(maker)], make))

    assert (kept(), kept()) == ([1], [1])
    maker.write_text("12", "utf-8")
    assert kept() == [2]
    os.utime(next(folder.iterdir()), ns=(1, 1))
    assert (kept(), kept()) == ([3], [3])
    maker.unlink()
    assert (kept(), kept()) == ([4], [5])
