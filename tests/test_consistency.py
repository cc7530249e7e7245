"""The same fact on two papers; papers of other people, expired, illegible, repeated; all people are invented."""

from __future__ import annotations

from datetime import date

import pytest

from checkers.facts import Fact, Facts, FormSeen
from checkers.packs import Loaded, library
from checkers.report import Finding, Location
from docgen.consistency import check_papers, compare
from docgen.document import Document, Image, Line, Page
from docgen.packets import PaperRead
from docgen.paper_findings import Setting
from docgen.sorting import Part, entry, sort_papers

ON = date(2025, 8, 20)
NUMBER = "50010320020314002X"
FORM = {
    "name": "周雨桐",
    "id_number": NUMBER,
    "school": "渝州师范学院",
    "graduation_date": "2024年6月",
    "diploma_number": "106371202405001286",
    "bank_card": "6217003600000000016",
}
CARD = ["姓名 周雨桐", "性别 女 民族 汉", "住址 重庆市渝中区大坪正街19号3-2", f"公民身份号码 {NUMBER}"]
BACK = ["中华人民共和国居民身份证", "签发机关 重庆市公安局渝中区分局", "有效期限 2020.03.14-2030.03.14"]
DIPLOMA = [
    "毕业证书",
    "姓名：周雨桐",
    "学校：渝州师范学院",
    "层次：本科",
    "毕业日期：2024年6月20日",
    "证书编号：106371202405001286",
]


def paper(path: str, *pages: list[str], ocr: bool = False, illegible: str = "", sha: str = "") -> PaperRead:
    made = []
    for number, lines in enumerate(pages, 1):
        blocks = [Line(t, (50.0, 40.0 * n, 400.0, 40.0 * n + 20)) for n, t in enumerate(lines, 1)]
        made.append(Page(number, 595, 842, list(blocks), illegible=illegible))
    reader, format_ = ("image-ocr", "jpeg") if ocr else ("pdf-text", "pdf")
    return PaperRead(path, Document(path, format_, reader, sha or path, made))


def form(**changes: str) -> FormSeen:
    values = {**FORM, **changes}
    facts = {k: Fact(k, v, locations=(Location("申请表.pdf", 1),)) for k, v in values.items()}
    return FormSeen("application", facts, place=Location("申请表.pdf"))


def loaded(service: str = "cq-grad-flexible-si-subsidy") -> Loaded:
    return library().load(service)


def look(*papers: PaperRead, seen: FormSeen | None = None, service: str = "") -> tuple[list[Part], list[Finding]]:
    pack = loaded(service) if service else loaded()
    parts = sort_papers(papers, pack, [])
    scanned = frozenset(p.path for p in papers if p.document and p.document.reader == "image-ocr")
    setting = Setting(Facts(forms=[seen or form()]), pack, ON, scanned)
    return parts, check_papers(parts, papers, setting)


def found(*papers: PaperRead, seen: FormSeen | None = None, service: str = "") -> list[tuple[str, str, str]]:
    return [(f.code, f.severity, f.subject) for f in look(*papers, seen=seen, service=service)[1]]


def test_papers_that_agree_give_nothing() -> None:
    assert found(paper("1.pdf", CARD), paper("2.pdf", BACK), paper("3.pdf", DIPLOMA)) == []


def test_width_spaces_and_brackets_do_not_count() -> None:
    assert compare("重庆（样例）公司", "重庆(样例) 公司", ocr=False) is None
    assert compare("６２１７ 0036", "62170036", ocr=False) is None


@pytest.mark.parametrize(("one", "two"), [("91O0", "9100"), ("1l23", "1123"), ("未来", "末来"), ("日月", "曰月")])
def test_look_alikes_are_a_warning_of_scans_only(one: str, two: str) -> None:
    assert compare(one, two, ocr=True) == "warning"
    assert compare(one, two, ocr=False) == "error"


def test_a_number_that_differs_is_one_finding_with_both_places() -> None:
    findings = look(paper("1.pdf", [*CARD[:3], "公民身份号码 500103200203140046"]))[1]
    assert [(f.code, f.severity, f.subject) for f in findings] == [("consistency.mismatch", "error", "id_number")]
    assert [loc.path for loc in findings[0].locations] == ["申请表.pdf", "1.pdf"]
    assert NUMBER not in findings[0].message and "500103" in findings[0].message
    assert findings[0].citations


def test_a_name_that_differs_under_the_same_number() -> None:
    assert found(paper("1.pdf", ["姓名 周雨彤", *CARD[1:]])) == [("consistency.mismatch", "error", "name")]


def test_a_misread_number_of_a_scan_is_a_warning() -> None:
    card = paper("1.jpg", [*CARD[:3], "公民身份号码 5OO10320020314002X"], ocr=True)
    assert found(card) == [("consistency.mismatch", "warning", "id_number")]


def test_a_number_of_a_scan_that_breaks_its_check_digit_was_misread() -> None:
    card = paper("1.jpg", [*CARD[:3], "公民身份号码 50010320020314802X"], ocr=True)
    assert found(card) == [("consistency.mismatch", "warning", "id_number")]
    card = paper("1.jpg", [*CARD[:3], "公民身份号码 500103200203140046"], ocr=True)
    assert found(card) == [("consistency.mismatch", "error", "id_number")]


def test_a_strangers_card_is_one_finding_that_names_him() -> None:
    other = ["姓名 冯立群", "性别 男 民族 汉", "住址 重庆市江北区样例路8号", "公民身份号码 500105199107080036"]
    findings = look(paper("1.pdf", other))[1]
    assert [(f.code, f.severity) for f in findings] == [("consistency.mismatch", "error")]
    assert "冯立群" in findings[0].message and "周雨桐" in findings[0].message
    assert "500105199107080036" not in findings[0].message


def test_a_strangers_diploma_is_not_compared_further() -> None:
    other = ["毕业证书", "姓名：冯立群", "学校：样例大学", "毕业日期：2019年6月20日", "证书编号：106371201905009999"]
    findings = look(paper("1.pdf", other))[1]
    assert len(findings) == 1 and "冯立群" in findings[0].message


def test_a_name_with_one_wrong_character_is_a_slip_and_no_stranger() -> None:
    diploma = [DIPLOMA[0], "姓名：周雨彤", *DIPLOMA[2:]]
    assert found(paper("1.pdf", diploma)) == [("consistency.mismatch", "error", "name")]
    assert found(paper("1.jpg", diploma, ocr=True)) == [("consistency.mismatch", "warning", "name")]
    misread = ["姓名 周雨彤", *CARD[1:3], "公民身份号码 50010320020374007X"]
    assert found(paper("1.jpg", misread, ocr=True)) == [("consistency.mismatch", "warning", "name")]


def test_school_date_and_number_of_a_diploma_against_the_form() -> None:
    wrong = [*DIPLOMA[:2], "学校：样例大学", "毕业日期：2023年6月20日", "证书编号：106371202405001287"]
    assert {s for _, _, s in found(paper("1.pdf", wrong))} == {"school", "graduation_date", "diploma_number"}


def test_bank_card() -> None:
    card = ["山城银行", "银联", "6217 0036 0000 0000 024"]
    assert found(paper("1.jpg", card, ocr=True)) == [("consistency.mismatch", "error", "bank_card")]
    assert found(paper("1.jpg", [*card[:2], "6217 0036 0000 0000 016"], ocr=True)) == []


def test_two_licences_are_held_against_each_other_where_no_form_says_it() -> None:
    licence = [
        "营业执照",
        "统一社会信用代码 91500112MA5U8XKT0P",
        "名称 重庆样例物流有限公司",
        "法定代表人 周雨桐",
        "成立日期 2018年4月12日",
    ]
    other = [licence[0], "统一社会信用代码 91500112MA5U8XKT1P", *licence[2:]]
    findings = look(paper("1.pdf", licence), paper("2.pdf", other))[1]
    assert [(f.code, [x.path for x in f.locations]) for f in findings] == [("consistency.mismatch", ["2.pdf", "1.pdf"])]


def test_expired_on_the_day_of_receipt_and_not_a_day_before() -> None:
    assert found(paper("1.pdf", [*BACK[:2], "有效期限 2015.08.19-2025.08.19"])) == [
        ("material.expired", "error", "id_card")
    ]
    assert found(paper("1.pdf", [*BACK[:2], "有效期限 2015.08.20-2025.08.20"])) == []
    assert found(paper("1.pdf", [*BACK[:2], "有效期限 2015.08.20-长期"])) == []


def test_illegible_pages_are_for_a_person_to_look_at() -> None:
    findings = look(paper("1.jpg", CARD, ocr=True, illegible="太暗"))[1]
    assert [(f.code, f.status) for f in findings] == [("material.illegible", "unknown")]


def test_a_named_picture_without_a_word_is_for_a_person_to_look_at() -> None:
    picture = paper("身份证.jpg", [], ocr=True)
    assert picture.document is not None
    picture.document.pages[0].images.append(Image())
    seen = FormSeen("application", {"name": Fact("name", "周雨桐")})
    findings = look(picture, seen=seen, service="cq-retire-normal")[1]
    assert [(f.code, f.status, f.subject) for f in findings] == [("material.illegible", "unknown", "id_card")]


def test_without_a_form_the_first_card_says_whose_packet_it_is() -> None:
    seen = FormSeen("application", {})
    other = ["中华人民共和国社会保障卡", "姓名 冯立群", "社会保障号码 500105199107080036", "发卡日期 2020年3月"]
    findings = look(paper("1.pdf", CARD), paper("2.pdf", other), seen=seen)[1]
    assert [(f.code, f.locations[0].path) for f in findings] == [("consistency.mismatch", "2.pdf")]


def test_the_same_file_twice_and_the_same_card_twice_are_worth_knowing() -> None:
    once, twice = paper("1.pdf", CARD, sha="a"), paper("2.pdf", CARD, sha="a")
    assert found(once, twice) == [("material.unrecognised", "info", "id_card")]
    assert found(once, paper("3.pdf", [*CARD, "复印件"], sha="b")) == [("material.unrecognised", "info", "id_card")]


def test_blank_pages_and_unknown_papers() -> None:
    assert found(paper("1.pdf", CARD, [], BACK)) == [("material.unrecognised", "info", "id_card")]
    assert found(paper("1.pdf", CARD), paper("2.pdf", ["今天天气很好，我们去看了电影。"])) == [
        ("material.unrecognised", "warning", "other")
    ]
    photo = paper("2.jpg", [], ocr=True)
    assert photo.document is not None
    photo.document.pages[0].images.append(Image())
    parts, findings = look(paper("1.pdf", CARD), photo)
    assert [p.kind for p in parts] == ["id_card_front", "photo"] and findings == []


def test_papers_in_one_file_are_told_apart_by_page() -> None:
    parts, findings = look(paper("全部.pdf", DIPLOMA, CARD, BACK))
    assert [(p.kind, entry(p).pages_from, entry(p).pages) for p in parts] == [
        ("graduation_certificate", 1, 1),
        ("id_card_front", 2, 1),
        ("id_card_back", 3, 1),
    ]
    assert all(p.reason and 0.6 <= p.confidence <= 1 for p in parts)
    assert findings == []


def test_a_material_that_wants_both_sides() -> None:
    service = "cq-retire-normal"
    seen = FormSeen("application", {"name": Fact("name", "周雨桐"), "id_number": Fact("id_number", NUMBER)})
    both = library().load(service).policy.materials["id_card"].waived
    findings = look(paper("1.pdf", CARD), seen=seen, service=service)[1]
    assert [(f.code, f.status, f.subject) for f in findings] == [("material.missing", "unknown", "id_card")]
    seen.facts[both] = Fact(both, False)
    assert found(paper("1.pdf", CARD), seen=seen, service=service) == [("material.missing", "error", "id_card")]
    seen.facts[both] = Fact(both, True)
    assert found(paper("1.pdf", CARD), seen=seen, service=service) == []
    assert found(paper("1.pdf", CARD), paper("2.pdf", BACK), seen=seen, service=service) == []
    assert found(paper("1.pdf", [*CARD, *BACK]), seen=seen, service=service) == []


def test_the_legal_representatives_card_is_held_against_the_licence() -> None:
    service = "cq-internship-base-filing"
    seen = FormSeen("application", {"unit_name": Fact("unit_name", "重庆样例物流有限公司")})
    licence = paper(
        "营业执照.pdf",
        ["营业执照", "名称 重庆样例物流有限公司", "统一社会信用代码 91500112MA5U8XKT0P", "法定代表人 周雨桐"],
    )
    assert found(licence, paper("身份证.pdf", CARD), seen=seen, service=service) == []
    other = paper("身份证.pdf", ["姓名 冯立群", *CARD[1:3], "公民身份号码 500105199107080036"])
    assert [c for c, _, _ in found(licence, other, seen=seen, service=service)] == ["consistency.mismatch"]


def test_what_the_content_is_goes_before_what_the_file_is_called() -> None:
    parts, _ = look(paper("营业执照.pdf", CARD), seen=FormSeen("application", {}), service="cq-internship-base-filing")
    assert (parts[0].kind, parts[0].materials) == ("id_card_front", ("head_id_card",))
