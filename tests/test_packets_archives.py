"""Archives and mails as packets; hostile ones are named, refused or read in part, and nothing is written outside."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from docgen.archives import Member, clean_name, decode_name, is_archive, members
from docgen.packets import Packet, read_packet, unpack
from docgen.readers.limits import Limits

TEXT = "姓名：林知夏\n".encode()


def zip_of(files: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def zip_with_raw_name(raw: bytes, data: bytes) -> bytes:
    """A stored zip of one member whose name is these bytes, without the flag for UTF-8: as Windows programs write it."""
    import zlib

    crc = zlib.crc32(data)
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 0, 0, 0, crc, len(data), len(data), len(raw), 0) + raw + data
    sizes = struct.pack(
        "<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 0, 0, 0, crc, len(data), len(data), len(raw), 0, 0, 0, 0, 0, 0
    )
    central = sizes + raw
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end


def encrypted(archive: bytes) -> bytes:
    """The archive with the bit that says a member is encrypted set everywhere."""
    out = bytearray(archive)
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := out.find(magic, at + 1)) >= 0:
            out[at + offset] |= 1
    return bytes(out)


def tar_of(entries: list[tuple[tarfile.TarInfo, bytes]], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for info, data in entries:
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def read_all(data: bytes, name: str = "packet.zip", limits: Limits | None = None) -> list[Member]:
    return list(members(name, data, limits or Limits()))


def packet_of(folder: Path, name: str, data: bytes) -> Packet:
    path = folder / name
    path.write_bytes(data)
    return read_packet([str(path)])


def test_members_are_papers_under_the_archives_name() -> None:
    found = read_all(
        zip_of({"申请表.txt": TEXT, "附件/名册.txt": TEXT, "__MACOSX/._申请表.txt": b"x", ".DS_Store": b"x"})
    )
    assert [m.path for m in found] == ["packet.zip/申请表.txt", "packet.zip/附件/名册.txt"]
    assert all(m.data == TEXT and not m.error for m in found)


def test_an_archive_is_a_closed_packet(tmp_path: Path) -> None:
    packet = packet_of(tmp_path, "a.zip", zip_of({"甲.txt": TEXT}))
    assert packet.closed
    assert packet.papers[0].document is not None
    assert packet.papers[0].document.path.endswith("a.zip/甲.txt")


def test_a_word_file_is_a_paper_not_an_archive(root: Path) -> None:
    data = (root / "templates" / "forms").glob("*.docx").__next__().read_bytes()
    assert is_archive(data[:4096], data) == ""


def test_tar_gz_and_a_single_packed_file() -> None:
    info = tarfile.TarInfo("申请表.txt")
    found = read_all(tar_of([(info, TEXT)], "w:gz"), "a.tar.gz")
    assert [(m.path, m.data) for m in found] == [("a.tar.gz/申请表.txt", TEXT)]
    assert [(m.path, m.data) for m in read_all(gzip.compress(TEXT), "表.txt.gz")] == [("表.txt.gz/表.txt", TEXT)]


def test_nested_archives_are_opened_and_equal_names_told_apart() -> None:
    inner = zip_of({"表.txt": TEXT})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("内.zip", inner)
        archive.writestr("a/../表.txt", TEXT)
        archive.writestr("a/表.txt", TEXT)
    assert [m.path for m in read_all(out.getvalue())] == [
        "packet.zip/a/表.txt",
        "packet.zip/a/表(2).txt",
        "packet.zip/内.zip/表.txt",
    ]


def test_mail_body_and_attachments_are_papers() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Date"] = (
        "a@x.cn",
        "b@x.cn",
        "申请材料",
        "Mon, 3 Mar 2025 09:00:00 +0800",
    )
    mail.set_content("您好，材料见附件。")
    mail.add_attachment(TEXT, maintype="application", subtype="octet-stream", filename="申请表.txt")
    mail.add_attachment(zip_of({"名册.txt": TEXT}), maintype="application", subtype="zip", filename="材料.zip")
    data = bytes(mail)
    assert is_archive(data[:4096], data) == "eml"
    found = read_all(data, "来信.eml")
    assert [m.path for m in found] == ["来信.eml/正文.txt", "来信.eml/申请表.txt", "来信.eml/材料.zip/名册.txt"]
    assert found[0].body and not found[1].body


def test_html_mail_is_read_as_words() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@x.cn", "b@x.cn", "x"
    mail.set_content("<style>p{}</style><p>申请人：林知夏</p><p>电话&amp;地址</p>", subtype="html", charset="gb18030")
    assert read_all(bytes(mail), "m.eml")[0].data == "申请人：林知夏\n电话&地址".encode()


@pytest.mark.parametrize(
    ("name", "label", "outside"),
    [
        ("../../etc/passwd", "etc/passwd", True),
        ("/opt/x.txt", "opt/x.txt", True),
        ("C:\\Windows\\x.txt", "Windows/x.txt", True),
        ("材料\\申请表.docx", "材料/申请表.docx", False),
        ("..", "未命名", True),
        ("a\x1b[31m.txt", "a_[31m.txt", False),
        ("表\u202egpj.exe", "表_gpj.exe", False),
    ],
)
def test_names_are_labels_only(name: str, label: str, outside: bool) -> None:
    assert clean_name(name) == (label, outside)


# ---------------------------------------------------------------- hostile


def test_hostile_zip_with_gbk_names() -> None:
    found = read_all(zip_with_raw_name("申请表与身份证.txt".encode("gbk"), TEXT))
    assert [(m.path, m.data) for m in found] == [("packet.zip/申请表与身份证.txt", TEXT)]
    assert read_all(zip_with_raw_name("申请表.txt".encode(), TEXT))[0].path == "packet.zip/申请表.txt"
    assert decode_name(b"plain.txt") == "plain.txt"


def test_hostile_password_protected_zip(tmp_path: Path) -> None:
    packet = packet_of(tmp_path, "a.zip", encrypted(zip_of({"表.txt": TEXT})))
    assert len(packet.papers) == 1
    assert "密码" in packet.papers[0].error


def test_hostile_one_encrypted_member_leaves_the_others() -> None:
    one = encrypted(zip_with_raw_name(b"a.txt", TEXT))
    whole = zip_of({"甲.txt": TEXT, "乙.zip": one})
    found = read_all(whole)
    assert sorted((m.path, bool(m.error)) for m in found) == [("packet.zip/乙.zip", True), ("packet.zip/甲.txt", False)]


def test_hostile_zip_bomb_flat_high_ratio() -> None:
    found = read_all(zip_of({"bomb.txt": b"\0" * (60 * 1024 * 1024)}))
    assert len(found) == 1
    assert "压缩比" in found[0].error


def test_hostile_zip_bomb_nested() -> None:
    layer = zip_of({"0.txt": b"0" * (9 * 1024 * 1024)})
    for level in range(6):
        layer = zip_of({f"{level}-{n}.zip": layer for n in range(8)})
    found = read_all(layer, limits=Limits(zip_bytes=40 * 1024 * 1024))
    assert all(m.error for m in found)
    assert any("套压缩包" in m.error for m in found)


def test_hostile_nested_archives_share_one_budget() -> None:
    inner = zip_of({f"{n}.txt": b"x" * 1000 for n in range(30)})
    found = read_all(zip_of({f"{n}.zip": inner for n in range(30)}), limits=Limits(zip_members=100))
    assert sum(not m.error for m in found) <= 100
    assert any("100 个" in m.error for m in found)


def test_hostile_gz_bomb() -> None:
    found = read_all(gzip.compress(b"\0" * (40 * 1024 * 1024)), "a.gz")
    assert [bool(m.error) for m in found] == [True]
    assert "压缩比" in found[0].error


def test_hostile_tar_header_that_claims_gigabytes() -> None:
    info = tarfile.TarInfo("大.txt")
    info.size = 8 * 1024**3
    found = read_all(info.tobuf(tarfile.GNU_FORMAT) + b"x" * 1024, "a.tar")
    assert found and all(m.error for m in found)


def test_hostile_zip_with_parent_names_writes_nothing_outside(tmp_path: Path) -> None:
    inside = tmp_path / "work"
    inside.mkdir()
    packet = packet_of(inside, "a.zip", zip_of({"../逃.txt": TEXT, "/abs/逃.txt": TEXT, "..\\..\\逃.txt": TEXT}))
    assert [p.path.rpartition("a.zip")[2] for p in packet.papers] == ["/逃.txt", "/逃(2).txt", "/abs/逃.txt"]
    assert all(p.document is not None and "上级目录" in p.document.warnings[0] for p in packet.papers)
    assert [f.name for f in tmp_path.rglob("*")] == ["work", "a.zip"]


def test_hostile_zip_of_ten_thousand_members() -> None:
    found = read_all(zip_of({f"{n}.txt": b"x" for n in range(10_000)}, method=zipfile.ZIP_STORED))
    assert len(found) == 1
    assert "2000 个" in found[0].error


def test_hostile_tar_with_links_and_devices(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("机密", encoding="utf-8")
    entries = []
    kinds = [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE]
    for number, kind in enumerate(kinds):
        info = tarfile.TarInfo(f"{number}.txt")
        info.type, info.linkname = kind, str(secret)
        entries.append((info, b""))
    entries.append((tarfile.TarInfo("好.txt"), TEXT))
    packet = packet_of(tmp_path, "a.tar", tar_of(entries))
    assert ["链接或设备" in p.error for p in packet.papers] == [True] * 5 + [False]
    assert packet.papers[-1].document is not None
    assert "林知夏" in packet.papers[-1].document.text()


def test_hostile_eml_with_a_thousand_attachments() -> None:
    part = b'--B\r\nContent-Type: text/plain; name="a.txt"\r\nContent-Disposition: attachment; filename="a.txt"\r\n\r\nx\r\n'
    head = b'From: a@x.cn\r\nTo: b@x.cn\r\nSubject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="B"\r\n\r\n'
    mail = head + part * 1000 + b"--B--\r\n"
    assert len(read_all(mail, "m.eml")) == 1000
    found = read_all(mail, "m.eml", Limits(zip_members=50))
    assert len(found) == 51
    assert "50 个" in found[-1].error


def test_hostile_eml_nested_without_end() -> None:
    mail = b"From: a@x.cn\r\nTo: b@x.cn\r\nSubject: s\r\nMIME-Version: 1.0\r\n"
    deep = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(3000))
    found = read_all(mail + deep + b"\r\nend", "m.eml")
    assert len(found) <= 1


def test_hostile_file_that_lies_about_its_type_in_a_zip(tmp_path: Path) -> None:
    packet = packet_of(tmp_path, "a.zip", zip_of({"申请表.docx": TEXT, "坏.pdf": b"\x7fELF\0\0\0", "好.txt": TEXT}))
    papers = {p.path.rpartition("/")[2]: p for p in packet.papers}
    lying = papers["申请表.docx"].document
    assert lying is not None and lying.format == "txt"
    assert "内容实为" in lying.warnings[0]
    assert papers["坏.pdf"].error and papers["好.txt"].document is not None


def test_hostile_truncated_archives_are_named() -> None:
    whole = zip_of({"a.txt": bytes(range(256)) * 400}, method=zipfile.ZIP_STORED)
    assert is_archive(whole[:2000], whole[:2000]) == ""  # the reader names a damaged zip
    info = tarfile.TarInfo("a.txt")
    packed = tar_of([(info, TEXT * 3000)], "w:gz")
    found = read_all(packed[: len(packed) // 2], "a.tgz")
    assert found and found[-1].error


def test_hostile_archive_over_its_size(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zip_of({"a.txt": b"x" * 5000}, method=zipfile.ZIP_STORED))
    found = list(unpack(str(path), Limits(archive_bytes=1000)))
    assert len(found) == 1
    assert "大小上限" in found[0].error


def test_hostile_empty_archive() -> None:
    assert "没有可以检查的文件" in read_all(zip_of({}))[0].error
