"""Arithmetic that the paper does itself: 大写 and 小写, shares of a whole, totals of a table, rate times number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from checkers.report import Finding
from checkers.values.money import from_capital
from checkers.values.numerals import chinese_integer
from docgen.document import Table
from docgen.linting.catalogue import Place, finding
from docgen.linting.draft import Draft, Scope, cell_place, clip, named_cell, place_of, texts_of
from docgen.notices.model import Node, table_rows

_CAPITAL = r"[零〇一二三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]"
_MONEY = rf"(?:人民币)?(?:大写[:：]?)?(?P<capital>{_CAPITAL}{{1,20}}[元圆](?:{_CAPITAL}角)?(?:零?{_CAPITAL}分)?[整正]?)"
_FIGURES = (
    r"(?:小写[:：]?)?(?:人民币)?[¥￥]?\s?(?P<figures>\d[\d,，]{0,18}(?:\.\d{1,2})?)\s?(?P<scale>[万亿]?元?)(?:整)?"
)
_TWICE = (
    re.compile(rf"{_MONEY}[（(]\s?{_FIGURES}\s?[）)]"),
    re.compile(rf"(?<![\d,，.]){_FIGURES}[（(]\s?{_MONEY}\s?[）)]"),
)
_BOTH = re.compile(
    r"(?<![第\d一二三四五六七八九十百千万])(?P<word>[一二两三四五六七八九十百]{1,6})[（(](?P<digits>\d{1,4})[）)](?=个|日|天|份|名|年|月|人|家|项|次|倍)"
)
_WHOLE = re.compile(r"总成绩|综合成绩|总分|权重|笔试|面试|折合")
_SHARE = re.compile(r"(?:占|按|权重为?|比例为?)\s?(?P<share>\d{1,3}(?:\.\d{1,2})?)[%％]")
_TOTALS = frozenset({"合计", "总计", "共计", "合计数", "总数"})
_NOT_SUMMED = re.compile(
    r"率|比|标准|单价|平均|人均|年限|序号|编号|代码|电话|占|%|％|日期|时间|年份|备注|账号|卡号|证号"
)
_PLAIN = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d{1,15}(?:\.\d+)?")
_BLANK = frozenset({"", "-", "—", "——", "/", "无", "－"})
_PARTS = re.compile(r"小计|其中|合计|总计")
_RATE = re.compile(r"标准|单价")
_COUNT = re.compile(r"人数|数量|人次")
_MONTHS = re.compile(r"月数|月份数|补贴月|期限（月|时长（月")
_SUM = re.compile(r"金额|合计|小计|总额")


def check_sums(draft: Draft) -> Iterator[Finding]:
    for scope, node in draft.placed():
        for text, place in texts_of(node, scope):
            if "（" in text or "(" in text:
                yield from _capitals(text, place)
        yield from _shares(node, scope)
        if node.table is not None:
            yield from _table(node, node.table, scope)


# ---------------------------------------------------------------- in a sentence


def _capitals(text: str, place: Place) -> Iterator[Finding]:
    for pattern in _TWICE:
        for match in pattern.finditer(text):
            try:
                said = from_capital(match["capital"])
            except ValueError:
                continue
            scale = {"万": 10**4, "亿": 10**8}.get(match["scale"][:1], 1)
            figures = Decimal(re.sub("[,，]", "", match["figures"])) * scale
            if said != figures:
                quoted = clip(match[0])
                yield finding("amount-capitals", place, quoted=quoted, actual=quoted)
    for match in _BOTH.finditer(text):
        try:
            same = chinese_integer(match["word"]) == int(match["digits"])
        except ValueError:
            continue
        if not same:
            yield finding("amount-capitals", place, quoted=match[0], actual=match[0])


def _shares(node: Node, scope: Scope) -> Iterator[Finding]:
    """Shares of one mark in one sentence. A sentence with conditions may tell two ways of marking: it is passed over."""
    for sentence in re.split(r"[。；;\n]", node.text):
        shares = [Decimal(s) for s in _SHARE.findall(sentence)]
        if len(shares) < 2 or not _WHOLE.search(sentence) or sum(sentence.count(s) for s in "%％") != len(shares):
            continue
        total = sum(shares)
        if total != 100:
            yield finding(
                "percent-sum", place_of(node, scope), quoted=clip(sentence), total=_plain(total), actual=clip(sentence)
            )


# ---------------------------------------------------------------- in a table


def _table(node: Node, table: Table, scope: Scope) -> Iterator[Finding]:
    if table.bulk is not None or table.rows < 3:
        return
    rows = table_rows(table)
    head = _head_rows(rows)
    if not head:
        return
    titles = [" ".join(dict.fromkeys(row[c] for row in rows[:head])).replace(" ", "") for c in range(table.cols)]
    yield from _column_sums(node, table, rows, head, titles, scope)
    yield from _products(node, table, rows, head, titles, scope)


def _head_rows(rows: list[list[str]]) -> int:
    """Rows above the first one that holds a number; 0 where there is none or the table is all text."""
    for i, row in enumerate(rows):
        if any(_number(cell) is not None for cell in row):
            return i if i <= 3 else 0
    return 0


def _column_sums(
    node: Node, table: Table, rows: list[list[str]], head: int, titles: list[str], scope: Scope
) -> Iterator[Finding]:
    """A table with one total row, first or last, and no rows of partial totals; merged cells make a column uncertain."""
    totals = [i for i in range(head, len(rows)) if {c.replace(" ", "") for c in rows[i][:2]} & _TOTALS]
    if len(totals) != 1 or totals[0] not in (head, len(rows) - 1):
        return
    at = totals[0]
    others = [i for i in range(head, len(rows)) if i != at]
    if len(others) < 2 or any(_PARTS.search(cell) for i in others for cell in rows[i][:3]):
        return
    merged = {
        c
        for cell in table.cells
        if cell.rowspan > 1 or cell.colspan > 1
        for c in _columns(cell.col, cell.colspan)
        if cell.row >= head and cell.row != at
    }
    for column in range(1, table.cols):
        total = _number(rows[at][column])
        if total is None or column in merged or _NOT_SUMMED.search(titles[column]):
            continue
        texts = [rows[i][column] for i in others]
        values = [_number(text) for text in texts]
        if any(v is None and t not in _BLANK for v, t in zip(values, texts, strict=True)) or not any(values):
            continue
        given = [v for v in values if v is not None]
        if abs(sum(given, Decimal(0)) - total) > _slack([*given, total]):
            yield _sum_finding(node, table, at, column, titles[column], sum(given, Decimal(0)), rows[at][column], scope)


def _columns(first: int, span: int) -> range:
    return range(first, first + span)


def _slack(values: list[Decimal]) -> Decimal:
    """Half a unit of the last printed place for each value that was rounded; nothing for whole numbers."""
    places = max(max(0, -int(v.as_tuple().exponent)) for v in values)
    return Decimal(0) if places == 0 else Decimal(len(values)) / 2 / 10**places


def _sum_finding(
    node: Node, table: Table, row: int, column: int, title: str, total: Decimal, written: str, scope: Scope
) -> Finding:
    return finding(
        "column-sum",
        cell_place(node, table, row, column, scope),
        column=title or named_cell(node, table, row, column),
        total=_plain(total),
        written=written,
        expected=_plain(total),
        actual=written,
    )


def _products(
    node: Node, table: Table, rows: list[list[str]], head: int, titles: list[str], scope: Scope
) -> Iterator[Finding]:
    """Rate × number (× months) = sum, where exactly one column is each and the rate says 元."""
    rate, count = _only(_RATE, titles), _only(_COUNT, titles)
    total, months = _only(_SUM, titles), _only(_MONTHS, titles)
    if rate is None or count is None or total is None or len({rate, count, total}) < 3:
        return
    if "元" not in titles[rate] or ("月" in titles[rate] and months is None) or "万元" in titles[total] + titles[rate]:
        return
    factors = [rate, count] + ([months] if months is not None else [])
    for i in range(head, len(rows)):
        values = [_number(rows[i][c]) for c in factors]
        written = _number(rows[i][total])
        known = [v for v in values if v is not None]
        if written is None or len(known) < len(values):
            continue
        product = Decimal(1)
        for value in known:
            product *= value
        if product != written:
            formula = "×".join(rows[i][c] for c in factors) + f"={_plain(product)}"
            yield finding(
                "row-product",
                cell_place(node, table, i, total, scope),
                row=i + 1,
                formula=formula,
                written=rows[i][total],
                expected=_plain(product),
                actual=rows[i][total],
            )


def _only(pattern: re.Pattern[str], titles: list[str]) -> int | None:
    found = [i for i, title in enumerate(titles) if pattern.search(title)]
    return found[0] if len(found) == 1 else None


def _number(text: str) -> Decimal | None:
    plain = text.replace(" ", "").replace("，", ",")
    return Decimal(plain.replace(",", "")) if _PLAIN.fullmatch(plain) else None


def _plain(value: Decimal | int) -> str:
    text = f"{Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
