"""Sessions of machines on one PostgreSQL: one migrates at a time, one that is gone is missed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from tasks.adapters.sharing.locks import SessionLocks
from tasks.adapters.store import rows
from tasks.adapters.store.rows import migrate, newest_revision, open_engine, revision_of
from tests.conftest import fresh_postgres

pytestmark = pytest.mark.postgres

SILENCE = {
    "tcp_keepalives_idle": "20",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "50000",
}


@pytest.fixture
def url() -> Iterator[str]:
    yield from fresh_postgres()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


def test_one_machine_migrates_at_a_time(engine: Engine) -> None:
    """Two that begin on an empty database would both make its tables."""
    with engine.connect() as other, ThreadPoolExecutor(1) as pool:
        other.exec_driver_sql(rows._MIGRATING_ALONE)
        other.commit()
        migrating = pool.submit(migrate, engine)
        try:
            waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            until = time.monotonic() + 30
            while not other.exec_driver_sql(waits).scalar():
                assert not migrating.done() and time.monotonic() < until
                time.sleep(0.05)
            assert revision_of(other) is None
        finally:
            other.rollback()
            other.exec_driver_sql("SELECT pg_advisory_unlock_all()")
        migrating.result()
        assert revision_of(other) == newest_revision()


def test_a_machine_that_is_gone_without_a_word_holds_no_lock_for_long(engine: Engine) -> None:
    """By the system's own measure a session is missed after two hours."""
    with engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"SHOW {name}").scalar() for name in SILENCE}
    assert found == SILENCE
    with SessionLocks(engine) as locks:
        assert locks.taken([("letter", "1")]) == [True]
        asked = locks._opened().exec_driver_sql("SHOW tcp_keepalives_idle")
        assert asked.scalar() == SILENCE["tcp_keepalives_idle"]


def test_a_worker_finds_out_that_the_server_is_gone(engine: Engine, url: str) -> None:
    """Unless the address says otherwise."""
    with engine.connect() as connection:
        told = connection.connection.dbapi_connection.info.get_parameters()  # type: ignore[union-attr]
    assert (told["keepalives_idle"], told["tcp_user_timeout"]) == ("20", "50000")
    own = open_engine(f"{url}?keepalives_idle=7")
    with own.connect() as connection:
        told = connection.connection.dbapi_connection.info.get_parameters()  # type: ignore[union-attr]
    own.dispose()
    assert (told["keepalives_idle"], told["keepalives_count"]) == ("7", "3")
