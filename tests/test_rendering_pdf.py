""".docx → PDF: LibreOffice in batches where it is there, stand-ins for it where it hangs, crashes or writes nothing; signatures."""

from __future__ import annotations

import errno
import io
import json
import os
import sys
import tempfile
import threading
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import docx
import pytest

from docgen.errors import UsageError
from docgen.libreoffice import find_soffice, settings
from docgen.rendering import fonts, signing
from docgen.rendering.pdf import Office, Stopped, check_ready, export_options
from docgen.rendering.signing import Signer

posix = pytest.mark.skipif(sys.platform == "win32", reason="stand-ins for LibreOffice are shell scripts")

SCRIPT = """#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in
    --outdir) out="$2"; shift ;;
    *.docx)
      pdf="$out/$(basename "$1" .docx).pdf"
      if grep -q HANG "$1"; then printf '%PDF-half' >"$pdf"; sleep 600 & echo $! >"$0.pid"; wait; fi
      if grep -q CRASH "$1"; then kill -9 $$; fi
      grep -q NOTHING "$1" || printf '%%PDF-1.6 %s\\n%%%%EOF\\n' "$(grep -ao 'paper-[0-9]*' "$1")" >"$pdf" ;;
  esac
  shift
done
"""


def stand_in(folder: Path, script: str = SCRIPT) -> str:
    program = folder / "soffice"
    program.write_text(script, "utf-8")
    program.chmod(0o755)
    return str(program)


def paper(text: str) -> bytes:
    """What the stand-in takes for a .docx; its text lies there uncompressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document>{text}</w:document>")
    return out.getvalue()


def word(*paragraphs: str) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in {"Z", "X"}
    except OSError:
        return True


def text_of(pdf: bytes) -> str:
    import pypdfium2

    return "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf))


@pytest.fixture(scope="module")
def archived() -> bytes:
    """A real PDF/A with a watermark; in CI LibreOffice must be there."""
    if find_soffice() is None:
        assert os.environ.get("CI") != "true", "LibreOffice is missing in CI"
        pytest.skip("LibreOffice is not installed")
    with Office(pdfa=True, watermark="公示专用 复印无效") as office:
        broken, made = office.convert([b"no .docx, plain text", word("兹受理李晓明的申请。")])
    assert (broken.data, broken.error) == (b"", "不是完好的 .docx 文件")
    assert made.error is None
    return made.data


def test_libreoffice_makes_pdf_a_2b_with_a_chinese_watermark(archived: bytes) -> None:
    import pypdfium2

    assert b"<pdfaid:part>2<" in archived
    assert b"<pdfaid:conformance>B<" in archived
    text = text_of(archived)
    assert "兹受理李晓明的申请。" in text
    assert "公示专用 复印无效" in text
    assert pypdfium2.PdfDocument(archived).get_formtype() == 0


@posix
def test_a_batch_survives_papers_that_hang_crash_or_come_to_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    texts = ["paper-1", "HANG", "paper-2", "CRASH", "NOTHING", "paper-3"]
    with Office(soffice=stand_in(tmp_path), seconds=0.5) as office:
        made = office.convert([*map(paper, texts), b"\xd0\xcf\x11\xe0 locked"])
    assert [pdf.data.split()[1].decode() if pdf.data else pdf.error for pdf in made] == [
        "paper-1",
        "LibreOffice 超过 0.5 秒没有转换完",
        "paper-2",
        "LibreOffice 转换它时意外退出",
        "LibreOffice 没有转换出 PDF",
        "paper-3",
        "加了打开密码，或者是旧版 .doc，转换不了",
    ]
    assert gone(int((tmp_path / "soffice.pid").read_text()))
    assert not list(tmp_path.glob("docgen-pdf-*"))


@posix
def test_libreoffice_that_makes_nothing_at_all_ends_the_run(tmp_path: Path) -> None:
    with Office(soffice=stand_in(tmp_path, "#!/bin/sh\nexit 0\n")) as office, pytest.raises(UsageError) as caught:
        office.convert([paper(f"paper-{n}") for n in range(9)])
    assert "接连 3 份都转换不成，请检查它的安装" in str(caught.value)


def test_without_libreoffice_the_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCGEN_SOFFICE", str(tmp_path / "none"))
    with pytest.raises(UsageError, match=r"需要 LibreOffice.*apt install libreoffice-writer.*DOCGEN_SOFFICE") as caught:
        Office()
    assert str(caught.value).count("。") == 1
    with pytest.raises(UsageError, match="需要 LibreOffice"):
        check_ready("公示专用")


@posix
def test_a_program_that_cannot_be_started(tmp_path: Path) -> None:
    program = tmp_path / "soffice"
    program.write_text("", "utf-8")
    with Office(soffice=str(program)) as office, pytest.raises(UsageError, match=r"无法启动.*请检查它的安装"):
        office.convert([paper("paper-1")])


@posix
def test_a_conversion_told_to_stop_ends_libreoffice(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with Office(soffice=stand_in(tmp_path), stop=stop) as office, pytest.raises(Stopped):
        office.convert([paper("HANG")])


def test_what_killed_processes_left_is_cleared_a_day_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, new = tmp_path / "docgen-pdf-old", tmp_path / "docgen-pdf-new"
    for folder in (old, new):
        (folder / "profile").mkdir(parents=True)
    os.utime(old, (0, 0))
    Office(soffice="soffice").close()
    assert list(tmp_path.iterdir()) == [new]


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with Office(soffice=stand_in(tmp_path)) as office:
        monkeypatch.setattr(Path, "write_bytes", full)
        with pytest.raises(UsageError, match=r"临时文件夹.*磁盘已满"):
            office.convert([paper("paper-1")])


def test_export_options_are_ascii_and_fit_the_watermark_to_the_page() -> None:
    name, _, given = export_options(pdfa=True, watermark=' 仅供  核对"\n').partition(":writer_pdf_Export:")
    options = {key: entry["value"] for key, entry in json.loads(given).items()}
    assert name == "pdf"
    assert given.isascii()
    assert options["Watermark"] == '仅供 核对"'
    assert (options["SelectPdfVersion"], options["ExportFormFields"]) == ("2", "false")
    longer = json.loads(export_options(watermark="字" * 40).partition("Export:")[2])
    assert int(longer["WatermarkFontHeight"]["value"]) < int(options["WatermarkFontHeight"])
    assert list(json.loads(export_options().partition("Export:")[2])) == ["ExportFormFields"]
    with pytest.raises(UsageError, match="水印有 41 个字"):
        export_options(watermark="字" * 41)


def test_fonts_that_are_absent_are_named_with_what_stands_in() -> None:
    data = paper(
        '<w:rFonts w:eastAsia="仿宋_GB2312" w:ascii="Times New Roman" w:cs="Calibri"/><w:rFonts w:eastAsia="宋体"/>'
    )
    assert fonts.named_in(data) == {"仿宋_GB2312", "宋体", "Times New Roman"}
    have = frozenset({"宋体", "Noto Serif CJK SC", "AR PL KaitiM GB"})
    found = fonts.stand_ins({"仿宋_GB2312", "宋体", "楷体_GB2312", "黑体", "方正小标宋简体"}, have)
    assert found == {"仿宋_GB2312": "宋体", "方正小标宋简体": "宋体", "楷体_GB2312": "AR PL KaitiM GB", "黑体": ""}
    said = fonts.warning(found)
    assert "仿宋_GB2312（用 宋体 代替）" in said
    assert "黑体（没有合适的代替）" in said
    assert fonts.warning({}) == ""
    assert fonts.stand_ins({"黑体"}, None) == {}
    assert "<value>仿宋_GB2312</value>" in settings(found)


def certificate(folder: Path, password: bytes) -> Path:
    """A PKCS#12 file with a certificate that signs itself, of an invented office."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "某区人力资源和社会保障局")])
    today = datetime.now(UTC)
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "印章.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(b"docgen", key, made, None, BestAvailableEncryption(password))
    )
    return path


def test_a_signature_holds_and_leaves_the_pdf_as_it_was(archived: bytes, tmp_path: Path) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    signer = Signer(certificate(tmp_path, "口令".encode()), "口令")
    signed = signer.sign(archived)
    assert signed.startswith(archived), "the signature is added, the document stays"
    (signature,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    roots = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
    status = validate_pdf_signature(signature, roots)
    assert status.bottom_line
    assert signer.mark() == signature.signer_cert.sha256.hex()
    assert (signature.sig_field["/Rect"], signature.sig_field["/F"] & 4) == ([0, 0, 0, 0], 4)
    altered = signed.replace(b"/Producer", b"/Producir", 1)
    (signature,) = PdfFileReader(io.BytesIO(altered)).embedded_signatures
    assert not validate_pdf_signature(signature, roots).bottom_line


def test_hostile_certificates_and_passwords_are_refused_clearly(tmp_path: Path) -> None:
    good, bad = certificate(tmp_path, b"right"), tmp_path / "bad.p12"
    bad.write_bytes(b"no certificate")
    with pytest.raises(UsageError, match="密码不对"):
        Signer(good, "wrong")
    with pytest.raises(UsageError, match="打不开证书"):
        Signer(bad, "right")
    with pytest.raises(UsageError, match="没有这个文件"):
        Signer(tmp_path / "none.p12", "right")
    signer = Signer(good, "right")
    assert "right" not in repr(signer)
    with pytest.raises(UsageError, match="签名失败"):
        signer.sign(b"%PDF-1.7 not one\n%%EOF\n")


def test_the_password_comes_from_the_environment_or_a_prompt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = certificate(tmp_path, b"right")
    monkeypatch.setenv(signing.PASSWORD, "right")
    assert Signer.asking(path).password == "right"  # noqa: S105  the invented certificate's
    monkeypatch.delenv(signing.PASSWORD)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(UsageError, match="DOCGEN_SIGN_PASSWORD"):
        Signer.asking(path)


def test_without_the_extra_the_sentence_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"pip install 'docgen\[sign\]'"):
        Signer(tmp_path / "a.p12", "")
