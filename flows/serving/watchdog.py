"""`baocao watchdog`: one look at the service from outside of it, and a letter past its outbox.

Nothing here needs the orchestrator, the office's letters or more of the database than one row.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from config.files.cycle_files import load_cycles
from config.settings import Settings
from flows import clock
from flows.door.application import public_address
from flows.failures import sentence
from flows.office.office_place import placed
from flows.serving.door_health import port_of, why_dead
from flows.serving.entrance import entered_since
from flows.workplaces import house_rules
from models.domain.errors import BaocaoError
from models.domain.letters.health import (
    COLLECTING,
    PAUSED,
    WATCHING,
    Alarm,
    paused_alarm,
    silent_alarm,
)
from models.domain.letters.run_words import to_open
from models.domain.letters.watchdog import (
    DATABASE,
    DOOR,
    Trouble,
    database_alarm,
    door_alarm,
    letters_due,
    remembered,
    seen_from_outside,
    told,
    unwatched_alarm,
    without_untold,
)
from models.domain.work.pauses import CARRY_ALARMS
from tasks.adapters.post.direct_post import send_directly
from tasks.adapters.store import heartbeats
from tasks.adapters.store.heartbeats import HEARTBEAT
from tasks.adapters.store.rows import open_engine
from tasks.adapters.watch import pauses
from tasks.adapters.whole_files import write_whole
from tasks.adapters.work.alarming import last_collected

FILE = "watchdog.json"  # in the data folder


@dataclass
class Look:
    """What one look came to."""

    troubles: list[str] = field(default_factory=list)  # a sentence each
    sent: list[str] = field(default_factory=list)  # subjects of letters that left
    left: list[str] = field(default_factory=list)  # what could not be told, and why


def look(settings: Settings, port: int | None, patience: float) -> Look:
    """Looks once, tells what is due, remembers what was told.

    Raises RehearsalReachesOut, ClockDamaged, ServerAddressFault, OSError where nothing can be
    remembered.
    """
    clock.rehearsed(settings)
    now = dt.datetime.now(dt.UTC) + clock.ahead_of_the_machine(settings.data_dir)
    known = _read(settings.data_dir)
    found, judged = _found(settings, port, patience, now, known)
    troubles = without_untold(remembered(known, found, now), found, judged)
    letters = letters_due(troubles, found, judged, now)
    seen = Look(troubles=[f"{alarm.title}. {' '.join(alarm.said)}" for alarm in found])
    # Before anything leaves: a folder that cannot be written to would be told of at every look.
    _write(settings.data_dir, troubles)
    if letters and not settings.smtp_url:
        seen.left = [f"«{x.subject}»: chưa đặt BAOCAO_SMTP_URL" for x in letters]
    elif letters:
        sent, seen.left = send_directly(house_rules(settings), letters, now)
        seen.sent = [letter.subject for letter in sent]
        _write(settings.data_dir, told(troubles, sent, now))
    return seen


def _found(
    settings: Settings,
    port: int | None,
    patience: float,
    now: dt.datetime,
    known: dict[str, Trouble],
) -> tuple[list[Alarm], set[str]]:
    """The troubles there are, and the matters that could be looked at."""
    data_dir = str(settings.data_dir.resolve())
    found, judged = [], {DOOR, DATABASE}
    port = port or port_of(settings.data_dir)
    why = why_dead(settings, port, patience)
    if why:
        since = known[DOOR].since if DOOR in known else now
        found.append(door_alarm(to_open(public_address(settings, port)), why, since, data_dir))
    try:
        silent, paused, watched_at = _work(settings, now)
        judged |= {COLLECTING, PAUSED}
        found += [seen_from_outside(silent, data_dir)] if silent else []
        found += [paused] if paused else []
        if not why:
            judged.add(WATCHING)
            began = _served_since(settings.data_dir, now)
            if unwatched := unwatched_alarm(watched_at, began, now, data_dir):
                found.append(unwatched)
    except SQLAlchemyError as error:
        since = known[DATABASE].since if DATABASE in known else now
        found.append(database_alarm(sentence(error), since, data_dir))
    except BaocaoError:
        # The office's files cannot be read. The service says so itself; whether it is late cannot
        # be known from here.
        pass
    return found, judged


def _served_since(data_dir: Path, now: dt.datetime) -> dt.datetime | None:
    """When the service that runs here let commands in; None where none has."""
    since = entered_since(data_dir)
    return since and now - (dt.datetime.now(dt.UTC) - since)


def _work(
    settings: Settings, now: dt.datetime
) -> tuple[Alarm | None, Alarm | None, dt.datetime | None]:
    """The alarm where nothing was collected for too long; that of paused flows without which no
    alarm leaves; and the watcher's last sign of life."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return None, None, None  # nothing was ever served here
    cycles = load_cycles(placed(settings).config_dir / "cycles.toml").values()
    titles = [c.title for c in cycles if c.opens_at <= now and not c.has_ended(now)]
    engine = open_engine(settings.database)
    try:
        if not inspect(engine).has_table(HEARTBEAT.name):
            return None, None, None
        with engine.begin() as connection:
            collected_at = last_collected(connection, now, is_awaited=bool(titles))
            paused = pauses.standing(connection)
            watched_at = heartbeats.last(connection, WATCHING)
    finally:
        engine.dispose()
    mute = {flow: since for flow, since in paused.items() if flow in CARRY_ALARMS}
    return silent_alarm(titles, collected_at, now), paused_alarm(mute, now), watched_at


def _read(data_dir: Path) -> dict[str, Trouble]:
    """What was remembered; nothing where the file is damaged, which at worst tells once more."""
    try:
        kept = json.loads((data_dir / FILE).read_bytes())
        return {
            matter: Trouble(
                entry["title"],
                dt.datetime.fromisoformat(entry["since"]).astimezone(dt.UTC),
                dt.date.fromisoformat(entry["told_on"]) if entry["told_on"] else None,
            )
            for matter, entry in kept.items()
        }
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _write(data_dir: Path, troubles: dict[str, Trouble]) -> None:
    """Remembers, wholly or not at all; the file is for whoever runs the service alone."""
    kept = {
        matter: {
            "title": trouble.title,
            "since": trouble.since.isoformat(),
            "told_on": trouble.told_on.isoformat() if trouble.told_on else "",
        }
        for matter, trouble in troubles.items()
    }
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(data_dir / FILE, json.dumps(kept, ensure_ascii=False, indent=1).encode())


def shown(seen: Look) -> Sequence[str]:
    """What was seen and done, a line each."""
    lines = [f"Hỏng: {trouble}" for trouble in seen.troubles] or ["Hệ thống chạy bình thường."]
    return [*lines, *(f"Đã gửi thư: {subject}" for subject in seen.sent)]
