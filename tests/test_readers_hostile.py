"""Files that lie, are damaged or attack: each is refused with one clear Chinese sentence, or read with a warning."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.errors import UnreadableError
from docgen.readers import read
from docgen.readers.limits import Limits
from docgen.readers.sniff import sniff

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def word(text: str = "申请表") -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def package(body: str | bytes, prolog: str = "") -> bytes:
    """The smallest Word file: content types and one document part, without relationships."""
    if isinstance(body, str):
        body = f'{prolog}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'.encode()
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": body})


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def refusal(data: bytes, name: str = "a.docx", limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableError) as caught:
        read(name, data, limits)
    sentence = str(caught.value)
    assert sentence.endswith("。")
    assert sentence.count("。") == 1
    return sentence


def test_smallest_word_file_is_read() -> None:
    assert read("a.docx", package("<w:p><w:r><w:t>字</w:t></w:r></w:p>")).text() == "字"


def test_word_file_named_pdf_is_read_with_a_warning() -> None:
    document = read("表.PDF", word())
    assert document.format == "docx"
    assert document.warnings == ["文件名后缀是 .pdf，内容实为 Word 文档（.docx），已按内容读取。"]


@pytest.mark.parametrize("name", ["表.docx", "表", "-", "表.v2", "folder.pdf/表.DOCX"])
def test_names_that_do_not_lie(name: str) -> None:
    assert read(name, word()).warnings == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (OLE + "EncryptedPackage".encode("utf-16-le"), "ooxml-encrypted"),
        (OLE + "WordDocument".encode("utf-16-le") + "Workbook".encode("utf-16-le"), "doc"),
        (OLE + "Workbook".encode("utf-16-le"), "xls"),
        (OLE, "ole"),
        (b"{\\rtf1 a}", "rtf"),
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"II*\0\x08\0\0\0", "tiff"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
        (b"GIF89a", "gif"),
        (b"BM" + bytes(30), "bmp"),
        (b"\0\0\0\x18ftypheic", "heic"),
        (b"\0\0\0\x18ftypisom", "video"),
        (zipped({"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "xlsx"),
        (zipped({"[Content_Types].xml": b"", "ppt/presentation.xml": b""}), "pptx"),
        (zipped({"OFD.xml": b"", "Doc_0/Document.xml": b""}), "ofd"),
        (zipped({"a.txt": b""}), "zip"),
        (b"Rar!\x1a\x07\x00", "rar"),
        (b"junk\n%PDF-1.7", "pdf"),
        (b"<!DOCTYPE html><html>", "html"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><html>', "html"),
        (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>', "wordml"),
        (b"From: a@b.cn\nTo: c@d.cn\nSubject: x\n\nhi", "eml"),
        ("姓名：张三".encode("gb18030"), "txt"),
        (bytes(range(256)), "binary"),
    ],
)
def test_content_decides(data: bytes, code: str) -> None:
    assert sniff(data).code == code


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空的"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "取消密码"),
        (OLE + "WordDocument".encode("utf-16-le"), "另存为 .docx"),
        (b"\xff\xd8\xff\xe0" + bytes(20), "图片"),
        (zipped({"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "Excel"),
        (zipped({"OFD.xml": b""}), "OFD"),
        (bytes(range(256)), "二进制"),
        (b"PK\x03\x04" + bytes(40), "损坏"),
        (word()[:2000], "损坏"),
        (package("<w:p>"), "损坏"),
        (zipped({"[Content_Types].xml": b"", "word/styles.xml": b"<a/>"}), "缺少正文"),
        (package(b"<a/>"), "缺少正文"),
        (package("<w:p/>"), "没有文字"),
    ],
)
def test_each_refusal_says_why(data: bytes, words: str) -> None:
    assert words in refusal(data)


def test_damaged_member_inside_a_whole_archive() -> None:
    data = bytearray(package("<w:p><w:r><w:t>" + "字" * 500 + "</w:t></w:r></w:p>"))
    at = data.index(b"word/document.xml") + len(b"word/document.xml") + 10
    data[at] ^= 0xFF
    assert "损坏" in refusal(bytes(data))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_external_entity_is_refused(encoding: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("秘密")
    xml = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
        f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&e;</w:t></w:r></w:p></w:body></w:document>'
    )
    assert "DOCTYPE" in refusal(package(xml.encode(encoding)))


def test_zip_bomb_by_ratio() -> None:
    bomb = package("<w:p/>" * 3_000_000)  # 18 MB of empty paragraphs in some 20 KB
    assert len(bomb) < 100_000
    assert "压缩比超过 200 倍" in refusal(bomb)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(bytes=100), "大小上限"),
        (Limits(zip_members=1), "超过 1 个"),
        (Limits(zip_bytes=300), "解压后超过"),
        (Limits(xml_bytes=300), "部件超过"),
        (Limits(xml_nodes=20), "标记超过"),
        (Limits(paragraphs=10), "段落超过 10 个"),
        (Limits(characters=10), "文字超过"),
        (Limits(cells=4), "单元格超过 4 个"),
    ],
)
def test_every_limit_has_its_sentence(limits: Limits, words: str) -> None:
    cell = "<w:tc><w:p><w:r><w:t>字字</w:t></w:r></w:p></w:tc>"
    assert words in refusal(package(f"<w:tbl><w:tr>{cell * 12}</w:tr></w:tbl>"), limits=limits)


def test_absurd_spans_are_clamped_with_a_warning() -> None:
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr><w:p><w:r><w:t>字</w:t></w:r></w:p></w:tc>'
    document = read("a.docx", package(f"<w:tbl><w:tr>{cell * 3}</w:tr></w:tbl>"))
    assert document.pages[0].tables[0].cols <= 500
    assert document.warnings == ["表格超过 500 列，超出的列没有按列区分。"]


def test_nesting_beyond_the_parser_is_one_sentence() -> None:
    assert "嵌套超过 256 层" in refusal(package("<w:sdt><w:sdtContent>" * 200 + "</w:sdtContent></w:sdt>" * 200))


def test_deep_wrappers_do_not_crash() -> None:
    runs = "<w:smartTag>" * 200 + "<w:r><w:t>深</w:t></w:r>" + "</w:smartTag>" * 200
    assert read("a.docx", package(f"<w:p>{runs}</w:p>")).text() == "深"


def test_member_names_that_leave_the_package_are_only_names() -> None:
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="x/officeDocument" Target="../../../etc/passwd"/></Relationships>'
    )
    body = f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>正文</w:t></w:r></w:p></w:body></w:document>'
    members = {"[Content_Types].xml": b"", "_rels/.rels": rels.encode(), "word/document.xml": body.encode()}
    assert read("a.docx", zipped(members)).text() == "正文"


def test_folder_missing_and_odd_files(tmp_path: Path) -> None:
    for path, words in (
        (tmp_path, "文件夹"),
        (tmp_path / "无.docx", "不存在"),
        (tmp_path / "a\0b", "读取失败"),
        (tmp_path / "~$表.docx", "临时文件"),
    ):
        with pytest.raises(UnreadableError, match=words):
            read(path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableError, match="不是普通文件"):
        read(tmp_path / "pipe")


def test_locked_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "表.docx"
    path.write_bytes(word())

    def locked(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", locked)
    with pytest.raises(UnreadableError, match="文件正被其他程序（如 Word、WPS）占用或没有读取权限"):
        read(path)


def test_file_on_disk_and_its_digest(tmp_path: Path) -> None:
    path = tmp_path / "说明.txt"
    path.write_bytes(b"abc")
    document = read(path)
    assert document.path == str(path)
    assert document.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=1, max_size=300))
def test_junk_is_read_or_refused_never_a_crash(data: bytes) -> None:
    sniff(data)
    if sniff(data).code != "pdf":
        try:
            read("a.bin", data)
        except UnreadableError as error:
            assert str(error).endswith("。")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 255))
def test_one_wrong_byte_in_a_word_file_never_crashes(at: int, value: int) -> None:
    data = bytearray(package("<w:tbl><w:tr><w:tc><w:p><w:r><w:t>字</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"))
    data[at % len(data)] = value
    try:
        assert read("a.docx", bytes(data)).pages
    except UnreadableError as error:
        assert str(error).endswith("。")
