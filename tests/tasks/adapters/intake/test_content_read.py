"""Of an agency's versions only those are read whole of which anything is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from models.domain.answers.standing import AgencyStanding
from tasks.adapters.standings import standings_of_cycle, whole_versions
from tasks.adapters.store import submissions
from tests.fixtures.played_year import MORNING, REVIEW, Year
from tests.fixtures.worked_office import MakeOffice

ROW = "retail_sales"


@pytest.fixture
def year(make_office: MakeOffice) -> Year:
    found = Year.of(make_office, "sct")
    found.workplace.now = MORNING + dt.timedelta(days=1)
    return found


def send(year: Year, words: str) -> None:
    book = year.filled("sct")
    book.write("indicators", ROW, "causes", words)
    assert year.hand_in("sct", book)["state"] == "accepted"


def standing(year: Year) -> AgencyStanding:
    cycle = year.workplace.office.cycle(REVIEW)
    with year.workplace.engine.begin() as connection:
        found = standings_of_cycle(year.workplace, connection, cycle, details=True)
    return next(s for s in found if s.agency == "sct")


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def test_earlier_versions_bring_their_history_alone_and_the_table_brings_all(year: Year) -> None:
    for number in range(4):
        send(year, f"Do sức mua tăng, lần {number}.")
    found = standing(year)
    assert len(found.versions) == 4 and found.effective is found.versions[-1]
    assert any(e.column == "causes" for e in found.versions[-1].entries)
    for earlier in found.versions[:-1]:
        columns = {e.column for e in earlier.entries}
        assert columns, "what the history of a figure is made of"
        assert all(c == "value_status" or c.startswith("estimate") for c in columns)
    with year.workplace.engine.begin() as connection:
        recorded = submissions.records(connection, REVIEW)["sct"]
    whole = whole_versions(year.workplace.engine)(found)
    assert [v.entries for v in whole] == [v.entries for v in recorded]


def test_more_versions_ask_no_more_of_the_database(year: Year) -> None:
    send(year, "Lần đầu.")
    with statements(year.workplace.engine) as once:
        standing(year)
    for number in range(3):
        send(year, f"Lần {number}.")
    with statements(year.workplace.engine) as later:
        standing(year)
    assert len(later) <= len(once) + 1  # the history of those before


def test_of_whoever_has_sent_nothing_no_version_is_looked_for(year: Year) -> None:
    looked = "submission.received_at >="
    with statements(year.workplace.engine) as first:
        send(year, "Lần đầu.")
    assert not any(looked in statement for statement in first)
    with statements(year.workplace.engine) as second:
        send(year, "Lần hai.")
    assert any(looked in statement for statement in second)
