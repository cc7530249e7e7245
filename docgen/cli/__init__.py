"""The command line: ``main`` finds the command's module, loads only that one, and turns errors into one clear sentence.

Messages go to stderr, results to stdout. Exit status: 0 nothing of severity error failed, 1 something did, 2 the call,
configuration or data is wrong, 3 an input could not be read.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from docgen import __version__
from docgen.cli.chinese import ChineseGroup, in_chinese
from docgen.errors import DocgenError

INTERRUPTED = 130
"""What a shell expects of a command stopped by Ctrl-C."""


@click.group(
    cls=ChineseGroup,
    commands_in={
        "check": "docgen.cli.check",
        "extract": "docgen.cli.extract",
        "generate": "docgen.cli.generate",
        "issue": "docgen.cli.issue",
        "calc": "docgen.cli.calc",
        "policy": "docgen.cli.policy",
        "lint": "docgen.cli.lint",
        "rule": "docgen.cli.rule",
        "template": "docgen.cli.template",
        "completion": "docgen.cli.completion",
    },
    summaries={
        "check": "按政策审查一份申请材料",
        "extract": "只读取：表单栏目或全文",
        "generate": "批量生成文书：一行数据一份",
        "issue": "按审查结果出具通知书",
        "calc": "政策计算器（退休年龄、缴费年限）",
        "policy": "政策包：列出、查看、检查、测试",
        "lint": "核查公文：引用、前后一致、版式",
        "rule": "解释一条规则：要求什么、依据何在",
        "template": "模板：列出、查看、检查文书和表格，由空白表生成模板",
        "completion": "生成命令行补全脚本",
    },
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
例：
  docgen check 申请表.pdf
  docgen check 材料文件夹 --received 2025-08-20 --format html -o 审查.html
  docgen policy list""",
)
@click.version_option(__version__, "-V", "--version", message="docgen %(version)s", help="显示版本")
@click.option("--debug", is_flag=True, help="出错时显示详细的调用过程")
@click.option("--quiet", "-q", is_flag=True, help="不显示进度和提示")
@click.pass_context
def app(context: click.Context, debug: bool, quiet: bool) -> None:
    """人社经办材料的读取、依规审查与文书生成。"""
    context.obj = {"debug": debug, "quiet": quiet}


def main(args: Sequence[str] | None = None) -> None:
    """Entry point of the ``docgen`` command; always leaves through ``sys.exit``."""
    arguments = list(sys.argv[1:] if args is None else args)
    debug = "--debug" in arguments
    quiet = "--quiet" in arguments
    arguments = [*(["--quiet"] if quiet else []), *(a for a in arguments if a not in ("--debug", "--quiet"))]
    _tolerant_streams()
    try:
        status: Any = app.main(arguments, prog_name="docgen", standalone_mode=False)
        sys.stdout.flush()
        sys.exit(status if isinstance(status, int) else 0)
    except BrokenPipeError:
        _close_quietly()
        sys.exit(0)
    except (click.Abort, KeyboardInterrupt):
        _say("已中断，没有写完的结果不会留下")
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        if debug:
            raise
        _say(in_chinese(error))
        sys.exit(2)
    except DocgenError as error:
        if debug:
            raise
        _say(str(error))
        sys.exit(error.status)
    except Exception as error:
        if debug:
            raise
        _say(f"程序内部错误（{type(error).__name__}）：{_short(error)}；加 --debug 可查看详细过程，请反馈给开发者")
        sys.exit(2)


def _short(error: Exception) -> str:
    return str(error).split("\n", 1)[0][:200]


def _say(sentence: str) -> None:
    """One sentence on stderr; a number that tells a person apart is masked there, wherever it came from."""
    from checkers.values.texts import mask

    click.echo(f"docgen：{mask(sentence)}", err=True)


def _tolerant_streams() -> None:
    """A GBK console cannot show every character: replace those, do not fail."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _close_quietly() -> None:
    """The reader of our output has gone (``| head``): leave without Python's own complaint."""
    import os

    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
