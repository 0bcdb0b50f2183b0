"""Withdrawing a version, carried out, and reinstating one: nothing of it is changed or deleted.

Whether a version counts is read from the record of decisions wherever versions are read
(`tasks.adapters.store.submissions`). What follows here is what does not follow by itself: the
message goes back to a person, versions judged beside it are judged anew, letters made from it do
not leave or are corrected by a letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from models.domain.answers.decisions import Decision
from models.domain.answers.standing import SubmissionRecord
from models.domain.answers.withdrawals import in_force
from models.domain.deeds.version_deeds import (
    VersionAtHand,
    WithdrawVersion,
    held_again,
    repeats_withdrawn,
)
from models.domain.letters.withdrawal_letters import WithdrawalNotes, compose_withdrawal
from models.domain.mail.mail import MessageState
from models.domain.reading.submissions import Verdict
from tasks.adapters.decisions.decision_keeping import Done, keep
from tasks.adapters.decisions.sender_decisions import unregister_with_message
from tasks.adapters.decisions.superseding import (
    carried_before,
    replace_workbooks,
    take_back_shown,
    take_back_told,
)
from tasks.adapters.letters.letter_writer import Envelope
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import decisions, messages, messages_again, outbox, submissions
from tasks.adapters.workplace import Workplace

_STATES = {
    Verdict.ACCEPTED: MessageState.ACCEPTED,
    Verdict.RETURNED: MessageState.RETURNED,
}


def withdraw_version(connection: Connection, workplace: Workplace, deed: WithdrawVersion) -> Done:
    """Lets a version count no more, or again, with all that follows from it.

    Raises DecisionRefused.
    """
    found = deed.version_named(submissions.by_receipt(connection, deed.number))
    cycle = workplace.office.cycle(found.cycle)
    # Whoever records a version waits until this is done, or was before it.
    submissions.hold_numbering(connection, cycle.code)
    every = submissions.all_of(connection, cycle.code, found.agency)
    version = _at_hand(connection, workplace, found.cycle, every, found.version)
    weighed = deed.weigh(version, decisions.book(connection), workplace.now)
    if weighed.decision is None:
        return keep(connection, workplace, weighed)
    before = carried_before(workplace, connection, cycle)
    done = keep(connection, workplace, weighed)
    later = _later(connection, version, every)
    change = _Change(version, weighed.decision, deed.withdrawn, later)
    _give_back_message(connection, workplace, change)
    for one in later:
        messages_again.judge_anew(connection, one.message_key)
    told = take_back_told(
        connection, cycle.code, found.agency, [version.record.version, *(v.version for v in later)]
    )
    take_back_shown(connection, workplace.office, cycle)
    left = replace_workbooks(workplace, connection, before, version.record)
    if deed.withdrawn:
        key, signed = version.record.message_key, deed.signed
        left += unregister_with_message(connection, workplace, key, signed)
    if told or not deed.withdrawn:
        left += _write(connection, workplace, change)
    return Done(" ".join([done.sentence, *left]), done.new)


@dataclass(frozen=True)
class _Change:
    """A version that counts no more, or again, and those that were judged beside it."""

    version: VersionAtHand
    decision: Decision
    withdrawn: bool
    later: Sequence[SubmissionRecord]


def _at_hand(
    connection: Connection,
    workplace: Workplace,
    cycle: str,
    every: Sequence[SubmissionRecord],
    number: int,
) -> VersionAtHand:
    record = next(v for v in every if v.version == number)
    [message] = messages.by_key_prefix(connection, record.message_key)
    return VersionAtHand(
        cycle,
        workplace.office.register.agencies[record.agency],
        record,
        message.state,
        [v for v in every if v.message_key == record.message_key],
    )


def _later(
    connection: Connection, version: VersionAtHand, every: Sequence[SubmissionRecord]
) -> list[SubmissionRecord]:
    """The versions in force that were recorded after it, and so judged beside it or without it."""
    book = decisions.book_of_versions(connection)
    own = version.record
    return [
        v
        for v in in_force(version.cycle, every, book)
        if v.version > own.version and v.message_key != own.message_key
    ]


def _give_back_message(connection: Connection, workplace: Workplace, change: _Change) -> None:
    """The message waits for a person again, with those that were known for its duplicates."""
    version, decision = change.version, change.decision
    record, whose = version.record, (version.cycle, version.agency.code)
    if not change.withdrawn:
        messages_again.take_back(
            connection, record.message_key, _STATES[record.verdict], whose, workplace.now
        )
        return
    said = held_again(version, decision.by, decision.reason)
    messages_again.hold_again(
        connection, record.message_key, record.submission_id, said, workplace.now
    )
    messages_again.hold_repeats(
        connection, record.message_key, record.file_sha256, whose, repeats_withdrawn(version)
    )


def _write(connection: Connection, workplace: Workplace, change: _Change) -> list[str]:
    """The letter that corrects what the agency was told; what kept it from being written."""
    version, office = change.version, workplace.office
    cycle, agency = office.cycle(version.cycle), version.agency
    contact = workplace.contact_of(agency.code)
    if not contact.to:
        return [f"Chưa viết được thư đính chính: danh bạ chưa có địa chỉ của {agency.name}."]
    standing = next(
        s for s in standings_of_cycle(workplace, connection, cycle) if s.agency == agency.code
    )
    content = compose_withdrawal(
        cycle,
        office.calendar,
        agency,
        version.record,
        WithdrawalNotes(
            standing,
            change.decision.reason,
            change.withdrawn,
            change.later,
            office.form_of(cycle),
        ),
        workplace.now,
    )
    number = version.record.version
    times = sum(
        (d.agency, d.version) == (agency.code, number)
        for d in decisions.book_of_versions(connection).on_versions(cycle.code)
    )
    letter = workplace.letters.write(
        content,
        Envelope(
            cycle=cycle.code,
            agency=agency.code,
            key_parts=(number, times),
            to=contact.to,
            cc=contact.cc,
        ),
    )
    outbox.queue(connection, letter, workplace.now)
    return []
