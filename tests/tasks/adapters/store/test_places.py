"""What is remembered of a mail server's numbers, and when it is forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tasks.adapters.store import messages, places
from tasks.adapters.store.places import MailboxPosition
from tasks.adapters.store.rows import migrate, open_engine

NOW = dt.datetime(2025, 2, 10, 5, tzinfo=dt.UTC)
SOURCE = "imap:baocao@mail.example:993/INBOX"
LARGE = 4_294_967_295  # the largest number IMAP knows
KEY = "a" * 64


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    migrate(engine)
    with engine.begin() as connection:
        messages.keep(connection, [messages.NewMessage(KEY, SOURCE, "1", True, "", 1, NOW, NOW)])
    yield engine
    engine.dispose()


def test_a_place_is_remembered_under_its_numbering(engine: Engine) -> None:
    place = MailboxPosition(LARGE, 10, NOW)
    with engine.begin() as connection:
        assert places.begin_look(connection, SOURCE, LARGE, NOW) is None
        places.remember(connection, SOURCE, LARGE, {place: KEY})
    with engine.begin() as connection:
        assert places.begin_look(connection, SOURCE, LARGE, NOW) is None
        assert places.remembered(connection, SOURCE, LARGE) == {LARGE: place}
        assert places.remembered(connection, "imap:other", LARGE) == {}
        assert places.known_numbers(connection, SOURCE) == {(LARGE, LARGE)}


def test_another_numbering_forgets_all_places_of_that_mailbox_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        for source in (SOURCE, "imap:other"):
            places.begin_look(connection, source, 1, NOW)
            places.remember(connection, source, 1, {MailboxPosition(5, 10, NOW): KEY})
        assert places.begin_look(connection, SOURCE, 2, NOW) == 1
        assert places.remembered(connection, SOURCE, 1) == {}
        assert places.remembered(connection, "imap:other", 1) != {}
        assert places.begin_look(connection, SOURCE, 2, NOW) is None


def test_a_place_is_forgotten_or_replaced(engine: Engine) -> None:
    with engine.begin() as connection:
        kept = {MailboxPosition(uid, 10, NOW): KEY for uid in range(1, 1201)}
        places.remember(connection, SOURCE, 1, kept)
        places.forget(connection, SOURCE, 1, range(2, 1201))
        assert set(places.remembered(connection, SOURCE, 1)) == {1}
        places.remember(connection, SOURCE, 1, {MailboxPosition(1, 99, NOW): KEY})
        assert places.remembered(connection, SOURCE, 1) == {1: MailboxPosition(1, 99, NOW)}
