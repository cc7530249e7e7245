"""Help pages measured in columns of the screen, of which a Chinese character takes two; Click counts characters."""

from __future__ import annotations

import re
from collections.abc import Iterable

import click
from click.formatting import HelpFormatter

from docgen.reports.columns import pad, text_width, wrap


def _joined(text: str) -> str:
    """Lines of a source text as one: between Chinese characters and marks a line break is no space."""
    return re.sub(r"(?<=[^\x00-\x7f]) *\n *| *\n *(?=[^\x00-\x7f])", "", text.strip()).replace("\n", " ")


class HelpPage(HelpFormatter):
    """Paragraphs and lists wrapped to the width of the screen; behind ``\\b`` lines stay lines, and commands whole."""

    def write_heading(self, heading: str) -> None:
        self.write(" " * self.current_indent + heading + "：\n")

    def write_text(self, text: str) -> None:
        indent = " " * self.current_indent
        blocks = [self._wrapped(block, self.width - self.current_indent) for block in text.split("\n\n")]
        self.write("\n\n".join("\n".join(indent + line for line in block) for block in blocks) + "\n")

    def _wrapped(self, block: str, width: int) -> list[str]:
        block = block.strip("\n")
        if block.lstrip().startswith("\b"):
            lines = block.partition("\b")[2].strip("\n").splitlines()
            return [part for line in lines for part in ([line] if line[:1] == " " else wrap(line, width))]
        return wrap(_joined(block), width)

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        first = min(max((text_width(name) for name, _ in rows), default=0), col_max)
        margin, indent = " " * self.current_indent, " " * (self.current_indent + first + col_spacing)
        for name, text in rows:
            lines = wrap(_joined(text), max(self.width - len(indent), 10)) if text else []
            if not lines:
                self.write(f"{margin}{name}\n")
            elif text_width(name) <= first:
                self.write(f"{margin}{pad(name, first + col_spacing)}{lines.pop(0)}\n")
            else:
                self.write(f"{margin}{name}\n")
            self.write("".join(f"{indent}{line}\n" for line in lines))


class Context(click.Context):
    formatter_class = HelpPage
