"""Each workbook with one mistake as the rules see it, examined once for all tests of a process.

What is handed out cannot be changed: findings and remarks are frozen, and stand in tuples.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from models.domain.reading.findings import Finding
from models.domain.reading.interpretation import interpret
from models.domain.rules import ALL_RULES
from models.domain.rules.registry import Case, Remark
from tests.fixtures.filled_workbook import FilledWorkbook
from tests.fixtures.office_files import own_office
from tests.models.domain.rules.samples import Sample


def spoilt_book(sample: Sample, cycle: str) -> FilledWorkbook:
    """A workbook of its own with the mistake in it."""
    book = FilledWorkbook(own_office(), sample.agency, cycle=cycle)
    sample.spoil(book)
    return book


def case_of(book: Any) -> Case:
    """The workbook as the rules see it."""
    reading = interpret(book.content(), book.form, book.catalogue, book.agency, None)
    office = book.office
    return Case(
        book.cycle, book.form, book.catalogue, office.register, book.agency, reading, office.rules
    )


def remarks_on(case: Case) -> list[tuple[str, Remark]]:
    """What every rule says, each as if no other had spoken before it."""
    return [(rule.code, r) for rule in ALL_RULES if rule.check for r in rule.check(case)]


@functools.cache
def findings_on(sample: Sample, cycle: str) -> Sequence[Finding]:
    """What is found in the workbook with this mistake."""
    return tuple(spoilt_book(sample, cycle).findings())


@functools.cache
def remarks_about(sample: Sample, cycle: str) -> Sequence[tuple[str, Remark]]:
    """What every rule says of the workbook with this mistake."""
    return tuple(remarks_on(case_of(spoilt_book(sample, cycle))))
