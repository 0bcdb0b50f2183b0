"""The earlier versions that bear on what arrives now: a few of an agency, found by an index.

What becomes of a message is decided on what its agency sent before. Of all that only the ends tell:
what arrived first and last, what of it was accepted first and last, as a whole or section by
section, the last to be sent back in time, and whatever is of these very files. The rest is left
where it is, so that neither time nor memory grows with the versions that an agency has sent.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Label,
    ScalarSelect,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    or_,
    select,
)

from models.domain.answers.standing import SubmissionRecord
from models.domain.answers.standing import last_accepted as accepted_last
from models.domain.answers.withdrawals import in_force
from models.domain.reading.submissions import Verdict
from tasks.adapters.store import decisions, submissions
from tasks.adapters.store.rows import chunks
from tasks.adapters.store.submissions import (
    FIRST,
    FIRST_OF_THEM,
    OBSERVATION,
    OF_IT,
    ONE,
    RECORDED,
    SUBMISSION,
)

_SINCE: BindParameter[Any] = bindparam("since")
_DUE: BindParameter[Any] = bindparam("due")
_SENT_BACK = (Verdict.RETURNED.value, Verdict.UNREADABLE.value)
_BEFORE = ONE.c.received_at < _SINCE
_ACCEPTED = ONE.c.verdict == Verdict.ACCEPTED.value


@dataclass(frozen=True, slots=True)
class Arriving:
    """What is to be held against the record: when the first of it arrived, which files it brings.

    `sections`: keys of the form's sheets, where they are accepted each by itself.
    """

    since: dt.datetime
    files: Collection[str]  # SHA-256
    sections: Sequence[str] = ()


def bearing_on(
    connection: Connection,
    cycle: str,
    due: Mapping[str, dt.datetime],
    arriving: Arriving,
) -> dict[str, list[SubmissionRecord]]:
    """The versions that bear on what arrives, of agencies by code, oldest first, without findings.

    `due`: until when each agency answers in time. Entries are those of `submissions.versions_of`:
    of the newest alone, or of all where sections count each by itself. Where a version of an agency
    was withdrawn older ones are judged anew, and all of its versions bear on it.
    """
    book = decisions.book_of_versions(connection)
    decided_on = {d.agency for d in book.on_versions(cycle)}
    whole = sorted(decided_on & due.keys())
    found = submissions.versions_of(connection, cycle, whole) if whole else {}
    by_due: dict[dt.datetime, list[str]] = defaultdict(list)
    for agency in sorted(due.keys() - decided_on):
        by_due[due[agency]].append(agency)
    rows: dict[int, Any] = {}
    for until, agencies in by_due.items():
        for chunk in chunks(agencies):
            rows |= _rows(connection, cycle, until, chunk, arriving)
    few = in_force(cycle, list(rows.values()), book)
    few.sort(key=lambda row: (row.agency, row.received_at, row.version))
    newest = {row.agency: row.id for row in few}
    by_section = {row.agency for row in few if row.sections}
    read = [row.id for row in few if row.id == newest[row.agency] or row.agency in by_section]
    entries = submissions.entries_of(connection, read)
    for row in few:
        record = submissions.record_of(row, entries.get(row.id, ()), ())
        found.setdefault(row.agency, []).append(record)
    return found


def last_accepted(connection: Connection, cycle: str, agencies: Sequence[str]) -> dict[str, int]:
    """By agency the id of the version that counts where files count as a whole.

    It is the one that arrived last of those accepted; none where none was.
    """
    book = decisions.book_of_versions(connection)
    decided_on = {d.agency for d in book.on_versions(cycle)}
    whole = sorted(decided_on & set(agencies))
    versions = submissions.versions_of(connection, cycle, whole) if whole else {}
    counting = {agency: accepted_last(found) for agency, found in versions.items()}
    ids = {agency: one.submission_id for agency, one in counting.items() if one is not None}
    for chunk in chunks(sorted(set(agencies) - decided_on)):
        asked = {"cycle": cycle, "agencies": chunk}
        statement = select(FIRST.c.agency, _latest(_ACCEPTED)).where(FIRST_OF_THEM)
        ids |= {a: number for a, number in connection.execute(statement, asked) if number}
    return ids


def _rows(
    connection: Connection,
    cycle: str,
    due: dt.datetime,
    agencies: Sequence[str],
    arriving: Arriving,
) -> dict[int, Any]:
    of_them = (SUBMISSION.c.cycle == cycle, SUBMISSION.c.agency.in_(agencies))
    rows = {}
    since = select(*RECORDED).where(*of_them, SUBMISSION.c.received_at >= arriving.since)
    for row in connection.execute(since):
        rows[row.id] = row
    for files in chunks(sorted(arriving.files)):
        same = select(*RECORDED).where(*of_them, SUBMISSION.c.file_sha256.in_(files))
        for row in connection.execute(same):
            rows[row.id] = row
    asked = {"cycle": cycle, "since": arriving.since, "due": due, "agencies": agencies}
    ends = connection.execute(_ends(tuple(arriving.sections)), asked)
    wanted = {number for row in ends for number in row if number is not None} - rows.keys()
    for numbers in chunks(sorted(wanted)):
        for row in connection.execute(select(*RECORDED).where(SUBMISSION.c.id.in_(numbers))):
            rows[row.id] = row
    return rows


@lru_cache(maxsize=20)
def _ends(sections: tuple[str, ...]) -> Select[Any]:
    """The ids of what tells of each agency, a row an agency; NULL where there is no such."""
    return select(*_told(sections)).where(FIRST_OF_THEM)


def _told(sections: Sequence[str]) -> Iterator[Label[Any]]:
    yield _earliest().label("first")
    yield _latest(_BEFORE).label("last")
    yield _earliest(_ACCEPTED).label("first_accepted")
    yield _latest(_BEFORE, _ACCEPTED).label("last_accepted")
    in_time = (ONE.c.verdict.in_(_SENT_BACK), ONE.c.received_at < _DUE, _BEFORE)
    sent_back = select(ONE.c.id).where(OF_IT, *in_time).order_by(ONE.c.version.desc())
    yield sent_back.limit(1).correlate(FIRST).scalar_subquery().label("sent_back")
    for number, key in enumerate(sections):
        accepted = _accepts(key)
        yield _earliest(accepted).label(f"first_of_{number}")
        yield _latest(_BEFORE, accepted).label(f"last_of_{number}")
        of_sheet = (OBSERVATION.c.submission_id == ONE.c.id, OBSERVATION.c.sheet == key)
        yield _latest(_BEFORE, exists().where(*of_sheet)).label(f"told_of_{number}")


def _accepts(sheet: str) -> ColumnElement[bool]:
    """As `SubmissionRecord.accepts` says it."""
    as_a_whole = and_(cast(ONE.c.sections, Text) == "{}", _ACCEPTED)
    return or_(ONE.c.sections[sheet].as_string() == Verdict.ACCEPTED.value, as_a_whole)


def _latest(*which: ColumnElement[bool]) -> ScalarSelect[Any]:
    order = (ONE.c.received_at.desc(), ONE.c.version.desc())
    found = select(ONE.c.id).where(OF_IT, *which).order_by(*order).limit(1)
    return found.correlate(FIRST).scalar_subquery()


def _earliest(*which: ColumnElement[bool]) -> ScalarSelect[Any]:
    order = (ONE.c.received_at, ONE.c.version)
    found = select(ONE.c.id).where(OF_IT, *which).order_by(*order).limit(1)
    return found.correlate(FIRST).scalar_subquery()
