"""What a valid pack may still have wrong: keys out of order, facts nobody reads, rules no case triggers, citations unknown.

``docgen policy lint`` runs it after the pack has compiled; a plain check never does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from checkers.citations import check_sources
from checkers.expressions import Compiled, ExpressionError, compile_expression, split_text
from checkers.pack_check import requirements_of, written_expressions
from checkers.pack_tests import run_file, test_path
from checkers.packs import Library
from checkers.policy import Amount, Benefit, Deadline, Policy, Rule
from checkers.registry import registry
from checkers.slips import PackError, Slip
from checkers.vocabulary import BENEFITS
from checkers.yaml_text import Lines, line_of, read_yaml

ORDER = [f.name for f in fields(Policy)]
"""The one order of a pack's keys: as the schema declares them."""


def lint(path: Path, library: Library) -> list[Slip]:
    """Every slip of one pack, those that keep it from being used first. Empty when it is clean."""
    try:
        policy = library.compile(path).policy
    except PackError as error:
        return error.slips
    text = path.read_text(encoding="utf-8")
    data, lines = read_yaml(text, str(path))
    slips = [*_order(list(data), lines, path), *_dates(policy, lines, path)]
    slips += _citations(policy, library, lines, path)
    slips += _unread(policy, lines, path)
    slips += _constant(policy, lines, path)
    slips += _untested(policy, library, lines, path)
    open_lines = {line for line, _ in todo_lines(text)}
    return sorted((slip for slip in slips if slip.line not in open_lines), key=lambda slip: slip.line)


_TODO = re.compile(r"TODO(?![A-Za-z0-9_]).*")
_NOTED = re.compile(r"(?<=# )TODO(?![A-Za-z0-9_]).*")
_AT = re.compile(r"\bat: (\[[^\]\n]{1,200}\]|\"[^\"\n]{1,100}\"|[^,}\]#\n]{1,100})")
_REST = re.compile(r"(?:, *\w+:|[}\]\"'#]).*")
"""What follows a value that says TODO on its line."""
LONGEST_TODO = 80
"""Characters of a TODO that are shown."""


def todo_lines(text: str) -> list[tuple[int, str]]:
    """(line, words) of what a pack's author has left to decide: every line that says TODO, with the article beside it.

    What is left to decide is no slip: ``lint`` says nothing else of such a line, unless the pack cannot be used at all.
    """
    found: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        match = (_NOTED.search(line) or _TODO.search(line)) if "TODO" in line else None
        if match is None or (line.startswith("#") and not _SAYS.match(line)):
            continue
        words = match[0] if "#" in line[: match.start()] else _REST.sub("", match[0])
        words = words.strip()
        words = words if len(words) <= LONGEST_TODO else words[: LONGEST_TODO - 1] + "…"
        at = _AT.search(line)
        place = at[1].strip() if at else ""
        found.append((number, f"{words}（{place}）" if place and place not in words else words))
    return found


_SAYS = re.compile(r"#+ *TODO")
"""A comment at the edge that is a TODO, not one that speaks of TODOs."""


def todos(path: Path) -> list[Slip]:
    """``todo_lines`` of a pack file; none for a file that cannot be read: ``lint`` says so."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return []
    return [Slip(str(path), line, "", words) for line, words in todo_lines(text)]


def _order(keys: list[str], lines: Lines, path: Path) -> Iterator[Slip]:
    """Keys stand in the order of the schema, so that two packs can be read side by side."""
    last = -1
    for key in keys:
        place = ORDER.index(key)
        if place < last:
            yield Slip(str(path), line_of(lines, (key,)), key, f"应排在 {ORDER[last]} 之前")
        last = max(last, place)


def _dates(policy: Policy, lines: Lines, path: Path) -> Iterator[Slip]:
    """Spans that end before they begin."""
    law = policy.in_force
    if law.until and law.until < law.since:
        yield Slip(str(path), line_of(lines, ("in_force", "until")), "in_force.until", "早于 since")
    for i, rule in enumerate(policy.rules):
        if rule.since and rule.until and rule.until < rule.since:
            yield Slip(str(path), line_of(lines, ("rules", i, "until")), f"rules.{i}.until", "早于 since")


def _citations(policy: Policy, library: Library, lines: Lines, path: Path) -> Iterator[Slip]:
    """Sources that the citation registry does not know, or that came to their end before the pack does."""
    try:
        known = registry(library)
    except PackError as error:
        yield from error.slips
        return
    for key, message in check_sources(policy, known):
        yield Slip(str(path), line_of(lines, key), ".".join(key), message)


def _compiled(policy: Policy) -> Iterator[tuple[tuple[str | int, ...], str, Compiled]]:
    """(key, text, compiled) of every expression of the pack, those inside messages too."""
    for key, text, _ in written_expressions(policy, policy.forms):
        if text:
            yield key, text, compile_expression(text)
    for key, item in requirements_of(policy):
        for attribute in ("message", "suggestion", "expected", "actual"):
            try:
                parts = split_text(getattr(item, attribute, "") or "")
            except ExpressionError:
                continue
            for is_expression, part in parts:
                if is_expression:
                    yield (*key, attribute), part, compile_expression(part)


WHO = frozenset({"person_name", "organisation", "resident_id", "uscc"})
"""Facts of these types say whose case it is: they need not be read by a rule."""


def _unread(policy: Policy, lines: Lines, path: Path) -> Iterator[Slip]:
    """Look-up facts, parameters, definitions and tables that nothing reads."""
    read: set[str] = set()
    for _, _, compiled in _compiled(policy):
        read |= compiled.names | compiled.parameters
    for section, names in (
        ("facts", policy.facts),
        ("parameters", policy.parameters),
        ("define", policy.define),
        ("tables", policy.tables),
    ):
        for name in names:
            who = section == "facts" and policy.facts[name].type in WHO
            if name not in read and name != BENEFITS and not who:
                yield Slip(str(path), line_of(lines, (section, name)), f"{section}.{name}", "没有任何规则用到")


def _constant(policy: Policy, lines: Lines, path: Path) -> Iterator[Slip]:
    """Conditions that read nothing always come out the same: what they guard is always, or never, reached."""
    for key, text, compiled in _compiled(policy):
        condition = key[-1] in ("when", "require", "waived", "applies")
        if condition and not (compiled.names | compiled.columns | compiled.parameters):
            shown = ".".join(str(k) for k in key)
            yield Slip(str(path), line_of(lines, key), shown, f"条件里没有事实，结果永远一样：{text}")


def _untested(policy: Policy, library: Library, lines: Lines, path: Path) -> Iterator[Slip]:
    """Rules, amounts and benefits that no case of the test file brings to light; a condition never met is among them."""
    tests = test_path(path)
    if not tests.is_file():
        if policy.kind != "form":
            yield Slip(str(path), 1, "", f"没有测试文件 {tests.name}")
        return
    try:
        results = run_file(tests, library)
    except PackError as error:
        yield from error.slips
        return
    fired = {rule for result in results for rule in result.fired}
    for key, item in requirements_of(policy):
        rule = getattr(item, "id", "") or str(key[-1]).replace("_", "-")
        judged = isinstance(item, Rule | Benefit)
        judged = judged or (isinstance(item, Amount) and bool(item.claimed))
        judged = judged or (isinstance(item, Deadline) and item.who == "applicant")
        if judged and rule not in fired:
            yield Slip(str(path), line_of(lines, key), ".".join(str(k) for k in key), "没有一个用例触发它")
