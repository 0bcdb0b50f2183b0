"""One message with the workbooks of two agencies, one taken and one for a person."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from models.domain.answers.decisions import Signature
from models.domain.deeds.message_deeds import AssignMessage
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.decisions.message_decisions import still_held
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import messages
from tasks.adapters.store.outbox import LETTER
from tests.fixtures.one_entry import with_entry
from tests.fixtures.worked_office import Office

CYCLE = "2025-plan"
HA = Signature("Nguyễn Thị Hà", "Sở Du lịch gửi nhờ thư.")


@pytest.fixture
def mixed(office: Office) -> dict[str, Any]:
    """Sở Y tế's mail, with its own workbook and that of Sở Du lịch."""
    mail = office.answer("syt", workbook=False)
    for agency in ("syt", "sdl"):
        content = with_entry(office.workbook(agency), "1/KH")
        mail.add_attachment(
            content, maintype="application", subtype="zip", filename=f"{agency}.xlsx"
        )
    [row] = office.receive(mail)
    assert row["state"] == "held"
    assert versions(office) == {"syt": [1]}
    return dict(row)


def versions(office: Office) -> dict[str, list[int]]:
    with office.workplace.engine.begin() as connection:
        cycle = office.workplace.office.cycle(CYCLE)
        standings = standings_of_cycle(office.workplace, connection, cycle)
    return {s.agency: [v.version for v in s.versions] for s in standings if s.versions}


def files(office: Office, key: str) -> dict[str, tuple[str, str, str]]:
    statement = messages.FILE.select().where(messages.FILE.c.message_key == key)
    with office.workplace.engine.begin() as connection:
        return {f.name: (f.state, f.reason, f.sha256) for f in connection.execute(statement)}


def test_said_to_be_the_first_agencys_the_other_workbook_is_not_taken_for_it(
    office: Office, mixed: dict[str, Any]
) -> None:
    carry_out(
        office.workplace, AssignMessage(message=mixed["key"], cycle=CYCLE, agency="syt", signed=HA)
    )
    office.work()
    assert versions(office) == {"syt": [1]}
    waits = still_held(office.workplace.engine, mixed["key"])
    assert waits is not None and "Tệp là bản chính" in waits.sentence


@pytest.mark.parametrize("chosen", [True, False])
def test_said_to_be_the_second_agencys_what_was_taken_for_the_first_stays_as_it_is(
    office: Office, mixed: dict[str, Any], chosen: bool
) -> None:
    digest = files(office, mixed["key"])["sdl.xlsx"][2] if chosen else ""
    carry_out(
        office.workplace,
        AssignMessage(message=mixed["key"], cycle=CYCLE, agency="sdl", signed=HA, main_file=digest),
    )
    office.work()
    assert versions(office) == {"syt": [1], "sdl": [1]}
    state, reason, _ = files(office, mixed["key"])["syt.xlsx"]
    assert state == "duplicate" and "đã là phiên bản 1 của Sở Y tế" in reason
    [letter] = [one for one in office.letters("verdict") if one.agency == "sdl"]
    assert "syt.xlsx" not in letter.text


def test_a_scan_in_a_thread_of_two_cycles_keeps_no_assigned_message_waiting(
    office: Office,
) -> None:
    opening, other = office.opening("syt"), office.opening("stp")
    with office.workplace.engine.begin() as connection:
        statement = update(LETTER).where(LETTER.c.id == other.id)
        connection.execute(statement.values(cycle="2025-review", agency="syt"))
    mail = office.answer("syt", to=office.workplace.rules.office_address, workbook=False)
    mail["References"] = f"{opening.message_id} {other.message_id}"
    mail.add_attachment(b"%PDF-1.4 scan", maintype="application", subtype="pdf", filename="a.pdf")
    content = office.workbook("sdl")
    mail.add_attachment(content, maintype="application", subtype="zip", filename="sdl.xlsx")
    [row] = office.receive(mail)
    assert row["state"] == "held"
    carry_out(
        office.workplace, AssignMessage(message=row["key"], cycle=CYCLE, agency="sdl", signed=HA)
    )
    assert not office.work().failures
    assert versions(office) == {"sdl": [1]}
