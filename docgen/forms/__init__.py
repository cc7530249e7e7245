"""Paper → facts: recognise the forms in a Document and read what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.document import Document
from docgen.forms.match import normalise_label, same_label, similarity
from docgen.forms.read import read_form
from docgen.forms.recognise import FormSignature, Recognised, SignatureIndex, make_index, recognise
from docgen.forms.sheet import Segment

if TYPE_CHECKING:
    from docgen.forms.generic import Entry

__all__ = [
    "FormSignature",
    "Recognised",
    "Segment",
    "SignatureIndex",
    "make_index",
    "normalise_label",
    "read_form",
    "read_unknown",
    "recognise",
    "same_label",
    "similarity",
]


def read_unknown(document: Document) -> list[Entry]:
    """Label and value pairs, ticked options and tables of a form that no pack knows, in reading order."""
    from docgen.forms import generic

    return generic.read_unknown(document)
