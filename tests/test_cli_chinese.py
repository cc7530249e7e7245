"""Help pages and messages of a wrong call are Chinese throughout, and fit 80 columns."""

from __future__ import annotations

import re

import click
import pytest
from click.testing import CliRunner

from docgen.cli import app
from docgen.cli.chinese import ChineseCommand
from docgen.reports.columns import text_width

COMMANDS: tuple[list[str], ...] = (
    [],
    ["check"],
    ["extract"],
    ["generate"],
    ["issue"],
    ["calc"],
    ["lint"],
    ["rule"],
    ["policy"],
    ["template"],
    ["template", "list"],
    ["template", "show"],
    ["template", "lint"],
    ["template", "new"],
)


def page(command: click.Command) -> str:
    return CliRunner().invoke(command, ["--help"]).output


@pytest.mark.parametrize("words", COMMANDS, ids="-".join)
def test_a_help_page_has_no_english_of_clicks(words: list[str]) -> None:
    out = CliRunner().invoke(app, [*words, "--help"]).output
    assert "用法：" in out
    for english in ("[OPTIONS]", "[ARGS]", "required", "default:", "Usage", "Show this message", "x>=", "<=x"):
        assert english not in out
    assert max(text_width(line) for line in out.splitlines()) <= 80


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ({"help": "几份", "type": click.IntRange(1)}, "几份（不小于 1）"),
        ({"help": "几份", "type": click.IntRange(1, 9)}, "几份（1 到 9）"),
        ({"help": "几份", "type": click.IntRange(max=9)}, "几份（不大于 9）"),
        ({"help": "几份（可以不写）", "type": click.IntRange(1)}, "几份（可以不写，不小于 1）"),
        ({"help": "式样", "default": "text", "show_default": True}, "式样（默认 text）"),
        ({"help": "数据", "required": True}, "数据（必填）"),
        ({"help": "甲 [乙]"}, "甲 [乙]"),
    ],
)
def test_what_click_puts_in_brackets_is_said_in_words(option: dict[str, object], said: str) -> None:
    @click.command(cls=ChineseCommand)
    @click.argument("paths", metavar="文件", nargs=-1)
    @click.option("--it", **option)  # type: ignore[arg-type]
    def command(paths: tuple[str, ...], it: object) -> None:
        """样例。"""

    text = page(command)
    assert re.search(rf"--it .* +{re.escape(said)}$", text, re.MULTILINE)
    assert text.count("文件") == 1, "an argument stands in the usage only"


def test_a_missing_option_is_named_as_it_is_typed() -> None:
    from docgen.cli.chinese import in_chinese

    command = click.Command("样", params=[click.Option(["--data"], required=True)])
    with pytest.raises(click.MissingParameter) as caught:
        command.make_context("样", [])
    assert in_chinese(caught.value).startswith("缺少 --data")
