"""What domain tests share; it costs nothing until a test asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from models.domain.reading.office import Office
    from tests.fixtures.filled_workbook import FilledWorkbook


@pytest.fixture(scope="session")
def real_office() -> Office:
    """The office as configured: the whole directive, all agencies."""
    # For start-up cost, here and below: few tests want it, and all here load this module.
    from tests.fixtures.office_files import own_office

    return own_office()


@pytest.fixture
def workbook(real_office: Office) -> Callable[..., FilledWorkbook]:
    """Makes a filled workbook of an agency (`filled=False`: the template as sent out)."""

    from tests.fixtures.filled_workbook import CYCLE, FilledWorkbook

    def make(agency: str = "sct", *, filled: bool = True, cycle: str = CYCLE) -> FilledWorkbook:
        return FilledWorkbook(real_office, agency, filled=filled, cycle=cycle)

    return make
