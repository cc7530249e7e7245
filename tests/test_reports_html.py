"""The reviewer's page: well-formed, self-contained, its marks in place, and deaf to what hostile papers say."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_reports_wording import FORM, ID_BOX, empty, sample

from checkers.report import FieldValue, Location, Paper, Report
from docgen.reports import render
from docgen.reports.pages import page_count, page_images, png

VOID = {"meta", "img", "br", "link", "hr", "input"}


class Page(HTMLParser):
    """Elements with their attributes; fails when tags do not nest."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.feed(source)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {k: v or "" for k, v in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def having(self, name: str) -> list[str]:
        return [a[name] for _, a in self.elements if name in a]


def html(report: Report, papers: dict[str, bytes] | None = None, **settings: str) -> str:
    out = render(report, "html", papers=papers, settings=settings)
    assert isinstance(out, str)
    return out


def pdf(pages: int = 1) -> bytes:
    """A PDF of empty pages of 400 by 800 points."""
    kids = " ".join(f"{i + 3} 0 R" for i in range(pages))
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Count {pages}/Kids[{kids}]>>"]
    objects += ["<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 800]>>"] * pages
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj{content}endobj\n".encode()
    table = "".join(f"{o:010d} 00000 n \n" for o in offsets)
    trailer = (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(objects) + 1}/Root 1 0 R>>\n"
    )
    return body + f"{trailer}startxref\n{len(body)}\n%%EOF".encode()


@pytest.mark.parametrize("report", [sample(), empty()])
def test_the_page_nests_and_loads_nothing(report: Report) -> None:
    source = html(report, {FORM: pdf(2)})
    page = Page(source)
    assert "http" not in source.replace("http-equiv", "")
    assert all(value.startswith("data:image/png;base64,") for value in page.having("src"))
    assert all(value.startswith("#") for value in page.having("href"))
    assert not {tag for tag, _ in page.elements} & {"script", "link", "iframe", "object", "form"}
    assert "url(" not in source
    assert "@import" not in source


def test_the_security_policy_forbids_everything_but_data_images_and_inline_styles() -> None:
    policy = next(a["content"] for _, a in Page(html(empty())).elements if a.get("http-equiv"))
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline'")


def test_every_anchor_leads_somewhere_and_ids_are_unique() -> None:
    page = Page(html(sample(), {FORM: pdf(2)}))
    ids = page.having("id")
    assert len(ids) == len(set(ids))
    assert {h[1:] for h in page.having("href")} <= set(ids)


def test_a_box_stands_in_per_cent_of_the_page() -> None:
    page = Page(html(sample(), {FORM: pdf(2)}))
    box = next(a for _, a in page.elements if a.get("class") == "box error")
    # x 150…330 of 400 points, y 152…172 of 800, two points of margin on each side
    assert box["style"] == "left:37.00%;top:18.75%;width:46.00%;height:3.00%"
    assert "校验码不对" in box["title"]


def test_two_findings_at_one_place_share_a_box() -> None:
    report = sample()
    report.findings.append(replace(report.findings[2], severity="warning", message="另一问题"))
    page = Page(html(report, {FORM: pdf(2)}))
    titles = [a["title"] for _, a in page.elements if a.get("class") == "box error"]
    assert len(titles) == 1
    assert "另一问题" in titles[0]


def test_a_box_outside_the_page_is_clipped_to_it() -> None:
    report = sample()
    wild = replace(ID_BOX, bbox=(-50.0, -50.0, 9999.0, 9999.0))
    report.findings[2] = replace(report.findings[2], locations=(wild,))
    assert "left:0.00%;top:0.00%;width:100.00%;height:100.00%" in html(report, {FORM: pdf(2)})


def test_a_paper_without_images_is_a_table_of_its_fields() -> None:
    source = html(sample(), {FORM: pdf(2), "承诺书.docx": b"PK\x03\x04"})
    section = source.split('id="d2"')[1].split("</section>")[0]
    assert "联系电话" in section
    assert "13800138000" in section
    assert "第3行 身份证号码" in section
    assert section.count('class="chip') == 3


def test_without_papers_all_papers_are_tables() -> None:
    source = html(sample())
    assert "<img" not in source
    assert "500103200001010019" in source.split("<aside>")[0]


def test_a_paper_that_cannot_be_drawn_keeps_its_findings() -> None:
    source = html(sample(), {FORM: b"%PDF-1.4 broken", "损坏.pdf": b""})
    assert "此文件没有可显示的页面或字段" in source
    assert "损坏.pdf 不能读取：文件不完整。" in source


def test_at_most_thirty_pages_are_drawn_those_with_findings_first() -> None:
    report = sample()
    report.documents = [replace_paper(report.documents[0], 40)]
    report.findings[2] = replace(report.findings[2], locations=(Location(FORM, page=38, bbox=(1.0, 1.0, 9.0, 9.0)),))
    source = html(report, {FORM: pdf(40)})
    assert source.count("<img") == 30
    assert "第 38 页" in source
    assert "第 30–37、39–40 页，请看原件" in source


def replace_paper(paper: Paper, pages: int) -> Paper:
    return Paper(paper.path, paper.sha256, paper.format, pages, paper.reader, paper.material, paper.confidence)


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"


def test_hostile_words_stay_words() -> None:
    report = sample()
    report.service.name = HOSTILE
    report.documents[1].path = HOSTILE
    report.fields = [FieldValue(HOSTILE, HOSTILE, HOSTILE, [{HOSTILE: HOSTILE}], 1.0, Location(HOSTILE, cell=HOSTILE))]
    words: dict[str, Any] = dict.fromkeys(("message", "suggestion", "expected", "actual", "label", "rule"), HOSTILE)
    report.findings = [replace(f, **words) for f in report.findings]
    source = html(report, {FORM: pdf(2)}, office=HOSTILE)
    page = Page(source)
    assert "script" not in {tag for tag, _ in page.elements}
    assert not [a for _, a in page.elements if "onerror" in a]
    assert "{{ 7*7 }}" in source
    assert "49" not in re.sub(r"data:[^\"]*|left:[^\"]*", "", source.split("</style>")[1])


def test_cards_say_law_expectation_and_remedy() -> None:
    source = html(sample(), office="某区人力资源和社会保障局")
    card = source.split('id="f1"')[1].split("</article>")[0]
    for words in (
        "校验码不对",
        "渝人社发〔2024〕17号",
        "一(一)2",
        "18 位，末位为校验码",
        "请申请人按居民身份证重新填写",
    ):
        assert words in card
    assert "某区人力资源和社会保障局" in source
    assert "按 2024年8月20日 有效的政策审查" in source


def test_a_pass_is_said_in_words() -> None:
    source = html(empty())
    assert '<div class="verdict pass">通过</div>' in source
    assert "所查各项均未发现问题" in source


def test_pages_are_png_of_the_right_size() -> None:
    (image,) = page_images(pdf(3), [2])
    data = base64.b64decode(image.uri.split(",")[1])
    assert (image.number, image.width, image.height) == (2, 400.0, 800.0)
    assert struct.unpack(">II", data[16:24]) == (612, 1223)  # 110 dpi


def test_a_photograph_is_shown_as_it_is_and_other_files_are_not() -> None:
    photograph = b"\xff\xd8\xff\xe0" + b"0" * 20
    assert page_images(photograph, [1])[0].uri.startswith("data:image/jpeg;base64,")
    assert page_count(b"<svg onload=alert(1)>") == 0
    assert page_images(b"PK\x03\x04", [1]) == []


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 3), st.binary(min_size=150, max_size=150))
def test_png_keeps_pixels_to_the_nearest_shade(width: int, height: int, slack: int, noise: bytes) -> None:
    stride = width * 3 + slack
    pixels = noise[: stride * height]
    data = png(pixels, width, height, stride, 3)
    at = data.index(b"IDAT")
    rows = zlib.decompress(data[at + 4 : at + 4 + struct.unpack(">I", data[at - 4 : at])[0]])
    for y in range(height):
        line = rows[y * (width * 3 + 1) + 1 : (y + 1) * (width * 3 + 1)]
        assert all(abs(a - b) <= 8 for a, b in zip(line, pixels[y * stride : y * stride + width * 3], strict=True))
