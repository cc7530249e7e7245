"""The run itself and what follows it: PDFs, a print file, a zip."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from docgen.cli.generate_request import Ready, Request, keep_mapping
from docgen.cli.generate_screen import SHOWN_FAILURES, Screen
from docgen.generating.run import Summary, generate

if TYPE_CHECKING:
    from docgen.generating.work import Line
    from docgen.rendering.signing import Signer

INTERRUPTED = 130
"""What a shell expects of a command stopped by Ctrl-C."""


def run(request: Request, ready: Ready, screen: Screen) -> int:
    """Exit status 0 or 1. Leaves with 130 on Ctrl-C, having said how to go on."""
    if request.merge or request.zip_to:
        from docgen.generating.bundle import check_targets

        check_targets(request.merge, request.zip_to, (request.template, request.data))
    signer = _signer(request)
    if request.wants_pdf:
        from docgen.rendering.pdf import check_ready

        check_ready(request.watermark)
    try:
        summary = _papers(ready, screen)
        failed = summary.count["failed"]
        failed += _afterwards(request, ready, screen, signer)
    except KeyboardInterrupt:
        screen.stopped(ready)
        sys.exit(INTERRUPTED)
    return 1 if failed else 0


def _papers(ready: Ready, screen: Screen) -> Summary:
    began = time.monotonic()
    with screen.bar(ready.documents.count, "先核对" if ready.job.numbering else "已生成") as bar:

        def progress(lines: Sequence[Line]) -> None:
            if bar.what != "已生成":
                bar.restart("已生成")
            bar.step(lines)

        summary = generate(ready.job, ready.documents, progress, bar.checked)
    if kept := keep_mapping(ready):
        screen.note(f"对应关系已记下，下次同样的表头照此办理（{kept}）")
    screen.done(ready, summary, time.monotonic() - began)
    return summary


def _signer(request: Request) -> Signer | None:
    if request.sign is None:
        return None
    from docgen.rendering.signing import Signer

    return Signer.asking(request.sign)


def _afterwards(request: Request, ready: Ready, screen: Screen, signer: Signer | None) -> int:
    """How many PDFs failed."""
    if not (request.wants_pdf or request.merge or request.zip_to):
        return 0
    from docgen.generating.run_state import read_manifest

    folder = ready.job.folder
    lines = read_manifest(folder)
    failed = _pdfs(request, ready, screen, signer, lines) if request.wants_pdf else 0
    if target := request.merge:
        from docgen.generating.bundle import merge_all

        count = merge_all(folder, lines, target)
        screen.note(f"已合成 {target}，共 {count} 份")
    if archive := request.zip_to:
        from docgen.generating.bundle import zip_all

        count = zip_all(folder, lines, archive)
        screen.note(f"已打包 {archive}，共 {count} 个文件")
    return failed


def _pdfs(request: Request, ready: Ready, screen: Screen, signer: Signer | None, lines: Sequence[Line]) -> int:
    from docgen.generating.pdf_run import make_pdfs

    began = time.monotonic()
    with screen.bar(sum(line.status == "written" for line in lines), "已转 PDF") as bar:
        made = make_pdfs(
            ready.job.folder,
            lines,
            workers=request.workers,
            pdfa=request.pdfa,
            watermark=request.watermark,
            sign=signer,
            progress=bar.step,
            warn=screen.note,
            resume=request.resume,
        )
    failures = [line for line in made if line.status == "failed"]
    for line in failures[:SHOWN_FAILURES]:
        screen.say(f"docgen：{line.path} 没有转成 PDF：{line.error}", "        ")
    screen.note(f"已转 PDF {len(made) - len(failures)} 份，用时 {time.monotonic() - began:.1f} 秒")
    return len(failures)
