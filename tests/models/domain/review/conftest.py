"""The small office of the review."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from models.domain.reading.office import Office
from tests.fixtures.office_files import own_office
from tests.fixtures.small_review import review_office

if TYPE_CHECKING:
    from models.domain.results.report import ReportContent


@pytest.fixture(scope="session")
def office() -> Office:
    """The office's real forms and register with a catalogue of eleven rows."""
    return review_office(own_office())


@pytest.fixture(scope="module")
def content() -> ReportContent:
    """The report of the simulated review."""
    from models.domain.results.report import report_of
    from tests.fixtures.november import november
    from tests.fixtures.simulated_answers import real_office

    made, standings = november()
    return report_of(real_office(), made.consolidation, made.review, standings)
