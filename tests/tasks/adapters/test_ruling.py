"""Ruling on conflicts: what a person decided stands, is shown, and lapses with the values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.domain.answers.decisions import DecisionRefused, Signature
from models.domain.answers.standing import AgencyStanding
from models.domain.consolidation import Consolidation, StandsBecause, code_of
from models.domain.consolidation.rulings import Side
from models.domain.cycle.cycles import HANOI
from models.domain.deeds.cycle_deeds import RuleOnConflict
from tasks.adapters.boards.content_boards import content_boards
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.results import ruling
from tasks.adapters.workplace import Workplace
from tests.fixtures.small_office import commits, small_office, standing
from tests.fixtures.small_workplace import CYCLE, small_workplace

HA = Signature("Nguyễn Thị Hà", "Số của Chi cục Thuế mới hơn.")


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workplace]:
    monday = dt.datetime(2025, 2, 24, 9, tzinfo=HANOI)
    with small_workplace(tmp_path, monday, ("stc", "cuc_thue")) as workplace:
        workplace.office = small_office(workplace.office)
        say(monkeypatch, "118000", "120000")
        yield workplace


def say(monkeypatch: pytest.MonkeyPatch, lead: str, other: str) -> None:
    """Finance, the lead, and taxes each give a value for the budget."""
    said: list[AgencyStanding] = [
        standing("stc", commits("budget", lead)),
        standing("cuc_thue", commits("budget", other)),
    ]
    monkeypatch.setattr(ruling, "standings_of_cycle", lambda *_, **__: said)


def found(workplace: Workplace) -> Consolidation:
    with workplace.engine.begin() as connection:
        return ruling.consolidated(workplace, connection, workplace.office.cycle(CYCLE))


def rule(workplace: Workplace, side: Side) -> bool:
    [conflict] = found(workplace).conflicts
    return carry_out(
        workplace, RuleOnConflict(cycle=CYCLE, conflict=code_of(conflict), side=side, signed=HA)
    ).new


def budget(workplace: Workplace) -> str:
    line = next(x for x in found(workplace).indicators if x.row.code == "budget")
    assert line.standing is not None
    return line.standing.agency


def test_what_was_ruled_stands_with_name_and_reason_and_waits_for_nobody(
    workplace: Workplace,
) -> None:
    before = found(workplace)
    assert (budget(workplace), before.headline.conflicts) == ("stc", 1)
    assert rule(workplace, Side.RIGHT)
    after = found(workplace)
    [conflict] = after.conflicts

    assert conflict.because is StandsBecause.RULING
    assert conflict.stands.agency == "cuc_thue"
    assert conflict.ruling == (
        "Nguyễn Thị Hà: Số của Chi cục Thuế mới hơn (ý kiến xử lý của Văn phòng UBND thành phố "
        "ngày 24/02/2025, ghi lúc 09 giờ 00 phút ngày 24/02/2025)."
    )
    assert (budget(workplace), after.headline.conflicts) == ("cuc_thue", 0)
    assert after.inputs_hash != before.inputs_hash


def test_the_same_ruling_is_kept_once_and_can_be_turned(workplace: Workplace) -> None:
    assert rule(workplace, Side.RIGHT)
    assert not rule(workplace, Side.RIGHT)
    assert rule(workplace, Side.LEFT)
    assert budget(workplace) == "stc"


def test_a_ruling_lapses_when_one_of_the_values_changes(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    [conflict] = found(workplace).conflicts
    rule(workplace, Side.RIGHT)
    say(monkeypatch, "118000", "121000")

    [changed] = found(workplace).conflicts
    assert changed.is_open
    assert budget(workplace) == "stc"
    with pytest.raises(DecisionRefused, match="đã thay đổi"):
        carry_out(
            workplace,
            RuleOnConflict(cycle=CYCLE, conflict=code_of(conflict), side=Side.RIGHT, signed=HA),
        )


def test_the_board_names_the_code_and_the_workbook_the_ruling(workplace: Workplace) -> None:
    [conflict] = found(workplace).conflicts
    with workplace.engine.begin() as connection:
        _, board, _ = content_boards(workplace, connection, workplace.office.cycle(CYCLE))
    [row] = board.rows
    assert row["Mã"] == code_of(conflict)
    assert "120000" in row["Số thứ hai"]
    assert board.note.startswith("1/1 mâu thuẫn chưa có quyết định")

    rule(workplace, Side.RIGHT)
    with workplace.engine.begin() as connection:
        _, board, _ = content_boards(workplace, connection, workplace.office.cycle(CYCLE))
    assert board.note.startswith("0/1")
    assert "Nguyễn Thị Hà" in board.rows[0]["Vì"]


def test_among_three_reporters_the_last_ruling_on_the_value_holds_alone(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [
        standing(agency, commits("budget", value))
        for agency, value in (("stc", "118000"), ("cuc_thue", "120000"), ("cuc_hai_quan", "125000"))
    ]
    monkeypatch.setattr(ruling, "standings_of_cycle", lambda *_, **__: said)
    for agency in ("cuc_thue", "cuc_hai_quan"):
        conflict = next(c for c in found(workplace).conflicts if c.right.agency == agency)
        assert carry_out(
            workplace,
            RuleOnConflict(cycle=CYCLE, conflict=code_of(conflict), side=Side.RIGHT, signed=HA),
        ).new
        assert budget(workplace) == agency

    assert [c.is_open for c in found(workplace).conflicts] == [True, False]
