"""A rehearsal's backup restored into an empty folder: it is the rehearsal's time from the start."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from config.settings import load_settings
from flows import clock
from flows.cli.command_line import app
from flows.workplaces import open_workplace
from models.domain.cycle.cycles import HANOI
from tasks.adapters.store.restored import restorations
from tests.fixtures.office_files import OFFICE_FILES
from tests.fixtures.ready_made import sqlite_with_tables

MORNING = dt.datetime(2025, 2, 10, 9, 30, tzinfo=HANOI)


def test_a_restored_rehearsal_knows_no_other_time_than_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, to = tmp_path / "data", tmp_path / "backups"
    monkeypatch.setenv("BAOCAO_DATA_DIR", str(data))
    monkeypatch.setenv("BAOCAO_CONFIG_DIR", str(OFFICE_FILES))
    for name in ("SMTP_URL", "MAILBOX_URL", "DATABASE_URL"):
        monkeypatch.delenv(f"BAOCAO_{name}", raising=False)
    to.mkdir(mode=0o700)
    sqlite_with_tables(data / "baocao.sqlite")
    clock.start_rehearsal(data, MORNING)
    made = CliRunner().invoke(app, ["backup", "--to", str(to)])
    assert made.exit_code == 0, (made.output, made.exception)
    shutil.rmtree(data)
    back = CliRunner().invoke(app, ["restore", str(to)])
    assert back.exit_code == 0, (back.output, back.exception)
    assert clock.is_rehearsal(data)
    with open_workplace(clock.now(), load_settings()) as house, house.engine.begin() as opened:
        restored = restorations.last_restoration(opened)
    assert restored is not None
    assert dt.timedelta(0) <= restored.restored_at - MORNING < dt.timedelta(hours=1)
