"""Whatever module inserts a new row, its texts are such that either database takes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from models.domain.mail.mail import LetterKind
from tasks.adapters.store import address_book, heartbeats, messages, outbox
from tasks.adapters.store.address_book import KnownSender
from tasks.adapters.store.messages import NewMessage
from tasks.adapters.store.rows import migrate, open_engine

NOON = dt.datetime(2025, 2, 10, 12, tzinfo=dt.UTC)
WRITTEN, KEPT = "a\x00b\ud800", "a␀b?"


def _message(connection: Connection) -> str:
    one = NewMessage("k", "maildir:x", WRITTEN, is_message=False, name=WRITTEN, size=1,
                     received_at=NOON, collected_at=NOON)  # fmt: skip
    assert messages.keep(connection, [one]) == 1
    return messages.waiting(connection, 1)[0].name


def _sender(connection: Connection) -> str:
    _message(connection)
    assert address_book.add_sender(connection, KnownSender(WRITTEN, "syt", "k", NOON))
    return next(iter(address_book.agencies_by_address(connection)))


def _heartbeat(connection: Connection) -> str:
    heartbeats.expect_from(connection, WRITTEN, NOON)
    return next(iter(heartbeats.with_prefix(connection, "")))


def _answer(connection: Connection) -> str:
    _message(connection)
    day, kind = NOON.date(), LetterKind.GUIDANCE
    one = outbox.WrittenAnswer("key", "k", WRITTEN, kind, day, "")
    outbox.note_answers(connection, [one])
    ((sender, _, _),) = outbox.answers_of_kinds(connection, day, [KEPT], [kind])
    return sender


@pytest.mark.parametrize("kept", [_message, _sender, _heartbeat, _answer])
def test_a_new_rows_texts_are_made_storable(
    database_url: str, kept: Callable[[Connection], str]
) -> None:
    engine = open_engine(database_url)
    migrate(engine)
    with engine.begin() as connection:
        assert kept(connection) == KEPT
    engine.dispose()
