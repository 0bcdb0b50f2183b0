"""With our mail server's word on senders nothing goes through without it."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from tests.fixtures.worked_office import MakeOffice, Office

OURS = "mx.ubnd.haiphong.example"
PASS = f"{OURS}; dmarc=pass header.from=syt.haiphong.example"


@pytest.fixture
def office(make_office: MakeOffice) -> Office:
    """An office whose mail server checks senders."""
    return make_office(authserv_id=OURS)


def checked(mail: EmailMessage, *results: str) -> bytes:
    """The mail as our server hands it over: what it found stands on top."""
    above = "".join(f"Authentication-Results: {value}\n" for value in results)
    return above.encode() + mail.as_bytes()


def test_signed_registered_and_confirmed_goes_through(office: Office) -> None:
    (row,) = office.receive(checked(office.answer("syt"), PASS))
    assert row["state"] == "returned"
    assert any("DMARC đạt" in reason for reason in row["evidence"])
    assert len(office.letters("verdict")) == 1


def test_what_speaks_for_a_held_workbook_is_not_denied_beside_it(make_office: MakeOffice) -> None:
    office = make_office()
    mail = office.answer(
        "syt", sender="ba.ha@hopthurieng.example", to=office.workplace.rules.office_address
    )
    (row,) = office.receive(mail)
    assert row["state"] == "held"
    assert row["evidence"] == [
        "Địa chỉ gửi chưa có trong danh bạ của Văn phòng. "
        "Văn phòng cần xác nhận đây đúng là báo cáo của Sở Y tế."
    ]


@pytest.mark.parametrize(
    "results",
    [
        [],
        [f"{OURS}; none"],
        [f"{OURS}; dmarc=fail header.from=syt.haiphong.example", PASS],
        ["mx.ke-xau.example; dmarc=pass header.from=syt.haiphong.example"],
    ],
)
def test_a_forged_sender_is_held_and_only_the_registered_contact_has_a_receipt(
    office: Office, results: list[str]
) -> None:
    mail = office.answer("syt")
    del mail["From"]
    mail["From"] = "tonghop@syt.haiphong.example"  # registered, as a copy's address
    (row,) = office.receive(checked(mail, *results))
    assert row["state"] == "held"
    assert "không xác nhận được" in row["reason"]
    contact = office.workplace.office.register.contacts["syt"]
    (letter,) = [x for x in office.letters() if x.kind != "opening"]
    assert (letter.kind, letter.to, letter.cc) == ("receipt", list(contact.to), [])


def test_a_confirmed_private_sender_is_held_though_all_else_is_right(office: Office) -> None:
    mail = office.answer("syt", sender="ai-do@gmail.com")
    (row,) = office.receive(checked(mail, f"{OURS}; dmarc=pass header.from=gmail.com"))
    assert row["state"] == "held"


def test_an_unconfirmed_mail_without_workbook_is_not_guided(office: Office) -> None:
    (row,) = office.receive(office.answer("syt", workbook=False))
    assert row["state"] == "held"
    assert not office.letters("guidance", "receipt")


def test_an_unconfirmed_sender_cannot_try_out(office: Office) -> None:
    (row,) = office.receive(office.answer("syt", subject="[THỬ]"))
    assert row["state"] == "held"
    assert not office.letters("try_out")


def test_where_no_name_is_set_nothing_is_asked(make_office: MakeOffice) -> None:
    office = make_office()
    (row,) = office.receive(checked(office.answer("syt"), f"{OURS}; dmarc=fail"))
    assert row["state"] == "returned"


def test_a_superiors_words_are_for_a_person_and_not_answered_with_guidance(
    make_office: MakeOffice,
) -> None:
    office = make_office()
    superior = office.workplace.office.register.contacts["syt"].superior[0]
    (row,) = office.receive(office.answer("syt", sender=superior, workbook=False))
    assert (row["state"], row["agency"]) == ("held", "syt")
    assert "lãnh đạo cấp trên: cần người đọc" in row["reason"]
    assert not office.letters("guidance", "receipt")


def test_guidance_says_whom_to_call_about_anything_else(make_office: MakeOffice) -> None:
    office = make_office()
    office.receive(office.answer("syt", workbook=False))
    (letter,) = office.letters("guidance")
    cycle = office.workplace.office.cycle(letter.cycle)
    said = " ".join(letter.text.split())
    assert f"xin gia hạn, thay đổi đầu mối, hỏi cách điền), đề nghị gọi {cycle.contact_person}" in (
        said
    )


def test_a_mail_to_the_private_addresses_of_two_agencies_is_for_a_person(
    make_office: MakeOffice,
) -> None:
    office = make_office()
    both = f"{office.opening('syt').reply_to}, {office.opening('sdl').reply_to}"
    (row,) = office.receive(office.answer("syt", sender="ai-do@gmail.com", to=both))
    assert row["state"] == "held"
    assert "nhưng thư trả lời thư Văn phòng gửi Sở Du lịch" in row["reason"]
