"""Letters whose fate is unknown, and reminders that would no longer be true."""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage

import pytest

from models.domain.mail.delivery import RecipientState
from models.domain.mail.mail import LetterState, MessageState
from tasks.adapters.mailbox.maildir import deliver as put_into_maildir
from tasks.adapters.post import posting
from tasks.adapters.post.mail_catcher import HANG_UP
from tasks.adapters.store import outbox
from tasks.adapters.work import opening
from tasks.adapters.work.reminding import write_reminders
from tests.fixtures.mail_house import CC, OFFICE, TO, House, Server, refusing

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
    with house.workplace() as workplace:
        cycle = workplace.office.cycle("2025-plan")
        opening.ask(workplace, cycle, [workplace.office.register.agencies["syt"]])
        with workplace.engine.begin() as connection:
            connection.execute(outbox.LETTER.update().values(state=LetterState.SENT.value))
    return house


def remind(house: House, at: str) -> None:
    house.now = dt.datetime.fromisoformat(at).astimezone(dt.UTC)
    with house.workplace() as workplace:
        write_reminders(workplace, workplace.office.cycle("2025-plan"))


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
    with asked.workplace() as workplace:
        opened = next(row for row in asked.letters() if not row.step)
        answer["From"] = workplace.office.register.contacts["syt"].to[0]
        workbook = workplace.raw_store.get(opened.files[0]["sha256"])
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
    with asked.workplace() as workplace, workplace.engine.begin() as connection:
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
