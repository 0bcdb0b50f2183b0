"""Uncertain letters: whether they left is proven, or decided by rule, or left to a person.

A letter is uncertain when the connection or the run ended between the final dot and the record of
its outcome. Where own copies go to the office's mailbox, the copy is the proof: the server that
took the letter for the copy took it for the others in the same envelope. Only then comes the rule.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, Engine

from models.domain.mail.delivery import CLAIM_LIFETIME
from models.tables import LetterRow
from tasks.adapters.store import outbox
from tasks.adapters.store.restored.restorations import CLAIM
from tasks.adapters.workplace import HouseRules

_FOR_A_PERSON = "chờ người xem"
ABANDONED = "lần gửi trước dừng giữa chừng, không rõ thư đã đến hay chưa"


def resolve_uncertain(
    engine: Engine, rules: HouseRules, now: dt.datetime
) -> list[tuple[LetterRow, str]]:
    """Resolves what can be resolved; what is a person's to decide from now on, and why."""
    with engine.begin() as connection:
        outbox.mark_abandoned(connection, now - CLAIM_LIFETIME, ABANDONED)
        waiting = outbox.uncertain(connection)
        ours = rules.office_address
        copies = outbox.copies_received(connection, [row.message_id for row in waiting], ours)
        handed_over = []
        for row in waiting:
            resolved = _resolved(connection, rules, row, copies[row.message_id], now)
            if not resolved and not row.for_a_person:
                said = f"{row.last_error}; {_FOR_A_PERSON}"
                outbox.hand_over(connection, row, said)
                handed_over.append((row, said))
        return handed_over


def _resolved(
    connection: Connection, rules: HouseRules, row: LetterRow, copies: int, now: dt.datetime
) -> bool:
    """Whether the letter needs no person: proven, still within its time of waiting, or resent.

    One that may have left before the record was restored is proven, or a person's: what another
    life did is no matter of a rule.
    """
    if row.copy_in_flight:
        # Each transfer that was acknowledged before has brought a copy of its own.
        if copies > row.copies:
            return outbox.decide_uncertain(connection, row, now, arrived=True)
        if row.claim == CLAIM:
            return False
        if row.claimed_at is not None and now - row.claimed_at < rules.own_copy_wait:
            return True
    if rules.resend_uncertain and row.claim != CLAIM:
        return outbox.decide_uncertain(connection, row, now, arrived=False)
    return False
