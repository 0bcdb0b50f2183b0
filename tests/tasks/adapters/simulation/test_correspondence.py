from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from tasks.adapters.mailbox.maildir import deliver, make_maildir
from tasks.adapters.messages.message_reader import read_message
from tasks.adapters.simulation.correspondence import (
    Correspondent,
    Letterbox,
    LetterNeverCame,
    MailStyle,
    bounce,
    write_reply,
)
from tasks.adapters.simulation.parcels import Enclosure

from .conftest import MORNING

OFFICE = "baocao@vp.example"
CYCLE, WORKBOOK = "KH-2025", "KH-2025_So-Du-lich.xlsx"
WHO = Correspondent("Sở Du lịch", "vanthu@sdl.example", OFFICE)


def opening(**headers: str) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = OFFICE, WHO.address
    mail["Cc"] = "tonghop@sdl.example"
    mail["Reply-To"] = "baocao+ab23@vp.example"
    mail["Message-ID"], mail["Subject"] = "<mo-ky@vp.example>", "Mở kỳ báo cáo"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("Kính gửi")
    mail.add_attachment(b"PK", maintype="application", subtype="octet-stream", filename=WORKBOOK)
    return mail.as_bytes()


@pytest.fixture
def letterbox(tmp_path: Path) -> Letterbox:
    deliver(make_maildir(tmp_path), opening())
    return Letterbox(tmp_path)


def test_an_agency_finds_its_own_letter_with_the_workbook(letterbox: Letterbox) -> None:
    letter = letterbox.opening(WHO.address, CYCLE)
    assert letter.workbooks == {WORKBOOK: b"PK"}
    assert letter.reply_to == "baocao+ab23@vp.example"


def test_a_letter_that_never_came_cannot_be_answered(letterbox: Letterbox) -> None:
    with pytest.raises(LetterNeverCame):
        letterbox.opening("tonghop@sdl.example", CYCLE)
    with pytest.raises(LetterNeverCame):
        letterbox.answer_to(WHO.address, "<cua-toi@sdl.example>")


def test_the_workbook_of_another_cycle_opens_nothing(letterbox: Letterbox) -> None:
    with pytest.raises(LetterNeverCame):
        letterbox.opening(WHO.address, "TK-2025")


def test_letters_delivered_later_are_found_too(letterbox: Letterbox, tmp_path: Path) -> None:
    letterbox.opening(WHO.address, CYCLE)
    deliver(tmp_path, opening(In_Reply_To="<cua-toi@sdl.example>"))
    assert letterbox.answer_to(WHO.address, "<cua-toi@sdl.example>").workbooks


def test_a_reply_goes_to_the_reply_address_and_names_the_letter(letterbox: Letterbox) -> None:
    enclosure = Enclosure("Kế hoạch.xlsx", b"PK")
    letter = letterbox.opening(WHO.address, CYCLE)
    mail = read_message(write_reply(WHO, letter, MailStyle(), [enclosure], MORNING, "1").as_bytes())
    assert (mail.sender, list(mail.recipients)) == (WHO.address, ["baocao+ab23@vp.example"])
    assert "<mo-ky@vp.example>" in mail.references
    assert [(a.name, a.content) for a in mail.attachments] == [("Kế hoạch.xlsx", b"PK")]
    assert mail.automatic == ""


def test_no_blank_of_a_long_subject_is_lost(letterbox: Letterbox) -> None:
    said = "Đề nghị báo cáo: Tổng kết, đánh giá tình hình thực hiện Chỉ thị số 03/CT-UBND năm 2025"
    letter = letterbox.opening(WHO.address, CYCLE)
    for mark in ("Re: ", "Re: [TK-2025] ", "Re: [2025-review] "):
        reply = write_reply(WHO, letter, MailStyle(subject=mark + said), [], MORNING, "1")
        assert read_message(reply.as_bytes()).subject == mark + said


def test_the_same_reply_is_the_same_bytes(letterbox: Letterbox) -> None:
    letter = letterbox.opening(WHO.address, CYCLE)
    first, again = (
        write_reply(WHO, letter, MailStyle(), [Enclosure("a.xlsx", b"PK")], MORNING, "1").as_bytes()
        for _ in range(2)
    )
    assert first == again


def test_a_bounce_is_known_as_automatic_mail(letterbox: Letterbox) -> None:
    mail = read_message(
        bounce(WHO, letterbox.opening(WHO.address, CYCLE), [WHO.address], MORNING).as_bytes()
    )
    assert mail.automatic
    assert mail.sender == "mailer-daemon@sdl.example"
