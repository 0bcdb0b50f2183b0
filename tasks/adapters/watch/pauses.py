"""Which flows a person has paused, and since when: noted by the watcher, read by whoever tells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import Connection

from models.domain.work.pauses import STANDS_STILL
from tasks.adapters.store import heartbeats

_PAUSED = "paused:"  # begins the heartbeat's name, before the flow


def note(connection: Connection, flows: Collection[str], now: dt.datetime) -> None:
    """These are paused now; one that was not before is since now, one that is missing goes on."""
    heartbeats.standing_since(connection, _PAUSED, flows, now)


def standing(connection: Connection) -> dict[str, dt.datetime]:
    """Those that were paused when the watcher last looked, and since when."""
    found = heartbeats.with_prefix(connection, _PAUSED)
    return {flow: at for flow, at in found.items() if flow in STANDS_STILL}
