"""The rules on what an official document says: their words, their authority, and how a finding is made of one.

Every Chinese sentence of the content rules stands here. Only clauses are cited whose wording is certain.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from checkers.report import Citation, Finding, Location, Severity, Status

PREFIX = "notice/"
"""What the rule of a finding begins with: ``notice/citation-repealed``."""

_FORMAT = "GB/T 9704—2012"
_REGULATION = "中办发〔2012〕14号"


def _format(clause: str) -> tuple[Citation, ...]:
    return (Citation(_FORMAT, "党政机关公文格式", clause),)


def _regulation(article: str) -> tuple[Citation, ...]:
    return (Citation(_REGULATION, "党政机关公文处理工作条例", article),)


_LAWFUL = _regulation("第二十条第二项")  # 内容是否符合国家法律法规
_EXACT = _regulation("第二十条第四项")  # 人名、地名、时间、数字、段落顺序、引文等是否准确
_BASIS = _regulation("第二十条第一项")  # 行文依据是否准确


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``message`` is a template for ``str.format``; ``wrong`` and ``right`` are an example of each."""

    id: str
    code: str
    severity: Severity
    title: str
    explanation: str
    authority: tuple[Citation, ...]
    message: str
    suggestion: str
    wrong: str = ""
    right: str = ""
    status: Status = "fail"


_ALL = (
    # ------------------------------------------------------------ citations
    Rule(
        "citation-repealed",
        "citation.repealed",
        "error",
        "引用的文件已经废止",
        "公文引用的文件在核查日已被废止，不能再作为依据。本文件自己宣布废止它的，不算。",
        _LAWFUL,
        "引用的{cited}{since}已{by}废止",
        "改引现行文件；确需提到旧文件的，写明其已废止",
        "根据《某某办法》（某人社发〔2010〕1号，已废止）……",
    ),
    Rule(
        "citation-expired",
        "citation.repealed",
        "error",
        "引用的文件已经失效",
        "公文引用的文件有效期已满，在核查日不再执行。",
        _LAWFUL,
        "引用的{cited}{since}已{by}失效",
        "改引现行文件；确需提到旧文件的，写明其已失效",
    ),
    Rule(
        "citation-not-in-force",
        "policy.not-in-force",
        "warning",
        "引用的文件尚未施行",
        "公文引用的文件在核查日（本文件自定施行日期更晚的，在那一日）还没有施行。",
        _LAWFUL,
        "引用的{cited}{since}才施行",
        "核对施行日期，必要时写明适用的起始日期",
    ),
    Rule(
        "citation-partly-repealed",
        "citation.repealed",
        "warning",
        "引用的文件部分废止",
        "公文引用的文件有一部分已经废止，要核对引用的条款是否还有效。",
        _LAWFUL,
        "引用的{cited}{since}已{by}部分废止",
        "核对引用的条款是否仍然有效",
    ),
    Rule(
        "citation-amended",
        "citation.repealed",
        "warning",
        "引用的文件已经修改",
        "公文引用的规范性文件已经修改，要按修改后的文本核对。只按名称引用法律、法规的，指现行文本，不提示。",
        _LAWFUL,
        "引用的{cited}{since}已{by}修改",
        "按修改后的文本核对引用的内容",
    ),
    Rule(
        "citation-renumbered",
        "consistency.mismatch",
        "warning",
        "引用的文号与登记的不同",
        "登记簿里有这个标题的文件，文号却是另一个，而引用的文号没有登记。",
        _EXACT,
        "《{title}》登记的文号是{known}，引用的是{number}",
        "核对文号",
    ),
    Rule(
        "citation-misquoted",
        "consistency.mismatch",
        "error",
        "引用的标题与文号不是同一件",
        "引用的标题和文号各自属于不同的文件。",
        _EXACT,
        "《{title}》与{number}不是同一件：{number}是《{other}》{known}",
        "核对标题和文号，引用公文应当先引标题，后引发文字号",
    ),
    Rule(
        "citation-title",
        "consistency.mismatch",
        "warning",
        "引用的标题有出入",
        "文号对得上，标题与登记的相差几个字。",
        _EXACT,
        "{number}的标题是《{other}》，引用为《{title}》",
        "按原标题引用",
    ),
    Rule(
        "citation-unknown",
        "citation.repealed",
        "info",
        "引用的文件没有登记",
        "登记簿里没有这件文件，或者没有它的日期，是否仍然有效无从判断，要由人查实。",
        _BASIS,
        "引用的{cited}{why}，是否仍然有效不能判断",
        "查实所引文件是否仍然有效；常用的可以登记到 catalogues 里",
        status="unknown",
    ),
    Rule(
        "law-article-missing",
        "consistency.mismatch",
        "error",
        "所引文件没有这一条",
        "引用的条号超过所引法律、文件的条数。只有登记了条数的才核对。",
        _EXACT,
        "{cited}共{count}条，没有{article}",
        "核对引用的条号",
    ),
    # ------------------------------------------------------------ inside the document
    Rule(
        "article-missing",
        "consistency.mismatch",
        "error",
        "本文没有所引的条",
        "文中写“本办法第X条”，而本文没有这一条。",
        _EXACT,
        "文中引用“{quoted}”，本文只有第{first}条至第{last}条",
        "核对条号，增删条文后要同时改引用",
        "本办法共二十条，文中写“本办法第四十条”",
    ),
    Rule(
        "place-missing",
        "consistency.mismatch",
        "warning",
        "本文没有所引的款、项",
        "文中写“本办法第八条第三款”，第八条却没有第三款。款是条里另起一行的自然段。",
        _EXACT,
        "文中引用“{quoted}”，本文没有这一款、项",
        "核对款、项的序号",
        "第八条只有两款，文中写“本办法第八条第三款”",
    ),
    Rule(
        "attachment-missing",
        "material.missing",
        "error",
        "附件说明列出的附件没有附上",
        "附件说明列了几个附件，文件后面附了一部分，却缺这一个。",
        _format("7.3.4、7.3.7"),
        "附件说明列出的附件{number}《{title}》没有附上",
        "附上该附件，或者从附件说明里删去",
    ),
    Rule(
        "attachment-elsewhere",
        "material.missing",
        "info",
        "附件不在这个文件里",
        "附件说明列了附件，这个文件里一个也没有：可能是另外的文件，要由人查实。",
        _format("7.3.4、7.3.7"),
        "附件说明列出的附件（{titles}）不在这个文件里",
        "确认附件另有文件并一并印发",
        status="unknown",
    ),
    Rule(
        "attachment-unannounced",
        "consistency.mismatch",
        "warning",
        "附上的附件没有列入附件说明",
        "文件后面有这个附件，附件说明里没有列出。",
        _format("7.3.4"),
        "附件{number}《{title}》没有列入附件说明",
        "在正文之后的附件说明里列出它的序号和名称",
    ),
    Rule(
        "attachment-title",
        "consistency.mismatch",
        "warning",
        "附件标题与附件说明不一致",
        "附件顺序号和附件标题应当与附件说明的表述一致。",
        _format("7.3.7"),
        "附件{number}在附件说明里是《{announced}》，附上的标题是《{attached}》",
        "两处改成一致",
    ),
    Rule(
        "attachment-cited",
        "material.missing",
        "error",
        "文中提到的附件没有列入附件说明",
        "正文写“见附件3”，附件说明和文后都没有附件3。",
        _format("7.3.4"),
        "文中提到“{quoted}”，附件说明里没有附件{number}",
        "补列附件，或者改正序号",
    ),
    Rule(
        "attachment-order",
        "field.invalid",
        "warning",
        "附件序号不连续",
        "多个附件用阿拉伯数字依次标注顺序号。",
        _format("7.3.4"),
        "附件说明的序号是{numbers}，应当从1起依次编排",
        "重新编排附件序号，并改正文中的“见附件X”",
    ),
    # ------------------------------------------------------------ numbering
    Rule(
        "numbering-gap",
        "field.invalid",
        "error",
        "序号有缺",
        "同级序号跳号：可能漏了一段，也可能删改后没有重新编号。",
        _regulation("第二十条第四项"),
        "{before}之后是{number}，缺{missing}",
        "补上缺的部分，或者重新编号",
        "一、……二、……四、……",
        "一、……二、……三、……",
    ),
    Rule(
        "numbering-repeat",
        "field.invalid",
        "error",
        "序号重复",
        "同级有两个相同的序号。",
        _regulation("第二十条第四项"),
        "{number}出现两次",
        "重新编号，并核对引用这些序号的地方",
        "第八条……第八条……",
    ),
    Rule(
        "numbering-order",
        "field.invalid",
        "error",
        "序号颠倒",
        "同级序号后面的比前面的小。",
        _regulation("第二十条第四项"),
        "{before}之后是{number}",
        "调整次序或者重新编号",
    ),
    Rule(
        "numbering-mixed",
        "field.invalid",
        "warning",
        "同级序号写法不一",
        "同一层次的序号用了两种写法。结构层次序数依次用“一、”“（一）”“1.”“（1）”标注。",
        _format("7.3.3"),
        "{before}之后是{number}，同级序号应当用一种写法",
        "改成{expected}",
        "一、……2.……三、……",
        "一、……二、……三、……",
    ),
    # ------------------------------------------------------------ counts and sums
    Rule(
        "count-items",
        "consistency.mismatch",
        "error",
        "说的项数与列出的不符",
        "写“下列三项”，后面列了四项。",
        _EXACT,
        "“{quoted}”后面列出的是{count}项",
        "核对项数",
        "符合下列三项条件：（一）（二）（三）（四）",
    ),
    Rule(
        "count-articles",
        "consistency.mismatch",
        "error",
        "说的条数、章数与实际不符",
        "写“本办法共十二条”，实际不是十二条。",
        _EXACT,
        "文中说“{quoted}”，实际是{count}{unit}",
        "核对条数",
    ),
    Rule(
        "count-rows",
        "consistency.mismatch",
        "error",
        "说的数目与名单的行数不符",
        "正文或标题说51家，附件名单列了52行。",
        _EXACT,
        "“{quoted}”，{where}列出的是{count}{unit}",
        "核对名单和数目",
        "名单（51家），表中有52行",
    ),
    Rule(
        "amount-capitals",
        "amount.mismatch",
        "error",
        "大写与小写不一致",
        "同一数额写了汉字和阿拉伯数字两遍，两者不等。",
        _EXACT,
        "“{quoted}”前后两个数不相等",
        "核对数额，两处改成一致",
        "人民币壹万贰仟元整（12,500元）",
        "人民币壹万贰仟元整（12,000元）",
    ),
    Rule(
        "percent-sum",
        "amount.mismatch",
        "warning",
        "比例之和不是100%",
        "各部分占总成绩、总分、权重的比例应当合为100%。",
        _EXACT,
        "“{quoted}”合计为{total}%",
        "核对各部分的比例",
        "笔试占60%、面试占50%",
    ),
    Rule(
        "column-sum",
        "amount.mismatch",
        "error",
        "合计与各行之和不符",
        "表格合计行的数不等于这一列各行之和。",
        _EXACT,
        "{column}各行之和是{total}，合计行写的是{written}",
        "核对各行和合计",
    ),
    Rule(
        "row-product",
        "amount.mismatch",
        "error",
        "标准与数量之积不等于金额",
        "表头写明标准、数量、金额的，每行的标准乘以数量应当等于金额。",
        _EXACT,
        "第{row}行：{formula}，表中写的是{written}",
        "核对这一行的标准、数量和金额",
    ),
    # ------------------------------------------------------------ dates
    Rule(
        "date-impossible",
        "field.invalid",
        "error",
        "日期不存在",
        "历上没有这一天。",
        _EXACT,
        "{quoted}不存在",
        "核对日期",
        "2月30日",
    ),
    Rule(
        "date-weekday",
        "consistency.mismatch",
        "error",
        "日期与星期不符",
        "括号里的星期不是这一天的星期。",
        _EXACT,
        "{day}是星期{right}，文中写“{quoted}”",
        "核对日期和星期",
    ),
    Rule(
        "date-range",
        "field.invalid",
        "error",
        "起止日期颠倒",
        "起止日期的终点早于起点。",
        _EXACT,
        "“{quoted}”的终点早于起点",
        "核对起止日期",
    ),
    Rule(
        "effective-before-issued",
        "consistency.mismatch",
        "warning",
        "施行日期早于成文日期",
        "施行日期早于成文日期，等于溯及既往，要确认有无依据。",
        _EXACT,
        "施行日期{effective}早于成文日期{issued}",
        "核对施行日期；确要追溯的，写明理由和依据",
    ),
    Rule(
        "expires-before-effective",
        "field.invalid",
        "error",
        "失效日期早于施行日期",
        "有效期的终点早于施行日期。",
        _EXACT,
        "有效期至{expires}，早于施行日期{effective}",
        "核对施行日期和有效期",
    ),
    Rule(
        "validity-mismatch",
        "consistency.mismatch",
        "error",
        "有效期与起止日期不符",
        "写了有效期几年，又写了起止日期，两者不等。",
        _EXACT,
        "{valid_for}与自{effective}至{expires}不符",
        "核对有效期和起止日期",
    ),
    Rule(
        "deadline-before-issued",
        "deadline.passed",
        "warning",
        "限期早于成文日期",
        "要求办理的最后一日在成文日期之前，收文时已经过期。",
        _EXACT,
        "“{quoted}”的最后一日早于成文日期{issued}",
        "核对限期的年、月、日",
    ),
    # ------------------------------------------------------------ head and tail
    Rule(
        "docno-form",
        "field.invalid",
        "warning",
        "发文字号写法不合格式",
        "年份标全称，用六角括号〔〕括入；发文顺序号不加“第”字，不编虚位。",
        _format("7.2.5"),
        "发文字号“{quoted}”{fault}",
        "写作{expected}",
        "某人社发[2024]第01号",
        "某人社发〔2024〕1号",
    ),
    Rule(
        "docno-missing",
        "field.missing",
        "info",
        "没有发文字号",
        "发文字号由发文机关代字、年份、发文顺序号组成。",
        _regulation("第九条第五项"),
        "没有发文字号",
        "编上发文字号",
    ),
    Rule(
        "title-missing",
        "field.missing",
        "error",
        "没有标题",
        "公文标题由发文机关名称、事由和文种组成。",
        _regulation("第九条第七项"),
        "没有认出公文标题",
        "写上标题",
    ),
    Rule(
        "title-form",
        "field.invalid",
        "warning",
        "标题没有文种",
        "标题由发文机关名称、事由和文种组成，文种是决议、决定、命令（令）、公报、公告、通告、意见、通知、通报、报告、请示、批复、议案、函、纪要之一。",
        _regulation("第八条、第九条第七项"),
        "标题“{title}”没有以法定文种结尾",
        "在标题末尾写明文种",
        "关于做好某项工作的安排意见通知书",
    ),
    Rule(
        "title-brackets",
        "field.invalid",
        "info",
        "书名号里又用双书名号",
        "书名号里面还要用书名号时，外面用双书名号，里面用单书名号。",
        (Citation("GB/T 15834—2011", "标点符号用法", "4.15"),),
        "“{quoted}”里面的书名号应当用〈〉",
        "里面一层改用单书名号〈〉",
        "《关于印发《某某办法》的通知》",
        "《关于印发〈某某办法〉的通知》",
    ),
    Rule(
        "date-form",
        "field.invalid",
        "warning",
        "成文日期没有用阿拉伯数字",
        "成文日期用阿拉伯数字将年、月、日标全，年份标全称，月、日不编虚位。",
        _format("7.3.5.4"),
        "成文日期“{quoted}”{fault}",
        "写作{expected}",
        "二〇二四年七月二日；2024年07月02日",
        "2024年7月2日",
    ),
    Rule(
        "date-missing",
        "date.missing",
        "warning",
        "没有成文日期",
        "成文日期署会议通过或者发文机关负责人签发的日期，写在正文之后署名之下。",
        _regulation("第九条第十二项"),
        "没有成文日期",
        "写上成文日期",
    ),
    Rule(
        "signature-missing",
        "signature.missing",
        "warning",
        "没有发文机关署名",
        "正文之后署发文机关全称或者规范化简称。",
        _regulation("第九条第十一项"),
        "没有发文机关署名",
        "写上发文机关全称或者规范化简称",
    ),
    Rule(
        "addressee-missing",
        "field.missing",
        "warning",
        "没有主送机关",
        "请示、报告、批复、函、通知要写明主送机关。",
        _regulation("第九条第八项"),
        "{genre}没有主送机关",
        "在标题之下写明主送机关",
    ),
)

RULES: dict[str, Rule] = {rule.id: rule for rule in _ALL}
"""All content rules by their id (without ``notice/``), in the order in which a reviewer reads them."""

WORDS = {
    "no brackets": "的年份没有用六角括号〔〕",
    "ordinal": "的顺序号加了“第”字",
    "leading zero": "编了虚位",
    "short year": "的年份没有标全称",
    "numerals": "没有用阿拉伯数字",
    "unregistered": "没有登记",
    "undated": "没有登记施行日期",
    "since": "自{day}起",
    "by": "被{by}",
    "belongs": "，《{title}》的文号是{number}",
    "day": "{0.year}年{0.month}月{0.day}日",
    "day example": "2024年7月2日",
    "here": "附件",
    "title": "标题",
    "number": "发文字号",
    "addressees": "主送机关",
    "signature": "发文机关署名",
    "date": "成文日期",
    "effective": "施行日期",
}
"""Pieces that are put into messages."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding stands: the node's id, how the place is called, and where it is on the paper."""

    subject: str
    label: str
    location: Location | None = None


def finding(
    rule_id: str,
    place: Place,
    *,
    expected: str = "",
    actual: str = "",
    also: Iterable[Location] = (),
    citations: tuple[Citation, ...] = (),
    **values: object,
) -> Finding:
    """A finding of a rule. ``values`` fill the templates; ``citations`` come before the rule's own authority."""
    rule = RULES[rule_id]
    places = dict.fromkeys(([place.location] if place.location else []) + list(also))
    return Finding(
        code=rule.code,
        rule=PREFIX + rule.id,
        status=rule.status,
        severity=rule.severity,
        subject=place.subject,
        label=place.label,
        message=rule.message.format(**values),
        suggestion=rule.suggestion.format(expected=expected),
        expected=expected,
        actual=actual,
        citations=(*citations, *rule.authority),
        locations=tuple(places),
    )
