"""Heartbeats only go forward, on both databases."""

from __future__ import annotations

import datetime as dt

from tasks.adapters.store import heartbeats
from tasks.adapters.store.rows import migrate, open_engine

NOON = dt.datetime(2025, 2, 10, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def test_a_heartbeat_goes_forward_only(database_url: str) -> None:
    engine = open_engine(database_url)
    migrate(engine)
    with engine.begin() as connection:
        assert heartbeats.last(connection, "collect") is None
        heartbeats.expect_from(connection, "collect", NOON)
        heartbeats.expect_from(connection, "collect", NOON + HOUR)
        assert heartbeats.last(connection, "collect") == NOON
        heartbeats.beat(connection, "collect", NOON + HOUR)
        heartbeats.beat(connection, "collect", NOON - HOUR)  # an operator's run in the past
        heartbeats.beat(connection, "deliver", NOON)
        assert heartbeats.last(connection, "collect") == NOON + HOUR
    engine.dispose()
