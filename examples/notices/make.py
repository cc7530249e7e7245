"""Makes the example notices: ``python examples/notices/make.py`` (LibreOffice is needed for the PDF and the OFD only).

``source/*.yaml`` are the notices as paragraphs of the house layout; ``source/flawed.yaml`` says which faults are planted. All
organs and units are invented; only the laws and documents of the central organs that are cited are real.

    python examples/notices/make.py            everything
    python examples/notices/make.py --word     the Word, text and web files and README.md only
"""

from __future__ import annotations

import argparse
import html
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import yaml

from docgen.rendering import package
from docgen.rendering.house import draw_notice

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "source"
WORD = ("notice", "measures", "repeals")
_DOCUMENT = "word/document.xml"
_RANDOM = (
    (rb"/CreationDate\(D:\d{14}", b"/CreationDate(D:20240702000000"),
    (rb"<[0-9A-F]{32}>", b"<" + b"0" * 32 + b">"),
    (rb"/DocChecksum /[0-9A-F]{32}", b"/DocChecksum /" + b"0" * 32),
)
_MARK_SIZES = ('<w:sz w:val="80"/><w:szCs w:val="80"/>', '<w:sz w:val="56"/><w:szCs w:val="56"/>')
"""The organ's long name in red keeps to one line in 28 points."""
_CENTRED = ("mark", "document-number", "title", "office", "number", "caption")
_RIGHT = ("signer", "date")


def source(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((SOURCE / f"{name}.yaml").read_text(encoding="utf-8"))
    return data


def word(notice: Mapping[str, Any]) -> bytes:
    """The Word file, as the house layout draws it; ``page: true`` beside a paragraph begins a new page there."""
    plain = [{k: v for k, v in item.items() if k != "page"} for item in notice["paragraphs"]]
    members = package.read(draw_notice({**notice, "paragraphs": plain}))
    text = members[_DOCUMENT].data().decode().replace(*_MARK_SIZES)
    for item in notice["paragraphs"]:
        if item.get("page"):
            words = next(str(v) for k, v in item.items() if k != "page")
            at = text.rindex("<w:pPr>", 0, text.index(f">{escape(words)}<")) + len("<w:pPr>")
            text = f"{text[:at]}<w:pageBreakBefore/>{text[at:]}".replace(
                "<w:pageBreakBefore/><w:keepNext/>", "<w:keepNext/><w:pageBreakBefore/>"
            )
    members[_DOCUMENT] = package.pack(_DOCUMENT, text.encode())
    return package.write(members)


def flawed() -> bytes:
    """The notice with its planted faults."""
    plan = source("flawed")
    notice = source(plan["base"])
    used = {change["was"]: 0 for change in plan["replace"]}
    for item in notice["paragraphs"]:
        for change in plan["replace"]:
            for style, text in item.items():
                if isinstance(text, str) and change["was"] in text:
                    item[style] = text.replace(change["was"], change["now"])
                    used[change["was"]] += 1
    if idle := [was for was, count in used.items() if not count]:
        raise ValueError(f"not in the notice: {idle}")
    for extra in plan["insert"]:
        at = next(i for i, item in enumerate(notice["paragraphs"]) if extra["after"] in item.values())
        notice["paragraphs"].insert(at + 1, {k: v for k, v in extra.items() if k != "after"})
    members = package.read(word(notice))
    text = members[_DOCUMENT].data().decode()
    for swap in plan["swap"]:
        text = _swapped(text, **{"within" if k == "in" else k: v for k, v in swap.items()})
    members[_DOCUMENT] = package.pack(_DOCUMENT, text.encode())
    return package.write(members)


def _swapped(text: str, within: str, was: str, now: str) -> str:
    """``was`` → ``now`` in the paragraph that begins with ``within``, or wherever it stands."""
    if not within:
        if was not in text:
            raise ValueError(f"not in the document: {was}")
        return text.replace(was, now)
    at = text.index(f">{within}")
    start, end = text.rindex("<w:p>", 0, at), text.index("</w:p>", at)
    if was not in text[start:end]:
        raise ValueError(f"not in the paragraph {within}: {was}")
    return text[:start] + text[start:end].replace(was, now) + text[end:]


def rows_of(table: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
    """The cells of each row as ``{text, cols}``."""
    out = []
    for row in table["rows"]:
        cells = row["cells"] if isinstance(row, Mapping) else row
        out.append([dict(c) if isinstance(c, Mapping) else {"text": str(c)} for c in cells])
    return out


def plain_text(notice: Mapping[str, Any]) -> str:
    """The same as text: a line a paragraph, the cells of a row between tabs, an empty line where the layout leaves one."""
    out: list[str] = []
    for item in notice["paragraphs"]:
        ((style, content),) = ((k, v) for k, v in item.items() if k != "page")
        if style == "table":
            for row in rows_of(content):
                cells = [(str(c["text"]).replace("\n", ""), c.get("cols", 1)) for c in row]
                out.append("\t".join(text + "\t" * (cols - 1) for text, cols in cells))
            out.append("")
            continue
        if style in ("document-number", "title", "addressee", "attachments", "signer", "note", "attachment", "copies"):
            out.append("")
        out.append(str(content))
    return "\n".join(out).strip() + "\n"


def web_page(notice: Mapping[str, Any]) -> str:
    """The same as a web page, as an office's site shows it."""
    body: list[str] = []
    for item in notice["paragraphs"]:
        ((style, content),) = ((k, v) for k, v in item.items() if k != "page")
        if style == "table":
            body.append("<table>")
            for row in rows_of(content):
                body.append("<tr>" + "".join(_web_cell(c) for c in row) + "</tr>")
            body.append("</table>")
            continue
        text = html.escape(str(content), quote=False).replace("\n", "<br>")
        align = "center" if style in _CENTRED else "right" if style in _RIGHT else ""
        tag = "h1" if style == "title" else "p"
        body.append(f'<{tag} style="text-align:{align}">{text}</{tag}>' if align else f"<{tag}>{text}</{tag}>")
    head = f'<meta charset="utf-8"><title>{html.escape(notice["name"])}</title>'
    style = "<style>td{border:1px solid}table{border-collapse:collapse}</style>"
    lines = "\n".join(body)
    return f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>{head}{style}</head>\n<body>\n{lines}\n</body>\n</html>\n'


def _web_cell(cell: Mapping[str, Any]) -> str:
    span = f' colspan="{cell["cols"]}"' if cell.get("cols", 1) > 1 else ""
    return f"<td{span}>{html.escape(str(cell['text']), quote=False)}</td>".replace("\n", "<br>")


def readme() -> str:
    """What lies here, and the table of planted faults."""
    text = (SOURCE / "README.head.md").read_text(encoding="utf-8")
    text += "\n| 埋的问题 | 规则 | `--fix` |\n| --- | --- | --- |\n"
    for row in source("flawed")["planted"]:
        text += f"| {row['what']} | `{row['rule']}` | {'改正' if row.get('mended') else '不改，由人处理'} |\n"
    return text


def committed() -> dict[str, bytes]:
    """Everything that is drawn without LibreOffice, by file name."""
    out = {f"{name}.docx": word(source(name)) for name in WORD}
    notice = source("notice")
    out["flawed.docx"] = flawed()
    out["notice.txt"] = plain_text(notice).encode()
    out["notice.html"] = web_page(notice).encode()
    out["compilation.txt"] = (SOURCE / "compilation.txt").read_bytes()
    out["README.md"] = readme().encode()
    return out


def print_notice() -> bytes:
    """``notice.docx`` as PDF, by LibreOffice with a profile of its own; its random id and the hour of printing taken out."""
    with tempfile.TemporaryDirectory() as folder:
        name = Path(folder) / "notice.docx"
        name.write_bytes(word(source("notice")))
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        call = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", folder, str(name)]
        subprocess.run(call, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  our own file, no shell
        data = name.with_suffix(".pdf").read_bytes()
    for pattern, fixed in _RANDOM:
        data = re.sub(pattern, fixed, data)
    return data


def as_ofd(pdf: bytes) -> bytes:
    """The characters and rules of the PDF as an OFD (GB/T 33190)."""
    sys.path.insert(0, str(HERE.parent.parent / "tests"))
    from ofd_writer import members, papers_of_pdf  # noqa: PLC0415  the tests' own writer, used for this one file

    parts = members(papers_of_pdf(pdf))
    encoded = {name: data if isinstance(data, bytes) else data.encode() for name, data in parts.items()}
    return package.write({name: package.pack(name, data) for name, data in encoded.items()})


def main() -> None:
    parser = argparse.ArgumentParser(description="生成样例公文")
    parser.add_argument("--word", action="store_true", help="不生成 PDF 和 OFD")
    options = parser.parse_args()
    for name, data in committed().items():
        (HERE / name).write_bytes(data)
    if not options.word:
        pdf = print_notice()
        (HERE / "notice.pdf").write_bytes(pdf)
        (HERE / "notice.ofd").write_bytes(as_ofd(pdf))


if __name__ == "__main__":
    main()
