"""Web pages as saved from government sites (.html, .mht) → Document: one page of lines and tables."""

from __future__ import annotations

import codecs
import re

from lxml import etree

from docgen.document import Document, Page
from docgen.errors import UnreadableError
from docgen.readers.html_flow import read_flow
from docgen.readers.limits import DEFAULT, Limits, check_xml
from docgen.readers.sniff import decode, sniff

HEAD = 4096
"""Bytes in which a page states its encoding; browsers look at 1024, old sites put scripts before it."""

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]{2,20})", re.IGNORECASE)
_ENCODINGS = {
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "x-gbk", "cp936", "gb_2312-80"), "gb18030"),
    **dict.fromkeys(("utf-8", "utf8", "unicode-1-1-utf-8"), "utf-8-sig"),
    **dict.fromkeys(("utf-16", "unicode", "utf-16le"), "utf-16-le"),
    "utf-16be": "utf-16-be",
    **dict.fromkeys(("big5", "big5-hkscs"), "big5hkscs"),
    **dict.fromkeys(("iso-8859-1", "us-ascii", "windows-1252"), "cp1252"),
}
"""Encodings that are tried, by the names pages use; any other name is passed over (some codecs are attacks)."""

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_PROLOG = re.compile(r"<!doctype[^>]{0,1000}>|<\?xml[^>]{0,1000}>", re.IGNORECASE)
_CONTROLS = re.compile("[\0-\x08\x0b\x0e-\x1f\ufffe\uffff]")
_TAGS = re.compile(r"</?([a-z][\w:]*)\b[^<>]*>", re.IGNORECASE)
_KEPT = frozenset(
    ("head", "title", "script", "style", "table", "tr", "td", "th", "p", "br", "li", "h1", "h2", "h3", "input")
)
_BROKEN = frozenset(("div", "section", "article", "ul", "ol", "dl", "dd", "dt", "form", "center"))

NO_TEXT = "网页里没有文字（内容可能要联网显示），请在浏览器中打开后打印为 .pdf 再提交。"
NO_PAGE = "网页归档文件里没有网页，请在浏览器中重新保存，或打印为 .pdf 再提交。"
DAMAGED = "网页归档文件已损坏，请在浏览器中重新保存后提交。"
TOO_DEEP = "网页的层次过深，菜单等无关内容未能分辨，可能混在正文里。"
CUT_OFF = "网页的层次过深，后面的内容可能没有读取，请核对原件。"
BAD_ENCODING = "网页中有文字编码错误，个别文字可能读错，请核对原件。"


def read_html(data: bytes, path: str, limits: Limits = DEFAULT) -> Document:
    """Read a saved page, or the first page of a web archive (MHT), from memory; ``path`` only names it.

    Menus, headers and footers of the site are left out where they are marked as such. Raises ``UnreadableError`` with
    one Chinese sentence for a page without text, in no known encoding, or over a limit.
    """
    out = Document(path=path, format="html", reader="html", paged=False)
    charset = None
    if sniff(data).code == "mht":
        out.format = "mht"
        data, charset = _archived(data)
    text = _decoded(data, charset, out.warnings)
    root = _tree(text, limits, out.warnings)
    page = Page(number=1, blocks=read_flow(root, limits, out.warnings) if root is not None else [])
    if not page.blocks:
        raise UnreadableError(NO_TEXT)
    out.pages.append(page)
    return out


def _archived(data: bytes) -> tuple[bytes, str | None]:
    """The first page in a web archive (RFC 2557) and the encoding its headers state."""
    import email
    from email import policy

    try:
        message = email.message_from_bytes(data, policy=policy.compat32)
        for part in message.walk():
            if part.get_content_type() in {"text/html", "application/xhtml+xml"}:
                page = part.get_payload(decode=True)
                if isinstance(page, bytes) and page.strip():
                    charset = part.get_content_charset()
                    return page, charset
    except (
        RecursionError,
        ValueError,
        LookupError,
        AttributeError,
        TypeError,
    ) as error:  # a hostile header, by experience
        raise UnreadableError(DAMAGED) from error
    raise UnreadableError(NO_PAGE)


def _decoded(data: bytes, charset: str | None, warnings: list[str]) -> str:
    """The text of a page: by its mark, the header's or its own statement, else by what fits."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    found = _CHARSET.search(data[:HEAD])
    stated = [n for n in (charset, found[1].decode("ascii") if found else None) if n]
    named = [_ENCODINGS[n.lower()] for n in stated if n.lower() in _ENCODINGS]
    if found and named and named[-1].startswith("utf-16"):
        del named[-1]  # a statement that could be read as ASCII is not in UTF-16
    for encoding in named:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    text = decode(data)
    if text is None and (named or found):
        warnings.append(BAD_ENCODING)
        text = data.decode(named[0] if named else "gb18030", "replace")
    if text is None:
        raise UnreadableError("无法识别网页的文字编码，请在浏览器中打开后打印为 .pdf 再提交。")
    return text


def _tree(text: str, limits: Limits, warnings: list[str]) -> etree._Element | None:
    """The tree of a page. One nested too deeply for the parser is read again with only the tags of tables and lines."""
    text = _CONTROLS.sub(" ", _PROLOG.sub(" ", text))
    root, deep = _parse(text, limits)
    if deep:
        warnings.append(TOO_DEEP)
        root, deep = _parse(_TAGS.sub(_flat, text), limits)
        if deep:
            warnings.append(CUT_OFF)
    return root


def _flat(tag: re.Match[str]) -> str:
    """A tag that makes a table or a line stays, a block's becomes a line break, any other goes."""
    name = tag[1].lower()
    return tag[0] if name in _KEPT else "<br>" if name in _BROKEN else ""


def _parse(text: str, limits: Limits) -> tuple[etree._Element | None, bool]:
    """The tree, and whether it was cut short for its depth."""
    data = text.encode("utf-8", "replace")
    check_xml(data, limits)
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:  # nothing that could be an element
        return None, False
    return root, any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log)
