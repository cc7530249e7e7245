"""What a fill adds to its file beside text: pictures, links, parts of other documents, styles and lists.

Names and ids are given in the order in which they are asked for: the same values give the same bytes.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import TYPE_CHECKING

from docgen.rendering import package

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_CONTENT = "[Content_Types].xml"
_FIRST_DRAWING = 20001
"""Ids of drawings begin above those that people's documents have."""


class Additions:
    """The members of one file while it is filled. ``members`` is not changed; ``finished`` gives the new ones."""

    def __init__(self, members: Mapping[str, package.Member]) -> None:
        self.members = dict(members)
        self._trees: dict[str, Element] = {}
        self._media: dict[bytes, str] = {}
        self._links: dict[tuple[str, str, str], str] = {}
        self._drawing = _FIRST_DRAWING - 1
        self._given: dict[str, int] = {}

    def tree(self, name: str, empty: str = "") -> Element:
        """The XML of a part, which is written anew; ``empty`` is what a part that is not there begins as."""
        from lxml import etree

        if name not in self._trees:
            data = self.members[name].data() if name in self.members else empty.encode()
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            self._trees[name] = etree.fromstring(data, parser)
        return self._trees[name]

    def put_tree(self, name: str, root: Element) -> None:
        self._trees[name] = root

    def known(self, picture: bytes) -> str | None:
        """The member that has this picture, if this fill brought it."""
        return self._media.get(picture)

    def remember(self, picture: bytes, name: str) -> None:
        self._media[picture] = name

    def drawing_number(self) -> int:
        self._drawing += 1
        return self._drawing

    def picture(self, part: str, data: bytes, ending: str) -> str:
        """The relation of ``part`` to a picture; one that is there already is not stored twice."""
        name = self._media.get(data)
        if name is None:
            name = self._media[data] = self.fresh(f"word/media/docgen{{}}.{ending}")
            # pictures are compressed as they are
            self.members[name] = package.store(name, data)
            self.default_type(ending, f"image/{ending}")
        return self.relate(part, f"{OFFICE}/image", posixpath.relpath(name, posixpath.dirname(part)))

    def link(self, part: str, url: str) -> str:
        return self.relate(part, f"{OFFICE}/hyperlink", url, external=True)

    def fresh(self, pattern: str) -> str:
        """A member's name that is not taken; ``{}`` becomes a number."""
        number = self._given.get(pattern, 0) + 1
        while pattern.format(number) in self.members:
            number += 1
        self._given[pattern] = number
        return pattern.format(number)

    def relate(self, part: str, kind: str, target: str, external: bool = False) -> str:
        """The id of a relation from ``part``, new or known."""
        from lxml import etree

        key = (part, kind, target)
        if key not in self._links:
            name = f"{posixpath.dirname(part)}/_rels/{posixpath.basename(part)}.rels"
            rows = self.tree(name, f'<Relationships xmlns="{_RELATIONS}"/>')
            # looked at once a part: a roster may bring thousands of pictures
            taken = {row.get("Id") for row in rows} if name not in self._given else frozenset()
            number = self._given.get(name, 0) + 1
            while f"rIdG{number}" in taken:
                number += 1
            self._given[name] = number
            row = etree.SubElement(rows, f"{{{_RELATIONS}}}Relationship", Id=f"rIdG{number}", Type=kind, Target=target)
            if external:
                row.set("TargetMode", "External")
            self._links[key] = f"rIdG{number}"
        return self._links[key]

    def default_type(self, ending: str, content: str) -> None:
        from lxml import etree

        types = self.tree(_CONTENT)
        if not any(d.get("Extension", "").lower() == ending for d in types.iterfind(f"{{{_TYPES}}}Default")):
            types.insert(0, etree.Element(f"{{{_TYPES}}}Default", Extension=ending, ContentType=content))

    def override_type(self, name: str, content: str) -> None:
        from lxml import etree

        types = self.tree(_CONTENT)
        if not any(o.get("PartName") == f"/{name}" for o in types.iterfind(f"{{{_TYPES}}}Override")):
            etree.SubElement(types, f"{{{_TYPES}}}Override", PartName=f"/{name}", ContentType=content)

    def finished(self) -> dict[str, package.Member]:
        from lxml import etree

        for name, root in self._trees.items():
            data = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            self.members[name] = package.pack(name, data)
        return self.members
