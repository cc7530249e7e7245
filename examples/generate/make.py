"""Makes the sample data of ``docgen generate``: ``python examples/generate/make.py [--rows 10000 --to FILE.csv]``.

All persons are invented: names are put together from lists, identity numbers from a sample district with numbers that count
up and a check digit that is right. The same call writes the same bytes (of the workbook: the same values).
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from openpyxl import Workbook

HERE = Path(__file__).resolve().parent
OFFICE = "样例区公共就业服务中心"

FAMILY = "周陈郑何冯吴褚卫蒋沈韩杨朱秦尤许吕施张孔曹严华金魏陶姜"
GIVEN = (
    *("安禾", "一诺", "望舒", "小满", "知夏", "景行", "雨桐", "清和", "若谷", "远山", "听澜", "怀瑾", "书言", "子衿"),
    *("青禾", "念初", "思齐", "明哲", "行简", "秋白", "长宁", "南星", "半夏", "云舒", "疏影", "松月", "立群", "文博"),
)
FAULTS = (
    ("身份证号码校验码不符", "第1页“身份证号码”栏", "一（一）", "按身份证重新填写"),
    ("申请补贴时段没有填写", "第1页“申请补贴时段”栏", "一（一）", "写明起止年月"),
    ("承诺没有逐字抄录", "第1页“承诺抄录”处", "一（二）", "按表上印好的文字抄录"),
    ("申请人没有签字", "第1页“申请人（签字）”处", "一（二）", "由本人签字并写明日期"),
    ("缺少毕业证书复印件", "", "一（二）", "补交毕业证书复印件"),
)
LAW = "《样例区高校毕业生社会保险补贴办法》（样人社发〔2024〕1号）"
HEADINGS = ("申请编号", "申请人", "称谓", "收到日期", "事项名称", "发文机关", "成文日期")
FAULT_HEADINGS = ("问题", "位置", "依据", "补正要求")
MOST_FAULTS = 3


def person(n: int) -> str:
    """The ``n``-th invented name; all are different up to 756, then a number is in the row, not in the name."""
    return FAMILY[n % len(FAMILY)] + GIVEN[(n * 5 + n // len(FAMILY)) % len(GIVEN)]


def id_number(n: int) -> str:
    """A number of the sample district 500100 (no office gives out numbers there), with its check digit."""
    born = date(1999, 1, 1) + timedelta(days=(n * 37) % 1460)
    body = f"500100{born:%Y%m%d}{n % 999 + 1:03d}"
    weights = [2 ** (17 - i) % 11 for i in range(17)]
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def corrections(rows: int) -> Iterator[dict[str, Any]]:
    """What is wrong with each of ``rows`` applications: one to three faults."""
    for n in range(rows):
        found = [FAULTS[(n + 2 * k) % len(FAULTS)] for k in range(n % MOST_FAULTS + 1)]
        day = date(2026, 11, 2) + timedelta(days=n % 12)
        head = (
            f"SL2026{n + 1:06d}",
            person(n),
            "你",
            day.isoformat(),
            "高校毕业生灵活就业社会保险补贴",
            OFFICE,
            "2026-11-20",
        )
        yield {
            **dict(zip(HEADINGS, head, strict=True)),
            "需要补正的事项": [
                {"问题": what, "位置": where, "依据": LAW + article, "补正要求": todo}
                for what, where, article, todo in found
            ],
        }


def write_csv(path: Path, rows: int, encoding: str = "gb18030") -> None:
    """One application a row; faults stand in columns 问题1, 位置1 … 问题3 …."""
    numbered = [f"{name}{k}" for k in range(1, MOST_FAULTS + 1) for name in FAULT_HEADINGS]
    with path.open("w", encoding=encoding, newline="") as file:
        out = csv.writer(file)
        out.writerow([*HEADINGS, *numbered])
        for row in corrections(rows):
            cells = [text for fault in row["需要补正的事项"] for text in fault.values()]
            out.writerow([*(row[h] for h in HEADINGS), *cells, *[""] * (len(numbered) - len(cells))])


def write_json_lines(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in corrections(rows))


def write_roster(path: Path, rows: int) -> None:
    """A roster as offices keep it: a title above the headings, a sum below, and what all share on a sheet of its own."""
    book = Workbook()
    book.properties.creator = OFFICE
    sheet = book.active
    sheet.title = "名单"
    sheet.append(["2026年第三季度高校毕业生灵活就业社会保险补贴名单"])
    sheet.merge_cells("A1:F1")
    sheet.append(["序号", "姓名", "身份证号", "补贴标准", "补贴金额（元）", "备注"])
    total = 0
    for n in range(rows):
        months = 12 - n % 4
        total += 500 * months
        sheet.append(
            [n + 1, person(n), id_number(n), "500元/人/月", 500 * months, None if months == 12 else f"补贴{months}个月"]
        )
    sheet.append(["合计", None, None, None, total, None])
    common = book.create_sheet("共用项")
    for pair in (
        ("项", "值"),
        ("发文机关", OFFICE),
        ("补贴名称", "高校毕业生灵活就业社会保险补贴"),
        ("补贴批次", "2026年第三季度"),
        ("依据.文件名称", "样例区高校毕业生社会保险补贴办法"),
        ("依据.文号", "样人社发〔2024〕1号"),
        ("依据.条款", "一（三）"),
        ("公示开始日期", date(2026, 11, 23)),
        ("公示结束日期", date(2026, 11, 27)),
        ("公示期", "5个工作日"),
        ("联系电话", "023-60000018"),
        ("成文日期", date(2026, 11, 22)),
    ):
        common.append(pair)
    for column, width in zip("ABCDEF", (6, 10, 22, 14, 14, 14), strict=True):
        sheet.column_dimensions[column].width = width
    common.column_dimensions["A"].width = 16
    common.column_dimensions["B"].width = 40
    book.save(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rows", type=int, help="so many applications, to the file --to names")
    parser.add_argument("--to", type=Path, help="a .csv (UTF-8) or .jsonl")
    given = parser.parse_args()
    if given.rows is not None and given.to is not None:
        if given.to.suffix == ".jsonl":
            write_json_lines(given.to, given.rows)
        else:
            write_csv(given.to, given.rows, "utf-8-sig")
        return
    write_csv(HERE / "补正名单.csv", 12)
    write_json_lines(HERE / "补正名单.jsonl", 12)
    write_roster(HERE / "公示名单.xlsx", 40)


if __name__ == "__main__":
    main()
