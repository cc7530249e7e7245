"""Click in Chinese: help headings, messages for wrong calls, and a group that imports a command only when it is used."""

from __future__ import annotations

import importlib
import re
from typing import Any

import click
from click.formatting import HelpFormatter

_PIECES = {"[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 [参数]..."}
_EXTRA = re.compile(r" *\[([^\[\]]*(?:required|default: |x[<>]=?|[<>]=?x)[^\[\]]*)\]$")


def _help(text: str) -> str:
    """Click's bracket behind a help text: what is required is said so, a default is told, a range is no secret of algebra."""
    found = _EXTRA.search(text)
    if found is None:
        return text
    told = []
    for part in found[1].split("; "):
        if part == "required":
            told.append("必填")
        elif part.startswith("default: "):
            told.append(f"默认 {part.removeprefix('default: ')}")
        elif bounds := re.fullmatch(r"(?:(-?\d+)<=)?x(?:>=(-?\d+))?(?:<=(-?\d+))?", part):
            low, high = bounds[1] or bounds[2], bounds[3]
            told.append(f"{low} 到 {high}" if low and high else f"不小于 {low}" if low else f"不大于 {high}")
        else:
            told.append(part)
    words, said = text[: found.start()], "，".join(told)
    return f"{words[:-1]}，{said}）" if words.endswith("）") else f"{words}（{said}）"


def _arguments(command: click.Command) -> set[str]:
    """What arguments are called: their line says nothing that the usage does not."""
    return {str(p.metavar or p.name) for p in command.params if isinstance(p, click.Argument)}


class ChineseCommand(click.Command):
    """A command whose help page is headed in Chinese."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        if "--help" in args or "-h" in args:  # the page's words are measured only when someone wants to read it
            from docgen.cli.help_page import Context

            self.context_class = Context
        return super().make_context(info_name, args, parent, **extra)

    def format_usage(self, ctx: click.Context, formatter: HelpFormatter) -> None:
        pieces = [_PIECES.get(p, p) for p in self.collect_usage_pieces(ctx)]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: HelpFormatter) -> None:
        found = [record for param in self.get_params(ctx) if (record := param.get_help_record(ctx)) is not None]
        records = [(name, _help(text)) for name, text in found if not (text == "" and name in _arguments(self))]
        if records:
            with formatter.section("选项"):
                formatter.write_dl(records)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示帮助"
        return option


class ChineseGroup(ChineseCommand, click.Group):
    """A group of commands by module: ``commands_in`` maps a name to the module whose ``command`` it is."""

    def __init__(
        self,
        *args: Any,
        commands_in: dict[str, str] | None = None,
        summaries: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.commands_in = commands_in or {}
        self.summaries = summaries or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.commands_in, *sorted(self.commands)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.commands_in:
            command = importlib.import_module(self.commands_in[cmd_name]).command
            assert isinstance(command, click.Command)  # noqa: S101  our own modules
            return command
        return self.commands.get(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            import difflib

            near = difflib.get_close_matches(name, self.list_commands(ctx), 1, 0.5)
            hint = f"，是不是 {near[0]}？" if near else f"，可用的有：{'、'.join(self.list_commands(ctx))}"
            raise click.UsageError(f"没有“{name}”这个命令{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: HelpFormatter) -> None:
        ChineseCommand.format_options(self, ctx, formatter)
        rows = []
        for name in self.list_commands(ctx):
            summary = self.summaries.get(name)
            if summary is None:
                command = self.get_command(ctx, name)
                summary = command.get_short_help_str() if command else ""
            rows.append((name, summary))
        if rows:
            with formatter.section("命令"):
                formatter.write_dl(rows)


def in_chinese(error: click.ClickException) -> str:
    """One Chinese sentence for a wrong call, with where to read on."""
    text = _sentence(error)
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "docgen"
    return f"{text}（{path} --help 看用法）"


def _sentence(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption):
        near = f"，是不是 {error.possibilities[0]}？" if error.possibilities else ""
        return f"没有 {error.option_name} 这个选项{near}"
    if isinstance(error, click.MissingParameter):
        if isinstance(error.param, click.Option):
            return f"缺少 {error.param.opts[0]}"
        return f"缺少 {error.param.human_readable_name if error.param is not None else ''}"
    if isinstance(error, click.BadParameter):
        name = (error.param.metavar or error.param.name or "").strip("[].") if error.param is not None else ""
        if isinstance(error.param, click.Option):
            name = error.param.opts[0]
        if error.param is not None and isinstance(error.param.type, click.Choice):
            return f"{name} 的值不对，可用的有：{'、'.join(map(str, error.param.type.choices))}"
        return f"{name} 的值不对：{error.message}"
    if isinstance(error, click.BadOptionUsage):
        return f"{error.option_name} 后面要有一个值"
    if isinstance(error, click.FileError):
        return f"打不开 {error.ui_filename}"
    extra = re.fullmatch(r"Got unexpected extra arguments? \((.*)\)", error.message)
    return f"多给了 {extra[1]}" if extra else error.message
