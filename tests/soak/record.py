"""What the record holds in the end: fates, receipts, letters; read as anybody may read it."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.domain.mail.delivery import CLAIM_LIFETIME
from models.domain.mail.mail import LetterState, MessageState
from tests.soak.world import MACHINE, World

STOPPED = "lần nào cũng dừng giữa chừng"  # as the intake says of what no run has finished
#: What is in one of these states has a receipt: a mail that is guided or a machine's has none.
RECEIPTED = frozenset({"accepted", "returned", "held", "rejected"})
Clock = Callable[[str], dt.datetime]
UNSETTLED = (LetterState.SENDING, LetterState.UNCERTAIN)


def rows(data: Path, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """What our database answers; nothing is written, nobody waits long."""
    url = f"file:{data / 'baocao.sqlite'}?mode=ro"
    with contextlib.closing(sqlite3.connect(url, uri=True, timeout=30)) as opened:
        return opened.execute(statement, values).fetchall()


def instant(text: str) -> dt.datetime:
    """As the database keeps one."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@dataclass
class Found:
    """What became of all that came in, and what is wrong with it."""

    fates: dict[str, Counter[str]] = field(default_factory=dict)  # by kind
    received: dict[str, float] = field(default_factory=dict)  # by key: seconds that it waited
    arrived: dict[str, float] = field(default_factory=dict)  # by key: when, by the machine's clock
    sent: dict[str, tuple[float, float]] = field(default_factory=dict)  # by letter: wait, due
    receipts: int = 0
    doubted: int = 0  # letters whose run was killed while it sent them, settled later
    unanswered: int = 0  # messages of persons that were owed no letter of their own
    wrongs: list[str] = field(default_factory=list)


def waiting(world: World, now: dt.datetime) -> str:
    """What has not come to its end yet, in a word; "" for nothing. `now` by the office's clock."""
    known = {key for (key,) in rows(world.data, "SELECT key FROM message")}
    missing = len(world.delivered.keys() - known)
    unread = rows(world.data, "SELECT 1 FROM message WHERE state = 'received'")
    queued = "SELECT 1 FROM letter WHERE state = 'queued' AND next_attempt_at <= ?"
    due = rows(world.data, queued, f"{now.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S.%f}")
    marks = ", ".join("?" for _ in UNSETTLED)
    doubted = rows(
        world.data, f"SELECT 1 FROM letter WHERE state IN ({marks})", *map(str, UNSETTLED)
    )
    counted = {
        "not received": missing,
        "not worked on": len(unread),
        "letters due": len(due),
        "letters in doubt": len(doubted),
    }
    return ", ".join(f"{number} {name}" for name, number in counted.items() if number)


def judged(world: World, ahead: dt.timedelta, put_on_at: dt.datetime, later: dt.timedelta) -> Found:
    """Looks at everything. `ahead`: how far the office's clock was ahead of the machine's until it
    was put on, when it showed `put_on_at`, by `later`."""
    found = Found()

    def by_the_machine(text: str) -> dt.datetime:
        moment = instant(text)
        return moment - ahead - (later if moment >= put_on_at + later else dt.timedelta(0))

    _messages(world, by_the_machine, found)
    _letters(world, by_the_machine, found)
    return found


def _messages(world: World, by_the_machine: Clock, found: Found) -> None:
    asked = "SELECT key, state, collected_at, receipt_number, own_fault, last_error FROM message"
    kept = {key: rest for key, *rest in rows(world.data, asked)}
    for key, (kind, at) in world.delivered.items():
        if key not in kept:
            found.wrongs.append(f"lost: {kind.name} {key[:12]}")
            continue
        state, collected_at, _, own_fault, error = kept[key]
        found.arrived[key] = at.timestamp()
        found.received[key] = (by_the_machine(collected_at) - at).total_seconds()
        found.fates.setdefault(kind.name, Counter())[state] += 1
        if state not in kind.fates or own_fault:
            found.wrongs.append(f"{kind.name} {key[:12]} ended as {state} {error}".strip())
    # Kills come closer here than anywhere else. Whose run was killed three times is for a person to
    # look at, as it should be; of the office's own letters, which come back, that tells nothing.
    stopped = {
        key
        for key, (*_, own_fault, error) in kept.items()
        if own_fault and error == STOPPED and key not in world.delivered
    }
    kept = {key: rest for key, rest in kept.items() if key not in stopped}
    others = Counter(state for key, (state, *_) in kept.items() if key not in world.delivered)
    if others.keys() - {MessageState.AUTOMATIC.value}:
        found.wrongs.append(f"messages that nobody has sent: {dict(others)}")
    numbers: dict[str, list[str]] = {key: [rest[2]] for key, rest in kept.items() if rest[2]}
    for key, number in rows(world.data, "SELECT message_key, receipt_number FROM submission"):
        numbers.setdefault(key, []).append(number)
    given = Counter(number for one in numbers.values() for number in one)
    found.receipts = len(given)
    found.wrongs += [f"receipt {number} given {n} times" for number, n in given.items() if n > 1]
    for key, (state, *_) in kept.items():
        has = len(numbers.get(key, ()))
        if has > 1 or (state in RECEIPTED and not has):
            found.wrongs.append(f"{key[:12]}, {state}, has {has} receipts")


def _letters(world: World, by_the_machine: Clock, found: Found) -> None:
    answers = "SELECT message_key, business_key FROM answer"
    by_message = Counter(message for message, _ in rows(world.data, answers))
    for key, number in by_message.items():
        if number > 1:
            found.wrongs.append(f"{key[:12]} was answered {number} times")
    persons = [key for key, (kind, _) in world.delivered.items() if kind != MACHINE]
    found.unanswered = len([key for key in persons if not by_message[key]])
    asked = "SELECT business_key, state, created_at, tried_at, sent_at, message_id FROM letter"
    arrived = world.mail.arrived()
    for key, state, created_at, tried_at, sent_at, message_id in rows(world.data, asked):
        copies = {address: n for (letter, address), n in arrived.items() if letter == message_id}
        is_sent = state == LetterState.SENT
        doubted = is_sent and instant(sent_at) - instant(tried_at) >= CLAIM_LIFETIME
        # Whose run was killed between the server's answer and its record is sent again, as these
        # services are set to do: once more, and no other letter is.
        if any(n > 1 + doubted for n in copies.values()):
            found.wrongs.append(f"came twice: {key}")
        if is_sent:
            if not copies:
                found.wrongs.append(f"never came: {key}")
            if doubted:
                found.doubted += 1
            elif by_the_machine(created_at) > world.begun_at:
                due = by_the_machine(created_at)
                waited = (by_the_machine(sent_at) - due).total_seconds()
                found.sent[key] = waited, due.timestamp()
        elif state not in (LetterState.QUEUED, LetterState.WITHDRAWN):
            found.wrongs.append(f"ended as {state}: {key}")
