"""What was taken in is read again with its time of arrival, wherever it lies, and stays there."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.adapters.mailbox.drop_folder import DropFolder
from tasks.adapters.mailbox.inbox import Inbox, MailboxRules
from tasks.adapters.mailbox.maildir import deliver, make_maildir
from tasks.adapters.mailbox.opening import open_inbox
from tasks.adapters.mailbox.processed_mail import ProcessedMail
from tests.restoring.conftest import said
from tests.servers.mail_ground import Mailbox, embedded_mailbox, real_mailbox, why_no_real_mailbox

NOW = dt.datetime(2025, 2, 20, 3, tzinfo=dt.UTC)
FIRST, SECOND = (dt.datetime(2025, 2, day, 3, tzinfo=dt.UTC) for day in (10, 12))


def taken_in(inbox: Inbox) -> None:
    with inbox:
        arrivals = list(inbox.arrivals())
        for arrival, content in inbox.read_many(arrivals):
            assert isinstance(content, bytes), arrival
        assert list(inbox.move_all_to_processed(arrivals)) == []


def read_again(url: str, until: dt.datetime = NOW, **more: object) -> list[tuple[bytes, object]]:
    with ProcessedMail(url, NOW, **more) as place:  # type: ignore[arg-type]
        place.until = until
        arrivals = list(place.arrivals())
        assert list(place.move_all_to_processed(arrivals)) == []
        return [
            (content, arrival.received_at)
            for arrival, content in place.read_many(arrivals)
            if isinstance(content, bytes)
        ]


def test_a_maildir_gives_what_lies_in_its_processed_folder_and_nothing_that_waits(
    tmp_path: Path,
) -> None:
    box = make_maildir(tmp_path / "box")
    url = f"maildir://{box}"
    assert read_again(url) == []
    for content, at in ((said("1"), FIRST), (said("2"), SECOND)):
        deliver(box, content, at)
    taken_in(open_inbox(url, NOW))
    deliver(box, said("3"), NOW)
    expected = [(said("1"), FIRST), (said("2"), SECOND)]
    assert read_again(url) == expected
    assert read_again(url) == expected, "it lies where it lay"
    assert read_again(url, until=FIRST) == expected[:1]


def test_what_is_known_by_time_and_size_is_left_out_unless_there_is_more_of_it(
    tmp_path: Path,
) -> None:
    box = make_maildir(tmp_path / "box")
    url = f"maildir://{box}"
    for content in (said("1"), said("2")):
        deliver(box, content, FIRST)
    taken_in(open_inbox(url, NOW))
    size = len(said("1"))
    assert read_again(url, known={(FIRST, size): 2}) == []
    assert len(read_again(url, known={(FIRST, size): 1})) == 2, "nobody knows which it is"


def test_a_dropped_file_keeps_when_it_arrived_whatever_its_own_time_was(tmp_path: Path) -> None:
    (tmp_path / "Kế hoạch.xlsx").write_bytes(b"workbook")
    os.utime(tmp_path / "Kế hoạch.xlsx", (1.0, 1.0))
    taken_in(DropFolder(tmp_path, FIRST))
    with ProcessedMail(f"drop://{tmp_path}", NOW) as place:
        (arrival,) = place.arrivals()
    assert (arrival.name, arrival.received_at) == ("Kế hoạch.xlsx", FIRST)
    (tmp_path / "Kế hoạch.xlsx").write_bytes(b"workbook")
    os.utime(tmp_path / "Kế hoạch.xlsx", (1.0, 1.0))
    taken_in(DropFolder(tmp_path, SECOND))
    assert read_again(f"drop://{tmp_path}") == [(b"workbook", FIRST)], "it had come before"


@pytest.fixture(params=["embedded", "dovecot"])
def mailbox(request: pytest.FixtureRequest) -> Iterator[Mailbox]:
    """A mailbox of each server."""
    if request.param == "dovecot" and (why := why_no_real_mailbox()):
        pytest.skip(why)
    with real_mailbox() if request.param == "dovecot" else embedded_mailbox() as found:
        yield found


def test_a_mailbox_on_a_server_gives_what_was_moved_and_what_was_too_large(
    mailbox: Mailbox,
) -> None:
    rules, largest = MailboxRules(processed="Đã xử lý"), 1000
    url = mailbox.url()
    for content, at in ((said("1"), FIRST), (said("2") + b"x" * 2000, SECOND)):
        mailbox.put(content, at)
    taken_in(open_inbox(url, NOW, rules, largest))
    mailbox.put(said("3"), NOW)
    found = read_again(url, rules=rules, max_bytes=largest)
    assert [at for _, at in found] == [FIRST, SECOND]
    assert found[0][0].splitlines() == said("1").splitlines()
    assert said("2") not in found[1][0] and b"Header-Only" in found[1][0][:40]
    assert read_again(url, rules=rules, max_bytes=largest) == found


def test_where_nothing_may_be_moved_what_is_marked_was_taken_in(mailbox: Mailbox) -> None:
    url = mailbox.url()
    mailbox.put(said("1"), FIRST)
    inbox = open_inbox(url, NOW)
    with inbox:
        (arrival,) = inbox.arrivals()
        inbox._mark([arrival.uid])  # type: ignore[attr-defined]
    mailbox.put(said("2"), SECOND)
    assert [at for _, at in read_again(url)] == [FIRST]
