"""Makes the example packets: ``python examples/packets/make.py`` (needs LibreOffice, Pillow and a Chinese font).

Each packet is a folder of papers as an applicant hands them in, with a README.md that says exactly what a check finds. The forms
are those of ``examples/source``; all persons, organisations and numbers are invented.
"""

from __future__ import annotations

import importlib.util
import io
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pypdfium2
import yaml
from openpyxl import Workbook

from checkers.packs import library

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parent
RECEIVED = "2025-08-20"
STAMP = (2025, 8, 18, 9, 0, 0)
"""Time of the members of the archive, so that making it again gives the same bytes."""

SCAN_DPI = 200

UNKNOWN = "unknown"
LEVELS = {"error": "错误", "warning": "提醒", "info": "提示", UNKNOWN: "待核实"}


@dataclass(frozen=True)
class Found:
    """One finding that the README promises; ``severity`` is ``unknown`` for what a person must look at."""

    what: str
    code: str
    subject: str
    severity: str = "error"


@dataclass(frozen=True)
class Packet:
    """``files``: name → bytes of a paper; ``pdf`` and ``scan`` name those that are printed or scanned before they are put in."""

    name: str
    title: str
    service: str
    says: str
    files: dict[str, bytes]
    found: Sequence[Found]
    pdf: Sequence[str] = ()
    scan: Sequence[str] = ()
    archive: str = ""
    notes: Sequence[str] = field(default_factory=tuple)


def load_make() -> ModuleType:
    """``examples/make.py``: its parts are reused, the data are the same."""
    spec = importlib.util.spec_from_file_location("examples_make", EXAMPLES / "make.py")
    if spec is None or spec.loader is None:
        raise SystemExit("examples/make.py is not there")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKE = load_make()


def source(service: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((EXAMPLES / "source" / f"{service}.yaml").read_text(encoding="utf-8"))
    return loaded


def form(service: str, part: str = "application", **changes: Any) -> bytes:
    """A filled form of the clean submission."""
    declared = source(service)["parts"][part]
    made: bytes = MAKE.form_part(declared["form"], {**declared["data"], **changes}, True)
    return made


def page(title: str, *lines: str, service: str = "", part: str = "") -> bytes:
    """A paper that is no form: words under a heading, or a page of the clean submission."""
    declared: Mapping[str, Any] = (
        source(service)["parts"][part]["page"] if part else {"title": title, "lines": list(lines)}
    )
    made: bytes = MAKE.page_part(declared)
    return made


def id_card(name: str, sex: str, number: str, address: str) -> bytes:
    born = f"{number[6:10]}年{int(number[10:12])}月{int(number[12:14])}日"
    lines = [
        f"姓名  {name}",
        f"性别  {sex}    民族  汉",
        f"出生  {born}",
        f"住址  {address}",
        f"公民身份号码  {number}",
    ]
    return page("居民身份证复印件", *lines)


def id_back(issuer: str, valid: str) -> bytes:
    return page("居民身份证复印件", "中华人民共和国", "居民身份证", f"签发机关  {issuer}", f"有效期限  {valid}")


def social_card(name: str, number: str) -> bytes:
    return page(
        "社会保障卡正面照片",
        "中华人民共和国社会保障卡",
        f"姓名  {name}",
        f"社会保障号码  {number}",
        "发卡日期  2019年5月",
    )


def licence(name: str, uscc: str, head: str) -> bytes:
    lines = ["（副本）", f"统一社会信用代码：{uscc}", f"名称：{name}", "类型：有限责任公司", f"法定代表人：{head}"]
    return page(
        "营业执照",
        *lines,
        "注册资本：壹佰万元整",
        "成立日期：2018年4月12日",
        "住所：重庆市渝中区样例大道1号",
        "登记机关：样例市场监督管理局",
    )


def roster_book(service: str) -> bytes:
    """The roster of the clean submission as the workbook an HR clerk sends."""
    data = source(service)["parts"]["roster"]["data"]
    spec = library().load(service).policy.forms["roster"]
    columns = spec.fields["roster"].columns
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet("花名册")
    sheet.append([spec.title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(columns) + 1)
    sheet.append([f"申请单位(盖章)：{data['roster_unit']}"])
    sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=len(columns) + 1)
    sheet.append(["序号", *(c.label for c in columns.values())])
    for number, row in enumerate(data["roster"], 1):
        sheet.append([number, *(row.get(name, "") for name in columns)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# ---------------------------------------------------------------- the six packets


def packets() -> list[Packet]:
    return [mixed(), scanned(), gbk_zip(), stranger(), expired(), unit()]


def mixed() -> Packet:
    service = "cq-grad-flexible-si-subsidy"
    diploma = [
        "毕业证书",
        "学生 周雨桐，性别 女，2002年3月14日生，于2020年9月至2024年6月在本校学前教育专业四年制本科学习，",
        "修完教学计划规定的全部课程，成绩合格，准予毕业。",
        "学校名称：渝州师范学院",
        "证书编号：106371202405001268",
        "毕业日期：2024年6月20日",
    ]
    return Packet(
        "1-mixed",
        "三种格式：Word、PDF、文本",
        service,
        "申请表是 Word 文件，就业情况说明是 PDF，毕业证书是抄录的文本。表上的毕业证号与毕业证书上的不一样（最后几位 1286 与 1268）。",
        {
            "申请表.docx": form(service),
            "就业情况说明.pdf": page("", service=service, part="employer_statement"),
            "毕业证书.txt": ("\n".join(diploma) + "\n").encode(),
        },
        [Found("毕业证书上的证书编号与表上填写的不一致", "consistency.mismatch", "diploma_number")],
        pdf=["就业情况说明.pdf"],
    )


def scanned() -> Packet:
    service = "cq-grad-flexible-si-subsidy"
    return Packet(
        "2-scanned",
        "扫描件",
        service,
        "三份材料都是 200 dpi 的扫描图片。身份证上的号码与表上填写的不是同一个号码（第 17 位）。读取图片需要安装 ocr 组件。",
        {
            "申请表.jpg": form(service),
            "就业情况说明.jpg": page("", service=service, part="employer_statement"),
            "身份证.jpg": id_card("周雨桐", "女", "500103200203140046", "重庆市渝中区大坪正街19号3-2"),
        },
        [Found("身份证上的号码与表上填写的不一致", "consistency.mismatch", "id_number")],
        scan=["申请表.jpg", "就业情况说明.jpg", "身份证.jpg"],
    )


def gbk_zip() -> Packet:
    service = "cq-retire-normal"
    front = id_card("周安禾", "男", "500105196506120011", "重庆市江北区建新样例路1号3-1")
    return Packet(
        "3-gbk-zip",
        "压缩包，文件名是 GBK 编码",
        service,
        "一个由旧版压缩软件打包的 zip，里面的中文文件名没有标明编码。身份证两面都在，没有附社会保障卡。",
        {
            "申请表.docx": form(service),
            "身份证正面.docx": front,
            "身份证背面.docx": id_back("重庆市公安局江北区分局", "2015.06.12-长期"),
        },
        [Found("缺少社会保障卡正面照片", "material.missing", "social_security_card")],
        archive="退休申请材料.zip",
    )


def stranger() -> Packet:
    service = "cq-retire-normal"
    number = "500105199107080036"
    return Packet(
        "4-stranger",
        "放进了别人的身份证",
        service,
        "申请人是周安禾，身份证两面齐全，但人像面是冯立群的。只报一条“不是本人的材料”，不逐项报姓名、号码不一致。",
        {
            "申请表.docx": form(service),
            "身份证正面.docx": id_card("冯立群", "男", number, "重庆市江北区样例路8号"),
            "身份证背面.docx": id_back("重庆市公安局江北区分局", "2016.03.08-2036.03.08"),
            "社会保障卡.docx": social_card("周安禾", "500105196506120011"),
        },
        [Found("身份证是冯立群的，不是申请人周安禾的", "consistency.mismatch", "id_card")],
    )


def expired() -> Packet:
    service = "cq-retire-normal"
    social = social_card("周安禾", "500105196506120011")
    return Packet(
        "5-expired",
        "身份证过期，一份材料交了两遍",
        service,
        "身份证的有效期限到 2025 年 6 月 12 日为止，收件时已经过期；社会保障卡交了两份相同的文件。",
        {
            "申请表.docx": form(service),
            "身份证正面.docx": id_card("周安禾", "男", "500105196506120011", "重庆市江北区建新样例路1号3-1"),
            "身份证背面.docx": id_back("重庆市公安局江北区分局", "2005.06.12-2025.06.12"),
            "社会保障卡.docx": social,
            "社会保障卡（再传一次）.docx": social,
        },
        [
            Found("身份证在收件之日已经过期", "material.expired", "id_card"),
            Found("两份社会保障卡内容完全相同", "material.unrecognised", "social_security_card", "info"),
        ],
    )


def unit() -> Packet:
    service = "cq-grad-unit-si-subsidy"
    return Packet(
        "6-unit",
        "单位申报，花名册是 Excel 工作簿",
        service,
        "申请表是 Word 文件，花名册是 .xlsx，营业执照是 PDF。执照上的统一社会信用代码与表上填写的不一样；工作簿上看不出印章，要看纸质件。",
        {
            "申请表.docx": form(service),
            "花名册.xlsx": roster_book(service),
            "营业执照.pdf": licence("重庆样例物流有限公司", "91500103MA5U0A1C24", "周雨桐"),
        },
        [
            Found("营业执照上的统一社会信用代码与表上填写的不一致", "consistency.mismatch", "uscc"),
            Found("花名册上是否盖章，从工作簿看不出", "seal.missing", "roster_seal", UNKNOWN),
        ],
        pdf=["营业执照.pdf"],
    )


# ---------------------------------------------------------------- writing


def write(packet: Packet, printed: Mapping[str, bytes]) -> None:
    folder = HERE / packet.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    files = {name: printed.get(f"{packet.name}/{name}", data) for name, data in packet.files.items()}
    for name in packet.scan:
        files[name] = scan(files[name])
    if packet.archive:
        (folder / packet.archive).write_bytes(gbk_archive(files))
    else:
        for name, data in files.items():
            (folder / name).write_bytes(data)
    (folder / "README.md").write_text(readme(packet), encoding="utf-8")


def readme(packet: Packet) -> str:
    facts = f"examples/{packet.service}.facts.yaml"
    lines = [f"# {packet.title}", "", packet.says, "人、单位和号码都是虚构的。", ""]
    lines += [f"    docgen check examples/packets/{packet.name} --received {RECEIVED} --facts {facts}", ""]
    lines += ["查出的问题只有这些：", "", "| 问题 | 代码 | 对象 | 程度 |", "| --- | --- | --- | --- |"]
    lines += [f"| {f.what} | `{f.code}` | `{f.subject}` | {LEVELS[f.severity]} |" for f in packet.found]
    return "\n".join([*lines, *packet.notes, ""])


def gbk_archive(files: Mapping[str, bytes]) -> bytes:
    """A zip as old Windows programs write it: names in GBK, and no flag that says so."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(_GbkName(name, STAMP), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


class _GbkName(zipfile.ZipInfo):
    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802  the name zipfile calls
        return self.filename.encode("gbk"), self.flag_bits


def print_all(found: Sequence[Packet]) -> dict[str, bytes]:
    """``packet/name`` → PDF of the papers that are printed or scanned, in one run of LibreOffice."""
    wanted = [(p, name) for p in found for name in (*p.pdf, *p.scan)]
    with tempfile.TemporaryDirectory() as place:
        names = []
        for number, (packet, name) in enumerate(wanted):
            file = Path(place) / f"{number}.docx"
            file.write_bytes(packet.files[name])
            names.append(str(file))
        profile = (Path(place) / "profile").as_uri()
        call = ["soffice", "--headless", f"-env:UserInstallation={profile}", "--convert-to", "pdf", "--outdir", place]
        subprocess.run([*call, *names], check=True, stdout=subprocess.DEVNULL)  # noqa: S603  LibreOffice, on files made here
        return {f"{p.name}/{name}": (Path(place) / f"{n}.pdf").read_bytes() for n, (p, name) in enumerate(wanted)}


def scan(pdf: bytes) -> bytes:
    """The first page as a grey JPEG of a flat-bed scanner."""
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[0].render(scale=SCAN_DPI / 72).to_pil().convert("RGB")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=72, dpi=(SCAN_DPI, SCAN_DPI))
    return out.getvalue()


def main() -> None:
    found = packets()
    printed = print_all(found)
    for packet in found:
        write(packet, printed)


if __name__ == "__main__":
    main()
