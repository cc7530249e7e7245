"""Titles of official documents: how their lines are joined, whose they are, what genre they have, and when two are one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from docgen.notices.traditional import simplified

GENRES = (
    "实施细则",
    "实施办法",
    "实施方案",
    "指导意见",
    "通知",
    "通告",
    "公告",
    "公报",
    "公示",
    "意见",
    "决定",
    "决议",
    "命令",
    "批复",
    "复函",
    "办法",
    "规定",
    "条例",
    "细则",
    "方案",
    "规程",
    "规则",
    "规范",
    "准则",
    "章程",
    "标准",
    "计划",
    "规划",
    "要点",
    "纲要",
    "指南",
    "目录",
    "清单",
    "解读",
    "议案",
    "报告",
    "请示",
    "纪要",
    "通报",
    "制度",
    "措施",
    "简章",
    "名单",
    "法",
    "令",
    "函",
)
"""Longer words before those they end in matter only for ``genre_of``, which takes the plain word."""
_PLAIN = {"实施细则": "细则", "实施办法": "办法", "实施方案": "方案", "指导意见": "意见", "复函": "函"}
LAWS = ("条例", "办法", "规定", "细则", "规程", "规则", "规范", "准则", "章程", "标准", "法")
"""Genres whose titles need no 关于."""

_HAN = r"\u4e00-\u9fff"
_WIDE = _HAN + r"《》〈〉“”‘’（）()、，。：；〔〕【】\u3000"
_MARKS = re.compile(r"^[\s#>*＊※]+|[\s*＊]+$|\*\*")
_INNER = re.compile(rf"(?<=[{_WIDE}])[ \t\u00a0\u3000\n]+|[ \t\u00a0\u3000\n]+(?=[{_WIDE}])")
_SUFFIX = r"(?:[（(](?:[^（）()]{1,24})[）)])?"
_ENDS = re.compile(rf"(?:{'|'.join(GENRES)}){_SUFFIX}$")
_SENTENCE = re.compile(r"[。；！？;!?]|：.|[：:]$|[，,]$|https?:")
_NUMBERING = re.compile(
    r"^(?:[一二三四五六七八九十]{1,4}[、.．]|[（(][一二三四五六七八九十\d]{1,4}[）)]|\d{1,3}[.．、 )）]"
    r"|第[一二三四五六七八九十百\d]{1,6}[编章节条款]"
    r"|附件|附[:：]|附表|[①-⑳]|[-—–•·●○◆■]|《[^》]{0,80}》$|注[:：])"
)
_BARE = re.compile(r"\s*(?:通\s*知|通\s*告|公\s*告|公\s*示|决\s*定|通\s*报|批\s*复|公\s*报)\s*$")
_CLAUSE = re.compile(r"^(?:为(?!民)|根据|按照|依据|依照|现将|现就|经研究|请)")
_ABOUT = re.compile(r"关于|印发|转发|批转|公布|发布|下达|废止|修改")
_QUOTED = re.compile(r"《[^《》]{0,200}》|〈[^〈〉]{0,200}〉|“[^“”]{0,80}”|[（(][^（）()]{0,80}[）)]")
_LOOSE = re.compile(rf"[^0-9A-Za-z{_HAN}]+")
_ALIKE = str.maketrans("〇○険実発関", "00险实发关")
"""Zeros of numbers and letters of scanners trained on Japanese."""
_ORGAN_ENDS = (
    "委员会",
    "办公室",
    "办公厅",
    "人民政府",
    "人民法院",
    "人民检察院",
    "领导小组",
    "联席会议",
    "联席会",
    "总局",
    "局",
    "部",
    "厅",
    "署",
    "委",
    "总工会",
    "联合会",
    "残联",
    "妇联",
    "法院",
    "检察院",
    "银行",
    "分行",
    "支行",
    "国务院",
    "中共中央",
    "中央军委",
    "党组",
    "党委",
    "工商联",
    "共青团中央",
    "国家铁路集团",
    "国家铁路集团有限公司",
    "扶贫办",
    "文明办",
    "编办",
    "网信办",
    "老龄办",
    "证监会",
    "银保监会",
    "保监会",
    "银监会",
    "联络办",
    "综合司",
    "国资委",
    "科协",
    "中国文联",
    "人大常委会",
    "代表大会",
    "海关",
)
_ORGAN = re.compile(rf"^[{_HAN}（）()]{{2,40}}(?:等\d{{1,3}}个?[{_HAN}]{{2}})?$")
_CENTRAL = re.compile(
    r"(?<=.)(?=中共|(?:财政部|教育部|科技部|公安部|民政部|司法部|商务部|交通运输部|水利部|自然资源部|农业农村部|住房和?城乡建设部|文化和旅游部"
    r"|人力资源(?:和)?社会保障部|工业和信息化部|生态环境部|应急管理部|退役军人(?:事务)?部|审计署|国家[\u4e00-\u9fff]{2,9}?(?:局|委|委员会|部)"
    r"|中国人民银行|最高人民|全国(?:总工会|工商联|妇联|老龄办)|国务院(?:扶贫办|国资委|办公厅|农民工)|中央(?:文明办|编办|网信办|军委)|银保监会|证监会"
    r"|共青团|[\u4e00-\u9fff]{2,3}[省市](?!委)[\u4e00-\u9fff]{2,12}(?:局|厅|委员会|联合会|总工会))(?![\u4e00-\u9fff]{0,4}处))"
)
_SINGLE = re.compile(rf"(?<![^\s])[{_HAN}](?:\s+[{_HAN}](?!\S))+")
"""Characters spaced out to fill the line: 财 政 部."""


def clean(text: str) -> str:
    """A printed line without marks of Markdown and without white space around."""
    return _MARKS.sub("", text)


def normalise_title(text: str) -> str:
    """One line, quotes kept, without white space beside Chinese characters."""
    return _INNER.sub("", " ".join(clean(text).split())).strip()


def title_key(text: str) -> str:
    """What two prints of one title have in common: letters and digits, no punctuation, simplified."""
    return simplified(_LOOSE.sub("", unicodedata.normalize("NFKC", text))).translate(_ALIKE)


def join_pieces(pieces: Sequence[str]) -> tuple[str, list[str]]:
    """The title whose printed lines are ``pieces``, and what was printed at the end of one and again on the next."""
    title, twice = "", []
    for piece in " ".join(clean(p) for p in pieces).split():
        again = _overlap(title, piece)
        if again:
            twice.append(again)
        joint = " " if title and title[-1].isascii() and piece[0].isascii() and piece[0].isalpha() else ""
        title += joint + piece[len(again) :]
    return normalise_title(title), twice


def _overlap(title: str, piece: str) -> str:
    """The longest beginning of ``piece``, two to twelve characters, that ``title`` ends in."""
    for size in range(min(12, len(title), len(piece) - 1), 1, -1):
        if title.endswith(piece[:size]) and not piece[:size].isdigit():
            return piece[:size]
    return ""


def is_bare(text: str) -> bool:
    """A title that is nothing but its genre, spaced out (公 告), or organs and it (样例市人民政府 公告)."""
    names, _, last = clean(text).rpartition(" ") if " " in clean(text) else ("", "", clean(text))
    word = "".join(text.split())
    if word in ("通知", "通告", "公告", "公示", "决定", "通报", "批复", "公报"):
        return True
    return last in ("通知", "通告", "公告", "公示", "决定", "通报", "批复", "公报") and are_organs(names)


def genre_of(title: str) -> str | None:
    """The last genre word of a title (关于印发《某办法》的通知: 通知); None where it has none."""
    bare = re.sub(rf"{_SUFFIX}$", "", title.strip())
    for genre in sorted(GENRES, key=len, reverse=True):
        if bare.endswith(genre):
            return _PLAIN.get(genre, genre)
    return None


def ends_title(text: str) -> bool:
    """``text`` ends as titles end, with every bracket shut."""
    return bool(_ENDS.search(text)) and all(text.count(a) <= text.count(b) for a, b in ("《》", "（）", "“”"))


def opens_title(text: str) -> bool:
    """The words that only the heart of a title has (关于, 印发) stand outside quotation marks."""
    return bool(_ABOUT.search(_QUOTED.sub("", text)))


def piece_of_title(text: str) -> bool:
    """A printed line that could be part of a title: short, no sentence, no numbering."""
    return 0 < len(text) <= 160 and not _SENTENCE.search(_QUOTED.sub("", text)) and not _NUMBERING.match(text)


def is_title(text: str) -> bool:
    """``text`` (all lines of it) could be the title of an official document: 关于…的通知, 某某条例."""
    text = normalise_title(text)
    if not 4 <= len(text) <= 240 or _CLAUSE.match(text) or not ends_title(text):
        return False
    if _SENTENCE.search(_QUOTED.sub("", text)) or _NUMBERING.match(text):
        return False
    if text.startswith("《") and genre_of(text) in ("解读", "指南", "目录", "清单"):
        return True
    return opens_title(text) or (genre_of(text) in LAWS and "的" not in text[:2] and len(text) <= 60)


def issuers_of(title_lines: str) -> list[str]:
    """The organs named before 关于 (or 印发, 转发) of a title whose line breaks and spaces are kept as spaces."""
    bare = _QUOTED.sub(lambda m: "\0" * len(m[0]) if m[0][0] in "《〈“" else m[0], title_lines)
    m = _ABOUT.search(bare)
    if m is None:
        return organs(_BARE.sub("", title_lines))
    return organs(title_lines[: m.start()])


def core_key(text: str) -> str:
    """``title_key`` of a title without the organs before 关于, which a table of contents often leaves out."""
    bare = _QUOTED.sub(lambda m: "\0" * len(m[0]) if m[0][0] in "《〈“" else m[0], text)
    m = _ABOUT.search(bare)
    return title_key(text[m.start() :]) if m else title_key(text)


def organs(text: str) -> list[str]:
    """The organs of a text that is nothing else: joint issuers, each on a line, spaced out (财 政 部) or run together."""
    text = re.sub(
        r"等\s?(?:\d{1,3}|[一二三四五六七八九十]{1,3})?\s?(?:个)?\s?(?:部门|单位|部委)?\s*$", "", clean(text).strip()
    )
    text = _SINGLE.sub(lambda m: "".join(m[0].split()), re.sub(r"\s+(?=[（(])", "", text))
    out: list[str] = []
    part = ""
    for piece in re.split(r"[\s、，,]+", text):
        part += clean(piece)
        if re.sub(r"[（(][^（）()]*[）)]$", "", part).endswith(_ORGAN_ENDS):
            out.extend(_run_together(part))
            part = ""
    return [] if part else _branches(out)


def _branches(names: list[str]) -> list[str]:
    """国家税务总局 and 样例市税务局 on the next line are one organ, the tax bureau of that place."""
    out: list[str] = []
    for name in names:
        if out and out[-1] == "国家税务总局" and re.fullmatch(r".{2,12}[省市区县州]税务局", name):
            out[-1] += name
        else:
            out.append(name)
    return out


def _run_together(text: str) -> list[str]:
    """``text`` cut where one organ ends and another of a known beginning follows."""
    parts = [p for whole in re.split(r"(?<=中共中央)(?=国务院)", text) for p in _CENTRAL.split(whole) if p]
    out: list[str] = []
    for p in parts:
        if out and not out[-1].endswith(_ORGAN_ENDS):
            out[-1] += p
        else:
            out.append(p)
    return out


def are_organs(text: str) -> bool:
    """Nothing but names of organs stands there (局 and 部 alone are none)."""
    text = clean(text)
    if not 2 <= len(text) <= 160 or not all(_ORGAN.match(p) or len(p) == 1 for p in re.split(r"[\s、，,]+", text)):
        return False
    return all(len(o) > 2 for o in organs(text)) and bool(organs(text))
