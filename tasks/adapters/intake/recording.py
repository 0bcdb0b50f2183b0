"""Recording: a batch's decisions become rows, each table's at once, in the caller's transaction."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from models.domain.attribution import EvidenceKind
from models.domain.errors import BaocaoError
from models.domain.intake import MessageFacts
from models.domain.mail import MessageState
from tasks.adapters.intake.deciding import Decided, NewVersion
from tasks.adapters.store import deliveries, messages, submissions
from tasks.adapters.workplace import Workplace

_REGISTERED = EvidenceKind.REGISTERED_SENDER
_BELIEVED = (
    MessageState.ACCEPTED,
    MessageState.RETURNED,
    MessageState.DUPLICATE,
    MessageState.TRIED,
)


class AlreadyDecided(BaocaoError):
    """Raised when another run decided a message first; this one's rows are rolled back."""


def record(place: Workplace, connection: Connection, decided: Sequence[Decided]) -> None:
    """Writes the messages' states, their files and versions, and fills in numbers and ids.

    Raises AlreadyDecided when one of the messages is no longer waiting.
    """
    _draw_receipt_numbers(place, connection, decided)
    states = {d.unfolded.kept.key: _state(place, d) for d in decided}
    if messages.decide_many(connection, states) != len(states):
        keys = ", ".join(key[:12] for key in states)
        raise AlreadyDecided(f"Thư {keys} đã được một lần chạy khác xử lý.")
    versions = [v for d in decided for v in d.versions]
    ids = submissions.add_many(
        connection,
        [
            submissions.NewVersion(
                cycle=v.cycle,
                record=v.record,
                file_size=v.facts.size,
                file_kind=v.facts.examination.file_kind,
                guessed=v.facts.examination.guessed,
            )
            for v in versions
        ],
    )
    for version, submission_id in zip(versions, ids, strict=True):
        version.record = replace(version.record, submission_id=submission_id)
    messages.add_files(connection, [row for d in decided for row in _file_rows(d)])
    for one in decided:
        if one.returned is not None and one.facts.returned is not None:
            at = one.unfolded.kept.received_at
            news = one.facts.returned.news
            deliveries.note_report(connection, one.unfolded.kept.key, one.returned, news, at)
    _mend_addresses(connection, decided)


def _mend_addresses(connection: Connection, decided: Sequence[Decided]) -> None:
    """Whoever writes to us and is believed can be written to again."""
    wrote: dict[str, dt.datetime] = {}
    for one in decided:
        if one.decision.state in _BELIEVED and one.unfolded.mail is not None:
            known = [p.detail for p in one.facts.evidence if p.kind is _REGISTERED]
            wrote |= dict.fromkeys(known, one.unfolded.kept.received_at)
    if wrote:
        failing = {x.address for x in deliveries.failing_addresses(connection)}
        for address in sorted(failing & set(wrote)):
            deliveries.mark_mended(connection, [address], wrote[address])


def _draw_receipt_numbers(
    place: Workplace, connection: Connection, decided: Sequence[Decided]
) -> None:
    """Numbers for held messages and for versions, in order of arrival."""
    takers: dict[str, list[Decided | NewVersion]] = defaultdict(list)
    for message in decided:
        if message.decision.receipt and message.decision.cycle:
            takers[message.decision.cycle].append(message)
        for version in message.versions:
            takers[version.cycle].append(version)
    for cycle, waiting in sorted(takers.items()):  # sorted: two runs lock in the same order
        mark = place.office.cycle(cycle).shown_mark
        numbers = submissions.draw_receipt_numbers(connection, cycle, mark, len(waiting))
        for taker, number in zip(waiting, numbers, strict=True):
            if isinstance(taker, Decided):
                taker.receipt_number = number
            else:
                taker.record = replace(taker.record, receipt_number=number)


def _state(place: Workplace, decided: Decided) -> dict[str, Any]:
    decision, mail = decided.decision, decided.unfolded.mail
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
        "decided_at": place.now,
    }


def _file_rows(decided: Decided) -> list[messages.NewFile]:
    files = {f.position: f for f in decided.facts.files}
    ids = {v.facts.position: v.record.submission_id for v in decided.versions}
    return [
        messages.NewFile(
            message_key=decided.unfolded.kept.key,
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
