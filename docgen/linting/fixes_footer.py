"""The page numbers of GB/T 9704 7.5 put into a Word file: two footer parts, their relations, and even pages told apart."""

from __future__ import annotations

import re

from lxml import etree

from docgen.linting.docx_facts import DocxFacts, Section
from docgen.linting.fixes_xml import child
from docgen.linting.layout import footer_faults
from docgen.readers.docx_package import R, W
from docgen.rendering import package
from docgen.rendering.house import page_number_footer

_RELATIONS = "word/_rels/document.xml.rels"
_TYPES = "[Content_Types].xml"
_SETTINGS = "word/settings.xml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_FOOTER_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
_FOOTER_RELATION = f"{R[1:-1]}/footer"
_ONLY_A_NUMBER = re.compile(r"[-—–―－·/,，\s\d第共页]*")
_NAMES = {"default": "footerPageNumberOdd", "even": "footerPageNumberEven"}
_BEFORE_EVEN = (
    "writeProtection view zoom removePersonalInformation removeDateAndTime doNotDisplayPageBoundaries displayBackgroundShape"
    " printPostScriptOverText printFractionalCharacterWidth printFormsData embedTrueTypeFonts embedSystemFonts saveSubsetFonts"
    " saveFormsData mirrorMargins alignBordersAndEdges bordersDoNotSurroundHeader bordersDoNotSurroundFooter gutterAtTop"
    " hideSpellingErrors hideGrammaticalErrors activeWritingStyle proofState formsDesign attachedTemplate linkStyles"
    " stylePaneFormatFilter stylePaneSortMethod documentType mailMerge revisionView trackRevisions doNotTrackMoves"
    " doNotTrackFormatting documentProtection autoFormatOverride styleLockTheme styleLockQFSet defaultTabStop autoHyphenation"
    " consecutiveHyphenLimit hyphenationZone doNotHyphenateCaps showEnvelope summaryLength clickAndTypeStyle"
    " defaultTableStyle"
)


def mend_page_numbers(facts: DocxFacts, members: dict[str, package.Member]) -> int:
    """How many sections were given page numbers; 0, and nothing changed, where a footer says more than a number: words
    would be lost. ``members`` is changed in place, the document part only as ``facts.root``."""
    wrong = [s for s in facts.sections if footer_faults(facts, s)]
    worded = any(not _ONLY_A_NUMBER.fullmatch(f.text) for s in wrong for f in s.footers.values())
    parts = {name: members.get(name) for name in (_RELATIONS, _TYPES, _SETTINGS)}
    if not wrong or worded or any(m is None for m in parts.values()):
        return 0
    rels, types, settings = (_parse(m.data()) for m in parts.values() if m is not None)
    ids = {}
    for kind, name in _NAMES.items():
        ids[kind] = _relation(rels, f"{name}.xml")
        _declare(types, f"/word/{name}.xml")
        footer = page_number_footer("right" if kind == "default" else "left").encode()
        members[f"word/{name}.xml"] = package.pack(f"word/{name}.xml", footer)
    _even_and_odd(settings)
    for name, root in ((_RELATIONS, rels), (_TYPES, types), (_SETTINGS, settings)):
        members[name] = package.pack(name, serialise(root))
    for section in wrong:
        _refer(section, ids)
    return len(wrong)


def serialise(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _parse(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _relation(rels: etree._Element, target: str) -> str:
    """The id of the relation to ``target``, made if it is not there."""
    taken = {r.get("Id", "") for r in rels}
    for relation in rels:
        if relation.get("Target") == target:
            return str(relation.get("Id"))
    name = next(f"rIdPage{n}" for n in range(1, len(taken) + 2) if f"rIdPage{n}" not in taken)
    tag = f"{{{_PACKAGE}/relationships}}Relationship"
    etree.SubElement(rels, tag, {"Id": name, "Type": _FOOTER_RELATION, "Target": target})
    return name


def _declare(types: etree._Element, part: str) -> None:
    if not any(o.get("PartName") == part for o in types):
        tag = f"{{{_PACKAGE}/content-types}}Override"
        etree.SubElement(types, tag, {"PartName": part, "ContentType": _FOOTER_TYPE})


def _even_and_odd(settings: etree._Element) -> None:
    switch = settings.find(f"{W}evenAndOddHeaders")
    if switch is None:
        switch = etree.Element(f"{W}evenAndOddHeaders")
        before = [c for c in settings if isinstance(c.tag, str) and etree.QName(c).localname in _BEFORE_EVEN.split()]
        settings.insert(settings.index(before[-1]) + 1 if before else 0, switch)
    switch.attrib.pop(f"{W}val", "")


def _refer(section: Section, ids: dict[str, str]) -> None:
    element = section.element
    for old in list(element.iterchildren(f"{W}footerReference")):
        element.remove(old)
    kinds = {**ids, **({"first": ids["default"]} if section.title_page else {})}
    headers = len(element.findall(f"{W}headerReference"))
    for n, (kind, name) in enumerate(kinds.items()):
        reference = etree.Element(f"{W}footerReference")
        reference.set(f"{W}type", kind)
        reference.set(f"{R}id", name)
        element.insert(headers + n, reference)
    margins = child(element, "pgMar")
    if margins.get(f"{W}footer") is None:
        margins.set(f"{W}footer", "1304")  # 23 mm, as our own masters have it
