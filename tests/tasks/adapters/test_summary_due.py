"""The schedule's question "is a summary due?" is answered from the outbox."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from config.settings import load_settings
from flows.workplaces import open_workplace
from models.domain.cycle.cycles import HANOI
from models.domain.results.sample_letters import sample_letters
from tasks.adapters.letters.letter_writer import Envelope
from tasks.adapters.store import outbox
from tasks.adapters.work.consolidating import summary_is_due
from tasks.adapters.workplace import Workplace


def workplace_in(url: str, folder: Path, *moment: int) -> Workplace:
    now = dt.datetime(2025, 2, *moment, tzinfo=HANOI)
    return open_workplace(now, load_settings(data_dir=folder, database_url=url))


def test_one_summary_a_week_and_one_catches_up_with_a_missed_monday(
    database_url: str, tmp_path: Path
) -> None:
    with workplace_in(database_url, tmp_path, 11, 9) as tuesday:
        cycle = tuesday.office.cycle("2025-plan")
        assert summary_is_due(tuesday, cycle)
        content = sample_letters("mẫu")["summary"]
        letter = tuesday.letters.write(
            content,
            Envelope(
                cycle=cycle.code, agency="", key_parts=("2025-02-11",), to=["van-phong@vp.example"]
            ),
        )
        with tuesday.engine.begin() as connection:
            assert outbox.queue(connection, letter, tuesday.now)
        assert not summary_is_due(tuesday, cycle)
    with workplace_in(database_url, tmp_path, 12, 9) as wednesday:
        assert not summary_is_due(wednesday, cycle)
    with workplace_in(database_url, tmp_path, 13, 9) as last_week:
        assert summary_is_due(last_week, cycle)
