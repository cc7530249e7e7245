"""The common certificates: which one a paper is, and what it says.

Each certificate is a declaration: words that tell it, and fields by printed label and kind of value. The same declaration
reads a Word copy, a printed page and the lines of a scan: white space inside lines does not count, a label may stand
without its colon, and its value may stand in the line below.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise

from checkers.report import Location
from docgen.cells import cell_name
from docgen.document import Cell, Document, Line, Page, Table
from docgen.forms.match import fold
from docgen.forms.sheet import WORKBOOKS

LONGEST_TEXT = 20_000
"""Characters of a paper that are looked at; a certificate is short, a contract's parties and term stand at its head."""

COLUMN_GAP = 1.5
"""Height of a line (times) from which a gap between words parts columns."""

WHOLE_LINE = 60
"""Characters of a line that may be a title."""


@dataclass(frozen=True, slots=True)
class Label:
    """A field of a certificate: its printed labels and the pattern of its value in folded text (no white space).

    ``free``: the label counts inside a line without a colon too (cards print ``性别女民族汉``); else only at the head of a
    line or before a colon. ``wraps``: the value goes on in the following lines, as an address does.
    """

    id: str
    name: str
    labels: tuple[str, ...]
    value: str
    free: bool = False
    wraps: bool = False


@dataclass(frozen=True, slots=True)
class Certificate:
    """``hints``: a paper without any of these words is not looked at further (patterns cost 2 ms to compile).
    ``tells``: patterns in the folded text with their weights (0–1 together with ``title``); ``prose``: whole patterns
    with the value as group ``v``, for papers that say things in sentences. ``longest``: characters beyond which a paper
    is something else that quotes this one's words."""

    id: str
    name: str
    hints: tuple[str, ...]
    title: str
    tells: tuple[tuple[str, float], ...]
    fields: tuple[Label, ...] = ()
    prose: tuple[tuple[str, str, str], ...] = ()
    longest: int = 3000
    needs_title: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One thing a certificate says. ``value`` is the text without white space; ``ocr``: it was guessed from a picture."""

    id: str
    name: str
    value: str
    location: Location
    confidence: float = 1.0
    ocr: bool = False


_NAME = r"[一-鿿㐀-䶿·•.]{2,20}"
_DAY = (
    r"(?:19|20)\d{2}(?:年|[-./])\d{1,2}(?:月|[-./])\d{1,2}日?"
    r"|[〇○零一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}日)?"
)
_DAY_OR_MONTH = rf"{_DAY}|(?:19|20)\d{{2}}(?:年|[-./])\d{{1,2}}月?"
_ID = r"[0-9OoIl|BSZ]{17}[0-9XxOolI×]|\d{15}"
_USCC = r"[0-9A-Za-z|]{18}"
_CARD = r"\d{12,21}"
_UNIT = r"[^\n\t,;。]{4,60}"
_TEXT = r"[^\n\t]{1,80}"

ID_FRONT = Certificate(
    "id_card_front",
    "居民身份证（人像面）",
    ("身份号码", "身份证"),
    r"居民身份证",
    (
        (r"公民身份号码|公民身份证号码", 0.35),
        (r"(?:^|\n)姓名", 0.15),
        (r"性别[男女]|民族[一-鿿]", 0.15),
        (r"(?:^|\n|\t)住址|地址", 0.15),
        (r"出生", 0.1),
        (_ID, 0.1),
    ),
    (
        Label("name", "姓名", ("姓名",), _NAME, free=True),
        Label("sex", "性别", ("性别",), "[男女]", free=True),
        Label("nation", "民族", ("民族",), r"[一-鿿]{1,6}", free=True),
        Label("born", "出生", ("出生日期", "出生"), _DAY, free=True),
        Label("address", "住址", ("住址",), r"[^\n\t]{4,60}", free=True, wraps=True),
        Label("id_number", "公民身份号码", ("公民身份号码", "公民身份证号码", "身份号码"), _ID, free=True),
    ),
    longest=500,
)
ID_BACK = Certificate(
    "id_card_back",
    "居民身份证（国徽面）",
    ("签发机关", "居民身份证"),
    r"居民身份证",
    ((r"签发机关", 0.45), (r"有效期限?", 0.35), (r"公安局", 0.1), (r"中华人民共和国", 0.1)),
    (
        Label("issuer", "签发机关", ("签发机关",), r"[一-鿿]{4,30}", free=True),
        Label(
            "valid",
            "有效期限",
            ("有效期限", "有效期"),
            rf"(?:{_DAY})[-—–~至到]+(?:{_DAY}|长期)|长期",
            free=True,
        ),
    ),
    longest=500,
)
SOCIAL_CARD = Certificate(
    "social_security_card",
    "社会保障卡",
    ("社会保障卡", "社会保险卡", "一卡通"),
    r"社会保障卡|社会保险卡|居民服务一卡通",
    ((r"社会保障号码?|社会保障卡号", 0.3), (r"(?:^|\n)姓名", 0.2), (r"发卡|有效期|卡号|银行", 0.2), (_ID, 0.2)),
    (
        Label("name", "姓名", ("姓名",), _NAME, free=True),
        Label("id_number", "社会保障号码", ("社会保障号码", "社会保障号", "公民身份号码"), _ID, free=True),
        Label("card_number", "卡号", ("银行卡号", "银行账号"), _CARD),
    ),
    longest=600,
    needs_title=True,
)
DIPLOMA = Certificate(
    "graduation_certificate",
    "毕业证书",
    ("毕业证",),
    r"毕业证书|毕业证$",
    (
        (r"证书编号|学校编号|电子注册号", 0.25),
        (r"准予毕业|成绩合格|修完", 0.25),
        (r"学生|学校|大学|学院", 0.2),
        (r"专业", 0.1),
    ),
    (
        Label("name", "姓名", ("姓名",), _NAME),
        Label("sex", "性别", ("性别",), "[男女]", free=True),
        Label("school", "学校", ("学校名称", "毕业院校", "毕业学校", "学校", "校名", "院校名称"), r"[一-鿿()]{4,30}"),
        Label("level", "学历层次", ("学历层次", "层次", "学历"), r"[一-鿿]{2,8}"),
        Label("major", "专业", ("专业",), r"[一-鿿()]{2,30}"),
        Label("graduated_on", "毕业日期", ("毕业日期", "毕业时间", "毕(结)业日期"), _DAY_OR_MONTH),
        Label(
            "number", "证书编号", ("证书编号", "毕业证书编号", "毕业证号", "编号", "电子注册号"), r"[0-9A-Za-z]{6,24}"
        ),
    ),
    (
        ("name", "姓名", rf"学生(?P<v>{_NAME}?)[,，]?(?:性别)?[男女][,，]"),
        ("sex", "性别", r"学生[一-鿿·]{2,20}[,，]?(?:性别)?(?P<v>[男女])[,，]"),
        ("level", "学历层次", r"(?P<v>[一-鿿]?(?:专科|本科|研究生))(?:教学计划|学习)"),
    ),
    needs_title=True,
)
LICENCE = Certificate(
    "business_licence",
    "营业执照",
    ("执照", "法人证书", "信用代码证书", "登记证书"),
    r"营业执照|事业单位法人证书|统一社会信用代码证书|社会团体法人登记证书",
    (
        (r"统一社会信用代码", 0.25),
        (r"法定代表人|经营者|负责人|投资人", 0.15),
        (r"注册资本|成立日期|营业期限|经营范围|组成形式|开办资金", 0.2),
        (r"登记机关|住所|经营场所", 0.1),
    ),
    (
        Label("uscc", "统一社会信用代码", ("统一社会信用代码", "社会信用代码"), _USCC, free=True),
        Label("unit_name", "名称", ("名称", "单位名称", "企业名称", "字号名称"), _UNIT),
        Label("unit_type", "类型", ("类型",), _TEXT),
        Label("legal_person", "法定代表人", ("法定代表人", "法定代表人(负责人)", "经营者", "负责人", "投资人"), _NAME),
        Label("founded", "成立日期", ("成立日期", "注册日期"), _DAY),
        Label("address", "住所", ("住所", "经营场所", "营业场所"), r"[^\n\t]{4,80}"),
        Label(
            "valid",
            "营业期限",
            ("营业期限", "有效期"),
            rf"(?:自)?(?:{_DAY})[-—–~至到]+(?:{_DAY}|长期|永久|无固定期限)|长期",
        ),
    ),
    needs_title=True,
)
CONTRACT = Certificate(
    "labour_contract",
    "劳动合同",
    ("劳动合同", "聘用合同", "就业协议"),
    r"劳动合同书?|聘用合同|就业协议书",
    ((r"甲方", 0.25), (r"乙方", 0.25), (r"期限|起至|之日起", 0.2)),
    (
        Label("employer", "甲方", ("甲方(用人单位)", "甲方(用人单位)名称", "甲方", "用人单位名称", "用人单位"), _UNIT),
        Label("employee", "乙方", ("乙方(劳动者)", "乙方(劳动者)姓名", "乙方", "劳动者姓名", "劳动者"), _NAME),
        Label("id_number", "身份证号码", ("身份证号码", "身份证号", "居民身份证号码", "公民身份号码"), _ID),
        Label("uscc", "统一社会信用代码", ("统一社会信用代码",), _USCC),
        Label("signed_on", "签订日期", ("签订日期", "签约日期", "签订时间", "签字日期"), _DAY),
    ),
    (("term", "合同期限", rf"自?(?P<v>(?:{_DAY})起?(?:至|到|[-—–~])+(?:{_DAY}))(?:日)?止?"),),
    longest=LONGEST_TEXT,
    needs_title=True,
)
BANK_CARD = Certificate(
    "bank_card",
    "银行卡",
    ("银行", "银联", "Pay", "PAY", "卡", "存折"),
    r"银行卡|储蓄卡|借记卡|存折",
    (
        (r"银联|unionpay|UnionPay|UNIONPAY|DEBIT|debit", 0.3),
        (r"银行", 0.25),
        (r"(?:^|\n)(?:卡号:?|账号:?)?(?:62|4|5|9)\d{14,18}(?:$|\n)", 0.35),
        (r"持卡人|开户行|户名|VALID|valid|MONTH", 0.1),
    ),
    (
        Label("card_number", "卡号", ("卡号", "银行卡号", "账号", "银行账号"), _CARD),
        Label("holder", "户名", ("户名", "持卡人", "账户名称", "开户名", "姓名"), r"[^\n\t]{2,60}"),
        Label("bank", "开户银行", ("开户银行", "开户行", "发卡银行"), r"[一-鿿()]{4,40}"),
    ),
    (("card_number", "卡号", r"(?:^|\n)(?P<v>(?:62|4|5|9)\d{14,18})(?=$|\n)"),),
    longest=500,
)
TERMINATION = Certificate(
    "termination_proof",
    "解除（终止）劳动合同证明",
    ("解除", "终止", "离职", "失业"),
    r"(?:解除|终止)[^\n]{0,12}劳动(?:合同|关系)[^\n]{0,6}(?:证明|通知)书?|离职证明|失业证明",
    ((r"解除|终止|离职", 0.25), (r"劳动合同|劳动关系", 0.2), (r"特此证明|证明", 0.1)),
    (
        Label("employer", "单位", ("单位名称", "用人单位", "单位"), _UNIT),
        Label("name", "姓名", ("姓名", "职工姓名", "劳动者姓名", "劳动者"), _NAME),
        Label("id_number", "身份证号码", ("身份证号码", "身份证号", "公民身份号码"), _ID),
        Label("ended_on", "解除（终止）日期", ("解除日期", "终止日期", "解除(终止)日期", "解除时间", "离职日期"), _DAY),
        Label("reason", "原因", ("解除原因", "终止原因", "解除(终止)原因", "原因", "离职原因"), _TEXT),
    ),
    (
        (
            "name",
            "姓名",
            rf"(?:兹有|兹证明|原)(?:我单位|我公司|本单位|本公司)?(?:职工|员工)?(?P<v>{_NAME}?)(?:\(|[,，]|同志)",
        ),
        ("id_number", "身份证号码", rf"身份证号?码?[:为]?(?P<v>{_ID})"),
        ("ended_on", "解除（终止）日期", rf"(?:于|从|自)(?P<v>{_DAY})[^\n]{{0,20}}(?:解除|终止|离职)"),
    ),
    needs_title=True,
)

CERTIFICATES: tuple[Certificate, ...] = (
    ID_FRONT,
    ID_BACK,
    SOCIAL_CARD,
    DIPLOMA,
    LICENCE,
    CONTRACT,
    BANK_CARD,
    TERMINATION,
)
BY_ID = {c.id: c for c in CERTIFICATES}

TITLE_WEIGHT = 0.45
"""What the printed title counts for."""

SURE = 0.6
"""Confidence from which a paper is taken for a certificate."""


# ---------------------------------------------------------------- text with places


@dataclass(frozen=True, slots=True)
class Piece:
    """A line or cell of the paper: its folded text, where it stands, and how sure the reader was of it."""

    text: str
    location: Location
    confidence: float


def pieces(document: Document, pages: Sequence[Page] | None = None) -> list[Piece]:
    """The lines and cells of some pages in reading order; the cells of a row follow one another."""
    out: list[Piece] = []
    size = 0
    for page in document.pages if pages is None else pages:
        for block in page.blocks:
            found = [_line(document, page, block)] if isinstance(block, Line) else _cells(document, page, block)
            for piece in found:
                if piece.text:
                    out.append(piece)
                    size += len(piece.text)
                if size >= LONGEST_TEXT:
                    return out
    return out


def _line(document: Document, page: Page, line: Line) -> Piece:
    where = Location(document.path, page.number if document.paged else None, line.bbox, None, line.paragraph)
    return Piece(_columns(_by_gaps(line)) if len(line.words) > 1 else fold_line(line.text), where, line.confidence)


def _cells(document: Document, page: Page, table: Table) -> Iterator[Piece]:
    for cell in table.cells:
        place = _cell_place(document, page, table, cell)
        for text in cell.text.split("\n"):
            yield Piece(fold_line(text), place, cell.confidence)
        for inner in cell.tables:
            yield from _cells(document, page, inner)


def _cell_place(document: Document, page: Page, table: Table, cell: Cell) -> Location:
    if document.paged:
        return Location(document.path, page.number, cell.bbox)
    name = cell_name(table.first_row + cell.row, table.first_col + cell.col, table.sheet)
    several = document.format not in WORKBOOKS and len(page.tables) > 1
    return Location(document.path, cell=f"表{table.number}!{name}" if several else name)


def fold_line(text: str) -> str:
    """A line as compared: half width, without white space; a wide gap between words stays as one tab."""
    parts = re.split(r"\t|[ \u3000]{4,}", text.strip())
    if any(len(part.strip()) < 2 for part in parts):  # 名    称：某公司 is a label spread out, not two columns
        return fold(text)
    return _columns(parts)


def _by_gaps(line: Line) -> list[str]:
    """The words of a line, joined but for gaps of more than ``COLUMN_GAP`` characters: the columns of a licence."""
    words = sorted(line.words, key=lambda w: w.bbox[0])
    out = [words[0].text]
    for before, word in pairwise(words):
        height = max(min(before.bbox[3] - before.bbox[1], word.bbox[3] - word.bbox[1]), 1.0)
        wide = word.bbox[0] - before.bbox[2] > COLUMN_GAP * height
        out += [word.text] if wide else []
        out[-1] += "" if wide else word.text
    return out


def _columns(parts: Sequence[str]) -> str:
    """Parts of a line with a tab between; single characters belong together (姓    名 is a label spread out), and so do
    the parts of a date."""
    out: list[str] = []
    for part in map(fold, parts):
        spread = bool(out) and (
            (len(part) == 1 and len(out[-1]) == 1) or part[:1] in "年月日" or out[-1][-1:] in "年月"
        )
        if part and spread:
            out[-1] += part
        elif part:
            out.append(part)
    return "\t".join(out)


# ---------------------------------------------------------------- which certificate


def certificates_in(found: Sequence[Piece], *, titles: Iterable[str] = ()) -> list[tuple[Certificate, float, str]]:
    """The certificates a paper is, surest first, each with confidence (0–1) and the Chinese reason.

    ``titles``: further titles, such as the file's name without its suffix.
    """
    text = "\n".join(p.text for p in found)
    extra = "\n".join(fold(t) for t in titles)
    out = []
    for certificate in CERTIFICATES:
        score, reason = _likeness(certificate, text, extra)
        if score >= SURE:
            out.append((certificate, min(score, 0.99), reason))
    return sorted(out, key=lambda item: -item[1])


def _likeness(certificate: Certificate, text: str, extra: str) -> tuple[float, str]:
    if not text or len(text) > certificate.longest or not any(h in text or h in extra for h in certificate.hints):
        return 0.0, ""
    title = next((line for line in text.split("\n")[:12] if _is_title(certificate, line)), "")
    outside = not title and bool(re.search(certificate.title, extra))
    told = [(m[0], weight) for pattern, weight in certificate.tells if (m := re.search(pattern, text))]
    if certificate.needs_title and not title and not (outside and told):
        return 0.0, ""
    score = sum(weight for _, weight in told)
    score += TITLE_WEIGHT if title else 0.3 if outside else 0.0
    words = "、".join(
        dict.fromkeys(w.strip("\n\t")[:12] for w, _ in told if not w.strip("\n\t").isalnum() or not w[:1].isdigit())
    )
    said = [f"标题“{title}”"] if title else ["文件名"] if outside else []
    return score, "，".join([*said, f"印有{words}"] if words else said)


def _is_title(certificate: Certificate, line: str) -> bool:
    return len(line) <= WHOLE_LINE and "。" not in line and bool(re.search(certificate.title, line))


# ---------------------------------------------------------------- what it says


def read_certificate(certificate: Certificate, found: Sequence[Piece], *, ocr: bool = False) -> list[Said]:
    """The fields that could be read, each once, in the certificate's order; what is not there is not said."""
    text = "\n".join(p.text for p in found)
    starts: list[int] = []
    at = 0
    for piece in found:
        starts.append(at)
        at += len(piece.text) + 1
    out: dict[str, Said] = {}
    for label in certificate.fields:
        match = _value(certificate, label, text)
        if match is not None:
            out[label.id] = _said(label.id, label.name, match, label, found, starts, ocr)
    for id_, name, pattern in certificate.prose:
        prose = re.search(pattern, text)
        if prose is not None and id_ not in out:
            out[id_] = _said(id_, name, prose, None, found, starts, ocr)
    return list(out.values())


@cache
def _pattern(certificate_id: str, label_id: str) -> re.Pattern[str]:
    """label, optional bracket and colon, at most one line break, value."""
    certificate = BY_ID[certificate_id]
    label = next(f for f in certificate.fields if f.id == label_id)
    words = "|".join(re.escape(w) for w in sorted(label.labels, key=len, reverse=True))
    colon = r"[:\t]{0,2}"
    bracket = r"(?:\([^()\n]{1,12}\))?"
    before = "" if label.free else r"(?:(?<=[\n\t:,;、 (])|^|(?=(?:" + words + r")(?:\([^()\n]{1,12}\))?:))"
    return re.compile(rf"{before}(?:{words}){bracket}{colon}\n?{colon}(?P<v>{label.value})")


@cache
def _stops(certificate_id: str) -> re.Pattern[str]:
    """Where another label of the certificate begins inside a value."""
    certificate = BY_ID[certificate_id]
    free = [w for f in certificate.fields if f.free for w in f.labels]
    coloned = [w for f in certificate.fields if not f.free for w in f.labels]
    parts = [re.escape(w) for w in free] + [rf"{re.escape(w)}:" for w in coloned]
    parts += [r"(?:甲|乙)方:", "登记机关", "注册资本", "经营范围"]
    return re.compile("|".join(sorted(parts, key=len, reverse=True)))


@dataclass(frozen=True, slots=True)
class _Match:
    text: str
    start: int


def _value(certificate: Certificate, label: Label, text: str) -> _Match | None:
    """The first place where the label has a value that is not itself another label."""
    stops = _stops(certificate.id)
    for match in _pattern(certificate.id, label.id).finditer(text):
        value, start = match["v"], match.start("v")
        cut = stops.search(value)
        if cut is not None:
            value = value[: cut.start()]
        if label.wraps:
            value += _rest(text[start + len(value) :], stops)
        value = value.strip(",;:。、\n\t")
        if value and re.fullmatch(label.value, value.replace("\n", "")):
            return _Match(value.replace("\n", ""), start)
    return None


def _rest(after: str, stops: re.Pattern[str]) -> str:
    """Following lines of a value that wraps, up to the next label, a number or three lines."""
    out = ""
    for line in after.split("\n")[1:3] if after.startswith("\n") else []:
        if stops.match(line) or re.match(r"\d{15}", line) or "\t" in line or "居民身份证" in line or not line:
            break
        cut = stops.search(line)
        out += "\n" + (line[: cut.start()] if cut else line)
        if cut:
            break
    return out


def _said(
    id_: str,
    name: str,
    match: re.Match[str] | _Match,
    label: Label | None,
    found: Sequence[Piece],
    starts: Sequence[int],
    ocr: bool,
) -> Said:
    from bisect import bisect_right

    value, start = (match.text, match.start) if isinstance(match, _Match) else (match["v"], match.start("v"))
    piece = found[max(bisect_right(starts, start) - 1, 0)]
    return Said(id_, name, value, piece.location, piece.confidence, ocr)


def valid_until(value: str) -> date | None:
    """Last day of a 有效期限 (``2010.05.06-2030.05.06``); None for 长期 or what is no date."""
    from checkers.values.dates import parse_date

    days = re.findall(_DAY, value)
    if len(days) < 2:
        return None
    try:
        return parse_date(days[-1])
    except ValueError:
        return None
