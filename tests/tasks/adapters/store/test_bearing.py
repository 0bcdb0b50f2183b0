"""The few earlier versions that are read tell as much as all of them would."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from functools import cache

import pytest
from sqlalchemy import Connection, event

from models.domain.answers.decisions import Decision, DecisionBook, DecisionKind
from models.domain.answers.sections import last_said
from models.domain.answers.standing import (
    Circumstances,
    SubmissionRecord,
    by_arrival,
    correction_period_end,
    in_time_by_extension,
    last_accepting,
    standing_of,
)
from models.domain.cycle.cycles import ReportingCycle
from models.domain.reading.office import Office
from models.domain.reading.submissions import Entry, Verdict
from models.tables import SubmissionRow
from tasks.adapters.store import decisions, messages, submissions
from tasks.adapters.store.earlier import bearing
from tasks.adapters.store.earlier.bearing import Arriving
from tasks.adapters.store.rows import migrate, open_engine
from tests.fixtures.office_files import own_office

CYCLE, AGENCY, OTHER = "2025-plan", "syt", "stc"
SECTIONS = ("indicators", "tasks")
VERDICTS = (Verdict.ACCEPTED, Verdict.RETURNED, Verdict.UNREADABLE, Verdict.HELD)
#: How many of an agency are read at the most, and how many more of each section.
FEW, FEW_OF_A_SECTION = 5, 3
FILES = [letter * 64 for letter in "abcdef"]


@cache
def office() -> Office:
    return own_office()


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    engine = open_engine(database_url)
    migrate(engine)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def cycle() -> ReportingCycle:
    return office().cycle(CYCLE)


def recorded(
    connection: Connection, chance: random.Random, count: int, *, by_section: bool
) -> None:
    """Versions of two agencies in no order of arrival, around the day on which answers are due."""
    for number in range(1, count + 1):
        for agency in (AGENCY, OTHER):
            key = f"{agency}-{number:03d}".ljust(64, "0")
            arrived = cycle().due_at + dt.timedelta(hours=chance.randint(-60, 60))
            kept = messages.NewMessage(
                *(key, "maildir", str(number), True, "", 1, arrived, arrived)
            )
            messages.keep(connection, [kept])
            said = {
                key: chance.choice(VERDICTS[:2]).value for key in SECTIONS if chance.random() < 0.6
            }
            row = SubmissionRow(
                cycle=CYCLE,
                agency=agency,
                version=number,
                message_key=key,
                file_name="k.xlsx",
                file_sha256=chance.choice(FILES),
                file_size=1,
                file_kind="xlsx",
                received_at=arrived,
                decided_at=arrived + dt.timedelta(hours=1),
                verdict=chance.choice(VERDICTS).value,
                receipt_number=f"{agency}/{number}",
                sections=said if by_section else {},
            )
            filled = [sheet for sheet in SECTIONS if chance.random() < 0.5]
            entries = [Entry(s, "C1", "committed", str(number), "", s, "H5") for s in filled]
            submissions.add(connection, row, entries, [])


def told(versions: Sequence[SubmissionRecord], at: dt.datetime, sections: Sequence[str]) -> object:
    """All that is made of an agency's versions when a message of that moment is decided."""
    calendar, before = office().calendar, [v for v in versions if v.received_at <= at]
    circumstances = Circumstances(sections=sections)
    now = cycle().due_at + dt.timedelta(days=30)
    standing = standing_of(AGENCY, cycle(), calendar, versions, now, circumstances)
    return (
        *(versions[:1], versions[-1:], before[-1:]),
        (standing.timeliness, standing.effective, standing.counted, standing.owed_sections),
        (standing.partly_accepted, standing.awaiting_correction, standing.papers),
        correction_period_end(cycle(), calendar, versions),
        in_time_by_extension(cycle(), standing, versions),
        last_said(before, sections),
        [last_accepting(found, key) for found in (versions, before) for key in sections],
        [v for v in versions if v.received_at > at],
        [v for v in versions if v.file_sha256 == FILES[0]],
    )


@pytest.mark.parametrize("sections", [(), SECTIONS], ids=["whole files", "by section"])
def test_a_few_of_the_versions_tell_what_all_of_them_do(
    connection: Connection, sections: Sequence[str]
) -> None:
    chance = random.Random(7)
    due = {AGENCY: cycle().due_at, "sct": cycle().due_at}
    moments = [-61, -10, 0, 10, 61]
    for count in (0, 1, 2, 4, 8, 20):
        with connection.begin_nested() as undone:
            recorded(connection, chance, count, by_section=bool(sections))
            every = submissions.versions_of(connection, CYCLE, [AGENCY]).get(AGENCY, [])
            for hours in moments:
                at = cycle().due_at + dt.timedelta(hours=hours)
                arriving = Arriving(at, FILES[:1], sections)
                found = bearing.bearing_on(connection, CYCLE, due, arriving)
                assert found.keys() == ({AGENCY} if every else set())
                few = found.get(AGENCY, [])
                assert told(few, at, sections) == told(every, at, sections)
                assert few == sorted(few, key=by_arrival)
                meanwhile = [v for v in every if v.received_at >= at or v.file_sha256 == FILES[0]]
                most = FEW + FEW_OF_A_SECTION * len(sections) + len(meanwhile)
                assert len(few) <= min(most, len(every))
            numbers = submissions.last_numbers(connection, CYCLE, [AGENCY, "sct"])
            assert numbers == ({AGENCY: count} if count else {})
            undone.rollback()


def test_what_counts_is_found_by_itself(connection: Connection) -> None:
    recorded(connection, random.Random(3), 12, by_section=False)
    every = submissions.versions_of(connection, CYCLE, [AGENCY, OTHER])
    counting = {
        agency: max((v for v in of if v.verdict is Verdict.ACCEPTED), key=by_arrival).submission_id
        for agency, of in every.items()
    }
    assert bearing.last_accepted(connection, CYCLE, [AGENCY, OTHER, "sct"]) == counting


def test_of_an_agency_with_a_withdrawn_version_all_others_are_read(connection: Connection) -> None:
    recorded(connection, random.Random(5), 9, by_section=False)
    [newest] = submissions.versions_of(connection, CYCLE, [AGENCY])[AGENCY][-1:]
    decision = Decision(
        DecisionKind.WITHDRAW_VERSION,
        "Nguyễn Thị Bình",
        "gửi nhầm",
        cycle().due_at,
        cycle=CYCLE,
        agency=AGENCY,
        subject=f"{newest.message_key}/{newest.version}",
    )
    decisions.add(connection, decision)
    assert DecisionBook((decision,)).on_versions(CYCLE)
    due = {AGENCY: cycle().due_at, OTHER: cycle().due_at}
    late = Arriving(cycle().due_at + dt.timedelta(days=9), ())
    found = bearing.bearing_on(connection, CYCLE, due, late)
    assert found[AGENCY] == submissions.versions_of(connection, CYCLE, [AGENCY])[AGENCY]
    assert newest.version not in [v.version for v in found[AGENCY]]
    assert len(found[AGENCY]) == 8 > FEW >= len(found[OTHER])
    assert bearing.last_accepted(connection, CYCLE, [AGENCY])[AGENCY] != newest.submission_id


def test_as_many_rows_are_read_of_many_versions_as_of_few(connection: Connection) -> None:
    asked: list[str] = []
    plans: list[str] = []

    def note(_connection: object, cursor: object, text: str, values: object, *_: object) -> None:
        asked.append(text)
        if connection.dialect.name == "sqlite":
            beside = cursor.connection.cursor()  # type: ignore[attr-defined]
            beside.execute(f"EXPLAIN QUERY PLAN {text}", values)
            plans.extend(row[3] for row in beside.fetchall())

    recorded(connection, random.Random(11), 12, by_section=True)
    late = Arriving(cycle().due_at + dt.timedelta(days=9), FILES[:1], SECTIONS)
    due = {AGENCY: cycle().due_at, OTHER: cycle().due_at}
    event.listen(connection, "before_cursor_execute", note)
    bearing.bearing_on(connection, CYCLE, due, late)
    submissions.last_numbers(connection, CYCLE, [AGENCY, OTHER])
    event.remove(connection, "before_cursor_execute", note)
    assert len(asked) == 7  # decisions, since, same files, ends, their rows, cells; numbers
    assert not [step for step in plans if step.startswith("SCAN") and "decision" not in step]
    assert not [step for step in plans if "TEMP B-TREE" in step and "ORDER BY" not in step]
