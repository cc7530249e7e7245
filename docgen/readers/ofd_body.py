"""The documents of an OFD file (GB/T 33190-2016, 7.4-7.9, 15-18): pages, resources, annotations, seals, attachments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from lxml import etree

from docgen.readers.docx_pictures import MAX_BYTES, mostly_red
from docgen.readers.ofd_package import Package, child, children, find, part, read_member, shown, text_of
from docgen.readers.ofd_page import Resources
from docgen.readers.ofd_shapes import box_of

A4 = (0.0, 0.0, 210.0, 297.0)
"""Millimetres: the physical box of a page that states none."""

MAX_STAMPS = 2_000
"""Seals of signatures that are placed; a seam seal has one a page."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page is: its ID and its location as the document part ``beside`` gives it."""

    number: str
    location: str


@dataclass(slots=True)
class Body:
    """One document of the file: what all its pages share."""

    name: str
    box: tuple[float, float, float, float]
    pages: list[Place]
    resources: Resources
    pictures: dict[str, str] = field(default_factory=dict)
    loaded: set[str] = field(default_factory=set)
    """Resource parts that were read already: pages share them."""
    templates: dict[str, Place] = field(default_factory=dict)
    annotations: dict[str, list[etree._Element]] = field(default_factory=dict)
    stamps: dict[str, list[tuple[etree._Element, bool]]] = field(default_factory=dict)
    drawn: dict[str, tuple[etree._Element, bool] | None] = field(default_factory=dict)
    """Template pages that were parsed, with whether they were cut short."""


def read_bodies(package: Package, warnings: list[str]) -> list[Body]:
    """The documents that OFD.xml names (7.4); without one, those that lie where writers put them."""
    main = part(package, "/OFD.xml")
    entries = []
    for entry in children(main[1] if main else None, "DocBody"):
        entries.append((text_of(entry, "DocRoot") or _location(child(entry, "DocRoot")), text_of(entry, "Signatures")))
    if not entries:
        names = sorted(n for n in package.members if n.count("/") <= 1 and n.rpartition("/")[2] == "document.xml")
        entries = [("/" + name, "") for name in names]
    bodies = []
    for location, signatures in entries[: package.limits.pages]:
        if (found := part(package, location)) is not None:
            body = _body(package, *found)
            if signatures:
                _add_stamps(package, body, signatures)
            _name_attachments(package, found, warnings)
            bodies.append(body)
    return bodies


def _location(element: etree._Element | None) -> str:
    """Where an element says its part is: an attribute by the standard, with some writers an element of that name."""
    return "" if element is None else element.get("BaseLoc") or text_of(element, "BaseLoc")


def _body(package: Package, name: str, root: etree._Element) -> Body:
    """A document part (7.5) with its resources and annotations."""
    common = child(root, "CommonData")
    area = child(common, "PageArea") if common is not None else None
    places = child(root, "Pages")
    body = Body(
        name=name,
        box=box_of(text_of(area, "PhysicalBox")) or A4,
        pages=[Place(p.get("ID", ""), _location(p)) for p in children(places, "Page")],
        resources=Resources(),
    )
    for template in children(common, "TemplatePage"):
        body.templates[template.get("ID", "")] = Place(template.get("ZOrder", ""), template.get("BaseLoc", ""))
    for kind in ("PublicRes", "DocumentRes"):
        for element in children(common, kind):
            add_resources(package, body, (element.text or "").strip(), name)
    body.resources.is_red_print = cache(lambda number: _is_red_print(package, body, number))
    if location := text_of(root, "Annotations"):
        _add_annotations(package, body, location)
    return body


def add_resources(package: Package, body: Body, location: str, beside: str) -> None:
    """Fonts, pictures and composite objects of a resource part (7.9)."""
    known = find(package, location, beside)
    if known in body.loaded or (found := part(package, location, beside)) is None:
        return
    name, root = found
    body.loaded.add(name)
    folder = root.get("BaseLoc", "").strip().strip("/")
    for group in root:
        for item in group:
            number = item.get("ID", "")
            if item.get("FontName"):
                body.resources.fonts[number] = item.get("FontName", "")
            elif media := text_of(item, "MediaFile"):
                inside = f"{folder}/{media}" if folder else media
                target = find(package, inside, name) or find(package, media, name)
                if target:
                    body.pictures[number] = target
            elif (content := child(item, "Content")) is not None:
                body.resources.composites[number] = content


def _is_red_print(package: Package, body: Body, number: str) -> bool:
    """Whether a picture is red print on clear ground; False for one too large to be a seal."""
    name = body.pictures.get(number)
    if name is None or package.members[name].file_size > MAX_BYTES:
        return False
    data = read_member(package, name)
    return data is not None and mostly_red(data, package.limits)


def _add_annotations(package: Package, body: Body, location: str) -> None:
    """Annotations by the ID of their page (15)."""
    found = part(package, location, body.name)
    if found is None:
        return
    name, root = found
    for page in children(root, "Page")[: package.limits.pages]:
        inner = part(package, text_of(page, "FileLoc"), name)
        if inner is not None:
            body.annotations.setdefault(page.get("PageID", ""), []).extend(children(inner[1], "Annot"))


def _add_stamps(package: Package, body: Body, location: str) -> None:
    """Where signatures (18.2) show their seal: StampAnnot elements by the ID of their page, True if by a seal."""
    found = part(package, location, body.name)
    if found is None:
        return
    name, root = found
    placed = 0
    for signature in children(root, "Signature")[: package.limits.pages]:
        inner = part(package, signature.get("BaseLoc", ""), name)
        info = child(inner[1], "SignedInfo") if inner else None
        for stamp in children(info, "StampAnnot"):
            placed += 1
            if placed <= MAX_STAMPS:
                sealed = signature.get("Type", "Seal") != "Sign"
                body.stamps.setdefault(stamp.get("PageRef", ""), []).append((stamp, sealed))


def _name_attachments(package: Package, document: tuple[str, etree._Element], warnings: list[str]) -> None:
    """Say which files are attached (16): they are papers of their own."""
    name, root = document
    location = text_of(root, "Attachments")
    found = part(package, location, name) if location else None
    if found is None:
        return
    names = []
    for item in children(found[1], "Attachment"):
        if item.get("Visible") != "false":
            names.append(shown(item.get("Name") or text_of(item, "FileLoc").rpartition("/")[2]))
    if names:
        warnings.append(f"文件带有 {len(names)} 个附件（{listed(names).rstrip()}），附件没有读取，请另行提交。")


def listed(words: Iterable[str]) -> str:
    """3 / 3、4、5; long lists are cut after ten."""
    words = list(words)
    return "、".join(words[:10]) + (f" 等 {len(words)} " if len(words) > 10 else "")
