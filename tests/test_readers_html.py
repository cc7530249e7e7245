"""Web pages in: the paper's own lines and tables, without what moves a visitor about the site."""

from __future__ import annotations

import quopri
from base64 import encodebytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.document import Document, Table
from docgen.errors import UnreadableError
from docgen.readers import read
from docgen.readers.limits import Limits
from docgen.readers.sniff import sniff


def page(body: str, head: str = "", limits: Limits | None = None) -> Document:
    return read("a.html", f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode(), limits)


def lines(body: str) -> list[str]:
    return [line.text for line in page(body).pages[0].lines]


def table(body: str) -> Table:
    return page(f"<table>{body}</table>").pages[0].tables[0]


def places(found: Table) -> dict[tuple[int, int, int, int], str]:
    return {(c.row, c.col, c.rowspan, c.colspan): c.text for c in found.cells}


def test_blocks_are_lines_and_spaces_are_as_seen() -> None:
    body = "<h1>关于开展补贴\n  申报的通知</h1><p>　　各单位：<br>现将有关&nbsp;<b>事项</b>通知如下 A  B\n<div>甲<span>乙</span></div>丙"
    assert lines(body) == ["关于开展补贴申报的通知", "各单位：", "现将有关 事项通知如下 A B", "甲乙", "丙"]


def test_what_page_it_is() -> None:
    document = page("<p>甲<p>乙")
    assert (document.format, document.reader, document.paged, document.warnings) == ("html", "html", False, [])
    assert [line.paragraph for line in document.pages[0].lines] == [1, 2]


def test_lists_keep_their_numbers() -> None:
    body = "<ol><li>条件<li>材料<ol type=a><li>身份证<li>毕业证</ol><li>时限</ol><ul><li>其他</ul><ol start=4><li>监督</ol>"
    assert lines(body) == ["1. 条件", "2. 材料", "a. 身份证", "b. 毕业证", "3. 时限", "其他", "4. 监督"]


def test_entities_preformatted_text_and_fields() -> None:
    assert lines("<pre>甲&lt;1\n  乙</pre>") == ["甲<1", "乙"]
    assert lines("<p>&#22995;名&emsp;&amp;") == ["姓名\u2003&"]
    body = "<p>性别：<input type=radio checked>男 <input type=radio>女<p>姓名：<input value=李晓明><input type=hidden value=x>"
    assert lines(body) == ["性别：☑男 ☐女", "姓名：李晓明"]
    assert lines("<p>学历：<select><option>请选择<option selected>本科</select>") == ["学历：本科"]


def test_spans_of_cells() -> None:
    found = table("<tr><th rowspan=2>姓名<th colspan=2>证件<tr><td>类型<td>号码<tr><td>李晓明<td>身份证<td>5001")
    assert (found.number, found.rows, found.cols) == (1, 3, 3)
    assert places(found) == {
        (0, 0, 2, 1): "姓名",
        (0, 1, 1, 2): "证件",
        (1, 1, 1, 1): "类型",
        (1, 2, 1, 1): "号码",
        (2, 0, 1, 1): "李晓明",
        (2, 1, 1, 1): "身份证",
        (2, 2, 1, 1): "5001",
    }


@given(
    st.lists(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=1, max_size=5), min_size=2, max_size=5)
)
def test_cells_never_lie_on_each_other(rows: list[list[tuple[int, int]]]) -> None:
    body = "".join("<tr>" + "".join(f"<td rowspan={r} colspan={c}>字" for r, c in row) for row in rows)
    found = table(body)
    assert len(found.cells) == sum(len(row) for row in rows)
    assert all(c.row >= 0 and c.row + c.rowspan <= found.rows and c.col + c.colspan <= found.cols for c in found.cells)
    corners = [(c.row, c.col) for c in found.cells]
    assert len(set(corners)) == len(corners)


def test_lines_and_tables_inside_a_cell() -> None:
    found = table("<tr><td>甲<br>乙<p>丙</p><td><table><tr><td>内<td>层</table>外<tr><td>丁<td>")
    assert found.cells[0].text == "甲\n乙\n丙"
    assert found.cells[1].text == "外"
    assert [c.text for c in found.cells[1].tables[0].cells] == ["内", "层"]
    assert found.cells[1].tables[0].number == 2


def test_a_table_of_one_cell_is_a_frame() -> None:
    document = page("<table><tr><td><h1>公告</h1><table><caption>附表</caption><tr><td>姓名<td>李晓明</table></table>")
    assert [line.text for line in document.pages[0].lines] == ["公告", "附表"]
    assert [t.number for t in document.pages[0].tables] == [1]


def test_what_belongs_to_the_site_is_left_out() -> None:
    body = (
        "<header><a href=/>门户</a></header><nav>导航</nav>"
        "<div id=topNav><ul><li>政务公开</ul></div><div class='bread-crumb nav'>位置</div>"
        "<script>var a='脚本'</script><style>p{}</style><div hidden>藏</div><p style='display: none'>隐</p><noscript>请启用</noscript>"
        "<div class=content><h1>通知</h1><p>正文正文正文正文正文正文正文正文正文正文正文正文正文</p></div>"
        "<aside>推荐</aside><div class=share><a>分享</a></div><div id=footer>主办</div><footer>承办</footer>"
        "<p>渝ICP备05003300号-1</p><p>渝公网安备 50019002500000号</p>"
    )
    assert lines(body) == ["通知", "正文" * 13]


def test_what_only_sounds_like_the_site_is_kept() -> None:
    assert lines("<article><header>重庆市人社局</header><p>正文</article>") == ["重庆市人社局", "正文"]
    assert lines("<div class=header>申请表</div><p>姓名：李晓明") == ["申请表", "姓名：李晓明"]
    assert lines("<div class='page nav-open'><div id=menu><a>首页</a></div><p>全文都在里面，一个字也不能少</div>") == [
        "全文都在里面，一个字也不能少"
    ]
    script = "<script>" + "x" * 5000 + "</script>"
    assert lines(f"{script}<div id=menu-page><p>全文都在里面<p>一个字也不能少</div><p>落款") == [
        "全文都在里面",
        "一个字也不能少",
        "落款",
    ]
    assert table("<tr class=header><td class=nav>姓名<td>学历").cells[0].text == "姓名"


@pytest.mark.parametrize(
    ("meta", "encoding"),
    [
        ('<meta charset="gb2312">', "gb18030"),
        ('<meta http-equiv=Content-Type content="text/html; charset=gbk">', "gb18030"),
        ("<meta charset=utf-8>", "utf-8"),
        ("<meta charset=utf-8>", "gb18030"),
        ("", "gb18030"),
        ("", "utf-16"),
        ("<meta charset=utf-8>", "utf-8-sig"),
        ("<meta charset=punycode>", "utf-8"),
        ("<meta charset=utf-16>", "utf-8"),
    ],
)
def test_encodings(meta: str, encoding: str) -> None:
    text = f"<html><head>{meta}</head><body><p>朱镕基同志的申请表</body></html>"
    assert read("a.htm", text.encode(encoding)).text() == "朱镕基同志的申请表"


def test_a_few_bad_bytes_are_said() -> None:
    data = "<html><head><meta charset=gb2312></head><body><p>姓名：李晓明".encode("gb18030") + b"\xff\xff</body></html>"
    document = read("a.html", data)
    assert "姓名：李晓明" in document.text()
    assert any("编码错误" in warning for warning in document.warnings)


def test_a_table_under_another_name_is_read_by_content() -> None:
    document = read("名单.xls", "<table><tr><td>姓名<td>学历<tr><td>李晓明<td>本科</table>".encode("gb18030"))
    assert document.text() == "姓名\t学历\n李晓明\t本科"
    assert any("网页文件" in warning for warning in document.warnings)


def archive(body: bytes, coding: str, kind: str = "text/html") -> bytes:
    head = (
        "From: <Saved by Blink>\r\nSubject: =?utf-8?Q?=E8=A1=A8?=\r\nDate: Fri, 1 Aug 2025 00:00:00 -0000\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="--b"\r\n\r\n----b\r\nContent-Type: image/png\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n----b\r\n"
        f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {coding}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n----b--\r\n"


def test_web_archives() -> None:
    html = "<html><head><meta charset=gb2312></head><body><p>姓名：李晓明</body></html>".encode("gb18030")
    for data in (archive(quopri.encodestring(html), "quoted-printable"), archive(encodebytes(html), "base64")):
        document = read("a.mht", data)
        assert (document.text(), document.format, document.reader, document.warnings) == (
            "姓名：李晓明",
            "mht",
            "html",
            [],
        )
    single = b"From: <Saved by Windows Internet Explorer 8>\nSubject: a\nDate: b\nMIME-Version: 1.0\n"
    single += b'Content-Type: text/html; charset="gb2312"\nContent-Transfer-Encoding: 8bit\n\n' + html
    assert read("a.mht", single).text() == "姓名：李晓明"


def test_an_archive_without_a_page_and_a_page_without_text_are_refused() -> None:
    with pytest.raises(UnreadableError, match="没有网页"):
        read("a.mht", archive(b"x", "7bit", "text/plain"))
    with pytest.raises(UnreadableError, match="没有文字"):
        page("<script>document.write('x')</script>")
    assert sniff(b"<html>").code == "html"
    with pytest.raises(UnreadableError, match="没有文字"):
        read("a.html", b"<html>")


def test_hostile_html_of_nested_divs_is_read_with_its_tables() -> None:
    deep = "<div>" * 100_000 + "<table><tr><td>姓名<td>李晓明</table>" + "</div>" * 100_000 + "<p>落款"
    document = page(deep)
    assert document.text() == "姓名\t李晓明\n落款"
    assert any("层次过深" in warning for warning in document.warnings)
    assert lines("<font>" * 1000 + "字") == ["字"]


def test_hostile_html_of_nested_tables_is_bounded() -> None:
    document = page("<table><tr><td>甲<td>乙" * 5000)
    assert document.pages[0].tables[0].cells[0].text == "甲"
    assert any("嵌套超过 20 层" in warning for warning in document.warnings)
    assert any("可能没有读取" in warning for warning in document.warnings)


def test_hostile_html_spans_and_numbers() -> None:
    found = page("<table><tr><td colspan=99999999>甲<td>乙<tr><td rowspan=99999999>丙<td>丁</table>")
    assert found.pages[0].tables[0].cols == 500
    assert "乙" in found.text()
    assert "丁" in found.text()
    assert any("超过 500 列" in warning for warning in found.warnings)
    assert lines("<ol start=99999999999><li>甲</ol>") == ["1. 甲"]


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(paragraphs=3), "段落超过 3 个"),
        (Limits(characters=3), "文字超过"),
        (Limits(cells=3), "单元格超过 3 个"),
        (Limits(xml_nodes=10), "结构过于庞大"),
    ],
)
def test_hostile_html_over_a_limit_is_refused(limits: Limits, words: str) -> None:
    with pytest.raises(UnreadableError, match=words):
        page("<p>一<p>二<p>三<p>四<table><tr><td>1<td>2<tr><td>3<td>4</table>", limits=limits)


def test_hostile_html_entities_and_files_are_not_fetched() -> None:
    data = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]><html><body><p>甲&x;<iframe src="file:///etc/hostname"></iframe>'
    text = read("a.html", data.encode()).text()
    assert "甲&x;" in text


def test_hostile_web_archive_of_parts_within_parts() -> None:
    nested = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b0\n\n"
    for i in range(3000):
        nested += b"--b%d\nContent-Type: multipart/related; boundary=b%d\n\n" % (i, i + 1)
    with pytest.raises(UnreadableError):
        read("a.mht", nested)
