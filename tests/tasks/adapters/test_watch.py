"""The watcher's look from outside: places of arrival by their marks, the database by its counts."""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from models.domain.mail.mail import LetterState
from models.tables import ObligationRow
from tasks.adapters.intake.collecting import collect_from
from tasks.adapters.mailbox.inbox import MailboxRules
from tasks.adapters.mailbox.maildir import MaildirInbox, deliver, make_maildir
from tasks.adapters.store import obligations
from tasks.adapters.store.outbox import LETTER
from tasks.adapters.store.rows import table_of
from tasks.adapters.watch import recorded
from tasks.adapters.watch.arrivals import Places
from tasks.adapters.workplace import Workplace
from tests.fixtures.small_workplace import small_workplace

NOW = dt.datetime(2025, 2, 10, 3, tzinfo=dt.UTC)
MAIL = b"From: a@b.example\r\nSubject: x\r\n\r\nKinh gui\r\n"
HOUR = dt.timedelta(hours=1)


def test_a_maildir_shows_another_mark_for_other_mail_and_none_for_none(tmp_path: Path) -> None:
    maildir = make_maildir(tmp_path / "mailbox")
    inbox = MaildirInbox(maildir)
    assert inbox.mark() == ""
    first = deliver(maildir, MAIL)
    seen = inbox.mark()
    assert seen
    first.rename(maildir / "cur" / f"{first.name}:2,S")  # a mail program has looked at it
    assert inbox.mark() == seen
    deliver(maildir, MAIL)
    assert inbox.mark() not in ("", seen)
    for arrival in list(inbox.arrivals()):
        inbox.move_to_processed(arrival)
    assert inbox.mark() == ""


def test_a_place_that_cannot_be_looked_at_waits_and_another_is_still_seen(tmp_path: Path) -> None:
    maildir = make_maildir(tmp_path / "mailbox")
    deliver(maildir, MAIL)
    places = Places([f"drop://{tmp_path}/khong-co", f"maildir://{maildir}"], MailboxRules())
    gone, there = places.look(NOW, None).values()
    assert gone.waits and gone.mark.startswith("fault")
    assert there.waits
    (tmp_path / "khong-co").mkdir()
    again = list(places.look(NOW, None).values())
    assert [(one.waits, bool(one.mark)) for one in again] == [(False, False), (True, True)]


def test_a_server_is_asked_now_and_then_and_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []
    silent = threading.Event()

    class Server:
        def __enter__(self) -> Server:
            return self

        def __exit__(self, *_: object) -> None:
            return

        def mark(self) -> str:
            asked.append(1)
            assert silent.wait(60)
            return f"UIDNEXT {len(asked)}"

    monkeypatch.setattr("tasks.adapters.watch.arrivals.open_inbox", lambda *_: Server())
    monkeypatch.setattr("tasks.adapters.watch.arrivals.SERVER_SECONDS", 0.0)
    places = Places(["imaps://a:bi-mat@mail.example"], MailboxRules())
    for _ in range(3):
        assert places.look(NOW, None) == {}  # it has not answered, and is not asked once more
    silent.set()
    (asking,) = places._asking.values()
    asking.join(60)
    monkeypatch.setattr("tasks.adapters.watch.arrivals.SERVER_SECONDS", 1000.0)
    for _ in range(3):
        shown = places.look(NOW, None)
        (asking,) = places._asking.values()
        asking.join(60)
    assert "bi-mat" not in repr(shown)
    assert [place.waits for place in shown.values()] == [False]
    assert len(asked) == 2


@pytest.fixture
def workplace(tmp_path: Path) -> Iterator[Workplace]:
    with small_workplace(tmp_path, NOW, ("syt",)) as place:
        yield place


def look(workplace: Workplace, now: dt.datetime = NOW) -> recorded.WorkRecorded:
    with workplace.engine.begin() as connection:
        return recorded.look(connection, now)


def test_the_database_tells_of_letters_whose_turn_has_come(workplace: Workplace) -> None:

    def becomes(**values: object) -> recorded.WorkRecorded:
        with workplace.engine.begin() as connection:
            connection.execute(update(LETTER).values(**values))
        return look(workplace, NOW + HOUR)

    due = becomes(next_attempt_at=NOW + HOUR, created_at=NOW + HOUR)
    assert due.letters
    quiet = look(workplace, NOW)
    assert (quiet.letters, quiet.letters_in_doubt, quiet.messages) == ("", False, "")
    assert becomes(attempts=1, next_attempt_at=NOW).letters != due.letters
    assert becomes(state=LetterState.SENT.value, sent_at=NOW).recorded != due.recorded

    sending = {"state": LetterState.SENDING.value, "claimed_at": NOW + HOUR}
    assert not becomes(**sending).letters_in_doubt
    assert becomes(**(sending | {"claimed_at": NOW})).letters_in_doubt
    uncertain = {"state": LetterState.UNCERTAIN.value, "for_a_person": False}
    assert becomes(**uncertain).letters_in_doubt
    assert not becomes(**(uncertain | {"for_a_person": True})).letters_in_doubt
    ((_, since),) = becomes(state=LetterState.DRAFT.value).drafts
    assert since == NOW + HOUR


def test_the_database_tells_of_messages_that_wait_and_of_what_was_consolidated(
    workplace: Workplace,
) -> None:
    before = look(workplace)
    deliver(Path(workplace.rules.mailboxes[0].removeprefix("maildir://")), MAIL)
    collect_from(workplace, workplace.rules.mailboxes[0], 10)
    workplace.done(f"{recorded.CONSOLIDATED}2025-plan")
    after = look(workplace)
    assert after.messages and not before.messages
    assert after.recorded != before.recorded
    assert after.consolidated == {"2025-plan": NOW}


def test_the_database_tells_in_which_cycles_agencies_were_asked(workplace: Workplace) -> None:
    with workplace.engine.begin() as connection:
        asked = obligations.open_cycles(connection)
        before = recorded.look(connection, NOW).asked
        connection.execute(delete(table_of(ObligationRow)))
        after = recorded.look(connection, NOW).asked
    assert (before, after) == (asked, []) and asked


def test_a_dropped_file_counts_from_when_it_appeared_not_by_its_own_time(
    workplace: Workplace, tmp_path: Path
) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    path = drop / "kế hoạch.xlsx"
    path.write_bytes(b"x")
    os.utime(path, (0, 0))  # came with it from another machine
    appeared = dt.datetime.fromtimestamp(path.stat().st_ctime, dt.UTC)
    places = Places([f"drop://{drop}"], MailboxRules())

    def shown(after: float) -> list[bool]:
        seen = places.look(appeared + dt.timedelta(seconds=after), dt.timedelta(0))
        return [place.waits for place in seen.values()]

    assert (shown(4), shown(6)) == ([False], [True])  # it may still be being copied

    ahead = dt.timedelta(days=30)  # of a rehearsal's clock
    workplace.now, workplace.ahead = appeared + ahead + HOUR, ahead
    assert collect_from(workplace, f"drop://{drop}", 10).new == 1
    with workplace.engine.begin() as connection:
        kept = connection.exec_driver_sql("SELECT received_at FROM message").scalar_one()
    assert str(kept).startswith(f"{appeared + ahead:%Y-%m-%d %H:%M:%S}")
