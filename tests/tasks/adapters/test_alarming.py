"""Alarms: measured in the database, written once a matter and period, to the operator."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from flows.workplaces import cycles_at_work, load_settings, open_workplace
from models.domain.letters.health import alarms
from models.domain.mail.mail import LetterState
from tasks.adapters.store import heartbeats
from tasks.adapters.store.outbox import LETTER
from tasks.adapters.work.alarming import COLLECTING, measure, write_alarm
from tasks.adapters.workplace import Workplace
from tests.fixtures.letters_written import every_letter

START = dt.datetime(2025, 2, 10, 3, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def workplace_in(url: str, folder: Path, minutes: int) -> Workplace:
    settings = load_settings(data_dir=folder, database_url=url, operator_to="truc@ubnd.example")
    return open_workplace(START + minutes * MINUTE, settings)


def matters(workplace: Workplace) -> list[str]:
    return [
        alarm.matter for alarm in alarms(measure(workplace, cycles_at_work(workplace, ""), [], []))
    ]


def test_a_new_installation_is_not_late_but_one_that_stays_silent_is(
    database_url: str, tmp_path: Path
) -> None:
    for minutes, expected in ((0, []), (50, []), (70, [COLLECTING])):
        with workplace_in(database_url, tmp_path, minutes) as workplace:
            assert matters(workplace) == expected
    with workplace_in(database_url, tmp_path, 80) as workplace:
        with workplace.engine.begin() as connection:
            heartbeats.beat(connection, COLLECTING, workplace.now)
        assert matters(workplace) == []


def test_one_letter_a_matter_and_period_and_it_waits_like_any_other(
    database_url: str, tmp_path: Path
) -> None:
    with workplace_in(database_url, tmp_path, 0) as workplace:
        matters(workplace)
    with workplace_in(database_url, tmp_path, 70) as workplace:
        (alarm,) = alarms(measure(workplace, cycles_at_work(workplace, ""), [], []))
        assert write_alarm(workplace, alarm, "2025-02-10")
        assert not write_alarm(workplace, alarm, "2025-02-10")
        with workplace.engine.begin() as connection:
            (letter,) = every_letter(connection)
            heartbeats.beat(connection, COLLECTING, workplace.now + 40 * MINUTE)
        assert letter.to == ["truc@ubnd.example"]
        assert letter.subject == "[Báo động] Chưa nhận được thư báo cáo mới quá một giờ"
        assert "nhấn Retry" in letter.text
    with workplace_in(database_url, tmp_path, 110) as workplace:
        assert matters(workplace) == ["outbox-waiting"]
        with workplace.engine.begin() as connection:
            connection.execute(LETTER.update().values(state=LetterState.UNCERTAIN.value))
        assert matters(workplace) == ["letters-uncertain"]


def test_a_letter_that_is_put_off_again_and_again_has_waited_since_its_first_attempt(
    database_url: str, tmp_path: Path
) -> None:
    with workplace_in(database_url, tmp_path, 0) as workplace:
        matters(workplace)
    with workplace_in(database_url, tmp_path, 61) as workplace:
        (alarm,) = alarms(measure(workplace, cycles_at_work(workplace, ""), [], []))
        write_alarm(workplace, alarm, "2025-02-10")
        with workplace.engine.begin() as connection:
            heartbeats.beat(connection, COLLECTING, workplace.now + 40 * MINUTE)
            connection.execute(
                LETTER.update().values(
                    tried_at=START + 62 * MINUTE, next_attempt_at=START + 300 * MINUTE
                )
            )
    with workplace_in(database_url, tmp_path, 100) as workplace:
        assert matters(workplace) == ["outbox-waiting"]


def test_a_letter_that_must_not_leave_yet_is_not_late(database_url: str, tmp_path: Path) -> None:
    with workplace_in(database_url, tmp_path, 0) as workplace:
        matters(workplace)
    with workplace_in(database_url, tmp_path, 61) as workplace:
        (alarm,) = alarms(measure(workplace, cycles_at_work(workplace, ""), [], []))
        write_alarm(workplace, alarm, "2025-02-10")
        with workplace.engine.begin() as connection:
            heartbeats.beat(connection, COLLECTING, workplace.now + 40 * MINUTE)
            connection.execute(LETTER.update().values(next_attempt_at=START + 300 * MINUTE))
    with workplace_in(database_url, tmp_path, 100) as workplace:
        assert matters(workplace) == []
