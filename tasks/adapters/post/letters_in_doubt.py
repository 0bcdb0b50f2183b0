"""Letters in doubt: after an older state was restored, those that may have left already.

Before anything leaves, each is looked for in the mail that came since the backup: our own copies,
answers in its thread, reports of mail servers all show its Message-ID, which nobody can guess. What
is found has left. What is not is held for a person, who decides as on any uncertain letter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from models.domain.answers.restorations import Cause, Restoration, may_have_left
from models.domain.mail.mail import LetterKind
from models.domain.reading.identity import letter_ids_in
from models.tables import LetterRow
from tasks.adapters.raw_store import RawFileDamaged, RawFileMissing
from tasks.adapters.store import outbox
from tasks.adapters.store.restored import restorations
from tasks.adapters.workplace import Workplace

MAIL_FIRST = (
    "Dữ liệu vừa được khôi phục: chưa thư nào đi cho tới khi đọc lại xong hộp thư đã xử lý. Chạy "
    "luồng collect-submissions."
)


@dataclass(frozen=True)
class DoubtsJudged:
    """What a look at the letters in doubt came to."""

    seen: Sequence[LetterRow] = ()  # they have left
    held: Sequence[LetterRow] = ()  # a person has to decide
    mail_first: bool = False  # nothing can be said before the mail has been read again


def judge_letters_in_doubt(workplace: Workplace) -> DoubtsJudged:
    """Decides on every queued letter that may have left before the last restoration.

    Nothing where the record never was restored. Run again it does just the rest.
    """
    with workplace.engine.begin() as connection:
        restoration = restorations.last_restoration(connection)
        if restoration is None:
            return DoubtsJudged()
        if not restoration.mail_is_read_again:
            return DoubtsJudged(mail_first=True)
        held = hold_doubtful(workplace, connection, restoration)
        again = _sent_again(connection, restoration)
        if not held and not again:
            return DoubtsJudged()
        seen = prove(workplace, connection, restoration, again)
        proven = {row.id for row in seen}
        return DoubtsJudged(seen, [row for row in held if row.id not in proven])


def hold_doubtful(
    workplace: Workplace, connection: Connection, restoration: Restoration
) -> list[LetterRow]:
    """Keeps every queued letter that may have left from leaving; those it kept."""
    queued = [row for row in restorations.undecided(connection) if row.to]
    doubtful = _doubtful(workplace, connection, restoration, queued)
    for row in doubtful:
        restorations.hold(connection, row, copy=bool(workplace.rules.own_copy))
    return doubtful


def prove(
    workplace: Workplace,
    connection: Connection,
    restoration: Restoration,
    again: Sequence[LetterRow] = (),
) -> list[LetterRow]:
    """The held letters, and those among `again`, that the mail shows to have left: so recorded."""
    held = restorations.held_letters(connection)
    asked = {row.message_id for row in (*held, *again)}
    shown = shown_in_mail(workplace, connection, restoration, asked)
    seen = [row for row in (*held, *again) if row.message_id in shown]
    for row in seen:
        restorations.note_seen(connection, row, shown[row.message_id])
    return seen


def _sent_again(connection: Connection, restoration: Restoration) -> list[LetterRow]:
    """Queued letters that a person had sent once more, perhaps for the second time."""
    queued = restorations.undecided(connection)
    return [row for row in queued if row.dated_at and restoration.is_anew(row.dated_at)]


def shown_in_mail(
    workplace: Workplace,
    connection: Connection,
    restoration: Restoration,
    message_ids: Collection[str],
) -> dict[str, dt.datetime]:
    """Which of the letters some mail shows that was collected since the backup, and since when."""
    found: dict[str, dt.datetime] = {}
    if not message_ids:
        return found
    for message in restorations.collected_since(connection, restoration.saved_at):
        try:
            content = workplace.raw_store.get(message.key)
        except (RawFileMissing, RawFileDamaged):
            continue  # said where the raw store is looked at
        for shown in letter_ids_in(content) & set(message_ids):
            found.setdefault(shown, message.received_at)
    return found


def _doubtful(
    workplace: Workplace,
    connection: Connection,
    restoration: Restoration,
    queued: Sequence[LetterRow],
) -> list[LetterRow]:
    collected = restorations.answered_messages(connection, [row.business_key for row in queued])
    found = []
    for row in queued:
        old = None
        if row.business_key in collected:
            old = collected[row.business_key] <= restoration.restored_at
        first = row.kind == LetterKind.PREVIEW and _is_first(connection, restoration, row)
        cause = Cause(workplace.office.cycles.get(row.cycle), old, first)
        if may_have_left(row, restoration, cause, workplace.office.calendar):
            found.append(row)
    return found


def _is_first(connection: Connection, restoration: Restoration, row: LetterRow) -> bool:
    """Whether it is the first of its kind to its agency since the restoration."""
    written = outbox.written_to(connection, row.cycle, row.agency, LetterKind(row.kind))
    since = [one.id for one in written if one.created_at > restoration.restored_at]
    return since[:1] == [row.id]
