"""Data → any form → paper → ``docgen extract`` → the same data, for every form of the encoded policies."""

from __future__ import annotations

import re
import struct
import unicodedata
import zlib
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkers.packs import library
from checkers.policy import Field, Form
from checkers.values.types import parse_value, same_option, to_plain
from docgen.document import Document
from docgen.extracting import extract_form
from docgen.forms.blanks import blank_ids
from docgen.libreoffice import find_soffice
from docgen.readers import read
from docgen.rendering.fill import fill_form, written
from docgen.rendering.manifest import Variable, catalogue
from docgen.rendering.pictures import Picture
from docgen.rendering.showing import pdf_of

FORMS = {m.key: m for m in catalogue() if m.kind == "form"}
WRAPPED = {"cn-gaozhi-commitment-letter.letter": {"proof_name", "legal_basis", "verification"}}
"""Blanks outside tables whose sample goes on over the next line: in a PDF the reader takes the first line."""

INK = {"signature", "seal", "pledge"}
"""What ``extract`` shows as marks, not as data."""


# ---------------------------------------------------------------- invented values


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    head = struct.pack(">2L5B", 2, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 7)) + chunk(b"IEND", b"")


def resident_id(born: date, order: int) -> str:
    body = f"500103{born:%Y%m%d}{order:03d}"
    return body + "10X98765432"[sum(int(c) * (2 ** (17 - i) % 11) for i, c in enumerate(body)) % 11]


def uscc(order: int) -> str:
    body, signs = f"91500103MA{order:07d}", "0123456789ABCDEFGHJKLMNPQRTUWXY"
    return body + signs[-sum(signs.index(c) * 3**i for i, c in enumerate(body)) % 31]


def card(order: int) -> str:
    body = f"622200{order:012d}"
    digits = [int(c) * (2 if i % 2 == 0 else 1) for i, c in enumerate(reversed(body))]
    return body + str(-sum(d // 10 + d % 10 for d in digits) % 10)


DAYS = st.dates(date(1960, 1, 1), date(2029, 12, 31))
ORDERS = st.integers(1, 999)
NAMES = st.builds(
    str.__add__, st.sampled_from("李王张刘陈周吴郑欧"), st.sampled_from(["晓明", "安禾", "一诺", "清", "阳·艾力"])
)
PHRASES = st.sampled_from(
    [
        "样例电气设备维护",
        "软件测试",
        "A-12号库房",
        "中级（四级）",
        "第3批",
        "《样例办法》第二条",
        "情况属实",
        "2018级",
        "同意",
    ]
)
TEXTS = PHRASES | st.lists(PHRASES, min_size=2, max_size=5, unique=True).map("，".join)
LONG_TEXTS = TEXTS | st.lists(PHRASES, min_size=10, max_size=30).map("，".join).map("{}。".format)
MONTHS = st.builds(lambda d: f"{d.year}年{d.month}月", DAYS)


def span(days: list[date], form: str) -> str:
    return "/".join(d.strftime(form) for d in sorted(days))


BY_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "person_name": NAMES,
    "organisation": st.sampled_from(["重庆样例科技有限公司", "样例物流（西部）有限公司江北分公司", "样例街道办事处"]),
    "address": st.builds("重庆市江北区样例路{}号{}".format, ORDERS, st.sampled_from(["", "3-1", "2幢5单元6-2"])),
    "date": DAYS,
    "month": MONTHS,
    "date_or_month": DAYS | MONTHS,
    "month_range": st.lists(DAYS, min_size=2, max_size=2).map(lambda d: span(d, "%Y-%m")),
    "date_range": st.lists(DAYS, min_size=2, max_size=2).map(lambda d: span(d, "%Y-%m-%d")),
    "money": st.integers(1, 99999) | st.decimals(1, 99999, places=2),
    "integer": st.integers(0, 9999),
    "number": st.integers(0, 100) | st.decimals(1, 100, places=1),
    "resident_id": st.builds(resident_id, DAYS, ORDERS),
    "id_document": st.builds(resident_id, DAYS, ORDERS) | st.builds("H{:08d}".format, ORDERS),
    "uscc": st.builds(uscc, ORDERS),
    "bank_card": st.builds(card, ORDERS),
    "bank_account": st.builds("1101010400{:08d}".format, ORDERS),
    "mobile": st.builds("13900{:06d}".format, ORDERS),
    "phone": st.builds("13900{:06d}".format, ORDERS) | st.builds("023-6000{:04d}".format, ORDERS),
    "postcode": st.builds("400{:03d}".format, ORDERS),
    "email": st.builds("sample_{}@example.com".format, ORDERS),
    "url": st.builds("https://www.example.com/{}".format, ORDERS),
    "sex": st.sampled_from("男女"),
    "yes_no": st.sampled_from("是否"),
    "tick": st.booleans(),
    "signature": NAMES,
    "seal": st.just(Picture(png(), 30, floating=True)),
}


BY_NAME = {"district": st.sampled_from(["样例", "江北"])}
"""Blanks in a title hold a word."""


def values_of(variable: Variable, field: Field | None) -> st.SearchStrategy[Any]:
    """Of the master's type; a blank of plain text holds what the policy wants there."""
    if variable.id in BY_NAME:
        return BY_NAME[variable.id]
    if variable.type == "roster":
        return st.lists(row_of(variable, field), min_size=1, max_size=8)
    if variable.type == "ticks":
        return st.lists(st.sampled_from(variable.options), min_size=1, unique=True)
    if options := variable.options or (field.options if field else ()):
        return st.sampled_from(list(options))
    if variable.type == "pledge":
        return st.just(variable.sample)
    return BY_TYPE[field.type if field and variable.type == "text" else variable.type]


def row_of(roster: Variable, field: Field | None) -> st.SearchStrategy[dict[str, Any]]:
    """The first column is always filled: a row without a name is no row."""
    columns = {c.id: values_of(c, field.columns.get(c.id) if field else None) for c in roster.columns}
    first = roster.columns[0].id
    return st.fixed_dictionaries({first: columns.pop(first)}, optional=columns)


@cache
def data_of(key: str) -> st.SearchStrategy[dict[str, Any]]:
    form = form_of(key)
    inside = {
        name for sentence in form.sentences for name in blank_ids(sentence)
    }  # a blank in a sentence holds few words
    blanks = {v.id: values_of(v, form.fields.get(v.id)) for v in FORMS[key].variables}
    long = {name for name, strategy in blanks.items() if strategy is TEXTS and name not in inside}
    return st.fixed_dictionaries({}, optional=blanks | dict.fromkeys(long, LONG_TEXTS))


# ---------------------------------------------------------------- what must come back


def plain(field: Field, value: Any) -> Any:
    """The value as the contract's JSON has it."""
    if value is None or value in ("", []):
        return None
    if field.type == "roster":
        return [{key: plain(column, row.get(key)) for key, column in field.columns.items()} for row in value]
    if field.type == "ticks":
        return [o for o in field.options if any(same_option(str(v), o) for v in value)]  # as printed, not as ticked
    text = value if isinstance(value, bool) else written(value[0] if isinstance(value, list) else value)
    return to_plain(parse_value(field.type, text, unit=field.unit, options=field.options), field.type)


def folded(value: Any) -> Any:
    """Width does not count: a reader may write （） or ()."""
    if isinstance(value, str):
        return unicodedata.normalize("NFKC", value).replace(" ", "")
    if isinstance(value, list):
        return [folded(v) for v in value]
    return {k: folded(v) for k, v in value.items()} if isinstance(value, dict) else value


@cache
def form_of(key: str) -> Form:
    manifest = FORMS[key]
    return library().load(manifest.policy).policy.forms[manifest.id]


def gathered(key: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data as the policy names it: rows that are single blanks of the master are rows of one roster there."""
    out = dict(data)
    if key == "cq-internship-base-annual-evaluation.evaluation":
        out["scores"] = [{"score": data.get(v.id)} for v in FORMS[key].variables if v.id.startswith("score_")]
    if key == "cq-startup-loan-partnership.application":  # the first row is the applicant's
        columns = form_of(key).fields["partners"].columns
        out["partners"] = [{c: data.get(c) for c in columns}, *data.get("partners", [])]
    return out


def compare(key: str, data: Mapping[str, Any], document: Document) -> dict[str, tuple[Any, Any]]:
    """What came back as something else: id → (expected, read). A blank that no policy reads must stand on the paper."""
    manifest, form = FORMS[key], form_of(key)
    extract = extract_form(document, manifest.policy)
    assert extract.recognised, "the form itself was not recognised"
    assert manifest.id in extract.forms
    got = {f.id: f.value for f in extract.fields}
    data = gathered(key, data)
    kinds = {v.id: v for v in manifest.variables}
    wrong = {}
    for name in dict.fromkeys([*kinds, *data]):
        field = form.fields.get(name)
        if field is None:
            continue
        expected, value = plain(field, data.get(name)), got[name]
        if field.type == "tick":
            expected = bool(expected)
        elif field.type == "roster":  # what the form prints in its rows is not data
            columns = {c.id for c in kinds[name].columns} if name in kinds else {"score"}
            expected, value = (rows_of(columns, rows) for rows in (expected, value))
        if folded(expected) != folded(value):
            wrong[name] = (expected, value)
    on_paper = folded(re.sub(r"\s", "", document.text()))
    for name, variable in kinds.items():
        if name not in form.fields and variable.type not in INK:
            lost = [t for t in texts_of(data.get(name)) if folded(re.sub(r"\s", "", t)) not in on_paper]
            if lost:
                wrong[name] = (lost, None)
    return wrong


def texts_of(value: Any) -> list[str]:
    if isinstance(value, list):
        return [t for item in value for t in texts_of(item)]
    if isinstance(value, dict):
        return [t for item in value.values() for t in texts_of(item)]
    return [] if value is None or isinstance(value, bool) else [written(value)]


def rows_of(columns: set[str], rows: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    own = [{key: row[key] for key in row if key in columns} for row in rows or []]
    return [row for row in own if any(v is not None for v in row.values())]


@pytest.mark.parametrize("key", FORMS)
@given(data=st.data())
@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_what_goes_into_a_form_comes_out_of_it(key: str, data: st.DataObject) -> None:
    values = data.draw(data_of(key))
    paper = fill_form(FORMS[key].path, values)
    assert compare(key, values, read("表.docx", paper)) == {}


def sample_of(key: str) -> dict[str, Any]:
    """The sample of the master; a seal is a picture, as it is on paper."""
    given = {v.id: v.sample for v in FORMS[key].variables if v.sample is not None}
    seals = {v.id for v in FORMS[key].variables if v.type == "seal"}
    return {name: Picture(png(), 30, floating=True) if name in seals else value for name, value in given.items()}


@pytest.mark.parametrize("key", FORMS)
def test_the_sample_of_a_form_comes_out_of_it(key: str) -> None:
    values = sample_of(key)
    assert compare(key, values, read("表.docx", fill_form(FORMS[key].path, values, flatten=True))) == {}


@pytest.mark.skipif(find_soffice() is None, reason="LibreOffice is not installed")
def test_a_form_printed_to_pdf_says_the_same() -> None:
    """All forms in one run of LibreOffice."""
    papers = pdf_of([fill_form(FORMS[key].path, sample_of(key), flatten=True) for key in FORMS])
    wrong = {key: compare(key, sample_of(key), read("表.pdf", pdf)) for key, pdf in zip(FORMS, papers, strict=True)}
    assert {key: set(fields) for key, fields in wrong.items() if fields} == WRAPPED
