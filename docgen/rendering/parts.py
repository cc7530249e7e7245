"""The parts of a .docx around its text: types, relations, styles, fonts and settings, the same for every form we draw."""

from __future__ import annotations

from xml.sax.saxutils import escape

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"

DOCUMENT_OPEN = (
    f'{_XML}<w:document xmlns:w="{_W}" xmlns:r="{_OFFICE}"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" mc:Ignorable="w14">'
)

FONTS = {
    "仿宋_GB2312": "仿宋;FangSong;方正仿宋_GBK;Noto Serif CJK SC",
    "楷体_GB2312": "楷体;KaiTi;方正楷体_GBK;Noto Serif CJK SC",
    "方正小标宋简体": "方正小标宋_GBK;宋体;SimSun;Noto Serif CJK SC",
    "黑体": "SimHei;方正黑体_GBK;Noto Sans CJK SC",
    "宋体": "SimSun;Noto Serif CJK SC",
}
"""The faces of GB/T 9704 and what may stand in for each where it is not installed."""


def content_types(footers: tuple[str, ...] = (), headers: tuple[str, ...] = ()) -> str:
    rows = {
        "document": "document.main",
        "styles": "styles",
        "settings": "settings",
        "fontTable": "fontTable",
        **dict.fromkeys(footers, "footer"),
        **dict.fromkeys(headers, "header"),
    }
    overrides = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_WORD}.{kind}+xml"/>' for part, kind in rows.items()
    )
    core = "application/vnd.openxmlformats-package.core-properties+xml"
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        f'{overrides}<Override PartName="/docProps/core.xml" ContentType="{core}"/></Types>'
    )


def _relations(rows: list[tuple[str, str, str]]) -> str:
    body = "".join(f'<Relationship Id="{i}" Type="{kind}" Target="{target}"/>' for i, kind, target in rows)
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{body}</Relationships>'


def _styles(font: str, size: float, line: str) -> str:
    half = round(size * 2)
    return (
        f'{_XML}<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr>'
        f'<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman" w:eastAsia="{font}"/>'
        f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/>'
        f"</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>{line}</w:pPr></w:pPrDefault></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/><w:qFormat/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="a1"><w:name w:val="Normal Table"/></w:style></w:styles>'
    )


def _font_table() -> str:
    rows = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/>'
        '<w:pitch w:val="variable"/></w:font>'
        for name, other in FONTS.items()
    )
    return f'{_XML}<w:fonts xmlns:w="{_W}">{rows}</w:fonts>'


def _settings(even_odd: bool) -> str:
    even = "<w:evenAndOddHeaders/>" if even_odd else ""
    return (
        f'{_XML}<w:settings xmlns:w="{_W}"><w:zoom w:percent="100"/>{even}<w:defaultTabStop w:val="420"/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat>'
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
        "</w:compat></w:settings>"
    )


def support_parts(
    title: str,
    footers: dict[str, str] | None = None,
    font: str = "仿宋_GB2312",
    size: float = 12,
    line: str = "",
    headers: dict[str, str] | None = None,
) -> dict[str, str]:
    """All parts but ``word/document.xml``. ``footers`` (name → xml) take the relation ids rIdF1, rIdF2 … in order,
    ``headers`` rIdH1 …"""
    footers, headers = footers or {}, headers or {}
    kinds = [(f"rId{n}", f"{_OFFICE}/{k}", f"{k}.xml") for n, k in enumerate(("styles", "settings", "fontTable"), 1)]
    kinds += [(f"rIdF{n}", f"{_OFFICE}/footer", f"{name}.xml") for n, name in enumerate(footers, 1)]
    kinds += [(f"rIdH{n}", f"{_OFFICE}/header", f"{name}.xml") for n, name in enumerate(headers, 1)]
    core = (
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(title)}</dc:title></cp:coreProperties>'
    )
    root = [
        ("rId1", f"{_OFFICE}/officeDocument", "word/document.xml"),
        ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
    ]
    return {
        "[Content_Types].xml": content_types(tuple(footers), tuple(headers)),
        "_rels/.rels": _relations(root),
        "docProps/core.xml": core,
        "word/_rels/document.xml.rels": _relations(kinds),
        "word/styles.xml": _styles(font, size, line),
        "word/fontTable.xml": _font_table(),
        "word/settings.xml": _settings(bool(footers)),
        **{f"word/{name}.xml": text for name, text in {**footers, **headers}.items()},
    }
