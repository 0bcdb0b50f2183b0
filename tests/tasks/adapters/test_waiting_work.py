"""What waits at the office: mail to be decided, and mail that a newer report has overtaken."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models.domain.desk.todays_work import TaskKind
from models.domain.results.waiting import Waiting, WaitingKind, asked_of, told_whole
from tasks.adapters.boards.mail_boards import holding_pen
from tasks.adapters.boards.waiting_work import waiting_work
from tasks.adapters.desk.todays_work import todays_tasks
from tasks.adapters.results.choosing import results_of
from tasks.adapters.store import messages
from tasks.adapters.work import office_waits as lying
from tests.fixtures.november import november
from tests.fixtures.simulated_answers import real_office
from tests.fixtures.small_workplace import small_workplace

HOUR = dt.timedelta(hours=1)


def held(agency: str, received_at: dt.datetime, *others: str, said: str = "") -> dict[str, Any]:
    return {
        "agency": agency,
        "cycle": "2025-review",
        "received_at": received_at,
        "may_be_of": list(others),
        "said": said,
        "reason": "Cần xác định bản chính.",
        "sender": f"{agency}@mau.example",
        "name": "",
    }


@pytest.fixture
def waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What is told of held mail after the simulated review."""

    def told(*rows: dict[str, Any]) -> list[Waiting]:
        made, _ = november()
        monkeypatch.setattr(messages, "in_state", lambda *_: list(rows))
        with (
            small_workplace(tmp_path, made.as_of, ()) as workplace,
            workplace.engine.begin() as connection,
        ):
            return list(waiting_work(real_office(), connection, made.consolidation, [], made.as_of))

    return told


def test_mail_that_a_newer_accepted_report_has_overtaken_is_no_decision(waiting) -> None:
    _, standings = november()
    done = [s for s in standings if s.counted and not s.owes]
    one, other = done[:2]
    owing = next(s for s in standings if s.owes)
    at = one.counted[-1].received_at
    found = waiting(
        held(one.agency, at - HOUR),
        held(one.agency, at - 2 * HOUR, other.agency),
        held(one.agency, at - HOUR, owing.agency),  # may be of who still owes
        held(one.agency, at + HOUR),  # may correct what was accepted
        held(one.agency, at - HOUR, said="question"),
        held(owing.agency, at - HOUR),
    )
    kinds = [case.kind for case in found]
    assert kinds.count(WaitingKind.OVERTAKEN) == 2
    assert kinds.count(WaitingKind.HELD) == 4

    [line] = asked_of(found)
    assert line.startswith("Thư chờ Văn phòng xử lý (4): ")
    assert "; nhận từ ngày " in line
    # What clerks file is no matter of the leaders'.
    assert sum("đã có báo cáo khác được tiếp nhận" in said for said in told_whole(found)) == 3


def test_who_was_asked_which_workbook_counts_waits_for_no_decision(
    waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, standings = november()
    one, other = [s.agency for s in standings if s.owes][:2]
    at = made.as_of - HOUR
    chosen = [replace(a, chooses=a.agency == one) for a in made.consolidation.agencies]
    told = replace(made, consolidation=replace(made.consolidation, agencies=chosen))
    monkeypatch.setattr("tests.tasks.adapters.test_waiting_work.november", lambda: (told, ()))
    found = waiting(held(one, at), held(one, at, said="question"), held(other, at))
    whose = real_office().register.agency_name
    assert [case.name for case in found] == [whose(one), whose(other)], "words are yet to be read"


def test_where_all_is_overtaken_nothing_is_asked(waiting) -> None:
    _, standings = november()
    one = next(s for s in standings if s.counted and not s.owes)
    found = waiting(held(one.agency, one.counted[-1].received_at - HOUR))
    assert found and asked_of(found) == []


@pytest.mark.parametrize(
    ("cycle", "hours", "said", "told"),
    [
        ("2025-review", -1, "", True),
        ("", -1, "", True),  # it says no cycle
        ("2025-review", 1, "", False),  # it may correct what was accepted
        ("2025-review", -1, "question", False),
        ("2025-plan", -1, "", False),  # another cycle's
    ],
)
def test_desk_and_board_tell_of_overtaken_mail_that_it_is_only_to_be_filed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cycle: str, hours: int, said: str, told: bool
) -> None:
    made, standings = november()
    one = next(s for s in standings if s.counted and not s.owes)
    mail = {
        **held(one.agency, one.counted[-1].received_at + hours * HOUR, said=said),
        "cycle": cycle,
        "key": "ab" * 32,
        "subject": "Báo cáo",
        "evidence": [],
    }
    monkeypatch.setattr(messages, "in_state", lambda *_: [dict(mail)])
    review = real_office().cycle("2025-review")
    with (
        small_workplace(tmp_path, made.as_of, ()) as workplace,
        workplace.engine.begin() as connection,
    ):
        results = [results_of(workplace, connection, review)]
        [task] = [
            task
            for task in todays_tasks(workplace, connection, results, lambda _: standings)
            if task.kind is TaskKind.HELD
        ]
        board = holding_pen(real_office().register, connection, {review.code: lambda: standings})
    [row] = board.rows
    for why in (task.why, str(row["Vì sao phải xem"])):
        assert why.startswith("Không còn phải quyết định: ") is told
        assert why.endswith("Cần xác định bản chính."), "nothing of the reason is lost"


@pytest.mark.parametrize(
    ("hours", "said", "told"),
    [
        (-1, "", False),  # overtaken: only to be filed
        (1, "", True),  # it may correct what was accepted
        (-1, "question", True),
    ],
)
def test_the_alarm_of_mail_held_long_leaves_out_what_was_overtaken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hours: int, said: str, told: bool
) -> None:
    _, standings = november()
    one = next(s for s in standings if s.counted and not s.owes)
    mail = {
        **held(one.agency, one.counted[-1].received_at + hours * HOUR, said=said),
        "decided_at": None,
        "subject": "Báo cáo",
    }
    monkeypatch.setattr(messages, "in_state", lambda *_: [dict(mail)])
    monkeypatch.setattr(lying, "standings_of_cycle", lambda *_: standings)
    later = one.counted[-1].received_at + dt.timedelta(days=14)
    with (
        small_workplace(tmp_path, later, ()) as workplace,
        workplace.engine.begin() as connection,
    ):
        found = lying.office_waits(workplace, connection, [real_office().cycle("2025-review")])
    whose = real_office().register.agency_name(one.agency)
    assert [line.startswith(f"{whose}: «Báo cáo»") for line in found.held_long] == [True] * told
