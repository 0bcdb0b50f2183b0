"""The cycles' boards are kept, the last of each day, whatever becomes of the runs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from config.settings import load_settings
from flows.cli.command_line import app
from flows.workplaces import open_workplace
from tasks.adapters.boards.boards import boards, keep_of_today
from tasks.adapters.results.board import Board
from tasks.adapters.store.board_days import BoardDay, days_of, keep_day, on_day, spans
from tasks.adapters.store.rows import migrate, open_engine

PLAN, TITLE = "bang-ky-2025-plan", "Bảng kỳ báo cáo"
MONDAY = dt.date(2025, 2, 10)
DAY = dt.timedelta(days=1)


@pytest.fixture
def engine(database_url: str) -> Engine:
    made = open_engine(database_url)
    migrate(made)
    return made


def test_of_a_day_the_last_version_stays_and_a_day_without_change_has_none(
    engine: Engine,
) -> None:
    with engine.begin() as connection:
        for day, content, changed in (
            (MONDAY, "sáng", True),
            (MONDAY, "chiều", True),
            (MONDAY + DAY, "chiều", False),
            (MONDAY + 2 * DAY, "chiều hôm sau", True),
        ):
            assert keep_day(connection, BoardDay(PLAN, day, TITLE, content)) is changed
        assert list(days_of(connection, PLAN)) == [MONDAY, MONDAY + 2 * DAY]
        said = [on_day(connection, PLAN, MONDAY + n * DAY) for n in (-1, 0, 1, 2, 300)]
        assert [found and found.content for found in said] == [
            *(None, "chiều", "chiều", "chiều hôm sau", "chiều hôm sau")
        ]
        (span,) = spans(connection)
        assert (span.key, span.first, span.last, span.days) == (PLAN, MONDAY, MONDAY + 2 * DAY, 2)


def test_a_days_boards_are_those_of_the_cycles_and_of_that_day_in_vietnam(
    database_url: str, tmp_path: Path
) -> None:
    late = dt.datetime(2025, 2, 10, 18, tzinfo=dt.UTC)  # Tuesday, one in the morning
    settings = load_settings(data_dir=tmp_path, database_url=database_url)
    with open_workplace(late, settings) as workplace:
        cycles = [workplace.office.cycle("2025-plan")]
        shown = boards(workplace, cycles)
        assert keep_of_today(workplace.engine, shown, cycles, late) == 4
        assert keep_of_today(workplace.engine, shown, cycles, late) == 0
        changed = [Board(PLAN, TITLE, "khác", []), *shown[1:]]
        assert keep_of_today(workplace.engine, changed, cycles, late) == 1
        with workplace.engine.begin() as connection:
            kept = spans(connection)
    assert {one.key for one in kept} == {
        *(PLAN, "chi-tieu-2025-plan", "mau-thuan-2025-plan", "cho-danh-gia-2025-plan")
    }
    assert {one.first for one in kept} == {dt.date(2025, 2, 11)}


def test_the_command_shows_which_are_kept_and_one_as_it_stood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAOCAO_DATABASE_URL", f"sqlite:///{tmp_path / 'b.sqlite'}")

    def said(*options: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, ["boards", *options])
        assert result.exit_code == code, result.output
        return result.output

    assert "Chưa lưu bảng nào" in said()
    engine = open_engine(f"sqlite:///{tmp_path / 'b.sqlite'}")
    with engine.begin() as connection:
        keep_day(connection, BoardDay(PLAN, MONDAY, TITLE, "| Sở Y tế | còn nợ |"))
    assert f"{PLAN}: {TITLE}; 10/02/2025 - 10/02/2025, 1 ngày" in said()
    assert said(PLAN).split() == ["2025-02-10"]
    assert "| Sở Y tế | còn nợ |" in said(PLAN, "--on", "2025-03-01")
    assert "chưa có" in said(PLAN, "--on", "2025-02-09", code=2)
    assert "Không có bảng" in said("bang-khac", code=2)
    assert "2025-02-19" in said(PLAN, "--on", "hôm qua", code=2)
