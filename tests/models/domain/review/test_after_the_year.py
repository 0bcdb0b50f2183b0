"""A report of January says nothing that was true in November alone: figures bear their own days."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import zipfile
from collections.abc import Iterator

import pytest

from models.domain.consolidation import consolidate
from models.domain.cycle.cycles import HANOI
from models.domain.results.report import report_of
from models.domain.results.report_text import Text
from models.domain.results.review_summary import review_matter
from models.domain.results.summary import summarise
from tests.fixtures.made_review import make_review
from tests.fixtures.office_files import OFFICE_FILES
from tests.fixtures.simulated_answers import real_office
from tests.fixtures.simulated_review import simulated_review_standings, with_actual

UNTRUE_LATER = re.compile("đến nay|còn trong hạn|chưa đến hạn|sắp đến hạn", re.IGNORECASE)


def _texts(value: object) -> Iterator[str]:
    """All that is printed of a content, however deep it lies."""
    if isinstance(value, Text):
        yield value.plain
    elif isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for one in value.values() for text in _texts(one))
    elif isinstance(value, list | tuple):
        yield from (text for one in value for text in _texts(one))
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _texts(getattr(value, field.name))


def test_the_report_and_the_summary_of_january_fit_a_day_after_the_year() -> None:
    office, now = real_office(), dt.datetime(2026, 1, 16, 9, tzinfo=HANOI)
    cycle = office.cycle("2025-review")
    standings = [
        with_actual(s) if s.agency == "stc" else s
        for s in simulated_review_standings(office, cycle, now, {})
    ]
    made = make_review(office, cycle, standings, now, None, None)
    consolidation = consolidate(office, cycle, standings, now)
    report = report_of(office, made.consolidation, made.review, standings)
    summary = summarise(consolidation, office, review_matter(consolidation, made.review, office))

    told = [*_texts(report), *summary.lead, *summary.points, *summary.sentences, *summary.notes]
    assert any("bằng đúng số thực hiện đến ngày số liệu" in text for text in told)
    assert [text for text in told if UNTRUE_LATER.search(text)] == []


@pytest.mark.parametrize("name", ["review", "preview"])
def test_the_standing_words_of_the_papers_fit_it_too(name: str) -> None:
    with zipfile.ZipFile(OFFICE_FILES / "reports" / f"{name}.docx") as package:
        words = re.sub(r"<[^>]+>", "", package.read("word/document.xml").decode())
    assert "đến ngày số liệu" in words
    assert "đến nay" not in words
