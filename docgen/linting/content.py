"""The content rules of an official document, one after the other.

What each code of the contract is used for here:

| code | rules |
| --- | --- |
| citation.repealed | a cited document is repealed, expired, partly repealed, amended; unknown: nobody can say whether it is |
| policy.not-in-force | a cited document is not yet law on the day |
| consistency.mismatch | two places disagree: title and number, article and text, count and list, day and weekday, attachment and its list |
| amount.mismatch | 大写 and 小写, sums, products and percentages that do not agree |
| field.invalid | a form that is wrong by itself: number, date, title, numbering, range of dates |
| field.missing, date.missing, signature.missing | a part that every document of its genre has |
| material.missing | an attachment that is announced or cited and is not there |
| deadline.passed | the last day lies before the day of issue |

``error`` is what cannot be right; ``warning`` what may be meant so; ``info`` with status ``unknown`` what only a person can settle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from checkers.registry import Registry
from checkers.report import Finding
from docgen.document import Document
from docgen.linting.cited_law import check_cited_law
from docgen.linting.cited_places import check_attachments, check_own_articles, check_own_places
from docgen.linting.counts import check_counts
from docgen.linting.dates import check_dates
from docgen.linting.draft import Draft, draft_of
from docgen.linting.head_and_tail import check_parts, check_printed, check_titles
from docgen.linting.numbering import check_numbering
from docgen.linting.sums import check_sums
from docgen.notices.model import Notice

CHECKS: tuple[Callable[[Draft], Iterator[Finding]], ...] = (
    check_own_articles,
    check_own_places,
    check_attachments,
    check_numbering,
    check_counts,
    check_sums,
    check_dates,
    check_parts,
    check_titles,
)


def check_content(
    notice: Notice, on: date, registry: Registry | None = None, document: Document | None = None
) -> list[Finding]:
    """What is wrong with what a document says, under the law of ``on``; in the order of the rules, then of the text.

    ``registry`` None is the built-in one. ``document`` is the paper the notice was read from: with it the number and the
    date are also held to the form they are printed in. Raises PackError for a broken catalogue.
    """
    draft = draft_of(notice, on)
    if registry is None:
        from checkers.registry import registry as built_in

        registry = built_in()
    found = [*check_cited_law(draft, registry)]
    for check in CHECKS:
        found.extend(check(draft))
    if document is not None:
        found.extend(check_printed(draft, document))
    return found
