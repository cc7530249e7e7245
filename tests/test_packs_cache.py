"""Finding, loading and keeping packs: the cache saves time and never decides anything."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from checkers.case import Case
from checkers.engine import check
from checkers.facts import Facts, Unknown
from checkers.packs import Library, UnknownPolicy, cache_folder

PACK = """\
id: zz-dated
name: 分期施行的示例
region: 某市
kind: service
sources:
  n1: {title: 示例通知, doc_no: 某人社发〔2024〕1号}
  n2: {title: 修订通知, doc_no: 某人社发〔2025〕2号}
in_force: {since: 2024-06-01, until: 2026-12-31, at: n1 十}
parameters:
  standard: {name: 标准, unit: 元, at: n1 二, values: {2024-06-01: 500, 2025-07-01: 833.33}}
  open: {name: 未印的数, at: n1 二}
facts:
  months: {label: 月数, type: integer}
rules:
  - {id: old, require: months >= 12, message: 不足12个月, at: n1 一, until: 2025-06-30, replaced_by: n2 一}
  - {id: new, require: months >= 6, message: 不足6个月, at: n2 一, since: 2025-07-01}
amounts:
  sum: {name: 合计, unit: 元, formula: standard * months, at: n1 二}
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DOCGEN_CACHE", str(tmp_path / "cache"))
    packs = tmp_path / "packs" / "zz"
    packs.mkdir(parents=True)
    (packs / "zz-dated.yaml").write_text(PACK, encoding="utf-8")
    return tmp_path / "packs"


def load(place: Path) -> Library:
    library = Library((place,))
    assert library.load("zz-dated").policy.name
    return library


def kept(place: Path) -> list[Path]:
    return sorted((place.parent / "cache").glob("*.json"))


def test_a_second_load_reads_only_the_cache(place: Path, root: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from checkers.packs import Library; "
        f"Library((Path({str(place)!r}),)).load('zz-dated'); "
        "print([m for m in ('yaml', 'pydantic', 'jinja2') if m in sys.modules])"
    )
    seen = []
    for _ in range(2):
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)  # noqa: S603  our own words
        seen.append(done.stdout.strip())
    assert seen == ["['yaml', 'pydantic', 'jinja2']", "[]"]


def test_the_cache_gives_back_the_same_policy(place: Path) -> None:
    first, again = load(place).load("zz-dated"), load(place).load("zz-dated")
    assert (again.policy, again.code) == (first.policy, first.code)
    assert again.policy.parameters["standard"].values == {
        date(2024, 6, 1): Decimal(500),
        date(2025, 7, 1): Decimal("833.33"),
    }


DAMAGED = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"{}",
    b'{"policy": 5, "code": {}}',
    b'{"$": "Nothing"}',
    b'{"$": "Policy"}',
    b"\xff\xfe",
]


@pytest.mark.parametrize("damage", [*DAMAGED, b"[" * 100_000])
def test_a_damaged_cache_is_made_anew(place: Path, damage: bytes) -> None:
    whole = {}
    load(place)
    for path in kept(place):
        whole[path] = path.read_bytes()
        path.write_bytes(damage)
    load(place)
    assert {path: path.read_bytes() for path in kept(place)} == whole


@pytest.mark.parametrize("packs", [5, [5], [[]], [["zz-dated"]], {"a": 1}, None])
def test_an_index_of_another_shape_is_made_anew(place: Path, packs: object) -> None:
    load(place)
    index = next(path for path in kept(place) if path.name.startswith("index-"))
    data = json.loads(index.read_bytes())
    index.write_text(json.dumps({"stamp": data["stamp"], "packs": packs}), encoding="utf-8")
    load(place)


def test_a_cache_that_cannot_be_written_is_no_error(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = place.parent / "a file"
    blocked.write_text("", encoding="utf-8")
    monkeypatch.setenv("DOCGEN_CACHE", str(blocked / "cache"))
    load(place)
    monkeypatch.setenv("DOCGEN_CACHE", "off")
    assert cache_folder() is None
    load(place)


def test_no_half_written_file_is_left(place: Path) -> None:
    load(place)
    assert {path.suffix for path in (place.parent / "cache").iterdir()} == {".json"}


def test_a_changed_pack_is_seen(place: Path) -> None:
    load(place)
    path = place / "zz" / "zz-dated.yaml"
    before = path.stat()
    path.write_text(PACK.replace("分期施行的示例", "改过名字的示例"), encoding="utf-8")  # as long as before
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    library = load(place)
    assert library.load("zz-dated").policy.name == "改过名字的示例"
    assert library.entries()["zz-dated"].name == "改过名字的示例"


def test_packs_added_and_removed_are_seen(place: Path) -> None:
    load(place)
    (place / "zz-more.yaml").write_text(PACK.replace("zz-dated", "zz-more"), encoding="utf-8")
    assert set(Library((place,)).entries()) == {"zz-dated", "zz-more"}
    (place / "zz-more.yaml").unlink()
    with pytest.raises(UnknownPolicy):
        Library((place,)).load("zz-more")


def test_an_offices_own_pack_goes_before_ours(place: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "x.yaml").write_text(PACK.replace("分期施行的示例", "本单位的"), encoding="utf-8")
    assert Library((place, own)).load("zz-dated").policy.name == "本单位的"
    assert Library((own, place)).load("zz-dated").policy.name == "分期施行的示例"


def test_a_broken_pack_is_named_and_stops_no_other(place: Path) -> None:
    (place / "zz-broken.yaml").write_text("id: zz-broken\nname: [", encoding="utf-8")
    library = load(place)
    assert "zz-broken.yaml:" in library.entries()["zz-broken"].error


def test_files_that_are_no_packs_are_passed_over(place: Path) -> None:
    for name in (".hidden.yaml", "zz-dated.test.yaml", "notes.md"):
        (place / name).write_text("???: [", encoding="utf-8")
    assert set(Library((place,)).entries()) == {"zz-dated"}


# ------------------------------------------------------------ the law of the day


@pytest.mark.parametrize(
    ("day", "wanted"),
    [
        ("2024-05-31", None),
        ("2024-06-01", "500"),
        ("2025-06-30", "500"),
        ("2025-07-01", "833.33"),
        ("2030-01-01", "833.33"),
    ],
)
def test_a_number_has_its_value_of_the_day(place: Path, day: str, wanted: str | None) -> None:
    case = Case(Facts(), load(place).load("zz-dated"), date.fromisoformat(day), None)
    value = case.get("standard")
    assert isinstance(value, Unknown) if wanted is None else value == Decimal(wanted)


def test_a_number_that_is_not_printed_is_unknown_until_the_office_supplies_it(place: Path) -> None:
    loaded = load(place).load("zz-dated")
    assert isinstance(Case(Facts(), loaded, date(2025, 1, 1), None).get("open"), Unknown)
    assert Case(Facts.of({"open": "3.1"}), loaded, date(2025, 1, 1), None).get("open") == Decimal("3.1")
    assert Case(Facts.of({"standard": "9"}), loaded, date(2025, 1, 1), None).get("standard") == 500


@pytest.mark.parametrize(
    ("day", "months", "rules"),
    [("2025-06-30", 8, ["old"]), ("2025-07-01", 8, []), ("2025-07-01", 5, ["new"]), ("2025-06-30", 12, [])],
)
def test_a_rule_ends_where_the_next_begins(place: Path, day: str, months: int, rules: list[str]) -> None:
    report = check({"months": months}, load(place).load("zz-dated"), date.fromisoformat(day))
    assert [f.rule for f in report.findings] == [f"zz-dated/{rule}" for rule in rules]
    if rules == ["old"]:
        assert [c.doc_no for c in report.findings[0].citations] == ["某人社发〔2024〕1号", "某人社发〔2025〕2号"]


@pytest.mark.parametrize(
    ("day", "in_force"), [("2024-05-31", False), ("2024-06-01", True), ("2026-12-31", True), ("2027-01-01", False)]
)
def test_outside_its_time_a_policy_is_not_applied_in_silence(place: Path, day: str, in_force: bool) -> None:
    report = check({"months": 24}, load(place).load("zz-dated"), date.fromisoformat(day))
    codes = [f.code for f in report.findings if f.status == "fail"]
    assert codes == ([] if in_force else ["policy.not-in-force"])
    assert in_force or report.findings[0].citations[0].article == "十"
