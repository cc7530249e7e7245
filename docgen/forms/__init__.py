"""Paper → facts: recognise the forms in a Document and read what they say."""

from __future__ import annotations

from docgen.forms.generic import Entry, read_unknown
from docgen.forms.match import normalise_label, same_label, similarity
from docgen.forms.read import read_form
from docgen.forms.recognise import FormSignature, Recognised, SignatureIndex, make_index, recognise
from docgen.forms.sheet import Segment

__all__ = [
    "Entry",
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
