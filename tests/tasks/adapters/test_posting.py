"""Letters leave once, to whom they may; what a server answers decides what the record says."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import email
import functools
import itertools
import socketserver
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from config.office_files import load_office
from config.settings import CONFIG_DIR
from models.domain.delivery import RecipientState
from models.domain.identity import message_id
from models.domain.mail import Letter, LetterKind, LetterState, MessageState
from models.domain.office import Office
from models.tables import LetterRow
from tasks.adapters import opening, posting
from tasks.adapters.inbox import open_inbox
from tasks.adapters.intake.collecting import collect
from tasks.adapters.intake.working import work_through
from tasks.adapters.mail_catcher import HANG_UP, CaughtMessage, MailCatcher
from tasks.adapters.maildir import deliver as put_into_maildir
from tasks.adapters.maildir import make_maildir
from tasks.adapters.posting import Posted, deliver
from tasks.adapters.reminding import write_reminders
from tasks.adapters.store import messages, outbox
from tasks.adapters.store.deliveries import failing_addresses
from tasks.adapters.workplace import HouseRules, Workplace

NOON = dt.datetime(2025, 2, 10, 5, tzinfo=dt.UTC)  # a Monday, noon in Hanoi
OFFICE = "baocao@ubnd.haiphong.example"
TO, CC = "syt@haiphong.example", "vanthu@haiphong.example"
SECRET = b"s" * 32

Answer = Callable[[str], str | None]


@functools.cache
def _office() -> Office:
    return load_office(CONFIG_DIR)


class House:
    """An installation whose clock and settings a test turns."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.database_url = database_url
        self.now = NOON
        self.changes: dict[str, Any] = {}
        make_maildir(folder / "mailbox")

    def place(self, smtp_url: str = "") -> Workplace:
        rules = HouseRules(
            secret=SECRET,
            office_address=OFFICE,
            office_name="Văn phòng",
            summary_to=("lanhdao@ubnd.haiphong.example",),
            mailboxes=(f"maildir://{self.folder / 'mailbox'}",),
            smtp_url=smtp_url,
            reader_workers=1,
            reader_memory_mb=1024,
            reader_seconds=20,
            max_message_bytes=40_000_000,
            resend_uncertain=False,
        )
        return Workplace(
            office=_office(),
            rules=dataclasses.replace(rules, **self.changes),
            database_url=self.database_url,
            raw_dir=self.folder / "raw",
            output_dir=self.folder / "output",
            letters_dir=CONFIG_DIR / "letters",
            now=self.now,
        )

    def queue(self, number: int = 1, **changes: Any) -> None:
        """Puts a guidance letter in the outbox."""
        key = f"2025-plan|syt|guidance|{number}"
        letter = Letter(
            business_key=key,
            cycle="2025-plan",
            agency="syt",
            kind=LetterKind.GUIDANCE,
            to=(TO,),
            cc=(CC,),
            subject=f"Hướng dẫn {number}",
            text="Kính gửi Sở Y tế.",
            html="",
            message_id=message_id(SECRET, key, "ubnd.haiphong.example"),
        )
        with self.place() as place, place.engine.begin() as connection:
            outbox.queue(connection, dataclasses.replace(letter, **changes), self.now)

    def run(self, url: str, *, after: dt.timedelta = dt.timedelta(0)) -> Posted:
        """One delivery run, so much later."""
        self.now += after
        with self.place(url) as place:
            return deliver(place, 1000)

    def letters(self) -> list[LetterRow]:
        with self.place() as place, place.engine.begin() as connection:
            return outbox.every_letter(connection)

    def letter(self) -> LetterRow:
        (row,) = self.letters()
        return row

    def states(self) -> Mapping[str, str]:
        """The recipients of the only letter and where each stands."""
        return {a: told["state"] for a, told in self.letter().deliveries.items()}

    def failing(self) -> list[str]:
        with self.place() as place, place.engine.begin() as connection:
            return [one.address for one in failing_addresses(connection)]

    def take_in(self) -> Counter[str]:
        """Collects the mailbox and works through it; how many messages are in each state."""
        with self.place() as place:
            collect(place, open_inbox(place.rules.mailboxes[0], place.now), 1000)
            work_through(place, 1000)
            with place.engine.begin() as connection:
                return Counter(messages.counts_by_state(connection))


class Server:
    """A mail server that keeps what it takes, answers as told and can be told otherwise."""

    def __init__(self, folder: Path) -> None:
        self.recipient: Answer = lambda _address: None
        self.message: Callable[[CaughtMessage], str | None] = lambda _message: None
        self.taken: list[CaughtMessage] = []
        self._lock = threading.Lock()
        self.catcher = MailCatcher(
            folder / "sent",
            on_recipient=lambda address: self.recipient(address),
            on_message=self._on_message,
        )

    def _on_message(self, caught: CaughtMessage) -> str | None:
        answer = self.message(caught)
        if answer is None or answer == HANG_UP:
            with self._lock:
                self.taken.append(caught)
        return answer

    def got(self) -> Counter[tuple[str, str]]:
        """How often each recipient got each letter, by address and Message-ID."""
        return Counter(
            (address, email.message_from_bytes(caught.content)["Message-ID"])
            for caught in self.taken
            for address in caught.recipients
        )

    @property
    def url(self) -> str:
        return self.catcher.url


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> House:
    return House(tmp_path, database_url)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path)
    with made.catcher:
        yield made


def refusing(refused: Mapping[str, str]) -> Answer:
    return lambda address: refused.get(address)


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
    assert len(posted.left) == 1 and "đăng nhập hoặc mã hoá" in posted.left[0]
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
        with house.place(server.url) as place:
            gate.wait(20)
            deliver(place, 1000)

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
    watch = posting.Watch(NOON)
    pace = posting.Pace(30, watch, None)
    turns = [pace.turn() for _ in range(4)]
    assert [round(turn) for turn in turns] == [0, 2, 4, 6]
    just_now = posting.Pace(30, watch, NOON - dt.timedelta(seconds=1))
    assert round(just_now.turn()) == 1, "the last run's letter counts too"
    assert posting.Pace(0, watch, NOON).turn() == 0


# --- uncertain letters ----------------------------------------------------------------------------


def lose_the_answer(server: Server) -> None:
    server.message = lambda _message: HANG_UP


def test_an_own_copy_in_the_mailbox_proves_that_an_uncertain_letter_left(
    house: House, server: Server
) -> None:
    house.changes = {"own_copy": OFFICE}
    house.queue()
    lose_the_answer(server)
    assert len(house.run(server.url).uncertain) == 1
    (caught,) = server.taken
    assert OFFICE in caught.recipients and b"\r\nBcc:" not in caught.content
    later = dt.timedelta(minutes=10)
    assert house.run(server.url, after=later).uncertain == [], "the copy may still be on its way"
    put_into_maildir(house.folder / "mailbox", caught.content, house.now)
    assert house.take_in() == {MessageState.AUTOMATIC: 1}
    assert house.run(server.url, after=later).uncertain == []
    assert house.letter().state == LetterState.SENT
    assert len(server.taken) == 1 and len(house.letters()) == 1


@pytest.mark.parametrize(("resend", "sent"), [(False, 1), (True, 2)])
def test_without_its_copy_the_rule_decides_once_it_has_waited(
    house: House, server: Server, resend: bool, sent: int
) -> None:
    house.changes = {"own_copy": OFFICE, "resend_uncertain": resend}
    house.queue()
    lose_the_answer(server)
    house.run(server.url)
    server.message = lambda _message: None
    house.run(server.url, after=dt.timedelta(minutes=50))
    assert len(server.taken) == 1
    posted = house.run(server.url, after=dt.timedelta(minutes=20))
    assert len(server.taken) == sent
    assert len(server.got()) == 3, "one Message-ID"
    assert set(server.got().values()) == {sent}
    assert len(posted.uncertain) == (0 if resend else 1)


def test_the_copy_of_an_earlier_attempt_proves_nothing_of_a_later_one(
    house: House, server: Server
) -> None:
    house.changes = {"own_copy": OFFICE}
    house.queue()
    server.recipient = refusing({CC: "450 later"})
    house.run(server.url)
    put_into_maildir(house.folder / "mailbox", server.taken[0].content, house.now)
    house.take_in()
    server.recipient = refusing({})
    lose_the_answer(server)
    house.run(server.url, after=dt.timedelta(minutes=30))
    assert house.letter().state == LetterState.UNCERTAIN
    house.run(server.url, after=dt.timedelta(minutes=5))
    assert house.letter().state == LetterState.UNCERTAIN
    assert house.states() == {TO: RecipientState.ACCEPTED, CC: RecipientState.IN_FLIGHT}
    again = b"Received: by mx.example\r\n" + server.taken[1].content
    put_into_maildir(house.folder / "mailbox", again, house.now)
    house.take_in()
    house.run(server.url, after=dt.timedelta(minutes=5))
    assert house.letter().state == LetterState.SENT


def test_a_strangers_mail_with_our_message_id_proves_nothing(house: House, server: Server) -> None:
    house.changes = {"own_copy": OFFICE}
    house.queue()
    lose_the_answer(server)
    house.run(server.url)
    forged = EmailMessage()
    forged["From"] = "ai.do@khac.example"
    forged["Message-ID"] = house.letter().message_id
    forged.set_content("x")
    put_into_maildir(house.folder / "mailbox", forged.as_bytes(), house.now)
    assert house.take_in().total() == 1
    house.run(server.url, after=dt.timedelta(minutes=5))
    assert house.letter().state == LetterState.UNCERTAIN


def test_a_run_that_died_after_its_claim_leaves_the_letter_uncertain(
    house: House, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.queue()

    class Killed(BaseException):
        pass

    def die(*_args: object, **_kwargs: object) -> None:
        raise Killed

    monkeypatch.setattr(posting._Rounds, "_record", die)
    with pytest.raises(Killed):
        house.run(server.url)
    monkeypatch.undo()
    assert house.letter().state == LetterState.SENDING
    assert house.run(server.url, after=dt.timedelta(minutes=14)).uncertain == []
    (told,) = house.run(server.url, after=dt.timedelta(minutes=2)).uncertain
    assert "dừng giữa chừng" in told and told.endswith("chờ người xem")
    assert len(server.taken) == 1
    assert house.run(server.url).uncertain == [], "said once"
    assert house.letter().state == LetterState.UNCERTAIN


# --- reminders that came too late -----------------------------------------------------------------


@pytest.fixture
def asked(house: House) -> House:
    """The health department was asked; its opening letter left long ago."""
    house.now = dt.datetime(2025, 1, 20, 9, 30, tzinfo=dt.UTC)
    with house.place() as place:
        cycle = place.office.cycle("2025-plan")
        opening.ask(place, cycle, [place.office.register.agencies["syt"]])
        with place.engine.begin() as connection:
            connection.execute(outbox.LETTER.update().values(state=LetterState.SENT.value))
    return house


def remind(house: House, at: str) -> None:
    house.now = dt.datetime.fromisoformat(at).astimezone(dt.UTC)
    with house.place() as place:
        write_reminders(place, place.office.cycle("2025-plan"))


def reminders(house: House) -> list[tuple[str, str]]:
    return [(row.step, row.state) for row in house.letters() if row.step]


def test_a_reminder_that_could_not_leave_is_written_anew_with_true_days(
    asked: House, server: Server
) -> None:
    remind(asked, "2025-02-12T09:05:00+07:00")
    assert reminders(asked) == [("truoc_5", "queued")]
    asked.run("smtp://127.0.0.1:9")
    (told,) = asked.run(server.url, after=dt.timedelta(days=1)).withdrawn
    assert "12/02/2025" in told and server.taken == []
    remind(asked, "2025-02-13T09:05:00+07:00")
    asked.run(server.url)
    assert reminders(asked) == [("truoc_5", "withdrawn"), ("truoc_5", "sent")]
    (row,) = [row for row in asked.letters() if row.state == LetterState.SENT and row.step]
    assert "còn 4 ngày làm việc" in row.subject
    assert len({row.message_id for row in asked.letters()}) == 3


def test_after_the_deadline_the_overdue_letter_goes_instead(asked: House, server: Server) -> None:
    remind(asked, "2025-02-19T09:05:00+07:00")
    assert reminders(asked) == [("ngay_cuoi", "queued")]
    asked.now = dt.datetime(2025, 2, 19, 17, 1, tzinfo=dt.UTC)  # past midnight in Hanoi
    assert len(asked.run(server.url).withdrawn) == 1
    remind(asked, "2025-02-20T09:05:00+07:00")
    asked.run(server.url)
    sent = {(step, state) for step, state in reminders(asked)}
    assert ("ngay_cuoi", "withdrawn") in sent and ("qua_han_1", "sent") in sent


def test_a_reminder_put_off_by_every_server_until_the_next_day_is_withdrawn(
    asked: House, server: Server
) -> None:
    remind(asked, "2025-02-12T09:05:00+07:00")
    server.recipient = lambda _address: "450 4.2.0 Greylisted"
    assert asked.run(server.url).deferred == 1
    server.recipient = refusing({})
    assert len(asked.run(server.url, after=dt.timedelta(days=1)).withdrawn) == 1
    assert server.taken == []


def test_an_agency_that_answered_meanwhile_is_not_reminded(asked: House, server: Server) -> None:
    remind(asked, "2025-02-12T09:05:00+07:00")
    answer = EmailMessage()
    with asked.place() as place:
        opened = next(row for row in asked.letters() if not row.step)
        answer["From"] = place.office.register.contacts["syt"].to[0]
        workbook = place.raw_store.get(opened.files[0]["sha256"])
    answer["To"] = opened.reply_to
    answer["Message-ID"] = "<tra-loi@so.example>"
    answer.set_content("Kính gửi Văn phòng.")
    answer.add_attachment(workbook, maintype="application", subtype="zip", filename="sổ.xlsx")
    put_into_maildir(asked.folder / "mailbox", answer.as_bytes(), asked.now)
    asked.now += dt.timedelta(minutes=30)
    assert asked.take_in() == {MessageState.RETURNED: 1}
    (told,) = asked.run(server.url).withdrawn
    assert "đã gửi báo cáo sau khi thư được viết" in told
    assert len(server.taken) == 1, "the verdict alone"


def test_a_reminder_that_some_have_got_reaches_the_others_too(asked: House, server: Server) -> None:
    remind(asked, "2025-02-12T09:05:00+07:00")
    row = next(row for row in asked.letters() if row.step)
    with asked.place() as place, place.engine.begin() as connection:
        connection.execute(
            outbox.LETTER.update().where(outbox.LETTER.c.id == row.id).values(cc=[CC])
        )
    server.recipient = refusing({CC: "450 later"})
    asked.run(server.url)
    server.recipient = refusing({})
    assert asked.run(server.url, after=dt.timedelta(days=1)).withdrawn == []
    assert reminders(asked) == [("truoc_5", "sent")]


def test_other_letters_are_never_too_late(house: House, server: Server) -> None:
    house.queue()
    house.run(server.url, after=dt.timedelta(days=30))
    assert house.letter().state == LetterState.SENT
