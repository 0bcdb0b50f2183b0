"""After a restoration no letter leaves twice: proven by the mail, or held for a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.domain.answers.restorations import Cause, Restoration, may_have_left
from models.domain.mail.mail import LetterKind, LetterState, MessageState
from models.tables import LetterRow
from tasks.adapters.backup.catching_up import catch_up
from tasks.adapters.mailbox.maildir import MaildirInbox
from tasks.adapters.mailbox.maildir import deliver as put_into_maildir
from tasks.adapters.post.letters_in_doubt import MAIL_FIRST
from tasks.adapters.post.mail_catcher import MailCatcher
from tasks.adapters.post.posting import Posted, deliver
from tasks.adapters.store import messages
from tasks.adapters.store.restored import restorations
from tests.fixtures.lent_readers import Workplace
from tests.fixtures.letters_written import every_letter
from tests.fixtures.office_files import own_office
from tests.restoring.conftest import NOW, letter_id, queue, said, take_in
from tests.restoring.ground import OFFICE, OfficeAtWork

# Before the first cycle opens, which would write letters of its own.
SAVED = dt.datetime(2025, 1, 6, 5, tzinfo=dt.UTC)
RESTORED = SAVED + dt.timedelta(days=1)
AFTER = RESTORED + dt.timedelta(hours=1)


@pytest.fixture
def restored(plain_office: OfficeAtWork) -> Iterator[Workplace]:
    """A workplace whose record was put back, a letter of which waited when it was saved."""
    (plain_office.mail.folder / "sent").mkdir()
    with (
        MailCatcher(plain_office.mail.folder / "sent") as catcher,
        plain_office.workplace(SAVED, catcher.url) as workplace,
    ):
        queue(workplace, 1)
        with workplace.engine.begin() as connection:
            restorations.note_restored(connection, SAVED, RESTORED)
        workplace.now = RESTORED
        yield workplace


def arrive(workplace: Workplace, content: bytes, at: dt.datetime) -> None:
    """A message that the former life had taken in."""
    put_into_maildir(box_of(workplace), content, at)
    inbox = MaildirInbox(box_of(workplace))
    for arrival in inbox.arrivals():
        inbox.move_to_processed(arrival)


def box_of(workplace: Workplace) -> Path:
    return Path(workplace.rules.mailboxes[0].removeprefix("maildir://"))


def sent(workplace: Workplace, now: dt.datetime = AFTER) -> Posted:
    workplace.now = now
    return deliver(workplace, 1000)


def states(workplace: Workplace) -> dict[str, str]:
    with workplace.engine.begin() as connection:
        return {row.message_id: row.state for row in every_letter(connection)}


def test_nothing_leaves_before_the_mail_has_been_read_again(restored: Workplace) -> None:
    queue(restored, 2)
    assert sent(restored).left == [MAIL_FIRST]
    assert set(states(restored).values()) == {LetterState.QUEUED}


def test_a_letter_that_nothing_shows_waits_for_a_person_and_a_new_one_leaves(
    restored: Workplace,
) -> None:
    assert catch_up(restored).held == 1
    restored.now = AFTER
    queue(restored, 2)
    assert sent(restored).sent == 1
    assert states(restored) == {letter_id(1): LetterState.UNCERTAIN, letter_id(2): LetterState.SENT}
    assert sent(restored, AFTER + dt.timedelta(days=3)).sent == 0, "no rule decides"


@pytest.mark.parametrize("shows", ["answer", "report", "own copy"])
def test_whatever_mail_shows_its_message_id_proves_that_it_left(
    restored: Workplace, shows: str
) -> None:
    content = {
        "answer": said("Re", shows=letter_id(1)),
        "report": said("Undelivered", sender="mailer-daemon@mx.example")
        + f"\r\nMessage-ID: {letter_id(1)}\r\n".encode(),
        "own copy": said("x", sender=OFFICE).replace(b"<x@example.com>", letter_id(1).encode()),
    }[shows]
    arrive(restored, content, SAVED + dt.timedelta(hours=2))
    done = catch_up(restored)
    assert (done.read_again, done.seen, done.held) == (1, 1, 0)
    assert states(restored) == {letter_id(1): LetterState.SENT}
    assert sent(restored).sent == 0


def test_an_own_copy_that_still_waited_proves_it_as_well(restored: Workplace) -> None:
    assert catch_up(restored).held == 1
    copy = said("x", sender=OFFICE).replace(b"<x@example.com>", letter_id(1).encode())
    put_into_maildir(box_of(restored), copy, RESTORED)
    take_in(restored)
    sent(restored)
    assert states(restored) == {letter_id(1): LetterState.SENT}


def test_the_copy_of_a_letter_without_a_row_is_nobodys_answer_and_is_told(
    restored: Workplace,
) -> None:
    lost = said("nhac", sender=OFFICE).replace(b"<nhac@example.com>", letter_id(9).encode())
    arrive(restored, lost, SAVED + dt.timedelta(hours=2))
    catch_up(restored)
    with restored.engine.begin() as connection:
        (row,) = messages.every_message(connection)
        (unknown,) = restorations.own_letters_unknown(connection, OFFICE)
    assert row["state"] == MessageState.AUTOMATIC and "Bản sao" in row["reason"]
    assert unknown.subject == "nhac"


def test_catching_up_is_done_once_and_again_after_a_mailbox_could_not_be_reached(
    restored: Workplace, plain_office: OfficeAtWork
) -> None:
    drop = plain_office.mail.folder / "drop"
    drop.rmdir()
    assert catch_up(restored).failures
    assert sent(restored, RESTORED).left == [MAIL_FIRST]
    drop.mkdir()
    arrive(restored, said("thu"), SAVED + dt.timedelta(hours=2))
    assert catch_up(restored).read_again == 1
    assert catch_up(restored).read_again == 0


# --- which letters are in doubt -------------------------------------------------------------------

OFFICE_OF_TESTS = own_office()
PLAN = OFFICE_OF_TESTS.cycle("2025-plan")
DAY = dt.timedelta(days=1)
BACKED_UP, BACK = NOW, NOW + DAY
HISTORY = Restoration(BACKED_UP, BACK, mail_is_read_again=True)


def letter(kind: LetterKind, created_at: dt.datetime, **more: object) -> LetterRow:
    values: dict[str, object] = {
        "business_key": f"2025-plan|syt|{kind.value}|1",
        "kind": kind.value,
        "step": "",
        "created_at": created_at,
        "next_attempt_at": created_at,
        "tried_at": None,
        "dated_at": None,
    }
    return LetterRow(**values | more)


LATER = BACK + dt.timedelta(hours=2)
DOUBTFUL = [
    (letter(LetterKind.VERDICT, BACKED_UP - DAY), None),
    (letter(LetterKind.VERDICT, BACKED_UP - DAY, tried_at=BACKED_UP - DAY), None),
    (letter(LetterKind.VERDICT, LATER), True),  # answers a message of old, judged anew
    (letter(LetterKind.REMINDER, LATER, step="truoc_10"), None),  # due on 5 February
    (letter(LetterKind.SUMMARY, LATER, business_key="2025-plan||summary|2025-02-11"), None),
    (letter(LetterKind.SUMMARY, BACKED_UP, business_key="2025-plan||summary|2025-02-10",
            next_attempt_at=LATER), None),  # a draft that was approved once more
    (letter(LetterKind.WITHDRAWAL, LATER), None),
    (letter(LetterKind.RETURN, LATER), None),
    (letter(LetterKind.PREVIEW, LATER), None),
]  # fmt: skip
CERTAIN = [
    (letter(LetterKind.VERDICT, LATER), False),
    (letter(LetterKind.VERDICT, BACKED_UP, next_attempt_at=LATER), None),  # its turn had not come
    (letter(LetterKind.VERDICT, BACKED_UP, tried_at=LATER), None),  # tried in this life
    (letter(LetterKind.VERDICT, BACKED_UP, dated_at=LATER), None),  # a person had it sent again
    (letter(LetterKind.REMINDER, LATER, step="truoc_2"), None),  # due on 17 February
    (letter(LetterKind.REMINDER, LATER, step="truoc_2@2025-03-01"), None),
    (letter(LetterKind.SUMMARY, LATER, business_key="2025-plan||summary|2025-02-12"), None),
    (letter(LetterKind.WITHDRAWAL, LATER + 8 * DAY), None),
    (letter(LetterKind.PREVIEW, LATER + 8 * DAY), None),
    (letter(LetterKind.ALARM, BACKED_UP - DAY), None),
]


@pytest.mark.parametrize(
    ("row", "old_mail", "doubtful"),
    [(*one, True) for one in DOUBTFUL] + [(*one, False) for one in CERTAIN],
)
def test_a_letter_is_in_doubt_when_its_cause_lies_before_the_restoration(
    row: LetterRow, old_mail: bool | None, doubtful: bool
) -> None:
    cause = Cause(PLAN, old_mail, is_first_of_kind=True)
    assert may_have_left(row, HISTORY, cause, OFFICE_OF_TESTS.calendar) is doubtful


def test_a_later_page_of_an_agency_is_new() -> None:
    cause = Cause(PLAN, None, is_first_of_kind=False)
    row = letter(LetterKind.PREVIEW, LATER)
    assert not may_have_left(row, HISTORY, cause, OFFICE_OF_TESTS.calendar)
