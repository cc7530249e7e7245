"""docgen.readers.grid and layout: ruling lines → cells, whoever drew them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.readers.chars import Glyph
from docgen.readers.grid import Edge, Grid, find_grids, snap, tidy, without
from docgen.readers.layout import Sheet, lay_out


def ruled(xs: list[float], ys: list[float]) -> tuple[list[Edge], list[Edge]]:
    return [(y, xs[0], xs[-1]) for y in ys], [(x, ys[0], ys[-1]) for x in xs]


def spans(grid: Grid) -> list[tuple[int, int, int, int]]:
    return [(c.row, c.col, c.rowspan, c.colspan) for c in grid.cells]


def test_a_plain_grid() -> None:
    (grid,) = find_grids(*ruled([10, 60, 200], [10, 30, 50]))
    assert (grid.xs, grid.ys) == ([10, 60, 200], [10, 30, 50])
    assert spans(grid) == [(0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1)]
    assert grid.cells[3].bbox == (60, 30, 200, 50)
    assert (grid.find(61, 31), grid.find(5, 31), grid.find(61, 51)) == (3, -1, -1)


def test_a_single_closed_box_is_a_table_of_one_cell_and_an_open_one_is_not() -> None:
    (grid,) = find_grids(*ruled([10, 200], [10, 30]))
    assert spans(grid) == [(0, 0, 1, 1)]
    assert find_grids([(10, 10, 200), (30, 10, 200)], [(10, 10, 30)]) == []


def test_lines_that_do_not_meet_make_no_table() -> None:
    assert find_grids([(10, 10, 200), (30, 10, 200)], []) == []
    assert find_grids([(10, 10, 200)], [(300, 10, 100)]) == []


def test_spans_in_both_directions() -> None:
    horizontal = [(0, 0, 300), (20, 100, 300), (40, 0, 300), (60, 0, 300)]
    vertical = [(0, 0, 60), (100, 0, 60), (200, 20, 60), (300, 0, 60)]
    (grid,) = find_grids(horizontal, vertical)
    assert spans(grid) == [
        (0, 0, 2, 1),
        (0, 1, 1, 2),
        (1, 1, 1, 1),
        (1, 2, 1, 1),
        (2, 0, 1, 1),
        (2, 1, 1, 1),
        (2, 2, 1, 1),
    ]


def test_double_rules_dashes_and_gaps_are_one_line() -> None:
    horizontal = [(y + d, x, x + 7) for y in (10, 50) for d in (0, 1.5) for x in range(10, 200, 10)]
    vertical = [(x, 10.5, 48.5) for x in (10, 100, 198)]
    (grid,) = find_grids(horizontal, vertical)
    assert spans(grid) == [(0, 0, 1, 1), (0, 1, 1, 1)]


def test_a_table_open_at_its_sides_has_its_outer_columns() -> None:
    (grid,) = find_grids([(10, 10, 300), (30, 10, 300), (50, 10, 300)], [(100, 10, 50), (200, 10, 50)])
    assert grid.xs == [10, 100, 200, 300]
    assert len(grid.cells) == 6


def test_an_outline_with_a_step_leaves_the_corner_out() -> None:
    horizontal = [(10, 10, 300), (30, 10, 300), (50, 10, 100)]
    vertical = [(10, 10, 50), (100, 10, 50), (300, 10, 30)]
    (grid,) = find_grids(horizontal, vertical)
    assert spans(grid) == [(0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 1)]
    assert grid.find(200, 40) == -1


def test_a_region_that_is_no_rectangle_is_cut_into_rectangles() -> None:
    horizontal = [(0, 0, 200), (20, 0, 100), (40, 0, 200)]
    vertical = [(0, 0, 40), (100, 0, 20), (200, 0, 40)]
    (grid,) = find_grids(horizontal, vertical)
    assert sorted(sum(row.count(i) for row in grid.owner) for i in range(len(grid.cells))) == [1, 1, 2]


def test_an_underline_in_a_cell_makes_no_row() -> None:
    horizontal, vertical = ruled([10, 100, 300], [10, 60])
    (grid,) = find_grids([*horizontal, (40, 130, 200)], vertical)
    assert spans(grid) == [(0, 0, 1, 1), (0, 1, 1, 1)]


def test_a_stub_on_a_line_makes_no_column() -> None:
    horizontal, vertical = ruled([10, 100, 300], [10, 60])
    (grid,) = find_grids(horizontal, [*vertical, (200, 10, 18)])
    assert grid.xs == [10, 100, 300]


def test_tables_one_below_the_other_and_inside_each_other() -> None:
    first, second = ruled([10, 100, 300], [10, 100]), ruled([10, 150, 300], [200, 250])
    inner = ruled([120, 180, 280], [30, 60])
    grids = find_grids(first[0] + second[0] + inner[0], first[1] + second[1] + inner[1])
    assert [(g.ys[0], g.parent) for g in grids] == [(10, None), (30, (0, 1)), (200, None)]


def test_a_frame_around_tables_is_an_ornament() -> None:
    frame, table = ruled([0, 400], [0, 400]), ruled([20, 100, 300], [20, 100])
    (grid,) = find_grids(frame[0] + table[0], frame[1] + table[1])
    assert len(grid.cells) == 2


def test_dropping_a_grid_renumbers_the_parents_of_the_others() -> None:
    first, outer, inner = ruled([0, 20], [0, 8]), ruled([10, 100, 300], [30, 100]), ruled([120, 180, 280], [40, 60])
    grids = find_grids(first[0] + outer[0] + inner[0], first[1] + outer[1] + inner[1])
    assert [g.parent for g in without(grids, {0})] == [None, (0, 1)]
    assert [g.parent for g in without(find_grids(outer[0] + inner[0], outer[1] + inner[1]), {0})] == [None]


def test_snap_never_moves_a_value_farther_than_its_tolerance() -> None:
    assert snap([1.0, 2.0, 10.0], [1.0, 1.0, 1.0]) == [1.5, 1.5, 10.0]
    assert snap([], []) == []


def test_short_lines_are_dropped_after_joining() -> None:
    assert tidy([(0, 0, 2), (0, 5, 7), (0, 10, 12), (50, 0, 2)]) == [(0, 0, 12)]


def test_a_hostile_number_of_lines_is_bounded() -> None:
    lines = [(float(i % 1000) * 4, 0.0, 4000.0 + i) for i in range(30_000)]
    assert len(tidy(lines)) <= 1_000
    assert find_grids(lines, lines) == []


cuts = st.lists(st.integers(12, 60), min_size=2, max_size=7).map(
    lambda steps: [float(sum(steps[:i])) for i in range(len(steps) + 1)]
)


@settings(max_examples=60, deadline=None)
@given(cuts, cuts, st.data())
def test_every_square_belongs_to_one_cell_and_merges_survive(
    xs: list[float], ys: list[float], data: st.DataObject
) -> None:
    row, col = data.draw(st.integers(0, len(ys) - 2)), data.draw(st.integers(0, len(xs) - 2))
    high, wide = data.draw(st.integers(1, len(ys) - 1 - row)), data.draw(st.integers(1, len(xs) - 1 - col))
    shift = data.draw(st.floats(-1, 1))

    def inside(r: int, c: int) -> bool:
        return row <= r < row + high and col <= c < col + wide

    horizontal = [
        (ys[r] + shift * (c % 2), xs[c], xs[c + 1])
        for r in range(len(ys))
        for c in range(len(xs) - 1)
        if not (inside(r, c) and inside(r - 1, c))
    ]
    vertical = [
        (xs[c], ys[r], ys[r + 1])
        for c in range(len(xs))
        for r in range(len(ys) - 1)
        if not (inside(r, c) and inside(r, c - 1))
    ]
    (grid,) = find_grids(horizontal, vertical)
    merged = grid.find(xs[col] + 5, ys[row] + 5)
    x0, top, x1, bottom = grid.cells[merged].bbox
    assert abs(x0 - xs[col]) <= 1 and abs(x1 - xs[col + wide]) <= 1
    assert abs(top - ys[row]) <= 1 and abs(bottom - ys[row + high]) <= 1
    assert len(grid.cells) == (len(xs) - 1) * (len(ys) - 1) - high * wide + 1
    assert all(owner >= 0 for line in grid.owner for owner in line)
    for number, cell in enumerate(grid.cells):
        assert sum(line.count(number) for line in grid.owner) == cell.rowspan * cell.colspan


def written(text: str, x: float, top: float) -> list[Glyph]:
    return [Glyph(c, x + 10 * i, top, x + 10 * i + 10, top + 10) for i, c in enumerate(text)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("姓名学历张三李四0123", min_size=1, max_size=5), min_size=9, max_size=9), st.randoms())
def test_text_in_any_order_of_printing_lands_in_its_cell(words: list[str], random: object) -> None:
    xs, ys = [0.0, 60.0, 120.0, 180.0], [0.0, 20.0, 40.0, 60.0]
    printed = [(i, written(word, xs[i % 3] + 4, ys[i // 3] + 5)) for i, word in enumerate(words)]
    random.shuffle(printed)  # type: ignore[attr-defined]
    sheet = Sheet(1, 200, 100, [g for _, glyphs in printed for g in glyphs], find_grids(*ruled(xs, ys)))
    (table,) = lay_out(sheet).tables
    assert [cell.text for cell in table.cells] == words


def test_lines_stand_around_the_table_in_reading_order() -> None:
    grids = find_grids(*ruled([0, 60, 120], [50, 80]))
    glyphs = written("下", 0, 90) + written("格", 65, 60) + written("上", 0, 38)
    page = lay_out(Sheet(1, 200, 200, glyphs, grids), first_table=4)
    assert [line.text for line in page.lines] == ["上", "下"]
    assert page.blocks[1] is page.tables[0]
    assert page.tables[0].number == 4
