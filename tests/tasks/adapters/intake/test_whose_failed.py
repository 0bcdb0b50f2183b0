"""A message held because the program failed on it names its sender and, where sure, the agency."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest

from tasks.adapters.intake import unfolding, working
from tasks.adapters.intake.working import ATTEMPTS, work_through
from tasks.adapters.mailbox.maildir import deliver
from tasks.adapters.standings import standings_of_cycle
from tests.fixtures.worked_office import CYCLE, MakeOffice, Office

FAILING = "Authentication-Results: mx.vp.example; dmarc=fail header.from=syt.haiphong.example\n"


def held(office: Office, broken: pytest.MonkeyPatch, raw: bytes) -> dict[str, Any]:
    """The row of a mail on which the program fails until it gives it to a person."""

    def fails(*_: object, **__: object) -> NoReturn:
        raise ValueError("của chương trình")

    with broken.context() as during:
        during.setattr(working, "decide_arrival", fails)
        deliver(office.mailbox, raw, office.workplace.now)
        office.work()
        for _ in range(ATTEMPTS - 1):
            work_through(office.workplace, 1000)
    (row,) = office.rows()
    assert (row["state"], row["own_fault"]) == ("held", True)
    return row


def waits(office: Office) -> dict[str, int]:
    workplace = office.workplace
    with workplace.engine.begin() as connection:
        found = standings_of_cycle(workplace, connection, workplace.office.cycle(CYCLE))
    return {s.agency: s.held for s in found if s.held}


def test_it_names_the_agency_whose_address_it_came_from_and_who_waits_for_the_office(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = held(office, monkeypatch, office.answer("syt").as_bytes())
    assert (row["agency"], row["cycle"]) == ("syt", CYCLE)
    assert row["sender"] == office.workplace.office.register.contacts["syt"].to[0]
    assert row["subject"] == "Kế hoạch"
    assert waits(office) == {"syt": 1}


def test_a_sender_whom_nobody_knows_names_himself_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = office.answer("syt", sender="ai.do@la.example", to="baocao@ubnd.haiphong.example")
    row = held(office, monkeypatch, mail.as_bytes())
    assert (row["agency"], row["cycle"], row["sender"]) == ("", "", "ai.do@la.example")
    assert waits(office) == {}


def test_a_sender_whom_our_server_does_not_confirm_silences_no_reminder(
    make_office: MakeOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = make_office(authserv_id="mx.vp.example")
    mail = office.answer("syt", to="baocao@ubnd.haiphong.example").as_bytes()
    row = held(office, monkeypatch, FAILING.encode() + mail)
    assert (row["agency"], row["sender"]) == ("", "vanthu@syt.haiphong.example")
    assert waits(office) == {}


def test_where_the_header_itself_cannot_be_read_the_message_is_held_all_the_same(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> NoReturn:
        raise LookupError("unknown charset")

    monkeypatch.setattr(unfolding, "read_message", fails)
    row = held(office, monkeypatch, office.answer("syt").as_bytes())
    assert (row["agency"], row["sender"]) == ("", "")
