"""Where the disk is nearly full, alarm and doctor say what may go, and by which command."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from config.settings import load_settings
from flows.cli.doctor_machine import room_remark
from flows.workplaces import cycles_at_work, open_workplace
from models.domain.letters.health import LITTLE_ROOM, alarms
from tasks.adapters.work.alarming import measure

NOW = dt.datetime(2025, 2, 10, 3, tzinfo=dt.UTC)
GOES = "nhật ký cũ của máy chủ Prefect, quá 30 ngày: 2,0 MB"


class Usage(NamedTuple):
    """What the system says of a disk."""

    total: int
    used: int
    free: int


@pytest.fixture
def with_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Lets the disk have so many bytes left; an old log lies there."""
    log = tmp_path / "prefect" / "server.log.2"
    log.parent.mkdir()
    log.write_bytes(b"x" * 2_000_000)
    os.utime(log, (0, 0))

    def leave(free: int) -> None:
        monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12 - free, free))

    return leave


def test_the_alarm_says_what_may_go_and_how(
    tmp_path: Path, with_free: Callable[[int], None]
) -> None:
    for free, expected in ((LITTLE_ROOM, []), (LITTLE_ROOM - 1, ["disk"])):
        with_free(free)
        with open_workplace(NOW, load_settings(data_dir=tmp_path)) as workplace:
            vitals = measure(workplace, cycles_at_work(workplace, ""), [], [])
            raised = alarms(vitals)
        assert [alarm.matter for alarm in raised] == expected
    (alarm,) = raised
    assert any(GOES in line for line in alarm.said)
    assert any("baocao cleanup --yes" in line for line in alarm.to_do)


def test_the_doctor_says_it_too(tmp_path: Path, with_free: Callable[[int], None]) -> None:
    settings = load_settings(data_dir=tmp_path)
    with_free(2_500_000_000)
    assert (room_remark(settings).ok, room_remark(settings).sentence) == (True, "Còn 2,5 GB.")
    with_free(400_000_000)
    remark = room_remark(settings)
    assert not remark.ok
    assert "Còn 400,0 MB." in remark.sentence and GOES in remark.sentence
    assert "«baocao cleanup»" in remark.sentence
