"""Which material of a policy a paper is, when it is not one of the policy's forms: by its title, else by its file name."""

from __future__ import annotations

import re
from pathlib import PurePath

from checkers.policy import Material, Policy
from checkers.vocabulary import fold
from docgen.document import Document

TITLE_LINES = 4
"""How many of a paper's first lines may be its title."""
SURE = 86.0
"""Similarity (0–100) from which a title or a file name is taken for a material's name."""


def name_paper(document: Document, policy: Policy) -> tuple[str | None, float]:
    """(material id, confidence 0–1), or (None, 0.0)."""
    from rapidfuzz import fuzz

    titles = [_bare(t) for t in _titles(document)]
    stem = _bare(re.sub(r"^[\d\s.、_-]+", "", PurePath(document.path).stem))
    best, score = None, 0.0
    for name, material in policy.materials.items():
        for wanted in _names(material):
            for text, weight in [*((t, 1.0) for t in titles), (stem, 0.95)]:
                if len(text) < 3:
                    continue
                likeness = max(fuzz.ratio(wanted, text), 97.0 if wanted in text and len(wanted) >= 4 else 0.0) * weight
                if likeness > score:
                    best, score = name, likeness
    return (best, score / 100) if score >= SURE else (None, 0.0)


def _bare(text: str) -> str:
    """A name without brackets' contents (附件3), quotes and the words that say it is a copy."""
    text = re.sub(r"\([^()]*\)", "", fold(text))
    return re.sub(r"(复印件|原件|扫描件|正反面|正面照片|[<>\"'])", "", text)


def _names(material: Material) -> list[str]:
    return [n for n in (_bare(t) for t in (material.name, *material.aliases)) if len(n) >= 3]


def _titles(document: Document) -> list[str]:
    lines = [line.text for page in document.pages[:1] for line in page.lines if line.text.strip()]
    return lines[:TITLE_LINES]
