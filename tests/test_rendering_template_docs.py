"""The examples of docs/templates.md come out as they are printed there."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from docx import Document

from docgen.rendering.sandbox import environment
from docgen.rendering.template import Template
from docgen.rendering.words import FILTERS

TEXT = (Path(__file__).parents[1] / "docs" / "templates.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading."""
    section = TEXT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")][2:]
    return [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


EXAMPLES = rows("Examples")


@pytest.mark.parametrize(("master", "values", "paper"), EXAMPLES)
def test_an_example_comes_out_as_printed(master: str, values: str, paper: str) -> None:
    document = Document()
    for text in master.strip("`").split("⏎"):
        document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    filled = Template(out.getvalue()).fill(json.loads(values.strip("`"))).data
    assert "⏎".join(p.text for p in Document(io.BytesIO(filled)).paragraphs) == paper


def test_every_filter_of_ours_is_in_the_table() -> None:
    named = {re.search(r"\| (\w+)", row[0])[1] for row in rows("Filters of ours")}  # type: ignore[index]
    assert named == {*FILTERS, "qrcode"} & set(environment().filters)


def test_the_filters_that_are_named_as_missing_are_missing() -> None:
    listed = TEXT.split("each time: ")[1].split("):")[0]
    assert not set(re.findall(r"`(\w+)`", listed)) & set(environment().filters)
