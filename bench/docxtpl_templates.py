"""docxtpl's own test scripts, rendered by docxtpl and by docgen: does the same text come out?

    python -m bench.docxtpl_templates FOLDER

``FOLDER`` holds docxtpl's test scripts (``*.py``) with their templates below; old source distributions have it
(``pip download docxtpl==0.4.13 --no-binary :all: --no-deps``, folder ``tests``). They are LGPL and not ours: nothing of them is kept here.
The folder is copied, its scripts run there, and each of their calls of ``render`` is done a second time by docgen.
"""

from __future__ import annotations

import contextlib
import html
import importlib.util
import io
import os
import re
import runpy
import shutil
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import docxtpl
import jinja2.utils
from lxml import etree
from markupsafe import Markup

from docgen.rendering import package
from docgen.rendering.fill import written
from docgen.rendering.inline import InlineImage
from docgen.rendering.rich import RichParagraphs, RichText
from docgen.rendering.subdocument import Subdocument
from docgen.rendering.template import Template

if importlib.util.find_spec("docxcompose") is None:  # docxtpl needs it only for subdocuments from files
    for name in ("properties", "utils", "composer"):
        sys.modules[f"docxcompose.{name}"] = SimpleNamespace(  # type: ignore[assignment]
            CustomProperties=None, xpath=None, NS={}, Composer=object
        )
    sys.modules["docxcompose"] = SimpleNamespace()  # type: ignore[assignment]
from docxtpl.subdoc import Subdoc

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_EMU_PER_MM = 36000
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def text_of(data: bytes) -> dict[str, list[str]]:
    """Part → the texts of its paragraphs, without those that are empty, in cells that continue a merged one (nobody sees
    them), and with ISO dates as docgen writes them."""
    out: dict[str, list[str]] = {}
    for name, member in package.read(data).items():
        stem = name.removeprefix("word/").rstrip("0123456789.xml")
        if stem in ("document", "header", "footer", "footnotes"):
            lines = [_line(p) for p in etree.fromstring(member.data()).iter(f"{_W}p") if not _hidden(p)]
            out[stem] = sorted([*out.get(stem, []), *lines]) if stem != "document" else lines
    return {part: [line for line in lines if line.strip()] for part, lines in out.items()}


def _line(paragraph: etree._Element) -> str:
    signs = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}drawing": "▣"}
    nodes = (n for n in paragraph.iter(f"{_W}t", *signs) if next(n.iterancestors(f"{_W}p")) is paragraph)
    text = "".join(signs.get(str(n.tag)) or n.text or "" for n in nodes)
    return _DATE.sub(lambda found: written(found[0]), text)


def _hidden(paragraph: etree._Element) -> bool:
    cell = next(paragraph.iterancestors(f"{_W}tc"), None)
    merge = cell.find(f"{_W}tcPr/{_W}vMerge") if cell is not None else None
    return merge is not None and merge.get(f"{_W}val") != "restart"


def _rich(value: Any) -> RichText:
    out = RichText()
    for text, looks in getattr(value, "calls", ()):
        if hasattr(text, "calls"):
            out.add(_rich(text))
            continue
        kept = {k: v for k, v in looks.items() if k in ("bold", "italic", "underline", "strike", "font", "style")}
        if looks.get("color"):
            kept["color"] = looks["color"]
        if looks.get("size"):
            kept["size"] = int(looks["size"]) / 2
        out.add(text, **kept)
    return out


def ours(value: Any, master: bytes) -> Any:
    """A docxtpl value as docgen's."""
    if isinstance(value, docxtpl.RichText):
        return _rich(value)
    if isinstance(value, docxtpl.RichTextParagraph):
        out = RichParagraphs()
        for text, looks in getattr(value, "calls", ()):
            out.add(_rich(text) if hasattr(text, "calls") else str(text), looks.get("parastyle") or "")
        return out
    if isinstance(value, docxtpl.Listing):
        return html.unescape(value.xml)
    if isinstance(value, docxtpl.InlineImage):
        source = value.image_descriptor
        data = source.getvalue() if hasattr(source, "getvalue") else Path(source).read_bytes()
        sizes = [float(s) / _EMU_PER_MM if s else None for s in (value.width, value.height)]
        return InlineImage(data, *sizes)
    if isinstance(value, Subdoc):
        members = package.read(master)
        document = members["word/document.xml"].data()
        root = etree.fromstring(document)
        body = root.find(f"{_W}body")
        root.replace(body, etree.fromstring(etree.tostring(value.subdocx.element.body)))
        members["word/document.xml"] = package.pack("word/document.xml", etree.tostring(root))
        return Subdocument(package.write(members))
    if isinstance(value, dict):
        return {k: ours(v, master) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [ours(v, master) for v in value]
    return value


class _Recorder:
    """Stands in for docxtpl's ``render``: calls it, then fills the same template with the same values by docgen."""

    def __init__(self) -> None:
        self.results: list[tuple[str, str]] = []
        self.render = docxtpl.DocxTemplate.render

    def __call__(self, template: Any, context: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        before = io.BytesIO()
        template.init_docx()
        template.docx.save(before)
        source = template.template_file
        name = Path(source).name if isinstance(source, (str, Path)) else "(stream)"
        self.render(template, context, *args, **kwargs)
        after = io.BytesIO()
        template.docx.save(after)
        try:
            own = ours(context, before.getvalue())
            filled = Template(before.getvalue(), name).fill(own).data
            self.results.append((name, _difference(text_of(after.getvalue()), text_of(filled))))
        except Exception as error:
            self.results.append((name, f"{type(error).__name__}: {error}"))


def _difference(theirs: dict[str, list[str]], own: dict[str, list[str]]) -> str:
    for part, lines in theirs.items():
        if lines != own.get(part):
            pairs = zip([*lines, "∎"], [*own.get(part, []), "∎"], strict=False)
            first = next(((a, b) for a, b in pairs if a != b), ("", ""))
            return f"{part}: docxtpl {first[0][:60]!r}, docgen {first[1][:60]!r}"
    return ""


def _remember(kind: Any) -> None:
    """Lets RichText keep what it was given; afterwards it has only markup."""
    add = kind.add

    def keeping(self: Any, text: Any, **looks: Any) -> None:
        self.__dict__.setdefault("calls", []).append((text, looks))
        add(self, text, **looks)

    kind.add = keeping


def main(folder: Path) -> int:
    recorder = _Recorder()
    docxtpl.DocxTemplate.render = lambda *args, **kwargs: recorder(*args, **kwargs)  # noqa: PLW0108  bound as a method
    jinja2.utils.Markup = Markup  # type: ignore[attr-defined]  # old scripts look for it there
    for kind in (docxtpl.RichText, docxtpl.RichTextParagraph):
        _remember(kind)
    with tempfile.TemporaryDirectory() as work:
        shutil.copytree(folder, work, dirs_exist_ok=True)
        (Path(work) / "output").mkdir(exist_ok=True)
        before = Path.cwd()
        os.chdir(work)
        try:
            for script in sorted(Path(work).glob("*.py")):
                if script.stem in ("runtests", "__init__"):
                    continue
                try:
                    with contextlib.redirect_stdout(io.StringIO()):
                        runpy.run_path(str(script), run_name="__main__")
                except (Exception, SystemExit) as error:
                    recorder.results.append((script.name, f"the script itself: {type(error).__name__}: {error}"))
        finally:
            os.chdir(before)
    for name, difference in recorder.results:
        print(f"{'same' if not difference else 'DIFFERS'}\t{name}\t{difference}")
    same = sum(not difference for _, difference in recorder.results)
    print(f"{same} of {len(recorder.results)} render to the same text")
    return 0 if same == len(recorder.results) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
