"""Letters leave once, to whom they may; what a server answers decides what the record says."""

from __future__ import annotations

import contextlib
import datetime as dt
import email
import itertools
import os
import signal
import socketserver
import threading
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import update

from models.domain.mail.delivery import RecipientState
from models.domain.mail.mail import Letter, LetterState
from models.tables import LetterRow
from tasks.adapters.post import pacing, packing
from tasks.adapters.post.mail_catcher import CaughtMessage
from tasks.adapters.post.posting import deliver
from tasks.adapters.store import outbox
from tasks.adapters.store.rows import table_of
from tests.fixtures.mail_house import CC, NOON, TO, House, Server, refusing

LETTER = table_of(LetterRow)

# --- each recipient by itself ---------------------------------------------------------------------


def test_who_was_put_off_gets_it_later_and_nobody_twice(house: House, server: Server) -> None:
    house.queue()
    server.recipient = refusing({CC: "450 4.2.0 Greylisted"})
    assert house.run(server.url).sent == 1
    assert house.letter().state == LetterState.QUEUED
    assert house.states() == {TO: RecipientState.ACCEPTED, CC: RecipientState.WAITING}
    assert house.run(server.url, after=dt.timedelta(minutes=19)).sent == 0
    server.recipient = refusing({})
    assert house.run(server.url, after=dt.timedelta(minutes=2)).sent == 1
    assert house.letter().state == LetterState.SENT
    assert sorted(server.got().items()) == [((TO, house.letter().message_id), 1),
                                            ((CC, house.letter().message_id), 1)]  # fmt: skip


def test_a_bad_copy_address_is_marked_and_the_letter_is_sent(house: House, server: Server) -> None:
    house.queue()
    server.recipient = refusing({CC: "550 5.1.1 User unknown"})
    (told,) = house.run(server.url).failed
    assert house.letter().state == LetterState.SENT
    assert house.failing() == [CC]
    assert "Sở Y tế" in told and CC in told and "không có hộp thư này" in told


def test_copies_alone_do_not_make_a_letter_sent(house: House, server: Server) -> None:
    house.queue()
    server.recipient = refusing({TO: "550 5.1.1 User unknown"})
    house.run(server.url)
    assert house.letter().state == LetterState.FAILED
    assert house.states() == {TO: RecipientState.REFUSED, CC: RecipientState.ACCEPTED}


def test_an_address_nobody_can_write_to_costs_only_itself(house: House, server: Server) -> None:
    house.queue(cc=("văn.thư@haiphong.example", CC))
    house.run(server.url)
    assert house.letter().state == LetterState.SENT
    assert {address for address, _ in server.got()} == {TO, CC}
    assert "văn.thư@haiphong.example: không phải địa chỉ" in house.letter().last_error


# --- trying again, and giving up ------------------------------------------------------------------


def test_it_is_tried_twice_more_in_the_first_hour_and_for_four_days(
    house: House, server: Server
) -> None:
    asked: list[dt.datetime] = []

    def greylist(address: str) -> str:
        if address == TO:
            asked.append(house.now)
        return "451 4.7.1 try later"

    server.recipient = greylist
    house.queue()
    step = dt.timedelta(minutes=5)
    house.run(server.url)
    while house.letter().state == LetterState.QUEUED:
        due = house.letter().next_attempt_at
        house.run(server.url, after=max(due - house.now, step))
    hours = [(at - NOON).total_seconds() / 3600 for at in asked]
    assert sum(0 < h <= 1 for h in hours) == 2
    assert {round(b - a, 1) for a, b in itertools.pairwise(hours[2:])} == {2.5}
    assert hours[-1] >= 96 > hours[-2]
    assert house.letter().state == LetterState.FAILED
    assert "đã thử trong bốn ngày" in house.letter().last_error
    assert sorted(house.failing()) == [TO, CC]


def test_days_without_our_server_are_no_days_of_trying(house: House, server: Server) -> None:
    house.queue()
    away = house.run("smtp://127.0.0.1:9")
    assert len(away.left) == 1 and "không thư nào bị đánh dấu hỏng" in away.left[0]
    server.recipient = lambda _address: "450 later"
    house.run(server.url, after=dt.timedelta(days=10))
    assert house.letter().state == LetterState.QUEUED, "its first attempt was just now"


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("554 5.7.1 Message rejected as spam", "máy chủ từ chối nội dung thư"),
        ("552 5.3.4 Message too big", "thư lớn hơn mức máy chủ nhận"),
    ],
)
def test_a_refused_content_fails_the_letter_and_marks_no_address(
    house: House, server: Server, answer: str, sentence: str
) -> None:
    house.queue()
    server.message = lambda _message: answer
    (told,) = house.run(server.url).failed
    assert sentence in told and "Sở Y tế" in told
    assert house.letter().state == LetterState.FAILED
    assert house.failing() == []


def test_a_relay_that_does_not_know_us_is_the_operators_to_mend(
    house: House, server: Server
) -> None:
    house.queue()
    server.recipient = lambda _address: "554 5.7.1 Relay access denied"
    posted = house.run(server.url)
    (told,) = posted.left
    assert posted.deferred == 1
    assert "không chuyển tiếp" in told and "baocao doctor" in told
    assert house.letter().state == LetterState.QUEUED
    assert "không chuyển tiếp" in house.letter().last_error
    assert house.failing() == []


def test_a_login_asked_for_after_the_content_stops_the_run_and_leaves_nothing_uncertain(
    house: House, server: Server
) -> None:
    house.queue(1)
    house.queue(2)
    server.message = lambda _message: "530 5.7.0 Must issue a STARTTLS command first"
    posted = house.run(server.url)
    assert len(posted.left) == 1 and "đăng nhập hoặc mã hóa" in posted.left[0]
    assert {row.state for row in house.letters()} == {LetterState.QUEUED}
    assert house.failing() == []


# --- who may be written to ------------------------------------------------------------------------


def test_in_a_rehearsal_nothing_leaves_but_to_guests(house: House, server: Server) -> None:
    house.changes = {"guest_list": (TO, "@thu.example")}
    house.queue(1)
    house.queue(2, to=("a@thu.example",), cc=())
    house.queue(3, to=("b@khac.example",), cc=(TO,))
    posted = house.run(server.url)
    assert {address for address, _ in server.got()} == {TO, "a@thu.example"}
    assert all(CC.encode() not in caught.content for caught in server.taken), "nor an answer to all"
    states = {row.subject: row.state for row in house.letters()}
    assert states == {"Hướng dẫn 1": "sent", "Hướng dẫn 2": "sent", "Hướng dẫn 3": "failed"}
    assert sum("BAOCAO_GUEST_LIST" in told for told in posted.failed) == 2
    assert house.failing() == []


def test_a_copy_no_longer_permitted_ends_a_letter_that_has_arrived(
    house: House, server: Server
) -> None:
    house.queue()
    server.recipient = refusing({CC: "450 later"})
    house.run(server.url)
    house.changes = {"guest_list": (TO,)}
    (told,) = house.run(server.url, after=dt.timedelta(minutes=30)).failed
    assert "BAOCAO_GUEST_LIST" in told and house.letter().state == LetterState.SENT
    assert len(server.taken) == 1


# --- side by side ---------------------------------------------------------------------------------


def test_connections_side_by_side_send_each_letter_once(house: House, server: Server) -> None:
    house.changes = {"smtp_connections": 4}
    for number in range(30):
        house.queue(number)
    assert house.run(server.url).sent == 30
    assert set(server.got().values()) == {1} and len(server.got()) == 60


def test_runs_at_the_same_time_send_each_letter_once(house: House, server: Server) -> None:
    for number in range(12):
        house.queue(number)
    gate = threading.Barrier(3)

    def run() -> None:
        with house.workplace(server.url) as workplace:
            gate.wait(20)
            deliver(workplace, 1000)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(server.got().values()) == {1} and len(server.got()) == 24
    assert {row.state for row in house.letters()} == {LetterState.SENT}


class OneAtATime(socketserver.ThreadingTCPServer):
    """A server that talks to one client at a time and sends the others away."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        self.free = threading.Lock()
        self.sent_away = 0
        self.taken: list[bytes] = []
        super().__init__(("127.0.0.1", 0), OneClient)


class OneClient(socketserver.StreamRequestHandler):
    server: OneAtATime

    def handle(self) -> None:
        if not self.server.free.acquire(blocking=False):
            self.server.sent_away += 1
            self.wfile.write(b"421 4.7.0 too many connections\r\n")
            return
        with contextlib.ExitStack() as stack:
            stack.callback(self.server.free.release)
            self.wfile.write(b"220 hello\r\n")
            for line in self.rfile:
                if line.startswith(b"DATA"):
                    self.wfile.write(b"354 go\r\n")
                    self.server.taken.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                self.wfile.write(b"221 bye\r\n" if line.startswith(b"QUIT") else b"250 ok\r\n")


def test_a_server_that_allows_one_connection_gets_all_letters_over_it(house: House) -> None:
    house.changes = {"smtp_connections": 3}
    for number in range(8):
        house.queue(number)
    with OneAtATime() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        posted = house.run(f"smtp://127.0.0.1:{server.server_address[1]}")
        server.shutdown()
        thread.join()
    assert (posted.sent, posted.left) == (8, [])
    assert len(server.taken) == 8 and server.sent_away <= 2


def test_a_server_that_takes_no_letter_of_ours_ends_the_run_and_marks_nothing(
    house: House, tmp_path: Path
) -> None:
    for number in range(3):
        house.queue(number)
    with socketserver.TCPServer(("127.0.0.1", 0), RefusesUs) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        (told,) = house.run(f"smtp://127.0.0.1:{server.server_address[1]}").left
        server.shutdown()
        thread.join()
    assert "từ chối địa chỉ người gửi" in told and "3 thư còn chờ" in told
    assert {(row.state, row.attempts) for row in house.letters()} == {("queued", 0)}


class RefusesUs(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 hello\r\n")
        for line in self.rfile:
            refused = b"553 5.7.1 Sender address rejected\r\n"
            self.wfile.write(refused if line.startswith(b"MAIL") else b"250 ok\r\n")


def test_letters_leave_no_faster_than_the_office_allows(house: House, server: Server) -> None:
    watch = pacing.RunClock(NOON)
    pace = pacing.LetterPace(30, watch, None)
    turns = [pace.turn() for _ in range(4)]
    assert [round(turn) for turn in turns] == [0, 2, 4, 6]
    just_now = pacing.LetterPace(30, watch, NOON - dt.timedelta(seconds=1))
    assert round(just_now.turn()) == 1, "the last run's letter counts too"
    assert pacing.LetterPace(0, watch, NOON).turn() == 0


def test_who_ends_the_run_ends_it_after_the_letters_in_hand(house: House, server: Server) -> None:
    """A cancelled run's process is asked to end by a signal, which the main thread alone gets."""
    house.changes = {"smtp_connections": 1}
    for number in range(10):
        house.queue(number)
    asked = threading.Event()

    def end(*_: object) -> None:
        asked.set()
        raise InterruptedError

    def third(_: CaughtMessage) -> None:
        if len(server.got()) == 4:  # two recipients each
            os.kill(os.getpid(), signal.SIGUSR1)
            assert asked.wait(60)

    server.message = third
    before = signal.signal(signal.SIGUSR1, end)
    try:
        with pytest.raises(InterruptedError):
            house.run(server.url)
    finally:
        signal.signal(signal.SIGUSR1, before)
    server.message = lambda _: None
    # The letter in hand, and at most one that was drawn before the thread could know.
    assert len(server.got()) in (6, 8)
    house.run(server.url)
    assert set(server.got().values()) == {1} and len(server.got()) == 20


# --- while the run goes on ------------------------------------------------------------------------


def test_letters_written_while_a_run_goes_on_are_taken_up_by_it(
    house: House, server: Server
) -> None:
    """An answer does not wait for the end of a run that began before it."""
    house.queue(1)

    def another(_: CaughtMessage) -> None:
        if len(house.letters()) < 4:
            house.queue(1 + len(house.letters()))

    server.message = another
    assert house.run(server.url).sent == 4
    assert set(server.got().values()) == {1} and len(server.got()) == 8


def test_a_run_sends_no_more_than_it_was_asked_for(house: House, server: Server) -> None:
    for number in range(5):
        house.queue(number)
    with house.workplace(server.url) as workplace:
        assert deliver(workplace, 3).sent == 3
    assert Counter(row.state for row in house.letters()) == {"sent": 3, "queued": 2}


def test_a_letter_that_waits_for_its_workbook_keeps_no_other_waiting(
    house: House, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two are made ready at once; the ready ones leave meanwhile."""
    house.changes = {"smtp_connections": 1, "reader_workers": 2}
    for number in range(1, 5):
        house.queue(number)
    with house.workplace() as workplace, workplace.engine.begin() as connection:
        connection.execute(
            update(LETTER).where(LETTER.c.id <= 2).values(marking={"file": "", "name": ""})
        )
    both = threading.Barrier(2)
    others_have_left = threading.Event()

    def marked(_workplace: object, row: LetterRow) -> Letter:
        if row.marking is not None:
            both.wait(60)
            assert others_have_left.wait(60)
            row.marking = None
        return outbox.letter_of(row)

    monkeypatch.setattr(packing, "with_marked_workbook", marked)

    def count(_: CaughtMessage) -> None:
        if len(server.taken) == 1:  # this is the second
            others_have_left.set()

    server.message = count
    assert house.run(server.url).sent == 4
    subjects = [email.message_from_bytes(one.content)["Message-ID"] for one in server.taken]
    known = {row.message_id: row.business_key[-1] for row in house.letters()}
    assert {known[subject] for subject in subjects[:2]} == {"3", "4"}


def test_what_fails_while_a_workbook_is_made_ends_the_run_and_loses_nothing(
    house: House, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.queue(1)
    house.queue(2)
    with house.workplace() as workplace, workplace.engine.begin() as connection:
        connection.execute(update(LETTER).values(marking={"file": "", "name": ""}))

    def fails(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(packing, "with_marked_workbook", fails)
    with pytest.raises(OSError, match="no space left"):
        house.run(server.url)
    assert {row.state for row in house.letters()} == {LetterState.QUEUED}
    monkeypatch.setattr(packing, "with_marked_workbook", lambda _, row: outbox.letter_of(row))
    assert house.run(server.url).sent == 2
