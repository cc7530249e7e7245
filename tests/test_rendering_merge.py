"""Several Word files as one: order, sections, pictures, footers, and what cannot be merged."""

from __future__ import annotations

import io
import zipfile

import pytest
from lxml import etree

from docgen.document import Page
from docgen.errors import UsageError
from docgen.places import templates_folder
from docgen.readers.docx import read_docx
from docgen.rendering import package
from docgen.rendering.draw import draw
from docgen.rendering.fill import fill_form
from docgen.rendering.merge import merge
from docgen.rendering.parts import support_parts
from docgen.rendering.pictures import Picture
from docgen.rendering.seal import seal_png

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def paper(*lines: str, page: str = "portrait", seal: bytes | None = None) -> bytes:
    blocks = [{"text": line} for line in lines] + ([{"text": "盖章{seal}"}] if seal else [])
    variables = [{"id": "seal", "label": "章", "type": "seal"}]
    blank = draw({"id": "p", "name": "文件", "variables": variables, "layout": {"page": page, "blocks": blocks}})
    return fill_form(blank, {"seal": Picture(seal, 30)}) if seal else blank


def page_of(data: bytes) -> Page:
    return read_docx(data, "a.docx").pages[0]


def inside(data: bytes, name: str = "word/document.xml") -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return archive.read(name)


def names(data: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(data)).namelist()


def test_the_papers_follow_one_another_each_in_a_section_of_its_own() -> None:
    merged = merge([paper("甲", "乙"), paper("丙", page="landscape"), paper("丁")])
    assert [line.text for line in page_of(merged).lines] == ["甲", "乙", "丙", "丁"]
    assert [line.text for line in page_of(merged).lines if line.heads] == ["丙", "丁"]
    sizes = [s.find(f"{W}pgSz") for s in etree.fromstring(inside(merged)).iter(f"{W}sectPr")]
    assert [s is not None and s.get(f"{W}orient") for s in sizes] == [None, "landscape", None]


def test_the_same_files_give_the_same_bytes_and_one_file_is_itself() -> None:
    files = [paper("甲", seal=seal_png("样例", 60)), paper("乙")]
    assert merge(files) == merge(files)
    assert [b.text for b in page_of(merge(files[1:])).lines] == ["乙"]


def test_pictures_go_along_and_are_stored_once() -> None:
    one, two = seal_png("样例甲", 60), seal_png("样例乙", 60)
    merged = merge([paper("甲", seal=one), paper("乙", seal=one), paper("丙", seal=two)])
    media = [n for n in names(merged) if n.startswith("word/media/")]
    assert len(media) == 2
    relations = {r.get("Id"): r.get("Target") for r in etree.fromstring(inside(merged, "word/_rels/document.xml.rels"))}
    used = [str(node.get(f"{R}embed")) for node in etree.fromstring(inside(merged)).iter() if node.get(f"{R}embed")]
    shown = [inside(merged, f"word/{relations[key]}") for key in used]
    assert shown == [one, one, two]
    assert len(page_of(merged).images) == 3


def test_ids_are_given_once() -> None:
    form = (templates_folder() / "forms" / "cq-grad-unit-si-subsidy.application.docx").read_bytes()
    root = etree.fromstring(inside(merge([form, form])))
    ids = [node.get(f"{W}val") for node in root.iter(f"{W}id")]
    assert len(ids) == len(set(ids)) > 10
    assert len(list(root.iter(f"{W}tbl"))) == 2


def _with_footer(text: str) -> bytes:
    footer = f'<w:ftr xmlns:w="{W[1:-1]}"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:ftr>'
    members = {n: package.pack(n, x.encode()) for n, x in support_parts("文件", {"footer1": footer}).items()}
    body = (
        f'<w:document xmlns:w="{W[1:-1]}" xmlns:r="{R[1:-1]}"><w:body><w:p><w:r><w:t>{text}正文</w:t></w:r></w:p>'
        '<w:sectPr><w:footerReference w:type="default" r:id="rIdF1"/></w:sectPr></w:body></w:document>'
    )
    return package.write({**members, "word/document.xml": package.pack("word/document.xml", body.encode())})


def test_each_section_keeps_its_footer() -> None:
    merged = merge([_with_footer("第一份"), _with_footer("第二份")])
    assert [line.text for line in page_of(merged).lines] == ["第一份正文", "第二份正文", "第一份", "第二份"]
    assert b"/word/m2_footer1.xml" in inside(merged, "[Content_Types].xml")


def test_nothing_and_unlike_files_are_refused() -> None:
    with pytest.raises(UsageError, match="没有要合并的文件"):
        merge([])
    other = package.read(paper("乙"))
    other["word/styles.xml"] = package.pack("word/styles.xml", b"<styles/>")
    with pytest.raises(UsageError, match="第 2 份文件的样式"):
        merge([paper("甲"), package.write(other)])
    with pytest.raises(UsageError, match="不是完好的"):
        merge([paper("甲"), b"not a zip"])
    notes = package.read(paper("乙"))
    rels = (
        notes["word/_rels/document.xml.rels"]
        .data()
        .replace(
            b"</Relationships>",
            b'<Relationship Id="n" Type="http://x/footnotes" Target="footnotes.xml"/></Relationships>',
        )
    )
    notes["word/_rels/document.xml.rels"] = package.pack("word/_rels/document.xml.rels", rels)
    with pytest.raises(UsageError, match="脚注"):
        merge([paper("甲"), package.write(notes)])
