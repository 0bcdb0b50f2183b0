"""Who is taken for whom: the table of the decision record, cell by cell."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import Path

import pytest

from models.domain.arrivals.answering import answers_due
from models.domain.arrivals.known import ExaminedFile, ExaminedMessage, KnownRecord
from models.domain.mail.authentication import SenderCheck, unclear_sender
from models.domain.mail.mail import LetterKind, MessageState
from models.domain.reading.submissions import IdentityClaim
from models.domain.register.agencies import Contact
from tests.models.domain.arrivals.test_deciding import (
    ADDRESS,
    CYCLE,
    decide,
    known,
    message,
    workbook,
)

RECORD = Path(__file__).parents[4] / "docs/decisions/0027-who-speaks-for-an-agency.md"
A, B = "syt", "sdl"
TO_A, TO_B = (ADDRESS.replace("@", f"+token{n}@") for n in (0, 1))
SENDERS = {
    "registered of A": "vanthu@syt.example",
    "registered of A and B": "chung@hai-so.example",
    "registered of B": "vanthu@sdl.example",
    "same domain as A": "ai-do@syt.example",
    "former domain of A": "ai-do@syt-cu.example",
    "unregistered": "ai-do@gmail.com",
    "A's superior": "pct@thanhpho.example",
    "several, the first of A": "vanthu@syt.example",
    "the drop folder": "",
}
CHECKS = {
    "not asked": None,
    "confirms": SenderCheck(True, "Máy chủ thư xác nhận."),
    "does not confirm": SenderCheck(False, "Máy chủ thư không xác nhận được."),
}


def _named_by(agency: str) -> ExaminedFile:
    """A workbook retyped from scratch."""
    signed = workbook(agency or A)
    read = replace(signed.examination, claim=None, guessed=bool(agency), agency=agency)
    return replace(signed, examination=read)


def _broken() -> ExaminedFile:
    claim = IdentityClaim(CYCLE, A, "", "bc1:forged")
    return replace(workbook(A), examination=replace(workbook(A).examination, claim=claim))


BROUGHT = {
    "signed": (workbook(A), ADDRESS),
    "signed, reply": (workbook(A), TO_A),
    "retyped": (_named_by(A), ADDRESS),
    "retyped, reply": (_named_by(A), TO_A),
    "nameless": (_named_by(""), ADDRESS),
    "nameless, reply": (_named_by(""), TO_A),
    "signed for B": (workbook(B), ADDRESS),
    "signed, reply to B": (workbook(A), TO_B),
    "broken signature, reply": (_broken(), TO_A),
}


def _record() -> KnownRecord:
    found = known(A, B)
    both = SENDERS["registered of A and B"]
    contacts = {
        A: Contact(
            A,
            (SENDERS["registered of A"],),
            (both,),
            (SENDERS["A's superior"],),
            domains=("syt-cu.example",),
        ),
        B: Contact(B, (SENDERS["registered of B"],), (both,)),
    }
    register = replace(found.office.register, contacts=contacts)
    return replace(found, office=replace(found.office, register=register))


def _arrived(who: str, server: str, what: str) -> ExaminedMessage:
    file, to = BROUGHT[what]
    made = message(file, sender=SENDERS[who], to=to)
    if who == "the drop folder":
        return replace(made, mail=None, message_id="")
    check = CHECKS[server]
    if who.startswith("several"):  # which of them our server checked nobody knows
        check = unclear_sender("thư ghi nhiều người gửi")
    return replace(made, check=check)


def _rows() -> list[tuple[str, str, str, str]]:
    text = RECORD.read_text()
    table = re.search(r"<!-- table -->\n(.*)\n<!-- /table -->", text, re.DOTALL)
    assert table is not None
    head, _, *lines = (
        [cell.strip() for cell in line.strip("|").split("|")] for line in table[1].splitlines()
    )
    return [
        (who, server, what, said)
        for who, server, *cells in lines
        for what, said in zip(head[2:], cells, strict=True)
    ]


@pytest.mark.parametrize(("who", "server", "what", "said"), _rows())
def test_the_record_says_what_becomes_of_a_workbook(
    who: str, server: str, what: str, said: str
) -> None:
    if said == "-":
        return
    record = _record()
    decided, after = decide(record, _arrived(who, server, what))
    agency = {"taken": A, "taken for B": B}.get(said, "")
    assert (decided.decision.state is MessageState.ACCEPTED) == bool(agency)
    if agency:
        assert [v.record.agency for v in decided.versions] == [agency]
        return
    assert said == "held"
    assert decided.decision.state is MessageState.HELD
    assert decided.decision.reason.endswith((".", "!"))
    assert not decided.versions
    # Whoever is told that something came is registered.
    registered = {*(SENDERS[f"registered of {x}"] for x in ("A", "B", "A and B"))}
    for letter in answers_due(after, decided):
        assert letter.content.kind is LetterKind.RECEIPT
        assert {*letter.targets.to, *letter.targets.cc} <= registered


def test_the_record_names_every_case() -> None:
    mails = itertools.product([s for s in SENDERS if s != "the drop folder"], CHECKS, BROUGHT)
    dropped = itertools.product(["the drop folder"], ["not asked"], BROUGHT)
    assert {row[:3] for row in _rows()} == {*mails, *dropped}
    assert len(_rows()) == len({row[:3] for row in _rows()})


def test_who_holds_a_letter_of_ours_and_no_address_has_one_witness_and_is_told_so() -> None:
    decided, after = decide(_record(), _arrived("unregistered", "not asked", "signed, reply"))
    assert "cần xác nhận đây đúng là báo cáo của" in decided.decision.reason
    assert "chưa có trong danh bạ" in decided.decision.reason
    [letter] = answers_due(after, decided)
    assert letter.targets.to == (SENDERS["registered of A"],)
