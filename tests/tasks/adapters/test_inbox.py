"""Addresses of inboxes, and what a Maildir gives and takes."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest

from tasks.adapters.mailbox.inbox import Arrival, ArrivalGone, InboxFault
from tasks.adapters.mailbox.maildir import MaildirInbox, deliver, make_maildir
from tasks.adapters.mailbox.opening import open_inbox

NOW = dt.datetime(2025, 2, 10, 3, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
BAD_ADDRESSES = [
    "imap://mail.example/INBOX",
    "pop3://mail.example",
    "maildir://relative/path",
    "maildir:relative",
    "drop://host/path",
    "/no/scheme",
    "",
]


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    return make_maildir(tmp_path / "Hộp thư đến")


def _subjects(inbox: MaildirInbox) -> list[bytes]:
    return [arrival.read() for arrival in inbox.arrivals()]


@pytest.mark.parametrize("url", BAD_ADDRESSES)
def test_an_address_that_is_not_understood_is_refused(url: str) -> None:
    with pytest.raises(InboxFault):
        open_inbox(url, NOW)


def test_a_password_in_a_wrong_address_is_not_repeated() -> None:
    with pytest.raises(InboxFault) as raised:
        open_inbox("imap://baocao:bi-mat@mail.example", NOW)
    assert "bi-mat" not in str(raised.value)


def test_addresses_open_what_they_name(tmp_path: Path, maildir: Path) -> None:
    assert open_inbox(maildir.as_uri().replace("file:", "maildir:"), NOW).source == (
        f"maildir:{maildir}"
    )
    assert open_inbox(f"drop://{tmp_path}", NOW).source == f"drop:{tmp_path}"


def test_a_folder_that_is_no_maildir_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InboxFault, match="new"):
        MaildirInbox(tmp_path)
    with pytest.raises(InboxFault, match="thư mục nhận tệp"):
        open_inbox(f"drop://{tmp_path}/khong-co", NOW)


def test_messages_come_oldest_first_at_their_time_of_arrival(maildir: Path) -> None:
    deliver(maildir, b"second", NOW)
    deliver(maildir, b"third", NOW + DAY)
    deliver(maildir, b"first", NOW - DAY)
    arrivals = list(MaildirInbox(maildir).arrivals())
    assert [arrival.read() for arrival in arrivals] == [b"first", b"second", b"third"]
    assert [arrival.received_at for arrival in arrivals] == [NOW - DAY, NOW, NOW + DAY]
    assert all(arrival.is_message for arrival in arrivals)
    assert arrivals[0].size == len(b"first")


def test_the_date_header_is_not_the_time_of_arrival(maildir: Path) -> None:
    deliver(maildir, b"Date: Mon, 3 Feb 2020 08:00:00 +0700\r\n\r\n", NOW)
    assert next(MaildirInbox(maildir).arrivals()).received_at == NOW


def test_messages_of_one_moment_come_in_order_of_delivery(maildir: Path) -> None:
    for number in range(20):
        deliver(maildir, b"%02d" % number, NOW)
    assert _subjects(MaildirInbox(maildir)) == [b"%02d" % number for number in range(20)]


def test_what_is_being_delivered_is_not_seen(maildir: Path) -> None:
    (maildir / "tmp" / "1.P1.host").write_bytes(b"half")
    assert _subjects(MaildirInbox(maildir)) == []


def test_a_settled_message_moves_and_keeps_its_time(maildir: Path) -> None:
    deliver(maildir, b"x", NOW)
    inbox = MaildirInbox(maildir)
    arrival = next(inbox.arrivals())
    inbox.move_to_processed(arrival)
    assert list(inbox.arrivals()) == []
    (moved,) = (maildir / ".Da-xu-ly" / "cur").iterdir()
    assert moved.name == f"{arrival.handle}:2,S"
    assert moved.stat().st_mtime == NOW.timestamp()
    inbox.move_to_processed(arrival)  # again, as after a kill: nothing happens
    assert moved.read_bytes() == b"x"


def test_a_message_that_a_mail_program_read_is_still_taken(maildir: Path) -> None:
    inbox = MaildirInbox(maildir)
    path = deliver(maildir, b"x", NOW)
    (arrival,) = inbox.arrivals()
    path.rename(maildir / "cur" / f"{path.name}:2,R")
    assert arrival.read() == b"x"
    (again,) = MaildirInbox(maildir).arrivals()
    assert again.handle == arrival.handle
    inbox.move_to_processed(arrival)
    (moved,) = (maildir / ".Da-xu-ly" / "cur").iterdir()
    assert moved.name.endswith(":2,RS")


def test_a_message_deleted_meanwhile_says_so(maildir: Path) -> None:
    path = deliver(maildir, b"x", NOW)
    inbox = MaildirInbox(maildir)
    (arrival,) = inbox.arrivals()
    path.unlink()
    with pytest.raises(ArrivalGone):
        arrival.read()
    inbox.move_to_processed(arrival)


def test_another_message_of_the_same_name_is_not_overwritten(maildir: Path) -> None:
    inbox = MaildirInbox(maildir)
    for content in (b"first", b"other"):
        (maildir / "new" / "1.P1.host").write_bytes(content)
        inbox.move_to_processed(next(inbox.arrivals()))
    kept = sorted(path.read_bytes() for path in (maildir / ".Da-xu-ly" / "cur").iterdir())
    assert kept == [b"first", b"other"]


def test_a_message_moved_back_by_hand_is_taken_again(maildir: Path) -> None:
    inbox = MaildirInbox(maildir)
    deliver(maildir, b"x", NOW)
    inbox.move_to_processed(next(inbox.arrivals()))
    (moved,) = (maildir / ".Da-xu-ly" / "cur").iterdir()
    moved.rename(maildir / "cur" / moved.name)
    (arrival,) = inbox.arrivals()
    inbox.move_to_processed(arrival)
    assert len(list((maildir / ".Da-xu-ly" / "cur").iterdir())) == 1


def test_links_and_folders_are_no_messages(maildir: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    (maildir / "new" / "link").symlink_to(secret)
    (maildir / "new" / "folder").mkdir()
    assert _subjects(MaildirInbox(maildir)) == []


def test_deliveries_during_an_intake_are_neither_lost_nor_doubled(maildir: Path) -> None:
    def deliver_fifty(letter: bytes) -> None:
        for number in range(50):
            deliver(maildir, letter + b"%d" % number)

    threads = [threading.Thread(target=deliver_fifty, args=(letter,)) for letter in (b"a", b"b")]
    for thread in threads:
        thread.start()
    taken: list[bytes] = []
    inbox = MaildirInbox(maildir)

    def take() -> None:
        arrivals: list[Arrival] = list(inbox.arrivals())
        for arrival in arrivals:
            taken.append(arrival.read())
            inbox.move_to_processed(arrival)

    while any(thread.is_alive() for thread in threads):
        take()
    take()
    assert len(taken) == len(set(taken)) == 100
    assert list((maildir / "new").iterdir()) == []
