"""The outbox: a letter is a row, written with its cause; only its unique key is ever sent once.

Letters that answer are counted beside it: how many leave on a day, and what was said already.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from models.domain.mail.delivery import (
    Deliveries,
    Delivery,
    RecipientState,
    letter_state,
    unreached,
)
from models.domain.mail.mail import Letter, LetterFile, LetterKind, LetterState
from models.tables import AnswerRow, LetterRow
from tasks.adapters.store.messages import MESSAGE
from tasks.adapters.store.rows import chunks, cleaned, insert_new, storable, table_of

LETTER = table_of(LetterRow)
ANSWER = table_of(AnswerRow)
AnswerSaid = tuple[str, LetterKind, str]  # its sender, its kind and the digest of what it says
ON_ITS_WAY = (
    LetterState.QUEUED,
    LetterState.SENDING,
    LetterState.SENT,
    LetterState.UNCERTAIN,
)  # or there


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter for the outbox. The version it names goes along marked, as a workbook."""

    letter: Letter
    step: str = ""  # of the reminders
    marked_submission_id: int | None = None
    marking: Mapping[str, str] | None = None  # of a try-out, which is no submission
    not_before: dt.datetime | None = None


def queue(
    connection: Connection,
    letter: Letter,
    now: dt.datetime,
    *,
    step: str = "",
    marked_submission_id: int | None = None,
) -> bool:
    """Puts a letter in the outbox; False when its business key is there already."""
    return queue_many(connection, [NewLetter(letter, step, marked_submission_id)], now) == 1


def queue_many(connection: Connection, letters: Sequence[NewLetter], now: dt.datetime) -> int:
    """Puts letters in the outbox, those left out whose business key is there; how many it took."""
    return insert_new(connection, LetterRow, [_row(new, now) for new in letters])


def _row(new: NewLetter, now: dt.datetime) -> dict[str, Any]:
    letter = new.letter
    return {
        "business_key": letter.business_key,
        "cycle": letter.cycle,
        "agency": letter.agency,
        "kind": letter.kind.value,
        "step": new.step,
        "to": list(letter.to),
        "cc": list(letter.cc),
        "subject": letter.subject,
        "text": letter.text,
        "html": letter.html,
        "message_id": letter.message_id,
        "reply_to": letter.reply_to,
        "in_reply_to": letter.in_reply_to,
        "references": list(letter.references),
        "files": [_file_json(f) for f in letter.files],
        "marked_submission_id": new.marked_submission_id,
        "state": LetterState.QUEUED.value,
        "created_at": now,
        "marking": dict(new.marking) if new.marking else None,
        "next_attempt_at": new.not_before or now,
        "attempts": 0,
        "last_error": "",
        "for_a_person": False,
        "deliveries": {},
        "claim": "",
        "copies": 0,
        "copy_in_flight": False,
        "earlier": [],
        "again": "",
    }


def due(connection: Connection, now: dt.datetime, limit: int) -> list[LetterRow]:
    """Queued letters whose turn has come, oldest first."""
    rows = connection.execute(
        select(LETTER)
        .where(LETTER.c.state == LetterState.QUEUED, LETTER.c.next_attempt_at <= now)
        .order_by(LETTER.c.created_at, LETTER.c.id)
        .limit(limit)
    )
    return [LetterRow(**row._mapping) for row in rows]


def number_due(connection: Connection, now: dt.datetime) -> int:
    """How many letters `due` would give, without a limit."""
    which = (LETTER.c.state == LetterState.QUEUED, LETTER.c.next_attempt_at <= now)
    return int(connection.execute(select(func.count()).where(*which)).scalar_one())


def waiting(connection: Connection, now: dt.datetime) -> tuple[int, dt.datetime | None]:
    """How many letters have not left although their turn has come, and since when the oldest waits.

    A letter that was tried and put off has waited since its first attempt.
    """
    since = func.coalesce(LETTER.c.tried_at, LETTER.c.next_attempt_at)
    turn_has_come = or_(LETTER.c.next_attempt_at <= now, LETTER.c.tried_at.is_not(None))
    number, oldest = connection.execute(
        select(func.count(), func.min(since)).where(
            LETTER.c.state == LetterState.QUEUED, turn_has_come
        )
    ).one()
    return int(number), oldest


def written_at(connection: Connection, cycle: str, kind: LetterKind) -> list[dt.datetime]:
    """When the letters of a kind in a cycle were written; not those withdrawn."""
    stands = LETTER.c.state != LetterState.WITHDRAWN
    which = (LETTER.c.cycle == cycle, LETTER.c.kind == kind, stands)
    return list(connection.execute(select(LETTER.c.created_at).where(*which)).scalars())


def workbooks_sent(connection: Connection) -> frozenset[str]:
    """SHA-256 of every workbook that ever went with the letter that opens a cycle."""
    which = LETTER.c.kind == LetterKind.OPENING
    found = connection.execute(select(LETTER.c.files).where(which)).scalars()
    return frozenset(file["sha256"] for files in found for file in files)


def agencies_given_workbooks(connection: Connection, cycle: str) -> frozenset[str]:
    """The agencies of a cycle to which a letter took their workbook, unless it is known not to
    have arrived."""
    kinds = (LetterKind.OPENING, LetterKind.REMINDER, LetterKind.OVERDUE, LetterKind.GUIDANCE)
    failed = (LetterState.FAILED, LetterState.BOUNCED, LetterState.WITHDRAWN, LetterState.DRAFT)
    which = (LETTER.c.cycle == cycle, LETTER.c.kind.in_(kinds), LETTER.c.state.not_in(failed))
    found = connection.execute(select(LETTER.c.agency, LETTER.c.files).where(*which))
    return frozenset(agency for agency, files in found if files)


def yet_to_leave(
    connection: Connection, cycles: Sequence[str], kinds: Sequence[LetterKind]
) -> list[LetterRow]:
    """The letters of those kinds and cycles that wait, for their turn or for approval."""
    states = (LetterState.QUEUED, LetterState.DRAFT)
    rows = connection.execute(
        select(LETTER)
        .where(LETTER.c.cycle.in_(cycles), LETTER.c.kind.in_(kinds), LETTER.c.state.in_(states))
        .order_by(LETTER.c.id)
    )
    return [LetterRow(**row._mapping) for row in rows]


def claim(
    connection: Connection,
    row: LetterRow,
    token: str,
    now: dt.datetime,
    deliveries: Deliveries,
    *,
    copy: bool,
) -> bool:
    """Takes a letter in the moment before it can arrive; False when another run was faster.

    `row` is the letter as this run read it: one that another run has tried since is not claimed,
    for its recipients may no longer be the same. `copy`: an own copy is in the envelope.
    """
    values = {
        "state": LetterState.SENDING.value,
        "claim": token,
        "claimed_at": now,
        "copy_in_flight": copy,
        "for_a_person": False,
        **_attempt(row, now, deliveries),
    }
    return _move(connection, _as_read(row), values)


def record_outcome(
    connection: Connection,
    row: LetterRow,
    token: str,
    values: Mapping[str, Any],
    deliveries: Deliveries,
) -> bool:
    """Records the outcome of a claim, also where it was taken for abandoned meanwhile."""
    own = (
        LETTER.c.id == row.id,
        LETTER.c.claim == token,
        LETTER.c.state.in_([LetterState.SENDING, LetterState.UNCERTAIN]),
    )
    known = {"deliveries": deliveries_json(deliveries), "for_a_person": False}
    return _move(connection, own, {**values, **known})


def record_attempt(
    connection: Connection,
    row: LetterRow,
    now: dt.datetime,
    values: Mapping[str, Any],
    deliveries: Deliveries,
) -> bool:
    """Records an attempt that did not get as far as a claim; False when another run tried too."""
    return _move(connection, _as_read(row), {**values, **_attempt(row, now, deliveries)})


def withdraw(connection: Connection, row: LetterRow, why: str) -> bool:
    """Takes a letter back that nobody has; False when another run was faster."""
    values = {"state": LetterState.WITHDRAWN.value, "last_error": why}
    return _move(connection, _as_read(row), values)


def _as_read(row: LetterRow) -> tuple[ColumnElement[bool], ...]:
    """The letter, still as this run read it: each attempt is counted, so none can go unseen."""
    return (
        LETTER.c.id == row.id,
        LETTER.c.state == LetterState.QUEUED,
        LETTER.c.attempts == row.attempts,
    )


def _attempt(row: LetterRow, now: dt.datetime, deliveries: Deliveries) -> dict[str, Any]:
    return {
        "attempts": row.attempts + 1,
        "tried_at": row.tried_at or now,
        "deliveries": deliveries_json(deliveries),
    }


def attach(
    connection: Connection, letter_id: int, files: Sequence[LetterFile], text: str, html: str
) -> None:
    """Fixes the files of a letter and its words for good, so that every attempt sends the same."""
    values = {"files": [_file_json(f) for f in files], "text": text, "html": html}
    connection.execute(
        update(LETTER)
        .where(LETTER.c.id == letter_id)
        .values(**values, marked_submission_id=None, marking=None)
    )


def mark_abandoned(connection: Connection, claimed_before: dt.datetime, why: str) -> int:
    """Letters whose sender died between claim and outcome are uncertain from now on; how many."""
    claimed = or_(LETTER.c.claimed_at.is_(None), LETTER.c.claimed_at <= claimed_before)
    result = connection.execute(
        update(LETTER)
        .where(LETTER.c.state == LetterState.SENDING, claimed)
        .values(state=LetterState.UNCERTAIN.value, last_error=why)
    )
    return result.rowcount


def uncertain(connection: Connection) -> list[LetterRow]:
    """Letters of which nobody knows whether they arrived."""
    rows = connection.execute(
        select(LETTER).where(LETTER.c.state == LetterState.UNCERTAIN).order_by(LETTER.c.id)
    )
    return [LetterRow(**row._mapping) for row in rows]


def hand_over(connection: Connection, row: LetterRow, said: str) -> bool:
    """Makes an uncertain letter a person's to decide; `said` of it from now on."""
    found = (LETTER.c.id == row.id, LETTER.c.state == LetterState.UNCERTAIN)
    return _move(connection, found, {"last_error": said, "for_a_person": True})


def decide_uncertain(
    connection: Connection, row: LetterRow, now: dt.datetime, *, arrived: bool
) -> bool:
    """Ends the uncertainty of a letter, by proof, by rule or by a person.

    What was in flight has arrived, or goes again with the same Message-ID; so does the rest.
    """
    known = deliveries_of(row)
    state = RecipientState.ACCEPTED if arrived else RecipientState.WAITING
    ended = {
        a: Delivery(state) if d.state is RecipientState.IN_FLIGHT else d for a, d in known.items()
    }
    values: dict[str, Any] = {
        "state": letter_state(row.to, row.cc, ended).value,
        "deliveries": deliveries_json(ended),
        "copies": row.copies + int(arrived and row.copy_in_flight),
        "copy_in_flight": False,
        "next_attempt_at": now,
        "last_error": "; ".join(unreached(ended)),
        "for_a_person": False,
    }
    if arrived:
        values["sent_at"] = row.claimed_at
    found = (LETTER.c.id == row.id, LETTER.c.state == LetterState.UNCERTAIN)
    return _move(connection, found, values)


def copies_received(
    connection: Connection, message_ids: Sequence[str], sender: str
) -> Counter[str]:
    """How many copies of our letters have come into our own mailbox, by Message-ID."""
    found: Counter[str] = Counter()
    for chunk in chunks(message_ids):
        rows = connection.execute(
            select(MESSAGE.c.message_id, func.count())
            .where(MESSAGE.c.message_id.in_(chunk), MESSAGE.c.sender == sender)
            .group_by(MESSAGE.c.message_id)
        )
        found.update({message_id: int(number) for message_id, number in rows})
    return found


def last_claim(connection: Connection) -> dt.datetime | None:
    """When the last letter left, or was about to."""
    return connection.execute(select(func.max(LETTER.c.claimed_at))).scalar()


def deliveries_of(row: LetterRow) -> dict[str, Delivery]:
    """What is known of each recipient of a letter."""
    return {
        address: Delivery(RecipientState(told["state"]), told["said"])
        for address, told in row.deliveries.items()
    }


def deliveries_json(deliveries: Deliveries) -> dict[str, dict[str, str]]:
    return {a: {"state": d.state.value, "said": storable(d.said)} for a, d in deliveries.items()}


def letter_of(row: LetterRow) -> Letter:
    """The letter a row holds."""
    return Letter(
        business_key=row.business_key,
        cycle=row.cycle,
        agency=row.agency,
        kind=LetterKind(row.kind),
        to=tuple(row.to),
        cc=tuple(row.cc),
        subject=row.subject,
        text=row.text,
        html=row.html,
        message_id=row.message_id,
        reply_to=row.reply_to,
        in_reply_to=row.in_reply_to,
        references=tuple(row.references),
        files=tuple(LetterFile(**f) for f in row.files),
        created_at=row.created_at,
    )


def by_message_ids(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Cycle and agency of our own letters among the given Message-IDs."""
    found: dict[str, tuple[str, str]] = {}
    for chunk in chunks(ids):
        rows = connection.execute(
            select(LETTER.c.message_id, LETTER.c.cycle, LETTER.c.agency).where(
                LETTER.c.message_id.in_(chunk)
            )
        )
        found |= {row.message_id: (row.cycle, row.agency) for row in rows}
    for row in sent_again(connection):
        known = {one["message_id"]: (row.cycle, row.agency) for one in row.earlier}
        found |= {i: known[i] for i in known.keys() & set(ids)}
    return found


def sent_again(connection: Connection) -> list[LetterRow]:
    """The letters that were sent again under a Message-ID of their own, which are few."""
    rows = connection.execute(select(LETTER).where(LETTER.c.dated_at.is_not(None)))
    return [LetterRow(**row._mapping) for row in rows]


def counts_by_state(connection: Connection, cycle: str = "") -> dict[str, int]:
    """How many letters are in each state."""
    statement = select(LETTER.c.state, func.count()).group_by(LETTER.c.state)
    if cycle:
        statement = statement.where(LETTER.c.cycle == cycle)
    return {state: int(number) for state, number in connection.execute(statement)}


def written_to(
    connection: Connection, cycle: str, agency: str, kind: LetterKind
) -> list[LetterRow]:
    """The letters of a kind to one agency in a cycle, oldest first."""
    found = (LETTER.c.cycle == cycle, LETTER.c.agency == agency, LETTER.c.kind == kind.value)
    rows = connection.execute(select(LETTER).where(*found).order_by(LETTER.c.id))
    return [LetterRow(**row._mapping) for row in rows]


def _move(
    connection: Connection, found: Iterable[ColumnElement[bool]], values: Mapping[str, Any]
) -> bool:
    result = connection.execute(update(LETTER).where(*found).values(cleaned(values)))
    return result.rowcount == 1


def _file_json(file: LetterFile) -> dict[str, str]:
    return {"name": file.name, "sha256": file.sha256, "content_id": file.content_id}


@dataclass(frozen=True, slots=True)
class WrittenAnswer:
    """An answer in the outbox."""

    business_key: str  # of the letter
    message_key: str
    sender: str
    kind: LetterKind
    day: dt.date  # on which it may leave
    digest: str  # of what a verdict says


def note_answers(connection: Connection, written: Sequence[WrittenAnswer]) -> None:
    """Counts answers among those of their days; one counted before is not counted again."""
    rows = [
        {
            "business_key": one.business_key,
            "message_key": one.message_key,
            "sender": one.sender,
            "kind": one.kind.value,
            "day": one.day,
            "digest": one.digest,
        }
        for one in written
    ]
    insert_new(connection, AnswerRow, rows)


def answers_bearing_on(
    connection: Connection,
    day: dt.date,
    digests: Collection[str],
    senders: Collection[str],
    kinds: Collection[LetterKind],
) -> tuple[dict[dt.date, int], list[AnswerSaid]]:
    """What bears on answers that may leave on a day: how many leave from then on, by day; and of
    that day's those that say one of these things, or were of these kinds to these senders."""
    written = [
        *answers_saying(connection, day, digests),
        *answers_of_kinds(connection, day, senders, kinds),
    ]
    return answers_from(connection, day), written


def answers_from(connection: Connection, day: dt.date) -> dict[dt.date, int]:
    """How many answers leave on that day and on each day after it."""
    rows = connection.execute(
        select(ANSWER.c.day, func.count()).where(ANSWER.c.day >= day).group_by(ANSWER.c.day)
    )
    return {on: int(number) for on, number in rows}


def answers_saying(
    connection: Connection, day: dt.date, digests: Collection[str]
) -> list[AnswerSaid]:
    """Sender, kind and digest of the answers of that day that say one of these things."""
    which = (ANSWER.c.day == day, ANSWER.c.digest != "")
    columns = (ANSWER.c.sender, ANSWER.c.kind, ANSWER.c.digest)
    found: list[AnswerSaid] = []
    for chunk in chunks(sorted(digests)):
        rows = connection.execute(select(*columns).where(*which, ANSWER.c.digest.in_(chunk)))
        found += [(sender, LetterKind(kind), digest) for sender, kind, digest in rows]
    return found


def answers_of_kinds(
    connection: Connection, day: dt.date, senders: Collection[str], kinds: Collection[LetterKind]
) -> list[AnswerSaid]:
    """Sender, kind and digest of the answers of these kinds that senders were given that day."""
    if not kinds:
        return []
    which = (ANSWER.c.day == day, ANSWER.c.kind.in_([kind.value for kind in sorted(kinds)]))
    columns = (ANSWER.c.sender, ANSWER.c.kind, ANSWER.c.digest)
    found: list[AnswerSaid] = []
    for chunk in chunks(sorted(senders)):
        rows = connection.execute(select(*columns).where(*which, ANSWER.c.sender.in_(chunk)))
        found += [(sender, LetterKind(kind), digest) for sender, kind, digest in rows]
    return found
