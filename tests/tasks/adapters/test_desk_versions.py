"""The desk: a version that was withdrawn counts nowhere, and its message can be assigned anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.domain.cycles import HANOI
from models.domain.decisions import DecisionRefused
from models.domain.mail import LetterKind, LetterState, MessageState
from models.domain.offers import Cases, chosen_key
from tasks.adapters import desk
from tasks.adapters.boards import boards
from tasks.adapters.desk import Signature
from tasks.adapters.desk_versions import withdraw_version
from tasks.adapters.open_cases import open_cases
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import messages, outbox, submissions
from tasks.adapters.workplace import Workplace
from tests.fixtures.held_mail import held_message, take_in
from tests.fixtures.small_workplace import CYCLE, small_workplace

HA = Signature("Nguyễn Thị Hà", "Thư này không phải của Sở Du lịch.")


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Iterator[Workplace]:
    wednesday = dt.datetime(2025, 2, 5, 9, tzinfo=HANOI)
    with small_workplace(tmp_path, wednesday, ("syt", "sdl"), database_url) as place:
        yield place


def versions(place: Workplace) -> dict[str, list[int]]:
    """Numbers of the versions that count, by agency."""
    with place.engine.begin() as connection:
        found = standings_of_cycle(place, connection, place.office.cycle(CYCLE))
    return {s.agency: [v.version for v in s.versions] for s in found}


def assigned(place: Workplace, agency: str) -> str:
    """A held message assigned to the agency and worked on; its key."""
    key = held_message(place)
    desk.assign_message(place, key, CYCLE, agency, HA)
    take_in(place)
    return key


def test_a_withdrawn_version_counts_nowhere_and_its_message_is_assigned_anew(
    place: Workplace,
) -> None:
    key = assigned(place, "sdl")
    assert versions(place) == {"syt": [], "sdl": [1]}
    [line] = open_cases(place, [Cases.VERSIONS])[Cases.VERSIONS]
    assert "Sở Du lịch · phiên bản 1" in line

    done = withdraw_version(place, chosen_key(line), HA)
    assert done.new and "Sở Du lịch, phiên bản 1 (KH-2025/" in done.sentence
    for _ in range(3):
        assert not withdraw_version(place, chosen_key(line), HA).new
        take_in(place)
    assert versions(place) == {"syt": [], "sdl": []}
    assert open_cases(place, [Cases.VERSIONS])[Cases.VERSIONS] == []
    with place.engine.begin() as connection:
        [message] = messages.every_message(connection)
        assert submissions.count(connection, CYCLE) == 1  # the record keeps it
    assert (message["state"], message["agency"]) == (MessageState.HELD, "")
    assert "đã thu hồi theo quyết định của Nguyễn Thị Hà" in message["reason"]
    shown = next(board for board in boards(place, []) if board.key == "so-quyet-dinh")
    assert any(row["Về"] == chosen_key(line) for row in shown.rows)

    assert desk.assign_message(place, key, CYCLE, "syt", HA).new
    take_in(place)
    assert desk.still_held(place, key) == ""
    assert versions(place) == {"syt": [1], "sdl": []}
    with place.engine.begin() as connection:
        letters = outbox.every_letter(connection)
    verdicts = [(x.agency, x.state) for x in letters if x.kind == LetterKind.VERDICT]
    assert verdicts == [("sdl", LetterState.WITHDRAWN), ("syt", LetterState.QUEUED)]


def test_what_is_assigned_to_the_same_agency_again_becomes_its_next_version(
    place: Workplace,
) -> None:
    key = assigned(place, "sdl")
    [line] = open_cases(place, [Cases.VERSIONS])[Cases.VERSIONS]
    withdraw_version(place, chosen_key(line), HA)
    assert desk.assign_message(place, key, CYCLE, "sdl", HA).new
    take_in(place)
    assert versions(place) == {"syt": [], "sdl": [2]}


def test_nothing_is_withdrawn_that_is_not_there_or_from_a_closed_cycle(place: Workplace) -> None:
    with pytest.raises(DecisionRefused, match="Không có phiên bản nào mang số tiếp nhận"):
        withdraw_version(place, "KH-2025/0999", HA)
    assigned(place, "sdl")
    [line] = open_cases(place, [Cases.VERSIONS])[Cases.VERSIONS]
    desk.freeze_cycle(place, CYCLE, True, HA)
    with pytest.raises(DecisionRefused, match="đã khoá sổ"):
        withdraw_version(place, chosen_key(line), HA)
    assert versions(place)["sdl"] == [1]
