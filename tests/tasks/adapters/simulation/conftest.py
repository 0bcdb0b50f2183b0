"""An office with its real files, and workbooks as its agencies get them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.reading.office import Office
from models.domain.reading.submissions import Examination
from tasks.adapters.reading.reader_jobs import ExamineJob
from tasks.adapters.reading.reader_pool import ReaderPool
from tasks.adapters.simulation.answers import answers_of
from tasks.adapters.simulation.filling import FilledWorkbook
from tasks.adapters.work.opening import workbook_content
from tests.fixtures.office_files import own_office

SECRET = b"only for the tests of the simulation"
MORNING = dt.datetime(2025, 2, 14, 9, 0, tzinfo=HANOI)


@pytest.fixture(scope="session")
def office() -> Office:
    """The office as configured in this repository."""
    return own_office()


@pytest.fixture(scope="session")
def cycle(office: Office) -> ReportingCycle:
    """The plan cycle of 2025."""
    return office.cycle("2025-plan")


Fill = Callable[[str], FilledWorkbook]


@pytest.fixture(scope="session")
def filled(office: Office, cycle: ReportingCycle) -> Fill:
    """Makes an agency's workbook, filled in diligently."""

    def fill(agency: str) -> FilledWorkbook:
        content = workbook_content(office, SECRET, cycle, agency)
        book = FilledWorkbook(content, office.form_of(cycle))
        book.fill(answers_of(office, cycle, office.register.agencies[agency], seed=1))
        return book

    return fill


Examine = Callable[[str, bytes], Examination]


@pytest.fixture(scope="session")
def examine(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Examine]:
    """Reads and checks a file as the office does."""
    folder: Path = tmp_path_factory.mktemp("files")
    with ReaderPool(office, workers=1, memory_mb=1024, seconds_per_file=20) as pool:

        def read(name: str, content: bytes) -> Examination:
            path = folder / name
            path.write_bytes(content)
            return pool.examine_one(ExamineJob(path, name))

        yield read
