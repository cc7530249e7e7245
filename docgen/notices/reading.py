"""From a Document to all that is known of the notice in it: its head, its tree, and what the text says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from docgen.document import Document
from docgen.notices.amounts import find_amounts
from docgen.notices.blank_forms import attach_forms
from docgen.notices.citations import find_citations
from docgen.notices.compilation import split
from docgen.notices.deadlines import find_deadlines
from docgen.notices.flow import read_flow
from docgen.notices.materials import find_materials
from docgen.notices.model import Block, Notice
from docgen.notices.openings import find_openings
from docgen.notices.statements import find_statements
from docgen.notices.structure import notice_of
from docgen.readers.limits import Limits

LONG_TEXTS: dict[str, Any] = {"paragraphs": 2_000_000, "cells": 2_000_000, "characters": 50_000_000}
"""A 汇编 is longer than anything an applicant hands in."""


def limits_for(settings: Mapping[str, Any]) -> Limits:
    """What is read of an official document; the office's own ``[limits]`` count before ours."""
    return Limits(**{**LONG_TEXTS, **settings})


def read_notice(document: Document) -> Notice:
    """The one notice of this document. Never raises for odd content: what is not sure is None, with a warning."""
    flow = read_flow(document)
    notice = notice_of(flow.blocks, document.path, document.sha256)
    notice.warnings[:0] = [*document.warnings, *flow.warnings, *_several(flow.blocks, notice)]
    return understand(notice)


def _several(blocks: Sequence[Block], notice: Notice) -> list[str]:
    """A warning when other documents, with titles and numbers of their own, follow in the same file."""
    if "转发" in (notice.title or ""):
        return []
    others = [o for o in find_openings(blocks) if o.sure and o.doc_no and o.doc_no not in (notice.doc_no, *notice.also)]
    if not others:
        return []
    named = f"《{others[0].title}》（{others[0].doc_no}）"
    return [f"文件里还有另一份公文{named}，似为几份文件连在一起；请用 --as compilation 逐份读取。"]


def read_compilation(document: Document) -> Iterator[Notice]:
    """The documents of a 汇编, one after the other, each understood when it is asked for."""
    for notice in split(document):
        yield understand(notice)


def understand(notice: Notice) -> Notice:
    """Fills in what the text of a structured notice says; the notice itself."""
    nodes = list(notice.nodes())
    notice.citations = find_citations(notice)
    notice.deadlines = find_deadlines(nodes)
    notice.amounts = find_amounts(nodes)
    notice.materials = find_materials(nodes)
    notice.statements = find_statements(nodes)
    attach_forms(notice)
    return notice
