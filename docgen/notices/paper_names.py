"""How papers are called: which words name one, and what belongs to the name, the copies or the case."""

from __future__ import annotations

import re

OPENING, CLOSING = "（(《〔[“「", "）)》〕]”」"
_PAPER_END = re.compile(
    r"(?:证|证书|书|表|单|册|簿|户口本|合同|协议|证明|材料|资料|报告|发票|执照|凭证|书面承诺|承诺书|简历|照片|相片|证件|文件|台账|社保卡|保障卡|银行卡"
    r"|票据|清单|章程|书面申请|回执|简章|文本|推荐信|感谢信|截图|架构图|平面图|结构图|布局图|收据|批复|公函|介绍信|邀请函|凭据|文书|副本|正本|原件|影像|工资流水|银行流水|存折|存根|病历|鉴定结论|花名册|公证|履历"
    r"|录用通知|转账记录|缴费记录|培训通知|一览表|审批件|复印件)$"
)
_PAPER_PERHAPS = re.compile(
    r"(?:件|本|名册|记录|档案|方案|计划|制度|总结|说明|意见|决定|结论|判决|裁决|名单|明细|申请|承诺|卡|账户|账号|通知|函|登记|论文|成果|著作|授权|委托"
    r"|录像|视频|签名|图片|凭单|照)$"
)
_NO_PAPER = re.compile(
    r"(?:条件|事件|案件|软件|硬件|零件|邮件|情况表|代表|发表|图书|成本|基本|资本|样本|保证|论证|查证|认证|验证|简单|名单制|读书)$"
)
VAGUE = re.compile(
    r"^(?:以下|下列|如下|相关|有关|相应|其他|其它|上述|必要|真实|完整|全部|各类|的|所需)*"
    r"(?:(?:申请|申报|证明|佐证|书面|取证|补正|总结)*(?:材料|资料|文件)|凭证|报告|证件|证明|文书|清单|票据|单证|表格|副本|法律文书)$"
    r"|(?:有关的|所需的?|需要的|[和及与](?:相关|有关))(?:材料|资料)$|(?:申请|申报|报名|备案)(?:材料|资料)$"
)
VAGUE_ALONE = re.compile(r"^(?:以下|下列|如下|上述|以上|或)")
_COPIES = re.compile(
    r"一式[一二两三四五六七八九十\d]{1,2}份|(?:原件|正本)(?:及|和|与|、|或者?|/)(?:加盖[^，。；、]{0,12}的)?(?:复印件|影印件|扫描件)(?:各?[一二两三\d]份)?|(?:复印件|影印件|扫描件)(?:各?[一二两三四\d]份)?"
    r"|原件(?:各?[一二两三\d]份)?|各?[一二两三四五六\d]{1,2}份|(?:近期)?(?:\d寸|[一二两]寸)?[^，、]{0,8}[一二两三四五六\d]张|[一二两三四五六\d]{1,2}(?:封|套)$"
)
_BRACKETS = re.compile(r"[（(〔\[](?P<in>[^（）()〔〕\[\]]{0,120})[)）〕\]]")
_BRACKET_IF = re.compile(r"^(?:仅|限|如|若|属|有|委托|非|由|对|适用)|(?:提供|提交|时|的|者)$")
_BRACKET_NOTE = re.compile(
    r"原件|复印|扫描|影印|加盖|盖章|公章|签字|签名|附件|附表|见|一式|份|打印|下同|以下|下载|格式|模板|样表|电子版|纸质|验原件|核验|获取|一致|详细|具体要求|自行"
)
_SENTENCE_WORDS = re.compile(
    r"应当|不得|必须|负责(?!人)|按照|根据|可以|予以|办理(?!的)|审核(?!表|意见|结论|情况|汇总|结果|备案)|组织(?!机构|架构|部门|章程|关系)|开展|通过(?!后|的)|进行|有关规定|或者其他"
    r"|视为|符合|具有|具备|取得(?!的)|享受(?!对象|人员|补贴|待遇)|借还|作出(?!的)|出具(?!的)|如实|以下|下列|所述|所列|依法|无材料"
)
LONGEST_NAME = 60
"""Characters of the longest name of a paper; what is longer is a sentence."""


def balanced(words: str) -> bool:
    return sum(words.count(c) for c in OPENING) == sum(words.count(c) for c in CLOSING)


def without_brackets(words: str) -> str:
    return _BRACKETS.sub("", words)


_QUOTED = re.compile(r"^[^《》]{0,12}《[^《》]{2,50}(?:[表书单册证函]|报告|回执|协议|合同)》(?:[^《》]{0,4})$")
"""《…表》 is a paper whatever its title says."""
_ATTACHED = re.compile(r"[表书单册](?:[（(]|》[（(]?)(?:详?见)?附[件表]\s?\d*[^（）()]{0,30}[)）]?$")
"""The blank stands in an annex: 拟开展活动信息汇总表（附件4）."""


_DEMAND_WORDS = re.compile(
    r"应当|不得|必须|可以|予以|视为|有关规定|或者其他|以下|下列|如实|所述|所列|无材料|负责(?!人)"
)


def _is_sentence(bare: str) -> bool:
    """True where a verb rules these words; one that only says which paper it is (进行会审的申请书) does not."""
    found = _SENTENCE_WORDS.search(bare[:-2])
    if found is None:
        return False
    last = bare.rfind("的", 0, -2)
    return (
        last < found.end()
        or _DEMAND_WORDS.search(bare) is not None
        or _SENTENCE_WORDS.search(bare[last:-2]) is not None
    )


def is_paper(words: str, *, strict: bool = False) -> bool:
    """True where the words name a paper: they end in 证, 书, 表 … when brackets, copies and 等 are taken off.

    ``strict`` is for words that nobody announced as papers: 意见, 方案, 记录 are then taken for what they mean elsewhere.
    """
    if len(words) > 5 * LONGEST_NAME:
        return False
    plain = without_brackets(words).strip(" ，,。；;、：:")
    if len(plain) <= LONGEST_NAME and _QUOTED.search(plain):
        return True
    bare = re.sub(r"(?:等(?:相关|有关)?(?:材料|资料|证明材料)?|各|》)+$", "", _COPIES.sub("", plain).strip()).strip()
    if not bare:
        return not strict and bool(plain)
    attached = _ATTACHED.search(words) is not None
    if len(bare) > LONGEST_NAME or _NO_PAPER.search(bare) or (not attached and _is_sentence(bare)):
        return False
    if strict and VAGUE.match(bare):
        return False
    return _PAPER_END.search(bare) is not None or (not strict and _PAPER_PERHAPS.search(bare) is not None)


_HANDED_IN = re.compile(r"(?:说明|总结|方案|名册|记录|计划|明细|名单|登记|授权|委托|授权委托|.{4}申请|.{3}意见)$")
_SAID = re.compile(r"讨论|审议|研究|会议|审定|决定|征求|反馈|整改意见|处理意见|口头|补贴申请$")


def may_be_handed_in(name: str) -> bool:
    """A statement, plan or record, behind a verb that hands in papers: 雇主出具的就业情况说明."""
    return (
        3 <= len(name) <= 30
        and _HANDED_IN.search(name) is not None
        and not _SENTENCE_WORDS.search(name[:-2])
        and not _SAID.search(name)
    )


def may_be(name: str) -> bool:
    return 2 <= len(name) <= 24 and _SENTENCE_WORDS.search(name) is None


_ASIDE = re.compile(r"^(?:其中|含|包括)|免提交|免于|可不|免交")


def split_name(words: str) -> tuple[str, str | None, str | None]:
    """The name alone, how many copies, and the condition a bracket states."""
    copies = condition = None
    name = words
    for bracket in _BRACKETS.finditer(words):
        inner = bracket.group("in")
        if _ASIDE.search(inner) or (re.search("提交|提供", inner) and not _BRACKET_IF.search(inner)):
            name = name.replace(bracket.group(), "", 1)
        elif _BRACKET_NOTE.search(inner):
            counted = _COPIES.search(inner)
            copies = copies or (counted.group() if counted else None)
            name = name.replace(bracket.group(), "", 1)
        elif _BRACKET_IF.search(inner) and re.search("提供|提交|时|的$|如有|若有|仅|需", inner):
            condition = inner
            name = name.replace(bracket.group(), "", 1)
    if counted := re.search(r"(?:(?<=[照片证])|近期)?[一二两三四五六\d]{1,2}[张封套本]$", name):
        copies, name = copies or counted.group(), name[: counted.start()]
    name = re.sub(r"(?<=》)(?:见?附件\d*)$", "", name)
    counted = _COPIES.search(without_brackets(name))
    if counted is not None and counted.group() in name and name.replace(counted.group(), "").strip():
        copies = copies or counted.group()
        name = name.replace(counted.group(), "", 1)
    name = re.sub(
        r"^(?:本人|单位)?的|的$|等(?:相关|有关)?(?:证明)?(?:材料|资料|证件)?$|各$",
        "",
        re.sub(r"\s+", "", name).strip("，,、；;。：:"),
    )
    return name, copies, condition
