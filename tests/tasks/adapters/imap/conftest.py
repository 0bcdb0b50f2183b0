"""Mailboxes on two servers, the embedded one and a real Dovecot, and a place to take mail into."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from models.domain.reading.office import Office
from tasks.adapters.mailbox.inbox import MailboxRules
from tasks.adapters.workplace import HouseRules
from tests.fixtures.embedded_imap import embedded_imap
from tests.fixtures.lent_readers import Workplace
from tests.fixtures.mail_accounts import MailAccount
from tests.fixtures.office_files import OFFICE_FILES, own_office
from tests.fixtures.ready_made import sqlite_with_tables
from tests.servers import dovecot

OPENED = dt.datetime(2025, 1, 20, 9, 30, tzinfo=dt.UTC)
NOW = dt.datetime(2025, 2, 17, 3, tzinfo=dt.UTC)
LIMIT = 20_000  # bytes of the largest message that is fetched

MakeWorkplace = Callable[..., Workplace]


def dovecot_account(server: dovecot.Dovecot, user: str = "") -> MailAccount:
    """A user of a Dovecot, the first unless named, by TLS."""
    user = user or next(iter(server.users))
    authority = server.certificate.authority
    return MailAccount(server.host, server.imaps_port, user, server.users[user], authority)


@pytest.fixture(scope="session")
def many_users() -> Iterator[tuple[dovecot.Dovecot, Iterator[str]]]:
    """One Dovecot for many tests, which takes a while to end, and users for each of them."""
    if why := dovecot.why_not():
        pytest.skip(why)
    users = {f"baocao{number}": f'mật khẩu; thử "{number}" #%@/' for number in range(200)}
    with dovecot.running_dovecot(users) as server:
        yield server, iter(users)


@pytest.fixture(params=["embedded", "dovecot"])
def account(request: pytest.FixtureRequest) -> Iterator[MailAccount]:
    """An empty mailbox, on each server."""
    if request.param == "embedded":
        with embedded_imap() as server:
            yield MailAccount(server.host, server.port, server.user, server.password)
        return
    server, users = request.getfixturevalue("many_users")
    yield dovecot_account(server, next(users))


@pytest.fixture(scope="session")
def office() -> Office:
    """The office as it is configured."""
    return own_office()


@pytest.fixture
def make_workplace(tmp_path: Path, office: Office) -> Iterator[MakeWorkplace]:
    """Makes workplaces over one folder and one database."""
    with ExitStack() as stack:

        def make(
            mailbox: MailboxRules,
            *,
            now: dt.datetime = NOW,
            database_url: str = "",
            limit: int = LIMIT,
        ) -> Workplace:
            rules = HouseRules(
                secret=b"s" * 32,
                office_address="baocao@ubnd.haiphong.example",
                office_name="Văn phòng",
                summary_to=(),
                mailboxes=(),
                smtp_url="",
                reader_workers=1,
                reader_memory_mb=1024,
                reader_seconds=20,
                max_message_bytes=limit,
                resend_uncertain=False,
                mailbox=mailbox,
            )
            return stack.enter_context(
                Workplace(
                    office=office,
                    rules=rules,
                    database_url=database_url or sqlite_with_tables(tmp_path / "baocao.sqlite"),
                    raw_dir=tmp_path / "raw",
                    output_dir=tmp_path / "output",
                    letters_dir=OFFICE_FILES / "letters",
                    now=now,
                )
            )

        yield make
