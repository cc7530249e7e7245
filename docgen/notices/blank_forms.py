"""An attachment that is a blank form, read as one: its labels, the types they ask for, tick groups, rosters, places to sign.

``to_pack_section`` gives the shape a pack's ``forms:`` has (``checkers.policy.Form``); a table of data is not a form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docgen.document import Line, Table
from docgen.notices.blank_forms_cells import CellBlank, RosterSeen
from docgen.notices.blank_forms_inline import UNIT_NAMES, UNIT_WORDS, Inline, clean, find_inline, mark_kind, starred
from docgen.notices.blank_forms_model import BlankForm, FormField, FormMark, MarkKind, Place
from docgen.notices.blank_forms_table import read_table
from docgen.notices.blank_forms_words import name_of, owner_of, type_of, unit_of
from docgen.notices.model import Block, Node, Notice

__all__ = ["BlankForm", "FormField", "FormMark", "Place", "attach_forms", "read_blank_form"]

LEAST_BLANKS = 3
"""Least places to fill for a text to be a form; a roster of empty rows alone is enough."""

MOST_WORDS = 4
"""Most printed cells there are to one blank in the tables of a form; a list with a few empty cells has more."""

_NOTES = re.compile(
    r"^[ \t\u3000]*(?:填表说明|填写说明|填报说明|相关说明|说明|备注|注意事项|注)[ \t\u3000]*(?:[:：]|$)"
)
_TITLE_END = re.compile(r"(?:表|书|单|册|卡|协议|登记|申请|承诺|报告|函|证明|台账|计划)(?:[（(][^（()）]{1,16}[)）])?$")
_MARK_LINE = re.compile(
    r"^附\s*件\s*[0-9一二三四五六七八九十]{0,3}\s*[:：]?$|^[（(]?(?:样式|样表|参考样式|式样)[)）]?$"
)
_OFFICE = re.compile(
    r"审核|审批|审查|初审|复审|复核|审定|核准|受理|人社|人力|就业(?:服务)?(?:中心|机构|局)"
    r"|街道|乡镇|区县|主管部门|经办机构"
)
_PLEDGE = re.compile(r"(?:承诺|保证|声明)")
_OPINION = re.compile(r"意见$|意见[（(]")


def attach_forms(notice: Notice) -> None:
    """Sets ``form`` of every attachment of the notice that is a blank form."""
    for attachment in notice.attachments:
        attachment.form = read_blank_form(attachment.body, attachment.title) if attachment.body else None


def read_blank_form(blocks: Sequence[Line | Table | Block | Node], title: str = "") -> BlankForm | None:
    """The blank form these lines and tables are, None when they are something else: a text, a list, a filled table.

    ``title`` is what the announcement calls it; without one the form's own first line is taken.
    """
    if any(isinstance(b, Node) and b.kind in ("part", "chapter", "section", "article") for b in blocks):
        return None
    plain = [part for block in blocks for part in _plain(block)]
    reader = _Reader(BlankForm(title=title))
    for number, block in enumerate(plain):
        if isinstance(block, Table):
            reader.table(number, block)
        else:
            reader.line(number, block)
    return reader.finish()


def _plain(block: Line | Table | Block | Node) -> list[str | Table]:
    """A block as lines and tables; a node with all that stands below it."""
    if isinstance(block, Table):
        return [block]
    if isinstance(block, Line):
        return [block.text]
    if isinstance(block, Block):
        return [block.table if block.table is not None else block.text]
    out: list[str | Table] = []
    stack = [block]
    while stack:
        node = stack.pop()
        text = f"{node.number or ''}{node.title or ''}"
        text = f"{text} {node.text}" if node.title and node.text else text + node.text
        if text.strip():
            out.append(text.rstrip(" \t\u3000:：") if node.children else text)  # words that lead to a list
        if node.table is not None:
            out.append(node.table)
        stack.extend(reversed(node.children))
    return out


class _Reader:
    """One reading: what was found so far, and the ids already given."""

    def __init__(self, form: BlankForm) -> None:
        self.form = form
        self.ids: set[str] = set()
        self.data = 0
        self.started = False
        self.noted = False
        self.stars = False
        self.strong = self.words_seen = self.table_blanks = 0
        self.star = False
        self.unknown = 0
        self.given_title = bool(form.title)
        self.last_mark: FormMark | None = None
        self.before_table = ""

    def line(self, number: int, text: str) -> None:
        """A line outside tables: the title, a note, or blanks."""
        self.before_table = ""
        found = find_inline(text)
        if self.noted or _NOTES.match(text):
            self.noted = True
            if text.strip():
                self.form.notes.append(text.strip())
            return
        if not found:
            self.words(text)
            return
        self.started = True
        if len(text) > 160 and len(found) < 2:
            return
        self.strong += sum(text[one.start : one.end] != "" or one.kind != "text" for one in found)
        for one in found:
            self.star = one.star
            self.inline(one, Place(number, one.start, one.end), one.label, text=text)

    def words(self, text: str) -> None:
        """A line without a blank: before the first one it may be the title; later it may be the pledge."""
        plain = text.strip()
        if not plain or _MARK_LINE.match(plain):
            return
        if self.started and len(plain) <= 24:
            self.before_table = clean(plain)
        if not self.started and not self.given_title and len(plain) <= 40:
            joined = self.form.title + re.sub(r"\s+", "", plain)
            if not _TITLE_END.search(self.form.title):
                self.form.title = joined
        self.pledge(plain)

    def pledge(self, text: str) -> None:
        if (
            not self.form.pledge
            and 12 <= len(text) <= 400
            and _PLEDGE.search(text)
            and re.search(r"本人|本单位|我单位|申请人", text)
        ):
            self.form.pledge = clean(text)

    def table(self, number: int, table: Table) -> None:
        self.noted = False
        self.started = True
        seen = read_table(table)
        self.data += seen.data
        self.words_seen += seen.labels
        self.strong += len(seen.items)
        self.table_blanks += sum(
            2 * len(i.columns) * len(i.rows) if isinstance(i, RosterSeen) else 1 for i in seen.items
        )
        for item in seen.items:
            if isinstance(item, RosterSeen):
                self.roster(number, item)
            else:
                self.cell(number, item)
        for text in seen.words:
            if _NOTES.match(text) and len(text) > 12:
                self.form.notes.append(text.strip())
            else:
                self.pledge(" ".join(text.split()))

    def cell(self, number: int, blank: CellBlank) -> None:
        place = Place(number, blank.start, blank.end, blank.row, blank.col)
        self.star = blank.star
        if blank.inline is not None:
            self.inline(blank.inline, place, blank.label, blank.under)
        elif (marked := mark_kind(blank.label)) is not None:
            self.mark(blank.label, marked, blank.under, place)
        else:
            kind = type_of(blank.label)
            if kind == "text" and (column := type_of(blank.under)) in ("number", "integer", "money"):
                kind = column  # an item whose column says what is counted: 评估分数
            unit = unit_of(blank.label) or blank.unit
            self.add(
                blank.label, type_of(blank.label, unit) if blank.unit else kind, blank.under, place=place, unit=unit
            )
            self.last_mark = None

    def inline(self, one: Inline, place: Place, label: str, under: str = "", text: str = "") -> None:
        if one.kind in ("signature", "seal"):
            self.mark(one.label, "seal" if one.kind == "seal" else "signature", under, place)
        elif one.kind == "tick":
            self.ticks(one, place, label, under)
        elif one.kind != "text":
            self.dated(one, place, label, under)
        else:
            if (marked := mark_kind(label)) is not None:
                self.signed_blank(label, marked, under, place)
                return
            if label in ("大写", "小写", "大写金额") and self.form.fields:
                label = self.form.fields[-1].label + label
            if not one.label and one.unit:
                label = _with_unit(label, one.unit)
            self.add(label, type_of(label, one.unit), under, place=place, unit=one.unit or unit_of(label))

    def signed_blank(self, label: str, kind: MarkKind, under: str, place: Place) -> None:
        """A rule behind the words of a mark: one signs on it; beside a seal the unit's name is written on it."""
        last = self.last_mark
        if last is None or last.label != label or last.place is None or last.place.block != place.block:
            self.mark(label, kind, under, place)
        elif kind == "signature":
            last.place = place
        name = re.sub(r"[（(]?(?:签章|盖章|加盖公章|单位公章|公章|印章).*", "", label)
        if kind == "seal" and re.search(UNIT_NAMES, name):
            self.add(name, "organisation", under, place=place)

    def dated(self, one: Inline, place: Place, label: str, under: str) -> None:
        """A printed ``年 月 日``: beside a signature or seal it is the day of that, else the blank of its label."""
        if mark_kind(label) is not None or re.search("[（(](?:签章|签字|盖章|公章)[）)]", label):
            name = clean(re.sub("[（(].*", "", label))
            self.add(f"{under or name}日期", "date", under, place=place, id_="signed_on").role = "signed_on"
            return
        own = one.label if one.label and one.label not in (self.last_mark.label if self.last_mark else "") else ""
        beside = (
            self.last_mark is not None
            and self.last_mark.place is not None
            and self.last_mark.place.block == place.block
        )
        if not own and (beside or not label or _OPINION.search(label)):
            owner = (
                clean(re.sub("[（(].*|签字.*|签名.*|盖章.*", "", self.last_mark.label))
                if beside and self.last_mark
                else ""
            )
            heading = label if _OPINION.search(label) else under if _OPINION.search(under) else owner
            name = f"{heading}日期"
            made = self.add(name, "date", under, place=place, id_="signed_on")
            made.role = "signed_on"
            return
        name = own or label
        kind = type_of(name)
        if not ((kind.startswith("date") and one.kind == "date") or (kind == "date_or_month" and one.kind == "month")):
            kind = one.kind
        last = self.form.fields[-1] if self.form.fields else None
        if re.search("[自从]$", name):
            name = f"{name[:-1]}起" if len(name) > 1 else f"{label if label != name else under}起"
        elif name in ("至", "起至", "到", "起到", "止") and last is not None and last.label.endswith("起"):
            name = f"{last.label[:-1]}止"
        made = self.add(name, kind, under, place=place)
        if self.last_mark is not None and beside:
            made.role = "signed_on"

    def ticks(self, one: Inline, place: Place, label: str, under: str) -> None:
        options = [option for option, _ in one.options]
        boxes = [Place(place.block, at, at + 1, place.row, place.col) for _, at in one.options]
        if len(options) == 1 and (not one.label or one.label == options[0]):
            made = self.add(options[0], "tick", label if label != options[0] else under, place=place)
        else:
            kind = "choice"
            if set(options) <= {"是", "否"}:
                kind = "yes_no"
            elif set(options) <= {"男", "女"}:
                kind = "sex"
            elif "多选" in label:
                kind = "ticks"
            made = self.add(label or under or "选项", kind, under if label else "", place=place)
        made.options = [] if made.type in ("tick", "sex", "yes_no") else options
        made.boxes = boxes
        made.printed = options

    def mark(self, label: str, kind: MarkKind, under: str, place: Place) -> None:
        whose = clean(re.sub(r"[（(]?(?:签字|签名|签章|盖章|加盖公章|单位公章|公章|印章).*", "", label))
        if label.strip("（）()") == "签章":
            kind = "seal"
        by = "applicant"
        if _OFFICE.search(label) or _OFFICE.search(under):
            by = "office"
        elif "配偶" in label:
            by = "spouse"
        elif "担保" in label:
            by = "guarantor"
        elif kind == "seal" or "单位" in label or owner_of(whose) in ("legal_person", "head", "agent", "unit"):
            by = "unit"
        owner = owner_of(whose)
        name = self.free(f"{owner}_{kind}" if owner and owner != "applicant" else kind)
        self.last_mark = FormMark(name, label, kind, by, under if under != label else "", place)
        self.form.marks.append(self.last_mark)
        if under and _OFFICE.search(under) and under not in self.form.office_use:
            self.form.office_use.append(under)

    def roster(self, number: int, seen: RosterSeen) -> None:
        self.star = False
        label = seen.label or self.before_table or self.form.title or "花名册"
        made = self.add(
            label, "roster", id_=name_of(label) or "roster", place=Place(number, 0, 0, seen.rows[0], seen.columns[0][1])
        )
        names = _Names()
        for text, col in seen.columns:
            made.columns.append(_column(names, text, Place(number, 0, 0, seen.rows[0], col)))
        made.rows, made.numbers, made.printed = seen.rows, seen.numbers, seen.printed
        for blank in seen.totals:
            unit = blank.inline.unit if blank.inline else ""
            head = blank.label
            known = name_of(re.sub("^(?:合计|总计|共计|小计)", "", head)) or "sum"
            total = FormField(
                self.free(known if known.startswith("total") else f"total_{known}"),
                head,
                type_of(head, unit),
                unit=unit,
            )
            total.place = Place(number, blank.start, blank.end, blank.row, blank.col)
            made.totals.append(total)

    def add(self, label: str, kind: str, under: str = "", *, place: Place, id_: str = "", unit: str = "") -> FormField:
        """A field with the id its label suggests; ``under`` is kept where another field has the same label."""
        star = self.star or starred(label)
        self.stars = self.stars or star
        label = clean(label) or "空白"
        name = id_ or name_of(label)
        if not name:
            self.unknown += 1
            name = f"field_{self.unknown}"
        owner = owner_of(under)
        if name in self.ids and owner:
            name = f"{owner}_{name}"
        made = FormField(self.free(name), label, kind, under if under != label else "", unit, star or None, place=place)
        self.form.fields.append(made)
        return made

    def free(self, name: str) -> str:
        base, number = name, 1
        while name in self.ids:
            number += 1
            name = f"{base}_{number}"
        self.ids.add(name)
        return name

    def finish(self) -> BlankForm | None:
        form = self.form
        blanks = len(form.fields) + len(form.marks)
        rosters = [f for f in form.fields if f.type == "roster"]
        if not rosters and (blanks < LEAST_BLANKS or self.strong < LEAST_BLANKS - 1):
            return None
        if self.words_seen > MOST_WORDS * self.table_blanks:
            return None
        if self.data > 2 * (blanks + sum(len(r.columns) * len(r.rows) for r in rosters)):
            return None
        counts: dict[str, int] = {}
        for one in form.fields:
            counts[one.label] = counts.get(one.label, 0) + 1
        for one in form.fields:
            if counts[one.label] == 1:
                one.under = ""
            one.required = bool(one.required) if self.stars else None
        return form


class _Names:
    """Ids of the columns of one roster."""

    def __init__(self) -> None:
        self.ids: set[str] = set()

    def free(self, name: str) -> str:
        base, number = name, 1
        while name in self.ids:
            number += 1
            name = f"{base}_{number}"
        self.ids.add(name)
        return name


def _column(names: _Names, text: str, place: Place) -> FormField:
    label = clean(text)
    name = names.free(name_of(label) or f"column_{len(names.ids) + 1}")
    return FormField(name, label, type_of(label), unit=unit_of(label), place=place)


def _with_unit(label: str, unit: str) -> str:
    """The own words of one of several blanks in a cell: 申请补贴人数及金额 with 元 behind the blank → 申请补贴金额."""
    halves = re.split("[及和、]", label)
    if len(halves) != 2:
        return label
    first, second = halves
    wanted = UNIT_WORDS.get(unit, "")
    if wanted and first.endswith(wanted):
        return first
    if wanted and second == wanted:
        return re.sub("(?:人数|金额|月数)$", "", first) + second
    return label
