"""A person says that the sender of a held message writes for an agency; and takes it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from models.domain.answers.decisions import DecisionKind, DecisionRefused, Signature
from models.domain.cycle.cycles import HANOI
from models.domain.deeds.letter_deeds import MarkContact
from models.domain.deeds.message_deeds import AssignMessage
from models.domain.deeds.version_deeds import WithdrawVersion
from models.domain.letters.offers import Cases, chosen_key
from models.domain.mail.mail import MessageState
from tasks.adapters.boards.open_cases import open_cases
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.mailbox.maildir import deliver
from tasks.adapters.store import address_book, decisions, messages, submissions
from tasks.adapters.workplace import Workplace
from tests.fixtures.held_mail import ARRIVED, held_message, take_in
from tests.fixtures.letters_written import every_letter
from tests.fixtures.one_entry import with_entry
from tests.fixtures.small_workplace import CYCLE, small_workplace

HA = Signature("Nguyễn Thị Hà", "Đã gọi điện, Sở xác nhận.")
PRIVATE = "ba.ha@gmail.example"


@pytest.fixture
def workplace(database_url: str, tmp_path: Path) -> Iterator[Workplace]:
    monday = dt.datetime(2025, 2, 3, 9, tzinfo=HANOI)
    with small_workplace(tmp_path, monday, ("syt", "sdl"), database_url) as workplace:
        yield workplace


def assigned(workplace: Workplace, key: str, *, lasting: bool = True, agency: str = "syt") -> str:
    deed = AssignMessage(
        message=key, cycle=CYCLE, agency=agency, registers_sender=lasting, signed=HA
    )
    done = carry_out(workplace, deed)
    take_in(workplace)
    return done.sentence


def sends(workplace: Workplace, sender: str, agency: str = "syt", number: int = 2) -> str:
    """The agency's own workbook once more, filled in otherwise, from an address; its state."""
    with workplace.engine.begin() as connection:
        letter = next(x for x in every_letter(connection) if x.agency == agency)
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, workplace.rules.office_address
    mail["Subject"], mail["Message-ID"] = "Kế hoạch", f"<{number}@gmail.example>"
    mail.set_content("Kính gửi.")
    content = workplace.raw_store.get(letter.files[0]["sha256"])
    mail.add_attachment(
        with_entry(content, f"{number}/BC"),
        maintype="application",
        subtype="zip",
        filename="kế hoạch.xlsx",
    )
    box = Path(workplace.rules.mailboxes[0].removeprefix("maildir://"))
    deliver(box, mail.as_bytes(), ARRIVED + dt.timedelta(hours=number))
    take_in(workplace)
    with workplace.engine.begin() as connection:
        return str(messages.every_message(connection)[-1]["state"])


def known(workplace: Workplace) -> list[tuple[str, str]]:
    with workplace.engine.begin() as connection:
        return [(x.address, x.agency) for x in address_book.every_known(connection)]


def kinds(workplace: Workplace) -> list[DecisionKind]:
    with workplace.engine.begin() as connection:
        return [d.kind for d in decisions.book(connection).decisions]


def test_the_next_mail_from_a_registered_sender_is_the_agencys_and_answered_to_him_too(
    workplace: Workplace,
) -> None:
    said = assigned(workplace, held_message(workplace))
    assert "Từ nay địa chỉ gửi được coi là của Sở Y tế" in said
    assert PRIVATE not in said
    assert known(workplace) == [(PRIVATE, "syt")]
    assert kinds(workplace) == [DecisionKind.ASSIGN_MESSAGE, DecisionKind.REGISTER_SENDER]
    with workplace.engine.begin() as connection:
        recorded = decisions.book(connection).decisions[-1]
    assert (recorded.by, recorded.agency) == (HA.by, "syt")
    assert PRIVATE not in repr(recorded)

    assert sends(workplace, PRIVATE) == MessageState.RETURNED
    with workplace.engine.begin() as connection:
        verdict = [x for x in every_letter(connection) if x.kind == "verdict"][-1]
    contact = workplace.office.register.contacts["syt"]
    assert verdict.to == list(contact.to)
    assert verdict.cc == [*contact.cc, PRIVATE]


def test_without_it_the_next_mail_waits_again(workplace: Workplace) -> None:
    assigned(workplace, held_message(workplace), lasting=False)
    assert known(workplace) == []
    assert sends(workplace, PRIVATE) == MessageState.HELD


def test_a_registered_sender_speaks_for_no_other_agency(workplace: Workplace) -> None:
    assigned(workplace, held_message(workplace))
    assert sends(workplace, PRIVATE, agency="sdl") == MessageState.HELD


@pytest.mark.parametrize("part", ["to", "cc", "superior"])
def test_whom_the_contacts_name_since_as_another_agencys_speaks_for_the_first_no_more(
    workplace: Workplace, part: str
) -> None:
    """Whoever moved to another office writes for that one, and is told nothing of the first."""
    assigned(workplace, held_message(workplace))
    assert sends(workplace, PRIVATE, number=2) == MessageState.RETURNED
    office = workplace.office
    moved = replace(office.register.contacts["sdl"], **{part: (PRIVATE,)})  # type: ignore[arg-type]
    contacts = {**office.register.contacts, "sdl": moved}
    workplace.office = replace(office, register=replace(office.register, contacts=contacts))
    with workplace.engine.begin() as connection:
        before = len(every_letter(connection))
    assert sends(workplace, PRIVATE, number=3) == MessageState.HELD
    theirs = office.register.contacts["syt"].to[0]
    assert sends(workplace, theirs, number=4) == MessageState.RETURNED
    with workplace.engine.begin() as connection:
        [*_, verdict] = every_letter(connection)[before:]
    assert (verdict.kind, verdict.agency) == ("verdict", "syt")
    assert PRIVATE not in [*verdict.to, *verdict.cc]
    # The contacts name it no more: what was decided stands as it did.
    workplace.office = office
    assert sends(workplace, PRIVATE, number=5) == MessageState.RETURNED


def test_it_can_be_said_afterwards_and_is_said_once(workplace: Workplace) -> None:
    key = held_message(workplace)
    assigned(workplace, key, lasting=False)
    assigned(workplace, key)
    assert known(workplace) == [(PRIVATE, "syt")]
    assert "đang được coi là" in assigned(workplace, key)
    assert kinds(workplace).count(DecisionKind.REGISTER_SENDER) == 1


@pytest.mark.parametrize("by_key", [True, False])
def test_an_address_is_taken_back_by_its_message_or_by_itself(
    workplace: Workplace, *, by_key: bool
) -> None:
    assigned(workplace, held_message(workplace))
    [line] = open_cases(workplace, [Cases.ADDRESSES])[Cases.ADDRESSES]
    assert line.startswith("Sở Y tế · địa chỉ gửi đăng ký ngày ")
    assert "@" not in line
    named = chosen_key(line) if by_key else f" {PRIVATE.upper()} "
    deed = MarkContact(address=named, unregistered=True, signed=HA)
    assert carry_out(workplace, deed).new
    assert not carry_out(workplace, deed).new
    assert known(workplace) == []
    assert kinds(workplace)[-1] is DecisionKind.UNREGISTER_SENDER
    assert sends(workplace, PRIVATE) == MessageState.HELD


def test_with_the_version_goes_what_became_known_by_its_message(workplace: Workplace) -> None:
    key = held_message(workplace)
    assigned(workplace, key)
    with workplace.engine.begin() as connection:
        [version] = submissions.all_of(connection, CYCLE, "syt")
    deed = WithdrawVersion(receipt=version.receipt_number, withdrawn=True, signed=HA)
    assert "không còn được coi là của Sở Y tế" in carry_out(workplace, deed).sentence
    assert known(workplace) == []
    assert sends(workplace, PRIVATE) == MessageState.HELD


@pytest.mark.parametrize(
    ("sender", "why"),
    [
        ("other", "đã có trong danh bạ của Sở Du lịch"),
        ("superior", "lãnh đạo cấp trên"),
        ("office", "địa chỉ của chính Văn phòng"),
        ("token", "địa chỉ của chính Văn phòng"),
        ("ba.ha@gmail.example, ong.ba@gmail.example", "thư ghi nhiều người gửi"),
        ("vanthu@syt.haiph0ng.example", "có thể là địa chỉ giả"),
        ("vanthu@syt-haiphong.example", "có thể là địa chỉ giả"),
        ("vanthu@xn--yt-7lb.gmail.example", "có thể là địa chỉ giả"),
    ],
)
def test_an_address_that_cannot_be_the_agencys_is_refused_and_nothing_is_decided(
    workplace: Workplace, sender: str, why: str
) -> None:
    contacts, ours = workplace.office.register.contacts, workplace.rules.office_address
    named = {
        "other": contacts["sdl"].to[0],
        "superior": contacts["syt"].superior[0],
        "office": ours,
        "token": ours.replace("@", "+abc@"),
    }
    key = held_message(workplace, sender=named.get(sender, sender))
    with pytest.raises(DecisionRefused, match=why):
        assigned(workplace, key)
    assert kinds(workplace) == []
    assert known(workplace) == []


@pytest.mark.parametrize("sender", ["ba.ha@syt.haiphong.example", "ba.ha@tyt.haiphong.example"])
def test_a_colleague_below_the_citys_own_domain_imitates_nobody(
    workplace: Workplace, sender: str
) -> None:
    assigned(workplace, held_message(workplace, sender=sender))
    assert known(workplace) == [(sender, "syt")]


def test_who_stands_in_the_contacts_already_is_not_registered_beside_them(
    workplace: Workplace,
) -> None:
    """His workbook is another agency's: the message is held for that."""
    own = workplace.office.register.contacts["sdl"].to[0]
    key = held_message(workplace, sender=own)
    assert "đang được coi là của Sở Du lịch" in assigned(workplace, key, agency="sdl")
    assert known(workplace) == []
