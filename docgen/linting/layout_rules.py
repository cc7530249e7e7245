"""The layout rules: what each demands, by which clause, how hard it is, and whether ``--fix`` can mend it.

What the standard says with 一般 is a warning, the rest an error.
"""

from __future__ import annotations

from dataclasses import dataclass

from checkers.report import Citation, Finding, Location, Severity

STANDARD = "GB/T 9704—2012"
STANDARD_TITLE = "党政机关公文格式"
PUNCTUATION = "GB/T 15834—2011"
PUNCTUATION_TITLE = "标点符号用法"
PREFIX = "gbt9704/"
MAX_PLACES = 20
"""Places a finding names; of a fault that runs through the whole document the first ones are enough."""


@dataclass(frozen=True, slots=True)
class Rule:
    """``says`` is what the clause demands; ``mends`` what is to be done about it, and what ``--fix`` does."""

    id: str
    label: str
    clause: str
    says: str
    mends: str
    severity: Severity = "error"
    standard: str = STANDARD
    title: str = STANDARD_TITLE


_ALL = (
    Rule("page-size", "纸张", "5.1", "公文用纸采用A4型纸，成品幅面210毫米×297毫米", "改为A4纸"),
    Rule(
        "margins",
        "页边与版心",
        "5.2.1",
        "天头（上白边）37毫米±1毫米，订口（左白边）28毫米±1毫米，版心156毫米×225毫米",
        "改正页边距",
    ),
    Rule("body-font", "正文字体", "5.2.2、7.3.3", "正文一般用3号仿宋体字", "把正文改为仿宋", "warning"),
    Rule("body-size", "正文字号", "5.2.2、7.3.3", "正文一般用3号字（16磅）", "把正文改为3号字", "warning"),
    Rule("title", "标题", "7.3.1", "标题一般用2号小标宋体字，居中排布", "把标题改为2号小标宋、居中", "warning"),
    Rule(
        "heading-font",
        "层次标题字体",
        "7.3.3",
        "一般第一层用黑体字、第二层用楷体字、第三层和第四层用仿宋体字",
        "把层次标题改为该层的字体",
        "warning",
    ),
    Rule("line-pitch", "行距", "5.2.3", "一般每面排22行，并撑满版心", "把行距改为固定值28.95磅", "warning"),
    Rule("characters", "每行字数", "5.2.3", "一般每行排28个字，并撑满版心", "恢复字符间距", "warning"),
    Rule("indent", "段落缩进", "7.3.3", "每个自然段左空二字，回行顶格", "把段落改为首行缩进2字符"),
    Rule("addressee", "主送机关", "7.3.2", "居左顶格，最后一个机关名称后标全角冒号", "把主送机关改为顶格、全角冒号"),
    Rule(
        "doc-number-place",
        "发文字号位置",
        "7.2.5",
        "发文字号编排在发文机关标志下空二行位置，居中排布（上行文居左空一字）",
        "把发文字号改为居中",
    ),
    Rule(
        "doc-number-brackets",
        "文号括号",
        "7.2.5",
        "发文字号的年份用六角括号“〔〕”括入；引用文号写法相同",
        "把文号的括号改为六角括号",
    ),
    Rule(
        "doc-number-form",
        "发文字号写法",
        "7.2.5",
        "发文顺序号不加“第”字，不编虚位（即1不编为01）",
        "去掉发文字号的“第”字和虚位",
    ),
    Rule(
        "date-form",
        "成文日期写法",
        "7.3.5.4",
        "成文日期用阿拉伯数字将年、月、日标全，年份应标全称，月、日不编虚位（即1不编为01）",
        "把成文日期改为阿拉伯数字，去掉虚位",
    ),
    Rule(
        "signature-place",
        "署名和日期位置",
        "7.3.5",
        "发文机关署名和成文日期居右编排：加盖印章的成文日期一般右空四字，不加盖印章的署名右空二字",
        "改为署名右空二字、日期右空四字",
        "warning",
    ),
    Rule(
        "attachment-note",
        "附件说明",
        "7.3.4",
        "“附件”二字后标全角冒号和附件名称；多个附件用阿拉伯数字标注顺序号（如“附件：1.×××”）；附件名称后不加标点符号",
        "改正附件说明的冒号和顺序号，去掉名称后的标点",
    ),
    Rule(
        "attachment-mark",
        "附件标识",
        "7.3.7",
        "附件应当另面编排；“附件”二字及附件顺序号用3号黑体字顶格编排在版心左上角第一行",
        "把附件标识改为3号黑体、顶格，附件另起一页",
    ),
    Rule(
        "imprint",
        "版记",
        "7.4.2、7.4.3",
        "抄送机关、印发机关和印发日期一般用4号仿宋体字",
        "把版记改为4号仿宋",
        "warning",
    ),
    Rule("copies", "抄送机关", "7.4.2", "最后一个抄送机关名称后标句号", "在抄送机关后加上句号"),
    Rule(
        "page-number",
        "页码",
        "7.5",
        "一般用4号半角宋体阿拉伯数字，数字左右各放一条一字线；单页码居右空一字，双页码居左空一字",
        "换成规范的页码",
        "warning",
    ),
    Rule(
        "punctuation",
        "标点",
        "",
        "中文里的逗号、分号、冒号、问号、叹号和括号用全角，各占一个字的位置",
        "把半角标点改为全角",
        "warning",
        PUNCTUATION,
        PUNCTUATION_TITLE,
    ),
)
RULES: dict[str, Rule] = {rule.id: rule for rule in _ALL}


@dataclass(slots=True)
class Fault:
    """A rule that is broken: what stands there and where (numbers of body paragraphs; none where it is the whole file).

    ``by_hand``: this one ``--fix`` cannot mend, though the rule has a remedy."""

    rule: str
    actual: str
    expected: str = ""
    places: tuple[int, ...] = ()
    message: str = ""
    by_hand: bool = False


def finding_of(fault: Fault, path: str) -> Finding:
    rule = RULES[fault.rule]
    source = f"{rule.standard}《{rule.title}》" + (f"第{rule.clause}条" if rule.clause else "")
    places = tuple(Location(path, paragraph=n) for n in fault.places[:MAX_PLACES])
    more = f"（共{len(fault.places)}处）" if len(fault.places) > 1 else ""
    return Finding(
        code="layout.invalid",
        rule=f"{PREFIX}{rule.id}",
        status="fail",
        severity=rule.severity,
        subject=rule.id,
        label=rule.label,
        message=(fault.message or f"{rule.label}不合规范：现为{fault.actual}") + more,
        suggestion=rule.mends if fault.by_hand else f"{rule.mends}（可以用 --fix 自动改）",
        expected=fault.expected or rule.says,
        actual=fault.actual,
        citations=(Citation(rule.standard, rule.title, rule.clause),),
        locations=places or (Location(path),),
        explanation=(f"{source}：{rule.says}。",),
    )


def not_a_word_file(path: str) -> Finding:
    """Said once of a paper whose layout cannot be held to the standard."""
    return Finding(
        code="layout.invalid",
        rule=f"{PREFIX}not-checked",
        status="unknown",
        severity="info",
        subject="layout",
        label="版式",
        message="不是 .docx 文件，版式（GB/T 9704—2012）没有检查",
        suggestion="需要检查版式时，请用 Word 文件",
        citations=(Citation(STANDARD, STANDARD_TITLE),),
        locations=(Location(path),),
    )
