"""The small office, once for all."""

from __future__ import annotations

import pytest

from models.domain.reading.office import Office
from tests.fixtures.office_files import own_office
from tests.fixtures.small_office import small_office


@pytest.fixture(scope="session")
def office() -> Office:
    """The office's real forms and register with a catalogue of eleven rows."""
    return small_office(own_office())
