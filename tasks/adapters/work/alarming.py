"""Alarms: what was measured, and the letter to the operator, each matter once in its period."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Sequence

from sqlalchemy import Connection

from models.domain.cycle.cycles import ReportingCycle
from models.domain.letters.health import (
    BACKUP,
    LITTLE_ROOM,
    Alarm,
    FailingFlow,
    Vitals,
    compose_alarm,
)
from models.domain.letters.health import COLLECTING as COLLECTING
from models.domain.reading.office import Office
from tasks.adapters.boards.lying_files import lying_files
from tasks.adapters.letters.letter_writer import Envelope
from tasks.adapters.store import heartbeats, outbox
from tasks.adapters.upkeep.data_folder import room_said
from tasks.adapters.watch import pauses
from tasks.adapters.work.office_waits import office_waits
from tasks.adapters.workplace import Workplace


def measure(
    workplace: Workplace,
    open_cycles: Sequence[ReportingCycle],
    calendar_faults: Sequence[str],
    failing: Sequence[FailingFlow],
) -> Vitals:
    """How the house is: from our own database and disk; the rest is handed in.

    From the first look on, collecting is waited for: a new installation is not late.
    """
    data_dir = workplace.raw_store.root.parent
    data_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(data_dir).free
    machine = dt.datetime.now(dt.UTC)  # files bear its time, whatever the office's clock says
    room = room_said(data_dir, machine) if free < LITTLE_ROOM else ()
    with workplace.engine.begin() as connection:
        collected_at = last_collected(connection, workplace.now, is_awaited=bool(open_cycles))
        waiting, oldest = outbox.waiting(connection, workplace.now)
        lying = lying_files(workplace, connection)
        return Vitals(
            now=workplace.now,
            open_cycles=[cycle.title for cycle in open_cycles],
            collected_at=collected_at,
            waiting=waiting,
            oldest_due=oldest,
            uncertain=[row.subject for row in outbox.uncertain(connection)],
            free_bytes=free,
            room=room,
            data_dir=str(data_dir),
            calendar_faults=calendar_faults,
            failing=failing,
            lying=[one.said for one in lying],
            lying_since=max((one.told_from for one in lying), default=None),
            paused=pauses.standing(connection),
            office=office_waits(workplace, connection, open_cycles),
            backed_up_at=_last_backup(workplace, connection),
        )


def _last_backup(workplace: Workplace, connection: Connection) -> dt.datetime | None:
    if not workplace.rules.backups_wanted:
        return None
    heartbeats.expect_from(connection, BACKUP, workplace.now)
    return heartbeats.last(connection, BACKUP)


def last_collected(
    connection: Connection, now: dt.datetime, *, is_awaited: bool
) -> dt.datetime | None:
    """When mail was last collected wholly, or since when that is awaited: from the first look on.

    None where it was never done and nobody waits for it.
    """
    if is_awaited:
        heartbeats.expect_from(connection, COLLECTING, now)
    return heartbeats.last(connection, COLLECTING)


def write_alarm(workplace: Workplace, alarm: Alarm, period: str) -> bool:
    """Writes the alarm to the operator; False when the matter was written of in that period.

    `period` is a day or an hour, "2025-02-10" or "2025-02-10T08"; an alarm that is raised but once
    has its own.
    """
    period = alarm.once.isoformat() if alarm.once else period
    letter = workplace.letters.write(
        compose_alarm(letterhead_cycle(workplace.office, workplace.now), alarm, workplace.now),
        Envelope(
            cycle="", agency="", key_parts=(alarm.matter, period), to=workplace.rules.operator_to
        ),
    )
    with workplace.engine.begin() as connection:
        return outbox.queue(connection, letter, workplace.now)


def letterhead_cycle(office: Office, now: dt.datetime) -> ReportingCycle:
    """The cycle opened last, else the first to come: it names the office and its contact."""
    cycles = sorted(office.cycles.values(), key=lambda cycle: cycle.opens_at)
    opened = [cycle for cycle in cycles if cycle.opens_at <= now]
    return opened[-1] if opened else cycles[0]
