"""Workplaces of the fault runs: small, each in a folder of its own, the office files read once."""

from __future__ import annotations

import datetime as dt
import functools
from pathlib import Path

from models.domain.reading.office import Office
from tasks.adapters.mailbox.inbox import MailboxRules
from tasks.adapters.workplace import HouseRules
from tests.fixtures.lent_readers import Workplace
from tests.fixtures.office_files import OFFICE_FILES, own_office
from tests.fixtures.ready_made import sqlite_with_tables

NOW = dt.datetime(2025, 1, 20, 9, 30, tzinfo=dt.UTC)


@functools.cache
def _office() -> Office:
    return own_office()


def workplace_in(
    folder: Path,
    *,
    now: dt.datetime = NOW,
    smtp_url: str = "",
    mailbox_url: str = "",
    mailbox: MailboxRules | None = None,
) -> Workplace:
    """The workplace of a folder, which is made where it is missing."""
    folder.mkdir(exist_ok=True)
    rules = HouseRules(
        secret=b"s" * 32,
        office_address="baocao@ubnd.haiphong.example",
        office_name="Văn phòng",
        summary_to=("lanhdao@ubnd.haiphong.example",),
        mailboxes=(mailbox_url,) if mailbox_url else (),
        smtp_url=smtp_url,
        reader_workers=1,
        reader_memory_mb=1024,
        reader_seconds=20,
        max_message_bytes=40_000_000,
        resend_uncertain=False,
        mailbox=mailbox or MailboxRules(),
    )
    return Workplace(
        office=_office(),
        rules=rules,
        database_url=sqlite_with_tables(folder / "baocao.sqlite"),
        raw_dir=folder / "raw",
        output_dir=folder / "output",
        letters_dir=OFFICE_FILES / "letters",
        now=now,
    )
