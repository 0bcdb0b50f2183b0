"""Mail is taken from a server without loss and without doubles, on both kinds of server."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import errno
import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from tasks.adapters.intake import collecting
from tasks.adapters.intake.collecting import Collected, collect_from
from tasks.adapters.mailbox import imap_inbox
from tasks.adapters.mailbox.imap_connection import ImapConnection
from tasks.adapters.mailbox.imap_inbox import KEPT_MARK, ImapInbox
from tasks.adapters.mailbox.inbox import HEADER_ONLY
from tasks.adapters.store import messages
from tasks.adapters.workplace import Workplace
from tests.fixtures.embedded_imap import embedded_imap
from tests.fixtures.mail_accounts import AT, MailAccount
from tests.servers import dovecot
from tests.tasks.adapters.imap.conftest import LIMIT, NOW, MakeWorkplace, dovecot_account

MINUTE = dt.timedelta(minutes=1)


def mail(number: int, size: int = 0) -> bytes:
    body = b"x" * max(0, size)
    return b"From: a@b.example\r\nSubject: %d\r\n\r\nKinh gui %d\r\n%s\r\n" % (number, number, body)


def look(workplace: Workplace, account: MailAccount, limit: int = 1000) -> Collected:
    return collect_from(workplace, account.url(), limit)


def kept(workplace: Workplace) -> list[bytes]:
    """The bytes of all kept messages, in order of arrival."""
    with workplace.engine.begin() as connection:
        rows = messages.every_message(connection)
    return [workplace.raw_store.get(row["key"]) for row in rows]


@pytest.fixture
def fetches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The UIDs of all bodies and headers that are fetched."""
    seen: list[int] = []
    original = ImapInbox._fetch

    def noting(self: ImapInbox, doing: str, uids: Any, items: str, *more: Any) -> Any:
        if "BODY" in items:
            assert "BODY.PEEK" in items
            seen.extend(uids)
        return original(self, doing, uids, items, *more)

    monkeypatch.setattr(ImapInbox, "_fetch", noting)
    return seen


@pytest.fixture
def workplace(account: MailAccount, make_workplace: MakeWorkplace) -> Workplace:
    return make_workplace(account.rules())


def breaking(monkeypatch: pytest.MonkeyPatch, doing: str, at: int) -> None:
    """Cuts the wire in the middle of the `at`-th command of that name."""
    original = ImapConnection.run
    count = iter(range(1, 10_000))

    def cutting(self: ImapConnection, what: str, *arguments: Any, **named: Any) -> Any:
        if what.startswith(doing) and next(count) == at:
            for sock in self._watch.sockets:
                sock.shutdown(2)
        return original(self, what, *arguments, **named)

    monkeypatch.setattr(ImapConnection, "run", cutting)


def test_messages_are_kept_with_their_bytes_and_times_and_then_moved(
    account: MailAccount, workplace: Workplace
) -> None:
    for number in range(3):
        account.deliver(mail(number), at=AT + number * MINUTE)
    found = look(workplace, account)
    assert (found.new, found.known, found.failures, found.notes) == (3, 0, [], [])
    assert kept(workplace) == [mail(number) for number in range(3)]
    with workplace.engine.begin() as connection:
        rows = messages.every_message(connection)
    assert [row["received_at"] for row in rows] == [AT + n * MINUTE for n in range(3)]
    assert {row["collected_at"] for row in rows} == {NOW}
    assert account.contents() == []
    assert account.contents("Da-xu-ly") == [mail(number) for number in range(3)]
    assert account.flags("Da-xu-ly") == [{"\\Seen"}] * 3


def test_an_empty_mailbox_gives_nothing_however_often_it_is_looked_into(
    account: MailAccount, workplace: Workplace, fetches: list[int]
) -> None:
    account.deliver(mail(1))
    look(workplace, account)
    for _ in range(2):  # a search for "everything after the last" would find the last again
        found = look(workplace, account)
        assert (found.new, found.known, found.failures) == (0, 0, [])
    assert len(fetches) == 1


def test_nothing_changes_in_the_mailbox_while_the_database_is_away(
    account: MailAccount, workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.deliver(mail(1), mail(2))

    def away(*_: Any) -> int:
        raise OperationalError("INSERT secret words", {}, Exception("server closed\nDETAIL: x"))

    monkeypatch.setattr(messages, "keep", away)
    found = look(workplace, account)
    (said,) = found.failures
    assert "Cơ sở dữ liệu" in said and "bị ngắt" in said
    assert "secret words" not in said and "DETAIL" not in said
    assert account.contents() == [mail(1), mail(2)]
    assert account.flags() == [set(), set()]
    monkeypatch.undo()
    assert look(workplace, account).new == 2
    assert sorted(kept(workplace)) == [mail(1), mail(2)]


def test_nothing_changes_in_the_mailbox_while_the_disk_is_full(
    account: MailAccount, workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.deliver(mail(1), mail(2))

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    (said,) = look(workplace, account).failures
    assert "đã đầy" in said and "lần chạy sau nhận tiếp" in said
    assert account.contents() == [mail(1), mail(2)]
    assert account.flags() == [set(), set()]
    assert kept(workplace) == []
    monkeypatch.undo()
    assert look(workplace, account).new == 2


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    folder = tmp_path / "raw"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small disk here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_disk_that_fills_up_keeps_what_fits_and_the_rest_waits(
    account: MailAccount, workplace: Workplace, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "BATCH", 10)
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"0" * 800_000)
    mails = [mail(number, 10_000) for number in range(30)]
    account.deliver(*mails)
    found = look(workplace, account)
    (said,) = found.failures
    assert "Đĩa đã đầy" in said
    assert found.new in (10, 20), "whole batches"
    assert Counter(kept(workplace)) == Counter(mails[: found.new])
    assert account.contents() == mails[found.new :]
    ballast.unlink()
    assert (look(workplace, account).new, look(workplace, account).new) == (30 - found.new, 0)
    assert Counter(kept(workplace)) == Counter(mails)


def test_a_message_too_large_is_not_fetched_and_goes_to_a_folder_of_its_own(
    account: MailAccount, workplace: Workplace, fetches: list[int]
) -> None:
    large = mail(1, LIMIT + 1)
    account.deliver(mail(0), large, mail(2))
    found = look(workplace, account)
    assert (found.new, found.failures) == (3, [])
    (header,) = [content for content in kept(workplace) if content.startswith(HEADER_ONLY)]
    assert header == HEADER_ONLY + b"size=%d\r\n" % len(large) + large[
        : large.index(b"\r\n\r\n")
    ] + (b"\r\n\r\n")
    with workplace.engine.begin() as connection:
        (row,) = [m for m in messages.every_message(connection) if m["size"] == len(large)]
    assert "«INBOX»" in row["name"] and "«Qua-lon»" in row["name"]
    assert account.contents("Qua-lon") == [large]
    assert account.contents("Da-xu-ly") == [mail(0), mail(2)]
    account.move("Qua-lon", "INBOX")
    again = look(workplace, account)
    assert (again.new, again.known) == (0, 1)


def test_a_message_moved_back_by_hand_or_delivered_twice_is_recognised(
    account: MailAccount, workplace: Workplace
) -> None:
    account.deliver(mail(1), mail(1), mail(2))
    found = look(workplace, account)
    assert (found.new, found.known) == (2, 1)
    account.move("Da-xu-ly", "INBOX")
    found = look(workplace, account)
    assert (found.new, found.known, found.failures) == (0, 3, [])
    assert account.contents() == []
    assert len(account.contents("Da-xu-ly")) == 3


def test_a_message_expunged_meanwhile_is_left_out_and_stops_no_other(
    account: MailAccount, workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.deliver(*(mail(number) for number in range(4)))
    original = ImapInbox.read_many

    def late(self: ImapInbox, arrivals: Any) -> Iterator[Any]:
        account.expunge(arrivals[1].uid)
        yield from original(self, arrivals)

    monkeypatch.setattr(ImapInbox, "read_many", late)
    found = look(workplace, account)
    assert found.failures == []
    assert Counter(kept(workplace)) - Counter({mail(1): 1}) == Counter(mail(n) for n in (0, 2, 3))
    assert account.contents() == []


@pytest.mark.parametrize(
    ("doing", "at", "first"),
    [
        ("đăng nhập", 1, 0),
        ("mở thư mục", 1, 0),
        ("tìm thư", 1, 0),
        ("hỏi cỡ thư", 1, 0),
        ("lấy thư", 1, 0),
        ("lấy thư", 3, 8),
        ("chuyển thư", 1, 10),
    ],
)
def test_a_connection_that_dies_ends_the_look_and_the_next_one_carries_on(
    account: MailAccount,
    workplace: Workplace,
    monkeypatch: pytest.MonkeyPatch,
    doing: str,
    at: int,
    first: int,
) -> None:
    account.deliver(*(mail(number) for number in range(14)))
    monkeypatch.setattr(collecting, "BATCH", 10)
    monkeypatch.setattr(imap_inbox, "FETCHED", 4)
    breaking(monkeypatch, doing, at)
    found = look(workplace, account)
    (said,) = found.failures
    assert "đứt khi" in said and account.password not in said
    assert found.new == first
    monkeypatch.undo()
    found = look(workplace, account)
    assert (found.new, found.known, found.failures) == (14 - first, 0, [])
    assert Counter(kept(workplace)) == Counter(mail(number) for number in range(14))
    assert account.contents() == []
    assert Counter(account.contents("Da-xu-ly")) == Counter(mail(number) for number in range(14))


def test_what_was_kept_but_not_moved_is_moved_without_being_fetched_again(
    account: MailAccount, workplace: Workplace, monkeypatch: pytest.MonkeyPatch, fetches: list[int]
) -> None:
    account.deliver(mail(1), mail(2))
    breaking(monkeypatch, "chuyển thư", 1)
    look(workplace, account)
    assert len(fetches) == 2
    assert look(workplace, account).failures == []
    assert len(fetches) == 2
    assert account.contents() == []


def test_many_messages_come_in_chunks_and_no_more_than_the_limit(
    account: MailAccount, workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_inbox, "LISTED", 20)
    account.deliver(*(mail(number) for number in range(90)))
    found = look(workplace, account, limit=55)
    assert (found.new, found.failures) == (55, [])
    assert len(account.contents()) == 35
    assert look(workplace, account).new == 35
    assert Counter(kept(workplace)) == Counter(mail(number) for number in range(90))


def test_two_runs_at_once_keep_each_message_once(
    account: MailAccount, workplace: Workplace
) -> None:
    account.deliver(*(mail(number) for number in range(40)))
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda _: look(workplace, account), range(2)))
    assert [one.failures for one in found] == [[], []]
    assert sum(one.new for one in found) == 40
    assert Counter(kept(workplace)) == Counter(mail(number) for number in range(40))
    assert account.contents() == []
    # A server may move what two sessions move at once into the folder twice; never not at all.
    assert set(account.contents("Da-xu-ly")) == {mail(number) for number in range(40)}


def test_the_bytes_come_back_as_they_were(account: MailAccount, workplace: Workplace) -> None:
    awkward = [
        b"From: a@b.example\r\n\r\n",
        b"Subject: =?utf-8?q?b=C3=A1o?= UID 7 {12}\r\n\r\n* 1 FETCH (UID 99 BODY[] {3}\r\nabc)\r\n",
        "Subject: báo cáo\r\n\r\nđầy đủ dấu\r\n".encode(),
        b"Subject: 8bit\r\n\r\n" + bytes(range(1, 256)).replace(b"\r", b"").replace(b"\n", b""),
        b'Subject: "quoted" \\ back\r\n\r\n.\r\n..\r\n',
    ]
    account.deliver(*awkward)
    found = look(workplace, account)
    assert found.failures == []
    assert Counter(kept(workplace)) == Counter(awkward)


# --- accounts that may not move ------------------------------------------------------------------


@pytest.fixture(params=["embedded", "dovecot"])
def read_only(request: pytest.FixtureRequest) -> Iterator[tuple[MailAccount, Any]]:
    """A mailbox that may be read only, and what gives its folder a new numbering."""
    if request.param == "embedded":
        with embedded_imap() as server:
            account = MailAccount(server.host, server.port, server.user, server.password)
            account.deliver(mail(1), mail(2))
            server.mailbox()._readonly = True

            def renumber() -> None:
                server.mailbox()._uid_validity += 7

            yield account, renumber
        return
    if why := dovecot.why_not():
        pytest.skip(why)
    with dovecot.running_dovecot(acl={"baocao/INBOX": "lr"}) as real:
        dovecot.put(real, "baocao", mail(1), AT)
        dovecot.put(real, "baocao", mail(2), AT + MINUTE)
        yield dovecot_account(real), lambda: dovecot.renumber(real, "baocao")


def test_a_mailbox_that_may_only_be_read_is_remembered_by_numbers(
    read_only: tuple[MailAccount, Any], make_workplace: MakeWorkplace, fetches: list[int]
) -> None:
    account, _ = read_only
    workplace = make_workplace(account.rules())
    assert (look(workplace, account).new, len(fetches)) == (2, 2)
    for _ in range(2):
        found = look(workplace, account)
        assert (found.new, found.known, found.failures) == (0, 0, [])
    assert len(fetches) == 2
    assert account.contents() == [mail(1), mail(2)]


def test_remembered_messages_do_not_use_up_the_limit(
    read_only: tuple[MailAccount, Any], make_workplace: MakeWorkplace
) -> None:
    account, _ = read_only
    workplace = make_workplace(account.rules())
    assert look(workplace, account, limit=1).new == 1
    assert look(workplace, account, limit=1).new == 1
    assert sorted(kept(workplace)) == [mail(1), mail(2)]


def test_a_new_numbering_is_survived_and_told(
    read_only: tuple[MailAccount, Any], make_workplace: MakeWorkplace
) -> None:
    account, renumber = read_only
    workplace = make_workplace(account.rules())
    look(workplace, account)
    renumber()
    found = look(workplace, account)
    assert (found.new, found.known, found.failures) == (0, 2, [])
    (note,) = found.notes
    assert "UIDVALIDITY" in note
    found = look(workplace, account)
    assert (found.new, found.known, found.notes) == (0, 0, [])


def test_another_message_under_a_remembered_number_is_taken(
    read_only: tuple[MailAccount, Any],
    make_workplace: MakeWorkplace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account, _ = read_only
    workplace = make_workplace(account.rules())
    look(workplace, account)
    original = ImapInbox._arrival

    def other(self: ImapInbox, one: Any) -> Any:  # a server restored from a backup, say
        arrival = original(self, one)
        return dataclasses.replace(arrival, received_at=arrival.received_at + MINUTE)

    monkeypatch.setattr(ImapInbox, "_arrival", other)
    found = look(workplace, account)
    assert (found.new, found.known) == (0, 2), "fetched again, and recognised by its bytes"


@contextlib.contextmanager
def offering_less(kind: str, without: tuple[str, ...]) -> Iterator[MailAccount]:
    """The mailbox of a server that offers less than others."""
    if kind == "embedded":
        with embedded_imap(without=without) as server:
            yield MailAccount(server.host, server.port, server.user, server.password)
        return
    if why := dovecot.why_not():
        pytest.skip(why)
    offered = dovecot.WITHOUT_UIDPLUS if "UIDPLUS" in without else dovecot.WITHOUT_MOVE
    with dovecot.running_dovecot(capability=offered) as real:
        yield dovecot_account(real)


@pytest.mark.parametrize("without", [("MOVE",), ("MOVE", "UIDPLUS")])
@pytest.mark.parametrize("kind", ["embedded", "dovecot"])
def test_without_move_nothing_is_lost_and_what_others_deleted_stays(
    kind: str, without: tuple[str, ...], make_workplace: MakeWorkplace, fetches: list[int]
) -> None:
    with offering_less(kind, without) as account:
        workplace = make_workplace(account.rules())
        account.deliver(mail(1), mail(2), mail(3))
        with account.session() as box:
            first = box.uids()[0]
            box.client.uid("STORE", first, "+FLAGS", "(\\Deleted)")
        found = look(workplace, account)
        assert (found.new, found.failures) == (3, [])
        again = look(workplace, account)
        assert (again.new, again.known, len(fetches)) == (0, 0, 3)
        if "UIDPLUS" in without:
            assert account.contents() == [mail(1), mail(2), mail(3)]
            assert all({"\\Seen", KEPT_MARK} <= flags or kind == "embedded" for flags in
                       account.flags())  # fmt: skip
            (note,) = found.notes
            assert "đánh dấu" in note
        else:
            assert account.contents() == []
            assert mail(2) in account.contents("Da-xu-ly")
