"""A reply on its way: through Postfix, LMTP and Dovecot into the house, as on a real server."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from urllib.parse import quote

import aiosmtplib
import pytest

from tasks.adapters.intake.collecting import collect_from
from tasks.adapters.mailbox.observations import Sighting
from tasks.adapters.messages.message_reader import read_message
from tasks.adapters.post.smtp_probe import probe
from tasks.adapters.store import messages
from tests.faults.workplaces import workplace_in
from tests.servers.mail_ground import Mailbox, RealMailbox, why_no_real_servers
from tests.servers.postfix import AUTHSERV_ID, Postfix, running_mail_servers

OFFICE = "baocao@ubnd.haiphong.example"
PASSWORD = "mat-khau-thu"
AGENCY = "vanthu@syt.haiphong.example"


@pytest.fixture(scope="module")
def postfix() -> Iterator[Postfix]:
    if why := why_no_real_servers():
        pytest.skip(f"only embedded servers: {why}")
    with running_mail_servers({OFFICE: PASSWORD}) as server:
        yield server


@pytest.fixture
def mailbox(postfix: Postfix) -> Mailbox:
    return Mailbox(RealMailbox(postfix.dovecot.imap_port, OFFICE, PASSWORD))


def reply(to: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = AGENCY, to, "<1@syt.haiphong.example>"
    mail["Subject"] = "Kế hoạch hành động"
    mail["Authentication-Results"] = f"{AUTHSERV_ID}; dmarc=pass header.from=syt.haiphong.example"
    mail.add_header("Authentication-Results", "mx.elsewhere.example; spf=fail")
    mail.set_content("Kính gửi Văn phòng.")
    return mail


def handed_over(postfix: Postfix, mail: EmailMessage | bytes, to: str = OFFICE) -> None:
    """The mail as another mail server hands it over."""
    asyncio.run(
        aiosmtplib.send(
            mail,
            sender=AGENCY,
            recipients=[to],
            hostname=postfix.host,
            port=postfix.smtp_port,
            local_hostname="mail.syt.haiphong.example",
            start_tls=False,
        )
    )
    postfix.wait_until_delivered()


def test_a_reply_to_a_sub_address_reaches_the_office_with_its_time_of_arrival(
    postfix: Postfix, mailbox: Mailbox, tmp_path: Path
) -> None:
    mailbox.clear()
    before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=2)
    to = "baocao+t7phgywsnbrhdv65@ubnd.haiphong.example"
    handed_over(postfix, reply(to), to)
    with workplace_in(tmp_path / "house", mailbox_url=mailbox.url()) as workplace:
        collected = collect_from(workplace, workplace.rules.mailboxes[0], 10)
        with workplace.engine.begin() as connection:
            (row,) = messages.every_message(connection)
        message = read_message(workplace.raw_store.get(row["key"]))
    assert (collected.new, collected.failures) == (1, [])
    assert before <= row["received_at"] <= dt.datetime.now(dt.UTC)
    assert "baocao+t7phgywsnbrhdv65@ubnd.haiphong.example" in message.recipients


@pytest.mark.parametrize("before", ["", "(x) ", '"', "\r\n "])
def test_a_stranger_cannot_speak_in_our_own_servers_name(
    postfix: Postfix, mailbox: Mailbox, before: str
) -> None:
    mailbox.clear()
    mail = reply(OFFICE)
    claim = f"Authentication-Results: {before}{AUTHSERV_ID}; dmarc=pass\r\n".encode()
    handed_over(postfix, claim + mail.as_bytes(policy=SMTP))
    ((_, content),) = mailbox.holdings()
    assert b"dmarc=pass" not in content
    assert b"mx.elsewhere.example; spf=fail" in content


def test_nobody_submits_without_a_password_or_under_another_name(postfix: Postfix) -> None:
    context = ssl.create_default_context(cafile=str(postfix.dovecot.certificate.authority))
    client = aiosmtplib.SMTP(
        hostname="localhost",
        port=postfix.submissions_port,
        use_tls=True,
        tls_context=context,
        username=OFFICE,
        password=PASSWORD,
    )

    async def submitted(sender: str, *, logged_in: bool) -> int:
        one = client if logged_in else without_login
        async with one:
            try:
                await one.sendmail(sender, [AGENCY], b"Subject: x\r\n\r\nx\r\n")
            except aiosmtplib.SMTPRecipientsRefused as refused:
                return refused.recipients[0].code
            except aiosmtplib.SMTPResponseException as refused:
                return refused.code
        return 250

    without_login = aiosmtplib.SMTP(
        hostname="localhost", port=postfix.submissions_port, use_tls=True, tls_context=context
    )
    assert asyncio.run(submitted(OFFICE, logged_in=True)) == 250
    assert asyncio.run(submitted("khac@ubnd.haiphong.example", logged_in=True)) == 553
    assert asyncio.run(submitted(OFFICE, logged_in=False)) == 554


def test_the_doctor_learns_of_a_sender_whom_the_server_refuses(postfix: Postfix) -> None:
    authority = postfix.dovecot.certificate.authority
    url = f"smtps://{quote(OFFICE, safe='')}:{PASSWORD}@localhost:{postfix.submissions_port}"
    now = dt.datetime.now(dt.UTC)

    def said(sender: str) -> Sighting:
        return probe(url, sender, now, ca_file=authority)[-1]

    assert said(OFFICE).ok
    refused = said("khac@ubnd.haiphong.example")
    assert not refused.ok and "từ chối địa chỉ người gửi" in refused.sentence
    assert postfix.waiting() == 0, "nothing was sent"
