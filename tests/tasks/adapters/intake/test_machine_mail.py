"""A hundred machines write to the office: each mail is recorded, none is answered."""

from __future__ import annotations

from collections import Counter

from models.domain.mail.mail import LetterState
from models.tables import LetterRow
from tasks.adapters.store import address_book
from tests.fixtures.machine_mail import BOUNCES, DELAYS, EVERY, OTHERS, Ours
from tests.fixtures.worked_office import MakeOffice, Office


def about(letter: LetterRow) -> Ours:
    return Ours(letter.message_id, letter.reply_to, letter.to[0], letter.subject)


def numbered(raw: bytes, number: int) -> bytes:
    return f"Message-ID: <{number}@machine.example>\n".encode() + raw


def test_no_machine_draws_an_answer_and_each_report_changes_what_it_should(
    make_office: MakeOffice,
) -> None:
    codes = [*make_office(agencies=("syt",)).workplace.office.register.agencies]
    reports = {
        **{f"b{n}": b for n, b in BOUNCES.items()},
        **{f"d{n}": d for n, d in DELAYS.items()},
    }
    # The last one's letter is that which all the others write about.
    asked = tuple(codes[: len(reports) + 1])
    office = make_office(agencies=asked, contacts={c: f"{c}@so.example" for c in asked})
    letters = [office.opening(code) for code in asked]
    for letter in letters:
        office.send(letter)
    of = dict(zip(reports, letters, strict=False))
    mails = [build(about(of[name])) for name, build in reports.items()]
    mails += [build(about(letters[-1])) for build in OTHERS.values()]
    rows = office.receive(*(numbered(raw, number) for number, raw in enumerate(mails)))
    assert len(rows) == len(EVERY)
    assert Counter(row["state"] for row in rows) == {"automatic": len(rows)}
    assert all(row["reason"] for row in rows)
    assert {letter.kind for letter in office.letters()} == {"opening"}
    states = {letter.id: letter.state for letter in office.letters()}
    wrong = [
        name
        for name, letter in of.items()
        if states[letter.id] != (LetterState.BOUNCED if name[0] == "b" else LetterState.SENT)
    ]
    assert not wrong
    assert failing(office) == sorted(of[name].to[0] for name in reports if name[0] == "b")


def failing(office: Office) -> list[str]:
    with office.workplace.engine.begin() as connection:
        return [one.address for one in address_book.failing_addresses(connection)]


def test_a_machine_that_brings_a_workbook_is_held_and_a_list_gets_its_agency_a_receipt(
    office: Office,
) -> None:
    machine = office.answer("sdl", remark="a")
    machine["Auto-Submitted"] = "auto-generated"
    (row,) = office.receive(machine)
    assert (row["state"], office.letters("receipt")) == ("held", [])
    listed = office.answer("syt", remark="b")
    listed["List-Id"] = "<van-thu.syt.example>"
    (row,) = office.receive(listed)
    assert (row["state"], row["agency"]) == ("held", "syt")
    (receipt,) = office.letters("receipt")
    assert (receipt.agency, receipt.to) == ("syt", office.opening("syt").to)
    newsletter = office.answer("stp", workbook=False)
    newsletter["List-Id"] = "<van-thu.stp.example>"
    (row,) = office.receive(newsletter)
    assert (row["state"], len(office.letters("receipt"))) == ("automatic", 1)
