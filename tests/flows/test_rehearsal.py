"""A rehearsal: the service on the simulated year, with a clock of its own, apart from the world."""

from __future__ import annotations

import datetime as dt
import fcntl
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from config.settings import Settings, load_settings
from flows import clock
from flows.demo.pretend_people import FILE, PEOPLE, let_people_in
from flows.demo.rehearsal import NoSuchRehearsal, rehearse
from flows.demo.stage import FolderNotOurs, make_anew
from flows.requests import AsOf
from flows.serving.service import nothing_open
from flows.workplaces import cycles_at_work, cycles_in_view, open_workplace
from models.domain.cycle.cycles import HANOI
from models.tables import ObligationRow
from tasks.adapters.accounts.account_book import open_book
from tasks.adapters.store.rows import table_of
from tasks.adapters.workplace import Workplace
from tests.fixtures.cheap_passwords import cheap_passwords as cheap_passwords
from tests.fixtures.ready_made import sqlite_with_tables
from tests.flows.served import PATIENCE, SPARED, Served, found_address, start, wait_for

MORNING = dt.datetime(2025, 1, 22, 9, 30, tzinfo=HANOI)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BAOCAO_DATA_DIR", str(tmp_path))
    for name in ("SMTP_URL", "MAILBOX_URL", "DATABASE_URL"):
        monkeypatch.delenv(f"BAOCAO_{name}", raising=False)
    return tmp_path


def test_without_a_rehearsal_it_is_what_the_machine_says(folder: Path) -> None:
    assert abs(clock.now() - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)
    assert clock.rehearsed(load_settings()) == ""


def test_in_a_rehearsal_time_goes_on_from_its_moment(folder: Path) -> None:
    clock.start_rehearsal(folder, MORNING)
    first = AsOf().moment()
    assert dt.timedelta(0) <= first - MORNING < dt.timedelta(minutes=1)
    assert AsOf().moment() > first
    assert AsOf(as_of=dt.datetime(2025, 3, 1, tzinfo=dt.UTC)).moment().month == 3
    assert "09:30 ngày 22/01/2025" in clock.rehearsed(load_settings())


def test_a_service_with_nothing_open_says_so_and_where_to_learn(folder: Path) -> None:
    clock.start_rehearsal(folder, dt.datetime(2025, 6, 1, tzinfo=HANOI))
    said = nothing_open(load_settings())
    assert "kỳ tới mở lúc 08:00 20/10/2025" in said and "make rehearse" in said
    clock.start_rehearsal(folder, MORNING)
    assert nothing_open(load_settings()) == ""


def test_a_clock_that_cannot_be_read_is_told(folder: Path) -> None:
    (folder / clock.FILE).write_text("{}")
    with pytest.raises(clock.ClockDamaged, match="rehearse --anew"):
        clock.now()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_URL", "smtps://thu.example.vn"),
        ("SMTP_URL", "smtp://127.0.0.1:25"),  # a relay on this machine hands on to the world
        ("MAILBOX_URL", "imaps://a:b@thu.example.vn"),
        ("DATABASE_URL", "postgresql+psycopg://may-khac/baocao"),
        ("STORE_URL", "s3://kho-that"),
    ],
)
def test_a_rehearsal_is_joined_to_nothing_real(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    clock.start_rehearsal(folder, MORNING)
    monkeypatch.setenv("BAOCAO_GUEST_LIST", "@thu.example.vn")
    monkeypatch.setenv(f"BAOCAO_{name}", value)
    with pytest.raises(clock.RehearsalReachesOut, match=f"Bỏ BAOCAO_{name}"):
        clock.rehearsed(load_settings())
    with pytest.raises(clock.RehearsalReachesOut):  # nor by any other command
        open_workplace(clock.now(), load_settings())


def test_a_folder_that_is_served_is_not_made_anew(folder: Path) -> None:
    make_anew(folder)
    (folder / "baocao.sqlite").write_bytes(b"x")
    with (folder / "serve.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(FolderNotOurs, match="Dừng nó trước"):
            make_anew(folder)
    assert (folder / "baocao.sqlite").exists()
    make_anew(folder)
    assert not (folder / "baocao.sqlite").exists()


def test_a_rehearsal_that_is_there_goes_on_and_starts_nowhere_else(folder: Path) -> None:
    clock.start_rehearsal(folder, MORNING)
    with pytest.raises(NoSuchRehearsal, match="thêm --anew"):
        rehearse(folder, MORNING, None, print)


@pytest.mark.parametrize("day", ["2024-01-22", "2025-06-01", "2026-11-19"])
def test_a_rehearsal_begins_within_the_plan_or_the_review(folder: Path, day: str) -> None:
    moment = dt.datetime.fromisoformat(f"{day}T09:30:00+07:00")
    with pytest.raises(NoSuchRehearsal, match=f"không phải 09:30 {moment:%d/%m/%Y}"):
        rehearse(folder, moment, None, print)


def test_time_goes_on_in_a_rehearsal_and_never_back(folder: Path) -> None:
    clock.start_rehearsal(folder, MORNING)
    clock.advance_rehearsal(folder, MORNING + dt.timedelta(days=29))
    assert clock.now().astimezone(HANOI).date() == dt.date(2025, 2, 20)
    with pytest.raises(clock.TimeGoesOn, match="không quay lại"):
        clock.advance_rehearsal(folder, MORNING + dt.timedelta(days=1))


def test_people_of_a_rehearsal_sign_in_with_the_one_password_of_its_folder(
    folder: Path, cheap_passwords: None
) -> None:
    database = sqlite_with_tables(folder / "baocao.sqlite")
    said = let_people_in(folder, database)
    again = let_people_in(folder, database)

    password = (folder / FILE).read_text().strip()
    assert (folder / FILE).stat().st_mode & 0o777 == 0o600
    assert said == again and password in said[0] and "lan.pham: Phạm Thị Lan" in said[1]
    with open_book(database) as book:
        for name, (_, roles, _) in PEOPLE.items():
            account = book.log_in(name, password, "", dt.datetime.now(dt.UTC)).account
            assert account is not None and not account.password_is_lent
            assert account.roles == frozenset(roles)


def ask_somebody(workplace: Workplace, *cycles: str) -> None:
    """As if the cycles had been opened here."""
    with workplace.engine.begin() as connection:
        for cycle in cycles:
            row = dict.fromkeys(("form_version", "workbook_name", "workbook_sha256"), "")
            row |= {"cycle": cycle, "agency": "syt", "reply_token": cycle}
            opened = {"opened_at": workplace.now, "asked_cells": 0, "carried_cells": 0}
            connection.execute(insert(table_of(ObligationRow)), [row | opened])


@pytest.mark.parametrize("asked", [True, False], ids=["asked", "nobody"])
@pytest.mark.parametrize(
    ("day", "at_work", "in_view"),
    [
        ("2025-01-19", [], []),
        ("2025-02-27", ["2025-plan"], ["2025-plan"]),
        ("2025-06-01", [], ["2025-plan"]),
        ("2025-11-01", ["2025-review"], ["2025-review"]),
        ("2026-01-16", [], ["2025-review"]),
        ("2026-12-11", [], []),
    ],
)
def test_a_cycle_stays_in_view_after_its_end_until_one_that_builds_on_it_opens(
    folder: Path, day: str, at_work: list[str], in_view: list[str], asked: bool
) -> None:
    moment = dt.datetime.fromisoformat(f"{day}T09:00:00+07:00")
    sqlite_with_tables(folder / "baocao.sqlite")
    with open_workplace(moment, Settings(data_dir=folder)) as workplace:
        if asked:
            ask_somebody(workplace, "2025-plan", "2025-review")
        else:  # an installation that came later has nothing to show of a cycle that had ended
            in_view = [code for code in in_view if code in at_work]
        assert [c.code for c in cycles_at_work(workplace, "")] == at_work
        assert [c.code for c in cycles_in_view(workplace, "")] == in_view
        assert [c.code for c in cycles_in_view(workplace, "2025-plan")] == ["2025-plan"]


@pytest.mark.slow
def test_an_operator_finds_the_boards_as_they_were_that_morning_and_again_after_an_end(
    tmp_path: Path,
) -> None:
    log, options = tmp_path / "log", ["--data-dir", str(tmp_path / "data")]
    until = ["--until", "2025-01-20T17:00"]
    for begun in range(2):
        # Whoever comes again finds all tables made; the orchestrator's blocks nobody uses.
        spared = {k: v for k, v in SPARED.items() if begun or "BLOCKS" in k}
        asked = [*options, *([] if begun else until)]
        with log.open("w") as output:
            process = start(tmp_path, output, *asked, command="rehearse", **spared)
            try:
                served = Served(wait_for(lambda: found_address(log), log), tmp_path)
                said = log.read_text()
                assert "DIỄN TẬP trên dữ liệu mô phỏng" in said and "20/01/2025" in said
                assert ("Diễn lại kỳ kế hoạch" in said) is (begun == 0)  # then only served
                served.wait_for(partial(shown, served, "bang-ky-2025-plan"))
                board = shown(served, "bang-ky-2025-plan")
                assert "Sở Y tế" in board
                assert "20/01" in board  # when the agencies were asked
            finally:
                process.terminate()
                assert process.wait(PATIENCE) == 0, log.read_text()


def shown(served: Served, key: str) -> Any:
    boards = {a["key"]: a for a in served.ask("artifacts/latest/filter", {})}
    return boards[key]["data"] if key in boards else None


@pytest.mark.parametrize("own", ["", "dien-tap"])
def test_a_rehearsal_lies_in_the_data_folder_beside_the_office_s_work_and_says_where(
    folder: Path, monkeypatch: pytest.MonkeyPatch, own: str
) -> None:
    """Or is the data folder itself, for whoever has it set so."""
    from flows.demo import rehearsal

    lies = folder / "dien-tap"
    lies.mkdir()
    clock.start_rehearsal(lies, MORNING)
    monkeypatch.setenv("BAOCAO_DATA_DIR", str(folder / own))
    served: list[Path] = []
    monkeypatch.setattr(rehearsal, "serve", lambda settings, *_: served.append(settings.data_dir))
    said: list[str] = []
    rehearse(None, None, None, said.append)
    assert served == [lies.resolve()]
    assert said[0] == f"Buổi diễn tập nằm ở «{lies}»."


def test_a_rehearsal_tells_that_it_begins_before_anything_is_loaded_or_made(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from flows.cli import command_line
    from flows.demo import rehearsal

    told: list[str] = []
    monkeypatch.setattr(
        rehearsal, "rehearse", lambda *_, **__: told.append(capsys.readouterr().out)
    )
    command_line.rehearse(None, "", False, None)
    assert told == ["Diễn tập: đang mở chương trình ...\n"]
    assert list(folder.iterdir()) == []
