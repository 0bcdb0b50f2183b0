"""Every decision on SQLite and PostgreSQL: the same record, however often each is given."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from models.domain.approval import Answer, ApprovalRules
from models.domain.consolidation import Side, code_of
from models.domain.cycles import HANOI
from models.domain.decisions import DecisionKind
from models.domain.mail import LetterKind, LetterState
from models.domain.offers import Cases
from tasks.adapters import approving, desk, desk_checks, desk_mail, desk_returns, ruling
from tasks.adapters.boards import boards
from tasks.adapters.consolidating import write_summary
from tasks.adapters.desk import Done, Signature
from tasks.adapters.desk_mail import Recipients
from tasks.adapters.open_cases import open_cases
from tasks.adapters.store import decisions, messages, outbox
from tasks.adapters.workplace import Workplace
from tests.fixtures.held_mail import held_message
from tests.fixtures.small_office import commits, small_office, standing
from tests.fixtures.small_workplace import CYCLE, small_workplace

HA = Signature("Nguyễn Thị Hà", "Đã gọi điện, cơ quan xác nhận.")
MONDAY = dt.datetime(2025, 2, 3, 9, tzinfo=HANOI)
LATER, DUE = dt.date(2025, 2, 27), dt.date(2025, 2, 19)
TIMES = 10


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Iterator[Workplace]:
    with small_workplace(tmp_path, MONDAY, ("syt", "sdl"), database_url) as place:
        yield place


def letter_in(place: Workplace, agency: str, state: LetterState) -> str:
    """An opening letter brought into a state; its key."""
    with place.engine.begin() as connection:
        found = (outbox.LETTER.c.agency == agency, outbox.LETTER.c.kind == LetterKind.OPENING)
        connection.execute(update(outbox.LETTER).where(*found).values(state=state.value))
        return next(
            x.business_key
            for x in outbox.every_letter(connection)
            if (x.agency, x.kind) == (agency, LetterKind.OPENING)
        )


def everything(place: Workplace) -> tuple[object, ...]:
    """Decisions, letters with their states, messages with theirs."""
    with place.engine.begin() as connection:
        return (
            [(d.kind, d.subject, d.until) for d in decisions.book(connection).decisions],
            [(x.business_key, x.state, x.to) for x in outbox.every_letter(connection)],
            [(m["key"], m["state"]) for m in messages.every_message(connection)],
        )


def given_ten_times(place: Workplace, give: Callable[[], Done]) -> None:
    """The first time it is new; after nine times more nothing has changed."""
    assert give().new
    before = everything(place)
    assert [give().new for _ in range(TIMES - 1)] == [False] * (TIMES - 1)
    assert everything(place) == before


def test_every_decision_given_ten_times_is_one_row_on_either_database(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = desk_returns.Reply("Đề nghị lãnh đạo Sở ký rồi gửi lại.")
    returned = held_message(place)
    arrived = MONDAY - dt.timedelta(days=1)
    stuck = letter_in(place, "sdl", LetterState.FAILED)
    lost = letter_in(place, "syt", LetterState.UNCERTAIN)
    address = place.office.register.contacts["syt"].to[0]
    sheet = next(s.title for s in place.office.form_of(place.office.cycle(CYCLE)).sheets[2:])
    again = Recipients.EVERYBODY
    for give in (
        lambda: desk.extend_deadline(place, CYCLE, "syt", LATER, HA),
        lambda: desk.extend_deadline(place, CYCLE, "syt", DUE, HA),
        lambda: desk.exempt_agency(place, CYCLE, "sdl", True, HA),
        lambda: desk.exempt_agency(place, CYCLE, "sdl", False, HA),
        lambda: desk_checks.exempt_sheet(place, CYCLE, "syt", sheet, True, HA),
        lambda: desk_checks.exempt_sheet(place, CYCLE, "syt", sheet, False, HA),
        lambda: desk_checks.waive_rule(place, CYCLE, "syt", "BB-01", LATER, HA),
        lambda: desk_checks.correct_arrival(place, returned, arrived, HA),
        lambda: desk_returns.return_message(place, returned, reply, HA),
        lambda: desk_mail.mark_address(place, address, True, HA),
        lambda: desk_mail.mark_address(place, address, False, HA),
        lambda: desk_mail.send_again(place, stuck, again, HA),
        lambda: desk_mail.settle_letter(place, lost, True, HA),
        lambda: desk.freeze_cycle(place, CYCLE, True, HA),
        lambda: desk.freeze_cycle(place, CYCLE, False, HA),
    ):
        given_ten_times(place, give)

    rejected = held_message(place, "sdl", "ba.du@gmail.example")
    assert open_cases(place, [Cases.HELD])[Cases.HELD]
    given_ten_times(place, lambda: desk.reject_message(place, rejected[:8], HA))
    assigned = held_message(place, "syt", "ba.ba@gmail.example")
    given_ten_times(place, lambda: desk.assign_message(place, assigned, CYCLE, "syt", HA))

    place.rules = dataclasses.replace(
        place.rules,
        summary_to=("lanhdao@ubnd.example",),
        approval=ApprovalRules(dt.timedelta(days=1), send_unanswered=False, reminded=()),
    )
    write_summary(place, place.office.cycle(CYCLE))
    [draft] = approving.drafts_waiting(place)
    given_ten_times(
        place, lambda: approving.decide_on(place, draft, Answer.SEND, HA.by, "Gửi ngay.")
    )

    place.office = small_office(place.office)
    said = [standing("stc", commits("budget", "118")), standing("cuc_thue", commits("budget", "2"))]
    monkeypatch.setattr(ruling, "standings_of_cycle", lambda *_, **__: said)
    with place.engine.begin() as connection:
        found = ruling.consolidated(place, connection, place.office.cycle(CYCLE))
    code = code_of(found.conflicts[0])
    given_ten_times(place, lambda: ruling.rule_on_conflict(place, "", code, Side.RIGHT, HA))

    with place.engine.begin() as connection:
        kinds = [d.kind for d in decisions.book(connection).decisions]
    assert set(kinds) == set(DecisionKind) - {DecisionKind.HOLD_BACK}
    assert len(kinds) == len(set(kinds))
    shown = {board.key: board for board in boards(place, [])}
    assert len(shown["so-quyet-dinh"].rows) == len(kinds)
