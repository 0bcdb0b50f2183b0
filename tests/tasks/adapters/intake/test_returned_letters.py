"""A letter that comes back: its state, its addresses, and what the office is told of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from models.domain.register.agencies import Contact
from models.tables import LetterRow
from tasks.adapters.boards.waiting_work import failing_contacts
from tasks.adapters.store import address_book, deliveries
from tasks.adapters.work import consolidating
from tests.fixtures.worked_office import CYCLE, MakeOffice, Office

OFFICE_MAILBOX = "baocao@ubnd.haiphong.example"
DEAD = "550 5.1.1 User unknown"


def report(
    letter: LetterRow,
    *recipients: str,
    action: str = "failed",
    status: str = "5.1.1",
    returned: str | None = None,
    number: int = 0,
) -> bytes:
    """A report of RFC 3464 that returns the letter's headers."""
    blocks = "\n".join(
        f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; {DEAD}\n"
        for address in recipients
    )
    if returned is None:
        returned = f"Message-ID: {letter.message_id}\n"
    return (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail\n"
        f"Message-ID: <{number}@mx.example>\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=B\n\n"
        f"--B\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n{blocks}\n"
        f"--B\nContent-Type: text/rfc822-headers\n\n{returned}\n--B--\n"
    ).encode()


def state_of(office: Office, letter: LetterRow) -> str:
    return next(x.state for x in office.letters() if x.id == letter.id)


def failing(office: Office) -> list[str]:
    with office.workplace.engine.begin() as connection:
        return [x.address for x in address_book.failing_addresses(connection)]


def told(office: Office) -> list[str]:
    with office.workplace.engine.begin() as connection:
        workplace = office.workplace
        found = failing_contacts(workplace.office.register, connection, workplace.now)
        return [one.said for one in found]


@pytest.fixture
def sent(office: Office) -> LetterRow:
    """The opening letter to Sở Y tế, sent to two addresses."""
    letter = office.opening("syt")
    office.send(letter)
    assert len({*letter.to, *letter.cc}) == 2
    return letter


def test_a_letter_that_reached_nobody_is_bounced_and_the_office_told_what_to_do(
    office: Office, sent: LetterRow
) -> None:
    everybody = [*sent.to, *sent.cc]
    (row,) = office.receive(report(sent, *everybody))
    assert (row["state"], row["agency"], row["cycle"]) == ("automatic", "syt", CYCLE)
    assert f"{sent.to[0]}: không phát được, địa chỉ không tồn tại (5.1.1: {DEAD})" in row["reason"]
    assert state_of(office, sent) == "bounced"
    assert failing(office) == sorted(everybody)
    assert len(office.letters()) == 4, "nobody answers a report"
    sentence = next(s for s in told(office) if sent.to[0] in s)
    assert sentence == (
        f"Sở Y tế không nhận được thư từ ngày 21/01/2025 ({', '.join(sorted(everybody))}: địa chỉ "
        "không tồn tại); đề nghị hỏi lại cơ quan và sửa địa chỉ trong danh bạ."
    )
    consolidating.write_summary(office.workplace, office.workplace.office.cycle(CYCLE))
    (summary,) = office.letters("summary")
    said = " ".join(summary.text.split())
    assert "Cơ quan không nhận được thư (1): Sở Y tế" in said
    assert DEAD not in said, "the words of mail servers are for the boards"


def test_part_of_a_letter_coming_back_is_noted_and_all_of_it_in_two_reports_is_all(
    office: Office, sent: LetterRow
) -> None:
    office.receive(report(sent, sent.to[0], number=1))
    assert state_of(office, sent) == "sent"
    assert failing(office) == [sent.to[0]]
    office.receive(report(sent, sent.cc[0], number=2))
    assert state_of(office, sent) == "bounced"


def test_a_delay_changes_nothing_but_is_recorded(office: Office, sent: LetterRow) -> None:
    (row,) = office.receive(report(sent, *sent.to, *sent.cc, action="delayed", status="4.4.1"))
    assert "chưa phát được, máy chủ còn thử tiếp" in row["reason"]
    assert (state_of(office, sent), failing(office)) == ("sent", [])
    with office.workplace.engine.begin() as connection:
        actions = connection.execute(select(deliveries.REPORT.c.action)).scalars().all()
    assert actions == ["delayed", "delayed"]


@pytest.mark.parametrize(
    "returned",
    [
        "Message-ID: <khong-phai@ubnd.haiphong.example>\n",
        "Reply-To: baocao+khongphai@ubnd.haiphong.example\n",
        "Subject: nothing of ours\n",
    ],
)
def test_a_forged_report_changes_nothing(office: Office, sent: LetterRow, returned: str) -> None:
    (row,) = office.receive(report(sent, *sent.to, *sent.cc, returned=returned))
    assert row["state"] == "automatic"
    assert "không nêu mã thư nào của Văn phòng" in row["reason"]
    assert (state_of(office, sent), failing(office)) == ("sent", [])


def test_the_reply_token_and_a_recipient_lead_to_the_letter_too(
    office: Office, sent: LetterRow
) -> None:
    returned = f"Reply-To: {sent.reply_to}\n"
    (row,) = office.receive(report(sent, "ai-do@khac.example", returned=returned, number=1))
    assert "không nêu mã thư nào" in row["reason"]
    office.receive(report(sent, *sent.to, *sent.cc, returned=returned, number=2))
    assert state_of(office, sent) == "bounced"


@pytest.mark.parametrize("named", ["baocao+ban-sao@ubnd.haiphong.example", OFFICE_MAILBOX])
def test_our_own_copy_that_comes_back_is_held_against_nobody(
    make_office: MakeOffice, named: str
) -> None:
    office = make_office(
        contacts={"syt": "vanthu@syt.haiphong.example"},
        own_copy="baocao+ban-sao@ubnd.haiphong.example",
    )
    letter = office.opening("syt")
    office.send(letter)
    assert [*letter.to, *letter.cc] == ["vanthu@syt.haiphong.example"]
    (row,) = office.receive(report(letter, named, status="5.2.2", number=1))
    assert row["reason"].startswith("Bản sao của thư «[KH-2025] Đề nghị báo cáo")
    assert (state_of(office, letter), failing(office)) == ("sent", [])
    office.receive(report(letter, named, *letter.to, number=2))
    assert (state_of(office, letter), failing(office)) == ("bounced", list(letter.to))


def test_a_letter_still_in_the_queue_stays_there(office: Office) -> None:
    letter = office.opening("syt")
    office.receive(report(letter, *letter.to, *letter.cc))
    assert state_of(office, letter) == "queued"


def test_a_forwarding_server_names_its_own_address_of_a_single_recipient(
    make_office: MakeOffice,
) -> None:
    office = make_office(contacts={"syt": "vanthu@syt.example"})
    letter = office.opening("syt")
    office.send(letter)
    office.receive(report(letter, "hop-thu-chung@may-chu-khac.example"))
    assert (state_of(office, letter), failing(office)) == ("bounced", ["vanthu@syt.example"])


def test_who_writes_again_can_be_written_to_again(office: Office, sent: LetterRow) -> None:
    office.receive(report(sent, *sent.to, *sent.cc))
    (row,) = office.receive(office.answer("syt", sender=sent.to[0]), day=2)
    assert row["state"] == "returned"
    assert failing(office) == [sent.cc[0]]
    office.receive(report(sent, sent.to[0], number=9), day=1)
    assert failing(office) == [sent.cc[0]], "the report is older than the mail"


@pytest.mark.parametrize(("status", "left"), [("5.2.2", 0), ("5.1.1", 1)])
def test_a_letter_that_went_since_and_did_not_come_back_mends_what_was_full_but_nothing_dead(
    office: Office, sent: LetterRow, status: str, left: int
) -> None:
    office.receive(report(sent, sent.to[0], status=status))
    office.receive(office.answer("syt", sender=sent.cc[0]))
    (verdict,) = office.letters("verdict")
    office.send(verdict)
    assert len(told(office)) == 1
    office.workplace.now += dt.timedelta(days=3)
    assert len(told(office)) == left


def test_a_mended_address_book_is_no_longer_asked_about(office: Office, sent: LetterRow) -> None:
    office.receive(report(sent, *sent.to, *sent.cc))
    assert len(told(office)) == 1
    known = office.workplace.office
    contacts = {**known.register.contacts, "syt": Contact("syt", ("moi@syt.example",))}
    office.workplace.office = replace(known, register=replace(known.register, contacts=contacts))
    assert told(office) == []


def test_a_returned_workbook_of_ours_is_no_answer_of_anybodys(
    office: Office, sent: LetterRow
) -> None:
    raw = report(sent, *sent.to).decode()
    whole = office.send(sent).decode()
    raw = raw.replace("text/rfc822-headers\n\n" + f"Message-ID: {sent.message_id}\n",
                      "message/rfc822\n\n" + whole)  # fmt: skip
    (row,) = office.receive(raw.encode())
    assert row["state"] == "automatic"
