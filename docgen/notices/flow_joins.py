"""Which printed lines are one paragraph: by their place on the page, else by how one ends and the next begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from docgen.document import BBox, Line, Page
from docgen.notices.numbering import marker

FULL = 1.6
"""Characters by which a full line may end before the right edge of the text (a closing mark is not let hang over)."""
INDENT = 1.2
"""Characters: a first line is indented by two; less is noise."""
APART = 1.9
"""Line pitches: a larger distance between two lines parts paragraphs."""
WRAPPED = 0.8
"""Share of the usual length of wrapped lines from which a line counts as full."""
LONGEST_WRAP = 70
"""Characters: longer lines were not wrapped by a printer."""
WINDOW = 8
"""Lines before and behind that tell how long a full one is."""
NEAR = 4
"""Lines about as long as the longest that make it a width."""
SHORTEST_WRAP = 16
"""Characters: shorter lines are those of a list, or of a poem."""
LARGE = 18.0
"""Points: a line of such characters is one of a title."""
LONG_ENOUGH = 18
"""Characters of a line without any mark that may be the beginning of a sentence."""
SHORT = 30
"""Characters of a line that may be a title, an issuer, a label."""

_ENDS = re.compile(r"[。！？!?；;：:…][”’』」）)》〉]{0,3}$")
_OPEN_ENDS = re.compile(r"(?:[，、,（(《〈“‘—]|(?<![0-9])[-–])$")
_CLOSER_ENDS = re.compile(r"[）)》〉”’』」\]】〕]$")
_SENTENCE = re.compile(r"[，。；,;]|、.{2,}")
_LABEL = re.compile(r"[^，。；：:]{1,12}[：:]")
_CITES_ON = re.compile(
    r"(?:根据|依据|按照|依照|违反|符合|和|及|或者|或|与|至|、|适用|以及|所称的|对|在|办法|条例|规定|通知|细则|法》|》)$"
)
_BEGINS = re.compile(
    r"附\s{0,4}[件则录表：:]|【|——|－－|注\s?[:：]|备注\s?[:：]|说明\s?[:：]|抄\s?送|主\s?送|联\s?系\s?(?:人|单位|电话|方式)|来\s?源\s?[:：]|发布时间|目\s{0,6}录$"
    r"|[（(]此[件页]|[（(]联系|☐|☑|※|\|"
)
_DATE_LINE = re.compile(
    r"[（(]?\s{0,4}[0-9〇零○OＯ一二三四五六七八九十]{4}\s?年\s?[0-9一二三四五六七八九十]{1,3}\s?月\s?[0-9一二三四五六七八九十]{1,3}\s?日.{0,4}$"
)
_OFFICE = re.compile(
    r".{0,40}(?:局|厅|部|委员会|委|政府|办公室|办公厅|总工会|法院|检察院|中心|银行|分行|总局|党组|国务院|领导小组)$"
)
_TITLE_ENDS = re.compile(
    r"(?:表|目录|清单|名单|说明|流程|书|函|制度|标准|计划|方案|意见|办法|规定|规程|规则|细则|条例|通知|通告|公告|公报|决定|指南|要求|会议|报告|政策|措施"
    r"|情况|工作|事项|活动|机制|体系|纪要|通报|批复|须知|手册|模板|范本|内容|条件|程序|职责|材料|附件|简章|章程|启事|公示|倡议|指引|纲要|总结|协议|合同|规范|服务|管理|法|局|厅|部|委|会|院|中心)$"
)
_OPENS_TEXT = re.compile(r"(?:为了?|按照|根据|依据|遵照|经|现)(?!要|有|式)")
_TITLE_WORDS = re.compile(r"关于|[《》：:☐☑]|[0-9.．…]$")
_GOES_ON = re.compile(r"[，。；、：）)》”,;:.!?！？…]")
_BRACKET_PAIRS = (("（", "）"), ("(", ")"), ("《", "》"), ("“", "”"))
_NUMBERED = re.compile(r"[（(][^（）()]{2,16}[〔\[［(（]\s?[12][0-9]{3}")
_DOC_NO_LINE = re.compile(r".{0,14}[〔\[［(（]\s?[12][0-9]{3}\s?[〕\]］)）]\s?第?\s?[0-9]{1,5}\s?号$")


def stops_short(text: str) -> bool:
    """Whether a line is prose that ends in the middle of a sentence."""
    return _ENDS.search(text) is None and _SENTENCE.search(text) is not None


@dataclass(slots=True)
class Printed:
    """One line as printed. ``number`` is its line in the file (0: unknown), ``indent`` counts half-width spaces.

    ``full`` (None: nobody can tell) and ``indented`` come from the geometry, or from the lines around. ``broken``: a hard
    line break stands behind it. ``whole``: the reader gives whole paragraphs. ``outdented``: it stands at the margin, where
    first lines are indented.
    """

    text: str
    number: int
    indent: int = 0
    level: int = 0
    broken: bool = False
    page: int | None = None
    box: BBox | None = None
    full: bool | None = None
    indented: bool = False
    size: float = 0.0
    centred: bool = False
    right: bool = False
    whole: bool = False
    paragraph: int | None = None
    outdented: bool = False
    marked: bool = field(init=False)
    prose: bool = field(init=False)

    def __post_init__(self) -> None:
        found = marker(self.text)
        self.marked = found is not None
        self.prose = _SENTENCE.search(found.rest if found else self.text) is not None


def set_widths(lines: Sequence[Printed]) -> None:
    """Set ``full`` and ``indented`` of lines without geometry, where their neighbours show that a printer wrapped them."""
    lengths = [0 if line.level else len(line.text) + line.indent // 2 for line in lines]
    for i, line in enumerate(lines):
        if line.box is not None:
            continue
        start = max(0, i - WINDOW)
        around = lengths[start : i + WINDOW + 1]
        longest = max(around)
        if longest > LONGEST_WRAP or longest < SHORTEST_WRAP:
            continue
        near = sum(length >= longest - 3 for length in around)
        if near >= NEAR and near * 4 >= len(around):
            line.full = lengths[i] >= WRAPPED * longest
            indents = sum(other.indent >= 2 for other in lines[start : i + WINDOW + 1])
            line.indented = 3 <= indents < len(around) and line.indent >= 2
            line.outdented = 3 <= indents < len(around) and line.indent < 2


def edges_of(page: Page) -> tuple[float, float]:
    """Left and right edge of the text of a page in points: where many lines begin, and the furthest that several reach."""
    boxes = [line.bbox for line in page.lines if line.bbox is not None]
    if not boxes:
        return 0.0, page.width
    lefts = sorted(b[0] for b in boxes)
    rights = sorted(b[2] for b in boxes)
    left = lefts[len(lefts) // 10]
    right = rights[-1 - len(rights) // 10] if len(rights) >= 10 else rights[-1]
    if len(boxes) < 3:
        left, right = min(left, 0.18 * page.width), max(right, 0.82 * page.width)
    return left, right


def character_size(line: Line) -> float:
    """Points that one character of the line takes along it; the height of the box where it is too short to tell."""
    if line.bbox is None:
        return 0.0
    units = sum(0.5 if c.isascii() else 1.0 for c in line.text) or 1.0
    height = line.bbox[3] - line.bbox[1]
    size = (line.bbox[2] - line.bbox[0]) / units
    return min(max(size, 0.5 * height), 1.6 * height) if height > 0 else size


def measure(printed: Printed, box: BBox, edges: tuple[float, float]) -> None:
    """Set what the place of a line on its page says; ``edges`` are those of the text of the page."""
    left, right = edges
    size = character_size(Line(printed.text, box))
    printed.size = size
    before, behind = box[0] - left, right - box[2]
    printed.full = behind <= FULL * size
    printed.indented = before >= INDENT * size
    middle = abs((box[0] + box[2]) - (left + right)) / 2
    far = before >= 2.5 * size or size > LARGE
    printed.centred = middle <= 1.2 * size and far and not printed.full
    printed.right = not printed.centred and before > 0.35 * (right - left) and behind < 0.3 * (right - left)


def same_paragraph(lines: Sequence[Printed], line: Printed) -> bool:
    """Whether ``line`` continues the paragraph of ``lines`` (at least one)."""
    last = lines[-1]
    if line.level or last.level:
        return _heading_goes_on(lines, line)
    if _brackets_go_on(lines, line) or (last.text.endswith("》") and _NUMBERED.match(line.text)):
        return True
    if line.marked and not (
        (len(lines) > 1 or last.prose)
        and _CITES_ON.search(last.text)
        and line.text.startswith("第")
        and last.full is not False
    ):
        return False
    if _BEGINS.match(line.text) or _DATE_LINE.fullmatch(line.text) or _DOC_NO_LINE.fullmatch(line.text):
        return False
    if last.box is not None and line.box is not None:
        return _by_place(lines, line)
    if last.whole and last.full is None:
        return False
    return _by_words(lines, line)


def _heading_goes_on(lines: Sequence[Printed], line: Printed) -> bool:
    """A heading of Markdown is whole, but for one that stops in the middle of its brackets or at a comma."""
    last = lines[-1]
    if line.level:
        return False
    return bool(_OPEN_ENDS.search(last.text)) and len(lines) == 1 and not line.marked


def _brackets_go_on(lines: Sequence[Printed], line: Printed) -> bool:
    """A bracket that was opened on the last line and is closed on this one."""
    last = lines[-1]
    for opening, closing in _BRACKET_PAIRS:
        at = last.text.rfind(opening)
        if at > last.text.rfind(closing):
            closed = line.text.find(closing)
            opened = line.text.find(opening)
            if 0 <= closed <= 60 and (opened < 0 or closed < opened):
                return not (last.broken and at == 0) and not (_DATE_LINE.fullmatch(line.text))
    return False


def _by_place(lines: Sequence[Printed], line: Printed) -> bool:
    last = lines[-1]
    if last.box is None or line.box is None:
        return False
    if line.right or last.right or (line.centred and not last.full):
        return False
    if last.centred and line.centred:
        return False
    if line.page == last.page:
        distance = line.box[1] - last.box[1]
        height = max(last.box[3] - last.box[1], 1.0)
        if len(lines) > 1 and lines[-2].page == last.page and (before := lines[-2].box) is not None:
            pitch = last.box[1] - before[1]
            if pitch > 0 and distance > APART * pitch:
                return False
        elif distance > 3.2 * height:
            return False
    if max(last.size, line.size) > 1.35 * min(last.size, line.size) and len(line.text) > 4:
        return False
    if last.full:
        return not line.indented or _hangs(lines, line)
    return not line.indented and _unfinished(lines) and not _alone(line)


def _hangs(lines: Sequence[Printed], line: Printed) -> bool:
    """All lines of the paragraph stand at one indent: the list or quotation is indented as a whole."""
    last = lines[-1]
    if last.box is None or line.box is None or line.page != last.page:
        return False
    return abs(last.box[0] - line.box[0]) < 0.6 * line.size and not _ENDS.search(last.text)


def _unfinished(lines: Sequence[Printed]) -> bool:
    """The paragraph so far is prose that stops in the middle of a sentence."""
    last = lines[-1].text
    if _OPEN_ENDS.search(last):
        return True
    if _ENDS.search(last):
        return False
    return any(part.prose for part in lines[-3:])


def _alone(line: Printed) -> bool:
    """A line that looks like an office or a title: short, without any mark of a sentence."""
    return len(line.text) <= 40 and not _GOES_ON.search(line.text) and _OFFICE.fullmatch(line.text) is not None


def _by_words(lines: Sequence[Printed], line: Printed) -> bool:
    last = lines[-1]
    full = last.full
    if _OPEN_ENDS.search(last.text):
        return not last.broken
    if last.broken or (_alone(line) and not full):
        return False
    if _ENDS.search(last.text):
        return bool(full) and line.outdented
    label = _LABEL.match(lines[0].text)
    if label and len(last.text) <= 2 * SHORT and not full:
        return False
    prose = any(part.prose for part in lines[-3:]) or any(_OPEN_ENDS.search(part.text) for part in lines[-3:-1])
    if _CLOSER_ENDS.search(last.text) and not full:
        ending = len(line.text) <= 20 and _ENDS.search(line.text) is not None
        return prose and (ending or (full is None and len(last.text) > 2 * SHORT))
    if prose:
        return full is not False or len(last.text) > SHORT
    return bool(_GOES_ON.search(line.text)) and (bool(full) or full is None) and _broken_sentence(lines, line)


def _broken_sentence(lines: Sequence[Printed], line: Printed) -> bool:
    """A line without any mark of a sentence whose sentence ends in the next one: an article's, or no title's."""
    last = lines[-1].text
    if len(lines) == 1 and lines[0].marked:
        return last.startswith("第") or len(last) > SHORT
    if len(last) < LONG_ENOUGH or " " in last or _TITLE_ENDS.search(last) or _TITLE_WORDS.search(last):
        return False
    if line.number > lines[-1].number + 1 and _OPENS_TEXT.match(line.text):
        return False
    return _ENDS.search(line.text) is not None or line.prose
