"""Where a sentence asks for papers: the verb that asks (提交, 附, 凭 …) and the stretch of text that names what it asks for.

Whether that stretch is a list of papers is decided by ``docgen.notices.materials``; here stands what surrounds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from docgen.notices.paper_names import CLOSING, OPENING, is_paper

# ---------------------------------------------------------------- words that announce a list

HAND_IN = r"提交|提供|报送|递交|携带|出示|上传|收取|收集|准备|填报|填写|交验|查验|缴验|留存|提报|递送|呈报|寄送"
_PAPERS = r"材料|资料|证件|要件|文件|证明材料|证明资料|单证|凭证"
_LEAD = re.compile(
    rf"(?:(?:{HAND_IN}|持|凭)[^。；;：:]{{0,40}}?(?:{_PAPERS})"
    rf"|(?:申请|申报|报名|备案|申领|所需|办理|认定|申办|提交|报送|需要|应聘|报考)(?:的|所需|需提交的|应提交的)?(?:{_PAPERS})"
    rf"|(?:^|(?<=[。；;]))\s?(?:[^。；;：:，,、]{{0,8}}(?<!件))?(?:{_PAPERS}|证明材料)(?=清单|目录|包括|如下|主要|[：:]|有[：:]))"
    r"(?!号|类型|真实|审核|齐全|不|名称)[^。；;：:，,]{0,40}?[：:]"
)
_BARE_LEAD = re.compile(
    rf"(?:应当?|须|需要?|还|另|时|请)[^。；;：:，,]{{0,16}}?(?:{HAND_IN}|附)(?:下列|以下|如下)?(?:内容|表格|表单)?[：:]"
)
"""应提供： — a list of papers where its members are called so."""
HEADED = re.compile(
    rf"^(?:[^。；;：:，,]{{0,16}}(?:的|所需|需))?(?:申请|申报|申领|报名|报考|应聘|备案|办理|认定|提交|提供|报送|应|需|须|所需|需要|申办|评审|报审|登记|变更|延续|注销|年检|参评|推荐|的|所需)+"
    rf"(?:{_PAPERS})(?:清单|目录|要求|包括|如下|名称|及要求)*(?:[（(][^（）()]{{0,20}}[）)])?[：:。]?$"
)
NO_LIST = re.compile(
    r"不再|无需|无须|不需|免于|不得|取消|不必|毋需|毋须|不予|免提交|免交|未提交|未提供|不能提供|拒绝|虚假|伪造|以上材料|上述材料|审核(?:以下|下列)"
    r"|不提供|不提交|隐匿|变造|骗取"
)
STOP = re.compile(r"[。；;\n]")
_BACK = 120
"""Characters before a verb that are looked at."""
LONGEST_LIST = 200
"""Characters of a list of papers inside a clause."""


def lead_at(words: str) -> tuple[int, bool] | None:
    """Where the list begins that these words announce, and whether they say that it is one of papers; None: no list."""
    if HEADED.match(words.strip()):
        return len(words), True
    if "：" not in words and ":" not in words:
        return None
    for lead in _LEAD.finditer(words):
        begin = max((m.end() for m in STOP.finditer(words, max(0, lead.start() - 200), lead.start())), default=0)
        if not NO_LIST.search(words, begin, lead.end()):
            return lead.end(), True
    bare = _BARE_LEAD.search(words)
    if bare is None or NO_LIST.search(words, max(0, bare.start() - _BACK), bare.end()):
        return None
    behind = words[bare.end() : bare.end() + 4 * LONGEST_LIST].split("。", 1)[0]
    if not behind.strip() or all(is_paper(one) for one in re.split("[、；;]", behind) if one.strip()):
        return bare.end(), False
    return None


# ---------------------------------------------------------------- verbs that ask

HOLD = r"(?<![支保坚主维扶秉加劫把])持(?![续有久之卡证平])|凭(?!证|借|空)"
_VERB = re.compile(
    r"提交|提供|报送|递交|递送|送交|提报|呈报|携带|出示|上传|交验|缴验|填报(?!名)|填写|随附|连同|出具|留存|备齐|备好|准备|填具|填制|寄送|邮寄|呈交|交回|需要|将|把"
    rf"|附(?:上|送|具)?(?![具件表录近属加则带着和设图答页注有])|{HOLD}"
)
_NO_OBJECT = re.compile(r"\s*(?:的|了|时|后|前|者|人(?!员|口|事)|过|方|情况|至|到|给|以上)")
"""What stands behind a verb that asks for nothing: 提交的材料, 提交后."""
_OWNER = re.compile(r"(?:了)?(?:本人|单位(?=[的营])|申请人|其(?!他))?的?(?:加盖公章的)?")

_REFUSED = re.compile(
    r"不再|无需|无须|不需|不用|免于|不得|取消|不必|毋需|毋须|不予|免提交|免交|虚假|伪造|变造|隐匿|骗取|不提供|不提交|不要求"
    r"|以上材料|上述材料|禁止|严禁|不向|不$"
    r"|(?:未|不能|无法|不愿|拒绝|拒不|是否|重复|逾期|避免|减少|免除|故意)[^应须需]{0,6}$"
)
_REFUSED_EARLIER = re.compile(r"不得|不再|无需|无须|不需|不必|禁止|严禁|免于|取消")
_CASE_END = re.compile(r"[的时后者]\s*[，,]?$")
_MUST = re.compile(r"应|须|需|要|(?<!申)请|(?<!许)可|并|还|另|同时|一并|均|由|务必|如实|分别|按要求|按规定")
_TO_OFFICE = re.compile(
    r"(?:向|到|在|报|通过)[^，,。；;]{0,24}"
    r"(?:部门|机构|机关|局|厅|单位|中心|社区|政府|委员会|学校|基地|所|站|平台|系统|网|小组|办)"
)
_PEOPLE = (
    r"劳动者|申请人|当事人|群众|企业|参保人|人员|职工|毕业生|学员|求职者|个人|社会|公众|家庭|农民工|考生|投资者|主体"
    r"|用人单位|对象|妇女|青年|学生|老年人"
)
_TO_PEOPLE = re.compile(
    rf"(?:(?<!转)向|[为给]|帮助|协助)[^，,。；;]{{0,20}}?(?:{_PEOPLE})(?:等|及时|免费|主动|同步|统一|精准|集中|及其家属|和用人单位)*$"
    r"|^\s*[为给]|(?<!认)为[^，,。；;]{1,14}$|免费|主动|积极|优先|持续"
)
_AT = re.compile(r"[时的后]$|(?:申请|备案|申报|报名|登记|补贴)$")
_BY = re.compile(r"^[^，,。；;]{0,10}(?:人|者|贩|员|毕业生|户|企业|单位|公司|学校|基地|家属|亲属)(?:仍|均|也|只)?$")
"""Who hands in, before 提供 without 应: 商贩提供…, 申请人提供…"""
_BREAK = "，,。；;：:\n"
_ALSO = re.compile(r"\s?(?:以及|及|和)(?!时)")
"""A list that goes on behind a comma."""
_BEHIND = re.compile(
    r"(?:等(?:相关|有关|申请|证明|佐证|申报|书面|原始)*(?:材料|资料|证件|文件|证明|凭证|证书|票据|要件)?"
    r"|(?<=[证书表单册簿件料同告明议卡据票函》)）]))"
    r"(?P<tail>到|至|向|前往|并(?!购)|报(?!告|名|表|销|到|考)|送|交(?!易|通|验|接|流)|供|进行|办理|申请(?![表书人报])|申领(?!表)|领取(?!人)|后|时|作为|申报(?!表|书|材料|单|系统)|备查|存档|按照?|在(?!读|职|校|岗)"
    r"|参加|进入|登录|提出|享受|一式|即可|即|的[，,])"
)
_GOES_ON = re.compile(
    r"申领(?!表)|申请(?![表书人报])|办理|领取(?!人)|到|向|前往|报名(?!表)|登录|在(?:指定|规定)"
    r"|参加[^，。]{0,6}(?:考试|面试|笔试|招聘|培训|体检)"
)
"""What a holder of a paper (持身份证, 凭社会保障卡) does with it at an office: the words behind the paper."""


@dataclass(slots=True, frozen=True)
class Demand:
    """``text[start:stop]`` is what is asked for; ``sentence`` is where its sentence begins, ``verb_end`` where its verb ends.

    ``firm``: the verb hands over papers and nothing else, and somebody has to: then 说明, 记录 or 方案 is one too.
    """

    verb: str
    sentence: int
    verb_end: int
    start: int
    stop: int
    firm: bool


def demands(text: str, limit: int | None = None) -> Iterator[Demand]:
    """The demands of one paragraph, in order; linear: of each verb a bounded stretch is looked at."""
    limit = len(text) if limit is None else limit
    at = 0
    while found := _VERB.search(text, at, limit):
        at = found.end()
        if _NO_OBJECT.match(text, at):
            continue
        sentence, clause = _begins(text, found.start())
        if not _asks(found.group(), text[sentence:clause], text[clause : found.start()]):
            continue
        owner = _OWNER.match(text, at)
        start = owner.end() if owner else at
        stop = _list_end(text, start, found.group())
        if 2 <= stop - start < LONGEST_LIST:
            firm = _firm(found.group(), text[clause : found.start()])
            yield Demand(found.group(), sentence, at, start, stop, firm)


_OF_ANY_THING = frozenset(["出具", "持", "凭", "填写", "填报", "留存", "准备", "需要", "将", "把"])
"""Verbs that take much else than papers."""


def _firm(verb: str, before: str) -> bool:
    if verb == "提供":
        return re.search("应|须|需", before) is not None
    if verb in _OF_ANY_THING:
        return False
    return bool(_MUST.search(before) or _AT.search(before.strip()) or not before.strip())


def _begins(text: str, pos: int) -> tuple[int, int]:
    """Where the sentence and the clause around ``pos`` begin."""
    low = max(0, pos - _BACK)
    clause = max((text.rfind(c, low, pos) for c in _BREAK), default=-1) + 1
    sentence = max((text.rfind(c, low, pos) for c in "。；;\n"), default=-1) + 1
    return max(sentence, low), max(clause, low)


def _asks(verb: str, earlier: str, before: str) -> bool:
    """True where the words before the verb (of its sentence, of its clause) ask somebody for something."""
    if _REFUSED.search(before):
        return False
    if _REFUSED_EARLIER.search(earlier) and not _CASE_END.search(earlier) and not re.search("应|须|需", before):
        return False
    if verb == "出具":
        return "由" in before and re.search("经办|受理", before) is None
    if _TO_PEOPLE.search(before):
        return False
    said = before.strip()
    must, at_work = _MUST.search(before) is not None, _AT.search(said) is not None
    if verb in ("持", "凭"):
        return must or len(said) <= 12
    if verb == "提供":
        return must or at_work or _TO_OFFICE.search(before) is not None or _BY.match(said) is not None
    if verb == "需要":
        return at_work or re.search("申请|办理|报名|申领", before) is not None
    if verb in ("留存", "准备", "填制"):
        return must
    return must or at_work or not said or not verb.startswith("附")


def _list_end(text: str, start: int, verb: str) -> int:
    """Where the list behind a verb ends: at its clause's end, or where the sentence goes on with what is done with it."""
    stop = _clause_end(text, start)
    if verb in ("将", "把"):
        sent = _SENT.search(text, start + 2, stop)
        return sent.start() if sent else start
    if verb in ("持", "凭"):
        if _USED.match(text, stop):
            return start
        further = _GOES_ON.search(text, start + 2, stop)
        return further.start() if further else stop
    for further in _BEHIND.finditer(text, start + 2, stop):
        if _depth(text, start, further.start("tail")) == 0:
            return further.start("tail")
    return stop


_USED = re.compile(r"[，,]\s?(?:即可|可以?)?(?:乘坐|乘车|享受|游览|入园|进入)")
"""A card that is used and not handed in: 持社会保障卡，乘坐公共汽车."""
_SENT = re.compile(
    r"(?:一并|一起|及时|同时|统一|汇总后?|加盖公章后?|签字后?|通过[^，。；、]{1,16}|按[^，。；、]{1,12}|于[^，。；、]{1,16}|以[^，。；、]{1,8}形式){0,2}"
    r"(?:报送|提交|递交|上传|移送|移交|寄送|邮寄|寄至|送至|报至|交至|送交|交由|交回|上报|提供给|送(?=[^，。；、]{0,16}(?:部门|局|厅|机构|中心|单位|社区|审))"
    r"|报(?=[^，。；、告名表]{0,24}(?:部门|局|厅|机构|中心|单位|社区|政府|备案|审|存))|交(?=[^，。；、]{0,16}(?:部门|局|机构|中心|单位|社区|学校)))"
    r"(?!(?:给|至|达)?(?:申请人|被申请人|当事人|本人|考生|职工|劳动者|用人单位|学员))"
)
"""What is done with the papers of 将《申请表》和花名册报送…"""


def _depth(text: str, start: int, end: int) -> int:
    part = text[start:end]
    return sum(part.count(c) for c in OPENING) - sum(part.count(c) for c in CLOSING)


def _clause_end(text: str, start: int) -> int:
    depth = 0
    for at in range(start, min(len(text), start + LONGEST_LIST)):
        if text[at] in OPENING:
            depth += 1
        elif text[at] in CLOSING:
            if depth == 0:
                return at
            depth -= 1
        elif text[at] in _BREAK and depth == 0 and not (text[at] in "，," and _ALSO.match(text, at + 1)):
            return at
    return min(len(text), start + LONGEST_LIST)
