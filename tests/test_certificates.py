"""Certificates as printed pages, Word tables and lines of a scan; all persons and organisations are invented."""

from __future__ import annotations

from datetime import date

import pytest

from docgen.certificates import (
    BY_ID,
    Piece,
    certificates_in,
    fold_line,
    pieces,
    read_certificate,
    valid_until,
)
from docgen.document import Cell, Document, Line, Page, Table, Word

FRONT = [
    "姓名林知夏",
    "性别女民族汉",
    "出生1998年5月6日",
    "住址重庆市渝北区样例路12号3",
    "幢2-1",
    "公民身份号码500112199805060048",
]


def paper(lines: list[str], *, ocr: bool = True) -> Document:
    blocks: list[Line | Table] = [Line(t, (50, 50 + 20 * n, 300, 64 + 20 * n)) for n, t in enumerate(lines)]
    return Document("卡.jpg", "jpeg", "image-ocr" if ocr else "pdf-text", pages=[Page(1, 600, 800, blocks)])


def said(id_: str, lines: list[str]) -> dict[str, str]:
    return {s.id: s.value for s in read_certificate(BY_ID[id_], pieces(paper(lines)))}


def kinds(lines: list[str], *titles: str) -> list[str]:
    return [c.id for c, _, _ in certificates_in(pieces(paper(lines)), titles=titles)]


def test_identity_card_front_from_the_lines_of_a_scan() -> None:
    assert kinds(FRONT) == ["id_card_front"]
    assert said("id_card_front", FRONT) == {
        "name": "林知夏",
        "sex": "女",
        "nation": "汉",
        "born": "1998年5月6日",
        "address": "重庆市渝北区样例路12号3幢2-1",
        "id_number": "500112199805060048",
    }


@pytest.mark.parametrize(
    "lines",
    [
        ["姓 名  林知夏", "性 别 女  民 族 汉", "公民身份号码", "500112199805060048", "住 址 重庆市渝北区样例路12号"],
        [
            "姓名：林知夏",
            "性别：女    民族：汉",
            "住址：重庆市渝北区样例路12号",
            "公民身份号码：5001 1219 9805 0600 48",
        ],
        [
            "姓名",
            "林知夏",
            "性别",
            "女",
            "民族",
            "汉",
            "住址",
            "重庆市渝北区样例路12号",
            "公民身份号码",
            "500112199805060048",
        ],
    ],
)
def test_labels_without_colons_spread_out_or_over_their_values(lines: list[str]) -> None:
    found = said("id_card_front", lines)
    assert (found["name"], found["sex"], found["nation"]) == ("林知夏", "女", "汉")
    assert found["id_number"] == "500112199805060048"
    assert found["address"] == "重庆市渝北区样例路12号"


def test_identity_card_back_with_an_end_and_without() -> None:
    lines = ["中华人民共和国", "居民身份证", "签发机关重庆市公安局渝北区分局", "有效期限2016.03.08-2036.03.08"]
    assert kinds(lines) == ["id_card_back"]
    assert said("id_card_back", lines) == {"issuer": "重庆市公安局渝北区分局", "valid": "2016.03.08-2036.03.08"}
    assert valid_until("2016.03.08-2036.03.08") == date(2036, 3, 8)
    assert valid_until("2016.03.08-长期") is None
    assert said("id_card_back", [*lines[:3], "有效期限", "2016.03.08-长期"])["valid"] == "2016.03.08-长期"


def test_both_sides_on_one_sheet() -> None:
    sheet = ["居民身份证复印件", *FRONT, "签发机关重庆市公安局渝北区分局", "有效期限2016.03.08-2036.03.08"]
    assert sorted(kinds(sheet)) == ["id_card_back", "id_card_front"]
    assert said("id_card_back", sheet)["valid"] == "2016.03.08-2036.03.08"


def test_social_security_card() -> None:
    lines = ["中华人民共和国社会保障卡", "姓名 林知夏", "社会保障号码 500112199805060048", "发卡日期 2020年3月"]
    assert kinds(lines) == ["social_security_card"]
    assert said("social_security_card", lines) == {"name": "林知夏", "id_number": "500112199805060048"}


def test_diploma_in_sentences_and_with_labels() -> None:
    prose = [
        "普通高等学校",
        "毕业证书",
        "学生 林知夏 性别 女，一九九八年五月六日生，于二〇一六年九月至二〇二〇年六月在本校软件工程专业四年制本科学习，",
        "修完教学计划规定的全部课程，成绩合格，准予毕业。",
        "校名：重庆样例大学",
        "证书编号：106111202005000001",
        "二〇二〇年六月二十日",
    ]
    assert kinds(prose) == ["graduation_certificate"]
    found = said("graduation_certificate", prose)
    assert found["name"] == "林知夏" and found["sex"] == "女"
    assert found["school"] == "重庆样例大学" and found["number"] == "106111202005000001"
    assert found["level"].endswith("本科")
    plain = [
        "毕业证书",
        "姓名：林知夏  性别：女",
        "学校名称：重庆样例大学",
        "层次：本科",
        "毕业日期：2020年6月20日",
        "证书编号：1061 1120 2005 000001",
    ]
    found = said("graduation_certificate", plain)
    assert found["name"] == "林知夏" and found["level"] == "本科" and found["graduated_on"] == "2020年6月20日"


def test_business_licence_of_a_company_and_of_a_trader() -> None:
    lines = [
        "营业执照",
        "统一社会信用代码 91500112MA5U8XKT0P",
        "名    称  重庆样例物流有限公司",
        "类    型  有限责任公司(自然人投资或控股)",
        "法定代表人  周雨桐",
        "注册资本 壹佰万元整",
        "成立日期 2018年04月12日",
        "住    所 重庆市渝北区样例大道1号",
        "经营范围 道路货物运输",
    ]
    assert kinds(lines) == ["business_licence"]
    assert said("business_licence", lines) == {
        "uscc": "91500112ma5u8xkt0p".upper(),
        "unit_name": "重庆样例物流有限公司",
        "unit_type": "有限责任公司(自然人投资或控股)",
        "legal_person": "周雨桐",
        "founded": "2018年04月12日",
        "address": "重庆市渝北区样例大道1号",
    }
    assert said("business_licence", ["营业执照", "经营者：冯立群"])["legal_person"] == "冯立群"


def test_columns_of_a_scanned_licence_are_told_by_the_gaps_between_words() -> None:
    def line(top: float, *words: tuple[float, str]) -> Line:
        made = [Word(text, (x, top, x + 16 * len(text), top + 16)) for x, text in words]
        return Line(" ".join(w.text for w in made), (50, top, 900, top + 16), made)

    lines = [
        line(50, (350, "营业执照")),
        line(100, (50, "统一社会信用代码")),
        line(130, (50, "91500103MA5U0A1B2W")),
        line(200, (50, "名"), (110, "称"), (160, "重庆样例物流有限公司"), (450, "注册资本"), (560, "壹佰万元整")),
        line(240, (50, "类"), (110, "型"), (160, "有限责任公司"), (450, "成立日期"), (560, "2018"), (625, "年4月12日")),
        line(280, (50, "法定代表人"), (160, "周雨桐"), (450, "住"), (510, "所"), (560, "重庆市渝北区样例大道1号")),
    ]
    document = Document("执照.jpg", "jpeg", "image-ocr", pages=[Page(1, 900, 600, list(lines))])
    found = {s.id: s.value for s in read_certificate(BY_ID["business_licence"], pieces(document), ocr=True)}
    assert found == {
        "uscc": "91500103MA5U0A1B2W",
        "unit_name": "重庆样例物流有限公司",
        "unit_type": "有限责任公司",
        "legal_person": "周雨桐",
        "founded": "2018年4月12日",
        "address": "重庆市渝北区样例大道1号",
    }


def test_labour_contract() -> None:
    lines = [
        "劳动合同书",
        "甲方（用人单位）：重庆样例物流有限公司",
        "乙方（劳动者）：林知夏",
        "身份证号码：500112199805060048",
        "一、合同期限：自2024年7月1日起至2027年6月30日止。",
        "签订日期：2024年6月28日",
    ]
    assert kinds(lines) == ["labour_contract"]
    found = said("labour_contract", lines)
    assert found["employer"] == "重庆样例物流有限公司" and found["employee"] == "林知夏"
    assert found["term"] == "2024年7月1日起至2027年6月30日" and found["signed_on"] == "2024年6月28日"


def test_bank_card_and_termination_proof() -> None:
    card = ["中国样例银行", "UnionPay 银联", "6222 0200 0000 0000 017"]
    assert kinds(card) == ["bank_card"]
    assert said("bank_card", card)["card_number"] == "6222020000000000017"
    proof = [
        "解除劳动合同证明书",
        "兹有我单位职工林知夏（身份证号码：500112199805060048）",
        "于2025年1月31日解除劳动合同，特此证明。",
    ]
    assert kinds(proof) == ["termination_proof"]
    found = said("termination_proof", proof)
    assert (found["name"], found["id_number"], found["ended_on"]) == ("林知夏", "500112199805060048", "2025年1月31日")


def test_values_have_the_place_they_were_read_from() -> None:
    found = read_certificate(BY_ID["id_card_front"], pieces(paper(FRONT)), ocr=True)
    number = next(s for s in found if s.id == "id_number")
    assert number.location.page == 1 and number.location.bbox == (50, 150, 300, 164)
    assert number.ocr
    table = Table(1, 1, 2, [Cell(0, 0, text="姓名"), Cell(0, 1, text="林知夏")])
    document = Document("卡.docx", "docx", "docx", pages=[Page(1, blocks=[table])], paged=False)
    name = read_certificate(BY_ID["id_card_front"], pieces(document))[0]
    assert name.value == "林知夏" and name.location.cell == "B1"


def test_other_papers_that_quote_a_certificate_are_none() -> None:
    notice = [
        "关于办理退休手续的通知",
        "申请人应当提交居民身份证、社会保障卡、营业执照和毕业证书复印件。",
        "请于2025年3月1日前办理。",
    ]
    assert kinds(notice) == []
    form = [
        "创业担保贷款申请表",
        *[f"第{n}项说明：贷款额度按照规定核定，借款人应当如实填写。" for n in range(30)],
        "姓名：林知夏 性别：女",
    ]
    assert kinds(form) == []


def test_a_file_name_helps_where_the_title_is_cut_off() -> None:
    lines = ["统一社会信用代码 91500112MA5U8XKT0P", "法定代表人 周雨桐", "注册资本 壹佰万元整", "登记机关"]
    assert kinds(lines) == []
    assert kinds(lines, "营业执照复印件") == ["business_licence"]


def test_spread_labels_are_not_columns() -> None:
    assert fold_line("名      称：甲公司") == "名称:甲公司"
    assert fold_line("姓名：甲乙      性别：女") == "姓名:甲乙\t性别:女"
    assert pieces(Document("x", "txt", "text")) == [] and Piece("a", pieces(paper(["a"]))[0].location, 1.0).text == "a"
