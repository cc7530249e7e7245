"""``docgen completion``: the script that makes Tab work."""

from __future__ import annotations

import click

from docgen.cli.chinese import ChineseCommand

SHELLS = ("bash", "zsh", "fish")


@click.command(
    "completion",
    cls=ChineseCommand,
    epilog="""\b
例：
  docgen completion bash >> ~/.bashrc
  docgen completion zsh >> ~/.zshrc
  docgen completion fish > ~/.config/fish/completions/docgen.fish""",
)
@click.argument("shell", type=click.Choice(SHELLS), metavar="|".join(SHELLS))
def command(shell: str) -> int:
    """打印补全脚本，装上后按 Tab 补全命令、选项和政策编号。"""
    from click.shell_completion import get_completion_class

    from docgen.cli import app

    completion = get_completion_class(shell)
    if completion is None:
        raise click.UsageError(f"没有 {shell} 的补全")
    script = completion(app, {}, "docgen", "_DOCGEN_COMPLETE")
    if shell == "bash":
        # click's own source() runs bash to learn its version; the template is the same for every supported one
        click.echo(script.source_template % script.source_vars())
    else:
        click.echo(script.source())
    return 0
