"""Messages are drawn by one worker each, and none overtakes an earlier one of its key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import Connection, Engine

from tasks.adapters.sharing.drawn_messages import draw
from tasks.adapters.store import messages
from tasks.adapters.store.messages import MESSAGE, NewMessage
from tasks.adapters.store.rows import open_engine
from tests.conftest import fresh_postgres

BEGAN = dt.datetime(2025, 2, 10, 3, tzinfo=dt.UTC)

pytestmark = pytest.mark.postgres


@pytest.fixture
def engine() -> Iterator[Engine]:
    for url in fresh_postgres(tables=True):
        engine = open_engine(url)
        yield engine
        engine.dispose()


def arrive(engine: Engine, *keys: str) -> None:
    """Messages, a minute apart: a letter for the ordering key ("" before a dash), a number."""
    with engine.begin() as connection:
        messages.keep(connection, [arrived(key, minute) for minute, key in enumerate(keys)])


def arrived(key: str, minute: int) -> NewMessage:
    at = BEGAN + dt.timedelta(minutes=minute)
    order = key.strip("0123456789").strip("-")
    return NewMessage(key, "maildir", key, True, "", 1, at, at, ordering_key=order)


def drawn(connection: Connection, limit: int = 10, but: Sequence[str] = ()) -> list[str]:
    return [one.key for one in draw(connection, limit, set(but))]


def settle(connection: Connection, *keys: str) -> None:
    """What was drawn is recorded."""
    decided = {"state": "accepted", "reason": "", "decided_at": BEGAN}
    assert messages.decide_many(connection, dict.fromkeys(keys, decided)) == len(keys)
    connection.commit()


def test_no_two_workers_draw_the_same_and_a_worker_that_is_gone_leaves_all(engine: Engine) -> None:
    arrive(engine, "a1", "b1", "c1", "d1")
    one, two = engine.connect(), engine.connect()
    assert drawn(one, 2) == ["a1", "b1"]
    assert drawn(two, 2) == ["c1", "d1"]
    one.invalidate()  # its connection is gone, as a killed worker's is
    settle(two, "c1", "d1")
    assert drawn(two) == ["a1", "b1"]
    two.close()


def test_what_follows_a_message_goes_with_it_or_waits_for_it(engine: Engine) -> None:
    arrive(engine, "a1", "a2", "b1", "a3", "-4", "-5")
    one, two, three = engine.connect(), engine.connect(), engine.connect()
    assert drawn(one, 1) == ["a1"], "room for one"
    assert drawn(two) == ["b1", "-4", "-5"], "a2 and a3 follow one that is in hand"
    assert drawn(three) == []
    settle(one, "a1")
    assert drawn(three) == ["a2", "a3"], "in one hand, as they arrived"
    for connection in (one, two, three):
        connection.close()


def test_a_message_that_was_tried_is_drawn_alone_and_holds_nothing_back(engine: Engine) -> None:
    arrive(engine, "a1", "a2", "b1")
    with engine.begin() as connection:
        messages.note_failure(connection, "a1", "lỗi của chương trình")
    one, two = engine.connect(), engine.connect()
    assert drawn(one) == ["a1"]
    assert drawn(two) == ["a2", "b1"]
    one.close()
    two.close()


def test_one_that_waits_for_a_reader_holds_nothing_back(engine: Engine) -> None:
    arrive(engine, "a1", "a2")
    with engine.begin() as connection:
        messages.note_waiting(connection, "a1", "chưa đọc được tệp")
    with engine.connect() as one:
        assert drawn(one, but=["a1"]) == ["a2"]


def test_a_connection_that_waits_is_not_ended_by_the_server(engine: Engine) -> None:
    arrive(engine, "a1")
    with engine.connect() as one:
        one.exec_driver_sql("SET idle_in_transaction_session_timeout = 1000")
        one.commit()
        drawn(one)
        found = one.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar()
        assert found == "0"
        one.rollback()
        found = one.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar()
        assert found == "1s", "only for the batch"


def test_messages_of_one_moment_are_in_order_of_their_keys(engine: Engine) -> None:
    with engine.begin() as connection:
        messages.keep(connection, [arrived(key, 0) for key in ("a3", "a1", "a2")])
        assert connection.execute(MESSAGE.select()).all()
    with engine.connect() as one, engine.connect() as two:
        assert drawn(one, 1) == ["a1"]
        assert drawn(two) == []
        settle(one, "a1")
        assert drawn(two, 2) == ["a2", "a3"]
