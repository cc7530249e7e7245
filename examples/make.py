"""Makes the example submissions: ``python examples/make.py`` (LibreOffice is needed for the PDFs only).

``source/<service>.yaml`` says what is filled in and which faults are planted; the masters of ``templates/forms`` are filled with
it and merged into one Word file a submission, and LibreOffice prints that. All persons and organisations are invented.

    python examples/make.py               the Word files, the PDFs and README.md
    python examples/make.py --docx        the Word files and README.md only
    python examples/make.py --pictures    draw the sample seals, signatures and cards again (needs Pillow and Chinese fonts)
"""

from __future__ import annotations

import argparse
import io
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from docgen.places import templates_folder
from docgen.rendering.draw import draw
from docgen.rendering.fill import fill_form
from docgen.rendering.merge import merge
from docgen.rendering.pictures import Picture

HERE = Path(__file__).resolve().parent
KINDS = ("clean", "flawed")

SEALS = {"logistics": "重庆样例物流有限公司", "property": "重庆样例物业有限公司", "software": "重庆样例科技有限公司"}
INKS = {
    "zhou-yutong": "周雨桐",
    "feng-liqun": "冯立群",
    "wu-jingxing": "吴景行",
    "zhou-anhe": "周安禾",
    "zhao-wangshu": "赵望舒",
    "qian-xiaoman": "钱小满",
}
CARDS = {
    "id-front": ("居民身份证", "人像面", (214, 226, 240)),
    "id-back": ("居民身份证", "国徽面", (228, 222, 236)),
    "social-card": ("社会保障卡", "正面", (216, 236, 226)),
    "licence": ("营业执照", "副本", (240, 234, 218)),
}
PAGE_SEAL, PAGE_PICTURE = "page_seal", "page_picture"


def sources() -> list[dict[str, Any]]:
    """The submissions as their files describe them, by file name."""
    files = sorted((HERE / "source").glob("*.yaml"))
    return [yaml.safe_load(f.read_text(encoding="utf-8")) for f in files]


def picture(name: str, width: float, **place: Any) -> Picture:
    return Picture((HERE / "pictures" / f"{name}.png").read_bytes(), width, **place)


def filled(value: Any) -> Any:
    """A value of a source file as ``fill_form`` takes it: ``{seal: …}`` and ``{ink: …}`` become pictures."""
    if isinstance(value, Mapping) and "seal" in value:
        place = {"dx_mm": float(value.get("dx", 0)), "dy_mm": float(value.get("dy", 0))}
        return picture(f"seal-{value['seal']}", float(value.get("width", 36)), floating=True, **place)
    if isinstance(value, Mapping) and "ink" in value:
        return picture(f"ink-{value['ink']}", float(value.get("width", 22)))
    return value


def form_part(form: str, data: Mapping[str, Any], flatten: bool) -> bytes:
    master = templates_folder() / "forms" / f"{form}.docx"
    return fill_form(master, {key: filled(value) for key, value in data.items()}, flatten=flatten)


def page_part(page: Mapping[str, Any]) -> bytes:
    """A paper that is no form (a copy of a card, a statement): a heading, pictures, lines, a seal."""
    blocks: list[dict[str, Any]] = [{"title": page["title"], "size": 18, "before": 0, "after": 24}]
    data: dict[str, Picture] = {}
    for n, name in enumerate(page.get("pictures", ())):
        blocks.append({"text": f"{{{PAGE_PICTURE}{n}}}", "align": "center", "after": 16})
        data[f"{PAGE_PICTURE}{n}"] = picture(f"card-{name}", 86)
    for n, line in enumerate(page.get("lines", ())):
        row: dict[str, Any] = {"text": line, "indent": 2} if isinstance(line, str) else dict(line)
        if ink := row.pop("ink", None):
            row["text"] += f"  {{ink{n}}}"
            data[f"ink{n}"] = picture(f"ink-{ink}", 22)
        blocks.append({"after": 8, **row})
    if seal := page.get("seal"):
        blocks.append({"text": f"与原件一致（加盖单位鲜章）{{{PAGE_SEAL}}}", "align": "right", "before": 24})
        data[PAGE_SEAL] = picture(f"seal-{seal}", 36, floating=True, dx_mm=-34, dy_mm=-14)
    variables = [{"id": key, "label": "图片", "type": "seal"} for key in data]
    master = draw({"id": "page", "name": page["title"], "variables": variables, "layout": {"blocks": blocks}})
    return fill_form(master, data, flatten=True)


def submission(source: Mapping[str, Any], kind: str, *, flatten: bool = False) -> bytes:
    """The Word file of a submission. ``flatten``: without content controls, which LibreOffice prints as PDF form fields."""
    changes = source["flawed"] if kind == "flawed" else {}
    out: list[bytes] = []
    for name, part in source["parts"].items():
        if name in changes.get("without", ()):
            continue
        if "page" in part:
            out.append(page_part(part["page"]))
        else:
            out.append(form_part(part["form"], {**part["data"], **changes.get(name, {})}, flatten))
    return merge(out)


def write_word_files(source: Mapping[str, Any]) -> None:
    for kind in KINDS:
        (HERE / f"{source['service']}.{kind}.docx").write_bytes(submission(source, kind))


def write_pdfs(all_sources: list[dict[str, Any]]) -> None:
    """One run of LibreOffice with a profile of its own, so that an open LibreOffice is not disturbed."""
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for source in all_sources:
            for kind in KINDS:
                name = Path(folder) / f"{source['service']}.{kind}.docx"
                name.write_bytes(submission(source, kind, flatten=True))
                names.append(str(name))
        profile = (Path(folder) / "profile").as_uri()
        call = [
            "soffice",
            "--headless",
            f"-env:UserInstallation={profile}",
            "--convert-to",
            "pdf",
            "--outdir",
            str(HERE),
        ]
        subprocess.run([*call, *names], check=True, stdout=subprocess.DEVNULL)  # noqa: S603  our own files, no shell


def readme(all_sources: list[dict[str, Any]]) -> str:
    """The table of planted faults and the findings that come out."""
    text = (HERE / "source" / "README.head.md").read_text(encoding="utf-8")
    for source in all_sources:
        service = source["service"]
        text += f"\n## {source['name']}\n\n"
        text += f"`{service}.flawed.docx` / `.pdf` 里埋的问题，和 `docgen check` 报出的规则：\n\n"
        text += "| 埋的问题 | 规则 | 结论 |\n| --- | --- | --- |\n"
        for row in source["planted"]:
            status = "待核实" if row.get("status") == "unknown" else "提醒" if row.get("soft") else "错误"
            text += f"| {row['what']} | `{service}/{row['rule']}` | {status} |\n"
    return text


def draw_pictures() -> None:
    """Sample seals, signatures and cards. They are kept in the repository because fonts differ from machine to machine."""
    from docgen.rendering.seal import ink_png, seal_png  # noqa: PLC0415  Pillow is only needed to draw them again

    for name, words in SEALS.items():
        (HERE / "pictures" / f"seal-{name}.png").write_bytes(seal_png(words, 240))
    for name, words in INKS.items():
        (HERE / "pictures" / f"ink-{name}.png").write_bytes(ink_png(words, 72))
    for name, (title, side, ground) in CARDS.items():
        (HERE / "pictures" / f"card-{name}.png").write_bytes(_card(title, side, ground))


def _card(title: str, side: str, ground: tuple[int, int, int]) -> bytes:
    """A card that shows nothing but what it stands for."""
    from PIL import Image, ImageDraw  # noqa: PLC0415  Pillow is only needed to draw them again

    from docgen.rendering.seal import chinese_font  # noqa: PLC0415  Pillow is only needed to draw them again

    image = Image.new("RGB", (360, 226), (255, 255, 255))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((3, 3, 357, 223), 18, fill=ground, outline=(120, 120, 130), width=2)
    pen.text((180, 84), title, font=chinese_font(33), fill=(70, 70, 90), anchor="mm")
    pen.text((180, 132), f"（{side}）样图", font=chinese_font(22), fill=(70, 70, 90), anchor="mm")
    pen.text((180, 190), "虚构样例，不是证件", font=chinese_font(14), fill=(120, 120, 130), anchor="mm")
    out = io.BytesIO()
    image.quantize(16).save(out, "PNG", optimize=True)
    return out.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description="生成样例材料")
    parser.add_argument("--docx", action="store_true", help="只生成 Word 文件和 README.md")
    parser.add_argument("--pictures", action="store_true", help="重画样章、样签和样图")
    options = parser.parse_args()
    if options.pictures:
        draw_pictures()
    found = sources()
    for source in found:
        write_word_files(source)
    (HERE / "README.md").write_text(readme(found), encoding="utf-8")
    if not options.docx:
        write_pdfs(found)


if __name__ == "__main__":
    main()
