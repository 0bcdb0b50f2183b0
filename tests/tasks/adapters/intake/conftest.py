"""Offices worked by hand, each with a mailbox of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.worked_office import MakeOffice, Office, offices


@pytest.fixture
def make_office(tmp_path: Path) -> Iterator[MakeOffice]:
    """Makes offices; `like` is the folder of another one, from where the new one goes on."""
    with offices(tmp_path) as make:
        yield make


@pytest.fixture
def office(make_office: MakeOffice) -> Office:
    """One office that has asked four agencies."""
    return make_office()
