"""A house whose record, raw files and mail are backed up and restored."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.domain.mail.mail import Letter, LetterKind
from models.domain.reading.identity import message_id
from tasks.adapters.intake.collecting import collect_from
from tasks.adapters.intake.working import work_through
from tasks.adapters.store import outbox
from tests.fixtures.lent_readers import Workplace
from tests.fixtures.ready_made import sqlite_with_tables
from tests.restoring.ground import OFFICE, SECRET, Mail, OfficeAtWork

NOW = dt.datetime(2025, 2, 10, 5, tzinfo=dt.UTC)
TO = "syt@haiphong.example"


@pytest.fixture(autouse=True)
def _privately() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> OfficeAtWork:
    """An office on each database; that of SQLite lies in its data folder."""
    if database_url.startswith("sqlite"):
        (tmp_path / "data").mkdir()
        (tmp_path / "baocao.sqlite").rename(tmp_path / "data" / "baocao.sqlite")
        database_url = f"sqlite:///{tmp_path / 'data' / 'baocao.sqlite'}"
    return _office(tmp_path, database_url)


@pytest.fixture
def plain_office(tmp_path: Path) -> OfficeAtWork:
    """An office on SQLite."""
    return _office(tmp_path, sqlite_with_tables(tmp_path / "data" / "baocao.sqlite"))


def _office(folder: Path, database_url: str) -> OfficeAtWork:
    (folder / "world").mkdir()
    return OfficeAtWork(folder / "data", database_url, Mail(folder / "world"), copies=True)


def said(subject: str, *, sender: str = "ai.do@example.com", shows: str = "") -> bytes:
    """A message of a few words; `shows` stands among those that it answers."""
    thread = f"In-Reply-To: {shows}\r\nReferences: {shows}\r\n" if shows else ""
    return (
        f"From: {sender}\r\nTo: {OFFICE}\r\nSubject: {subject}\r\n{thread}"
        f"Message-ID: <{subject}@example.com>\r\n\r\nKinh gui.\r\n"
    ).encode()


def take_in(workplace: Workplace) -> None:
    """What waits is collected and worked on."""
    for url in workplace.rules.mailboxes:
        assert collect_from(workplace, url, 1000).failures == []
    assert work_through(workplace, 1000).failures == []


def letter_id(number: int) -> str:
    """The Message-ID of a letter that `queue` writes."""
    return message_id(SECRET, _key(number), OFFICE.partition("@")[2])


def _key(number: int) -> str:
    return f"2025-plan|syt|guidance|{number}"


def queue(workplace: Workplace, number: int) -> None:
    """Writes a letter into the outbox."""
    letter = Letter(
        business_key=_key(number),
        cycle="2025-plan",
        agency="syt",
        kind=LetterKind.GUIDANCE,
        to=(TO,),
        cc=(),
        subject=f"Hướng dẫn {number}",
        text="Kính gửi Sở Y tế.",
        html="",
        message_id=letter_id(number),
    )
    with workplace.engine.begin() as connection:
        outbox.queue(connection, letter, workplace.now)
