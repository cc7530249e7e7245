"""What a text lays down: what its terms mean, who has to do what, on which conditions, and what follows a breach.

A duty is only taken where the responsible body or person is named; 原则上, 鼓励, 可以 make none, or a soft one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from docgen.notices.clauses import clauses, is_soft, sentences
from docgen.notices.model import Node, Statement

_GENRE = (
    r"实施办法|实施细则|实施意见|办法|条例|法|规定|细则|规程|通知|意见|方案|制度|规则|指引|决定|标准|规范|项目|公告"
)
_TERM = r"[“\"《]?(?P<term>[^，,。；;：:“”\"《》]{2,40}?)[”\"》]?(?:[（(][^（）()]{1,60}[)）])?"
_DEFINITION = re.compile(
    rf"^\s?(?:本(?:{_GENRE})(?:中)?(?:所称|所指|所述|所提)的?|(?:前款|前条|上述|本条|本款|第[一二三四五六七八九十百]{{1,4}}条)(?:第[一二三四五六七八九十]{{1,3}}[款项])?(?:所称|所指)的?|所称)"
    rf"{_TERM}\s?(?:[，,]\s?)?(?:是指|指的是|指|系指|包括|为)(?P<what>.{{3,}})",
    re.S,
)
_MEANS = re.compile(rf"^\s?{_TERM}\s?[，,]?\s?(?:是指|系指)(?P<what>.{{4,}})", re.S)
_NO_TERM = re.compile(r"^(?:其中|这里|此处|这|它|即|主要|也就|一般|本条|本款)|的$|为|应当|[（(][^）)]*$")

_BODY = (
    r"部门|机构|单位|政府|委员会|办公室|办公厅|中心|局|厅|法院|检察院|仲裁院|院校|学校|银行|公司|企业|雇主|基地|医院|平台|工会|协会|组织|团体|当事人"
    r"|申请人|申请者|申报人|考生|职工|劳动者|工作人员|人员|毕业生|学员|个人|参保人|专家|家属|亲属|遗属|负责人|代理人|仲裁庭|仲裁员|监督员|行政机关|机关"
    r"|人社局|人社厅|人力社保局|市教委|各地|各区县|各市州|省级|受托人|执法人员|供应商|承办人|事业单位"
)
_ONE = rf"(?:{_BODY})(?:[（(][^（）()]{{1,24}}[)）])?"
_WHO = rf"(?P<who>[^，,。；;：:！？\n（(]{{0,30}}?{_ONE}(?:(?:、|和|及|与|或者?|以及)[^，,。；;：:\n]{{1,20}}?{_ONE})*)"
_MUST = r"(?:应当|应|必须|须|不得|严禁|禁止|要|有义务|有责任)"
_DUTY = re.compile(
    rf"^\s?{_WHO}\s?(?:(?:依法|均|都|也|还|一律|要|主要|具体|统一|共同|分别|会同[^，,。；;]{{1,24}}|按照[^，,。；;]{{1,30}}|根据[^，,。；;]{{1,30}}|在[^，,。；;]{{1,30}}(?:内|时|前|后|中))?)"
    rf"(?P<verb>{_MUST}|负责|承担)(?=[^，,。；;]|[，,])"
)
_DUTY_BY = re.compile(rf"由{_WHO}\s?(?P<verb>负责)")
_NOT_WHO = re.compile(
    r"^(?:对(?!口|外)|经(?!办|营|纪|济|贸|信|开)|在(?!职|校|岗|读|册)|自(?!然|治|由|谋|主)|于|为|因(?!工)|按|根据|依据|符合|未(?!成年)|如|若|凡|将(?!军)|向|从(?!业)"
    r"|通过|支持|鼓励|提示|指导|督促|要求|推动|引导|帮助|协助|与|以(?!上)|由|当(?!事|地)|除|依照|并|不(?!动产)|加强|完善)|(?:的|中)$"
)
_NOT_MUST = re.compile(r"^(?:要求|要点|要件|要素|要(?:情|害)|应(?:急|用|届|对|聘|征|税|收|付|诉|缴|发|得|纳)|须知)")

_CONDITION = re.compile(
    r"(?:符合|具备|满足|具有|有|存在)(?:以下|下列|如下)(?:全部|所有|基本|之一的?|任一|各项)?[^。；;：:，,]{0,20}(?:条件|情形|要求|标准|情况)[^。；;：:]{0,40}"
    r"|(?:同时)(?:具备|符合|满足)[^。；;：:]{0,30}(?:条件|情形)[^。；;：:]{0,20}"
    r"|(?:申请|申报|报名|认定|享受|补贴)(?:的)?(?:基本)?条件(?:为|是|包括|如下)?(?=[：:])"
)
_SANCTION = re.compile(
    r"处(?!罚规定|理|分)(?:以)?[^，,。；;]{0,40}?(?:罚款|拘留|警告)|责令[^，,。；;、]{0,16}?(?:改正|退还|退回|停业|停产|限期|补缴|缴纳|整改|关闭)|依法追究[^，,。；;]{0,12}责任"
    r"|追究(?:刑事|法律|相关|其|有关)[^，,。；;]{0,12}责任|(?:追回|追缴|没收|(?:责令|予以|依法|应当|全额|负责)(?:收回|退回|退还))[^，,。；;]{0,10}(?:资金|补贴|待遇|所得|款项|基金|津贴|证书|财物|奖励|金)"
    r"|取消[^，,。；;]{0,20}?资格|撤销[^，,。；;]{0,16}?(?:资格|认定|称号|许可|登记|证书|职务)|(?:[一二三四五两\d]{1,2}年|终身)(?:内|之内)?(?:不得|不予|禁止|不再)[^，,。；;]{0,10}(?:申请|申报|受理|参加|从事|享受|评选|报考|报名|录用|聘用)"
    r"|吊销[^，,。；;]{0,20}(?:证|执照|资格|许可)|(?:依法)?(?:给予|予以)[^，,。；;]{0,10}(?:处分|行政处罚|治安管理处罚|政务处分|处罚)|列入[^，,。；;]{0,16}(?:黑名单|失信|严重违法)[^，,。；;]{0,8}|加收[^，,。；;]{0,10}滞纳金|构成犯罪的"
)
_HIT = re.compile(
    rf"^\s?(?:对)?(?P<who>[^，,。；;：:（(]{{0,30}}?(?:{_BODY}))(?=违反|有下列|以|未|骗取|存在|弄虚|提供虚假|拒|隐匿|伪造|采取|不|逾期|滥用|因|在)"
)
_NO_SANCTION = re.compile(r"不予(?:处罚|追究)|免予|免于|不追究|退还保证金")


def find_statements(nodes: Iterable[Node]) -> list[Statement]:
    """Definitions, duties, conditions and sanctions, a sentence each, in reading order."""
    out: list[Statement] = []
    for node in nodes:
        text = node.text
        if not text or node.table is not None:
            continue
        for start, end in sentences(text):
            out += _of_sentence(node, text[start:end], start)
    return out


def _of_sentence(node: Node, words: str, start: int) -> Iterator[Statement]:
    if (defined := _definition(words)) is not None:
        yield _statement(node, words, start, "definition", defined)
        return
    if (found := _CONDITION.search(words)) is not None:
        yield _condition(node, words, start, found)
    if _SANCTION.search(words) and not _NO_SANCTION.search(words):
        hit = _HIT.match(words)
        who = hit.group("who") if hit and "规定" not in hit.group("who") else None
        yield _statement(node, words, start, "sanction", who)
        return
    if (bound := _duty(words)) is not None:
        who, end = bound
        yield _statement(node, words, start, "duty", who, firm=words[:end])


def _statement(
    node: Node, words: str, start: int, kind: str, subject: str | None, firm: str | None = None
) -> Statement:
    """``firm`` is the part whose soft words count; the whole sentence when None."""
    lead = len(words) - len(words.lstrip())
    body = words.strip()
    one = Statement(body, node.label, node.id, (start + lead, start + lead + len(body)), node.location)
    one.kind = kind  # type: ignore[assignment]
    one.subject, one.hard = subject, not is_soft(body if firm is None else firm)
    return one


def _definition(words: str) -> str | None:
    """The term a sentence defines."""
    if "指" not in words and "所称" not in words:
        return None
    found = _DEFINITION.match(words) or _MEANS.match(words)
    if found is None:
        return None
    term = found.group("term").strip()
    return None if _NO_TERM.search(term) else term


_ENDS_IN_BODY = re.compile(rf"(?:{_BODY}|者|对象|户|基地|工作站|院所)(?:[（(][^（）()]{{1,24}}[)）])?$")


def _condition(node: Node, words: str, start: int, found: re.Match[str]) -> Statement:
    """The sentence, and who has to meet it: 用人单位 of 用人单位符合下列条件的."""
    before = re.split("[，,]", words[: found.start()])[-1].strip()
    who = re.sub(r"^(?:对|凡|对于|凡是)|(?:应当?|须|必须|同时|需|且|要|还|分别)+$", "", before)
    named = 2 <= len(who) <= 40 and _ENDS_IN_BODY.search(who) is not None
    return _statement(node, words, start, "condition", who if named else None)


def _duty(words: str) -> tuple[str, int] | None:
    """Who is bound by the sentence, and where the clause that binds ends; None when nobody is named."""
    for begin, end in list(clauses(words, 0, len(words)))[:4]:
        clause = words[begin:end].rstrip("，,：:")
        found = _DUTY.match(clause) or _DUTY_BY.search(clause)
        if found is None:
            continue
        who = _LEAD_IN.sub("", _NUMBERING.sub("", found.group("who").strip()))
        if _NOT_MUST.match(clause[found.start("verb") :]) or _NOT_WHO.search(who) or not 1 < len(who) <= 60:
            continue
        return who, end
    return None


_LEAD_IN = re.compile(r"^(?:原则上|同时|此外|其中|但是?|并且|特别是|[^，由]{0,16}由|本[^，]{0,6}规定)")
_NUMBERING = re.compile(r"^(?:\d{1,2}[.．、]|[（(][一二三四五六七八九十\d]{1,3}[)）]|\[[^\[\]]{1,12}\])\s?")
