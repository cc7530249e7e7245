"""An invented compilation of official documents of any size, the same each time: offices, people and numbers do not exist."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

SEED = 20240702
CATEGORIES = ("综合管理", "就业创业", "社会保险", "人事人才", "劳动关系")
_BUREAU = "样例市人力资源和社会保障局"
_JOINT = ("样例市财政局", "样例市教育委员会", "样例市民政局", "样例市总工会", "国家税务总局样例市税务局")
_MATTERS = tuple(
    "就业见习补贴 创业担保贷款 失业保险待遇 工伤保险经办 职业技能培训 职称评审 劳动人事争议调解 公益性岗位 社会保障卡 技工院校".split()  # noqa: SIM905  a list of words
)
_DEEDS = ("申报管理", "经办服务", "资金监管", "名单公示", "数据共享", "审核发放", "监督检查", "信息报送")
_TO = "各区县（自治县）人力资源社会保障局，市级有关部门，有关单位："
_CLAUSES = (
    "用人单位应当自招用之日起{a}个工作日内，向所在地区县人力资源社会保障局提出{m}申请，逾期不予受理。",
    "符合条件的，按照每人每月{b}元的标准给予{m}补贴，补贴期限最长不超过{a}个月。",
    "申请{m}补贴的，应当提交下列材料：申请表一式{c}份；身份证复印件；劳动合同复印件。",
    "区县人力资源社会保障局应当自收到材料之日起{a}个工作日内完成审核，并在门户网站公示不少于5个工作日。",
    "本办法所称{m}，是指由样例市行政区域内的用人单位组织开展并报人力资源社会保障部门备案的有关活动。",
    "有下列情形之一的，取消{m}资格，追回已发放的资金；构成犯罪的，依法追究刑事责任。",
    "市人力资源和社会保障局负责全市{m}的统筹协调，市财政局负责资金保障和监督。",
    "各区县要加强{m}工作的组织领导，明确{c}名专人负责，于每月{a}日前报送上月情况。",
    "补贴资金从就业补助资金中列支，总额不超过{b}万元，不得用于部门日常运转经费。",
    "《样例市{m}管理办法》（样人社发〔2019〕{a}号）与本通知不一致的，以本通知为准。",
)
_NUMERALS = "零一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Invented:
    """``lines`` are the printed lines; ``title`` has no line breaks."""

    title: str
    doc_no: str
    category: str
    lines: tuple[str, ...]


def compilation(size: int) -> str:
    """About ``size`` bytes of UTF-8: a cover, a table of contents, the documents under their categories."""
    documents: list[Invented] = []
    total = 0
    for document in _documents():
        documents.append(document)
        total += sum(len(line.encode()) + 2 for line in document.lines)
        if total >= size:
            break
    documents.sort(key=lambda d: CATEGORIES.index(d.category))
    out = ["样例市人力资源和社会保障政策文件汇编", "", "（二〇二四年）", "", "目 录", ""]
    category = ""
    for page, document in enumerate(documents):
        if document.category != category:
            category = document.category
            out += [f"{_NUMERALS[CATEGORIES.index(category) + 1]}、{category}", ""]
        out += [document.title, "", f"{document.doc_no} ……………{2 + 3 * page}", ""]
    category = ""
    for document in documents:
        if document.category != category:
            category = document.category
            out += [f"{_NUMERALS[CATEGORIES.index(category) + 1]}、{category}", ""]
        out += [part for line in document.lines for part in (line, "")]
    return "\n".join(out)


def _documents() -> Iterator[Invented]:
    dice = random.Random(SEED)  # noqa: S311  nothing secret: the same text each time
    number = 0
    while True:
        number += 1
        matter, deed = dice.choice(_MATTERS), dice.choice(_DEEDS)
        year, month, day = dice.randint(2020, 2024), dice.randint(1, 12), dice.randint(1, 28)
        issuers = [_BUREAU, *dice.sample(_JOINT, dice.choice((0, 0, 1, 2)))]
        doc_no = f"样人社发〔{year}〕{number}号"
        encloses = dice.random() < 0.5
        name = f"样例市{matter}{deed}第{number}号办法"
        heart = f"关于印发《{name}》的通知" if encloses else f"关于进一步做好{matter}{deed}第{number}项工作的通知"
        signed = [*issuers, f"{year}年{month}月{day}日"]
        body = _enclosed(dice, matter, name, signed) if encloses else _plain(dice, matter, signed)
        lines = (*issuers, heart, doc_no, _TO, *body)
        yield Invented("".join(issuers) + heart, doc_no, dice.choice(CATEGORIES), lines)


def _clause(dice: random.Random, matter: str) -> str:
    said = dice.choice(_CLAUSES)
    return said.format(m=matter, a=dice.randint(2, 30), b=dice.randint(1, 99) * 100, c=dice.randint(2, 5))


def _numeral(n: int) -> str:
    """1 to 99 in Chinese."""
    tens, ones = divmod(n, 10)
    return ("" if tens < 2 else _NUMERALS[tens]) + ("十" if tens else "") + (_NUMERALS[ones] if ones else "")


def _plain(dice: random.Random, matter: str, signed: list[str]) -> list[str]:
    out = [f"为进一步做好{matter}工作，现就有关事项通知如下："]
    for n in range(1, dice.randint(4, 9)):
        out.append(f"{_NUMERALS[n]}、{dice.choice(_DEEDS)}")
        out += [
            f"（{_NUMERALS[k]}）{_clause(dice, matter)}{_clause(dice, matter)}" for k in range(1, dice.randint(3, 7))
        ]
    return [*out, *signed]


def _enclosed(dice: random.Random, matter: str, name: str, signed: list[str]) -> list[str]:
    out = [f"现将《{name}》印发给你们，请遵照执行。", *signed, name, "第一章 总则"]
    last = dice.randint(20, 50)
    for n in range(1, last):
        if n == last // 2:
            out.append("第二章 申报与审核")
        out.append(f"第{_numeral(n)}条 {_clause(dice, matter)}")
        if dice.random() < 0.3:
            out.append(_clause(dice, matter))
    return [*out, f"第{_numeral(last)}条 本办法自印发之日起施行，有效期5年。"]
