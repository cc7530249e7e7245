"""附则: from when a document is in force, until when, and what it repeals. Only what the text says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from docgen.notices.doc_number import doc_numbers
from docgen.notices.model import Node, Repeal, table_rows
from docgen.notices.tail import DATE, day_of

_THIS = (
    r"(?:本|此|该|上述|以上)(?:实施|暂行|管理|若干|政策|各项)?(?:通知|意见|办法|规定|细则|条例|法|方案|决定|公告|通告|规则|规程|规范|标准|制度|政策|文件|措施"
    r"|指南|准则|计划|目录|清单|批复)"
)
_START = r"(?:起正式|起|开始|之日起|后)\s?(?:正式)?(?:施行|实施|执行|生效|试行)"
_FROM_DAY = re.compile(rf"(?:自|从|于)\s?(?P<date>{DATE.pattern})\s?{_START}")
_FROM_NOW = re.compile(
    r"自(?:本?(?:文件?|通知|办法)?)?(?:印发|发布|公布|下发|发文|颁布|公告|签发)之日(?:起)?\s?"
    r"(?:(?P<days>[0-9]{1,3}|三十|六十|十五|二十)\s?日?(?:之)?后)?\s?起?\s?(?:正式)?(?:施行|实施|执行|生效|试行)"
)
_EXPIRES = re.compile(
    rf"(?:有效期(?:限)?(?:截止|截至|延长)?(?:到|至)|(?:施行|执行|实施|试行)(?:期限)?(?:截止到|截至|到|至)|(?:执行|施行|政策)?(?:期限|有效期)(?:为|自|从|：)?\s?(?:自|从)?\s?"
    rf"(?P<from>{DATE.pattern})\s?(?:起)?[，,]?\s?(?:起?至|到|－|—|-))\s?(?P<date>{DATE.pattern})"
)
_VALID = re.compile(
    r"(?:有效期(?:限)?|(?:试行|施行|执行|实施)期限?)(?:暂定|定)?(?:为|是)?\s?(?:[0-9]{1,2}|[一二两三四五六七八九十]{1,3})\s?(?:年|个月)"
)
_REPEALED = re.compile(r"废止|失效|停止执行|不再施行|不再执行|停止施行|不再适用")
_NOT_REPEALED = re.compile(
    r"(?:未|不得|尚未|没有|不予|是否|应当|可以|及时|未被|拟|建议|评估|修改或者?|修改、)(?:修改|废止|失效|清理|修订|宣布|或|、|和|者){0,4}$"
)
_NAMED = re.compile(
    r"《(?P<title>[^《》]{2,120}(?:[〈<《][^《》]{2,80}[》>〉][^《》]{0,60})?)》\s?(?:[（(](?P<number>[^（）()]{4,60})[）)])?"
    r"(?P<part>\s?(?:中)?(?:的)?(?:第[一二三四五六七八九十百零0-9]{1,6}[条款项章](?:第[一二三四五六七八九十0-9]{1,4}[款项])*[、和及与]?\s?)+|中(?:有关|关于)[^，。；《]{2,30}(?:规定|条款|内容))?"
)
_TITLE_ABOUT = re.compile(r"《[^《》]{0,160}》")
_SENTENCE = re.compile(r"[^。；;]+[。；;]?")
LONGEST = 4000
"""Characters of a sentence that is searched for what it repeals."""


SHORTEST = 5
"""Characters of a title; a shorter one is an alias (《办法》)."""
CATALOGUE = re.compile(r"(?<!继续)(?:废止|失效)[^。]{0,30}(?:目录|清单|文件|法规|规章|名单)")
_ROW_TITLE = re.compile(
    r"《?(?P<title>.{6,160}?)》?\s*(?:[（(](?P<number>[^（）()]{5,60})[）)]|(?P<bare>\S{1,14}〔[0-9]{4}〕[0-9]{1,5}号))?[\s。；;]*"
)
_PROMULGATED = re.compile(
    r"\s*[（(](?=[^（）()]{0,30}[0-9]{4}\s?年)[^（）()]{4,300}(?:发布|公布|批准|批转|转发|修订|修正|施行)[^（）()]{0,8}[）)]$"
)
"""Behind a law's title: （1995年7月19日样例省人民政府令第1号发布）."""


@dataclass(slots=True)
class Closing:
    """``effective`` and ``expires`` as the text says them; ``valid_for`` as printed."""

    effective: date | None = None
    expires: date | None = None
    valid_for: str | None = None
    repeals: list[Repeal] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_closing(nodes: Iterable[Node], issued: date | None, closing: Closing | None = None) -> Closing:
    """What the text of ``nodes`` says of its own force. ``issued`` is the day that 自印发之日起 means.

    What ``closing`` knows already is kept: a notice is asked first, then the 办法 that it promulgates.
    """
    out = closing or Closing()
    for node in nodes:
        text = node.text
        if "施行" in text or "执行" in text or "实施" in text or "生效" in text or "试行" in text or "有效期" in text:
            _force(text, issued, out)
        if _REPEALED.search(text):
            _repeals(node, out)
    return out


def _force(text: str, issued: date | None, out: Closing) -> None:
    for sentence in _SENTENCE.findall(text):
        bare = _TITLE_ABOUT.sub(lambda m: "《" + "　" * (len(m[0]) - 2) + "》", sentence)
        if out.effective is None and _of_itself(bare):
            if found := _FROM_DAY.search(bare):
                out.effective = day_of(found["date"])
                if out.effective is None:
                    out.warnings.append(f"施行日期“{found['date']}”不存在。")
            elif found := _FROM_NOW.search(bare):
                out.effective = _from_now(found, issued, out)
        if out.expires is None and (found := _EXPIRES.search(bare)) and _of_itself(bare):
            out.expires = day_of(found["date"])
            if found["from"] and out.effective is None:
                out.effective = day_of(found["from"])
        if out.valid_for is None and (found := _VALID.search(bare)) and (_of_itself(bare) or out.effective):
            out.valid_for = "".join(found[0].split())


def _of_itself(sentence: str) -> bool:
    """Whether a sentence speaks of this document: it names it, promulgates (现予公布), or begins with 自."""
    start = sentence.lstrip(" \u3000")
    return (
        re.search(_THIS, sentence) is not None
        or start.startswith(("自", "从", "有效期", "施行期", "执行期"))
        or "现予" in sentence
    )


def _from_now(found: re.Match[str], issued: date | None, out: Closing) -> date | None:
    if issued is None:
        out.warnings.append(f"“{found[0]}”：没有成文日期，施行日期未取。")
        return None
    words = {"十五": 15, "二十": 20, "三十": 30, "六十": 60}
    days = found["days"]
    return issued + timedelta(days=0 if days is None else words.get(days) or int(days))


# ---------------------------------------------------------------- repeals


def _repeals(node: Node, out: Closing) -> None:
    """Documents that a sentence of ``node`` repeals; 与本通知不一致的，以本通知为准 is none."""
    for found in _SENTENCE.finditer(node.text[: 20 * LONGEST]):
        sentence = found[0][:LONGEST]
        bare = _TITLE_ABOUT.sub(lambda m: "《" + "　" * (len(m[0]) - 2) + "》", sentence)
        for word in _REPEALED.finditer(bare):
            if _NOT_REPEALED.search(bare[max(0, word.start() - 12) : word.start()]):
                continue
            before = bare[: word.start()]
            if "《" not in before and not doc_numbers(sentence[: word.start()]):
                before = ""
            low, high = (0, word.start()) if before else (word.end(), min(len(sentence), word.end() + LONGEST))
            low = max(low, _last_clause(bare, low, high)) if before else low
            _named(node, sentence, low, high, found.start(), out)
            break


def _last_clause(bare: str, low: int, high: int) -> int:
    """Where the clause begins that names what is repealed: behind 自…起施行，, and behind 根据…，."""
    at = low
    for cut in re.finditer(rf"{_START}[，,]|(?:根据|按照|依据|依照)[^，,]{{1,200}}[，,]", bare[:high]):
        at = max(at, cut.end())
    return at


def _named(node: Node, sentence: str, low: int, high: int, offset: int, out: Closing) -> None:
    part = sentence[low:high]
    first = len(out.repeals)
    for found in _NAMED.finditer(part):
        numbers = doc_numbers(found["number"] or "")
        if len(found["title"]) < SHORTEST and not numbers:
            continue
        cited = (found["part"] or "").strip().strip("中的、和及与") or None
        span = (offset + low + found.start(), offset + low + found.end())
        out.repeals.append(
            Repeal(
                node.text[span[0] : span[1]],
                node.label,
                node.id,
                span,
                node.location,
                title=found["title"],
                doc_no=numbers[0] if numbers else None,
                scope="part" if cited else "all",
                cited=cited,
            )
        )
    named = out.repeals[first:]
    if named and (about := named[-1].cited) and about.startswith(("有关", "关于")):
        for repeal in named:
            repeal.scope, repeal.cited = "part", repeal.cited or about
    if not named:
        for number in doc_numbers(part):
            span = (offset + low, offset + high)
            text = node.text[span[0] : span[1]]
            out.repeals.append(Repeal(text, node.label, node.id, span, node.location, doc_no=number))


def read_catalogue(nodes: Iterable[Node], out: Closing) -> None:
    """Documents that an attachment 废止的文件目录 lists: its numbered entries, or the rows of its tables."""
    known = {(r.title, r.doc_no) for r in out.repeals}
    unnumbered = {r.title: r for r in out.repeals if r.doc_no is None}
    for node in nodes:
        rows = _rows(node) if node.table is not None else [_entry(node)] if node.number else []
        for row in rows:
            numbers = doc_numbers(row)
            bare = _PROMULGATED.sub("", row.strip()[:400])
            found = _ROW_TITLE.fullmatch(bare[:240])
            title = found["title"].strip("《》 ") if found else None
            named = numbers or bare != row.strip() or row.lstrip().startswith("《") or len(rows) > 1
            if not found or not named:
                continue
            inner = _NAMED.match(row.strip())
            title = inner["title"] if inner else title
            number = numbers[0] if numbers else None
            if number and title in unnumbered:
                unnumbered.pop(title).doc_no = number
                known.add((title, number))
            if (title, number) not in known:
                known.add((title, number))
                out.repeals.append(
                    Repeal(
                        row.strip(), node.label, node.id, (0, len(node.text)), node.location, title=title, doc_no=number
                    )
                )


def _entry(node: Node) -> str:
    """A numbered entry as one text; one whose line was broken stands in two parts."""
    broken = node.title and node.text and not doc_numbers(node.title) and not node.title.endswith(("）", ")", "》"))
    return f"{node.title}{node.text}" if broken else node.title or node.text


def _rows(node: Node) -> list[str]:
    """Each row of a catalogue as one text: its title with the number in brackets behind, where both have columns."""
    grid = table_rows(node.table) if node.table is not None else []
    out: list[str] = []
    for row in grid:
        title = max(row, key=len, default="")
        number = next((c for c in row if c != title and doc_numbers(c) and len(c) < 40), "")
        if len(title) >= SHORTEST + 3 and (number or doc_numbers(title) or title.startswith("《")):
            out.append(f"{title}（{number}）" if number and not doc_numbers(title) else title)
    return out
