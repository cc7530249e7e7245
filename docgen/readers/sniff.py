"""What a file is, by its content: names lie (a scan renamed .docx, a Word file exported as .pdf by hand)."""

from __future__ import annotations

import codecs
import io
import zipfile
import zlib
from dataclasses import dataclass

OWNER_PREFIXES = ("~$", ".~lock.", ".~")
"""Word, LibreOffice and WPS drop such a file beside an open document; it holds a user name and no paper."""

PDF_WINDOW = 1024
"""%PDF- may stand anywhere in the first bytes of a file (ISO 32000-1, Annex H.3.4.1)."""

TEXT_WINDOW = 64 * 1024
"""Bytes looked at to tell text from binary."""

ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)
"""All that ``zipfile`` raises on damaged or encrypted archives (struct and Unicode errors are ValueError or wrapped)."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A file format: ``code`` is the contract's ``format``, ``name`` is what a clerk calls it.

    ``suffixes`` are the names it is at home under; ``advice`` is what to do where docgen has no reader for it.
    """

    code: str
    name: str
    suffixes: tuple[str, ...] = ()
    advice: str = ""


_SAVE = "请用 Word 或 WPS 打开后另存为 .docx 或 .pdf 再提交"
_PRINT = "请导出或打印为 .pdf 再提交"
_SCAN = "请提交 .docx 或带文字的 .pdf；纸质材料由工作人员人工核对"
_UNPACK = "请解压后提交其中的文件"
_EMPTY_HANDS = "请确认提交的是 .docx、.pdf 或文本文件"

KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("docx", "Word 文档（.docx）", (".docx", ".docm", ".dotx", ".dotm")),
        Kind("pdf", "PDF 文件", (".pdf",)),
        Kind("txt", "文本文件", (".txt", ".text", ".md", ".markdown", ".csv", ".tsv", ".log")),
        Kind("xlsx", "Excel 工作簿（.xlsx）", (".xlsx", ".xlsm", ".xltx", ".xlsb"), _PRINT),
        Kind("pptx", "演示文稿（.pptx）", (".pptx", ".pptm", ".ppsx"), _PRINT),
        Kind("ofd", "OFD 版式文件", (".ofd",)),
        Kind("odt", "OpenDocument 文档", (".odt", ".ods", ".odp", ".ott")),
        Kind("zip", "ZIP 压缩包", (".zip",), _UNPACK),
        Kind("zip-encrypted", "加密的 ZIP 压缩包", (".zip",), "请解除密码并解压后提交其中的文件"),
        Kind("zip-damaged", "损坏的 Office 文档或压缩包", (), "请重新保存或重新上传完整的文件"),
        Kind("rar", "RAR 压缩包", (".rar",), _UNPACK),
        Kind("7z", "7-Zip 压缩包", (".7z",), _UNPACK),
        Kind("gz", "GZip 压缩包", (".gz", ".tgz"), _UNPACK),
        Kind("doc", "旧版 Word 文档（.doc、.wps）", (".doc", ".wps", ".dot")),
        Kind("xls", "旧版 Excel 工作簿（.xls、.et）", (".xls", ".et", ".xlt"), _PRINT),
        Kind("ppt", "旧版演示文稿（.ppt、.dps）", (".ppt", ".dps", ".pps"), _PRINT),
        Kind("msg", "Outlook 邮件（.msg）", (".msg",), "请保存邮件的附件后提交附件"),
        Kind("ole", "旧版 Office 复合文档", (), _SAVE),
        Kind("ooxml-encrypted", "加了打开密码的 Office 文档", (), "请取消密码后重新保存再提交"),
        Kind("wordml", "Word XML 文档", (".doc",)),
        Kind("rtf", "RTF 文档", (".rtf",)),
        Kind("html", "网页文件", (".html", ".htm", ".xhtml")),
        Kind("mht", "网页归档文件（.mht）", (".mht", ".mhtml")),
        Kind("eml", "电子邮件（.eml）", (".eml",), "请保存邮件的附件后提交附件"),
        Kind("jpeg", "JPEG 图片", (".jpg", ".jpeg", ".jpe"), _SCAN),
        Kind("png", "PNG 图片", (".png",), _SCAN),
        Kind("tiff", "TIFF 图片", (".tif", ".tiff"), _SCAN),
        Kind("webp", "WebP 图片", (".webp",), _SCAN),
        Kind("bmp", "BMP 图片", (".bmp", ".dib"), _SCAN),
        Kind("gif", "GIF 图片", (".gif",), _SCAN),
        Kind("heic", "HEIC 图片", (".heic", ".heif", ".avif"), _SCAN),
        Kind("video", "音视频文件", (".mp4", ".mov", ".m4a", ".avi", ".mp3"), _EMPTY_HANDS),
        Kind("binary", "无法识别的二进制文件", (), _EMPTY_HANDS),
    )
}

_CHINESE = (("\u4e00", "\u9fff"), ("\u2000", "\u4dff"), ("\uff00", "\uffef"), ("\U00020000", "\U000323af"))
"""Code points of Chinese text, the commonest first: Han, punctuation and signs with Han A, full-width, rare Han."""

_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis")

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "rtf"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b\x08", "gz"),
)

# Streams of an OLE2 compound file, the surest first: a .doc may embed a workbook, an encrypted package holds nothing else.
_OLE_STREAMS: tuple[tuple[str, str], ...] = (
    ("EncryptedPackage", "ooxml-encrypted"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
    ("__nameid_version1.0", "msg"),
)


def sniff(data: bytes) -> Kind:
    """The format of ``data`` (not empty). Never raises; what fits nothing is ``binary``."""
    return KINDS[_code(data)]


def is_owner_file(name: str) -> bool:
    """True for the lock file an office program leaves beside an open document (``~$表.docx``); ``name`` without folder."""
    return name.startswith(OWNER_PREFIXES)


def mismatch(suffix: str, kind: Kind) -> str | None:
    """The warning for a file name that lies, None if ``suffix`` (``.PDF``) fits ``kind`` or means nothing to us."""
    suffix = suffix.lower()
    if suffix in kind.suffixes or not any(suffix in other.suffixes for other in KINDS.values()):
        return None
    return f"文件名后缀是 {suffix}，内容实为{_spaced(kind.name)}，已按内容读取。"


def decode(data: bytes) -> str | None:
    """Text of ``data`` in UTF-8, UTF-16 or GB18030; None if it is none of these or has the control bytes of a binary."""
    for bom, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(bom):
            return _decoded(data, encoding)
    if b"\0" in data[:TEXT_WINDOW]:  # UTF-16 without a mark, as some exports write it
        return _plausible(_decoded(data, "utf-16-le")) or _plausible(_decoded(data, "utf-16-be"))
    text = _decoded(data, "utf-8")
    return text if text is not None else _plausible(_decoded(data, "gb18030"))


def _code(data: bytes) -> str:
    for magic, code in _MAGIC:
        if data.startswith(magic):
            return code
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip_code(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return next((code for name, code in _OLE_STREAMS if name.encode("utf-16-le") in data), "ole")
    if data[:4] == b"RIFF":
        return "webp" if data[8:12] == b"WEBP" else "video"
    if data[4:8] == b"ftyp":
        return "heic" if data[8:12] in _HEIF_BRANDS else "video"
    if data[:2] == b"BM" and len(data) >= 26 and data[6:10] == b"\0\0\0\0":
        return "bmp"
    if b"%PDF-" in data[:PDF_WINDOW]:
        return "pdf"
    return _text_code(data)


def _zip_code(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            names = {info.filename.replace("\\", "/").lstrip("/") for info in infos}
            encrypted = any(info.flag_bits & 1 for info in infos)
    except ZIP_ERRORS:
        return "zip-damaged"
    if "[Content_Types].xml" in names:
        for folder, code in (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx")):
            if any(name.startswith(folder) for name in names):
                return code
    if not {"ofd.xml", "doc_0/document.xml"}.isdisjoint(name.lower() for name in names):
        return "ofd"
    if "mimetype" in names and "content.xml" in names:
        return "odt"
    return "zip-encrypted" if encrypted else "zip"


def _text_code(data: bytes) -> str:
    head = data[:TEXT_WINDOW]
    text = decode(head)
    if text is None and len(data) > TEXT_WINDOW:  # the window may have cut a character in two
        text = next((t for cut in range(1, 4) if (t := decode(head[:-cut])) is not None), None)
    if text is None:  # a page with a few bytes out of its encoding is still a page
        return "html" if head.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html")) else "binary"
    start = text.lstrip("\ufeff \t\r\n")[:4096].lower()
    if start.startswith("<?xml") and (
        'progid="word.document"' in start or "/wordml" in start or "<pkg:package" in start
    ):
        return "wordml"
    if start.startswith(("<!doctype html", "<html", "<head", "<meta", "<body", "<table")) or (
        start.startswith(("<?xml", "<!--")) and "<html" in start
    ):
        return "html"
    return _mail_code(start) or "txt"


def _mail_code(start: str) -> str | None:
    """``mht`` or ``eml`` if the text begins with mail headers: each line ``Name: value`` up to the first empty one."""
    names = {line.split(":", 1)[0] for line in start.split("\n\n", 1)[0].splitlines() if ":" in line}
    saved = "multipart/related" in start or "from: <saved by " in start
    if "mime-version" in names and saved and "received" not in names:
        return "mht"
    if len(names & {"from", "to", "subject", "date", "received", "message-id", "mime-version", "return-path"}) >= 3:
        return "eml"
    return None


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if _has_controls(text) else text


def _has_controls(text: str) -> bool:
    """True for control characters that no text editor writes (tab, line ends, form feed and Ctrl-Z are written)."""
    return any(text.find(chr(code)) >= 0 for code in (*range(9), 0x0B, *range(0x0E, 0x1A), *range(0x1B, 0x20), 0x7F))


def _plausible(text: str | None) -> str | None:
    """``text`` if nine in ten of its first characters are ASCII or Chinese: GB18030 decodes much that is not text."""
    if text is None:
        return None
    sample = text[:TEXT_WINDOW]
    known = sum(c < "\x80" or any(low <= c <= high for low, high in _CHINESE) for c in sample)
    return text if known * 10 >= len(sample) * 9 else None


def _spaced(name: str) -> str:
    return f" {name}" if name[0].isascii() else name
