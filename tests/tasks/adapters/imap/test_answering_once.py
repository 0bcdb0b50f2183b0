"""An agency's mail that turns up again, however it does, is answered once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import pytest
import sqlalchemy
from sqlalchemy import make_url

from models.domain.mail.mail import MessageState
from tasks.adapters.intake.collecting import Collected, collect_from
from tasks.adapters.intake.working import work_through
from tasks.adapters.mailbox.inbox import HEADER_ONLY
from tasks.adapters.store import messages, submissions
from tasks.adapters.work import opening
from tasks.adapters.workplace import Workplace
from tests.fixtures.letters_written import every_letter
from tests.fixtures.mail_accounts import MailAccount
from tests.fixtures.own_workbook_mail import own_workbook_mail
from tests.tasks.adapters.imap.conftest import OPENED, MakeWorkplace

CYCLE = "2025-plan"
AGENCIES = ("syt", "sdl", "stp")
LATER = OPENED + dt.timedelta(days=3)
LIMIT = 1_000_000


@pytest.fixture
def workplace(
    account: MailAccount, make_workplace: MakeWorkplace, database_url: str
) -> Iterator[Workplace]:
    workplace = make_workplace(account.rules(), now=LATER, database_url=database_url, limit=LIMIT)
    cycle = workplace.office.cycle(CYCLE)
    opening.ask(workplace, cycle, [workplace.office.register.agencies[a] for a in AGENCIES])
    yield workplace
    workplace.engine.dispose()  # before its database goes


def reply(workplace: Workplace, agency: str, padding: int = 0) -> bytes:
    """An agency's own workbook, and where wanted a picture as large as that."""
    mail = own_workbook_mail(workplace, agency, 1)
    if padding:
        mail.add_attachment(b"0" * padding, maintype="image", subtype="png", filename="anh.png")
    return mail.as_bytes().replace(b"\n", b"\r\n")


def take_in(workplace: Workplace, account: MailAccount) -> Collected:
    found = collect_from(workplace, account.url(), 1000)
    assert work_through(workplace, 1000).failures == []
    return found


def answers(workplace: Workplace) -> Counter[tuple[str, str]]:
    """How many letters of each kind each agency has, but for the opening."""
    with workplace.engine.begin() as connection:
        rows = every_letter(connection)
    return Counter((row.agency, row.kind) for row in rows if row.kind != "opening")


def test_mail_that_comes_again_is_answered_once(account: MailAccount, workplace: Workplace) -> None:
    mails = [reply(workplace, agency) for agency in AGENCIES]
    at = OPENED + dt.timedelta(days=1)
    account.deliver(*mails, mails[0], at=at)
    assert take_in(workplace, account).new == 3
    first = answers(workplace)
    assert set(first.values()) == {1} and {agency for agency, _ in first} == set(AGENCIES)
    account.move("Da-xu-ly", "INBOX")  # by hand
    account.deliver(*mails, at=at + dt.timedelta(hours=1))  # by the server, once more
    again = take_in(workplace, account)
    assert (again.new, again.known) == (0, 7)
    assert answers(workplace) == first
    with workplace.engine.begin() as connection:
        assert messages.counts_by_state(connection) == {MessageState.RETURNED: 3}
        records = submissions.records(connection, CYCLE)
    assert [len(records[agency]) for agency in AGENCIES] == [1, 1, 1]
    assert {records[agency][0].received_at for agency in AGENCIES} == {at}


def test_the_sender_of_a_message_too_large_is_told(
    account: MailAccount, workplace: Workplace
) -> None:
    large = reply(workplace, "syt", padding=2 * LIMIT)
    account.deliver(large, at=OPENED + dt.timedelta(days=1))
    take_in(workplace, account)
    with workplace.engine.begin() as connection:
        (row,) = messages.every_message(connection)
    assert workplace.raw_store.get(row["key"]).startswith(HEADER_ONLY)
    assert (row["state"], row["agency"]) == (MessageState.GUIDED, "syt")
    for part in ("MB", "«Qua-lon»", "«INBOX»", "1 MB"):
        assert part in row["reason"]
    assert account.contents("Qua-lon") == [large]
    assert answers(workplace) == {("syt", "guidance"): 1}


@pytest.mark.postgres
def test_a_database_server_that_stops_leaves_the_mail_where_it_is(
    account: MailAccount, make_workplace: MakeWorkplace, postgres_url_with_tables: str
) -> None:
    url = make_url(postgres_url_with_tables)
    server = sqlalchemy.create_engine(
        url.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool
    )

    def admit(allowed: str) -> None:
        with server.connect() as connection:
            connection.exec_driver_sql(
                f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS {allowed}'
            )
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                f"WHERE datname = '{url.database}'"
            )

    workplace = make_workplace(
        account.rules(), now=LATER, database_url=postgres_url_with_tables, limit=LIMIT
    )
    account.deliver(b"Subject: x\r\n\r\nx\r\n")
    admit("false")
    try:
        (said,) = collect_from(workplace, account.url(), 10).failures
    finally:
        admit("true")
    assert "Cơ sở dữ liệu" in said and "INSERT" not in said
    assert account.flags() == [set()]
    found = collect_from(workplace, account.url(), 10)
    assert (found.new, found.failures) == (1, [])
    assert account.contents() == []
    workplace.engine.dispose()
    server.dispose()
