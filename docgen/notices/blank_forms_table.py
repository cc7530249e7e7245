"""The blanks of a printed table: what labels each empty cell, tables of empty rows, and which tables are data, not blanks."""

from __future__ import annotations

import re

from docgen.document import Document, Page, Table
from docgen.forms.generic import LONGEST_LABEL
from docgen.forms.match import normalise_label
from docgen.forms.sheet import Grid, Region, make_sheet
from docgen.notices.blank_forms_cells import CellBlank, RosterSeen, TableRead, empty, is_number, is_words, lone_option
from docgen.notices.blank_forms_inline import Inline, clean, find_inline, starred
from docgen.notices.blank_forms_words import UNITS, name_of, type_of

FIXED_ROWS = 3
"""Least rows with the same columns for a table whose first columns are printed (items to be scored) to be read as such."""

LARGEST = 2000
"""Most cells of a form; a larger table is a list."""

_PLACEHOLDER = {"序号", "行次", "编号"}
_TOTAL = re.compile(r"^(?:合计|总计|共计|小计|总分|总得分)")
_ASIDE = re.compile(r"备注|说明|附注")
_DATE_ONLY = re.compile(r"[\s_＿]*(?:\d{2,4})?[\s_＿]*年[\s_＿]*月[\s_＿]*日?[\s_＿]*")


def read_table(table: Table) -> TableRead:
    """The blanks of a table; empty for a table of data."""
    out = TableRead()
    if table.bulk is not None or not table.cells or len(table.cells) > LARGEST:
        out.data = table.rows * table.cols
        return out
    page = Page(1, blocks=[table])
    grid = make_sheet(Document("", "docx", "docx", pages=[page], paged=False)).grids[0]
    reader = _TableReader(grid, out)
    out.labels = sum(not empty(r) and not is_number(r) for r in grid.regions)
    row = 0
    while row < table.rows:
        following = reader.roster(row)
        if following is None:
            reader.row(row)
            following = row + 1
        row = following
    if _lists(grid, out):
        out.data += out.labels
        out.items.clear()
    return out


def _lists(grid: Grid, out: TableRead) -> bool:
    """Whether a table is a list with gaps: a header of words, few empty cells, and nothing else to fill in."""
    head = grid.row(0)
    if len(head) < 3 or grid.table.rows < 4 or not all(map(is_words, head)):
        return False
    if any(isinstance(item, RosterSeen) or item.inline is not None for item in out.items):
        return False
    return sum(map(empty, grid.regions)) * 3 < len(grid.regions)


class _TableReader:
    """One walk over a table: ``used`` are label cells that have named a blank already, ``done`` cells that were read."""

    def __init__(self, grid: Grid, out: TableRead) -> None:
        self.grid = grid
        self.out = out
        self.used: dict[int, int] = {}
        self.done: set[int] = set()
        self.band = ""
        self.star = False
        self.counted = (-2, 0)

    def starting(self, row: int) -> list[Region]:
        return [r for r in self.grid.row(row) if r.cell is not None and r.cell.row == row]

    # rows of labels and blanks

    def row(self, row: int) -> None:
        cells = self.starting(row)
        if len(cells) == 1 and self.grid.is_band(cells[0]) and is_words(cells[0]):
            text = clean(cells[0].text)
            self.band = text if len(text) <= LONGEST_LABEL else self.band
        for region in cells:
            if region.order in self.done:
                continue
            self.done.add(region.order)
            if empty(region):
                self.blank(region)
            elif self.trailing(region):
                continue
            elif is_words(region) and not self.opinion(region):
                self.out.words.append(region.text)
                self.out.data += self.is_data(region)
            else:
                self.inline(region)

    def opinion(self, region: Region) -> bool:
        """Whether a cell of words has white lines to write in: a label over empty lines, or empty lines over a seal."""
        return bool(re.search(r"\n[ \t\u3000]*\n", region.text)) and bool(find_inline(region.text))

    def trailing(self, region: Region) -> bool:
        """Reads a cell with a hint and white lines below it ((至少有5名专家意见)), labelled by the cell left of it."""
        cell = region.cell
        if (
            cell is None
            or not cell.col
            or not re.search(r"\n[ \t\u3000]*\n[ \t\u3000]*$", region.text)
            or find_inline(region.text)
        ):
            return False
        left = self.grid.at(cell.row, cell.col - 1)
        if left is None or not is_words(left) or left.order in self.used:
            return False
        self.used[left.order] = cell.row
        end = len(region.text)
        self.out.items.append(CellBlank(cell.row, cell.col, end, end, clean(left.text), "", self.heading(left)))
        return True

    def is_data(self, region: Region) -> bool:
        """A number, a code, a name of a company: words that label nothing."""
        return any(c.isdigit() for c in region.flat) and len(region.flat) > 2

    def blank(self, region: Region) -> None:
        cell = region.cell
        assert cell is not None  # noqa: S101  # regions of a grid have a cell
        self.star = False
        found = self.label_of(region)
        if found is None:
            return
        label, under = found
        unit = next((u for u in UNITS if normalise_label(region.text) == u), "")
        skeleton = _DATE_ONLY.fullmatch(region.text) is not None and "年" in region.text
        inline = None
        parts = find_inline(region.text)
        if skeleton and re.search(r"\n", region.text[: region.text.index("年")]):
            self.inline(region)
            return
        if parts and (len(parts) > 1 or not skeleton) and not unit:
            self.inline(region)
            return
        if skeleton and parts:
            inline = parts[0]
        start, end = (inline.start, inline.end) if inline else (0, len(region.text))
        if unit:
            end = region.text.index(unit[0])
        self.out.items.append(
            CellBlank(cell.row, cell.col, start, end, label, region.text, under, inline, unit, self.star)
        )

    def label_of(self, region: Region) -> tuple[str, str] | None:
        """The words that name an empty cell and the heading above them; None for a cell nothing names."""
        cell = region.cell
        assert cell is not None  # noqa: S101  # regions of a grid have a cell
        left = self.grid.at(cell.row, cell.col - 1) if cell.col else None
        number = ""
        if left is not None and is_number(left) and left.flat and not empty(left):
            number = left.text.strip()
            if not self.counts_on(cell.row, number):
                return None
            left = self.grid.at(cell.row, left.cell.col - 1) if left.cell and left.cell.col else None
        above = self.above(region)
        while left is not None and left.cell is not None and left.cell.col and self.passed(region, left, number, above):
            left = self.grid.at(cell.row, left.cell.col - 1)
        if left is not None and (option := lone_option(left)):
            return option, self.heading(left)
        if left is not None and self.filled(left):
            return None
        if left is not None and is_words(left) and len(left.flat) <= 60:
            self.star = starred(left.text)
            head = self.column_head(region)
            if head and self.crossed(region):
                row_label = clean(left.text)
                return (f"{row_label}{head}" if type_of(head) != "text" else f"{head}{row_label}"), ""
            if left.order in self.used and not number:
                if self.used[left.order] == cell.row and head:
                    return f"{clean(left.text)}{head}", self.heading(left)
                return None
            self.used.setdefault(left.order, cell.row)
            return clean(left.text) + number, self.heading(left)
        if number and above is None:
            head = self.heading_left(cell.row, cell.col)
            return (head + number, "") if head else None
        if above is not None and above.order not in self.used:
            self.used[above.order] = cell.row
            self.star = starred(above.text)
            return clean(above.text), self.heading(above)
        return None

    def above(self, region: Region) -> Region | None:
        """The label right above an empty cell, as wide as the cell."""
        cell = region.cell
        if cell is None or cell.row == 0:
            return None
        up = self.grid.at(cell.row - 1, cell.col)
        if up is None or up.cell is None or not is_words(up) or len(up.flat) > LONGEST_LABEL:
            return None
        return up if up.cell.col == cell.col and up.cell.colspan == cell.colspan else None

    def filled(self, region: Region) -> bool:
        """Whether words left of an empty cell are no label but what was filled in behind one (单位名称 | 样例公司 | )."""
        cell = region.cell
        if cell is None or not cell.col or not is_words(region) or name_of(region.text) or region.order in self.used:
            return False
        left = self.grid.at(cell.row, cell.col - 1)
        if left is None or left.cell is None or left.cell.rowspan != cell.rowspan or left.order in self.used:
            return False
        known = name_of(left.text) != "" and type_of(region.text) == "text"
        self.out.data += known
        return known

    def counts_on(self, row: int, number: str) -> bool:
        """Whether a number before a blank is the next of a row of numbered blanks (1 ____ 2 ____), not a figure."""
        digits = re.sub(r"\D", "", number)
        if not digits:
            return True
        expected = self.counted[1] + 1 if self.counted[0] in (row, row - 1) else 1
        if int(digits) not in (1, expected):
            return False
        self.counted = (row, int(digits))
        return True

    def passed(self, region: Region, left: Region, number: str, above: Region | None) -> bool:
        """Whether the search for a label goes on to the left of a cell: it is empty, or numbers another blank."""
        return (empty(left) and (above is None or self.crossed(region))) or bool(
            number and (is_number(left) or empty(left))
        )

    def crossed(self, region: Region) -> bool:
        """Whether an empty cell stands in a table with names of rows and of columns and an empty corner."""
        row = (region.cell.row if region.cell else 0) - 1
        while row >= 0:
            cells = self.grid.row(row)
            if len(cells) > 2 and empty(cells[0]) and all(map(is_words, cells[1:])):
                return True
            if all(map(is_words, cells)):
                return False
            row -= 1
        return False

    def column_head(self, region: Region) -> str:
        """The heading of the column an empty cell stands in, over other empty cells."""
        cell = region.cell
        if cell is None:
            return ""
        row = cell.row - 1
        while row >= 0:
            up = self.grid.at(row, cell.col)
            if up is None or up.cell is None or up.cell.col != cell.col:
                return ""
            if is_words(up):
                return clean(up.text)
            if not empty(up):
                return ""
            row = up.cell.row - 1
        return ""

    def heading(self, label: Region) -> str:
        """The heading a label stands under: the outermost cell left of it that is as tall and labels no blank itself,
        else the label before it in its row (单位负责人 before 联系电话), else the band above."""
        cell = label.cell
        if cell is None:
            return self.band
        outer = before = ""
        col = cell.col
        while col > 0:
            left = self.grid.at(cell.row, col - 1)
            if left is None or left.cell is None:
                break
            if is_words(left) and not is_number(left) and len(left.flat) <= LONGEST_LABEL:
                if left.order not in self.used:
                    outer = clean(left.text)
                else:
                    before = before or clean(left.text)
            col = left.cell.col
        return outer or before or self.band

    def heading_left(self, row: int, col: int) -> str:
        """The nearest words left of a place that are no number."""
        while col > 0:
            left = self.grid.at(row, col - 1)
            if left is None or left.cell is None:
                return ""
            if is_words(left) and not is_number(left):
                return clean(left.text)
            col = left.cell.col
        return ""

    def inline(self, region: Region) -> None:
        """The blanks inside a cell; white lines at its head are the place for an opinion."""
        cell = region.cell
        assert cell is not None  # noqa: S101  # regions of a grid have a cell
        left = self.grid.at(cell.row, cell.col - 1) if cell.col else None
        labelled = left is not None and is_words(left) and len(left.flat) <= 60 and not is_number(left)
        row_label = clean(left.text) if left is not None and labelled else self.heading_left(cell.row, cell.col)
        if left is not None and labelled:
            self.used.setdefault(left.order, cell.row)
        found = find_inline(region.text)
        white = re.match(r"[ \t\u3000]*\n", region.text)
        if (
            (white or self.signed_only(region, found))
            and row_label
            and any(o.kind in ("seal", "signature", "date") for o in found)
        ):
            self.out.items.append(CellBlank(cell.row, cell.col, 0, 0, row_label, "", self.band))
        opened = self.out.items[-1] if self.out.items else None
        room = isinstance(opened, CellBlank) and (opened.row, opened.col) == (cell.row, cell.col)
        for one in found:
            if room and one.kind == "date" and not one.label and not re.search("意见", row_label):
                one.label = f"{row_label}日期"
            label = one.label or row_label or self.head_line(region, one)
            if not label and one.kind == "tick":
                label = one.options[0][0] if len(one.options) == 1 else ""
            under = row_label if one.label else self.band
            raw = region.text[one.start : one.end]
            star = one.star or bool(left is not None and labelled and not one.label and starred(left.text))
            self.out.items.append(CellBlank(cell.row, cell.col, one.start, one.end, label, raw, under, one, star=star))

    def head_line(self, region: Region, one: Inline) -> str:
        """The first line of a cell that heads what stands in it (单位意见 over a seal and a date)."""
        head = region.text[: one.start].strip().split("\n")[0]
        return clean(head) if 0 < len(head) <= LONGEST_LABEL else ""

    def signed_only(self, region: Region, found: list[Inline]) -> bool:
        """A cell with nothing but places to sign and date: what is written above them is the opinion."""
        rest = region.text
        for one in reversed(found):
            label = region.text.rfind(one.label, 0, one.start + 1) if one.label else one.start
            rest = rest[: label if label >= 0 else one.start] + rest[one.end :]
        return not re.sub(r"[\W_]", "", rest) and any(o.kind in ("seal", "signature") for o in found)

    # tables of rows

    def roster(self, row: int) -> int | None:
        """Reads a table of rows whose header begins at ``row``; the first row behind it, None when none begins there."""
        cells = self.starting(row)
        head, bottom = self.header(cells)
        if len(head) < 2 or not all(is_words(r) and len(r.flat) <= 40 for r in head):
            return None
        left = head[0].cell.col if head[0].cell else 0
        columns = [r for r in self.grid.row(bottom) if r.cell is not None and r.cell.col >= left]
        if not all(is_words(r) for r in columns) or len(columns) < 2:
            return None
        body = self.body(columns, bottom + 1)
        if not body:
            return None
        if all(self.empty_row(cells) for cells in body):
            if len(body) < 2 and len(columns) < 3:
                return None
            self.take_roster(row, bottom, columns, body)
            return self.after(bottom, body)
        return self.fixed(row, bottom, columns, body)

    def after(self, bottom: int, body: list[list[Region]]) -> int:
        row = bottom + 1 + len(body)
        return self.totals(row) if row < self.grid.table.rows else row

    def header(self, cells: list[Region]) -> tuple[list[Region], int]:
        """The cells of a header and its last row, without a heading at the left that spans header and rows."""
        if len(cells) > 1 and cells[0].cell is not None:
            tallest = max(r.cell.rowspan for r in cells[1:] if r.cell)
            if cells[0].cell.rowspan > max(tallest, 2) and tallest <= 2:
                cells = cells[1:]
        if len(cells) > 3 and empty(cells[0]) and all(map(is_words, cells[1:])):
            cells = cells[1:]  # the corner over the names of the rows
        spans = [r.cell.rowspan for r in cells if r.cell]
        if not spans:
            return [], 0
        return cells, cells[0].cell.row + max(spans) - 1 if cells[0].cell else 0

    def body(self, columns: list[Region], row: int) -> list[list[Region]]:
        """The rows below a header that have its columns."""
        starts = [r.cell.col for r in columns if r.cell]
        out: list[list[Region]] = []
        while row < self.grid.table.rows:
            cells = [r for r in self.grid.row(row) if r.cell is not None and r.cell.col >= starts[0]]
            if [r.cell.col for r in cells if r.cell] != starts:
                break
            if _TOTAL.match(cells[0].flat) or (out and self.empty_row(out[0]) != self.empty_row(cells)):
                break
            out.append(cells)
            row += 1
        return out

    def empty_row(self, cells: list[Region]) -> bool:
        """Nothing filled in but a running number in the first cell, or dots that say 'and so on'."""
        return all(empty(r) or is_number(r) for r in cells) and any(empty(r) for r in cells[-2:])

    def take_roster(self, top: int, bottom: int, columns: list[Region], body: list[list[Region]]) -> None:
        rows = [cells[0].cell.row for cells in body if cells[0].cell]
        rows = [
            cells[0].cell.row if cells[0].cell and cells[0].cell.rowspan == 1 else rows[0] + n
            for n, cells in enumerate(body)
        ]
        labels = self.column_labels(top, columns)
        places = [(label, r.cell.col) for label, r in zip(labels, columns, strict=True) if r.cell]
        numbers = places[0][1] if normalise_label(places[0][0]) in _PLACEHOLDER else None
        if numbers is not None:
            places = places[1:]
        for cells in body:
            self.done.update(r.order for r in cells)
        for r in self.starting(top):
            self.done.add(r.order)
        self.out.items.append(RosterSeen(self.roster_label(top, columns), places, rows, numbers))

    def roster_label(self, top: int, columns: list[Region]) -> str:
        first = columns[0].cell
        left = self.grid.at(top, first.col - 1) if first is not None and first.col else None
        if left is not None and is_words(left):
            return clean(left.text)
        up = self.grid.at(top - 1, 0) if top else None
        return (
            clean(up.text) if up is not None and self.grid.is_band(up) and is_words(up) and len(up.flat) <= 40 else ""
        )

    def column_labels(self, top: int, columns: list[Region]) -> list[str]:
        out: list[str] = []
        texts = [clean(r.text) for r in columns]
        for own, region in zip(texts, columns, strict=True):
            up = self.grid.at(top, region.cell.col) if region.cell else None
            grouped = texts.count(own) > 1 and up is not None and up is not region
            text = f"{clean(up.text)}{own}" if grouped and up is not None else own
            out.append(f"{text}{out.count(text) + 1}" if text in out else text)
        return out

    def totals(self, row: int) -> int:
        """The blanks of a 合计 row belong to the roster above it."""
        cells = self.starting(row)
        last = self.out.items[-1] if self.out.items else None
        if not cells or not isinstance(last, RosterSeen) or not _TOTAL.match(cells[0].flat):
            return row
        heads = {col: label for label, col in last.columns}
        word = clean(cells[0].text)
        for region in cells:
            cell = region.cell
            self.done.add(region.order)
            if cell is None:
                continue
            if empty(region) and (head := heads.get(cell.col)) and type_of(head) in ("money", "integer", "number"):
                last.totals.append(
                    CellBlank(
                        row,
                        cell.col,
                        0,
                        len(region.text),
                        head if head.startswith(word) else f"{word}{head}",
                        region.text,
                    )
                )
            elif not empty(region) and not is_words(region):
                for one in find_inline(region.text):
                    label = one.label or word
                    last.totals.append(CellBlank(row, cell.col, one.start, one.end, label, "", "", one))
        return row + 1

    def fixed(self, top: int, bottom: int, columns: list[Region], body: list[list[Region]]) -> int | None:
        """Rows whose first columns are printed: with empty columns something to fill in, without any, data."""
        if len(body) < FIXED_ROWS or len(columns) < 3:
            return None
        blank = [n for n in range(len(columns)) if all(empty(cells[n]) for cells in body)]
        labels = self.column_labels(top, columns)
        heads = [r for r in columns if not _ASIDE.search(r.text)]
        if len(heads) < 2:
            return None
        wanted = [n for n in blank if not _ASIDE.search(labels[n])]
        filled = sum(not empty(r) for cells in body for r in cells)
        if wanted:
            rows = [next(r.cell.row for r in cells[::-1] if r.cell) for cells in body]
            places = [(labels[n], c.cell.col) for n in wanted if (c := columns[n]).cell]
            printed = [labels[n] for n in range(len(columns)) if n not in blank and labels[n] not in _PLACEHOLDER]
            if len(wanted) == 1 and self.items(body, wanted[0], columns):
                return self.after(bottom, body)
            item = RosterSeen(self.roster_label(top, columns), places, rows, None, printed)
            self.out.items.append(item)
        elif filled * 3 < len(body) * len(columns) or any(not is_words(r) and not empty(r) for c in body for r in c):
            return None
        else:
            self.out.data += filled
        for cells in body:
            self.done.update(r.order for r in cells)
        return self.after(bottom, body) if wanted else bottom + 1 + len(body)

    def items(self, body: list[list[Region]], wanted: int, columns: list[Region]) -> bool:
        """Rows that are each a thing to be judged (协议签订 | 满分 | ____): a blank a row, labelled by it. False where the
        printed words are too long, or too alike, to label a blank."""
        for n in range(len(columns)):
            labels = [clean(cells[n].text) for cells in body]
            short = all(0 < len(text) <= 20 and not text.isdigit() for text in labels)
            if n != wanted and short and len(set(labels)) == len(labels):
                break
        else:
            return False
        for label, cells in zip(labels, body, strict=True):
            cell = cells[wanted].cell
            self.done.update(r.order for r in cells)
            if cell is not None:
                text = cells[wanted].text
                self.out.items.append(
                    CellBlank(cell.row, cell.col, 0, len(text), label, text, clean(columns[wanted].text))
                )
        return True
