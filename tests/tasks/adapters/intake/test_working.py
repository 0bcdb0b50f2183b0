"""One message that we fail on takes no other with it, and the record keeps its order."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.domain.mail.mail import MessageState
from tasks.adapters.decisions.message_decisions import still_held
from tasks.adapters.intake import drawing, working
from tasks.adapters.intake.collecting import collect
from tasks.adapters.intake.working import ATTEMPTS, work_through
from tasks.adapters.mailbox.maildir import deliver
from tasks.adapters.mailbox.opening import open_inbox
from tasks.adapters.store import messages, submissions
from tasks.adapters.workplace import Workplace
from tests.fixtures.own_workbook_mail import own_workbook_mail
from tests.fixtures.small_workplace import CYCLE, small_workplace

OPENED = dt.datetime(2025, 1, 20, 9, 30, tzinfo=dt.UTC)
AGENCIES = ("syt", "sdl", "stp", "sct")


@pytest.fixture
def workplace(tmp_path: Path, database_url: str) -> Iterator[Workplace]:
    opened = OPENED + dt.timedelta(days=3)
    with small_workplace(tmp_path, opened, AGENCIES, database_url) as workplace:
        yield workplace


def post(workplace: Workplace, agency: str, minute: int, words: str = "") -> None:
    """Mails an agency's own workbook; with words it is another file each time."""
    mail = own_workbook_mail(workplace, agency, minute, words)
    mailbox = Path(workplace.rules.mailboxes[0].removeprefix("maildir://"))
    deliver(mailbox, mail.as_bytes(), OPENED + dt.timedelta(days=1, minutes=minute))


def take_in(workplace: Workplace) -> working.WorkDone:
    collect(workplace, open_inbox(workplace.rules.mailboxes[0], workplace.now), 1000)
    return work_through(workplace, 1000)


def failing_on(monkeypatch: pytest.MonkeyPatch, name: str, sender: str) -> None:
    """Makes the step of that name fail on messages of one sender."""
    original = getattr(working, name)

    def failing(*arguments: Any) -> Any:
        last = arguments[-1]
        mails = [one.message.mail for one in (last if isinstance(last, list) else [last])]
        if any(sender in mail.sender for mail in mails):
            raise ZeroDivisionError("a mistake of ours")
        return original(*arguments)

    monkeypatch.setattr(working, name, failing)


@pytest.mark.parametrize("step", ["decide_arrival", "answer"])
def test_a_message_we_fail_on_waits_while_the_others_are_done(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    for minute, agency in enumerate(AGENCIES):
        post(workplace, agency, minute)
    failing_on(monkeypatch, step, "sdl")
    done = take_in(workplace)
    assert Counter(m.state for m in done.messages) == {MessageState.RETURNED: 3}
    assert len(done.failures) == 1 and "ZeroDivisionError" in done.failures[0]
    with workplace.engine.begin() as connection:
        records = submissions.records(connection, CYCLE)
    numbers = sorted(r.receipt_number for found in records.values() for r in found)
    assert numbers == [f"KH-2025/{n:04d}" for n in (1, 2, 3)], "no gap where one failed"
    monkeypatch.undo()
    again = work_through(workplace, 1000)
    assert [m.state for m in again.messages] == [MessageState.RETURNED]
    assert not again.failures


def test_after_three_failures_a_person_gets_the_message(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(workplace, "sdl", 0)
    post(workplace, "syt", 1)
    failing_on(monkeypatch, "decide_arrival", "sdl")
    states = [Counter(m.state for m in take_in(workplace).messages) for _ in range(ATTEMPTS)]
    assert states == [{MessageState.RETURNED: 1}, {}, {MessageState.HELD: 1}]
    assert not work_through(workplace, 1000).messages
    with workplace.engine.begin() as connection:
        [held] = [m for m in messages.every_message(connection) if m["state"] == "held"]
    waits = still_held(workplace.engine, held["key"])
    assert waits is not None and waits.is_own_fault, "no entry of a person mends it"


def test_more_messages_than_a_batch_are_versions_in_order_of_arrival(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "BATCH", 2)
    for minute in range(7):
        post(workplace, "syt", minute, words=f"{minute}/KH")
    done = take_in(workplace)
    assert len(done.messages) == 7
    with workplace.engine.begin() as connection:
        records = submissions.records(connection, CYCLE)["syt"]
    assert [r.version for r in records] == list(range(1, 8))
    assert [r.received_at for r in records] == sorted(r.received_at for r in records)
    assert [r.receipt_number for r in records] == [f"KH-2025/{n:04d}" for n in range(1, 8)]


def test_a_run_takes_no_more_than_its_limit(workplace: Workplace) -> None:
    for minute, agency in enumerate(AGENCIES):
        post(workplace, agency, minute)
    collect(workplace, open_inbox(workplace.rules.mailboxes[0], workplace.now), 1000)
    assert [len(work_through(workplace, 3).messages) for _ in range(3)] == [3, 1, 0]
