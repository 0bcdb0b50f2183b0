"""One document that different agencies name as the proof of different works, or that one agency
dates differently.

A number belongs to one paper of one body: where two agencies give the same number and day for works
that have nothing in common, one of them has misread its register, or both mean a paper that proves
neither. Nothing is taken away from anybody: both are named, and asked.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from models.domain.consolidation.evidence import Figure
from models.domain.notation.corrections import documents_named

# Letters of an issuer's number that say only which kind of body it is: of communes each its own.
_COUNTED_BY_EACH = re.compile(r"-(?:UBND|HĐND)$")


@dataclass(frozen=True, slots=True)
class CitedDocument:
    """A paper that an agency names as the proof of a work.

    `work` is the same text for one work, whoever reports of it; `row` is the code of the
    directive's row, "" for a work of the agency's own plan.
    """

    agency: str
    work: str
    row: str
    number: Figure
    signed_on: dt.date | None


@dataclass(frozen=True)
class SharedDocument:
    """A paper and all who name it, for two works or more of different agencies."""

    mark: str  # "376/NQ-HĐND"
    signed_on: dt.date | None
    cited: Sequence[CitedDocument]

    def others(self, agency: str, work: str) -> list[CitedDocument]:
        """Who else names it for another work."""
        return [one for one in self.cited if one.agency != agency and one.work != work]


def shared_documents(
    cited: Iterable[CitedDocument], each_its_own: Container[str] = ()
) -> list[SharedDocument]:
    """The papers that different agencies name for different works, in the order of their first.

    `each_its_own`: codes of agencies whose «UBND» and «HĐND» are their own, not the city's. What a
    lead and those who report beside it name for one task is one work, and no finding.
    """
    by_paper: dict[tuple[str, str, dt.date | None], list[CitedDocument]] = {}
    for one in cited:
        for mark in sorted(documents_named(one.number.text)):
            own = one.agency in each_its_own and _COUNTED_BY_EACH.search(mark) is not None
            paper = (mark, one.agency if own else "", one.signed_on)
            by_paper.setdefault(paper, []).append(one)
    found = (SharedDocument(mark, day, named) for (mark, _, day), named in by_paper.items())
    return [one for one in found if any(one.others(c.agency, c.work) for c in one.cited)]


def dated_apart(cited: Iterable[CitedDocument]) -> list[SharedDocument]:
    """The papers to which one agency itself gives several days of one year, in the order of their
    first; of each day the first work.

    A number has one day in a year, so that one of the days is a slip. That one paper proves many
    works is no finding, and a cell that names several papers does not say whose the day is.
    """
    by_paper: dict[tuple[str, str, int], dict[dt.date, CitedDocument]] = {}
    for one in cited:
        marks = documents_named(one.number.text)
        if len(marks) == 1 and one.signed_on is not None:
            [mark] = marks
            paper = (mark, one.agency, one.signed_on.year)
            by_paper.setdefault(paper, {}).setdefault(one.signed_on, one)
    return [
        SharedDocument(mark, None, list(days.values()))
        for (mark, _, _), days in by_paper.items()
        if len(days) > 1
    ]


def others_by_reference(
    shared: Iterable[SharedDocument],
) -> Mapping[str, Sequence[CitedDocument]]:
    """By the reference of each cell that names a shared document: who names it for another work."""
    found: dict[str, list[CitedDocument]] = {}
    for document in shared:
        for one in document.cited:
            if others := document.others(one.agency, one.work):
                found.setdefault(one.number.reference, []).extend(others)
    return found
