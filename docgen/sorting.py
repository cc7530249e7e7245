"""Which paper of a packet is what: every file, and every paper bound into one, with its kind, material and reason.

A file is cut where a form of the policy begins, where a page is headed by a material's name, and where a page by itself is
a certificate; what follows without such a sign belongs to the paper before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import PurePath
from typing import Protocol

from checkers.packs import Loaded
from checkers.policy import Material, Policy
from checkers.report import Paper
from docgen.certificates import (
    CERTIFICATES,
    Certificate,
    Piece,
    Said,
    certificates_in,
    pieces,
    read_certificate,
)
from docgen.document import Document, Line, Page, Table
from docgen.forms.match import fold
from docgen.forms.sheet import Position, Segment
from docgen.packets import PaperRead
from docgen.papers import bound_papers, name_paper

FORM, ROSTER, PLEDGE, PHOTO, MAIL, OTHER = "application_form", "roster", "pledge", "photo", "mail", "other"
ID_CARD = "id_card"

PICTURES = ("jpeg", "png", "tiff", "webp", "bmp", "gif", "heic")

PHOTO_TEXT = 12
"""Characters on a picture up to which it is a photograph, not a paper."""

LINES_BEFORE = 3
"""Most lines at the head of a page that belong to the form that begins below them."""

TITLE_LINES = 6

HEADER_ROWS = 3
"""First rows of a table among which the header of a roster is looked for."""

KIND_NAMES = {
    **{c.id: c.name for c in CERTIFICATES},
    ID_CARD: "居民身份证",
    FORM: "申请表",
    ROSTER: "花名册",
    PLEDGE: "承诺书",
    PHOTO: "照片",
    MAIL: "邮件正文",
    OTHER: "其他材料",
}

_WORDS: dict[str, str] = {
    ID_CARD: r"身份证",
    "social_security_card": r"社会保障卡|社保卡",
    "graduation_certificate": r"毕业证",
    "labour_contract": r"劳动合同(?!.{0,6}证明)",
    "business_licence": r"营业执照|法人证书|登记证书",
    "bank_card": r"银行卡|存折|储蓄卡",
    "termination_proof": r"(?:解除|终止).{0,12}劳动(?:合同|关系).{0,6}证明|离职证明",
    PLEDGE: r"承诺书",
}
"""Words in a material's name that say which sort of paper it is."""

_TITLES: tuple[tuple[str, str], ...] = (
    (ROSTER, r"花名册|人员名册|人员名单$"),
    (PLEDGE, r"承诺书|诚信承诺|告知承诺"),
    (FORM, r"(?:申请|申报|备案|审批|登记|认定)(?:表|书)(?:\(|$)"),
)


class Hit(Protocol):
    """A form recognised on a paper, as ``docgen.checking`` keeps it."""

    @property
    def paper(self) -> PaperRead: ...
    @property
    def policy(self) -> str: ...
    @property
    def form(self) -> str: ...
    @property
    def confidence(self) -> float: ...
    @property
    def where(self) -> Segment: ...


@dataclass(slots=True)
class Part:
    """One paper: a file or some of it. ``materials`` are the policy's materials it is (a form may be one with two names).

    ``said`` is what its certificates say; ``view`` is the part as a document of its own.
    """

    paper: PaperRead
    view: Document
    kind: str
    materials: tuple[str, ...] = ()
    confidence: float = 0.0
    reason: str = ""
    said: dict[str, list[Said]] = field(default_factory=dict)
    whole: bool = True

    @property
    def material(self) -> str | None:
        """The material's id, else the kind where it is one of the common ones."""
        if self.materials:
            return self.materials[0]
        return family(self.kind) if self.kind not in (OTHER, PHOTO, MAIL) else None

    @property
    def name(self) -> str:
        return KIND_NAMES.get(self.kind, "材料")

    def fields(self, kind: str) -> dict[str, Said]:
        return {s.id: s for s in self.said.get(kind, ())}


def family(kind: str) -> str:
    """Both sides of an identity card are one material."""
    return ID_CARD if kind.startswith(ID_CARD) else kind


def sort_papers(papers: Sequence[PaperRead], loaded: Loaded, hits: Sequence[Hit]) -> list[Part]:
    """Every paper that was read, in order; those that were not are left out."""
    out: list[Part] = []
    for paper in papers:
        if paper.document is not None:
            out.extend(_parts(paper, paper.document, loaded, [h for h in hits if h.paper is paper]))
    return out


def entry(part: Part) -> Paper:
    """The paper's line in the report."""
    document = part.view
    pages = len(document.pages) if document.paged else 1
    first = document.pages[0].number if document.paged and not part.whole and document.pages else None
    return Paper(
        document.path,
        document.sha256,
        document.format,
        pages,
        document.reader,
        part.material,
        part.confidence,
        part.kind,
        part.reason,
        first,
    )


# ---------------------------------------------------------------- where one paper ends and the next begins


def breaks(document: Document, policy: Policy) -> list[Position]:
    """Where papers other than forms begin inside a file: pages headed by a material's name, pages that are certificates."""
    found = {b.start for b in bound_papers(document, policy)}
    if document.paged and len(document.pages) > 1:
        before: set[str] = set()
        for index, page in enumerate(document.pages):
            kinds = {c.id for c, _, _ in certificates_in(pieces(document, [page]))}
            if index and kinds and (kinds != before or kinds & {"id_card_front", "id_card_back", "bank_card"}):
                found.add((index, 0))
            before = kinds
    return sorted(found)


def _parts(paper: PaperRead, document: Document, loaded: Loaded, hits: Sequence[Hit]) -> list[Part]:
    forms = {_snapped(document, h.where.start): h for h in hits if _forms_of(h, loaded)}
    starts = sorted({(0, 0), *breaks(document, loaded.policy), *forms})
    if len(starts) > 1 and (0, 0) not in forms and not _holds_text(document, (0, 0), starts[1]):
        del starts[0]
    bound = {b.start: b for b in bound_papers(document, loaded.policy)}
    out: list[Part] = []
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else (len(document.pages), 0)
        view = document if len(starts) == 1 else _view(document, start, end)
        whole = len(starts) == 1
        if start in forms:
            out.append(_form_part(paper, view, forms[start], loaded, whole))
        elif start in bound:
            named = bound[start].material, bound[start].confidence
            out.append(_sort(paper, view, loaded.policy, named, whole))
        else:
            out.append(_sort(paper, view, loaded.policy, (None, 0.0), whole))
    return out


def _snapped(document: Document, start: Position) -> Position:
    """The head of the page where only a line or two (附件3) stand before the form."""
    before = document.pages[start[0]].blocks[: start[1]]
    return (start[0], 0) if len(before) <= LINES_BEFORE and all(isinstance(b, Line) for b in before) else start


def _view(document: Document, start: Position, end: Position) -> Document:
    """Some of a file as a document; pages that are cut keep the blocks of their part, images stay with their page."""
    pages = []
    for index, page in enumerate(document.pages):
        if not start[0] <= index <= end[0] or (index == end[0] and end[1] == 0):
            continue
        first = start[1] if index == start[0] else 0
        last = end[1] if index == end[0] else len(page.blocks)
        cut = (first, last) != (0, len(page.blocks))
        images = [i for i in page.images if i.paragraph is None or _between(page, i.paragraph, first, last)]
        blocks, images = page.blocks[first:last], images if cut else page.images
        pages.append(Page(page.number, page.width, page.height, blocks, images, page.confidence, page.illegible))
    return Document(document.path, document.format, document.reader, document.sha256, pages, document.paged)


def _between(page: Page, paragraph: int, first: int, last: int) -> bool:
    """Whether a picture that hangs on a paragraph hangs on one of these blocks."""
    numbers = [b.paragraph for b in page.blocks[first:last] if isinstance(b, Line) and b.paragraph is not None]
    return bool(numbers) and numbers[0] <= paragraph and (last == len(page.blocks) or paragraph <= numbers[-1])


def _holds_text(document: Document, start: Position, end: Position) -> bool:
    return any(b for p in _view(document, start, end).pages for b in p.blocks)


# ---------------------------------------------------------------- what one paper is


def _forms_of(hit: Hit, loaded: Loaded) -> list[str]:
    """The policy's forms that a recognised form is."""
    out = []
    for form_id in loaded.policy.forms:
        owner = loaded.borrowed.get(form_id, loaded.policy)
        if hit.policy == owner.id and (hit.form == form_id or owner is not loaded.policy):
            out.append(form_id)
    return out


def _form_part(paper: PaperRead, view: Document, hit: Hit, loaded: Loaded, whole: bool) -> Part:
    by_form = {spec.form: name for name, spec in loaded.policy.materials.items() if spec.form}
    ids = _forms_of(hit, loaded)
    materials = tuple(dict.fromkeys(by_form.get(i, loaded.policy.forms[i].material) for i in ids))
    title = loaded.policy.forms[ids[0]].title or (
        owner.forms[hit.form].title if (owner := loaded.borrowed.get(ids[0])) else ""
    )
    kind = ROSTER if "花名册" in title else FORM
    return Part(paper, view, kind, materials, hit.confidence, f"版面和栏目与《{title}》相符", whole=whole)


def _sort(paper: PaperRead, view: Document, policy: Policy, named: tuple[str | None, float], whole: bool) -> Part:
    part = Part(paper, view, OTHER, whole=whole)
    if paper.body:
        part.kind, part.confidence, part.reason = MAIL, 1.0, "邮件的正文"
        return part
    found = pieces(view)
    stem = PurePath(view.path).stem if whole else ""
    if named[0] is None and whole:
        named = name_paper(view, policy)
    titles = [stem, *([policy.materials[named[0]].name] if named[0] else [])]
    certificates = certificates_in(found, titles=titles)
    if certificates:
        _as_certificate(part, certificates, found)
    elif named[0] is not None:
        part.kind = kind_of_material(policy.materials[named[0]]) or OTHER
    else:
        _by_title(part, found, stem)
    _name(part, named, policy)
    return part


def _as_certificate(part: Part, found: list[tuple[Certificate, float, str]], text: Sequence[Piece]) -> None:
    """The surest one; both sides of an identity card on one sheet are both read."""
    best, part.confidence, part.reason = found[0]
    part.kind = best.id
    sides = [c for c, _, _ in found if c.id.startswith(ID_CARD)] if best.id.startswith(ID_CARD) else [best]
    if len(sides) == 2:
        part.kind = ID_CARD
    ocr = part.view.reader.endswith("ocr")
    part.said = {c.id: read_certificate(c, text, ocr=ocr) for c in sides}
    if best.id.startswith(ID_CARD) and not {"id_number", "valid"} & {s.id for s in part.said[best.id]}:
        part.kind = ID_CARD  # a heading and a name: which side the picture shows is not known


def _by_title(part: Part, found: Sequence[Piece], stem: str) -> None:
    heads = [p.text for p in found[:TITLE_LINES]]
    for kind, pattern in _TITLES:
        for text in heads:
            if len(text) <= 60 and re.search(pattern, text):
                part.kind, part.confidence, part.reason = kind, 0.8, f"标题“{text[:30]}”"
                return
        if re.search(pattern, fold(stem)):
            part.kind, part.confidence, part.reason = kind, 0.6, "文件名"
            return
    if any(_is_roster(t) for _, t in part.view.tables()):
        part.kind, part.confidence, part.reason = ROSTER, 0.7, "有姓名和身份证号码等列的表格"
    elif part.view.format in PICTURES and sum(len(p.text) for p in found) <= PHOTO_TEXT:
        part.kind, part.confidence, part.reason = PHOTO, 0.6, "图片上几乎没有文字"


def _is_roster(table: Table) -> bool:
    """A table with a header row that asks for a name and a number of each person, and rows below it."""
    first = [(c.row, fold(c.text)) for c in takewhile(lambda c: c.row < HEADER_ROWS, table.cells)]
    for row in range(min(HEADER_ROWS, table.rows)):
        heads = [text for at, text in first if at == row]
        if len(heads) > 2 and any(h.endswith("姓名") for h in heads) and any("身份证" in h for h in heads):
            return table.rows > row + 1
    return False


def _name(part: Part, named: tuple[str | None, float], policy: Policy) -> None:
    """The policy's material: what the content is goes before what a title or a file name says."""
    name, likeness = named
    sort = family(part.kind)
    if name is not None:
        said = kind_of_material(policy.materials[name])
        if not part.said or said in (None, sort):
            part.materials = (name,)
            part.confidence = max(part.confidence, likeness)
            part.reason = part.reason or f"标题或文件名与“{policy.materials[name].name}”相符"
            return
    wanted = material_for(sort, part, policy)
    if wanted is not None:
        part.materials = (wanted,)


def kind_of_material(material: Material) -> str | None:
    """Which common sort of paper a material of the policy is, by its name."""
    for kind, pattern in _WORDS.items():
        if re.search(pattern, material.name):
            return kind
    return None


def material_for(kind: str, part: Part, policy: Policy) -> str | None:
    """The policy's material of a kind: the one whose alias is the kind's plain name, else the first."""
    if kind not in _WORDS:
        return None
    found = [n for n, m in policy.materials.items() if not m.form and kind_of_material(m) == kind]
    if kind == "business_licence":
        text = "\n".join(p.text for p in pieces(part.view)[:8])
        certificate = "法人证书" in text or "登记证书" in text
        found = [n for n in found if ("法人证书" in policy.materials[n].name) == certificate] or found
    return found[0] if found else None


def is_blank_page(page: Page) -> bool:
    """Nothing printed and no picture."""
    return not page.images and not any(b.text.strip() if isinstance(b, Line) else _has_text(b) for b in page.blocks)


def _has_text(table: Table) -> bool:
    return any(c.text.strip() or c.tables for c in table.cells)
