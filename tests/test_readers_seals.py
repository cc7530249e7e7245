"""Seals, signatures and what nobody can tell, on drawn pages; text under a seal."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2")

import cv2
import numpy as np

from docgen.readers.rules import binarise
from docgen.readers.seals import find_ink, find_seals, has_colour, without_red

DPI = 100
MM = DPI / 25.4
RED = (40, 40, 215)  # BGR


def page() -> np.ndarray:
    return np.full((700, 600, 3), 255, np.uint8)


def stamp(
    paper: np.ndarray, x: int, y: int, wide: float = 40, high: float = 40, colour: tuple[int, int, int] = RED
) -> None:
    """A ring with a star of strokes; sizes in millimetres."""
    axes = (round(wide / 2 * MM), round(high / 2 * MM))
    cv2.ellipse(paper, (x, y), axes, 0, 0, 360, colour, 4)
    for angle in range(0, 180, 36):
        dx, dy = int(axes[0] * 0.3 * np.cos(np.deg2rad(angle))), int(axes[1] * 0.3 * np.sin(np.deg2rad(angle)))
        cv2.line(paper, (x - dx, y - dy), (x + dx, y + dy), colour, 3)


def kinds(paper: np.ndarray) -> list[str]:
    return [mark.kind for mark in find_seals(paper, DPI)]


@pytest.mark.parametrize(("wide", "high"), [(40, 40), (45, 30), (25, 25), (50, 50)])
def test_round_and_oval_seals(wide: float, high: float) -> None:
    paper = page()
    stamp(paper, 300, 350, wide, high)
    (mark,) = find_seals(paper, DPI)
    assert mark.kind == "seal"
    half = (wide / 2 * MM, high / 2 * MM)
    assert mark.bbox == pytest.approx((300 - half[0], 350 - half[1], 300 + half[0], 350 + half[1]), abs=8)


def test_two_seals_are_two() -> None:
    paper = page()
    stamp(paper, 150, 350)
    stamp(paper, 420, 350)
    assert kinds(paper) == ["seal", "seal"]


def test_pale_seal_is_unclear() -> None:
    paper = page()
    stamp(paper, 300, 350, colour=(205, 205, 250))
    assert kinds(paper) == ["unclear"]


def test_square_of_a_seals_size_is_unclear() -> None:
    paper = page()
    cv2.rectangle(paper, (200, 300), (300, 400), RED, 4)
    cv2.line(paper, (250, 300), (250, 400), RED, 4)
    assert kinds(paper) == ["unclear"]


@pytest.mark.parametrize("shape", ["line of red text", "red ground", "dot", "blue ring"])
def test_what_is_no_seal(shape: str) -> None:
    paper = page()
    if shape == "line of red text":
        cv2.putText(paper, "RED HEADED PAPER", (40, 100), cv2.FONT_HERSHEY_SIMPLEX, 1.5, RED, 4)
    elif shape == "red ground":
        cv2.rectangle(paper, (200, 300), (320, 450), RED, -1)
    elif shape == "dot":
        cv2.circle(paper, (300, 300), 10, RED, -1)
    else:
        stamp(paper, 300, 350, colour=(215, 60, 40))
    assert kinds(paper) == []


def test_print_under_a_seal_stays_and_the_seal_goes() -> None:
    print_only = page()
    cv2.putText(print_only, "500103200203", (180, 360), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (30, 30, 30), 2)
    seal_only = page()
    stamp(seal_only, 300, 350, 45, 45)
    both = (print_only.astype(np.uint16) * seal_only // 255).astype(np.uint8)
    clean = without_red(both, cv2.cvtColor(both, cv2.COLOR_BGR2GRAY), find_seals(both, DPI))
    wanted = binarise(cv2.cvtColor(print_only, cv2.COLOR_BGR2GRAY), DPI)
    seen = binarise(clean, DPI)
    assert (seen[wanted > 0] > 0).mean() > 0.9
    assert (seen[wanted == 0] > 0).mean() < 0.01


def scribble(paper: np.ndarray, x: int, y: int) -> None:
    points = [(0, 20), (12, 0), (18, 25), (30, 4), (36, 28), (52, 8), (60, 24), (75, 2)]
    cv2.polylines(paper, [np.array([(x + a, y + b) for a, b in points])], False, (70, 30, 20), 2)


def ink_of(paper: np.ndarray, *texts: tuple[tuple[float, float, float, float], float]) -> list[str]:
    gray = cv2.cvtColor(paper, cv2.COLOR_BGR2GRAY)
    found = find_ink(binarise(gray, DPI), gray, list(texts), [], DPI, colour=has_colour(paper))
    return [mark.kind for mark in found]


def test_strokes_without_text_are_ink() -> None:
    paper = page()
    scribble(paper, 200, 300)
    assert ink_of(paper) == ["ink"]


def test_recognised_text_is_no_ink_but_doubtful_text_is() -> None:
    paper = page()
    scribble(paper, 200, 300)
    box = (195.0, 295.0, 280.0, 332.0)
    assert ink_of(paper, (box, 0.95)) == []
    assert ink_of(paper, (box, 0.4)) == ["ink"]


def test_specks_and_pieces_of_rules_are_no_ink() -> None:
    paper = page()
    random = np.random.default_rng(1)
    for x, y in random.integers(10, 580, (200, 2)):
        paper[y, x] = 0
    cv2.line(paper, (100, 500), (160, 500), (0, 0, 0), 1)
    assert ink_of(paper) == []


def test_photograph_is_a_picture() -> None:
    paper = page()
    paper[200:330, 400:500] = np.random.default_rng(2).integers(0, 90, (130, 100, 1), dtype=np.uint8)
    assert ink_of(paper) == ["picture"]


def test_grey_ring_on_a_black_and_white_copy_is_unclear() -> None:
    paper = page()
    stamp(paper, 300, 350, colour=(110, 110, 110))
    assert find_seals(paper, DPI) == []
    assert ink_of(paper) == ["unclear"]


@pytest.mark.parametrize(
    ("seal", "pictures", "typed", "state"),
    [
        (True, ("unclear",), "", "unknown"),
        (True, ("seal", "unclear"), "", "present"),
        (True, ("ink", "unclear"), "", "unknown"),
        (False, ("unclear",), "", "unknown"),
        (False, ("unclear",), "LI", "present"),
        (False, (), "", "absent"),
    ],
)
def test_what_is_unclear_is_unknown_not_absent(seal: bool, pictures: tuple[str, ...], typed: str, state: str) -> None:
    from checkers.policy import Mark
    from docgen.document import Page
    from docgen.forms.marks import MarkHit, _state
    from docgen.forms.sheet import Region

    mark = Mark(label="LABEL")
    assert _state(MarkHit("m", mark, seal, Region("", [], Page(1), 0), 0, 0, typed, pictures=pictures)) == state
