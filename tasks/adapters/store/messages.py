"""Messages: kept first, worked on later, each in exactly one state; and their files.

Of files that brought the reader down while nothing else was at work: how often, over all runs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from models.domain.answers.standing import HeldMail
from models.domain.mail.mail import LetterKind, MessageState
from models.tables import LetterRow, MessageFileRow, MessageRow, ReaderLossRow, SubmissionRow
from tasks.adapters.store.rows import chunks, cleaned, insert_new, storable, table_of

MESSAGE = table_of(MessageRow)
FILE = table_of(MessageFileRow)
LOSS = table_of(ReaderLossRow)
_SUBMISSION = table_of(SubmissionRow)
_LETTER = table_of(LetterRow)
_UNDECIDED = {
    "state": MessageState.RECEIVED.value,
    "reason": "",
    "own_fault": False,
    "attempts": 0,
    "last_error": "",
    "sender": "",
    "sender_name": "",
    "subject": "",
    "message_id": "",
    "agency": "",
    "cycle": "",
    "may_be_of": [],
    "evidence": [],
    "receipt_number": "",
    "decided_at": None,
}
_DECISION = update(MESSAGE).where(
    MESSAGE.c.key == bindparam("decided_key"), MESSAGE.c.state == MessageState.RECEIVED.value
)


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message or hand-delivered file as it came in."""

    key: str  # SHA-256 of the raw bytes
    source: str
    handle: str
    is_message: bool
    name: str  # file name of a hand-delivered file
    size: int  # bytes
    received_at: dt.datetime
    collected_at: dt.datetime
    ordering_key: str = ""  # messages of one key are worked on as they arrived; "" for no order


@dataclass(frozen=True, slots=True)
class NewFile:
    """One file a message carried, and what became of it."""

    message_key: str
    position: int  # 1, 2, ...
    name: str
    container: str  # name of the ZIP it lay in
    sha256: str
    size: int  # bytes
    kind: str
    state: str
    reason: str
    submission_id: int | None
    sent_by: str = ""  # codes, where it is held only for being another agency's workbook
    workbook_of: str = ""


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """A message that waits to be worked on."""

    key: str
    source: str
    is_message: bool
    name: str
    received_at: dt.datetime
    size: int
    attempts: int
    ordering_key: str = ""


def keep(connection: Connection, new: Iterable[NewMessage]) -> int:
    """Records messages as received; those already known stay as they are. How many were new."""
    return insert_new(connection, MessageRow, [_UNDECIDED | _fields(m) for m in new])


def waiting(
    connection: Connection, limit: int, after: KeptMessage | None = None
) -> list[KeptMessage]:
    """The oldest messages not yet worked on, by time of arrival, then key; those `after` one."""
    statement = (
        select(*(MESSAGE.c[name] for name in KeptMessage.__slots__))
        .where(MESSAGE.c.state == MessageState.RECEIVED)
        .order_by(MESSAGE.c.received_at, MESSAGE.c.key)
        .limit(limit)
    )
    if after is not None:
        at, key = after.received_at, after.key
        later = and_(MESSAGE.c.received_at == at, MESSAGE.c.key > key)
        statement = statement.where(or_(MESSAGE.c.received_at > at, later))
    return [KeptMessage(**row._mapping) for row in connection.execute(statement)]


def count_lost_attempt(connection: Connection, keys: Sequence[str]) -> None:
    """Counts an attempt that ended with the run itself: perhaps one of these brought it down."""
    connection.execute(
        update(MESSAGE)
        .where(MESSAGE.c.key.in_(keys), MESSAGE.c.state == MessageState.RECEIVED)
        .values(attempts=MESSAGE.c.attempts + 1)
    )


def note_failure(connection: Connection, key: str, error: str) -> None:
    """Counts an attempt that failed through this message, and keeps what went wrong."""
    values = {"attempts": MESSAGE.c.attempts + 1, **cleaned({"last_error": error[:2000]})}
    connection.execute(update(MESSAGE).where(MESSAGE.c.key == key).values(values))


def note_waiting(connection: Connection, key: str, why: str) -> None:
    """Keeps why a message was left for the next run, which counts against nothing."""
    connection.execute(
        update(MESSAGE).where(MESSAGE.c.key == key).values(cleaned({"last_error": why[:2000]}))
    )


def decide(connection: Connection, key: str, values: Mapping[str, Any]) -> bool:
    """Moves a message out of `received`; False when another run was faster."""
    return decide_many(connection, {key: values}) == 1


def decide_many(connection: Connection, decided: Mapping[str, Mapping[str, Any]]) -> int:
    """Moves messages, by key, out of `received`; how many were still there.

    All mappings set the same columns.
    """
    if not decided:
        return 0
    rows = [{"decided_key": key, **cleaned(values)} for key, values in decided.items()]
    return connection.execute(_DECISION, rows).rowcount


def add_reason(connection: Connection, key: str, said: str) -> None:
    """Adds a sentence to why a message is in its state."""
    reason = func.trim(MESSAGE.c.reason + " " + storable(said))
    connection.execute(update(MESSAGE).where(MESSAGE.c.key == key).values(reason=reason))


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file that waits for a person, and with which message of whom."""

    sha256: str
    cycle: str
    agency: str
    message_key: str


def held_with_files(connection: Connection, digests: Sequence[str]) -> list[HeldFile]:
    """Those of these files that wait for a person, by SHA-256; hardly ever any."""
    found: list[HeldFile] = []
    for chunk in chunks(digests):
        rows = connection.execute(
            select(FILE.c.sha256, MESSAGE.c.cycle, MESSAGE.c.agency, MESSAGE.c.key)
            .join(MESSAGE, FILE.c.message_key == MESSAGE.c.key)
            .where(
                FILE.c.sha256.in_(chunk),
                FILE.c.state == MessageState.HELD.value,
                MESSAGE.c.state == MessageState.HELD.value,
            )
            .distinct()
        )
        found += [HeldFile(*row) for row in rows]
    return found


def add_files(connection: Connection, files: Sequence[NewFile]) -> None:
    """Records what a message carried."""
    if files:
        connection.execute(FILE.insert(), [cleaned(_fields(file)) for file in files])


def counts_by_state(connection: Connection) -> dict[str, int]:
    """How many messages are in each state."""
    rows = connection.execute(select(MESSAGE.c.state, func.count()).group_by(MESSAGE.c.state))
    return {state: int(number) for state, number in rows}


def held_by_agency(
    connection: Connection,
    cycle: str,
    open_from_to: tuple[dt.datetime, dt.datetime] | None = None,
    names: Mapping[str, str] | None = None,
) -> dict[str, list[HeldMail]]:
    """The held messages of each agency whose any in a cycle are or may be, as they arrived.

    `open_from_to`: from when to when answers were asked for; what arrived meanwhile and says of no
    cycle that it is for it is taken to be. Words alone are no answer; yet they are one to the
    question which of several workbooks counts. `names`: of agencies, by code.
    """
    of_it = MESSAGE.c.cycle == cycle
    if open_from_to is not None:
        begins, ends = open_from_to
        meanwhile = (MESSAGE.c.received_at >= begins, MESSAGE.c.received_at < ends)
        of_it = or_(of_it, and_(MESSAGE.c.cycle == "", *meanwhile))
    rows = connection.execute(
        select(
            *(MESSAGE.c.key, MESSAGE.c.agency, MESSAGE.c.may_be_of),
            *(
                MESSAGE.c.received_at,
                MESSAGE.c.receipt_number,
                MESSAGE.c.said,
                MESSAGE.c.decided_at,
            ),
        )
        .where(MESSAGE.c.state == MessageState.HELD, of_it)
        .order_by(MESSAGE.c.received_at, MESSAGE.c.key)
    ).all()
    words = {agency: received_at for _, agency, _, received_at, _, said, _ in rows if said}
    questions = select(_LETTER.c.agency, _LETTER.c.business_key).where(
        _LETTER.c.kind == LetterKind.WHICH_COUNTS, _LETTER.c.cycle == cycle
    )
    # A letter's business key ends in the beginning of its message's.
    asked_of = {(whose, key.rpartition("|")[2]) for whose, key in connection.execute(questions)}
    strayed = _brought_anothers(connection, [row.key for row in rows])
    names = names or {}
    found: dict[str, list[HeldMail]] = {}
    for key, agency, others, received_at, receipt_number, said, told_at in rows:
        if said:
            continue
        sender, made_for = strayed.get(key, ("", ""))
        asked = any(whose == agency and key.startswith(part) for whose, part in asked_of)
        if agency in words and words[agency] > received_at:
            asked = False  # it has answered in words, which a person reads
        for code in (agency, *others):
            own = code == agency  # the number was drawn for it
            number = receipt_number if own else ""
            anothers = names.get(made_for, made_for) if code == sender else ""
            mail = HeldMail(received_at, number, not own, own and asked, told_at, anothers)
            found.setdefault(code, []).append(mail)
    return found


def _brought_anothers(connection: Connection, keys: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Of the held messages, those whose held files are all one other agency's workbooks: who sent
    them and for whom they were made, codes."""
    columns = (FILE.c.message_key, FILE.c.sent_by, FILE.c.workbook_of)
    found: dict[str, set[tuple[str, str]]] = {}
    for chunk in chunks(keys):
        held = FILE.c.message_key.in_(chunk), FILE.c.state == MessageState.HELD.value
        for key, *pair in connection.execute(select(*columns).where(*held)):
            found.setdefault(key, set()).add((pair[0], pair[1]))
    return {key: next(iter(pairs)) for key, pairs in found.items() if len(pairs) == 1}


@dataclass(frozen=True, slots=True)
class ToldNumber:
    """The receipt number that a held message's sender was told; whether a version bears it."""

    number: str
    cycle: str
    taken: bool


def told_numbers(connection: Connection, keys: Sequence[str]) -> dict[str, ToldNumber]:
    """The receipt numbers of these messages, of those that were given one."""
    found: dict[str, ToldNumber] = {}
    of_version = exists().where(
        _SUBMISSION.c.cycle == MESSAGE.c.cycle,
        _SUBMISSION.c.receipt_number == MESSAGE.c.receipt_number,
    )
    columns = (MESSAGE.c.key, MESSAGE.c.receipt_number, MESSAGE.c.cycle, of_version)
    for chunk in chunks(keys):
        given = MESSAGE.c.key.in_(chunk), MESSAGE.c.receipt_number != ""
        for key, number, cycle, taken in connection.execute(select(*columns).where(*given)):
            found[key] = ToldNumber(number, cycle, bool(taken))
    return found


def every_message(connection: Connection) -> list[dict[str, Any]]:
    """All messages with their states, oldest first."""
    rows = connection.execute(select(MESSAGE).order_by(MESSAGE.c.received_at, MESSAGE.c.key))
    return [dict(row._mapping) for row in rows]


def newest_decided(connection: Connection, limit: int) -> list[dict[str, Any]]:
    """The messages that arrived last, newest first, of those that a person can decide on."""
    rows = connection.execute(
        select(MESSAGE)
        .where(MESSAGE.c.state.not_in([MessageState.RECEIVED, MessageState.AUTOMATIC]))
        .order_by(MESSAGE.c.received_at.desc(), MESSAGE.c.key.desc())
        .limit(limit)
    )
    return [dict(row._mapping) for row in rows]


def in_state(connection: Connection, state: MessageState) -> list[dict[str, Any]]:
    """The messages in one state, oldest first."""
    rows = connection.execute(
        select(MESSAGE)
        .where(MESSAGE.c.state == state)
        .order_by(MESSAGE.c.received_at, MESSAGE.c.key)
    )
    return [dict(row._mapping) for row in rows]


@dataclass(frozen=True, slots=True)
class MessageInBrief:
    """What a person's decision about a message needs to know."""

    key: str
    state: str
    reason: str
    own_fault: bool  # of the program: why it is held


def state_of(connection: Connection, key: str) -> MessageState | None:
    """Where a message stands; None where there is none of that key."""
    found = connection.execute(select(MESSAGE.c.state).where(MESSAGE.c.key == key)).scalar()
    return MessageState(found) if found else None


def message_id_of(connection: Connection, key: str) -> str:
    """The Message-ID of a message that was decided, "" where it has none."""
    found: str | None = connection.execute(
        select(MESSAGE.c.message_id).where(MESSAGE.c.key == key)
    ).scalar()
    return found or ""


def by_key_prefix(connection: Connection, prefix: str) -> list[MessageInBrief]:
    """The messages whose keys begin so, two at most."""
    rows = connection.execute(
        select(MESSAGE.c.key, MESSAGE.c.state, MESSAGE.c.reason, MESSAGE.c.own_fault)
        .where(MESSAGE.c.key.startswith(prefix, autoescape=True))
        .order_by(MESSAGE.c.key)
        .limit(2)
    )
    return [MessageInBrief(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class CarriedWorkbook:
    """A file of a message that may be taken as its main one."""

    name: str
    sha256: str


def workbooks_of(connection: Connection, key: str) -> list[CarriedWorkbook]:
    """The different files of a message that may be taken, in their order."""
    rows = connection.execute(
        select(FILE.c.name, FILE.c.sha256)
        .where(FILE.c.message_key == key, FILE.c.state != MessageState.GUIDED)
        .order_by(FILE.c.position)
    )
    return list({row.sha256: CarriedWorkbook(*row) for row in reversed(rows.all())}.values())[::-1]


@dataclass(frozen=True, slots=True)
class FileLosses:
    """How often a file brought the reader down alone, and when it last did."""

    losses: int
    last_at: dt.datetime


def all_losses(connection: Connection) -> Mapping[str, FileLosses]:
    """Every file of which the reader was lost and that was not read since, by SHA-256. A few."""
    rows = connection.execute(select(LOSS.c.sha256, LOSS.c.losses, LOSS.c.last_at))
    return {sha256: FileLosses(losses, last_at) for sha256, losses, last_at in rows}


def count_loss(connection: Connection, sha256s: Collection[str], now: dt.datetime) -> None:
    """Counts one more loss of each."""
    wanted = sorted(sha256s)
    fresh = [{"sha256": sha256, "losses": 0, "last_at": now} for sha256 in wanted]
    insert_new(connection, ReaderLossRow, fresh)
    counted = {"losses": LOSS.c.losses + 1, "last_at": now}
    for some in chunks(wanted):
        connection.execute(update(LOSS).where(LOSS.c.sha256.in_(some)).values(counted))


def forget_losses(connection: Connection, sha256s: Collection[str]) -> None:
    """The files were read after all, or a person wants them tried anew."""
    for some in chunks(sorted(sha256s)):
        connection.execute(delete(LOSS).where(LOSS.c.sha256.in_(some)))


def _fields(record: NewMessage | NewFile) -> dict[str, Any]:
    """A record's fields by name."""
    return {name: getattr(record, name) for name in record.__slots__}
