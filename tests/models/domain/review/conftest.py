"""The small office of the review."""

from __future__ import annotations

from pathlib import Path

import pytest

import config
from config.office_files import load_office
from models.domain.office import Office
from tests.fixtures.small_review import review_office


@pytest.fixture(scope="session")
def office() -> Office:
    """The office's real forms and register with a catalogue of eleven rows."""
    return review_office(load_office(Path(config.__file__).parent))
