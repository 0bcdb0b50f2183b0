"""What became of letters: as lists show them, by a cycle's steps, and reports by recipient."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, or_, select, update

from models.domain.answers.standing import UnusableMail
from models.domain.cycle.cycles import HANOI
from models.domain.mail.bounces import (
    DeliveryAction,
    ReportedRecipient,
    said_of,
    state_after,
)
from models.domain.mail.delivery import RecipientState
from models.domain.mail.mail import LetterKind, LetterState, MessageState
from models.tables import DeliveryReportRow, LetterRow
from tasks.adapters.store.address_book import mark_failing, mark_mended
from tasks.adapters.store.messages import MESSAGE
from tasks.adapters.store.outbox import LETTER, ON_ITS_WAY, sent_again
from tasks.adapters.store.rows import chunks, cleaned, insert_new, table_of

REPORT = table_of(DeliveryReportRow)
_KEY_LENGTH = 16  # of a message's key, at the end of the business key of the letter that answers it
_RECENT = 20  # letters of one agency among which a reply token looks for its own


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter as lists show it, without its texts: there are thousands, and those are long."""

    business_key: str
    agency: str
    cycle: str
    state: str  # LetterState
    subject: str
    to: Sequence[str]
    cc: Sequence[str]
    created_at: dt.datetime
    sent_at: dt.datetime | None
    next_attempt_at: dt.datetime
    attempts: int
    last_error: str
    deliveries: Mapping[str, Mapping[str, str]]  # by address: RecipientState and why


_LINE = [LETTER.c[name] for name in LetterLine.__slots__]


def letter_lines(
    connection: Connection, cycle: str = "", states: Sequence[LetterState] = ()
) -> list[LetterLine]:
    """All letters, or those of a cycle or in these states, oldest first."""
    statement = select(*_LINE).order_by(LETTER.c.created_at, LETTER.c.id)
    if cycle:
        statement = statement.where(LETTER.c.cycle == cycle)
    return _lines(connection, statement, states)


def newest_lines(
    connection: Connection, states: Sequence[LetterState], limit: int
) -> list[LetterLine]:
    """The letters in these states that were written last, newest first."""
    statement = select(*_LINE).order_by(LETTER.c.created_at.desc(), LETTER.c.id.desc())
    return _lines(connection, statement.limit(limit), states)


def _lines(
    connection: Connection, statement: Select[Any], states: Sequence[LetterState]
) -> list[LetterLine]:
    if states:
        statement = statement.where(LETTER.c.state.in_(states))
    return [LetterLine(*row) for row in connection.execute(statement)]


@dataclass(frozen=True, slots=True)
class EarlyLetter:
    """That an agency was reminded before its answer was due, or shown what is held of it."""

    agency: str  # "" for the office
    kind: str  # LetterKind
    step: str  # of the reminders
    created_at: dt.datetime


def reminders_and_previews(connection: Connection, cycle: str) -> list[EarlyLetter]:
    """The reminders and previews of a cycle, oldest first; not those withdrawn."""
    columns = (LETTER.c.agency, LETTER.c.kind, LETTER.c.step, LETTER.c.created_at)
    wanted = or_(LETTER.c.step != "", LETTER.c.kind == LetterKind.PREVIEW)
    stands = LETTER.c.state != LetterState.WITHDRAWN
    rows = connection.execute(
        select(*columns)
        .where(LETTER.c.cycle == cycle, wanted, stands)
        .order_by(LETTER.c.created_at, LETTER.c.id)
    )
    return [EarlyLetter(*row) for row in rows]


def previewed(connection: Connection, cycles: Iterable[str]) -> dict[tuple[str, str], dt.datetime]:
    """When each agency was last sent its page for comparing, by cycle and agency."""
    pages = _pages(connection, cycles, (LetterState.SENT,))
    return {(cycle, agency): written_at for cycle, agency, written_at, _ in pages}


def previewed_on(connection: Connection, cycle: str) -> dict[str, list[dt.date]]:
    """The days, in Hanoi, of the letters of a cycle that brought each agency its page for the
    meeting; not of those that will not reach it."""
    found: defaultdict[str, list[dt.date]] = defaultdict(list)
    for _, agency, written_at, sent_at in _pages(connection, (cycle,), ON_ITS_WAY):
        found[agency].append((sent_at or written_at).astimezone(HANOI).date())
    return dict(found)


def _pages(
    connection: Connection, cycles: Iterable[str], states: Iterable[LetterState]
) -> Iterable[Row[Any]]:
    """Cycle, agency, when written and when sent of the letters in those states that bring an agency
    its page, oldest first."""
    columns = (LETTER.c.cycle, LETTER.c.agency, LETTER.c.created_at, LETTER.c.sent_at)
    return connection.execute(
        select(*columns)
        .where(
            LETTER.c.cycle.in_([*cycles]),
            LETTER.c.kind == LetterKind.PREVIEW,
            LETTER.c.state.in_([*states]),
        )
        .order_by(LETTER.c.created_at, LETTER.c.id)
    )


def steps_sent(connection: Connection, cycle: str) -> dict[str, set[str]]:
    """Reminder steps already written, by agency ("" for the office); not those withdrawn."""
    rows = connection.execute(
        select(LETTER.c.agency, LETTER.c.step).where(
            LETTER.c.cycle == cycle,
            LETTER.c.step != "",
            LETTER.c.state != LetterState.WITHDRAWN,
        )
    )
    sent: dict[str, set[str]] = defaultdict(set)
    for agency, step in rows:
        sent[agency].add(step)
    return dict(sent)


def overdue_letters(connection: Connection, cycle: str) -> dict[tuple[str, str], dt.datetime]:
    """When the first overdue letter was written, by agency and the deadline of its own that the
    step's mark names ("@2025-02-27", "" for the common one); not those withdrawn."""
    rows = connection.execute(
        select(LETTER.c.agency, LETTER.c.step, LETTER.c.created_at)
        .where(
            LETTER.c.cycle == cycle,
            LETTER.c.kind == LetterKind.OVERDUE,
            LETTER.c.state != LetterState.WITHDRAWN,
        )
        .order_by(LETTER.c.created_at)
    )
    first: dict[tuple[str, str], dt.datetime] = {}
    for agency, step, written_at in rows:
        _, at, granted = step.partition("@")
        first.setdefault((agency, at + granted), written_at)
    return first


def unusable_mail(connection: Connection, cycle: str) -> dict[str, list[UnusableMail]]:
    """The mail of each agency in a cycle that brought no usable workbook and was answered, as it
    arrived; not what nobody answered, nor what became a version later."""
    answers = {
        key.rpartition("|")[2]: (agency, kind, sent_at or written_at)
        for agency, key, kind, written_at, sent_at in connection.execute(
            select(
                *(LETTER.c.agency, LETTER.c.business_key, LETTER.c.kind),
                *(LETTER.c.created_at, LETTER.c.sent_at),
            ).where(
                LETTER.c.cycle == cycle,
                LETTER.c.kind.in_((LetterKind.GUIDANCE, LetterKind.RETURN)),
                LETTER.c.agency != "",
                LETTER.c.state.in_(ON_ITS_WAY),
            )
        )
    }
    if not answers:
        return {}
    rows = connection.execute(
        select(MESSAGE.c.key, MESSAGE.c.received_at)
        # What a person returns may have said of no cycle that it was for it.
        .where(MESSAGE.c.state == MessageState.GUIDED, MESSAGE.c.cycle.in_((cycle, "")))
        .order_by(MESSAGE.c.received_at, MESSAGE.c.key)
    )
    found: dict[str, list[UnusableMail]] = defaultdict(list)
    for key, received_at in rows:
        if key[:_KEY_LENGTH] in answers:
            agency, kind, at = answers[key[:_KEY_LENGTH]]
            found[agency].append(UnusableMail(received_at, at, returned=kind == LetterKind.RETURN))
    return found


def words_mail(connection: Connection, cycle: str) -> dict[str, list[dt.datetime]]:
    """When the mail of each agency in a cycle came that is words alone and waits for a person."""
    waits = (MESSAGE.c.state == MessageState.HELD, MESSAGE.c.said != "", MESSAGE.c.agency != "")
    rows = connection.execute(
        select(MESSAGE.c.agency, MESSAGE.c.received_at).where(MESSAGE.c.cycle == cycle, *waits)
    )
    found: dict[str, list[dt.datetime]] = defaultdict(list)
    for agency, received_at in rows:
        found[agency].append(received_at)
    return found


def times_withdrawn(connection: Connection, cycle: str) -> Counter[tuple[str, str]]:
    """How often the letter of a step was withdrawn, by agency and step."""
    rows = connection.execute(
        select(LETTER.c.agency, LETTER.c.step).where(
            LETTER.c.cycle == cycle, LETTER.c.state == LetterState.WITHDRAWN
        )
    )
    return Counter((agency, step) for agency, step in rows)


@dataclass(frozen=True)
class Sending:
    """A letter as it went out at one time; one that was sent again did so more than once."""

    letter: LetterRow
    message_id: str
    recipients: Sequence[str]

    @property
    def is_last(self) -> bool:
        """Whether the letter has not been sent again since."""
        return self.message_id == self.letter.message_id

    def went_to(self, address: str) -> bool:
        """Whether a server took it for the address, or may have."""
        return was_sent_to(self.letter, address) if self.is_last else address in self.recipients


def sending_by_message_id(connection: Connection, ids: Sequence[str]) -> Sending | None:
    """The first of our letters' sendings among the Message-IDs, in their order."""
    found: dict[str, Sending] = {}
    for chunk in chunks(ids):
        rows = connection.execute(select(LETTER).where(LETTER.c.message_id.in_(chunk)))
        found |= {row.message_id: _last_of(LetterRow(**row._mapping)) for row in rows}
    if wanted := set(ids) - found.keys():
        for letter in sent_again(connection):
            for one in letter.earlier:
                if one["message_id"] in wanted:
                    sending = Sending(letter, one["message_id"], tuple(one["recipients"]))
                    found[sending.message_id] = sending
    return next((found[i] for i in ids if i in found), None)


def _last_of(letter: LetterRow) -> Sending:
    return Sending(letter, letter.message_id, tuple(dict.fromkeys([*letter.to, *letter.cc])))


def newest_sending_to(
    connection: Connection, cycle: str, agency: str, addresses: Iterable[str]
) -> Sending | None:
    """The newest letter to an agency that went to one of the addresses."""
    rows = connection.execute(
        select(LETTER)
        .where(LETTER.c.cycle == cycle, LETTER.c.agency == agency, LETTER.c.sent_at.is_not(None))
        .order_by(LETTER.c.sent_at.desc(), LETTER.c.id.desc())
        .limit(_RECENT)
    )
    wanted = set(addresses)
    letters = (_last_of(LetterRow(**row._mapping)) for row in rows)
    return next((x for x in letters if wanted & {*x.recipients}), None)


def note_report(
    connection: Connection,
    message_key: str,
    sending: Sending,
    news: Sequence[ReportedRecipient],
    at: dt.datetime,
) -> LetterState:
    """Records a report of a letter, marks its addresses, and returns where the letter now stands.

    A letter whose every recipient has failed, by this report and those before, is bounced. Nothing
    is learnt of an address for which no server took the letter: there is nothing to come back. Nor
    does what comes back of an earlier sending say anything of the letter that was sent again since.
    """
    letter = sending.letter
    insert_new(
        connection,
        DeliveryReportRow,
        [
            {
                "message_key": message_key,
                "letter_id": letter.id,
                "recipient": one.recipient,
                "action": one.report.action.value,
                "status": one.report.status,
                "reason": one.report.reason,
                "reported_at": at,
                "sending": sending.message_id,
            }
            for one in news
        ],
    )
    for one in news:
        if not sending.went_to(one.recipient):
            continue
        if one.report.action is DeliveryAction.FAILED:
            mark_failing(connection, one.recipient, one.report, at, letter.id)
        elif one.report.action is DeliveryAction.DELIVERED:
            mark_mended(connection, [one.recipient], at)
    failed = connection.execute(
        select(REPORT.c.recipient).where(
            REPORT.c.letter_id == letter.id,
            REPORT.c.action == DeliveryAction.FAILED,
            REPORT.c.sending == letter.message_id,
        )
    )
    now_in = connection.execute(select(LETTER.c.state).where(LETTER.c.id == letter.id)).scalar_one()
    recipients = list(dict.fromkeys([*letter.to, *letter.cc]))
    state = state_after(LetterState(now_in), recipients, failed.scalars())
    if state != now_in:
        values = {"state": state.value, "last_error": _said(news), "for_a_person": False}
        connection.execute(update(LETTER).where(LETTER.c.id == letter.id).values(cleaned(values)))
    return state


def was_sent_to(letter: LetterRow, address: str) -> bool:
    """Whether a server took the letter for the address, or may have."""
    told = letter.deliveries.get(address)
    if told is None:
        return address in (*letter.to, *letter.cc) and letter.sent_at is not None
    return told["state"] in (RecipientState.ACCEPTED, RecipientState.IN_FLIGHT)


def _said(news: Sequence[ReportedRecipient]) -> str:
    return "; ".join(f"{one.recipient}: {said_of(one.report)}" for one in news)[:2000]
