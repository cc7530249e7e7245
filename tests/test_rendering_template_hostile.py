"""Files from strangers, and what an officer reads when a master is wrong: Chinese, with the place, and no crash."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from docx import Document

from docgen.errors import UsageError
from docgen.generating.filling import load_master
from docgen.rendering import package
from docgen.rendering.template import Template


def master(*texts: str) -> bytes:
    document = Document()
    for text in texts:
        document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_document(xml: bytes) -> bytes:
    members = package.read(master("{{ name }}"))
    return package.write(members | {"word/document.xml": package.pack("word/document.xml", xml)})


def declared(entity: bytes, text: bytes) -> bytes:
    xml = package.read(master("{{ name }}"))["word/document.xml"].data().partition(b"?>")[2]
    body = xml.replace(b"</w:body>", b"<w:p><w:r><w:t>" + text + b"</w:t></w:r></w:p></w:body>")
    return with_document(b'<?xml version="1.0"?><!DOCTYPE a [' + entity + b"]>" + body)


@pytest.mark.parametrize(
    "entity",
    [b'<!ENTITY e SYSTEM "file:///etc/passwd">', b'<!ENTITY e "eeeeeeee">', b'<!ENTITY % e SYSTEM "http://a.example">'],
)
def test_a_master_that_declares_entities_is_refused(entity: bytes, tmp_path: Path) -> None:
    data = declared(entity, b"&e;" if b"%" not in entity else b"")
    with pytest.raises(UsageError, match="文档类型声明"):
        Template(data)
    path = tmp_path / "生.docx"
    path.write_bytes(data)
    with pytest.raises(UsageError, match="文档类型声明"):
        load_master(str(path))


def test_a_master_whose_text_is_no_xml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "生.docx"
    path.write_bytes(with_document(b"<w:document>{{ name }}"))
    with pytest.raises(UsageError, match="已损坏"):
        load_master(str(path))


def test_a_member_that_unfolds_beyond_what_it_says_is_refused() -> None:
    bomb = package.pack("word/document.xml", b"0" * 10_000_000)
    small = package.Member(bomb.name, bomb.method, zlib.crc32(b""), 100, bomb.raw)
    data = package.write(package.read(master("{{ name }}")) | {bomb.name: small})
    with pytest.raises(UsageError, match="不符"):
        Template(data)


def test_a_damaged_member_is_told() -> None:
    data = package.write(
        package.read(master("{{ name }}"))
        | {"word/document.xml": package.Member("word/document.xml", zipfile.ZIP_DEFLATED, 0, 100, b"\xff" * 40)}
    )
    with pytest.raises(UsageError, match="已损坏"):
        Template(data)
    with pytest.raises(UsageError, match="不是完好的"):
        Template(data[:-30] + struct.pack("<L", 1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ name | nofilter }}", "没有 nofilter 这个过滤器"),
        ("{{ name is nothing }}", "没有 is nothing 这种判断"),
        ("{{ name + }}", "“}}”前"),
        ("{{ a b }}", "应当是"),
        ("{{ name ! }}", "标签写错了"),
    ],
)
def test_what_is_wrong_in_a_tag_is_said_in_chinese(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        Template(master(text), "样.docx")
    assert said in str(caught.value)
    assert str(caught.value).startswith("样.docx 第 1 段：")
    for english in ("expected", "token", "unexpected", "filter", "named"):
        assert english not in str(caught.value).replace("nofilter", "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{% for i in range(99999999) %}{% endfor %}", "range 的范围太大"),
        ("{{ name + 1 }}", "值的类型不合"),
        ("{{ 1 / n }}", "除数是 0"),
        ("{{ '{:,.2f}'.format(name) }}", "值的类型不合"),
        ("{{ '%d'|format(name) }}", "值的类型不合"),
        ("{% if name > 3 %}甲{% endif %}", "值的类型不合"),
    ],
)
def test_what_cannot_be_filled_is_said_in_chinese(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Template(master(text)).fill({"name": "甲", "n": 0})


@pytest.mark.parametrize("text", ["1,234.50", " 1234.5", "1，234.50"])
def test_a_number_is_read_as_people_write_it(text: str) -> None:
    made = Template(master("{{ '%.2f'|format(x|float) }} {{ x|int }}")).fill({"x": text})
    assert Document(io.BytesIO(made.data)).paragraphs[0].text == "1234.50 1234"


@pytest.mark.parametrize(
    ("value", "said"), [("壹", "“壹”不是数"), (None, "没有填写"), ("", "没有填写"), ("1,2", "不是数")]
)
def test_what_is_no_number_is_never_nought(value: str | None, said: str) -> None:
    for kind in ("int", "float"):
        with pytest.raises(UsageError, match=said):
            Template(master(f"{{{{ x|{kind} }}}}")).fill({"x": value})
        made = Template(master(f"{{{{ x|{kind}(-1) }}}} {{{{ x|{kind}(default=-1) }}}}")).fill({"x": value})
        assert Document(io.BytesIO(made.data)).paragraphs[0].text == "-1 -1"
