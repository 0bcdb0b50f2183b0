"""Recording: a batch's decisions become rows, each table's at once, in the caller's transaction."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from models.domain.arrivals.deciding import DecidedMessage
from models.domain.attribution import EvidenceKind
from models.domain.errors import BaocaoError
from models.domain.intake import MessageFacts
from models.domain.mail import MessageState
from models.domain.office import Office
from models.tables import LetterRow
from tasks.adapters.store import deliveries, messages, submissions

_REGISTERED = EvidenceKind.REGISTERED_SENDER
_BELIEVED = (
    MessageState.ACCEPTED,
    MessageState.RETURNED,
    MessageState.DUPLICATE,
    MessageState.TRIED,
)


class AlreadyDecided(BaocaoError):
    """Raised when another run decided a message first; this one's rows are rolled back."""


def record(
    connection: Connection,
    office: Office,
    now: dt.datetime,
    decided: Sequence[DecidedMessage],
    returned: Mapping[str, LetterRow],
) -> list[DecidedMessage]:
    """Writes the messages' states, their files and versions; the same with numbers and ids.

    `returned`: the letters of ours that delivery reports are about, by the report's key. Raises
    AlreadyDecided when one of the messages is no longer waiting.
    """
    decided = _numbered(connection, office, decided)
    states = {d.message.key: _state(d, now) for d in decided}
    if messages.decide_many(connection, states) != len(states):
        keys = ", ".join(key[:12] for key in states)
        raise AlreadyDecided(f"Thư {keys} đã được một lần chạy khác xử lý.")
    decided = _recorded(connection, decided)
    messages.add_files(connection, [row for d in decided for row in _file_rows(d)])
    for one in decided:
        letter = returned.get(one.message.key)
        if letter is not None and one.facts.returned is not None:
            news = one.facts.returned.news
            deliveries.note_report(
                connection, one.message.key, letter, news, one.message.received_at
            )
    _mend_addresses(connection, decided)
    return decided


def _recorded(connection: Connection, decided: Sequence[DecidedMessage]) -> list[DecidedMessage]:
    """The messages, their versions with the ids under which they were recorded."""
    versions = [v for d in decided for v in d.versions]
    new = [
        submissions.NewVersion(
            cycle=v.cycle,
            record=v.record,
            file_size=v.facts.size,
            file_kind=v.facts.examination.file_kind,
            guessed=v.facts.examination.guessed,
        )
        for v in versions
    ]
    ids = iter(submissions.add_many(connection, new))
    return [
        replace(
            one,
            versions=tuple(
                replace(v, record=replace(v.record, submission_id=next(ids))) for v in one.versions
            ),
        )
        for one in decided
    ]


def _numbered(
    connection: Connection, office: Office, decided: Sequence[DecidedMessage]
) -> list[DecidedMessage]:
    """The messages with receipt numbers: of those held and of versions, in order of arrival."""
    takers = Counter(cycle for one in decided for cycle in _numbers_wanted(one))
    numbers = {}
    for cycle, count in sorted(takers.items()):  # sorted: two runs lock in the same order
        mark = office.cycle(cycle).shown_mark
        numbers[cycle] = iter(submissions.draw_receipt_numbers(connection, cycle, mark, count))
    found = []
    for one in decided:
        if one.decision.receipt and one.decision.cycle:
            one = replace(one, receipt_number=next(numbers[one.decision.cycle]))
        versions = (
            replace(v, record=replace(v.record, receipt_number=next(numbers[v.cycle])))
            for v in one.versions
        )
        found.append(replace(one, versions=tuple(versions)))
    return found


def _numbers_wanted(one: DecidedMessage) -> Iterator[str]:
    """The cycles of which a message takes receipt numbers, one each."""
    if one.decision.receipt and one.decision.cycle:
        yield one.decision.cycle
    yield from (version.cycle for version in one.versions)


def _mend_addresses(connection: Connection, decided: Sequence[DecidedMessage]) -> None:
    """Whoever writes to us and is believed can be written to again."""
    wrote: dict[str, dt.datetime] = {}
    for one in decided:
        if one.decision.state in _BELIEVED and one.message.mail is not None:
            known = [p.detail for p in one.facts.evidence if p.kind is _REGISTERED]
            wrote |= dict.fromkeys(known, one.message.received_at)
    if wrote:
        failing = {x.address for x in deliveries.failing_addresses(connection)}
        for address in sorted(failing & set(wrote)):
            deliveries.mark_mended(connection, [address], wrote[address])


def _state(decided: DecidedMessage, now: dt.datetime) -> dict[str, Any]:
    decision, mail = decided.decision, decided.message.mail
    return {
        "state": decision.state.value,
        "reason": decision.reason[:4000],
        "sender": mail.sender if mail else "",
        "sender_name": mail.sender_name if mail else "",
        "subject": mail.subject[:1000] if mail else "",
        "message_id": mail.message_id if mail else "",
        "agency": decision.agency,
        "cycle": decision.cycle,
        "evidence": _evidence(decided.facts),
        "receipt_number": decided.receipt_number,
        "decided_at": now,
    }


def _file_rows(decided: DecidedMessage) -> list[messages.NewFile]:
    files = {f.position: f for f in decided.facts.files}
    ids = {v.facts.position: v.record.submission_id for v in decided.versions}
    return [
        messages.NewFile(
            message_key=decided.message.key,
            position=d.position,
            name=files[d.position].name,
            container=files[d.position].container,
            sha256=files[d.position].sha256,
            size=files[d.position].size,
            kind=files[d.position].examination.file_kind,
            state=d.state.value,
            reason=d.reason[:4000],
            submission_id=ids.get(d.position),
        )
        for d in decided.decision.files
    ]


def _evidence(facts: MessageFacts) -> list[str]:
    """Every reason found, once, in the order met.

    A workbook is judged by what the message shows as well: where there is one, the message by
    itself has nothing to add, and would deny what the workbook says.
    """
    judged = [file.attribution for file in facts.files if file.attribution is not None]
    found = judged or [facts.answerable]
    return list(dict.fromkeys(reason for one in found for reason in one.reasons))
